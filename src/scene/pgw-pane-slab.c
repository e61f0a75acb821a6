/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The slab allocator: all caches in a table, and of one cache the arrays of
 * the CPUs and nodes as stacks, and its slabs by list, each with its objects.
 *
 * An object is one tile with one identity. While it lies in an array its tile
 * stands there and only an empty place stays in its slab, so that batches are
 * seen to move between arrays and slabs. Where objects have no room a slab is
 * a bar of shares; where slabs have none they are counted. What the current
 * event or the selection names is always among what is shown.
 */
#include "pgw-pane-private.h"

#include <math.h>
#include <string.h>

#define MAX_CACHES  512
#define MAX_SLABS   2048        /* of a list, read at the most */
#define MAX_OBJECTS 256         /* of a slab drawn one by one */
#define MAX_STACK   512

typedef struct {
  PgwScene             *scene;
  const PgwPaneState   *state;
  const struct machine *machine;
  PgwMarks             *marks;
  double                scale, small;
  struct view_machine   about;
  struct view_kmem_cache cache;         /* the chosen one */
  GHashTable           *in_stack;       /* objects whose tile stands in an array */
} Slab;

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

/* ---- The table of caches ---- */

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
add_cache_row (const Slab                   *self,
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
  pgw_scene_say (self->scene, _("Cache %s: %s of %s objects of %u bytes in use, %s slabs, %s, %s wasted%s"), cache->name,
                 pgw_count (cache->used), pgw_count (cache->num_objs), cache->size, pgw_count (cache->num_slabs),
                 pgw_size (cache_bytes (cache)), pgw_size (cache->waste), pgw_marks_text (marks));
  return height;
}

static double
add_table (const Slab             *self,
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

/* ---- Tiles ---- */

static void
add_tile (const Slab                    *self,
          const struct view_slab_object *object,
          guint64                        what,
          PgwColour                      colour,
          guint                          style,
          double                         x,
          double                         y,
          double                         width,
          double                         height)
{
  mm_object_t id = mm_object (MM_OBJECT_SLAB_OBJECT, object->addr);

  if (object->damaged)
    colour = PGW_COLOUR_ERROR;
  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (what, object->addr), id, colour,
                 style | pgw_marks_object (self->marks, id), x, y, width, height, NULL);
}

/* ---- Arrays as stacks ---- */

static double
add_stack (const Slab           *self,
           enum view_array_kind  kind,
           guint                 where,
           const char           *title,
           double                x,
           double                y,
           double                width)
{
  guint64 entries[MAX_STACK];
  struct view_array array;
  guint n = MIN (view_array_cache (self->machine, self->cache.id, kind, where, &array, entries, MAX_STACK), MAX_STACK);
  double label = MIN (ceil (92 * self->scale), floor (width * 0.45)), tile = ceil (9 * self->scale), gap = ceil (2 * self->scale);
  double height = ceil (15 * self->scale), at = x + label, numbers = 64 * self->scale;
  guint room = MAX ((width - label - numbers) / (tile + gap), 1), first = n > room ? n - room : 0;
  mm_object_t object = kind == VIEW_ARRAY_CPU ? mm_object (MM_OBJECT_ARRAY_CACHE, (guint64) self->cache.id << 8 | where) : 0;
  guint marks = pgw_marks_object (self->marks, object);
  g_autofree char *count = NULL;

  if (array.limit == 0 && n == 0)
    return 0;
  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_STACK_LABEL, kind << 16 | where), object,
                      marks & PGW_STYLE_CHANGED ? PGW_COLOUR_ACCENT : PGW_COLOUR_TEXT, PGW_STYLE_SMALL | PGW_STYLE_BOLD, x, y,
                      label - 4 * self->scale, title);
  for (guint i = first; i < n; i++, at += tile + gap)
    {
      struct view_slab_object tile_object = { 0 };
      gboolean next = i + 1 == n;

      if (!view_slab_object (self->machine, entries[i], &tile_object))
        tile_object.addr = entries[i];
      g_hash_table_add (self->in_stack, GSIZE_TO_POINTER (entries[i] + 1));
      add_tile (self, &tile_object, PART_OBJECT, PGW_COLOUR_PAGE_KIND + VIEW_PAGE_PCP,
                PGW_STYLE_SOLID | (next ? PGW_STYLE_BOLD | PGW_STYLE_RELATED : 0), at, y, tile, height);
    }
  /* Empty places up to the limit. */
  for (guint i = n; i < array.limit && i - first < room; i++, at += tile + gap)
    {
      PgwItem *item = pgw_scene_add (self->scene, PGW_ITEM_BOX,
                                     PGW_ITEM_ID_PART (PART_STACK_ROOM, (guint64) (kind << 16 | where) << 12 | i), 0,
                                     PGW_COLOUR_LINE, PGW_STYLE_OUTLINE, at, y, tile, height, NULL);
      item->opacity = 0.8;
    }
  count = array.limit > 0 ? g_strdup_printf ("%u/%u", n, array.limit) : g_strdup_printf ("%u", n);
  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_STACK_LABEL, 1 << 24 | kind << 16 | where), 0, PGW_COLOUR_DIM_TEXT,
                      PGW_STYLE_SMALL | PGW_STYLE_MONO | PGW_STYLE_ALIGN_END, x + width - 60 * self->scale, y,
                      60 * self->scale, count);
  if (array.batchcount > 0)
    pgw_scene_say (self->scene,
                   g_dngettext (GETTEXT_PACKAGE, "%s: %u object, at most %u, moved %u at a time%s",
                                "%s: %u objects, at most %u, moved %u at a time%s", n),
                   title, n, array.limit, array.batchcount, pgw_marks_text (marks));
  else
    pgw_scene_say (self->scene, g_dngettext (GETTEXT_PACKAGE, "%s: %u object%s", "%s: %u objects%s", n), title, n,
                   pgw_marks_text (marks));
  return height + ceil (4 * self->scale);
}

