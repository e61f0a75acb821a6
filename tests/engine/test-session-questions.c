/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a scenario asks: when it is asked, that playing pauses there, what is
 * kept of the answers, and that the machine judges the answers.
 */
#include "config.h"

#include <string.h>

#include "src/engine/pgw-session.h"

#define MACHINE "{ \"pagewalk\": 1, \"machine\": { \"ram\": \"16M\" }, \"script\": ["
#define ASK(right0, right1)                                                                          \
  "\"question\": { \"ask\": \"How many pages?\", \"answers\": ["                                      \
  "  { \"text\": \"four\"" right0 ", \"why\": \"Two to the second.\", \"expect\": { \"result\": { \"min\": 0 }, \"events\": { \"mm_page_alloc\": 1 } } }," \
  "  { \"text\": \"two\"" right1 ", \"expect\": { \"error\": \"ENOMEM\" } } ] }"

static const char script[] =
  MACHINE
  "  { \"op\": \"alloc_pages\", \"order\": 0, \"as\": \"a\" },"
  "  { \"op\": \"alloc_pages\", \"order\": 2, \"as\": \"b\", " ASK (", \"right\": true", "") " },"
  "  { \"op\": \"free_pages\", \"of\": \"a\" },"
  "  { \"op\": \"alloc_pages\", \"order\": 2, \"as\": \"c\", " ASK (", \"right\": true", "") " } ] }";

/* First and last thing of a script: before step 1, and with the wrong answer said to be right. */
static const char mistaken[] =
  MACHINE "  { \"op\": \"alloc_pages\", \"order\": 2, \"as\": \"b\", " ASK ("", ", \"right\": true") " } ] }";

static PgwSession *
load (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PgwScenario) scenario = pgw_scenario_load_data (text, -1, "test.json", NULL, &error);
  PgwSession *session = pgw_session_new ();

  g_assert_no_error (error);
  g_assert_true (pgw_session_set_scenario (session, scenario, &error));
  g_assert_no_error (error);
  pgw_session_finish (session);
  return session;
}

static guint64
step_before (PgwSession *session, guint64 op)
{
  PgwOpRun run;

  g_assert_true (pgw_timeline_get_op_run (pgw_session_get_timeline (session), op, &run));
  return run.first_step - 1;
}

static void
play_to_stop (PgwSession *session)
{
  gint64 deadline = g_get_monotonic_time () + 120 * G_USEC_PER_SEC;

  pgw_session_play (session, PGW_DIRECTION_FORWARD);
  while (pgw_session_get_state (session) == PGW_SESSION_PLAYING && g_get_monotonic_time () < deadline)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (pgw_session_get_state (session), ==, PGW_SESSION_STOPPED);
}

static void
test_where (void)
{
  g_autoptr (PgwSession) session = load (script);
  guint64 op;
  gboolean open;

  g_assert_false (pgw_session_get_question (session, &op, &open));
  for (guint64 step = 0; step <= pgw_session_get_length (session); step++)
    {
      gboolean before = step == step_before (session, 1) || step == step_before (session, 3);

      pgw_session_seek (session, step);
      g_assert_cmpint (pgw_session_get_question (session, &op, &open), ==, before);
      g_assert_true (!before || open);
    }

  pgw_session_answer (session, 1, 0);
  pgw_session_seek (session, step_before (session, 1) + 1);
  g_assert_true (pgw_session_get_question (session, &op, &open));
  g_assert_cmpuint (op, ==, 1);
  g_assert_false (open);
}

static void
test_at_boot (void)
{
  g_autoptr (PgwSession) session = load (mistaken);
  guint64 op;
  gboolean open;

  g_assert_true (pgw_session_get_question (session, &op, &open));
  g_assert_cmpuint (op, ==, 0);
  g_assert_true (open);
}

static void
test_playing (void)
{
  g_autoptr (PgwSession) session = load (script);

  pgw_session_set_speed (session, 100000.0);
  for (int granularity = PGW_GRANULARITY_OPERATION; granularity <= PGW_GRANULARITY_LINE; granularity++)
    {
      pgw_session_set_granularity (session, (PgwGranularity) granularity);
      pgw_session_seek (session, 0);
      play_to_stop (session);
      g_assert_cmpuint (pgw_session_get_position (session), ==, step_before (session, 1));
      g_assert_cmpuint (pgw_session_get_source_line (session), ==, 0);
      play_to_stop (session);           /* without an answer: on to the next */
      g_assert_cmpuint (pgw_session_get_position (session), ==, step_before (session, 3));
    }

  pgw_session_answer (session, 1, 1);
  pgw_session_seek (session, 0);
  play_to_stop (session);
  g_assert_cmpuint (pgw_session_get_position (session), ==, step_before (session, 3));
  pgw_session_answer (session, 3, 0);
  pgw_session_seek (session, 0);
  play_to_stop (session);
  g_assert_cmpuint (pgw_session_get_position (session), ==, pgw_session_get_length (session));
}

