/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operations of a script in one line each, as the list of operations and
 * the command line show them.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-arguments.h"
#include "pgw-scenario-object.h"
#include "pgw-units.h"

static void
describe_slots (PgwScenario        *self,
                const struct mm_op *op,
                GString            *out,
                const char         *before)
{
  const PgwEntry *entry = pgw_script_entry (self->script, op - pgw_script_ops (self->script));
  g_autofree char *slot = NULL;

  if (entry->as)
    g_string_append_printf (out, "%s%s", before, entry->as);
  else if (entry->of_node)
    g_string_append_printf (out, "%s%s", before, entry->of_node->string);
  else if ((slot = pgw_script_slot_name (self->script, op->slot)) != NULL)
    g_string_append_printf (out, "%s%s", before, slot);
}

static void
describe_place (const struct mm_op *op,
                GString            *out)
{
  char gfp[256];

  view_gfp (op->gfp, gfp, sizeof gfp);
  g_string_append_printf (out, " %s", gfp);
  if (op->nid >= 0)
    g_string_append_printf (out, " node %d", op->nid);
}

/* What a recording says of a step, see mm/replay.h. */
static void
describe_replayed (const struct mm_op *op,
                   GString            *out)
{
  switch (op->kind)
    {
    case OP_replay_alloc:
      g_string_append_printf (out, " order %u", op->order);
      describe_place (op, out);
      break;
    case OP_replay_bulk:
      g_string_append_printf (out, " %u ×", op->nr);
      describe_place (op, out);
      break;
    case OP_replay_spill:
      g_string_append_printf (out, " %u pages", op->nr);
      break;
    case OP_replay_free:
    case OP_replay_isolate:
    case OP_replay_adopt:
    case OP_replay_exchange:
      g_string_append_printf (out, " 0x%" G_GINT64_MODIFIER "x order %u", op->arg[0], op->order);
      break;
    case OP_replay_block_type:
    case OP_replay_movable:
    case OP_replay_peek:
      g_string_append_printf (out, " 0x%" G_GINT64_MODIFIER "x", op->arg[0]);
      break;
    default:
      break;
    }
}

/* Operations of the page allocator, and of recordings of it. */
static void
describe_pages (PgwScenario        *self,
                const struct mm_op *op,
                GString            *out)
{
  switch (op->kind)
    {
    case OP_alloc_pages:
      g_string_append_printf (out, " order %u", op->order);
      describe_place (op, out);
      describe_slots (self, op, out, " → ");
      break;
    case OP_alloc_many:
      g_string_append_printf (out, " %u × order %u", op->nr, op->order);
      if (op->arg[1] > op->order)
        g_string_append_printf (out, "–%u", (guint) op->arg[1]);
      describe_place (op, out);
      describe_slots (self, op, out, " → ");
      break;
    case OP_alloc_pages_bulk:
      g_string_append_printf (out, " %u ×", op->nr);
      describe_place (op, out);
      describe_slots (self, op, out, " → ");
      break;
    case OP_free_many:
      describe_slots (self, op, out, " ");
      if (op->arg[0] < PGW_N_PATTERNS)
        g_string_append_printf (out, " %s", pgw_pattern_names[op->arg[0]]);
      if (op->arg[0] == PATTERN_EVERY)
        g_string_append_printf (out, " %u", (guint) op->arg[2]);
      if (op->arg[3] >> 32)
        g_string_append_printf (out, " × %u", (guint) (op->arg[3] >> 32));
      break;
    case OP_free_pages:
    case OP_free_unref_page_list:
    case OP_get_page:
    case OP_put_page:
      describe_slots (self, op, out, " ");
      break;
    case OP_reference_string:
      for (guint i = 0; i < MIN (op->arg[0], POLICY_MAX_REFS); i++)
        g_string_append_printf (out, " %u", (guint) (op->arg[1 + i / 8] >> (8 * (i % 8)) & 255));
      break;
    case OP_replacement:
      g_string_append_printf (out, " %s frames=%u", view_policy_name (op->arg[0]), (guint) op->arg[1]);
      break;
    case OP_set_tunable:
      g_string_append_printf (out, " %s = %" G_GUINT64_FORMAT,
                              op->arg[0] < NR_TUNABLES ? view_tunable_name (op->arg[0]) : "?", (guint64) op->arg[1]);
      break;
    default:
      describe_replayed (op, out);
      break;
    }
}

/* Which of several tasks it is. */
static void
describe_task (PgwScenario        *self,
               const struct mm_op *op,
               GString            *out)
{
  g_autofree char *task = NULL;

  if (op->task == 0 || !pgw_script_has_tasks (self->script))
    return;
  task = pgw_script_slot_name (self->script, op->task - 1);
  if (task)
    g_string_append_printf (out, "%s: ", task);
}

char *
pgw_scenario_describe_op (PgwScenario *self,
                          guint64      op_index)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (op_index < pgw_script_n_ops (self->script), NULL);

  const struct mm_op *op = &pgw_script_ops (self->script)[op_index];
  const PgwOperation *operation = pgw_operation_lookup (op->kind);
  GString *out = g_string_new (NULL);

  describe_task (self, op, out);
  g_string_append (out, view_op_name (op->kind));
  if (operation && operation->family == PGW_FAMILY_OBJECTS)
    pgw_slab_operation_describe (pgw_script_entry (self->script, op_index), op, out);
  else if (operation && operation->family == PGW_FAMILY_TASKS)
    pgw_tasks_describe (self, op, pgw_script_entry (self->script, op_index), out);
  else
    describe_pages (self, op, out);
  if (self->machine.info.nr_cpus > 1 && op->kind != OP_note && op->kind != OP_nop)
    g_string_append_printf (out, " cpu %u", op->cpu);
  return g_string_free (out, FALSE);
}
