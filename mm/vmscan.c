// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reclaim of a node: how much of each LRU list to look at, and going through the
 * lists in batches of 32 pages.
 *
 *	shrink_node()
 *	  prepare_scan_count()	what is known of the node: costs, refaults, sizes
 *	  shrink_lruvec()
 *	    get_scan_count()	how many pages of each list
 *	    shrink_inactive_list()  isolate from the tail; free, keep or activate each
 *	    shrink_active_list()    isolate from the tail; deactivate (almost) all
 *	  shrink_slab()		caches of the kernel
 *
 * A page that is isolated is on one of the lists of struct reclaimer, without PG_lru
 * and with a reference. Pages go back in the order in which they were taken.
 *
 * Linux counterpart: mm/vmscan.c.
 */
#include "vmscan.h"
#include "mm.h"
#include "mm_inline.h"
#include "swap.h"
#include "vmstat.h"
#include "writeback.h"

void init_reclaim(struct machine *m)
{
	int i;

	for (i = 0; i < NR_RECLAIMERS; i++) {
		struct reclaimer *r = &m->reclaimers[i];

		INIT_LIST_HEAD(&r->isolated);
		INIT_LIST_HEAD(&r->ret_pages);
		INIT_LIST_HEAD(&r->l_inactive);
		INIT_LIST_HEAD(&r->free_pages);
		INIT_LIST_HEAD(&r->skipped);
	}
	m->reclaimer = NR_RECLAIMERS;
	m->vm_swappiness = 60;
}

/* ---- What is known of the node ---- */

static unsigned long int_sqrt(unsigned long x)
{
	unsigned long root = 0;

	while ((root + 1) * (root + 1) <= x)
		root++;
	return root;
}

/*
 * Is the inactive list too short, so that pages get no chance to be used again before they reach the
 * tail? On larger lists a smaller part is enough.
 */
bool inactive_is_low(struct lruvec *lruvec, enum lru_list inactive_lru)
{
	unsigned long inactive = lruvec_page_state(lruvec, NR_LRU_BASE + inactive_lru);
	unsigned long active = lruvec_page_state(lruvec, NR_LRU_BASE + inactive_lru + LRU_ACTIVE);
	unsigned long gb = (inactive + active) >> (30 - PAGE_SHIFT);

	return inactive * (gb ? int_sqrt(10 * gb) : 1) < active;
}

/* Without swap, anonymous pages cannot go anywhere, so their order does not matter. */
bool can_age_anon_pages(void)
{
	return this_machine->total_swap_pages > 0;
}

static bool can_reclaim_anon_pages(void)
{
	return this_machine->nr_swap_pages > 0;
}

/* Have pages come back that were evicted only lately, or is the inactive list too short? */
static bool wants_deactivation(struct lruvec *lruvec, int file)
{
	unsigned long refaults = lruvec_page_state(lruvec, WORKINGSET_ACTIVATE_ANON + file);

	return refaults != lruvec->refaults[file] ||
	       inactive_is_low(lruvec, file ? LRU_INACTIVE_FILE : LRU_INACTIVE_ANON);
}

/*
 * With so few file pages that freeing all of them would not bring the node above its watermarks,
 * scanning files is a waste; provided that there is inactive anonymous memory instead.
 */
static bool node_file_is_tiny(pg_data_t *pgdat, const struct scan_control *sc)
{
	unsigned long file = node_page_state(pgdat, NR_ACTIVE_FILE) +
			     node_page_state(pgdat, NR_INACTIVE_FILE);
	unsigned long anon = node_page_state(pgdat, NR_INACTIVE_ANON);
	unsigned long total_high_wmark = 0, free = 0;
	int i;

	for (i = 0; i < MAX_NR_ZONES; i++) {
		struct zone *zone = &pgdat->node_zones[i];

		if (!managed_zone(zone))
			continue;
		free += zone_page_state(zone, NR_FREE_PAGES);
		total_high_wmark += high_wmark_pages(zone);
	}
	return file + free <= total_high_wmark && !(sc->may_deactivate & DEACTIVATE_ANON) &&
	       anon >> sc->priority;
}

