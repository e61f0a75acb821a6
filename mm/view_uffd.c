// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * userfaultfds and sleeping tasks for readers (view.h, reader.h).
 */
#include "reader.h"
#include "swapops.h"
#include "userfaultfd.h"

const struct restart_block *reader_restart_block(const struct machine *m,
						 const struct task_struct *task)
{
	return reader_object(m, task->restart_block, sizeof(struct restart_block));
}

const struct userfaultfd_ctx *reader_uffd(const struct machine *m, const void *kept)
{
	return reader_object(m, kept, sizeof(struct userfaultfd_ctx));
}

void reader_fill_sleep(const struct machine *m, const struct task_struct *task,
		       struct view_task *out)
{
	const struct restart_block *rb = reader_restart_block(m, task);
	const struct userfaultfd_ctx *ctx = rb ? reader_uffd(m, rb->ctx) : NULL;

	if (!rb)
		return;
	if (task->__state == TASK_INTERRUPTIBLE) {
		out->uffd = ctx ? ctx->nr : 0;
		out->wait_addr = rb->msg.address;
		out->wait_flags = (u32)rb->msg.flags;
		out->wait_op = rb->index;
		return;
	}
	out->restarted = true;
	out->restart_op = rb->index;
	out->restart_result = rb->result;
	out->restart_value = rb->outcome.value;
}

u32 view_uffd_of_vma(const struct machine *m, u32 nr)
{
	const struct vm_area_struct *vma = reader_vma_nr(m, nr);
	const struct userfaultfd_ctx *ctx =
		vma ? reader_uffd(m, vma->vm_userfaultfd_ctx.ctx) : NULL;

	return ctx ? ctx->nr : 0;
}

static u32 list_length(const struct machine *m, const struct list_head *list)
{
	const struct restart_block *rb;
	u32 n;

	reader_for_each(rb, n, m, list, wait);
	return n;
}

static void fill_uffd(const struct machine *m, const struct userfaultfd_ctx *ctx,
		      struct view_uffd *out)
{
	const struct mm_struct *mm = reader_object(m, ctx->mm, sizeof(*mm));
	const struct vm_area_struct *vma;
	u32 n;

	memset(out, 0, sizeof(*out));
	out->nr = ctx->nr;
	out->flags = ctx->flags;
	out->features = ctx->features & ~UFFD_FEATURE_INITIALIZED;
	out->initialized = ctx->features != 0;
	out->pending = list_length(m, &ctx->fault_pending_wqh);
	out->waiting = list_length(m, &ctx->fault_wqh);
	if (!mm)
		return;
	out->mm_nr = mm->mm_nr;
	out->pid = reader_mm_pid(m, mm);
	reader_for_each_vma(vma, n, m, mm)
	{
		if (reader_uffd(m, vma->vm_userfaultfd_ctx.ctx) != ctx)
			continue;
		out->nr_vmas++;
		out->pages += (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
	}
}

u32 view_uffds(const struct machine *m, struct view_uffd *out, u32 max)
{
	const struct userfaultfd_ctx *ctx;
	u32 n, nr = 0;

	reader_for_each(ctx, n, m, &m->userfaultfds, list)
	{
		if (ctx->released)
			continue;
		if (nr < max)
			fill_uffd(m, ctx, &out[nr]);
		nr++;
	}
	return nr;
}

/* ---- What an access would come to ---- */

/* Is a page of a file cached? */
static bool is_cached(const struct machine *m, const struct inode *inode, u64 index)
{
	const void *kept = inode->i_data.i_pages.xa_head;
	const struct xa_node *node;
	u64 shift = 64;

	do {
		node = reader_object(m, kept, sizeof(*node));
		/* Each level has to be lower than the one before. */
		if (!node || node->shift >= shift || index >> node->shift >> XA_CHUNK_SHIFT)
			return false;
		shift = node->shift;
		kept = node->slots[index >> shift];
		index &= (1UL << shift) - 1;
	} while (shift);
	return kept && !xa_is_value(kept);
}

/* Where no entry is: is the page a userfaultfd's to bring, or to map? */
static bool is_missing(const struct machine *m, const struct vm_area_struct *vma, u64 address)
{
	const struct file *file = reader_object(m, vma->vm_file, sizeof(*file));
	const struct inode *inode = file ? reader_object(m, file->f_inode, sizeof(*inode)) : NULL;
	u64 index = vma->vm_pgoff + ((address - vma->vm_start) >> PAGE_SHIFT);

	if (vma->vm_ops == VM_OPS_NONE)
		return userfaultfd_missing(vma);
	if (!inode || index >= i_size_pages(inode))
		return false;
	return is_cached(m, inode, index) ? userfaultfd_minor(vma) : userfaultfd_missing(vma);
}

u32 view_userfault(const struct machine *m, s32 pid, u64 address, bool write)
{
	const struct mm_struct *mm = reader_task_mm(m, pid);
	const struct vm_area_struct *vma;
	const struct userfaultfd_ctx *ctx;
	struct view_vma view;
	u32 level = 0;
	u64 entry;
	bool serves;

	if (!mm || !view_find_vma(m, pid, address, &view) || view.start > address)
		return VIEW_USERFAULT_NONE;
	vma = reader_vma_nr(m, view.nr);
	ctx = vma ? reader_uffd(m, vma->vm_userfaultfd_ctx.ctx) : NULL;
	if (!ctx)
		return VIEW_USERFAULT_NONE;
	entry = reader_entry(m, mm, address, &level);
	if (!entry)
		serves = is_missing(m, vma, address);
	else if (!pte_present(__pte(entry)))
		serves = write && userfaultfd_wp(vma) && pte_swp_uffd_wp(__pte(entry)) &&
			 !is_pte_marker(__pte(entry));
	else
		serves = write && userfaultfd_pte_wp(vma, __pte(entry));
	if (!serves)
		return VIEW_USERFAULT_NONE;
	return ctx->features & UFFD_FEATURE_SIGBUS ? VIEW_USERFAULT_SIGBUS : VIEW_USERFAULT_WAIT;
}
