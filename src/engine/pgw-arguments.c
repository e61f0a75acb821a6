/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of operations of tasks and files: a new one is a row in it, a
 * list of its arguments, and its words where it brings new ones.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-arguments.h"

#include "mm/fs.h"
#include "mm/mman.h"
#include "mm/sched.h"
#include "mm/uffd.h"

#define NO_LIMIT G_MAXUINT64

/* ---- Words, with the kernel's names and without their prefix ---- */

static const PgwWord map_flags[] = {
  { "SHARED_VALIDATE", MAP_SHARED_VALIDATE },
  { "SHARED", MAP_SHARED },
  { "PRIVATE", MAP_PRIVATE },
  { "DROPPABLE", MAP_DROPPABLE },
  { "FIXED", MAP_FIXED },
  { "ANONYMOUS", MAP_ANONYMOUS },
  { "ANON", MAP_ANONYMOUS },
  { "32BIT", MAP_32BIT },
  { "GROWSDOWN", MAP_GROWSDOWN },
  { "DENYWRITE", MAP_DENYWRITE },
  { "EXECUTABLE", MAP_EXECUTABLE },
  { "LOCKED", MAP_LOCKED },
  { "NORESERVE", MAP_NORESERVE },
  { "POPULATE", MAP_POPULATE },
  { "NONBLOCK", MAP_NONBLOCK },
  { "STACK", MAP_STACK },
  { "HUGETLB", MAP_HUGETLB },
  { "SYNC", MAP_SYNC },
  { "FIXED_NOREPLACE", MAP_FIXED_NOREPLACE },
  { NULL, 0 }
};

static const PgwWord mremap_flags[] = {
  { "MAYMOVE", MREMAP_MAYMOVE },
  { "FIXED", MREMAP_FIXED },
  { "DONTUNMAP", MREMAP_DONTUNMAP },
  { NULL, 0 }
};

static const PgwWord mlock2_flags[] = {
  { "ONFAULT", MLOCK_ONFAULT },
  { NULL, 0 }
};

static const PgwWord mlockall_flags[] = {
  { "CURRENT", MCL_CURRENT },
  { "FUTURE", MCL_FUTURE },
  { "ONFAULT", MCL_ONFAULT },
  { NULL, 0 }
};

static const PgwWord msync_flags[] = {
  { "ASYNC", MS_ASYNC },
  { "INVALIDATE", MS_INVALIDATE },
  { "SYNC", MS_SYNC },
  { NULL, 0 }
};

static const PgwWord no_flags[] = {
  { NULL, 0 }
};

static const PgwWord advices[] = {
  { "NORMAL", MADV_NORMAL },
  { "RANDOM", MADV_RANDOM },
  { "SEQUENTIAL", MADV_SEQUENTIAL },
  { "WILLNEED", MADV_WILLNEED },
  { "DONTNEED", MADV_DONTNEED },
  { "FREE", MADV_FREE },
  { "REMOVE", MADV_REMOVE },
  { "DONTFORK", MADV_DONTFORK },
  { "DOFORK", MADV_DOFORK },
  { "MERGEABLE", MADV_MERGEABLE },
  { "UNMERGEABLE", MADV_UNMERGEABLE },
  { "HUGEPAGE", MADV_HUGEPAGE },
  { "NOHUGEPAGE", MADV_NOHUGEPAGE },
  { "DONTDUMP", MADV_DONTDUMP },
  { "DODUMP", MADV_DODUMP },
  { "WIPEONFORK", MADV_WIPEONFORK },
  { "KEEPONFORK", MADV_KEEPONFORK },
  { "COLD", MADV_COLD },
  { "PAGEOUT", MADV_PAGEOUT },
  { "POPULATE_READ", MADV_POPULATE_READ },
  { "POPULATE_WRITE", MADV_POPULATE_WRITE },
  { "DONTNEED_LOCKED", MADV_DONTNEED_LOCKED },
  { "COLLAPSE", MADV_COLLAPSE },
  { "GUARD_INSTALL", MADV_GUARD_INSTALL },
  { "GUARD_REMOVE", MADV_GUARD_REMOVE },
  { NULL, 0 }
};

