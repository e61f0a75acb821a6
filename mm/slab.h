/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The slab allocators: memory for the kernel's own objects, many to a frame.
 *
 * All memory they hand out lies in frames of the simulated RAM, so pointers to objects
 * are pointers into the arena and may be kept in it. Which of SLAB, SLUB and SLOB stands behind the
 * calls is up to the machine's configuration (machine_config.slab).
 *
 * The allocator comes up with the first call of kmem_cache_create() or kmalloc(), unless the
 * configuration names one: a machine that needs no objects pays for none.
 *
 * Linux counterpart: include/linux/slab.h and mm/slab.h.
 */
#ifndef MM_SLAB_H
#define MM_SLAB_H

#include "gfp.h"
#include "slab_def.h"

/* ---- Flags of a cache, with the kernel's values ---- */

#define SLAB_CONSISTENCY_CHECKS 0x00000100u /* SLUB: check on every call */
#define SLAB_RED_ZONE		0x00000400u /* debug: words around objects that must not change */
#define SLAB_POISON		0x00000800u /* debug: fill free objects with a pattern */
#define SLAB_KMALLOC		0x00001000u /* a cache of kmalloc() */
#define SLAB_HWCACHE_ALIGN	0x00002000u /* align objects to cache lines */
#define SLAB_CACHE_DMA		0x00004000u /* frames from ZONE_DMA */
#define SLAB_CACHE_DMA32	0x00008000u
#define SLAB_STORE_USER		0x00010000u /* debug: note who allocated or freed last */
#define SLAB_RECLAIM_ACCOUNT	0x00020000u /* objects can be reclaimed */
#define SLAB_PANIC		0x00040000u /* creating the cache must not fail */
#define SLAB_TYPESAFE_BY_RCU	0x00080000u /* frames are given back only when no reader is left */
#define SLAB_MEM_SPREAD		0x00100000u
#define SLAB_TRACE		0x00200000u
#define SLAB_NOLEAKTRACE	0x00800000u
#define SLAB_ACCOUNT		0x04000000u
#define SLAB_NO_USER_FLAGS	0x10000000u

/* Set by the allocator: where a slab keeps its list of free objects, if not at its end. */
#define CFLGS_OBJFREELIST_SLAB	0x40000000u /* in its last free object */
#define CFLGS_OFF_SLAB		0x80000000u /* in an object of a kmalloc cache */

#define SLAB_DEBUG_FLAGS (SLAB_RED_ZONE | SLAB_POISON | SLAB_STORE_USER)

/* Flags that a caller may ask for. */
#define SLAB_FLAGS_PERMITTED                                                                       \
	(SLAB_HWCACHE_ALIGN | SLAB_CACHE_DMA | SLAB_CACHE_DMA32 | SLAB_PANIC |                     \
	 SLAB_TYPESAFE_BY_RCU | SLAB_DEBUG_FLAGS | SLAB_TRACE | SLAB_CONSISTENCY_CHECKS |          \
	 SLAB_MEM_SPREAD | SLAB_NOLEAKTRACE | SLAB_RECLAIM_ACCOUNT | SLAB_ACCOUNT |                \
	 SLAB_NO_USER_FLAGS)

/* ---- Constructors ---- */

/*
 * What is done to each object when its slab is made (ctor) and before the slab goes (dtor). The
 * arena holds no pointers to functions, so caches name a row of slab-ctors.def.
 */
enum slab_ctor {
	SLAB_CTOR_none,
#define SLAB_CTOR(name, ctor, dtor) SLAB_CTOR_##name,
#include "slab-ctors.def"
#undef SLAB_CTOR
	NR_SLAB_CTORS
};

/* ---- Caches ---- */

/* At boot: brings the allocator up that the configuration names, if it names one. */
void kmem_cache_init(void);

/**
 * kmem_cache_create - make a cache of objects of one kind
 * @name: for /proc/slabinfo; copied; at most 31 bytes, without blanks
 * @size: of an object, in bytes
 * @align: its alignment, in bytes, a power of two; 0 = that of a word
 * @flags: SLAB_*
 * @ctor: enum slab_ctor; SLAB_CTOR_none for none
 *
 * Returns the cache, or NULL: no memory, or arguments that make no sense (with SLAB_PANIC the machine
 * stops then). Caches are never merged, as with the kernel's slab_nomerge.
 */
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     slab_flags_t flags, enum slab_ctor ctor);

/*
 * Ends a cache. One that still has objects in use stays, and is reported (event kmem_cache_busy).
 * NULL is allowed.
 */
void kmem_cache_destroy(struct kmem_cache *s);

/* Gives back all slabs without objects in use. Returns 0 if no slab is left. */
int kmem_cache_shrink(struct kmem_cache *s);

/* What an object has room for, as asked for at creation, in bytes. */
unsigned int kmem_cache_size(const struct kmem_cache *s);

/* ---- Objects ---- */

/* Returns an object with any contents (constructed, if the cache has a constructor), or NULL. */
void *kmem_cache_alloc(struct kmem_cache *s, gfp_t gfp);

/* From a node, or near it unless __GFP_THISNODE. @node NUMA_NO_NODE: that of the CPU. */
void *kmem_cache_alloc_node(struct kmem_cache *s, gfp_t gfp, int node);

/* Returns a cleared object, or NULL. */
static inline void *kmem_cache_zalloc(struct kmem_cache *s, gfp_t gfp)
{
	return kmem_cache_alloc(s, gfp | __GFP_ZERO);
}

/* Gives back an object of this cache. NULL is not allowed. */
void kmem_cache_free(struct kmem_cache *s, void *object);

/* @size objects into @p (in the arena or on the stack): all of them, or none. Returns how many. */
int kmem_cache_alloc_bulk(struct kmem_cache *s, gfp_t gfp, size_t size, void **p);
void kmem_cache_free_bulk(struct kmem_cache *s, size_t size, void **p);

/* ---- Memory of any size ---- */

#define NUMA_NO_NODE (-1)

/* What kmalloc(0) returns: not NULL, and not to be used. */
#define ZERO_SIZE_PTR	     ((void *)16)
#define ZERO_OR_NULL_PTR(x) ((unsigned long)(x) <= (unsigned long)ZERO_SIZE_PTR)

#define KMALLOC_MAX_SIZE (1UL << KMALLOC_SHIFT_MAX)

/*
 * Returns @size bytes from the smallest class that has room (see kmalloc_info[]), above 8 KiB
 * whole frames; NULL without memory. Aligned to 8, powers of two to their size.
 */
void *kmalloc(size_t size, gfp_t gfp);
void *kmalloc_node(size_t size, gfp_t gfp, int node);

static inline void *kzalloc(size_t size, gfp_t gfp)
{
	return kmalloc(size, gfp | __GFP_ZERO);
}

/* An array of @n elements of @size bytes, cleared; NULL also if the product is too large. */
static inline void *kcalloc(size_t n, size_t size, gfp_t gfp)
{
	return size && n > KMALLOC_MAX_SIZE / size ? NULL : kzalloc(n * size, gfp);
}

/* Frees what kmalloc() or kmem_cache_alloc() returned. NULL is allowed. */
void kfree(const void *object);

/* Bytes that may be used of what kmalloc() returned. */
size_t ksize(const void *object);

/* ---- Slabs ---- */

/* The slab that memory belongs to; NULL if it is none. @addr must lie in the simulated RAM. */
struct slab *virt_to_slab(const void *addr);

/* The cache whose object this is; NULL if it is none. */
struct kmem_cache *virt_to_cache(const void *object);

/* Has the allocator come up, so that objects can be had? */
bool slab_is_available(void);

#endif
