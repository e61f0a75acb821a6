/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is marked: the selection, what belongs to it, and what the current
 * event touched. All panes ask here, so that one selection is seen in all.
 *
 * To a page belong its block, the block's buddy, its pageblock, its zone and
 * free area or slot, and who maps it; to a slot its pages; to a free area its blocks; to a
 * per-CPU list its pages; to a zone, a node and a pageblock their frames; to
 * an operation the blocks its events name. For the rest see pgw-marks-relate.c.
 */
#include "pgw-marks-private.h"

#define MAX_RELATED 2048

void
pgw_marks_add_pages (GArray  *array,
                     guint64  pfn,
                     guint64  n)
{
  PgwPages pages = { pfn, n };

  if (array->len < MAX_RELATED)
    g_array_append_val (array, pages);
}

void
pgw_marks_add_object (GArray      *array,
                      mm_object_t  object)
{
  if (array->len < MAX_RELATED)
    g_array_append_val (array, object);
}

/* ---- The current event ---- */

const PgwEvent *
pgw_pane_event (const PgwPaneState *state)
{
  return pgw_timeline_get_event (state->timeline, pgw_timeline_get_position (state->timeline));
}

gboolean
pgw_pane_field (const PgwEvent *event,
                const char     *name,
                guint64        *value)
{
  const PgwEventType *type = pgw_event_type (event->id);
  const PgwEventField *field = type == NULL ? NULL : pgw_event_type_get_field (type, name);

  if (field == NULL)
    return FALSE;
  *value = pgw_event_field (event, field);
  return TRUE;
}

/* Order of the blocks that an event's page frames start. */
static guint
event_order (const PgwEvent *event)
{
  static const char *const names[] = { "order", "alloc_order" };
  guint64 order;

  if (event->id == TRACE_expand && pgw_pane_field (event, "high", &order) && order > 0 && order < VIEW_MAX_ORDER)
    return order - 1;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (pgw_pane_field (event, names[i], &order) && order < VIEW_MAX_ORDER)
      return order;
  return 0;
}

static void
add_in_hand (const struct machine *machine,
             PgwInHand            *blocks,
             guint                *n,
             const PgwEvent       *event,
             const char           *which)
{
  struct view_page page;
  guint64 pfn;

  if (!pgw_pane_field (event, which, &pfn) || !view_page (machine, pfn, &page) ||
      page.kind == VIEW_PAGE_FREE || page.kind == VIEW_PAGE_PCP)
    return;
  blocks[(*n)++] = (PgwInHand) { .pfn = pfn, .order = event_order (event), .mt = page.block_type, .zone = page.zone };
}

guint
pgw_pane_in_hand (const PgwPaneState *state,
                  PgwInHand           blocks[2])
{
  const struct machine *machine = pgw_pane_machine (state);
  guint64 position = pgw_timeline_get_position (state->timeline);
  const PgwEvent *event = pgw_pane_event (state);
  const PgwEvent *before = position > 1 ? pgw_timeline_get_event (state->timeline, position - 1) : NULL;
  guint n = 0;

  if (event == NULL)
    return 0;
  switch (event->id)
    {
    case TRACE_expand:
      add_in_hand (machine, blocks, &n, event, "pfn");
      add_in_hand (machine, blocks, &n, event, "right");
      break;
    case TRACE_add_to_free_list:
      if (before != NULL && before->id == TRACE_expand)
        add_in_hand (machine, blocks, &n, before, "pfn");
      break;
    case TRACE_del_page_from_free_list:
      add_in_hand (machine, blocks, &n, event, "pfn");
      if (before != NULL && before->id == TRACE_merge_buddy)
        add_in_hand (machine, blocks, &n, before, "pfn");
      break;
    case TRACE_mm_page_alloc_zone_locked:
    case TRACE_rmqueue_pcplist:
    case TRACE_mm_page_alloc:
    case TRACE_mm_page_free:
    case TRACE_free_unref_page_commit:
    case TRACE_find_buddy_page_pfn:
    case TRACE_merge_buddy:
      add_in_hand (machine, blocks, &n, event, "pfn");
      break;
    default:
      break;
    }
  return n;
}

