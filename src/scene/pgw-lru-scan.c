/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who works on the LRU lists: kswapd or a task that reclaims for itself, how
 * hard it tries and how far it is, and the pages between the lists: those it
 * has isolated, by what will become of them, and those that wait in batches
 * of the CPUs.
 */
#include "pgw-lru-private.h"

#include <math.h>
#include <string.h>

#define DEF_PRIORITY 12
#define MAX_ISOLATED 4096
#define LOOK_BACK    4096       /* steps, for the last refault */

/* ---- Who, and which page ---- */

static gboolean
any_isolated (const struct machine *machine,
              guint                 kind)
{
  for (guint which = 0; which < VIEW_NR_ISOLATED; which++)
    if (view_isolated (machine, kind, which, NULL, 0) > 0)
      return TRUE;
  return FALSE;
}

/* A page that is not on any list just now: what the reclaimer is looking at. */
static guint64
find_in_hand (const PgwLru *self)
{
  const PgwEvent *event = pgw_pane_event (self->state);
  struct view_lru_page page;
  guint64 pfns[MAX_ISOLATED], pfn;

  if (event == NULL)
    return G_MAXUINT64;
  switch (event->id)
    {
    case TRACE_shrink_folio:
    case TRACE_shrink_active_folio:
    case TRACE_add_to_swap:
    case TRACE_swap_writepage:
    case TRACE_mm_vmscan_write_folio:
    case TRACE_try_to_unmap_one:
    case TRACE_mm_filemap_delete_from_page_cache:
      break;
    default:
      return G_MAXUINT64;
    }
  if (!pgw_pane_field (event, "pfn", &pfn) || !view_lru_page_brief (self->machine, pfn, &page) ||
      page.marks & VIEW_LRU_ON_LIST)
    return G_MAXUINT64;
  for (guint which = 0; which < VIEW_NR_ISOLATED; which++)
    {
      guint64 n = MIN (view_isolated (self->machine, self->at_work, which, pfns, MAX_ISOLATED), MAX_ISOLATED);

      for (guint64 i = 0; i < n; i++)
        if (pfns[i] == pfn)
          return G_MAXUINT64;
    }
  return pfn;
}

void
pgw_lru_find_reclaimer (PgwLru *self)
{
  self->at_work = -1;
  self->in_hand = G_MAXUINT64;
  for (guint kind = 0; kind < VIEW_NR_RECLAIMERS; kind++)
    if (view_reclaimer (self->machine, kind, &self->reclaimer) &&
        (self->reclaimer.at_work || any_isolated (self->machine, kind)))
      {
        self->at_work = kind;
        break;
      }
  if (self->at_work >= 0)
    self->in_hand = find_in_hand (self);
  else
    view_reclaimer (self->machine, VIEW_KSWAPD, &self->reclaimer);
}

/* ---- State ---- */

static const char *
state_text (const PgwLru *self,
            PgwColour    *colour)
{
  *colour = PGW_COLOUR_WARNING;
  if (self->at_work == VIEW_DIRECT_RECLAIM)
    return _("direct reclaim");
  if (self->at_work == VIEW_KSWAPD)
    return _("kswapd at work");
  if (self->kswapd.woken)
    return _("kswapd woken");
  *colour = PGW_COLOUR_DIM_TEXT;
  return self->kswapd.hopeless ? _("kswapd has given up") : _("kswapd asleep");
}

/* The priorities from 12 down to 0, as far as they have been tried. */
static double
add_priority (const PgwLru *self,
              double        x,
              double        y,
              double        height)
{
  double step = ceil (7 * self->scale), gap = MAX (1, floor (2 * self->scale)), at;
  g_autofree char *text = g_strdup_printf (_("priority %d"), self->reclaimer.priority);
  double width = ceil (pgw_type_width (_("priority 12"), PGW_STYLE_SMALL | PGW_STYLE_BOLD, self->scale)) + 2;

  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_SCAN, 2), 0, PGW_COLOUR_TEXT, PGW_STYLE_SMALL | PGW_STYLE_BOLD,
                      x, y + (height - self->line) / 2, width, text);
  at = x + width + 4 * self->scale;
  for (int priority = DEF_PRIORITY; priority >= 0; priority--, at += step + gap)
    pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_SCAN_STEP, priority), 0,
                   priority >= self->reclaimer.priority ? PGW_COLOUR_WARNING : PGW_COLOUR_LINE,
                   priority >= self->reclaimer.priority ? PGW_STYLE_SOLID : PGW_STYLE_OUTLINE, at,
                   y + height * 0.2, step, height * 0.6, NULL);
  return at - x;
}

