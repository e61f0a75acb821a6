/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The address spaces of tasks: a column a task with its VMAs, highest address
 * first, each with its pages as cells; the red-black tree that finds them; the
 * map of the whole of x86-64's addresses.
 *
 * Gaps are not to scale but named. A cell is a page, or several where they
 * have no room; the tree and the list fold what has no room, but what the
 * current event or the selection names is always among what is shown.
 */
#include "pgw-task-private.h"
#include "src/engine/pgw-object-name.h"

#include <math.h>
#include <string.h>

#define MAX_COLUMNS   4
#define MAX_CELLS     256
#define MAX_PTES      16384
#define ROWS_UNFOLDED 48        /* so many VMAs are all shown */
#define ROWS_AROUND   12        /* shown on each side of what the picture is about */
#define TREE_DEPTH    5

typedef struct {
  PgwScene             *scene;
  const PgwPaneState   *state;
  const struct machine *machine;
  PgwMarks             *marks;
  double                scale;
  gint32                current;
  guint64               address;        /* what the picture is about */
  gboolean              has_address;
} Space;

/* One task's column. */
typedef struct {
  struct view_task  task;
  struct view_vma  *vmas;
  guint             n;
  guint             focus;      /* VMA that holds the address, or n */
  double            x, width;
} Column;

static void
column_clear (gpointer data)
{
  g_free (((Column *) data)->vmas);
}

static void
read_column (const Space            *self,
             const struct view_task *task,
             Column                 *column)
{
  guint n = view_vmas_brief (self->machine, task->pid, NULL, 0);

  *column = (Column) { .task = *task };
  column->vmas = g_new0 (struct view_vma, MAX (n, 1));
  column->n = MIN (view_vmas_brief (self->machine, task->pid, column->vmas, n), n);
  column->focus = column->n;
  for (guint i = 0; i < column->n && self->has_address; i++)
    if (self->address >= column->vmas[i].start && self->address < column->vmas[i].end)
      column->focus = i;
}

/* Whether a VMA is shown even where the list is folded. */
static gboolean
stands_out (const Space  *self,
            const Column *column,
            guint         i)
{
  guint style = pgw_marks_object (self->marks, mm_object (MM_OBJECT_VMA, column->vmas[i].nr));

  return column->n <= ROWS_UNFOLDED || style != 0 || i < ROWS_AROUND || i + ROWS_AROUND >= column->n ||
         (column->focus < column->n && i + ROWS_AROUND >= column->focus && i <= column->focus + ROWS_AROUND);
}

/* ---- A VMA ---- */

typedef struct {
  guint    resident, dirty, shared, swapped;
  guint64  pages_per_cell;
  guint    n_cells;
  struct {
    struct view_pte pte;        /* of its first page that has an entry */
    guint           resident;   /* pages in memory */
    guint           marks;
    gboolean        used;
  } cells[MAX_CELLS];
} Cells;

static void
read_cells (const Space           *self,
            const Column          *column,
            const struct view_vma *vma,
            guint                  room,
            Cells                 *cells)
{
  g_autofree struct view_pte *ptes = g_new (struct view_pte, MAX_PTES);
  guint64 pages = (vma->end - vma->start) / PAGE_SIZE;
  guint64 n = view_ptes (self->machine, column->task.pid, vma->start, vma->end, ptes, MAX_PTES);

  memset (cells, 0, sizeof *cells);
  cells->n_cells = MIN (MIN (pages, room), MAX_CELLS);
  cells->pages_per_cell = cells->n_cells > 0 ? (pages + cells->n_cells - 1) / cells->n_cells : 1;
  cells->n_cells = (pages + cells->pages_per_cell - 1) / cells->pages_per_cell;
  for (guint64 i = 0; i < MIN (n, MAX_PTES); i++)
    {
      guint64 cell = (ptes[i].address - vma->start) / PAGE_SIZE / cells->pages_per_cell;
      gboolean present = (ptes[i].flags & VIEW_PTE_PRESENT) && !(ptes[i].flags & VIEW_PTE_ZERO);

      cells->resident += present;
      cells->dirty += present && (ptes[i].flags & VIEW_PTE_DIRTY);
      cells->shared += present && ptes[i].mapcount > 1;
      cells->swapped += (ptes[i].flags & VIEW_PTE_SWAP) && !(ptes[i].flags & VIEW_PTE_GUARD);
      if (cell >= cells->n_cells)
        continue;
      if (!cells->cells[cell].used || (present && !(cells->cells[cell].pte.flags & VIEW_PTE_PRESENT)))
        cells->cells[cell].pte = ptes[i];
      cells->cells[cell].used = TRUE;
      cells->cells[cell].resident += present;
      if (ptes[i].pfn != G_MAXUINT64)
        cells->cells[cell].marks |= pgw_marks_pages (self->marks, ptes[i].pfn, 1);
    }
}

