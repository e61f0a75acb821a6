/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When a migrate type has run out: which block of which other type is taken,
 * how much of its pageblock comes along, and whether the pageblock changes its
 * type. Also the reserve for high-order atomic requests.
 *
 * Each test first takes all memory, page by page, and then gives back just the
 * frames that make the case.
 */
#include "machine-test.h"

#define DMA32 zone_ref (0, ZONE_DMA32)
#define SLOTS 20000
#define TAKE_ALL (GFP_HIGHUSER_MOVABLE | __GFP_MEMALLOC | __GFP_NOWARN)
#define UNMOVABLE (GFP_KERNEL | __GFP_MEMALLOC | __GFP_NOWARN)
#define RECLAIMABLE (UNMOVABLE | __GFP_RECLAIMABLE)
#define MOVABLE TAKE_ALL

/* A pageblock in the middle of DMA32. */
#define BLOCK 8192

static struct zone *
dma32 (void)
{
  return &this_machine->node_data[0].node_zones[ZONE_DMA32];
}

static void
drain (void)
{
  test_run ((struct mm_op) { .kind = OP_drain_all_pages, .nid = -1 });
}

static TestMachine *
full_machine (void)
{
  struct mm_op all = { .kind = OP_alloc_many, .nid = -1, .nr = SLOTS, .gfp = TAKE_ALL };
  TestMachine *machine;
  struct machine_config config;
  struct view_machine view;

  test_config_simple (&config, MIB (64));
  config.nr_slots = SLOTS + 100;
  machine = test_machine_new (&config);
  g_assert_cmpint (test_run (all), ==, 15616);
  drain ();
  view_machine (this_machine, &view);
  g_assert_cmpuint (view.free_pages, ==, 0);
  for (guint64 pfn = BLOCK; pfn < BLOCK + 4096; pfn += 512)
    g_assert_cmpuint (test_page (pfn).block_type, ==, MIGRATE_MOVABLE);
  test_events_clear ();
  return machine;
}

/* Gives frames back to the free lists. */
static void
give_back (guint64 pfn, guint nr)
{
  for (guint i = 0; i < nr; i++)
    {
      gint slot = test_page (pfn + i).slot;

      g_assert_cmpint (slot, >=, 0);
      pfn_to_page (pfn + i)->mapping = NULL;
      test_free ((guint) slot);
    }
  drain ();
  test_events_clear ();
}

/* Marks the pages in use of a pageblock as ones that could be moved. */
static void
make_movable (guint64 block)
{
  for (guint64 pfn = block; pfn < block + 512; pfn++)
    if (test_page (pfn).kind == VIEW_PAGE_ALLOCATED)
      pfn_to_page (pfn)->mapping = (void *) PAGE_MAPPING_MOVABLE;
}

static guint
block_type (guint64 pfn)
{
  return test_page (pfn).block_type;
}

/* An unmovable page takes the largest block and the pageblock's other free pages with it. */
static void
test_steals_pages (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = full_machine ();
  const TestEvent *steal;
  g_autofree char *blocks = NULL;

  give_back (BLOCK, 200);
  make_movable (BLOCK);
  /* Of the 128, 64 and 8 pages now unmovable, the smallest block serves the request. */
  g_assert_cmpint (test_alloc (SLOTS, 0, UNMOVABLE), ==, BLOCK + 192);
  steal = test_events_find (TRACE_steal_suitable_fallback, 0);
  g_assert_cmpuint (steal->a, ==, BLOCK);
  g_assert_cmpuint ((guint32) steal->b, ==, 7);
  g_assert_cmpuint ((guint32) steal->d, ==, 312);
  g_assert_cmpuint (steal->d >> 32, ==, 200);
  /* 200 free ones and none of a like kind are less than half of the pageblock. */
  g_assert_cmpuint (block_type (BLOCK), ==, MIGRATE_MOVABLE);
  blocks = test_free_blocks (DMA32);
  g_assert_cmpstr (blocks, ==, "0:U1 1:U1 2:U1 6:U1 7:U1");
  test_assert_valid ();
}

static void
test_claims_pageblock (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = full_machine ();

  give_back (BLOCK, 256);
  make_movable (BLOCK);
  test_alloc (SLOTS, 0, UNMOVABLE);
  g_assert_cmpuint (block_type (BLOCK), ==, MIGRATE_UNMOVABLE);
  test_assert_valid ();
}

/* Pages in use that cannot be moved are of a like kind, in a movable pageblock: it is spoilt already. */
static void
test_alike_pages (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = full_machine ();

  give_back (BLOCK, 16);
  test_alloc (SLOTS, 0, UNMOVABLE);
  g_assert_cmpuint (block_type (BLOCK), ==, MIGRATE_UNMOVABLE);
  test_assert_valid ();
}