static double
add_stacks (const Slab *self,
            double      x,
            double      y,
            double      width)
{
  double top = y;

  for (guint cpu = 0; cpu < self->about.nr_cpus; cpu++)
    {
      g_autofree char *title = g_strdup_printf (_("CPU %u array"), cpu);

      y += add_stack (self, VIEW_ARRAY_CPU, cpu, title, x, y, width);
    }
  for (guint node = 0; node < self->about.nr_nodes; node++)
    {
      g_autofree char *title = self->about.nr_nodes > 1 ? g_strdup_printf (_("shared, node %u"), node)
                                                        : g_strdup (_("shared array"));

      y += add_stack (self, VIEW_ARRAY_SHARED, node, title, x, y, width);
      for (guint home = 0; home < self->about.nr_nodes && self->about.nr_nodes > 1; home++)
        if (home != node)
          {
            g_autofree char *alien = g_strdup_printf (_("alien %u→%u"), node, home);

            y += add_stack (self, VIEW_ARRAY_ALIEN, node * MAX_NUMNODES + home, alien, x, y, width);
          }
    }
  return y - top;
}

/* ---- Slabs ---- */

typedef struct {
  double tile, tile_height, gap;
  guint  columns;               /* objects beside each other in a slab */
  double width, height;         /* of a slab's box */
  double prefix;                /* room for the colour at its left */
  gboolean bars;                /* no tiles: shares of a bar */
} SlabShape;

static void
choose_shape (const Slab *self,
              guint       n_slabs,
              guint       num,
              double      width,
              SlabShape  *shape)
{
  double pad = 3 * self->scale;

  *shape = (SlabShape) { .tile = ceil (9 * self->scale), .tile_height = ceil (13 * self->scale), .gap = ceil (2 * self->scale) };
  shape->prefix = self->cache.colour > 1 ? ceil (8 * self->scale) : 0;
  if (num == 0 || num > MAX_OBJECTS || (guint64) num * MIN (n_slabs, 40) > 1500)
    {
      shape->bars = TRUE;
      shape->width = ceil (70 * self->scale);
      shape->height = shape->tile_height + 2 * pad;
      return;
    }
  shape->columns = num <= 16 ? num : ceil (num / ceil (num / 16.0));
  while (shape->columns > 1 && shape->columns * (shape->tile + shape->gap) + 2 * pad + shape->prefix > width)
    shape->columns--;
  shape->width = shape->columns * (shape->tile + shape->gap) - shape->gap + 2 * pad + shape->prefix;
  shape->height = ceil ((double) num / shape->columns) * (shape->tile_height + shape->gap) - shape->gap + 2 * pad;
}

static PgwColour
object_colour (const struct view_slab_object *object,
               guint                         *style)
{
  switch ((enum view_object_state) object->state)
    {
    case VIEW_OBJECT_USED:
      *style = PGW_STYLE_SOLID;
      return PGW_COLOUR_PAGE_KIND + VIEW_PAGE_SLAB;
    case VIEW_OBJECT_IN_CPU:
    case VIEW_OBJECT_IN_SHARED:
    case VIEW_OBJECT_IN_ALIEN:
      *style = PGW_STYLE_SOLID | PGW_STYLE_DOTTED;
      return PGW_COLOUR_PAGE_KIND + VIEW_PAGE_PCP;
    case VIEW_OBJECT_FREE:
    default:
      *style = PGW_STYLE_SOLID | (object->poisoned ? PGW_STYLE_HATCHED : 0);
      return PGW_COLOUR_PAGE_KIND + VIEW_PAGE_FREE;
    }
}

