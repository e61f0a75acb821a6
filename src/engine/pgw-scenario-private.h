/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the scenario loader share.
 *
 * A file becomes a tree of entries (pgw-operations.c reads one entry,
 * pgw-scenario-machine.c the machine); the tree is unfolded into operations
 * by a PgwScript (pgw-script.c), which gives names their slots and follows
 * what lives in each. Entries never change once read and are shared.
 */
#pragma once

#include "pgw-json-source.h"
#include "pgw-scenario.h"

G_BEGIN_DECLS

#define PGW_MAX_OPS         4000000u      /* after unfolding */
#define PGW_MAX_SLOTS       (1u << 22)
#define PGW_MAX_COUNT       (1u << 20)    /* pages or blocks of one operation */
#define PGW_MAX_WORK        10000000u     /* pages or blocks of all operations together */
#define PGW_MAX_REPEAT      1000000u
#define PGW_MAX_NAME_LENGTH 63u

/* ---- Texts in several languages (pgw-text.c) ---- */

typedef struct {
  char *language;               /* "en", "zh_CN" */
  char *text;
} PgwPhrase;

typedef struct {
  guint      n_phrases;
  PgwPhrase *phrases;
} PgwText;

gboolean    pgw_text_read  (PgwText           *text,
                            PgwJsonSource     *source,
                            const PgwJsonNode *node,
                            GError           **error);
/* In the user's language, else in English, else in any; NULL for an empty text. */
const char *pgw_text_get   (const PgwText *text);
/* One phrase, whatever the user's language is. */
void        pgw_text_set   (PgwText *text, const char *phrase);
void        pgw_text_clear (PgwText *text);

/* ---- Names of allocations ---- */

/* `pool`, `pool[3]`, `pool[2..5]`. */
typedef struct {
  char    *name;
  gboolean whole;               /* no index: all that the name stands for */
  guint32  first, last;
} PgwReference;

/* What a name stands for. Whatever it is, a name keeps its kind through the script. */
typedef enum {
  PGW_NAME_NONE,
  PGW_NAME_PAGES,               /* an allocation of the page allocator, or many */
  PGW_NAME_ADDRESS,             /* what mmap, mremap or brk returned */
  PGW_NAME_TASK,
  PGW_NAME_FILE,
  PGW_NAME_OPEN_FILE,
  PGW_NAME_UMEM,                /* memory that was given to a device */
} PgwNameKind;

/* A name used by an operation, to be turned into a slot when the script is unfolded. */
typedef enum {
  PGW_LINK_TASK,                /* the task that carries the operation out */
  PGW_LINK_BASE,                /* the address that an argument counts from */
  PGW_LINK_CHILD,               /* a task the operation is about: its slot */
  PGW_LINK_TRACEE,              /* a task that lives, and does not do it: its slot */
  PGW_LINK_UMEM,                /* memory that was given to a device: its slot */
  PGW_LINK_FILE,                /* an argument: slot of a file, plus 1 */
  PGW_LINK_OPEN_FILE,           /* an argument: slot of an open file, plus 1 */
  PGW_LINK_ANY_FILE,            /* an argument: slot of a file or of an open one, plus 1 */
} PgwLinkKind;

typedef struct {
  PgwLinkKind        kind;
  guint              arg;       /* index into mm_op.arg */
  char              *name;
  const PgwJsonNode *node;
} PgwLink;

/* A place in the address space of a task, as expectations name it: "child:heap+4K". */
typedef struct {
  char   *task;                 /* NULL: the task of the operation */
  char   *name;                 /* NULL: the number alone */
  guint64 offset;
} PgwPlace;

gboolean pgw_name_is_valid   (const char *name);
gboolean pgw_reference_parse (PgwReference *reference, const char *text);

/* ---- The machine (pgw-scenario-machine.c) ---- */

#define PGW_NR_ZONES 3          /* DMA, DMA32, Normal */

/* What the checks of a script need to know of the machine it runs on. */
typedef struct {
  guint   nr_nodes;
  guint   nr_cpus;
  guint64 max_pfn;
  guint8  zones[MAX_NUMNODES];  /* populated zones, one bit each */
} PgwMachineInfo;

typedef struct {
  struct machine_config          config;
  const struct machine_snapshot *snapshot;
  GDestroyNotify                 snapshot_free;
  PgwMachineInfo                 info;
} PgwMachine;

gboolean  pgw_machine_read  (PgwMachine        *machine,
                             PgwJsonSource     *source,
                             const PgwJsonNode *node,
                             GFile             *base,
                             GFile            **snapshot_file,
                             GError           **error);
/*
 * A machine that differs from `base_node` in the members of `node`. Members `extra` (ended by NULL) of `node` are
 * the caller's. Its errors are about the members as they stand in the text.
 */
