/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pagewalk-cli check: runs scenarios and checks, after every operation, what
 * the scenario expects of it and every invariant of the machine. Each `expect`
 * clause counts as one check, and so do the invariants of a scenario.
 */
#include "config.h"
#include "pgw-cli.h"

#include <glib/gi18n.h>

#define MOST_VIOLATIONS 10      /* told for one operation */

typedef struct {
  PgwScenario *scenario;
  const char  *path;
  GArray      *results;         /* of PgwExpectResult, of the operation at hand */
  guint64      op;
  guint64      n_passed;
  guint64      n_failed;
  guint64      n_violations;    /* of invariants, all operations */
  guint64      n_told;          /* of these, told for the operation at hand */
  gboolean     at_end_only;
} Check;

/* "FILE:LINE:COLUMN: ", or "FILE: " for what does not stand in a file. */
static void
print_place (const char *path, guint line, guint column)
{
  if (line > 0)
    g_printerr ("%s:%u:%u: ", path, line, column);
  else
    g_printerr ("%s: ", path);
}

static void
report_violation (void *data, mm_object_t object, const char *text)
{
  Check *check = data;
  PgwScenarioEntry entry = { 0 };

  check->n_violations++;
  if (check->n_told++ >= MOST_VIOLATIONS)
    return;

  if (check->op < pgw_scenario_get_n_ops (check->scenario))
    pgw_scenario_get_entry (check->scenario, check->op, &entry);
  print_place (check->path, entry.line, entry.column);
  g_printerr (_("operation %lu: an invariant does not hold: %s\n"), (gulong) check->op + 1, text);
}

static void
check_invariants (Check *check, const struct machine *machine)
{
  check->n_told = 0;
  mm_validate (machine, report_violation, check);
}

static void
check_op (PgwTimeline *timeline, guint64 op, const PgwOpRun *run, gpointer data)
{
  Check *check = data;
  const struct machine *machine = pgw_timeline_get_machine (timeline);

  check->op = op;
  pgw_scenario_check_op (check->scenario, op, run, timeline, machine, check->results);
  for (guint i = 0; i < check->results->len; i++)
    {
      const PgwExpectResult *result = &g_array_index (check->results, PgwExpectResult, i);

      if (result->held)
        {
          check->n_passed++;
          continue;
        }
      check->n_failed++;
      print_place (check->path, result->line, result->column);
      g_printerr ("%s%s%s\n", result->pointer != NULL ? result->pointer : "", result->pointer != NULL ? ": " : "",
                  result->message);
    }
  g_array_set_size (check->results, 0);

  if (run->finished && !check->at_end_only)
    check_invariants (check, machine);
}

static void
clear_result (gpointer data)
{
  pgw_expect_result_clear (data);
}

/* FALSE where the scenario cannot be used. */
static gboolean
check_scenario (Check *check)
{
  g_autoptr (PgwScenario) scenario = pgw_cli_open (check->path);
  g_autoptr (PgwTimeline) timeline = scenario != NULL ? pgw_cli_start (scenario, check->path) : NULL;
  guint64 violations_before = check->n_violations;

  if (timeline == NULL)
    return FALSE;

  check->scenario = scenario;
  check->op = 0;
  check_invariants (check, pgw_timeline_get_machine (timeline));
  pgw_timeline_set_op_func (timeline, check_op, check);
  pgw_timeline_record (timeline, 0);

  if (pgw_timeline_is_stopped (timeline))
    {
      guint64 op = pgw_timeline_op_at (timeline, pgw_timeline_get_length (timeline));
      PgwOpRun run;

      if (pgw_timeline_get_op_run (timeline, op, &run) && !run.finished)
        check_op (timeline, op, &run, check);
    }
  else if (check->at_end_only)
    check_invariants (check, pgw_timeline_get_machine (timeline));

  if (check->n_violations == violations_before)
    check->n_passed++;
  else
    check->n_failed++;
  check->scenario = NULL;

  return TRUE;
}

int
pgw_cmd_check (int argc, char **argv)
{
  gboolean quick = FALSE;
  const GOptionEntry entries[] = {
    { "quick", 'q', 0, G_OPTION_ARG_NONE, &quick,
      N_("Check the invariants only at the end of each scenario, not after every operation"), NULL },
    G_OPTION_ENTRY_NULL
  };
  gboolean usable = TRUE;
  Check check = { 0 };

  if (!pgw_cli_parse ("check", entries, 1, G_MAXINT, &argc, &argv))
    return PGW_EXIT_USAGE;

  check.at_end_only = quick;
  check.results = g_array_new (FALSE, TRUE, sizeof (PgwExpectResult));
  g_array_set_clear_func (check.results, clear_result);
  for (int i = 1; i < argc; i++)
    {
      check.path = argv[i];
      usable = check_scenario (&check) && usable;
    }
  g_array_unref (check.results);

  /* Read by programs too: the same in every language. */
  g_print ("%lu passed, %lu failed\n", (gulong) check.n_passed, (gulong) check.n_failed);
  if (!usable)
    return PGW_EXIT_USAGE;

  return check.n_failed == 0 ? PGW_EXIT_GOOD : PGW_EXIT_FAILED;
}
