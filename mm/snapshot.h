/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page allocator's state of some other machine, as plain data: what a
 * recording's first snapshot says. boot() sets a machine to it.
 *
 * Arrays belong to the caller and are only read. Lists are head first.
 */
#ifndef MM_SNAPSHOT_H
#define MM_SNAPSHOT_H

#include "machine.h"

struct snapshot_list {
	u8 order;		/* of a free list; of a per-CPU list its index */
	u8 mt;			/* of a free list */
	u8 cpu;			/* of a per-CPU list */
	u32 nr;
	const u64 *pfns;
	const u8 *types;	/* per-CPU lists: migrate type kept with each page */
};

struct snapshot_cpu {
	u32 count, high, batch, free_factor;
	s32 diff;
	u32 threshold;
};

struct snapshot_range {
	u64 start, nr;		/* pfn, pages */
};

struct snapshot_zone {
	u32 nid, idx;
	u64 start_pfn, spanned, present, managed;
	u64 wmark[3], boost, highatomic, free_pages;
	u32 flags;
	u64 lowmem_reserve[5];
	u32 nr_pageblocks;
	const s8 *pageblocks;	/* from start_pfn rounded down to a pageblock; -1 = no memory */
	u32 nr_free_lists, nr_pcp_lists, nr_cpus, nr_movable;
	const struct snapshot_list *free_lists;
	const struct snapshot_list *pcp_lists;
	const struct snapshot_cpu *cpus;
	const struct snapshot_range *movable;	/* pages on an LRU or movable */
};

/* An LRU list of node 0. */
struct snapshot_lru {
	u32 lru;		/* enum lru_list */
	u32 nr;
	const u64 *pfns;
	const u32 *flags;	/* as recordings have them: docs/recordings.md */
};

struct machine_snapshot {
	u32 nr_zones;
	const struct snapshot_zone *zones;
	u32 nr_lru;		/* 0: nothing is known of LRU lists */
	const struct snapshot_lru *lru;
	u64 anon_cost, file_cost, nonresident_age;
};

#endif
