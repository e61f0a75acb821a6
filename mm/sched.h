/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tasks: as much of them as memory management needs. A task is a process here:
 * it has one thread.
 *
 * Linux counterpart: include/linux/sched.h, sched/signal.h, sched/mm.h.
 */
#ifndef MM_SCHED_H
#define MM_SCHED_H

#include "list.h"
#include "types.h"

struct mm_struct;
struct mempolicy;
struct restart_block;

#define TASK_COMM_LEN 16

/* Signals that memory accesses raise, and their si_code. */
#define SIGKILL	 9
#define SIGBUS	 7
#define SIGSEGV	 11
#define SIGTRAP	 5

#ifndef SEGV_MAPERR	/* tests that include the host's headers have them already */
#define SEGV_MAPERR 1	/* nothing is mapped there */
#define SEGV_ACCERR 2	/* something is, but not for this kind of access */
#define BUS_ADRERR  2	/* past the end of the file */
#define SI_KERNEL   0x80 /* not a canonical address: no address is reported */
#endif

/* Resource limits: what they limit, in bytes. */
#ifndef RLIMIT_CPU
enum {
	RLIMIT_CPU,
	RLIMIT_FSIZE,
	RLIMIT_DATA,
	RLIMIT_STACK,
	RLIMIT_CORE,
	RLIMIT_RSS,
	RLIMIT_NPROC,
	RLIMIT_NOFILE,
	RLIMIT_MEMLOCK,
	RLIMIT_AS,
	RLIM_NLIMITS = 16
};
#define RLIM_INFINITY (~0UL)
#endif

/* task->flags */
#define PF_EXITING    0x00000004u
#define PF_MEMALLOC   0x00000800u	/* is freeing memory: may use all of it */
#define PF_KSWAPD     0x00020000u
#define PF_KTHREAD    0x00200000u

enum task_state {
	TASK_RUNNING,
	EXIT_ZOMBIE,		/* has exited, the parent has not waited yet */
	EXIT_DEAD,
	TASK_INTERRUPTIBLE,	/* sleeps in the middle of an operation: restart.c */
};

/* What signal an access raised last. */
struct kernel_siginfo {
	u32 signo;		/* 0: none */
	u32 code;
	u64 addr;
};

struct task_struct {
	struct list_head tasks;		/* on machine.tasks, oldest first */
	s32 pid;			/* counted from 1, in order of birth */
	s32 ppid;			/* of the parent */
	u32 flags;			/* PF_* */
	u16 __state;			/* enum task_state */
	s16 oom_victim;
	char comm[TASK_COMM_LEN];
	struct mm_struct *mm;		/* NULL: kernel thread, or has exited */
	struct mm_struct *active_mm;	/* whose page tables a CPU uses for it */
	u32 uid;			/* 0: has all capabilities */
	s32 exit_code;
	unsigned long min_flt;		/* faults that needed no reading from a disk */
	unsigned long maj_flt;
	unsigned long rlim[RLIM_NLIMITS];
	struct kernel_siginfo last_siginfo;
	struct restart_block *restart_block; /* what it goes on with when it was woken; NULL: it never slept */
	u32 personality;		/* ADDR_COMPAT_LAYOUT: addresses from the bottom up */
	s16 oom_score_adj;
	s16 il_prev;			/* node that interleaving gave it last */
	u32 nr_dirtied;			/* pages of files, since balance_dirty_pages() looked */
	u32 nr_dirtied_pause;		/* after so many it looks again */
	u64 dirty_paused_when;		/* in jiffies: the end of its last pause there */
	struct mempolicy *mempolicy;	/* where its pages come from; NULL: the node of the CPU */
	u64 start_op;			/* operation that made it */
};

#define ADDR_COMPAT_LAYOUT 0x0200000u

/* The task that the operation under way belongs to; NULL while there is none. */
#define current (this_machine->current_task)

static inline unsigned long task_rlimit(const struct task_struct *task, unsigned int limit)
{
	return task->rlim[limit];
}

/* Has it not ended yet? */
static inline bool task_alive(const struct task_struct *task)
{
	return task->__state == TASK_RUNNING || task->__state == TASK_INTERRUPTIBLE;
}

#define rlimit(limit) task_rlimit(current, limit)

/* May @task do what the superuser may (CAP_IPC_LOCK, CAP_SYS_RESOURCE ...)? Nobody (NULL) is the script itself. */
static inline bool task_capable(const struct task_struct *task)
{
	return !task || task->uid == 0;
}

#endif
