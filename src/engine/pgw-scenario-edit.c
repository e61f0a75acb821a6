/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What changes a scenario's list of entries. Any change but adding unfolds the
 * list anew, so that the script never depends on how one came to it.
 */
#include "config.h"

#include <string.h>

#include "pgw-scenario-object.h"

struct _PgwScenarioState {
  GPtrArray *entries;
};

gboolean
pgw_scenario_append_json (PgwScenario *self,
                          const char  *json,
                          GError     **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (json != NULL, FALSE);

  g_autofree char *prefix = g_strdup_printf ("/script/%u", self->entries->len);
  g_autoptr (PgwJsonSource) source =
    pgw_json_source_new (json, strlen (json), self->name, 1, 1, prefix, error);
  if (source == NULL)
    return FALSE;

  PgwEntry *entry = pgw_entry_read (source, pgw_json_source_get_root (source), &self->machine.info, error);
  if (entry == NULL)
    return FALSE;
  entry->interactive = TRUE;
  if (!pgw_script_add (self->script, entry, error))
    {
      pgw_entry_unref (entry);
      pgw_scenario_unfold_again (self);
      return FALSE;
    }
  g_ptr_array_add (self->entries, entry);
  pgw_scenario_size_slots (self);
  return TRUE;
}

void
pgw_scenario_append_ops (PgwScenario        *self,
                         const struct mm_op *ops,
                         guint64             n_ops)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (ops != NULL || n_ops == 0);

  if (n_ops == 0)
    return;
  PgwEntry *entry = pgw_entry_new_raw (ops, n_ops);
  pgw_script_add (self->script, entry, NULL);
  g_ptr_array_add (self->entries, entry);
  pgw_scenario_size_slots (self);
}

void
pgw_scenario_truncate (PgwScenario *self,
                       guint64      n_ops)
{
  g_return_if_fail (self != NULL);

  if (n_ops >= pgw_script_n_ops (self->script))
    return;
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->entries);
  self->entries = pgw_entries_new ();
  for (guint i = 0; i < old->len; i++)
    {
      PgwEntry *entry = g_ptr_array_index (old, i);

      /* The files of the scenario stay. */
      if (entry->implicit)
        {
          g_ptr_array_add (self->entries, pgw_entry_ref (entry));
          n_ops -= MIN (n_ops, 1);
        }
      else if (n_ops > 0)
        n_ops -= pgw_entry_cut (entry, n_ops, &self->machine.info, self->entries);
    }
  pgw_scenario_unfold_again (self);
}

PgwScenarioState *
pgw_scenario_save_state (PgwScenario *self)
{
  PgwScenarioState *state;

  g_return_val_if_fail (self != NULL, NULL);

  state = g_new0 (PgwScenarioState, 1);
  state->entries = pgw_entries_copy (self->entries);
  return state;
}

void
pgw_scenario_restore_state (PgwScenario            *self,
                            const PgwScenarioState *state)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (state != NULL);

  g_ptr_array_unref (self->entries);
  self->entries = pgw_entries_copy (state->entries);
  pgw_scenario_unfold_again (self);
}

void
pgw_scenario_state_free (PgwScenarioState *state)
{
  if (state == NULL)
    return;
  g_ptr_array_unref (state->entries);
  g_free (state);
}
