/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps of a live recording.
 *
 * `pending` holds what an allocation under way has taken so far; lines that
 * interrupts wrote in the middle of it wait in `deferred` until it is over. A
 * free that makes its per-CPU list spill is told from a drain that happens to
 * follow it by the kernel's own rule (count reaches high), with the values
 * recorded.
 */
#include "config.h"

#include "pgw-replay-private.h"
#include "mm/replay.h"
#include "mm/trace.h"

#define ZONE_FLAG_RECLAIM_ACTIVE 2
#define MT_HIGHATOMIC            3

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
          struct mm_op *op = pgw_replay_add_op (self, OP_replay_movable, cause);

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
  op = pgw_replay_add_op (self, OP_replay_alloc, record);
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

  op = pgw_replay_add_op (self, OP_replay_bulk, record);
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

/* Who reclaims when this happens. What interrupts him is not his work. */
static enum mm_replay_freed_by
reclaiming (const PgwRecord *record)
{
  if (record->context & (PGW_CONTEXT_HARDIRQ | PGW_CONTEXT_SOFTIRQ))
    return MM_REPLAY_FREED_BY_OTHERS;
  if (record->context & PGW_CONTEXT_KSWAPD)
    return MM_REPLAY_FREED_BY_KSWAPD;
  return record->context & PGW_CONTEXT_MEMALLOC ? MM_REPLAY_FREED_BY_DIRECT : MM_REPLAY_FREED_BY_OTHERS;
}

static void
live_free (PgwReplay       *self,
           const PgwRecord *record)
{
  struct mm_op *op = pgw_replay_add_op (self, OP_replay_free, record);
  gboolean to_pcp = record->kind == PGW_RECORD_FREE_PCP;

  op->order = record->v[PGW_V_ORDER];
  op->nr = reclaiming (record);
  op->arg[0] = record->v[PGW_V_PFN];
  op->arg[1] = trace_pack (to_pcp ? 0 : 1, record->v[to_pcp ? PGW_V_REALMT : PGW_V_MT]);
  op->arg[2] = pgw_record_has (record, PGW_V_ZF) ? MM_REPLAY_SYNC | record->v[PGW_V_ZF] : 0;
  g_array_append_val (self->step.records, *record);
}

static void
live_spill (PgwReplay       *self,
            const PgwRecord *record)
{
  struct mm_op *op = pgw_replay_add_op (self, OP_replay_spill, record);

  op->nr = record->v[PGW_V_COUNT];
  op->arg[0] = record->v[PGW_V_ZONE];
  op->arg[1] = record->v[PGW_V_PINDEX];
  g_array_append_val (self->step.records, *record);
}

static void
add_block_type (PgwReplay       *self,
                const PgwRecord *record)
{
  struct mm_op *op = pgw_replay_add_op (self, OP_replay_block_type, record);

  op->arg[0] = record->v[PGW_V_PFN];
  op->arg[1] = record->v[PGW_V_NEW];
  g_array_append_val (self->step.records, *record);
}

/* Reclaim that got nowhere gives a pageblock of the highatomic reserve back; no allocation is under way. */
static gboolean
leaves_reserve (PgwReplay       *self,
                const PgwRecord *record)
{
  return record->kind == PGW_RECORD_BLOCK_TYPE && record->v[PGW_V_OLD] == MT_HIGHATOMIC
         && record->v[PGW_V_NEW] < MT_HIGHATOMIC && self->pending->len == 0;
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
  op = pgw_replay_add_op (self, OP_replay_isolate, record);
  op->order = record->v[PGW_V_ORDER];
  op->arg[0] = record->v[PGW_V_PFN];
  g_array_append_val (self->step.records, *record);
}

/* The lines after a free or a drain that tell which pages went back to the buddy lists. */
static gboolean
take_spilled (PgwReplay *self,
              gboolean   with_head,
              GError   **error)
{
  g_autoptr (GError) local = NULL;

  while (pgw_replay_read_live (self, &self->next, &local))
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

gboolean
pgw_replay_next_of_live (PgwReplay       *self,
                         const PgwRecord *record,
                         gboolean        *done,
                         GError         **error)
{
  *done = TRUE;
  self->step.cause = *record;
  if (!pgw_replay_check_cpu (self, record, error))
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
      *done = pgw_replay_next_of_lru (self, record);
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

gboolean
pgw_replay_read_live (PgwReplay *self,
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
