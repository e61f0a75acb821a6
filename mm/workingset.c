// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Working sets: would a page have stayed if the inactive list had been longer?
 *
 * lruvec->nonresident_age is a clock that moves with every page that leaves the
 * tail of an inactive list, be it for the active list or for good.
 *
 * Linux counterpart: mm/workingset.c.
 */
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
