/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading values of a JSON tree with a type and bounds in mind, where what
 * does not fit becomes a message with its place: what was found, what was
 * expected, and for a misspelt word the one that was probably meant.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "pgw-json-source.h"
#include "pgw-scenario.h"

#define NEAREST_MAX_LENGTH 40
#define LIST_MAX_WORDS     24   /* a longer list is only given where no word is near */

static gboolean
fail_at (PgwJsonSource     *self,
         const PgwJsonNode *node,
         guint              line,
         guint              column,
         const char        *found,
         const char        *expected,
         GError           **error)
{
  g_autofree char *pointer = pgw_json_pointer (self, node);

  g_set_error (error, PGW_SCENARIO_ERROR, PGW_SCENARIO_ERROR_INVALID,
               _("%s:%u:%u: %s: found %s; expected %s"),
               pgw_json_source_get_name (self), line, column, pointer, found, expected);
  return FALSE;
}

gboolean
pgw_json_fail (PgwJsonSource     *self,
               const PgwJsonNode *node,
               const char        *found,
               const char        *expected,
               GError           **error)
{
  return fail_at (self, node, node->line, node->column, found, expected, error);
}

gboolean
pgw_json_fail_expected (PgwJsonSource     *self,
                        const PgwJsonNode *node,
                        const char        *expected,
                        GError           **error)
{
  g_autofree char *found = pgw_json_describe (self, node);

  return pgw_json_fail (self, node, found, expected, error);
}

gboolean
pgw_json_fail_missing (PgwJsonSource     *self,
                       const PgwJsonNode *object,
                       const char        *key,
                       GError           **error)
{
  g_autofree char *found = g_strdup_printf (_("no \"%s\""), key);
  g_autofree char *expected = g_strdup_printf (_("a member \"%s\""), key);

  return pgw_json_fail (self, object, found, expected, error);
}

/* Edit distance with the swap of two neighbours as one edit; words are cut at NEAREST_MAX_LENGTH bytes. */
static guint
distance (const char *a,
          const char *b)
{
  guint rows[3][NEAREST_MAX_LENGTH + 1];
  gsize la = MIN (strlen (a), NEAREST_MAX_LENGTH);
  gsize lb = MIN (strlen (b), NEAREST_MAX_LENGTH);
  guint *before = rows[0], *above = rows[1], *row = rows[2];

  for (gsize j = 0; j <= lb; j++)
    above[j] = before[j] = j;
  for (gsize i = 1; i <= la; i++)
    {
      row[0] = i;
      for (gsize j = 1; j <= lb; j++)
        {
          guint same = g_ascii_tolower (a[i - 1]) == g_ascii_tolower (b[j - 1]) ? 0 : 1;
          guint best = MIN (above[j] + 1, row[j - 1] + 1);

          best = MIN (best, above[j - 1] + same);
          if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            best = MIN (best, before[j - 2] + 1);
          row[j] = best;
        }
      guint *spare = before;
      before = above;
      above = row;
      row = spare;
    }
  return above[lb];
}

const char *
pgw_json_nearest (const char        *word,
                  const char *const *words)
{
  const char *nearest = NULL;
  guint best = MAX (2, MIN (strlen (word), NEAREST_MAX_LENGTH) / 3) + 1;

  for (; *words; words++)
    {
      guint d = distance (word, *words);
      if (d < best && d < strlen (*words))
        {
          best = d;
          nearest = *words;
        }
    }
  return nearest;
}

/* "one of a, b, c", or the nearest word. */
static char *
expect_word (const char        *word,
             const char *const *words)
{
  const char *nearest = word ? pgw_json_nearest (word, words) : NULL;
  g_autofree char *all = g_strjoinv (", ", (char **) words);

  if (words[0] == NULL)
    return g_strdup (_("nothing here"));
  if (words[1] == NULL)
    return g_strdup_printf ("\"%s\"", words[0]);
  if (nearest && g_strv_length ((char **) words) > LIST_MAX_WORDS)
    return g_strdup_printf (_("\"%s\"?"), nearest);
  if (nearest)
    return g_strdup_printf (_("\"%s\"? (known: %s)"), nearest, all);
  return g_strdup_printf (_("one of %s"), all);
}

gboolean
pgw_json_check_keys (PgwJsonSource     *self,
                     const PgwJsonNode *object,
                     const char *const *keys,
                     GError           **error)
{
  for (const PgwJsonNode *n = object->first; n; n = n->next)
    if (!g_strv_contains (keys, n->key))
      {
        g_autofree char *found = g_strdup_printf (_("the unknown key \"%s\""), n->key);
        g_autofree char *expected = expect_word (n->key, keys);

        return fail_at (self, n, n->key_line, n->key_column, found, expected, error);
      }
  return TRUE;
}

gboolean
pgw_json_read_uint (PgwJsonSource     *self,
                    const PgwJsonNode *node,
                    const char        *what,
                    guint64            min,
                    guint64            max,
                    guint64           *value,
                    GError           **error)
{
  if (node->type == PGW_JSON_INTEGER && !node->overflow &&
      (!node->negative || node->integer == 0) &&
      node->integer >= min && node->integer <= max)
    {
      *value = node->integer;
      return TRUE;
    }

  g_autofree char *expected =
    min == max ? g_strdup_printf (_("%s: only %" PRIu64), what, min) :
    g_strdup_printf (_("%s, a whole number from %" PRIu64 " to %" PRIu64),
                     what, min, max);
  return pgw_json_fail_expected (self, node, expected, error);
}

gboolean
pgw_json_read_word (PgwJsonSource     *self,
                    const PgwJsonNode *node,
                    const char *const *words,
                    guint             *value,
                    GError           **error)
{
  if (node->type == PGW_JSON_STRING)
    for (guint i = 0; words[i]; i++)
      if (strcmp (words[i], node->string) == 0)
        {
          *value = i;
          return TRUE;
        }

  g_autofree char *expected = expect_word (node->type == PGW_JSON_STRING ? node->string : NULL, words);
  return pgw_json_fail_expected (self, node, expected, error);
}
