/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Per-CPU lists: how much is taken when one is empty, what is given back when
 * it is full, and who waits on which.
 *
 * The machine has 256 MiB: 59392 pages in DMA32, so a batch of 15 and a high
 * of 588, the zone's low watermark.
 */
#include "machine-test.h"

#define DMA32 zone_ref (0, ZONE_DMA32)
#define BATCH 15
#define HIGH 588

static TestMachine *
machine_new (guint cpus)
{
  struct machine_config config;
  TestMachine *machine;

  test_config_simple (&config, MIB (256));
  config.nr_cpus = cpus;
  machine = test_machine_new (&config);
  g_assert_cmpuint (test_zone (DMA32).managed_pages, ==, 59392);
  g_assert_cmpuint (test_zone (DMA32).wmark[1], ==, HIGH);
  g_assert_cmpuint (test_pcp (DMA32, 0).batch, ==, BATCH);
  g_assert_cmpuint (test_pcp (DMA32, 0).high, ==, HIGH / cpus);
  test_events_clear ();
  return machine;
}

static guint
refill_blocks (guint order)
{
  return order > 3 ? 2 : MAX ((guint) BATCH >> order, 2u);
}

/* A batch of pages, whatever the order, but at least two blocks. */
static void
test_refill (void)
{
  static const guint orders[] = { 0, 1, 2, 3, 9 };

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      guint order = orders[i], pindex = order == 9 ? 13 : order * 3 + MIGRATE_MOVABLE;
      g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1);
      g_autoptr (GArray) list = NULL;
      gint64 pfn = test_alloc (0, order, GFP_HIGHUSER_MOVABLE);

      list = test_pcp_list (DMA32, 0, pindex);
      g_assert_cmpuint (list->len, ==, refill_blocks (order) - 1);
      /* In the order in which they were taken: ascending, as one block was cut up for them. */
      for (guint j = 0; j < list->len && order < 9; j++)
        g_assert_cmpuint (g_array_index (list, guint64, j), ==, (guint64) pfn + ((j + 1) << order));
      g_assert_cmpuint (test_pcp (DMA32, 0).count, ==, (refill_blocks (order) - 1) << order);
      g_assert_cmpuint (test_events_count (TRACE_rmqueue_bulk), ==, 1);
      g_assert_cmpuint (test_events_find (TRACE_rmqueue_bulk, 0)->a >> 32, ==, refill_blocks (order));
      test_assert_valid ();
    }
}

/* Other orders are not kept. */
static void
test_not_kept (void)
{
  for (guint order = 4; order <= 10; order++)
    {
      g_autoptr (TestMachine) machine = NULL;

      if (order == 9)
        continue;
      machine = machine_new (1);
      test_alloc (0, order, GFP_HIGHUSER_MOVABLE);
      g_assert_cmpuint (test_pcp (DMA32, 0).count, ==, 0);
      test_free (0);
      g_assert_cmpuint (test_pcp (DMA32, 0).count, ==, 0);
      g_assert_cmpuint (test_events_count (TRACE_free_pages_ok), ==, 1);
    }
}

/* The page freed last is the next to go: it is still in the cache. */
static void
test_hot (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1);
  gint64 pfns[3];
  g_autoptr (GArray) list = NULL;

  for (guint i = 0; i < 3; i++)
    pfns[i] = test_alloc (i, 0, GFP_HIGHUSER_MOVABLE);
  test_free (1);
  test_free (0);
  list = test_pcp_list (DMA32, 0, MIGRATE_MOVABLE);
  g_assert_cmpint (g_array_index (list, gint64, 0), ==, pfns[0]);
  g_assert_cmpint (g_array_index (list, gint64, 1), ==, pfns[1]);
  g_assert_cmpuint (test_page ((guint64) pfns[0]).kind, ==, VIEW_PAGE_PCP);
  g_assert_cmpint (test_alloc (0, 0, GFP_HIGHUSER_MOVABLE), ==, pfns[0]);
  g_assert_cmpint (test_alloc (1, 0, GFP_HIGHUSER_MOVABLE), ==, pfns[1]);
  /* Types do not mix. */
  test_free (1);
  g_assert_cmpint (test_alloc (1, 0, GFP_KERNEL), !=, pfns[1]);
  test_assert_valid ();
}

