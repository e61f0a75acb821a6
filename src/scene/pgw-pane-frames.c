/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All page frames, a cell a frame, coloured by use.
 *
 * Each zone is a section of rows; memory that does not exist between zones
 * takes no room, nor does a large hole within one. Fitted, the cells are as large as lets all of them be seen;
 * a machine too large for one pixel a frame shows several frames in a cell,
 * by the kind most of them are. Zoomed in, rows keep the pane's width and one
 * moves up and down. Cells from 4 pixels on have gaps, which blocks close;
 * from 30 on they carry their page frame numbers.
 */
#include "pgw-pane-private.h"

#include <math.h>
#include <string.h>

#include "pgw-frames.h"
#include "pgw-frames-map.h"

#define LABELLED_CELL 30
#define MAX_MARKS     256

typedef struct {
  PgwFramesMap  map;
  PgwScene     *scene;
  PgwMarks     *marks;
  guint64       n_of_kind[NR_VIEW_PAGE_KINDS];
} Frames;

/* ---- Cells ---- */

/* The kind most frames of a cell are. */
static guint8
dominant (const guint8 *frames,
          guint64       n)
{
  guint32 count[16] = { 0 };
  guint best = 0;

  for (guint64 i = 0; i < n; i++)
    count[frames[i] & PGW_CELL_KIND]++;
  for (guint kind = 1; kind < NR_VIEW_PAGE_KINDS; kind++)
    if (count[kind] > count[best] || (count[kind] == count[best] && best == VIEW_PAGE_FREE))
      best = kind;
  return best;
}

/* How far frames of one kind reach from `i` on, eight at a time where that goes. */
static guint64
run_end (const guint8 *frames,
         guint64       i,
         guint64       n)
{
  guint8 kind = frames[i] & PGW_CELL_KIND;
  guint64 pattern = kind * 0x0101010101010101ULL, word;

  for (; i + 8 <= n; i += 8)
    {
      memcpy (&word, frames + i, 8);
      if ((word & PGW_CELL_KIND * 0x0101010101010101ULL) != pattern)
        break;
    }
  while (i < n && (frames[i] & PGW_CELL_KIND) == kind)
    i++;
  return i;
}

static guint8 *
aggregate (const Frames *self,
           guint64       pfn,
           guint64       n_frames,
           guint64       n_cells)
{
  guint8 *cells = g_malloc (n_cells);
  guint64 per_cell = self->map.per_cell;
  /* In slices of whole cells that stay in the cache. */
  guint64 slice = per_cell * MAX (1, (1 << 16) / per_cell);
  guint8 *frames = g_malloc (slice);
  guint64 cell = 0;

  for (guint64 at = 0; at < n_frames; at += slice)
    {
      guint64 n = MIN (slice, n_frames - at), alike = 0;

      view_frames (self->map.machine, pfn + at, n, frames);
      for (guint64 i = 0; i < n; i += per_cell)
        {
          guint64 end = MIN (i + per_cell, n);

          if (alike < end)
            alike = run_end (frames, i, n);
          cells[cell++] = alike >= end ? frames[i] & PGW_CELL_KIND : dominant (frames + i, end - i);
        }
    }
  g_free (frames);
  return cells;
}

/* Turns what view_frames() says into cells; closes the gaps inside blocks. */
static guint8 *
single_cells (const Frames *self,
              guint64       pfn,
              guint64       n,
              gboolean      join)
{
  guint8 *cells = g_malloc (n);
  guint32 *block;
  guint32 number = 0;

  view_frames (self->map.machine, pfn, n, cells);
  if (!join)
    {
      for (guint64 i = 0; i < n; i++)
        cells[i] &= PGW_CELL_KIND;
      return cells;
    }
  block = g_new (guint32, n);
  for (guint64 i = 0; i < n; i++)
    {
      number += cells[i] >> 7 | (i == 0);
      block[i] = number;
    }
  for (guint64 i = 0; i < n; i++)
    {
      cells[i] &= PGW_CELL_KIND;
      if (i + 1 < n && block[i + 1] == block[i])
        cells[i] |= PGW_CELL_JOIN_RIGHT;
      if (i + self->map.columns < n && block[i + self->map.columns] == block[i])
        cells[i] |= PGW_CELL_JOIN_DOWN;
    }
  g_free (block);
  return cells;
}

static float
gap_of (const Frames *self)
{
  guint64 side = MIN (self->map.pitch, self->map.pitch_y);

  return side >= 16 ? 2 : side >= 3 && self->map.pitch * self->map.pitch_y >= 16 ? 1 : 0;
}

