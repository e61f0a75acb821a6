/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The LRU lists as the rest of the core uses them: a new page is added, a page
 * that was used is marked, and reclaim finds at the tails what nobody used for
 * long.
 *
 * A page is added once, by whoever made it (a fault, the page cache), holding a
 * reference of its own; it leaves its list when its last reference is dropped
 * (put_page(), release_pages()) or when somebody isolates it. All functions
 * take single pages or heads of compound pages.
 *
 * Linux counterpart: include/linux/swap.h (declarations of mm/swap.c).
 */
#ifndef MM_SWAP_H
#define MM_SWAP_H

#include "mm_types.h"
#include "swapops.h"

struct lruvec;

/**
 * lru_cache_add - put a new page on the LRU list it belongs on (folio_add_lru())
 * @page: not on a list; PageSwapBacked, PageActive and PageUnevictable say which
 *
 * The page waits in the CPU's batch, held by a reference of the batch, and gets PG_lru when that is
 * full or drained.
 */
void lru_cache_add(struct page *page);

/**
 * mark_page_accessed - note that the kernel used a page on behalf of someone (folio_mark_accessed())
 *
 * An inactive page is referenced first and activated the second time; for an active one it is
 * noted only.
 */
void mark_page_accessed(struct page *page);

/* To the active list, unless it is there or unevictable (folio_activate()). */
void activate_page(struct page *page);

/* To the inactive list of its kind, if it is active: MADV_COLD. */
void deactivate_page(struct page *page);

/* A page-cache page that could not be dropped: reclaim shall meet it soon (deactivate_file_folio()). */
void deactivate_file_page(struct page *page);

/* Anonymous memory whose contents may be forgotten: to the inactive file list, MADV_FREE. */
void mark_page_lazyfree(struct page *page);

/* Its writeback has ended and reclaim wants it: to the tail of the inactive list (folio_rotate_reclaimable()). */
void rotate_reclaimable_page(struct page *page);

/* Puts the pages of this CPU's, of one CPU's, of all CPUs' batches where they belong. */
void lru_add_drain(void);
/* mlock.c: what waits in a CPU's batch of mlocked pages is done. */
void mlock_drain_cpu(int cpu);
void lru_add_drain_cpu(int cpu);
void lru_add_drain_all(void);

/**
 * lru_note_cost - note that reclaiming pages of one kind cost something
 * @file: file pages; else anonymous
 * @nr_pages: written, rotated or refaulted
 */
void lru_note_cost(struct lruvec *lruvec, bool file, unsigned int nr_pages);
void lru_note_cost_folio(struct page *page);

/* Drops a reference of each; those without users leave their lists and are freed in one go. */
void release_pages(struct page **pages, int nr);

/* The moves of batches, one page each; for the replay of recordings, too. */
void lru_move_tail_fn(struct lruvec *lruvec, struct page *page);
void lru_deactivate_file_fn(struct lruvec *lruvec, struct page *page);
void lru_deactivate_fn(struct lruvec *lruvec, struct page *page);
void lru_lazyfree_fn(struct lruvec *lruvec, struct page *page);
void folio_activate_fn(struct lruvec *lruvec, struct page *page);

/* ---- swapfile.c: swap devices and their slots ---- */

#define SWAP_HAS_CACHE 0x80000000u /* in swap_map: a page of the swap cache has this slot */
#define SWAP_COUNT     0x7fffffffu /* ... page-table entries that refer to it */

struct machine;
struct swap_info_struct;

/* The device of an entry. */
#define swp_swap_info(entry) (&this_machine->swap_info[swp_type(entry)])

/* At boot: the devices of the configuration, of which those that are not off are taken into use. */
void init_swap(struct machine *m);
/* A device has free slots, or none any more. */
void add_to_avail_list(struct swap_info_struct *si);
void del_from_avail_list(struct swap_info_struct *si);
/**
 * sys_swapoff - take a swap device out of use
 * @type: its number
 *
 * All that is on it is brought back into memory, or moves to other devices on the way. Returns 0; -EINVAL if it is
 * not in use; -ENOMEM if what was promised could not be kept without it, or memory does not suffice: then it is in use
 * again, an automatic priority being the lowest now. Follows swapoff() of mm/swapfile.c.
 */
