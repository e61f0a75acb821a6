/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page tables: the tree from CR3 to the page frames, with only the entries
 * that are in use; the walk of the address that the picture is about, level
 * by level; the address cut into its indices; the TLB.
 *
 * A row is a run of page-table entries that go to frames in a row with the
 * same bits; an entry of an upper table stands in the first row that it leads
 * to. Where rows have no room those far from the walk fold. After a fork the
 * trees of two tasks stand one above the other; a frame that both map is drawn
 * once, so that copy-on-write is seen: two trees, one frame, then two.
 */
#include "pgw-task-private.h"

#include <math.h>
#include <string.h>

#define N_LEVELS     4
#define MAX_ROWS     600        /* read at the most */
#define MAX_TABLES   48         /* last-level tables whose entries are read, beside that of the walk */
#define MAX_TLB      64
#define ROWS_NEAR    6          /* shown before and behind one that stands out */
#define LEAST_FOR_TWO 8         /* rows that fit: with fewer one task is shown alone */
#define USER_ENTRIES 256        /* of the top table: the rest is the kernel's */

#define ENTRY_PRESENT 0x001
#define ENTRY_WRITE   0x002
#define ENTRY_DIRTY   0x040
#define ENTRY_HUGE    0x080
#define ENTRY_NX      (1ULL << 63)
#define ENTRY_PFN(e)  (((e) & 0x000ffffffffff000ULL) >> 12)
#define ENTRY_BITS(e) ((e) & ~0x000ffffffffff000ULL)

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
} Row;

typedef struct {
  PgwScene             *scene;
  const PgwPaneState   *state;
  const struct machine *machine;
  PgwMarks             *marks;
  double                scale;
  double                column[N_LEVELS + 1];   /* left edges; the last is the frames' */
  double                cell_width, frame_width, row_height, cell_height;
  GHashTable           *frames;                 /* first frame of a run -> y of its box plus 1 */
} Tables;

typedef struct {
  const Tables     *tables;
  struct view_task  task;
  struct view_mm    mm;
  gboolean          has_address;
  guint64           address;
  struct view_walk  walk;
  GArray           *rows;       /* Row */
  guint             n_tables;   /* last-level ones seen */
  gboolean          folded;     /* a row for each last-level table but that of the walk */
} Tree;

/* ---- Reading ---- */

/* The entry of one level, `more` entries after the row's first. */
static mm_object_t
entry_object (const Row *row,
              guint      level,
              guint      more)
{
  guint64 address = 0;

  for (guint i = 0; i <= level; i++)
    address |= (guint64) (row->index[i] + (i == level ? more : 0)) << (39 - 9 * i);
  /* Addresses are sign-extended from bit 47. */
  if (row->index[0] >= USER_ENTRIES)
    address |= 0xffff000000000000ULL;
  return mm_pte_object (row->pid, address, N_LEVELS - level);
}

static guint
row_marks (const Tables *self,
           const Row    *row)
{
  guint last = row->n_levels - 1;
  guint style = pgw_marks_object (self->marks, entry_object (row, last, 0));

  for (guint i = 1; i < row->run; i++)
    style |= pgw_marks_object (self->marks, entry_object (row, last, i));
  if (row->run > 0 && row->entry[last] & ENTRY_PRESENT)
    style |= pgw_marks_pages (self->marks, ENTRY_PFN (row->entry[last]), row->run);
  return style;
}

static void
append_row (Tree *tree,
            Row  *row)
{
  row->walk = 0;
  for (guint i = 0; i < row->n_levels && tree->has_address && i < tree->walk.nr; i++)
    {
      if (row->table[i] != tree->walk.table_pfn[i] || tree->walk.index[i] < row->index[i] ||
          tree->walk.index[i] >= row->index[i] + (i + 1 == row->n_levels ? MAX (row->run, 1) : 1))
        break;
      row->walk = i + 1;
    }
  row->marked = row->walk == row->n_levels || row_marks (tree->tables, row) != 0;
  g_array_append_val (tree->rows, *row);
}

/* Whether entry `i` may stand in one row with the one before it. */
static gboolean
continues_run (const Tree    *tree,
               const guint64  entries[512],
               guint64        table,
               guint          i)
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
on_walk (const Tree *tree,
         guint       level,
         guint64     table,
         guint       i)
{
  return tree->has_address && tree->walk.nr > level && tree->walk.table_pfn[level] == table && tree->walk.index[level] == i;
}

static void
read_last_level (Tree    *tree,
                 Row      row,
                 guint64  table)
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
read_table (Tree    *tree,
            Row      row,
            guint    level,
            guint64  table)
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

