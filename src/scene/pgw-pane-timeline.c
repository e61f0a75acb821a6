/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The timeline: operations as labelled blocks, lanes of events below them,
 * the free pages against the watermarks, and where one stands.
 *
 * All lanes share one scale of steps. What falls on the same pixels is joined,
 * so that a million events cost no more than a few hundred items; where there
 * is no height for all lanes, those that matter least are left out.
 */
#include "pgw-plot-private.h"

#include <math.h>
#include <string.h>

typedef struct {
  const char *label;
  PgwColour   colour;
  guint       needed;           /* lanes with a higher number give way first */
  gboolean    only_if_any;
  guint16     events[5];
} Lane;

static const Lane lanes[] = {
  { N_("allocations"), PGW_COLOUR_PAGE_KIND + VIEW_PAGE_FILE, 2, FALSE, { TRACE_mm_page_alloc } },
  { N_("frees"), PGW_COLOUR_GOOD, 2, FALSE, { TRACE_mm_page_free } },
  { N_("splits, merges"), PGW_COLOUR_PAGE_KIND + VIEW_PAGE_ANON, 4, FALSE, { TRACE_expand, TRACE_merge_buddy } },
  { N_("per-CPU refills"), PGW_COLOUR_PAGE_KIND + VIEW_PAGE_PAGE_TABLE, 5, TRUE,
    { TRACE_rmqueue_bulk, TRACE_free_pcppages_bulk, TRACE_drain_pages_zone } },
  { N_("fallbacks"), PGW_COLOUR_WARNING, 3, TRUE,
    { TRACE_mm_page_alloc_extfrag, TRACE_steal_suitable_fallback, TRACE_boost_watermark } },
  { N_("kswapd woken"), PGW_COLOUR_WARNING, 3, TRUE, { TRACE_wakeup_kswapd } },
  { N_("faults"), PGW_COLOUR_PAGE_KIND + VIEW_PAGE_PAGE_TABLE, 1, TRUE,
    { TRACE_page_fault_user, TRACE_page_fault_kernel } },
  { N_("reclaim"), PGW_COLOUR_WARNING, 0, TRUE,
    { TRACE_mm_vmscan_kswapd_wake, TRACE_balance_pgdat, TRACE_mm_vmscan_lru_isolate,
      TRACE_mm_vmscan_lru_shrink_inactive, TRACE_mm_vmscan_direct_reclaim_begin } },
  { N_("refaults"), PGW_COLOUR_ERROR, 3, TRUE, { TRACE_workingset_refault } },
  { N_("swap in, out"), PGW_COLOUR_PAGE_KIND + VIEW_PAGE_ANON, 3, TRUE, { TRACE_swap_readpage, TRACE_swap_writepage } },
  { N_("trouble"), PGW_COLOUR_ERROR, 0, TRUE, { TRACE_warn_alloc, TRACE_bad_page, TRACE_vm_bug } },
};

typedef struct {
  PgwScene           *scene;
  const PgwPaneState *state;
  PgwStatistics      *statistics;
  PgwMarks           *marks;
  double              scale, line;
  double              left;
  PgwPlot             plot;
  guint64             position;
} Pane;

static void
place (Pane               *self,
       const PgwPaneState *state,
       double              width)
{
  double labels = 0;

  self->state = state;
  self->scale = pgw_pane_scale (state);
  self->line = pgw_type_line_height (PGW_STYLE_SMALL, self->scale);
  self->left = ceil (8 * self->scale);
  if (width >= 420 * self->scale)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (lanes); i++)
        labels = MAX (labels, pgw_type_width (_(lanes[i].label), PGW_STYLE_SMALL, self->scale));
      labels = MAX (labels, pgw_type_width (_("operations"), PGW_STYLE_SMALL, self->scale));
      labels = MAX (labels, pgw_type_width (_("free pages"), PGW_STYLE_SMALL, self->scale));
      labels = ceil (labels) + ceil (12 * self->scale);
    }
  self->plot.x = self->left + labels;
  self->plot.width = MAX (width - self->plot.x - ceil (12 * self->scale), 20);
  self->plot.length = MAX (pgw_timeline_get_length (state->timeline), 1);
  self->position = pgw_timeline_get_position (state->timeline);
}

