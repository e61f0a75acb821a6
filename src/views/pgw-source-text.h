/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwSourceText: a source file of the core, to be read: where one stands,
 * what runs next, what ran how often, where one stops. It knows no session;
 * its owner tells it what to mark and is told what the reader wants.
 *
 * The text widget is made when a file is first shown.
 */
#pragma once

#include <adwaita.h>
#include "src/engine/pgw-debug-info.h"

G_BEGIN_DECLS

#define PGW_TYPE_SOURCE_TEXT (pgw_source_text_get_type ())
G_DECLARE_FINAL_TYPE (PgwSourceText, pgw_source_text, PGW, SOURCE_TEXT, AdwBin)

/*
 * Signals (lines count from 1):
 *   toggle-breakpoint (int line)
 *   run-to (int line, int direction)              a PgwDirection
 *   query-value (string expression, int line)     the value to show of what is pointed at, or NULL
 */
GtkWidget  *pgw_source_text_new             (void);

/* Shows a file ("mm/page_alloc.c"), or nothing. FALSE if it is not found. */
gboolean    pgw_source_text_set_file        (PgwSourceText *self, const char *file);
const char *pgw_source_text_get_file        (PgwSourceText *self);

/*
 * Marks where one stands (0 = nowhere), as the innermost call or as one of
 * its callers, and those of `next` that are in this file as about to run;
 * brings the line, or else the first of those, into view.
 */
void        pgw_source_text_set_place       (PgwSourceText  *self,
                                             int             line,
                                             gboolean        is_caller,
                                             const PgwPlace *next,
                                             guint           n_next);
int         pgw_source_text_get_line        (PgwSourceText *self);

void        pgw_source_text_set_counts      (PgwSourceText *self, GArray *counts);
void        pgw_source_text_set_breakpoints (PgwSourceText *self, GHashTable *breakpoints);
guint32     pgw_source_text_get_count       (PgwSourceText *self, int line);
gboolean    pgw_source_text_has_breakpoint  (PgwSourceText *self, int line);

/* As if the margin of a line had been clicked. */
void        pgw_source_text_click_line      (PgwSourceText *self, int line);

/*
 * The expression in C that a column of a line is in, from its beginning up to
 * the end of the word there: of "zone->free_area[order].nr_free" at "free_area"
 * it is "zone->free_area". NULL where there is none. Free with g_free().
 */
char       *pgw_source_text_expression_at   (const char *line, guint column);

G_END_DECLS
