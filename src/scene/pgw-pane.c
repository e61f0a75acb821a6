/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of panes, and what panes share: names, numbers, the zone switch
 * and the legend.
 */
#include "pgw-pane-private.h"

#include <math.h>
#include <string.h>

static const PgwPaneType *const pane_types[] = {
  &pgw_buddy_pane,
  &pgw_frames_pane,
  &pgw_space_pane,
  &pgw_tables_pane,
  &pgw_slab_pane,
  &pgw_lru_pane,
  &pgw_swap_pane,
  &pgw_chart_pane,
  &pgw_proc_pane,
  &pgw_replacement_pane,
  &pgw_compare_pane,
  &pgw_timeline_pane,
  NULL
};

const PgwPaneType *const *
pgw_pane_types (void)
{
  return pane_types;
}

const PgwPaneType *
pgw_pane_type_by_id (const char *id)
{
  g_return_val_if_fail (id != NULL, NULL);

  for (guint i = 0; pane_types[i] != NULL; i++)
    if (strcmp (pane_types[i]->id, id) == 0)
      return pane_types[i];
  return NULL;
}

const struct machine *
pgw_pane_machine (const PgwPaneState *state)
{
  return pgw_timeline_get_machine (state->timeline);
}

double
pgw_pane_scale (const PgwPaneState *state)
{
  return state->font_scale > 0 ? CLAMP (state->font_scale, 0.5, 4.0) : 1.0;
}

/* ---- Which zone ---- */

