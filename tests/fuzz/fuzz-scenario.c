/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzing the scenario loader: any bytes may come. They load or give an error
 * with a place; what loads can be written and read back to the same script;
 * and a small one runs without a violated invariant. Anything else aborts.
 *
 * Built as a libFuzzer target by clang. Any other compiler makes a program
 * that takes the files and folders named on its command line once each.
 */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "src/engine/pgw-scenario.h"
#include "src/engine/pgw-timeline.h"

#define MAX_RAM   (G_GUINT64_CONSTANT (64) << 20)
#define MAX_OPS   300
#define MAX_WORK  3000
#define MAX_STEPS 30000

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static PgwScenario *
load (const char *data,
      gsize       size)
{
  g_autoptr (GError) error = NULL;
  PgwScenario *scenario = pgw_scenario_load_data (data, size, "fuzz.json", NULL, &error);

  if (scenario == NULL && !g_regex_match_simple ("^fuzz\\.json:[0-9]+:[0-9]+: /.*: found .*; expected ",
                                                 error->message, G_REGEX_DOTALL, 0))
    g_error ("An error without a place: %s", error->message);
  return scenario;
}

static void
assert_same (PgwScenario *a,
             PgwScenario *b)
{
  guint64 n = pgw_scenario_get_n_ops (a);

  if (n != pgw_scenario_get_n_ops (b) ||
      (n && memcmp (pgw_scenario_get_ops (a), pgw_scenario_get_ops (b), n * sizeof (struct mm_op)) != 0))
    g_error ("A script changed when it was written and read");
}

/* A script that was cut in the middle is rewritten, and must still read as its head. */
static void
check_writing (PgwScenario *scenario)
{
  g_autofree char *data = NULL;
  gsize length;

  for (guint64 n = pgw_scenario_get_n_ops (scenario) + 1; n > 0; n = n / 2)
    {
      pgw_scenario_truncate (scenario, n);
      g_free (data);
      data = pgw_scenario_to_data (scenario, &length);
      PgwScenario *back = load (data, length);
      if (back == NULL)
        g_error ("A script that was written cannot be read: %s", data);
      assert_same (scenario, back);
      pgw_scenario_unref (back);
    }
}

static void
touch_texts (PgwScenario *scenario)
{
  for (guint64 i = 0; i < MIN (pgw_scenario_get_n_ops (scenario), 50); i++)
    {
      g_autofree char *line = pgw_scenario_describe_op (scenario, i);
      g_autofree char *name = pgw_scenario_slot_name (scenario, pgw_scenario_get_ops (scenario)[i].slot);
      PgwScenarioEntry entry;

      if (!g_utf8_validate (line, -1, NULL) || (name != NULL && name[0] == '\0'))
        g_error ("An operation cannot be described");
      pgw_scenario_get_entry (scenario, i, &entry);
      if (pgw_scenario_get_ops (scenario)[i].kind == OP_note &&
          pgw_scenario_get_text (scenario, pgw_scenario_get_ops (scenario)[i].arg[0]) == NULL)
        g_error ("A note without a text");
    }
}

static gboolean
is_small (PgwScenario *scenario)
{
  const struct machine_config *config = pgw_scenario_get_config (scenario);
  guint64 ram = 0, work = 0, n = pgw_scenario_get_n_ops (scenario);

  for (guint i = 0; i < config->nr_regions; i++)
    ram += config->regions[i].size;
  if (n > MAX_OPS || ram > MAX_RAM || config->regions[MAX (config->nr_regions, 1) - 1].base > 4 * MAX_RAM)
    return FALSE;
  for (guint64 i = 0; i < n; i++)
    work += pgw_scenario_get_ops (scenario)[i].nr;
  return work <= MAX_WORK;
}

static void
violation (void       *data,
           mm_object_t object,
           const char *text)
{
  g_printerr ("%s\n", text);
}

static void
op_done (PgwTimeline    *timeline,
         guint64         op,
         const PgwOpRun *run,
         gpointer        scenario)
{
  const struct machine *machine = pgw_timeline_get_machine (timeline);
  g_autoptr (GArray) results = g_array_new (FALSE, FALSE, sizeof (PgwExpectResult));

  g_array_set_clear_func (results, (GDestroyNotify) pgw_expect_result_clear);
  pgw_scenario_check_op (scenario, op, run, timeline, machine, results);
  if (mm_validate (machine, violation, NULL) != 0)
    g_error ("An invariant does not hold after operation %" G_GUINT64_FORMAT, op);
}

static void
run_small (PgwScenario *scenario)
{
  g_autoptr (GError) error = NULL;
  PgwTimeline *timeline = pgw_timeline_new (pgw_scenario_get_config (scenario), NULL, &error);

  if (timeline == NULL)
    g_error ("A machine that was accepted is refused: %s", error->message);
  pgw_timeline_set_op_func (timeline, op_done, scenario);
  pgw_timeline_append (timeline, pgw_scenario_get_ops (scenario), pgw_scenario_get_n_ops (scenario));
  pgw_timeline_record (timeline, MAX_STEPS);
  pgw_timeline_unref (timeline);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (PgwScenario) scenario = load ((const char *) data, size);

  if (scenario == NULL || pgw_scenario_get_snapshot (scenario) != NULL)
    return 0;
  touch_texts (scenario);
  if (is_small (scenario))
    run_small (scenario);
  if (pgw_scenario_get_n_ops (scenario) <= 20000)
    check_writing (scenario);
  return 0;
}

#ifndef PGW_LIBFUZZER
static guint
take (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  g_autofree char *data = NULL;
  const char *name;
  gsize length;
  guint n = 0;

  if (dir == NULL)
    {
      if (!g_file_get_contents (path, &data, &length, NULL))
        g_error ("Cannot read %s", path);
      LLVMFuzzerTestOneInput ((const guint8 *) data, length);
      return 1;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);
      n += take (below);
    }
  return n;
}

int
main (int   argc,
      char *argv[])
{
  guint n = 0;

  for (int i = 1; i < argc; i++)
    n += take (argv[i]);
  g_print ("%u inputs\n", n);
  return n > 0 ? 0 : 1;
}
#endif
