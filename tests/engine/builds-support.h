/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Running a build of the core beside a recording, event by event.
 */
#pragma once

#include <string.h>

#include "timeline-support.h"

#define HOST_PAGE 4096UL

static struct {
  PgwTimeline *recorded;
  guint64 step;
} compared;

/* Each event of a build must be that of the recording. */
static inline void
compare_event (u32 id, u64 a, u64 b, u64 c, u64 d)
{
  const PgwEvent *event;
  guint64 arg[4] = { a, b, c, d };

  if (!compared.recorded)
    return;
  event = pgw_timeline_get_event (compared.recorded, ++compared.step);
  g_assert_nonnull (event);
  g_assert_cmpuint (event->id, ==, id);
  g_assert_cmpmem (event->arg, sizeof event->arg, arg, sizeof arg);
}

static inline void
boot (const struct mm_core *core, PgwImage *image)
{
  struct machine_config config;
  struct machine_layout layout;

  pgw_workload_configure (&config, SMALL_RAM, 2);
  g_assert_cmpint (machine_layout (&config, &layout, NULL), ==, 0);
  g_assert_true (pgw_image_init (image, layout.size, HOST_PAGE));
  compared.recorded = NULL;
  g_assert_cmpint (core->boot (image->base, &config, NULL), ==, 0);
}
