/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Narration: which sentences belong to an event. narration.def holds what is
 * said and under which condition; here are the conditions. A sentence never
 * says "one page or several": where things differ, another sentence is chosen.
 * pgw-narration-fill.c puts an event's values in.
 */
#include "config.h"
#include "pgw-arguments.h"
#include "pgw-narration-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Bits of alloc_flags (Linux 6.1, mm/internal.h): which watermark holds back. */
#define ALLOC_FLAGS_WMARK_LOW     0x01
#define ALLOC_FLAGS_NO_WATERMARKS 0x04

/* Bits of the error code of a page fault (Intel SDM, volume 3, 4.7), and of vm_fault_t. */
#define FAULT_PRESENT      0x01
#define FAULT_WRITE        0x02
#define FAULT_FETCH        0x10
#define VM_FAULT_BIT_MAJOR 0x04
#define VM_FAULT_ANY_ERROR 0x53 /* OOM, SIGBUS, HWPOISON, SIGSEGV */

/* ---- Conditions ---- */

static guint64
value_of (const PgwEvent *event, const char *name)
{
  const PgwEventField *field = pgw_event_type_get_field (pgw_event_type (event->id), name);

  g_assert (field != NULL);
  return pgw_event_field (event, field);
}

static gboolean
always (const PgwEvent *event)
{
  return TRUE;
}

static gboolean
op_allocates (const PgwEvent *event)
{
  guint64 kind = value_of (event, "kind");

  return kind == OP_alloc_pages || kind == OP_alloc_many || kind == OP_alloc_pages_bulk;
}

static gboolean
op_frees (const PgwEvent *event)
{
  guint64 kind = value_of (event, "kind");

  return kind == OP_free_pages || kind == OP_free_many || kind == OP_free_unref_page_list;
}

static gboolean
op_drains (const PgwEvent *event)
{
  guint64 kind = value_of (event, "kind");

  return kind == OP_drain_local_pages || kind == OP_drain_all_pages;
}

static gboolean
op_compacts (const PgwEvent *event)
{
  return value_of (event, "kind") == OP_compact_memory;
}

static gboolean
result_is_moved (const PgwEvent *event)
{
  return value_of (event, "result") == 0;
}

static gboolean
suitable_skipped (const PgwEvent *event)
{
  return value_of (event, "result") == COMPACT_SKIPPED;
}

static gboolean
suitable_not_fragmented (const PgwEvent *event)
{
  return value_of (event, "result") == COMPACT_NOT_SUITABLE_ZONE;
}

static gboolean
suitable_success (const PgwEvent *event)
{
  return value_of (event, "result") == COMPACT_SUCCESS;
}

static gboolean
ends_in_success (const PgwEvent *event)
{
  return value_of (event, "status") == COMPACT_SUCCESS;
}

static gboolean
compacts_all (const PgwEvent *event)
{
  return (gint32) value_of (event, "order") < 0;
}

static gboolean
nothing_taken (const PgwEvent *event)
{
  return value_of (event, "taken") == 0;
}

/* What a policy does with a page that has to go. */
static gboolean
evicts_by (const PgwEvent *event,
           guint           policy)
{
  return value_of (event, "evicts") != 0 && value_of (event, "policy") == policy;
}

static gboolean
fifo_evicts (const PgwEvent *event)
{
  return evicts_by (event, POLICY_FIFO);
}

static gboolean
lru_evicts (const PgwEvent *event)
{
  return evicts_by (event, POLICY_LRU);
}

static gboolean
clock_evicts (const PgwEvent *event)
{
  return evicts_by (event, POLICY_CLOCK);
}

static gboolean
opt_evicts (const PgwEvent *event)
{
  return evicts_by (event, POLICY_OPT);
}

static gboolean
linux_evicts (const PgwEvent *event)
{
  return evicts_by (event, POLICY_LINUX);
}

static gboolean
mglru_evicts (const PgwEvent *event)
{
  return evicts_by (event, POLICY_MGLRU);
}

static gboolean
reference_faults (const PgwEvent *event)
{
  return value_of (event, "fault") != 0;
}

static gboolean
op_replaces (const PgwEvent *event)
{
  guint64 kind = value_of (event, "kind");

  return kind == OP_reference_string || kind == OP_replacement;
}

static gboolean
op_tunes (const PgwEvent *event)
{
  return value_of (event, "kind") == OP_set_tunable;
}

static gboolean
woken_by_reclaim (const PgwEvent *event)
{
  return value_of (event, "reason") == WB_REASON_VMSCAN;
}

static gboolean
woken_by_sync (const PgwEvent *event)
{
  return value_of (event, "reason") == WB_REASON_SYNC;
}

static gboolean
woken_by_age (const PgwEvent *event)
{
  return value_of (event, "reason") == WB_REASON_PERIODIC;
}

static gboolean
woken_by_background (const PgwEvent *event)
{
  return value_of (event, "reason") == WB_REASON_BACKGROUND;
}

