/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Migration and compaction: pages change their frames, with their contents, their
 * entries and their place in the page cache; what cannot be moved stays; a block of the wanted order comes
 * into being; failures are remembered.
 */
#include "vm-test.h"

#include "mm/mm_inline.h"
#include "mm/swap.h"
#include "mm/swapops.h"
#include "mm/vmscan.h"

/* 24 MiB in one zone Normal, whose fragmentation nothing but the test decides. */
static TestMachine *
fragment_machine (void)
{
  struct machine_config config;

  test_config_simple (&config, MIB (24));
  config.regions[0].base = MIB (16);
  config.zone_dma_end = MIB (4);
  config.zone_dma32_end = MIB (16);
  config.watermark_boost_factor = -1;
  config.nr_slots = 64;
  config.disk_size = MIB (16);
  config.nr_swaps = 1;
  config.swaps[0].size = MIB (8);

  TestMachine *machine = test_machine_new (&config);
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_task_create, .slot = VM_TASK_SLOT, .nid = -1 }), ==, 1);
  return machine;
}

static gint64
store (guint task, guint64 addr, guint64 count, guint64 stride, guint64 value)
{
  return test_run ((struct mm_op) { .kind = OP_store, .nid = -1, .task = task,
                                    .arg = { addr, 8, count, stride, 0, value } });
}

static guint64
load (guint task, guint64 addr)
{
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_load, .nid = -1, .task = task, .arg = { addr, 8, 1, 0 } }),
                   ==, 0);
  return this_machine->outcome.value;
}

/* Every second page of @pages is the child's (slot 1), the others are free: the parent has ended. */
static guint64
fragment (guint64 pages)
{
  guint64 heap = (guint64) test_run ((struct mm_op) { .kind = OP_mmap, .nid = -1, .slot = 2, .task = 1,
                                                      .arg = { 0, pages * PAGE_SIZE, PROT_READ | PROT_WRITE,
                                                               MAP_PRIVATE | MAP_ANONYMOUS } });

  g_assert_cmpint (store (1, heap, pages, PAGE_SIZE, 1000), ==, 0);
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_fork, .nid = -1, .slot = 1, .task = 1 }), ==, 2);
  g_assert_cmpint (store (2, heap + PAGE_SIZE, pages / 2, 2 * PAGE_SIZE, 50000), ==, 0);
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_exit, .nid = -1, .task = 1 }), ==, 0);
  return heap;
}

static void
assert_contents (guint64 heap, guint64 pages)
{
  for (guint64 i = 0; i < pages; i++)
    g_assert_cmpuint (load (2, heap + i * PAGE_SIZE), ==, i % 2 ? 50000 + i / 2 : 1000 + i);
}

static void
test_direct (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = fragment_machine ();
  guint64 heap = fragment (3584);
  gint64 pfn;

  for (guint order = 9; order < MAX_ORDER; order++)
    g_assert_cmpuint (test_zone (2).nr_free[order], ==, 0);
  test_events_clear ();
  pfn = test_alloc (10, 9, GFP_HIGHUSER_MOVABLE | __GFP_RETRY_MAYFAIL);
  g_assert_cmpint (pfn, >, 0);
  g_assert_cmpint (pfn % 512, ==, 0);
  g_assert_cmpuint (test_counter ("compact_success"), ==, 1);
  g_assert_cmpuint (test_counter ("pgmigrate_success"), >=, 200);
  g_assert_cmpuint (test_counter ("compact_migrate_scanned"), >=, 256);
  g_assert_cmpuint (test_counter ("compact_isolated"), >=, 2 * test_counter ("pgmigrate_success"));
  test_assert_valid ();
  assert_contents (heap, 3584);
}

/* A block that comes into being while pages are given back goes to the one who waits for it, not to a list. */
static void
test_capture (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  struct zone *zone = &NODE_DATA (0)->node_zones[ZONE_DMA32];
  struct page *page = alloc_pages (GFP_HIGHUSER_MOVABLE, 9);
  unsigned long free = zone_page_state_snapshot (zone, NR_FREE_PAGES);

  g_assert_true (page_zone (page) == zone);
  this_machine->capture = (struct capture_control) { .zone = zone, .order = 9 };
  __free_pages (page, 9);
  drain_all_pages (NULL);
  g_assert_true (this_machine->capture.page == page);
  g_assert_cmpuint (zone_page_state_snapshot (zone, NR_FREE_PAGES), ==, free);
  prep_new_page (page, 9, GFP_HIGHUSER_MOVABLE, 0);
  this_machine->capture = (struct capture_control) { 0 };
  test_assert_valid ();

  /* Of another order: as usual. A small block in a movable pageblock: too. */
  this_machine->capture = (struct capture_control) { .zone = zone, .order = 4 };
  __free_pages (page, 9);
  drain_all_pages (NULL);
  g_assert_null (this_machine->capture.page);
  this_machine->capture = (struct capture_control) { 0 };
  test_assert_valid ();
}

