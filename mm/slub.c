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

/* ---- Links ---- */

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

void flush_cpu_slab(struct kmem_cache *s, struct kmem_cache_cpu *c)
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
