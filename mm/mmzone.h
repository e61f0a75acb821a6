/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nodes, zones and their free lists: how physical memory is divided.
 *
 *	node	struct pglist_data: memory that is equally far from a CPU
 *	zone	struct zone: the part of a node in an address range; old devices reach only
 *		ZONE_DMA, others only up to ZONE_DMA32
 *	pageblock  512 frames (one huge page) in which pages of one migrate type are kept together
 *	free_area  the free blocks of one order, one list for each migrate type
 *	per_cpu_pages  a CPU's own stock of free pages of a zone
 *
 * Linux counterpart: include/linux/mmzone.h.
 */
#ifndef MM_MMZONE_H
#define MM_MMZONE_H

#include "machine.h"
#include "mm_types.h"

/* Free blocks have 2^0 to 2^(MAX_ORDER - 1) pages. */
#define MAX_ORDER		11
#define MAX_ORDER_NR_PAGES	(1UL << (MAX_ORDER - 1))

/* A request above this order is costly: the allocator does not try as hard. */
#define PAGE_ALLOC_COSTLY_ORDER 3

#define pageblock_order		9
#define pageblock_nr_pages	(1UL << pageblock_order)
#define pageblock_start_pfn(pfn) ALIGN_DOWN((pfn), pageblock_nr_pages)
#define pageblock_end_pfn(pfn)	 ALIGN((pfn) + 1, pageblock_nr_pages)

enum migratetype {
	MIGRATE_UNMOVABLE,
	MIGRATE_MOVABLE,
	MIGRATE_RECLAIMABLE,
	MIGRATE_PCPTYPES,	/* the types that per-CPU lists know */
	MIGRATE_HIGHATOMIC = MIGRATE_PCPTYPES,
	MIGRATE_ISOLATE,	/* nobody may allocate from here */
	MIGRATE_TYPES
};

static inline bool is_migrate_isolate(int migratetype)
{
	return migratetype == MIGRATE_ISOLATE;
}

static inline bool is_migrate_highatomic(int migratetype)
{
	return migratetype == MIGRATE_HIGHATOMIC;
}

/* May free pages of this type merge with those of another pageblock? */
static inline bool migratetype_is_mergeable(int mt)
{
	return mt < MIGRATE_PCPTYPES;
}

enum zone_type {
	ZONE_DMA,
	ZONE_DMA32,
	ZONE_NORMAL,
	ZONE_MOVABLE,
	ZONE_DEVICE,
	MAX_NR_ZONES
};

enum zone_watermarks {
	WMARK_MIN,	/* below it: only for those with access to reserves */
	WMARK_LOW,	/* below it: kswapd is woken */
	WMARK_HIGH,	/* kswapd goes to sleep again */
	WMARK_PROMO,
	NR_WMARK
};

/* Counters of a zone: name here, name in /proc/vmstat. */
#define ZONE_STAT_ITEMS(X)                                                                         \
	X(NR_FREE_PAGES, "nr_free_pages")                                                          \
	X(NR_ZONE_INACTIVE_ANON, "nr_zone_inactive_anon")                                          \
	X(NR_ZONE_ACTIVE_ANON, "nr_zone_active_anon")                                              \
	X(NR_ZONE_INACTIVE_FILE, "nr_zone_inactive_file")                                          \
	X(NR_ZONE_ACTIVE_FILE, "nr_zone_active_file")                                              \
	X(NR_ZONE_UNEVICTABLE, "nr_zone_unevictable")                                              \
	X(NR_ZONE_WRITE_PENDING, "nr_zone_write_pending")                                          \
	X(NR_MLOCK, "nr_mlock")                                                                    \
	X(NR_BOUNCE, "nr_bounce")                                                                  \
	X(NR_ZSPAGES, "nr_zspages")                                                                \
	X(NR_FREE_CMA_PAGES, "nr_free_cma")

/*
 * Counters of a node, in pages but where the kernel's name ends in _B (bytes) or _KB. The first five
 * follow enum lru_list.
 */
