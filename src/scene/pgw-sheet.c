/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exported pictures: panes as cards on a background, each with its title and
 * what it says in short; a layout also has a line above with the scenario and
 * the step, and the narration of the step below.
 *
 * A pane that is higher than its card is drawn smaller, as there is nothing
 * to scroll with.
 */
#include "pgw-sheet-private.h"

#include <math.h>

#include <gio/gio.h>

#define SMALLEST 0.5

typedef struct {
  PgwRect   card;
  PgwRect   content;
  PgwScene *scene;
} Cell;

struct _PgwSheet
{
  double            width, height;
  double            scale;
  const PgwPalette *palette;
  GArray           *cells;      /* Cell; without a scene: only a card */
  PgwScene         *furniture;  /* titles, header, narration */
};

static void
cell_clear (gpointer data)
{
  Cell *cell = data;

  g_clear_pointer (&cell->scene, pgw_scene_unref);
}

static void
add_pane (PgwSheet           *self,
          const PgwPaneType  *type,
          const PgwPaneState *state,
          const char         *title,
          PgwRect             card)
{
  double pad = ceil (10 * self->scale), line = pgw_type_line_height (PGW_STYLE_TITLE, self->scale);
  double small = pgw_type_line_height (PGW_STYLE_SMALL, self->scale);
  g_autofree char *subtitle = type->subtitle (state);
  Cell cell = { .card = card };
  double width = pgw_type_width (title, PGW_STYLE_TITLE, self->scale);

  pgw_scene_add_text (self->furniture, 0, 0, PGW_COLOUR_TEXT, PGW_STYLE_TITLE, card.x + pad, card.y + pad * 0.7,
                      card.width - 2 * pad, title);
  pgw_scene_add_text (self->furniture, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL | PGW_STYLE_ALIGN_END,
                      card.x + pad + width + pad, card.y + pad * 0.7 + (line - small) / 2,
                      card.width - 3 * pad - width, subtitle);
  cell.content.x = card.x + pad * 0.4;
  cell.content.y = card.y + pad * 0.7 + line + pad * 0.3;
  cell.content.width = card.width - pad * 0.8;
  cell.content.height = card.y + card.height - cell.content.y - pad * 0.4;
  cell.scene = type->layout (state, cell.content.width, cell.content.height);
  /* Too high: lay it out wider and draw it smaller, until it fits. */
  for (double shrink = 1; pgw_scene_get_height (cell.scene) > cell.content.height / shrink + 0.5 && shrink > SMALLEST;)
    {
      shrink -= 0.05;
      pgw_scene_unref (cell.scene);
      cell.scene = type->layout (state, cell.content.width / shrink, cell.content.height / shrink);
    }
  g_array_append_val (self->cells, cell);
}

static void
add_header (PgwSheet           *self,
            const PgwPaneState *state,
            PgwRect             area)
{
  g_autofree char *subtitle = pgw_timeline_pane.subtitle (state);
  const char *title = state->scenario != NULL ? pgw_scenario_get_title (state->scenario) : NULL;
  double half = area.width * 0.6;

  pgw_scene_add_text (self->furniture, 0, 0, PGW_COLOUR_TEXT, PGW_STYLE_TITLE, area.x, area.y, half,
                      title != NULL ? title : _("Pagewalk"));
  pgw_scene_add_text (self->furniture, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_ALIGN_END, area.x + half + 10, area.y,
                      area.width - half - 10, subtitle);
}

static void
add_narration (PgwSheet           *self,
               const PgwPaneState *state,
               PgwRect             card)
{
  const PgwEvent *event = pgw_pane_event (state);
  g_autoptr (PgwNarration) narration = NULL;
  double pad = ceil (10 * self->scale), line = pgw_type_line_height (PGW_STYLE_BOLD, self->scale);
  Cell cell = { .card = card };

  g_array_append_val (self->cells, cell);
  if (event != NULL)
    narration = pgw_narrate (pgw_pane_machine (state), event);
  pgw_scene_add_text (self->furniture, 0, 0, PGW_COLOUR_TEXT, PGW_STYLE_BOLD, card.x + pad, card.y + pad * 0.6,
                      card.width - 2 * pad, narration != NULL ? narration->headline : _("The booted machine"));
  if (narration == NULL)
    return;
  pgw_scene_add_text (self->furniture, 0, 0, PGW_COLOUR_TEXT, 0, card.x + pad, card.y + pad * 0.6 + line,
                      card.width - 2 * pad, narration->what);
  if (card.height >= 3 * line + pad)
    pgw_scene_add_text (self->furniture, 0, 0, PGW_COLOUR_DIM_TEXT, 0, card.x + pad, card.y + pad * 0.6 + 2 * line,
                        card.width - 2 * pad, narration->why);
}

