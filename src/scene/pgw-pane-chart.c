/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Free pages over time, with the watermarks, the operations along the bottom
 * and the current step; below, lanes of what memory pressure does: faults,
 * pages scanned, reclaimed, refaulted and swapped, each by its own scale. A
 * lane is there if anything of the kind happens in the recording.
 *
 * The axis starts at zero when the free pages vary much; else it shows the
 * range they vary in, and says that the watermarks lie below it.
 */
#include "pgw-plot-private.h"

#include <math.h>

typedef struct {
  PgwScene           *scene;
  const PgwPaneState *state;
  double              scale, line;
  PgwPlot             plot;
  GArray             *samples;
  const GArray       *activity; /* PgwActivity */
  gboolean            shown[6]; /* lanes */
  double              lane, lanes;      /* height of one, of all */
  guint64             position;
} Chart;

typedef struct {
  const char *label;
  gsize       offset;   /* in struct view_activity */
  PgwColour   colour;
} Lane;

static const Lane lane_types[] = {
  { N_("faults"), G_STRUCT_OFFSET (struct view_activity, faults), PGW_COLOUR_PAGE_KIND + VIEW_PAGE_PAGE_TABLE },
  { N_("scanned"), G_STRUCT_OFFSET (struct view_activity, scanned), PGW_COLOUR_WARNING },
  { N_("reclaimed"), G_STRUCT_OFFSET (struct view_activity, reclaimed), PGW_COLOUR_GOOD },
  { N_("refaults"), G_STRUCT_OFFSET (struct view_activity, refaults), PGW_COLOUR_ERROR },
  { N_("swap out"), G_STRUCT_OFFSET (struct view_activity, swapped_out), PGW_COLOUR_PAGE_KIND + VIEW_PAGE_ANON },
  { N_("swap in"), G_STRUCT_OFFSET (struct view_activity, swapped_in), PGW_COLOUR_PAGE_KIND + VIEW_PAGE_FILE },
};

static guint64
lane_value (const Lane        *lane,
            const PgwActivity *activity)
{
  return G_STRUCT_MEMBER (guint64, &activity->activity, lane->offset);
}

/* Which lanes have something to show, and how much of the height they get. */
static void
choose_lanes (Chart *self,
              double height)
{
  guint n = 0;

  self->lane = self->line + ceil (2 * self->scale);
  for (guint i = 0; i < G_N_ELEMENTS (lane_types) && self->activity != NULL && self->activity->len > 0; i++)
    {
      const PgwActivity *last = &g_array_index (self->activity, PgwActivity, self->activity->len - 1);

      self->shown[i] = lane_value (&lane_types[i], last) > 0 && (n + 1) * self->lane < height * 0.45;
      n += self->shown[i];
    }
  self->lanes = n > 0 ? n * self->lane + ceil (4 * self->scale) : 0;
}

static void
place (Chart              *self,
       const PgwPaneState *state,
       double              width,
       double              height)
{
  double scale = pgw_pane_scale (state);
  double axis = ceil (pgw_type_width ("99\u2009999\u2009999", PGW_STYLE_MONO | PGW_STYLE_SMALL, scale));
  double marks = width >= 340 * scale ? ceil (pgw_type_width (_("high 000"), PGW_STYLE_SMALL, scale)) + 8 * scale : 0;

  if (self->activity != NULL && width >= 340 * scale)
    for (guint i = 0; i < G_N_ELEMENTS (lane_types); i++)
      axis = MAX (axis, ceil (pgw_type_width (_(lane_types[i].label), PGW_STYLE_SMALL, scale)));
  if (width < 260 * scale)
    axis = ceil (pgw_type_width ("999\u2009999", PGW_STYLE_MONO | PGW_STYLE_SMALL, scale));
  self->state = state;
  self->scale = scale;
  self->line = pgw_type_line_height (PGW_STYLE_SMALL, scale);
  self->plot.x = ceil (8 * scale) + axis + ceil (6 * scale);
  self->plot.width = MAX (width - self->plot.x - marks - ceil (10 * scale), 20);
  self->plot.y = ceil (5 * scale + 1.5 * self->line);
  choose_lanes (self, height);
  self->plot.height = MAX (height - self->plot.y - self->lanes - 2 * self->line - ceil (14 * scale), 30 * scale);
  self->plot.length = MAX (pgw_timeline_get_length (state->timeline), 1);
  self->position = pgw_timeline_get_position (state->timeline);
}

