/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plotting the history of the free pages; see pgw-plot.c.
 */
#pragma once

#include "pgw-plot.h"
#include "pgw-pane-private.h"

G_BEGIN_DECLS

/* A plot: steps across, pages upwards. */
typedef struct {
  double  x, y, width, height;
  guint64 length;               /* steps across */
  double  low, high;            /* pages at the bottom and the top */
} PgwPlot;

/* The state's statistics, or new ones over the whole recording. Unref it. */
PgwStatistics *pgw_plot_statistics (const PgwPaneState *state);
double  pgw_plot_x (const PgwPlot *plot, guint64 step);
double  pgw_plot_y (const PgwPlot *plot, double pages);
guint64 pgw_plot_step (const PgwPlot *plot, double x);
/* Chooses the range of pages; `from_zero` if it has to start there. */
void    pgw_plot_fit (PgwPlot *plot, GArray *samples, gboolean from_zero);
/* The free pages as a line, and the watermarks dashed where they lie in the plot. */
void    pgw_plot_add_free  (PgwPlot *plot, PgwScene *scene, GArray *samples);
void    pgw_plot_add_wmark (PgwPlot *plot, PgwScene *scene, GArray *samples, guint which);

G_END_DECLS
