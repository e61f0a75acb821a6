/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How fast a timeline records, seeks and searches, what it occupies, and
 * whether everything it repeats is as it was.
 */
#include "config.h"

#include "pgw-bench.h"

#include "src/engine/pgw-timeline.h"
#include "src/engine/pgw-workload.h"

#define N_CPUS 2
#define OPS_AT_ONCE 4096
#define N_SAMPLES 2000
#define SCRUB 10000

static guint64
next_random (guint64 *state, guint64 below)
{
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return (*state * 0x2545f4914f6cdd1d >> 16) % below;
}

static void
add_int (JsonBuilder *json, const char *name, guint64 value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_int_value (json, (gint64) value);
}

static void
add_double (JsonBuilder *json, const char *name, double value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_double_value (json, value);
}

/* Records `steps` steps of a workload. Making the script up does not count. */
static void
bench_recording (JsonBuilder *json, PgwTimeline *timeline, const PgwBenchSettings *settings, guint n_slots)
{
  g_autoptr (PgwWorkload) workload = pgw_workload_new (settings->seed, n_slots, N_CPUS, 1);
  g_autofree struct mm_op *ops = g_new (struct mm_op, OPS_AT_ONCE);
  double seconds = 0, processor = 0;

  while (pgw_timeline_get_length (timeline) < settings->steps)
    {
      double start, processor_start;

      for (guint i = 0; i < OPS_AT_ONCE; i++)
        pgw_workload_next (workload, &ops[i]);
      pgw_timeline_append (timeline, ops, OPS_AT_ONCE);
      start = pgw_bench_now ();
      processor_start = pgw_bench_processor_time ();
      pgw_timeline_record (timeline, settings->steps - pgw_timeline_get_length (timeline));
      seconds += pgw_bench_now () - start;
      processor += pgw_bench_processor_time () - processor_start;
      if (pgw_timeline_is_stopped (timeline))
        break;
    }
  add_double (json, "record_s", seconds);
  add_double (json, "record_processor_s", processor);
}

static void
measure_seek (PgwTimeline *timeline, guint64 step, GArray *samples)
{
  double start = pgw_bench_now (), seconds;

  pgw_timeline_seek (timeline, step);
  seconds = pgw_bench_now () - start;
  g_array_append_val (samples, seconds);
}

static void
bench_steps (JsonBuilder *json, PgwTimeline *timeline, guint64 *random)
{
  guint64 length = pgw_timeline_get_length (timeline);
  g_autoptr (GArray) back = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) forward = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) far = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) scrub = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < N_SAMPLES; i++)
    {
      measure_seek (timeline, next_random (random, length + 1), far);
      if (i % 4 == 0)
        for (guint k = 0; k < 10 && pgw_timeline_get_position (timeline) > 0; k++)
          measure_seek (timeline, pgw_timeline_get_position (timeline) - 1, back);
      if (i % 4 == 1)
        for (guint k = 0; k < 10 && pgw_timeline_get_position (timeline) < length; k++)
          measure_seek (timeline, pgw_timeline_get_position (timeline) + 1, forward);
    }
  pgw_timeline_seek (timeline, length / 2);
  for (guint i = 0; i < N_SAMPLES; i++)
    {
      guint64 position = pgw_timeline_get_position (timeline) + next_random (random, 2 * SCRUB + 1);

      measure_seek (timeline, position > SCRUB ? position - SCRUB : 0, scrub);
    }

  pgw_bench_add_samples (json, "step_back_ms", back, 1e3);
  pgw_bench_add_samples (json, "step_forward_ms", forward, 1e3);
  pgw_bench_add_samples (json, "scrub_10000_ms", scrub, 1e3);
  pgw_bench_add_samples (json, "random_seek_ms", far, 1e3);
}

static gboolean
never (PgwTimeline *timeline, guint64 step, gpointer data)
{
  ++*(guint64 *) data;
  return FALSE;
}

