/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps of a recording of reclaim (mm/replay.h, "replay_lru_...").
 *
 * kswapd and a task that reclaims for itself may take turns at any line, so what
 * is known of each is kept apart. A step is cut where the core can decide
 * something: at the start of a scan, when pages have been isolated, when it is known
 * how often a page was used, when the pages of a batch have been put back.
 */
#include "config.h"

#include "pgw-replay-private.h"
#include "mm/replay.h"

#define FLAG_ACTIVE    (1u << 1)
#define FLAG_WRITEBACK (1u << 3)
#define ALLOC_WMARKS   7u       /* bits of the alloc flags that tell the watermark; 0 = min */
#define ALLOC_KSWAPD   0x800u
#define IS_ACTIVE(lru) ((lru) & 1)

static guint64
pack (guint64 low,
      guint64 high)
{
  return (guint32) low | high << 32;
}

static PgwReplayReclaim *
reclaim_of (PgwReplay       *self,
            const PgwRecord *record)
{
  return &self->reclaim[record->context & PGW_CONTEXT_KSWAPD ? 0 : 1];
}

void
pgw_replay_lru_init (PgwReplay *self)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (self->reclaim); i++)
    {
      self->reclaim[i].who = i;
      self->reclaim[i].taken = g_array_new (FALSE, FALSE, sizeof (PgwRecord));
      self->reclaim[i].puts = g_array_new (FALSE, FALSE, sizeof (PgwRecord));
      self->reclaim[i].zones = g_array_new (FALSE, FALSE, sizeof (PgwRecord));
      self->reclaim[i].written = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    }
  self->refaults = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

void
pgw_replay_lru_clear (PgwReplay *self)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (self->reclaim); i++)
    {
      g_array_unref (self->reclaim[i].taken);
      g_array_unref (self->reclaim[i].puts);
      g_array_unref (self->reclaim[i].zones);
      g_hash_table_unref (self->reclaim[i].written);
    }
  g_hash_table_unref (self->refaults);
}

static struct mm_op *
add_op (PgwReplay              *self,
        guint                   kind,
        const PgwReplayReclaim *reclaim,
        const PgwRecord        *record)
{
  struct mm_op *op = pgw_replay_add_op (self, kind, record);

  op->nr = reclaim ? reclaim->who : 0;
  return op;
}

/* A conclusion, to be held against the core's. */
static void
expect (PgwReplay       *self,
        PgwRecordKind    kind,
        const PgwRecord *cause,
        PgwValue         one,
        guint64          first,
        PgwValue         other,
        guint64          second)
{
  PgwRecord record = { .kind = kind, .line = cause->line };

  record.v[one] = first;
  record.v[other] = second;
  record.has = G_GUINT64_CONSTANT (1) << one | G_GUINT64_CONSTANT (1) << other;
  g_array_append_val (self->step.records, record);
}

/* ---- Lists ---- */

static void
inserted (PgwReplay       *self,
          const PgwRecord *record)
{
  struct mm_op *op = add_op (self, OP_replay_lru_insert, NULL, record);

  op->arg[0] = record->v[PGW_V_PFN];
  op->arg[1] = record->v[PGW_V_LRU];
  op->arg[2] = record->v[PGW_V_PFLAGS];
  if (g_hash_table_remove (self->refaults, &record->v[PGW_V_PFN]))
    expect (self, PGW_RECORD_REFAULTED, record, PGW_V_PFN, record->v[PGW_V_PFN],
            PGW_V_LRU, record->v[PGW_V_PFLAGS] & FLAG_ACTIVE ? 1 : 0);
}

static gboolean
moved (PgwReplay       *self,
       const PgwRecord *record)
{
  struct mm_op *op;

  if (record->v[PGW_V_LRUOP] > REPLAY_LRU_ACTIVATE)
    return FALSE;               /* "add" is told by "inserted" */
  op = add_op (self, OP_replay_lru_move, NULL, record);
  op->arg[0] = record->v[PGW_V_PFN];
  op->arg[1] = record->v[PGW_V_LRUOP];
  op->arg[2] = record->v[PGW_V_PFLAGS];
  return TRUE;
}

static void
gone (PgwReplay       *self,
      const PgwRecord *record)
{
  add_op (self, OP_replay_lru_gone, NULL, record)->arg[0] = record->v[PGW_V_PFN];
}

/* ---- Refaults ---- */

