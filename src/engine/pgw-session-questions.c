/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwSession: the questions a scenario asks before its operations, and the
 * answers that were given. A question stands at the moment before its
 * operation begins; playing pauses there until it has been answered, or until
 * one goes on without an answer.
 */
#include "config.h"
#include "pgw-session-private.h"

/* What was chosen at one question. */
typedef struct {
  guint first, last;
} Answer;

void
pgw_session_questions_init (PgwSession *self)
{
  self->answers = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
}

void
pgw_session_questions_finalize (PgwSession *self)
{
  g_hash_table_unref (self->answers);
}

static gboolean
is_from (gpointer key, gpointer value, gpointer first)
{
  return *(const gint64 *) key >= *(const gint64 *) first;
}

void
pgw_session_forget_answers (PgwSession *self, guint64 first_op)
{
  gint64 first = (gint64) first_op;

  g_hash_table_foreach_remove (self->answers, is_from, &first);
}

/* Does operation `op` ask something, and where does one stand then? */
static gboolean
question_moment (PgwSession *self, guint64 op, PgwMoment *moment)
{
  PgwOpRun run;

  if (pgw_scenario_get_question (self->scenario, op) == NULL ||
      !pgw_timeline_get_op_run (self->timeline, op, &run) || run.first_step == 0)
    return FALSE;
  *moment = (PgwMoment) { run.first_step - 1, 0 };
  return TRUE;
}

/* The operation that begins next from a moment. */
static guint64
op_after (PgwSession *self, PgwMoment moment)
{
  guint64 op = pgw_timeline_op_at (self->timeline, moment.step);

  return op == G_MAXUINT64 ? 0 : op + 1;
}

gboolean
pgw_session_question_before (PgwSession *self, PgwMoment *target)
{
  PgwMoment here = pgw_session_get_moment (self);
  guint64 n_ops = pgw_scenario_get_n_ops (self->scenario);
  guint64 last = op_after (self, *target);

  for (guint64 op = op_after (self, here); op <= last && op < n_ops; op++)
    {
      gint64 key = (gint64) op;
      PgwMoment moment;

      if (!question_moment (self, op, &moment) || g_hash_table_contains (self->answers, &key))
        continue;
      if (pgw_moment_compare (here, moment) < 0 && pgw_moment_compare (moment, *target) <= 0)
        {
          *target = moment;
          return TRUE;
        }
    }
  return FALSE;
}

gboolean
pgw_session_get_question (PgwSession *self, guint64 *op, gboolean *open)
{
  guint64 next, current;
  PgwMoment moment;

  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);
  g_return_val_if_fail (op != NULL && open != NULL, FALSE);

  if (self->timeline == NULL)
    return FALSE;
  next = op_after (self, pgw_session_get_moment (self));
  if (next < pgw_scenario_get_n_ops (self->scenario) && question_moment (self, next, &moment) &&
      moment.step == self->position)
    {
      *op = next;
      *open = TRUE;
      return TRUE;
    }

  current = pgw_timeline_op_at (self->timeline, self->position);
  *op = current;
  *open = FALSE;
  return current != G_MAXUINT64 && pgw_session_get_answer (self, current, NULL) >= 0;
}

void
pgw_session_answer (PgwSession *self, guint64 op, guint index)
{
  gint64 key = (gint64) op;
  PgwScenarioAnswer answer;
  Answer *given;

  g_return_if_fail (PGW_IS_SESSION (self));
  g_return_if_fail (self->scenario != NULL && op < pgw_scenario_get_n_ops (self->scenario));
  g_return_if_fail (pgw_scenario_get_answer (self->scenario, op, index, &answer));

  given = g_hash_table_lookup (self->answers, &key);
  if (given == NULL)
    {
      given = g_new (Answer, 1);
      given->first = index;
      g_hash_table_insert (self->answers, g_memdup2 (&key, sizeof key), given);
    }
  given->last = index;
  self->expect_changed = TRUE;
  pgw_session_emit_expectations (self);
}

int
pgw_session_get_answer (PgwSession *self, guint64 op, int *first)
{
  gint64 key = (gint64) op;
  const Answer *given;

  g_return_val_if_fail (PGW_IS_SESSION (self), -1);

  given = g_hash_table_lookup (self->answers, &key);
  if (first != NULL)
    *first = given != NULL ? (int) given->first : -1;
  return given != NULL ? (int) given->last : -1;
}

void
pgw_session_get_score (PgwSession *self, guint *n_questions, guint *n_answered, guint *n_right)
{
  g_return_if_fail (PGW_IS_SESSION (self));

  *n_questions = *n_answered = *n_right = 0;
  for (guint64 op = 0; self->scenario != NULL && op < pgw_scenario_get_n_ops (self->scenario); op++)
    {
      PgwScenarioAnswer answer;
      int first;

      if (pgw_scenario_get_question (self->scenario, op) == NULL)
        continue;
      ++*n_questions;
      if (pgw_session_get_answer (self, op, &first) < 0)
        continue;
      ++*n_answered;
      *n_right += pgw_scenario_get_answer (self->scenario, op, (guint) first, &answer) && answer.right;
    }
}
