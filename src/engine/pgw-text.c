/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts of a scenario that people read: either one text, or an object with
 * one text for each language. Which one is shown is decided when it is asked
 * for, from the languages the user prefers.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pgw-scenario-private.h"

/* "en", "zh_CN" */
static gboolean
is_language (const char *text)
{
  gsize n = strspn (text, "abcdefghijklmnopqrstuvwxyz");

  if (n < 2 || n > 3)
    return FALSE;
  text += n;
  return *text == '\0' ||
         (*text == '_' && g_ascii_isupper (text[1]) && g_ascii_isupper (text[2]) && text[3] == '\0');
}

static gboolean
read_phrase (PgwPhrase         *phrase,
             PgwJsonSource     *source,
             const PgwJsonNode *node,
             const char        *language,
             GError           **error)
{
  if (node->type != PGW_JSON_STRING || node->string[0] == '\0')
    return pgw_json_fail_expected (source, node, _("a text that is not empty"), error);
  phrase->language = g_strdup (language);
  phrase->text = g_strdup (node->string);
  return TRUE;
}

gboolean
pgw_text_read (PgwText           *text,
               PgwJsonSource     *source,
               const PgwJsonNode *node,
               GError           **error)
{
  if (node->type == PGW_JSON_STRING)
    {
      text->phrases = g_new0 (PgwPhrase, 1);
      text->n_phrases = 1;
      return read_phrase (text->phrases, source, node, "", error);
    }
  if (node->type != PGW_JSON_OBJECT || node->n_children == 0)
    return pgw_json_fail_expected (source, node,
                                   _("a text, or an object of texts by language such as {\"en\": \"...\", \"zh_CN\": \"...\"}"),
                                   error);

  text->phrases = g_new0 (PgwPhrase, node->n_children);
  text->n_phrases = node->n_children;
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      if (!is_language (n->key))
        {
          g_autofree char *found = g_strdup_printf (_("the key \"%s\""), n->key);
          return pgw_json_fail (source, n, found, _("a language such as \"en\" or \"zh_CN\""), error);
        }
      if (!read_phrase (&text->phrases[n->index], source, n, n->key, error))
        return FALSE;
    }
  return TRUE;
}

static const char *
find_phrase (const PgwText *text,
             const char    *language)
{
  for (guint i = 0; i < text->n_phrases; i++)
    if (strcmp (text->phrases[i].language, language) == 0)
      return text->phrases[i].text;
  return NULL;
}

const char *
pgw_text_get (const PgwText *text)
{
  const char *found = NULL;

  if (text->n_phrases == 0)
    return NULL;
  for (const char *const *names = g_get_language_names (); *names && !found; names++)
    found = find_phrase (text, strcmp (*names, "C") == 0 ? "en" : *names);
  if (found == NULL)
    found = find_phrase (text, "en");
  return found ? found : text->phrases[0].text;
}

void
pgw_text_set (PgwText    *text,
              const char *phrase)
{
  pgw_text_clear (text);
  text->phrases = g_new0 (PgwPhrase, 1);
  text->n_phrases = 1;
  text->phrases[0] = (PgwPhrase) { g_strdup (""), g_strdup (phrase) };
}

void
pgw_text_clear (PgwText *text)
{
  for (guint i = 0; i < text->n_phrases; i++)
    {
      g_free (text->phrases[i].language);
      g_free (text->phrases[i].text);
    }
  g_clear_pointer (&text->phrases, g_free);
  text->n_phrases = 0;
}
