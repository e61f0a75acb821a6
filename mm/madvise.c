// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * madvise(): what a program intends with its memory.
 *
 * Goes over the VMAs of the range. A gap is passed over and reported at the end; a VMA that refuses
 * ends the call, with what precedes it done. Advice that only sets flags splits and
 * merges VMAs (vma_merge.c); the rest works on pages (madvise_pages.c).
 *
 * Linux counterpart: mm/madvise.c (6.18).
 */
#include "madvise.h"
#include "swap.h"

/* A VMA and the part of it that is meant. */
struct madvise_part {
	struct vm_area_struct *vma;
	unsigned long start, end;
};

/* ---- Advice that acts ---- */

static int madvise_remove(const struct madvise_part *part)
{
	struct vm_area_struct *vma = part->vma;

	if (vma->vm_flags & VM_LOCKED || !vma->vm_file)
		return -EINVAL;
	if (!is_shared_maywrite(vma->vm_flags))
		return -EACCES;
	return (int)vfs_fallocate_punch(vma->vm_file->f_inode,
					(s64)linear_page_index(vma, part->start) << PAGE_SHIFT,
					(s64)(part->end - part->start));
}

/* Reads what is not there yet of a file on a disk; shared memory and anonymous memory might be in swap. */
static int madvise_willneed(const struct madvise_part *part)
{
	struct vm_area_struct *vma = part->vma;
	unsigned long index, last;

	if (!vma->vm_file || vma->vm_file->f_inode->kind != INODE_REG)
		return 0;
	index = linear_page_index(vma, part->start);
	last = min(linear_page_index(vma, part->end - 1) + 1, i_size_pages(vma->vm_file->f_inode));
	if (index < last)
		force_page_cache_ra(vma->vm_file, vma->vm_file->f_mapping, index, last - index);
	return 0;
}

static bool can_madv_lru_vma(const struct vm_area_struct *vma)
{
	return !(vma->vm_flags & (VM_LOCKED | VM_PFNMAP | VM_HUGETLB));
}

static int madvise_cold(const struct madvise_part *part)
{
	if (!can_madv_lru_vma(part->vma))
		return -EINVAL;
	lru_add_drain();
	madvise_cold_range(part->vma, part->start, part->end);
	return 0;
}

/* That a file's page left memory can be noticed by others: only who could write it may do so. */
static bool can_do_file_pageout(const struct vm_area_struct *vma)
{
	return vma->vm_file && (vma->vm_file->f_inode->i_uid == current->uid ||
				task_capable(current) || vma->vm_file->f_inode->kind == INODE_ZERO);
}

static int madvise_pageout(const struct madvise_part *part)
{
	struct vm_area_struct *vma = part->vma;
	bool anon_only = !vma_is_anonymous(vma) && !can_do_file_pageout(vma);

	if (!can_madv_lru_vma(vma))
		return -EINVAL;
	if (anon_only && vma->vm_flags & VM_MAYSHARE)
		return 0;
	lru_add_drain();
	madvise_pageout_range(vma, part->start, part->end, anon_only);
	return 0;
}

static int madvise_dontneed_free(const struct madvise_part *part, int behavior)
{
	struct vm_area_struct *vma = part->vma;

	if (vma->vm_flags & VM_PFNMAP ||
	    (vma->vm_flags & VM_LOCKED && behavior != MADV_DONTNEED_LOCKED))
		return -EINVAL;
	if (behavior != MADV_FREE) {
		zap_page_range_single(vma, part->start, part->end - part->start);
		return 0;
	}
	if (!vma_is_anonymous(vma))
		return -EINVAL;
	lru_add_drain();
	madvise_free_range(vma, part->start, part->end);
	return 0;
}

static int madvise_guard_install(const struct madvise_part *part)
{
	if (part->vma->vm_flags & (VM_SPECIAL | VM_HUGETLB | VM_LOCKED))
		return -EINVAL;
	part->vma->vm_flags |= VM_MAYBE_GUARD;
	/* So that fork() copies the markers. */
	if (anon_vma_prepare(part->vma))
		return -ENOMEM;
	return guard_install_range(part->vma, part->start, part->end);
}

static int madvise_guard_remove(const struct madvise_part *part)
{
	if (part->vma->vm_flags & (VM_SPECIAL | VM_HUGETLB))
		return -EINVAL;
	guard_remove_range(part->vma, part->start, part->end);
	return 0;
}

/* ---- Advice that sets flags ---- */

/* Pages that are equal could be shared only in memory that is private and ordinary. */
static bool ksm_compatible(unsigned long flags)
{
	return !(flags & (VM_SHARED | VM_MAYSHARE | VM_SPECIAL | VM_HUGETLB | VM_DROPPABLE));
}

static int fork_flags(const struct vm_area_struct *vma, int behavior, unsigned long *flags)
{
	switch (behavior) {
	case MADV_DONTFORK:
		*flags |= VM_DONTCOPY;
		return 0;
	case MADV_DOFORK:
		*flags &= ~VM_DONTCOPY;
		return *flags & VM_IO ? -EINVAL : 0;
	case MADV_WIPEONFORK:
		*flags |= VM_WIPEONFORK;
		return vma->vm_file || *flags & VM_SHARED ? -EINVAL : 0;
	default: /* MADV_KEEPONFORK */
		*flags &= ~VM_WIPEONFORK;
		return *flags & VM_DROPPABLE ? -EINVAL : 0;
	}
}

