/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walking through a recording: predicates, changes of an object, self check.
 *
 * A walk lets the core repeat steps and is asked in each of them, on the
 * core's own stack, so that a step costs no more than a call. Where a walk
 * passes a checkpoint, the log it made itself takes the place of that of the
 * interval behind it, which thereby turns from redo to undo.
 */
#include "config.h"

#include "pgw-timeline-private.h"

#include <string.h>

/* ---- Walking ---- */

typedef struct {
  guint64 to;                   /* the last step to look at */
  PgwTimelinePredicate predicate;
  gpointer data;
  const gboolean *cancel;
  gboolean stop_at_hit;
  gboolean cancelled;
  guint64 hit;                  /* the last step for which the predicate held */
  gboolean has_hit;
} Walk;

/*
 * The core has just run into the next checkpoint by itself: its log is now the
 * interval's undo log. Returns FALSE when it is not the log of that interval.
 */
static gboolean
pass_checkpoint (PgwTimeline *self)
{
  const PgwLineLog *ours = &self->image.log;
  PgwLineLog *kept = &pgw_history_checkpoint (&self->history, self->base)->log;

  pgw_image_sort_log (&self->image);
  if (ours->n_lines != kept->n_lines || ours->n_changed != kept->n_changed)
    return FALSE;
  if (ours->n_lines > 0)
    {
      if (memcmp (ours->lines, kept->lines, ours->n_lines * sizeof *ours->lines) != 0)
        return FALSE;
      memcpy (kept->data, ours->data, ours->n_changed << PGW_LINE_SHIFT);
    }
  pgw_image_clear_log (&self->image);
  self->base++;
  return TRUE;
}

static gboolean
is_at_checkpoint (PgwTimeline *self)
{
  return self->base + 1 < self->history.checkpoints->len &&
         self->position == pgw_timeline_interval_end (self, self->base);
}

gboolean
pgw_timeline_pass_checkpoint_here (PgwTimeline *self)
{
  if (!is_at_checkpoint (self) || pass_checkpoint (self))
    return TRUE;
  g_critical ("The steps up to %" G_GUINT64_FORMAT " were not repeated as they were recorded.", self->position);
  return FALSE;
}

static gboolean
look (PgwTimeline *self, Walk *walk)
{
  if (walk->predicate (self, self->position, walk->data))
    {
      walk->hit = self->position;
      walk->has_hit = TRUE;
      if (walk->stop_at_hit)
        return TRUE;
    }
  if (walk->cancel && g_atomic_int_get (walk->cancel))
    walk->cancelled = TRUE;
  return walk->cancelled || self->position >= walk->to;
}

static gboolean
walk_step (PgwTimeline *self, const PgwStep *step, gpointer data)
{
  Walk *walk = data;

  if (!pgw_timeline_pass_checkpoint_here (self))
    {
      walk->cancelled = TRUE;
      return TRUE;
    }
  return look (self, walk);
}

/* Looks at the steps behind the current one. */
static void
walk_forward (PgwTimeline *self, Walk *walk)
{
  if (self->position < walk->to)
    pgw_timeline_run (self, 0, walk_step, walk);
}

/* Looks at the steps from `low` to `high`, both within the interval of `checkpoint`; all but the one it ends with. */
static void
walk_interval (PgwTimeline *self, guint checkpoint, guint64 low, guint64 high, Walk *walk)
{
  pgw_timeline_go_to_checkpoint (self, checkpoint);
  if (self->position < low)
    pgw_timeline_seek (self, low);

  walk->to = high;
  self->busy = TRUE;
  if (!look (self, walk))
    walk_forward (self, walk);
  self->busy = FALSE;
}

static gboolean
search_forward (PgwTimeline *self, guint64 from, Walk *walk)
{
  pgw_timeline_seek (self, from);
  walk->stop_at_hit = TRUE;
  walk_forward (self, walk);
  return walk->has_hit;
}

static gboolean
search_backward (PgwTimeline *self, guint64 from, guint64 to, Walk *walk)
{
  guint64 high = from - 1;

  for (guint i = pgw_history_find_checkpoint (&self->history, high) + 1; i-- > 0;)
    {
      guint64 start = pgw_history_checkpoint (&self->history, i)->step;

      walk_interval (self, i, MAX (start, to), high, walk);
      if (walk->cancelled)
        return FALSE;
      if (walk->has_hit)
        return TRUE;
      if (start <= to)
        break;
      high = start - 1;
    }
  return FALSE;
}

