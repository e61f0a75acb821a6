/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Animated GIF. A frame holds the rectangle that changed, in which pixels
 * that did not are transparent, with a colour map of its own: exact when it
 * has at most 255 colours, else found by median cut. Type on flat colours
 * needs no dithering.
 */
#include "config.h"

#include <string.h>

#include <gif_lib.h>
#include <glib/gi18n-lib.h>

#include "pgw-encoder-private.h"

#define MAX_COLOURS 255         /* and one for what is transparent */

typedef struct {
  PgwEncoder   base;
  int          width, height;
  GByteArray  *bytes;
  GifFileType *gif;
  guint32     *shown;           /* as a viewer sees it now */
  gboolean     started;
  guint64      written;         /* hundredths of a second so far */
} GifEncoder;

typedef struct { guint32 colour; guint32 count; } Swatch;
typedef struct { guint first, n; } Box;

static int
write_cb (GifFileType       *gif,
          const GifByteType *data,
          int                n)
{
  g_byte_array_append (gif->UserData, data, n);
  return n;
}

static gboolean
gif_fail (GifEncoder *self,
          GError    **error)
{
  const char *reason = self->gif != NULL ? GifErrorString (self->gif->Error) : NULL;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "GIF: %s", reason != NULL ? reason : _("cannot encode"));
  return FALSE;
}

/* ---- Colours ---- */

static guint
channel (guint32 colour,
         guint   which)
{
  return colour >> (8 * which) & 0xff;
}

static int
compare_channel (gconstpointer a,
                 gconstpointer b,
                 gpointer      data)
{
  guint which = GPOINTER_TO_UINT (data);

  return (int) channel (((const Swatch *) a)->colour, which) - (int) channel (((const Swatch *) b)->colour, which);
}

/* The channel a box reaches farthest in, and how far, weighed by its pixels. */
static guint64
box_extent (const Swatch *swatches,
            const Box    *box,
            guint        *widest)
{
  guint64 best = 0, pixels = 0;

  *widest = 0;
  for (guint i = 0; i < box->n; i++)
    pixels += swatches[box->first + i].count;
  for (guint which = 0; which < 3; which++)
    {
      guint low = 255, high = 0;

      for (guint i = 0; i < box->n; i++)
        {
          guint value = channel (swatches[box->first + i].colour, which);

          low = MIN (low, value);
          high = MAX (high, value);
        }
      if ((guint64) (high - low) * (high - low) > best)
        {
          best = (guint64) (high - low) * (high - low);
          *widest = which;
        }
    }
  /* Rare colours count too: they are the edges of letters. */
  return box->n < 2 ? 0 : best * (1 + g_bit_storage (pixels));
}

static guint
split_box (Swatch *swatches,
           Box    *box,
           guint   which)
{
  guint64 half = 0, sum = 0;
  guint at;

  g_qsort_with_data (swatches + box->first, box->n, sizeof (Swatch), compare_channel, GUINT_TO_POINTER (which));
  for (guint i = 0; i < box->n; i++)
    half += swatches[box->first + i].count;
  half /= 2;
  for (at = 0; at + 1 < box->n - 1 && sum + swatches[box->first + at].count <= half; at++)
    sum += swatches[box->first + at].count;
  return at + 1;
}

/* Reduces the swatches to at most MAX_COLOURS; returns how many there are. */
static guint
median_cut (Swatch  *swatches,
            guint    n,
            guint32 *colours)
{
  Box boxes[MAX_COLOURS] = { { 0, n } };
  guint n_boxes = 1;

  while (n_boxes < MAX_COLOURS)
    {
      guint best = 0, best_channel = 0, cut;
      guint64 extent = 0;

      for (guint i = 0; i < n_boxes; i++)
        {
          guint which;
          guint64 e = box_extent (swatches, &boxes[i], &which);

          if (e > extent)
            {
              extent = e;
              best = i;
              best_channel = which;
            }
        }
      if (extent == 0)
        break;
      cut = split_box (swatches, &boxes[best], best_channel);
      boxes[n_boxes++] = (Box) { boxes[best].first + cut, boxes[best].n - cut };
      boxes[best].n = cut;
    }
  for (guint i = 0; i < n_boxes; i++)
    {
      guint64 sum[3] = { 0 }, pixels = 0;

      for (guint j = 0; j < boxes[i].n; j++)
        {
          const Swatch *swatch = &swatches[boxes[i].first + j];

          for (guint which = 0; which < 3; which++)
            sum[which] += (guint64) channel (swatch->colour, which) * swatch->count;
          pixels += swatch->count;
        }
      pixels = MAX (pixels, 1);
      colours[i] = sum[0] / pixels | sum[1] / pixels << 8 | sum[2] / pixels << 16;
    }
  return n_boxes;
}

