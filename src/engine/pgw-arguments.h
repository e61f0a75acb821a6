/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operations of tasks and files, as a table: what each is called in a
 * scenario, and which keys go into which argument of struct mm_op, in which
 * form. Reading an entry, describing an operation and writing one that never
 * had a text all go by this table, so that they cannot disagree.
 *
 * Flags and protections are written with the kernel's names; an address is a
 * number, or the name of an earlier result plus or minus numbers.
 */
#pragma once

#include "pgw-scenario-private.h"

G_BEGIN_DECLS

typedef enum {
  PGW_ARGUMENT_ADDRESS,         /* "heap+4K": the slot of the name goes into base[] */
  PGW_ARGUMENT_BYTES,           /* "64K-1" */
  PGW_ARGUMENT_NUMBER,          /* within bounds */
  PGW_ARGUMENT_VALUE,           /* any 64 bits */
  PGW_ARGUMENT_PROT,            /* "rw-" */
  PGW_ARGUMENT_FLAGS,           /* words joined by | */
  PGW_ARGUMENT_WORD,            /* one word */
  PGW_ARGUMENT_BIT,             /* true sets the bit `min` */
  PGW_ARGUMENT_LIMIT,           /* bytes or "infinity" */
  PGW_ARGUMENT_OPEN_FILE,       /* name of an open file; its slot plus 1 */
  PGW_ARGUMENT_ANY_FILE,        /* of a file or of an open one; likewise */
  PGW_ARGUMENT_FILE,            /* of a file; its slot plus 1 */
  PGW_ARGUMENT_CHILD,           /* of a task; goes into the operation's slot */
  PGW_ARGUMENT_TRACEE,          /* of another task that lives; likewise */
  PGW_ARGUMENT_UMEM,            /* of memory that was given to a device; likewise */
  PGW_ARGUMENT_COMM,            /* a task's name, at most 8 bytes, packed into a number */
  PGW_ARGUMENT_NODES,           /* an array of NUMA nodes; one bit each */
} PgwArgumentType;

/* A word and its number (or its bits). Tables end with a NULL word; of words with the same bits the first is written. */
typedef struct {
  const char *word;
  guint64     bits;
} PgwWord;

struct _PgwArgument {
  const char     *key;
  guint8          arg;          /* index into mm_op.arg */
  PgwArgumentType type;
  gboolean        required;
  const PgwWord  *words;        /* of FLAGS and WORD */
  const char     *prefix;       /* that the kernel's names have and a word may have: "MAP_" */
  guint64         min, max;     /* of NUMBER; BIT: the bit */
  guint64         preset;       /* where the key is left out */
};

/* Rows of the table of operations (pgw-operations.c has the others). */
const PgwOperation *pgw_vm_operations    (guint *n_operations);
/* The row of a kind of operation, also of those of the page allocator; NULL if files cannot say it. */
const PgwOperation *pgw_operation_lookup (enum mm_op_kind kind);

/* Reads the value of one key into the operation of `entry`. */
gboolean pgw_argument_read    (const PgwArgument *argument,
                               PgwEntry          *entry,
                               const PgwJsonNode *node,
                               GError           **error);
/*
 * Appends the value of an argument as it is written in a file, without quotes. For a base or a
 * file `name` is the name of the slot (NULL: none is known). FALSE: it cannot be said.
 */
gboolean pgw_argument_print   (const PgwArgument  *argument,
                               const struct mm_op *op,
                               const char         *name,
                               GString            *out);

/* "heap+4K-1" into the name (or NULL) and the sum of the numbers (modulo 2^64). */
gboolean pgw_address_parse    (const char *text,
                               char      **name,
                               guint64    *offset);
/* "rw-" or the kernel's names; as bits of PROT_*. */
gboolean pgw_prot_parse       (const char *text,
                               guint64    *prot);
void     pgw_prot_print      (guint64     prot,
                              GString    *out);
/* "PRIVATE|ANONYMOUS" by a table of words; bits without a name in hexadecimal. */
gboolean pgw_flags_parse      (const PgwWord *words,
                               const char    *prefix,
                               const char    *text,
                               guint64       *flags);
void     pgw_flags_print      (const PgwWord *words,
                               guint64        flags,
                               GString       *out);

G_END_DECLS
