// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SLAB: allocating and freeing.
 *
 * Each CPU has a stack of pointers to free objects (array_cache) for each cache. An allocation pops
 * one, freeing pushes one; nothing else is touched. An empty stack is refilled with a batch: from
 * the array that the CPUs of a node share, or else from slabs, partly used ones first. A full stack
 * gives its oldest batch back the same way. Objects of another node wait in an alien cache.
 *
 * A slab's free objects are numbered in an array (freelist): entries from slab->active on are
 * free. The array lies in the last free object of the slab, or in an object of a kmalloc cache
 * (off-slab), or at the slab's end.
 *
 * What is always true: a slab is on slabs_full, slabs_partial or slabs_free of its node as
 * slab->active says; objects in arrays count as active; free_objects is what is free in slabs and
 * free_slabs the length of slabs_free.
 *
 * Linux counterpart: mm/slab.c.
 */
#include "slab_internal.h"

#define BATCHREFILL_LIMIT 16u

/* ---- Slabs ---- */

static void set_free_obj(struct slab *slab, unsigned int idx, freelist_idx_t val)
{
	((freelist_idx_t *)slab->freelist)[idx] = val;
}

static void *slab_get_obj(struct kmem_cache *s, struct slab *slab)
{
	void *objp = index_to_obj(s, slab, get_free_obj(slab, slab->active));

	VM_BUG_ON_PAGE(get_free_obj(slab, slab->active) >= s->num, slab_page(slab));
	slab->active++;
	trace(TRACE_slab_get_obj, object_ref(objp), s->code,
	      trace_pack(get_free_obj(slab, slab->active - 1), slab->active), 0);
	return objp;
}

static void slab_put_obj(struct kmem_cache *s, struct slab *slab, void *objp)
{
	unsigned int objnr = obj_to_index(s, slab, objp);

	if (slab_debugged(s))
		slab_put_obj_debugcheck(s, slab, objnr);
	VM_BUG_ON_PAGE(!slab->active, slab_page(slab));
	slab->active--;
	if (!slab->freelist)
		slab->freelist = (u8 *)objp + s->obj_offset;
	set_free_obj(slab, slab->active, (freelist_idx_t)objnr);
	trace(TRACE_slab_put_obj, object_ref(objp), s->code, trace_pack(objnr, slab->active), 0);
}

static void slab_destroy(struct kmem_cache *s, struct slab *slab)
{
	void *freelist = slab->freelist;
	unsigned int i;

	trace(TRACE_slab_destroy, page_to_pfn(slab_page(slab)), s->code, s->gfporder, 0);
	if (slab_debugged(s))
		slab_destroy_debugcheck(s, slab);
	for (i = 0; s->ctor && i < s->num; i++)
		destroy_object(s, (u8 *)index_to_obj(s, slab, i) + s->obj_offset);
	kmem_freepages(s, slab, s->gfporder);
	if (s->flags & CFLGS_OFF_SLAB)
		kfree(freelist);
}

void slabs_destroy(struct kmem_cache *s, struct list_head *list)
{
	while (!list_empty(list)) {
		struct slab *slab = list_first_entry(list, struct slab, slab_list);

		list_del(&slab->slab_list);
		slab_destroy(s, slab);
	}
}

static void trace_slab_list(struct kmem_cache *s, struct slab *slab, enum slab_list list)
{
	trace(TRACE_fixup_slab_list, page_to_pfn(slab_page(slab)), s->code,
	      trace_pack(list, slab->active), 0);
}

/* Puts a slab on the list that it belongs to after objects were taken from it. */
static void fixup_slab_list(struct kmem_cache *s, struct kmem_cache_node *n, struct slab *slab)
{
	list_del(&slab->slab_list);
	if (slab->active < s->num) {
		list_add(&slab->slab_list, &n->slabs_partial);
		trace_slab_list(s, slab, SLAB_LIST_PARTIAL);
		return;
	}
	list_add(&slab->slab_list, &n->slabs_full);
	trace_slab_list(s, slab, SLAB_LIST_FULL);
	if (s->flags & CFLGS_OBJFREELIST_SLAB) {
		/* The last free object, which held the array, is gone. */
		if (s->flags & SLAB_POISON)
			poison_obj(s, (u8 *)slab->freelist - s->obj_offset, POISON_FREE);
		slab->freelist = NULL;
	}
}

