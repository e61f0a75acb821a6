// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Operations for recordings of a real kernel (replay.h): what a kernel is known
 * to have done, done again by the functions below get_page_from_freelist().
 *
 * A recording is not trusted. Each operation first looks whether the machine
 * is in a state in which it can be carried out, and refuses if not; a page is
 * never freed twice, nor a block taken that is not there.
 *
 * No counterpart in Linux.
 */
#include "replay.h"
#include "gup.h"
#include "internal.h"
#include "vmscan.h"
#include "vmstat.h"

/* ---- Frames ---- */

/* Is the frame part of a block whose head is marked so? */
static struct page *head_of(u64 pfn, enum page_owner_kind kind)
{
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++) {
		struct page *head = pfn_to_page(pfn & ~((1UL << order) - 1));

		if (head->owner.kind == kind && head->owner.order >= order)
			return head;
	}
	return NULL;
}

static bool frame_in_use(u64 pfn)
{
	return pfn_to_page(pfn)->owner.kind == OWNER_UNKNOWN || head_of(pfn, OWNER_ALLOCATED);
}

/* A block that lies in one zone and is aligned; else NULL. */
static struct zone *zone_of_block(u64 pfn, unsigned int order)
{
	struct zone *zone;

	if (order >= MAX_ORDER || pfn & ((1UL << order) - 1))
		return NULL;
	for_each_populated_zone(zone)
		if (zone_spans_pfn(zone, pfn) && zone_spans_pfn(zone, pfn + (1UL << order) - 1))
			return zone;
	return NULL;
}

/*
 * Where a recorded machine has its small holes is guessed when its snapshot is loaded. A frame
 * that is freed was none.
 */
static void fill_hole(struct zone *zone, u64 pfn)
{
	struct page *page = pfn_to_page(pfn);

	if (page->page_type)
		return;
	__init_single_page(page, zone_idx(zone), zone_to_nid(zone));
	page->owner.kind = OWNER_UNKNOWN;
	memblock_add_node(pfn << PAGE_SHIFT, PAGE_SIZE, (u32)zone_to_nid(zone));
}

static struct zone *zone_by_index(u64 idx)
{
	struct zone *zone;

	if (idx > ZONE_NORMAL)
		return NULL;
	zone = &NODE_DATA(0)->node_zones[idx];
	return populated_zone(zone) ? zone : NULL;
}

/* From now on the frame is in use, by whom we do not know. */
static void make_unknown(struct page *page)
{
	replay_forget_page(page);
	page->flags &= ~PAGEFLAGS_MASK;
	page->compound_head = 0;
	page->mapping = NULL;
	page->private = 0;
	page_mapcount_reset(page);
	set_page_count(page, 1);
	page->owner = (struct page_owner){ .kind = OWNER_UNKNOWN };
}

/* Blocks are freed in other pieces than they were taken in: forget how they were taken. */
static void make_single(u64 pfn)
{
	struct page *head = head_of(pfn, OWNER_ALLOCATED);
	unsigned long i, nr;

	if (!head)
		return;
	nr = 1UL << head->owner.order;
	for (i = 0; i < nr; i++)
		make_unknown(head + i);
}

/* All frames of a block in use? Then they become single ones. */
static bool take_apart(struct zone *zone, u64 pfn, unsigned int order)
{
	unsigned long i;

	for (i = 0; i < 1UL << order; i++)
		fill_hole(zone, pfn + i);
	for (i = 0; i < 1UL << order; i++)
		if (!frame_in_use(pfn + i))
			return false;
	for (i = 0; i < 1UL << order; i++)
		make_single(pfn + i);
	return true;
}

/* ---- Allocating ---- */

/* Would rmqueue() find anything in this zone? */
static bool zone_can_supply(struct zone *zone, unsigned int order, int migratetype,
			    unsigned int alloc_flags)
{
	unsigned int fallback_order = order, i;
	int mt;

	if (pcp_allowed_order(order) &&
	    !list_empty(&this_cpu_pageset(zone)->lists[order_to_pindex(migratetype, order)]))
		return true;
	if (order < pageblock_order && alloc_flags & ALLOC_NOFRAGMENT)
		fallback_order = pageblock_order;
	for (i = order; i < MAX_ORDER; i++) {
		if (!free_area_empty(&zone->free_area[i], migratetype))
			return true;
		if (alloc_flags & (ALLOC_HIGHATOMIC | ALLOC_OOM | ALLOC_NON_BLOCK) &&
		    !free_area_empty(&zone->free_area[i], MIGRATE_HIGHATOMIC))
			return true;
		for (mt = 0; i >= fallback_order && mt < MIGRATE_PCPTYPES; mt++)
			if (!free_area_empty(&zone->free_area[i], mt))
				return true;
	}
	return false;
}