#define NODE_STAT_ITEMS(X)                                                                         \
	X(NR_INACTIVE_ANON, "nr_inactive_anon")                                                    \
	X(NR_ACTIVE_ANON, "nr_active_anon")                                                        \
	X(NR_INACTIVE_FILE, "nr_inactive_file")                                                    \
	X(NR_ACTIVE_FILE, "nr_active_file")                                                        \
	X(NR_UNEVICTABLE, "nr_unevictable")                                                        \
	X(NR_SLAB_RECLAIMABLE_B, "nr_slab_reclaimable")                                            \
	X(NR_SLAB_UNRECLAIMABLE_B, "nr_slab_unreclaimable")                                        \
	X(NR_ISOLATED_ANON, "nr_isolated_anon")                                                    \
	X(NR_ISOLATED_FILE, "nr_isolated_file")                                                    \
	X(WORKINGSET_NODES, "workingset_nodes")                                                    \
	X(WORKINGSET_REFAULT_ANON, "workingset_refault_anon")                                      \
	X(WORKINGSET_REFAULT_FILE, "workingset_refault_file")                                      \
	X(WORKINGSET_ACTIVATE_ANON, "workingset_activate_anon")                                    \
	X(WORKINGSET_ACTIVATE_FILE, "workingset_activate_file")                                    \
	X(WORKINGSET_RESTORE_ANON, "workingset_restore_anon")                                      \
	X(WORKINGSET_RESTORE_FILE, "workingset_restore_file")                                      \
	X(WORKINGSET_NODERECLAIM, "workingset_nodereclaim")                                        \
	X(NR_ANON_MAPPED, "nr_anon_pages")                                                         \
	X(NR_FILE_MAPPED, "nr_mapped")                                                             \
	X(NR_FILE_PAGES, "nr_file_pages")                                                          \
	X(NR_FILE_DIRTY, "nr_dirty")                                                               \
	X(NR_WRITEBACK, "nr_writeback")                                                            \
	X(NR_WRITEBACK_TEMP, "nr_writeback_temp")                                                  \
	X(NR_SHMEM, "nr_shmem")                                                                    \
	X(NR_SHMEM_THPS, "nr_shmem_hugepages")                                                     \
	X(NR_SHMEM_PMDMAPPED, "nr_shmem_pmdmapped")                                                \
	X(NR_FILE_THPS, "nr_file_hugepages")                                                       \
	X(NR_FILE_PMDMAPPED, "nr_file_pmdmapped")                                                  \
	X(NR_ANON_THPS, "nr_anon_transparent_hugepages")                                           \
	X(NR_VMSCAN_WRITE, "nr_vmscan_write")                                                      \
	X(NR_VMSCAN_IMMEDIATE, "nr_vmscan_immediate_reclaim")                                      \
	X(NR_DIRTIED, "nr_dirtied")                                                                \
	X(NR_WRITTEN, "nr_written")                                                                \
	X(NR_THROTTLED_WRITTEN, "nr_throttled_written")                                            \
	X(NR_KERNEL_MISC_RECLAIMABLE, "nr_kernel_misc_reclaimable")                                \
	X(NR_FOLL_PIN_ACQUIRED, "nr_foll_pin_acquired")                                            \
	X(NR_FOLL_PIN_RELEASED, "nr_foll_pin_released")                                            \
	X(NR_KERNEL_STACK_KB, "nr_kernel_stack")                                                   \
	X(NR_PAGETABLE, "nr_page_table_pages")                                                     \
	X(NR_SECONDARY_PAGETABLE, "nr_sec_page_table_pages")                                       \
	X(NR_SWAPCACHE, "nr_swapcached")                                                           \
	X(PGPROMOTE_SUCCESS, "pgpromote_success")                                                  \
	X(PGPROMOTE_CANDIDATE, "pgpromote_candidate")

