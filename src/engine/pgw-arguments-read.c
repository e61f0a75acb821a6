/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arguments of operations as they are written in files: addresses, lengths,
 * protections and flags, read strictly and with the place of what is wrong.
 * pgw-arguments-write.c writes them.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "pgw-arguments.h"
#include "pgw-units.h"

#include "mm/machine.h"
#include "mm/mman.h"

#define COMM_BYTES 8

/* ---- Parsing texts ---- */

static gboolean
is_name_char (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

/* One name or number of a sum; moves *at behind it. */
static gboolean
parse_term (const char **at,
            gboolean     first,
            char       **name,
            guint64     *number)
{
  const char *end = *at;

  while (is_name_char (*end))
    end++;
  g_autofree char *word = g_strndup (*at, end - *at);
  *at = end;
  *number = 0;
  if (g_ascii_isdigit (word[0]))
    return pgw_size_parse (word, number);
  if (!first || !pgw_name_is_valid (word))
    return FALSE;
  *name = g_steal_pointer (&word);
  return TRUE;
}

gboolean
pgw_address_parse (const char *text,
                   char      **name,
                   guint64    *offset)
{
  g_autofree char *found = NULL;
  const char *at = text;
  guint64 number;

  if (!parse_term (&at, TRUE, &found, offset))
    return FALSE;
  while (*at == '+' || *at == '-')
    {
      gboolean minus = *at++ == '-';

      if (!parse_term (&at, FALSE, &found, &number))
        return FALSE;
      *offset += minus ? -number : number;
    }
  if (*at != '\0')
    return FALSE;
  *name = g_steal_pointer (&found);
  return TRUE;
}

static gboolean
find_word (const PgwWord *words,
           const char    *prefix,
           const char    *word,
           guint64       *bits)
{
  if (prefix && prefix[0] && g_str_has_prefix (word, prefix))
    word += strlen (prefix);
  for (; words->word; words++)
    if (strcmp (words->word, word) == 0)
      {
        *bits = words->bits;
        return TRUE;
      }
  return FALSE;
}

gboolean
pgw_flags_parse (const PgwWord *words,
                 const char    *prefix,
                 const char    *text,
                 guint64       *flags)
{
  g_auto (GStrv) parts = g_strsplit (text, "|", -1);

  *flags = 0;
  if (strcmp (text, "none") == 0)
    return TRUE;
  for (guint i = 0; parts[i]; i++)
    {
      const char *word = g_strstrip (parts[i]);
      guint64 bits;

      if (!find_word (words, prefix, word, &bits) &&
          !(g_ascii_isdigit (word[0]) && pgw_number_parse (word, &bits)))
        return FALSE;
      *flags |= bits;
    }
  return parts[0] != NULL;
}

void
pgw_flags_print (const PgwWord *words,
                 guint64        flags,
                 GString       *out)
{
  gsize start = out->len;

  for (; words->word && flags; words++)
    if (words->bits && (flags & words->bits) == words->bits)
      {
        g_string_append_printf (out, "%s%s", out->len > start ? "|" : "", words->word);
        flags &= ~words->bits;
      }
  if (flags)
    g_string_append_printf (out, "%s0x%" PRIx64, out->len > start ? "|" : "", flags);
  if (out->len == start)
    g_string_append (out, "none");
}

static const PgwWord prot_words[] = {
  { "NONE", PROT_NONE }, { "READ", PROT_READ }, { "WRITE", PROT_WRITE }, { "EXEC", PROT_EXEC },
  { "GROWSDOWN", PROT_GROWSDOWN }, { "GROWSUP", PROT_GROWSUP }, { NULL, 0 }
};

gboolean
pgw_prot_parse (const char *text,
                guint64    *prot)
{
  static const char letters[] = "rwx";
  guint64 bits = 0;
  guint i = 0;

  for (; i < 3 && (text[i] == letters[i] || text[i] == '-'); i++)
    if (text[i] != '-')
      bits |= (guint64) PROT_READ << i;
  if (i == 3 && text[3] == '\0')
    {
      *prot = bits;
      return TRUE;
    }
  return pgw_flags_parse (prot_words, "PROT_", text, prot);
}

void
pgw_prot_print (guint64  prot,
                GString *out)
{
  if (prot & ~(guint64) (PROT_READ | PROT_WRITE | PROT_EXEC))
    pgw_flags_print (prot_words, prot, out);
  else
    g_string_append_printf (out, "%c%c%c", prot & PROT_READ ? 'r' : '-', prot & PROT_WRITE ? 'w' : '-',
                            prot & PROT_EXEC ? 'x' : '-');
}

/* ---- Reading ---- */

static gboolean
is_plain_number (const PgwJsonNode *node,
                 guint64           *value)
{
  if (node->type != PGW_JSON_INTEGER || node->overflow || (node->negative && node->integer != 0))
    return FALSE;
  *value = node->integer;
  return TRUE;
}

static gboolean
read_address (const PgwArgument *argument,
              PgwEntry          *entry,
              const PgwJsonNode *node,
              GError           **error)
{
  guint64 *value = &entry->op.arg[argument->arg];
  g_autofree char *name = NULL;

  if (is_plain_number (node, value))
    return TRUE;
  if (node->type != PGW_JSON_STRING || !pgw_address_parse (node->string, &name, value))
    return pgw_json_fail_expected (entry->source, node,
                                   _("an address: a number such as \"0x10000\", or a name plus or minus numbers, such as \"heap+4K\""),
                                   error);
  if (name)
    pgw_entry_add_link (entry, PGW_LINK_BASE, argument->arg, name, node);
  return TRUE;
}

static gboolean
read_bytes (const PgwArgument *argument,
            PgwEntry          *entry,
            const PgwJsonNode *node,
            GError           **error)
{
  guint64 *value = &entry->op.arg[argument->arg];
  g_autofree char *name = NULL;

  if (is_plain_number (node, value) ||
      (node->type == PGW_JSON_STRING && pgw_address_parse (node->string, &name, value) && name == NULL))
    return TRUE;
  return pgw_json_fail_expected (entry->source, node, _("a number of bytes such as 4096, \"64K\" or \"2M-4K\""), error);
}

static gboolean
read_number (const PgwArgument *argument,
             PgwEntry          *entry,
             const PgwJsonNode *node,
             GError           **error)
{
  g_autofree char *what = g_strdup_printf ("\"%s\"", argument->key);

  return pgw_json_read_uint (entry->source, node, what, argument->min, argument->max,
                             &entry->op.arg[argument->arg], error);
}

static gboolean
read_value (const PgwArgument *argument,
            PgwEntry          *entry,
            const PgwJsonNode *node,
            GError           **error)
{
  guint64 *value = &entry->op.arg[argument->arg];

  if (is_plain_number (node, value) ||
      (node->type == PGW_JSON_STRING && g_ascii_isdigit (node->string[0]) && pgw_number_parse (node->string, value)))
    return TRUE;
  return pgw_json_fail_expected (entry->source, node, _("a value of up to 64 bits, such as 7 or \"0x2a\""), error);
}

static gboolean
read_prot (const PgwArgument *argument,
           PgwEntry          *entry,
           const PgwJsonNode *node,
           GError           **error)
{
  guint64 *value = &entry->op.arg[argument->arg];

  if (is_plain_number (node, value) ||
      (node->type == PGW_JSON_STRING && pgw_prot_parse (node->string, value)))
    return TRUE;
  return pgw_json_fail_expected (entry->source, node,
                                 _("a protection such as \"rw-\", \"r-x\", \"---\" or \"READ|WRITE\""), error);
}

static char *
join_words (const PgwWord *words)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (; words->word; words++)
    g_string_append_printf (all, "%s%s", all->len ? ", " : "", words->word);
  return g_string_free (g_steal_pointer (&all), FALSE);
}

