/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writeback: thresholds as the kernel computes them, the flusher below, between and above them, writers
 * that pause, the timer, sync(), pages under way to the disk; and every byte on the disk at the end.
 */
#include "machine-test.h"

#include "mm/mm.h"
#include "mm/vmscan.h"
#include "mm/writeback.h"

#define SLOT_TASK 0
#define SLOT_FILE 1
#define SLOT_OPEN 2
#define SLOT_BUFFER 3
#define SLOT_FILE_2 4
#define SLOT_OPEN_2 5
#define N_SLOTS 16
#define FILE_SIZE MIB (48)

static guint64 buffer;

static gint64
run (guint kind, guint32 slot, guint64 a0, guint64 a1, guint64 a2, guint64 a3, guint64 a4)
{
  return test_run (
    (struct mm_op){ .kind = (u16)kind, .nid = -1, .slot = slot, .arg = { a0, a1, a2, a3, a4 } });
}

static TestMachine *
writer (guint64 ram)
{
  struct machine_config config;
  TestMachine *machine;

  test_config_simple (&config, ram);
  config.nr_slots = N_SLOTS;
  config.disk_size = 3 * FILE_SIZE;
  machine = test_machine_new (&config);
  g_assert_cmpint (run (OP_task_create, SLOT_TASK, 0, 0, 0, 0, 0), >, 0);
  g_assert_cmpint (run (OP_file_create, SLOT_FILE, INODE_REG, FILE_SIZE, 0, ~0UL, FILE_SIZE), >, 0);
  g_assert_cmpint (run (OP_open, SLOT_OPEN, SLOT_FILE + 1, FMODE_READ | FMODE_WRITE, 0, 0, 0), >, 0);
  g_assert_cmpint (run (OP_file_create, SLOT_FILE_2, INODE_REG, FILE_SIZE, 0, ~0UL, FILE_SIZE), >, 0);
  g_assert_cmpint (run (OP_open, SLOT_OPEN_2, SLOT_FILE_2 + 1, FMODE_READ | FMODE_WRITE, 0, 0, 0), >, 0);
  buffer = run (OP_mmap, SLOT_BUFFER, 0, MIB (1), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, 0);
  g_assert_cmpint (run (OP_store, MM_OP_NO_SLOT, buffer, 1, 256, 0, 0), ==, 0);
  test_events_clear ();
  return machine;
}

/* Writes whole pages to a file from one on. */
static void
write_pages (guint open, guint64 page, guint64 n)
{
  g_assert_cmpint (
    run (OP_pwrite, MM_OP_NO_SLOT, 0, n * PAGE_SIZE, page * PAGE_SIZE, open + 1, buffer), ==, n * PAGE_SIZE);
}

static guint64
dirty_pages (void)
{
  gint64 sum = NODE_DATA (0)->vm_stat[NR_FILE_DIRTY];

  return sum + NODE_DATA (0)->per_cpu_nodestats[0].vm_node_stat_diff[NR_FILE_DIRTY];
}

