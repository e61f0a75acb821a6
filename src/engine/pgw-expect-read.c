/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading expectations: an `expect` object is taken apart into single
 * statements. A new kind of expectation is a line in a table of clauses, a
 * function that reads it, and a case in read_value() of pgw-expect.c. The
 * clauses here are those on any operation; pgw-expect-pages-read.c and
 * pgw-expect-tasks-read.c have those of their subjects.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "pgw-expect-private.h"
#include "pgw-narration.h"
#include "pgw-units.h"

static void
expect_free (PgwExpect *expect)
{
  pgw_expect_clear_tasks (expect);
  g_free (expect->subject);
  g_free (expect->pointer);
  g_free (expect);
}

/* ---- Bounds ---- */

static gboolean
read_number (PgwJsonSource     *source,
             const PgwJsonNode *node,
             gint64            *value,
             GError           **error)
{
  guint64 magnitude;

  if (node->type == PGW_JSON_INTEGER && !node->overflow && node->integer <= G_MAXINT64)
    {
      *value = node->negative ? -(gint64) node->integer : (gint64) node->integer;
      return TRUE;
    }
  if (node->type == PGW_JSON_STRING && g_str_has_prefix (node->string, "0x") &&
      pgw_number_parse (node->string, &magnitude) && magnitude <= G_MAXINT64)
    {
      *value = magnitude;
      return TRUE;
    }
  return pgw_json_fail_expected (source, node,
                                 _("a whole number, or {\"min\": ..., \"max\": ...}"), error);
}

/* 3, "0x400", or {"min": 1, "max": 5} with at least one of the two. */
static gboolean
read_bounds (PgwJsonSource     *source,
             const PgwJsonNode *node,
             gint64            *min,
             gint64            *max,
             GError           **error)
{
  static const char *const keys[] = { "min", "max", NULL };
  const PgwJsonNode *low, *high;

  if (node->type != PGW_JSON_OBJECT)
    {
      if (!read_number (source, node, min, error))
        return FALSE;
      *max = *min;
      return TRUE;
    }
  if (!pgw_json_check_keys (source, node, keys, error))
    return FALSE;
  low = pgw_json_member (node, "min");
  high = pgw_json_member (node, "max");
  if (low == NULL && high == NULL)
    return pgw_json_fail_expected (source, node, _("\"min\", \"max\" or both"), error);
  *min = G_MININT64;
  *max = G_MAXINT64;
  if ((low && !read_number (source, low, min, error)) || (high && !read_number (source, high, max, error)))
    return FALSE;
  if (*min > *max)
    return pgw_json_fail (source, node, _("a minimum above the maximum"), _("a minimum below it"), error);
  return TRUE;
}

/* ---- Building statements ---- */

PgwExpect *
pgw_expect_add (PgwExpectReader            *r,
            ExpectKind         kind,
            const PgwJsonNode *node,
            const char        *subject,
            ...)
{
  PgwExpect *expect = g_new0 (PgwExpect, 1);
  va_list args;

  va_start (args, subject);
  expect->subject = g_strdup_vprintf (subject, args);
  va_end (args);
  expect->kind = kind;
  expect->node = node;
  expect->pointer = pgw_json_pointer (r->source, node);
  expect->line = node->line;
  expect->column = node->column;
  g_ptr_array_add (r->out, expect);
  return expect;
}

gboolean
pgw_expect_set_bounds (PgwExpectReader            *r,
            PgwExpect         *expect,
            const PgwJsonNode *node,
            GError           **error)
{
  return read_bounds (r->source, node, &expect->min, &expect->max, error);
}

gboolean
pgw_expect_want_object (PgwExpectReader            *r,
             const PgwJsonNode *node,
             const char        *expected,
             GError           **error)
{
  if (node->type == PGW_JSON_OBJECT && node->n_children > 0)
    return TRUE;
  return pgw_json_fail_expected (r->source, node, expected, error);
}

