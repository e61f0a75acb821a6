/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Animated WebP, without loss: the pictures are flat colours and small type,
 * which that suits best. libwebp keeps only what changed between frames.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include "pgw-encoder-private.h"

typedef struct {
  PgwEncoder       base;
  WebPAnimEncoder *encoder;
  WebPConfig       config;
  int              width, height;
  guint64          end;
} WebpEncoder;

static gboolean
webp_add (PgwEncoder      *base,
          cairo_surface_t *picture,
          guint64          from,
          guint64          to,
          GError         **error)
{
  WebpEncoder *self = (WebpEncoder *) base;
  WebPPicture frame;
  gboolean ok;

  if (!WebPPictureInit (&frame))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("WebP: wrong version of libwebp"));
      return FALSE;
    }
  frame.width = self->width;
  frame.height = self->height;
  frame.use_argb = 1;
  cairo_surface_flush (picture);
  /* Opaque pixels lie in memory as blue, green, red, nothing; on big-endian hosts the other way round. */
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
  ok = WebPPictureImportBGRX (&frame, cairo_image_surface_get_data (picture),
                              cairo_image_surface_get_stride (picture));
#else
  ok = WebPPictureAlloc (&frame);
  for (int y = 0; ok && y < self->height; y++)
    for (int x = 0; x < self->width; x++)
      frame.argb[y * frame.argb_stride + x] =
        0xff000000u | ((const guint32 *) (gpointer) (cairo_image_surface_get_data (picture) +
                                                     y * cairo_image_surface_get_stride (picture)))[x];
#endif
  ok = ok && WebPAnimEncoderAdd (self->encoder, &frame, from, &self->config);
  WebPPictureFree (&frame);
  self->end = to;
  if (!ok)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "WebP: %s", WebPAnimEncoderGetError (self->encoder));
  return ok;
}

static gboolean
webp_finish (PgwEncoder *base,
             const char *filename,
             GError    **error)
{
  WebpEncoder *self = (WebpEncoder *) base;
  WebPData data;
  gboolean ok;

  WebPDataInit (&data);
  if (!WebPAnimEncoderAdd (self->encoder, NULL, self->end, NULL) || !WebPAnimEncoderAssemble (self->encoder, &data))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "WebP: %s", WebPAnimEncoderGetError (self->encoder));
      return FALSE;
    }
  ok = g_file_set_contents (filename, (const char *) data.bytes, data.size, error);
  WebPDataClear (&data);
  return ok;
}

static void
webp_free (PgwEncoder *base)
{
  WebpEncoder *self = (WebpEncoder *) base;

  WebPAnimEncoderDelete (self->encoder);
  g_free (self);
}

PgwEncoder *
pgw_webp_encoder_new (int      width,
                      int      height,
                      GError **error)
{
  WebpEncoder *self = g_new0 (WebpEncoder, 1);
  WebPAnimEncoderOptions options;

  self->base = (PgwEncoder) { webp_add, webp_finish, webp_free };
  self->width = width;
  self->height = height;
  if (WebPAnimEncoderOptionsInit (&options) && WebPConfigInit (&self->config) &&
      WebPConfigLosslessPreset (&self->config, 1))
    self->encoder = WebPAnimEncoderNew (width, height, &options);
  if (self->encoder == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("WebP: a picture of %d × %d pixels is refused"), width, height);
      g_free (self);
      return NULL;
    }
  self->config.exact = 1;
  return &self->base;
}
