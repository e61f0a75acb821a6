/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How items look: boxes, text, lines and maps of page frames on any Cairo
 * surface. Positions are snapped to whole pixels on image surfaces and left
 * alone on vector ones.
 */
#include "config.h"

#include <math.h>

#include "pgw-scene-private.h"

#define BOX_RADIUS 4.0

static void
set_source (cairo_t       *cr,
            const PgwRgba *colour,
            double         alpha)
{
  cairo_set_source_rgba (cr, colour->red, colour->green, colour->blue, colour->alpha * alpha);
}

static PgwRgba
blend (const PgwRgba *a,
       const PgwRgba *b,
       double         t)
{
  return (PgwRgba) {
    a->red + (b->red - a->red) * t,
    a->green + (b->green - a->green) * t,
    a->blue + (b->blue - a->blue) * t,
    1.0,
  };
}

static gboolean
is_tinted (const PgwItem *item)
{
  return item->label != NULL && !(item->style & (PGW_STYLE_SOLID | PGW_STYLE_OUTLINE));
}

static double
item_alpha (const PgwItem *item)
{
  return item->opacity * (item->style & PGW_STYLE_DIM ? 0.45 : 1.0);
}

static gboolean
snaps (cairo_t *cr)
{
  return cairo_surface_get_type (cairo_get_group_target (cr)) == CAIRO_SURFACE_TYPE_IMAGE;
}

double
pgw_paint_overhang (const PgwItem *item,
                    double         font_scale)
{
  if (item->kind == PGW_ITEM_LINE || item->kind == PGW_ITEM_POLYLINE)
    return 3 * font_scale;
  if (item->style & (PGW_STYLE_SELECTED | PGW_STYLE_CHANGED | PGW_STYLE_RELATED))
    return 4 * font_scale;
  return 1;
}

PgwRgba
pgw_paint_label_colour (const PgwPalette *palette,
                        const PgwItem    *item)
{
  const PgwRgba *text = &palette->colours[PGW_COLOUR_TEXT];
  static const PgwRgba black = { 0, 0, 0, 1 };
  static const PgwRgba white = { 1, 1, 1, 1 };
  const PgwRgba *fill = &palette->colours[item->colour];

  if (item->kind != PGW_ITEM_BOX)
    return *fill;
  if (!(item->style & PGW_STYLE_SOLID))
    return *text;
  return pgw_rgba_contrast (&black, fill) >= pgw_rgba_contrast (&white, fill) ? black : white;
}

static void
rounded_rectangle (cairo_t *cr,
                   double   x,
                   double   y,
                   double   width,
                   double   height,
                   double   radius)
{
  radius = MIN (radius, MIN (width, height) / 2);
  if (radius < 0.75)
    {
      cairo_rectangle (cr, x, y, MAX (width, 0), MAX (height, 0));
      return;
    }
  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI_2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, G_PI_2);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI_2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 3 * G_PI_2);
  cairo_close_path (cr);
}

static void
draw_pattern (cairo_t       *cr,
              const PgwItem *item,
              double         x,
              double         y,
              double         width,
              double         height,
              double         radius,
              double         font_scale)
{
  double pitch = 5 * font_scale;

  cairo_save (cr);
  rounded_rectangle (cr, x, y, width, height, radius);
  cairo_clip (cr);
  if (item->style & PGW_STYLE_HATCHED)
    {
      cairo_set_line_width (cr, font_scale);
      for (double at = -height; at < width; at += pitch)
        {
          cairo_move_to (cr, x + at, y + height);
          cairo_line_to (cr, x + at + height, y);
        }
      cairo_stroke (cr);
    }
  if (item->style & PGW_STYLE_DOTTED)
    {
      double dot = 0.75 * font_scale;
      int row = 0;

      for (double dy = pitch / 2; dy < height; dy += pitch, row++)
        for (double dx = pitch / 2 + (row % 2) * pitch / 2; dx < width; dx += pitch)
          {
            cairo_new_sub_path (cr);
            cairo_arc (cr, x + dx, y + dy, dot, 0, 2 * G_PI);
          }
      cairo_fill (cr);
    }
  cairo_restore (cr);
}