static const PgwLayout *
find_layout (const char *id)
{
  const PgwLayout *const *layouts = pgw_layouts ();

  for (guint i = 0; layouts[i] != NULL; i++)
    if (g_strcmp0 (layouts[i]->id, id) == 0)
      return layouts[i];
  return NULL;
}

static gboolean
is_strip (const PgwLayoutCell *cell)
{
  return cell->y > 0 && cell->y + cell->height > 0.99 && cell->height < 0.3;
}

static gboolean
has_strip (const PgwLayoutCell *cells)
{
  for (const PgwLayoutCell *cell = cells; cell->pane != NULL; cell++)
    if (is_strip (cell))
      return TRUE;
  return FALSE;
}

/* What a pane shows: what was said for all, else for the pane, else what is usual in its place. */
static const char *
option_of (const PgwExportOptions *options,
           const PgwPaneType      *type,
           const char             *usual)
{
  const char *chosen = options->option;

  if (chosen == NULL && options->pane_options != NULL)
    chosen = g_hash_table_lookup (options->pane_options, type->id);
  return chosen != NULL ? chosen : usual;
}

/* A pane for each machine, side by side. What is selected is an object of the first one only where that is shown. */
static void
add_machines (PgwSheet           *self,
              const PgwPaneType  *type,
              const PgwPaneState *state,
              PgwRect             place)
{
  double gap = ceil (8 * self->scale), width = (place.width + gap) / state->n_peers - gap;

  for (guint i = 0; i < state->n_peers; i++)
    {
      const PgwPeer *peer = &state->peers[i];
      g_autofree char *title = pgw_pane_title_of (type, peer->name);
      PgwPaneState own = *state;

      if (peer->timeline == NULL)
        continue;
      own.timeline = peer->timeline;
      own.scenario = peer->scenario;
      own.statistics = peer->timeline == state->timeline ? state->statistics : NULL;
      add_pane (self, type, &own, title, (PgwRect) { floor (place.x + i * (width + gap)), place.y, floor (width),
                                                     place.height });
    }
}

static void
add_layout (PgwSheet               *self,
            const PgwLayout        *layout,
            const PgwPaneState     *state,
            const PgwExportOptions *options)
{
  double margin = ceil (8 * self->scale), header = pgw_type_line_height (PGW_STYLE_TITLE, self->scale) + margin;
  double line = pgw_type_line_height (0, self->scale);
  double narration = ceil (3 * line + 12 * self->scale + margin);
  PgwRect area = { margin / 2, margin + header - margin / 2, self->width - margin,
                   self->height - margin - header - narration };

  const PgwLayoutCell *cells = pgw_layout_get_cells (layout, area.width / self->scale, area.height / self->scale);

  add_header (self, state, (PgwRect) { margin * 1.5, margin, self->width - 3 * margin, header });
  for (const PgwLayoutCell *cell = cells; cell->pane != NULL; cell++)
    {
      /* A low strip at the bottom needs more of the height when its type is larger. */
      double grow = has_strip (cells) ? CLAMP (0.12 * (self->scale - 1), 0, 0.15) : 0;
      gboolean strip = is_strip (cell);
      double top = strip ? cell->y - grow : cell->y, share = strip ? cell->height + grow : cell->height - grow;
      PgwRect card = {
        floor (area.x + cell->x * area.width + margin / 2),
        floor (area.y + top * area.height + margin / 2),
        floor (cell->width * area.width - margin),
        floor (share * area.height - margin),
      };

      const PgwPaneType *type = pgw_pane_type_by_id (cell->each && options->each != NULL ? options->each : cell->pane);
      PgwPaneState own = *state;

      own.option = option_of (options, type, cell->option);
      if (cell->each && state->n_peers > 0)
        add_machines (self, type, &own, card);
      else
        add_pane (self, type, &own, _(type->title), card);
    }
  add_narration (self, state, (PgwRect) { margin, self->height - narration, self->width - 2 * margin,
                                          narration - margin });
}

