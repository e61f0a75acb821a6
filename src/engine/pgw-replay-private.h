/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the two halves of PgwReplay share: pgw-replay.c and pgw-replay-live.c.
 */
#pragma once

#include "pgw-replay.h"
#include "mm/view.h"

G_BEGIN_DECLS

struct _PgwReplay
{
  PgwLineReader *reader;
  struct machine_config config;
  struct machine_snapshot *first;
  PgwReplayStep  step;
  gboolean       mode_known, is_live;
  guint          n_zones;
  guint64        n_skipped;
  guint64        n_since_snapshot;      /* steps since the last snapshot */

  PgwRecord      next;                  /* read ahead */
  gboolean       has_next;

  /* Live only */
  GArray        *pending;               /* PgwRecord: of the allocation under way */
  GArray        *bulk;                  /* PgwRecord: pages of the bulk allocation under way */
  PgwRecord      bulk_begin;
  gboolean       in_bulk;
  guint64        bulk_allocated;        /* page that an ordinary allocation gave to it */
  GQueue         deferred;              /* PgwRecord */
  gboolean       replaying;             /* the deferred lines are being worked off */
  gboolean       resync;                /* the next snapshot follows a compaction */
  struct {
    guint64 start, end;
    guint32 high[NR_CPUS], batch[NR_CPUS];
  } zones[VIEW_NR_ZONES];               /* by zone index, of the last snapshot */
};

/* Adds an operation to the step; `record` tells the CPU. */
struct mm_op *pgw_replay_add_op       (PgwReplay       *self,
                                       guint            kind,
                                       const PgwRecord *record);
/* Whether the machine has the CPU of a record. */
gboolean      pgw_replay_check_cpu    (PgwReplay       *self,
                                       const PgwRecord *record,
                                       GError         **error);
/* The next line of a live recording, in the order in which lines count. */
gboolean      pgw_replay_read_live    (PgwReplay       *self,
                                       PgwRecord       *record,
                                       GError         **error);
/* Works one line into the step; *done says whether that completed it. */
gboolean      pgw_replay_next_of_live (PgwReplay       *self,
                                       const PgwRecord *record,
                                       gboolean        *done,
                                       GError         **error);

G_END_DECLS