static char *
flags_text (const PgwLru *self)
{
  const struct view_reclaimer *r = &self->reclaimer;
  GString *text = g_string_new (view_scan_balance_name (r->scan_balance));
  struct view_machine about;

  view_machine (self->machine, &about);
  g_string_append_printf (text, " · swappiness %" G_GUINT64_FORMAT, about.tunables[TUNABLE_swappiness]);
  if (r->order > 0)
    g_string_append_printf (text, _(" · order %u"), r->order);
  g_string_append_printf (text, " · cost %" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, r->anon_cost, r->file_cost);
  if (r->cache_trim_mode)
    g_string_append (text, " · cache_trim_mode");
  if (r->file_is_tiny)
    g_string_append (text, " · file_is_tiny");
  if (r->force_deactivate)
    g_string_append (text, " · force_deactivate");
  if (!r->may_swap)
    g_string_append (text, " · !may_swap");
  if (!r->may_writepage)
    g_string_append (text, " · !may_writepage");
  return g_string_free (text, FALSE);
}

static double
add_progress (const PgwLru *self,
              double        x,
              double        y,
              double        room)
{
  const struct view_reclaimer *r = &self->reclaimer;
  double bar = MIN (ceil (90 * self->scale), room * 0.4), height = ceil (8 * self->scale), share;
  g_autofree char *text = g_strdup_printf (_("reclaimed %s, wanted %s; scanned %s"), pgw_count (r->nr_reclaimed),
                                           pgw_count (r->nr_to_reclaim), pgw_count (r->nr_scanned));

  share = r->nr_to_reclaim > 0 ? MIN (1, (double) r->nr_reclaimed / r->nr_to_reclaim) : 0;
  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_SCAN, 4), 0, PGW_COLOUR_LINE, PGW_STYLE_SOLID, x,
                 y + (self->line - height) / 2, bar, height, NULL);
  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_SCAN, 5), 0, PGW_COLOUR_GOOD, PGW_STYLE_SOLID, x,
                 y + (self->line - height) / 2, bar * share, height, NULL);
  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_SCAN, 6), 0, PGW_COLOUR_TEXT, PGW_STYLE_SMALL,
                      x + bar + 6 * self->scale, y, room - bar - 6 * self->scale, text);
  pgw_scene_say (self->scene, "%s", text);
  return self->line + ceil (3 * self->scale);
}

double
pgw_lru_add_state (const PgwLru *self,
                   double        y)
{
  double top = y, height = ceil (self->line + 6 * self->scale), width, right = self->x + self->width, x = self->x;
  mm_object_t object = mm_object (MM_OBJECT_RECLAIMER, MAX (self->at_work, 0));
  guint marks = pgw_marks_object (self->marks, object);
  PgwColour colour;
  const char *state = state_text (self, &colour);
  g_autofree char *flags = NULL;

  width = MIN (ceil (pgw_type_width (state, PGW_STYLE_SMALL | PGW_STYLE_BOLD, self->scale) + 16 * self->scale), self->width);
  pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_SCAN, 0), object, colour,
                 PGW_STYLE_SMALL | PGW_STYLE_BOLD | marks | (colour == PGW_COLOUR_WARNING ? PGW_STYLE_SOLID : 0), x, y, width,
                 height, state);
  x += width + ceil (12 * self->scale);
  if (self->at_work < 0)
    {
      pgw_scene_say (self->scene, "%s%s", state, pgw_marks_text (marks));
      return height + ceil (6 * self->scale);
    }
  pgw_scene_say (self->scene, _("%s, priority %d%s"), state, self->reclaimer.priority, pgw_marks_text (marks));
  if (right - x > 200 * self->scale)
    x += add_priority (self, x, y, height) + ceil (12 * self->scale);
  flags = flags_text (self);
  pgw_scene_say (self->scene, "%s", flags);
  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_SCAN, 3), object, PGW_COLOUR_DIM_TEXT,
                      PGW_STYLE_SMALL | PGW_STYLE_ALIGN_END, x, y + (height - self->line) / 2, right - x, flags);
  y += height + ceil (4 * self->scale);
  y += add_progress (self, self->x, y, self->width);
  return y - top + ceil (2 * self->scale);
}

/* ---- Isolated pages ---- */

/* Tiles from left to right, row by row. */
typedef struct {
  const PgwLru *self;
  double        x, y, bottom;
  gboolean      full;
} Flow;

static gboolean
take_room (Flow   *flow,
           double  width)
{
  const PgwLru *self = flow->self;

  if (flow->full)
    return FALSE;
  if (flow->x + width > self->x + self->width + 0.5)
    {
      double pitch = self->tile_height + self->gap;

      if (flow->y + 2 * pitch > flow->bottom + 0.5)
        {
          flow->full = TRUE;
          return FALSE;
        }
      flow->x = self->x;
      flow->y += pitch;
    }
  return TRUE;
}

