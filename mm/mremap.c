// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mremap(): makes a mapping longer or shorter, or moves it with its pages.
 *
 * Moving makes a second VMA with the same offsets, hands the page-table entries over
 * to it, and unmaps the first. A range of several VMAs can be moved, not resized.
 *
 * Linux counterpart: mm/mremap.c (6.18).
 */
#include "userfaultfd.h"
#include "vma.h"

enum mremap_type {
	MREMAP_NO_RESIZE,
	MREMAP_SHRINK,
	MREMAP_EXPAND,
};

/* One call, or the part of one that concerns one VMA. Lengths in bytes. */
struct vma_remap_struct {
	unsigned long addr, old_len, new_len;
	unsigned long new_addr;
	unsigned long delta;	    /* between the lengths */
	unsigned long charged;	    /* pages promised */
	struct vm_area_struct *vma; /* NULL: nothing is mapped at addr */
	enum mremap_type type;
	unsigned int flags;
	bool populate_expand; /* locked memory grows: its new pages are wanted */
};

static bool implies_new_addr(const struct vma_remap_struct *vrm)
{
	return vrm->flags & (MREMAP_FIXED | MREMAP_DONTUNMAP);
}

static bool overlaps(const struct vma_remap_struct *vrm)
{
	return vrm->addr + vrm->old_len > vrm->new_addr && vrm->new_addr + vrm->new_len > vrm->addr;
}

/* ---- What can be said of the arguments alone ---- */

static int check_new_addr(const struct vma_remap_struct *vrm)
{
	if (vrm->new_addr > current->mm->task_size - vrm->new_len)
		return -EINVAL;
	if (vrm->new_addr & ~PAGE_MASK)
		return -EINVAL;
	if (!(vrm->flags & MREMAP_MAYMOVE))
		return -EINVAL;
	if (vrm->flags & MREMAP_DONTUNMAP && vrm->old_len != vrm->new_len)
		return -EINVAL;
	if (overlaps(vrm))
		return -EINVAL;
	/* Both ranges may be holes in VMAs; moving wants three more than that. */
	if (current->mm->map_count + 2 >= this_machine->sysctl_max_map_count - 3)
		return -ENOMEM;
	return 0;
}

static int check_mremap_params(const struct vma_remap_struct *vrm)
{
	if (vrm->flags & ~(MREMAP_FIXED | MREMAP_MAYMOVE | MREMAP_DONTUNMAP))
		return -EINVAL;
	if (vrm->addr & ~PAGE_MASK)
		return -EINVAL;
	if (!vrm->new_len || vrm->new_len > current->mm->task_size)
		return -EINVAL;
	return implies_new_addr(vrm) ? check_new_addr(vrm) : 0;
}

/* ---- What can be said when the VMA is known ---- */

static void set_type(struct vma_remap_struct *vrm)
{
	if (vrm->old_len > vrm->new_len) {
		vrm->type = MREMAP_SHRINK;
		vrm->delta = vrm->old_len - vrm->new_len;
	} else {
		vrm->delta = vrm->new_len - vrm->old_len;
		vrm->type = vrm->delta ? MREMAP_EXPAND : MREMAP_NO_RESIZE;
	}
}

static int check_expand(struct vma_remap_struct *vrm)
{
	struct vm_area_struct *vma = vrm->vma;
	unsigned long pgoff = linear_page_index(vma, vrm->addr);

	if (vma->vm_flags & VM_LOCKED)
		vrm->populate_expand = true;
	if (pgoff + (vrm->new_len >> PAGE_SHIFT) < pgoff)
		return -EINVAL;
	if (vma->vm_flags & (VM_DONTEXPAND | VM_PFNMAP))
		return -EFAULT;
	if (!mlock_future_ok(current->mm, vma->vm_flags, vrm->delta))
		return -EAGAIN;
	return may_expand_vm(current->mm, vma->vm_flags, vrm->delta >> PAGE_SHIFT) ? 0 : -ENOMEM;
}

