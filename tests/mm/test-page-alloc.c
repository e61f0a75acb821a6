/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Allocating and freeing blocks: which page frames come, how blocks are split
 * and merged, on which end of which list they go. The machine has 64 MiB; its
 * free blocks after boot are checked in test-boot.c.
 */
#include "machine-test.h"

#include <string.h>

#define DMA zone_ref (0, ZONE_DMA)
#define DMA32 zone_ref (0, ZONE_DMA32)

static void
assert_blocks (guint32 zone, const char *expected)
{
  g_autofree char *blocks = test_free_blocks (zone);

  g_assert_cmpstr (blocks, ==, expected);
}

static void
drain (void)
{
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_drain_all_pages, .nid = -1 }), ==, 0);
}

/* Unmovable pages have nothing yet: the first takes over a block of movable ones, with its pageblocks. */
static void
test_first (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  const TestEvent *event;

  test_events_clear ();
  g_assert_cmpint (test_alloc (0, 0, GFP_KERNEL), ==, 5120);
  assert_blocks (DMA32, "0:U1 1:U1 2:U1 3:U1 4:U1 5:U1 6:U1 7:U1 8:U1 8:M2 9:U1 9:M2 10:M9");
  g_assert_cmpuint (test_events_count (TRACE_mm_page_alloc_extfrag), ==, 1);
  g_assert_cmpuint (test_events_count (TRACE_set_pageblock_migratetype), ==, 2);
  g_assert_cmpuint (test_events_count (TRACE_expand), ==, 10);
  event = test_events_find (TRACE_mm_page_alloc, 0);
  g_assert_cmpuint (event->a, ==, 5120);
  g_assert_cmphex (event->c, ==, GFP_KERNEL);
  g_assert_cmpuint (test_events_find (TRACE_op_begin, 0)->b, ==, OP_alloc_pages);
  g_assert_cmpuint (test_events_find (TRACE_op_end, 0)->b, ==, 5120);
  g_assert_cmpuint (test_page (5120).block_type, ==, MIGRATE_UNMOVABLE);
  g_assert_cmpuint (test_page (5632).block_type, ==, MIGRATE_UNMOVABLE);
  g_assert_cmpuint (test_page (6144).block_type, ==, MIGRATE_MOVABLE);
  g_assert_cmpint (test_page (5120).refcount, ==, 1);
  test_assert_valid ();
}

/* The smallest block that is large enough; of it the lower half, again and again. */
static void
test_split (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));

  test_events_clear ();
  g_assert_cmpint (test_alloc (0, 0, GFP_HIGHUSER_MOVABLE), ==, 4352);
  assert_blocks (DMA32, "0:M1 1:M1 2:M1 3:M1 4:M1 5:M1 6:M1 7:M1 8:M1 9:M2 10:M10");
  g_assert_cmpuint (test_events_count (TRACE_expand), ==, 8);
  for (guint order = 0; order < 8; order++)
    {
      g_autoptr (GArray) list = test_free_list (DMA32, order, MIGRATE_MOVABLE);

      g_assert_cmpuint (g_array_index (list, guint64, 0), ==, 4352 + (1 << order));
      g_assert_cmpuint (test_events_find (TRACE_expand, 7 - order)->d, ==, 4352 + (1 << order));
    }
  g_assert_cmpint (test_alloc (1, 2, GFP_HIGHUSER_MOVABLE), ==, 4356);
  g_assert_cmpint (test_alloc (2, 2, GFP_HIGHUSER_MOVABLE), ==, 4360);
  test_assert_valid ();
}

