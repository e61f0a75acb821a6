/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The figures that machines are compared by: objects from the slots of the script, memory from the zones. */
#include "config.h"
#include "pgw-figures.h"

#include <glib/gi18n-lib.h>

#define MAX_ZONES   (MAX_NUMNODES * VIEW_NR_ZONES)
#define HUGE_ORDER  9   /* blocks of 2 MiB */
#define ALL         1000

static const PgwFigureRow rows[] = {
  { N_("Steps up to here"), G_STRUCT_OFFSET (PgwFigures, steps), PGW_FIGURE_COUNT },
  { N_("Steps of the whole script"), G_STRUCT_OFFSET (PgwFigures, all_steps), PGW_FIGURE_COUNT },
  { N_("Pages in slabs"), G_STRUCT_OFFSET (PgwFigures, slab_pages), PGW_FIGURE_COUNT },
  { N_("Pages of the processors' own"), G_STRUCT_OFFSET (PgwFigures, percpu_pages), PGW_FIGURE_COUNT },
  { N_("Objects that the script holds"), G_STRUCT_OFFSET (PgwFigures, objects), PGW_FIGURE_COUNT },
  { N_("Bytes that were asked for"), G_STRUCT_OFFSET (PgwFigures, object_bytes), PGW_FIGURE_BYTES },
  { N_("Slab memory outside of them"), G_STRUCT_OFFSET (PgwFigures, unused_share), PGW_FIGURE_SHARE },
  { N_("Free pages"), G_STRUCT_OFFSET (PgwFigures, free_pages), PGW_FIGURE_COUNT },
  { N_("Free blocks they are in"), G_STRUCT_OFFSET (PgwFigures, free_blocks), PGW_FIGURE_COUNT },
  { N_("Largest free order"), G_STRUCT_OFFSET (PgwFigures, largest_order), PGW_FIGURE_COUNT },
  { N_("Free memory in blocks below 2 MiB"), G_STRUCT_OFFSET (PgwFigures, small_share), PGW_FIGURE_SHARE },
};

static guint64
share_of (guint64 part, guint64 whole)
{
  return whole == 0 ? 0 : (part * ALL + whole / 2) / whole;
}

/* The bytes that were asked for when a slot's object was allocated. */
static guint64
asked_for (const struct machine *machine, const struct mm_op *ops, guint64 n_ops, const struct mm_slot *slot)
{
  const struct mm_op *op = slot->op < n_ops ? &ops[slot->op] : NULL;
  struct mm_slot cache;

  if (op == NULL)
    return 0;
  if (op->kind == OP_kmalloc)
    return op->arg[0];
  view_slot (machine, (guint32) op->arg[0] - 1, &cache);
  return cache.kind == SLOT_CACHE && cache.op < n_ops ? ops[cache.op].nr : 0;
}

static void
count_held (const struct machine *machine, PgwScenario *scenario, PgwFigures *out)
{
  const struct mm_op *ops = pgw_scenario_get_ops (scenario);
  guint64 n_ops = pgw_scenario_get_n_ops (scenario);
  guint32 n_slots = pgw_scenario_get_config (scenario)->nr_slots;

  for (guint32 i = 0; i < n_slots; i++)
    {
      struct mm_slot slot;

      view_slot (machine, i, &slot);
      if (slot.state != SLOT_LIVE || slot.kind != SLOT_OBJECT)
        continue;
      out->objects++;
      out->object_bytes += asked_for (machine, ops, n_ops, &slot);
    }
}

static void
take_objects (const struct machine *machine, PgwFigures *out)
{
  struct view_slab_machine slab;
  guint64 bytes;

  view_slab_machine (machine, &slab);
  out->slab_pages = slab.pages[0] + slab.pages[1];
  out->percpu_pages = slab.percpu_pages;
  bytes = out->slab_pages * PAGE_SIZE;
  out->unused_share = share_of (bytes - MIN (out->object_bytes, bytes), bytes);
}

static void
take_free_memory (const struct machine *machine, PgwFigures *out)
{
  struct view_zone zones[MAX_ZONES];
  guint32 n = MIN (view_zones_brief (machine, zones, MAX_ZONES), MAX_ZONES);
  guint64 small = 0;

  for (guint32 i = 0; i < n; i++)
    for (guint order = 0; order < VIEW_MAX_ORDER; order++)
      {
        guint64 blocks = zones[i].nr_free[order];

        out->free_blocks += blocks;
        out->free_pages += blocks << order;
        if (order < HUGE_ORDER)
          small += blocks << order;
        if (blocks > 0)
          out->largest_order = MAX (out->largest_order, order);
      }
  out->small_share = share_of (small, out->free_pages);
}

void
pgw_figures_take (PgwTimeline *timeline, PgwScenario *scenario, PgwFigures *figures)
{
  const struct machine *machine;

  g_return_if_fail (timeline != NULL && scenario != NULL && figures != NULL);

  machine = pgw_timeline_get_machine (timeline);

  *figures = (PgwFigures) {
    .steps = pgw_timeline_get_position (timeline),
    .all_steps = pgw_timeline_get_length (timeline),
  };
  count_held (machine, scenario, figures);
  take_objects (machine, figures);
  take_free_memory (machine, figures);
}

const PgwFigureRow *
pgw_figure_rows (guint *n_rows)
{
  g_return_val_if_fail (n_rows != NULL, NULL);

  *n_rows = G_N_ELEMENTS (rows);
  return rows;
}

guint64
pgw_figure_value (const PgwFigureRow *row, const PgwFigures *figures)
{
  g_return_val_if_fail (row != NULL && figures != NULL, 0);

  return *(const guint64 *) (gconstpointer) ((const char *) figures + row->offset);
}

char *
pgw_figure_format (const PgwFigureRow *row, const PgwFigures *figures)
{
  guint64 value = pgw_figure_value (row, figures);

  switch (row->unit)
    {
    case PGW_FIGURE_SHARE:
      return g_strdup_printf ("%lu.%lu %%", (gulong) (value / 10), (gulong) (value % 10));
    case PGW_FIGURE_BYTES:
      return g_strdup_printf ("%lu B", (gulong) value);
    case PGW_FIGURE_COUNT:
    default:
      return g_strdup_printf ("%lu", (gulong) value);
    }
}
