// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SLUB: slabs without queues.
 *
 * Free objects of a slab are linked through themselves. Each CPU owns one slab of a cache (it is
 * "frozen"): it takes objects from a list of its own (kmem_cache_cpu.freelist), while others free into
 * the slab's list. When the CPU's list is empty it takes the slab's whole list over, then a slab from
 * its own partial ones, then some from the node, and at last a new one. A full slab is on no
 * list at all: the first object that comes back finds it through its struct page.
 *
 * What is always true: a frozen slab belongs to one CPU; a slab on a node's partial list is not
 * frozen and has free objects; objects - inuse is the length of a slab's own free list.
 *
 * Caches that are debugged go other ways: slub_debug.c.
 *
 * Linux counterpart: mm/slub.c.
 */
#include "slub.h"

#define MIN_PARTIAL	  5
#define MAX_PARTIAL	  10
#define MAX_OBJS_PER_PAGE 32767
#define slub_max_order	  PAGE_ALLOC_COSTLY_ORDER

/* ---- Links ---- */

static void *get_freepointer(struct kmem_cache *s, void *object)
{
	void *next = *(void **)((u8 *)object + s->offset);

	/* Somebody wrote to a free object: the kernel would go on and fault here. */
	if (unlikely(next && virt_to_phys(next) >= this_machine->max_pfn << PAGE_SHIFT))
		vm_bug(page_to_pfn(virt_to_page(object)), "a free object leads nowhere");
	return next;
}

static struct kmem_cache_cpu *this_cpu_slab(struct kmem_cache *s)
{
	return per_cpu_ptr(s->cpu_slab, smp_processor_id());
}

/* ---- Lists of nodes ---- */

void add_partial(struct kmem_cache *s, struct kmem_cache_node *n, struct slab *slab, bool tail)
{
	n->nr_partial++;
	if (tail)
		list_add_tail(&slab->slab_list, &n->partial);
	else
		list_add(&slab->slab_list, &n->partial);
	trace(TRACE_add_partial, page_to_pfn(slab_page(slab)), s->code,
	      trace_pack(slab->objects - slab->inuse, tail), 0);
}

void remove_partial(struct kmem_cache_node *n, struct slab *slab)
{
	list_del(&slab->slab_list);
	n->nr_partial--;
}

/* ---- Slabs ---- */

struct slab *new_slab(struct kmem_cache *s, gfp_t flags, int nid)
{
	gfp_t alloc_gfp;
	unsigned int order = s->oo.order, i;
	struct slab *slab;
	u8 *object;

	if (unlikely(flags & GFP_SLAB_BUG_MASK))
		flags = kmalloc_fix_flags(flags);
	flags &= GFP_RECLAIM_MASK | GFP_CONSTRAINT_MASK;
	/* A large block is a wish: without it, the smallest that holds an object will do. */
	alloc_gfp = (flags | __GFP_NOWARN | __GFP_NORETRY) & ~__GFP_NOFAIL;
	if (alloc_gfp & __GFP_DIRECT_RECLAIM && order > s->min.order)
		alloc_gfp = (alloc_gfp | __GFP_NOMEMALLOC) & ~__GFP_RECLAIM;
	slab = kmem_getpages(s, alloc_gfp, order, nid);
	if (!slab) {
		order = s->min.order;
		slab = kmem_getpages(s, flags, order, nid);
	}
	if (!slab)
		return NULL;
	slab->slab_cache = s;
	slab->objects = order == s->oo.order ? s->oo.objects : s->min.objects;
	slab->inuse = 0;
	slab->frozen = 0;
	slab->active = ~0U;
	slub_setup_slab_debug(s, slab);
	object = (u8 *)slab_address(slab) + s->red_left_pad;
	slab->freelist = object;
	for (i = 0; i < slab->objects; i++, object += s->size) {
		slub_setup_object_debug(s, object);
		construct_object(s, object);
		set_freepointer(s, object, i + 1 < slab->objects ? object + s->size : NULL);
	}
	s->node[slab_nid(slab)]->nr_slabs++;
	s->node[slab_nid(slab)]->total_objects += slab->objects;
	trace(TRACE_allocate_slab, page_to_pfn(slab_page(slab)), s->code,
	      trace_pack(order, slab->objects), 0);
	return slab;
}

void discard_slab(struct kmem_cache *s, struct slab *slab)
{
	struct kmem_cache_node *n = s->node[slab_nid(slab)];
	unsigned int order = compound_order(slab_page(slab)), i;

	trace(TRACE_discard_slab, page_to_pfn(slab_page(slab)), s->code, order, 0);
	n->nr_slabs--;
	n->total_objects -= slab->objects;
	for (i = 0; s->ctor && i < slab->objects; i++)
		destroy_object(s, slab_address(slab) + s->red_left_pad + (unsigned long)i * s->size);
	kmem_freepages(s, slab, order);
}

/* ---- Letting go of a CPU's slabs ---- */

