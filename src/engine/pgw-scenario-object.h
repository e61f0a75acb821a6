/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The members of a scenario, for the files that make it up.
 */
#pragma once

#include "pgw-scenario-private.h"

G_BEGIN_DECLS

/* A machine that the script is to run on for comparison (pgw-scenario-variants.c). */
typedef struct {
  PgwText    name;
  char      *fallback;          /* what it is called where the file gives it no name */
  PgwMachine machine;
  GPtrArray *tunables;          /* of PgwEntry: what its machine sets in front of the script */
} PgwVariant;

struct _PgwScenario {
  gatomicrefcount    ref_count;
  char              *name;              /* for messages, and as the title of last resort */
  GFile             *file;              /* NULL if it came from memory */
  GFile             *base;              /* folder that relative paths start from, or NULL */
  GFile             *snapshot_file;     /* the recording whose machine this is, or NULL */
  PgwJsonSource     *source;            /* NULL if it was not read from a text */
  const PgwJsonNode *script_node;
  PgwText            title, description;
  const char        *layout;            /* that the window shows it in; NULL: any */
  PgwMachine         machine;
  GPtrArray         *entries;           /* of PgwEntry, the script as it is now */
  GPtrArray         *original;          /* of PgwEntry, the script as it was read */
  PgwScript         *script;            /* the entries, unfolded */
  guint              n_tunables;        /* entries in front that set the machine's tunables */
  GPtrArray         *variants;          /* of PgwVariant; NULL: the file says nothing of comparing */
  PgwScenario       *origin;            /* whose script runs on another machine here; NULL for most */
};

/* ---- The object (pgw-scenario.c) ---- */

/* A scenario without entries. `name` (copied) is for messages. */
PgwScenario *pgw_scenario_object_new (const char *name, GFile *base);
/* Unfolds entries that have been unfolded before, or are the head of such a list. */
void         pgw_scenario_unfold_again (PgwScenario *self);
/* Room in the machine for the slots of the script and some more. */
void         pgw_scenario_size_slots (PgwScenario *self);
/* A list of entries, empty or of the same entries; owns references. Free with g_ptr_array_unref(). */
GPtrArray   *pgw_entries_new         (void);
GPtrArray   *pgw_entries_copy        (GPtrArray *entries);

/* ---- Machines to compare (pgw-scenario-variants.c) ---- */

/* Reads the member `compare` of a scenario whose machine and files have been read. */
gboolean pgw_variants_read     (PgwScenario        *self,
                                const PgwJsonNode  *node,
                                GError            **error);

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
