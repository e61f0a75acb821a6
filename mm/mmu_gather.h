/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Taking pages and page tables away in the right order: first the entries are
 * cleared, then all TLBs are told, and only then are the frames freed. Otherwise a CPU could still
 * reach, through a stale translation, a frame that belongs to somebody else by now.
 *
 *	tlb_gather_mmu()
 *	    clear entries; tlb_remove_tlb_entry(), tlb_remove_page(), tlb_remove_table()
 *	tlb_finish_mmu()	flushes, frees
 *
 * Linux counterpart: include/asm-generic/tlb.h, mm/mmu_gather.c.
 */
#ifndef MM_MMU_GATHER_H
#define MM_MMU_GATHER_H

#include "mm.h"

#define MMU_GATHER_BUNDLE 64

struct mmu_gather {
	struct mm_struct *mm;
	unsigned long start,
		end; /* of what was cleared since the last flush; start >= end: nothing */
	bool fullmm; /* the whole address space goes */
	u32 nr_pages;
	u32 nr_tables;
	struct page *pages[MMU_GATHER_BUNDLE];
	struct page *tables[MMU_GATHER_BUNDLE];
};

/* @fullmm: nobody will use the address space again. */
void tlb_gather_mmu(struct mmu_gather *tlb, struct mm_struct *mm, bool fullmm);
/* An entry was cleared, or now allows less. */
void tlb_remove_tlb_entry(struct mmu_gather *tlb, unsigned long addr, unsigned long size);
/* The reference that the entry had is to be dropped. */
void tlb_remove_page(struct mmu_gather *tlb, struct page *page);
/* A table that covered [addr, addr + size) is to be freed. */
void tlb_remove_table(struct mmu_gather *tlb, struct page *table, unsigned long addr,
		      unsigned long size);
/* Flushes and frees what has come together. */
void tlb_flush_mmu(struct mmu_gather *tlb);
void tlb_finish_mmu(struct mmu_gather *tlb);

#endif
