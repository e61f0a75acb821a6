// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Batches of pages and tables on their way out. See mmu_gather.h.
 */
#include "mmu_gather.h"

#include "swap.h"

static void reset_range(struct mmu_gather *tlb)
{
	tlb->start = ~0UL;
	tlb->end = 0;
}

void tlb_gather_mmu(struct mmu_gather *tlb, struct mm_struct *mm, bool fullmm)
{
	tlb->mm = mm;
	tlb->fullmm = fullmm;
	tlb->nr_pages = 0;
	tlb->nr_tables = 0;
	reset_range(tlb);
}

void tlb_remove_tlb_entry(struct mmu_gather *tlb, unsigned long addr, unsigned long size)
{
	tlb->start = min(tlb->start, addr);
	tlb->end = max(tlb->end, addr + size);
}

void tlb_flush_mmu(struct mmu_gather *tlb)
{
	u32 i;

	if (tlb->start < tlb->end) {
		if (tlb->fullmm)
			flush_tlb_mm(tlb->mm);
		else
			flush_tlb_mm_range(tlb->mm, tlb->start, tlb->end);
		reset_range(tlb);
	}
	for (i = 0; i < tlb->nr_tables; i++)
		pgtable_free(tlb->tables[i]);
	for (i = 0; i < tlb->nr_pages; i++)
		free_swap_cache(tlb->pages[i]);
	release_pages(tlb->pages, (int)tlb->nr_pages);
	tlb->nr_tables = 0;
	tlb->nr_pages = 0;
}

void tlb_remove_page(struct mmu_gather *tlb, struct page *page)
{
	tlb->pages[tlb->nr_pages++] = page;
	if (tlb->nr_pages == MMU_GATHER_BUNDLE)
		tlb_flush_mmu(tlb);
}

void tlb_remove_table(struct mmu_gather *tlb, struct page *table, unsigned long addr,
		      unsigned long size)
{
	tlb_remove_tlb_entry(tlb, addr, size);
	tlb->tables[tlb->nr_tables++] = table;
	if (tlb->nr_tables == MMU_GATHER_BUNDLE)
		tlb_flush_mmu(tlb);
}

void tlb_finish_mmu(struct mmu_gather *tlb)
{
	tlb_flush_mmu(tlb);
}
