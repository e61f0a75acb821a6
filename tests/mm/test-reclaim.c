/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LRU lists and reclaim: pages come to the right list by way of a batch, move by
 * their second use, and leave with their last user; memory that is swapped out and
 * read back keeps every byte; what is locked or in use is never taken.
 */
#include "machine-test.h"

#include "mm/mm.h"
#include "mm/mm_inline.h"
#include "mm/swap.h"
#include "mm/vmscan.h"

/* ---- LRU lists ---- */

/* A page as a fault or the page cache would add it; the test holds a reference. */
static struct page *
new_page (gboolean swapbacked)
{
  struct page *page = alloc_pages (GFP_HIGHUSER_MOVABLE, 0);

  g_assert_nonnull (page);
  if (swapbacked)
    SetPageSwapBacked (page);
  lru_cache_add (page);
  return page;
}

static guint64
list_length (guint lru)
{
  return view_lru_list (this_machine, 0, lru, NULL, 0);
}

static void
test_batches (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (16));
  struct page *pages[16];
  guint64 head;
  guint i;

  for (i = 0; i < 14; i++)
    pages[i] = new_page (FALSE);
  g_assert_cmpuint (list_length (LRU_INACTIVE_FILE), ==, 0);    /* they wait */
  pages[14] = new_page (FALSE);
  g_assert_cmpuint (list_length (LRU_INACTIVE_FILE), ==, 15);
  view_lru_list (this_machine, 0, LRU_INACTIVE_FILE, &head, 1);
  g_assert_cmpuint (head, ==, page_to_pfn (pages[14]));

  pages[15] = new_page (TRUE);
  lru_add_drain ();
  g_assert_cmpuint (list_length (LRU_INACTIVE_ANON), ==, 1);
  test_assert_valid ();
  for (i = 0; i < 16; i++)
    put_page (pages[i]);
  g_assert_cmpuint (list_length (LRU_INACTIVE_FILE) + list_length (LRU_INACTIVE_ANON), ==, 0);
  test_assert_valid ();
}

static void
test_second_use (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (16));
  struct page *page = new_page (FALSE), *early = new_page (FALSE);

  /* Used twice while it waits in the batch: it goes to the active list at once. */
  mark_page_accessed (early);
  mark_page_accessed (early);
  lru_add_drain ();
  g_assert_true (PageActive (early));
  g_assert_cmpuint (list_length (LRU_ACTIVE_FILE), ==, 1);

  mark_page_accessed (page);
  g_assert_true (PageReferenced (page) && !PageActive (page));
  mark_page_accessed (page);
  lru_add_drain ();
  g_assert_true (!PageReferenced (page) && PageActive (page));
  g_assert_cmpuint (test_counter ("pgactivate"), ==, 1);
  deactivate_page (page);
  lru_add_drain ();
  g_assert_false (PageActive (page));
  test_assert_valid ();
  put_page (page);
  put_page (early);
}

static void
test_isolate (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (16));
  struct page *page = new_page (TRUE);

  g_assert_cmpint (isolate_lru_page (page), ==, -EBUSY);        /* still in the batch */
  lru_add_drain ();
  g_assert_cmpint (isolate_lru_page (page), ==, 0);
  g_assert_cmpint (isolate_lru_page (page), ==, -EBUSY);
  g_assert_cmpuint (list_length (LRU_INACTIVE_ANON), ==, 0);
  putback_lru_page (page);
  lru_add_drain ();
  g_assert_cmpuint (list_length (LRU_INACTIVE_ANON), ==, 1);
  test_assert_valid ();
  put_page (page);
}

/* mm_validate() notices what is wrong with a list. */
static void
test_damage (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (16));
  struct page *page = new_page (TRUE);

  lru_add_drain ();
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), ==, 0);
  SetPageActive (page);
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), >, 0);
  ClearPageActive (page);
  ClearPageLRU (page);
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), >, 0);
  SetPageLRU (page);
  NODE_DATA (0)->vm_stat[NR_INACTIVE_ANON]++;
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), >, 0);
  NODE_DATA (0)->vm_stat[NR_INACTIVE_ANON]--;
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), ==, 0);
}

