/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwSession: moving along the recording, by hand, by playing and by
 * searching.
 *
 * Playing counts granules (events or operations) from the moment it began: at
 * each tick it goes as many as are due by then, so that it neither drifts nor
 * needs a tick per step. Ticks come from a source whose ready time is set to
 * when the next granule is due, never sooner than a frame after the last.
 */
#include "config.h"
#include "pgw-session-private.h"

#include <math.h>

#define LOWEST_SPEED  0.1
#define HIGHEST_SPEED 1000000.0
#define FRAME         16667     /* microseconds between two ticks at the least */
#define STALL         250000    /* microseconds behind which the clock is set anew instead of catching up */
#define SEARCH_BUDGET 8000      /* microseconds of searching at a time */

/* ---- Where one step leads ---- */

/* Where the operation that step `step` is in, or is about to enter, ends. */
static guint64
next_op_end (PgwSession *self, guint64 step)
{
  guint64 op = pgw_timeline_op_at (self->timeline, step);
  PgwOpRun run;

  if (op != G_MAXUINT64 && pgw_timeline_get_op_run (self->timeline, op, &run) && run.last_step > step)
    return run.last_step;

  op = op == G_MAXUINT64 ? 0 : op + 1;
  if (pgw_timeline_get_op_run (self->timeline, op, &run) && run.last_step > step)
    return run.last_step;

  return self->length;
}

/* Where the last operation that ended before `step` ended; 0 before the first. */
static guint64
previous_op_end (PgwSession *self, guint64 step)
{
  guint64 op = pgw_timeline_op_at (self->timeline, step);
  PgwOpRun run;

  if (op == G_MAXUINT64 || op == 0 || !pgw_timeline_get_op_run (self->timeline, op - 1, &run))
    return 0;

  return run.last_step;
}

/* Where an operation ended last before a moment; 0 before the first. */
static guint64
last_op_end (PgwSession *self, PgwMoment moment)
{
  guint64 op = pgw_timeline_op_at (self->timeline, moment.step);
  PgwOpRun run;

  if (moment.line > 0 && op != G_MAXUINT64 && pgw_timeline_get_op_run (self->timeline, op, &run) &&
      run.last_step == moment.step)
    return moment.step; /* at the lines before the next operation */

  return previous_op_end (self, moment.step);
}

PgwMoment
pgw_session_ops_from (PgwSession *self, PgwMoment moment, guint64 n, PgwDirection direction)
{
  while (n-- > 0)
    {
      PgwMoment next = { direction == PGW_DIRECTION_FORWARD ? next_op_end (self, moment.step)
                                                            : last_op_end (self, moment), 0 };

      if (pgw_moment_compare (next, moment) == 0)
        break;
      moment = next;
    }

  return moment;
}

PgwMoment
pgw_session_events_from (PgwSession *self, PgwMoment moment, guint64 n, PgwDirection direction)
{
  guint64 step = moment.step;

  if (direction == PGW_DIRECTION_FORWARD)
    return (PgwMoment) { self->length - step > n ? step + n : self->length, 0 };
  if (moment.line > 0)
    n--;        /* the event before the line is the first one back */
  return (PgwMoment) { step > n ? step - n : 0, 0 };
}

/* The moment `n` granules from another, or where the recording ends. */
static PgwMoment
granules_from (PgwSession *self, PgwMoment moment, guint64 n, PgwDirection direction)
{
  if (n == 0)
    return moment;
  if (self->granularity == PGW_GRANULARITY_OPERATION)
    return pgw_session_ops_from (self, moment, n, direction);
  if (self->granularity == PGW_GRANULARITY_LINE && pgw_session_has_source_lines (self))
    return pgw_session_lines_from (self, moment, n, direction);

  return pgw_session_events_from (self, moment, n, direction);
}

gboolean
pgw_session_can_move (PgwSession *self)
{
  return self->timeline != NULL && self->state != PGW_SESSION_RECORDING;
}

PgwMoment
pgw_session_get_moment (PgwSession *self)
{
  return (PgwMoment) { self->position, self->source_line };
}

gboolean
pgw_session_go_to (PgwSession *self, PgwMoment moment)
{
  if (pgw_moment_compare (moment, pgw_session_get_moment (self)) == 0)
    return FALSE;

  pgw_timeline_go_to_moment (self->timeline, moment);
  pgw_session_sync_position (self);
  return TRUE;
}

static gboolean
go_to_step (PgwSession *self, guint64 step)
{
  return pgw_session_go_to (self, (PgwMoment) { step, 0 });
}

static gboolean
is_at_end (PgwSession *self, PgwDirection direction)
{
  PgwMoment moment = pgw_session_get_moment (self);

  return pgw_moment_compare (granules_from (self, moment, 1, direction), moment) == 0;
}

