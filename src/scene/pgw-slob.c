/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SLOB in the pane of the slab allocator: three lists of pages, by the size of
 * what they serve, and the pages without room. A page is drawn to scale, with
 * what is in use and the free blocks between; caches have no memory of their
 * own here and are not shown.
 */
#include "pgw-pane-private.h"

#include <math.h>

#define MAX_PAGES   1024        /* of a list, read at the most */
#define MAX_BLOCKS  512         /* of a page that are drawn */

typedef struct {
  PgwScene             *scene;
  const struct machine *machine;
  const PgwMarks       *marks;
  double                scale, small;
} Slob;

gboolean
pgw_slob_is_used (const struct machine *machine)
{
  struct view_slab_machine about;

  view_slab_machine (machine, &about);
  return about.kind == SLAB_KIND_SLOB;
}

/* Where the object that begins at `from` ends at the latest: at the next object, or at the next free block. */
static guint
end_of_object (const struct view_slab_object *objects,
               guint                          n_objects,
               guint                          i,
               const struct view_slob_block  *blocks,
               guint                          n_blocks,
               guint64                        start)
{
  guint from = objects[i].addr - start;
  guint end = i + 1 < n_objects ? objects[i + 1].addr - start : PAGE_SIZE;

  for (guint b = 0; b < n_blocks; b++)
    if (blocks[b].offset > from)
      return MIN (end, blocks[b].offset);
  return end;
}

static void
add_page (const Slob             *self,
          const struct view_slab *page,
          double                  x,
          double                  y,
          double                  width,
          double                  height)
{
  mm_object_t object = mm_object (MM_OBJECT_SLAB, page->pfn);
  guint marks = pgw_marks_object (self->marks, object) | pgw_marks_pages (self->marks, page->pfn, 1);
  g_autofree struct view_slob_block *blocks = g_new (struct view_slob_block, MAX_BLOCKS);
  g_autofree struct view_slab_object *objects = g_new (struct view_slab_object, MAX_BLOCKS);
  guint n_blocks = MIN (view_slob_blocks (self->machine, page->pfn, blocks, MAX_BLOCKS), MAX_BLOCKS);
  guint n_objects = MIN (view_slab_objects (self->machine, page->pfn, objects, MAX_BLOCKS), MAX_BLOCKS);
  double pad = 3 * self->scale, inner = width - 2 * pad, byte = inner / PAGE_SIZE;
  const guint64 start = page->pfn << PAGE_SHIFT;
  guint largest = 0;

  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_SLAB, page->pfn), object, PGW_COLOUR_DIM_TEXT,
                 PGW_STYLE_OUTLINE | marks, x, y, width, height, NULL);
  for (guint i = 0; i < n_blocks; i++)
    {
      largest = MAX (largest, blocks[i].bytes);
      pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_SLAB_SHARE, start + blocks[i].offset), object,
                     PGW_COLOUR_PAGE_KIND + VIEW_PAGE_FREE, PGW_STYLE_SOLID, x + pad + blocks[i].offset * byte, y + pad,
                     MAX (blocks[i].bytes * byte - 0.5, 1), height - 2 * pad, NULL);
    }
  for (guint i = 0; i < n_objects; i++)
    {
      mm_object_t id = mm_object (MM_OBJECT_SLAB_OBJECT, objects[i].addr);
      guint from = objects[i].addr - start;
      guint bytes = end_of_object (objects, n_objects, i, blocks, n_blocks, start) - from;

      pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_OBJECT, objects[i].addr), id,
                     PGW_COLOUR_PAGE_KIND + VIEW_PAGE_SLAB, PGW_STYLE_SOLID | pgw_marks_object (self->marks, id),
                     x + pad + from * byte, y + pad, MAX (bytes * byte - (bytes * byte > 3 ? 1 : 0), 1), height - 2 * pad,
                     NULL);
    }
  pgw_scene_say (self->scene,
                 g_dngettext (GETTEXT_PACKAGE,
                              "  page %s: %u units of 2 bytes free in %u block, the largest of %u bytes; objects in use: %u%s",
                              "  page %s: %u units of 2 bytes free in %u blocks, the largest of %u bytes; objects in use: %u%s",
                              n_blocks),
                 pgw_pfn (page->pfn), page->leftover / 2, n_blocks, largest, page->used, pgw_marks_text (marks));
}

static gboolean
page_stands_out (const Slob             *self,
                 const struct view_slab *page)
{
  return pgw_marks_object (self->marks, mm_object (MM_OBJECT_SLAB, page->pfn)) != 0 ||
         pgw_marks_stand_out (self->marks, page->pfn, 1);
}

