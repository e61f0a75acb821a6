/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The buddy allocator of one zone: a row an order with the blocks of its free
 * lists, the per-CPU lists, the watermarks.
 *
 * A block is a chip with its page frame number, coloured and patterned by
 * migrate type; lists stand side by side in a row, head first. A row never
 * overflows: what has no room is counted ("+37"), but a block that the
 * current event or the selection names is always among those shown. A block
 * keeps its identity (first frame and order) between rows and lists, so that
 * a tween shows it move, split and merge.
 */
#include "pgw-buddy-private.h"

#include <math.h>

#define MAX_LIST 4096            /* blocks of a list, read at the most */

/* ---- Rows of orders ---- */

/* Walks each free list once: its first blocks, and how many it has. */
static void
read_blocks (PgwBuddy *self)
{
  g_autofree guint64 *pfns = g_new (guint64, MAX_LIST);

  for (guint order = 0; order < VIEW_MAX_ORDER; order++)
    for (guint mt = 0; mt < VIEW_NR_MT; mt++)
      {
        guint64 n = view_free_list (self->machine, self->zone.ref, order, mt, pfns, MAX_LIST);

        self->zone.nr_free_mt[order][mt] = n;
        if (n > 0)
          self->blocks[order][mt] = g_memdup2 (pfns, MIN (n, MAX_LIST) * sizeof *pfns);
      }
}

static void
fetch_free_lists (PgwBuddy *self,
                  guint     order,
                  GArray   *lists)
{
  for (guint i = 0; i < self->n_in_hand; i++)
    if (self->in_hand[i].order == order && self->in_hand[i].zone == self->zone.ref)
      {
        PgwBlockList list = { .n = 1, .known = 1, .mt = self->in_hand[i].mt, .order = order, .in_hand = TRUE };

        list.pfns = g_new (guint64, 1);
        list.pfns[0] = self->in_hand[i].pfn;
        g_array_append_val (lists, list);
      }
  for (guint mt = 0; mt < VIEW_NR_MT; mt++)
    {
      PgwBlockList list = { .n = self->zone.nr_free_mt[order][mt], .mt = mt, .order = order };

      if (list.n == 0)
        continue;
      list.known = MIN (list.n, MAX_LIST);
      list.pfns = g_steal_pointer (&self->blocks[order][mt]);
      g_array_append_val (lists, list);
    }
}

/* "split 8 → 4 + 4" at the row in which the current event put or took something. */
static char *
row_note (PgwBuddy *self,
          guint     order)
{
  const PgwEvent *event = pgw_pane_event (self->state);
  guint64 high, low, pfn;
  struct view_page page;

  if (event == NULL || !pgw_pane_field (event, "pfn", &pfn) || !view_page (self->machine, pfn, &page) ||
      page.zone != self->zone.ref)
    return NULL;
  if (event->id == TRACE_expand && pgw_pane_field (event, "high", &high) && pgw_pane_field (event, "low", &low) &&
      order == high - 1 && high > low && high < 32)
    return g_strdup_printf (_("split %u → %u + %u"), 1u << high, 1u << (high - 1), 1u << (high - 1));
  if (event->id == TRACE_merge_buddy && pgw_pane_field (event, "order", &low) && order == low && low < 31)
    return g_strdup_printf (_("merge %u + %u → %u"), 1u << low, 1u << low, 2u << low);
  return NULL;
}