/* Frames and objects that an event names. */
static void
collect_event (const struct machine *machine,
               const PgwEvent       *event,
               GArray               *pages,
               GArray               *objects)
{
  const PgwEventType *type = pgw_event_type (event->id);
  guint order = event_order (event);
  struct view_page page;

  for (guint i = 0; type != NULL && i < type->n_fields; i++)
    {
      const PgwEventField *field = &type->fields[i];
      guint64 value = pgw_event_field (event, field);
      mm_object_t object = pgw_event_field_object (event, field);

      if (field->type == PGW_FIELD_PFN && view_page (machine, value, &page))
        {
          guint pages_order = order;

          if (event->id == TRACE_set_pageblock_migratetype || event->id == TRACE_move_freepages_block)
            pages_order = 9;
          pgw_marks_add_pages (pages, value & ~((1ULL << pages_order) - 1), 1ULL << pages_order);
          if (objects != NULL && page.kind == VIEW_PAGE_FREE)
            pgw_marks_add_object (objects, mm_zone_object (MM_OBJECT_FREE_AREA, page.zone, page.order));
        }
      /* Nearly every event is in some zone; only these are about it. */
      if (mm_object_kind (object) == MM_OBJECT_ZONE && event->id != TRACE_zone_watermark_ok &&
          event->id != TRACE_boost_watermark && event->id != TRACE_setup_per_zone_wmarks &&
          event->id != TRACE_wakeup_kswapd)
        continue;
      if (objects != NULL && object != 0)
        pgw_marks_add_object (objects, object);
    }
}

/* ---- The selection ---- */

static void
relate_page (PgwMarks             *marks,
             const struct machine *machine,
             guint64               pfn)
{
  struct view_page page;

  if (!view_page (machine, pfn, &page))
    return;
  marks->selected = pfn;
  marks->n_selected = 1;
  if (page.order > 0)
    pgw_marks_add_pages (marks->related, page.head, 1ULL << page.order);
  if (page.kind == VIEW_PAGE_FREE && page.order < VIEW_MAX_ORDER - 1)
    pgw_marks_add_pages (marks->related, page.head ^ 1ULL << page.order, 1ULL << page.order);
  pgw_marks_add_object (marks->related_objects, mm_object (MM_OBJECT_ZONE, page.zone));
  pgw_marks_add_object (marks->related_objects, mm_object (MM_OBJECT_PAGEBLOCK, pfn & ~511ULL));
  if (page.kind == VIEW_PAGE_FREE)
    pgw_marks_add_object (marks->related_objects, mm_zone_object (MM_OBJECT_FREE_AREA, page.zone, page.order));
  if (page.slot >= 0)
    pgw_marks_add_object (marks->related_objects, mm_object (MM_OBJECT_SLOT, page.slot));
  if (page.kind == VIEW_PAGE_ANON || page.kind == VIEW_PAGE_FILE)
    pgw_marks_relate_users (marks, machine, pfn);
}

static void
relate_slot (PgwMarks             *marks,
             const struct machine *machine,
             guint32               slot)
{
  struct mm_slot value;
  struct view_page page;

  view_slot (machine, slot, &value);
  if (value.state != SLOT_LIVE || value.kind != SLOT_PAGES)
    return;
  pgw_marks_add_pages (marks->related, value.value, 1ULL << value.order);
  if (view_page (machine, value.value, &page))
    pgw_marks_add_object (marks->related_objects, mm_object (MM_OBJECT_ZONE, page.zone));
  pgw_marks_add_object (marks->related_objects, mm_object (MM_OBJECT_OP, value.op));
}

static void
relate_free_area (PgwMarks             *marks,
                  const struct machine *machine,
                  guint32               zone,
                  guint                 order)
{
  guint64 pfns[512];

  pgw_marks_add_object (marks->related_objects, mm_object (MM_OBJECT_ZONE, zone));
  for (guint mt = 0; mt < VIEW_NR_MT; mt++)
    {
      guint64 n = MIN (view_free_list (machine, zone, order, mt, pfns, G_N_ELEMENTS (pfns)), G_N_ELEMENTS (pfns));

      for (guint64 i = 0; i < n; i++)
        pgw_marks_add_pages (marks->related, pfns[i], 1ULL << order);
    }
}