/*
 * The zone that get_page_from_freelist() would serve the request from, and in which mood: @flags
 * loses ALLOC_NOFRAGMENT if that pass found nothing. Trying a zone in vain leaves its trace, as
 * it does there.
 */
static struct zone *choose_zone(const struct mm_op *op, int migratetype, unsigned int *flags)
{
	struct alloc_context ac = { .highest_zoneidx = gfp_zone(op->gfp) };
	struct zonelist *zonelist = node_zonelist(0, op->gfp);
	struct zoneref *z;
	struct zone *zone;

	for (;;) {
		for_each_zone_zonelist_nodemask(zone, z, zonelist, ac.highest_zoneidx, NULL) {
			if (!zone_has_enough(zone, op->order, *flags, op->gfp, &ac))
				continue;
			if (zone_can_supply(zone, op->order, migratetype, *flags))
				return zone;
			if (pcp_allowed_order(op->order))
				this_cpu_pageset(zone)->free_factor >>= 1;
		}
		if (!(*flags & ALLOC_NOFRAGMENT))
			return NULL;
		*flags &= ~ALLOC_NOFRAGMENT;
	}
}

/*
 * Counters also change without an event: vmstat folds them now and then, kswapd takes boosts
 * back. What was recorded after the allocation is right.
 */
static void set_counters(struct zone *zone, const struct mm_op *op)
{
	struct per_cpu_zonestat *stat = &zone->per_cpu_zonestats[smp_processor_id()];
	s32 diff = (s32)(u32)op->arg[2];

	if (!(op->arg[3] & MM_REPLAY_SYNC))
		return;
	zone_page_state_add((long)min(op->arg[1], (u64)zone->present_pages) -
				    zone->vm_stat[NR_FREE_PAGES],
			    zone, NR_FREE_PAGES);
	stat->vm_stat_diff[NR_FREE_PAGES] = (s8)clamp(diff, -127, 127);
	zone->watermark_boost = (u32)(op->arg[2] >> 32);
	this_cpu_pageset(zone)->free_factor = (short)min(op->arg[3] & 0xffff, (u64)5);
}

static s64 replay_alloc(const struct mm_op *op, struct zone *zone, int migratetype)
{
	unsigned int alloc_flags = (u32)op->arg[0];
	struct zone *chosen = choose_zone(op, migratetype, &alloc_flags);
	struct page *page;
	s64 pfn;

	if (!zone) {
		if (chosen)
			return -EAGAIN;
		trace(TRACE_mm_page_alloc, ~0UL, trace_pack(op->order, (u32)migratetype), op->gfp,
		      alloc_flags);
		return -ENOMEM;
	}

	page = rmqueue(zone, zone, op->order, alloc_flags, migratetype);
	if (!page)
		return -ENOMEM;
	prep_new_page(page, op->order, op->gfp, alloc_flags);
	if (alloc_flags & ALLOC_HIGHATOMIC)
		reserve_highatomic_pageblock(page, zone);
	pfn = (s64)page_to_pfn(page);
	trace(TRACE_mm_page_alloc, (u64)pfn, trace_pack(op->order, (u32)migratetype), op->gfp,
	      alloc_flags);
	set_counters(zone, op);
	return pfn;
}

s64 op_replay_alloc(const struct mm_op *op)
{
	u32 nr = op->arg[0] >> 32 & 0xff;
	int migratetype = op->arg[0] >> 40 & 0xff;
	struct zone *zone = nr ? zone_by_index(nr - 1) : NULL;

	if (op->order >= MAX_ORDER || migratetype >= MIGRATE_PCPTYPES || (nr && !zone))
		return -EINVAL;
	return replay_alloc(op, zone, migratetype);
}

s64 op_replay_bulk(const struct mm_op *op)
{
	struct zone *zone = zone_by_index(op->arg[0]);
	int migratetype = gfp_migratetype(op->gfp);
	s64 nr;

	if (!zone || migratetype >= MIGRATE_PCPTYPES)
		return -EINVAL;
	for (nr = 0; nr < op->nr; nr++) {
		struct page *page = __rmqueue_pcplist(zone, 0, migratetype, ALLOC_WMARK_LOW,
						      this_cpu_pageset(zone));

		if (!page)
			break;
		prep_new_page(page, 0, op->gfp, 0);
		trace(TRACE_alloc_pages_bulk_page, page_to_pfn(page), trace_pack((u32)nr, op->nr),
		      0, 0);
	}
	return nr;
}

