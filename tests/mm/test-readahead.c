/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Readahead: which windows are read for which pattern of reads, worked out by hand from the rules of
 * Linux 6.1, with a largest window of 32 pages.
 */
#include "machine-test.h"

#include "mm/mm.h"

#define SLOT_FILE 1
#define SLOT_OPEN 2
#define SLOT_OTHER 3
#define FILE_PAGES 1024UL

static guint64 buffer, map;

static gint64
run (guint kind, guint32 slot, guint64 a0, guint64 a1, guint64 a2, guint64 a3, guint64 a4)
{
  return test_run (
    (struct mm_op){ .kind = (u16)kind, .nid = -1, .slot = slot, .arg = { a0, a1, a2, a3, a4 } });
}

static TestMachine *
reader (guint read_ahead_kb)
{
  struct machine_config config;
  TestMachine *machine;

  test_config_simple (&config, MIB (32));
  config.nr_slots = 16;
  config.disk_size = FILE_PAGES * PAGE_SIZE;
  config.read_ahead_kb = read_ahead_kb;
  machine = test_machine_new (&config);
  g_assert_cmpint (run (OP_task_create, 0, 0, 0, 0, 0, 0), >, 0);
  g_assert_cmpint (run (OP_file_create, SLOT_FILE, INODE_REG, FILE_PAGES * PAGE_SIZE, 0, 5, 0), >, 0);
  g_assert_cmpint (run (OP_open, SLOT_OPEN, SLOT_FILE + 1, FMODE_READ, 0, 0, 0), >, 0);
  g_assert_cmpint (run (OP_open, SLOT_OTHER, SLOT_FILE + 1, FMODE_READ, 0, 0, 0), >, 0);
  buffer = run (OP_mmap, 4, 0, MIB (1), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, 0);
  test_events_clear ();
  return machine;
}

static void
read_pages (guint open, guint64 page, guint64 n)
{
  test_events_clear ();
  g_assert_cmpint (
    run (OP_pread, MM_OP_NO_SLOT, 0, n * PAGE_SIZE, page * PAGE_SIZE, open + 1, buffer), ==, n * PAGE_SIZE);
}

/* The operation made readahead look at one window; @n = 0: at none. */
static void
assert_window (guint64 start, guint64 n, guint64 mark, enum ra_pattern pattern)
{
  const TestEvent *event = test_events_find (TRACE_ondemand_readahead, 0);

  if (n == 0)
    {
      g_assert_null (event);
      g_assert_cmpuint (test_events_count (TRACE_disk_read), ==, 0);
      return;
    }
  g_assert_nonnull (event);
  g_assert_cmpuint (event->b, ==, start);
  g_assert_cmpuint (event->c & 0xffffffff, ==, n);
  g_assert_cmpuint (event->c >> 32, ==, mark);
  g_assert_cmpuint (event->d, ==, pattern);
  g_assert_cmpuint (test_events_count (TRACE_ondemand_readahead), ==, 1);
}

static gboolean
cached (guint64 index)
{
  const void *entry = xa_load (&find_inode (1)->i_mapping->i_pages, index);

  return entry != NULL && !xa_is_value (entry);
}

/* Page by page from the start: 4, 8, 16, 32, 32 ..., each when the mark of the one before is met. */
static void
test_sequential (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = reader (128);
  guint64 page;

  for (page = 0; page < 200; page++)
    {
      read_pages (SLOT_OPEN, page, 1);
      if (page == 0)
        assert_window (0, 4, 3, RA_INITIAL);
      else if (page == 1)
        assert_window (4, 8, 8, RA_SUBSEQUENT);
      else if (page == 4)
        assert_window (12, 16, 16, RA_SUBSEQUENT);
      else if (page == 12)
        assert_window (28, 32, 32, RA_SUBSEQUENT);
      else if (page >= 28 && (page - 28) % 32 == 0)
        assert_window (page + 32, 32, 32, RA_SUBSEQUENT);
      else
        assert_window (0, 0, 0, RA_NOTHING);
    }
  test_assert_valid ();
}

/* Here and there: what was asked for. Then on from there: a row begins. */
static void
test_random_reads (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = reader (128);

  read_pages (SLOT_OPEN, 500, 1);
  assert_window (500, 1, 0, RA_RANDOM);
  read_pages (SLOT_OPEN, 300, 2);
  assert_window (300, 2, 0, RA_RANDOM);
  g_assert_false (cached (302));
  read_pages (SLOT_OPEN, 302, 1);
  assert_window (302, 4, 3, RA_INITIAL);
  /* Read 600 to 603 by another open file, then 604 by this one: what is cached tells of a row. */
  read_pages (SLOT_OTHER, 600, 4);
  assert_window (600, 4, 0, RA_RANDOM);
  read_pages (SLOT_OPEN, 604, 1);
  assert_window (604, 5, 1, RA_CONTEXT);
  test_assert_valid ();
}

/* Another reader's mark: the row goes on where the cached pages end. */
static void
test_marker (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = reader (128);
  guint64 page;

  for (page = 0; page < 5; page++)
    read_pages (SLOT_OPEN, page, 1); /* cached up to 27, marks at 12 */
  g_assert_true (cached (27) && !cached (28));
  read_pages (SLOT_OTHER, 12, 1);
  /* From 28 on: (28 - 12) + 1 pages were ahead, which is more than half of 32. */
  assert_window (28, 32, 32, RA_MARKER);
  test_assert_valid ();
}