static void
add_row (PgwBuddy *self,
         guint     order,
         double    y)
{
  PgwScene *scene = self->scene;
  mm_object_t area = mm_zone_object (MM_OBJECT_FREE_AREA, self->zone.ref, order);
  guint marks = pgw_marks_object (self->marks, area) & (PGW_STYLE_SELECTED | PGW_STYLE_RELATED);
  g_autoptr (GArray) lists = pgw_block_lists_new ();
  g_autoptr (GString) said = g_string_new (NULL);
  g_autofree char *note = row_note (self, order);
  double text = y + (self->row_height - pgw_type_line_height (0, self->scale)) / 2;
  double small = y + (self->row_height - pgw_type_line_height (PGW_STYLE_SMALL, self->scale)) / 2;
  double end = self->count - 8 * self->scale, x;
  guint64 n = self->zone.nr_free[order];
  char label[16];
  PgwItem *row;

  row = pgw_scene_add (scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_ROW, order), area, PGW_COLOUR_ACCENT,
                       PGW_STYLE_OUTLINE | marks, self->left - 4 * self->scale, y,
                       self->right - self->left + 8 * self->scale, self->row_height, NULL);
  if (marks == 0)
    row->opacity = 0;
  g_snprintf (label, sizeof label, "%u", order);
  pgw_scene_add_text (scene, PGW_ITEM_ID_PART (PART_ROW_LABEL, order), 0, PGW_COLOUR_TEXT,
                      PGW_STYLE_BOLD | PGW_STYLE_MONO, self->left, text, 20 * self->scale, label);
  if (self->chips - self->left > 40 * self->scale)
    pgw_scene_add_text (scene, PGW_ITEM_ID_PART (PART_ROW_SIZE, order), 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL,
                        self->left + 22 * self->scale, small, self->chips - self->left - 26 * self->scale,
                        pgw_size (PAGE_SIZE << order));
  pgw_scene_add_text (scene, PGW_ITEM_ID_PART (PART_ROW_COUNT, order), 0,
                      n == 0 ? PGW_COLOUR_DIM_TEXT : PGW_COLOUR_TEXT,
                      PGW_STYLE_BOLD | PGW_STYLE_MONO | PGW_STYLE_ALIGN_END, self->count, text,
                      self->right - self->count, pgw_count (n));
  fetch_free_lists (self, order, lists);
  if (note != NULL)
    {
      double width = ceil (pgw_type_width (note, PGW_STYLE_BOLD | PGW_STYLE_SMALL, self->scale));

      if (end - self->chips - width > 120 * self->scale)
        end -= width + 8 * self->scale;
      else
        g_clear_pointer (&note, g_free);
    }
  x = pgw_buddy_add_chips (self, lists, self->chips, y + (self->row_height - self->chip_height) / 2, end,
                 PGW_ITEM_ID_PART (PART_ROW_MORE, order), said);
  if (note != NULL)
    pgw_scene_add_text (scene, PGW_ITEM_ID_PART (PART_NOTE, order), 0, PGW_COLOUR_ACCENT,
                        PGW_STYLE_BOLD | PGW_STYLE_SMALL, lists->len > 0 ? MAX (x, self->chips) : self->chips, small,
                        self->count - MAX (x, self->chips), note);
  pgw_scene_say (scene, g_dngettext (GETTEXT_PACKAGE, "Order %u, %s: %s block%s%s%s%s", "Order %u, %s: %s blocks%s%s%s%s",
                                     MIN (n, G_MAXINT)),
                 order, pgw_size (PAGE_SIZE << order), pgw_count (n), said->len > 0 ? ". " : "", said->str,
                 note != NULL ? ". " : "", note != NULL ? note : "");
}

/* ---- Per-CPU lists ---- */

static void
fetch_pcp_lists (PgwBuddy *self,
                 guint     cpu,
                 GArray   *lists)
{
  struct view_pcp pcp;

  if (!view_pcp (self->machine, self->zone.ref, cpu, &pcp))
    return;
  for (guint index = 0; index < VIEW_NR_PCP; index++)
    {
      PgwBlockList list = { .n = pcp.nr_list[index], .order = view_pindex_order (index),
                         .mt = view_pindex_migratetype (index) };

      if (list.n == 0)
        continue;
      list.known = MIN (list.n, MAX_LIST);
      list.pfns = g_new0 (guint64, list.known);
      list.types = g_new0 (guint8, list.known);
      list.n = view_pcp_list (self->machine, self->zone.ref, cpu, index, list.pfns, list.types, list.known);
      list.known = MIN (list.known, list.n);
      g_array_append_val (lists, list);
    }
}

