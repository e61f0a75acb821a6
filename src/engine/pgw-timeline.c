/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwTimeline: records a machine's run and stands anywhere in it.
 *
 * The core runs as a coroutine on a stack beside its arena and is parked
 * inside its tracepoints. While recording, a checkpoint is made every so many
 * steps: a copy of the parked stack, and the log of the lines that changed
 * since the checkpoint before.
 *
 * At any time the image is that of the checkpoint `base`, followed by the
 * changes whose undo is in the image's own log. To seek is to undo these, to
 * swap intervals until the nearest checkpoint before the target is reached,
 * to put back its stack, and to let the core run the rest. The last
 * checkpoint always stands at the end of the recording, so every interval has
 * a log.
 *
 * The core runs the same whether recorded or repeated: its script, its image
 * and its stack are all it can see.
 */
#include "config.h"

#include "pgw-timeline-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define STACK_SIZE (256UL << 10)

/*
 * Many short intervals make a step back fast and a far seek slow, as all the
 * logs between are swapped; few long ones the reverse.
 */
#define INTERVAL_STEPS 512
#define INTERVAL_LINES 2048

G_DEFINE_QUARK (pgw-timeline-error-quark, pgw_timeline_error)

/* ---- Running the core ---- */

PGW_ON_COROUTINE void
pgw_timeline_park (PgwTimeline *self, PgwParked parked)
{
  self->parked = parked;
  pgw_coroutine_yield (self->coroutine);
}

/* The bottom of the core's stack. How far the script has come is a local variable, so that it goes back with the stack. */
PGW_ON_COROUTINE static void
run_machine (gpointer data)
{
  PgwTimeline *self = data;

  self->loop_frame = __builtin_frame_address (0);
  self->boot_result = self->core->boot (self->image.base, self->config, self->snapshot);

  for (guint64 next = 0;;)
    {
      pgw_timeline_park (self, PGW_PARKED_IDLE);
      while (next < self->history.ops.length)
        {
          const struct mm_op *op = pgw_chunks_index (&self->history.ops, next);

          self->core->run (op, next++);
        }
    }
}

PGW_ON_COROUTINE void
pgw_timeline_count_lines (PgwTimeline *self)
{
  self->source_line += self->lines_asked - pgw_lines_left;
  self->lines_asked = pgw_lines_left;
}

void
pgw_timeline_run_lines (PgwTimeline *self,
                        guint64      line_attention,
                        PgwLineFunc  line_func,
                        guint64      attention,
                        PgwStepFunc  func,
                        gpointer     data)
{
  guint64 outer_lines_left = pgw_lines_left;
  PgwTimeline *outer = pgw_timeline_running;
  struct machine *outer_machine = this_machine;
  gboolean outer_busy = self->busy;

  self->line_attention = line_attention;
  self->line_func = line_func;
  self->lines_asked = line_attention - self->source_line;
  self->attention = attention;
  self->step_func = func;
  self->step_data = data;
  self->busy = TRUE;

  pgw_timeline_running = self;
  this_machine = (struct machine *) (void *) self->image.base;
  pgw_lines_left = self->lines_asked;
  pgw_coroutine_resume (self->coroutine);
  pgw_timeline_count_lines (self);
  pgw_lines_left = outer_lines_left;
  this_machine = outer_machine;
  pgw_timeline_running = outer;

  self->busy = outer_busy;
}

void
pgw_timeline_run (PgwTimeline *self, guint64 attention, PgwStepFunc func, gpointer data)
{
  pgw_timeline_run_lines (self, G_MAXUINT64, NULL, attention, func, data);
}

gboolean
pgw_timeline_park_at_once (PgwTimeline *self, const PgwStep *step, gpointer data)
{
  return TRUE;
}

/* ---- Making and freeing ---- */

static gboolean
check_config (const struct machine_config *config, struct machine_layout *layout, GError **error)
{
  struct machine_error problem = { 0 };

  if (machine_layout (config, layout, &problem) == 0)
    return TRUE;

  g_set_error (error, PGW_TIMELINE_ERROR, PGW_TIMELINE_ERROR_CONFIG,
               /* Translators: the name of a setting of the machine, and what its value should have been */
               _("The machine cannot be built: %s: expected %s"),
               problem.field ? problem.field : "?", problem.expected ? _(problem.expected) : "?");
  return FALSE;
}

