// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Starting from a real kernel's memory: sets a freshly booted machine to the
 * state that a recording's first snapshot describes.
 *
 * The machine has been built with the same memory, so zones and struct pages are
 * there. All frames of a zone become "in use, by whom we do not know"; then the
 * free lists and per-CPU lists are filled in the recorded order, and counters
 * and limits take the recorded values.
 */
#include "internal.h"
#include "vmscan.h"
#include "snapshot.h"

/* ---- Checks: nothing of a snapshot is trusted ---- */

static bool valid_block(const struct snapshot_zone *s, u64 pfn, unsigned int order)
{
	return order < MAX_ORDER && pfn >= s->start_pfn &&
	       pfn + (1UL << order) <= s->start_pfn + s->spanned && !(pfn & ((1UL << order) - 1));
}

static bool valid_list(const struct snapshot_zone *s, const struct snapshot_list *list,
		       unsigned int order)
{
	u32 i;

	for (i = 0; i < list->nr; i++)
		if (!valid_block(s, list->pfns[i], order))
			return false;
	return true;
}

static bool valid_lists(const struct snapshot_zone *s)
{
	u32 i;

	for (i = 0; i < s->nr_free_lists; i++) {
		const struct snapshot_list *list = &s->free_lists[i];

		if (list->mt >= MIGRATE_TYPES || !valid_list(s, list, list->order))
			return false;
	}
	for (i = 0; i < s->nr_pcp_lists; i++) {
		const struct snapshot_list *list = &s->pcp_lists[i];

		if (list->order >= NR_PCP_LISTS || list->cpu >= this_machine->nr_cpus ||
		    !valid_list(s, list, pindex_to_order(list->order)))
			return false;
	}
	return true;
}

static bool valid_zone(const struct snapshot_zone *s)
{
	u64 first_block = s->start_pfn >> pageblock_order;
	u32 i;

	if (s->nid >= this_machine->nr_online_nodes || s->idx > ZONE_NORMAL)
		return false;
	if (s->start_pfn > this_machine->max_pfn ||
	    s->spanned > this_machine->max_pfn - s->start_pfn)
		return false;
	if (first_block + s->nr_pageblocks >
	    DIV_ROUND_UP(this_machine->max_pfn, pageblock_nr_pages))
		return false;
	for (i = 0; i < s->nr_pageblocks; i++)
		if (s->pageblocks[i] >= MIGRATE_TYPES)
			return false;
	for (i = 0; i < s->nr_movable; i++)
		if (s->movable[i].start < s->start_pfn ||
		    s->movable[i].nr > s->start_pfn + s->spanned - s->movable[i].start)
			return false;
	return s->nr_cpus <= this_machine->nr_cpus && valid_lists(s);
}

/* ---- Pages ---- */

/* A hole counts as its zone's where the buddies of pages next to it are looked at. */
static void link_hole(struct zone *zone, u64 pfn)
{
	if (!pfn_to_page(pfn)->page_type)
		set_page_links(pfn_to_page(pfn), zone_idx(zone), zone_to_nid(zone));
}

/* Frames of one pageblock, as far as they belong to the zone. */
static void load_pageblock(const struct snapshot_zone *s, struct zone *zone, u64 block, int type)
{
	u64 pfn = max(block << pageblock_order, s->start_pfn);
	u64 end = min((block + 1) << pageblock_order, s->start_pfn + s->spanned), i;

	if (type < 0)
		return;
	this_machine->pageblock_flags[block] = (u8)type;
	for (i = block << pageblock_order; i < pfn; i++)
		link_hole(zone, i);
	for (; pfn < end; pfn++) {
		struct page *page = pfn_to_page(pfn);

		__init_single_page(page, zone_idx(zone), zone_to_nid(zone));
		page->owner.kind = OWNER_UNKNOWN;
	}
}

static void load_pages(const struct snapshot_zone *s, struct zone *zone)
{
	u32 i;
	u64 j;

	for (i = 0; i < s->nr_pageblocks; i++)
		load_pageblock(s, zone, (s->start_pfn >> pageblock_order) + i, s->pageblocks[i]);
	for (i = 0; i < s->nr_movable; i++)
		for (j = 0; j < s->movable[i].nr; j++)
			pfn_to_page(s->movable[i].start + j)->mapping =
				(void *)PAGE_MAPPING_MOVABLE;
}

/*
 * Makes up to @nr frames that nothing is known about a hole, downwards from @end. Returns how many
 * are left.
 */