static void
add_objects (const Slab             *self,
             const struct view_slab *slab,
             const SlabShape        *shape,
             double                  x,
             double                  y)
{
  struct view_slab_object objects[MAX_OBJECTS];
  guint n = MIN (view_slab_objects (self->machine, slab->pfn, objects, MAX_OBJECTS), MAX_OBJECTS);

  for (guint i = 0; i < n; i++)
    {
      double tile_x = x + (i % shape->columns) * (shape->tile + shape->gap);
      double tile_y = y + (i / shape->columns) * (shape->tile_height + shape->gap);
      guint style;
      PgwColour colour = object_colour (&objects[i], &style);

      if (g_hash_table_contains (self->in_stack, GSIZE_TO_POINTER (objects[i].addr + 1)))
        add_tile (self, &objects[i], PART_OBJECT_PLACE, PGW_COLOUR_PAGE_KIND + VIEW_PAGE_PCP, PGW_STYLE_OUTLINE, tile_x,
                  tile_y, shape->tile, shape->tile_height);
      else
        add_tile (self, &objects[i], PART_OBJECT, colour, style, tile_x, tile_y, shape->tile, shape->tile_height);
    }
}

static void
add_share (const Slab             *self,
           const struct view_slab *slab,
           guint                   part,
           PgwColour               colour,
           double                  x,
           double                  y,
           double                  width,
           double                  height)
{
  if (width > 0)
    pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_SLAB_SHARE, slab->pfn << 2 | part),
                   mm_object (MM_OBJECT_SLAB, slab->pfn), colour, PGW_STYLE_SOLID, x, y, width, height, NULL);
}

static void
add_shares (const Slab             *self,
            const struct view_slab *slab,
            double                  x,
            double                  y,
            double                  width,
            double                  height)
{
  double used = slab->num > 0 ? width * slab->used / slab->num : width;
  double active = slab->num > 0 ? width * (slab->active - MIN (slab->used, slab->active)) / slab->num : 0;

  add_share (self, slab, 0, PGW_COLOUR_PAGE_KIND + VIEW_PAGE_SLAB, x, y, used, height);
  add_share (self, slab, 1, PGW_COLOUR_PAGE_KIND + VIEW_PAGE_PCP, x + used, y, active, height);
  add_share (self, slab, 2, PGW_COLOUR_PAGE_KIND + VIEW_PAGE_FREE, x + used + active, y, width - used - active, height);
}

static void
add_slab (const Slab             *self,
          const struct view_slab *slab,
          const SlabShape        *shape,
          double                  x,
          double                  y)
{
  mm_object_t object = mm_object (MM_OBJECT_SLAB, slab->pfn);
  guint marks = pgw_marks_object (self->marks, object) | pgw_marks_pages (self->marks, slab->pfn, 1ULL << slab->order);
  double pad = 3 * self->scale, largest = MAX (1, (double) self->cache.colour * self->cache.colour_off);

  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_SLAB, slab->pfn), object, PGW_COLOUR_DIM_TEXT,
                 PGW_STYLE_OUTLINE | marks, x, y, shape->width, shape->height, NULL);
  /* The colour: how far the first object is moved into the slab. */
  if (shape->prefix > 0 && slab->colour_offset > 0)
    pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_SLAB_COLOUR, slab->pfn), object,
                   PGW_COLOUR_MT + 3, PGW_STYLE_SOLID, x + pad, y + pad,
                   MAX (1, (shape->prefix - 2 * self->scale) * slab->colour_offset / largest), shape->height - 2 * pad, NULL);
  if (shape->bars)
    add_shares (self, slab, x + pad + shape->prefix, y + pad, shape->width - 2 * pad - shape->prefix, shape->height - 2 * pad);
  else
    add_objects (self, slab, shape, x + pad + shape->prefix, y + pad);
  pgw_scene_say (self->scene, _("  slab %s: %u of %u objects in use, %u in its free list; colour %u%s"), pgw_pfn (slab->pfn),
                 slab->used, slab->num, slab->num - MIN (slab->active, slab->num), slab->colour_offset, pgw_marks_text (marks));
}

static gboolean
slab_stands_out (const Slab             *self,
                 const struct view_slab *slab)
{
  return pgw_marks_object (self->marks, mm_object (MM_OBJECT_SLAB, slab->pfn)) != 0 ||
         pgw_marks_stand_out (self->marks, slab->pfn, 1ULL << slab->order);
}

