/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reclaim under pressure in the fast build: a machine of 1 GiB whose program uses half as much
 * again, as anonymous memory (swapped out and in), as a file that is read, and as one that is written.
 *
 * An event of reclaim is what trace() tells while a page is being made free or brought back: it was
 * isolated, looked at, unmapped, written, freed, read again. Each load runs twice, on machines that start
 * alike and so do the same: once to count the events, once to take the time, when nobody listens.
 */
/* The tracepoints of the fast build go to trace_hook. */
#define MM_FAST

#include "config.h"

#include "pgw-bench.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <sys/mman.h>

#include "mm/fs.h"
#include "mm/trace.h"
#include "src/engine/pgw-image.h"

#define PAGE 4096UL
#define GIB (1UL << 30)
#define RAM GIB
#define USED (RAM + RAM / 2)
#define AREA 0x10000000000UL
#define BUFFER 0x20000000000UL
#define BUFFER_SIZE (1UL << 20)
#define STACK_SIZE 4096 /* of the image; the fast build runs on ours */

#define SLOT_FILE 1
#define SLOT_OPEN 2

static guint64 n_events;

static void
count_event (u32 id, u64 a, u64 b, u64 c, u64 d)
{
  n_events++;
}

static gboolean
boot (PgwImage *image, GError **error)
{
  struct machine_config config = { .nr_regions = 1, .nr_slots = 8, .thp_enabled = THP_NEVER };
  struct machine_layout layout;
  int problem;

  config.regions[0].size = RAM;
  config.nr_swaps = 1;
  config.swaps[0].size = 2 * GIB;
  config.disk_size = USED;
  problem = machine_layout (&config, &layout, NULL);
  if (problem == 0 && !pgw_image_init (image, layout.size, STACK_SIZE))
    problem = -errno;
  if (problem == 0)
    problem = mm_core_fast.boot (image->base, &config, NULL);
  if (problem == 0)
    problem = (int)MIN (pgw_bench_run ((struct mm_op){ .kind = OP_task_create }), 0);
  if (problem == 0)
    pgw_bench_run ((struct mm_op){ .kind = OP_set_tunable, .arg = { TUNABLE_overcommit_memory, 1 } });
  if (problem != 0)
    g_set_error (error,
                 G_IO_ERROR,
                 g_io_error_from_errno (-problem),
                 _("The machine did not start: %s"),
                 g_strerror (-problem));
  return problem == 0;
}

static gboolean
map (guint64 address, guint64 size)
{
  return pgw_bench_run ((struct mm_op){
           .kind = OP_mmap,
           .slot = 4,
           .arg = { address, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED } }) ==
         (gint64)address;
}

/* Each page of a heap that is larger than memory is stored to, twice over. */
static gboolean
use_heap (void)
{
  const struct mm_op store = { .kind = OP_store, .arg = { AREA, 1, USED / PAGE, PAGE, 0, 1 } };

  return map (AREA, USED) && pgw_bench_run (store) == 0 && pgw_bench_run (store) == 0;
}

static gboolean
open_file (void)
{
  const struct mm_op create = { .kind = OP_file_create,
                                .slot = SLOT_FILE,
                                .arg = { INODE_REG, USED, 0, ~0UL, USED } };
  const struct mm_op open = { .kind = OP_open,
                              .slot = SLOT_OPEN,
                              .arg = { SLOT_FILE + 1, FMODE_READ | FMODE_WRITE } };
  const struct mm_op fill = { .kind = OP_store, .arg = { BUFFER, 1, BUFFER_SIZE / PAGE, PAGE, 0, 1 } };

  return pgw_bench_run (create) > 0 && pgw_bench_run (open) > 0 && map (BUFFER, BUFFER_SIZE) && pgw_bench_run (fill) == 0;
}

/* A file that is larger than memory goes through the page cache, a MiB at a time. */
static gboolean
transfer (guint kind)
{
  gboolean good = TRUE;

  for (guint64 offset = 0; good && offset < USED; offset += BUFFER_SIZE)
    good =
      pgw_bench_run ((struct mm_op){ .kind = (u16)kind, .arg = { 0, BUFFER_SIZE, offset, SLOT_OPEN + 1, BUFFER } }) ==
      (gint64)BUFFER_SIZE;
  return good;
}

static gboolean
read_file (void)
{
  return open_file () && transfer (OP_pread) && transfer (OP_pread);
}

static gboolean
write_file (void)
{
  return open_file () && transfer (OP_pwrite) && transfer (OP_pwrite);
}

static const struct
{
  const char *name;
  gboolean (*load) (void);
} loads[] = {
  { "swap", use_heap },
  { "read", read_file },
  { "write", write_file },
};

/* Pages that reclaim has freed. */
static guint64
pages_stolen (const struct machine *machine)
{
  guint64 stolen = 0;

  for (guint i = 0; i < view_nr_counters (); i++)
    if (g_str_equal (view_counter_name (i), "pgsteal_kswapd") ||
        g_str_equal (view_counter_name (i), "pgsteal_direct"))
      stolen += view_counter (machine, i);
  return stolen;
}

/* One load on a fresh machine, with somebody listening or not. Returns seconds; negative if it failed. */
static double
run_load (gboolean (*load) (void), gboolean listen, guint64 *stolen, GError **error)
{
  PgwImage image = { 0 };
  double seconds = -1;

  if (boot (&image, error))
    {
      double start = pgw_bench_processor_time ();

      n_events = 0;
      trace_hook = listen ? count_event : NULL;
      if (load ())
        seconds = pgw_bench_processor_time () - start;
      else
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("An operation of the load failed."));
      trace_hook = NULL;
      *stolen = pages_stolen ((const struct machine *)image.base);
    }
  pgw_image_clear (&image);
  return seconds;
}

gboolean
pgw_bench_reclaim (JsonBuilder *json, GError **error)
{
  json_builder_begin_object (json);
  for (guint i = 0; i < G_N_ELEMENTS (loads) && !*error; i++)
    {
      guint64 stolen, events;
      double seconds = run_load (loads[i].load, TRUE, &stolen, error);

      events = n_events;
      if (seconds >= 0)
        seconds = run_load (loads[i].load, FALSE, &stolen, error);
      if (seconds < 0)
        break;
      json_builder_set_member_name (json, loads[i].name);
      json_builder_begin_object (json);
      json_builder_set_member_name (json, "events");
      json_builder_add_int_value (json, (gint64)events);
      json_builder_set_member_name (json, "events_per_second");
      json_builder_add_double_value (json, (double)events / seconds);
      json_builder_set_member_name (json, "pages_reclaimed");
      json_builder_add_int_value (json, (gint64)stolen);
      json_builder_set_member_name (json, "pages_reclaimed_per_second");
      json_builder_add_double_value (json, (double)stolen / seconds);
      json_builder_end_object (json);
    }
  json_builder_end_object (json);
  return TRUE;
}