/* Empty places up to the list's high mark, when all of them have room. */
static void
add_room (PgwBuddy              *self,
          const struct view_pcp *pcp,
          guint                  cpu,
          double                 x,
          double                 y,
          double                 end)
{
  double width = pgw_buddy_chip_width (self, 0), gap = ceil (4 * self->scale);
  guint room = pcp->high > pcp->count ? pcp->high - pcp->count : 0;

  if (room == 0 || room > 64 || x + room * (width + gap) - gap > end)
    return;
  for (guint i = 0; i < room; i++, x += width + gap)
    {
      PgwItem *item = pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_CPU_ROOM, cpu << 8 | i), 0,
                                     PGW_COLOUR_LINE, PGW_STYLE_OUTLINE, x, y, width, self->chip_height, NULL);
      item->opacity = 0.8;
    }
}

static void
add_cpu_row (PgwBuddy *self,
             guint     cpu,
             double    y)
{
  PgwScene *scene = self->scene;
  mm_object_t object = mm_zone_object (MM_OBJECT_PCP, self->zone.ref, cpu);
  guint marks = pgw_marks_object (self->marks, object) & (PGW_STYLE_SELECTED | PGW_STYLE_RELATED);
  g_autoptr (GArray) lists = pgw_block_lists_new ();
  g_autoptr (GString) said = g_string_new (NULL);
  g_autofree char *title = g_strdup_printf (_("CPU %u"), cpu);
  g_autofree char *count = NULL;
  double small = y + (self->row_height - pgw_type_line_height (PGW_STYLE_SMALL, self->scale)) / 2;
  double end = self->count - 8 * self->scale, x;
  struct view_pcp pcp = { 0 };
  PgwItem *row;

  view_pcp (self->machine, self->zone.ref, cpu, &pcp);
  row = pgw_scene_add (scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_CPU, cpu), object, PGW_COLOUR_ACCENT,
                       PGW_STYLE_OUTLINE | marks, self->left - 4 * self->scale, y,
                       self->right - self->left + 8 * self->scale, self->row_height, NULL);
  if (marks == 0)
    row->opacity = 0;
  pgw_scene_add_text (scene, PGW_ITEM_ID_PART (PART_CPU_LABEL, cpu), 0, PGW_COLOUR_TEXT,
                      PGW_STYLE_BOLD | PGW_STYLE_SMALL, self->left, small, self->chips - self->left - 4 * self->scale,
                      title);
  count = g_strdup_printf ("%u/%u", pcp.count, pcp.high);
  pgw_scene_add_text (scene, PGW_ITEM_ID_PART (PART_CPU_COUNT, cpu), 0, PGW_COLOUR_DIM_TEXT,
                      PGW_STYLE_SMALL | PGW_STYLE_MONO | PGW_STYLE_ALIGN_END, self->count, small,
                      self->right - self->count, count);
  fetch_pcp_lists (self, cpu, lists);
  x = pgw_buddy_add_chips (self, lists, self->chips, y + (self->row_height - self->chip_height) / 2, end,
                 PGW_ITEM_ID_PART (PART_CPU_LIST, cpu), said);
  if (lists->len == 0)
    pgw_scene_add_text (scene, PGW_ITEM_ID_PART (PART_CPU_LIST, cpu), 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL,
                        self->chips, small, end - self->chips, _("empty"));
  add_room (self, &pcp, cpu, lists->len == 0 ? end : x, y + (self->row_height - self->chip_height) / 2, end);
  pgw_scene_say (scene, _("CPU %u: %s on its lists, high mark %u, batch %u%s%s"), cpu, pgw_n_pages (pcp.count), pcp.high,
                 pcp.batch, said->len > 0 ? ". " : "", said->str);
}

