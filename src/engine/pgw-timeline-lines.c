/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The second clock of a timeline: source lines of the core.
 *
 * A call stands at the beginning of each line of the stepping core
 * (mm/line-hooks); pgw-line-hook.S counts them. Checkpoints and events know
 * the count, so a line is found like a step: go to the checkpoint before it,
 * and let the core run until the count is reached.
 *
 * A walk over lines asks at each of them on the core's own stack. It passes
 * checkpoints at their events, where intervals end.
 */
#include "config.h"

#include "pgw-timeline-private.h"

/* Lines at the end of an interval that are looked at first, going back. */
#define FIRST_WINDOW 256

_Thread_local guint64 pgw_lines_left;

void pgw_line_reached (guint64 pc, guint64 frame);

/* Called by mm_line, on the core's stack, when pgw_lines_left is 0. */
PGW_ON_COROUTINE void
pgw_line_reached (guint64 pc, guint64 frame)
{
  PgwTimeline *self = pgw_timeline_running;

  /* 2^64 lines ahead is as good as never. */
  if (!self || !self->line_func)
    return;

  pgw_timeline_count_lines (self);
  self->lines_asked = pgw_lines_left = 1;
  self->line_top = (PgwStackTop) { .pc = pc - 1, .frame = frame, .end = (guintptr) self->loop_frame };
  if (self->line_func (self, &self->line_top, self->step_data))
    pgw_timeline_park (self, PGW_PARKED_LINE);
}

guint64
pgw_timeline_get_n_source_lines (PgwTimeline *self)
{
  g_return_val_if_fail (self != NULL, 0);

  /* The last checkpoint stands at the end. */
  return pgw_history_checkpoint (&self->history, self->history.checkpoints->len - 1)->source_line;
}

guint64
pgw_timeline_get_source_line (PgwTimeline *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->source_line;
}

gboolean
pgw_timeline_is_at_source_line (PgwTimeline *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->parked == PGW_PARKED_LINE;
}

gboolean
pgw_timeline_get_stack_top (PgwTimeline *self, PgwStackTop *top)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (top != NULL, FALSE);

  pgw_coroutine_expose (self->coroutine);
  if (self->parked == PGW_PARKED_LINE)
    {
      *top = self->line_top;
      return TRUE;
    }
  if (self->position == 0)
    return FALSE;

  /* Inside trace(): its caller is where we stand. */
  *top = (PgwStackTop) {
    .pc = pgw_timeline_get_event (self, self->position)->pc - 1,
    .frame = (guintptr) self->parked_frame[0],
    .end = (guintptr) self->loop_frame,
  };
  return TRUE;
}

/* ---- Seeking ---- */

static gboolean
park_at_line (PgwTimeline *self, const PgwStackTop *top, gpointer data)
{
  return TRUE;
}

void
pgw_timeline_seek_source_line (PgwTimeline *self, guint64 line)
{
  guint checkpoint;

  g_return_if_fail (self != NULL);
  g_return_if_fail (!self->busy);
  g_return_if_fail (line >= 1 && line <= pgw_timeline_get_n_source_lines (self));

  if (self->parked == PGW_PARKED_LINE && self->source_line == line)
    return;
  checkpoint = pgw_history_find_checkpoint_of_line (&self->history, line);
  if (checkpoint != self->base || line <= self->source_line)
    pgw_timeline_go_to_checkpoint (self, checkpoint);
  pgw_timeline_run_lines (self, line, park_at_line, G_MAXUINT64, pgw_timeline_park_at_once, NULL);

  g_assert (self->source_line == line);
}

PgwMoment
pgw_timeline_get_moment (PgwTimeline *self)
{
  return (PgwMoment) { self->position, self->parked == PGW_PARKED_LINE ? self->source_line : 0 };
}

void
pgw_timeline_go_to_moment (PgwTimeline *self, PgwMoment moment)
{
  if (moment.line > 0)
    pgw_timeline_seek_source_line (self, moment.line);
  else
    pgw_timeline_seek (self, moment.step);
}

/* ---- Walking ---- */