static void
add_axes (Chart *self)
{
  PgwPlot *plot = &self->plot;
  guint n = CLAMP (plot->height / (self->line * 1.6), 1, 5);
  double step;

  /* Whole pages only. */
  while (n > 1 && fmod (plot->high - plot->low, n) != 0)
    n--;
  step = (plot->high - plot->low) / n;
  for (guint i = 0; i <= n; i++)
    {
      double pages = plot->low + i * step, y = floor (pgw_plot_y (plot, pages));

      pgw_scene_add_line (self->scene, 0, PGW_COLOUR_LINE, 0, plot->x, y, plot->x + plot->width, y);
      pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT,
                          PGW_STYLE_MONO | PGW_STYLE_SMALL | PGW_STYLE_ALIGN_END, 2, y - self->line / 2,
                          plot->x - 6 * self->scale - 2, pgw_count (llround (pages)));
    }
}

/* A tick where an operation starts; what falls on one pixel is drawn once. */
static void
add_operations (Chart *self)
{
  PgwPlot *plot = &self->plot;
  guint64 n_ops = pgw_timeline_get_n_ops (self->state->timeline), done = 0;
  double y = plot->y + plot->height + 3 * self->scale;
  guint64 current = pgw_timeline_op_at (self->state->timeline, self->position);

  for (double x = 0; x <= plot->width && n_ops > 0; x += 3)
    {
      guint64 step = pgw_plot_step (plot, plot->x + x);
      guint64 op = pgw_timeline_op_at (self->state->timeline, step);
      PgwOpRun run;

      if (op == G_MAXUINT64 || op < done || !pgw_timeline_get_op_run (self->state->timeline, op, &run))
        continue;
      done = op + 1;
      pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_OP, op), mm_object (MM_OBJECT_OP, op),
                     op == current ? PGW_COLOUR_ACCENT : PGW_COLOUR_DIM_TEXT, PGW_STYLE_SOLID,
                     floor (pgw_plot_x (plot, run.first_step)), y, MAX (1, floor (self->scale)), 5 * self->scale, NULL);
    }
}

static void
add_watermarks (Chart *self)
{
  static const char *const labels[] = { N_("min %s"), N_("low %s"), N_("high %s") };
  PgwPlot *plot = &self->plot;
  const PgwSample *last;
  double taken = INFINITY, right = plot->x + plot->width + 4 * self->scale;

  if (self->samples->len == 0)
    return;
  last = &g_array_index (self->samples, PgwSample, self->samples->len - 1);
  if (last->wmark[2] < plot->low)
    {
      g_autofree char *text = g_strdup_printf (_("watermarks %s to %s lie below"), pgw_count (last->wmark[0]),
                                               pgw_count (last->wmark[2]));

      pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_WMARK_LABEL, 0), 0, PGW_COLOUR_WARNING,
                          PGW_STYLE_SMALL, plot->x + 4 * self->scale, plot->y + plot->height - self->line - 1,
                          plot->width - 8 * self->scale, text);
      return;
    }
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *text = g_strdup_printf (_(labels[i]), pgw_count (last->wmark[i]));
      double y = pgw_plot_y (plot, last->wmark[i]) - self->line / 2;

      pgw_plot_add_wmark (plot, self->scene, self->samples, i);
      /* Upwards from min; a label that would stand on the one below moves up. */
      y = MIN (y, taken - self->line);
      if (pgw_scene_get_width (self->scene) >= right + 30 * self->scale && y >= plot->y)
        pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_WMARK_LABEL, i), 0, PGW_COLOUR_WARNING,
                            PGW_STYLE_SMALL, right, y, pgw_scene_get_width (self->scene) - right - 2, text);
      taken = y;
    }
}

static const PgwSample *
sample_at (GArray  *samples,
           guint64  step)
{
  const PgwSample *best = NULL;

  for (guint i = 0; i < samples->len; i++)
    {
      const PgwSample *sample = &g_array_index (samples, PgwSample, i);

      if (sample->step > step)
        break;
      best = sample;
    }
  return best;
}

