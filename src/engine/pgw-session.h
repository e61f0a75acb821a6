/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwSession: what a window looks at. A scenario, its timeline, where one
 * stands in it, whether it plays, how far one step goes, breakpoints and the
 * selected object. No widget; works without a display and is tested so.
 *
 * Properties (all notify): scenario, timeline, position (guint64), source-line
 * (guint64, 0 = one stands in an event), length (guint64), state (PgwSessionState), granularity, speed (double, granules a
 * second), selection (guint64, an mm_object_t), recording-progress (double,
 * 0..1), can-undo, can-redo (boolean), title (string), modified (boolean),
 * bug (boolean: the recording ends where the machine stopped at a bug),
 * complete (boolean: the whole script has run, as far as the machine went).
 *
 * Signals:
 *   moved (guint64 from, guint64 to)   after the position changed, or the source line at the same position
 *   changed ()                         the script or the recording changed
 *   expectations-changed ()            expectation results came or went, or a question was answered
 *   search-finished (gboolean found)   a run to a breakpoint ended (after `moved`, if it moved)
 *
 * While it records, the position follows the growing end of the recording.
 * While it searches, the position and the machine stay what they were.
 */
#pragma once

#include <gio/gio.h>
#include "pgw-debug-info.h"
#include "pgw-scenario.h"
#include "pgw-timeline.h"

G_BEGIN_DECLS

#define PGW_SESSION_ERROR (pgw_session_error_quark ())
GQuark pgw_session_error_quark (void);

typedef enum {
  PGW_SESSION_ERROR_CONDITION,  /* a breakpoint's condition could not be read */
  PGW_SESSION_ERROR_STATE,      /* not possible now */
  PGW_SESSION_ERROR_FILE,       /* neither a scenario nor a recording */
} PgwSessionError;

#define PGW_TYPE_SESSION_STATE (pgw_session_state_get_type ())
#define PGW_TYPE_GRANULARITY (pgw_granularity_get_type ())
GType pgw_session_state_get_type (void) G_GNUC_CONST;
GType pgw_granularity_get_type (void) G_GNUC_CONST;

typedef enum {
  PGW_SESSION_EMPTY,            /* no scenario */
  PGW_SESSION_RECORDING,        /* the script is being run for the first time, in slices */
  PGW_SESSION_STOPPED,
  PGW_SESSION_PLAYING,
  PGW_SESSION_SEARCHING,        /* looking for a breakpoint or a change */
} PgwSessionState;

typedef enum {
  PGW_GRANULARITY_OPERATION,
  PGW_GRANULARITY_EVENT,
  PGW_GRANULARITY_LINE,         /* source lines; events where there are none */
} PgwGranularity;

typedef enum {
  PGW_DIRECTION_BACKWARD = -1,
  PGW_DIRECTION_FORWARD = 1,
} PgwDirection;

#define PGW_TYPE_SESSION (pgw_session_get_type ())
G_DECLARE_FINAL_TYPE (PgwSession, pgw_session, PGW, SESSION, GObject)

PgwSession *pgw_session_new (void);

/*
 * Takes a reference to the scenario and starts recording it from an idle
 * source; once recorded, the position is step 0, or that of a seek made
 * meanwhile. Where the machine cannot be built it returns FALSE and what was
 * open stays open.
 */
gboolean     pgw_session_set_scenario (PgwSession *self, PgwScenario *scenario, GError **error);
/*
 * The same with a machine that was started elsewhere, as by a thread: with
 * the scenario's config and snapshot, and nothing of its script. Takes the
 * caller's reference to the timeline.
 */
void         pgw_session_take_scenario (PgwSession *self, PgwScenario *scenario, PgwTimeline *timeline);
/* Loads a scenario, or a file of another kind that can be played (pgw-importer.h), by its content. */
gboolean     pgw_session_load_file    (PgwSession *self, GFile *file, GError **error);
PgwScenario *pgw_session_get_scenario (PgwSession *self);
PgwTimeline *pgw_session_get_timeline (PgwSession *self);

/* Writes the script as a scenario file; it is then no longer modified. */
gboolean     pgw_session_save_file    (PgwSession *self, GFile *file, GError **error);

const char  *pgw_session_get_title    (PgwSession *self);
gboolean     pgw_session_get_modified (PgwSession *self);
/* The recording ends where the machine stopped at a bug. */
gboolean     pgw_session_get_bug      (PgwSession *self);
/* Everything in the script that the machine could run has been recorded. */
gboolean     pgw_session_get_complete (PgwSession *self);

