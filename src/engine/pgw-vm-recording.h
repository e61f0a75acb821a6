/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recordings of what a real kernel did to the memory of user programs: JSON
 * files, plain or compressed, with a start, operations, their results, and
 * what /proc showed after each of them. docs/recordings.md describes the
 * format.
 *
 * A recording can be opened and played like a scenario, and be verified
 * against the core (pgw-verify-vm.h).
 */
#pragma once

#include <gio/gio.h>
#include "mm/machine.h"
#include "mm/ops.h"
#include "pgw-importer.h"
#include "pgw-json-source.h"
#include "pgw-scenario.h"

G_BEGIN_DECLS

/* Processes that a recording may have in all. */
#define PGW_VM_MAX_PROCESSES 63

/* Largest size that a file of a recording may grow to. */
#define PGW_VM_MAX_FILE_BYTES (G_GUINT64_CONSTANT (16) << 20)

/* Slots of the machine: processes by their number, then whoever recorded them, files, and open files. */
enum {
  PGW_VM_SLOT_PROCESS,
  PGW_VM_SLOT_RECORDER = PGW_VM_MAX_PROCESSES,
  PGW_VM_SLOT_FILE,
  PGW_VM_SLOT_OPEN = PGW_VM_SLOT_FILE + 8,
  PGW_VM_N_SLOTS = PGW_VM_SLOT_OPEN + 8
};

/* How the arguments and the result of an operation are to be taken. */
typedef enum {
  PGW_VM_OP_CALL,       /* result: a number */
  PGW_VM_OP_QUIET,      /* result: 0 if it succeeds, whatever the core returns */
  PGW_VM_OP_ADDRESS,    /* result: an address */
  PGW_VM_OP_FORK,       /* result: a process */
  PGW_VM_OP_LOAD,       /* a row of accesses */
  PGW_VM_OP_STORE,
  PGW_VM_OP_FETCH,
  PGW_VM_OP_STRIPE,     /* a row of calls, every other page, until one fails */
  PGW_VM_OP_MINCORE,    /* writes a vector */
  PGW_VM_OP_RUSAGE,     /* writes a struct rusage */
  PGW_VM_OP_PEEK,       /* result: a byte of a file */
} PgwVmOpKind;

/* One step: what is asked of the core. */
typedef struct {
  const PgwJsonNode *node;      /* of "steps" */
  const char        *name;      /* of the operation, as recorded */
  PgwVmOpKind        kind;
  guint              process;
  struct mm_op       op;        /* of a stripe: of its first page */
  guint              n;         /* of a row */
} PgwVmStep;

typedef struct {
  char              *name;      /* as the recording calls itself */
  char              *about;
  PgwJsonSource     *source;
  const PgwJsonNode *initial;   /* the state before the first operation */
  const PgwJsonNode *steps;     /* an array */
  struct machine_config config;
  GArray            *setup;     /* struct mm_op: bring the machine to the start */
  guint64            gadget;    /* where the program's code is, which runs before and after each operation; 0: not told */
} PgwVmRecording;

/* Whether a file that begins with these bytes, which may be compressed, is such a recording (and not a scenario). */
gboolean        pgw_vm_recording_sniff       (const guint8         *head,
                                              gsize                 length);

/* Reads a recording up to its steps. Messages read `file:line:column: /json/pointer: found ...; expected ...`. */
PgwVmRecording *pgw_vm_recording_load        (GFile                *file,
                                              GError              **error);
PgwVmRecording *pgw_vm_recording_load_data   (const char           *data,
                                              gsize                 length,
                                              const char           *name,
                                              GError              **error);
void            pgw_vm_recording_free        (PgwVmRecording       *self);
guint           pgw_vm_recording_get_n_steps (const PgwVmRecording *self);

/* Reads what an element of `steps` asks for. */
gboolean        pgw_vm_recording_read_step   (const PgwVmRecording *self,
                                              const PgwJsonNode    *node,
                                              PgwVmStep            *step,
                                              GError              **error);

/* The execution of the program's own code by a process. FALSE: the recording does not say where it is. */
gboolean        pgw_vm_recording_get_own_code (const PgwVmRecording *self,
                                              guint                 process,
                                              struct mm_op         *op);

/* What the recorder does before it takes a state: advice for a page of its own, which empties the CPU's batches of pages. */
void            pgw_vm_recording_get_drain   (struct mm_op         *op);

/* "fork p=0", "mmap p=0 addr=0x10000000000 ...": an operation in the words of the recording. Free with g_free(). */
char           *pgw_vm_recording_step_text   (const PgwVmRecording *self,
                                              const PgwJsonNode    *node);

/* The name of a file of the recording by its slot: "F0"; NULL for a slot of another kind. */
const char     *pgw_vm_recording_file_name   (guint                 slot);

/* Hexadecimal in a string, with or without 0x. */
gboolean        pgw_vm_read_hex              (PgwJsonSource        *source,
                                              const PgwJsonNode    *node,
                                              guint64              *value,
                                              GError              **error);
/* The member of an object, which must be there and of this type. */
const PgwJsonNode *
                pgw_vm_need                  (PgwJsonSource        *source,
                                              const PgwJsonNode    *object,
                                              const char           *key,
                                              PgwJsonType           type,
                                              GError              **error);

/* The start: reads the files, the process and its limits into `setup`. pgw-vm-start.c */
gboolean        pgw_vm_recording_read_start  (PgwVmRecording       *self,
                                              const PgwJsonNode    *config,
                                              guint64               uid,
                                              GError              **error);
/* A member of the configuration that may be missing, and must else be this word. */
gboolean        pgw_vm_check_word            (PgwJsonSource        *source,
                                              const PgwJsonNode    *config,
                                              const char           *key,
                                              const char           *only,
                                              GError              **error);

/* What a recording's operations are, for a step's node: fills in `step`. pgw-vm-ops.c */
gboolean        pgw_vm_read_op               (PgwJsonSource        *source,
                                              const PgwJsonNode    *node,
                                              PgwVmStep            *step,
                                              GError              **error);

/* RLIMIT_* by the recording's word. */
gboolean        pgw_vm_read_limit            (PgwJsonSource        *source,
                                              const PgwJsonNode    *node,
                                              const char           *word,
                                              guint64              *limit,
                                              GError              **error);

/* Recordings in the table of what a session can open. */
extern const PgwImporter pgw_vm_recording_importer;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwVmRecording, pgw_vm_recording_free)

G_END_DECLS
