// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The page allocator: from a request to a block of page frames. The way back is in page_free.c.
 *
 *	__alloc_pages()
 *	  get_page_from_freelist()	which zone: zonelist order, watermarks
 *	    rmqueue()			from this CPU's list of the zone, or
 *	      rmqueue_pcplist()		  (refilled in batches)
 *	      rmqueue_buddy()		from the free lists (buddy.c, pageblock.c)
 *	    prep_new_page()		(page_prep.c)
 *	  __alloc_pages_slowpath()	again with access to reserves (alloc_slowpath.c)
 *
 * Linux counterpart: mm/page_alloc.c.
 */
#include "mm.h"
#include "vmscan.h"
#include "vmstat.h"
#include "writeback.h"

/* ---- Taking from one zone ---- */

static void zone_statistics(struct zone *preferred_zone, struct zone *z, unsigned long nr_account)
{
	enum numa_stat_item local_stat = zone_to_nid(z) == numa_node_id() ? NUMA_LOCAL : NUMA_OTHER;

	if (zone_to_nid(z) == zone_to_nid(preferred_zone)) {
		__count_numa_events(z, NUMA_HIT, nr_account);
	} else {
		__count_numa_events(z, NUMA_MISS, nr_account);
		__count_numa_events(preferred_zone, NUMA_FOREIGN, nr_account);
	}
	__count_numa_events(z, local_stat, nr_account);
}

static void count_alloc(struct zone *preferred_zone, struct zone *zone, unsigned long nr_blocks,
			unsigned int order)
{
	count_vm_events(PGALLOC_DMA + zone_idx(zone), nr_blocks << order);
	zone_statistics(preferred_zone, zone, nr_blocks);
}

static struct page *rmqueue_buddy(struct zone *preferred_zone, struct zone *zone,
				  unsigned int order, unsigned int alloc_flags, int migratetype)
{
	struct page *page;

	do {
		page = NULL;
		if (alloc_flags & ALLOC_HIGHATOMIC)
			page = __rmqueue_smallest(zone, order, MIGRATE_HIGHATOMIC);
		if (!page)
			page = __rmqueue(zone, order, migratetype, alloc_flags);
		/* Better the reserve than a failure now. */
		if (!page && alloc_flags & (ALLOC_OOM | ALLOC_NON_BLOCK))
			page = __rmqueue_smallest(zone, order, MIGRATE_HIGHATOMIC);
		if (!page)
			return NULL;
		__mod_zone_page_state(zone, NR_FREE_PAGES, -(1L << order));
	} while (check_new_pages(page, order));

	count_alloc(preferred_zone, zone, 1, order);
	return page;
}

/* Takes @count blocks off the free lists, in the order in which they come, for a per-CPU list. */
static void rmqueue_bulk(struct zone *zone, unsigned int order, int count,
			 struct per_cpu_pages *pcp, int migratetype, unsigned int alloc_flags)
{
	unsigned int pindex = order_to_pindex(migratetype, order);
	int i;

	trace(TRACE_rmqueue_bulk, trace_pack(zone_ref_of(zone), (u32)count),
	      trace_pack(order, (u32)migratetype), (u64)smp_processor_id(), 0);
	for (i = 0; i < count; i++) {
		struct page *page = __rmqueue(zone, order, migratetype, alloc_flags);

		if (!page)
			break;
		pcp_add(pcp, page, pindex, order, migratetype, true);
	}
	__mod_zone_page_state(zone, NR_FREE_PAGES, -((long)i << order));
}

/* How many blocks a refill takes: the batch counts pages. */
static int nr_pcp_alloc(const struct per_cpu_pages *pcp, unsigned int order)
{
	/* With 1 no pages shall be kept: take what is needed. */
	if (pcp->batch <= 1)
		return pcp->batch;
	return max(pcp->batch >> order, 2);
}

