/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operations of a recording of virtual memory: what each is called there,
 * which arguments it has, and which operation of the core it becomes.
 */
#include "config.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#include "pgw-vm-recording.h"
#include "mm/mm.h"

typedef enum {
  TYPE_HEX,             /* "0x1000" */
  TYPE_NUMBER,          /* 3 */
  TYPE_PROT,            /* "rw-" */
  TYPE_FLAGS,           /* names joined by "|", "none", or unknown bits in hexadecimal */
  TYPE_ADVICE,          /* the name of a piece of advice, or its number */
  TYPE_FILE,            /* "F0" */
  TYPE_LIMIT,           /* "MEMLOCK" */
  TYPE_COUNT,           /* how many accesses a row has */
} ArgumentType;

typedef struct {
  const char *word;
  guint64     value;
} Word;

#define WORD(prefix, name) { #name, prefix##_##name }

static const Word mmap_flags[] = {
  WORD (MAP, SHARED), WORD (MAP, PRIVATE), WORD (MAP, SHARED_VALIDATE), WORD (MAP, DROPPABLE),
  WORD (MAP, FIXED), { "ANON", MAP_ANONYMOUS }, WORD (MAP, 32BIT), WORD (MAP, GROWSDOWN),
  WORD (MAP, DENYWRITE), WORD (MAP, EXECUTABLE), WORD (MAP, LOCKED), WORD (MAP, NORESERVE),
  WORD (MAP, POPULATE), WORD (MAP, NONBLOCK), WORD (MAP, STACK), WORD (MAP, HUGETLB),
  WORD (MAP, SYNC), WORD (MAP, FIXED_NOREPLACE), { NULL, 0 }
};
static const Word mremap_flags[] = {
  WORD (MREMAP, MAYMOVE), WORD (MREMAP, FIXED), WORD (MREMAP, DONTUNMAP), { NULL, 0 }
};
static const Word mlock_flags[] = { WORD (MLOCK, ONFAULT), { NULL, 0 } };
static const Word mlockall_flags[] = {
  WORD (MCL, CURRENT), WORD (MCL, FUTURE), WORD (MCL, ONFAULT), { NULL, 0 }
};
static const Word msync_flags[] = {
  WORD (MS, ASYNC), WORD (MS, INVALIDATE), WORD (MS, SYNC), { NULL, 0 }
};
static const Word no_flags[] = { { NULL, 0 } };
static const Word prot_flags[] = {
  { "SEM", 8 }, WORD (PROT, GROWSDOWN), WORD (PROT, GROWSUP), { NULL, 0 }
};
static const Word advices[] = {
  WORD (MADV, NORMAL), WORD (MADV, RANDOM), WORD (MADV, SEQUENTIAL), WORD (MADV, WILLNEED),
  WORD (MADV, DONTNEED), WORD (MADV, FREE), WORD (MADV, REMOVE), WORD (MADV, DONTFORK),
  WORD (MADV, DOFORK), WORD (MADV, MERGEABLE), WORD (MADV, UNMERGEABLE), WORD (MADV, HUGEPAGE),
  WORD (MADV, NOHUGEPAGE), WORD (MADV, DONTDUMP), WORD (MADV, DODUMP), WORD (MADV, WIPEONFORK),
  WORD (MADV, KEEPONFORK), WORD (MADV, COLD), WORD (MADV, PAGEOUT), WORD (MADV, POPULATE_READ),
  WORD (MADV, POPULATE_WRITE), WORD (MADV, DONTNEED_LOCKED), WORD (MADV, COLLAPSE),
  WORD (MADV, GUARD_INSTALL), WORD (MADV, GUARD_REMOVE), { NULL, 0 }
};
static const Word limits[] = {
  WORD (RLIMIT, CPU), WORD (RLIMIT, FSIZE), WORD (RLIMIT, DATA), WORD (RLIMIT, STACK),
  WORD (RLIMIT, CORE), WORD (RLIMIT, RSS), WORD (RLIMIT, NPROC), WORD (RLIMIT, NOFILE),
  WORD (RLIMIT, MEMLOCK), WORD (RLIMIT, AS), { NULL, 0 }
};

