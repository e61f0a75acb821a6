/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Booting: every layout of memory that a scenario may ask for, with figures
 * worked out by hand from the rules of the kernel.
 */
#include "machine-test.h"

#include <string.h>

#define DMA zone_ref (0, ZONE_DMA)
#define DMA32 zone_ref (0, ZONE_DMA32)
#define NORMAL zone_ref (0, ZONE_NORMAL)

static void
count_frames (guint64 counts[NR_VIEW_PAGE_KINDS])
{
  guint64 nr = this_machine->max_pfn;
  g_autofree guint8 *frames = g_malloc (nr);

  memset (counts, 0, NR_VIEW_PAGE_KINDS * sizeof *counts);
  view_frames (this_machine, 0, nr, frames);
  for (guint64 pfn = 0; pfn < nr; pfn++)
    counts[frames[pfn] & 15]++;
}

static void
assert_list (guint32 zone, guint32 order, guint32 mt, const guint64 *expected, guint nr)
{
  g_autoptr (GArray) list = test_free_list (zone, order, mt);

  g_assert_cmpuint (list->len, ==, nr);
  for (guint i = 0; i < nr; i++)
    g_assert_cmpuint (g_array_index (list, guint64, i), ==, expected[i]);
}

static void
test_64_mib (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (64));
  struct view_zone dma = test_zone (DMA), dma32 = test_zone (DMA32), none;
  struct view_pcp pcp = test_pcp (DMA32, 0);
  static const guint64 order10[] = { 5120, 6144, 7168, 8192, 9216, 10240, 11264, 12288, 13312, 14336 };
  static const guint64 order8[] = { 4352, 15872 }, order9[] = { 4608, 15360 };
  guint64 counts[NR_VIEW_PAGE_KINDS];
  g_autofree char *dma_blocks = test_free_blocks (DMA), *dma32_blocks = test_free_blocks (DMA32);

  test_assert_valid ();
  g_assert_false (view_zone (this_machine, NORMAL, &none));
  g_assert_cmpuint (view_zones (this_machine, NULL, 0), ==, 2);

  /* The first 1 MiB is kept for firmware; of it, page 0 does not even count as memory. */
  g_assert_cmpuint (dma.start_pfn, ==, 1);
  g_assert_cmpuint (dma.spanned_pages, ==, 4095);
  g_assert_cmpuint (dma.present_pages, ==, 4095);
  g_assert_cmpuint (dma.managed_pages, ==, 3840);
  g_assert_cmpuint (dma32.start_pfn, ==, 4096);
  g_assert_cmpuint (dma32.spanned_pages, ==, 12288);
  /* The kernel's image (1 MiB) and mem_map (1 MiB). */
  g_assert_cmpuint (dma32.managed_pages, ==, 11776);

  count_frames (counts);
  g_assert_cmpuint (counts[VIEW_PAGE_HOLE], ==, 0);
  g_assert_cmpuint (counts[VIEW_PAGE_RESERVED], ==, 256);
  g_assert_cmpuint (counts[VIEW_PAGE_KERNEL], ==, 256);
  g_assert_cmpuint (counts[VIEW_PAGE_MEMMAP], ==, 256);
  g_assert_cmpuint (counts[VIEW_PAGE_FREE], ==, 15616);
  g_assert_cmpuint (test_page (4096).kind, ==, VIEW_PAGE_KERNEL);
  g_assert_cmpuint (test_page (16383).kind, ==, VIEW_PAGE_MEMMAP);

  /* Blocks as large as alignment allows, in the order of their addresses. */
  g_assert_cmpstr (dma_blocks, ==, "8:U1 9:M1 10:M3");
  g_assert_cmpstr (dma32_blocks, ==, "8:M2 9:M2 10:M10");
  assert_list (DMA32, 10, MIGRATE_MOVABLE, order10, G_N_ELEMENTS (order10));
  assert_list (DMA32, 9, MIGRATE_MOVABLE, order9, G_N_ELEMENTS (order9));
  assert_list (DMA32, 8, MIGRATE_MOVABLE, order8, G_N_ELEMENTS (order8));

  /* 4 * sqrt (62464 kB) = 999 kB = 249 pages, shared out by size. */
  g_assert_cmpuint (test_counter ("nr_free_pages"), ==, 15616);
  g_assert_cmpuint (dma.wmark[0], ==, 249 * 3840 / 15616);
  g_assert_cmpuint (dma.wmark[1], ==, 61 + 15);
  g_assert_cmpuint (dma.wmark[2], ==, 61 + 30);
  g_assert_cmpuint (dma32.wmark[0], ==, 187);
  g_assert_cmpuint (dma32.wmark[1], ==, 233);
  g_assert_cmpuint (dma32.wmark[2], ==, 279);
  /* 11776 / 256, for requests that could go to DMA32. */
  g_assert_cmpuint (dma.lowmem_reserve[ZONE_DMA], ==, 0);
  g_assert_cmpuint (dma.lowmem_reserve[ZONE_DMA32], ==, 46);
  g_assert_cmpuint (dma.lowmem_reserve[ZONE_NORMAL], ==, 46);
  g_assert_cmpuint (dma32.lowmem_reserve[ZONE_NORMAL], ==, 0);

  g_assert_cmpuint (pcp.batch, ==, 1);
  g_assert_cmpuint (pcp.high, ==, 233);
  g_assert_cmpuint (pcp.count, ==, 0);
  g_assert_cmpuint (pcp.stat_threshold, ==, 2);
}

