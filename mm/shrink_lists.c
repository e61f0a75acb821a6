// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One batch of an LRU list: taken off at the tail, looked at page by page, put back.
 *
 * A page that is isolated is on one of the lists of struct reclaimer, without PG_lru
 * and with a reference. Pages go back in the order in which they were taken.
 *
 * Linux counterpart: mm/vmscan.c.
 */
#include "vmscan.h"
#include "mm.h"
#include "mm_inline.h"
#include "swap.h"
#include "vmstat.h"
#include "writeback.h"

/* ---- Isolating ---- */

/*
 * Takes one page of a list's tail for the reclaimer, if it can be had. A page that nobody uses any
 * more is about to be freed by someone else, who will take it off the list.
 */
static struct list_head *where_to(struct page *page, struct reclaimer *r, struct list_head *src,
				  unsigned long *nr_skipped, unsigned long *scan)
{
	unsigned long nr_pages = compound_nr(page);

	if ((int)page_zonenum(page) > r->sc.reclaim_idx) {
		nr_skipped[page_zonenum(page)] += nr_pages;
		return &r->skipped;
	}
	*scan += nr_pages;
	if (!PageLRU(page) || (!r->sc.may_unmap && page_mapped(page)) || !page_ref_count(page))
		return src;
	page_ref_inc(page);
	ClearPageLRU(page);
	r->nr_taken += nr_pages;
	return &r->isolated;
}

/* The counters follow what was taken of each zone. */
static void update_lru_sizes(struct lruvec *lruvec, enum lru_list lru,
			     const unsigned long *nr_zone_taken)
{
	int zid;

	for (zid = 0; zid < MAX_NR_ZONES; zid++)
		if (nr_zone_taken[zid])
			update_lru_size(lruvec, lru, (enum zone_type)zid,
					-(long)nr_zone_taken[zid]);
}

/* Pages of too high a zone go to the head, so that they are not met again soon. */
static unsigned long put_skipped(struct reclaimer *r, struct list_head *src,
				 const unsigned long *nr_skipped)
{
	unsigned long skipped = 0;
	int zid;

	list_splice_init(&r->skipped, src);
	for (zid = 0; zid < MAX_NR_ZONES; zid++) {
		if (!nr_skipped[zid])
			continue;
		count_vm_events(PGSCAN_SKIP_DMA + zid, nr_skipped[zid]);
		skipped += nr_skipped[zid];
	}
	return skipped;
}

static void isolate_lru_folios(unsigned long nr_to_scan, struct lruvec *lruvec,
			       struct reclaimer *r, enum lru_list lru)
{
	unsigned long nr_zone_taken[MAX_NR_ZONES] = { 0 }, nr_skipped[MAX_NR_ZONES] = { 0 };
	struct list_head *src = &lruvec->lists[lru];
	unsigned long scan = 0, total_scan = 0, skipped;

	r->nr_taken = 0;
	while (scan < nr_to_scan && !list_empty(src)) {
		struct page *page = list_last_entry(src, struct page, lru);
		struct list_head *to = where_to(page, r, src, nr_skipped, &scan);

		total_scan += compound_nr(page);
		if (to == &r->isolated) {
			nr_zone_taken[page_zonenum(page)] += compound_nr(page);
			trace(TRACE_isolate_lru_folio, page_to_pfn(page), lru, 0, 0);
		}
		list_move(&page->lru, to);
	}
	skipped = put_skipped(r, src, nr_skipped);
	r->nr_scanned = total_scan;
	trace(TRACE_mm_vmscan_lru_isolate, trace_pack(lru, (u32)r->sc.reclaim_idx),
	      trace_pack((u32)nr_to_scan, (u32)total_scan),
	      trace_pack((u32)skipped, (u32)r->nr_taken), 0);
	update_lru_sizes(lruvec, lru, nr_zone_taken);
}

void isolate_batch(unsigned long nr_to_scan, struct lruvec *lruvec, struct reclaimer *r,
		   enum lru_list lru)
{
	bool file = is_file_lru(lru);

	r->lru = lru;
	r->nr_freed = 0;
	r->stat = (struct reclaim_stat){ 0 };
	isolate_lru_folios(nr_to_scan, lruvec, r, lru);
	__mod_node_page_state(lruvec_pgdat(lruvec), NR_ISOLATED_ANON + file, (long)r->nr_taken);
	if (is_active_lru(lru)) {
		count_vm_events(PGREFILL, r->nr_scanned);
		return;
	}
	count_vm_events(current_is_kswapd() ? PGSCAN_KSWAPD : PGSCAN_DIRECT, r->nr_scanned);
	count_vm_events(PGSCAN_ANON + file, r->nr_scanned);
}

int isolate_lru_page(struct page *page)
{
	struct lruvec *lruvec = folio_lruvec(page);

	VM_BUG_ON_PAGE(!page_ref_count(page), page);
	if (!PageLRU(page))
		return -EBUSY;
	page_ref_inc(page);
	ClearPageLRU(page);
	lruvec_del_folio(lruvec, page);
	return 0;
}

