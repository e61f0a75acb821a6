/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The objects of one cache where they are: in the arrays of the CPUs and
 * nodes, as stacks, and in its slabs, list by list.
 *
 * An object is one tile with one identity. While it lies in an array its tile
 * stands there and only an empty place stays in its slab, so that batches are
 * seen to move between arrays and slabs. Where objects have no room a slab is
 * a bar of shares; where slabs have none they are counted.
 */
#include "pgw-slab-private.h"

#include <math.h>

#define MAX_SLABS   2048        /* of a list, read at the most */
#define MAX_OBJECTS 256         /* of a slab drawn one by one */
#define MAX_STACK   512

/* ---- Tiles ---- */

static void
add_tile (const PgwSlab                 *self,
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
add_stack (const PgwSlab       *self,
           enum view_array_kind kind,
           guint                where,
           const char          *title,
           double               x,
           double               y,
           double               width)
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

double
pgw_slab_add_stacks (const PgwSlab *self,
                     double         x,
                     double         y,
                     double         width)
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
choose_shape (const PgwSlab *self,
              guint          n_slabs,
              guint          num,
              double         width,
              SlabShape     *shape)
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
add_objects (const PgwSlab          *self,
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
add_share (const PgwSlab          *self,
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
add_shares (const PgwSlab          *self,
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
add_slab (const PgwSlab          *self,
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
  pgw_scene_say (self->scene, _("  slab %s: %u of %s in use, %u in its free list; colour %u%s"), pgw_pfn (slab->pfn),
                 slab->used, pgw_n_objects (slab->num), slab->num - MIN (slab->active, slab->num),
                 slab->colour_offset, pgw_marks_text (marks));
}

static gboolean
slab_stands_out (const PgwSlab          *self,
                 const struct view_slab *slab)
{
  return pgw_marks_object (self->marks, mm_object (MM_OBJECT_SLAB, slab->pfn)) != 0 ||
         pgw_marks_stand_out (self->marks, slab->pfn, 1ULL << slab->order);
}

static double
add_list (const PgwSlab      *self,
          guint               nid,
          enum view_slab_list list,
          const char         *title,
          double              x,
          double              y,
          double              width,
          double              bottom)
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

double
pgw_slab_add_lists (const PgwSlab *self,
                    double         x,
                    double         y,
                    double         width,
                    double         height)
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
