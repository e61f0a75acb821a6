/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwSession: standing at source lines of the core, and going from one to
 * another as a debugger does, forwards and backwards.
 *
 * Stepping over and out knows the calls under way by their frame and return
 * address: a line belongs to one of them, or to something called or returned
 * from meanwhile. Where the core has no line hooks, events take the place of
 * lines and their depth that of the calls.
 */
#include "config.h"
#include "pgw-session-private.h"
#include "pgw-value.h"

#include <glib/gi18n-lib.h>

#define MAX_CALLS 64

/* ---- The clock ---- */

gboolean
pgw_session_has_source_lines (PgwSession *self)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);

  return HAVE_LINE_HOOKS;
}

guint64
pgw_session_get_source_line (PgwSession *self)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), 0);

  return self->source_line;
}

PgwMoment
pgw_session_lines_from (PgwSession *self, PgwMoment moment, guint64 n, PgwDirection direction)
{
  guint64 line = pgw_moment_get_line (self->timeline, moment);
  guint64 n_lines = pgw_timeline_get_n_source_lines (self->timeline);

  if (direction == PGW_DIRECTION_FORWARD)
    {
      if (n_lines - line < n)
        return (PgwMoment) { self->length, 0 };
      return pgw_moment_of_line (self->timeline, line + n);
    }

  if (moment.line == 0)
    line++;     /* an event lies within its line: the way back leads to that line's beginning */
  if (line <= n)
    return (PgwMoment) { 0, 0 };
  return pgw_moment_of_line (self->timeline, line - n);
}

gboolean
pgw_session_seek_source_line (PgwSession *self, guint64 line)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);

  if (!pgw_session_can_move (self) || line == 0 || line > pgw_timeline_get_n_source_lines (self->timeline))
    return FALSE;

  pgw_session_halt (self);
  return pgw_session_go_to (self, pgw_moment_of_line (self->timeline, line));
}

/* ---- Stepping ---- */

typedef struct {
  guint n;
  struct {
    guint64 frame, caller;      /* frame pointer and return address */
  } call[MAX_CALLS];
} Calls;

/* The calls under way, without the innermost `skip` of them. */
static void
get_calls (PgwTimeline *timeline, guint skip, Calls *calls)
{
  PgwStackTop top;

  calls->n = 0;
  if (!pgw_timeline_get_stack_top (timeline, &top))
    return;
  for (guint64 frame = top.frame; frame && frame != top.end && calls->n < MAX_CALLS;)
    {
      const guint64 *link = (const guint64 *) (guintptr) frame;

      if (skip > 0)
        skip--;
      else
        {
          calls->call[calls->n].frame = frame;
          calls->call[calls->n++].caller = link[1];
        }
      if (link[0] <= frame)
        break;
      frame = link[0];
    }
}

static gboolean
is_in_calls (PgwTimeline *timeline, guint64 line, const PgwStackTop *top, gpointer data)
{
  const Calls *calls = data;
  guint64 caller = ((const guint64 *) (guintptr) top->frame)[1];

  for (guint i = 0; i < calls->n; i++)
    if (calls->call[i].frame == top->frame && calls->call[i].caller == caller)
      return TRUE;
  return FALSE;
}

/* Goes to the next line of one of the calls, or to the end. */
static gboolean
step_to_calls (PgwSession *self, Calls *calls, PgwDirection direction)
{
  guint64 line = pgw_moment_get_line (self->timeline, pgw_session_get_moment (self));
  gboolean found;

  if (direction == PGW_DIRECTION_FORWARD)
    found = pgw_timeline_search_source_lines (self->timeline, line, G_MAXUINT64, is_in_calls, calls, NULL, NULL);
  else
    found = pgw_timeline_search_source_lines (self->timeline, line + (self->source_line == 0), 1, is_in_calls, calls,
                                              NULL, NULL);
  if (!found)
    return pgw_session_go_to (self, (PgwMoment) { direction == PGW_DIRECTION_FORWARD ? self->length : 0, 0 });

  pgw_session_sync_position (self);
  return TRUE;
}

/* The same by the depth of events, for a core without line hooks. */
static gboolean
step_to_depth (PgwSession *self, guint skip, PgwDirection direction)
{
  const PgwEvent *event = pgw_timeline_get_event (self->timeline, self->position);
  int deepest = event ? (int) event->depth - (int) skip : 0;
  guint64 end = direction == PGW_DIRECTION_FORWARD ? self->length : 0;
  guint64 step = self->position;

  while (step != end)
    {
      step += direction;
      event = pgw_timeline_get_event (self->timeline, step);
      if (event && event->depth <= MAX (deepest, 0))
        break;
    }
  return pgw_session_go_to (self, (PgwMoment) { step, 0 });
}

