/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwRenderer: repainting that costs only what changed.
 *
 * The picture drawn last is kept. Of a new scene, the items that are not in
 * the old one as they are now, and the places of those that have gone, mark
 * the tiles they touch; only these tiles are cleared and painted again, each
 * run of them with all items that reach into it. Boxes and labels are painted
 * from sprites: a box of a size and style is drawn once, a label is set once.
 */
#include "config.h"

#include <math.h>
#include <string.h>

#include "pgw-scene-private.h"

#define TILE_WIDTH   128
#define TILE_HEIGHT  48
#define MAX_SPRITES  6000
#define MAX_SPRITE_WIDTH  640
#define MAX_SPRITE_HEIGHT 160

/* What a sprite shows; compared as bytes, so it is cleared before it is filled in. */
typedef struct {
  const char *label;            /* text only; owned by the sprite */
  guint32     width, height;    /* device pixels; of a text 0 or the width it is cut to */
  guint32     style;
  guint32     colour;           /* box only */
} SpriteKey;

typedef struct {
  SpriteKey        key;
  cairo_surface_t *surface;
  double           width, height;       /* of the text, pixels */
} Sprite;

struct _PgwRenderer
{
  cairo_surface_t  *picture;
  int               picture_width, picture_height;      /* device pixels */
  double            scale;
  double            font_scale;
  const PgwPalette *palette;
  PgwScene         *scene;              /* what the picture shows */
  GArray           *hashes;             /* guint64, of its items */
  GHashTable       *drawn;              /* the same as a set */
  GHashTable       *sprites;            /* of Sprite, by their key */
  PangoContext     *context;
  cairo_region_t   *damage;             /* painted since somebody asked */
  guint             n_painted;
};

static guint
sprite_hash (gconstpointer data)
{
  const SpriteKey *key = data;
  guint hash = key->width * 31 + key->height * 1009 + key->style * 65599 + key->colour * 7;

  return key->label == NULL ? hash : hash ^ g_str_hash (key->label);
}

static gboolean
sprite_equal (gconstpointer a,
              gconstpointer b)
{
  const SpriteKey *ka = a;
  const SpriteKey *kb = b;

  return ka->width == kb->width && ka->height == kb->height && ka->style == kb->style &&
         ka->colour == kb->colour && g_strcmp0 (ka->label, kb->label) == 0;
}

static void
sprite_free (gpointer data)
{
  Sprite *sprite = data;

  g_free ((char *) sprite->key.label);
  cairo_surface_destroy (sprite->surface);
  g_free (sprite);
}

PgwRenderer *
pgw_renderer_new (void)
{
  PgwRenderer *self = g_new0 (PgwRenderer, 1);

  self->sprites = g_hash_table_new_full (sprite_hash, sprite_equal, NULL, sprite_free);
  self->hashes = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->drawn = g_hash_table_new (g_direct_hash, g_direct_equal);
  self->context = pgw_type_context_new ();
  self->damage = cairo_region_create ();
  return self;
}

void
pgw_renderer_free (PgwRenderer *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->picture, cairo_surface_destroy);
  g_clear_pointer (&self->scene, pgw_scene_unref);
  g_hash_table_unref (self->sprites);
  g_array_unref (self->hashes);
  g_hash_table_unref (self->drawn);
  g_object_unref (self->context);
  cairo_region_destroy (self->damage);
  g_free (self);
}

guint
pgw_renderer_get_n_painted (PgwRenderer *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_painted;
}

cairo_region_t *
pgw_renderer_take_damage (PgwRenderer *self)
{
  cairo_region_t *damage;

  g_return_val_if_fail (self != NULL, NULL);

  damage = self->damage;
  self->damage = cairo_region_create ();
  return damage;
}

/* ---- Sprites ---- */

static void
add_sprite (PgwRenderer *self,
            Sprite      *sprite)
{
  if (g_hash_table_size (self->sprites) >= MAX_SPRITES)
    g_hash_table_remove_all (self->sprites);
  g_hash_table_insert (self->sprites, &sprite->key, sprite);
}