static void
draw_border (cairo_t          *cr,
             const PgwPalette *palette,
             const PgwItem    *item,
             double            x,
             double            y,
             double            width,
             double            height,
             double            radius,
             double            font_scale)
{
  const PgwRgba *colours = palette->colours;
  PgwRgba colour = colours[item->colour];
  double line = MAX (1, floor (font_scale));
  double alpha = item_alpha (item);
  gboolean small = MIN (width, height) < 10 * font_scale;

  if (is_tinted (item))
    colour = blend (&colours[item->colour], &colours[PGW_COLOUR_SURFACE], 0.45);
  if (item->style & (PGW_STYLE_SELECTED | PGW_STYLE_CHANGED | PGW_STYLE_RELATED))
    {
      PgwColour mark = item->style & PGW_STYLE_SELECTED || !(item->style & PGW_STYLE_CHANGED)
                         ? PGW_COLOUR_ACCENT : PGW_COLOUR_CHANGED;

      colour = colours[mark];
      if (item->style & (PGW_STYLE_SELECTED | PGW_STYLE_CHANGED))
        line = 2 * font_scale;
      else
        line = small ? MAX (1, floor (font_scale)) : 1.5 * font_scale;
      if (item->style & PGW_STYLE_CHANGED)
        {
          /* A halo, so that a change is seen from afar, selected or not. */
          set_source (cr, &colours[PGW_COLOUR_CHANGED], 0.35 * alpha);
          cairo_set_line_width (cr, 3 * font_scale);
          rounded_rectangle (cr, x - 1.5 * font_scale, y - 1.5 * font_scale, width + 3 * font_scale,
                             height + 3 * font_scale, radius + 1.5 * font_scale);
          cairo_stroke (cr);
        }
    }
  set_source (cr, &colour, alpha);
  cairo_set_line_width (cr, line);
  if ((item->style & PGW_STYLE_DASHED ||
       (item->style & PGW_STYLE_RELATED && !(item->style & (PGW_STYLE_SELECTED | PGW_STYLE_CHANGED)))) && !small)
    cairo_set_dash (cr, (double[]) { 3 * font_scale, 2 * font_scale }, 2, 0);
  rounded_rectangle (cr, x + line / 2, y + line / 2, width - line, height - line, MAX (radius - line / 2, 0));
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
}

void
pgw_paint_box (cairo_t          *cr,
               const PgwPalette *palette,
               const PgwItem    *item,
               double            font_scale)
{
  const PgwRgba *colours = palette->colours;
  double x = item->x, y = item->y, width = item->width, height = item->height;
  double radius = MIN (BOX_RADIUS * font_scale, MIN (item->width, item->height) / 3);
  double alpha = item_alpha (item);
  PgwRgba fill = colours[item->colour];

  if (item->label == NULL && item->style & PGW_STYLE_BOLD)
    radius = MIN (item->width, item->height) / 2;
  if (snaps (cr))
    {
      x = round (item->x);
      y = round (item->y);
      width = MAX (1, round (item->x + item->width) - x);
      height = MAX (1, round (item->y + item->height) - y);
    }
  if (width <= 0 || height <= 0)
    return;
  if (is_tinted (item))
    fill = pgw_palette_tint (palette, item->colour);
  if (!(item->style & PGW_STYLE_OUTLINE))
    {
      set_source (cr, &fill, alpha);
      rounded_rectangle (cr, x, y, width, height, radius);
      cairo_fill (cr);
    }
  if (item->style & (PGW_STYLE_HATCHED | PGW_STYLE_DOTTED))
    {
      PgwRgba ink = is_tinted (item) || item->style & PGW_STYLE_OUTLINE
                      ? blend (&fill, &colours[item->colour], 0.30)
                      : blend (&fill, &colours[PGW_COLOUR_SURFACE], 0.62);

      set_source (cr, &ink, alpha);
      draw_pattern (cr, item, x, y, width, height, radius, font_scale);
    }
  if (is_tinted (item) || item->style & (PGW_STYLE_OUTLINE | PGW_STYLE_SELECTED | PGW_STYLE_CHANGED |
                                         PGW_STYLE_RELATED))
    draw_border (cr, palette, item, x, y, width, height, radius, font_scale);
}

