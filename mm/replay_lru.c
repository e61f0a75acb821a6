// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Operations for recordings of reclaim (replay.h): the parts of vmscan.c, kswapd.c and
 * direct_reclaim.c carried out one by one, as a recorded kernel came to them.
 *
 * What reclaim decides, the functions used by every machine decide here, too. What it
 * would have to ask (which page table entries were used, who else holds a page,
 * how much is free at this moment) the recording answers. After each part the
 * machine is brought to what was recorded, so that one wrong decision does not
 * make all that follow it wrong.
 *
 * A page whose fate is decided but that has not been put back or freed yet lies on
 * the reclaimer's list `skipped`, which is empty between batches otherwise.
 *
 * No counterpart in Linux.
 */
#include "mm.h"
#include "mm_inline.h"
#include "replay.h"
#include "swap.h"
#include "vmscan.h"

/* page->owner.pad of a page that lies on one of the reclaimer's lists. */
#define HELD_BY_RECLAIM 1

/* ---- Pages ---- */

/* The page flags of a recording's bits, in their order; those with 0 are told apart otherwise. */
static const u8 recorded_flags[] = {
	PG_referenced,
	PG_active,
	PG_dirty,
	PG_writeback,
	PG_swapbacked,
	PG_swapcache,
	PG_mlocked,
	PG_unevictable,
	PG_workingset,
	PG_reclaim,
	0,
	0,
	0,
	PG_private,
	0,
	PG_uptodate,
};

#define RECORDED_ANON 1u << 11

/* Sets a page's flags to those recorded, but those in @keep. */
static void set_recorded_flags(struct page *page, u64 flags, unsigned long keep)
{
	unsigned long mask = 0, value = 0;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(recorded_flags); i++) {
		unsigned long bit = 1UL << recorded_flags[i];

		if (!recorded_flags[i] || bit & keep)
			continue;
		mask |= bit;
		if (flags >> i & 1)
			value |= bit;
	}
	page->flags = (page->flags & ~mask) | value;
	page->mapping = flags & (RECORDED_ANON) ? (void *)PAGE_MAPPING_ANON : NULL;
}

/* Those that say on which list a page is. */
#define LIST_FLAGS (1UL << PG_active | 1UL << PG_swapbacked | 1UL << PG_unevictable)

/* The struct page of a frame in use; NULL if there is none. */
static struct page *page_in_use(u64 pfn)
{
	struct page *page;

	if (pfn >= this_machine->max_pfn)
		return NULL;
	page = pfn_to_page(pfn);
	if (!page->page_type || page_ref_count(page) <= 0)
		return NULL;
	return page;
}

/* Whatever list of reclaim's it is on: it is on none any more. */
void replay_forget_page(struct page *page)
{
	if (PageLRU(page)) {
		lruvec_del_folio(folio_lruvec(page), page);
		__folio_clear_lru_flags(page);
	} else if (page->owner.pad == HELD_BY_RECLAIM) {
		list_del(&page->lru);
		page->owner.pad = 0;
	}
}

static void add_to_lru(struct page *page, u64 lru)
{
	replay_forget_page(page);
	page->flags &= ~LIST_FLAGS;
	if (lru == LRU_UNEVICTABLE)
		SetPageUnevictable(page);
	else if (!is_file_lru((enum lru_list)lru))
		SetPageSwapBacked(page);
	if (lru < LRU_UNEVICTABLE && is_active_lru((enum lru_list)lru))
		SetPageActive(page);
	lruvec_add_folio(folio_lruvec(page), page);
	SetPageLRU(page);
}

bool replay_load_lru_page(u64 pfn, u32 lru, u64 flags)
{
	struct page *page = page_in_use(pfn);

	if (!page || PageLRU(page) || lru >= NR_LRU_LISTS)
		return false;
	set_recorded_flags(page, flags, 0);
	add_to_lru(page, lru);
	return true;
}

