/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Translating an address as the processor would, without doing it: the walk
 * through the page tables of a task, entry by entry, where it ends, and what
 * would become of a read, a write and an instruction fetch there. Nothing of
 * the machine is changed, not even an accessed bit.
 */
#pragma once

#include "pgw-scenario.h"

G_BEGIN_DECLS

typedef enum {
  PGW_ACCESS_READ,
  PGW_ACCESS_WRITE,
  PGW_ACCESS_FETCH,
  PGW_N_ACCESSES
} PgwAccess;

/* What an access would lead to. Up to PGW_OUTCOME_GROW it is made in the end, behind that it is not. */
typedef enum {
  PGW_OUTCOME_WORKS,    /* the tables allow it */
  PGW_OUTCOME_STALE,    /* the TLB allows it, whatever the tables say */
  PGW_OUTCOME_BRING,    /* a page fault; the kernel brings a page in */
  PGW_OUTCOME_SWAP_IN,  /* a page fault; the page is in swap */
  PGW_OUTCOME_WRITABLE, /* a page fault; the kernel copies the page, or makes its entry writable */
  PGW_OUTCOME_USERFAULT, /* a page fault, which a userfaultfd serves: the task waits */
  PGW_OUTCOME_GROW,     /* below a stack, which the kernel tries to grow */
  PGW_OUTCOME_MAPERR,   /* SIGSEGV, SEGV_MAPERR: nothing is mapped there */
  PGW_OUTCOME_ACCERR,   /* SIGSEGV, SEGV_ACCERR: the mapping does not allow it */
  PGW_OUTCOME_GUARD,    /* SIGSEGV: a guard region */
  PGW_OUTCOME_BUS,      /* SIGBUS: behind the end of the file */
  PGW_OUTCOME_USERFAULT_BUS, /* SIGBUS: a userfaultfd should serve it, but does so by a signal */
  PGW_OUTCOME_KERNEL,   /* SIGSEGV: the kernel's half */
  PGW_OUTCOME_GENERAL,  /* a general protection fault: bits 63 to 47 differ */
  PGW_N_OUTCOMES
} PgwOutcome;

typedef struct {
  gint32           pid;
  guint64          address;
  struct view_walk walk;        /* nr is 0 where the processor does not walk */
  gboolean         in_vma;
  struct view_vma  vma;         /* brief; if in_vma */
  PgwOutcome       outcome[PGW_N_ACCESSES];
  gboolean         cached;      /* the running CPU's TLB translates it for this task, */
  gboolean         stale;       /* and otherwise than the tables, */
  guint64          cached_pfn;  /* to this frame */
} PgwTranslation;

/**
 * pgw_translation_read:
 * @scenario: whose names of tasks and results may be used; NULL: none
 * @machine: the machine
 * @text: "ADDRESS" or "TASK:ADDRESS". An address is numbers and at most one name of a result, with plus and minus
 *   ("0x7f0000000000", "4096", "heap+4K"); a task is its name in the script, or its pid
 * @pid: the task that is meant where the text names none; set to that of the text
 * @address: (out): the address
 * @error: what is wrong with the text, in the user's language
 *
 * Returns: whether the text names an address of a task that has an address space
 */
gboolean    pgw_translation_read (PgwScenario          *scenario,
                                  const struct machine *machine,
                                  const char           *text,
                                  gint32               *pid,
                                  guint64              *address,
                                  GError              **error);

/* Fills in @self; FALSE if the task has no address space. */
gboolean    pgw_translation_init (PgwTranslation       *self,
                                  const struct machine *machine,
                                  gint32                pid,
                                  guint64               address);

/* One level of the walk (0: the top): "PGD[255] of frame 0x1a3: pfn 0x1a4 P RW US A". Free with g_free(). */
char       *pgw_translation_level (const PgwTranslation *self,
                                   guint                 level);
/* Where it ends: "physical 0x1a3010, in frame 0x1a3", or the level at which it stops. Free with g_free(). */
char       *pgw_translation_end   (const PgwTranslation *self);
/* "Write: page fault; the kernel brings a page in". Free with g_free(). */
char       *pgw_translation_access (const PgwTranslation *self,
                                    PgwAccess             access);
/* What the running CPU's TLB says; NULL if it says nothing. Free with g_free(). */
char       *pgw_translation_tlb   (const PgwTranslation *self);
/* All of it, a line each, for people. Free with g_free(). */
char       *pgw_translation_text  (const PgwTranslation *self);

G_END_DECLS
