/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Putting a page on an LRU list and taking it off, with the counters of its node
 * and its zone.
 *
 * Which list a page belongs on, its flags tell: unevictable, swapbacked
 * (anonymous memory and shmem) or not (files), active or not. So a flag must not
 * change while the page is on a list.
 *
 * Linux counterpart: include/linux/mm_inline.h.
 */
#ifndef MM_MM_INLINE_H
#define MM_MM_INLINE_H

#include "internal.h"
#include "vmstat.h"

static inline struct lruvec *folio_lruvec(const struct page *page)
{
	return &page_pgdat(page)->__lruvec;
}

static inline struct pglist_data *lruvec_pgdat(struct lruvec *lruvec)
{
	return container_of(lruvec, struct pglist_data, __lruvec);
}

static inline unsigned long lruvec_page_state(struct lruvec *lruvec, enum node_stat_item item)
{
	return node_page_state(lruvec_pgdat(lruvec), item);
}

/* Does it belong on a file list? 1 or 0, to be added to a number. */
static inline int page_is_file_lru(const struct page *page)
{
	return !PageSwapBacked(page);
}

static inline enum lru_list folio_lru_list(const struct page *page)
{
	enum lru_list lru;

	VM_BUG_ON_PAGE(PageActive(page) && PageUnevictable(page), page);
	if (PageUnevictable(page))
		return LRU_UNEVICTABLE;
	lru = page_is_file_lru(page) ? LRU_INACTIVE_FILE : LRU_INACTIVE_ANON;
	if (PageActive(page))
		lru += LRU_ACTIVE;
	return lru;
}

/* The counters of @nr_pages more pages of a zone on a list. */
static inline void update_lru_size(struct lruvec *lruvec, enum lru_list lru, enum zone_type zid,
				   long nr_pages)
{
	struct pglist_data *pgdat = lruvec_pgdat(lruvec);

	__mod_node_page_state(pgdat, NR_LRU_BASE + lru, nr_pages);
	__mod_zone_page_state(&pgdat->node_zones[zid], NR_ZONE_LRU_BASE + lru, nr_pages);
}

/* To the head of the list it belongs on: the end where reclaim arrives last. */
static inline void lruvec_add_folio(struct lruvec *lruvec, struct page *page)
{
	enum lru_list lru = folio_lru_list(page);

	update_lru_size(lruvec, lru, page_zonenum(page), (long)compound_nr(page));
	if (lru != LRU_UNEVICTABLE)
		list_add(&page->lru, &lruvec->lists[lru]);
}

/* To the tail: it is the next one that reclaim will look at. */
static inline void lruvec_add_folio_tail(struct lruvec *lruvec, struct page *page)
{
	enum lru_list lru = folio_lru_list(page);

	update_lru_size(lruvec, lru, page_zonenum(page), (long)compound_nr(page));
	list_add_tail(&page->lru, &lruvec->lists[lru]);
}

static inline void lruvec_del_folio(struct lruvec *lruvec, struct page *page)
{
	enum lru_list lru = folio_lru_list(page);

	if (lru != LRU_UNEVICTABLE)
		list_del(&page->lru);
	update_lru_size(lruvec, lru, page_zonenum(page), -(long)compound_nr(page));
}

/* Before a page without users is freed. */
static inline void __folio_clear_lru_flags(struct page *page)
{
	VM_BUG_ON_PAGE(!PageLRU(page), page);
	ClearPageLRU(page);
	/* Both cannot be; bad_page() will report it. */
	if (PageActive(page) && PageUnevictable(page))
		return;
	ClearPageActive(page);
	ClearPageUnevictable(page);
}

#endif
