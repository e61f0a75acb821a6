/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The second clock: source lines, forward and backward, and what the debug
 * information says at each of them.
 */
#include "config.h"

#include "src/engine/pgw-debug-info.h"
#include "src/engine/pgw-statistics.h"
#include "src/engine/pgw-value.h"

#include "timeline-support.h"

#define N_OPS 40

static PgwTimeline *
record_script (void)
{
  struct machine_config config = { .nr_regions = 1, .nr_slots = N_OPS };
  g_autoptr (GError) error = NULL;
  PgwTimeline *timeline;

  config.regions[0] = (struct memory_region) { .base = 0, .size = 16 << 20 };
  timeline = pgw_timeline_new (&config, NULL, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < N_OPS; i++)
    {
      struct mm_op op = { .kind = OP_alloc_pages, .nid = -1, .slot = i / 2, .order = i % 5, .gfp = 0xcc0 };

      if (i % 2)
        {
          op.kind = OP_free_pages;
          op.slot = g_test_rand_int_range (0, (gint) i / 2 + 1);
        }
      pgw_timeline_append (timeline, &op, 1);
    }
  g_assert_true (pgw_timeline_record (timeline, 0));
  return timeline;
}

static void
test_clock (void)
{
  g_autoptr (PgwTimeline) timeline = record_script ();
  guint64 n = pgw_timeline_get_n_source_lines (timeline);
  guint64 length = pgw_timeline_get_length (timeline);
  guint64 before = 0;

  g_assert_cmpuint (n, >, length);
  for (guint64 step = 1; step <= length; step++)
    {
      const PgwEvent *event = pgw_timeline_get_event (timeline, step);

      g_assert_cmpuint (event->source_line, >, before);
      before = event->source_line;
    }
  g_assert_cmpuint (before, ==, n);
  g_assert_cmpuint (pgw_timeline_self_check (timeline), ==, 0);
}

typedef struct {
  guint64 pc, frame, hash, position;
} Seen;

static void
look (PgwTimeline *timeline, guint64 line, Seen *seen)
{
  PgwStackTop top;

  pgw_timeline_seek_source_line (timeline, line);
  g_assert_cmpuint (pgw_timeline_get_source_line (timeline), ==, line);
  g_assert_true (pgw_timeline_is_at_source_line (timeline));
  g_assert_true (pgw_timeline_get_stack_top (timeline, &top));
  *seen = (Seen) { top.pc, top.frame, pgw_timeline_hash (timeline), pgw_timeline_get_position (timeline) };
}

/* However one comes to a line, it is the same: place, stack and memory. */
static void
test_seek (void)
{
  g_autoptr (PgwTimeline) timeline = record_script ();
  guint64 n = pgw_timeline_get_n_source_lines (timeline);
  guint64 length = pgw_timeline_get_length (timeline);
  g_autofree Seen *straight = g_new0 (Seen, n + 1);

  for (guint64 line = 1; line <= n; line++)
    look (timeline, line, &straight[line]);

  for (guint i = 0; i < 200; i++)
    {
      guint64 line = 1 + g_random_int () % n;
      Seen seen;

      if (i % 3 == 0)
        pgw_timeline_seek (timeline, g_random_int () % (length + 1));
      look (timeline, line, &seen);
      g_assert_cmpmem (&seen, sizeof seen, &straight[line], sizeof seen);
    }

  /* from a line back into the event before it */
  for (guint64 step = 1; step <= length; step += 7)
    {
      guint64 hash;

      pgw_timeline_seek (timeline, step);
      hash = pgw_timeline_hash (timeline);
      if (pgw_timeline_get_source_line (timeline) < n)
        pgw_timeline_seek_source_line (timeline, pgw_timeline_get_source_line (timeline) + 1);
      pgw_timeline_seek (timeline, step);
      g_assert_false (pgw_timeline_is_at_source_line (timeline));
      g_assert_cmpuint (pgw_timeline_hash (timeline), ==, hash);
    }
}

typedef struct {
  PgwDebugInfo *info;
  const char *function;
  guint64 n_asked;
} InFunction;

static gboolean
is_in_function (PgwTimeline *timeline, guint64 line, const PgwStackTop *top, gpointer data)
{
  InFunction *wanted = data;
  PgwPlace place;

  wanted->n_asked++;
  return pgw_debug_info_get_place (wanted->info, top->pc, &place) && g_str_equal (place.function, wanted->function);
}

static void
test_search (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwDebugInfo) info = pgw_debug_info_new (&error);
  g_autoptr (PgwTimeline) timeline = record_script ();
  guint64 n = pgw_timeline_get_n_source_lines (timeline), middle = n / 2;
  InFunction wanted = { .info = info, .function = "expand" };
  guint64 found, brute, line;
  PgwStackTop top;

  g_assert_no_error (error);
  g_assert_true (pgw_timeline_search_source_lines (timeline, 0, n, is_in_function, &wanted, NULL, &found));
  for (brute = 1; brute <= n; brute++)
    {
      pgw_timeline_seek_source_line (timeline, brute);
      g_assert_true (pgw_timeline_get_stack_top (timeline, &top));
      if (is_in_function (timeline, brute, &top, &wanted))
        break;
    }
  g_assert_cmpuint (found, ==, brute);

  for (guint i = 0; i < 6; i++)
    {
      middle = 1 + g_random_int () % n;
      if (!pgw_timeline_search_source_lines (timeline, middle, 1, is_in_function, &wanted, NULL, &found))
        found = 0;
      for (line = middle - 1; line > 0; line--)
        {
          pgw_timeline_seek_source_line (timeline, line);
          g_assert_true (pgw_timeline_get_stack_top (timeline, &top));
          if (is_in_function (timeline, line, &top, &wanted))
            break;
        }
      g_assert_cmpuint (found, ==, line);
    }

  wanted.function = "no such function";
  wanted.n_asked = 0;
  pgw_timeline_seek_source_line (timeline, middle);
  g_assert_false (pgw_timeline_search_source_lines (timeline, 0, n, is_in_function, &wanted, NULL, &found));
  g_assert_cmpuint (wanted.n_asked, ==, n);
  g_assert_cmpuint (pgw_timeline_get_source_line (timeline), ==, middle);
  g_assert_true (pgw_timeline_is_at_source_line (timeline));
}

