// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kmalloc(): memory by size instead of by kind, from classes of sizes or, where it is large, from the page allocator.
 *
 * Linux counterpart: mm/slab_common.c.
 */
#include "slab_internal.h"

struct kmalloc_info_struct {
	const char *name[NR_KMALLOC_TYPES];
	unsigned int size;
};

#define INIT_KMALLOC_INFO(size, short_size)                                                        \
	{                                                                                          \
		{ "kmalloc-" #short_size, "kmalloc-rcl-" #short_size, "dma-kmalloc-" #short_size },\
			size                                                                       \
	}

/* The classes. 96 and 192 stand where powers of two would be too small to be of use. */
static const struct kmalloc_info_struct kmalloc_info[KMALLOC_SHIFT_HIGH + 1] = {
	INIT_KMALLOC_INFO(0, 0),       INIT_KMALLOC_INFO(96, 96),     INIT_KMALLOC_INFO(192, 192),
	INIT_KMALLOC_INFO(8, 8),       INIT_KMALLOC_INFO(16, 16),     INIT_KMALLOC_INFO(32, 32),
	INIT_KMALLOC_INFO(64, 64),     INIT_KMALLOC_INFO(128, 128),   INIT_KMALLOC_INFO(256, 256),
	INIT_KMALLOC_INFO(512, 512),   INIT_KMALLOC_INFO(1024, 1k),   INIT_KMALLOC_INFO(2048, 2k),
	INIT_KMALLOC_INFO(4096, 4k),   INIT_KMALLOC_INFO(8192, 8k),
};

const char *kmalloc_cache_name(enum kmalloc_cache_type type, unsigned int index)
{
	return kmalloc_info[index].name[type];
}

static unsigned int kmalloc_shift_low(void)
{
	return slab_allocator()->kind == SLAB_KIND_SLUB ? KMALLOC_SHIFT_LOW_SLUB
							     : KMALLOC_SHIFT_LOW_SLAB;
}

unsigned int get_order(size_t size)
{
	unsigned int order = 0;

	while (PAGE_SIZE << order < size)
		order++;
	return order;
}

unsigned int kmalloc_index(size_t size)
{
	unsigned int index = kmalloc_shift_low();

	if (size > 64 && size <= 96)
		return 1;
	if (size > 128 && size <= 192)
		return 2;
	while (1UL << index < size)
		index++;
	return index;
}

static enum kmalloc_cache_type kmalloc_type(gfp_t flags)
{
	if (flags & __GFP_DMA)
		return KMALLOC_DMA;
	return flags & __GFP_RECLAIMABLE ? KMALLOC_RECLAIM : KMALLOC_NORMAL;
}

struct kmem_cache *kmalloc_slab(size_t size, gfp_t flags)
{
	if (size > KMALLOC_MAX_CACHE_SIZE)
		return NULL;
	return slab_allocator()->kmalloc_caches[kmalloc_type(flags)][kmalloc_index(size)];
}

static void new_kmalloc_cache(unsigned int index, enum kmalloc_cache_type type, slab_flags_t flags)
{
	struct kmem_cache **place = &slab_allocator()->kmalloc_caches[type][index];

	if (*place)
		return;
	if (type == KMALLOC_RECLAIM)
		flags |= SLAB_RECLAIM_ACCOUNT;
	else if (type == KMALLOC_DMA)
		flags |= SLAB_CACHE_DMA;
	*place = create_kmalloc_cache(kmalloc_info[index].name[type], kmalloc_info[index].size,
				      flags);
}

/* All classes that are not there yet; 96 after 64, 192 after 128. */
void create_kmalloc_caches(slab_flags_t flags)
{
	unsigned int i;
	u32 type;

	for (type = KMALLOC_NORMAL; type < NR_KMALLOC_TYPES; type++) {
		for (i = kmalloc_shift_low(); i <= KMALLOC_SHIFT_HIGH; i++) {
			new_kmalloc_cache(i, type, flags);
			if (i == 6)
				new_kmalloc_cache(1, type, flags);
			if (i == 7)
				new_kmalloc_cache(2, type, flags);
		}
	}
	slab_allocator()->state = UP;
}

gfp_t kmalloc_fix_flags(gfp_t flags)
{
	return flags & ~GFP_SLAB_BUG_MASK;
}

static void account_large(const struct page *page, long nr)
{
	__mod_node_page_state(NODE_DATA(page_to_nid(page)), NR_SLAB_UNRECLAIMABLE_B,
			      nr * (long)PAGE_SIZE);
}

/* Whole frames. The compound page remembers how many, for kfree(). */
static void *kmalloc_large_node(size_t size, gfp_t flags, int nid)
{
	unsigned int order = get_order(size);
	struct page *page = NULL;

	flags = kmalloc_fix_flags(flags) | __GFP_COMP;
	if (size <= KMALLOC_MAX_SIZE)
		page = __alloc_pages(flags, order, nid == NUMA_NO_NODE ? numa_node_id() : nid, NULL);
	if (!page)
		return NULL;
	account_large(page, 1L << order);
	note_allocated(page_address(page));
	return page_address(page);
}

static void free_large_kmalloc(struct page *page)
{
	unsigned int order = compound_order(page);

	/* Without a note nobody has it from kmalloc(): it was freed before, or is something else. */
	if (unlikely(!*object_note(page_address(page))))
		vm_bug(page_to_pfn(page), "kfree of memory that is not in use");
	account_large(page, -(1L << order));
	note_freed(page_address(page));
	__free_pages(page, order);
}

static void *kmalloc_slob(size_t size, gfp_t gfp, int nid)
{
	void *object = slob_kmalloc(size, gfp, nid);

	trace(TRACE_kmalloc, object ? object_ref(object) : ~0UL,
	      trace_pack((u32)size, (u32)size + 8), gfp, (u32)nid);
	if (!object)
		return NULL;
	if (gfp & __GFP_ZERO)
		clear_memory(object, size);
	note_allocated(object);
	return object;
}

void *kmalloc_node(size_t size, gfp_t gfp, int nid)
{
	struct kmem_cache *s;
	void *object;

	if (unlikely(!size))
		return ZERO_SIZE_PTR;
	slab_start();
	if (unlikely(size > (slab_allocator()->kind == SLAB_KIND_SLOB ? PAGE_SIZE - 9
								       : KMALLOC_MAX_CACHE_SIZE))) {
		object = kmalloc_large_node(size, gfp, nid);
		trace(TRACE_kmalloc, object ? object_ref(object) : ~0UL,
		      trace_pack((u32)size, (u32)(PAGE_SIZE << get_order(size))), gfp, (u32)nid);
		return object;
	}
	if (slab_allocator()->kind == SLAB_KIND_SLOB)
		return kmalloc_slob(size, gfp, nid);
	s = kmalloc_slab(size, gfp);
	object = __kmem_cache_alloc_node(s, gfp, nid);
	trace(TRACE_kmalloc, object ? object_ref(object) : ~0UL, trace_pack((u32)size, s->size),
	      gfp, (u32)nid);
	return object;
}

void *kmalloc(size_t size, gfp_t gfp)
{
	return kmalloc_node(size, gfp, NUMA_NO_NODE);
}

void kfree(const void *object)
{
	struct page *page;

	if (ZERO_OR_NULL_PTR(object))
		return;
	trace(TRACE_kfree, object_ref(object), 0, 0, 0);
	page = compound_head(virt_to_page(object));
	if (!PageSlab(page)) {
		free_large_kmalloc(page);
	} else if (slab_allocator()->kind == SLAB_KIND_SLOB) {
		note_freed(object);
		slob_kfree((void *)object);
	} else {
		__kmem_cache_free(((struct slab *)page)->slab_cache, (void *)object);
	}
}

size_t ksize(const void *object)
{
	struct page *page;

	if (ZERO_OR_NULL_PTR(object))
		return 0;
	page = compound_head(virt_to_page(object));
	if (PageSlab(page))
		return slab_allocator()->kind == SLAB_KIND_SLOB
			       ? slob_ksize(object)
			       : ((struct slab *)page)->slab_cache->object_size;
	return PAGE_SIZE << compound_order(page);
}
