// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kswapd: the thread of each node that reclaims in the background, so that those
 * who need memory find it.
 *
 * It is woken when a zone falls below its low watermark (or was boosted), and works
 * until a zone that will do has more than its high one free. Between runs it
 * naps, and then sleeps. Here a run is an operation of its own, after the one in
 * which it was woken.
 *
 * Linux counterpart: the second half of mm/vmscan.c.
 */
#include "vmscan.h"
#include "swap.h"
#include "vmstat.h"
#include "writeback.h"

/* As long as kswapd naps before it sleeps. */
#define KSWAPD_NAP_USEC (HZ / 10 * USEC_PER_JIFFY)

/* ---- Is there enough? ---- */

bool pgdat_watermark_boosted(pg_data_t *pgdat, enum zone_type highest_zoneidx)
{
	int i;

	for (i = (int)highest_zoneidx; i >= 0; i--)
		if (managed_zone(&pgdat->node_zones[i]) && pgdat->node_zones[i].watermark_boost)
			return true;
	return false;
}

/* Has the node a zone with enough free pages for such requests, by kswapd's measure? */
bool pgdat_balanced(pg_data_t *pgdat, unsigned int order, enum zone_type highest_zoneidx)
{
	bool any_managed = false;
	u32 i;

	for (i = 0; i <= highest_zoneidx && i < MAX_NR_ZONES; i++) {
		struct zone *zone = &pgdat->node_zones[i];

		if (!managed_zone(zone))
			continue;
		any_managed = true;
		if (zone_watermark_ok_safe(zone, order, high_wmark_pages(zone), highest_zoneidx))
			return true;
	}
	return !any_managed;
}

/* ---- One run ---- */

/* While this is set, per-CPU lists are kept short, so that freed pages count. */
static void set_reclaim_active(pg_data_t *pgdat, enum zone_type highest_zoneidx, bool active)
{
	u32 i;

	for (i = 0; i <= highest_zoneidx && i < MAX_NR_ZONES; i++) {
		struct zone *zone = &pgdat->node_zones[i];

		if (!managed_zone(zone))
			continue;
		if (active)
			zone->flags |= 1UL << ZONE_RECLAIM_ACTIVE;
		else
			zone->flags &= ~(1UL << ZONE_RECLAIM_ACTIVE);
	}
}

void balance_start(pg_data_t *pgdat, unsigned int order, enum zone_type highest_zoneidx,
		   struct reclaimer *r)
{
	struct kswapd_balance *b = &r->balance;
	u32 i;

	r->sc = (struct scan_control){
		.gfp_mask = GFP_KERNEL,
		.order = (u8)order,
		.may_unmap = 1,
		.priority = DEF_PRIORITY,
		.reclaim_idx = (s8)highest_zoneidx,
	};
	*b = (struct kswapd_balance){
		.highest_zoneidx = (u8)highest_zoneidx,
		.order = (u8)order,
		.stage = BALANCE_PASS,
	};
	count_vm_event(PAGEOUTRUN);
	for (i = 0; i <= highest_zoneidx && i < MAX_NR_ZONES; i++) {
		if (!managed_zone(&pgdat->node_zones[i]))
			continue;
		b->zone_boosts[i] = pgdat->node_zones[i].watermark_boost;
		b->nr_boost_reclaim += b->zone_boosts[i];
	}
	b->boosted = b->nr_boost_reclaim != 0;
	set_reclaim_active(pgdat, highest_zoneidx, true);
}

/*
 * Looks whether another pass is due, and what it may do. A boost alone is worth no writing and no
 * swapping; but where the node really is short, it is reclaimed for that and no longer for the boost.
 */
bool balance_next(pg_data_t *pgdat, struct reclaimer *r)
{
	struct kswapd_balance *b = &r->balance;
	struct scan_control *sc = &r->sc;
	bool balanced;

	if (b->stage != BALANCE_PASS)
		return false;
	b->nr_reclaimed = sc->nr_reclaimed;
	b->raise_priority = true;
	sc->reclaim_idx = (s8)b->highest_zoneidx;
	balanced = pgdat_balanced(pgdat, sc->order, (enum zone_type)b->highest_zoneidx);
	if (!balanced && b->nr_boost_reclaim) {
		b->nr_boost_reclaim = 0;
		set_reclaim_active(pgdat, (enum zone_type)b->highest_zoneidx, true);
		sc->priority = DEF_PRIORITY;
	} else if (!b->nr_boost_reclaim && balanced) {
		b->stage = BALANCE_OUT;
		return false;
	}
	/* For a boost, never try harder than this. */
	if (b->nr_boost_reclaim && sc->priority == DEF_PRIORITY - 2)
		b->raise_priority = false;
	sc->may_writepage = !b->nr_boost_reclaim;
	sc->may_swap = !b->nr_boost_reclaim;
	return true;
}

