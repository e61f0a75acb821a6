// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The buddy system: free blocks of 2^order frames, split when a smaller one is
 * needed, merged when both halves are free again.
 *
 * A block of order n starts at a multiple of 2^n. Its buddy is the block whose
 * page frame number differs in bit n only, so it is found without searching;
 * whether it is free, and of the same size, is read from its struct page.
 *
 * What holds between operations: every free block is on exactly one list,
 * free_area[order].free_list[type]; its first page has PageBuddy and the
 * order in private; nr_free counts the blocks of an order; of two buddies that
 * are both free, one has another order, or (from order 9 on) a type that must
 * stay apart.
 *
 * Linux counterpart: mm/page_alloc.c.
 */
#include "internal.h"
#include "vmstat.h"

/* ---- Lists ---- */

static void add_to_free_list(struct page *page, struct zone *zone, unsigned int order,
			     int migratetype, bool to_tail)
{
	struct free_area *area = &zone->free_area[order];

	if (to_tail)
		list_add_tail(&page->buddy_list, &area->free_list[migratetype]);
	else
		list_add(&page->buddy_list, &area->free_list[migratetype]);
	area->nr_free++;
	page->owner.migratetype = (u8)migratetype;
	trace(TRACE_add_to_free_list, page_to_pfn(page), trace_pack(order, (u32)migratetype),
	      trace_pack(zone_ref_of(zone), to_tail), 0);
}

void del_page_from_free_list(struct page *page, struct zone *zone, unsigned int order)
{
	list_del(&page->buddy_list);
	__ClearPageBuddy(page);
	page->private = 0;
	zone->free_area[order].nr_free--;
	trace(TRACE_del_page_from_free_list, page_to_pfn(page),
	      trace_pack(order, page->owner.migratetype), zone_ref_of(zone), 0);
}

/* ---- Giving back ---- */

/* The buddy of a block if it is free as a whole, else NULL. */
static struct page *find_buddy_page_pfn(struct page *page, unsigned long pfn, unsigned int order,
					unsigned long *buddy_pfn)
{
	unsigned long found = __find_buddy_pfn(pfn, order);
	struct page *buddy = page + (long)(found - pfn);

	*buddy_pfn = found;
	return page_is_buddy(page, buddy, order) ? buddy : NULL;
}

/*
 * If the buddy of the block that this one and its own buddy would make is free, then a larger
 * block is only waiting for our buddy. Such a block goes to the tail of its list, so that it is
 * not the next to be taken.
 */
static bool buddy_merge_likely(unsigned long pfn, unsigned long buddy_pfn, struct page *page,
			       unsigned int order)
{
	unsigned long higher_page_pfn = buddy_pfn & pfn, unused;
	struct page *higher_page = page + (long)(higher_page_pfn - pfn);

	if (order >= MAX_ORDER - 2)
		return false;
	return find_buddy_page_pfn(higher_page, higher_page_pfn, order + 1, &unused);
}

/* Two huge blocks of types that must not mix stay apart, or a reserve would leak away. */
static bool may_merge(const struct page *buddy, unsigned int order, int migratetype)
{
	int buddy_mt;

	if (likely(order < pageblock_order))
		return true;
	buddy_mt = get_pageblock_migratetype(buddy);
	return migratetype == buddy_mt ||
	       (migratetype_is_mergeable(migratetype) && migratetype_is_mergeable(buddy_mt));
}

/*
 * Somebody compacts this zone for a block of this order: he gets it before anybody else sees it. Not a
 * small block of a movable pageblock, though, which would then be mixed.
 */
static bool compaction_capture(struct page *page, const struct zone *zone, unsigned int order,
			       int migratetype)
{
	struct capture_control *capc = &this_machine->capture;

	if (likely(capc->zone != zone) || capc->page || (int)order != capc->order)
		return false;
	if (is_migrate_isolate(migratetype) ||
	    (order < pageblock_order && migratetype == MIGRATE_MOVABLE))
		return false;
	capc->page = page;
	trace(TRACE_compaction_capture, page_to_pfn(page), trace_pack(order, (u32)migratetype), 0,
	      0);
	return true;
}

