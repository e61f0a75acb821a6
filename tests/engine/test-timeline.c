/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The timeline: what it records, and that any way to a step shows the machine
 * that a straight run has there.
 */
#include "config.h"

#include <sys/resource.h>
#include <unistd.h>

#include "timeline-support.h"

#define N_OPS 300

/* ---- Recording ---- */

static void
count_op (PgwTimeline *timeline, guint64 op, const PgwOpRun *run, gpointer data)
{
  guint64 *n = data;

  g_assert_cmpuint (op, ==, *n);
  g_assert_true (run->finished);
  g_assert_cmpuint (run->last_step, ==, pgw_timeline_get_position (timeline));
  g_assert_cmpuint (pgw_timeline_get_event (timeline, run->last_step)->id, ==, TRACE_op_end);
  ++*n;
}

static void
test_record (void)
{
  g_autoptr (PgwTimeline) timeline = new_empty (0, 0);
  g_autoptr (PgwWorkload) workload = new_workload (1);
  guint64 n_seen = 0, next = 1;
  PgwOpRun run;

  g_assert_true (pgw_timeline_record (timeline, 0));
  g_assert_cmpuint (pgw_timeline_get_length (timeline), ==, 0);
  g_assert_null (pgw_timeline_get_event (timeline, 0));
  g_assert_null (pgw_timeline_get_event (timeline, 1));
  g_assert_cmpuint (pgw_timeline_op_at (timeline, 0), ==, G_MAXUINT64);

  pgw_timeline_set_op_func (timeline, count_op, &n_seen);
  append_workload (timeline, workload, N_OPS);
  g_assert_cmpuint (pgw_timeline_get_n_ops (timeline), ==, N_OPS);
  g_assert_false (pgw_timeline_get_op_run (timeline, 0, &run));
  g_assert_true (pgw_timeline_record (timeline, 0));
  g_assert_cmpuint (n_seen, ==, N_OPS);
  g_assert_cmpuint (pgw_timeline_get_position (timeline), ==, pgw_timeline_get_length (timeline));

  for (guint64 op = 0; op < N_OPS; op++)
    {
      g_assert_true (pgw_timeline_get_op_run (timeline, op, &run));
      g_assert_cmpuint (run.first_step, ==, next);
      g_assert_true (run.finished);
      g_assert_cmpuint (pgw_timeline_get_event (timeline, run.first_step)->id, ==, TRACE_op_begin);
      g_assert_cmpuint (pgw_timeline_get_event (timeline, run.first_step)->arg[0], ==, op);
      g_assert_cmpint (run.result, ==, (gint64) pgw_timeline_get_event (timeline, run.last_step)->arg[1]);
      for (guint64 step = run.first_step; step <= run.last_step; step++)
        g_assert_cmpuint (pgw_timeline_op_at (timeline, step), ==, op);
      next = run.last_step + 1;
    }
  g_assert_cmpuint (next, ==, pgw_timeline_get_length (timeline) + 1);
  g_assert_cmpuint (mm_validate (pgw_timeline_get_machine (timeline), NULL, NULL), ==, 0);
}

static void
test_depth (void)
{
  g_autoptr (PgwTimeline) timeline = new_recorded (2, N_OPS, 0, 0);
  guint deepest = 0;

  for (guint64 step = 1; step <= pgw_timeline_get_length (timeline); step++)
    {
      const PgwEvent *event = pgw_timeline_get_event (timeline, step);

      g_assert_cmpuint (event->pc, !=, 0);
      if (event->id == TRACE_op_begin || event->id == TRACE_op_end)
        g_assert_cmpuint (event->depth, ==, 0);
      else
        g_assert_cmpuint (event->depth, >, 0);
      if (event->id == TRACE_expand)
        g_assert_cmpuint (event->depth, >=, 4);
      deepest = MAX (deepest, event->depth);
    }
  g_assert_cmpuint (deepest, <, 64);
}

