/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tree that a JSON text was read into: its members, the place of each
 * value, and how a message names one.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pgw-json-private.h"

PgwJsonSource *
pgw_json_source_ref (PgwJsonSource *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
pgw_json_source_unref (PgwJsonSource *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->text);
  g_free (self->name);
  g_free (self->prefix);
  g_ptr_array_unref (self->blocks);
  g_string_chunk_free (self->strings);
  g_free (self);
}

const PgwJsonNode *
pgw_json_source_get_root (PgwJsonSource *self)
{
  return self->root;
}

const char *
pgw_json_source_get_text (PgwJsonSource *self,
                          gsize         *length)
{
  if (length)
    *length = self->length;
  return self->text;
}

const char *
pgw_json_source_get_name (PgwJsonSource *self)
{
  return self->name;
}

char *
pgw_json_pointer (PgwJsonSource     *self,
                  const PgwJsonNode *node)
{
  g_autoptr (GString) pointer = g_string_new (NULL);

  for (; node && node->parent; node = node->parent)
    {
      g_autoptr (GString) token = g_string_new ("/");

      if (node->key == NULL)
        g_string_append_printf (token, "%u", node->index);
      else
        for (const char *c = node->key; *c; c++)
          {
            if (*c == '~')
              g_string_append (token, "~0");
            else if (*c == '/')
              g_string_append (token, "~1");
            else
              g_string_append_c (token, *c);
          }
      g_string_prepend (pointer, token->str);
    }
  g_string_prepend (pointer, self->prefix);
  if (pointer->len == 0)
    g_string_append_c (pointer, '/');
  return g_string_free (g_steal_pointer (&pointer), FALSE);
}

char *
pgw_json_dup_text (PgwJsonSource     *self,
                   const PgwJsonNode *node)
{
  return g_strndup (self->text + node->start, node->end - node->start);
}

const PgwJsonNode *
pgw_json_member (const PgwJsonNode *object,
                 const char        *key)
{
  if (object->type != PGW_JSON_OBJECT)
    return NULL;
  for (const PgwJsonNode *n = object->first; n; n = n->next)
    if (strcmp (n->key, key) == 0)
      return n;
  return NULL;
}

/* At most `max` characters of a text, on one line. */
static char *
abridge (const char *text,
         glong       max)
{
  g_autofree char *part = NULL;

  if (g_utf8_strlen (text, -1) > max)
    {
      g_autofree char *head = g_utf8_substring (text, 0, max - 1);
      part = g_strconcat (head, "…", NULL);
    }
  else
    part = g_strdup (text);
  for (char *c = part; *c; c++)
    if ((guchar) *c < 0x20 || *c == 0x7f)
      *c = ' ';
  return g_steal_pointer (&part);
}

char *
pgw_json_describe (PgwJsonSource     *self,
                   const PgwJsonNode *node)
{
  g_autofree char *text = NULL;
  g_autofree char *part = NULL;

  switch ((PgwJsonType) node->type)
    {
    case PGW_JSON_NULL:
      return g_strdup ("null");
    case PGW_JSON_BOOLEAN:
      return g_strdup (node->boolean ? "true" : "false");
    case PGW_JSON_INTEGER:
    case PGW_JSON_DOUBLE:
      text = pgw_json_dup_text (self, node);
      part = abridge (text, 40);
      return g_strdup_printf (_("the number %s"), part);
    case PGW_JSON_STRING:
      part = abridge (node->string, 40);
      return g_strdup_printf (_("the text \"%s\""), part);
    case PGW_JSON_ARRAY:
      return g_strdup (node->n_children ? _("an array") : _("an empty array"));
    case PGW_JSON_OBJECT:
    default:
      return g_strdup (node->n_children ? _("an object") : _("an empty object"));
    }
}
