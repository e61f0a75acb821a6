// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The page allocator: from a block of page frames that nobody uses any more back to the free lists.
 *
 *	__free_pages()			the last reference is gone
 *	  free_unref_page()		to this CPU's list; too many there: some go back
 *	    free_pcppages_bulk()	  to the free lists
 *	  __free_pages_ok()		orders that per-CPU lists do not keep
 *
 * Linux counterpart: mm/page_alloc.c.
 */
#include "mm.h"
#include "vmstat.h"

/* A free_factor of so much means batches of 2^5 times the normal size. */
#define CONFIG_PCP_BATCH_SCALE_MAX 5

/* ---- Per-CPU lists: giving back ---- */

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