/* A small box for each CPU, where there are too many for rows. Returns its height. */
static double
add_cpu_strip (PgwBuddy *self,
               double    y,
               gboolean  draw)
{
  double gap = ceil (4 * self->scale), height = ceil (18 * self->scale), top = y;
  double x = self->left;

  for (guint cpu = 0; cpu < self->about.nr_cpus; cpu++)
    {
      mm_object_t object = mm_zone_object (MM_OBJECT_PCP, self->zone.ref, cpu);
      g_autofree char *label = NULL;
      struct view_pcp pcp = { 0 };
      double width;

      view_pcp (self->machine, self->zone.ref, cpu, &pcp);
      label = g_strdup_printf (_("CPU %u: %u"), cpu, pcp.count);
      width = ceil (pgw_type_width (_("CPU 00: 000"), PGW_STYLE_SMALL, self->scale) + 8 * self->scale);
      if (x > self->left && x + width > self->right)
        {
          x = self->left;
          y += height + gap;
        }
      if (draw)
        {
          guint style = PGW_STYLE_SMALL | pgw_marks_object (self->marks, object);

          pgw_scene_add (self->scene, PGW_ITEM_BOX, PGW_ITEM_ID_PART (PART_CPU_CELL, cpu), object,
                         cpu == self->cpu ? PGW_COLOUR_ACCENT : PGW_COLOUR_LINE,
                         style | (cpu == self->cpu ? PGW_STYLE_BOLD : 0), x, y, MIN (width, self->right - x), height,
                         label);
          if (cpu != self->cpu)
            pgw_scene_say (self->scene, _("CPU %u: %s on its lists, high mark %u, batch %u%s%s"), cpu, pgw_n_pages (pcp.count),
                           pcp.high, pcp.batch, "", "");
        }
      x += width + gap;
    }
  return y + height + gap - top;
}

/* ---- The pane ---- */

static guint
legend_entries (const PgwBuddy *self,
                PgwLegendEntry *entries)
{
  guint n = 0;

  for (guint mt = 0; mt < VIEW_NR_MT; mt++)
    {
      gboolean present = mt < 3 || (mt == 3 && self->zone.nr_reserved_highatomic > 0);

      for (guint order = 0; order < VIEW_MAX_ORDER; order++)
        present = present || self->zone.nr_free_mt[order][mt] > 0;
      if (present)
        entries[n++] = (PgwLegendEntry) { pgw_mt_colour (mt), pgw_mt_style (mt), pgw_mt_name (mt) };
    }
  return n;
}

static void
measure (PgwBuddy *self)
{
  double scale = self->scale, width = self->right - self->left;
  char digits[24];
  guint64 most = 0;
  double count;

  g_snprintf (digits, sizeof digits, "%" G_GINT64_MODIFIER "x", MAX (self->about.max_pfn, 0x100) - 1);
  self->label_width = ceil (pgw_type_width (digits, PGW_STYLE_MONO | PGW_STYLE_SMALL, scale));
  for (guint order = 0; order < VIEW_MAX_ORDER; order++)
    most = MAX (most, self->zone.nr_free[order]);
  count = MAX (pgw_type_width (pgw_count (most), PGW_STYLE_BOLD | PGW_STYLE_MONO, scale),
               pgw_type_width ("00/000", PGW_STYLE_SMALL | PGW_STYLE_MONO, scale));
  self->count = self->right - ceil (count);
  self->chips = self->left + (width >= 300 * scale ? ceil (MAX (78 * scale, pgw_type_width (_("Watermarks"),
                              PGW_STYLE_BOLD | PGW_STYLE_SMALL, scale) + 8 * scale))
                              : ceil (MAX (26 * scale, pgw_type_width (_("CPU 0"), PGW_STYLE_BOLD | PGW_STYLE_SMALL,
                                                                       scale) + 6 * scale)));
}

/* Which CPUs have a row of their own. */
static void
choose_cpus (PgwBuddy *self)
{
  self->n_cpu_rows = self->about.nr_cpus <= 4 ? self->about.nr_cpus : 1;
  self->cpu = MIN (self->about.cpu, self->about.nr_cpus - 1);
  if (self->state->cpu < self->about.nr_cpus)
    self->cpu = self->state->cpu;
  if (mm_object_kind (self->state->selection) == MM_OBJECT_PCP &&
      (mm_object_id (self->state->selection) & 0xff) < self->about.nr_cpus)
    self->cpu = mm_object_id (self->state->selection) & 0xff;
}

