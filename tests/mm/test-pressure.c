/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random loads on machines that are too small for them: memory and a file larger than RAM, mapped, read and
 * written, with pages locked and unlocked, requests that may use the reserve, sync(), drop_caches and time in
 * between. Every byte is what was stored last; no request takes more than it may; reclaim takes no locked
 * page; kswapd sleeps when there is enough; and in the end all memory is free again.
 */
#include "machine-test.h"

#include "mm/mm.h"
#include "mm/swap.h"
#include "mm/vmscan.h"
#include "mm/vmstat.h"

#define SLOT_HEAP 1
#define SLOT_LOCKED 2
#define SLOT_FILE 3
#define SLOT_OPEN 4
#define SLOT_MAP 5
#define SLOT_BUFFER 6
#define SLOT_RESERVE 16
#define N_RESERVE 600

#define HEAP_PAGES 2560
#define FILE_PAGES 3072
#define LOCKED_PAGES 128

typedef struct
{
  guint64 heap, locked, map, buffer;
  guint8 heap_bytes[HEAP_PAGES];
  guint8 file_bytes[FILE_PAGES];
  gboolean heap_locked[HEAP_PAGES];
  gboolean reserve_in_use; /* the slots from SLOT_RESERVE on */
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
begin (Load *load, const struct machine_config *config)
{
  TestMachine *machine = test_machine_new (config);
  guint page;

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
  return machine;
}

/* ---- What must hold at each event ---- */

/* How much of a zone a request has to leave. Those who free memory may use all of it. */
static guint64
must_leave (const struct zone *zone, gfp_t gfp)
{
  guint64 min = zone->_watermark[WMARK_MIN];

  if (gfp & __GFP_MEMALLOC || this_machine->reclaimer != NR_RECLAIMERS)
    return 0;
  if (gfp & __GFP_HIGH)
    min -= min / 2;
  if (gfp & __GFP_ATOMIC && !(gfp & __GFP_NOMEMALLOC))
    min -= min / 4;
  return min;
}

static guint requests_below_min; /* that were allowed to */

static void
check_alloc (const TestEvent *event)
{
  guint order = (guint)(event->b & 0xffffffff);
  struct zone *zone;
  guint64 free, slack;

  if (event->a == ~0ul)
    return;
  zone = page_zone (pfn_to_page (event->a));
  free = zone_page_state_snapshot (zone, NR_FREE_PAGES);
  /* What it took itself, with a refill of the CPU's list; and what the counter did not show it. */
  slack = (1u << order) - 1 + (guint)max (zone->per_cpu_pageset[0].batch, 2) +
          num_online_cpus () * (guint)zone->per_cpu_zonestats[0].stat_threshold;
  g_assert_cmpuint (free + slack, >, must_leave (zone, (gfp_t)event->c));
  requests_below_min +=
    free + slack < zone->_watermark[WMARK_MIN] && this_machine->reclaimer == NR_RECLAIMERS;
}

/* kswapd goes to sleep by itself only with a zone above its high watermark. */
static void
check_sleep (const TestEvent *event)
{
  pg_data_t *pgdat = NODE_DATA (event->a);
  gboolean balanced = FALSE;

  if (pgdat->kswapd_failures >= MAX_RECLAIM_RETRIES)
    return;
  for (guint i = 0; i < MAX_NR_ZONES; i++)
    {
      struct zone *zone = &pgdat->node_zones[i];
      guint64 slack = num_online_cpus () * (guint)zone->per_cpu_zonestats[0].stat_threshold;

      balanced |= populated_zone (zone) &&
                  zone_page_state_snapshot (zone, NR_FREE_PAGES) + slack > high_wmark_pages (zone);
    }
  g_assert_true (balanced);
}

/* Reclaim has done with a page: if it is taken, it was neither locked nor in use. */
static void
check_folio (const TestEvent *event)
{
  struct page *page = pfn_to_page (event->a);

  if ((event->b & 0xffffffff) != RECLAIM_FREED)
    return;
  g_assert_false (PageMlocked (page) || PageUnevictable (page));
  g_assert_false (page_mapped (page));
}

static void
check_event (guint32 id)
{
  const TestEvent *event = &g_array_index (test_events, TestEvent, test_events->len - 1);

  if (id == TRACE_mm_page_alloc)
    check_alloc (event);
  else if (id == TRACE_mm_vmscan_kswapd_sleep)
    check_sleep (event);
  else if (id == TRACE_shrink_folio)
    check_folio (event);
}

/* ---- One operation ---- */

static void
check_load (guint64 address, guint8 expected)
{
  g_assert_cmpint (run (OP_load, MM_OP_NO_SLOT, address, 1, 1, 0, 0, 0), ==, 0);
  g_assert_cmpuint (this_machine->outcome.value, ==, expected);
}

/* One access, or what an administrator does. */
/* Some pages of the heap are locked, or no longer; those that are need no fault. */
static void
lock_some (Load *load)
{
  guint n = (guint)g_test_rand_int_range (1, 16), first = (guint)g_test_rand_int_range (0, HEAP_PAGES - 16);
  gboolean lock = g_test_rand_int_range (0, 3) == 0;

  g_assert_cmpint (
    run (
      lock ? OP_mlock : OP_munlock, MM_OP_NO_SLOT, load->heap + first * PAGE_SIZE, n * PAGE_SIZE, 0, 0, 0, 0),
    ==,
    0);
  for (guint page = first; page < first + n; page++)
    load->heap_locked[page] = lock;
}

/* What an interrupt handler, and who frees memory, may take; and later gives back. */
static void
use_reserve (Load *load)
{
  static const gfp_t rights[] = {
    GFP_ATOMIC, GFP_KERNEL | __GFP_HIGH, GFP_NOWAIT | __GFP_MEMALLOC, GFP_KERNEL
  };
  struct mm_op take = { .kind = OP_alloc_many, .nid = -1, .slot = SLOT_RESERVE, .nr = N_RESERVE };
  struct mm_op give = { .kind = OP_free_many, .nid = -1, .slot = SLOT_RESERVE, .nr = N_RESERVE };

  take.gfp = rights[g_test_rand_int_range (0, G_N_ELEMENTS (rights))] | __GFP_NOWARN;
  test_run (load->reserve_in_use ? give : take);
  load->reserve_in_use = !load->reserve_in_use;
}

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
    {
      check_load (load->heap + heap * PAGE_SIZE, load->heap_bytes[heap]);
      if (load->heap_locked[heap])
        g_assert_cmpuint (this_machine->outcome.min_flt + this_machine->outcome.maj_flt, ==, 0);
    }
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
  else if (what < 905)
    use_reserve (load);
  else if (what < 925)
    lock_some (load);
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

/* ---- Whole loads ---- */

/* Pages that are in use or wait in a list of a CPU, but for those of the kernel's own objects. */
static guint64
pages_in_use (void)
{
  struct view_machine view;

  lru_add_drain_all ();
  view_machine (this_machine, &view);
  return view.managed_pages - view.free_pages - view.pcp_pages - test_counter ("nr_slab_reclaimable") -
         test_counter ("nr_slab_unreclaimable");
}

/* All who had memory end, and all that is cached goes: nothing is left behind. */
static void
give_back (Load *load)
{
  if (load->reserve_in_use)
    use_reserve (load);
  g_assert_cmpint (run (OP_exit, MM_OP_NO_SLOT, 0, 0, 0, 0, 0, 0), ==, 0);
  run (OP_close, MM_OP_NO_SLOT, SLOT_OPEN + 1, 0, 0, 0, 0, 0);
  run (OP_drop_caches, MM_OP_NO_SLOT, 3, 0, 0, 0, 0, 0);
}

static void
pressure (struct machine_config *config)
{
  g_autofree Load *load = g_new0 (Load, 1);
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = NULL;
  guint round, page;
  guint64 at_first;

  config->nr_slots = SLOT_RESERVE + N_RESERVE;
  if (config->nr_swaps == 0)
    config->swaps[config->nr_swaps++].size = MIB (32);
  config->disk_size = FILE_PAGES * PAGE_SIZE;
  machine = begin (load, config);
  at_first = pages_in_use ();
  requests_below_min = 0;
  test_events_clear ();
  test_trace_callback = check_event;
  for (round = 0; round < 20000; round++)
    {
      step (load);
      test_events_clear ();
      if (round % 10 == 0)
        test_assert_valid ();
    }
  test_trace_callback = NULL;
  g_assert_cmpuint (test_counter ("pswpout"), >, 100);
  g_assert_cmpuint (test_counter ("pgsteal_file"), >, 100);
  g_assert_cmpuint (test_counter ("unevictable_pgs_rescued"), >, 100);
  g_assert_cmpuint (test_counter ("oom_kill"), ==, 0);
  g_assert_cmpuint (requests_below_min, >, 10);
  for (page = 0; page < HEAP_PAGES; page++)
    check_load (load->heap + page * PAGE_SIZE, load->heap_bytes[page]);
  run (OP_sync, MM_OP_NO_SLOT, 0, 0, 0, 0, 0, 0);
  for (page = 0; page < FILE_PAGES; page++)
    g_assert_cmpuint (
      this_machine->disk[find_inode (1)->i_disk + page * PAGE_SIZE], ==, load->file_bytes[page]);
  test_assert_valid ();
  give_back (load);
  test_assert_valid ();
  g_assert_cmpuint (pages_in_use (), <=, at_first);
  g_assert_cmpint (this_machine->nr_swap_pages, ==, this_machine->total_swap_pages);
}

static void
test_one_cpu (void)
{
  struct machine_config config;

  test_config_simple (&config, MIB (8));
  config.min_free_kbytes = 512;
  pressure (&config);
}

static void
test_two_cpus (void)
{
  struct machine_config config;

  test_config_simple (&config, MIB (12));
  config.min_free_kbytes = 1024;
  config.nr_cpus = 2;
  pressure (&config);
}

static void
test_three_zones (void)
{
  struct machine_config config;

  test_config_simple (&config, MIB (12));
  config.zone_dma_end = MIB (4);
  config.zone_dma32_end = MIB (8);
  config.min_free_kbytes = 1024;
  pressure (&config);
}

static void
test_two_nodes (void)
{
  struct machine_config config;

  test_config_simple (&config, MIB (8));
  config.min_free_kbytes = 1024;
  config.nr_nodes = config.nr_cpus = config.nr_regions = 2;
  config.regions[1] = (struct memory_region){ MIB (8), MIB (4), 1 };
  config.cpu_to_node[1] = 1;
  pressure (&config);
}

/* Two small devices in turn, then one without a priority. */
static void
test_three_swap_devices (void)
{
  struct machine_config config;

  test_config_simple (&config, MIB (8));
  config.min_free_kbytes = 512;
  config.nr_swaps = 3;
  config.swaps[0].size = MIB (32);
  config.swaps[1] = (struct swap_device){ .size = MIB (1), .flags = SWAP_FLAG_PREFER | 7 };
  config.swaps[2] = (struct swap_device){ .size = MIB (2), .flags = SWAP_FLAG_PREFER | 7 };
  pressure (&config);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mm/pressure/one-cpu", test_one_cpu);
  g_test_add_func ("/mm/pressure/two-cpus", test_two_cpus);
  g_test_add_func ("/mm/pressure/three-zones", test_three_zones);
  g_test_add_func ("/mm/pressure/two-nodes", test_two_nodes);
  g_test_add_func ("/mm/pressure/three-swap-devices", test_three_swap_devices);
  return g_test_run ();
}
