// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The pages that madvise() works on: MADV_COLD, MADV_PAGEOUT, MADV_FREE.
 *
 * Only pages that nobody else maps are touched, since the advice is that of one process. A huge page
 * of which only a part is meant is split first.
 *
 * Linux counterpart: madvise_cold_or_pageout_pte_range(), madvise_free_pte_range() of mm/madvise.c,
 * madvise_free_huge_pmd() of mm/huge_memory.c (6.18).
 */
#include "madvise.h"
#include "mm_inline.h"
#include "swap.h"
#include "vmscan.h"

enum page_advice {
	ADVICE_COLD,
	ADVICE_PAGEOUT,
	ADVICE_FREE,
};

struct page_walk {
	struct vm_area_struct *vma;
	enum page_advice advice;
	bool anon_only;
};

/* ---- What becomes of a page ---- */

/* Takes a page off its list, to be reclaimed when the walk is over. */
static void pageout_page(struct page *page)
{
	if (isolate_lru_page(page))
		return;
	if (PageUnevictable(page))
		putback_lru_page(page);
	else
		list_add(&page->lru, &this_machine->page_list);
}

/* What is remembered of its use, is forgotten. */
static void forget_references(struct page *page)
{
	ClearPageReferenced(page);
	if (PageActive(page))
		SetPageWorkingset(page);
}

/* Clears the mark that the contents are wanted. False: somebody else might want them. */
static bool clean_for_free(struct page *page, bool exclusive)
{
	if (!PageDirty(page))
		return true;
	if (!exclusive || PageLocked(page))
		return false;
	ClearPageDirty(page);
	return true;
}

/* ---- Huge pages ---- */

static void make_old_pmd(struct page_walk *walk, pmd_t *pmd, unsigned long addr)
{
	u64 bits = walk->advice == ADVICE_FREE ? _PAGE_ACCESSED | _PAGE_DIRTY : _PAGE_ACCESSED;

	if (walk->advice == ADVICE_PAGEOUT || !(pmd_val(*pmd) & bits))
		return;
	set_pmd(pmd, pmd_clear_flags(*pmd, bits));
	flush_tlb_range(walk->vma, addr & HPAGE_PMD_MASK, (addr & HPAGE_PMD_MASK) + HPAGE_PMD_SIZE);
}

static void advise_whole_huge_page(struct page_walk *walk, struct page *page, pmd_t *pmd,
				   unsigned long addr)
{
	if (walk->advice == ADVICE_FREE) {
		ClearPageDirty(page);
		make_old_pmd(walk, pmd, addr);
		mark_page_lazyfree(page);
		return;
	}
	make_old_pmd(walk, pmd, addr);
	forget_references(page);
	if (walk->advice == ADVICE_COLD)
		deactivate_page(page);
	else
		pageout_page(page);
}

/* Returns whether the range below this pmd is dealt with. */
static bool advise_huge_page(struct page_walk *walk, pmd_t *pmd, unsigned long addr,
			     unsigned long end)
{
	struct page *page;
	bool split;

	if (is_huge_zero_pmd(*pmd) || !pmd_present(*pmd))
		return true;
	page = pmd_page(*pmd);
	if (total_mapcount(page) != 1 || (walk->anon_only && !PageAnon(page)) || PageLocked(page))
		return true;
	if (end - addr == HPAGE_PMD_SIZE) {
		advise_whole_huge_page(walk, page, pmd, addr);
		return true;
	}
	get_page(page);
	lock_page(page);
	split = !split_huge_page(page);
	unlock_page(page);
	put_page(page);
	return !split;
}

/* ---- Small pages ---- */

static void make_old_pte(struct page_walk *walk, pte_t *pte, unsigned long addr)
{
	u64 bits = walk->advice == ADVICE_FREE ? _PAGE_ACCESSED | _PAGE_DIRTY : _PAGE_ACCESSED;

	if (walk->advice == ADVICE_PAGEOUT || !(pte_val(*pte) & bits))
		return;
	set_pte(pte, pte_clear_flags(*pte, bits));
	flush_tlb_page(walk->vma, addr);
}

/*
 * A huge page that is mapped by small entries: is all of it meant? Otherwise it is split, if nobody else has
 * it. Returns whether the entry can be gone on with, as one of a small page.
 */
static bool split_for_advice(struct page *page)
{
	bool split;

	page = compound_head(page);
	if (total_mapcount(page) > HPAGE_PMD_NR || PageLocked(page))
		return false;
	get_page(page);
	lock_page(page);
	split = !split_huge_page(page);
	unlock_page(page);
	put_page(page);
	return split;
}

static void advise_small_page(struct page_walk *walk, struct page *page, pte_t *pte,
			      unsigned long addr)
{
	bool exclusive = page_mapcount(page) == 1;

	if (walk->advice == ADVICE_FREE) {
		if (!clean_for_free(page, exclusive))
			return;
		make_old_pte(walk, pte, addr);
		mark_page_lazyfree(page);
		return;
	}
	if (!PageLRU(page) || !exclusive || (walk->anon_only && !PageAnon(page)))
		return;
	make_old_pte(walk, pte, addr);
	forget_references(page);
	if (walk->advice == ADVICE_COLD)
		deactivate_page(page);
	else
		pageout_page(page);
}

static void walk_ptes(struct page_walk *walk, unsigned long addr, unsigned long end)
{
	for (; addr < end; addr += PAGE_SIZE) {
		pte_t *pte = mm_find_pte(walk->vma->vm_mm, addr);
		struct page *page;

		if (!pte || !pte_present(*pte))
			continue;
		page = vm_normal_page(walk->vma, addr, *pte);
		if (!page)
			continue;
		if (PageCompound(page) && !split_for_advice(page))
			continue;
		/* Splitting may have replaced a page of zeroes by the zero page. */
		page = vm_normal_page(walk->vma, addr, *pte);
		if (page)
			advise_small_page(walk, page, pte, addr);
	}
}

static void walk_pages(struct page_walk *walk, unsigned long start, unsigned long end)
{
	unsigned long next;

	for (; start < end; start = next) {
		pmd_t *pmd = mm_find_pmd(walk->vma->vm_mm, start);

		next = pmd_addr_end(start, end);
		if (!pmd || pmd_none(*pmd))
			continue;
		if (pmd_trans_huge(*pmd) && advise_huge_page(walk, pmd, start, next))
			continue;
		walk_ptes(walk, start, next);
	}
}

void madvise_cold_range(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	struct page_walk walk = { vma, ADVICE_COLD, false };

	walk_pages(&walk, start, end);
}

void madvise_pageout_range(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			   bool anon_only)
{
	struct page_walk walk = { vma, ADVICE_PAGEOUT, anon_only };

	walk_pages(&walk, start, end);
	reclaim_pages(&this_machine->page_list);
}

void madvise_free_range(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	struct page_walk walk = { vma, ADVICE_FREE, false };

	walk_pages(&walk, start, end);
}
