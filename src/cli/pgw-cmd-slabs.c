/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pagewalk-cli slabs: the kernel's objects at the end of a scenario (or at a
 * step): caches with their use and waste, what was never given back, and, with
 * --compare, the same script on SLAB, SLUB and SLOB side by side.
 */
#include "config.h"
#include "pgw-cli.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "src/engine/pgw-scenario.h"

#define MAX_LEAKS 1000

/* ---- Caches ---- */

static int
by_size (gconstpointer a, gconstpointer b)
{
  const struct view_kmem_cache *x = a, *y = b;
  guint64 p = x->num_slabs << x->order, q = y->num_slabs << y->order;

  if (p != q)
    return p < q ? 1 : -1;
  return strcmp (x->name, y->name);
}

static void
print_caches (const struct machine *machine, gboolean all)
{
  guint32 n = view_kmem_caches (machine, NULL, 0);
  g_autofree struct view_kmem_cache *caches = g_new0 (struct view_kmem_cache, n + 1);

  view_kmem_caches (machine, caches, n);
  qsort (caches, n, sizeof *caches, by_size);
  printf ("%-24s %7s %7s %7s %7s %6s %6s %8s %8s\n", _("cache"), _("size"), _("used"), _("free"), _("objects"), _("slabs"),
          _("order"), _("pages"), _("waste"));
  for (guint32 i = 0; i < n; i++)
    {
      const struct view_kmem_cache *c = &caches[i];

      if (!all && c->num_slabs == 0)
        continue;
      printf ("%-24s %7u %7lu %7lu %7lu %6lu %6u %8lu %8lu\n", c->name, c->size, (gulong) c->used,
              (gulong) (c->num_objs - c->used), (gulong) c->num_objs, (gulong) c->num_slabs, c->order,
              (gulong) (c->num_slabs << c->order), (gulong) c->waste);
    }
}

static void
print_leaks (const struct machine *machine)
{
  g_autofree struct view_slab_object *leaks = g_new0 (struct view_slab_object, MAX_LEAKS);
  guint64 n = view_leaks (machine, FALSE, leaks, MAX_LEAKS);

  if (n == 0)
    return;
  printf (g_dngettext (GETTEXT_PACKAGE, "%lu object was never given back:\n", "%lu objects were never given back:\n",
                       (gulong) n), (gulong) n);
  for (guint64 i = 0; i < MIN (n, MAX_LEAKS); i++)
    {
      char name[96];

      view_object_name (machine, mm_object (MM_OBJECT_SLAB_OBJECT, leaks[i].addr), name, sizeof name);
      printf (_("  %s, allocated by operation %ld\n"), name, (long) leaks[i].op + 1);
    }
}

/* ---- Comparing ---- */

typedef struct {
  gboolean ran;
  guint64  steps, pages, percpu, used_bytes, free_blocks, largest;
} Figures;

/* What objects hold that the script has, and what the memory looks like that is left. */
static void
take_figures (PgwTimeline *timeline, Figures *out)
{
  const struct machine *machine = pgw_timeline_get_machine (timeline);
  struct view_slab_machine slab;
  struct view_zone zones[64];
  guint32 n = view_zones_brief (machine, zones, G_N_ELEMENTS (zones));
  guint64 leaks = view_leaks (machine, FALSE, NULL, 0);
  g_autofree struct view_slab_object *held = g_new0 (struct view_slab_object, leaks + 1);

  view_slab_machine (machine, &slab);
  view_leaks (machine, FALSE, held, leaks);
  out->ran = TRUE;
  out->steps = pgw_timeline_get_length (timeline);
  out->pages = slab.pages[0] + slab.pages[1];
  out->percpu = slab.percpu_pages;
  out->used_bytes = leaks;
  for (guint32 i = 0; i < MIN (n, G_N_ELEMENTS (zones)); i++)
    for (guint order = 0; order < VIEW_MAX_ORDER; order++)
      {
        out->free_blocks += zones[i].nr_free[order];
        if (zones[i].nr_free[order] > 0)
          out->largest = MAX (out->largest, order);
      }
}

