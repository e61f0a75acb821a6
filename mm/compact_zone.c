// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When a zone is compacted, for how long, and on whose behalf.
 *
 *	try_to_compact_pages()	a request for a large block that failed (direct compaction)
 *	kcompactd_run()		kcompactd, woken by kswapd after it has freed memory
 *	compact_nodes()		by hand
 *	  compact_zone()
 *	    compaction_suitable()  enough free memory to work with? Is it fragmentation that is wrong?
 *	    until compact_finished():
 *	      isolate_migratepages(), migrate_pages()
 *
 * The kernel's kcompactd also looks every half second whether a node has become too
 * fragmented (compaction_proactiveness). There is no time here, so it does when the tunable is set, as the
 * kernel's does, too.
 *
 * Linux counterpart: mm/compaction.c; fragmentation_index() of mm/vmstat.c.
 */
#include "mm.h"
#include "swap.h"
#include "vmscan.h"
#include "vmstat.h"

/* The order that fragmentation is measured by: a huge page. */
#define COMPACTION_HPAGE_ORDER pageblock_order

/* ---- Fragmentation ---- */

struct contig_page_info {
	unsigned long free_pages;
	unsigned long free_blocks_total;
	unsigned long free_blocks_suitable;
};

static void fill_contig_page_info(const struct zone *zone, unsigned int suitable_order,
				  struct contig_page_info *info)
{
	unsigned int order;

	*info = (struct contig_page_info){ 0 };
	for (order = 0; order < MAX_ORDER; order++) {
		unsigned long blocks = zone->free_area[order].nr_free;

		info->free_blocks_total += blocks;
		info->free_pages += blocks << order;
		if (order >= suitable_order)
			info->free_blocks_suitable += blocks << (order - suitable_order);
	}
}

int fragmentation_index(const struct zone *zone, unsigned int order)
{
	struct contig_page_info info;

	fill_contig_page_info(zone, order, &info);
	if (!info.free_blocks_total)
		return 0;
	if (info.free_blocks_suitable)
		return -1000;
	return 1000 -
	       (int)((1000 + info.free_pages * 1000 / (1UL << order)) / info.free_blocks_total);
}

unsigned int extfrag_for_order(const struct zone *zone, unsigned int order)
{
	struct contig_page_info info;

	fill_contig_page_info(zone, order, &info);
	if (!info.free_pages)
		return 0;
	return (unsigned int)((info.free_pages - (info.free_blocks_suitable << order)) * 100 /
			      info.free_pages);
}

/* ---- Is it worth while? ---- */

static bool is_via_compact_memory(int order)
{
	return order == -1;
}

static enum compact_result __compaction_suitable(struct zone *zone, int order,
						 unsigned int alloc_flags, int highest_zoneidx,
						 unsigned long free_pages)
{
	enum zone_type idx = (enum zone_type)highest_zoneidx;
	unsigned long watermark;

	if (is_via_compact_memory(order))
		return COMPACT_CONTINUE;
	if (__zone_watermark_ok(zone, (unsigned int)order,
				wmark_pages(zone, alloc_flags & ALLOC_WMARK_MASK), idx, alloc_flags,
				(long)zone_page_state(zone, NR_FREE_PAGES)))
		return COMPACT_SUCCESS;
	/* Without single free pages there is nothing to move to. */
	watermark = order > PAGE_ALLOC_COSTLY_ORDER ? low_wmark_pages(zone) : min_wmark_pages(zone);
	watermark += compact_gap((unsigned int)order);
	return __zone_watermark_ok(zone, 0, watermark, idx, 0, (long)free_pages) ? COMPACT_CONTINUE
										 : COMPACT_SKIPPED;
}

