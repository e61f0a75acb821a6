/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations for recordings of a real kernel: what cannot be asked for through
 * the allocator's own calls, because the recording does not say who asked, only
 * what happened. Carried out by replay.c below get_page_from_freelist(), with
 * the zone, the flags and the counters that were recorded.
 *
 * They refuse with -EINVAL what would break the machine: a page that is free
 * already, a block that crosses its zone. A recording is not trusted.
 *
 *	operation		slot	nr	order	gfp	arg
 *	replay_alloc				x	x	0 mm_replay_alloc_arg0() 1 NR_FREE_PAGES after it
 *								2 trace_pack(this CPU's difference, boost)
 *								3 MM_REPLAY_SYNC | free_factor; 0 = leave the counters
 *	replay_bulk			x		x	0 zone index
 *	replay_free			x	x		nr: enum mm_replay_freed_by
 *								0 pfn 1 trace_pack(straight to the buddy lists?, migrate type)
 *								2 MM_REPLAY_SYNC | zone flags; 0 = leave them
 *	replay_spill			x			0 zone index 1 list index
 *	replay_isolate				x		0 pfn
 *	replay_block_type					0 pfn 1 migrate type
 *	replay_movable			x			0 pfn: nr used pages of its pageblock are movable
 *	replay_adopt		x		x		0 pfn: the slot holds this block, in use already
 *	replay_exchange				x		0 pfn of a block in use 1 pfn of one on a per-CPU list: they change places
 *	replay_peek						0 address 1 bytes: what a debugger read of the task
 *
 * Results: replay_alloc the page frame number; -ENOMEM if no zone had enough
 * pages, -EAGAIN if one had though the recorded request failed. replay_bulk
 * how many pages it got, replay_peek how many it found. The others 0.
 */
#ifndef MM_REPLAY_H
#define MM_REPLAY_H

#include "ops.h"

/*
 * Operations for recordings of reclaim. nr: 0 = by kswapd, 1 = by the task itself. Two numbers in one
 * argument: the first in the low half. Flags of pages as recordings have them.
 *
 *	operation		nr	order	gfp	arg
 *	replay_lru_insert				0 pfn 1 list 2 flags: new at the head of a list
 *	replay_lru_move					0 pfn 1 enum replay_lru_move 2 flags
 *	replay_lru_gone					0 pfn: off its list
 *	replay_refault					0 pfn 1 clock at eviction, now 2 free swap | file << 32 | workingset << 33
 *							3, 4 as replay_node_state
 *	replay_node_state				0 inactive, active anon 1 inactive, active file (node counters)
 *	replay_zone_state				0 zone index 1 free pages 2 boost, flags
 *	replay_scan		x			0 priority | zone index << 8 | order << 16 | pages to reclaim << 32 1 bits
 *							2 costs anon, file 3 inactive, active anon 4 file (of zones up to
 *							that index) 5 free swap
 *	replay_isolate_lru	x			0 list 1 pages to scan
 *	replay_isolated		x			0 pfn 1 flags 2 references: one of the isolated pages, in order
 *	replay_isolated_all	x
 *	replay_reclaim_page	x			0 pfn 1 times referenced | locked << 32 2 flags
 *	replay_put_back		x			all are decided: in which order do they go back?
 *	replay_put					0 pfn 1 list 2 flags: where the kernel put it
 *	replay_batch_end	x
 *	replay_wakeup_kswapd		x	x	a request goes the slow path
 *	replay_kswapd_wake		x		0 highest zone index
 *	replay_kswapd_sleep
 *	replay_direct			x	x	0 0 = begins, 1 = ends
 */
enum replay_lru_move {
	REPLAY_LRU_ROTATE,
	REPLAY_LRU_DEACTIVATE_FILE,
	REPLAY_LRU_DEACTIVATE,
	REPLAY_LRU_LAZYFREE,
	REPLAY_LRU_ACTIVATE,
};

/* Bits of the flags of a page in a recording that are no page flags. */
#define MM_REPLAY_FLAG_MAPPED	  (1ULL << 10)
#define MM_REPLAY_FLAG_PRIVATE	  (1ULL << 13)
#define MM_REPLAY_FLAG_NO_MAPPING (1ULL << 14)

/* Who freed a page: pages of slabs count for who reclaims. */
enum mm_replay_freed_by {
	MM_REPLAY_FREED_BY_OTHERS,
	MM_REPLAY_FREED_BY_KSWAPD,
	MM_REPLAY_FREED_BY_DIRECT,
};

#define MM_REPLAY_SYNC (1ULL << 63)

/* @zone_idx: the zone that served the request, -1 = none did */
static inline u64 mm_replay_alloc_arg0(u32 alloc_flags, int zone_idx, u32 migratetype)
{
	return alloc_flags | (u64)(u8)(zone_idx + 1) << 32 | (u64)(u8)migratetype << 40;
}

#endif