/* ---- By hand ---- */

static void
stop_playing (PgwSession *self)
{
  if (self->play_source == NULL)
    return;

  g_source_destroy (self->play_source);
  g_clear_pointer (&self->play_source, g_source_unref);
}

static void
stop_searching (PgwSession *self)
{
  if (self->search == NULL)
    return;

  g_clear_handle_id (&self->work_source, g_source_remove);
  g_clear_pointer (&self->search, pgw_search_free);
}

void
pgw_session_halt (PgwSession *self)
{
  gboolean searching = self->search != NULL;

  stop_playing (self);
  stop_searching (self);
  if (self->state == PGW_SESSION_PLAYING || self->state == PGW_SESSION_SEARCHING)
    pgw_session_set_state (self, PGW_SESSION_STOPPED);
  if (searching)
    pgw_session_emit_search_finished (self, FALSE);
}

/* Counts granules from now on. */
static void
restart_clock (PgwSession *self)
{
  self->play_start = g_get_monotonic_time ();
  self->play_done = 0;
  if (self->play_source != NULL)
    g_source_set_ready_time (self->play_source, self->play_start + MAX ((gint64) (1e6 / self->speed), FRAME));
}

void
pgw_session_seek (PgwSession *self, guint64 step)
{
  g_return_if_fail (PGW_IS_SESSION (self));

  if (self->state == PGW_SESSION_RECORDING)
    {
      self->goal = step;
      self->goal_is_end = FALSE;
      return;
    }
  if (!pgw_session_can_move (self))
    return;

  if (self->search != NULL)
    pgw_session_halt (self);
  if (self->state == PGW_SESSION_PLAYING)
    restart_clock (self);
  go_to_step (self, MIN (step, self->length));
}

void
pgw_session_set_granularity (PgwSession *self, PgwGranularity granularity)
{
  g_return_if_fail (PGW_IS_SESSION (self));
  g_return_if_fail (granularity >= PGW_GRANULARITY_OPERATION && granularity <= PGW_GRANULARITY_LINE);

  if (self->granularity == granularity)
    return;

  self->granularity = granularity;
  restart_clock (self);
  pgw_session_notify (self, PROP_GRANULARITY);
}

gboolean
pgw_session_step (PgwSession *self, PgwDirection direction)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);

  if (!pgw_session_can_move (self))
    return FALSE;

  pgw_session_halt (self);
  return pgw_session_go_to (self, granules_from (self, pgw_session_get_moment (self), 1, direction));
}

/* The step behind which, looking in a direction, the others lie: from a line, its event lies back. */
static guint64
origin_step (PgwSession *self, PgwDirection direction)
{
  return self->position + (direction == PGW_DIRECTION_BACKWARD && self->source_line > 0);
}

gboolean
pgw_session_step_to_event (PgwSession *self, guint event_id, PgwDirection direction)
{
  guint64 step;

  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);

  if (!pgw_session_can_move (self))
    return FALSE;

  pgw_session_halt (self);
  step = origin_step (self, direction);
  while (direction == PGW_DIRECTION_FORWARD ? step < self->length : step > 1)
    {
      step += direction;
      if (pgw_timeline_get_event (self->timeline, step)->id == event_id)
        return go_to_step (self, step);
    }

  return FALSE;
}

gboolean
pgw_session_step_to_change (PgwSession *self, mm_object_t object, PgwDirection direction)
{
  guint64 step;

  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);

  if (!pgw_session_can_move (self))
    return FALSE;

  pgw_session_halt (self);
  step = origin_step (self, direction);
  if (direction == PGW_DIRECTION_FORWARD)
    step = pgw_timeline_find_change (self->timeline, object, step, TRUE);
  else if (step > 1)
    step = pgw_timeline_find_change (self->timeline, object, step - 1, FALSE);
  else
    step = 0;

  return step != 0 && go_to_step (self, step);
}

/* ---- Playing ---- */

/* How many granules are due by now and have not been gone. */
static guint64
granules_due (PgwSession *self)
{
  gint64 now = g_get_monotonic_time ();
  guint64 due = (guint64) ((now - self->play_start) * self->speed / 1e6);
  guint64 most = (guint64) ceil (STALL * self->speed / 1e6);
  guint64 n = due > self->play_done ? due - self->play_done : 0;

  if (n > most)
    {
      /* The program was held up (a slow picture, a suspended desktop): do not leap. */
      self->play_start = now;
      self->play_done = 0;
      return most;
    }

  self->play_done += n;
  return n;
}

/* The moment to go to instead of `target` because a breakpoint lies on the way. */
static gboolean
breakpoint_before (PgwSession *self, PgwMoment *target)
{
  g_autoptr (PgwSearch) search = pgw_search_new (self->timeline, G_LIST_MODEL (self->breakpoints), self->debug_info,
                                                 pgw_session_get_moment (self), *target);

  pgw_search_run (search, 0);
  return pgw_search_get_found (search, target);
}

