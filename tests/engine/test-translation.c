/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Translating an address without touching anything: what is foretold of a
 * single access is held against what then happens, for every access of the
 * shipped scenarios and of those in tests/scenarios/vm. And what people may
 * type where an address is asked for.
 */
#include "config.h"

#include <gio/gio.h>
#include <locale.h>
#include <string.h>

#include "src/engine/pgw-object-name.h"
#include "src/engine/pgw-scenario.h"
#include "src/engine/pgw-timeline.h"
#include "src/engine/pgw-translation.h"

static guint n_compared, n_outcomes[PGW_N_OUTCOMES];

static PgwTimeline *
record (PgwScenario *scenario)
{
  g_autoptr (GError) error = NULL;
  PgwTimeline *timeline = pgw_timeline_new (pgw_scenario_get_config (scenario), pgw_scenario_get_snapshot (scenario), &error);

  g_assert_no_error (error);
  pgw_timeline_append (timeline, pgw_scenario_get_ops (scenario), pgw_scenario_get_n_ops (scenario));
  pgw_timeline_record (timeline, 0);
  return timeline;
}

static gint32
pid_of (const struct machine *machine,
        const struct mm_op   *op)
{
  struct view_task tasks[64];
  struct mm_slot slot;

  if (op->task == 0)
    return view_tasks (machine, tasks, G_N_ELEMENTS (tasks)) > 0 ? tasks[0].pid : 0;
  view_slot (machine, op->task - 1, &slot);
  return (gint32) slot.value;
}

/* What the signal of an outcome is, and its code. */
static void
assert_outcome (PgwOutcome                   outcome,
                const struct view_op_result *result)
{
  guint64 faults = result->min_flt + result->maj_flt;

  switch (outcome)
    {
    case PGW_OUTCOME_WORKS:
    case PGW_OUTCOME_STALE:
      g_assert_cmpuint (result->sig, ==, 0);
      g_assert_cmpuint (faults, ==, 0);
      break;
    case PGW_OUTCOME_BRING:
    case PGW_OUTCOME_SWAP_IN:
    case PGW_OUTCOME_WRITABLE:
      g_assert_cmpuint (result->sig, ==, 0);
      g_assert_cmpuint (faults, >, 0);
      break;
    case PGW_OUTCOME_USERFAULT:
      /* The fault is not over yet. */
      g_assert_cmpuint (result->sig, ==, 0);
      g_assert_cmpuint (faults, ==, 0);
      break;
    case PGW_OUTCOME_GROW:
      /* A stack may have reached its limit, or its neighbour. */
      g_assert_true (result->sig == 0 ? faults > 0 : result->sig == 11);
      break;
    case PGW_OUTCOME_MAPERR:
    case PGW_OUTCOME_KERNEL:
      g_assert_cmpuint (result->sig, ==, 11);
      g_assert_cmpuint (result->sig_code, ==, 1);
      break;
    case PGW_OUTCOME_ACCERR:
      g_assert_cmpuint (result->sig, ==, 11);
      g_assert_cmpuint (result->sig_code, ==, 2);
      break;
    case PGW_OUTCOME_GUARD:
      g_assert_cmpuint (result->sig, ==, 11);
      break;
    case PGW_OUTCOME_GENERAL:
      g_assert_cmpuint (result->sig, ==, 11);
      g_assert_cmpuint (result->sig_code, ==, 0x80);
      break;
    case PGW_OUTCOME_BUS:
    case PGW_OUTCOME_USERFAULT_BUS:
      g_assert_cmpuint (result->sig, ==, 7);
      break;
    case PGW_N_OUTCOMES:
    default:
      g_assert_not_reached ();
    }
}

