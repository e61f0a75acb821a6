// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The LRU lists: how pages come to them, move between them and leave.
 *
 *	lru_cache_add()		a new page	--> batch lru_add -------> head of its list
 *	mark_page_accessed()	used twice	--> batch activate ------> head of the active list
 *	deactivate_page() ...	not wanted	--> batch lru_deactivate > head of the inactive list
 *	rotate_reclaimable_page()  written	--> batch lru_rotate ----> tail of the inactive list
 *	put_page()		unused		--> off its list, free
 *
 * A page on a list has PG_lru. Whoever takes the flag away (a batch being
 * drained, reclaim that isolates) owns the page's place; a page in a batch is held
 * by a reference until the batch is drained.
 *
 * Linux counterpart: mm/swap.c. (The name is old: swapping itself is in
 * swap_state.c and swapfile.c.)
 */
#include "mm.h"
#include "mm_inline.h"
#include "swap.h"
#include "vmstat.h"

typedef void (*move_fn_t)(struct lruvec *lruvec, struct page *page);

static struct cpu_fbatches *this_cpu_fbatches(void)
{
	return &this_machine->cpu_fbatches[smp_processor_id()];
}

void lruvec_init(struct lruvec *lruvec)
{
	enum lru_list lru;

	for_each_lru(lru) INIT_LIST_HEAD(&lruvec->lists[lru]);
}

/* ---- Leaving ---- */

static void __page_cache_release(struct page *page)
{
	enum lru_list lru;

	if (!PageLRU(page))
		return;
	lru = folio_lru_list(page);
	lruvec_del_folio(folio_lruvec(page), page);
	__folio_clear_lru_flags(page);
	trace(TRACE_page_cache_release, page_to_pfn(page), lru, 0, 0);
}

void __put_page(struct page *page)
{
	__page_cache_release(page);
	if (PageTransHuge(page))
		free_transhuge_page(page);
	free_the_page(page, compound_order(page));
}

void release_pages(struct page **pages, int nr)
{
	struct list_head *pages_to_free = &this_machine->pages_to_free;
	int i;

	for (i = 0; i < nr; i++) {
		struct page *page = compound_head(pages[i]);

		if (!put_page_testzero(page))
			continue;
		if (PageHead(page)) {
			__put_page(page);
			continue;
		}
		__page_cache_release(page);
		list_add(&page->lru, pages_to_free);
	}
	free_unref_page_list(pages_to_free);
}

/* ---- Where the pages of a batch go ---- */

/* Reclaim must leave it alone: it is mlocked. (In the kernel also: of an unevictable mapping.) */
static bool page_evictable(const struct page *page)
{
	return !PageMlocked(page);
}

static void lru_add_fn(struct lruvec *lruvec, struct page *page)
{
	bool was_unevictable = TestClearPageUnevictable(page);
	unsigned long nr_pages = compound_nr(page);

	VM_BUG_ON_PAGE(PageLRU(page), page);
	if (page_evictable(page)) {
		if (was_unevictable)
			count_vm_events(UNEVICTABLE_PGRESCUED, nr_pages);
	} else {
		ClearPageActive(page);
		SetPageUnevictable(page);
		/* Rather too few than too many: reclaim puts right what is counted too low. */
		page->mlock_count = 0;
		if (!was_unevictable)
			count_vm_events(UNEVICTABLE_PGCULLED, nr_pages);
	}
	lruvec_add_folio(lruvec, page);
	trace(TRACE_mm_lru_insertion, page_to_pfn(page), folio_lru_list(page), 0, 0);
}

void lru_move_tail_fn(struct lruvec *lruvec, struct page *page)
{
	if (PageUnevictable(page))
		return;
	lruvec_del_folio(lruvec, page);
	ClearPageActive(page);
	lruvec_add_folio_tail(lruvec, page);
	count_vm_events(PGROTATED, compound_nr(page));
	trace(TRACE_lru_move_tail, page_to_pfn(page), folio_lru_list(page), 0, 0);
}

void folio_activate_fn(struct lruvec *lruvec, struct page *page)
{
	if (PageActive(page) || PageUnevictable(page))
		return;
	lruvec_del_folio(lruvec, page);
	SetPageActive(page);
	lruvec_add_folio(lruvec, page);
	count_vm_events(PGACTIVATE, compound_nr(page));
	trace(TRACE_mm_lru_activate, page_to_pfn(page), folio_lru_list(page), 0, 0);
}

