/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several swap devices: which one a page goes to, what happens to priorities as devices come and go, that
 * swapoff() brings everything back or leaves it where it is, and that random loads with all of
 * this in between lose no byte.
 */
#include "machine-test.h"

#include "mm/mm.h"
#include "mm/swap.h"

#define SLOT_HEAP 1

static TestMachine *
machine_with_swaps (guint64                   ram,
                    guint                     nodes,
                    guint                     n,
                    const struct swap_device *swaps)
{
  struct machine_config config;
  TestMachine *machine;

  test_config_simple (&config, ram);
  if (nodes == 2)
    {
      config.nr_nodes = config.nr_cpus = config.nr_regions = 2;
      config.regions[0].size = config.regions[1].base = config.regions[1].size = ram / 2;
      config.regions[1].nid = 1;
      config.cpu_to_node[1] = 1;
    }
  config.nr_slots = 16;
  config.nr_swaps = n;
  for (guint i = 0; i < n; i++)
    config.swaps[i] = swaps[i];
  machine = test_machine_new (&config);
  g_assert_cmpint (test_run ((struct mm_op) { .kind = OP_task_create, .nid = -1 }), >, 0);
  return machine;
}

static gint64
run (guint   kind,
     guint64 a,
     guint64 b)
{
  return test_run ((struct mm_op) { .kind = (u16) kind, .nid = -1, .arg = { a, b } });
}

static guint64
used (guint device)
{
  struct view_swap_device view;

  g_assert_true (view_swap_device (this_machine, device, &view));
  return view.used;
}

static gint
priority (guint device)
{
  struct view_swap_device view;

  g_assert_true (view_swap_device (this_machine, device, &view));
  g_assert_true (view.in_use);
  return view.priority;
}

/* The highest priority first, those that are equal in turn, and the next ones when they are full. */
static void
test_priorities (void)
{
  static const struct swap_device swaps[] = {
    { MIB (8), 0, 0 },
    { MIB (1), SWAP_FLAG_PREFER | 5, 0 },
    { MIB (2), SWAP_FLAG_PREFER | 5, 0 },
    { 16 * PAGE_SIZE, SWAP_FLAG_PREFER | 9, 0 },
    { MIB (8), 0, 0 },
  };
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_swaps (MIB (16), 1, G_N_ELEMENTS (swaps), swaps);
  guint64 order[24], n = 0, heap = test_map (MIB (22), SLOT_HEAP);
  char text[800];

  g_assert_cmpint (this_machine->total_swap_pages, ==, 2047 + 255 + 511 + 15 + 2047);
  g_assert_cmpint (priority (0), ==, -2);
  g_assert_cmpint (priority (4), ==, -3);
  test_events_clear ();
  for (guint64 i = 0; i < MIB (22) / PAGE_SIZE; i++)
    {
      test_store (heap + i * PAGE_SIZE, i);
      /* A device of lower priority has nothing while one of higher priority has room. */
      if (used (3) < 15)
        g_assert_cmpuint (used (1) + used (2) + used (0), ==, 0);
      if (used (1) < 255 || used (2) < 511)
        g_assert_cmpuint (used (0), ==, 0);
      if (used (1) < 255)
        g_assert_cmpuint (MAX (used (1), used (2)) - MIN (used (1), used (2)), <=, 1);
      if (used (0) < 2047)
        g_assert_cmpuint (used (4), ==, 0);
    }
  g_assert_cmpuint (used (0), >, 100);
  test_assert_valid ();
  for (guint i = 0; test_events_find (TRACE_add_to_swap, i) != NULL && n < G_N_ELEMENTS (order); i++)
    order[n++] = test_events_find (TRACE_add_to_swap, i)->b;
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (order));
  for (guint i = 0; i < 15; i++)
    g_assert_cmpuint (order[i], ==, swp_entry (3, i + 1).val);
  for (guint i = 15; i < n; i++)
    g_assert_cmpuint (order[i], ==, swp_entry (i % 2 ? 1 : 2, (i - 15) / 2 + 1).val);

  view_proc (this_machine, "swaps", text, sizeof text);
  g_assert_nonnull (strstr (text, "/dev/vdc                                partition\t1020\t\t1020\t\t5\n"
                                  "/dev/vdd                                partition\t2044\t\t2044\t\t5\n"
                                  "/dev/vde                                partition\t60\t\t60\t\t9\n"
                                  "/dev/vdf                                partition\t8188\t\t0\t\t-3\n"));
  for (guint64 i = 0; i < MIB (22) / PAGE_SIZE; i++)
    g_assert_cmpuint (test_load (heap + i * PAGE_SIZE), ==, (guint8) i);
  test_assert_valid ();
}

