/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From lines to steps.
 *
 * A driver's steps are cut at its requests; those of a live recording are
 * found by pgw-replay-live.c.
 */
#include "config.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>

#include "pgw-recording.h"
#include "pgw-replay-private.h"

/* Remembers what a live replay needs of a snapshot. */
static void
note_zones (PgwReplay                     *self,
            const struct machine_snapshot *snapshot)
{
  guint i, cpu;

  for (i = 0; i < snapshot->nr_zones; i++)
    {
      const struct snapshot_zone *zone = &snapshot->zones[i];

      self->zones[zone->idx].start = zone->start_pfn;
      self->zones[zone->idx].end = zone->start_pfn + zone->spanned;
      for (cpu = 0; cpu < zone->nr_cpus; cpu++)
        {
          self->zones[zone->idx].high[cpu] = zone->cpus[cpu].high;
          self->zones[zone->idx].batch[cpu] = zone->cpus[cpu].batch;
        }
    }
}

static gboolean
same_machine (PgwReplay                     *self,
              const struct machine_snapshot *snapshot)
{
  guint i;

  for (i = 0; i < snapshot->nr_zones; i++)
    {
      const struct snapshot_zone *zone = &snapshot->zones[i];

      if (zone->start_pfn != self->zones[zone->idx].start
          || zone->start_pfn + zone->spanned != self->zones[zone->idx].end
          || zone->nr_cpus != self->config.nr_cpus)
        return FALSE;
    }
  return snapshot->nr_zones == self->n_zones;
}

static gboolean
read_first_snapshot (PgwReplay *self,
                     GError   **error)
{
  g_autoptr (GError) local = NULL;
  PgwRecord record;

  while (pgw_record_read (self->reader, &record, &local))
    {
      if (record.kind == PGW_RECORD_SNAP)
        {
          self->first = pgw_record_read_snapshot (self->reader, error);
          if (self->first == NULL)
            return FALSE;
          if (!pgw_record_snapshot_config (self->first, &self->config, error))
            {
              g_prefix_error (error, "%s: ", pgw_line_reader_get_name (self->reader));
              return FALSE;
            }
          note_zones (self, self->first);
          self->n_zones = self->first->nr_zones;
          self->with_lru = self->first->nr_lru > 0;
          return TRUE;
        }
      if (record.kind != PGW_RECORD_MARK)
        {
          pgw_record_set_error (self->reader, error, PGW_RECORDING_ERROR_INVALID,
                                _("not a recording: expected a snapshot (“SNAP 0”) at the start"));
          return FALSE;
        }
      self->mode_known = TRUE;
    }

  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else
    pgw_record_set_error (self->reader, error, PGW_RECORDING_ERROR_TRUNCATED,
                          _("the file ends without a snapshot"));
  return FALSE;
}

PgwReplay *
pgw_replay_new (GFile   *file,
                GError **error)
{
  g_autoptr (PgwReplay) self = NULL;
  PgwLineReader *reader = pgw_line_reader_new (file, error);

  if (reader == NULL)
    return NULL;

  self = g_new0 (PgwReplay, 1);
  self->reader = reader;
  self->step.ops = g_array_new (FALSE, TRUE, sizeof (struct mm_op));
  self->step.records = g_array_new (FALSE, FALSE, sizeof (PgwRecord));
  self->pending = g_array_new (FALSE, FALSE, sizeof (PgwRecord));
  self->bulk = g_array_new (FALSE, FALSE, sizeof (PgwRecord));
  g_queue_init (&self->deferred);
  pgw_replay_lru_init (self);

  if (!read_first_snapshot (self, error))
    return NULL;
  self->config.nr_slots = PGW_REPLAY_N_SLOTS;
  return g_steal_pointer (&self);
}

void
pgw_replay_free (PgwReplay *self)
{
  if (self == NULL)
    return;

  pgw_line_reader_free (self->reader);
  pgw_recording_snapshot_free (self->first);
  pgw_recording_snapshot_free (self->step.snapshot);
  g_array_unref (self->step.ops);
  g_array_unref (self->step.records);
  g_array_unref (self->pending);
  g_array_unref (self->bulk);
  g_queue_clear_full (&self->deferred, g_free);
  pgw_replay_lru_clear (self);
  g_free (self);
}