static gboolean
readahead_grows (const PgwEvent *event)
{
  return value_of (event, "pattern") == RA_SUBSEQUENT;
}

static gboolean
readahead_random (const PgwEvent *event)
{
  return value_of (event, "pattern") == RA_RANDOM;
}

static gboolean
readahead_context (const PgwEvent *event)
{
  return value_of (event, "pattern") == RA_CONTEXT || value_of (event, "pattern") == RA_MARKER;
}

static gboolean
shrinks_inodes (const PgwEvent *event)
{
  return value_of (event, "shrinker") == SHRINKER_SUPER;
}

static gboolean
splits_huge_pages (const PgwEvent *event)
{
  return value_of (event, "shrinker") == SHRINKER_DEFERRED_SPLIT;
}

static gboolean
file_has_name (const PgwEvent *event)
{
  return value_of (event, "named") != 0;
}

static gboolean
outcome_freed (const PgwEvent *event)
{
  return value_of (event, "outcome") == RECLAIM_FREED;
}

static gboolean
outcome_activated (const PgwEvent *event)
{
  return value_of (event, "outcome") == RECLAIM_ACTIVATED;
}

static gboolean
outcome_written (const PgwEvent *event)
{
  return value_of (event, "outcome") == RECLAIM_WRITTEN;
}

static gboolean
outcome_deactivated (const PgwEvent *event)
{
  return value_of (event, "outcome") == RECLAIM_DEACTIVATED;
}

static gboolean
refault_activates (const PgwEvent *event)
{
  return value_of (event, "activate") != 0;
}

static gboolean
op_accesses (const PgwEvent *event)
{
  guint64 kind = value_of (event, "kind");

  return kind == OP_load || kind == OP_store || kind == OP_fetch;
}

static gboolean
op_is_system_call (const PgwEvent *event)
{
  const PgwOperation *operation = pgw_operation_lookup (value_of (event, "kind"));

  return operation != NULL && operation->of_task;
}

static gboolean
op_is_of_files (const PgwEvent *event)
{
  guint64 kind = value_of (event, "kind");

  return kind >= OP_file_create && kind <= OP_drop_caches;
}

static gboolean
flushes_all (const PgwEvent *event)
{
  return value_of (event, "flush") != 0;
}

static gboolean
flush_of_whole_tlb (const PgwEvent *event)
{
  return value_of (event, "pages") == G_MAXUINT64;
}

static gboolean
fault_on_fetch (const PgwEvent *event)
{
  return (value_of (event, "error_code") & FAULT_FETCH) != 0;
}

static gboolean
fault_on_protected_write (const PgwEvent *event)
{
  return (value_of (event, "error_code") & (FAULT_PRESENT | FAULT_WRITE)) == (FAULT_PRESENT | FAULT_WRITE);
}

static gboolean
fault_on_protected_read (const PgwEvent *event)
{
  return (value_of (event, "error_code") & FAULT_PRESENT) != 0;
}

static gboolean
fault_on_write (const PgwEvent *event)
{
  return (value_of (event, "error_code") & FAULT_WRITE) != 0;
}

static gboolean
fault_has_failed (const PgwEvent *event)
{
  return (value_of (event, "fault") & VM_FAULT_ANY_ERROR) != 0;
}

static gboolean
fault_was_major (const PgwEvent *event)
{
  return (value_of (event, "fault") & VM_FAULT_BIT_MAJOR) != 0;
}

static gboolean
last_level (const PgwEvent *event)
{
  return value_of (event, "level") == 1;
}

static gboolean
result_is_no_memory (const PgwEvent *event)
{
  return (gint64) value_of (event, "result") == -ENOMEM;
}

static gboolean
result_is_error (const PgwEvent *event)
{
  return IS_ERR_VALUE (value_of (event, "result"));
}

static gboolean
cannot_wait (const PgwEvent *event)
{
  gfp_t direct_reclaim = 0;

  view_parse_gfp ("__GFP_DIRECT_RECLAIM", &direct_reclaim, NULL);
  return (value_of (event, "gfp") & direct_reclaim) == 0;
}

static gboolean
ignores_watermarks (const PgwEvent *event)
{
  return (value_of (event, "alloc_flags") & ALLOC_FLAGS_NO_WATERMARKS) != 0;
}

static gboolean
uses_low_watermark (const PgwEvent *event)
{
  return (value_of (event, "alloc_flags") & ALLOC_FLAGS_WMARK_LOW) != 0;
}

static gboolean
watermark_ok (const PgwEvent *event)
{
  return value_of (event, "ok") != 0;
}

static gboolean
too_few_pages (const PgwEvent *event)
{
  return value_of (event, "free") <= value_of (event, "mark");
}

static gboolean
last_split (const PgwEvent *event)
{
  return value_of (event, "high") == value_of (event, "low") + 1;
}