static cairo_surface_t *
new_surface (PgwRenderer    *self,
             cairo_format_t  format,
             double          width,
             double          height)
{
  cairo_surface_t *surface = cairo_image_surface_create (format, MAX (1, ceil (width * self->scale)),
                                                         MAX (1, ceil (height * self->scale)));

  cairo_surface_set_device_scale (surface, self->scale, self->scale);
  return surface;
}

static double
snap (PgwRenderer *self,
      double       value)
{
  return round (value * self->scale) / self->scale;
}

gboolean
pgw_renderer_paint_box (PgwRenderer      *self,
                        cairo_t          *cr,
                        const PgwPalette *palette,
                        const PgwItem    *item,
                        double            font_scale)
{
  double margin = ceil (pgw_paint_overhang (item, font_scale));
  double x = round (item->x), y = round (item->y);
  SpriteKey key = { 0 };
  Sprite *sprite;
  double alpha = item->opacity;

  key.width = MAX (1, round (item->x + item->width) - x);
  key.height = MAX (1, round (item->y + item->height) - y);
  key.colour = item->colour;
  /* Text styles make no difference, whether there is text does. */
  key.style = (item->style & ~(PGW_FONT_STYLES | PGW_STYLE_ALIGN_END | PGW_STYLE_ALIGN_CENTRE | PGW_STYLE_WRAP)) |
              (item->label != NULL ? PGW_STYLE_TITLE : item->style & PGW_STYLE_BOLD);
  if (key.width > MAX_SPRITE_WIDTH || key.height > MAX_SPRITE_HEIGHT)
    return FALSE;
  sprite = g_hash_table_lookup (self->sprites, &key);
  if (sprite == NULL)
    {
      PgwItem model = *item;
      cairo_t *sprite_cr;

      model.x = model.y = margin;
      model.width = key.width;
      model.height = key.height;
      model.opacity = 1;
      sprite = g_new0 (Sprite, 1);
      sprite->key = key;
      sprite->surface = new_surface (self, CAIRO_FORMAT_ARGB32, key.width + 2 * margin, key.height + 2 * margin);
      sprite_cr = cairo_create (sprite->surface);
      pgw_paint_box (sprite_cr, palette, &model, font_scale);
      cairo_destroy (sprite_cr);
      cairo_surface_flush (sprite->surface);
      add_sprite (self, sprite);
    }
  cairo_set_source_surface (cr, sprite->surface, x - margin, y - margin);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  if (alpha >= 1)
    cairo_paint (cr);
  else
    cairo_paint_with_alpha (cr, alpha);
  return TRUE;
}

/* The label as a mask; cut to `space` pixels where it is wider. NULL where it then says nothing. */
static Sprite *
get_text (PgwRenderer   *self,
          const PgwItem *item,
          double         space,
          double         font_scale)
{
  SpriteKey key = { .label = item->label, .style = item->style & PGW_FONT_STYLES };
  PangoRectangle ink, logical;
  PangoLayout *layout;
  Sprite *sprite;
  cairo_t *cr;

  sprite = g_hash_table_lookup (self->sprites, &key);
  if (sprite != NULL && sprite->width <= space + 1)
    return sprite;
  if (sprite != NULL)
    {
      if (space < 1.6 * pgw_type_size (item->style, font_scale))
        return NULL;
      key.width = floor (space);
      sprite = g_hash_table_lookup (self->sprites, &key);
      if (sprite != NULL)
        return sprite;
    }
  layout = pgw_type_layout (self->context, item->label, item->style, font_scale);
  if (key.width != 0)
    {
      pango_layout_set_width (layout, key.width * PANGO_SCALE);
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
    }
  pango_layout_get_extents (layout, &ink, &logical);
  sprite = g_new0 (Sprite, 1);
  sprite->key = key;
  sprite->key.label = g_strdup (key.label);
  sprite->width = logical.width / (double) PANGO_SCALE;
  sprite->height = logical.height / (double) PANGO_SCALE;
  sprite->surface = new_surface (self, CAIRO_FORMAT_A8, sprite->width + 4, sprite->height + 4);
  cr = cairo_create (sprite->surface);
  cairo_move_to (cr, 2, 2);
  pango_cairo_show_layout (cr, layout);
  cairo_destroy (cr);
  cairo_surface_flush (sprite->surface);
  g_object_unref (layout);
  add_sprite (self, sprite);
  /* It was not known how wide it is. */
  return key.width == 0 && sprite->width > space + 1 ? get_text (self, item, space, font_scale) : sprite;
}