static u64 make_hole(struct zone *zone, u64 start, u64 end, u64 nr)
{
	u64 pfn = end, i;

	while (nr && pfn > start && pfn_to_page(pfn - 1)->owner.kind == OWNER_UNKNOWN &&
	       !__PageMovable(pfn_to_page(pfn - 1))) {
		pfn--;
		nr--;
	}
	clear_memory(pfn_to_page(pfn), (end - pfn) * sizeof(struct page));
	memblock_remove(pfn << PAGE_SHIFT, (end - pfn) << PAGE_SHIFT);
	for (i = pfn; i < end; i++)
		link_hole(zone, i);
	return nr;
}

/*
 * A recording counts the holes that are smaller than a pageblock, but does not say where they are.
 * A zone that begins below 1 MiB lacks what a PC's firmware keeps there; memory that does not fill
 * its last pageblocks leaves a hole at the zone's end.
 */
static void load_holes(const struct snapshot_zone *s, struct zone *zone)
{
	u64 nr_frames = 0, end = s->start_pfn, pfn, missing;

	for (pfn = s->start_pfn; pfn < s->start_pfn + s->spanned; pfn++) {
		if (!pfn_to_page(pfn)->page_type)
			continue;
		nr_frames++;
		end = pfn + 1;
	}
	missing = nr_frames - min(nr_frames, s->present);
	missing = make_hole(zone, s->start_pfn, min(end, (1UL << 20) >> PAGE_SHIFT), missing);
	make_hole(zone, s->start_pfn, end, missing);
}

/* Makes a block free, so that it can go on a list. Returns false if a frame is on one already. */
static bool claim_block(u64 pfn, unsigned int order)
{
	u64 i;

	for (i = 0; i < 1UL << order; i++) {
		struct page *page = pfn_to_page(pfn + i);

		if (page->owner.kind != OWNER_UNKNOWN)
			return false;
		page->owner.kind = OWNER_NONE;
		page->flags &= ~PAGEFLAGS_MASK;
		set_page_count(page, 0);
	}
	return true;
}

static bool load_free_list(struct zone *zone, const struct snapshot_list *list)
{
	struct free_area *area = &zone->free_area[list->order];
	u32 i;

	for (i = 0; i < list->nr; i++) {
		struct page *page = pfn_to_page(list->pfns[i]);

		if (!claim_block(list->pfns[i], list->order))
			return false;
		set_buddy_order(page, list->order);
		page->owner.migratetype = list->mt;
		list_add_tail(&page->buddy_list, &area->free_list[list->mt]);
		area->nr_free++;
	}
	return true;
}

static bool load_pcp_list(struct zone *zone, const struct snapshot_list *list)
{
	struct per_cpu_pages *pcp = &zone->per_cpu_pageset[list->cpu];
	unsigned int order = pindex_to_order(list->order);
	u32 i;

	for (i = 0; i < list->nr; i++) {
		struct page *page = pfn_to_page(list->pfns[i]);

		if (!claim_block(list->pfns[i], order))
			return false;
		set_pcppage_migratetype(page, list->types ? list->types[i]
							  : get_pageblock_migratetype(page));
		page->owner.kind = OWNER_PCP;
		page->owner.order = (u8)order;
		page->owner.migratetype = (u8)get_pcppage_migratetype(page);
		list_add_tail(&page->pcp_list, &pcp->lists[list->order]);
		pcp->count += 1 << order;
	}
	return true;
}

/* ---- Zones ---- */

static void empty_zone(struct zone *zone)
{
	unsigned int order, t;
	int cpu, i;

	for (order = 0; order < MAX_ORDER; order++) {
		for (t = 0; t < MIGRATE_TYPES; t++)
			INIT_LIST_HEAD(&zone->free_area[order].free_list[t]);
		zone->free_area[order].nr_free = 0;
	}
	for_each_online_cpu(cpu) {
		for (i = 0; i < NR_PCP_LISTS; i++)
			INIT_LIST_HEAD(&zone->per_cpu_pageset[cpu].lists[i]);
		zone->per_cpu_pageset[cpu].count = 0;
	}
}

static void load_limits(const struct snapshot_zone *s, struct zone *zone)
{
	u32 i;

	for (i = 0; i < 3; i++)
		zone->_watermark[i] = s->wmark[i];
	zone->_watermark[WMARK_PROMO] = 2 * s->wmark[WMARK_HIGH] - s->wmark[WMARK_LOW];
	zone->watermark_boost = s->boost;
	zone->nr_reserved_highatomic = s->highatomic;
	zone->flags = s->flags;
	for (i = 0; i < MAX_NR_ZONES; i++)
		zone->lowmem_reserve[i] = (long)s->lowmem_reserve[i];
	zone->initialized = true;
	zone->zone_start_pfn = s->start_pfn;
	zone->spanned_pages = s->spanned;
	zone->present_pages = s->present;
	zone->managed_pages = s->managed;
}

