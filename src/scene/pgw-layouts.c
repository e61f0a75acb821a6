/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Named arrangements of panes, for the window's middle and for export.
 */
#include "pgw-pane-private.h"

static const PgwLayoutCell overview_cells[] = {
  { "buddy", 0.00, 0.00, 0.56, 0.80 },
  { "frames", 0.56, 0.00, 0.44, 0.80 },
  { "timeline", 0.00, 0.80, 1.00, 0.20 },
  { NULL, 0, 0, 0, 0 }
};

static const PgwLayoutCell space_cells[] = {
  { "tables", 0.00, 0.00, 0.50, 0.62 },
  { "space", 0.50, 0.00, 0.50, 0.62 },
  { "frames", 0.00, 0.62, 0.50, 0.38 },
  { "proc", 0.50, 0.62, 0.50, 0.38 },
  { NULL, 0, 0, 0, 0 }
};

static const PgwLayoutCell allocator_cells[] = {
  { "buddy", 0.00, 0.00, 0.50, 0.56 },
  { "slab", 0.50, 0.00, 0.50, 0.56 },
  { "frames", 0.00, 0.56, 0.34, 0.44 },
  { "chart", 0.34, 0.56, 0.33, 0.44 },
  { "proc", 0.67, 0.56, 0.33, 0.44 },
  { NULL, 0, 0, 0, 0 }
};

/* In the window and in pictures, the pane above can be another one. */
static const PgwLayoutCell compare_cells[] = {
  { "slab", 0.00, 0.00, 1.00, 0.62, TRUE },
  { "compare", 0.00, 0.62, 1.00, 0.38, FALSE },
  { NULL, 0, 0, 0, 0, FALSE }
};

static const PgwLayoutCell reclaim_cells[] = {
  { "lru", 0.00, 0.00, 0.60, 0.66, FALSE },
  { "swap", 0.60, 0.00, 0.40, 0.66, FALSE },
  { "buddy", 0.00, 0.66, 0.40, 0.34, FALSE },
  { "chart", 0.40, 0.66, 0.60, 0.34, FALSE },
  { NULL, 0, 0, 0, 0, FALSE }
};

static const PgwLayout overview = { "overview", N_("Overview"), overview_cells };
static const PgwLayout space = { "space", N_("Address space"), space_cells };
static const PgwLayout allocator = { "allocator", N_("Allocator"), allocator_cells };
static const PgwLayout compare = { "compare", N_("Compare"), compare_cells };

static const PgwLayout reclaim = { "reclaim", N_("Reclaim"), reclaim_cells };

static const PgwLayout *const layouts[] = { &overview, &space, &allocator, &reclaim, &compare, NULL };

const PgwLayout *const *
pgw_layouts (void)
{
  return layouts;
}

gboolean
pgw_layout_compares (const PgwLayout *layout)
{
  for (const PgwLayoutCell *cell = layout->cells; cell->pane != NULL; cell++)
    if (cell->each)
      return TRUE;
  return FALSE;
}

gboolean
pgw_pane_compares (const PgwPaneType *type)
{
  return type == &pgw_compare_pane;
}

gboolean
pgw_pane_can_be_compared (const PgwPaneType *type)
{
  return type != &pgw_compare_pane && type != &pgw_timeline_pane;
}

char *
pgw_pane_title_of (const PgwPaneType *type,
                   const char        *machine)
{
  /* Translators: the pane of one of several machines, as "SLUB: Slab allocator" */
  return g_strdup_printf (_("%s: %s"), machine, _(type->title));
}
