/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page replacement: the answers of the textbooks, and what holds of every policy
 * on every string.
 */
#include "config.h"

#include "policy-models.h"

static guint
faults (PgwPolicy   policy,
        const char *string,
        guint       n_frames)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) pages = pgw_policy_parse (string, &error);

  g_assert_no_error (error);
  g_autoptr (PgwPolicyRun) run = pgw_policy_run (policy, (const gint64 *) pages->data, pages->len, n_frames);

  g_assert_cmpuint (run->steps->len, ==, pages->len);
  return run->n_faults;
}

static void
test_belady (void)
{
  const char *string = "1 2 3 4 1 2 5 1 2 3 4 5";

  /* FIFO gets worse with more memory. */
  g_assert_cmpuint (faults (PGW_POLICY_FIFO, string, 3), ==, 9);
  g_assert_cmpuint (faults (PGW_POLICY_FIFO, string, 4), ==, 10);
  g_assert_cmpuint (faults (PGW_POLICY_LRU, string, 3), ==, 10);
  g_assert_cmpuint (faults (PGW_POLICY_LRU, string, 4), ==, 8);
  g_assert_cmpuint (faults (PGW_POLICY_OPT, string, 3), ==, 7);
  g_assert_cmpuint (faults (PGW_POLICY_OPT, string, 4), ==, 6);
}

static void
test_silberschatz (void)
{
  const char *string = "7 0 1 2 0 3 0 4 2 3 0 3 0 3 2 1 2 0 1 7 0 1";

  g_assert_cmpuint (faults (PGW_POLICY_FIFO, string, 3), ==, 15);
  g_assert_cmpuint (faults (PGW_POLICY_LRU, string, 3), ==, 12);
  g_assert_cmpuint (faults (PGW_POLICY_OPT, string, 3), ==, 9);
}

/* Tanenbaum's order: all were used when the fifth comes, so the hand clears all and takes the first. */
static void
test_clock (void)
{
  g_assert_cmpuint (faults (PGW_POLICY_CLOCK, "1 2 3 4 1 2 5 1 2 3 4 5", 3), ==, 9);
  g_assert_cmpuint (faults (PGW_POLICY_CLOCK, "1 2 3 2 4 2 5 2 6 2", 3), ==, 6);
  g_assert_cmpuint (faults (PGW_POLICY_FIFO, "1 2 3 2 4 2 5 2 6 2", 3), ==, 7);
}

/* Pages read once, however many, do not push out what is used again and again. */
static void
test_scan (void)
{
  g_autoptr (GString) string = g_string_new (NULL);
  guint i;

  for (i = 0; i < 40; i++)
    g_string_append_printf (string, "1 2 %u %u ", 100 + 2 * i, 101 + 2 * i);
  g_assert_cmpuint (faults (PGW_POLICY_LINUX, string->str, 5), <, faults (PGW_POLICY_FIFO, string->str, 5));
  g_assert_cmpuint (faults (PGW_POLICY_LINUX, string->str, 5), ==, 82);
  g_assert_cmpuint (faults (PGW_POLICY_LRU, string->str, 3), ==, 160);
}

/* What a run says of itself must be so: replays the frames from its steps. */
static void
check_run (const PgwPolicyRun *run,
           const gint64       *pages,
           guint               n)
{
  g_autofree gint64 *frames = g_new (gint64, run->n_frames);
  guint i, k, n_faults = 0;

  for (i = 0; i < run->n_frames; i++)
    frames[i] = PGW_POLICY_NO_PAGE;
  for (i = 0; i < n; i++)
    {
      const PgwPolicyStep *step = &g_array_index (run->steps, PgwPolicyStep, i);
      gboolean there = FALSE;

      g_assert_cmpint (step->page, ==, pages[i]);
      for (k = 0; k < run->n_frames; k++)
        there |= frames[k] == pages[i];
      g_assert_cmpint (step->fault, ==, !there);
      g_assert_cmpuint (step->frame, <, run->n_frames);
      if (step->fault)
        g_assert_cmpint (frames[step->frame], ==, step->victim);
      frames[step->frame] = step->page;
      n_faults += step->fault;
    }
  g_assert_cmpuint (n_faults, ==, run->n_faults);
}

