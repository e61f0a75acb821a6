/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Encoders of animations. A frame is a picture and the time from which and
 * until which it is shown, in milliseconds from the start; frames follow each
 * other without gaps.
 */
#pragma once

#include <cairo.h>
#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _PgwEncoder PgwEncoder;

struct _PgwEncoder
{
  gboolean (*add)    (PgwEncoder *self, cairo_surface_t *picture, guint64 from, guint64 to, GError **error);
  /* Writes the file. Not called after an error or when cancelled. */
  gboolean (*finish) (PgwEncoder *self, const char *filename, GError **error);
  void     (*free)   (PgwEncoder *self);
};

PgwEncoder *pgw_webp_encoder_new  (int width, int height, GError **error);
PgwEncoder *pgw_gif_encoder_new   (int width, int height, GError **error);
/* Needs ffmpeg; `filename` tells the container and where to write. */
PgwEncoder *pgw_video_encoder_new (int width, int height, double frames_per_second, const char *filename,
                                   GError **error);

G_END_DECLS