static void
test_three_zones_in_16_mib (void)
{
  g_autoptr (TestMachine) machine = NULL;
  struct machine_config config;

  test_config_simple (&config, MIB (16));
  config.zone_dma_end = MIB (4);
  config.zone_dma32_end = MIB (12);
  machine = test_machine_new (&config);
  test_assert_valid ();
  g_assert_cmpuint (view_zones (this_machine, NULL, 0), ==, 3);
  g_assert_cmpuint (test_zone (DMA).present_pages, ==, 1023);
  g_assert_cmpuint (test_zone (DMA32).start_pfn, ==, 1024);
  g_assert_cmpuint (test_zone (DMA32).present_pages, ==, 2048);
  g_assert_cmpuint (test_zone (NORMAL).start_pfn, ==, 3072);
  g_assert_cmpuint (test_zone (NORMAL).present_pages, ==, 1024);

  /* The highest zone that will do comes first. */
  g_assert_cmpuint (test_page ((guint64) test_alloc (0, 0, GFP_KERNEL)).zone, ==, NORMAL);
  g_assert_cmpuint (test_page ((guint64) test_alloc (1, 0, GFP_DMA32)).zone, ==, DMA32);
  g_assert_cmpuint (test_page ((guint64) test_alloc (2, 0, GFP_DMA)).zone, ==, DMA);
  test_assert_valid ();
}

static void
test_4_mib (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (4));
  guint64 counts[NR_VIEW_PAGE_KINDS];

  test_assert_valid ();
  count_frames (counts);
  g_assert_cmpuint (counts[VIEW_PAGE_RESERVED], ==, 16);
  g_assert_cmpuint (counts[VIEW_PAGE_KERNEL], ==, 64);
  g_assert_cmpuint (counts[VIEW_PAGE_MEMMAP], ==, 16);
  g_assert_cmpuint (counts[VIEW_PAGE_FREE], ==, 928);
  /* Five pageblocks of each type would not fit, so types are not kept apart. */
  g_assert_true (this_machine->page_group_by_mobility_disabled);
  g_assert_cmpint (test_alloc (0, 0, GFP_HIGHUSER_MOVABLE), >, 0);
  g_assert_cmpint (test_alloc (1, 3, GFP_KERNEL), >, 0);
  test_assert_valid ();
  g_assert_cmpint (test_free (0), ==, 0);
  g_assert_cmpint (test_free (1), ==, 0);
  test_assert_valid ();
}

static void
test_hole (void)
{
  g_autoptr (TestMachine) machine = NULL;
  struct machine_config config;
  struct view_zone dma32;
  guint64 counts[NR_VIEW_PAGE_KINDS];
  struct view_page page;

  test_config_simple (&config, MIB (48));
  config.nr_regions = 2;
  config.regions[1].base = MIB (64);
  config.regions[1].size = MIB (32);
  machine = test_machine_new (&config);
  test_assert_valid ();
  dma32 = test_zone (DMA32);
  g_assert_cmpuint (dma32.spanned_pages, ==, (96 - 16) * 256);
  g_assert_cmpuint (dma32.present_pages, ==, (32 + 32) * 256);
  count_frames (counts);
  g_assert_cmpuint (counts[VIEW_PAGE_HOLE], ==, 16 * 256);
  g_assert_false (view_page (this_machine, 48 * 256, &page));
  g_assert_cmpuint (page.kind, ==, VIEW_PAGE_HOLE);
  g_assert_false (view_page (this_machine, 96 * 256, &page));
  /* mem_map lies at the end of each stretch. */
  g_assert_cmpuint (test_page (48 * 256 - 1).kind, ==, VIEW_PAGE_MEMMAP);
  g_assert_cmpuint (test_page (96 * 256 - 1).kind, ==, VIEW_PAGE_MEMMAP);
}

