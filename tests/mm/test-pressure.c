/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random loads on machines that are too small for them: memory and a file larger than RAM, mapped, read and
 * written, with locked pages, sync(), drop_caches and time in between. After each operation what must
 * hold holds, and every byte is what was stored last.
 */
#include "machine-test.h"

#include "mm/mm.h"
#include "mm/vmscan.h"
#include "mm/vmstat.h"

#define SLOT_HEAP 1
#define SLOT_LOCKED 2
#define SLOT_FILE 3
#define SLOT_OPEN 4
#define SLOT_MAP 5
#define SLOT_BUFFER 6

#define HEAP_PAGES 2560
#define FILE_PAGES 3072
#define LOCKED_PAGES 128

typedef struct
{
  guint64 heap, locked, map, buffer;
  guint8 heap_bytes[HEAP_PAGES];
  guint8 file_bytes[FILE_PAGES];
} Load;

static gint64
run (guint kind, guint32 slot, guint64 a0, guint64 a1, guint64 a2, guint64 a3, guint64 a4, guint64 a5)
{
  return test_run (
    (struct mm_op){ .kind = (u16)kind, .nid = -1, .slot = slot, .arg = { a0, a1, a2, a3, a4, a5 } });
}

static guint64
map_anon (guint slot, guint64 pages)
{
  gint64 address =
    run (OP_mmap, slot, 0, pages * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, 0, 0);

  g_assert_cmpint (address, >, 0);
  return address;
}

static TestMachine *
begin (Load *load, guint64 ram, guint cpus)
{
  struct machine_config config;
  TestMachine *machine;
  guint page;

  test_config_simple (&config, ram);
  config.nr_cpus = cpus;
  config.nr_slots = 16;
  config.swap_size = MIB (32);
  config.disk_size = FILE_PAGES * PAGE_SIZE;
  machine = test_machine_new (&config);
  g_assert_cmpint (run (OP_task_create, 0, 0, 0, 0, 0, 0, 0), >, 0);
  load->heap = map_anon (SLOT_HEAP, HEAP_PAGES);
  load->buffer = map_anon (SLOT_BUFFER, 1);
  load->locked = map_anon (SLOT_LOCKED, LOCKED_PAGES);
  g_assert_cmpint (run (OP_mlock, 0, load->locked, LOCKED_PAGES * PAGE_SIZE, 0, 0, 0, 0), ==, 0);
  g_assert_cmpint (run (OP_file_create, SLOT_FILE, INODE_REG, FILE_PAGES * PAGE_SIZE, 0, 1, 0, 0), >, 0);
  g_assert_cmpint (run (OP_open, SLOT_OPEN, SLOT_FILE + 1, FMODE_READ | FMODE_WRITE, 0, 0, 0, 0), >, 0);
  load->map =
    run (OP_mmap, SLOT_MAP, 0, FILE_PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, SLOT_OPEN + 1, 0);
  for (page = 0; page < FILE_PAGES; page++)
    load->file_bytes[page] = (guint8)(31 * page + 7);
  test_events_clear ();
  return machine;
}

static void
check_load (guint64 address, guint8 expected)
{
  g_assert_cmpint (run (OP_load, MM_OP_NO_SLOT, address, 1, 1, 0, 0, 0), ==, 0);
  g_assert_cmpuint (this_machine->outcome.value, ==, expected);
}

