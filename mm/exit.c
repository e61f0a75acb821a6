// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The end of a task: it gives back its address space at once; what is left of it, a
 * zombie, waits for the parent to ask how it ended.
 *
 * Also signals that memory accesses raise.
 *
 * Linux counterpart: kernel/exit.c; force_sig_fault() of kernel/signal.c.
 */
#include "mempolicy.h"
#include "slab.h"
#include "userfaultfd.h"
#include "writeback.h"

/* The task leaves its address space; the last one takes it with it. */
static void exit_mm(struct task_struct *task)
{
	struct mm_struct *mm = task->mm;

	if (!mm)
		return;
	task->mm = NULL;
	task->active_mm = NULL;
	if (mm->owner == task)
		mm->owner = NULL;
	mmput(mm);
}

/* Nobody waits for the children of a task that is gone: init does, at once. */
static void forget_original_parent(struct task_struct *father)
{
	struct task_struct *task, *next;

	list_for_each_entry_safe(task, next, &this_machine->tasks, tasks) {
		if (task->ppid != father->pid)
			continue;
		task->ppid = 0;
		if (task->__state == EXIT_ZOMBIE)
			release_task(task);
	}
}

void release_task(struct task_struct *task)
{
	trace(TRACE_release_task, (u64)task->pid, 0, 0, 0);
	task->__state = EXIT_DEAD;
	list_del(&task->tasks);
	end_result(SLOT_TASK, (u64)task->pid);
	if (current == task)
		this_machine->current_task = NULL;
	kmem_cache_free(this_machine->task_struct_cachep, task);
}

void do_exit(struct task_struct *task, int code)
{
	trace(TRACE_sched_process_exit, (u64)task->pid, (u64)code, 0, 0);
	task->flags |= PF_EXITING;
	restart_exit(task);
	account_dirty_leak(task->nr_dirtied);
	task->exit_code = code;
	exit_mm(task);
	mpol_put(task->mempolicy);
	task->mempolicy = NULL;
	task->__state = EXIT_ZOMBIE;
	forget_original_parent(task);
	if (!task->ppid)
		release_task(task);
}

void force_sig_fault(int sig, int code, unsigned long addr)
{
	struct kernel_siginfo info = { .signo = (u32)sig, .code = (u32)code, .addr = addr };

	trace(TRACE_signal_generate, (u64)current->pid, trace_pack((u32)sig, (u32)code), addr, 0);
	current->last_siginfo = info;
	this_machine->outcome.siginfo = info;
}
