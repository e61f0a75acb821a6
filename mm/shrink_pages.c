// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One page of an inactive list in the hands of reclaim: is it freed, kept,
 * activated, or written first?
 *
 *	used lately?	once: keep, it gets a second chance; more often: activate
 *	anonymous?	it needs a place in swap
 *	mapped?		take it out of all page tables
 *	dirty?		write it, and free it the next time it is met
 *	still ours?	no other reference: take it out of its mapping; it is free
 *
 * Linux counterpart: shrink_folio_list() of mm/vmscan.c, whose loop body this
 * is, and the functions it calls. Where a recording is replayed, what cannot be asked
 * of the machine (who referenced the page, who else holds it) is in struct
 * reclaim_answers.
 */
#include "vmscan.h"
#include "gup.h"
#include "mm_inline.h"
#include "swap.h"
#include "writeback.h"

enum page_references {
	FOLIOREF_RECLAIM,
	FOLIOREF_RECLAIM_CLEAN,	/* if it need not be written */
	FOLIOREF_KEEP,
	FOLIOREF_ACTIVATE,
};

/* ---- Was it used? ---- */

/* Page table entries through which the page was used since the last look; -1: could not be told. */
static int count_references(struct page *page, struct reclaimer *r, unsigned long *vm_flags)
{
	*vm_flags = 0;
	if (r->answers.recorded)
		return r->answers.referenced;
	return page_referenced(page, vm_flags);
}

static enum page_references folio_check_references(struct page *page, struct reclaimer *r,
						   int *referenced_ptes)
{
	unsigned long vm_flags;
	bool referenced_folio;

	*referenced_ptes = count_references(page, r, &vm_flags);
	referenced_folio = TestClearPageReferenced(page);

	/* mlock() lost a race for the page: let it be found as unevictable. */
	if (vm_flags & VM_LOCKED)
		return FOLIOREF_ACTIVATE;
	if (*referenced_ptes == -1)
		return FOLIOREF_KEEP;
	if (*referenced_ptes) {
		/*
		 * Every page was used once, by the fault that brought it in. So one reference is
		 * noted and the page kept for another round; a second one activates.
		 */
		SetPageReferenced(page);
		if (referenced_folio || *referenced_ptes > 1)
			return FOLIOREF_ACTIVATE;
		if (vm_flags & VM_EXEC && page_is_file_lru(page))
			return FOLIOREF_ACTIVATE;
		return FOLIOREF_KEEP;
	}
	if (referenced_folio && page_is_file_lru(page))
		return FOLIOREF_RECLAIM_CLEAN;
	return FOLIOREF_RECLAIM;
}

/* ---- Is it dirty? ---- */

/* Of the pages of files, how many are dirty: whether the flusher keeps up. */
static void count_dirty(struct page *page, struct reclaim_stat *stat)
{
	unsigned long nr_pages = compound_nr(page);

	if (!page_is_file_lru(page) || (PageAnon(page) && !PageSwapBacked(page)))
		return;
	if (PageDirty(page) || PageWriteback(page))
		stat->nr_dirty += nr_pages;
	if (PageDirty(page) && !PageWriteback(page))
		stat->nr_unqueued_dirty += nr_pages;
	if (PageWriteback(page) && PageReclaim(page))
		stat->nr_congested += nr_pages;
}

/* May writing it go through the file system? Swap on a block device needs only __GFP_IO. */
static bool may_enter_fs(const struct page *page, gfp_t gfp_mask)
{
	if (gfp_mask & __GFP_FS)
		return true;
	return PageSwapCache(page) && gfp_mask & __GFP_IO;
}

/* It is being written: activated, so that it is out of the way until that is done. */
static void note_writeback(struct page *page, struct reclaimer *r)
{
	if (current_is_kswapd() && PageReclaim(page) &&
	    NODE_DATA(r->nid)->flags & 1UL << PGDAT_WRITEBACK) {
		r->stat.nr_immediate += compound_nr(page);
	} else {
		SetPageReclaim(page);
		r->stat.nr_writeback += compound_nr(page);
	}
}

/* ---- Making it free ---- */

static bool reclaim_add_to_swap(struct page *page, struct reclaimer *r)
{
	if (!r->answers.recorded)
		return add_to_swap(page);
	SetPageSwapCache(page);
	SetPageDirty(page);
	return true;
}

/* Takes it out of all page tables; false if it is still in one. */
static bool reclaim_unmap(struct page *page, struct reclaimer *r)
{
	unsigned long nr_pages = compound_nr(page);
	bool was_swapbacked = PageSwapBacked(page);

	if (r->answers.recorded || !page_mapped(page))
		return true;
	try_to_unmap(page, PageHead(page) ? TTU_BATCH_FLUSH | TTU_SPLIT_HUGE_PMD : TTU_BATCH_FLUSH);
	if (!page_mapped(page))
		return true;
	r->stat.nr_unmap_fail += nr_pages;
	if (!was_swapbacked && PageSwapBacked(page))
		r->stat.nr_lazyfree_fail += nr_pages;
	return false;
}