/* A page comes to a list; if it was evicted before, the core says whether it thinks it active. */
s64 op_replay_lru_insert(const struct mm_op *op)
{
	struct page *page = page_in_use(op->arg[0]);

	if (!page || op->arg[1] >= NR_LRU_LISTS)
		return -EINVAL;
	set_recorded_flags(page, op->arg[2], 0);
	add_to_lru(page, op->arg[1]);
	return 0;
}

s64 op_replay_lru_move(const struct mm_op *op)
{
	static void (*const moves[])(struct lruvec * lruvec, struct page * page) = {
		[REPLAY_LRU_ROTATE] = lru_move_tail_fn,
		[REPLAY_LRU_DEACTIVATE_FILE] = lru_deactivate_file_fn,
		[REPLAY_LRU_DEACTIVATE] = lru_deactivate_fn,
		[REPLAY_LRU_LAZYFREE] = lru_lazyfree_fn,
		[REPLAY_LRU_ACTIVATE] = folio_activate_fn,
	};
	struct page *page = page_in_use(op->arg[0]);

	if (!page || op->arg[1] >= ARRAY_SIZE(moves))
		return -EINVAL;
	if (!PageLRU(page))
		return -ENOENT;
	set_recorded_flags(page, op->arg[2], LIST_FLAGS);
	/* page->_mapcount is not known; a mapped page stays where it is. */
	if (op->arg[1] == REPLAY_LRU_DEACTIVATE_FILE && op->arg[2] & MM_REPLAY_FLAG_MAPPED)
		return 0;
	moves[op->arg[1]](folio_lruvec(page), page);
	return 0;
}

s64 op_replay_lru_gone(const struct mm_op *op)
{
	struct page *page = page_in_use(op->arg[0]);

	if (!page)
		return -EINVAL;
	replay_forget_page(page);
	return 0;
}

/* ---- Counters ---- */

static void set_node_state(pg_data_t *pgdat, enum node_stat_item item, u64 value)
{
	node_page_state_add((long)min(value, this_machine->max_pfn) - pgdat->vm_stat[item], pgdat,
			    item);
}

/* The lists' lengths as the kernel's counters had them, which lag behind a little. */
static void set_lru_sizes(u64 anon, u64 file)
{
	pg_data_t *pgdat = NODE_DATA(0);

	set_node_state(pgdat, NR_INACTIVE_ANON, (u32)anon);
	set_node_state(pgdat, NR_ACTIVE_ANON, anon >> 32);
	set_node_state(pgdat, NR_INACTIVE_FILE, (u32)file);
	set_node_state(pgdat, NR_ACTIVE_FILE, file >> 32);
}

static void set_swap(u64 nr_swap_pages)
{
	this_machine->nr_swap_pages = (long)min(nr_swap_pages, 1UL << 40);
	this_machine->total_swap_pages =
		max(this_machine->total_swap_pages, this_machine->nr_swap_pages);
}

s64 op_replay_node_state(const struct mm_op *op)
{
	set_lru_sizes(op->arg[0], op->arg[1]);
	return 0;
}

s64 op_replay_zone_state(const struct mm_op *op)
{
	struct zone *zone;

	if (op->arg[0] > ZONE_NORMAL || !populated_zone(&NODE_DATA(0)->node_zones[op->arg[0]]))
		return -EINVAL;
	zone = &NODE_DATA(0)->node_zones[op->arg[0]];
	zone_page_state_add((long)min(op->arg[1], (u64)zone->present_pages) -
				    zone->vm_stat[NR_FREE_PAGES],
			    zone, NR_FREE_PAGES);
	zone->watermark_boost = (u32)op->arg[2];
	zone->flags = (u32)(op->arg[2] >> 32);
	return 0;
}

