// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Operations on slab caches, kmalloc(), memory pools and vmalloc().
 *
 * They stand where a driver would stand. A cache, pool or area is kept in a slot by its number, an
 * object by its physical address. With MM_OP_UNCHECKED an object that was given back is used again:
 * the mistake is the allocator's to find.
 */
#include "memory_pool.h"
#include "mempool.h"
#include "slab_internal.h"
#include "vmalloc.h"

/* ---- Slots ---- */

static bool slots_there(u32 slot, u32 nr)
{
	u32 nr_slots = this_machine->config.nr_slots;

	return nr <= nr_slots && slot <= nr_slots - nr;
}

static void keep(u32 nr, enum slot_kind kind, u64 value)
{
	this_machine->slots[nr] = (struct mm_slot){
		.value = value,
		.state = SLOT_LIVE,
		.kind = (u8)kind,
		.op = (u32)this_machine->op_index,
	};
}

/* The slot, if it holds something of that kind; a result that is gone only with MM_OP_UNCHECKED. */
static struct mm_slot *slot_holding(u64 nr, enum slot_kind kind, u64 flags)
{
	struct mm_slot *slot;

	if (nr >= this_machine->config.nr_slots)
		return ERR_PTR(-ERANGE);
	slot = &this_machine->slots[nr];
	if (slot->state == SLOT_EMPTY)
		return ERR_PTR(-ENOENT);
	if (slot->kind != kind || (slot->state == SLOT_FREED && !(flags & MM_OP_UNCHECKED)))
		return ERR_PTR(-EINVAL);
	return slot;
}

static struct kmem_cache *cache_with_id(u64 id)
{
	struct kmem_cache *s;

	if (slab_allocator()->state == DOWN)
		return NULL;
	for_each_cache(s)
		if (s->id == id)
			return s;
	return NULL;
}

static struct kmem_cache *cache_of_slot(u64 nr)
{
	struct mm_slot *slot = slot_holding(nr, SLOT_CACHE, 0);
	struct kmem_cache *s;

	if (IS_ERR(slot))
		return (struct kmem_cache *)slot;
	s = cache_with_id(slot->value);
	return s ? s : ERR_PTR(-EINVAL);
}

static void *object_of(const struct mm_slot *slot)
{
	return phys_to_virt(slot->value & ((1UL << SLOT_CACHE_SHIFT) - 1));
}

/* Objects that the script holds are its own to give back: notes say so, for the leak check. */
static void keep_object(u32 nr, void *object, const struct kmem_cache *s)
{
	keep(nr, SLOT_OBJECT, virt_to_phys(object) | (s ? (u64)s->id << SLOT_CACHE_SHIFT : 0));
	*object_note(object) |= NOTE_SCRIPT;
}

/* ---- Caches ---- */

s64 op_kmem_cache_create(const struct mm_op *op)
{
	struct kmem_cache *s;
	char name[25];
	u32 i;

	if (!slots_there(op->slot, 1))
		return -ERANGE;
	for (i = 0; i < 24; i++)
		name[i] = (char)(op->arg[1 + i / 8] >> (8 * (i % 8)));
	name[24] = 0;
	if (op->arg[0] >= NR_SLAB_CTORS || op->nodemask & ~SLAB_FLAGS_PERMITTED)
		return -EINVAL;
	s = kmem_cache_create(name, op->nr, op->order, op->nodemask & ~SLAB_PANIC,
			      (enum slab_ctor)op->arg[0]);
	if (!s)
		return -ENOMEM;
	keep(op->slot, SLOT_CACHE, s->id);
	return s->id;
}

s64 op_kmem_cache_destroy(const struct mm_op *op)
{
	struct kmem_cache *s = cache_of_slot(op->slot);
	u64 id;

	if (IS_ERR(s))
		return PTR_ERR(s);
	id = s->id;
	kmem_cache_destroy(s);
	if (cache_with_id(id))
		return -EBUSY;
	this_machine->slots[op->slot].state = SLOT_FREED;
	return 0;
}

s64 op_kmem_cache_shrink(const struct mm_op *op)
{
	struct kmem_cache *s = cache_of_slot(op->slot);

	return IS_ERR(s) ? PTR_ERR(s) : kmem_cache_shrink(s);
}

/* What writing "name limit batchcount shared" to /proc/slabinfo does. */
s64 op_slabinfo_write(const struct mm_op *op)
{
	struct kmem_cache *s = cache_of_slot(op->slot);

	if (IS_ERR(s))
		return PTR_ERR(s);
	if (slab_allocator()->kind != SLAB_KIND_SLAB || !op->arg[0] || !op->arg[1] ||
	    op->arg[1] > op->arg[0] || op->arg[0] > 500 || op->arg[2] > 16)
		return -EINVAL;
	return slab_tune_cpucache(s, (u32)op->arg[0], (u32)op->arg[1], (u32)op->arg[2], GFP_KERNEL);
}

