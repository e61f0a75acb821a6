/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Peers: starting them, recording them, and bringing them to one place of the script. */
#include "config.h"
#include "pgw-peers.h"

#include <math.h>

guint64
pgw_peers_map_step (PgwTimeline *from, guint64 from_front, guint64 step, PgwTimeline *to, guint64 to_front)
{
  guint64 op = pgw_timeline_op_at (from, step);
  PgwOpRun run, other;
  double share;

  if (step == 0 || op == G_MAXUINT64 || !pgw_timeline_get_op_run (from, op, &run))
    return 0;
  if (op < from_front)
    {
      /* Settings of the machine: where the script of the other begins. */
      return to_front > 0 && pgw_timeline_get_op_run (to, to_front - 1, &other) ? other.last_step : 0;
    }
  if (!pgw_timeline_get_op_run (to, op - from_front + to_front, &other))
    return pgw_timeline_get_length (to);
  if (run.last_step <= run.first_step)
    return other.last_step;
  share = (double)(MIN (step, run.last_step) - run.first_step) / (run.last_step - run.first_step);
  return other.first_step + llround (share * (other.last_step - other.first_step));
}

static void
peer_clear (gpointer data)
{
  PgwPeer *peer = data;

  g_free (peer->name);
  g_free (peer->problem);
  g_clear_pointer (&peer->scenario, pgw_scenario_unref);
  g_clear_pointer (&peer->timeline, pgw_timeline_unref);
}

GArray *
pgw_peers_new (void)
{
  GArray *peers = g_array_new (FALSE, TRUE, sizeof (PgwPeer));

  g_array_set_clear_func (peers, peer_clear);
  return peers;
}

void
pgw_peers_add (
  GArray *peers, PgwScenario *scenario, PgwTimeline *timeline, const char *problem, double progress)
{
  PgwPeer peer = {
    .name = g_strdup (pgw_scenario_get_title (scenario)),
    .scenario = pgw_scenario_ref (scenario),
    .timeline = timeline != NULL ? pgw_timeline_ref (timeline) : NULL,
    .problem = g_strdup (problem),
    .progress = progress,
  };

  g_array_append_val (peers, peer);
}

GArray *
pgw_peers_start (PgwScenario *scenario, const char *kind, GError **error)
{
  g_autoptr (GPtrArray) variants = pgw_scenario_new_variants (scenario, kind);
  g_autoptr (GArray) peers = pgw_peers_new ();

  g_return_val_if_fail (variants != NULL, NULL);

  for (guint i = 0; i < variants->len; i++)
    {
      PgwScenario *variant = g_ptr_array_index (variants, i);
      g_autoptr (PgwTimeline) timeline =
        pgw_timeline_new (pgw_scenario_get_config (variant), pgw_scenario_get_snapshot (variant), error);

      if (timeline == NULL)
        return NULL;
      pgw_timeline_append (timeline, pgw_scenario_get_ops (variant), pgw_scenario_get_n_ops (variant));
      pgw_peers_add (peers, variant, timeline, NULL, 0);
    }
  return g_steal_pointer (&peers);
}

gboolean
pgw_peers_record (GArray *peers, guint64 max_steps)
{
  for (guint i = 0; i < peers->len; i++)
    {
      PgwPeer *peer = &g_array_index (peers, PgwPeer, i);

      if (peer->timeline == NULL || peer->progress >= 1)
        continue;
      if (pgw_timeline_record (peer->timeline, max_steps))
        peer->progress = 1;
      if (max_steps > 0)
        return FALSE;
    }
  return TRUE;
}

void
pgw_peers_seek (GArray *peers, PgwTimeline *timeline, PgwScenario *scenario)
{
  for (guint i = 0; i < peers->len; i++)
    {
      const PgwPeer *peer = &g_array_index (peers, PgwPeer, i);

      if (peer->timeline != NULL && peer->timeline != timeline)
        pgw_timeline_seek (peer->timeline,
                           pgw_peers_map_step (timeline,
                                               pgw_scenario_get_n_tunable_ops (scenario),
                                               pgw_timeline_get_position (timeline),
                                               peer->timeline,
                                               pgw_scenario_get_n_tunable_ops (peer->scenario)));
    }
}