static void
test_slices (void)
{
  g_autoptr (PgwTimeline) whole = new_recorded (3, N_OPS, 0, 0);
  g_autoptr (PgwTimeline) sliced = new_empty (0, 0);
  g_autoptr (PgwWorkload) workload = new_workload (3);
  guint n_slices = 0;
  gboolean done = FALSE;

  append_workload (sliced, workload, N_OPS);
  while (!done)
    {
      guint64 length = pgw_timeline_get_length (sliced);
      guint64 slice = 1 + random_below (40);

      done = pgw_timeline_record (sliced, slice);
      g_assert_cmpuint (pgw_timeline_get_length (sliced), <=, length + slice);
      g_assert_true (done || pgw_timeline_get_length (sliced) == length + slice);
      if (++n_slices % 5 == 0)
        pgw_timeline_seek (sliced, random_below (length + 1));
    }
  assert_same_recording (whole, sliced);
  g_assert_cmpuint (pgw_timeline_self_check (sliced), ==, 0);
}

/* ---- Seeking ---- */

static void
check_seeks (guint64 seed, guint n_ops, guint64 interval_steps, guint64 interval_lines)
{
  g_autoptr (PgwTimeline) timeline = new_recorded (seed, n_ops, interval_steps, interval_lines);
  g_autoptr (GArray) hashes = straight_hashes (seed, n_ops);
  guint64 length = pgw_timeline_get_length (timeline);

  g_assert_cmpuint (hashes->len, ==, length + 1);
  for (guint64 i = 0; i < scaled (1000); i++)
    {
      guint64 step = i % 3 ? random_below (length + 1) : pgw_timeline_get_position (timeline) - (i % 2);

      step = MIN (step, length);
      pgw_timeline_seek (timeline, step);
      g_assert_cmpuint (pgw_timeline_get_position (timeline), ==, step);
      g_assert_cmphex (pgw_timeline_hash (timeline), ==, g_array_index (hashes, guint64, step));
    }
  g_assert_cmpuint (pgw_timeline_self_check (timeline), ==, 0);
  pgw_timeline_seek (timeline, G_MAXUINT64);
  g_assert_cmpuint (pgw_timeline_get_position (timeline), ==, length);
  g_assert_cmphex (pgw_timeline_hash (timeline), ==, g_array_index (hashes, guint64, length));
}

static void
test_seek (void)
{
  check_seeks (4, N_OPS, 0, 0);
}

static void
test_seek_dense (void)
{
  check_seeks (5, N_OPS / 3, 1, 0);
  check_seeks (6, N_OPS / 3, 7, 0);
  check_seeks (7, N_OPS / 3, 0, 1);
}

static void
test_seek_sparse (void)
{
  check_seeks (8, N_OPS, 1000, G_MAXUINT64);
}

/* A script of half a million steps, all of whose intervals are repeated. */
static void
test_long (void)
{
  g_autoptr (PgwTimeline) timeline = new_recorded (9, (guint) scaled (50000), 0, 0);
  guint64 hash = pgw_timeline_hash (timeline);
  PgwTimelineFigures figures;

  g_assert_cmpuint (pgw_timeline_self_check (timeline), ==, 0);
  g_assert_cmphex (pgw_timeline_hash (timeline), ==, hash);
  pgw_timeline_get_figures (timeline, &figures);
  g_assert_cmpuint (figures.n_checkpoints, >, pgw_timeline_get_length (timeline) / 10000);
  g_assert_cmpuint (figures.event_bytes, ==, pgw_timeline_get_length (timeline) * sizeof (PgwEvent));
  g_assert_cmpuint (figures.arena_resident, <=, SMALL_RAM * 2);
}

/* The self check must notice what it is there for. */
static void
test_self_check_notices (void)
{
  g_autoptr (PgwTimeline) timeline = new_recorded (10, N_OPS, 0, 0);
  PgwHistory *history = &timeline->history;
  PgwLineLog *last = &pgw_history_checkpoint (history, history->checkpoints->len - 2)->log;
  PgwEvent *event = pgw_chunks_index (&history->events, 20);

  g_assert_cmpuint (history->checkpoints->len, >, 3);
  event->arg[0] ^= 1;
  g_assert_cmpuint (pgw_timeline_self_check (timeline), ==, 1);
  event->arg[0] ^= 1;
  g_assert_cmpuint (pgw_timeline_self_check (timeline), ==, 0);

  /* What memory should be at the end. Seen from the start, it lies in the log. */
  pgw_timeline_seek (timeline, 0);
  g_assert_cmpuint (last->n_changed, >, 0);
  last->data[3] ^= 1;
  g_assert_cmpuint (pgw_timeline_self_check (timeline), ==, 1);
}