gboolean  pgw_machine_read_variant (PgwMachine         *machine,
                                    PgwJsonSource      *source,
                                    const PgwJsonNode  *base_node,
                                    const PgwJsonNode  *node,
                                    const char *const  *extra,
                                    GFile              *base,
                                    GPtrArray          *tunables,
                                    GError            **error);
void      pgw_machine_set   (PgwMachine                    *machine,
                             const struct machine_config   *config,
                             const struct machine_snapshot *snapshot,
                             GDestroyNotify                 snapshot_free);
void      pgw_machine_clear (PgwMachine *machine);

/* ---- Entries of the script (pgw-operations.c) ---- */

typedef struct _PgwOperation PgwOperation;
typedef struct _PgwEntry     PgwEntry;
typedef struct _PgwQuestion  PgwQuestion;

struct _PgwEntry {
  gatomicrefcount     ref_count;
  PgwJsonSource      *source;   /* NULL for operations of a recording */
  const PgwJsonNode  *node;
  gboolean            interactive;
  PgwText             title, explanation;

  /* An operation */
  const PgwOperation *operation;        /* NULL for a repeat */
  struct mm_op        op;       /* without slot and text */
  char               *as;
  char               *opens;    /* of the files section: the file that this entry opens under the file's own name */
  gboolean            implicit; /* comes from the files or the machine; not a member of the script */
  GArray             *links;    /* of PgwLink; NULL if there are none */
  guint32             n_slots;  /* that it fills */
  PgwReference        of;
  const PgwJsonNode  *of_node;
  gboolean            unchecked;        /* a double free or a use after free was asked for */
  gboolean            single;   /* what it fills is named without an index */
  PgwReference        holder;   /* the cache or pool of an operation on objects */
  const PgwJsonNode  *holder_node;
  guint               holder_arg;       /* where its slot, plus 1, goes */
  PgwText             text;     /* of a note */
  GPtrArray          *expects;  /* of PgwExpect; NULL if there are none */
  PgwQuestion        *question; /* NULL if nothing is asked before it */

  /* A repeat */
  guint32             n_rounds;
  GPtrArray          *children; /* of PgwEntry */

  /* Operations of a recording */
  GArray             *raw;      /* of struct mm_op */
};

typedef struct _PgwArgument PgwArgument;

/* What a slot is used for, as far as the check of a script tells it apart. */
typedef enum {
  PGW_SLOT_PAGES,
  PGW_SLOT_CACHE,
  PGW_SLOT_OBJECT,
  PGW_SLOT_POOL,
  PGW_SLOT_AREA,
} PgwSlotUse;

/* Which table an operation is a row of, and so how it is read, run through, described and written. */
typedef enum {
  PGW_FAMILY_PAGES,             /* of the page allocator: fields (pgw-operations.c) */
  PGW_FAMILY_TASKS,             /* of tasks and files: arguments (pgw-arguments.c) */
  PGW_FAMILY_OBJECTS,           /* on the kernel's objects: keys (pgw-operations-slab.c) */
} PgwOperationFamily;

typedef struct _PgwObjectKey PgwObjectKey;

struct _PgwOperation {
  const char        *name;
  enum mm_op_kind    kind;
  PgwOperationFamily family;

  /* PGW_FAMILY_PAGES */
  guint32            fields;    /* that it may have, bits of the table of fields */
  guint32            required;

  /* PGW_FAMILY_TASKS */
  const PgwArgument *arguments;
  guint              n_arguments;
  gboolean           of_task;   /* some task carries it out */
  gboolean           gives_value; /* it reads something, which can be expected */
  PgwNameKind        fills;     /* what its slot holds; NONE: it has no slot */

  /* PGW_FAMILY_OBJECTS: what it fills, acts on and takes from (PGW_SLOT_PAGES: nothing) */
  const PgwObjectKey *keys;     /* ended by one without name */
  PgwSlotUse         slot_fills, slot_of, slot_holder;
};

/* Notes that an operation uses a name. */
void      pgw_entry_add_link (PgwEntry             *entry,
                              PgwLinkKind           kind,
                              guint                 arg,
                              const char           *name,
                              const PgwJsonNode    *node);
/* Reads the settings of virtual memory among the machine's tunables into entries that set them. */
gboolean  pgw_vm_tunables_read (GPtrArray          *entries,
                                PgwJsonSource      *source,
                                const PgwJsonNode  *machine,
                                GError            **error);
/* Reads the section `files` into the entries that make and open the files. */
gboolean  pgw_files_read     (GPtrArray            *entries,
                              PgwJsonSource        *source,
                              const PgwJsonNode    *node,
                              guint64              *disk_bytes,
                              GError              **error);
/* ---- Operations on the kernel's objects (pgw-operations-slab.c) ---- */