/* ---- Growing ---- */

static bool alloc_slabmgmt(struct kmem_cache *s, struct slab *slab, unsigned int colour_off,
			   gfp_t local_flags, int nid)
{
	u8 *addr = slab_address(slab);

	slab->s_mem = addr + colour_off;
	slab->active = 0;
	if (s->flags & CFLGS_OBJFREELIST_SLAB) {
		slab->freelist = NULL;
	} else if (s->flags & CFLGS_OFF_SLAB) {
		slab->freelist = note_own(kmalloc_node(s->freelist_size, local_flags, nid));
		return slab->freelist;
	} else {
		slab->freelist = addr + (PAGE_SIZE << s->gfporder) - s->freelist_size;
	}
	return true;
}

static void cache_init_objs(struct kmem_cache *s, struct slab *slab)
{
	unsigned int i;

	if (slab_debugged(s))
		cache_init_objs_debug(s, slab);
	if (s->flags & CFLGS_OBJFREELIST_SLAB)
		slab->freelist = (u8 *)index_to_obj(s, slab, s->num - 1) + s->obj_offset;
	for (i = 0; i < s->num; i++) {
		if (!slab_debugged(s))
			construct_object(s, index_to_obj(s, slab, i));
		set_free_obj(slab, i, (freelist_idx_t)i);
	}
}

/* Slabs begin with their objects a little later each time, so that they use other cache lines. */
static unsigned int next_colour(struct kmem_cache *s, struct kmem_cache_node *n)
{
	n->colour_next++;
	if (n->colour_next >= s->colour)
		n->colour_next = 0;
	return n->colour_next * s->colour_off;
}

/* A new slab with all objects free, on no list yet; NULL without memory. */
static struct slab *cache_grow_begin(struct kmem_cache *s, gfp_t flags, int nid)
{
	struct slab *slab;
	gfp_t local_flags;

	if (unlikely(flags & GFP_SLAB_BUG_MASK))
		flags = kmalloc_fix_flags(flags);
	local_flags = flags & (GFP_CONSTRAINT_MASK | GFP_RECLAIM_MASK);

	/* Not by the memory policy of whoever runs: objects of many share a slab. */
	if (nid == NUMA_NO_NODE)
		nid = numa_node_id();
	slab = kmem_getpages(s, local_flags, s->gfporder, nid);
	if (!slab)
		return NULL;
	nid = slab_nid(slab);
	if (!alloc_slabmgmt(s, slab, next_colour(s, s->node[nid]),
			    local_flags & ~GFP_CONSTRAINT_MASK, nid)) {
		kmem_freepages(s, slab, s->gfporder);
		return NULL;
	}
	slab->slab_cache = s;
	cache_init_objs(s, slab);
	trace(TRACE_cache_grow_begin, page_to_pfn(slab_page(slab)), s->code,
	      trace_pack(s->gfporder, s->num), (u64)((u8 *)slab->s_mem - slab_address(slab)));
	return slab;
}

/* Puts a new slab, of which objects may have been taken, on its list. */
static void cache_grow_end(struct kmem_cache *s, struct slab *slab)
{
	struct kmem_cache_node *n;

	if (!slab)
		return;
	INIT_LIST_HEAD(&slab->slab_list);
	n = s->node[slab_nid(slab)];
	n->total_slabs++;
	if (!slab->active) {
		list_add_tail(&slab->slab_list, &n->slabs_free);
		n->free_slabs++;
		trace_slab_list(s, slab, SLAB_LIST_FREE);
	} else {
		fixup_slab_list(s, n, slab);
	}
	s->grown++;
	n->free_objects += s->num - slab->active;
}

/* ---- Refilling ---- */

/* For a first try: on one node, without reclaim and without complaint. */
static gfp_t gfp_exact_node(gfp_t flags)
{
	return (flags | __GFP_THISNODE | __GFP_NOWARN) & ~(__GFP_RECLAIM | __GFP_NOFAIL);
}