static void
add_label (Pane       *self,
           const char *label,
           double      y,
           double      height)
{
  if (self->plot.x - self->left > 40 * self->scale)
    pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL, self->left,
                        y + (height - self->line) / 2, self->plot.x - self->left - 4 * self->scale, label);
}

/* ---- Operations ---- */

static gboolean
fits (Pane       *self,
      const char *text,
      double      width)
{
  return width >= pgw_type_width (text, PGW_STYLE_SMALL, self->scale) + 8 * self->scale;
}

/* As much as there is room for: "child: store heap 7", without the task, the name of the call; NULL: not even that. */
static char *
op_label (Pane    *self,
          guint64  op,
          double   width)
{
  g_autofree char *text = NULL;
  char *call, *blank;

  if (self->state->scenario == NULL || op >= pgw_scenario_get_n_ops (self->state->scenario))
    return NULL;
  text = pgw_scenario_describe_op (self->state->scenario, op);
  if (text == NULL || fits (self, text, width))
    return g_steal_pointer (&text);
  call = text;
  blank = strchr (text, ' ');
  if (blank != NULL && blank > text && blank[-1] == ':')
    call = blank + 1;
  if (fits (self, call, width))
    return g_strdup (call);
  blank = strchr (call, ' ');
  if (blank != NULL)
    *blank = '\0';
  return fits (self, call, width) ? g_strdup (call) : NULL;
}

static void
add_operations (Pane   *self,
                double  y,
                double  height)
{
  PgwTimeline *timeline = self->state->timeline;
  guint64 current = pgw_timeline_op_at (timeline, self->position);
  double x = self->plot.x, end = self->plot.x + self->plot.width;

  add_label (self, _("operations"), y, height);
  for (guint64 next = 0; x < end;)
    {
      guint64 op = MAX (next, pgw_timeline_op_at (timeline, MAX (1, pgw_plot_step (&self->plot, x + 1))));
      guint64 last = op;
      double right, stop = x + 4 * self->scale;
      g_autofree char *label = NULL;
      gboolean is_current;
      PgwOpRun run;

      if (op == G_MAXUINT64 || !pgw_timeline_get_op_run (timeline, op, &run) || run.first_step == 0)
        break;
      right = pgw_plot_x (&self->plot, run.last_step);
      if (right < stop)
        {
          /* Operations too short for a block of their own share one; a long one that begins here has its own. */
          last = MAX (op, pgw_timeline_op_at (timeline, pgw_plot_step (&self->plot, stop)));
          if (last > op && pgw_timeline_get_op_run (timeline, last, &run) &&
              pgw_plot_x (&self->plot, run.last_step) > stop + 8 * self->scale)
            last--;
          if (pgw_timeline_get_op_run (timeline, last, &run))
            right = pgw_plot_x (&self->plot, run.last_step);
        }
      next = last + 1;
      right = MAX (right, x + 2);
      is_current = current != G_MAXUINT64 && current >= op && current <= last;
      if (op == last)
        label = op_label (self, op, right - x);
      pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_OP, op),
                     mm_object (MM_OBJECT_OP, is_current ? current : op),
                     is_current ? PGW_COLOUR_ACCENT : PGW_COLOUR_LINE,
                     PGW_STYLE_SMALL | (op != last ? PGW_STYLE_SOLID : label == NULL ? PGW_STYLE_OUTLINE : 0) |
                       (pgw_marks_object (self->marks, mm_object (MM_OBJECT_OP, op)) &
                        (PGW_STYLE_SELECTED | PGW_STYLE_RELATED)),
                     x, y, MIN (right, end) - x - (right - x > 3 ? 1 : 0), height, label);
      x = right;
    }
}

/* ---- Lanes of events ---- */

static gboolean
any_event (Pane       *self,
           const Lane *lane)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lane->events) && lane->events[i] != 0; i++)
    {
      guint n;
      guint64 width;
      const guint32 *counts = pgw_statistics_get_events (self->statistics, lane->events[i], &n, &width);

      for (guint j = 0; j < n; j++)
        if (counts[j] > 0)
          return TRUE;
    }
  return FALSE;
}

