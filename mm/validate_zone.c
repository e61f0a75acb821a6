// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mm_validate(), second half: per-CPU lists, counters, watermarks, zonelists
 * and the script's slots. Works on the sums that the pass over all frames
 * left (validate.c).
 */
#include "validate.h"

/* A CPU doubles how much it gives back at most so often (CONFIG_PCP_BATCH_SCALE_MAX). */
#define PCP_BATCH_SCALE_MAX 5

static mm_object_t zone_object(struct validation *v, const struct zone *zone)
{
	return mm_object(MM_OBJECT_ZONE, reader_zone_ref(v->m, zone));
}

static const char *zone_name(struct validation *v, const struct zone *zone)
{
	view_object_name(v->m, zone_object(v, zone), v->name, sizeof(v->name));
	return v->name;
}

/* ---- Per-CPU lists ---- */

/* May a page of this type wait on this list? The reserve's pages wait among the movable ones. */
static bool pcp_type_fits(u32 pindex, u64 mt)
{
	u32 list_mt = view_pindex_migratetype(pindex);

	if (mt >= MIGRATE_TYPES)
		return false;
	if (mt >= MIGRATE_PCPTYPES)
		mt = MIGRATE_MOVABLE;
	return pindex >= NR_LOWORDER_PCP_LISTS ? (mt == MIGRATE_MOVABLE) == (list_mt == MIGRATE_MOVABLE) :
						 mt == list_mt;
}

static void check_pcp_page(struct validation *v, const struct zone *zone, u32 cpu, u32 pindex,
			   u64 pfn)
{
	const struct page *page = reader_page(v->m, pfn);
	const char *name = zone_name(v, zone);

	if (page->owner.kind != OWNER_PCP || PageBuddy(page))
		complain(v, page_object(pfn), "%s: page %#lx is on list %u of CPU %u but is %s.", name, pfn,
			 pindex, cpu, PageBuddy(page) ? "marked as a free block" : "in use");
	if (page->owner.order != view_pindex_order(pindex))
		complain(v, page_object(pfn), "%s: page %#lx, a block of order %u, is on list %u of CPU %u.",
			 name, pfn, page->owner.order, pindex, cpu);
	if (!pcp_type_fits(pindex, page->index))
		complain(v, page_object(pfn), "%s: page %#lx, of migrate type %lu, is on list %u of CPU %u.",
			 name, pfn, page->index, pindex, cpu);
	if (reader_page_zone(v->m, page) != zone)
		complain(v, page_object(pfn), "%s: page %#lx is on a list of CPU %u but of another zone.", name,
			 pfn, cpu);
}

/* Returns the number of blocks on the list. */
static u64 check_pcp_list(struct validation *v, const struct zone *zone, u32 cpu, u32 pindex)
{
	const struct list_head *head = &zone->per_cpu_pageset[cpu].lists[pindex];
	mm_object_t list = mm_zone_object(MM_OBJECT_PCP, reader_zone_ref(v->m, zone), cpu);
	u64 nr = 0, before = (u64)head, pfn;
	struct list_walk walk;

	list_walk_start(&walk, v->m, head);
	while ((pfn = list_walk_next(&walk)) != NO_PFN) {
		if (!check_links(v, &walk, &before, pfn, list))
			return nr;
		check_pcp_page(v, zone, cpu, pindex, pfn);
		nr++;
	}
	if (walk.broken)
		complain(v, list, "%s: list %u of CPU %u does not come back to its head after %lu blocks.",
			 zone_name(v, zone), pindex, cpu, nr);
	else
		check_links(v, &walk, &before, NO_PFN, list);
	return nr;
}