static guint64
free_units (const struct view_slab *pages,
            guint                   n)
{
  guint64 bytes = 0;

  for (guint i = 0; i < n; i++)
    bytes += pages[i].leftover;
  return bytes / 2;
}

static double
add_list (const Slob *self,
          guint       list,
          double      x,
          double      y,
          double      width,
          double      bottom)
{
  static const char *const titles[VIEW_NR_SLOB_LISTS] = {
    N_("for objects below 256 bytes"), N_("for objects below 1 KiB"), N_("for larger objects"), N_("without room"),
  };
  g_autofree struct view_slab *pages = g_new (struct view_slab, MAX_PAGES);
  guint64 n = view_slob_pages (self->machine, list, pages, MAX_PAGES);
  guint known = MIN (n, MAX_PAGES), columns, room, shown = 0;
  double gap = ceil (5 * self->scale), height = ceil (19 * self->scale), page_width;
  g_autofree char *count =
    g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s page", "%s pages", MIN (n, G_MAXINT)), pgw_count (n));
  g_autofree char *units = NULL, *heading = NULL;

  units = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s unit free", "%s units free",
                                        MIN (free_units (pages, known), G_MAXINT)),
                           pgw_count (free_units (pages, known)));
  /* What lies in pages beyond those that were looked at is not known. */
  heading = list + 1 < VIEW_NR_SLOB_LISTS && known == n
              /* Translators: a list of SLOB's, "for objects below 256 bytes: 3 pages, 40 units free" */
              ? g_strdup_printf (C_("slob list", "%s: %s, %s"), _(titles[list]), count, units)
              : g_strdup_printf (C_("slob list", "%s: %s"), _(titles[list]), count);
  columns = CLAMP (floor (width / (240 * self->scale)), 1, 4);
  page_width = floor ((width - (columns - 1) * gap) / columns);
  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_LIST_LABEL, list), 0, PGW_COLOUR_TEXT,
                      PGW_STYLE_SMALL | PGW_STYLE_BOLD, x, y, width, heading);
  pgw_scene_say (self->scene, "%s", heading);
  y += self->small + ceil (2 * self->scale);
  room = MAX (floor ((bottom - y) / (height + gap)), 1) * columns;
  for (guint i = 0; i < known; i++)
    if (shown < room || page_stands_out (self, &pages[i]))
      {
        add_page (self, &pages[i], x + shown % columns * (page_width + gap), y + shown / columns * (height + gap),
                  page_width, height);
        shown++;
      }
  y += ceil ((double) shown / columns) * (height + gap);
  if (shown < n)
    {
      g_autofree char *more = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s more page", "%s more pages",
                                                            MIN (n - shown, G_MAXINT)), pgw_count (n - shown));

      pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_LIST_LABEL, 1 << 16 | list), 0, PGW_COLOUR_DIM_TEXT,
                          PGW_STYLE_SMALL, x, y, width, more);
      pgw_scene_say (self->scene, "%s", more);
      y += self->small + gap;
    }
  return y + ceil (3 * self->scale);
}

double
pgw_slob_add (PgwScene           *scene,
              const PgwPaneState *state,
              const PgwMarks     *marks,
              double              x,
              double              y,
              double              width,
              double              height)
{
  Slob self = { .scene = scene, .machine = pgw_pane_machine (state), .marks = marks, .scale = pgw_pane_scale (state) };
  PgwLegendEntry legend[] = {
    { PGW_COLOUR_PAGE_KIND + VIEW_PAGE_SLAB, PGW_STYLE_SOLID, _("in use") },
    { PGW_COLOUR_PAGE_KIND + VIEW_PAGE_FREE, PGW_STYLE_SOLID, _("free block") },
  };
  const char *what = _("One heap for all caches, in units of 2 bytes");
  double bottom;

  self.small = pgw_type_line_height (PGW_STYLE_SMALL, self.scale);
  pgw_scene_add_text (scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL, x, y, width, what);
  pgw_scene_say (scene, "%s", what);
  bottom = y + height - pgw_pane_add_legend (NULL, legend, G_N_ELEMENTS (legend), self.scale, x, y, width);
  y += self.small + ceil (6 * self.scale);
  for (guint list = 0; list < VIEW_NR_SLOB_LISTS; list++)
    y = add_list (&self, list, x, y, width, y + (bottom - y) / (VIEW_NR_SLOB_LISTS - list));
  return y + pgw_pane_add_legend (scene, legend, G_N_ELEMENTS (legend), self.scale, x, y, width);
}
