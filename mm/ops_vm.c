// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Operations of a task on its memory: system calls, and accesses of its program. What they take is told in ops.h.
 */
#include "mempolicy.h"

/* Most accesses of one operation. */
#define MAX_ACCESSES (1UL << 24)

s64 op_nobody(void)
{
	if (!current || !task_alive(current) || !current->mm)
		return -ESRCH;
	return current->__state == TASK_RUNNING ? 0 : -EBUSY;
}

/* ---- System calls that return an address, which is kept ---- */

static s64 keep_address(const struct mm_op *op, unsigned long addr)
{
	if (!IS_ERR_VALUE(addr))
		keep_result(op->slot, SLOT_ADDRESS, addr);
	return (s64)addr;
}

s64 op_mmap(const struct mm_op *op)
{
	if (op_nobody())
		return op_nobody();
	if (!slot_usable(op->slot))
		return -ERANGE;
	return keep_address(op, sys_mmap(op->arg[0], op->arg[1], (u32)op->arg[2], (u32)op->arg[3],
					 op_file(op->arg[4]), (s64)op->arg[5]));
}

s64 op_mremap(const struct mm_op *op)
{
	if (op_nobody())
		return op_nobody();
	if (!slot_usable(op->slot))
		return -ERANGE;
	return keep_address(
		op, sys_mremap(op->arg[0], op->arg[1], op->arg[2], (u32)op->arg[3], op->arg[4]));
}

s64 op_brk(const struct mm_op *op)
{
	if (op_nobody())
		return op_nobody();
	if (!slot_usable(op->slot))
		return -ERANGE;
	return keep_address(op, sys_brk(op->arg[0]));
}

/* ---- Other system calls ---- */

s64 op_munmap(const struct mm_op *op)
{
	return op_nobody() ?: sys_munmap(op->arg[0], op->arg[1]);
}

s64 op_mprotect(const struct mm_op *op)
{
	return op_nobody() ?: sys_mprotect(op->arg[0], op->arg[1], (u32)op->arg[2]);
}

s64 op_madvise(const struct mm_op *op)
{
	return op_nobody() ?: sys_madvise(op->arg[0], op->arg[1], (int)op->arg[2]);
}

s64 op_mlock(const struct mm_op *op)
{
	return op_nobody() ?: sys_mlock(op->arg[0], op->arg[1]);
}

s64 op_mlock2(const struct mm_op *op)
{
	return op_nobody() ?: sys_mlock2(op->arg[0], op->arg[1], (int)op->arg[2]);
}

s64 op_munlock(const struct mm_op *op)
{
	return op_nobody() ?: sys_munlock(op->arg[0], op->arg[1]);
}

s64 op_mlockall(const struct mm_op *op)
{
	return op_nobody() ?: sys_mlockall((int)op->arg[0]);
}

s64 op_munlockall(const struct mm_op *op)
{
	return op_nobody() ?: sys_munlockall();
}

s64 op_msync(const struct mm_op *op)
{
	return op_nobody() ?: sys_msync(op->arg[0], op->arg[1], (int)op->arg[2]);
}

s64 op_mincore(const struct mm_op *op)
{
	return op_nobody() ?: sys_mincore(op->arg[0], op->arg[1], op->arg[4]);
}

s64 op_mseal(const struct mm_op *op)
{
	return op_nobody() ?: sys_mseal(op->arg[0], op->arg[1], op->arg[2]);
}

/* ---- Memory policies: the sets of nodes are given as they are, not as addresses of them ---- */

s64 op_set_mempolicy(const struct mm_op *op)
{
	nodemask_t nodes = { op->arg[1] };

	return op_nobody() ?: sys_set_mempolicy((u32)(op->arg[0] | op->arg[2]), nodes);
}

s64 op_get_mempolicy(const struct mm_op *op)
{
	nodemask_t nodes;
	s64 result;

	if (op_nobody())
		return op_nobody();
	result = sys_get_mempolicy(&nodes, op->arg[0], op->arg[1]);
	this_machine->outcome.value = nodes.bits;
	return result;
}

s64 op_mbind(const struct mm_op *op)
{
	nodemask_t nodes = { op->arg[3] };

	return op_nobody() ?: sys_mbind(op->arg[0], op->arg[1], (u32)(op->arg[2] | op->arg[5]), nodes,
				    (u32)op->arg[4]);
}

/* ---- Limits and usage ---- */

s64 op_setrlimit(const struct mm_op *op)
{
	if (op_nobody())
		return op_nobody();
	if (op->arg[0] >= RLIM_NLIMITS)
		return -EINVAL;
	current->rlim[op->arg[0]] = op->arg[1];
	return 0;
}

/* struct rusage of x86-64: two times (16 bytes each), then longs. */
#define RUSAGE_BYTES  144
#define RUSAGE_MAXRSS 4
#define RUSAGE_MINFLT 8
#define RUSAGE_MAJFLT 9

s64 op_getrusage(const struct mm_op *op)
{
	u64 rusage[RUSAGE_BYTES / 8] = { 0 };

	if (op_nobody())
		return op_nobody();
	rusage[RUSAGE_MAXRSS] = max(current->mm->hiwater_rss, get_mm_rss(current->mm))
				<< (PAGE_SHIFT - 10);
	rusage[RUSAGE_MINFLT] = current->min_flt;
	rusage[RUSAGE_MAJFLT] = current->maj_flt;
	return copy_to_user(op->arg[0], rusage, sizeof(rusage)) ? -EFAULT : 0;
}

/* ---- Accesses ---- */

/* 0, or -EINVAL for a width or a number of accesses that makes no sense. */
static s64 check_access(const struct mm_op *op, u64 *count, u64 *distance)
{
	u64 bytes = op->arg[1];

	*count = op->arg[2] ? op->arg[2] : 1;
	*distance = op->arg[3] ? op->arg[3] : PAGE_SIZE;
	if (bytes != 1 && bytes != 2 && bytes != 4 && bytes != 8)
		return -EINVAL;
	return *count > MAX_ACCESSES ? -EINVAL : 0;
}

s64 op_load(const struct mm_op *op)
{
	struct op_outcome *outcome = &this_machine->outcome;
	u64 count, distance, value;
	s64 error = check_access(op, &count, &distance);

	if (op_nobody())
		return op_nobody();
	for (; !error && outcome->done < count; outcome->done++) {
		value = 0;
		error = user_load(op->arg[0] + outcome->done * distance, &value,
				  (unsigned int)op->arg[1]);
		if (error)
			break;
		outcome->value = value;
	}
	return error;
}

s64 op_store(const struct mm_op *op)
{
	struct op_outcome *outcome = &this_machine->outcome;
	u64 count, distance, value;
	s64 error = check_access(op, &count, &distance);

	if (op_nobody())
		return op_nobody();
	for (; !error && outcome->done < count; outcome->done++) {
		value = op->arg[5] + outcome->done;
		error = user_store(op->arg[0] + outcome->done * distance, &value,
				   (unsigned int)op->arg[1]);
		if (error)
			break;
	}
	return error;
}

s64 op_fetch(const struct mm_op *op)
{
	s64 error;

	if (op_nobody())
		return op_nobody();
	error = user_fetch(op->arg[0]);
	this_machine->outcome.done = !error;
	return error;
}
