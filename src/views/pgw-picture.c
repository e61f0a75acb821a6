/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tiles of a picture. Each holds a copy of its part of the renderer's
 * surface, made when it is first seen and again when the renderer says that
 * it painted there.
 */
#include "config.h"

#include <string.h>

#include "pgw-picture.h"

/* Small enough for the allocator to keep the memory from one frame to the next. */
#define TILE_WIDTH  256
#define TILE_HEIGHT 96

struct _PgwPicture {
  PgwRenderer    *renderer;
  GskRenderNode **tiles;        /* NULL where the copy is missing or old */
  int             columns, rows;
  int             width, height;        /* of the surface, device pixels */
  int             scale;
};

PgwPicture *
pgw_picture_new (void)
{
  PgwPicture *self = g_new0 (PgwPicture, 1);

  self->renderer = pgw_renderer_new ();
  return self;
}

static void
forget_tiles (PgwPicture *self)
{
  for (int i = 0; i < self->columns * self->rows; i++)
    g_clear_pointer (&self->tiles[i], gsk_render_node_unref);
  g_clear_pointer (&self->tiles, g_free);
  self->columns = self->rows = 0;
}

void
pgw_picture_free (PgwPicture *self)
{
  forget_tiles (self);
  pgw_renderer_free (self->renderer);
  g_free (self);
}

/* Keeps the tiles that the last painting left as they were. */
static void
forget_damaged (PgwPicture *self, cairo_surface_t *surface, int scale)
{
  cairo_region_t *damage = pgw_renderer_take_damage (self->renderer);
  int width = cairo_image_surface_get_width (surface);
  int height = cairo_image_surface_get_height (surface);

  if (self->width != width || self->height != height || self->scale != scale)
    {
      forget_tiles (self);
      self->width = width;
      self->height = height;
      self->scale = scale;
      self->columns = (width + TILE_WIDTH * scale - 1) / (TILE_WIDTH * scale);
      self->rows = (height + TILE_HEIGHT * scale - 1) / (TILE_HEIGHT * scale);
      self->tiles = g_new0 (GskRenderNode *, self->columns * self->rows);
    }
  for (int i = 0; i < self->columns * self->rows && !cairo_region_is_empty (damage); i++)
    {
      cairo_rectangle_int_t tile = { i % self->columns * TILE_WIDTH, i / self->columns * TILE_HEIGHT, TILE_WIDTH,
                                     TILE_HEIGHT };

      if (self->tiles[i] != NULL && cairo_region_contains_rectangle (damage, &tile) != CAIRO_REGION_OVERLAP_OUT)
        g_clear_pointer (&self->tiles[i], gsk_render_node_unref);
    }
  cairo_region_destroy (damage);
}

static GskRenderNode *
copy_tile (PgwPicture *self, cairo_surface_t *surface, int column, int row)
{
  int x = column * TILE_WIDTH * self->scale;
  int y = row * TILE_HEIGHT * self->scale;
  int width = MIN (TILE_WIDTH * self->scale, self->width - x);
  int height = MIN (TILE_HEIGHT * self->scale, self->height - y);
  cairo_surface_t *copy = cairo_image_surface_create (cairo_image_surface_get_format (surface), width, height);
  const guint8 *from = cairo_image_surface_get_data (surface);
  int stride = cairo_image_surface_get_stride (surface);
  graphene_rect_t bounds;
  GskRenderNode *node;
  cairo_t *cr;

  for (int line = 0; line < height; line++)
    memcpy (cairo_image_surface_get_data (copy) + (gsize) line * cairo_image_surface_get_stride (copy),
            from + (gsize) (y + line) * stride + (gsize) x * 4, (gsize) width * 4);
  cairo_surface_mark_dirty (copy);
  cairo_surface_set_device_scale (copy, self->scale, self->scale);

  graphene_rect_init (&bounds, column * TILE_WIDTH, row * TILE_HEIGHT, (float) width / self->scale,
                      (float) height / self->scale);
  node = gsk_cairo_node_new (&bounds);
  cr = gsk_cairo_node_get_draw_context (node);
  cairo_set_source_surface (cr, copy, column * TILE_WIDTH, row * TILE_HEIGHT);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_destroy (copy);
  return node;
}

void
pgw_picture_snapshot (PgwPicture *self, GtkSnapshot *snapshot, PgwScene *scene, const PgwPalette *palette,
                      double font_scale, int scale, const GdkRectangle *part)
{
  cairo_surface_t *surface;
  int right, bottom;

  g_return_if_fail (self != NULL && scene != NULL && part != NULL);

  surface = pgw_renderer_update (self->renderer, scene, palette, font_scale, scale);
  if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS)
    return;
  forget_damaged (self, surface, scale);
  right = MIN (self->columns, (part->x + part->width + TILE_WIDTH - 1) / TILE_WIDTH);
  bottom = MIN (self->rows, (part->y + part->height + TILE_HEIGHT - 1) / TILE_HEIGHT);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (-part->x, -part->y));
  for (int row = part->y / TILE_HEIGHT; row < bottom; row++)
    for (int column = part->x / TILE_WIDTH; column < right; column++)
      {
        GskRenderNode **tile = &self->tiles[row * self->columns + column];

        if (*tile == NULL)
          *tile = copy_tile (self, surface, column, row);
        gtk_snapshot_append_node (snapshot, *tile);
      }
  gtk_snapshot_restore (snapshot);
}
