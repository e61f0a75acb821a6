/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwHistory: storage of operations, events and checkpoints.
 */
#include "config.h"

#include "pgw-history.h"

#include <string.h>

#define CHUNK_LENGTH (1UL << PGW_CHUNK_SHIFT)

void
pgw_chunks_init (PgwChunks *self, gsize element_size)
{
  self->chunks = g_ptr_array_new_with_free_func (g_free);
  self->element_size = element_size;
  self->length = 0;
}

void
pgw_chunks_clear (PgwChunks *self)
{
  g_clear_pointer (&self->chunks, g_ptr_array_unref);
  self->length = 0;
}

gpointer
pgw_chunks_add (PgwChunks *self)
{
  if (G_UNLIKELY (self->length == self->chunks->len * CHUNK_LENGTH))
    g_ptr_array_add (self->chunks, g_malloc_n (CHUNK_LENGTH, self->element_size));
  return pgw_chunks_index (self, self->length++);
}

void
pgw_chunks_truncate (PgwChunks *self, guint64 length)
{
  guint n_chunks = (guint) ((length + CHUNK_LENGTH - 1) >> PGW_CHUNK_SHIFT);

  g_assert (length <= self->length);
  if (n_chunks < self->chunks->len)
    g_ptr_array_set_size (self->chunks, (int) n_chunks);
  self->length = length;
}

static void
checkpoint_clear (gpointer data)
{
  PgwCheckpoint *checkpoint = data;

  pgw_stack_slice_clear (&checkpoint->stack);
  pgw_line_log_clear (&checkpoint->log);
}

void
pgw_history_init (PgwHistory *self)
{
  memset (self, 0, sizeof *self);
  pgw_chunks_init (&self->ops, sizeof (struct mm_op));
  pgw_chunks_init (&self->runs, sizeof (PgwOpRun));
  pgw_chunks_init (&self->events, sizeof (PgwEvent));
  self->checkpoints = g_array_new (FALSE, TRUE, sizeof (PgwCheckpoint));
  g_array_set_clear_func (self->checkpoints, checkpoint_clear);
}

void
pgw_history_clear (PgwHistory *self)
{
  pgw_chunks_clear (&self->ops);
  pgw_chunks_clear (&self->runs);
  pgw_chunks_clear (&self->events);
  g_clear_pointer (&self->checkpoints, g_array_unref);
}

guint
pgw_history_find_checkpoint (const PgwHistory *self, guint64 step)
{
  guint low = 0, high = self->checkpoints->len;

  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (pgw_history_checkpoint (self, middle)->step <= step)
        low = middle;
      else
        high = middle;
    }
  return low;
}

guint
pgw_history_find_checkpoint_of_line (const PgwHistory *self, guint64 line)
{
  guint low = 0, high = self->checkpoints->len;

  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (pgw_history_checkpoint (self, middle)->source_line < line)
        low = middle;
      else
        high = middle;
    }
  return low;
}

static guint64
log_size (const PgwLineLog *log)
{
  return log->n_changed * PGW_LINE_SIZE + log->n_lines * sizeof *log->lines;
}

void
pgw_history_add_checkpoint (PgwHistory   *self,
                            guint64       step,
                            guint64       source_line,
                            gpointer     *frame,
                            PgwImage     *image,
                            PgwCoroutine *coroutine)
{
  PgwCheckpoint next = { .step = step, .source_line = source_line, .frame = frame };

  if (self->checkpoints->len > 0)
    {
      PgwCheckpoint *last = pgw_history_checkpoint (self, self->checkpoints->len - 1);

      pgw_image_take_log (image, &last->log);
      self->log_bytes += log_size (&last->log);
    }
  pgw_coroutine_save (coroutine, &next.stack);
  self->stack_bytes += next.stack.size;
  g_array_append_val (self->checkpoints, next);
}

void
pgw_history_drop_checkpoints (PgwHistory *self, guint last)
{
  PgwCheckpoint *open;

  for (guint i = last; i < self->checkpoints->len; i++)
    {
      PgwCheckpoint *checkpoint = pgw_history_checkpoint (self, i);

      self->log_bytes -= log_size (&checkpoint->log);
      if (i > last)
        self->stack_bytes -= checkpoint->stack.size;
    }
  g_array_set_size (self->checkpoints, last + 1);
  open = pgw_history_checkpoint (self, last);
  pgw_line_log_clear (&open->log);
}
