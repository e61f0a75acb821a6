/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clocks and statistics of the benchmark.
 */
#include "config.h"

#include "pgw-bench.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static double
read_clock (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

gint64
pgw_bench_run (struct mm_op op)
{
  static guint64 index;

  op.nid = -1;
  op.task = 1;
  return mm_core_fast.run (&op, index++);
}

double
pgw_bench_now (void)
{
  return read_clock (CLOCK_MONOTONIC);
}

double
pgw_bench_processor_time (void)
{
  return read_clock (CLOCK_PROCESS_CPUTIME_ID);
}

guint64
pgw_bench_resident (void)
{
  g_autofree char *text = NULL;
  unsigned long size = 0, resident = 0;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL) ||
      sscanf (text, "%lu %lu", &size, &resident) != 2)
    return 0;
  return (guint64) resident * (guint64) sysconf (_SC_PAGESIZE);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

void
pgw_bench_add_samples (JsonBuilder *json, const char *name, GArray *samples, double scale)
{
  g_array_sort (samples, compare_doubles);
  json_builder_set_member_name (json, name);
  json_builder_begin_object (json);
  json_builder_set_member_name (json, "samples");
  json_builder_add_int_value (json, samples->len);
  if (samples->len > 0)
    {
      json_builder_set_member_name (json, "median");
      json_builder_add_double_value (json, g_array_index (samples, double, samples->len / 2) * scale);
      json_builder_set_member_name (json, "p95");
      json_builder_add_double_value (json, g_array_index (samples, double, samples->len * 95UL / 100) * scale);
      json_builder_set_member_name (json, "max");
      json_builder_add_double_value (json, g_array_index (samples, double, samples->len - 1) * scale);
    }
  json_builder_end_object (json);
}
