/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Huge pages: when they come, when their mapping is split, when the page itself is, that no byte is lost in
 * any of it, and that small pages serve when there is no huge one.
 */
#include "vm-test.h"

#include "mm/shrinker.h"
#include "mm/swap.h"

#define HUGE (512 * PAGE_SIZE)

static TestMachine *
machine (void)
{
  TestMachine *m = vm_test_machine ();

  g_assert_cmpint (vm_op (OP_set_task, TASK_SET_THP_DISABLE, 0, 0, 0, 0, 0), ==, 0);
  return m;
}

static void
map_huge (guint pages)
{
  g_assert_cmphex (vm_mmap (VM_AT (0), pages * PAGE_SIZE, VM_RW, VM_ANON | MAP_FIXED), ==, VM_AT (0));
  g_assert_cmpint (vm_op (OP_madvise, VM_AT (0), pages * PAGE_SIZE, MADV_HUGEPAGE, 0, 0, 0), ==, 0);
}

static void
store (guint64 addr, guint64 n, guint64 value)
{
  g_assert_cmpint (vm_op (OP_store, addr, 1, n, 0, 0, value), ==, 0);
}

/* Page i of the window begins with value + i (mod 256). */
static void
expect_bytes (gint32 pid, guint first, guint n, guint value)
{
  for (guint i = first; i < first + n; i++)
    {
      guint8 byte = 0;

      g_assert_cmpuint (view_user_read (this_machine, pid, VM_AT (i), &byte, 1), ==, 1);
      g_assert_cmpuint (byte, ==, (value + i) & 0xff);
    }
}

static struct view_walk
walk (gint32 pid, guint64 addr)
{
  struct view_walk w = { 0 };

  g_assert_true (view_walk (this_machine, pid, addr, &w));
  return w;
}

static void
test_fault (void)
{
  g_autoptr (TestMachine) m G_GNUC_UNUSED = machine ();

  map_huge (1024);
  store (VM_AT (5), 1, 1);
  g_assert_true (walk (1, VM_AT (0)).huge);
  g_assert_true (walk (1, VM_AT (511)).huge);
  g_assert_false (walk (1, VM_AT (512)).mapped);
  g_assert_cmpint (vm_counters ().rss[MM_ANONPAGES], ==, 512);
  /* A read of the other half gets zeroes that cost nothing. */
  g_assert_cmpint (vm_op (OP_load, VM_AT (600), 1, 1, 0, 0, 0), ==, 0);
  g_assert_true (walk (1, VM_AT (600)).huge);
  g_assert_cmpint (vm_counters ().rss[MM_ANONPAGES], ==, 512);
  store (VM_AT (600), 1, 1);
  g_assert_cmpint (vm_counters ().rss[MM_ANONPAGES], ==, 1024);
  test_assert_valid ();
}

