/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compaction: making large free blocks by moving pages.
 *
 * Two scanners go through a zone. The migration scanner comes from its start and collects pages
 * that are in use and can be moved; the free scanner comes from its end and collects
 * free pages for them. When they meet, what can be moved lies at the end, and what is free
 * at the start.
 *
 * What the kernel keeps in a local struct compact_control lies in struct machine, so that the
 * scanners can be looked at at every step, and no list's head lies on a stack. There is one, since whoever compacts
 * does not allocate meanwhile.
 *
 * Linux counterpart: include/linux/compaction.h, migrate.h, migrate_mode.h; mm/internal.h.
 */
#ifndef MM_COMPACTION_H
#define MM_COMPACTION_H

#include "list.h"
#include "types.h"
#include "view_compaction.h"

struct machine;
struct zone;
struct page;
struct pglist_data;
struct alloc_context;

/* How hard direct compaction tries; a lower value means harder. */
enum compact_priority {
	COMPACT_PRIO_SYNC_FULL,
	MIN_COMPACT_PRIORITY = COMPACT_PRIO_SYNC_FULL,
	COMPACT_PRIO_SYNC_LIGHT,
	MIN_COMPACT_COSTLY_PRIORITY = COMPACT_PRIO_SYNC_LIGHT,
	DEF_COMPACT_PRIORITY = COMPACT_PRIO_SYNC_LIGHT,
	COMPACT_PRIO_ASYNC,
	INIT_COMPACT_PRIORITY = COMPACT_PRIO_ASYNC
};

/* What migration may wait for. */
enum migrate_mode {
	MIGRATE_ASYNC,	    /* nothing */
	MIGRATE_SYNC_LIGHT, /* locks, but not the disk */
	MIGRATE_SYNC,
};

/* Why pages are migrated, with the kernel's values. */
enum migrate_reason {
	MR_COMPACTION,
	MR_MEMPOLICY_MBIND = 4,
};

/* Pages that are isolated at a time. */
#define COMPACT_CLUSTER_MAX 32u

/* No more than 2^6 attempts are passed over after failures. */
#define COMPACT_MAX_DEFER_SHIFT 6

/* Attempts at moving a page. */
#define NR_MAX_MIGRATE_PAGES_RETRY 10

/* A bit of a pageblock beside its type: nothing was found there lately. */
#define PB_MIGRATE_SKIP	    0x80u
#define PB_MIGRATETYPE_MASK 0x7fu

/* fast_start_pfn: it was used already. */
#define FAST_START_USED (~0UL)

/* Flags are 0 or 1. */
struct compact_control {
	struct list_head freepages;    /* single free pages to move to */
	struct list_head migratepages; /* pages to be moved */
	struct list_head ret_pages;    /* those that could not be, until the end of the batch */
	u32 nr_freepages;
	u32 nr_migratepages;
	unsigned long free_pfn;	      /* where the free scanner is */
	unsigned long migrate_pfn;    /* where the migration scanner is */
	unsigned long fast_start_pfn; /* lowest pageblock that a short search has found; 0 = none yet */
	struct zone *zone;
	unsigned long total_migrate_scanned; /* frames */
	unsigned long total_free_scanned;
	u16 fast_search_fail; /* short searches in a row that found nothing */
	s16 search_order;     /* order at which the next short search begins */
	gfp_t gfp_mask;
	s32 order; /* of the block that is wanted; -1 = as much as can be had */
	s32 migratetype;
	u32 alloc_flags;
	s32 highest_zoneidx;
	u32 mode; /* enum migrate_mode */
	u8 ignore_skip_hint;
	u8 ignore_block_suitable; /* move into pageblocks of any type */
	u8 direct_compaction;	  /* on behalf of a request: not kcompactd, not by hand */
	u8 proactive_compaction;
	u8 whole_zone; /* the scanners began at the zone's ends */
	u8 contended;  /* the task is to die: stop */
	u8 rescan;     /* the migration scanner is in the same pageblock as before */
	u8 active;     /* somebody compacts */
	u32 reason;    /* enum migrate_reason: where pages are moved to */
	u32 pad;
};

/* Frames that a short search may look at: fewer after each failure. */
static inline unsigned int freelist_scan_limit(const struct compact_control *cc)
{
	return (COMPACT_CLUSTER_MAX >> min((unsigned int)cc->fast_search_fail, 31u)) + 1;
}

