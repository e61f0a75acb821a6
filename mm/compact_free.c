// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Compaction's free scanner: free pages from the end of the zone, to move others to.
 *
 * Linux counterpart: mm/compaction.c.
 */
#include "mm.h"
#include "vmstat.h"

/* The free list is turned so that it begins with @freepage: what was looked at comes last. */
static void move_freelist_head(struct list_head *freelist, struct list_head *freepage)
{
	if (freepage == freelist || freelist->next == freepage)
		return;
	__list_del_entry(freelist);
	list_add_tail(freelist, freepage);
}

/* Makes single pages, with a reference each, of the blocks on the list. */
static void split_map_pages(struct compact_control *cc)
{
	struct list_head *list = &cc->freepages, *mapped = &this_machine->page_list;

	while (!list_empty(list)) {
		struct page *page = list_first_entry(list, struct page, lru);
		unsigned int i, order = (unsigned int)page->private;

		list_del(&page->lru);
		post_alloc_hook(page, order, __GFP_MOVABLE);
		if (order)
			split_page(page, order);
		for (i = 0; i < 1u << order; i++)
			list_add(&page[i].lru, mapped);
	}
	list_splice_init(mapped, list);
}

/* Takes a free block for the scanner. Returns how many pages it has; 0: the zone cannot spare it. */
static unsigned long take_free_block(struct compact_control *cc, struct page *page)
{
	unsigned int order = buddy_order(page);
	unsigned long isolated = __isolate_free_page(page, order);

	if (!isolated)
		return 0;
	page->private = order;
	cc->nr_freepages += (u32)isolated;
	list_add_tail(&page->lru, &cc->freepages);
	return isolated;
}

/*
 * Collects free blocks from *start_pfn on, looking at every @stride-th frame, until there are as many free pages as
 * pages to be moved. *start_pfn: how far it came.
 */
static unsigned long isolate_freepages_block(struct compact_control *cc, unsigned long *start_pfn,
					     unsigned long end_pfn, unsigned int stride)
{
	unsigned long blockpfn, nr_scanned = 0, total_isolated = 0, isolated;

	for (blockpfn = *start_pfn; blockpfn < end_pfn; blockpfn += stride) {
		struct page *page = pfn_to_page(blockpfn);

		if (fatal_signal_pending()) {
			cc->contended = true;
			break;
		}
		nr_scanned++;
		if (PageCompound(page))
			blockpfn += (1UL << compound_order(page)) - 1;
		if (!PageBuddy(page))
			continue;
		isolated = take_free_block(cc, page);
		if (!isolated)
			break;
		nr_scanned += isolated - 1;
		total_isolated += isolated;
		if (cc->nr_migratepages <= cc->nr_freepages) {
			blockpfn += isolated;
			break;
		}
		blockpfn += isolated - 1;
	}
	blockpfn = min(blockpfn, end_pfn);
	trace(TRACE_mm_compaction_isolate_freepages, *start_pfn, blockpfn,
	      trace_pack((u32)nr_scanned, (u32)total_isolated), 0);
	*start_pfn = blockpfn;
	cc->total_free_scanned += nr_scanned;
	count_vm_events(COMPACTISOLATED, total_isolated);
	return total_isolated;
}

/* Near a free block that was found there may be more. */
static void fast_isolate_around(struct compact_control *cc, unsigned long pfn)
{
	unsigned long start_pfn = max(pageblock_start_pfn(pfn), cc->zone->zone_start_pfn);
	unsigned long end_pfn = min(pageblock_end_pfn(pfn), zone_end_pfn(cc->zone));
	struct page *page;

	if (cc->nr_freepages >= cc->nr_migratepages ||
	    (cc->direct_compaction && cc->mode == MIGRATE_ASYNC))
		return;
	page = pageblock_pfn_to_page(start_pfn, end_pfn, cc->zone);
	if (!page)
		return;
	isolate_freepages_block(cc, &start_pfn, end_pfn, 1);
	if (cc->nr_freepages < cc->nr_migratepages)
		set_pageblock_skip(page);
}

