// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The two scanners of compaction.
 *
 *	isolate_migratepages()		from the start of the zone: pages that can be moved
 *	  fast_find_migrateblock()	  a pageblock that is half empty already, by a short look at the free lists
 *	  isolate_migratepages_block()	  all of a pageblock, at most 32 pages at a time
 *	compaction_alloc()		a free page for one of them
 *	  isolate_freepages()		from the end of the zone
 *	    fast_isolate_freepages()	  by a short look at the free lists
 *	    isolate_freepages_block()	  all of a pageblock
 *
 * An isolated page is on cc->migratepages, without PG_lru and with a reference; an isolated free page
 * is on cc->freepages as an allocated single page.
 *
 * Linux counterpart: mm/compaction.c.
 */
#include "mm.h"
#include "mm_inline.h"

/* The bounds of an aligned block of 2^order frames. */
#define block_start_pfn(pfn, order) ALIGN_DOWN((pfn), 1UL << (order))
#define block_end_pfn(pfn, order)   ALIGN((pfn) + 1, 1UL << (order))

bool compact_scanners_met(const struct compact_control *cc)
{
	return cc->free_pfn >> pageblock_order <= cc->migrate_pfn >> pageblock_order;
}

/* A signal that ends the task is on its way: it shall not be held up. */
static bool fatal_signal_pending(void)
{
	return current && current->oom_victim;
}

/* The free list is turned so that it begins, or ends, with @freepage: what was looked at comes last. */
static void move_freelist_head(struct list_head *freelist, struct list_head *freepage)
{
	if (freepage == freelist || freelist->next == freepage)
		return;
	__list_del_entry(freelist);
	list_add_tail(freelist, freepage);
}

static void move_freelist_tail(struct list_head *freelist, struct list_head *freepage)
{
	if (freepage == freelist || freelist->prev == freepage)
		return;
	__list_del_entry(freelist);
	list_add(freelist, freepage);
}

/* Frames that a short search may look at: fewer after each failure. */
static unsigned int freelist_scan_limit(const struct compact_control *cc)
{
	return (COMPACT_CLUSTER_MAX >> min((unsigned int)cc->fast_search_fail, 31u)) + 1;
}

/* ---- The free scanner ---- */

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

/* ---- The migration scanner ---- */

/* Half of all pages off their lists: too much for those that reclaim to find any. */
static bool too_many_isolated(const struct pglist_data *pgdat)
{
	unsigned long listed = node_page_state(pgdat, NR_INACTIVE_FILE) +
			       node_page_state(pgdat, NR_INACTIVE_ANON) +
			       node_page_state(pgdat, NR_ACTIVE_FILE) +
			       node_page_state(pgdat, NR_ACTIVE_ANON);

	return node_page_state(pgdat, NR_ISOLATED_FILE) + node_page_state(pgdat, NR_ISOLATED_ANON) >
	       listed / 2;
}

/* Can it be moved, as far as can be seen before trying? */
static bool may_isolate(const struct compact_control *cc, struct page *page)
{
	struct address_space *mapping = page_mapping(page);

	if (!PageLRU(page) || page_ref_count(page) <= 0)
		return false;
	/* Somebody holds it beside its mappings. Ours is not counted yet. */
	if (!mapping && !PageSwapCache(page) && page_ref_count(page) > total_mapcount(page))
		return false;
	if (!(cc->gfp_mask & __GFP_FS) && (mapping || PageSwapCache(page)))
		return false;
	return cc->mode == MIGRATE_SYNC || !PageWriteback(page);
}

static void isolate_migratepage(struct compact_control *cc, struct page *page)
{
	page_ref_inc(page);
	ClearPageLRU(page);
	lruvec_del_folio(folio_lruvec(page), page);
	__mod_node_page_state(page_pgdat(page), NR_ISOLATED_ANON + page_is_file_lru(page), 1);
	list_add(&page->lru, &cc->migratepages);
	cc->nr_migratepages++;
	trace(TRACE_isolate_migratepage, page_to_pfn(page), 0, 0, 0);
}

/* How the migration scanner goes through a part of a pageblock. */
struct block_scan {
	unsigned long low_pfn, end_pfn;
	unsigned long next_skip_pfn; /* end of the block that is wanted; with skip_on_failure */
	unsigned long nr_scanned, nr_isolated;
	struct page *valid_page; /* the pageblock's first, if the scan began there */
	bool skip_on_failure;	 /* a page that stays makes the rest of the wanted block useless */
	bool skip_updated;
};