typedef struct {
  guint64 to;                   /* the last line to look at */
  PgwTimelineLinePredicate predicate;
  gpointer data;
  const gboolean *cancel;
  gboolean stop_at_hit;
  gboolean cancelled;
  gboolean has_hit;
  guint64 hit;
} Walk;

static gboolean
look_at_line (PgwTimeline *self, const PgwStackTop *top, gpointer data)
{
  Walk *walk = data;

  if (walk->predicate (self, self->source_line, top, walk->data))
    {
      walk->hit = self->source_line;
      walk->has_hit = TRUE;
      if (walk->stop_at_hit)
        return TRUE;
    }
  if (walk->cancel && g_atomic_int_get (walk->cancel))
    walk->cancelled = TRUE;
  return walk->cancelled || self->source_line >= walk->to;
}

static gboolean
pass_or_park (PgwTimeline *self, const PgwStep *step, gpointer data)
{
  Walk *walk = data;

  if (!pgw_timeline_pass_checkpoint_here (self))
    walk->cancelled = TRUE;
  return walk->cancelled;
}

/* Looks at the lines behind the current one. */
static void
walk_lines (PgwTimeline *self, Walk *walk)
{
  if (self->source_line < walk->to)
    pgw_timeline_run_lines (self, self->source_line + 1, look_at_line, 0, pass_or_park, walk);
}

static gboolean
search_lines_forward (PgwTimeline *self, guint64 from, Walk *walk)
{
  if (from > 0)
    pgw_timeline_seek_source_line (self, from);
  else
    pgw_timeline_seek (self, 0);
  walk->stop_at_hit = TRUE;
  walk_lines (self, walk);
  return walk->has_hit;
}

/*
 * Looks at the lines from `low` to `high` of one interval, the last ones
 * first: to run up to a line is cheap, to be asked at each of them is not.
 */
static void
search_interval_backward (PgwTimeline *self, guint checkpoint, guint64 low, guint64 high, Walk *walk)
{
  guint64 before = pgw_history_checkpoint (&self->history, checkpoint)->source_line;

  for (guint64 window = FIRST_WINDOW; high >= low && !walk->cancelled && !walk->has_hit; window *= 32)
    {
      guint64 first = high - low >= window ? high - window + 1 : low;

      pgw_timeline_go_to_checkpoint (self, checkpoint);
      if (first > before + 1)
        pgw_timeline_seek_source_line (self, first - 1);
      walk->to = high;
      walk_lines (self, walk);
      high = first - 1;
    }
}

static gboolean
search_lines_backward (PgwTimeline *self, guint64 from, guint64 to, Walk *walk)
{
  guint64 high = from - 1;

  for (guint i = pgw_history_find_checkpoint_of_line (&self->history, high) + 1; i-- > 0 && high >= to;)
    {
      guint64 before = pgw_history_checkpoint (&self->history, i)->source_line;

      search_interval_backward (self, i, MAX (before + 1, to), high, walk);
      if (walk->cancelled || walk->has_hit)
        break;
      high = before;
    }
  return walk->has_hit;
}

gboolean
pgw_timeline_search_source_lines (PgwTimeline              *self,
                                  guint64                   from,
                                  guint64                   to,
                                  PgwTimelineLinePredicate  predicate,
                                  gpointer                  data,
                                  const gboolean           *cancel,
                                  guint64                  *found)
{
  Walk walk = { .predicate = predicate, .data = data, .cancel = cancel };
  gboolean hit = FALSE;
  guint64 n_lines;
  PgwMoment moment;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (predicate != NULL, FALSE);
  g_return_val_if_fail (!self->busy, FALSE);

  n_lines = pgw_timeline_get_n_source_lines (self);
  moment = pgw_timeline_get_moment (self);
  from = MIN (from, n_lines);
  to = CLAMP (to, 1, MAX (n_lines, 1));
  walk.to = to;
  if (to > from)
    hit = search_lines_forward (self, from, &walk);
  else if (to < from)
    hit = search_lines_backward (self, from, to, &walk);

  if (hit && !walk.cancelled)
    {
      pgw_timeline_seek_source_line (self, walk.hit);
      if (found)
        *found = walk.hit;
      return TRUE;
    }
  pgw_timeline_go_to_moment (self, moment);
  return FALSE;
}
