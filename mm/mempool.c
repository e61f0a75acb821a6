// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory pools.
 *
 * Writing a page to the disk needs memory, and it is done to free memory: who does it must never
 * fail for want of some. A mempool keeps a few elements back. It asks the allocator first, and
 * takes from the reserve only when that fails; what comes back fills the reserve up again
 * before anything goes to the allocator.
 *
 * What is always true: 0 <= curr_nr <= min_nr, and elements[] holds curr_nr elements that nobody has.
 *
 * Linux counterpart: mm/mempool.c.
 */
#include "mempool.h"
#include "slab_internal.h"

static void *pool_alloc(mempool_t *pool, gfp_t gfp)
{
	if (pool->source == MEMPOOL_SLAB)
		return kmem_cache_alloc(pool->cache, gfp);
	return kmalloc(pool->size, gfp);
}

static void pool_free(mempool_t *pool, void *element)
{
	if (pool->source == MEMPOOL_SLAB)
		kmem_cache_free(pool->cache, element);
	else
		kfree(element);
}

static void add_element(mempool_t *pool, void *element)
{
	VM_BUG_ON(pool->curr_nr >= pool->min_nr);
	pool->elements[pool->curr_nr++] = note_own(element);
}

static void *remove_element(mempool_t *pool)
{
	return pool->elements[--pool->curr_nr];
}

static void mempool_exit(mempool_t *pool)
{
	while (pool->curr_nr)
		pool_free(pool, remove_element(pool));
	kfree(pool->elements);
	pool->elements = NULL;
}

static mempool_t *mempool_create(int min_nr, enum mempool_source source, struct kmem_cache *cache,
				 size_t size)
{
	mempool_t *pool;

	if (min_nr <= 0)
		return NULL;
	pool = note_own(kzalloc(sizeof(*pool), GFP_KERNEL));
	if (!pool)
		return NULL;
	pool->min_nr = min_nr;
	pool->source = source;
	pool->cache = cache;
	pool->size = size;
	pool->id = ++slab_allocator()->next_pool_id;
	pool->elements = note_own(kmalloc((size_t)min_nr * sizeof(void *), GFP_KERNEL));
	while (pool->elements && pool->curr_nr < min_nr) {
		void *element = pool_alloc(pool, GFP_KERNEL);

		if (!element)
			break;
		add_element(pool, element);
	}
	if (pool->elements && pool->curr_nr == min_nr) {
		trace(TRACE_mempool_create, pool->id, trace_pack((u32)min_nr, (u32)size), 0, 0);
		return pool;
	}
	if (pool->elements)
		mempool_exit(pool);
	kfree(pool);
	return NULL;
}

mempool_t *mempool_create_slab_pool(int min_nr, struct kmem_cache *cache)
{
	return mempool_create(min_nr, MEMPOOL_SLAB, cache, kmem_cache_size(cache));
}

mempool_t *mempool_create_kmalloc_pool(int min_nr, size_t size)
{
	return size ? mempool_create(min_nr, MEMPOOL_KMALLOC, NULL, size) : NULL;
}

void mempool_destroy(mempool_t *pool)
{
	if (!pool)
		return;
	trace(TRACE_mempool_destroy, pool->id, (u64)pool->curr_nr, 0, 0);
	mempool_exit(pool);
	kfree(pool);
}

/* Moves the reserve to a larger array and fills it as far as memory goes. */
static int grow_pool(mempool_t *pool, int new_min_nr)
{
	void **elements = note_own(kmalloc((size_t)new_min_nr * sizeof(void *), GFP_KERNEL));
	int i;

	if (!elements)
		return -ENOMEM;
	for (i = 0; i < pool->curr_nr; i++)
		elements[i] = pool->elements[i];
	kfree(pool->elements);
	pool->elements = elements;
	pool->min_nr = new_min_nr;
	while (pool->curr_nr < new_min_nr) {
		void *element = pool_alloc(pool, GFP_KERNEL);

		if (!element)
			break;
		add_element(pool, element);
	}
	return 0;
}

int mempool_resize(mempool_t *pool, int new_min_nr)
{
	if (new_min_nr <= 0)
		return -EINVAL;
	if (new_min_nr > pool->min_nr)
		return grow_pool(pool, new_min_nr);
	while (new_min_nr < pool->curr_nr)
		pool_free(pool, remove_element(pool));
	pool->min_nr = new_min_nr;
	return 0;
}

void *mempool_alloc(mempool_t *pool, gfp_t gfp)
{
	void *element;

	/* Leave the last reserves to others, do not try for long, and say nothing. */
	gfp |= __GFP_NOMEMALLOC | __GFP_NORETRY | __GFP_NOWARN;
	element = pool_alloc(pool, gfp & ~(__GFP_DIRECT_RECLAIM | __GFP_IO));
	if (element)
		return element;
	if (pool->curr_nr) {
		element = remove_element(pool);
		note_allocated(element);
		pool->from_reserve++;
		trace(TRACE_mempool_alloc_reserve, object_ref(element),
		      trace_pack(pool->id, (u32)pool->curr_nr), 0, 0);
		return element;
	}
	if (!(gfp & __GFP_DIRECT_RECLAIM))
		return NULL;
	/* The kernel now waits for an element to come back; here nobody else can bring one. */
	return pool_alloc(pool, gfp);
}

void mempool_free(void *element, mempool_t *pool)
{
	if (!element)
		return;
	if (pool->curr_nr < pool->min_nr) {
		add_element(pool, element);
		trace(TRACE_mempool_refill, object_ref(element),
		      trace_pack(pool->id, (u32)pool->curr_nr), 0, 0);
		return;
	}
	pool_free(pool, element);
}
