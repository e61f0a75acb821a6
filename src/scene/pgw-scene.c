/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scene: an array of items, with the strings, points and bitmaps they
 * refer to, and the text that says the same. Finished scenes are not changed,
 * so they may be shared between views by reference.
 */
#include "config.h"

#include <math.h>
#include <string.h>

#include "pgw-scene-private.h"

static void
bitmap_free (gpointer data)
{
  PgwBitmap *bitmap = data;

  g_free (bitmap->cells);
  g_free (bitmap);
}

PgwScene *
pgw_scene_new (double width,
               double height)
{
  PgwScene *self = g_new0 (PgwScene, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->width = width;
  self->height = height;
  self->font_scale = 1.0;
  self->items = g_array_new (FALSE, TRUE, sizeof (PgwItem));
  self->points = g_array_new (FALSE, FALSE, sizeof (PgwPoint));
  self->bitmaps = g_ptr_array_new_with_free_func (bitmap_free);
  self->labels = g_string_chunk_new (4096);
  self->text = g_string_new (NULL);
  return self;
}

PgwScene *
pgw_scene_ref (PgwScene *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
pgw_scene_unref (PgwScene *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_array_unref (self->items);
  g_array_unref (self->points);
  g_ptr_array_unref (self->bitmaps);
  g_string_chunk_free (self->labels);
  g_string_free (self->text, TRUE);
  g_clear_pointer (&self->by_object, g_hash_table_unref);
  g_clear_pointer (&self->to, pgw_scene_unref);
  g_free (self);
}

double
pgw_scene_get_width (PgwScene *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->width;
}

double
pgw_scene_get_height (PgwScene *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->height;
}

const PgwItem *
pgw_scene_get_items (PgwScene *self,
                     guint    *n_items)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (n_items != NULL)
    *n_items = self->items->len;
  return (const PgwItem *) (gpointer) self->items->data;
}

/* ---- Building ---- */

PgwItem *
pgw_scene_add (PgwScene    *self,
               PgwItemKind  kind,
               guint64      id,
               mm_object_t  object,
               PgwColour    colour,
               guint        style,
               double       x,
               double       y,
               double       width,
               double       height,
               const char  *label)
{
  PgwItem item = {
    .id = id,
    .object = object,
    .kind = kind,
    .colour = colour,
    .style = style,
    .x = x,
    .y = y,
    .width = width,
    .height = height,
    .opacity = 1.0f,
  };

  if (label != NULL && *label != '\0')
    item.label = g_string_chunk_insert_const (self->labels, label);
  g_array_append_val (self->items, item);
  return &g_array_index (self->items, PgwItem, self->items->len - 1);
}

PgwItem *
pgw_scene_add_text (PgwScene    *self,
                    guint64      id,
                    mm_object_t  object,
                    PgwColour    colour,
                    guint        style,
                    double       x,
                    double       y,
                    double       max_width,
                    const char  *label)
{
  double natural, width, height;

  if (label == NULL || *label == '\0')
    return NULL;
  height = pgw_type_line_height (style, self->font_scale);
  if (style & PGW_STYLE_WRAP)
    return pgw_scene_add (self, PGW_ITEM_TEXT, id, object, colour, style, x, y, max_width,
                          pgw_type_wrapped_height (label, style, self->font_scale, max_width), label);

  natural = ceil (pgw_type_width (label, style, self->font_scale));
  /* A label cut to fewer than about three letters says nothing. */
  if (natural > max_width && max_width < 2.2 * pgw_type_size (style, self->font_scale))
    return NULL;
  width = MIN (natural, floor (max_width));
  if (style & PGW_STYLE_ALIGN_END)
    x += max_width - width;
  else if (style & PGW_STYLE_ALIGN_CENTRE)
    x += (max_width - width) / 2;
  return pgw_scene_add (self, PGW_ITEM_TEXT, id, object, colour, style, x, y, width, height, label);
}

PgwItem *
pgw_scene_add_line (PgwScene  *self,
                    guint64    id,
                    PgwColour  colour,
                    guint      style,
                    double     x1,
                    double     y1,
                    double     x2,
                    double     y2)
{
  return pgw_scene_add (self, PGW_ITEM_LINE, id, 0, colour, style, x1, y1, x2 - x1, y2 - y1, NULL);
}

PgwItem *
pgw_scene_add_polyline (PgwScene       *self,
                        guint64         id,
                        PgwColour       colour,
                        guint           style,
                        const PgwPoint *points,
                        guint           n_points)
{
  float left = INFINITY, right = -INFINITY, top = INFINITY, bottom = -INFINITY;
  PgwItem *item;

  if (n_points == 0)
    return NULL;
  for (guint i = 0; i < n_points; i++)
    {
      left = MIN (left, points[i].x);
      right = MAX (right, points[i].x);
      top = MIN (top, points[i].y);
      bottom = MAX (bottom, points[i].y);
    }
  item = pgw_scene_add (self, PGW_ITEM_POLYLINE, id, 0, colour, style, left, top, right - left, bottom - top, NULL);
  item->data = self->points->len;
  item->n_data = n_points;
  g_array_append_vals (self->points, points, n_points);
  return item;
}

static guint64
hash_cells (const guint8 *cells,
            gsize         n)
{
  guint64 hash = 0x9e3779b97f4a7c15ULL ^ n;
  guint64 word;

  for (; n >= 8; n -= 8, cells += 8)
    {
      memcpy (&word, cells, 8);
      hash = (hash ^ word) * 0xff51afd7ed558ccdULL;
      hash ^= hash >> 32;
    }
  word = 0;
  memcpy (&word, cells, n);
  hash = (hash ^ word) * 0xff51afd7ed558ccdULL;
  return hash ^ hash >> 29;
}

PgwItem *
pgw_scene_add_bitmap (PgwScene  *self,
                      guint64    id,
                      double     x,
                      double     y,
                      PgwBitmap *bitmap)
{
  guint32 rows = (bitmap->n_cells + bitmap->columns - 1) / bitmap->columns;
  PgwItem *item;

  bitmap->hash = hash_cells (bitmap->cells, bitmap->n_cells);
  item = pgw_scene_add (self, PGW_ITEM_BITMAP, id, mm_object (MM_OBJECT_PAGE, bitmap->first_pfn),
                        PGW_COLOUR_PAGE_KIND, 0, x, y,
                        MIN (bitmap->columns, bitmap->n_cells) * bitmap->pitch, rows * bitmap->pitch_y, NULL);
  item->data = self->bitmaps->len;
  item->n_data = 1;
  g_ptr_array_add (self->bitmaps, bitmap);
  return item;
}

void
pgw_scene_say (PgwScene   *self,
               const char *format,
               ...)
{
  va_list args;

  va_start (args, format);
  g_string_append_vprintf (self->text, format, args);
  va_end (args);
  g_string_append_c (self->text, '\n');
}

void
pgw_scene_grow (PgwScene *self,
                double    height)
{
  self->height = MAX (self->height, ceil (height));
}

const PgwPoint *
pgw_scene_get_points (PgwScene      *self,
                      const PgwItem *item)
{
  PgwScene *owner = self->to != NULL ? self->to : self;

  g_return_val_if_fail (item->data + item->n_data <= owner->points->len, NULL);

  return &g_array_index (owner->points, PgwPoint, item->data);
}

const PgwBitmap *
pgw_scene_get_bitmap (PgwScene      *self,
                      const PgwItem *item)
{
  PgwScene *owner = self->to != NULL ? self->to : self;

  g_return_val_if_fail (item->data < owner->bitmaps->len, NULL);

  return g_ptr_array_index (owner->bitmaps, item->data);
}

char *
pgw_scene_to_text (PgwScene *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_strdup (self->to != NULL ? self->to->text->str : self->text->str);
}

/* ---- Finding ---- */

static gboolean
contains (const PgwItem *item,
          double         x,
          double         y)
{
  return x >= item->x && y >= item->y && x < item->x + item->width && y < item->y + item->height;
}

/* The first frame of the cell at a point of a bitmap; G_MAXUINT64 beyond its last one. */
static guint64
bitmap_pfn_at (const PgwItem   *item,
               const PgwBitmap *bitmap,
               double           x,
               double           y)
{
  guint64 column = (guint64) ((x - item->x) / bitmap->pitch);
  guint64 row = (guint64) ((y - item->y) / bitmap->pitch_y);
  guint64 cell = row * bitmap->columns + column;

  if (column >= bitmap->columns || cell >= bitmap->n_cells)
    return G_MAXUINT64;
  return bitmap->first_pfn + cell * bitmap->frames_per_cell;
}

const PgwItem *
pgw_scene_pick (PgwScene    *self,
                double       x,
                double       y,
                mm_object_t *object)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = self->items->len; i-- > 0;)
    {
      const PgwItem *item = &g_array_index (self->items, PgwItem, i);
      mm_object_t hit = item->object;

      if (hit == 0 || !contains (item, x, y))
        continue;
      if (item->kind == PGW_ITEM_BITMAP)
        {
          guint64 pfn = bitmap_pfn_at (item, pgw_scene_get_bitmap (self, item), x, y);

          if (pfn == G_MAXUINT64)
            continue;
          hit = mm_object (MM_OBJECT_PAGE, pfn);
        }
      if (object != NULL)
        *object = hit;
      return item;
    }
  if (object != NULL)
    *object = 0;
  return NULL;
}