static const PgwWord mempolicies[] = {
  { "DEFAULT", MPOL_DEFAULT },
  { "PREFERRED", MPOL_PREFERRED },
  { "BIND", MPOL_BIND },
  { "INTERLEAVE", MPOL_INTERLEAVE },
  { "LOCAL", MPOL_LOCAL },
  { "PREFERRED_MANY", MPOL_PREFERRED_MANY },
  { NULL, 0 }
};

static const PgwWord mempolicy_mode_flags[] = {
  { "STATIC_NODES", MPOL_F_STATIC_NODES },
  { "RELATIVE_NODES", MPOL_F_RELATIVE_NODES },
  { "NUMA_BALANCING", MPOL_F_NUMA_BALANCING },
  { NULL, 0 }
};

static const PgwWord get_mempolicy_flags[] = {
  { "NODE", MPOL_F_NODE },
  { "ADDR", MPOL_F_ADDR },
  { "MEMS_ALLOWED", MPOL_F_MEMS_ALLOWED },
  { NULL, 0 }
};

static const PgwWord mbind_flags[] = {
  { "STRICT", MPOL_MF_STRICT },
  { "MOVE", MPOL_MF_MOVE },
  { "MOVE_ALL", MPOL_MF_MOVE_ALL },
  { NULL, 0 }
};

static const PgwWord userfaultfd_flags[] = {
  { "USER_MODE_ONLY", UFFD_USER_MODE_ONLY },
  { "O_NONBLOCK", UFFD_O_NONBLOCK },
  { "O_CLOEXEC", UFFD_O_CLOEXEC },
  { NULL, 0 }
};

static const PgwWord uffd_features[] = {
  { "PAGEFAULT_FLAG_WP", UFFD_FEATURE_PAGEFAULT_FLAG_WP },
  { "MISSING_SHMEM", UFFD_FEATURE_MISSING_SHMEM },
  { "SIGBUS", UFFD_FEATURE_SIGBUS },
  { "THREAD_ID", UFFD_FEATURE_THREAD_ID },
  { "MINOR_SHMEM", UFFD_FEATURE_MINOR_SHMEM },
  { "EXACT_ADDRESS", UFFD_FEATURE_EXACT_ADDRESS },
  { NULL, 0 }
};

static const PgwWord uffd_register_modes[] = {
  { "MISSING", UFFDIO_REGISTER_MODE_MISSING },
  { "WP", UFFDIO_REGISTER_MODE_WP },
  { "MINOR", UFFDIO_REGISTER_MODE_MINOR },
  { NULL, 0 }
};

static const PgwWord uffd_copy_modes[] = {
  { "DONTWAKE", UFFDIO_COPY_MODE_DONTWAKE },
  { "WP", UFFDIO_COPY_MODE_WP },
  { NULL, 0 }
};

static const PgwWord uffd_fill_modes[] = {
  { "DONTWAKE", UFFDIO_ZEROPAGE_MODE_DONTWAKE },
  { NULL, 0 }
};

static const PgwWord uffd_writeprotect_modes[] = {
  { "WP", UFFDIO_WRITEPROTECT_MODE_WP },
  { "DONTWAKE", UFFDIO_WRITEPROTECT_MODE_DONTWAKE },
  { NULL, 0 }
};

static const PgwWord limits[] = {
  { "CPU", RLIMIT_CPU },
  { "FSIZE", RLIMIT_FSIZE },
  { "DATA", RLIMIT_DATA },
  { "STACK", RLIMIT_STACK },
  { "CORE", RLIMIT_CORE },
  { "RSS", RLIMIT_RSS },
  { "NPROC", RLIMIT_NPROC },
  { "NOFILE", RLIMIT_NOFILE },
  { "MEMLOCK", RLIMIT_MEMLOCK },
  { "AS", RLIMIT_AS },
  { NULL, 0 }
};

static const PgwWord personalities[] = {
  { "default", 0 },
  { "ADDR_COMPAT_LAYOUT", ADDR_COMPAT_LAYOUT },
  { NULL, 0 }
};

static const PgwWord inode_kinds[] = {
  { "regular", INODE_REG },
  { "shmem", INODE_SHMEM },
  { "zero", INODE_ZERO },
  { "pipe", INODE_PIPE },
  { NULL, 0 }
};