static void
test_thresholds (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = writer (MIB (64));
  gulong background, dirty, available;

  available = this_machine->vm_zone_stat[NR_FREE_PAGES] - this_machine->totalreserve_pages +
              this_machine->vm_node_stat[NR_INACTIVE_FILE] + this_machine->vm_node_stat[NR_ACTIVE_FILE] + 1;
  global_dirty_limits (&background, &dirty);
  g_assert_cmpuint (dirty, ==, 20 * PAGE_SIZE / 100 * available / PAGE_SIZE);
  g_assert_cmpuint (background, ==, 10 * PAGE_SIZE / 100 * available / PAGE_SIZE);
  g_assert_cmpuint (test_counter ("nr_dirty_threshold"), ==, dirty);
  g_assert_cmpuint (test_counter ("nr_dirty_background_threshold"), ==, background);

  /* Bytes replace the ratio, and the ratio the bytes. */
  g_assert_cmpint (run (OP_set_tunable, 0, TUNABLE_dirty_bytes, MIB (1) + 1, 0, 0, 0), ==, 0);
  g_assert_cmpuint (get_tunable (this_machine, TUNABLE_dirty_ratio), ==, 0);
  g_assert_cmpuint (test_counter ("nr_dirty_threshold"), ==, 257);
  /* A background threshold that is not below the limit counts as half of it. */
  g_assert_cmpuint (test_counter ("nr_dirty_background_threshold"), ==, 128);
  g_assert_cmpint (run (OP_set_tunable, 0, TUNABLE_dirty_background_bytes, 4096, 0, 0, 0), ==, 0);
  g_assert_cmpuint (test_counter ("nr_dirty_background_threshold"), ==, 1);
  g_assert_cmpuint (get_tunable (this_machine, TUNABLE_dirty_background_ratio), ==, 0);
  g_assert_cmpint (run (OP_set_tunable, 0, TUNABLE_dirty_ratio, 50, 0, 0, 0), ==, 0);
  g_assert_cmpuint (get_tunable (this_machine, TUNABLE_dirty_bytes), ==, 0);
  g_assert_cmpint (run (OP_set_tunable, 0, TUNABLE_dirty_ratio, 101, 0, 0, 0), ==, -EINVAL);
  g_assert_cmpint (run (OP_set_tunable, 0, TUNABLE_dirty_bytes, 4096, 0, 0, 0), ==, -EINVAL);
}

/* Below the background threshold nothing is written; above it the flusher is, until below again. */
static void
test_background (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = writer (MIB (64));
  guint64 threshold = test_counter ("nr_dirty_background_threshold"), written = 0;

  write_pages (SLOT_OPEN, 0, 200);
  g_assert_cmpuint (dirty_pages (), ==, 200);
  g_assert_cmpuint (test_events_count (TRACE_writeback_wake), ==, 0);
  g_assert_cmpuint (test_events_count (TRACE_disk_write), ==, 0);
  while (test_events_count (TRACE_writeback_wake) == 0)
    {
      g_assert_cmpuint (written, <, threshold);
      write_pages (SLOT_OPEN, 200 + written, 16);
      written += 16;
    }
  g_assert_cmpuint (test_counter ("nr_dirtied"), >=, threshold - 32);
  g_assert_cmpuint (dirty_pages (), <=, threshold);
  g_assert_cmpuint (test_events_count (TRACE_disk_write), >, 0);
  g_assert_cmpuint (test_events_count (TRACE_balance_dirty_pages), ==, 0);
  /* Its last writes are still under way; they are done by the end of the next operation. */
  g_assert_cmpuint (this_machine->disk_queue.nr, ==, DISK_QUEUE_DEPTH);
  test_assert_valid ();
  run (OP_nop, MM_OP_NO_SLOT, 0, 0, 0, 0, 0);
  g_assert_cmpuint (this_machine->disk_queue.nr, ==, 0);
  test_assert_valid ();
}

/* Who writes more than the disk can is slowed down, and never gets past the limit. */
static void
test_throttle (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = writer (MIB (64));
  guint64 clock = this_machine->clock, i;
  gulong background, dirty;

  for (i = 0; i < 44; i++)
    {
      write_pages (SLOT_OPEN, i * 256, 256);
      global_dirty_limits (&background, &dirty);
      g_assert_cmpuint (dirty_pages (), <=, dirty + 64);
    }
  test_assert_valid ();
  /* One call that writes more than may be dirty: it pauses on its way. */
  g_assert_cmpint (run (OP_set_tunable, 0, TUNABLE_dirty_bytes, MIB (1) / 2, 0, 0, 0), ==, 0);
  test_events_clear ();
  write_pages (SLOT_OPEN, 0, 256);
  g_assert_cmpuint (test_events_count (TRACE_balance_dirty_pages), >, 0);
  g_assert_cmpuint (this_machine->clock, >, clock);
  g_assert_cmpuint (dirty_pages (), <=, 128);
  g_assert_cmpuint (this_machine->disk_writes, >, 0);
  test_assert_valid ();
  g_assert_cmpint (run (OP_sync, MM_OP_NO_SLOT, 0, 0, 0, 0, 0), ==, 0);
  g_assert_cmpuint (dirty_pages (), ==, 0);
  g_assert_cmpuint (this_machine->disk_queue.nr, ==, 0);
  test_assert_valid ();
}

