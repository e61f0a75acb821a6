/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From places in the picture to addresses, and back. The cells of a VMA stand
 * in a row, each for as many pages as pgw-pane-space.c gave it, so the row is
 * to scale. A gap is no row of cells: it counts from its lowest address at its
 * left, a page to as many pixels as a cell has, so that what is chosen is as
 * long as it will be once it is mapped.
 */
#include "pgw-space-range.h"
#include "pgw-task-private.h"

#include <math.h>

#define GAP_PITCH       9.0     /* pixels of a page of a gap, as of a cell */
#define GRIP            5.0     /* so far from its end a VMA is gripped by it */
#define MAX_VMAS        65536

/* ---- The scene's items ---- */

typedef struct {
  const PgwItem *first, *last;  /* cells of a VMA in memory order */
  guint          n;
} Row;

static gboolean
is_part (const PgwItem *item,
         guint64        part)
{
  return item->id >> 40 == PGW_ITEM_ID_PART (part, 0) >> 40;
}

static guint32
vma_of_cell (const PgwItem *item)
{
  return (item->id & 0xffffffffffULL) >> 10;
}

static gboolean
find_row (PgwScene *scene,
          guint32   nr,
          Row      *row)
{
  guint n;
  const PgwItem *items = pgw_scene_get_items (scene, &n);

  *row = (Row) { NULL };
  for (guint i = 0; i < n; i++)
    if (is_part (&items[i], PART_VMA_CELL) && vma_of_cell (&items[i]) == nr)
      {
        row->first = row->first != NULL ? row->first : &items[i];
        row->last = &items[i];
        row->n++;
      }
  return row->n > 0;
}

static double
pitch_of (const Row *row)
{
  return row->n > 1 ? (row->last->x - row->first->x) / (row->n - 1) : row->first->width + 2;
}

/* The first address after a VMA that is not free, or the end of what a program may map. */
static guint64
room_above (const struct machine  *machine,
            const struct view_vma *vma)
{
  guint n = view_vmas_brief (machine, vma->pid, NULL, 0);
  g_autofree struct view_vma *vmas = g_new (struct view_vma, MAX (n, 1));
  guint64 limit = 1ULL << 47;

  n = MIN (view_vmas_brief (machine, vma->pid, vmas, n), n);
  for (guint i = 0; i < n; i++)
    if (vmas[i].start >= vma->end)
      limit = MIN (limit, vmas[i].start);
  return limit;
}

/* ---- Where a range begins ---- */

static void
take_row (PgwSpaceRange         *range,
          const Row             *row,
          const struct view_vma *vma)
{
  guint64 pages = (vma->end - vma->start) / PAGE_SIZE;

  *range = (PgwSpaceRange) { .pid = vma->pid, .low = vma->start, .high = vma->end, .old_end = vma->end };
  range->step = (pages + row->n - 1) / row->n * PAGE_SIZE;
  range->x = row->first->x;
  range->y = row->first->y;
  range->height = row->first->height;
  range->pitch = pitch_of (row);
}

static void
begin_pages (PgwSpaceRange *range,
             guint64        address)
{
  range->kind = PGW_RANGE_PAGES;
  range->anchor = CLAMP (address, range->low, range->high - 1);
  range->anchor -= (range->anchor - range->low) % range->step;
  range->start = range->anchor;
  range->end = MIN (range->start + range->step, range->high);
}

/* A VMA may grow into what is free above it; mremap() moves one that is to become larger than that. */
static void
begin_end (PgwSpaceRange         *range,
           const struct machine  *machine,
           const struct view_vma *vma)
{
  range->kind = PGW_RANGE_END;
  range->high = MAX (room_above (machine, vma), vma->end + (vma->end - vma->start));
  range->anchor = range->old_end;
  range->start = range->low;
  range->end = range->old_end;
}

static gboolean
begin_gap (PgwSpaceRange        *range,
           PgwScene             *scene,
           const struct machine *machine,
           const PgwItem        *item)
{
  guint32 nr = item->id & 0xffffffffULL;
  struct view_vma vma;

  *range = (PgwSpaceRange) { 0 };
  if (item->object == 0 || !view_vma (machine, nr, &vma))
    return FALSE;
  range->kind = PGW_RANGE_GAP;
  range->pid = vma.pid;
  range->low = mm_pte_object_address (item->object);
  range->high = vma.start;
  range->step = PAGE_SIZE;
  range->x = item->x;
  range->y = item->y;
  range->height = item->height;
  if (range->high <= range->low)
    return FALSE;
  /* A small gap has its whole width. */
  range->pitch = MAX (GAP_PITCH, item->width / ((range->high - range->low) / PAGE_SIZE));
  return TRUE;
}

