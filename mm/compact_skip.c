// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What compaction remembers between two runs: pageblocks that are not worth a look, places
 * where the scanners go on, and how often it has failed lately.
 *
 * A pageblock in which a scanner found nothing is marked (PB_MIGRATE_SKIP). The marks are
 * cleared when the scanners have met and kswapd goes to sleep, or when compaction begins again after
 * many failures. After a failure for an order, 1, 2, 4 ... 64 attempts at this order and larger ones
 * are passed over.
 *
 * Linux counterpart: mm/compaction.c.
 */
#include "internal.h"

/* ---- Marks of pageblocks ---- */

static u8 *pageblock_flags_of(const struct page *page)
{
	return &this_machine->pageblock_flags[page_to_pfn(page) >> pageblock_order];
}

bool get_pageblock_skip(const struct page *page)
{
	return *pageblock_flags_of(page) & PB_MIGRATE_SKIP;
}

void set_pageblock_skip(struct page *page)
{
	u8 *flags = pageblock_flags_of(page);

	if (*flags & PB_MIGRATE_SKIP)
		return;
	*flags |= PB_MIGRATE_SKIP;
	trace(TRACE_set_pageblock_skip, page_to_pfn(page), 0, 0, 0);
}

static void clear_pageblock_skip(struct page *page)
{
	*pageblock_flags_of(page) &= (u8)~PB_MIGRATE_SKIP;
}

bool isolation_suitable(const struct compact_control *cc, const struct page *page)
{
	return cc->ignore_skip_hint || !get_pageblock_skip(page);
}

/* A huge page fills its pageblock: nothing to be had until it is freed. */
bool pageblock_skip_persistent(struct page *page)
{
	return PageCompound(page) && compound_order(compound_head(page)) >= pageblock_order;
}

struct page *pageblock_pfn_to_page(unsigned long start_pfn, unsigned long end_pfn,
				   const struct zone *zone)
{
	if (end_pfn > this_machine->max_pfn || page_zone(pfn_to_page(start_pfn)) != zone ||
	    page_zone(pfn_to_page(end_pfn - 1)) != zone)
		return NULL;
	return pfn_to_page(start_pfn);
}

/* ---- Where the scanners go on ---- */

void reset_cached_positions(struct zone *zone)
{
	zone->compact_cached_migrate_pfn[0] = zone->zone_start_pfn;
	zone->compact_cached_migrate_pfn[1] = zone->zone_start_pfn;
	zone->compact_cached_free_pfn = pageblock_start_pfn(zone_end_pfn(zone) - 1);
}

/*
 * Clears the mark of the pageblock of @pfn if a sample of its frames has one that a scanner could use: a
 * page to be moved (@check_source), a free one (@check_target).
 */
static bool __reset_isolation_pfn(struct zone *zone, unsigned long pfn, bool check_source,
				  bool check_target)
{
	struct page *page = pfn_to_page(pfn), *end_page;

	if (page_zone(page) != zone || pageblock_skip_persistent(page))
		return false;
	if (check_source && check_target && !get_pageblock_skip(page))
		return true;
	/* The free scanner shall not begin in a pageblock where it may not move anything to. */
	if (!check_source && check_target && get_pageblock_migratetype(page) != MIGRATE_MOVABLE)
		return false;

	page = pfn_to_page(max(pageblock_start_pfn(pfn), zone->zone_start_pfn));
	end_page = pfn_to_page(min(pageblock_end_pfn(pfn), zone_end_pfn(zone)) - 1);
	for (; page <= end_page; page += 1 << PAGE_ALLOC_COSTLY_ORDER) {
		if ((check_source && PageLRU(page)) || (check_target && PageBuddy(page))) {
			clear_pageblock_skip(page);
			return true;
		}
	}
	return false;
}