void __free_one_page(struct page *page, unsigned long pfn, struct zone *zone, unsigned int order,
		     int migratetype, unsigned int fpi_flags)
{
	unsigned long buddy_pfn = 0;
	bool to_tail;

	VM_BUG_ON(!zone->initialized);
	VM_BUG_ON_PAGE(page->flags & PAGE_FLAGS_CHECK_AT_PREP, page);
	VM_BUG_ON_PAGE(pfn & ((1UL << order) - 1), page);
	VM_BUG_ON_PAGE(!zone_spans_pfn(zone, pfn), page);

	if (likely(!is_migrate_isolate(migratetype)))
		__mod_zone_page_state(zone, NR_FREE_PAGES, 1L << order);

	while (order < MAX_ORDER - 1) {
		struct page *buddy;
		unsigned long combined_pfn;

		if (compaction_capture(page, zone, order, migratetype)) {
			__mod_zone_page_state(zone, NR_FREE_PAGES, -(1L << order));
			return;
		}
		buddy = find_buddy_page_pfn(page, pfn, order, &buddy_pfn);
		combined_pfn = buddy_pfn & pfn;
		trace(TRACE_find_buddy_page_pfn, pfn, buddy_pfn, trace_pack(order, buddy != NULL),
		      0);
		if (!buddy || !may_merge(buddy, order, migratetype))
			break;
		trace(TRACE_merge_buddy, pfn, buddy_pfn, trace_pack(order, (u32)migratetype), 0);
		del_page_from_free_list(buddy, zone, order);
		page += (long)(combined_pfn - pfn);
		pfn = combined_pfn;
		order++;
	}
	set_buddy_order(page, order);

	to_tail = fpi_flags & FPI_TO_TAIL || buddy_merge_likely(pfn, buddy_pfn, page, order);
	add_to_free_list(page, zone, order, migratetype, to_tail);
}

/* ---- Taking ---- */

/* Halves a block from order @high down to @low; the upper halves go on the free lists. */
static void expand(struct zone *zone, struct page *page, unsigned int low, unsigned int high,
		   int migratetype)
{
	unsigned long size = 1UL << high;

	while (high > low) {
		high--;
		size >>= 1;
		trace(TRACE_expand, page_to_pfn(page), trace_pack(high + 1, low), (u64)migratetype,
		      page_to_pfn(&page[size]));
		add_to_free_list(&page[size], zone, high, migratetype, false);
		set_buddy_order(&page[size], high);
	}
}

/* Takes the smallest block of a type that is large enough. */
struct page *__rmqueue_smallest(struct zone *zone, unsigned int order, int migratetype)
{
	unsigned int current_order;

	for (current_order = order; current_order < MAX_ORDER; current_order++) {
		struct page *page =
			get_page_from_free_area(&zone->free_area[current_order], migratetype);

		if (!page)
			continue;
		del_page_from_free_list(page, zone, current_order);
		expand(zone, page, order, current_order, migratetype);
		set_pcppage_migratetype(page, migratetype);
		trace(TRACE_mm_page_alloc_zone_locked, page_to_pfn(page),
		      trace_pack(order, (u32)migratetype),
		      pcp_allowed_order(order) && migratetype < MIGRATE_PCPTYPES, 0);
		return page;
	}
	return NULL;
}

unsigned long __isolate_free_page(struct page *page, unsigned int order)
{
	struct zone *zone = page_zone(page);
	int mt = get_pageblock_migratetype(page);

	if (!is_migrate_isolate(mt)) {
		/* As if it were allocated: the zone must not fall below its min watermark by it. */
		unsigned long watermark = zone->_watermark[WMARK_MIN] + (1UL << order);

		if (!__zone_watermark_ok(zone, 0, watermark, ZONE_DMA, 0,
					 (long)zone_page_state(zone, NR_FREE_PAGES)))
			return 0;
		__mod_zone_page_state(zone, NR_FREE_PAGES, -(1L << order));
	}
	del_page_from_free_list(page, zone, order);
	/* Half of a pageblock is going to hold movable pages: so it is of that type. */
	if (order >= pageblock_order - 1) {
		const struct page *endpage = page + (1UL << order) - 1;

		for (; page < endpage; page += pageblock_nr_pages)
			if (migratetype_is_mergeable(get_pageblock_migratetype(page)))
				set_pageblock_migratetype(page, MIGRATE_MOVABLE);
	}
	return 1UL << order;
}

/* Takes a block of a type; when there is none, makes other types' pages into it and tries again. */
struct page *__rmqueue(struct zone *zone, unsigned int order, int migratetype,
		       unsigned int alloc_flags)
{
	struct page *page;

	do
		page = __rmqueue_smallest(zone, order, migratetype);
	while (!page && __rmqueue_fallback(zone, (int)order, migratetype, alloc_flags));
	return page;
}
