/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading expectations whose value is a text: stretches of the list of VMAs,
 * and files of /proc; and those about tasks.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pgw-arguments.h"
#include "pgw-expect-private.h"
#include "pgw-units.h"

#include "mm/sched.h"

static void
vma_clear (gpointer data)
{
  PgwExpectVma *vma = data;

  pgw_place_clear (&vma->start);
  pgw_place_clear (&vma->end);
  g_free (vma->file);
}

static gboolean
parse_range (const char *text,
             PgwPlace   *start,
             PgwPlace   *end)
{
  const char *dots = strstr (text, "..");
  g_autofree char *first = dots ? g_strndup (text, dots - text) : NULL;

  return dots && pgw_place_parse (first, start) && pgw_place_parse (dots + 2, end);
}

/* VM_* of its two letters in /proc/PID/smaps. */
static guint64
vma_flag (const char *letters)
{
  char text[16];

  for (guint bit = 0; bit < 64; bit++)
    if (view_vma_flags (G_GUINT64_CONSTANT (1) << bit, text, sizeof text) > 0)
      {
        g_strchomp (text);
        if (strcmp (text, letters) == 0)
          return G_GUINT64_CONSTANT (1) << bit;
      }
  return 0;
}

static gboolean
parse_vma_word (const char   *word,
                PgwExpectVma *vma)
{
  gboolean absent = word[0] == '!';
  guint64 number;

  if (g_str_has_prefix (word, "file="))
    {
      g_free (vma->file);
      vma->file = g_strdup (word + strlen ("file="));
      return TRUE;
    }
  if (g_str_has_prefix (word, "offset="))
    {
      vma->offset = pgw_size_parse (word + strlen ("offset="), &number) ? (gint64) number : -1;
      return vma->offset >= 0;
    }
  number = vma_flag (word + (absent ? 1 : 0));
  if (absent)
    vma->no_flags |= number;
  else
    vma->flags |= number;
  return number != 0;
}

/* "heap..heap+64K rw-p lo !gd file=data offset=4K" */
static gboolean
parse_vma (const char   *text,
           PgwExpectVma *vma)
{
  static const char letters[] = "rwxs";
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  vma->offset = -1;
  if (words[0] == NULL || words[1] == NULL || !parse_range (words[0], &vma->start, &vma->end) ||
      strlen (words[1]) != 4)
    return FALSE;
  for (guint i = 0; i < 4; i++)
    if (words[1][i] != letters[i] && words[1][i] != (i < 3 ? '-' : 'p'))
      return FALSE;
  g_strlcpy (vma->perms, words[1], sizeof vma->perms);
  for (guint i = 2; words[i]; i++)
    if (words[i][0] != '\0' && !parse_vma_word (words[i], vma))
      return FALSE;
  return TRUE;
}

static gboolean
read_vma_list (PgwExpectReader   *r,
               PgwExpect         *expect,
               const PgwJsonNode *node,
               GError           **error)
{
  if (node->type != PGW_JSON_ARRAY)
    return pgw_json_fail_expected (r->source, node, _("an array of VMAs, such as [\"heap..heap+64K rw-p\"]"), error);
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      PgwExpectVma vma = { .offset = -1 };
      gboolean good = n->type == PGW_JSON_STRING && parse_vma (n->string, &vma);

      g_array_append_val (expect->vmas, vma);
      if (!good)
        return pgw_json_fail_expected (r->source, n,
                                       _("a VMA: \"START..END rw-p\", then if you like two-letter flags of smaps (\"lo\", \"!lo\"), \"file=NAME\" and \"offset=4K\""),
                                       error);
    }
  return TRUE;
}