/* ---- Editing ---- */

static void
test_truncate (void)
{
  g_autoptr (PgwTimeline) whole = new_recorded (11, N_OPS, 0, 0);
  g_autoptr (PgwTimeline) cut = new_recorded (11, N_OPS, 0, 0);
  g_autoptr (GArray) hashes = straight_hashes (11, N_OPS);

  for (guint round = 0; round < 20; round++)
    {
      g_autoptr (PgwWorkload) workload = new_workload (11);
      guint keep = (guint) random_below (N_OPS);
      guint64 length = 0, position = random_below (pgw_timeline_get_length (cut) + 1);
      PgwOpRun run;

      if (keep > 0)
        {
          g_assert_true (pgw_timeline_get_op_run (cut, keep - 1, &run));
          length = run.last_step;
        }
      pgw_timeline_seek (cut, position);
      pgw_timeline_truncate (cut, keep);
      g_assert_cmpuint (pgw_timeline_get_n_ops (cut), ==, keep);
      g_assert_cmpuint (pgw_timeline_get_length (cut), ==, length);
      g_assert_cmpuint (pgw_timeline_get_position (cut), ==, MIN (position, length));
      g_assert_false (pgw_timeline_get_op_run (cut, keep, &run));
      pgw_timeline_seek (cut, length);
      g_assert_cmphex (pgw_timeline_hash (cut), ==, g_array_index (hashes, guint64, length));
      g_assert_true (pgw_timeline_record (cut, 0));
      g_assert_cmpuint (pgw_timeline_get_length (cut), ==, length);

      for (guint i = 0; i < N_OPS; i++)
        {
          struct mm_op op;

          pgw_workload_next (workload, &op);
          if (i >= keep)
            pgw_timeline_append (cut, &op, 1);
        }
      g_assert_true (pgw_timeline_record (cut, 0));
      assert_same_recording (whole, cut);
    }
  g_assert_cmpuint (pgw_timeline_self_check (cut), ==, 0);
}

/* Another future than the one that was cut off; and cutting in the middle of a recording. */
static void
test_truncate_and_differ (void)
{
  g_autoptr (PgwTimeline) timeline = new_recorded (12, N_OPS, 0, 0);
  g_autoptr (PgwWorkload) other = new_workload (13);
  guint64 before = pgw_timeline_hash (timeline);

  pgw_timeline_truncate (timeline, N_OPS / 2);
  append_workload (timeline, other, N_OPS);
  pgw_timeline_record (timeline, 100);
  pgw_timeline_record (timeline, 77);
  pgw_timeline_truncate (timeline, N_OPS / 2 + 3);
  g_assert_cmpuint (pgw_timeline_get_n_ops (timeline), ==, N_OPS / 2 + 3);
  append_workload (timeline, other, N_OPS);
  g_assert_true (pgw_timeline_record (timeline, 0));
  g_assert_cmphex (pgw_timeline_hash (timeline), !=, before);
  g_assert_cmpuint (mm_validate (pgw_timeline_get_machine (timeline), NULL, NULL), ==, 0);
  g_assert_cmpuint (pgw_timeline_self_check (timeline), ==, 0);

  pgw_timeline_truncate (timeline, 0);
  g_assert_cmpuint (pgw_timeline_get_length (timeline), ==, 0);
  g_assert_cmpuint (pgw_timeline_self_check (timeline), ==, 0);
}

/* ---- Several ---- */

