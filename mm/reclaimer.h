/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What reclaim remembers while it works.
 *
 * The kernel keeps this in local variables (scan_control, the lists of isolated
 * pages, how far a scan has come). Here it lies in struct machine: one struct
 * reclaimer for kswapd and one for whoever reclaims for itself. So it can be
 * looked at at every step, no list's head lies on a stack, and a recording in which the two
 * take turns can be replayed by the same functions.
 *
 * Linux counterpart: struct scan_control and its like in mm/vmscan.c.
 */
#ifndef MM_RECLAIMER_H
#define MM_RECLAIMER_H

#include "list.h"
#include "types.h"
#include "view_reclaim.h"

/* How hard reclaim tries: at priority p a 2^p-th of each list is scanned. */
#define DEF_PRIORITY 12

/* Pages isolated at a time. */
#define SWAP_CLUSTER_MAX 32UL

/* After so many runs of kswapd without a page it gives up until someone frees memory. */
#define MAX_RECLAIM_RETRIES 16

#define DEACTIVATE_ANON 1u
#define DEACTIVATE_FILE 2u

enum reclaimer_kind {
	RECLAIMER_KSWAPD,
	RECLAIMER_DIRECT, /* the allocating task itself */
	NR_RECLAIMERS
};

/* What reclaim is to achieve and what it may do. Flags are 0 or 1. */
struct scan_control {
	unsigned long nr_to_reclaim; /* pages; enough is enough */
	unsigned long anon_cost;     /* of the lruvec, when the scan began */
	unsigned long file_cost;
	u8 may_deactivate; /* DEACTIVATE_*: which active lists may be shrunk */
	u8 force_deactivate;
	u8 skipped_deactivate; /* an active list was left alone */
	u8 may_writepage;      /* dirty pages may be written */
	u8 may_unmap;
	u8 may_swap;	     /* anonymous pages may be reclaimed */
	u8 ignore_references; /* also pages that were used lately */
	u8 compaction_ready; /* a zone has enough: compact instead */
	u8 cache_trim_mode;  /* plenty of inactive file pages: take only those */
	u8 file_is_tiny;     /* next to no file pages left: take anonymous ones */
	u8 order;	     /* of the request */
	s8 priority;
	s8 reclaim_idx; /* highest zone to take pages from */
	gfp_t gfp_mask;
	u32 scan_balance; /* enum scan_balance: how get_scan_count() decided */
	unsigned long nr_scanned;
	unsigned long nr_reclaimed;
	struct scan_counts {	/* of this pass over the node */
		unsigned long dirty;
		unsigned long unqueued_dirty;
		unsigned long congested;
		unsigned long writeback;
		unsigned long immediate;
		unsigned long file_taken;
		unsigned long taken;
	} nr;
};

enum scan_balance {
	SCAN_EQUAL, /* all lists alike */
	SCAN_FRACT, /* by what each kind has cost */
	SCAN_ANON,
	SCAN_FILE,
};

/* What came of the pages of one isolated batch. */
struct reclaim_stat {
	unsigned long nr_dirty;
	unsigned long nr_unqueued_dirty;
	unsigned long nr_congested;
	unsigned long nr_writeback;
	unsigned long nr_immediate;
	unsigned long nr_pageout;
	unsigned long nr_activate[ANON_AND_FILE];
	unsigned long nr_ref_keep;
	unsigned long nr_unmap_fail;
	unsigned long nr_lazyfree_fail;
};

/* shrink_lruvec()'s plan: how much is left to scan of each list, and which one is next. */
struct lruvec_scan {
	unsigned long nr[NR_LRU_LISTS];	     /* pages left to scan */
	unsigned long targets[NR_LRU_LISTS]; /* pages to scan in all */
	unsigned long nr_reclaimed;
	u32 lru;   /* enum lru_list: next in this round */
	u32 stage; /* enum scan_stage */
};

enum scan_stage {
	SCAN_ROUNDS, /* going round the lists */
	SCAN_AGE,    /* last, a little of the active anonymous pages */
	SCAN_DONE,
};

/* balance_pgdat()'s variables. */
struct kswapd_balance {
	unsigned long nr_boost_reclaim; /* pages to reclaim for the sake of a boost */
	unsigned long zone_boosts[MAX_NR_ZONES];
	unsigned long nr_reclaimed; /* before this pass */
	u8 boosted;
	u8 raise_priority;
	u8 highest_zoneidx;
	u8 order;
	u32 stage; /* enum balance_stage */
};

enum balance_stage {
	BALANCE_IDLE,
	BALANCE_PASS,	 /* a pass over the node is due or under way */
	BALANCE_GAVE_UP, /* priority is used up */
	BALANCE_OUT,	 /* done */
};

/* What a recording says where the machine has no page tables or disk to ask. */
struct reclaim_answers {
	u32 recorded;	/* 1: these count */
	s32 referenced; /* page table entries with the accessed bit; -1 = lock contention */
	u32 extra_refs; /* references that nobody can account for */
	u32 locked;	/* somebody has locked the page */
};

struct reclaimer {
	struct scan_control sc;
	struct lruvec_scan scan;
	struct reclaim_stat stat;
	struct kswapd_balance balance;
	struct reclaim_answers answers;
	unsigned long reclaimed_slab; /* pages of slabs that were freed meanwhile */
	s32 nid;      /* node at work on */
	u32 lru;      /* enum lru_list: list at work on */
	u32 next_lru; /* replay: what is to be scanned next; NR_LRU_LISTS: nothing */
	u32 in_plan;  /* replay: this batch is part of a plan */
	unsigned long next_nr;
	unsigned long nr_taken;	    /* pages isolated in this batch */
	unsigned long nr_scanned;   /* of that list, for this batch */
	unsigned long nr_freed;	    /* of this batch */
	u32 nr_written;
	u32 pad;
	struct page *written[SWAP_CLUSTER_MAX];	/* of this batch, with a reference each */
	struct list_head isolated;  /* the batch, next to be looked at last */
	struct list_head ret_pages; /* go back to a list (l_active of shrink_active_list()) */
	struct list_head l_inactive;
	struct list_head free_pages;
	struct list_head skipped; /* of higher zones than wanted */
};

#endif