static int check_prep_vma(struct vma_remap_struct *vrm)
{
	struct vm_area_struct *vma = vrm->vma;
	unsigned long old_len;

	if (!vma)
		return -EFAULT;
	if (vma_is_sealed(vma))
		return -EPERM;
	set_type(vrm);
	if (!implies_new_addr(vrm))
		vrm->new_addr = vrm->addr;
	if (vrm->type != MREMAP_EXPAND && !implies_new_addr(vrm))
		return 0;
	/* An old length of 0 asks for a second mapping of the same object; private memory has none. */
	if (!vrm->old_len && !(vma->vm_flags & (VM_SHARED | VM_MAYSHARE)))
		return -EINVAL;
	if (vrm->flags & MREMAP_DONTUNMAP && vma->vm_flags & (VM_DONTEXPAND | VM_PFNMAP))
		return -EINVAL;
	old_len = vrm->type == MREMAP_SHRINK ? vrm->new_len : vrm->old_len;
	if (old_len > vma->vm_end - vrm->addr)
		return -EFAULT;
	return vrm->new_len == old_len ? 0 : check_expand(vrm);
}

/* ---- Moving ---- */

static int set_new_addr(struct vma_remap_struct *vrm)
{
	struct vm_area_struct *vma = vrm->vma;
	unsigned long flags = 0, addr = implies_new_addr(vrm) ? vrm->new_addr : 0;

	if (vrm->flags & MREMAP_FIXED)
		flags |= MAP_FIXED;
	if (vma->vm_flags & VM_MAYSHARE)
		flags |= MAP_SHARED;
	addr = get_unmapped_area(vma->vm_file, addr, vrm->new_len,
				 linear_page_index(vma, vrm->addr), flags);
	if (IS_ERR_VALUE(addr))
		return (int)addr;
	vrm->new_addr = addr;
	return 0;
}

/* Promises the pages that there will be more. */
static bool charge(struct vma_remap_struct *vrm)
{
	unsigned long bytes = vrm->flags & MREMAP_DONTUNMAP ? vrm->new_len : vrm->delta;

	if (!(vrm->vma->vm_flags & VM_ACCOUNT))
		return true;
	if (security_vm_enough_memory_mm(current->mm, (long)(bytes >> PAGE_SHIFT)))
		return false;
	vrm->charged = bytes >> PAGE_SHIFT;
	return true;
}

static void stat_account(const struct vma_remap_struct *vrm, unsigned long bytes)
{
	struct mm_struct *mm = current->mm;

	vm_stat_account(mm, vrm->vma->vm_flags, (long)(bytes >> PAGE_SHIFT));
	if (vrm->vma->vm_flags & VM_LOCKED)
		mm->locked_vm += bytes >> PAGE_SHIFT;
}

static int check_may_split(const struct vma_remap_struct *vrm)
{
	struct vm_area_struct *vma = vrm->vma;
	const struct vm_operations_struct *ops = vma_ops(vma);
	int error = 0;

	if (!ops || !ops->may_split)
		return 0;
	if (vma->vm_start != vrm->addr)
		error = ops->may_split(vma, vrm->addr);
	if (!error && vma->vm_end != vrm->addr + vrm->old_len)
		error = ops->may_split(vma, vrm->addr + vrm->old_len);
	return error;
}

/*
 * Makes the second VMA and moves the entries to it. If there are too few tables for them, they go back,
 * and it is the second VMA that will be unmapped. NULL: there is no second VMA.
 */
static struct vm_area_struct *copy_vma_and_data(struct vma_remap_struct *vrm, int *error)
{
	struct vm_area_struct *vma = vrm->vma, *new_vma;
	unsigned long moved;

	new_vma = copy_vma(&vma, vrm->new_addr, vrm->new_len, linear_page_index(vma, vrm->addr));
	if (!new_vma) {
		vm_unacct_memory((long)vrm->charged);
		*error = -ENOMEM;
		return NULL;
	}
	vrm->vma = vma;
	moved = move_page_tables(vma, vrm->addr, new_vma, vrm->new_addr, vrm->old_len);
	if (moved < vrm->old_len) {
		*error = -ENOMEM;
		move_page_tables(new_vma, vrm->new_addr, vma, vrm->addr, moved);
		vrm->vma = new_vma;
		vrm->old_len = vrm->new_len;
		vrm->addr = vrm->new_addr;
	} else {
		mremap_userfaultfd_prep(new_vma);
	}
	return new_vma;
}