/* The first part of a text of flags that is no flag. */
static char *
find_bad_word (const PgwArgument *argument,
               const char        *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "|", -1);
  guint64 bits;

  for (guint i = 0; parts[i]; i++)
    if (!pgw_flags_parse (argument->words, argument->prefix, parts[i], &bits))
      return g_strdup (g_strstrip (parts[i]));
  return g_strdup ("");
}

static gboolean
read_flags (const PgwArgument *argument,
            PgwEntry          *entry,
            const PgwJsonNode *node,
            GError           **error)
{
  guint64 *value = &entry->op.arg[argument->arg];

  if (is_plain_number (node, value) ||
      (node->type == PGW_JSON_STRING &&
       pgw_flags_parse (argument->words, argument->prefix, node->string, value)))
    return TRUE;

  g_autofree char *words = join_words (argument->words);
  g_autofree char *expected = words[0] ? g_strdup_printf (_("flags joined by |, or a mask; known: %s"), words)
                                       : g_strdup (_("\"none\" or a mask"));
  if (node->type != PGW_JSON_STRING)
    return pgw_json_fail_expected (entry->source, node, expected, error);
  g_autofree char *bad = find_bad_word (argument, node->string);
  g_autofree char *found = g_strdup_printf (_("\"%s\" in the text \"%s\""), bad, node->string);
  return pgw_json_fail (entry->source, node, found, expected, error);
}