struct page *__rmqueue_pcplist(struct zone *zone, unsigned int order, int migratetype,
			       unsigned int alloc_flags, struct per_cpu_pages *pcp)
{
	struct list_head *list = &pcp->lists[order_to_pindex(migratetype, order)];
	struct page *page;

	do {
		if (list_empty(list)) {
			rmqueue_bulk(zone, order, nr_pcp_alloc(pcp, order), pcp, migratetype,
				     alloc_flags);
			if (list_empty(list))
				return NULL;
		}
		page = list_first_entry(list, struct page, pcp_list);
		pcp_del(pcp, page, order);
	} while (unlikely(check_new_pages(page, order)));

	trace(TRACE_rmqueue_pcplist, page_to_pfn(page), trace_pack(order, (u32)migratetype),
	      trace_pack(zone_ref_of(zone), (u32)pcp->count), (u64)pcp->free_factor);
	return page;
}

static struct page *rmqueue_pcplist(struct zone *preferred_zone, struct zone *zone,
				    unsigned int order, int migratetype, unsigned int alloc_flags)
{
	struct per_cpu_pages *pcp = this_cpu_pageset(zone);
	struct page *page;

	/* Pages are in demand again, so give fewer back the next time. */
	pcp->free_factor >>= 1;
	page = __rmqueue_pcplist(zone, order, migratetype, alloc_flags, pcp);
	if (page)
		count_alloc(preferred_zone, zone, 1, order);
	return page;
}

struct page *rmqueue(struct zone *preferred_zone, struct zone *zone, unsigned int order,
		     unsigned int alloc_flags, int migratetype)
{
	struct page *page = NULL;

	if (likely(pcp_allowed_order(order)))
		page = rmqueue_pcplist(preferred_zone, zone, order, migratetype, alloc_flags);
	if (unlikely(!page))
		page = rmqueue_buddy(preferred_zone, zone, order, alloc_flags, migratetype);

	if (unlikely(zone->flags & 1UL << ZONE_BOOSTED_WATERMARK)) {
		zone->flags &= ~(1UL << ZONE_BOOSTED_WATERMARK);
		wakeup_kswapd(zone, 0, 0, zone_idx(zone));
	}
	VM_BUG_ON_PAGE(page && !zone_spans_pfn(zone, page_to_pfn(page)), page);
	return page;
}

/* ---- Choosing the zone ---- */

static bool zone_watermark_fast(struct zone *z, unsigned int order, unsigned long mark,
				enum zone_type highest_zoneidx, unsigned int alloc_flags,
				gfp_t gfp_mask)
{
	long free_pages = (long)zone_page_state(z, NR_FREE_PAGES);

	/* Single pages need no look at the lists. */
	if (!order) {
		long usable_free = free_pages;
		long reserved = __zone_watermark_unusable_free(z, 0, alloc_flags);

		usable_free -= min(usable_free, reserved);
		if (usable_free > (long)mark + z->lowmem_reserve[highest_zoneidx])
			return true;
	}
	if (__zone_watermark_ok(z, order, mark, highest_zoneidx, alloc_flags, free_pages))
		return true;

	/* The boost is there to wake kswapd, not to fail those who cannot wait. */
	if (!order && gfp_mask & __GFP_ATOMIC && z->watermark_boost &&
	    (alloc_flags & ALLOC_WMARK_MASK) == WMARK_MIN)
		return __zone_watermark_ok(z, order, z->_watermark[WMARK_MIN], highest_zoneidx,
					   alloc_flags, free_pages);
	return false;
}

bool zone_has_enough(struct zone *zone, unsigned int order, unsigned int alloc_flags,
		     gfp_t gfp_mask, const struct alloc_context *ac)
{
	unsigned int wmark = alloc_flags & ALLOC_WMARK_MASK;
	unsigned long mark = wmark_pages(zone, wmark);
	bool ok =
		zone_watermark_fast(zone, order, mark, ac->highest_zoneidx, alloc_flags, gfp_mask);

	trace(TRACE_zone_watermark_ok, trace_pack(zone_ref_of(zone), wmark), mark,
	      zone_page_state(zone, NR_FREE_PAGES), ok);
	return ok || alloc_flags & ALLOC_NO_WATERMARKS;
}