static void
begin_gap_at (PgwSpaceRange *range,
              guint64        address)
{
  range->anchor = CLAMP (address, range->low, range->high - PAGE_SIZE);
  range->start = range->anchor;
  range->end = range->anchor + PAGE_SIZE;
}

/* Signed, as the pointer may be left of the first cell. */
static gint64
cells_at (const PgwSpaceRange *range,
          double               x)
{
  return floor ((x - range->x) / range->pitch);
}

static guint64
address_at (const PgwSpaceRange *range,
            double               x)
{
  gint64 cells = CLAMP (cells_at (range, x), 0, (gint64) ((range->high - range->low) / range->step));

  return range->low + cells * range->step;
}

gboolean
pgw_space_range_begin (PgwScene             *scene,
                       const struct machine *machine,
                       double                x,
                       double                y,
                       PgwSpaceRange        *range)
{
  guint n;
  const PgwItem *items = pgw_scene_get_items (scene, &n);

  *range = (PgwSpaceRange) { 0 };
  for (guint i = n; i-- > 0;)
    {
      const PgwItem *item = &items[i];
      gboolean cell = is_part (item, PART_VMA_CELL), gap = is_part (item, PART_VMA_GAP);
      double grip = cell ? GRIP : 0;
      struct view_vma vma;
      Row row;

      if ((!cell && !gap) || y < item->y || y >= item->y + item->height || x < item->x - 1 ||
          x >= item->x + item->width + 2 + grip)
        continue;
      if (gap && !begin_gap (range, scene, machine, item))
        continue;
      range->begun = x;
      if (gap)
        {
          begin_gap_at (range, address_at (range, x));
          return TRUE;
        }
      if (!view_vma (machine, vma_of_cell (item), &vma) || !find_row (scene, vma.nr, &row))
        continue;
      /* Beyond a cell that is not the last lies the next one. */
      if (item != row.last && x >= item->x + item->width + 2)
        continue;
      take_row (range, &row, &vma);
      range->begun = x;
      if (item == row.last && x >= row.last->x + row.last->width - MIN (GRIP, row.last->width / 3))
        begin_end (range, machine, &vma);
      else
        begin_pages (range, address_at (range, x));
      return TRUE;
    }
  return FALSE;
}

static gboolean
gap_of (PgwSpaceRange        *range,
        PgwScene             *scene,
        const struct machine *machine,
        guint64               address)
{
  guint n;
  const PgwItem *items = pgw_scene_get_items (scene, &n);

  for (guint i = 0; i < n; i++)
    if (is_part (&items[i], PART_VMA_GAP) && begin_gap (range, scene, machine, &items[i]) && address >= range->low &&
        address < range->high)
      {
        begin_gap_at (range, address);
        return TRUE;
      }
  *range = (PgwSpaceRange) { 0 };
  return FALSE;
}

static gboolean
address_of (const struct machine *machine,
            gint32                pid,
            mm_object_t           selection,
            guint64              *address)
{
  struct view_mapping users[64];
  struct view_vma vma;
  guint n;

  switch (mm_object_kind (selection))
    {
    case MM_OBJECT_VMA:
      if (!view_vma (machine, mm_object_id (selection), &vma) || vma.pid != pid)
        return FALSE;
      *address = vma.start;
      return TRUE;
    case MM_OBJECT_PTE:
      *address = mm_pte_object_address (selection);
      return mm_pte_object_pid (selection) == pid;
    case MM_OBJECT_PAGE:
      n = MIN (view_page_users (machine, mm_object_id (selection), users, G_N_ELEMENTS (users)), G_N_ELEMENTS (users));
      for (guint i = 0; i < n; i++)
        if (users[i].pid == pid)
          {
            *address = users[i].address;
            return TRUE;
          }
      return FALSE;
    default:
      return FALSE;
    }
}