static gboolean
read_word (const PgwArgument *argument,
           PgwEntry          *entry,
           const PgwJsonNode *node,
           GError           **error)
{
  guint64 *value = &entry->op.arg[argument->arg];

  if (is_plain_number (node, value) ||
      (node->type == PGW_JSON_STRING && find_word (argument->words, argument->prefix, node->string, value)))
    return TRUE;

  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  for (const PgwWord *w = argument->words; w->word; w++)
    g_ptr_array_add (words, (gpointer) w->word);
  g_ptr_array_add (words, NULL);
  guint index;
  return pgw_json_read_word (entry->source, node, (const char *const *) words->pdata, &index, error);
}

static gboolean
read_bit (const PgwArgument *argument,
          PgwEntry          *entry,
          const PgwJsonNode *node,
          GError           **error)
{
  if (node->type != PGW_JSON_BOOLEAN)
    return pgw_json_fail_expected (entry->source, node, _("true or false"), error);
  if (node->boolean)
    entry->op.arg[argument->arg] |= argument->min;
  return TRUE;
}

static gboolean
read_limit (const PgwArgument *argument,
            PgwEntry          *entry,
            const PgwJsonNode *node,
            GError           **error)
{
  guint64 *value = &entry->op.arg[argument->arg];

  if (node->type == PGW_JSON_STRING && strcmp (node->string, "infinity") == 0)
    {
      *value = G_MAXUINT64;
      return TRUE;
    }
  if (is_plain_number (node, value) || (node->type == PGW_JSON_STRING && pgw_size_parse (node->string, value)))
    return TRUE;
  return pgw_json_fail_expected (entry->source, node, _("a size such as \"8M\", or \"infinity\""), error);
}

static gboolean
read_open_file (const PgwArgument *argument,
                PgwEntry          *entry,
                const PgwJsonNode *node,
                GError           **error)
{
  /* Numbers are descriptors: -1 is none, and no other one is open. */
  if (node->type == PGW_JSON_INTEGER && argument->type == PGW_ARGUMENT_OPEN_FILE)
    {
      entry->op.arg[argument->arg] = node->negative && node->integer == 1 ? 0 : MM_OP_BAD_FILE;
      return TRUE;
    }
  if (node->type != PGW_JSON_STRING || !pgw_name_is_valid (node->string))
    return pgw_json_fail_expected (entry->source, node, _("the name of a file"), error);
  pgw_entry_add_link (entry,
                      argument->type == PGW_ARGUMENT_OPEN_FILE  ? PGW_LINK_OPEN_FILE
                      : argument->type == PGW_ARGUMENT_ANY_FILE ? PGW_LINK_ANY_FILE
                                                                : PGW_LINK_FILE,
                      argument->arg, node->string, node);
  return TRUE;
}

