// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Taking the swap device out of use and into use again: swapoff(), swapon().
 *
 * All that is on the device has to come back into memory first: the page-table entries of every address space
 * are gone through, and each that refers to a slot gets its page. If memory does not suffice,
 * the device stays in use, with what is left on it.
 *
 * Linux counterpart: mm/swapfile.c.
 */
#include "mm.h"
#include "swap.h"
#include "writeback.h"

/* ---- Bringing everything back ---- */

/* An entry that refers to a slot gets the page. */
static void unuse_pte(struct vm_area_struct *vma, pte_t *ptep, unsigned long addr,
		      swp_entry_t entry, struct page *page)
{
	bool exclusive = pte_val(*ptep) & _PAGE_SWP_EXCLUSIVE;
	pte_t pte = pte_mkold(pte_wrprotect(mk_pte(page, vma->vm_page_prot)));

	add_mm_counter(vma->vm_mm, MM_SWAPENTS, -1);
	add_mm_counter(vma->vm_mm, MM_ANONPAGES, 1);
	get_page(page);
	page_add_anon_rmap(page, vma, addr, exclusive ? RMAP_EXCLUSIVE : RMAP_NONE);
	set_pte(ptep, pte);
	trace(TRACE_unuse_pte, addr, page_to_pfn(page), swp_offset(entry), vma->vm_nr);
	swap_free(entry);
}

static int unuse_one(struct vm_area_struct *vma, pte_t *ptep, unsigned long addr)
{
	swp_entry_t entry = pte_to_swp_entry(*ptep);
	struct page *page = lookup_swap_cache(entry);

	if (!page)
		page = read_swap_cache(entry, vma, addr);
	if (!page)
		return -ENOMEM;
	lock_page(page);
	if (PageWriteback(page))
		wait_on_page_writeback(page);
	unuse_pte(vma, ptep, addr, entry, page);
	folio_free_swap(page);
	unlock_page(page);
	put_page(page);
	return 0;
}

static int unuse_pte_range(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr,
			   unsigned long end)
{
	int ret = 0;

	for (; addr < end && !ret; addr += PAGE_SIZE) {
		pte_t *ptep = pte_offset(pmd, addr);

		if (is_swap_pte(*ptep) && !is_pte_marker(*ptep))
			ret = unuse_one(vma, ptep, addr);
	}
	return ret;
}

static int unuse_vma(struct vm_area_struct *vma)
{
	unsigned long addr, next;
	int ret = 0;

	for (addr = vma->vm_start; addr < vma->vm_end && !ret; addr = next) {
		pmd_t *pmd = mm_find_pmd(vma->vm_mm, addr);

		next = pmd_addr_end(addr, vma->vm_end);
		if (pmd && !pmd_none(*pmd) && !pmd_trans_huge(*pmd))
			ret = unuse_pte_range(vma, pmd, addr, next);
	}
	return ret;
}

/* All address spaces; then pages that are in memory, and have a slot that no entry refers to. */
static int try_to_unuse(void)
{
	struct vm_area_struct *vma;
	struct mm_struct *mm;
	int ret = 0;

	list_for_each_entry(mm, &this_machine->mms, mm_list)
		for (vma = mm->mmap; vma && !ret; vma = vma->vm_next)
			if (vma->anon_vma)
				ret = unuse_vma(vma);
	return ret ? ret : free_unused_swap();
}

/* ---- The calls ---- */

static void enable_swap(struct swap_info_struct *si)
{
	si->flags |= SWP_WRITEOK;
	this_machine->nr_swap_pages += (long)si->max - 1;
	this_machine->total_swap_pages += (long)si->max - 1;
	trace(TRACE_enable_swap, si->max - 1, si->inuse_pages, 0, 0);
}

long sys_swapoff(void)
{
	struct swap_info_struct *si = &this_machine->swap_info;
	long pages = (long)si->max - 1;
	int error;

	if (!(si->flags & SWP_WRITEOK))
		return -EINVAL;
	/* Could all that has been promised be kept without it? */
	if (security_vm_enough_memory_mm(current ? current->mm : NULL, pages))
		return -ENOMEM;
	vm_unacct_memory(pages);
	si->flags &= ~SWP_WRITEOK;
	this_machine->nr_swap_pages -=
		pages; /* those in use make it negative, until they are free */
	this_machine->total_swap_pages -= pages;
	trace(TRACE_swapoff, (u64)pages, si->inuse_pages, 0, 0);
	si->flags |= SWP_UNUSING;
	error = try_to_unuse();
	si->flags &= ~SWP_UNUSING;
	if (error || si->inuse_pages) {
		enable_swap(si);
		return error ? error : -ENOMEM;
	}
	return 0;
}

long sys_swapon(void)
{
	struct swap_info_struct *si = &this_machine->swap_info;

	if (si->max <= 1)
		return -EINVAL;
	if (si->flags & SWP_WRITEOK)
		return -EBUSY;
	enable_swap(si);
	return 0;
}

s64 op_swapoff(const struct mm_op *op)
{
	return sys_swapoff();
}

s64 op_swapon(const struct mm_op *op)
{
	return sys_swapon();
}
