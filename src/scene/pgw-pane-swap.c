/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where memory goes when it goes: the slots of swap with their counts and
 * owners and the swap cache, the dirty pages of files and what is being
 * written; and the tasks with what the OOM killer thinks of them.
 *
 * A device is a bar of shares as long as it is, and below it the slots around
 * the one that the step is about, or where the next one is looked for, each as
 * a tile.
 */
#include "pgw-pane-private.h"

#include <math.h>
#include <string.h>

#define MAX_DEVICES 32
#define MAX_FILES   64
#define MAX_TASKS   256
#define MAX_CELLS   96
#define MAX_TILES   512
#define LOOK_BACK   512         /* steps, for pages that are being written */

typedef struct {
  PgwScene             *scene;
  const PgwPaneState   *state;
  const struct machine *machine;
  PgwMarks             *marks;
  double                scale, line;
} Swap;

static double
add_title (const Swap *self,
           const char *text,
           double      x,
           double      y,
           double      width)
{
  pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_TEXT, PGW_STYLE_SMALL | PGW_STYLE_BOLD, x, y, width, text);
  return self->line + ceil (2 * self->scale);
}

static double
add_note (const Swap *self,
          const char *text,
          double      x,
          double      y,
          double      width)
{
  double height = pgw_type_wrapped_height (text, PGW_STYLE_SMALL, self->scale, width);

  pgw_scene_add (self->scene, PGW_ITEM_TEXT, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL | PGW_STYLE_WRAP, x, y, width, height,
                 text);
  pgw_scene_say (self->scene, "%s", text);
  return height;
}

/* ---- Swap devices ---- */

/* The slot that the current event names, or the selection; 0 = none. */
static guint64
slot_of_interest (const Swap *self,
                  guint32     device)
{
  const PgwEvent *event = pgw_pane_event (self->state);
  guint64 slot;

  if (mm_object_kind (self->state->selection) == MM_OBJECT_SWAP_SLOT &&
      mm_object_id (self->state->selection) >> 48 == device)
    return mm_object_id (self->state->selection) & 0xffffffffffffULL;
  if (event == NULL)
    return 0;
  switch (event->id)
    {
    case TRACE_add_to_swap:
    case TRACE_swap_writepage:
    case TRACE_swap_readpage:
    case TRACE_do_swap_page:
    case TRACE_swap_entry_free:
    case TRACE_unuse_pte:
      return pgw_pane_field (event, "slot", &slot) && mm_swap_entry_device (slot) == device ? mm_swap_entry_slot (slot) : 0;
    default:
      return 0;
    }
}

/* The whole device in a bar: the share of slots in use in each part. */
static void
add_map (const Swap                    *self,
         const struct view_swap_device *device,
         double                         x,
         double                         y,
         double                         width,
         double                         height)
{
  guint n = CLAMP (width / (6 * self->scale), 1, MAX_CELLS);
  guint64 each = MAX ((device->slots + n) / n, 1);
  struct view_swap_slot *slots = g_new (struct view_swap_slot, each);
  double cell = width / n;

  for (guint i = 0; i < n && i * each <= device->slots; i++)
    {
      guint64 got = view_swap_slots (self->machine, device->nr, i * each, slots, each), used = 0;
      guint64 id = (guint64) device->nr << 16 | i << 1;

      for (guint64 j = 0; j < got; j++)
        used += slots[j].count > 0 || slots[j].cached;
      pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_SWAP_FOLD, id), 0,
                     PGW_COLOUR_PAGE_KIND + VIEW_PAGE_FREE, PGW_STYLE_SOLID, x + i * cell, y, MAX (cell - 1, 1), height, NULL);
      if (used > 0)
        pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_SWAP_FOLD, id | 1), 0,
                       PGW_COLOUR_PAGE_KIND + VIEW_PAGE_ANON, PGW_STYLE_SOLID, x + i * cell,
                       y + height * (1 - (double) used / got), MAX (cell - 1, 1), height * used / got, NULL);
    }
  g_free (slots);
}