static void
isolate_for_migration (struct page *page)
{
  struct compact_control *cc = &this_machine->compact;

  lru_add_drain_all ();
  g_assert_cmpint (isolate_lru_page (page), ==, 0);
  __mod_node_page_state (page_pgdat (page), NR_ISOLATED_ANON + page_is_file_lru (page), 1);
  list_add (&page->lru, &cc->migratepages);
  cc->nr_migratepages++;
}

/* Moves one page to a free one; returns how many could not be moved. */
static int
migrate_one (struct page *page, enum migrate_mode mode)
{
  struct compact_control *cc = &this_machine->compact;
  struct page *target = alloc_pages (GFP_HIGHUSER_MOVABLE, 0);
  unsigned int moved = 0;
  int rc;

  cc->zone = page_zone (page);
  cc->mode = mode;
  isolate_for_migration (page);
  list_add (&target->lru, &cc->freepages);
  cc->nr_freepages = 1;
  rc = migrate_pages (cc, &moved);
  g_assert_cmpuint (moved, ==, rc ? 0 : 1);
  putback_movable_pages (&cc->migratepages);
  lru_add_drain_all ();
  while (!list_empty (&cc->freepages))
    {
      struct page *left = list_first_entry (&cc->freepages, struct page, lru);

      list_del (&left->lru);
      __free_pages (left, 0);
    }
  cc->nr_freepages = cc->nr_migratepages = 0;
  test_assert_valid ();
  return rc;
}

static struct page *
page_of (guint task, guint64 addr)
{
  struct mm_struct *mm = find_task_by_pid ((s32) task)->mm;
  pte_t *pte = mm_find_pte (mm, addr);

  return pte && pte_present (*pte) ? pte_page (*pte) : NULL;
}

/* Shared after fork: both entries follow, and stay read-only; copy on write works as before. */
static void
test_shared_anon (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = fragment_machine ();
  guint64 addr = (guint64) test_run ((struct mm_op) { .kind = OP_mmap, .nid = -1, .slot = 2, .task = 1,
                                                      .arg = { 0, 4 * PAGE_SIZE, PROT_READ | PROT_WRITE,
                                                               MAP_PRIVATE | MAP_ANONYMOUS } });
  struct page *page, *moved;

  store (1, addr, 2, PAGE_SIZE, 77);
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_fork, .nid = -1, .slot = 1, .task = 1 }), ==, 2);
  page = page_of (1, addr);
  g_assert_true (page_of (2, addr) == page);
  g_assert_cmpint (migrate_one (page, MIGRATE_ASYNC), ==, 0);
  moved = page_of (1, addr);
  g_assert_true (moved != page && page_of (2, addr) == moved);
  g_assert_cmpint (page_mapcount (moved), ==, 2);
  g_assert_cmpint (page_ref_count (moved), ==, 2);
  g_assert_false (PageAnonExclusive (moved));
  g_assert_cmpuint (load (2, addr), ==, 77);
  store (2, addr, 1, PAGE_SIZE, 5);
  g_assert_cmpuint (load (1, addr), ==, 77);
  g_assert_cmpuint (load (2, addr), ==, 5);

  /* One that is its task's alone stays so: the store needs no fault. */
  page = page_of (2, addr);
  g_assert_true (PageAnonExclusive (page));
  g_assert_cmpint (migrate_one (page, MIGRATE_SYNC_LIGHT), ==, 0);
  g_assert_true (PageAnonExclusive (page_of (2, addr)));
  this_machine->outcome.min_flt = 0;
  store (2, addr, 1, PAGE_SIZE, 6);
  g_assert_cmpuint (this_machine->outcome.min_flt, ==, 0);
  g_assert_cmpuint (load (2, addr), ==, 6);
}

