/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwSearch: the first moment, in a direction, at which a condition breaks.
 *
 * Conditions are of four kinds, looked for from the cheapest to the dearest,
 * so that each finding shortens the way of those that follow:
 *
 *  - events and operations are read from the log; the machine does not move;
 *  - changes of an object come from the undo logs (pgw_timeline_find_change());
 *  - conditions on the machine's state break where they become true: at a
 *    step where they hold while they did not hold one step before. Forwards
 *    and backwards the same steps are stopped at. Such a step is found by
 *    searching for the nearest step where the condition has the other value,
 *    once or twice;
 *  - those of source lines come last: pgw-search-lines.c. A line lies behind
 *    the event that came before it, so what is found there is nearer or it
 *    would not have been looked at.
 */
#include "config.h"
#include "pgw-search-lines-private.h"
#include "pgw-search-private.h"

#define LOG_CHUNK     (1 << 16) /* events read between two looks at the clock */
#define FIRST_CHUNK   256       /* steps executed between two looks at the clock, to begin with */
#define LARGEST_CHUNK (1 << 20)

typedef enum {
  PHASE_LOG,
  PHASE_CHANGES,
  PHASE_STATE,
  PHASE_LINES,
  PHASE_DONE,
} Phase;

struct _PgwSearch
{
  PgwTimeline *timeline;
  GArray      *conditions;      /* of PgwCondition */
  PgwDebugInfo *info;           /* NULL if no condition is of lines */
  PgwMoment    begin, end;      /* as given */
  guint64      from;            /* steps: the first one is one further ... */
  guint64      to;              /* ... and this the last; moves towards `from` as steps are found */
  gboolean     forward;
  gboolean     found;

  Phase        phase;
  guint64      cursor;          /* last step looked at in this phase */
  guint        index;           /* PHASE_STATE: condition under way */
  gboolean     started;         /* PHASE_STATE: `want` and `cursor` are set for it */
  gboolean     want;            /* PHASE_STATE: value looked for */
  guint64      chunk;

  PgwLineSearch *lines;         /* PHASE_LINES */
  guint64      found_line;      /* 0 = in the event `to` */
};

/* ---- Moments ---- */

static guint64
line_of_step (PgwTimeline *timeline, guint64 step)
{
  const PgwEvent *event = pgw_timeline_get_event (timeline, step);

  return event ? event->source_line : 0;
}

PgwMoment
pgw_moment_of_line (PgwTimeline *timeline, guint64 line)
{
  guint64 low = 0, high = pgw_timeline_get_length (timeline) + 1;

  /* The last step that came before the line began. */
  while (high - low > 1)
    {
      guint64 middle = low + (high - low) / 2;

      if (line_of_step (timeline, middle) < line)
        low = middle;
      else
        high = middle;
    }
  return (PgwMoment) { low, line };
}

guint64
pgw_moment_get_line (PgwTimeline *timeline, PgwMoment moment)
{
  return moment.line > 0 ? moment.line : line_of_step (timeline, moment.step);
}

/* ---- Making ---- */

/* Of two lines before an event, that event lies behind; going back it is the first one met. */
static guint64
step_behind (PgwMoment moment)
{
  return moment.step + (moment.line > 0);
}

static void
take_condition (PgwSearch *self, const PgwCondition *condition)
{
  PgwCondition copy;

  pgw_condition_copy (&copy, condition);
  g_array_append_val (self->conditions, copy);
}

static void
clear_condition (gpointer data)
{
  pgw_condition_clear (data);
}

PgwSearch *
pgw_search_new (PgwTimeline *timeline, GListModel *breakpoints, PgwDebugInfo *info, PgwMoment from, PgwMoment to)
{
  PgwSearch *self;

  g_return_val_if_fail (timeline != NULL, NULL);
  g_return_val_if_fail (G_IS_LIST_MODEL (breakpoints), NULL);

  self = g_new0 (PgwSearch, 1);
  self->timeline = pgw_timeline_ref (timeline);
  self->info = info ? pgw_debug_info_ref (info) : NULL;
  self->conditions = g_array_new (FALSE, FALSE, sizeof (PgwCondition));
  g_array_set_clear_func (self->conditions, clear_condition);
  self->begin = from;
  self->end = to;
  self->forward = pgw_moment_compare (to, from) > 0;
  self->from = self->forward ? from.step : step_behind (from);
  self->to = self->forward ? to.step : step_behind (to);
  self->cursor = self->from;
  self->chunk = FIRST_CHUNK;

  for (guint i = 0; i < g_list_model_get_n_items (breakpoints); i++)
    {
      g_autoptr (PgwBreakpoint) breakpoint = g_list_model_get_item (breakpoints, i);

      if (pgw_breakpoint_get_enabled (breakpoint))
        take_condition (self, pgw_breakpoint_get_parsed (breakpoint));
    }
  if (self->conditions->len == 0 || pgw_moment_compare (from, to) == 0)
    self->phase = PHASE_DONE;
  else if (self->from == self->to)
    self->phase = PHASE_LINES;

  return self;
}