/* From where allocations were served. */
#define NUMA_STAT_ITEMS(X)                                                                         \
	X(NUMA_HIT, "numa_hit")		/* on the node that was wanted */                          \
	X(NUMA_MISS, "numa_miss")	/* here, though another node was wanted */                 \
	X(NUMA_FOREIGN, "numa_foreign")	/* wanted here, served elsewhere */                        \
	X(NUMA_INTERLEAVE_HIT, "numa_interleave")                                                  \
	X(NUMA_LOCAL, "numa_local")	/* by a CPU of this node */                                \
	X(NUMA_OTHER, "numa_other")	/* by a CPU of another node */

/*
 * Events counted per CPU, in the order of /proc/vmstat. PGALLOC_*, ALLOCSTALL_* and PGSCAN_SKIP_* follow
 * enum zone_type.
 */
#define VM_EVENT_ITEMS(X)                                                                          \
	X(PGPGIN, "pgpgin")                                                                        \
	X(PGPGOUT, "pgpgout")                                                                      \
	X(PSWPIN, "pswpin")                                                                        \
	X(PSWPOUT, "pswpout")                                                                      \
	X(PGALLOC_DMA, "pgalloc_dma")                                                              \
	X(PGALLOC_DMA32, "pgalloc_dma32")                                                          \
	X(PGALLOC_NORMAL, "pgalloc_normal")                                                        \
	X(PGALLOC_MOVABLE, "pgalloc_movable")                                                      \
	X(PGALLOC_DEVICE, "pgalloc_device")                                                        \
	X(ALLOCSTALL_DMA, "allocstall_dma")                                                        \
	X(ALLOCSTALL_DMA32, "allocstall_dma32")                                                    \
	X(ALLOCSTALL_NORMAL, "allocstall_normal")                                                  \
	X(ALLOCSTALL_MOVABLE, "allocstall_movable")                                                \
	X(ALLOCSTALL_DEVICE, "allocstall_device")                                                  \
	X(PGSCAN_SKIP_DMA, "pgskip_dma")                                                           \
	X(PGSCAN_SKIP_DMA32, "pgskip_dma32")                                                       \
	X(PGSCAN_SKIP_NORMAL, "pgskip_normal")                                                     \
	X(PGSCAN_SKIP_MOVABLE, "pgskip_movable")                                                   \
	X(PGSCAN_SKIP_DEVICE, "pgskip_device")                                                     \
	X(PGFREE, "pgfree")                                                                        \
	X(PGACTIVATE, "pgactivate")                                                                \
	X(PGDEACTIVATE, "pgdeactivate")                                                            \
	X(PGLAZYFREE, "pglazyfree")                                                                \
	X(PGFAULT, "pgfault")                                                                      \
	X(PGMAJFAULT, "pgmajfault")                                                                \
	X(PGLAZYFREED, "pglazyfreed")                                                              \
	X(PGREFILL, "pgrefill")                                                                    \
	X(PGREUSE, "pgreuse")                                                                      \
	X(PGSTEAL_KSWAPD, "pgsteal_kswapd")                                                        \
	X(PGSTEAL_DIRECT, "pgsteal_direct")                                                        \
	X(PGDEMOTE_KSWAPD, "pgdemote_kswapd")                                                      \
	X(PGDEMOTE_DIRECT, "pgdemote_direct")                                                      \
	X(PGSCAN_KSWAPD, "pgscan_kswapd")                                                          \
	X(PGSCAN_DIRECT, "pgscan_direct")                                                          \
	X(PGSCAN_DIRECT_THROTTLE, "pgscan_direct_throttle")                                        \
	X(PGSCAN_ANON, "pgscan_anon")                                                              \
	X(PGSCAN_FILE, "pgscan_file")                                                              \
	X(PGSTEAL_ANON, "pgsteal_anon")                                                            \
	X(PGSTEAL_FILE, "pgsteal_file")                                                            \
	X(PGSCAN_ZONE_RECLAIM_FAILED, "zone_reclaim_failed")                                       \
	X(PGINODESTEAL, "pginodesteal")                                                            \
	X(SLABS_SCANNED, "slabs_scanned")                                                          \
	X(KSWAPD_INODESTEAL, "kswapd_inodesteal")                                                  \
	X(KSWAPD_LOW_WMARK_HIT_QUICKLY, "kswapd_low_wmark_hit_quickly")                            \
	X(KSWAPD_HIGH_WMARK_HIT_QUICKLY, "kswapd_high_wmark_hit_quickly")                          \
	X(PAGEOUTRUN, "pageoutrun")                                                                \
	X(PGROTATED, "pgrotated")                                                                  \
	X(DROP_PAGECACHE, "drop_pagecache")                                                        \
	X(DROP_SLAB, "drop_slab")                                                                  \
	X(OOM_KILL, "oom_kill")                                                                    \
	X(NUMA_PTE_UPDATES, "numa_pte_updates")                                                    \
	X(NUMA_HUGE_PTE_UPDATES, "numa_huge_pte_updates")                                          \
	X(NUMA_HINT_FAULTS, "numa_hint_faults")                                                    \
	X(NUMA_HINT_FAULTS_LOCAL, "numa_hint_faults_local")                                        \
	X(NUMA_PAGES_MIGRATED, "numa_pages_migrated")                                              \
	X(PGMIGRATE_SUCCESS, "pgmigrate_success")                                                  \
	X(PGMIGRATE_FAIL, "pgmigrate_fail")                                                        \
	X(THP_MIGRATION_SUCCESS, "thp_migration_success")                                          \
	X(THP_MIGRATION_FAIL, "thp_migration_fail")                                                \
	X(THP_MIGRATION_SPLIT, "thp_migration_split")                                              \
	X(COMPACTMIGRATE_SCANNED, "compact_migrate_scanned")                                       \
	X(COMPACTFREE_SCANNED, "compact_free_scanned")                                             \
	X(COMPACTISOLATED, "compact_isolated")                                                     \
	X(COMPACTSTALL, "compact_stall")                                                           \
	X(COMPACTFAIL, "compact_fail")                                                             \
	X(COMPACTSUCCESS, "compact_success")                                                       \
	X(KCOMPACTD_WAKE, "compact_daemon_wake")                                                   \
	X(KCOMPACTD_MIGRATE_SCANNED, "compact_daemon_migrate_scanned")                             \
	X(KCOMPACTD_FREE_SCANNED, "compact_daemon_free_scanned")                                   \
	X(HTLB_BUDDY_ALLOC_SUCCESS, "htlb_buddy_alloc_success")                                    \
	X(HTLB_BUDDY_ALLOC_FAIL, "htlb_buddy_alloc_fail")                                          \
	X(UNEVICTABLE_PGCULLED, "unevictable_pgs_culled")                                          \
	X(UNEVICTABLE_PGSCANNED, "unevictable_pgs_scanned")                                        \
	X(UNEVICTABLE_PGRESCUED, "unevictable_pgs_rescued")                                        \
	X(UNEVICTABLE_PGMLOCKED, "unevictable_pgs_mlocked")                                        \
	X(UNEVICTABLE_PGMUNLOCKED, "unevictable_pgs_munlocked")                                    \
	X(UNEVICTABLE_PGCLEARED, "unevictable_pgs_cleared")                                        \
	X(UNEVICTABLE_PGSTRANDED, "unevictable_pgs_stranded")                                      \
	X(THP_FAULT_ALLOC, "thp_fault_alloc")                                                      \
	X(THP_FAULT_FALLBACK, "thp_fault_fallback")                                                \
	X(THP_FAULT_FALLBACK_CHARGE, "thp_fault_fallback_charge")                                  \
	X(THP_COLLAPSE_ALLOC, "thp_collapse_alloc")                                                \
	X(THP_COLLAPSE_ALLOC_FAILED, "thp_collapse_alloc_failed")                                  \
	X(THP_FILE_ALLOC, "thp_file_alloc")                                                        \
	X(THP_FILE_FALLBACK, "thp_file_fallback")                                                  \
	X(THP_FILE_FALLBACK_CHARGE, "thp_file_fallback_charge")                                    \
	X(THP_FILE_MAPPED, "thp_file_mapped")                                                      \
	X(THP_SPLIT_PAGE, "thp_split_page")                                                        \
	X(THP_SPLIT_PAGE_FAILED, "thp_split_page_failed")                                          \
	X(THP_DEFERRED_SPLIT_PAGE, "thp_deferred_split_page")                                      \
	X(THP_SPLIT_PMD, "thp_split_pmd")                                                          \
	X(THP_SCAN_EXCEED_NONE_PTE, "thp_scan_exceed_none_pte")                                    \
	X(THP_SCAN_EXCEED_SWAP_PTE, "thp_scan_exceed_swap_pte")                                    \
	X(THP_SCAN_EXCEED_SHARE_PTE, "thp_scan_exceed_share_pte")                                  \
	X(THP_SPLIT_PUD, "thp_split_pud")                                                          \
	X(THP_ZERO_PAGE_ALLOC, "thp_zero_page_alloc")                                              \
	X(THP_ZERO_PAGE_ALLOC_FAILED, "thp_zero_page_alloc_failed")                                \
	X(THP_SWPOUT, "thp_swpout")                                                                \
	X(THP_SWPOUT_FALLBACK, "thp_swpout_fallback")                                              \
	X(BALLOON_INFLATE, "balloon_inflate")                                                      \
	X(BALLOON_DEFLATE, "balloon_deflate")                                                      \
	X(BALLOON_MIGRATE, "balloon_migrate")                                                      \
	X(SWAP_RA, "swap_ra")                                                                      \
	X(SWAP_RA_HIT, "swap_ra_hit")                                                              \
	X(KSM_SWPIN_COPY, "ksm_swpin_copy")                                                        \
	X(COW_KSM, "cow_ksm")                                                                      \
	X(ZSWPIN, "zswpin")                                                                        \
	X(ZSWPOUT, "zswpout")                                                                      \
	X(DIRECT_MAP_LEVEL2_SPLITS, "direct_map_level2_splits")                                    \
	X(DIRECT_MAP_LEVEL3_SPLITS, "direct_map_level3_splits")

