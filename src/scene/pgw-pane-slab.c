/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The slab allocator: which cache the picture is about, and where the table
 * of all caches (pgw-slab-table.c), the facts of that one and its objects
 * (pgw-slab-objects.c) stand. SLOB, which has no caches of its own, is drawn
 * by pgw-slob.c.
 *
 * The cache is that of the selection, else the one that the operation under
 * way last named, else the one with the most objects in use.
 */
#include "pgw-slab-private.h"

#include <math.h>

#define MAX_CACHES  512

/* ---- Which cache ---- */

static guint32
cache_of_object (const struct machine *machine,
                 mm_object_t           object)
{
  guint64 id = mm_object_id (object);
  struct view_slab_object slab_object;
  struct view_slab slab;

  switch (mm_object_kind (object))
    {
    case MM_OBJECT_CACHE:
      return id;
    case MM_OBJECT_ARRAY_CACHE:
      return id >> 8;
    case MM_OBJECT_SLAB:
    case MM_OBJECT_PAGE:
      return view_slab (machine, id, &slab) ? slab.cache : 0;
    case MM_OBJECT_SLAB_OBJECT:
      return view_slab_object (machine, id, &slab_object) ? slab_object.cache : 0;
    default:
      return 0;
    }
}

/* The cache that the operation under way last named. */
static guint32
cache_of_operation (const PgwPaneState *state)
{
  const struct machine *machine = pgw_pane_machine (state);
  guint64 position = pgw_timeline_get_position (state->timeline);
  const PgwEvent *first = pgw_timeline_get_event (state->timeline, position);

  for (guint64 step = position; first != NULL && step > 0 && position - step < 64; step--)
    {
      const PgwEvent *event = pgw_timeline_get_event (state->timeline, step);
      const PgwEventType *type = event != NULL ? pgw_event_type (event->id) : NULL;

      if (type == NULL || event->op != first->op)
        return 0;
      for (guint i = 0; i < type->n_fields; i++)
        {
          mm_object_t object = pgw_event_field_object (event, &type->fields[i]);
          guint32 cache = cache_of_object (machine, object);
          char name[16];

          if (cache != 0 && mm_object_kind (object) != MM_OBJECT_PAGE)
            return cache;
          if (type->fields[i].type != PGW_FIELD_CACHE_NAME)
            continue;
          view_cache_name (pgw_event_field (event, &type->fields[i]), name);
          cache = view_find_kmem_cache (machine, name);
          if (cache != 0)
            return cache;
        }
    }
  return 0;
}

static guint32
choose_cache (const PgwPaneState           *state,
              const struct view_kmem_cache *caches,
              guint                         n)
{
  guint32 wanted[] = { cache_of_object (pgw_pane_machine (state), state->selection), cache_of_operation (state) };
  guint best = 0;

  for (guint w = 0; w < G_N_ELEMENTS (wanted); w++)
    for (guint i = 0; i < n && wanted[w] != 0; i++)
      if (caches[i].id == wanted[w])
        return wanted[w];
  for (guint i = 1; i < n; i++)
    if (caches[i].used > caches[best].used)
      best = i;
  return n > 0 ? caches[best].id : 0;
}

/* ---- The pane ---- */

static char *
cache_facts (const struct view_kmem_cache *cache)
{
  static const char *const places[] = {
    N_("free list in the last free object"), N_("free list off the slab"), N_("free list at the slab's end"),
    N_("free objects linked"),
  };

  const char *place = _(places[MIN (cache->freelist_place, G_N_ELEMENTS (places) - 1)]);
  g_autofree char *size = g_strdup_printf (_("%u bytes, %u to a slab of order %u"), cache->size, cache->num, cache->order);
  g_autofree char *colours = NULL;

  /* Only SLAB begins its slabs at different offsets. */
  if (cache->freelist_place == VIEW_FREELIST_LINKED)
    return g_strdup_printf ("%s · %s", size, place);
  colours = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u colour", "%u colours", MAX (cache->colour, 1)),
                             MAX (cache->colour, 1));
  return g_strdup_printf ("%s · %s · %s", size, colours, place);
}