static void
add_cells (const Space           *self,
           const struct view_vma *vma,
           const Cells           *cells,
           double                 x,
           double                 y,
           double                 pitch,
           double                 height)
{
  double gap = pitch > 5 ? 2 : pitch > 3 ? 1 : 0;

  for (guint i = 0; i < cells->n_cells; i++)
    {
      gboolean used = cells->cells[i].used;
      const struct view_pte *pte = &cells->cells[i].pte;
      guint style = used ? pgw_pte_style (pte) | cells->cells[i].marks : PGW_STYLE_SOLID;
      guint64 address = vma->start + i * cells->pages_per_cell * PAGE_SIZE;
      /* A page that is not in memory is its entry, so that one can point at it all the same. */
      mm_object_t object = used && pte->pfn != G_MAXUINT64 ? mm_object (MM_OBJECT_PAGE, pte->pfn)
                                                           : mm_pte_object (vma->pid, address, 1);
      PgwItem *item = pgw_scene_add (self->scene, PGW_ITEM_BOX,
                                     PGW_ITEM_ID_PART (PART_VMA_CELL, (guint64) vma->nr << 10 | i), object,
                                     used ? pgw_pte_colour (pte->flags) : PGW_COLOUR_PAGE_KIND + VIEW_PAGE_FREE,
                                     style | (object == self->marks->selection ? PGW_STYLE_SELECTED : 0),
                                     x + i * pitch, y, pitch - gap, height, NULL);

      /* A cell of many pages is as strong as the share of them that is in memory. */
      if (used && cells->pages_per_cell > 1 && cells->cells[i].resident > 0)
        item->opacity = 0.35 + 0.65 * MIN (1.0, (double) cells->cells[i].resident / cells->pages_per_cell);
    }
}

static char *
vma_note (const struct view_vma *vma)
{
  static const struct { guint64 flag; const char *text; } flags[] = {
    { 0x100, N_("grows down") }, { 0x2000, N_("locked") }, { 0x20000, N_("not copied by fork") },
    { 0x2000000, N_("wiped by fork") }, { 0x20000000, N_("huge pages") }, { 1ULL << 42, N_("sealed") },
    { 0x200, N_("missing pages are a userfaultfd's") },
    { 0x1000, N_("writes to protected pages are a userfaultfd's") },
    { 1ULL << 41, N_("cached pages are a userfaultfd's") },
  };
  GString *note = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    if (vma->flags & flags[i].flag)
      g_string_append_printf (note, "%s%s", note->len > 0 ? ", " : "", _(flags[i].text));
  return g_string_free (note, FALSE);
}

static double
card_height (const Space *self)
{
  return ceil (pgw_type_line_height (PGW_STYLE_SMALL, self->scale) * 1.0 + 22 * self->scale);
}