/* The timer: every five seconds what is older than thirty is written. */
static void
test_timer (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = writer (MIB (64));

  write_pages (SLOT_OPEN, 0, 10);
  g_assert_cmpint (run (OP_sleep, MM_OP_NO_SLOT, 29000, 0, 0, 0, 0), ==, 0);
  g_assert_cmpuint (dirty_pages (), ==, 10);
  write_pages (SLOT_OPEN_2, 0, 10);
  g_assert_cmpuint (test_events_count (TRACE_disk_write), ==, 0);
  /* At 30 seconds the first file is old enough, and the timer fires; the second is young. */
  g_assert_cmpint (run (OP_sleep, MM_OP_NO_SLOT, 5000, 0, 0, 0, 0), ==, 0);
  g_assert_cmpuint (dirty_pages (), ==, 10);
  g_assert_cmpuint (test_events_count (TRACE_disk_write), ==, 10);
  g_assert_cmpint (run (OP_sleep, MM_OP_NO_SLOT, 31000, 0, 0, 0, 0), ==, 0);
  g_assert_cmpuint (dirty_pages (), ==, 0);
  test_assert_valid ();
  /* With nothing dirty the timer is not set. */
  g_assert_cmpuint (this_machine->wb.dwork_timer, ==, 0);
  g_assert_cmpint (run (OP_set_tunable, 0, TUNABLE_dirty_writeback_centisecs, 0, 0, 0, 0), ==, 0);
  write_pages (SLOT_OPEN, 0, 10);
  g_assert_cmpint (run (OP_sleep, MM_OP_NO_SLOT, 3600000, 0, 0, 0, 0), ==, 0);
  g_assert_cmpuint (dirty_pages (), ==, 10);
  g_assert_cmpint (run (OP_sleep, MM_OP_NO_SLOT, 0, 0, 0, 0, 0), ==, -EINVAL);
  g_assert_cmpint (run (OP_sleep, MM_OP_NO_SLOT, 3600001, 0, 0, 0, 0), ==, -EINVAL);
}

/* A page under way is neither dirty nor to be had; written to, it is both dirty and under way. */
static void
test_under_way (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = writer (MIB (64));
  struct address_space *mapping = find_inode (1)->i_mapping;
  struct page *page;

  write_pages (SLOT_OPEN, 0, 4);
  page = find_get_page (mapping, 1);
  put_page (page);
  wakeup_flusher_threads (WB_REASON_SYNC);
  wb_workfn (~0UL);
  g_assert_true (PageWriteback (page) && !PageDirty (page));
  g_assert_cmpuint (this_machine->disk_queue.nr, ==, 4);
  g_assert_cmpuint (invalidate_mapping_pages (mapping, 0, 3), ==, 0);
  test_assert_valid ();
  lock_page (page);
  set_page_dirty (page);
  unlock_page (page);
  test_assert_valid ();
  /* The flusher leaves it for another time; who wants to be sure waits for the first write. */
  wakeup_flusher_threads (WB_REASON_SYNC);
  wb_workfn (~0UL);
  g_assert_true (PageDirty (page));
  test_assert_valid ();
  g_assert_cmpint (write_inode_now (find_inode (1)), ==, 0);
  g_assert_true (!PageDirty (page) && !PageWriteback (page));
  /* A truncated page is waited for. */
  lock_page (page);
  set_page_dirty (page);
  unlock_page (page);
  wakeup_flusher_threads (WB_REASON_SYNC);
  wb_workfn (~0UL);
  g_assert_cmpuint (this_machine->disk_queue.nr, ==, 1);
  g_assert_cmpint (vfs_truncate (find_inode (1), 0), ==, 0);
  g_assert_cmpuint (this_machine->disk_queue.nr, ==, 0);
  test_assert_valid ();
}