#define X(item, name) item,
enum zone_stat_item { ZONE_STAT_ITEMS(X) NR_VM_ZONE_STAT_ITEMS };
enum node_stat_item { NODE_STAT_ITEMS(X) NR_VM_NODE_STAT_ITEMS };
enum numa_stat_item { NUMA_STAT_ITEMS(X) NR_VM_NUMA_EVENT_ITEMS };
enum vm_event_item { VM_EVENT_ITEMS(X) NR_VM_EVENT_ITEMS };
#undef X

#define NR_ZONE_LRU_BASE NR_ZONE_INACTIVE_ANON
#define NR_LRU_BASE	 NR_INACTIVE_ANON

/*
 * The lists of pages that reclaim goes through. New pages come to the head of a list, victims are
 * looked for at the tail. Unevictable pages are counted as such but are on no list, as in Linux 6.1.
 */
#define LRU_BASE   0
#define LRU_ACTIVE 1
#define LRU_FILE   2

enum lru_list {
	LRU_INACTIVE_ANON = LRU_BASE,
	LRU_ACTIVE_ANON = LRU_BASE + LRU_ACTIVE,
	LRU_INACTIVE_FILE = LRU_BASE + LRU_FILE,
	LRU_ACTIVE_FILE = LRU_BASE + LRU_FILE + LRU_ACTIVE,
	LRU_UNEVICTABLE,
	NR_LRU_LISTS
};

