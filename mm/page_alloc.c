// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The page allocator: from a request to a block of page frames, and back.
 *
 *	__alloc_pages()
 *	  get_page_from_freelist()	which zone: zonelist order, watermarks
 *	    rmqueue()			from this CPU's list of the zone, or
 *	      rmqueue_pcplist()		  (refilled in batches)
 *	      rmqueue_buddy()		from the free lists (buddy.c, pageblock.c)
 *	    prep_new_page()		(page_prep.c)
 *	  __alloc_pages_slowpath()	again with access to reserves (alloc_slowpath.c)
 *
 *	__free_pages()			the last reference is gone
 *	  free_unref_page()		to this CPU's list; too many there: some go back
 *	    free_pcppages_bulk()	  to the free lists
 *	  __free_pages_ok()		orders that per-CPU lists do not keep
 *
 * Linux counterpart: mm/page_alloc.c.
 */
#include "mm.h"
#include "vmscan.h"
#include "vmstat.h"
#include "writeback.h"

/* A free_factor of so much means batches of 2^5 times the normal size. */
#define CONFIG_PCP_BATCH_SCALE_MAX 5

/* ---- Per-CPU lists: giving back ---- */

static void pcp_add(struct per_cpu_pages *pcp, struct page *page, unsigned int pindex,
		    unsigned int order, int migratetype, bool to_tail)
{
	struct list_head *list = &pcp->lists[pindex];

	if (to_tail)
		list_add_tail(&page->pcp_list, list);
	else
		list_add(&page->pcp_list, list);
	pcp->count += 1 << order;
	page->owner.kind = OWNER_PCP;
	page->owner.order = (u8)order;
	page->owner.migratetype = (u8)migratetype;
}

static void pcp_del(struct per_cpu_pages *pcp, struct page *page, unsigned int order)
{
	list_del(&page->pcp_list);
	pcp->count -= 1 << order;
	page->owner.kind = OWNER_NONE;
	page->owner.order = 0;
}

/*
 * Gives the coldest pages of one list back until it is empty or @count is reached. Returns what is
 * left of @count.
 */
static int free_pcp_list(struct zone *zone, struct per_cpu_pages *pcp, unsigned int pindex,
			 int count)
{
	struct list_head *list = &pcp->lists[pindex];
	unsigned int order = pindex_to_order(pindex);

	do {
		struct page *page = list_last_entry(list, struct page, pcp_list);
		int mt = get_pcppage_migratetype(page);

		pcp_del(pcp, page, order);
		count -= 1 << order;

		VM_BUG_ON_PAGE(is_migrate_isolate(mt), page);
		if (unlikely(zone->nr_isolate_pageblock))
			mt = get_pageblock_migratetype(page);
		__free_one_page(page, page_to_pfn(page), zone, order, mt, FPI_NONE);
		trace(TRACE_mm_page_pcpu_drain, page_to_pfn(page), trace_pack(order, (u32)mt),
		      (u64)(pcp - zone->per_cpu_pageset), 0);
	} while (count > 0 && !list_empty(list));
	return count;
}

/* Gives @count pages back, beginning with list @pindex and going around. */
void free_pcppages_bulk(struct zone *zone, int count, struct per_cpu_pages *pcp,
			unsigned int pindex)
{
	unsigned int min_pindex = 0, max_pindex = NR_PCP_LISTS - 1;

	trace(TRACE_free_pcppages_bulk, trace_pack(zone_ref_of(zone), (u32)count),
	      trace_pack(pindex, (u32)(pcp - zone->per_cpu_pageset)), zone->flags, 0);
	count = min(pcp->count, count);

	while (count > 0) {
		/* Lists found empty at either end need not be looked at again. */
		while (list_empty(&pcp->lists[pindex])) {
			if (pindex == max_pindex)
				max_pindex--;
			if (pindex == min_pindex)
				min_pindex++;
			if (++pindex > max_pindex)
				pindex = min_pindex;
		}
		count = free_pcp_list(zone, pcp, pindex, count);
		if (++pindex > max_pindex)
			pindex = min_pindex;
	}
}

/* How many to give back now: twice as many each time, while nothing is allocated in between. */
static int nr_pcp_free(struct per_cpu_pages *pcp, int high, bool free_high)
{
	int batch = pcp->batch, min_nr_free, max_nr_free;

	if (unlikely(free_high))
		return pcp->count;
	/* Lists are disabled, or very short. */
	if (unlikely(high < batch))
		return 1;

	min_nr_free = batch;
	max_nr_free = high - batch;
	batch <<= pcp->free_factor;
	if (batch < max_nr_free && pcp->free_factor < CONFIG_PCP_BATCH_SCALE_MAX)
		pcp->free_factor++;
	return clamp(batch, min_nr_free, max_nr_free);
}

/* How many pages the lists may hold; fewer while kswapd is working on the zone. */
static int nr_pcp_high(const struct per_cpu_pages *pcp, const struct zone *zone, bool free_high)
{
	if (unlikely(!pcp->high || free_high))
		return 0;
	if (likely(!(zone->flags & 1UL << ZONE_RECLAIM_ACTIVE)))
		return pcp->high;
	return min(pcp->batch << 2, pcp->high);
}