void
pgw_paint_text (cairo_t          *cr,
                PangoContext     *context,
                const PgwPalette *palette,
                const PgwItem    *item,
                double            font_scale)
{
  PangoLayout *layout;
  PgwRgba colour = pgw_paint_label_colour (palette, item);
  double pad = item->kind == PGW_ITEM_BOX ? 3 * font_scale : 0;
  double space = item->width - 2 * pad;
  double x = item->x + pad;
  double y;
  int width, height;

  if (item->label == NULL || space < 1)
    return;
  layout = pgw_type_layout (context, item->label, item->style, font_scale);
  if (item->style & PGW_STYLE_WRAP)
    {
      pango_layout_set_width (layout, item->width * PANGO_SCALE);
      pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
      pango_layout_set_line_spacing (layout, 1.25);
    }
  pango_layout_get_size (layout, &width, &height);
  if (!(item->style & PGW_STYLE_WRAP) && width > (space + 1) * PANGO_SCALE)
    {
      if (space < 1.6 * pgw_type_size (item->style, font_scale))
        {
          g_object_unref (layout);
          return;
        }
      pango_layout_set_width (layout, space * PANGO_SCALE);
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
      pango_layout_get_size (layout, &width, &height);
    }
  if (item->kind == PGW_ITEM_BOX && !(item->style & PGW_STYLE_WRAP))
    x += item->style & PGW_STYLE_ALIGN_END ? space - width / (double) PANGO_SCALE
                                           : (space - width / (double) PANGO_SCALE) / 2;
  y = item->y + (item->height - height / (double) PANGO_SCALE) / 2;
  if (snaps (cr))
    {
      x = round (x);
      y = round (y);
    }
  cairo_move_to (cr, x, y);
  set_source (cr, &colour, item_alpha (item));
  pango_cairo_show_layout (cr, layout);
  cairo_new_path (cr);
  g_object_unref (layout);
}

void
pgw_paint_line (cairo_t          *cr,
                const PgwPalette *palette,
                const PgwItem    *item,
                const PgwPoint   *points,
                double            font_scale)
{
  double width = font_scale * (item->style & PGW_STYLE_BOLD ? 2 : 1);
  double shift = 0;

  if (points == NULL)
    width = MAX (1, floor (width));
  if (snaps (cr) && points == NULL && (item->width == 0 || item->height == 0))
    shift = fmod (width, 2) / 2;
  set_source (cr, &palette->colours[item->colour], item_alpha (item));
  cairo_set_line_width (cr, width);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  if (item->style & PGW_STYLE_DASHED)
    cairo_set_dash (cr, (double[]) { 4 * font_scale, 3 * font_scale }, 2, 0);
  if (points != NULL)
    for (guint i = 0; i < item->n_data; i++)
      cairo_line_to (cr, points[i].x, points[i].y);
  else if (shift > 0)
    {
      cairo_move_to (cr, floor (item->x) + shift, floor (item->y) + shift);
      cairo_line_to (cr, floor (item->x + item->width) + shift, floor (item->y + item->height) + shift);
    }
  else
    {
      cairo_move_to (cr, item->x, item->y);
      cairo_line_to (cr, item->x + item->width, item->y + item->height);
    }
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
}

/* ---- Maps of page frames ---- */

static guint32
pack (const PgwRgba *colour)
{
  return 0xff000000u | (guint32) lrint (colour->red * 255) << 16 | (guint32) lrint (colour->green * 255) << 8 |
         (guint32) lrint (colour->blue * 255);
}

