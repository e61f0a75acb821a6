// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Swap readahead: a page that is read from swap seldom comes alone.
 *
 * What was swapped out together lies side by side on a disk that turns, and reading a few slots more costs little there.
 * So an aligned stretch of slots around the one that is needed is read (swap_cluster_readahead()). Where no device
 * turns, what lies side by side tells less than what is mapped side by side: then it is the neighbours
 * in the page table that are read, wherever their slots are (swap_vma_readahead()).
 *
 * Pages read ahead wait in the swap cache, marked PG_readahead. Who finds such a mark (a hit) makes the next window
 * larger; a window without hits shrinks to nothing, by half each time.
 *
 * Linux counterpart: mm/swap_state.c.
 */
#include "mm.h"
#include "swap.h"
#include "vmstat.h"

/* What a VMA remembers: the last fault's page, the window then, and the hits since. */
#define SWAP_RA_WIN_SHIFT    (PAGE_SHIFT / 2)
#define SWAP_RA_HITS_MASK    ((1UL << SWAP_RA_WIN_SHIFT) - 1)
#define SWAP_RA_HITS_MAX     SWAP_RA_HITS_MASK
#define SWAP_RA_WIN_MASK     (~PAGE_MASK & ~SWAP_RA_HITS_MASK)
#define SWAP_RA_HITS_INITIAL 4

#define SWAP_RA_ORDER_CEILING 5 /* of windows in a VMA */

static unsigned long swap_ra_val(unsigned long addr, unsigned long win, unsigned long hits)
{
	return (addr & PAGE_MASK) | (win << SWAP_RA_WIN_SHIFT & SWAP_RA_WIN_MASK) |
	       (hits & SWAP_RA_HITS_MASK);
}

static unsigned long get_swap_ra_val(const struct vm_area_struct *vma)
{
	return vma->swap_readahead_info ? vma->swap_readahead_info : SWAP_RA_HITS_INITIAL;
}

void swap_setup(struct machine *m)
{
	/* Small machines read less ahead. */
	m->page_cluster = m->totalram_pages >> (20 - PAGE_SHIFT) < 16 ? 2 : 3;
	m->swapin_readahead_hits = SWAP_RA_HITS_INITIAL;
}

static bool swap_use_vma_readahead(void)
{
	return !this_machine->nr_rotate_swap;
}

/* A page that was read ahead is used: its VMA, or else the machine, notes the hit. */
struct page *swap_cache_get_folio(swp_entry_t entry, struct vm_area_struct *vma, unsigned long addr)
{
	struct page *page = lookup_swap_cache(entry);
	bool readahead;

	if (!page)
		return NULL;
	/* The bit is that of PG_reclaim, too: who finds a page that is still being written, counts as well. */
	readahead = TestClearPageReadahead(page);
	if (readahead)
		count_vm_event(SWAP_RA_HIT);
	if (swap_use_vma_readahead()) {
		unsigned long val = get_swap_ra_val(vma), hits = val & SWAP_RA_HITS_MASK;

		if (readahead)
			hits = min(hits + 1, SWAP_RA_HITS_MAX);
		vma->swap_readahead_info =
			swap_ra_val(addr, (val & SWAP_RA_WIN_MASK) >> SWAP_RA_WIN_SHIFT, hits);
	} else if (readahead) {
		this_machine->swapin_readahead_hits++;
	}
	return page;
}

/* How many pages to read, by the hits since the last time and by whether this one is the last one's neighbour. */
static unsigned int __swapin_nr_pages(unsigned long prev_offset, unsigned long offset,
				      unsigned int hits, unsigned int max_pages,
				      unsigned int prev_win)
{
	unsigned int pages = 4;

	if (!hits)
		pages = offset == prev_offset + 1 || offset + 1 == prev_offset ? 2 : 1;
	else
		while (pages < hits + 2)
			pages <<= 1;
	/* It does not shrink too fast. */
	return max(min(pages, max_pages), prev_win / 2);
}