/* The flags of scan_control, as its bit fields lie in the kernel's. */
static u32 scan_control_bits(const struct scan_control *sc)
{
	return sc->may_deactivate | (u32)sc->force_deactivate << 2 |
	       (u32)sc->skipped_deactivate << 3 | (u32)sc->may_writepage << 4 |
	       (u32)sc->may_unmap << 5 | (u32)sc->may_swap << 6 |
	       (u32)sc->compaction_ready << 11 | (u32)sc->cache_trim_mode << 12 |
	       (u32)sc->file_is_tiny << 13;
}

void prepare_scan_count(pg_data_t *pgdat, struct scan_control *sc)
{
	struct lruvec *lruvec = &pgdat->__lruvec;
	unsigned long file = lruvec_page_state(lruvec, NR_INACTIVE_FILE);
	int kind;

	sc->anon_cost = lruvec->anon_cost;
	sc->file_cost = lruvec->file_cost;
	for (kind = WORKINGSET_ANON; kind <= WORKINGSET_FILE; kind++) {
		sc->may_deactivate &= (u8)~(1u << kind);
		if (sc->force_deactivate || wants_deactivation(lruvec, kind))
			sc->may_deactivate |= (u8)(1u << kind);
	}
	sc->cache_trim_mode = file >> sc->priority && !(sc->may_deactivate & DEACTIVATE_FILE);
	sc->file_is_tiny = node_file_is_tiny(pgdat, sc);
	trace(TRACE_scan_control, trace_pack((u32)sc->priority, (u32)sc->reclaim_idx),
	      trace_pack((u32)sc->nr_to_reclaim, scan_control_bits(sc)),
	      trace_pack((u32)sc->anon_cost, (u32)sc->file_cost), sc->order);
}

/* Remembers how many refaults there were, to see at the next reclaim whether there are more. */
void snapshot_refaults(pg_data_t *pgdat)
{
	struct lruvec *lruvec = &pgdat->__lruvec;

	lruvec->refaults[WORKINGSET_ANON] = lruvec_page_state(lruvec, WORKINGSET_ACTIVATE_ANON);
	lruvec->refaults[WORKINGSET_FILE] = lruvec_page_state(lruvec, WORKINGSET_ACTIVATE_FILE);
}

/* ---- How much of each list ---- */

/* Pages on a list that lie in zones up to @zone_idx. */
static unsigned long lruvec_lru_size(struct lruvec *lruvec, enum lru_list lru, int zone_idx)
{
	unsigned long size = 0;
	int zid;

	for (zid = 0; zid <= zone_idx && zid < MAX_NR_ZONES; zid++) {
		struct zone *zone = &lruvec_pgdat(lruvec)->node_zones[zid];

		if (managed_zone(zone))
			size += zone_page_state(zone, NR_ZONE_LRU_BASE + lru);
	}
	return size;
}

static enum scan_balance choose_balance(const struct scan_control *sc)
{
	if (!sc->may_swap || !can_reclaim_anon_pages())
		return SCAN_FILE;
	/* Close to failing: whatever there is. */
	if (!sc->priority && this_machine->vm_swappiness)
		return SCAN_EQUAL;
	if (sc->file_is_tiny)
		return SCAN_ANON;
	if (sc->cache_trim_mode)
		return SCAN_FILE;
	return SCAN_FRACT;
}

/*
 * The shares of anonymous memory and files: inverse to what each has cost lately, weighted with
 * swappiness. Half of the cost is shared, so that no share falls below a third of the other's.
 */
