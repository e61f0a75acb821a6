/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwReplay: a recording as a sequence of steps that a machine can carry out.
 * Private to the readers of recordings.
 *
 * A step is a snapshot, or operations of the core with what the kernel did
 * when it carried them out. In the recording of a driver, a request makes the
 * step and all that follows up to the next request is what the kernel did. In
 * a live recording nothing says what was asked for; there the events that
 * changed a list make the steps (an allocation, a free, a drain), and what
 * the kernel did on the way is the events before (allocation) or after
 * (free) them.
 */
#pragma once

#include "pgw-record.h"
#include "mm/ops.h"

G_BEGIN_DECLS

typedef struct _PgwReplay PgwReplay;

typedef struct {
  guint64                  line;        /* of the request, event or snapshot */
  struct machine_snapshot *snapshot;    /* not NULL: the step is a snapshot; the taker clears it */
  gboolean                 resync;      /* the snapshot follows what cannot be replayed: load, do not compare */
  PgwRecord                cause;       /* the request, or the event that makes the step */
  GArray                  *ops;         /* of struct mm_op; may be empty */
  GArray                  *records;     /* of PgwRecord: what the kernel did, in order */
} PgwReplayStep;

PgwReplay *pgw_replay_new          (GFile                  *file,
                                    GError                **error);
void       pgw_replay_free         (PgwReplay              *self);

/* The machine and its first snapshot, which pgw_replay_take_snapshot() gives away. */
const struct machine_config *
           pgw_replay_get_config   (PgwReplay              *self);
struct machine_snapshot *
           pgw_replay_take_snapshot (PgwReplay             *self);

/* The next step; FALSE at the end (*error unset) or on error. `step` belongs to the replay. */
gboolean   pgw_replay_next         (PgwReplay              *self,
                                    PgwReplayStep         **step,
                                    GError                **error);

/* Whether this is a live recording; known after the first step. */
gboolean   pgw_replay_is_live      (PgwReplay              *self);
/* Lines of kinds that were passed over. */
guint64    pgw_replay_get_n_skipped (PgwReplay             *self);
const char *pgw_replay_get_name    (PgwReplay              *self);

/* Slots that a driver has. */
#define PGW_REPLAY_N_SLOTS 65536

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwReplay, pgw_replay_free)

G_END_DECLS