/* ---- Reclaim ---- */

#define SLOT_TASK 0
#define SLOT_HEAP 1

static TestMachine *
machine_with_task (guint64 ram,
                   guint64 swap)
{
  struct machine_config config;
  TestMachine *machine;

  test_config_simple (&config, ram);
  config.nr_swaps = swap > 0;
  config.swaps[0].size = swap;
  config.nr_slots = 16;
  machine = test_machine_new (&config);
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_task_create, .nid = -1, .slot = SLOT_TASK }), >, 0);
  return machine;
}

static void
test_bytes_survive (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_task (MIB (16), MIB (32));
  guint64 heap = test_map (MIB (20), SLOT_HEAP), i, n = MIB (20) / PAGE_SIZE;

  for (i = 0; i < n; i++)
    {
      test_store (heap + i * PAGE_SIZE, i * 7);
      test_store (heap + i * PAGE_SIZE + 4095, i * 13 + 1);
    }
  test_assert_valid ();
  g_assert_cmpuint (test_counter ("pswpout"), >, 1000);
  for (i = 0; i < n; i++)
    {
      g_assert_cmpuint (test_load (heap + i * PAGE_SIZE), ==, (guint8) (i * 7));
      g_assert_cmpuint (test_load (heap + i * PAGE_SIZE + 4095), ==, (guint8) (i * 13 + 1));
    }
  g_assert_cmpuint (test_counter ("pswpin"), >, 1000);
  test_assert_valid ();

  /* All slots are free again when the memory is given back; but for the stack's first page, which may be in one. */
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_munmap, .nid = -1, .arg = { heap, MIB (20) } }), ==, 0);
  g_assert_cmpint (this_machine->nr_swap_pages, >=, (gint64) this_machine->total_swap_pages - 1);
  test_assert_valid ();
}

/* Random stores and loads against a table of what should be there. */
static void
test_random (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_task (MIB (8), MIB (32));
  const guint64 n = MIB (12) / PAGE_SIZE;
  guint64 heap = test_map (MIB (12), SLOT_HEAP), round;
  g_autofree guint8 *expected = g_new0 (guint8, n);

  for (round = 0; round < 40000; round++)
    {
      /* Half of the accesses go to a tenth of the pages. */
      guint64 page = g_test_rand_bit () ? (guint64) g_test_rand_int_range (0, n / 10)
                                        : (guint64) g_test_rand_int_range (0, n);

      if (g_test_rand_bit ())
        {
          expected[page] = g_test_rand_int_range (0, 256);
          test_store (heap + page * PAGE_SIZE, expected[page]);
        }
      else
        g_assert_cmpuint (test_load (heap + page * PAGE_SIZE), ==, expected[page]);
      if (round % 4000 == 0)
        test_assert_valid ();
    }
  test_assert_valid ();
  g_assert_cmpuint (test_counter ("pswpin"), >, 1000);
}

/* Reclaim takes neither what is mlocked nor what somebody holds. */
static void
test_untouchable (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_task (MIB (16), MIB (32));
  guint64 locked = test_map (MIB (1), 2), heap = test_map (MIB (20), SLOT_HEAP), i;
  struct page *held = new_page (FALSE);

  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_mlock, .nid = -1, .arg = { locked, MIB (1) } }), ==, 0);
  for (i = 0; i < MIB (20) / PAGE_SIZE; i++)
    test_store (heap + i * PAGE_SIZE, 1);
  test_assert_valid ();
  g_assert_cmpint (page_ref_count (held), ==, 1);
  g_assert_cmpuint (test_counter ("nr_unevictable"), >=, 250);
  test_events_clear ();
  for (i = 0; i < MIB (1) / PAGE_SIZE; i++)
    test_load (locked + i * PAGE_SIZE);
  g_assert_cmpuint (test_events_count (TRACE_do_swap_page), ==, 0);
}