/* Pages of a list in zones up to the one reclaimed: put down to the highest of these. */
static void set_zone_lru_size(enum lru_list lru, int reclaim_idx, u64 size)
{
	pg_data_t *pgdat = NODE_DATA(0);
	struct zone *highest = NULL;
	long sum = 0;
	int i;

	for (i = 0; i <= reclaim_idx && i < MAX_NR_ZONES; i++) {
		if (!managed_zone(&pgdat->node_zones[i]))
			continue;
		highest = &pgdat->node_zones[i];
		sum += (long)zone_page_state(highest, NR_ZONE_LRU_BASE + lru);
	}
	if (highest)
		zone_page_state_add((long)min(size, this_machine->max_pfn) - sum, highest,
				    NR_ZONE_LRU_BASE + lru);
}

/* ---- Refaults ---- */

s64 op_replay_refault(const struct mm_op *op)
{
	struct page *page = page_in_use(op->arg[0]);
	bool file = op->arg[2] >> 32 & 1, workingset = op->arg[2] >> 33 & 1;

	if (!page)
		return -EINVAL;
	set_lru_sizes(op->arg[3], op->arg[4]);
	set_swap((u32)op->arg[2]);
	NODE_DATA(0)->__lruvec.nonresident_age = (long)(op->arg[1] >> 32);
	workingset_note_refault(page, &NODE_DATA(0)->__lruvec,
				(u32)(op->arg[1] >> 32) - (u32)op->arg[1], file, workingset);
	return 0;
}

/* ---- Scans ---- */

static struct reclaimer *reclaimer_for(const struct mm_op *op)
{
	this_machine->reclaimer = op->nr ? RECLAIMER_DIRECT : RECLAIMER_KSWAPD;
	return reclaimer_of((enum reclaimer_kind)this_machine->reclaimer);
}

static void take_recorded_control(struct scan_control *sc, const struct mm_op *op)
{
	u32 bits = (u32)op->arg[1];

	sc->priority = (s8)min(op->arg[0] & 0xff, (u64)DEF_PRIORITY);
	sc->reclaim_idx = (s8)min(op->arg[0] >> 8 & 0xff, (u64)MAX_NR_ZONES - 1);
	sc->order = op->arg[0] >> 16 & 0xff;
	sc->nr_to_reclaim = op->arg[0] >> 32;
	sc->may_deactivate = bits & 3;
	sc->force_deactivate = bits >> 2 & 1;
	sc->skipped_deactivate = bits >> 3 & 1;
	sc->may_writepage = bits >> 4 & 1;
	sc->may_unmap = bits >> 5 & 1;
	sc->may_swap = bits >> 6 & 1;
	sc->cache_trim_mode = bits >> 12 & 1;
	sc->file_is_tiny = bits >> 13 & 1;
	sc->anon_cost = (u32)op->arg[2];
	sc->file_cost = op->arg[2] >> 32;
	NODE_DATA(0)->__lruvec.anon_cost = sc->anon_cost;
	NODE_DATA(0)->__lruvec.file_cost = sc->file_cost;
}

s64 op_replay_scan(const struct mm_op *op)
{
	struct reclaimer *r = reclaimer_for(op);
	struct scan_control *sc = &r->sc;
	pg_data_t *pgdat = NODE_DATA(0);

	if (current_is_kswapd())
		kswapd_set_target(pgdat, sc);
	else
		sc->nr_scanned = 0;
	__builtin_memset(&sc->nr, 0, sizeof(sc->nr));
	prepare_scan_count(pgdat, sc);

	take_recorded_control(sc, op);
	set_zone_lru_size(LRU_INACTIVE_ANON, sc->reclaim_idx, (u32)op->arg[3]);
	set_zone_lru_size(LRU_ACTIVE_ANON, sc->reclaim_idx, op->arg[3] >> 32);
	set_zone_lru_size(LRU_INACTIVE_FILE, sc->reclaim_idx, (u32)op->arg[4]);
	set_zone_lru_size(LRU_ACTIVE_FILE, sc->reclaim_idx, op->arg[4] >> 32);
	set_swap(op->arg[5]);
	lruvec_scan_start(&pgdat->__lruvec, r);
	replay_scan_next(r);
	return 0;
}

