/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwHistory: what a timeline remembers.
 *
 * The operations of the script, how each went, every event, and the
 * checkpoints. Between two checkpoints lies an interval with the log of the
 * lines that changed in it. The log holds what is *not* in memory: the old
 * contents while one stands behind the interval, the new contents while one
 * stands before it. Crossing an interval swaps the two.
 *
 * Operations and events never move once stored: the core may be parked with a
 * pointer to the first in its hand, and readers hold pointers to the second.
 */
#pragma once

#include "pgw-coroutine.h"
#include "pgw-image.h"
#include "pgw-timeline.h"

G_BEGIN_DECLS

/* Elements of one size, in chunks that stay where they are. */
typedef struct {
  GPtrArray *chunks;
  gsize element_size;
  guint64 length;
} PgwChunks;

#define PGW_CHUNK_SHIFT 12

void     pgw_chunks_init     (PgwChunks *self, gsize element_size);
void     pgw_chunks_clear    (PgwChunks *self);
gpointer pgw_chunks_add      (PgwChunks *self);
void     pgw_chunks_truncate (PgwChunks *self, guint64 length);

static inline gpointer
pgw_chunks_index (const PgwChunks *self, guint64 i)
{
  guint8 *chunk = g_ptr_array_index (self->chunks, i >> PGW_CHUNK_SHIFT);

  return chunk + (i & ((1UL << PGW_CHUNK_SHIFT) - 1)) * self->element_size;
}

/* A place to start from, and the interval from there to the next checkpoint. */
typedef struct {
  guint64 step;
  guint64 source_line;  /* source lines begun before it */
  PgwStackSlice stack;
  gpointer *frame;      /* that of the trace() call in which the core is parked there; NULL in the first one */
  PgwLineLog log;       /* empty in the last one: its interval is still open */
} PgwCheckpoint;

typedef struct {
  PgwChunks ops;        /* of struct mm_op */
  PgwChunks runs;       /* of PgwOpRun, for the operations that were begun */
  PgwChunks events;     /* of PgwEvent; event k is element k - 1 */
  GArray *checkpoints;  /* of PgwCheckpoint, by step */
  guint64 log_bytes;
  guint64 stack_bytes;
} PgwHistory;

void pgw_history_init  (PgwHistory *self);
void pgw_history_clear (PgwHistory *self);

static inline PgwCheckpoint *
pgw_history_checkpoint (const PgwHistory *self, guint i)
{
  return &g_array_index (self->checkpoints, PgwCheckpoint, i);
}

/* The last checkpoint at or before `step`. */
guint pgw_history_find_checkpoint (const PgwHistory *self, guint64 step);

/* The last checkpoint before source line `line` begins. */
guint pgw_history_find_checkpoint_of_line (const PgwHistory *self, guint64 line);

/* Closes the open interval with the image's log and opens the next at `step`, where `coroutine` is parked in `frame`. */
void pgw_history_add_checkpoint (PgwHistory   *self,
                                 guint64       step,
                                 guint64       source_line,
                                 gpointer     *frame,
                                 PgwImage     *image,
                                 PgwCoroutine *coroutine);

/* Forgets the checkpoints after `last`, whose interval is open again. */
void pgw_history_drop_checkpoints (PgwHistory *self, guint last);

G_END_DECLS