/* Each of these splits the mapping, and only that: the bytes stay where they are. */
static void
test_split_mapping (void)
{
  static const struct
  {
    guint kind;
    guint64 start, pages, arg;
  } how[] = {
    { OP_mprotect, 100, 50, PROT_READ },     { OP_munmap, 500, 12, 0 }, { OP_madvise, 511, 1, MADV_DONTNEED },
    { OP_madvise, 0, 256, MADV_NOHUGEPAGE }, { OP_mlock, 17, 1, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (how); i++)
    {
      g_autoptr (TestMachine) m G_GNUC_UNUSED = machine ();
      guint64 frame, tables;

      map_huge (512);
      store (VM_AT (0), 512, 3);
      frame = walk (1, VM_AT (10)).phys;
      tables = vm_counters ().pgtables_bytes;
      g_assert_cmpint (
        vm_op (how[i].kind, VM_AT (how[i].start), how[i].pages * PAGE_SIZE, how[i].arg, 0, 0, 0), ==, 0);
      g_assert_false (walk (1, VM_AT (10)).huge);
      g_assert_cmphex (walk (1, VM_AT (10)).phys, ==, frame);
      /* The table was put by when the huge page came. */
      g_assert_cmpuint (vm_counters ().pgtables_bytes, ==, tables);
      expect_bytes (1, 0, 17, 3);
      test_assert_valid ();
    }
}

static void
test_fork (void)
{
  g_autoptr (TestMachine) m G_GNUC_UNUSED = machine ();
  guint64 frame;

  map_huge (512);
  store (VM_AT (0), 512, 3);
  frame = walk (1, VM_AT (0)).phys;
  g_assert_cmpint (vm_op (OP_fork, 0, 0, 0, 0, 0, 0), ==, 2);
  g_assert_cmphex (walk (2, VM_AT (0)).phys, ==, frame);
  vm_as (1);
  store (VM_AT (7), 1, 99);
  g_assert_true (walk (1, VM_AT (7)).huge);
  g_assert_false (walk (2, VM_AT (7)).huge);
  g_assert_cmphex (walk (2, VM_AT (8)).phys, ==, frame + 8 * PAGE_SIZE);
  expect_bytes (1, 0, 512, 3);
  expect_bytes (2, 8, 504, 3);
  g_assert_cmpint (vm_op (OP_exit, 0, 0, 0, 0, 0, 0), ==, 0);
  vm_as (0);
  /* Alone again: written in place. */
  store (VM_AT (7), 1, 10);
  g_assert_true (walk (1, VM_AT (7)).huge);
  g_assert_cmphex (walk (1, VM_AT (7)).phys, ==, frame + 7 * PAGE_SIZE);
  test_assert_valid ();
}

static void
test_move (void)
{
  g_autoptr (TestMachine) m G_GNUC_UNUSED = machine ();
  guint64 frame;

  map_huge (512);
  store (VM_AT (0), 512, 3);
  frame = walk (1, VM_AT (0)).phys;
  g_assert_cmphex (vm_op (OP_mremap, VM_AT (0), HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, VM_AT (2048), 0),
                   ==,
                   VM_AT (2048));
  g_assert_true (walk (1, VM_AT (2048)).huge);
  g_assert_cmphex (
    vm_op (OP_mremap, VM_AT (2048), HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, VM_AT (1), 0), ==, VM_AT (1));
  g_assert_false (walk (1, VM_AT (1)).huge);
  g_assert_cmphex (walk (1, VM_AT (1)).phys, ==, frame);
  expect_bytes (1, 1, 512, 2);
  test_assert_valid ();
}

/* The page itself: 512 pages of their own, those of zeroes given back. */
static void
test_split_page (void)
{
  g_autoptr (TestMachine) m G_GNUC_UNUSED = machine ();
  guint64 frame;
  struct page *page;
  long free_before, given_back;

  map_huge (512);
  store (VM_AT (0), 100, 1);
  frame = walk (1, VM_AT (0)).phys >> PAGE_SHIFT;
  page = pfn_to_page (frame);
  lru_add_drain ();
  free_before = this_machine->vm_zone_stat[NR_FREE_PAGES];
  /* Somebody else uses it: not now. */
  get_page (page);
  get_page (page);
  g_assert_cmpint (split_huge_page (page), ==, -11 /* EAGAIN */);
  put_page (page);
  g_assert_cmpint (split_huge_page (page), ==, 0);
  put_page (page);
  drain_all_pages (NULL);
  given_back = this_machine->vm_zone_stat[NR_FREE_PAGES] - free_before;
  g_assert_cmpint (given_back, >=, 412 - 64);
  g_assert_cmpint (vm_counters ().rss[MM_ANONPAGES], ==, 100);
  g_assert_cmphex (walk (1, VM_AT (99)).phys >> PAGE_SHIFT, ==, frame + 99);
  expect_bytes (1, 0, 100, 1);
  test_assert_valid ();
  g_assert_cmpint (vm_op (OP_munmap, VM_AT (0), HUGE, 0, 0, 0, 0), ==, 0);
  test_assert_valid ();
}

/* The first huge page of the window, with bytes in all parts but the last 12. */
static struct page *
partly_used (void)
{
  struct page *page;

  map_huge (512);
  store (VM_AT (0), 500, 1);
  page = pfn_to_page (walk (1, VM_AT (0)).phys >> PAGE_SHIFT);
  lru_add_drain ();
  return page;
}

/* Only when a part has lost its last mapping does the page wait to be split; it waits once. */
static void
test_deferred (void)
{
  g_autoptr (TestMachine) m G_GNUC_UNUSED = machine ();
  struct page *page = partly_used ();
  struct deferred_split *queue = &NODE_DATA (0)->deferred_split_queue;
  struct view_lru_page view;

  g_assert_cmpint (vm_op (OP_mprotect, VM_AT (100), PAGE_SIZE, PROT_READ, 0, 0, 0), ==, 0);
  g_assert_cmpuint (queue->split_queue_len, ==, 0);
  g_assert_cmpint (vm_op (OP_munmap, VM_AT (300), 8 * PAGE_SIZE, 0, 0, 0, 0), ==, 0);
  g_assert_cmpuint (queue->split_queue_len, ==, 1);
  g_assert_cmpuint (test_counter ("thp_deferred_split_page"), ==, 1);
  g_assert_true (view_lru_page (this_machine, page_to_pfn (page), &view));
  g_assert_true (view.marks & VIEW_LRU_TO_SPLIT);
  test_assert_valid ();
  queue->split_queue_len++;
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), ==, 1);
  queue->split_queue_len--;
  g_assert_cmpint (vm_op (OP_munmap, VM_AT (200), PAGE_SIZE, 0, 0, 0, 0), ==, 0);
  g_assert_cmpuint (queue->split_queue_len, ==, 1);
  g_assert_cmpuint (test_counter ("thp_deferred_split_page"), ==, 1);
  /* The last mapping goes: freed as a whole, nothing left to split. */
  g_assert_cmpint (vm_op (OP_munmap, VM_AT (0), HUGE, 0, 0, 0, 0), ==, 0);
  g_assert_cmpuint (queue->split_queue_len, ==, 0);
  g_assert_cmpuint (test_counter ("thp_split_page"), ==, 0);
  g_assert_false (view_lru_page (this_machine, page_to_pfn (page), &view) && view.marks & VIEW_LRU_TO_SPLIT);
  test_assert_valid ();
}

