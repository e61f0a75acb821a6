/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the slab allocators share and nobody else needs.
 *
 * Linux counterpart: mm/slab.h.
 */
#ifndef MM_SLAB_INTERNAL_H
#define MM_SLAB_INTERNAL_H

#include "internal.h"
#include "percpu.h"
#include "slab.h"
#include "vmstat.h"

#define KMALLOC_SHIFT_LOW_SLAB 5	/* SLAB numbers objects with a byte: none below 16 bytes */
#define KMALLOC_SHIFT_LOW_SLUB 3
#define KMALLOC_MAX_CACHE_SIZE (1UL << KMALLOC_SHIFT_HIGH)
#define KMALLOC_MAX_ORDER      (KMALLOC_SHIFT_MAX - PAGE_SHIFT)
#define ARCH_KMALLOC_MINALIGN  8u
#define ARCH_KMALLOC_FLAGS     SLAB_HWCACHE_ALIGN
#define cache_line_size()      64u

/* Flags of a request that a slab's frames take over. */
#define GFP_RECLAIM_MASK                                                                           \
	(__GFP_RECLAIM | __GFP_HIGH | __GFP_IO | __GFP_FS | __GFP_NOWARN | __GFP_RETRY_MAYFAIL |   \
	 __GFP_NOFAIL | __GFP_NORETRY | __GFP_MEMALLOC | __GFP_NOMEMALLOC | __GFP_ATOMIC)
#define GFP_CONSTRAINT_MASK (__GFP_HARDWALL | __GFP_THISNODE)

/* Flags that make no sense here: the kernel must be able to reach its objects at any time. */
#define GFP_SLAB_BUG_MASK (__GFP_DMA32 | __GFP_HIGHMEM | ~__GFP_BITS_MASK)

static inline struct slab_allocator *slab_allocator(void)
{
	return &this_machine->slab;
}

#define for_each_cache(s)                                                                          \
	list_for_each_entry(s, &slab_allocator()->slab_caches, list)

#define for_each_kmem_cache_node(s, nid, n)                                                        \
	for ((nid) = 0; (nid) < nr_online_nodes(); (nid)++)                                        \
		if (((n) = (s)->node[nid]))

/* An object as events name it: its physical address. */
static inline u64 object_ref(const void *object)
{
	return virt_to_phys(object);
}

/* ---- Slabs and their frames ---- */

static inline struct page *slab_page(struct slab *slab)
{
	return (struct page *)slab;
}

static inline u8 *slab_address(struct slab *slab)
{
	return page_address(slab_page(slab));
}

static inline int slab_nid(struct slab *slab)
{
	return page_to_nid(slab_page(slab));
}

/* Frames for a slab, marked as such and counted; NULL without memory. */
struct slab *kmem_getpages(struct kmem_cache *s, gfp_t flags, unsigned int order, int nid);
void kmem_freepages(struct kmem_cache *s, struct slab *slab, unsigned int order);

/* ---- Who has an object: a note beside the RAM, for those who look at the machine ---- */

/*
 * 0 = free; 1 = allocated during boot, or by the allocator for itself; else the operation that
 * allocated it, plus 2, and NOTE_SCRIPT if that operation has it in a slot.
 */
#define NOTE_OWN    1u
#define NOTE_SCRIPT 0x80000000u

/*
 * A page of SLOB does not tell whose objects it holds. So the second note of one of a cache, of 16 bytes or more,
 * is the cache's number with this bit, which is in no other note without NOTE_SCRIPT.
 */
#define NOTE_CACHE  0x40000000u

static inline u32 *object_note(const void *object)
{
	return &this_machine->object_notes[((const u8 *)object - this_machine->ram) >> 3];
}

static inline void note_allocated(const void *object)
{
	*object_note(object) =
		this_machine->booted ? ((u32)this_machine->op_index & ~(NOTE_SCRIPT | NOTE_CACHE)) + 2 : NOTE_OWN;
}

/* What the allocator takes for itself is nobody's leak. Returns @object, which may be NULL. */
static inline void *note_own(void *object)
{
	if (object)
		*object_note(object) = NOTE_OWN;
	return object;
}

static inline void note_freed(const void *object)
{
	*object_note(object) = 0;
}

/* ---- Constructors ---- */

void ctor_list_head(void *object, unsigned int size);
void ctor_zero(void *object, unsigned int size);
void ctor_counted(void *object, unsigned int size);
void dtor_counted(void *object, unsigned int size);

void construct_object(const struct kmem_cache *s, void *object);
void destroy_object(const struct kmem_cache *s, void *object);

/* ---- The three allocators ---- */

/* An allocator, as slab_common.c sees it. */
struct slab_kind_operations {
	/* Brings the allocator up: kmem_cache, then the kmalloc caches. */
	void (*init)(void);
	/* Finishes a cache whose name, sizes and constructor are set. Returns 0 or -errno. */
	int (*create)(struct kmem_cache *s, slab_flags_t flags);
	/* Gives back what can be; 0 if nothing is in use. */
	int (*shrink)(struct kmem_cache *s);
	/* Frees what belongs to the cache apart from slabs. */
	void (*release)(struct kmem_cache *s);
	void *(*alloc)(struct kmem_cache *s, gfp_t flags, int nid);
	void (*free)(struct kmem_cache *s, void *object);
};

const struct slab_kind_operations *slab_kind(void);

/* ---- slab_common.c ---- */

void create_boot_cache(struct kmem_cache *s, const char *name, unsigned int size,
		       slab_flags_t flags);
