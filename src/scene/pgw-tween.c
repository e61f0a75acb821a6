/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pictures between two pictures.
 *
 * Items are matched by id. What is in both moves; what is new fades in, what
 * is gone fades out. A new block of page frames that lay inside a larger
 * block comes out of that one's rectangle (a split); a block that is gone but
 * lies inside a larger one of the new picture goes into it (a merge).
 */
#include "config.h"

#include <math.h>

#include "pgw-scene-private.h"

typedef struct {
  PgwScene   *from, *to, *out;
  GHashTable *old, *new;        /* id -> const PgwItem */
  double      ease, fade_in, fade_out;
} Tween;

static GHashTable *
index_by_id (PgwScene *scene)
{
  GHashTable *table = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; i < scene->items->len; i++)
    {
      PgwItem *item = &g_array_index (scene->items, PgwItem, i);

      if (item->id != 0)
        g_hash_table_insert (table, &item->id, item);
    }
  return table;
}

/* The block of `table` that holds a block, or NULL. */
static const PgwItem *
find_parent (GHashTable *table,
             guint64     id)
{
  guint64 pfn;

  if (!PGW_ITEM_ID_IS_BLOCK (id))
    return NULL;
  pfn = PGW_ITEM_ID_BLOCK_PFN (id);
  for (guint order = PGW_ITEM_ID_BLOCK_ORDER (id) + 1; order < VIEW_MAX_ORDER; order++)
    {
      guint64 parent = PGW_ITEM_ID_BLOCK (pfn & ~((1ULL << order) - 1), order);
      const PgwItem *item = g_hash_table_lookup (table, &parent);

      if (item != NULL)
        return item;
    }
  return NULL;
}

static float
mix (float  a,
     float  b,
     double t)
{
  return a + (b - a) * t;
}

static PgwItem
between (const PgwItem *a,
         const PgwItem *b,
         const PgwItem *look,
         double         t)
{
  PgwItem item = *look;

  item.x = mix (a->x, b->x, t);
  item.y = mix (a->y, b->y, t);
  item.width = mix (a->width, b->width, t);
  item.height = mix (a->height, b->height, t);
  return item;
}

static gboolean
moves (const PgwItem *a,
       const PgwItem *b)
{
  return a->x != b->x || a->y != b->y || a->width != b->width || a->height != b->height;
}

static gboolean
can_move (const PgwItem *item)
{
  return item->kind == PGW_ITEM_BOX || item->kind == PGW_ITEM_TEXT || item->kind == PGW_ITEM_LINE;
}

static void
add_items_of_new_scene (Tween *tween)
{
  GArray *moving = g_array_new (FALSE, FALSE, sizeof (PgwItem));

  for (guint i = 0; i < tween->to->items->len; i++)
    {
      const PgwItem *item = &g_array_index (tween->to->items, PgwItem, i);
      const PgwItem *old = item->id == 0 ? NULL : g_hash_table_lookup (tween->old, &item->id);
      PgwItem out = *item;

      if (item->id != 0 && can_move (item))
        {
          if (old == NULL)
            {
              old = find_parent (tween->old, item->id);
              out.opacity *= tween->fade_in;
            }
          if (old != NULL && moves (old, item))
            {
              float opacity = out.opacity;

              out = between (old, item, item, tween->ease);
              out.opacity = opacity;
              g_array_append_val (moving, out);
              continue;
            }
        }
      g_array_append_val (tween->out->items, out);
    }
  g_array_append_vals (tween->out->items, moving->data, moving->len);
  g_array_unref (moving);
}

static void
add_items_that_go (Tween *tween)
{
  for (guint i = 0; i < tween->from->items->len; i++)
    {
      const PgwItem *item = &g_array_index (tween->from->items, PgwItem, i);
      const PgwItem *parent;
      PgwItem out = *item;

      if (item->id == 0 || !can_move (item) || g_hash_table_contains (tween->new, &item->id))
        continue;
      parent = find_parent (tween->new, item->id);
      if (parent != NULL)
        out = between (item, parent, item, tween->ease);
      out.opacity = item->opacity * (parent != NULL ? 1 - tween->fade_in : tween->fade_out);
      /* The old picture may be gone before this one is drawn. */
      if (item->label != NULL)
        out.label = g_string_chunk_insert_const (tween->out->labels, item->label);
      if (out.opacity > 0.01)
        g_array_append_val (tween->out->items, out);
    }
}

PgwScene *
pgw_scene_tween (PgwScene *from,
                 PgwScene *to,
                 double    t)
{
  Tween tween;

  g_return_val_if_fail (from != NULL && to != NULL, NULL);

  if (t >= 1 || from == to)
    return pgw_scene_ref (to);
  if (to->to != NULL)
    to = to->to;
  t = MAX (t, 0);
  tween.from = from;
  tween.to = to;
  tween.out = pgw_scene_new (mix (from->width, to->width, t), mix (from->height, to->height, t));
  tween.out->font_scale = to->font_scale;
  tween.out->to = pgw_scene_ref (to);
  tween.old = index_by_id (from);
  tween.new = index_by_id (to);
  tween.ease = t * t * (3 - 2 * t);
  tween.fade_in = CLAMP (2 * t - 0.4, 0, 1);
  tween.fade_out = CLAMP (1 - 1.6 * t, 0, 1);
  add_items_of_new_scene (&tween);
  add_items_that_go (&tween);
  g_hash_table_unref (tween.old);
  g_hash_table_unref (tween.new);
  return tween.out;
}