const struct machine_config *
pgw_replay_get_config (PgwReplay *self)
{
  return &self->config;
}

struct machine_snapshot *
pgw_replay_take_snapshot (PgwReplay *self)
{
  return g_steal_pointer (&self->first);
}

gboolean
pgw_replay_is_live (PgwReplay *self)
{
  return self->is_live;
}

guint64
pgw_replay_get_n_skipped (PgwReplay *self)
{
  return self->n_skipped;
}

const char *
pgw_replay_get_name (PgwReplay *self)
{
  return pgw_line_reader_get_name (self->reader);
}

static gboolean
is_request (const PgwRecord *record)
{
  return record->kind >= PGW_RECORD_ALLOC && record->kind <= PGW_RECORD_MARK;
}

struct mm_op *
pgw_replay_add_op (PgwReplay       *self,
                   guint            kind,
                   const PgwRecord *record)
{
  struct mm_op op = { .kind = kind, .cpu = record->v[PGW_V_CPU], .nid = -1 };

  g_array_append_val (self->step.ops, op);
  return &g_array_index (self->step.ops, struct mm_op, self->step.ops->len - 1);
}

gboolean
pgw_replay_check_cpu (PgwReplay       *self,
                      const PgwRecord *record,
                      GError         **error)
{
  if (record->v[PGW_V_CPU] < self->config.nr_cpus)
    return TRUE;
  g_set_error (error, PGW_RECORDING_ERROR, PGW_RECORDING_ERROR_INVALID,
               _("%s:%" PRIu64 ": CPU %" PRIu64 " of a machine that has %u"),
               pgw_replay_get_name (self), record->line, record->v[PGW_V_CPU], self->config.nr_cpus);
  return FALSE;
}

/* ---- Recordings of a driver ---- */

/* free_unref_page_list() of a range of slots; the range may go round the end of the slots. */
static void
add_free_list (PgwReplay       *self,
               const PgwRecord *request)
{
  guint32 slot = request->v[PGW_V_SLOT], nr = request->v[PGW_V_NR];

  while (nr > 0)
    {
      struct mm_op *op = pgw_replay_add_op (self, OP_free_unref_page_list, request);

      op->slot = slot;
      op->nr = MIN (nr, PGW_REPLAY_N_SLOTS - slot);
      nr -= op->nr;
      slot = 0;
    }
}

static gboolean
add_request (PgwReplay       *self,
             const PgwRecord *request,
             GError         **error)
{
  struct mm_op *op;

  switch ((int) request->kind)
    {
    case PGW_RECORD_ALLOC:
      op = pgw_replay_add_op (self, OP_alloc_pages, request);
      op->slot = request->v[PGW_V_SLOT];
      op->order = request->v[PGW_V_ORDER];
      op->gfp = request->v[PGW_V_GFP];
      break;
    case PGW_RECORD_FREE:
      op = pgw_replay_add_op (self, OP_free_pages, request);
      op->slot = request->v[PGW_V_SLOT];
      break;
    case PGW_RECORD_FREELIST:
      add_free_list (self, request);
      break;
    case PGW_RECORD_BULK:
      if (request->v[PGW_V_SLOT] + request->v[PGW_V_NR] > PGW_REPLAY_N_SLOTS)
        {
          g_set_error (error, PGW_RECORDING_ERROR, PGW_RECORDING_ERROR_INVALID,
                       _("%s:%" PRIu64 ": more pages than there are slots from %" PRIu64 " on"),
                       pgw_replay_get_name (self), request->line, request->v[PGW_V_SLOT]);
          return FALSE;
        }
      op = pgw_replay_add_op (self, OP_alloc_pages_bulk, request);
      op->slot = request->v[PGW_V_SLOT];
      op->nr = request->v[PGW_V_NR];
      op->gfp = request->v[PGW_V_GFP];
      break;
    case PGW_RECORD_DRAIN:
      pgw_replay_add_op (self, OP_drain_local_pages, request);
      break;
    case PGW_RECORD_DRAINALL:
      pgw_replay_add_op (self, OP_drain_all_pages, request);
      break;
    default:
      break;
    }
  return TRUE;
}