static void
add_cursor (Chart *self)
{
  PgwPlot *plot = &self->plot;
  double x = floor (pgw_plot_x (plot, self->position));
  const PgwSample *sample = sample_at (self->samples, self->position);
  g_autofree char *label = g_strdup_printf (_("step %s of %s"), pgw_count (self->position), pgw_count (plot->length));
  double text = ceil (pgw_type_width (label, PGW_STYLE_BOLD | PGW_STYLE_SMALL, self->scale));
  double at = CLAMP (x - text / 2, 4, MAX (4, pgw_scene_get_width (self->scene) - text - 4));

  pgw_scene_add_line (self->scene, PGW_ITEM_ID_PART (PART_CURSOR, 0), PGW_COLOUR_ACCENT, PGW_STYLE_BOLD, x, plot->y - 2,
                      x, plot->y + plot->height + self->lanes + 8 * self->scale);
  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_CURSOR, 1), 0, PGW_COLOUR_ACCENT,
                      PGW_STYLE_BOLD | PGW_STYLE_SMALL, at, ceil (3 * self->scale),
                      pgw_scene_get_width (self->scene) - at, label);
  if (sample != NULL)
    {
      double radius = ceil (3.5 * self->scale);

      pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_CURSOR, 2), 0, PGW_COLOUR_ACCENT,
                     PGW_STYLE_SOLID | PGW_STYLE_BOLD, x - radius, pgw_plot_y (plot, sample->free_pages) - radius,
                     2 * radius + 1, 2 * radius + 1, NULL);
    }
}

/* Columns of a lane: how much came between the pixels of each, the largest as high as the lane. */
static void
add_lane (Chart      *self,
          const Lane *lane,
          guint       number,
          double      y)
{
  PgwPlot *plot = &self->plot;
  double column = MAX (2, floor (2 * self->scale)), height = self->lane - ceil (3 * self->scale);
  guint n = MAX (plot->width / column, 1), at = 0;
  g_autofree guint64 *sums = g_new0 (guint64, n + 1);
  const PgwActivity *last = NULL;
  guint64 most = 0;
  g_autofree char *total = NULL;

  for (guint i = 0; i < self->activity->len; i++)
    {
      const PgwActivity *sample = &g_array_index (self->activity, PgwActivity, i);

      at = MIN ((pgw_plot_x (plot, sample->step) - plot->x) / column, n - 1);
      sums[at] += last != NULL ? lane_value (lane, sample) - lane_value (lane, last) : lane_value (lane, sample);
      most = MAX (most, sums[at]);
      last = sample;
    }
  if (plot->x > 60 * self->scale)
    pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL | PGW_STYLE_ALIGN_END, 2, y,
                        plot->x - 6 * self->scale - 2, _(lane->label));
  pgw_scene_add_line (self->scene, 0, PGW_COLOUR_LINE, 0, plot->x, y + height + 1, plot->x + plot->width, y + height + 1);
  for (guint i = 0; i < n; i++)
    if (sums[i] > 0)
      {
        double high = MAX (2, height * sqrt ((double) sums[i] / most));

        pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_LANE_MARK, number << 16 | i), 0, lane->colour,
                       PGW_STYLE_SOLID, plot->x + i * column, y + height - high, column, high, NULL);
      }
  total = g_strdup (pgw_count (last != NULL ? lane_value (lane, last) : 0));
  if (pgw_scene_get_width (self->scene) - plot->x - plot->width > 40 * self->scale)
    pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL, plot->x + plot->width + 4 * self->scale, y,
                        pgw_scene_get_width (self->scene) - plot->x - plot->width - 6 * self->scale, total);
}

static void
say_lane (Chart      *self,
          const Lane *lane)
{
  guint64 now = 0, total = 0;

  for (guint i = 0; i < self->activity->len; i++)
    {
      const PgwActivity *sample = &g_array_index (self->activity, PgwActivity, i);

      total = lane_value (lane, sample);
      if (sample->step <= self->position)
        now = total;
    }
  pgw_scene_say (self->scene, _("Lane %s: %s so far, %s in all"), _(lane->label), pgw_count (now), pgw_count (total));
}

static void
add_lanes (Chart *self)
{
  double y = self->plot.y + self->plot.height + ceil (11 * self->scale);

  for (guint i = 0; i < G_N_ELEMENTS (lane_types); i++)
    if (self->shown[i])
      {
        add_lane (self, &lane_types[i], i, y);
        y += self->lane;
      }
}