/* ---- Freeing ---- */

static void to_buddy_lists(struct zone *zone, struct page *page, unsigned int order, int migratetype)
{
	trace(TRACE_free_pages_ok, page_to_pfn(page), trace_pack(order, (u32)migratetype), 0, 0);
	__free_one_page(page, page_to_pfn(page), zone, order, migratetype, FPI_NONE);
	count_vm_events(PGFREE, 1UL << order);
}

s64 op_replay_free(const struct mm_op *op)
{
	struct zone *zone = zone_of_block(op->arg[0], op->order);
	bool to_buddy = (u32)op->arg[1];
	int migratetype = (int)(op->arg[1] >> 32);
	struct page *page;
	unsigned long i;

	if (!zone || migratetype < 0 || migratetype >= MIGRATE_TYPES ||
	    op->nr > MM_REPLAY_FREED_BY_DIRECT)
		return -EINVAL;
	if (!to_buddy && (!pcp_allowed_order(op->order) || is_migrate_isolate(migratetype)))
		return -EINVAL;
	if (!take_apart(zone, op->arg[0], op->order))
		return -EINVAL;

	if (op->arg[2] & MM_REPLAY_SYNC)
		zone->flags = (u32)op->arg[2];
	page = pfn_to_page(op->arg[0]);
	for (i = 0; i < 1UL << op->order; i++) {
		replay_forget_page(page + i);
		page[i].flags &= ~PAGEFLAGS_MASK;
		page[i].mapping = NULL;
		set_page_count(page + i, 0);
		page[i].owner = (struct page_owner){ .kind = OWNER_NONE };
	}
	if (!free_pages_prepare(page, op->order))
		return -EINVAL;
	/* Such pages belong to caches of the kernel's objects: a shrinker has freed them. */
	if (op->nr != MM_REPLAY_FREED_BY_OTHERS && migratetype == MIGRATE_RECLAIMABLE)
		reclaimer_of(op->nr == MM_REPLAY_FREED_BY_KSWAPD ? RECLAIMER_KSWAPD :
								   RECLAIMER_DIRECT)
			->reclaimed_slab += 1UL << op->order;

	if (to_buddy) {
		to_buddy_lists(zone, page, op->order, migratetype);
		return 0;
	}
	set_pcppage_migratetype(page, migratetype);
	free_unref_page_commit(zone, this_cpu_pageset(zone), page, pcp_migratetype(migratetype),
			       op->order);
	return 0;
}

s64 op_replay_spill(const struct mm_op *op)
{
	struct zone *zone = zone_by_index(op->arg[0]);

	if (!zone || op->arg[1] >= NR_PCP_LISTS || op->nr > (u32)zone->present_pages)
		return -EINVAL;
	free_pcppages_bulk(zone, (int)op->nr, this_cpu_pageset(zone), (unsigned int)op->arg[1]);
	return 0;
}

/* ---- Compaction, and what others know of pages ---- */

/* As __isolate_free_page(); pageblocks it changes are told by replay_block_type. */
s64 op_replay_isolate(const struct mm_op *op)
{
	struct zone *zone = zone_of_block(op->arg[0], op->order);
	struct page *page;
	unsigned long i;
	int mt;

	if (!zone)
		return -EINVAL;
	page = pfn_to_page(op->arg[0]);
	if (!PageBuddy(page) || buddy_order(page) != op->order)
		return -ENOENT;
	mt = get_pageblock_migratetype(page);
	del_page_from_free_list(page, zone, op->order);
	if (!is_migrate_isolate(mt))
		__mod_zone_page_state(zone, NR_FREE_PAGES, -(1L << op->order));
	for (i = 0; i < 1UL << op->order; i++)
		make_unknown(page + i);
	return 0;
}

/* A pageblock that leaves the reserve takes its free pages along: unreserve_highatomic_pageblock(). */
s64 op_replay_block_type(const struct mm_op *op)
{
	struct zone *zone = zone_of_block(op->arg[0], 0);
	int migratetype = (int)op->arg[1];
	struct page *page;
	bool unreserve;

	if (!zone || op->arg[1] >= MIGRATE_TYPES)
		return -EINVAL;
	page = pfn_to_page(op->arg[0]);
	unreserve = is_migrate_highatomic(get_pageblock_migratetype(page)) &&
		    migratetype < MIGRATE_PCPTYPES;
	if (unreserve)
		zone->nr_reserved_highatomic -= min(pageblock_nr_pages, zone->nr_reserved_highatomic);
	set_pageblock_migratetype(page, migratetype);
	if (unreserve)
		move_freepages_block(zone, page, migratetype);
	return 0;
}

