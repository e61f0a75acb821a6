/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwWorkload: random scripts.
 *
 * The slots are split: three quarters hold single blocks, the rest groups of
 * GROUP slots that are filled and emptied together. A slot or group is picked
 * at random; if it is full it is emptied, else it is filled.
 */
#include "config.h"

#include "pgw-workload.h"

#include <string.h>

#include "mm/view.h"

#define GROUP 16

static const char *const gfp_names[] = {
  "GFP_KERNEL", "GFP_KERNEL", "GFP_HIGHUSER_MOVABLE", "GFP_HIGHUSER_MOVABLE", "GFP_HIGHUSER_MOVABLE",
  "GFP_KERNEL|__GFP_RECLAIMABLE", "GFP_ATOMIC", "GFP_KERNEL|__GFP_ZERO", "GFP_KERNEL|__GFP_COMP", "GFP_NOWAIT",
};

struct _PgwWorkload {
  guint64 random;
  guint n_single;       /* slots 0 .. n_single - 1 are used one by one */
  guint n_groups;       /* of GROUP slots each, behind them */
  guint n_cpus;
  guint n_nodes;
  guint8 *full;         /* by slot, then by group */
  gfp_t gfp[G_N_ELEMENTS (gfp_names)];
};

PgwWorkload *
pgw_workload_new (guint64 seed, guint n_slots, guint n_cpus, guint n_nodes)
{
  PgwWorkload *self = g_new0 (PgwWorkload, 1);

  g_assert (n_slots >= 4 * GROUP && n_cpus > 0 && n_nodes > 0);
  self->random = seed * 0x9e3779b97f4a7c15 + 1;
  self->n_groups = n_slots / 4 / GROUP;
  self->n_single = n_slots - self->n_groups * GROUP;
  self->n_cpus = n_cpus;
  self->n_nodes = n_nodes;
  self->full = g_malloc0 (self->n_single + self->n_groups);
  for (guint i = 0; i < G_N_ELEMENTS (gfp_names); i++)
    {
      const char *bad = NULL;

      if (!view_parse_gfp (gfp_names[i], &self->gfp[i], &bad))
        g_error ("The core does not know %s.", bad);
    }
  return self;
}

void
pgw_workload_free (PgwWorkload *self)
{
  g_free (self->full);
  g_free (self);
}

static guint
draw (PgwWorkload *self, guint below)
{
  self->random ^= self->random << 13;
  self->random ^= self->random >> 7;
  self->random ^= self->random << 17;
  return (guint) ((self->random * 0x2545f4914f6cdd1d >> 33) % below);
}

/* Each order half as often as the one before. */
static guint
draw_order (PgwWorkload *self)
{
  guint order = 0;

  while (order < 9 && draw (self, 2))
    order++;
  return order;
}

static void
next_single (PgwWorkload *self, struct mm_op *op)
{
  op->slot = draw (self, self->n_single);
  if (self->full[op->slot])
    {
      op->kind = OP_free_pages;
    }
  else
    {
      op->kind = OP_alloc_pages;
      op->order = draw_order (self);
      op->gfp = self->gfp[draw (self, G_N_ELEMENTS (self->gfp))];
      if (draw (self, 8) == 0)
        op->nid = (s8) draw (self, self->n_nodes);
    }
  self->full[op->slot] ^= 1;
}

static void
next_group (PgwWorkload *self, struct mm_op *op)
{
  guint group = draw (self, self->n_groups);
  guint8 *full = &self->full[self->n_single + group];
  gboolean bulk = group % 2;

  op->slot = self->n_single + group * GROUP;
  op->nr = GROUP;
  if (*full)
    {
      op->kind = bulk ? OP_free_unref_page_list : OP_free_many;
      op->arg[0] = bulk ? 0 : PATTERN_RANDOM;
      op->arg[1] = draw (self, 1000);
    }
  else
    {
      op->kind = bulk ? OP_alloc_pages_bulk : OP_alloc_many;
      op->gfp = self->gfp[draw (self, G_N_ELEMENTS (self->gfp))];
      op->arg[0] = bulk ? 0 : draw (self, 1000) + 1;
      op->arg[1] = bulk ? 0 : 2;
    }
  *full ^= 1;
}

void
pgw_workload_next (PgwWorkload *self, struct mm_op *op)
{
  guint kind = draw (self, 1000);

  memset (op, 0, sizeof *op);
  op->cpu = (guint8) draw (self, self->n_cpus);
  op->nid = -1;
  if (kind < 960)
    {
      next_single (self, op);
    }
  else if (kind < 992)
    {
      next_group (self, op);
    }
  else if (kind < 996)
    {
      op->kind = OP_drain_local_pages;
    }
  else if (kind < 998)
    {
      op->kind = OP_drain_all_pages;
    }
  else
    {
      op->kind = OP_set_tunable;
      op->arg[0] = TUNABLE_watermark_scale_factor;
      op->arg[1] = 10 + draw (self, 10);
    }
}

void
pgw_workload_configure (struct machine_config *config, guint64 ram, guint n_cpus)
{
  memset (config, 0, sizeof *config);
  config->nr_regions = 1;
  config->regions[0].size = ram;
  config->nr_nodes = 1;
  config->nr_cpus = n_cpus;
  /* A block has four pages on average. */
  config->nr_slots = (guint32) CLAMP (ram / PAGE_SIZE / 4, 64, 1 << 16);
}