/* Each node goes round among equals by itself. */
static void
test_nodes (void)
{
  static const struct swap_device swaps[] = {
    { .size = MIB (8), .flags = SWAP_FLAG_PREFER | 1 }, { .size = MIB (8), .flags = SWAP_FLAG_PREFER | 1 },
  };
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_swaps (MIB (32), 2, G_N_ELEMENTS (swaps), swaps);

  g_assert_cmpuint (folio_alloc_swap ().val, ==, swp_entry (0, 1).val);
  g_assert_cmpuint (folio_alloc_swap ().val, ==, swp_entry (1, 1).val);
  g_assert_cmpuint (folio_alloc_swap ().val, ==, swp_entry (0, 2).val);
  this_machine->cpu = 1;
  g_assert_cmpuint (folio_alloc_swap ().val, ==, swp_entry (0, 3).val);
  g_assert_cmpuint (folio_alloc_swap ().val, ==, swp_entry (1, 2).val);
  this_machine->cpu = 0;
  g_assert_cmpuint (folio_alloc_swap ().val, ==, swp_entry (1, 3).val);
}

/* Slots come in stretches of 512 that are free as a whole, from the start of the device. */
static void
test_clusters (void)
{
  static const struct swap_device swaps[] = { { MIB (8), 0, 0 } };
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_swaps (MIB (16), 1, 1, swaps);
  guint i;

  for (i = 1; i <= 1536; i++)
    g_assert_cmpuint (folio_alloc_swap ().val, ==, i);
  for (i = 1; i <= 100; i++)
    put_swap_folio (swp_entry (0, i));
  for (i = 400; i <= 1100; i++)
    put_swap_folio (swp_entry (0, i));
  /* The hundred at the start are too few. */
  for (i = 400; i < 912; i++)
    g_assert_cmpuint (folio_alloc_swap ().val, ==, i);
  /* Where no such stretch is left, the first free ones are taken. */
  for (i = 1; i <= 100; i++)
    g_assert_cmpuint (folio_alloc_swap ().val, ==, i);
  for (i = 912; i <= 1100; i++)
    g_assert_cmpuint (folio_alloc_swap ().val, ==, i);
  for (i = 1537; i < 2048; i++)
    g_assert_cmpuint (folio_alloc_swap ().val, ==, i);
  g_assert_cmpuint (folio_alloc_swap ().val, ==, 0);
}

/* Automatic priorities have no gaps, and a device that comes back gets the lowest one. */
static void
test_automatic_priorities (void)
{
  static const struct swap_device swaps[] = {
    { MIB (1), 0, 0 }, { MIB (1), 0, 0 }, { MIB (1), SWAP_FLAG_PREFER | 3, 0 }, { MIB (1), 0, 0 }, { MIB (1), 0, 1 }, { PAGE_SIZE, 0, 0 },
  };
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_swaps (MIB (16), 1, G_N_ELEMENTS (swaps), swaps);

  g_assert_cmpint (this_machine->total_swap_pages, ==, 4 * 255);
  g_assert_cmpint (priority (3), ==, -4);
  g_assert_cmpint (run (OP_swapoff, 0, 0), ==, 0);
  g_assert_cmpint (priority (1), ==, -2);
  g_assert_cmpint (priority (3), ==, -3);
  g_assert_cmpint (priority (2), ==, 3);
  g_assert_cmpint (run (OP_swapon, 4, 0), ==, 0);
  g_assert_cmpint (priority (4), ==, -4);
  g_assert_cmpint (run (OP_swapon, 0, SWAP_FLAG_PREFER | 7), ==, 0);
  g_assert_cmpint (priority (0), ==, 7);
  g_assert_cmpint (run (OP_swapoff, 2, 0), ==, 0);
  g_assert_cmpint (priority (3), ==, -3);
  g_assert_cmpint (this_machine->total_swap_pages, ==, 4 * 255);
  g_assert_cmpint (run (OP_swapon, 0, 0), ==, -EBUSY);
  g_assert_cmpint (run (OP_swapon, 5, 0), ==, -EINVAL);
  g_assert_cmpint (run (OP_swapon, 6, 0), ==, -EINVAL);
  g_assert_cmpint (run (OP_swapoff, 6, 0), ==, -EINVAL);
  g_assert_cmpint (run (OP_swapoff, 2, 0), ==, -EINVAL);
  test_assert_valid ();
}