static void
add_slot (const Swap                  *self,
          guint32                      device,
          guint64                      slot,
          const struct view_swap_slot *view,
          gint32                       owner,
          gboolean                     named,
          double                       x,
          double                       y,
          double                       width,
          double                       height)
{
  mm_object_t object = mm_swap_object (device, slot);
  guint style = PGW_STYLE_SMALL | PGW_STYLE_MONO | pgw_marks_object (self->marks, object);
  PgwColour colour = PGW_COLOUR_PAGE_KIND + VIEW_PAGE_ANON;
  const char *in_memory = view->pfn != ~0ULL ? "c" : "";
  char label[16] = " ";

  if (named && !(style & PGW_STYLE_SELECTED))
    style |= PGW_STYLE_CHANGED;
  if (view->count == 0 && !view->cached)
    {
      colour = PGW_COLOUR_PAGE_KIND + VIEW_PAGE_FREE;
      style |= PGW_STYLE_OUTLINE;
    }
  else if (view->count > 1)
    g_snprintf (label, sizeof label, "%d×%u%s", owner, view->count, in_memory);
  else if (owner > 0)
    g_snprintf (label, sizeof label, "%d%s", owner, in_memory);
  else
    g_snprintf (label, sizeof label, "%s", in_memory);
  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_SWAP_SLOT, (guint64) device << 32 | slot), object, colour,
                 style, x, y, width, height, label);
}

/* The slots around one, a tile each. */
static double
add_slots (const Swap                    *self,
           const struct view_swap_device *device,
           double                         x,
           double                         y,
           double                         width,
           double                         height)
{
  double gap = ceil (2 * self->scale), tile = ceil (26 * self->scale), tile_height = ceil (18 * self->scale);
  guint columns = MAX ((width + gap) / (tile + gap), 1), rows = CLAMP (height / (tile_height + gap), 1, 12);
  guint64 named = slot_of_interest (self, device->nr), centre = named > 0 ? named : device->cluster_next;
  guint64 n = MIN ((guint64) columns * rows, MIN (MAX_TILES, device->slots)), first;
  struct view_swap_slot *slots = g_new (struct view_swap_slot, n);
  gint32 *owners = g_new0 (gint32, n);
  g_autofree char *label = NULL;

  /* Whole rows, so that tiles stand still while the place moves on. */
  n = MAX (n / columns * columns, MIN (n, columns));
  first = centre > n * 2 / 3 ? (centre - n * 2 / 3) / columns * columns + 1 : 1;
  first = MIN (first, device->slots + 1 > n ? device->slots + 1 - n : 1);
  n = view_swap_slots (self->machine, device->nr, first, slots, n);
  view_swap_owners (self->machine, device->nr, first, n, owners);
  label = g_strdup_printf (_("slots %s to %s; the number is the task, ×n so many entries, c in the swap cache, too"),
                           pgw_count (first), pgw_count (first + n - 1));
  for (guint64 i = 0; i < n; i++)
    add_slot (self, device->nr, first + i, &slots[i], owners[i], first + i == named, x + i % columns * (tile + gap),
              y + i / columns * (tile_height + gap), tile, tile_height);
  y += (n + columns - 1) / columns * (tile_height + gap);
  height = (n + columns - 1) / columns * (tile_height + gap);
  if (named > 0 && named >= first && named < first + n)
    {
      const struct view_swap_slot *slot = &slots[named - first];

      pgw_scene_say (self->scene, _("Slot %s: %s%s"), pgw_count (named), pgw_n_entries (slot->count),
                     slot->pfn != ~0ULL ? _(", in the swap cache") : "");
    }
  height += add_note (self, label, x, y, width);
  g_free (slots);
  g_free (owners);
  return height;
}

