/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A recording as a scenario: its steps' operations in a row, on its machine.
 */
#include "config.h"

#include "pgw-recording.h"
#include "pgw-replay.h"

PgwScenario *
pgw_recording_to_scenario (GFile   *file,
                           GError **error)
{
  g_autoptr (GArray) ops = g_array_new (FALSE, FALSE, sizeof (struct mm_op));
  g_autoptr (PgwReplay) replay = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *title = NULL;
  struct machine_config config;
  PgwScenario *scenario;
  PgwReplayStep *step;
  guint i;

  g_return_val_if_fail (G_IS_FILE (file), NULL);

  replay = pgw_replay_new (file, error);
  if (replay == NULL)
    return NULL;
  config = *pgw_replay_get_config (replay);
  config.nr_slots = 1;

  while (pgw_replay_next (replay, &step, &local))
    {
      g_array_append_vals (ops, step->ops->data, step->ops->len);
      for (i = 0; i < step->ops->len; i++)
        {
          const struct mm_op *op = &g_array_index (step->ops, struct mm_op, i);

          config.nr_slots = MAX (config.nr_slots, op->slot + MAX (op->nr, 1));
        }
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  title = g_file_get_basename (file);
  scenario = pgw_scenario_new (&config, pgw_replay_take_snapshot (replay),
                               pgw_recording_snapshot_free, title);
  pgw_scenario_set_snapshot_file (scenario, file);
  pgw_scenario_append_ops (scenario, (const struct mm_op *) ops->data, ops->len);
  return scenario;
}

const PgwImporter pgw_recording_importer = {
  .id = "recording",
  .sniff = pgw_recording_sniff,
  .read = pgw_recording_to_scenario,
};