/* A block that direct compaction waits for is taken as soon as it comes into being. */
struct capture_control {
	struct zone *zone; /* NULL: nobody waits */
	struct page *page; /* the block, once there */
	s32 order;
	u32 pad;
};

/* ---- compaction.c: the scanners ---- */

enum isolate_migrate {
	ISOLATE_ABORT,
	ISOLATE_NONE,
	ISOLATE_SUCCESS,
};

/* Collects pages to be moved from the next pageblock that has some. */
enum isolate_migrate isolate_migratepages(struct compact_control *cc);
/* A free page to move to; NULL when the scanners have met. And giving it back. */
struct page *compaction_alloc(struct compact_control *cc);
void compaction_free(struct compact_control *cc, struct page *page);
bool compact_scanners_met(const struct compact_control *cc);

/* At boot: no list of struct compact_control has a page. */
void init_compaction(struct machine *m);

/* ---- compact_skip.c: what was learnt about pageblocks ---- */

bool get_pageblock_skip(const struct page *page);
void set_pageblock_skip(struct page *page);
bool isolation_suitable(const struct compact_control *cc, const struct page *page);
bool pageblock_skip_persistent(struct page *page);
void reset_cached_positions(struct zone *zone);
void __reset_isolation_suitable(struct zone *zone);
/* kswapd goes to sleep: what was found to be hopeless may not be so any more. */
void reset_isolation_suitable(struct pglist_data *pgdat);
void defer_compaction(struct zone *zone, int order);
bool compaction_deferred(struct zone *zone, int order);
void compaction_defer_reset(struct zone *zone, int order, bool alloc_success);
bool compaction_restarting(const struct zone *zone, int order);
/* The first page of a range, if the range lies in @zone; else NULL. */
struct page *pageblock_pfn_to_page(unsigned long start_pfn, unsigned long end_pfn,
				   const struct zone *zone);

/* ---- compact_zone.c: when, how long, for whom ---- */

/**
 * compaction_suitable - does it make sense to compact a zone for a block of 2^@order pages?
 *
 * Returns COMPACT_SUCCESS (there is one already), COMPACT_SKIPPED (there is too little free memory, or
 * fragmentation is not what is wrong) or COMPACT_CONTINUE.
 */
enum compact_result compaction_suitable(struct zone *zone, int order, unsigned int alloc_flags,
					int highest_zoneidx);
/* Would it, in one of the zones of a request, if what can be reclaimed were free? */
bool compaction_zonelist_suitable(const struct alloc_context *ac, int order,
				  unsigned int alloc_flags);
/**
 * try_to_compact_pages - compact on behalf of a request that cannot be served
 * @capture: the block, if it came into being and was taken
 */
enum compact_result try_to_compact_pages(gfp_t gfp_mask, unsigned int order,
					 unsigned int alloc_flags, const struct alloc_context *ac,
					 enum compact_priority prio, struct page **capture);
/* /proc/sys/vm/compact_memory: all zones, from end to end. */
void compact_nodes(void);

/* A block of so many pages would be good to have: kcompactd runs after the operation under way. */
void wakeup_kcompactd(struct pglist_data *pgdat, int order, int highest_zoneidx);
/* What a node's kcompactd does between waking and sleeping again. */
void kcompactd_run(struct pglist_data *pgdat);

/* fragmentation_index() of the kernel: -1000 = a request would succeed; 0 lack of memory ... 1000 fragmentation. */
int fragmentation_index(const struct zone *zone, unsigned int order);
/* Per cent of a zone's free pages that lie in smaller blocks. */
unsigned int extfrag_for_order(const struct zone *zone, unsigned int order);

/* May a request have memory compacted for it? */
static inline bool gfp_compaction_allowed(gfp_t gfp_mask)
{
	return gfp_mask & 0x40u; /* __GFP_IO */
}

/* ---- migrate.c ---- */

/**
 * migrate_pages - move the pages of cc->migratepages to free ones
 * @nr_succeeded: how many were moved
 *
 * What could not be moved is left on the list. Returns how many that is, or -ENOMEM when there were no
 * more free pages.
 */
int migrate_pages(struct compact_control *cc, unsigned int *nr_succeeded);
/* Isolated pages go back to the LRU lists. */
void putback_movable_pages(struct list_head *list);

#endif
