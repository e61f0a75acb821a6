// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mseal(): makes the extent and the protection of mappings unchangeable. All of the range, or nothing of it.
 *
 * Linux counterpart: mm/mseal.c (6.18).
 */
#include "vma.h"

static bool range_contains_unmapped(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct vm_area_struct *vma = find_vma(mm, start);

	for_each_vma_range(vma, end)
	{
		if (vma->vm_start > start)
			return true;
		start = vma->vm_end;
	}
	return start < end;
}

static int mseal_apply(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	while (start < end) {
		struct vm_area_struct *vma = find_vma(mm, start);
		unsigned long stop = min(vma->vm_end, end);

		if (!vma_is_sealed(vma)) {
			unsigned long flags = vma->vm_flags | VM_SEALED;

			vma = vma_modify_flags(vma, start, stop, &flags);
			if (IS_ERR(vma))
				return (int)PTR_ERR(vma);
			vma->vm_flags = flags;
			trace(TRACE_mseal_apply, vma->vm_nr, start, stop, 0);
		}
		start = stop;
	}
	return 0;
}

long sys_mseal(unsigned long start, size_t len_in, unsigned long flags)
{
	size_t len = ALIGN(len_in, PAGE_SIZE);
	unsigned long end = start + len;

	if (flags || start & ~PAGE_MASK)
		return -EINVAL;
	/* Rounded up to nothing, or past the end of all addresses? */
	if ((len_in && !len) || end < start)
		return -EINVAL;
	if (end == start)
		return 0;
	if (range_contains_unmapped(current->mm, start, end))
		return -ENOMEM;
	return mseal_apply(current->mm, start, end);
}
