/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exported files, read back with other libraries than those that wrote them
 * where there are any: sizes, numbers of frames, times, pixels; and that two
 * exports of one recording are the same, that nothing is left behind by one
 * that fails, and that errors say what was expected.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gif_lib.h>
#include <glib/gstdio.h>
#include <webp/decode.h>
#include <webp/demux.h>

#include "fixture.h"

static char *folder;

static PgwExportOptions
options_for (const char *pane,
             guint64     from,
             guint64     to)
{
  return (PgwExportOptions) { .pane = pane, .layout = pane == NULL ? "overview" : NULL, .from = from, .to = to,
                              .width = 420, .height = 300, .font_scale = 1, .frames_per_second = 20,
                              .steps_per_second = 2, .zone = G_MAXUINT32 };
}

static char *
export_to (const Fixture          *fixture,
           const PgwExportOptions *options,
           const char             *name)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  guint64 position = pgw_timeline_get_position (fixture->timeline);

  g_assert_true (pgw_export (fixture->timeline, fixture->scenario, options, path, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (pgw_timeline_get_position (fixture->timeline), ==, position);
  return path;
}

static void
remove_file (char *path)
{
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_free (path);
}

static guint
n_files (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static guint
count_colours (cairo_surface_t *surface)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_direct_hash, g_direct_equal);

  cairo_surface_flush (surface);
  for (int y = 0; y < cairo_image_surface_get_height (surface); y++)
    for (int x = 0; x < cairo_image_surface_get_width (surface); x++)
      {
        const guint32 *line = (const guint32 *) (gpointer) (cairo_image_surface_get_data (surface) +
                                                            y * cairo_image_surface_get_stride (surface));

        g_hash_table_add (seen, GUINT_TO_POINTER ((line[x] & 0xffffff) + 1));
      }
  return g_hash_table_size (seen);
}

static void
test_png (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("split-and-merge");
  const PgwPaneType *const *types = pgw_pane_types ();

  for (guint i = 0; types[i] != NULL; i++)
    {
      PgwExportOptions options = options_for (types[i]->id, 20, 20);
      char *path = export_to (fixture, &options, "still.png");
      cairo_surface_t *surface = cairo_image_surface_create_from_png (path);

      g_assert_cmpint (cairo_surface_status (surface), ==, CAIRO_STATUS_SUCCESS);
      g_assert_cmpint (cairo_image_surface_get_width (surface), ==, 420);
      g_assert_cmpint (cairo_image_surface_get_height (surface), ==, 300);
      g_assert_cmpuint (count_colours (surface), >, 20);
      cairo_surface_destroy (surface);
      remove_file (path);
    }
}

static void
assert_same_twice (const Fixture          *fixture,
                   const PgwExportOptions *options,
                   const char             *ending)
{
  g_autofree char *first_name = g_strdup_printf ("first%s", ending);
  g_autofree char *second_name = g_strdup_printf ("second%s", ending);
  char *first = export_to (fixture, options, first_name);
  char *second;
  g_autofree char *a = NULL, *b = NULL;
  gsize n, m;

  pgw_timeline_seek (fixture->timeline, 7);
  second = export_to (fixture, options, second_name);
  g_assert_true (g_file_get_contents (first, &a, &n, NULL));
  g_assert_true (g_file_get_contents (second, &b, &m, NULL));
  g_assert_cmpmem (a, n, b, m);
  remove_file (first);
  remove_file (second);
}

static void
test_two_exports_are_the_same (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("split-and-merge");
  PgwExportOptions still = options_for (NULL, 20, 20), moving = options_for ("buddy", 10, 13);

  assert_same_twice (fixture, &still, ".png");
  /* Not SVG: Cairo numbers its parts over the whole life of a process. */
  assert_same_twice (fixture, &moving, ".webp");
  assert_same_twice (fixture, &moving, ".gif");
}

static guint
count_in_file (const char *path,
               const char *what)
{
  g_autofree char *data = NULL;
  gsize length, n = strlen (what);
  guint count = 0;

  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  for (gsize i = 0; i + n <= length; i++)
    count += memcmp (data + i, what, n) == 0;
  return count;
}