static void
test_spill (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1);
  struct mm_op alloc = { .kind = OP_alloc_many, .nid = -1, .nr = 700, .gfp = GFP_HIGHUSER_MOVABLE };
  struct mm_op release = { .kind = OP_free_many, .nid = -1, .nr = 700 };
  static const guint counts[] = { 15, 30, 60, 120 };

  /* 47 batches of 15; 5 pages are left over. */
  g_assert_cmpint (test_run (alloc), ==, 700);
  g_assert_cmpuint (test_pcp (DMA32, 0).count, ==, 5);
  test_events_clear ();
  g_assert_cmpint (test_run (release), ==, 700);

  /* Twice as many each time, as long as nobody allocates. */
  g_assert_cmpuint (test_events_count (TRACE_free_pcppages_bulk), ==, G_N_ELEMENTS (counts));
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    g_assert_cmpuint (test_events_find (TRACE_free_pcppages_bulk, i)->a >> 32, ==, counts[i]);
  g_assert_cmpuint (test_pcp (DMA32, 0).count, ==, 705 - 225);
  g_assert_cmpuint (test_pcp (DMA32, 0).free_factor, ==, 4);
  test_assert_valid ();

  /* Demand halves the factor; an order 1 block coming back meanwhile empties all lists. */
  test_alloc (0, 1, GFP_HIGHUSER_MOVABLE);
  g_assert_cmpuint (test_pcp (DMA32, 0).free_factor, ==, 2);
  test_free (0);
  g_assert_cmpuint (test_pcp (DMA32, 0).count, ==, 0);
  test_assert_valid ();
}

/* The coldest pages go first: from the tail. */
static void
test_cold (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1);
  g_autoptr (GArray) before = NULL, after = NULL;
  guint i;

  test_run ((struct mm_op) { .kind = OP_alloc_many, .nid = -1, .nr = HIGH, .gfp = GFP_HIGHUSER_MOVABLE });
  for (i = 0; test_pcp (DMA32, 0).count < HIGH - 1; i++)
    test_free (i);
  before = test_pcp_list (DMA32, 0, MIGRATE_MOVABLE);
  test_free (i);
  after = test_pcp_list (DMA32, 0, MIGRATE_MOVABLE);
  g_assert_cmpuint (after->len, ==, HIGH - BATCH);
  for (i = 1; i < after->len; i++)
    g_assert_cmpuint (g_array_index (after, guint64, i), ==, g_array_index (before, guint64, i - 1));
}

/* While kswapd works on the zone, four batches are enough. */
static void
test_reclaim_active (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1);

  test_run ((struct mm_op) { .kind = OP_alloc_many, .nid = -1, .nr = 75, .gfp = GFP_HIGHUSER_MOVABLE });
  this_machine->node_data[0].node_zones[ZONE_DMA32].flags |= 1UL << ZONE_RECLAIM_ACTIVE;
  for (guint i = 0; i < 59; i++)
    test_free (i);
  g_assert_cmpuint (test_pcp (DMA32, 0).count, ==, 59);
  test_free (59);
  g_assert_cmpuint (test_pcp (DMA32, 0).count, ==, 60 - BATCH);
}

/* Pages of the high-order reserve wait among the movable ones, and keep their type. */
static void
test_highatomic_type (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1);
  gint64 pfn = test_alloc (0, 0, GFP_HIGHUSER_MOVABLE);
  struct zone *zone = &this_machine->node_data[0].node_zones[ZONE_DMA32];
  u64 head;
  u8 type;

  this_machine->pageblock_flags[pfn >> pageblock_order] = MIGRATE_HIGHATOMIC;
  zone->nr_reserved_highatomic = pageblock_nr_pages;
  test_free (0);
  g_assert_cmpuint (view_pcp_list (this_machine, DMA32, 0, MIGRATE_MOVABLE, &head, &type, 1), ==, BATCH);
  g_assert_cmpuint (head, ==, pfn);
  g_assert_cmpuint (type, ==, MIGRATE_HIGHATOMIC);
  test_assert_valid ();
  test_run ((struct mm_op) { .kind = OP_drain_local_pages, .nid = -1 });
  test_assert_valid ();
}

