/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwSession: recording, moving, playing, breakpoints, editing. What it claims
 * of the timeline is compared with the timeline itself, step by step; property
 * notifications are counted exactly.
 */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <time.h>

#include "src/engine/pgw-session.h"

static const char script[] =
  "{ \"pagewalk\": 1, \"title\": \"Test\", \"machine\": { \"ram\": \"16M\" }, \"script\": ["
  "  { \"op\": \"alloc_pages\", \"order\": 2, \"gfp\": \"GFP_KERNEL\", \"as\": \"a\", \"expect\": { \"result\": 64 } },"
  "  { \"op\": \"alloc_pages\", \"order\": 2, \"gfp\": \"GFP_KERNEL\", \"as\": \"b\" },"
  "  { \"op\": \"alloc_pages\", \"order\": 5, \"gfp\": \"GFP_KERNEL\", \"as\": \"c\" },"
  "  { \"op\": \"free_pages\", \"of\": \"c\" },"
  "  { \"op\": \"free_pages\", \"of\": \"a\" },"
  "  { \"op\": \"free_pages\", \"of\": \"b\" },"
  "  { \"op\": \"drain_all_pages\", \"expect\": { \"result\": 0 } },"
  "  { \"op\": \"alloc_pages\", \"order\": 5, \"gfp\": \"GFP_KERNEL\", \"as\": \"d\" } ] }";

#define N_OPS 8
#define ALLOC_ENTRY "{ \"op\": \"alloc_pages\", \"order\": 1, \"gfp\": \"GFP_KERNEL\", \"as\": \"extra\" }"

#define LONG_SCRIPT(times)                                                      \
  "{ \"pagewalk\": 1, \"machine\": { \"ram\": \"16M\" }, \"script\": ["           \
  "  { \"repeat\": " times ", \"script\": ["                                    \
  "    { \"op\": \"alloc_pages\", \"order\": 4, \"gfp\": \"GFP_KERNEL\", \"as\": \"x\" }," \
  "    { \"op\": \"free_pages\", \"of\": \"x\" } ] } ] }"

/* Far longer than a slice, also where everything takes a hundred times as long. */
static const char *
long_script (void)
{
  return g_getenv ("PGW_UNDER_VALGRIND") != NULL ? LONG_SCRIPT ("1000") : LONG_SCRIPT ("20000");
}

static const char buggy_script[] =
  "{ \"pagewalk\": 1, \"machine\": { \"ram\": \"16M\" }, \"script\": ["
  "  { \"op\": \"alloc_pages\", \"order\": 4, \"gfp\": \"GFP_KERNEL\", \"as\": \"x\" },"
  "  { \"op\": \"free_pages\", \"of\": \"x\" },"
  "  { \"op\": \"free_pages\", \"of\": \"x\", \"allow\": \"double_free\", \"expect\": { \"bug\": true } },"
  "  { \"op\": \"drain_all_pages\" } ] }";

static PgwSession *
load (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwScenario) scenario = pgw_scenario_load_data (text, -1, "test.json", NULL, &error);
  PgwSession *session = pgw_session_new ();

  g_assert_no_error (error);
  g_assert_true (pgw_session_set_scenario (session, scenario, &error));
  g_assert_no_error (error);

  return session;
}

static PgwSession *
load_recorded (const char *text)
{
  PgwSession *session = load (text);

  pgw_session_finish (session);
  g_assert_cmpuint (pgw_session_get_state (session), ==, PGW_SESSION_STOPPED);

  return session;
}

static void
count_cb (GObject *object, GParamSpec *pspec, gpointer data)
{
  ++*(guint *) data;
}

static void
count_signal_cb (PgwSession *session, gpointer data)
{
  ++*(guint *) data;
}

/* Main loop until the session is in the state, for at most two minutes (valgrind is slow). */
static void
wait_for (PgwSession *session, PgwSessionState state)
{
  gint64 deadline = g_get_monotonic_time () + 120 * G_USEC_PER_SEC;

  while (pgw_session_get_state (session) != state && g_get_monotonic_time () < deadline)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (pgw_session_get_state (session), ==, state);
}

/* The session, its timeline and its properties must agree at any time. */
static void
assert_position (PgwSession *session, guint64 step)
{
  guint64 position;

  g_object_get (session, "position", &position, NULL);
  g_assert_cmpuint (position, ==, step);
  g_assert_cmpuint (pgw_session_get_position (session), ==, step);
  g_assert_cmpuint (pgw_timeline_get_position (pgw_session_get_timeline (session)), ==, step);
}

/* Whether a breakpoint is met; a search that goes on in slices, as on a busy machine, is waited for. */
static gboolean
breaks (PgwSession *session, PgwDirection direction)
{
  guint64 position = pgw_session_get_position (session), line = pgw_session_get_source_line (session);

  if (!pgw_session_run_to_breakpoint (session, direction))
    return FALSE;
  pgw_session_finish (session);
  return pgw_session_get_position (session) != position || pgw_session_get_source_line (session) != line;
}

static void
assert_finalised (PgwSession *session)
{
  gpointer weak = session;

  g_object_add_weak_pointer (G_OBJECT (session), &weak);
  g_object_unref (session);
  g_assert_null (weak);
}