static void
test_merge (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  g_autoptr (GArray) list = NULL;

  g_assert_cmpint (test_alloc (0, 4, GFP_HIGHUSER_MOVABLE), ==, 4352);
  assert_blocks (DMA32, "4:M1 5:M1 6:M1 7:M1 8:M1 9:M2 10:M10");
  test_events_clear ();
  g_assert_cmpint (test_free (0), ==, 0);
  assert_blocks (DMA32, "8:M2 9:M2 10:M10");
  g_assert_cmpuint (test_events_count (TRACE_merge_buddy), ==, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (test_events_find (TRACE_merge_buddy, i)->b, ==, 4352 + (16u << i));

  /*
   * Frame 4096 is the kernel's, so 4352 cannot merge on. But 4608, next door, is free: should the
   * kernel's half become free, all would merge. So the block goes to the tail.
   */
  list = test_free_list (DMA32, 8, MIGRATE_MOVABLE);
  g_assert_cmpuint (g_array_index (list, guint64, 0), ==, 15872);
  g_assert_cmpuint (g_array_index (list, guint64, 1), ==, 4352);
  g_assert_cmpuint (test_events_find (TRACE_add_to_free_list, 0)->c >> 32, ==, 1);
  test_assert_valid ();
}

/* A block without such prospects goes to the head, and is the next to be taken. */
static void
test_head (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  g_autoptr (GArray) list = NULL;

  /* Order 4 blocks 4352, 4368, ..., of which every other one is given back. */
  for (guint i = 0; i < 8; i++)
    g_assert_cmpint (test_alloc (i, 4, GFP_HIGHUSER_MOVABLE), ==, 4352 + 16 * i);
  test_free (1);
  test_free (5);
  list = test_free_list (DMA32, 4, MIGRATE_MOVABLE);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpuint (g_array_index (list, guint64, 0), ==, 4352 + 80);
  g_assert_cmpuint (g_array_index (list, guint64, 1), ==, 4352 + 16);
  g_assert_cmpint (test_alloc (9, 4, GFP_HIGHUSER_MOVABLE), ==, 4352 + 80);
  test_assert_valid ();
}

/* From order 9 on such prospects do not count: the block would not be held back long enough. */
static void
test_head_of_large (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  static const gint64 expected[] = { 4608, 15360, 5120, 5632, 6144, 6656 };
  g_autoptr (GArray) list = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpint (test_alloc (i, 9, GFP_HIGHUSER_MOVABLE), ==, expected[i]);
  test_free (1);
  drain ();
  /* Of 6144 and 6656 together, the buddy (7168) is free. */
  g_assert_cmpuint (test_page (7168).kind, ==, VIEW_PAGE_FREE);
  test_free (5);
  drain ();
  list = test_free_list (DMA32, 9, MIGRATE_MOVABLE);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpuint (g_array_index (list, guint64, 0), ==, 6656);
  g_assert_cmpuint (g_array_index (list, guint64, 1), ==, 15360);
}

static void
test_orders (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));

  for (guint order = 0; order < MAX_ORDER; order++)
    {
      gint64 pfn = test_alloc (order, order, GFP_HIGHUSER_MOVABLE);

      g_assert_cmpint (pfn, >, 0);
      g_assert_cmpuint ((guint64) pfn % (1u << order), ==, 0);
      g_assert_cmpuint (test_page ((guint64) pfn + (1u << order) - 1).head, ==, pfn);
      g_assert_cmpuint (test_page ((guint64) pfn).order, ==, order);
    }
  g_assert_cmpint (test_alloc (20, MAX_ORDER, GFP_KERNEL), ==, -ENOMEM);
  g_assert_cmpint (test_alloc (20, 63, GFP_KERNEL), ==, -ENOMEM);
  test_assert_valid ();
  for (guint order = 0; order < MAX_ORDER; order++)
    g_assert_cmpint (test_free (order), ==, 0);
  drain ();
  assert_blocks (DMA32, "8:M2 9:M2 10:M10");
}