/* From both ends to the middle: clears marks, and finds where the scanners had best begin. */
void __reset_isolation_suitable(struct zone *zone)
{
	unsigned long migrate_pfn = zone->zone_start_pfn, free_pfn = zone_end_pfn(zone) - 1;
	unsigned long reset_migrate = free_pfn, reset_free = migrate_pfn;
	bool source_set = false, free_set = false;

	if (!zone->compact_blockskip_flush)
		return;
	zone->compact_blockskip_flush = false;
	for (; migrate_pfn < free_pfn;
	     migrate_pfn += pageblock_nr_pages, free_pfn -= pageblock_nr_pages) {
		if (__reset_isolation_pfn(zone, migrate_pfn, true, source_set) &&
		    migrate_pfn < reset_migrate) {
			source_set = true;
			reset_migrate = migrate_pfn;
			zone->compact_init_migrate_pfn = reset_migrate;
			zone->compact_cached_migrate_pfn[0] = reset_migrate;
			zone->compact_cached_migrate_pfn[1] = reset_migrate;
		}
		if (__reset_isolation_pfn(zone, free_pfn, free_set, true) &&
		    free_pfn > reset_free) {
			free_set = true;
			reset_free = free_pfn;
			zone->compact_init_free_pfn = reset_free;
			zone->compact_cached_free_pfn = reset_free;
		}
	}
	/* Nothing was found: no way between the two. */
	if (reset_migrate >= reset_free) {
		zone->compact_cached_migrate_pfn[0] = migrate_pfn;
		zone->compact_cached_migrate_pfn[1] = migrate_pfn;
		zone->compact_cached_free_pfn = free_pfn;
	}
	trace(TRACE_reset_isolation_suitable, zone_ref_of(zone),
	      zone->compact_cached_migrate_pfn[0], zone->compact_cached_free_pfn, 0);
}

void reset_isolation_suitable(struct pglist_data *pgdat)
{
	int zid;

	for (zid = 0; zid < MAX_NR_ZONES; zid++)
		if (populated_zone(&pgdat->node_zones[zid]))
			__reset_isolation_suitable(&pgdat->node_zones[zid]);
}

/* ---- Failures ---- */

static void trace_defer(u32 event, const struct zone *zone, int order)
{
	trace(event, trace_pack(zone_ref_of(zone), (u32)order),
	      trace_pack(zone->compact_considered, zone->compact_defer_shift),
	      (u64)(u32)zone->compact_order_failed, 0);
}

void defer_compaction(struct zone *zone, int order)
{
	zone->compact_considered = 0;
	zone->compact_defer_shift++;
	if (order < zone->compact_order_failed)
		zone->compact_order_failed = order;
	zone->compact_defer_shift = min(zone->compact_defer_shift, (u32)COMPACT_MAX_DEFER_SHIFT);
	trace_defer(TRACE_mm_compaction_defer_compaction, zone, order);
}

/* Shall this attempt be passed over? */
bool compaction_deferred(struct zone *zone, int order)
{
	u32 defer_limit = 1u << zone->compact_defer_shift;

	if (order < zone->compact_order_failed)
		return false;
	if (++zone->compact_considered >= defer_limit) {
		zone->compact_considered = defer_limit;
		return false;
	}
	trace_defer(TRACE_mm_compaction_deferred, zone, order);
	return true;
}

/* It worked: a block was allocated (@alloc_success), or could be. */
void compaction_defer_reset(struct zone *zone, int order, bool alloc_success)
{
	if (alloc_success) {
		zone->compact_considered = 0;
		zone->compact_defer_shift = 0;
	}
	if (order >= zone->compact_order_failed)
		zone->compact_order_failed = order + 1;
	trace_defer(TRACE_mm_compaction_defer_reset, zone, order);
}

/* Does it begin again after the largest number of attempts that are passed over? */
bool compaction_restarting(const struct zone *zone, int order)
{
	if (order < zone->compact_order_failed)
		return false;
	return zone->compact_defer_shift == COMPACT_MAX_DEFER_SHIFT &&
	       zone->compact_considered >= 1u << zone->compact_defer_shift;
}
