// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SLAB: how a cache is made, tuned and released.
 *
 * How many objects share a slab, and of which order it is, follows from their size alone
 * (calculate_slab_order()), and so does how many a CPU keeps at hand (enable_cpucache()).
 *
 * Linux counterpart: mm/slab.c.
 */
#include "slab_internal.h"

#define BOOT_CPUCACHE_ENTRIES 1
#define SLAB_MAX_ORDER_HI     1
#define SLAB_MAX_ORDER_LO     0

/* ---- Nodes and arrays ---- */

static void kmem_cache_node_init(struct kmem_cache_node *n)
{
	clear_memory(n, sizeof(*n));
	INIT_LIST_HEAD(&n->slabs_full);
	INIT_LIST_HEAD(&n->slabs_partial);
	INIT_LIST_HEAD(&n->slabs_free);
}

/* Nodes of different caches are looked at by the reaper at different times. */
static void set_next_reap(struct kmem_cache *s, struct kmem_cache_node *n)
{
	n->next_reap = jiffies() + REAPTIMEOUT_NODE + s->id * 37 % REAPTIMEOUT_NODE;
}

static unsigned int nr_cpus_node(int nid)
{
	unsigned int nr = 0;
	int cpu;

	for_each_online_cpu(cpu)
		nr += this_machine->cpu_to_node[cpu] == nid;
	return nr;
}

static void set_free_limit(struct kmem_cache *s, struct kmem_cache_node *n, int nid)
{
	n->free_limit = (1 + nr_cpus_node(nid)) * s->batchcount + s->num;
}

static void init_arraycache(struct array_cache *ac, unsigned int limit, unsigned int batchcount)
{
	ac->avail = 0;
	ac->limit = limit;
	ac->batchcount = batchcount;
	ac->touched = 0;
}

static size_t arraycache_size(unsigned int entries)
{
	return sizeof(struct array_cache) + entries * sizeof(void *);
}

static struct array_cache *alloc_arraycache(int nid, unsigned int entries,
					    unsigned int batchcount, gfp_t gfp)
{
	struct array_cache *ac = note_own(kmalloc_node(arraycache_size(entries), gfp, nid));

	if (ac)
		init_arraycache(ac, entries, batchcount);
	return ac;
}

static struct array_cache *alloc_kmem_cache_cpus(unsigned int entries, unsigned int batchcount)
{
	struct array_cache *cpu_cache = alloc_percpu(arraycache_size(entries));
	int cpu;

	if (cpu_cache)
		for_each_online_cpu(cpu)
			init_arraycache(per_cpu_ptr(cpu_cache, cpu), entries, batchcount);
	return cpu_cache;
}

static void free_alien_cache(struct alien_cache **alien)
{
	int nid;

	if (!alien)
		return;
	for (nid = 0; nid < nr_online_nodes(); nid++)
		kfree(alien[nid]);
	kfree(alien);
}

static struct alien_cache **alloc_alien_cache(int nid, unsigned int limit, gfp_t gfp)
{
	struct alien_cache **alien = note_own(kmalloc_node((size_t)nr_online_nodes() * sizeof(*alien),
						  gfp | __GFP_ZERO, nid));
	int i;

	if (limit > 1)
		limit = 12;
	for (i = 0; alien && i < nr_online_nodes(); i++) {
		if (i == nid)
			continue;
		alien[i] = note_own(kmalloc_node(arraycache_size(limit) + sizeof(u64), gfp, nid));
		if (!alien[i]) {
			free_alien_cache(alien);
			return NULL;
		}
		alien[i]->lock = 0;
		init_arraycache(&alien[i]->ac, limit, 0xbaadf00d);
	}
	return alien;
}

static int init_cache_node(struct kmem_cache *s, int nid, gfp_t gfp)
{
	struct kmem_cache_node *n = s->node[nid];

	if (!n) {
		n = note_own(kmalloc_node(sizeof(struct kmem_cache_node), gfp, nid));
		if (!n)
			return -ENOMEM;
		kmem_cache_node_init(n);
		set_next_reap(s, n);
		s->node[nid] = n;
	}
	set_free_limit(s, n, nid);
	return 0;
}

