// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Taking pages out of page tables, and page tables away: munmap(), exit,
 * MADV_DONTNEED, truncation of files.
 *
 * Linux counterpart: mm/memory.c, mm/pt_reclaim.c, unmap_region() of mm/mmap.c.
 */
#include "mmu_gather.h"
#include "swap.h"
#include "swapops.h"

/* What is to go. */
struct zap_details {
	bool even_cows;	   /* also private copies of a file's pages */
	bool drop_markers; /* also guard markers: the mapping itself goes */
	bool reclaim_pt;   /* and tables that become empty */
};

/* ---- Pages ---- */

static bool should_zap_page(const struct zap_details *details, struct page *page)
{
	return details->even_cows || !page || !PageAnon(compound_head(page));
}

static int mm_counter(struct page *page)
{
	struct page *head = compound_head(page);

	if (PageAnon(head))
		return MM_ANONPAGES;
	return PageSwapBacked(head) ? MM_SHMEMPAGES : MM_FILEPAGES;
}

/* Reading in order or at random says nothing of what will be used again. */
static bool vma_has_recency(const struct vm_area_struct *vma)
{
	return !(vma->vm_flags & (VM_SEQ_READ | VM_RAND_READ));
}

/* What the entry knew of a file's page must not be lost. */
static void keep_marks(struct vm_area_struct *vma, struct page *page, pte_t pte)
{
	if (pte_dirty(pte))
		set_page_dirty(page);
	if (pte_young(pte) && vma_has_recency(vma))
		mark_page_accessed(page);
}

/* Returns whether the entry is empty now. */
static bool zap_present_pte(struct mmu_gather *tlb, struct vm_area_struct *vma, pte_t *pte,
			    unsigned long addr, const struct zap_details *details)
{
	struct page *page = vm_normal_page(vma, addr, *pte);
	pte_t old;

	if (!should_zap_page(details, page))
		return false;
	old = ptep_get_and_clear(pte);
	tlb_remove_tlb_entry(tlb, addr, PAGE_SIZE);
	if (!page)
		return true;
	if (!PageAnon(compound_head(page)))
		keep_marks(vma, page, old);
	add_mm_counter(vma->vm_mm, mm_counter(page), -1);
	page_remove_rmap(page, vma, false);
	tlb_remove_page(tlb, page);
	return true;
}

static bool zap_nonpresent_pte(struct vm_area_struct *vma, pte_t *pte,
			       const struct zap_details *details)
{
	if (is_pte_marker(*pte) && !details->drop_markers)
		return false;
	if (!is_pte_marker(*pte)) {
		add_mm_counter(vma->vm_mm, MM_SWAPENTS, -1);
		free_swap_and_cache(pte_to_swp_entry(*pte));
	}
	pte_clear(pte);
	return true;
}

/* Returns whether all entries of the range are empty now. */
static bool zap_pte_range(struct mmu_gather *tlb, struct vm_area_struct *vma, pmd_t *pmd,
			  unsigned long addr, unsigned long end, const struct zap_details *details)
{
	pte_t *pte = pte_offset(pmd, addr);
	bool empty = true;

	for (; addr < end; addr += PAGE_SIZE, pte++) {
		if (pte_none(*pte))
			continue;
		if (pte_present(*pte))
			empty &= zap_present_pte(tlb, vma, pte, addr, details);
		else
			empty &= zap_nonpresent_pte(vma, pte, details);
	}
	return empty;
}

static void free_pte_table(struct mmu_gather *tlb, pmd_t *pmd, unsigned long addr)
{
	struct page *table = pmd_page(*pmd);

	pmd_clear(pmd);
	trace(TRACE_pgtable_free, page_to_pfn(table), page_to_pfn(virt_to_page(pmd)),
	      trace_pack(1, (u32)pmd_index(addr)), tlb->mm->mm_nr);
	tlb_remove_table(tlb, table, addr & PMD_MASK, PMD_SIZE);
	mm_dec_nr_tables(tlb->mm);
}