/* What an operation's `fd` may say, by its distance from PGW_VM_SLOT_OPEN. */
static const char *const open_files[] = { "F0", "F0r", "F0w", "F1", "F2", "T0", "ZERO", "PIPE", NULL };
static const char *const fds[] = { "none", "BAD", "F0", "F0r", "F0w", "F1", "F2", "T0", "ZERO", "PIPE", NULL };

#define MAX_ARGUMENTS 6

typedef struct {
  const char  *key;
  ArgumentType type;
  guint8       arg;             /* which of mm_op.arg */
  const Word  *words;
} Argument;

static const struct {
  const char *name;
  guint16     op;               /* enum mm_op_kind */
  guint8      kind;             /* PgwVmOpKind */
  Argument    arguments[MAX_ARGUMENTS + 1];
} operations[] = {
  { "mmap", OP_mmap, PGW_VM_OP_ADDRESS,
    { { "addr", TYPE_HEX, 0 }, { "len", TYPE_HEX, 1 }, { "prot", TYPE_PROT, 2 },
      { "flags", TYPE_FLAGS, 3, mmap_flags }, { "fd", TYPE_FILE, 4 }, { "off", TYPE_HEX, 5 } } },
  { "munmap", OP_munmap, PGW_VM_OP_CALL, { { "addr", TYPE_HEX, 0 }, { "len", TYPE_HEX, 1 } } },
  { "mprotect", OP_mprotect, PGW_VM_OP_CALL,
    { { "addr", TYPE_HEX, 0 }, { "len", TYPE_HEX, 1 }, { "prot", TYPE_PROT, 2 } } },
  { "mremap", OP_mremap, PGW_VM_OP_ADDRESS,
    { { "addr", TYPE_HEX, 0 }, { "old", TYPE_HEX, 1 }, { "new", TYPE_HEX, 2 },
      { "flags", TYPE_FLAGS, 3, mremap_flags }, { "to", TYPE_HEX, 4 } } },
  { "brk", OP_brk, PGW_VM_OP_ADDRESS, { { "addr", TYPE_HEX, 0 } } },
  { "madvise", OP_madvise, PGW_VM_OP_CALL,
    { { "addr", TYPE_HEX, 0 }, { "len", TYPE_HEX, 1 }, { "advice", TYPE_ADVICE, 2 } } },
  { "mlock", OP_mlock, PGW_VM_OP_CALL, { { "addr", TYPE_HEX, 0 }, { "len", TYPE_HEX, 1 } } },
  { "munlock", OP_munlock, PGW_VM_OP_CALL, { { "addr", TYPE_HEX, 0 }, { "len", TYPE_HEX, 1 } } },
  { "mlock2", OP_mlock2, PGW_VM_OP_CALL,
    { { "addr", TYPE_HEX, 0 }, { "len", TYPE_HEX, 1 }, { "flags", TYPE_FLAGS, 2, mlock_flags } } },
  { "mlockall", OP_mlockall, PGW_VM_OP_CALL, { { "flags", TYPE_FLAGS, 0, mlockall_flags } } },
  { "munlockall", OP_munlockall, PGW_VM_OP_CALL, { { NULL, 0, 0, NULL } } },
  { "msync", OP_msync, PGW_VM_OP_CALL,
    { { "addr", TYPE_HEX, 0 }, { "len", TYPE_HEX, 1 }, { "flags", TYPE_FLAGS, 2, msync_flags } } },
  { "mincore", OP_mincore, PGW_VM_OP_MINCORE,
    { { "addr", TYPE_HEX, 0 }, { "len", TYPE_HEX, 1 }, { "vec", TYPE_HEX, 4 } } },
  { "getrusage", OP_getrusage, PGW_VM_OP_RUSAGE, { { "buf", TYPE_HEX, 0 } } },
  { "fork", OP_fork, PGW_VM_OP_FORK, { { NULL, 0, 0, NULL } } },
  { "exit", OP_exit, PGW_VM_OP_CALL, { { NULL, 0, 0, NULL } } },
  { "read", OP_load, PGW_VM_OP_LOAD, { { "addr", TYPE_HEX, 0 }, { "n", TYPE_COUNT, 2 } } },
  { "write", OP_store, PGW_VM_OP_STORE,
    { { "addr", TYPE_HEX, 0 }, { "val", TYPE_NUMBER, 5 }, { "n", TYPE_COUNT, 2 } } },
  { "exec", OP_fetch, PGW_VM_OP_FETCH, { { "addr", TYPE_HEX, 0 } } },
  { "ftruncate", OP_ftruncate, PGW_VM_OP_CALL, { { "fd", TYPE_FILE, 0 }, { "size", TYPE_HEX, 1 } } },
  { "pread", OP_pread, PGW_VM_OP_CALL,
    { { "fd", TYPE_FILE, 3 }, { "addr", TYPE_HEX, 4 }, { "len", TYPE_HEX, 1 }, { "off", TYPE_HEX, 2 } } },
  { "pwrite", OP_pwrite, PGW_VM_OP_CALL,
    { { "fd", TYPE_FILE, 3 }, { "addr", TYPE_HEX, 4 }, { "len", TYPE_HEX, 1 }, { "off", TYPE_HEX, 2 } } },
  { "mseal", OP_mseal, PGW_VM_OP_CALL,
    { { "addr", TYPE_HEX, 0 }, { "len", TYPE_HEX, 1 }, { "flags", TYPE_FLAGS, 2, no_flags } } },
  { "stripe", OP_mprotect, PGW_VM_OP_STRIPE,
    { { "addr", TYPE_HEX, 0 }, { "n", TYPE_COUNT, 1 }, { "prot", TYPE_PROT, 2 } } },
  { "rlimit", OP_setrlimit, PGW_VM_OP_CALL, { { "res", TYPE_LIMIT, 0, limits }, { "soft", TYPE_HEX, 1 } } },
  { "fpeek", OP_file_peek, PGW_VM_OP_PEEK, { { "fd", TYPE_FILE, 0 }, { "off", TYPE_HEX, 1 } } },
  { "fpoke", OP_file_poke, PGW_VM_OP_QUIET,
    { { "fd", TYPE_FILE, 0 }, { "off", TYPE_HEX, 1 }, { "val", TYPE_NUMBER, 2 } } },
  { "fevict", OP_file_evict, PGW_VM_OP_QUIET, { { "fd", TYPE_FILE, 0 } } },
};