static void
refaulted (PgwReplay       *self,
           const PgwRecord *lruvec)
{
  const PgwRecord *refault = &self->refault;
  struct mm_op *op = add_op (self, OP_replay_refault, NULL, refault);

  op->arg[0] = refault->v[PGW_V_PFN];
  op->arg[1] = pack (refault->v[PGW_V_EVICTION], refault->v[PGW_V_AGE]);
  op->arg[2] = pack (refault->v[PGW_V_SWAP_FREE],
                     refault->v[PGW_V_FILE] | refault->v[PGW_V_WORKINGSET] << 1);
  op->arg[3] = pack (lruvec->v[PGW_V_INACTIVE_ANON], lruvec->v[PGW_V_ACTIVE_ANON]);
  op->arg[4] = pack (lruvec->v[PGW_V_INACTIVE_FILE], lruvec->v[PGW_V_ACTIVE_FILE]);
  g_hash_table_add (self->refaults, g_memdup2 (&refault->v[PGW_V_PFN], sizeof (guint64)));
  self->has_refault = FALSE;
}

/* ---- Scans ---- */

static void
scan_begins (PgwReplay        *self,
             PgwReplayReclaim *reclaim)
{
  const PgwRecord *control = &reclaim->control, *lruvec = &reclaim->lruvec, *sizes = &reclaim->zone_lru;
  struct mm_op *op;
  guint i;

  op = add_op (self, OP_replay_node_state, reclaim, lruvec);
  op->arg[0] = pack (lruvec->v[PGW_V_INACTIVE_ANON], lruvec->v[PGW_V_ACTIVE_ANON]);
  op->arg[1] = pack (lruvec->v[PGW_V_INACTIVE_FILE], lruvec->v[PGW_V_ACTIVE_FILE]);
  for (i = 0; i < reclaim->zones->len; i++)
    {
      const PgwRecord *zone = &g_array_index (reclaim->zones, PgwRecord, i);

      op = add_op (self, OP_replay_zone_state, reclaim, zone);
      op->arg[0] = zone->v[PGW_V_ZONE];
      op->arg[1] = zone->v[PGW_V_FREE];
      op->arg[2] = pack (zone->v[PGW_V_BOOST], zone->v[PGW_V_ZFLAGS]);
    }

  op = add_op (self, OP_replay_scan, reclaim, control);
  op->arg[0] = control->v[PGW_V_PRIO] | control->v[PGW_V_RECLAIM_IDX] << 8 | control->v[PGW_V_ORDER] << 16
               | control->v[PGW_V_TO_RECLAIM] << 32;
  op->arg[1] = control->v[PGW_V_BITS];
  op->arg[2] = pack (control->v[PGW_V_ANON_COST], control->v[PGW_V_FILE_COST]);
  op->arg[3] = pack (sizes->v[PGW_V_INACTIVE_ANON], sizes->v[PGW_V_ACTIVE_ANON]);
  op->arg[4] = pack (sizes->v[PGW_V_INACTIVE_FILE], sizes->v[PGW_V_ACTIVE_FILE]);
  op->arg[5] = sizes->v[PGW_V_SWAP_FREE];
  self->step.cause = *control;
  g_array_append_val (self->step.records, *control);
  g_array_set_size (reclaim->zones, 0);
}

/* ---- Batches ---- */

static void
isolated (PgwReplay        *self,
          PgwReplayReclaim *reclaim)
{
  const PgwRecord *isolate = &reclaim->isolate;
  guint64 lru = isolate->v[PGW_V_LRU];
  struct mm_op *op = add_op (self, OP_replay_isolate_lru, reclaim, isolate);
  guint i;

  op->arg[0] = lru;
  op->arg[1] = isolate->v[PGW_V_REQUESTED];
  expect (self, PGW_RECORD_SCAN_REQUEST, isolate, PGW_V_LRU, lru, PGW_V_REQUESTED, isolate->v[PGW_V_REQUESTED]);
  for (i = 0; i < reclaim->taken->len; i++)
    {
      const PgwRecord *page = &g_array_index (reclaim->taken, PgwRecord, i);
      PgwRecord expected = *page;

      op = add_op (self, OP_replay_isolated, reclaim, page);
      op->arg[0] = page->v[PGW_V_PFN];
      op->arg[1] = page->v[PGW_V_PFLAGS];
      op->arg[2] = page->v[PGW_V_CNT];
      expected.has = G_GUINT64_CONSTANT (1) << PGW_V_PFN;
      g_array_append_val (self->step.records, expected);
    }
  g_array_append_val (self->step.records, *isolate);
  add_op (self, OP_replay_isolated_all, reclaim, isolate);
  if (reclaim->taken->len == 0 && !IS_ACTIVE (lru))
    add_op (self, OP_replay_batch_end, reclaim, isolate);
  self->step.cause = *isolate;
  reclaim->n_decided = 0;
  reclaim->n_put_lists = 0;
  g_array_set_size (reclaim->puts, 0);
  g_hash_table_remove_all (reclaim->written);
}

/*
 * Pages before the n-th that nobody asked about are under writeback, or were locked by someone. The
 * n-th is the one of `ref`.
 */