static void scan_fractions(const struct scan_control *sc, unsigned long *fraction)
{
	unsigned long swappiness = (unsigned long)this_machine->vm_swappiness;
	unsigned long total_cost = sc->anon_cost + sc->file_cost;
	unsigned long anon_cost = total_cost + sc->anon_cost;
	unsigned long file_cost = total_cost + sc->file_cost;

	total_cost = anon_cost + file_cost;
	fraction[WORKINGSET_ANON] = swappiness * (total_cost + 1) / (anon_cost + 1);
	fraction[WORKINGSET_FILE] = (200 - swappiness) * (total_cost + 1) / (file_cost + 1);
}

void get_scan_count(struct lruvec *lruvec, struct scan_control *sc, unsigned long *nr)
{
	enum scan_balance balance = choose_balance(sc);
	unsigned long fraction[ANON_AND_FILE], denominator;
	enum lru_list lru;

	scan_fractions(sc, fraction);
	denominator = fraction[WORKINGSET_ANON] + fraction[WORKINGSET_FILE];
	for_each_evictable_lru(lru) {
		int file = is_file_lru(lru);
		unsigned long scan = lruvec_lru_size(lruvec, lru, sc->reclaim_idx) >> sc->priority;

		if (balance == SCAN_FRACT)
			scan = scan * fraction[file] / denominator;
		else if (balance != SCAN_EQUAL && (balance == SCAN_FILE) != file)
			scan = 0;
		nr[lru] = scan;
	}
	nr[LRU_UNEVICTABLE] = 0;
	sc->scan_balance = balance;
	trace(TRACE_get_scan_count, trace_pack((u32)lruvec_pgdat(lruvec)->node_id, balance),
	      trace_pack((u32)nr[LRU_INACTIVE_ANON], (u32)nr[LRU_ACTIVE_ANON]),
	      trace_pack((u32)nr[LRU_INACTIVE_FILE], (u32)nr[LRU_ACTIVE_FILE]),
	      (u64)sc->priority);
}

/* ---- The plan of shrink_lruvec() ---- */

void lruvec_scan_start(struct lruvec *lruvec, struct reclaimer *r)
{
	struct lruvec_scan *scan = &r->scan;
	enum lru_list lru;

	get_scan_count(lruvec, &r->sc, scan->nr);
	for_each_lru(lru)
		scan->targets[lru] = scan->nr[lru];
	scan->nr_reclaimed = 0;
	scan->lru = LRU_BASE;
	scan->stage = SCAN_ROUNDS;
}

/* Scans what is left of the one kind of list in the proportion in which the other was scanned. */
static void scale_other_target(struct lruvec_scan *scan, enum lru_list base,
			       unsigned long percentage)
{
	enum lru_list lru;

	for (lru = base; lru <= base + LRU_ACTIVE; lru++) {
		unsigned long scanned = scan->targets[lru] - scan->nr[lru];

		scan->nr[lru] = scan->targets[lru] * (100 - percentage) / 100;
		scan->nr[lru] -= min(scan->nr[lru], scanned);
	}
}

/*
 * Enough was reclaimed. The kind with less left to scan is done with; of the other kind only so much
 * more is scanned that both were scanned in proportion to their targets. Returns whether to go on.
 */
static bool keep_proportion(struct lruvec_scan *scan)
{
	unsigned long nr_file = scan->nr[LRU_INACTIVE_FILE] + scan->nr[LRU_ACTIVE_FILE];
	unsigned long nr_anon = scan->nr[LRU_INACTIVE_ANON] + scan->nr[LRU_ACTIVE_ANON];
	enum lru_list less, more;
	unsigned long target;

	if (!nr_file || !nr_anon)
		return false;
	less = nr_file > nr_anon ? LRU_BASE : LRU_FILE;
	more = less == LRU_BASE ? LRU_FILE : LRU_BASE;
	target = scan->targets[less] + scan->targets[less + LRU_ACTIVE] + 1;

	scan->nr[less] = 0;
	scan->nr[less + LRU_ACTIVE] = 0;
	scale_other_target(scan, more, min(nr_file, nr_anon) * 100 / target);
	return true;
}