static double
add_list (const Slab          *self,
          guint                nid,
          enum view_slab_list  list,
          const char          *title,
          double               x,
          double               y,
          double               width,
          double               bottom)
{
  g_autofree struct view_slab *slabs = g_new (struct view_slab, MAX_SLABS);
  guint64 n = view_slabs (self->machine, self->cache.id, nid, list, slabs, MAX_SLABS);
  guint known = MIN (n, MAX_SLABS), columns, rows, room, shown = 0;
  double gap = ceil (5 * self->scale), label = ceil (92 * self->scale);
  g_autofree char *heading = g_strdup_printf ("%s  %s", title, pgw_count (n));
  SlabShape shape;

  choose_shape (self, known, self->cache.num, width - label, &shape);
  columns = MAX ((width - label + gap) / (shape.width + gap), 1);
  rows = MAX ((bottom - y) / (shape.height + gap), 1);
  room = columns * rows;
  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_LIST_LABEL, nid << 4 | list), 0, PGW_COLOUR_TEXT,
                      PGW_STYLE_SMALL | PGW_STYLE_BOLD, x, y, label - 4 * self->scale, heading);
  pgw_scene_say (self->scene, g_dngettext (GETTEXT_PACKAGE, "%s: %s slab", "%s: %s slabs", MIN (n, G_MAXINT)), title, pgw_count (n));
  for (guint i = 0; i < known; i++)
    {
      if (shown >= room && !slab_stands_out (self, &slabs[i]))
        continue;
      add_slab (self, &slabs[i], &shape, x + label + shown % columns * (shape.width + gap),
                y + shown / columns * (shape.height + gap));
      shown++;
    }
  y += MAX (self->small + gap, ceil ((double) shown / columns) * (shape.height + gap));
  if (shown < n)
    {
      g_autofree char *more =
        g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s more slab", "%s more slabs", MIN (n - shown, G_MAXINT)),
                         pgw_count (n - shown));

      pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_LIST_LABEL, 1 << 16 | nid << 4 | list), 0, PGW_COLOUR_DIM_TEXT,
                          PGW_STYLE_SMALL, x + label, y, width - label, more);
      pgw_scene_say (self->scene, "%s", more);
      y += self->small + gap;
    }
  return y;
}

static double
add_lists (const Slab *self,
           double      x,
           double      y,
           double      width,
           double      height)
{
  static const struct { enum view_slab_list list; const char *title; } lists[] = {
    { VIEW_SLABS_CPU, N_("of the CPU") }, { VIEW_SLABS_PARTIAL, N_("partial") }, { VIEW_SLABS_FULL, N_("full") },
    { VIEW_SLABS_FREE, N_("free") },
  };
  struct view_slab_machine kind;
  double bottom = y + height;

  view_slab_machine (self->machine, &kind);
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      gboolean per_cpu = lists[i].list == VIEW_SLABS_CPU;
      guint n = per_cpu ? self->about.nr_cpus : self->about.nr_nodes;

      if (per_cpu && kind.kind == SLAB_KIND_SLAB)
        continue;
      for (guint where = 0; where < n; where++)
        {
          g_autofree char *title = n == 1 ? g_strdup (_(lists[i].title)) : g_strdup_printf ("%s %u", _(lists[i].title), where);

          y = add_list (self, where, lists[i].list, title, x, y, width, y + (bottom - y) / (G_N_ELEMENTS (lists) - i));
        }
    }
  return y;
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
add_cache (Slab   *self,
           double  x,
           double  y,
           double  width,
           double  height)
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
  y += add_stacks (self, x, y, width);
  legend_height = pgw_pane_add_legend (NULL, entries, G_N_ELEMENTS (entries), self->scale, x, y, width);
  y = add_lists (self, x, y + ceil (2 * self->scale), width, height - (y - top) - legend_height);
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
  Slab self = { .scene = scene, .state = state, .machine = pgw_pane_machine (state), .marks = marks,
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

      bottom = y + add_table (&self, caches, n, x, y, table, height - 2 * y);
      y = add_cache (&self, x + table + gap, y, inner - table - gap, height - 2 * y);
      bottom = MAX (bottom, y);
    }
  else
    {
      bottom = add_cache (&self, x, y, inner, height * 0.7);
      /* In a small pane one cache is all that can be read. */
      if (height > 300 * self.scale)
        bottom += add_table (&self, caches, n, x, bottom + gap, inner, MAX (height - bottom - gap, 120 * self.scale)) + gap;
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
