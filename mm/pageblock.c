// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Grouping pages by mobility: the types of pageblocks, and what happens when
 * a type runs out of free pages.
 *
 * A page that cannot be moved spoils its whole pageblock for huge pages. So
 * each of the 512-page blocks has a type, and a request takes from blocks of
 * its own type while it can. When it cannot, it takes over pages of another type -
 * the largest block, and where sensible the rest of that pageblock with it, so
 * that the next requests need not spoil yet another one.
 *
 * Linux counterpart: mm/page_alloc.c.
 */
#include "internal.h"

/* Where a type looks when it has nothing left, in this order; the others have nowhere to look. */
static const int fallbacks[MIGRATE_PCPTYPES][2] = {
	[MIGRATE_UNMOVABLE] = { MIGRATE_RECLAIMABLE, MIGRATE_MOVABLE },
	[MIGRATE_MOVABLE] = { MIGRATE_RECLAIMABLE, MIGRATE_UNMOVABLE },
	[MIGRATE_RECLAIMABLE] = { MIGRATE_UNMOVABLE, MIGRATE_MOVABLE },
};

void set_pageblock_migratetype(struct page *page, int migratetype)
{
	unsigned long block = page_to_pfn(page) >> pageblock_order;
	u8 flags = this_machine->pageblock_flags[block];
	int old = flags & PB_MIGRATETYPE_MASK;

	if (unlikely(page_group_by_mobility_disabled() && migratetype < MIGRATE_PCPTYPES))
		migratetype = MIGRATE_UNMOVABLE;
	this_machine->pageblock_flags[block] = (flags & PB_MIGRATE_SKIP) | (u8)migratetype;
	trace(TRACE_set_pageblock_migratetype, page_to_pfn(page), (u64)migratetype, (u64)old, 0);
}

/* ---- Moving free pages between types ---- */

/* Takes a free block off its list and puts it at the tail of that of another type. */
static void move_to_free_list(struct page *page, struct zone *zone, unsigned int order,
			      int migratetype)
{
	list_move_tail(&page->buddy_list, &zone->free_area[order].free_list[migratetype]);
	page->owner.migratetype = (u8)migratetype;
}

/* Move nothing, only count. */
#define MIGRATE_NONE (-1)

/* Counts the pages of [start_pfn, end_pfn), and moves the free ones to the lists of a type. */
static struct block_content move_freepages(struct zone *zone, unsigned long start_pfn,
					   unsigned long end_pfn, int migratetype)
{
	struct block_content content = { 0, 0 };
	unsigned long pfn = start_pfn;

	while (pfn < end_pfn) {
		struct page *page = pfn_to_page(pfn);
		unsigned int order;

		if (!PageBuddy(page)) {
			content.movable += PageLRU(page) || __PageMovable(page);
			pfn++;
			continue;
		}
		order = buddy_order(page);
		if (migratetype != MIGRATE_NONE) {
			VM_BUG_ON_PAGE(page_zone(page) != zone, page);
			move_to_free_list(page, zone, order, migratetype);
		}
		content.free += 1 << order;
		pfn += 1UL << order;
	}
	return content;
}

/* Where a page's pageblock begins, or the page itself if that is before the zone. */
static unsigned long block_start(const struct zone *zone, unsigned long pfn)
{
	unsigned long start_pfn = pageblock_start_pfn(pfn);

	return zone_spans_pfn(zone, start_pfn) ? start_pfn : pfn;
}

struct block_content move_freepages_block(struct zone *zone, struct page *page, int migratetype)
{
	unsigned long pfn = page_to_pfn(page);
	unsigned long end_pfn = pageblock_end_pfn(pfn);
	struct block_content content = { 0, 0 };

	if (zone_spans_pfn(zone, end_pfn - 1))
		content = move_freepages(zone, block_start(zone, pfn), end_pfn, migratetype);
	trace(TRACE_move_freepages_block, pfn, (u64)migratetype,
	      trace_pack((u32)content.free, (u32)content.movable), 0);
	return content;
}

/* What there is to steal, for the event that tells it. */
static struct block_content count_block(struct zone *zone, unsigned long pfn)
{
	return move_freepages(zone, block_start(zone, pfn),
			      min(pageblock_end_pfn(pfn), zone_end_pfn(zone)), MIGRATE_NONE);
}

/* ---- Stealing ---- */