static void
add_card (const Space  *self,
          const Column *column,
          guint         i,
          double        y)
{
  const struct view_vma *vma = &column->vmas[i];
  mm_object_t object = mm_object (MM_OBJECT_VMA, vma->nr);
  guint marks = pgw_marks_object (self->marks, object);
  g_autofree char *title = pgw_vma_title (self->state, vma);
  g_autofree char *note = vma_note (vma);
  char uffd[16];
  g_autofree char *range = g_strdup_printf ("%s %s", pgw_address (vma->start), pgw_size (vma->end - vma->start));
  double pad = ceil (8 * self->scale), bar = ceil (6 * self->scale), x = column->x, width = column->width;
  double height = card_height (self), small = pgw_type_line_height (PGW_STYLE_SMALL, self->scale);
  double inner = width - bar - 2 * pad, title_width, at;
  double pitch = CLAMP (floor (9 * self->scale), 5, 14);
  g_autofree Cells *cells = g_new (Cells, 1);

  view_vma_flags (vma->flags & (0x200 | 0x1000 | 1ULL << 41), uffd, sizeof uffd);
  if (column->focus == i)
    marks |= PGW_STYLE_RELATED;
  read_cells (self, column, vma, MAX (inner / pitch, 1), cells);
  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_VMA, vma->nr), object, PGW_COLOUR_LINE,
                 PGW_STYLE_OUTLINE | marks, x, y, width, height, NULL);
  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_VMA_BAR, vma->nr), object, pgw_vma_colour (vma),
                 PGW_STYLE_SOLID, x, y, bar, height, NULL);
  at = x + bar + pad;
  title_width = MIN (ceil (pgw_type_width (title, PGW_STYLE_BOLD | PGW_STYLE_SMALL, self->scale)), inner * 0.45);
  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_VMA_LABEL, (guint64) vma->nr << 2), object, PGW_COLOUR_TEXT,
                      PGW_STYLE_BOLD | PGW_STYLE_SMALL, at, y + 3 * self->scale, title_width, title);
  at += title_width + pad;
  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_VMA_LABEL, (guint64) vma->nr << 2 | 1), object, PGW_COLOUR_TEXT,
                      PGW_STYLE_MONO | PGW_STYLE_SMALL, at, y + 3 * self->scale, x + width - at - pad, pgw_vma_perms (vma));
  at += ceil (pgw_type_width ("rwxp", PGW_STYLE_MONO | PGW_STYLE_SMALL, self->scale)) + pad;
  if (uffd[0] != '\0')
    {
      pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_VMA_UFFD, vma->nr), object,
                          PGW_COLOUR_ACCENT, PGW_STYLE_MONO | PGW_STYLE_SMALL, at, y + 3 * self->scale,
                          x + width - at - pad, uffd);
      at += ceil (pgw_type_width (uffd, PGW_STYLE_MONO | PGW_STYLE_SMALL, self->scale)) + pad;
    }
  if (x + width - at - pad > 60 * self->scale)
    pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_VMA_LABEL, (guint64) vma->nr << 2 | 2), object,
                        PGW_COLOUR_DIM_TEXT, PGW_STYLE_MONO | PGW_STYLE_SMALL | PGW_STYLE_ALIGN_END, at,
                        y + 3 * self->scale, x + width - at - pad, range);
  add_cells (self, vma, cells, x + bar + pad, y + 3 * self->scale + small + 3 * self->scale,
             MIN (pitch, inner / MAX (cells->n_cells, 1)), height - small - 11 * self->scale);
  pgw_scene_say (self->scene, _("%s %s, %s to %s, %s: %s in memory, %u dirty, %u shared, %u swapped out%s%s%s"), title,
                 pgw_vma_perms (vma), pgw_address (vma->start), pgw_address (vma->end),
                 pgw_size (vma->end - vma->start), pgw_n_pages (cells->resident), cells->dirty, cells->shared, cells->swapped,
                 note[0] != '\0' ? "; " : "", note, pgw_marks_text (marks));
}

/* ---- A column ---- */

static double
add_gap (const Space  *self,
         const Column *column,
         guint         i,
         guint64       below,
         double        y)
{
  double height = ceil (pgw_type_line_height (PGW_STYLE_SMALL, self->scale));
  g_autofree char *label = NULL;
  mm_object_t where;

  if (below == 0)
    return ceil (2 * self->scale);
  label = g_strdup_printf (_("%s free"), pgw_size (below));
  /* A gap is pointed at by its first address. */
  where = mm_pte_object (column->task.pid, column->vmas[i].start - below, 1);
  /* All of its row can be pointed at, and dragged over (pgw-space-range.c). */
  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_VMA_GAP, (guint64) column->vmas[i].nr), where,
                 PGW_COLOUR_LINE, PGW_STYLE_OUTLINE, column->x, y, column->width, height, NULL)
    ->opacity = 0;
  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_VMA_LABEL, (guint64) column->vmas[i].nr << 2 | 3), where, PGW_COLOUR_DIM_TEXT,
                      PGW_STYLE_SMALL | PGW_STYLE_ALIGN_CENTRE | pgw_marks_object (self->marks, where), column->x, y,
                      column->width, label);
  return height + ceil (2 * self->scale);
}

