// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The swap cache, which knows which page of memory has which place in swap, and how pages are
 * written to their places and read from them.
 *
 * A page in the swap cache (PG_swapcache) holds its slot in page->private and has
 * a reference of the cache. When it is evicted, the cache remembers in its place when that
 * was (a shadow entry), to judge its return by.
 *
 * Linux counterpart: mm/swap_state.c, mm/page_io.c. The kernel keeps the cache in an xarray; here it is a row
 * with one entry for each slot.
 */
#include "mm.h"
#include "mm_inline.h"
#include "swap.h"
#include "writeback.h"

static void *swap_slot_address(swp_entry_t entry)
{
	return swp_swap_info(entry)->data + (swp_offset(entry) << PAGE_SHIFT);
}

void **swap_cache_of(swp_entry_t entry)
{
	return &swp_swap_info(entry)->swap_cache[swp_offset(entry)];
}

/* ---- The swap cache ---- */

struct page *lookup_swap_cache(swp_entry_t entry)
{
	void *cached;

	swap_count_of(entry);
	cached = *swap_cache_of(entry);
	if (!cached || xa_is_value(cached))
		return NULL;
	get_page(cached);
	return cached;
}

/* Returns the shadow that stood in the page's place. */
static void *add_to_swap_cache(struct page *page, swp_entry_t entry)
{
	void *shadow = *swap_cache_of(entry);

	page_ref_inc(page);
	SetPageSwapCache(page);
	page->private = entry.val;
	*swap_cache_of(entry) = page;
	__mod_node_page_state(page_pgdat(page), NR_FILE_PAGES, 1);
	__mod_node_page_state(page_pgdat(page), NR_SWAPCACHE, 1);
	return shadow;
}

void __delete_from_swap_cache(struct page *page, void *shadow)
{
	swp_entry_t entry = { page->private };

	VM_BUG_ON_PAGE(!PageSwapCache(page), page);
	*swap_cache_of(entry) = shadow;
	ClearPageSwapCache(page);
	page->private = 0;
	__mod_node_page_state(page_pgdat(page), NR_FILE_PAGES, -1);
	__mod_node_page_state(page_pgdat(page), NR_SWAPCACHE, -1);
	put_swap_folio(entry);
}

void evict_from_swap_cache(struct page *page)
{
	__delete_from_swap_cache(page, workingset_eviction(page));
}

void replace_in_swap_cache(struct page *page, struct page *new)
{
	swp_entry_t entry = { page->private };

	VM_BUG_ON_PAGE(*swap_cache_of(entry) != page, page);
	*swap_cache_of(entry) = new;
}

bool add_to_swap(struct page *page)
{
	swp_entry_t entry = folio_alloc_swap();

	if (!entry.val)
		return false;
	*swap_cache_of(entry) = NULL;
	add_to_swap_cache(page, entry);
	SetPageDirty(page);
	trace(TRACE_add_to_swap, page_to_pfn(page), entry.val, 0, 0);
	return true;
}

void free_swap_cache(struct page *page)
{
	if (PageSwapCache(page) && !page_mapped(page) && !PageLocked(page))
		folio_free_swap(page);
}

/* ---- Reading and writing ---- */

void swap_writepage(struct page *page)
{
	swp_entry_t entry = { page->private };

	VM_BUG_ON_PAGE(!PageSwapCache(page), page);
	copy_memory(swap_slot_address(entry), page_address(page), PAGE_SIZE);
	count_vm_event(PSWPOUT);
	count_vm_events(PGPGOUT, PAGE_SIZE >> 10);
	SetPageWriteback(page);
	__mod_node_page_state(page_pgdat(page), NR_WRITEBACK, 1);
	__mod_zone_page_state(page_zone(page), NR_ZONE_WRITE_PENDING, 1);
	trace(TRACE_swap_writepage, page_to_pfn(page), entry.val, 0, 0);
}

struct page *read_swap_cache(swp_entry_t entry, struct vm_area_struct *vma, unsigned long addr)
{
	struct page *page = alloc_user_page(vma, addr, false);
	void *shadow;

	if (!page)
		return NULL;
	SetPageLocked(page);
	SetPageSwapBacked(page);
	*swap_count_of(entry) |= SWAP_HAS_CACHE;
	shadow = add_to_swap_cache(page, entry);
	if (shadow)
		workingset_refault(page, shadow);
	lru_cache_add(page);
	copy_memory(page_address(page), swap_slot_address(entry), PAGE_SIZE);
	count_vm_event(PSWPIN);
	count_vm_events(PGPGIN, PAGE_SIZE >> 10);
	SetPageUptodate(page);
	ClearPageLocked(page);
	trace(TRACE_swap_readpage, page_to_pfn(page), entry.val, shadow != NULL, 0);
	return page;
}