static void
compare (PgwTimeline        *timeline,
         guint64             index,
         const struct mm_op *op)
{
  PgwAccess access = op->kind == OP_load ? PGW_ACCESS_READ : op->kind == OP_store ? PGW_ACCESS_WRITE : PGW_ACCESS_FETCH;
  const struct machine *machine = pgw_timeline_get_machine (timeline);
  guint64 address = op->arg[0], hash;
  struct view_op_result result;
  PgwTranslation before;
  struct mm_slot slot;
  PgwOpRun run;

  if (op->kind != OP_fetch && (op->arg[2] > 1 || (address & 4095) + op->arg[1] > 4096))
    return;
  if (!pgw_timeline_get_op_run (timeline, index, &run) || !run.finished)
    return;
  pgw_timeline_seek (timeline, run.first_step - 1);
  if (op->base[0] != 0)
    {
      view_slot (machine, op->base[0] - 1, &slot);
      if (slot.state == SLOT_EMPTY)
        return;
      address += slot.value;
    }
  hash = pgw_timeline_hash (timeline);
  if (!pgw_translation_init (&before, machine, pid_of (machine, op), address))
    return;
  g_assert_cmpuint (pgw_timeline_hash (timeline), ==, hash);
  pgw_timeline_seek (timeline, run.last_step);
  view_op_result (machine, &result);
  if (run.result == -G_MAXINT32)
    return;
  g_test_message ("operation %" G_GUINT64_FORMAT ", address 0x%" G_GINT64_MODIFIER "x: outcome %d", index + 1, address,
                  before.outcome[access]);
  assert_outcome (before.outcome[access], &result);
  n_compared++;
  n_outcomes[before.outcome[access]]++;
}

static void
compare_file (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwScenario) scenario = pgw_scenario_load_file (file, NULL, &error);
  g_autoptr (PgwTimeline) timeline = NULL;
  const struct mm_op *ops;
  gboolean any = FALSE;

  g_assert_no_error (error);
  ops = pgw_scenario_get_ops (scenario);
  for (guint64 i = 0; i < pgw_scenario_get_n_ops (scenario); i++)
    any |= ops[i].kind == OP_load || ops[i].kind == OP_store || ops[i].kind == OP_fetch;
  if (!any)
    return;
  g_test_message ("%s", path);
  timeline = record (scenario);
  for (guint64 i = 0; i < pgw_scenario_get_n_ops (scenario); i++)
    if (ops[i].kind == OP_load || ops[i].kind == OP_store || ops[i].kind == OP_fetch)
      compare (timeline, i, &ops[i]);
}

static void
compare_folder (const char *folder)
{
  /* Valgrind is fifty times slower: some short ones must do there. */
  static const char *const short_ones[] = { "fork-cow.json", "mprotect-sigsegv.json", "tlb-stale.json", "zero-page.json", NULL };
  gboolean under_valgrind = g_getenv ("PGW_UNDER_VALGRIND") != NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".json"))
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);

        if (!under_valgrind || g_strv_contains (short_ones, name))
          compare_file (path);
      }
}

static void
test_foretold (void)
{
  compare_folder (g_getenv ("PAGEWALK_SCENARIOS"));
  compare_folder (g_getenv ("PAGEWALK_VM_SCENARIOS"));
  g_assert_cmpuint (n_compared, >, 0);
  if (g_getenv ("PGW_UNDER_VALGRIND") != NULL)
    return;
  g_assert_cmpuint (n_compared, >, 100);
  for (guint i = 0; i < PGW_N_OUTCOMES; i++)
    g_test_message ("outcome %u: %u times", i, n_outcomes[i]);
  g_assert_cmpuint (n_outcomes[PGW_OUTCOME_WORKS], >, 0);
  g_assert_cmpuint (n_outcomes[PGW_OUTCOME_STALE], >, 0);
  g_assert_cmpuint (n_outcomes[PGW_OUTCOME_BRING], >, 0);
  g_assert_cmpuint (n_outcomes[PGW_OUTCOME_WRITABLE], >, 0);
  g_assert_cmpuint (n_outcomes[PGW_OUTCOME_MAPERR], >, 0);
  g_assert_cmpuint (n_outcomes[PGW_OUTCOME_ACCERR], >, 0);
  g_assert_cmpuint (n_outcomes[PGW_OUTCOME_USERFAULT], >, 0);
  g_assert_cmpuint (n_outcomes[PGW_OUTCOME_USERFAULT_BUS], >, 0);
}

/* ---- What people type ---- */