/* ---- Objects ---- */

s64 op_kmem_cache_alloc(const struct mm_op *op)
{
	struct kmem_cache *s = cache_of_slot(op->arg[0] - 1);
	void *object = NULL;
	u32 i;

	if (IS_ERR(s))
		return PTR_ERR(s);
	if (!slots_there(op->slot, op->nr))
		return -ERANGE;
	for (i = 0; i < op->nr; i++) {
		object = kmem_cache_alloc_node(s, op->gfp, op->nid);
		if (!object)
			break;
		keep_object(op->slot + i, object, s);
	}
	if (op->nr == 1)
		return object ? (s64)virt_to_phys(object) : -ENOMEM;
	return i;
}

/* As many as one array on the stack takes. */
#define BULK_MAX 128

s64 op_kmem_cache_alloc_bulk(const struct mm_op *op)
{
	struct kmem_cache *s = cache_of_slot(op->arg[0] - 1);
	void *objects[BULK_MAX];
	u32 i, nr;

	if (IS_ERR(s))
		return PTR_ERR(s);
	if (!slots_there(op->slot, op->nr))
		return -ERANGE;
	if (op->nr > BULK_MAX)
		return -EINVAL;
	nr = (u32)kmem_cache_alloc_bulk(s, op->gfp, op->nr, objects);
	for (i = 0; i < nr; i++)
		keep_object(op->slot + i, objects[i], s);
	return nr;
}

static void free_object(const struct mm_op *op, struct mm_slot *slot)
{
	void *object = object_of(slot);
	struct kmem_cache *s;

	slot->state = SLOT_FREED;
	if (op->arg[5])
		s = cache_of_slot(op->arg[5] - 1);
	else if (slab_allocator()->kind == SLAB_KIND_SLOB)
		s = cache_with_id(slot->value >> SLOT_CACHE_SHIFT); /* nothing else would tell */
	else
		s = virt_to_cache(object);
	if (!s || (op->kind == OP_kfree && slab_allocator()->kind != SLAB_KIND_SLOB)) {
		kfree(object);
		return;
	}
	if (!IS_ERR(s) && s)
		kmem_cache_free(s, object);
}

/* One object by all means, or those of a range that are live, in the order of a pattern. */
static s64 free_objects(const struct mm_op *op)
{
	u32 how_many = (u32)(op->arg[3] >> 32), i, nr;
	struct mm_slot *slot;
	s64 freed = 0;

	if (!slots_there(op->slot, op->nr))
		return -ERANGE;
	if (op->arg[0] > PATTERN_EVERY)
		return -EINVAL;
	if (op->nr == 1) {
		slot = slot_holding(op->slot, SLOT_OBJECT, op->arg[4]);
		if (IS_ERR(slot))
			return PTR_ERR(slot);
		free_object(op, slot);
		return 0;
	}
	for (i = 0; i < op->nr && (!how_many || freed < how_many); i++) {
		if (!pattern_slot(op, i, &nr))
			continue;
		slot = slot_holding(nr, SLOT_OBJECT, 0);
		if (IS_ERR(slot))
			continue;
		free_object(op, slot);
		freed++;
	}
	return freed;
}

s64 op_kmem_cache_free(const struct mm_op *op)
{
	return free_objects(op);
}

s64 op_kfree(const struct mm_op *op)
{
	return free_objects(op);
}

s64 op_kmalloc(const struct mm_op *op)
{
	void *object = NULL;
	u32 i;

	if (!slots_there(op->slot, op->nr))
		return -ERANGE;
	if (!op->arg[0])
		return -EINVAL;
	for (i = 0; i < op->nr; i++) {
		object = kmalloc_node(op->arg[0], op->gfp, op->nid);
		if (!object)
			break;
		keep_object(op->slot + i, object, NULL);
	}
	if (op->nr == 1)
		return object ? (s64)virt_to_phys(object) : -ENOMEM;
	return i;
}

/* ---- Using objects, rightly and wrongly ---- */

/*
 * How far from an object a mistake may reach: an object of a cache of the script, over all of its slab;
 * kmalloc() memory, whose neighbours may be what the simulator itself stands on, to its own end. Nowhere
 * once the memory has another use.
 */
