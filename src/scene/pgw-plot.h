/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Curves and scales that the chart and the timeline share, and the mapping
 * between places and steps that scrubbing needs.
 */
#pragma once

#include "pgw-scene.h"

G_BEGIN_DECLS

/* The step at a place of the timeline pane, and back. Clamped to the recording. */
guint64 pgw_timeline_pane_step_at (const PgwPaneState *state, double width, double x);
double  pgw_timeline_pane_x_of    (const PgwPaneState *state, double width, guint64 step);

/* The same for the chart. */
guint64 pgw_chart_pane_step_at    (const PgwPaneState *state, double width, double x);
double  pgw_chart_pane_x_of       (const PgwPaneState *state, double width, guint64 step);

G_END_DECLS