static void
decide_up_to (PgwReplay        *self,
              PgwReplayReclaim *reclaim,
              guint             n,
              const PgwRecord  *ref)
{
  for (; reclaim->n_decided < n; reclaim->n_decided++)
    {
      const PgwRecord *page = &g_array_index (reclaim->taken, PgwRecord, reclaim->n_decided);
      struct mm_op *op = add_op (self, OP_replay_reclaim_page, reclaim, page);

      op->arg[0] = page->v[PGW_V_PFN];
      op->arg[1] = pack (0, !(page->v[PGW_V_PFLAGS] & FLAG_WRITEBACK));
      op->arg[2] = page->v[PGW_V_PFLAGS];
    }
  if (ref != NULL && reclaim->n_decided < reclaim->taken->len)
    {
      struct mm_op *op = add_op (self, OP_replay_reclaim_page, reclaim, ref);

      op->arg[0] = ref->v[PGW_V_PFN];
      op->arg[1] = pack (ref->v[PGW_V_N_REF], 0);
      op->arg[2] = ref->v[PGW_V_PFLAGS];
      reclaim->n_decided++;
    }
}

static gboolean
referenced (PgwReplay        *self,
            PgwReplayReclaim *reclaim,
            const PgwRecord  *ref)
{
  guint n = reclaim->n_decided;

  while (n < reclaim->taken->len && g_array_index (reclaim->taken, PgwRecord, n).v[PGW_V_PFN] != ref->v[PGW_V_PFN])
    n++;
  if (n == reclaim->taken->len)
    return FALSE;               /* asked about by someone else than reclaim */
  decide_up_to (self, reclaim, n, ref);
  return TRUE;
}

static const PgwRecord *
find_put (PgwReplayReclaim *reclaim,
          guint64           pfn)
{
  guint i;

  for (i = 0; i < reclaim->puts->len; i++)
    if (g_array_index (reclaim->puts, PgwRecord, i).v[PGW_V_PFN] == pfn)
      return &g_array_index (reclaim->puts, PgwRecord, i);
  return NULL;
}

/* What the kernel made of an isolated page, by where it is found afterwards. */
static guint
outcome_of (PgwReplayReclaim *reclaim,
            guint64           pfn)
{
  const PgwRecord *put = find_put (reclaim, pfn);

  if (put == NULL)
    return RECLAIM_FREED;
  if (IS_ACTIVE (reclaim->isolate.v[PGW_V_LRU]))
    return IS_ACTIVE (put->v[PGW_V_LRU]) ? RECLAIM_KEPT : RECLAIM_DEACTIVATED;
  if (put->v[PGW_V_PFLAGS] & FLAG_ACTIVE)
    return RECLAIM_ACTIVATED;
  return g_hash_table_contains (reclaim->written, &pfn) ? RECLAIM_WRITTEN : RECLAIM_KEPT;
}

static gboolean
put_back (PgwReplay        *self,
          PgwReplayReclaim *reclaim,
          const PgwRecord  *record)
{
  guint i;

  /* The pages of an active list come back in two groups: those that stay active first. */
  if (++reclaim->n_put_lists < (IS_ACTIVE (reclaim->isolate.v[PGW_V_LRU]) ? 2 : 1))
    return FALSE;
  decide_up_to (self, reclaim, reclaim->taken->len, NULL);
  for (i = 0; i < reclaim->taken->len; i++)
    {
      guint64 pfn = g_array_index (reclaim->taken, PgwRecord, i).v[PGW_V_PFN];

      expect (self, PGW_RECORD_OUTCOME, record, PGW_V_PFN, pfn, PGW_V_OUTCOME, outcome_of (reclaim, pfn));
    }

  add_op (self, OP_replay_put_back, reclaim, record);
  for (i = 0; i < reclaim->puts->len; i++)
    {
      const PgwRecord *page = &g_array_index (reclaim->puts, PgwRecord, i);
      gboolean is_freed = page->v[PGW_V_CNT] <= 1;
      struct mm_op *op = add_op (self, is_freed ? OP_replay_lru_gone : OP_replay_put, reclaim, page);

      op->arg[0] = page->v[PGW_V_PFN];
      op->arg[1] = page->v[PGW_V_LRU];
      op->arg[2] = page->v[PGW_V_PFLAGS];
      g_array_append_val (self->step.records, *page);
    }
  g_array_set_size (reclaim->taken, 0);
  return TRUE;
}

/* ---- kswapd, and tasks that reclaim for themselves ---- */

