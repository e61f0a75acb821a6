/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Figures of the window as JSON: time to the first frame that shows a
 * scenario, frames a second while it plays, processor time when it is paused.
 *
 * usage: bench-window [OPTION...] SCENARIO
 *
 * Processor time is the figure to look at: a machine that does other things
 * makes wall-clock times longer, not the work itself.
 */
#include "config.h"

#include <sys/resource.h>

#include "src/scene/pgw-frames.h"
#include "src/views/pgw-application.h"
#include "src/views/pgw-pane-input.h"
#include "src/views/pgw-window-private.h"

#define PLAY_SECONDS  4
#define PAUSE_SECONDS 2

typedef struct {
  GMainLoop *loop;
  guint      frames;
  gint64     begun;             /* of the frame under way */
  gint64     spent;             /* in frames */
  gint64     longest;
  double     cpu;               /* seconds of processor time at the end of the frame before */
  GArray    *costs;             /* of double: processor milliseconds from the end of one frame to that of the next */
} Frames;

static char *layout, *maximised, *size;
static double frames_zoom, only_speed;
static int last;

static double
cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
before_cb (GdkFrameClock *clock, Frames *frames)
{
  frames->begun = g_get_monotonic_time ();
}

static void
after_cb (GdkFrameClock *clock, Frames *frames)
{
  gint64 spent = g_get_monotonic_time () - frames->begun;

  double cpu = cpu_seconds (), cost = (cpu - frames->cpu) * 1e3;

  frames->cpu = cpu;
  g_array_append_val (frames->costs, cost);
  frames->frames++;
  frames->spent += spent;
  frames->longest = MAX (frames->longest, spent);
}

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static void
run (Frames *frames, guint seconds)
{
  frames->frames = 0;
  frames->cpu = cpu_seconds ();
  g_array_set_size (frames->costs, 0);
  frames->spent = frames->longest = 0;
  g_timeout_add_seconds (seconds, quit_cb, frames->loop);
  g_main_loop_run (frames->loop);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  const double *x = a, *y = b;

  return *x < *y ? -1 : *x > *y;
}

/* The cost that a share of the frames did not exceed. */
static double
cost_of (const Frames *frames, double share)
{
  g_array_sort (frames->costs, compare_doubles);
  return frames->costs->len > 0 ? g_array_index (frames->costs, double, (guint) ((frames->costs->len - 1) * share)) : 0;
}

static guint
count_items (PgwWindow *window)
{
  guint total = 0, n;

  for (const PgwPaneType *const *type = pgw_pane_types (); *type != NULL; type++)
    {
      PgwPaneView *pane = pgw_pane_grid_get_pane (window->pane_grid, (*type)->id);
      PgwScene *scene = pane != NULL && gtk_widget_get_child_visible (GTK_WIDGET (pane))
                          ? pgw_pane_canvas_get_scene (pgw_pane_view_get_canvas (pane)) : NULL;

      if (scene != NULL)
        {
          pgw_scene_get_items (scene, &n);
          total += n;
        }
    }
  pgw_scene_get_items (pgw_pane_canvas_get_scene (window->timeline), &n);
  return total + n;
}

/* What `run` of the frames cost, as a member of the JSON object. */
static void
tell (PgwWindow *window, const Frames *frames, const char *what, double cpu)
{
  guint n = MAX (frames->frames, 1);

  g_print ("  \"%s\": {\"items\": %u, \"frames a second\": %.1f, \"frame ms\": %.2f, "
           "\"cpu ms a frame\": %.2f, \"cpu ms median\": %.2f, \"cpu ms p95\": %.2f, "
           "\"longest ms\": %.2f, \"cpu\": %.2f},\n",
           what, count_items (window), (double) frames->frames / PLAY_SECONDS, frames->spent / 1e3 / n, cpu * 1e3 / n,
           cost_of (frames, 0.5), cost_of (frames, 0.95), frames->longest / 1e3, cpu / PLAY_SECONDS);
}

