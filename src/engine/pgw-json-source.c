/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reader of JSON texts. One pass over the bytes; the cursor carries line
 * and column, and open arrays and objects are the chain of parents of the
 * value being read, so that neither depth nor length costs stack.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "pgw-json-private.h"
#include "pgw-scenario.h"

#define NODES_PER_BLOCK 128

typedef struct {
  PgwJsonSource *source;
  const char    *cursor;
  const char    *end;
  guint          line, column;
  PgwJsonNode   *parent;        /* innermost open array or object */
  guint          depth;
  const char    *key;           /* of the member whose value comes next */
  guint          key_line, key_column;
  GError       **error;
} Scanner;

/* ---- Messages ---- */

static void
set_error (PgwJsonSource *self,
           gint           code,
           guint          line,
           guint          column,
           const char    *pointer,
           const char    *found,
           const char    *expected,
           GError       **error)
{
  /* Translators: file:line:column: place in the file: what was found; what was expected */
  g_set_error (error, PGW_SCENARIO_ERROR, code, _("%s:%u:%u: %s: found %s; expected %s"),
               self->name, line, column, pointer, found, expected);
}

static gboolean
syntax_error (Scanner    *s,
              const char *found,
              const char *expected)
{
  g_autofree char *pointer = pgw_json_pointer (s->source, s->parent);

  set_error (s->source, PGW_SCENARIO_ERROR_SYNTAX, s->line, s->column, pointer,
             found, expected, s->error);
  return FALSE;
}

/* Complains about the character at the cursor. */
static gboolean
unexpected (Scanner    *s,
            const char *expected)
{
  g_autofree char *found = NULL;

  if (s->cursor >= s->end)
    return syntax_error (s, _("the end of the text"), expected);

  gunichar c = g_utf8_get_char (s->cursor);
  if (g_unichar_isgraph (c))
    {
      char utf8[8] = { 0 };
      g_unichar_to_utf8 (c, utf8);
      found = g_strdup_printf (_("the character %s"), utf8);
    }
  else
    found = g_strdup_printf (_("the character U+%04X"), c);
  return syntax_error (s, found, expected);
}

/* ---- The cursor ---- */

static void
advance (Scanner *s)
{
  guchar c = *s->cursor++;

  if (c == '\n')
    {
      s->line++;
      s->column = 1;
    }
  else if ((c & 0xc0) != 0x80)
    s->column++;
}

static int
peek (const Scanner *s)
{
  return s->cursor < s->end ? (guchar) *s->cursor : -1;
}

static void
skip_space (Scanner *s)
{
  int c;

  while ((c = peek (s)) == ' ' || c == '\t' || c == '\n' || c == '\r')
    advance (s);
}

/* ---- The tree ---- */

static PgwJsonNode *
add_node (Scanner    *s,
          PgwJsonType type)
{
  PgwJsonSource *self = s->source;
  guint slot = self->n_nodes % NODES_PER_BLOCK;

  if (self->n_nodes >= PGW_JSON_MAX_VALUES)
    {
      g_autofree char *expected = g_strdup_printf (_("at most %u values"), PGW_JSON_MAX_VALUES);
      syntax_error (s, _("one more value"), expected);
      return NULL;
    }
  if (slot == 0)
    g_ptr_array_add (self->blocks, g_new0 (PgwJsonNode, NODES_PER_BLOCK));

  PgwJsonNode *node = (PgwJsonNode *) g_ptr_array_index (self->blocks, self->blocks->len - 1) + slot;
  self->n_nodes++;

  node->type = type;
  node->parent = s->parent;
  node->line = s->line;
  node->column = s->column;
  node->start = s->cursor - self->text;
  node->key = s->key;
  node->key_line = s->key ? s->key_line : s->line;
  node->key_column = s->key ? s->key_column : s->column;
  s->key = NULL;

  if (s->parent == NULL)
    self->root = node;
  else
    {
      node->index = s->parent->n_children++;
      if (s->parent->last)
        s->parent->last->next = node;
      else
        s->parent->first = node;
      s->parent->last = node;
    }
  return node;
}