gboolean
pgw_renderer_paint_text (PgwRenderer      *self,
                         cairo_t          *cr,
                         const PgwPalette *palette,
                         const PgwItem    *item,
                         double            font_scale)
{
  double pad = item->kind == PGW_ITEM_BOX ? 3 * font_scale : 0;
  double space = item->width - 2 * pad;
  PgwRgba colour = pgw_paint_label_colour (palette, item);
  double x = item->x + pad, y;
  Sprite *sprite;

  if (item->style & PGW_STYLE_WRAP)
    return FALSE;
  if (space < 1)
    return TRUE;
  sprite = get_text (self, item, space, font_scale);
  if (sprite == NULL)
    return TRUE;
  if (item->kind == PGW_ITEM_BOX)
    x += item->style & PGW_STYLE_ALIGN_END ? space - sprite->width : (space - sprite->width) / 2;
  y = item->y + (item->height - sprite->height) / 2;
  cairo_set_source_rgba (cr, colour.red, colour.green, colour.blue,
                         item->opacity * (item->style & PGW_STYLE_DIM ? 0.45 : 1.0));
  cairo_mask_surface (cr, sprite->surface, snap (self, x) - 2, snap (self, y) - 2);
  return TRUE;
}

/* ---- What changed ---- */

static guint64
mix (guint64 hash,
     guint64 value)
{
  hash = (hash ^ value) * 0xff51afd7ed558ccdULL;
  return hash ^ hash >> 31;
}

static guint64
float_bits (float a,
            float b)
{
  guint32 bits[2];

  memcpy (&bits[0], &a, 4);
  memcpy (&bits[1], &b, 4);
  return (guint64) bits[1] << 32 | bits[0];
}

static guint64
hash_item (PgwScene      *scene,
           const PgwItem *item)
{
  guint64 hash = mix (item->kind, (guint64) item->colour << 32 | item->style);

  hash = mix (hash, float_bits (item->x, item->y));
  hash = mix (hash, float_bits (item->width, item->height));
  hash = mix (hash, float_bits (item->opacity, 0));
  if (item->label != NULL)
    hash = mix (hash, g_str_hash (item->label));
  if (item->kind == PGW_ITEM_BITMAP)
    {
      const PgwBitmap *bitmap = pgw_scene_get_bitmap (scene, item);

      hash = mix (hash, bitmap->hash);
      hash = mix (hash, (guint64) bitmap->columns << 32 | bitmap->n_cells);
      hash = mix (hash, float_bits (bitmap->pitch, bitmap->pitch_y));
    }
  else if (item->kind == PGW_ITEM_POLYLINE)
    {
      const PgwPoint *points = pgw_scene_get_points (scene, item);

      for (guint i = 0; i < item->n_data; i++)
        hash = mix (hash, float_bits (points[i].x, points[i].y));
    }
  return hash;
}

typedef struct {
  guint   columns, rows;
  guint8 *dirty;
  guint   n_dirty;
} Tiles;