gboolean
pgw_session_step_line (PgwSession *self, PgwLineStep how, PgwDirection direction)
{
  guint skip = how == PGW_LINE_OUT ? 1 : 0;
  Calls calls;

  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);

  if (!pgw_session_can_move (self))
    return FALSE;

  pgw_session_halt (self);
  get_calls (self->timeline, 0, &calls);
  if (how == PGW_LINE_INTO || calls.n == 0)
    return pgw_session_go_to (self, pgw_session_has_source_lines (self)
                                      ? pgw_session_lines_from (self, pgw_session_get_moment (self), 1, direction)
                                      : pgw_session_events_from (self, pgw_session_get_moment (self), 1, direction));
  if (calls.n <= skip)  /* nothing is outside but other operations */
    return pgw_session_go_to (self, pgw_session_ops_from (self, pgw_session_get_moment (self), 1, direction));
  if (!pgw_session_has_source_lines (self))
    return step_to_depth (self, skip, direction);

  get_calls (self->timeline, skip, &calls);
  return step_to_calls (self, &calls, direction);
}

/* ---- Debug information ---- */

PgwDebugInfo *
pgw_session_get_debug_info (PgwSession *self, GError **error)
{
  g_return_val_if_fail (PGW_IS_SESSION (self), NULL);

  if (self->debug_info == NULL)
    self->debug_info = pgw_debug_info_new (error);
  return self->debug_info;
}

guint
pgw_session_get_stack (PgwSession *self, PgwFrame *frames, guint max)
{
  PgwDebugInfo *info;

  g_return_val_if_fail (PGW_IS_SESSION (self), 0);

  info = pgw_session_can_move (self) ? pgw_session_get_debug_info (self, NULL) : NULL;
  return info != NULL ? pgw_locals_unwind (info, self->timeline, frames, max) : 0;
}

typedef struct {
  PgwDebugInfo *info;
  PgwPlace *places;
  guint n, max;
  gboolean done;        /* also stops the walk, so that nothing moves */
} NextLines;

static gboolean
collect_line (PgwTimeline *timeline, guint64 line, const PgwStackTop *top, gpointer data)
{
  NextLines *next = data;

  if (pgw_debug_info_get_place (next->info, top->pc, &next->places[next->n]))
    next->n++;
  next->done = next->n == next->max;
  return FALSE;
}

guint
pgw_session_get_next_lines (PgwSession *self, PgwPlace *places, guint max)
{
  NextLines next = { .places = places, .max = max };
  guint64 line;

  g_return_val_if_fail (PGW_IS_SESSION (self), 0);
  g_return_val_if_fail (places != NULL || max == 0, 0);

  next.info = max > 0 && pgw_session_can_move (self) ? pgw_session_get_debug_info (self, NULL) : NULL;
  if (next.info == NULL)
    return 0;

  if (pgw_session_has_source_lines (self))
    {
      line = pgw_moment_get_line (self->timeline, pgw_session_get_moment (self));
      pgw_timeline_search_source_lines (self->timeline, line, G_MAXUINT64, collect_line, &next, &next.done, NULL);
      return next.n;
    }

  for (guint64 step = self->position + 1; step <= self->length && next.n < max; step++)
    if (pgw_debug_info_get_place (next.info, pgw_timeline_get_event (self->timeline, step)->pc - 1, &places[next.n]))
      next.n++;
  return next.n;
}

/* ---- Counts ---- */

typedef struct {
  PgwDebugInfo *info;
  const PgwHook *hooks;
  guint32 *counts;
} Counter;

static gboolean
count_line (PgwTimeline *timeline, guint64 line, const PgwStackTop *top, gpointer data)
{
  Counter *counter = data;
  const PgwHook *hook = pgw_debug_info_get_hook (counter->info, top->pc);

  if (hook)
    counter->counts[hook - counter->hooks]++;
  return FALSE;
}

void
pgw_session_forget_lines (PgwSession *self)
{
  g_clear_pointer (&self->line_counts, g_array_unref);
}

void
pgw_session_lines_finalize (PgwSession *self)
{
  pgw_session_forget_lines (self);
  g_clear_pointer (&self->debug_info, pgw_debug_info_unref);
}

/* The operation one stands in; the lines before an operation's first event are its own. */
static guint64
current_op (PgwSession *self)
{
  guint64 op = pgw_timeline_op_at (self->timeline, self->position);
  PgwOpRun run;

  if (op == G_MAXUINT64)
    return 0;
  if (self->source_line > 0 && pgw_timeline_get_op_run (self->timeline, op, &run) && run.last_step == self->position)
    return op + 1;
  return op;
}