#define for_each_lru(lru)	    for ((lru) = 0; (lru) < NR_LRU_LISTS; (lru)++)
#define for_each_evictable_lru(lru) for ((lru) = 0; (lru) <= LRU_ACTIVE_FILE; (lru)++)

static inline bool is_file_lru(enum lru_list lru)
{
	return lru == LRU_INACTIVE_FILE || lru == LRU_ACTIVE_FILE;
}

static inline bool is_active_lru(enum lru_list lru)
{
	return lru == LRU_ACTIVE_ANON || lru == LRU_ACTIVE_FILE;
}

#define WORKINGSET_ANON 0
#define WORKINGSET_FILE 1
#define ANON_AND_FILE	2

/* A node's LRU lists and what reclaim remembers about them. */
struct lruvec {
	struct list_head lists[NR_LRU_LISTS];
	/* What reclaiming anonymous and file pages has cost lately (writes, refaults): see get_scan_count(). */
	unsigned long anon_cost;
	unsigned long file_cost;
	long nonresident_age;		/* grows by one with each eviction and activation: a clock for refaults */
	unsigned long refaults[ANON_AND_FILE];	/* WORKINGSET_ACTIVATE_* at the end of the last reclaim */
	unsigned long flags;		/* bits of enum lruvec_flags */
};

