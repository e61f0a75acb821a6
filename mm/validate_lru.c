// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The part of mm_validate() that is about LRU lists and swap: every page with PG_lru
 * is on the list that its flags say, every list is as long as the counters say,
 * no page is on a list and in reclaim's hands, every slot of swap is accounted for.
 */
#include "mm.h"
#include "swap.h"
#include "validate.h"

/* A counter of a node, of a zone, with what the CPUs have not folded in. */
static s64 node_counter(const struct machine *m, const struct pglist_data *pgdat, u32 item)
{
	s64 sum = pgdat->vm_stat[item];

	for (u32 cpu = 0; cpu < reader_nr_cpus(m); cpu++)
		sum += pgdat->per_cpu_nodestats[cpu].vm_node_stat_diff[item];
	return sum;
}

static s64 zone_counter(const struct machine *m, const struct zone *zone, u32 item)
{
	s64 sum = zone->vm_stat[item];

	for (u32 cpu = 0; cpu < reader_nr_cpus(m); cpu++)
		sum += zone->per_cpu_zonestats[cpu].vm_stat_diff[item];
	return sum;
}

/* The list a page belongs on by its flags. */
static u32 list_of(const struct page *page)
{
	if (PageUnevictable(page))
		return LRU_UNEVICTABLE;
	return (PageSwapBacked(page) ? LRU_BASE : LRU_FILE) + (PageActive(page) ? LRU_ACTIVE : 0);
}

struct lru_sums {
	s64 listed[NR_LRU_LISTS];		/* pages of lists, by frames with PG_lru */
	s64 zone[MAX_NR_ZONES][NR_LRU_LISTS];
	s64 heads[NR_LRU_LISTS];
};

static void sum_frames(struct validation *v, u32 nid, struct lru_sums *sums)
{
	for (u64 pfn = 0; pfn < v->m->max_pfn; pfn++) {
		const struct page *page = reader_page(v->m, pfn);
		u32 lru = list_of(page);
		s64 nr = PageHead(page) ? page[1].compound_nr : 1;

		/* What was lost to a bug is on no list, whatever it says. */
		if (!PageLRU(page) || (u32)page_to_nid(page) != nid ||
		    page->owner.kind == OWNER_LEAKED)
			continue;
		if (page_ref_count(page) <= 0)
			complain(v, page_object(pfn), "Page %#lx is on an LRU list but has no users.", pfn);
		sums->listed[lru] += nr;
		sums->heads[lru]++;
		sums->zone[page_zonenum(page)][lru] += nr;
	}
}

static void check_lru_list(struct validation *v, u32 nid, u32 lru, const struct lru_sums *sums)
{
	const struct list_head *head = &v->m->node_data[nid].__lruvec.lists[lru];
	mm_object_t object = mm_object(MM_OBJECT_NODE, nid);
	u64 before = (u64)head, pfn;
	struct list_walk walk;
	s64 nr = 0;

	list_walk_start(&walk, v->m, head);
	while ((pfn = list_walk_next(&walk)) != NO_PFN) {
		const struct page *page = reader_page(v->m, pfn);

		if (!check_links(v, &walk, &before, pfn, object))
			return;
		if (!PageLRU(page) || list_of(page) != lru || (u32)page_to_nid(page) != nid)
			complain(v, page_object(pfn), "Page %#lx is on LRU list %s but does not say so.",
				 pfn, view_lru_name(lru));
		nr++;
	}
	if (walk.broken)
		complain(v, object, "LRU list %s does not come back to its head after %ld pages.",
			 view_lru_name(lru), nr);
	else if (nr != sums->heads[lru])
		complain(v, object, "LRU list %s has %ld pages, but %ld say they are on it.",
			 view_lru_name(lru), nr, sums->heads[lru]);
}

