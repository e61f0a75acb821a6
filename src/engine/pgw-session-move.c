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

/* The step `n` granules from `step`, or where the recording ends. */
static guint64
granules_from (PgwSession *self, guint64 step, guint64 n, PgwDirection direction)
{
  if (self->granularity == PGW_GRANULARITY_EVENT)
    {
      if (direction == PGW_DIRECTION_FORWARD)
        return self->length - step > n ? step + n : self->length;
      return step > n ? step - n : 0;
    }

  while (n-- > 0)
    {
      guint64 next = direction == PGW_DIRECTION_FORWARD ? next_op_end (self, step) : previous_op_end (self, step);

      if (next == step)
        break;
      step = next;
    }

  return step;
}

static gboolean
can_move (PgwSession *self)
{
  return self->timeline != NULL && self->state != PGW_SESSION_RECORDING;
}

static gboolean
go_to (PgwSession *self, guint64 step)
{
  if (step == self->position)
    return FALSE;

  pgw_timeline_seek (self->timeline, step);
  pgw_session_sync_position (self);
  return TRUE;
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
  if (!can_move (self))
    return;

  if (self->search != NULL)
    pgw_session_halt (self);
  if (self->state == PGW_SESSION_PLAYING)
    restart_clock (self);
  go_to (self, MIN (step, self->length));
}

void
pgw_session_set_granularity (PgwSession *self, PgwGranularity granularity)
{
  g_return_if_fail (PGW_IS_SESSION (self));
  g_return_if_fail (granularity == PGW_GRANULARITY_OPERATION || granularity == PGW_GRANULARITY_EVENT);

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

  if (!can_move (self))
    return FALSE;

  pgw_session_halt (self);
  return go_to (self, granules_from (self, self->position, 1, direction));
}

gboolean
pgw_session_step_to_event (PgwSession *self, guint event_id, PgwDirection direction)
{
  guint64 step;

  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);

  if (!can_move (self))
    return FALSE;

  pgw_session_halt (self);
  step = self->position;
  while (direction == PGW_DIRECTION_FORWARD ? step < self->length : step > 1)
    {
      step += direction;
      if (pgw_timeline_get_event (self->timeline, step)->id == event_id)
        return go_to (self, step);
    }

  return FALSE;
}

gboolean
pgw_session_step_to_change (PgwSession *self, mm_object_t object, PgwDirection direction)
{
  guint64 step;

  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);

  if (!can_move (self))
    return FALSE;

  pgw_session_halt (self);
  if (direction == PGW_DIRECTION_FORWARD)
    step = pgw_timeline_find_change (self->timeline, object, self->position, TRUE);
  else if (self->position > 1)
    step = pgw_timeline_find_change (self->timeline, object, self->position - 1, FALSE);
  else
    step = 0;

  return step != 0 && go_to (self, step);
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

/* The step to go to instead of `target` because a breakpoint lies on the way. */
static gboolean
breakpoint_before (PgwSession *self, guint64 *target)
{
  g_autoptr (PgwSearch) search =
    pgw_search_new (self->timeline, G_LIST_MODEL (self->breakpoints), self->position, *target);

  pgw_search_run (search, 0);
  return pgw_search_get_found (search, target);
}

static gboolean
play_tick_cb (gpointer data)
{
  g_autoptr (PgwSession) self = g_object_ref (data);
  guint64 n = granules_due (self);
  guint64 target = granules_from (self, self->position, n, self->play_direction);
  gboolean hit = FALSE;
  gint64 due;

  if (target != self->position)
    {
      hit = breakpoint_before (self, &target);
      go_to (self, target);
    }
  if (self->state != PGW_SESSION_PLAYING)
    return G_SOURCE_REMOVE;     /* whoever heard of the move stopped it */
  if (hit || granules_from (self, self->position, 1, self->play_direction) == self->position)
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

  if (!can_move (self))
    return;
  if (granules_from (self, self->position, 1, direction) == self->position)
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
  guint64 step;
  gboolean found = pgw_search_get_found (self->search, &step);

  g_clear_handle_id (&self->work_source, g_source_remove);
  g_clear_pointer (&self->search, pgw_search_free);
  pgw_session_set_state (self, PGW_SESSION_STOPPED);
  if (found)
    go_to (self, step);
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
pgw_session_run_to_breakpoint (PgwSession *self, PgwDirection direction)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);

  if (!can_move (self))
    return FALSE;

  pgw_session_halt (self);
  self->search = pgw_search_new (self->timeline, G_LIST_MODEL (self->breakpoints), self->position,
                                 direction == PGW_DIRECTION_FORWARD ? self->length : 0);
  if (pgw_search_run (self->search, SEARCH_BUDGET))
    return end_search (self);

  pgw_session_set_state (self, PGW_SESSION_SEARCHING);
  self->work_source = g_idle_add (search_cb, self);
  return TRUE;
}

void
pgw_session_finish_search (PgwSession *self)
{
  if (self->search == NULL)
    return;

  pgw_search_run (self->search, 0);
  end_search (self);
}