static const PgwWord modes[] = {
  { "rw", FMODE_READ | FMODE_WRITE },
  { "r", FMODE_READ },
  { "w", FMODE_WRITE },
  { NULL, 0 }
};

/* ---- Arguments ---- */

#define ADDR(key, arg)     { key, arg, PGW_ARGUMENT_ADDRESS, TRUE, NULL, NULL, 0, 0, 0 }
#define ADDR_OPT(key, arg) { key, arg, PGW_ARGUMENT_ADDRESS, FALSE, NULL, NULL, 0, 0, 0 }
#define LEN(key, arg)      { key, arg, PGW_ARGUMENT_BYTES, TRUE, NULL, NULL, 0, 0, 0 }
#define LEN_OPT(key, arg)  { key, arg, PGW_ARGUMENT_BYTES, FALSE, NULL, NULL, 0, 0, 0 }
#define NUMBER_OPT(key, arg, min, max, preset) \
  { key, arg, PGW_ARGUMENT_NUMBER, FALSE, NULL, NULL, min, max, preset }
#define FLAGS_OPT(key, arg, words, prefix) \
  { key, arg, PGW_ARGUMENT_FLAGS, FALSE, words, prefix, 0, 0, 0 }
#define OPEN_FILE(key, arg) { key, arg, PGW_ARGUMENT_OPEN_FILE, TRUE, NULL, NULL, 0, 0, 0 }
#define ANY_FILE(key, arg)  { key, arg, PGW_ARGUMENT_ANY_FILE, TRUE, NULL, NULL, 0, 0, 0 }
#define BIT_OPT(key, arg, bit) { key, arg, PGW_ARGUMENT_BIT, FALSE, NULL, NULL, bit, 0, 0 }

#define DEFAULT_UID 1000u

static const PgwArgument task_create_arguments[] = {
  NUMBER_OPT ("uid", 0, 0, G_MAXINT32, DEFAULT_UID),
  LEN_OPT ("stack_top", 1), LEN_OPT ("heap", 2), LEN_OPT ("stack", 3),
  BIT_OPT ("no_thp", 4, TASK_CREATE_NO_THP), BIT_OPT ("bare", 4, TASK_CREATE_BARE),
  { "comm", 5, PGW_ARGUMENT_COMM, FALSE, NULL, NULL, 0, 0, 0 },
};

static const PgwArgument exec_arguments[] = {
  { "file", 0, PGW_ARGUMENT_OPEN_FILE, FALSE, NULL, NULL, 0, 0, 0 },
  LEN_OPT ("code", 1), LEN_OPT ("data", 2), LEN_OPT ("bss", 3), LEN_OPT ("start", 4), LEN_OPT ("args", 5),
};

static const PgwArgument exit_arguments[] = { NUMBER_OPT ("code", 0, 0, 255, 0) };

static const PgwArgument wait_arguments[] = {
  { "child", 0, PGW_ARGUMENT_CHILD, TRUE, NULL, NULL, 0, 0, 0 },
};

static const PgwArgument mmap_arguments[] = {
  ADDR_OPT ("addr", 0), LEN ("len", 1),
  { "prot", 2, PGW_ARGUMENT_PROT, TRUE, NULL, NULL, 0, 0, 0 },
  { "flags", 3, PGW_ARGUMENT_FLAGS, TRUE, map_flags, "MAP_", 0, 0, 0 },
  { "file", 4, PGW_ARGUMENT_OPEN_FILE, FALSE, NULL, NULL, 0, 0, 0 },
  LEN_OPT ("offset", 5),
};

static const PgwArgument range_arguments[] = { ADDR ("addr", 0), LEN ("len", 1) };

static const PgwArgument mprotect_arguments[] = {
  ADDR ("addr", 0), LEN ("len", 1), { "prot", 2, PGW_ARGUMENT_PROT, TRUE, NULL, NULL, 0, 0, 0 },
};

static const PgwArgument mremap_arguments[] = {
  ADDR ("addr", 0), LEN ("old_len", 1), LEN ("new_len", 2),
  FLAGS_OPT ("flags", 3, mremap_flags, "MREMAP_"), ADDR_OPT ("new_addr", 4),
};

static const PgwArgument brk_arguments[] = { ADDR ("addr", 0) };

