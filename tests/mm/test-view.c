/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Readers: frames, objects by name, their bytes and fields. How fast all
 * frames of a large machine are read is measured, and bounded loosely.
 */
#include "machine-test.h"

#include <string.h>
#include <time.h>

#define DMA32 zone_ref (0, ZONE_DMA32)

static void
assert_name (mm_object_t object, const char *expected)
{
  char name[64], cut[6];

  g_assert_cmpuint (view_object_name (this_machine, object, name, sizeof name), ==, strlen (expected));
  g_assert_cmpstr (name, ==, expected);
  g_assert_cmpuint (view_object_name (this_machine, object, cut, sizeof cut), ==, strlen (expected));
  g_assert_cmpuint (strlen (cut), ==, MIN (strlen (expected), sizeof cut - 1));
}

static void
test_names (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));

  assert_name (mm_object (MM_OBJECT_MACHINE, 0), "machine");
  assert_name (mm_object (MM_OBJECT_NODE, 1), "Node 1");
  assert_name (mm_object (MM_OBJECT_ZONE, zone_ref (1, ZONE_NORMAL)), "Node 1, zone Normal");
  assert_name (mm_zone_object (MM_OBJECT_FREE_AREA, DMA32, 10), "Node 0, zone DMA32, free_area[10]");
  assert_name (mm_zone_object (MM_OBJECT_PCP, DMA32, 3), "Node 0, zone DMA32, CPU 3");
  assert_name (mm_object (MM_OBJECT_PAGE, 0x1a3), "page 0x1a3");
  assert_name (mm_object (MM_OBJECT_PAGE, 0), "page 0x0");
  assert_name (mm_object (MM_OBJECT_PAGEBLOCK, 0x200), "pageblock 0x200");
  assert_name (mm_object (MM_OBJECT_SLOT, 7), "slot 7");
  assert_name (mm_object (MM_OBJECT_OP, 12), "operation 13"); /* people count from 1 */
  assert_name (0, "");
}

/* ---- Bytes of objects ---- */

/* Is some byte of the object different from what it was in the copy? */
static gboolean
object_changed (const guint8 *before, mm_object_t object)
{
  struct view_extent extents[64];
  guint nr = view_object_extents (this_machine, object, extents, G_N_ELEMENTS (extents));

  g_assert_cmpuint (nr, <=, G_N_ELEMENTS (extents));
  for (guint i = 0; i < nr; i++)
    {
      g_assert_cmpuint (extents[i].size, >, 0);
      g_assert_cmpuint (extents[i].offset + extents[i].size, <=, this_machine->layout.ram);
      if (memcmp (before + extents[i].offset, (guint8 *) this_machine + extents[i].offset, extents[i].size) != 0)
        return TRUE;
    }
  return FALSE;
}

static void
test_extents (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  g_autofree guint8 *before = g_memdup2 (this_machine, this_machine->layout.ram);
  gint64 pfn = test_alloc (3, 4, GFP_HIGHUSER_MOVABLE);
  struct view_extent one;

  g_assert_true (object_changed (before, mm_object (MM_OBJECT_PAGE, (guint64) pfn)));
  g_assert_true (object_changed (before, mm_object (MM_OBJECT_SLOT, 3)));
  g_assert_true (object_changed (before, mm_object (MM_OBJECT_ZONE, DMA32)));
  g_assert_true (object_changed (before, mm_object (MM_OBJECT_MACHINE, 0)));
  g_assert_true (object_changed (before, mm_zone_object (MM_OBJECT_FREE_AREA, DMA32, 8)));
  g_assert_true (object_changed (before, mm_zone_object (MM_OBJECT_FREE_AREA, DMA32, 4)));
  g_assert_false (object_changed (before, mm_zone_object (MM_OBJECT_FREE_AREA, DMA32, 10)));
  g_assert_false (object_changed (before, mm_object (MM_OBJECT_PAGE, 12000)));
  g_assert_false (object_changed (before, mm_object (MM_OBJECT_SLOT, 4)));
  g_assert_false (object_changed (before, mm_object (MM_OBJECT_ZONE, zone_ref (0, ZONE_DMA))));
  g_assert_false (object_changed (before, mm_object (MM_OBJECT_PAGEBLOCK, (guint64) pfn)));
  g_assert_false (object_changed (before, mm_object (MM_OBJECT_NODE, 0)));

  test_alloc (4, 0, GFP_KERNEL);
  g_assert_true (object_changed (before, mm_object (MM_OBJECT_PAGEBLOCK, this_machine->slots[4].value)));
  test_free (4);
  g_assert_true (object_changed (before, mm_zone_object (MM_OBJECT_PCP, DMA32, 0)));

  g_assert_cmpuint (view_object_extents (this_machine, mm_object (MM_OBJECT_PAGE, 20), &one, 1), ==, 1);
  g_assert_cmpuint (one.size, ==, 64);
  g_assert_cmpuint (one.offset, ==, this_machine->layout.mem_map + 20 * 64);
}

