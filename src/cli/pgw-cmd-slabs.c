/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pagewalk-cli slabs: the kernel's objects at the end of a scenario (or at a
 * step): caches with their use and waste, what was never given back, and, with
 * --compare, the same script on several machines side by side.
 */
#include "config.h"
#include "pgw-cli.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "src/engine/pgw-figures.h"
#include "src/engine/pgw-leaks.h"

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
print_leaks (PgwTimeline *timeline)
{
  guint64 n, n_lost;
  g_autoptr (GPtrArray) leaks = pgw_leaks_find (timeline, FALSE, MAX_LEAKS, &n);
  g_autoptr (GPtrArray) lost = pgw_leaks_find (timeline, TRUE, MAX_LEAKS, &n_lost);

  if (n > 0)
    printf (g_dngettext (GETTEXT_PACKAGE, "%lu object was never given back:\n", "%lu objects were never given back:\n",
                         (gulong) n), (gulong) n);
  for (guint i = 0; i < leaks->len; i++)
    {
      g_autofree char *text = pgw_leak_describe (g_ptr_array_index (leaks, i));

      printf ("  %s\n", text);
    }
  if (n > leaks->len)
    printf (_("  and %lu more\n"), (gulong) (n - leaks->len));
  for (guint i = 0; i < lost->len; i++)
    {
      g_autofree char *text = pgw_leak_describe (g_ptr_array_index (lost, i));

      printf (_("left behind by a task: %s\n"), text);
    }
}

/* ---- Comparing ---- */

static gboolean
run_on (PgwScenario *scenario, const char *path, PgwFigures *out)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwTimeline) timeline = NULL;

  timeline = pgw_timeline_new (pgw_scenario_get_config (scenario), pgw_scenario_get_snapshot (scenario), &error);
  if (timeline == NULL)
    {
      pgw_cli_complain_file (path, error);
      return FALSE;
    }
  pgw_timeline_append (timeline, pgw_scenario_get_ops (scenario), pgw_scenario_get_n_ops (scenario));
  pgw_timeline_record (timeline, 0);
  pgw_figures_take (timeline, scenario, out);
  return TRUE;
}

static char *
kind_names (PgwScenario *scenario)
{
  GString *names = g_string_new (NULL);

  for (const PgwComparisonKind *kind = pgw_scenario_get_comparison_kinds (scenario); kind->id != NULL; kind++)
    g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", kind->id);
  return g_string_free (names, FALSE);
}

/* Columns are as wide as the names of the machines need. */
static void
print_cell (const char *text, int width)
{
  printf ("  %*s%s", MAX (width - (int) g_utf8_strlen (text, -1), 0), "", text);
}

static int
compare (PgwScenario *scenario, const char *path, const char *kind)
{
  g_autoptr (GPtrArray) variants = pgw_scenario_new_variants (scenario, kind);
  g_autofree PgwFigures *figures = NULL;
  const PgwFigureRow *rows;
  int width = 10;
  guint n_rows;

  if (variants == NULL)
    {
      g_autofree char *names = kind_names (scenario);

      pgw_cli_complain (_("slabs: --compare-by %s: expected %s"), kind, names);
      return PGW_EXIT_USAGE;
    }
  figures = g_new0 (PgwFigures, variants->len);
  for (guint i = 0; i < variants->len; i++)
    {
      if (!run_on (g_ptr_array_index (variants, i), path, &figures[i]))
        return PGW_EXIT_USAGE;
      width = MAX (width, (int) g_utf8_strlen (pgw_scenario_get_title (g_ptr_array_index (variants, i)), -1));
    }
  printf ("%-36s", "");
  for (guint i = 0; i < variants->len; i++)
    print_cell (pgw_scenario_get_title (g_ptr_array_index (variants, i)), width);
  putchar ('\n');
  rows = pgw_figure_rows (&n_rows);
  for (guint row = 0; row < n_rows; row++)
    {
      printf ("%s%*s", _(rows[row].title), MAX (36 - (int) g_utf8_strlen (_(rows[row].title), -1), 0), "");
      for (guint i = 0; i < variants->len; i++)
        {
          g_autofree char *text = pgw_figure_format (&rows[row], &figures[i]);

          print_cell (text, width);
        }
      putchar ('\n');
    }
  return PGW_EXIT_GOOD;
}

int
pgw_cmd_slabs (int argc, char **argv)
{
  gboolean all = FALSE, side_by_side = FALSE;
  g_autofree char *kind = NULL;
  gint64 at = -1;
  const GOptionEntry entries[] = {
    { "all", 'A', 0, G_OPTION_ARG_NONE, &all, N_("Also caches without slabs"), NULL },
    { "at", 'a', 0, G_OPTION_ARG_INT64, &at, N_("At this step instead of the end"), N_("STEP") },
    { "compare", 'c', 0, G_OPTION_ARG_NONE, &side_by_side, N_("Run the script on several machines and compare: those that the scenario says, else SLAB, SLUB and SLOB"), NULL },
    { "compare-by", 'b', 0, G_OPTION_ARG_STRING, &kind, N_("The same, by what the machines differ in: slab, slab_debug or thp"),
      N_("WHAT") },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (PgwScenario) scenario = NULL;
  g_autoptr (PgwTimeline) timeline = NULL;

  if (!pgw_cli_parse ("slabs", entries, 1, 1, &argc, &argv) || (scenario = pgw_cli_open (argv[1])) == NULL)
    return PGW_EXIT_USAGE;
  if (kind != NULL || side_by_side)
    return compare (scenario, argv[1], kind != NULL ? kind : pgw_scenario_get_comparison_kinds (scenario)->id);
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
  print_leaks (timeline);
  return PGW_EXIT_GOOD;
}