static const PgwArgument madvise_arguments[] = {
  ADDR ("addr", 0), LEN ("len", 1), { "advice", 2, PGW_ARGUMENT_WORD, TRUE, advices, "MADV_", 0, 0, 0 },
};

static const PgwArgument mlock2_arguments[] = {
  ADDR ("addr", 0), LEN ("len", 1), FLAGS_OPT ("flags", 2, mlock2_flags, "MLOCK_"),
};

static const PgwArgument msync_arguments[] = {
  ADDR ("addr", 0), LEN ("len", 1), FLAGS_OPT ("flags", 2, msync_flags, "MS_"),
};

static const PgwArgument mseal_arguments[] = {
  ADDR ("addr", 0), LEN ("len", 1), FLAGS_OPT ("flags", 2, no_flags, ""),
};

static const PgwArgument mlockall_arguments[] = {
  { "flags", 0, PGW_ARGUMENT_FLAGS, TRUE, mlockall_flags, "MCL_", 0, 0, 0 },
};

static const PgwArgument mincore_arguments[] = { ADDR ("addr", 0), LEN ("len", 1), ADDR ("vec", 4) };

#define NODES_OPT(key, arg) { key, arg, PGW_ARGUMENT_NODES, FALSE, NULL, NULL, 0, 0, 0 }

static const PgwArgument set_mempolicy_arguments[] = {
  { "mode", 0, PGW_ARGUMENT_WORD, TRUE, mempolicies, "MPOL_", 0, 0, 0 }, NODES_OPT ("nodes", 1),
  FLAGS_OPT ("mode_flags", 2, mempolicy_mode_flags, "MPOL_F_"),
};

static const PgwArgument get_mempolicy_arguments[] = {
  ADDR_OPT ("addr", 0), FLAGS_OPT ("flags", 1, get_mempolicy_flags, "MPOL_F_"),
};

static const PgwArgument mbind_arguments[] = {
  ADDR ("addr", 0), LEN ("len", 1),
  { "mode", 2, PGW_ARGUMENT_WORD, TRUE, mempolicies, "MPOL_", 0, 0, 0 }, NODES_OPT ("nodes", 3),
  FLAGS_OPT ("flags", 4, mbind_flags, "MPOL_MF_"),
  FLAGS_OPT ("mode_flags", 5, mempolicy_mode_flags, "MPOL_F_"),
};

static const PgwArgument userfaultfd_arguments[] = { FLAGS_OPT ("flags", 0, userfaultfd_flags, "UFFD_") };

static const PgwArgument uffd_api_arguments[] = {
  OPEN_FILE ("uffd", 0), NUMBER_OPT ("api", 1, 0, G_MAXUINT32, UFFD_API),
  FLAGS_OPT ("features", 2, uffd_features, "UFFD_FEATURE_"),
};

#define UFFD_RANGE OPEN_FILE ("uffd", 0), ADDR ("addr", 4), LEN ("len", 1)

static const PgwArgument uffd_range_arguments[] = { UFFD_RANGE };

static const PgwArgument uffd_register_arguments[] = {
  UFFD_RANGE, { "mode", 2, PGW_ARGUMENT_FLAGS, TRUE, uffd_register_modes, "UFFDIO_REGISTER_MODE_", 0, 0, 0 },
};

static const PgwArgument uffd_copy_arguments[] = {
  UFFD_RANGE, ADDR ("src", 5), FLAGS_OPT ("mode", 2, uffd_copy_modes, "UFFDIO_COPY_MODE_"),
};

static const PgwArgument uffd_zeropage_arguments[] = {
  UFFD_RANGE, FLAGS_OPT ("mode", 2, uffd_fill_modes, "UFFDIO_ZEROPAGE_MODE_"),
};

static const PgwArgument uffd_continue_arguments[] = {
  UFFD_RANGE, FLAGS_OPT ("mode", 2, uffd_fill_modes, "UFFDIO_CONTINUE_MODE_"),
};

static const PgwArgument uffd_writeprotect_arguments[] = {
  UFFD_RANGE, FLAGS_OPT ("mode", 2, uffd_writeprotect_modes, "UFFDIO_WRITEPROTECT_MODE_"),
};

static const PgwArgument uffd_read_arguments[] = { OPEN_FILE ("uffd", 0) };