static void
test_two (void)
{
  g_autoptr (PgwTimeline) a = new_empty (0, 0);
  g_autoptr (PgwTimeline) b = new_empty (0, 0);
  g_autoptr (PgwTimeline) alone = new_recorded (14, N_OPS, 0, 0);
  g_autoptr (PgwWorkload) script_a = new_workload (14);
  g_autoptr (PgwWorkload) script_b = new_workload (14);
  gboolean done_a = FALSE, done_b = FALSE;

  g_assert_true (pgw_timeline_get_machine (a) != pgw_timeline_get_machine (b));
  append_workload (a, script_a, N_OPS);
  append_workload (b, script_b, N_OPS);
  while (!done_a || !done_b)
    {
      done_a = pgw_timeline_record (a, 1 + random_below (50));
      done_b = pgw_timeline_record (b, 1 + random_below (50));
    }
  assert_same_recording (a, b);
  assert_same_recording (a, alone);
  for (guint64 i = 0; i < scaled (200); i++)
    {
      guint64 step = random_below (pgw_timeline_get_length (a) + 1);

      pgw_timeline_seek (a, step);
      pgw_timeline_seek (b, step);
      g_assert_cmphex (pgw_timeline_hash (a), ==, pgw_timeline_hash (b));
    }
}

static gpointer
run_in_thread (gpointer data)
{
  PgwTimeline *timeline = data;

  pgw_timeline_record (timeline, 0);
  for (guint i = 0; i < 20; i++)
    pgw_timeline_seek (timeline, (guint64) i * 7919 % pgw_timeline_get_length (timeline));
  pgw_timeline_seek (timeline, pgw_timeline_get_length (timeline));
  return GUINT_TO_POINTER (pgw_timeline_self_check (timeline) == 0);
}

/* Each in a thread of its own at the same time; made here, used there, then here again. */
static void
test_threads (void)
{
  PgwTimeline *timelines[4];
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autoptr (PgwWorkload) workload = new_workload (15);

      timelines[i] = new_empty (0, 0);
      append_workload (timelines[i], workload, N_OPS);
      if (i % 2)
        pgw_timeline_record (timelines[i], 333);
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("timeline", run_in_thread, timelines[i]);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_true (GPOINTER_TO_UINT (g_thread_join (threads[i])));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      assert_same_recording (timelines[0], timelines[i]);
      if (i > 0)
        pgw_timeline_unref (timelines[i]);
    }
  pgw_timeline_unref (timelines[0]);
}

static void
test_many (void)
{
  g_autoptr (GPtrArray) timelines = g_ptr_array_new_with_free_func ((GDestroyNotify) pgw_timeline_unref);
  guint64 hash = 0;

  for (guint i = 0; i < scaled (100); i++)
    {
      PgwTimeline *timeline = new_recorded (16, 10, 0, 0);

      g_assert_true (i == 0 || pgw_timeline_hash (timeline) == hash);
      hash = pgw_timeline_hash (timeline);
      g_ptr_array_add (timelines, timeline);
    }
}

/* ---- Trouble ---- */

/* Drops a reference that nobody holds. */
static void
append_bug (PgwTimeline *timeline)
{
  struct mm_op ops[] = {
    { .kind = OP_alloc_pages, .nid = -1, .slot = 0 },
    { .kind = OP_free_pages, .nid = -1, .slot = 0 },
    { .kind = OP_put_page, .nid = -1, .slot = 0, .arg = { MM_OP_UNCHECKED } },
    { .kind = OP_alloc_pages, .nid = -1, .slot = 0 },
  };

  g_assert_true (view_parse_gfp ("GFP_KERNEL", &ops[0].gfp, NULL));
  ops[3].gfp = ops[0].gfp;
  pgw_timeline_append (timeline, ops, G_N_ELEMENTS (ops));
}

