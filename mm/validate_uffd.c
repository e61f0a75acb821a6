// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The part of mm_validate() that looks at userfaultfds and sleeping tasks: a VMA says VM_UFFD_* if and only if it belongs
 * to a userfaultfd that is open, of its own address space; only pages of such VMAs may be marked; a task sleeps if and
 * only if it is on one list of what it waits for; and references are as many as there are reasons for them.
 */
#include "userfaultfd.h"
#include "validate.h"

static mm_object_t task_object(const struct task_struct *task)
{
	return mm_object(MM_OBJECT_TASK, (u64)task->pid);
}

/* ---- VMAs ---- */

static void check_vma_ctx(struct validation *v, const struct mm_struct *mm,
			  const struct vm_area_struct *vma)
{
	const struct userfaultfd_ctx *ctx = reader_uffd(v->m, vma->vm_userfaultfd_ctx.ctx);
	mm_object_t object = mm_object(MM_OBJECT_VMA, vma->vm_nr);

	if (!vma->vm_userfaultfd_ctx.ctx != !(vma->vm_flags & __VM_UFFD_FLAGS))
		complain(v, object, "VMA %u has the flags %#lx, but %s userfaultfd.", vma->vm_nr,
			 vma->vm_flags, vma->vm_userfaultfd_ctx.ctx ? "a" : "no");
	if (!vma->vm_userfaultfd_ctx.ctx)
		return;
	if (!ctx)
		complain(v, object, "VMA %u has a userfaultfd that lies outside the RAM.",
			 vma->vm_nr);
	else if (ctx->released || reader_object(v->m, ctx->mm, sizeof(*mm)) != mm)
		complain(v, object,
			 "VMA %u belongs to userfaultfd %u, which is closed, or another task's.",
			 vma->vm_nr, ctx->nr);
}

/* ---- Who waits ---- */

static u32 check_queue(struct validation *v, const struct userfaultfd_ctx *ctx,
		       const struct list_head *queue)
{
	const struct task_struct *task;
	const struct restart_block *rb;
	u32 n;

	reader_for_each(rb, n, v->m, queue, wait)
	{
		task = reader_object(v->m, rb->task, sizeof(*task));
		if (!task || reader_restart_block(v->m, task) != rb)
			complain(v, MM_OBJECT_NONE, "Userfaultfd %u is waited for by nobody.",
				 ctx->nr);
		else if (task->__state != TASK_INTERRUPTIBLE || reader_uffd(v->m, rb->ctx) != ctx)
			complain(v, task_object(task),
				 "Task %d is on a list of userfaultfd %u, but does not wait for it.",
				 task->pid, ctx->nr);
	}
	return n;
}

static void check_ctx(struct validation *v, const struct userfaultfd_ctx *ctx)
{
	u32 waiting = check_queue(v, ctx, &ctx->fault_pending_wqh) +
		      check_queue(v, ctx, &ctx->fault_wqh);

	/* Nobody is woken but goes on at once, so that between two operations none of those is left. */
	if ((u32)ctx->refcount != waiting + !ctx->released)
		complain(v, MM_OBJECT_NONE,
			 "Userfaultfd %u has %d references, but %u tasks wait for it.", ctx->nr,
			 ctx->refcount, waiting);
}

/* A task that sleeps is on a list of an open userfaultfd; one that runs is not. */
static void check_sleeper(struct validation *v, const struct task_struct *task)
{
	const struct restart_block *rb = reader_restart_block(v->m, task);
	bool sleeps = task->__state == TASK_INTERRUPTIBLE;
	const struct restart_block *other = NULL;
	const struct userfaultfd_ctx *ctx;
	u32 n;

	if (sleeps != (rb && rb->state == RESTART_SLEEPING)) {
		complain(v, task_object(task), "Task %d %s, but its restart block says otherwise.",
			 task->pid, sleeps ? "sleeps" : "runs");
		return;
	}
	if (!sleeps)
		return;
	ctx = reader_uffd(v->m, rb->ctx);
	if (ctx)
		reader_for_each(other, n, v->m, &ctx->fault_pending_wqh, wait) if (other == rb)
			break;
	if (ctx && !other)
		reader_for_each(other, n, v->m, &ctx->fault_wqh, wait) if (other == rb) break;
	if (!other)
		complain(v, task_object(task), "Task %d sleeps, but nobody knows whom to wake.",
			 task->pid);
}

void check_userfaultfds(struct validation *v)
{
	const struct machine *m = v->m;
	const struct userfaultfd_ctx *ctx;
	const struct vm_area_struct *vma;
	const struct task_struct *task;
	const struct mm_struct *mm;
	u32 n, i;

	reader_for_each(mm, n, m, &m->mms, mm_list) reader_for_each_vma(vma, i, m, mm)
		check_vma_ctx(v, mm, vma);
	reader_for_each(ctx, n, m, &m->userfaultfds, list) check_ctx(v, ctx);
	reader_for_each(task, n, m, &m->tasks, tasks) check_sleeper(v, task);
}