/* Ten blocks of order 10 in DMA32, three in DMA; then fragmentation or shortage, either way none. */
static void
test_exhaust (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));

  test_events_clear ();
  for (guint i = 0; i < 13; i++)
    g_assert_cmpuint (test_page ((guint64) test_alloc (i, 10, GFP_HIGHUSER_MOVABLE)).zone, ==, i < 10 ? DMA32 : DMA);
  g_assert_cmpuint (test_events_count (TRACE_warn_alloc), ==, 0);
  g_assert_cmpint (test_alloc (13, 10, GFP_HIGHUSER_MOVABLE), ==, -ENOMEM);
  g_assert_cmpuint (test_events_count (TRACE_warn_alloc), ==, 1);
  g_assert_cmpint (test_alloc (13, 10, GFP_HIGHUSER_MOVABLE | __GFP_NOWARN), ==, -ENOMEM);
  g_assert_cmpuint (test_events_count (TRACE_warn_alloc), ==, 1);
  g_assert_cmpint (test_alloc (13, 9, GFP_HIGHUSER_MOVABLE), >, 0);
  test_assert_valid ();
}

static void
test_zero (void)
{
  g_autoptr (TestMachine) machine = test_machine_simple (MIB (64));
  guint8 *ram = (guint8 *) this_machine + machine->layout.ram;
  gint64 pfn = test_alloc (0, 2, GFP_HIGHUSER_MOVABLE);

  memset (ram + (pfn << PAGE_SHIFT), 0xa5, 3 * PAGE_SIZE);
  for (guint i = 0; i < 3; i++)
    this_machine->ram_lines[pfn + i] = ~0UL;
  /* Of the last page, lines of 64 bytes: the first, three in a row, the last. */
  for (guint64 i = 0; i < 64; i++)
    if (0x8000000000000e01 >> i & 1)
      memset (ram + ((pfn + 3) << PAGE_SHIFT) + 64 * i, 0xa5, 64);
  this_machine->ram_lines[pfn + 3] = 0x8000000000000e01;
  test_assert_valid ();
  test_free (0);
  g_assert_cmpint (test_alloc (0, 2, GFP_HIGHUSER_MOVABLE), ==, pfn);
  g_assert_cmphex (ram[pfn << PAGE_SHIFT], ==, 0xa5);
  test_free (0);
  test_events_clear ();
  g_assert_cmpint (test_alloc (0, 2, GFP_HIGHUSER_MOVABLE | __GFP_ZERO), ==, pfn);
  g_assert_cmpuint (test_events_count (TRACE_clear_highpage), ==, 1);
  for (guint64 i = 0; i < 4 * PAGE_SIZE; i++)
    g_assert_cmphex (ram[((guint64) pfn << PAGE_SHIFT) + i], ==, 0);
  for (guint i = 0; i < 4; i++)
    g_assert_cmphex (this_machine->ram_lines[pfn + i], ==, 0);
  test_free (0);

  /* Whoever may store into it by its address: nothing is known of it. */
  pfn = test_alloc (0, 2, GFP_KERNEL | __GFP_ZERO);
  g_assert_cmpint (pfn, >, 0);
  for (guint i = 0; i < 4; i++)
    g_assert_cmphex (this_machine->ram_lines[pfn + i], ==, ~0UL);
}

static void
test_nodes (void)
{
  g_autoptr (TestMachine) machine = NULL;
  struct machine_config config;
  struct mm_op op = { .kind = OP_alloc_pages, .nid = 1, .order = 10, .gfp = GFP_HIGHUSER_MOVABLE | __GFP_THISNODE };

  test_config_simple (&config, MIB (64));
  config.nr_nodes = config.nr_regions = 2;
  config.regions[1] = (struct memory_region) { MIB (64), MIB (16), 1 };
  machine = test_machine_new (&config);

  for (op.slot = 0; test_run (op) > 0; op.slot++)
    g_assert_cmpuint (test_page (this_machine->slots[op.slot].value).zone, ==, zone_ref (1, ZONE_DMA32));
  /* 16 MiB less mem_map (256 KiB). */
  g_assert_cmpuint (op.slot, ==, 3);

  /* Without __GFP_THISNODE the other node helps, and the miss is counted. */
  op.gfp = GFP_HIGHUSER_MOVABLE;
  g_assert_cmpuint (test_page ((guint64) test_run (op)).zone, ==, DMA32);
  g_assert_cmpuint (test_counter ("numa_miss"), ==, 1);
  g_assert_cmpuint (test_counter ("numa_foreign"), ==, 1);

  /* A mask rules node 1 out although it is preferred: then that is no miss. */
  op.order = 0;
  op.slot++;
  op.nodemask = 1;
  g_assert_cmpuint (test_page ((guint64) test_run (op)).zone, ==, DMA32);
  g_assert_cmpuint (test_counter ("numa_miss"), ==, 1);
  test_assert_valid ();
}

