// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mremap(): moving the entries of a range to another address of the same
 * address space. The pages stay where they are. Whole tables are moved where old and new
 * addresses allow it, instead of their entries.
 *
 * Linux counterpart: mm/mremap.c.
 */
#include "swapops.h"
#include "userfaultfd.h"

struct pagetable_move_control {
	struct vm_area_struct *old, *new;
	unsigned long old_addr, new_addr;
	unsigned long old_end;
	unsigned long len_in;
};

/* Bytes up to the next boundary of either address, at most to the end. */
static unsigned long get_extent(const struct pagetable_move_control *pmc, unsigned long size)
{
	unsigned long mask = ~(size - 1);
	unsigned long extent = ((pmc->old_addr + size) & mask) - pmc->old_addr;

	extent = min(extent, pmc->old_end - pmc->old_addr);
	return min(extent, ((pmc->new_addr + size) & mask) - pmc->new_addr);
}

/* ---- Beginning at the boundary of a table ---- */

/* Is nothing else mapped between the boundary below @addr and @addr? */
static bool can_align_down(const struct vm_area_struct *vma, unsigned long addr, unsigned long mask)
{
	return vma->vm_start == addr &&
	       !find_vma_intersection(vma->vm_mm, addr & mask, vma->vm_start);
}

/* The empty part of the table below the range can be moved along; then the table moves as a whole. */
static void try_realign_addr(struct pagetable_move_control *pmc)
{
	unsigned long old_align = pmc->old_addr & ~PMD_MASK;

	if (!old_align || pmc->len_in < PMD_SIZE - old_align ||
	    old_align != (pmc->new_addr & ~PMD_MASK) ||
	    !can_align_down(pmc->old, pmc->old_addr, PMD_MASK) ||
	    !can_align_down(pmc->new, pmc->new_addr, PMD_MASK))
		return;
	pmc->old_addr &= PMD_MASK;
	pmc->new_addr &= PMD_MASK;
}

/* ---- Moving ---- */

/* A whole table of the lowest level. */
static bool move_normal_pmd(struct pagetable_move_control *pmc, pmd_t *old_pmd, pmd_t *new_pmd)
{
	/* Marks of a userfaultfd are to be taken off one by one. */
	if (!pmd_none(*new_pmd) || pmc->old->vm_userfaultfd_ctx.ctx)
		return false;
	set_pmd(new_pmd, pmdp_huge_get_and_clear(old_pmd));
	flush_tlb_range(pmc->old, pmc->old_addr, pmc->old_addr + PMD_SIZE);
	trace(TRACE_move_normal_pmd, pmc->old_addr, pmc->new_addr, page_to_pfn(pmd_page(*new_pmd)),
	      trace_pack(pmc->old->vm_nr, pmc->new->vm_nr));
	return true;
}

/* A table of the level above, with all the tables below it. */
static bool move_normal_pud(struct pagetable_move_control *pmc, pud_t *old_pud, pud_t *new_pud)
{
	if (!pud_none(*new_pud) || pmc->old->vm_userfaultfd_ctx.ctx)
		return false;
	*new_pud = *old_pud;
	pud_clear(old_pud);
	flush_tlb_range(pmc->old, pmc->old_addr, pmc->old_addr + PUD_SIZE);
	trace(TRACE_move_normal_pmd, pmc->old_addr, pmc->new_addr, page_to_pfn(pud_page(*new_pud)),
	      trace_pack(pmc->old->vm_nr, pmc->new->vm_nr));
	return true;
}

/* Bits of a marker mean something else. */
static pte_t clear_swp_uffd_wp(pte_t pte)
{
	return is_pte_marker(pte) ? pte : pte_swp_clear_uffd_wp(pte);
}

static void move_ptes(struct pagetable_move_control *pmc, unsigned long extent, pmd_t *old_pmd,
		      pmd_t *new_pmd)
{
	pte_t *old_pte = pte_offset(old_pmd, pmc->old_addr);
	pte_t *new_pte = pte_offset(new_pmd, pmc->new_addr);
	unsigned long done;
	bool flush = false;

	for (done = 0; done < extent; done += PAGE_SIZE, old_pte++, new_pte++) {
		pte_t pte;

		if (pte_none(*old_pte))
			continue;
		pte = ptep_get_and_clear(old_pte);
		flush |= pte_present(pte);
		if (pmc->old->vm_userfaultfd_ctx.ctx)
			pte = pte_present(pte) ? pte_clear_uffd_wp(pte) : clear_swp_uffd_wp(pte);
		set_pte(new_pte, pte);
		trace(TRACE_move_pte, pmc->old_addr + done, pmc->new_addr + done, pte_val(pte),
		      pmc->new->vm_nr);
	}
	if (flush)
		flush_tlb_range(pmc->old, pmc->old_addr, pmc->old_addr + extent);
}

/* Moves @extent bytes, within one table. Returns 0, or -ENOMEM. */
static int move_extent(struct pagetable_move_control *pmc, unsigned long extent, pmd_t *old_pmd)
{
	struct mm_struct *mm = pmc->new->vm_mm;
	pmd_t *new_pmd = mm_alloc_pmd(mm, pmc->new_addr);

	if (!new_pmd)
		return -ENOMEM;
	if (pmd_trans_huge(*old_pmd)) {
		if (extent == HPAGE_PMD_SIZE &&
		    move_huge_pmd(pmc->old, pmc->old_addr, pmc->new_addr, old_pmd, new_pmd))
			return 0;
		__split_huge_pmd(pmc->old, old_pmd, pmc->old_addr);
	} else if (extent == PMD_SIZE && move_normal_pmd(pmc, old_pmd, new_pmd)) {
		return 0;
	}
	if (pte_alloc(mm, new_pmd))
		return -ENOMEM;
	move_ptes(pmc, extent, old_pmd, new_pmd);
	return 0;
}

unsigned long move_page_tables(struct vm_area_struct *vma, unsigned long old_addr,
			       struct vm_area_struct *new_vma, unsigned long new_addr,
			       unsigned long len)
{
	struct pagetable_move_control pmc = {
		vma, new_vma, old_addr, new_addr, old_addr + len, len
	};
	unsigned long extent;
	pud_t *old_pud, *new_pud;
	pmd_t *old_pmd;

	if (!len)
		return 0;
	try_realign_addr(&pmc);
	for (; pmc.old_addr < pmc.old_end; pmc.old_addr += extent, pmc.new_addr += extent) {
		extent = get_extent(&pmc, PUD_SIZE);
		old_pud = mm_find_pud(vma->vm_mm, pmc.old_addr);
		if (!old_pud || pud_none(*old_pud))
			continue;
		new_pud = mm_alloc_pud(new_vma->vm_mm, pmc.new_addr);
		if (!new_pud)
			break;
		if (extent == PUD_SIZE && move_normal_pud(&pmc, old_pud, new_pud))
			continue;
		extent = get_extent(&pmc, PMD_SIZE);
		old_pmd = pmd_offset(old_pud, pmc.old_addr);
		if (!pmd_none(*old_pmd) && move_extent(&pmc, extent, old_pmd))
			break;
	}
	/* What was moved below the range does not count. */
	return pmc.old_addr < old_addr ? 0 : pmc.old_addr - old_addr;
}
