/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several machines in figures: a row for each figure, a column for each
 * machine, each number with a bar that starts at zero and is as long, against
 * the others of its row, as the number is large.
 */
#include "pgw-pane-private.h"

#include <math.h>

#include "src/engine/pgw-figures.h"

#define LONGEST_BAR 220.0

typedef struct {
  PgwScene           *scene;
  const PgwPaneState *state;
  PgwFigures         *figures;
  double              scale, line;
  double              x, titles, column, numbers;       /* widths */
} Table;

/* What stands in place of figures, or NULL. */
static char *
excuse (const PgwPeer *peer)
{
  if (peer->problem != NULL)
    return g_strdup (peer->problem);
  if (peer->timeline == NULL)
    return g_strdup (_("not started yet"));
  return NULL;
}

static char *
heading (const PgwPeer *peer)
{
  if (peer->progress < 1 && peer->timeline != NULL)
    return g_strdup_printf (_("%s (recording, %.0f %%)"), peer->name, floor (peer->progress * 100));
  return g_strdup (peer->name);
}

static void
measure (Table  *self,
         double  width)
{
  const PgwFigureRow *rows;
  guint n_rows;

  rows = pgw_figure_rows (&n_rows);
  self->x = ceil (12 * self->scale);
  for (guint i = 0; i < n_rows; i++)
    self->titles = MAX (self->titles, ceil (pgw_type_width (_(rows[i].title), PGW_STYLE_SMALL, self->scale)));
  self->titles = MIN (self->titles, floor (width * 0.42)) + ceil (14 * self->scale);
  self->numbers = ceil (pgw_type_width ("99\u2009999\u2009999", PGW_STYLE_MONO | PGW_STYLE_SMALL, self->scale));
  self->column = floor ((width - self->x - self->titles - 8 * self->scale) / MAX (self->state->n_peers, 1));
}

static double
add_headings (Table  *self,
              double  y)
{
  double line = pgw_type_line_height (PGW_STYLE_BOLD, self->scale);

  for (guint i = 0; i < self->state->n_peers; i++)
    {
      const PgwPeer *peer = &self->state->peers[i];
      g_autofree char *title = heading (peer);
      g_autofree char *why = excuse (peer);
      double x = self->x + self->titles + i * self->column;

      pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_MACHINE, i), 0, PGW_COLOUR_TEXT, PGW_STYLE_BOLD, x, y,
                          self->column - 6 * self->scale, title);
      if (why == NULL)
        {
          pgw_scene_say (self->scene, "%s", title);
          continue;
        }
      pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_WARNING, PGW_STYLE_SMALL, x, y + line,
                          self->column - 6 * self->scale, why);
      pgw_scene_say (self->scene, _("%s: %s"), title, why);
    }
  return y + line + ceil (3 * self->scale);
}

/* Digits in groups, as the panes have them. */
static char *
format (const PgwFigureRow *row,
        const PgwFigures   *figures)
{
  if (row->unit == PGW_FIGURE_COUNT)
    return g_strdup (pgw_count (pgw_figure_value (row, figures)));
  if (row->unit == PGW_FIGURE_BYTES)
    return g_strdup (pgw_size (pgw_figure_value (row, figures)));
  return pgw_figure_format (row, figures);
}

static void
add_value (Table              *self,
           const PgwFigureRow *row,
           guint               at,
           guint               machine,
           guint64             largest,
           double              y)
{
  const guint64 value = pgw_figure_value (row, &self->figures[machine]);
  double x = self->x + self->titles + machine * self->column, gap = ceil (8 * self->scale);
  double room = MIN (self->column - self->numbers - 3 * gap, LONGEST_BAR * self->scale);
  g_autofree char *text = format (row, &self->figures[machine]);

  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_FIGURE, at << 8 | machine), 0, PGW_COLOUR_TEXT,
                      PGW_STYLE_MONO | PGW_STYLE_SMALL | PGW_STYLE_ALIGN_END, x, y, self->numbers, text);
  if (room >= 12 * self->scale && largest > 0 && value > 0)
    pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_FIGURE_BAR, at << 8 | machine), 0,
                   PGW_COLOUR_ACCENT, PGW_STYLE_SOLID, x + self->numbers + gap, floor (y + self->line * 0.22),
                   MAX (2, round (room * value / largest)), ceil (self->line * 0.56), NULL);
}

static double
add_row (Table              *self,
         const PgwFigureRow *row,
         guint               at,
         double              y)
{
  g_autoptr (GString) twin = g_string_new (NULL);
  guint64 largest = 0;

  for (guint i = 0; i < self->state->n_peers; i++)
    largest = MAX (largest, pgw_figure_value (row, &self->figures[i]));
  pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL, self->x, y,
                      self->titles - 8 * self->scale, _(row->title));
  for (guint i = 0; i < self->state->n_peers; i++)
    {
      const PgwPeer *peer = &self->state->peers[i];

      if (peer->timeline == NULL)
        continue;
      g_autofree char *text = format (row, &self->figures[i]);

      add_value (self, row, at, i, largest, y);
      g_string_append_printf (twin, "%s%s %s", twin->len > 0 ? ", " : "", peer->name, text);
    }
  if (twin->len > 0)
    pgw_scene_say (self->scene, _("%s: %s"), _(row->title), twin->str);
  return y + self->line + ceil (2 * self->scale);
}

static PgwScene *
compare_layout (const PgwPaneState *state,
                double              width,
                double              height)
{
  Table self = {
    .scene = pgw_scene_new (width, height),
    .state = state,
    .scale = pgw_pane_scale (state),
    .figures = g_new0 (PgwFigures, MAX (state->n_peers, 1)),
  };
  double y = ceil (4 * self.scale);
  const PgwFigureRow *rows;
  guint n_rows;

  self.scene->font_scale = self.scale;
  self.line = pgw_type_line_height (PGW_STYLE_SMALL, self.scale);
  measure (&self, width);
  if (state->n_peers == 0)
    {
      const char *text = _("The layout Compare runs the script on several machines; this is their table.");

      pgw_scene_add_text (self.scene, 0, 0, PGW_COLOUR_DIM_TEXT, 0, self.x, y, width - 2 * self.x, text);
      pgw_scene_say (self.scene, "%s", text);
      g_free (self.figures);
      return self.scene;
    }
  for (guint i = 0; i < state->n_peers; i++)
    if (state->peers[i].timeline != NULL)
      pgw_figures_take (state->peers[i].timeline, state->peers[i].scenario, &self.figures[i]);
  y = add_headings (&self, y);
  rows = pgw_figure_rows (&n_rows);
  for (guint i = 0; i < n_rows; i++)
    y = add_row (&self, &rows[i], i, y);
  pgw_scene_grow (self.scene, y + ceil (4 * self.scale));
  g_free (self.figures);
  return self.scene;
}

static char *
compare_subtitle (const PgwPaneState *state)
{
  g_autoptr (GString) names = g_string_new (NULL);

  if (state->n_peers == 0)
    return g_strdup (_("no machines"));
  for (guint i = 0; i < state->n_peers; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? " · " : "", state->peers[i].name);
  return g_string_free (g_steal_pointer (&names), FALSE);
}

const PgwPaneType pgw_compare_pane = {
  .id = "compare",
  .title = N_("Comparison"),
  .layout = compare_layout,
  .subtitle = compare_subtitle,
};