/* ---- Folding ---- */

/* Chooses `room` rows: those of the walk and of the marks, then a few near them, tables, the first ones. */
static gboolean *
choose_rows (const Tree *tree,
             guint       room)
{
  guint n = tree->rows->len, left = room;
  gboolean *shown = g_new0 (gboolean, n + 1);

  for (guint i = 0; i < n && left > 0; i++)
    if (g_array_index (tree->rows, Row, i).marked)
      {
        shown[i] = TRUE;
        left--;
      }
  for (guint distance = 1; distance <= ROWS_NEAR && left > 0 && left < room; distance++)
    for (guint i = 0; i < n && left > 0; i++)
      if (!shown[i] && ((i >= distance && g_array_index (tree->rows, Row, i - distance).marked) ||
                        (i + distance < n && g_array_index (tree->rows, Row, i + distance).marked)))
        {
          shown[i] = TRUE;
          left--;
        }
  /* Tables that are one row each before the entries of the one that is unfolded. */
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < n && left > 0; i++)
      if (!shown[i] && (pass == 1 || g_array_index (tree->rows, Row, i).run == 0))
        {
          shown[i] = TRUE;
          left--;
        }
  return shown;
}

/* ---- Drawing ---- */

static char *
cell_label (const Row *row,
            guint      level)
{
  guint64 entry = row->entry[level];
  gboolean last = level + 1 == row->n_levels;
  g_autofree char *index = NULL;

  if (last && row->run == 0)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u entry", "%u entries", row->run_used), row->run_used);
  index = last && row->run > 1 ? g_strdup_printf ("%u–%u", row->index[level], row->index[level] + row->run - 1)
                               : g_strdup_printf ("%u", row->index[level]);
  if (!(entry & ENTRY_PRESENT))
    return g_strdup_printf (_("%s not present"), index);
  if (!last)
    return g_strdup_printf ("%s →%" G_GINT64_MODIFIER "x", index, (guint64) ENTRY_PFN (entry));
  return g_strdup_printf ("%s %s%s%s", index, entry & ENTRY_WRITE ? "RW" : "R-", entry & ENTRY_NX ? "" : "X",
                          entry & ENTRY_DIRTY ? " D" : "");
}

static void
add_frame (Tables      *self,
           const Row   *row,
           double       x,
           double       y,
           guint        marks)
{
  guint level = row->n_levels - 1;
  guint64 pfn = ENTRY_PFN (row->entry[level]);
  gboolean huge = level < N_LEVELS - 1;
  double at = GPOINTER_TO_UINT (g_hash_table_lookup (self->frames, GSIZE_TO_POINTER (pfn + 1)));
  struct view_page page;
  g_autofree char *label = NULL;

  pgw_pane_add_link (self->scene, PGW_ITEM_ID_PART (PART_ENTRY_LINK, row->table[level] << 9 | row->index[level]),
                      marks != 0 || row->walk == row->n_levels ? PGW_COLOUR_ACCENT : PGW_COLOUR_LINE,
                      row->walk == row->n_levels ? PGW_STYLE_BOLD : 0, x, y + self->cell_height / 2,
                      self->column[N_LEVELS], (at > 0 ? at - 1 : y) + self->cell_height / 2);
  if (at > 0)
    return;
  g_hash_table_insert (self->frames, GSIZE_TO_POINTER (pfn + 1), GUINT_TO_POINTER ((guint) y + 1));
  label = huge || row->run == 1 ? g_strdup_printf ("%" G_GINT64_MODIFIER "x", pfn)
                                : g_strdup_printf ("%" G_GINT64_MODIFIER "x +%u", pfn, row->run - 1);
  if (!view_page (self->machine, pfn, &page))
    return;
  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_BLOCK (pfn, huge ? 9 : 0), mm_object (MM_OBJECT_PAGE, pfn),
                 PGW_COLOUR_PAGE_KIND + page.kind,
                 PGW_STYLE_MONO | PGW_STYLE_SMALL | marks | (page.mapcount > 1 ? PGW_STYLE_HATCHED : 0),
                 self->column[N_LEVELS], y, self->frame_width, self->cell_height, label);
}

