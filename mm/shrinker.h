/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shrinkers: caches of the kernel's own objects that can be made smaller when memory is short.
 *
 * A cache tells how many of its objects could go, and frees some when asked to. Shrinkers are rows
 * of a table and are known by their number, since the arena holds no pointers to functions; struct machine
 * says which are registered, and what work each was spared so far.
 *
 * Linux counterpart: include/linux/shrinker.h, list_lru.h.
 */
#ifndef MM_SHRINKER_H
#define MM_SHRINKER_H

#include "list.h"
#include "machine.h"
#include "view_reclaim.h"

struct inode;
struct xa_node;

/* What count_objects() and scan_objects() say in place of a number. */
#define SHRINK_STOP  (~0UL)
#define SHRINK_EMPTY (~0UL - 1)

/* What it takes to make an object again, in seeks of a disk. */
#define DEFAULT_SEEKS 2

/* In shrinker.flags: its objects are counted and freed by nodes. */
#define SHRINKER_NUMA_AWARE 1

/* Objects scanned at a time, if the shrinker has no wish of its own. */
#define SHRINK_BATCH 128

struct shrink_control {
	gfp_t gfp_mask;
	int nid;
	unsigned long nr_to_scan;
	unsigned long nr_scanned;
};

struct shrinker {
	const char *name;
	unsigned long (*count_objects)(struct shrink_control *sc);
	unsigned long (*scan_objects)(struct shrink_control *sc);
	long batch;		/* 0 = SHRINK_BATCH */
	int seeks;		/* 0: needs no disk to be made again */
	u32 flags;		/* SHRINKER_* */
};

/* Objects in the order of their last use, by the node they lie on; next to go first. */
struct list_lru {
	struct list_head lists[MAX_NUMNODES];
	long nr_items[MAX_NUMNODES];
};

void list_lru_init(struct list_lru *lru);
/* Adds an object's entry, which must be all zeroes or INIT_LIST_HEAD() if it is on no list. False if it is on one. */
bool list_lru_add(struct list_lru *lru, struct list_head *item);
bool list_lru_del(struct list_lru *lru, struct list_head *item);

void register_shrinker(enum shrinker_id id);
/**
 * shrink_slab - let all caches give up objects
 * @nid: whose objects lie on this node
 * @priority: as of reclaim: a 2^-priority-th of the objects, for each two seeks; 0 = all there are
 *
 * Returns how many objects were freed.
 */
unsigned long shrink_slab(gfp_t gfp_mask, int nid, int priority);
/* Until hardly anything comes of it any more: drop_caches. */
void drop_slab(void);
/* Drops the clean, unused pages of all files. */
void drop_pagecache(void);

/* huge_memory.c */
/* huge_memory.c: the huge zero page, and huge pages of which parts are unused. */
unsigned long shrink_huge_zero_page_count(struct shrink_control *sc);
unsigned long shrink_huge_zero_page_scan(struct shrink_control *sc);
unsigned long deferred_split_count(struct shrink_control *sc);
unsigned long deferred_split_scan(struct shrink_control *sc);
/* inode.c */
unsigned long super_cache_count(struct shrink_control *sc);
unsigned long super_cache_scan(struct shrink_control *sc);
/* workingset.c */
unsigned long count_shadow_nodes(struct shrink_control *sc);
unsigned long scan_shadow_nodes(struct shrink_control *sc);
/* A node of a page cache's index has changed: does it hold nothing but shadows now? */
void workingset_update_node(struct xa_node *node);

#endif
