// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What SLAB, SLUB and SLOB have in common: creating and destroying caches, and the calls behind which one of
 * the three stands.
 *
 * The allocator needs memory from itself to come up: a struct kmem_cache is an object of the cache
 * kmem_cache. So the first one lies in struct machine (kmem_cache_boot), and caches are made one by
 * one until kmalloc() works.
 *
 * Linux counterpart: mm/slab_common.c.
 */
#include "slab_internal.h"

/* ---- The three allocators ---- */

static const struct slab_kind_operations slab_kinds[NR_SLAB_KINDS] = {
	[SLAB_KIND_SLAB] = { slab_init, slab_cache_create, slab_cache_shrink, slab_cache_release,
			     slab_alloc_node, ___cache_free },
	[SLAB_KIND_SLUB] = { slub_init, slub_cache_create, slub_cache_shrink, slub_cache_release,
			     slub_alloc_node, slub_free },
	[SLAB_KIND_SLOB] = { slob_init, slob_cache_create, slob_cache_shrink, slob_cache_release,
			     slob_alloc_node, slob_cache_free },
};

const struct slab_kind_operations *slab_kind(void)
{
	return &slab_kinds[slab_allocator()->kind];
}

bool slab_is_available(void)
{
	return slab_allocator()->state >= UP;
}

/* Brings the allocator up at its first use. */
void slab_start(void)
{
	struct slab_allocator *slab = slab_allocator();

	if (likely(slab->state != DOWN))
		return;
	INIT_LIST_HEAD(&slab->slab_caches);
	INIT_LIST_HEAD(&slab->pcpu_chunks);
	slab->kind = max(this_machine->config.slab, (u32)SLAB_KIND_SLAB);
	slab->kmem_cache = &slab->kmem_cache_boot;
	slab_kind()->init();
	slab->state = FULL;
}

void kmem_cache_init(void)
{
	if (this_machine->config.slab)
		slab_start();
}

/* ---- Constructors ---- */

void ctor_list_head(void *object, unsigned int size)
{
	if (size >= sizeof(struct list_head))
		INIT_LIST_HEAD(object);
}

void ctor_zero(void *object, unsigned int size)
{
	clear_memory(object, size);
}

/* The first word counts how often the object was constructed, the second tells that it is. */
void ctor_counted(void *object, unsigned int size)
{
	if (size >= 2 * sizeof(u32)) {
		((u32 *)object)[0] = 1;
		((u32 *)object)[1] = 0xc0c0c0c0;
	}
}

void dtor_counted(void *object, unsigned int size)
{
	if (size >= 2 * sizeof(u32)) {
		((u32 *)object)[0] = 0;
		((u32 *)object)[1] = 0xdddddddd;
	}
}

struct constructor {
	void (*ctor)(void *object, unsigned int size);
	void (*dtor)(void *object, unsigned int size);
};

static const struct constructor constructors[NR_SLAB_CTORS] = {
#define SLAB_CTOR(name, ctor, dtor) [SLAB_CTOR_##name] = { ctor, dtor },
#include "slab-ctors.def"
#undef SLAB_CTOR
};

void construct_object(const struct kmem_cache *s, void *object)
{
	if (s->ctor)
		constructors[s->ctor].ctor(object, s->object_size);
}

void destroy_object(const struct kmem_cache *s, void *object)
{
	if (s->ctor && constructors[s->ctor].dtor)
		constructors[s->ctor].dtor(object, s->object_size);
}

/* ---- Frames ---- */

struct slab *virt_to_slab(const void *addr)
{
	struct page *page = compound_head(virt_to_page(addr));

	return PageSlab(page) ? (struct slab *)page : NULL;
}

struct kmem_cache *virt_to_cache(const void *object)
{
	struct slab *slab = virt_to_slab(object);

	return slab ? slab->slab_cache : NULL;
}

static void account_slab(const struct kmem_cache *s, struct slab *slab, long nr)
{
	enum node_stat_item item = s->flags & SLAB_RECLAIM_ACCOUNT ? NR_SLAB_RECLAIMABLE_B
								   : NR_SLAB_UNRECLAIMABLE_B;

	__mod_node_page_state(NODE_DATA(slab_nid(slab)), item, nr * (long)PAGE_SIZE);
}

struct slab *kmem_getpages(struct kmem_cache *s, gfp_t flags, unsigned int order, int nid)
{
	struct page *page = nid == NUMA_NO_NODE ?
				    alloc_pages(flags | s->allocflags, order) :
				    __alloc_pages(flags | s->allocflags, order, nid, NULL);

	if (!page)
		return NULL;
	account_slab(s, (struct slab *)page, 1L << order);
	SetPageSlab(page);
	return (struct slab *)page;
}

