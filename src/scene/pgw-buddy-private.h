/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the buddy pane share: pgw-pane-buddy.c (a row an order
 * and a CPU), pgw-buddy-chips.c (the blocks of several lists side by side in
 * a row), pgw-buddy-watermarks.c (the bar of watermarks).
 */
#pragma once

#include "pgw-pane-private.h"

G_BEGIN_DECLS

typedef struct {
  PgwScene             *scene;
  const PgwPaneState   *state;
  const struct machine *machine;
  PgwMarks             *marks;
  struct view_zone      zone;
  guint64              *blocks[VIEW_MAX_ORDER][VIEW_NR_MT];      /* the first of each free list, NULL if it is empty */
  struct view_machine   about;
  double                scale;
  double                left, right;    /* of the content */
  double                chips, count;   /* where the chips start, where the count does */
  double                row_height, chip_height;
  double                label_width;    /* of a page frame number */
  guint32               cpu;            /* the one shown when not all are */
  guint                 n_cpu_rows;
  guint                 n_in_hand;
  PgwInHand             in_hand[2];
} PgwBuddy;

/* ---- pgw-buddy-chips.c ---- */

/* One list of blocks to be placed in a row. */
typedef struct {
  guint64  n;                   /* blocks on the list */
  guint64  known;               /* of them fetched */
  guint64 *pfns;                /* owned */
  guint8  *types;               /* owned; NULL: all are of `mt` */
  guint    mt;
  guint    order;
  guint    shown;
  gboolean in_hand;             /* not on a list now */
} PgwBlockList;

/* An array of PgwBlockList that frees what its elements own. */
GArray *pgw_block_lists_new (void);
/* How wide a block of an order is drawn. */
double  pgw_buddy_chip_width (const PgwBuddy *self, guint order);
/*
 * Places the blocks of `lists` from `x` on, at the most to `end`; what has no room is counted in an item `more_id`.
 * What was drawn is appended to `said`. Returns where the last one ends.
 */
double  pgw_buddy_add_chips (PgwBuddy *self, GArray *lists, double x, double y, double end, guint64 more_id,
                             GString *said);

/* ---- pgw-buddy-watermarks.c ---- */

/* The bar of the zone's free pages with its watermarks, and their numbers below it. */
void    pgw_buddy_add_watermarks (PgwBuddy *self, double y);
/* The height that it takes. */
double  pgw_buddy_watermarks_height (const PgwBuddy *self);

G_END_DECLS