/* How much one pass is to reclaim: what all zones should have free. */
void kswapd_set_target(pg_data_t *pgdat, struct scan_control *sc)
{
	int z;

	if (sc->priority < DEF_PRIORITY - 2)
		sc->may_writepage = 1;
	sc->nr_scanned = 0;
	sc->nr_to_reclaim = 0;
	for (z = 0; z <= sc->reclaim_idx && z < MAX_NR_ZONES; z++) {
		struct zone *zone = &pgdat->node_zones[z];

		if (managed_zone(zone))
			sc->nr_to_reclaim += max(high_wmark_pages(zone), SWAP_CLUSTER_MAX);
	}
}

/* After a pass: was it worth it, and must the next one try harder? */
void balance_account(pg_data_t *pgdat, struct reclaimer *r)
{
	struct kswapd_balance *b = &r->balance;
	struct scan_control *sc = &r->sc;
	unsigned long nr_reclaimed = sc->nr_reclaimed - b->nr_reclaimed;

	/* A large block will come of so many pages by compaction: go on for single ones. */
	if (sc->order && sc->nr_reclaimed >= compact_gap(sc->order))
		sc->order = 0;
	if (sc->nr_scanned >= sc->nr_to_reclaim)
		b->raise_priority = false;
	b->nr_boost_reclaim -= min(b->nr_boost_reclaim, nr_reclaimed);
	if (b->nr_boost_reclaim && !nr_reclaimed) {
		b->stage = BALANCE_GAVE_UP;
	} else {
		if (b->raise_priority || !nr_reclaimed)
			sc->priority--;
		if (sc->priority < 1)
			b->stage = BALANCE_GAVE_UP;
	}
	trace(TRACE_balance_pgdat, trace_pack((u32)pgdat->node_id, (u32)sc->priority),
	      trace_pack((u32)nr_reclaimed, (u32)sc->nr_scanned), sc->nr_to_reclaim,
	      b->nr_boost_reclaim);
}

void balance_end(pg_data_t *pgdat, struct reclaimer *r)
{
	struct kswapd_balance *b = &r->balance;
	u32 i;

	if (b->stage == BALANCE_GAVE_UP && !r->sc.nr_reclaimed)
		pgdat->kswapd_failures++;
	set_reclaim_active(pgdat, (enum zone_type)b->highest_zoneidx, false);
	for (i = 0; b->boosted && i <= b->highest_zoneidx; i++)
		pgdat->node_zones[i].watermark_boost -=
			min(pgdat->node_zones[i].watermark_boost, b->zone_boosts[i]);
	snapshot_refaults(pgdat);
	b->stage = BALANCE_IDLE;
}

/* Active anonymous pages sink a little with each pass, so that there are inactive ones when needed. */
static void kswapd_age_node(pg_data_t *pgdat, struct reclaimer *r)
{
	if (can_age_anon_pages() && inactive_is_low(&pgdat->__lruvec, LRU_INACTIVE_ANON))
		shrink_active_list(SWAP_CLUSTER_MAX, &pgdat->__lruvec, r, LRU_ACTIVE_ANON);
}

/* Returns for which order it has reclaimed: less than wanted, if that seemed enough. */
static unsigned int balance_pgdat(pg_data_t *pgdat, unsigned int order,
				  enum zone_type highest_zoneidx)
{
	struct reclaimer *r = reclaimer_of(RECLAIMER_KSWAPD);

	balance_start(pgdat, order, highest_zoneidx, r);
	while (balance_next(pgdat, r)) {
		kswapd_age_node(pgdat, r);
		kswapd_set_target(pgdat, &r->sc);
		shrink_node(pgdat, r);
		balance_account(pgdat, r);
	}
	balance_end(pgdat, r);
	if (r->balance.boosted)
		wakeup_kcompactd(pgdat, pageblock_order, (int)highest_zoneidx);
	return r->sc.order;
}

/* ---- Sleeping and waking ---- */

static void clear_pgdat_congested(pg_data_t *pgdat)
{
	pgdat->__lruvec.flags &= ~(1UL << LRUVEC_CONGESTED);
	pgdat->flags &= ~(1UL << PGDAT_DIRTY | 1UL << PGDAT_WRITEBACK);
}

bool prepare_kswapd_sleep(pg_data_t *pgdat, unsigned int order, enum zone_type highest_zoneidx)
{
	if (pgdat->kswapd_failures >= MAX_RECLAIM_RETRIES)
		return true;
	if (!pgdat_balanced(pgdat, order, highest_zoneidx))
		return false;
	clear_pgdat_congested(pgdat);
	return true;
}

/* The highest zone that was asked for since the last run, or else that of the last run. */
static enum zone_type kswapd_highest_zoneidx(const pg_data_t *pgdat, enum zone_type prev)
{
	return pgdat->kswapd_highest_zoneidx == MAX_NR_ZONES
		       ? prev
		       : (enum zone_type)pgdat->kswapd_highest_zoneidx;
}

bool node_has_reclaimable(pg_data_t *pgdat)
{
	enum lru_list lru;
	int cpu;

	for_each_evictable_lru(lru) if (!list_empty(&pgdat->__lruvec.lists[lru])) return true;
	for_each_online_cpu(cpu)
		if (folio_batch_count(&this_machine->cpu_fbatches[cpu].lru_add))
			return true;
	return false;
}