/* ---- Mistakes ---- */

static void
test_bad_slots (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));

  g_assert_cmpint (test_free (5), ==, -ENOENT);
  g_assert_cmpint (test_free (4096), ==, -ERANGE);
  g_assert_cmpint (test_alloc (4096, 0, GFP_KERNEL), ==, -ERANGE);
  g_assert_cmpint (test_alloc (5, 0, GFP_KERNEL), >, 0);
  g_assert_cmpint (test_free (5), ==, 0);
  g_assert_cmpint (test_free (5), ==, -EINVAL);
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_nop, .cpu = 1, .nid = -1 }), ==, -EINVAL);
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_nop, .nid = 1 }), ==, -EINVAL);
  g_assert_cmpint (test_run ((struct mm_op) { .kind = NR_MM_OPS, .nid = -1 }), ==, -EINVAL);
  test_assert_valid ();
}

/* The kernel notices the second free by the reference count, and stops. */
static void
test_double_free (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  struct mm_op again = { .kind = OP_free_pages, .nid = -1, .slot = 1, .arg = { MM_OP_UNCHECKED } };
  struct view_machine view;
  gint64 pfn = test_alloc (1, 3, GFP_KERNEL);

  g_assert_cmpint (test_free (1), ==, 0);
  test_events_clear ();
  g_assert_true (TEST_STOPS (test_run (again)));
  g_assert_cmpuint (test_events_count (TRACE_vm_bug), ==, 1);
  g_assert_cmpint ((gint64) test_events_find (TRACE_vm_bug, 0)->a, ==, pfn);
  g_assert_cmpstr (view_bug_name ((u32) test_events_find (TRACE_vm_bug, 0)->b), ==, "VM_BUG_ON_PAGE(page_ref_count(page) == 0)");
  view_machine (this_machine, &view);
  g_assert_cmpuint (view.stop_reason, ==, test_events_find (TRACE_vm_bug, 0)->b);
  g_assert_true (view.stopped);
  g_assert_cmpint (test_alloc (2, 0, GFP_KERNEL), ==, -EPERM);
}

/* What is on no list is not taken off one: neither what never was, nor what was taken off before. */
static void
test_list_corruption (void)
{
  struct list_head head, entry;
  struct list_head never = { NULL, NULL };
  g_autoptr (TestMachine) machine = test_machine_simple (MIB (64));
  struct view_machine view;

  INIT_LIST_HEAD (&head);
  list_add (&entry, &head);
  list_del (&entry);
  g_assert_true (TEST_STOPS (list_del (&entry)));
  view_machine (this_machine, &view);
  g_assert_cmpstr (view_bug_name (view.stop_reason), ==, "list_del corruption");

  test_machine_reboot (machine);
  g_assert_true (TEST_STOPS (list_del (&never)));

  test_machine_reboot (machine);
  list_add (&entry, &head);
  head.prev = &head;
  g_assert_true (TEST_STOPS (list_add_tail (&never, &head)));
  view_machine (this_machine, &view);
  g_assert_cmpstr (view_bug_name (view.stop_reason), ==, "list_add corruption");
}