gboolean
pgw_vm_read_hex (PgwJsonSource     *source,
                 const PgwJsonNode *node,
                 guint64           *value,
                 GError           **error)
{
  if (node->type == PGW_JSON_STRING)
    {
      const char *digits = g_str_has_prefix (node->string, "0x") ? node->string + 2 : node->string;
      gsize length = strlen (digits);

      if (length > 0 && length <= 16 && strspn (digits, "0123456789abcdefABCDEF") == length)
        {
          *value = g_ascii_strtoull (digits, NULL, 16);
          return TRUE;
        }
    }
  return pgw_json_fail_expected (source, node, _("a hexadecimal number of 64 bits as a string"), error);
}

const PgwJsonNode *
pgw_vm_need (PgwJsonSource     *source,
             const PgwJsonNode *object,
             const char        *key,
             PgwJsonType        type,
             GError           **error)
{
  const PgwJsonNode *node = pgw_json_member (object, key);
  const char *expected;

  if (node == NULL)
    {
      pgw_json_fail_missing (source, object, key, error);
      return NULL;
    }
  if (node->type == (guint8) type)
    return node;
  switch ((int) type)
    {
    case PGW_JSON_OBJECT:
      expected = _("an object");
      break;
    case PGW_JSON_ARRAY:
      expected = _("an array");
      break;
    case PGW_JSON_STRING:
      expected = _("a text");
      break;
    case PGW_JSON_BOOLEAN:
      expected = _("true or false");
      break;
    default:
      expected = _("a whole number");
      break;
    }
  pgw_json_fail_expected (source, node, expected, error);
  return NULL;
}