/* After a pass over the node: what now? */
static void end_pass(struct reclaimer *r)
{
	pg_data_t *pgdat = NODE_DATA(0);

	r->sc.nr_reclaimed += r->reclaimed_slab;
	r->reclaimed_slab = 0;
	if (r->sc.nr_reclaimed)
		pgdat->kswapd_failures = 0;
	if (!current_is_kswapd()) {
		if (!direct_reclaim_next(r))
			snapshot_refaults(pgdat);
		return;
	}
	balance_account(pgdat, r);
	if (!balance_next(pgdat, r)) {
		balance_end(pgdat, r);
		pgdat->kswapd_awake = false;
	}
}

/* Looks ahead at what is to be scanned next, so that the end of a pass is noticed when it comes. */
void replay_scan_next(struct reclaimer *r)
{
	enum lru_list lru = NR_LRU_LISTS;
	unsigned long nr = 0;

	if (!lruvec_scan_next(&NODE_DATA(0)->__lruvec, r, &lru, &nr)) {
		lru = NR_LRU_LISTS;
		end_pass(r);
	}
	r->next_lru = lru;
	r->next_nr = nr;
}

/* ---- Batches ---- */

/* What is left on a reclaimer's lists of an earlier batch has been freed, or lost. */
static void drop_held(struct list_head *list)
{
	while (!list_empty(list)) {
		struct page *page = list_first_entry(list, struct page, lru);

		list_del(&page->lru);
		page->owner.pad = 0;
	}
}

/*
 * What the core would scan next. Before a pass of kswapd's that may be a little of the active
 * anonymous pages, which is no part of any plan.
 */
static void predicted_request(const struct reclaimer *r, u32 *lru, u32 *nr)
{
	*lru = r->next_lru;
	*nr = (u32)r->next_nr;
	if (*lru == NR_LRU_LISTS && current_is_kswapd() && can_age_anon_pages() &&
	    inactive_is_low(&NODE_DATA(0)->__lruvec, LRU_INACTIVE_ANON)) {
		*lru = LRU_ACTIVE_ANON;
		*nr = SWAP_CLUSTER_MAX;
	}
}

s64 op_replay_isolate_lru(const struct mm_op *op)
{
	struct reclaimer *r = reclaimer_for(op);
	u32 lru, nr;

	if (op->arg[0] > LRU_ACTIVE_FILE)
		return -EINVAL;
	predicted_request(r, &lru, &nr);
	trace(TRACE_scan_request, lru, nr, 0, 0);
	r->in_plan = r->next_lru != NR_LRU_LISTS;
	drop_held(&r->isolated);
	drop_held(&r->ret_pages);
	drop_held(&r->l_inactive);
	drop_held(&r->free_pages);
	drop_held(&r->skipped);
	isolate_batch(op->arg[1], &NODE_DATA(0)->__lruvec, r, (enum lru_list)op->arg[0]);
	return 0;
}

/* One of the pages that were isolated, in their order: it goes behind the ones before it. */
s64 op_replay_isolated(const struct mm_op *op)
{
	struct reclaimer *r = reclaimer_for(op);
	struct page *page = page_in_use(op->arg[0]);

	if (!page)
		return -EINVAL;
	if (!PageLRU(page) && !page->owner.pad && page_ref_count(page) > 1 &&
	    page->owner.kind != OWNER_NONE)
		list_del(&page->lru); /* isolated by this batch */
	else
		replay_forget_page(page);
	set_page_count(page, 2);
	set_recorded_flags(page, op->arg[1], 0);
	page->owner.pad = HELD_BY_RECLAIM;
	page->private = op->arg[2];
	list_add(&page->lru, &r->skipped);
	return 0;
}