static void check_lru_counters(struct validation *v, u32 nid, const struct lru_sums *sums)
{
	const struct pglist_data *pgdat = &v->m->node_data[nid];

	for (u32 lru = 0; lru < NR_LRU_LISTS; lru++) {
		s64 counted = node_counter(v->m, pgdat, NR_LRU_BASE + lru);

		if (counted != sums->listed[lru])
			complain(v, mm_object(MM_OBJECT_NODE, nid),
				 "Node %u counts %ld pages as %s; there are %ld.", nid, counted,
				 view_lru_name(lru), sums->listed[lru]);
		for (u32 idx = 0; idx < MAX_NR_ZONES; idx++) {
			counted = zone_counter(v->m, &pgdat->node_zones[idx], NR_ZONE_LRU_BASE + lru);
			if (counted != sums->zone[idx][lru])
				complain(v, mm_object(MM_OBJECT_ZONE, zone_ref(nid, idx)),
					 "Zone %s counts %ld pages as %s; there are %ld.",
					 view_zone_name(idx), counted, view_lru_name(lru),
					 sums->zone[idx][lru]);
		}
	}
}

/* ---- Swap ---- */

/* What slots of all devices say, and what devices in use have to give. */
struct swap_sums {
	s64 entries, pages, free;
};

/* One slot: returns how many page-table entries refer to it. */
static s64 check_slot_of_swap(struct validation *v, const struct swap_info_struct *si, u64 slot)
{
	const u32 *map = (const u32 *)reader_address(v->m, si->swap_map);
	void *const *cache = (void *const *)reader_address(v->m, si->swap_cache);
	const void *cached = cache[slot];
	u64 pfn = !cached || xa_is_value(cached) ? NO_PFN : reader_page_pfn(v->m, cached);
	bool has_cache = map[slot] & SWAP_HAS_CACHE;

	if (has_cache != (pfn != NO_PFN))
		complain(v, mm_swap_object(si->type, slot),
			 "Slot %lu of swap: swap_map and the swap cache disagree whether a page has it.", slot);
	if (pfn != NO_PFN && (!PageSwapCache(reader_page(v->m, pfn)) ||
			      reader_page(v->m, pfn)->private != swp_entry(si->type, slot).val))
		complain(v, page_object(pfn), "Page %#lx has slot %lu of swap but does not say so.", pfn, slot);
	if (!map[slot] && (slot < si->lowest_bit || slot > si->highest_bit))
		complain(v, mm_swap_object(si->type, slot),
			 "Slot %lu of swap is free, but not between %lu and %lu, where free ones are looked for.",
			 slot, si->lowest_bit, si->highest_bit);
	return map[slot] & SWAP_COUNT;
}

/* The device whose link lies at an address, in the list of a node; NULL: there is none. */
static const struct swap_info_struct *device_at(const struct machine *m, u32 nid, u64 link)
{
	const struct swap_info_struct *si;

	for (u32 i = 0; (si = reader_swap(m, i)) != NULL; i++)
		if ((u64)&si->avail_lists[nid].node_list == link)
			return si;
	return NULL;
}

/* The list that a node takes swap from holds the devices with free slots, in the order of their priorities. */
static void check_avail_list(struct validation *v, u32 nid)
{
	const struct list_head *head = &v->m->swap_avail_heads[nid];
	u64 link = reader_address(v->m, head->next);
	const struct swap_info_struct *si, *before = NULL;
	u32 listed = 0, wanted = 0;

	for (u32 i = 0; (si = reader_swap(v->m, i)) != NULL; i++)
		wanted += si->flags & SWP_WRITEOK && si->inuse_pages < si->pages;
	for (; link != (u64)head && listed <= MAX_SWAPFILES; listed++) {
		si = device_at(v->m, nid, link);
		if (!si || !(si->flags & SWP_WRITEOK) || si->inuse_pages >= si->pages ||
		    (before && before->prio < si->prio)) {
			complain(v, mm_object(MM_OBJECT_NODE, nid),
				 "Node %u would take swap from a device that is full, not in use, or not the next by priority.",
				 nid);
			return;
		}
		before = si;
		link = reader_address(v->m, si->avail_lists[nid].node_list.next);
	}
	if (listed != wanted)
		complain(v, mm_object(MM_OBJECT_NODE, nid),
			 "Node %u takes swap from %u devices; %u have free slots.", nid, listed, wanted);
}

/*
 * The list of the devices in use: all of them, by their priorities; and automatic priorities are those from -2 down to
 * least_priority, each once.
 */
