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

/* From where allocations were served. */
#define NUMA_STAT_ITEMS(X)                                                                         \
	X(NUMA_HIT, "numa_hit")		/* on the node that was wanted */                          \
	X(NUMA_MISS, "numa_miss")	/* here, though another node was wanted */                 \
	X(NUMA_FOREIGN, "numa_foreign")	/* wanted here, served elsewhere */                        \
	X(NUMA_INTERLEAVE_HIT, "numa_interleave")                                                  \
	X(NUMA_LOCAL, "numa_local")	/* by a CPU of this node */                                \
	X(NUMA_OTHER, "numa_other")	/* by a CPU of another node */

/* Events counted per CPU. PGALLOC_* follow enum zone_type. */
#define VM_EVENT_ITEMS(X)                                                                          \
	X(PGALLOC_DMA, "pgalloc_dma")                                                              \
	X(PGALLOC_DMA32, "pgalloc_dma32")                                                          \
	X(PGALLOC_NORMAL, "pgalloc_normal")                                                        \
	X(PGALLOC_MOVABLE, "pgalloc_movable")                                                      \
	X(PGALLOC_DEVICE, "pgalloc_device")                                                        \
	X(PGFREE, "pgfree")

#define X(item, name) item,
enum zone_stat_item { ZONE_STAT_ITEMS(X) NR_VM_ZONE_STAT_ITEMS };
enum numa_stat_item { NUMA_STAT_ITEMS(X) NR_VM_NUMA_EVENT_ITEMS };
enum vm_event_item { VM_EVENT_ITEMS(X) NR_VM_EVENT_ITEMS };
#undef X

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

/* A node. */
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
