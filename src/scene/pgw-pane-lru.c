/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The LRU lists of a node: who reclaims and how far it is, the pages it has
 * isolated, and below them each list as rows of page tiles.
 *
 * A page is one tile with one identity, so that it is seen to go to the tail,
 * to be taken from there, and to get a second chance or to go. Every list has
 * at least a row; the rows that are left are shared out by length. In a
 * small pane tiles become smaller and say the most important thing only.
 */
#include "pgw-lru-private.h"

#include <math.h>

#define SMALL_WIDTH  420
#define SMALL_HEIGHT 300

static const guint32 order[] = { 1, 0, 3, 2, 4 }; /* active above inactive */

static void
choose_tiles (PgwLru *self,
              double  height)
{
  gboolean small = self->width < SMALL_WIDTH * self->scale || height < SMALL_HEIGHT * self->scale;

  self->letters = small ? 1 : 3;
  self->gap = ceil (2 * self->scale);
  self->tile = small ? ceil (pgw_type_width ("W", PGW_STYLE_MONO | PGW_STYLE_SMALL, self->scale) + 6 * self->scale)
                     : ceil (pgw_type_width ("DAR", PGW_STYLE_MONO | PGW_STYLE_SMALL, self->scale) + 7 * self->scale);
  self->tile_height = small ? MAX (self->line, ceil (15 * self->scale)) : ceil (18 * self->scale);
  if (self->width > 300 * self->scale)
    {
      self->head = ceil (pgw_type_width (_("head"), PGW_STYLE_SMALL, self->scale)) + ceil (5 * self->scale);
      self->tail = ceil (pgw_type_width (_("tail"), PGW_STYLE_SMALL, self->scale)) + ceil (5 * self->scale);
    }
  self->columns = MAX ((self->width - self->head - self->tail + self->gap) / (self->tile + self->gap), 1);
}

static gboolean
is_shown (const PgwLru *self,
          guint32       lru)
{
  return lru != VIEW_NR_LRU - 1 || self->lruvec.nr[lru] > 0;
}

/* Rows for each list: one if it has a page, and of the rest by what it wants. */
static void
share_rows (const PgwLru *self,
            double        height,
            guint        *rows)
{
  guint left, wanted = 0, want[VIEW_NR_LRU] = { 0 };
  double pitch = self->tile_height + self->gap;

  for (guint32 lru = 0; lru < VIEW_NR_LRU; lru++)
    {
      want[lru] = pgw_lru_list_rows (self, lru);
      rows[lru] = MIN (want[lru], 1);
      want[lru] -= rows[lru];
      wanted += want[lru];
      if (is_shown (self, lru))
        height -= pgw_lru_list_height (self, rows[lru]);
    }
  if (height < pitch || wanted == 0)
    return;
  left = MIN (height / pitch, wanted);
  for (guint32 lru = 0; lru < VIEW_NR_LRU; lru++)
    rows[lru] += (guint64) left * want[lru] / wanted;
}

static double
add_legend (const PgwLru *self,
            PgwScene     *scene,
            double        y)
{
  PgwLegendEntry entries[] = {
    { PGW_COLOUR_PAGE_KIND + VIEW_PAGE_ANON, PGW_STYLE_SOLID, _("anonymous") },
    { PGW_COLOUR_PAGE_KIND + VIEW_PAGE_FILE, PGW_STYLE_SOLID, _("file") },
    { PGW_COLOUR_DIM_TEXT, PGW_STYLE_OUTLINE, _("so many pages, folded; bar: the share that is marked") },
  };
  double line, width = self->width;
  const char *letters = self->letters > 1
    ? _("A accessed bit set · R PG_referenced · D dirty · W being written · full colour: active")
    : _("A accessed · R referenced · D dirty · W written");

  line = pgw_type_wrapped_height (letters, PGW_STYLE_SMALL, self->scale, width);
  if (scene != NULL)
    pgw_scene_add (scene, PGW_ITEM_TEXT, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL | PGW_STYLE_WRAP, self->x, y, width, line,
                   letters);
  return line + pgw_pane_add_legend (scene, entries, self->letters > 1 ? 3 : 2, self->scale, self->x, y + line, width);
}