/* A child that has the whole of it keeps the parent's unmapped parts in use, until it ends. */
static void
test_deferred_fork (void)
{
  g_autoptr (TestMachine) m G_GNUC_UNUSED = machine ();
  struct deferred_split *queue = &NODE_DATA (0)->deferred_split_queue;

  partly_used ();
  g_assert_cmpint (vm_op (OP_fork, 0, 0, 0, 0, 0, 0), ==, 2);
  vm_as (0);
  g_assert_cmpint (vm_op (OP_munmap, VM_AT (0), 10 * PAGE_SIZE, 0, 0, 0, 0), ==, 0);
  g_assert_cmpuint (queue->split_queue_len, ==, 0);
  vm_as (1);
  g_assert_cmpint (vm_op (OP_exit, 0, 0, 0, 0, 0, 0), ==, 0);
  vm_as (0);
  g_assert_cmpuint (queue->split_queue_len, ==, 1);
  expect_bytes (1, 10, 490, 1);
  test_assert_valid ();
}

/* The shrinker frees the unused parts and loses no byte of the others; a page in use by others waits on. */
static void
test_deferred_scan (void)
{
  g_autoptr (TestMachine) m G_GNUC_UNUSED = machine ();
  struct page *page = partly_used ();
  struct shrink_control sc = { .gfp_mask = GFP_KERNEL, .nr_to_scan = 128 };
  long free_before;

  g_assert_cmpint (vm_op (OP_munmap, VM_AT (0), 300 * PAGE_SIZE, 0, 0, 0, 0), ==, 0);
  g_assert_cmpuint (deferred_split_count (&sc), ==, 1);
  get_page (page);
  g_assert_cmpuint (deferred_split_scan (&sc), ==, 0);
  g_assert_cmpuint (test_counter ("thp_split_page_failed"), ==, 1);
  g_assert_cmpuint (deferred_split_count (&sc), ==, 1);
  put_page (page);
  drain_all_pages (NULL);
  free_before = this_machine->vm_zone_stat[NR_FREE_PAGES];
  g_assert_cmpuint (shrink_slab (GFP_KERNEL, 0, 0), ==, 1);
  drain_all_pages (NULL);
  g_assert_cmpint (this_machine->vm_zone_stat[NR_FREE_PAGES] - free_before, >=, 300);
  g_assert_cmpuint (deferred_split_count (&sc), ==, 0);
  g_assert_cmpuint (deferred_split_scan (&sc), ==, SHRINK_STOP);
  g_assert_cmpuint (test_counter ("thp_split_page"), ==, 1);
  expect_bytes (1, 300, 200, 1);
  test_assert_valid ();
}

/*
 * The huge zero page: one reference for each address space that ever used it, and the shrinker's. It outlives its
 * users; the shrinker frees it, and the next reader makes another.
 */
