/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a view of the frames pane needs for zooming and panning. Rows keep the
 * pane's width at every zoom; one moves up and down only.
 */
#pragma once

#include "pgw-scene.h"

G_BEGIN_DECLS

/* Zoom steps of the buttons and the wheel: multiply or divide by this. */
#define PGW_FRAMES_ZOOM_STEP 1.5

/* Height of the whole map in pixels; `page` (may be NULL) receives how much of it is seen at once. */
double pgw_frames_pane_content_height (const PgwPaneState *state, double width, double height, double *page);
/* The zoom in use: that of the state, or the one that fits. */
double pgw_frames_pane_get_zoom (const PgwPaneState *state, double width, double height);
/* The pan_y with which the row of a frame stands at `y` of the scene; to keep what is under the pointer in place. */
double pgw_frames_pane_pan_to (const PgwPaneState *state, double width, double height, guint64 pfn, double y);

G_END_DECLS