static char *
device_text (const struct view_swap_device *device)
{
  if (!device->in_use)
    return g_strdup_printf (_("device %u: %s slots, not in use"), device->nr, pgw_count (device->slots));
  return g_strdup_printf (_("device %u, priority %d: %s of %s slots in use, %s also in the swap cache"), device->nr,
                          device->priority, pgw_count (device->used), pgw_count (device->slots), pgw_count (device->cached));
}

static double
add_devices (const Swap *self,
             double      x,
             double      y,
             double      width,
             double      height)
{
  struct view_swap_device devices[MAX_DEVICES];
  guint n = MIN (view_swap_devices (self->machine, devices, MAX_DEVICES), MAX_DEVICES);
  double top = y, each, bar = ceil (14 * self->scale);

  y += add_title (self, _("Swap"), x, y, width);
  if (n == 0)
    return y + add_note (self, _("The machine has no swap: anonymous memory stays where it is."), x, y, width) - top;
  each = (height - (y - top)) / n;
  for (guint i = 0; i < n; i++)
    {
      const struct view_swap_device *device = &devices[i];
      mm_object_t object = mm_object (MM_OBJECT_SWAP_DEVICE, device->nr);
      double start = y;
      g_autofree char *text = device_text (device);

      pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_SWAP_DEVICE, device->nr), object,
                          pgw_marks_object (self->marks, object) ? PGW_COLOUR_ACCENT : PGW_COLOUR_TEXT, PGW_STYLE_SMALL, x, y,
                          width, text);
      pgw_scene_say (self->scene, "%s", text);
      y += self->line + ceil (2 * self->scale);
      add_map (self, device, x, y, width, bar);
      y += bar + ceil (5 * self->scale);
      y += add_slots (self, device, x, y, width, each - (y - start) - 2 * self->line) + ceil (6 * self->scale);
    }
  return y - top;
}

/* ---- Files ---- */

static int
compare_files (gconstpointer a,
               gconstpointer b)
{
  const struct view_file *x = a, *y = b;
  guint64 left = x->nr_dirty + x->nr_writeback, right = y->nr_dirty + y->nr_writeback;

  if (left == right)
    {
      left = x->nrpages;
      right = y->nrpages;
    }
  return left != right ? (left < right ? 1 : -1) : (x->nr < y->nr ? -1 : 1);
}

static void
add_file (const Swap             *self,
          const struct view_file *file,
          double                  x,
          double                  y,
          double                  width)
{
  mm_object_t object = mm_object (MM_OBJECT_FILE, file->nr);
  guint marks = pgw_marks_object (self->marks, object);
  g_autofree char *name = g_strdup_printf (_("file %u"), file->nr);
  g_autofree char *text = g_strdup_printf (_("%s cached · %s dirty · %s being written"), pgw_count (file->nrpages),
                                           pgw_count (file->nr_dirty), pgw_count (file->nr_writeback));
  double label = ceil (pgw_type_width (_("file 000"), PGW_STYLE_SMALL | PGW_STYLE_BOLD, self->scale)) + 4 * self->scale;
  double bar = MIN (ceil (110 * self->scale), width * 0.3), height = ceil (9 * self->scale), at = x + label;
  double total = MAX (file->nrpages, 1), top = y + (self->line - height) / 2;

  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_DIRTY_FILE, (guint64) file->nr << 1), object,
                      marks ? PGW_COLOUR_ACCENT : PGW_COLOUR_TEXT, PGW_STYLE_SMALL | PGW_STYLE_BOLD, x, y, label, name);
  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_DIRTY_BAR, (guint64) file->nr << 2), object,
                 PGW_COLOUR_PAGE_KIND + VIEW_PAGE_FILE, PGW_STYLE_OUTLINE | marks, at, top, bar, height, NULL);
  if (file->nr_dirty > 0)
    pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_DIRTY_BAR, (guint64) file->nr << 2 | 1), 0,
                   PGW_COLOUR_WARNING, PGW_STYLE_SOLID | PGW_STYLE_HATCHED, at, top,
                   MAX (2, bar * MIN (file->nr_dirty / total, 1)), height, NULL);
  if (file->nr_writeback > 0)
    pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_DIRTY_BAR, (guint64) file->nr << 2 | 2), 0,
                   PGW_COLOUR_GOOD, PGW_STYLE_SOLID | PGW_STYLE_DOTTED, at + bar * MIN (file->nr_dirty / total, 1), top,
                   MAX (2, bar * MIN (file->nr_writeback / total, 1 - MIN (file->nr_dirty / total, 1))), height, NULL);
  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_DIRTY_FILE, (guint64) file->nr << 1 | 1), object, PGW_COLOUR_DIM_TEXT,
                      PGW_STYLE_SMALL, at + bar + 6 * self->scale, y, x + width - at - bar - 6 * self->scale, text);
  pgw_scene_say (self->scene, "%s: %s%s", name, text, pgw_marks_text (marks));
}