static bool reach_of(const struct mm_slot *slot, u64 *start, u64 *end)
{
	void *object = object_of(slot);
	struct slab *slab = virt_to_slab(object);
	u64 id = slot->value >> SLOT_CACHE_SHIFT;

	*start = virt_to_phys(object);
	if (slab_allocator()->kind == SLAB_KIND_SLOB || !slab) {
		*end = *start + (slot->state == SLOT_LIVE ? 8 : 0);
	} else if (id) {
		*start = page_to_pfn(slab_page(slab)) << PAGE_SHIFT;
		*end = *start + (PAGE_SIZE << compound_order(slab_page(slab)));
		return slab->slab_cache->id == id;
	} else {
		*end = *start + slab->slab_cache->object_size;
	}
	return slot->state == SLOT_LIVE || *object_note(object) != NOTE_OWN;
}

/* Where in RAM an operation looks or writes; NULL if that is nowhere. */
static u8 *bytes_of(const struct mm_op *op, u64 len, s64 *error)
{
	struct mm_slot *slot = slot_holding(op->slot, SLOT_OBJECT, op->arg[4]);
	u64 addr, start, end;

	*error = IS_ERR(slot) ? PTR_ERR(slot) : 0;
	if (*error)
		return NULL;
	addr = virt_to_phys(object_of(slot)) + op->arg[0];
	if (!reach_of(slot, &start, &end) || addr < start || addr >= end || len > end - addr) {
		*error = -EFAULT;
		return NULL;
	}
	return phys_to_virt(addr);
}

s64 op_object_poke(const struct mm_op *op)
{
	u8 *bytes;
	s64 error;

	bytes = bytes_of(op, op->arg[1], &error);
	if (!bytes)
		return error;
	trace(TRACE_object_poke, virt_to_phys(bytes) - op->arg[0],
	      trace_pack((u32)op->arg[0], (u32)op->arg[1]), op->arg[2], 0);
	fill_memory(bytes, (u8)op->arg[2], op->arg[1]);
	return 0;
}

s64 op_object_peek(const struct mm_op *op)
{
	u8 *bytes;
	s64 error;

	bytes = bytes_of(op, 1, &error);
	return bytes ? *bytes : error;
}

/* Names what the script's operations have allocated and not given back. */
s64 op_leak_check(const struct mm_op *op)
{
	s64 nr = 0;
	u32 i;

	for (i = 0; i < this_machine->config.nr_slots; i++) {
		struct mm_slot *slot = slot_holding(i, SLOT_OBJECT, 0);
		struct kmem_cache *s;

		if (IS_ERR(slot))
			continue;
		s = virt_to_cache(object_of(slot));
		trace(TRACE_kmem_leak, object_ref(object_of(slot)), s ? s->code : 0, slot->op, 0);
		nr++;
	}
	return nr;
}

s64 op_fail_nth(const struct mm_op *op)
{
	slab_allocator()->fail_countdown = op->arg[0];
	return 0;
}

s64 op_cache_reap(const struct mm_op *op)
{
	if (slab_allocator()->state == FULL && slab_allocator()->kind == SLAB_KIND_SLAB)
		cache_reap();
	return 0;
}

/* ---- Memory pools ---- */

static void *pool_of_slot(u64 nr, enum slot_kind kind)
{
	struct mm_slot *slot = slot_holding(nr, kind, 0);

	return IS_ERR(slot) ? (void *)slot : phys_to_virt(slot->value);
}

s64 op_mempool_create(const struct mm_op *op)
{
	struct kmem_cache *s = NULL;
	mempool_t *pool;

	if (!slots_there(op->slot, 1))
		return -ERANGE;
	if (op->arg[0]) {
		s = cache_of_slot(op->arg[0] - 1);
		if (IS_ERR(s))
			return PTR_ERR(s);
		pool = mempool_create_slab_pool((int)op->nr, s);
	} else {
		pool = mempool_create_kmalloc_pool((int)op->nr, op->arg[1]);
	}
	if (!pool)
		return -ENOMEM;
	keep(op->slot, SLOT_MEMPOOL, virt_to_phys(pool));
	return 0;
}

s64 op_mempool_resize(const struct mm_op *op)
{
	mempool_t *pool = pool_of_slot(op->slot, SLOT_MEMPOOL);

	return IS_ERR(pool) ? PTR_ERR(pool) : mempool_resize(pool, (int)op->nr);
}

s64 op_mempool_destroy(const struct mm_op *op)
{
	mempool_t *pool = pool_of_slot(op->slot, SLOT_MEMPOOL);

	if (IS_ERR(pool))
		return PTR_ERR(pool);
	mempool_destroy(pool);
	this_machine->slots[op->slot].state = SLOT_FREED;
	return 0;
}