/* A page that cannot be moved. Those of the same wanted block that were collected may stay where they are, too. */
static void isolate_fail(struct compact_control *cc, struct block_scan *s)
{
	if (!s->skip_on_failure)
		return;
	if (s->nr_isolated) {
		putback_movable_pages(&cc->migratepages);
		cc->nr_migratepages = 0;
		s->nr_isolated = 0;
	}
	if (s->low_pfn < s->next_skip_pfn) {
		s->low_pfn = s->next_skip_pfn - 1;
		s->next_skip_pfn += 1UL << cc->order;
	}
}

/* The pageblock gets its mark when its first page is collected; false: it has it, somebody was here before. */
static bool claim_pageblock(const struct compact_control *cc, struct block_scan *s,
			    struct page *page)
{
	if (s->skip_updated)
		return true;
	s->skip_updated = true;
	if (cc->ignore_skip_hint || s->low_pfn & (pageblock_nr_pages - 1))
		return true;
	if (get_pageblock_skip(page))
		return false;
	set_pageblock_skip(page);
	return true;
}

/* One frame. False: the scan of this pageblock is over. */
static bool scan_migrate_pfn(struct compact_control *cc, struct block_scan *s)
{
	struct page *page = pfn_to_page(s->low_pfn);

	s->nr_scanned++;
	if (!s->valid_page && !(s->low_pfn & (pageblock_nr_pages - 1))) {
		if (!isolation_suitable(cc, page)) {
			s->low_pfn = s->end_pfn;
			return false;
		}
		s->valid_page = page;
	}
	if (PageBuddy(page)) {
		s->low_pfn += (1UL << buddy_order(page)) - 1;
		return true;
	}
	if (PageCompound(page)) {
		s->low_pfn += (1UL << compound_order(page)) - 1;
		isolate_fail(cc, s);
		return true;
	}
	if (!may_isolate(cc, page)) {
		isolate_fail(cc, s);
		return true;
	}
	if (!claim_pageblock(cc, s, page))
		return false;
	isolate_migratepage(cc, page);
	s->nr_isolated++;
	if (cc->nr_migratepages >= COMPACT_CLUSTER_MAX && !cc->rescan) {
		s->low_pfn++;
		return false;
	}
	return true;
}

static void update_cached_migrate(struct compact_control *cc, unsigned long pfn)
{
	struct zone *zone = cc->zone;

	pfn = pageblock_end_pfn(pfn);
	if (pfn > zone->compact_cached_migrate_pfn[0])
		zone->compact_cached_migrate_pfn[0] = pfn;
	if (cc->mode != MIGRATE_ASYNC && pfn > zone->compact_cached_migrate_pfn[1])
		zone->compact_cached_migrate_pfn[1] = pfn;
}

/* Before each frame: with skip_on_failure, the end of a wanted block is a place to stop. */
static bool at_block_end(const struct compact_control *cc, struct block_scan *s)
{
	if (!s->skip_on_failure || s->low_pfn < s->next_skip_pfn)
		return false;
	if (s->nr_isolated)
		return true;
	s->next_skip_pfn = block_end_pfn(s->low_pfn, cc->order);
	return false;
}

static int isolate_migratepages_block(struct compact_control *cc, unsigned long low_pfn,
				      unsigned long end_pfn)
{
	struct block_scan s = { .low_pfn = low_pfn, .end_pfn = end_pfn };

	cc->migrate_pfn = low_pfn;
	if (too_many_isolated(cc->zone->zone_pgdat))
		return -EAGAIN;
	if (fatal_signal_pending()) {
		cc->contended = true;
		return -EINTR;
	}
	if (cc->direct_compaction && cc->mode == MIGRATE_ASYNC) {
		s.skip_on_failure = true;
		s.next_skip_pfn = block_end_pfn(low_pfn, cc->order);
	}
	for (; s.low_pfn < end_pfn; s.low_pfn++)
		if (at_block_end(cc, &s) || !scan_migrate_pfn(cc, &s))
			break;
	s.low_pfn = min(s.low_pfn, end_pfn);
	if (s.low_pfn == end_pfn && (!s.nr_isolated || cc->rescan)) {
		if (s.valid_page && !s.skip_updated)
			set_pageblock_skip(s.valid_page);
		update_cached_migrate(cc, s.low_pfn);
	}
	trace(TRACE_mm_compaction_isolate_migratepages, low_pfn, s.low_pfn,
	      trace_pack((u32)s.nr_scanned, (u32)s.nr_isolated), 0);
	cc->total_migrate_scanned += s.nr_scanned;
	count_vm_events(COMPACTISOLATED, s.nr_isolated);
	cc->migrate_pfn = s.low_pfn;
	return 0;
}

/* ---- Which pageblock next? ---- */

