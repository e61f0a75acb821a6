/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of verify that is about reclaim: events of the core as records,
 * outcomes that are compared later than they are decided, and LRU lists.
 */
#include "config.h"

#include <inttypes.h>
#include <glib/gi18n-lib.h>

#include "pgw-verify-private.h"
#include "mm/trace.h"

static guint64
low (guint64 word)
{
  return (guint32) word;
}

static guint64
high (guint64 word)
{
  return word >> 32;
}

static void
set (PgwRecord *record,
     PgwValue   which,
     guint64    value)
{
  record->v[which] = value;
  record->has |= G_GUINT64_CONSTANT (1) << which;
}

/* PG_referenced, PG_active and PG_workingset where a recording has them. */
static guint64
recorded_flags (guint64 flags)
{
  return (flags >> 1 & 1) | (flags >> 5 & 1) << 1 | (flags >> 6 & 1) << 8;
}

gboolean
pgw_verify_lru_event (PgwRecord *record,
                      guint32    id,
                      guint64    a,
                      guint64    b,
                      guint64    c,
                      guint64    d)
{
  switch (id)
    {
    case TRACE_wakeup_kswapd:
      record->kind = PGW_RECORD_WAKEUP;
      set (record, PGW_V_ORDER, low (b));
      set (record, PGW_V_ZID, high (b));
      return TRUE;
    case TRACE_mm_vmscan_kswapd_wake:
      record->kind = PGW_RECORD_KSWAPD_WAKE;
      set (record, PGW_V_ORDER, low (b));
      set (record, PGW_V_ZID, high (b));
      return TRUE;
    case TRACE_mm_vmscan_kswapd_sleep:
      record->kind = PGW_RECORD_KSWAPD_SLEEP;
      return TRUE;
    case TRACE_mm_vmscan_direct_reclaim_end:
      record->kind = PGW_RECORD_DIRECT_END;
      set (record, PGW_V_RECLAIMED, a);
      return TRUE;
    case TRACE_scan_control:
      record->kind = PGW_RECORD_SCAN_CONTROL;
      set (record, PGW_V_PRIO, low (a));
      set (record, PGW_V_RECLAIM_IDX, high (a));
      set (record, PGW_V_TO_RECLAIM, low (b));
      set (record, PGW_V_BITS, high (b));
      set (record, PGW_V_ANON_COST, low (c));
      set (record, PGW_V_FILE_COST, high (c));
      set (record, PGW_V_ORDER, d);
      return TRUE;
    case TRACE_scan_request:
      record->kind = PGW_RECORD_SCAN_REQUEST;
      set (record, PGW_V_LRU, a);
      set (record, PGW_V_REQUESTED, b);
      return TRUE;
    case TRACE_isolate_lru_folio:
      record->kind = PGW_RECORD_ISO_PAGE;
      set (record, PGW_V_PFN, a);
      return TRUE;
    case TRACE_mm_vmscan_lru_isolate:
      record->kind = PGW_RECORD_ISOLATE;
      set (record, PGW_V_LRU, low (a));
      set (record, PGW_V_REQUESTED, low (b));
      set (record, PGW_V_SCANNED, high (b));
      set (record, PGW_V_SKIPPED, low (c));
      set (record, PGW_V_TAKEN, high (c));
      return TRUE;
    case TRACE_shrink_folio:
    case TRACE_shrink_active_folio:
      record->kind = PGW_RECORD_OUTCOME;
      set (record, PGW_V_PFN, a);
      set (record, PGW_V_OUTCOME, low (b));
      return TRUE;
    case TRACE_move_folio_to_lru:
      record->kind = PGW_RECORD_PUT_PAGE;
      set (record, PGW_V_PFN, a);
      set (record, PGW_V_LRU, b);
      set (record, PGW_V_PFLAGS, recorded_flags (c));
      return TRUE;
    case TRACE_workingset_refault:
      record->kind = PGW_RECORD_REFAULTED;
      set (record, PGW_V_PFN, a);
      set (record, PGW_V_LRU, high (b));
      return TRUE;
    default:
      return FALSE;
    }
}

/* ---- Decisions that are compared later ---- */

GHashTable *
pgw_verify_outcomes_new (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
}

static gboolean
is_late (PgwRecordKind kind)
{
  return kind == PGW_RECORD_OUTCOME || kind == PGW_RECORD_REFAULTED;
}

/* A page cannot be both isolated and refaulted. */
static void
keep_late (GHashTable *outcomes,
           GArray     *events)
{
  guint i, n = 0;

  for (i = 0; i < events->len; i++)
    {
      const PgwRecord *event = &g_array_index (events, PgwRecord, i);

      if (is_late (event->kind))
        g_hash_table_replace (outcomes, g_memdup2 (&event->v[PGW_V_PFN], sizeof (guint64)),
                              g_memdup2 (event, sizeof *event));
      else
        g_array_index (events, PgwRecord, n++) = *event;
    }
  g_array_set_size (events, n);
}

void
pgw_verify_sort_outcomes (GHashTable   *outcomes,
                          const GArray *records,
                          GArray       *events)
{
  guint i, place = 0;

  keep_late (outcomes, events);
  for (i = 0; i < records->len; i++)
    {
      const PgwRecord *record = &g_array_index (records, PgwRecord, i);
      const PgwRecord *outcome;

      if (!is_late (record->kind))
        continue;
      outcome = g_hash_table_lookup (outcomes, &record->v[PGW_V_PFN]);
      if (outcome != NULL && outcome->kind == record->kind)
        {
          g_array_insert_vals (events, place++, outcome, 1);
          g_hash_table_remove (outcomes, &record->v[PGW_V_PFN]);
        }
    }
}

/* ---- Lists ---- */

static void
compare_list (const struct machine      *machine,
              const struct snapshot_lru *list,
              PgwVerifyCount            *count,
              PgwVerifyReport            report,
              gpointer                   data)
{
  guint64 n = view_lru_list (machine, 0, list->lru, NULL, 0), i = 0;
  g_autofree guint64 *pfns = g_new (guint64, n + 1);

  view_lru_list (machine, 0, list->lru, pfns, n);
  while (i < n && i < list->nr && pfns[i] == list->pfns[i])
    i++;
  count->total++;
  if (i == n && i == list->nr)
    {
      count->agreed++;
      return;
    }
  report (data,
          g_strdup_printf (_("LRU list %s, page %" PRIu64 " from its head"), view_lru_name (list->lru), i + 1),
          i < list->nr ? g_strdup_printf ("%" PRIu64, list->pfns[i]) : g_strdup (_("nothing more")),
          i < n ? g_strdup_printf ("%" PRIu64, pfns[i]) : g_strdup (_("nothing more")));
}

void
pgw_verify_lru_lists (const struct machine          *machine,
                      const struct machine_snapshot *snapshot,
                      PgwVerifyCount                *count,
                      PgwVerifyReport                report,
                      gpointer                       data)
{
  guint i;

  /* Unevictable pages have no order. */
  for (i = 0; i < snapshot->nr_lru; i++)
    if (snapshot->lru[i].lru < 4)
      compare_list (machine, &snapshot->lru[i], count, report, data);
}
