/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From lines to steps.
 *
 * A driver's steps are cut at its requests. For live recordings, `pending`
 * holds what an allocation under way has taken so far; lines that interrupts
 * wrote in the middle of it wait in `deferred` until it is over. A free that
 * makes its per-CPU list spill is told from a drain that happens to follow it
 * by the kernel's own rule (count reaches high), with the values recorded.
 */
#include "config.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>

#include "pgw-recording.h"
#include "pgw-replay.h"
#include "mm/replay.h"
#include "mm/trace.h"
#include "mm/view.h"

#define ZONE_FLAG_RECLAIM_ACTIVE 2
#define MT_HIGHATOMIC            3

struct _PgwReplay
{
  PgwLineReader *reader;
  struct machine_config config;
  struct machine_snapshot *first;
  PgwReplayStep  step;
  gboolean       mode_known, is_live;
  guint          n_zones;
  guint64        n_skipped;
  guint64        n_since_snapshot;      /* steps since the last snapshot */

  PgwRecord      next;                  /* read ahead */
  gboolean       has_next;

  /* Live only */
  GArray        *pending;               /* PgwRecord: of the allocation under way */
  GArray        *bulk;                  /* PgwRecord: pages of the bulk allocation under way */
  PgwRecord      bulk_begin;
  gboolean       in_bulk;
  guint64        bulk_allocated;        /* page that an ordinary allocation gave to it */
  GQueue         deferred;              /* PgwRecord */
  gboolean       replaying;             /* the deferred lines are being worked off */
  gboolean       resync;                /* the next snapshot follows a compaction */
  struct {
    guint64 start, end;
    guint32 high[NR_CPUS], batch[NR_CPUS];
  } zones[VIEW_NR_ZONES];               /* by zone index, of the last snapshot */
};

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

static struct mm_op *
add_op (PgwReplay       *self,
        guint            kind,
        const PgwRecord *record)
{
  struct mm_op op = { .kind = kind, .cpu = record->v[PGW_V_CPU], .nid = -1 };

  g_array_append_val (self->step.ops, op);
  return &g_array_index (self->step.ops, struct mm_op, self->step.ops->len - 1);
}