/* At the end of a round over the lists: is there to be another? */
static bool another_round(const struct reclaimer *r, struct lruvec_scan *scan)
{
	/* At the first attempt a task that reclaims for itself sees its plan through. */
	bool proportional_reclaim = !current_is_kswapd() && r->sc.priority == DEF_PRIORITY;

	if (scan->nr_reclaimed >= r->sc.nr_to_reclaim && !proportional_reclaim &&
	    !keep_proportion(scan))
		return false;
	return scan->nr[LRU_INACTIVE_ANON] || scan->nr[LRU_ACTIVE_FILE] ||
	       scan->nr[LRU_INACTIVE_FILE];
}

static void end_rounds(struct lruvec *lruvec, struct reclaimer *r)
{
	r->sc.nr_reclaimed += r->scan.nr_reclaimed;
	r->scan.stage = can_age_anon_pages() && inactive_is_low(lruvec, LRU_INACTIVE_ANON) ?
				SCAN_AGE : SCAN_DONE;
}

/* The next list of this round, from scan->lru on, of which something is left to scan. */
static bool next_in_round(struct lruvec_scan *scan, enum lru_list *lru, unsigned long *nr_to_scan)
{
	while (scan->lru <= LRU_ACTIVE_FILE) {
		*lru = scan->lru++;
		*nr_to_scan = min(scan->nr[*lru], SWAP_CLUSTER_MAX);
		scan->nr[*lru] -= *nr_to_scan;
		if (*nr_to_scan)
			return true;
	}
	return false;
}

/* An active list is left alone while nothing says that its pages are in the way. */
static bool may_shrink(struct scan_control *sc, enum lru_list lru)
{
	if (!is_active_lru(lru) || sc->may_deactivate & (1 << is_file_lru(lru)))
		return true;
	sc->skipped_deactivate = 1;
	return false;
}

bool lruvec_scan_next(struct lruvec *lruvec, struct reclaimer *r, enum lru_list *lru,
		      unsigned long *nr_to_scan)
{
	struct lruvec_scan *scan = &r->scan;

	while (scan->stage == SCAN_ROUNDS) {
		if (scan->lru == LRU_BASE && !scan->nr[LRU_INACTIVE_ANON] &&
		    !scan->nr[LRU_ACTIVE_FILE] && !scan->nr[LRU_INACTIVE_FILE]) {
			end_rounds(lruvec, r);
			break;
		}
		while (next_in_round(scan, lru, nr_to_scan))
			if (may_shrink(&r->sc, *lru))
				return true;
		scan->lru = LRU_BASE;
		if (!another_round(r, scan))
			end_rounds(lruvec, r);
	}
	if (scan->stage != SCAN_AGE)
		return false;
	scan->stage = SCAN_DONE;
	*lru = LRU_ACTIVE_ANON;
	*nr_to_scan = SWAP_CLUSTER_MAX;
	return true;
}

/* ---- The node ---- */

static void shrink_lruvec(struct lruvec *lruvec, struct reclaimer *r)
{
	unsigned long nr_to_scan;
	enum lru_list lru;

	lruvec_scan_start(lruvec, r);
	while (lruvec_scan_next(lruvec, r, &lru, &nr_to_scan)) {
		if (is_active_lru(lru))
			shrink_active_list(nr_to_scan, lruvec, r, lru);
		else
			shrink_inactive_list(nr_to_scan, lruvec, r, lru);
	}
}

/* Time that reclaim gives the disk at most. */
#define THROTTLE_TIMEOUT (HZ / 10 * USEC_PER_JIFFY)

void reclaim_throttle(pg_data_t *pgdat)
{
	u64 start = this_machine->clock;

	pgdat->nr_writeback_throttled++;
	/* As in the kernel it is woken early when enough has been written; here, when all has. */
	wb_workfn(start + THROTTLE_TIMEOUT);
	disk_run(min(start + THROTTLE_TIMEOUT, disk_idle_at()));
	pgdat->nr_writeback_throttled--;
	trace(TRACE_reclaim_throttle, (u64)pgdat->node_id, (this_machine->clock - start) / 1000, 0,
	      0);
}