static void
test_empty (void)
{
  PgwSession *session = pgw_session_new ();

  g_assert_cmpuint (pgw_session_get_state (session), ==, PGW_SESSION_EMPTY);
  g_assert_null (pgw_session_get_scenario (session));
  g_assert_cmpuint (pgw_session_get_expect_results (session)->len, ==, 0);
  g_assert_false (pgw_session_step (session, PGW_DIRECTION_FORWARD));
  g_assert_false (pgw_session_step_to_event (session, TRACE_expand, PGW_DIRECTION_FORWARD));
  g_assert_false (pgw_session_run_to_breakpoint (session, PGW_DIRECTION_FORWARD));
  g_assert_false (pgw_session_undo (session));
  g_assert_false (pgw_session_redo (session));
  g_assert_false (pgw_session_do (session, ALLOC_ENTRY, NULL));
  pgw_session_seek (session, 5);
  pgw_session_play (session, PGW_DIRECTION_FORWARD);
  pgw_session_pause (session);
  pgw_session_cancel (session);
  pgw_session_finish (session);
  g_assert_cmpuint (pgw_session_get_state (session), ==, PGW_SESSION_EMPTY);
  assert_finalised (session);
}

static void
test_recording (void)
{
  PgwSession *session = load (script);
  guint n_state = 0, n_progress = 0, n_length = 0, n_changed = 0, n_expect = 0, n_complete = 0, n_position = 0;

  g_signal_connect (session, "notify::state", G_CALLBACK (count_cb), &n_state);
  g_signal_connect (session, "notify::recording-progress", G_CALLBACK (count_cb), &n_progress);
  g_signal_connect (session, "notify::length", G_CALLBACK (count_cb), &n_length);
  g_signal_connect (session, "notify::complete", G_CALLBACK (count_cb), &n_complete);
  g_signal_connect (session, "notify::position", G_CALLBACK (count_cb), &n_position);
  g_signal_connect (session, "changed", G_CALLBACK (count_signal_cb), &n_changed);
  g_signal_connect (session, "expectations-changed", G_CALLBACK (count_signal_cb), &n_expect);

  g_assert_cmpuint (pgw_session_get_state (session), ==, PGW_SESSION_RECORDING);
  wait_for (session, PGW_SESSION_STOPPED);

  /* A short script is one slice. */
  g_assert_cmpuint (n_state, ==, 1);
  g_assert_cmpuint (n_progress, ==, 1);
  g_assert_cmpuint (n_length, ==, 1);
  g_assert_cmpuint (n_changed, ==, 1);
  g_assert_cmpuint (n_expect, ==, 1);
  g_assert_cmpuint (n_complete, ==, 1);
  g_assert_cmpuint (n_position, ==, 0);
  g_assert_cmpfloat (pgw_session_get_recording_progress (session), ==, 1.0);
  g_assert_cmpuint (pgw_session_get_length (session), ==,
                    pgw_timeline_get_length (pgw_session_get_timeline (session)));
  g_assert_cmpuint (pgw_session_get_length (session), >, 20);
  g_assert_cmpstr (pgw_session_get_title (session), ==, "Test");
  g_assert_true (pgw_session_get_complete (session));
  g_assert_false (pgw_session_get_bug (session));
  g_assert_false (pgw_session_get_modified (session));
  assert_position (session, 0);

  {
    GArray *results = pgw_session_get_expect_results (session);

    g_assert_cmpuint (results->len, ==, 2);
    g_assert_cmpuint (g_array_index (results, PgwExpectResult, 0).op, ==, 0);
    g_assert_cmpuint (g_array_index (results, PgwExpectResult, 1).op, ==, 6);
  }
  assert_finalised (session);
}

/* Microseconds this thread has run; those in which others did do not count. */
static gint64
cpu_time (void)
{
  struct timespec time;

  g_assert_cmpint (clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time), ==, 0);
  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static void
test_recording_in_slices (void)
{
  PgwSession *session = load (long_script ());
  double last = -1.0;
  guint n_slices = 0;
  gint64 longest = 0;

  while (pgw_session_get_state (session) == PGW_SESSION_RECORDING)
    {
      gint64 start = cpu_time ();

      g_main_context_iteration (NULL, TRUE);
      longest = MAX (longest, cpu_time () - start);
      g_assert_cmpfloat (pgw_session_get_recording_progress (session), >=, last);
      last = pgw_session_get_recording_progress (session);
      n_slices++;
      assert_position (session, pgw_session_get_state (session) == PGW_SESSION_RECORDING
                                  ? pgw_session_get_length (session) : 0);
    }
  g_test_message ("%u slices, the longest took %ld us", n_slices, (long) longest);
  g_assert_cmpuint (n_slices, >, 3);
  if (g_getenv ("PGW_UNDER_VALGRIND") == NULL)
    g_assert_cmpint (longest, <, 200000);
  assert_finalised (session);
}

static void
test_cancel_and_resume (void)
{
  PgwSession *session = load (long_script ());
  guint64 length;

  g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (pgw_session_get_state (session), ==, PGW_SESSION_RECORDING);
  pgw_session_seek (session, 10);       /* remembered until the recording ends */
  pgw_session_cancel (session);
  g_assert_cmpuint (pgw_session_get_state (session), ==, PGW_SESSION_STOPPED);
  g_assert_false (pgw_session_get_complete (session));
  length = pgw_session_get_length (session);
  g_assert_cmpuint (length, >, 0);
  assert_position (session, 10);
  g_assert_true (pgw_session_step (session, PGW_DIRECTION_FORWARD));
  assert_position (session, 11);

  pgw_session_resume (session);
  g_assert_cmpuint (pgw_session_get_state (session), ==, PGW_SESSION_RECORDING);
  pgw_session_finish (session);
  g_assert_true (pgw_session_get_complete (session));
  g_assert_cmpuint (pgw_session_get_length (session), >, length);
  assert_position (session, 11);
  assert_finalised (session);
}