static guint
nearest (const guint32 *colours,
         guint          n,
         guint32        colour)
{
  guint best = 0, best_distance = G_MAXUINT;

  for (guint i = 0; i < n && best_distance > 0; i++)
    {
      int dr = (int) channel (colours[i], 2) - (int) channel (colour, 2);
      int dg = (int) channel (colours[i], 1) - (int) channel (colour, 1);
      int db = (int) channel (colours[i], 0) - (int) channel (colour, 0);
      guint distance = 3 * dr * dr + 4 * dg * dg + 2 * db * db;

      if (distance < best_distance)
        {
          best = i;
          best_distance = distance;
        }
    }
  return best;
}

/* Colours of the pixels of a rectangle that changed, each with its count. */
static GArray *
collect_colours (GifEncoder    *self,
                 const guint32 *pixels,
                 guint          stride,
                 const cairo_rectangle_int_t *area)
{
  GHashTable *seen = g_hash_table_new (g_direct_hash, g_direct_equal);
  GArray *swatches = g_array_new (FALSE, FALSE, sizeof (Swatch));
  guint32 last = G_MAXUINT32;
  guint last_index = 0;

  for (int y = area->y; y < area->y + area->height; y++)
    for (int x = area->x; x < area->x + area->width; x++)
      {
        guint32 colour = pixels[y * stride + x] & 0xffffff;

        if (self->started && colour == self->shown[y * self->width + x])
          continue;
        if (colour != last)
          {
            last_index = GPOINTER_TO_UINT (g_hash_table_lookup (seen, GUINT_TO_POINTER (colour + 1)));
            if (last_index == 0)
              {
                Swatch swatch = { colour, 0 };

                g_array_append_val (swatches, swatch);
                last_index = swatches->len;
                g_hash_table_insert (seen, GUINT_TO_POINTER (colour + 1), GUINT_TO_POINTER (last_index));
              }
            last = colour;
          }
        g_array_index (swatches, Swatch, last_index - 1).count++;
      }
  g_hash_table_unref (seen);
  return swatches;
}

/* ---- Frames ---- */

/* The rectangle in which a picture differs from what is shown. */
static gboolean
changed_area (GifEncoder            *self,
              const guint32         *pixels,
              guint                  stride,
              cairo_rectangle_int_t *area)
{
  int left = self->width, right = -1, top = self->height, bottom = -1;

  if (!self->started)
    {
      *area = (cairo_rectangle_int_t) { 0, 0, self->width, self->height };
      return TRUE;
    }
  for (int y = 0; y < self->height; y++)
    for (int x = 0; x < self->width; x++)
      if ((pixels[y * stride + x] & 0xffffff) != self->shown[y * self->width + x])
        {
          left = MIN (left, x);
          right = MAX (right, x);
          top = MIN (top, y);
          bottom = y;
        }
  if (right < 0)
    return FALSE;
  *area = (cairo_rectangle_int_t) { left, top, right - left + 1, bottom - top + 1 };
  return TRUE;
}

static gboolean
put_header (GifEncoder *self)
{
  static const guint8 loop[] = { 1, 0, 0 };

  EGifSetGifVersion (self->gif, true);
  return EGifPutScreenDesc (self->gif, self->width, self->height, 8, 0, NULL) != GIF_ERROR &&
         EGifPutExtensionLeader (self->gif, APPLICATION_EXT_FUNC_CODE) != GIF_ERROR &&
         EGifPutExtensionBlock (self->gif, 11, "NETSCAPE2.0") != GIF_ERROR &&
         EGifPutExtensionBlock (self->gif, sizeof loop, loop) != GIF_ERROR &&
         EGifPutExtensionTrailer (self->gif) != GIF_ERROR;
}

static gboolean
put_lines (GifEncoder                  *self,
           const guint32               *pixels,
           guint                        stride,
           const cairo_rectangle_int_t *area,
           const guint32               *colours,
           guint                        n_colours)
{
  g_autofree GifPixelType *line = g_new (GifPixelType, area->width);
  GHashTable *known = g_hash_table_new (g_direct_hash, g_direct_equal);
  gboolean ok = TRUE;

  for (int y = area->y; ok && y < area->y + area->height; y++)
    {
      for (int x = area->x; x < area->x + area->width; x++)
        {
          guint32 colour = pixels[y * stride + x] & 0xffffff;
          guint32 *shown = &self->shown[y * self->width + x];
          guint index;

          if (self->started && colour == *shown)
            {
              line[x - area->x] = MAX_COLOURS;
              continue;
            }
          index = GPOINTER_TO_UINT (g_hash_table_lookup (known, GUINT_TO_POINTER (colour + 1)));
          if (index == 0)
            {
              index = nearest (colours, n_colours, colour) + 1;
              g_hash_table_insert (known, GUINT_TO_POINTER (colour + 1), GUINT_TO_POINTER (index));
            }
          line[x - area->x] = index - 1;
          *shown = colour;
        }
      ok = EGifPutLine (self->gif, line, area->width) != GIF_ERROR;
    }
  g_hash_table_unref (known);
  return ok;
}