/* A node's shared array and alien caches, as s->limit and its like say now. */
static int setup_kmem_cache_node(struct kmem_cache *s, int nid, gfp_t gfp)
{
	struct array_cache *new_shared = NULL, *old_shared;
	struct alien_cache **new_alien = NULL;
	struct kmem_cache_node *n;
	struct list_head list;

	INIT_LIST_HEAD(&list);
	if (slab_allocator()->use_alien_caches) {
		new_alien = alloc_alien_cache(nid, s->limit, gfp);
		if (!new_alien)
			goto fail;
	}
	if (s->shared) {
		new_shared = alloc_arraycache(nid, s->shared * s->batchcount, 0xbaadf00d, gfp);
		if (!new_shared)
			goto fail;
	}
	if (init_cache_node(s, nid, gfp))
		goto fail;

	n = s->node[nid];
	old_shared = n->shared;
	if (old_shared) {
		free_block(s, old_shared->entry, old_shared->avail, nid, &list);
		old_shared->avail = 0;
	}
	n->shared = new_shared;
	if (!n->alien) {
		n->alien = new_alien;
		new_alien = NULL;
	}
	slabs_destroy(s, &list);
	kfree(old_shared);
	free_alien_cache(new_alien);
	return 0;

fail:
	kfree(new_shared);
	free_alien_cache(new_alien);
	return -ENOMEM;
}

static void free_kmem_cache_nodes(struct kmem_cache *s)
{
	struct kmem_cache_node *n;
	int nid;

	for_each_kmem_cache_node(s, nid, n) {
		kfree(n->shared);
		free_alien_cache(n->alien);
		kfree(n);
		s->node[nid] = NULL;
	}
}

static int setup_kmem_cache_nodes(struct kmem_cache *s, gfp_t gfp)
{
	int nid;

	for (nid = 0; nid < nr_online_nodes(); nid++) {
		if (!setup_kmem_cache_node(s, nid, gfp))
			continue;
		/* A cache that nobody knows yet is taken back. */
		if (!s->list.next)
			free_kmem_cache_nodes(s);
		return -ENOMEM;
	}
	return 0;
}

/* ---- Tuning ---- */

int slab_tune_cpucache(struct kmem_cache *s, unsigned int limit, unsigned int batchcount,
		       unsigned int shared, gfp_t gfp)
{
	struct array_cache *cpu_cache = alloc_kmem_cache_cpus(limit, batchcount), *prev;
	unsigned int old_limit = s->limit;
	struct list_head list;
	int cpu;

	if (!cpu_cache)
		return -ENOMEM;
	trace(TRACE_do_tune_cpucache, s->code, trace_pack(limit, batchcount), shared, 0);
	prev = s->cpu_cache;
	s->cpu_cache = cpu_cache;
	s->batchcount = batchcount;
	s->limit = limit;
	s->shared = shared;

	INIT_LIST_HEAD(&list);
	for (cpu = 0; prev && cpu < num_online_cpus(); cpu++) {
		struct array_cache *ac = per_cpu_ptr(prev, cpu);

		free_block(s, ac->entry, ac->avail, this_machine->cpu_to_node[cpu], &list);
		ac->avail = 0;
		slabs_destroy(s, &list);
	}
	if (prev)
		free_percpu(prev, arraycache_size(old_limit));
	return setup_kmem_cache_nodes(s, gfp);
}