/* Marks the pixels on which an event of the lane falls; returns how many events there are. */
static guint64
collect (Pane       *self,
         const Lane *lane,
         guint8     *pixels,
         guint       n_pixels)
{
  guint64 total = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (lane->events) && lane->events[i] != 0; i++)
    {
      guint n;
      guint64 width;
      const guint32 *counts = pgw_statistics_get_events (self->statistics, lane->events[i], &n, &width);

      for (guint j = 0; j < n; j++)
        if (counts[j] > 0)
          {
            guint at = pgw_plot_x (&self->plot, j * width + (width + 1) / 2) - self->plot.x;

            pixels[MIN (at, n_pixels - 1)] = 1;
            total += counts[j];
          }
    }
  return total;
}

static void
add_lane (Pane       *self,
          const Lane *lane,
          guint       number,
          double      y,
          double      height)
{
  guint n_pixels = MAX (1, ceil (self->plot.width));
  g_autofree guint8 *pixels = g_malloc0 (n_pixels);
  double tick = MAX (2, floor (2 * self->scale));
  guint64 total = collect (self, lane, pixels, n_pixels);

  add_label (self, _(lane->label), y, height);
  for (guint i = 0; i < n_pixels;)
    {
      guint end = i;

      if (!pixels[i])
        {
          i++;
          continue;
        }
      /* Ticks that leave no pixel between them become one block. */
      while (end < n_pixels && pixels[end])
        end++;
      while (end < n_pixels && end - i >= tick && end + 1 < n_pixels && pixels[end + 1])
        {
          end++;
          while (end < n_pixels && pixels[end])
            end++;
        }
      pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_LANE_MARK, number << 16 | i), 0, lane->colour,
                     PGW_STYLE_SOLID, MIN (self->plot.x + i, self->plot.x + self->plot.width - tick), y + height * 0.15,
                     MAX (tick, end - i), height * 0.7, NULL);
      i = end;
    }
  pgw_scene_say (self->scene, _("Lane %s: %s"), _(lane->label), pgw_n_events (total));
}

/* ---- Free pages, cursor ---- */

static void
add_free_pages (Pane   *self,
                double  y,
                double  height)
{
  g_autoptr (GArray) samples = pgw_statistics_get_samples (self->statistics, self->state->zone);
  PgwPlot plot = self->plot;

  add_label (self, _("free pages"), y, height);
  plot.y = y + 2;
  plot.height = height - 4;
  pgw_plot_fit (&plot, samples, FALSE);
  pgw_plot_add_free (&plot, self->scene, samples);
  if (samples->len > 0 && g_array_index (samples, PgwSample, samples->len - 1).wmark[2] >= plot.low)
    for (guint i = 0; i < 3; i++)
      pgw_plot_add_wmark (&plot, self->scene, samples, i);
}

static void
add_cursor (Pane   *self,
            double  bottom)
{
  double x = floor (pgw_plot_x (&self->plot, self->position));
  double knob = ceil (5 * self->scale), top = ceil (4 * self->scale);
  guint64 length = pgw_timeline_get_length (self->state->timeline);
  g_autofree char *label = g_strdup_printf (_("step %s of %s"), pgw_count (self->position), pgw_count (length));
  double text = ceil (pgw_type_width (label, PGW_STYLE_BOLD | PGW_STYLE_SMALL, self->scale));
  double at = x + knob + 4 * self->scale;

  if (at + text > pgw_scene_get_width (self->scene) - 4)
    at = MAX (2, x - knob - 4 * self->scale - text);
  pgw_scene_add_line (self->scene, PGW_ITEM_ID_PART (PART_CURSOR, 0), PGW_COLOUR_ACCENT, PGW_STYLE_BOLD, x, top + knob,
                      x, bottom);
  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_CURSOR, 2), 0, PGW_COLOUR_ACCENT,
                 PGW_STYLE_SOLID | PGW_STYLE_BOLD, x - knob, top, 2 * knob, 2 * knob, NULL);
  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_CURSOR, 1), 0, PGW_COLOUR_ACCENT,
                      PGW_STYLE_BOLD | PGW_STYLE_SMALL, at, top + knob - self->line / 2,
                      pgw_scene_get_width (self->scene) - at, label);
}

