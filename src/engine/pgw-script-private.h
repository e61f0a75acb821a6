/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the unfolding share: pgw-script.c has the names,
 * pgw-script-pages.c the allocations of pages, pgw-script-slab.c the kernel's
 * objects, pgw-script-tasks.c the tasks, addresses and files.
 */
#pragma once

#include "pgw-scenario-private.h"

G_BEGIN_DECLS

typedef enum {
  CONTENT_EMPTY,
  CONTENT_LIVE,
  CONTENT_FREED,
  CONTENT_DOUBT,
} Content;

#define ORDER_MIXED 0xff

typedef struct {
  guint8  content;
  guint8  order;
  guint8  use;                  /* PgwSlotUse */
  guint16 refs;                 /* references, while live */
} Slot;

/* A stretch of slots that a name was given to. */
typedef struct {
  const char *name;             /* NULL: an allocation without one */
  guint32     first, count;
  gboolean    single;           /* written without index */
  PgwNameKind kind;
} Range;

struct _PgwScript {
  GArray       *ops;            /* of struct mm_op */
  GPtrArray    *entries;        /* of PgwEntry, the one each operation came from */
  GArray       *slots;          /* of Slot */
  GArray       *ranges;         /* of Range, ascending */
  GHashTable   *names;          /* name -> index into ranges, plus 1 */
  GHashTable   *opened;         /* name of a file -> the same, of what the files section opened */
  guint         n_tasks;        /* that were created or forked */
  guint32       first_task;     /* slot of the first of them */
  GPtrArray    *texts;          /* of PgwText */
  GHashTable   *text_index;     /* PgwText -> index, plus 1 */
  GPtrArray    *kept;           /* the entries that were added */
  guint64       work;           /* pages or blocks that all operations handle */
  guint32       n_slots;
  guint32       round;          /* of the innermost repeat, 0 outside */
};

/* ---- pgw-script.c ---- */

/* "NOUN in round 3 of the repeat" */
gboolean           pgw_script_fail            (PgwScript         *self,
                                               const PgwEntry    *entry,
                                               const PgwJsonNode *node,
                                               const char        *found,
                                               const char        *expected,
                                               GError           **error);
const PgwJsonNode *pgw_script_member_or_entry (const PgwEntry    *entry,
                                               const char        *key);
Slot              *pgw_script_get_slot        (PgwScript         *self,
                                               guint32            slot);
/* A new stretch of slots for what the entry fills. */
gboolean           pgw_script_add_range       (PgwScript         *self,
                                               const PgwEntry    *entry,
                                               PgwNameKind        kind,
                                               guint32           *first,
                                               GError           **error);
/* The slots for what the entry allocates: those of its name again if they are free and fit, else new ones. */
gboolean           pgw_script_define          (PgwScript         *self,
                                               const PgwEntry    *entry,
                                               guint32           *first,
                                               GError           **error);
/* The slots that the entry's "of" stands for. */
gboolean           pgw_script_resolve         (PgwScript         *self,
                                               const PgwEntry    *entry,
                                               guint32           *first,
                                               guint32           *count,
                                               GError           **error);
/* What a name stands for; NULL: nothing yet. */
const Range       *pgw_script_find_range      (PgwScript         *self,
                                               const char        *name);
/* Complains that a name stands for something else than what is wanted. */
gboolean           pgw_script_fail_kind       (PgwScript         *self,
                                               const PgwEntry    *entry,
                                               const Range       *range,
                                               PgwNameKind        wanted,
                                               const PgwJsonNode *node,
                                               GError           **error);
/* Complains that a name is not known, with the nearest that is. */
gboolean           pgw_script_fail_unknown    (PgwScript         *self,
                                               const PgwEntry    *entry,
                                               const char        *name,
                                               const PgwJsonNode *node,
                                               GError           **error);
/* "a task", "an address": for messages. */
const char        *pgw_name_kind_noun         (PgwNameKind        kind);

/* ---- pgw-script-pages.c ---- */

/* What an operation of pages does to slots; completes `op`. */
gboolean pgw_script_run_pages (PgwScript      *self,
                               const PgwEntry *entry,
                               struct mm_op   *op,
                               GError        **error);

/* ---- pgw-script-slab.c ---- */

/* What an operation on the kernel's objects does to slots; completes `op`. */
gboolean pgw_script_run_slab  (PgwScript      *self,
                               const PgwEntry *entry,
                               struct mm_op   *op,
                               GError        **error);

/* ---- pgw-script-tasks.c ---- */

/* What an operation of tasks or files does to names and slots; completes `op`. */
gboolean pgw_script_run_tasks (PgwScript      *self,
                               const PgwEntry *entry,
                               struct mm_op   *op,
                               GError        **error);

G_END_DECLS