static void
test_drain (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (2);

  for (guint cpu = 0; cpu < 2; cpu++)
    test_run ((struct mm_op) { .kind = OP_alloc_pages, .nid = -1, .slot = cpu, .cpu = (u8) cpu, .gfp = GFP_KERNEL });
  g_assert_cmpuint (test_pcp (DMA32, 0).count, ==, BATCH - 1);
  g_assert_cmpuint (test_pcp (DMA32, 1).count, ==, BATCH - 1);
  /* A block belongs to whoever took it first: the second CPU got other pages. */
  g_assert_cmpuint (this_machine->slots[1].value, >=, this_machine->slots[0].value + BATCH);

  test_run ((struct mm_op) { .kind = OP_drain_local_pages, .nid = -1, .cpu = 1 });
  g_assert_cmpuint (test_pcp (DMA32, 0).count, ==, BATCH - 1);
  g_assert_cmpuint (test_pcp (DMA32, 1).count, ==, 0);
  test_run ((struct mm_op) { .kind = OP_drain_all_pages, .nid = -1, .cpu = 1 });
  g_assert_cmpuint (test_pcp (DMA32, 0).count, ==, 0);
  g_assert_cmpuint (this_machine->cpu, ==, 1);

  /* Freed on another CPU, a page stays there. */
  test_run ((struct mm_op) { .kind = OP_free_pages, .nid = -1, .slot = 0, .cpu = 1 });
  g_assert_cmpuint (test_pcp (DMA32, 0).count, ==, 0);
  g_assert_cmpuint (test_pcp (DMA32, 1).count, ==, 1);
  test_assert_valid ();
}

/* The counter lags behind by at most the threshold of each CPU. */
static void
test_counter_lag (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new (1);
  guint threshold = test_pcp (DMA32, 0).stat_threshold;

  /* 59392 pages are one piece of 128 MiB and some: 2 * 1 * (1 + 1). */
  g_assert_cmpuint (threshold, ==, 4);
  for (guint i = 0; i < 3; i++)
    {
      struct view_zone before = test_zone (DMA32), after;

      test_run ((struct mm_op) { .kind = OP_alloc_pages, .nid = -1, .slot = i, .order = 4, .gfp = GFP_KERNEL });
      after = test_zone (DMA32);
      g_assert_cmpuint (before.free_exact - after.free_exact, ==, 16);
      /* 16 is more than the threshold: folded at once. */
      g_assert_cmpint (test_pcp (DMA32, 0).nr_free_diff, ==, 0);
      g_assert_cmpuint (after.free_pages, ==, after.free_exact);
    }
  /* Two blocks of order 1 on the per-CPU list cost 14 pages; single pages freed come back one by one. */
  test_alloc (10, 0, GFP_HIGHUSER_MOVABLE);
  test_run ((struct mm_op) { .kind = OP_drain_local_pages, .nid = -1 });
  g_assert_cmpint (ABS (test_pcp (DMA32, 0).nr_free_diff), <=, threshold);
  test_assert_valid ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mm/pcp/refill", test_refill);
  g_test_add_func ("/mm/pcp/not-kept", test_not_kept);
  g_test_add_func ("/mm/pcp/hot", test_hot);
  g_test_add_func ("/mm/pcp/spill", test_spill);
  g_test_add_func ("/mm/pcp/cold", test_cold);
  g_test_add_func ("/mm/pcp/reclaim-active", test_reclaim_active);
  g_test_add_func ("/mm/pcp/highatomic-type", test_highatomic_type);
  g_test_add_func ("/mm/pcp/drain", test_drain);
  g_test_add_func ("/mm/pcp/counter-lag", test_counter_lag);
  return g_test_run ();
}
