/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sizes and numbers in texts, read strictly: no sign, no blanks, nothing
 * behind them, and no silent overflow.
 */
#include "config.h"

#include <string.h>

#include "pgw-units.h"

static const char suffixes[] = "KMGT";

gboolean
pgw_number_parse (const char *text,
                  guint64    *number)
{
  gboolean hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');

  return g_ascii_string_to_unsigned (hex ? text + 2 : text, hex ? 16 : 10,
                                     0, G_MAXUINT64, number, NULL);
}

gboolean
pgw_size_parse (const char *text,
                guint64    *bytes)
{
  gsize length = strlen (text);
  const char *suffix = length ? strchr (suffixes, g_ascii_toupper (text[length - 1])) : NULL;

  if (suffix == NULL)
    return pgw_number_parse (text, bytes);

  g_autofree char *digits = g_strndup (text, length - 1);
  guint shift = 10 * (guint) (suffix - suffixes + 1);
  guint64 number;

  if (!pgw_number_parse (digits, &number) || number > G_MAXUINT64 >> shift)
    return FALSE;
  *bytes = number << shift;
  return TRUE;
}

char *
pgw_size_format (guint64 bytes)
{
  for (int i = 3; i >= 0; i--)
    {
      guint shift = 10 * (guint) (i + 1);

      if (bytes && bytes % (G_GUINT64_CONSTANT (1) << shift) == 0)
        return g_strdup_printf ("%" G_GUINT64_FORMAT "%c", bytes >> shift, suffixes[i]);
    }
  return g_strdup_printf ("%" G_GUINT64_FORMAT, bytes);
}