/* A CPU's changes of a node's counters that are not folded into the node yet. */
struct per_cpu_nodestat {
	s8 stat_threshold;
	s8 vm_node_stat_diff[NR_VM_NODE_STAT_ITEMS];
};

/* The free blocks of one order. */
struct free_area {
	struct list_head free_list[MIGRATE_TYPES];	/* head = next to be taken */
	unsigned long nr_free;				/* blocks on all of them */
};

/* Orders 0 to 3 are kept per CPU, by migrate type; so is order 9 (huge pages), by movable or not. */
#define NR_LOWORDER_PCP_LISTS (MIGRATE_PCPTYPES * (PAGE_ALLOC_COSTLY_ORDER + 1))
#define NR_PCP_LISTS	      (NR_LOWORDER_PCP_LISTS + 2)

struct per_cpu_pages {
	int count;		/* pages on all lists */
	int high;		/* with so many, some are given back */
	int batch;		/* pages moved to or from the buddy lists at a time */
	short free_factor;	/* batches given back double with it: +1 at each, halved by an allocation */
	short expire;		/* unused until vmstat's periodic update exists */
	struct list_head lists[NR_PCP_LISTS];
};

/* A CPU's changes of a zone's counters that are not folded into the zone yet. */
struct per_cpu_zonestat {
	s8 vm_stat_diff[NR_VM_ZONE_STAT_ITEMS];
	s8 stat_threshold;	/* fold when the difference is larger */
	unsigned long vm_numa_event[NR_VM_NUMA_EVENT_ITEMS];
};

enum zone_flags {
	ZONE_BOOSTED_WATERMARK,	/* a boost was just added: wake kswapd */
	ZONE_RECLAIM_ACTIVE,	/* kswapd is at work here: keep per-CPU lists short */
};

struct pglist_data;

struct zone {
	unsigned long _watermark[NR_WMARK];	/* pages, without the boost: see *_wmark_pages() */
	unsigned long watermark_boost;		/* pages; raised when a pageblock had to be shared */
	unsigned long nr_reserved_highatomic;	/* pages in pageblocks kept for GFP_ATOMIC */
	/*
	 * Pages not for requests that could have been served by a higher zone, by the
	 * highest zone of the request.
	 */
	long lowmem_reserve[MAX_NR_ZONES];
	struct pglist_data *zone_pgdat;
	unsigned long flags;			/* bits of enum zone_flags */
	int pageset_high;			/* high and batch of all per_cpu_pageset[] */
	int pageset_batch;