static const PgwArgument setrlimit_arguments[] = {
  { "limit", 0, PGW_ARGUMENT_WORD, TRUE, limits, "RLIMIT_", 0, 0, 0 },
  { "value", 1, PGW_ARGUMENT_LIMIT, TRUE, NULL, NULL, 0, 0, 0 },
};

static const PgwArgument getrusage_arguments[] = { ADDR ("buf", 0) };

#define ACCESS \
  ADDR ("addr", 0), NUMBER_OPT ("size", 1, 1, 8, 1), NUMBER_OPT ("count", 2, 1, PGW_MAX_COUNT, 1), \
  LEN_OPT ("stride", 3)

static const PgwArgument load_arguments[] = { ACCESS };

static const PgwArgument store_arguments[] = {
  ACCESS, { "value", 5, PGW_ARGUMENT_VALUE, TRUE, NULL, NULL, 0, 0, 0 },
};

static const PgwArgument fetch_arguments[] = { ADDR ("addr", 0) };

/* What ptrace() and devices access: at most a word. */
#define WORD_SIZE NUMBER_OPT ("size", 1, 1, 8, 8)
#define WORD_VALUE { "value", 5, PGW_ARGUMENT_VALUE, TRUE, NULL, NULL, 0, 0, 0 }
#define TRACEE { "tracee", 0, PGW_ARGUMENT_TRACEE, TRUE, NULL, NULL, 0, 0, 0 }
#define UMEM { "umem", 0, PGW_ARGUMENT_UMEM, TRUE, NULL, NULL, 0, 0, 0 }

static const PgwArgument ptrace_peek_arguments[] = { TRACEE, ADDR ("addr", 0), WORD_SIZE };
static const PgwArgument ptrace_poke_arguments[] = { TRACEE, ADDR ("addr", 0), WORD_SIZE, WORD_VALUE };
static const PgwArgument umem_get_arguments[] = { ADDR ("addr", 0), LEN ("len", 1), BIT_OPT ("write", 2, 1) };
static const PgwArgument umem_release_arguments[] = { UMEM };
static const PgwArgument dma_read_arguments[] = { UMEM, LEN_OPT ("offset", 0), WORD_SIZE };
static const PgwArgument dma_write_arguments[] = { UMEM, LEN_OPT ("offset", 0), WORD_SIZE, WORD_VALUE };

/* set_task takes one of these keys; the number in `max` is what it sets. */
static const PgwArgument set_task_arguments[] = {
  { "comm", 1, PGW_ARGUMENT_COMM, FALSE, NULL, NULL, 0, TASK_SET_COMM, 0 },
  { "uid", 1, PGW_ARGUMENT_NUMBER, FALSE, NULL, NULL, 0, G_MAXINT32, 0 },
  { "oom_score_adj", 1, PGW_ARGUMENT_NUMBER, FALSE, NULL, NULL, 0, 1000, 0 },
  { "thp_disable", 1, PGW_ARGUMENT_NUMBER, FALSE, NULL, NULL, 0, 1, 0 },
  { "personality", 1, PGW_ARGUMENT_WORD, FALSE, personalities, "", 0, 0, 0 },
};

static const PgwArgument file_create_arguments[] = {
  { "kind", 0, PGW_ARGUMENT_WORD, FALSE, inode_kinds, "", 0, 0, INODE_REG },
  LEN_OPT ("size", 1), NUMBER_OPT ("owner", 2, 0, G_MAXINT32, DEFAULT_UID),
  { "contents", 3, PGW_ARGUMENT_NUMBER, FALSE, NULL, NULL, 0, G_MAXINT32, G_MAXUINT64 }, LEN_OPT ("max_size", 4),
};

static const PgwArgument open_arguments[] = {
  { "file", 0, PGW_ARGUMENT_FILE, TRUE, NULL, NULL, 0, 0, 0 },
  { "mode", 1, PGW_ARGUMENT_WORD, FALSE, modes, "", 0, 0, FMODE_READ | FMODE_WRITE },
};