static void
add_cell (Tables    *self,
          const Row *row,
          guint      level,
          double     y)
{
  gboolean last = level + 1 == row->n_levels;
  guint marks = last ? row_marks (self, row) : pgw_marks_object (self->marks, entry_object (row, level, 0));
  gboolean lit = row->walk > level;
  g_autofree char *label = cell_label (row, level);
  gboolean present = row->entry[level] & ENTRY_PRESENT;

  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_ENTRY, row->table[level] << 9 | row->index[level]),
                 entry_object (row, level, 0),
                 present || row->run == 0 ? PGW_COLOUR_PAGE_KIND + VIEW_PAGE_PAGE_TABLE : PGW_COLOUR_WARNING,
                 PGW_STYLE_MONO | PGW_STYLE_SMALL | marks | (lit ? PGW_STYLE_BOLD | PGW_STYLE_RELATED : 0) |
                   (present ? 0 : PGW_STYLE_OUTLINE),
                 self->column[level], y, self->cell_width, self->cell_height, label);
  if (last && row->run > 0 && present)
    add_frame (self, row, self->column[level] + self->cell_width, y, marks);
}

static void
say_row (const Tree *tree,
         const Row  *row)
{
  const Tables *self = tree->tables;
  static const char *const names[N_LEVELS] = { "PGD", "PUD", "PMD", "PTE" };
  g_autoptr (GString) text = g_string_new (NULL);
  guint last = row->n_levels - 1;

  for (guint i = 0; i < row->n_levels; i++)
    {
      g_autofree char *label = cell_label (row, i);

      g_string_append_printf (text, "%s%s %s", i > 0 ? "; " : "", names[i], label);
    }
  if (row->run > 0 && row->entry[last] & ENTRY_PRESENT)
    g_string_append_printf (text, _("; frame %s"), pgw_pfn (ENTRY_PFN (row->entry[last])));
  if (row->walk == row->n_levels)
    g_string_append (text, _(" (the walk)"));
  g_string_append (text, pgw_marks_text (row_marks (self, row)));
  pgw_scene_say (self->scene, "%s", text->str);
}

/* The first column of a row that differs from the row above: what stands left of it need not be said again. */
static guint
first_new_column (const Row *above,
                  const Row *row)
{
  guint level = 0;

  if (above == NULL)
    return 0;
  while (level + 1 < row->n_levels && level + 1 < above->n_levels && above->table[level] == row->table[level] &&
         above->index[level] == row->index[level])
    level++;
  return level;
}

static double
add_rows (Tables     *self,
          const Tree *tree,
          double      x,
          double      y,
          guint       room)
{
  g_autofree gboolean *shown = choose_rows (tree, MAX (room, 3));
  double link_y[N_LEVELS] = { 0 };
  const Row *above = NULL;
  guint hidden = 0;

  for (guint i = 0; i <= tree->rows->len; i++)
    {
      const Row *row = i < tree->rows->len ? &g_array_index (tree->rows, Row, i) : NULL;

      if (row != NULL && !shown[i])
        {
          hidden++;
          continue;
        }
      if (hidden > 0)
        {
          g_autofree char *label =
            g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u more run of entries", "%u more runs of entries", hidden), hidden);

          pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL, self->column[3], y,
                              self->cell_width + self->frame_width, label);
          pgw_scene_say (self->scene, "%s", label);
          y += pgw_type_line_height (PGW_STYLE_SMALL, self->scale) + 2 * self->scale;
          hidden = 0;
        }
      if (row == NULL)
        break;
      for (guint level = first_new_column (above, row); level < row->n_levels; level++)
        {
          if (level > 0)
            pgw_pane_add_link (self->scene,
                                PGW_ITEM_ID_PART (PART_ENTRY_LINK, 1ULL << 39 | row->table[level] << 9 | row->index[level]),
                                row->walk > level ? PGW_COLOUR_PAGE_KIND + VIEW_PAGE_PAGE_TABLE : PGW_COLOUR_LINE,
                                row->walk > level ? PGW_STYLE_BOLD : 0, self->column[level - 1] + self->cell_width,
                                link_y[level - 1], self->column[level], y + self->cell_height / 2);
          link_y[level] = y + self->cell_height / 2;
          add_cell (self, row, level, y);
        }
      say_row (tree, row);
      above = row;
      y += self->row_height;
    }
  return y;
}

static double
add_headings (Tables *self,
              double  y)
{
  static const char *const names[N_LEVELS] = { "PGD", "PUD", "PMD", "PTE" };

  for (guint i = 0; i < N_LEVELS; i++)
    pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_BOLD | PGW_STYLE_SMALL | PGW_STYLE_ALIGN_CENTRE,
                        self->column[i], y, self->cell_width, names[i]);
  pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_BOLD | PGW_STYLE_SMALL | PGW_STYLE_ALIGN_CENTRE,
                      self->column[N_LEVELS], y, self->frame_width, _("frames"));
  return y + pgw_type_line_height (PGW_STYLE_SMALL, self->scale) + ceil (2 * self->scale);
}