/* ---- Values ---- */

static gboolean
read_hex4 (Scanner *s,
           guint   *value)
{
  *value = 0;
  for (guint i = 0; i < 4; i++)
    {
      int c = peek (s);
      if (c < 0 || !g_ascii_isxdigit (c))
        return unexpected (s, _("four hexadecimal digits after \\u"));
      *value = *value << 4 | (guint) g_ascii_xdigit_value (c);
      advance (s);
    }
  return TRUE;
}

/* The cursor is behind \u. */
static gboolean
read_unicode_escape (Scanner *s,
                     GString *out)
{
  guint high, low;

  if (!read_hex4 (s, &high))
    return FALSE;
  if (high == 0)
    return syntax_error (s, "\\u0000", _("a text without NUL characters"));
  if (high >= 0xdc00 && high <= 0xdfff)
    return syntax_error (s, _("the second half of a surrogate pair alone"), _("a Unicode character"));
  if (high >= 0xd800 && high <= 0xdbff)
    {
      if (s->end - s->cursor < 2 || s->cursor[0] != '\\' || s->cursor[1] != 'u')
        return syntax_error (s, _("the first half of a surrogate pair alone"), _("a Unicode character"));
      advance (s);
      advance (s);
      if (!read_hex4 (s, &low))
        return FALSE;
      if (low < 0xdc00 || low > 0xdfff)
        return syntax_error (s, _("the first half of a surrogate pair alone"), _("a Unicode character"));
      high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    }
  g_string_append_unichar (out, high);
  return TRUE;
}

static gboolean
read_escape (Scanner *s,
             GString *out)
{
  static const char from[] = "\"\\/bfnrt";
  static const char to[] = "\"\\/\b\f\n\r\t";
  int c = peek (s);
  const char *at;

  if (c == 'u')
    {
      advance (s);
      return read_unicode_escape (s, out);
    }
  if (c <= 0 || (at = strchr (from, c)) == NULL)
    return unexpected (s, _("one of \" \\ / b f n r t u after a backslash"));
  g_string_append_c (out, to[at - from]);
  advance (s);
  return TRUE;
}

/* The cursor stands on the opening quotation mark. */
static gboolean
read_string (Scanner *s,
             GString *out)
{
  g_string_truncate (out, 0);
  advance (s);
  for (;;)
    {
      int c = peek (s);

      if (c < 0)
        return unexpected (s, _("the closing \" of a text"));
      if (c == '"')
        break;
      if (c < 0x20)
        return unexpected (s, _("the closing \" of a text on the same line (write a line end as \\n)"));
      if (c == '\\')
        {
          advance (s);
          if (!read_escape (s, out))
            return FALSE;
        }
      else
        {
          g_string_append_c (out, (char) c);
          advance (s);
        }
    }
  advance (s);
  return TRUE;
}

static gboolean
read_digits (Scanner     *s,
             PgwJsonNode *node)
{
  int c = peek (s);

  if (c < 0 || !g_ascii_isdigit (c))
    return unexpected (s, _("a digit"));
  for (; (c = peek (s)) >= 0 && g_ascii_isdigit (c); advance (s))
    {
      guint digit = c - '0';
      if (node->integer > (G_MAXUINT64 - digit) / 10)
        node->overflow = TRUE;
      node->integer = node->integer * 10 + digit;
    }
  return TRUE;
}

static gboolean
read_number (Scanner *s)
{
  PgwJsonNode *node = add_node (s, PGW_JSON_INTEGER);
  PgwJsonNode ignored = { 0 };
  const char *start = s->cursor;

  if (node == NULL)
    return FALSE;
  if (peek (s) == '-')
    {
      node->negative = TRUE;
      advance (s);
    }
  if (peek (s) == '0')
    {
      advance (s);
      if (peek (s) >= 0 && g_ascii_isdigit (peek (s)))
        return unexpected (s, _("no digit after a leading zero"));
    }
  else if (!read_digits (s, node))
    return FALSE;
  if (peek (s) == '.')
    {
      node->type = PGW_JSON_DOUBLE;
      advance (s);
      if (!read_digits (s, &ignored))
        return FALSE;
    }
  if (peek (s) == 'e' || peek (s) == 'E')
    {
      node->type = PGW_JSON_DOUBLE;
      advance (s);
      if (peek (s) == '+' || peek (s) == '-')
        advance (s);
      if (!read_digits (s, &ignored))
        return FALSE;
    }
  node->end = s->cursor - s->source->text;
  if (node->type == PGW_JSON_DOUBLE)
    {
      g_autofree char *text = g_strndup (start, s->cursor - start);
      node->number = g_ascii_strtod (text, NULL);
    }
  return TRUE;
}