static void
test_stop (void)
{
  g_autoptr (PgwTimeline) timeline = new_recorded (17, N_OPS, 0, 0);
  guint64 good = pgw_timeline_get_length (timeline), good_hash = pgw_timeline_hash (timeline), length, hash;
  struct view_machine machine;
  PgwOpRun run;

  append_bug (timeline);
  g_assert_true (pgw_timeline_record (timeline, 0));
  g_assert_true (pgw_timeline_is_stopped (timeline));
  length = pgw_timeline_get_length (timeline);
  hash = pgw_timeline_hash (timeline);
  g_assert_cmpuint (pgw_timeline_get_position (timeline), ==, length);
  g_assert_cmpuint (pgw_timeline_get_event (timeline, length)->id, ==, TRACE_vm_bug);
  view_machine (pgw_timeline_get_machine (timeline), &machine);
  g_assert_true (machine.stopped);

  g_assert_true (pgw_timeline_get_op_run (timeline, N_OPS + 2, &run));
  g_assert_false (run.finished);
  g_assert_cmpuint (run.last_step, ==, length);
  g_assert_false (pgw_timeline_get_op_run (timeline, N_OPS + 3, &run));
  g_assert_true (pgw_timeline_record (timeline, 0));
  g_assert_cmpuint (pgw_timeline_get_length (timeline), ==, length);

  pgw_timeline_seek (timeline, length - 1);
  g_assert_cmphex (pgw_timeline_hash (timeline), !=, hash);
  pgw_timeline_seek (timeline, 5);
  pgw_timeline_seek (timeline, length);
  g_assert_cmphex (pgw_timeline_hash (timeline), ==, hash);
  g_assert_cmpuint (pgw_timeline_self_check (timeline), ==, 0);

  /* Before the bug, life goes on. */
  pgw_timeline_truncate (timeline, N_OPS);
  g_assert_false (pgw_timeline_is_stopped (timeline));
  g_assert_cmpuint (pgw_timeline_get_length (timeline), ==, good);
  pgw_timeline_seek (timeline, good);
  g_assert_cmphex (pgw_timeline_hash (timeline), ==, good_hash);
}

static void
test_refused (void)
{
  struct machine_config config = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_null (pgw_timeline_new (&config, NULL, &error));
  g_assert_error (error, PGW_TIMELINE_ERROR, PGW_TIMELINE_ERROR_CONFIG);
  g_assert_nonnull (strstr (error->message, "regions"));
}

#if defined(__SANITIZE_ADDRESS__)
#define RUNS_WITH_SANITIZER TRUE
#elif defined(__has_feature)
#define RUNS_WITH_SANITIZER __has_feature (address_sanitizer)
#else
#define RUNS_WITH_SANITIZER FALSE
#endif

static void
test_no_room (void)
{
  struct machine_config config;
  struct rlimit old, tight;
  g_autoptr (GError) error = NULL;
  g_autofree char *statm = NULL;

  /* Two GiB more than there is: the host's stack must be able to grow. */
  g_assert_true (g_file_get_contents ("/proc/self/statm", &statm, NULL, NULL));
  g_assert_cmpint (getrlimit (RLIMIT_AS, &old), ==, 0);
  tight = old;
  tight.rlim_cur = g_ascii_strtoull (statm, NULL, 10) * (guint64) sysconf (_SC_PAGESIZE) + (2UL << 30);
  pgw_workload_configure (&config, 8UL << 30, 1);
  if (setrlimit (RLIMIT_AS, &tight) != 0)
    {
      g_test_skip ("the address space cannot be limited");
      return;
    }
  g_assert_null (pgw_timeline_new (&config, NULL, &error));
  setrlimit (RLIMIT_AS, &old);
  g_assert_error (error, PGW_TIMELINE_ERROR, PGW_TIMELINE_ERROR_MEMORY);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/timeline/record", test_record);
  g_test_add_func ("/timeline/depth", test_depth);
  g_test_add_func ("/timeline/slices", test_slices);
  g_test_add_func ("/timeline/seek", test_seek);
  g_test_add_func ("/timeline/seek-dense", test_seek_dense);
  g_test_add_func ("/timeline/seek-sparse", test_seek_sparse);
  g_test_add_func ("/timeline/long", test_long);
  g_test_add_func ("/timeline/self-check-notices", test_self_check_notices);
  g_test_add_func ("/timeline/truncate", test_truncate);
  g_test_add_func ("/timeline/truncate-and-differ", test_truncate_and_differ);
  g_test_add_func ("/timeline/two", test_two);
  g_test_add_func ("/timeline/threads", test_threads);
  g_test_add_func ("/timeline/many", test_many);
  g_test_add_func ("/timeline/stop", test_stop);
  g_test_add_func ("/timeline/refused", test_refused);
  /* A sanitizer that finds no room for itself gives up. */
  if (!RUNS_WITH_SANITIZER)
    g_test_add_func ("/timeline/no-room", test_no_room);
  return g_test_run ();
}