static gboolean
run_on (PgwScenario *scenario, guint kind, const char *path, Figures *out)
{
  struct machine_config config = *pgw_scenario_get_config (scenario);
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwTimeline) timeline = NULL;

  config.slab = kind;
  timeline = pgw_timeline_new (&config, pgw_scenario_get_snapshot (scenario), &error);
  if (timeline == NULL)
    {
      pgw_cli_complain_file (path, error);
      return FALSE;
    }
  pgw_timeline_append (timeline, pgw_scenario_get_ops (scenario), pgw_scenario_get_n_ops (scenario));
  pgw_timeline_record (timeline, 0);
  take_figures (timeline, out);
  return TRUE;
}

static void
print_row (const char *label, const Figures figures[NR_SLAB_KINDS], gsize offset)
{
  printf ("%-32s", label);
  for (guint kind = SLAB_KIND_SLAB; kind < NR_SLAB_KINDS; kind++)
    printf (" %10lu", (gulong) *(const guint64 *) (gconstpointer) ((const char *) &figures[kind] + offset));
  putchar ('\n');
}

static int
compare (PgwScenario *scenario, const char *path)
{
  Figures figures[NR_SLAB_KINDS] = { 0 };

  for (guint kind = SLAB_KIND_SLAB; kind < NR_SLAB_KINDS; kind++)
    if (!run_on (scenario, kind, path, &figures[kind]))
      return PGW_EXIT_USAGE;
  printf ("%-32s", "");
  for (guint kind = SLAB_KIND_SLAB; kind < NR_SLAB_KINDS; kind++)
    printf (" %10s", view_slab_kind_name (kind));
  putchar ('\n');
  print_row (_("steps"), figures, G_STRUCT_OFFSET (Figures, steps));
  print_row (_("pages in slabs"), figures, G_STRUCT_OFFSET (Figures, pages));
  print_row (_("pages for the CPUs' own"), figures, G_STRUCT_OFFSET (Figures, percpu));
  print_row (_("objects in use"), figures, G_STRUCT_OFFSET (Figures, used_bytes));
  print_row (_("free blocks of all orders"), figures, G_STRUCT_OFFSET (Figures, free_blocks));
  print_row (_("largest free order"), figures, G_STRUCT_OFFSET (Figures, largest));
  return PGW_EXIT_GOOD;
}

int
pgw_cmd_slabs (int argc, char **argv)
{
  gboolean all = FALSE, side_by_side = FALSE;
  gint64 at = -1;
  const GOptionEntry entries[] = {
    { "all", 'A', 0, G_OPTION_ARG_NONE, &all, N_("Also caches without slabs"), NULL },
    { "at", 'a', 0, G_OPTION_ARG_INT64, &at, N_("At this step instead of the end"), N_("STEP") },
    { "compare", 'c', 0, G_OPTION_ARG_NONE, &side_by_side, N_("Run the script on SLAB, SLUB and SLOB and compare"), NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (PgwScenario) scenario = NULL;
  g_autoptr (PgwTimeline) timeline = NULL;

  if (!pgw_cli_parse ("slabs", entries, 1, 1, &argc, &argv) || (scenario = pgw_cli_open (argv[1])) == NULL)
    return PGW_EXIT_USAGE;
  if (side_by_side)
    return compare (scenario, argv[1]);
  timeline = pgw_cli_start (scenario, argv[1]);
  if (timeline == NULL)
    return PGW_EXIT_USAGE;
  pgw_timeline_record (timeline, 0);
  if (at < -1 || at > (gint64) pgw_timeline_get_length (timeline))
    {
      pgw_cli_complain (_("slabs: --at %ld: the scenario ends at step %lu"), (long) at,
                        (gulong) pgw_timeline_get_length (timeline));
      return PGW_EXIT_USAGE;
    }
  if (at >= 0)
    pgw_timeline_seek (timeline, (guint64) at);
  print_caches (pgw_timeline_get_machine (timeline), all);
  print_leaks (pgw_timeline_get_machine (timeline));
  return PGW_EXIT_GOOD;
}
