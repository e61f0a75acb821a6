// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Operations of those who reach a program's memory by other ways than its page tables: debuggers and devices. What
 * they take is told in ops.h.
 */
#include "gup.h"

/* ---- ptrace() ---- */

/* The task that is looked at; ERR_PTR(-ESRCH): it is not there, or it is the one that looks. */
static struct task_struct *tracee_of(const struct mm_op *op)
{
	struct task_struct *task;
	u64 pid;

	if (op_nobody())
		return ERR_PTR(op_nobody());
	if (result_of(op->slot, SLOT_TASK, &pid))
		return ERR_PTR(-ESRCH);
	task = find_task_by_pid((s32)pid);
	return task && task->mm && task != current ? task : ERR_PTR(-ESRCH);
}

static s64 peek_or_poke(const struct mm_op *op, u64 *value, unsigned int gup_flags)
{
	struct task_struct *tracee = tracee_of(op);
	int len = (int)op->arg[1];

	if (IS_ERR(tracee))
		return PTR_ERR(tracee);
	if (!op->arg[1] || op->arg[1] > sizeof(*value))
		return -EINVAL;
	if (access_process_vm(tracee, op->arg[0], value, len, gup_flags | FOLL_FORCE) != len)
		return -EIO;
	this_machine->outcome.done = 1;
	return 0;
}

s64 op_ptrace_peek(const struct mm_op *op)
{
	u64 value = 0;
	s64 error = peek_or_poke(op, &value, 0);

	if (!error)
		this_machine->outcome.value = value;
	return error;
}

s64 op_ptrace_poke(const struct mm_op *op)
{
	u64 value = op->arg[5];

	return peek_or_poke(op, &value, FOLL_WRITE);
}

/* ---- Devices ---- */

s64 op_umem_get(const struct mm_op *op)
{
	struct ib_umem *umem;

	if (op_nobody())
		return op_nobody();
	if (!slot_usable(op->slot))
		return -ERANGE;
	umem = ib_umem_get(op->arg[0], op->arg[1], op->arg[2]);
	if (IS_ERR(umem))
		return PTR_ERR(umem);
	keep_result(op->slot, SLOT_UMEM, virt_to_phys(umem));
	return umem->npages;
}

static struct ib_umem *umem_of(u32 slot)
{
	u64 phys;
	s64 error = result_of(slot, SLOT_UMEM, &phys);

	return error ? ERR_PTR(error) : phys_to_virt(phys);
}

s64 op_umem_release(const struct mm_op *op)
{
	struct ib_umem *umem = umem_of(op->slot);

	if (IS_ERR(umem))
		return PTR_ERR(umem);
	end_result(SLOT_UMEM, virt_to_phys(umem));
	ib_umem_release(umem);
	return 0;
}

static s64 device_access(const struct mm_op *op, u64 *value, bool write)
{
	struct ib_umem *umem = umem_of(op->slot);
	s64 error;

	if (IS_ERR(umem))
		return PTR_ERR(umem);
	if (!op->arg[1] || op->arg[1] > sizeof(*value))
		return -EINVAL;
	error = umem_access(umem, op->arg[0], value, op->arg[1], write);
	this_machine->outcome.done = !error;
	return error;
}

s64 op_dma_read(const struct mm_op *op)
{
	u64 value = 0;
	s64 error = device_access(op, &value, false);

	if (!error)
		this_machine->outcome.value = value;
	return error;
}

s64 op_dma_write(const struct mm_op *op)
{
	u64 value = op->arg[5];

	return device_access(op, &value, true);
}