/* A slab to take objects from: one that is in use already, or else a free one. */
static struct slab *get_first_slab(struct kmem_cache_node *n)
{
	if (!list_empty(&n->slabs_partial))
		return list_first_entry(&n->slabs_partial, struct slab, slab_list);
	n->free_touched = 1;
	if (list_empty(&n->slabs_free))
		return NULL;
	n->free_slabs--;
	return list_first_entry(&n->slabs_free, struct slab, slab_list);
}

static void count_active(struct kmem_cache *s, unsigned int nr)
{
	s->num_active += nr;
	s->high_mark = max(s->high_mark, s->num_active);
}

/* Moves the youngest entries of one array to another. Returns how many. */
static unsigned int transfer_objects(struct kmem_cache *s, struct array_cache *to,
				     struct array_cache *from, unsigned int max)
{
	unsigned int nr = min(min(from->avail, max), to->limit - to->avail), i;

	for (i = 0; i < nr; i++)
		to->entry[to->avail + i] = from->entry[from->avail - nr + i];
	from->avail -= nr;
	to->avail += nr;
	if (nr)
		trace(TRACE_transfer_objects, s->code, trace_pack(nr, from->avail), 0, 0);
	return nr;
}

/* Takes up to @nr objects of a slab. Returns how many. */
static unsigned int alloc_block(struct kmem_cache *s, struct array_cache *ac, struct slab *slab,
				unsigned int nr)
{
	unsigned int taken = 0;

	VM_BUG_ON_PAGE(slab->active >= s->num, slab_page(slab));
	while (slab->active < s->num && taken < nr) {
		ac->entry[ac->avail++] = slab_get_obj(s, slab);
		taken++;
	}
	s->num_allocations += taken;
	count_active(s, taken);
	trace(TRACE_alloc_block, page_to_pfn(slab_page(slab)), s->code,
	      trace_pack(taken, slab->active), 0);
	return taken;
}

static void refill_from_slabs(struct kmem_cache *s, struct kmem_cache_node *n,
			      struct array_cache *ac, unsigned int batchcount)
{
	while (ac->avail < batchcount) {
		struct slab *slab = get_first_slab(n);

		if (!slab)
			break;
		alloc_block(s, ac, slab, batchcount - ac->avail);
		fixup_slab_list(s, n, slab);
	}
	n->free_objects -= ac->avail;
}

/* Fills this CPU's empty array with a batch and takes one; NULL without memory. */
static void *cache_alloc_refill(struct kmem_cache *s, gfp_t flags)
{
	int nid = numa_node_id();
	struct kmem_cache_node *n = s->node[nid];
	struct array_cache *ac = cpu_cache_get(s);
	unsigned int batchcount = ac->batchcount;

	/* Little was asked of this cache of late: it may be a burst that is over soon. */
	if (!ac->touched && batchcount > BATCHREFILL_LIMIT)
		batchcount = BATCHREFILL_LIMIT;
	VM_BUG_ON(ac->avail > 0 || !n);
	trace(TRACE_cache_alloc_refill, s->code, trace_pack(batchcount, (u32)smp_processor_id()),
	      trace_pack((u32)n->free_objects, n->shared ? n->shared->avail : 0), 0);

	if (n->shared && transfer_objects(s, ac, n->shared, batchcount))
		n->shared->touched = 1;
	else if (n->free_objects)
		refill_from_slabs(s, n, ac, batchcount);

	if (unlikely(!ac->avail)) {
		struct slab *slab = cache_grow_begin(s, gfp_exact_node(flags), nid);

		/* To have its frames, the slab may have needed others of the same cache. */
		if (!ac->avail && slab)
			alloc_block(s, ac, slab, batchcount);
		cache_grow_end(s, slab);
		if (!ac->avail)
			return NULL;
	}
	ac->touched = 1;
	return ac->entry[--ac->avail];
}

/* ---- Allocating ---- */

