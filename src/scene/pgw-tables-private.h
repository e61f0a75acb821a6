/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the page-table pane share: pgw-pane-tables.c (the
 * picture), pgw-tables-rows.c (which rows it has: entries are read, runs of
 * them joined, what has no room left out), pgw-tables-tlb.c (the TLB).
 */
#pragma once

#include "pgw-task-private.h"

G_BEGIN_DECLS

#define N_LEVELS     4

#define ENTRY_PRESENT 0x001
#define ENTRY_WRITE   0x002
#define ENTRY_DIRTY   0x040
#define ENTRY_HUGE    0x080
#define ENTRY_NX      (1ULL << 63)
#define ENTRY_PFN(e)  (((e) & 0x000ffffffffff000ULL) >> 12)
#define ENTRY_BITS(e) ((e) & ~0x000ffffffffff000ULL)

/* A run of entries of one table, with the entries that lead to it from the top. */
typedef struct {
  gint32  pid;
  guint   n_levels;             /* columns in use */
  guint64 table[N_LEVELS];      /* frame of the table */
  guint32 index[N_LEVELS];
  guint64 entry[N_LEVELS];
  guint32 run;                  /* entries of the last column, 0: its table is not unfolded */
  guint32 run_used;             /* of a table that is not unfolded */
  guint   walk;                 /* levels that the walk goes through */
  gboolean marked;
} PgwTablesRow;

typedef struct {
  PgwScene             *scene;
  const PgwPaneState   *state;
  const struct machine *machine;
  PgwMarks             *marks;
  double                scale;
  double                column[N_LEVELS + 1];   /* left edges; the last is the frames' */
  double                cell_width, frame_width, row_height, cell_height;
  GHashTable           *frames;                 /* first frame of a run -> y of its box plus 1 */
} PgwTables;

/* The page tables of one task. */
typedef struct {
  const PgwTables  *tables;
  struct view_mm    mm;
  gboolean          has_address;
  guint64           address;
  struct view_walk  walk;
  GArray           *rows;       /* PgwTablesRow */
  guint             n_tables;   /* last-level ones seen */
  gboolean          folded;     /* a row for each last-level table but that of the walk */
} PgwTablesTree;

/* ---- pgw-tables-rows.c ---- */

/* The entry of one level, `more` entries after the row's first. */
mm_object_t pgw_tables_entry_object (const PgwTablesRow *row, guint level, guint more);
/* The marks (PgwStyle) of the row's last entries and of the frames they map. */
guint       pgw_tables_row_marks    (const PgwTables *self, const PgwTablesRow *row);
/* Reads the rows of task `pid`; where there are far more than `room`, tables beside the walk are a row each. */
void        pgw_tables_read         (PgwTablesTree *tree, gint32 pid, guint room);
/* Which `room` rows are shown, an element each and FALSE at the end. Free with g_free(). */
gboolean   *pgw_tables_choose_rows  (const PgwTablesTree *tree, guint room);

/* ---- pgw-tables-tlb.c ---- */

/* The TLB of the current CPU: as many lines of entries as have room down to `bottom`, one at least. Returns its end. */
double      pgw_tables_add_tlb      (const PgwTables *self, double x, double y, double width, double bottom);

G_END_DECLS
