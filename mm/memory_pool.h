/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory pool of the textbooks: one block of memory, cut into objects of one
 * size once and for all. Linux has no such thing; its slab caches began as this.
 */
#ifndef MM_MEMORY_POOL_H
#define MM_MEMORY_POOL_H

#include "list.h"
#include "types.h"

/* One object of a pool: where it stands, apart from the object itself. */
struct pool_cell {
	struct list_head list;	/* on free or used */
	u32 used;
	u32 op;			/* that took it */
};

struct memory_pool {
	u8 *memory;
	struct pool_cell *cells;
	struct list_head free;		/* next to be taken first */
	struct list_head used;		/* last taken first */
	u32 order;			/* of the block */
	u32 object_size;		/* bytes */
	u32 nr_objects;
	u32 nr_used;
	u32 peak;			/* most that were in use at a time */
	u32 id;
	u64 nr_allocs, nr_frees, nr_failed;
};

/* A pool of @bytes (rounded up to a power of two of frames) for objects of @object_size; or NULL. */
struct memory_pool *memory_pool_create(unsigned long bytes, u32 object_size);

/* The next free object, or NULL. */
void *memory_pool_alloc(struct memory_pool *pool);

/* 0, or -EINVAL for what is no object of the pool or is free already. */
int memory_pool_free(struct memory_pool *pool, void *object);

/* Ends the pool and reports each object that nobody gave back. Returns how many these were. */
u32 memory_pool_destroy(struct memory_pool *pool);

#endif