static void
add_legend (Chart *self)
{
  PgwPlot *plot = &self->plot;
  PgwLegendEntry entries[] = {
    { PGW_COLOUR_GOOD, PGW_STYLE_SOLID, _("free pages") },
    { PGW_COLOUR_WARNING, PGW_STYLE_OUTLINE, _("watermarks") },
    { PGW_COLOUR_DIM_TEXT, PGW_STYLE_SOLID, _("start of an operation") },
  };
  double y = plot->y + plot->height + self->lanes + 12 * self->scale;

  y += pgw_pane_add_legend (self->scene, entries, G_N_ELEMENTS (entries), self->scale, ceil (8 * self->scale), y,
                            pgw_scene_get_width (self->scene) - ceil (16 * self->scale));
  pgw_scene_grow (self->scene, y + 2);
}

static void
say (Chart *self)
{
  const PgwSample *sample = sample_at (self->samples, self->position);
  guint64 least = G_MAXUINT64, most = 0;

  for (guint i = 0; i < self->samples->len; i++)
    {
      least = MIN (least, g_array_index (self->samples, PgwSample, i).free_pages);
      most = MAX (most, g_array_index (self->samples, PgwSample, i).free_pages);
    }
  if (sample == NULL)
    return;
  pgw_scene_say (self->scene, _("Free pages at step %s of %s: %s; between %s and %s over the whole recording"),
                 pgw_count (self->position), pgw_count (pgw_timeline_get_length (self->state->timeline)),
                 pgw_count (sample->free_pages), pgw_count (least), pgw_count (most));
  pgw_scene_say (self->scene, _("Watermarks: min %s, low %s, high %s"), pgw_count (sample->wmark[0]),
                 pgw_count (sample->wmark[1]), pgw_count (sample->wmark[2]));
  for (guint i = 0; i < G_N_ELEMENTS (lane_types); i++)
    if (self->shown[i])
      say_lane (self, &lane_types[i]);
}

static PgwScene *
chart_layout (const PgwPaneState *state,
              double              width,
              double              height)
{
  g_autoptr (PgwStatistics) statistics = pgw_plot_statistics (state);
  g_autoptr (GArray) samples = pgw_statistics_get_samples (statistics, state->zone);
  Chart self = { .scene = pgw_scene_new (width, height), .samples = samples,
                 .activity = pgw_statistics_get_activity (statistics) };

  place (&self, state, width, height);
  self.scene->font_scale = self.scale;
  pgw_plot_fit (&self.plot, samples, FALSE);
  add_axes (&self);
  add_operations (&self);
  pgw_plot_add_free (&self.plot, self.scene, samples);
  add_watermarks (&self);
  add_lanes (&self);
  add_cursor (&self);
  add_legend (&self);
  say (&self);
  return self.scene;
}

static char *
chart_subtitle (const PgwPaneState *state)
{
  struct view_machine about;
  struct view_zone zone;

  if (state->zone != G_MAXUINT32 && view_zone_brief (pgw_pane_machine (state), state->zone, &zone))
    {
      g_autofree char *title = pgw_zone_title (pgw_pane_machine (state), &zone);

      return g_strdup_printf (_("%s · free %s"), title, pgw_count (zone.free_exact));
    }
  view_machine (pgw_pane_machine (state), &about);
  return g_strdup_printf (_("free %s of %s"), pgw_count (about.free_pages), pgw_count (about.managed_pages));
}

guint64
pgw_chart_pane_step_at (const PgwPaneState *state,
                        double              width,
                        double              x)
{
  Chart self = { .activity = state->statistics != NULL ? pgw_statistics_get_activity (state->statistics) : NULL };

  place (&self, state, width, 200);
  return pgw_plot_step (&self.plot, x);
}

double
pgw_chart_pane_x_of (const PgwPaneState *state,
                     double              width,
                     guint64             step)
{
  Chart self = { .activity = state->statistics != NULL ? pgw_statistics_get_activity (state->statistics) : NULL };

  place (&self, state, width, 200);
  return pgw_plot_x (&self.plot, step);
}

const PgwPaneType pgw_chart_pane = {
  .id = "chart",
  .title = N_("Free pages"),
  .layout = chart_layout,
  .subtitle = chart_subtitle,
};