static int enable_cpucache(struct kmem_cache *s, gfp_t gfp)
{
	unsigned int limit = 120, shared = 0;

	/* The larger the objects, the fewer lie idle. */
	if (s->size > 131072)
		limit = 1;
	else if (s->size > PAGE_SIZE)
		limit = 8;
	else if (s->size > 1024)
		limit = 24;
	else if (s->size > 256)
		limit = 54;

	/* One CPU allocates, another frees: objects must get from here to there without the slabs. */
	if (s->size <= PAGE_SIZE && num_online_cpus() > 1)
		shared = 8;
	if (this_machine->config.slab_debug)
		limit = min(limit, 32u);
	return slab_tune_cpucache(s, limit, (limit + 1) / 2, shared, gfp);
}

static void set_up_node(struct kmem_cache *s, int index)
{
	int nid;

	for (nid = 0; nid < nr_online_nodes(); nid++) {
		s->node[nid] = &slab_allocator()->init_kmem_cache_node[index + nid];
		set_next_reap(s, s->node[nid]);
	}
}

static int setup_cpu_cache(struct kmem_cache *s, gfp_t gfp)
{
	struct slab_allocator *slab = slab_allocator();
	int nid;

	if (slab->state >= FULL)
		return enable_cpucache(s, gfp);

	s->cpu_cache = alloc_kmem_cache_cpus(BOOT_CPUCACHE_ENTRIES, 1);
	if (!s->cpu_cache)
		return -ENOMEM;
	s->batchcount = 1;
	s->limit = BOOT_CPUCACHE_ENTRIES;
	if (slab->state == DOWN) {
		set_up_node(s, 0);
	} else if (slab->state == PARTIAL) {
		set_up_node(s, MAX_NUMNODES);
	} else {
		for (nid = 0; nid < nr_online_nodes(); nid++) {
			s->node[nid] = note_own(kmalloc_node(sizeof(struct kmem_cache_node), gfp, nid));
			if (!s->node[nid])
				return -ENOMEM;
			kmem_cache_node_init(s->node[nid]);
			set_next_reap(s, s->node[nid]);
		}
	}
	return 0;
}

/* ---- Sizes ---- */

/* How many objects a slab of 2^@gfporder frames has, and what is left over. */
static unsigned int cache_estimate(unsigned int gfporder, size_t size, slab_flags_t flags,
				   size_t *left_over)
{
	size_t slab_size = PAGE_SIZE << gfporder;

	/* Where the array of free objects lies in the slab's end, each object costs an entry more. */
	if (!(flags & (CFLGS_OBJFREELIST_SLAB | CFLGS_OFF_SLAB)))
		size += sizeof(freelist_idx_t);
	*left_over = slab_size % size;
	return (unsigned int)(slab_size / size);
}

/* Is it worth to have the array of @num entries in an object of another cache? */
static bool off_slab_pays(const struct kmem_cache *s, unsigned int num)
{
	struct kmem_cache *freelist_cache = kmalloc_slab(num * sizeof(freelist_idx_t), 0);

	/* Two caches must not need each other to grow. */
	if (!freelist_cache || freelist_cache->flags & CFLGS_OFF_SLAB)
		return false;
	return freelist_cache->size <= s->size / 2;
}

/*
 * The smallest slab that wastes no more than an eighth, but at most of slab_max_order unless not even
 * one object has room. Sets num and gfporder (num 0: impossible). Returns the waste in bytes.
 */
static size_t calculate_slab_order(struct kmem_cache *s, size_t size, slab_flags_t flags)
{
	size_t left_over = 0;
	unsigned int gfporder;

	for (gfporder = 0; gfporder <= KMALLOC_MAX_ORDER; gfporder++) {
		size_t remainder;
		unsigned int num = cache_estimate(gfporder, size, flags, &remainder);

		if (!num)
			continue;
		if (num > SLAB_OBJ_MAX_NUM)
			break;
		if (flags & CFLGS_OFF_SLAB && !off_slab_pays(s, num))
			continue;

		s->num = num;
		s->gfporder = gfporder;
		left_over = remainder;

		if (flags & SLAB_RECLAIM_ACCOUNT || gfporder >= slab_allocator()->max_order ||
		    left_over * 8 <= PAGE_SIZE << gfporder)
			break;
	}
	return left_over;
}