/* One order after the other, downwards and around; -1: back where it began. */
static int next_search_order(struct compact_control *cc, int order)
{
	order--;
	if (order < 0)
		order = cc->order - 1;
	if (order == cc->search_order) {
		cc->search_order--;
		if (cc->search_order < 0)
			cc->search_order = (s16)(cc->order - 1);
		return -1;
	}
	return order;
}

/* What a short search of the free lists has come to. */
struct free_search {
	unsigned long low_pfn; /* from here on a block is welcome */
	unsigned long min_pfn; /* from here on it will do */
	unsigned long highest; /* pageblock of the highest block seen */
	unsigned int limit;
	unsigned int nr_scanned;
};

/* The list of one order, from its tail: the first block above low_pfn, or else the highest above min_pfn. */
static struct page *search_free_list(struct compact_control *cc, int order, struct free_search *s)
{
	struct list_head *freelist = &cc->zone->free_area[order].free_list[MIGRATE_MOVABLE], *pos;
	struct page *page = NULL;
	unsigned int order_scanned = 0;
	unsigned long high_pfn = 0;

	for (pos = freelist->prev; pos != freelist; pos = pos->prev) {
		unsigned long pfn = page_to_pfn(list_entry(pos, struct page, buddy_list));

		order_scanned++;
		s->nr_scanned++;
		if (pfn >= s->highest)
			s->highest = max(pageblock_start_pfn(pfn), cc->zone->zone_start_pfn);
		if (pfn >= s->low_pfn) {
			cc->fast_search_fail = 0;
			cc->search_order = (s16)order;
			page = pfn_to_page(pfn);
			break;
		}
		if (pfn >= s->min_pfn && pfn > high_pfn) {
			high_pfn = pfn;
			s->limit >>= 1;
		}
		if (order_scanned >= s->limit)
			break;
	}
	if (!page && high_pfn) {
		page = pfn_to_page(high_pfn);
		pos = &page->buddy_list;
	}
	move_freelist_head(freelist, pos);
	if (order_scanned >= s->limit)
		s->limit = max(1u, s->limit >> 1);
	return page;
}

/* Where the linear scan begins if a deep search at the start has found nothing. */
static struct page *choose_free_start(struct compact_control *cc, const struct free_search *s)
{
	unsigned long end_pfn = min(pageblock_end_pfn(s->min_pfn), zone_end_pfn(cc->zone));

	if (s->highest >= s->min_pfn) {
		cc->free_pfn = s->highest;
		return pfn_to_page(s->highest);
	}
	if (!cc->direct_compaction)
		return NULL;
	cc->free_pfn = s->min_pfn;
	return pageblock_pfn_to_page(s->min_pfn, end_pfn, cc->zone);
}

/* Searches the orders for a block and takes it. */
static struct page *search_free_lists(struct compact_control *cc, struct free_search *s)
{
	struct page *page = NULL;
	int order;

	cc->search_order = (s16)min(cc->order - 1, (int)cc->search_order);
	for (order = cc->search_order; !page && order >= 0; order = next_search_order(cc, order)) {
		unsigned long isolated;

		if (!cc->zone->free_area[order].nr_free)
			continue;
		page = search_free_list(cc, order, s);
		if (!page)
			continue;
		isolated = take_free_block(cc, page);
		if (isolated) {
			s->nr_scanned += (unsigned int)isolated - 1;
			count_vm_events(COMPACTISOLATED, isolated);
		} else {
			/* No memory to spare: no further search. */
			order = cc->search_order + 1;
			page = NULL;
		}
	}
	return page;
}