static void
count_cb (PgwSession *session, gpointer data)
{
  ++*(guint *) data;
}

static void
assert_score (PgwSession *session, guint n_questions, guint n_answered, guint n_right)
{
  guint questions, answered, right;

  pgw_session_get_score (session, &questions, &answered, &right);
  g_assert_cmpuint (questions, ==, n_questions);
  g_assert_cmpuint (answered, ==, n_answered);
  g_assert_cmpuint (right, ==, n_right);
}

static void
test_answers (void)
{
  g_autoptr (PgwSession) session = load (script);
  guint n_changes = 0;
  int first;

  g_signal_connect (session, "expectations-changed", G_CALLBACK (count_cb), &n_changes);
  assert_score (session, 2, 0, 0);
  g_assert_cmpint (pgw_session_get_answer (session, 1, &first), ==, -1);
  g_assert_cmpint (first, ==, -1);
  pgw_session_answer (session, 1, 1);
  assert_score (session, 2, 1, 0);
  pgw_session_answer (session, 1, 0);
  g_assert_cmpint (pgw_session_get_answer (session, 1, &first), ==, 0);
  g_assert_cmpint (first, ==, 1);
  assert_score (session, 2, 1, 0);      /* the first try counts */
  pgw_session_answer (session, 3, 0);
  assert_score (session, 2, 2, 1);
  g_assert_cmpuint (n_changes, ==, 3);

  /* What is cut off the script takes its answers along; undo does not bring them back. */
  pgw_session_seek (session, step_before (session, 3));
  g_assert_true (pgw_session_do (session, "{ \"op\": \"free_pages\", \"of\": \"b\" }", NULL));
  pgw_session_finish (session);
  assert_score (session, 1, 1, 0);
  g_assert_true (pgw_session_undo (session));
  pgw_session_finish (session);
  assert_score (session, 2, 1, 0);
}

static guint
count_failed (PgwSession *session)
{
  const GArray *results = pgw_session_get_expect_results (session);
  guint n_failed = 0;

  for (guint i = 0; i < results->len; i++)
    n_failed += !g_array_index (results, PgwExpectResult, i).held;
  return n_failed;
}

static void
test_judged (void)
{
  g_autoptr (PgwSession) good = load (script);
  g_autoptr (PgwSession) bad = load (mistaken);

  /* Of each question two statements of the right answer, and one that the wrong one does not hold. */
  g_assert_cmpuint (pgw_session_get_expect_results (good)->len, ==, 6);
  g_assert_cmpuint (count_failed (good), ==, 0);
  /* The "right" answer does not hold; the "wrong" one does. */
  g_assert_cmpuint (pgw_session_get_expect_results (bad)->len, ==, 2);
  g_assert_cmpuint (count_failed (bad), ==, 2);
}

/* A wrong answer about a cache that is not there would always be right to be wrong. */
static void
test_no_cache (void)
{
  g_autoptr (PgwSession) session =
    load (MACHINE "{\"op\": \"alloc_pages\", \"as\": \"a\", \"question\": {\"ask\": \"?\", \"answers\": ["
                  "{\"text\": \"yes\", \"right\": true, \"expect\": {\"result\": \"ok\"}},"
                  "{\"text\": \"no\", \"expect\": {\"slab\": {\"kmalloc-65\": {\"used\": 1}}}}]}} ] }");
  GArray *results = pgw_session_get_expect_results (session);

  g_assert_cmpuint (results->len, ==, 2);
  g_assert_cmpuint (count_failed (session), ==, 1);
  g_assert_cmpstr (g_array_index (results, PgwExpectResult, 1).message, ==,
                   "the wrong answer \"no\" judges nothing: slab kmalloc-65 used: no such cache");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/questions/where", test_where);
  g_test_add_func ("/questions/at-boot", test_at_boot);
  g_test_add_func ("/questions/playing", test_playing);
  g_test_add_func ("/questions/answers", test_answers);
  g_test_add_func ("/questions/judged", test_judged);
  g_test_add_func ("/questions/no-cache", test_no_cache);
  return g_test_run ();
}
