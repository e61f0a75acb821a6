/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One script on several machines, at one place of it. */
#include "src/engine/pgw-comparison.h"
#include "src/engine/pgw-figures.h"

#include <string.h>

static const char script[] =
  "\"script\": ["
  "  { \"op\": \"kmem_cache_create\", \"name\": \"thing\", \"size\": 100, \"as\": \"thing\" },"
  "  { \"op\": \"kmem_cache_alloc\", \"cache\": \"thing\", \"count\": 60, \"as\": \"t\" },"
  "  { \"op\": \"kmem_cache_free\", \"of\": \"t[0..49]\" },"
  "  { \"op\": \"kmalloc\", \"size\": 700, \"as\": \"k\" } ] }";

static PgwSession *
open_script (const char *head)
{
  g_autofree char *text = g_strconcat ("{ \"pagewalk\": 1, ", head, ", ", script, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwScenario) scenario = pgw_scenario_load_data (text, -1, "test", NULL, &error);
  PgwSession *session = pgw_session_new ();

  g_assert_no_error (error);
  pgw_session_set_scenario (session, scenario, &error);
  g_assert_no_error (error);
  return session;
}

#define FLAVOURS "\"machine\": { \"ram\": \"32M\", \"slab\": \"slub\" }"

static guint64
op_of (PgwSession *session)
{
  return pgw_timeline_op_at (pgw_session_get_timeline (session), pgw_session_get_position (session));
}

static void
test_flavours (void)
{
  g_autoptr (PgwSession) session = open_script (FLAVOURS);
  g_autoptr (PgwComparison) comparison = pgw_comparison_new (session);

  pgw_comparison_finish (comparison);
  g_assert_cmpstr (pgw_comparison_get_kind (comparison), ==, "slab");
  g_assert_cmpuint (pgw_comparison_get_n_machines (comparison), ==, 3);
  g_assert_cmpstr (pgw_comparison_get_name (comparison, 0), ==, "SLAB");
  g_assert_cmpstr (pgw_comparison_get_name (comparison, 2), ==, "SLOB");
  /* The machine that the scenario has is not run twice. */
  g_assert_true (pgw_comparison_get_session (comparison, 1) == session);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_null (pgw_comparison_get_problem (comparison, i));
      g_assert_cmpfloat (pgw_comparison_get_progress (comparison, i), ==, 1);
    }
}

/* Machines that begin to be looked at come to where the leader stands, and do not take it along to where they start. */
static void
test_joining (void)
{
  g_autoptr (PgwSession) session = open_script (FLAVOURS);
  g_autoptr (PgwComparison) comparison = NULL;
  guint64 length;

  pgw_session_finish (session);
  length = pgw_session_get_length (session);
  pgw_session_seek (session, length);
  comparison = pgw_comparison_new (session);
  pgw_comparison_set_active (comparison, TRUE);
  for (guint i = 0; i < 3; i++)
    while (pgw_comparison_get_progress (comparison, i) < 1
           || pgw_session_get_state (pgw_comparison_get_session (comparison, i)) != PGW_SESSION_STOPPED)
      g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (pgw_session_get_position (session), ==, length);
  for (guint i = 0; i < 3; i++)
    {
      PgwSession *peer = pgw_comparison_get_session (comparison, i);

      g_assert_cmpuint (pgw_session_get_position (peer), ==, pgw_session_get_length (peer));
    }
}