static const PgwArgument close_arguments[] = { OPEN_FILE ("file", 0) };
static const PgwArgument fsync_arguments[] = { OPEN_FILE ("file", 0) };
static const PgwArgument ftruncate_arguments[] = { OPEN_FILE ("file", 0), LEN ("size", 1) };
static const PgwArgument punch_hole_arguments[] = { OPEN_FILE ("file", 0), LEN ("offset", 1), LEN ("len", 2) };

static const PgwArgument transfer_arguments[] = {
  OPEN_FILE ("file", 3), ADDR ("addr", 4), LEN ("len", 1), LEN_OPT ("offset", 2),
};

static const PgwArgument peek_arguments[] = { ANY_FILE ("file", 0), LEN_OPT ("offset", 1) };

static const PgwArgument poke_arguments[] = {
  ANY_FILE ("file", 0), LEN_OPT ("offset", 1),
  { "value", 2, PGW_ARGUMENT_NUMBER, TRUE, NULL, NULL, 0, 255, 0 },
};

static const PgwArgument evict_arguments[] = { ANY_FILE ("file", 0) };
static const PgwArgument drop_arguments[] = {
  { "level", 0, PGW_ARGUMENT_NUMBER, TRUE, NULL, NULL, 1, 3, 0 },
};
static const PgwArgument sleep_arguments[] = {
  { "ms", 0, PGW_ARGUMENT_NUMBER, TRUE, NULL, NULL, 1, 3600000, 0 },
};

/* ---- Operations ---- */

#define ARGUMENTS(list) .arguments = list, .n_arguments = G_N_ELEMENTS (list)
#define OF_TASK .of_task = TRUE
#define GIVES_VALUE .gives_value = TRUE
#define FILLS(what) .fills = PGW_NAME_##what