enum compact_result compaction_suitable(struct zone *zone, int order, unsigned int alloc_flags,
					int highest_zoneidx)
{
	enum compact_result ret = __compaction_suitable(zone, order, alloc_flags, highest_zoneidx,
							zone_page_state(zone, NR_FREE_PAGES));
	int fragindex;

	/* For small blocks the alternative is the OOM killer: try in any case. */
	if (ret == COMPACT_CONTINUE && order > PAGE_ALLOC_COSTLY_ORDER) {
		fragindex = fragmentation_index(zone, (unsigned int)order);
		if (fragindex >= 0 && fragindex <= this_machine->sysctl_extfrag_threshold)
			ret = COMPACT_NOT_SUITABLE_ZONE;
	}
	trace(TRACE_mm_compaction_suitable, trace_pack(zone_ref_of(zone), (u32)order), ret, 0, 0);
	return ret == COMPACT_NOT_SUITABLE_ZONE ? COMPACT_SKIPPED : ret;
}

bool compaction_zonelist_suitable(const struct alloc_context *ac, int order,
				  unsigned int alloc_flags)
{
	struct zoneref *z;
	struct zone *zone;

	for_each_zone_zonelist_nodemask(zone, z, ac->zonelist, ac->highest_zoneidx, ac->nodemask) {
		/* Not all that can be reclaimed: the price for one block would be too high. */
		unsigned long available = zone_reclaimable_pages(zone) / (unsigned long)order +
					  zone_page_state_snapshot(zone, NR_FREE_PAGES);

		if (__compaction_suitable(zone, order, alloc_flags, (int)ac->highest_zoneidx,
					  available) == COMPACT_CONTINUE)
			return true;
	}
	return false;
}

/* ---- Is it over? ---- */

static unsigned int fragmentation_score_wmark(bool low)
{
	unsigned int wmark_low =
		(unsigned int)max(100 - this_machine->sysctl_compaction_proactiveness, 5);

	return low ? wmark_low : min(wmark_low + 10, 100u);
}

/* A block of the wanted order that the request could take. */
static bool suitable_block_free(const struct compact_control *cc)
{
	unsigned int order;
	bool can_steal;

	for (order = (unsigned int)cc->order; order < MAX_ORDER; order++) {
		struct free_area *area = &cc->zone->free_area[order];

		if (!free_area_empty(area, cc->migratetype))
			return true;
		if (find_suitable_fallback(area, order, cc->migratetype, true, &can_steal) != -1)
			return true;
	}
	return false;
}

static enum compact_result __compact_finished(struct compact_control *cc)
{
	enum compact_result ret = COMPACT_NO_SUITABLE_PAGE;

	if (compact_scanners_met(cc)) {
		reset_cached_positions(cc->zone);
		/* kswapd will clear the marks: a request, not a thread, decides about that. */
		if (cc->direct_compaction)
			cc->zone->compact_blockskip_flush = true;
		return cc->whole_zone ? COMPACT_COMPLETE : COMPACT_PARTIAL_SKIPPED;
	}
	if (cc->proactive_compaction) {
		ret = extfrag_for_order(cc->zone, COMPACTION_HPAGE_ORDER) >
				      fragmentation_score_wmark(true)
			      ? COMPACT_CONTINUE
			      : COMPACT_SUCCESS;
	} else {
		/* A pageblock that was begun is finished, so that it need not be mixed later. */
		if (is_via_compact_memory(cc->order) || cc->migrate_pfn & (pageblock_nr_pages - 1))
			return COMPACT_CONTINUE;
		if (suitable_block_free(cc))
			return COMPACT_SUCCESS;
	}
	return cc->contended ? COMPACT_CONTENDED : ret;
}

static enum compact_result compact_finished(struct compact_control *cc)
{
	enum compact_result ret = __compact_finished(cc);

	trace(TRACE_mm_compaction_finished, trace_pack(zone_ref_of(cc->zone), (u32)cc->order), ret,
	      0, 0);
	return ret == COMPACT_NO_SUITABLE_PAGE ? COMPACT_CONTINUE : ret;
}

/* ---- One zone ---- */