static void zap_one_pmd(struct mmu_gather *tlb, struct vm_area_struct *vma, pmd_t *pmd,
			unsigned long addr, unsigned long next, const struct zap_details *details)
{
	bool whole = next - addr == PMD_SIZE, empty;

	if (pmd_trans_huge(*pmd)) {
		if (whole) {
			zap_huge_pmd(tlb, vma, pmd, addr);
			return;
		}
		__split_huge_pmd(vma, pmd, addr);
	}
	if (pmd_none(*pmd))
		return;
	empty = zap_pte_range(tlb, vma, pmd, addr, next, details);
	/* A table of which every entry was looked at, and is empty. */
	if (details->reclaim_pt && whole && empty)
		free_pte_table(tlb, pmd, addr);
}

static void unmap_page_range(struct mmu_gather *tlb, struct vm_area_struct *vma, unsigned long addr,
			     unsigned long end, const struct zap_details *details)
{
	unsigned long next;
	pmd_t *pmd;

	for (; addr < end; addr = next) {
		pmd = mm_find_pmd(vma->vm_mm, addr);
		if (!pmd) {
			/* Past the range that the missing table would cover. */
			next = mm_find_pud(vma->vm_mm, addr) ? pud_addr_end(addr, end)
							     : pgd_addr_end(addr, end);
			continue;
		}
		next = pmd_addr_end(addr, end);
		zap_one_pmd(tlb, vma, pmd, addr, next, details);
	}
}

/* The part of a VMA that lies in [start, end). */
static void unmap_single_vma(struct mmu_gather *tlb, struct vm_area_struct *vma,
			     unsigned long start, unsigned long end,
			     const struct zap_details *details)
{
	start = max(start, vma->vm_start);
	end = min(end, vma->vm_end);
	if (start >= end)
		return;
	trace(TRACE_unmap_page_range, start, end, vma->vm_nr, 0);
	unmap_page_range(tlb, vma, start, end, details);
}

static void unmap_vmas(struct mmu_gather *tlb, struct vm_area_struct *vma, unsigned long start,
		       unsigned long end)
{
	static const struct zap_details details = { .even_cows = true, .drop_markers = true };

	for (; vma && vma->vm_start < end; vma = vma->vm_next)
		unmap_single_vma(tlb, vma, start, end, &details);
}

static void zap_range(struct vm_area_struct *vma, unsigned long address, unsigned long size,
		      const struct zap_details *details)
{
	struct mmu_gather tlb;

	tlb_gather_mmu(&tlb, vma->vm_mm, false);
	unmap_single_vma(&tlb, vma, address, address + size, details);
	tlb_finish_mmu(&tlb);
}

void zap_page_range_single(struct vm_area_struct *vma, unsigned long address, unsigned long size)
{
	static const struct zap_details details = { .even_cows = true, .reclaim_pt = true };

	zap_range(vma, address, size, &details);
}

void unmap_mapping_pages(struct address_space *mapping, unsigned long start, unsigned long nr,
			 bool even_cows)
{
	const struct zap_details details = { .even_cows = even_cows };
	unsigned long last = start + nr - 1;
	struct vm_area_struct *vma;

	if (last < start)
		last = ~0UL;
	for (vma = vma_interval_tree_iter_first(&mapping->i_mmap, start, last); vma;
	     vma = vma_interval_tree_iter_next(vma, start, last)) {
		unsigned long first = max(start, vma->vm_pgoff);
		unsigned long end = min(last, vma->vm_pgoff + vma_pages(vma) - 1) + 1;

		zap_range(vma, vma->vm_start + ((first - vma->vm_pgoff) << PAGE_SHIFT),
			  (end - first) << PAGE_SHIFT, &details);
	}
}

/* ---- Tables ---- */

/*
 * Tables are freed from the lowest level up. A table goes if all it covers lies between @floor and
 * @ceiling, that is, if no VMA below or above needs it; a ceiling of 0 is the end of the world.
 */
static bool table_in_use(unsigned long start, unsigned long end, unsigned long size,
			 unsigned long floor, unsigned long ceiling)
{
	start &= ~(size - 1);
	if (start < floor)
		return true;
	if (ceiling) {
		ceiling &= ~(size - 1);
		if (!ceiling)
			return true;
	}
	return end - 1 > ceiling - 1;
}

