/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a reader may ask about reclaim: LRU lists and their pages, what waits
 * on its way to them, kswapd and direct reclaim with their scan_control, swap,
 * and what the OOM killer thinks of the tasks. Part of view.h; the same rules hold.
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
	u64 nr[VIEW_NR_LRU]; /* pages, with what CPUs have not folded into the counters */
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

/*
 * The first pages from one end of a list, without going on to the other: of a list of any length in
 * little time. Returns how many were put out, at most @max. Of the unevictable pages nothing.
 */
u64 view_lru_end(const struct machine *m, u32 nid, u32 lru, bool tail, u64 *pfns, u64 max);

/* Bits of struct view_lru_page.marks: what decides over a page when reclaim meets it. */
enum view_lru_mark {
	VIEW_LRU_REFERENCED = 1 << 0, /* PG_referenced */
	VIEW_LRU_ACCESSED = 1 << 1,   /* an entry that maps it has the accessed bit */
	VIEW_LRU_DIRTY = 1 << 2,      /* PG_dirty */
	VIEW_LRU_WRITEBACK = 1 << 3,
	VIEW_LRU_RECLAIM = 1 << 4, /* PG_reclaim: free it as soon as it is written */
	VIEW_LRU_ACTIVE = 1 << 5,
	VIEW_LRU_MLOCKED = 1 << 6,
	VIEW_LRU_SWAPCACHE = 1 << 7,
	VIEW_LRU_WORKINGSET = 1 << 8,
	VIEW_LRU_SWAPBACKED = 1 << 9, /* goes to swap; else its contents are in a file */
	VIEW_LRU_ON_LIST = 1 << 10,   /* PG_lru: on a list, not isolated and not in a batch */
	VIEW_LRU_STORED = 1 << 11,    /* an entry that maps it is dirty */
	VIEW_LRU_TO_SPLIT = 1 << 12,  /* huge, with unused parts: in the queue of deferred splitting */
};

struct view_lru_page {
	u64 pfn;
	u32 marks;    /* VIEW_LRU_* */
	u32 accessed; /* entries with the accessed bit: what page_referenced() would count now */
	s32 mapcount;
	u32 nr_pages; /* 1, or all of a compound page */
	u32 lru;      /* list it is on or would be put on (folio_lru_list()) */
	u32 nid;
};

/**
 * view_lru_page - a page as reclaim sees it
 *
 * The entries that map it are found through rmap, as page_referenced() finds them. Returns false if
 * there is no page frame of that number.
 */
bool view_lru_page(const struct machine *m, u64 pfn, struct view_lru_page *out);

/*
 * The same without looking at page-table entries (without VIEW_LRU_ACCESSED and _STORED, accessed 0): for
 * pages by the thousand.
 */
bool view_lru_page_brief(const struct machine *m, u64 pfn, struct view_lru_page *out);

/* A CPU's pages on their way to the lists or between them: struct cpu_fbatches. */
#define VIEW_NR_BATCHES 7
const char *view_batch_name(u32 batch); /* "lru_add" */
/* The pages of one batch, the oldest first. Returns how many. */
u32 view_batch(const struct machine *m, u32 cpu, u32 batch, u64 *pfns, u32 max);

/* ---- kswapd and direct reclaim ---- */

/* One of each; objects: MM_OBJECT_RECLAIMER, enum view_reclaimer_kind. */
enum view_reclaimer_kind {
	VIEW_KSWAPD,
	VIEW_DIRECT_RECLAIM,
	VIEW_NR_RECLAIMERS
};

/* struct scan_control and what goes with it: what reclaim wants and how far it has come. */
struct view_reclaimer {
	bool at_work;
	bool passing; /* a pass over the node is under way or due (kswapd) */
	s32 nid;      /* node at work on, or worked on last */
	u32 lru;      /* list at work on, or worked on last */
	s32 priority; /* 12 at first; a 2^priority-th of each list is scanned */
	u32 order;
	u32 gfp_mask;
	u32 reclaim_idx;   /* highest zone to take pages from */
	u32 scan_balance;  /* for view_scan_balance_name() */
	u64 nr_to_reclaim; /* pages */
	u64 nr_scanned;
	u64 nr_reclaimed;
	u64 anon_cost, file_cost;
	u64 targets[VIEW_NR_LRU]; /* pages to scan of each list in this pass */
	u64 left[VIEW_NR_LRU];	  /* ... and how many of them are left */
	u64 batch_taken;	  /* pages isolated in the batch under way */
	u64 batch_scanned;
	u64 batch_freed;
	bool may_writepage, may_unmap, may_swap;
	bool may_deactivate_anon, may_deactivate_file, force_deactivate, skipped_deactivate;
	bool cache_trim_mode, file_is_tiny, compaction_ready;
};

