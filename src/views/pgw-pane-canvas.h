/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwPaneCanvas: the picture of one pane, of any kind, as a widget.
 *
 * It asks the pane's layout for a scene when the session moves, shows the way
 * from the old scene to the new one, and turns the pointer and the keys into
 * what they mean: select, zoom, pan, scrub.
 *
 * Signals: maximise () - double click; menu (x, y) - a context menu is wanted.
 *
 * # Accessibility
 *
 * An image (GTK_ACCESSIBLE_ROLE_IMG) labelled with the pane's title; its
 * description is the pane's subtitle and the selected object. All of its
 * contents are in the pane's text twin.
 */
#pragma once

#include "pgw-section.h"
#include "src/scene/pgw-scene.h"

G_BEGIN_DECLS

#define PGW_TYPE_PANE_CANVAS (pgw_pane_canvas_get_type ())
G_DECLARE_FINAL_TYPE (PgwPaneCanvas, pgw_pane_canvas, PGW, PANE_CANVAS, PgwSection)

GtkWidget         *pgw_pane_canvas_new           (void);
const PgwPaneType *pgw_pane_canvas_get_pane_type (PgwPaneCanvas *self);
void               pgw_pane_canvas_set_pane_type (PgwPaneCanvas *self, const PgwPaneType *type);
/* What the pane shows of several things (a file of /proc). NULL: its default. */
const char        *pgw_pane_canvas_get_option    (PgwPaneCanvas *self);
void               pgw_pane_canvas_set_option    (PgwPaneCanvas *self, const char *option);
/* The state the picture is made from. FALSE when there is nothing to show. */
gboolean           pgw_pane_canvas_get_state     (PgwPaneCanvas *self, PgwPaneState *state);
/* The scene that is shown, or moved to; NULL when there is none. Owned by the canvas. */
PgwScene          *pgw_pane_canvas_get_scene     (PgwPaneCanvas *self);
/* Larger (> 1) or smaller; 0 shows all. What is at `y` (< 0: the middle) stays there. Only where one can zoom. */
void               pgw_pane_canvas_zoom          (PgwPaneCanvas *self, double factor, double y);
gboolean           pgw_pane_canvas_can_zoom      (PgwPaneCanvas *self);
/* Whether a move is being shown. */
gboolean           pgw_pane_canvas_is_animating  (PgwPaneCanvas *self);

G_END_DECLS