static const PgwItem *
find_exact (PgwScene    *self,
            mm_object_t  object)
{
  guint index;

  if (self->by_object == NULL)
    {
      self->by_object = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, NULL);
      for (guint i = 0; i < self->items->len; i++)
        {
          PgwItem *item = &g_array_index (self->items, PgwItem, i);

          if (item->object != 0 && item->kind != PGW_ITEM_BITMAP &&
              !g_hash_table_contains (self->by_object, &item->object))
            g_hash_table_insert (self->by_object, &item->object, GUINT_TO_POINTER (i + 1));
        }
    }
  index = GPOINTER_TO_UINT (g_hash_table_lookup (self->by_object, &object));
  return index == 0 ? NULL : &g_array_index (self->items, PgwItem, index - 1);
}

/* The block or the bitmap that holds a page. */
static const PgwItem *
find_holder (PgwScene *self,
             guint64   pfn)
{
  const PgwItem *holder = NULL;

  for (guint i = 0; i < self->items->len; i++)
    {
      const PgwItem *item = &g_array_index (self->items, PgwItem, i);

      if (PGW_ITEM_ID_IS_BLOCK (item->id) && item->object != 0)
        {
          guint64 first = PGW_ITEM_ID_BLOCK_PFN (item->id);

          if (pfn >= first && pfn - first < 1ULL << PGW_ITEM_ID_BLOCK_ORDER (item->id))
            return item;
        }
      else if (item->kind == PGW_ITEM_BITMAP)
        {
          const PgwBitmap *bitmap = pgw_scene_get_bitmap (self, item);

          if (pfn >= bitmap->first_pfn && pfn - bitmap->first_pfn < bitmap->n_frames)
            holder = item;
        }
    }
  return holder;
}