static double
add_tree (Tables                 *self,
          const struct view_task *task,
          double                  x,
          double                  y,
          double                  width,
          guint                   room)
{
  Tree tree = { .tables = self, .task = *task };
  g_autofree char *name = pgw_task_title (self->state, task);
  g_autofree char *title = NULL;
  Row row = { .pid = task->pid };

  if (!view_mm (self->machine, task->pid, &tree.mm))
    return y;
  tree.has_address = pgw_pane_address (self->state, task->pid, &tree.address) &&
                     view_walk (self->machine, task->pid, tree.address, &tree.walk);
  tree.rows = g_array_new (FALSE, TRUE, sizeof (Row));
  read_table (&tree, row, 0, tree.mm.pgd_pfn);
  /* Too much to be seen at once: tables the walk does not go through are a row each. */
  if (tree.rows->len > 2 * MAX (room, 3))
    {
      g_array_set_size (tree.rows, 0);
      tree.folded = TRUE;
      read_table (&tree, row, 0, tree.mm.pgd_pfn);
    }
  title = g_strdup_printf (_("%s: CR3 → frame %s, %s of tables below it"), name, pgw_pfn (tree.mm.pgd_pfn),
                           pgw_size (tree.mm.pgtables_bytes));
  pgw_scene_add_text (self->scene, 0, mm_object (MM_OBJECT_TASK, task->pid), PGW_COLOUR_TEXT,
                      PGW_STYLE_BOLD | PGW_STYLE_SMALL, x, y, width, title);
  pgw_scene_say (self->scene, "%s", title);
  y += pgw_type_line_height (PGW_STYLE_SMALL, self->scale) + ceil (2 * self->scale);
  if (tree.rows->len == 0)
    {
      pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL, x, y, width,
                          _("No entry is in use: nothing was touched yet"));
      y += self->row_height;
    }
  y = add_rows (self, &tree, x, y, room);
  g_array_unref (tree.rows);
  return y + ceil (4 * self->scale);
}

/* ---- The TLB ---- */

/* Its entries, as many lines of them as there is room for down to `bottom`, one at least. */
static double
add_tlb (const Tables *self,
         double        x,
         double        y,
         double        width,
         double        bottom)
{
  struct view_tlb_entry entries[MAX_TLB];
  struct view_machine about;
  struct view_tlb tlb;
  double gap = ceil (4 * self->scale), height = ceil (18 * self->scale), at = x;
  double line = pgw_type_line_height (PGW_STYLE_SMALL, self->scale);
  g_autofree char *title = NULL;
  guint n, hidden = 0;

  view_machine (self->machine, &about);
  if (!view_tlb (self->machine, about.cpu, &tlb))
    return y;
  title = g_strdup_printf (_("TLB of CPU %u: %u × %u entries, PCID %u · %s hits, %s misses, %s flushes"), about.cpu, tlb.sets,
                           tlb.ways, tlb.pcid, pgw_count (tlb.hits), pgw_count (tlb.misses), pgw_count (tlb.flushes));
  pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL | PGW_STYLE_BOLD, x, y, width, title);
  pgw_scene_say (self->scene, "%s", title);
  y += line + gap;
  n = MIN (view_tlb_entries (self->machine, about.cpu, entries, MAX_TLB), MAX_TLB);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *label = NULL;
      double chip;

      if (!entries[i].valid)
        continue;
      label = g_strdup_printf ("%" G_GINT64_MODIFIER "x→%" G_GINT64_MODIFIER "x", entries[i].vpn, entries[i].pfn);
      chip = ceil (pgw_type_width (label, PGW_STYLE_MONO | PGW_STYLE_SMALL, self->scale) + 8 * self->scale);
      pgw_scene_say (self->scene, entries[i].stale ? _("TLB: %s (stale: the tables say otherwise)") : _("TLB: %s"), label);
      if (hidden == 0 && at > x && at + chip > x + width && y + 2 * height + gap <= bottom)
        {
          at = x;
          y += height + gap;
        }
      if (hidden > 0 || (at > x && at + chip > x + width))
        {
          hidden++;
          continue;
        }
      pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_TLB, entries[i].set << 8 | entries[i].way),
                     mm_object (MM_OBJECT_PAGE, entries[i].pfn),
                     entries[i].stale ? PGW_COLOUR_ERROR : PGW_COLOUR_PAGE_KIND + VIEW_PAGE_PCP,
                     PGW_STYLE_MONO | PGW_STYLE_SMALL | (entries[i].stale ? PGW_STYLE_HATCHED : 0) |
                       pgw_marks_pages (self->marks, entries[i].pfn, 1),
                     at, y, MIN (chip, width), height, label);
      at += chip + gap;
    }
  if (hidden > 0)
    {
      g_autofree char *more = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u more entry", "%u more entries", hidden), hidden);

      pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL, x, y + height + gap / 2, width, more);
      return y + height + line + gap;
    }
  if (at == x)
    {
      pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL, x, y, width, _("empty"));
      return y + line + gap;
    }
  return y + height + gap;
}