/*
 * May it sleep? Then what it has freed can be made into large blocks: into one of @alloc_order, if it
 * gave up reclaiming for that.
 */
static bool kswapd_may_sleep(pg_data_t *pgdat, unsigned int alloc_order, unsigned int reclaim_order,
			     enum zone_type highest_zoneidx)
{
	if (!prepare_kswapd_sleep(pgdat, reclaim_order, highest_zoneidx))
		return false;
	reset_isolation_suitable(pgdat);
	wakeup_kcompactd(pgdat,
			 reclaim_order < alloc_order ? (int)alloc_order : pgdat->kswapd_order,
			 (int)highest_zoneidx);
	return true;
}

/* It was hardly gone: what it had been reclaiming for is still wanted. */
static void kswapd_rise(pg_data_t *pgdat)
{
	if (this_machine->clock < pgdat->kswapd_nap_until) {
		count_vm_event(KSWAPD_LOW_WMARK_HIT_QUICKLY);
		pgdat->kswapd_order = max(pgdat->kswapd_order, pgdat->kswapd_nap_order);
	}
	set_pgdat_percpu_threshold(pgdat, calculate_pressure_threshold);
}

/* For a moment it only naps. The clock moves only where somebody waits, so it is often woken within that. */
static void kswapd_lie_down(pg_data_t *pgdat, unsigned int reclaim_order)
{
	pgdat->kswapd_awake = false;
	pgdat->kswapd_nap_order = (int)reclaim_order;
	pgdat->kswapd_nap_until = this_machine->clock + KSWAPD_NAP_USEC;
	set_pgdat_percpu_threshold(pgdat, calculate_normal_threshold);
}

unsigned long kswapd_run(pg_data_t *pgdat)
{
	struct reclaimer *r = reclaimer_of(RECLAIMER_KSWAPD);
	enum zone_type highest_zoneidx = MAX_NR_ZONES - 1;
	u32 caller = this_machine->reclaimer, rounds = 0;
	unsigned int alloc_order, reclaim_order;
	unsigned long reclaimed = 0;
	bool asleep;

	pgdat->kswapd_woken = false;
	if (!node_has_reclaimable(pgdat)) {
		pgdat->kswapd_order = 0;
		pgdat->kswapd_highest_zoneidx = MAX_NR_ZONES;
		return 0;
	}
	this_machine->reclaimer = RECLAIMER_KSWAPD;
	kswapd_rise(pgdat);
	do {
		alloc_order = (unsigned int)pgdat->kswapd_order;
		highest_zoneidx = kswapd_highest_zoneidx(pgdat, highest_zoneidx);
		pgdat->kswapd_order = 0;
		pgdat->kswapd_highest_zoneidx = MAX_NR_ZONES;
		pgdat->kswapd_awake = true;
		trace(TRACE_mm_vmscan_kswapd_wake, (u64)pgdat->node_id,
		      trace_pack(alloc_order, highest_zoneidx), 0, 0);
		reclaim_order = balance_pgdat(pgdat, alloc_order, highest_zoneidx);
		reclaimed += r->sc.nr_reclaimed;
		asleep = kswapd_may_sleep(pgdat, alloc_order, reclaim_order, highest_zoneidx);
		if (!asleep)
			count_vm_event(KSWAPD_HIGH_WMARK_HIT_QUICKLY);
		/* Nobody else runs meanwhile, so after some fruitless runs the rest must wait. */
	} while (!asleep && ++rounds < MAX_RECLAIM_RETRIES);
	kswapd_lie_down(pgdat, reclaim_order);
	trace(TRACE_mm_vmscan_kswapd_sleep, (u64)pgdat->node_id, reclaimed, 0, 0);
	this_machine->reclaimer = caller;
	return reclaimed;
}

void wakeup_kswapd(struct zone *zone, gfp_t gfp_flags, unsigned int order,
		   enum zone_type highest_zoneidx)
{
	pg_data_t *pgdat = zone->zone_pgdat;
	int curr_idx = pgdat->kswapd_highest_zoneidx;

	if (!managed_zone(zone))
		return;
	if (curr_idx == MAX_NR_ZONES || curr_idx < (int)highest_zoneidx)
		pgdat->kswapd_highest_zoneidx = (int)highest_zoneidx;
	if (pgdat->kswapd_order < (int)order)
		pgdat->kswapd_order = (int)order;
	if (pgdat->kswapd_awake || pgdat->kswapd_woken)
		return;

	if (pgdat->kswapd_failures >= MAX_RECLAIM_RETRIES ||
	    (pgdat_balanced(pgdat, order, highest_zoneidx) &&
	     !pgdat_watermark_boosted(pgdat, highest_zoneidx))) {
		/* Enough memory, but perhaps in too small pieces, for one who will not compact himself. */
		if (!(gfp_flags & __GFP_DIRECT_RECLAIM))
			wakeup_kcompactd(pgdat, (int)order, (int)highest_zoneidx);
		return;
	}
	trace(TRACE_wakeup_kswapd, zone_ref_of(zone), trace_pack(order, highest_zoneidx), 0, 0);
	pgdat->kswapd_woken = true;
}
