// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SLUB: how a cache is made, shrunk and released, and how many objects share a slab.
 *
 * Linux counterpart: mm/slub.c.
 */
#include "slub.h"

#define MIN_PARTIAL	  5
#define MAX_PARTIAL	  10
#define MAX_OBJS_PER_PAGE 32767
#define slub_max_order	  PAGE_ALLOC_COSTLY_ORDER

/* ---- Sizes ---- */

static unsigned int order_objects(unsigned int order, unsigned int size)
{
	return (unsigned int)((PAGE_SIZE << order) / size);
}

static unsigned int calc_slab_order(unsigned int size, unsigned int min_objects,
				    unsigned int max_order, unsigned int fract_leftover)
{
	unsigned int order;

	if (order_objects(0, size) > MAX_OBJS_PER_PAGE)
		return get_order((size_t)size * MAX_OBJS_PER_PAGE) - 1;
	for (order = get_order((size_t)min_objects * size); order <= max_order; order++) {
		unsigned long slab_size = PAGE_SIZE << order;

		if (slab_size % size <= slab_size / fract_leftover)
			break;
	}
	return order;
}

/* Many objects to a slab and little waste; both wishes are lowered until a block is found. */
static unsigned int calculate_order(unsigned int size)
{
	unsigned int nr_cpus = (unsigned int)num_online_cpus(), order, fraction;
	unsigned int min_objects = 4 * (32 - (unsigned int)__builtin_clz(nr_cpus) + 1);

	min_objects = min(min_objects, order_objects(slub_max_order, size));
	for (; min_objects > 1; min_objects--) {
		for (fraction = 16; fraction >= 4; fraction /= 2) {
			order = calc_slab_order(size, min_objects, slub_max_order, fraction);
			if (order <= slub_max_order)
				return order;
		}
	}
	order = calc_slab_order(size, 1, slub_max_order, 1);
	return order <= slub_max_order ? order : calc_slab_order(size, 1, MAX_ORDER, 1);
}

static struct kmem_cache_order_objects oo_make(unsigned int order, unsigned int size)
{
	return (struct kmem_cache_order_objects){
		.order = (u16)order,
		.objects = (u16)order_objects(order, size),
	};
}

static bool calculate_sizes(struct kmem_cache *s, slab_flags_t flags)
{
	unsigned int size = slub_debug_layout(s, &flags), order;

	s->size = ALIGN(size, s->align);
	order = calculate_order(s->size);
	if (order >= MAX_ORDER)
		return false;
	s->allocflags = order ? __GFP_COMP : 0;
	if (flags & SLAB_CACHE_DMA)
		s->allocflags |= __GFP_DMA;
	if (flags & SLAB_CACHE_DMA32)
		s->allocflags |= __GFP_DMA32;
	if (flags & SLAB_RECLAIM_ACCOUNT)
		s->allocflags |= __GFP_RECLAIMABLE;
	s->oo = oo_make(order, s->size);
	s->min = oo_make(get_order(s->size), s->size);
	s->num = s->oo.objects;
	s->gfporder = order;
	s->flags = flags;
	return s->oo.objects;
}

static void set_cpu_partial(struct kmem_cache *s)
{
	/* Debugged caches leave nothing to CPUs. */
	unsigned int nr = kmem_cache_debug(s) ? 0 : s->size >= PAGE_SIZE ? 6 : s->size >= 1024 ? 24 : s->size >= 256 ? 52 : 120;

	s->cpu_partial = nr;
	s->cpu_partial_slabs = !nr ? 0 : DIV_ROUND_UP(nr * 2, (unsigned int)s->oo.objects);
}

/* ---- Caches ---- */

static void init_kmem_cache_node(struct kmem_cache_node *n)
{
	n->nr_partial = 0;
	INIT_LIST_HEAD(&n->partial);
	INIT_LIST_HEAD(&n->full);
	n->nr_slabs = 0;
	n->total_objects = 0;
}