static guint32
chosen_node (const PgwPaneState *state)
{
  mm_object_t object = state->selection;

  if (mm_object_kind (object) == MM_OBJECT_LRU)
    return mm_object_id (object) >> 8;
  if (mm_object_kind (object) == MM_OBJECT_NODE)
    return mm_object_id (object);
  return pgw_pane_zone (state) >> 3;
}

static PgwScene *
lru_layout (const PgwPaneState *state,
            double              width,
            double              height)
{
  PgwScene *scene = pgw_scene_new (width, height);
  g_autoptr (PgwMarks) marks = pgw_marks_new (state);
  g_autoptr (GHashTable) drawn = g_hash_table_new (NULL, NULL);
  PgwLru self = { .scene = scene, .state = state, .machine = pgw_pane_machine (state), .marks = marks, .drawn = drawn,
                  .scale = pgw_pane_scale (state), .nid = chosen_node (state) };
  double y, legend, bottom;
  guint rows[VIEW_NR_LRU], isolated;
  gboolean batches;

  scene->font_scale = self.scale;
  self.line = pgw_type_line_height (PGW_STYLE_SMALL, self.scale);
  self.x = ceil (10 * self.scale);
  self.width = width - 2 * self.x;
  y = ceil (5 * self.scale);
  view_lruvec (self.machine, self.nid, &self.lruvec);
  view_kswapd (self.machine, self.nid, &self.kswapd);
  pgw_lru_find_reclaimer (&self);
  choose_tiles (&self, height);
  legend = add_legend (&self, NULL, 0);
  y += pgw_lru_add_state (&self, y);
  /* The room for a batch is kept free, so that nothing jumps when there is one. */
  isolated = height > 420 * self.scale ? CLAMP (44 / self.columns, 2, 3) : 1;
  if (self.letters > 1 || self.at_work >= 0)
    y += pgw_lru_add_isolated (&self, isolated, y);
  batches = self.letters > 1 && height > 480 * self.scale;
  bottom = height - legend - (self.letters > 1 ? self.line + ceil (4 * self.scale) : 0) - ceil (4 * self.scale);
  if (batches)
    bottom -= self.tile_height + self.gap + ceil (3 * self.scale);
  share_rows (&self, bottom - y, rows);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    if (is_shown (&self, order[i]))
      y += pgw_lru_add_list (&self, order[i], rows[order[i]], y);
  if (batches)
    y += pgw_lru_add_batches (&self, y);
  if (self.letters > 1)
    y += pgw_lru_add_refault (&self, y);
  y += add_legend (&self, scene, y + ceil (2 * self.scale));
  pgw_scene_grow (scene, y + ceil (4 * self.scale));
  return scene;
}

static char *
lru_subtitle (const PgwPaneState *state)
{
  guint32 nid = chosen_node (state);
  struct view_lruvec lruvec;
  struct view_kswapd kswapd;
  struct view_machine about;
  guint64 anon, file;
  const char *doing;

  view_machine (pgw_pane_machine (state), &about);
  if (!view_lruvec (pgw_pane_machine (state), nid, &lruvec))
    return g_strdup (_("no such node"));
  view_kswapd (pgw_pane_machine (state), nid, &kswapd);
  anon = lruvec.nr[0] + lruvec.nr[1];
  file = lruvec.nr[2] + lruvec.nr[3];
  doing = kswapd.awake ? _("kswapd at work") : kswapd.woken ? _("kswapd woken") : _("kswapd asleep");
  if (about.nr_nodes > 1)
    return g_strdup_printf (_("node %u · anonymous %s · file %s · %s"), nid, pgw_count (anon), pgw_count (file), doing);
  return g_strdup_printf (_("anonymous %s · file %s · %s"), pgw_count (anon), pgw_count (file), doing);
}

const PgwPaneType pgw_lru_pane = {
  .id = "lru",
  .title = N_("LRU lists"),
  .layout = lru_layout,
  .subtitle = lru_subtitle,
};