static void
play (PgwWindow *window, Frames *frames, double speed)
{
  g_autofree char *what = g_strdup_printf ("play at %.0f a second", speed);
  guint64 length = pgw_session_get_length (window->session);
  double cpu = cpu_seconds ();

  pgw_session_seek (window->session, last > 0 ? length - MIN (length, (guint64) last) : length / 10 * 9);
  pgw_session_set_speed (window->session, speed);
  pgw_session_play (window->session, PGW_DIRECTION_FORWARD);
  run (frames, PLAY_SECONDS);
  pgw_session_pause (window->session);
  tell (window, frames, what, cpu_seconds () - cpu);
}

/* ---- The map of frames ---- */

static PgwPaneCanvas *
frames_canvas (PgwWindow *window)
{
  return pgw_pane_view_get_canvas (pgw_pane_grid_get_pane (window->pane_grid, "frames"));
}

/* Zooms the map so that a frame has `zoom` pixels along a row. */
static void
zoom_to (PgwWindow *window, double zoom)
{
  PgwPaneCanvas *canvas = frames_canvas (window);
  PgwPaneState state;

  if (pgw_pane_canvas_get_state (canvas, &state))
    pgw_pane_canvas_zoom (canvas, zoom / pgw_frames_pane_get_zoom (&state, gtk_widget_get_width (GTK_WIDGET (canvas)),
                                                                   gtk_widget_get_height (GTK_WIDGET (canvas))), -1);
}

/* Every frame moves the map a little, as a drag does. */
static gboolean
pan_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  static double step = 7;
  PgwPaneCanvas *canvas = frames_canvas (PGW_WINDOW (widget));
  PgwPaneState before, after;

  pgw_pane_canvas_get_state (canvas, &before);
  pgw_pane_canvas_pan (canvas, step);
  pgw_pane_canvas_get_state (canvas, &after);
  if (before.pan_y == after.pan_y)
    step = -step;
  return G_SOURCE_CONTINUE;
}

/* A turn of the wheel every frame, in for a while, then out again. */
static gboolean
zoom_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  gint64 frame = gdk_frame_clock_get_frame_counter (clock);

  pgw_pane_canvas_zoom (frames_canvas (PGW_WINDOW (widget)),
                        frame % 20 < 10 ? PGW_FRAMES_ZOOM_STEP : 1 / PGW_FRAMES_ZOOM_STEP, -1);
  return G_SOURCE_CONTINUE;
}

static void
move_map (PgwWindow *window, Frames *frames, const char *what, GtkTickCallback move)
{
  guint id = gtk_widget_add_tick_callback (GTK_WIDGET (window), move, NULL, NULL);
  double cpu = cpu_seconds ();

  run (frames, PLAY_SECONDS);
  gtk_widget_remove_tick_callback (GTK_WIDGET (window), id);
  tell (window, frames, what, cpu_seconds () - cpu);
}

static void
measure_map (PgwWindow *window, Frames *frames)
{
  pgw_session_seek (window->session, pgw_session_get_length (window->session) / 10 * 9);
  zoom_to (window, 1);
  move_map (window, frames, "pan at one pixel a frame", pan_cb);
  zoom_to (window, 0.25);
  move_map (window, frames, "pan at four frames a pixel", pan_cb);
  zoom_to (window, 0.25);
  move_map (window, frames, "zoom", zoom_cb);
  pgw_pane_canvas_zoom (frames_canvas (window), 0, -1);
}

/* ---- The window ---- */

static gboolean
parse_size (const char *text, int *width, int *height)
{
  return text == NULL || sscanf (text, "%dx%d", width, height) == 2;
}

static gboolean map_too;

static const GOptionEntry options[] = {
  { "layout", 0, 0, G_OPTION_ARG_STRING, &layout, "layout of the panes (allocator)", "ID" },
  { "maximise", 0, 0, G_OPTION_ARG_STRING, &maximised, "the one pane to show", "PANE" },
  { "size", 0, 0, G_OPTION_ARG_STRING, &size, "size of the window (1600x1000)", "WxH" },
  { "frames-zoom", 0, 0, G_OPTION_ARG_DOUBLE, &frames_zoom, "pixels a page frame along a row", "PIXELS" },
  { "speed", 0, 0, G_OPTION_ARG_DOUBLE, &only_speed, "the one speed to play at (4, 60, 500)", "STEPS" },
  { "last", 0, 0, G_OPTION_ARG_INT, &last, "play so many steps at the end (else the last tenth)", "STEPS" },
  { "map", 0, 0, G_OPTION_ARG_NONE, &map_too, "pan and zoom the map of frames too", NULL },
  { NULL }
};

