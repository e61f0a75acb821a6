/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must hold whatever a script does: random operations on several
 * machines, after each of which mm_validate() has nothing to say and a naive
 * model agrees. The model knows only who owns which frame.
 */
#include "machine-test.h"

#include <string.h>

#define SLOTS 256

typedef struct {
  GRand *rand;
  guint16 *owner;          /* by frame: slot + 1 of its owner, 0 = nobody */
  gint64 pfns[SLOTS];      /* -1 = empty */
  guint8 orders[SLOTS];
  gfp_t gfps[SLOTS];
  guint64 nr_owned;
} Model;

static const gfp_t kinds[] = {
  GFP_KERNEL, GFP_KERNEL, GFP_HIGHUSER_MOVABLE, GFP_HIGHUSER_MOVABLE, GFP_KERNEL | __GFP_RECLAIMABLE,
  GFP_ATOMIC, GFP_DMA | GFP_KERNEL, GFP_KERNEL | __GFP_COMP, GFP_USER | __GFP_ZERO, GFP_NOWAIT | __GFP_NOWARN,
  GFP_HIGHUSER_MOVABLE | __GFP_COMP | __GFP_THISNODE, GFP_ATOMIC | __GFP_COMP,
};

/* ---- The model ---- */

static void
model_take (Model *model, guint slot, gint64 pfn, guint order, gfp_t gfp)
{
  g_assert_cmpint (pfn, <, (gint64) this_machine->max_pfn);
  g_assert_cmpuint ((guint64) pfn & ((1u << order) - 1), ==, 0);
  for (guint64 i = 0; i < 1u << order; i++)
    {
      g_assert_cmpuint (model->owner[pfn + (gint64) i], ==, 0);
      model->owner[pfn + (gint64) i] = (guint16) (slot + 1);
    }
  model->pfns[slot] = pfn;
  model->orders[slot] = (guint8) order;
  model->gfps[slot] = gfp;
  model->nr_owned += 1u << order;
}

static void
model_drop (Model *model, guint slot)
{
  for (guint64 i = 0; i < 1u << model->orders[slot]; i++)
    model->owner[model->pfns[slot] + (gint64) i] = 0;
  model->nr_owned -= 1u << model->orders[slot];
  model->pfns[slot] = -1;
}

/* Everything is somewhere: on a free list, on a per-CPU list, or with its owner. */
static void
model_check (Model *model)
{
  struct view_machine view;

  view_machine (this_machine, &view);
  g_assert_cmpuint (view.free_pages + view.pcp_pages + model->nr_owned, ==, view.managed_pages);
}

/* Frame by frame: what the core says is allocated is what the model says is owned. */
static void
model_check_frames (Model *model)
{
  guint64 nr = this_machine->max_pfn;
  g_autofree guint8 *frames = g_malloc (nr);

  view_frames (this_machine, 0, nr, frames);
  for (guint64 pfn = 0; pfn < nr; pfn++)
    {
      guint kind = frames[pfn] & 15;

      g_assert_cmpuint (kind == VIEW_PAGE_ALLOCATED, ==, model->owner[pfn] != 0);
      if (model->owner[pfn] != 0)
        {
          guint slot = model->owner[pfn] - 1u;

          g_assert_cmpuint (frames[pfn] >> 7, ==, (gint64) pfn == model->pfns[slot]);
        }
    }
}

/* ---- Random operations ---- */

static guint
random_order (Model *model)
{
  guint order = 0;

  while (order < 10 && g_rand_int_range (model->rand, 0, 5) < 2)
    order++;
  return order;
}

static struct mm_op
random_op (Model *model, guint kind, guint slot)
{
  return (struct mm_op) {
    .kind = (u16) kind,
    .cpu = (u8) g_rand_int_range (model->rand, 0, (gint32) this_machine->nr_cpus),
    .nid = (s8) g_rand_int_range (model->rand, -1, (gint32) this_machine->nr_online_nodes),
    .slot = slot,
    .gfp = kinds[g_rand_int_range (model->rand, 0, G_N_ELEMENTS (kinds))],
  };
}

static void
do_alloc (Model *model, guint slot)
{
  struct mm_op op = random_op (model, OP_alloc_pages, slot);
  gint64 pfn;

  op.order = random_order (model);
  pfn = test_run (op);
  if (pfn == -ENOMEM)
    return;
  g_assert_cmpint (pfn, >, 0);
  model_take (model, slot, pfn, op.order, op.gfp);
  if (op.gfp & __GFP_DMA)
    g_assert_cmpuint (test_page ((guint64) pfn).zone & 7, ==, ZONE_DMA);
  if (op.gfp & __GFP_THISNODE && op.nid >= 0)
    g_assert_cmpuint (test_page ((guint64) pfn).zone >> 3, ==, (guint) op.nid);
  g_assert_cmpint (test_page ((guint64) pfn).slot, ==, (gint) slot);
}