/* Nobody but its mapping and we may hold a page that is to be written. */
static bool is_page_cache_freeable(struct page *page)
{
	return page_ref_count(page) == 1 + (int)compound_nr(page);
}

/* Starts writing a page to swap, or to its file. */
static bool pageout(struct page *page, struct reclaimer *r)
{
	struct address_space *mapping = PageSwapCache(page) ? NULL : page_mapping(page);

	if (!PageSwapCache(page) && (!mapping || !mapping_can_writeback(mapping)))
		return false;
	if (!clear_page_dirty_for_io(page))
		return false;
	if (mapping) {
		SetPageReclaim(page);
		if (!write_page(mapping, page))
			return true;
		set_page_dirty(page);
		return false;
	}
	SetPageReclaim(page);
	swap_writepage(page);
	page_ref_inc(page);
	/* A huge page that was split makes the batch larger. */
	if (r->nr_written == SWAP_CLUSTER_MAX)
		end_batch_writeback(r);
	r->written[r->nr_written++] = page;
	return true;
}

/* The page leaves its mapping, if nobody else has a reference. Then it is free. */
static bool remove_mapping(struct page *page)
{
	struct inode *shmem = NULL;

	if (page_ref_count(page) != 1 + (int)compound_nr(page) || PageDirty(page))
		return false;
	if (PageSwapCache(page))
		evict_from_swap_cache(page);
	else if (page->mapping && !PageAnon(page)) {
		/* Nobody has written to it: a page of zeroes, which comes back when it is wanted. */
		if (PageSwapBacked(page))
			shmem = page_mapping(page)->host;
		evict_from_page_cache(page, page_is_file_lru(page) ? workingset_eviction(page) : NULL);
		if (shmem)
			shmem_page_freed(shmem);
	} else
		return false;
	set_page_count(page, 0);
	return true;
}

/* Starts writing the page; false if nothing came of it. */
static bool reclaim_pageout(struct page *page, struct reclaimer *r)
{
	if (r->answers.recorded ? r->answers.extra_refs : !is_page_cache_freeable(page))
		return false;
	trace(TRACE_mm_vmscan_write_folio, page_to_pfn(page), (u64)page_is_file_lru(page), 0, 0);
	__mod_node_page_state(page_pgdat(page), NR_VMSCAN_WRITE, (long)compound_nr(page));
	if (r->answers.recorded) {
		ClearPageDirty(page);
		SetPageReclaim(page);
		SetPageWriteback(page);
		return true;
	}
	return pageout(page, r);
}

/* Nobody but its mapping and we may hold it. Then the mapping lets go, and so do we. */
static bool reclaim_remove_mapping(struct page *page, struct reclaimer *r)
{
	if (!r->answers.recorded)
		return remove_mapping(page);
	if (r->answers.extra_refs || PageDirty(page))
		return false;
	/* The eviction moves the clock; where the shadow goes, the recording keeps for itself. */
	if (PageSwapCache(page) || page_is_file_lru(page))
		workingset_age_nonresident(folio_lruvec(page), compound_nr(page));
	return true;
}

/* A page that MADV_FREE gave up, and nobody wrote to since: its contents are forgotten. */
static bool reclaim_lazyfree(struct page *page, struct reclaimer *r)
{
	if (r->answers.recorded ? r->answers.extra_refs || PageDirty(page) :
				  page_ref_count(page) != 1 || PageDirty(page))
		return false;
	set_page_count(page, 0);
	count_vm_events(PGLAZYFREED, compound_nr(page));
	return true;
}

/* ---- What to do with a dirty page ---- */

static enum reclaim_outcome write_dirty(struct page *page, struct reclaimer *r,
					enum page_references references)
{
	/*
	 * Single pages of files here and there are better left to the flusher. kswapd writes them
	 * only when it keeps meeting dirty pages for which that was hoped already.
	 */
	if (page_is_file_lru(page) &&
	    (!current_is_kswapd() || !PageReclaim(page) ||
	     !(NODE_DATA(r->nid)->flags & 1UL << PGDAT_DIRTY))) {
		__mod_node_page_state(page_pgdat(page), NR_VMSCAN_IMMEDIATE,
				      (long)compound_nr(page));
		SetPageReclaim(page);
		return RECLAIM_ACTIVATED;
	}
	if (references == FOLIOREF_RECLAIM_CLEAN || !may_enter_fs(page, r->sc.gfp_mask) ||
	    !r->sc.may_writepage)
		return RECLAIM_KEPT;
	/* Shared memory is not written to swap on this machine: as if its writepage() had found no slot. */
	if (!r->answers.recorded && PageSwapBacked(page) && !PageAnon(page) && !PageSwapCache(page))
		return RECLAIM_ACTIVATED;
	if (!reclaim_pageout(page, r))
		return RECLAIM_KEPT;
	r->stat.nr_pageout += compound_nr(page);
	return PageWriteback(page) || PageDirty(page) ? RECLAIM_WRITTEN : RECLAIM_FREED;
}

