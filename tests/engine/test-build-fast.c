/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fast build of the core: the same events, results and image as the
 * stepping build, which runs in a timeline.
 */
#include "config.h"

#include "builds-support.h"

#define N_OPS 3000

extern _Thread_local trace_hook_t trace_hook;

static void
test_fast (void)
{
  g_autoptr (PgwTimeline) stepping = new_recorded (30, (guint) scaled (N_OPS), 0, 0);
  g_autoptr (PgwWorkload) workload = new_workload (30);
  PgwImage image;

  boot (&mm_core_fast, &image);
  pgw_timeline_seek (stepping, 0);
  g_assert_cmphex (pgw_image_hash_resident (&image), ==, pgw_timeline_hash (stepping));

  compared.recorded = stepping;
  compared.step = 0;
  trace_hook = compare_event;
  for (guint64 i = 0; i < scaled (N_OPS); i++)
    {
      struct mm_op op;
      PgwOpRun run;

      pgw_workload_next (workload, &op);
      g_assert_true (pgw_timeline_get_op_run (stepping, i, &run));
      g_assert_cmpint (mm_core_fast.run (&op, i), ==, run.result);
      g_assert_cmpuint (compared.step, ==, run.last_step);
      if (i % 50 == 0 || i == scaled (N_OPS) - 1)
        {
          pgw_timeline_seek (stepping, run.last_step);
          g_assert_cmphex (pgw_image_hash_resident (&image), ==, pgw_timeline_hash (stepping));
        }
    }
  trace_hook = NULL;
  pgw_image_clear (&image);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/builds/fast", test_fast);
  return g_test_run ();
}