/* Where the scanners begin: at the ends, or where the last compaction stopped. */
static void place_scanners(struct compact_control *cc)
{
	struct zone *zone = cc->zone;
	unsigned long start_pfn = zone->zone_start_pfn, end_pfn = zone_end_pfn(zone);

	cc->fast_start_pfn = 0;
	if (cc->whole_zone) {
		cc->migrate_pfn = start_pfn;
		cc->free_pfn = pageblock_start_pfn(end_pfn - 1);
		return;
	}
	cc->migrate_pfn = zone->compact_cached_migrate_pfn[cc->mode != MIGRATE_ASYNC];
	cc->free_pfn = zone->compact_cached_free_pfn;
	if (cc->free_pfn < start_pfn || cc->free_pfn >= end_pfn) {
		cc->free_pfn = pageblock_start_pfn(end_pfn - 1);
		zone->compact_cached_free_pfn = cc->free_pfn;
	}
	if (cc->migrate_pfn < start_pfn || cc->migrate_pfn >= end_pfn) {
		cc->migrate_pfn = start_pfn;
		zone->compact_cached_migrate_pfn[0] = start_pfn;
		zone->compact_cached_migrate_pfn[1] = start_pfn;
	}
	if (cc->migrate_pfn <= zone->compact_init_migrate_pfn)
		cc->whole_zone = true;
}

/* Moves what was isolated. Returns false if compaction shall stop: there is nothing to move to. */
static bool move_isolated(struct compact_control *cc, unsigned long *last_migrated_pfn)
{
	unsigned int nr_succeeded = 0;
	u32 nr_migratepages = cc->nr_migratepages;
	int err = migrate_pages(cc, &nr_succeeded);

	trace(TRACE_mm_compaction_migratepages,
	      trace_pack(nr_succeeded, nr_migratepages - min(nr_migratepages, nr_succeeded)), 0, 0,
	      0);
	cc->nr_migratepages = 0;
	if (!err)
		return true;
	putback_movable_pages(&cc->migratepages);
	if (err == -ENOMEM && !compact_scanners_met(cc))
		return false;
	/* One page of the wanted block stays: the rest of it need not be looked at. */
	if (cc->direct_compaction && cc->mode == MIGRATE_ASYNC) {
		cc->migrate_pfn = ALIGN(cc->migrate_pfn, 1UL << cc->order);
		*last_migrated_pfn = 0;
	}
	return true;
}

/* What was freed waits on this CPU's lists. Past the wanted block, it is given back, so that it can merge. */
static void drain_passed_block(struct compact_control *cc, unsigned long *last_migrated_pfn)
{
	if (cc->order <= 0 || !*last_migrated_pfn ||
	    *last_migrated_pfn >= ALIGN_DOWN(cc->migrate_pfn, 1UL << cc->order))
		return;
	lru_add_drain();
	drain_local_pages(cc->zone);
	*last_migrated_pfn = 0;
}

static enum compact_result compact_pageblocks(struct compact_control *cc)
{
	struct zone *zone = cc->zone;
	unsigned long last_migrated_pfn = 0;
	enum compact_result ret;
	/* Until pages are found, what the optimistic scan passes over the other one can pass over, too. */
	bool update_cached =
		cc->mode == MIGRATE_ASYNC &&
		zone->compact_cached_migrate_pfn[0] == zone->compact_cached_migrate_pfn[1];

	while ((ret = compact_finished(cc)) == COMPACT_CONTINUE) {
		unsigned long iteration_start_pfn = cc->migrate_pfn;

		/* Twice in the same pageblock: take all of it at once, and then leave it alone. */
		cc->rescan = pageblock_start_pfn(last_migrated_pfn) ==
			     pageblock_start_pfn(iteration_start_pfn);
		switch (isolate_migratepages(cc)) {
		case ISOLATE_ABORT:
			putback_movable_pages(&cc->migratepages);
			cc->nr_migratepages = 0;
			return COMPACT_CONTENDED;
		case ISOLATE_NONE:
			if (update_cached)
				zone->compact_cached_migrate_pfn[1] =
					zone->compact_cached_migrate_pfn[0];
			break;
		case ISOLATE_SUCCESS:
			update_cached = false;
			last_migrated_pfn = iteration_start_pfn;
			if (!move_isolated(cc, &last_migrated_pfn))
				return COMPACT_CONTENDED;
			break;
		}
		drain_passed_block(cc, &last_migrated_pfn);
		if (this_machine->capture.page)
			return COMPACT_SUCCESS;
	}
	return ret;
}

