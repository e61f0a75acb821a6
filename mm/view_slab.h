/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a reader may ask about the slab allocators. Part of view.h, which says
 * what holds of all answers.
 *
 * A cache is named by its number (view_kmem_cache.id), which is never used
 * again; a slab by its first page frame; an object by the physical address of
 * what the user of it gets (without a red zone before it).
 */
#ifndef MM_VIEW_SLAB_H
#define MM_VIEW_SLAB_H

#ifndef MM_VIEW_H
#error "Include view.h."
#endif

#define VIEW_CACHE_NAME_LEN 32

/* Where SLAB keeps the numbers of a slab's free objects. */
enum view_freelist_place {
	VIEW_FREELIST_IN_OBJECT,	/* in the slab's last free object */
	VIEW_FREELIST_OFF_SLAB,		/* in an object of a kmalloc cache */
	VIEW_FREELIST_ON_SLAB,		/* at the slab's end */
	VIEW_FREELIST_LINKED,		/* SLUB, SLOB: each free object points to the next */
};

struct view_slab_machine {
	u32 kind;		/* enum slab_kind: SLAB, SLUB or SLOB; 0 while it has not come up */
	u32 nr_caches;
	u64 pages[2];		/* frames in slabs: not reclaimable, reclaimable */
	u64 percpu_pages;	/* frames that hold CPUs' arrays */
	u64 fail_countdown;	/* so many allocations from now one will fail; 0 = none */
	u64 vmalloc_pages;	/* frames that vmalloc() areas hold */
};

void view_slab_machine(const struct machine *m, struct view_slab_machine *out);

struct view_kmem_cache {
	u32 id;
	char name[VIEW_CACHE_NAME_LEN];
	u32 flags;		/* SLAB_* */
	u32 ctor;		/* enum slab_ctor */
	u32 object_size;	/* bytes, as asked for */
	u32 size;		/* bytes from one object to the next */
	u32 align;
	u32 obj_offset;		/* bytes of red zone before an object */
	u32 num;		/* objects to a slab; SLOB: 0 */
	u32 order;		/* of a slab */
	u32 colour;		/* how many different offsets slabs begin with */
	u32 colour_off;		/* bytes between two of them */
	u32 freelist_place;	/* enum view_freelist_place */
	u32 limit, batchcount, shared;	/* SLAB: the arrays */
	/* As /proc/slabinfo counts: what lies in CPUs' arrays is active. */
	u64 active_objs, num_objs, active_slabs, num_slabs, shared_avail;
	u64 used;		/* objects that somebody has */
	u64 in_cpu_arrays;	/* SLAB: free, on CPUs' stacks */
	u64 in_alien_arrays;
	u64 waste;		/* bytes of the slabs that no object can use, and what objects are larger than asked for */
	/* SLAB's statistics */
	u64 num_allocations, high_mark, grown, reaped, errors, max_freeable;
	u64 node_allocs, node_frees, node_overflow;
	u64 allochit, allocmiss, freehit, freemiss;
};

/* All caches, in the order of /proc/slabinfo. Returns how many. */
u32 view_kmem_caches(const struct machine *m, struct view_kmem_cache *out, u32 max);

/* One cache; false if there is none of that number. Walks all its slabs. */
bool view_kmem_cache(const struct machine *m, u32 id, struct view_kmem_cache *out);

/* The cache at a place of that order, from 0; false past the end. */
bool view_kmem_cache_at(const struct machine *m, u32 place, struct view_kmem_cache *out);

/* The number of the cache with a name, 0 = none. */
u32 view_find_kmem_cache(const struct machine *m, const char *name);

/* Lists of a node's slabs. SLUB: partial and full (slabs that belong to a CPU are VIEW_SLABS_CPU). */
enum view_slab_list {
	VIEW_SLABS_FULL,
	VIEW_SLABS_PARTIAL,
	VIEW_SLABS_FREE,
	VIEW_SLABS_CPU,		/* SLUB: nid is the CPU; its slab, then its partial slabs */
	NR_VIEW_SLAB_LISTS
};

struct view_slab {
	u64 pfn;
	u32 cache;		/* number of the cache; SLOB: 0 */
	u8 list;		/* enum view_slab_list */
	u8 order;
	u8 nid;
	u8 frozen;		/* SLUB: belongs to a CPU */
	u32 num;		/* objects */
	u32 active;		/* not in the slab's own free list */
	u32 used;		/* that somebody has */
	u32 colour_offset;	/* bytes before the first object */
	u32 leftover;		/* bytes that no object can use, colour and free list among them */
	u64 freelist;		/* physical address of the array of free objects' numbers, or the first free object; ~0 = none */
};

