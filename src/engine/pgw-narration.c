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

#include "mm/uffd.h"

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

/* Most conditions are about one value of the event. */
#define WHERE(condition, field, test) \
  static gboolean condition (const PgwEvent *event) \
  { \
    guint64 value = value_of (event, field); \
\
    return (test); \
  }

static gboolean
always (const PgwEvent *event)
{
  return TRUE;
}

WHERE (op_allocates, "kind", value == OP_alloc_pages || value == OP_alloc_many || value == OP_alloc_pages_bulk)
WHERE (op_frees, "kind", value == OP_free_pages || value == OP_free_many || value == OP_free_unref_page_list)
WHERE (op_drains, "kind", value == OP_drain_local_pages || value == OP_drain_all_pages)
WHERE (op_compacts, "kind", value == OP_compact_memory)
WHERE (result_is_moved, "result", value == 0)
WHERE (suitable_skipped, "result", value == COMPACT_SKIPPED)
WHERE (suitable_not_fragmented, "result", value == COMPACT_NOT_SUITABLE_ZONE)
WHERE (suitable_success, "result", value == COMPACT_SUCCESS)
WHERE (ends_in_success, "status", value == COMPACT_SUCCESS)
WHERE (compacts_all, "order", (gint32) value < 0)
WHERE (nothing_taken, "taken", value == 0)

/* What a policy does with a page that has to go. */
#define EVICTS(condition, which) \
  static gboolean condition (const PgwEvent *event) \
  { \
    return value_of (event, "evicts") != 0 && value_of (event, "policy") == (which); \
  }

EVICTS (fifo_evicts, POLICY_FIFO)
EVICTS (lru_evicts, POLICY_LRU)
EVICTS (clock_evicts, POLICY_CLOCK)
EVICTS (opt_evicts, POLICY_OPT)
EVICTS (linux_evicts, POLICY_LINUX)
EVICTS (mglru_evicts, POLICY_MGLRU)

WHERE (reference_faults, "fault", value != 0)
WHERE (op_replaces, "kind", value == OP_reference_string || value == OP_replacement)
WHERE (op_tunes, "kind", value == OP_set_tunable)
WHERE (woken_by_reclaim, "reason", value == WB_REASON_VMSCAN)
WHERE (woken_by_sync, "reason", value == WB_REASON_SYNC)
WHERE (woken_by_age, "reason", value == WB_REASON_PERIODIC)
WHERE (woken_by_background, "reason", value == WB_REASON_BACKGROUND)
WHERE (readahead_grows, "pattern", value == RA_SUBSEQUENT)
WHERE (readahead_random, "pattern", value == RA_RANDOM)
WHERE (readahead_context, "pattern", value == RA_CONTEXT || value == RA_MARKER)
WHERE (shrinks_inodes, "shrinker", value == SHRINKER_SUPER)
WHERE (splits_huge_pages, "shrinker", value == SHRINKER_DEFERRED_SPLIT)
WHERE (frees_huge_zero_page, "shrinker", value == SHRINKER_HUGE_ZERO_PAGE)
WHERE (file_has_name, "named", value != 0)
WHERE (outcome_freed, "outcome", value == RECLAIM_FREED)
WHERE (outcome_activated, "outcome", value == RECLAIM_ACTIVATED)
WHERE (outcome_written, "outcome", value == RECLAIM_WRITTEN)
WHERE (outcome_deactivated, "outcome", value == RECLAIM_DEACTIVATED)
WHERE (refault_activates, "activate", value != 0)
WHERE (op_accesses, "kind", value == OP_load || value == OP_store || value == OP_fetch)

static gboolean
op_is_system_call (const PgwEvent *event)
{
  const PgwOperation *operation = pgw_operation_lookup (value_of (event, "kind"));

  return operation != NULL && operation->of_task;
}