/* When the short search fails, the lowest pageblock it has ever found is where the linear one begins, once. */
static unsigned long reinit_migrate_pfn(struct compact_control *cc)
{
	if (!cc->fast_start_pfn || cc->fast_start_pfn == FAST_START_USED)
		return cc->migrate_pfn;
	cc->migrate_pfn = cc->fast_start_pfn;
	cc->fast_start_pfn = FAST_START_USED;
	return cc->migrate_pfn;
}

static void update_fast_start_pfn(struct compact_control *cc, unsigned long pfn)
{
	if (cc->fast_start_pfn == FAST_START_USED)
		return;
	if (!cc->fast_start_pfn)
		cc->fast_start_pfn = pfn;
	cc->fast_start_pfn = min(cc->fast_start_pfn, pfn);
}

/* The first block of a free list that lies below @high_pfn, in a pageblock without a mark. */
static bool find_migrateblock(struct compact_control *cc, int order, unsigned long high_pfn,
			      unsigned int limit, unsigned int *nr_scanned, unsigned long *pfn)
{
	struct list_head *freelist = &cc->zone->free_area[order].free_list[MIGRATE_MOVABLE], *pos;

	list_for_each(pos, freelist) {
		struct page *page = list_entry(pos, struct page, buddy_list);

		if ((*nr_scanned)++ >= limit) {
			move_freelist_tail(freelist, pos);
			return false;
		}
		if (page_to_pfn(page) >= high_pfn || get_pageblock_skip(page))
			continue;
		move_freelist_tail(freelist, pos);
		update_fast_start_pfn(cc, page_to_pfn(page));
		*pfn = max(pageblock_start_pfn(page_to_pfn(page)), cc->zone->zone_start_pfn);
		cc->fast_search_fail = 0;
		set_pageblock_skip(page);
		return true;
	}
	return false;
}

/*
 * For a large block: a pageblock, in the first part of what is left to scan, that has large free
 * blocks already, so that few pages must be moved.
 */
static unsigned long fast_find_migrateblock(struct compact_control *cc)
{
	unsigned long pfn = cc->migrate_pfn, distance = (cc->free_pfn - cc->migrate_pfn) >> 1;
	unsigned int limit = freelist_scan_limit(cc), nr_scanned = 0;
	bool found = false;
	int order;

	if (cc->ignore_skip_hint ||
	    (pfn != cc->zone->zone_start_pfn && pfn != pageblock_start_pfn(pfn)) ||
	    cc->order <= PAGE_ALLOC_COSTLY_ORDER ||
	    (cc->direct_compaction && cc->migratetype != MIGRATE_MOVABLE))
		return pfn;
	if (cc->migrate_pfn != cc->zone->zone_start_pfn)
		distance >>= 2;
	for (order = cc->order - 1;
	     order >= PAGE_ALLOC_COSTLY_ORDER && !found && nr_scanned < limit; order--)
		if (cc->zone->free_area[order].nr_free)
			found = find_migrateblock(cc, order,
						  pageblock_start_pfn(cc->migrate_pfn + distance),
						  limit, &nr_scanned, &pfn);
	cc->total_migrate_scanned += nr_scanned;
	if (!found) {
		cc->fast_search_fail++;
		pfn = reinit_migrate_pfn(cc);
	}
	return pfn;
}

/* An optimistic attempt takes only pageblocks of the request's own type. */
static bool suitable_migration_source(const struct compact_control *cc, struct page *page)
{
	if (pageblock_skip_persistent(page))
		return false;
	if (cc->mode != MIGRATE_ASYNC || !cc->direct_compaction)
		return true;
	return get_pageblock_migratetype(page) == cc->migratetype;
}

enum isolate_migrate isolate_migratepages(struct compact_control *cc)
{
	unsigned long low_pfn = fast_find_migrateblock(cc);
	/* That pageblock has just got its mark. */
	bool found = low_pfn != cc->migrate_pfn && !cc->fast_search_fail;
	unsigned long start = max(pageblock_start_pfn(low_pfn), cc->zone->zone_start_pfn);
	unsigned long end = pageblock_end_pfn(low_pfn);

	for (; end <= cc->free_pfn; found = false, cc->migrate_pfn = low_pfn = end, start = end,
				    end += pageblock_nr_pages) {
		struct page *page = pageblock_pfn_to_page(start, end, cc->zone);

		if (!page)
			continue;
		if (!(low_pfn & (pageblock_nr_pages - 1)) && !found &&
		    !isolation_suitable(cc, page))
			continue;
		if (!suitable_migration_source(cc, page)) {
			update_cached_migrate(cc, end);
			continue;
		}
		if (isolate_migratepages_block(cc, low_pfn, end))
			return ISOLATE_ABORT;
		break;
	}
	return cc->nr_migratepages ? ISOLATE_SUCCESS : ISOLATE_NONE;
}