/* Objects that are not there have no bytes and no fields. */
static void
test_absent (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  const mm_object_t absent[] = {
    0,
    mm_object (MM_OBJECT_OP, 1),
    mm_object (MM_OBJECT_PAGE, this_machine->max_pfn),
    mm_object (MM_OBJECT_PAGE, 0xffffffffffffff),
    mm_object (MM_OBJECT_PAGEBLOCK, 0xffffffffffffff),
    mm_object (MM_OBJECT_SLOT, this_machine->config.nr_slots),
    mm_object (MM_OBJECT_NODE, 1),
    mm_object (MM_OBJECT_ZONE, zone_ref (0, ZONE_NORMAL)),
    mm_object (MM_OBJECT_ZONE, zone_ref (7, ZONE_NORMAL)),
    mm_object (MM_OBJECT_ZONE, 1UL << 40),
    mm_zone_object (MM_OBJECT_FREE_AREA, DMA32, 11),
    mm_zone_object (MM_OBJECT_PCP, DMA32, 1),
    mm_object (NR_MM_OBJECT_KINDS, 0),
    mm_object (200, 0),
  };

  for (guint i = 0; i < G_N_ELEMENTS (absent); i++)
    {
      g_assert_cmpuint (view_object_extents (this_machine, absent[i], NULL, 0), ==, 0);
      g_assert_cmpuint (view_object_fields (this_machine, absent[i], NULL, 0), ==, 0);
      view_object_name (this_machine, absent[i], NULL, 0);
    }
}

/* ---- Fields ---- */

static const char *
field (mm_object_t object, const char *name, mm_object_t *leads_to)
{
  static struct view_field fields[96];
  guint nr = view_object_fields (this_machine, object, fields, G_N_ELEMENTS (fields));

  g_assert_cmpuint (nr, <=, G_N_ELEMENTS (fields));
  /* Where they do not all fit, the first ones are the same. */
  {
    struct view_field some[3];

    g_assert_cmpuint (view_object_fields (this_machine, object, some, 3), ==, nr);
    for (guint i = 0; i < MIN (nr, 3); i++)
      g_assert_cmpmem (&some[i], sizeof some[i], &fields[i], sizeof fields[i]);
  }
  for (guint i = 0; i < nr; i++)
    if (g_str_equal (fields[i].name, name))
      {
        if (leads_to != NULL)
          *leads_to = fields[i].object;
        return fields[i].value;
      }
  g_error ("no field %s", name);
}

