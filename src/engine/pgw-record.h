/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwRecord: one line of a recording, parsed. Private to the readers of
 * recordings.
 *
 * Each kind of line is a row of a table: the values that stand in it, in
 * order, and those that are written KEY=VALUE. Lines of kinds that the table
 * does not have are skipped and counted, so that recordings may say more than
 * this program wants to know; lines that it has must be right.
 */
#pragma once

#include "pgw-line-reader.h"
#include "mm/snapshot.h"

G_BEGIN_DECLS

typedef enum {
  PGW_RECORD_UNKNOWN,           /* skipped */
  PGW_RECORD_BLANK,
  PGW_RECORD_SNAP,              /* SNAP n; its body is read by pgw_record_read_snapshot() */
  /* Requests of a driver: '>' lines */
  PGW_RECORD_ALLOC,
  PGW_RECORD_FREE,
  PGW_RECORD_FREELIST,
  PGW_RECORD_BULK,
  PGW_RECORD_DRAIN,
  PGW_RECORD_DRAINALL,
  PGW_RECORD_MARK,              /* mark, snap */
  /* What the kernel did */
  PGW_RECORD_PASS,              /* g */
  PGW_RECORD_TAKE,              /* Z */
  PGW_RECORD_STEAL,             /* S */
  PGW_RECORD_FALLBACK,          /* X */
  PGW_RECORD_BLOCK_TYPE,        /* M */
  PGW_RECORD_ALLOCATED,         /* A */
  PGW_RECORD_BULK_PAGE,         /* B */
  PGW_RECORD_BULK_BEGIN,        /* h */
  PGW_RECORD_FREE_PCP,          /* P */
  PGW_RECORD_FREE_BUDDY,        /* O */
  PGW_RECORD_FREE_LOCKED,       /* 1 */
  PGW_RECORD_SPILL,             /* D */
  PGW_RECORD_SPILLED,           /* d */
  PGW_RECORD_ISOLATED,          /* I */
  PGW_RECORD_COMPACT_BEGIN,
  PGW_RECORD_COMPACT_END,
  /* LRU lists and reclaim */
  PGW_RECORD_INSERTED,
  PGW_RECORD_LRUOP,
  PGW_RECORD_LRU_GONE,          /* folio_isolated */
  PGW_RECORD_SCAN_CONTROL,
  PGW_RECORD_ZONE_LRU,
  PGW_RECORD_LRUVEC,
  PGW_RECORD_ZSTATE,
  PGW_RECORD_ISOLATE,
  PGW_RECORD_ISO_BEGIN,         /* iso[ */
  PGW_RECORD_ISO_PAGE,          /* ip */
  PGW_RECORD_ISO_END,
  PGW_RECORD_REF,
  PGW_RECORD_WRITE,
  PGW_RECORD_PUT_BEGIN,         /* put( */
  PGW_RECORD_PUT_PAGE,          /* pb */
  PGW_RECORD_PUT_END,
  PGW_RECORD_SHRINK_INACTIVE,
  PGW_RECORD_SHRINK_ACTIVE,
  PGW_RECORD_REFAULT,
  PGW_RECORD_KSWAPD_WAKE,
  PGW_RECORD_KSWAPD_SLEEP,
  PGW_RECORD_WAKEUP,            /* wakeup_kswapd */
  PGW_RECORD_DIRECT_BEGIN,
  PGW_RECORD_DIRECT_END,
  /* Conclusions from several lines, in no recording themselves */
  PGW_RECORD_SCAN_REQUEST,      /* a list, and how much of it is to be scanned */
  PGW_RECORD_OUTCOME,           /* what became of an isolated page */
  PGW_RECORD_REFAULTED,         /* whether a page that came back is active */
  PGW_N_RECORD_KINDS
} PgwRecordKind;

