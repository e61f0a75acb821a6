/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A swap device as the kernel knows it. Included by machine-state.h.
 *
 * Linux counterpart: struct swap_info_struct of include/linux/swap.h.
 */
#ifndef MM_SWAP_INFO_H
#define MM_SWAP_INFO_H

#include "machine.h"
#include "plist.h"

#define SWP_USED    0x1u	/* of a device: taken by swapon() */
#define SWP_WRITEOK 0x2u	/* ... slots are given out */
#define SWP_SOLIDSTATE 0x10u	/* ... does not turn */

#define SWAPFILE_CLUSTER 512	/* slots that are given out in a row where possible */

struct swap_info_struct {
	u32 flags;		/* SWP_* */
	s32 prio;		/* the highest is filled first */
	u32 type;		/* its place in swap_info, and in swap entries */
	u32 cluster_nr;		/* slots until a new stretch is looked for */
	struct plist_node list;	/* in swap_active_head */
	struct plist_node avail_lists[MAX_NUMNODES]; /* in swap_avail_heads; empty: full, or not in use */
	u64 max;		/* slots, with the header's */
	u64 pages;		/* ... that can be used */
	u64 inuse_pages;	/* ... that are */
	u64 lowest_bit;		/* no slot before this one and none behind the highest is free */
	u64 highest_bit;	/* 0: none is free */
	u64 cluster_next;	/* where to look for a free one next */
	u32 *swap_map;		/* by slot: SWAP_HAS_CACHE, and how many entries refer to it */
	void **swap_cache;	/* by slot: page in memory, or shadow entry */
	u8 *data;		/* what was written to the slots */
};

#endif