/* ---- The pane ---- */

/* A second task to show beside the first: one that shares the page in question, else a relative. */
static gint32
second_task (const Tables           *self,
             const struct view_task *tasks,
             guint                   n,
             guint                   current)
{
  gint32 found = 0;

  for (guint i = 0; i < n; i++)
    if (i != current && (tasks[i].ppid == tasks[current].pid || tasks[i].pid == tasks[current].ppid))
      found = i + 1;
  return found;
}

static void
place_columns (Tables *self,
               double  x,
               double  width)
{
  double gap = ceil (MAX (14 * self->scale, width * 0.03));

  self->frame_width = ceil (pgw_type_width ("000000 +000", PGW_STYLE_MONO | PGW_STYLE_SMALL, self->scale) + 8 * self->scale);
  self->frame_width = MIN (self->frame_width, width / 5);
  self->cell_width = floor ((width - self->frame_width - N_LEVELS * gap) / N_LEVELS);
  for (guint i = 0; i <= N_LEVELS; i++)
    self->column[i] = x + i * (self->cell_width + gap);
  self->cell_height = ceil (pgw_type_line_height (PGW_STYLE_SMALL, self->scale) + 4 * self->scale);
  self->row_height = self->cell_height + ceil (3 * self->scale);
}

static PgwScene *
tables_layout (const PgwPaneState *state,
               double              width,
               double              height)
{
  PgwScene *scene = pgw_scene_new (width, height);
  g_autoptr (PgwMarks) marks = pgw_marks_new (state);
  g_autoptr (GHashTable) frames = g_hash_table_new (NULL, NULL);
  Tables self = { .scene = scene, .state = state, .machine = pgw_pane_machine (state), .marks = marks,
                  .scale = pgw_pane_scale (state), .frames = frames };
  double x = ceil (12 * self.scale), y = ceil (6 * self.scale), inner = width - 2 * x;
  struct view_task tasks[PGW_MAX_TASKS];
  guint n = pgw_pane_tasks (state, tasks), at = 0, room;
  gint32 current = pgw_pane_task (state), second;
  double bottom;

  scene->font_scale = self.scale;
  if (current == 0)
    {
      pgw_scene_add_text (scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL | PGW_STYLE_WRAP, x, y, inner,
                          _("No task has page tables at this step."));
      pgw_scene_say (scene, _("No task has page tables at this step."));
      return scene;
    }
  for (guint i = 0; i < n; i++)
    if (tasks[i].pid == current)
      at = i;
  second = second_task (&self, tasks, n, at);
  place_columns (&self, x, inner);
  y += pgw_pane_add_tasks (scene, state, marks, current, x, y, inner);
  y = pgw_pane_add_address (scene, state, current, x, y, inner);
  y = add_headings (&self, y);
  room = MAX ((height - y - 70 * self.scale) / self.row_height, 4);
  if (room < LEAST_FOR_TWO)
    second = 0;
  if (second > 0)
    room = room / 2 - 1;
  /* The older task first, so that the trees do not change places. */
  if (second > 0 && (guint) second - 1 < at)
    y = add_tree (&self, &tasks[second - 1], x, y, inner, room);
  y = add_tree (&self, &tasks[at], x, y, inner, room);
  if (second > 0 && (guint) second - 1 > at)
    y = add_tree (&self, &tasks[second - 1], x, y, inner, room);
  bottom = height - pgw_type_line_height (PGW_STYLE_SMALL, self.scale) - ceil (8 * self.scale);
  y = add_tlb (&self, x, y + ceil (4 * self.scale), inner, bottom);
  pgw_scene_grow (scene, y + ceil (6 * self.scale));
  return scene;
}

static char *
tables_subtitle (const PgwPaneState *state)
{
  gint32 pid = pgw_pane_task (state);
  struct view_mm mm;

  if (pid == 0 || !view_mm (pgw_pane_machine (state), pid, &mm))
    return g_strdup (_("no task"));
  return g_strdup_printf (_("task %d · CR3 %s"), pid, pgw_pfn (mm.pgd_pfn));
}

const PgwPaneType pgw_tables_pane = {
  .id = "tables",
  .title = N_("Page tables"),
  .layout = tables_layout,
  .subtitle = tables_subtitle,
};
