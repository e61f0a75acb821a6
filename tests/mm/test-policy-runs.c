/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replacement policies in a machine: the answers of the textbooks, by operations; what a reader is told; and
 * what is refused.
 */
#include "machine-test.h"

#include <string.h>

/* A string of digits. */
static void
reference_string (const char *digits)
{
  struct mm_op op = { .kind = OP_reference_string, .nid = -1 };

  for (guint i = 0; digits[i] != '\0'; i++, op.arg[0]++)
    op.arg[1 + i / 8] |= (guint64) (digits[i] - '0') << (8 * (i % 8));
  g_assert_cmpint (test_run (op), ==, (gint64) op.arg[0]);
}

static gint64
faults (guint policy, guint frames)
{
  return test_run ((struct mm_op) { .kind = OP_replacement, .nid = -1, .arg = { policy, frames } });
}

static void
test_belady (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (16));
  struct view_policy_run run;

  reference_string ("123412512345");
  g_assert_cmpint (faults (POLICY_FIFO, 3), ==, 9);
  g_assert_cmpint (faults (POLICY_FIFO, 4), ==, 10);
  g_assert_cmpint (faults (POLICY_LRU, 3), ==, 10);
  g_assert_cmpint (faults (POLICY_LRU, 4), ==, 8);
  g_assert_cmpint (faults (POLICY_OPT, 3), ==, 7);
  g_assert_cmpint (faults (POLICY_OPT, 4), ==, 6);
  g_assert_true (view_policy_run (this_machine, 1, &run));
  g_assert_cmpuint (run.policy, ==, POLICY_FIFO);
  g_assert_cmpuint (run.nr_frames, ==, 4);
  g_assert_cmpuint (run.nr_faults, ==, 10);
  g_assert_cmpuint (run.nr_steps, ==, 12);
  g_assert_cmpuint (run.steps[4].fault, ==, 0);
  g_assert_cmpuint (run.steps[6].victim, ==, 1);
  g_assert_false (view_policy_run (this_machine, 6, &run));

  /* A new string forgets the runs. */
  reference_string ("7012030423030321201701");
  g_assert_false (view_policy_run (this_machine, 0, &run));
  g_assert_cmpint (faults (POLICY_FIFO, 3), ==, 15);
  g_assert_cmpint (faults (POLICY_LRU, 3), ==, 12);
  g_assert_cmpint (faults (POLICY_OPT, 3), ==, 9);
  test_assert_valid ();
}

static void
test_refused (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (16));
  struct mm_op op = { .kind = OP_reference_string, .nid = -1, .arg = { POLICY_MAX_REFS + 1 } };

  g_assert_cmpint (test_run (op), ==, -EINVAL);
  g_assert_cmpint (faults (NR_POLICIES, 3), ==, -EINVAL);
  g_assert_cmpint (faults (POLICY_FIFO, 0), ==, -EINVAL);
  g_assert_cmpint (faults (POLICY_FIFO, POLICY_MAX_FRAMES + 1), ==, -EINVAL);
  reference_string ("12");
  for (guint i = 0; i < POLICY_MAX_RUNS; i++)
    g_assert_cmpint (faults (i % NR_POLICIES, 1), ==, 2);
  g_assert_cmpint (faults (POLICY_FIFO, 1), ==, -ENOSPC);
}

/* LRU and OPT: with more frames never more faults; OPT never more than any other. */
static void
test_properties (void)
{
  g_autoptr (TestMachine) machine G_GNUC_UNUSED = test_machine_simple (MIB (16));

  for (guint round = 0; round < 200; round++)
    {
      char digits[POLICY_MAX_REFS + 1] = { 0 };
      gint64 before[NR_POLICIES] = { 0 };

      for (guint i = 0; i < POLICY_MAX_REFS; i++)
        digits[i] = (char) ('0' + g_test_rand_int_range (0, 8));
      for (guint frames = 1; frames <= 8; frames++)
        {
          gint64 now[NR_POLICIES];

          reference_string (digits);
          for (guint policy = 0; policy < NR_POLICIES; policy++)
            {
              now[policy] = faults (policy, frames);
              g_assert_cmpint (now[policy], >=, 1);
            }
          for (guint policy = 0; policy < NR_POLICIES; policy++)
            g_assert_cmpint (now[POLICY_OPT], <=, now[policy]);
          if (frames > 1)
            {
              g_assert_cmpint (now[POLICY_LRU], <=, before[POLICY_LRU]);
              g_assert_cmpint (now[POLICY_OPT], <=, before[POLICY_OPT]);
            }
          memcpy (before, now, sizeof before);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/belady", test_belady);
  g_test_add_func ("/policy/refused", test_refused);
  g_test_add_func ("/policy/properties", test_properties);
  return g_test_run ();
}
