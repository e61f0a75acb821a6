// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mprotect(): other permissions for part of an address space.
 *
 * VMA by VMA, so a gap or a VMA that refuses leaves what precedes it changed.
 *
 * Linux counterpart: mm/mprotect.c (6.18).
 */
#include "vma.h"

#define PROT_SEM 0x8u

/* Shall entries be made writable at once where no fault is needed for a copy? */
static bool wants_pte_write_upgrade(const struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_SHARED)
		return vma_wants_writenotify(vma);
	return vma->vm_flags & VM_WRITE;
}

/*
 * What becoming writable costs: pages are promised. It is not taken back when it becomes read-only, since
 * there may be pages, unless there never were any. 0 or -ENOMEM.
 */
static int mprotect_account(struct vm_area_struct *vma, unsigned long nrpages,
			    unsigned long *newflags, unsigned long *charged)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long oldflags = vma->vm_flags;

	if (*newflags & VM_WRITE) {
		if (!may_expand_vm(mm, *newflags, nrpages) && may_expand_vm(mm, oldflags, nrpages))
			return -ENOMEM;
		if (oldflags & (VM_ACCOUNT | VM_WRITE | VM_HUGETLB | VM_SHARED | VM_NORESERVE))
			return 0;
		if (security_vm_enough_memory_mm(mm, (long)nrpages))
			return -ENOMEM;
		*charged = nrpages;
		*newflags |= VM_ACCOUNT;
	} else if (oldflags & VM_ACCOUNT && vma_is_anonymous(vma) && !vma->anon_vma) {
		*newflags &= ~VM_ACCOUNT;
	}
	return 0;
}

static int mprotect_fixup(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			  unsigned long newflags)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long oldflags = vma->vm_flags, charged = 0, cp_flags = 0;
	long nrpages = (long)((end - start) >> PAGE_SHIFT);
	int error;

	if (vma_is_sealed(vma))
		return -EPERM;
	if (newflags == oldflags)
		return 0;
	error = mprotect_account(vma, (unsigned long)nrpages, &newflags, &charged);
	if (error)
		return error;
	trace(TRACE_mprotect_fixup, trace_pack(vma->vm_nr, (u32)nrpages), start, oldflags,
	      newflags);
	vma = vma_modify_flags(vma, start, end, &newflags);
	if (IS_ERR(vma)) {
		vm_unacct_memory((long)charged);
		return (int)PTR_ERR(vma);
	}
	vma->vm_flags = newflags;
	if (wants_pte_write_upgrade(vma))
		cp_flags |= MM_CP_TRY_CHANGE_WRITABLE;
	vma_set_page_prot(vma);
	change_protection(vma, start, end, cp_flags);
	if (oldflags & VM_ACCOUNT && !(newflags & VM_ACCOUNT))
		vm_unacct_memory(nrpages);
	/* Locked private memory that can be written now shall not have to be copied later. */
	if ((oldflags & (VM_WRITE | VM_SHARED | VM_LOCKED)) == VM_LOCKED && newflags & VM_WRITE)
		populate_vma_page_range(vma, start, end);
	vm_stat_account(mm, oldflags, -nrpages);
	vm_stat_account(mm, newflags, nrpages);
	return 0;
}

/* Where to begin: at the start of a VMA that grows, if that is asked for. 0 or -errno. */
static int mprotect_start(const struct vm_area_struct *vma, unsigned int grows,
			  unsigned long *start, unsigned long end)
{
	if (!vma || vma->vm_start >= end)
		return -ENOMEM;
	if (grows & PROT_GROWSDOWN) {
		*start = vma->vm_start;
		return vma->vm_flags & VM_GROWSDOWN ? 0 : -EINVAL;
	}
	if (vma->vm_start > *start)
		return -ENOMEM;
	return grows & PROT_GROWSUP ? -EINVAL : 0;
}

static int mprotect_range(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			  unsigned int prot)
{
	unsigned long at = start, newflags;
	int error;

	while (at < end) {
		unsigned long stop;

		if (!vma || vma->vm_start > at)
			return -ENOMEM;
		newflags = calc_vm_prot_bits(prot) | (vma->vm_flags & ~VM_ACCESS_FLAGS);
		/* VM_MAYREAD and so on stand four bits above VM_READ and so on. */
		if (newflags & ~(newflags >> 4) & VM_ACCESS_FLAGS)
			return -EACCES;
		stop = min(vma->vm_end, end);
		error = mprotect_fixup(vma, at, stop, newflags);
		if (error)
			return error;
		at = stop;
		vma = find_vma(current->mm, at);
	}
	return 0;
}

long sys_mprotect(unsigned long start, size_t len, unsigned int prot)
{
	unsigned int grows = prot & (PROT_GROWSDOWN | PROT_GROWSUP);
	struct vm_area_struct *vma;
	unsigned long end;
	int error;

	prot &= ~(PROT_GROWSDOWN | PROT_GROWSUP);
	if (grows == (PROT_GROWSDOWN | PROT_GROWSUP))
		return -EINVAL;
	if (start & ~PAGE_MASK)
		return -EINVAL;
	if (!len)
		return 0;
	end = start + ALIGN(len, PAGE_SIZE);
	if (end <= start)
		return -ENOMEM;
	if (prot & ~(PROT_READ | PROT_WRITE | PROT_EXEC | PROT_SEM))
		return -EINVAL;
	vma = find_vma_intersection(current->mm, start, end);
	error = mprotect_start(vma, grows, &start, end);
	return error ? error : mprotect_range(vma, start, end, prot);
}
