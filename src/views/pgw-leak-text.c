/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The leak check at the end of a script, in words.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-leak-text.h"
#include "src/engine/pgw-leaks.h"

#define LISTED_LEAKS    8

char *
pgw_leak_text (PgwSession *session, char **list)
{
  guint64 n;
  GPtrArray *leaks = pgw_session_get_leaks (session, &n);
  GString *lines;

  if (leaks == NULL || n == 0)
    return NULL;
  lines = g_string_new (_("Never given back:"));
  for (guint i = 0; i < leaks->len && i < LISTED_LEAKS; i++)
    {
      g_autofree char *leak = pgw_leak_describe (g_ptr_array_index (leaks, i));

      g_string_append_printf (lines, "\n%s", leak);
    }
  if (n > LISTED_LEAKS)
    g_string_append (lines, "\n…");
  *list = g_string_free (lines, FALSE);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%lu object not given back", "%lu objects not given back",
                                       (gulong) n), (gulong) n);
}