/* kswapd begins below low and ends above high. */
static void
test_kswapd (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_task (MIB (16), MIB (32));
  guint64 heap = test_map (MIB (20), SLOT_HEAP), i, woken = 0;

  for (i = 0; i < MIB (14) / PAGE_SIZE; i++)
    {
      struct zone *zone = &NODE_DATA (0)->node_zones[ZONE_DMA];

      g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_store, .nid = -1,
                                                  .arg = { heap + i * PAGE_SIZE, 1, 0, 0, 0, 1 } }), ==, 0);
      if (test_events_count (TRACE_mm_vmscan_kswapd_sleep) > 0)
        {
          woken++;
          g_assert_cmpuint (zone_page_state_snapshot (zone, NR_FREE_PAGES), >=, high_wmark_pages (zone));
        }
      g_assert_cmpuint (zone_page_state_snapshot (zone, NR_FREE_PAGES) + 64, >, min_wmark_pages (zone));
      test_events_clear ();
    }
  g_assert_cmpuint (woken, >, 0);
  test_assert_valid ();
}

/*
 * Woken again within a tenth of a second, kswapd had stopped too early, and goes on for the order that it had
 * been woken for; later, it begins afresh.
 */
static void
test_nap (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_task (MIB (16), MIB (32));
  pg_data_t *pgdat = NODE_DATA (0);

  test_map (MIB (1), SLOT_HEAP);
  test_store (test_map (PAGE_SIZE, 2), 1);
  for (guint late = 0; late < 2; late++)
    {
      pgdat->kswapd_order = 0;
      kswapd_run (pgdat);
      pgdat->kswapd_nap_order = 3;
      g_assert_cmpuint (pgdat->kswapd_nap_until, ==, this_machine->clock + 100000);
      disk_run (pgdat->kswapd_nap_until - 1 + late);
      test_events_clear ();
      kswapd_run (pgdat);
      /* The order that it was woken for. */
      g_assert_cmpuint (test_events_find (TRACE_mm_vmscan_kswapd_wake, 0)->b & 0xffffffff, ==, late ? 0 : 3);
      g_assert_cmpuint (test_counter ("kswapd_low_wmark_hit_quickly"), ==, late + 1);
    }
  g_assert_cmpuint (test_counter ("kswapd_high_wmark_hit_quickly"), ==, 0);
}

/* What goes to swap and comes back is traffic of the disk, in kB. */
static void
test_traffic (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_task (MIB (16), MIB (32));
  guint64 heap = test_map (MIB (20), SLOT_HEAP), i;

  for (i = 0; i < MIB (20) / PAGE_SIZE; i++)
    test_store (heap + i * PAGE_SIZE, 1);
  for (i = 0; i < MIB (1) / PAGE_SIZE; i++)
    test_load (heap + i * PAGE_SIZE);
  g_assert_cmpuint (test_counter ("pswpin"), >, 0);
  g_assert_cmpuint (test_counter ("pgpgin"), ==, 4 * test_counter ("pswpin"));
  g_assert_cmpuint (test_counter ("pgpgout"), ==, 4 * test_counter ("pswpout"));
}

static void
test_oom (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_task (MIB (16), 0);
  guint64 i, heap;

  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_set_tunable, .nid = -1,
                                              .arg = { TUNABLE_overcommit_memory, 1 } }), ==, 0);
  heap = test_map (MIB (30), SLOT_HEAP);
  i = test_run ((struct mm_op) { .kind = OP_store, .nid = -1,
                                 .arg = { heap, 1, MIB (30) / PAGE_SIZE, 0, 0, 1 } });
  g_assert_cmpint (i, ==, -EFAULT);
  g_assert_cmpuint (test_counter ("oom_kill"), ==, 1);
  test_assert_valid ();
  /* Its memory is free again. */
  g_assert_cmpuint (test_counter ("nr_free_pages"), >, MIB (14) / PAGE_SIZE * 9 / 10);
}