void
pgw_search_free (PgwSearch *self)
{
  g_clear_pointer (&self->lines, pgw_line_search_free);
  g_clear_pointer (&self->info, pgw_debug_info_unref);
  g_array_unref (self->conditions);
  pgw_timeline_unref (self->timeline);
  g_free (self);
}

/* A place to stop, nearer than any before it. */
static void
found_at (PgwSearch *self, guint64 step)
{
  self->found = TRUE;
  self->to = step;
  self->end = (PgwMoment) { step, 0 };
}

/* The step `n` further on, but not past `last`. */
static guint64
further (PgwSearch *self, guint64 step, guint64 n, guint64 last)
{
  if (self->forward)
    return last - step > n ? step + n : last;

  return step - last > n ? step - n : last;
}

static gboolean
breaks_at_log (PgwSearch *self, guint64 step)
{
  const PgwEvent *event = pgw_timeline_get_event (self->timeline, step);

  if (event == NULL)
    return FALSE;

  for (guint i = 0; i < self->conditions->len; i++)
    {
      const PgwCondition *condition = &g_array_index (self->conditions, PgwCondition, i);

      if (condition->kind == PGW_CONDITION_EVENT && event->id == condition->event_id)
        return TRUE;
      if (condition->kind == PGW_CONDITION_OP && event->id == TRACE_op_begin && event->op == condition->op)
        return TRUE;
    }

  return FALSE;
}

static gboolean
has_kind (PgwSearch *self, PgwConditionKind kind)
{
  for (guint i = 0; i < self->conditions->len; i++)
    if (g_array_index (self->conditions, PgwCondition, i).kind == kind)
      return TRUE;

  return FALSE;
}

static void
run_log (PgwSearch *self)
{
  guint64 end = further (self, self->cursor, LOG_CHUNK, self->to);
  gboolean needed = has_kind (self, PGW_CONDITION_EVENT) || has_kind (self, PGW_CONDITION_OP);

  while (needed && self->cursor != end)
    {
      self->cursor += self->forward ? 1 : -1;
      if (breaks_at_log (self, self->cursor))
        {
          found_at (self, self->cursor);
          break;
        }
    }

  if (!needed || self->cursor == self->to)
    self->phase = PHASE_CHANGES;
}

static void
run_changes (PgwSearch *self)
{
  for (guint i = 0; i < self->conditions->len; i++)
    {
      const PgwCondition *condition = &g_array_index (self->conditions, PgwCondition, i);
      guint64 step;

      if (condition->kind != PGW_CONDITION_CHANGE)
        continue;

      step = self->forward
        ? pgw_timeline_find_change (self->timeline, condition->object, self->from, TRUE)
        : pgw_timeline_find_change (self->timeline, condition->object, self->from - 1, FALSE);
      if (step != 0 && (self->forward ? step <= self->to : step >= self->to))
        found_at (self, step);
    }

  self->phase = PHASE_STATE;
}

static gboolean
has_wanted_value (PgwTimeline *timeline, guint64 step, gpointer data)
{
  PgwSearch *self = data;
  const PgwCondition *condition = &g_array_index (self->conditions, PgwCondition, self->index);

  return pgw_condition_holds (condition, pgw_timeline_get_machine (timeline)) == self->want;
}

/* The furthest step whose state has to be known: one before the first place to stop at. */
static guint64
last_state (PgwSearch *self)
{
  return self->forward ? self->to : MAX (self->to, 1) - 1;
}

static void
next_condition (PgwSearch *self)
{
  self->started = FALSE;
  self->index++;
  if (self->index == self->conditions->len)
    self->phase = PHASE_LINES;
}

