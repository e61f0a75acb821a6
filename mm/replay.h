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
 *	replay_free				x		0 pfn 1 trace_pack(straight to the buddy lists?, migrate type)
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

#define MM_REPLAY_SYNC (1ULL << 63)

/* @zone_idx: the zone that served the request, -1 = none did */
static inline u64 mm_replay_alloc_arg0(u32 alloc_flags, int zone_idx, u32 migratetype)
{
	return alloc_flags | (u64)(u8)(zone_idx + 1) << 32 | (u64)(u8)migratetype << 40;
}

#endif