/* A read larger than the window may be as large as the disk likes; its own mark lies in the middle. */
static void
test_large_reads (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = reader (128);
  const TestEvent *event;

  test_events_clear ();
  g_assert_cmpint (
    run (OP_pread, MM_OP_NO_SLOT, 0, 100 * PAGE_SIZE, 0, SLOT_OPEN + 1, buffer), ==, 100 * PAGE_SIZE);
  event = test_events_find (TRACE_ondemand_readahead, 0);
  g_assert_cmpuint (event->b, ==, 0);
  g_assert_cmpuint (event->c & 0xffffffff, ==, 100);
  g_assert_cmpuint (event->c >> 32, ==, 50);
  /* Coming to the mark within the same read, with 50 pages still wanted: 50 more than the window. */
  event = test_events_find (TRACE_ondemand_readahead, 1);
  g_assert_nonnull (event);
  g_assert_cmpuint (event->b, ==, 100);
  test_assert_valid ();
}

/* Without readahead each page is read when it is wanted, alone. */
static void
test_none (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = reader (128);
  guint64 page;

  find_file (1)->f_ra.ra_pages = 0;
  for (page = 0; page < 20; page++)
    {
      read_pages (SLOT_OPEN, page, 1);
      g_assert_cmpuint (test_events_count (TRACE_disk_read), ==, 1);
    }
}

static gint64
touch (guint64 page)
{
  test_events_clear ();
  return run (OP_load, MM_OP_NO_SLOT, map + page * PAGE_SIZE, 1, 1, 0, 0);
}

/* Faults: around the page; with MADV_RANDOM alone; with MADV_SEQUENTIAL ahead; not after many misses. */
static void
test_faults (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = reader (128);

  map = run (OP_mmap, 5, 0, FILE_PAGES * PAGE_SIZE, PROT_READ, MAP_SHARED, SLOT_OPEN + 1);
  g_assert_cmpint (touch (100), ==, 0);
  g_assert_true (cached (84) && cached (115) && !cached (83) && !cached (116));
  /* The neighbours that are mapped along with it count as hits. */
  g_assert_cmpuint (find_file (1)->f_ra.mmap_miss, ==, 0);
  /* The mark lies a quarter before the end: a fault on it reads on, and is a hit. */
  g_assert_cmpint (touch (108), ==, 0);
  g_assert_true (cached (116) && cached (147) && !cached (148));
  g_assert_cmpuint (find_file (1)->f_ra.mmap_miss, ==, 0);

  g_assert_cmpint (run (OP_madvise, MM_OP_NO_SLOT, map, FILE_PAGES * PAGE_SIZE, MADV_RANDOM, 0, 0), ==, 0);
  g_assert_cmpint (touch (400), ==, 0);
  g_assert_true (cached (400) && !cached (399) && !cached (401));
  g_assert_cmpint (
    run (OP_madvise, MM_OP_NO_SLOT, map, FILE_PAGES * PAGE_SIZE, MADV_SEQUENTIAL, 0, 0), ==, 0);
  g_assert_cmpint (touch (500), ==, 0);
  g_assert_true (cached (500) && cached (531) && !cached (499));
  g_assert_cmpint (run (OP_madvise, MM_OP_NO_SLOT, map, FILE_PAGES * PAGE_SIZE, MADV_NORMAL, 0, 0), ==, 0);
  find_file (1)->f_ra.mmap_miss = 100;
  g_assert_cmpint (touch (700), ==, 0);
  g_assert_true (cached (700) && !cached (699) && !cached (701));
  g_assert_cmpuint (
    find_file (1)->f_ra.mmap_miss, ==, 100); /* a miss, and the page that is mapped then a hit */
  /* A hundred hits more than misses, and it is worth trying again. */
  find_file (1)->f_ra.mmap_miss = 50;
  g_assert_cmpint (touch (800), ==, 0);
  g_assert_true (cached (800) && cached (799));
  /* MADV_WILLNEED: the range, but no more than 320 pages. */
  g_assert_cmpint (
    run (OP_madvise, MM_OP_NO_SLOT, map + 150 * PAGE_SIZE, 20 * PAGE_SIZE, MADV_WILLNEED, 0, 0), ==, 0);
  g_assert_true (cached (150) && cached (169) && !cached (149) && !cached (170));
  test_assert_valid ();
}

/* Whatever is read ahead, what read() gives is what is in the file. */
static void
test_bytes (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = reader (128);
  guint i;

  for (i = 0; i < 3000; i++)
    {
      guint64 page = g_test_rand_int_range (0, FILE_PAGES), n = 1 + g_test_rand_int_range (0, 8);
      guint8 byte = 0;

      if (g_test_rand_int_range (0, 50) == 0)
        run (OP_file_evict, MM_OP_NO_SLOT, SLOT_FILE + 1, 0, 0, 0, 0);
      n = MIN (n, FILE_PAGES - page);
      read_pages (g_test_rand_bit () ? SLOT_OPEN : SLOT_OTHER, page, n);
      g_assert_cmpint (user_load (buffer + (n - 1) * PAGE_SIZE + 7, &byte, 1), ==, 0);
      page += n - 1;
      g_assert_cmpuint (byte, ==, (guint8)(page * PAGE_SIZE + 7 + 31 * page + 7 * 5));
      if (i % 300 == 0)
        test_assert_valid ();
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mm/readahead/sequential", test_sequential);
  g_test_add_func ("/mm/readahead/random", test_random_reads);
  g_test_add_func ("/mm/readahead/marker", test_marker);
  g_test_add_func ("/mm/readahead/large", test_large_reads);
  g_test_add_func ("/mm/readahead/none", test_none);
  g_test_add_func ("/mm/readahead/faults", test_faults);
  g_test_add_func ("/mm/readahead/bytes", test_bytes);
  return g_test_run ();
}