/* The slow path wakes kswapd before it looks through the zones; nobody says so if that has no effect. */
static gboolean
slow_pass (PgwReplay       *self,
           const PgwRecord *pass)
{
  guint64 flags = pass->v[PGW_V_AF];
  struct mm_op *op;

  if (!pgw_record_has (pass, PGW_V_AF) || flags & ALLOC_WMARKS || !(flags & ALLOC_KSWAPD))
    return FALSE;
  if (self->has_reclaimed)
    {
      self->has_reclaimed = FALSE;
      return FALSE;
    }
  op = add_op (self, OP_replay_wakeup_kswapd, NULL, pass);
  op->order = pass->v[PGW_V_ORDER];
  op->gfp = pass->v[PGW_V_GFP];
  if (self->has_wakeup)
    g_array_append_val (self->step.records, self->wakeup);
  self->has_wakeup = FALSE;
  return TRUE;
}

static void
kswapd (PgwReplay       *self,
        guint            kind,
        const PgwRecord *record)
{
  struct mm_op *op = add_op (self, kind, &self->reclaim[0], record);

  op->order = record->v[PGW_V_ORDER];
  op->arg[0] = record->v[PGW_V_ZID];
  g_array_append_val (self->step.records, *record);
}

static void
direct (PgwReplay       *self,
        gboolean         ends,
        const PgwRecord *record)
{
  struct mm_op *op = add_op (self, OP_replay_direct, &self->reclaim[1], record);

  op->order = record->v[PGW_V_ORDER];
  op->gfp = record->v[PGW_V_GFP];
  op->arg[0] = ends;
  if (ends)
    g_array_append_val (self->step.records, *record);
}

/* Inside an allocation it is that one's: a zone was boosted. */
static void
woken (PgwReplay       *self,
       const PgwRecord *record)
{
  if (self->pending->len > 0)
    g_array_append_val (self->pending, *record);
  else
    {
      self->wakeup = *record;
      self->has_wakeup = TRUE;
    }
}

gboolean
pgw_replay_next_of_lru (PgwReplay       *self,
                        const PgwRecord *record)
{
  PgwReplayReclaim *reclaim = reclaim_of (self, record);

  if (!self->with_lru)
    return FALSE;
  switch ((int) record->kind)
    {
    case PGW_RECORD_PASS:
      return slow_pass (self, record);
    case PGW_RECORD_INSERTED:
      inserted (self, record);
      return TRUE;
    case PGW_RECORD_LRUOP:
      return moved (self, record);
    case PGW_RECORD_LRU_GONE:
      gone (self, record);
      return TRUE;
    case PGW_RECORD_REFAULT:
      self->refault = *record;
      self->has_refault = TRUE;
      return FALSE;
    case PGW_RECORD_LRUVEC:
      if (!self->has_refault)
        reclaim->lruvec = *record;
      else
        {
          refaulted (self, record);
          return TRUE;
        }
      return FALSE;
    case PGW_RECORD_SCAN_CONTROL:
      reclaim->control = *record;
      g_array_set_size (reclaim->zones, 0);
      return FALSE;
    case PGW_RECORD_ZONE_LRU:
      reclaim->zone_lru = *record;
      return FALSE;
    case PGW_RECORD_ZSTATE:
      g_array_append_val (reclaim->zones, *record);
      if (reclaim->zones->len < self->n_zones)
        return FALSE;
      scan_begins (self, reclaim);
      return TRUE;
    case PGW_RECORD_ISOLATE:
      reclaim->isolate = *record;
      g_array_set_size (reclaim->taken, 0);
      return FALSE;
    case PGW_RECORD_ISO_PAGE:
      g_array_append_val (reclaim->taken, *record);
      return FALSE;
    case PGW_RECORD_ISO_END:
      isolated (self, reclaim);
      return TRUE;
    case PGW_RECORD_REF:
      return referenced (self, reclaim, record);
    case PGW_RECORD_WRITE:
      g_hash_table_add (reclaim->written, g_memdup2 (&record->v[PGW_V_PFN], sizeof (guint64)));
      return FALSE;
    case PGW_RECORD_PUT_PAGE:
      g_array_append_val (reclaim->puts, *record);
      return FALSE;
    case PGW_RECORD_PUT_END:
      return put_back (self, reclaim, record);
    case PGW_RECORD_SHRINK_INACTIVE:
    case PGW_RECORD_SHRINK_ACTIVE:
      add_op (self, OP_replay_batch_end, reclaim, record);
      return TRUE;
    case PGW_RECORD_KSWAPD_WAKE:
      kswapd (self, OP_replay_kswapd_wake, record);
      return TRUE;
    case PGW_RECORD_KSWAPD_SLEEP:
      kswapd (self, OP_replay_kswapd_sleep, record);
      return TRUE;
    case PGW_RECORD_WAKEUP:
      woken (self, record);
      return FALSE;
    case PGW_RECORD_DIRECT_BEGIN:
      direct (self, FALSE, record);
      return TRUE;
    case PGW_RECORD_DIRECT_END:
      self->has_reclaimed = TRUE;
      direct (self, TRUE, record);
      return TRUE;
    default:
      return FALSE;
    }
}
