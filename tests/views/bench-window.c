/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Figures of the window as JSON: time to the first frame that shows a
 * scenario, frames a second while it plays, processor time when it is paused.
 *
 * usage: bench-window SCENARIO
 */
#include "config.h"

#include <sys/resource.h>

#include "src/views/pgw-application.h"
#include "src/views/pgw-window-private.h"

#define PLAY_SECONDS  4
#define PAUSE_SECONDS 2

typedef struct {
  GMainLoop *loop;
  guint      frames;
  gint64     begun;             /* of the frame under way */
  gint64     spent;             /* in frames */
  gint64     longest;
} Frames;

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
  frames->spent = frames->longest = 0;
  g_timeout_add_seconds (seconds, quit_cb, frames->loop);
  g_main_loop_run (frames->loop);
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

static void
play (PgwWindow *window, Frames *frames, double speed)
{
  double cpu = cpu_seconds ();

  pgw_session_seek (window->session, pgw_session_get_length (window->session) / 2);
  pgw_session_set_speed (window->session, speed);
  pgw_session_play (window->session, PGW_DIRECTION_FORWARD);
  run (frames, PLAY_SECONDS);
  pgw_session_pause (window->session);
  g_print ("  \"play at %.0f a second\": {\"items\": %u, \"frames a second\": %.1f, \"frame ms\": %.2f, "
           "\"cpu ms a frame\": %.2f, \"longest ms\": %.2f, \"cpu\": %.2f},\n",
           speed, count_items (window), (double) frames->frames / PLAY_SECONDS,
           frames->frames > 0 ? frames->spent / 1e3 / frames->frames : 0,
           frames->frames > 0 ? (cpu_seconds () - cpu) * 1e3 / frames->frames : 0, frames->longest / 1e3,
           (cpu_seconds () - cpu) / PLAY_SECONDS);
}

int
main (int argc, char **argv)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (PgwApplication) application = NULL;
  g_autoptr (GFile) file = NULL;
  Frames frames = { NULL };
  PgwWindow *window;
  double cpu;

  if (argc != 2)
    {
      g_printerr ("usage: %s SCENARIO\n", argv[0]);
      return 2;
    }
  g_set_prgname ("pagewalk");
  g_set_application_name ("Pagewalk");
  adw_init ();
  application = pgw_application_new (G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, NULL);
  window = PGW_WINDOW (pgw_window_new (GTK_APPLICATION (application)));
  file = g_file_new_for_commandline_arg (argv[1]);
  pgw_window_open (window, file);
  gtk_window_present (GTK_WINDOW (window));
  frames.loop = g_main_loop_new (NULL, FALSE);
  g_signal_connect (gtk_widget_get_frame_clock (GTK_WIDGET (window)), "before-paint", G_CALLBACK (before_cb), &frames);
  g_signal_connect_after (gtk_widget_get_frame_clock (GTK_WIDGET (window)), "after-paint", G_CALLBACK (after_cb),
                          &frames);

  while (frames.frames == 0)
    g_main_context_iteration (NULL, TRUE);
  g_print ("{\n  \"first frame ms\": %.0f,\n", (g_get_monotonic_time () - start) / 1e3);
  while (pgw_pane_canvas_get_scene (window->timeline) == NULL
         || pgw_session_get_state (window->session) != PGW_SESSION_STOPPED)
    g_main_context_iteration (NULL, TRUE);
  g_print ("  \"scenario shown ms\": %.0f,\n", (g_get_monotonic_time () - start) / 1e3);

  run (&frames, 2);
  pgw_pane_grid_set_layout (window->pane_grid, "allocator");
  play (window, &frames, 4);
  play (window, &frames, 60);
  play (window, &frames, 500);
  run (&frames, 4);     /* scroll bars fade out */
  cpu = cpu_seconds ();
  run (&frames, PAUSE_SECONDS);
  g_print ("  \"paused\": {\"frames\": %u, \"cpu\": %.4f}\n}\n", frames.frames, (cpu_seconds () - cpu) / PAUSE_SECONDS);
  gtk_window_destroy (GTK_WINDOW (window));
  g_main_loop_unref (frames.loop);
  return 0;
}
