/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WebM and MP4 by way of ffmpeg: it is given the frames as raw pixels and
 * writes beside the target, which its file then replaces.
 */
#include "config.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <string.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "pgw-encoder-private.h"

typedef struct {
  PgwEncoder   base;
  GSubprocess *ffmpeg;
  char        *partial;
  int          width, height;
  double       rate;
  guint64      n_written;       /* frames */
} VideoEncoder;

/* ffmpeg's own words. */
static gboolean
video_fail (VideoEncoder *self,
            GError      **error)
{
  GInputStream *stream = g_subprocess_get_stderr_pipe (self->ffmpeg);
  char words[512];
  gsize n = 0;

  g_input_stream_read_all (stream, words, sizeof words - 1, &n, NULL, NULL);
  words[n] = '\0';
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "ffmpeg: %s", n > 0 ? g_strstrip (words) : _("cannot encode"));
  return FALSE;
}

/* Writes to ffmpeg; its early end is an error and no signal. */
static gboolean
write_pixels (VideoEncoder *self,
              const void   *pixels,
              gsize         n)
{
  GOutputStream *stream = g_subprocess_get_stdin_pipe (self->ffmpeg);
  const struct timespec now = { 0, 0 };
  sigset_t pipe, before, pending;
  gboolean ok;

  sigemptyset (&pipe);
  sigaddset (&pipe, SIGPIPE);
  sigpending (&pending);
  pthread_sigmask (SIG_BLOCK, &pipe, &before);
  ok = g_output_stream_write_all (stream, pixels, n, NULL, NULL, NULL);
  if (!ok && !sigismember (&pending, SIGPIPE))
    while (sigtimedwait (&pipe, NULL, &now) == -1 && errno == EINTR)
      continue;
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  return ok;
}

static gboolean
video_add (PgwEncoder      *base,
           cairo_surface_t *picture,
           guint64          from,
           guint64          to,
           GError         **error)
{
  VideoEncoder *self = (VideoEncoder *) base;
  guint64 until = llround (to * self->rate / 1000);
  const guint8 *pixels;

  cairo_surface_flush (picture);
  pixels = cairo_image_surface_get_data (picture);
  for (; self->n_written < until; self->n_written++)
    for (int y = 0; y < self->height; y++)
      if (!write_pixels (self, pixels + (gsize) y * cairo_image_surface_get_stride (picture), (gsize) self->width * 4))
        return video_fail (self, error);
  return TRUE;
}

static gboolean
video_finish (PgwEncoder *base,
              const char *filename,
              GError    **error)
{
  VideoEncoder *self = (VideoEncoder *) base;

  g_output_stream_close (g_subprocess_get_stdin_pipe (self->ffmpeg), NULL, NULL);
  if (!g_subprocess_wait_check (self->ffmpeg, NULL, NULL))
    return video_fail (self, error);
  if (g_rename (self->partial, filename) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", filename, g_strerror (errno));
      return FALSE;
    }
  g_clear_pointer (&self->partial, g_free);
  return TRUE;
}

static void
video_free (PgwEncoder *base)
{
  VideoEncoder *self = (VideoEncoder *) base;

  if (self->ffmpeg != NULL)
    {
      g_subprocess_force_exit (self->ffmpeg);
      g_subprocess_wait (self->ffmpeg, NULL, NULL);
      g_object_unref (self->ffmpeg);
    }
  if (self->partial != NULL)
    g_unlink (self->partial);
  g_free (self->partial);
  g_free (self);
}

PgwEncoder *
pgw_video_encoder_new (int         width,
                       int         height,
                       double      frames_per_second,
                       const char *filename,
                       GError    **error)
{
  g_autofree char *program = g_find_program_in_path ("ffmpeg");
  g_autofree char *folder = g_path_get_dirname (filename);
  g_autofree char *name = g_path_get_basename (filename);
  g_autofree char *size = g_strdup_printf ("%dx%d", width, height);
  char rate[G_ASCII_DTOSTR_BUF_SIZE];
  gboolean webm = g_str_has_suffix (name, ".webm");
  g_autofree char *partial = g_strdup_printf ("%s/.%s.%08x.%s", folder, name, g_random_int (), webm ? "webm" : "mp4");
  const char *arguments[] = {
    program, "-nostdin", "-loglevel", "error", "-f", "rawvideo",
    "-pix_fmt", G_BYTE_ORDER == G_LITTLE_ENDIAN ? "bgr0" : "0rgb", "-s", size, "-r", rate, "-i", "pipe:0", "-an",
    "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-c:v", webm ? "libvpx-vp9" : "libx264", "-pix_fmt", "yuv420p",
    "-crf", webm ? "24" : "18", webm ? "-b:v" : "-preset", webm ? "0" : "veryfast",
    webm ? "-deadline" : "-movflags", webm ? "realtime" : "+faststart", "-y", partial, NULL
  };
  VideoEncoder *self;
  GSubprocess *ffmpeg;

  if (program == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("Writing “%s” needs the program ffmpeg, which is not installed; .webp and .gif do without it"), name);
      return NULL;
    }
  g_ascii_formatd (rate, sizeof rate, "%g", frames_per_second);
  ffmpeg = g_subprocess_newv (arguments, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE |
                              G_SUBPROCESS_FLAGS_STDOUT_SILENCE, error);
  if (ffmpeg == NULL)
    return NULL;
  self = g_new0 (VideoEncoder, 1);
  self->base = (PgwEncoder) { video_add, video_finish, video_free };
  self->ffmpeg = ffmpeg;
  self->partial = g_steal_pointer (&partial);
  self->width = width;
  self->height = height;
  self->rate = frames_per_second;
  return &self->base;
}