static gboolean
read_literal (Scanner    *s,
              const char *word,
              PgwJsonType type,
              gboolean    value)
{
  PgwJsonNode *node = add_node (s, type);

  if (node == NULL)
    return FALSE;
  for (const char *w = word; *w; w++)
    {
      if (peek (s) != *w)
        return unexpected (s, _("a value: { [ \" a number, true, false or null"));
      advance (s);
    }
  node->boolean = value;
  node->end = s->cursor - s->source->text;
  return TRUE;
}

static gboolean
open_container (Scanner    *s,
                PgwJsonType type)
{
  if (s->depth >= PGW_JSON_MAX_DEPTH)
    {
      g_autofree char *expected = g_strdup_printf (_("at most %u levels"), PGW_JSON_MAX_DEPTH);
      return syntax_error (s, _("one more level of nesting"), expected);
    }
  PgwJsonNode *node = add_node (s, type);
  if (node == NULL)
    return FALSE;
  advance (s);
  s->parent = node;
  s->depth++;
  return TRUE;
}

static void
close_container (Scanner *s)
{
  advance (s);
  s->parent->end = s->cursor - s->source->text;
  s->parent = s->parent->parent;
  s->depth--;
}

/* Reads `"key" :` and checks that the key is new. */
static gboolean
read_key (Scanner *s,
          GString *buffer)
{
  guint line = s->line, column = s->column;

  if (peek (s) != '"')
    return unexpected (s, _("a key in quotation marks"));
  if (!read_string (s, buffer))
    return FALSE;

  const char *key = g_string_chunk_insert_const (s->source->strings, buffer->str);
  for (PgwJsonNode *n = s->parent->first; n; n = n->next)
    if (n->key == key)
      {
        g_autofree char *found = g_strdup_printf (_("the key \"%s\" a second time"), key);
        g_autofree char *expected = g_strdup_printf (_("each key once (it is at line %u, column %u)"),
                                                     n->key_line, n->key_column);
        s->line = line;
        s->column = column;
        return syntax_error (s, found, expected);
      }
  if (s->parent->n_children >= PGW_JSON_MAX_MEMBERS)
    {
      g_autofree char *expected = g_strdup_printf (_("at most %u members"), PGW_JSON_MAX_MEMBERS);
      s->line = line;
      s->column = column;
      return syntax_error (s, _("one more member of an object"), expected);
    }
  s->key = key;
  s->key_line = line;
  s->key_column = column;

  skip_space (s);
  if (peek (s) != ':')
    return unexpected (s, _("\":\" after a key"));
  advance (s);
  skip_space (s);
  return TRUE;
}

/* Reads a plain value, or opens an array or object (then *opened is set). */
static gboolean
read_value (Scanner  *s,
            GString  *buffer,
            gboolean *opened)
{
  int c = peek (s);

  *opened = c == '{' || c == '[';
  switch (c)
    {
    case '{':
      return open_container (s, PGW_JSON_OBJECT);
    case '[':
      return open_container (s, PGW_JSON_ARRAY);
    case '"':
      {
        PgwJsonNode *node = add_node (s, PGW_JSON_STRING);
        if (node == NULL || !read_string (s, buffer))
          return FALSE;
        node->string = g_string_chunk_insert_len (s->source->strings, buffer->str, buffer->len);
        node->end = s->cursor - s->source->text;
        return TRUE;
      }
    case 't':
      return read_literal (s, "true", PGW_JSON_BOOLEAN, TRUE);
    case 'f':
      return read_literal (s, "false", PGW_JSON_BOOLEAN, FALSE);
    case 'n':
      return read_literal (s, "null", PGW_JSON_NULL, FALSE);
    default:
      if (c == '-' || (c >= '0' && c <= '9'))
        return read_number (s);
      return unexpected (s, _("a value: { [ \" a number, true, false or null"));
    }
}