static unsigned int swapin_nr_pages(unsigned long offset)
{
	struct machine *m = this_machine;
	unsigned int max_pages = 1U << m->page_cluster, hits = m->swapin_readahead_hits, pages;

	if (max_pages == 1)
		return 1;
	m->swapin_readahead_hits = 0;
	pages = __swapin_nr_pages(m->swapin_prev_offset, offset, hits, max_pages,
				  m->last_readahead_pages);
	if (!hits)
		m->swapin_prev_offset = offset;
	m->last_readahead_pages = pages;
	trace(TRACE_swapin_readahead, pages, hits, 0, 0);
	return pages;
}

/* Reads a slot that is in use and not in memory; @ahead: nobody has asked for it yet. */
static void read_ahead_slot(swp_entry_t entry, struct vm_area_struct *vma, unsigned long addr,
			    bool ahead)
{
	struct page *page = lookup_swap_cache(entry);

	if (!page && *swap_count_of(entry) & SWAP_COUNT) {
		page = read_swap_cache(entry, vma, addr);
		if (page && ahead) {
			SetPageReadahead(page);
			count_vm_event(SWAP_RA);
		}
	}
	if (page)
		put_page(page);
}

static void swap_cluster_readahead(swp_entry_t entry, struct vm_area_struct *vma,
				   unsigned long addr)
{
	unsigned long offset = swp_offset(entry), mask = swapin_nr_pages(offset) - 1UL;
	unsigned long start = max(offset & ~mask, 1UL); /* slot 0 is the header */
	unsigned long end = min(offset | mask, swp_swap_info(entry)->max - 1);

	if (!mask)
		return;
	for (unsigned long i = start; i <= end; i++)
		read_ahead_slot(swp_entry(swp_type(entry), i), vma, addr, i != offset);
	lru_add_drain();
}

/* The window in the VMA: on the side where the faults are going, or around the page. Not beyond its page table. */
static void swap_ra_info(struct vm_area_struct *vma, unsigned long addr, unsigned long *start,
			 unsigned long *end)
{
	unsigned int max_win = 1U << min(this_machine->page_cluster, SWAP_RA_ORDER_CEILING), win;
	unsigned long val = get_swap_ra_val(vma), fpfn = addr >> PAGE_SHIFT,
		      pfn = val >> PAGE_SHIFT;
	unsigned int hits = val & SWAP_RA_HITS_MASK;

	*start = fpfn;
	*end = fpfn + 1;
	if (max_win == 1)
		return;
	win = __swapin_nr_pages(pfn, fpfn, hits, max_win,
				(val & SWAP_RA_WIN_MASK) >> SWAP_RA_WIN_SHIFT);
	vma->swap_readahead_info = swap_ra_val(addr, win, 0);
	trace(TRACE_swapin_readahead, win, hits, vma->vm_nr, 0);
	if (win == 1)
		return;
	if (pfn == fpfn + 1)
		*start = fpfn + 1 > win ? fpfn + 1 - win : 0;
	else if (fpfn != pfn + 1)
		*start = fpfn > (win - 1) / 2 ? fpfn - (win - 1) / 2 : 0;
	*end = *start + win;
	*start = max(*start, max(vma->vm_start, addr & PMD_MASK) >> PAGE_SHIFT);
	*end = min(*end, min(vma->vm_end, (addr & PMD_MASK) + PMD_SIZE) >> PAGE_SHIFT);
}

static void swap_vma_readahead(struct vm_area_struct *vma, unsigned long addr, pmd_t *pmd)
{
	unsigned long start, end;

	swap_ra_info(vma, addr, &start, &end);
	if (end - start == 1)
		return;
	for (unsigned long pfn = start; pfn < end; pfn++) {
		pte_t pte = *pte_offset(pmd, pfn << PAGE_SHIFT);

		if (is_swap_pte(pte) && swp_type(pte_to_swp_entry(pte)) < MAX_SWAPFILES)
			read_ahead_slot(pte_to_swp_entry(pte), vma, addr,
					pfn != addr >> PAGE_SHIFT);
	}
	lru_add_drain();
}

struct page *swapin_readahead(swp_entry_t entry, struct vm_area_struct *vma, unsigned long addr,
			      pmd_t *pmd)
{
	struct page *page;

	if (swap_use_vma_readahead())
		swap_vma_readahead(vma, addr, pmd);
	else
		swap_cluster_readahead(entry, vma, addr);
	/* Most likely it has just been read. */
	page = lookup_swap_cache(entry);
	return page ? page : read_swap_cache(entry, vma, addr);
}
