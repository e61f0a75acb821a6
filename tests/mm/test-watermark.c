/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How deep each kind of request may dig, how zones protect each other, and how
 * tunables change that. On the machine of 64 MiB: min 187, low 233, high 279 in
 * DMA32; min 61 in DMA, which keeps 46 more from those who could use DMA32. The
 * boost is switched off, as it would raise the marks on the way.
 */
#include "machine-test.h"

#define DMA zone_ref (0, ZONE_DMA)
#define DMA32 zone_ref (0, ZONE_DMA32)
#define SLOTS 20000

static TestMachine *
machine_new (void)
{
  struct machine_config config;
  TestMachine *machine;

  test_config_simple (&config, MIB (64));
  config.nr_slots = SLOTS;
  config.watermark_boost_factor = -1;
  machine = test_machine_new (&config);
  test_events_clear ();
  return machine;
}

/* Takes single pages until none comes; returns how many. */
static gint64
take_all (guint slot, gfp_t gfp)
{
  struct mm_op op = { .kind = OP_alloc_many, .nid = -1, .slot = slot, .nr = SLOTS - slot, .gfp = gfp | __GFP_NOWARN };

  return test_run (op);
}

static gint64
set_tunable_op (guint64 tunable, guint64 value)
{
  return test_run ((struct mm_op) { .kind = OP_set_tunable, .nid = -1, .arg = { tunable, value } });
}

/* The check reads the counter without the CPU's difference: at most 2 pages off here. */
static void
assert_depth (guint32 zone, guint64 mark)
{
  struct view_zone view = test_zone (zone);

  g_assert_cmpuint (view.free_pages, <=, mark);
  g_assert_cmpuint (view.free_pages + 3, >=, mark);
  g_assert_cmpuint (view.free_exact + 5, >=, mark);
}

static void
test_depths (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new ();
  gint64 taken = take_all (0, GFP_KERNEL), atomic, rest;

  /* An ordinary request stops at min. */
  g_assert_cmpint (taken, >, 15000);
  assert_depth (DMA32, 187);
  assert_depth (DMA, 61 + 46);
  g_assert_cmpuint (test_events_count (TRACE_wakeup_kswapd), >, 0);
  g_assert_cmpint (take_all ((guint) taken, GFP_NOWAIT), ==, 0);

  /* One that cannot wait and matters: half of it, and a quarter of the rest. */
  atomic = take_all ((guint) taken, GFP_ATOMIC);
  g_assert_cmpint (atomic, >, 100);
  assert_depth (DMA32, 71);
  assert_depth (DMA, 24 + 46);

  /* One that frees memory soon: everything. */
  rest = take_all ((guint) (taken + atomic), GFP_KERNEL | __GFP_MEMALLOC);
  g_assert_cmpint (taken + atomic + rest, ==, 15616);
  test_assert_valid ();
}

/* Who asks for DMA memory need not heed the protection against those who do not. */
static void
test_lowmem_reserve (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new ();
  gint64 taken = take_all (0, GFP_KERNEL);

  assert_depth (DMA, 61 + 46);
  g_assert_cmpint (take_all ((guint) taken, GFP_KERNEL | GFP_DMA), >=, 43);
  assert_depth (DMA, 61);
  test_assert_valid ();
}

/* Below low, kswapd is woken, once for the request; the page comes all the same. */
static void
test_low (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new ();
  guint slot = 0;

  /* DMA alone, so that there is one zone only. */
  while (test_zone (DMA).free_pages > 76)
    test_alloc (slot++, 0, GFP_KERNEL | GFP_DMA);
  g_assert_cmpuint (test_events_count (TRACE_alloc_pages_slowpath), ==, 0);
  g_assert_cmpint (test_alloc (slot++, 0, GFP_KERNEL | GFP_DMA), >, 0);
  g_assert_cmpuint (test_events_count (TRACE_alloc_pages_slowpath), ==, 1);
  g_assert_cmpuint (test_events_count (TRACE_wakeup_kswapd), ==, 1);
  g_assert_cmpuint ((guint32) test_events_find (TRACE_wakeup_kswapd, 0)->a, ==, DMA);
  /* Not for those who asked for it to be left alone. */
  g_assert_cmpint (test_alloc (slot++, 0, GFP_DMA | __GFP_DIRECT_RECLAIM), >, 0);
  g_assert_cmpuint (test_events_count (TRACE_wakeup_kswapd), ==, 1);
}

/* ---- Tunables ---- */