static void
relate_pcp (PgwMarks             *marks,
            const struct machine *machine,
            guint32               zone,
            guint                 cpu)
{
  guint64 pfns[512];

  pgw_marks_add_object (marks->related_objects, mm_object (MM_OBJECT_ZONE, zone));
  for (guint list = 0; list < VIEW_NR_PCP; list++)
    {
      guint64 n = MIN (view_pcp_list (machine, zone, cpu, list, pfns, NULL, G_N_ELEMENTS (pfns)), G_N_ELEMENTS (pfns));

      for (guint64 i = 0; i < n; i++)
        pgw_marks_add_pages (marks->related, pfns[i], 1ULL << view_pindex_order (list));
    }
}

static void
relate_zones (PgwMarks             *marks,
              const struct machine *machine,
              guint32               zone,
              guint32               nid)
{
  struct view_zone zones[PGW_MAX_ZONES];
  guint32 n = MIN (view_zones_brief (machine, zones, PGW_MAX_ZONES), PGW_MAX_ZONES);

  for (guint32 i = 0; i < n; i++)
    if (zones[i].ref == zone || zones[i].nid == nid)
      {
        pgw_marks_add_pages (marks->related, zones[i].start_pfn, zones[i].spanned_pages);
        pgw_marks_add_object (marks->related_objects, mm_object (MM_OBJECT_ZONE, zones[i].ref));
      }
}

static void
relate_op (PgwMarks           *marks,
           const PgwPaneState *state,
           guint64             op)
{
  const struct machine *machine = pgw_pane_machine (state);
  PgwOpRun run;

  if (!pgw_timeline_get_op_run (state->timeline, op, &run))
    return;
  for (guint64 step = run.first_step; step <= run.last_step && marks->related->len < 256; step++)
    {
      const PgwEvent *event = pgw_timeline_get_event (state->timeline, step);

      if (event != NULL && (event->id == TRACE_mm_page_alloc || event->id == TRACE_mm_page_free))
        collect_event (machine, event, marks->related, NULL);
    }
}

static int
compare_pages (gconstpointer a,
               gconstpointer b)
{
  const PgwPages *x = a, *y = b;

  return x->pfn < y->pfn ? -1 : x->pfn > y->pfn;
}

/* In order and without overlaps, so that one among thousands is found at once. */
static void
join (GArray *array)
{
  guint n = 0;

  g_array_sort (array, compare_pages);
  for (guint i = 0; i < array->len; i++)
    {
      PgwPages pages = g_array_index (array, PgwPages, i);
      PgwPages *last = n > 0 ? &g_array_index (array, PgwPages, n - 1) : NULL;

      if (last != NULL && pages.pfn < last->pfn + last->n)
        last->n = MAX (last->n, pages.pfn + pages.n - last->pfn);
      else
        g_array_index (array, PgwPages, n++) = pages;
    }
  g_array_set_size (array, n);
}

