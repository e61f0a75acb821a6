/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one compares machines by: how many steps, how much memory, how broken
 * up it is. One table of rows for the window, pictures and the command line.
 */
#pragma once

#include "pgw-scenario.h"

G_BEGIN_DECLS

/* The figures of a machine at the position of its timeline. Pages are of 4 KiB; shares are in tenths of a percent. */
typedef struct {
  guint64 steps;                /* up to here */
  guint64 all_steps;            /* of the whole recording */
  guint64 slab_pages;
  guint64 percpu_pages;         /* that hold the processors' arrays */
  guint64 objects;              /* that operations of the script hold */
  guint64 object_bytes;         /* that were asked for when these were allocated */
  guint64 unused_share;         /* of the slabs' memory: not in such objects (internal fragmentation) */
  guint64 free_pages;
  guint64 free_blocks;          /* how many pieces they are in */
  guint64 largest_order;        /* of a free block */
  guint64 small_share;          /* of the free pages: in blocks below 2 MiB (external fragmentation) */
} PgwFigures;

typedef enum {
  PGW_FIGURE_COUNT,
  PGW_FIGURE_BYTES,
  PGW_FIGURE_SHARE,
} PgwFigureUnit;

typedef struct {
  const char   *title;          /* N_() */
  gsize         offset;         /* of a guint64 in PgwFigures */
  PgwFigureUnit unit;
} PgwFigureRow;

/* `scenario`: whose script the timeline runs. */
void                pgw_figures_take  (PgwTimeline *timeline, PgwScenario *scenario, PgwFigures *figures);
/* The rows, in the order they are shown in. */
const PgwFigureRow *pgw_figure_rows   (guint *n_rows);
guint64             pgw_figure_value  (const PgwFigureRow *row, const PgwFigures *figures);
/* "1234", "56 %", "4096 B". Free with g_free(). */
char               *pgw_figure_format (const PgwFigureRow *row, const PgwFigures *figures);

G_END_DECLS