/* What was on a device moves to memory, and what does not fit there, to another device. */
static void
test_swapoff (void)
{
  static const struct swap_device swaps[] = { { MIB (8), SWAP_FLAG_PREFER | 2, 0 }, { MIB (16), 0, 0 }, { MIB (4), 0, 0 } };
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_swaps (MIB (16), 1, G_N_ELEMENTS (swaps), swaps);
  guint64 n = MIB (22) / PAGE_SIZE, heap = test_map (MIB (22), SLOT_HEAP), before;

  for (guint64 i = 0; i < n; i++)
    test_store (heap + i * PAGE_SIZE + i % 4096, i * 3 + 1);
  g_assert_cmpuint (used (0), ==, 2047);
  before = used (1) + used (2);
  g_assert_cmpint (run (OP_swapoff, 0, 0), ==, 0);
  g_assert_cmpuint (used (0), ==, 0);
  g_assert_cmpuint (used (1) + used (2), >, before);
  g_assert_cmpuint (test_counter ("oom_kill"), ==, 0);
  test_assert_valid ();
  for (guint64 i = 0; i < n; i++)
    g_assert_cmpuint (test_load (heap + i * PAGE_SIZE + i % 4096), ==, (guint8) (i * 3 + 1));

  /* Without the second one it does not fit: all stays, and only the priorities have changed. */
  g_assert_cmpint (run (OP_set_tunable, TUNABLE_overcommit_memory, 1), ==, 0);
  g_assert_cmpint (run (OP_swapoff, 1, 0), ==, -ENOMEM);
  g_assert_cmpint (priority (2), ==, -2);
  g_assert_cmpint (priority (1), ==, -3);
  g_assert_cmpuint (used (1), >, 0);
  g_assert_cmpuint (test_counter ("oom_kill"), ==, 0);
  g_assert_cmpint (this_machine->total_swap_pages, ==, 4095 + 1023);
  test_assert_valid ();
  for (guint64 i = 0; i < n; i++)
    g_assert_cmpuint (test_load (heap + i * PAGE_SIZE + i % 4096), ==, (guint8) (i * 3 + 1));
  test_assert_valid ();
}

/* Stores and loads of two tasks under pressure, while devices come and go. */
static void
random_load (guint32 solid_state)
{
  const struct swap_device swaps[] = {
    { MIB (6), SWAP_FLAG_PREFER | 4, 0, solid_state }, { MIB (6), SWAP_FLAG_PREFER | 4, 0, solid_state },
    { MIB (10), 0, 0, solid_state }, { MIB (3), 0, 1, solid_state }, { MIB (16), 0, 0, solid_state },
  };
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_swaps (MIB (8), 1, G_N_ELEMENTS (swaps), swaps);
  const guint64 n = MIB (12) / PAGE_SIZE;
  guint64 heap = test_map (MIB (12), SLOT_HEAP), off = 0, failed = 0;
  g_autofree guint8 *expected = g_new0 (guint8, n);

  for (guint round = 0; round < 30000; round++)
    {
      guint64 page = g_test_rand_bit () ? (guint64) g_test_rand_int_range (0, n / 10)
                                        : (guint64) g_test_rand_int_range (0, n);

      if (g_test_rand_bit ())
        {
          expected[page] = g_test_rand_int_range (0, 256);
          test_store (heap + page * PAGE_SIZE, expected[page]);
        }
      else
        g_assert_cmpuint (test_load (heap + page * PAGE_SIZE), ==, expected[page]);
      if (round % 500 == 0)
        {
          /* The last one stays: without it, memory may run out. */
          guint device = (guint) g_test_rand_int_range (0, G_N_ELEMENTS (swaps) - 1);
          struct view_swap_device view;
          gint64 result;

          g_assert_true (view_swap_device (this_machine, device, &view));
          result = view.in_use ? run (OP_swapoff, device, 0)
                               : run (OP_swapon, device, g_test_rand_bit () ? SWAP_FLAG_PREFER | 4 : 0);
          g_assert_true (result == 0 || (view.in_use && result == -ENOMEM));
          off += view.in_use && result == 0;
          failed += result != 0;
          test_assert_valid ();
        }
    }
  for (guint64 page = 0; page < n; page++)
    g_assert_cmpuint (test_load (heap + page * PAGE_SIZE), ==, expected[page]);
  test_assert_valid ();
  g_assert_cmpuint (off, >, 5);
  g_assert_cmpuint (test_counter ("pswpin"), >, 1000);
  g_assert_cmpuint (test_counter ("oom_kill"), ==, 0);
  g_test_message ("%" G_GUINT64_FORMAT " taken out of use, %" G_GUINT64_FORMAT " not", off, failed);
}