static gboolean
next_of_driver (PgwReplay       *self,
                const PgwRecord *request,
                GError         **error)
{
  g_autoptr (GError) local = NULL;

  self->step.cause = *request;
  if (is_request (request))
    {
      if (!pgw_replay_check_cpu (self, request, error) || !add_request (self, request, error))
        return FALSE;
    }
  else if (!pgw_record_kind_is_lru (request->kind))
    g_array_append_val (self->step.records, *request);

  while ((self->has_next = pgw_record_read (self->reader, &self->next, &local)))
    {
      if (is_request (&self->next) || self->next.kind == PGW_RECORD_SNAP)
        break;
      if (self->next.kind == PGW_RECORD_UNKNOWN || pgw_record_kind_is_lru (self->next.kind))
        self->n_skipped++;
      else
        g_array_append_val (self->step.records, self->next);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (self->step.ops->len > 0 || self->step.records->len > 0)
    self->n_since_snapshot++;
  return TRUE;
}

/* ---- Steps ---- */

static gboolean
next_snapshot (PgwReplay       *self,
               const PgwRecord *record,
               GError         **error)
{
  self->step.cause = *record;
  self->step.snapshot = pgw_record_read_snapshot (self->reader, error);
  if (self->step.snapshot == NULL)
    return FALSE;

  if (!same_machine (self, self->step.snapshot))
    {
      pgw_record_set_error (self->reader, error, PGW_RECORDING_ERROR_INVALID,
                            _("the zones or CPUs of this snapshot are not those of the first one"));
      return FALSE;
    }
  note_zones (self, self->step.snapshot);
  self->step.resync = self->resync;
  self->resync = FALSE;
  self->n_since_snapshot = 0;
  g_array_set_size (self->pending, 0);
  return TRUE;
}

static gboolean
read_any (PgwReplay *self,
          PgwRecord *record,
          GError   **error)
{
  if (self->has_next)
    {
      self->has_next = FALSE;
      *record = self->next;
      return TRUE;
    }
  return self->is_live ? pgw_replay_read_live (self, record, error)
                       : pgw_record_read (self->reader, record, error);
}

static gboolean
at_end (PgwReplay *self,
        GError   **error)
{
  if (self->n_since_snapshot > 0 || self->pending->len > 0)
    pgw_record_set_error (self->reader, error, PGW_RECORDING_ERROR_TRUNCATED,
                          _("the recording ends without its final snapshot"));
  return FALSE;
}

gboolean
pgw_replay_next (PgwReplay      *self,
                 PgwReplayStep **step,
                 GError        **error)
{
  g_autoptr (GError) local = NULL;
  PgwRecord record;

  *step = &self->step;
  g_clear_pointer (&self->step.snapshot, pgw_recording_snapshot_free);
  g_array_set_size (self->step.ops, 0);
  g_array_set_size (self->step.records, 0);

  while (read_any (self, &record, &local))
    {
      gboolean done = TRUE;

      if (record.kind == PGW_RECORD_UNKNOWN)
        {
          self->n_skipped++;
          continue;
        }
      self->step.line = record.line;
      if (record.kind == PGW_RECORD_SNAP)
        return next_snapshot (self, &record, error);
      if (!self->mode_known)
        {
          self->mode_known = TRUE;
          self->is_live = !is_request (&record);
        }
      if (!self->is_live)
        return next_of_driver (self, &record, error);
      if (!pgw_replay_next_of_live (self, &record, &done, error))
        return FALSE;
      if (done)
        {
          if (!pgw_record_kind_is_lru (record.kind))
            self->n_since_snapshot++;
          return TRUE;
        }
    }

  if (local == NULL)
    return at_end (self, error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