/* Pages that an event of late began to write, and that are not done yet. */
static double
add_writing (const Swap *self,
             double      x,
             double      y,
             double      width)
{
  guint64 position = pgw_timeline_get_position (self->state->timeline);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  GString *text = g_string_new (NULL);
  guint n = 0;

  for (guint64 step = position; step > 0 && position - step < LOOK_BACK && n < 200; step--)
    {
      const PgwEvent *event = pgw_timeline_get_event (self->state->timeline, step);
      struct view_lru_page page;
      guint64 pfn;

      if (event == NULL)
        break;
      if ((event->id != TRACE_swap_writepage && event->id != TRACE_mm_vmscan_write_folio && event->id != TRACE_writepage) ||
          !pgw_pane_field (event, "pfn", &pfn) || !g_hash_table_add (seen, GSIZE_TO_POINTER (pfn + 1)) ||
          !view_lru_page_brief (self->machine, pfn, &page) || !(page.marks & VIEW_LRU_WRITEBACK))
        continue;
      if (n++ < 4)
        g_string_append_printf (text, "%s%s", text->len > 0 ? _(", ") : "", pgw_pfn (pfn));
    }
  if (n > 4)
    g_string_append (text, " …");
  if (n > 0)
    g_string_prepend (text, _("Being written now: "));
  else
    g_string_assign (text, _("Nothing is being written now."));
  width = add_note (self, text->str, x, y, width);
  g_string_free (text, TRUE);
  return width;
}

static double
add_files (const Swap *self,
           double      x,
           double      y,
           double      width,
           double      height)
{
  g_autofree struct view_file *files = g_new (struct view_file, MAX_FILES);
  guint n = MIN (view_files (self->machine, files, MAX_FILES), MAX_FILES);
  guint room = MAX ((height - 3 * self->line) / (self->line + 2 * self->scale), 2), shown = 0;
  double top = y;

  y += add_title (self, _("Page cache and writeback"), x, y, width);
  qsort (files, n, sizeof *files, compare_files);
  for (guint i = 0; i < n; i++)
    {
      if (files[i].nrpages == 0 && pgw_marks_object (self->marks, mm_object (MM_OBJECT_FILE, files[i].nr)) == 0)
        continue;
      if (shown >= room)
        break;
      add_file (self, &files[i], x, y, width);
      y += self->line + 2 * self->scale;
      shown++;
    }
  if (shown == 0)
    y += add_note (self, _("No page of a file is in memory."), x, y, width);
  y += add_writing (self, x, y, width);
  return y - top;
}

/* ---- Tasks ---- */

static int
compare_tasks (gconstpointer a,
               gconstpointer b)
{
  const struct view_oom *x = a, *y = b;

  if (x->eligible != y->eligible)
    return x->eligible ? -1 : 1;
  return x->points != y->points ? (x->points < y->points ? 1 : -1) : x->pid - y->pid;
}

typedef struct { const char *title; double x, width; } Column;