static void check_active_list(struct validation *v)
{
	const struct list_head *head = &v->m->swap_active_head;
	u64 link = reader_address(v->m, head->next);
	const struct swap_info_struct *si, *before = NULL;
	u32 listed = 0, wanted = 0;
	s32 lowest = -1;

	for (u32 i = 0; (si = reader_swap(v->m, i)) != NULL; i++)
		wanted += (si->flags & SWP_WRITEOK) != 0;
	for (; link != (u64)head && listed <= MAX_SWAPFILES; listed++) {
		for (u32 i = 0; (si = reader_swap(v->m, i)) != NULL; i++)
			if ((u64)&si->list.node_list == link)
				break;
		if (!si || !(si->flags & SWP_WRITEOK) || si->list.prio != -si->prio ||
		    (before && before->prio < si->prio)) {
			complain(v, mm_object(MM_OBJECT_MACHINE, 0),
				 "The list of swap devices holds one that is not in use, or not the next by priority.");
			return;
		}
		for (u32 nid = 0; nid < MAX_NUMNODES; nid++)
			if (si->avail_lists[nid].prio != -si->prio)
				complain(v, mm_object(MM_OBJECT_SWAP_DEVICE, si->type),
					 "Swap device %u has the priority %d, but %d in the list of node %u.",
					 si->type, si->prio, -si->avail_lists[nid].prio, nid);
		lowest = min(lowest, si->prio);
		before = si;
		link = reader_address(v->m, si->list.node_list.next);
	}
	if (listed != wanted || lowest < v->m->least_priority)
		complain(v, mm_object(MM_OBJECT_MACHINE, 0),
			 "The list of swap devices holds %u of %u; their lowest priority is %d, the lowest given %d.",
			 listed, wanted, lowest, v->m->least_priority);
}

static void check_swap_device(struct validation *v, const struct swap_info_struct *si,
			      struct swap_sums *sums)
{
	const u32 *map = (const u32 *)reader_address(v->m, si->swap_map);
	s64 in_use = 0;

	for (u64 slot = 1; slot < si->max; slot++) {
		sums->entries += check_slot_of_swap(v, si, slot);
		in_use += map[slot] != 0;
	}
	if (in_use != (s64)si->inuse_pages || (in_use && !(si->flags & SWP_WRITEOK)))
		complain(v, mm_object(MM_OBJECT_SWAP_DEVICE, si->type),
			 "Swap device %u has %ld slots in use, but counts %lu.", si->type, in_use,
			 si->inuse_pages);
	if (si->flags & SWP_WRITEOK) {
		sums->pages += (s64)si->pages;
		sums->free += (s64)si->pages - in_use;
	}
}

static void check_swap(struct validation *v)
{
	const struct swap_info_struct *si;
	struct swap_sums sums = { 0 };
	const struct mm_struct *mm;
	s64 wanted = 0;
	u32 n;

	for (u32 i = 0; (si = reader_swap(v->m, i)) != NULL; i++)
		check_swap_device(v, si, &sums);
	if (v->m->nr_swapfiles)
		check_active_list(v);
	for (u32 nid = 0; v->m->nr_swapfiles && nid < MAX_NUMNODES; nid++)
		check_avail_list(v, nid);
	reader_for_each(mm, n, v->m, &v->m->mms, mm_list)
		wanted += mm->rss_stat[MM_SWAPENTS];
	if (sums.entries != wanted)
		complain(v, mm_object(MM_OBJECT_MACHINE, 0),
			 "Swap counts %ld entries of page tables; address spaces have %ld.", sums.entries, wanted);
	if (v->m->nr_swapfiles &&
	    (sums.pages != v->m->total_swap_pages || sums.free != v->m->nr_swap_pages))
		complain(v, mm_object(MM_OBJECT_MACHINE, 0),
			 "Swap has %ld slots, %ld of them free, but counts %ld and %ld.", sums.pages,
			 sums.free, v->m->total_swap_pages, v->m->nr_swap_pages);
}

void check_lru(struct validation *v)
{
	for (u32 nid = 0; nid < reader_nr_nodes(v->m); nid++) {
		struct lru_sums sums = { 0 };

		sum_frames(v, nid, &sums);
		for (u32 lru = 0; lru < LRU_UNEVICTABLE; lru++)
			check_lru_list(v, nid, lru, &sums);
		check_lru_counters(v, nid, &sums);
	}
	check_swap(v);
}