void putback_lru_page(struct page *page)
{
	lru_cache_add(page);
	put_page(page);
}

/* ---- Putting back ---- */

/* To the head of the list each belongs on now. What nobody else uses any more is freed. */
static unsigned long move_folios_to_lru(struct lruvec *lruvec, struct list_head *list,
					struct list_head *to_free)
{
	unsigned long nr_moved = 0;

	while (!list_empty(list)) {
		struct page *page = list_last_entry(list, struct page, lru);

		VM_BUG_ON_PAGE(PageLRU(page), page);
		list_del(&page->lru);
		if (unlikely(PageMlocked(page))) {
			putback_lru_page(page);
			continue;
		}
		if (unlikely(put_page_testzero(page))) {
			ClearPageActive(page);
			ClearPageUnevictable(page);
			list_add(&page->lru, to_free);
			continue;
		}
		SetPageLRU(page);
		lruvec_add_folio(lruvec, page);
		nr_moved += compound_nr(page);
		trace(TRACE_move_folio_to_lru, page_to_pfn(page), folio_lru_list(page),
		      page->flags & PAGEFLAGS_MASK, 0);
		if (PageActive(page))
			workingset_age_nonresident(lruvec, compound_nr(page));
	}
	return nr_moved;
}

/* Large pages go back as a whole. */
static void free_page_list(struct list_head *list)
{
	struct list_head *pos, *next;

	list_for_each_safe(pos, next, list) {
		struct page *page = list_entry(pos, struct page, lru);

		if (!PageHead(page))
			continue;
		list_del(&page->lru);
		free_the_page(page, compound_order(page));
	}
	free_unref_page_list(list);
}

/* ---- Inactive lists ---- */

/* What the batch tells about the node as a whole. */
static void sum_up_batch(struct reclaimer *r, bool file)
{
	struct scan_control *sc = &r->sc;

	sc->nr.dirty += r->stat.nr_dirty;
	sc->nr.congested += r->stat.nr_congested;
	sc->nr.unqueued_dirty += r->stat.nr_unqueued_dirty;
	sc->nr.writeback += r->stat.nr_writeback;
	sc->nr.immediate += r->stat.nr_immediate;
	sc->nr.taken += r->nr_taken;
	if (file)
		sc->nr.file_taken += r->nr_taken;
}

/* The pages are back or free: counters, costs, and what was learnt about the node. */
void account_inactive_batch(struct lruvec *lruvec, struct reclaimer *r)
{
	struct pglist_data *pgdat = lruvec_pgdat(lruvec);
	bool file = is_file_lru(r->lru);

	__mod_node_page_state(pgdat, NR_ISOLATED_ANON + file, -(long)r->nr_taken);
	count_vm_events(current_is_kswapd() ? PGSTEAL_KSWAPD : PGSTEAL_DIRECT, r->nr_freed);
	count_vm_events(PGSTEAL_ANON + file, r->nr_freed);
	count_vm_events(PGACTIVATE, r->stat.nr_activate[0] + r->stat.nr_activate[1]);
	lru_note_cost(lruvec, file, (unsigned int)r->stat.nr_pageout);
	sum_up_batch(r, file);
	r->scan.nr_reclaimed += r->nr_freed;
	trace(TRACE_mm_vmscan_lru_shrink_inactive, trace_pack((u32)pgdat->node_id, r->lru),
	      trace_pack((u32)r->nr_scanned, (u32)r->nr_freed),
	      trace_pack((u32)(r->stat.nr_activate[0] + r->stat.nr_activate[1]),
			 (u32)r->stat.nr_pageout),
	      (u64)r->sc.priority);
}

/* The simulated device is fast: what the batch wrote has been written by the time it is put back. */
void end_batch_writeback(struct reclaimer *r)
{
	u32 i;

	for (i = 0; i < r->nr_written; i++) {
		end_page_writeback(r->written[i]);
		put_page(r->written[i]);
	}
	r->nr_written = 0;
}

static void finish_inactive_batch(struct lruvec *lruvec, struct reclaimer *r)
{
	free_page_list(&r->free_pages);
	move_folios_to_lru(lruvec, &r->ret_pages, &r->free_pages);
	free_page_list(&r->free_pages);
	account_inactive_batch(lruvec, r);
	end_batch_writeback(r);
	/* All of it dirty, and nobody is writing: reclaim meets the pages faster than they are cleaned. */
	if (r->stat.nr_unqueued_dirty && r->stat.nr_unqueued_dirty == r->nr_taken)
		wakeup_flusher_threads(WB_REASON_VMSCAN);
}

void shrink_inactive_list(unsigned long nr_to_scan, struct lruvec *lruvec,
				 struct reclaimer *r, enum lru_list lru)
{
	lru_add_drain();
	isolate_batch(nr_to_scan, lruvec, r, lru);
	if (!r->nr_taken)
		return;
	while (!list_empty(&r->isolated)) {
		struct page *page = list_last_entry(&r->isolated, struct page, lru);

		list_del(&page->lru);
		shrink_inactive_page(page, r);
	}
	finish_inactive_batch(lruvec, r);
}

