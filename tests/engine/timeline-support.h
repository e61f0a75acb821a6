/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Timelines of random scripts, for the tests.
 */
#pragma once

#include "src/engine/pgw-timeline-private.h"
#include "src/engine/pgw-workload.h"

#define SMALL_RAM (16UL << 20)

/* Under valgrind everything takes fifty times as long. */
static inline guint64
scaled (guint64 n)
{
  return g_getenv ("PGW_UNDER_VALGRIND") ? n / 10 : n;
}

static inline void
append_workload (PgwTimeline *timeline, PgwWorkload *workload, guint n_ops)
{
  for (guint i = 0; i < n_ops; i++)
    {
      struct mm_op op;

      pgw_workload_next (workload, &op);
      pgw_timeline_append (timeline, &op, 1);
    }
}

static inline PgwTimeline *
new_empty (guint64 interval_steps, guint64 interval_lines)
{
  struct machine_config config;
  GError *error = NULL;
  PgwTimeline *timeline;

  pgw_workload_configure (&config, SMALL_RAM, 2);
  timeline = pgw_timeline_new_full (&mm_core_stepping, &config, NULL, interval_steps, interval_lines, &error);
  g_assert_no_error (error);
  g_assert_nonnull (timeline);
  return timeline;
}

static inline PgwWorkload *
new_workload (guint64 seed)
{
  struct machine_config config;

  pgw_workload_configure (&config, SMALL_RAM, 2);
  return pgw_workload_new (seed, config.nr_slots, 2, 1);
}

/* A recorded timeline of `n_ops` random operations. */
static inline PgwTimeline *
new_recorded (guint64 seed, guint n_ops, guint64 interval_steps, guint64 interval_lines)
{
  PgwTimeline *timeline = new_empty (interval_steps, interval_lines);
  g_autoptr (PgwWorkload) workload = new_workload (seed);

  append_workload (timeline, workload, n_ops);
  g_assert_true (pgw_timeline_record (timeline, 0));
  g_assert_cmpuint (pgw_timeline_get_length (timeline), >, n_ops);
  return timeline;
}

/* The hash at every step of a run that is never taken back, made without checkpoints on the way. */
static inline GArray *
straight_hashes (guint64 seed, guint n_ops)
{
  g_autoptr (PgwTimeline) timeline = new_recorded (seed, n_ops, G_MAXUINT64, G_MAXUINT64);
  GArray *hashes = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint64 step = 0; step <= pgw_timeline_get_length (timeline); step++)
    {
      guint64 hash;

      pgw_timeline_seek (timeline, step);
      hash = pgw_timeline_hash (timeline);
      g_array_append_val (hashes, hash);
    }
  return hashes;
}

static inline guint64
random_below (guint64 n)
{
  return ((guint64) g_test_rand_int () << 32 | (guint32) g_test_rand_int ()) % n;
}

static inline void
assert_same_event (const PgwEvent *a, const PgwEvent *b)
{
  g_assert_cmpuint (a->id, ==, b->id);
  g_assert_cmpuint (a->op, ==, b->op);
  g_assert_cmpuint (a->depth, ==, b->depth);
  g_assert_cmphex (a->pc, ==, b->pc);
  g_assert_cmpmem (a->arg, sizeof a->arg, b->arg, sizeof b->arg);
}

/* Same events, same end. */
static inline void
assert_same_recording (PgwTimeline *a, PgwTimeline *b)
{
  g_assert_cmpuint (pgw_timeline_get_length (a), ==, pgw_timeline_get_length (b));
  for (guint64 step = 1; step <= pgw_timeline_get_length (a); step++)
    assert_same_event (pgw_timeline_get_event (a, step), pgw_timeline_get_event (b, step));
  pgw_timeline_seek (a, pgw_timeline_get_length (a));
  pgw_timeline_seek (b, pgw_timeline_get_length (b));
  g_assert_cmphex (pgw_timeline_hash (a), ==, pgw_timeline_hash (b));
}
