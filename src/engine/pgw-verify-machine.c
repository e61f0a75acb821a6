/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fast build of the core on an arena of its own. Its tracepoints become
 * PgwRecords at once, in the terms of recordings, so that they can be
 * compared with them value by value.
 */
#include "config.h"

/* The tracepoints of the fast build go to trace_hook. */
#define MM_FAST
#include "mm/trace.h"

#include <errno.h>
#include <setjmp.h>
#include <sys/mman.h>
#include <glib/gi18n-lib.h>

#include "pgw-hooks-private.h"
#include "pgw-recording.h"
#include "pgw-verify-private.h"

/* More than any operation of a recording can need. */
#define MAX_CALLS  (G_GUINT64_CONSTANT (1) << 26)
#define MAX_EVENTS (1u << 20)
/* Events kept of an operation that was stopped. */
#define MAX_SHOWN  1000

/* The machine that runs in this thread, and the way out when it hits a bug. */
static _Thread_local PgwVerifyMachine *running;
static _Thread_local jmp_buf way_out;

static inline guint32
low (guint64 word)
{
  return (guint32) word;
}

static inline guint32
high (guint64 word)
{
  return word >> 32;
}

static void
set (PgwRecord *record,
     PgwValue   value,
     guint64    n)
{
  record->v[value] = n;
  record->has |= G_GUINT64_CONSTANT (1) << value;
}

static PgwRecord *
add_event (PgwRecordKind kind)
{
  GArray *events = running->events;
  PgwRecord *record;

  g_array_set_size (events, events->len + 1);
  record = &g_array_index (events, PgwRecord, events->len - 1);
  record->kind = kind;
  record->has = 0;
  record->v[PGW_V_CPU] = 0;
  return record;
}

/* PFN ORDER MT, as most events have it. */
static PgwRecord *
add_block (PgwRecordKind kind,
           guint64       pfn,
           guint64       order_and_type)
{
  PgwRecord *record = add_event (kind);

  set (record, PGW_V_PFN, pfn);
  set (record, PGW_V_ORDER, low (order_and_type));
  set (record, PGW_V_MT, high (order_and_type));
  return record;
}

static void
add_allocated (u64 pfn,
               u64 order_and_type,
               u64 gfp,
               u64 alloc_flags)
{
  PgwRecord *record = add_block (PGW_RECORD_ALLOCATED, pfn, order_and_type);
  struct view_zone_counters counters;
  struct view_page page;

  set (record, PGW_V_GFP, gfp);
  /* Recordings give the flags of the last pass, the tracepoint those of the request. */
  set (record, PGW_V_AF, running->has_pass ? running->pass_flags : alloc_flags);
  if (pfn == PGW_NO_PFN || !view_page (running->arena, pfn, &page)
      || !view_zone_counters (running->arena, page.zone, G_MAXUINT32, &counters))
    return;
  set (record, PGW_V_BOOST, counters.boost);
  set (record, PGW_V_NF, counters.free_pages);
  set (record, PGW_V_PC, counters.pcp_count);
  set (record, PGW_V_FF, counters.free_factor);
  set (record, PGW_V_DF, (guint64) (gint64) counters.nr_free_diff);
}

static void
on_event (u32 id,
          u64 a,
          u64 b,
          u64 c,
          u64 d)
{
  PgwRecord *record;

  /* Only a machine that a recording led astray goes on for ever. */
  if (G_UNLIKELY (++running->n_calls > MAX_CALLS || running->events->len > MAX_EVENTS))
    longjmp (way_out, 1);

  switch (id)
    {
    case TRACE_get_page_from_freelist:
      record = add_event (PGW_RECORD_PASS);
      set (record, PGW_V_ORDER, low (a));
      set (record, PGW_V_GFP, high (a));
      set (record, PGW_V_AF, b);
      running->zone_chosen = -1;
      running->has_pass = TRUE;
      running->pass_flags = b;
      break;
    case TRACE_zone_watermark_ok:
      if (d != 0)
        running->zone_chosen = low (a) & 7;
      break;
    case TRACE_mm_page_alloc_zone_locked:
      set (add_block (PGW_RECORD_TAKE, a, b), PGW_V_PCP, c);
      break;
    case TRACE_steal_suitable_fallback:
      record = add_block (PGW_RECORD_STEAL, a, b);
      set (record, PGW_V_PB, low (c));
      set (record, PGW_V_WHOLE, high (c));
      set (record, PGW_V_MOVABLE, low (d));
      set (record, PGW_V_FREE, high (d));
      break;
    case TRACE_mm_page_alloc_extfrag:
      record = add_block (PGW_RECORD_FALLBACK, a, b);
      set (record, PGW_V_FORDER, low (c));
      set (record, PGW_V_FMT, high (c));
      set (record, PGW_V_PB, d);
      break;
    case TRACE_set_pageblock_migratetype:
      record = add_event (PGW_RECORD_BLOCK_TYPE);
      set (record, PGW_V_PFN, a);
      set (record, PGW_V_NEW, b);
      set (record, PGW_V_OLD, c);
      break;
    case TRACE_mm_page_alloc:
      add_allocated (a, b, c, d);
      break;
    case TRACE_alloc_pages_bulk:
      record = add_event (PGW_RECORD_BULK_BEGIN);
      set (record, PGW_V_GFP, a);
      set (record, PGW_V_NR, low (b));
      break;
    case TRACE_alloc_pages_bulk_page:
      record = add_event (PGW_RECORD_BULK_PAGE);
      set (record, PGW_V_PFN, a);
      set (record, PGW_V_INDEX, low (b));
      set (record, PGW_V_NR, high (b));
      break;
    case TRACE_free_unref_page_commit:
      record = add_block (PGW_RECORD_FREE_PCP, a, b);
      set (record, PGW_V_REALMT, low (c));
      set (record, PGW_V_ZF, high (c));
      set (record, PGW_V_PC, low (d));
      set (record, PGW_V_FF, high (d));
      break;
    case TRACE_free_pages_ok:
      add_block (PGW_RECORD_FREE_BUDDY, a, b);
      break;
    case TRACE_free_pcppages_bulk:
      record = add_event (PGW_RECORD_SPILL);
      set (record, PGW_V_ZONE, low (a) & 7);
      set (record, PGW_V_COUNT, high (a));
      set (record, PGW_V_PINDEX, low (b));
      set (record, PGW_V_CPU, high (b));
      set (record, PGW_V_ZF, c);
      break;
    case TRACE_mm_page_pcpu_drain:
      add_block (PGW_RECORD_SPILLED, a, b);
      break;
    case TRACE_vm_bug:
      /* The core must not go on, and its stack has nothing to clean up. */
      longjmp (way_out, 1);
    default:
      record = add_event (PGW_RECORD_UNKNOWN);
      if (!pgw_verify_lru_event (record, id, a, b, c, d))
        g_array_set_size (running->events, running->events->len - 1);
      break;
    }
}

