/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory pools: a reserve for those who must not fail.
 *
 * Linux counterpart: include/linux/mempool.h.
 */
#ifndef MM_MEMPOOL_H
#define MM_MEMPOOL_H

#include "slab.h"

/* Where a pool's elements come from. The kernel has pointers to functions here. */
enum mempool_source {
	MEMPOOL_SLAB,		/* a cache */
	MEMPOOL_KMALLOC,	/* kmalloc() */
};

typedef struct mempool_s {
	int min_nr;		/* elements in the reserve when it is full */
	int curr_nr;		/* elements in it now */
	void **elements;
	u32 source;		/* enum mempool_source */
	u32 id;			/* counts up */
	struct kmem_cache *cache;
	size_t size;		/* of an element, bytes */
	unsigned long from_reserve;	/* allocations that the reserve had to serve */
} mempool_t;

/* A pool with @min_nr elements in reserve; NULL without memory, or if @min_nr is not positive. */
mempool_t *mempool_create_slab_pool(int min_nr, struct kmem_cache *cache);
mempool_t *mempool_create_kmalloc_pool(int min_nr, size_t size);

/* Gives the reserve back. Elements handed out must have come back before. NULL is allowed. */
void mempool_destroy(mempool_t *pool);

/* Another size of the reserve; 0 or -ENOMEM (a reserve that could not be filled fills up later). */
int mempool_resize(mempool_t *pool, int new_min_nr);

/*
 * An element: of the allocator if it has one without trying hard, of the reserve, or by all means.
 * NULL only where the kernel would wait for an element to come back.
 */
void *mempool_alloc(mempool_t *pool, gfp_t gfp);

/* Gives an element back: to the reserve first. NULL is allowed. */
void mempool_free(void *element, mempool_t *pool);

#endif