static void *____cache_alloc(struct kmem_cache *s, gfp_t flags)
{
	struct array_cache *ac = cpu_cache_get(s);

	if (likely(ac->avail)) {
		void *objp = ac->entry[--ac->avail];

		ac->touched = 1;
		s->allochit++;
		trace(TRACE_cache_alloc_hit, object_ref(objp), s->code,
		      trace_pack(ac->avail, (u32)smp_processor_id()), 0);
		return objp;
	}
	s->allocmiss++;
	return cache_alloc_refill(s, flags);
}

/* One object of a node's slabs, past all arrays. */
static void *alloc_from_node(struct kmem_cache *s, struct kmem_cache_node *n)
{
	struct slab *slab = get_first_slab(n);
	void *objp;

	if (!slab)
		return NULL;
	s->node_allocs++;
	count_active(s, 1);
	objp = slab_get_obj(s, slab);
	n->free_objects--;
	fixup_slab_list(s, n, slab);
	return objp;
}

static void *____cache_alloc_node(struct kmem_cache *s, gfp_t flags, int nid);

/* The wanted node has neither objects nor frames: look on the others, then let the buddy choose. */
static void *fallback_alloc(struct kmem_cache *s, gfp_t flags)
{
	struct zoneref *z;
	struct zone *zone;
	struct slab *slab;

	if (flags & __GFP_THISNODE)
		return NULL;
	for_each_zone_zonelist_nodemask(zone, z, node_zonelist(numa_node_id(), flags),
					gfp_zone(flags), NULL) {
		struct kmem_cache_node *n = s->node[zone_to_nid(zone)];
		void *objp = NULL;

		if (n && n->free_objects)
			objp = ____cache_alloc_node(s, gfp_exact_node(flags), zone_to_nid(zone));
		if (objp)
			return objp;
	}
	slab = cache_grow_begin(s, flags, numa_node_id());
	cache_grow_end(s, slab);
	if (!slab)
		return NULL;
	return ____cache_alloc_node(s, gfp_exact_node(flags), slab_nid(slab));
}

static void *____cache_alloc_node(struct kmem_cache *s, gfp_t flags, int nid)
{
	void *objp = alloc_from_node(s, s->node[nid]);
	struct slab *slab;

	if (objp)
		return objp;
	slab = cache_grow_begin(s, gfp_exact_node(flags), nid);
	if (slab) {
		count_active(s, 1);
		objp = slab_get_obj(s, slab);
	}
	cache_grow_end(s, slab);
	return objp ? objp : fallback_alloc(s, flags);
}

void *slab_alloc_node(struct kmem_cache *s, gfp_t flags, int nid)
{
	int here = numa_node_id();
	void *objp = NULL;

	if (likely(nid == NUMA_NO_NODE || nid == here)) {
		nid = here;
		objp = ____cache_alloc(s, flags);
	}
	/* The CPU's own array knows its node only. */
	if (unlikely(!objp))
		objp = s->node[nid] ? ____cache_alloc_node(s, flags, nid) : fallback_alloc(s, flags);
	if (slab_debugged(s) && objp)
		objp = cache_alloc_debugcheck_after(s, objp);
	return objp;
}

/* ---- Freeing ---- */

/* Gives objects back to their slabs; slabs that are free and too many go to @list. */
void free_block(struct kmem_cache *s, void **objpp, unsigned int nr, int nid,
		struct list_head *list)
{
	struct kmem_cache_node *n = s->node[nid];
	unsigned int i;

	n->free_objects += nr;
	for (i = 0; i < nr; i++) {
		struct slab *slab = virt_to_slab(objpp[i]);

		/* It was freed twice, and its slab has gone meanwhile. */
		VM_BUG_ON(!slab);
		list_del(&slab->slab_list);
		slab_put_obj(s, slab, objpp[i]);
		s->num_active--;
		/* A slab that gets objects back goes to the end, to have time to become free. */
		if (!slab->active) {
			list_add(&slab->slab_list, &n->slabs_free);
			n->free_slabs++;
			trace_slab_list(s, slab, SLAB_LIST_FREE);
		} else {
			list_add_tail(&slab->slab_list, &n->slabs_partial);
			trace_slab_list(s, slab, SLAB_LIST_PARTIAL);
		}
	}
	while (n->free_objects > n->free_limit && !list_empty(&n->slabs_free)) {
		struct slab *slab = list_last_entry(&n->slabs_free, struct slab, slab_list);

		n->free_objects -= s->num;
		list_move(&slab->slab_list, list);
		n->free_slabs--;
		n->total_slabs--;
	}
}