static double
add_fold (const Space  *self,
          const Column *column,
          guint         first,
          guint         last,
          double        y)
{
  guint n = last - first + 1;
  g_autofree char *label =
    g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s more VMA between %s and %s", "%s more VMAs between %s and %s", n),
                     pgw_count (n), pgw_address (column->vmas[first].start), pgw_address (column->vmas[last].end));
  double height = ceil (20 * self->scale);

  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_VMA_GAP, 1ULL << 32 | column->vmas[last].nr), 0,
                 PGW_COLOUR_LINE, PGW_STYLE_SMALL, column->x, y, column->width, height, label);
  pgw_scene_say (self->scene, "%s", label);
  return height + ceil (4 * self->scale);
}

static double
add_column (const Space  *self,
            const Column *column,
            double        y)
{
  for (guint i = column->n; i-- > 0;)
    {
      guint64 below = column->vmas[i].start - (i > 0 ? column->vmas[i - 1].end : 0);

      if (stands_out (self, column, i))
        {
          add_card (self, column, i, y);
          y += card_height (self) + ceil (2 * self->scale);
          if (i > 0)
            y += add_gap (self, column, i, below, y);
          continue;
        }
      for (guint last = i;; i--)
        if (i == 0 || stands_out (self, column, i - 1))
          {
            y += add_fold (self, column, i, last, y);
            break;
          }
    }
  if (column->n == 0)
    {
      pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL, column->x, y, column->width,
                          _("Nothing is mapped"));
      y += pgw_type_line_height (PGW_STYLE_SMALL, self->scale);
    }
  return y;
}

/* ---- The tree ---- */

typedef struct {
  const Space  *space;
  const Column *column;
  GHashTable   *by_nr;
  GHashTable   *way;            /* numbers of the VMAs that a search for the address passes */
  double        x, y, width, level;
} Tree;

static const struct view_vma *
tree_vma (const Tree *tree,
          guint32     nr)
{
  guint i = GPOINTER_TO_UINT (g_hash_table_lookup (tree->by_nr, GUINT_TO_POINTER (nr)));

  return nr == 0 || i == 0 ? NULL : &tree->column->vmas[i - 1];
}

/* As find_vma() goes from the root to the VMA of the address. */
static void
find_way (Tree   *tree,
          guint32 root)
{
  const Space *self = tree->space;
  const struct view_vma *vma = self->has_address ? tree_vma (tree, root) : NULL;

  while (vma != NULL && g_hash_table_add (tree->way, GUINT_TO_POINTER (vma->nr)))
    {
      if (self->address >= vma->start && self->address < vma->end)
        break;
      vma = tree_vma (tree, self->address < vma->start ? vma->rb_left : vma->rb_right);
    }
}

static void
add_node (const Tree *tree,
          guint32     nr,
          guint       depth,
          double      left,
          double      right,
          double      parent_x,
          double      parent_y)
{
  const Space *self = tree->space;
  const struct view_vma *vma = tree_vma (tree, nr);
  double node_width = MIN (right - left - 2, ceil (58 * self->scale)), node_height = ceil (22 * self->scale);
  double x = (left + right) / 2, y = tree->y + depth * tree->level;
  g_autofree char *title = NULL;
  mm_object_t object;
  gboolean on_way;
  guint style;

  if (vma == NULL)
    return;
  on_way = g_hash_table_contains (tree->way, GUINT_TO_POINTER (nr));
  if (depth > 0)
    pgw_pane_add_link (self->scene, PGW_ITEM_ID_PART (PART_NODE_LINK, nr), on_way ? PGW_COLOUR_ACCENT : PGW_COLOUR_DIM_TEXT,
                       on_way ? PGW_STYLE_BOLD : 0, parent_x, parent_y + node_height, x, y);
  title = pgw_vma_title (self->state, vma);
  object = mm_object (MM_OBJECT_VMA, nr);
  style = pgw_marks_object (self->marks, object) | PGW_STYLE_SOLID | PGW_STYLE_SMALL;
  if (on_way)
    style |= PGW_STYLE_RELATED;
  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_NODE, nr), object,
                 vma->rb_red ? PGW_COLOUR_ERROR : PGW_COLOUR_TEXT, style, x - node_width / 2, y, node_width, node_height,
                 node_width < 24 * self->scale ? NULL : title);
  pgw_scene_say (self->scene, vma->rb_red ? _("Tree, depth %u: %s at %s, red, largest gap below it %s")
                                          : _("Tree, depth %u: %s at %s, black, largest gap below it %s"),
                 depth, title, pgw_address (vma->start), pgw_size (vma->rb_subtree_gap));
  if (depth + 1 == TREE_DEPTH)
    {
      if (tree_vma (tree, vma->rb_left) != NULL || tree_vma (tree, vma->rb_right) != NULL)
        pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL | PGW_STYLE_ALIGN_CENTRE, left,
                            y + node_height, right - left, "…");
      return;
    }
  add_node (tree, vma->rb_left, depth + 1, left, x, x, y);
  add_node (tree, vma->rb_right, depth + 1, x, right, x, y);
}

