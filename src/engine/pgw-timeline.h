/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwTimeline: one machine and its whole history.
 *
 * A timeline runs a list of operations on a machine of its own and can then
 * stand at any step of that run. A step is a trace event of the core; step 0
 * is the booted machine before the first operation, step N stands inside the
 * N-th event, before anything that follows it. The machine one reads through
 * pgw_timeline_get_machine() is always that of the current step, exactly.
 *
 * Several timelines may live at once, each in its own arena. A timeline is
 * used by one thread at a time.
 */
#pragma once

#include <glib.h>
#include "mm/machine.h"
#include "mm/ops.h"
#include "mm/snapshot.h"
#include "mm/trace.h"
#include "mm/view.h"

G_BEGIN_DECLS

#define PGW_TIMELINE_ERROR (pgw_timeline_error_quark ())
GQuark pgw_timeline_error_quark (void);

typedef enum {
  PGW_TIMELINE_ERROR_CONFIG,    /* the machine's configuration was refused */
  PGW_TIMELINE_ERROR_MEMORY,    /* the host has no room for the arena */
} PgwTimelineError;

typedef struct _PgwTimeline PgwTimeline;

/* One recorded event. */
typedef struct {
  guint16 id;           /* enum trace_event_id */
  guint16 depth;        /* call depth below the operation, 0 = the operation itself */
  guint32 op;           /* operation it belongs to */
  guint64 pc;           /* return address of the trace() call: names the source line */
  guint64 source_line;  /* source lines begun up to it (see the second clock, below) */
  guint64 arg[4];
} PgwEvent;

/* How an operation went. */
typedef struct {
  guint64 first_step;   /* its op_begin event */
  guint64 last_step;    /* its op_end event, or where the machine stopped */
  gint64  result;       /* see mm/ops.h */
  gboolean finished;
} PgwOpRun;

PgwTimeline *pgw_timeline_new   (const struct machine_config   *config,
                                 const struct machine_snapshot *snapshot,
                                 GError                       **error);
PgwTimeline *pgw_timeline_ref   (PgwTimeline *self);
void         pgw_timeline_unref (PgwTimeline *self);

/* ---- The script ---- */

/* Appends operations (copied). They have not run until pgw_timeline_record(). */
void    pgw_timeline_append   (PgwTimeline        *self,
                               const struct mm_op *ops,
                               guint64             n_ops);
guint64 pgw_timeline_get_n_ops (PgwTimeline *self);

/* Forgets the operations from `n_ops` on and every step they made. */
void    pgw_timeline_truncate (PgwTimeline *self,
                               guint64      n_ops);

/*
 * Runs what has not run yet, from the end of what has, for at most `max_steps`
 * steps (0: to the end), and leaves the position at the end of the recording.
 * Returns TRUE when nothing is left to run: all operations are done, or the
 * machine stopped at a bug. Slices of it keep a window alive.
 */
gboolean pgw_timeline_record  (PgwTimeline *self,
                               guint64      max_steps);

/* Called while recording, after each finished operation, with the machine as it then is. */
typedef void (*PgwTimelineOpFunc) (PgwTimeline *self, guint64 op, const PgwOpRun *run, gpointer data);
void     pgw_timeline_set_op_func (PgwTimeline       *self,
                                   PgwTimelineOpFunc  func,
                                   gpointer           data);

/*
 * Called while recording: in the first step of each pgw_timeline_record(),
 * in every step it asked for by returning it, and with `end` where the call
 * stops, each time with the machine as it then is. One caller at a time.
 */
typedef guint64 (*PgwTimelineSampleFunc) (PgwTimeline *self, guint64 step, gboolean end, gpointer data);
void     pgw_timeline_set_sample_func (PgwTimeline           *self,
                                       PgwTimelineSampleFunc  func,
                                       gpointer               data);
/* Takes back what was set with `data`, if it still is. */
void     pgw_timeline_unset_sample_func (PgwTimeline *self, gpointer data);

/* ---- What was recorded ---- */

guint64         pgw_timeline_get_length (PgwTimeline *self);              /* steps */
const PgwEvent *pgw_timeline_get_event  (PgwTimeline *self, guint64 step); /* 1..length; NULL for 0 */
gboolean        pgw_timeline_get_op_run (PgwTimeline *self, guint64 op, PgwOpRun *run);
guint64         pgw_timeline_op_at      (PgwTimeline *self, guint64 step); /* G_MAXUINT64 at step 0 */
gboolean        pgw_timeline_is_stopped (PgwTimeline *self);              /* ended at a bug */

