/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Named arrangements of panes, for the window's middle and for export.
 */
#include "pgw-pane-private.h"

/* Below this a layout shows fewer panes, pixels at the usual size of type. */
#define SMALL_WIDTH  700
#define SMALL_HEIGHT 700

static const PgwLayoutCell overview_cells[] = {
  { "tables", 0.00, 0.00, 0.48, 0.34, FALSE },
  { "space", 0.48, 0.00, 0.52, 0.34, FALSE },
  { "buddy", 0.00, 0.34, 0.40, 0.46, FALSE },
  { "frames", 0.40, 0.34, 0.28, 0.46, FALSE },
  { "slab", 0.68, 0.34, 0.32, 0.21, FALSE },
  { "lru", 0.68, 0.55, 0.32, 0.25, FALSE },
  { "timeline", 0.00, 0.80, 1.00, 0.20, FALSE },
  { NULL, 0, 0, 0, 0, FALSE }
};

/* On a projector six panes would be too small to read. */
static const PgwLayoutCell overview_small_cells[] = {
  { "space", 0.00, 0.00, 0.50, 0.36, FALSE },
  { "frames", 0.50, 0.00, 0.50, 0.36, FALSE },
  { "buddy", 0.00, 0.36, 0.50, 0.44, FALSE },
  { "lru", 0.50, 0.36, 0.50, 0.44, FALSE },
  { "timeline", 0.00, 0.80, 1.00, 0.20, FALSE },
  { NULL, 0, 0, 0, 0, FALSE }
};

static const PgwLayoutCell space_cells[] = {
  { "tables", 0.00, 0.00, 0.50, 0.62 },
  { "space", 0.50, 0.00, 0.50, 0.62 },
  { "frames", 0.00, 0.62, 0.50, 0.38 },
  { "proc", 0.50, 0.62, 0.50, 0.38, FALSE, "self/maps" },
  { NULL, 0, 0, 0, 0 }
};

static const PgwLayoutCell allocator_cells[] = {
  { "buddy", 0.00, 0.00, 0.50, 0.56 },
  { "slab", 0.50, 0.00, 0.50, 0.56 },
  { "frames", 0.00, 0.56, 0.34, 0.44 },
  { "chart", 0.34, 0.56, 0.33, 0.44 },
  { "proc", 0.67, 0.56, 0.33, 0.44, FALSE, "buddyinfo" },
  { NULL, 0, 0, 0, 0 }
};

/* In the window and in pictures, the pane above can be another one. */
static const PgwLayoutCell compare_cells[] = {
  { "slab", 0.00, 0.00, 1.00, 0.62, TRUE },
  { "compare", 0.00, 0.62, 1.00, 0.38, FALSE },
  { NULL, 0, 0, 0, 0, FALSE }
};

static const PgwLayoutCell reclaim_cells[] = {
  { "lru", 0.00, 0.00, 0.62, 0.62, FALSE },
  { "swap", 0.62, 0.00, 0.38, 0.62, FALSE },
  { "buddy", 0.00, 0.62, 0.42, 0.38, FALSE },
  { "chart", 0.42, 0.62, 0.58, 0.38, FALSE },
  { NULL, 0, 0, 0, 0, FALSE }
};

static const PgwLayoutCell reclaim_small_cells[] = {
  { "lru", 0.00, 0.00, 0.55, 1.00, FALSE },
  { "swap", 0.55, 0.00, 0.45, 0.58, FALSE },
  { "chart", 0.55, 0.58, 0.45, 0.42, FALSE },
  { NULL, 0, 0, 0, 0, FALSE }
};

static const PgwLayoutCell replacement_cells[] = {
  { "replacement", 0.00, 0.00, 1.00, 1.00, FALSE },
  { NULL, 0, 0, 0, 0, FALSE }
};

static const PgwLayout overview = { "overview", N_("Overview"), overview_cells, overview_small_cells, FALSE };
static const PgwLayout space = { "space", N_("Address space"), space_cells, NULL, FALSE };
static const PgwLayout allocator = { "allocator", N_("Allocator"), allocator_cells, NULL, FALSE };
static const PgwLayout compare = { "compare", N_("Compare"), compare_cells, NULL, FALSE };
static const PgwLayout reclaim = { "reclaim", N_("Reclaim"), reclaim_cells, reclaim_small_cells, FALSE };
static const PgwLayout replacement = { "replacement", N_("Replacement"), replacement_cells, NULL, TRUE };

static const PgwLayout *const layouts[] = { &overview, &space, &allocator, &reclaim, &compare, &replacement, NULL };

const PgwLayout *const *
pgw_layouts (void)
{
  return layouts;
}

const PgwLayoutCell *
pgw_layout_get_cells (const PgwLayout *layout,
                      double           width,
                      double           height)
{
  g_return_val_if_fail (layout != NULL, NULL);

  return layout->small != NULL && (width < SMALL_WIDTH || height < SMALL_HEIGHT) ? layout->small : layout->cells;
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
