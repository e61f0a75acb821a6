/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of the core's source that ran, one a row, with the events between
 * them and, if wanted, the variables that changed.
 */
#pragma once

#include "src/engine/pgw-debug-info.h"
#include "src/engine/pgw-timeline.h"

G_BEGIN_DECLS

/* Prints the lines that ran behind step `from` up to step `to`. Without line hooks these are the lines of the events. */
void pgw_line_listing_print (PgwTimeline  *timeline,
                             PgwDebugInfo *info,
                             guint64       from,
                             guint64       to,
                             gboolean      with_locals);

G_END_DECLS