/*
 * Dirty pages go to the head, where the flusher has time to write them before reclaim arrives; they
 * are marked to be freed at once when written. Clean ones go to the tail.
 */
void lru_deactivate_file_fn(struct lruvec *lruvec, struct page *page)
{
	bool active = PageActive(page);
	unsigned long nr_pages = compound_nr(page);

	if (PageUnevictable(page) || page_mapped(page))
		return;
	lruvec_del_folio(lruvec, page);
	ClearPageActive(page);
	ClearPageReferenced(page);
	if (PageWriteback(page) || PageDirty(page)) {
		lruvec_add_folio(lruvec, page);
		SetPageReclaim(page);
	} else {
		lruvec_add_folio_tail(lruvec, page);
		count_vm_events(PGROTATED, nr_pages);
	}
	if (active)
		count_vm_events(PGDEACTIVATE, nr_pages);
	trace(TRACE_lru_deactivate_file, page_to_pfn(page), folio_lru_list(page), PageReclaim(page),
	      0);
}

void lru_deactivate_fn(struct lruvec *lruvec, struct page *page)
{
	if (PageUnevictable(page) || !PageActive(page))
		return;
	lruvec_del_folio(lruvec, page);
	ClearPageActive(page);
	ClearPageReferenced(page);
	lruvec_add_folio(lruvec, page);
	count_vm_events(PGDEACTIVATE, compound_nr(page));
	trace(TRACE_lru_deactivate, page_to_pfn(page), folio_lru_list(page), 0, 0);
}

/* May MADV_FREE make it a page whose contents are forgotten? */
static bool can_be_lazyfree(const struct page *page)
{
	return PageAnon(page) && PageSwapBacked(page) && !PageSwapCache(page) &&
	       !PageUnevictable(page);
}

void lru_lazyfree_fn(struct lruvec *lruvec, struct page *page)
{
	if (!can_be_lazyfree(page))
		return;
	lruvec_del_folio(lruvec, page);
	ClearPageActive(page);
	ClearPageReferenced(page);
	/* Anonymous, yet without a place in swap: this is how reclaim knows it from others. */
	ClearPageSwapBacked(page);
	lruvec_add_folio(lruvec, page);
	count_vm_events(PGLAZYFREE, compound_nr(page));
	trace(TRACE_lru_lazyfree, page_to_pfn(page), folio_lru_list(page), 0, 0);
}

/* ---- Batches ---- */

static void folio_batch_move_lru(struct folio_batch *fbatch, move_fn_t move_fn)
{
	int nr = (int)folio_batch_count(fbatch), i;

	for (i = 0; i < nr; i++) {
		struct page *page = fbatch->folios[i];

		/* One that has left its list meanwhile (isolated, freed) is nobody's to move. */
		if (move_fn != lru_add_fn && !TestClearPageLRU(page))
			continue;
		move_fn(folio_lruvec(page), page);
		SetPageLRU(page);
	}
	release_pages(fbatch->folios, nr);
	for (i = 0; i < nr; i++)
		fbatch->folios[i] = NULL;
	fbatch->nr = 0;
}

/* Large pages do not wait: they would hold up too much memory. */
static void folio_batch_add_and_move(struct folio_batch *fbatch, struct page *page,
				     move_fn_t move_fn)
{
	page_ref_inc(page);
	if (folio_batch_add(fbatch, page) && !PageHead(page))
		return;
	trace(TRACE_lru_add_drain, (u64)smp_processor_id(), folio_batch_count(fbatch), 0, 0);
	folio_batch_move_lru(fbatch, move_fn);
}

static void drain_batch(int cpu, struct folio_batch *fbatch, move_fn_t move_fn)
{
	if (!folio_batch_count(fbatch))
		return;
	trace(TRACE_lru_add_drain, (u64)cpu, folio_batch_count(fbatch), 0, 0);
	folio_batch_move_lru(fbatch, move_fn);
}

void lru_add_drain_cpu(int cpu)
{
	struct cpu_fbatches *fbatches = &this_machine->cpu_fbatches[cpu];

	drain_batch(cpu, &fbatches->lru_add, lru_add_fn);
	drain_batch(cpu, &fbatches->lru_rotate, lru_move_tail_fn);
	drain_batch(cpu, &fbatches->lru_deactivate_file, lru_deactivate_file_fn);
	drain_batch(cpu, &fbatches->lru_deactivate, lru_deactivate_fn);
	drain_batch(cpu, &fbatches->lru_lazyfree, lru_lazyfree_fn);
	drain_batch(cpu, &fbatches->activate, folio_activate_fn);
}

