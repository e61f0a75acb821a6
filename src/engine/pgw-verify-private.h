/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of verify share: the machine that does as the kernel did
 * (pgw-verify-machine.c), the comparison of its lists with a snapshot
 * (pgw-verify-snapshot.c), and the run through a recording (pgw-verify.c).
 */
#pragma once

#include "pgw-record.h"
#include "pgw-verify.h"
#include "mm/ops.h"
#include "mm/view.h"

G_BEGIN_DECLS

/* ---- The machine ---- */

/* A machine of the fast build whose events come back as records, where they are wanted. */
typedef struct {
  struct machine *arena;
  gsize           size;
  struct machine_config config;
  guint64         n_ops;
  gboolean        stopped;      /* a bug of the kernel was hit; nothing can run any more */
  GArray         *events;       /* of PgwRecord, since the last pgw_verify_machine_clear() */
  guint64         n_calls;      /* of trace(), by this operation */
  gboolean        has_pass;     /* the operation made a pass over the zonelist ... */
  guint64         pass_flags;   /* ... the last one with these flags */
  int             zone_chosen;  /* zone index whose watermark was last found met; -1 = none */
  gboolean        quiet;        /* set before init: no events are wanted */
  gboolean        stepping;     /* set before init: run the stepping build, quietly */
} PgwVerifyMachine;

gboolean pgw_verify_machine_init  (PgwVerifyMachine               *self,
                                   const struct machine_config    *config,
                                   const struct machine_snapshot  *snapshot,
                                   GError                        **error);
void     pgw_verify_machine_clear (PgwVerifyMachine               *self);
/* Sets the machine to another snapshot; its slots are then empty. */
gboolean pgw_verify_machine_load  (PgwVerifyMachine               *self,
                                   const struct machine_snapshot  *snapshot,
                                   GError                        **error);
/* An event of reclaim as a record; FALSE if it is none that recordings have. */
gboolean pgw_verify_lru_event     (PgwRecord                      *record,
                                   guint32                         id,
                                   guint64                         a,
                                   guint64                         b,
                                   guint64                         c,
                                   guint64                         d);
/* Carries out an operation; appends its events. */
gint64   pgw_verify_machine_run   (PgwVerifyMachine               *self,
                                   const struct mm_op             *op);

/* ---- Snapshots ---- */

/* Told of each difference. */
typedef void (*PgwVerifyReport) (gpointer data, char *place, char *kernel, char *core);

/*
 * Compares all that a snapshot says with the machine. In a live recording the
 * counters that change without an event are left out. Returns the number of
 * differences; `report` owns the strings.
 */
guint    pgw_verify_snapshot      (const struct machine           *machine,
                                   const struct machine_snapshot  *snapshot,
                                   gboolean                        live,
                                   PgwVerifyReport                 report,
                                   gpointer                        data);

/* ---- Reclaim ---- */

/* Of the flags of a page in a recording, those that reclaim decides about: referenced, active, workingset. */
#define PGW_VERIFY_DECIDED_FLAGS 0x103

/* Page frame -> what the core made of it, until the kernel's decision is known. */
GHashTable *pgw_verify_outcomes_new (void);
/*
 * Keeps the outcomes among the events for later, and gives back those that the step asks for, in its
 * order, before the other events.
 */
void     pgw_verify_sort_outcomes (GHashTable                     *outcomes,
                                   const GArray                   *records,
                                   GArray                         *events);
/* Compares the LRU lists; counts each list. Reports differences. */
void     pgw_verify_lru_lists     (const struct machine           *machine,
                                   const struct machine_snapshot  *snapshot,
                                   PgwVerifyCount                 *count,
                                   PgwVerifyReport                 report,
                                   gpointer                        data);

G_END_DECLS