/* The shared array takes as much of a batch as it has room for; without any, slabs do. */
static unsigned int flush_to_shared(struct array_cache *shared, struct array_cache *ac)
{
	unsigned int nr, i;

	if (!shared)
		return 0;
	nr = min(ac->batchcount, shared->limit - shared->avail);
	for (i = 0; i < nr; i++)
		shared->entry[shared->avail + i] = ac->entry[i];
	shared->avail += nr;
	return nr;
}

static void cache_flusharray(struct kmem_cache *s, struct array_cache *ac)
{
	int nid = numa_node_id();
	struct kmem_cache_node *n = s->node[nid];
	unsigned int nr = flush_to_shared(n->shared, ac), i;
	struct list_head list;

	INIT_LIST_HEAD(&list);
	trace(TRACE_cache_flusharray, s->code,
	      trace_pack(nr ? nr : ac->batchcount, (u32)smp_processor_id()), nr > 0, 0);
	if (!nr) {
		nr = ac->batchcount;
		free_block(s, ac->entry, nr, nid, &list);
	}
	s->max_freeable = max(s->max_freeable, n->free_slabs);
	/* The oldest went; the younger ones, still in the CPU's cache, move down. */
	ac->avail -= nr;
	for (i = 0; i < ac->avail; i++)
		ac->entry[i] = ac->entry[i + nr];
	slabs_destroy(s, &list);
}

/* Empties an alien cache: into the array that the CPUs of the other node share, then into slabs. */
void __drain_alien_cache(struct kmem_cache *s, struct array_cache *ac, int nid,
			 struct list_head *list)
{
	struct kmem_cache_node *n = s->node[nid];

	if (!ac->avail)
		return;
	trace(TRACE_drain_alien_cache, s->code, trace_pack((u32)nid, ac->avail), 0, 0);
	if (n->shared)
		transfer_objects(s, n->shared, ac, ac->limit);
	free_block(s, ac->entry, ac->avail, nid, list);
	ac->avail = 0;
}

/* An object of another node. Returns false if it is of this one. */
static bool cache_free_alien(struct kmem_cache *s, void *objp)
{
	int slab_node = slab_nid(virt_to_slab(objp)), nid = numa_node_id();
	struct kmem_cache_node *n = s->node[nid];
	struct list_head list;

	if (nid == slab_node)
		return false;
	INIT_LIST_HEAD(&list);
	s->node_frees++;
	trace(TRACE_cache_free_alien, object_ref(objp), s->code,
	      trace_pack((u32)nid, (u32)slab_node), 0);
	if (n->alien && n->alien[slab_node]) {
		struct array_cache *ac = &n->alien[slab_node]->ac;

		if (ac->avail == ac->limit) {
			s->node_overflow++;
			__drain_alien_cache(s, ac, slab_node, &list);
		}
		ac->entry[ac->avail++] = objp;
	} else {
		free_block(s, &objp, 1, slab_node, &list);
	}
	slabs_destroy(s, &list);
	return true;
}

void ___cache_free(struct kmem_cache *s, void *objp)
{
	struct array_cache *ac = cpu_cache_get(s);

	if (slab_debugged(s)) {
		objp = cache_free_debugcheck(s, objp);
		if (!objp)
			return;
	}
	if (unlikely(nr_online_nodes() > 1) && cache_free_alien(s, objp))
		return;
	if (likely(ac->avail < ac->limit)) {
		s->freehit++;
	} else {
		s->freemiss++;
		cache_flusharray(s, ac);
	}
	ac->entry[ac->avail++] = objp;
	trace(TRACE_cache_free_hit, object_ref(objp), s->code,
	      trace_pack(ac->avail, (u32)smp_processor_id()), 0);
}
