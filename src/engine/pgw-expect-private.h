/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One statement of an `expect` clause: a number of the machine and the bounds
 * it must lie within. pgw-expect-read.c makes them from a file,
 * pgw-expect.c holds them against a machine.
 */
#pragma once

#include "pgw-scenario-private.h"

G_BEGIN_DECLS

typedef enum {
  EXPECT_RESULT,
  EXPECT_ERROR,
  EXPECT_PFN,                   /* of the n-th slot of the operation */
  EXPECT_REFCOUNT,
  EXPECT_FREE,
  EXPECT_FREE_LIST,
  EXPECT_FREE_PAGES,
  EXPECT_ZONE_FREE_PAGES,
  EXPECT_PCP_COUNT, EXPECT_PCP_HIGH, EXPECT_PCP_BATCH, EXPECT_PCP_FREE_FACTOR,
  EXPECT_PCP_LIST,
  EXPECT_COUNTER,
  EXPECT_WATERMARK,
  EXPECT_LOWMEM_RESERVE,
  EXPECT_HIGHATOMIC,
  EXPECT_BLOCK_TYPE,            /* of a page frame */
  EXPECT_OWN_BLOCK_TYPE,        /* of the page frame the operation got */
  EXPECT_EVENTS,
  EXPECT_SLAB,                  /* of a cache: index says which number */
  EXPECT_LEAKS,
  EXPECT_BUG,
  EXPECT_BUG_REASON,

  /* Of tasks and files (pgw-expect-tasks-read.c, pgw-expect-tasks.c) */
  EXPECT_ADDRESS,               /* the result is this place */
  EXPECT_SIGNAL, EXPECT_SIGNAL_CODE, EXPECT_SIGNAL_ADDRESS,
  EXPECT_VALUE,                 /* that a load read */
  EXPECT_DONE,
  EXPECT_MINOR_FAULTS, EXPECT_MAJOR_FAULTS,
  EXPECT_MEMORY,                /* a byte */
  EXPECT_MM,                    /* a counter of an address space */
  EXPECT_SMAPS,                 /* of a VMA */
  EXPECT_PAGE,                  /* a property of what maps a place */
  EXPECT_PAGE_SAME, EXPECT_PAGE_OTHER,  /* the frame of another place, or not */
  EXPECT_TLB,
  EXPECT_FILE,                  /* of a file */
  EXPECT_TASK,                  /* of a task: index says what */
  EXPECT_VMAS,                  /* a stretch of the list of VMAs */
  EXPECT_PROC, EXPECT_PROC_LINE,        /* text of a file of /proc; a line of it */
} ExpectKind;

typedef enum {
  SHOW_NUMBER,
  SHOW_PFN,
  SHOW_TYPE,
  SHOW_BOOLEAN,
  SHOW_BUG,
  SHOW_RESULT,
  SHOW_HEX,
  SHOW_SIGNAL,
  SHOW_CODE,
  SHOW_TASK_STATE,
} Show;

/* A VMA as an expectation lists it. */
typedef struct {
  PgwPlace start, end;
  char     perms[5];            /* "rw-p" */
  guint64  flags, no_flags;     /* VM_* that must be set, that must not */
  char    *file;                /* name of its file; "" = it must have none; NULL = either will do */
  gint64   offset;              /* bytes; -1 = any */
} PgwExpectVma;

/* One statement. */
struct _PgwExpect {
  ExpectKind kind;
  Show       show;
  guint32    zone;              /* zone_ref() */
  guint32    index;             /* order, processor, counter, watermark, slot, event */
  guint32    type;              /* migrate type; zone of a reserve; index of a per-CPU list */
  guint64    pfn;
  char       cache[32];         /* name of a slab cache */
  gint64     min, max;
  PgwPlace   place, other;      /* of tasks: what the statement is about */
  char      *text;              /* of /proc: file's name, then what it must hold */
  char      *proc;
  GArray    *vmas;              /* of PgwExpectVma */
  const PgwJsonNode *node;
  char      *subject;           /* "free Normal order 4" */
  char      *pointer;
  guint      line, column;
};

/* ---- Reading ---- */

typedef struct {
  PgwJsonSource        *source;
  const PgwEntry       *entry;
  const PgwMachineInfo *info;
  GPtrArray            *out;
} PgwExpectReader;

/* Adds a statement about `node`; the subject is a printf() format. */
PgwExpect *pgw_expect_add         (PgwExpectReader   *r,
                                   ExpectKind         kind,
                                   const PgwJsonNode *node,
                                   const char        *subject,
                                   ...) G_GNUC_PRINTF (4, 5);
gboolean   pgw_expect_set_bounds  (PgwExpectReader   *r,
                                   PgwExpect         *expect,
                                   const PgwJsonNode *node,
                                   GError           **error);
