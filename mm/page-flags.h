/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bits of page->flags and page->page_type, and the functions that test and
 * set them under the names every kernel developer knows: PageBuddy(),
 * SetPageReserved() ...
 *
 * flags:	| node (10) | zone (3) | ... | PG_* (25) |
 * page_type:	all ones for an ordinary page, one bit cleared for a typed one
 *		(it shares its place with _mapcount, which starts at -1).
 *
 * Linux counterpart: include/linux/page-flags.h, page-flags-layout.h.
 */
#ifndef MM_PAGE_FLAGS_H
#define MM_PAGE_FLAGS_H

#include "mmzone.h"

/* All flags in the order of their bits: X(name in lower case). */
#define PAGE_FLAGS(X)                                                                              \
	X(locked)                                                                                  \
	X(referenced)                                                                              \
	X(uptodate)                                                                                \
	X(dirty)                                                                                   \
	X(lru)                                                                                     \
	X(active)                                                                                  \
	X(workingset)                                                                              \
	X(waiters)                                                                                 \
	X(error)                                                                                   \
	X(slab)                                                                                    \
	X(owner_priv_1)                                                                            \
	X(arch_1)                                                                                  \
	X(reserved)                                                                                \
	X(private)                                                                                 \
	X(private_2)                                                                               \
	X(writeback)                                                                               \
	X(head)                                                                                    \
	X(mappedtodisk)                                                                            \
	X(reclaim)                                                                                 \
	X(swapbacked)                                                                              \
	X(unevictable)                                                                             \
	X(mlocked)                                                                                 \
	X(uncached)                                                                                \
	X(hwpoison)                                                                                \
	X(young)                                                                                   \
	X(idle)

#define X(name) PG_##name,
enum pageflags { PAGE_FLAGS(X) __NR_PAGEFLAGS };
#undef X

#define NODES_PGSHIFT 54
#define NODES_MASK    ((1UL << 10) - 1)
#define ZONES_PGSHIFT 51
#define ZONES_MASK    ((1UL << 3) - 1)

/* The PG_* bits alone. */
#define PAGEFLAGS_MASK ((1UL << __NR_PAGEFLAGS) - 1)

/* Flags that a page must not have when it is freed: someone still uses it. */
#define PAGE_FLAGS_CHECK_AT_FREE                                                                   \
	(1UL << PG_lru | 1UL << PG_locked | 1UL << PG_private | 1UL << PG_private_2 |              \
	 1UL << PG_writeback | 1UL << PG_reserved | 1UL << PG_slab | 1UL << PG_active |            \
	 1UL << PG_unevictable | 1UL << PG_mlocked)

/* Flags that must be off when a page is handed out; freeing clears them. */
#define PAGE_FLAGS_CHECK_AT_PREP (PAGEFLAGS_MASK & ~(1UL << PG_hwpoison))

