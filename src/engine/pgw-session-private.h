/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of PgwSession share: pgw-session.c (the object, its
 * properties and breakpoints), pgw-session-move.c (moving, playing, searching)
 * and pgw-session-script.c (loading, recording, editing, undo).
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
  gboolean               expect_changed; /* since expectations-changed was last emitted */

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

  /* Editing */
  GPtrArray             *edits;         /* of Edit, see pgw-session-script.c */
  guint                  n_done;        /* edits that are in force; those after can be redone */
  int                    n_saved;       /* n_done when last saved; -1 = that can no longer be reached */
};

enum {
  PROP_0,
  PROP_SCENARIO,
  PROP_TIMELINE,
  PROP_POSITION,
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

/* pgw-session-script.c */
void     pgw_session_script_init         (PgwSession *self);
void     pgw_session_script_dispose      (PgwSession *self);
void     pgw_session_script_finalize     (PgwSession *self);

G_END_DECLS
