/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwScenario: a scenario file, read and checked (docs/scenario-format.md).
 *
 * A scenario is a machine, and a script of operations with titles,
 * explanations and expectations in several languages. Loading resolves names
 * to slots and unfolds `repeat`, so that what is left is a list of core
 * operations, each with the entry of the script it came from. A scenario is
 * immutable but for appending and truncating its script (interactive use).
 */
#pragma once

#include <gio/gio.h>
#include "mm/machine.h"
#include "mm/ops.h"
#include "mm/snapshot.h"
#include "pgw-timeline.h"

G_BEGIN_DECLS

#define PGW_SCENARIO_ERROR (pgw_scenario_error_quark ())
GQuark pgw_scenario_error_quark (void);

/* Messages read `file:line:column: /json/pointer: what was found; what was expected`. */
typedef enum {
  PGW_SCENARIO_ERROR_SYNTAX,    /* not JSON */
  PGW_SCENARIO_ERROR_INVALID,   /* JSON, but not a scenario */
} PgwScenarioError;

typedef struct _PgwScenario PgwScenario;

/* An entry of the script as the user wrote it; `repeat` makes several operations of one entry. */
typedef struct {
  const char *title;            /* in the user's language; NULL if none was given */
  const char *explanation;      /* likewise */
  guint       line, column;     /* where it stands in the file, 0 = was added interactively */
  guint       n_expect;
} PgwScenarioEntry;

/* An answer to choose from. */
typedef struct {
  const char *text;             /* in the user's language */
  const char *why;              /* what is said to who chose it; NULL for nothing */
  gboolean    right;
} PgwScenarioAnswer;

/* What an `expect` clause said and whether it held. */
typedef struct {
  guint64     op;               /* operation after which it was checked */
  guint       line, column;
  char       *pointer;          /* JSON pointer of the clause */
  gboolean    held;
  gboolean    of_answer;        /* said of an answer to a question */
  char       *message;          /* "free[Node 0 Normal][4]: expected 3, found 2" */
} PgwExpectResult;

PgwScenario *pgw_scenario_load_file   (GFile        *file,
                                       GCancellable *cancellable,
                                       GError      **error);
PgwScenario *pgw_scenario_load_data   (const char   *data,
                                       gssize        length,
                                       const char   *name,      /* for messages */
                                       GFile        *base,      /* folder that relative paths start from; or NULL */
                                       GError      **error);
/* An empty script on a machine, for recordings and for interactive use. Takes ownership of nothing. */
PgwScenario *pgw_scenario_new         (const struct machine_config   *config,
                                       const struct machine_snapshot *snapshot,
                                       GDestroyNotify                 snapshot_free,
                                       const char                    *title);
PgwScenario *pgw_scenario_ref         (PgwScenario  *self);
void         pgw_scenario_unref       (PgwScenario  *self);

/* The file's bytes; what was added is written as the file would have it. Ends in a newline. */
char        *pgw_scenario_to_data     (PgwScenario  *self, gsize *length);
/* Atomic; leaves the old file alone on error. */
gboolean     pgw_scenario_save        (PgwScenario  *self,
                                       GFile        *file,
                                       GError      **error);

/* Tells from which recording the snapshot came, so that the scenario can be saved. */
void         pgw_scenario_set_snapshot_file (PgwScenario *self,
                                             GFile       *file);

const char  *pgw_scenario_get_title       (PgwScenario *self);
const char  *pgw_scenario_get_description (PgwScenario *self);
GFile       *pgw_scenario_get_file        (PgwScenario *self);
/* Identity of the layout (see pgw-scene.h) that the scenario is best seen in; NULL if it does not say. */
const char  *pgw_scenario_get_layout      (PgwScenario *self);

const struct machine_config   *pgw_scenario_get_config   (PgwScenario *self);
const struct machine_snapshot *pgw_scenario_get_snapshot (PgwScenario *self);

/* ---- The script ---- */