/* The first two that fail in a pageblock raise the watermarks, so that kswapd makes room. */
static void
test_boost (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = full_machine ();

  give_back (BLOCK, 100);
  test_alloc (SLOTS, 0, UNMOVABLE);
  g_assert_cmpuint (dma32 ()->watermark_boost, ==, 512);
  g_assert_cmpuint (test_events_count (TRACE_boost_watermark), ==, 1);
  g_assert_cmpuint (test_events_count (TRACE_wakeup_kswapd), >, 0);
  /* 150 % of the high watermark (279) is 418, less than a pageblock: 512 is the most. */
  give_back (BLOCK + 512, 100);
  test_alloc (SLOTS + 1, 0, RECLAIMABLE);
  g_assert_cmpuint (dma32 ()->watermark_boost, ==, 512);

  test_run ((struct mm_op) { .kind = OP_set_tunable, .nid = -1, .arg = { TUNABLE_watermark_boost_factor, 0 } });
  dma32 ()->watermark_boost = 0;
  give_back (BLOCK + 1024, 64);
  g_assert_cmpint (test_alloc (SLOTS + 2, 6, MOVABLE), ==, BLOCK + 1024);
  give_back (BLOCK + 1536, 128);
  g_assert_cmpint (test_alloc (SLOTS + 3, 7, UNMOVABLE), ==, BLOCK + 1536);
  g_assert_cmpuint (dma32 ()->watermark_boost, ==, 0);
}

/* In a zone of less than four pageblocks a boost would bring on the shortage it is to prevent. */
static void
test_no_boost_in_small_zone (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = full_machine ();
  unsigned long managed = dma32 ()->managed_pages;

  for (guint i = 0; i < 2; i++)
    {
      give_back (BLOCK + 512 * i, 100);
      dma32 ()->managed_pages = 4 * 512 - 1 + i;
      g_assert_cmpint (test_alloc (SLOTS + i, 0, UNMOVABLE), >, 0);
      g_assert_cmpuint (test_events_count (TRACE_steal_suitable_fallback), ==, 1);
      g_assert_cmpuint (dma32 ()->watermark_boost, ==, i == 0 ? 0 : 512);
      dma32 ()->managed_pages = managed;
      /* What the first round left must not serve the second. */
      for (guint k = 0; i == 0 && k < 99; k++)
        test_alloc (SLOTS + 2, 0, UNMOVABLE);
    }
}

/* The largest block first, whichever type it has; among equal ones the type that suits better. */
static void
test_choice (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = full_machine ();

  set_pageblock_migratetype (pfn_to_page (BLOCK + 512), MIGRATE_RECLAIMABLE);
  give_back (BLOCK, 8);
  give_back (BLOCK + 512, 8);
  give_back (BLOCK + 1024, 16);
  g_assert_cmpint (test_alloc (SLOTS, 4, UNMOVABLE), ==, BLOCK + 1024);
  g_assert_cmpint (test_alloc (SLOTS + 1, 3, UNMOVABLE), ==, BLOCK + 512);
  g_assert_cmpint (test_alloc (SLOTS + 2, 3, UNMOVABLE), ==, BLOCK);
  test_assert_valid ();
}

/* Movable pages do no lasting harm: with only small foreign blocks left they take the smallest. */
static void
test_movable_takes_smallest (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = full_machine ();

  set_pageblock_migratetype (pfn_to_page (BLOCK), MIGRATE_UNMOVABLE);
  give_back (BLOCK, 8);
  give_back (BLOCK + 64, 1);
  g_assert_cmpint (test_alloc (SLOTS, 0, MOVABLE), ==, BLOCK + 64);
  g_assert_cmpuint (block_type (BLOCK), ==, MIGRATE_UNMOVABLE);

  /* A large one is worth stealing: order 4 is half a pageblock's order. */
  give_back (BLOCK + 128, 16);
  give_back (BLOCK + 64, 1);
  g_assert_cmpint (test_alloc (SLOTS + 1, 0, MOVABLE), ==, BLOCK + 64);
  g_assert_cmpuint (test_events_find (TRACE_steal_suitable_fallback, 0)->a, ==, BLOCK + 128);
  g_assert_cmpuint (test_page (BLOCK + 128).mt, ==, MIGRATE_MOVABLE);
  test_assert_valid ();
}