PgwMarks *
pgw_marks_new (const PgwPaneState *state)
{
  const struct machine *machine = pgw_pane_machine (state);
  const PgwEvent *event = pgw_pane_event (state);
  PgwMarks *marks = g_new0 (PgwMarks, 1);
  guint64 id = mm_object_id (state->selection);

  marks->selection = state->selection;
  marks->related = g_array_new (FALSE, FALSE, sizeof (PgwPages));
  marks->related_objects = g_array_new (FALSE, FALSE, sizeof (mm_object_t));
  marks->changed = g_array_new (FALSE, FALSE, sizeof (PgwPages));
  marks->changed_objects = g_array_new (FALSE, FALSE, sizeof (mm_object_t));
  if (event != NULL)
    collect_event (machine, event, marks->changed, marks->changed_objects);
  switch (mm_object_kind (state->selection))
    {
    case MM_OBJECT_PAGE:
      relate_page (marks, machine, id);
      break;
    case MM_OBJECT_SLOT:
      relate_slot (marks, machine, id);
      break;
    case MM_OBJECT_PAGEBLOCK:
      pgw_marks_add_pages (marks->related, id, 512);
      break;
    case MM_OBJECT_FREE_AREA:
      relate_free_area (marks, machine, id >> 8, id & 0xff);
      break;
    case MM_OBJECT_PCP:
      relate_pcp (marks, machine, id >> 8, id & 0xff);
      break;
    case MM_OBJECT_ZONE:
      relate_zones (marks, machine, id, G_MAXUINT32);
      break;
    case MM_OBJECT_NODE:
      relate_zones (marks, machine, G_MAXUINT32, id);
      break;
    case MM_OBJECT_OP:
      relate_op (marks, state, id);
      break;
    case MM_OBJECT_NONE:
      break;
    default:
      pgw_marks_relate_memory (marks, machine, state->selection);
      break;
    }
  join (marks->related);
  return marks;
}

void
pgw_marks_free (PgwMarks *marks)
{
  g_array_unref (marks->related);
  g_array_unref (marks->related_objects);
  g_array_unref (marks->changed);
  g_array_unref (marks->changed_objects);
  g_free (marks);
}

static gboolean
any_overlap (GArray  *array,
             guint64  pfn,
             guint64  n)
{
  for (guint i = 0; i < array->len; i++)
    {
      const PgwPages *pages = &g_array_index (array, PgwPages, i);

      if (pfn < pages->pfn + pages->n && pages->pfn < pfn + n)
        return TRUE;
    }
  return FALSE;
}

/* The same in an array that was joined. */
static gboolean
overlaps (GArray  *array,
          guint64  pfn,
          guint64  n)
{
  guint low = 0, high = array->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;
      const PgwPages *pages = &g_array_index (array, PgwPages, middle);

      if (pages->pfn + pages->n <= pfn)
        low = middle + 1;
      else if (pages->pfn >= pfn + n)
        high = middle;
      else
        return TRUE;
    }
  return FALSE;
}

static gboolean
has_object (GArray      *array,
            mm_object_t  object)
{
  for (guint i = 0; i < array->len; i++)
    if (g_array_index (array, mm_object_t, i) == object)
      return TRUE;
  return FALSE;
}

guint
pgw_marks_pages (const PgwMarks *marks,
                 guint64         pfn,
                 guint64         n)
{
  guint style = 0;

  if (marks->n_selected > 0 && marks->selected >= pfn && marks->selected - pfn < n)
    style |= PGW_STYLE_SELECTED;
  else if (overlaps (marks->related, pfn, n))
    style |= PGW_STYLE_RELATED;
  if (any_overlap (marks->changed, pfn, n))
    style |= PGW_STYLE_CHANGED;
  return style;
}

gboolean
pgw_marks_stand_out (const PgwMarks *marks,
                     guint64         pfn,
                     guint64         n)
{
  return (marks->n_selected > 0 && marks->selected >= pfn && marks->selected - pfn < n) ||
         any_overlap (marks->changed, pfn, n);
}

guint
pgw_marks_object (const PgwMarks *marks,
                  mm_object_t     object)
{
  guint style = 0;

  if (object == 0)
    return 0;
  if (marks->selection == object)
    style |= PGW_STYLE_SELECTED;
  else if (has_object (marks->related_objects, object))
    style |= PGW_STYLE_RELATED;
  if (has_object (marks->changed_objects, object))
    style |= PGW_STYLE_CHANGED;
  return style;
}

const char *
pgw_marks_text (guint style)
{
  static const char *const texts[] = {
    "",
    N_(", selected"),
    N_(", belongs to the selection"),
    N_(", changed in this step"),
    N_(", selected, changed in this step"),
    N_(", belongs to the selection, changed in this step"),
  };
  guint index = style & PGW_STYLE_SELECTED ? 1 : style & PGW_STYLE_RELATED ? 2 : 0;

  if (style & PGW_STYLE_CHANGED)
    index += 3;
  return index == 0 ? "" : _(texts[index]);
}
