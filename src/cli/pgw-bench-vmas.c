/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What system calls cost in the fast build when a task has few VMAs, and when it has many: finding one
 * (mprotect() to what it is already), and placing a new mapping. Both search a balanced tree, so a hundred
 * times the VMAs must cost little more.
 */
#include "config.h"

#include "pgw-bench.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <sys/mman.h>

#include "src/engine/pgw-image.h"

/* The arguments of the core's system calls have the kernel's values, so the names of <sys/mman.h> serve. */

#define PAGE 4096UL
#define AREA 0x10000000000UL
#define RAM (64UL << 20)
#define N_CALLS 20000U
#define STACK_SIZE 4096 /* of the image; the fast build runs on ours */

static const guint sizes[] = { 100, 1000, 10000 };

static gint64
run (struct mm_op op)
{
  static guint64 index;

  op.nid = -1;
  op.task = 1;
  if (op.kind != OP_task_create)
    op.slot = MM_OP_NO_SLOT;
  return mm_core_fast.run (&op, index++);
}

/* A machine with a task whose mappings are a page each, a page apart. */
static gboolean
boot (PgwImage *image, guint n_vmas, GError **error)
{
  struct machine_config config = { .nr_regions = 1, .nr_slots = 8 };
  struct machine_layout layout;
  gint64 problem;

  config.regions[0].size = RAM;
  problem = machine_layout (&config, &layout, NULL);
  if (problem == 0 && !pgw_image_init (image, layout.size, STACK_SIZE))
    problem = -errno;
  if (problem == 0)
    problem = mm_core_fast.boot (image->base, &config, NULL);
  if (problem == 0)
    problem =
      MIN (run ((struct mm_op){ .kind = OP_task_create, .arg = { 0, 0, 0, 0, TASK_CREATE_BARE } }), 0);
  for (guint i = 0; i < n_vmas && problem == 0; i++)
    problem =
      MIN (run ((struct mm_op){
             .kind = OP_mmap,
             .arg = { AREA + 2 * i * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED } }),
           0);
  if (problem != 0)
    g_set_error (error,
                 G_IO_ERROR,
                 g_io_error_from_errno ((int)-problem),
                 _("The machine did not start: %s"),
                 g_strerror ((int)-problem));
  return problem == 0;
}

/* Nanoseconds for one call that finds a VMA, another one than the call before. */
static double
measure_find (guint n_vmas)
{
  double start = pgw_bench_processor_time ();

  for (guint i = 0; i < N_CALLS; i++)
    run ((struct mm_op){ .kind = OP_mprotect,
                         .arg = { AREA + 2 * (i * 7919UL % n_vmas) * PAGE, PAGE, PROT_READ } });
  return (pgw_bench_processor_time () - start) / N_CALLS * 1e9;
}

/* Nanoseconds for placing a mapping between the others, which one-page gaps cannot hold, and taking it away.
 */
static double
measure_place (void)
{
  double start = pgw_bench_processor_time ();

  for (guint i = 0; i < N_CALLS; i++)
    {
      gint64 addr = run ((struct mm_op){
        .kind = OP_mmap, .arg = { 0, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS } });

      run ((struct mm_op){ .kind = OP_munmap, .arg = { (guint64)addr, 2 * PAGE } });
    }
  return (pgw_bench_processor_time () - start) / N_CALLS * 1e9;
}

gboolean
pgw_bench_vmas (JsonBuilder *json, GError **error)
{
  gboolean good = TRUE;

  json_builder_begin_array (json);
  for (guint i = 0; i < G_N_ELEMENTS (sizes) && good; i++)
    {
      PgwImage image = { 0 };

      good = boot (&image, sizes[i], error);
      if (good)
        {
          json_builder_begin_object (json);
          json_builder_set_member_name (json, "vmas");
          json_builder_add_int_value (json, sizes[i]);
          json_builder_set_member_name (json, "find_ns");
          json_builder_add_double_value (json, measure_find (sizes[i]));
          json_builder_set_member_name (json, "mmap_munmap_ns");
          json_builder_add_double_value (json, measure_place ());
          json_builder_end_object (json);
        }
      pgw_image_clear (&image);
    }
  json_builder_end_array (json);
  return good;
}
