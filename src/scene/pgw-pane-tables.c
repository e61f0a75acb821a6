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
#include "pgw-tables-private.h"

#include <math.h>
#include <string.h>

#define NARROW        440       /* pixels at the usual size of type; columns stand closer then */
#define LEAST_FOR_TWO 8         /* rows that fit: with fewer one task is shown alone */

/* ---- Drawing ---- */

static char *
cell_label (const PgwTablesRow *row,
            guint               level)
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
add_frame (PgwTables          *self,
           const PgwTablesRow *row,
           double              x,
           double              y,
           guint               marks)
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

/* Where there is little room an entry of the last level loses its bits from the end, others all but their index. */
static void
shorten (char               *label,
         const PgwTablesRow *row,
         gboolean            bits,
         double              width,
         guint               style,
         double              scale)
{
  char *blank;

  if (pgw_type_width (label, style, scale) > width && row->run == 0)
    {
      g_snprintf (label, strlen (label) + 1, "%u ×", row->run_used);
      return;
    }
  while (pgw_type_width (label, style, scale) > width && (blank = bits ? strrchr (label, ' ') : strchr (label, ' ')) != NULL)
    *blank = '\0';
}

static void
add_cell (PgwTables          *self,
          const PgwTablesRow *row,
          guint               level,
          double              y)
{
  gboolean last = level + 1 == row->n_levels;
  guint marks = last ? pgw_tables_row_marks (self, row) : pgw_marks_object (self->marks, pgw_tables_entry_object (row, level, 0));
  gboolean lit = row->walk > level;
  g_autofree char *label = cell_label (row, level);
  gboolean present = row->entry[level] & ENTRY_PRESENT;
  guint type = PGW_STYLE_MONO | PGW_STYLE_SMALL | (lit ? PGW_STYLE_BOLD : 0);

  shorten (label, row, last && present, self->cell_width - 7 * self->scale, type, self->scale);
  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_ENTRY, row->table[level] << 9 | row->index[level]),
                 pgw_tables_entry_object (row, level, 0),
                 present || row->run == 0 ? PGW_COLOUR_PAGE_KIND + VIEW_PAGE_PAGE_TABLE : PGW_COLOUR_WARNING,
                 type | marks | (lit ? PGW_STYLE_RELATED : 0) | (present ? 0 : PGW_STYLE_OUTLINE), self->column[level], y,
                 self->cell_width, self->cell_height, label);
  if (last && row->run > 0 && present)
    add_frame (self, row, self->column[level] + self->cell_width, y, marks);
}

static void
say_row (const PgwTablesTree *tree,
         const PgwTablesRow  *row)
{
  const PgwTables *self = tree->tables;
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
  g_string_append (text, pgw_marks_text (pgw_tables_row_marks (self, row)));
  pgw_scene_say (self->scene, "%s", text->str);
}

/* The first column of a row that differs from the row above: what stands left of it need not be said again. */
static guint
first_new_column (const PgwTablesRow *above,
                  const PgwTablesRow *row)
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
add_rows (PgwTables           *self,
          const PgwTablesTree *tree,
          double               x,
          double               y,
          guint                room)
{
  g_autofree gboolean *shown = pgw_tables_choose_rows (tree, MAX (room, 3));
  double link_y[N_LEVELS] = { 0 };
  const PgwTablesRow *above = NULL;
  guint hidden = 0;

  for (guint i = 0; i <= tree->rows->len; i++)
    {
      const PgwTablesRow *row = i < tree->rows->len ? &g_array_index (tree->rows, PgwTablesRow, i) : NULL;

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
add_headings (PgwTables *self,
              double     y)
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
add_tree (PgwTables              *self,
          const struct view_task *task,
          double                  x,
          double                  y,
          double                  width,
          guint                   room)
{
  PgwTablesTree tree = { .tables = self };
  g_autofree char *name = pgw_task_title (self->state, task);
  g_autofree char *title = NULL;

  if (!view_mm (self->machine, task->pid, &tree.mm))
    return y;
  tree.has_address = pgw_pane_address (self->state, task->pid, &tree.address) &&
                     view_walk (self->machine, task->pid, tree.address, &tree.walk);
  pgw_tables_read (&tree, task->pid, MAX (room, 3));
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

/* ---- The pane ---- */

/* A second task to show beside the first: one that shares the page in question, else a relative. */
static gint32
second_task (const PgwTables        *self,
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
place_columns (PgwTables *self,
               double     x,
               double     width)
{
  double gap = ceil (width < NARROW * self->scale ? 8 * self->scale : MAX (14 * self->scale, width * 0.03));

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
  PgwTables self = { .scene = scene, .state = state, .machine = pgw_pane_machine (state), .marks = marks,
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
  y = pgw_tables_add_tlb (&self, x, y + ceil (4 * self.scale), inner, bottom);
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