/* One pixel a cell, blown up without smoothing. */
static void
paint_cells_as_image (cairo_t          *cr,
                      const PgwPalette *palette,
                      const PgwItem    *item,
                      const PgwBitmap  *bitmap)
{
  guint32 colours[256];
  guint32 rows = (bitmap->n_cells + bitmap->columns - 1) / bitmap->columns;
  cairo_surface_t *image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, bitmap->columns, rows);
  guint8 *pixels = cairo_image_surface_get_data (image);
  int stride = cairo_image_surface_get_stride (image);

  if (pixels == NULL)
    {
      cairo_surface_destroy (image);
      return;
    }
  for (int i = 0; i < 256; i++)
    {
      PgwRgba colour = palette->colours[PGW_COLOUR_PAGE_KIND + MIN (i & PGW_CELL_KIND, NR_VIEW_PAGE_KINDS - 1)];

      if (i & PGW_CELL_DIM)
        colour = blend (&colour, &palette->colours[PGW_COLOUR_SURFACE], 0.6);
      colours[i] = pack (&colour);
    }
  cairo_surface_flush (image);
  for (guint32 row = 0, cell = 0; row < rows; row++)
    {
      guint32 *line = (guint32 *) (gpointer) (pixels + (gsize) row * stride);

      for (guint32 column = 0; column < bitmap->columns && cell < bitmap->n_cells; column++)
        line[column] = colours[bitmap->cells[cell++]];
    }
  cairo_surface_mark_dirty (image);
  cairo_save (cr);
  cairo_translate (cr, snaps (cr) ? round (item->x) : item->x, snaps (cr) ? round (item->y) : item->y);
  cairo_scale (cr, bitmap->pitch, bitmap->pitch_y);
  cairo_set_source_surface (cr, image, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_paint (cr);
  cairo_restore (cr);
  cairo_surface_destroy (image);
}

/* Marks that say the kind without colour, for cells with room for them. */
static void
mark_cells (cairo_t         *cr,
            const PgwItem   *item,
            const PgwBitmap *bitmap,
            guint            kind,
            double           x0,
            double           y0)
{
  double size = bitmap->pitch - bitmap->gap;

  for (guint32 cell = 0; cell < bitmap->n_cells; cell++)
    {
      double x, y;

      if ((bitmap->cells[cell] & PGW_CELL_KIND) != kind)
        continue;
      x = x0 + cell % bitmap->columns * bitmap->pitch;
      y = y0 + cell / bitmap->columns * bitmap->pitch_y + (bitmap->pitch_y - bitmap->pitch) / 2;
      switch (kind)
        {
        case VIEW_PAGE_KERNEL:
        case VIEW_PAGE_MEMMAP:
        case VIEW_PAGE_HOLE:
          cairo_move_to (cr, x + size * 0.15, y + size * 0.85);
          cairo_line_to (cr, x + size * 0.85, y + size * 0.15);
          if (kind == VIEW_PAGE_MEMMAP)
            {
              cairo_move_to (cr, x + size * 0.15, y + size * 0.15);
              cairo_line_to (cr, x + size * 0.85, y + size * 0.85);
            }
          break;
        case VIEW_PAGE_PCP:
        case VIEW_PAGE_SLAB:
        default:
          cairo_rectangle (cr, x + size * 0.35, y + size * 0.35, size * 0.3, size * 0.3);
          break;
        }
    }
}

