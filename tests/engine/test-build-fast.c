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

/* ---- Objects: caches, kmalloc(), pools and vmalloc() on each of the three allocators ---- */

#define N_OBJECT_OPS 400
#define N_CACHES 4
#define FIRST_OBJECT 40
#define N_OBJECTS 500

static void
next_object_op (GRand *random, guint64 i, struct mm_op *op)
{
  static const guint sizes[N_CACHES] = { 40, 256, 700, 3000 };
  gfp_t gfp = 0;

  view_parse_gfp ("GFP_KERNEL", &gfp, NULL);
  *op = (struct mm_op) { .nid = -1, .gfp = gfp, .cpu = (u8) g_rand_int_range (random, 0, 2) };
  if (i < N_CACHES)
    {
      op->kind = OP_kmem_cache_create;
      op->slot = (u32) i;
      op->nr = sizes[i];
      op->arg[1] = 'a' + i;
      return;
    }
  op->slot = FIRST_OBJECT + (u32) g_rand_int_range (random, 0, N_OBJECTS - 40);
  op->nr = (u32) g_rand_int_range (random, 2, 40);
  switch (g_rand_int_range (random, 0, 8))
    {
    case 0:
    case 1:
    case 2:
      op->kind = OP_kmem_cache_alloc;
      op->arg[0] = (u64) g_rand_int_range (random, 1, N_CACHES + 1);
      break;
    case 3:
      op->kind = OP_kmalloc;
      op->arg[0] = (u64) g_rand_int_range (random, 1, 20000);
      op->nr = 2;
      break;
    case 4:
      op->kind = OP_kmem_cache_shrink;
      op->slot = (u32) g_rand_int_range (random, 0, N_CACHES);
      break;
    case 5:
      op->kind = g_rand_boolean (random) ? OP_vmalloc : OP_vfree;
      op->slot = 10 + (u32) g_rand_int_range (random, 0, 8);
      op->arg[0] = (u64) g_rand_int_range (random, 1, 50000);
      break;
    case 6:
      op->kind = OP_cache_reap;
      break;
    default:
      op->kind = OP_kfree;
      op->arg[0] = PATTERN_RANDOM;
      op->arg[1] = i;
      break;
    }
}

/* A slot is filled only when what it held is gone, as a script would have it: what is live is freed first. */
static void
make_object_ops (struct mm_op *ops, guint64 n)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (4);

  for (guint64 i = 0; i < n; i++)
    next_object_op (random, i, &ops[i]);
}

static void
test_objects (gconstpointer data)
{
  g_autofree struct mm_op *ops = g_new (struct mm_op, N_OBJECT_OPS);
  g_autoptr (PgwTimeline) stepping = NULL;
  g_autoptr (GError) error = NULL;
  struct machine_config config;
  struct machine_layout layout;
  guint64 hashes[N_OBJECT_OPS];
  PgwImage image;

  pgw_workload_configure (&config, SMALL_RAM, 2);
  config.nr_cpus = 2;
  config.nr_slots = 1024;
  config.slab = GPOINTER_TO_UINT (data);
  make_object_ops (ops, N_OBJECT_OPS);
  stepping = pgw_timeline_new (&config, NULL, &error);
  g_assert_no_error (error);
  pgw_timeline_append (stepping, ops, N_OBJECT_OPS);
  pgw_timeline_record (stepping, 0);

  g_assert_cmpint (machine_layout (&config, &layout, NULL), ==, 0);
  g_assert_true (pgw_image_init (&image, layout.size, HOST_PAGE));
  compared.recorded = NULL;
  g_assert_cmpint (mm_core_fast.boot (image.base, &config, NULL), ==, 0);
  compared.recorded = stepping;
  compared.step = 0;
  trace_hook = compare_event;
  for (guint64 i = 0; i < N_OBJECT_OPS; i++)
    {
      PgwOpRun run;

      g_assert_true (pgw_timeline_get_op_run (stepping, i, &run));
      g_assert_cmpint (mm_core_fast.run (&ops[i], i), ==, run.result);
      g_assert_cmpuint (compared.step, ==, run.last_step);
      hashes[i] = pgw_image_hash_resident (&image);
      pgw_timeline_seek (stepping, run.last_step);
      g_assert_cmphex (hashes[i], ==, pgw_timeline_hash (stepping));
      if (i % 20 == 0)
        g_assert_cmpuint (mm_validate (pgw_timeline_get_machine (stepping), NULL, NULL), ==, 0);
    }
  trace_hook = NULL;
  /* And back again, in leaps. */
  for (guint64 i = N_OBJECT_OPS; i-- > 0; i -= MIN (i, 6))
    {
      PgwOpRun run;

      g_assert_true (pgw_timeline_get_op_run (stepping, i, &run));
      pgw_timeline_seek (stepping, run.last_step);
      g_assert_cmphex (hashes[i], ==, pgw_timeline_hash (stepping));
    }
  pgw_image_clear (&image);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/builds/fast", test_fast);
  g_test_add_data_func ("/builds/fast/slab", GUINT_TO_POINTER (SLAB_KIND_SLAB), test_objects);
  g_test_add_data_func ("/builds/fast/slub", GUINT_TO_POINTER (SLAB_KIND_SLUB), test_objects);
  g_test_add_data_func ("/builds/fast/slob", GUINT_TO_POINTER (SLAB_KIND_SLOB), test_objects);
  return g_test_run ();
}
