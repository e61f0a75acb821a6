// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tasks that sleep in the middle of an operation, and go on when they are woken.
 *
 * In Linux a task that sleeps keeps its kernel stack, and goes on where it was. Here all operations share one
 * stack: the operation is left, and what remains of it is kept in the task's restart block - the operation with
 * the accesses that are done already, and the page fault that is not over. A program cannot tell the difference: an
 * access happens as a whole or not at all, and what a system call has copied, it does not copy again.
 *
 * The operation ends with -ERESTARTNOINTR, which no program ever sees. Who was woken goes on when the operation
 * that woke him is over, in the order of waking.
 *
 * Linux counterpart: schedule(), try_to_wake_up() of kernel/sched/core.c; struct restart_block.
 */
#include "slab.h"
#include "userfaultfd.h"

struct restart_block *restart_block_of(struct task_struct *task)
{
	struct restart_block *rb = task->restart_block;

	if (rb)
		return rb;
	rb = kzalloc(sizeof(*rb), GFP_KERNEL);
	if (!rb)
		return NULL;
	rb->task = task;
	INIT_LIST_HEAD(&rb->wait);
	task->restart_block = rb;
	return rb;
}

void sleep_current(struct restart_block *rb)
{
	rb->state = RESTART_BLOCKED;
	current->__state = TASK_INTERRUPTIBLE;
	trace(TRACE_sched_switch, (u64)current->pid, 0, 0, 0);
}

void restart_save(const struct mm_op *op, s64 result)
{
	struct restart_block *rb = current->restart_block;

	/* One that sleeps for the second time is being carried out from there. */
	if (op != &rb->op)
		rb->op = *op;
	if (rb->state == RESTART_BLOCKED)
		rb->state = RESTART_SLEEPING;
	rb->index = this_machine->op_index;
	rb->outcome = this_machine->outcome;
	rb->result = result;
}

void wake_task(struct restart_block *rb)
{
	trace(TRACE_sched_waking, (u64)rb->task->pid, 0, 0, 0);
	rb->state = RESTART_WOKEN;
	list_move_tail(&rb->wait, &this_machine->woken);
}

/* What the sleep kept from being done. Returns the operation's result. */
static s64 go_on(struct restart_block *rb)
{
	s64 result = rb->result, error;

	if (!rb->populate)
		return run_restarted(&rb->op);
	rb->populate = false;
	error = __mm_populate(rb->start, rb->end - rb->start, rb->ignore_errors);
	if (current_blocked()) {
		restart_save(&rb->op, result);
		return -ERESTARTNOINTR;
	}
	return error ? mlock_posix_error(error) : result;
}

static void restart_syscall(struct restart_block *rb)
{
	struct machine *m = this_machine;
	struct op_outcome outcome = m->outcome;
	struct task_struct *task = current;
	u64 index = m->op_index;
	u32 cpu = m->cpu;
	s64 result;

	list_del(&rb->wait);
	INIT_LIST_HEAD(&rb->wait);
	if (rb->ctx)
		userfaultfd_ctx_put(rb->ctx);
	rb->ctx = NULL;
	rb->state = RESTART_NONE;
	rb->task->__state = TASK_RUNNING;
	m->current_task = rb->task;
	m->cpu = rb->op.cpu;
	m->op_index = rb->index;
	m->outcome = rb->outcome;
	trace(TRACE_restart_syscall, (u64)rb->task->pid, rb->index, 0, 0);
	result = go_on(rb);
	if (rb->state == RESTART_NONE) {
		rb->result = result;
		rb->outcome = m->outcome;
	}
	trace(TRACE_restart_syscall_end, (u64)rb->task->pid, rb->index, (u64)result,
	      m->outcome.value);
	m->outcome = outcome;
	m->op_index = index;
	m->cpu = cpu;
	m->current_task = task;
}

void restart_woken_tasks(void)
{
	struct list_head *woken = &this_machine->woken;

	while (!list_empty(woken))
		restart_syscall(list_first_entry(woken, struct restart_block, wait));
}

void restart_exit(struct task_struct *task)
{
	struct restart_block *rb = task->restart_block;

	if (!rb)
		return;
	list_del(&rb->wait);
	if (rb->ctx)
		userfaultfd_ctx_put(rb->ctx);
	kfree(rb);
	task->restart_block = NULL;
}