typedef enum {
  PGW_V_OP, PGW_V_SLOT, PGW_V_ORDER, PGW_V_GFP, PGW_V_PFN, PGW_V_NR,
  PGW_V_MT, PGW_V_PCP, PGW_V_AF, PGW_V_WHOLE, PGW_V_PB, PGW_V_MOVABLE, PGW_V_FREE,
  PGW_V_FORDER, PGW_V_FMT, PGW_V_NEW, PGW_V_OLD, PGW_V_BOOST, PGW_V_NF, PGW_V_PC, PGW_V_FF, PGW_V_DF,
  PGW_V_INDEX, PGW_V_REALMT, PGW_V_ZF, PGW_V_FLAG, PGW_V_ZONE, PGW_V_COUNT, PGW_V_PINDEX, PGW_V_CPU,
  PGW_V_LRU, PGW_V_LRUOP, PGW_V_PFLAGS, PGW_V_PRIO, PGW_V_RECLAIM_IDX, PGW_V_TO_RECLAIM, PGW_V_ANON_COST,
  PGW_V_FILE_COST, PGW_V_BITS, PGW_V_INACTIVE_ANON, PGW_V_ACTIVE_ANON, PGW_V_INACTIVE_FILE, PGW_V_ACTIVE_FILE,
  PGW_V_SWAP_FREE, PGW_V_ZFLAGS, PGW_V_REQUESTED, PGW_V_SCANNED, PGW_V_SKIPPED, PGW_V_TAKEN, PGW_V_CNT, PGW_V_N_REF,
  PGW_V_LOCKED, PGW_V_RECLAIMED, PGW_V_EVICTION, PGW_V_AGE, PGW_V_WORKINGSET, PGW_V_FILE, PGW_V_ZID, PGW_V_OUTCOME,
  PGW_N_VALUES
} PgwValue;

_Static_assert (PGW_N_VALUES <= 64, "PgwRecord.has has a bit for each");

#define pgw_record_kind_is_lru(kind) ((kind) >= PGW_RECORD_INSERTED)

#define PGW_NO_PFN G_MAXUINT64  /* written '-' */

/* In which context a line was recorded: the suffix @... */
enum {
  PGW_CONTEXT_SOFTIRQ  = 1 << 0,
  PGW_CONTEXT_HARDIRQ  = 1 << 1,
  PGW_CONTEXT_KSWAPD   = 1 << 2,
  PGW_CONTEXT_MEMALLOC = 1 << 3,
};

typedef struct {
  PgwRecordKind kind;
  guint         context;
  guint64       line;
  guint64       has;                    /* bit per PgwValue */
  guint64       v[PGW_N_VALUES];        /* DF is a gint64 */
} PgwRecord;

#define pgw_record_has(record, value) (((record)->has >> (value)) & 1)

/* Parses `text` (which is written to). FALSE with `message` where it does not say what it should. */
gboolean    pgw_record_parse      (char       *text,
                                   PgwRecord  *record,
                                   char      **message);
/* How a kind of line begins: "Z", "> alloc". */
const char *pgw_record_kind_name  (PgwRecordKind kind);
/* The record as the recording would have it. Free with g_free(). */
char       *pgw_record_to_text    (const PgwRecord *record);

/* Reads the next record that is not blank. FALSE at the end (*error unset) or on error. */
gboolean    pgw_record_read       (PgwLineReader *reader,
                                   PgwRecord     *record,
                                   GError       **error);

/* ---- Snapshots ---- */

/* The body of a snapshot up to END. Line numbers of its parts are kept for messages. */
struct machine_snapshot *
            pgw_record_read_snapshot   (PgwLineReader                 *reader,
                                        GError                       **error);
/* LRU lists of a snapshot, while they are read (pgw-record-lru.c). */
typedef struct {
  GArray    *lists;             /* struct snapshot_lru */
  GPtrArray *blocks;            /* memory of the lists */
} PgwRecordLru;

void        pgw_record_lru_init   (PgwRecordLru *self);
void        pgw_record_lru_clear  (PgwRecordLru *self);
/* A line that begins with “lru”; `what` is its first word. FALSE with `message` if it is wrong. */
gboolean    pgw_record_lru_read   (PgwRecordLru             *self,
                                   struct machine_snapshot  *snapshot,
                                   const char               *what,
                                   char                     *text,
                                   char                    **message);
/* Gives the snapshot its lists; they stay valid until the lists are cleared. */
void        pgw_record_lru_finish (PgwRecordLru             *self,
                                   struct machine_snapshot  *snapshot);

/* The machine that a snapshot was taken on. */
gboolean    pgw_record_snapshot_config (const struct machine_snapshot *snapshot,
                                        struct machine_config         *config,
                                        GError                       **error);

/* Sets `error` to file:line: message, for the line read last. */
void        pgw_record_set_error       (PgwLineReader *reader,
                                        GError       **error,
                                        int            code,
                                        const char    *format,
                                        ...) G_GNUC_PRINTF (4, 5);

/* ---- Text ---- */

/* The next blank-separated word of *text, which is moved behind it; NULL when there is none. */
char       *pgw_record_word       (char **text);
/* A whole word as a number, not larger than `max`. */
gboolean    pgw_record_number     (const char *word, guint base, guint64 max, guint64 *value);

G_END_DECLS