/* ---- Pages that somebody has chosen ---- */

/*
 * Pages of one node, taken off their lists. Nobody searched for them, so nothing counts as scanned or stolen, and
 * what was used lately goes, too.
 */
static unsigned long reclaim_folio_list(struct list_head *folio_list, pg_data_t *pgdat)
{
	struct reclaimer *r = reclaimer_of(RECLAIMER_DIRECT);

	r->sc = (struct scan_control){
		.gfp_mask = GFP_KERNEL,
		.may_writepage = 1,
		.may_unmap = 1,
		.may_swap = 1,
		.ignore_references = 1,
	};
	r->stat = (struct reclaim_stat){ 0 };
	r->nr_freed = 0;
	r->nid = pgdat->node_id;
	list_splice_init(folio_list, &r->isolated);
	while (!list_empty(&r->isolated)) {
		struct page *page = list_last_entry(&r->isolated, struct page, lru);

		list_del(&page->lru);
		r->lru = folio_lru_list(page);
		shrink_inactive_page(page, r);
		if (r->nr_written == SWAP_CLUSTER_MAX)
			end_batch_writeback(r);
	}
	free_page_list(&r->free_pages);
	while (!list_empty(&r->ret_pages)) {
		struct page *page = list_last_entry(&r->ret_pages, struct page, lru);

		list_del(&page->lru);
		putback_lru_page(page);
	}
	end_batch_writeback(r);
	return r->nr_freed;
}

unsigned long reclaim_pages(struct list_head *folio_list)
{
	u32 caller = this_machine->reclaimer;
	struct list_head *node_folio_list = &this_machine->node_folio_list;
	unsigned long nr_reclaimed = 0;
	struct page *page, *next;
	int nid;

	this_machine->reclaimer = RECLAIMER_DIRECT;
	while (!list_empty(folio_list)) {
		nid = page_to_nid(list_first_entry(folio_list, struct page, lru));
		list_for_each_entry_safe(page, next, folio_list, lru) {
			if (page_to_nid(page) != nid)
				continue;
			ClearPageActive(page);
			list_move(&page->lru, node_folio_list);
		}
		nr_reclaimed += reclaim_folio_list(node_folio_list, NODE_DATA(nid));
	}
	this_machine->reclaimer = caller;
	return nr_reclaimed;
}

/* ---- Active lists ---- */

/*
 * An active page gets no second look: it goes to the inactive list, where its next use is noticed. Only
 * programs' code that is in use stays.
 */
enum reclaim_outcome shrink_active_page(struct page *page, struct reclaimer *r)
{
	unsigned long vm_flags = 0;
	enum reclaim_outcome outcome = RECLAIM_DEACTIVATED;
	int referenced;

	if (unlikely(PageMlocked(page))) {
		putback_lru_page(page);
		return RECLAIM_CULLED;
	}
	referenced = r->answers.recorded ? r->answers.referenced : page_referenced(page, &vm_flags);
	if (referenced && vm_flags & VM_EXEC && page_is_file_lru(page)) {
		list_add(&page->lru, &r->ret_pages);
		outcome = RECLAIM_KEPT;
	} else {
		ClearPageActive(page);
		SetPageWorkingset(page);
		list_add(&page->lru, &r->l_inactive);
	}
	trace(TRACE_shrink_active_folio, page_to_pfn(page), trace_pack(outcome, (u32)referenced), 0,
	      0);
	return outcome;
}

void account_active_batch(struct lruvec *lruvec, struct reclaimer *r, unsigned long nr_activate,
			  unsigned long nr_deactivate)
{
	struct pglist_data *pgdat = lruvec_pgdat(lruvec);

	count_vm_events(PGDEACTIVATE, nr_deactivate);
	__mod_node_page_state(pgdat, NR_ISOLATED_ANON + is_file_lru(r->lru), -(long)r->nr_taken);
	trace(TRACE_mm_vmscan_lru_shrink_active, trace_pack((u32)pgdat->node_id, r->lru),
	      trace_pack((u32)r->nr_taken, (u32)nr_activate), nr_deactivate, (u64)r->sc.priority);
}

static void finish_active_batch(struct lruvec *lruvec, struct reclaimer *r)
{
	unsigned long nr_activate, nr_deactivate;

	nr_activate = move_folios_to_lru(lruvec, &r->ret_pages, &r->free_pages);
	nr_deactivate = move_folios_to_lru(lruvec, &r->l_inactive, &r->free_pages);
	free_page_list(&r->free_pages);
	account_active_batch(lruvec, r, nr_activate, nr_deactivate);
}

void shrink_active_list(unsigned long nr_to_scan, struct lruvec *lruvec, struct reclaimer *r,
			enum lru_list lru)
{
	lru_add_drain();
	isolate_batch(nr_to_scan, lruvec, r, lru);
	while (!list_empty(&r->isolated)) {
		struct page *page = list_last_entry(&r->isolated, struct page, lru);

		list_del(&page->lru);
		shrink_active_page(page, r);
	}
	finish_active_batch(lruvec, r);
}
