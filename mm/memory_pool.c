// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The memory pool of the textbooks.
 *
 * A block of frames is cut into objects of one size. Two lists link what is free and what is in
 * use, so taking and giving back are a few stores whatever the size of the pool, and nothing is
 * ever split or merged. At the end the list of used ones tells what was forgotten.
 *
 * What is always true: each cell is on one of the two lists, as its mark says; nr_used is the
 * length of the list of used ones.
 */
#include "memory_pool.h"
#include "slab_internal.h"

struct memory_pool *memory_pool_create(unsigned long bytes, u32 object_size)
{
	struct memory_pool *pool;
	struct page *page;
	u32 i;

	if (object_size < 8 || object_size > bytes || get_order(bytes) >= MAX_ORDER)
		return NULL;
	pool = note_own(kzalloc(sizeof(*pool), GFP_KERNEL));
	if (!pool)
		return NULL;
	pool->order = get_order(bytes);
	pool->object_size = object_size;
	pool->nr_objects = (u32)(bytes / object_size);
	pool->id = ++slab_allocator()->next_pool_id;
	pool->cells = note_own(kzalloc(pool->nr_objects * sizeof(struct pool_cell), GFP_KERNEL));
	page = pool->cells ? alloc_pages(GFP_KERNEL | __GFP_COMP, pool->order) : NULL;
	if (!page) {
		kfree(pool->cells);
		kfree(pool);
		return NULL;
	}
	pool->memory = page_address(page);
	INIT_LIST_HEAD(&pool->free);
	INIT_LIST_HEAD(&pool->used);
	for (i = 0; i < pool->nr_objects; i++)
		list_add_tail(&pool->cells[i].list, &pool->free);
	trace(TRACE_memory_pool_create, page_to_pfn(page), trace_pack(pool->id, pool->order),
	      trace_pack(pool->nr_objects, object_size), 0);
	return pool;
}

static void *cell_object(struct memory_pool *pool, struct pool_cell *cell)
{
	return pool->memory + (unsigned long)(cell - pool->cells) * pool->object_size;
}

void *memory_pool_alloc(struct memory_pool *pool)
{
	struct pool_cell *cell;

	if (list_empty(&pool->free)) {
		pool->nr_failed++;
		trace(TRACE_memory_pool_alloc, ~0UL, trace_pack(pool->id, pool->nr_used), 0, 0);
		return NULL;
	}
	cell = list_first_entry(&pool->free, struct pool_cell, list);
	list_move(&cell->list, &pool->used);
	cell->used = 1;
	cell->op = (u32)this_machine->op_index;
	pool->nr_used++;
	pool->nr_allocs++;
	pool->peak = max(pool->peak, pool->nr_used);
	trace(TRACE_memory_pool_alloc, object_ref(cell_object(pool, cell)),
	      trace_pack(pool->id, pool->nr_used), 0, 0);
	return cell_object(pool, cell);
}

int memory_pool_free(struct memory_pool *pool, void *object)
{
	unsigned long offset = (unsigned long)((u8 *)object - pool->memory);
	struct pool_cell *cell = &pool->cells[offset / pool->object_size];
	bool good = offset % pool->object_size == 0 && offset / pool->object_size < pool->nr_objects &&
		    cell->used;

	trace(TRACE_memory_pool_free, object_ref(object), trace_pack(pool->id, pool->nr_used - good),
	      good, 0);
	if (!good)
		return -EINVAL;
	list_move(&cell->list, &pool->free);
	cell->used = 0;
	pool->nr_used--;
	pool->nr_frees++;
	return 0;
}

u32 memory_pool_destroy(struct memory_pool *pool)
{
	u32 leaked = pool->nr_used;
	struct pool_cell *cell;

	trace(TRACE_memory_pool_destroy, pool->id, trace_pack(leaked, pool->peak),
	      trace_pack((u32)pool->nr_allocs, (u32)pool->nr_frees), 0);
	list_for_each_entry(cell, &pool->used, list)
		trace(TRACE_memory_pool_leak, object_ref(cell_object(pool, cell)), pool->id,
		      cell->op, 0);
	__free_pages(virt_to_page(pool->memory), pool->order);
	kfree(pool->cells);
	kfree(pool);
	return leaked;
}