/* Page cache: the slot leads to the new page, and a dirty page stays dirty. */
static void
test_file (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = fragment_machine ();
  struct address_space *mapping;
  struct inode *inode;
  struct page *page, *moved;
  guint64 addr;

  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_file_create, .nid = -1, .slot = 20,
                                              .arg = { INODE_REG, 64 * PAGE_SIZE, 1000, 3, 128 * PAGE_SIZE } }), >, 0);
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_open, .nid = -1, .slot = 21,
                                              .arg = { 21, FMODE_READ | FMODE_WRITE } }), >=, 0);
  addr = (guint64) test_run ((struct mm_op) { .kind = OP_mmap, .nid = -1, .slot = 2, .task = 1,
                                              .arg = { 0, 8 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, 22, 0 } });
  g_assert_cmpint (store (1, addr, 1, PAGE_SIZE, 1234), ==, 0);
  inode = find_inode (1);
  mapping = inode->i_mapping;
  page = page_of (1, addr);
  g_assert_true (PageDirty (page) && page_mapping (page) == mapping);
  g_assert_cmpint (migrate_one (page, MIGRATE_ASYNC), ==, 0);
  moved = page_of (1, addr);
  g_assert_true (moved && moved != page);
  g_assert_true (xa_load (&mapping->i_pages, 0) == moved);
  g_assert_true (PageDirty (moved));
  g_assert_true (xa_get_mark (&mapping->i_pages, 0, PAGECACHE_TAG_DIRTY));
  g_assert_cmpuint (load (1, addr), ==, 1234);
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_fsync, .nid = -1, .arg = { 22 } }), ==, 0);
  g_assert_false (PageDirty (moved));
  test_assert_valid ();
}

/* Somebody holds it: it is tried ten times, and stays mapped where it is. */
static void
test_held (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = fragment_machine ();
  guint64 addr = (guint64) test_run ((struct mm_op) { .kind = OP_mmap, .nid = -1, .slot = 2, .task = 1,
                                                      .arg = { 0, PAGE_SIZE, PROT_READ | PROT_WRITE,
                                                               MAP_PRIVATE | MAP_ANONYMOUS } });
  struct compact_control *cc = &this_machine->compact;
  struct page *page, *target;
  unsigned int moved;

  store (1, addr, 1, PAGE_SIZE, 9);
  page = page_of (1, addr);
  get_page (page);
  target = alloc_pages (GFP_HIGHUSER_MOVABLE, 0);
  cc->zone = page_zone (page);
  isolate_for_migration (page);
  list_add (&target->lru, &cc->freepages);
  cc->nr_freepages = 1;
  test_events_clear ();
  g_assert_cmpint (migrate_pages (cc, &moved), ==, 1);
  g_assert_cmpuint (test_events_count (TRACE_migrate_folio), ==, NR_MAX_MIGRATE_PAGES_RETRY);
  g_assert_cmpuint (test_counter ("pgmigrate_fail"), ==, 1);
  g_assert_true (page_of (1, addr) == page && PageAnonExclusive (page));
  putback_movable_pages (&cc->migratepages);
  list_del (&target->lru);
  __free_pages (target, 0);
  cc->nr_freepages = cc->nr_migratepages = 0;
  put_page (page);
  lru_add_drain_all ();
  test_assert_valid ();
  g_assert_cmpuint (load (1, addr), ==, 9);
}

/* mlocked pages may be moved, and are mlocked where they arrive. */
static void
test_mlocked (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = fragment_machine ();
  guint64 addr = (guint64) test_run ((struct mm_op) { .kind = OP_mmap, .nid = -1, .slot = 2, .task = 1,
                                                      .arg = { 0, PAGE_SIZE, PROT_READ | PROT_WRITE,
                                                               MAP_PRIVATE | MAP_ANONYMOUS } });
  struct page *page, *moved;
  guint64 mlocked;

  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_mlock, .nid = -1, .task = 1, .arg = { addr, PAGE_SIZE } }),
                   ==, 0);
  lru_add_drain_all ();
  page = page_of (1, addr);
  g_assert_true (PageMlocked (page) && PageUnevictable (page));
  mlocked = test_counter ("nr_mlock");
  g_assert_cmpint (migrate_one (page, MIGRATE_SYNC_LIGHT), ==, 0);
  moved = page_of (1, addr);
  g_assert_true (moved != page && PageMlocked (moved) && PageUnevictable (moved));
  g_assert_cmpuint (test_counter ("nr_mlock"), ==, mlocked);
}

/* 1, 2, 4 ... 64 attempts are passed over; a success takes it all back. */
static void
test_deferred (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  struct zone *zone = &NODE_DATA (0)->node_zones[ZONE_DMA32];
  guint passed;

  compaction_defer_reset (zone, 4, FALSE); /* order 4 was found to be possible */
  for (guint failures = 1; failures <= 8; failures++)
    {
      defer_compaction (zone, 5);
      g_assert_false (compaction_deferred (zone, 4)); /* such blocks are not affected */
      for (passed = 0; compaction_deferred (zone, 5); passed++)
        ;
      g_assert_cmpuint (passed, ==, (1u << MIN (failures, COMPACT_MAX_DEFER_SHIFT)) - 1);
    }
  g_assert_true (compaction_restarting (zone, 5));
  compaction_defer_reset (zone, 7, TRUE);
  g_assert_false (compaction_deferred (zone, 7));
  g_assert_cmpint (zone->compact_order_failed, ==, 8);
  test_assert_valid ();
}