/*
 * May a request take over the rest of the pageblock as well? For movable pages only when the
 * block is large, since they do no lasting harm in a foreign pageblock; the others would.
 */
static bool can_steal_fallback(unsigned int order, int start_mt)
{
	return order >= pageblock_order / 2 || start_mt == MIGRATE_RECLAIMABLE ||
	       start_mt == MIGRATE_UNMOVABLE || page_group_by_mobility_disabled();
}

int find_suitable_fallback(struct free_area *area, unsigned int order, int migratetype,
			   bool only_stealable, bool *can_steal)
{
	unsigned int i;

	*can_steal = false;
	if (area->nr_free == 0)
		return -1;
	for (i = 0; i < ARRAY_SIZE(fallbacks[0]); i++) {
		int fallback_mt = fallbacks[migratetype][i];

		if (free_area_empty(area, fallback_mt))
			continue;
		*can_steal = can_steal_fallback(order, migratetype);
		if (!only_stealable || *can_steal)
			return fallback_mt;
	}
	return -1;
}

/* A pageblock is about to hold two types: raise the watermarks, so that kswapd makes room. */
static bool boost_watermark(struct zone *zone)
{
	unsigned long factor = (unsigned long)this_machine->watermark_boost_factor;
	unsigned long max_boost;

	if (!factor)
		return false;
	/* In a small zone this would bring on the shortage it is to prevent. */
	if (pageblock_nr_pages * 4 > zone_managed_pages(zone))
		return false;

	max_boost = mult_frac(zone->_watermark[WMARK_HIGH], factor, 10000);
	if (!max_boost)
		return false;
	max_boost = max(pageblock_nr_pages, max_boost);
	zone->watermark_boost = min(zone->watermark_boost + pageblock_nr_pages, max_boost);
	trace(TRACE_boost_watermark, zone_ref_of(zone), zone->watermark_boost, 0, 0);
	return true;
}

static void change_pageblock_range(struct page *page, unsigned int start_order, int migratetype)
{
	unsigned int nr_pageblocks = 1U << (start_order - pageblock_order);

	while (nr_pageblocks--) {
		set_pageblock_migratetype(page, migratetype);
		page += pageblock_nr_pages;
	}
}

/* Pages of the pageblock that do not harm those of the new type, beside the free ones. */
static int alike_pages(struct block_content content, int start_type, int old_block_type)
{
	if (start_type == MIGRATE_MOVABLE)
		return content.movable;
	/* In a movable block whatever cannot be moved must be one of the other two types. */
	if (old_block_type == MIGRATE_MOVABLE)
		return (int)pageblock_nr_pages - (content.free + content.movable);
	return 0;
}

/*
 * Makes a free block one of @start_type. With @whole_block the pageblock's other free pages come
 * along, and if at least half of it is then free or of a like kind, so does the pageblock itself:
 * what is freed in it later will be of the new type too.
 */
static void steal_suitable_fallback(struct zone *zone, struct page *page, unsigned int alloc_flags,
				    int start_type, bool whole_block)
{
	unsigned int current_order = buddy_order(page);
	int old_block_type = get_pageblock_migratetype(page);
	struct block_content content = count_block(zone, page_to_pfn(page));

	trace(TRACE_steal_suitable_fallback, page_to_pfn(page),
	      trace_pack(current_order, (u32)start_type),
	      trace_pack((u32)old_block_type, whole_block),
	      trace_pack((u32)content.movable, (u32)content.free));

	/* Keep the accounting of the reserve right. */
	if (is_migrate_highatomic(old_block_type))
		goto single_page;

	if (current_order >= pageblock_order) {
		change_pageblock_range(page, current_order, start_type);
		goto single_page;
	}

	if (boost_watermark(zone) && alloc_flags & ALLOC_KSWAPD)
		zone->flags |= 1UL << ZONE_BOOSTED_WATERMARK;

	if (!whole_block)
		goto single_page;

	content = move_freepages_block(zone, page, start_type);
	if (!content.free)
		goto single_page;
	if (content.free + alike_pages(content, start_type, old_block_type) >=
		    1 << (pageblock_order - 1) ||
	    page_group_by_mobility_disabled())
		set_pageblock_migratetype(page, start_type);
	return;

single_page:
	move_to_free_list(page, zone, current_order, start_type);
}

/*
 * Which block to take: the largest, as it probably has the most free pages around it. Only a
 * movable request that cannot have the whole pageblock takes the smallest that will do.
 * Returns the type, or -1.
 */
