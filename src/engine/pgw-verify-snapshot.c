/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A snapshot against the machine: every free list and per-CPU list in its
 * order, every pageblock's type, every counter.
 */
#include "config.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>

#include "pgw-verify-private.h"

#define PAGEBLOCK_PAGES 512
#define SHOWN           12      /* entries of a list that a message shows from the first difference on */

typedef struct {
  const struct machine       *machine;
  const struct snapshot_zone *zone;
  gboolean                    live;
  PgwVerifyReport             report;
  gpointer                    data;
  guint                       n_differences;
  guint64                    *pfns;     /* scratch, `room` entries */
  guint8                     *types;
  gsize                       room;
} Comparison;

static void G_GNUC_PRINTF (4, 5)
differ (Comparison *c,
        char       *kernel,
        char       *core,
        const char *format,
        ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);

  c->n_differences++;
  c->report (c->data, g_strdup_printf (_("zone %s, %s"), view_zone_name (c->zone->idx), what),
             kernel, core);
}

static void
compare_number (Comparison *c,
                const char *name,
                gint64      kernel,
                gint64      core)
{
  if (kernel != core)
    differ (c, g_strdup_printf ("%" G_GINT64_FORMAT, kernel),
            g_strdup_printf ("%" G_GINT64_FORMAT, core), "%s", name);
}

static void
compare_pcp_number (Comparison *c,
                    guint       cpu,
                    const char *name,
                    gint64      kernel,
                    gint64      core)
{
  g_autofree char *place = NULL;

  if (kernel == core)
    return;
  place = g_strdup_printf (_("CPU %u, %s"), cpu, name);
  compare_number (c, place, kernel, core);
}

/* A list from place `from` on, as the recording would have it. */
static char *
list_text (const guint64 *pfns,
           const guint8  *types,
           guint64        nr,
           guint64        from)
{
  GString *text = g_string_new (NULL);
  guint64 i;

  g_string_append_printf (text, ngettext ("%" PRIu64 " block", "%" PRIu64 " blocks", nr), nr);
  if (from < nr)
    g_string_append_printf (text, _("; from place %" PRIu64 " on:"), from + 1);
  for (i = from; i < nr && i < from + SHOWN; i++)
    {
      g_string_append_printf (text, " %" PRIu64, pfns[i]);
      if (types != NULL)
        g_string_append_printf (text, ":%u", types[i]);
    }
  if (i < nr)
    g_string_append (text, " ...");
  return g_string_free (text, FALSE);
}

static void
make_room (Comparison *c,
           guint64     nr)
{
  if (nr <= c->room)
    return;
  c->room = nr * 2;
  c->pfns = g_renew (guint64, c->pfns, c->room);
  c->types = g_renew (guint8, c->types, c->room);
}

/* `core` and `core_types` hold the machine's list already. */
static void
compare_list (Comparison                 *c,
              const struct snapshot_list *kernel,
              guint64                     core_nr,
              gboolean                    with_types,
              const char                 *place)
{
  guint64 nr = kernel ? kernel->nr : 0, i;

  for (i = 0; i < nr && i < core_nr; i++)
    if (kernel->pfns[i] != c->pfns[i] || (with_types && kernel->types[i] != c->types[i]))
      break;
  if (i == nr && i == core_nr)
    return;
  differ (c, list_text (kernel ? kernel->pfns : NULL, kernel ? kernel->types : NULL, nr, i),
          list_text (c->pfns, with_types ? c->types : NULL, core_nr, i), "%s", place);
}

static void
compare_free_list (Comparison *c,
                   guint       order,
                   guint       mt)
{
  const struct snapshot_list *kernel = NULL;
  g_autofree char *place = NULL;
  guint64 nr;
  guint i;

  for (i = 0; i < c->zone->nr_free_lists; i++)
    if (c->zone->free_lists[i].order == order && c->zone->free_lists[i].mt == mt)
      kernel = &c->zone->free_lists[i];

  nr = view_free_list (c->machine, c->zone->idx, order, mt, c->pfns, c->room);
  if (nr > c->room)
    {
      make_room (c, nr);
      nr = view_free_list (c->machine, c->zone->idx, order, mt, c->pfns, c->room);
    }
  place = g_strdup_printf (_("free list of order %u, %s"), order, view_migratetype_name (mt));
  compare_list (c, kernel, nr, FALSE, place);
}