	unsigned long zone_start_pfn;
	unsigned long managed_pages;		/* present, less what was reserved at boot */
	unsigned long spanned_pages;		/* from first to last frame, with holes */
	unsigned long present_pages;		/* spanned, less the holes */
	unsigned long nr_isolate_pageblock;
	unsigned long percpu_drift_mark;	/* below so many free pages the counter is read exactly */
	u32 initialized;
	u32 idx;				/* enum zone_type */

	/* Compaction: where the scanners go on, by whether the migration scanner may wait (compact_skip.c) */
	unsigned long compact_cached_free_pfn;
	unsigned long compact_cached_migrate_pfn[2];
	unsigned long compact_init_migrate_pfn;	/* where they had best begin */
	unsigned long compact_init_free_pfn;
	u32 compact_considered;			/* attempts passed over since the last failure */
	u32 compact_defer_shift;		/* of at most 2^this */
	int compact_order_failed;		/* requests from this order on are affected */
	u32 compact_blockskip_flush;		/* the marks of pageblocks shall be cleared */

	struct free_area free_area[MAX_ORDER];
	long vm_stat[NR_VM_ZONE_STAT_ITEMS];	/* without what is in per_cpu_zonestats */

	struct per_cpu_pages per_cpu_pageset[NR_CPUS];
	struct per_cpu_zonestat per_cpu_zonestats[NR_CPUS];
};

/* One entry of a zonelist; the last one has no zone. */
struct zoneref {
	struct zone *zone;
	int zone_idx;
};

#define MAX_ZONES_PER_ZONELIST (MAX_NUMNODES * MAX_NR_ZONES)

/* Zones in the order in which a request tries them. */
struct zonelist {
	struct zoneref _zonerefs[MAX_ZONES_PER_ZONELIST + 1];
};

enum {
	ZONELIST_FALLBACK,	/* this node's zones, then the other nodes' */
	ZONELIST_NOFALLBACK,	/* this node's only: __GFP_THISNODE */
	MAX_ZONELISTS
};

enum lruvec_flags {
	LRUVEC_CONGESTED,	/* reclaim has met many dirty pages on their way to a slow disk */
};

enum pgdat_flags {
	PGDAT_DIRTY,		/* reclaim has met many dirty file pages at the tail: kswapd may write them */
	PGDAT_WRITEBACK,	/* ... many pages under writeback */
};

/* A node. */
/* Huge pages of which parts are not used any more: to be split when memory is short, the oldest first. */
struct deferred_split {
	struct list_head split_queue;	/* their page_deferred_list() */
	unsigned long split_queue_len;
};

struct pglist_data {
	struct zone node_zones[MAX_NR_ZONES];
	struct zonelist node_zonelists[MAX_ZONELISTS];
	int nr_zones;			/* highest populated zone + 1 */
	int node_id;
	unsigned long node_start_pfn;
	unsigned long node_present_pages;
	unsigned long node_spanned_pages;
	unsigned long totalreserve_pages;	/* not for user space: reserves and high watermarks */
	int kswapd_order;		/* what kswapd was last woken for */
	int kswapd_highest_zoneidx;
	u32 nr_writeback_throttled;	/* tasks that wait in reclaim_throttle() for writes */
	int kswapd_failures;		/* runs without a page reclaimed, in a row */
	int kswapd_nap_order;		/* what it had reclaimed for when it lay down */
	u64 kswapd_nap_until;		/* machine.clock: woken earlier than this, it was too soon */
	u8 kswapd_awake;		/* it is at work */
	u8 kswapd_woken;		/* it will be, after the operation under way */
	u8 kcompactd_woken;		/* kcompactd will run after the operation under way */
	u8 proactive_compact_trigger;	/* and look whether the node is too fragmented */
	int kcompactd_max_order;	/* what it was woken for; 0 = nothing */
	int kcompactd_highest_zoneidx;
	unsigned long flags;		/* bits of enum pgdat_flags */

	struct deferred_split deferred_split_queue;
	struct lruvec __lruvec;		/* see mem_cgroup_lruvec() in the kernel: without groups, the node's */
	long vm_stat[NR_VM_NODE_STAT_ITEMS];	/* without what is in per_cpu_nodestats */
	struct per_cpu_nodestat per_cpu_nodestats[NR_CPUS];
};