void kmem_freepages(struct kmem_cache *s, struct slab *slab, unsigned int order)
{
	struct page *page = slab_page(slab);

	VM_BUG_ON_PAGE(!PageSlab(page), page);
	account_slab(s, slab, -(1L << order));
	ClearPageSlab(page);
	page_mapcount_reset(page);
	page->mapping = NULL;
	mm_account_reclaimed_pages(1UL << order);
	__free_pages(page, order);
}

/* ---- Creating caches ---- */

static unsigned int calculate_alignment(slab_flags_t flags, unsigned int align, unsigned int size)
{
	/* An object that fits into half a cache line need not have one of its own. */
	if (flags & SLAB_HWCACHE_ALIGN) {
		unsigned int ralign = cache_line_size();

		while (size <= ralign / 2)
			ralign /= 2;
		align = max(align, ralign);
	}
	align = max(align, 8u);
	return ALIGN(align, 8u);
}

static bool is_power_of_2(unsigned int n)
{
	return n && !(n & (n - 1));
}

static size_t name_length(const char *name)
{
	size_t n = 0;

	while (n < KMEM_CACHE_NAME_LEN && name[n] && name[n] != ' ')
		n++;
	return n;
}

/* Can the arguments be granted? */
static bool kmem_cache_sanity_check(const char *name, unsigned int size, unsigned int align,
				    slab_flags_t flags, u32 ctor)
{
	size_t length;

	if (!name)
		return false;
	length = name_length(name);
	if (!length || length == KMEM_CACHE_NAME_LEN || name[length])
		return false;
	if (size < sizeof(void *) || size > KMALLOC_MAX_SIZE || ctor >= NR_SLAB_CTORS)
		return false;
	if (align && (!is_power_of_2(align) || align > PAGE_SIZE))
		return false;
	return !(flags & ~SLAB_FLAGS_PERMITTED);
}

/* A letter as a digit of base 39; 0 ends a name. */
static u32 code_digit(char c)
{
	if (c >= 'a' && c <= 'z')
		return (u32)(c - 'a') + 1;
	if (c >= 'A' && c <= 'Z')
		return (u32)(c - 'A') + 1;
	if (c >= '0' && c <= '9')
		return (u32)(c - '0') + 27;
	return c == '-' ? 37 : 38;
}

/*
 * The first 12 letters of a name in one word, so that events can say which cache they are about. Names
 * are made of small letters, digits, - and _.
 */
static u64 cache_code(const char *name)
{
	u64 code = 0;
	u32 i, end = 0;

	for (i = 0; i < 12; i++) {
		end |= !name[i];
		code = code * 39 + (end ? 0 : code_digit(name[i]));
	}
	return code;
}

static void set_name(struct kmem_cache *s, const char *name)
{
	size_t i;

	for (i = 0; i < KMEM_CACHE_NAME_LEN; i++)
		s->name[i] = 0;
	for (i = 0; i < KMEM_CACHE_NAME_LEN - 1 && name[i]; i++)
		s->name[i] = name[i];
	s->id = ++slab_allocator()->next_cache_id;
	s->code = cache_code(s->name);
}

void create_boot_cache(struct kmem_cache *s, const char *name, unsigned int size,
		       slab_flags_t flags)
{
	unsigned int align = ARCH_KMALLOC_MINALIGN;

	set_name(s, name);
	s->size = s->object_size = size;
	/* Memory of a power of two is aligned to its size. */
	if (is_power_of_2(size))
		align = max(align, size);
	s->align = calculate_alignment(flags, align, size);
	if (slab_kind()->create(s, flags))
		vm_bug(~0UL, "out of memory while the slab allocator comes up");
	s->refcount = -1;
}

struct kmem_cache *create_kmalloc_cache(const char *name, unsigned int size, slab_flags_t flags)
{
	struct slab_allocator *slab = slab_allocator();
	struct kmem_cache *s = __kmem_cache_alloc_node(slab->kmem_cache, GFP_NOWAIT | __GFP_ZERO,
						       NUMA_NO_NODE);

	if (!note_own(s))
		vm_bug(~0UL, "out of memory while the slab allocator comes up");
	create_boot_cache(s, name, size, flags | SLAB_KMALLOC);
	list_add(&s->list, &slab->slab_caches);
	s->refcount = 1;
	return s;
}

static struct kmem_cache *create_cache(const char *name, unsigned int size, unsigned int align,
				       slab_flags_t flags, u32 ctor)
{
	struct slab_allocator *slab = slab_allocator();
	struct kmem_cache *s = __kmem_cache_alloc_node(slab->kmem_cache, GFP_KERNEL | __GFP_ZERO,
						       NUMA_NO_NODE);

	if (!note_own(s))
		return NULL;
	set_name(s, name);
	s->size = s->object_size = size;
	s->align = align;
	s->ctor = ctor;
	if (slab_kind()->create(s, flags)) {
		__kmem_cache_free(slab->kmem_cache, s);
		return NULL;
	}
	s->refcount = 1;
	list_add(&s->list, &slab->slab_caches);
	trace(TRACE_kmem_cache_create, s->code, trace_pack(s->id, s->size),
	      trace_pack(s->num, s->gfporder),
	      trace_pack(slab->kind == SLAB_KIND_SLAB ? s->colour : 0,
			 !!(s->flags & CFLGS_OFF_SLAB)));
	return s;
}

struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     slab_flags_t flags, enum slab_ctor ctor)
{
	struct kmem_cache *s = NULL;

	if (kmem_cache_sanity_check(name, size, align, flags, ctor)) {
		slab_start();
		s = create_cache(name, size, calculate_alignment(flags, align, size), flags, ctor);
	}
	if (!s && flags & SLAB_PANIC)
		vm_bug(~0UL, "failed to create a slab cache that must be");
	return s;
}

void kmem_cache_destroy(struct kmem_cache *s)
{
	if (!s)
		return;
	s->refcount--;
	if (s->refcount)
		return;
	if (slab_kind()->shrink(s)) {
		trace(TRACE_kmem_cache_destroy, s->code, trace_pack(s->id, true), 0, 0);
		s->refcount++;
		return;
	}
	trace(TRACE_kmem_cache_destroy, s->code, trace_pack(s->id, false), 0, 0);
	list_del(&s->list);
	slab_kind()->release(s);
	__kmem_cache_free(slab_allocator()->kmem_cache, s);
}

int kmem_cache_shrink(struct kmem_cache *s)
{
	trace(TRACE_kmem_cache_shrink, s->code, s->id, 0, 0);
	return slab_kind()->shrink(s);
}

unsigned int kmem_cache_size(const struct kmem_cache *s)
{
	return s->object_size;
}

/* ---- Objects ---- */

/* Should this allocation fail, as the script wants to see what the caller does then? */
static bool should_failslab(const struct kmem_cache *s)
{
	struct slab_allocator *slab = slab_allocator();

	if (likely(!slab->fail_countdown) || --slab->fail_countdown)
		return false;
	trace(TRACE_failslab, s->code, 0, 0, 0);
	return true;
}

static void slab_post_alloc_hook(struct kmem_cache *s, gfp_t flags, void *object)
{
	if (flags & __GFP_ZERO)
		clear_memory(object, s->object_size);
	note_allocated(object);
}

void *__kmem_cache_alloc_node(struct kmem_cache *s, gfp_t gfp, int nid)
{
	void *object;

	if (should_failslab(s))
		return NULL;
	object = slab_kind()->alloc(s, gfp, nid);
	if (likely(object))
		slab_post_alloc_hook(s, gfp, object);
	else if (!(gfp & __GFP_NOWARN))
		trace(TRACE_slab_out_of_memory, s->code, trace_pack(s->gfporder, gfp), 0, 0);
	return object;
}

void __kmem_cache_free(struct kmem_cache *s, void *object)
{
	note_freed(object);
	slab_kind()->free(s, object);
}

void *kmem_cache_alloc_node(struct kmem_cache *s, gfp_t gfp, int nid)
{
	void *object = __kmem_cache_alloc_node(s, gfp, nid);

	trace(TRACE_kmem_cache_alloc, object ? object_ref(object) : ~0UL, s->code,
	      trace_pack(s->object_size, gfp), trace_pack(s->size, (u32)nid));
	return object;
}

void *kmem_cache_alloc(struct kmem_cache *s, gfp_t gfp)
{
	return kmem_cache_alloc_node(s, gfp, NUMA_NO_NODE);
}

/* The cache that an object is really from; one that is from none, or from another, is reported. */
static struct kmem_cache *cache_from_obj(struct kmem_cache *s, void *object)
{
	struct kmem_cache *cachep = virt_to_cache(object);

	/* SLOB keeps no notes of that. */
	if (likely(cachep == s) || slab_allocator()->kind == SLAB_KIND_SLOB)
		return s;
	if (cachep)
		report_slab_error(s, object, "object is from another cache");
	else
		report_slab_error(s, object, "object is not from a slab");
	return cachep;
}

void kmem_cache_free(struct kmem_cache *s, void *object)
{
	s = cache_from_obj(s, object);
	if (!s)
		return;
	trace(TRACE_kmem_cache_free, object_ref(object), s->code, 0, 0);
	__kmem_cache_free(s, object);
}

int kmem_cache_alloc_bulk(struct kmem_cache *s, gfp_t gfp, size_t size, void **p)
{
	size_t i;

	for (i = 0; i < size; i++) {
		p[i] = __kmem_cache_alloc_node(s, gfp, NUMA_NO_NODE);
		if (!p[i]) {
			kmem_cache_free_bulk(s, i, p);
			return 0;
		}
	}
	return (int)size;
}

void kmem_cache_free_bulk(struct kmem_cache *s, size_t size, void **p)
{
	size_t i;

	for (i = 0; i < size; i++)
		kmem_cache_free(s, p[i]);
}