/* What there is room for: the score stays longest. */
static guint
place_columns (const Swap *self,
               Column     *columns,
               guint       n,
               double      x,
               double      width)
{
  static const guint drop[] = { 3, 1, 2, 4 };
  double wanted[8], total = 0, name;

  for (guint i = 0; i < n; i++)
    {
      wanted[i] = ceil (MAX (pgw_type_width (columns[i].title, PGW_STYLE_SMALL, self->scale),
                             pgw_type_width ("000 000", PGW_STYLE_SMALL | PGW_STYLE_MONO, self->scale))) + 10 * self->scale;
      total += i > 0 ? wanted[i] : 0;
    }
  for (guint i = 0; i < G_N_ELEMENTS (drop) && width - total < 70 * self->scale; i++)
    {
      total -= wanted[drop[i]];
      wanted[drop[i]] = 0;
    }
  name = MAX (width - total, 1);
  columns[0].x = x;
  columns[0].width = name - 4 * self->scale;
  x += name;
  for (guint i = 1; i < n; i++, x += wanted[i - 1])
    {
      columns[i].x = x;
      columns[i].width = wanted[i] > 0 ? wanted[i] - 4 * self->scale : 0;
    }
  return n;
}

static void
add_task (const Swap            *self,
          const struct view_oom *oom,
          gboolean               first,
          const Column          *columns,
          double                 y)
{
  mm_object_t object = mm_object (MM_OBJECT_TASK, oom->pid);
  guint marks = pgw_marks_object (self->marks, object);
  struct view_task task;
  g_autofree char *name = NULL;
  g_auto (GStrv) cells = g_new0 (char *, 6);

  cells[0] = g_strdup (pgw_count (oom->rss));
  cells[1] = g_strdup (pgw_count (oom->swap));
  cells[2] = g_strdup (pgw_count (oom->pgtables));
  cells[3] = g_strdup_printf ("%d", oom->oom_score_adj);
  cells[4] = oom->eligible ? g_strdup_printf ("%u", oom->oom_score) : g_strdup ("–");
  view_task (self->machine, oom->pid, &task);
  name = g_strdup_printf ("%d %s%s", oom->pid, task.comm,
                          oom->victim ? _(" (OOM victim)") : first ? _(" (would be chosen)") : "");
  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_OOM_TASK, (guint64) oom->pid << 3), object,
                      marks ? PGW_COLOUR_ACCENT : oom->victim ? PGW_COLOUR_ERROR : PGW_COLOUR_TEXT,
                      PGW_STYLE_SMALL | (first || oom->victim ? PGW_STYLE_BOLD : 0), columns[0].x, y, columns[0].width, name);
  for (guint i = 0; i < 5; i++)
    if (columns[i + 1].width > 0)
      pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_OOM_TASK, (guint64) oom->pid << 3 | (i + 1)), object,
                          PGW_COLOUR_TEXT, PGW_STYLE_SMALL | PGW_STYLE_MONO | PGW_STYLE_ALIGN_END, columns[i + 1].x, y,
                          columns[i + 1].width, cells[i]);
  pgw_scene_say (self->scene, _("Task %s: %s in memory, %s in swap, %s of page tables, oom_score_adj %s, oom_score %s%s"),
                 name, pgw_n_pages (oom->rss), cells[1], cells[2], cells[3], cells[4], pgw_marks_text (marks));
}