static void
lay_out (PgwBuddy *self,
         double    height)
{
  double scale = self->scale, width = self->right - self->left, y = ceil (4 * scale);
  double strip = 0, legend, rest;
  PgwLegendEntry entries[VIEW_NR_MT];
  guint n_entries = legend_entries (self, entries);
  guint n_rows = VIEW_MAX_ORDER + self->n_cpu_rows;

  y += pgw_pane_add_zones (self->scene, self->state, self->marks, self->zone.ref, self->left, y, width);
  if (self->n_cpu_rows < self->about.nr_cpus)
    strip = add_cpu_strip (self, 0, FALSE);
  legend = pgw_pane_add_legend (NULL, entries, n_entries, scale, self->left, 0, width);
  rest = height - y - strip - pgw_buddy_watermarks_height (self) - legend - 4 * scale - 6 * scale;
  self->row_height = floor (CLAMP (rest / n_rows, 19 * scale, 40 * scale));
  self->chip_height = MIN (self->row_height - floor (3 * scale), ceil (26 * scale));
  for (guint order = 0; order < VIEW_MAX_ORDER; order++, y += self->row_height)
    add_row (self, order, y);
  y += ceil (4 * scale);
  if (strip > 0)
    y += add_cpu_strip (self, y, TRUE);
  for (guint i = 0; i < self->n_cpu_rows; i++, y += self->row_height)
    add_cpu_row (self, self->n_cpu_rows == self->about.nr_cpus ? i : self->cpu, y);
  pgw_buddy_add_watermarks (self, y);
  y += pgw_buddy_watermarks_height (self);
  /* The legend stands at the bottom, apart from the data when there is room. */
  y = MAX (y + 2 * scale, MIN (height - legend - 4 * scale, y + 20 * scale));
  y += pgw_pane_add_legend (self->scene, entries, n_entries, scale, self->left, y, width);
  pgw_scene_grow (self->scene, y + 2 * scale);
}

static PgwScene *
buddy_layout (const PgwPaneState *state,
              double              width,
              double              height)
{
  g_autoptr (PgwMarks) marks = pgw_marks_new (state);
  PgwBuddy self = {
    .scene = pgw_scene_new (width, height),
    .state = state,
    .machine = pgw_pane_machine (state),
    .marks = marks,
    .scale = pgw_pane_scale (state),
  };

  g_autofree char *title = NULL;

  self.scene->font_scale = self.scale;
  self.n_in_hand = pgw_pane_in_hand (state, self.in_hand);
  view_machine (self.machine, &self.about);
  if (!view_zone_brief (self.machine, pgw_pane_zone (state), &self.zone))
    return self.scene;
  read_blocks (&self);
  title = pgw_zone_title (self.machine, &self.zone);
  pgw_scene_say (self.scene, _("%s: %s of %s pages free"), title, pgw_count (self.zone.free_exact),
                 pgw_count (self.zone.managed_pages));
  self.left = ceil (8 * self.scale);
  self.right = floor (width - 8 * self.scale);
  choose_cpus (&self);
  measure (&self);
  lay_out (&self, height);
  return self.scene;
}

static char *
buddy_subtitle (const PgwPaneState *state)
{
  const struct machine *machine = pgw_pane_machine (state);
  struct view_zone zone;
  g_autofree char *title = NULL;

  if (!view_zone_brief (machine, pgw_pane_zone (state), &zone))
    return g_strdup ("");
  title = pgw_zone_title (machine, &zone);
  return g_strdup_printf (_("%s · free %s · min %s low %s high %s"), title, pgw_count (zone.free_exact),
                          pgw_count (zone.wmark[0] + zone.boost), pgw_count (zone.wmark[1] + zone.boost),
                          pgw_count (zone.wmark[2] + zone.boost));
}

const PgwPaneType pgw_buddy_pane = {
  .id = "buddy",
  .title = N_("Buddy allocator"),
  .layout = buddy_layout,
  .subtitle = buddy_subtitle,
};