/* All were named: what else the core had isolated goes back to where it was. */
s64 op_replay_isolated_all(const struct mm_op *op)
{
	struct reclaimer *r = reclaimer_for(op);
	unsigned long nr = 0;

	while (!list_empty(&r->isolated)) {
		struct page *page = list_first_entry(&r->isolated, struct page, lru);

		list_del(&page->lru);
		set_page_count(page, 1);
		SetPageLRU(page);
		lruvec_add_folio_tail(folio_lruvec(page), page);
	}
	list_splice_init(&r->skipped, &r->isolated);
	for (struct list_head *pos = r->isolated.next; pos != &r->isolated; pos = pos->next)
		nr++;
	r->nr_taken = nr;
	return 0;
}

/*
 * References that nobody accounts for: beside reclaim's own there should be that of the page's mapping,
 * of what hangs on private, and one for each page table entry, whose number is not known.
 */
static u32 extra_references(const struct page *page, u64 flags)
{
	u64 known =
		1 + !(flags & MM_REPLAY_FLAG_NO_MAPPING) + (flags & MM_REPLAY_FLAG_PRIVATE ? 1 : 0);

	if (flags & MM_REPLAY_FLAG_MAPPED || page->private <= known)
		return 0;
	return (u32)(page->private - known);
}

static void decide_page(struct page *page, struct reclaimer *r)
{
	list_del(&page->lru);
	if (is_active_lru((enum lru_list)r->lru))
		shrink_active_page(page, r);
	else
		shrink_inactive_page(page, r);
}

s64 op_replay_reclaim_page(const struct mm_op *op)
{
	struct reclaimer *r = reclaimer_for(op);
	struct page *page = page_in_use(op->arg[0]);

	if (!page || page->owner.pad != HELD_BY_RECLAIM)
		return -EINVAL;
	set_recorded_flags(page, op->arg[2], LIST_FLAGS | 1UL << PG_writeback);
	r->answers = (struct reclaim_answers){
		.recorded = 1,
		.referenced = (s32)(u32)op->arg[1],
		.extra_refs = extra_references(page, op->arg[2]),
		.locked = op->arg[1] >> 32 & 1,
	};
	decide_page(page, r);
	return 0;
}

/* The order in which pages would go back, and where to. */
static void tell_order(struct list_head *list)
{
	struct list_head *pos;

	for (pos = list->prev; pos != list; pos = pos->prev) {
		struct page *page = list_entry(pos, struct page, lru);

		trace(TRACE_move_folio_to_lru, page_to_pfn(page), folio_lru_list(page),
		      page->flags & PAGEFLAGS_MASK, 0);
		if (PageActive(page))
			workingset_age_nonresident(folio_lruvec(page), 1);
	}
}

s64 op_replay_put_back(const struct mm_op *op)
{
	struct reclaimer *r = reclaimer_for(op);
	struct lruvec *lruvec = &NODE_DATA(0)->__lruvec;

	tell_order(&r->ret_pages);
	tell_order(&r->l_inactive);
	if (is_active_lru((enum lru_list)r->lru))
		account_active_batch(lruvec, r, 0, 0);
	else
		account_inactive_batch(lruvec, r);
	list_splice_init(&r->ret_pages, &r->skipped);
	list_splice_init(&r->l_inactive, &r->skipped);
	list_splice_init(&r->free_pages, &r->skipped);
	list_splice_init(&r->isolated, &r->skipped);
	return 0;
}

s64 op_replay_put(const struct mm_op *op)
{
	struct page *page = page_in_use(op->arg[0]);

	if (!page || op->arg[1] >= NR_LRU_LISTS)
		return -EINVAL;
	replay_forget_page(page);
	set_page_count(page, 1);
	page->private = 0;
	set_recorded_flags(page, op->arg[2], 0);
	add_to_lru(page, op->arg[1]);
	return 0;
}