/* ---- Position ---- */

guint64               pgw_timeline_get_position (PgwTimeline *self);
void                  pgw_timeline_seek         (PgwTimeline *self, guint64 step);
const struct machine *pgw_timeline_get_machine  (PgwTimeline *self);

/* ---- The second clock: source lines ---- */

/*
 * Each time a line of the core's source begins, the second clock ticks; line 1
 * is the first one of the recording. One can stand at any line: before its
 * statement runs, with the step that came last as the position. A timeline
 * whose core has no line hooks (other processors than x86-64) has 0 lines.
 */
guint64  pgw_timeline_get_n_source_lines (PgwTimeline *self);
/* The line that was begun last at the current position; 0 = none yet. */
guint64  pgw_timeline_get_source_line    (PgwTimeline *self);
/* Whether one stands at the beginning of that line, not in an event. */
gboolean pgw_timeline_is_at_source_line  (PgwTimeline *self);
/* Stands at the beginning of a line, 1..n. */
void     pgw_timeline_seek_source_line   (PgwTimeline *self, guint64 line);

/* A place in a recording: in an event (line 0), or at a source line that was begun after it. */
typedef struct {
  guint64 step;
  guint64 line;
} PgwMoment;

/* Where one stands, to come back to after looking elsewhere. */
PgwMoment pgw_timeline_get_moment   (PgwTimeline *self);
void      pgw_timeline_go_to_moment (PgwTimeline *self, PgwMoment moment);

/* Where in the core one stands: an instruction, its frame pointer, and the frame where the core's stack ends. */
typedef struct {
  guint64 pc;
  guint64 frame;
  guint64 end;
} PgwStackTop;

/* FALSE where the core is not under way (at step 0). */
gboolean pgw_timeline_get_stack_top (PgwTimeline *self, PgwStackTop *top);

/* Asked at the beginning of a line, with the machine and the stack as they are there. Must not seek. */
typedef gboolean (*PgwTimelineLinePredicate) (PgwTimeline *self, guint64 line, const PgwStackTop *top, gpointer data);

/* As pgw_timeline_search(), over lines: those after `from` up to `to`, or back from before `from` down to `to`. */
gboolean pgw_timeline_search_source_lines (PgwTimeline              *self,
                                           guint64                   from,
                                           guint64                   to,
                                           PgwTimelineLinePredicate  predicate,
                                           gpointer                  data,
                                           const gboolean           *cancel,
                                           guint64                  *found);

/* ---- Searching ---- */

/* Evaluated at a step, with the machine as it is there. Must not seek. */
typedef gboolean (*PgwTimelinePredicate) (PgwTimeline *self, guint64 step, gpointer data);

/*
 * Looks at the steps after `from` up to `to` (to > from: forward; to < from:
 * backward) and stands at the first one met for which `predicate` holds.
 * Returns FALSE, and stays where it was, when there is none or when
 * `cancellable`-like `*cancel` becomes TRUE.
 */
gboolean pgw_timeline_search (PgwTimeline          *self,
                              guint64               from,
                              guint64               to,
                              PgwTimelinePredicate  predicate,
                              gpointer              data,
                              const gboolean       *cancel,
                              guint64              *found);

/*
 * The last step at or before `step` (or, with `forward`, the first after it)
 * at which any byte of `object` changed, without moving the position. 0 when
 * there is none. Uses the undo logs to pass over intervals that did not
 * touch it.
 */
guint64 pgw_timeline_find_change (PgwTimeline *self,
                                  mm_object_t  object,
                                  guint64      step,
                                  gboolean     forward);

/* ---- Checks and figures ---- */

/* Hash of the image at the current position; the same for the same history in any arena and any build. */
guint64 pgw_timeline_hash (PgwTimeline *self);

/* Re-executes every interval and compares memory, stack and log with the recording. Returns the number that differ. */
guint64 pgw_timeline_self_check (PgwTimeline *self);

typedef struct {
  guint64 n_checkpoints;
  guint64 arena_resident;       /* bytes of the arena that hold something */
  guint64 undo_bytes;
  guint64 stack_bytes;
  guint64 event_bytes;
} PgwTimelineFigures;

void pgw_timeline_get_figures (PgwTimeline *self, PgwTimelineFigures *figures);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwTimeline, pgw_timeline_unref)

G_END_DECLS