static void free_pmd_range(struct mmu_gather *tlb, pud_t *pud, unsigned long addr,
			   unsigned long end, unsigned long floor, unsigned long ceiling)
{
	unsigned long start = addr, next;
	pmd_t *pmd = pmd_offset(pud, addr);
	struct page *table;

	for (; addr != end; pmd++, addr = next) {
		next = pmd_addr_end(addr, end);
		if (pmd_table(*pmd))
			free_pte_table(tlb, pmd, addr);
	}
	if (table_in_use(start, end, PUD_SIZE, floor, ceiling))
		return;
	table = pud_page(*pud);
	pud_clear(pud);
	trace(TRACE_pgtable_free, page_to_pfn(table), page_to_pfn(virt_to_page(pud)),
	      trace_pack(2, (u32)pud_index(start)), tlb->mm->mm_nr);
	tlb_remove_table(tlb, table, start & PUD_MASK, PUD_SIZE);
	mm_dec_nr_tables(tlb->mm);
}

static void free_pud_range(struct mmu_gather *tlb, pgd_t *pgd, unsigned long addr,
			   unsigned long end, unsigned long floor, unsigned long ceiling)
{
	unsigned long start = addr, next;
	pud_t *pud = pud_offset(pgd, addr);
	struct page *table;

	for (; addr != end; pud++, addr = next) {
		next = pud_addr_end(addr, end);
		if (!pud_none(*pud))
			free_pmd_range(tlb, pud, addr, next, floor, ceiling);
	}
	if (table_in_use(start, end, PGDIR_SIZE, floor, ceiling))
		return;
	table = pgd_page(*pgd);
	pgd_clear(pgd);
	trace(TRACE_pgtable_free, page_to_pfn(table), page_to_pfn(virt_to_page(pgd)),
	      trace_pack(3, (u32)pgd_index(start)), tlb->mm->mm_nr);
	tlb_remove_table(tlb, table, start & PGDIR_MASK, PGDIR_SIZE);
	mm_dec_nr_tables(tlb->mm);
}

/* Frees the tables of [addr, end) that nothing between @floor and @ceiling but this range needs. */
static void free_pgd_range(struct mmu_gather *tlb, unsigned long addr, unsigned long end,
			   unsigned long floor, unsigned long ceiling)
{
	unsigned long next;

	addr &= PMD_MASK;
	if (addr < floor) {
		addr += PMD_SIZE;
		if (!addr)
			return;
	}
	if (ceiling) {
		ceiling &= PMD_MASK;
		if (!ceiling)
			return;
	}
	if (end - 1 > ceiling - 1)
		end -= PMD_SIZE;
	if (addr > end - 1)
		return;
	for (; addr != end; addr = next) {
		pgd_t *pgd = pgd_offset(tlb->mm, addr);

		next = pgd_addr_end(addr, end);
		if (!pgd_none(*pgd))
			free_pud_range(tlb, pgd, addr, next, floor, ceiling);
	}
}

static void tlb_free_pgtables(struct mmu_gather *tlb, struct vm_area_struct *vma,
			      unsigned long floor, unsigned long ceiling)
{
	while (vma) {
		struct vm_area_struct *next = vma->vm_next;
		unsigned long addr = vma->vm_start;

		unlink_anon_vmas(vma);
		unlink_file_vma(vma);
		/* Small neighbours share tables: dealt with together. */
		while (next && next->vm_start <= vma->vm_end + PMD_SIZE) {
			vma = next;
			next = vma->vm_next;
			unlink_anon_vmas(vma);
			unlink_file_vma(vma);
		}
		free_pgd_range(tlb, addr, vma->vm_end, floor, next ? next->vm_start : ceiling);
		vma = next;
	}
}

void free_pgtables(struct vm_area_struct *vma, unsigned long floor, unsigned long ceiling)
{
	struct mmu_gather tlb;

	if (!vma)
		return;
	tlb_gather_mmu(&tlb, vma->vm_mm, false);
	tlb_free_pgtables(&tlb, vma, floor, ceiling);
	tlb_finish_mmu(&tlb);
}

void unmap_region(struct mm_struct *mm, struct vm_area_struct *vma, struct vm_area_struct *prev,
		  unsigned long start, unsigned long end)
{
	struct vm_area_struct *next = prev ? prev->vm_next : mm->mmap;
	bool all = next == vma; /* still on the list: the address space ends */
	struct mmu_gather tlb;

	lru_add_drain();
	tlb_gather_mmu(&tlb, mm, all);
	unmap_vmas(&tlb, vma, start, end);
	tlb_free_pgtables(&tlb, vma, prev ? prev->vm_end : 0, !all && next ? next->vm_start : 0);
	tlb_finish_mmu(&tlb);
}