static const char script[] =
  "{ \"pagewalk\": 1, \"title\": \"t\", \"machine\": { \"ram\": \"16M\" }, \"script\": ["
  "  { \"op\": \"task_create\", \"as\": \"shell\" },"
  "  { \"op\": \"mmap\", \"task\": \"shell\", \"addr\": \"0x10000000000\", \"len\": \"16K\", \"prot\": \"rw-\","
  "    \"flags\": \"PRIVATE|ANONYMOUS|FIXED\", \"as\": \"area\" },"
  "  { \"op\": \"store\", \"task\": \"shell\", \"addr\": \"area+4K\", \"value\": 7 } ] }";

static void
assert_refused (PgwScenario          *scenario,
                const struct machine *machine,
                const char           *text,
                const char           *part)
{
  g_autoptr (GError) error = NULL;
  guint64 address;
  gint32 pid = 1;

  g_assert_false (pgw_translation_read (scenario, machine, text, &pid, &address, &error));
  g_assert_nonnull (error);
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” was refused with “%s”, which does not say “%s”.", text, error->message, part);
}

static void
assert_read (PgwScenario          *scenario,
             const struct machine *machine,
             const char           *text,
             guint64               expected)
{
  g_autoptr (GError) error = NULL;
  guint64 address = 0;
  gint32 pid = 1;

  g_assert_true (pgw_translation_read (scenario, machine, text, &pid, &address, &error));
  g_assert_no_error (error);
  g_assert_cmpint (pid, ==, 1);
  g_assert_cmphex (address, ==, expected);
}

static void
test_typed (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwScenario) scenario = pgw_scenario_load_data (script, -1, "typed", NULL, &error);
  g_autoptr (PgwTimeline) timeline = NULL;
  g_autofree char *text = NULL, *end = NULL;
  const struct machine *machine;
  PgwTranslation t;

  g_assert_no_error (error);
  timeline = record (scenario);
  machine = pgw_timeline_get_machine (timeline);
  pgw_timeline_seek (timeline, 0);
  assert_refused (scenario, machine, "area", "no task");
  pgw_timeline_seek (timeline, pgw_timeline_get_length (timeline));
  assert_read (scenario, machine, "area", 0x10000000000);
  assert_read (scenario, machine, " shell : area+0x1010 ", 0x10000001010);
  assert_read (scenario, machine, "1:area+4K-1", 0x10000000fff);
  assert_read (scenario, machine, "0x10000001000", 0x10000001000);
  assert_read (scenario, machine, "4096", 4096);
  assert_refused (scenario, machine, "", "no address");
  assert_refused (scenario, machine, "0x", "no address");
  assert_refused (scenario, machine, "area+", "no address");
  assert_refused (scenario, machine, "area area", "no address");
  assert_refused (scenario, machine, "0x1ffffffffffffffff", "no address");
  assert_refused (scenario, machine, "heap", "“heap”");
  assert_refused (scenario, machine, "shell", "“shell”");
  assert_refused (scenario, machine, "nobody:0", "“nobody”");
  assert_refused (scenario, machine, "77:0", "“77”");
  assert_refused (NULL, machine, "area", "“area”");

  g_assert_true (pgw_translation_init (&t, machine, 1, 0x10000001010));
  g_assert_cmpuint (t.walk.nr, ==, 4);
  g_assert_true (t.walk.mapped);
  g_assert_true (t.cached);
  g_assert_false (t.stale);
  g_assert_cmpuint (t.cached_pfn, ==, t.walk.phys >> 12);
  g_assert_cmpuint (t.walk.phys & 4095, ==, 0x10);
  text = pgw_translation_text (&t);
  g_assert_nonnull (strstr (text, "PTE[1] of frame"));
  g_assert_nonnull (strstr (text, "Write: works"));
  g_assert_true (pgw_translation_init (&t, machine, 1, 0x10000002000));
  end = pgw_translation_end (&t);
  g_assert_cmpstr (end, ==, "no translation: it ends at the PTE, whose entry 2 is empty");
  g_assert_false (pgw_translation_init (&t, machine, 2, 0));
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/translation/foretold", test_foretold);
  g_test_add_func ("/translation/typed", test_typed);
  return g_test_run ();
}