WHERE (op_is_of_files, "kind", value >= OP_file_create && value <= OP_drop_caches)
WHERE (is_write, "write", value != 0)
WHERE (flushes_all, "flush", value != 0)
WHERE (flush_of_whole_tlb, "pages", value == G_MAXUINT64)
WHERE (fault_on_fetch, "error_code", (value & FAULT_FETCH) != 0)
WHERE (fault_on_protected_write, "error_code", (value & (FAULT_PRESENT | FAULT_WRITE)) == (FAULT_PRESENT | FAULT_WRITE))
WHERE (fault_on_protected_read, "error_code", (value & FAULT_PRESENT) != 0)
WHERE (fault_on_write, "error_code", (value & FAULT_WRITE) != 0)
WHERE (fault_has_failed, "fault", (value & VM_FAULT_ANY_ERROR) != 0)
WHERE (fault_was_major, "fault", (value & VM_FAULT_BIT_MAJOR) != 0)
WHERE (last_level, "level", value == 1)
WHERE (result_is_no_memory, "result", (gint64) value == -ENOMEM)
WHERE (result_is_sleep, "result", (gint64) value == -ERESTARTNOINTR)
WHERE (userfault_of_wp, "flags", (value & UFFD_PAGEFAULT_FLAG_WP) != 0)
WHERE (userfault_of_minor, "flags", (value & UFFD_PAGEFAULT_FLAG_MINOR) != 0)
WHERE (protects, "protect", value != 0)
WHERE (result_is_error, "result", IS_ERR_VALUE (value))

static gboolean
cannot_wait (const PgwEvent *event)
{
  gfp_t direct_reclaim = 0;

  view_parse_gfp ("__GFP_DIRECT_RECLAIM", &direct_reclaim, NULL);
  return (value_of (event, "gfp") & direct_reclaim) == 0;
}

WHERE (ignores_watermarks, "alloc_flags", (value & ALLOC_FLAGS_NO_WATERMARKS) != 0)
WHERE (uses_low_watermark, "alloc_flags", (value & ALLOC_FLAGS_WMARK_LOW) != 0)
WHERE (watermark_ok, "ok", value != 0)

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

WHERE (is_refill, "percpu_refill", value != 0)
WHERE (steals_whole_block, "whole_block", value != 0)

static gboolean
block_was_converted (const PgwEvent *event)
{
  return value_of (event, "block_type") == value_of (event, "alloc_migratetype");
}

WHERE (single_page, "order", value == 0)
WHERE (allocation_failed, "pfn", value == G_MAXUINT64)

/* The child of a fork gets a mapping without a fault: the event names no VMA. */
WHERE (maps_in_no_vma, "vma", value == 0)
WHERE (is_major, "major", value != 0)
WHERE (finds_nothing, "mapped", value == 0)
WHERE (names_no_page, "pfn", value == G_MAXUINT64)
WHERE (finds_no_vma, "vma", value == 0)
WHERE (vma_was_cached, "cached", value != 0)
WHERE (swallows_nothing, "gone", value == 0)
WHERE (searches_downwards, "topdown", value != 0)
WHERE (page_is_locked, "locked", value != 0)
WHERE (promise_refused, "ok", value == 0)
WHERE (no_buddy, "free", value == 0)
WHERE (to_tail, "tail", value != 0)

static gboolean
no_zone (const PgwEvent *event)
{
  return pgw_event_field_object (event, pgw_event_type_get_field (pgw_event_type (event->id), "zone")) == 0;
}

WHERE (single_block, "count", value == 1)
WHERE (ref_taken, "delta", (gint64) value > 0)
WHERE (ref_was_last, "count", value == 0)

/* ---- Conditions: objects ---- */

WHERE (object_is_none, "ptr", value == G_MAXUINT64)
WHERE (off_slab, "off_slab", value != 0)
WHERE (cache_is_busy, "busy", value != 0)

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

WHERE (list_is_full, "list", value == VIEW_SLABS_FULL)
WHERE (list_is_free, "list", value == VIEW_SLABS_FREE)
WHERE (goes_to_shared, "to_shared", value != 0)
WHERE (pool_free_refused, "good", value == 0)

/* Where SLUB's next objects come from: enum slub_source. */
WHERE (refill_from_own, "source", value == 0)
WHERE (refill_from_cpu_partial, "source", value == 1)
WHERE (refill_from_node, "source", value == 2)

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
