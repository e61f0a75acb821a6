// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changing what the entries of a range allow: mprotect(), and guard regions,
 * whose entries allow nothing at all.
 *
 * Linux counterpart: change_protection() of mm/mprotect.c; guard_install() and its like of
 * mm/madvise.c (Linux 6.13).
 */
#include "mmu_gather.h"
#include "swapops.h"
#include "userfaultfd.h"

/* ---- mprotect() ---- */

/* May the entry be made writable at once, without a fault that would find nothing to do? */
static bool can_change_pte_writable(struct vm_area_struct *vma, unsigned long addr, pte_t pte)
{
	struct page *page;

	if (!(vma->vm_flags & VM_WRITE) || pte_protnone(pte) || userfaultfd_pte_wp(vma, pte))
		return false;
	if (vma->vm_flags & VM_SHARED)
		return pte_dirty(pte); /* the file knows already */
	page = vm_normal_page(vma, addr, pte);
	return page && PageAnon(compound_head(page)) && PageAnonExclusive(page);
}

/* Must TLBs be told? Not if the entry allows all it did before. */
static bool pte_needs_flush(pte_t old, pte_t new)
{
	u64 lost = pte_val(old) & ~pte_val(new), gained = pte_val(new) & ~pte_val(old);

	return lost & (_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_DIRTY) || gained & _PAGE_NX;
}

/* Marks an entry for a userfaultfd, or takes the mark away; whether it may be written, the next fault decides. */
static pte_t change_uffd_wp(pte_t pte, unsigned long cp_flags)
{
	if (cp_flags & MM_CP_UFFD_WP)
		return pte_present(pte) ? pte_mkuffd_wp(pte) : pte_swp_mkuffd_wp(pte);
	if (cp_flags & MM_CP_UFFD_WP_RESOLVE)
		return pte_present(pte) ? pte_clear_uffd_wp(pte) : pte_swp_clear_uffd_wp(pte);
	return pte;
}

/* Of an entry that is not present there is only the mark to be changed. */
static unsigned long change_swap_pte(struct vm_area_struct *vma, pte_t *pte, unsigned long addr,
				     unsigned long cp_flags)
{
	pte_t old = *pte, new;

	if (pte_none(old) || is_pte_marker(old))
		return 0;
	new = change_uffd_wp(old, cp_flags);
	if (pte_same(old, new))
		return 0;
	set_pte(pte, new);
	trace(TRACE_change_pte, addr, pte_val(old), pte_val(new), vma->vm_nr);
	return 1;
}

static unsigned long change_pte_range(struct mmu_gather *tlb, struct vm_area_struct *vma,
				      pmd_t *pmd, unsigned long addr, unsigned long end,
				      unsigned long cp_flags)
{
	pte_t *pte = pte_offset(pmd, addr);
	unsigned long pages = 0;

	for (; addr != end; addr += PAGE_SIZE, pte++) {
		pte_t old = *pte, new;

		if (!pte_present(old)) {
			pages += change_swap_pte(vma, pte, addr, cp_flags);
			continue;
		}
		new = change_uffd_wp(pte_modify(old, vma->vm_page_prot), cp_flags);
		if (cp_flags & MM_CP_TRY_CHANGE_WRITABLE && !pte_write(new) &&
		    can_change_pte_writable(vma, addr, new))
			new = pte_mkwrite(new);
		set_pte(pte, new);
		if (pte_needs_flush(old, new))
			tlb_remove_tlb_entry(tlb, addr, PAGE_SIZE);
		trace(TRACE_change_pte, addr, pte_val(old), pte_val(new), vma->vm_nr);
		pages++;
	}
	return pages;
}

static unsigned long change_one_pmd(struct mmu_gather *tlb, struct vm_area_struct *vma, pmd_t *pmd,
				    unsigned long addr, unsigned long next, unsigned long cp_flags)
{
	if (pmd_trans_huge(*pmd)) {
		if (next - addr == PMD_SIZE) {
			tlb_remove_tlb_entry(tlb, addr, PMD_SIZE);
			return change_huge_pmd(vma, pmd, addr, vma->vm_page_prot, cp_flags);
		}
		__split_huge_pmd(vma, pmd, addr);
	}
	return pmd_none(*pmd) ? 0 : change_pte_range(tlb, vma, pmd, addr, next, cp_flags);
}

unsigned long change_protection(struct vm_area_struct *vma, unsigned long start, unsigned long end,
				unsigned long cp_flags)
{
	unsigned long addr, next, pages = 0;
	struct mmu_gather tlb;
	pmd_t *pmd;

	tlb_gather_mmu(&tlb, vma->vm_mm, false);
	for (addr = start; addr < end; addr = next) {
		pmd = mm_find_pmd(vma->vm_mm, addr);
		if (!pmd) {
			next = mm_find_pud(vma->vm_mm, addr) ? pud_addr_end(addr, end)
							     : pgd_addr_end(addr, end);
			continue;
		}
		next = pmd_addr_end(addr, end);
		pages += change_one_pmd(&tlb, vma, pmd, addr, next, cp_flags);
	}
	tlb_finish_mmu(&tlb);
	return pages;
}

/* ---- Guard regions ---- */

/* Does the range map anything? */
static bool range_is_mapped(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	unsigned long addr;

	for (addr = start; addr < end; addr += PAGE_SIZE) {
		pmd_t *pmd = mm_find_pmd(mm, addr);

		if (!pmd || pmd_none(*pmd)) {
			addr = pmd_addr_end(addr, end) - PAGE_SIZE;
			continue;
		}
		if (pmd_trans_huge(*pmd) || pte_present(*pte_offset(pmd, addr)))
			return true;
	}
	return false;
}

int guard_install_range(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	unsigned long addr;

	if (range_is_mapped(vma->vm_mm, start, end))
		zap_page_range_single(vma, start, end - start);
	for (addr = start; addr < end; addr += PAGE_SIZE) {
		pmd_t *pmd = mm_alloc_pmd(vma->vm_mm, addr);
		pte_t *pte = pmd ? pte_alloc_map(vma->vm_mm, pmd, addr) : NULL;

		if (!pte)
			return -ENOMEM;
		set_pte(pte, make_pte_marker(PTE_MARKER_GUARD));
	}
	trace(TRACE_guard_install, start, end, vma->vm_nr, 0);
	return 0;
}

void guard_remove_range(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	unsigned long addr;

	for (addr = start; addr < end; addr += PAGE_SIZE) {
		pte_t *pte = mm_find_pte(vma->vm_mm, addr);

		if (!pte)
			addr = pmd_addr_end(addr, end) - PAGE_SIZE;
		else if (is_guard_pte(*pte))
			pte_clear(pte);
	}
	trace(TRACE_guard_remove, start, end, vma->vm_nr, 0);
}
