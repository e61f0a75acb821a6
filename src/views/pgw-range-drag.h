/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Choosing addresses in the picture of address spaces, by pointer or keys.
 *
 * A drag over a gap proposes to map that range; over pages of a VMA, what one
 * can do with them (a menu); of a VMA's end, to grow or shrink it. M begins the
 * same at what is selected, Shift+M at the VMA's end; the arrow keys go on,
 * Return agrees. Escape forgets it. What is proposed goes to the action
 * "win.memory-operation", which opens the popover with the range filled in.
 */
#pragma once

#include "pgw-pane-canvas.h"

G_BEGIN_DECLS

typedef struct _PgwRangeDrag PgwRangeDrag;

/* For a canvas of any pane; does nothing in those that show no addresses. Owned by the canvas. */
PgwRangeDrag *pgw_range_drag_attach   (PgwPaneCanvas *canvas);
/* The button was pressed here: a drag may become a range. */
void          pgw_range_drag_begin    (PgwRangeDrag *self, double x, double y);
/* TRUE once the pointer has gone so far that the drag is one. */
gboolean      pgw_range_drag_update   (PgwRangeDrag *self, double dx, double dy);
/* The button was released: proposes what was chosen. */
void          pgw_range_drag_end      (PgwRangeDrag *self);
void          pgw_range_drag_cancel   (PgwRangeDrag *self);
/* The picture of a canvas is another one: what was being chosen in it is forgotten. */
void          pgw_range_drag_forget   (PgwPaneCanvas *canvas);
/* TRUE if the key was one of a range. */
gboolean      pgw_range_drag_key      (PgwRangeDrag *self, guint keyval, GdkModifierType modifiers);
/* The pointer hovers here: its shape tells what can be gripped. */
void          pgw_range_drag_hover    (PgwRangeDrag *self, double x, double y);
/* Draws what is being chosen over the picture of a canvas. */
void          pgw_range_drag_snapshot (PgwPaneCanvas *canvas, GtkSnapshot *snapshot, const PgwPalette *palette);

G_END_DECLS