static const PgwOperation operations[] = {
  { "task_create", OP_task_create, PGW_FAMILY_TASKS, FILLS (TASK), ARGUMENTS (task_create_arguments) },
  { "fork", OP_fork, PGW_FAMILY_TASKS, OF_TASK, FILLS (TASK) },
  { "exec", OP_exec, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (exec_arguments) },
  { "exit", OP_exit, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (exit_arguments) },
  { "wait", OP_wait, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (wait_arguments) },
  { "mmap", OP_mmap, PGW_FAMILY_TASKS, OF_TASK, FILLS (ADDRESS), ARGUMENTS (mmap_arguments) },
  { "munmap", OP_munmap, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (range_arguments) },
  { "mprotect", OP_mprotect, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (mprotect_arguments) },
  { "mremap", OP_mremap, PGW_FAMILY_TASKS, OF_TASK, FILLS (ADDRESS), ARGUMENTS (mremap_arguments) },
  { "brk", OP_brk, PGW_FAMILY_TASKS, OF_TASK, FILLS (ADDRESS), ARGUMENTS (brk_arguments) },
  { "madvise", OP_madvise, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (madvise_arguments) },
  { "mlock", OP_mlock, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (range_arguments) },
  { "mlock2", OP_mlock2, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (mlock2_arguments) },
  { "munlock", OP_munlock, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (range_arguments) },
  { "mlockall", OP_mlockall, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (mlockall_arguments) },
  { "munlockall", OP_munlockall, PGW_FAMILY_TASKS, OF_TASK },
  { "msync", OP_msync, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (msync_arguments) },
  { "mincore", OP_mincore, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (mincore_arguments) },
  { "mseal", OP_mseal, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (mseal_arguments) },
  { "setrlimit", OP_setrlimit, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (setrlimit_arguments) },
  { "getrusage", OP_getrusage, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (getrusage_arguments) },
  { "load", OP_load, PGW_FAMILY_TASKS, OF_TASK, GIVES_VALUE, ARGUMENTS (load_arguments) },
  { "store", OP_store, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (store_arguments) },
  { "fetch", OP_fetch, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (fetch_arguments) },
  { "ptrace_peek", OP_ptrace_peek, PGW_FAMILY_TASKS, OF_TASK, GIVES_VALUE, ARGUMENTS (ptrace_peek_arguments) },
  { "ptrace_poke", OP_ptrace_poke, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (ptrace_poke_arguments) },
  { "umem_get", OP_umem_get, PGW_FAMILY_TASKS, OF_TASK, FILLS (UMEM), ARGUMENTS (umem_get_arguments) },
  { "umem_release", OP_umem_release, PGW_FAMILY_TASKS, ARGUMENTS (umem_release_arguments) },
  { "dma_read", OP_dma_read, PGW_FAMILY_TASKS, GIVES_VALUE, ARGUMENTS (dma_read_arguments) },
  { "dma_write", OP_dma_write, PGW_FAMILY_TASKS, ARGUMENTS (dma_write_arguments) },
  { "set_task", OP_set_task, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (set_task_arguments) },
  { "set_mempolicy", OP_set_mempolicy, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (set_mempolicy_arguments) },
  { "get_mempolicy", OP_get_mempolicy, PGW_FAMILY_TASKS, OF_TASK, GIVES_VALUE,
    ARGUMENTS (get_mempolicy_arguments) },
  { "mbind", OP_mbind, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (mbind_arguments) },
  { "userfaultfd", OP_userfaultfd, PGW_FAMILY_TASKS, OF_TASK, FILLS (OPEN_FILE), ARGUMENTS (userfaultfd_arguments) },
  { "uffd_api", OP_uffd_api, PGW_FAMILY_TASKS, OF_TASK, GIVES_VALUE,
    ARGUMENTS (uffd_api_arguments) },
  { "uffd_register", OP_uffd_register, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (uffd_register_arguments) },
  { "uffd_unregister", OP_uffd_unregister, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (uffd_range_arguments) },
  { "uffd_copy", OP_uffd_copy, PGW_FAMILY_TASKS, OF_TASK, GIVES_VALUE,
    ARGUMENTS (uffd_copy_arguments) },
  { "uffd_zeropage", OP_uffd_zeropage, PGW_FAMILY_TASKS, OF_TASK, GIVES_VALUE,
    ARGUMENTS (uffd_zeropage_arguments) },
  { "uffd_continue", OP_uffd_continue, PGW_FAMILY_TASKS, OF_TASK, GIVES_VALUE,
    ARGUMENTS (uffd_continue_arguments) },
  { "uffd_writeprotect", OP_uffd_writeprotect, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (uffd_writeprotect_arguments) },
  { "uffd_wake", OP_uffd_wake, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (uffd_range_arguments) },
  { "uffd_read", OP_uffd_read, PGW_FAMILY_TASKS, OF_TASK, GIVES_VALUE, FILLS (ADDRESS),
    ARGUMENTS (uffd_read_arguments) },
  { "flush_tlb", OP_flush_tlb, PGW_FAMILY_TASKS },
  { "file_create", OP_file_create, PGW_FAMILY_TASKS, FILLS (FILE), ARGUMENTS (file_create_arguments) },
  { "open", OP_open, PGW_FAMILY_TASKS, FILLS (OPEN_FILE), ARGUMENTS (open_arguments) },
  { "close", OP_close, PGW_FAMILY_TASKS, ARGUMENTS (close_arguments) },
  { "ftruncate", OP_ftruncate, PGW_FAMILY_TASKS, ARGUMENTS (ftruncate_arguments) },
  { "punch_hole", OP_punch_hole, PGW_FAMILY_TASKS, ARGUMENTS (punch_hole_arguments) },
  { "pread", OP_pread, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (transfer_arguments) },
  { "pwrite", OP_pwrite, PGW_FAMILY_TASKS, OF_TASK, ARGUMENTS (transfer_arguments) },
  { "fsync", OP_fsync, PGW_FAMILY_TASKS, ARGUMENTS (fsync_arguments) },
  { "file_peek", OP_file_peek, PGW_FAMILY_TASKS, ARGUMENTS (peek_arguments) },
  { "file_poke", OP_file_poke, PGW_FAMILY_TASKS, ARGUMENTS (poke_arguments) },
  { "file_evict", OP_file_evict, PGW_FAMILY_TASKS, ARGUMENTS (evict_arguments) },
  { "sync", OP_sync, PGW_FAMILY_TASKS },
  { "drop_caches", OP_drop_caches, PGW_FAMILY_TASKS, ARGUMENTS (drop_arguments) },
  { "sleep", OP_sleep, PGW_FAMILY_TASKS, ARGUMENTS (sleep_arguments) },
};

const PgwOperation *
pgw_vm_operations (guint *n_operations)
{
  *n_operations = G_N_ELEMENTS (operations);
  return operations;
}