/* Runs a pending recording or search to its end now, without a main loop (tools and tests). */
void         pgw_session_finish       (PgwSession *self);
void         pgw_session_finish_recording (PgwSession *self);
/*
 * Stops a recording or a search under way. What has been recorded stays; the
 * rest of the script runs after pgw_session_resume() or pgw_session_finish().
 */
void         pgw_session_cancel       (PgwSession *self);
void         pgw_session_resume       (PgwSession *self);
double       pgw_session_get_recording_progress (PgwSession *self);

/* ---- Moving ---- */

guint64         pgw_session_get_position    (PgwSession *self);
void            pgw_session_seek            (PgwSession *self, guint64 step);
guint64         pgw_session_get_length      (PgwSession *self);
PgwSessionState pgw_session_get_state       (PgwSession *self);
PgwGranularity  pgw_session_get_granularity (PgwSession *self);
void            pgw_session_set_granularity (PgwSession *self, PgwGranularity granularity);
/* One step of the granularity, in either direction; of operations, to where one ends. FALSE at the end. */
gboolean        pgw_session_step            (PgwSession *self, PgwDirection direction);
/* The next or previous event of a kind. */
gboolean        pgw_session_step_to_event   (PgwSession *self, guint event_id, PgwDirection direction);
/* The step at which `object` last changed (or next changes). */
gboolean        pgw_session_step_to_change  (PgwSession *self, mm_object_t object, PgwDirection direction);
/* Plays until the end, a breakpoint, or pause. Timing comes from the main loop. */
void            pgw_session_play            (PgwSession *self, PgwDirection direction);
void            pgw_session_pause           (PgwSession *self);
/*
 * Runs to the next breakpoint without showing what lies between. FALSE (and
 * no move) if it is certain that none is met; where the answer takes more
 * than a frame it returns TRUE and looks on from the main loop, in state
 * SEARCHING, until `search-finished`.
 */
gboolean        pgw_session_run_to_breakpoint (PgwSession *self, PgwDirection direction);
double          pgw_session_get_speed       (PgwSession *self);
void            pgw_session_set_speed       (PgwSession *self, double steps_per_second);

/* ---- Source lines ---- */

/*
 * Beside the events runs a second clock, of the lines of the core's source
 * (see pgw-timeline.h). Standing at a line, `position` is the event that came
 * last and `source-line` the number of the line on that clock; standing in an
 * event, `source-line` is 0. Lines begun after event N come before event N + 1.
 */

/* FALSE where the core was built without line hooks: then a line is an event. */
gboolean        pgw_session_has_source_lines (PgwSession *self);
guint64         pgw_session_get_source_line  (PgwSession *self);
/* Stands at the beginning of a line of the clock, 1..n. FALSE if there is no such line or one stands there. */
gboolean        pgw_session_seek_source_line (PgwSession *self, guint64 line);

typedef enum {
  PGW_LINE_INTO,        /* the next or previous line to run, wherever it is */
  PGW_LINE_OVER,        /* that of the same function, or of one outside it, passing over calls */
  PGW_LINE_OUT,         /* the first line of a caller after its return; backwards the line of the call */
} PgwLineStep;

/* FALSE where nothing is left in that direction and one stands at the end already. */
gboolean        pgw_session_step_line        (PgwSession *self, PgwLineStep how, PgwDirection direction);

/*
 * Runs to where a condition (see pgw_session_add_breakpoint()) next breaks,
 * paying no attention to breakpoints: "line mm/page_alloc.c:412", "watch
 * pcp->count in rmqueue_pcplist". Goes on as pgw_session_run_to_breakpoint()
 * does. FALSE with an error if the condition was not understood, without one
 * if it does not break in that direction.
 */
gboolean        pgw_session_run_to           (PgwSession   *self,
                                              const char   *condition,
                                              PgwDirection  direction,
                                              GError      **error);

/* What is known of the core's source; opened when first asked for. NULL with an error if the program was stripped. */
PgwDebugInfo   *pgw_session_get_debug_info   (PgwSession *self, GError **error);
/* The functions under way, innermost first; 0 at step 0 or without debug information. */
guint           pgw_session_get_stack        (PgwSession *self, PgwFrame *frames, guint max);
/* The lines that run next from here, in order. Returns how many were stored. */
guint           pgw_session_get_next_lines   (PgwSession *self, PgwPlace *places, guint max);
/*
 * How often each line of a file ran in the operation one stands in: an array
 * of guint32 by line number (element 0 is not used; lines behind its end did
 * not run). Empty for an operation of more than 500,000 lines, so that a window
 * stays alive. Free with g_array_unref().
 */