/* The tiles an item reaches, as inclusive ranges; FALSE if it is outside. */
static gboolean
item_tiles (const Tiles   *tiles,
            const PgwItem *item,
            double         font_scale,
            guint         *left,
            guint         *right,
            guint         *top,
            guint         *bottom)
{
  double margin = pgw_paint_overhang (item, font_scale) + 1;
  double x1 = MIN (item->x, item->x + item->width) - margin, x2 = MAX (item->x, item->x + item->width) + margin;
  double y1 = MIN (item->y, item->y + item->height) - margin, y2 = MAX (item->y, item->y + item->height) + margin;

  if (x2 < 0 || y2 < 0 || x1 >= tiles->columns * TILE_WIDTH || y1 >= tiles->rows * TILE_HEIGHT)
    return FALSE;
  *left = MAX (x1, 0) / TILE_WIDTH;
  *top = MAX (y1, 0) / TILE_HEIGHT;
  *right = MIN (x2 / TILE_WIDTH, tiles->columns - 1);
  *bottom = MIN (y2 / TILE_HEIGHT, tiles->rows - 1);
  return TRUE;
}

static void
mark_dirty (Tiles         *tiles,
            const PgwItem *item,
            double         font_scale)
{
  guint left, right, top, bottom;

  if (!item_tiles (tiles, item, font_scale, &left, &right, &top, &bottom))
    return;
  for (guint row = top; row <= bottom; row++)
    for (guint column = left; column <= right; column++)
      {
        tiles->n_dirty += !tiles->dirty[row * tiles->columns + column];
        tiles->dirty[row * tiles->columns + column] = 1;
      }
}

/* Paints a rectangle of the picture anew. */
static void
repaint (PgwRenderer *self,
         PgwScene    *scene,
         cairo_t     *cr,
         double       x,
         double       y,
         double       width,
         double       height)
{
  const PgwRgba *surface = &self->palette->colours[PGW_COLOUR_SURFACE];
  guint8 *wanted = g_malloc0 (scene->items->len);

  for (guint i = 0; i < scene->items->len; i++)
    {
      const PgwItem *item = &g_array_index (scene->items, PgwItem, i);
      double margin = pgw_paint_overhang (item, self->font_scale) + 1;

      wanted[i] = MIN (item->x, item->x + item->width) - margin < x + width &&
                  MAX (item->x, item->x + item->width) + margin > x &&
                  MIN (item->y, item->y + item->height) - margin < y + height &&
                  MAX (item->y, item->y + item->height) + margin > y;
      self->n_painted += wanted[i];
    }
  /* Tiles start at whole pixels. */
  cairo_region_union_rectangle (self->damage, &(cairo_rectangle_int_t) { x, y, ceil (width), ceil (height) });
  cairo_save (cr);
  cairo_rectangle (cr, x, y, width, height);
  cairo_clip (cr);
  cairo_set_source_rgb (cr, surface->red, surface->green, surface->blue);
  cairo_set_operator (cr, CAIRO_OPERATOR_SOURCE);
  cairo_paint (cr);
  cairo_set_operator (cr, CAIRO_OPERATOR_OVER);
  pgw_paint_scene (scene, cr, self->palette, self->font_scale, self, wanted);
  cairo_restore (cr);
  g_free (wanted);
}

/* Runs of dirty tiles, joined downwards while the next row has the same run. */
static void
repaint_dirty (PgwRenderer *self,
               PgwScene    *scene,
               cairo_t     *cr,
               Tiles       *tiles)
{
  for (guint row = 0; row < tiles->rows; row++)
    for (guint column = 0; column < tiles->columns; column++)
      {
        guint8 *line = tiles->dirty + row * tiles->columns;
        guint end = column, below = row + 1;

        if (!line[column])
          continue;
        while (end < tiles->columns && line[end])
          end++;
        for (; below < tiles->rows; below++)
          {
            guint8 *next = tiles->dirty + below * tiles->columns;

            if (memchr (next + column, 0, end - column) != NULL || (column > 0 && next[column - 1]) ||
                (end < tiles->columns && next[end]))
              break;
            memset (next + column, 0, end - column);
          }
        repaint (self, scene, cr, column * TILE_WIDTH, row * TILE_HEIGHT, (end - column) * TILE_WIDTH,
                 (below - row) * TILE_HEIGHT);
        column = end;
      }
}

