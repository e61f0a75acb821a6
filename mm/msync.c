// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * msync(): writes back what was changed through shared mappings of files. MS_ASYNC has nothing to do, since the
 * pages are marked dirty when they are first written.
 *
 * Linux counterpart: mm/msync.c.
 */
#include "vma.h"

/* The part of a VMA in [start, end). 0 or -errno. */
static int msync_vma(const struct vm_area_struct *vma, unsigned long start, unsigned long end,
		     int flags)
{
	if (flags & (int)MS_INVALIDATE && vma->vm_flags & VM_LOCKED)
		return -EBUSY;
	if (!(flags & (int)MS_SYNC) || !vma->vm_file || !(vma->vm_flags & VM_SHARED))
		return 0;
	end = min(end, vma->vm_end);
	return (int)sync_file_range_pages(vma->vm_file->f_mapping, linear_page_index(vma, start),
					  linear_page_index(vma, end - 1));
}

/* A gap is passed over, but reported. */
static int msync_range(unsigned long start, unsigned long end, int flags)
{
	struct vm_area_struct *vma;
	int unmapped = 0, error;

	while (start < end) {
		vma = find_vma(current->mm, start);
		if (!vma)
			return -ENOMEM;
		if (start < vma->vm_start) {
			if (flags == (int)MS_ASYNC || vma->vm_start >= end)
				return -ENOMEM;
			start = vma->vm_start;
			unmapped = -ENOMEM;
		}
		error = msync_vma(vma, start, end, flags);
		if (error)
			return error;
		start = vma->vm_end;
	}
	return unmapped;
}

long sys_msync(unsigned long start, size_t len, int flags)
{
	unsigned long end = start + ALIGN(len, PAGE_SIZE);

	if (flags & ~(int)(MS_ASYNC | MS_INVALIDATE | MS_SYNC))
		return -EINVAL;
	if (start & ~PAGE_MASK)
		return -EINVAL;
	if (flags & (int)MS_ASYNC && flags & (int)MS_SYNC)
		return -EINVAL;
	if (end < start)
		return -ENOMEM;
	return msync_range(start, end, flags);
}
