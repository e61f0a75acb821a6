/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Peers: timelines of one script on several machines, at one place of it.
 * What pictures are made of; PgwComparison keeps them for a window.
 */
#pragma once

#include "pgw-scenario.h"

G_BEGIN_DECLS

typedef struct {
  char        *name;            /* of the machine */
  PgwScenario *scenario;
  PgwTimeline *timeline;        /* NULL while the machine has not been started */
  char        *problem;         /* why it cannot be, or NULL */
  double       progress;        /* part of the script that has run, 0 to 1 */
} PgwPeer;

/* An array of PgwPeer that owns what they hold. */
GArray  *pgw_peers_new    (void);
void     pgw_peers_add    (GArray      *peers,
                           PgwScenario *scenario,       /* a reference is taken */
                           PgwTimeline *timeline,       /* likewise; or NULL */
                           const char  *problem,
                           double       progress);
/* Starts the machines of a kind (pgw_scenario_new_variants()); nothing has run yet. NULL with `error` on failure. */
GArray  *pgw_peers_start  (PgwScenario *scenario,
                           const char  *kind,
                           GError     **error);
/* Runs at most `max_steps` (0: all) of what is left; TRUE when nothing is. */
gboolean pgw_peers_record (GArray      *peers,
                           guint64      max_steps);
/* Brings those that have run to the place of the script where the timeline of `scenario` stands. */
void     pgw_peers_seek   (GArray      *peers,
                           PgwTimeline *timeline,
                           PgwScenario *scenario);

/*
 * The step of `to` at the same place of the script as `step` of `from`: in the
 * same operation, at the same share of its steps. The timelines ran the same
 * script behind `from_front` and `to_front` operations. Where it has not been
 * recorded: the last step there is.
 */
guint64  pgw_peers_map_step (PgwTimeline *from,
                             guint64      from_front,
                             guint64      step,
                             PgwTimeline *to,
                             guint64      to_front);

G_END_DECLS