guint64             pgw_scenario_get_n_ops    (PgwScenario *self);
const struct mm_op *pgw_scenario_get_ops      (PgwScenario *self);
/* The entry operation `op` came from. */
void                pgw_scenario_get_entry    (PgwScenario *self, guint64 op, PgwScenarioEntry *entry);
/* What is asked before operation `op` runs, in the user's language; NULL for nothing. */
const char         *pgw_scenario_get_question (PgwScenario *self, guint64 op);
/* FALSE past the last answer. */
gboolean            pgw_scenario_get_answer   (PgwScenario *self, guint64 op, guint index, PgwScenarioAnswer *answer);
/* A short line for the script list: "alloc_pages order 3 GFP_KERNEL → heap". Free with g_free(). */
char               *pgw_scenario_describe_op  (PgwScenario *self, guint64 op);
const char         *pgw_scenario_get_text     (PgwScenario *self, guint64 text);
/* Name of a slot: "heap", "pool[17]". Free with g_free(). NULL for one without a name. */
char               *pgw_scenario_slot_name    (PgwScenario *self, guint32 slot);

/* The pid of the task that the script calls `name`, as far as it lives on `machine`. */
gboolean            pgw_scenario_find_task    (PgwScenario          *self,
                                               const struct machine *machine,
                                               const char           *name,
                                               gint64               *pid);

/* The address that the script calls `name` ("heap"), if the call that returned it has been made on `machine`. */
gboolean            pgw_scenario_find_address (PgwScenario          *self,
                                               const struct machine *machine,
                                               const char           *name,
                                               guint64              *address);

/* Adds an operation at the end, written as JSON text of one script entry. Returns FALSE, changing nothing, on error. */
gboolean            pgw_scenario_append_json  (PgwScenario *self, const char *json, GError **error);
/* Adds operations that have no JSON form but that of the core (recordings). */
void                pgw_scenario_append_ops   (PgwScenario *self, const struct mm_op *ops, guint64 n_ops);
/* Cuts the script so that `n_ops` operations are left (a `repeat` that is cut is unfolded). */
void                pgw_scenario_truncate     (PgwScenario *self, guint64 n_ops);

/*
 * The script as it is now, to come back to after appending and truncating
 * (undo): restoring gives the same operations, entries, names and file text.
 */
typedef struct _PgwScenarioState PgwScenarioState;
PgwScenarioState   *pgw_scenario_save_state    (PgwScenario *self);
void                pgw_scenario_restore_state (PgwScenario *self, const PgwScenarioState *state);
void                pgw_scenario_state_free    (PgwScenarioState *state);

/* ---- The same script on other machines ---- */

/* What machines may differ in, and how a person reads it. */
typedef struct {
  const char *id;               /* "scenario" (what the file says under `compare`), "slab", "slab_debug", "thp" */
  const char *title;            /* N_() */
} PgwComparisonKind;

/* The kinds that there are for a scenario, ended by one without id; what the file says comes first. Static. */
const PgwComparisonKind *pgw_scenario_get_comparison_kinds (PgwScenario *self);
/*
 * The script on each machine of a kind, as an array of PgwScenario whose title
 * is the machine's name. They share the script as it is now; their
 * expectations are not checked, as they are about another machine. NULL for
 * a kind that the scenario does not have.
 */
GPtrArray   *pgw_scenario_new_variants (PgwScenario *self, const char *kind);
/* Operations in front of the script that set the machine's tunables: variants may have other ones. */
guint64      pgw_scenario_get_n_tunable_ops (PgwScenario *self);

/* ---- Expectations ---- */

/*
 * Checks the `expect` clauses of operation `op` and those of the answers to its
 * question (of a right one each must hold, of a wrong one at least one must
 * not). The operation has just ended with
 * `run` on `machine`; appends a PgwExpectResult for each to `results`
 * (an array with pgw_expect_result_clear() as clear function). Call it after
 * each finished operation, and once for the operation in which the machine
 * stopped at a bug (run->finished is FALSE): a bug that nobody expected adds
 * a result that did not hold. `timeline` gives the events of the operation
 * and may be NULL where no clause asks for events.
 */
void pgw_scenario_check_op (PgwScenario          *self,
                            guint64               op,
                            const PgwOpRun       *run,
                            PgwTimeline          *timeline,
                            const struct machine *machine,
                            GArray               *results);
void pgw_expect_result_clear (PgwExpectResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwScenario, pgw_scenario_unref)

G_END_DECLS