long sys_swapoff(u32 type);
/**
 * sys_swapon - take a swap device into use
 * @type: its number
 * @swap_flags: SWAP_FLAG_PREFER with a priority; 0: one below the lowest that was chosen so far
 *
 * Returns 0; -EINVAL if there is no such device or no room on it; -EBUSY if it is in use. Follows swapon().
 */
long sys_swapon(u32 type, u32 swap_flags);
/* Has half of swap been given out? */
bool vm_swap_full(void);
/* A slot's entry in swap_map, and its place in the swap cache: a page, a shadow entry or NULL. */
u32 *swap_count_of(swp_entry_t entry);
void **swap_cache_of(swp_entry_t entry);
/* A free slot for a page of the swap cache, of the device whose turn it is; 0 if there is none. */
swp_entry_t folio_alloc_swap(void);
/* The page of the swap cache has gone; so has the slot if no entry refers to it. */
void put_swap_folio(swp_entry_t entry);
/* One more, one less page-table entry that refers to a slot. */
void swap_duplicate(swp_entry_t entry);
void swap_free(swp_entry_t entry);
/* As swap_free(); a page of the swap cache that is then needless is given up, too. */
void free_swap_and_cache(swp_entry_t entry);
/* The page in memory that has this slot, with a reference; NULL if there is none. */
struct page *lookup_swap_cache(swp_entry_t entry);
struct vm_area_struct;
/* Reads a slot into a new page of the swap cache, allocated for @addr in @vma; with a reference. NULL: no memory. */
struct page *read_swap_cache(swp_entry_t entry, struct vm_area_struct *vma, unsigned long addr);
/* swap_readahead.c: at boot, how much is read at once. */
void swap_setup(struct machine *m);
/**
 * swap_cache_get_folio - look for a slot's page in memory, on behalf of who needs it
 * @vma, @addr: where it is needed
 *
 * As lookup_swap_cache(); a page that was read ahead counts as a hit, by which the next window is sized.
 */
struct page *swap_cache_get_folio(swp_entry_t entry, struct vm_area_struct *vma, unsigned long addr);
/**
 * swapin_readahead - read a slot that is not in memory, and what may be needed next
 * @vma, @addr: where it is needed
 * @pmd: of the page table there
 *
 * Returns the page, in the swap cache and with a reference; NULL if there is no memory.
 */
struct page *swapin_readahead(swp_entry_t entry, struct vm_area_struct *vma, unsigned long addr,
			      pmd_t *pmd);
/* Finds a slot for a page and puts it into the swap cache; false if swap is full. */
bool add_to_swap(struct page *page);
/* Gives up the slot of a page that no entry refers to any more; false if one does. */
bool folio_free_swap(struct page *page);
void free_swap_if_full(struct page *page);
/* Of a page that is being unmapped for good. */
void free_swap_cache(struct page *page);
/* Takes a page out of the swap cache; @shadow stands in its place. The reference of the cache stays. */
void __delete_from_swap_cache(struct page *page, void *shadow);
/* Reclaim: the page leaves the cache, whose reference stays with the caller. */
void evict_from_swap_cache(struct page *page);
/* Migration: @new stands in the cache in place of @page. References are the caller's. */
void replace_in_swap_cache(struct page *page, struct page *new);
/* Starts writing a page to its slot; end_page_writeback() tells that it is done. */
void swap_writepage(struct page *page);
void end_page_writeback(struct page *page);

/* ---- workingset.c ---- */

/* A shadow entry for a page that is evicted now: when that was. Moves the clock. */
void *workingset_eviction(struct page *page);
/* A page is back for which a shadow entry stood. */
void workingset_refault(struct page *page, void *shadow);

/* Pages have left the inactive lists for good or for the active ones: the clock of refaults moves on. */
void workingset_age_nonresident(struct lruvec *lruvec, unsigned long nr_pages);
/**
 * workingset_note_refault - a page that was evicted is back: would it have stayed with more memory?
 * @refault_distance: ticks of the clock since it was evicted
 * @workingset: it was in use when it was evicted
 *
 * If so it is made active at once, and its return counted as a cost of reclaim.
 */
void workingset_note_refault(struct page *page, struct lruvec *lruvec,
			     unsigned long refault_distance, bool file, bool workingset);
/* An inactive page was used a second time. */
void workingset_activation(struct page *page);

#endif