static PgwWindow *
open_window (PgwApplication *application, const char *path)
{
  PgwWindow *window = PGW_WINDOW (pgw_window_new (GTK_APPLICATION (application)));
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  int width = 1600, height = 1000;

  parse_size (size, &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  pgw_window_open (window, file);
  gtk_window_present (GTK_WINDOW (window));
  return window;
}

static void
measure_start (PgwWindow *window, Frames *frames, gint64 start)
{
  while (frames->frames == 0)
    g_main_context_iteration (NULL, TRUE);
  g_print ("{\n  \"first frame ms\": %.0f, \"first frame cpu ms\": %.0f,\n", (g_get_monotonic_time () - start) / 1e3,
           cpu_seconds () * 1e3);
  while (pgw_pane_canvas_get_scene (window->timeline) == NULL
         || pgw_session_get_state (window->session) != PGW_SESSION_STOPPED)
    g_main_context_iteration (NULL, TRUE);
  g_print ("  \"scenario shown ms\": %.0f, \"scenario shown cpu ms\": %.0f,\n",
           (g_get_monotonic_time () - start) / 1e3, cpu_seconds () * 1e3);
}

static void
measure (PgwWindow *window, Frames *frames)
{
  static const double speeds[] = { 4, 60, 500 };
  double cpu;

  run (frames, 2);
  pgw_pane_grid_set_layout (window->pane_grid, layout != NULL ? layout : "allocator");
  if (maximised != NULL)
    pgw_pane_grid_set_maximised (window->pane_grid, maximised);
  run (frames, 1);
  if (map_too)
    measure_map (window, frames);
  if (frames_zoom > 0)
    zoom_to (window, frames_zoom);
  if (only_speed > 0)
    play (window, frames, only_speed);
  for (guint i = 0; only_speed <= 0 && i < G_N_ELEMENTS (speeds); i++)
    play (window, frames, speeds[i]);
  run (frames, 4);     /* scroll bars fade out */
  cpu = cpu_seconds ();
  run (frames, PAUSE_SECONDS);
  g_print ("  \"paused\": {\"frames\": %u, \"cpu\": %.4f}\n}\n", frames->frames,
           (cpu_seconds () - cpu) / PAUSE_SECONDS);
}

int
main (int argc, char **argv)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GOptionContext) context = g_option_context_new ("SCENARIO");
  g_autoptr (PgwApplication) application = NULL;
  g_autoptr (GError) error = NULL;
  Frames frames = { .costs = g_array_new (FALSE, FALSE, sizeof (double)) };
  int width, height;
  PgwWindow *window;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2 || !parse_size (size, &width, &height))
    {
      g_printerr ("%s: %s\n", g_get_prgname (), error != NULL ? error->message : "one scenario is wanted");
      return 2;
    }
  g_set_prgname ("pagewalk");
  g_set_application_name ("Pagewalk");
  adw_init ();
  application = pgw_application_new (G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, NULL);
  window = open_window (application, argv[1]);
  frames.loop = g_main_loop_new (NULL, FALSE);
  g_signal_connect (gtk_widget_get_frame_clock (GTK_WIDGET (window)), "before-paint", G_CALLBACK (before_cb), &frames);
  g_signal_connect_after (gtk_widget_get_frame_clock (GTK_WIDGET (window)), "after-paint", G_CALLBACK (after_cb),
                          &frames);
  measure_start (window, &frames, start);
  measure (window, &frames);
  gtk_window_destroy (GTK_WINDOW (window));
  g_main_loop_unref (frames.loop);
  g_array_unref (frames.costs);
  return 0;
}