/* Boots the machine on its own stack, so that a bug met on the way can stop it like any other. */
static gboolean
boot (PgwTimeline                   *self,
      const struct machine_config   *config,
      const struct machine_snapshot *snapshot,
      GError                       **error)
{
  self->config = config;
  self->snapshot = snapshot;
  pgw_timeline_run (self, G_MAXUINT64, pgw_timeline_park_at_once, NULL);
  self->config = NULL;
  self->snapshot = NULL;

  if (self->parked == PGW_PARKED_STOPPED)
    {
      g_set_error_literal (error, PGW_TIMELINE_ERROR, PGW_TIMELINE_ERROR_CONFIG,
                           _("The machine stopped at a bug while it was starting"));
      return FALSE;
    }
  if (self->boot_result != 0)
    {
      g_set_error (error, PGW_TIMELINE_ERROR, PGW_TIMELINE_ERROR_CONFIG,
                   _("The machine did not start: %s"), g_strerror (-self->boot_result));
      return FALSE;
    }

  self->position = 0;
  self->source_line = 0;
  self->image.logging = TRUE;
  pgw_history_add_checkpoint (&self->history, 0, 0, NULL, &self->image, self->coroutine);
  return TRUE;
}

PgwTimeline *
pgw_timeline_new_full (const struct mm_core           *core,
                       const struct machine_config   *config,
                       const struct machine_snapshot *snapshot,
                       guint64                        interval_steps,
                       guint64                        interval_lines,
                       GError                       **error)
{
  g_autoptr (PgwTimeline) self = NULL;
  struct machine_layout layout;

  g_return_val_if_fail (core != NULL, NULL);
  g_return_val_if_fail (config != NULL, NULL);

  if (!check_config (config, &layout, error))
    return NULL;

  self = g_new0 (PgwTimeline, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->core = core;
  self->interval_steps = interval_steps ? interval_steps : INTERVAL_STEPS;
  self->interval_lines = interval_lines ? interval_lines : INTERVAL_LINES;
  pgw_history_init (&self->history);

  if (!pgw_image_init (&self->image, layout.size, STACK_SIZE))
    {
      g_autofree char *size = g_format_size_full (layout.size, G_FORMAT_SIZE_IEC_UNITS);

      g_set_error (error, PGW_TIMELINE_ERROR, PGW_TIMELINE_ERROR_MEMORY,
                   _("There is no room for a machine of %s: %s"), size, g_strerror (errno));
      return NULL;
    }
  self->coroutine = pgw_coroutine_new (self->image.stack, self->image.stack_size, run_machine, self);
  if (!boot (self, config, snapshot, error))
    return NULL;

  return g_steal_pointer (&self);
}

PgwTimeline *
pgw_timeline_new (const struct machine_config   *config,
                  const struct machine_snapshot *snapshot,
                  GError                       **error)
{
  return pgw_timeline_new_full (&mm_core_stepping, config, snapshot, 0, 0, error);
}

PgwTimeline *
pgw_timeline_ref (PgwTimeline *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
pgw_timeline_unref (PgwTimeline *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->coroutine, pgw_coroutine_free);
  pgw_history_clear (&self->history);
  pgw_image_clear (&self->image);
  g_free (self);
}

/* ---- Seeking ---- */

void
pgw_timeline_go_to_checkpoint (PgwTimeline *self, guint checkpoint)
{
  const PgwCheckpoint *target;

  pgw_image_undo_log (&self->image);
  while (self->base > checkpoint)
    pgw_image_swap (&self->image, &pgw_history_checkpoint (&self->history, --self->base)->log);
  while (self->base < checkpoint)
    pgw_image_swap (&self->image, &pgw_history_checkpoint (&self->history, self->base++)->log);

  target = pgw_history_checkpoint (&self->history, checkpoint);
  pgw_coroutine_restore (self->coroutine, &target->stack);
  self->position = target->step;
  self->source_line = target->source_line;
  self->parked_frame = target->frame;
  self->parked = PGW_PARKED_STEP;
}

guint64
pgw_timeline_interval_end (PgwTimeline *self, guint checkpoint)
{
  if (checkpoint + 1 < self->history.checkpoints->len)
    return pgw_history_checkpoint (&self->history, checkpoint + 1)->step;
  return self->history.events.length;
}

void
pgw_timeline_seek (PgwTimeline *self, guint64 step)
{
  guint checkpoint;

  g_return_if_fail (self != NULL);
  g_return_if_fail (!self->busy);

  step = MIN (step, self->history.events.length);
  checkpoint = pgw_history_find_checkpoint (&self->history, step);
  if (checkpoint != self->base || step < self->position ||
      (step == self->position && self->parked == PGW_PARKED_LINE))
    pgw_timeline_go_to_checkpoint (self, checkpoint);
  if (self->position < step)
    pgw_timeline_run (self, step, pgw_timeline_park_at_once, NULL);

  g_assert (self->position == step);
}

guint64
pgw_timeline_get_position (PgwTimeline *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->position;
}

const struct machine *
pgw_timeline_get_machine (PgwTimeline *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const struct machine *) (const void *) self->image.base;
}

