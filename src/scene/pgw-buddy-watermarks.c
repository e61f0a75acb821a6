/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The watermarks of a zone: a bar of its free pages with min, low and high as
 * ticks, coloured by the mark that they are below, and how far the marks are
 * boosted.
 */
#include "pgw-buddy-private.h"

#include <math.h>

/* Free pages as a share of the bar: the part below twice `high` has most of it, so that the marks stand apart. */
static double
bar_share (const struct view_zone *zone,
           guint64                 pages)
{
  double knee = 2.0 * (zone->wmark[2] + zone->boost);
  double whole = MAX (zone->managed_pages, 1);

  if (knee * 1.5 >= whole || knee == 0)
    return MIN (pages / whole, 1);
  if (pages <= knee)
    return 0.6 * pages / knee;
  return MIN (0.6 + 0.4 * (pages - knee) / (whole - knee), 1);
}

double
pgw_buddy_watermarks_height (const PgwBuddy *self)
{
  return ceil (22 * self->scale) + pgw_type_line_height (PGW_STYLE_SMALL, self->scale);
}

static void
add_watermark_labels (PgwBuddy *self,
                      double    x,
                      double    y,
                      double    width)
{
  const struct view_zone *zone = &self->zone;
  g_autofree char *all = NULL;
  double from = x + floor (width * bar_share (zone, zone->wmark[0] + zone->boost)) - 8 * self->scale;
  double text;

  all = g_strdup_printf (_("min %s · low %s · high %s"), pgw_count (zone->wmark[0] + zone->boost),
                         pgw_count (zone->wmark[1] + zone->boost), pgw_count (zone->wmark[2] + zone->boost));
  if (zone->boost > 0)
    {
      g_autofree char *boosted = g_strdup_printf (_("%s (boost %s)"), all, pgw_count (zone->boost));

      g_free (all);
      all = g_steal_pointer (&boosted);
    }
  text = ceil (pgw_type_width (all, PGW_STYLE_SMALL, self->scale));
  from = MAX (x, MIN (from, x + width - text));
  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_WMARK_LABEL, 0), 0, PGW_COLOUR_WARNING, PGW_STYLE_SMALL,
                      from, y, x + width - from, all);
}

void
pgw_buddy_add_watermarks (PgwBuddy *self,
                          double    y)
{
  const struct view_zone *zone = &self->zone;
  double bar = ceil (11 * self->scale), x = self->chips, width = self->right - x;
  double line = pgw_type_line_height (PGW_STYLE_SMALL, self->scale);
  double top = y + ceil (6 * self->scale);
  PgwColour level = zone->free_pages > zone->wmark[1] + zone->boost ? PGW_COLOUR_GOOD
                    : zone->free_pages > zone->wmark[0] + zone->boost ? PGW_COLOUR_CHANGED : PGW_COLOUR_ERROR;
  mm_object_t object = mm_object (MM_OBJECT_ZONE, zone->ref);
  PgwItem *item;

  if (x - self->left >= 60 * self->scale)
    pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_TEXT, PGW_STYLE_BOLD | PGW_STYLE_SMALL, self->left,
                        top + (bar - line) / 2, x - self->left - 4 * self->scale, _("Watermarks"));
  else
    {
      x = self->left;
      width = self->right - x;
    }
  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_WMARK_BAR, 0), object, PGW_COLOUR_LINE,
                 PGW_STYLE_OUTLINE | PGW_STYLE_BOLD | pgw_marks_object (self->marks, object), x, top, width, bar, NULL);
  item = pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_WMARK_FREE, 0), object, level,
                        PGW_STYLE_SOLID | PGW_STYLE_BOLD, x, top, MAX (2, width * bar_share (zone, zone->free_exact)), bar, NULL);
  item->opacity = 0.55;
  if (zone->boost > 0)
    pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_WMARK_BOOST, 0), object, PGW_COLOUR_WARNING,
                   PGW_STYLE_HATCHED | PGW_STYLE_OUTLINE, x + width * bar_share (zone, zone->wmark[2]), top + bar * 0.25,
                   width * (bar_share (zone, zone->wmark[2] + zone->boost) - bar_share (zone, zone->wmark[2])),
                   bar * 0.5, NULL);
  for (guint i = 0; i < 3; i++)
    {
      double at = floor (x + width * bar_share (zone, zone->wmark[i] + zone->boost));

      pgw_scene_add_line (self->scene, PGW_ITEM_ID_PART (PART_WMARK_TICK, i), PGW_COLOUR_WARNING, PGW_STYLE_BOLD,
                          at, top - 4 * self->scale, at, top + bar + 4 * self->scale);
    }
  add_watermark_labels (self, x, top + bar + ceil (4 * self->scale), width);
  pgw_scene_say (self->scene, _("Watermarks: %s free; min %s, low %s, high %s; boost %s"),
                 pgw_n_pages (zone->free_exact), pgw_count (zone->wmark[0] + zone->boost),
                 pgw_count (zone->wmark[1] + zone->boost), pgw_count (zone->wmark[2] + zone->boost),
                 pgw_count (zone->boost));
}
