/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of all processes as /proc shows it, in one form for what was
 * recorded (pgw-vm-state.c) and what the core has (pgw-vm-look.c), so that the
 * two can be compared (pgw-vm-compare.c).
 */
#pragma once

#include "mm/view.h"
#include "mm/view_vm.h"
#include "pgw-vm-recording.h"

G_BEGIN_DECLS

/* Counters of a VMA as in /proc/PID/smaps, in the order in which they are shown. */
#define PGW_VM_AREA_COUNTERS(X) \
  X (Rss) X (Pss) X (Pss_Dirty) X (Shared_Clean) X (Shared_Dirty) X (Private_Clean) X (Private_Dirty) \
  X (Referenced) X (Anonymous) X (LazyFree) X (AnonHugePages) X (ShmemPmdMapped) X (FilePmdMapped) \
  X (Swap) X (SwapPss) X (Locked) X (THPeligible)

enum {
#define X(name) PGW_VM_AREA_##name,
  PGW_VM_AREA_COUNTERS (X)
#undef X
  PGW_VM_N_AREA_COUNTERS
};

/* Counters of a process as in /proc/PID/status. */
#define PGW_VM_MM_COUNTERS(X) \
  X (VmPeak) X (VmSize) X (VmLck) X (VmPin) X (VmHWM) X (VmRSS) X (RssAnon) X (RssFile) X (RssShmem) \
  X (VmData) X (VmStk) X (VmExe) X (VmLib) X (VmPTE) X (VmSwap)

enum {
#define X(name) PGW_VM_MM_##name,
  PGW_VM_MM_COUNTERS (X)
#undef X
  PGW_VM_N_MM_COUNTERS
};

extern const char *const pgw_vm_area_counter_names[PGW_VM_N_AREA_COUNTERS + 1];
extern const char *const pgw_vm_mm_counter_names[PGW_VM_N_MM_COUNTERS + 1];

typedef struct {
  guint64 start, end, offset;   /* bytes */
  char    perms[5];             /* "rw-p" */
  char    object[11];           /* "anon", "heap", "stack", "F0", "shm1" */
  char    flags[112];           /* "rd wr mr mw me ac" */
  guint64 counters[PGW_VM_N_AREA_COUNTERS];
} PgwVmArea;

/* Letters of a page's flags, in the order of the bits. */
#define PGW_VM_PAGE_LETTERS "PSFXUGDZTL"

typedef struct {
  guint64 address;
  guint32 flags;                /* bit i: the i-th of PGW_VM_PAGE_LETTERS */
  gint32  mapcount;
  guint64 frame;                /* its number in the recording, or the page frame number plus 1; 0 = none */
} PgwVmPage;

typedef struct {
  gboolean exists;
  gboolean has_areas;           /* FALSE: only counted */
  guint    n_areas;
  GArray  *areas;               /* PgwVmArea, by address */
  GArray  *pages;               /* PgwVmPage, by address */
  guint64  mm[PGW_VM_N_MM_COUNTERS];
  guint64  faults[2];           /* of this step: minor, major */
  gboolean peak_known;          /* VmPeak no longer stems from before the start */
} PgwVmProcess;

typedef struct {
  PgwVmProcess processes[PGW_VM_MAX_PROCESSES];
} PgwVmState;

PgwVmState *pgw_vm_state_new   (void);
void        pgw_vm_state_free  (PgwVmState        *self);
PgwVmProcess *
            pgw_vm_state_get   (PgwVmState        *self,
                                guint              process);

/*
 * Applies a recorded change ("state" of a step; "initial"). Faults are those
 * of this change alone. On error the state is of no more use.
 */
gboolean    pgw_vm_state_apply (PgwVmState        *self,
                                PgwJsonSource     *source,
                                const PgwJsonNode *change,
                                GError           **error);

/* Where the core's state is taken from, and what must be remembered for it. */
typedef struct {
  const struct machine *machine;
  gint32   pids[PGW_VM_MAX_PROCESSES];          /* by number; 0 = none */
  guint64  faults[PGW_VM_MAX_PROCESSES][2];     /* as they were at the last look */
  guint32  inodes[PGW_VM_MAX_PROCESSES * 2];    /* by slot: numbers of the files */
  GArray  *shared;                              /* guint32: inodes of shared memory, in order of appearance */
} PgwVmLook;

void        pgw_vm_look_init   (PgwVmLook            *self,
                                const struct machine *machine);
void        pgw_vm_look_clear  (PgwVmLook            *self);
/* Takes the state of all processes. `n_areas_max`: of a process with more VMAs these are only counted. */
void        pgw_vm_look        (PgwVmLook            *self,
                                PgwVmState           *state,
                                guint                 n_areas_max);

/* ---- Comparing ---- */

typedef enum {
  PGW_VM_RESULTS,
  PGW_VM_VMAS,
  PGW_VM_PAGES,
  PGW_VM_COUNTERS,
  PGW_VM_FAULTS,
  PGW_VM_N_CATEGORIES
} PgwVmCategory;

typedef struct _PgwVmCompare PgwVmCompare;

/*
 * Told of each difference; takes none of the strings. `kind` is what the
 * statistics are kept by: "Referenced", "map count".
 */
typedef void (*PgwVmReport) (gpointer       data,
                             PgwVmCategory  category,
                             const char    *kind,
                             const char    *place,
                             const char    *expected,
                             const char    *found);

/* Frames are compared by which pages share one and which keep theirs; this remembers them between states. */
PgwVmCompare *pgw_vm_compare_new  (PgwVmReport       report,
                                   gpointer          data);
void          pgw_vm_compare_free (PgwVmCompare     *self);
/* Compares two states that follow those compared before. */
void          pgw_vm_compare      (PgwVmCompare     *self,
                                   const PgwVmState *expected,
                                   const PgwVmState *found);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwVmState, pgw_vm_state_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwVmCompare, pgw_vm_compare_free)

G_END_DECLS