void lru_add_drain(void)
{
	lru_add_drain_cpu(smp_processor_id());
	mlock_drain_cpu(smp_processor_id());
}

/* The running CPU does it for all, where the kernel queues work on each. */
void lru_add_drain_all(void)
{
	int cpu;

	for_each_online_cpu(cpu) {
		lru_add_drain_cpu(cpu);
		mlock_drain_cpu(cpu);
	}
}

/* ---- Asking for a move ---- */

void lru_cache_add(struct page *page)
{
	VM_BUG_ON_PAGE(PageActive(page) && PageUnevictable(page), page);
	VM_BUG_ON_PAGE(PageLRU(page), page);
	folio_batch_add_and_move(&this_cpu_fbatches()->lru_add, page, lru_add_fn);
}

void rotate_reclaimable_page(struct page *page)
{
	if (PageLocked(page) || PageDirty(page) || PageUnevictable(page) || !PageLRU(page))
		return;
	folio_batch_add_and_move(&this_cpu_fbatches()->lru_rotate, page, lru_move_tail_fn);
}

void activate_page(struct page *page)
{
	page = compound_head(page);
	if (!PageLRU(page) || PageActive(page) || PageUnevictable(page))
		return;
	folio_batch_add_and_move(&this_cpu_fbatches()->activate, page, folio_activate_fn);
}

void deactivate_page(struct page *page)
{
	page = compound_head(page);
	if (!PageLRU(page) || PageUnevictable(page) || !PageActive(page))
		return;
	folio_batch_add_and_move(&this_cpu_fbatches()->lru_deactivate, page, lru_deactivate_fn);
}

void deactivate_file_page(struct page *page)
{
	if (PageUnevictable(page))
		return;
	folio_batch_add_and_move(&this_cpu_fbatches()->lru_deactivate_file, page,
				 lru_deactivate_file_fn);
}

void mark_page_lazyfree(struct page *page)
{
	page = compound_head(page);
	if (!PageLRU(page) || !can_be_lazyfree(page))
		return;
	folio_batch_add_and_move(&this_cpu_fbatches()->lru_lazyfree, page, lru_lazyfree_fn);
}

/* It waits in this CPU's batch of new pages: it can go to the active list from there. */
static void __lru_cache_activate_folio(struct page *page)
{
	struct folio_batch *fbatch = &this_cpu_fbatches()->lru_add;
	int i;

	for (i = (int)folio_batch_count(fbatch) - 1; i >= 0; i--) {
		if (fbatch->folios[i] == page) {
			SetPageActive(page);
			break;
		}
	}
}

void mark_page_accessed(struct page *page)
{
	page = compound_head(page);
	if (!PageReferenced(page)) {
		SetPageReferenced(page);
	} else if (!PageActive(page) && !PageUnevictable(page)) {
		if (PageLRU(page))
			activate_page(page);
		else
			__lru_cache_activate_folio(page);
		ClearPageReferenced(page);
		workingset_activation(page);
	}
	trace(TRACE_mark_page_accessed, page_to_pfn(page),
	      trace_pack(PageReferenced(page), PageActive(page)), 0, 0);
}

/* ---- What reclaim costs ---- */

void lru_note_cost(struct lruvec *lruvec, bool file, unsigned int nr_pages)
{
	unsigned long lrusize;

	if (file)
		lruvec->file_cost += nr_pages;
	else
		lruvec->anon_cost += nr_pages;

	/* What happened long ago shall count less: an average that floats. */
	lrusize = lruvec_page_state(lruvec, NR_INACTIVE_ANON) +
		  lruvec_page_state(lruvec, NR_ACTIVE_ANON) +
		  lruvec_page_state(lruvec, NR_INACTIVE_FILE) +
		  lruvec_page_state(lruvec, NR_ACTIVE_FILE);
	if (lruvec->file_cost + lruvec->anon_cost > lrusize / 4) {
		lruvec->file_cost /= 2;
		lruvec->anon_cost /= 2;
	}
	trace(TRACE_lru_note_cost, (u64)lruvec_pgdat(lruvec)->node_id, trace_pack(file, nr_pages),
	      lruvec->anon_cost, lruvec->file_cost);
}

void lru_note_cost_folio(struct page *page)
{
	lru_note_cost(folio_lruvec(page), page_is_file_lru(page), (unsigned int)compound_nr(page));
}
