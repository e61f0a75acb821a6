/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the timeline share: pgw-timeline.c (recording and
 * seeking), pgw-timeline-search.c (walking through a recording), pgw-hooks.c
 * (what the core calls), and their tests.
 */
#pragma once

#include "pgw-coroutine.h"
#include "pgw-history.h"
#include "pgw-image.h"
#include "pgw-timeline.h"

G_BEGIN_DECLS

/* An event as it happens. */
typedef struct {
  guint32 id;
  guint64 arg[4];
  gpointer pc;          /* return address of the trace() call */
  gpointer *frame;      /* frame pointer of its caller */
} PgwStep;

/* Sees every event while the core runs. Returns TRUE to park the core in it. Runs on the core's stack. */
typedef gboolean (*PgwStepFunc) (PgwTimeline *self, const PgwStep *step, gpointer data);

/* Sees the beginning of source lines. Returns TRUE to park the core there. Runs on the core's stack. */
typedef gboolean (*PgwLineFunc) (PgwTimeline *self, const PgwStackTop *top, gpointer data);

/* Why the core gave control back. */
typedef enum {
  PGW_PARKED_STEP,      /* inside an event */
  PGW_PARKED_LINE,      /* at the beginning of a source line */
  PGW_PARKED_IDLE,      /* no operation is left */
  PGW_PARKED_STOPPED,   /* machine_stop() */
} PgwParked;

struct _PgwTimeline {
  gatomicrefcount ref_count;
  const struct mm_core *core;
  PgwImage image;
  PgwHistory history;
  PgwCoroutine *coroutine;
  gpointer *loop_frame;         /* frame of the loop that runs operations: the core's frames end there */
  PgwParked parked;
  gpointer *parked_frame;       /* frame of the trace() call in which it is parked: the core's frames begin behind it */
  gboolean stopped;             /* the recording ends at a bug */
  gboolean busy;                /* the core runs, or a search is under way: no seeking */

  guint64 position;             /* the current step */
  guint64 attention;            /* the first step at which step_func wants to be asked */
  PgwStepFunc step_func;
  gpointer step_data;

  guint64 source_line;          /* lines begun, as of when `lines_left` was last looked at */
  guint64 lines_asked;          /* what `lines_left` was set to */
  PgwLineFunc line_func;        /* asked at every line from `line_attention` on */
  guint64 line_attention;
  PgwStackTop line_top;         /* where the core is while parked at a line */

  guint base;                   /* checkpoint that the image's log leads back to */

  guint64 interval_steps;       /* a checkpoint is due after so many steps ... */
  guint64 interval_lines;       /* ... or so many changed lines */

  PgwTimelineOpFunc op_func;
  gpointer op_data;
  PgwTimelineSampleFunc sample_func;
  gpointer sample_data;
  guint64 sample_due;           /* the step in which sample_func wants to be called */

  /* Only while the machine boots. */
  const struct machine_config *config;
  const struct machine_snapshot *snapshot;
  int boot_result;
};

/* The timeline whose core runs in this thread. */
extern _Thread_local PgwTimeline *pgw_timeline_running;

/* Lines until the line hook wants to be asked; counts down in pgw-line-hook.S. */
extern _Thread_local guint64 pgw_lines_left;

/* Brings `source_line` up to date while the core runs. */
void pgw_timeline_count_lines (PgwTimeline *self);

/* As pgw_timeline_new(), with another build of the core and any spacing of checkpoints (0: the default). */
PgwTimeline *pgw_timeline_new_full (const struct mm_core           *core,
                                    const struct machine_config   *config,
                                    const struct machine_snapshot *snapshot,
                                    guint64                        interval_steps,
                                    guint64                        interval_lines,
                                    GError                       **error);

/* Lets the core run until `func`, asked from step `attention` on, parks it. */
void pgw_timeline_run (PgwTimeline *self, guint64 attention, PgwStepFunc func, gpointer data);

/* The same, stopping at source lines: `line_func` is asked from line `line_attention` on. */
void pgw_timeline_run_lines (PgwTimeline *self,
                             guint64      line_attention,
                             PgwLineFunc  line_func,
                             guint64      attention,
                             PgwStepFunc  func,
                             gpointer     data);

/* Parks the core and returns when it is resumed. Called by the core's side. */
void pgw_timeline_park (PgwTimeline *self, PgwParked parked);

/* Called in a step while walking: where an interval ends, makes the next one the current. FALSE if it went differently. */
gboolean pgw_timeline_pass_checkpoint_here (PgwTimeline *self);

/* Goes to a checkpoint by swapping. */
void pgw_timeline_go_to_checkpoint (PgwTimeline *self, guint checkpoint);

/* A step func that parks at once. */
gboolean pgw_timeline_park_at_once (PgwTimeline *self, const PgwStep *step, gpointer data);

/* The step at which checkpoint i's interval ends. */
guint64 pgw_timeline_interval_end (PgwTimeline *self, guint checkpoint);

/* Call depth of the event below the operation. */
guint16 pgw_timeline_get_depth (PgwTimeline *self, const PgwStep *step);

G_END_DECLS
