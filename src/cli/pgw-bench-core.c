/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How fast the fast build of the core is: pairs of an allocation and a free by
 * order, and a random script beside the recording of the same script.
 */
#include "config.h"

#include "pgw-bench.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "src/engine/pgw-image.h"
#include "src/engine/pgw-timeline.h"
#include "src/engine/pgw-workload.h"

#define N_PAIRS 200000
#define N_OPS 100000
#define STACK_SIZE 4096         /* of the image; the fast build runs on ours */

static gboolean
boot (PgwImage *image, const struct machine_config *config, GError **error)
{
  struct machine_layout layout;
  int problem = machine_layout (config, &layout, NULL);

  if (problem == 0 && !pgw_image_init (image, layout.size, STACK_SIZE))
    problem = -errno;
  if (problem == 0)
    problem = mm_core_fast.boot (image->base, config, NULL);
  if (problem != 0)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (-problem), _("The machine did not start: %s"),
                 g_strerror (-problem));
  return problem == 0;
}

/* Nanoseconds of processor time for one pair of operations: allocate, free. */
static double
measure_pairs (guint order, gfp_t gfp)
{
  struct mm_op allocate = { .kind = OP_alloc_pages, .nid = -1, .order = order, .gfp = gfp };
  struct mm_op release = { .kind = OP_free_pages, .nid = -1 };
  double start;

  for (guint i = 0; i < N_PAIRS / 10; i++)
    {
      mm_core_fast.run (&allocate, i);
      mm_core_fast.run (&release, i);
    }
  start = pgw_bench_processor_time ();
  for (guint i = 0; i < N_PAIRS; i++)
    {
      mm_core_fast.run (&allocate, i);
      mm_core_fast.run (&release, i);
    }
  return (pgw_bench_processor_time () - start) / N_PAIRS * 1e9;
}

#define N_OBJECTS 100

/*
 * Nanoseconds for one object of a cache, allocated and freed again: a hundred at a time, as many as a
 * CPU's array holds, with what the operations do around it.
 */
static double
measure_objects (gfp_t gfp)
{
  struct mm_op create = { .kind = OP_kmem_cache_create, .nid = -1, .nr = 128, .arg = { 0, 0x68636e6562 } };
  struct mm_op allocate = { .kind = OP_kmem_cache_alloc, .nid = -1, .slot = 1, .nr = N_OBJECTS, .gfp = gfp, .arg = { 1 } };
  struct mm_op release = { .kind = OP_kmem_cache_free, .nid = -1, .slot = 1, .nr = N_OBJECTS, .arg = { PATTERN_LIFO } };
  double start = 0;

  mm_core_fast.run (&create, 0);
  for (guint i = 0; i < N_PAIRS / N_OBJECTS * 11; i++)
    {
      if (i == N_PAIRS / N_OBJECTS)
        start = pgw_bench_processor_time ();
      mm_core_fast.run (&allocate, i);
      mm_core_fast.run (&release, i);
    }
  return (pgw_bench_processor_time () - start) / (N_PAIRS * 10.0) * 1e9;
}

static void
bench_pairs (JsonBuilder *json)
{
  const char *bad = NULL;
  gfp_t gfp;

  if (!view_parse_gfp ("GFP_KERNEL", &gfp, &bad))
    g_error ("The core does not know %s.", bad);
  json_builder_set_member_name (json, "fast_pair_ns");
  json_builder_begin_array (json);
  for (guint order = 0; order <= 10; order++)
    json_builder_add_double_value (json, measure_pairs (order, gfp));
  json_builder_end_array (json);
  json_builder_set_member_name (json, "fast_object_pair_ns");
  json_builder_add_double_value (json, measure_objects (gfp));
}

/* The same operations in both builds, in processor time. */
static gboolean
bench_builds (JsonBuilder *json, const PgwBenchSettings *settings, const struct machine_config *config, GError **error)
{
  g_autoptr (PgwWorkload) workload = pgw_workload_new (settings->seed, config->nr_slots, config->nr_cpus, 1);
  g_autoptr (PgwTimeline) timeline = pgw_timeline_new (config, NULL, error);
  g_autofree struct mm_op *ops = g_new (struct mm_op, N_OPS);
  double start, fast, stepping;
  guint64 steps;

  if (!timeline)
    return FALSE;
  for (guint i = 0; i < N_OPS; i++)
    pgw_workload_next (workload, &ops[i]);
  start = pgw_bench_processor_time ();
  for (guint i = 0; i < N_OPS; i++)
    mm_core_fast.run (&ops[i], i);
  fast = pgw_bench_processor_time () - start;

  pgw_timeline_append (timeline, ops, N_OPS);
  start = pgw_bench_processor_time ();
  pgw_timeline_record (timeline, 0);
  stepping = pgw_bench_processor_time () - start;
  steps = MAX (pgw_timeline_get_length (timeline), 1);

  json_builder_set_member_name (json, "fast_ns_per_step");
  json_builder_add_double_value (json, fast / (double) steps * 1e9);
  json_builder_set_member_name (json, "stepping_ns_per_step");
  json_builder_add_double_value (json, stepping / (double) steps * 1e9);
  json_builder_set_member_name (json, "stepping_to_fast");
  json_builder_add_double_value (json, stepping / fast);
  return TRUE;
}

gboolean
pgw_bench_core (JsonBuilder *json, const PgwBenchSettings *settings, GError **error)
{
  struct machine_config config;
  PgwImage image = { 0 };
  gboolean good;

  pgw_workload_configure (&config, settings->ram, 1);
  good = boot (&image, &config, error);
  if (good)
    {
      json_builder_begin_object (json);
      bench_pairs (json);
      pgw_image_clear (&image);
      good = boot (&image, &config, error) && bench_builds (json, settings, &config, error);
      json_builder_end_object (json);
    }
  pgw_image_clear (&image);
  return good;
}
