// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The two scanners of compaction; the second one is in compact_free.c.
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

/* ---- The free scanner ---- */

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

/* The free list is turned so that it ends with @freepage: what was looked at comes last. */
static void move_freelist_tail(struct list_head *freelist, struct list_head *freepage)
{
	if (freepage == freelist || freelist->prev == freepage)
		return;
	__list_del_entry(freelist);
	list_add(freelist, freepage);
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