/* Marks the tiles in which the new scene differs from the picture; keeps the hashes of the new one. */
static void
compare (PgwRenderer *self,
         PgwScene    *scene,
         Tiles       *tiles)
{
  GHashTable *now = g_hash_table_new (g_direct_hash, g_direct_equal);
  GArray *hashes = g_array_sized_new (FALSE, FALSE, sizeof (guint64), scene->items->len);

  for (guint i = 0; i < scene->items->len; i++)
    {
      const PgwItem *item = &g_array_index (scene->items, PgwItem, i);
      guint64 hash = hash_item (scene, item);

      g_array_append_val (hashes, hash);
      g_hash_table_add (now, GSIZE_TO_POINTER (hash));
      if (self->scene != NULL && !g_hash_table_contains (self->drawn, GSIZE_TO_POINTER (hash)))
        mark_dirty (tiles, item, self->font_scale);
    }
  for (guint i = 0; self->scene != NULL && i < self->scene->items->len; i++)
    if (!g_hash_table_contains (now, GSIZE_TO_POINTER (g_array_index (self->hashes, guint64, i))))
      mark_dirty (tiles, &g_array_index (self->scene->items, PgwItem, i), self->font_scale);
  g_array_unref (self->hashes);
  self->hashes = hashes;
  g_hash_table_unref (self->drawn);
  self->drawn = now;
}

/* Forgets the picture, and with another scale also the sprites, when what they were made for has changed. */
static void
prepare (PgwRenderer      *self,
         PgwScene         *scene,
         const PgwPalette *palette,
         double            font_scale,
         double            scale)
{
  int width = MAX (1, ceil (scene->width * scale));
  int height = MAX (1, ceil (scene->height * scale));

  if (self->palette != palette || self->font_scale != font_scale || self->scale != scale)
    {
      g_hash_table_remove_all (self->sprites);
      g_clear_pointer (&self->picture, cairo_surface_destroy);
    }
  self->palette = palette;
  self->font_scale = font_scale;
  self->scale = scale;
  if (self->picture != NULL && (self->picture_width != width || self->picture_height != height))
    g_clear_pointer (&self->picture, cairo_surface_destroy);
  if (self->picture == NULL)
    {
      g_clear_pointer (&self->scene, pgw_scene_unref);
      g_hash_table_remove_all (self->drawn);
      self->picture = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
      cairo_surface_set_device_scale (self->picture, scale, scale);
      self->picture_width = width;
      self->picture_height = height;
    }
}

cairo_surface_t *
pgw_renderer_update (PgwRenderer      *self,
                     PgwScene         *scene,
                     const PgwPalette *palette,
                     double            font_scale,
                     double            scale)
{
  Tiles tiles = { 0 };
  cairo_t *cr;

  g_return_val_if_fail (self != NULL && scene != NULL && palette != NULL && scale > 0, NULL);

  prepare (self, scene, palette, font_scale, scale);
  self->n_painted = 0;
  if (self->scene == scene)
    return self->picture;

  tiles.columns = ceil (scene->width / TILE_WIDTH) + 1;
  tiles.rows = ceil (scene->height / TILE_HEIGHT) + 1;
  tiles.dirty = g_malloc0 (tiles.columns * tiles.rows);
  compare (self, scene, &tiles);
  cr = cairo_create (self->picture);
  if (self->scene == NULL || tiles.n_dirty > tiles.columns * tiles.rows * 3 / 5)
    repaint (self, scene, cr, 0, 0, scene->width, scene->height);
  else
    repaint_dirty (self, scene, cr, &tiles);
  cairo_destroy (cr);
  cairo_surface_flush (self->picture);
  g_free (tiles.dirty);
  pgw_scene_ref (scene);
  g_clear_pointer (&self->scene, pgw_scene_unref);
  self->scene = scene;
  return self->picture;
}