static void
test_zero_page (void)
{
  g_autoptr (TestMachine) m G_GNUC_UNUSED = machine ();
  struct shrink_control sc = { .gfp_mask = GFP_KERNEL, .nr_to_scan = 128 };
  long free_before;

  map_huge (1024);
  g_assert_cmpint (vm_op (OP_load, VM_AT (0), 1, 1, 0, 0, 0), ==, 0);
  g_assert_cmpint (vm_op (OP_load, VM_AT (512), 1, 1, 0, 0, 0), ==, 0);
  g_assert_cmpuint (this_machine->huge_zero_refcount, ==, 2);
  g_assert_cmphex (walk (1, VM_AT (0)).phys, ==, walk (1, VM_AT (512)).phys);
  g_assert_cmpint (vm_op (OP_fork, 0, 0, 0, 0, 0, 0), ==, 2);
  g_assert_cmpuint (this_machine->huge_zero_refcount, ==, 3);
  /* What does not map it any more has used it all the same, as long as it is there. */
  g_assert_cmpint (vm_op (OP_munmap, VM_AT (0), 2 * HUGE, 0, 0, 0, 0), ==, 0);
  g_assert_cmpuint (this_machine->huge_zero_refcount, ==, 3);
  vm_as (1);
  g_assert_cmpint (vm_op (OP_exit, 0, 0, 0, 0, 0, 0), ==, 0);
  vm_as (0);
  g_assert_cmpuint (shrink_huge_zero_page_count (&sc), ==, 0);
  g_assert_cmpuint (shrink_huge_zero_page_scan (&sc), ==, 0);
  test_assert_valid ();
  this_machine->huge_zero_refcount++;
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), ==, 1);
  this_machine->huge_zero_refcount--;
  g_assert_cmpint (vm_op (OP_task_create, 1000, 0, 0, 0, TASK_CREATE_BARE, 0), >, 0);
  vm_as (0);
  g_assert_cmpint (vm_op (OP_exit, 0, 0, 0, 0, 0, 0), ==, 0);
  g_assert_cmpuint (this_machine->huge_zero_refcount, ==, 1);
  g_assert_nonnull (this_machine->huge_zero_page);
  test_assert_valid ();

  drain_all_pages (NULL);
  free_before = this_machine->vm_zone_stat[NR_FREE_PAGES];
  /* 512 objects at priority 4: 64, less than a batch; twice makes one. */
  g_assert_cmpuint (shrink_slab (GFP_KERNEL, 0, 4), ==, 0);
  g_assert_cmpuint (this_machine->nr_deferred[SHRINKER_HUGE_ZERO_PAGE][0], ==, 64);
  g_assert_cmpuint (shrink_slab (GFP_KERNEL, 0, 2), ==, 512);
  g_assert_null (this_machine->huge_zero_page);
  g_assert_cmpuint (this_machine->huge_zero_refcount, ==, 0);
  drain_all_pages (NULL);
  g_assert_cmpint (this_machine->vm_zone_stat[NR_FREE_PAGES] - free_before, >=, 512 - 8);
  g_assert_cmpuint (test_counter ("thp_zero_page_alloc"), ==, 1);
  test_assert_valid ();
}

static void
test_collapse (void)
{
  g_autoptr (TestMachine) m G_GNUC_UNUSED = machine ();

  g_assert_cmphex (vm_mmap (VM_AT (0), HUGE, VM_RW, VM_ANON | MAP_FIXED), ==, VM_AT (0));
  store (VM_AT (0), 200, 1);
  g_assert_false (walk (1, VM_AT (0)).huge);
  g_assert_cmpint (vm_op (OP_madvise, VM_AT (0), HUGE, MADV_COLLAPSE, 0, 0, 0), ==, 0);
  g_assert_true (walk (1, VM_AT (0)).huge);
  expect_bytes (1, 0, 200, 1);
  g_assert_cmpint (vm_counters ().rss[MM_ANONPAGES], ==, 512);
  /* Nothing is mapped any more, so there is nothing to collapse. */
  g_assert_cmpint (vm_op (OP_madvise, VM_AT (0), HUGE, MADV_DONTNEED, 0, 0, 0), ==, 0);
  g_assert_cmpint (vm_op (OP_madvise, VM_AT (0), HUGE, MADV_COLLAPSE, 0, 0, 0), ==, -22 /* EINVAL */);
  test_assert_valid ();
}

/* No block of 2 MiB is left: the same program runs on small pages. */
static void
test_fallback (void)
{
  g_autoptr (TestMachine) m G_GNUC_UNUSED = machine ();
  struct mm_op eat = { .kind = OP_alloc_many, .nid = -1, .slot = 100, .nr = 100, .order = 10, .gfp = 0xcc0 };

  test_run (eat);
  eat.order = 9;
  eat.slot = 300;
  test_run (eat);
  map_huge (512);
  store (VM_AT (3), 2, 1);
  g_assert_false (walk (1, VM_AT (3)).huge);
  g_assert_cmpint (vm_counters ().rss[MM_ANONPAGES], ==, 2);
  g_assert_cmpint (vm_op (OP_load, VM_AT (9), 1, 1, 0, 0, 0), ==, 0);
  test_assert_valid ();
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/thp/fault", test_fault);
  g_test_add_func ("/thp/split-mapping", test_split_mapping);
  g_test_add_func ("/thp/fork", test_fork);
  g_test_add_func ("/thp/move", test_move);
  g_test_add_func ("/thp/split-page", test_split_page);
  g_test_add_func ("/thp/deferred", test_deferred);
  g_test_add_func ("/thp/deferred-fork", test_deferred_fork);
  g_test_add_func ("/thp/deferred-scan", test_deferred_scan);
  g_test_add_func ("/thp/zero-page", test_zero_page);
  g_test_add_func ("/thp/collapse", test_collapse);
  g_test_add_func ("/thp/fallback", test_fallback);
  return g_test_run ();
}