static void
say_where (Pane *self)
{
  guint64 op = pgw_timeline_op_at (self->state->timeline, self->position);
  guint64 length = pgw_timeline_get_length (self->state->timeline);
  g_autofree char *text = NULL;

  if (op == G_MAXUINT64)
    {
      guint64 n = pgw_timeline_get_n_ops (self->state->timeline);

      pgw_scene_say (self->scene, g_dngettext (GETTEXT_PACKAGE, "Step %s of %s: before the only operation",
                                               "Step %s of %s: before the first of %s operations", n),
                     pgw_count (self->position), pgw_count (length), pgw_count (n));
      return;
    }
  if (self->state->scenario != NULL && op < pgw_scenario_get_n_ops (self->state->scenario))
    text = pgw_scenario_describe_op (self->state->scenario, op);
  pgw_scene_say (self->scene, _("Step %s of %s: operation %s of %s%s%s"), pgw_count (self->position), pgw_count (length),
                 pgw_count (op + 1), pgw_count (pgw_timeline_get_n_ops (self->state->timeline)),
                 text != NULL ? ", " : "", text != NULL ? text : "");
}

/* Which lanes there is height for: the most important ones, in their order. */
static guint
choose_lanes (Pane     *self,
              double    room,
              double    lane_height,
              gboolean *shown)
{
  guint n = 0, wanted = room > 0 ? room / lane_height : 0;

  for (guint rank = 0; rank <= 5; rank++)
    for (gsize i = 0; i < G_N_ELEMENTS (lanes); i++)
      if (lanes[i].needed == rank && n < wanted && (!lanes[i].only_if_any || any_event (self, &lanes[i])))
        {
          shown[i] = TRUE;
          n++;
        }
  return n;
}

static PgwScene *
timeline_layout (const PgwPaneState *state,
                 double              width,
                 double              height)
{
  g_autoptr (PgwStatistics) statistics = pgw_plot_statistics (state);
  g_autoptr (PgwMarks) marks = pgw_marks_new (state);
  Pane self = { .scene = pgw_scene_new (width, height), .statistics = statistics, .marks = marks };
  gboolean shown[G_N_ELEMENTS (lanes)] = { FALSE };
  double y, op_height, lane_height, curve;
  guint n;

  place (&self, state, width);
  self.scene->font_scale = self.scale;
  say_where (&self);
  y = ceil (6 * self.scale) + self.line;
  op_height = self.line + ceil (2 * self.scale);
  lane_height = self.line + ceil (1 * self.scale);
  n = choose_lanes (&self, height - y - op_height - 40 * self.scale, lane_height, shown);
  curve = MAX (height - y - op_height - n * lane_height - 10 * self.scale, 16 * self.scale);

  add_operations (&self, y, op_height);
  y += op_height + ceil (3 * self.scale);
  for (gsize i = 0; i < G_N_ELEMENTS (lanes); i++)
    if (shown[i])
      {
        add_lane (&self, &lanes[i], i, y, lane_height);
        y += lane_height;
      }
  add_free_pages (&self, y + 2, curve);
  pgw_scene_grow (self.scene, y + 2 + curve + 2);
  add_cursor (&self, y + 2 + curve);
  return self.scene;
}

static char *
timeline_subtitle (const PgwPaneState *state)
{
  guint64 position = pgw_timeline_get_position (state->timeline);
  guint64 op = pgw_timeline_op_at (state->timeline, position);

  return g_strdup_printf (_("operation %s of %s · step %s of %s"), pgw_count (op == G_MAXUINT64 ? 0 : op + 1),
                          pgw_count (pgw_timeline_get_n_ops (state->timeline)), pgw_count (position),
                          pgw_count (pgw_timeline_get_length (state->timeline)));
}

guint64
pgw_timeline_pane_step_at (const PgwPaneState *state,
                           double              width,
                           double              x)
{
  Pane self = { 0 };

  place (&self, state, width);
  return MIN (pgw_plot_step (&self.plot, x), pgw_timeline_get_length (state->timeline));
}

double
pgw_timeline_pane_x_of (const PgwPaneState *state,
                        double              width,
                        guint64             step)
{
  Pane self = { 0 };

  place (&self, state, width);
  return pgw_plot_x (&self.plot, step);
}

const PgwPaneType pgw_timeline_pane = {
  .id = "timeline",
  .title = N_("Timeline"),
  .layout = timeline_layout,
  .subtitle = timeline_subtitle,
};
