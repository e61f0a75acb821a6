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
#include "swap.h"

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