/* From order 9 on, whole pageblocks change hands. */
static void
test_whole_pageblocks (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = full_machine ();

  give_back (BLOCK, 1024);
  g_assert_cmpint (test_alloc (SLOTS, 2, RECLAIMABLE), ==, BLOCK);
  g_assert_cmpuint (block_type (BLOCK), ==, MIGRATE_RECLAIMABLE);
  g_assert_cmpuint (block_type (BLOCK + 512), ==, MIGRATE_RECLAIMABLE);
  g_assert_cmpuint (block_type (BLOCK + 1024), ==, MIGRATE_MOVABLE);
  g_assert_cmpuint (test_events_count (TRACE_set_pageblock_migratetype), ==, 2);
  test_assert_valid ();
}

/* What is in the reserve is not stolen, not even as the last page. */
static void
test_reserve_not_stolen (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = full_machine ();

  set_pageblock_migratetype (pfn_to_page (BLOCK), MIGRATE_HIGHATOMIC);
  dma32 ()->nr_reserved_highatomic = 512;
  give_back (BLOCK, 64);
  g_assert_cmpint (test_alloc (SLOTS, 0, GFP_USER | __GFP_NOWARN), ==, -ENOMEM);
  test_assert_valid ();
}

/* A high-order atomic request that had to use the reserves sets a pageblock aside for the next ones. */
static void
test_reserves_highatomic (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = full_machine ();
  gint64 pfn;

  /* Below the low watermark (233), above what an atomic request needs - unless the marks are boosted. */
  test_run ((struct mm_op) { .kind = OP_set_tunable, .nid = -1, .arg = { TUNABLE_watermark_boost_factor, 0 } });
  give_back (BLOCK, 230);
  pfn = test_alloc (SLOTS, 1, GFP_ATOMIC);
  g_assert_cmpint (pfn, ==, BLOCK + 228);
  g_assert_cmpuint (test_events_count (TRACE_reserve_highatomic_pageblock), ==, 1);
  g_assert_cmpuint (dma32 ()->nr_reserved_highatomic, ==, 512);
  g_assert_cmpuint (block_type (BLOCK), ==, MIGRATE_HIGHATOMIC);
  /* Others cannot have it, until it is the last resort of those who could wait. */
  g_assert_cmpint (test_alloc (SLOTS + 1, 1, GFP_NOWAIT | __GFP_NOWARN), ==, -ENOMEM);
  g_assert_cmpint (test_alloc (SLOTS + 1, 1, GFP_ATOMIC), >, 0);
  g_assert_cmpint (test_alloc (SLOTS + 2, 1, GFP_KERNEL), >, 0);
  g_assert_cmpuint (dma32 ()->nr_reserved_highatomic, ==, 0);
  g_assert_cmpuint (block_type (BLOCK), ==, MIGRATE_UNMOVABLE);
  test_assert_valid ();
}

/* Unless it is the last resort, one pageblock stays set aside. */
static void
test_keeps_last_reserve (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = full_machine ();
  struct alloc_context ac = {
    .zonelist = node_zonelist (0, GFP_KERNEL),
    .highest_zoneidx = ZONE_NORMAL,
    .migratetype = MIGRATE_UNMOVABLE,
  };

  for (guint i = 0; i < 2; i++)
    {
      set_pageblock_migratetype (pfn_to_page (BLOCK + 512 * i), MIGRATE_HIGHATOMIC);
      dma32 ()->nr_reserved_highatomic += 512;
      give_back (BLOCK + 512 * i, 8);
    }
  g_assert_true (unreserve_highatomic_pageblock (&ac, false));
  g_assert_cmpuint (dma32 ()->nr_reserved_highatomic, ==, 512);
  g_assert_false (unreserve_highatomic_pageblock (&ac, false));
  g_assert_cmpuint (dma32 ()->nr_reserved_highatomic, ==, 512);
  g_assert_true (unreserve_highatomic_pageblock (&ac, true));
  g_assert_cmpuint (dma32 ()->nr_reserved_highatomic, ==, 0);
  test_assert_valid ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mm/fallback/steals-pages", test_steals_pages);
  g_test_add_func ("/mm/fallback/claims-pageblock", test_claims_pageblock);
  g_test_add_func ("/mm/fallback/alike-pages", test_alike_pages);
  g_test_add_func ("/mm/fallback/boost", test_boost);
  g_test_add_func ("/mm/fallback/no-boost-in-small-zone", test_no_boost_in_small_zone);
  g_test_add_func ("/mm/fallback/choice", test_choice);
  g_test_add_func ("/mm/fallback/movable-takes-smallest", test_movable_takes_smallest);
  g_test_add_func ("/mm/fallback/whole-pageblocks", test_whole_pageblocks);
  g_test_add_func ("/mm/fallback/reserve-not-stolen", test_reserve_not_stolen);
  g_test_add_func ("/mm/fallback/reserves-highatomic", test_reserves_highatomic);
  g_test_add_func ("/mm/fallback/keeps-last-reserve", test_keeps_last_reserve);
  return g_test_run ();
}