/* Cells large enough to read are items with a label each. */
static void
add_labelled_cells (Frames  *self,
                    guint64  pfn,
                    guint64  n,
                    double   x,
                    double   y)
{
  float gap = gap_of (self);

  for (guint64 i = 0; i < n; i++)
    {
      struct view_page page;
      char label[24];
      guint style = PGW_STYLE_MONO | PGW_STYLE_SMALL;

      if (!view_page (self->map.machine, pfn + i, &page) || page.kind == VIEW_PAGE_HOLE)
        continue;
      g_snprintf (label, sizeof label, "%" G_GINT64_MODIFIER "x", pfn + i);
      style |= pgw_marks_pages (self->marks, pfn + i, 1);
      pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_MAP_FRAME, pfn + i),
                     mm_object (MM_OBJECT_PAGE, pfn + i), PGW_COLOUR_PAGE_KIND + page.kind, style,
                     x + i % self->map.columns * self->map.pitch, y + i / self->map.columns * self->map.pitch_y,
                     self->map.pitch - gap, self->map.pitch_y - gap, label);
    }
}

/* Outlines frames that are marked: up to three rectangles, as they fill rows. */
static void
add_mark (Frames     *self,
          const PgwBitmap *bitmap,
          double      x,
          double      y,
          PgwPages    pages,
          guint       style,
          guint      *n_marks)
{
  guint64 first, last, first_row, last_row, end = bitmap->first_pfn + bitmap->n_frames;

  if (pages.pfn + pages.n <= bitmap->first_pfn || pages.pfn >= end)
    return;
  first = (MAX (pages.pfn, bitmap->first_pfn) - bitmap->first_pfn) / self->map.per_cell;
  last = (MIN (pages.pfn + pages.n, end) - 1 - bitmap->first_pfn) / self->map.per_cell;
  first_row = first / self->map.columns;
  last_row = last / self->map.columns;
  for (guint64 row = first_row; row <= last_row && *n_marks < MAX_MARKS;)
    {
      guint64 from = row == first_row ? first % self->map.columns : 0;
      guint64 to = row == last_row ? last % self->map.columns : self->map.columns - 1;
      guint64 rows = 1;
      double width, height, smallest = 5 * self->map.scale, grow = self->map.pitch < smallest ? 1 : 0;

      /* Whole rows go together. */
      while (from == 0 && to == self->map.columns - 1 && row + rows <= last_row &&
             (row + rows < last_row || last % self->map.columns == self->map.columns - 1))
        rows++;
      width = (to - from + 1) * self->map.pitch - gap_of (self) + 2 * grow;
      height = rows * self->map.pitch_y - gap_of (self) + 2 * grow;
      pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_MAP_MARK, (*n_marks)++), 0, PGW_COLOUR_ACCENT,
                     PGW_STYLE_OUTLINE | style,
                     MAX (0, x + from * self->map.pitch - grow - MAX (0, smallest - width) / 2),
                     MAX (0, y + row * self->map.pitch_y - grow - MAX (0, smallest - height) / 2),
                     MAX (width, smallest), MAX (height, smallest), NULL);
      row += rows;
    }
}

static void
add_marks (Frames          *self,
           const PgwBitmap *bitmap,
           double           x,
           double           y,
           guint           *n_marks)
{
  const PgwMarks *marks = self->marks;
  gboolean whole_zone = mm_object_kind (marks->selection) == MM_OBJECT_ZONE ||
                        mm_object_kind (marks->selection) == MM_OBJECT_NODE;

  for (guint i = 0; i < marks->related->len && !whole_zone; i++)
    add_mark (self, bitmap, x, y, g_array_index (marks->related, PgwPages, i), PGW_STYLE_RELATED, n_marks);
  for (guint i = 0; i < marks->changed->len; i++)
    add_mark (self, bitmap, x, y, g_array_index (marks->changed, PgwPages, i), PGW_STYLE_CHANGED, n_marks);
  if (marks->n_selected > 0)
    add_mark (self, bitmap, x, y, (PgwPages) { marks->selected, 1 }, PGW_STYLE_SELECTED, n_marks);
}

/* ---- Compaction ---- */

