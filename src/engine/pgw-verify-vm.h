/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Verifying recordings of virtual memory: the core carries out each operation
 * of a recording, and its result and all that /proc showed after it are
 * compared with what the core has.
 *
 * After a difference the core goes on from its own state, so that a
 * difference counts against every later operation that still shows it. An
 * operation that could not be compared (because the recording cannot be read
 * on, or the core has stopped) does not agree.
 */
#pragma once

#include <gio/gio.h>
#include "pgw-verify.h"
#include "pgw-vm-state.h"

G_BEGIN_DECLS

/* One difference. */
typedef struct {
  guint         line;           /* in the recording */
  int           step;           /* -1: the start */
  PgwVmCategory category;
  char         *operation;      /* as recorded */
  char         *place;          /* "process 0, VMA 10000000000: Rss" */
  char         *kernel;         /* what was recorded */
  char         *core;           /* what the core has */
} PgwVmDifference;

/* How often what differs after which operation; first: it was the first of its file. */
typedef struct {
  const char   *operation;
  PgwVmCategory category;
  const char   *kind;
  guint64       n, first;
} PgwVmStatistic;

typedef struct {
  char           *name;         /* of the file, for messages */
  PgwVerifyCount  counts[PGW_VM_N_CATEGORIES];
  PgwVerifyCount  all;
  guint64         n_differences;
  GPtrArray      *differences;  /* the first so many, of PgwVmDifference */
  GHashTable     *statistics;   /* set of PgwVmStatistic */
  GError         *error;        /* the recording could not be read to its end */
} PgwVmVerifyResult;

typedef struct {
  guint    max_differences;     /* kept in `differences` */
  gboolean stepping;            /* run the stepping build of the core, not the fast one */
  gboolean validate;            /* check the core's invariants after each operation; a broken one is a difference */
} PgwVmVerifyOptions;

/* "results", "vmas" ...: a category in the closing line. */
extern const char *const pgw_vm_category_names[PGW_VM_N_CATEGORIES];

/* Whether a file, which may be compressed, is to be read as such a recording: whether it looks like JSON. */
gboolean           pgw_vm_verify_takes         (GFile                    *file);

/* Replays one recording. Never NULL. */
PgwVmVerifyResult *pgw_vm_verify_file          (GFile                    *file,
                                                const PgwVmVerifyOptions *options);
PgwVmVerifyResult *pgw_vm_verify_recording     (const PgwVmRecording     *recording,
                                                const PgwVmVerifyOptions *options);
/* Nothing compared yet; `name` is the file's, for messages. */
PgwVmVerifyResult *pgw_vm_verify_result_new    (const char               *name);
void               pgw_vm_verify_result_free   (PgwVmVerifyResult        *result);

/* Whether all agreed, and all could be compared. */
gboolean           pgw_vm_verify_result_agrees (const PgwVmVerifyResult  *result);

/* Adds what `statistics` counts to `sum`, a set of the same kind. */
void               pgw_vm_statistics_add       (GHashTable               *sum,
                                                GHashTable               *statistics);
/* The element equal to `key`, which is made if there is none. */
PgwVmStatistic    *pgw_vm_statistics_find      (GHashTable               *statistics,
                                                const PgwVmStatistic     *key);
GHashTable        *pgw_vm_statistics_new       (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwVmVerifyResult, pgw_vm_verify_result_free)

G_END_DECLS
