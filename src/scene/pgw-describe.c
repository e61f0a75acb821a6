/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An object in a few words: for tooltips and screen readers.
 */
#include "pgw-pane-private.h"
#include "pgw-task-private.h"
#include "src/engine/pgw-object-name.h"

static char *
describe_page (const PgwPaneState *state,
               guint64             pfn)
{
  const struct machine *machine = pgw_pane_machine (state);
  GString *text = g_string_new (NULL);
  g_autofree char *zone_title = NULL;
  struct view_page page;
  struct view_zone zone;

  if (!view_page (machine, pfn, &page))
    {
      g_string_append_printf (text, _("Page frame %s: no memory there"), pgw_pfn (pfn));
      return g_string_free (text, FALSE);
    }
  g_string_append_printf (text, _("Page frame %s: %s"), pgw_pfn (pfn), pgw_kind_name (page.kind));
  if (page.order > 0 && page.order < VIEW_MAX_ORDER)
    g_string_append_printf (text, _(", in the block %s of order %u (%s)"), pgw_pfn (page.head), page.order,
                            pgw_size (PAGE_SIZE << page.order));
  if (page.kind == VIEW_PAGE_FREE || page.kind == VIEW_PAGE_PCP)
    g_string_append_printf (text, _(", on a list of %s blocks"), pgw_mt_name (page.mt));
  if (page.slot >= 0 && state->scenario != NULL)
    {
      g_autofree char *name = pgw_scenario_slot_name (state->scenario, page.slot);

      if (name != NULL)
        g_string_append_printf (text, _(", held as “%s”"), name);
    }
  g_string_append_printf (text, _("\nReferences %d; pageblock %s"), page.refcount, pgw_mt_name (page.block_type));
  if (view_zone_brief (machine, page.zone, &zone))
    {
      zone_title = pgw_zone_title (machine, &zone);
      g_string_append_printf (text, "; %s", zone_title);
    }
  return g_string_free (text, FALSE);
}

static char *
describe_zone (const PgwPaneState *state,
               guint32             ref)
{
  struct view_zone zone;
  g_autofree char *title = NULL;

  if (!view_zone_brief (pgw_pane_machine (state), ref, &zone))
    return g_strdup ("");
  title = pgw_zone_title (pgw_pane_machine (state), &zone);
  return g_strdup_printf (_("%s: %s of %s pages free, %s on per-CPU lists\nWatermarks min %s, low %s, high %s"), title,
                          pgw_count (zone.free_exact), pgw_count (zone.managed_pages), pgw_count (zone.pcp_pages),
                          pgw_count (zone.wmark[0] + zone.boost), pgw_count (zone.wmark[1] + zone.boost),
                          pgw_count (zone.wmark[2] + zone.boost));
}

static char *
describe_free_area (const PgwPaneState *state,
                    guint32             ref,
                    guint               order)
{
  GString *text;
  struct view_zone zone;

  if (order >= VIEW_MAX_ORDER || !view_zone (pgw_pane_machine (state), ref, &zone))
    return g_strdup ("");
  text = g_string_new (NULL);
  g_string_append_printf (text, g_dngettext (GETTEXT_PACKAGE, "free_area[%u]: %s free block of %s",
                                              "free_area[%u]: %s free blocks of %s", zone.nr_free[order]),
                          order, pgw_count (zone.nr_free[order]), pgw_size (PAGE_SIZE << order));
  for (guint mt = 0; mt < VIEW_NR_MT; mt++)
    if (zone.nr_free_mt[order][mt] > 0)
      g_string_append_printf (text, "\n%s: %s", pgw_mt_name (mt), pgw_count (zone.nr_free_mt[order][mt]));
  return g_string_free (text, FALSE);
}

static char *
describe_op (const PgwPaneState *state,
             guint64             op)
{
  g_autofree char *what = NULL;
  PgwOpRun run;

  if (state->scenario != NULL && op < pgw_scenario_get_n_ops (state->scenario))
    what = pgw_scenario_describe_op (state->scenario, op);
  if (!pgw_timeline_get_op_run (state->timeline, op, &run) || run.first_step == 0)
    return g_strdup_printf (_("Operation %s: %s"), pgw_count (op + 1), what != NULL ? what : "");
  return g_strdup_printf (_("Operation %s: %s\nSteps %s to %s"), pgw_count (op + 1), what != NULL ? what : "",
                          pgw_count (run.first_step), pgw_count (run.last_step));
}

static char *
describe_pcp (const PgwPaneState *state,
              guint32             ref,
              guint               cpu)
{
  struct view_pcp pcp;

  if (!view_pcp (pgw_pane_machine (state), ref, cpu, &pcp))
    return g_strdup ("");
  return g_strdup_printf (_("Lists of CPU %u: %s; high mark %u, batch %u, free factor %u"), cpu,
                          pgw_n_pages (pcp.count), pcp.high, pcp.batch, pcp.free_factor);
}

static char *
describe_vma (const PgwPaneState *state,
              guint32             nr)
{
  g_autofree char *title = NULL;
  struct view_vma vma;

  if (!view_vma (pgw_pane_machine (state), nr, &vma))
    return g_strdup ("");
  title = pgw_vma_title (state, &vma);
  return g_strdup_printf (_("VMA %u, %s %s of task %d\n%s to %s, %s"), nr, title, pgw_vma_perms (&vma), vma.pid,
                          pgw_address (vma.start), pgw_address (vma.end), pgw_size (vma.end - vma.start));
}

char *
pgw_object_describe (const PgwPaneState *state,
                     mm_object_t         object)
{
  guint64 id = mm_object_id (object);

  g_return_val_if_fail (state != NULL && state->timeline != NULL, NULL);

  switch (mm_object_kind (object))
    {
    case MM_OBJECT_PAGE:
      return describe_page (state, id);
    case MM_OBJECT_ZONE:
      return describe_zone (state, id);
    case MM_OBJECT_FREE_AREA:
      return describe_free_area (state, id >> 8, id & 0xff);
    case MM_OBJECT_PCP:
      return describe_pcp (state, id >> 8, id & 0xff);
    case MM_OBJECT_OP:
      return describe_op (state, id);
    case MM_OBJECT_VMA:
      return describe_vma (state, id);
    case MM_OBJECT_NONE:
      return g_strdup ("");
    case MM_OBJECT_MACHINE:
    case MM_OBJECT_NODE:
    case MM_OBJECT_PAGEBLOCK:
    case MM_OBJECT_SLOT:
    case MM_OBJECT_TASK:
    case MM_OBJECT_MM:
    case MM_OBJECT_ANON_VMA:
    case MM_OBJECT_FILE:
    case MM_OBJECT_PTE:
    case NR_MM_OBJECT_KINDS:
    default:
      return pgw_object_name (pgw_pane_machine (state), object);
    }
}
