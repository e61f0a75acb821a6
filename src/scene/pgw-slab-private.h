/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the slab pane share: pgw-pane-slab.c (which cache, and
 * where things stand), pgw-slab-table.c (all caches in a table),
 * pgw-slab-objects.c (the objects of one cache in its arrays and slabs).
 */
#pragma once

#include "pgw-pane-private.h"

G_BEGIN_DECLS

typedef struct {
  PgwScene             *scene;
  const PgwPaneState   *state;
  const struct machine *machine;
  PgwMarks             *marks;
  double                scale, small;   /* height of a line of small type */
  struct view_machine   about;
  struct view_kmem_cache cache;         /* the chosen one */
  GHashTable           *in_stack;       /* objects whose tile stands in an array */
} PgwSlab;

/* ---- pgw-slab-table.c ---- */

/* The table of caches, sorted as the state's option says (which sorts `caches`). Returns the height it takes. */
double pgw_slab_add_table (const PgwSlab *self, struct view_kmem_cache *caches, guint n, double x, double y,
                           double width, double height);

/* ---- pgw-slab-objects.c ---- */

/*
 * The arrays of the chosen cache as stacks, the next object last; what stands there is remembered in `in_stack`, so
 * they come before the slabs. Returns the height they take.
 */
double pgw_slab_add_stacks (const PgwSlab *self, double x, double y, double width);
/* Its slabs list by list, down to y + height if they have room so. Returns where they end. */
double pgw_slab_add_lists  (const PgwSlab *self, double x, double y, double width, double height);

G_END_DECLS