/* Tries to keep the array of free objects in the last free object. */
static bool set_objfreelist_slab_cache(struct kmem_cache *s, size_t size, slab_flags_t flags)
{
	size_t left;

	s->num = 0;
	/* A constructed object must stay as it is while it is free. */
	if (s->ctor || flags & SLAB_TYPESAFE_BY_RCU)
		return false;
	left = calculate_slab_order(s, size, flags | CFLGS_OBJFREELIST_SLAB);
	if (!s->num || s->num * sizeof(freelist_idx_t) > s->object_size)
		return false;
	s->colour = (unsigned int)left / s->colour_off;
	return true;
}

static bool set_off_slab_cache(struct kmem_cache *s, size_t size, slab_flags_t flags)
{
	size_t left;

	s->num = 0;
	if (flags & SLAB_NOLEAKTRACE)
		return false;
	left = calculate_slab_order(s, size, flags | CFLGS_OFF_SLAB);
	/* With room for it in the slab, it may as well lie there. */
	if (!s->num || left >= s->num * sizeof(freelist_idx_t))
		return false;
	s->colour = (unsigned int)left / s->colour_off;
	return true;
}

static bool set_on_slab_cache(struct kmem_cache *s, size_t size, slab_flags_t flags)
{
	size_t left;

	s->num = 0;
	left = calculate_slab_order(s, size, flags);
	if (!s->num)
		return false;
	s->colour = (unsigned int)left / s->colour_off;
	return true;
}

/* Room for red zones and the user's note around each object. Returns the size with them. */
static unsigned int add_debug_space(struct kmem_cache *s, unsigned int size, slab_flags_t flags)
{
	if (flags & SLAB_RED_ZONE) {
		s->obj_offset += sizeof(u64);
		size += 2 * sizeof(u64);
	}
	if (flags & SLAB_STORE_USER)
		size += sizeof(u64);
	return size;
}

static slab_flags_t forced_debug_flags(const struct kmem_cache *s, slab_flags_t flags)
{
	slab_flags_t debug = this_machine->config.slab_debug & SLAB_DEBUG_FLAGS;
	unsigned int size = s->size;

	/* Not where a large object would be pushed above a power of two. */
	if (size >= 4096 && __builtin_clz(size - 1) != __builtin_clz(size - 1 + 3 * 8))
		debug &= ~(SLAB_RED_ZONE | SLAB_STORE_USER);
	if (flags & SLAB_TYPESAFE_BY_RCU)
		debug &= ~SLAB_POISON;
	return flags | debug;
}

int slab_cache_create(struct kmem_cache *s, slab_flags_t flags)
{
	unsigned int size;

	flags = forced_debug_flags(s, flags);
	size = ALIGN(s->size, (unsigned int)sizeof(void *));
	/* Red zones and notes stand at words; a larger alignment would not leave them there. */
	if (s->align > sizeof(u64))
		flags &= ~(SLAB_RED_ZONE | SLAB_STORE_USER);
	s->align = max(s->align, (unsigned int)sizeof(void *));
	s->colour_off = max(cache_line_size(), s->align);
	size = ALIGN(add_debug_space(s, size, flags), s->align);
	if (size < SLAB_OBJ_MIN_SIZE)
		size = ALIGN((unsigned int)SLAB_OBJ_MIN_SIZE, s->align);

	if (set_objfreelist_slab_cache(s, size, flags))
		flags |= CFLGS_OBJFREELIST_SLAB;
	else if (set_off_slab_cache(s, size, flags))
		flags |= CFLGS_OFF_SLAB;
	else if (!set_on_slab_cache(s, size, flags))
		return -ENOMEM;

	s->freelist_size = s->num * sizeof(freelist_idx_t);
	s->flags = flags;
	s->allocflags = __GFP_COMP;
	if (flags & SLAB_CACHE_DMA)
		s->allocflags |= __GFP_DMA;
	if (flags & SLAB_CACHE_DMA32)
		s->allocflags |= __GFP_DMA32;
	if (flags & SLAB_RECLAIM_ACCOUNT)
		s->allocflags |= __GFP_RECLAIMABLE;
	s->size = size;
	if (setup_cpu_cache(s, slab_is_available() ? GFP_KERNEL : GFP_NOWAIT)) {
		slab_cache_release(s);
		return -ENOMEM;
	}
	return 0;
}