static void
test_vectors (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("split-and-merge");
  PgwExportOptions still = options_for (NULL, 20, 20), several = options_for ("buddy", 10, 14);
  char *svg = export_to (fixture, &still, "still.svg");
  char *pdf = export_to (fixture, &several, "steps.pdf");

  g_assert_cmpuint (count_in_file (svg, "<svg "), ==, 1);
  g_assert_cmpuint (count_in_file (svg, "</svg>"), ==, 1);
  g_assert_cmpuint (count_in_file (svg, "<path"), >, 50);
  g_assert_cmpuint (count_in_file (pdf, "%PDF-1."), ==, 1);
  g_assert_cmpuint (count_in_file (pdf, "/Count 5"), ==, 1);
  g_assert_cmpuint (count_in_file (pdf, "%%EOF"), ==, 1);
  remove_file (svg);
  remove_file (pdf);
}

/* What the animation should end with. */
static cairo_surface_t *
last_picture (const Fixture          *fixture,
              const PgwExportOptions *options)
{
  PgwExportOptions still = *options;
  cairo_surface_t *surface;
  char *path;

  still.from = still.to;
  path = export_to (fixture, &still, "last.png");
  surface = cairo_image_surface_create_from_png (path);
  remove_file (path);
  return surface;
}

static guint32
pixel (cairo_surface_t *surface,
       int              x,
       int              y)
{
  return ((const guint32 *) (gpointer) (cairo_image_surface_get_data (surface) +
                                        y * cairo_image_surface_get_stride (surface)))[x] & 0xffffff;
}

static void
test_webp (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("split-and-merge");
  PgwExportOptions options = options_for ("buddy", 9, 14);
  char *path = export_to (fixture, &options, "steps.webp");
  cairo_surface_t *last = last_picture (fixture, &options);
  g_autofree char *data = NULL;
  WebPAnimDecoderOptions decoder_options;
  WebPAnimDecoder *decoder;
  WebPAnimInfo info;
  WebPData webp;
  uint8_t *picture = NULL;
  int time = 0, before = -1;
  guint n = 0;

  g_assert_true (g_file_get_contents (path, &data, &webp.size, NULL));
  webp.bytes = (const uint8_t *) data;
  g_assert_true (WebPAnimDecoderOptionsInit (&decoder_options));
  decoder = WebPAnimDecoderNew (&webp, &decoder_options);
  g_assert_nonnull (decoder);
  g_assert_true (WebPAnimDecoderGetInfo (decoder, &info));
  g_assert_cmpuint (info.canvas_width, ==, 420);
  g_assert_cmpuint (info.canvas_height, ==, 300);
  while (WebPAnimDecoderHasMoreFrames (decoder))
    {
      g_assert_true (WebPAnimDecoderGetNext (decoder, &picture, &time));
      g_assert_cmpint (time, >, before);
      before = time;
      n++;
    }
  /* Six steps of half a second; between them frames of movement. */
  g_assert_cmpint (time, ==, 3000);
  g_assert_cmpuint (n, >, 12);
  for (int y = 0; y < 300; y++)
    for (int x = 0; x < 420; x++)
      {
        const uint8_t *p = picture + (y * 420 + x) * 4;

        g_assert_cmphex ((guint32) p[0] << 16 | (guint32) p[1] << 8 | p[2], ==, pixel (last, x, y));
      }
  WebPAnimDecoderDelete (decoder);
  cairo_surface_destroy (last);
  remove_file (path);
}