/* Only now are the lists what the kernel's were when it looked at what to scan next. */
s64 op_replay_batch_end(const struct mm_op *op)
{
	struct reclaimer *r = reclaimer_for(op);

	if (r->in_plan)
		replay_scan_next(r);
	return 0;
}

/* ---- kswapd and direct reclaim ---- */

s64 op_replay_wakeup_kswapd(const struct mm_op *op)
{
	pg_data_t *pgdat = NODE_DATA(0);
	struct zone *zone = NULL;
	int i;

	if (op->order >= MAX_ORDER)
		return -EINVAL;
	for (i = (int)gfp_zone(op->gfp); i >= 0 && !zone; i--)
		if (managed_zone(&pgdat->node_zones[i]))
			zone = &pgdat->node_zones[i];
	if (zone)
		wakeup_kswapd(zone, op->gfp | __GFP_DIRECT_RECLAIM, op->order, gfp_zone(op->gfp));
	return 0;
}

/*
 * kswapd begins to work. Where nobody has woken it, it must have found that it cannot sleep yet.
 */
s64 op_replay_kswapd_wake(const struct mm_op *op)
{
	struct reclaimer *r = reclaimer_for(op);
	pg_data_t *pgdat = NODE_DATA(0);
	enum zone_type idx = pgdat->kswapd_highest_zoneidx == MAX_NR_ZONES
				     ? (enum zone_type)r->balance.highest_zoneidx
				     : (enum zone_type)pgdat->kswapd_highest_zoneidx;

	if (op->order >= MAX_ORDER || op->arg[0] >= MAX_NR_ZONES)
		return -EINVAL;
	if (r->balance.stage != BALANCE_IDLE)
		balance_end(pgdat, r);
	if (!pgdat->kswapd_woken && prepare_kswapd_sleep(pgdat, r->sc.order, idx))
		trace(TRACE_mm_vmscan_kswapd_sleep, 0, 0, 0, 0);
	else
		trace(TRACE_mm_vmscan_kswapd_wake, 0,
		      trace_pack((u32)pgdat->kswapd_order, (u32)idx), 0, 0);
	pgdat->kswapd_order = 0;
	pgdat->kswapd_highest_zoneidx = MAX_NR_ZONES;
	pgdat->kswapd_woken = false;
	pgdat->kswapd_awake = true;
	balance_start(pgdat, op->order, (enum zone_type)op->arg[0], r);
	r->next_lru = NR_LRU_LISTS;
	if (!balance_next(pgdat, r)) {
		balance_end(pgdat, r);
		pgdat->kswapd_awake = false;
	}
	return 0;
}

s64 op_replay_kswapd_sleep(const struct mm_op *op)
{
	struct reclaimer *r = reclaimer_for(op);
	pg_data_t *pgdat = NODE_DATA(0);

	if (r->balance.stage == BALANCE_IDLE &&
	    prepare_kswapd_sleep(pgdat, r->sc.order, (enum zone_type)r->balance.highest_zoneidx))
		trace(TRACE_mm_vmscan_kswapd_sleep, 0, 0, 0, 0);
	if (r->balance.stage != BALANCE_IDLE)
		balance_end(pgdat, r);
	pgdat->kswapd_awake = false;
	return 0;
}

s64 op_replay_direct(const struct mm_op *op)
{
	struct mm_op direct = *op;
	struct reclaimer *r;

	direct.nr = 1;
	r = reclaimer_for(&direct);
	if (op->order >= MAX_ORDER)
		return -EINVAL;
	if (op->arg[0]) {
		trace(TRACE_mm_vmscan_direct_reclaim_end, r->sc.nr_reclaimed, 0, 0, 0);
		return 0;
	}
	direct_reclaim_start(r, op->order, op->gfp);
	r->reclaimed_slab = 0;
	r->next_lru = NR_LRU_LISTS;
	return 0;
}
