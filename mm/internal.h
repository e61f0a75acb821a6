/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the page allocator share and nobody else needs: allocation
 * flags, bug checks, references, and the functions that cross files.
 *
 * Linux counterpart: mm/internal.h (and page_ref.h, mmdebug.h, vmstat.h).
 */
#ifndef MM_INTERNAL_H
#define MM_INTERNAL_H

#include "gfp.h"
#include "mmzone.h"
#include "ops.h"
#include "page-flags.h"
#include "trace.h"

/* ---- Checks ---- */

/* Reports a broken rule of the kernel at a line of the core and stops the machine for good. */
_Noreturn void vm_bug(unsigned long pfn, int line);

#define VM_BUG_ON_PAGE(cond, page)                                                                 \
	do {                                                                                       \
		if (unlikely(cond))                                                                \
			vm_bug(page_to_pfn(page), __LINE__);                                       \
	} while (0)

#define VM_BUG_ON(cond)                                                                            \
	do {                                                                                       \
		if (unlikely(cond))                                                                \
			vm_bug(~0UL, __LINE__);                                                    \
	} while (0)

/* ---- Allocation flags: how get_page_from_freelist() may serve a request ---- */

#define ALLOC_WMARK_MIN	    WMARK_MIN
#define ALLOC_WMARK_LOW	    WMARK_LOW
#define ALLOC_WMARK_HIGH    WMARK_HIGH
#define ALLOC_NO_WATERMARKS 0x04	/* no check at all */
#define ALLOC_WMARK_MASK    (ALLOC_NO_WATERMARKS - 1)
#define ALLOC_OOM	    0x08	/* for a task that is being killed */
#define ALLOC_NON_BLOCK	    0x10	/* the caller cannot sleep */
#define ALLOC_MIN_RESERVE   0x20	/* __GFP_HIGH: half of the min watermark may be used */
#define ALLOC_CPUSET	    0x40
#define ALLOC_NOFRAGMENT    0x100	/* rather another zone than mixing types in a pageblock */
#define ALLOC_HIGHATOMIC    0x200	/* may take from the MIGRATE_HIGHATOMIC reserve */
#define ALLOC_KSWAPD	    0x800	/* kswapd may be woken */

/* The flags that give access to pages below the min watermark. */
#define ALLOC_RESERVES (ALLOC_NON_BLOCK | ALLOC_MIN_RESERVE | ALLOC_HIGHATOMIC | ALLOC_OOM)

/* What stays the same during one request. */
struct alloc_context {
	struct zonelist *zonelist;
	const nodemask_t *nodemask;		/* NULL: all nodes */
	struct zoneref *preferred_zoneref;	/* where the search begins */
	int migratetype;
	enum zone_type highest_zoneidx;
};

/* ---- Pages ---- */

static inline int page_ref_count(const struct page *page)
{
	return atomic_read(&page->_refcount);
}

static inline void set_page_count(struct page *page, int v)
{
	atomic_set(&page->_refcount, v);
}

static inline void set_page_refcounted(struct page *page)
{
	VM_BUG_ON_PAGE(PageTail(page), page);
	VM_BUG_ON_PAGE(page_ref_count(page), page);
	set_page_count(page, 1);
}

/* Drops a reference; true if it was the last one. */
static inline bool put_page_testzero(struct page *page)
{
	VM_BUG_ON_PAGE(page_ref_count(page) == 0, page);
	return --page->_refcount.counter == 0;
}

static inline void page_mapcount_reset(struct page *page)
{
	atomic_set(&page->_mapcount, -1);
}

/* Takes and drops a reference; of a compound page, its head holds the count. */
void get_page(struct page *page);
void put_page(struct page *page);

/* The type of the pageblock a frame lies in. */
static inline int get_pfnblock_migratetype(unsigned long pfn)
{
	return this_machine->pageblock_flags[pfn >> pageblock_order];
}

static inline int get_pageblock_migratetype(const struct page *page)
{
	return get_pfnblock_migratetype(page_to_pfn(page));
}

void set_pageblock_migratetype(struct page *page, int migratetype);

/* The type kept with a page while it is on a per-CPU list; its pageblock may change meanwhile. */
static inline int get_pcppage_migratetype(const struct page *page)
{
	return (int)page->index;
}

static inline void set_pcppage_migratetype(struct page *page, int migratetype)
{
	page->index = (unsigned long)migratetype;
}

/* Order of a free block's head. */
static inline unsigned int buddy_order(const struct page *page)
{
	return (unsigned int)page->private;
}

static inline void set_buddy_order(struct page *page, unsigned int order)
{
	page->private = order;
	__SetPageBuddy(page);
}

/* Is this frame the head of a free block of exactly this order? */
static inline bool page_is_buddy(const struct page *page, unsigned int order)
{
	return PageBuddy(page) && buddy_order(page) == order;
}

/* ---- Per-CPU lists ---- */

static inline bool pcp_allowed_order(unsigned int order)
{
	return order <= PAGE_ALLOC_COSTLY_ORDER || order == pageblock_order;
}

/* The list of struct per_cpu_pages for an order and a migrate type. */
static inline unsigned int order_to_pindex(int migratetype, unsigned int order)
{
	if (unlikely(order > PAGE_ALLOC_COSTLY_ORDER))
		return NR_LOWORDER_PCP_LISTS + (migratetype == MIGRATE_MOVABLE);
	return MIGRATE_PCPTYPES * order + (unsigned int)migratetype;
}

static inline unsigned int pindex_to_order(unsigned int pindex)
{
	return pindex >= NR_LOWORDER_PCP_LISTS ? pageblock_order : pindex / MIGRATE_PCPTYPES;
}

static inline struct per_cpu_pages *this_cpu_pageset(struct zone *zone)
{
	return &zone->per_cpu_pageset[smp_processor_id()];
}

#endif
