/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All caches in a table, as slabtop shows them: a row each with the objects
 * in use and in slabs, a bar of how full its slabs are, and the memory it
 * has. Caches without a slab, and those without room, are counted; one that
 * is chosen or marked always has its row.
 */
#include "pgw-slab-private.h"

#include <math.h>
#include <string.h>

static guint64
cache_bytes (const struct view_kmem_cache *cache)
{
  return cache->num_slabs * (PAGE_SIZE << cache->order);
}

/* Tenths of a percent of the objects in its slabs that somebody has. */
static guint64
cache_use (const struct view_kmem_cache *cache)
{
  return cache->num_objs > 0 ? cache->used * 1000 / cache->num_objs : 0;
}

/* Keys and what they stand for are slabtop's, but for waste, which slabtop does not know. */
static const PgwSlabSort sorts[] = {
  { "memory", 'c', N_("by memory") },
  { "name", 'n', N_("by name") },
  { "objects", 'o', N_("by objects in slabs") },
  { "used", 'a', N_("by objects in use") },
  { "use", 'u', N_("by share in use") },
  { "waste", 'w', N_("by waste") },
  { "size", 's', N_("by size of an object") },
  { "per-slab", 'b', N_("by objects in a slab") },
  { "slabs", 'l', N_("by slabs") },
  { "active", 'v', N_("by slabs in use") },
  { "order", 'p', N_("by pages of a slab") },
  { NULL, 0, NULL }
};

const PgwSlabSort *
pgw_slab_sorts (void)
{
  return sorts;
}

static guint64
sort_value (const struct view_kmem_cache *cache,
            char                          key)
{
  switch (key)
    {
    case 'o':
      return cache->num_objs;
    case 'a':
      return cache->used;
    case 'u':
      return cache_use (cache);
    case 'w':
      return cache->waste;
    case 's':
      return cache->size;
    case 'b':
      return cache->num;
    case 'l':
      return cache->num_slabs;
    case 'v':
      return cache->active_slabs;
    case 'p':
      return cache->order;
    case 'n':
      return 0;
    case 'c':
    default:
      return cache_bytes (cache);
    }
}

/* The largest first; those that are as large by name. */
static int
compare_caches (gconstpointer a,
                gconstpointer b,
                gpointer      data)
{
  const struct view_kmem_cache *x = a, *y = b;
  const char key = ((const PgwSlabSort *) data)->key;
  guint64 left = sort_value (x, key), right = sort_value (y, key);

  return left != right ? (left < right ? 1 : -1) : strcmp (x->name, y->name);
}

static const PgwSlabSort *
sort_option (const PgwPaneState *state)
{
  for (guint i = 0; state->option != NULL && sorts[i].id != NULL; i++)
    if (strcmp (state->option, sorts[i].id) == 0)
      return &sorts[i];
  return &sorts[0];
}

