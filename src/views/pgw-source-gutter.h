/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwSourceGutter: the margin of a source text. For each line its number, how
 * often the current operation ran it, whether one stops there, and an arrow
 * where one stands.
 */
#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

#define PGW_TYPE_SOURCE_GUTTER (pgw_source_gutter_get_type ())
G_DECLARE_FINAL_TYPE (PgwSourceGutter, pgw_source_gutter, PGW, SOURCE_GUTTER, GtkSourceGutterRenderer)

/*
 * Signal:
 *   line-clicked (int line)    a line was clicked; lines count from 1
 */
GtkSourceGutterRenderer *pgw_source_gutter_new (void);

/* The line with the arrow, 0 = none; hollow where it is only that of a call under way. */
void     pgw_source_gutter_set_arrow       (PgwSourceGutter *self, int line, gboolean hollow);
/* Of guint32 by line number, or NULL; kept. */
void     pgw_source_gutter_set_counts      (PgwSourceGutter *self, GArray *counts);
/* Line number -> whether the breakpoint is enabled; kept. */
void     pgw_source_gutter_set_breakpoints (PgwSourceGutter *self, GHashTable *breakpoints);

guint32  pgw_source_gutter_get_count       (PgwSourceGutter *self, int line);
gboolean pgw_source_gutter_has_breakpoint  (PgwSourceGutter *self, int line);

G_END_DECLS