/* The allocator asks how many pages of a block are movable, never which: any will do. */
s64 op_replay_movable(const struct mm_op *op)
{
	struct zone *zone = zone_of_block(op->arg[0], 0);
	u64 pfn, start, end;
	u32 left = op->nr;

	if (!zone)
		return -EINVAL;
	start = max(pageblock_start_pfn(op->arg[0]), (u64)zone->zone_start_pfn);
	pfn = start;
	end = min(pageblock_end_pfn(op->arg[0]), (u64)zone_end_pfn(zone));
	for (; pfn < end; pfn++) {
		struct page *page = pfn_to_page(pfn);

		if (!PageLRU(page) && __PageMovable(page))
			page->mapping = NULL;
		else if (PageLRU(page) && left)
			left--;
	}
	for (pfn = start; pfn < end && left; pfn++) {
		if (!frame_in_use(pfn) || pfn_to_page(pfn)->mapping || PageLRU(pfn_to_page(pfn)))
			continue;
		pfn_to_page(pfn)->mapping = (void *)PAGE_MAPPING_MOVABLE;
		left--;
	}
	return 0;
}

/* A frame that another slot holds already is not given twice. */
s64 op_replay_adopt(const struct mm_op *op)
{
	struct zone *zone = zone_of_block(op->arg[0], op->order);
	struct page *page;
	unsigned long i;

	if (op->slot >= this_machine->config.nr_slots)
		return -ERANGE;
	if (!zone)
		return -EINVAL;
	page = pfn_to_page(op->arg[0]);
	for (i = 0; i < 1UL << op->order; i++)
		if (head_of(op->arg[0] + i, OWNER_ALLOCATED))
			return -EBUSY;
	if (!take_apart(zone, op->arg[0], op->order))
		return -EINVAL;

	for (i = 0; i < 1UL << op->order; i++) {
		page[i].flags &= ~PAGEFLAGS_MASK;
		set_page_count(page + i, i == 0);
		page[i].owner = (struct page_owner){ .kind = OWNER_NONE };
	}
	page->owner = (struct page_owner){
		.kind = OWNER_ALLOCATED,
		.order = (u8)op->order,
		.slot = op->slot + 1,
	};
	this_machine->slots[op->slot] = (struct mm_slot){
		.value = op->arg[0],
		.state = SLOT_LIVE,
		.order = (u8)op->order,
		.op = (u32)this_machine->op_index,
	};
	return 0;
}

/*
 * After an allocation that got another page than the recorded one: if that lies on a per-CPU list,
 * the two change places, so that what follows can still be compared.
 */
s64 op_replay_exchange(const struct mm_op *op)
{
	struct zone *zone = zone_of_block(op->arg[0], op->order);
	struct page *used, *listed;
	struct page_owner owner;
	unsigned long i;

	if (!zone || zone_of_block(op->arg[1], op->order) != zone)
		return -EINVAL;
	used = pfn_to_page(op->arg[0]);
	listed = pfn_to_page(op->arg[1]);
	if (listed->owner.kind != OWNER_PCP || listed->owner.order != op->order ||
	    !take_apart(zone, op->arg[0], op->order))
		return -EINVAL;

	owner = listed->owner;
	for (i = 0; i < 1UL << op->order; i++) {
		replay_forget_page(used + i);
		used[i].flags &= ~PAGEFLAGS_MASK;
		used[i].mapping = NULL;
		set_page_count(used + i, 0);
		used[i].owner = (struct page_owner){ .kind = OWNER_NONE };
	}
	list_add(&used->pcp_list, &listed->pcp_list);
	list_del(&listed->pcp_list);
	used->owner = owner;
	set_pcppage_migratetype(used, get_pcppage_migratetype(listed));
	for (i = 0; i < 1UL << op->order; i++)
		make_unknown(listed + i);
	return 0;
}

/* Whoever made the recording read the memory of the program that was recorded. */
s64 op_replay_peek(const struct mm_op *op)
{
	unsigned long start = op->arg[0] & PAGE_MASK, end;

	if (!current || !current->mm)
		return -ESRCH;
	if (op->arg[0] >= TASK_SIZE || op->arg[1] > TASK_SIZE - op->arg[0])
		return -EFAULT;
	end = ALIGN(op->arg[0] + op->arg[1], PAGE_SIZE);
	return get_user_pages_remote(current->mm, start, (end - start) >> PAGE_SHIFT, FOLL_FORCE, NULL);
}
