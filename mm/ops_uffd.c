// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Operations on userfaultfds. What they take is told in ops.h.
 *
 * Any task may use one that is open, as if it had been handed down by fork() or passed through a socket.
 */
#include "userfaultfd.h"

/*
 * The userfaultfd that an operation names; ERR_PTR(-EBADF): none is open there, -ENOTTY: it is a file; or why nobody
 * can do the operation.
 */
static struct userfaultfd_ctx *op_uffd(u64 slot)
{
	struct file *file = op_file(slot);
	struct userfaultfd_ctx *ctx;
	s64 error = op_nobody();

	if (error)
		return ERR_PTR(error);
	if (!file || IS_ERR(file))
		return ERR_PTR(-EBADF);
	ctx = userfaultfd_find(file->f_nr);
	return ctx ? ctx : ERR_PTR(-ENOTTY);
}

s64 op_userfaultfd(const struct mm_op *op)
{
	s64 nr, error = op_nobody();

	if (error)
		return error;
	if (!slot_usable(op->slot))
		return -ERANGE;
	nr = sys_userfaultfd((u32)op->arg[0]);
	if (nr > 0)
		keep_result(op->slot, SLOT_OPEN_FILE, (u64)nr);
	return nr;
}

s64 op_uffd_api(const struct mm_op *op)
{
	struct userfaultfd_ctx *ctx = op_uffd(op->arg[0]);
	s64 error;

	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	error = userfaultfd_api(ctx, op->arg[1], op->arg[2]);
	this_machine->outcome.value = error ? 0 : UFFD_API_FEATURES;
	return error;
}

s64 op_uffd_register(const struct mm_op *op)
{
	struct userfaultfd_ctx *ctx = op_uffd(op->arg[0]);

	return IS_ERR(ctx) ? PTR_ERR(ctx)
			   : userfaultfd_register(ctx, op->arg[4], op->arg[1], op->arg[2]);
}

s64 op_uffd_unregister(const struct mm_op *op)
{
	struct userfaultfd_ctx *ctx = op_uffd(op->arg[0]);

	return IS_ERR(ctx) ? PTR_ERR(ctx) : userfaultfd_unregister(ctx, op->arg[4], op->arg[1]);
}

s64 op_uffd_wake(const struct mm_op *op)
{
	struct userfaultfd_ctx *ctx = op_uffd(op->arg[0]);

	return IS_ERR(ctx) ? PTR_ERR(ctx) : userfaultfd_wake(ctx, op->arg[4], op->arg[1]);
}

s64 op_uffd_writeprotect(const struct mm_op *op)
{
	struct userfaultfd_ctx *ctx = op_uffd(op->arg[0]);

	return IS_ERR(ctx) ? PTR_ERR(ctx)
			   : userfaultfd_writeprotect(ctx, op->arg[4], op->arg[1], op->arg[2]);
}

/* ---- Those that fill a range: bytes that were filled, or why none were ---- */

/* @done is what the ioctl writes into its argument: bytes, or the error. */
static s64 tell_filled(s64 error, u64 done)
{
	this_machine->outcome.value = done;
	return error;
}

s64 op_uffd_copy(const struct mm_op *op)
{
	struct userfaultfd_ctx *ctx = op_uffd(op->arg[0]);
	struct op_outcome *outcome = &this_machine->outcome;
	s64 error;

	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	/* After a sleep, what was copied is not copied again. */
	error = userfaultfd_copy(ctx, op->arg[4], op->arg[5], op->arg[1], op->arg[2],
				 &outcome->done);
	return tell_filled(error, outcome->done);
}

s64 op_uffd_zeropage(const struct mm_op *op)
{
	struct userfaultfd_ctx *ctx = op_uffd(op->arg[0]);
	u64 done = 0;
	s64 error;

	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	error = userfaultfd_zeropage(ctx, op->arg[4], op->arg[1], op->arg[2], &done);
	return tell_filled(error, done);
}

s64 op_uffd_continue(const struct mm_op *op)
{
	struct userfaultfd_ctx *ctx = op_uffd(op->arg[0]);
	u64 done = 0;
	s64 error;

	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	error = userfaultfd_continue(ctx, op->arg[4], op->arg[1], op->arg[2], &done);
	return tell_filled(error, done);
}

/* The script's read() is that of a descriptor with O_NONBLOCK: where there is nothing to read, it does not sleep. */
s64 op_uffd_read(const struct mm_op *op)
{
	struct userfaultfd_ctx *ctx = op_uffd(op->arg[0]);
	struct uffd_msg msg = { 0 };
	s64 error;

	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	if (!slot_usable(op->slot))
		return -ERANGE;
	error = userfaultfd_read(ctx, &msg);
	if (error)
		return error;
	keep_result(op->slot, SLOT_ADDRESS, msg.address);
	this_machine->outcome.value = msg.flags;
	this_machine->outcome.done = msg.ptid;
	return (s64)msg.address;
}
