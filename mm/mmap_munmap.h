/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unmapping in two steps, so that a new mapping can take the place of old ones:
 * first all that can fail, then what cannot.
 *
 * Linux counterpart: struct vma_munmap_struct of mm/vma.h (6.18).
 */
#ifndef MM_MMAP_MUNMAP_H
#define MM_MMAP_MUNMAP_H

#include "vma.h"

struct vma_munmap_struct {
	struct vm_area_struct *vma; /* the first VMA that overlaps the range */
	unsigned long start, end;   /* bytes, whole pages */
	/* What goes, in pages: filled in by vms_gather_munmap_vmas(). */
	unsigned long nr_pages;
	unsigned long locked_vm;
	unsigned long nr_accounted; /* of VM_ACCOUNT VMAs */
	unsigned long exec_vm, stack_vm, data_vm;
};

/*
 * Cuts the VMAs at both ends of the range, and adds up what lies in it. 0; -ENOMEM: too many VMAs, or no memory;
 * -EPERM: one is sealed. The cuts stay, even after an error.
 */
int vms_gather_munmap_vmas(struct vma_munmap_struct *vms);
/* Takes the VMAs of the range, their pages and their tables away. */
void vms_complete_munmap_vmas(struct mm_struct *mm, struct vma_munmap_struct *vms);

#endif