/* Plays a GIF and returns what is seen at its end. */
static guint32 *
play_gif (const char *path,
          guint      *hundredths,
          guint      *n_frames)
{
  int error = 0;
  GifFileType *gif = DGifOpenFileName (path, &error);
  guint32 *canvas;

  g_assert_nonnull (gif);
  g_assert_cmpint (DGifSlurp (gif), ==, GIF_OK);
  canvas = g_new0 (guint32, gif->SWidth * gif->SHeight);
  *hundredths = 0;
  *n_frames = gif->ImageCount;
  for (int i = 0; i < gif->ImageCount; i++)
    {
      const SavedImage *image = &gif->SavedImages[i];
      const GifImageDesc *at = &image->ImageDesc;
      GraphicsControlBlock control;

      g_assert_cmpint (DGifSavedExtensionToGCB (gif, i, &control), ==, GIF_OK);
      g_assert_cmpint (control.DisposalMode, ==, DISPOSE_DO_NOT);
      *hundredths += control.DelayTime;
      g_assert_cmpint (at->Left + at->Width, <=, gif->SWidth);
      g_assert_cmpint (at->Top + at->Height, <=, gif->SHeight);
      for (int y = 0; y < at->Height; y++)
        for (int x = 0; x < at->Width; x++)
          {
            int index = image->RasterBits[y * at->Width + x];
            GifColorType colour;

            if (index == control.TransparentColor)
              continue;
            colour = at->ColorMap->Colors[index];
            canvas[(at->Top + y) * gif->SWidth + at->Left + x] =
              (guint32) colour.Red << 16 | (guint32) colour.Green << 8 | colour.Blue;
          }
    }
  DGifCloseFile (gif, &error);
  return canvas;
}

static void
test_gif (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("split-and-merge");
  PgwExportOptions options = options_for ("buddy", 9, 14);
  char *path = export_to (fixture, &options, "steps.gif");
  cairo_surface_t *last = last_picture (fixture, &options);
  guint hundredths, n, worst = 0, off = 0;
  g_autofree guint32 *canvas = play_gif (path, &hundredths, &n);

  g_assert_cmpuint (hundredths, ==, 300);
  g_assert_cmpuint (n, >, 12);
  for (int y = 0; y < 300; y++)
    for (int x = 0; x < 420; x++)
      for (int shift = 0; shift < 24; shift += 8)
        {
          int difference = (int) (canvas[y * 420 + x] >> shift & 0xff) - (int) (pixel (last, x, y) >> shift & 0xff);

          worst = MAX (worst, (guint) abs (difference));
          off += abs (difference) > 24;
        }
  /* 255 colours a frame are nearly enough for flat colours and type. */
  g_assert_cmpuint (worst, <, 80);
  g_assert_cmpuint (off, <, 420 * 300 * 3 / 500);
  cairo_surface_destroy (last);
  remove_file (path);
}

static void
test_pace_of_long_ranges (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("split-and-merge");
  PgwExportOptions options = options_for ("timeline", 0, 2000);
  guint hundredths, n;
  char *path;

  options.steps_per_second = 1000;
  options.width = 200;
  options.height = 90;
  path = export_to (fixture, &options, "long.gif");
  g_free (play_gif (path, &hundredths, &n));
  g_assert_cmpuint (n, >=, 40);
  g_assert_cmpuint (n, <=, 42);
  g_assert_cmpuint (hundredths, >=, 200);
  g_assert_cmpuint (hundredths, <=, 210);
  remove_file (path);
}

static void
test_video (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("split-and-merge");
  PgwExportOptions options = options_for ("buddy", 9, 12);
  g_autofree char *program = g_find_program_in_path ("ffmpeg");
  g_autofree char *output = NULL, *command = NULL;
  char *path;

  if (program == NULL)
    {
      g_test_skip ("ffmpeg is not installed");
      return;
    }
  options.width = 321;          /* odd sides are made even */
  path = export_to (fixture, &options, "steps.webm");
  command = g_strdup_printf ("ffprobe -v error -count_frames -show_entries stream=width,height,nb_read_frames "
                             "-of csv=p=0 %s", path);
  g_assert_true (g_spawn_command_line_sync (command, &output, NULL, NULL, NULL));
  g_assert_cmpstr (g_strstrip (output), ==, "322,300,40");
  remove_file (path);
  path = export_to (fixture, &options, "steps.mp4");
  g_assert_cmpuint (count_in_file (path, "ftyp"), >=, 1);
  remove_file (path);
  g_assert_cmpuint (n_files (), ==, 0);
}

static void
test_no_ffmpeg (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("tiny");
  PgwExportOptions options = options_for ("buddy", 1, 3);
  g_autofree char *search = g_strdup (g_getenv ("PATH"));
  g_autofree char *path = g_build_filename (folder, "x.webm", NULL);
  g_autoptr (GError) error = NULL;

  g_setenv ("PATH", "/nowhere", TRUE);
  g_assert_false (pgw_export (fixture->timeline, fixture->scenario, &options, path, NULL, NULL, &error));
  g_setenv ("PATH", search, TRUE);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "ffmpeg"));
  g_assert_cmpuint (n_files (), ==, 0);
}

