/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of pictures. Everything is drawn from sheets, with no display; a file
 * appears only when it is whole.
 *
 * An animation shows each step for a while: first the frames between the last
 * picture and this one, then this one for the rest of its time. When there
 * are more steps than frames, steps are passed over.
 */
#include "pgw-sheet-private.h"

#include <math.h>
#include <string.h>

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <gio/gio.h>

#include "pgw-encoder-private.h"

#define MAX_SIDE       16000
#define MAX_PAGES      5000
#define TWEEN_SECONDS  0.4
#define STEP_SECONDS   0.9
#define TOTAL_SECONDS  30.0

typedef struct {
  PgwTimeline            *timeline;
  PgwScenario            *scenario;
  const PgwExportOptions *options;
  const char             *filename;
  PgwStatistics          *statistics;
  gboolean              (*progress) (double done, gpointer data);
  gpointer                data;
} Export;

static gboolean
report (Export  *self,
        double   done,
        GError **error)
{
  if (self->progress == NULL || self->progress (CLAMP (done, 0, 1), self->data))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The export was cancelled"));
  return FALSE;
}

static PgwSheet *
sheet_at (Export   *self,
          guint64   step,
          GError  **error)
{
  pgw_timeline_seek (self->timeline, step);
  if (self->options->peers != NULL)
    pgw_peers_seek (self->options->peers, self->timeline, self->scenario);
  return pgw_sheet_new (self->timeline, self->scenario, self->options, self->statistics, error);
}

static cairo_status_t
append_cb (void                *data,
           const unsigned char *bytes,
           unsigned int         n)
{
  g_byte_array_append (data, bytes, n);
  return CAIRO_STATUS_SUCCESS;
}

static gboolean
check_status (cairo_status_t  status,
              GError        **error)
{
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("Drawing failed: %s"), cairo_status_to_string (status));
  return FALSE;
}

/* ---- Stills ---- */

static gboolean
export_png (Export  *self,
            GError **error)
{
  g_autoptr (PgwSheet) sheet = sheet_at (self, self->options->from, error);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  cairo_surface_t *surface;
  cairo_status_t status;
  cairo_t *cr;

  if (sheet == NULL)
    return FALSE;
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, self->options->width, self->options->height);
  cr = cairo_create (surface);
  pgw_sheet_draw (sheet, NULL, 1, cr);
  status = cairo_status (cr);
  cairo_destroy (cr);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_write_to_png_stream (surface, append_cb, bytes);
  cairo_surface_destroy (surface);
  return check_status (status, error) && report (self, 1, error) &&
         g_file_set_contents (self->filename, (const char *) bytes->data, bytes->len, error);
}

/* SVG, and PDF with a page for each step. */
static gboolean
export_vectors (Export   *self,
                gboolean  pdf,
                GError  **error)
{
  const PgwExportOptions *options = self->options;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  cairo_surface_t *surface = (pdf ? cairo_pdf_surface_create_for_stream : cairo_svg_surface_create_for_stream)
                               (append_cb, bytes, options->width, options->height);
  cairo_t *cr = cairo_create (surface);
  gboolean ok = TRUE;
  cairo_status_t status;

  for (guint64 step = options->from; ok && step <= options->to; step++)
    {
      g_autoptr (PgwSheet) sheet = sheet_at (self, step, error);

      ok = sheet != NULL;
      if (ok)
        {
          pgw_sheet_draw (sheet, NULL, 1, cr);
          cairo_show_page (cr);
          ok = report (self, (step - options->from + 1.0) / (options->to - options->from + 1.0), error);
        }
    }
  cairo_surface_finish (surface);
  status = cairo_status (cr);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return ok && check_status (status, error) &&
         g_file_set_contents (self->filename, (const char *) bytes->data, bytes->len, error);
}

/* ---- Animations ---- */

/* When a step is shown: numbers of frames. */
typedef struct {
  double  rate;
  guint64 stride;               /* steps from one picture to the next */
  guint   tween;                /* frames between two pictures */
  guint   frames;               /* frames of a step, those between included */
} Pace;

static Pace
choose_pace (const PgwExportOptions *options)
{
  guint64 n = options->to - options->from;
  Pace pace = { .rate = options->frames_per_second > 0 ? CLAMP (options->frames_per_second, 1, 60) : 25, .stride = 1 };
  double seconds = options->steps_per_second > 0 ? 1 / options->steps_per_second
                                                 : MIN (STEP_SECONDS, TOTAL_SECONDS / MAX (n, 1));

  if (seconds * pace.rate < 1)
    pace.stride = ceil (1 / (seconds * pace.rate));
  pace.frames = MAX (1, lround (seconds * pace.stride * pace.rate));
  pace.tween = MIN (lround (TWEEN_SECONDS * pace.rate), pace.frames * 2 / 3);
  return pace;
}