static void
test_fields (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  mm_object_t page, other, zone = mm_object (MM_OBJECT_ZONE, DMA32);
  gint64 pfn = test_alloc (5, 2, GFP_HIGHUSER_MOVABLE);

  /* An allocated page. */
  page = mm_object (MM_OBJECT_PAGE, (guint64) pfn);
  g_assert_cmpstr (field (page, "_refcount", NULL), ==, "1");
  g_assert_cmpstr (field (page, "_mapcount", NULL), ==, "-1");
  g_assert_cmpstr (field (page, "(use)", NULL), ==, "allocated");
  g_assert_cmpstr (field (page, "(slot)", &other), ==, "5");
  g_assert_cmpuint (other, ==, mm_object (MM_OBJECT_SLOT, 5));
  g_assert_cmpstr (field (other, "state", NULL), ==, "live");
  field (other, "page", &other);
  g_assert_cmpuint (other, ==, page);

  /* The last block of the list of order 10: one neighbour is a page, the other the head. */
  page = mm_object (MM_OBJECT_PAGE, 14336);
  g_assert_cmpstr (field (page, "buddy_list.next", &other), ==, "free_area[10].free_list[Movable]");
  g_assert_cmpuint (other, ==, mm_zone_object (MM_OBJECT_FREE_AREA, DMA32, 10));
  g_assert_cmpstr (field (page, "buddy_list.prev", &other), ==, "page 0x3400");
  g_assert_cmpuint (other, ==, mm_object (MM_OBJECT_PAGE, 13312));
  g_assert_cmpstr (field (page, "private", &other), ==, "10 (order), buddy 0x3c00");
  g_assert_cmpstr (field (page, "page_type", NULL), ==, "buddy");
  g_assert_cmpstr (field (mm_object (MM_OBJECT_PAGE, 14340), "(block)", &other), ==, "page 0x3800, order 10, Movable");
  g_assert_cmpuint (other, ==, page);

  /* A page on a per-CPU list. */
  test_free (5);
  page = mm_object (MM_OBJECT_PAGE, (guint64) pfn);
  g_assert_cmpstr (field (page, "pcp_list.next", &other), ==, "per_cpu_pageset[0].lists[7]");
  g_assert_cmpuint (other, ==, mm_zone_object (MM_OBJECT_PCP, DMA32, 0));
  g_assert_cmpstr (field (page, "index", NULL), ==, "1 (Movable)");
  g_assert_cmpstr (field (other, "lists[7]", &other), ==, "1: 0x1100");
  g_assert_cmpuint (other, ==, page);

  g_assert_cmpstr (field (zone, "_watermark[WMARK_MIN]", NULL), ==, "187 (748 kB)");
  g_assert_cmpstr (field (zone, "managed_pages", NULL), ==, "11776 (47104 kB)");
  g_assert_cmpstr (field (zone, "free_area[10].nr_free", &other), ==, "10");
  g_assert_cmpstr (field (other, "free_list[Movable]", NULL), ==, "10: 0x1400 0x1800 0x1c00 0x2000 0x2400 0x2800 ...");
  g_assert_cmpstr (field (other, "nr_free", NULL), ==, "10");
  g_assert_cmpstr (field (mm_object (MM_OBJECT_PAGEBLOCK, 14336), "migratetype", NULL), ==, "Movable");
  g_assert_cmpstr (field (mm_object (MM_OBJECT_PAGEBLOCK, 14400), "(free)", NULL), ==, "512");
  g_assert_cmpstr (field (mm_object (MM_OBJECT_NODE, 0), "node_zones[1]", &other), ==, "DMA32, 12288 pages");
  g_assert_cmpuint (other, ==, zone);
  g_assert_cmpstr (field (mm_object (MM_OBJECT_MACHINE, 0), "min_free_kbytes", NULL), ==, "999");
}

/* ---- Frames ---- */

static void
test_frames (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  guint64 nr = this_machine->max_pfn;
  g_autofree guint8 *all = g_malloc (nr);
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint i = 0; i < 300; i++)
    test_alloc (i, i % 6, i % 3 == 0 ? GFP_KERNEL : GFP_HIGHUSER_MOVABLE);
  for (guint i = 0; i < 300; i += 2)
    test_free (i);
  view_frames (this_machine, 0, nr, all);

  /* The same as page by page. */
  for (guint64 pfn = 0; pfn < nr; pfn++)
    {
      struct view_page page = test_page (pfn);

      g_assert_cmpuint (all[pfn] & 15, ==, page.kind);
      g_assert_cmpuint (all[pfn] >> 4 & 7, ==, page.block_type);
      g_assert_cmpuint (all[pfn] >> 7, ==, page.head == pfn);
    }
  /* The same in pieces, wherever they begin and end. */
  for (guint i = 0; i < 200; i++)
    {
      guint64 start = (guint64) g_rand_int_range (rand, 0, (gint32) nr), length = (guint64) g_rand_int_range (rand, 0, 3000);
      guint8 piece[3000];

      view_frames (this_machine, start, length, piece);
      g_assert_cmpmem (piece, MIN (length, nr - start), all + start, MIN (length, nr - start));
      for (guint64 pfn = nr; pfn < start + length; pfn++)
        g_assert_cmpuint (piece[pfn - start], ==, VIEW_PAGE_HOLE);
    }
  {
    guint8 beyond[4] = { 9, 9, 9, 9 };

    view_frames (this_machine, nr + 1000, 4, beyond);
    g_assert_cmpmem (beyond, 4, "\0\0\0\0", 4);
  }
}

