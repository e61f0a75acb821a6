/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Samples of the free memory over a recording (see pgw-statistics.h).
 *
 * Samples lie on multiples of a stride. The stride doubles, and the samples
 * between the new multiples go, whenever the array is full; so a recording
 * of any length has between half and all of PGW_STATISTICS_MAX_SAMPLES of
 * them. The step reached last is sampled too, as an end that the next update
 * replaces. Each sample keeps the event it was taken at, by which a history
 * that was cut and went on differently is noticed.
 */
#include "config.h"

#include "pgw-statistics.h"

#define MAX_STRETCHES 4096
#define MAX_ZONES (MAX_NUMNODES * VIEW_NR_ZONES)

typedef struct {
  guint64 step;
  PgwEvent event;               /* at that step; zero at step 0 */
} Mark;

struct _PgwStatistics
{
  gatomicrefcount  ref_count;
  PgwTimeline     *timeline;
  guint32          n_zones;
  guint32          zones[MAX_ZONES];    /* zone_ref() */
  guint64          stride;
  GArray          *marks;               /* Mark */
  GArray          *values;              /* PgwSample, n_zones a mark */
  GArray          *activity;            /* PgwActivity, one a mark */
  guint64          n_counted;           /* steps whose events are counted */
  guint64          stretch;             /* steps a count is for */
  guint32         *counts;              /* MAX_STRETCHES for each event id */
};