static void check_pcp(struct validation *v, const struct zone *zone, u32 cpu, u64 *blocks)
{
	const struct per_cpu_zonestat *stat = &zone->per_cpu_zonestats[cpu];
	const struct per_cpu_pages *pcp = &zone->per_cpu_pageset[cpu];
	mm_object_t object = mm_zone_object(MM_OBJECT_PCP, reader_zone_ref(v->m, zone), cpu);
	u64 pages = 0;

	for (u32 pindex = 0; pindex < NR_PCP_LISTS; pindex++) {
		u64 nr = check_pcp_list(v, zone, cpu, pindex);

		pages += nr << view_pindex_order(pindex);
		*blocks += nr;
	}
	if (pcp->count < 0 || (u64)pcp->count != pages)
		complain(v, object, "%s: CPU %u counts %d pages but its lists hold %lu.", zone_name(v, zone),
			 cpu, pcp->count, pages);
	if (pcp->batch < 1 || pcp->high < 0)
		complain(v, object, "%s: CPU %u has batch %d and high %d.", zone_name(v, zone), cpu,
			 pcp->batch, pcp->high);
	if (pcp->free_factor < 0 || pcp->free_factor > PCP_BATCH_SCALE_MAX)
		complain(v, object, "%s: CPU %u has free_factor %d, outside 0 to %d.", zone_name(v, zone),
			 cpu, pcp->free_factor, PCP_BATCH_SCALE_MAX);
	for (u32 item = 0; item < NR_VM_ZONE_STAT_ITEMS; item++)
		if (stat->vm_stat_diff[item] > stat->stat_threshold ||
		    stat->vm_stat_diff[item] < -stat->stat_threshold)
			complain(v, object, "%s: CPU %u holds back %d of counter %u; its threshold is %d.",
				 zone_name(v, zone), cpu, stat->vm_stat_diff[item], item,
				 stat->stat_threshold);
}

void check_zone_pcps(struct validation *v, const struct zone *zone)
{
	const struct zone_sums *sums = &v->sums[reader_zone_ref(v->m, zone)];
	u64 blocks = 0;

	for (u32 cpu = 0; cpu < reader_nr_cpus(v->m); cpu++)
		check_pcp(v, zone, cpu, &blocks);
	if (blocks != sums->pcp_blocks)
		complain(v, zone_object(v, zone),
			 "%s: the per-CPU lists hold %lu blocks but %lu pages are marked as such.",
			 zone_name(v, zone), blocks, sums->pcp_blocks);
}

/* ---- Counters of a zone ---- */

/*
 * Is there a pageblock with memory of two nodes? Both reserve it and give it up, and each counts it
 * for itself, as in the kernel: then the counters say nothing.
 */
static bool nodes_share_pageblocks(const struct machine *m)
{
	const struct memblock_type *memory = &m->memblock.memory;

	for (u32 i = 0; i + 1 < min(memory->cnt, (u32)INIT_MEMBLOCK_REGIONS); i++) {
		const struct memblock_region *r = &memory->regions[i];
		u64 last_block = (r->base + r->size - 1) >> PAGE_SHIFT >> pageblock_order;

		if (r[1].nid != r->nid && r[1].base >> PAGE_SHIFT >> pageblock_order == last_block)
			return true;
	}
	return false;
}

static void check_reserve(struct validation *v, const struct zone *zone)
{
	u64 blocks = 0, pfn;

	if (nodes_share_pageblocks(v->m))
		return;
	for (pfn = pageblock_start_pfn(zone->zone_start_pfn); pfn < zone_end_pfn(zone);
	     pfn += pageblock_nr_pages) {
		const struct page *page = reader_page(v->m, max(pfn, zone->zone_start_pfn));

		if (page && reader_page_zone(v->m, page) == zone &&
		    reader_block_type(v->m, pfn) == MIGRATE_HIGHATOMIC)
			blocks++;
	}
	/* The counter may be too high, as in the kernel: a reserved pageblock can be converted unseen. */
	if (zone->nr_reserved_highatomic < blocks * pageblock_nr_pages ||
	    zone->nr_reserved_highatomic % pageblock_nr_pages)
		complain(v, zone_object(v, zone),
			 "%s: nr_reserved_highatomic is %lu but %lu pageblocks are of that type.",
			 zone_name(v, zone), zone->nr_reserved_highatomic, blocks);
}

