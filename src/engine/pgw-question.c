/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwQuestion: what a scenario asks before an operation runs, with the
 * answers to choose from. An answer may carry expectations: those of a right
 * answer must hold after the operation, those of a wrong one must not, so
 * that the machine itself tells whether the question is put well.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-scenario-private.h"

#define MIN_ANSWERS 2
#define MAX_ANSWERS 6

static void
answer_free (gpointer data)
{
  PgwAnswer *answer = data;

  pgw_text_clear (&answer->text);
  pgw_text_clear (&answer->why);
  g_clear_pointer (&answer->expects, g_ptr_array_unref);
  g_free (answer);
}

void
pgw_question_free (PgwQuestion *self)
{
  pgw_text_clear (&self->ask);
  g_clear_pointer (&self->answers, g_ptr_array_unref);
  g_free (self);
}

/* A text that is there and not empty. */
static gboolean
read_text (PgwText           *text,
           PgwJsonSource     *source,
           const PgwJsonNode *parent,
           const char        *key,
           GError           **error)
{
  const PgwJsonNode *node = pgw_json_member (parent, key);
  const char *read;

  if (node == NULL)
    return pgw_json_fail_missing (source, parent, key, error);
  if (!pgw_text_read (text, source, node, error))
    return FALSE;
  read = pgw_text_get (text);
  return (read && *read) || pgw_json_fail_expected (source, node, _("a text that is not empty"), error);
}

static gboolean
read_answer (PgwAnswer            *answer,
             PgwJsonSource        *source,
             const PgwJsonNode    *node,
             const PgwEntry       *entry,
             const PgwMachineInfo *info,
             GError              **error)
{
  static const char *const keys[] = { "text", "right", "why", "expect", NULL };
  const PgwJsonNode *right, *why, *expect;

  answer->node = node;
  if (node->type != PGW_JSON_OBJECT)
    return pgw_json_fail_expected (source, node, _("an answer such as {\"text\": \"a new one\", \"right\": true}"), error);
  if (!pgw_json_check_keys (source, node, keys, error) || !read_text (&answer->text, source, node, "text", error))
    return FALSE;
  right = pgw_json_member (node, "right");
  if (right && right->type != PGW_JSON_BOOLEAN)
    return pgw_json_fail_expected (source, right, _("true or false"), error);
  answer->right = right && right->boolean;
  why = pgw_json_member (node, "why");
  if (why && !pgw_text_read (&answer->why, source, why, error))
    return FALSE;
  expect = pgw_json_member (node, "expect");
  if (expect)
    answer->expects = pgw_expects_read (source, expect, entry, info, error);
  return expect == NULL || answer->expects != NULL;
}

/* An array of a number of answers that one can choose from. */
static gboolean
check_number (PgwJsonSource     *source,
              const PgwJsonNode *answers,
              GError           **error)
{
  g_autofree char *found = NULL;
  g_autofree char *expected = g_strdup_printf (_("an array of %u to %u answers"), MIN_ANSWERS, MAX_ANSWERS);

  if (answers->type != PGW_JSON_ARRAY)
    return pgw_json_fail_expected (source, answers, expected, error);
  if (answers->n_children >= MIN_ANSWERS && answers->n_children <= MAX_ANSWERS)
    return TRUE;
  found = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u answer", "%u answers", answers->n_children),
                           answers->n_children);
  return pgw_json_fail (source, answers, found, expected, error);
}

PgwQuestion *
pgw_question_read (PgwJsonSource        *source,
                   const PgwJsonNode    *node,
                   const PgwEntry       *entry,
                   const PgwMachineInfo *info,
                   GError              **error)
{
  static const char *const keys[] = { "ask", "answers", NULL };
  g_autoptr (PgwQuestion) self = g_new0 (PgwQuestion, 1);
  const PgwJsonNode *answers;
  guint n_right = 0;

  self->answers = g_ptr_array_new_with_free_func (answer_free);
  if (node->type != PGW_JSON_OBJECT)
    {
      pgw_json_fail_expected (source, node, _("a question {\"ask\": ..., \"answers\": [...]}"), error);
      return NULL;
    }
  if (!pgw_json_check_keys (source, node, keys, error) || !read_text (&self->ask, source, node, "ask", error))
    return NULL;
  answers = pgw_json_member (node, "answers");
  if (answers == NULL)
    {
      pgw_json_fail_missing (source, node, "answers", error);
      return NULL;
    }
  if (!check_number (source, answers, error))
    return NULL;
  for (const PgwJsonNode *n = answers->first; n; n = n->next)
    {
      PgwAnswer *answer = g_new0 (PgwAnswer, 1);

      g_ptr_array_add (self->answers, answer);
      if (!read_answer (answer, source, n, entry, info, error))
        return NULL;
      n_right += answer->right;
    }
  if (n_right == 0)
    {
      pgw_json_fail (source, answers, _("no answer that is right"), _("\"right\": true in one of them"), error);
      return NULL;
    }
  return g_steal_pointer (&self);
}