static void
compare_pcp_list (Comparison *c,
                  guint       cpu,
                  guint       pindex)
{
  const struct snapshot_list *kernel = NULL;
  g_autofree char *place = NULL;
  guint64 nr;
  guint i;

  for (i = 0; i < c->zone->nr_pcp_lists; i++)
    if (c->zone->pcp_lists[i].cpu == cpu && c->zone->pcp_lists[i].order == pindex)
      kernel = &c->zone->pcp_lists[i];

  nr = view_pcp_list (c->machine, c->zone->idx, cpu, pindex, c->pfns, c->types, c->room);
  if (nr > c->room)
    {
      make_room (c, nr);
      nr = view_pcp_list (c->machine, c->zone->idx, cpu, pindex, c->pfns, c->types, c->room);
    }
  place = g_strdup_printf (_("list %u of CPU %u"), pindex, cpu);
  compare_list (c, kernel, nr, TRUE, place);
}

static void
compare_pageblocks (Comparison *c)
{
  guint64 first = ALIGN_DOWN (c->zone->start_pfn, PAGEBLOCK_PAGES);
  guint i;

  for (i = 0; i < c->zone->nr_pageblocks; i++)
    {
      struct view_page page;

      if (c->zone->pageblocks[i] < 0)
        continue;
      /* Also where there is a hole: a pageblock has a type if any memory is near. */
      view_page (c->machine, MAX (first + (guint64) i * PAGEBLOCK_PAGES, c->zone->start_pfn), &page);
      if (page.block_type != c->zone->pageblocks[i])
        differ (c, g_strdup (view_migratetype_name (c->zone->pageblocks[i])),
                g_strdup (view_migratetype_name (page.block_type)),
                _("type of the pageblock at %" PRIu64), first + (guint64) i * PAGEBLOCK_PAGES);
    }
}

static void
compare_cpus (Comparison *c)
{
  guint cpu, pindex;

  for (cpu = 0; cpu < c->zone->nr_cpus; cpu++)
    {
      const struct snapshot_cpu *kernel = &c->zone->cpus[cpu];
      struct view_pcp core;

      view_pcp (c->machine, c->zone->idx, cpu, &core);
      compare_pcp_number (c, cpu, "count", kernel->count, core.count);
      compare_pcp_number (c, cpu, "high", kernel->high, core.high);
      compare_pcp_number (c, cpu, "batch", kernel->batch, core.batch);
      compare_pcp_number (c, cpu, "free_factor", kernel->free_factor, core.free_factor);
      compare_pcp_number (c, cpu, "threshold", kernel->threshold, core.stat_threshold);
      if (!c->live)
        compare_pcp_number (c, cpu, "diff", kernel->diff, core.nr_free_diff);
      for (pindex = 0; pindex < VIEW_NR_PCP; pindex++)
        compare_pcp_list (c, cpu, pindex);
    }
}

static void
compare_zone (Comparison *c)
{
  const struct snapshot_zone *kernel = c->zone;
  struct view_zone core;
  guint i, mt;

  if (!view_zone (c->machine, kernel->idx, &core))
    {
      differ (c, g_strdup (_("there")), g_strdup (_("missing")), _("the zone itself"));
      return;
    }

  compare_number (c, "min", kernel->wmark[0], core.wmark[0]);
  compare_number (c, "low", kernel->wmark[1], core.wmark[1]);
  compare_number (c, "high", kernel->wmark[2], core.wmark[2]);
  compare_number (c, "managed", kernel->managed, core.managed_pages);
  compare_number (c, "highatomic", kernel->highatomic, core.nr_reserved_highatomic);
  for (i = 0; i < VIEW_NR_ZONES; i++)
    compare_number (c, "lowmem_reserve", kernel->lowmem_reserve[i], core.lowmem_reserve[i]);
  if (!c->live)
    {
      compare_number (c, "boost", kernel->boost, core.boost);
      compare_number (c, "flags", kernel->flags, core.flags);
      compare_number (c, "free_pages", kernel->free_pages, core.free_pages);
    }

  compare_pageblocks (c);
  for (i = 0; i < VIEW_MAX_ORDER; i++)
    for (mt = 0; mt < VIEW_NR_MT; mt++)
      compare_free_list (c, i, mt);
  compare_cpus (c);
}

guint
pgw_verify_snapshot (const struct machine          *machine,
                     const struct machine_snapshot *snapshot,
                     gboolean                       live,
                     PgwVerifyReport                report,
                     gpointer                       data)
{
  Comparison c = { .machine = machine, .live = live, .report = report, .data = data };
  guint i;

  make_room (&c, 1024);
  for (i = 0; i < snapshot->nr_zones; i++)
    {
      c.zone = &snapshot->zones[i];
      compare_zone (&c);
    }
  g_free (c.pfns);
  g_free (c.types);
  return c.n_differences;
}
