/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writers of an event log: text for people, JSON lines for programs, and the
 * text of ftrace for tools that read traces of real kernels.
 */
#pragma once

#include "src/engine/pgw-timeline.h"

G_BEGIN_DECLS

typedef struct {
  const char *name;
  /* What stands before the first event. */
  void (*begin) (GString *out, PgwTimeline *timeline, guint64 last_step);
  /* One event; may write nothing, and may move the timeline's position. */
  void (*event) (GString *out, PgwTimeline *timeline, guint64 step);
} PgwEventWriter;

/* NULL for an unknown name. */
const PgwEventWriter *pgw_event_writer_by_name (const char *name);

G_END_DECLS