static void
test_dropped_while_recording (void)
{
  PgwSession *session = load (long_script ());

  g_main_context_iteration (NULL, TRUE);
  assert_finalised (session);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_bad_machine (void)
{
  g_autoptr (PgwSession) session = load_recorded (script);
  PgwScenario *before = pgw_session_get_scenario (session);
  g_autoptr (GFile) nowhere = g_file_new_for_path ("/nonexistent/scenario.json");
  g_autoptr (GError) error = NULL;

  g_assert_false (pgw_session_load_file (session, nowhere, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_true (pgw_session_get_scenario (session) == before);
  g_assert_cmpuint (pgw_session_get_state (session), ==, PGW_SESSION_STOPPED);
}

static void
test_load_and_save_file (void)
{
  g_autoptr (PgwSession) session = pgw_session_new ();
  g_autoptr (PgwSession) again = pgw_session_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("pagewalk-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "a.json", NULL);
  g_autofree char *unwritable = g_build_filename (folder, "none", "b.json", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) nowhere = g_file_new_for_path (unwritable);
  guint n_modified = 0;

  g_assert_false (pgw_session_save_file (session, file, &error));
  g_assert_error (error, PGW_SESSION_ERROR, PGW_SESSION_ERROR_STATE);
  g_clear_error (&error);

  g_assert_true (g_file_set_contents (path, script, -1, NULL));
  g_assert_true (pgw_session_load_file (session, file, &error));
  pgw_session_finish (session);
  pgw_session_seek (session, G_MAXUINT64);
  g_signal_connect (session, "notify::modified", G_CALLBACK (count_cb), &n_modified);
  g_assert_true (pgw_session_do (session, ALLOC_ENTRY, &error));
  g_assert_true (pgw_session_get_modified (session));
  g_assert_cmpuint (n_modified, ==, 1);

  g_assert_false (pgw_session_save_file (session, nowhere, &error));
  g_clear_error (&error);
  g_assert_true (pgw_session_get_modified (session));
  g_assert_true (pgw_session_save_file (session, file, &error));
  g_assert_no_error (error);
  g_assert_false (pgw_session_get_modified (session));
  g_assert_cmpuint (n_modified, ==, 2);

  g_assert_true (pgw_session_load_file (again, file, &error));
  g_assert_no_error (error);
  pgw_session_finish (again);
  g_assert_cmpuint (pgw_session_get_length (again), ==, pgw_session_get_length (session));
  g_assert_cmpuint (pgw_timeline_get_n_ops (pgw_session_get_timeline (again)), ==, N_OPS + 1);
  pgw_session_seek (again, G_MAXUINT64);
  g_assert_cmpuint (pgw_timeline_hash (pgw_session_get_timeline (again)), ==,
                    pgw_timeline_hash (pgw_session_get_timeline (session)));

  /* What was saved can be undone; the session is then modified again. */
  g_assert_true (pgw_session_undo (session));
  g_assert_true (pgw_session_get_modified (session));
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_steps (void)
{
  g_autoptr (PgwSession) session = load_recorded (script);
  PgwTimeline *timeline = pgw_session_get_timeline (session);
  guint64 length = pgw_session_get_length (session);
  PgwOpRun run;

  g_assert_cmpuint (pgw_session_get_granularity (session), ==, PGW_GRANULARITY_EVENT);
  g_assert_false (pgw_session_step (session, PGW_DIRECTION_BACKWARD));
  for (guint64 step = 1; step <= length; step++)
    {
      g_assert_true (pgw_session_step (session, PGW_DIRECTION_FORWARD));
      assert_position (session, step);
    }
  g_assert_false (pgw_session_step (session, PGW_DIRECTION_FORWARD));
  assert_position (session, length);

  pgw_session_set_granularity (session, PGW_GRANULARITY_OPERATION);
  for (guint64 op = N_OPS - 1; op-- > 0;)
    {
      g_assert_true (pgw_session_step (session, PGW_DIRECTION_BACKWARD));
      g_assert_true (pgw_timeline_get_op_run (timeline, op, &run));
      assert_position (session, run.last_step);
    }
  g_assert_true (pgw_session_step (session, PGW_DIRECTION_BACKWARD));
  assert_position (session, 0);
  g_assert_false (pgw_session_step (session, PGW_DIRECTION_BACKWARD));
  for (guint64 op = 0; op < N_OPS; op++)
    {
      g_assert_true (pgw_session_step (session, PGW_DIRECTION_FORWARD));
      g_assert_true (pgw_timeline_get_op_run (timeline, op, &run));
      assert_position (session, run.last_step);
    }
  g_assert_false (pgw_session_step (session, PGW_DIRECTION_FORWARD));

  /* From the middle of an operation: to its end, or to that of the one before. */
  g_assert_true (pgw_timeline_get_op_run (timeline, 1, &run));
  pgw_session_seek (session, run.first_step + 1);
  g_assert_true (pgw_session_step (session, PGW_DIRECTION_FORWARD));
  assert_position (session, run.last_step);
  pgw_session_seek (session, run.first_step + 1);
  g_assert_true (pgw_session_step (session, PGW_DIRECTION_BACKWARD));
  assert_position (session, run.first_step - 1);
}

static void
moved_cb (PgwSession *session, guint64 from, guint64 to, gpointer data)
{
  guint64 *seen = data;

  seen[0]++;
  seen[1] = from;
  seen[2] = to;
  assert_position (session, to);
}

static void
test_notifications (void)
{
  g_autoptr (PgwSession) session = load_recorded (script);
  guint n_position = 0, n_selection = 0, n_speed = 0, n_granularity = 0;
  guint64 moved[3] = { 0 };

  g_signal_connect (session, "notify::position", G_CALLBACK (count_cb), &n_position);
  g_signal_connect (session, "notify::selection", G_CALLBACK (count_cb), &n_selection);
  g_signal_connect (session, "notify::speed", G_CALLBACK (count_cb), &n_speed);
  g_signal_connect (session, "notify::granularity", G_CALLBACK (count_cb), &n_granularity);
  g_signal_connect (session, "moved", G_CALLBACK (moved_cb), moved);

  pgw_session_seek (session, 7);
  pgw_session_seek (session, 7);
  g_assert_cmpuint (n_position, ==, 1);
  g_assert_cmpuint (moved[0], ==, 1);
  g_assert_cmpuint (moved[1], ==, 0);
  g_assert_cmpuint (moved[2], ==, 7);
  pgw_session_seek (session, G_MAXUINT64);
  assert_position (session, pgw_session_get_length (session));
  g_assert_cmpuint (n_position, ==, 2);

  pgw_session_set_selection (session, mm_object (MM_OBJECT_PAGE, 5));
  pgw_session_set_selection (session, mm_object (MM_OBJECT_PAGE, 5));
  g_assert_cmpuint (n_selection, ==, 1);

  pgw_session_set_speed (session, 30.0);
  pgw_session_set_speed (session, 30.0);
  g_assert_cmpuint (n_speed, ==, 1);
  pgw_session_set_speed (session, 0.0);
  g_assert_cmpfloat (pgw_session_get_speed (session), >, 0.0);
  pgw_session_set_speed (session, 1e12);
  g_assert_cmpfloat (pgw_session_get_speed (session), <=, 1e6);

  pgw_session_set_granularity (session, PGW_GRANULARITY_EVENT);
  g_assert_cmpuint (n_granularity, ==, 0);
  g_object_set (session, "granularity", PGW_GRANULARITY_OPERATION, "position", G_GUINT64_CONSTANT (3), NULL);
  g_assert_cmpuint (n_granularity, ==, 1);
  assert_position (session, 3);
}

static void
test_to_event_and_change (void)
{
  g_autoptr (PgwSession) session = load_recorded (script);
  PgwTimeline *timeline = pgw_session_get_timeline (session);
  guint64 length = pgw_session_get_length (session);
  guint n_forward = 0, n_backward = 0, n = 0;
  guint64 step;

  for (step = 1; step <= length; step++)
    n += pgw_timeline_get_event (timeline, step)->id == TRACE_expand;
  g_assert_cmpuint (n, >, 2);
  while (pgw_session_step_to_event (session, TRACE_expand, PGW_DIRECTION_FORWARD))
    n_forward++;
  g_assert_cmpuint (n_forward, ==, n);
  pgw_session_seek (session, length);
  while (pgw_session_step_to_event (session, TRACE_expand, PGW_DIRECTION_BACKWARD))
    n_backward++;
  g_assert_cmpuint (n_backward, ==, n);

  /* The first page handed out changes several times; both ways lead over the same steps. */
  pgw_session_seek (session, 0);
  n_forward = n_backward = 0;
  step = 0;
  while (pgw_session_step_to_change (session, mm_object (MM_OBJECT_PAGE, 64), PGW_DIRECTION_FORWARD))
    {
      g_assert_cmpuint (pgw_session_get_position (session), >, step);
      step = pgw_session_get_position (session);
      n_forward++;
    }
  g_assert_cmpuint (n_forward, >, 2);
  pgw_session_seek (session, length);
  while (pgw_session_step_to_change (session, mm_object (MM_OBJECT_PAGE, 64), PGW_DIRECTION_BACKWARD))
    n_backward++;
  g_assert_cmpuint (n_backward, ==, n_forward - (step == length ? 1 : 0));
}

static void
test_conditions (void)
{
  static const struct {
    const char *text;
    const char *complaint;      /* part of the message; NULL for a good one */
  } cases[] = {
    { "page 0x1a3 changes", NULL },
    { "page 419 changes", NULL },
    { "  event   merge_buddy ", NULL },
    { "zone Normal below low", NULL },
    { "zone DMA32 above high", NULL },
    { "node 1 zone Normal below min", NULL },
    { "free 4 Normal == 0", NULL },
    { "free 4 zone Normal==0", NULL },
    { "free 4 node 1 Normal != 3", NULL },
    { "counter nr_free_pages < 1000", NULL },
    { "counter nr_free_pages>=0x10", NULL },
    { "op 12", NULL },
    { "", "column 1" },
    { "   ", "column 4" },
    { "sometimes", "column 1" },
    { "page", "column 5" },
    { "page x changes", "column 6" },
    { "page -1 changes", "column 6" },
    { "page 0x changes", "column 6" },
    { "page 99999999999999999999 changes", "column 6" },
    { "page 5 dances", "column 8" },
    { "page 5 changes often", "column 16" },
    { "event nothing", "column 7" },
    { "event", "column 6" },
    { "zone Normale below low", "column 6" },
    { "zone Normal under low", "column 13" },
    { "zone Normal below lower", "column 19" },
    { "node 99 zone Normal below low", "column 6" },
    { "free 11 Normal == 0", "column 6" },
    { "free 4 Normal = 0", "column 15" },
    { "free 4 Normal == ", "column 18" },
    { "counter nr_nothing < 1", "column 9" },
    { "counter nr_free_pages 1", "column 23" },
    { "op two", "column 4" },
    { "op 0", "column 4" },
    { "页 5", "column 1" },
    { "page \xff changes", "UTF-8" },
  };
  g_autoptr (PgwSession) session = pgw_session_new ();
  guint n_good = 0;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      guint id = pgw_session_add_breakpoint (session, cases[i].text, &error);

      if (cases[i].complaint == NULL)
        {
          g_assert_no_error (error);
          g_assert_cmpuint (id, !=, 0);
          n_good++;
          continue;
        }
      g_assert_cmpuint (id, ==, 0);
      g_assert_error (error, PGW_SESSION_ERROR, PGW_SESSION_ERROR_CONDITION);
      if (strstr (error->message, cases[i].complaint) == NULL)
        g_error ("“%s”: “%s” does not say “%s”", cases[i].text, error->message, cases[i].complaint);
    }
  g_assert_cmpuint (g_list_model_get_n_items (pgw_session_get_breakpoints (session)), ==, n_good);
}

static void
test_breakpoint_list (void)
{
  g_autoptr (PgwSession) session = pgw_session_new ();
  guint first = pgw_session_add_breakpoint (session, "op 1", NULL);
  guint second = pgw_session_add_breakpoint (session, "op 2", NULL);
  g_autoptr (PgwBreakpoint) breakpoint = NULL;
  guint n_enabled = 0;

  g_assert_cmpuint (first, !=, second);
  breakpoint = g_list_model_get_item (pgw_session_get_breakpoints (session), 1);
  g_assert_cmpuint (pgw_breakpoint_get_id (breakpoint), ==, second);
  g_assert_cmpstr (pgw_breakpoint_get_condition (breakpoint), ==, "op 2");
  g_assert_true (pgw_breakpoint_get_enabled (breakpoint));
  g_signal_connect (breakpoint, "notify::enabled", G_CALLBACK (count_cb), &n_enabled);
  g_assert_true (pgw_session_enable_breakpoint (session, second, FALSE));
  g_assert_true (pgw_session_enable_breakpoint (session, second, FALSE));
  g_assert_cmpuint (n_enabled, ==, 1);
  g_assert_false (pgw_session_enable_breakpoint (session, 99, TRUE));
  g_assert_true (pgw_session_remove_breakpoint (session, first));
  g_assert_false (pgw_session_remove_breakpoint (session, first));
  g_assert_cmpuint (g_list_model_get_n_items (pgw_session_get_breakpoints (session)), ==, 1);
}

/* Steps at which the number of free blocks of order 5 in zone DMA becomes what `free 5 DMA == N` asks for. */
static GArray *
steps_by_hand (PgwSession *session, guint64 n_blocks)
{
  PgwTimeline *timeline = pgw_session_get_timeline (session);
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint64 position = pgw_session_get_position (session);
  gboolean held = FALSE;

  for (guint64 step = 0; step <= pgw_timeline_get_length (timeline); step++)
    {
      struct view_zone zone;
      gboolean holds;

      pgw_timeline_seek (timeline, step);
      g_assert_true (view_zone (pgw_timeline_get_machine (timeline), zone_ref (0, 0), &zone));
      holds = zone.nr_free[5] == n_blocks;
      if (holds && !held && step > 0)
        g_array_append_val (steps, step);
      held = holds;
    }
  pgw_timeline_seek (timeline, position);

  return steps;
}

static void
test_state_breakpoints (void)
{
  g_autoptr (PgwSession) session = load_recorded (script);
  guint n_found = 0;

  for (guint64 n_blocks = 0; n_blocks < 4; n_blocks++)
    {
      g_autoptr (GArray) steps = steps_by_hand (session, n_blocks);
      g_autofree char *condition = g_strdup_printf ("free 5 DMA == %u", (guint) n_blocks);
      guint id = pgw_session_add_breakpoint (session, condition, NULL);

      pgw_session_seek (session, 0);
      for (guint i = 0; i < steps->len; i++)
        {
          g_assert_true (breaks (session, PGW_DIRECTION_FORWARD));
          assert_position (session, g_array_index (steps, guint64, i));
          n_found++;
        }
      g_assert_false (breaks (session, PGW_DIRECTION_FORWARD));
      pgw_session_seek (session, G_MAXUINT64);
      for (guint i = steps->len; i-- > 0;)
        {
          if (g_array_index (steps, guint64, i) == pgw_session_get_length (session))
            continue;
          g_assert_true (breaks (session, PGW_DIRECTION_BACKWARD));
          assert_position (session, g_array_index (steps, guint64, i));
        }
      g_assert_true (pgw_session_remove_breakpoint (session, id));
    }
  g_assert_cmpuint (n_found, >, 3);
}

static void
search_finished_cb (PgwSession *session, gboolean found, gpointer data)
{
  guint *seen = data;

  seen[found ? 1 : 0]++;
}

static void
test_nearest_breakpoint (void)
{
  g_autoptr (PgwSession) session = load_recorded (script);
  PgwTimeline *timeline = pgw_session_get_timeline (session);
  guint finished[2] = { 0 };
  guint64 change;
  PgwOpRun run;

  g_signal_connect (session, "search-finished", G_CALLBACK (search_finished_cb), finished);
  g_assert_false (breaks (session, PGW_DIRECTION_FORWARD));
  g_assert_cmpuint (finished[0], ==, 1);

  pgw_session_add_breakpoint (session, "op 4", NULL);
  g_assert_true (pgw_timeline_get_op_run (timeline, 3, &run));
  g_assert_true (breaks (session, PGW_DIRECTION_FORWARD));
  assert_position (session, run.first_step);
  g_assert_cmpuint (finished[1], ==, 1);
  g_assert_false (breaks (session, PGW_DIRECTION_FORWARD));
  assert_position (session, run.first_step);

  /* The nearer of several is met. */
  pgw_session_add_breakpoint (session, "page 64 changes", NULL);
  change = pgw_timeline_find_change (timeline, mm_object (MM_OBJECT_PAGE, 64), 0, TRUE);
  g_assert_cmpuint (change, !=, 0);
  g_assert_cmpuint (change, <, run.first_step);
  pgw_session_seek (session, 0);
  g_assert_true (breaks (session, PGW_DIRECTION_FORWARD));
  assert_position (session, change);

  pgw_session_add_breakpoint (session, "event op_begin", NULL);
  g_assert_true (breaks (session, PGW_DIRECTION_BACKWARD));
  assert_position (session, 1);
}

static void
test_long_search (void)
{
  g_autofree char *condition = NULL;
  guint far_op;
  g_autoptr (PgwSession) session = load_recorded (long_script ());
  guint finished[2] = { 0 };
  guint64 before;

  pgw_session_seek (session, 100);
  pgw_session_add_breakpoint (session, "counter nr_free_pages == 123456789", NULL);
  g_signal_connect (session, "search-finished", G_CALLBACK (search_finished_cb), finished);
  g_assert_true (pgw_session_run_to_breakpoint (session, PGW_DIRECTION_FORWARD));
  g_assert_cmpuint (pgw_session_get_state (session), ==, PGW_SESSION_SEARCHING);
  for (guint i = 0; i < 3; i++)
    {
      g_main_context_iteration (NULL, TRUE);
      assert_position (session, 100);   /* nobody sees the search move */
    }
  pgw_session_cancel (session);
  g_assert_cmpuint (pgw_session_get_state (session), ==, PGW_SESSION_STOPPED);
  g_assert_cmpuint (finished[0], ==, 1);

  g_assert_true (pgw_session_run_to_breakpoint (session, PGW_DIRECTION_FORWARD));
  pgw_session_finish (session);
  g_assert_cmpuint (finished[0], ==, 2);
  assert_position (session, 100);

  /* One that is met at the far end; nearer where everything takes a hundred times as long. */
  far_op = g_getenv ("PGW_UNDER_VALGRIND") ? 200 : 40000;
  condition = g_strdup_printf ("op %u", far_op);
  pgw_session_add_breakpoint (session, condition, NULL);
  g_assert_true (pgw_session_run_to_breakpoint (session, PGW_DIRECTION_FORWARD));
  before = pgw_session_get_position (session);
  wait_for (session, PGW_SESSION_STOPPED);
  g_assert_cmpuint (pgw_session_get_position (session), >=, before);
  g_assert_cmpuint (finished[1], ==, 1);
  g_assert_cmpuint (pgw_timeline_op_at (pgw_session_get_timeline (session), pgw_session_get_position (session)),
                    ==, far_op - 1);
}

static void
test_play_to_the_end (void)
{
  g_autoptr (PgwSession) session = load_recorded (script);
  guint64 length = pgw_session_get_length (session);
  guint n_state = 0;
  gint64 start;
  double elapsed;

  g_signal_connect (session, "notify::state", G_CALLBACK (count_cb), &n_state);
  pgw_session_set_speed (session, 400.0);
  start = g_get_monotonic_time ();
  pgw_session_play (session, PGW_DIRECTION_FORWARD);
  g_assert_cmpuint (pgw_session_get_state (session), ==, PGW_SESSION_PLAYING);
  wait_for (session, PGW_SESSION_STOPPED);
  elapsed = (g_get_monotonic_time () - start) / 1e6;
  assert_position (session, length);
  g_assert_cmpuint (n_state, ==, 2);
  /* Never ahead of the clock. */
  g_assert_cmpfloat (elapsed, >=, (length - 1) / 400.0);

  pgw_session_play (session, PGW_DIRECTION_FORWARD);    /* nothing ahead */
  g_assert_cmpuint (pgw_session_get_state (session), ==, PGW_SESSION_STOPPED);

  pgw_session_set_speed (session, 100000.0);
  pgw_session_play (session, PGW_DIRECTION_BACKWARD);
  wait_for (session, PGW_SESSION_STOPPED);
  assert_position (session, 0);
}

typedef struct {
  gint64 start;
  double speed;
  double least_lag;     /* steps behind the clock, the least of the last moves */
  guint  n_moves;
} Pace;

static void
pace_cb (PgwSession *session, guint64 from, guint64 to, Pace *pace)
{
  double due = (g_get_monotonic_time () - pace->start) / 1e6 * pace->speed;

  /* Never ahead of the clock. */
  g_assert_cmpfloat ((double) to, <=, due + 1);
  pace->least_lag = MIN (pace->least_lag, due - (double) to);
  pace->n_moves++;
}

/* Ticks come late on a machine that is busy with other things, but what was missed is made up for. */
static void
test_play_does_not_drift (void)
{
  g_autoptr (PgwSession) session = load_recorded (long_script ());
  Pace pace = { .speed = 5000.0, .least_lag = G_MAXDOUBLE };
  double done;

  if (g_getenv ("PGW_UNDER_VALGRIND") != NULL)
    {
      g_test_skip ("timing means nothing under valgrind");
      return;
    }

  g_signal_connect (session, "moved", G_CALLBACK (pace_cb), &pace);
  pgw_session_set_speed (session, pace.speed);
  pace.start = g_get_monotonic_time ();
  pgw_session_play (session, PGW_DIRECTION_FORWARD);
  while (g_get_monotonic_time () - pace.start < 500000)
    g_main_context_iteration (NULL, TRUE);
  pace.n_moves = 0;
  pace.least_lag = G_MAXDOUBLE;
  while (pace.n_moves < 10 && pgw_session_get_state (session) == PGW_SESSION_PLAYING)
    g_main_context_iteration (NULL, TRUE);
  pgw_session_pause (session);
  g_assert_cmpuint (pgw_session_get_state (session), ==, PGW_SESSION_STOPPED);
  g_test_message ("%.0f steps behind", pace.least_lag);
  g_assert_cmpfloat (pace.least_lag, <=, pace.speed * 0.05);

  /* Paused is paused: no source is left that could fire. */
  done = pgw_session_get_position (session);
  for (guint i = 0; i < 5; i++)
    {
      g_usleep (20000);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  g_assert_cmpfloat (pgw_session_get_position (session), ==, done);
}

static void
test_play_to_breakpoint (void)
{
  g_autoptr (PgwSession) session = load_recorded (script);
  PgwOpRun run;

  g_assert_true (pgw_timeline_get_op_run (pgw_session_get_timeline (session), 5, &run));
  pgw_session_add_breakpoint (session, "op 6", NULL);
  pgw_session_set_speed (session, 100000.0);
  pgw_session_play (session, PGW_DIRECTION_FORWARD);
  wait_for (session, PGW_SESSION_STOPPED);
  assert_position (session, run.first_step);

  /* It goes on from there, and operations do not jump over a breakpoint inside of one. */
  pgw_session_play (session, PGW_DIRECTION_FORWARD);
  wait_for (session, PGW_SESSION_STOPPED);
  assert_position (session, pgw_session_get_length (session));
  pgw_session_set_granularity (session, PGW_GRANULARITY_OPERATION);
  pgw_session_play (session, PGW_DIRECTION_BACKWARD);
  wait_for (session, PGW_SESSION_STOPPED);
  assert_position (session, run.first_step);
}

static char *
text_of (PgwSession *session)
{
  return pgw_scenario_to_data (pgw_session_get_scenario (session), NULL);
}

static void
test_do_and_undo (void)
{
  g_autoptr (PgwSession) session = load_recorded (script);
  PgwTimeline *timeline = pgw_session_get_timeline (session);
  g_autofree char *before = text_of (session);
  guint64 length = pgw_session_get_length (session);
  guint n_undo = 0, n_redo = 0, n_changed = 0, n_state = 0;
  guint64 hash, middle, after;
  g_autoptr (GError) error = NULL;
  PgwOpRun run;

  pgw_session_seek (session, length);
  hash = pgw_timeline_hash (timeline);
  g_assert_true (pgw_timeline_get_op_run (timeline, 2, &run));
  middle = run.first_step + 2;
  pgw_session_seek (session, middle);
  g_signal_connect (session, "notify::can-undo", G_CALLBACK (count_cb), &n_undo);
  g_signal_connect (session, "notify::can-redo", G_CALLBACK (count_cb), &n_redo);
  g_signal_connect (session, "notify::state", G_CALLBACK (count_cb), &n_state);
  g_signal_connect (session, "changed", G_CALLBACK (count_signal_cb), &n_changed);

  /* Bad text changes nothing. */
  g_assert_false (pgw_session_do (session, "{ \"op\": \"no_such\" }", &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (pgw_session_do (session, "{", &error));
  g_clear_error (&error);
  assert_position (session, middle);
  g_assert_cmpuint (pgw_session_get_length (session), ==, length);
  {
    g_autofree char *still = text_of (session);

    g_assert_cmpstr (still, ==, before);
  }

  /* In the past: the future is cut off. */
  g_assert_true (pgw_session_do (session, ALLOC_ENTRY, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (pgw_timeline_get_n_ops (timeline), ==, 4);
  after = pgw_session_get_length (session);
  assert_position (session, after);
  g_assert_cmpuint (pgw_timeline_op_at (timeline, after), ==, 3);
  g_assert_true (pgw_session_can_undo (session));
  g_assert_false (pgw_session_can_redo (session));
  g_assert_true (pgw_session_get_modified (session));
  g_assert_cmpuint (pgw_session_get_expect_results (session)->len, ==, 1);
  g_assert_cmpuint (n_undo, ==, 1);
  g_assert_cmpuint (n_changed, ==, 1);
  g_assert_cmpuint (n_state, ==, 0);    /* so short that nobody need know of the recording */

  g_assert_true (pgw_session_do (session, "{ \"op\": \"drain_all_pages\" }", &error));
  g_assert_cmpuint (pgw_timeline_get_n_ops (timeline), ==, 5);
  g_assert_cmpuint (n_undo, ==, 1);

  g_assert_true (pgw_session_undo (session));
  g_assert_cmpuint (pgw_timeline_get_n_ops (timeline), ==, 4);
  assert_position (session, after);
  g_assert_true (pgw_session_undo (session));
  g_assert_cmpuint (n_undo, ==, 2);
  g_assert_cmpuint (n_redo, ==, 1);
  g_assert_cmpuint (pgw_timeline_get_n_ops (timeline), ==, N_OPS);
  g_assert_cmpuint (pgw_session_get_length (session), ==, length);
  g_assert_cmpuint (pgw_session_get_expect_results (session)->len, ==, 2);
  g_assert_false (pgw_session_get_modified (session));
  assert_position (session, middle);
  {
    g_autofree char *again = text_of (session);

    g_assert_cmpstr (again, ==, before);
  }
  pgw_session_seek (session, length);
  g_assert_cmpuint (pgw_timeline_hash (timeline), ==, hash);
  g_assert_false (pgw_session_undo (session));

  g_assert_true (pgw_session_redo (session));
  assert_position (session, after);
  g_assert_true (pgw_session_redo (session));
  g_assert_false (pgw_session_redo (session));
  g_assert_cmpuint (pgw_timeline_get_n_ops (timeline), ==, 5);

  /* Doing something else forgets what could be redone. */
  g_assert_true (pgw_session_undo (session));
  g_assert_true (pgw_session_do (session, "{ \"op\": \"drain_local_pages\" }", NULL));
  g_assert_false (pgw_session_can_redo (session));
  g_assert_cmpuint (pgw_timeline_self_check (timeline), ==, 0);
}

static void
test_do_from_nothing (void)
{
  g_autoptr (PgwSession) session = load_recorded (script);

  /* At step 0 no operation has begun: all of the script is cut off. */
  g_assert_true (pgw_session_do (session, ALLOC_ENTRY, NULL));
  g_assert_cmpuint (pgw_timeline_get_n_ops (pgw_session_get_timeline (session)), ==, 1);
  g_assert_cmpuint (pgw_session_get_expect_results (session)->len, ==, 0);
  g_assert_true (pgw_session_undo (session));
  g_assert_cmpuint (pgw_timeline_get_n_ops (pgw_session_get_timeline (session)), ==, N_OPS);
  assert_position (session, 0);
}

static void
test_bug (void)
{
  g_autoptr (PgwSession) session = load (buggy_script);
  g_autoptr (GError) error = NULL;
  guint n_bug = 0;

  g_signal_connect (session, "notify::bug", G_CALLBACK (count_cb), &n_bug);
  pgw_session_finish (session);
  g_assert_true (pgw_session_get_bug (session));
  g_assert_true (pgw_session_get_complete (session));
  g_assert_cmpuint (n_bug, ==, 1);
  g_assert_cmpuint (pgw_session_get_expect_results (session)->len, ==, 1);
  g_assert_true (g_array_index (pgw_session_get_expect_results (session), PgwExpectResult, 0).held);

  pgw_session_seek (session, G_MAXUINT64);
  g_assert_cmpuint (pgw_timeline_op_at (pgw_session_get_timeline (session), pgw_session_get_position (session)),
                    ==, 2);
  g_assert_false (pgw_session_do (session, ALLOC_ENTRY, &error));
  g_assert_error (error, PGW_SESSION_ERROR, PGW_SESSION_ERROR_STATE);

  /* One operation earlier all is well. */
  pgw_session_set_granularity (session, PGW_GRANULARITY_OPERATION);
  g_assert_true (pgw_session_step (session, PGW_DIRECTION_BACKWARD));
  g_assert_true (pgw_session_do (session, ALLOC_ENTRY, NULL));
  g_assert_false (pgw_session_get_bug (session));
  g_assert_cmpuint (n_bug, ==, 2);
  g_assert_true (pgw_session_undo (session));
  g_assert_true (pgw_session_get_bug (session));
}

static void
test_replaced_scenario (void)
{
  PgwSession *session = load_recorded (script);
  g_autoptr (PgwScenario) other = pgw_scenario_load_data (long_script (), -1, "long.json", NULL, NULL);
  guint64 moved[3] = { 0 };
  guint n_scenario = 0;

  pgw_session_seek (session, 9);
  pgw_session_set_selection (session, mm_object (MM_OBJECT_PAGE, 1));
  g_assert_true (pgw_session_do (session, ALLOC_ENTRY, NULL));
  g_signal_connect (session, "moved", G_CALLBACK (moved_cb), moved);
  g_signal_connect (session, "notify::scenario", G_CALLBACK (count_cb), &n_scenario);
  g_assert_true (pgw_session_set_scenario (session, other, NULL));
  g_assert_cmpuint (n_scenario, ==, 1);
  g_assert_cmpuint (moved[0], ==, 1);
  g_assert_cmpuint (moved[2], ==, 0);
  g_assert_cmpuint (pgw_session_get_selection (session), ==, 0);
  g_assert_false (pgw_session_can_undo (session));
  g_assert_cmpuint (pgw_session_get_expect_results (session)->len, ==, 0);
  pgw_session_finish (session);
  g_assert_cmpuint (pgw_timeline_get_n_ops (pgw_session_get_timeline (session)), ==, pgw_scenario_get_n_ops (other));
  assert_finalised (session);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/empty", test_empty);
  g_test_add_func ("/session/recording/short", test_recording);
  g_test_add_func ("/session/recording/slices", test_recording_in_slices);
  g_test_add_func ("/session/recording/cancel", test_cancel_and_resume);
  g_test_add_func ("/session/recording/dropped", test_dropped_while_recording);
  g_test_add_func ("/session/files/unreadable", test_bad_machine);
  g_test_add_func ("/session/files/load-and-save", test_load_and_save_file);
  g_test_add_func ("/session/move/steps", test_steps);
  g_test_add_func ("/session/move/notifications", test_notifications);
  g_test_add_func ("/session/move/event-and-change", test_to_event_and_change);
  g_test_add_func ("/session/breakpoints/conditions", test_conditions);
  g_test_add_func ("/session/breakpoints/list", test_breakpoint_list);
  g_test_add_func ("/session/breakpoints/state", test_state_breakpoints);
  g_test_add_func ("/session/breakpoints/nearest", test_nearest_breakpoint);
  g_test_add_func ("/session/breakpoints/long", test_long_search);
  g_test_add_func ("/session/play/to-the-end", test_play_to_the_end);
  g_test_add_func ("/session/play/no-drift", test_play_does_not_drift);
  g_test_add_func ("/session/play/breakpoint", test_play_to_breakpoint);
  g_test_add_func ("/session/edit/do-and-undo", test_do_and_undo);
  g_test_add_func ("/session/edit/from-nothing", test_do_from_nothing);
  g_test_add_func ("/session/edit/bug", test_bug);
  g_test_add_func ("/session/edit/replaced", test_replaced_scenario);

  return g_test_run ();
}