static void
test_random (void)
{
  gint64 pages[400];
  guint round, i, n_frames, policy;

  for (round = 0; round < 60; round++)
    {
      guint best[9];

      for (i = 0; i < G_N_ELEMENTS (pages); i++)
        pages[i] = g_test_rand_int_range (0, 4 + round % 20);
      for (n_frames = 1; n_frames <= 8; n_frames++)
        {
          for (policy = 0; policy < PGW_N_POLICIES; policy++)
            {
              g_autoptr (PgwPolicyRun) run = pgw_policy_run (policy, pages, G_N_ELEMENTS (pages), n_frames);
              g_autoptr (PgwPolicyRun) optimal = pgw_policy_run (PGW_POLICY_OPT, pages, G_N_ELEMENTS (pages), n_frames);

              check_run (run, pages, G_N_ELEMENTS (pages));
              g_assert_cmpuint (run->n_faults, >=, optimal->n_faults);
              if (policy == PGW_POLICY_LRU)
                {
                  /* A stack algorithm: more frames are never worse. */
                  g_assert_true (n_frames == 1 || run->n_faults <= best[n_frames - 1]);
                  best[n_frames] = run->n_faults;
                }
            }
        }
    }
}

/* Every choice of a victim is that of a second implementation. */
static void
test_models (void)
{
  gint64 pages[300];

  for (guint round = 0; round < 200; round++)
    {
      guint n_frames = (guint) g_test_rand_int_range (1, 13);
      gint n_pages = g_test_rand_int_range (2, 30);

      for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
        pages[i] = g_test_rand_int_range (0, g_test_rand_bit () ? n_pages : n_pages / 3 + 1);
      for (guint policy = 0; policy < PGW_N_POLICIES; policy++)
        {
          g_autoptr (PgwPolicyRun) run = pgw_policy_run (policy, pages, G_N_ELEMENTS (pages), n_frames);
          g_autofree gint64 *victims = NULL;

          if (policy == PGW_POLICY_OPT)
            continue;
          victims = policy_model_victims (policy, pages, G_N_ELEMENTS (pages), n_frames);
          for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
            g_assert_cmpint (g_array_index (run->steps, PgwPolicyStep, i).victim, ==, victims[i]);
        }
    }
}

/* OPT has as few faults as there can be: all ways are tried. */
static void
test_optimal (void)
{
  gint64 pages[60];

  for (guint round = 0; round < 40; round++)
    {
      guint n_frames = 1 + round % 4;

      for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
        pages[i] = g_test_rand_int_range (0, 10);
      g_autoptr (PgwPolicyRun) run = pgw_policy_run (PGW_POLICY_OPT, pages, G_N_ELEMENTS (pages), n_frames);
      g_assert_cmpuint (run->n_faults, ==, policy_fewest_faults (pages, G_N_ELEMENTS (pages), n_frames));
    }
}

static void
test_parse (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) pages = pgw_policy_parse (" 1,2 ,\t30\n", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (pages->len, ==, 3);
  g_assert_cmpint (g_array_index (pages, gint64, 2), ==, 30);
  g_assert_null (pgw_policy_parse ("1 2 x3", &error));
  g_assert_nonnull (strstr (error->message, "x3"));
  g_clear_error (&error);
  g_assert_null (pgw_policy_parse ("-1", &error));
  g_assert_nonnull (error);
}

static void
test_names (void)
{
  PgwPolicy policy, found;

  for (policy = 0; policy < PGW_N_POLICIES; policy++)
    {
      g_assert_true (pgw_policy_by_name (pgw_policy_name (policy), &found));
      g_assert_cmpint (found, ==, policy);
      g_assert_cmpuint (strlen (pgw_policy_summary (policy)), >, 10);
    }
  g_assert_false (pgw_policy_by_name ("best", &found));
  g_assert_null (pgw_policy_name (PGW_N_POLICIES));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/belady", test_belady);
  g_test_add_func ("/policy/silberschatz", test_silberschatz);
  g_test_add_func ("/policy/clock", test_clock);
  g_test_add_func ("/policy/scan", test_scan);
  g_test_add_func ("/policy/random", test_random);
  g_test_add_func ("/policy/models", test_models);
  g_test_add_func ("/policy/optimal", test_optimal);
  g_test_add_func ("/policy/parse", test_parse);
  g_test_add_func ("/policy/names", test_names);
  return g_test_run ();
}