static double
add_cache_row (const PgwSlab                *self,
               const struct view_kmem_cache *cache,
               double                        x,
               double                        y,
               double                        width)
{
  mm_object_t object = mm_object (MM_OBJECT_CACHE, cache->id);
  guint marks = pgw_marks_object (self->marks, object);
  double height = ceil (self->small + 6 * self->scale), pad = ceil (5 * self->scale);
  double number = ceil (pgw_type_width ("000 000/000 000", PGW_STYLE_MONO | PGW_STYLE_SMALL, self->scale));
  double size = ceil (pgw_type_width ("0000 KiB", PGW_STYLE_SMALL, self->scale)), bar, filled;
  g_autofree char *count = g_strdup_printf ("%s/%s", pgw_count (cache->used), pgw_count (cache->num_objs));
  double name_width, least = 60 * self->scale;
  PgwItem *row;

  /* In a narrow pane the name is what stays. */
  if (width - number - size - 4 * pad < least)
    size = 0;
  if (width - number - size - 4 * pad < least)
    number = 0;
  name_width = MAX (width - number - size - 4 * pad, 1);
  if (cache->id == self->cache.id)
    marks |= PGW_STYLE_SELECTED;
  row = pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_CACHE, cache->id), object, PGW_COLOUR_ACCENT,
                       PGW_STYLE_OUTLINE | marks, x, y, width, height, NULL);
  if (marks == 0)
    row->opacity = 0;
  /* How full its slabs are, under the name. */
  bar = name_width;
  filled = cache->num_objs > 0 ? bar * cache->used / cache->num_objs : 0;
  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_CACHE_BAR, (guint64) cache->id << 1), 0,
                 PGW_COLOUR_PAGE_KIND + VIEW_PAGE_FREE, PGW_STYLE_SOLID, x + pad, y + height - 4 * self->scale, bar,
                 2 * self->scale, NULL);
  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_CACHE_BAR, (guint64) cache->id << 1 | 1), 0,
                 PGW_COLOUR_PAGE_KIND + VIEW_PAGE_SLAB, PGW_STYLE_SOLID, x + pad, y + height - 4 * self->scale, filled,
                 2 * self->scale, NULL);
  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_CACHE_LABEL, (guint64) cache->id << 2), object, PGW_COLOUR_TEXT,
                      PGW_STYLE_SMALL | (cache->id == self->cache.id ? PGW_STYLE_BOLD : 0), x + pad, y + self->scale,
                      name_width, cache->name);
  if (number > 0)
    pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_CACHE_LABEL, (guint64) cache->id << 2 | 1), object,
                        PGW_COLOUR_TEXT, PGW_STYLE_MONO | PGW_STYLE_SMALL | PGW_STYLE_ALIGN_END, x + pad + name_width + pad,
                        y + 2 * self->scale, number, count);
  if (size > 0)
    pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_CACHE_LABEL, (guint64) cache->id << 2 | 2), object,
                        PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL | PGW_STYLE_ALIGN_END, x + width - size - pad,
                        y + 2 * self->scale, size, pgw_size (cache_bytes (cache)));
  pgw_scene_say (self->scene, _("Cache %s: %s of %s of %u bytes in use, %s, %s, %s wasted%s"), cache->name,
                 pgw_count (cache->used), pgw_n_objects (cache->num_objs), cache->size, pgw_n_slabs (cache->num_slabs),
                 pgw_size (cache_bytes (cache)), pgw_size (cache->waste), pgw_marks_text (marks));
  return height;
}

double
pgw_slab_add_table (const PgwSlab          *self,
                    struct view_kmem_cache *caches,
                    guint                   n,
                    double                  x,
                    double                  y,
                    double                  width,
                    double                  height)
{
  guint room = MAX (height / (self->small + 7 * self->scale) - 1, 3), shown = 0;
  const PgwSlabSort *sort = sort_option (self->state);
  g_autofree char *heading = g_strdup_printf (_("Caches: objects in use / in slabs, memory (%s)"), _(sort->title));
  double top = y;

  g_qsort_with_data (caches, n, sizeof *caches, compare_caches, (gpointer) sort);
  pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL | PGW_STYLE_BOLD, x, y, width, heading);
  y += self->small + ceil (3 * self->scale);
  for (guint i = 0; i < n; i++)
    {
      gboolean wanted = caches[i].id == self->cache.id ||
                        pgw_marks_object (self->marks, mm_object (MM_OBJECT_CACHE, caches[i].id)) != 0;

      /* A cache without a slab says nothing. */
      if (!wanted && (caches[i].num_slabs == 0 || (shown + 1 >= room && n > room)))
        continue;
      y += add_cache_row (self, &caches[i], x, y, width) + self->scale;
      shown++;
    }
  if (shown < n)
    {
      g_autofree char *more =
        g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u more cache", "%u more caches", n - shown), n - shown);

      pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL, x + 5 * self->scale, y, width, more);
      y += self->small;
    }
  return y - top;
}
