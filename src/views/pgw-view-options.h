/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwViewOptions: how a window looks at its session, beyond what the session
 * itself knows: size of type, the zone the panes are about, and the
 * history that charts are drawn from. One for each session; all its panes
 * share it.
 */
#pragma once

#include "src/engine/pgw-comparison.h"
#include "src/scene/pgw-scene.h"

G_BEGIN_DECLS

#define PGW_TYPE_VIEW_OPTIONS (pgw_view_options_get_type ())
G_DECLARE_FINAL_TYPE (PgwViewOptions, pgw_view_options, PGW, VIEW_OPTIONS, GObject)

/* The options of a session; made when first asked for, and owned by it. Signal "changed". */
PgwViewOptions *pgw_view_options_get            (PgwSession *session);

double          pgw_view_options_get_font_scale (PgwViewOptions *self);
void            pgw_view_options_set_font_scale (PgwViewOptions *self, double font_scale);
/* A zone_ref(), or G_MAXUINT32 for all (or the busiest). */
guint32         pgw_view_options_get_zone       (PgwViewOptions *self);
void            pgw_view_options_set_zone       (PgwViewOptions *self, guint32 zone);

/* The machines that the session's script is compared on, which the window keeps; NULL while it compares nothing. */
PgwComparison  *pgw_view_options_get_comparison (PgwViewOptions *self);
void            pgw_view_options_set_comparison (PgwViewOptions *self, PgwComparison *comparison);
/* The pane that each of them is shown by: its id. Remembered from one start of the program to the next. */
const char     *pgw_view_options_get_compared_pane (PgwViewOptions *self);
void            pgw_view_options_set_compared_pane (PgwViewOptions *self, const char *pane);
/* "[TASK:]ADDRESS" that the panes are about as long as it is set (pgw-translation.h); NULL or "": none. */
const char     *pgw_view_options_get_translate  (PgwViewOptions *self);
void            pgw_view_options_set_translate  (PgwViewOptions *self, const char *translate);

/* Fills in what a layout needs of the session and these options. */
void            pgw_view_options_fill           (PgwViewOptions *self, PgwPaneState *state);

G_END_DECLS