static void
test_random (void)
{
  random_load (0);
}

static void
test_random_solid_state (void)
{
  random_load (1);
}

/* ---- Readahead ---- */

/* Pages that the next access reads from swap: those that are read ahead, and the page itself. */
static guint
reads (guint64 address)
{
  guint64 before = test_counter ("pswpin");

  test_load (address);
  return test_counter ("pswpin") - before;
}

static gboolean
in_swap (guint64 address)
{
  struct view_pte view;

  return view_ptes (this_machine, 1, address, address + PAGE_SIZE, &view, 1) == 1 && view.flags & VIEW_PTE_SWAP;
}

/* Windows are aligned, grow with hits and shrink without them. */
static void
test_cluster_readahead (void)
{
  static const struct swap_device swaps[] = { { .size = MIB (32) } };
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_swaps (MIB (32), 1, 1, swaps);
  guint64 n = MIB (40) / PAGE_SIZE, heap = test_map (MIB (40), SLOT_HEAP), first = 64, ahead, hits;

  for (guint64 i = 0; i < n; i++)
    test_store (heap + i * PAGE_SIZE, i);
  for (guint64 i = 0; i < 1024; i++)
    g_assert_true (in_swap (heap + i * PAGE_SIZE));
  /* Four hits to begin with: eight pages, of which seven are ahead. */
  g_assert_cmpuint (reads (heap + first * PAGE_SIZE), ==, 8);
  g_assert_cmpuint (test_counter ("swap_ra"), ==, 7);
  g_assert_cmpuint (test_counter ("swap_ra_hit"), ==, 0);
  /* Without a hit the window is cut in half, to four, two and one; far from the last place it stays there. */
  g_assert_cmpuint (reads (heap + 200 * PAGE_SIZE), ==, 4);
  g_assert_cmpuint (reads (heap + 300 * PAGE_SIZE), ==, 2);
  g_assert_cmpuint (reads (heap + 400 * PAGE_SIZE), ==, 1);
  g_assert_cmpuint (reads (heap + 500 * PAGE_SIZE), ==, 1);
  /* Next to it: two. Every one that is used then makes the next window larger. */
  g_assert_cmpuint (reads (heap + 501 * PAGE_SIZE), <=, 2);
  ahead = test_counter ("swap_ra");
  for (guint64 i = 600; i < 900; i++)
    g_assert_cmpuint (test_load (heap + i * PAGE_SIZE), ==, (guint8) i);
  ahead = test_counter ("swap_ra") - ahead;
  hits = test_counter ("swap_ra_hit");
  g_assert_cmpuint (ahead, >=, 240);
  g_assert_cmpuint (hits, >=, 230);
  g_assert_cmpuint (test_counter ("pgmajfault"), <=, 5 + 300 / 6 + 8);
  test_assert_valid ();

  g_assert_cmpint (run (OP_set_tunable, TUNABLE_page_cluster, 0), ==, 0);
  for (guint64 i = 910; i < 950; i++)
    g_assert_cmpuint (reads (heap + i * PAGE_SIZE), <=, 1);
  for (guint64 i = 0; i < n; i++)
    g_assert_cmpuint (test_load (heap + i * PAGE_SIZE), ==, (guint8) i);
  test_assert_valid ();
}

