/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pagewalk-cli bench: throughput, seek and memory figures as JSON on standard
 * output. Exit status 1 if anything that was repeated differed.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <locale.h>
#include <stdio.h>

#include "pgw-bench.h"

int pgw_cmd_bench (int argc, char **argv);

#define MIB (1UL << 20)

static const gint64 default_ram[] = { 64, 1024, 4096 };

static gboolean
bench_all (JsonBuilder *json, PgwBenchSettings *settings, const gint64 *ram_mib, guint n_ram, GError **error)
{
  gboolean good = TRUE;

  json_builder_begin_object (json);
  json_builder_set_member_name (json, "timelines");
  json_builder_begin_array (json);
  for (guint i = 0; i < n_ram && (!error || !*error); i++)
    {
      settings->ram = (guint64) ram_mib[i] * MIB;
      good &= pgw_bench_timeline (json, settings, error);
    }
  json_builder_end_array (json);
  if (!*error)
    {
      settings->ram = 1024 * MIB;
      json_builder_set_member_name (json, "core");
      good &= pgw_bench_core (json, settings, error);
    }
  if (!*error)
    {
      json_builder_set_member_name (json, "vmas");
      good &= pgw_bench_vmas (json, error);
    }
  if (!*error)
    {
      json_builder_set_member_name (json, "faults");
      good &= pgw_bench_faults (json, error);
    }
  json_builder_end_object (json);
  return good;
}

static void
print (JsonBuilder *json)
{
  g_autoptr (JsonNode) root = json_builder_get_root (json);
  g_autofree char *text = json_to_string (root, TRUE);

  puts (text);
}

int
pgw_cmd_bench (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (GError) error = NULL;
  gint64 ram_mib = 0, steps = 1000000, seeks = 100000;
  const GOptionEntry entries[] = {
    { "ram", 'r', 0, G_OPTION_ARG_INT64, &ram_mib, N_("Only a machine of so much RAM"), N_("MIB") },
    { "steps", 's', 0, G_OPTION_ARG_INT64, &steps, N_("Steps to record"), N_("N") },
    { "seeks", 'k', 0, G_OPTION_ARG_INT64, &seeks, N_("Seeks over which memory is watched"), N_("N") },
    { NULL, 0, 0, 0, NULL, NULL, NULL },
  };
  PgwBenchSettings settings = { .seed = 1 };
  gboolean good;

  g_set_prgname ("pagewalk-cli bench");
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, _("Measures throughput, seeks and memory; prints JSON."));
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "pagewalk-cli bench: %s\n", error->message);
      return 2;
    }
  if (argc > 1 || steps < 1 || seeks < 0 || ram_mib < 0 || ram_mib > (gint64) (G_MAXINT64 / MIB))
    {
      fprintf (stderr, "pagewalk-cli bench: %s\n", _("unusable arguments; see --help"));
      return 2;
    }

  settings.steps = (guint64) steps;
  settings.seeks = (guint64) seeks;
  if (ram_mib > 0)
    good = bench_all (json, &settings, &ram_mib, 1, &error);
  else
    good = bench_all (json, &settings, default_ram, G_N_ELEMENTS (default_ram), &error);
  if (error)
    {
      fprintf (stderr, "pagewalk-cli bench: %s\n", error->message);
      return 2;
    }
  print (json);
  return good ? 0 : 1;
}