/* A short look at the free lists for a block in the upper part of what is left to scan. */
static void fast_isolate_freepages(struct compact_control *cc)
{
	struct free_search s = { .limit = max(1u, freelist_scan_limit(cc) >> 1) };
	unsigned long distance = cc->free_pfn - cc->migrate_pfn;
	bool scan_start = false;
	struct page *page;

	if (cc->order <= 0)
		return;
	if (cc->free_pfn >= cc->zone->compact_init_free_pfn) {
		s.limit = pageblock_nr_pages >> 1;
		scan_start = true;
	}
	s.low_pfn = pageblock_start_pfn(cc->free_pfn - (distance >> 2));
	s.min_pfn = pageblock_start_pfn(cc->free_pfn - (distance >> 1));
	page = search_free_lists(cc, &s);
	if (!page) {
		cc->fast_search_fail++;
		if (scan_start)
			page = choose_free_start(cc, &s);
	}
	if (s.highest && s.highest >= cc->zone->compact_cached_free_pfn)
		cc->zone->compact_cached_free_pfn = s.highest - pageblock_nr_pages;
	cc->total_free_scanned += s.nr_scanned;
	if (page)
		fast_isolate_around(cc, page_to_pfn(page));
}

/* Large free blocks are what compaction wants to have; and other types' pageblocks must not be mixed. */
static bool suitable_migration_target(const struct compact_control *cc, const struct page *page)
{
	if (PageBuddy(page) && buddy_order(page) >= pageblock_order)
		return false;
	return cc->ignore_block_suitable || get_pageblock_migratetype(page) == MIGRATE_MOVABLE;
}

/* Nothing left in this pageblock for the free scanner. */
static void update_pageblock_skip(struct compact_control *cc, struct page *page, unsigned long pfn)
{
	set_pageblock_skip(page);
	if (pfn < cc->zone->compact_cached_free_pfn)
		cc->zone->compact_cached_free_pfn = pfn;
}

/* Pageblock by pageblock downwards. Returns where to go on. */
static unsigned long scan_for_freepages(struct compact_control *cc)
{
	unsigned long pfn = cc->free_pfn, start = pageblock_start_pfn(pfn);
	unsigned long end = min(start + pageblock_nr_pages, zone_end_pfn(cc->zone));
	unsigned long low_pfn = pageblock_end_pfn(cc->migrate_pfn);
	unsigned int stride = cc->mode == MIGRATE_ASYNC ? COMPACT_CLUSTER_MAX : 1;

	for (; start >= low_pfn; end = start, start -= pageblock_nr_pages, pfn = start) {
		struct page *page = pageblock_pfn_to_page(start, end, cc->zone);
		unsigned long nr_isolated;

		if (!page || !suitable_migration_target(cc, page) || !isolation_suitable(cc, page))
			continue;
		nr_isolated = isolate_freepages_block(cc, &pfn, end, stride);
		if (pfn == end)
			update_pageblock_skip(cc, page, start);
		if (cc->nr_freepages >= cc->nr_migratepages)
			return pfn >= end ? start - pageblock_nr_pages : pfn;
		if (pfn < end)
			return pfn; /* it stopped: no memory to spare */
		stride = nr_isolated ? 1 : min(COMPACT_CLUSTER_MAX, stride << 1);
	}
	return pfn;
}

static void isolate_freepages(struct compact_control *cc)
{
	fast_isolate_freepages(cc);
	if (!cc->nr_freepages)
		cc->free_pfn = scan_for_freepages(cc);
	split_map_pages(cc);
}

struct page *compaction_alloc(struct compact_control *cc)
{
	struct page *page;

	if (list_empty(&cc->freepages))
		isolate_freepages(cc);
	if (list_empty(&cc->freepages))
		return NULL;
	page = list_first_entry(&cc->freepages, struct page, lru);
	list_del(&page->lru);
	cc->nr_freepages--;
	return page;
}

void compaction_free(struct compact_control *cc, struct page *page)
{
	list_add(&page->lru, &cc->freepages);
	cc->nr_freepages++;
}