/* Counting so many lines takes about half a frame of a window. */
#define MAX_COUNTED_LINES 500000

/* An operation of more lines is not counted. */
static void
count_op (PgwSession *self, guint64 op)
{
  Counter counter = { .info = self->debug_info };
  guint64 from, to;
  guint n_hooks;
  PgwOpRun run;

  if (self->line_counts != NULL && self->counted_op == op)
    return;

  pgw_session_forget_lines (self);
  counter.hooks = pgw_debug_info_get_hooks (self->debug_info, &n_hooks);
  self->line_counts = g_array_sized_new (FALSE, TRUE, sizeof (guint32), n_hooks);
  g_array_set_size (self->line_counts, n_hooks);
  self->counted_op = op;
  if (!pgw_timeline_get_op_run (self->timeline, op, &run) || run.first_step == 0)
    return;

  counter.counts = (guint32 *) (void *) self->line_counts->data;
  from = pgw_moment_get_line (self->timeline, (PgwMoment) { run.first_step - 1, 0 });
  to = pgw_moment_get_line (self->timeline, (PgwMoment) { run.last_step, 0 });
  if (to > from && to - from <= MAX_COUNTED_LINES)
    pgw_timeline_search_source_lines (self->timeline, from, to, count_line, &counter, NULL, NULL);
}

GArray *
pgw_session_get_line_counts (PgwSession *self, const char *file)
{
  GArray *counts = g_array_new (FALSE, TRUE, sizeof (guint32));
  const PgwHook *hooks;
  guint n_hooks;

  g_return_val_if_fail (PGW_IS_SESSION (self), counts);
  g_return_val_if_fail (file != NULL, counts);

  if (!pgw_session_can_move (self) || !pgw_session_has_source_lines (self) ||
      pgw_session_get_debug_info (self, NULL) == NULL)
    return counts;

  count_op (self, current_op (self));
  hooks = pgw_debug_info_get_hooks (self->debug_info, &n_hooks);
  for (guint i = 0; i < n_hooks; i++)
    {
      guint32 count = g_array_index (self->line_counts, guint32, i);
      const PgwPlace *place = &hooks[i].place;

      if (count == 0 || !g_str_equal (place->file, file))
        continue;
      if (counts->len <= (guint) place->line)
        g_array_set_size (counts, (guint) place->line + 1);
      g_array_index (counts, guint32, place->line) += count;
    }
  return counts;
}

/* ---- Conditions ---- */

static gboolean
resolve (PgwSession *self, PgwCondition *condition, GError **error)
{
  PgwFrame here;

  if (!pgw_session_has_source_lines (self))
    {
      g_set_error_literal (error, PGW_SESSION_ERROR, PGW_SESSION_ERROR_CONDITION,
                           _("This program was built without line hooks; it cannot stop at source lines."));
      return FALSE;
    }
  if (pgw_session_get_debug_info (self, error) == NULL)
    return FALSE;
  return pgw_condition_resolve (condition, self->debug_info,
                                pgw_session_get_stack (self, &here, 1) > 0 ? here.place.function : NULL, error);
}

PgwBreakpoint *
pgw_session_new_breakpoint (PgwSession *self, guint id, const char *text, GError **error)
{
  g_autofree char *full = NULL;
  PgwCondition condition;

  if (!pgw_condition_parse (text, &condition, error))
    return NULL;
  if (pgw_condition_is_line (&condition))
    {
      if (!resolve (self, &condition, error))
        {
          pgw_condition_clear (&condition);
          return NULL;
        }
      full = pgw_condition_to_text (&condition);
    }
  return pgw_breakpoint_new (id, full != NULL ? full : text, &condition);
}

gboolean
pgw_session_run_to (PgwSession *self, const char *condition, PgwDirection direction, GError **error)
{
  g_autoptr (GListStore) conditions = NULL;
  g_autoptr (PgwBreakpoint) breakpoint = NULL;

  g_return_val_if_fail (PGW_IS_SESSION (self), FALSE);
  g_return_val_if_fail (condition != NULL, FALSE);

  breakpoint = pgw_session_new_breakpoint (self, 0, condition, error);
  if (breakpoint == NULL || !pgw_session_can_move (self))
    return FALSE;

  conditions = g_list_store_new (PGW_TYPE_BREAKPOINT);
  g_list_store_append (conditions, breakpoint);
  return pgw_session_start_search (self, G_LIST_MODEL (conditions), direction);
}