/* One word, or what is not known by name as a number: 0x4, 99. */
static gboolean
find_word (const Word *words,
           const char *word,
           guint64    *value)
{
  for (; words->word != NULL; words++)
    if (strcmp (words->word, word) == 0)
      {
        *value = words->value;
        return TRUE;
      }
  return g_ascii_string_to_unsigned (word, 10, 0, G_MAXUINT32, value, NULL)
         || (g_str_has_prefix (word, "0x") && g_ascii_string_to_unsigned (word + 2, 16, 0, G_MAXUINT64, value, NULL));
}

static gboolean
fail_word (PgwJsonSource     *source,
           const PgwJsonNode *node,
           const char        *word,
           const Word        *words,
           GError           **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *found = g_strdup_printf ("\"%s\"", word);
  g_autofree char *list = NULL, *expected = NULL;

  for (; words->word != NULL; words++)
    g_ptr_array_add (names, (gpointer) words->word);
  g_ptr_array_add (names, NULL);
  list = g_strjoinv (", ", (char **) names->pdata);
  expected = names->len > 1 ? g_strdup_printf (_("one of %s"), list) : g_strdup (_("a number"));
  return pgw_json_fail (source, node, found, expected, error);
}

static gboolean
read_flags (PgwJsonSource     *source,
            const PgwJsonNode *node,
            const Word        *words,
            guint64           *value,
            GError           **error)
{
  g_auto (GStrv) parts = NULL;

  *value = 0;
  if (node->type == PGW_JSON_INTEGER)
    return pgw_json_read_uint (source, node, _("flags"), 0, G_MAXUINT64, value, error);
  if (node->type != PGW_JSON_STRING)
    return pgw_json_fail_expected (source, node, _("flags joined by \"|\""), error);
  if (strcmp (node->string, "none") == 0)
    return TRUE;

  parts = g_strsplit (node->string, "|", 0);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      guint64 bits;

      if (!find_word (words, parts[i], &bits))
        return fail_word (source, node, parts[i], words, error);
      *value |= bits;
    }
  return TRUE;
}

/* "rw-", and flags after it: "r--|GROWSDOWN". */
static gboolean
read_prot (PgwJsonSource     *source,
           const PgwJsonNode *node,
           guint64           *value,
           GError           **error)
{
  g_auto (GStrv) parts = NULL;

  if (node->type != PGW_JSON_STRING || strspn (node->string, "r-") < 1 || strlen (node->string) < 3
      || strchr ("w-", node->string[1]) == NULL || strchr ("x-", node->string[2]) == NULL
      || strchr ("|", node->string[3]) == NULL)
    return pgw_json_fail_expected (source, node, _("a protection such as \"rw-\""), error);

  *value = (node->string[0] == 'r' ? PROT_READ : 0) | (node->string[1] == 'w' ? PROT_WRITE : 0)
           | (node->string[2] == 'x' ? PROT_EXEC : 0);
  parts = g_strsplit (node->string, "|", 0);
  for (guint i = 1; parts[i] != NULL; i++)
    {
      guint64 bits;

      if (!find_word (prot_flags, parts[i], &bits))
        return fail_word (source, node, parts[i], prot_flags, error);
      *value |= bits;
    }
  return TRUE;
}

static gboolean
read_file (PgwJsonSource     *source,
           const PgwJsonNode *node,
           guint64           *value,
           GError           **error)
{
  guint which;

  if (!pgw_json_read_word (source, node, fds, &which, error))
    return FALSE;
  *value = which == 0 ? 0 : which == 1 ? MM_OP_BAD_FILE : PGW_VM_SLOT_OPEN + which - 2 + 1;
  return TRUE;
}

gboolean
pgw_vm_read_limit (PgwJsonSource     *source,
                   const PgwJsonNode *node,
                   const char        *word,
                   guint64           *limit,
                   GError           **error)
{
  return find_word (limits, word, limit) || fail_word (source, node, word, limits, error);
}

