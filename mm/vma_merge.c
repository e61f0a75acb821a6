// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Merging VMAs.
 *
 * Two neighbours become one if nothing tells them apart: the same flags, file,
 * policy and name, offsets that go on, and anonymous pages that belong to the same
 * anon_vma, or of one of them to none yet. Where a VMA has links to the
 * anon_vmas of its ancestors, having been copied by fork(), it may not pass them on to memory that
 * fork() did not copy.
 *
 * A range is met in two situations. Nothing is there yet (mmap(), brk(), mremap()): a neighbour is
 * grown over it, and the other one swallowed if all three fit. Or it is part of a VMA and gets other
 * flags (mprotect(), mlock(), madvise()): then that VMA is shrunk, or goes.
 *
 * Linux counterpart: mm/vma.c (6.18).
 */
#include "mempolicy.h"
#include "vma.h"

/* ---- May they merge? ---- */

static bool is_mergeable_vma(const struct vma_merge_struct *vmg, const struct vm_area_struct *vma)
{
	return mpol_equal(vma->vm_policy, vmg->policy) &&
	       !((vma->vm_flags ^ vmg->vm_flags) & ~VM_STICKY) && vma->vm_file == vmg->file &&
	       vma->vm_userfaultfd_ctx.ctx == vmg->uffd_ctx;
}

/* Is it linked to anon_vmas of its ancestors beside its own? */
static bool vma_had_uncowed_parents(const struct vm_area_struct *vma)
{
	return vma && vma->anon_vma && vma->anon_vma_chain.next->next != &vma->anon_vma_chain;
}

/* May the range's anonymous pages and those of @target be found through one anon_vma? */
static bool is_mergeable_anon_vma(const struct vma_merge_struct *vmg,
				  const struct vm_area_struct *target)
{
	if (!target->anon_vma && vmg->anon_vma)
		return !vma_had_uncowed_parents(vmg->middle) &&
		       !vma_had_uncowed_parents(vmg->copied_from);
	if (target->anon_vma && !vmg->anon_vma)
		return !vma_had_uncowed_parents(target);
	return target->anon_vma == vmg->anon_vma;
}

static bool can_vma_merge_left(const struct vma_merge_struct *vmg)
{
	const struct vm_area_struct *prev = vmg->prev;

	return prev && prev->vm_end == vmg->start && is_mergeable_vma(vmg, prev) &&
	       is_mergeable_anon_vma(vmg, prev) && prev->vm_pgoff + vma_pages(prev) == vmg->pgoff;
}

static bool can_vma_merge_right(const struct vma_merge_struct *vmg, bool can_merge_left)
{
	const struct vm_area_struct *prev = vmg->prev, *next = vmg->next;

	if (!next || next->vm_start != vmg->end || !is_mergeable_vma(vmg, next) ||
	    !is_mergeable_anon_vma(vmg, next) ||
	    next->vm_pgoff != vmg->pgoff + ((vmg->end - vmg->start) >> PAGE_SHIFT))
		return false;
	/* That both fit the range does not mean that they fit each other. */
	return !can_merge_left || !prev->anon_vma || !next->anon_vma ||
	       prev->anon_vma == next->anon_vma;
}

/* A mapping whose end somebody waits for must not vanish in another. */
static bool can_merge_remove_vma(const struct vm_area_struct *vma)
{
	const struct vm_operations_struct *ops = vma_ops(vma);

	return !ops || !ops->close;
}

/* ---- Merging ---- */

/* @dst will hold pages of @src: it takes over its anon_vma if it has none. 0 or -ENOMEM. */
static int dup_anon_vma(struct vm_area_struct *dst, struct vm_area_struct *src)
{
	int error;

	if (!src || !src->anon_vma || dst->anon_vma)
		return 0;
	dst->anon_vma = src->anon_vma;
	error = anon_vma_clone(dst, src);
	if (error)
		dst->anon_vma = NULL;
	return error;
}

/* @vma lies in another one by now: it goes. */
static void swallow(struct vm_area_struct *vma)
{
	vma_unlink(vma);
	unlink_file_vma(vma);
	unlink_anon_vmas(vma);
	if (vma->vm_file)
		fput(vma->vm_file);
	vm_area_free(vma);
}

/*
 * @target reaches over [start, end) from now on; @gone VMAs (or NULL) within it go. @vm_flags: those of the
 * range that joins it.
 */