void free_unref_page_commit(struct zone *zone, struct per_cpu_pages *pcp, struct page *page,
			    int migratetype, unsigned int order)
{
	unsigned int pindex = order_to_pindex(migratetype, order);
	bool free_high;
	int high;

	trace(TRACE_free_unref_page_commit, page_to_pfn(page), trace_pack(order, (u32)migratetype),
	      trace_pack((u32)get_pcppage_migratetype(page), (u32)zone->flags),
	      trace_pack((u32)pcp->count, (u32)pcp->free_factor));
	count_vm_events(PGFREE, 1UL << order);
	pcp_add(pcp, page, pindex, order, migratetype, false);

	/* Small blocks that come back in a row are better merged than kept. */
	free_high = pcp->free_factor && order && order <= PAGE_ALLOC_COSTLY_ORDER;
	high = nr_pcp_high(pcp, zone, free_high);
	if (unlikely(pcp->count >= high))
		free_pcppages_bulk(zone, nr_pcp_free(pcp, high, free_high), pcp, pindex);
}

static void free_one_page(struct zone *zone, struct page *page, unsigned int order, int migratetype)
{
	__free_one_page(page, page_to_pfn(page), zone, order, migratetype, FPI_NONE);
}

static bool free_unref_page_prepare(struct page *page, unsigned int order)
{
	if (!free_pages_prepare(page, order))
		return false;
	set_pcppage_migratetype(page, get_pageblock_migratetype(page));
	return true;
}

void free_unref_page(struct page *page, unsigned int order)
{
	struct zone *zone = page_zone(page);
	int migratetype;

	if (!free_unref_page_prepare(page, order))
		return;
	migratetype = get_pcppage_migratetype(page);
	if (unlikely(is_migrate_isolate(migratetype))) {
		free_one_page(zone, page, order, migratetype);
		return;
	}
	free_unref_page_commit(zone, this_cpu_pageset(zone), page, pcp_migratetype(migratetype),
			       order);
}

void free_unref_page_list(struct list_head *list)
{
	struct list_head *pos, *next;

	/* First all checks, so that the types are those from before the first page goes back. */
	list_for_each_safe(pos, next, list) {
		struct page *page = list_entry(pos, struct page, lru);
		int migratetype;

		if (!free_unref_page_prepare(page, 0)) {
			list_del(&page->lru);
			continue;
		}
		migratetype = get_pcppage_migratetype(page);
		if (unlikely(is_migrate_isolate(migratetype))) {
			list_del(&page->lru);
			free_one_page(page_zone(page), page, 0, migratetype);
		}
	}

	list_for_each_safe(pos, next, list) {
		struct page *page = list_entry(pos, struct page, lru);
		struct zone *zone = page_zone(page);

		list_del(&page->lru);
		free_unref_page_commit(zone, this_cpu_pageset(zone), page,
				       pcp_migratetype(get_pcppage_migratetype(page)), 0);
	}
}

/* ---- Draining ---- */

static void drain_pages_zone(int cpu, struct zone *zone)
{
	struct per_cpu_pages *pcp = &zone->per_cpu_pageset[cpu];

	if (pcp->count)
		trace(TRACE_drain_pages_zone, trace_pack(zone_ref_of(zone), (u32)cpu),
		      (u64)pcp->count, 0, 0);
	while (pcp->count)
		free_pcppages_bulk(zone, min(pcp->count, pcp->batch << CONFIG_PCP_BATCH_SCALE_MAX),
				   pcp, 0);
}

static void drain_pages(int cpu)
{
	struct zone *zone;

	for_each_populated_zone(zone)
		drain_pages_zone(cpu, zone);
}

void drain_local_pages(struct zone *zone)
{
	if (zone)
		drain_pages_zone(smp_processor_id(), zone);
	else
		drain_pages(smp_processor_id());
}

static bool cpu_has_pcps(int cpu, struct zone *zone)
{
	struct zone *z;

	if (zone)
		return zone->per_cpu_pageset[cpu].count;
	for_each_populated_zone(z)
		if (z->per_cpu_pageset[cpu].count)
			return true;
	return false;
}

/* The running CPU does it for all: what comes back is counted by it. */
void drain_all_pages(struct zone *zone)
{
	int cpu;

	for_each_online_cpu(cpu) {
		if (!cpu_has_pcps(cpu, zone))
			continue;
		if (zone)
			drain_pages_zone(cpu, zone);
		else
			drain_pages(cpu);
	}
}

/* ---- Freeing ---- */

static void __free_pages_ok(struct page *page, unsigned int order, unsigned int fpi_flags)
{
	struct zone *zone = page_zone(page);
	int migratetype;

	if (!free_pages_prepare(page, order))
		return;
	migratetype = get_pageblock_migratetype(page);
	trace(TRACE_free_pages_ok, page_to_pfn(page), trace_pack(order, (u32)migratetype), 0, 0);
	__free_one_page(page, page_to_pfn(page), zone, order, migratetype, fpi_flags);
	count_vm_events(PGFREE, 1UL << order);
}

void free_the_page(struct page *page, unsigned int order)
{
	if (pcp_allowed_order(order))
		free_unref_page(page, order);
	else
		__free_pages_ok(page, order, FPI_NONE);
}

void __free_pages(struct page *page, unsigned int order)
{
	/* Once the reference is dropped, the page is not ours to look at. */
	bool head = PageHead(page);

	if (likely(put_page_testzero(page))) {
		free_the_page(page, order);
	} else if (!head) {
		/*
		 * Somebody else still holds the first page. When they let go, only that page
		 * is freed, as nothing tells them that it was part of a block: so free the
		 * rest now.
		 */
		while (order-- > 0) {
			page->owner.order = (u8)order;
			free_the_page(page + (1UL << order), order);
		}
	}
}

void __free_pages_core(struct page *page, unsigned int order)
{
	struct page *p;

	/* Until now each page had one user: boot. */
	for (p = page; p < page + (1UL << order); p++)
		p->_refcount.counter = 0;
	page_zone(page)->managed_pages += 1UL << order;
	__free_pages_ok(page, order, FPI_TO_TAIL);
}

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
