// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Swap: where anonymous memory goes when it is not in memory, and the swap cache,
 * which knows which page of memory has which place in swap.
 *
 * The swap device is divided into slots of a page. swap_map counts the page-table entries
 * that refer to a slot, and says (SWAP_HAS_CACHE) whether a page of the swap cache does. A
 * slot is free when both are gone. Slot 0 holds the header and is never given away.
 *
 * A page in the swap cache (PG_swapcache) holds its slot in page->private and has
 * a reference of the cache. When it is evicted, the cache remembers in its place when that
 * was (a shadow entry), to judge its return by.
 *
 * Linux counterpart: mm/swapfile.c and mm/swap_state.c. The kernel keeps the cache in an
 * xarray; here it is a row with one entry for each slot. There an entry of swap_map is a byte, and
 * counts above 62 go on in pages of their own (swap_count_continued()); here it has room for all.
 */
#include "mm.h"
#include "mm_inline.h"
#include "swap.h"
#include "swapops.h"
#include "writeback.h"

void init_swap(struct machine *m, u64 size)
{
	struct swap_info_struct *si = &m->swap_info;

	si->max = size >> PAGE_SHIFT;
	si->cluster_next = 1;
	si->prio = -2; /* of the first one that is given none */
	if (si->max > 1) {
		si->flags = SWP_WRITEOK;
		m->total_swap_pages = si->max - 1;
		m->nr_swap_pages = (long)si->max - 1;
	}
}

static void *swap_slot_address(swp_entry_t entry)
{
	return this_machine->swap_info.data + (swp_offset(entry) << PAGE_SHIFT);
}

static bool is_swap_slot(swp_entry_t entry)
{
	return swp_type(entry) == 0 && swp_offset(entry) &&
	       swp_offset(entry) < this_machine->swap_info.max;
}

static u32 *swap_count_of(swp_entry_t entry)
{
	VM_BUG_ON(!is_swap_slot(entry));
	return &this_machine->swap_info.swap_map[swp_offset(entry)];
}

static void **swap_cache_of(swp_entry_t entry)
{
	return &this_machine->swap_info.swap_cache[swp_offset(entry)];
}

/* ---- Slots ---- */

/* A free slot for a page of the swap cache, looked for after the last one; 0 if there is none. */
static swp_entry_t folio_alloc_swap(void)
{
	struct swap_info_struct *si = &this_machine->swap_info;
	unsigned long i, offset = si->cluster_next;

	if (!(si->flags & SWP_WRITEOK))
		return (swp_entry_t){ 0 };
	for (i = 1; i < si->max; i++, offset++) {
		if (offset >= si->max)
			offset = 1;
		if (si->swap_map[offset])
			continue;
		si->swap_map[offset] = SWAP_HAS_CACHE;
		si->inuse_pages++;
		si->cluster_next = offset + 1;
		this_machine->nr_swap_pages--;
		return swp_entry(0, offset);
	}
	return (swp_entry_t){ 0 };
}

static void swap_entry_free(swp_entry_t entry)
{
	*swap_cache_of(entry) = NULL;
	this_machine->swap_info.inuse_pages--;
	this_machine->nr_swap_pages++;
	trace(TRACE_swap_entry_free, swp_offset(entry), 0, 0, 0);
}

void swap_duplicate(swp_entry_t entry)
{
	u32 *count = swap_count_of(entry);

	VM_BUG_ON((*count & SWAP_COUNT) == SWAP_COUNT);
	(*count)++;
}

void swap_free(swp_entry_t entry)
{
	u32 *count = swap_count_of(entry);

	VM_BUG_ON(!(*count & SWAP_COUNT));
	(*count)--;
	if (!*count)
		swap_entry_free(entry);
}

/* The page of the swap cache has gone; so has the slot if no entry refers to it. */
static void put_swap_folio(swp_entry_t entry)
{
	u32 *count = swap_count_of(entry);

	*count &= ~SWAP_HAS_CACHE;
	if (!*count)
		swap_entry_free(entry);
}

/* With half of swap in use, copies in swap of pages that are in memory are given up. */
static bool vm_swap_full(void)
{
	return this_machine->nr_swap_pages * 2 < (long)this_machine->total_swap_pages;
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

/* Takes a page out of the cache; @shadow stands in its place. The reference of the cache stays. */
static void __delete_from_swap_cache(struct page *page, void *shadow)
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
	trace(TRACE_add_to_swap, page_to_pfn(page), swp_offset(entry), 0, 0);
	return true;
}

bool folio_free_swap(struct page *page)
{
	swp_entry_t entry = { page->private };

	if (!PageSwapCache(page) || PageWriteback(page))
		return false;
	/* Somebody else still has it in swap. */
	if (*swap_count_of(entry) & SWAP_COUNT)
		return false;
	__delete_from_swap_cache(page, NULL);
	SetPageDirty(page);
	put_page(page);
	return true;
}

int free_unused_swap(void)
{
	struct swap_info_struct *si = &this_machine->swap_info;
	unsigned long offset;

	for (offset = 1; offset < si->max; offset++) {
		struct page *page;

		if (si->swap_map[offset] != SWAP_HAS_CACHE)
			continue;
		page = lookup_swap_cache(swp_entry(0, offset));
		lock_page(page);
		if (PageWriteback(page))
			wait_on_page_writeback(page);
		folio_free_swap(page);
		unlock_page(page);
		put_page(page);
	}
	return 0;
}

void free_swap_if_full(struct page *page)
{
	if (vm_swap_full() || PageMlocked(page))
		folio_free_swap(page);
}

void free_swap_cache(struct page *page)
{
	if (PageSwapCache(page) && !page_mapped(page) && !PageLocked(page))
		folio_free_swap(page);
}

void free_swap_and_cache(swp_entry_t entry)
{
	struct page *page = lookup_swap_cache(entry);

	swap_free(entry);
	if (!page)
		return;
	free_swap_cache(page);
	put_page(page);
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
	trace(TRACE_swap_writepage, page_to_pfn(page), swp_offset(entry), 0, 0);
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
	trace(TRACE_swap_readpage, page_to_pfn(page), swp_offset(entry), shadow != NULL, 0);
	return page;
}