gboolean
pgw_timeline_search (PgwTimeline          *self,
                     guint64               from,
                     guint64               to,
                     PgwTimelinePredicate  predicate,
                     gpointer              data,
                     const gboolean       *cancel,
                     guint64              *found)
{
  Walk walk = { .predicate = predicate, .data = data, .cancel = cancel };
  gboolean hit = FALSE;
  PgwMoment moment;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (predicate != NULL, FALSE);
  g_return_val_if_fail (!self->busy, FALSE);

  moment = pgw_timeline_get_moment (self);
  from = MIN (from, self->history.events.length);
  to = MIN (to, self->history.events.length);
  walk.to = to;
  if (to > from)
    hit = search_forward (self, from, &walk);
  else if (to < from)
    hit = search_backward (self, from, to, &walk);

  if (walk.cancelled)
    hit = FALSE;
  if (hit)
    pgw_timeline_seek (self, walk.hit);
  else
    pgw_timeline_go_to_moment (self, moment);
  if (hit && found)
    *found = walk.hit;
  return hit;
}

/* ---- Changes of an object ---- */

#define MAX_EXTENTS 64

typedef struct {
  struct view_extent extents[MAX_EXTENTS];
  guint32 n_extents;
  GByteArray *before;           /* the object's bytes one step ago */
} Watch;

static gboolean
touches (const PgwLineLog *log, const Watch *watch)
{
  for (guint32 e = 0; e < watch->n_extents; e++)
    {
      guint64 first = watch->extents[e].offset >> PGW_LINE_SHIFT;
      guint64 span = ((watch->extents[e].offset + watch->extents[e].size - 1) >> PGW_LINE_SHIFT) - first;

      for (guint64 i = 0; i < log->n_lines; i++)
        if (log->lines[i] - first <= span)
          return TRUE;
    }
  return FALSE;
}

/* Whether the object differs from what it was one step ago. A PgwTimelinePredicate. */
static gboolean
has_changed (PgwTimeline *self, guint64 step, gpointer data)
{
  Watch *watch = data;
  guint8 *before = watch->before->data;
  gboolean changed = FALSE;

  for (guint32 e = 0; e < watch->n_extents; e++)
    {
      const guint8 *now = self->image.base + watch->extents[e].offset;
      gsize size = watch->extents[e].size;

      if (memcmp (before, now, size) != 0)
        {
          memcpy (before, now, size);
          changed = TRUE;
        }
      before += size;
    }
  return changed;
}

static gboolean
watch_object (PgwTimeline *self, mm_object_t object, Watch *watch)
{
  gsize size = 0;
  guint32 n = view_object_extents (pgw_timeline_get_machine (self), object, watch->extents, MAX_EXTENTS);

  watch->n_extents = 0;
  for (guint32 e = 0; e < MIN (n, MAX_EXTENTS); e++)
    {
      const struct view_extent *extent = &watch->extents[e];

      if (extent->size == 0 || extent->offset > self->image.size || extent->size > self->image.size - extent->offset)
        continue;
      size += extent->size;
      watch->extents[watch->n_extents++] = *extent;
    }
  watch->before = g_byte_array_new ();
  g_byte_array_set_size (watch->before, (guint) size);
  if (size > 0)
    memset (watch->before->data, 0, size);
  return watch->n_extents > 0;
}

/* The first or the last change among the steps (low, high] of one interval; 0 = none. */
static guint64
find_in_interval (PgwTimeline *self, guint checkpoint, guint64 low, guint64 high, gboolean first, Watch *watch)
{
  Walk walk = { .to = high, .predicate = has_changed, .data = watch, .stop_at_hit = first };

  if (low >= high || !touches (&pgw_history_checkpoint (&self->history, checkpoint)->log, watch))
    return 0;

  pgw_timeline_go_to_checkpoint (self, checkpoint);
  pgw_timeline_seek (self, low);
  has_changed (self, low, watch);
  walk_forward (self, &walk);
  return walk.has_hit ? walk.hit : 0;
}