/* The rows of their table. */
const PgwOperation *pgw_object_operations (guint *n);
/* Reads the keys of entry->operation, which is such a one. */
gboolean  pgw_slab_operation_read     (PgwJsonSource        *source,
                                       const PgwMachineInfo *info,
                                       PgwEntry             *entry,
                                       GError              **error);
void      pgw_slab_operation_describe (const PgwEntry       *entry,
                                       const struct mm_op   *op,
                                       GString              *out);

/* Words for the orders in which free_many takes its pages (PATTERN_*); ends with NULL. */
#define PGW_N_PATTERNS 4
extern const char *const pgw_pattern_names[PGW_N_PATTERNS + 1];

PgwEntry *pgw_entry_read    (PgwJsonSource        *source,
                             const PgwJsonNode    *node,
                             const PgwMachineInfo *info,
                             GError              **error);
/* Reads all entries of an array into `entries`. */
gboolean  pgw_entries_read  (GPtrArray            *entries,
                             PgwJsonSource        *source,
                             const PgwJsonNode    *array,
                             const PgwMachineInfo *info,
                             GError              **error);
/* ---- Entries (pgw-entry.c) ---- */

PgwEntry *pgw_entry_new_raw (const struct mm_op   *ops,
                             guint64               n_ops);
PgwEntry *pgw_entry_ref     (PgwEntry             *self);
void      pgw_entry_unref   (PgwEntry             *self);
/* How many operations it unfolds to (G_MAXUINT64: too many to count). */
guint64   pgw_entry_n_ops   (const PgwEntry       *self);

/* Adds what makes the first `n_ops` operations of an entry to `out`; returns how many operations it had to give. */
guint64   pgw_entry_cut     (PgwEntry             *entry,
                             guint64               n_ops,
                             const PgwMachineInfo *info,
                             GPtrArray            *out);

/* ---- The unfolded script (pgw-script.c) ---- */

typedef struct _PgwScript PgwScript;

PgwScript          *pgw_script_new       (void);
void                pgw_script_free      (PgwScript   *self);
/* Unfolds one more entry. After an error the script is of no further use. */
gboolean            pgw_script_add       (PgwScript   *self,
                                          PgwEntry    *entry,
                                          GError     **error);
guint64             pgw_script_n_ops     (PgwScript   *self);
const struct mm_op *pgw_script_ops       (PgwScript   *self);
const PgwEntry     *pgw_script_entry     (PgwScript   *self,
                                          guint64      op);
guint32             pgw_script_n_slots   (PgwScript   *self);
const PgwText      *pgw_script_text      (PgwScript   *self,
                                          guint64      text);
char               *pgw_script_slot_name (PgwScript   *self,
                                          guint32      slot);
/* The slot that a name of a kind stands for. */
gboolean            pgw_script_find_slot (PgwScript   *self,
                                          const char  *name,
                                          PgwNameKind  kind,
                                          guint32     *slot);
/* The slot of the task that is meant where none is said. */
gboolean            pgw_script_first_task (PgwScript  *self,
                                           guint32    *slot);
/* Is there more than one task, so that texts have to say which? */
gboolean            pgw_script_has_tasks (PgwScript   *self);

/* ---- Expectations (pgw-expect.c) ---- */

typedef struct _PgwExpect PgwExpect;

/*
 * Are the names that expectations of an operation use known by then? `error`
 * tells which is not. `expects` is an array of PgwExpect, or NULL.
 */
gboolean   pgw_expects_check_names (PgwScript       *script,
                                    const PgwEntry  *entry,
                                    const GPtrArray *expects,
                                    GError         **error);
/* Reads an `expect` object into an array of PgwExpect. */
GPtrArray *pgw_expects_read (PgwJsonSource        *source,
                             const PgwJsonNode    *node,
                             const PgwEntry       *entry,
                             const PgwMachineInfo *info,
                             GError              **error);

/* ---- Questions (pgw-question.c) ---- */

typedef struct {
  PgwText            text;
  PgwText            why;       /* what is said to who chose it; may be empty */
  gboolean           right;
  GPtrArray         *expects;   /* of PgwExpect; NULL if there are none */
  const PgwJsonNode *node;
} PgwAnswer;

struct _PgwQuestion {
  PgwText    ask;
  GPtrArray *answers;           /* of PgwAnswer, at least one of them right */
};

/* Reads the `question` of an entry, whose operation is known by then. Free with pgw_question_free(). */
PgwQuestion *pgw_question_read (PgwJsonSource        *source,
                                const PgwJsonNode    *node,
                                const PgwEntry       *entry,
                                const PgwMachineInfo *info,
                                GError              **error);
void         pgw_question_free (PgwQuestion          *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwQuestion, pgw_question_free)

G_END_DECLS