/* Where a scanner of compaction is: a line over its row, with an arrow that points to where it goes. */
static void
add_scanner (Frames          *self,
             const PgwBitmap *bitmap,
             double           x,
             double           y,
             guint64          pfn,
             gboolean         migrate)
{
  double line = pgw_type_line_height (PGW_STYLE_SMALL, self->map.scale), scale = self->map.scale, at;
  guint64 row;

  if (pfn < bitmap->first_pfn || pfn >= bitmap->first_pfn + bitmap->n_frames)
    return;
  row = (pfn - bitmap->first_pfn) / self->map.per_cell / self->map.columns;
  at = y + row * self->map.pitch_y;
  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_MAP_SCANNER, migrate), mm_object (MM_OBJECT_PAGE, pfn),
                 migrate ? PGW_COLOUR_WARNING : PGW_COLOUR_GOOD, PGW_STYLE_SOLID, x, MAX (0, at - scale),
                 self->map.columns * self->map.pitch, 2 * scale, NULL);
  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_MAP_SCANNER, 2 + migrate), mm_object (MM_OBJECT_PAGE, pfn),
                 migrate ? PGW_COLOUR_WARNING : PGW_COLOUR_GOOD, PGW_STYLE_SMALL | PGW_STYLE_BOLD,
                 migrate ? x : x + self->map.columns * self->map.pitch - 14 * line,
                 MAX (0, migrate ? at : at - line - 2 * scale), 14 * line, line + 2 * scale,
                 migrate ? _("\342\206\223 migration scanner") : _("\342\206\221 free scanner"));
}

static void
add_scanners (Frames                 *self,
              const PgwFramesSection *section,
              const PgwBitmap        *bitmap,
              double                  x,
              double                  y)
{
  struct view_compaction compaction;

  if (!view_compaction (self->map.machine, section->zone.ref, &compaction) || !compaction.active)
    return;
  add_scanner (self, bitmap, x, y, compaction.migrate_pfn, TRUE);
  add_scanner (self, bitmap, x, y, compaction.free_pfn, FALSE);
}

static void
say_compaction (Frames                 *self,
                const PgwFramesSection *section,
                const char             *title)
{
  struct view_compaction compaction;

  if (!view_compaction (self->map.machine, section->zone.ref, &compaction) || !compaction.active)
    return;
  pgw_scene_say (self->scene, _("%s is being compacted: migration scanner at %s, free scanner at %s, %s to move, %s to move to"),
                 title, pgw_pfn (compaction.migrate_pfn), pgw_pfn (compaction.free_pfn),
                 pgw_count (compaction.nr_migratepages), pgw_count (compaction.nr_freepages));
}

/* ---- Sections ---- */

static void
count_kinds (Frames          *self,
             const PgwBitmap *bitmap)
{
  guint64 left = bitmap->n_frames;

  for (guint32 i = 0; i < bitmap->n_cells; i++)
    {
      guint64 n = MIN (left, bitmap->frames_per_cell);

      self->n_of_kind[bitmap->cells[i] & PGW_CELL_KIND] += n;
      left -= n;
    }
}

static void
add_row_labels (Frames        *self,
                const PgwFramesSection *section,
                guint64        first_row,
                guint64        n_rows,
                double         y)
{
  double line = pgw_type_line_height (PGW_STYLE_SMALL, self->map.scale);
  guint64 every = 1;

  if (self->map.left < 16 * self->map.scale)
    return;
  while (every * self->map.pitch_y < line * 1.6)
    every *= 2;
  for (guint64 row = 0; row < n_rows; row++)
    {
      char label[24];
      double at = y + row * self->map.pitch_y;

      if ((first_row + row) % every != 0 || at + line > self->map.top + self->map.height + 2)
        continue;
      g_snprintf (label, sizeof label, "%" G_GINT64_MODIFIER "x",
                  section->start_pfn + (first_row + row) * self->map.columns * self->map.per_cell);
      pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT,
                          PGW_STYLE_MONO | PGW_STYLE_SMALL | PGW_STYLE_ALIGN_END, 2,
                          MAX (0, at + (self->map.pitch_y - line) / 2.0),
                          self->map.left - 8 * self->map.scale, label);
    }
}

static void
add_section_title (Frames        *self,
                   const PgwFramesSection *section,
                   double         y)
{
  g_autofree char *name = pgw_zone_title (self->map.machine, &section->zone);
  g_autofree char *label
    = section->hole > 0
        ? g_strdup_printf (_("%s · after a hole of %s"), name, pgw_size (section->hole * PAGE_SIZE))
        : g_strdup_printf (_("%s · %s free of %s"), name, pgw_count (section->zone.free_exact),
                           pgw_count (section->zone.present_pages));
  mm_object_t object = mm_object (MM_OBJECT_ZONE, section->zone.ref);
  guint style = pgw_marks_object (self->marks, object) & PGW_STYLE_SELECTED ? PGW_STYLE_BOLD : 0;

  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_MAP_LABEL, section->id), object,
                      style ? PGW_COLOUR_ACCENT : PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL | style, self->map.left, y,
                      self->map.width, label);
}