/* Wherever the leader stands, the others stand in the same operation, and at its ends at its ends. */
static void
test_position (void)
{
  g_autoptr (PgwSession) session = open_script (FLAVOURS);
  g_autoptr (PgwComparison) comparison = pgw_comparison_new (session);
  guint64 length, before[3] = { 0 };

  pgw_comparison_finish (comparison);
  length = pgw_session_get_length (session);
  for (guint64 step = 0; step <= length; step++)
    {
      PgwOpRun run = { 0 };

      pgw_session_seek (session, step);
      if (step > 0)
        g_assert_true (pgw_timeline_get_op_run (pgw_session_get_timeline (session), op_of (session), &run));
      for (guint i = 0; i < 3; i++)
        {
          PgwSession *peer = pgw_comparison_get_session (comparison, i);
          PgwOpRun other = { 0 };

          g_assert_cmpuint (op_of (peer), ==, op_of (session));
          g_assert_cmpuint (pgw_session_get_position (peer), >=, before[i]);
          before[i] = pgw_session_get_position (peer);
          if (step == 0)
            continue;
          g_assert_true (pgw_timeline_get_op_run (pgw_session_get_timeline (peer), op_of (peer), &other));
          if (step == run.first_step)
            g_assert_cmpuint (before[i], ==, other.first_step);
          if (step == run.last_step)
            g_assert_cmpuint (before[i], ==, other.last_step);
        }
    }
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (before[i], ==, pgw_session_get_length (pgw_comparison_get_session (comparison, i)));
  /* A move on another machine moves all. */
  pgw_session_seek (pgw_comparison_get_session (comparison, 2), 1);
  g_assert_cmpuint (op_of (session), ==, 0);
  g_assert_cmpuint (op_of (pgw_comparison_get_session (comparison, 0)), ==, 0);
  /* Not while nobody looks. */
  pgw_comparison_set_active (comparison, FALSE);
  pgw_session_seek (session, length);
  g_assert_cmpuint (op_of (pgw_comparison_get_session (comparison, 0)), ==, 0);
  pgw_comparison_set_active (comparison, TRUE);
  g_assert_cmpuint (op_of (pgw_comparison_get_session (comparison, 0)), ==, 3);
}

/* Machines of one's own, with settings that take operations in front of the script, or do not. */
static void
test_listed (void)
{
  g_autoptr (PgwSession) session = open_script (
    "\"machine\": { \"ram\": \"32M\", \"slab\": \"slab\", \"tunables\": { \"overcommit_memory\": 2 } },"
    "\"compare\": [{}, { \"ram\": \"64M\", \"name\": \"twice\" },"
    "              { \"tunables\": { \"overcommit_memory\": 1, \"overcommit_ratio\": 10 } }, { \"tunables\": {} }]");
  g_autoptr (PgwComparison) comparison = pgw_comparison_new (session);
  static const guint64 fronts[] = { 1, 1, 2, 0 };

  pgw_comparison_finish (comparison);
  g_assert_cmpstr (pgw_comparison_get_kind (comparison), ==, "scenario");
  g_assert_cmpuint (pgw_comparison_get_n_machines (comparison), ==, 4);
  g_assert_cmpstr (pgw_comparison_get_name (comparison, 1), ==, "twice");
  g_assert_true (pgw_comparison_get_session (comparison, 0) == session);
  for (guint64 step = 0; step <= pgw_session_get_length (session); step++)
    {
      pgw_session_seek (session, step);
      for (guint i = 0; i < 4; i++)
        {
          PgwSession *peer = pgw_comparison_get_session (comparison, i);

          g_assert_cmpuint (pgw_scenario_get_n_tunable_ops (pgw_session_get_scenario (peer)), ==, fronts[i]);
          if (step > 0 && op_of (session) >= fronts[0])
            g_assert_cmpuint (op_of (peer) - fronts[i], ==, op_of (session) - fronts[0]);
        }
    }
  pgw_comparison_set_kind (comparison, "slab_debug");
  pgw_comparison_finish (comparison);
  g_assert_cmpuint (pgw_comparison_get_n_machines (comparison), ==, 2);
  pgw_comparison_set_kind (comparison, "nonsense");
  g_assert_cmpstr (pgw_comparison_get_kind (comparison), ==, "scenario");
}

static void
test_selection (void)
{
  g_autoptr (PgwSession) session = open_script (FLAVOURS);
  g_autoptr (PgwComparison) comparison = pgw_comparison_new (session);
  PgwSession *slab;

  pgw_comparison_finish (comparison);
  pgw_session_seek (session, pgw_session_get_length (session));
  slab = pgw_comparison_get_session (comparison, 0);
  pgw_session_set_selection (session, mm_object (MM_OBJECT_SLOT, 1));
  g_assert_cmpuint (pgw_session_get_selection (slab), ==, mm_object (MM_OBJECT_SLOT, 1));
  pgw_session_set_selection (slab, mm_object (MM_OBJECT_CACHE, view_find_kmem_cache (
    pgw_timeline_get_machine (pgw_session_get_timeline (slab)), "thing")));
  g_assert_cmpuint (pgw_session_get_selection (session), ==, mm_object (MM_OBJECT_CACHE, view_find_kmem_cache (
    pgw_timeline_get_machine (pgw_session_get_timeline (session)), "thing")));
  pgw_session_set_selection (session, mm_object (MM_OBJECT_PAGE, 7));
  g_assert_cmpuint (pgw_session_get_selection (slab), ==, 0);
}

