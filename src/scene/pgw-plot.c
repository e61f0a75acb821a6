/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The history of the free pages as lines. A line has at most a few points a
 * pixel: of the samples that fall on one the lowest and the highest are kept,
 * so that no short shortage is lost.
 */
#include "pgw-plot-private.h"

#include <math.h>

PgwStatistics *
pgw_plot_statistics (const PgwPaneState *state)
{
  PgwStatistics *statistics;

  if (state->statistics != NULL)
    return pgw_statistics_ref (state->statistics);
  statistics = pgw_statistics_new (state->timeline);
  pgw_statistics_update (statistics, 0);
  return statistics;
}

double
pgw_plot_x (const PgwPlot *plot,
            guint64        step)
{
  return plot->x + plot->width * ((double) MIN (step, plot->length) / MAX (plot->length, 1));
}

double
pgw_plot_y (const PgwPlot *plot,
            double         pages)
{
  double share = (pages - plot->low) / MAX (plot->high - plot->low, 1);

  return plot->y + plot->height * (1 - CLAMP (share, 0, 1));
}

guint64
pgw_plot_step (const PgwPlot *plot,
               double         x)
{
  double share = CLAMP ((x - plot->x) / MAX (plot->width, 1), 0, 1);

  return llround (share * plot->length);
}

/* 1, 2 or 5 times a power of ten, at least `value`. */
static double
round_up (double value)
{
  double unit = pow (10, floor (log10 (MAX (value, 1))));

  return value <= unit ? unit : value <= 2 * unit ? 2 * unit : value <= 5 * unit ? 5 * unit : 10 * unit;
}

void
pgw_plot_fit (PgwPlot  *plot,
              GArray   *samples,
              gboolean  from_zero)
{
  double least = INFINITY, most = 0, step;

  for (guint i = 0; i < samples->len; i++)
    {
      const PgwSample *sample = &g_array_index (samples, PgwSample, i);

      least = MIN (least, sample->free_pages);
      most = MAX (most, sample->free_pages);
    }
  if (samples->len == 0)
    least = 0;
  if (!from_zero && most - least < 0.3 * most)
    {
      step = round_up (MAX (most - least, 4) / 3);
      plot->low = MAX (0, floor (least / step - 0.25) * step);
      plot->high = ceil (most / step + 0.1) * step;
      return;
    }
  for (guint i = 0; i < samples->len; i++)
    most = MAX (most, g_array_index (samples, PgwSample, i).wmark[2]);
  step = round_up (MAX (most, 4) / 4);
  plot->low = 0;
  plot->high = ceil (most / step + 0.02) * step;
}

static guint64
value_of (const PgwSample *sample,
          int              which)
{
  return which < 0 ? sample->free_pages : sample->wmark[which];
}

/* Points of a line; a staircase where samples are far apart, as values jump at events. */
static GArray *
trace_line (const PgwPlot *plot,
            GArray        *samples,
            int            which)
{
  GArray *points = g_array_new (FALSE, FALSE, sizeof (PgwPoint));
  gboolean stairs = samples->len < plot->width / 2;

  for (guint i = 0; i < samples->len;)
    {
      const PgwSample *sample = &g_array_index (samples, PgwSample, i);
      double x = pgw_plot_x (plot, sample->step);
      guint64 least = value_of (sample, which), most = least, last = least;
      PgwPoint point = { x, pgw_plot_y (plot, least) };
      guint first = i;

      for (i++; i < samples->len; i++)
        {
          const PgwSample *next = &g_array_index (samples, PgwSample, i);

          if (stairs || pgw_plot_x (plot, next->step) >= x + 1)
            break;
          last = value_of (next, which);
          least = MIN (least, last);
          most = MAX (most, last);
        }
      if (stairs && points->len > 0)
        {
          PgwPoint corner = { x, g_array_index (points, PgwPoint, points->len - 1).y };

          g_array_append_val (points, corner);
        }
      g_array_append_val (points, point);
      if (i - first > 1)
        {
          g_array_append_vals (points, (PgwPoint[]) { { x + 0.25, pgw_plot_y (plot, most) },
                                                      { x + 0.5, pgw_plot_y (plot, least) },
                                                      { x + 0.75, pgw_plot_y (plot, last) } }, 3);
        }
    }
  return points;
}

void
pgw_plot_add_free (PgwPlot  *plot,
                   PgwScene *scene,
                   GArray   *samples)
{
  g_autoptr (GArray) points = trace_line (plot, samples, -1);

  pgw_scene_add_polyline (scene, PGW_ITEM_ID_PART (PART_CURVE, 0), PGW_COLOUR_GOOD, PGW_STYLE_BOLD,
                          (const PgwPoint *) (gpointer) points->data, points->len);
}

void
pgw_plot_add_wmark (PgwPlot  *plot,
                    PgwScene *scene,
                    GArray   *samples,
                    guint     which)
{
  g_autoptr (GArray) points = trace_line (plot, samples, which);

  pgw_scene_add_polyline (scene, PGW_ITEM_ID_PART (PART_CURVE, 1 + which), PGW_COLOUR_WARNING, PGW_STYLE_DASHED,
                          (const PgwPoint *) (gpointer) points->data, points->len);
}
