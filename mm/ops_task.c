// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Operations on tasks: making them, fork, exec, exit, wait. What they take is told in ops.h.
 */
#include "mm.h"

/* What a task has that was made without a program of its own. */
#define DEFAULT_IMAGE_START 0x400000UL
#define DEFAULT_CODE	    (4UL * PAGE_SIZE)
#define DEFAULT_DATA	    (2UL * PAGE_SIZE)
#define DEFAULT_BSS	    (2UL * PAGE_SIZE)
#define DEFAULT_ARGS	    64UL
#define DEFAULT_STACK	    (132UL << 10)
#define DEFAULT_BRK	    0x401000UL /* of a bare task */

/* An address space with a stack only, and a place for the heap. */
static int setup_bare(struct task_struct *task, const struct mm_op *op)
{
	unsigned long top = op->arg[1] ? op->arg[1] : STACK_TOP;
	unsigned long size = op->arg[3] ? op->arg[3] : DEFAULT_STACK;
	struct mm_struct *mm;

	if ((top | size) & ~PAGE_MASK || top > TASK_SIZE || size >= top || op->arg[2] >= TASK_SIZE)
		return -EINVAL;
	mm = mm_alloc();
	if (!mm)
		return -ENOMEM;
	mm->owner = task;
	task->mm = mm;
	task->active_mm = mm;
	arch_pick_mmap_layout(mm, task);
	mm->start_brk = mm->brk = op->arg[2] ? op->arg[2] : DEFAULT_BRK;
	mm->end_code = ALIGN_DOWN(mm->brk, PAGE_SIZE);
	mm->start_code = mm->end_code - min(mm->end_code, PAGE_SIZE);
	mm->start_data = mm->end_data = mm->end_code;
	return setup_stack(mm, top, size);
}

/* Up to 8 bytes of a name, the first one lowest. */
static void set_task_comm(struct task_struct *task, u64 name)
{
	unsigned int i;

	for (i = 0; i < sizeof(name); i++)
		task->comm[i] = (char)(name >> (8 * i));
	task->comm[sizeof(name)] = '\0';
}

s64 op_task_create(const struct mm_op *op)
{
	const struct exec_image image = {
		.start = DEFAULT_IMAGE_START,
		.code = DEFAULT_CODE,
		.data = DEFAULT_DATA,
		.bss = DEFAULT_BSS,
		.args = DEFAULT_ARGS,
	};
	struct task_struct *task;
	int error;

	if (!slot_usable(op->slot))
		return -ERANGE;
	if (op->arg[4] & ~(u64)(TASK_CREATE_NO_THP | TASK_CREATE_BARE))
		return -EINVAL;
	task = new_task((u32)op->arg[0]);
	if (!task)
		return -ENOMEM;
	error = op->arg[4] & TASK_CREATE_BARE ? setup_bare(task, op) : do_execve(task, &image);
	if (error) {
		do_exit(task, 0);
		return error;
	}
	task->mm->thp_disable = op->arg[4] & TASK_CREATE_NO_THP ? 1 : 0;
	if (op->arg[5])
		set_task_comm(task, op->arg[5]);
	trace(TRACE_task_create, (u64)task->pid, task->mm->mm_nr, task->uid, 0);
	keep_result(op->slot, SLOT_TASK, (u64)task->pid);
	return task->pid;
}

s64 op_fork(const struct mm_op *op)
{
	struct task_struct *child;

	if (op_nobody())
		return op_nobody();
	if (!slot_usable(op->slot))
		return -ERANGE;
	child = copy_process(current);
	if (!child)
		return -ENOMEM;
	keep_result(op->slot, SLOT_TASK, (u64)child->pid);
	return child->pid;
}

s64 op_exec(const struct mm_op *op)
{
	struct exec_image image = {
		.code = op->arg[1],
		.data = op->arg[2],
		.bss = op->arg[3],
		.start = op->arg[4] ? op->arg[4] : DEFAULT_IMAGE_START,
		.args = op->arg[5] ? op->arg[5] : DEFAULT_ARGS,
	};

	if (op_nobody())
		return op_nobody();
	image.file = op_file(op->arg[0]);
	if (IS_ERR(image.file))
		return PTR_ERR(image.file);
	return do_execve(current, &image);
}

s64 op_exit(const struct mm_op *op)
{
	if (!current)
		return -ESRCH;
	/* One that sleeps can be killed. */
	if (!task_alive(current))
		return -ESRCH;
	do_exit(current, (int)op->arg[0]);
	return 0;
}

s64 op_wait(const struct mm_op *op)
{
	struct task_struct *child;
	u64 pid;
	s64 error = result_of(op->slot, SLOT_TASK, &pid);

	if (!current)
		return -ESRCH;
	if (current->__state == TASK_INTERRUPTIBLE)
		return -EBUSY;
	if (error)
		return error == -EINVAL ? -ECHILD : error;
	child = find_task_by_pid((s32)pid);
	if (!child || child->ppid != current->pid)
		return -ECHILD;
	if (child->__state != EXIT_ZOMBIE)
		return -EAGAIN; /* it runs: a script's wait() cannot sleep */
	release_task(child);
	return (s64)pid;
}

s64 op_set_task(const struct mm_op *op)
{
	u64 value = op->arg[1];

	if (!current)
		return -ESRCH;
	switch (op->arg[0]) {
	case TASK_SET_COMM:
		set_task_comm(current, value);
		return 0;
	case TASK_SET_UID:
		current->uid = (u32)value;
		return 0;
	case TASK_SET_OOM_SCORE_ADJ:
		if ((s64)value < -1000 || (s64)value > 1000)
			return -EINVAL;
		current->oom_score_adj = (s16)value;
		return 0;
	case TASK_SET_THP_DISABLE:
		if (!current->mm)
			return -ESRCH;
		current->mm->thp_disable = value ? 1 : 0;
		return 0;
	case TASK_SET_PERSONALITY:
		current->personality = (u32)value;
		return 0;
	default:
		return -EINVAL;
	}
}
