/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reclaim: taking pages away from where they are needed least.
 *
 * The loops of the kernel are cut into parts (what is due next, do it, note what
 * came of it) that lie in struct reclaimer between calls. The loops
 * themselves are in shrink_lruvec(), balance_pgdat() and do_try_to_free_pages();
 * the replay of recordings calls the parts one by one.
 *
 * Linux counterpart: mm/vmscan.c.
 */
#ifndef MM_VMSCAN_H
#define MM_VMSCAN_H

#include "internal.h"

/* ---- vmscan.c ---- */

void init_reclaim(struct machine *m);
void prepare_scan_count(pg_data_t *pgdat, struct scan_control *sc);
void get_scan_count(struct lruvec *lruvec, struct scan_control *sc, unsigned long *nr);
bool inactive_is_low(struct lruvec *lruvec, enum lru_list inactive_lru);
bool can_age_anon_pages(void);
void snapshot_refaults(pg_data_t *pgdat);

/* The three parts of shrink_lruvec(): lay out the plan, what to scan next, sum up. */
void lruvec_scan_start(struct lruvec *lruvec, struct reclaimer *r);
bool lruvec_scan_next(struct lruvec *lruvec, struct reclaimer *r, enum lru_list *lru,
		      unsigned long *nr_to_scan);

/* The three parts of shrink_inactive_list() and shrink_active_list(). */
void isolate_batch(unsigned long nr_to_scan, struct lruvec *lruvec, struct reclaimer *r,
		   enum lru_list lru);
enum reclaim_outcome shrink_active_page(struct page *page, struct reclaimer *r);
void account_inactive_batch(struct lruvec *lruvec, struct reclaimer *r);
void account_active_batch(struct lruvec *lruvec, struct reclaimer *r, unsigned long nr_activate,
			  unsigned long nr_deactivate);

void shrink_node(pg_data_t *pgdat, struct reclaimer *r);
/* What reclaim has begun to write to swap is written. */
void end_batch_writeback(struct reclaimer *r);
/* Reclaim runs into pages that are being written: it waits, and the flusher and the disk work. */
void reclaim_throttle(pg_data_t *pgdat);
void shrink_inactive_list(unsigned long nr_to_scan, struct lruvec *lruvec, struct reclaimer *r,
			  enum lru_list lru);
void shrink_active_list(unsigned long nr_to_scan, struct lruvec *lruvec, struct reclaimer *r,
			enum lru_list lru);

/*
 * Reclaims pages that were isolated, whether they were used lately or not: MADV_PAGEOUT. Those that cannot go are put back.
 * Returns how many were freed; those that are being written are not among them.
 */
unsigned long reclaim_pages(struct list_head *folio_list);

/* Takes a page off its LRU list, with a reference; 0 or -EBUSY. And puts it back. */
int isolate_lru_page(struct page *page);
void putback_lru_page(struct page *page);

/* ---- shrink_pages.c: one page of an inactive list ---- */

enum reclaim_outcome shrink_inactive_page(struct page *page, struct reclaimer *r);

/* ---- kswapd.c ---- */

bool pgdat_balanced(pg_data_t *pgdat, unsigned int order, enum zone_type highest_zoneidx);
bool pgdat_watermark_boosted(pg_data_t *pgdat, enum zone_type highest_zoneidx);

/* The parts of balance_pgdat(): begin, whether another pass is due, what the pass changed, end. */
void balance_start(pg_data_t *pgdat, unsigned int order, enum zone_type highest_zoneidx,
		   struct reclaimer *r);
bool balance_next(pg_data_t *pgdat, struct reclaimer *r);
void kswapd_set_target(pg_data_t *pgdat, struct scan_control *sc);
void balance_account(pg_data_t *pgdat, struct reclaimer *r);
void balance_end(pg_data_t *pgdat, struct reclaimer *r);
bool prepare_kswapd_sleep(pg_data_t *pgdat, unsigned int order, enum zone_type highest_zoneidx);

/* Is anything on the node's LRU lists, or on its way there? Without, reclaim has nothing to look at. */
bool node_has_reclaimable(pg_data_t *pgdat);

/**
 * kswapd_run - what a node's kswapd does between waking and sleeping again
 *
 * Returns the number of pages reclaimed.
 */
unsigned long kswapd_run(pg_data_t *pgdat);

/* ---- replay_lru.c ---- */

/* The end of a batch of a recording: what is next? */
void replay_scan_next(struct reclaimer *r);
/* A page that a recording's snapshot has on an LRU list, with its flags; false if it cannot be there. */
bool replay_load_lru_page(u64 pfn, u32 lru, u64 flags);
/* A page of a recording leaves whatever list of reclaim's it is on. */
void replay_forget_page(struct page *page);

/* ---- direct_reclaim.c ---- */

/* The parts of do_try_to_free_pages(): begin; is another pass due, at which priority? */
void direct_reclaim_start(struct reclaimer *r, unsigned int order, gfp_t gfp_mask);
bool direct_reclaim_next(struct reclaimer *r);

/**
 * try_to_free_pages - reclaim for a request that cannot be served
 *
 * Returns how many pages were freed (1 if compaction can go on instead), 0 if none.
 */
unsigned long try_to_free_pages(struct zonelist *zonelist, unsigned int order, gfp_t gfp_mask,
				const nodemask_t *nodemask);

/* Pages of a zone's lists that reclaim could take. */
unsigned long zone_reclaimable_pages(struct zone *zone);

static inline struct reclaimer *reclaimer_of(enum reclaimer_kind kind)
{
	return &this_machine->reclaimers[kind];
}

/* Free pages beside the block that compaction of a block of this order needs to work with. */
static inline unsigned long compact_gap(unsigned int order)
{
	return 2UL << order;
}

static inline bool current_is_kswapd(void)
{
	return this_machine->reclaimer == RECLAIMER_KSWAPD;
}

#endif