/* Free pages that were not needed go back; the next free scan must not miss them. */
static void release_freepages(struct compact_control *cc)
{
	unsigned long high_pfn = 0;

	if (!cc->nr_freepages)
		return;
	while (!list_empty(&cc->freepages)) {
		struct page *page = list_first_entry(&cc->freepages, struct page, lru);

		list_del(&page->lru);
		high_pfn = max(high_pfn, page_to_pfn(page));
		__free_pages(page, 0);
	}
	cc->nr_freepages = 0;
	high_pfn = pageblock_start_pfn(high_pfn);
	if (high_pfn > cc->zone->compact_cached_free_pfn)
		cc->zone->compact_cached_free_pfn = high_pfn;
}

static void trace_compaction(u32 event, const struct compact_control *cc, u32 status)
{
	trace(event, trace_pack((u32)cc->zone->zone_start_pfn, (u32)zone_end_pfn(cc->zone)),
	      trace_pack((u32)cc->migrate_pfn, (u32)cc->free_pfn),
	      trace_pack(zone_ref_of(cc->zone), cc->mode != MIGRATE_ASYNC),
	      trace_pack((u32)cc->order, status));
}

static enum compact_result compact_zone(struct compact_control *cc)
{
	enum compact_result ret;

	cc->total_migrate_scanned = 0;
	cc->total_free_scanned = 0;
	cc->migratetype = gfp_migratetype(cc->gfp_mask);
	ret = compaction_suitable(cc->zone, cc->order, cc->alloc_flags, cc->highest_zoneidx);
	if (ret != COMPACT_CONTINUE)
		return ret;
	if (compaction_restarting(cc->zone, cc->order))
		__reset_isolation_suitable(cc->zone);
	place_scanners(cc);
	cc->active = 1;
	trace_compaction(TRACE_mm_compaction_begin, cc, COMPACT_CONTINUE);
	lru_add_drain();
	ret = compact_pageblocks(cc);
	release_freepages(cc);
	VM_BUG_ON(!list_empty(&cc->freepages));
	VM_BUG_ON(!list_empty(&cc->migratepages));
	count_vm_events(COMPACTMIGRATE_SCANNED, cc->total_migrate_scanned);
	count_vm_events(COMPACTFREE_SCANNED, cc->total_free_scanned);
	cc->active = 0;
	trace_compaction(TRACE_mm_compaction_end, cc, ret);
	return ret;
}

static void init_lists(struct compact_control *cc)
{
	INIT_LIST_HEAD(&cc->freepages);
	INIT_LIST_HEAD(&cc->migratepages);
	INIT_LIST_HEAD(&cc->ret_pages);
}

void init_compaction(struct machine *m)
{
	init_lists(&m->compact);
	m->sysctl_extfrag_threshold = 500;
	m->sysctl_compaction_proactiveness = 20;
}

/* Whoever compacts has the one struct to himself. */
static struct compact_control *new_compact_control(const struct compact_control *settings)
{
	struct compact_control *cc = &this_machine->compact;

	VM_BUG_ON(cc->active);
	*cc = *settings;
	init_lists(cc);
	return cc;
}

/* ---- On behalf of a request ---- */

