/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the map of frames puts which frame: sections of rows, a zone each or
 * the part of one between large holes, and the size of cells that lets all be
 * seen.
 */
#include "pgw-frames-map.h"

#include <math.h>

#define MAX_CELL        96
#define MAX_FITTED_CELL 24
#define FOLDED_HOLE     512     /* frames; smaller holes are drawn */
#define FOLDED_PART     8       /* a hole is folded if it is at least this part of its zone */

/* Columns that keep blocks aligned from row to row, as far as that costs no more than an eighth of the width. */
static guint64
round_columns (guint64 columns)
{
  for (guint64 multiple = 64; multiple > 4; multiple /= 2)
    {
      guint64 rounded = columns - columns % multiple;

      if (rounded > 0 && rounded >= columns - columns / 8)
        return rounded;
    }
  return columns >= 4 ? columns - columns % 4 : MAX (columns, 1);
}

/* Lays the sections out for a size of cells; returns the height of all. */
static double
place_sections (PgwFramesMap *self)
{
  double y = 0;

  self->columns = self->set_columns != 0 ? self->set_columns : round_columns ((guint64) self->width / self->pitch);
  for (guint i = 0; i < self->n_sections; i++)
    {
      PgwFramesSection *section = &self->sections[i];
      guint64 cells = DIV_ROUND_UP (section->n_frames, self->per_cell);

      section->y = y;
      section->rows = DIV_ROUND_UP (cells, self->columns);
      y += self->title + section->rows * self->pitch_y;
      if (i + 1 < self->n_sections)
        y += ceil (6 * self->scale);
    }
  self->content = y;
  return y;
}

/* The largest height of cells, at most twice their width, with which everything is seen; 0 if there is none. */
static guint64
fit_pitch_y (PgwFramesMap *self)
{
  guint64 pitch_y = MIN (2 * self->pitch + 1, MAX_FITTED_CELL);

  for (self->pitch_y = pitch_y; self->pitch_y > 0 && place_sections (self) > self->height;)
    self->pitch_y--;
  return self->pitch_y;
}

/*
 * The largest cells with which everything is seen in rows of a power of two:
 * then buddies lie side by side or one below the other, and rows begin at
 * round numbers. FALSE if cells would be less than two pixels.
 */
static gboolean
fit_power_of_two (PgwFramesMap *self)
{
  guint64 best = 0, columns = 0, pitch = 0, pitch_y = 0;

  for (self->set_columns = 16; self->set_columns * 2 <= self->width; self->set_columns *= 2)
    {
      guint64 area;

      self->pitch = MIN ((guint64) self->width / self->set_columns, MAX_FITTED_CELL);
      if (fit_pitch_y (self) < 2)
        continue;
      /* Cells much wider than high, or the reverse, are no better than square ones. */
      area = MIN (self->pitch, 2 * self->pitch_y) * MIN (self->pitch_y, 2 * self->pitch);
      if (area >= best)
        {
          best = area;
          columns = self->set_columns;
          pitch = self->pitch;
          pitch_y = self->pitch_y;
        }
    }
  self->set_columns = columns;
  self->pitch = MAX (pitch, 1);
  self->pitch_y = MAX (pitch_y, 1);
  place_sections (self);
  return best > 0;
}

/* The largest square cells with which everything is seen, in rows as long as there is room; several frames a cell if need be. */
static void
fit_square (PgwFramesMap *self)
{
  guint64 low = 1, high = MAX_FITTED_CELL;

  self->set_columns = 0;
  /* 1, 2, 3, 4, 6, 8, 12, 16 ... frames a cell */
  for (self->pitch = self->pitch_y = 1; place_sections (self) > self->height && self->per_cell < 1ULL << 20;)
    self->per_cell += self->per_cell & (self->per_cell - 1) ? self->per_cell / 3 : MAX (self->per_cell / 2, 1);
  if (self->per_cell > 1)
    return;
  while (low < high)
    {
      self->pitch = self->pitch_y = (low + high + 1) / 2;
      if (place_sections (self) <= self->height)
        low = self->pitch;
      else
        high = self->pitch - 1;
    }
  self->pitch = self->pitch_y = low;
  place_sections (self);
}

/* The largest cells with which everything is seen. */
static void
fit (PgwFramesMap *self)
{
  guint64 area;

  self->per_cell = 1;
  fit_square (self);
  if (self->per_cell > 1)
    return;
  area = self->pitch * self->pitch_y;
  if (!fit_power_of_two (self) || 2 * self->pitch * self->pitch_y < area)
    fit_square (self);
}

