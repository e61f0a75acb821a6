/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the two halves of PgwReplay share: pgw-replay.c and pgw-replay-live.c.
 */
#pragma once

#include "pgw-replay.h"
#include "mm/view.h"

G_BEGIN_DECLS

/* What is known of one who reclaims, as far as the recording has come. */
typedef struct {
  guint      who;               /* 0 kswapd, 1 a task for itself */
  PgwRecord  lruvec, control, zone_lru, isolate;
  GArray    *zones;             /* PgwRecord: zstate lines of the scan that begins */
  GArray    *taken;             /* PgwRecord: pages of the batch, in order */
  guint      n_decided;         /* of these */
  GHashTable *written;          /* pfns of the batch that were written */
  GArray    *puts;              /* PgwRecord: pages put back */
  guint      n_put_lists;       /* lists of them that are complete */
} PgwReplayReclaim;

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
  gboolean       with_lru;              /* the first snapshot has LRU lists */
  PgwReplayReclaim reclaim[2];
  PgwRecord      refault, wakeup;       /* waiting for the line that completes them */
  gboolean       has_refault, has_wakeup;
  gboolean       has_reclaimed;         /* the next slow pass only looks what direct reclaim brought */
  GHashTable    *refaults;              /* pfns of pages that came back and are not on a list yet */
  struct {
    guint64 start, end;
    guint32 high[NR_CPUS], batch[NR_CPUS];
  } zones[VIEW_NR_ZONES];               /* by zone index, of the last snapshot */
};

/* pgw-replay-lru.c; the last one returns whether the line completed a step. */
void          pgw_replay_lru_init     (PgwReplay       *self);
void          pgw_replay_lru_clear    (PgwReplay       *self);
gboolean      pgw_replay_next_of_lru  (PgwReplay       *self,
                                       const PgwRecord *record);

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
