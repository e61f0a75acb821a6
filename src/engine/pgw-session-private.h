/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of PgwSession share: pgw-session.c (the object, its
 * properties and breakpoints), pgw-session-move.c (moving, playing, searching),
 * pgw-session-lines.c (source lines), pgw-session-script.c (loading, recording), pgw-session-edit.c
 * (editing, undo) and pgw-session-questions.c (what a scenario asks).
 */
#pragma once

#include "pgw-search-private.h"
#include "pgw-session.h"

G_BEGIN_DECLS

struct _PgwSession
{
  GObject                parent_instance;

  PgwScenario           *scenario;
  PgwTimeline           *timeline;
  struct machine_config  config;        /* what the timeline was built from */
  char                  *title;

  PgwSessionState        state;
  PgwGranularity         granularity;
  guint64                position;      /* as last notified; the timeline may be ahead within a call */
  guint64                source_line;   /* as last notified; 0 = in the event */
  guint64                length;
  double                 speed;
  mm_object_t            selection;
  gboolean               bug;
  gboolean               complete;

  /* Recording */
  guint                  work_source;   /* idle source of a recording or a search */
  double                 progress;
  guint64                slice;         /* steps of the next slice */
  guint64                goal;          /* where to stand once recorded */
  gboolean               goal_is_end;
  GArray                *expect_results;
  GPtrArray             *leaks;         /* of PgwLeak, at the end of the recording; NULL while that goes on */
  guint64                n_leaks;       /* there may be more than were listed */
  gboolean               expect_changed; /* since expectations-changed was last emitted */

  /* Questions */
  GHashTable            *answers;       /* guint64 of an operation -> Answer, see pgw-session-questions.c */

  /* Playing */
  GSource               *play_source;
  PgwDirection           play_direction;
  gint64                 play_start;    /* monotonic time from which granules are counted */
  guint64                play_done;     /* granules gone since then */

  /* Searching */
  PgwSearch             *search;

  /* Breakpoints */
  GListStore            *breakpoints;
  guint                  next_breakpoint;

  /* Source lines */
  PgwDebugInfo          *debug_info;    /* NULL until asked for */
  GArray                *line_counts;   /* of guint32, by hook: how often it was met in counted_op; NULL = none counted */
  guint64                counted_op;

  /* Editing */
  GPtrArray             *edits;         /* of Edit, see pgw-session-edit.c */
  guint                  n_done;        /* edits that are in force; those after can be redone */
  int                    n_saved;       /* n_done when last saved; -1 = that can no longer be reached */
};

enum {
  PROP_0,
  PROP_SCENARIO,
  PROP_TIMELINE,
  PROP_POSITION,
  PROP_SOURCE_LINE,
  PROP_LENGTH,
  PROP_STATE,
  PROP_GRANULARITY,
  PROP_SPEED,
  PROP_SELECTION,
  PROP_RECORDING_PROGRESS,
  PROP_CAN_UNDO,
  PROP_CAN_REDO,
  PROP_TITLE,
  PROP_MODIFIED,
  PROP_BUG,
  PROP_COMPLETE,
  N_PROPS
};

/* pgw-session.c */
void     pgw_session_notify              (PgwSession *self, guint prop);
void     pgw_session_emit_changed        (PgwSession *self);
void     pgw_session_emit_search_finished (PgwSession *self, gboolean found);
void     pgw_session_emit_expectations   (PgwSession *self);
void     pgw_session_set_state           (PgwSession *self, PgwSessionState state);
void     pgw_session_set_progress        (PgwSession *self, double progress);
/* Takes over where the timeline stands; emits `moved` where that is news. */
void     pgw_session_sync_position       (PgwSession *self);
void     pgw_session_sync_length         (PgwSession *self);

/* pgw-session-move.c */
/* Ends playing and searching; the position stays. */
void     pgw_session_halt                (PgwSession *self);
void     pgw_session_finish_search       (PgwSession *self);

/* Goes to a moment; FALSE if one stands there. */
gboolean pgw_session_go_to               (PgwSession *self, PgwMoment moment);
/* Whether there is something to move along, and it is not being recorded. */
gboolean pgw_session_can_move            (PgwSession *self);
/* Looks for conditions of `breakpoints` from here to the end or the beginning. As pgw_session_run_to_breakpoint(). */
gboolean pgw_session_start_search        (PgwSession *self, GListModel *breakpoints, PgwDirection direction);
PgwMoment pgw_session_get_moment         (PgwSession *self);
/* The moment `n` events from another, or where operations end. */
PgwMoment pgw_session_events_from        (PgwSession *self, PgwMoment moment, guint64 n, PgwDirection direction);
PgwMoment pgw_session_ops_from           (PgwSession *self, PgwMoment moment, guint64 n, PgwDirection direction);

/* pgw-session-lines.c */
PgwBreakpoint *pgw_session_new_breakpoint (PgwSession *self, guint id, const char *text, GError **error);
/* The moment `n` lines from another, as far as there are lines; behind them the end or the beginning. */
PgwMoment pgw_session_lines_from         (PgwSession *self, PgwMoment moment, guint64 n, PgwDirection direction);
/* What was counted of the recording no longer holds. */
void     pgw_session_forget_lines        (PgwSession *self);
void     pgw_session_lines_finalize      (PgwSession *self);

/* pgw-session-script.c */
void     pgw_session_script_init         (PgwSession *self);
void     pgw_session_script_dispose      (PgwSession *self);
void     pgw_session_script_finalize     (PgwSession *self);
/*
 * Makes the timeline follow the script, which is what it was up to operation `n_common`, and goes to `goal` (or the
 * end) once that is recorded. FALSE with an error, and nothing changed, where no timeline can be made.
 */
gboolean pgw_session_record_from         (PgwSession *self, guint64 n_common, guint64 goal, gboolean goal_is_end,
                                          GError **error);

/* pgw-session-questions.c */
void     pgw_session_questions_init      (PgwSession *self);
void     pgw_session_questions_finalize  (PgwSession *self);
/* Forgets what was answered at operations from `first_op` on. */
void     pgw_session_forget_answers      (PgwSession *self, guint64 first_op);
/* Moves `target` back to the first question without an answer on the way there; FALSE if none is. */
gboolean pgw_session_question_before     (PgwSession *self, PgwMoment *target);

/* pgw-session-edit.c */
void     pgw_session_edits_init          (PgwSession *self);
/* Forgets all edits, as after loading. */
void     pgw_session_reset_edits         (PgwSession *self);

G_END_DECLS