/* MREMAP_DONTUNMAP: the first VMA stays, empty and unlocked. (locked_vm still counts it, as in the kernel.) */
static void dontunmap_complete(const struct vma_remap_struct *vrm,
			       const struct vm_area_struct *new_vma)
{
	struct vm_area_struct *vma = vrm->vma;

	vma->vm_flags &= ~VM_LOCKED_MASK;
	if (new_vma != vma && vma->vm_start == vrm->addr && vma->vm_end == vrm->addr + vrm->old_len)
		unlink_anon_vmas(vma);
}

/*
 * The promise for the old range has gone over to the new one, so unmapping must not take it back: the mark
 * is taken off the VMA meanwhile, and given back to what is left of it on either side.
 */
static void unmap_source_vma(struct vma_remap_struct *vrm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma = vrm->vma;
	unsigned long start = vma->vm_start, stop = vma->vm_end, end = vrm->addr + vrm->old_len;
	bool accounted = vma->vm_flags & VM_ACCOUNT && !(vrm->flags & MREMAP_DONTUNMAP);

	if (accounted)
		vma->vm_flags &= ~VM_ACCOUNT;
	vrm->vma = NULL;
	if (do_munmap(mm, vrm->addr, vrm->old_len)) {
		/* No memory to cut the VMA, so nothing was unmapped: it needs a promise of its own again. */
		if (accounted)
			vma->vm_flags |= VM_ACCOUNT;
		vm_acct_memory((long)(vrm->old_len >> PAGE_SHIFT));
		return;
	}
	if (accounted && start < vrm->addr)
		find_vma(mm, vrm->addr - 1)->vm_flags |= VM_ACCOUNT;
	if (accounted && stop > end)
		find_vma(mm, end)->vm_flags |= VM_ACCOUNT;
}

static unsigned long move_vma(struct vma_remap_struct *vrm)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *new_vma;
	unsigned long hiwater_vm;
	int error;

	if (mm->map_count >= this_machine->sysctl_max_map_count - 3)
		return (unsigned long)-ENOMEM;
	error = check_may_split(vrm);
	if (error)
		return (unsigned long)error;
	if (!charge(vrm))
		return (unsigned long)-ENOMEM;
	trace(TRACE_move_vma, trace_pack(vrm->vma->vm_nr, vrm->flags), vrm->addr, vrm->new_addr,
	      vrm->new_len >> PAGE_SHIFT);
	new_vma = copy_vma_and_data(vrm, &error);
	if (!new_vma)
		return (unsigned long)error;
	/* For a moment both are there; that is not to be remembered as the peak. */
	hiwater_vm = mm->hiwater_vm;
	stat_account(vrm, vrm->new_len);
	if (!error && vrm->flags & MREMAP_DONTUNMAP)
		dontunmap_complete(vrm, new_vma);
	else
		unmap_source_vma(vrm);
	mm->hiwater_vm = hiwater_vm;
	return error ? (unsigned long)error : vrm->new_addr;
}

/* ---- Where it is ---- */

static int shrink_vma(struct vma_remap_struct *vrm)
{
	int error = do_munmap(current->mm, vrm->addr + vrm->new_len, vrm->delta);

	if (error)
		return error;
	vrm->vma = vma_lookup(current->mm, vrm->addr);
	return 0;
}

static unsigned long mremap_to(struct vma_remap_struct *vrm)
{
	struct mm_struct *mm = current->mm;
	int error;

	if (vrm->flags & MREMAP_FIXED) {
		error = do_munmap(mm, vrm->new_addr, vrm->new_len);
		if (error)
			return (unsigned long)error;
		/* It may have been cut. */
		vrm->vma = vma_lookup(mm, vrm->addr);
		if (!vrm->vma)
			return (unsigned long)-EFAULT;
	}
	if (vrm->type == MREMAP_SHRINK) {
		error = shrink_vma(vrm);
		if (error)
			return (unsigned long)error;
		if (!vrm->vma)
			return (unsigned long)-EFAULT;
		vrm->old_len = vrm->new_len;
	}
	if (vrm->flags & MREMAP_DONTUNMAP &&
	    !may_expand_vm(mm, vrm->vma->vm_flags, vrm->old_len >> PAGE_SHIFT))
		return (unsigned long)-ENOMEM;
	error = set_new_addr(vrm);
	return error ? (unsigned long)error : move_vma(vrm);
}

