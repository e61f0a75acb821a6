/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GFP flags ("get free pages"): what a caller of the page allocator says about
 * its request - from which zones, how movable the page will be, how urgent it
 * is, and what the allocator may do to find memory.
 *
 * Linux counterpart: include/linux/gfp_types.h and gfp.h; same values as 6.1.
 */
#ifndef MM_GFP_H
#define MM_GFP_H

#include "mmzone.h"

/* Zone modifiers */
#define __GFP_DMA	     0x01u
#define __GFP_HIGHMEM	     0x02u
#define __GFP_DMA32	     0x04u
#define __GFP_MOVABLE	     0x08u /* the page can be moved */
#define GFP_ZONEMASK	     (__GFP_DMA | __GFP_HIGHMEM | __GFP_DMA32 | __GFP_MOVABLE)

/* How movable */
#define __GFP_RECLAIMABLE    0x10u /* can be reclaimed when memory is short */
#define GFP_MOVABLE_MASK     (__GFP_RECLAIMABLE | __GFP_MOVABLE)
#define GFP_MOVABLE_SHIFT    3

/* Urgency and means */
#define __GFP_HIGH	     0x20u /* important: may use half of the minimum reserve */
#define __GFP_IO	     0x40u
#define __GFP_FS	     0x80u
#define __GFP_ZERO	     0x100u /* clear the pages */
#define __GFP_ATOMIC	     0x200u
#define __GFP_DIRECT_RECLAIM 0x400u /* the caller may reclaim, so it can sleep */
#define __GFP_KSWAPD_RECLAIM 0x800u /* kswapd may be woken */
#define __GFP_WRITE	     0x1000u
#define __GFP_NOWARN	     0x2000u
#define __GFP_RETRY_MAYFAIL  0x4000u
#define __GFP_NOFAIL	     0x8000u
#define __GFP_NORETRY	     0x10000u
#define __GFP_MEMALLOC	     0x20000u /* will free memory soon: no watermarks */
#define __GFP_COMP	     0x40000u /* make a compound page of a block */
#define __GFP_NOMEMALLOC     0x80000u
#define __GFP_HARDWALL	     0x100000u
#define __GFP_THISNODE	     0x200000u
#define __GFP_ACCOUNT	     0x400000u
#define __GFP_ZEROTAGS	     0x800000u

#define __GFP_RECLAIM	     (__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM)
#define __GFP_BITS_MASK	     ((1u << 27) - 1)

/* Combinations that callers use */
#define GFP_ATOMIC	     (__GFP_HIGH | __GFP_ATOMIC | __GFP_KSWAPD_RECLAIM)
#define GFP_KERNEL	     (__GFP_RECLAIM | __GFP_IO | __GFP_FS)
#define GFP_KERNEL_ACCOUNT   (GFP_KERNEL | __GFP_ACCOUNT)
#define GFP_NOWAIT	     (__GFP_KSWAPD_RECLAIM)
#define GFP_NOIO	     (__GFP_RECLAIM)
#define GFP_NOFS	     (__GFP_RECLAIM | __GFP_IO)
#define GFP_USER	     (__GFP_RECLAIM | __GFP_IO | __GFP_FS | __GFP_HARDWALL)
#define GFP_DMA		     __GFP_DMA
#define GFP_DMA32	     __GFP_DMA32
#define GFP_HIGHUSER	     (GFP_USER | __GFP_HIGHMEM)
#define GFP_HIGHUSER_MOVABLE (GFP_HIGHUSER | __GFP_MOVABLE)
#define GFP_TRANSHUGE_LIGHT                                                                        \
	((GFP_HIGHUSER_MOVABLE | __GFP_COMP | __GFP_NOMEMALLOC | __GFP_NOWARN) & ~__GFP_RECLAIM)
#define GFP_TRANSHUGE	     (GFP_TRANSHUGE_LIGHT | __GFP_DIRECT_RECLAIM)

/* The type of pageblock a request belongs into. */
static inline int gfp_migratetype(gfp_t gfp_flags)
{
	if (unlikely(page_group_by_mobility_disabled()))
		return MIGRATE_UNMOVABLE;
	return (gfp_flags & GFP_MOVABLE_MASK) >> GFP_MOVABLE_SHIFT;
}

/* The highest zone a request may be served from; lower ones will do as well. */
static inline enum zone_type gfp_zone(gfp_t flags)
{
	if (flags & __GFP_DMA)
		return ZONE_DMA;
	if (flags & __GFP_DMA32)
		return ZONE_DMA32;
	if ((flags & (__GFP_HIGHMEM | __GFP_MOVABLE)) == (__GFP_HIGHMEM | __GFP_MOVABLE))
		return ZONE_MOVABLE;
	return ZONE_NORMAL;
}

static inline int gfp_zonelist(gfp_t flags)
{
	return flags & __GFP_THISNODE ? ZONELIST_NOFALLBACK : ZONELIST_FALLBACK;
}

static inline struct zonelist *node_zonelist(int nid, gfp_t flags)
{
	return &NODE_DATA(nid)->node_zonelists[gfp_zonelist(flags)];
}

/* Allocates 2^order frames, on @preferred_nid or (unless __GFP_THISNODE) near it, in @nodemask. */
struct page *__alloc_pages(gfp_t gfp, unsigned int order, int preferred_nid,
			   const nodemask_t *nodemask);

/* From the running CPU's node. */
struct page *alloc_pages(gfp_t gfp, unsigned int order);

/*
 * Allocates single frames and adds them, in this order, to the tail of @page_list, linked by lru.
 * Returns how many it got: all, or as many as one zone had, or one.
 */
unsigned long __alloc_pages_bulk(gfp_t gfp, int preferred_nid, const nodemask_t *nodemask,
				 int nr_pages, struct list_head *page_list);

/* Drops a reference; with the last one the block goes back. */
void __free_pages(struct page *page, unsigned int order);

/* Puts a frame (or a small block) whose last reference is gone on a per-CPU list. */
void free_unref_page(struct page *page, unsigned int order);

/* The same for a list of single frames, linked by lru. */
void free_unref_page_list(struct list_head *list);

/* Gives all of this CPU's lists back, of one zone or (NULL) of all. */
void drain_local_pages(struct zone *zone);
void drain_all_pages(struct zone *zone);

/* Makes 2^order independent frames of a block that is not a compound page. */
void split_page(struct page *page, unsigned int order);

#endif
