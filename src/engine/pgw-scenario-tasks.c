/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations of tasks and files as texts: the line of the script list, and
 * the JSON form of operations that never had one. Both go by the table of
 * arguments (pgw-arguments.c).
 */
#include "config.h"

#include <string.h>

#include "pgw-arguments.h"
#include "pgw-scenario-object.h"

/* Which slot an argument names; FALSE if none. */
static gboolean
argument_slot (const PgwArgument  *argument,
               const struct mm_op *op,
               guint32            *slot)
{
  guint64 value = op->arg[argument->arg];

  switch (argument->type)
    {
    case PGW_ARGUMENT_ADDRESS:
      *slot = op->base[argument->arg] - 1;
      return op->base[argument->arg] != 0;
    case PGW_ARGUMENT_OPEN_FILE:
    case PGW_ARGUMENT_ANY_FILE:
    case PGW_ARGUMENT_FILE:
      *slot = (guint32) value - 1;
      return value != 0 && value != MM_OP_BAD_FILE;
    case PGW_ARGUMENT_CHILD:
    case PGW_ARGUMENT_TRACEE:
    case PGW_ARGUMENT_UMEM:
      *slot = op->slot;
      return TRUE;
    case PGW_ARGUMENT_BYTES:
    case PGW_ARGUMENT_NUMBER:
    case PGW_ARGUMENT_VALUE:
    case PGW_ARGUMENT_PROT:
    case PGW_ARGUMENT_FLAGS:
    case PGW_ARGUMENT_WORD:
    case PGW_ARGUMENT_BIT:
    case PGW_ARGUMENT_LIMIT:
    case PGW_ARGUMENT_COMM:
    case PGW_ARGUMENT_NODES:
    default:
      return FALSE;
    }
}

/* Is the argument at what it is when its key is left out? */
static gboolean
is_preset (const PgwArgument  *argument,
           const struct mm_op *op)
{
  if (argument->required)
    return FALSE;
  if (argument->type == PGW_ARGUMENT_BIT)
    return (op->arg[argument->arg] & argument->min) == 0;
  if (op->kind == OP_set_task)
    return &pgw_operation_lookup (OP_set_task)->arguments[op->arg[0]] != argument;
  return op->arg[argument->arg] == argument->preset &&
         !(argument->type == PGW_ARGUMENT_ADDRESS && op->base[argument->arg]);
}

void
pgw_tasks_describe (PgwScenario        *self,
                    const struct mm_op *op,
                    const PgwEntry     *entry,
                    GString            *out)
{
  const PgwOperation *operation = pgw_operation_lookup (op->kind);
  g_autofree char *filled = NULL;

  for (guint i = 0; i < operation->n_arguments; i++)
    {
      const PgwArgument *argument = &operation->arguments[i];
      g_autofree char *name = NULL;
      guint32 slot;
      gsize before = out->len;

      if (is_preset (argument, op))
        continue;
      if (argument_slot (argument, op, &slot))
        name = pgw_script_slot_name (self->script, slot);
      g_string_append_c (out, ' ');
      if (!argument->required)
        g_string_append_printf (out, "%s=", argument->key);
      if (!pgw_argument_print (argument, op, name ? name : "?", out))
        g_string_truncate (out, before);
    }
  if (entry->as)
    filled = g_strdup (entry->as);
  else if (operation->fills)
    filled = pgw_script_slot_name (self->script, op->slot);
  if (filled)
    g_string_append_printf (out, " → %s", filled);
}

/* Numbers stand as they are, all else in quotes. */
static gboolean
is_quoted (const PgwArgument *argument,
           const char        *text)
{
  switch (argument->type)
    {
    case PGW_ARGUMENT_NUMBER:
    case PGW_ARGUMENT_VALUE:
    case PGW_ARGUMENT_BIT:
    case PGW_ARGUMENT_NODES:
      return FALSE;
    case PGW_ARGUMENT_WORD:
    case PGW_ARGUMENT_OPEN_FILE:
    case PGW_ARGUMENT_ANY_FILE:
      return !(g_ascii_isdigit (text[0]) || text[0] == '-');
    case PGW_ARGUMENT_ADDRESS:
    case PGW_ARGUMENT_BYTES:
    case PGW_ARGUMENT_PROT:
    case PGW_ARGUMENT_FLAGS:
    case PGW_ARGUMENT_LIMIT:
    case PGW_ARGUMENT_FILE:
    case PGW_ARGUMENT_CHILD:
    case PGW_ARGUMENT_TRACEE:
    case PGW_ARGUMENT_UMEM:
    case PGW_ARGUMENT_COMM:
    default:
      return TRUE;
    }
}

gboolean
pgw_tasks_append_json (const struct mm_op *op,
                       PgwSlotNameFunc     slot_name,
                       gpointer            data,
                       GString            *out)
{
  const PgwOperation *operation = pgw_operation_lookup (op->kind);

  if (operation->of_task && op->task)
    {
      g_autofree char *task = slot_name (op->task - 1, data);

      if (task == NULL)
        return FALSE;
      g_string_append_printf (out, ", \"task\": \"%s\"", task);
    }
  for (guint i = 0; i < operation->n_arguments; i++)
    {
      const PgwArgument *argument = &operation->arguments[i];
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *name = NULL;
      guint32 slot;

      if (is_preset (argument, op))
        continue;
      if (argument_slot (argument, op, &slot))
        name = slot_name (slot, data);
      if (!pgw_argument_print (argument, op, name, text))
        return FALSE;

      const char *quote = is_quoted (argument, text->str) ? "\"" : "";
      g_string_append_printf (out, ", \"%s\": %s%s%s", argument->key, quote, text->str, quote);
    }
  return TRUE;
}