/* A slab that stops being a CPU's: it is freed, or goes to its node's list, or to none if it is full. */
static void unfreeze_slab(struct kmem_cache *s, struct slab *slab, bool tail)
{
	struct kmem_cache_node *n = s->node[slab_nid(slab)];

	slab->frozen = 0;
	if (!slab->inuse && n->nr_partial >= s->min_partial)
		discard_slab(s, slab);
	else if (slab->freelist)
		add_partial(s, n, slab, tail);
}

/* Gives a CPU's list of objects back to its slab, and the slab back to the node. */
static void deactivate_slab(struct kmem_cache *s, struct slab *slab, void *freelist)
{
	bool tail = slab->freelist;
	void *last = NULL, *object;
	unsigned int nr = 0;

	for (object = freelist; object; object = get_freepointer(s, object)) {
		last = object;
		nr++;
		/* An object that was freed twice leads to itself again. */
		VM_BUG_ON_PAGE(nr > slab->objects, slab_page(slab));
	}
	trace(TRACE_deactivate_slab, page_to_pfn(slab_page(slab)), s->code,
	      trace_pack(nr, slab->inuse - nr), 0);
	VM_BUG_ON_PAGE(!slab->frozen, slab_page(slab));
	if (last) {
		slab->inuse = (u16)(slab->inuse - nr);
		set_freepointer(s, last, slab->freelist);
		slab->freelist = freelist;
	}
	unfreeze_slab(s, slab, tail);
}

static void __unfreeze_partials(struct kmem_cache *s, struct slab *partial)
{
	while (partial) {
		struct slab *slab = partial;

		partial = slab->next;
		unfreeze_slab(s, slab, true);
	}
}

static bool kmem_cache_has_cpu_partial(const struct kmem_cache *s)
{
	return s->cpu_partial;
}

/* Adds a frozen slab to the CPU's partial ones; if these are too many, they go to the node first. */
static void put_cpu_partial(struct kmem_cache *s, struct slab *slab, bool drain)
{
	struct kmem_cache_cpu *c = this_cpu_slab(s);
	struct slab *old = c->partial, *unfreeze = NULL;

	if (old && drain && old->slabs >= (long)s->cpu_partial_slabs) {
		unfreeze = old;
		old = NULL;
	}
	slab->slabs = old ? old->slabs + 1 : 1;
	slab->next = old;
	c->partial = slab;
	trace(TRACE_put_cpu_partial, page_to_pfn(slab_page(slab)), s->code,
	      trace_pack((u32)slab->slabs, (u32)smp_processor_id()), !!unfreeze);
	__unfreeze_partials(s, unfreeze);
}

static void flush_cpu_slab(struct kmem_cache *s, struct kmem_cache_cpu *c)
{
	struct slab *slab = c->slab, *partial = c->partial;
	void *freelist = c->freelist;

	c->slab = NULL;
	c->freelist = NULL;
	c->partial = NULL;
	if (slab)
		deactivate_slab(s, slab, freelist);
	__unfreeze_partials(s, partial);
}

/* ---- Allocating ---- */

/* Takes a slab off its node's list, for this CPU. With @all its objects, too, else they stay with it. */
static void *acquire_slab(struct kmem_cache_node *n, struct slab *slab, bool all)
{
	void *freelist = slab->freelist;

	VM_BUG_ON_PAGE(slab->frozen, slab_page(slab));
	if (all) {
		slab->inuse = slab->objects;
		slab->freelist = NULL;
	}
	slab->frozen = 1;
	remove_partial(n, slab);
	return freelist;
}

/* Objects of a node's first partial slab; a few more slabs become the CPU's partial ones. */
static void *get_partial_node(struct kmem_cache *s, struct kmem_cache_node *n, struct slab **found)
{
	unsigned int partial_slabs = 0;
	void *freelist = NULL;

	while (n && n->nr_partial) {
		struct slab *slab = list_first_entry(&n->partial, struct slab, slab_list);

		if (!freelist) {
			freelist = acquire_slab(n, slab, true);
			*found = slab;
		} else {
			acquire_slab(n, slab, false);
			put_cpu_partial(s, slab, false);
			partial_slabs++;
		}
		if (!kmem_cache_has_cpu_partial(s) || partial_slabs > s->cpu_partial_slabs / 2)
			break;
	}
	return freelist;
}

static void *get_partial(struct kmem_cache *s, gfp_t flags, int nid, struct slab **found)
{
	int here = nid == NUMA_NO_NODE ? numa_node_id() : nid;
	void *freelist = get_partial_node(s, s->node[here], found);
	struct zoneref *z;
	struct zone *zone;

	if (freelist || nid != NUMA_NO_NODE || flags & __GFP_THISNODE)
		return freelist;
	for_each_zone_zonelist_nodemask(zone, z, node_zonelist(here, flags), gfp_zone(flags), NULL) {
		struct kmem_cache_node *n = s->node[zone_to_nid(zone)];

		if (zone_to_nid(zone) == here || !n || n->nr_partial <= s->min_partial)
			continue;
		freelist = get_partial_node(s, n, found);
		if (freelist)
			return freelist;
	}
	return NULL;
}