/* What the flags of a VMA become. 0 or -errno. */
static int advised_flags(const struct vm_area_struct *vma, int behavior, unsigned long *flags)
{
	*flags = vma->vm_flags;
	switch (behavior) {
	case MADV_NORMAL:
		*flags &= ~(VM_RAND_READ | VM_SEQ_READ);
		return 0;
	case MADV_SEQUENTIAL:
		*flags = (*flags & ~VM_RAND_READ) | VM_SEQ_READ;
		return 0;
	case MADV_RANDOM:
		*flags = (*flags & ~VM_SEQ_READ) | VM_RAND_READ;
		return 0;
	case MADV_DONTDUMP:
		*flags |= VM_DONTDUMP;
		return 0;
	case MADV_DODUMP:
		if (*flags & (VM_SPECIAL | VM_DROPPABLE))
			return -EINVAL;
		*flags &= ~VM_DONTDUMP;
		return 0;
	case MADV_MERGEABLE:
		if (ksm_compatible(*flags))
			*flags |= VM_MERGEABLE;
		return 0;
	case MADV_UNMERGEABLE:
		*flags &= ~VM_MERGEABLE;
		return 0;
	case MADV_HUGEPAGE:
		*flags = (*flags & ~VM_NOHUGEPAGE) | VM_HUGEPAGE;
		return 0;
	case MADV_NOHUGEPAGE:
		*flags = (*flags & ~VM_HUGEPAGE) | VM_NOHUGEPAGE;
		return 0;
	default:
		return fork_flags(vma, behavior, flags);
	}
}

static int madvise_update_vma(const struct madvise_part *part, unsigned long flags)
{
	struct vm_area_struct *vma = part->vma;

	if (flags == vma->vm_flags)
		return 0;
	vma = vma_modify_flags(vma, part->start, part->end, &flags);
	/* ENOMEM is for gaps; for a lack of memory there is another word. */
	if (IS_ERR(vma))
		return PTR_ERR(vma) == -ENOMEM ? -EAGAIN : (int)PTR_ERR(vma);
	vma->vm_flags = flags;
	return 0;
}

/* ---- One VMA ---- */

/* Sealed memory that cannot be written must not lose its contents in this way either. */
static bool can_madvise_modify(const struct vm_area_struct *vma, int behavior)
{
	if (!vma_is_sealed(vma) || !vma_is_anonymous(vma) || vma->vm_flags & VM_WRITE)
		return true;
	switch (behavior) {
	case MADV_FREE:
	case MADV_DONTNEED:
	case MADV_DONTNEED_LOCKED:
	case MADV_REMOVE:
	case MADV_DONTFORK:
	case MADV_WIPEONFORK:
	case MADV_GUARD_INSTALL:
		return false;
	default:
		return true;
	}
}

static int madvise_vma_behavior(const struct madvise_part *part, int behavior)
{
	unsigned long flags;
	int error;

	trace(TRACE_madvise_vma, trace_pack(part->vma->vm_nr, (u32)behavior), part->start,
	      part->end, part->vma->vm_flags);
	if (!can_madvise_modify(part->vma, behavior))
		return -EPERM;
	switch (behavior) {
	case MADV_REMOVE:
		return madvise_remove(part);
	case MADV_WILLNEED:
		return madvise_willneed(part);
	case MADV_COLD:
		return madvise_cold(part);
	case MADV_PAGEOUT:
		return madvise_pageout(part);
	case MADV_FREE:
	case MADV_DONTNEED:
	case MADV_DONTNEED_LOCKED:
		return madvise_dontneed_free(part, behavior);
	case MADV_COLLAPSE:
		return madvise_collapse(part->vma, part->start, part->end);
	case MADV_GUARD_INSTALL:
		return madvise_guard_install(part);
	case MADV_GUARD_REMOVE:
		return madvise_guard_remove(part);
	default:
		error = advised_flags(part->vma, behavior, &flags);
		return error ? error : madvise_update_vma(part, flags);
	}
}

/* ---- The range ---- */

static bool madvise_behavior_valid(int behavior)
{
	switch (behavior) {
	case MADV_NORMAL ... MADV_DONTNEED:
	case MADV_FREE ... MADV_COLLAPSE:
	case MADV_GUARD_INSTALL:
	case MADV_GUARD_REMOVE:
		return true;
	default:
		return false;
	}
}

static int madvise_populate(unsigned long start, unsigned long end, bool write)
{
	while (start < end) {
		long pages = faultin_page_range(current->mm, start, end, write);

		if (pages < 0)
			return (int)pages;
		start += (unsigned long)pages << PAGE_SHIFT;
	}
	return 0;
}

static int madvise_walk_vmas(unsigned long start, unsigned long end, int behavior)
{
	int unmapped = 0, error;

	while (start < end) {
		struct madvise_part part = { .vma = find_vma(current->mm, start) };

		if (!part.vma)
			return -ENOMEM;
		if (start < part.vma->vm_start) {
			unmapped = -ENOMEM;
			start = part.vma->vm_start;
			if (start >= end)
				break;
		}
		part.start = start;
		part.end = min(part.vma->vm_end, end);
		error = madvise_vma_behavior(&part, behavior);
		if (error)
			return error;
		start = part.end;
	}
	return unmapped;
}

long sys_madvise(unsigned long start, size_t len_in, int behavior)
{
	size_t len = ALIGN(len_in, PAGE_SIZE);

	if (!madvise_behavior_valid(behavior) || start & ~PAGE_MASK)
		return -EINVAL;
	if ((len_in && !len) || start + len < start)
		return -EINVAL;
	if (!len)
		return 0;
	if (behavior == MADV_POPULATE_READ || behavior == MADV_POPULATE_WRITE)
		return madvise_populate(start, start + len, behavior == MADV_POPULATE_WRITE);
	return madvise_walk_vmas(start, start + len, behavior);
}