/* Where nothing turns, neighbours in the page table are read, though their slots lie apart. */
static void
test_vma_readahead (void)
{
  static const struct swap_device swaps[] = { { .size = MIB (32), .solid_state = 1 }, { .size = MIB (1), .off = 1 } };
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_swaps (MIB (32), 1, 2, swaps);
  guint64 n = MIB (40) / PAGE_SIZE, heap = test_map (MIB (40), SLOT_HEAP);

  /* Written with a stride, so that neighbours in memory are not neighbours in swap. */
  for (guint64 i = 0; i < n; i++)
    test_store (heap + i * 7 % n * PAGE_SIZE, i * 7 % n);
  g_assert_cmpuint (reads (heap), <=, 8);
  for (guint64 i = 1; i < 1500; i++)
    g_assert_cmpuint (test_load (heap + i * PAGE_SIZE), ==, (guint8) i);
  g_assert_cmpuint (test_counter ("swap_ra"), >, 200);
  g_assert_cmpuint (test_counter ("swap_ra_hit"), >, test_counter ("swap_ra") * 8 / 10);
  test_assert_valid ();
  /* A device that turns, and it is the slots that count. */
  g_assert_cmpuint (this_machine->nr_rotate_swap, ==, 0);
  g_assert_cmpint (run (OP_swapon, 1, 0), ==, 0);
  g_assert_cmpuint (this_machine->nr_rotate_swap, ==, 1);
  for (guint64 i = 0; i < n; i++)
    g_assert_cmpuint (test_load (heap + i * PAGE_SIZE), ==, (guint8) i);
  g_assert_cmpint (run (OP_swapoff, 1, 0), ==, 0);
  g_assert_cmpuint (this_machine->nr_rotate_swap, ==, 0);
  test_assert_valid ();
}

/* mm_validate() notices what is wrong with a device. */
static void
test_damage (void)
{
  static const struct swap_device swaps[] = { { MIB (1), SWAP_FLAG_PREFER | 4, 0 }, { MIB (1), 0, 0 } };
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_with_swaps (MIB (8), 1, G_N_ELEMENTS (swaps), swaps);
  struct swap_info_struct *si = this_machine->swap_info;

  test_assert_valid ();
#define DAMAGE(change, undo)                                                                                                         \
  change;                                                                                                                            \
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), >, 0);                                                                   \
  undo;                                                                                                                              \
  test_assert_valid ();
  DAMAGE (si[1].swap_map[7] = 1, si[1].swap_map[7] = 0);
  DAMAGE (si[1].inuse_pages = 1, si[1].inuse_pages = 0);
  DAMAGE (si[0].lowest_bit = 2, si[0].lowest_bit = 1);
  DAMAGE (si[0].highest_bit = 254, si[0].highest_bit = 255);
  DAMAGE (si[0].prio = -9, si[0].prio = 4);
  DAMAGE (del_from_avail_list (&si[1]), add_to_avail_list (&si[1]));
  DAMAGE (this_machine->nr_swap_pages--, this_machine->nr_swap_pages++);
  DAMAGE (this_machine->total_swap_pages--, this_machine->total_swap_pages++);
#undef DAMAGE
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mm/swap/priorities", test_priorities);
  g_test_add_func ("/mm/swap/nodes", test_nodes);
  g_test_add_func ("/mm/swap/clusters", test_clusters);
  g_test_add_func ("/mm/swap/automatic-priorities", test_automatic_priorities);
  g_test_add_func ("/mm/swap/swapoff", test_swapoff);
  g_test_add_func ("/mm/swap/cluster-readahead", test_cluster_readahead);
  g_test_add_func ("/mm/swap/vma-readahead", test_vma_readahead);
  g_test_add_func ("/mm/swap/random", test_random);
  g_test_add_func ("/mm/swap/random-solid-state", test_random_solid_state);
  g_test_add_func ("/mm/swap/damage", test_damage);
  return g_test_run ();
}