static double
add_cache (PgwSlab *self,
           double   x,
           double   y,
           double   width,
           double   height)
{
  static const PgwLegendEntry legend[] = {
    { PGW_COLOUR_PAGE_KIND + VIEW_PAGE_SLAB, PGW_STYLE_SOLID, N_("in use") },
    { PGW_COLOUR_PAGE_KIND + VIEW_PAGE_PCP, PGW_STYLE_SOLID, N_("free, in an array") },
    { PGW_COLOUR_PAGE_KIND + VIEW_PAGE_FREE, PGW_STYLE_SOLID, N_("free, in its slab") },
    { PGW_COLOUR_PAGE_KIND + VIEW_PAGE_FREE, PGW_STYLE_SOLID | PGW_STYLE_HATCHED, N_("poisoned") },
    { PGW_COLOUR_ERROR, PGW_STYLE_SOLID, N_("damaged") },
  };
  PgwLegendEntry entries[G_N_ELEMENTS (legend)];
  g_autofree char *facts = cache_facts (&self->cache);
  double top = y, legend_height;

  for (guint i = 0; i < G_N_ELEMENTS (legend); i++)
    {
      entries[i] = legend[i];
      entries[i].label = _(legend[i].label);
    }
  pgw_scene_add_text (self->scene, 0, mm_object (MM_OBJECT_CACHE, self->cache.id), PGW_COLOUR_TEXT,
                      PGW_STYLE_BOLD | PGW_STYLE_MONO, x, y, width, self->cache.name);
  y += pgw_type_line_height (PGW_STYLE_MONO, self->scale) + ceil (2 * self->scale);
  pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL, x, y, width, facts);
  pgw_scene_say (self->scene, "%s: %s", self->cache.name, facts);
  y += self->small + ceil (6 * self->scale);
  y += pgw_slab_add_stacks (self, x, y, width);
  legend_height = pgw_pane_add_legend (NULL, entries, G_N_ELEMENTS (entries), self->scale, x, y, width);
  y = pgw_slab_add_lists (self, x, y + ceil (2 * self->scale), width, height - (y - top) - legend_height);
  return y + pgw_pane_add_legend (self->scene, entries, G_N_ELEMENTS (entries), self->scale, x, y, width);
}

static PgwScene *
slab_layout (const PgwPaneState *state,
             double              width,
             double              height)
{
  PgwScene *scene = pgw_scene_new (width, height);
  g_autoptr (PgwMarks) marks = pgw_marks_new (state);
  g_autoptr (GHashTable) in_stack = g_hash_table_new (NULL, NULL);
  g_autofree struct view_kmem_cache *caches = g_new (struct view_kmem_cache, MAX_CACHES);
  PgwSlab self = { .scene = scene, .state = state, .machine = pgw_pane_machine (state), .marks = marks,
                .scale = pgw_pane_scale (state), .in_stack = in_stack };
  double x = ceil (12 * self.scale), y = ceil (6 * self.scale), inner = width - 2 * x, gap = ceil (14 * self.scale), bottom;
  guint n = MIN (view_kmem_caches (self.machine, caches, MAX_CACHES), MAX_CACHES);

  scene->font_scale = self.scale;
  self.small = pgw_type_line_height (PGW_STYLE_SMALL, self.scale);
  view_machine (self.machine, &self.about);
  if (pgw_slob_is_used (self.machine))
    {
      pgw_scene_grow (scene, pgw_slob_add (scene, state, marks, x, y, inner, height - 2 * y) + ceil (6 * self.scale));
      return scene;
    }
  if (n == 0 || !view_kmem_cache (self.machine, choose_cache (state, caches, n), &self.cache))
    {
      pgw_scene_add_text (scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL | PGW_STYLE_WRAP, x, y, inner,
                          _("The slab allocator has not been used yet."));
      pgw_scene_say (scene, _("The slab allocator has not been used yet."));
      return scene;
    }
  if (inner > 560 * self.scale)
    {
      double table = floor (inner * 0.36);

      bottom = y + pgw_slab_add_table (&self, caches, n, x, y, table, height - 2 * y);
      y = add_cache (&self, x + table + gap, y, inner - table - gap, height - 2 * y);
      bottom = MAX (bottom, y);
    }
  else
    {
      bottom = add_cache (&self, x, y, inner, height * 0.7);
      /* In a small pane one cache is all that can be read. */
      if (height > 300 * self.scale)
        bottom += pgw_slab_add_table (&self, caches, n, x, bottom + gap, inner, MAX (height - bottom - gap, 120 * self.scale)) + gap;
    }
  pgw_scene_grow (scene, bottom + ceil (6 * self.scale));
  return scene;
}

static char *
slab_subtitle (const PgwPaneState *state)
{
  struct view_slab_machine about;

  view_slab_machine (pgw_pane_machine (state), &about);
  if (about.kind == 0)
    return g_strdup (_("not in use"));
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s · %u cache · %s", "%s · %u caches · %s", about.nr_caches),
                          view_slab_kind_name (about.kind), about.nr_caches,
                          pgw_size ((about.pages[0] + about.pages[1]) * PAGE_SIZE));
}

const PgwPaneType pgw_slab_pane = {
  .id = "slab",
  .title = N_("Slab allocator"),
  .layout = slab_layout,
  .subtitle = slab_subtitle,
};