static void
test_min_free_kbytes (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new ();

  g_assert_cmpint (set_tunable_op (TUNABLE_min_free_kbytes, 4000), ==, 0);
  /* 1000 pages, by size: 3840 and 11776 of 15616. */
  g_assert_cmpuint (test_zone (DMA).wmark[0], ==, 245);
  g_assert_cmpuint (test_zone (DMA32).wmark[0], ==, 754);
  g_assert_cmpuint (test_zone (DMA32).wmark[1], ==, 754 + 188);
  g_assert_cmpuint (test_zone (DMA32).wmark[2], ==, 754 + 376);
  g_assert_cmpuint (test_pcp (DMA32, 0).high, ==, 754 + 188);
  take_all (0, GFP_KERNEL);
  assert_depth (DMA32, 754);
  test_assert_valid ();
}

static void
test_watermark_scale_factor (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new ();

  g_assert_cmpint (set_tunable_op (TUNABLE_watermark_scale_factor, 1000), ==, 0);
  /* A tenth of the zone, as that is more than a quarter of min. */
  g_assert_cmpuint (test_zone (DMA32).wmark[0], ==, 187);
  g_assert_cmpuint (test_zone (DMA32).wmark[1], ==, 187 + 1177);
  g_assert_cmpuint (test_zone (DMA32).wmark[2], ==, 187 + 2354);
}

static void
test_lowmem_reserve_ratio (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new ();

  g_assert_cmpint (set_tunable_op (TUNABLE_lowmem_reserve_ratio_dma, 4), ==, 0);
  g_assert_cmpuint (test_zone (DMA).lowmem_reserve[ZONE_NORMAL], ==, 11776 / 4);
  take_all (0, GFP_KERNEL);
  assert_depth (DMA, 61 + 2944);
  g_assert_cmpint (set_tunable_op (TUNABLE_lowmem_reserve_ratio_dma, 0), ==, 0);
  g_assert_cmpuint (test_zone (DMA).lowmem_reserve[ZONE_NORMAL], ==, 0);
  test_assert_valid ();
}

static void
test_percpu_pagelist_high_fraction (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new ();

  g_assert_cmpint (set_tunable_op (TUNABLE_percpu_pagelist_high_fraction, 8), ==, 0);
  g_assert_cmpuint (test_pcp (DMA32, 0).high, ==, 11776 / 8);
  g_assert_cmpint (set_tunable_op (TUNABLE_percpu_pagelist_high_fraction, 7), ==, -EINVAL);
  g_assert_cmpuint (test_pcp (DMA32, 0).high, ==, 11776 / 8);
  g_assert_cmpint (set_tunable_op (TUNABLE_percpu_pagelist_high_fraction, 0), ==, 0);
  g_assert_cmpuint (test_pcp (DMA32, 0).high, ==, 233);
}

static void
test_refused (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = machine_new ();
  struct view_machine before, after;

  view_machine (this_machine, &before);
  g_assert_cmpint (set_tunable_op (TUNABLE_watermark_scale_factor, 0), ==, -EINVAL);
  g_assert_cmpint (set_tunable_op (TUNABLE_watermark_scale_factor, 3001), ==, -EINVAL);
  g_assert_cmpint (set_tunable_op (TUNABLE_min_free_kbytes, 1ULL << 40), ==, -EINVAL);
  g_assert_cmpint (set_tunable_op (NR_TUNABLES, 1), ==, -EINVAL);
  g_assert_cmpint (set_tunable_op (G_MAXUINT64, 1), ==, -EINVAL);
  view_machine (this_machine, &after);
  g_assert_cmpmem (before.tunables, sizeof before.tunables, after.tunables, sizeof after.tunables);
  g_assert_cmpuint (after.tunables[TUNABLE_min_free_kbytes], ==, 999);
  g_assert_cmpuint (after.tunables[TUNABLE_lowmem_reserve_ratio_normal], ==, 32);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mm/watermark/depths", test_depths);
  g_test_add_func ("/mm/watermark/lowmem-reserve", test_lowmem_reserve);
  g_test_add_func ("/mm/watermark/low", test_low);
  g_test_add_func ("/mm/tunables/min-free-kbytes", test_min_free_kbytes);
  g_test_add_func ("/mm/tunables/watermark-scale-factor", test_watermark_scale_factor);
  g_test_add_func ("/mm/tunables/lowmem-reserve-ratio", test_lowmem_reserve_ratio);
  g_test_add_func ("/mm/tunables/percpu-pagelist-high-fraction", test_percpu_pagelist_high_fraction);
  g_test_add_func ("/mm/tunables/refused", test_refused);
  return g_test_run ();
}