const PgwItem *
pgw_scene_find (PgwScene    *self,
                mm_object_t  object)
{
  const PgwItem *item;

  g_return_val_if_fail (self != NULL, NULL);

  if (object == 0)
    return NULL;
  item = find_exact (self, object);
  if (item == NULL && mm_object_kind (object) == MM_OBJECT_PAGE)
    item = find_holder (self, mm_object_id (object));
  return item;
}

gboolean
pgw_scene_locate (PgwScene    *self,
                  mm_object_t  object,
                  double      *x,
                  double      *y,
                  double      *width,
                  double      *height)
{
  const PgwItem *item = pgw_scene_find (self, object);

  if (item == NULL)
    return FALSE;
  *x = item->x;
  *y = item->y;
  *width = item->width;
  *height = item->height;
  if (item->kind == PGW_ITEM_BITMAP)
    {
      const PgwBitmap *bitmap = pgw_scene_get_bitmap (self, item);
      guint64 cell = (mm_object_id (object) - bitmap->first_pfn) / bitmap->frames_per_cell;

      *x += cell % bitmap->columns * bitmap->pitch;
      *y += cell / bitmap->columns * bitmap->pitch_y;
      *width = bitmap->pitch;
      *height = bitmap->pitch_y;
    }
  return TRUE;
}

/* A step inside a bitmap, or 0 when it would leave it. */
static mm_object_t
bitmap_neighbour (const PgwBitmap *bitmap,
                  guint64          pfn,
                  int              dx,
                  int              dy)
{
  gint64 cell = (pfn - bitmap->first_pfn) / bitmap->frames_per_cell + dx + (gint64) dy * bitmap->columns;

  if (cell < 0 || cell >= bitmap->n_cells)
    return 0;
  return mm_object (MM_OBJECT_PAGE, bitmap->first_pfn + cell * bitmap->frames_per_cell);
}

mm_object_t
pgw_scene_neighbour (PgwScene    *self,
                     mm_object_t  object,
                     int          dx,
                     int          dy)
{
  const PgwItem *start, *best = NULL;
  double x, y, width, height, best_cost = INFINITY;

  g_return_val_if_fail (self != NULL, 0);

  start = pgw_scene_find (self, object);
  if (start == NULL)
    {
      for (guint i = 0; i < self->items->len; i++)
        if (g_array_index (self->items, PgwItem, i).object != 0)
          return g_array_index (self->items, PgwItem, i).object;
      return 0;
    }
  if (start->kind == PGW_ITEM_BITMAP)
    {
      mm_object_t next = bitmap_neighbour (pgw_scene_get_bitmap (self, start), mm_object_id (object), dx, dy);

      if (next != 0)
        return next;
    }
  pgw_scene_locate (self, object, &x, &y, &width, &height);
  x += width / 2;
  y += height / 2;
  for (guint i = 0; i < self->items->len; i++)
    {
      const PgwItem *item = &g_array_index (self->items, PgwItem, i);
      double along, across, cx, cy;

      if (item->object == 0 || item == start || item->object == object)
        continue;
      /* Of a bitmap its nearest point counts. */
      cx = item->kind == PGW_ITEM_BITMAP ? CLAMP (x, item->x, item->x + item->width - 1) : item->x + item->width / 2;
      cy = item->kind == PGW_ITEM_BITMAP ? CLAMP (y, item->y, item->y + item->height - 1) : item->y + item->height / 2;
      along = (cx - x) * dx + (cy - y) * dy;
      across = fabs (cx - x) * (dy != 0) + fabs (cy - y) * (dx != 0);
      if (along < 1 || along + 3 * across >= best_cost)
        continue;
      best = item;
      best_cost = along + 3 * across;
    }
  if (best == NULL)
    return object;
  if (best->kind == PGW_ITEM_BITMAP)
    {
      guint64 pfn = bitmap_pfn_at (best, pgw_scene_get_bitmap (self, best),
                                   CLAMP (x, best->x, best->x + best->width - 1),
                                   CLAMP (y, best->y, best->y + best->height - 1));
      return pfn == G_MAXUINT64 ? best->object : mm_object (MM_OBJECT_PAGE, pfn);
    }
  return best->object;
}