static gboolean
read_result (PgwExpectReader            *r,
             const PgwJsonNode *node,
             GError           **error)
{
  PgwExpect *expect = pgw_expect_add (r, EXPECT_RESULT, node, "result");

  expect->show = SHOW_RESULT;
  if (node->type == PGW_JSON_STRING && strcmp (node->string, "ok") == 0)
    {
      expect->max = G_MAXINT64;
      return TRUE;
    }
  if (node->type == PGW_JSON_STRING && !g_str_has_prefix (node->string, "0x"))
    return pgw_json_fail_expected (r->source, node, _("a number, {\"min\": ..., \"max\": ...} or \"ok\""), error);
  return pgw_expect_set_bounds (r, expect, node, error);
}

static gboolean
read_error (PgwExpectReader            *r,
            const PgwJsonNode *node,
            GError           **error)
{
  static const int errors[] = {
    ENOMEM, EINVAL, EAGAIN, EBUSY, EPERM, ENOENT, EFAULT, EEXIST, ENOSPC, ERANGE,
    EACCES, EBADF, ENODEV, EOVERFLOW, ESRCH, ECHILD, EIO, EOPNOTSUPP, ETXTBSY, EFBIG, ESPIPE,
    ENOTTY, ERESTARTNOINTR
  };
  const char *words[G_N_ELEMENTS (errors) + 1] = { NULL };
  guint value;

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    words[i] = view_errno_name (-errors[i]);
  if (!pgw_json_read_word (r->source, node, words, &value, error))
    return FALSE;

  PgwExpect *expect = pgw_expect_add (r, EXPECT_ERROR, node, "error");
  expect->show = SHOW_RESULT;
  expect->min = expect->max = -errors[value];
  return TRUE;
}