void check_zone_counters(struct validation *v, const struct zone *zone)
{
	const struct zone_sums *sums = &v->sums[reader_zone_ref(v->m, zone)];
	s64 counted = reader_zone_stat_exact(v->m, zone, NR_FREE_PAGES);
	u64 on_lists = 0;

	for (u32 order = 0; order < MAX_ORDER; order++)
		on_lists += sums->heads[order] << order;
	if (counted != (s64)(on_lists - sums->isolated))
		complain(v, zone_object(v, zone),
			 "%s: NR_FREE_PAGES with all differences is %ld but %lu pages are free.",
			 zone_name(v, zone), counted, on_lists - sums->isolated);
	if (zone->present_pages > zone->spanned_pages)
		complain(v, zone_object(v, zone), "%s: present_pages %lu is more than spanned_pages %lu.",
			 zone_name(v, zone), zone->present_pages, zone->spanned_pages);
	if (zone->present_pages != sums->present)
		complain(v, zone_object(v, zone), "%s: present_pages is %lu but %lu frames belong to it.",
			 zone_name(v, zone), zone->present_pages, sums->present);
	if (zone->managed_pages > zone->present_pages ||
	    zone->managed_pages < sums->free + sums->pcp + sums->allocated ||
	    (!sums->unknown && zone->managed_pages != zone->present_pages - sums->reserved))
		complain(v, zone_object(v, zone),
			 "%s: managed_pages is %lu, with %lu frames present and %lu reserved.",
			 zone_name(v, zone), zone->managed_pages, sums->present, sums->reserved);
	check_reserve(v, zone);
}

void check_zone_watermarks(struct validation *v, const struct zone *zone)
{
	const unsigned long *wmark = zone->_watermark;
	u32 idx = reader_zone_ref(v->m, zone) & 7;

	if (wmark[WMARK_MIN] > wmark[WMARK_LOW] || wmark[WMARK_LOW] > wmark[WMARK_HIGH])
		complain(v, zone_object(v, zone),
			 "%s: the watermarks min %lu, low %lu and high %lu are not in order.",
			 zone_name(v, zone), wmark[WMARK_MIN], wmark[WMARK_LOW], wmark[WMARK_HIGH]);
	for (u32 i = 0; i < MAX_NR_ZONES; i++) {
		long least = i > idx ? zone->lowmem_reserve[i - 1] : 0;

		if (zone->lowmem_reserve[i] < least || (i <= idx && zone->lowmem_reserve[i]))
			complain(v, zone_object(v, zone),
				 "%s: lowmem_reserve[%u] is %ld, after %ld for the zone below.",
				 zone_name(v, zone), i, zone->lowmem_reserve[i], least);
	}
	if (reader_address(v->m, zone->zone_pgdat) !=
	    (u64)&v->m->node_data[reader_zone_ref(v->m, zone) >> 3])
		complain(v, zone_object(v, zone), "%s: zone_pgdat does not lead to the zone's node.",
			 zone_name(v, zone));
	if (zone->idx != idx)
		complain(v, zone_object(v, zone), "%s: the zone says its index is %u.", zone_name(v, zone),
			 zone->idx);
}

/* ---- Sums over the machine ---- */

static void check_machine_counter(struct validation *v, u32 item, s64 sum)
{
	if (v->m->vm_zone_stat[item] != sum)
		complain(v, mm_object(MM_OBJECT_MACHINE, 0),
			 "The zones count %ld of counter %u together, but vm_zone_stat says %ld.", sum, item,
			 v->m->vm_zone_stat[item]);
}

void check_sums(struct validation *v)
{
	s64 stats[NR_VM_ZONE_STAT_ITEMS] = { 0 };
	u64 managed = 0, nid_present;

	for (u32 nid = 0; nid < reader_nr_nodes(v->m); nid++) {
		nid_present = 0;
		for (u32 idx = 0; idx < MAX_NR_ZONES; idx++) {
			const struct zone *zone = reader_zone(v->m, zone_ref(nid, idx));

			managed += zone->managed_pages;
			nid_present += zone->present_pages;
			for (u32 item = 0; item < NR_VM_ZONE_STAT_ITEMS; item++)
				stats[item] += zone->vm_stat[item];
		}
		if (nid_present != v->m->node_data[nid].node_present_pages)
			complain(v, mm_object(MM_OBJECT_NODE, nid),
				 "Node %u: node_present_pages is %lu but its zones have %lu pages.", nid,
				 v->m->node_data[nid].node_present_pages, nid_present);
	}
	if (managed != v->m->totalram_pages)
		complain(v, mm_object(MM_OBJECT_MACHINE, 0),
			 "totalram_pages is %lu but the zones manage %lu pages.", v->m->totalram_pages,
			 managed);
	for (u32 item = 0; item < NR_VM_ZONE_STAT_ITEMS; item++)
		check_machine_counter(v, item, stats[item]);
}