/* Huge pages are split for swap, and no byte of them is lost. */
static void
test_huge_pages (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_task (MIB (24), MIB (32));
  guint64 heap = test_map (MIB (26), SLOT_HEAP), i, n = MIB (26) / PAGE_SIZE;

  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_madvise, .nid = -1, .arg = { heap, MIB (26), MADV_HUGEPAGE } }),
                   ==, 0);
  for (i = 0; i < n; i++)
    test_store (heap + i * PAGE_SIZE + i % 4096, i * 11 + 3);
  test_assert_valid ();
  g_assert_cmpuint (test_counter ("thp_fault_alloc"), >, 2);
  g_assert_cmpuint (test_counter ("thp_swpout_fallback"), >, 0);
  g_assert_cmpuint (test_counter ("thp_split_page"), >=, test_counter ("thp_swpout_fallback"));
  g_assert_cmpuint (test_counter ("thp_swpout"), ==, 0);
  for (i = 0; i < n; i++)
    g_assert_cmpuint (test_load (heap + i * PAGE_SIZE + i % 4096), ==, (guint8) (i * 11 + 3));
  test_assert_valid ();
}

/* swapoff() brings everything back; what does not fit lets it fail, with the device in use as before. */
static void
test_swapoff (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_task (MIB (16), MIB (32));
  guint64 heap = test_map (MIB (20), SLOT_HEAP), i, n = MIB (20) / PAGE_SIZE;
  char text[400];

  for (i = 0; i < n; i++)
    test_store (heap + i * PAGE_SIZE, i * 5);
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_swapon, .nid = -1 }), ==, -EBUSY);
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_swapoff, .nid = -1 }), ==, -ENOMEM);
  test_assert_valid ();
  g_assert_cmpint (this_machine->total_swap_pages, ==, 8191);

  /* Half of it is given back; the rest fits into memory. */
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_munmap, .nid = -1, .arg = { heap + MIB (8), MIB (12) } }), ==, 0);
  g_assert_cmpuint (this_machine->swap_info[0].inuse_pages, >, 0);
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_swapoff, .nid = -1 }), ==, 0);
  g_assert_cmpuint (this_machine->swap_info[0].inuse_pages, ==, 0);
  g_assert_cmpint (this_machine->nr_swap_pages, ==, 0);
  g_assert_cmpint (this_machine->total_swap_pages, ==, 0);
  test_assert_valid ();
  for (i = 0; i < MIB (8) / PAGE_SIZE; i++)
    g_assert_cmpuint (test_load (heap + i * PAGE_SIZE), ==, (guint8) (i * 5));
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_swapoff, .nid = -1 }), ==, -EINVAL);
  view_proc (this_machine, "swaps", text, sizeof text);
  g_assert_cmpstr (text, ==, "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_swapon, .nid = -1 }), ==, 0);
  view_proc (this_machine, "swaps", text, sizeof text);
  g_assert_cmpstr (text, ==,
                   "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
                   "/dev/vdb                                partition\t32764\t\t0\t\t-2\n");
  test_assert_valid ();
}

/* A page of swap that more tasks share than six bits of a count could tell, as after many a fork(). */
static void
test_many_sharers (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_task (MIB (16), MIB (32));
  const guint n = 100;
  guint64 heap = test_map (PAGE_SIZE, SLOT_HEAP), other = test_map (MIB (20), 2);
  struct view_swap_device device;
  guint shared = 0;

  /* The oldest page goes to swap when the rest does not fit. */
  test_store (heap, 0x5a);
  for (guint64 i = 0; i < MIB (20) / PAGE_SIZE; i++)
    test_store (other + i * PAGE_SIZE, 1);
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_munmap, .nid = -1, .arg = { other, MIB (20) } }), ==, 0);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_fork, .nid = -1, .slot = 3, .task = 1 }), ==, i + 2);
  g_assert_cmpuint (this_machine->stopped, ==, 0);
  g_assert_cmpuint (view_swap_devices (this_machine, &device, 1), ==, 1);
  for (guint64 i = 1; i <= device.slots; i++)
    {
      struct view_swap_slot slot;

      g_assert_true (view_swap_slot (this_machine, 0, i, &slot));
      shared += slot.count == n + 1;
    }
  g_assert_cmpuint (shared, >, 0);
  test_assert_valid ();

  /* All get it back, and no byte is lost. */
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_swapoff, .nid = -1, .task = 1 }), ==, 0);
  g_assert_cmpuint (test_load (heap), ==, 0x5a);
  test_assert_valid ();
}

