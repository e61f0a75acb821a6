// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Swap devices and their slots: where anonymous memory goes when it is not in memory.
 *
 * A swap device is divided into slots of a page. swap_map counts the page-table entries
 * that refer to a slot, and says (SWAP_HAS_CACHE) whether a page of the swap cache does
 * (swap_state.c). A slot is free when both are gone. Slot 0 holds the header and is never given away.
 *
 * Devices have priorities. Slots are taken from the one with the highest priority as long as it has any, and
 * from devices of the same priority in turn. On a device they are given out in stretches of
 * SWAPFILE_CLUSTER that are free as a whole, as near to its start as there is one, so that what was written
 * together lies together.
 *
 * Linux counterpart: mm/swapfile.c. There an entry of swap_map is a byte, and counts above
 * 62 go on in pages of their own (swap_count_continued()); here it has room for all. A device
 * keeps its number here, which in Linux the next one to come gets.
 */
#include "mm.h"
#include "swap.h"

/* ---- Devices by priority ---- */

void init_swap(struct machine *m)
{
	const struct machine_config *c = &m->config;

	m->least_priority = -1;
	m->nr_swapfiles = c->nr_swaps;
	INIT_LIST_HEAD(&m->swap_active_head);
	for (u32 nid = 0; nid < MAX_NUMNODES; nid++)
		INIT_LIST_HEAD(&m->swap_avail_heads[nid]);
	for (u32 type = 0; type < c->nr_swaps; type++) {
		struct swap_info_struct *si = &m->swap_info[type];

		si->type = type;
		si->swap_map = (u32 *)((u8 *)m + m->layout.swap_map[type]);
		si->swap_cache = (void **)((u8 *)m + m->layout.swap_cache[type]);
		si->data = (u8 *)m + m->layout.swap[type];
		if (!c->swaps[type].off)
			sys_swapon(type, c->swaps[type].flags);
	}
}

void add_to_avail_list(struct swap_info_struct *si)
{
	for (u32 nid = 0; nid < MAX_NUMNODES; nid++)
		plist_add(&si->avail_lists[nid], &this_machine->swap_avail_heads[nid]);
}

void del_from_avail_list(struct swap_info_struct *si)
{
	for (u32 nid = 0; nid < MAX_NUMNODES; nid++)
		if (!plist_node_empty(&si->avail_lists[nid]))
			plist_del(&si->avail_lists[nid]);
}

/* ---- Slots ---- */

static bool is_swap_slot(swp_entry_t entry)
{
	return swp_type(entry) < this_machine->nr_swapfiles && swp_offset(entry) &&
	       swp_offset(entry) < swp_swap_info(entry)->max;
}

u32 *swap_count_of(swp_entry_t entry)
{
	VM_BUG_ON(!is_swap_slot(entry));
	return &swp_swap_info(entry)->swap_map[swp_offset(entry)];
}

/* With half of swap in use, copies in swap of pages that are in memory are given up. */
bool vm_swap_full(void)
{
	return this_machine->nr_swap_pages * 2 < (long)this_machine->total_swap_pages;
}

static void swap_range_alloc(struct swap_info_struct *si, unsigned long offset)
{
	if (offset == si->lowest_bit)
		si->lowest_bit++;
	if (offset == si->highest_bit)
		si->highest_bit--;
	si->inuse_pages++;
	if (si->inuse_pages == si->pages) {
		si->lowest_bit = si->max;
		si->highest_bit = 0;
		del_from_avail_list(si);
	}
}

static void swap_range_free(struct swap_info_struct *si, unsigned long offset)
{
	bool was_full = !si->highest_bit;

	if (offset < si->lowest_bit)
		si->lowest_bit = offset;
	if (offset > si->highest_bit) {
		si->highest_bit = offset;
		if (was_full && si->flags & SWP_WRITEOK)
			add_to_avail_list(si);
	}
	this_machine->nr_swap_pages++;
	si->inuse_pages--;
}