static void
test_stack (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwDebugInfo) info = pgw_debug_info_new (&error);
  g_autoptr (PgwTimeline) timeline = record_script ();
  guint64 n = pgw_timeline_get_n_source_lines (timeline);

  g_assert_no_error (error);
  for (guint64 line = 1; line <= n; line += 13)
    {
      PgwStackTop top;
      PgwFrame frames[32];
      guint n_frames;

      pgw_timeline_seek_source_line (timeline, line);
      g_assert_true (pgw_timeline_get_stack_top (timeline, &top));
      n_frames = pgw_debug_info_unwind (info, top.pc, top.frame, top.end, frames, G_N_ELEMENTS (frames));
      g_assert_cmpuint (n_frames, >=, 1);
      g_assert_true (g_str_has_prefix (frames[0].place.file, "mm/"));
      for (guint i = 0; i < n_frames; i++)
        {
          g_autoptr (GPtrArray) locals = pgw_locals_get (info, timeline, &frames[i]);

          if (g_test_verbose ())
            g_test_message ("%*s%s %s:%d", (int) i * 2, "", frames[i].place.function, frames[i].place.file,
                            frames[i].place.line);
          for (guint v = 0; v < locals->len; v++)
            {
              PgwLocal *local = g_ptr_array_index (locals, v);

              g_assert_true ((local->value != NULL) == local->variable->is_set);
              if (g_test_verbose ())
                g_test_message ("  %*s%s %s = %s", (int) i * 2, "", local->variable->type, local->variable->name,
                                local->value ? local->value : "(not yet set)");
            }
        }
    }
}

/* The stack of a step is the same however one comes there: also where a kept stack is put back, and nothing runs. */
static void
test_stack_at_checkpoints (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwDebugInfo) info = pgw_debug_info_new (&error);
  g_autoptr (PgwTimeline) timeline = new_recorded (3, N_OPS, 7, 0);
  guint64 length = pgw_timeline_get_length (timeline);

  g_assert_no_error (error);
  for (guint64 step = 1; step <= length; step++)
    {
      const PgwEvent *event = pgw_timeline_get_event (timeline, step);
      PgwStackTop top;
      PgwFrame frames[32];

      pgw_timeline_seek (timeline, step * 7919 % (length + 1));
      pgw_timeline_seek (timeline, step);
      g_assert_true (pgw_timeline_get_stack_top (timeline, &top));
      /* One frame a level, and that of run_op(). */
      g_assert_cmpuint (pgw_debug_info_unwind (info, top.pc, top.frame, top.end, frames, G_N_ELEMENTS (frames)), ==,
                        event->depth + 1);
    }
}

static gboolean
never (PgwTimeline *timeline, guint64 step, gpointer data)
{
  return FALSE;
}

/* What looks through the recording comes back to the line it left. */
static void
test_comes_back (void)
{
  g_autoptr (PgwTimeline) timeline = record_script ();
  guint64 line = pgw_timeline_get_n_source_lines (timeline) / 2, step, hash;

  pgw_timeline_seek_source_line (timeline, line);
  step = pgw_timeline_get_position (timeline);
  hash = pgw_timeline_hash (timeline);
  for (guint i = 0; i < 3; i++)
    {
      if (i == 0)
        pgw_timeline_find_change (timeline, mm_object (MM_OBJECT_MACHINE, 0), step, FALSE);
      else if (i == 1)
        g_assert_false (pgw_timeline_search (timeline, step, 0, never, NULL, NULL, NULL));
      else
        g_assert_cmpuint (pgw_timeline_self_check (timeline), ==, 0);
      g_assert_true (pgw_timeline_is_at_source_line (timeline));
      g_assert_cmpuint (pgw_timeline_get_source_line (timeline), ==, line);
      g_assert_cmpuint (pgw_timeline_get_position (timeline), ==, step);
      g_assert_cmphex (pgw_timeline_hash (timeline), ==, hash);
    }
}

/* Sampling looks elsewhere and comes back to the line. */
static void
test_statistics_come_back (void)
{
  g_autoptr (PgwTimeline) timeline = record_script ();
  guint64 line = pgw_timeline_get_n_source_lines (timeline) / 2;
  PgwStatistics *statistics = pgw_statistics_new (timeline);

  pgw_timeline_seek_source_line (timeline, line);
  pgw_statistics_update (statistics, 0);
  g_assert_true (pgw_timeline_is_at_source_line (timeline));
  g_assert_cmpuint (pgw_timeline_get_source_line (timeline), ==, line);
  pgw_statistics_unref (statistics);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lines/clock", test_clock);
  g_test_add_func ("/lines/seek", test_seek);
  g_test_add_func ("/lines/search", test_search);
  g_test_add_func ("/lines/stack", test_stack);
  g_test_add_func ("/lines/stack-at-checkpoints", test_stack_at_checkpoints);
  g_test_add_func ("/lines/comes-back", test_comes_back);
  g_test_add_func ("/lines/statistics-come-back", test_statistics_come_back);
  return g_test_run ();
}