static void
bench_searches (JsonBuilder *json, PgwTimeline *timeline, guint64 *random)
{
  guint64 length = pgw_timeline_get_length (timeline);
  guint64 looked = 0;
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (double));
  struct view_machine machine;
  double start;

  start = pgw_bench_now ();
  pgw_timeline_search (timeline, 0, length, never, &looked, NULL, NULL);
  add_double (json, "search_forward_s", pgw_bench_now () - start);
  start = pgw_bench_now ();
  pgw_timeline_search (timeline, length, 0, never, &looked, NULL, NULL);
  add_double (json, "search_backward_s", pgw_bench_now () - start);
  add_int (json, "search_steps", looked);

  view_machine (pgw_timeline_get_machine (timeline), &machine);
  for (guint i = 0; i < N_SAMPLES / 20; i++)
    {
      mm_object_t page = mm_object (MM_OBJECT_PAGE, next_random (random, machine.max_pfn));
      double seconds;

      start = pgw_bench_now ();
      pgw_timeline_find_change (timeline, page, next_random (random, length), i % 2);
      seconds = pgw_bench_now () - start;
      g_array_append_val (changes, seconds);
    }
  pgw_bench_add_samples (json, "find_change_ms", changes, 1e3);
}

/* Many seeks, most of them near, every hundredth anywhere: what the process occupies must not grow. */
static void
bench_leaks (JsonBuilder *json, PgwTimeline *timeline, const PgwBenchSettings *settings, guint64 *random)
{
  guint64 length = pgw_timeline_get_length (timeline);
  guint64 before = pgw_bench_resident ();

  for (guint64 i = 0; i < settings->seeks; i++)
    {
      guint64 here = pgw_timeline_get_position (timeline) + next_random (random, 2001);

      if (i % 100 == 0)
        pgw_timeline_seek (timeline, next_random (random, length + 1));
      else
        pgw_timeline_seek (timeline, here > 1000 ? here - 1000 : 0);
    }
  add_int (json, "seeks", settings->seeks);
  add_int (json, "resident_before_seeks", before);
  add_int (json, "resident_after_seeks", pgw_bench_resident ());
}

static void
add_figures (JsonBuilder *json, PgwTimeline *timeline)
{
  PgwTimelineFigures figures;

  pgw_timeline_get_figures (timeline, &figures);
  add_int (json, "steps", pgw_timeline_get_length (timeline));
  add_int (json, "checkpoints", figures.n_checkpoints);
  add_int (json, "arena_resident", figures.arena_resident);
  add_int (json, "undo_bytes", figures.undo_bytes);
  add_int (json, "stack_bytes", figures.stack_bytes);
  add_int (json, "event_bytes", figures.event_bytes);
}

gboolean
pgw_bench_timeline (JsonBuilder *json, const PgwBenchSettings *settings, GError **error)
{
  g_autoptr (PgwTimeline) timeline = NULL;
  struct machine_config config;
  guint64 random = settings->seed + 1, occupied = pgw_bench_resident (), hash, n_different;
  double start = pgw_bench_now ();

  pgw_workload_configure (&config, settings->ram, N_CPUS);
  timeline = pgw_timeline_new (&config, NULL, error);
  if (!timeline)
    return FALSE;

  json_builder_begin_object (json);
  add_int (json, "ram", settings->ram);
  add_double (json, "boot_s", pgw_bench_now () - start);
  bench_recording (json, timeline, settings, config.nr_slots);
  add_figures (json, timeline);
  add_int (json, "memory", pgw_bench_resident () - occupied);
  start = pgw_bench_now ();
  hash = pgw_timeline_hash (timeline);
  add_double (json, "hash_ms", (pgw_bench_now () - start) * 1e3);

  bench_steps (json, timeline, &random);
  if (!pgw_bench_lines (json, timeline, settings->seed, error))
    return FALSE;
  bench_searches (json, timeline, &random);
  bench_leaks (json, timeline, settings, &random);

  start = pgw_bench_now ();
  n_different = pgw_timeline_self_check (timeline);
  pgw_timeline_seek (timeline, pgw_timeline_get_length (timeline));
  n_different += pgw_timeline_hash (timeline) != hash;
  add_double (json, "self_check_s", pgw_bench_now () - start);
  add_int (json, "intervals_different", n_different);
  json_builder_end_object (json);
  return n_different == 0;
}