static void swap_entry_free(swp_entry_t entry)
{
	*swap_cache_of(entry) = NULL;
	swap_range_free(swp_swap_info(entry), swp_offset(entry));
	trace(TRACE_swap_entry_free, entry.val, 0, 0, 0);
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

void put_swap_folio(swp_entry_t entry)
{
	u32 *count = swap_count_of(entry);

	*count &= ~SWAP_HAS_CACHE;
	if (!*count)
		swap_entry_free(entry);
}

/* ---- Finding a free one ---- */

/* A page in memory that nobody else has in swap gives its slot up, unless it is busy. */
static bool __try_to_reclaim_swap(struct swap_info_struct *si, unsigned long offset)
{
	struct page *page = lookup_swap_cache(swp_entry(si->type, offset));
	bool freed = false;

	if (!page)
		return false;
	if (trylock_page(page)) {
		freed = folio_free_swap(page);
		unlock_page(page);
	}
	put_page(page);
	return freed;
}

static bool swap_offset_available(struct swap_info_struct *si, unsigned long offset)
{
	if (!si->swap_map[offset])
		return true;
	return vm_swap_full() && si->swap_map[offset] == SWAP_HAS_CACHE &&
	       __try_to_reclaim_swap(si, offset);
}

/* The first stretch of free slots as long as a cluster, wherever it begins; 0: there is none. */
static unsigned long find_empty_cluster(const struct swap_info_struct *si)
{
	unsigned long offset = si->lowest_bit, last = offset + SWAPFILE_CLUSTER - 1;

	for (; last <= si->highest_bit; offset++) {
		if (si->swap_map[offset])
			last = offset + SWAPFILE_CLUSTER;
		else if (offset == last)
			return offset - (SWAPFILE_CLUSTER - 1);
	}
	return 0;
}

/* Where the search begins: behind the last slot given, or at a new stretch when one is used up. */
static unsigned long next_scan_base(struct swap_info_struct *si)
{
	unsigned long cluster;

	if (si->cluster_nr) {
		si->cluster_nr--;
		return si->cluster_next;
	}
	si->cluster_nr = SWAPFILE_CLUSTER - 1;
	if (si->pages - si->inuse_pages < SWAPFILE_CLUSTER)
		return si->cluster_next;
	cluster = find_empty_cluster(si);
	if (!cluster)
		return si->lowest_bit;
	si->cluster_next = cluster;
	return cluster;
}

/* A free slot of a device, from the base of the search to the end and then from the start on; 0: none. */
static unsigned long scan_swap_map_slots(struct swap_info_struct *si)
{
	unsigned long base = next_scan_base(si), offset;

	if (base > si->highest_bit)
		base = si->lowest_bit;
	for (offset = base; offset <= si->highest_bit; offset++)
		if (swap_offset_available(si, offset))
			goto found;
	for (offset = si->lowest_bit; offset < base; offset++)
		if (swap_offset_available(si, offset))
			goto found;
	return 0;
found:
	si->swap_map[offset] = SWAP_HAS_CACHE;
	swap_range_alloc(si, offset);
	si->cluster_next = offset + 1;
	return offset;
}

/*
 * A slot of the device with the highest priority that has one. The device moves behind those of the same priority
 * first, so that they take turns.
 */
swp_entry_t folio_alloc_swap(void)
{
	int nid = numa_node_id();
	struct list_head *head = &this_machine->swap_avail_heads[nid];
	struct swap_info_struct *si;
	unsigned long offset;

	if (this_machine->nr_swap_pages <= 0 || list_empty(head))
		return (swp_entry_t){ 0 };
	this_machine->nr_swap_pages--;
	si = list_first_entry(head, struct swap_info_struct, avail_lists[nid].node_list);
	plist_requeue(&si->avail_lists[nid], head);
	offset = scan_swap_map_slots(si);
	VM_BUG_ON(!offset);
	return swp_entry(si->type, offset);
}

/* ---- Copies that are needless ---- */

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

void free_swap_if_full(struct page *page)
{
	if (vm_swap_full() || PageMlocked(page))
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