static gboolean
play_tick_cb (gpointer data)
{
  g_autoptr (PgwSession) self = g_object_ref (data);
  guint64 n = granules_due (self);
  PgwMoment here = pgw_session_get_moment (self);
  PgwMoment target = granules_from (self, here, n, self->play_direction);
  gboolean hit = FALSE;
  gint64 due;

  if (pgw_moment_compare (target, here) != 0)
    {
      hit = breakpoint_before (self, &target);
      hit |= self->play_direction == PGW_DIRECTION_FORWARD && pgw_session_question_before (self, &target);
      pgw_session_go_to (self, target);
    }
  if (self->state != PGW_SESSION_PLAYING)
    return G_SOURCE_REMOVE;     /* whoever heard of the move stopped it */
  if (hit || is_at_end (self, self->play_direction))
    {
      pgw_session_halt (self);
      return G_SOURCE_REMOVE;
    }

  due = self->play_start + (gint64) ((self->play_done + 1) * 1e6 / self->speed);
  g_source_set_ready_time (self->play_source, MAX (due, g_get_monotonic_time () + FRAME));
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_play (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

void
pgw_session_play (PgwSession *self, PgwDirection direction)
{
  static GSourceFuncs funcs = { .dispatch = dispatch_play };

  g_return_if_fail (PGW_IS_SESSION (self));

  if (!pgw_session_can_move (self))
    return;
  if (is_at_end (self, direction))
    {
      pgw_session_halt (self);
      return;
    }

  if (self->state == PGW_SESSION_PLAYING && self->play_direction == direction)
    return;

  if (self->search != NULL)
    pgw_session_halt (self);
  stop_playing (self);
  self->play_direction = direction;
  self->play_source = g_source_new (&funcs, sizeof (GSource));
  g_source_set_static_name (self->play_source, "pgw-session-play");
  g_source_set_callback (self->play_source, play_tick_cb, self, NULL);
  restart_clock (self);
  g_source_attach (self->play_source, NULL);
  pgw_session_set_state (self, PGW_SESSION_PLAYING);
}

void
pgw_session_pause (PgwSession *self)
{
  g_return_if_fail (PGW_IS_SESSION (self));

  pgw_session_halt (self);
}

void
pgw_session_set_speed (PgwSession *self, double steps_per_second)
{
  g_return_if_fail (PGW_IS_SESSION (self));
  g_return_if_fail (!isnan (steps_per_second));

  steps_per_second = CLAMP (steps_per_second, LOWEST_SPEED, HIGHEST_SPEED);
  if (self->speed == steps_per_second)
    return;

  self->speed = steps_per_second;
  restart_clock (self);
  pgw_session_notify (self, PROP_SPEED);
}

/* ---- Searching ---- */

/* The search has its answer: goes there. Returns whether there was one. */
static gboolean
end_search (PgwSession *self)
{
  PgwMoment moment;
  gboolean found = pgw_search_get_found (self->search, &moment);

  g_clear_handle_id (&self->work_source, g_source_remove);
  g_clear_pointer (&self->search, pgw_search_free);
  pgw_session_set_state (self, PGW_SESSION_STOPPED);
  if (found)
    pgw_session_go_to (self, moment);
  pgw_session_emit_search_finished (self, found);

  return found;
}

static gboolean
search_cb (gpointer data)
{
  g_autoptr (PgwSession) self = g_object_ref (data);

  if (!pgw_search_run (self->search, SEARCH_BUDGET))
    return G_SOURCE_CONTINUE;

  self->work_source = 0;
  end_search (self);
  return G_SOURCE_REMOVE;
}

gboolean
pgw_session_start_search (PgwSession *self, GListModel *breakpoints, PgwDirection direction)
{
  PgwMoment end = { direction == PGW_DIRECTION_FORWARD ? self->length : 0, 0 };

  pgw_session_halt (self);
  self->search = pgw_search_new (self->timeline, breakpoints, self->debug_info, pgw_session_get_moment (self), end);
  if (pgw_search_run (self->search, SEARCH_BUDGET))
    return end_search (self);

  pgw_session_set_state (self, PGW_SESSION_SEARCHING);
  self->work_source = g_idle_add (search_cb, self);
  return TRUE;
}

gboolean
pgw_session_run_to_breakpoint (PgwSession *self, PgwDirection direction)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);

  return pgw_session_can_move (self) && pgw_session_start_search (self, G_LIST_MODEL (self->breakpoints), direction);
}

void
pgw_session_finish_search (PgwSession *self)
{
  if (self->search == NULL)
    return;

  pgw_search_run (self->search, 0);
  end_search (self);
}