static gboolean
add_picture (Export     *self,
             PgwEncoder *encoder,
             PgwSheet   *sheet,
             PgwSheet   *before,
             double      t,
             guint64     from,
             guint64     to,
             double      rate,
             GError    **error)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, self->options->width,
                                                         self->options->height);
  cairo_t *cr = cairo_create (surface);
  gboolean ok;

  pgw_sheet_draw (sheet, before, t, cr);
  ok = check_status (cairo_status (cr), error);
  cairo_destroy (cr);
  ok = ok && encoder->add (encoder, surface, llround (from * 1000 / rate), llround (to * 1000 / rate), error);
  cairo_surface_destroy (surface);
  return ok;
}

static gboolean
add_steps (Export     *self,
           PgwEncoder *encoder,
           GError    **error)
{
  const PgwExportOptions *options = self->options;
  Pace pace = choose_pace (options);
  g_autoptr (PgwSheet) before = NULL;
  guint64 frame = 0;

  for (guint64 step = options->from; ; step = MIN (step + pace.stride, options->to))
    {
      g_autoptr (PgwSheet) sheet = sheet_at (self, step, error);
      guint64 end = frame + pace.frames;

      if (sheet == NULL)
        return FALSE;
      for (guint i = 0; before != NULL && i < pace.tween; i++, frame++)
        if (!add_picture (self, encoder, sheet, before, (i + 1.0) / (pace.tween + 1.0), frame, frame + 1, pace.rate, error))
          return FALSE;
      if (!add_picture (self, encoder, sheet, NULL, 1, frame, end, pace.rate, error))
        return FALSE;
      frame = end;
      if (!report (self, (step - options->from + 1.0) / (options->to - options->from + 1.0), error))
        return FALSE;
      if (step >= options->to)
        return TRUE;
      g_clear_pointer (&before, pgw_sheet_free);
      before = g_steal_pointer (&sheet);
    }
}

static gboolean
export_animation (Export     *self,
                  PgwEncoder *encoder,
                  GError    **error)
{
  gboolean ok;

  if (encoder == NULL)
    return FALSE;
  ok = add_steps (self, encoder, error) && encoder->finish (encoder, self->filename, error);
  encoder->free (encoder);
  return ok;
}

/* ---- All of them ---- */

static gboolean
check_options (Export   *self,
               const char *ending,
               GError  **error)
{
  const PgwExportOptions *options = self->options;
  guint64 length = pgw_timeline_get_length (self->timeline);

  if (options->width < 16 || options->height < 16 || options->width > MAX_SIDE || options->height > MAX_SIDE)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("Size %d × %d: expected 16 to %d pixels a side"),
                 options->width, options->height, MAX_SIDE);
  else if (options->from > options->to || options->to > length)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 _("Steps %s to %s: expected steps of the recording, 0 to %s, in order"), pgw_count (options->from),
                 pgw_count (options->to), pgw_count (length));
  else if (options->from != options->to && (strcmp (ending, "png") == 0 || strcmp (ending, "svg") == 0))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 _("A .%s file holds one step; several go into .pdf, .webp, .gif, .webm or .mp4"), ending);
  else if (strcmp (ending, "pdf") == 0 && options->to - options->from >= MAX_PAGES)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("A .pdf file holds at most %d steps"), MAX_PAGES);
  else
    return TRUE;
  return FALSE;
}

static gboolean
export_by_ending (Export     *self,
                  const char *ending,
                  GError    **error)
{
  const PgwExportOptions *options = self->options;

  if (strcmp (ending, "png") == 0)
    return export_png (self, error);
  if (strcmp (ending, "svg") == 0 || strcmp (ending, "pdf") == 0)
    return export_vectors (self, strcmp (ending, "pdf") == 0, error);
  if (strcmp (ending, "webp") == 0)
    return export_animation (self, pgw_webp_encoder_new (options->width, options->height, error), error);
  if (strcmp (ending, "gif") == 0)
    return export_animation (self, pgw_gif_encoder_new (options->width, options->height, error), error);
  if (strcmp (ending, "webm") == 0 || strcmp (ending, "mp4") == 0)
    return export_animation (self, pgw_video_encoder_new (options->width, options->height, choose_pace (options).rate,
                                                          self->filename, error), error);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               _("“%s”: expected a name that ends in .png, .svg, .pdf, .webp, .gif, .webm or .mp4"), self->filename);
  return FALSE;
}

gboolean
pgw_export (PgwTimeline            *timeline,
            PgwScenario            *scenario,
            const PgwExportOptions *options,
            const char             *filename,
            gboolean              (*progress) (double done, gpointer data),
            gpointer                data,
            GError                **error)
{
  Export self = { timeline, scenario, options, filename, NULL, progress, data };
  const char *dot;
  g_autofree char *ending = NULL;
  PgwMoment moment;
  gboolean ok;

  g_return_val_if_fail (timeline != NULL && options != NULL && filename != NULL, FALSE);

  dot = strrchr (filename, '.');
  ending = g_ascii_strdown (dot != NULL ? dot + 1 : "", -1);
  if (!check_options (&self, ending, error))
    return FALSE;
  moment = pgw_timeline_get_moment (timeline);
  self.statistics = pgw_statistics_new (timeline);
  pgw_statistics_update (self.statistics, 0);
  ok = export_by_ending (&self, ending, error);
  pgw_statistics_unref (self.statistics);
  pgw_timeline_go_to_moment (timeline, moment);
  return ok;
}