guint64
pgw_timeline_find_change (PgwTimeline *self, mm_object_t object, guint64 step, gboolean forward)
{
  PgwHistory *history;
  guint64 found = 0;
  PgwMoment moment;
  Watch watch;

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (!self->busy, 0);

  history = &self->history;
  moment = pgw_timeline_get_moment (self);
  step = MIN (step, history->events.length);
  if (watch_object (self, object, &watch))
    {
      guint i = pgw_history_find_checkpoint (history, step);

      if (forward)
        for (; i + 1 < history->checkpoints->len && !found; i++)
          found = find_in_interval (self, i, MAX (step, pgw_history_checkpoint (history, i)->step),
                                    pgw_timeline_interval_end (self, i), TRUE, &watch);
      else
        for (i = i + 1; i-- > 0 && !found;)
          found = find_in_interval (self, i, pgw_history_checkpoint (history, i)->step,
                                    MIN (step, pgw_timeline_interval_end (self, i)), FALSE, &watch);
    }
  g_byte_array_unref (watch.before);
  pgw_timeline_go_to_moment (self, moment);
  return found;
}

/* ---- Self check ---- */

typedef struct {
  guint64 end;
  gboolean across;              /* passes checkpoints without being parked there */
  gboolean *differs;            /* by interval */
} Check;

/* Whether the image's log, made by repeating the interval, agrees with the kept one, which holds the end's bytes. */
static gboolean
same_memory (PgwTimeline *self)
{
  const PgwLineLog *ours = &self->image.log;
  const PgwLineLog *kept = &pgw_history_checkpoint (&self->history, self->base)->log;

  pgw_image_sort_log (&self->image);
  if (ours->n_lines != kept->n_lines || ours->n_changed != kept->n_changed)
    return FALSE;
  for (guint64 i = 0; i < kept->n_lines; i++)
    if (ours->lines[i] != kept->lines[i])
      return FALSE;
  for (guint64 i = 0; i < kept->n_changed; i++)
    if (memcmp (self->image.base + ((guint64) kept->lines[i] << PGW_LINE_SHIFT),
                kept->data + (i << PGW_LINE_SHIFT), PGW_LINE_SIZE) != 0)
      return FALSE;
  return TRUE;
}

static gboolean
check_step (PgwTimeline *self, const PgwStep *step, gpointer data)
{
  Check *check = data;
  const PgwEvent *event = pgw_timeline_get_event (self, self->position);

  if (event->id != step->id || event->pc != (guintptr) step->pc ||
      event->depth != pgw_timeline_get_depth (self, step) ||
      memcmp (event->arg, step->arg, sizeof event->arg) != 0)
    check->differs[self->base] = TRUE;

  if (check->across && is_at_checkpoint (self))
    {
      if (!same_memory (self))
        check->differs[self->base] = TRUE;
      if (!pass_checkpoint (self))
        return TRUE;
    }
  return self->position >= check->end;
}

/* Repeats one interval from its checkpoint. */
static void
check_interval (PgwTimeline *self, guint i, Check *check)
{
  const PgwCheckpoint *end = pgw_history_checkpoint (&self->history, i + 1);

  check->end = end->step;
  pgw_timeline_go_to_checkpoint (self, i);
  pgw_timeline_run (self, 0, check_step, check);
  if (self->parked != PGW_PARKED_STEP || self->position != end->step || !same_memory (self) ||
      !pgw_coroutine_same_frames (self->coroutine, &end->stack, self->parked_frame, self->loop_frame))
    check->differs[i] = TRUE;
}

/* Repeats everything in one go, never going back to a kept stack. */
static void
check_straight (PgwTimeline *self, Check *check)
{
  check->across = TRUE;
  check->end = self->history.events.length;
  pgw_timeline_go_to_checkpoint (self, 0);
  pgw_timeline_run (self, 0, check_step, check);
  if (self->position != check->end)
    check->differs[self->base] = TRUE;
}

guint64
pgw_timeline_self_check (PgwTimeline *self)
{
  guint64 n_different = 0;
  PgwMoment moment;
  guint n_intervals;
  Check check = { 0 };

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (!self->busy, 0);

  moment = pgw_timeline_get_moment (self);
  n_intervals = self->history.checkpoints->len - 1;
  if (n_intervals == 0)
    return 0;

  check.differs = g_new0 (gboolean, n_intervals + 1);
  for (guint i = 0; i < n_intervals; i++)
    check_interval (self, i, &check);
  check_straight (self, &check);
  for (guint i = 0; i <= n_intervals; i++)
    n_different += check.differs[i];
  g_free (check.differs);

  pgw_timeline_go_to_moment (self, moment);
  return n_different;
}