/* Is the range the end of its VMA, with room after it? */
static bool can_expand_in_place(const struct vma_remap_struct *vrm)
{
	struct vm_area_struct *vma = vrm->vma;
	unsigned long end = vma->vm_end + vrm->delta;

	if (vma->vm_end - vrm->addr != vrm->old_len || end < vma->vm_end)
		return false;
	if (find_vma_intersection(current->mm, vma->vm_end, end))
		return false;
	return !IS_ERR_VALUE(
		get_unmapped_area(NULL, vma->vm_start, end - vma->vm_start, 0, MAP_FIXED));
}

static unsigned long expand_in_place(struct vma_remap_struct *vrm)
{
	struct vm_area_struct *vma;

	if (!charge(vrm))
		return (unsigned long)-ENOMEM;
	vma = vma_merge_extend(vrm->vma, vrm->delta);
	if (!vma) {
		vm_unacct_memory((long)vrm->charged);
		return (unsigned long)-ENOMEM;
	}
	vrm->vma = vma;
	stat_account(vrm, vrm->delta);
	return vrm->addr;
}

static unsigned long mremap_at(struct vma_remap_struct *vrm)
{
	int error;

	switch (vrm->type) {
	case MREMAP_NO_RESIZE:
		return vrm->addr;
	case MREMAP_SHRINK:
		error = shrink_vma(vrm);
		return error ? (unsigned long)error : vrm->addr;
	case MREMAP_EXPAND:
		break;
	}
	if (can_expand_in_place(vrm))
		return expand_in_place(vrm);
	if (!(vrm->flags & MREMAP_MAYMOVE))
		return (unsigned long)-ENOMEM;
	error = set_new_addr(vrm);
	return error ? (unsigned long)error : move_vma(vrm);
}

/* ---- Several VMAs ---- */

/* Does such a VMA go where it is told to? A driver might choose another address. */
static bool multi_allowed(const struct vm_area_struct *vma)
{
	return !vma->vm_userfaultfd_ctx.ctx &&
	       !(vma->vm_file && vma->vm_file->f_inode->kind == INODE_ZERO);
}

/* Moves the VMAs of a range one by one; the gaps between them stay as they are. */
static unsigned long remap_move(struct vma_remap_struct *vrm)
{
	unsigned long start = vrm->addr, end = vrm->addr + vrm->old_len, to = vrm->new_addr, at;
	unsigned long result = (unsigned long)-EFAULT, moved;
	struct vm_area_struct *vma;
	bool first = true;

	for (at = start; (vma = find_vma(current->mm, at)) && vma->vm_start < end; first = false) {
		if (first && vma->vm_start > start)
			return (unsigned long)-EFAULT;
		if (!multi_allowed(vma) && (!first || vma->vm_end < end))
			return (unsigned long)-EFAULT;
		vrm->vma = vma;
		vrm->addr = max(vma->vm_start, start);
		at = min(vma->vm_end, end);
		vrm->old_len = vrm->new_len = at - vrm->addr;
		vrm->new_addr = to + (vrm->addr - start);
		moved = (unsigned long)check_prep_vma(vrm);
		if (!moved)
			moved = mremap_to(vrm);
		if (IS_ERR_VALUE(moved))
			return moved;
		if (first)
			result = moved;
		if (at >= end)
			break;
	}
	return result;
}

unsigned long sys_mremap(unsigned long addr, unsigned long old_len, unsigned long new_len,
			 unsigned int flags, unsigned long new_addr)
{
	struct vma_remap_struct vrm = {
		.addr = addr,
		.old_len = ALIGN(old_len, PAGE_SIZE),
		.new_len = ALIGN(new_len, PAGE_SIZE),
		.flags = flags,
		.new_addr = new_addr,
	};
	unsigned long ret = (unsigned long)check_mremap_params(&vrm);

	if (ret)
		return ret;
	if (flags & MREMAP_FIXED && vrm.old_len == vrm.new_len) {
		ret = remap_move(&vrm);
	} else {
		vrm.vma = vma_lookup(current->mm, vrm.addr);
		ret = (unsigned long)check_prep_vma(&vrm);
		if (ret)
			return ret;
		ret = implies_new_addr(&vrm) ? mremap_to(&vrm) : mremap_at(&vrm);
	}
	if (!IS_ERR_VALUE(ret) && vrm.populate_expand)
		__mm_populate(vrm.new_addr + vrm.old_len, vrm.delta, true);
	return ret;
}