struct kmem_cache *create_kmalloc_cache(const char *name, unsigned int size, slab_flags_t flags);
void create_kmalloc_caches(slab_flags_t flags);
struct kmem_cache *kmalloc_slab(size_t size, gfp_t flags);
const char *kmalloc_cache_name(enum kmalloc_cache_type type, unsigned int index);
unsigned int kmalloc_index(size_t size);
unsigned int get_order(size_t size);
gfp_t kmalloc_fix_flags(gfp_t flags);
/* kmem_cache_alloc_node() without what is done for callers from outside. */
void *__kmem_cache_alloc_node(struct kmem_cache *s, gfp_t gfp, int nid);
void __kmem_cache_free(struct kmem_cache *s, void *object);
/* Has the machine's allocator come up, when it is first needed. */
void slab_start(void);

/* ---- slab.c, slab_cache.c, slab_reap.c: SLAB ---- */

/* Ticks between two rounds of the reaper on a CPU, and between two looks at a node's slabs. */
#define REAPTIMEOUT_AC	 (2 * 250UL)
#define REAPTIMEOUT_NODE (4 * 250UL)

static inline unsigned long jiffies(void)
{
	return slab_allocator()->reap_rounds[smp_processor_id()] * REAPTIMEOUT_AC;
}

static inline void *index_to_obj(const struct kmem_cache *s, const struct slab *slab,
				 unsigned int idx)
{
	return (u8 *)slab->s_mem + (unsigned long)s->size * idx;
}

static inline unsigned int obj_to_index(const struct kmem_cache *s, const struct slab *slab,
					const void *objp)
{
	return (unsigned int)((const u8 *)objp - (const u8 *)slab->s_mem) / s->size;
}

static inline freelist_idx_t get_free_obj(const struct slab *slab, unsigned int idx)
{
	return ((const freelist_idx_t *)slab->freelist)[idx];
}

void *slab_alloc_node(struct kmem_cache *s, gfp_t flags, int nid);
void ___cache_free(struct kmem_cache *s, void *objp);
void free_block(struct kmem_cache *s, void **objpp, unsigned int nr, int nid,
		struct list_head *list);
void slabs_destroy(struct kmem_cache *s, struct list_head *list);
unsigned int drain_freelist(struct kmem_cache *s, struct kmem_cache_node *n, unsigned int tofree);
void drain_alien_cache(struct kmem_cache *s, struct alien_cache **alien);
void __drain_alien_cache(struct kmem_cache *s, struct array_cache *ac, int nid,
			 struct list_head *list);

int slab_cache_create(struct kmem_cache *s, slab_flags_t flags);
int slab_cache_shrink(struct kmem_cache *s);
void slab_cache_release(struct kmem_cache *s);
void slab_init(void);
void cache_reap(void);

static inline struct array_cache *cpu_cache_get(struct kmem_cache *s)
{
	return per_cpu_ptr(s->cpu_cache, smp_processor_id());
}

int slab_tune_cpucache(struct kmem_cache *s, unsigned int limit, unsigned int batchcount,
		       unsigned int shared, gfp_t gfp);

/* ---- slub.c, slub_cache.c: SLUB ---- */

void slub_init(void);
int slub_cache_create(struct kmem_cache *s, slab_flags_t flags);
int slub_cache_shrink(struct kmem_cache *s);
void slub_cache_release(struct kmem_cache *s);
void *slub_alloc_node(struct kmem_cache *s, gfp_t flags, int nid);
void slub_free(struct kmem_cache *s, void *object);

/* ---- slob.c: SLOB ---- */

void slob_init(void);
int slob_cache_create(struct kmem_cache *s, slab_flags_t flags);
int slob_cache_shrink(struct kmem_cache *s);
void slob_cache_release(struct kmem_cache *s);
void *slob_alloc_node(struct kmem_cache *s, gfp_t flags, int nid);
void slob_cache_free(struct kmem_cache *s, void *object);
void *slob_kmalloc(size_t size, gfp_t gfp, int nid);
void slob_kfree(void *object);
size_t slob_ksize(const void *object);

/* ---- slub_debug.c ---- */

/* The operation, plus 2, that freed an object of SLUB last; 0: not known. */
u64 slub_last_user(const struct kmem_cache *s, void *object);

/* ---- slab_debug.c ---- */

/* Tells of a mistake with an object (@reason is one of bugs.def). */
void report_slab_error(struct kmem_cache *s, void *object, const char *reason);


#define RED_INACTIVE 0x09f911029d74e35bUL	/* in the red zones of a free object */
#define RED_ACTIVE   0xd84156c5635688c0UL	/* of one in use */
#define POISON_INUSE 0x5a	/* fills an object just allocated */
#define POISON_FREE  0x6b	/* fills a free object */
#define POISON_END   0xa5	/* last byte of one */

static inline bool slab_debugged(const struct kmem_cache *s)
{
	return unlikely(s->flags & SLAB_DEBUG_FLAGS);
}

void poison_obj(struct kmem_cache *s, void *objp, u8 val);
void cache_init_objs_debug(struct kmem_cache *s, struct slab *slab);
void *cache_alloc_debugcheck_after(struct kmem_cache *s, void *objp);
void *cache_free_debugcheck(struct kmem_cache *s, void *objp);
void slab_destroy_debugcheck(struct kmem_cache *s, struct slab *slab);
void slab_put_obj_debugcheck(struct kmem_cache *s, struct slab *slab, unsigned int objnr);

#endif