static gboolean
read_counter (PgwExpectReader            *r,
              const PgwJsonNode *node,
              GError           **error)
{
  guint n_counters = view_nr_counters ();
  g_autofree const char **names = g_new0 (const char *, n_counters + 1);

  for (guint i = 0; i < n_counters; i++)
    names[i] = view_counter_name (i);
  if (!pgw_expect_want_object (r, node, _("an object by counter, such as {\"nr_free_pages\": 3000}"), error))
    return FALSE;
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      PgwExpect *expect = pgw_expect_add (r, EXPECT_COUNTER, n, "counter[%s]", n->key);

      while (expect->index < n_counters && strcmp (names[expect->index], n->key) != 0)
        expect->index++;
      if (expect->index == n_counters)
        {
          const char *nearest = pgw_json_nearest (n->key, names);
          g_autofree char *found = g_strdup_printf (_("the counter \"%s\""), n->key);
          g_autofree char *expected =
            nearest ? g_strdup_printf (_("a counter of /proc/vmstat, such as \"%s\""), nearest)
                    : g_strdup (_("a counter of /proc/vmstat"));
          return pgw_json_fail (r->source, n, found, expected, error);
        }
      if (!pgw_expect_set_bounds (r, expect, n, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_events (PgwExpectReader            *r,
             const PgwJsonNode *node,
             GError           **error)
{
  if (!pgw_expect_want_object (r, node, _("an object by event, such as {\"expand\": 1, \"merge_buddy\": 0}"), error))
    return FALSE;
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      PgwExpect *expect = pgw_expect_add (r, EXPECT_EVENTS, n, "events[%s]", n->key);

      expect->index = pgw_event_type_by_name (n->key);
      if (expect->index == 0)
        {
          const char *names[NR_TRACE_EVENTS] = { NULL };
          for (guint i = 1; i < NR_TRACE_EVENTS; i++)
            names[i - 1] = pgw_event_type (i)->name;
          const char *nearest = pgw_json_nearest (n->key, names);
          g_autofree char *found = g_strdup_printf (_("the event \"%s\""), n->key);
          g_autofree char *expected = nearest ? g_strdup_printf (_("\"%s\" or another event of the core"), nearest)
                                              : g_strdup (_("an event of the core"));
          return pgw_json_fail (r->source, n, found, expected, error);
        }
      if (!pgw_expect_set_bounds (r, expect, n, error))
        return FALSE;
    }
  return TRUE;
}

/* {"dentry": {"used": 3, "slabs": 1}} */
static gboolean
read_slab (PgwExpectReader   *r,
           const PgwJsonNode *node,
           GError           **error)
{
  if (!pgw_expect_want_object (r, node, _("an object by cache, such as {\"kmalloc-64\": {\"used\": 1}}"), error))
    return FALSE;
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      if (!pgw_expect_want_object (r, n, _("an object of numbers, such as {\"used\": 3, \"slabs\": 1}"), error) ||
          !pgw_json_check_keys (r->source, n, pgw_expect_slab_words, error))
        return FALSE;
      for (const PgwJsonNode *value = n->first; value; value = value->next)
        {
          PgwExpect *expect = pgw_expect_add (r, EXPECT_SLAB, value, "slab %s %s", n->key, value->key);

          g_strlcpy (expect->cache, n->key, sizeof expect->cache);
          while (!g_str_equal (pgw_expect_slab_words[expect->index], value->key))
            expect->index++;
          if (!pgw_expect_set_bounds (r, expect, value, error))
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
read_leaks (PgwExpectReader   *r,
            const PgwJsonNode *node,
            GError           **error)
{
  return pgw_expect_set_bounds (r, pgw_expect_add (r, EXPECT_LEAKS, node, "leaks"), node, error);
}

/* The bug of this text, or of this condition; 0 if the core has no such one. */
static guint
find_bug (const char *text)
{
  for (guint bug = 1; bug < view_nr_bugs (); bug++)
    {
      const char *name = view_bug_name (bug);
      const char *open = g_str_has_prefix (name, "VM_BUG_ON") ? strchr (name, '(') : NULL;

      if (g_str_equal (name, text))
        return bug;
      if (open && strlen (open + 1) == strlen (text) + 1 && g_str_has_prefix (open + 1, text))
        return bug;
    }
  return 0;
}

/* true, false, or which one. */
static gboolean
read_bug (PgwExpectReader            *r,
          const PgwJsonNode *node,
          GError           **error)
{
  const char *expected = _("true, false, or a condition such as \"page_ref_count(page) == 0\"");
  guint bug = node->type == PGW_JSON_STRING ? find_bug (node->string) : 0;

  if (node->type != PGW_JSON_BOOLEAN && bug == 0)
    return pgw_json_fail_expected (r->source, node, expected, error);

  PgwExpect *expect = pgw_expect_add (r, bug ? EXPECT_BUG_REASON : EXPECT_BUG, node, "bug");
  expect->show = bug ? SHOW_BUG : SHOW_BOOLEAN;
  expect->min = expect->max = bug ? (gint64) bug : node->boolean != FALSE;
  return TRUE;
}

static const PgwExpectClause clauses[] = {
  { "result", read_result },
  { "error", read_error },
  { "counter", read_counter },
  { "events", read_events },
  { "slab", read_slab },
  { "leaks", read_leaks },
  { "bug", read_bug },
  { NULL, NULL }
};

static gboolean
read_clauses (PgwExpectReader       *r,
              const PgwExpectClause *table,
              const PgwJsonNode     *node,
              GError               **error)
{
  for (; table->key; table++)
    {
      const PgwJsonNode *n = pgw_json_member (node, table->key);
      if (n && !table->read (r, n, error))
        return FALSE;
    }
  return TRUE;
}

GPtrArray *
pgw_expects_read (PgwJsonSource        *source,
                  const PgwJsonNode    *node,
                  const PgwEntry       *entry,
                  const PgwMachineInfo *info,
                  GError              **error)
{
  g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func ((GDestroyNotify) expect_free);
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  PgwExpectReader r = { source, entry, info, out };

  const PgwExpectClause *const tables[] = { clauses, pgw_expect_page_clauses (), pgw_expect_task_clauses () };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const PgwExpectClause *c = tables[i]; c->key; c++)
      g_ptr_array_add (keys, (gpointer) c->key);
  g_ptr_array_add (keys, NULL);
  if (!pgw_expect_want_object (&r, node, _("an object of expectations, such as {\"result\": \"ok\"}"), error) ||
      !pgw_json_check_keys (source, node, (const char *const *) keys->pdata, error))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    if (!read_clauses (&r, tables[i], node, error))
      return NULL;
  return g_steal_pointer (&out);
}
