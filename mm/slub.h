/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of SLUB share: slub.c (slabs and their lists), slub_cache.c (how caches are made) and
 * slub_debug.c (marks around objects, and looking at them).
 */
#ifndef MM_SLUB_H
#define MM_SLUB_H

#include "slab_internal.h"

#define SLUB_RED_INACTIVE 0xbb	/* bytes of the red zones of a free object */
#define SLUB_RED_ACTIVE	  0xcc	/* of one in use */
#define __OBJECT_POISON	  0x80000000u	/* flag of a cache: objects themselves may be filled */
#define SLUB_DEBUG_FLAGS  (SLAB_DEBUG_FLAGS | SLAB_CONSISTENCY_CHECKS)

/* Where the objects come from that a CPU goes on with. */
enum slub_source {
	SLUB_FROM_SLAB,		/* freed into its slab by others */
	SLUB_FROM_CPU_PARTIAL,
	SLUB_FROM_NODE,
	SLUB_FROM_NEW_SLAB,
};

static inline bool kmem_cache_debug(const struct kmem_cache *s)
{
	return unlikely(s->flags & SLUB_DEBUG_FLAGS);
}

/* The link as it is, be it sound or not. */
static inline void *slub_read_freepointer(const struct kmem_cache *s, const void *object)
{
	return *(void *const *)((const u8 *)object + s->offset);
}

static inline void set_freepointer(const struct kmem_cache *s, void *object, void *next)
{
	*(void **)((u8 *)object + s->offset) = next;
}

static inline void *get_freepointer(struct kmem_cache *s, void *object)
{
	void *next = *(void **)((u8 *)object + s->offset);

	/* Somebody wrote to a free object: the kernel would go on and fault here. */
	if (unlikely(next && virt_to_phys(next) >= this_machine->max_pfn << PAGE_SHIFT))
		vm_bug(page_to_pfn(virt_to_page(object)), "a free object leads nowhere");
	return next;
}

/* ---- slub.c ---- */

void flush_cpu_slab(struct kmem_cache *s, struct kmem_cache_cpu *c);
struct slab *new_slab(struct kmem_cache *s, gfp_t flags, int nid);
void discard_slab(struct kmem_cache *s, struct slab *slab);
void add_partial(struct kmem_cache *s, struct kmem_cache_node *n, struct slab *slab, bool tail);
void remove_partial(struct kmem_cache_node *n, struct slab *slab);

/* ---- slub_debug.c ---- */

unsigned int slub_debug_layout(struct kmem_cache *s, slab_flags_t *flags);
/* A new slab before it is cut into objects, and each of its objects. */
void slub_setup_slab_debug(struct kmem_cache *s, struct slab *slab);
void slub_setup_object_debug(struct kmem_cache *s, void *object);
/* The one object that is taken without being asked for. */
void slub_setup_used_object(struct kmem_cache *s, void *object);
void *slub_alloc_debug(struct kmem_cache *s, gfp_t flags, int nid);
void slub_free_debug(struct kmem_cache *s, struct slab *slab, void *object);

#endif