void slab_cache_release(struct kmem_cache *s)
{
	free_percpu(s->cpu_cache, arraycache_size(s->limit));
	s->cpu_cache = NULL;
	free_kmem_cache_nodes(s);
}

/* ---- Boot ---- */

/* Moves a node's lists and counts from struct machine to an object of their own. */
static void init_list(struct kmem_cache *s, struct kmem_cache_node *from, int nid)
{
	struct kmem_cache_node *n = note_own(kmalloc_node(sizeof(*n), GFP_NOWAIT, nid));

	if (!n)
		vm_bug(~0UL, "out of memory while the slab allocator comes up");
	kmem_cache_node_init(n);
	list_splice_init(&from->slabs_full, &n->slabs_full);
	list_splice_init(&from->slabs_partial, &n->slabs_partial);
	list_splice_init(&from->slabs_free, &n->slabs_free);
	n->total_slabs = from->total_slabs;
	n->free_slabs = from->free_slabs;
	n->free_objects = from->free_objects;
	n->free_limit = from->free_limit;
	n->colour_next = from->colour_next;
	n->next_reap = from->next_reap;
	n->free_touched = from->free_touched;
	s->node[nid] = n;
}

static void init_reap_nodes(void)
{
	int cpu;

	for_each_online_cpu(cpu)
		slab_allocator()->reap_node[cpu] = (this_machine->cpu_to_node[cpu] + 1U) %
						   (u32)nr_online_nodes();
}

void slab_init(void)
{
	struct slab_allocator *slab = slab_allocator();
	unsigned int index, i;
	struct kmem_cache *s;
	int nid;

	slab->use_alien_caches = nr_online_nodes() > 1;
	for (i = 0; i < NUM_INIT_LISTS; i++)
		kmem_cache_node_init(&slab->init_kmem_cache_node[i]);
	slab->max_order = this_machine->totalram_pages > (32UL << 20) >> PAGE_SHIFT
				  ? SLAB_MAX_ORDER_HI
				  : SLAB_MAX_ORDER_LO;
	init_reap_nodes();

	/* The cache of caches, which lies in struct machine. */
	create_boot_cache(slab->kmem_cache, "kmem_cache",
			  (unsigned int)(offsetof(struct kmem_cache, node) +
					 (size_t)nr_online_nodes() *
						 sizeof(struct kmem_cache_node *)),
			  SLAB_HWCACHE_ALIGN);
	list_add(&slab->kmem_cache->list, &slab->slab_caches);
	slab->state = PARTIAL;

	/* The kmalloc class that struct kmem_cache_node is of, so that others can have theirs. */
	index = kmalloc_index(sizeof(struct kmem_cache_node));
	slab->kmalloc_caches[KMALLOC_NORMAL][index] =
		create_kmalloc_cache(kmalloc_cache_name(KMALLOC_NORMAL, index), 1U << index,
				     ARCH_KMALLOC_FLAGS);
	slab->state = PARTIAL_NODE;
	for (nid = 0; nid < nr_online_nodes(); nid++) {
		init_list(slab->kmem_cache, slab->kmem_cache->node[nid], nid);
		s = slab->kmalloc_caches[KMALLOC_NORMAL][index];
		init_list(s, s->node[nid], nid);
	}
	create_kmalloc_caches(ARCH_KMALLOC_FLAGS);

	/* kmem_cache_init_late(): arrays of their final size. */
	for_each_cache(s)
		if (enable_cpucache(s, GFP_NOWAIT))
			vm_bug(~0UL, "out of memory while the slab allocator comes up");
}