static void
paint_cells (cairo_t          *cr,
             const PgwPalette *palette,
             const PgwItem    *item,
             const PgwBitmap  *bitmap)
{
  static const guint8 marked[] = { VIEW_PAGE_HOLE, VIEW_PAGE_KERNEL, VIEW_PAGE_MEMMAP, VIEW_PAGE_PCP, VIEW_PAGE_SLAB };
  double size = bitmap->pitch - bitmap->gap;
  double x0 = snaps (cr) ? round (item->x) : item->x;
  double y0 = snaps (cr) ? round (item->y) : item->y;

  for (guint kind = 0; kind < NR_VIEW_PAGE_KINDS; kind++)
    {
      gboolean any = FALSE;

      for (guint32 cell = 0; cell < bitmap->n_cells; cell++)
        {
          guint8 bits = bitmap->cells[cell];
          double width = size, height = bitmap->pitch_y - bitmap->gap;

          if ((bits & PGW_CELL_KIND) != kind)
            continue;
          if (bits & PGW_CELL_JOIN_RIGHT && (cell + 1) % bitmap->columns != 0)
            width = bitmap->pitch;
          if (bits & PGW_CELL_JOIN_DOWN)
            height = bitmap->pitch_y;
          cairo_rectangle (cr, x0 + cell % bitmap->columns * bitmap->pitch,
                           y0 + cell / bitmap->columns * bitmap->pitch_y, width, height);
          any = TRUE;
        }
      if (!any)
        continue;
      set_source (cr, &palette->colours[PGW_COLOUR_PAGE_KIND + kind], item->opacity);
      cairo_fill (cr);
    }
  if (size < 6)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (marked); i++)
    {
      PgwRgba ink = blend (&palette->colours[PGW_COLOUR_PAGE_KIND + marked[i]], &palette->colours[PGW_COLOUR_TEXT], 0.35);

      set_source (cr, &ink, item->opacity);
      cairo_set_line_width (cr, MAX (1, size / 12));
      mark_cells (cr, item, bitmap, marked[i], x0, y0);
      if (marked[i] == VIEW_PAGE_PCP || marked[i] == VIEW_PAGE_SLAB)
        cairo_fill (cr);
      else
        cairo_stroke (cr);
    }
}

void
pgw_paint_bitmap (cairo_t          *cr,
                  const PgwPalette *palette,
                  const PgwItem    *item,
                  const PgwBitmap  *bitmap)
{
  if (bitmap->gap > 0)
    paint_cells (cr, palette, item, bitmap);
  else
    paint_cells_as_image (cr, palette, item, bitmap);
}

/* ---- Whole scenes ---- */

static void
paint_item (PgwScene         *scene,
            const PgwItem    *item,
            cairo_t          *cr,
            PangoContext    **context,
            const PgwPalette *palette,
            double            font_scale,
            PgwRenderer      *renderer)
{
  if (item->opacity <= 0)
    return;
  switch (item->kind)
    {
    case PGW_ITEM_BOX:
      if (renderer == NULL || !pgw_renderer_paint_box (renderer, cr, palette, item, font_scale))
        pgw_paint_box (cr, palette, item, font_scale);
      G_GNUC_FALLTHROUGH;
    case PGW_ITEM_TEXT:
      if (item->label == NULL)
        break;
      if (renderer != NULL && pgw_renderer_paint_text (renderer, cr, palette, item, font_scale))
        break;
      if (*context == NULL)
        *context = pgw_type_context_new ();
      pgw_paint_text (cr, *context, palette, item, font_scale);
      break;
    case PGW_ITEM_LINE:
      pgw_paint_line (cr, palette, item, NULL, font_scale);
      break;
    case PGW_ITEM_POLYLINE:
      pgw_paint_line (cr, palette, item, pgw_scene_get_points (scene, item), font_scale);
      break;
    case PGW_ITEM_BITMAP:
      pgw_paint_bitmap (cr, palette, item, pgw_scene_get_bitmap (scene, item));
      break;
    default:
      g_return_if_reached ();
    }
}

void
pgw_paint_scene (PgwScene         *scene,
                 cairo_t          *cr,
                 const PgwPalette *palette,
                 double            font_scale,
                 PgwRenderer      *renderer,
                 const guint8     *wanted)
{
  PangoContext *context = NULL;

  for (guint i = 0; i < scene->items->len; i++)
    if (wanted == NULL || wanted[i])
      paint_item (scene, &g_array_index (scene->items, PgwItem, i), cr, &context, palette, font_scale, renderer);
  g_clear_object (&context);
}

void
pgw_scene_render (PgwScene         *self,
                  cairo_t          *cr,
                  const PgwPalette *palette,
                  double            font_scale)
{
  g_return_if_fail (self != NULL && cr != NULL && palette != NULL);

  pgw_paint_scene (self, cr, palette, font_scale, NULL, NULL);
}