static int choose_fallback(struct zone *zone, int order, int min_order, int start_migratetype,
			   int *current_order, bool *can_steal)
{
	int o, fallback_mt = -1;

	for (o = MAX_ORDER - 1; o >= min_order; o--) {
		fallback_mt = find_suitable_fallback(&zone->free_area[o], (unsigned int)o,
						     start_migratetype, false, can_steal);
		if (fallback_mt != -1)
			break;
	}
	if (fallback_mt != -1 && !*can_steal && start_migratetype == MIGRATE_MOVABLE && o > order) {
		for (o = order; o < MAX_ORDER; o++) {
			fallback_mt = find_suitable_fallback(&zone->free_area[o], (unsigned int)o,
							     start_migratetype, false, can_steal);
			if (fallback_mt != -1)
				break;
		}
		VM_BUG_ON(o == MAX_ORDER);
	}
	*current_order = o;
	return fallback_mt;
}

bool __rmqueue_fallback(struct zone *zone, int order, int start_migratetype,
			unsigned int alloc_flags)
{
	int min_order = order, current_order, fallback_mt;
	struct page *page;
	bool can_steal;

	if (start_migratetype >= MIGRATE_PCPTYPES)
		return false;
	/* Whole pageblocks may change hands, but not parts of them: try another zone first. */
	if (order < pageblock_order && alloc_flags & ALLOC_NOFRAGMENT)
		min_order = pageblock_order;

	fallback_mt = choose_fallback(zone, order, min_order, start_migratetype, &current_order,
				      &can_steal);
	if (fallback_mt == -1)
		return false;

	page = get_page_from_free_area(&zone->free_area[current_order], fallback_mt);
	steal_suitable_fallback(zone, page, alloc_flags, start_migratetype, can_steal);
	trace(TRACE_mm_page_alloc_extfrag, page_to_pfn(page),
	      trace_pack((u32)order, (u32)start_migratetype),
	      trace_pack((u32)current_order, (u32)fallback_mt),
	      (u64)get_pageblock_migratetype(page));
	return true;
}

/* ---- The reserve for high-order atomic requests ---- */

/*
 * A request that cannot wait got a block of a higher order only through the reserves. Keep the
 * rest of that pageblock for the next such request, up to 1 % of the zone and one pageblock.
 */
void reserve_highatomic_pageblock(struct page *page, struct zone *zone)
{
	unsigned long max_managed = zone_managed_pages(zone) / 100 + pageblock_nr_pages;

	if (zone->nr_reserved_highatomic >= max_managed)
		return;
	if (!migratetype_is_mergeable(get_pageblock_migratetype(page)))
		return;

	zone->nr_reserved_highatomic += pageblock_nr_pages;
	trace(TRACE_reserve_highatomic_pageblock, page_to_pfn(page), zone->nr_reserved_highatomic,
	      0, 0);
	set_pageblock_migratetype(page, MIGRATE_HIGHATOMIC);
	move_freepages_block(zone, page, MIGRATE_HIGHATOMIC);
}

/* Gives the pageblock of the first free block of a zone's reserve to the type that is in need. */
static bool unreserve_one_pageblock(struct zone *zone, int migratetype)
{
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++) {
		struct page *page =
			get_page_from_free_area(&zone->free_area[order], MIGRATE_HIGHATOMIC);

		if (!page)
			continue;
		if (is_migrate_highatomic(get_pageblock_migratetype(page)))
			zone->nr_reserved_highatomic -=
				min(pageblock_nr_pages, zone->nr_reserved_highatomic);
		trace(TRACE_unreserve_highatomic_pageblock, page_to_pfn(page),
		      zone->nr_reserved_highatomic, 0, 0);
		set_pageblock_migratetype(page, migratetype);
		if (move_freepages_block(zone, page, migratetype).free)
			return true;
	}
	return false;
}

/* With @force also the last pageblock of a zone's reserve. */
bool unreserve_highatomic_pageblock(const struct alloc_context *ac, bool force)
{
	struct zoneref *z;
	struct zone *zone;

	for_each_zone_zonelist_nodemask(zone, z, ac->zonelist, ac->highest_zoneidx, ac->nodemask) {
		if (!force && zone->nr_reserved_highatomic <= pageblock_nr_pages)
			continue;
		if (unreserve_one_pageblock(zone, ac->migratetype))
			return true;
	}
	return false;
}