static void
do_bulk (Model *model)
{
  guint slot = (guint) g_rand_int_range (model->rand, 0, SLOTS - 16), nr = 0;
  struct mm_op op = random_op (model, OP_alloc_pages_bulk, slot);
  gint64 got;

  while (nr < 16 && model->pfns[slot + nr] < 0)
    nr++;
  op.nr = nr;
  op.gfp &= ~(gfp_t) __GFP_COMP;
  got = test_run (op);
  g_assert_cmpint (got, <=, nr);
  for (guint i = 0; i < got; i++)
    {
      struct mm_slot held;

      view_slot (this_machine, slot + i, &held);
      g_assert_cmpuint (held.state, ==, SLOT_LIVE);
      model_take (model, slot + i, (gint64) held.value, 0, op.gfp);
    }
}

static void
do_free_list (Model *model)
{
  guint slot = (guint) g_rand_int_range (model->rand, 0, SLOTS - 16);
  struct mm_op op = random_op (model, OP_free_unref_page_list, slot);

  op.nr = 16;
  test_run (op);
  for (guint i = slot; i < slot + 16; i++)
    if (model->pfns[i] >= 0 && model->orders[i] == 0)
      model_drop (model, i);
}

static void
do_free (Model *model, guint slot)
{
  struct mm_op op = random_op (model, OP_free_pages, slot);

  g_assert_cmpint (test_run (op), ==, 0);
  model_drop (model, slot);
}

/* A second user must keep the block where it is. */
static void
do_get_put (Model *model, guint slot)
{
  gint64 pfn = model->pfns[slot];

  g_assert_cmpint (test_run (random_op (model, OP_get_page, slot)), ==, 0);
  g_assert_cmpint (test_page ((guint64) pfn).refcount, ==, 2);
  g_assert_cmpint (test_run (random_op (model, OP_put_page, slot)), ==, 0);
  g_assert_cmpint (test_page ((guint64) pfn).refcount, ==, 1);
}

static void
do_tunable (Model *model)
{
  static const struct {
    guint tunable;
    guint64 values[3];
  } choices[] = {
    { TUNABLE_min_free_kbytes, { 128, 500, 2000 } },
    { TUNABLE_watermark_scale_factor, { 10, 100, 300 } },
    { TUNABLE_watermark_boost_factor, { 0, 15000, 30000 } },
    { TUNABLE_percpu_pagelist_high_fraction, { 0, 8, 100 } },
    { TUNABLE_lowmem_reserve_ratio_dma, { 0, 1, 256 } },
    { TUNABLE_lowmem_reserve_ratio_dma32, { 0, 2, 256 } },
  };
  guint which = (guint) g_rand_int_range (model->rand, 0, G_N_ELEMENTS (choices));
  struct mm_op op = { .kind = OP_set_tunable, .nid = -1,
                      .arg = { choices[which].tunable, choices[which].values[g_rand_int_range (model->rand, 0, 3)] } };

  g_assert_cmpint (test_run (op), ==, 0);
}

static void
step (Model *model, gboolean tunables)
{
  guint slot = (guint) g_rand_int_range (model->rand, 0, SLOTS);

  switch (g_rand_int_range (model->rand, 0, 40))
    {
    case 0:
      test_run (random_op (model, OP_drain_local_pages, 0));
      break;
    case 1:
      test_run (random_op (model, OP_drain_all_pages, 0));
      break;
    case 2:
    case 3:
      do_bulk (model);
      break;
    case 4:
    case 5:
      do_free_list (model);
      break;
    case 6:
      if (tunables)
        do_tunable (model);
      break;
    case 7:
      if (model->pfns[slot] >= 0)
        do_get_put (model, slot);
      break;
    default:
      if (model->pfns[slot] < 0)
        do_alloc (model, slot);
      else
        do_free (model, slot);
    }
}

/* ---- The block structure after all is given back ---- */

static void
free_everything (Model *model)
{
  struct mm_op drain = { .kind = OP_drain_all_pages, .nid = -1 };

  for (guint slot = 0; slot < SLOTS; slot++)
    if (model->pfns[slot] >= 0)
      do_free (model, slot);
  test_run (drain);
}

