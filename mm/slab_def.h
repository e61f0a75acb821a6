/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the slab allocators are made of. Part of struct machine; the calls are in slab.h.
 *
 *	kmem_cache	  objects of one kind: how large, how aligned, how many to a slab
 *	slab		  2^gfporder frames cut into objects; lies over the struct page of the first
 *	kmem_cache_node	  a cache's slabs on one node: full, partial, free
 *	array_cache	  a stack of pointers to free objects, for one CPU or shared by a node's
 *
 * Linux counterpart: include/linux/slab_def.h, mm/slab.h, mm/slab.c.
 */
#ifndef MM_SLAB_DEF_H
#define MM_SLAB_DEF_H

#include "machine.h"
#include "mm_types.h"

typedef u32 slab_flags_t;

#define KMEM_CACHE_NAME_LEN 32

/* Which objects of a slab are free: their numbers, those in use before slab->active. */
typedef u8 freelist_idx_t;

#define SLAB_OBJ_MAX_NUM 255	/* objects that a freelist_idx_t can number */
#define SLAB_OBJ_MIN_SIZE 16

/*
 * A slab, in the place of its first frame's struct page. The kernel's fields at the kernel's places:
 * slab_cache lies where others have mapping, active where they have _mapcount.
 */
struct slab {
	unsigned long __page_flags;
	union {
		struct list_head slab_list;	/* on a list of struct kmem_cache_node */
		struct {			/* SLUB: on a CPU's list of partial slabs */
			struct slab *next;
			long slabs;		/* from here to the list's end */
		};
	};
	struct kmem_cache *slab_cache;
	void *freelist;			/* SLAB: array of object numbers; SLUB, SLOB: first free object */
	union {
		void *s_mem;		/* SLAB: first object */
		struct {		/* SLUB */
			u16 inuse;	/* objects that are not on freelist */
			u16 objects;
			u32 frozen;	/* belongs to a CPU, which alone takes from freelist */
		};
		long units;		/* SLOB: free ones, 2 bytes each */
	};
	unsigned int active;		/* SLAB: objects in use or in an array cache */
	atomic_t __page_refcount;
	struct page_owner owner;
};

