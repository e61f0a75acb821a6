/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows of the page-table pane: the entries in use are read from the top
 * table down, those that go to frames in a row with the same bits become one
 * row, and of the rows those are chosen that have room.
 *
 * The entry that the walk goes through is always a row of its own and always
 * read, however much lies in front of it.
 */
#include "pgw-tables-private.h"

#define MAX_ROWS     600        /* read at the most */
#define MAX_TABLES   48         /* last-level tables whose entries are read, beside that of the walk */
#define ROWS_NEAR    6          /* shown before and behind one that stands out */
#define USER_ENTRIES 256        /* of the top table: the rest is the kernel's */

/* ---- Reading ---- */

mm_object_t
pgw_tables_entry_object (const PgwTablesRow *row,
                         guint               level,
                         guint               more)
{
  guint64 address = 0;

  for (guint i = 0; i <= level; i++)
    address |= (guint64) (row->index[i] + (i == level ? more : 0)) << (39 - 9 * i);
  /* Addresses are sign-extended from bit 47. */
  if (row->index[0] >= USER_ENTRIES)
    address |= 0xffff000000000000ULL;
  return mm_pte_object (row->pid, address, N_LEVELS - level);
}

guint
pgw_tables_row_marks (const PgwTables    *self,
                      const PgwTablesRow *row)
{
  guint last = row->n_levels - 1;
  guint style = pgw_marks_object (self->marks, pgw_tables_entry_object (row, last, 0));

  for (guint i = 1; i < row->run; i++)
    style |= pgw_marks_object (self->marks, pgw_tables_entry_object (row, last, i));
  if (row->run > 0 && row->entry[last] & ENTRY_PRESENT)
    style |= pgw_marks_pages (self->marks, ENTRY_PFN (row->entry[last]), row->run);
  return style;
}

static void
append_row (PgwTablesTree *tree,
            PgwTablesRow  *row)
{
  row->walk = 0;
  for (guint i = 0; i < row->n_levels && tree->has_address && i < tree->walk.nr; i++)
    {
      if (row->table[i] != tree->walk.table_pfn[i] || tree->walk.index[i] < row->index[i] ||
          tree->walk.index[i] >= row->index[i] + (i + 1 == row->n_levels ? MAX (row->run, 1) : 1))
        break;
      row->walk = i + 1;
    }
  row->marked = row->walk == row->n_levels || pgw_tables_row_marks (tree->tables, row) != 0;
  g_array_append_val (tree->rows, *row);
}

/* Whether entry `i` may stand in one row with the one before it. */
static gboolean
continues_run (const PgwTablesTree *tree,
               const guint64        entries[512],
               guint64              table,
               guint                i)
{
  guint64 before = entries[i - 1], entry = entries[i];

  if (tree->has_address && tree->walk.nr == N_LEVELS && tree->walk.table_pfn[3] == table &&
      (tree->walk.index[3] == i || tree->walk.index[3] == i - 1))
    return FALSE;
  if (ENTRY_BITS (before) != ENTRY_BITS (entry))
    return FALSE;
  return !(entry & ENTRY_PRESENT) || ENTRY_PFN (entry) == ENTRY_PFN (before) + 1 || ENTRY_PFN (entry) == ENTRY_PFN (before);
}

/* Whether the walk goes through entry `i` of a table. */
static gboolean
on_walk (const PgwTablesTree *tree,
         guint                level,
         guint64              table,
         guint                i)
{
  return tree->has_address && tree->walk.nr > level && tree->walk.table_pfn[level] == table && tree->walk.index[level] == i;
}

static void
read_last_level (PgwTablesTree *tree,
                 PgwTablesRow   row,
                 guint64        table)
{
  gboolean walked = tree->has_address && tree->walk.nr == N_LEVELS && tree->walk.table_pfn[3] == table;
  guint64 entries[512];

  view_page_table (tree->tables->machine, table, entries);
  row.n_levels = N_LEVELS;
  row.table[3] = table;
  if ((++tree->n_tables > MAX_TABLES || tree->folded) && !walked)
    {
      row.index[3] = 0;
      row.run = row.run_used = 0;
      for (guint i = 0; i < 512; i++)
        row.run_used += entries[i] != 0;
      append_row (tree, &row);
      return;
    }
  for (guint i = 0; i < 512 && (tree->rows->len < MAX_ROWS || walked); i++)
    {
      if (entries[i] == 0)
        continue;
      row.index[3] = i;
      row.entry[3] = entries[i];
      for (row.run = 1; i + 1 < 512 && entries[i + 1] != 0 && continues_run (tree, entries, table, i + 1); i++)
        row.run++;
      append_row (tree, &row);
    }
}

static void
read_table (PgwTablesTree *tree,
            PgwTablesRow   row,
            guint          level,
            guint64        table)
{
  gboolean kernel_too = tree->has_address && tree->address >> 63;
  guint64 entries[512];

  if (level == N_LEVELS - 1)
    {
      read_last_level (tree, row, table);
      return;
    }
  view_page_table (tree->tables->machine, table, entries);
  row.table[level] = table;
  for (guint i = 0; i < (level == 0 && !kernel_too ? USER_ENTRIES : 512); i++)
    {
      /* What the walk goes through is read, however much lies in front of it. */
      if (entries[i] == 0 || (tree->rows->len >= MAX_ROWS && !on_walk (tree, level, table, i)))
        continue;
      row.index[level] = i;
      row.entry[level] = entries[i];
      row.n_levels = level + 1;
      row.run = 1;
      if (!(entries[i] & ENTRY_PRESENT) || entries[i] & ENTRY_HUGE)
        append_row (tree, &row);
      else
        read_table (tree, row, level + 1, ENTRY_PFN (entries[i]));
    }
}

void
pgw_tables_read (PgwTablesTree *tree,
                 gint32         pid,
                 guint          room)
{
  const PgwTablesRow row = { .pid = pid };

  tree->rows = g_array_new (FALSE, TRUE, sizeof (PgwTablesRow));
  read_table (tree, row, 0, tree->mm.pgd_pfn);
  /* Too much to be seen at once: tables the walk does not go through are a row each. */
  if (tree->rows->len > 2 * room)
    {
      g_array_set_size (tree->rows, 0);
      tree->folded = TRUE;
      read_table (tree, row, 0, tree->mm.pgd_pfn);
    }
}

/* ---- Folding ---- */

/* Chooses `room` rows: those of the walk and of the marks, then a few near them, tables, the first ones. */
gboolean *
pgw_tables_choose_rows (const PgwTablesTree *tree,
                        guint                room)
{
  guint n = tree->rows->len, left = room;
  gboolean *shown = g_new0 (gboolean, n + 1);

  for (guint i = 0; i < n && left > 0; i++)
    if (g_array_index (tree->rows, PgwTablesRow, i).marked)
      {
        shown[i] = TRUE;
        left--;
      }
  for (guint distance = 1; distance <= ROWS_NEAR && left > 0 && left < room; distance++)
    for (guint i = 0; i < n && left > 0; i++)
      if (!shown[i] && ((i >= distance && g_array_index (tree->rows, PgwTablesRow, i - distance).marked) ||
                        (i + distance < n && g_array_index (tree->rows, PgwTablesRow, i + distance).marked)))
        {
          shown[i] = TRUE;
          left--;
        }
  /* Tables that are one row each before the entries of the one that is unfolded. */
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < n && left > 0; i++)
      if (!shown[i] && (pass == 1 || g_array_index (tree->rows, PgwTablesRow, i).run == 0))
        {
          shown[i] = TRUE;
          left--;
        }
  return shown;
}