/* One access, or what an administrator does. */
static void
step (Load *load)
{
  /* Half of all go to a tenth of the pages. */
  guint hot = g_test_rand_bit () ? 10 : 1;
  guint heap = (guint)g_test_rand_int_range (0, HEAP_PAGES / (gint)hot);
  guint file = (guint)g_test_rand_int_range (0, FILE_PAGES / (gint)hot);
  guint8 byte = (guint8)g_test_rand_int_range (0, 256);
  gint what = g_test_rand_int_range (0, 1000);

  if (what < 300)
    {
      load->heap_bytes[heap] = byte;
      g_assert_cmpint (run (OP_store, MM_OP_NO_SLOT, load->heap + heap * PAGE_SIZE, 1, 1, 0, 0, byte), ==, 0);
    }
  else if (what < 500)
    check_load (load->heap + heap * PAGE_SIZE, load->heap_bytes[heap]);
  else if (what < 600)
    {
      load->file_bytes[file] = byte;
      g_assert_cmpint (run (OP_store, MM_OP_NO_SLOT, load->map + file * PAGE_SIZE, 1, 1, 0, 0, byte), ==, 0);
    }
  else if (what < 700)
    check_load (load->map + file * PAGE_SIZE, load->file_bytes[file]);
  else if (what < 800)
    {
      load->file_bytes[file] = byte;
      g_assert_cmpint (run (OP_store, MM_OP_NO_SLOT, load->buffer, 1, 1, 0, 0, byte), ==, 0);
      g_assert_cmpint (
        run (OP_pwrite, MM_OP_NO_SLOT, 0, 1, file * PAGE_SIZE, SLOT_OPEN + 1, load->buffer, 0), ==, 1);
    }
  else if (what < 900)
    {
      g_assert_cmpint (
        run (OP_pread, MM_OP_NO_SLOT, 0, 1, file * PAGE_SIZE, SLOT_OPEN + 1, load->buffer, 0), ==, 1);
      check_load (load->buffer, load->file_bytes[file]);
    }
  else if (what < 985)
    {
      /* A locked page is there: no fault. */
      check_load (load->locked + (guint64)g_test_rand_int_range (0, LOCKED_PAGES) * PAGE_SIZE, 0);
      g_assert_cmpuint (this_machine->outcome.min_flt + this_machine->outcome.maj_flt, ==, 0);
    }
  else if (what < 990)
    run (OP_sleep, MM_OP_NO_SLOT, (guint64)g_test_rand_int_range (1, 20000), 0, 0, 0, 0, 0);
  else if (what < 994)
    run (OP_sync, MM_OP_NO_SLOT, 0, 0, 0, 0, 0, 0);
  else
    run (OP_drop_caches, MM_OP_NO_SLOT, (guint64)g_test_rand_int_range (1, 4), 0, 0, 0, 0, 0);
}

static void
check_step (void)
{
  struct zone *zone;

  for_each_populated_zone (zone)
  {
    /* Per-CPU differences hide up to this much. Nobody here may use the reserve. */
    guint64 hidden = 64 * (guint64)num_online_cpus ();

    g_assert_cmpuint (zone_page_state_snapshot (zone, NR_FREE_PAGES) + hidden, >=, min_wmark_pages (zone));
  }
  /* Whenever kswapd went to sleep by itself, a zone was above its high watermark. */
  if (test_events_count (TRACE_mm_vmscan_kswapd_sleep) > 0 &&
      NODE_DATA (0)->kswapd_failures < MAX_RECLAIM_RETRIES)
    {
      gboolean balanced = FALSE;

      for_each_populated_zone (zone) balanced |=
        zone_page_state_snapshot (zone, NR_FREE_PAGES) + 64 * (guint64)num_online_cpus () >=
        high_wmark_pages (zone);
      g_assert_true (balanced);
    }
  test_events_clear ();
}

static void
pressure (guint64 ram, guint cpus)
{
  g_autofree Load *load = g_new0 (Load, 1);
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = begin (load, ram, cpus);
  guint round, page;

  for (round = 0; round < 20000; round++)
    {
      step (load);
      check_step ();
      if (round % 500 == 0)
        test_assert_valid ();
    }
  g_assert_cmpuint (test_counter ("pswpout"), >, 100);
  g_assert_cmpuint (test_counter ("pgsteal_file"), >, 100);
  g_assert_cmpuint (test_counter ("oom_kill"), ==, 0);
  for (page = 0; page < HEAP_PAGES; page++)
    check_load (load->heap + page * PAGE_SIZE, load->heap_bytes[page]);
  run (OP_sync, MM_OP_NO_SLOT, 0, 0, 0, 0, 0, 0);
  for (page = 0; page < FILE_PAGES; page++)
    g_assert_cmpuint (
      this_machine->disk[find_inode (1)->i_disk + page * PAGE_SIZE], ==, load->file_bytes[page]);
  test_assert_valid ();
}

static void
test_one_cpu (void)
{
  pressure (MIB (8), 1);
}

static void
test_two_cpus (void)
{
  pressure (MIB (12), 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mm/pressure/one-cpu", test_one_cpu);
  g_test_add_func ("/mm/pressure/two-cpus", test_two_cpus);
  return g_test_run ();
}