static gboolean
stop_half_way (double   done,
               gpointer data)
{
  double *last = data;

  g_assert_cmpfloat (done, >=, *last);
  g_assert_cmpfloat (done, <=, 1);
  *last = done;
  return done < 0.5;
}

/* A cancelled export leaves what was there. */
static void
test_cancel (void)
{
  static const char *const names[] = { "a.webp", "a.gif", "a.pdf", "a.webm" };
  g_autoptr (Fixture) fixture = fixture_load ("tiny");
  PgwExportOptions options = options_for ("buddy", 0, 9);
  g_autofree char *ffmpeg = g_find_program_in_path ("ffmpeg");

  for (gsize i = 0; i < G_N_ELEMENTS (names) - (ffmpeg == NULL); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *contents = NULL;
      char *path = g_build_filename (folder, names[i], NULL);
      double last = 0;

      g_assert_true (g_file_set_contents (path, "before", -1, NULL));
      g_assert_false (pgw_export (fixture->timeline, fixture->scenario, &options, path, stop_half_way, &last, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpfloat (last, >=, 0.5);
      g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
      g_assert_cmpstr (contents, ==, "before");
      remove_file (path);
      g_assert_cmpuint (n_files (), ==, 0);
    }
}

static void
assert_refused (const Fixture    *fixture,
                PgwExportOptions  options,
                const char       *name,
                const char       *says)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (pgw_export (fixture->timeline, fixture->scenario, &options, path, NULL, NULL, &error));
  g_assert_nonnull (error);
  if (strstr (error->message, says) == NULL)
    {
      g_test_message ("“%s” does not say “%s”", error->message, says);
      g_test_fail ();
    }
  g_assert_cmpuint (n_files (), ==, 0);
}

static void
test_bad_options (void)
{
  g_autoptr (Fixture) fixture = fixture_load ("tiny");
  PgwExportOptions good = options_for ("buddy", 1, 1), options;

  assert_refused (fixture, good, "picture.bmp", ".png");
  assert_refused (fixture, good, "picture", ".png");
  assert_refused (fixture, good, "no/such/folder/picture.png", "no/such/folder");
  options = good;
  options.width = 0;
  assert_refused (fixture, options, "picture.png", "0 × 300");
  options.width = 1 << 20;
  assert_refused (fixture, options, "picture.png", "16000");
  options = good;
  options.to = 9;
  assert_refused (fixture, options, "picture.png", ".webp");
  assert_refused (fixture, options, "picture.svg", ".pdf");
  options.from = 10;
  assert_refused (fixture, options, "picture.gif", "in order");
  options.from = options.to = 1 << 30;
  assert_refused (fixture, options, "picture.png", "steps of the recording");
  options = good;
  options.pane = "nothing";
  assert_refused (fixture, options, "picture.png", "nothing");
  assert_refused (fixture, options, "picture.webp", "nothing");
  options.pane = NULL;
  options.layout = "none";
  assert_refused (fixture, options, "picture.png", "none");
}

int
main (int    argc,
      char **argv)
{
  int result;

  fixture_set_language (FALSE);
  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pagewalk-export-XXXXXX", NULL);
  g_test_add_func ("/export/png", test_png);
  g_test_add_func ("/export/vectors", test_vectors);
  g_test_add_func ("/export/webp", test_webp);
  g_test_add_func ("/export/gif", test_gif);
  g_test_add_func ("/export/pace", test_pace_of_long_ranges);
  g_test_add_func ("/export/video", test_video);
  g_test_add_func ("/export/no-ffmpeg", test_no_ffmpeg);
  g_test_add_func ("/export/cancel", test_cancel);
  g_test_add_func ("/export/bad-options", test_bad_options);
  g_test_add_func ("/export/same-twice", test_two_exports_are_the_same);
  result = g_test_run ();
  g_rmdir (folder);
  g_free (folder);
  return result;
}