/* An array: the list from the start of the first to the end of the last. Or an object that says the stretch. */
gboolean
pgw_expect_read_vmas (PgwExpectReader   *r,
                      const PgwJsonNode *node,
                      GError           **error)
{
  static const char *const keys[] = { "task", "in", "list", NULL };
  PgwExpect *expect = pgw_expect_add (r, EXPECT_VMAS, node, "vmas");
  const PgwJsonNode *in, *list, *task;

  expect->vmas = g_array_new (FALSE, FALSE, sizeof (PgwExpectVma));
  g_array_set_clear_func (expect->vmas, vma_clear);
  if (node->type == PGW_JSON_ARRAY && node->n_children > 0)
    {
      if (!read_vma_list (r, expect, node, error))
        return FALSE;
      const PgwExpectVma *first = &g_array_index (expect->vmas, PgwExpectVma, 0);
      const PgwExpectVma *last = &g_array_index (expect->vmas, PgwExpectVma, expect->vmas->len - 1);
      expect->place = (PgwPlace) { g_strdup (first->start.task), g_strdup (first->start.name), first->start.offset };
      expect->other = (PgwPlace) { g_strdup (first->start.task), g_strdup (last->end.name), last->end.offset };
      return TRUE;
    }
  if (!pgw_expect_want_object (r, node, _("an array of VMAs, or {\"in\": \"START..END\", \"list\": [...]}"), error) ||
      !pgw_json_check_keys (r->source, node, keys, error))
    return FALSE;
  in = pgw_json_member (node, "in");
  list = pgw_json_member (node, "list");
  task = pgw_json_member (node, "task");
  if (list == NULL)
    return pgw_json_fail_missing (r->source, node, "list", error);
  if (in == NULL)
    expect->other.offset = G_MAXUINT64;
  else if (in->type != PGW_JSON_STRING || !parse_range (in->string, &expect->place, &expect->other))
    return pgw_json_fail_expected (r->source, in, _("a range such as \"heap..heap+64K\""), error);
  if (task && (task->type != PGW_JSON_STRING || !pgw_name_is_valid (task->string)))
    return pgw_json_fail_expected (r->source, task, _("the name of a task"), error);
  if (task)
    {
      g_free (expect->place.task);
      expect->place.task = g_strdup (task->string);
    }
  return read_vma_list (r, expect, list, error);
}

static gboolean
read_proc_file (PgwExpectReader   *r,
                const PgwJsonNode *node,
                GError           **error)
{
  if (node->type == PGW_JSON_STRING)
    {
      PgwExpect *expect = pgw_expect_add (r, EXPECT_PROC, node, "proc[%s]", node->key);

      expect->proc = g_strdup (node->key);
      expect->text = g_strdup (node->string);
      return TRUE;
    }
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      PgwExpect *expect = pgw_expect_add (r, EXPECT_PROC_LINE, n, "proc[%s][%u]", node->key, n->index);

      if (n->type != PGW_JSON_STRING)
        return pgw_json_fail_expected (r->source, n, _("a line of the file"), error);
      expect->proc = g_strdup (node->key);
      expect->text = g_strdup (n->string);
    }
  return TRUE;
}

gboolean
pgw_expect_read_proc (PgwExpectReader   *r,
                      const PgwJsonNode *node,
                      GError           **error)
{
  const char *expected = _("an object by file of /proc, such as {\"meminfo\": [\"MemTotal: 15872 kB\"]}, each a text or an array of lines");

  if (!pgw_expect_want_object (r, node, expected, error))
    return FALSE;
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      if (n->type != PGW_JSON_STRING && (n->type != PGW_JSON_ARRAY || n->n_children == 0))
        return pgw_json_fail_expected (r->source, n, expected, error);
      if (!read_proc_file (r, n, error))
        return FALSE;
    }
  return TRUE;
}

/* ---- Tasks ---- */

static const char *const task_keys[N_TASK_PROPERTIES + 1] = {
  [TASK_STATE] = "state", [TASK_RESULT] = "result", [TASK_VALUE] = "value",
};

/* "running" or "sleeping"; or what came of an operation that was finished after a sleep. */
static gboolean
read_task_property (PgwExpectReader   *r,
                    const char        *task,
                    const PgwJsonNode *node,
                    GError           **error)
{
  static const char *const states[] = { "running", "sleeping", "zombie", NULL };
  static const guint numbers[] = { TASK_RUNNING, TASK_INTERRUPTIBLE, EXIT_ZOMBIE };
  PgwExpect *expect = pgw_expect_add (r, EXPECT_TASK, node, "tasks[%s].%s", task, node->key);
  guint index;

  expect->place.task = g_strdup (task);
  while (strcmp (task_keys[expect->index], node->key) != 0)
    expect->index++;
  if (expect->index == TASK_RESULT)
    expect->show = SHOW_RESULT;
  if (expect->index != TASK_STATE)
    return pgw_expect_set_bounds (r, expect, node, error);
  if (!pgw_json_read_word (r->source, node, states, &index, error))
    return FALSE;
  expect->show = SHOW_TASK_STATE;
  expect->min = expect->max = numbers[index];
  return TRUE;
}

gboolean
pgw_expect_read_tasks (PgwExpectReader   *r,
                       const PgwJsonNode *node,
                       GError           **error)
{
  if (!pgw_expect_want_object (r, node, _("an object by the names of tasks, such as {\"child\": {\"state\": \"sleeping\"}}"), error))
    return FALSE;
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      if (!pgw_expect_want_object (r, n, _("an object such as {\"state\": \"running\", \"result\": 0}"), error) ||
          !pgw_json_check_keys (r->source, n, task_keys, error))
        return FALSE;
      for (const PgwJsonNode *c = n->first; c; c = c->next)
        if (!read_task_property (r, n->key, c, error))
          return FALSE;
    }
  return TRUE;
}