/* The entry of an address: what view_ptes() says of it; all zero where there is none. */
static struct view_pte
entry_of (guint64 address)
{
  struct view_pte pte = { 0 };

  view_ptes (this_machine, 1, address, address + PAGE_SIZE, &pte, 1);
  return pte;
}

static gint64
page_out (guint64 address, guint64 length)
{
  gint64 result = test_run ((struct mm_op) { .kind = OP_madvise, .nid = -1, .arg = { address, length, MADV_PAGEOUT } });

  test_assert_valid ();
  return result;
}

/* MADV_PAGEOUT: though they were just used, the pages go to swap, and come back with every byte; those that are locked stay. */
static void
test_pageout (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_task (MIB (16), MIB (32));
  const guint n = 100;
  guint64 heap = test_map (MIB (1), SLOT_HEAP);

  for (guint i = 0; i < n; i++)
    test_store (heap + i * PAGE_SIZE, i + 1);
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_mlock, .nid = -1, .arg = { heap + 50 * PAGE_SIZE, PAGE_SIZE } }), ==, 0);
  g_assert_cmpint (page_out (heap, 50 * PAGE_SIZE), ==, 0);
  g_assert_cmpint (page_out (heap + 51 * PAGE_SIZE, 49 * PAGE_SIZE), ==, 0);
  g_assert_cmpint (page_out (heap + 50 * PAGE_SIZE, PAGE_SIZE), ==, -EINVAL);
  g_assert_cmpuint (test_counter ("pswpout"), ==, n - 1);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (entry_of (heap + i * PAGE_SIZE).raw & 1, ==, i == 50);
  /* Nobody searched for them. */
  g_assert_cmpuint (test_counter ("pgscan_direct") + test_counter ("pgsteal_direct"), ==, 0);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (test_load (heap + i * PAGE_SIZE), ==, i + 1);
  test_assert_valid ();
}

/* A huge page that is paged out as a whole is split, and goes page by page. */
static void
test_pageout_huge (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_task (MIB (24), MIB (32));
  const guint64 huge = MIB (2);
  guint64 heap = (test_map (MIB (6), SLOT_HEAP) + huge - 1) & ~(huge - 1);

  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_madvise, .nid = -1, .arg = { heap, huge, MADV_HUGEPAGE } }), ==, 0);
  for (guint64 i = 0; i < huge / PAGE_SIZE; i++)
    test_store (heap + i * PAGE_SIZE, i % 200 + 1);
  g_assert_true (PageHead (pfn_to_page (entry_of (heap).pfn)));
  g_assert_cmpint (page_out (heap, huge), ==, 0);
  g_assert_cmpuint (test_counter ("pswpout"), ==, huge / PAGE_SIZE);
  for (guint64 i = 0; i < huge / PAGE_SIZE; i++)
    g_assert_cmpuint (test_load (heap + i * PAGE_SIZE), ==, i % 200 + 1);
  test_assert_valid ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mm/reclaim/batches", test_batches);
  g_test_add_func ("/mm/reclaim/second-use", test_second_use);
  g_test_add_func ("/mm/reclaim/isolate", test_isolate);
  g_test_add_func ("/mm/reclaim/damage", test_damage);
  g_test_add_func ("/mm/reclaim/many-sharers", test_many_sharers);
  g_test_add_func ("/mm/reclaim/bytes", test_bytes_survive);
  g_test_add_func ("/mm/reclaim/random", test_random);
  g_test_add_func ("/mm/reclaim/untouchable", test_untouchable);
  g_test_add_func ("/mm/reclaim/kswapd", test_kswapd);
  g_test_add_func ("/mm/reclaim/nap", test_nap);
  g_test_add_func ("/mm/reclaim/traffic", test_traffic);
  g_test_add_func ("/mm/reclaim/oom", test_oom);
  g_test_add_func ("/mm/reclaim/huge-pages", test_huge_pages);
  g_test_add_func ("/mm/reclaim/swapoff", test_swapoff);
  g_test_add_func ("/mm/reclaim/pageout", test_pageout);
  g_test_add_func ("/mm/reclaim/pageout-huge", test_pageout_huge);
  return g_test_run ();
}