/* Nodes 0..n-1 of 64 MiB each, a CPU on each. */
static void
config_nodes (struct machine_config *config, guint nr)
{
  test_config_simple (config, MIB (64));
  config->nr_nodes = config->nr_cpus = config->nr_regions = nr;
  for (guint i = 0; i < nr; i++)
    {
      config->regions[i] = (struct memory_region) { MIB (64) * i, MIB (64), i };
      config->cpu_to_node[i] = (u8) i;
    }
}

static void
test_nodes (void)
{
  for (guint nr = 2; nr <= 4; nr++)
    {
      g_autoptr (TestMachine) machine = NULL;
      struct machine_config config;
      struct view_machine view;

      config_nodes (&config, nr);
      machine = test_machine_new (&config);
      test_assert_valid ();
      view_machine (this_machine, &view);
      g_assert_cmpuint (view.nr_nodes, ==, nr);
      g_assert_cmpuint (view.nr_cpus, ==, nr);
      g_assert_cmpuint (view.nr_zones, ==, nr + 1);

      for (guint i = 0; i < nr; i++)
        {
          struct mm_op op = { .kind = OP_alloc_pages, .cpu = (u8) i, .nid = -1, .slot = i, .gfp = GFP_KERNEL };
          struct mm_op other = { .kind = OP_alloc_pages, .cpu = (u8) i, .nid = (s8) ((i + 1) % nr),
                                 .slot = 8 + i, .gfp = GFP_KERNEL };

          g_assert_cmpuint (test_page ((guint64) test_run (op)).zone >> 3, ==, i);
          g_assert_cmpuint (test_page ((guint64) test_run (other)).zone >> 3, ==, (i + 1) % nr);
        }
      g_assert_cmpuint (test_counter ("numa_hit"), ==, 2 * nr);
      g_assert_cmpuint (test_counter ("numa_local"), ==, nr);
      g_assert_cmpuint (test_counter ("numa_other"), ==, nr);
      g_assert_cmpuint (test_counter ("numa_miss"), ==, 0);
      test_assert_valid ();
    }
}

/* Distances decide who helps first. */
static void
test_zonelist_order (void)
{
  g_autoptr (TestMachine) machine = NULL;
  struct machine_config config;
  const struct zoneref *refs;
  static const guint32 expected[] = { 0 << 3 | ZONE_DMA32, 0 << 3 | ZONE_DMA, 2 << 3 | ZONE_DMA32,
                                      1 << 3 | ZONE_DMA32 };

  config_nodes (&config, 3);
  config.node_distance[0][1] = config.node_distance[1][0] = 30;
  config.node_distance[0][2] = config.node_distance[2][0] = 20;
  machine = test_machine_new (&config);
  refs = this_machine->node_data[0].node_zonelists[ZONELIST_FALLBACK]._zonerefs;
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpuint (zone_ref_of (refs[i].zone), ==, expected[i]);
  g_assert_null (refs[G_N_ELEMENTS (expected)].zone);

  refs = this_machine->node_data[1].node_zonelists[ZONELIST_NOFALLBACK]._zonerefs;
  g_assert_cmpuint (zone_ref_of (refs[0].zone), ==, zone_ref (1, ZONE_DMA32));
  g_assert_null (refs[1].zone);
}

static void
test_16_cpus (void)
{
  g_autoptr (TestMachine) machine = NULL;
  struct machine_config config;

  test_config_simple (&config, GIB (1));
  config.nr_cpus = 16;
  machine = test_machine_new (&config);
  test_assert_valid ();
  for (guint cpu = 0; cpu < 16; cpu++)
    {
      struct mm_op op = { .kind = OP_alloc_pages, .cpu = (u8) cpu, .nid = -1, .slot = cpu, .gfp = GFP_KERNEL };

      g_assert_cmpint (test_run (op), >, 0);
      g_assert_cmpuint (test_pcp (DMA32, cpu).count, ==, test_pcp (DMA32, cpu).batch - 1);
      /* All CPUs together may keep as much as one would. */
      g_assert_cmpuint (test_pcp (DMA32, cpu).high, ==,
                        MAX (test_zone (DMA32).wmark[1] / 16, 4 * test_pcp (DMA32, cpu).batch));
    }
  test_assert_valid ();
}

/* A PC with 5 GiB: a hole below 4 GiB, the rest above it. */
static void
test_above_4_gib (void)
{
  g_autoptr (TestMachine) machine = NULL;
  struct machine_config config;

  test_config_simple (&config, GIB (3));
  config.nr_regions = 2;
  config.regions[1].base = GIB (4);
  config.regions[1].size = GIB (2);
  machine = test_machine_new (&config);
  test_assert_valid ();
  g_assert_cmpuint (test_zone (DMA32).present_pages, ==, (GIB (3) - MIB (16)) >> PAGE_SHIFT);
  g_assert_cmpuint (test_zone (DMA32).spanned_pages, ==, (GIB (4) - MIB (16)) >> PAGE_SHIFT);
  g_assert_cmpuint (test_zone (NORMAL).start_pfn, ==, GIB (4) >> PAGE_SHIFT);
  g_assert_cmpuint (test_page ((guint64) test_alloc (0, 0, GFP_KERNEL)).zone, ==, NORMAL);
}