/* Adds what of a section is in sight. */
static void
add_section (Frames        *self,
             const PgwFramesSection *section,
             guint         *n_marks)
{
  double y = self->map.top + section->y - pgw_frames_map_pan (&self->map);
  double bottom = self->map.top + self->map.height, map = y + self->map.title;
  guint64 skip = map < self->map.top ? (guint64) ceil ((self->map.top - map) / self->map.pitch_y) : 0;
  guint64 room, first, n_frames;
  PgwBitmap *bitmap;

  if (self->map.title > 0 && y >= self->map.top - 1 && y + self->map.title <= bottom)
    add_section_title (self, section, y);
  map += skip * self->map.pitch_y;
  room = bottom > map ? (guint64) ((bottom - map) / self->map.pitch_y) : 0;
  if (skip >= section->rows || room == 0)
    return;
  room = MIN (room, section->rows - skip);
  first = section->start_pfn + skip * self->map.columns * self->map.per_cell;
  n_frames = MIN (room * self->map.columns * self->map.per_cell,
                  section->start_pfn + section->n_frames - first);
  bitmap = g_new0 (PgwBitmap, 1);
  bitmap->first_pfn = first;
  bitmap->n_frames = n_frames;
  bitmap->frames_per_cell = self->map.per_cell;
  bitmap->columns = self->map.columns;
  bitmap->n_cells = DIV_ROUND_UP (n_frames, self->map.per_cell);
  bitmap->pitch = self->map.pitch;
  bitmap->pitch_y = self->map.pitch_y;
  bitmap->gap = gap_of (self);
  bitmap->cells = self->map.per_cell > 1 ? aggregate (self, first, n_frames, bitmap->n_cells)
                                     : single_cells (self, first, n_frames, bitmap->gap > 0);
  count_kinds (self, bitmap);
  add_row_labels (self, section, skip, room, map);
  pgw_scene_add_bitmap (self->scene, PGW_ITEM_ID_PART (PART_MAP, section->id), self->map.left, map, bitmap);
  if (self->map.pitch >= LABELLED_CELL * self->map.scale)
    add_labelled_cells (self, first, n_frames, self->map.left, map);
  else
    add_marks (self, bitmap, self->map.left, map, n_marks);
  add_scanners (self, section, bitmap, self->map.left, map);
}

/* ---- Legend and text ---- */

