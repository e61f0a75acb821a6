/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arguments of operations, written so that they read back to the same number
 * (pgw-arguments-read.c).
 */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "pgw-arguments.h"
#include "pgw-units.h"

#include "mm/machine.h"

/* As one writes it: small numbers and round sizes in decimal, all else in hexadecimal. */
static void
print_size (guint64  bytes,
            GString *out)
{
  g_autofree char *size = pgw_size_format (bytes);

  if (!g_ascii_isdigit (size[strlen (size) - 1]) && bytes < (G_GUINT64_CONSTANT (1) << 44))
    g_string_append (out, size);
  else if (bytes < 4096)
    g_string_append_printf (out, "%" PRIu64, bytes);
  else
    g_string_append_printf (out, "0x%" PRIx64, bytes);
}

static void
print_address (const PgwArgument  *argument,
               const struct mm_op *op,
               const char         *name,
               GString            *out)
{
  guint64 offset = op->arg[argument->arg];

  if (op->base[argument->arg] == 0)
    g_string_append_printf (out, "0x%" PRIx64, offset);
  else
    {
      g_string_append (out, name);
      if (offset)
        {
          gboolean minus = (gint64) offset < 0;

          g_string_append_c (out, minus ? '-' : '+');
          print_size (minus ? -offset : offset, out);
        }
    }
}

static gboolean
print_word (const PgwArgument *argument,
            guint64            value,
            GString           *out)
{
  for (const PgwWord *w = argument->words; w->word; w++)
    if (w->bits == value)
      {
        g_string_append (out, w->word);
        return TRUE;
      }
  g_string_append_printf (out, "%" PRIu64, value);
  return TRUE;
}

static gboolean
print_file (guint64     value,
            const char *name,
            GString    *out)
{
  if (value == MM_OP_BAD_FILE || value == 0)
    g_string_append (out, value ? "99" : "-1");
  else if (name)
    g_string_append (out, name);
  else
    return FALSE;
  return TRUE;
}

static void
print_comm (guint64  packed,
            GString *out)
{
  for (; packed & 0xff; packed >>= 8)
    g_string_append_c (out, (char) (packed & 0xff));
}

/* As JSON: an array that reads back. */
static void
print_nodes (guint64  nodes,
             GString *out)
{
  const char *separator = "";

  g_string_append_c (out, '[');
  for (guint i = 0; i < MAX_NUMNODES; i++)
    if (nodes >> i & 1)
      {
        g_string_append_printf (out, "%s%u", separator, i);
        separator = ", ";
      }
  g_string_append_c (out, ']');
}

gboolean
pgw_argument_print (const PgwArgument  *argument,
                    const struct mm_op *op,
                    const char         *name,
                    GString            *out)
{
  guint64 value = op->arg[argument->arg];

  switch (argument->type)
    {
    case PGW_ARGUMENT_ADDRESS:
      if (op->base[argument->arg] && name == NULL)
        return FALSE;
      print_address (argument, op, name, out);
      return TRUE;
    case PGW_ARGUMENT_BYTES:
      print_size (value, out);
      return TRUE;
    case PGW_ARGUMENT_LIMIT:
      if (value == G_MAXUINT64)
        g_string_append (out, "infinity");
      else
        print_size (value, out);
      return TRUE;
    case PGW_ARGUMENT_NUMBER:
    case PGW_ARGUMENT_VALUE:
      g_string_append_printf (out, "%" PRIu64, value);
      return TRUE;
    case PGW_ARGUMENT_BIT:
      g_string_append (out, value & argument->min ? "true" : "false");
      return TRUE;
    case PGW_ARGUMENT_PROT:
      pgw_prot_print (value, out);
      return TRUE;
    case PGW_ARGUMENT_FLAGS:
      pgw_flags_print (argument->words, value, out);
      return TRUE;
    case PGW_ARGUMENT_WORD:
      return print_word (argument, value, out);
    case PGW_ARGUMENT_OPEN_FILE:
    case PGW_ARGUMENT_ANY_FILE:
      return print_file (value, name, out);
    case PGW_ARGUMENT_FILE:
    case PGW_ARGUMENT_CHILD:
    case PGW_ARGUMENT_TRACEE:
    case PGW_ARGUMENT_UMEM:
      if (name)
        g_string_append (out, name);
      return name != NULL;
    case PGW_ARGUMENT_NODES:
      print_nodes (value, out);
      return TRUE;
    case PGW_ARGUMENT_COMM:
    default:
      print_comm (value, out);
      return TRUE;
    }
}
