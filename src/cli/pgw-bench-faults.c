/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page faults, and pairs of mmap() and munmap(): the fast build of the core
 * beside the kernel this program runs on, with the same loop.
 */
#include "config.h"

#include "pgw-bench.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <sys/mman.h>

#include "src/engine/pgw-image.h"

/* The arguments of the core's system calls have the kernel's values, so the names of <sys/mman.h> serve both. */

#define PAGE      4096UL
#define N_PAGES   512UL         /* touched in a row: what one page table covers */
#define N_ROUNDS  200           /* of which the quickest counts: nobody has interrupted it */
#define N_PAIRS   1000
#define AREA      0x10000000000UL
#define RAM       (64UL << 20)
#define STACK_SIZE 4096         /* of the image; the fast build runs on ours */

static gint64
run (struct mm_op op)
{
  static guint64 index;

  op.nid = -1;
  op.task = 1;
  return mm_core_fast.run (&op, index++);
}

static struct mm_op
map_op (guint64 len)
{
  return (struct mm_op) { .kind = OP_mmap, .slot = 1,
                          .arg = { AREA, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED } };
}

static struct mm_op
unmap_op (guint64 len)
{
  return (struct mm_op) { .kind = OP_munmap, .arg = { AREA, len } };
}

/* ---- The core ---- */

static gboolean
boot (PgwImage *image, GError **error)
{
  struct machine_config config = { .nr_regions = 1, .nr_slots = 8, .thp_enabled = THP_NEVER };
  struct machine_layout layout;
  int problem;

  config.regions[0].size = RAM;
  problem = machine_layout (&config, &layout, NULL);
  if (problem == 0 && !pgw_image_init (image, layout.size, STACK_SIZE))
    problem = -errno;
  if (problem == 0)
    problem = mm_core_fast.boot (image->base, &config, NULL);
  if (problem == 0)
    problem = (int) MIN (run ((struct mm_op) { .kind = OP_task_create }), 0);
  if (problem != 0)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (-problem), _("The machine did not start: %s"),
                 g_strerror (-problem));
  return problem == 0;
}

/* Seconds to touch all pages of new memory once. */
static double
core_touches (void)
{
  const struct mm_op touch = { .kind = OP_store, .arg = { AREA, 1, N_PAGES, PAGE, 0, 1 } };
  double start, taken;

  if (run (map_op (N_PAGES * PAGE)) != (gint64) AREA)
    g_error ("The core does not map memory.");
  start = pgw_bench_processor_time ();
  if (run (touch) != 0)
    g_error ("The core does not bring pages in.");
  taken = pgw_bench_processor_time () - start;
  run (unmap_op (N_PAGES * PAGE));
  return taken;
}

static double
core_pairs (void)
{
  double start = pgw_bench_processor_time ();

  for (guint i = 0; i < N_PAIRS; i++)
    {
      run (map_op (PAGE));
      run (unmap_op (PAGE));
    }
  return pgw_bench_processor_time () - start;
}

/* ---- The kernel of the host ---- */

static guint8 *
host_map (gsize len)
{
  guint8 *memory = mmap (NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  return memory == MAP_FAILED ? NULL : memory;
}

/* Negative: there is no memory for it. */
static double
host_touches (void)
{
  gsize len = N_PAGES * PAGE;
  guint8 *memory = host_map (len);
  double start, taken;

  if (!memory)
    return -1;
  madvise (memory, len, MADV_NOHUGEPAGE);
  start = pgw_bench_processor_time ();
  for (gsize i = 0; i < len; i += PAGE)
    ((volatile guint8 *) memory)[i] = 1;
  taken = pgw_bench_processor_time () - start;
  munmap (memory, len);
  return taken;
}

static double
host_pairs (void)
{
  double start = pgw_bench_processor_time ();

  for (guint i = 0; i < N_PAIRS; i++)
    {
      guint8 *memory = host_map (PAGE);

      if (!memory)
        return -1;
      munmap (memory, PAGE);
    }
  return pgw_bench_processor_time () - start;
}

/* ---- Side by side ---- */

static double
quickest (double (*measure) (void), double n)
{
  double best = measure ();

  for (guint i = 1; i < N_ROUNDS; i++)
    best = MIN (best, measure ());
  return best / n * 1e9;
}

static void
compare (JsonBuilder *json, const char *name, double (*core) (void), double (*host) (void), double n)
{
  double core_ns, host_ns;

  core_ns = quickest (core, n);
  host_ns = quickest (host, n);
  json_builder_set_member_name (json, name);
  json_builder_begin_object (json);
  json_builder_set_member_name (json, "core_ns");
  json_builder_add_double_value (json, core_ns);
  json_builder_set_member_name (json, "host_ns");
  json_builder_add_double_value (json, host_ns);
  json_builder_set_member_name (json, "host_to_core");
  json_builder_add_double_value (json, host_ns / core_ns);
  json_builder_end_object (json);
}

gboolean
pgw_bench_faults (JsonBuilder *json, GError **error)
{
  PgwImage image = { 0 };
  gboolean good = boot (&image, error);

  if (good)
    {
      json_builder_begin_object (json);
      compare (json, "page_fault", core_touches, host_touches, N_PAGES);
      compare (json, "mmap_munmap", core_pairs, host_pairs, N_PAIRS);
      json_builder_end_object (json);
    }
  pgw_image_clear (&image);
  return good;
}