/* False if there is no such reclaimer. */
bool view_reclaimer(const struct machine *m, u32 kind, struct view_reclaimer *out);

/* Where an isolated page is between the lists. */
enum view_isolated {
	VIEW_ISOLATED,		/* not looked at yet */
	VIEW_ISOLATED_RETURN,	/* goes back to a list (active again, or kept) */
	VIEW_ISOLATED_INACTIVE, /* of an active list: goes to the inactive one */
	VIEW_ISOLATED_FREE,	/* will be freed with the batch */
	VIEW_ISOLATED_SKIPPED,	/* of a higher zone than wanted */
	VIEW_NR_ISOLATED
};

/* The pages of one of its lists, those to be looked at next first. Returns how many there are. */
u64 view_isolated(const struct machine *m, u32 kind, u32 which, u64 *pfns, u64 max);

struct view_kswapd {
	bool woken;	     /* it will run after the operation under way */
	bool awake;	     /* it is at work */
	bool hopeless;	     /* it has given up until someone frees memory */
	u32 order;	     /* what it was woken for */
	u32 highest_zoneidx; /* VIEW_NR_ZONES or more: nobody asked */
	u32 failures;	     /* runs without a page reclaimed, in a row */
};

/* False if there is no such node. */
bool view_kswapd(const struct machine *m, u32 nid, struct view_kswapd *out);

/* What has happened since boot, by the counters of /proc/vmstat: cheap enough for every event. */
struct view_activity {
	u64 faults;	 /* pgfault */
	u64 major;	 /* pgmajfault */
	u64 scanned;	 /* pgscan_kswapd, pgscan_direct */
	u64 reclaimed;	 /* pgsteal_kswapd, pgsteal_direct */
	u64 refaults;	 /* workingset_refault_anon, _file */
	u64 swapped_in;	 /* pswpin */
	u64 swapped_out; /* pswpout */
};

void view_activity(const struct machine *m, struct view_activity *out);

/* ---- Swap: view_swap.c ---- */

struct view_swap_device {
	u32 nr;
	s32 priority;
	bool in_use;	/* else it is off: nothing is on it */
	u64 slots; /* that can be used */
	u64 used;
	u64 cached;	  /* slots whose page is in memory, too */
	u64 shadows;	  /* slots that keep a shadow entry of the page that went */
	u64 cluster_next; /* where a free slot is looked for next */
};

/* The swap devices of the machine. Returns how many. */
u32 view_swap_devices(const struct machine *m, struct view_swap_device *out, u32 max);
/* One of them; false if there is none of that number. */
bool view_swap_device(const struct machine *m, u32 device, struct view_swap_device *out);

/* A slot; object: MM_OBJECT_SWAP_SLOT, mm_swap_object(). */
struct view_swap_slot {
	u32 count;   /* page-table entries that refer to it */
	bool cached; /* SWAP_HAS_CACHE: a page of the swap cache has it */
	bool shadow;
	bool workingset; /* the page that went was in use then */
	u64 pfn;	 /* the page in the swap cache; ~0 = none */
	u64 distance;	 /* shadow: pages that have left their lists since */
};

/* Slots of a device from @first (slot 0 is the header) on. Returns how many were put out. */
u64 view_swap_slots(const struct machine *m, u32 device, u64 first, struct view_swap_slot *out,
		    u64 max);
bool view_swap_slot(const struct machine *m, u32 device, u64 slot, struct view_swap_slot *out);

/* The task (the first of several) whose entries refer to each slot of [first, first + nr): its pid, 0 = none. */
void view_swap_owners(const struct machine *m, u32 device, u64 first, u64 nr, s32 *pids);

/* ---- Running out of memory: view_swap.c ---- */

struct view_oom {
	s32 pid;
	bool eligible;		 /* may be chosen */
	bool victim;		 /* was chosen */
	u64 rss, swap, pgtables; /* pages */
	s32 oom_score_adj;
	s64 points;    /* oom_badness(): pages that its end would free, adjusted */
	u32 oom_score; /* /proc/PID/oom_score */
};

/* What the OOM killer would think of a task now; false if there is none. */
bool view_oom(const struct machine *m, s32 pid, struct view_oom *out);

/* Caches that can be made smaller when memory is short: their places in the table of shrinkers. */
enum shrinker_id {
	SHRINKER_HUGE_ZERO_PAGE, /* the huge zero page, when nobody uses it */
	SHRINKER_DEFERRED_SPLIT, /* huge pages that could be split */
	SHRINKER_SUPER,		/* inodes that nobody uses */
	SHRINKER_SHADOW_NODES,	/* nodes of page-cache indexes that hold only shadow entries */
	NR_SHRINKERS
};

#endif