/*
 * What the pass met tells whether reclaim must wait. kswapd waits when it finds pages at the tail
 * again that it had left to be written, others when everything dirty is in the disk's queue already.
 * And the flusher, if it was woken, gets its turn.
 */
static void wait_for_writeback(pg_data_t *pgdat, const struct scan_control *sc)
{
	bool congested = pgdat->__lruvec.flags & 1UL << LRUVEC_CONGESTED;

	if (current_is_kswapd() ? sc->nr.immediate != 0 : congested || sc->nr.writeback)
		reclaim_throttle(pgdat);
	else
		wb_workfn(~0UL);
}

/* Marks for the passes to come: is writing too slow for reclaim? */
static void note_node_state(pg_data_t *pgdat, struct reclaimer *r)
{
	const struct scan_control *sc = &r->sc;

	if (!current_is_kswapd())
		return;
	if (sc->nr.writeback && sc->nr.writeback == sc->nr.taken)
		pgdat->flags |= 1UL << PGDAT_WRITEBACK;
	if (sc->nr.unqueued_dirty == sc->nr.file_taken)
		pgdat->flags |= 1UL << PGDAT_DIRTY;
	if (sc->nr.dirty && sc->nr.dirty == sc->nr.congested)
		pgdat->__lruvec.flags |= 1UL << LRUVEC_CONGESTED;
}

/* For a large block: pages are reclaimed until there are enough to compact with. */
static bool in_reclaim_compaction(const struct scan_control *sc)
{
	return gfp_compaction_allowed(sc->gfp_mask) && sc->order &&
	       (sc->order > PAGE_ALLOC_COSTLY_ORDER || sc->priority < DEF_PRIORITY - 2);
}

/* The last pass over the node freed @nr_reclaimed pages: another one, for the sake of compaction? */
static bool should_continue_reclaim(pg_data_t *pgdat, unsigned long nr_reclaimed,
				    const struct scan_control *sc)
{
	unsigned long inactive_lru_pages = node_page_state(pgdat, NR_INACTIVE_FILE);
	int z;

	if (!in_reclaim_compaction(sc) || !nr_reclaimed)
		return false;
	for (z = 0; z <= sc->reclaim_idx && z < MAX_NR_ZONES; z++) {
		struct zone *zone = &pgdat->node_zones[z];

		if (managed_zone(zone) &&
		    compaction_suitable(zone, sc->order, 0, sc->reclaim_idx) != COMPACT_SKIPPED)
			return false;
	}
	if (can_reclaim_anon_pages())
		inactive_lru_pages += node_page_state(pgdat, NR_INACTIVE_ANON);
	return inactive_lru_pages > compact_gap(sc->order);
}

/* Caches of the kernel's objects give a share of theirs, and the pages that become free by it count. */
static void shrink_node_slabs(pg_data_t *pgdat, struct reclaimer *r)
{
	r->reclaimed_slab = 0;
	shrink_slab(r->sc.gfp_mask, pgdat->node_id, r->sc.priority);
	r->sc.nr_reclaimed += r->reclaimed_slab;
}

void shrink_node(pg_data_t *pgdat, struct reclaimer *r)
{
	struct scan_control *sc = &r->sc;
	unsigned long nr_reclaimed;
	bool reclaimable = false;

	r->nid = pgdat->node_id;
	do {
		sc->nr = (struct scan_counts){ 0 };
		nr_reclaimed = sc->nr_reclaimed;
		prepare_scan_count(pgdat, sc);
		shrink_lruvec(&pgdat->__lruvec, r);
		shrink_node_slabs(pgdat, r);
		note_node_state(pgdat, r);
		wait_for_writeback(pgdat, sc);
		reclaimable |= sc->nr_reclaimed > nr_reclaimed;
	} while (should_continue_reclaim(pgdat, sc->nr_reclaimed - nr_reclaimed, sc));
	if (reclaimable)
		pgdat->kswapd_failures = 0;
}
