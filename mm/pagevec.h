/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A handful of pages that something is to be done with together.
 *
 * The LRU lists of a node are shared by all CPUs. So a CPU collects the pages
 * it wants to put on a list, or move from one to another, and does it for many
 * at once. Until then such a page is held by a reference of the batch.
 *
 * Linux counterpart: include/linux/pagevec.h.
 */
#ifndef MM_PAGEVEC_H
#define MM_PAGEVEC_H

#include "mm_types.h"

#define PAGEVEC_SIZE 15

struct folio_batch {
	u32 nr;
	u32 pad;
	struct page *folios[PAGEVEC_SIZE];
};

static inline unsigned int folio_batch_count(const struct folio_batch *fbatch)
{
	return fbatch->nr;
}

/* Adds a page; returns how many more there is room for. */
static inline unsigned int folio_batch_add(struct folio_batch *fbatch, struct page *page)
{
	fbatch->folios[fbatch->nr++] = page;
	return PAGEVEC_SIZE - fbatch->nr;
}

/* A CPU's batches, by what is to be done with the pages in them. */
struct cpu_fbatches {
	struct folio_batch lru_add; /* go to the head of the list they belong on */
	struct folio_batch
		lru_rotate; /* written: to the tail of the inactive list (lru_rotate.fbatch) */
	struct folio_batch lru_deactivate_file; /* could not be dropped from the page cache */
	struct folio_batch lru_deactivate;	/* MADV_COLD */
	struct folio_batch lru_lazyfree;	/* MADV_FREE */
	struct folio_batch activate;		/* to the active list */
	struct folio_batch mlock;		/* mlocked or munlocked (mlock.c) */
	u8 mlock_work[PAGEVEC_SIZE + 1];	/* what is to be done with each of them */
};

enum mlock_work {
	MLOCK_WORK_UNLOCK,
	MLOCK_WORK_LOCK,
	MLOCK_WORK_NEW, /* is on no list yet */
};

#endif