static double
add_tree (const Space  *self,
          const Column *column,
          double        x,
          double        y,
          double        width)
{
  Tree tree = { .space = self, .column = column, .x = x, .width = width, .level = ceil (46 * self->scale) };
  g_autoptr (GHashTable) by_nr = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) way = g_hash_table_new (NULL, NULL);
  g_autofree char *title = NULL;
  guint32 root = 0;

  tree.by_nr = by_nr;
  tree.way = way;
  for (guint i = 0; i < column->n; i++)
    {
      g_hash_table_insert (by_nr, GUINT_TO_POINTER (column->vmas[i].nr), GUINT_TO_POINTER (i + 1));
      if (column->vmas[i].rb_parent == 0)
        root = column->vmas[i].nr;
    }
  find_way (&tree, root);
  /* In a tree too deep to be drawn, what a search costs is told. */
  title = g_hash_table_size (way) > TREE_DEPTH
            ? g_strdup_printf (_("Red-black tree (mm_rb): of %s VMAs a search passes %u"), pgw_count (column->n),
                               g_hash_table_size (way))
            : g_strdup (_("Red-black tree (mm_rb)"));
  pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL | PGW_STYLE_BOLD, x, y, width, title);
  tree.y = y + pgw_type_line_height (PGW_STYLE_SMALL, self->scale) + ceil (6 * self->scale);
  add_node (&tree, root, 0, x, x + width, 0, 0);
  return tree.y + TREE_DEPTH * tree.level;
}

/* ---- The map of all addresses ---- */

static double
add_regions (const Space *self,
             double       x,
             double       y,
             double       width)
{
  struct view_region regions[24];
  guint n = MIN (view_regions (regions, G_N_ELEMENTS (regions)), G_N_ELEMENTS (regions));
  double height = ceil (22 * self->scale), gap = ceil (3 * self->scale), at = x, top = y;

  pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL | PGW_STYLE_BOLD, x, y, width,
                      _("All addresses of x86-64, not to scale"));
  y += pgw_type_line_height (PGW_STYLE_SMALL, self->scale) + gap;
  for (guint i = 0; i < n; i++)
    {
      const char *name = pgw_region_name (regions[i].name);
      gboolean here = self->has_address && self->address >= regions[i].start && self->address <= regions[i].end;
      double box = MIN (ceil (pgw_type_width (name, PGW_STYLE_SMALL, self->scale) + 12 * self->scale), width);

      if (at > x && at + box > x + width)
        {
          at = x;
          y += height + gap;
        }
      pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_REGION, i), 0,
                     here ? PGW_COLOUR_ACCENT : PGW_COLOUR_LINE, PGW_STYLE_SMALL | (here ? PGW_STYLE_SOLID : 0), at, y, box,
                     height, name);
      pgw_scene_say (self->scene, here ? _("%s to %s: %s (the address is here)") : "%s – %s: %s",
                     pgw_address (regions[i].start), pgw_address (regions[i].end), name);
      at += box + gap;
    }
  return y + height + gap - top;
}

/* ---- The pane ---- */

static guint
choose_columns (const Space *self,
                GArray      *columns,
                double       width)
{
  struct view_task tasks[PGW_MAX_TASKS];
  guint n = pgw_pane_tasks (self->state, tasks);
  guint room = CLAMP (width / (230 * self->scale), 1, MAX_COLUMNS), at = 0;
  guint first;

  for (guint i = 0; i < n; i++)
    if (tasks[i].pid == self->current)
      at = i;
  /* The task in question and those next to it. */
  first = n <= room || at < room ? 0 : at - room + 1;
  for (guint i = first; i < MIN (n, first + room); i++)
    {
      Column column;

      read_column (self, &tasks[i], &column);
      g_array_append_val (columns, column);
    }
  return columns->len;
}