/* ---- The script ---- */

void
pgw_timeline_append (PgwTimeline *self, const struct mm_op *ops, guint64 n_ops)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (ops != NULL || n_ops == 0);
  g_return_if_fail (!self->busy);

  for (guint64 i = 0; i < n_ops; i++)
    *(struct mm_op *) pgw_chunks_add (&self->history.ops) = ops[i];
}

guint64
pgw_timeline_get_n_ops (PgwTimeline *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->history.ops.length;
}

/* A checkpoint here, at the end of the recording. */
static void
close_interval (PgwTimeline *self)
{
  guint last = self->history.checkpoints->len - 1;

  g_assert (self->base == last);
  if (pgw_history_checkpoint (&self->history, last)->step == self->position)
    return;
  pgw_history_add_checkpoint (&self->history, self->position, self->source_line, self->parked_frame, &self->image,
                              self->coroutine);
  self->base = last + 1;
}

void
pgw_timeline_truncate (PgwTimeline *self, guint64 n_ops)
{
  PgwHistory *history;
  guint64 position, length = 0;

  g_return_if_fail (self != NULL);
  g_return_if_fail (!self->busy);

  history = &self->history;
  if (n_ops >= history->ops.length)
    return;
  if (n_ops < history->runs.length)
    {
      position = self->position;
      if (n_ops > 0)
        length = ((PgwOpRun *) pgw_chunks_index (&history->runs, n_ops - 1))->last_step;

      pgw_timeline_seek (self, length);
      pgw_history_drop_checkpoints (history, self->base);
      pgw_chunks_truncate (&history->events, length);
      pgw_chunks_truncate (&history->runs, n_ops);
      close_interval (self);
      self->stopped = FALSE;
      pgw_timeline_seek (self, position);
    }
  pgw_chunks_truncate (&history->ops, n_ops);
}

/* ---- Recording ---- */

guint16
pgw_timeline_get_depth (PgwTimeline *self, const PgwStep *step)
{
  guint16 depth = 0;

  for (gpointer *frame = step->frame; frame[0] != self->loop_frame; frame = frame[0])
    {
      /* Callers lie higher up; anything else is not a chain of frames. */
      if ((guintptr) frame[0] <= (guintptr) frame || (guintptr) frame[0] >= (guintptr) self->loop_frame)
        return 0;
      depth++;
    }
  return depth;
}

/* Keeps an account of the operations. Returns TRUE when the script's last one has ended. */
static gboolean
record_op (PgwTimeline *self, PgwEvent *event)
{
  PgwHistory *history = &self->history;
  PgwOpRun *run;

  if (event->id == TRACE_op_begin)
    {
      run = pgw_chunks_add (&history->runs);
      *run = (PgwOpRun) { .first_step = self->position };
    }
  if (history->runs.length == 0)
    return FALSE;

  event->op = (guint32) (history->runs.length - 1);
  if (event->id != TRACE_op_end)
    return FALSE;

  run = pgw_chunks_index (&history->runs, event->op);
  run->last_step = self->position;
  run->result = (gint64) event->arg[1];
  run->finished = TRUE;
  if (self->op_func)
    self->op_func (self, event->op, run, self->op_data);
  return history->runs.length == history->ops.length;
}

static gboolean
record_step (PgwTimeline *self, const PgwStep *step, gpointer data)
{
  const guint64 *limit = data;
  const PgwCheckpoint *base = pgw_history_checkpoint (&self->history, self->base);
  PgwEvent *event = pgw_chunks_add (&self->history.events);
  gboolean last;

  event->id = (guint16) step->id;
  event->depth = pgw_timeline_get_depth (self, step);
  event->op = 0;
  event->pc = (guintptr) step->pc;
  pgw_timeline_count_lines (self);
  event->source_line = self->source_line;
  memcpy (event->arg, step->arg, sizeof event->arg);
  last = record_op (self, event);
  if (G_UNLIKELY (self->position >= self->sample_due))
    self->sample_due = self->sample_func (self, self->position, FALSE, self->sample_data);

  return last || self->position >= *limit ||
         self->position - base->step >= self->interval_steps ||
         self->image.log.n_lines >= self->interval_lines;
}