/* The zone the current operation last named, looking back a little. */
static gboolean
zone_of_operation (const PgwPaneState *state,
                   guint32            *zone)
{
  const struct machine *machine = pgw_pane_machine (state);
  guint64 position = pgw_timeline_get_position (state->timeline);
  const PgwEvent *first = pgw_timeline_get_event (state->timeline, position);

  for (guint64 step = position; step > 0 && position - step < 64; step--)
    {
      const PgwEvent *event = pgw_timeline_get_event (state->timeline, step);
      struct view_page page;
      guint64 value;

      if (event == NULL || event->op != first->op)
        return FALSE;
      if (pgw_pane_field (event, "pfn", &value) && view_page (machine, value, &page))
        {
          *zone = page.zone;
          return TRUE;
        }
      if (pgw_pane_field (event, "zone", &value))
        {
          *zone = value;
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
zone_of_object (const struct machine *machine,
                mm_object_t           object,
                guint32              *zone)
{
  guint64 id = mm_object_id (object);
  struct view_page page;
  struct mm_slot slot;

  switch (mm_object_kind (object))
    {
    case MM_OBJECT_ZONE:
      *zone = id;
      return TRUE;
    case MM_OBJECT_FREE_AREA:
    case MM_OBJECT_PCP:
      *zone = id >> 8;
      return TRUE;
    case MM_OBJECT_SLOT:
      view_slot (machine, id, &slot);
      if (slot.state != SLOT_LIVE || slot.kind != SLOT_PAGES)
        return FALSE;
      id = slot.value;
      G_GNUC_FALLTHROUGH;
    case MM_OBJECT_PAGE:
    case MM_OBJECT_PAGEBLOCK:
      if (!view_page (machine, id, &page))
        return FALSE;
      *zone = page.zone;
      return TRUE;
    case MM_OBJECT_NONE:
    case MM_OBJECT_MACHINE:
    case MM_OBJECT_NODE:
    case MM_OBJECT_OP:
    case MM_OBJECT_TASK:
    case MM_OBJECT_MM:
    case MM_OBJECT_VMA:
    case MM_OBJECT_ANON_VMA:
    case MM_OBJECT_FILE:
    case MM_OBJECT_PTE:
    case NR_MM_OBJECT_KINDS:
    default:
      return FALSE;
    }
}

guint32
pgw_pane_zone (const PgwPaneState *state)
{
  const struct machine *machine = pgw_pane_machine (state);
  struct view_zone zones[PGW_MAX_ZONES];
  guint32 zone = state->zone, best = 0;
  guint32 n = MIN (view_zones_brief (machine, zones, PGW_MAX_ZONES), PGW_MAX_ZONES);

  if (n == 0)
    return 0;
  if (zone != G_MAXUINT32 && view_zone_brief (machine, zone, &zones[0]))
    return zone;
  view_zones_brief (machine, zones, PGW_MAX_ZONES);
  if (zone_of_object (machine, state->selection, &zone) || zone_of_operation (state, &zone))
    {
      struct view_zone found;

      if (view_zone_brief (machine, zone, &found))
        return zone;
    }
  for (guint32 i = 1; i < n; i++)
    if (zones[i].managed_pages > zones[best].managed_pages)
      best = i;
  return zones[best].ref;
}

/* ---- Names and numbers ---- */

PgwColour
pgw_mt_colour (guint mt)
{
  return PGW_COLOUR_MT + MIN (mt, VIEW_NR_MT - 1);
}

guint
pgw_mt_style (guint mt)
{
  static const guint styles[VIEW_NR_MT] = {
    PGW_STYLE_HATCHED,
    0,
    PGW_STYLE_DOTTED,
    PGW_STYLE_HATCHED | PGW_STYLE_DOTTED,
    PGW_STYLE_OUTLINE,
  };

  return styles[MIN (mt, VIEW_NR_MT - 1)];
}

const char *
pgw_mt_name (guint mt)
{
  static const char *const names[VIEW_NR_MT] = {
    N_("unmovable"), N_("movable"), N_("reclaimable"), N_("highatomic"), N_("isolate"),
  };

  return _(names[MIN (mt, VIEW_NR_MT - 1)]);
}

const char *
pgw_kind_name (guint kind)
{
  static const char *const names[NR_VIEW_PAGE_KINDS] = {
    [VIEW_PAGE_HOLE] = N_("hole"),
    [VIEW_PAGE_RESERVED] = N_("reserved"),
    [VIEW_PAGE_KERNEL] = N_("kernel image"),
    [VIEW_PAGE_MEMMAP] = N_("mem_map"),
    [VIEW_PAGE_FREE] = N_("free"),
    [VIEW_PAGE_PCP] = N_("per-CPU list"),
    [VIEW_PAGE_ALLOCATED] = N_("allocated"),
    [VIEW_PAGE_SLAB] = N_("slab"),
    [VIEW_PAGE_PAGE_TABLE] = N_("page table"),
    [VIEW_PAGE_ANON] = N_("anonymous"),
    [VIEW_PAGE_FILE] = N_("file"),
    [VIEW_PAGE_UNKNOWN] = N_("in use before"),
  };

  return _(names[MIN (kind, NR_VIEW_PAGE_KINDS - 1)]);
}

char *
pgw_zone_title (const struct machine   *machine,
                const struct view_zone *zone)
{
  struct view_machine about;

  view_machine (machine, &about);
  if (about.nr_nodes > 1)
    return g_strdup_printf (_("Node %u, zone %s"), zone->nid, zone->name);
  return g_strdup_printf (_("Zone %s"), zone->name);
}

/* ---- Common furniture ---- */

double
pgw_pane_add_zones (PgwScene           *scene,
                    const PgwPaneState *state,
                    const PgwMarks     *marks,
                    guint32             current,
                    double              x,
                    double              y,
                    double              width)
{
  const struct machine *machine = pgw_pane_machine (state);
  struct view_zone zones[PGW_MAX_ZONES];
  guint32 n = MIN (view_zones_brief (machine, zones, PGW_MAX_ZONES), PGW_MAX_ZONES);
  double scale = pgw_pane_scale (state);
  double height = ceil (20 * scale), gap = ceil (5 * scale);
  double at = x, top = y;

  if (n < 2)
    return 0;
  for (guint32 i = 0; i < n; i++)
    {
      g_autofree char *title = pgw_zone_title (machine, &zones[i]);
      mm_object_t object = mm_object (MM_OBJECT_ZONE, zones[i].ref);
      double chip = MIN (ceil (pgw_type_width (title, PGW_STYLE_SMALL, scale) + 14 * scale), width);
      guint style = PGW_STYLE_SMALL | pgw_marks_object (marks, object);

      if (at > x && at + chip > x + width)
        {
          at = x;
          y += height + gap;
        }
      if (zones[i].ref == current)
        style |= PGW_STYLE_SOLID;
      pgw_scene_add (scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_ZONE, zones[i].ref), object,
                     zones[i].ref == current ? PGW_COLOUR_ACCENT : PGW_COLOUR_LINE, style, at, y, chip, height, title);
      pgw_scene_say (scene, zones[i].ref == current ? _("%s (shown): %s free of %s pages") : _("%s: %s free of %s pages"),
                     title, pgw_count (zones[i].free_exact), pgw_count (zones[i].managed_pages));
      at += chip + gap;
    }
  return y + height + 2 * gap - top;
}

double
pgw_pane_add_legend (PgwScene             *scene,
                     const PgwLegendEntry *entries,
                     guint                 n,
                     double                scale,
                     double                x,
                     double                y,
                     double                width)
{
  double line = pgw_type_line_height (PGW_STYLE_SMALL, scale) + ceil (2 * scale);
  double swatch = ceil (11 * scale), at = x, top = y;

  for (guint i = 0; i < n; i++)
    {
      double text = ceil (pgw_type_width (entries[i].label, PGW_STYLE_SMALL, scale));
      double entry = swatch + 5 * scale + text;

      if (at > x && at + entry > x + width)
        {
          at = x;
          y += line;
        }
      if (scene != NULL)
        {
          pgw_scene_add (scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_LEGEND, i), 0, entries[i].colour, entries[i].style,
                         at, y + (line - swatch) / 2, swatch, swatch, NULL);
          pgw_scene_add_text (scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL, at + swatch + 5 * scale,
                              y + (line - pgw_type_line_height (PGW_STYLE_SMALL, scale)) / 2,
                              x + width - at - swatch - 5 * scale, entries[i].label);
        }
      at += entry + 12 * scale;
    }
  return n == 0 ? 0 : y + line - top;
}