static void
add_column_title (const Space  *self,
                  const Column *column,
                  double        y)
{
  g_autofree char *name = pgw_task_title (self->state, &column->task);
  g_autofree char *title =
    g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s: %s VMA", "%s: %s VMAs", column->n), name, pgw_count (column->n));

  pgw_scene_add_text (self->scene, 0, mm_object (MM_OBJECT_TASK, column->task.pid), PGW_COLOUR_TEXT,
                      PGW_STYLE_BOLD | PGW_STYLE_SMALL, column->x, y, column->width, title);
  pgw_scene_say (self->scene, "%s", title);
}

static double
add_space (Space  *self,
           double  x,
           double  y,
           double  width,
           double  height)
{
  g_autoptr (GArray) columns = g_array_new (FALSE, TRUE, sizeof (Column));
  double gap = ceil (10 * self->scale), bottom = y, tree_width = 0, column_bottom;
  guint n;

  g_array_set_clear_func (columns, column_clear);
  n = choose_columns (self, columns, width);
  if (n == 1 && width > 460 * self->scale)
    tree_width = floor (width * 0.42);
  for (guint i = 0; i < n; i++)
    {
      Column *column = &g_array_index (columns, Column, i);

      column->width = floor ((width - (tree_width > 0 ? tree_width + gap : 0) - (n - 1) * gap) / n);
      column->x = x + i * (column->width + gap);
      add_column_title (self, column, y);
      column_bottom = add_column (self, column, y + pgw_type_line_height (PGW_STYLE_SMALL, self->scale) +
                                                  ceil (4 * self->scale));
      bottom = MAX (bottom, column_bottom);
    }
  if (tree_width > 0)
    {
      Column *column = &g_array_index (columns, Column, 0);
      double tree_x = column->x + column->width + gap;
      double below = add_tree (self, column, tree_x, y, tree_width);

      /* A low pane is for what the task has. */
      if (height > 300 * self->scale)
        below += add_regions (self, tree_x, below, tree_width);
      bottom = MAX (bottom, below);
    }
  return bottom;
}

static PgwScene *
space_layout (const PgwPaneState *state,
              double              width,
              double              height)
{
  PgwScene *scene = pgw_scene_new (width, height);
  g_autoptr (PgwMarks) marks = pgw_marks_new (state);
  Space self = { .scene = scene, .state = state, .machine = pgw_pane_machine (state), .marks = marks,
                 .scale = pgw_pane_scale (state) };
  double x = ceil (12 * self.scale), y = ceil (6 * self.scale);

  scene->font_scale = self.scale;
  self.current = pgw_pane_task (state);
  if (self.current == 0)
    {
      pgw_scene_add_text (scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL | PGW_STYLE_WRAP, x, y, width - 2 * x,
                          _("No task has an address space at this step."));
      pgw_scene_say (scene, _("No task has an address space at this step."));
      return scene;
    }
  self.has_address = pgw_pane_address (state, self.current, &self.address);
  y += pgw_pane_add_tasks (scene, state, marks, self.current, x, y, width - 2 * x);
  y = add_space (&self, x, y, width - 2 * x, height - y);
  pgw_scene_grow (scene, y + ceil (6 * self.scale));
  return scene;
}

static char *
space_subtitle (const PgwPaneState *state)
{
  gint32 pid = pgw_pane_task (state);
  struct view_mm mm;

  if (pid == 0 || !view_mm (pgw_pane_machine (state), pid, &mm))
    return g_strdup (_("no task"));
  return g_strdup_printf (_("task %d · %s mapped · %s in memory"), pid, pgw_size (mm.total_vm * PAGE_SIZE),
                          pgw_size ((mm.rss[0] + mm.rss[1] + mm.rss[3]) * PAGE_SIZE));
}

const PgwPaneType pgw_space_pane = {
  .id = "space",
  .title = N_("Address space"),
  .layout = space_layout,
  .subtitle = space_subtitle,
};