#define PAGEFLAG(uname, lname)                                                                     \
	static inline bool Page##uname(const struct page *page)                                    \
	{                                                                                          \
		return page->flags >> PG_##lname & 1;                                              \
	}                                                                                          \
	static inline void SetPage##uname(struct page *page)                                       \
	{                                                                                          \
		page->flags |= 1UL << PG_##lname;                                                  \
	}                                                                                          \
	static inline void ClearPage##uname(struct page *page)                                     \
	{                                                                                          \
		page->flags &= ~(1UL << PG_##lname);                                               \
	}

/* The same with functions that say what it was: TestSetPageLocked(), TestClearPageLRU() ... */
#define TESTPAGEFLAG(uname, lname)                                                                 \
	static inline bool TestSetPage##uname(struct page *page)                                   \
	{                                                                                          \
		bool old = Page##uname(page);                                                      \
                                                                                                   \
		SetPage##uname(page);                                                              \
		return old;                                                                        \
	}                                                                                          \
	static inline bool TestClearPage##uname(struct page *page)                                 \
	{                                                                                          \
		bool old = Page##uname(page);                                                      \
                                                                                                   \
		if (old)                                                                           \
			ClearPage##uname(page);                                                    \
		return old;                                                                        \
	}

PAGEFLAG(Locked, locked)
TESTPAGEFLAG(Locked, locked)
PAGEFLAG(Referenced, referenced)
TESTPAGEFLAG(Referenced, referenced)
PAGEFLAG(Uptodate, uptodate)
PAGEFLAG(Dirty, dirty)
TESTPAGEFLAG(Dirty, dirty)
PAGEFLAG(LRU, lru)
TESTPAGEFLAG(LRU, lru)
PAGEFLAG(Active, active)
TESTPAGEFLAG(Active, active)
PAGEFLAG(Workingset, workingset)
TESTPAGEFLAG(Workingset, workingset)
PAGEFLAG(Error, error)
PAGEFLAG(Reserved, reserved)
PAGEFLAG(Private, private)
PAGEFLAG(Writeback, writeback)
TESTPAGEFLAG(Writeback, writeback)
PAGEFLAG(Head, head)
PAGEFLAG(MappedToDisk, mappedtodisk)
/* One bit for two things: a page that is to be freed as soon as it is written, and the mark of readahead. */
PAGEFLAG(Reclaim, reclaim)
TESTPAGEFLAG(Reclaim, reclaim)
PAGEFLAG(Readahead, reclaim)
TESTPAGEFLAG(Readahead, reclaim)
PAGEFLAG(SwapBacked, swapbacked)
PAGEFLAG(Unevictable, unevictable)
TESTPAGEFLAG(Unevictable, unevictable)
PAGEFLAG(Mlocked, mlocked)
TESTPAGEFLAG(Mlocked, mlocked)

#define PG_swapcache PG_owner_priv_1

static inline bool PageSwapCache(const struct page *page)
{
	return PageSwapBacked(page) && page->flags >> PG_swapcache & 1;
}

static inline void SetPageSwapCache(struct page *page)
{
	page->flags |= 1UL << PG_swapcache;
}

static inline void ClearPageSwapCache(struct page *page)
{
	page->flags &= ~(1UL << PG_swapcache);
}

/* An anonymous page that only one task may write: no fork has shared it, or the others are gone. */
#define PG_anon_exclusive PG_mappedtodisk

static inline bool PageAnonExclusive(const struct page *page)
{
	return page->flags >> PG_anon_exclusive & 1;
}

static inline void SetPageAnonExclusive(struct page *page)
{
	page->flags |= 1UL << PG_anon_exclusive;
}

static inline void ClearPageAnonExclusive(struct page *page)
{
	page->flags &= ~(1UL << PG_anon_exclusive);
}

/* The lowest bits of page->mapping say what it points to: anon_vma, driver or (none) address_space. */
#define PAGE_MAPPING_ANON    0x1UL
#define PAGE_MAPPING_MOVABLE 0x2UL
#define PAGE_MAPPING_FLAGS   (PAGE_MAPPING_ANON | PAGE_MAPPING_MOVABLE)

static inline bool PageMappingFlags(const struct page *page)
{
	return (unsigned long)page->mapping & PAGE_MAPPING_FLAGS;
}

static inline bool PageAnon(const struct page *page)
{
	return (unsigned long)page->mapping & PAGE_MAPPING_ANON;
}

static inline bool __PageMovable(const struct page *page)
{
	return ((unsigned long)page->mapping & PAGE_MAPPING_FLAGS) == PAGE_MAPPING_MOVABLE;
}
PAGEFLAG(Slab, slab)

/* Types of pages that are never mapped: a bit of page_type that is 0. */
#define PAGE_TYPE_BASE 0xf0000000u
#define PG_buddy       0x00000080u
#define PG_table       0x00000200u

#define PAGE_TYPE_OPS(uname, lname)                                                                \
	static inline bool Page##uname(const struct page *page)                                    \
	{                                                                                          \
		return (page->page_type & (PAGE_TYPE_BASE | PG_##lname)) == PAGE_TYPE_BASE;        \
	}                                                                                          \
	static inline void __SetPage##uname(struct page *page)                                     \
	{                                                                                          \
		page->page_type &= ~PG_##lname;                                                    \
	}                                                                                          \
	static inline void __ClearPage##uname(struct page *page)                                   \
	{                                                                                          \
		page->page_type |= PG_##lname;                                                     \
	}

/* PageBuddy: head of a free block on a buddy list. */
PAGE_TYPE_OPS(Buddy, buddy)
PAGE_TYPE_OPS(Table, table)

static inline bool PageTail(const struct page *page)
{
	return page->compound_head & 1;
}

static inline bool PageCompound(const struct page *page)
{
	return PageHead(page) || PageTail(page);
}

/* The page itself, or the head of the compound page it is a tail of. */
static inline struct page *compound_head(struct page *page)
{
	if (unlikely(PageTail(page)))
		return (struct page *)(page->compound_head - 1);
	return page;
}

static inline unsigned int compound_order(const struct page *page)
{
	return PageHead(page) ? page[1].compound_order : 0;
}

/* How many frames a page (or the head of a compound page) stands for. */
static inline unsigned long compound_nr(const struct page *page)
{
	return PageHead(page) ? page[1].compound_nr : 1;
}

/* Is it the head of a page that a fault or MADV_COLLAPSE has brought in as a huge one? */
static inline bool PageTransHuge(const struct page *page)
{
	return PageHead(page) && page[1].compound_dtor == TRANSHUGE_PAGE_DTOR;
}

static inline int page_to_nid(const struct page *page)
{
	return (int)(page->flags >> NODES_PGSHIFT & NODES_MASK);
}

static inline enum zone_type page_zonenum(const struct page *page)
{
	return page->flags >> ZONES_PGSHIFT & ZONES_MASK;
}

static inline struct zone *page_zone(const struct page *page)
{
	return &NODE_DATA(page_to_nid(page))->node_zones[page_zonenum(page)];
}

static inline struct pglist_data *page_pgdat(const struct page *page)
{
	return NODE_DATA(page_to_nid(page));
}

/* The bits of flags that say to which zone a page belongs. */
static inline unsigned long page_links(enum zone_type zone, int node)
{
	return (unsigned long)node << NODES_PGSHIFT | (unsigned long)zone << ZONES_PGSHIFT;
}

static inline void set_page_links(struct page *page, enum zone_type zone, int node)
{
	page->flags = (page->flags & PAGEFLAGS_MASK) | page_links(zone, node);
}

#endif