/* A page that still looks used is reported when it is freed, and not given out again. */
static void
test_bad_page (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  gint64 pfn = test_alloc (0, 0, GFP_HIGHUSER_MOVABLE);

  SetPageLRU (pfn_to_page ((guint64) pfn));
  test_events_clear ();
  g_assert_cmpint (test_free (0), ==, 0);
  g_assert_cmpuint (test_events_count (TRACE_bad_page), ==, 1);
  g_assert_cmpint ((gint64) test_events_find (TRACE_bad_page, 0)->a, ==, pfn);
  g_assert_cmpstr (view_bug_name ((u32) test_events_find (TRACE_bad_page, 0)->b), ==, "PAGE_FLAGS_CHECK_AT_FREE flag(s) set");
  g_assert_cmpuint (test_pcp (DMA32, 0).count, ==, 0);
  g_assert_cmpint (test_alloc (1, 0, GFP_HIGHUSER_MOVABLE), !=, pfn);
  /* It is accounted for as lost to the bug. */
  g_assert_cmpuint (pfn_to_page ((guint64) pfn)->owner.kind, ==, OWNER_LEAKED);
  test_assert_valid ();
}

/* ---- Many at once ---- */

static void
test_many (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  struct mm_op alloc = { .kind = OP_alloc_many, .nid = -1, .nr = 100, .gfp = GFP_HIGHUSER_MOVABLE, .arg = { 7, 3 } };
  struct mm_op release = { .kind = OP_free_many, .nid = -1, .nr = 100, .arg = { PATTERN_EVERY, 0, 2, 1 } };
  guint orders[4] = { 0 };

  g_assert_cmpint (test_run (alloc), ==, 100);
  for (guint i = 0; i < 100; i++)
    orders[this_machine->slots[i].order]++;
  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (orders[i], >, 10);

  g_assert_cmpint (test_run (release), ==, 50);
  for (guint i = 0; i < 100; i++)
    g_assert_cmpuint (this_machine->slots[i].state, ==, i % 2 ? SLOT_FREED : SLOT_LIVE);
  /* Five of those that are left, latest first. */
  release.arg[0] = PATTERN_LIFO;
  release.arg[3] = 5ULL << 32;
  g_assert_cmpint (test_run (release), ==, 5);
  g_assert_cmpuint (this_machine->slots[90].state, ==, SLOT_FREED);
  g_assert_cmpuint (this_machine->slots[88].state, ==, SLOT_LIVE);
  release.arg[0] = PATTERN_RANDOM;
  release.arg[3] = 0;
  g_assert_cmpint (test_run (release), ==, 45);
  release.arg[0] = PATTERN_EVERY + 1;
  g_assert_cmpint (test_run (release), ==, -EINVAL);
  drain ();
  assert_blocks (DMA32, "8:M2 9:M2 10:M10");
  test_assert_valid ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mm/page-alloc/first", test_first);
  g_test_add_func ("/mm/page-alloc/split", test_split);
  g_test_add_func ("/mm/page-alloc/merge", test_merge);
  g_test_add_func ("/mm/page-alloc/head", test_head);
  g_test_add_func ("/mm/page-alloc/head-of-large", test_head_of_large);
  g_test_add_func ("/mm/page-alloc/orders", test_orders);
  g_test_add_func ("/mm/page-alloc/exhaust", test_exhaust);
  g_test_add_func ("/mm/page-alloc/zero", test_zero);
  g_test_add_func ("/mm/page-alloc/nodes", test_nodes);
  g_test_add_func ("/mm/page-alloc/bad-slots", test_bad_slots);
  g_test_add_func ("/mm/page-alloc/double-free", test_double_free);
  g_test_add_func ("/mm/page-alloc/bad-page", test_bad_page);
  g_test_add_func ("/mm/page-alloc/list-corruption", test_list_corruption);
  g_test_add_func ("/mm/page-alloc/many", test_many);
  return g_test_run ();
}