static void
add_label (Flow       *flow,
           guint       number,
           const char *text,
           PgwColour   colour)
{
  const PgwLru *self = flow->self;
  double width = MIN (ceil (pgw_type_width (text, PGW_STYLE_SMALL | PGW_STYLE_BOLD, self->scale)) + 1, self->width);

  /* Not alone at the end of a row. */
  if (flow->x + width + 2 * self->tile > self->x + self->width)
    {
      double x = flow->x;

      flow->x = self->x + self->width;
      if (!take_room (flow, width))
        {
          flow->x = x;
          return;
        }
    }
  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_ISOLATED, number), 0, colour, PGW_STYLE_SMALL | PGW_STYLE_BOLD,
                      flow->x, flow->y + (self->tile_height - self->line) / 2, width, text);
  flow->x += width + 5 * self->scale;
}

static void
add_page (Flow    *flow,
          guint64  pfn,
          guint    style)
{
  const PgwLru *self = flow->self;

  if (!take_room (flow, self->tile))
    return;
  pgw_lru_add_tile (self, pfn, style, flow->x, flow->y);
  flow->x += self->tile + self->gap;
}

static const char *
outcome_text (guint outcome)
{
  static const char *const texts[NR_RECLAIM_OUTCOMES] = {
    [RECLAIM_FREED] = N_("it goes"),
    [RECLAIM_KEPT] = N_("second chance: kept"),
    [RECLAIM_ACTIVATED] = N_("second chance: activated"),
    [RECLAIM_WRITTEN] = N_("is being written"),
    [RECLAIM_CULLED] = N_("mlocked: unevictable"),
    [RECLAIM_DEACTIVATED] = N_("to the inactive list"),
  };

  return outcome < NR_RECLAIM_OUTCOMES ? _(texts[outcome]) : "?";
}

/* The page that is looked at, and what becomes of it. */
static void
add_in_hand (Flow *flow)
{
  const PgwLru *self = flow->self;
  const PgwEvent *event = pgw_pane_event (self->state);
  guint64 outcome, referenced = 0;
  g_autofree char *text = NULL;

  if (self->in_hand == G_MAXUINT64)
    return;
  add_label (flow, 8, _("in hand"), PGW_COLOUR_ACCENT);
  add_page (flow, self->in_hand, PGW_STYLE_CHANGED);
  if ((event->id != TRACE_shrink_folio && event->id != TRACE_shrink_active_folio) ||
      !pgw_pane_field (event, "outcome", &outcome))
    return;
  pgw_pane_field (event, "referenced", &referenced);
  text = referenced > 0 ? g_strdup_printf (_("%s (referenced %u×)"), outcome_text (outcome), (guint) referenced)
                        : g_strdup (outcome_text (outcome));
  add_label (flow, 9, text, PGW_COLOUR_ACCENT);
  pgw_scene_say (self->scene, _("In hand: %s, %s"), pgw_pfn (self->in_hand), text);
  flow->x += 6 * self->scale;
}

static void
add_group (Flow       *flow,
           guint       which,
           const char *label)
{
  const PgwLru *self = flow->self;
  guint64 pfns[MAX_ISOLATED];
  guint64 n = MIN (view_isolated (self->machine, self->at_work, which, pfns, MAX_ISOLATED), MAX_ISOLATED);
  g_autofree char *text = g_strdup_printf ("%s %s", label, pgw_count (n));

  if (n == 0)
    return;
  add_label (flow, which, text, which == VIEW_ISOLATED_FREE ? PGW_COLOUR_WARNING : PGW_COLOUR_TEXT);
  for (guint64 i = 0; i < n; i++)
    add_page (flow, pfns[i], which == VIEW_ISOLATED_FREE ? PGW_STYLE_OUTLINE | PGW_STYLE_DASHED : 0);
  pgw_scene_say (self->scene, _("Isolated, %s: %s"), label, pgw_n_pages (n));
  flow->x += 6 * self->scale;
}

double
pgw_lru_add_isolated (const PgwLru *self,
                      guint         rows,
                      double        y)
{
  double height = pgw_lru_list_height (self, rows);
  Flow flow = { .self = self, .x = self->x, .y = y + self->line + 1 };
  const char *heading = _("isolated");

  flow.bottom = flow.y + rows * (self->tile_height + self->gap);
  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_ISOLATED, 16), 0,
                      self->at_work >= 0 ? PGW_COLOUR_WARNING : PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL | PGW_STYLE_BOLD,
                      self->x, y, self->width, heading);
  if (self->at_work < 0)
    {
      pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL, self->x, flow.y, self->width,
                          _("nothing"));
      return height;
    }
  add_in_hand (&flow);
  add_group (&flow, VIEW_ISOLATED, _("to look at"));
  add_group (&flow, VIEW_ISOLATED_RETURN, _("go back"));
  add_group (&flow, VIEW_ISOLATED_INACTIVE, _("become inactive"));
  add_group (&flow, VIEW_ISOLATED_FREE, _("will be freed"));
  add_group (&flow, VIEW_ISOLATED_SKIPPED, _("skipped: of a higher zone"));
  return height;
}

