/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The members of a scenario, for the files that make it up.
 */
#pragma once

#include "pgw-scenario-private.h"

G_BEGIN_DECLS

struct _PgwScenario {
  gatomicrefcount    ref_count;
  char              *name;              /* for messages, and as the title of last resort */
  GFile             *file;              /* NULL if it came from memory */
  GFile             *base;              /* folder that relative paths start from, or NULL */
  GFile             *snapshot_file;     /* the recording whose machine this is, or NULL */
  PgwJsonSource     *source;            /* NULL if it was not read from a text */
  const PgwJsonNode *script_node;
  PgwText            title, description;
  PgwMachine         machine;
  GPtrArray         *entries;           /* of PgwEntry, the script as it is now */
  GPtrArray         *original;          /* of PgwEntry, the script as it was read */
  PgwScript         *script;            /* the entries, unfolded */
};

/* ---- Operations of tasks and files (pgw-scenario-tasks.c) ---- */

/* Name that a slot has in the text being written, or NULL. Free with g_free(). */
typedef char *(*PgwSlotNameFunc) (guint32 slot, gpointer data);

/* Appends the arguments and the result's name: " 64K rw- PRIVATE|ANONYMOUS → heap". */
void     pgw_tasks_describe    (PgwScenario        *self,
                                const struct mm_op *op,
                                const PgwEntry     *entry,
                                GString            *out);
/* Appends the members of the JSON form behind "op". FALSE: something cannot be said. */
gboolean pgw_tasks_append_json (const struct mm_op *op,
                                PgwSlotNameFunc     slot_name,
                                gpointer            data,
                                GString            *out);

G_END_DECLS
