// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Shrinking the caches of the kernel's own objects, and drop_caches.
 *
 * Reclaim asks after each pass over the LRU lists of a node. How many objects a cache has
 * to look at follows from the priority, as with pages, and from what it would cost to make them
 * again. What is less than a batch is put off, and adds up until it is worth it.
 *
 * Linux counterpart: do_shrink_slab() and its like in mm/vmscan.c; mm/list_lru.c; fs/drop_caches.c.
 */
#include "shrinker.h"
#include "mm.h"
#include "slab.h"
#include "swap.h"
#include "vmstat.h"

static const struct shrinker shrinkers[NR_SHRINKERS] = {
	[SHRINKER_HUGE_ZERO_PAGE] = { "thp-zero", shrink_huge_zero_page_count,
				      shrink_huge_zero_page_scan, 0, DEFAULT_SEEKS, 0 },
	[SHRINKER_DEFERRED_SPLIT] = { "thp-deferred_split", deferred_split_count, deferred_split_scan, 0,
				      DEFAULT_SEEKS, SHRINKER_NUMA_AWARE },
	[SHRINKER_SUPER] = { "sb-disk", super_cache_count, super_cache_scan, 1024, DEFAULT_SEEKS,
			     SHRINKER_NUMA_AWARE },
	[SHRINKER_SHADOW_NODES] = { "mm-shadow", count_shadow_nodes, scan_shadow_nodes, 0, 0,
				    SHRINKER_NUMA_AWARE },
};

void register_shrinker(enum shrinker_id id)
{
	this_machine->shrinkers |= 1U << id;
}

/* ---- Lists of objects ---- */

void list_lru_init(struct list_lru *lru)
{
	int nid;

	for (nid = 0; nid < MAX_NUMNODES; nid++)
		INIT_LIST_HEAD(&lru->lists[nid]);
}

bool list_lru_add(struct list_lru *lru, struct list_head *item)
{
	int nid = page_to_nid(virt_to_page(item));

	if (item->next && !list_empty(item))
		return false;
	list_add_tail(item, &lru->lists[nid]);
	lru->nr_items[nid]++;
	return true;
}

bool list_lru_del(struct list_lru *lru, struct list_head *item)
{
	if (!item->next || list_empty(item))
		return false;
	list_del(item);
	INIT_LIST_HEAD(item);
	lru->nr_items[page_to_nid(virt_to_page(item))]--;
	return true;
}

/* ---- Shrinking ---- */

/* How many objects to look at, before what was put off is added. */
static unsigned long shrink_delta(const struct shrinker *shrinker, unsigned long freeable,
				  int priority)
{
	/* What needs no disk to be made again is given up readily. */
	if (!shrinker->seeks)
		return freeable / 2;
	return (freeable >> priority) * 4 / (unsigned long)shrinker->seeks;
}

/* A cache that does not know nodes is asked on behalf of each of them, but put off as one. */
static unsigned long *nr_deferred_of(const struct shrinker *shrinker, enum shrinker_id id, int nid)
{
	return &this_machine->nr_deferred[id][shrinker->flags & SHRINKER_NUMA_AWARE ? nid : 0];
}

static unsigned long do_shrink_slab(struct shrink_control *sc, enum shrinker_id id, int priority)
{
	const struct shrinker *shrinker = &shrinkers[id];
	unsigned long batch_size = shrinker->batch ? (unsigned long)shrinker->batch : SHRINK_BATCH;
	unsigned long freeable = shrinker->count_objects(sc), freed = 0, scanned = 0;
	unsigned long delta, total_scan, nr, ret, *nr_deferred = nr_deferred_of(shrinker, id, sc->nid);

	if (!freeable || freeable == SHRINK_EMPTY)
		return 0;
	nr = *nr_deferred;
	delta = shrink_delta(shrinker, freeable, priority);
	total_scan = min((nr >> priority) + delta, 2 * freeable);
	trace(TRACE_mm_shrink_slab_start, trace_pack(id, (u32)sc->nid),
	      trace_pack((u32)freeable, (u32)nr), total_scan, (u64)priority);
	/* Less than a batch is not worth it, unless it is all there is and memory is tight. */
	while (total_scan >= batch_size || total_scan >= freeable) {
		sc->nr_to_scan = min(batch_size, total_scan);
		sc->nr_scanned = sc->nr_to_scan;
		ret = shrinker->scan_objects(sc);
		if (ret == SHRINK_STOP)
			break;
		freed += ret;
		count_vm_events(SLABS_SCANNED, sc->nr_scanned);
		total_scan -= sc->nr_scanned;
		scanned += sc->nr_scanned;
	}
	nr = nr + delta > scanned ? nr + delta - scanned : 0;
	*nr_deferred = min(nr, 2 * freeable);
	trace(TRACE_mm_shrink_slab_end, trace_pack(id, (u32)sc->nid),
	      trace_pack((u32)freed, (u32)scanned), min(nr, 2 * freeable), 0);
	return freed;
}

unsigned long shrink_slab(gfp_t gfp_mask, int nid, int priority)
{
	struct shrink_control sc = { .gfp_mask = gfp_mask, .nid = nid };
	unsigned long freed = 0;
	u32 id;

	for (id = 0; id < NR_SHRINKERS; id++)
		if (this_machine->shrinkers & 1U << id)
			freed += do_shrink_slab(&sc, id, priority);
	return freed;
}

/* ---- drop_caches ---- */

void drop_pagecache(void)
{
	struct inode *inode;

	lru_add_drain_all();
	list_for_each_entry(inode, &this_machine->inodes, i_list)
		if (inode->kind == INODE_REG && inode->i_mapping->i_pages.xa_head)
			invalidate_mapping_pages(inode->i_mapping, 0, ~0UL);
	count_vm_event(DROP_PAGECACHE);
}

void drop_slab(void)
{
	unsigned long freed;
	pg_data_t *pgdat;
	int shift = 0;

	do {
		freed = 0;
		for_each_online_pgdat(pgdat)
			freed += shrink_slab(GFP_KERNEL, pgdat->node_id, 0);
	} while (freed >> shift++ > 1);
	count_vm_event(DROP_SLAB);
}