#define SLAB_MATCH(pg, sl)                                                                         \
	_Static_assert(offsetof(struct page, pg) == offsetof(struct slab, sl), #sl " over " #pg)
SLAB_MATCH(flags, __page_flags);
SLAB_MATCH(compound_head, slab_list);	/* bit 0 must stay clear */
SLAB_MATCH(_mapcount, active);
SLAB_MATCH(_refcount, __page_refcount);
SLAB_MATCH(owner, owner);
#undef SLAB_MATCH
_Static_assert(sizeof(struct slab) == sizeof(struct page), "a slab is a page");

/* Free objects at hand. The last one put in is the first to go: it is still in the CPU's cache. */
struct array_cache {
	unsigned int avail;		/* entries used */
	unsigned int limit;		/* with so many, a batch goes back */
	unsigned int batchcount;	/* entries moved at a time */
	unsigned int touched;		/* used since the reaper came by */
	void *entry[];
};

/* Objects freed here that belong to another node. */
struct alien_cache {
	u64 lock;			/* taken by nobody: the CPUs take turns */
	struct array_cache ac;
};

struct kmem_cache_node {
	union {
		struct {	/* SLAB */
			struct list_head slabs_partial;
			struct list_head slabs_full;
			struct list_head slabs_free;
			unsigned long total_slabs;
			unsigned long free_slabs;	/* length of slabs_free */
			unsigned long free_objects;	/* in slabs, not in arrays */
			unsigned int free_limit;	/* with more, free slabs are given back */
			unsigned int colour_next;
			struct array_cache *shared;
			struct alien_cache **alien;	/* by node */
			unsigned long next_reap;
			unsigned long free_touched;	/* slabs_free was needed since the last reaping */
		};
		struct {	/* SLUB */
			struct list_head partial;
			struct list_head full;		/* with SLAB_STORE_USER */
			unsigned long nr_partial;
			unsigned long nr_slabs;
			unsigned long total_objects;
		};
	};
};

/* Bytes that SLUB takes for one. */
#define SLUB_NODE_SIZE 64

/* Slabs of SLUB are made by one of two plans: order and how many objects that makes. */
struct kmem_cache_order_objects {
	u16 order;
	u16 objects;
};

/* SLUB: what a CPU has of a cache. */
struct kmem_cache_cpu {
	void *freelist;			/* the next object; those after it are linked through themselves */
	struct slab *slab;		/* where they lie; frozen */
	struct slab *partial;		/* more frozen slabs */
	unsigned long tid;		/* counts operations, as the kernel finds out by it that it was moved */
};

struct kmem_cache {
	unsigned int size;		/* from one object to the next, bytes */
	unsigned int object_size;	/* as asked for */
	unsigned int align;
	unsigned int obj_offset;	/* from the start to what the user gets: the first red zone */
	slab_flags_t flags;
	gfp_t allocflags;
	unsigned int num;		/* objects to a slab; SLOB: 0 */
	unsigned int gfporder;
	u32 ctor;			/* enum slab_ctor: the kernel has a pointer to a function */
	int refcount;			/* users, when caches were merged; -1 = must not be */
	u32 id;				/* counts up: tells caches apart over time */
	u32 pad;
	u64 code;			/* name in short, for events: cache_code() */
	char name[KMEM_CACHE_NAME_LEN];
	struct list_head list;		/* on slab_caches */
	union {
		struct {	/* SLAB */
			struct array_cache *cpu_cache;	/* per_cpu_ptr() */
			unsigned int batchcount;
			unsigned int limit;
			unsigned int shared;		/* the shared array holds so many batches */
			unsigned int freelist_size;
			unsigned int colour;		/* how many colours */
			unsigned int colour_off;	/* bytes between two colours */

			/* Statistics (the kernel keeps them with CONFIG_DEBUG_SLAB) */
			unsigned long num_active;
			unsigned long num_allocations;
			unsigned long high_mark;
			unsigned long grown;
			unsigned long reaped;
			unsigned long errors;
			unsigned long max_freeable;
			unsigned long node_allocs;
			unsigned long node_frees;
			unsigned long node_overflow;
			unsigned long allochit;
			unsigned long allocmiss;
			unsigned long freehit;
			unsigned long freemiss;
		};
		struct {	/* SLUB */
			struct kmem_cache_cpu *cpu_slab; /* per_cpu_ptr() */
			unsigned long min_partial;	/* empty slabs that a node keeps */
			unsigned int offset;		/* of the link to the next free object */
			unsigned int inuse;		/* bytes of an object before what debugging adds */
			unsigned int cpu_partial;	/* objects on a CPU's partial list */
			unsigned int cpu_partial_slabs;
			unsigned int red_left_pad;	/* bytes of red zone before an object */
			unsigned long slub_errors;	/* signs of damage that were found */
			struct kmem_cache_order_objects oo;
			struct kmem_cache_order_objects min;
		};
	};
	struct kmem_cache_node *node[MAX_NUMNODES]; /* as many as there are nodes */
};

#define KMALLOC_SHIFT_HIGH (PAGE_SHIFT + 1)
#define KMALLOC_SHIFT_MAX  (PAGE_SHIFT + 10)

enum kmalloc_cache_type {
	KMALLOC_NORMAL,
	KMALLOC_RECLAIM,
	KMALLOC_DMA,
	NR_KMALLOC_TYPES
};

/* How far the allocator has come: it needs memory from itself to come up. */
enum slab_state {
	DOWN,		/* nothing works */
	PARTIAL,	/* kmem_cache is there, with nodes that are no objects */
	PARTIAL_NODE,	/* so is the kmalloc cache from which struct kmem_cache_node come */
	UP,		/* all kmalloc caches are there, with arrays of one entry */
	FULL		/* everything works */
};

#define NUM_INIT_LISTS (2 * MAX_NUMNODES)

/* The lists of a node that a slab can be on. */
enum slab_list {
	SLAB_LIST_FULL,
	SLAB_LIST_PARTIAL,
	SLAB_LIST_FREE,
	NR_SLAB_LISTS
};

/* A chunk of per-CPU memory: one page for each CPU. Lies at its own start. */
struct pcpu_chunk {
	struct list_head list;
	u32 order;			/* of the block of frames */
	u32 free_units;
	u64 used[4];			/* a bit for each unit of PCPU_UNIT bytes */
};

/* What the kernel has in global variables of mm/slab_common.c, mm/slab.c and mm/percpu.c. */
struct slab_allocator {
	u32 state;			/* enum slab_state */
	u32 kind;			/* enum slab_kind */
	u32 max_order;			/* slab_max_order */
	u32 use_alien_caches;
	u32 next_cache_id;
	u32 pad;
	struct list_head slab_caches;
	struct kmem_cache *kmem_cache;
	struct kmem_cache *kmem_cache_node;	/* SLUB: where struct kmem_cache_node come from */
	struct kmem_cache *kmalloc_caches[NR_KMALLOC_TYPES][KMALLOC_SHIFT_HIGH + 1];
	struct kmem_cache kmem_cache_boot;	/* the first cache cannot come from itself */
	struct kmem_cache kmem_cache_node_boot;	/* SLUB: nor can the second */
	struct list_head free_slob[3];		/* SLOB: pages with room, for small, medium and large */
	struct kmem_cache_node init_kmem_cache_node[NUM_INIT_LISTS];
	unsigned long reap_rounds[NR_CPUS];
	u32 reap_node[NR_CPUS];		/* whose alien cache the next round looks at */
	struct list_head pcpu_chunks;
	unsigned long pcpu_pages;
	u32 next_pool_id;
	u32 pad2;
	u64 fail_countdown;		/* the so-manieth allocation from now on fails; 0 = none */
};

#endif