PgwStatistics *
pgw_statistics_new (PgwTimeline *timeline)
{
  PgwStatistics *self;

  g_return_val_if_fail (timeline != NULL, NULL);

  self = g_new0 (PgwStatistics, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->timeline = pgw_timeline_ref (timeline);
  self->stride = 1;
  self->stretch = 1;
  self->counts = g_new0 (guint32, NR_TRACE_EVENTS * MAX_STRETCHES);
  self->marks = g_array_new (FALSE, FALSE, sizeof (Mark));
  self->values = g_array_new (FALSE, FALSE, sizeof (PgwSample));
  self->activity = g_array_new (FALSE, FALSE, sizeof (PgwActivity));
  return self;
}

PgwStatistics *
pgw_statistics_ref (PgwStatistics *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
pgw_statistics_unref (PgwStatistics *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  pgw_timeline_unset_sample_func (self->timeline, self);
  pgw_timeline_unref (self->timeline);
  g_array_unref (self->marks);
  g_array_unref (self->values);
  g_array_unref (self->activity);
  g_free (self->counts);
  g_free (self);
}

static void
take_sample (PgwStatistics *self,
             guint64        step)
{
  struct view_zone zones[MAX_ZONES];
  const PgwEvent *event = pgw_timeline_get_event (self->timeline, step);
  Mark mark = { .step = step };
  PgwActivity activity = { .step = step };
  guint32 n;

  n = MIN (view_zones_brief (pgw_timeline_get_machine (self->timeline), zones, MAX_ZONES), MAX_ZONES);
  if (self->n_zones == 0)
    {
      self->n_zones = n;
      for (guint32 i = 0; i < n; i++)
        self->zones[i] = zones[i].ref;
    }
  if (n != self->n_zones)
    return;
  if (event != NULL)
    mark.event = *event;
  g_array_append_val (self->marks, mark);
  view_activity (pgw_timeline_get_machine (self->timeline), &activity.activity);
  g_array_append_val (self->activity, activity);
  for (guint32 i = 0; i < n; i++)
    {
      PgwSample sample = {
        .step = step,
        .free_pages = zones[i].free_exact,
        .pcp_pages = zones[i].pcp_pages,
      };
      for (int w = 0; w < 3; w++)
        sample.wmark[w] = zones[i].wmark[w] + zones[i].boost;
      g_array_append_val (self->values, sample);
    }
}

/* Keeps the first `n` samples. */
static void
keep (PgwStatistics *self,
      guint          n)
{
  g_array_set_size (self->marks, n);
  g_array_set_size (self->values, n * self->n_zones);
  g_array_set_size (self->activity, n);
}

/* Doubles the stride: drops the samples that are not on a multiple of it. */
static void
thin_out (PgwStatistics *self)
{
  guint n = 0;

  self->stride *= 2;
  for (guint i = 0; i < self->marks->len; i++)
    {
      if (g_array_index (self->marks, Mark, i).step % self->stride != 0)
        continue;
      g_array_index (self->marks, Mark, n) = g_array_index (self->marks, Mark, i);
      g_array_index (self->activity, PgwActivity, n) = g_array_index (self->activity, PgwActivity, i);
      for (guint32 z = 0; z < self->n_zones; z++)
        g_array_index (self->values, PgwSample, n * self->n_zones + z) =
          g_array_index (self->values, PgwSample, i * self->n_zones + z);
      n++;
    }
  keep (self, n);
}

/* Takes a sample where one is due, and makes room for it. */
static void
take_due_sample (PgwStatistics *self,
                 guint64        step)
{
  if (step % self->stride != 0)
    return;
  if (self->marks->len >= PGW_STATISTICS_MAX_SAMPLES)
    thin_out (self);
  if (step % self->stride == 0)
    take_sample (self, step);
}

static gboolean
sample_predicate (PgwTimeline *timeline,
                  guint64      step,
                  gpointer     data)
{
  take_due_sample (data, step);
  return FALSE;
}

static guint64
last_step (PgwStatistics *self)
{
  return g_array_index (self->marks, Mark, self->marks->len - 1).step;
}

/* The end of the last update need not lie on a multiple of the stride. */
static void
drop_end (PgwStatistics *self)
{
  while (self->marks->len > 0 && last_step (self) % self->stride != 0)
    keep (self, self->marks->len - 1);
}

static void forget_counts (PgwStatistics *self);

static gboolean
still_holds (PgwStatistics *self,
             guint          i)
{
  const Mark *mark = &g_array_index (self->marks, Mark, i);
  const PgwEvent *event;

  if (mark->step > pgw_timeline_get_length (self->timeline))
    return FALSE;
  event = pgw_timeline_get_event (self->timeline, mark->step);
  return event == NULL ? mark->step == 0 :
         event->id == mark->event.id && event->op == mark->event.op && event->pc == mark->event.pc &&
         memcmp (event->arg, mark->event.arg, sizeof event->arg) == 0;
}

/* Drops the samples from the first one on that the recording no longer agrees with. */
static void
drop_stale (PgwStatistics *self)
{
  for (guint i = 0; i < self->marks->len; i++)
    if (!still_holds (self, i))
      {
        keep (self, i);
        forget_counts (self);
        return;
      }
}

/* ---- Events ---- */

static void
forget_counts (PgwStatistics *self)
{
  self->n_counted = 0;
  self->stretch = 1;
  memset (self->counts, 0, sizeof (guint32) * NR_TRACE_EVENTS * MAX_STRETCHES);
}

/* Joins stretches two by two. */
static void
join_stretches (PgwStatistics *self)
{
  for (guint id = 0; id < NR_TRACE_EVENTS; id++)
    {
      guint32 *counts = self->counts + (gsize) id * MAX_STRETCHES;

      for (guint i = 0; i < MAX_STRETCHES / 2; i++)
        counts[i] = counts[2 * i] + counts[2 * i + 1];
      memset (counts + MAX_STRETCHES / 2, 0, sizeof (guint32) * (MAX_STRETCHES / 2));
    }
  self->stretch *= 2;
}

static void
count_events (PgwStatistics *self,
              guint64        to)
{
  while (self->n_counted < to)
    {
      guint64 stretch = self->n_counted / self->stretch;
      const PgwEvent *event;

      if (stretch >= MAX_STRETCHES)
        {
          join_stretches (self);
          continue;
        }
      event = pgw_timeline_get_event (self->timeline, self->n_counted + 1);
      if (event != NULL && event->id < NR_TRACE_EVENTS)
        self->counts[(gsize) event->id * MAX_STRETCHES + stretch]++;
      self->n_counted++;
    }
}

const guint32 *
pgw_statistics_get_events (PgwStatistics *self,
                           guint          event_id,
                           guint         *n_stretches,
                           guint64       *width)
{
  g_return_val_if_fail (self != NULL && event_id < NR_TRACE_EVENTS, NULL);

  *n_stretches = (self->n_counted + self->stretch - 1) / self->stretch;
  *width = self->stretch;
  return self->counts + (gsize) event_id * MAX_STRETCHES;
}

/* ---- Updates ---- */

gboolean
pgw_statistics_update (PgwStatistics *self,
                       guint64        max_steps)
{
  guint64 length, from, to;
  PgwMoment moment;

  g_return_val_if_fail (self != NULL, TRUE);

  length = pgw_timeline_get_length (self->timeline);
  drop_stale (self);
  if (self->marks->len > 0 && pgw_statistics_get_length (self) == length)
    {
      count_events (self, length);
      return TRUE;
    }

  moment = pgw_timeline_get_moment (self->timeline);
  drop_end (self);
  if (self->marks->len == 0)
    {
      pgw_timeline_seek (self->timeline, 0);
      take_sample (self, 0);
    }
  from = last_step (self);
  to = max_steps == 0 || length - from < max_steps ? length : from + max_steps;
  if (to > from)
    pgw_timeline_search (self->timeline, from, to, sample_predicate, self, NULL, NULL);
  if (pgw_statistics_get_length (self) < to)
    {
      pgw_timeline_seek (self->timeline, to);
      take_sample (self, to);
    }
  pgw_timeline_go_to_moment (self->timeline, moment);
  count_events (self, to);
  return to == length;
}

void
pgw_statistics_truncate (PgwStatistics *self,
                         guint64        step)
{
  guint n;

  g_return_if_fail (self != NULL);

  n = self->marks->len;
  while (n > 0 && g_array_index (self->marks, Mark, n - 1).step > step)
    n--;
  keep (self, n);
  forget_counts (self);
}

/* ---- While recording ---- */

/* A step has just been recorded: what was known of it and what came after it was of another course. */
static void
forget_from (PgwStatistics *self,
             guint64        step)
{
  if (pgw_statistics_get_length (self) >= step)
    pgw_statistics_truncate (self, step - 1);
  else if (self->n_counted >= step)
    forget_counts (self);
}

static guint64
recorded_cb (PgwTimeline *timeline,
             guint64      step,
             gboolean     end,
             gpointer     data)
{
  PgwStatistics *self = data;

  if (end)
    {
      if (self->marks->len == 0 || last_step (self) + self->stride < step)
        return G_MAXUINT64;
      if (last_step (self) < step)
        take_sample (self, step);
      count_events (self, step);
      return G_MAXUINT64;
    }
  forget_from (self, step);
  drop_end (self);
  /* Where samples are missing before this step, an update takes them, and those from here on. */
  if (self->marks->len == 0 || last_step (self) + self->stride < step)
    return G_MAXUINT64;
  take_due_sample (self, step);
  return (step / self->stride + 1) * self->stride;
}

void
pgw_statistics_follow (PgwStatistics *self)
{
  g_return_if_fail (self != NULL);

  if (self->marks->len == 0 && pgw_timeline_get_length (self->timeline) == 0)
    take_sample (self, 0);
  pgw_timeline_set_sample_func (self->timeline, recorded_cb, self);
}

guint64
pgw_statistics_get_length (PgwStatistics *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->marks->len == 0 ? 0 : last_step (self);
}

GArray *
pgw_statistics_get_samples (PgwStatistics *self,
                            guint32        zone)
{
  GArray *out;

  g_return_val_if_fail (self != NULL, NULL);

  out = g_array_sized_new (FALSE, TRUE, sizeof (PgwSample), self->marks->len);
  for (guint i = 0; i < self->marks->len; i++)
    {
      PgwSample sum = { .step = g_array_index (self->marks, Mark, i).step };

      for (guint32 z = 0; z < self->n_zones; z++)
        {
          const PgwSample *sample = &g_array_index (self->values, PgwSample, i * self->n_zones + z);

          if (zone != G_MAXUINT32 && zone != self->zones[z])
            continue;
          sum.free_pages += sample->free_pages;
          sum.pcp_pages += sample->pcp_pages;
          for (int w = 0; w < 3; w++)
            sum.wmark[w] += sample->wmark[w];
        }
      g_array_append_val (out, sum);
    }
  return out;
}

const GArray *
pgw_statistics_get_activity (PgwStatistics *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->activity;
}
