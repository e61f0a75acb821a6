/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a reader may ask about reclaim: LRU lists, kswapd and its scan_control.
 * Part of view.h; the same rules hold.
 */
#ifndef MM_VIEW_RECLAIM_H
#define MM_VIEW_RECLAIM_H

#include "machine.h"

/* What became of a page that reclaim had isolated. */
enum reclaim_outcome {
	RECLAIM_FREED,
	RECLAIM_KEPT, /* back to the list it came from */
	RECLAIM_ACTIVATED,
	RECLAIM_WRITTEN, /* being written; back to the list meanwhile */
	RECLAIM_CULLED,	 /* mlocked: unevictable from now on */
	RECLAIM_DEACTIVATED,
	NR_RECLAIM_OUTCOMES
};

const char *view_reclaim_outcome_name(u32 outcome); /* "freed" */
const char *view_scan_balance_name(u32 balance);    /* "SCAN_FRACT" */
const char *view_lru_name(u32 lru);		    /* "inactive_anon", as in /proc/vmstat */

#define VIEW_NR_LRU 5 /* inactive and active anonymous, inactive and active file, unevictable */

struct view_lruvec {
	u64 nr[VIEW_NR_LRU]; /* pages, by the node's counters */
	u64 anon_cost;
	u64 file_cost;
	u64 nonresident_age;
	u64 nr_isolated_anon;
	u64 nr_isolated_file;
};

/* The LRU lists of a node; false if there is no such node. */
bool view_lruvec(const struct machine *m, u32 nid, struct view_lruvec *out);

/*
 * The page frames of an LRU list, head (newest) first; of the unevictable pages, which are on no list,
 * in the order of their numbers. Returns how many there are.
 */
u64 view_lru_list(const struct machine *m, u32 nid, u32 lru, u64 *pfns, u64 max);

/* Why the flusher was woken. */
enum wb_reason {
	WB_REASON_BACKGROUND,	/* more is dirty than the background threshold */
	WB_REASON_VMSCAN,	/* reclaim meets dirty pages */
	WB_REASON_SYNC,
	WB_REASON_PERIODIC,	/* what has been dirty for too long */
	NR_WB_REASONS
};

/* What readahead takes a read for. */
enum ra_pattern {
	RA_INITIAL,	/* the first one of a row */
	RA_SUBSEQUENT,	/* the reader has come to the mark, or to the end of the window */
	RA_MARKER,	/* to a mark that another reader left */
	RA_CONTEXT,	/* the pages before it are cached: a row, of which nothing is remembered */
	RA_RANDOM,
	RA_NOTHING,	/* all that could be read is there */
};

#endif