static void load_counters(const struct snapshot_zone *s, struct zone *zone)
{
	u32 cpu;

	this_machine->vm_zone_stat[NR_FREE_PAGES] +=
		(long)s->free_pages - zone->vm_stat[NR_FREE_PAGES];
	zone->vm_stat[NR_FREE_PAGES] = (long)s->free_pages;
	for (cpu = 0; cpu < s->nr_cpus; cpu++) {
		struct per_cpu_pages *pcp = &zone->per_cpu_pageset[cpu];
		struct per_cpu_zonestat *stat = &zone->per_cpu_zonestats[cpu];

		pcp->high = (int)s->cpus[cpu].high;
		pcp->batch = (int)s->cpus[cpu].batch;
		pcp->free_factor = (short)s->cpus[cpu].free_factor;
		stat->vm_stat_diff[NR_FREE_PAGES] = (s8)s->cpus[cpu].diff;
		stat->stat_threshold = (s8)s->cpus[cpu].threshold;
		zone->pageset_high = pcp->high;
		zone->pageset_batch = pcp->batch;
	}
}

static bool load_zone(const struct snapshot_zone *s)
{
	struct zone *zone = &NODE_DATA(s->nid)->node_zones[s->idx];
	u32 i;

	empty_zone(zone);
	load_limits(s, zone);
	load_pages(s, zone);
	load_counters(s, zone);
	for (i = 0; i < s->nr_free_lists; i++)
		if (!load_free_list(zone, &s->free_lists[i]))
			return false;
	for (i = 0; i < s->nr_pcp_lists; i++)
		if (!load_pcp_list(zone, &s->pcp_lists[i]))
			return false;
	load_holes(s, zone);
	return true;
}

/* A zone that the recorded kernel does not have: its memory belongs to another one. */
static void empty_other_zones(const struct machine_snapshot *snapshot)
{
	struct zone *zone;
	int cpu;
	u32 i;

	for_each_zone(zone) {
		for (i = 0; i < snapshot->nr_zones; i++)
			if (snapshot->zones[i].nid == (u32)zone_to_nid(zone) &&
			    snapshot->zones[i].idx == zone_idx(zone))
				break;
		if (i < snapshot->nr_zones || !populated_zone(zone))
			continue;
		empty_zone(zone);
		zone->spanned_pages = 0;
		zone->present_pages = 0;
		zone->managed_pages = 0;
		this_machine->vm_zone_stat[NR_FREE_PAGES] -= zone->vm_stat[NR_FREE_PAGES];
		zone->vm_stat[NR_FREE_PAGES] = 0;
		for (i = 0; i < 3; i++)
			zone->_watermark[i] = 0;
		for_each_online_cpu(cpu)
			zone->per_cpu_zonestats[cpu].vm_stat_diff[NR_FREE_PAGES] = 0;
	}
}

/* What follows from the zones: min_free_kbytes was shared out among their watermarks. */
static void load_sums(void)
{
	unsigned long min_pages = 0;
	pg_data_t *pgdat;
	struct zone *zone;

	this_machine->totalram_pages = 0;
	for_each_online_pgdat(pgdat)
		pgdat->node_present_pages = 0;
	for_each_zone(zone) {
		zone->zone_pgdat->node_present_pages += zone->present_pages;
		this_machine->totalram_pages += zone->managed_pages;
		min_pages += zone->_watermark[WMARK_MIN];
	}
	this_machine->min_free_kbytes = (int)(min_pages << (PAGE_SHIFT - 10));
	calculate_totalreserve_pages();
	build_all_zonelists();
}

/* Lists are head first, so pages are put on them from the end. */
static int load_lru(const struct machine_snapshot *snapshot)
{
	struct lruvec *lruvec = &NODE_DATA(0)->__lruvec;
	u32 i, k;

	for (i = 0; i < snapshot->nr_lru; i++)
		for (k = snapshot->lru[i].nr; k > 0; k--)
			if (!replay_load_lru_page(snapshot->lru[i].pfns[k - 1],
						  snapshot->lru[i].lru,
						  snapshot->lru[i].flags[k - 1]))
				return -EINVAL;
	lruvec->anon_cost = snapshot->anon_cost;
	lruvec->file_cost = snapshot->file_cost;
	lruvec->nonresident_age = (long)snapshot->nonresident_age;
	return 0;
}

int load_snapshot(const struct machine_snapshot *snapshot)
{
	u32 i;

	for (i = 0; i < snapshot->nr_zones; i++)
		if (!valid_zone(&snapshot->zones[i]))
			return -EINVAL;
	empty_other_zones(snapshot);
	for (i = 0; i < snapshot->nr_zones; i++)
		if (!load_zone(&snapshot->zones[i]))
			return -EINVAL;
	load_sums();
	return load_lru(snapshot);
}