/* The machines follow the script. */
static void
test_editing (void)
{
  g_autoptr (PgwSession) session = open_script (FLAVOURS);
  g_autoptr (PgwComparison) comparison = pgw_comparison_new (session);
  g_autoptr (GError) error = NULL;

  pgw_comparison_finish (comparison);
  pgw_session_seek (session, pgw_session_get_length (session));
  pgw_session_do (session, "{ \"op\": \"kfree\", \"of\": \"k\" }", &error);
  g_assert_no_error (error);
  pgw_comparison_finish (comparison);
  g_assert_cmpuint (pgw_scenario_get_n_ops (pgw_session_get_scenario (pgw_comparison_get_session (comparison, 2))), ==, 5);
  g_assert_cmpuint (op_of (pgw_comparison_get_session (comparison, 2)), ==, 4);
  g_assert_true (pgw_session_undo (session));
  pgw_comparison_finish (comparison);
  g_assert_cmpuint (pgw_scenario_get_n_ops (pgw_session_get_scenario (pgw_comparison_get_session (comparison, 2))), ==, 4);
}

static gboolean
is_done (PgwComparison *comparison)
{
  for (guint i = 0; i < pgw_comparison_get_n_machines (comparison); i++)
    if (pgw_comparison_get_progress (comparison, i) < 1)
      return FALSE;
  return pgw_comparison_get_n_machines (comparison) > 0;
}

static void
count_cb (guint *n)
{
  (*n)++;
}

/* From the main loop: a thread starts the machines, slices record them one after another. */
static void
test_main_loop (void)
{
  g_autoptr (PgwSession) session = open_script (FLAVOURS);
  g_autoptr (PgwComparison) comparison = pgw_comparison_new (session);
  guint n_changes = 0;

  g_signal_connect_swapped (comparison, "changed", G_CALLBACK (count_cb), &n_changes);
  pgw_session_seek (session, 3);
  while (!is_done (comparison))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_changes, >, 0);
  pgw_session_seek (session, pgw_session_get_length (session));
  g_assert_cmpuint (op_of (pgw_comparison_get_session (comparison, 0)), ==, 3);
  /* Gone in the middle of starting. */
  pgw_comparison_set_kind (comparison, "thp");
  g_clear_object (&comparison);
  for (guint i = 0; i < 50; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
}

static void
test_figures (void)
{
  g_autoptr (PgwSession) session = open_script (FLAVOURS);
  g_autoptr (PgwComparison) comparison = pgw_comparison_new (session);
  g_autoptr (GArray) peers = NULL;
  PgwFigures figures[3];

  pgw_comparison_finish (comparison);
  pgw_session_seek (session, pgw_session_get_length (session));
  peers = pgw_comparison_dup_peers (comparison);
  g_assert_cmpuint (peers->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      const PgwPeer *peer = &g_array_index (peers, PgwPeer, i);

      pgw_figures_take (peer->timeline, peer->scenario, &figures[i]);
      g_assert_cmpuint (figures[i].objects, ==, 11);
      g_assert_cmpuint (figures[i].object_bytes, ==, 10 * 100 + 700);
      g_assert_cmpuint (figures[i].steps, ==, figures[i].all_steps);
      g_assert_cmpuint (figures[i].unused_share, ==,
                        ((figures[i].slab_pages * 4096 - 1700) * 1000 + figures[i].slab_pages * 2048) /
                        (figures[i].slab_pages * 4096));
    }
  g_assert_cmpuint (figures[2].slab_pages, <, figures[0].slab_pages);
  g_assert_cmpuint (figures[2].percpu_pages, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/comparison/flavours", test_flavours);
  g_test_add_func ("/comparison/position", test_position);
  g_test_add_func ("/comparison/joining", test_joining);
  g_test_add_func ("/comparison/listed", test_listed);
  g_test_add_func ("/comparison/selection", test_selection);
  g_test_add_func ("/comparison/editing", test_editing);
  g_test_add_func ("/comparison/main-loop", test_main_loop);
  g_test_add_func ("/comparison/figures", test_figures);
  return g_test_run ();
}