static void commit_merge(struct vm_area_struct *target, unsigned long start, unsigned long end,
			 unsigned long vm_flags, struct vm_area_struct *gone,
			 struct vm_area_struct *gone2)
{
	unsigned long pgoff = target->vm_pgoff - ((target->vm_start - start) >> PAGE_SHIFT);

	trace(TRACE_vma_merge, trace_pack(target->vm_nr, gone ? gone->vm_nr : 0),
	      gone2 ? gone2->vm_nr : 0, start, end);
	target->vm_flags |= vm_flags & VM_STICKY;
	if (gone) {
		target->vm_flags |= gone->vm_flags & VM_STICKY;
		swallow(gone);
	}
	if (gone2) {
		target->vm_flags |= gone2->vm_flags & VM_STICKY;
		swallow(gone2);
	}
	vma_set_range(target, start, end, pgoff);
}

struct vm_area_struct *vma_merge_new_range(struct vma_merge_struct *vmg)
{
	struct vm_area_struct *prev = vmg->prev, *next = vmg->next, *target;
	bool left, right;

	if (vmg->vm_flags & VM_SPECIAL)
		return NULL;
	left = can_vma_merge_left(vmg);
	right = !vmg->just_expand && can_vma_merge_right(vmg, left);
	if (left && right && !can_merge_remove_vma(next))
		right = false;
	if (!left && !right)
		return NULL;
	target = left ? prev : next;
	if (left && right && dup_anon_vma(target, next))
		return NULL;
	if (dup_anon_vma(target, vmg->copied_from))
		return NULL;
	commit_merge(target, left ? prev->vm_start : vmg->start, right ? next->vm_end : vmg->end,
		     vmg->vm_flags, left && right ? next : NULL, NULL);
	return target;
}

/* The range is the left or the right end of the middle VMA, or all of it: joins it to a neighbour. */
static struct vm_area_struct *join_part(struct vma_merge_struct *vmg, bool left, bool right,
					bool whole)
{
	struct vm_area_struct *middle = vmg->middle, *target = left ? vmg->prev : vmg->next;

	if (left && right)
		if (dup_anon_vma(target, vmg->next))
			return NULL;
	if (dup_anon_vma(target, middle))
		return NULL;
	if (whole) {
		commit_merge(target, left ? target->vm_start : middle->vm_start,
			     right ? vmg->next->vm_end : middle->vm_end, vmg->vm_flags, middle,
			     left && right ? vmg->next : NULL);
		return target;
	}
	/* The pages change hands, so a huge page must not lie across the border. */
	if (left) {
		vma_adjust_trans_huge(middle, vmg->end, middle->vm_end, 0);
		vma_set_range(middle, vmg->end, middle->vm_end,
			      linear_page_index(middle, vmg->end));
		commit_merge(target, target->vm_start, vmg->end, vmg->vm_flags, NULL, NULL);
	} else {
		vma_adjust_trans_huge(middle, middle->vm_start, vmg->start, 0);
		vma_set_range(middle, middle->vm_start, vmg->start, middle->vm_pgoff);
		commit_merge(target, vmg->start, target->vm_end, vmg->vm_flags, NULL, NULL);
	}
	return target;
}

static struct vm_area_struct *vma_merge_existing_range(struct vma_merge_struct *vmg)
{
	struct vm_area_struct *middle = vmg->middle;
	bool left_side = vmg->start == middle->vm_start, right_side = vmg->end == middle->vm_end;
	bool left, right;

	if (vmg->vm_flags & VM_SPECIAL || (!left_side && !right_side))
		return NULL;
	vmg->next = right_side ? middle->vm_next : NULL;
	left = left_side && can_vma_merge_left(vmg);
	right = right_side && can_vma_merge_right(vmg, left);
	if (!left && !right)
		return NULL;
	if (left_side && right_side && !can_merge_remove_vma(middle))
		return NULL;
	if (left && right && !can_merge_remove_vma(vmg->next))
		right = false;
	return join_part(vmg, left, right, left_side && right_side);
}

/* What a range must agree in with a VMA to be part of it, as @vma has it. */
static struct vma_merge_struct merge_state(const struct vm_area_struct *vma, unsigned long start,
					   unsigned long end)
{
	return (struct vma_merge_struct){
		.start = start,
		.end = end,
		.pgoff = linear_page_index(vma, start),
		.vm_flags = vma->vm_flags,
		.file = vma->vm_file,
		.anon_vma = vma->anon_vma,
		.uffd_ctx = vma->vm_userfaultfd_ctx.ctx,
		.policy = vma->vm_policy,
	};
}

