/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The translation lookaside buffer in the page-table pane: its counters and
 * the entries that are valid, those marked that the page tables no longer
 * bear out.
 */
#include "pgw-tables-private.h"

#include <math.h>

#define MAX_TLB 64

/* Its entries, as many lines of them as there is room for down to `bottom`, one at least. */
double
pgw_tables_add_tlb (const PgwTables *self,
                    double           x,
                    double           y,
                    double           width,
                    double           bottom)
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
  title = g_strdup_printf (_("TLB of CPU %u: %u × %s, PCID %u · hits %s, misses %s, flushes %s"), about.cpu, tlb.sets,
                           pgw_n_entries (tlb.ways), tlb.pcid, pgw_count (tlb.hits), pgw_count (tlb.misses), pgw_count (tlb.flushes));
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