static void
test_64_gib_layout (void)
{
  struct machine_config config;
  struct machine_layout layout;

  test_config_simple (&config, GIB (64));
  g_assert_cmpint (machine_layout (&config, &layout, NULL), ==, 0);
  g_assert_cmpuint (layout.max_pfn, ==, 1 << 24);
  g_assert_cmpuint (layout.ram - layout.mem_map, ==, GIB (1));
  g_assert_cmpuint (layout.size - layout.ram, ==, GIB (64));
  g_assert_cmpuint (layout.size % PAGE_SIZE, ==, 0);
  g_assert_cmpuint (layout.slots, >=, sizeof (struct machine));
}

/* ---- Refused configurations ---- */

static void
assert_refused (const struct machine_config *config, const char *field, guint index)
{
  struct machine_error error = { 0 };
  struct machine_layout layout;

  g_assert_cmpint (machine_layout (config, &layout, &error), ==, -EINVAL);
  g_assert_cmpstr (error.field, ==, field);
  g_assert_cmpuint (error.index, ==, index);
  g_assert_cmpuint (strlen (error.expected), >, 5);
  g_assert_cmpint (machine_layout (config, &layout, NULL), ==, -EINVAL);
}

#define REFUSED(field, index, ...)               \
  G_STMT_START {                                 \
    struct machine_config c;                     \
    test_config_simple (&c, MIB (64));           \
    __VA_ARGS__;                                 \
    assert_refused (&c, field, index);           \
  } G_STMT_END

static void
test_refused (void)
{
  REFUSED ("nr_regions", 0, c.nr_regions = 0);
  REFUSED ("nr_regions", 0, c.nr_regions = MAX_MEMORY_REGIONS + 1);
  REFUSED ("regions", 0, c.regions[0].size = MIB (4) - PAGE_SIZE);
  REFUSED ("regions", 0, c.regions[0].size += 1);
  REFUSED ("regions", 0, c.regions[0].base = 17);
  REFUSED ("regions", 0, c.regions[0].size = GIB (64) + PAGE_SIZE);
  REFUSED ("regions", 0, c.regions[0].base = ~0xfffUL);
  REFUSED ("regions", 0, c.regions[0].nid = 1);
  REFUSED ("regions", 1, c.nr_regions = 2; c.regions[1].base = MIB (32); c.regions[1].size = MIB (1));
  REFUSED ("regions", 1, c.nr_regions = 2; c.regions[1].base = MIB (64));
  REFUSED ("nr_nodes", 0, c.nr_nodes = MAX_NUMNODES + 1);
  REFUSED ("nr_nodes", 1, c.nr_nodes = 2);
  REFUSED ("nr_cpus", 0, c.nr_cpus = NR_CPUS + 1);
  REFUSED ("cpu_to_node", 0, c.cpu_to_node[0] = 1);
  REFUSED ("zone_dma_end", 0, c.zone_dma_end = MIB (3));
  REFUSED ("zone_dma32_end", 0, c.zone_dma_end = MIB (16); c.zone_dma32_end = MIB (8));
  REFUSED ("kernel_base", 0, c.kernel_base = MIB (64));
  REFUSED ("kernel_base", 0, c.kernel_base = MIB (32) + 1);
  REFUSED ("kernel_base", 0, c.kernel_base = PAGE_SIZE);
  REFUSED ("kernel_size", 0, c.kernel_size = MIB (63));
  REFUSED ("watermark_scale_factor", 0, c.watermark_scale_factor = 3001);
  REFUSED ("percpu_pagelist_high_fraction", 0, c.percpu_pagelist_high_fraction = 7);
  REFUSED ("commit_ram", 0, c.commit_ram = MIB (64) + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mm/boot/64-mib", test_64_mib);
  g_test_add_func ("/mm/boot/three-zones-in-16-mib", test_three_zones_in_16_mib);
  g_test_add_func ("/mm/boot/4-mib", test_4_mib);
  g_test_add_func ("/mm/boot/hole", test_hole);
  g_test_add_func ("/mm/boot/nodes", test_nodes);
  g_test_add_func ("/mm/boot/zonelist-order", test_zonelist_order);
  g_test_add_func ("/mm/boot/16-cpus", test_16_cpus);
  g_test_add_func ("/mm/boot/above-4-gib", test_above_4_gib);
  g_test_add_func ("/mm/boot/64-gib-layout", test_64_gib_layout);
  g_test_add_func ("/mm/boot/refused", test_refused);
  return g_test_run ();
}