static void
apply_zoom (PgwFramesMap *self)
{
  double zoom = self->state->zoom;

  if (!(zoom > 0))
    {
      fit (self);
      return;
    }
  self->per_cell = 1;
  self->pitch = zoom >= 1 ? MIN (lrint (zoom), MAX_CELL) : 1;
  self->pitch_y = self->pitch;
  if (zoom < 1)
    while (self->per_cell < 1ULL << 20 && 1.0 / self->per_cell > zoom * 1.4)
      self->per_cell *= 2;
  place_sections (self);
}

static double
gutter_width (PgwFramesMap *self)
{
  char label[24];

  g_snprintf (label, sizeof label, "%" G_GINT64_MODIFIER "x", MAX (self->about.max_pfn, 0x1000) - 1);
  return ceil (pgw_type_width (label, PGW_STYLE_MONO | PGW_STYLE_SMALL, self->scale)) + 8 * self->scale;
}

/* ---- Sections ---- */

static void
add_section (PgwFramesMap           *self,
             const struct view_zone *zone,
             guint64                 start,
             guint64                 end,
             guint64                 hole)
{
  /* Rows start at round numbers. */
  guint64 skew = start % 64;
  guint part = hole > 0 ? self->sections[self->n_sections - 1].id / PGW_MAX_ZONES + 1 : 0;

  self->sections[self->n_sections++] = (PgwFramesSection) {
    .zone = *zone,
    .id = part * PGW_MAX_ZONES + zone->ref,
    .start_pfn = start - skew,
    .n_frames = end - start + skew,
    .hole = hole - MIN (hole, skew),
  };
}

/* A zone is a section; large holes part it into several. */
static void
add_zone (PgwFramesMap             *self,
          const struct view_zone   *zone,
          const struct view_memory *memory,
          guint                     n_memory)
{
  guint64 end = zone->start_pfn + zone->spanned_pages;
  guint64 least = MAX (FOLDED_HOLE, zone->spanned_pages / FOLDED_PART);
  guint64 start = zone->start_pfn, seen = start, hole = 0;

  for (guint i = 0; i < n_memory; i++)
    {
      guint64 from = MAX (memory[i].start_pfn, zone->start_pfn);
      guint64 to = MIN (memory[i].start_pfn + memory[i].nr_pages, end);

      if (from >= to)
        continue;
      if (seen > start && from - seen >= least)
        {
          add_section (self, zone, start, seen, hole);
          hole = from - seen;
          start = from;
        }
      seen = to;
    }
  add_section (self, zone, start, seen > start && end - seen >= least ? seen : end, hole);
}

void
pgw_frames_map_init (PgwFramesMap       *self,
                     const PgwPaneState *state,
                     double              width,
                     double              height,
                     double              legend)
{
  struct view_zone zones[PGW_MAX_ZONES];
  struct view_memory memory[PGW_FRAMES_MAX_STRETCHES];
  guint32 n, n_memory;

  self->state = state;
  self->machine = pgw_pane_machine (state);
  self->scale = pgw_pane_scale (state);
  view_machine (self->machine, &self->about);
  n = MIN (view_zones_brief (self->machine, zones, PGW_MAX_ZONES), PGW_MAX_ZONES);
  n_memory = MIN (view_memory (self->machine, memory, PGW_FRAMES_MAX_STRETCHES), PGW_FRAMES_MAX_STRETCHES);
  self->n_sections = 0;
  for (guint32 i = 0; i < n; i++)
    if (state->zone == G_MAXUINT32 || state->zone == zones[i].ref || n == 1)
      add_zone (self, &zones[i], memory, n_memory);
  self->title = self->n_sections > 1 ? pgw_type_line_height (PGW_STYLE_SMALL, self->scale) : 0;
  self->left = ceil (8 * self->scale);
  if (width >= 300 * self->scale)
    self->left += gutter_width (self);
  self->top = ceil (4 * self->scale);
  self->width = MAX (width - self->left - ceil (8 * self->scale), 8);
  self->height = MAX (height - self->top - legend - ceil (6 * self->scale), 24 * self->scale);
  apply_zoom (self);
}

double
pgw_frames_map_pan (const PgwFramesMap *self)
{
  double most = MAX (0, self->content - self->height);

  return CLAMP (self->state->pan_y, 0, most);
}

const PgwFramesSection *
pgw_frames_map_find (const PgwFramesMap *self,
                     guint64             pfn)
{
  for (guint i = 0; i < self->n_sections; i++)
    if (pfn >= self->sections[i].start_pfn && pfn - self->sections[i].start_pfn < self->sections[i].n_frames)
      return &self->sections[i];
  return NULL;
}
