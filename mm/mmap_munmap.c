// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Taking mappings away: munmap(), and the end of an address space.
 *
 * Linux counterpart: vms_gather_munmap_vmas() and its like of mm/vma.c, exit_mmap() of mm/mmap.c (6.18).
 */
#include "mmap_munmap.h"

static void add_to_sums(struct vma_munmap_struct *vms, const struct vm_area_struct *vma)
{
	unsigned long nr = vma_pages(vma);

	vms->nr_pages += nr;
	if (vma->vm_flags & VM_LOCKED)
		vms->locked_vm += nr;
	if (vma->vm_flags & VM_ACCOUNT)
		vms->nr_accounted += nr;
	if (is_exec_mapping(vma->vm_flags))
		vms->exec_vm += nr;
	else if (is_stack_mapping(vma->vm_flags))
		vms->stack_vm += nr;
	else if (is_data_mapping(vma->vm_flags))
		vms->data_vm += nr;
}

int vms_gather_munmap_vmas(struct vma_munmap_struct *vms)
{
	struct vm_area_struct *vma = vms->vma;
	int error;

	if (vms->start > vma->vm_start) {
		/* A hole makes two VMAs of one. */
		if (vms->end < vma->vm_end &&
		    vma->vm_mm->map_count >= this_machine->sysctl_max_map_count)
			return -ENOMEM;
		if (vma_is_sealed(vma))
			return -EPERM;
		error = __split_vma(vma, vms->start, true);
		if (error)
			return error;
	}
	for_each_vma_range(vma, vms->end)
	{
		if (vma_is_sealed(vma))
			return -EPERM;
		if (vma->vm_end > vms->end) {
			error = __split_vma(vma, vms->end, false);
			if (error)
				return error;
		}
		add_to_sums(vms, vma);
	}
	return 0;
}

/* Makes a list of its own of the VMAs up to @end. Returns the VMA that stays before them. */
static struct vm_area_struct *detach_vmas(struct vm_area_struct *vma, unsigned long end)
{
	struct vm_area_struct *prev = vma->vm_prev, *last = NULL, *next;

	for (; vma && vma->vm_start < end; vma = next) {
		next = vma->vm_next;
		vma_unlink(vma);
		vma->vm_prev = last;
		vma->vm_next = NULL;
		if (last)
			last->vm_next = vma;
		last = vma;
	}
	return prev;
}

void vms_complete_munmap_vmas(struct mm_struct *mm, struct vma_munmap_struct *vms)
{
	struct vm_area_struct *vma = vms->vma, *prev = detach_vmas(vma, vms->end);

	mm->locked_vm -= vms->locked_vm;
	unmap_region(mm, vma, prev, vms->start, vms->end);
	mm->hiwater_vm = max(mm->hiwater_vm, mm->total_vm);
	mm->total_vm -= vms->nr_pages;
	mm->exec_vm -= vms->exec_vm;
	mm->stack_vm -= vms->stack_vm;
	mm->data_vm -= vms->data_vm;
	while (vma)
		vma = remove_vma(vma);
	vm_unacct_memory((long)vms->nr_accounted);
}

int do_munmap(struct mm_struct *mm, unsigned long start, size_t len)
{
	struct vma_munmap_struct vms = { .start = start };
	int error;

	if (start & ~PAGE_MASK || start > mm->task_size || len > mm->task_size - start)
		return -EINVAL;
	vms.end = start + ALIGN(len, PAGE_SIZE);
	if (vms.end == start)
		return -EINVAL;
	vms.vma = find_vma_intersection(mm, start, vms.end);
	trace(TRACE_do_munmap, start, vms.end, vms.vma ? vms.vma->vm_nr : 0, 0);
	if (!vms.vma)
		return 0;
	error = vms_gather_munmap_vmas(&vms);
	if (error)
		return error;
	vms_complete_munmap_vmas(mm, &vms);
	return 0;
}

long sys_munmap(unsigned long addr, size_t len)
{
	return do_munmap(current->mm, addr, len);
}

void exit_mmap(struct mm_struct *mm)
{
	struct vm_area_struct *vma = mm->mmap;
	unsigned long nr_accounted = 0;

	if (!vma)
		return;
	detach_vmas(vma, ~0UL);
	unmap_region(mm, vma, NULL, 0, ~0UL);
	while (vma) {
		if (vma->vm_flags & VM_ACCOUNT)
			nr_accounted += vma_pages(vma);
		vma = remove_vma(vma);
	}
	vm_unacct_memory((long)nr_accounted);
}