/* Regions that touch are one stretch; holes part them; no more is written than has room. */
static void
test_memory (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = NULL;
  struct machine_config config;
  struct view_memory memory[4];

  test_config_simple (&config, MIB (16));
  config.nr_regions = 3;
  config.regions[0] = (struct memory_region) { .base = 0, .size = MIB (4) };
  config.regions[1] = (struct memory_region) { .base = MIB (4), .size = MIB (4) };
  config.regions[2] = (struct memory_region) { .base = MIB (32), .size = MIB (8) };
  machine = test_machine_new (&config);
  g_assert_cmpuint (view_memory (this_machine, memory, G_N_ELEMENTS (memory)), ==, 2);
  /* The kernel never uses the first frame. */
  g_assert_cmpuint (memory[0].start_pfn, ==, 1);
  g_assert_cmpuint (memory[0].nr_pages, ==, 2047);
  g_assert_cmpuint (memory[1].start_pfn, ==, 8192);
  g_assert_cmpuint (memory[1].nr_pages, ==, 2048);
  memory[1].start_pfn = 7;
  g_assert_cmpuint (view_memory (this_machine, memory, 1), ==, 2);
  g_assert_cmpuint (memory[1].start_pfn, ==, 7);
}

/* Milliseconds of processor time: other programs do not count. */
static double
best_of (guint times, void (*run) (void *data), void *data)
{
  double best = 1e9;

  while (times-- > 0)
    {
      clock_t start = clock ();

      run (data);
      best = MIN (best, (double) (clock () - start) * 1000 / CLOCKS_PER_SEC);
    }
  return best;
}

static void
read_frames (void *data)
{
  view_frames (this_machine, 0, this_machine->max_pfn, data);
}

static void
validate (void *data)
{
  g_assert_cmpuint (mm_validate (this_machine, NULL, NULL), ==, 0);
}

/* A million frames, in large blocks, in the worst case singly; generous bounds for slow computers. */
static void
test_speed (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = NULL;
  g_autofree guint8 *frames = NULL;
  struct machine_config config;
  double fresh, scattered;

  if (g_getenv ("PGW_UNDER_VALGRIND") != NULL)
    {
      g_test_skip ("not under valgrind");
      return;
    }
  test_config_simple (&config, GIB (4));
  config.nr_slots = 1u << 20;
  machine = test_machine_new (&config);
  frames = g_malloc (this_machine->max_pfn);
  fresh = best_of (5, read_frames, frames);
  test_run ((struct mm_op) { .kind = OP_alloc_many, .nid = -1, .nr = 1u << 20, .gfp = GFP_HIGHUSER_MOVABLE | __GFP_NOWARN });
  test_run ((struct mm_op) { .kind = OP_free_many, .nid = -1, .nr = 1u << 20, .arg = { PATTERN_EVERY, 0, 2, 0 } });
  scattered = best_of (5, read_frames, frames);
  g_test_message ("view_frames of %lu frames: %.2f ms after boot, %.2f ms scattered; mm_validate %.1f ms",
                  this_machine->max_pfn, fresh, scattered, best_of (2, validate, NULL));
  g_assert_cmpfloat (fresh, <, 50);
  g_assert_cmpfloat (scattered, <, 250);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mm/view/names", test_names);
  g_test_add_func ("/mm/view/extents", test_extents);
  g_test_add_func ("/mm/view/absent", test_absent);
  g_test_add_func ("/mm/view/fields", test_fields);
  g_test_add_func ("/mm/view/frames", test_frames);
  g_test_add_func ("/mm/view/memory", test_memory);
  g_test_add_func ("/mm/view/speed", test_speed);
  return g_test_run ();
}