static gboolean
is_complete (PgwTimeline *self)
{
  const PgwHistory *history = &self->history;

  if (self->stopped || history->ops.length == 0)
    return TRUE;
  return history->runs.length == history->ops.length &&
         ((PgwOpRun *) pgw_chunks_index (&history->runs, history->runs.length - 1))->finished;
}

/* The core stopped for good, somewhere behind the last event. Stands in that event, as every seek to it will. */
static void
record_stop (PgwTimeline *self)
{
  guint64 end = self->position;

  self->stopped = TRUE;
  pgw_timeline_go_to_checkpoint (self, self->base);
  pgw_timeline_seek (self, end);
  if (self->history.runs.length > 0)
    {
      PgwOpRun *run = pgw_chunks_index (&self->history.runs, self->history.runs.length - 1);

      run->last_step = end;
    }
}

gboolean
pgw_timeline_record (PgwTimeline *self, guint64 max_steps)
{
  guint64 limit = G_MAXUINT64;

  g_return_val_if_fail (self != NULL, TRUE);
  g_return_val_if_fail (!self->busy, TRUE);

  pgw_timeline_seek (self, self->history.events.length);
  if (max_steps > 0 && max_steps < limit - self->position)
    limit = self->position + max_steps;

  if (is_complete (self))
    return TRUE;

  self->sample_due = self->sample_func ? self->position + 1 : G_MAXUINT64;
  do
    {
      pgw_timeline_run (self, 0, record_step, &limit);
      if (self->parked == PGW_PARKED_STOPPED)
        record_stop (self);
      close_interval (self);
    }
  while (self->parked != PGW_PARKED_IDLE && !is_complete (self) && self->position < limit);
  if (self->sample_func)
    self->sample_func (self, self->position, TRUE, self->sample_data);
  return self->parked == PGW_PARKED_IDLE || is_complete (self);
}

void
pgw_timeline_set_sample_func (PgwTimeline *self, PgwTimelineSampleFunc func, gpointer data)
{
  g_return_if_fail (self != NULL);

  self->sample_func = func;
  self->sample_data = data;
}

void
pgw_timeline_unset_sample_func (PgwTimeline *self, gpointer data)
{
  g_return_if_fail (self != NULL);

  if (self->sample_data == data)
    pgw_timeline_set_sample_func (self, NULL, NULL);
}

void
pgw_timeline_set_op_func (PgwTimeline *self, PgwTimelineOpFunc func, gpointer data)
{
  g_return_if_fail (self != NULL);

  self->op_func = func;
  self->op_data = data;
}

/* ---- What was recorded ---- */

guint64
pgw_timeline_get_length (PgwTimeline *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->history.events.length;
}

const PgwEvent *
pgw_timeline_get_event (PgwTimeline *self, guint64 step)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (step == 0 || step > self->history.events.length)
    return NULL;
  return pgw_chunks_index (&self->history.events, step - 1);
}

gboolean
pgw_timeline_get_op_run (PgwTimeline *self, guint64 op, PgwOpRun *run)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (run != NULL, FALSE);

  if (op >= self->history.runs.length)
    return FALSE;
  *run = *(PgwOpRun *) pgw_chunks_index (&self->history.runs, op);
  if (!run->finished)
    run->last_step = self->history.events.length;
  return TRUE;
}

guint64
pgw_timeline_op_at (PgwTimeline *self, guint64 step)
{
  const PgwEvent *event = pgw_timeline_get_event (self, step);

  return event ? event->op : G_MAXUINT64;
}

gboolean
pgw_timeline_is_stopped (PgwTimeline *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->stopped;
}

guint64
pgw_timeline_hash (PgwTimeline *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return pgw_image_hash (&self->image);
}

void
pgw_timeline_get_figures (PgwTimeline *self, PgwTimelineFigures *figures)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (figures != NULL);

  figures->n_checkpoints = self->history.checkpoints->len;
  figures->arena_resident = pgw_image_get_resident (&self->image);
  figures->undo_bytes = self->history.log_bytes;
  figures->stack_bytes = self->history.stack_bytes;
  figures->event_bytes = self->history.events.length * sizeof (PgwEvent);
}
