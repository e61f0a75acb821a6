/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * userfaultfd: page faults that a program serves, mostly not the one that has them.
 *
 * A task makes a userfaultfd and registers stretches of its memory with it. From then on a fault there is not
 * served by the kernel: the task sleeps, and whoever has the userfaultfd open reads which address it wants, puts
 * a page there (or takes its write protection away), and so wakes it.
 *
 * What is passed in memory to ioctl() in Linux, is passed as arguments here.
 *
 * Linux counterpart: include/linux/userfaultfd_k.h, fs/userfaultfd.c.
 */
#ifndef MM_USERFAULTFD_H
#define MM_USERFAULTFD_H

#include "mm.h"
#include "ops.h"
#include "uffd.h"

/* ---- The kernel's side ---- */

#define __VM_UFFD_FLAGS (VM_UFFD_MISSING | VM_UFFD_WP | VM_UFFD_MINOR)

struct userfaultfd_ctx {
	struct list_head list;		/* on machine.userfaultfds */
	/* Sleeping tasks (struct restart_block, by wait), newest first: whose message nobody has read yet, and the others. */
	struct list_head fault_pending_wqh;
	struct list_head fault_wqh;
	struct mm_struct *mm;		/* whose faults it is told of; held by mm_count */
	u32 nr;				/* f_nr of the open file */
	s32 refcount;			/* the open file, and each sleeping task */
	u32 flags;			/* of userfaultfd() */
	u32 features;			/* UFFD_FEATURE_*; 0: UFFDIO_API is still to come */
	u32 released;			/* the file was closed */
	u32 pad;
};

/* What a task that sleeps in the middle of an operation is to go on with. Lasts until the task ends. */
struct restart_block {
	struct list_head wait;		/* while it sleeps: on a list of ctx; woken: on machine.woken */
	struct task_struct *task;
	struct userfaultfd_ctx *ctx;	/* whom it waits for; NULL: nobody */
	struct uffd_msg msg;
	u32 state;			/* enum restart_state */
	u32 error_code;			/* of the page fault that is not over yet, */
	unsigned long address;		/* with fault_pending */
	bool fault_pending;
	bool populate;			/* what is left is to bring pages of a range in */
	bool ignore_errors;
	unsigned long start, end;	/* that range */
	struct mm_op op;		/* the operation, its arguments resolved */
	u64 index;			/* its number */
	struct op_outcome outcome;	/* what it did so far */
	s64 result;			/* of an operation that was finished after a sleep */
};

enum restart_state {
	RESTART_NONE,		/* it runs, and may have slept before */
	RESTART_BLOCKED,	/* it fell asleep, and the operation under way is being left */
	RESTART_SLEEPING,
	RESTART_WOKEN,		/* goes on when the operation that woke it is over */
};

/* restart.c: the current task falls asleep. Its restart block, or NULL: no memory. */
struct restart_block *restart_block_of(struct task_struct *task);
void sleep_current(struct restart_block *rb);
/* A sleeping task may go on, after the operation under way. */
void wake_task(struct restart_block *rb);
/* A task that sleeps ends: nobody waits any more. */
void restart_exit(struct task_struct *task);
/* Between two operations: those who were woken go on with theirs. */
void restart_woken_tasks(void);
/* The operation that was just carried out has put its task to sleep: what is needed to go on is kept. */
void restart_save(const struct mm_op *op, s64 result);

/* Did the current task fall asleep in the operation under way? */
static inline bool current_blocked(void)
{
	return current && current->restart_block &&
	       current->restart_block->state == RESTART_BLOCKED;
}

/* userfaultfd.c. Those that return s64 give what the ioctl returns, a negated errno, or bytes done where they say so. */
s64 sys_userfaultfd(u32 flags);	/* the number of the open file */
struct userfaultfd_ctx *userfaultfd_find(u32 nr); /* by the number of the open file; NULL: it is none */
void userfaultfd_release(u32 nr);
s64 userfaultfd_api(struct userfaultfd_ctx *ctx, u64 api, u64 features);
s64 userfaultfd_register(struct userfaultfd_ctx *ctx, u64 start, u64 len, u64 mode);
s64 userfaultfd_unregister(struct userfaultfd_ctx *ctx, u64 start, u64 len);
s64 userfaultfd_wake(struct userfaultfd_ctx *ctx, u64 start, u64 len);
/* The oldest message that was not read yet: 0, -EAGAIN: there is none, or -EINVAL. */
s64 userfaultfd_read(struct userfaultfd_ctx *ctx, struct uffd_msg *msg);
/* @done: bytes that were filled, also if the result is -EAGAIN; those that were before, of a copy that goes on. */
s64 userfaultfd_copy(struct userfaultfd_ctx *ctx, u64 dst, u64 src, u64 len, u64 mode, u64 *done);
s64 userfaultfd_zeropage(struct userfaultfd_ctx *ctx, u64 start, u64 len, u64 mode, u64 *done);
s64 userfaultfd_continue(struct userfaultfd_ctx *ctx, u64 start, u64 len, u64 mode, u64 *done);
s64 userfaultfd_writeprotect(struct userfaultfd_ctx *ctx, u64 start, u64 len, u64 mode);
/* A waiting task has gone: its reference. */
void userfaultfd_ctx_put(struct userfaultfd_ctx *ctx);

/*
 * A fault that the userfaultfd of the VMA is to serve; @reason: one of VM_UFFD_*. The current task falls asleep
 * (VM_FAULT_RETRY), unless it cannot: VM_FAULT_SIGBUS.
 */
vm_fault_t handle_userfault(struct vm_fault *vmf, unsigned long reason);
/* fork(): the child's copy of a VMA does not belong to the userfaultfd. */
void dup_userfaultfd(struct vm_area_struct *vma);
/* mremap(): nor does one that was moved. */
void mremap_userfaultfd_prep(struct vm_area_struct *vma);

/* userfaultfd_fill.c: mm/userfaultfd.c. Bytes done, or -errno if none. */
s64 mcopy_atomic(struct mm_struct *mm, unsigned long dst, unsigned long src, unsigned long len,
		 bool wp_copy);
s64 mfill_zeropage(struct mm_struct *mm, unsigned long start, unsigned long len);
s64 mcopy_continue(struct mm_struct *mm, unsigned long start, unsigned long len);
/* Write-protects the pages of a range that are there, or takes that away. 0 or -errno. */
s64 mwriteprotect_range(struct mm_struct *mm, unsigned long start, unsigned long len,
			bool enable_wp);
void uffd_wp_range(struct vm_area_struct *vma, unsigned long start, unsigned long len,
		   bool enable_wp);

static inline bool userfaultfd_missing(const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_UFFD_MISSING;
}

static inline bool userfaultfd_wp(const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_UFFD_WP;
}

static inline bool userfaultfd_minor(const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_UFFD_MINOR;
}

static inline bool userfaultfd_armed(const struct vm_area_struct *vma)
{
	return vma->vm_flags & __VM_UFFD_FLAGS;
}

static inline bool userfaultfd_pte_wp(const struct vm_area_struct *vma, pte_t pte)
{
	return userfaultfd_wp(vma) && pte_uffd_wp(pte);
}

static inline bool userfaultfd_huge_pmd_wp(const struct vm_area_struct *vma, pmd_t pmd)
{
	return userfaultfd_wp(vma) && pmd_uffd_wp(pmd);
}

#endif