/* Only this much is heard of a quiet machine. */
static void
on_quiet_event (u32 id,
                u64 a,
                u64 b,
                u64 c,
                u64 d)
{
  if (G_UNLIKELY (++running->n_calls > MAX_CALLS || id == TRACE_vm_bug))
    longjmp (way_out, 1);
}

/* The stepping build stops through the engine. */
static void
on_stop (void)
{
  longjmp (way_out, 1);
}

gboolean
pgw_verify_machine_init (PgwVerifyMachine              *self,
                         const struct machine_config   *config,
                         const struct machine_snapshot *snapshot,
                         GError                       **error)
{
  struct machine_layout layout;
  struct machine_error problem;

  self->config = *config;
  self->events = g_array_new (FALSE, FALSE, sizeof (PgwRecord));

  if (machine_layout (config, &layout, &problem) != 0)
    {
      g_set_error (error, PGW_RECORDING_ERROR, PGW_RECORDING_ERROR_MACHINE,
                   _("the recorded machine cannot be simulated: %s should be %s"),
                   problem.field, _(problem.expected));
      return FALSE;
    }
  self->size = layout.size;
  self->arena = mmap (NULL, self->size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (self->arena == MAP_FAILED)
    {
      self->arena = NULL;
      g_set_error (error, PGW_RECORDING_ERROR, PGW_RECORDING_ERROR_MACHINE,
                   _("there is no room for a machine of this size: %s"), g_strerror (errno));
      return FALSE;
    }
  return pgw_verify_machine_load (self, snapshot, error);
}

void
pgw_verify_machine_clear (PgwVerifyMachine *self)
{
  if (self->arena != NULL)
    munmap (self->arena, self->size);
  self->arena = NULL;
  g_clear_pointer (&self->events, g_array_unref);
}

/* Only this function is between the core and setjmp(), and it keeps nothing in registers. */
static gboolean
protected_call (PgwVerifyMachine              *self,
                const struct machine_snapshot *snapshot,
                const struct mm_op            *op,
                gint64                        *result)
{
  const struct mm_core *core = self->stepping ? &mm_core_stepping : &mm_core_fast;

  running = self;
  self->n_calls = 0;
  trace_hook = self->quiet ? on_quiet_event : on_event;
  pgw_stop_hook = on_stop;
  if (setjmp (way_out) == 0)
    *result = op ? core->run (op, self->n_ops) : core->boot (self->arena, &self->config, snapshot);
  else
    {
      self->stopped = TRUE;
      g_array_set_size (self->events, MIN (self->events->len, MAX_SHOWN));
    }
  trace_hook = NULL;
  pgw_stop_hook = NULL;
  running = NULL;
  return !self->stopped;
}

gboolean
pgw_verify_machine_load (PgwVerifyMachine              *self,
                         const struct machine_snapshot *snapshot,
                         GError                       **error)
{
  gint64 result = 0;

  /* Fresh zeroes for the whole arena. */
  if (madvise (self->arena, self->size, MADV_DONTNEED) != 0)
    g_error ("madvise: %s", g_strerror (errno));
  self->stopped = FALSE;
  self->n_ops = 0;

  if (!protected_call (self, snapshot, NULL, &result) || result != 0)
    {
      g_set_error (error, PGW_RECORDING_ERROR, PGW_RECORDING_ERROR_MACHINE,
                   _("the core does not accept the snapshot (%s)"),
                   self->stopped ? "VM_BUG_ON" : view_errno_name (result));
      return FALSE;
    }
  g_array_set_size (self->events, 0);
  return TRUE;
}

gint64
pgw_verify_machine_run (PgwVerifyMachine   *self,
                        const struct mm_op *op)
{
  gint64 result = -EINVAL;

  if (self->stopped)
    return -EINVAL;
  self->zone_chosen = -1;
  self->has_pass = FALSE;
  protected_call (self, NULL, op, &result);
  self->n_ops++;
  return result;
}
