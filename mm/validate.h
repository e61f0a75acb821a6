/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of mm_validate() and what they share.
 *
 * validate.c goes over frames and free lists, validate_zone.c over what zones
 * and the machine count and order.
 */
#ifndef MM_VALIDATE_H
#define MM_VALIDATE_H

#include "reader.h"
#include "seq_file.h"

/* What the pass over all frames found in one zone; in pages but where it says blocks. */
struct zone_sums {
	u64 present;
	u64 free;
	u64 isolated;		/* of the free ones */
	u64 pcp;
	u64 allocated;
	u64 reserved;
	u64 unknown;
	u64 lost;
	u64 heads[MAX_ORDER];	/* blocks marked as free */
	u64 pcp_blocks;		/* blocks marked as on a per-CPU list */
};

struct validation {
	const struct machine *m;
	void (*report)(void *data, mm_object_t object, const char *text);
	void *data;
	u32 found;
	char name[48];		/* the name of the object complained about */
	struct zone_sums sums[MAX_NUMNODES * 8];	/* by zone_ref() */
};

/* Counts a violation and reports it. */
__attribute__((format(printf, 3, 4))) void complain(struct validation *v, mm_object_t object,
						     const char *fmt, ...);

mm_object_t page_object(u64 pfn);

/* At each step of a walk: does the element point back to the one before? *before moves on. */
bool check_links(struct validation *v, struct list_walk *walk, u64 *before, u64 pfn,
		 mm_object_t list);

static inline bool page_is_free_buddy(const struct page *page, u64 order)
{
	return PageBuddy(page) && page->private == order;
}

void check_zone_pcps(struct validation *v, const struct zone *zone);
void check_zone_counters(struct validation *v, const struct zone *zone);
void check_zone_watermarks(struct validation *v, const struct zone *zone);
void check_sums(struct validation *v);
void check_zonelists(struct validation *v);
/* validate_slab.c */
void check_slabs(struct validation *v);
void check_slots(struct validation *v);
/* validate_vm.c: lists and trees of VMAs, counters of address spaces. */
void check_vm(struct validation *v);
void check_lru(struct validation *v);
/* validate_gup.c */
void check_pins(struct validation *v);
/* How many pins there are on a page (the head of a compound one). */
u64 reader_pins(const struct machine *m, u64 pfn);

/* validate_mempolicy.c */
void check_mempolicies(struct validation *v);
/* validate_uffd.c */
void check_userfaultfds(struct validation *v);
/* validate_writeback.c: the disk's queue and the flusher's lists. */
void check_writeback(struct validation *v);
/* validate_rmap.c: page tables, map counts, reverse mapping, page caches. */
void check_rmap(struct validation *v);
/* validate_compaction.c */
void check_compaction(struct validation *v);
/* validate_ram.c: what is known of the bytes of frames [pfn, end). */
void check_ram(struct validation *v, u64 pfn, u64 end);
/* view_ptes.c: TLBs against page tables. */
void check_tlbs(struct validation *v);

#endif