/*
 * Local memory matters more than unmixed pageblocks: when the search for a zone where no types
 * get mixed leaves the node, begin again without that wish.
 */
static bool leaves_node(const struct zone *zone, const struct alloc_context *ac)
{
	return zone_to_nid(zone) != zone_to_nid(ac->preferred_zoneref->zone);
}

/* One pass over the zonelist, with the wish of ALLOC_NOFRAGMENT or without. */
static struct page *scan_zonelist(gfp_t gfp_mask, unsigned int order, unsigned int alloc_flags,
				  const struct alloc_context *ac)
{
	struct zoneref *z = ac->preferred_zoneref;
	struct pglist_data *last_pgdat_dirty_limit = NULL;
	struct zone *zone;

	for_next_zone_zonelist_nodemask(zone, z, ac->highest_zoneidx, ac->nodemask) {
		struct page *page;

		if (ac->spread_dirty_pages && (zone->zone_pgdat == last_pgdat_dirty_limit ||
					       !node_dirty_ok(zone->zone_pgdat))) {
			last_pgdat_dirty_limit = zone->zone_pgdat;
			continue;
		}
		if (alloc_flags & ALLOC_NOFRAGMENT && leaves_node(zone, ac))
			return NULL;
		if (!zone_has_enough(zone, order, alloc_flags, gfp_mask, ac))
			continue;
		page = rmqueue(ac->preferred_zoneref->zone, zone, order, alloc_flags,
			       ac->migratetype);
		if (!page)
			continue;
		prep_new_page(page, order, gfp_mask, alloc_flags);
		if (unlikely(alloc_flags & ALLOC_HIGHATOMIC))
			reserve_highatomic_pageblock(page, zone);
		return page;
	}
	return NULL;
}

struct page *get_page_from_freelist(gfp_t gfp_mask, unsigned int order, unsigned int alloc_flags,
				    const struct alloc_context *ac)
{
	struct zone *preferred = ac->preferred_zoneref->zone;
	struct page *page;

	trace(TRACE_get_page_from_freelist, trace_pack(order, gfp_mask), alloc_flags,
	      preferred ? zone_ref_of(preferred) : ~0UL, 0);
	page = scan_zonelist(gfp_mask, order, alloc_flags, ac);
	if (unlikely(!page) && alloc_flags & ALLOC_NOFRAGMENT)
		page = scan_zonelist(gfp_mask, order, alloc_flags & ~ALLOC_NOFRAGMENT, ac);
	return page;
}

/*
 * Between Normal and DMA32 it is worth going to the other zone rather than mixing types. Not
 * from there to DMA, which is too small.
 */
static unsigned int alloc_flags_nofragment(struct zone *zone, gfp_t gfp_mask)
{
	_Static_assert(__GFP_KSWAPD_RECLAIM == ALLOC_KSWAPD, "the bit is used for both");
	unsigned int alloc_flags = gfp_mask & __GFP_KSWAPD_RECLAIM;

	if (!zone || zone_idx(zone) != ZONE_NORMAL)
		return alloc_flags;
	if (nr_online_nodes() > 1 && !populated_zone(zone - 1))
		return alloc_flags;
	return alloc_flags | ALLOC_NOFRAGMENT;
}

/* ---- Entry ---- */

static void prepare_alloc_pages(gfp_t gfp_mask, int preferred_nid, const nodemask_t *nodemask,
				struct alloc_context *ac)
{
	ac->highest_zoneidx = gfp_zone(gfp_mask);
	ac->zonelist = node_zonelist(preferred_nid, gfp_mask);
	ac->nodemask = nodemask;
	ac->migratetype = gfp_migratetype(gfp_mask);
	ac->spread_dirty_pages = gfp_mask & __GFP_WRITE;
	ac->preferred_zoneref =
		first_zones_zonelist(ac->zonelist, ac->highest_zoneidx, ac->nodemask);
}