/* After a value: closes what ends here and comes to the next value. *done at the end of the text. */
static gboolean
next_value (Scanner  *s,
            GString  *buffer,
            gboolean *done)
{
  for (;;)
    {
      skip_space (s);
      if (s->parent == NULL)
        {
          *done = TRUE;
          return s->cursor >= s->end || unexpected (s, _("the end of the text"));
        }

      gboolean object = s->parent->type == PGW_JSON_OBJECT;
      int c = peek (s);

      if (c == (object ? '}' : ']'))
        {
          close_container (s);
          continue;
        }
      if (c != ',')
        return unexpected (s, object ? _("\",\" or \"}\"") : _("\",\" or \"]\""));
      advance (s);
      skip_space (s);
      if (object)
        return read_key (s, buffer);
      if (peek (s) == ']')
        return unexpected (s, _("a value after \",\""));
      return TRUE;
    }
}

static gboolean
read_text (Scanner *s)
{
  g_autoptr (GString) buffer = g_string_new (NULL);
  gboolean opened, done = FALSE;

  skip_space (s);
  while (!done)
    {
      if (!read_value (s, buffer, &opened))
        return FALSE;
      if (opened)
        {
          gboolean object = s->parent->type == PGW_JSON_OBJECT;

          skip_space (s);
          if (peek (s) != (object ? '}' : ']'))
            {
              if (object && !read_key (s, buffer))
                return FALSE;
              continue;
            }
        }
      if (!next_value (s, buffer, &done))
        return FALSE;
    }
  return TRUE;
}

/* Puts the cursor on the first byte that is not UTF-8 and says so. */
static gboolean
check_utf8 (Scanner *s)
{
  const char *bad;

  if (g_utf8_validate_len (s->cursor, s->end - s->cursor, &bad))
    return TRUE;
  while (s->cursor < bad)
    advance (s);
  g_autofree char *found = g_strdup_printf (_("the byte 0x%02x"), (guchar) *bad);
  return syntax_error (s, found, _("text in UTF-8"));
}

/* ---- Public ---- */

PgwJsonSource *
pgw_json_source_new (const char  *data,
                     gsize        length,
                     const char  *name,
                     guint        line,
                     guint        column,
                     const char  *prefix,
                     GError     **error)
{
  g_autoptr (PgwJsonSource) self = g_new0 (PgwJsonSource, 1);

  g_return_val_if_fail (data != NULL || length == 0, NULL);

  g_atomic_ref_count_init (&self->ref_count);
  self->name = g_strdup (name);
  self->prefix = g_strdup (prefix ? prefix : "");
  self->blocks = g_ptr_array_new_with_free_func (g_free);
  self->strings = g_string_chunk_new (1024);

  Scanner s = { .source = self, .line = line, .column = column, .error = error };
  if (length > PGW_JSON_MAX_BYTES)
    {
      g_autofree char *found = g_strdup_printf (_("a text of %" PRIu64 " bytes"), (guint64) length);
      g_autofree char *expected = g_strdup_printf (_("at most %u MiB"), PGW_JSON_MAX_BYTES >> 20);
      syntax_error (&s, found, expected);
      return NULL;
    }
  self->text = g_malloc (length + 1);
  if (length)
    memcpy (self->text, data, length);
  self->text[length] = '\0';
  self->length = length;
  s.cursor = self->text;
  s.end = self->text + length;
  if (length >= 3 && memcmp (s.cursor, "\xef\xbb\xbf", 3) == 0)
    s.cursor += 3;

  if (!check_utf8 (&s) || !read_text (&s))
    return NULL;
  return g_steal_pointer (&self);
}
