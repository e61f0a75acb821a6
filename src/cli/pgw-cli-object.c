/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Objects and zones in the words of a command line.
 */
#include "config.h"
#include "pgw-cli.h"

#include <glib/gi18n.h>
#include <string.h>

static gboolean
fail (GError **error, const char *text, const char *expected)
{
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("“%s”: expected %s"), text, expected);
  return FALSE;
}

static gboolean
parse_number (const char *text, guint64 max, guint64 *value)
{
  gboolean hex = g_str_has_prefix (text, "0x");

  return g_ascii_string_to_unsigned (hex ? text + 2 : text, hex ? 16 : 10, 0, max, value, NULL);
}

gboolean
pgw_cli_parse_zone (const char *text, guint32 *zone, GError **error)
{
  const char *colon = strchr (text, ':');
  const char *name = colon != NULL ? colon + 1 : text;
  guint64 node = 0;

  if (colon != NULL)
    {
      g_autofree char *number = g_strndup (text, colon - text);

      if (!parse_number (number, MAX_NUMNODES - 1, &node))
        return fail (error, text, _("a zone such as Normal or 1:Normal"));
    }

  for (guint i = 0; i < VIEW_NR_ZONES; i++)
    if (g_ascii_strcasecmp (name, view_zone_name (i)) == 0)
      {
        *zone = zone_ref ((guint32) node, i);
        return TRUE;
      }

  return fail (error, text, _("a zone such as Normal or 1:Normal"));
}

/* Objects that one number names. */
static gboolean
parse_numbered (const char *text, char **words, mm_object_t *object, GError **error)
{
  static const struct {
    const char          *word;
    enum mm_object_kind  kind;
    guint64              max;
  } kinds[] = {
    { "page", MM_OBJECT_PAGE, MACHINE_MAX_RAM >> PAGE_SHIFT },
    { "pageblock", MM_OBJECT_PAGEBLOCK, MACHINE_MAX_RAM >> PAGE_SHIFT },
    { "node", MM_OBJECT_NODE, MAX_NUMNODES - 1 },
    { "slot", MM_OBJECT_SLOT, G_MAXUINT32 },
    { "op", MM_OBJECT_OP, G_MAXUINT32 },
  };
  guint64 value;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (!g_str_equal (words[0], kinds[i].word))
        continue;
      if (g_strv_length (words) != 2 || !parse_number (words[1], kinds[i].max, &value))
        return fail (error, text, _("a number after the kind of object, as in “page 0x1a3”"));

      if (kinds[i].kind == MM_OBJECT_OP && value-- == 0)
        return fail (error, text, _("the number of an operation, from 1"));
      *object = mm_object (kinds[i].kind, value);
      return TRUE;
    }

  return fail (error, text,
               _("an object: page N, pageblock N, node N, zone Z, free_area Z ORDER, pcp Z CPU, slot N, op N, machine"));
}

gboolean
pgw_cli_parse_object (const char *text, mm_object_t *object, GError **error)
{
  g_auto (GStrv) words = g_strsplit_set (text, " ", -1);
  guint n_words = g_strv_length (words);
  guint32 zone;
  guint64 sub;

  if (n_words == 1 && g_str_equal (words[0], "machine"))
    {
      *object = mm_object (MM_OBJECT_MACHINE, 0);
      return TRUE;
    }
  if (n_words == 2 && g_str_equal (words[0], "zone"))
    {
      if (!pgw_cli_parse_zone (words[1], &zone, error))
        return FALSE;
      *object = mm_object (MM_OBJECT_ZONE, zone);
      return TRUE;
    }
  if (n_words == 3 && (g_str_equal (words[0], "free_area") || g_str_equal (words[0], "pcp")))
    {
      gboolean pcp = g_str_equal (words[0], "pcp");

      if (!pgw_cli_parse_zone (words[1], &zone, error))
        return FALSE;
      if (!parse_number (words[2], pcp ? NR_CPUS - 1 : VIEW_MAX_ORDER - 1, &sub))
        return fail (error, text, pcp ? _("the number of a CPU") : _("an order from 0 to 10"));
      *object = mm_zone_object (pcp ? MM_OBJECT_PCP : MM_OBJECT_FREE_AREA, zone, (u32) sub);
      return TRUE;
    }

  return parse_numbered (text, words, object, error);
}
