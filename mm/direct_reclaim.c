// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Direct reclaim: a task that finds no memory, and may wait, looks for some
 * itself.
 *
 * Linux counterpart: do_try_to_free_pages() and its like in mm/vmscan.c.
 */
#include "vmscan.h"
#include "swap.h"
#include "vmstat.h"

void direct_reclaim_start(struct reclaimer *r, unsigned int order, gfp_t gfp_mask)
{
	r->sc = (struct scan_control){
		.nr_to_reclaim = SWAP_CLUSTER_MAX,
		.gfp_mask = gfp_mask,
		.reclaim_idx = (s8)gfp_zone(gfp_mask),
		.order = (u8)order,
		.priority = DEF_PRIORITY,
		.may_writepage = 1,
		.may_unmap = 1,
		.may_swap = 1,
	};
}

/*
 * After a pass: is another one due? When all priorities brought nothing, and active lists were
 * spared, the search begins again without that.
 */
bool direct_reclaim_next(struct reclaimer *r)
{
	struct scan_control *sc = &r->sc;

	if (sc->nr_reclaimed >= sc->nr_to_reclaim || sc->compaction_ready)
		return false;
	if (sc->priority < DEF_PRIORITY - 2)
		sc->may_writepage = 1;
	if (--sc->priority >= 0)
		return true;
	if (sc->nr_reclaimed || !sc->skipped_deactivate)
		return false;
	sc->priority = DEF_PRIORITY;
	sc->force_deactivate = 1;
	sc->skipped_deactivate = 0;
	count_vm_event(ALLOCSTALL_DMA + sc->reclaim_idx);
	return true;
}

/*
 * Is enough free in the zone to compact it, with something to spare for others? Then reclaiming more is
 * of no use to a large request.
 */
static bool compaction_ready(struct zone *zone, const struct scan_control *sc)
{
	enum compact_result suitable;

	if (!gfp_compaction_allowed(sc->gfp_mask))
		return false;
	suitable = compaction_suitable(zone, sc->order, 0, sc->reclaim_idx);
	if (suitable != COMPACT_CONTINUE)
		return suitable == COMPACT_SUCCESS;
	return zone_watermark_ok_safe(zone, 0, high_wmark_pages(zone) + compact_gap(sc->order),
				      (enum zone_type)sc->reclaim_idx);
}

/* Every node of the zonelist once. */
static void shrink_zones(struct zonelist *zonelist, struct reclaimer *r, const nodemask_t *nodemask)
{
	struct scan_control *sc = &r->sc;
	pg_data_t *last_pgdat = NULL;
	struct zoneref *z;
	struct zone *zone;

	for_each_zone_zonelist_nodemask(zone, z, zonelist, (enum zone_type)sc->reclaim_idx,
					nodemask) {
		if (sc->order > PAGE_ALLOC_COSTLY_ORDER && compaction_ready(zone, sc)) {
			sc->compaction_ready = 1;
			continue;
		}
		if (zone->zone_pgdat == last_pgdat)
			continue;
		last_pgdat = zone->zone_pgdat;
		shrink_node(last_pgdat, r);
	}
}

static unsigned long do_try_to_free_pages(struct zonelist *zonelist, struct reclaimer *r,
					  const nodemask_t *nodemask)
{
	pg_data_t *last_pgdat = NULL;
	struct zoneref *z;
	struct zone *zone;

	count_vm_event(ALLOCSTALL_DMA + r->sc.reclaim_idx);
	do {
		r->sc.nr_scanned = 0;
		shrink_zones(zonelist, r, nodemask);
	} while (direct_reclaim_next(r));

	for_each_zone_zonelist_nodemask(zone, z, zonelist, (enum zone_type)r->sc.reclaim_idx,
					nodemask) {
		if (zone->zone_pgdat == last_pgdat)
			continue;
		last_pgdat = zone->zone_pgdat;
		snapshot_refaults(last_pgdat);
	}
	if (r->sc.nr_reclaimed)
		return r->sc.nr_reclaimed;
	return r->sc.compaction_ready;
}

unsigned long zone_reclaimable_pages(struct zone *zone)
{
	unsigned long nr = zone_page_state_snapshot(zone, NR_ZONE_INACTIVE_FILE) +
			   zone_page_state_snapshot(zone, NR_ZONE_ACTIVE_FILE);

	if (this_machine->nr_swap_pages > 0)
		nr += zone_page_state_snapshot(zone, NR_ZONE_INACTIVE_ANON) +
		      zone_page_state_snapshot(zone, NR_ZONE_ACTIVE_ANON);
	return nr;
}

/*
 * Half of the min watermarks is kept for those who free memory. With less than that left, a task has
 * to wait for kswapd rather than reclaim with them.
 */
static bool allow_direct_reclaim(pg_data_t *pgdat)
{
	unsigned long pfmemalloc_reserve = 0, free_pages = 0;
	int i;

	if (pgdat->kswapd_failures >= MAX_RECLAIM_RETRIES)
		return true;
	for (i = 0; i <= ZONE_NORMAL; i++) {
		struct zone *zone = &pgdat->node_zones[i];

		if (!managed_zone(zone) || !zone_reclaimable_pages(zone))
			continue;
		pfmemalloc_reserve += min_wmark_pages(zone);
		free_pages += zone_page_state(zone, NR_FREE_PAGES);
	}
	return !pfmemalloc_reserve || free_pages > pfmemalloc_reserve / 2;
}

/* Where the kernel puts the task to sleep until kswapd has done its work, kswapd works at once. */
static void throttle_direct_reclaim(struct zonelist *zonelist, gfp_t gfp_mask,
				    const nodemask_t *nodemask)
{
	struct zoneref *z = first_zones_zonelist(zonelist, gfp_zone(gfp_mask), nodemask);
	pg_data_t *pgdat = z->zone ? z->zone->zone_pgdat : NULL;

	if (!pgdat || allow_direct_reclaim(pgdat))
		return;
	count_vm_event(PGSCAN_DIRECT_THROTTLE);
	trace(TRACE_mm_vmscan_throttled, (u64)pgdat->node_id, 0, 0, 0);
	kswapd_run(pgdat);
}

unsigned long try_to_free_pages(struct zonelist *zonelist, unsigned int order, gfp_t gfp_mask,
				const nodemask_t *nodemask)
{
	struct reclaimer *r = reclaimer_of(RECLAIMER_DIRECT);
	u32 caller = this_machine->reclaimer;
	unsigned long nr_reclaimed;
	struct zoneref *z = first_zones_zonelist(zonelist, gfp_zone(gfp_mask), nodemask);

	if (!z->zone || !node_has_reclaimable(z->zone->zone_pgdat))
		return 0;
	throttle_direct_reclaim(zonelist, gfp_mask, nodemask);
	this_machine->reclaimer = RECLAIMER_DIRECT;
	direct_reclaim_start(r, order, gfp_mask);
	trace(TRACE_mm_vmscan_direct_reclaim_begin, order, gfp_mask, 0, 0);
	nr_reclaimed = do_try_to_free_pages(zonelist, r, nodemask);
	trace(TRACE_mm_vmscan_direct_reclaim_end, nr_reclaimed, 0, 0, 0);
	this_machine->reclaimer = caller;
	return nr_reclaimed;
}
