/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How readers find their way in the slab allocators' structures. All of these
 * return NULL where a pointer leads nowhere; what they return lies in the arena
 * that is being read.
 */
#ifndef MM_SLAB_READER_H
#define MM_SLAB_READER_H

#include "reader.h"
#include "slab_internal.h"

/* Memory that a pointer kept in the arena leads to, if @size bytes of it lie in the arena. */
const void *reader_at(const struct machine *m, const void *kept, u64 size);

/* The physical address that a kept pointer stands for; ~0 if it does not point into the RAM. */
u64 reader_phys(const struct machine *m, const void *kept);

/* @size bytes of RAM at a physical address; NULL where there are none. */
static inline const u8 *ram_at(const struct machine *m, u64 addr, u64 size)
{
	u64 ram = m->max_pfn << PAGE_SHIFT;

	return addr < ram && size <= ram - addr ? (const u8 *)m + m->layout.ram + addr : NULL;
}

/* The cache after @s, or the first; NULL at the end. @steps, 0 at first, bounds the walk. */
const struct kmem_cache *next_cache(const struct machine *m, const struct kmem_cache *s, u32 *steps);
const struct kmem_cache *find_cache(const struct machine *m, u32 id);
const struct kmem_cache_node *cache_node(const struct machine *m, const struct kmem_cache *s, u32 nid);

/* An array, with at most as many entries as lie in the arena. */
const struct array_cache *reader_array(const struct machine *m, const void *kept);
const struct array_cache *cpu_array(const struct machine *m, const struct kmem_cache *s, u32 cpu);
const struct array_cache *alien_array(const struct machine *m, const struct kmem_cache_node *n, u32 home);
const struct kmem_cache_cpu *cpu_slab(const struct machine *m, const struct kmem_cache *s, u32 cpu);

const struct slab *reader_slab(const struct machine *m, u64 pfn);
const struct kmem_cache *slab_cache_of(const struct machine *m, const struct slab *slab);
const struct list_head *slab_list_head(const struct machine *m, const struct kmem_cache_node *n, u32 list);

/* How many objects a slab has, and where the first one's red zone or bytes begin (physical). */
u32 slab_geometry(const struct machine *m, const struct kmem_cache *s, const struct slab *slab, u64 *first);

/* The note about an object: object_note(). */
u32 reader_note(const struct machine *m, u64 addr);

/* Is it of an object in use, and not the second one of an object of SLOB? */
static inline bool note_is_of_object(u32 note)
{
	return note && (note & (NOTE_SCRIPT | NOTE_CACHE)) != NOTE_CACHE;
}

/* The cache that an object of SLOB is of; NULL if that is not known, as of kmalloc() memory. */
const struct kmem_cache *slob_cache_of(const struct machine *m, u64 addr);

/* Frames that slabs and large kmalloc() memory have, what the CPUs have not folded in yet included. */
u64 reader_slab_pages(const struct machine *m, bool reclaimable);

/* Objects on SLUB's list that begins at a free object; at most @limit and one more. */
u32 slub_list_length(const struct machine *m, const struct kmem_cache *s, const void *kept, u32 limit);

#endif