gboolean   pgw_expect_want_object (PgwExpectReader   *r,
                                   const PgwJsonNode *node,
                                   const char        *expected,
                                   GError           **error);

typedef struct {
  const char *key;
  gboolean (*read) (PgwExpectReader *r, const PgwJsonNode *node, GError **error);
} PgwExpectClause;

/* The clauses about page frames and zones; ends with a NULL key. */
const PgwExpectClause *pgw_expect_page_clauses (void);
/* The clauses about tasks and files; ends with a NULL key. */
const PgwExpectClause *pgw_expect_task_clauses (void);
void                   pgw_expect_clear_tasks  (PgwExpect *expect);

/* "child:heap+4K" */
gboolean pgw_place_parse      (const char *text,
                               PgwPlace   *place);
void     pgw_place_clear      (PgwPlace   *place);
/* pgw-expect-vmas-read.c */
gboolean pgw_expect_read_vmas (PgwExpectReader   *r,
                               const PgwJsonNode *node,
                               GError           **error);
gboolean pgw_expect_read_proc (PgwExpectReader   *r,
                               const PgwJsonNode *node,
                               GError           **error);
gboolean pgw_expect_read_tasks (PgwExpectReader   *r,
                                const PgwJsonNode *node,
                                GError           **error);

/* ---- Names of numbers that statements are about ---- */

typedef enum {
  PAGE_ANY,                     /* there is an entry of any kind */
  PAGE_PRESENT, PAGE_ZERO, PAGE_SWAP, PAGE_GUARD, PAGE_HUGE, PAGE_THP, PAGE_FILE, PAGE_LOCKED, PAGE_EXCLUSIVE,
  PAGE_WRITABLE, PAGE_ACCESSED, PAGE_DIRTY, PAGE_UFFD_WP, PAGE_MAPCOUNT, PAGE_PFN,
  N_PAGE_PROPERTIES
} PgwPageProperty;

typedef enum {
  TLB_HITS, TLB_MISSES, TLB_FLUSHES, TLB_FLUSHED_ENTRIES, TLB_VALID, TLB_STALE,
  N_TLB_PROPERTIES
} PgwTlbProperty;

typedef enum {
  FILE_SIZE, FILE_CACHED, FILE_DIRTY, FILE_MAPPINGS,
  N_FILE_PROPERTIES
} PgwFileProperty;

typedef enum {
  TASK_STATE,
  TASK_RESULT, TASK_VALUE,      /* of the operation that was finished last after a sleep */
  N_TASK_PROPERTIES
} PgwTaskProperty;

extern const char *const pgw_expect_page_keys[N_PAGE_PROPERTIES + 1];
extern const char *const pgw_expect_tlb_keys[N_TLB_PROPERTIES + 1];
extern const char *const pgw_expect_file_keys[N_FILE_PROPERTIES + 1];
extern const char *const pgw_expect_mm_keys[];
extern const char *const pgw_expect_smaps_keys[];

/* "SIGSEGV", "SEGV_MAPERR": NULL for what accesses do not raise; "none" for signal 0. */
const char *pgw_expect_signal_name (gint64 signal);
/* Of a code and the signal it belongs to: signal << 16 | code. */
const char *pgw_expect_code_name   (gint64 code);

/* ---- Checking ---- */

typedef struct {
  PgwScript            *script;
  const struct mm_op   *op;
  const PgwOpRun       *run;
  PgwTimeline          *timeline;
  const struct machine *machine;
} PgwExpectCheck;

/* What a name holds; FALSE: nothing (any more). */
gboolean pgw_expect_slot_value      (const PgwExpectCheck *check,
                                     const char           *name,
                                     PgwNameKind           kind,
                                     guint64              *value);
/* The address of a place, and the task it belongs to; FALSE where its names hold none. */
gboolean pgw_expect_place_address   (const PgwExpectCheck *check,
                                     const PgwPlace       *place,
                                     guint64              *address);
gboolean pgw_expect_place_resolve   (const PgwExpectCheck *check,
                                     const PgwPlace       *place,
                                     gint32               *pid,
                                     guint64              *address);
/* pgw-expect-vmas.c */
gboolean pgw_expect_check_vmas      (const PgwExpectCheck *check,
                                     const PgwExpect      *expect,
                                     char                **expected,
                                     char                **found);
/* The number a statement about tasks or files is about; FALSE where there is none. */
gboolean pgw_expect_read_task_value (const PgwExpectCheck *check,
                                     const PgwExpect      *expect,
                                     gint64               *value);
/* For statements whose value is a text: whether it holds, and what was expected and found. */
gboolean pgw_expect_check_text      (const PgwExpectCheck *check,
                                     const PgwExpect      *expect,
                                     char                **expected,
                                     char                **found);
/* What can be said of a slab cache; ended by NULL. */
extern const char *const pgw_expect_slab_words[];

G_END_DECLS