static guint
legend_entries (PgwLegendEntry *entries)
{
  static const guint8 kinds[] = {
    VIEW_PAGE_FREE, VIEW_PAGE_ALLOCATED, VIEW_PAGE_PCP, VIEW_PAGE_KERNEL, VIEW_PAGE_MEMMAP, VIEW_PAGE_RESERVED,
    VIEW_PAGE_SLAB, VIEW_PAGE_PAGE_TABLE, VIEW_PAGE_ANON, VIEW_PAGE_FILE, VIEW_PAGE_UNKNOWN, VIEW_PAGE_HOLE,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    entries[i] = (PgwLegendEntry) { PGW_COLOUR_PAGE_KIND + kinds[i], 0, pgw_kind_name (kinds[i]) };
  return G_N_ELEMENTS (kinds);
}

/* Leaves the kinds that are on the map; the first four always, so that the legend is steady. */
static guint
filter_legend (const Frames   *self,
               PgwLegendEntry *entries,
               guint           n)
{
  guint kept = 0;

  for (guint i = 0; i < n; i++)
    if (i < 4 || self->n_of_kind[entries[i].colour - PGW_COLOUR_PAGE_KIND] > 0)
      entries[kept++] = entries[i];
  return kept;
}

static void
say_what_is_shown (Frames *self)
{
  const struct view_zone *zone;

  pgw_scene_say (self->scene, _("Page frames: %s, %s a row, %s in a cell"), pgw_count (self->map.about.present_pages),
                 pgw_count (self->map.columns * self->map.per_cell), pgw_count (self->map.per_cell));
  for (guint i = 0; i < self->map.n_sections; i++)
    {
      const PgwFramesSection *section = &self->map.sections[i];
      g_autofree char *title = pgw_zone_title (self->map.machine, &section->zone);

      zone = &section->zone;
      if (section->hole > 0)
        {
          pgw_scene_say (self->scene, _("%s: no memory from %s to %s"), title, pgw_pfn (section->start_pfn - section->hole),
                         pgw_pfn (section->start_pfn - 1));
          continue;
        }
      pgw_scene_say (self->scene, _("%s: frames %s to %s, %s free"), title, pgw_pfn (zone->start_pfn),
                     pgw_pfn (zone->start_pfn + zone->spanned_pages - 1), pgw_count (zone->free_exact));
      say_compaction (self, section, title);
    }
  for (guint kind = 0; kind < NR_VIEW_PAGE_KINDS; kind++)
    if (self->n_of_kind[kind] > 0)
      pgw_scene_say (self->scene, self->map.per_cell > 1 ? _("%s: about %s in sight") : _("%s: %s in sight"),
                     pgw_kind_name (kind), pgw_count (self->n_of_kind[kind]));
  for (guint i = 0; i < self->marks->changed->len; i++)
    {
      const PgwPages *pages = &g_array_index (self->marks->changed, PgwPages, i);
      struct view_page page;

      if (view_page (self->map.machine, pages->pfn, &page) && pgw_frames_map_find (&self->map, pages->pfn) != NULL)
        pgw_scene_say (self->scene, _("Changed in this step: %s, %s, now %s"), pgw_pfn (pages->pfn),
                       pgw_n_frames (pages->n), pgw_kind_name (page.kind));
    }
}

static PgwScene *
frames_layout (const PgwPaneState *state,
               double              width,
               double              height)
{
  g_autoptr (PgwMarks) marks = pgw_marks_new (state);
  Frames self = { .marks = marks };
  PgwLegendEntry entries[NR_VIEW_PAGE_KINDS];
  double scale = pgw_pane_scale (state), line;
  guint n, n_marks = 0;

  /* Room for the legend is kept as if it had six kinds; which there are is known only later. */
  n = legend_entries (entries);
  line = pgw_pane_add_legend (NULL, entries, MIN (n, 6), scale, ceil (8 * scale), 0, width - 16 * scale);
  self.scene = pgw_scene_new (width, height);
  self.scene->font_scale = scale;
  pgw_frames_map_init (&self.map, state, width, height, line);
  for (guint i = 0; i < self.map.n_sections; i++)
    add_section (&self, &self.map.sections[i], &n_marks);
  n = filter_legend (&self, entries, n);
  line = pgw_pane_add_legend (self.scene, entries, n, scale, ceil (8 * scale),
                              self.map.top + self.map.height + ceil (3 * scale), width - 16 * scale);
  pgw_scene_grow (self.scene, self.map.top + self.map.height + ceil (3 * scale) + line);
  say_what_is_shown (&self);
  return self.scene;
}

static char *
frames_subtitle (const PgwPaneState *state)
{
  struct view_machine about;

  view_machine (pgw_pane_machine (state), &about);
  return g_strdup_printf ("%s · %s", pgw_count (about.present_pages), pgw_size (about.present_pages * PAGE_SIZE));
}

/* ---- For the view: zooming and panning ---- */

static void
init_for_view (Frames             *self,
               const PgwPaneState *state,
               double              width,
               double              height)
{
  PgwLegendEntry entries[NR_VIEW_PAGE_KINDS];
  double scale = pgw_pane_scale (state);
  guint n = legend_entries (entries);

  pgw_frames_map_init (&self->map, state, width, height,
                       pgw_pane_add_legend (NULL, entries, MIN (n, 6), scale, ceil (8 * scale), 0, width - 16 * scale));
}

double
pgw_frames_pane_content_height (const PgwPaneState *state,
                                double              width,
                                double              height,
                                double             *page)
{
  Frames self = { 0 };

  init_for_view (&self, state, width, height);
  if (page != NULL)
    *page = self.map.height;
  return self.map.content;
}

double
pgw_frames_pane_get_zoom (const PgwPaneState *state,
                          double              width,
                          double              height)
{
  Frames self = { 0 };

  init_for_view (&self, state, width, height);
  return (double) self.map.pitch / self.map.per_cell;
}

double
pgw_frames_pane_pan_to (const PgwPaneState *state,
                        double              width,
                        double              height,
                        guint64             pfn,
                        double              y)
{
  Frames self = { 0 };
  const PgwFramesSection *section;
  double at;

  init_for_view (&self, state, width, height);
  section = pgw_frames_map_find (&self.map, pfn);
  if (section == NULL)
    return pgw_frames_map_pan (&self.map);
  at = section->y + self.map.title + (pfn - section->start_pfn) / self.map.per_cell / self.map.columns * (double) self.map.pitch_y;
  return CLAMP (self.map.top + at - y, 0, MAX (0, self.map.content - self.map.height));
}

const PgwPaneType pgw_frames_pane = {
  .id = "frames",
  .title = N_("Page frames"),
  .layout = frames_layout,
  .subtitle = frames_subtitle,
};