/* A name that the operation is about; `noun`: of what. */
static gboolean
read_link (PgwLinkKind        kind,
           const char        *noun,
           const PgwArgument *argument,
           PgwEntry          *entry,
           const PgwJsonNode *node,
           GError           **error)
{
  if (node->type != PGW_JSON_STRING || !pgw_name_is_valid (node->string))
    return pgw_json_fail_expected (entry->source, node, noun, error);
  pgw_entry_add_link (entry, kind, argument->arg, node->string, node);
  return TRUE;
}

static gboolean
read_child (const PgwArgument *argument,
            PgwEntry          *entry,
            const PgwJsonNode *node,
            GError           **error)
{
  return read_link (PGW_LINK_CHILD, _("the name of a task"), argument, entry, node, error);
}

static gboolean
read_tracee (const PgwArgument *argument,
             PgwEntry          *entry,
             const PgwJsonNode *node,
             GError           **error)
{
  return read_link (PGW_LINK_TRACEE, _("the name of a task"), argument, entry, node, error);
}

static gboolean
read_umem (const PgwArgument *argument,
           PgwEntry          *entry,
           const PgwJsonNode *node,
           GError           **error)
{
  return read_link (PGW_LINK_UMEM, _("the name of memory that was given to a device"), argument, entry, node, error);
}

static gboolean
read_comm (const PgwArgument *argument,
           PgwEntry          *entry,
           const PgwJsonNode *node,
           GError           **error)
{
  guint64 packed = 0;

  if (node->type != PGW_JSON_STRING || !pgw_name_is_valid (node->string) || strlen (node->string) > COMM_BYTES)
    return pgw_json_fail_expected (entry->source, node, _("a program's name of at most 8 letters and digits"), error);
  for (guint i = 0; node->string[i]; i++)
    packed |= (guint64) (guint8) node->string[i] << (8 * i);
  entry->op.arg[argument->arg] = packed;
  return TRUE;
}

/* Also nodes that the machine does not have: the system call shall be asked for them, too. */
static gboolean
read_nodes (const PgwArgument *argument,
            PgwEntry          *entry,
            const PgwJsonNode *node,
            GError           **error)
{
  guint64 nodes = 0;

  if (node->type != PGW_JSON_ARRAY)
    return pgw_json_fail_expected (entry->source, node, _("an array of the numbers of nodes"), error);
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      guint64 value;
      if (!pgw_json_read_uint (entry->source, n, _("the number of a node"), 0, MAX_NUMNODES - 1, &value, error))
        return FALSE;
      nodes |= G_GUINT64_CONSTANT (1) << value;
    }
  entry->op.arg[argument->arg] = nodes;
  return TRUE;
}

gboolean
pgw_argument_read (const PgwArgument *argument,
                   PgwEntry          *entry,
                   const PgwJsonNode *node,
                   GError           **error)
{
  static gboolean (*const readers[]) (const PgwArgument *, PgwEntry *, const PgwJsonNode *, GError **) = {
    [PGW_ARGUMENT_ADDRESS] = read_address,
    [PGW_ARGUMENT_BYTES] = read_bytes,
    [PGW_ARGUMENT_NUMBER] = read_number,
    [PGW_ARGUMENT_VALUE] = read_value,
    [PGW_ARGUMENT_PROT] = read_prot,
    [PGW_ARGUMENT_FLAGS] = read_flags,
    [PGW_ARGUMENT_WORD] = read_word,
    [PGW_ARGUMENT_BIT] = read_bit,
    [PGW_ARGUMENT_LIMIT] = read_limit,
    [PGW_ARGUMENT_OPEN_FILE] = read_open_file,
    [PGW_ARGUMENT_ANY_FILE] = read_open_file,
    [PGW_ARGUMENT_FILE] = read_open_file,
    [PGW_ARGUMENT_CHILD] = read_child,
    [PGW_ARGUMENT_TRACEE] = read_tracee,
    [PGW_ARGUMENT_UMEM] = read_umem,
    [PGW_ARGUMENT_COMM] = read_comm,
    [PGW_ARGUMENT_NODES] = read_nodes,
  };

  return readers[argument->type](argument, entry, node, error);
}