static enum compact_result compact_zone_order(struct zone *zone, unsigned int order, gfp_t gfp_mask,
					      enum compact_priority prio, unsigned int alloc_flags,
					      int highest_zoneidx, struct page **capture)
{
	const struct compact_control settings = {
		.order = (s32)order,
		.search_order = (s16)order,
		.gfp_mask = gfp_mask,
		.zone = zone,
		.mode = prio == COMPACT_PRIO_ASYNC ? MIGRATE_ASYNC : MIGRATE_SYNC_LIGHT,
		.alloc_flags = alloc_flags,
		.highest_zoneidx = highest_zoneidx,
		.direct_compaction = 1,
		.whole_zone = prio == MIN_COMPACT_PRIORITY,
		.ignore_skip_hint = prio == MIN_COMPACT_PRIORITY,
		.ignore_block_suitable = prio == MIN_COMPACT_PRIORITY,
	};
	struct compact_control *cc = new_compact_control(&settings);
	struct capture_control *capc = &this_machine->capture;
	enum compact_result ret;

	*capc = (struct capture_control){ .zone = zone, .order = (s32)order };
	ret = compact_zone(cc);
	*capture = capc->page;
	*capc = (struct capture_control){ 0 };
	return *capture ? COMPACT_SUCCESS : ret;
}

enum compact_result try_to_compact_pages(gfp_t gfp_mask, unsigned int order,
					 unsigned int alloc_flags, const struct alloc_context *ac,
					 enum compact_priority prio, struct page **capture)
{
	enum compact_result rc = COMPACT_SKIPPED, status;
	struct zoneref *z;
	struct zone *zone;

	if (!gfp_compaction_allowed(gfp_mask))
		return COMPACT_SKIPPED;
	trace(TRACE_mm_compaction_try_to_compact_pages, trace_pack(order, gfp_mask), prio, 0, 0);
	for_each_zone_zonelist_nodemask(zone, z, ac->zonelist, ac->highest_zoneidx, ac->nodemask) {
		if (prio > MIN_COMPACT_PRIORITY && compaction_deferred(zone, (int)order)) {
			rc = max(COMPACT_DEFERRED, rc);
			continue;
		}
		status = compact_zone_order(zone, order, gfp_mask, prio, alloc_flags,
					    (int)ac->highest_zoneidx, capture);
		rc = max(status, rc);
		if (status == COMPACT_SUCCESS) {
			/* Whether the request gets its block is not certain yet. */
			compaction_defer_reset(zone, (int)order, false);
			break;
		}
		if (prio != COMPACT_PRIO_ASYNC &&
		    (status == COMPACT_COMPLETE || status == COMPACT_PARTIAL_SKIPPED))
			defer_compaction(zone, (int)order);
		if (this_machine->compact.contended)
			break;
	}
	return rc;
}

/* ---- All of a node ---- */

static void compact_node(pg_data_t *pgdat, enum migrate_mode mode, bool proactive)
{
	int zid;

	for (zid = 0; zid < MAX_NR_ZONES; zid++) {
		const struct compact_control settings = {
			.order = -1,
			.mode = mode,
			.ignore_skip_hint = 1,
			.whole_zone = 1,
			.gfp_mask = GFP_KERNEL,
			.zone = &pgdat->node_zones[zid],
			.proactive_compaction = proactive,
		};

		if (populated_zone(settings.zone))
			compact_zone(new_compact_control(&settings));
	}
}

void compact_nodes(void)
{
	pg_data_t *pgdat;

	lru_add_drain_all();
	for_each_online_pgdat(pgdat)
		compact_node(pgdat, MIGRATE_SYNC, false);
}

/* ---- kcompactd ---- */

static bool kcompactd_node_suitable(pg_data_t *pgdat)
{
	int zid;

	for (zid = 0; zid <= pgdat->kcompactd_highest_zoneidx && zid < MAX_NR_ZONES; zid++) {
		struct zone *zone = &pgdat->node_zones[zid];

		if (populated_zone(zone) &&
		    compaction_suitable(zone, pgdat->kcompactd_max_order, 0,
					pgdat->kcompactd_highest_zoneidx) == COMPACT_CONTINUE)
			return true;
	}
	return false;
}