/* The first of all objects: the node of the cache that nodes come from, in its own first slab. */
static bool early_kmem_cache_node_alloc(struct kmem_cache *s, int nid)
{
	struct kmem_cache_node boot, *n;
	struct slab *slab;

	/* So that the slab can be counted; replaced at once. */
	init_kmem_cache_node(&boot);
	s->node[nid] = &boot;
	slab = new_slab(s, GFP_NOWAIT | __GFP_THISNODE, nid);
	if (!slab)
		return false;
	n = slab->freelist;
	slab->freelist = get_freepointer(s, n);
	slab->inuse = 1;
	note_own(n);
	slub_setup_used_object(s, n);
	init_kmem_cache_node(n);
	n->nr_slabs = boot.nr_slabs;
	n->total_objects = boot.total_objects;
	s->node[nid] = n;
	add_partial(s, n, slab, false);
	return true;
}

static bool init_kmem_cache_nodes(struct kmem_cache *s)
{
	int nid;

	for (nid = 0; nid < nr_online_nodes(); nid++) {
		struct kmem_cache_node *n;

		if (slab_allocator()->state == DOWN) {
			if (!early_kmem_cache_node_alloc(s, nid))
				return false;
			continue;
		}
		n = note_own(__kmem_cache_alloc_node(slab_allocator()->kmem_cache_node, GFP_KERNEL,
						     nid));
		if (!n)
			return false;
		init_kmem_cache_node(n);
		s->node[nid] = n;
	}
	return true;
}

int slub_cache_create(struct kmem_cache *s, slab_flags_t flags)
{
	flags |= this_machine->config.slab_debug & SLUB_DEBUG_FLAGS;
	s->slub_errors = 0;
	s->align = max(s->align, (unsigned int)sizeof(void *));
	if (!calculate_sizes(s, flags))
		return -EINVAL;
	s->min_partial = clamp((31UL - (unsigned long)__builtin_clz(s->size)) / 2,
			       (unsigned long)MIN_PARTIAL, (unsigned long)MAX_PARTIAL);
	set_cpu_partial(s);
	s->cpu_slab = NULL;
	if (init_kmem_cache_nodes(s))
		s->cpu_slab = alloc_percpu(sizeof(struct kmem_cache_cpu));
	if (!s->cpu_slab) {
		slub_cache_release(s);
		return -ENOMEM;
	}
	return 0;
}

void slub_cache_release(struct kmem_cache *s)
{
	struct kmem_cache_node *n;
	int nid;

	free_percpu(s->cpu_slab, sizeof(struct kmem_cache_cpu));
	s->cpu_slab = NULL;
	for_each_kmem_cache_node(s, nid, n) {
		s->node[nid] = NULL;
		kmem_cache_free(slab_allocator()->kmem_cache_node, n);
	}
}

/* All that CPUs hold goes to the nodes; slabs without objects in use go back. */
int slub_cache_shrink(struct kmem_cache *s)
{
	struct kmem_cache_node *n;
	int cpu, nid, busy = 0;

	for_each_online_cpu(cpu)
		flush_cpu_slab(s, per_cpu_ptr(s->cpu_slab, cpu));
	for_each_kmem_cache_node(s, nid, n) {
		struct slab *slab, *next;

		list_for_each_entry_safe(slab, next, &n->partial, slab_list) {
			if (slab->inuse)
				continue;
			remove_partial(n, slab);
			discard_slab(s, slab);
		}
		busy |= n->nr_slabs != 0;
	}
	return busy;
}

void slub_init(void)
{
	struct slab_allocator *slab = slab_allocator();

	slab->kmem_cache_node = &slab->kmem_cache_node_boot;
	create_boot_cache(slab->kmem_cache_node, "kmem_cache_node", SLUB_NODE_SIZE,
			  SLAB_HWCACHE_ALIGN);
	list_add(&slab->kmem_cache_node->list, &slab->slab_caches);
	slab->state = PARTIAL;
	create_boot_cache(slab->kmem_cache, "kmem_cache",
			  (unsigned int)(offsetof(struct kmem_cache, node) +
					 (size_t)nr_online_nodes() *
						 sizeof(struct kmem_cache_node *)),
			  SLAB_HWCACHE_ALIGN);
	list_add(&slab->kmem_cache->list, &slab->slab_caches);
	create_kmalloc_caches(0);
}