struct page *__alloc_pages(gfp_t gfp, unsigned int order, int preferred_nid,
			   const nodemask_t *nodemask)
{
	unsigned int alloc_flags = ALLOC_WMARK_LOW;
	struct alloc_context ac;
	struct page *page;

	if (unlikely(order >= MAX_ORDER)) {
		warn_alloc(gfp, order, 0);
		return NULL;
	}
	prepare_alloc_pages(gfp, preferred_nid, nodemask, &ac);
	alloc_flags |= alloc_flags_nofragment(ac.preferred_zoneref->zone, gfp);
	trace(TRACE_alloc_pages, trace_pack(order, gfp),
	      trace_pack((u32)preferred_nid, (u32)ac.migratetype), alloc_flags, 0);

	page = get_page_from_freelist(gfp, order, alloc_flags, &ac);
	if (unlikely(!page)) {
		ac.nodemask = nodemask;
		ac.spread_dirty_pages = false;
		page = __alloc_pages_slowpath(gfp, order, &ac);
	}
	trace(TRACE_mm_page_alloc, page ? page_to_pfn(page) : ~0UL,
	      trace_pack(order, (u32)ac.migratetype), gfp, alloc_flags);
	return page;
}

/* ---- Many single pages at once ---- */

/* The first zone of the preferred node that has @nr_pages to spare, or NULL. */
static struct zone *bulk_zone(gfp_t gfp, int nr_pages, const struct alloc_context *ac)
{
	struct zoneref *z = ac->preferred_zoneref;
	struct zone *zone;

	for_next_zone_zonelist_nodemask(zone, z, ac->highest_zoneidx, ac->nodemask) {
		if (leaves_node(zone, ac))
			return NULL;
		if (zone_watermark_fast(zone, 0, low_wmark_pages(zone) + (unsigned long)nr_pages,
					(enum zone_type)ac->preferred_zoneref->zone_idx,
					ALLOC_WMARK_LOW, gfp))
			return zone;
	}
	return NULL;
}

unsigned long __alloc_pages_bulk(gfp_t gfp, int preferred_nid, const nodemask_t *nodemask,
				 int nr_pages, struct list_head *page_list)
{
	struct alloc_context ac;
	unsigned long nr_populated = 0;
	struct zone *zone = NULL;
	struct page *page;

	if (nr_pages <= 0)
		return 0;
	if (nr_pages > 1) {
		prepare_alloc_pages(gfp, preferred_nid, nodemask, &ac);
		zone = bulk_zone(gfp, nr_pages, &ac);
	}
	trace(TRACE_alloc_pages_bulk, gfp,
	      trace_pack((u32)nr_pages, zone ? zone_ref_of(zone) : ~0U), 0, 0);

	while (zone && nr_populated < (unsigned long)nr_pages) {
		page = __rmqueue_pcplist(zone, 0, ac.migratetype, ALLOC_WMARK_LOW,
					 this_cpu_pageset(zone));
		if (!page)
			break;
		prep_new_page(page, 0, gfp, 0);
		trace(TRACE_alloc_pages_bulk_page, page_to_pfn(page),
		      trace_pack((u32)nr_populated, (u32)nr_pages), 0, 0);
		list_add_tail(&page->lru, page_list);
		nr_populated++;
	}
	if (nr_populated) {
		count_alloc(ac.preferred_zoneref->zone, zone, nr_populated, 0);
		return nr_populated;
	}

	/* At least one page, by all means. */
	page = __alloc_pages(gfp, 0, preferred_nid, nodemask);
	if (!page)
		return 0;
	trace(TRACE_alloc_pages_bulk_page, page_to_pfn(page), trace_pack(0, (u32)nr_pages), 0, 0);
	list_add_tail(&page->lru, page_list);
	return 1;
}