static gboolean
read_argument (PgwJsonSource     *source,
               const PgwJsonNode *node,
               const Argument    *argument,
               PgwVmStep         *step,
               GError           **error)
{
  guint64 *value = &step->op.arg[argument->arg];

  switch (argument->type)
    {
    case TYPE_HEX:
      return pgw_vm_read_hex (source, node, value, error);
    case TYPE_NUMBER:
      return pgw_json_read_uint (source, node, _("a number"), 0, G_MAXUINT64, value, error);
    case TYPE_COUNT:
      if (!pgw_json_read_uint (source, node, _("how many"), 1, 1 << 20, value, error))
        return FALSE;
      step->n = *value;
      return TRUE;
    case TYPE_PROT:
      return read_prot (source, node, value, error);
    case TYPE_FLAGS:
      return read_flags (source, node, argument->words, value, error);
    case TYPE_FILE:
      return read_file (source, node, value, error);
    case TYPE_ADVICE:
      if (node->type != PGW_JSON_STRING)
        return pgw_json_fail_expected (source, node, _("a piece of advice, such as \"DONTNEED\""), error);
      return find_word (advices, node->string, value)
             || fail_word (source, node, node->string, advices, error);
    case TYPE_LIMIT:
      if (node->type != PGW_JSON_STRING)
        return pgw_json_fail_expected (source, node, _("a limit, such as \"MEMLOCK\""), error);
      return pgw_vm_read_limit (source, node, node->string, value, error);
    default:
      return FALSE;
    }
}

/* What the table cannot say. */
static void
complete_op (PgwVmStep *step)
{
  step->op.nid = -1;
  step->op.slot = MM_OP_NO_SLOT;
  step->op.task = PGW_VM_SLOT_PROCESS + step->process + 1;
  switch (step->kind)
    {
    case PGW_VM_OP_LOAD:
    case PGW_VM_OP_STORE:
      step->op.arg[1] = 1;
      step->op.arg[2] = step->n;
      step->op.arg[3] = PAGE_SIZE;
      break;
    case PGW_VM_OP_STRIPE:
      step->op.arg[1] = PAGE_SIZE;
      break;
    default:
      break;
    }
}

gboolean
pgw_vm_read_op (PgwJsonSource     *source,
                const PgwJsonNode *node,
                PgwVmStep         *step,
                GError           **error)
{
  const PgwJsonNode *name = pgw_vm_need (source, node, "op", PGW_JSON_STRING, error);
  const PgwJsonNode *process, *value;
  const char *names[G_N_ELEMENTS (operations) + 1] = { NULL };
  const char *keys[MAX_ARGUMENTS + 3] = { "op", "p", NULL };
  guint64 number;
  guint which, i;

  for (i = 0; i < G_N_ELEMENTS (operations); i++)
    names[i] = operations[i].name;
  if (name == NULL || !pgw_json_read_word (source, name, names, &which, error))
    return FALSE;
  process = pgw_vm_need (source, node, "p", PGW_JSON_INTEGER, error);
  if (process == NULL
      || !pgw_json_read_uint (source, process, _("a process"), 0, PGW_VM_MAX_PROCESSES - 1, &number, error))
    return FALSE;

  step->name = operations[which].name;
  step->kind = operations[which].kind;
  step->process = number;
  step->op = (struct mm_op) { .kind = operations[which].op };
  for (i = 0; operations[which].arguments[i].key != NULL; i++)
    {
      const Argument *argument = &operations[which].arguments[i];

      keys[i + 2] = argument->key;
      value = pgw_json_member (node, argument->key);
      if (value == NULL)
        return pgw_json_fail_missing (source, node, argument->key, error);
      if (!read_argument (source, value, argument, step, error))
        return FALSE;
    }
  complete_op (step);
  return pgw_json_check_keys (source, node, keys, error);
}

const char *
pgw_vm_recording_file_name (guint slot)
{
  static const char *const files[] = { "F0", "F1", "F2", "T0", "ZERO", "PIPE" };

  if (slot >= PGW_VM_SLOT_OPEN && slot < PGW_VM_SLOT_OPEN + G_N_ELEMENTS (open_files) - 1)
    return open_files[slot - PGW_VM_SLOT_OPEN];
  if (slot >= PGW_VM_SLOT_FILE && slot < PGW_VM_SLOT_FILE + G_N_ELEMENTS (files))
    return files[slot - PGW_VM_SLOT_FILE];
  return NULL;
}