static double
add_tasks (const Swap *self,
           double      x,
           double      y,
           double      width,
           double      height)
{
  struct view_task tasks[MAX_TASKS];
  g_autofree struct view_oom *ooms = g_new (struct view_oom, MAX_TASKS);
  guint n = MIN (view_tasks (self->machine, tasks, MAX_TASKS), MAX_TASKS), m = 0;
  guint room = MAX ((height - 2 * self->line) / self->line, 2);
  Column columns[6] = {
    { _("task"), 0, 0 }, { _("rss"), 0, 0 }, { _("swap"), 0, 0 }, { _("tables"), 0, 0 }, { "adj", 0, 0 }, { "oom_score", 0, 0 },
  };
  double top = y;

  y += add_title (self, _("Tasks and their memory, in pages"), x, y, width);
  for (guint i = 0; i < n; i++)
    if (view_oom (self->machine, tasks[i].pid, &ooms[m]) && tasks[i].has_mm)
      m++;
  if (m == 0)
    return y + add_note (self, _("There are no tasks."), x, y, width) - top;
  qsort (ooms, m, sizeof *ooms, compare_tasks);
  place_columns (self, columns, G_N_ELEMENTS (columns), x, width);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    if (columns[i].width > 0)
      pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL | (i > 0 ? PGW_STYLE_ALIGN_END : 0),
                          columns[i].x, y, columns[i].width, columns[i].title);
  y += self->line;
  for (guint i = 0; i < m && i < room; i++, y += self->line)
    add_task (self, &ooms[i], i == 0 && ooms[i].eligible, columns, y);
  if (m > room)
    {
      g_autofree char *more = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u more task", "%u more tasks", m - room), m - room);

      pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL, x, y, width, more);
      y += self->line;
    }
  return y - top;
}

/* ---- The pane ---- */

static PgwScene *
swap_layout (const PgwPaneState *state,
             double              width,
             double              height)
{
  PgwScene *scene = pgw_scene_new (width, height);
  g_autoptr (PgwMarks) marks = pgw_marks_new (state);
  Swap self = { .scene = scene, .state = state, .machine = pgw_pane_machine (state), .marks = marks,
                .scale = pgw_pane_scale (state) };
  double x = ceil (10 * self.scale), y = ceil (5 * self.scale), inner = width - 2 * x, gap = ceil (14 * self.scale), bottom;

  scene->font_scale = self.scale;
  self.line = pgw_type_line_height (PGW_STYLE_SMALL, self.scale);
  if (inner > 640 * self.scale)
    {
      double half = floor ((inner - gap) / 2), right = x + half + gap;

      bottom = y + add_devices (&self, x, y, half, height - 2 * y);
      y += add_files (&self, right, y, inner - half - gap, height * 0.5) + gap / 2;
      y += add_tasks (&self, right, y, inner - half - gap, height - y);
    }
  else
    {
      double tasks = MIN (height * 0.35, 8 * self.line), files = MIN (height * 0.3, 6 * self.line);

      y += add_devices (&self, x, y, inner, MAX (height - tasks - files - 2 * gap, 5 * self.line)) + gap / 2;
      y += add_files (&self, x, y, inner, files) + gap / 2;
      bottom = y + add_tasks (&self, x, y, inner, MAX (height - y, tasks));
    }
  pgw_scene_grow (scene, MAX (bottom, y) + ceil (6 * self.scale));
  return scene;
}

static char *
swap_subtitle (const PgwPaneState *state)
{
  const struct machine *machine = pgw_pane_machine (state);
  struct view_swap_device devices[MAX_DEVICES];
  guint n = MIN (view_swap_devices (machine, devices, MAX_DEVICES), MAX_DEVICES);
  g_autofree struct view_file *files = g_new (struct view_file, MAX_FILES);
  guint n_files = MIN (view_files (machine, files, MAX_FILES), MAX_FILES);
  guint64 used = 0, slots = 0, dirty = 0;

  for (guint i = 0; i < n; i++)
    {
      used += devices[i].used;
      slots += devices[i].in_use ? devices[i].slots : 0;
    }
  for (guint i = 0; i < n_files; i++)
    dirty += files[i].nr_dirty;
  if (n == 0)
    return g_strdup_printf (_("no swap · dirty %s"), pgw_count (dirty));
  return g_strdup_printf (_("swap %s of %s · dirty %s"), pgw_count (used), pgw_count (slots), pgw_count (dirty));
}

const PgwPaneType pgw_swap_pane = {
  .id = "swap",
  .title = N_("Swap and disk"),
  .layout = swap_layout,
  .subtitle = swap_subtitle,
};