static gboolean
check_cpu (PgwReplay       *self,
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
      struct mm_op *op = add_op (self, OP_free_unref_page_list, request);

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
      op = add_op (self, OP_alloc_pages, request);
      op->slot = request->v[PGW_V_SLOT];
      op->order = request->v[PGW_V_ORDER];
      op->gfp = request->v[PGW_V_GFP];
      break;
    case PGW_RECORD_FREE:
      op = add_op (self, OP_free_pages, request);
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
      op = add_op (self, OP_alloc_pages_bulk, request);
      op->slot = request->v[PGW_V_SLOT];
      op->nr = request->v[PGW_V_NR];
      op->gfp = request->v[PGW_V_GFP];
      break;
    case PGW_RECORD_DRAIN:
      add_op (self, OP_drain_local_pages, request);
      break;
    case PGW_RECORD_DRAINALL:
      add_op (self, OP_drain_all_pages, request);
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
      if (!check_cpu (self, request, error) || !add_request (self, request, error))
        return FALSE;
    }
  else
    g_array_append_val (self->step.records, *request);

  while ((self->has_next = pgw_record_read (self->reader, &self->next, &local)))
    {
      if (is_request (&self->next) || self->next.kind == PGW_RECORD_SNAP)
        break;
      if (self->next.kind == PGW_RECORD_UNKNOWN)
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

/* ---- Live recordings ---- */

static int
zone_of (PgwReplay *self,
         guint64    pfn)
{
  int i;

  for (i = 0; i < VIEW_NR_ZONES; i++)
    if (pfn >= self->zones[i].start && pfn < self->zones[i].end)
      return i;
  return -1;
}

/* What the allocation under way took belongs to the step. */
static void
take_pending (PgwReplay *self)
{
  g_array_append_vals (self->step.records, self->pending->data, self->pending->len);
  g_array_set_size (self->pending, 0);
}

/*
 * How many pages of a pageblock are movable is not the page allocator's to
 * know: recorded steals say it, and the machine is told before.
 */
static void
add_movable (PgwReplay       *self,
             const PgwRecord *cause)
{
  guint i;

  for (i = 0; i < self->pending->len; i++)
    {
      const PgwRecord *steal = &g_array_index (self->pending, PgwRecord, i);

      if (steal->kind == PGW_RECORD_STEAL && pgw_record_has (steal, PGW_V_MOVABLE))
        {
          struct mm_op *op = add_op (self, OP_replay_movable, cause);

          op->nr = steal->v[PGW_V_MOVABLE];
          op->arg[0] = steal->v[PGW_V_PFN];
        }
    }
}

static gboolean
live_allocated (PgwReplay       *self,
                const PgwRecord *record)
{
  int zone = record->v[PGW_V_PFN] == PGW_NO_PFN ? -1 : zone_of (self, record->v[PGW_V_PFN]);
  struct mm_op *op;

  add_movable (self, record);
  op = add_op (self, OP_replay_alloc, record);
  op->order = record->v[PGW_V_ORDER];
  op->gfp = record->v[PGW_V_GFP];
  op->arg[0] = mm_replay_alloc_arg0 (pgw_record_has (record, PGW_V_AF) ? record->v[PGW_V_AF] : 0,
                                     zone, record->v[PGW_V_MT]);
  if (pgw_record_has (record, PGW_V_NF) && pgw_record_has (record, PGW_V_DF)
      && pgw_record_has (record, PGW_V_FF))
    {
      op->arg[1] = record->v[PGW_V_NF];
      op->arg[2] = trace_pack (record->v[PGW_V_DF],
                               pgw_record_has (record, PGW_V_BOOST) ? record->v[PGW_V_BOOST] : 0);
      op->arg[3] = MM_REPLAY_SYNC | record->v[PGW_V_FF];
    }

  take_pending (self);
  g_array_append_val (self->step.records, *record);
  if (self->in_bulk)
    self->bulk_allocated = record->v[PGW_V_PFN];
  return TRUE;
}

static gboolean
live_bulk_page (PgwReplay       *self,
                const PgwRecord *record)
{
  const PgwRecord *first;
  struct mm_op *op;

  g_array_append_val (self->bulk, *record);
  if (record->v[PGW_V_INDEX] + 1 < record->v[PGW_V_NR])
    return FALSE;

  self->in_bulk = FALSE;
  first = &g_array_index (self->bulk, PgwRecord, 0);
  if (self->bulk->len == 1 && self->bulk_allocated == first->v[PGW_V_PFN])
    {
      /* It gave up and made one ordinary allocation, which was a step already. */
      g_array_set_size (self->bulk, 0);
      return FALSE;
    }

  op = add_op (self, OP_replay_bulk, record);
  op->nr = self->bulk->len;
  op->gfp = self->bulk_begin.v[PGW_V_GFP];
  op->arg[0] = MAX (zone_of (self, first->v[PGW_V_PFN]), 0);
  take_pending (self);
  g_array_append_vals (self->step.records, self->bulk->data, self->bulk->len);
  g_array_set_size (self->bulk, 0);
  return TRUE;
}

/* Did this free fill its per-CPU list so far that part of it was given back? */
static gboolean
makes_spill (PgwReplay       *self,
             const PgwRecord *record)
{
  int zone = zone_of (self, record->v[PGW_V_PFN]);
  guint64 order = record->v[PGW_V_ORDER], cpu = record->v[PGW_V_CPU];
  guint64 count, high;

  if (zone < 0 || !pgw_record_has (record, PGW_V_PC))
    return TRUE;
  count = record->v[PGW_V_PC] + (1ull << order);
  high = self->zones[zone].high[cpu];
  if (pgw_record_has (record, PGW_V_FF) && record->v[PGW_V_FF] > 0 && order > 0 && order <= 3)
    high = 0;
  else if (pgw_record_has (record, PGW_V_ZF) && record->v[PGW_V_ZF] & ZONE_FLAG_RECLAIM_ACTIVE)
    high = MIN ((guint64) self->zones[zone].batch[cpu] << 2, high);
  return count >= high;
}

static void
live_free (PgwReplay       *self,
           const PgwRecord *record)
{
  struct mm_op *op = add_op (self, OP_replay_free, record);
  gboolean to_pcp = record->kind == PGW_RECORD_FREE_PCP;

  op->order = record->v[PGW_V_ORDER];
  op->arg[0] = record->v[PGW_V_PFN];
  op->arg[1] = trace_pack (to_pcp ? 0 : 1, record->v[to_pcp ? PGW_V_REALMT : PGW_V_MT]);
  op->arg[2] = pgw_record_has (record, PGW_V_ZF) ? MM_REPLAY_SYNC | record->v[PGW_V_ZF] : 0;
  g_array_append_val (self->step.records, *record);
}

static void
live_spill (PgwReplay       *self,
            const PgwRecord *record)
{
  struct mm_op *op = add_op (self, OP_replay_spill, record);

  op->nr = record->v[PGW_V_COUNT];
  op->arg[0] = record->v[PGW_V_ZONE];
  op->arg[1] = record->v[PGW_V_PINDEX];
  g_array_append_val (self->step.records, *record);
}

static void
add_block_type (PgwReplay       *self,
                const PgwRecord *record)
{
  struct mm_op *op = add_op (self, OP_replay_block_type, record);

  op->arg[0] = record->v[PGW_V_PFN];
  op->arg[1] = record->v[PGW_V_NEW];
  g_array_append_val (self->step.records, *record);
}

/* Reclaim that got nowhere gives a pageblock of the highatomic reserve back; no allocation is under way. */
static gboolean
leaves_reserve (PgwReplay       *self,
                const PgwRecord *record)
{
  return record->v[PGW_V_OLD] == MT_HIGHATOMIC && record->v[PGW_V_NEW] < MT_HIGHATOMIC
         && self->pending->len == 0;
}

/* Compaction takes a free block; pageblocks it changed on the way were set before. */
static void
live_isolated (PgwReplay       *self,
               const PgwRecord *record)
{
  struct mm_op *op;
  guint i;

  for (i = 0; i < self->pending->len; i++)
    {
      const PgwRecord *change = &g_array_index (self->pending, PgwRecord, i);

      if (change->kind != PGW_RECORD_BLOCK_TYPE)
        continue;
      add_block_type (self, change);
      g_array_remove_index (self->pending, i--);
    }
  op = add_op (self, OP_replay_isolate, record);
  op->order = record->v[PGW_V_ORDER];
  op->arg[0] = record->v[PGW_V_PFN];
  g_array_append_val (self->step.records, *record);
}

static gboolean read_live (PgwReplay *self, PgwRecord *record, GError **error);

/* The lines after a free or a drain that tell which pages went back to the buddy lists. */
static gboolean
take_spilled (PgwReplay *self,
              gboolean   with_head,
              GError   **error)
{
  g_autoptr (GError) local = NULL;

  while (read_live (self, &self->next, &local))
    {
      if (self->next.kind == PGW_RECORD_UNKNOWN)
        {
          self->n_skipped++;
          continue;
        }
      if (with_head && self->next.kind == PGW_RECORD_SPILL)
        with_head = FALSE;
      else if (with_head || self->next.kind != PGW_RECORD_SPILLED)
        {
          self->has_next = TRUE;
          return TRUE;
        }
      g_array_append_val (self->step.records, self->next);
    }
  self->has_next = FALSE;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* One line. *done says whether it completed a step. */
static gboolean
next_of_live (PgwReplay       *self,
              const PgwRecord *record,
              gboolean        *done,
              GError         **error)
{
  *done = TRUE;
  self->step.cause = *record;
  if (!check_cpu (self, record, error))
    return FALSE;

  switch ((int) record->kind)
    {
    case PGW_RECORD_TAKE:
    case PGW_RECORD_STEAL:
    case PGW_RECORD_FALLBACK:
    case PGW_RECORD_BLOCK_TYPE:
      if (leaves_reserve (self, record))
        {
          add_block_type (self, record);
          break;
        }
      g_array_append_val (self->pending, *record);
      *done = FALSE;
      break;
    case PGW_RECORD_ALLOCATED:
      live_allocated (self, record);
      break;
    case PGW_RECORD_BULK_BEGIN:
      self->in_bulk = TRUE;
      self->bulk_begin = *record;
      self->bulk_allocated = PGW_NO_PFN;
      g_array_set_size (self->bulk, 0);
      *done = FALSE;
      break;
    case PGW_RECORD_BULK_PAGE:
      *done = live_bulk_page (self, record);
      break;
    case PGW_RECORD_FREE_PCP:
      {
        gboolean spills = makes_spill (self, record);

        live_free (self, record);
        if (spills)
          return take_spilled (self, TRUE, error);
      }
      break;
    case PGW_RECORD_FREE_BUDDY:
    case PGW_RECORD_FREE_LOCKED:
      live_free (self, record);
      break;
    case PGW_RECORD_SPILL:
      live_spill (self, record);
      return take_spilled (self, FALSE, error);
    case PGW_RECORD_ISOLATED:
      live_isolated (self, record);
      break;
    case PGW_RECORD_COMPACT_END:
      self->resync = TRUE;
      *done = FALSE;
      break;
    case PGW_RECORD_SPILLED:
      /* Without a drain before it: it stands alone and will not be met. */
      g_array_append_val (self->step.records, *record);
      break;
    default:
      *done = FALSE;
      break;
    }
  return TRUE;
}

/* Interrupts inside an allocation: their lines count after it. */
static gboolean
must_wait (PgwReplay       *self,
           const PgwRecord *record)
{
  return !self->replaying
         && record->context & (PGW_CONTEXT_HARDIRQ | PGW_CONTEXT_SOFTIRQ)
         && record->kind >= PGW_RECORD_PASS && record->kind <= PGW_RECORD_ISOLATED
         && (self->pending->len > 0 || self->deferred.length > 0);
}

static gboolean
read_live (PgwReplay *self,
           PgwRecord *record,
           GError   **error)
{
  while (TRUE)
    {
      if (self->deferred.length > 0 && (self->pending->len == 0 || self->replaying))
        {
          PgwRecord *waiting = g_queue_pop_head (&self->deferred);

          *record = *waiting;
          g_free (waiting);
          self->replaying = self->deferred.length > 0;
          return TRUE;
        }
      if (!pgw_record_read (self->reader, record, error))
        return FALSE;
      if (!must_wait (self, record))
        return TRUE;
      g_queue_push_tail (&self->deferred, g_memdup2 (record, sizeof *record));
    }
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
  return self->is_live ? read_live (self, record, error)
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
      if (!next_of_live (self, &record, &done, error))
        return FALSE;
      if (done)
        {
          self->n_since_snapshot++;
          return TRUE;
        }
    }

  if (local == NULL)
    return at_end (self, error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