s64 op_mempool_alloc(const struct mm_op *op)
{
	mempool_t *pool = pool_of_slot(op->arg[0] - 1, SLOT_MEMPOOL);
	void *element = NULL;
	u32 i;

	if (IS_ERR(pool))
		return PTR_ERR(pool);
	if (!slots_there(op->slot, op->nr))
		return -ERANGE;
	for (i = 0; i < op->nr; i++) {
		element = mempool_alloc(pool, op->gfp);
		if (!element)
			break;
		keep_object(op->slot + i, element, NULL);
	}
	if (op->nr == 1)
		return element ? (s64)virt_to_phys(element) : -ENOMEM;
	return i;
}

s64 op_mempool_free(const struct mm_op *op)
{
	mempool_t *pool = pool_of_slot(op->arg[0] - 1, SLOT_MEMPOOL);
	s64 freed = 0;
	u32 i;

	if (IS_ERR(pool))
		return PTR_ERR(pool);
	if (!slots_there(op->slot, op->nr))
		return -ERANGE;
	for (i = op->slot; i < op->slot + op->nr; i++) {
		struct mm_slot *slot = slot_holding(i, SLOT_OBJECT, 0);

		if (IS_ERR(slot))
			continue;
		slot->state = SLOT_FREED;
		*object_note(object_of(slot)) &= ~NOTE_SCRIPT;
		mempool_free(object_of(slot), pool);
		freed++;
	}
	return freed;
}

/* ---- The memory pool of the textbooks ---- */

s64 op_memory_pool_create(const struct mm_op *op)
{
	struct memory_pool *pool;

	if (!slots_there(op->slot, 1))
		return -ERANGE;
	pool = memory_pool_create(op->arg[0], (u32)op->arg[1]);
	if (!pool)
		return -ENOMEM;
	keep(op->slot, SLOT_MEMORY_POOL, virt_to_phys(pool));
	return pool->nr_objects;
}

s64 op_memory_pool_alloc(const struct mm_op *op)
{
	struct memory_pool *pool = pool_of_slot(op->arg[0] - 1, SLOT_MEMORY_POOL);
	void *object = NULL;
	u32 i;

	if (IS_ERR(pool))
		return PTR_ERR(pool);
	if (!slots_there(op->slot, op->nr))
		return -ERANGE;
	for (i = 0; i < op->nr; i++) {
		object = memory_pool_alloc(pool);
		if (!object)
			break;
		keep(op->slot + i, SLOT_POOL_OBJECT, virt_to_phys(object));
	}
	if (op->nr == 1)
		return object ? (s64)virt_to_phys(object) : -ENOMEM;
	return i;
}

s64 op_memory_pool_free(const struct mm_op *op)
{
	struct memory_pool *pool = pool_of_slot(op->arg[0] - 1, SLOT_MEMORY_POOL);
	s64 freed = 0, error;
	u32 i;

	if (IS_ERR(pool))
		return PTR_ERR(pool);
	if (!slots_there(op->slot, op->nr))
		return -ERANGE;
	for (i = op->slot; i < op->slot + op->nr; i++) {
		struct mm_slot *slot = slot_holding(i, SLOT_POOL_OBJECT, op->arg[4]);

		if (IS_ERR(slot))
			continue;
		error = memory_pool_free(pool, phys_to_virt(slot->value));
		if (error)
			return error;
		slot->state = SLOT_FREED;
		freed++;
	}
	return op->nr == 1 && freed ? 0 : freed;
}

s64 op_memory_pool_destroy(const struct mm_op *op)
{
	struct memory_pool *pool = pool_of_slot(op->slot, SLOT_MEMORY_POOL);

	if (IS_ERR(pool))
		return PTR_ERR(pool);
	this_machine->slots[op->slot].state = SLOT_FREED;
	return memory_pool_destroy(pool);
}

/* ---- vmalloc() ---- */

s64 op_vmalloc(const struct mm_op *op)
{
	u64 addr;

	if (!slots_there(op->slot, 1))
		return -ERANGE;
	addr = __vmalloc(op->arg[0], op->gfp);
	if (!addr)
		return -ENOMEM;
	keep(op->slot, SLOT_VMALLOC, addr);
	return 0;
}

s64 op_vfree(const struct mm_op *op)
{
	struct mm_slot *slot = slot_holding(op->slot, SLOT_VMALLOC, 0);

	if (IS_ERR(slot))
		return PTR_ERR(slot);
	slot->state = SLOT_FREED;
	vfree(slot->value);
	return 0;
}

s64 op_purge_vmap_areas(const struct mm_op *op)
{
	vm_unmap_aliases();
	return 0;
}