void wakeup_kcompactd(struct pglist_data *pgdat, int order, int highest_zoneidx)
{
	if (!order)
		return;
	if (pgdat->kcompactd_max_order < order)
		pgdat->kcompactd_max_order = order;
	if (pgdat->kcompactd_highest_zoneidx > highest_zoneidx)
		pgdat->kcompactd_highest_zoneidx = highest_zoneidx;
	if (pgdat->kcompactd_woken || !kcompactd_node_suitable(pgdat))
		return;
	trace(TRACE_mm_compaction_wakeup_kcompactd, (u64)pgdat->node_id,
	      trace_pack((u32)order, (u32)highest_zoneidx), 0, 0);
	pgdat->kcompactd_woken = 1;
}

static void kcompactd_compact_zone(struct compact_control *cc, struct zone *zone)
{
	enum compact_result status;

	cc->zone = zone;
	status = compact_zone(cc);
	if (status == COMPACT_SUCCESS) {
		compaction_defer_reset(zone, cc->order, false);
	} else if (status == COMPACT_PARTIAL_SKIPPED || status == COMPACT_COMPLETE) {
		drain_all_pages(zone);
		defer_compaction(zone, cc->order);
	}
	count_vm_events(KCOMPACTD_MIGRATE_SCANNED, cc->total_migrate_scanned);
	count_vm_events(KCOMPACTD_FREE_SCANNED, cc->total_free_scanned);
}

static void kcompactd_do_work(pg_data_t *pgdat)
{
	const struct compact_control settings = {
		.order = pgdat->kcompactd_max_order,
		.search_order = (s16)pgdat->kcompactd_max_order,
		.highest_zoneidx = pgdat->kcompactd_highest_zoneidx,
		.mode = MIGRATE_SYNC_LIGHT,
		.gfp_mask = GFP_KERNEL,
	};
	struct compact_control *cc = new_compact_control(&settings);
	int zid;

	trace(TRACE_mm_compaction_kcompactd_wake, (u64)pgdat->node_id,
	      trace_pack((u32)cc->order, (u32)cc->highest_zoneidx), 0, 0);
	count_vm_event(KCOMPACTD_WAKE);
	for (zid = 0; zid <= settings.highest_zoneidx && zid < MAX_NR_ZONES; zid++) {
		struct zone *zone = &pgdat->node_zones[zid];

		if (!populated_zone(zone) || compaction_deferred(zone, settings.order) ||
		    compaction_suitable(zone, settings.order, 0, zid) != COMPACT_CONTINUE)
			continue;
		kcompactd_compact_zone(cc, zone);
	}
	/* Somebody may have asked for more meanwhile. */
	if (pgdat->kcompactd_max_order <= settings.order)
		pgdat->kcompactd_max_order = 0;
	if (pgdat->kcompactd_highest_zoneidx >= settings.highest_zoneidx)
		pgdat->kcompactd_highest_zoneidx = pgdat->nr_zones - 1;
}

/* A node's fragmentation, 0 to 100: that of its zones by their size. */
static unsigned int fragmentation_score_node(const pg_data_t *pgdat)
{
	unsigned long score = 0;
	int zid;

	for (zid = 0; zid < MAX_NR_ZONES; zid++) {
		const struct zone *zone = &pgdat->node_zones[zid];

		score += zone->present_pages * extfrag_for_order(zone, COMPACTION_HPAGE_ORDER) /
			 (pgdat->node_present_pages + 1);
	}
	return (unsigned int)score;
}

void kcompactd_run(struct pglist_data *pgdat)
{
	if (pgdat->kcompactd_woken && pgdat->kcompactd_max_order > 0)
		kcompactd_do_work(pgdat);
	pgdat->kcompactd_woken = 0;
	if (pgdat->proactive_compact_trigger && this_machine->sysctl_compaction_proactiveness &&
	    fragmentation_score_node(pgdat) > fragmentation_score_wmark(false))
		compact_node(pgdat, MIGRATE_SYNC_LIGHT, true);
	pgdat->proactive_compact_trigger = 0;
	trace(TRACE_mm_compaction_kcompactd_sleep, (u64)pgdat->node_id, 0, 0, 0);
}
