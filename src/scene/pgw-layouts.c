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

static const PgwLayout overview = { "overview", N_("Overview"), overview_cells };
static const PgwLayout space = { "space", N_("Address space"), space_cells };
static const PgwLayout allocator = { "allocator", N_("Allocator"), allocator_cells };

static const PgwLayout *const layouts[] = { &overview, &space, &allocator, NULL };

const PgwLayout *const *
pgw_layouts (void)
{
  return layouts;
}