/* The range of @vmg, which is in one VMA, gets what it says: merges it, or splits it off. */
static struct vm_area_struct *vma_modify(struct vma_merge_struct *vmg)
{
	struct vm_area_struct *vma = vmg->middle, *merged;
	unsigned long start = vmg->start, end = vmg->end;
	int error;

	vmg->prev = vma->vm_prev;
	merged = vma_merge_existing_range(vmg);
	if (merged)
		return merged;
	if (vma->vm_start < start) {
		error = split_vma(vma, start, true);
		if (error)
			return ERR_PTR(error);
	}
	if (vma->vm_end > end) {
		error = split_vma(vma, end, false);
		if (error)
			return ERR_PTR(error);
	}
	return vma;
}

struct vm_area_struct *vma_modify_flags(struct vm_area_struct *vma, unsigned long start,
					unsigned long end, unsigned long *vm_flags)
{
	struct vma_merge_struct vmg = merge_state(vma, start, end);
	struct vm_area_struct *modified;

	vmg.middle = vma;
	vmg.vm_flags = *vm_flags;
	modified = vma_modify(&vmg);
	if (!IS_ERR(modified) && modified != vma)
		*vm_flags |= modified->vm_flags & VM_STICKY;
	return modified;
}

struct vm_area_struct *vma_modify_flags_uffd(struct vm_area_struct *vma, unsigned long start,
					     unsigned long end, unsigned long *vm_flags,
					     struct userfaultfd_ctx *ctx)
{
	struct vma_merge_struct vmg = merge_state(vma, start, end);
	struct vm_area_struct *modified;

	vmg.middle = vma;
	vmg.vm_flags = *vm_flags;
	vmg.uffd_ctx = ctx;
	modified = vma_modify(&vmg);
	if (!IS_ERR(modified) && modified != vma)
		*vm_flags |= modified->vm_flags & VM_STICKY;
	return modified;
}

struct vm_area_struct *vma_modify_policy(struct vm_area_struct *vma, unsigned long start,
					 unsigned long end, struct mempolicy *new_pol)
{
	struct vma_merge_struct vmg = merge_state(vma, start, end);

	vmg.middle = vma;
	vmg.policy = new_pol;
	return vma_modify(&vmg);
}

struct vm_area_struct *vma_merge_extend(struct vm_area_struct *vma, unsigned long delta)
{
	struct vma_merge_struct vmg = merge_state(vma, vma->vm_end, vma->vm_end + delta);

	vmg.prev = vma;
	vmg.next = vma->vm_next;
	return vma_merge_new_range(&vmg);
}

/* The copy could not be merged: a VMA of its own. */
static struct vm_area_struct *new_copy(struct vm_area_struct *vma, unsigned long addr,
				       unsigned long len, unsigned long pgoff)
{
	const struct vm_operations_struct *ops = vma_ops(vma);
	struct vm_area_struct *new_vma = vm_area_dup(vma);

	if (!new_vma)
		return NULL;
	new_vma->vm_start = addr;
	new_vma->vm_end = addr + len;
	new_vma->vm_pgoff = pgoff;
	if (vma_dup_policy(vma, new_vma) || anon_vma_clone(new_vma, vma)) {
		vm_area_free(new_vma);
		return NULL;
	}
	if (new_vma->vm_file)
		get_file(new_vma->vm_file);
	if (ops && ops->open)
		ops->open(new_vma);
	vma_link(new_vma->vm_mm, new_vma);
	return new_vma;
}

struct vm_area_struct *copy_vma(struct vm_area_struct **vmap, unsigned long addr, unsigned long len,
				unsigned long pgoff)
{
	struct vm_area_struct *vma = *vmap, *new_vma, *next;
	struct vma_merge_struct vmg = merge_state(vma, addr, addr + len);
	unsigned long vma_start = vma->vm_start;

	/* Without pages the offset need not be kept: with that of its new place it is more likely to merge. */
	if (vma_is_anonymous(vma) && !vma->anon_vma)
		pgoff = addr >> PAGE_SHIFT;
	next = find_vma_prev(vma->vm_mm, addr, &vmg.prev);
	vmg.start = addr;
	vmg.end = addr + len;
	vmg.pgoff = pgoff;
	vmg.next = next;
	vmg.copied_from = vma;
	new_vma = vma_merge_new_range(&vmg);
	if (!new_vma)
		return new_copy(vma, addr, len, pgoff);
	/* It may have been merged with the VMA it is a copy of, if that has no pages. */
	if (vma_start >= new_vma->vm_start && vma_start < new_vma->vm_end)
		*vmap = new_vma;
	return new_vma;
}