/* Reclaim meets dirty pages only: it wakes the flusher, and gets them when they are written. */
static void
test_reclaim (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = writer (MIB (16));
  guint64 i;

  /* All memory may be dirty: so reclaim has to see to it. */
  g_assert_cmpint (run (OP_set_tunable, 0, TUNABLE_dirty_background_ratio, 100, 0, 0, 0), ==, 0);
  g_assert_cmpint (run (OP_set_tunable, 0, TUNABLE_dirty_bytes, GIB (1), 0, 0, 0), ==, 0);
  for (i = 0; i < 40; i++)
    {
      write_pages (i % 2 ? SLOT_OPEN : SLOT_OPEN_2, i * 256, 256);
      test_assert_valid ();
    }
  g_assert_cmpuint (test_events_count (TRACE_balance_dirty_pages), ==, 0);
  g_assert_cmpuint (test_counter ("pgsteal_file"), >, 1000);
  g_assert_cmpuint (test_counter ("pgrotated"), >, 0);
  g_assert_cmpuint (test_counter ("oom_kill"), ==, 0);
}

/* Random writes, reads, syncs and sleeps against what should be in the file. */
static void
test_random (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = writer (MIB (8));
  const guint64 n = MIB (12) / PAGE_SIZE;
  g_autofree guint8 *expected = g_new0 (guint8, n);
  struct inode *inode = find_inode (1);
  guint round;

  for (round = 0; round < 6000; round++)
    {
      guint64 page = (guint64)g_test_rand_int_range (0, n);
      guint8 byte = g_test_rand_int_range (0, 256), read;
      gint what = g_test_rand_int_range (0, 100);

      if (what < 60)
        {
          g_assert_cmpint (user_store (buffer, &byte, 1), ==, 0);
          write_pages (SLOT_OPEN, page, 1);
          expected[page] = byte;
        }
      else if (what < 95)
        {
          g_assert_cmpint (kernel_read_byte (inode, page * PAGE_SIZE, &read), ==, 1);
          g_assert_cmpuint (read, ==, expected[page]);
        }
      else if (what < 97)
        run (OP_sleep, MM_OP_NO_SLOT, g_test_rand_int_range (1, 40000), 0, 0, 0, 0);
      else if (what < 98)
        run (OP_sync, MM_OP_NO_SLOT, 0, 0, 0, 0, 0);
      else if (what < 99)
        run (OP_file_evict, MM_OP_NO_SLOT, SLOT_FILE + 1, 0, 0, 0, 0);
      else
        g_assert_cmpint (run (OP_fsync, MM_OP_NO_SLOT, SLOT_OPEN + 1, 0, 0, 0, 0), ==, 0);
      if (round % 100 == 0)
        test_assert_valid ();
    }
  run (OP_sync, MM_OP_NO_SLOT, 0, 0, 0, 0, 0);
  for (guint64 page = 0; page < n; page++)
    g_assert_cmpuint (this_machine->disk[inode->i_disk + page * PAGE_SIZE], ==, expected[page]);
  test_assert_valid ();
}

/* mm_validate() notices a flusher and a disk that know too little. */
static void
test_damage (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = writer (MIB (64));
  struct inode *inode = find_inode (1);
  struct page *page;

  write_pages (SLOT_OPEN, 0, 4);
  inode->i_state &= (guint16)~I_DIRTY_PAGES;
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), >, 0);
  inode->i_state |= I_DIRTY_PAGES;
  wakeup_flusher_threads (WB_REASON_SYNC);
  wb_workfn (~0UL);
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), ==, 0);
  page = this_machine->disk_queue.pages[1];
  this_machine->disk_queue.pages[1] = this_machine->disk_queue.pages[0];
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), >, 0);
  this_machine->disk_queue.pages[1] = page;
  ClearPageWriteback (page);
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), >, 0);
  SetPageWriteback (page);
  this_machine->disk_queue.nr--;
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), >, 0);
  this_machine->disk_queue.nr++;
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mm/writeback/thresholds", test_thresholds);
  g_test_add_func ("/mm/writeback/background", test_background);
  g_test_add_func ("/mm/writeback/throttle", test_throttle);
  g_test_add_func ("/mm/writeback/timer", test_timer);
  g_test_add_func ("/mm/writeback/under-way", test_under_way);
  g_test_add_func ("/mm/writeback/reclaim", test_reclaim);
  g_test_add_func ("/mm/writeback/random", test_random);
  g_test_add_func ("/mm/writeback/damage", test_damage);
  return g_test_run ();
}