static gboolean
put_frame (GifEncoder                  *self,
           const guint32               *pixels,
           guint                        stride,
           const cairo_rectangle_int_t *area,
           guint                        delay)
{
  g_autoptr (GArray) swatches = collect_colours (self, pixels, stride, area);
  GraphicsControlBlock control = { .DisposalMode = DISPOSE_DO_NOT, .UserInputFlag = false, .DelayTime = delay,
                                   .TransparentColor = MAX_COLOURS };
  guint32 colours[MAX_COLOURS + 1] = { 0 };
  GifByteType extension[4];
  ColorMapObject *map;
  guint n;
  gboolean ok;

  if (swatches->len <= MAX_COLOURS)
    {
      n = swatches->len;
      for (guint i = 0; i < n; i++)
        colours[i] = g_array_index (swatches, Swatch, i).colour;
    }
  else
    n = median_cut ((Swatch *) (gpointer) swatches->data, swatches->len, colours);
  map = GifMakeMapObject (256, NULL);
  if (map == NULL)
    return FALSE;
  for (guint i = 0; i < n; i++)
    map->Colors[i] = (GifColorType) { channel (colours[i], 2), channel (colours[i], 1), channel (colours[i], 0) };
  EGifGCBToExtension (&control, extension);
  ok = EGifPutExtension (self->gif, GRAPHICS_EXT_FUNC_CODE, 4, extension) != GIF_ERROR &&
       EGifPutImageDesc (self->gif, area->x, area->y, area->width, area->height, false, map) != GIF_ERROR &&
       put_lines (self, pixels, stride, area, colours, MAX (n, 1));
  GifFreeMapObject (map);
  return ok;
}

static gboolean
gif_add (PgwEncoder      *base,
         cairo_surface_t *picture,
         guint64          from,
         guint64          to,
         GError         **error)
{
  GifEncoder *self = (GifEncoder *) base;
  const guint32 *pixels;
  guint stride = cairo_image_surface_get_stride (picture) / 4;
  cairo_rectangle_int_t area;
  /* Times are rounded to hundredths as a whole, so that they do not drift. */
  guint64 until = (to + 5) / 10;
  guint delay = until > self->written ? MIN (until - self->written, G_MAXUINT16) : 0;

  cairo_surface_flush (picture);
  pixels = (const guint32 *) (gpointer) cairo_image_surface_get_data (picture);
  if (!self->started && !put_header (self))
    return gif_fail (self, error);
  if (!changed_area (self, pixels, stride, &area))
    area = (cairo_rectangle_int_t) { 0, 0, 1, 1 };
  if (!put_frame (self, pixels, stride, &area, delay))
    return gif_fail (self, error);
  self->started = TRUE;
  self->written += delay;
  return TRUE;
}

static gboolean
gif_finish (PgwEncoder *base,
            const char *filename,
            GError    **error)
{
  GifEncoder *self = (GifEncoder *) base;
  int code;

  if (EGifCloseFile (self->gif, &code) == GIF_ERROR)
    {
      self->gif = NULL;
      return gif_fail (self, error);
    }
  self->gif = NULL;
  return g_file_set_contents (filename, (const char *) self->bytes->data, self->bytes->len, error);
}

static void
gif_free (PgwEncoder *base)
{
  GifEncoder *self = (GifEncoder *) base;
  int code;

  if (self->gif != NULL)
    EGifCloseFile (self->gif, &code);
  g_byte_array_unref (self->bytes);
  g_free (self->shown);
  g_free (self);
}

PgwEncoder *
pgw_gif_encoder_new (int      width,
                     int      height,
                     GError **error)
{
  GifEncoder *self = g_new0 (GifEncoder, 1);
  int code = 0;

  self->base = (PgwEncoder) { gif_add, gif_finish, gif_free };
  self->width = width;
  self->height = height;
  self->bytes = g_byte_array_new ();
  self->shown = g_new0 (guint32, (gsize) width * height);
  self->gif = EGifOpen (self->bytes, write_cb, &code);
  if (self->gif == NULL)
    {
      const char *reason = GifErrorString (code);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "GIF: %s", reason != NULL ? reason : _("cannot encode"));
      gif_free (&self->base);
      return NULL;
    }
  return &self->base;
}
