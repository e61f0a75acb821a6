// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Working sets: would a page have stayed if the inactive list had been longer?
 *
 * lruvec->nonresident_age is a clock that moves with every page that leaves the
 * tail of an inactive list, be it for the active list or for good.
 *
 * Linux counterpart: mm/workingset.c.
 */
#include "mm.h"
#include "mm_inline.h"
#include "pgtable.h"
#include "shrinker.h"
#include "swap.h"
#include "vmstat.h"

void workingset_age_nonresident(struct lruvec *lruvec, unsigned long nr_pages)
{
	lruvec->nonresident_age += (long)nr_pages;
}

void workingset_activation(struct page *page)
{
	workingset_age_nonresident(folio_lruvec(page), compound_nr(page));
}

/*
 * How far back an eviction may lie so that the page would have stayed if it had shared the memory of the
 * active pages (and of the other kind's): then those may be in its way.
 */
static unsigned long workingset_size(struct lruvec *lruvec, bool file)
{
	unsigned long size = lruvec_page_state(lruvec, NR_ACTIVE_FILE);

	if (!file)
		size += lruvec_page_state(lruvec, NR_INACTIVE_FILE);
	if (this_machine->nr_swap_pages > 0) {
		size += lruvec_page_state(lruvec, NR_ACTIVE_ANON);
		if (file)
			size += lruvec_page_state(lruvec, NR_INACTIVE_ANON);
	}
	return size;
}

void workingset_note_refault(struct page *page, struct lruvec *lruvec,
			     unsigned long refault_distance, bool file, bool workingset)
{
	struct pglist_data *pgdat = lruvec_pgdat(lruvec);
	unsigned long size = workingset_size(lruvec, file);
	bool activate = refault_distance <= size;
	long nr = (long)compound_nr(page);

	trace(TRACE_workingset_refault, page_to_pfn(page), trace_pack(file, activate),
	      refault_distance, size);
	__mod_node_page_state(pgdat, WORKINGSET_REFAULT_ANON + file, nr);
	if (!activate)
		return;
	SetPageActive(page);
	workingset_age_nonresident(lruvec, (unsigned long)nr);
	__mod_node_page_state(pgdat, WORKINGSET_ACTIVATE_ANON + file, nr);
	if (workingset) {
		SetPageWorkingset(page);
		lru_note_cost_folio(page);
		__mod_node_page_state(pgdat, WORKINGSET_RESTORE_ANON + file, nr);
	}
}

/* The clock in the upper bits; was the page part of the working set? */
static void *pack_shadow(unsigned long eviction, bool workingset)
{
	return xa_mk_value(eviction << 1 | workingset);
}

void *workingset_eviction(struct page *page)
{
	struct lruvec *lruvec = folio_lruvec(page);
	unsigned long eviction = (unsigned long)lruvec->nonresident_age;

	workingset_age_nonresident(lruvec, compound_nr(page));
	return pack_shadow(eviction, PageWorkingset(page));
}

void workingset_refault(struct page *page, void *shadow)
{
	struct lruvec *lruvec = folio_lruvec(page);
	unsigned long value = xa_to_value(shadow);

	workingset_note_refault(page, lruvec,
				(unsigned long)lruvec->nonresident_age - (value >> 1),
				page_is_file_lru(page), value & 1);
}

/* ---- Nodes that hold nothing but shadows ---- */

void workingset_update_node(struct xa_node *node)
{
	struct pglist_data *pgdat = page_pgdat(virt_to_page(node));

	if (node->count && node->count == node->nr_values) {
		if (list_lru_add(&this_machine->shadow_nodes, &node->private_list))
			__mod_node_page_state(pgdat, WORKINGSET_NODES, 1);
	} else if (list_lru_del(&this_machine->shadow_nodes, &node->private_list)) {
		__mod_node_page_state(pgdat, WORKINGSET_NODES, -1);
	}
}

/* As many may stay as could tell of refaults within all of memory, were they one eighth full. */
unsigned long count_shadow_nodes(struct shrink_control *sc)
{
	unsigned long nodes = (unsigned long)this_machine->shadow_nodes.nr_items[sc->nid];
	unsigned long max_nodes = NODE_DATA(sc->nid)->node_present_pages >> (XA_CHUNK_SHIFT - 3);

	if (!nodes)
		return SHRINK_EMPTY;
	return nodes <= max_nodes ? 0 : nodes - max_nodes;
}

/* The oldest one: its pages went so long ago that nobody wants to know. */
static void shadow_lru_isolate(struct xa_node *node)
{
	struct address_space *mapping =
		container_of(node->array, struct address_space, i_pages);
	unsigned long nr = node->nr_values;

	trace(TRACE_workingset_nodereclaim, mapping->host->i_ino, nr, 0, 0);
	__mod_node_page_state(page_pgdat(virt_to_page(node)), WORKINGSET_NODERECLAIM, 1);
	mapping->nrexceptional -= nr;
	xa_delete_node(node);
	inode_add_lru(mapping->host, false);
}

unsigned long scan_shadow_nodes(struct shrink_control *sc)
{
	struct list_head *list = &this_machine->shadow_nodes.lists[sc->nid];
	unsigned long freed = 0;

	while (freed < sc->nr_to_scan && !list_empty(list)) {
		shadow_lru_isolate(list_first_entry(list, struct xa_node, private_list));
		freed++;
	}
	return freed;
}
