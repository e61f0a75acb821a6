/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Verifying: the core does what a recorded kernel did, and every step of the
 * two is compared.
 *
 * The machine of the recording is built, its first snapshot loaded, and each
 * operation carried out by the fast build of the core. Compared are the page
 * frames returned and freed, the events inside each operation, one for one,
 * and at each later snapshot every list in its order and every counter. After
 * a snapshot that differs the machine is set to the kernel's state, so that
 * one mistake does not hide what follows.
 */
#pragma once

#include <gio/gio.h>
#include "mm/machine.h"

G_BEGIN_DECLS

typedef struct {
  guint64 agreed;
  guint64 total;
} PgwVerifyCount;

/* One difference, as lines of text that name the operation, the kernel's doing and the core's. */
typedef struct {
  guint64 line;         /* in the recording */
  char   *operation;    /* "> 57 alloc 56 0 1028ca", "snapshot 3" */
  char   *place;        /* what of it differs: "event 3 of 5", "zone DMA32, order 3, Movable" */
  char   *kernel;       /* what was recorded; "nothing" */
  char   *core;         /* what the core did */
} PgwVerifyDifference;

typedef struct {
  char          *name;          /* of the file, for messages */
  gboolean       is_live;
  PgwVerifyCount allocations;
  PgwVerifyCount frees;
  PgwVerifyCount events;
  PgwVerifyCount free_lists;    /* snapshots */
  PgwVerifyCount lru_decisions; /* live: what reclaim decided */
  PgwVerifyCount zones;         /* live: requests for which the core would have chosen the same zone */
  guint64        n_skipped;     /* lines of kinds that are not compared */
  guint64        n_differences;
  GPtrArray     *differences;   /* the first so many, of PgwVerifyDifference */
  GError        *error;         /* the recording could not be read to its end */
} PgwVerifyResult;

typedef struct {
  guint max_differences;        /* kept in `differences` */
  /* Sets the machine to the kernel's state at every snapshot, not only where it differs. */
  gboolean always_reload;
  /* Changes the machine before anything runs, so that tests can break a rule; may be NULL. */
  void (*alter) (struct machine_config *config, gpointer snapshot);
} PgwVerifyOptions;

/* Replays one recording. Never NULL. */
PgwVerifyResult *pgw_verify_file        (GFile                  *file,
                                         const PgwVerifyOptions *options);
void             pgw_verify_result_free (PgwVerifyResult        *result);

/* Whether all that was compared agreed, and all could be. */
gboolean         pgw_verify_result_agrees (const PgwVerifyResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwVerifyResult, pgw_verify_result_free)

G_END_DECLS