static void
start_condition (PgwSearch *self)
{
  const PgwCondition *condition = &g_array_index (self->conditions, PgwCondition, self->index);

  self->started = TRUE;
  self->cursor = self->forward ? self->from : self->from - 1;
  pgw_timeline_seek (self->timeline, self->cursor);
  self->want = !pgw_condition_holds (condition, pgw_timeline_get_machine (self->timeline));
}

/* A step with the wanted value was found: a place to stop at, or where to look for one from. */
static void
turn_condition (PgwSearch *self, guint64 step)
{
  /* Forwards a region where it holds is entered at its first step, backwards left before it. */
  if (self->want == self->forward)
    {
      found_at (self, self->forward ? step : step + 1);
      next_condition (self);
      return;
    }

  self->want = !self->want;
  self->cursor = step;
}

static void
run_state (PgwSearch *self)
{
  guint64 last, end, step;
  gint64 start;

  if (!pgw_condition_is_state (&g_array_index (self->conditions, PgwCondition, self->index)))
    {
      next_condition (self);
      return;
    }
  if (!self->started)
    start_condition (self);

  last = last_state (self);
  if (self->forward ? self->cursor >= last : self->cursor <= last)
    {
      next_condition (self);
      return;
    }

  start = g_get_monotonic_time ();
  end = further (self, self->cursor, self->chunk, last);
  pgw_timeline_seek (self->timeline, self->cursor);
  if (pgw_timeline_search (self->timeline, self->cursor, end, has_wanted_value, self, NULL, &step))
    turn_condition (self, step);
  else
    self->cursor = end;

  /* Pieces of one to four milliseconds. */
  if (g_get_monotonic_time () - start < 1000)
    self->chunk = MIN (self->chunk * 2, LARGEST_CHUNK);
  else if (g_get_monotonic_time () - start > 4000)
    self->chunk = MAX (self->chunk / 2, 16);
}

static gboolean
has_line_condition (PgwSearch *self)
{
  for (guint i = 0; i < self->conditions->len; i++)
    if (pgw_condition_is_line (&g_array_index (self->conditions, PgwCondition, i)))
      return TRUE;

  return FALSE;
}

/* The lines between the beginning and the nearest place found so far. FALSE if there are none to look at. */
static gboolean
start_lines (PgwSearch *self)
{
  guint64 begin = pgw_moment_get_line (self->timeline, self->begin);
  guint64 end = pgw_moment_get_line (self->timeline, self->end);

  if (self->info == NULL || !has_line_condition (self) || pgw_timeline_get_n_source_lines (self->timeline) == 0)
    return FALSE;

  if (!self->forward)
    {
      /* An event lies within the line that was begun last: that one comes first going back, and is out of reach. */
      begin += self->begin.line == 0;
      end += self->end.line == 0;
    }
  if (begin == end)
    return FALSE;

  self->lines = pgw_line_search_new (self->timeline, self->info, self->conditions, begin, end);
  return TRUE;
}

static void
run_lines (PgwSearch *self)
{
  guint64 line;

  if (self->lines == NULL && !start_lines (self))
    {
      self->phase = PHASE_DONE;
      return;
    }
  if (!pgw_line_search_run (self->lines))
    return;

  line = pgw_line_search_get_found (self->lines);
  if (line != 0)
    {
      self->found = TRUE;
      self->found_line = line;
    }
  self->phase = PHASE_DONE;
}

gboolean
pgw_search_run (PgwSearch *self, gint64 budget)
{
  gint64 deadline = g_get_monotonic_time () + budget;
  PgwMoment moment;

  g_return_val_if_fail (self != NULL, TRUE);

  moment = pgw_timeline_get_moment (self->timeline);
  while (self->phase != PHASE_DONE)
    {
      switch (self->phase)
        {
        case PHASE_LOG:
          run_log (self);
          break;
        case PHASE_CHANGES:
          run_changes (self);
          break;
        case PHASE_STATE:
          run_state (self);
          break;
        case PHASE_LINES:
          run_lines (self);
          break;
        case PHASE_DONE:
          break;
        }
      if (budget > 0 && g_get_monotonic_time () >= deadline)
        break;
    }
  pgw_timeline_go_to_moment (self->timeline, moment);

  return self->phase == PHASE_DONE;
}

gboolean
pgw_search_get_found (PgwSearch *self, PgwMoment *found)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->phase != PHASE_DONE || !self->found)
    return FALSE;

  *found = self->found_line > 0 ? pgw_moment_of_line (self->timeline, self->found_line)
                                : (PgwMoment) { self->to, 0 };
  return TRUE;
}