/* ---- Batches ---- */

static void
add_batch (Flow  *flow,
           guint  cpu,
           guint  batch)
{
  const PgwLru *self = flow->self;
  guint64 pfns[32];
  guint n = MIN (view_batch (self->machine, cpu, batch, pfns, G_N_ELEMENTS (pfns)), G_N_ELEMENTS (pfns));
  g_autofree char *text = g_strdup_printf (_("CPU %u %s"), cpu, view_batch_name (batch));

  if (n == 0)
    return;
  add_label (flow, 32 + cpu * VIEW_NR_BATCHES + batch, text, PGW_COLOUR_DIM_TEXT);
  for (guint i = 0; i < n && take_room (flow, self->tile); i++, flow->x += self->tile + self->gap)
    {
      struct view_lru_page page;

      /* What is on a list, too, stands there; here only a place for it. */
      view_lru_page_brief (self->machine, pfns[i], &page);
      if (page.marks & VIEW_LRU_ON_LIST || batch != 0)
        pgw_scene_add (self->scene, PGW_ITEM_BOX,
                       PGW_ITEM_ID_PART (PART_BATCH, (guint64) (cpu << 8 | batch) << 8 | i),
                       mm_object (MM_OBJECT_PAGE, pfns[i]), PGW_COLOUR_DIM_TEXT,
                       PGW_STYLE_OUTLINE | pgw_marks_pages (self->marks, pfns[i], 1), flow->x, flow->y, self->tile,
                       self->tile_height, NULL);
      else
        pgw_lru_add_tile (self, pfns[i], 0, flow->x, flow->y);
    }
  pgw_scene_say (self->scene, g_dngettext (GETTEXT_PACKAGE, "%s: %u page waits", "%s: %u pages wait", n), text, n);
  flow->x += 6 * self->scale;
}

double
pgw_lru_add_batches (const PgwLru *self,
                     double        y)
{
  double height = self->tile_height + self->gap + ceil (3 * self->scale);
  Flow flow = { .self = self, .x = self->x, .y = y };
  struct view_machine about;

  view_machine (self->machine, &about);
  flow.bottom = flow.y + self->tile_height + self->gap;
  for (guint cpu = 0; cpu < about.nr_cpus; cpu++)
    for (guint batch = 0; batch < VIEW_NR_BATCHES; batch++)
      add_batch (&flow, cpu, batch);
  if (flow.x == self->x)
    pgw_scene_add_text (self->scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL, self->x,
                        y + (self->tile_height - self->line) / 2, self->width,
                        _("No page waits in a batch of a CPU."));
  return height;
}

/* ---- Refaults ---- */

double
pgw_lru_add_refault (const PgwLru *self,
                     double        y)
{
  guint64 position = pgw_timeline_get_position (self->state->timeline);
  guint64 pfn = 0, distance = 0, size = 0, activate = 0;
  g_autofree char *text = NULL;

  for (guint64 step = position; step > 0 && position - step < LOOK_BACK; step--)
    {
      const PgwEvent *event = pgw_timeline_get_event (self->state->timeline, step);

      if (event == NULL)
        break;
      if (event->id != TRACE_workingset_refault)
        continue;
      pgw_pane_field (event, "pfn", &pfn);
      pgw_pane_field (event, "distance", &distance);
      pgw_pane_field (event, "size", &size);
      pgw_pane_field (event, "activate", &activate);
      text = g_strdup_printf (activate ? _("last refault: %s, distance %s ≤ %s in use: activated")
                                       : _("last refault: %s, distance %s > %s in use: stays inactive"),
                              pgw_pfn (pfn), pgw_count (distance), pgw_n_pages (size));
      break;
    }
  if (text == NULL)
    text = g_strdup_printf (_("clock of evictions (nonresident_age): %s"), pgw_count (self->lruvec.nonresident_age));
  pgw_scene_add_text (self->scene, PGW_ITEM_ID_PART (PART_SCAN, 8), pfn > 0 ? mm_object (MM_OBJECT_PAGE, pfn) : 0,
                      PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL, self->x, y, self->width, text);
  pgw_scene_say (self->scene, "%s", text);
  return self->line + ceil (2 * self->scale);
}