/* ---- The page as a whole ---- */

/*
 * A huge page has no place in swap as a whole, since slots are given out one by one: it is split, and its
 * pages go on like others. Those but the first are the next of the batch.
 */
static bool split_for_swap(struct page *page, struct reclaimer *r)
{
	bool mapped_whole = atomic_read(&page[1].compound_mapcount) >= 0;

	if (split_huge_page_to_list(page, &r->isolated))
		return false;
	r->sc.nr_scanned -= HPAGE_PMD_NR - 1;
	if (mapped_whole)
		count_vm_event(THP_SWPOUT_FALLBACK);
	return true;
}

/* Anonymous memory needs a place in swap before it can go. */
static enum reclaim_outcome find_swap_place(struct page *page, struct reclaimer *r)
{
	bool huge = PageHead(page) && !r->answers.recorded;

	/* Huge pages of MADV_FREE stay. */
	if (huge && !PageSwapBacked(page))
		return RECLAIM_ACTIVATED;
	if (!PageAnon(page) || !PageSwapBacked(page) || PageSwapCache(page))
		return RECLAIM_FREED;
	if (!(r->sc.gfp_mask & __GFP_IO))
		return RECLAIM_KEPT;
	/* A device would go on using the frame. */
	if (!r->answers.recorded && folio_maybe_dma_pinned(page))
		return RECLAIM_KEPT;
	if (huge && !split_for_swap(page, r))
		return RECLAIM_ACTIVATED;
	return reclaim_add_to_swap(page, r) ? RECLAIM_FREED : RECLAIM_ACTIVATED;
}

static enum reclaim_outcome try_to_reclaim(struct page *page, struct reclaimer *r,
					   enum page_references references)
{
	enum reclaim_outcome outcome = find_swap_place(page, r);

	if (outcome != RECLAIM_FREED)
		return outcome;
	if (!reclaim_unmap(page, r))
		return RECLAIM_ACTIVATED;
	if (PageDirty(page) && !(PageAnon(page) && !PageSwapBacked(page))) {
		outcome = write_dirty(page, r, references);
		if (outcome != RECLAIM_FREED)
			return outcome;
	}
	if (PageAnon(page) && !PageSwapBacked(page))
		return reclaim_lazyfree(page, r) ? RECLAIM_FREED : RECLAIM_KEPT;
	return reclaim_remove_mapping(page, r) ? RECLAIM_FREED : RECLAIM_KEPT;
}

static enum reclaim_outcome decide(struct page *page, struct reclaimer *r, int *referenced)
{
	enum page_references references;

	r->sc.nr_scanned += compound_nr(page);
	if (unlikely(PageMlocked(page)))
		return RECLAIM_CULLED;
	if (!r->sc.may_unmap && page_mapped(page))
		return RECLAIM_KEPT;

	count_dirty(page, &r->stat);
	if (PageWriteback(page)) {
		note_writeback(page, r);
		return RECLAIM_ACTIVATED;
	}
	references = r->sc.ignore_references ? FOLIOREF_RECLAIM :
					       folio_check_references(page, r, referenced);
	if (references == FOLIOREF_ACTIVATE)
		return RECLAIM_ACTIVATED;
	if (references == FOLIOREF_KEEP) {
		r->stat.nr_ref_keep += compound_nr(page);
		return RECLAIM_KEPT;
	}
	return try_to_reclaim(page, r, references);
}

enum reclaim_outcome shrink_inactive_page(struct page *page, struct reclaimer *r)
{
	bool locked = r->answers.recorded ? r->answers.locked : TestSetPageLocked(page);
	enum reclaim_outcome outcome = RECLAIM_KEPT;
	unsigned long nr_pages;
	int referenced = 0;

	if (!locked) {
		VM_BUG_ON_PAGE(PageActive(page), page);
		outcome = decide(page, r, &referenced);
	}
	nr_pages = compound_nr(page); /* it may have been split */
	trace(TRACE_shrink_folio, page_to_pfn(page), trace_pack(outcome, (u32)referenced),
	      trace_pack(r->lru, (u32)r->sc.priority), 0);
	if (outcome == RECLAIM_ACTIVATED) {
		if (PageSwapCache(page) && !r->answers.recorded)
			free_swap_if_full(page);
		SetPageActive(page);
		r->stat.nr_activate[page_is_file_lru(page)] += nr_pages;
	}
	if (!locked && !r->answers.recorded)
		unlock_page(page);
	if (outcome == RECLAIM_FREED)
		r->nr_freed += nr_pages;
	list_add(&page->lru, outcome == RECLAIM_FREED ? &r->free_pages : &r->ret_pages);
	return outcome;
}
