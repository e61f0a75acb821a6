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

/* What can be measured alone; the same names as in the JSON. */
typedef struct {
  PgwBenchSettings settings;
  gint64 only_ram;              /* MiB; 0: all of default_ram */
} Wish;

static gboolean
bench_timelines (JsonBuilder *json, const Wish *wish, GError **error)
{
  PgwBenchSettings settings = wish->settings;
  gboolean good = TRUE;

  json_builder_begin_array (json);
  for (guint i = 0; i < (wish->only_ram ? 1 : G_N_ELEMENTS (default_ram)) && !*error; i++)
    {
      settings.ram = (guint64) (wish->only_ram ? wish->only_ram : default_ram[i]) * MIB;
      good &= pgw_bench_timeline (json, &settings, error);
    }
  json_builder_end_array (json);
  return good;
}

static gboolean
bench_core (JsonBuilder *json, const Wish *wish, GError **error)
{
  PgwBenchSettings settings = wish->settings;

  settings.ram = 1024 * MIB;
  return pgw_bench_core (json, &settings, error);
}

static gboolean
bench_vmas (JsonBuilder *json, const Wish *wish, GError **error)
{
  return pgw_bench_vmas (json, error);
}

static gboolean
bench_faults (JsonBuilder *json, const Wish *wish, GError **error)
{
  return pgw_bench_faults (json, error);
}

static gboolean
bench_reclaim (JsonBuilder *json, const Wish *wish, GError **error)
{
  return pgw_bench_reclaim (json, error);
}

static const struct {
  const char *name;
  gboolean (*measure) (JsonBuilder *json, const Wish *wish, GError **error);
} parts[] = {
  { "timelines", bench_timelines },
  { "core", bench_core },
  { "vmas", bench_vmas },
  { "faults", bench_faults },
  { "reclaim", bench_reclaim },
};

static gboolean
part_known (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (g_str_equal (parts[i].name, name))
      return TRUE;
  return FALSE;
}

/* Measures the part of that name, or all. */
static gboolean
bench_parts (JsonBuilder *json, const Wish *wish, const char *part, GError **error)
{
  gboolean good = TRUE;

  json_builder_begin_object (json);
  for (guint i = 0; i < G_N_ELEMENTS (parts) && !*error; i++)
    {
      if (part && !g_str_equal (part, parts[i].name))
        continue;
      json_builder_set_member_name (json, parts[i].name);
      good &= parts[i].measure (json, wish, error);
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
  g_autofree char *part = NULL;
  gint64 ram_mib = 0, steps = 1000000, seeks = 100000;
  const GOptionEntry entries[] = {
    { "ram", 'r', 0, G_OPTION_ARG_INT64, &ram_mib, N_("Only a machine of so much RAM"), N_("MIB") },
    { "steps", 's', 0, G_OPTION_ARG_INT64, &steps, N_("Steps to record"), N_("N") },
    { "seeks", 'k', 0, G_OPTION_ARG_INT64, &seeks, N_("Seeks over which memory is watched"), N_("N") },
    { "part", 'p', 0, G_OPTION_ARG_STRING, &part, N_("Only one part: timelines, core, vmas, faults or reclaim"), N_("PART") },
    { NULL, 0, 0, 0, NULL, NULL, NULL },
  };
  Wish wish = { .settings = { .seed = 1 } };
  gboolean good;

  g_set_prgname ("pagewalk-cli bench");
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, _("Measures throughput, seeks and memory; prints JSON."));
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "pagewalk-cli bench: %s\n", error->message);
      return 2;
    }
  if (argc > 1 || steps < 1 || seeks < 0 || ram_mib < 0 || ram_mib > (gint64) (G_MAXINT64 / MIB) ||
      (part && !part_known (part)))
    {
      fprintf (stderr, "pagewalk-cli bench: %s\n", _("unusable arguments; see --help"));
      return 2;
    }

  wish.settings.steps = (guint64) steps;
  wish.settings.seeks = (guint64) seeks;
  wish.only_ram = ram_mib;
  good = bench_parts (json, &wish, part, &error);
  if (error)
    {
      fprintf (stderr, "pagewalk-cli bench: %s\n", error->message);
      return 2;
    }
  print (json);
  return good ? 0 : 1;
}