PgwSheet *
pgw_sheet_new (PgwTimeline            *timeline,
               PgwScenario            *scenario,
               const PgwExportOptions *options,
               PgwStatistics          *statistics,
               GError                **error)
{
  const PgwPaneType *type = options->pane != NULL ? pgw_pane_type_by_id (options->pane) : NULL;
  PgwPaneState state = {
    .timeline = timeline,
    .scenario = scenario,
    .selection = options->selection,
    .zone = options->zone,
    .translate = options->translate,
    .option = type != NULL ? option_of (options, type, NULL) : NULL,
    .cpu = G_MAXUINT32,
    .font_scale = options->font_scale,
    .statistics = statistics,
    .peers = options->peers != NULL ? (const PgwPeer *) (gconstpointer) options->peers->data : NULL,
    .n_peers = options->peers != NULL ? options->peers->len : 0,
  };
  const PgwLayout *layout = options->pane == NULL ? find_layout (options->layout != NULL ? options->layout
                                                                                           : "overview") : NULL;
  PgwSheet *self;

  if (type == NULL && layout == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   options->pane != NULL ? _("There is no pane “%s”") : _("There is no layout “%s”"),
                   options->pane != NULL ? options->pane : options->layout);
      return NULL;
    }
  self = g_new0 (PgwSheet, 1);
  self->width = options->width;
  self->height = options->height;
  self->scale = pgw_pane_scale (&state);
  self->palette = pgw_palette_get (options->scheme);
  self->cells = g_array_new (FALSE, TRUE, sizeof (Cell));
  g_array_set_clear_func (self->cells, cell_clear);
  self->furniture = pgw_scene_new (self->width, self->height);
  self->furniture->font_scale = self->scale;
  if (type != NULL)
    {
      double margin = ceil (6 * self->scale);

      add_pane (self, type, &state, _(type->title), (PgwRect) { margin, margin, self->width - 2 * margin, self->height - 2 * margin });
    }
  else
    add_layout (self, layout, &state, options);
  return self;
}

void
pgw_sheet_free (PgwSheet *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->cells);
  pgw_scene_unref (self->furniture);
  g_free (self);
}

static void
draw_card (PgwSheet   *self,
           const Cell *cell,
           cairo_t    *cr)
{
  const PgwRgba *surface = &self->palette->colours[PGW_COLOUR_SURFACE];
  const PgwRgba *line = &self->palette->colours[PGW_COLOUR_LINE];
  double x = floor (cell->card.x) + 0.5, y = floor (cell->card.y) + 0.5, radius = 8 * self->scale;
  double width = cell->card.width - 1, height = cell->card.height - 1;

  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI_2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, G_PI_2);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI_2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 3 * G_PI_2);
  cairo_close_path (cr);
  cairo_set_source_rgb (cr, surface->red, surface->green, surface->blue);
  cairo_fill_preserve (cr);
  cairo_set_source_rgb (cr, line->red, line->green, line->blue);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
}

static void
draw_cell (PgwSheet   *self,
           const Cell *cell,
           PgwScene   *scene,
           cairo_t    *cr)
{
  double shrink = MIN (cell->content.width / pgw_scene_get_width (scene),
                       cell->content.height / pgw_scene_get_height (scene));

  cairo_save (cr);
  cairo_rectangle (cr, floor (cell->content.x), floor (cell->content.y), cell->content.width, cell->content.height);
  cairo_clip (cr);
  cairo_translate (cr, floor (cell->content.x), floor (cell->content.y));
  if (shrink < 0.999)
    cairo_scale (cr, shrink, shrink);
  pgw_scene_render (scene, cr, self->palette, self->scale);
  cairo_restore (cr);
}

void
pgw_sheet_draw (PgwSheet *self,
                PgwSheet *before,
                double    t,
                cairo_t  *cr)
{
  const PgwRgba *background = &self->palette->colours[PGW_COLOUR_BACKGROUND];

  cairo_set_source_rgb (cr, background->red, background->green, background->blue);
  cairo_paint (cr);
  for (guint i = 0; i < self->cells->len; i++)
    draw_card (self, &g_array_index (self->cells, Cell, i), cr);
  pgw_scene_render (self->furniture, cr, self->palette, self->scale);
  for (guint i = 0; i < self->cells->len; i++)
    {
      const Cell *cell = &g_array_index (self->cells, Cell, i);
      g_autoptr (PgwScene) scene = NULL;

      if (cell->scene == NULL)
        continue;
      if (before != NULL && i < before->cells->len && g_array_index (before->cells, Cell, i).scene != NULL)
        scene = pgw_scene_tween (g_array_index (before->cells, Cell, i).scene, cell->scene, t);
      draw_cell (self, cell, scene != NULL ? scene : cell->scene, cr);
    }
}