static gboolean
is_refill (const PgwEvent *event)
{
  return value_of (event, "percpu_refill") != 0;
}

static gboolean
steals_whole_block (const PgwEvent *event)
{
  return value_of (event, "whole_block") != 0;
}

static gboolean
block_was_converted (const PgwEvent *event)
{
  return value_of (event, "block_type") == value_of (event, "alloc_migratetype");
}

static gboolean
single_page (const PgwEvent *event)
{
  return value_of (event, "order") == 0;
}

static gboolean
allocation_failed (const PgwEvent *event)
{
  return value_of (event, "pfn") == G_MAXUINT64;
}

/* The child of a fork gets a mapping without a fault: the event names no VMA. */
static gboolean
maps_in_no_vma (const PgwEvent *event)
{
  return value_of (event, "vma") == 0;
}

static gboolean
is_major (const PgwEvent *event)
{
  return value_of (event, "major") != 0;
}

static gboolean
finds_nothing (const PgwEvent *event)
{
  return value_of (event, "mapped") == 0;
}

static gboolean
names_no_page (const PgwEvent *event)
{
  return value_of (event, "pfn") == G_MAXUINT64;
}

static gboolean
finds_no_vma (const PgwEvent *event)
{
  return value_of (event, "vma") == 0;
}

static gboolean
vma_was_cached (const PgwEvent *event)
{
  return value_of (event, "cached") != 0;
}

static gboolean
swallows_nothing (const PgwEvent *event)
{
  return value_of (event, "gone") == 0;
}

static gboolean
searches_downwards (const PgwEvent *event)
{
  return value_of (event, "topdown") != 0;
}

static gboolean
page_is_locked (const PgwEvent *event)
{
  return value_of (event, "locked") != 0;
}

static gboolean
promise_refused (const PgwEvent *event)
{
  return value_of (event, "ok") == 0;
}

static gboolean
no_buddy (const PgwEvent *event)
{
  return value_of (event, "free") == 0;
}

static gboolean
to_tail (const PgwEvent *event)
{
  return value_of (event, "tail") != 0;
}

static gboolean
no_zone (const PgwEvent *event)
{
  return pgw_event_field_object (event, pgw_event_type_get_field (pgw_event_type (event->id), "zone")) == 0;
}

static gboolean
single_block (const PgwEvent *event)
{
  return value_of (event, "count") == 1;
}

static gboolean
ref_taken (const PgwEvent *event)
{
  return (gint64) value_of (event, "delta") > 0;
}

static gboolean
ref_was_last (const PgwEvent *event)
{
  return value_of (event, "count") == 0;
}

/* ---- Conditions: objects ---- */

static gboolean
object_is_none (const PgwEvent *event)
{
  return value_of (event, "ptr") == G_MAXUINT64;
}

static gboolean
off_slab (const PgwEvent *event)
{
  return value_of (event, "off_slab") != 0;
}

static gboolean
cache_is_busy (const PgwEvent *event)
{
  return value_of (event, "busy") != 0;
}

static gboolean
reason_is (const PgwEvent *event, const char *words)
{
  return strstr (view_bug_name ((guint32) value_of (event, "reason")), words) != NULL;
}

static gboolean
error_is_double_free (const PgwEvent *event)
{
  return reason_is (event, "double free detected") || reason_is (event, "Object already free");
}

static gboolean
error_is_overrun (const PgwEvent *event)
{
  return (reason_is (event, "overwritten") || reason_is (event, "overwrote")) && !reason_is (event, "Poison");
}

static gboolean
error_is_use_after_free (const PgwEvent *event)
{
  return reason_is (event, "a free object was written to") || reason_is (event, "Poison overwritten");
}

static gboolean
list_is_full (const PgwEvent *event)
{
  return value_of (event, "list") == VIEW_SLABS_FULL;
}

static gboolean
list_is_free (const PgwEvent *event)
{
  return value_of (event, "list") == VIEW_SLABS_FREE;
}

static gboolean
goes_to_shared (const PgwEvent *event)
{
  return value_of (event, "to_shared") != 0;
}

static gboolean
pool_free_refused (const PgwEvent *event)
{
  return value_of (event, "good") == 0;
}

/* Where SLUB's next objects come from: enum slub_source. */
static gboolean
refill_from_own (const PgwEvent *event)
{
  return value_of (event, "source") == 0;
}

static gboolean
refill_from_cpu_partial (const PgwEvent *event)
{
  return value_of (event, "source") == 1;
}

static gboolean
refill_from_node (const PgwEvent *event)
{
  return value_of (event, "source") == 2;
}

static const PgwNarrationEntry entries[] = {
#define NARRATION(event, condition, headline, what, why) \
  { TRACE_##event, #condition, condition, headline, what, why },
#include "narration.def"
#undef NARRATION
};

const PgwNarrationEntry *
pgw_narration_entries (guint *n_entries)
{
  *n_entries = G_N_ELEMENTS (entries);
  return entries;
}