gboolean
pgw_space_range_of (PgwScene             *scene,
                    const struct machine *machine,
                    gint32                pid,
                    mm_object_t           selection,
                    gboolean              end,
                    PgwSpaceRange        *range)
{
  guint n = view_vmas_brief (machine, pid, NULL, 0);
  g_autofree struct view_vma *vmas = g_new (struct view_vma, MAX (n, 1));
  guint64 address;
  Row row;

  *range = (PgwSpaceRange) { 0 };
  if (!address_of (machine, pid, selection, &address))
    return FALSE;
  n = MIN (view_vmas_brief (machine, pid, vmas, n), n);
  for (guint i = 0; i < n; i++)
    if (address >= vmas[i].start && address < vmas[i].end)
      {
        if (!find_row (scene, vmas[i].nr, &row))
          return FALSE;
        take_row (range, &row, &vmas[i]);
        if (end)
          begin_end (range, machine, &vmas[i]);
        else
          begin_pages (range, address);
        return TRUE;
      }
  return !end && gap_of (range, scene, machine, address);
}

/* ---- How it goes on ---- */

/* Between where it began and another cell, both included. */
static void
choose (PgwSpaceRange *range,
        guint64        other)
{
  range->start = MIN (range->anchor, other);
  range->end = MIN (MAX (range->anchor, other) + range->step, range->high);
}

static void
choose_end (PgwSpaceRange *range,
            gint64         cells)
{
  gint64 most = (range->high - range->old_end) / range->step;
  gint64 least = -(gint64) ((range->old_end - range->low - PAGE_SIZE) / range->step);

  range->end = range->old_end + CLAMP (cells, least, most) * (gint64) range->step;
}

void
pgw_space_range_move (PgwSpaceRange *range,
                      double         x)
{
  switch (range->kind)
    {
    case PGW_RANGE_END:
      choose_end (range, round ((x - range->begun) / range->pitch));
      break;
    case PGW_RANGE_GAP:
    case PGW_RANGE_PAGES:
      choose (range, MIN (address_at (range, x), range->high - 1 - (range->high - range->low - 1) % range->step));
      break;
    case PGW_RANGE_NONE:
    default:
      break;
    }
}

void
pgw_space_range_extend (PgwSpaceRange *range,
                        int            cells)
{
  /* The end that moves is the one away from where it began. */
  guint64 last = range->high - 1 - (range->high - range->low - 1) % MAX (range->step, 1);
  guint64 moving = range->start < range->anchor ? range->start
                                                : range->end - 1 - (range->end - 1 - range->low) % MAX (range->step, 1);

  if (range->kind == PGW_RANGE_END)
    choose_end (range, ((gint64) (range->end - range->old_end)) / (gint64) range->step + cells);
  else if (range->kind != PGW_RANGE_NONE)
    {
      if (cells < 0)
        choose (range, moving - range->low < -cells * range->step ? range->low : moving + cells * (gint64) range->step);
      else
        choose (range, MIN (moving + cells * range->step, last));
    }
}

/* ---- How it is shown ---- */

char *
pgw_space_range_text (const PgwSpaceRange *range)
{
  guint64 pages = (range->end - range->start) / PAGE_SIZE;
  gint64 more = ((gint64) (range->end - range->old_end)) / (gint64) PAGE_SIZE;
  g_autofree char *count =
    g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s page", "%s pages", MIN (pages, G_MAXINT)), pgw_count (pages));

  switch (range->kind)
    {
    case PGW_RANGE_GAP:
      return g_strdup_printf (_("Map %s – %s: %s, %s"), pgw_address (range->start), pgw_address (range->end), count,
                              pgw_size (range->end - range->start));
    case PGW_RANGE_PAGES:
      return g_strdup_printf (_("%s – %s: %s, %s"), pgw_address (range->start), pgw_address (range->end), count,
                              pgw_size (range->end - range->start));
    case PGW_RANGE_END:
      return g_strdup_printf (more < 0 ? _("Shrink to %s: %s, %s fewer") : _("Grow to %s: %s, %s more"),
                              pgw_address (range->end), count, pgw_count (ABS (more)));
    case PGW_RANGE_NONE:
    default:
      return g_strdup ("");
    }
}

void
pgw_space_range_area (const PgwSpaceRange *range,
                      double              *x,
                      double              *width)
{
  double cell = range->pitch / MAX (range->step, 1);

  *x = range->x + (range->start - range->low) * cell;
  *width = MAX ((range->end - range->start) * cell, 2);
}