/* ---- Zonelists ---- */

static u32 populated_zones(const struct machine *m, u32 nid)
{
	u32 set = 0;

	for (u32 idx = 0; idx < MAX_NR_ZONES; idx++)
		if (populated_zone(&m->node_data[nid].node_zones[idx]))
			set |= 1U << idx;
	return set;
}

/* The zone_ref() of a zone that a pointer kept in the arena leads to; ~0 if it leads to none. */
static u32 zoneref_target(const struct machine *m, const struct zone *kept)
{
	u64 address = reader_address(m, kept);

	for (u32 ref = 0; ref < zone_ref(reader_nr_nodes(m), 0); ref++)
		if ((u64)reader_zone(m, ref) == address && address)
			return ref;
	return ~0U;
}

/* Each zone once, those of one node together and from the highest down. */
static void check_zonelist(struct validation *v, u32 nid, const struct zonelist *list, bool all_nodes)
{
	mm_object_t object = mm_object(MM_OBJECT_NODE, nid);
	u32 seen[MAX_NUMNODES] = { 0 }, last = ~0U;

	for (u32 i = 0; i < MAX_ZONES_PER_ZONELIST && list->_zonerefs[i].zone; i++) {
		u32 ref = zoneref_target(v->m, list->_zonerefs[i].zone);

		if (ref == ~0U || (u32)list->_zonerefs[i].zone_idx != (ref & 7)) {
			complain(v, object, "Node %u: entry %u of a zonelist leads to no zone.", nid, i);
			return;
		}
		if (seen[ref >> 3] & ((2U << (ref & 7)) - 1) || (seen[ref >> 3] && last >> 3 != ref >> 3))
			complain(v, object, "Node %u: entry %u of a zonelist is out of order.", nid, i);
		if (!i && ref >> 3 != nid && populated_zones(v->m, nid))
			complain(v, object, "Node %u: a zonelist begins with another node's zone.", nid);
		seen[ref >> 3] |= 1U << (ref & 7);
		last = ref;
	}
	for (u32 n = 0; n < reader_nr_nodes(v->m); n++)
		if (seen[n] != (all_nodes || n == nid ? populated_zones(v->m, n) : 0))
			complain(v, object, "Node %u: a zonelist has not the zones of node %u it should have.",
				 nid, n);
}

void check_zonelists(struct validation *v)
{
	for (u32 nid = 0; nid < reader_nr_nodes(v->m); nid++) {
		const struct pglist_data *node = &v->m->node_data[nid];

		check_zonelist(v, nid, &node->node_zonelists[ZONELIST_FALLBACK], true);
		check_zonelist(v, nid, &node->node_zonelists[ZONELIST_NOFALLBACK], false);
	}
}

/* ---- Slots ---- */

void check_slots(struct validation *v)
{
	for (u32 i = 0; i < v->m->config.nr_slots; i++) {
		mm_object_t object = mm_object(MM_OBJECT_SLOT, i);
		const struct page *page;
		struct mm_slot slot;

		view_slot(v->m, i, &slot);
		if (slot.state > SLOT_FREED)
			complain(v, object, "Slot %u has state %u, which does not exist.", i, slot.state);
		if (slot.state != SLOT_LIVE || slot.kind != SLOT_PAGES)
			continue;
		page = reader_page(v->m, slot.value);
		if (!page || page->owner.kind != OWNER_ALLOCATED)
			complain(v, object, "Slot %u holds page %#lx, which is not allocated.", i, slot.value);
		else if (page->owner.order != slot.order)
			complain(v, object, "Slot %u holds page %#lx with order %u, but its block has order %u.",
				 i, slot.value, slot.order, page->owner.order);
		else if (page->owner.slot != i + 1)
			complain(v, object, "Slot %u holds page %#lx, which is noted for slot %d.", i,
				 slot.value, (s32)page->owner.slot - 1);
	}
}