/* The list that others freed objects into; NULL: the slab is full, and no CPU's any more. */
static void *get_freelist(struct slab *slab)
{
	void *freelist = slab->freelist;

	slab->inuse = slab->objects;
	slab->freelist = NULL;
	slab->frozen = freelist != NULL;
	return freelist;
}

static void *load_freelist(struct kmem_cache *s, struct kmem_cache_cpu *c, void *freelist,
			   enum slub_source source)
{
	trace(TRACE_slub_refill, page_to_pfn(slab_page(c->slab)), s->code,
	      trace_pack(source, (u32)smp_processor_id()), 0);
	VM_BUG_ON_PAGE(!c->slab->frozen, slab_page(c->slab));
	c->freelist = get_freepointer(s, freelist);
	c->tid += (unsigned long)num_online_cpus();
	return freelist;
}

/* The CPU's slab, and its partial ones, as long as they have nothing. Returns objects, or NULL. */
static void *from_cpu_slabs(struct kmem_cache *s, struct kmem_cache_cpu *c, int nid,
			    enum slub_source *source)
{
	void *freelist;

	*source = SLUB_FROM_SLAB;
	for (;;) {
		if (c->slab && nid != NUMA_NO_NODE && slab_nid(c->slab) != nid) {
			struct slab *slab = c->slab;

			freelist = c->freelist;
			c->slab = NULL;
			c->freelist = NULL;
			deactivate_slab(s, slab, freelist);
		} else if (c->slab) {
			freelist = c->freelist ? c->freelist : get_freelist(c->slab);
			if (freelist)
				return freelist;
			c->slab = NULL;
		}
		if (!c->partial)
			return NULL;
		c->slab = c->partial;
		c->partial = c->slab->next;
		*source = SLUB_FROM_CPU_PARTIAL;
	}
}

static void *___slab_alloc(struct kmem_cache *s, gfp_t flags, int nid)
{
	struct kmem_cache_cpu *c = this_cpu_slab(s);
	enum slub_source source;
	void *freelist = from_cpu_slabs(s, c, nid, &source);
	struct slab *slab = NULL;

	if (freelist)
		return load_freelist(s, c, freelist, source);
	source = SLUB_FROM_NODE;
	freelist = get_partial(s, flags, nid, &slab);
	if (!freelist) {
		slab = new_slab(s, flags, nid);
		if (!slab)
			return NULL;
		freelist = slab->freelist;
		slab->freelist = NULL;
		slab->inuse = slab->objects;
		slab->frozen = 1;
		source = SLUB_FROM_NEW_SLAB;
	}
	c->slab = slab;
	return load_freelist(s, c, freelist, source);
}

void *slub_alloc_node(struct kmem_cache *s, gfp_t flags, int nid)
{
	struct kmem_cache_cpu *c = this_cpu_slab(s);
	void *object = c->freelist;

	if (kmem_cache_debug(s))
		return slub_alloc_debug(s, flags, nid);
	if (unlikely(!object || (nid != NUMA_NO_NODE && slab_nid(c->slab) != nid)))
		return ___slab_alloc(s, flags, nid);
	c->freelist = get_freepointer(s, object);
	c->tid += (unsigned long)num_online_cpus();
	trace(TRACE_slub_fastpath, object_ref(object), s->code, (u64)smp_processor_id(), 0);
	return object;
}

/* ---- Freeing ---- */

/* The object is not of the CPU's slab: it goes into its own slab's list. */
static void __slab_free(struct kmem_cache *s, struct slab *slab, void *object)
{
	struct kmem_cache_node *n = s->node[slab_nid(slab)];
	void *prior = slab->freelist;

	VM_BUG_ON_PAGE(!slab->inuse, slab_page(slab));
	set_freepointer(s, object, prior);
	slab->freelist = object;
	slab->inuse--;
	trace(TRACE_slub_slow_free, object_ref(object), s->code,
	      trace_pack(slab->inuse, slab->frozen), 0);
	if (slab->frozen)
		return;
	if (!prior && kmem_cache_has_cpu_partial(s)) {
		/* It was full and on no list: it becomes this CPU's. */
		slab->frozen = 1;
		put_cpu_partial(s, slab, true);
		return;
	}
	if (!slab->inuse && n->nr_partial >= s->min_partial) {
		if (prior)
			remove_partial(n, slab);
		discard_slab(s, slab);
		return;
	}
	if (!prior)
		add_partial(s, n, slab, true);
}

void slub_free(struct kmem_cache *s, void *object)
{
	struct slab *slab = virt_to_slab(object);
	struct kmem_cache_cpu *c = this_cpu_slab(s);

	VM_BUG_ON(!slab);
	if (kmem_cache_debug(s)) {
		slub_free_debug(s, slab, object);
		return;
	}
	if (slab != c->slab) {
		__slab_free(s, slab, object);
		return;
	}
	set_freepointer(s, object, c->freelist);
	c->freelist = object;
	c->tid += (unsigned long)num_online_cpus();
	trace(TRACE_slub_fast_free, object_ref(object), s->code, (u64)smp_processor_id(), 0);
}

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