typedef struct pglist_data pg_data_t;

/* A set of nodes, one bit each. */
typedef struct {
	unsigned long bits;
} nodemask_t;

static inline bool node_isset(int node, nodemask_t mask)
{
	return mask.bits >> node & 1;
}

#include "machine-state.h"

static inline int zone_to_nid(const struct zone *zone)
{
	return zone->zone_pgdat->node_id;
}

static inline enum zone_type zone_idx(const struct zone *zone)
{
	return zone->idx;
}

/* A zone's number in events and in view.h: node * 8 + index. */
static inline u32 zone_ref_of(const struct zone *zone)
{
	return (u32)zone_to_nid(zone) << 3 | zone_idx(zone);
}

static inline unsigned long zone_managed_pages(const struct zone *zone)
{
	return zone->managed_pages;
}

/* Has the page allocator any page of it? */
static inline bool managed_zone(const struct zone *zone)
{
	return zone->managed_pages;
}

/* Is there memory in it? */
static inline bool populated_zone(const struct zone *zone)
{
	return zone->present_pages;
}

static inline unsigned long zone_end_pfn(const struct zone *zone)
{
	return zone->zone_start_pfn + zone->spanned_pages;
}

static inline bool zone_spans_pfn(const struct zone *zone, unsigned long pfn)
{
	return zone->zone_start_pfn <= pfn && pfn < zone_end_pfn(zone);
}

#define wmark_pages(z, i)    ((z)->_watermark[i] + (z)->watermark_boost)
#define min_wmark_pages(z)   wmark_pages(z, WMARK_MIN)
#define low_wmark_pages(z)   wmark_pages(z, WMARK_LOW)
#define high_wmark_pages(z)  wmark_pages(z, WMARK_HIGH)

#define for_each_online_pgdat(pgdat)                                                               \
	for ((pgdat) = NODE_DATA(0); (pgdat) < NODE_DATA(nr_online_nodes()); (pgdat)++)

/* The zone after @zone: of the same node, then of the next one. NULL at the end. */
struct zone *next_zone(struct zone *zone);

#define for_each_zone(zone)                                                                        \
	for ((zone) = NODE_DATA(0)->node_zones; (zone); (zone) = next_zone(zone))

#define for_each_populated_zone(zone)                                                              \
	for_each_zone(zone)                                                                        \
		if (populated_zone(zone))

/* The first entry at or after @z that is of a zone up to @highest_zoneidx, on an allowed node. */
static inline struct zoneref *next_zones_zonelist(struct zoneref *z, enum zone_type highest_zoneidx,
						  const nodemask_t *nodes)
{
	while (z->zone && (z->zone_idx > (int)highest_zoneidx ||
			   (unlikely(nodes) && !node_isset(zone_to_nid(z->zone), *nodes))))
		z++;
	return z;
}

static inline struct zoneref *first_zones_zonelist(struct zonelist *zonelist,
						   enum zone_type highest_zoneidx,
						   const nodemask_t *nodes)
{
	return next_zones_zonelist(zonelist->_zonerefs, highest_zoneidx, nodes);
}

/* Goes on from @z, the entry to look at first. */
#define for_next_zone_zonelist_nodemask(zone, z, highidx, nodemask)                                \
	for ((zone) = (z)->zone; (zone);                                                           \
	     (z) = next_zones_zonelist((z) + 1, highidx, nodemask), (zone) = (z)->zone)

#define for_each_zone_zonelist_nodemask(zone, z, zlist, highidx, nodemask)                         \
	for ((z) = first_zones_zonelist(zlist, highidx, nodemask), (zone) = (z)->zone; (zone);     \
	     (z) = next_zones_zonelist((z) + 1, highidx, nodemask), (zone) = (z)->zone)

#endif