/* The index of an empty and of a fragmented zone, by hand. */
static void
test_fragmentation_index (void)
{
  struct zone zone = { 0 };

  g_assert_cmpint (fragmentation_index (&zone, 9), ==, 0);
  zone.free_area[0].nr_free = 512;      /* 512 single pages */
  g_assert_cmpint (fragmentation_index (&zone, 9), ==, 1000 - 2000 / 512);
  g_assert_cmpuint (extfrag_for_order (&zone, 9), ==, 100);
  zone.free_area[0].nr_free = 2;        /* hardly anything: that is lack of memory */
  g_assert_cmpint (fragmentation_index (&zone, 9), ==, 1000 - (1000 + 2000 / 512) / 2);
  zone.free_area[9].nr_free = 1;
  g_assert_cmpint (fragmentation_index (&zone, 9), ==, -1000);
  g_assert_cmpuint (extfrag_for_order (&zone, 9), ==, 2 * 100 / 514);
}

/* By hand: as many blocks as before or more, and every byte where it was. */
static void
test_by_hand (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = fragment_machine ();
  guint64 heap = fragment (3400);
  struct view_compaction view;

  g_assert_cmpuint (test_zone (2).nr_free[9] + test_zone (2).nr_free[10], ==, 0);
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_compact_memory, .nid = -1 }), ==, 0);
  g_assert_cmpuint (test_zone (2).nr_free[9] + test_zone (2).nr_free[10], >=, 1);
  g_assert_cmpuint (test_counter ("pgmigrate_success"), >, 500);
  assert_contents (heap, 3400);
  g_assert_true (view_compaction (this_machine, 2, &view));
  g_assert_false (view.active);
  g_assert_false (view_compaction (this_machine, 100, &view));
}

/* Woken for a huge page, kcompactd works after the operation, and makes one. */
static void
test_kcompactd (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = fragment_machine ();
  guint64 heap = fragment (3584);

  wakeup_kcompactd (NODE_DATA (0), 0, ZONE_NORMAL);     /* single pages need no compaction */
  g_assert_false (NODE_DATA (0)->kcompactd_woken);
  wakeup_kcompactd (NODE_DATA (0), 9, ZONE_NORMAL);
  g_assert_true (NODE_DATA (0)->kcompactd_woken);
  g_assert_cmpuint (test_counter ("compact_daemon_wake"), ==, 0);
  test_run ((struct mm_op) { .kind = OP_nop, .nid = -1 });
  g_assert_cmpuint (test_counter ("compact_daemon_wake"), ==, 1);
  g_assert_cmpuint (test_counter ("compact_daemon_migrate_scanned"), >, 0);
  g_assert_cmpuint (test_counter ("compact_stall"), ==, 0);
  g_assert_cmpuint (test_zone (2).nr_free[9] + test_zone (2).nr_free[10], >=, 1);
  test_assert_valid ();
  assert_contents (heap, 3584);
}

/* What mm_validate() says of a machine in the middle of it. */
static void
test_damage (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = fragment_machine ();
  struct zone *zone = &NODE_DATA (0)->node_zones[ZONE_NORMAL];

  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), ==, 0);
  this_machine->compact.active = 1;
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), ==, 1);
  this_machine->compact.active = 0;
  this_machine->compact.nr_freepages = 1;
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), ==, 1);
  this_machine->compact.nr_freepages = 0;
  zone->compact_defer_shift = 7;
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), ==, 1);
  zone->compact_defer_shift = 0;
  zone->compact_cached_free_pfn = 1;
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), ==, 1);
  zone->compact_cached_free_pfn = 0;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compaction/direct", test_direct);
  g_test_add_func ("/compaction/capture", test_capture);
  g_test_add_func ("/compaction/deferred", test_deferred);
  g_test_add_func ("/compaction/fragmentation-index", test_fragmentation_index);
  g_test_add_func ("/compaction/by-hand", test_by_hand);
  g_test_add_func ("/compaction/kcompactd", test_kcompactd);
  g_test_add_func ("/compaction/damage", test_damage);
  g_test_add_func ("/migration/shared-anon", test_shared_anon);
  g_test_add_func ("/migration/file", test_file);
  g_test_add_func ("/migration/held", test_held);
  g_test_add_func ("/migration/mlocked", test_mlocked);
  return g_test_run ();
}
