// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bringing pages in ahead of their use: MAP_POPULATE, mlock(), MADV_POPULATE_READ and
 * MADV_POPULATE_WRITE. What an access of the program would fault in, is faulted in here, page by page.
 *
 * Linux counterpart: mm/gup.c (6.18).
 */
#include "swap.h"
#include "vma.h"

/* How a page is wanted. */
#define FOLL_WRITE	   0x1u /* for writing: not shared with others by fork() */
#define FOLL_FORCE	   0x2u /* though the mapping may not be readable */
#define FOLL_MADV_POPULATE 0x4u /* errors as madvise() reports them */

/* 0 if the mapping permits it, else -EFAULT. */
static int check_vma_flags(const struct vm_area_struct *vma, unsigned int gup_flags)
{
	if (vma->vm_flags & (VM_IO | VM_PFNMAP))
		return -EFAULT;
	if (gup_flags & FOLL_WRITE)
		return vma->vm_flags & VM_WRITE ? 0 : -EFAULT;
	if (vma->vm_flags & VM_READ || (gup_flags & FOLL_FORCE && vma->vm_flags & VM_MAYREAD))
		return 0;
	return -EFAULT;
}

/* Notes that the kernel used a page; the zero page has nothing to be noted. */
static void touch_page(struct page *page, bool write, bool dirty)
{
	if (!page)
		return;
	page = compound_head(page);
	if (write && !dirty && !PageDirty(page))
		set_page_dirty(page);
	mark_page_accessed(page);
}

/* Is the page there, and fit for what it is wanted for? */
static bool follow_page(struct vm_area_struct *vma, unsigned long addr, unsigned int gup_flags)
{
	bool write = gup_flags & FOLL_WRITE;
	pmd_t *pmd = mm_find_pmd(vma->vm_mm, addr);
	pte_t *pte;

	if (!pmd || pmd_none(*pmd))
		return false;
	if (pmd_trans_huge(*pmd)) {
		if (!pmd_present(*pmd) || (write && !pmd_write(*pmd)))
			return false;
		touch_page(vm_normal_page_pmd(vma, addr, *pmd), write, pmd_dirty(*pmd));
		return true;
	}
	pte = mm_find_pte(vma->vm_mm, addr);
	if (!pte || !pte_present(*pte) || (write && !pte_write(*pte)))
		return false;
	touch_page(vm_normal_page(vma, addr, *pte), write, pte_dirty(*pte));
	return true;
}

/* So often a page is looked for as if it were the first time. */
#define MAX_FIRST_TRIES 2u

/*
 * 0 or -errno. After a wait for the disk (VM_FAULT_RETRY) the page is looked for again: madvise() insists and says
 * that it is the second time, so that the fault counts as a major one; others do as if it were the first. Where memory
 * is so short that what was read is gone again each time, they insist, too (@tries); in Linux others would let go of some meanwhile.
 */
static int faultin_page(struct vm_area_struct *vma, unsigned long addr, unsigned int gup_flags,
			unsigned int tries)
{
	unsigned int flags = gup_flags & FOLL_WRITE ? FAULT_FLAG_WRITE : 0;
	unsigned int how = tries < MAX_FIRST_TRIES ? FAULT_FLAG_ALLOW_RETRY : FAULT_FLAG_TRIED;
	vm_fault_t fault = handle_mm_fault(vma, addr, flags | how);

	if (fault & VM_FAULT_RETRY && gup_flags & FOLL_MADV_POPULATE)
		fault = handle_mm_fault(vma, addr, flags | FAULT_FLAG_TRIED);
	if (fault & VM_FAULT_OOM)
		return -ENOMEM;
	return fault & VM_FAULT_ERROR ? -EFAULT : 0;
}

static int gup_vma(struct mm_struct *mm, unsigned long addr, unsigned int gup_flags,
		   struct vm_area_struct **vma)
{
	int error;

	*vma = vma_lookup(mm, addr);
	if (!*vma)
		return gup_flags & FOLL_MADV_POPULATE ? -ENOMEM : -EFAULT;
	error = check_vma_flags(*vma, gup_flags);
	return error && gup_flags & FOLL_MADV_POPULATE ? -EINVAL : error;
}

/* How many pages from @start on are there now; -errno if not even the first. */
static long get_user_pages(struct mm_struct *mm, unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags)
{
	struct vm_area_struct *vma = NULL;
	unsigned int tries;
	unsigned long i;
	int error = 0;

	for (i = 0; i < nr_pages && !error; i++, start += PAGE_SIZE) {
		if (!vma || start >= vma->vm_end)
			error = gup_vma(mm, start, gup_flags, &vma);
		for (tries = 0; !error && !follow_page(vma, start, gup_flags); tries++)
			error = faultin_page(vma, start, gup_flags, tries);
		if (error)
			break;
	}
	return i ? (long)i : error;
}

long populate_vma_page_range(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	unsigned long nr_pages = (end - start) >> PAGE_SHIFT;
	unsigned int gup_flags;
	long ret;

	/* Its pages are locked as they come. */
	if (vma->vm_flags & VM_LOCKONFAULT)
		return (long)nr_pages;
	if (!vma_is_accessible(vma))
		return -EFAULT;
	/* Private memory is copied at once, shared memory need not become dirty. */
	if ((vma->vm_flags & (VM_WRITE | VM_SHARED)) == VM_WRITE)
		gup_flags = FOLL_WRITE;
	else
		gup_flags = FOLL_FORCE;
	ret = get_user_pages(vma->vm_mm, start, nr_pages, gup_flags);
	lru_add_drain();
	return ret;
}

int __mm_populate(unsigned long start, unsigned long len, int ignore_errors)
{
	struct mm_struct *mm = current->mm;
	unsigned long end = start + len, next;
	struct vm_area_struct *vma;
	long ret;

	trace(TRACE_mm_populate, start, len >> PAGE_SHIFT, 0, 0);
	for (; start < end; start = next) {
		vma = find_vma_intersection(mm, start, end);
		if (!vma)
			break;
		next = min(end, vma->vm_end);
		if (vma->vm_flags & (VM_IO | VM_PFNMAP))
			continue;
		start = max(start, vma->vm_start);
		ret = populate_vma_page_range(vma, start, next);
		if (ret >= 0)
			next = start + ((unsigned long)ret << PAGE_SHIFT);
		else if (!ignore_errors)
			return (int)ret;
	}
	return 0;
}

long faultin_page_range(struct mm_struct *mm, unsigned long start, unsigned long end, bool write)
{
	return get_user_pages(mm, start, (end - start) >> PAGE_SHIFT,
			      FOLL_MADV_POPULATE | (write ? FOLL_WRITE : 0));
}

/* A debugger looks (ptrace(), process_vm_readv()): whatever the mapping permits, and the pages count as used. */
long get_user_pages_remote(struct mm_struct *mm, unsigned long start, unsigned long nr_pages)
{
	return get_user_pages(mm, start & PAGE_MASK, nr_pages, FOLL_FORCE);
}