/* The slabs of one list, head first. Returns how many there are. */
u64 view_slabs(const struct machine *m, u32 cache, u32 nid, enum view_slab_list list,
	       struct view_slab *out, u64 max);

/* The slab that a frame belongs to; false if it belongs to none. */
bool view_slab(const struct machine *m, u64 pfn, struct view_slab *out);

enum view_object_state {
	VIEW_OBJECT_FREE,	/* in its slab */
	VIEW_OBJECT_USED,	/* somebody has it */
	VIEW_OBJECT_IN_CPU,	/* free, in the array (SLUB: the free list) of a CPU */
	VIEW_OBJECT_IN_SHARED,	/* free, in the array that a node's CPUs share */
	VIEW_OBJECT_IN_ALIEN,	/* free, waiting on another node */
	NR_VIEW_OBJECT_STATES
};

struct view_slab_object {
	u64 addr;		/* physical */
	u32 cache;
	u32 index;		/* in its slab */
	u32 size;		/* bytes that the user may use */
	u8 state;		/* enum view_object_state */
	u8 where;		/* CPU or node of the array */
	u8 poisoned;		/* a free object that is filled with the pattern of one */
	u8 damaged;		/* red zones or pattern are not what they should be */
	s64 op;			/* operation that allocated it, -1 = boot; while used */
	s64 last_op;		/* SLAB_STORE_USER: operation that allocated or freed it last; -1 = none */
};

/* All objects of a slab, by number. Returns how many there are. */
u32 view_slab_objects(const struct machine *m, u64 pfn, struct view_slab_object *out, u32 max);

/*
 * SLOB: the pages with room for small, medium and large objects (@list 0, 1, 2), head first; 3: those that
 * have none and are on no list, by address. Returns how many there are; 0 where the allocator is another.
 */
#define VIEW_NR_SLOB_LISTS 4
u64 view_slob_pages(const struct machine *m, u32 list, struct view_slab *out, u64 max);

struct view_slob_block {
	u32 offset, bytes;	/* in its page */
};

/* SLOB: the free blocks of a page, by address. Returns how many there are. */
u32 view_slob_blocks(const struct machine *m, u64 pfn, struct view_slob_block *out, u32 max);

/* The object that lies at a physical address; false if none does. */
bool view_slab_object(const struct machine *m, u64 addr, struct view_slab_object *out);

enum view_array_kind {
	VIEW_ARRAY_CPU,		/* where: CPU. SLUB: the CPU's free list, next object last */
	VIEW_ARRAY_SHARED,	/* where: node */
	VIEW_ARRAY_ALIEN,	/* where: node * MAX_NUMNODES + node that the objects are of */
};

struct view_array {
	u32 avail, limit, batchcount;
	u32 touched;
};

/*
 * An array of free objects, bottom first: the last entry is the next to be taken. Returns how many entries
 * it has; *out is cleared where there is no such array.
 */
u32 view_array_cache(const struct machine *m, u32 cache, enum view_array_kind kind, u32 where,
		     struct view_array *out, u64 *entries, u32 max);

/*
 * Objects that operations of the script allocated into slots and never gave back, by address. With @all
 * also what the kernel has allocated for other operations. Returns how many there are.
 */
u64 view_leaks(const struct machine *m, bool all, struct view_slab_object *out, u64 max);

/*
 * Objects of tasks (task_struct, mm_struct, vm_area_struct, anon_vma_chain, anon_vma) that no task leads to any more,
 * by address; between two operations there are none. Returns how many there are.
 */
u64 view_task_leaks(const struct machine *m, struct view_slab_object *out, u64 max);

/* ---- Names ---- */

/* The name that an event's CACHE_NAME stands for: at most 12 letters. */
void view_cache_name(u64 code, char buf[16]);
const char *view_slab_kind_name(u32 kind);		/* "slab" */
const char *view_slab_list_name(u32 list);		/* "slabs_partial" */
const char *view_object_state_name(u32 state);
const char *view_slab_ctor_name(u32 ctor);
/* SLAB_* flags by their names joined by |. */
size_t view_slab_flags(u32 flags, char *buf, size_t size);
bool view_parse_slab_flags(const char *text, u32 *flags, const char **bad);

#endif