/* Free blocks by first frame and order: types may have changed, but not sizes and places. */
static char *
block_structure (void)
{
  GString *text = g_string_new (NULL);

  for (guint64 pfn = 0; pfn < this_machine->max_pfn; pfn++)
    {
      struct view_page page;

      if (view_page (this_machine, pfn, &page) && page.kind == VIEW_PAGE_FREE && page.head == pfn)
        g_string_append_printf (text, "%" G_GUINT64_FORMAT ":%u ", pfn, page.order);
    }
  return g_string_free (text, FALSE);
}

static void
run_machine (const struct machine_config *config, guint32 seed, guint steps, gboolean highatomic)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_new (config);
  g_autofree char *before = block_structure (), *after = NULL;
  Model model = { .rand = g_rand_new_with_seed (seed) };

  model.owner = g_new0 (guint16, this_machine->max_pfn);
  memset (model.pfns, -1, sizeof model.pfns);
  for (guint i = 0; i < steps; i++)
    {
      step (&model, i % 7 == 0);
      test_assert_valid ();
      model_check (&model);
      if (i % 50 == 0)
        model_check_frames (&model);
    }
  free_everything (&model);
  test_assert_valid ();
  model_check (&model);
  g_assert_cmpuint (model.nr_owned, ==, 0);
  after = block_structure ();
  /* Blocks of a reserve stay apart from their neighbours while it exists. */
  if (test_zone (zone_ref (0, ZONE_DMA)).nr_reserved_highatomic == 0 && !highatomic)
    g_assert_cmpstr (before, ==, after);
  g_free (model.owner);
  g_rand_free (model.rand);
}

static guint
steps (guint normal)
{
  if (g_getenv ("PGW_UNDER_VALGRIND") != NULL)
    return normal / 20;
  return g_test_thorough () ? normal * 20 : normal;
}

static void
test_small (void)
{
  struct machine_config config;

  for (guint seed = 1; seed <= 4; seed++)
    {
      test_config_simple (&config, MIB (4));
      config.nr_cpus = seed;
      run_machine (&config, seed, steps (1500), TRUE);
    }
}

static void
test_three_zones (void)
{
  struct machine_config config;

  for (guint seed = 11; seed <= 13; seed++)
    {
      test_config_simple (&config, MIB (24));
      config.zone_dma_end = MIB (4);
      config.zone_dma32_end = MIB (12);
      config.nr_cpus = 2;
      run_machine (&config, seed, steps (1000), TRUE);
    }
}

static void
test_nodes (void)
{
  struct machine_config config;

  for (guint seed = 21; seed <= 23; seed++)
    {
      test_config_simple (&config, MIB (20));
      config.nr_nodes = config.nr_cpus = config.nr_regions = 3;
      for (guint i = 0; i < 3; i++)
        {
          config.regions[i] = (struct memory_region) { MIB (20) * i + (i == 2 ? MIB (4) : 0), MIB (20), i };
          config.cpu_to_node[i] = (u8) i;
        }
      run_machine (&config, seed, steps (500), TRUE);
    }
}

/* Much memory and few requests: nothing is reserved, so everything merges again. */
static void
test_roomy (void)
{
  struct machine_config config;

  test_config_simple (&config, MIB (128));
  run_machine (&config, 31, steps (200), FALSE);
}

/* The same script leaves the same bytes, at the same address. */
static void
test_deterministic (void)
{
  g_autoptr (TestMachine) machine = NULL;
  g_autofree guint8 *first = NULL;
  struct machine_config config;

  test_config_simple (&config, MIB (8));
  config.nr_cpus = 2;
  machine = test_machine_new (&config);
  for (guint i = 0; i < 2; i++)
    {
      Model model = { .rand = g_rand_new_with_seed (5) };

      test_machine_reboot (machine);
      model.owner = g_new0 (guint16, this_machine->max_pfn);
      memset (model.pfns, -1, sizeof model.pfns);
      for (guint j = 0; j < steps (2000); j++)
        step (&model, TRUE);
      g_free (model.owner);
      g_rand_free (model.rand);
      if (i == 0)
        first = g_memdup2 (machine->machine, machine->layout.size);
    }
  g_assert_cmpmem (first, machine->layout.size, machine->machine, machine->layout.size);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mm/properties/small", test_small);
  g_test_add_func ("/mm/properties/three-zones", test_three_zones);
  g_test_add_func ("/mm/properties/nodes", test_nodes);
  g_test_add_func ("/mm/properties/roomy", test_roomy);
  g_test_add_func ("/mm/properties/deterministic", test_deterministic);
  return g_test_run ();
}
