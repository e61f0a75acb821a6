/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What pointer and keys mean in a pane: the other half of PgwPaneCanvas.
 */
#pragma once

#include "pgw-pane-canvas.h"

G_BEGIN_DECLS

/* Adds the event controllers of a new canvas. */
void     pgw_pane_input_attach      (PgwPaneCanvas *canvas);
/* Whether a pane shows all of time, so that a place in it is a step. */
gboolean pgw_pane_is_timeline       (const PgwPaneType *type);

/* For the input only. */
void     pgw_pane_canvas_pan        (PgwPaneCanvas *self, double dy);
void     pgw_pane_canvas_get_scroll (PgwPaneCanvas *self, double *x, double *y);

G_END_DECLS
