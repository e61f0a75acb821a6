/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How fast one steps along the source lines of a recording, and how long it
 * takes to read the variables of a whole stack.
 */
#include "config.h"

#include "pgw-bench.h"

#include "src/engine/pgw-value.h"

#define N_PLACES   500
#define N_AT_PLACE 10
#define MAX_FRAMES 64

static void
measure_line (PgwTimeline *timeline, guint64 line, GArray *samples)
{
  double start = pgw_bench_now (), seconds;

  pgw_timeline_seek_source_line (timeline, line);
  seconds = pgw_bench_now () - start;
  g_array_append_val (samples, seconds);
}

static gboolean
is_not_inside (PgwTimeline *timeline, guint64 line, const PgwStackTop *top, gpointer data)
{
  return top->frame >= *(const guint64 *) data;
}

/* To the nearest line that is not in a call from here: what stepping over costs. */
static void
measure_over (PgwTimeline *timeline, guint64 line, guint64 to, GArray *samples)
{
  double start, seconds;
  PgwStackTop top;

  pgw_timeline_seek_source_line (timeline, line);
  pgw_timeline_get_stack_top (timeline, &top);
  start = pgw_bench_now ();
  pgw_timeline_search_source_lines (timeline, line, to, is_not_inside, &top.frame, NULL, NULL);
  seconds = pgw_bench_now () - start;
  g_array_append_val (samples, seconds);
}

static void
measure_locals (PgwTimeline *timeline, PgwDebugInfo *info, GArray *samples)
{
  double start = pgw_bench_now (), seconds;
  PgwFrame frames[MAX_FRAMES];
  guint n = pgw_locals_unwind (info, timeline, frames, MAX_FRAMES);

  for (guint i = 0; i < n; i++)
    g_ptr_array_unref (pgw_locals_get (info, timeline, &frames[i]));
  seconds = pgw_bench_now () - start;
  g_array_append_val (samples, seconds);
}

static PgwDebugInfo *
bench_opening (JsonBuilder *json, GError **error)
{
  double start = pgw_bench_now ();
  PgwDebugInfo *info = pgw_debug_info_new (error);
  guint n_hooks = 0;

  if (!info)
    return NULL;
  pgw_debug_info_get_hooks (info, &n_hooks);
  json_builder_set_member_name (json, "debug_info_open_ms");
  json_builder_add_double_value (json, (pgw_bench_now () - start) * 1e3);
  json_builder_set_member_name (json, "code_places");
  json_builder_add_int_value (json, n_hooks);
  return info;
}

gboolean
pgw_bench_lines (JsonBuilder *json, PgwTimeline *timeline, guint64 seed, GError **error)
{
  guint64 n_lines = pgw_timeline_get_n_source_lines (timeline);
  g_autoptr (PgwDebugInfo) info = bench_opening (json, error);
  g_autoptr (GArray) forward = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) back = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) over_forward = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) over_back = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) far = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) locals = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) seed);

  json_builder_set_member_name (json, "source_lines");
  json_builder_add_int_value (json, (gint64) n_lines);
  if (!info)
    return FALSE;
  if (n_lines <= 2 * N_AT_PLACE)
    return TRUE;

  for (guint i = 0; i < N_PLACES; i++)
    {
      guint64 line = N_AT_PLACE + 1 + (guint64) (g_rand_double (random) * (double) (n_lines - 2 * N_AT_PLACE));

      measure_line (timeline, line, far);
      for (guint k = 0; k < N_AT_PLACE; k++)
        measure_line (timeline, ++line, forward);
      measure_locals (timeline, info, locals);
      for (guint k = 0; k < N_AT_PLACE; k++)
        measure_line (timeline, --line, back);
      measure_over (timeline, line, n_lines, over_forward);
      measure_over (timeline, line, 1, over_back);
    }
  pgw_bench_add_samples (json, "line_forward_ms", forward, 1e3);
  pgw_bench_add_samples (json, "line_back_ms", back, 1e3);
  pgw_bench_add_samples (json, "line_over_forward_ms", over_forward, 1e3);
  pgw_bench_add_samples (json, "line_over_back_ms", over_back, 1e3);
  pgw_bench_add_samples (json, "line_seek_ms", far, 1e3);
  pgw_bench_add_samples (json, "locals_of_stack_ms", locals, 1e3);
  return TRUE;
}