GArray         *pgw_session_get_line_counts  (PgwSession *self, const char *file);

/* ---- Questions ---- */

/*
 * The question to show here: that of the operation that runs next, while one
 * stands right before it (`open` is TRUE), else the answered one of the
 * operation one stands in. FALSE if there is none. Playing forward pauses at
 * each question that has not been answered.
 */
gboolean        pgw_session_get_question     (PgwSession *self, guint64 *op, gboolean *open);
/* Chooses an answer of operation `op`'s question, from 0; emits `expectations-changed`. */
void            pgw_session_answer           (PgwSession *self, guint64 op, guint index);
/* The answer chosen last, and that chosen first (`first` may be NULL); -1 where none was. */
int             pgw_session_get_answer       (PgwSession *self, guint64 op, int *first);
/* How many questions the script asks, how many have been answered, how many of these rightly at the first try. */
void            pgw_session_get_score        (PgwSession *self, guint *n_questions, guint *n_answered, guint *n_right);

/* ---- Breakpoints ---- */

/*
 * A condition in words, the same in both languages:
 *   page 0x1a3 changes | event merge_buddy | zone Normal below low | node 1 zone Normal below min
 *   free 4 Normal == 0 (blocks of order 4) | free 4 node 1 Normal < 2
 *   counter nr_free_pages < 1000 | op 12 (counted from 1, as the script is shown)
 *   line mm/page_alloc.c:412 (or page_alloc.c:412) | function expand
 *   watch pcp->count in rmqueue_pcplist | watch order (in the function one stands in)
 * Comparisons: < <= > >= == !=. A zone without a node is that of any node. A
 * condition on the machine's state breaks where it becomes true, forwards and
 * backwards at the same steps. The last two lines need source lines: a line
 * without code moves to the next one of its file that has some (the
 * breakpoint's condition then reads so), a function breaks at its first line,
 * and a watch at each line at which its expression, in the innermost call of
 * that function, has another value than one line before; lines where it has
 * no value do not count.
 * Returns its id, or 0 with `error` saying at which column it was not
 * understood and what was expected.
 */
guint       pgw_session_add_breakpoint     (PgwSession *self, const char *condition, GError **error);
gboolean    pgw_session_remove_breakpoint  (PgwSession *self, guint id);
gboolean    pgw_session_enable_breakpoint  (PgwSession *self, guint id, gboolean enabled);
GListModel *pgw_session_get_breakpoints    (PgwSession *self);    /* of PgwBreakpoint */

#define PGW_TYPE_BREAKPOINT (pgw_breakpoint_get_type ())
G_DECLARE_FINAL_TYPE (PgwBreakpoint, pgw_breakpoint, PGW, BREAKPOINT, GObject)
guint       pgw_breakpoint_get_id        (PgwBreakpoint *self);
const char *pgw_breakpoint_get_condition (PgwBreakpoint *self);
gboolean    pgw_breakpoint_get_enabled   (PgwBreakpoint *self);
void        pgw_breakpoint_set_enabled   (PgwBreakpoint *self, gboolean enabled);

/* ---- Selection ---- */

mm_object_t pgw_session_get_selection (PgwSession *self);
void        pgw_session_set_selection (PgwSession *self, mm_object_t object);

/* ---- Interactive use ---- */

/*
 * Appends an operation (JSON of one script entry) after the operation the
 * position is in; what came later is cut off and can be brought back by undo.
 * Records it and moves to its end.
 */
gboolean    pgw_session_do   (PgwSession *self, const char *json, GError **error);
gboolean    pgw_session_undo (PgwSession *self);
gboolean    pgw_session_redo (PgwSession *self);
gboolean    pgw_session_can_undo (PgwSession *self);
gboolean    pgw_session_can_redo (PgwSession *self);

/* ---- Expectations ---- */

/* All results so far, of PgwExpectResult, ordered by operation. Owned by the session; empty where there is none. */
GArray     *pgw_session_get_expect_results (PgwSession *self);

/*
 * The leak check at the end of the script: what its operations allocated and
 * never gave back, of PgwLeak (pgw-leaks.h), at most PGW_SESSION_MAX_LEAKS;
 * `total` receives how many there are. Owned by the session; NULL while it
 * records. (That tasks leave nothing behind is checked when they exit, with
 * the expectations.)
 */
#define PGW_SESSION_MAX_LEAKS 100
GPtrArray  *pgw_session_get_leaks (PgwSession *self, guint64 *total);

G_END_DECLS
