/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * struct page: one for every page frame of the machine, 64 bytes each, in one
 * array (mem_map) indexed by page frame number.
 *
 * Who uses a frame decides what most of the fields mean. Today that is the
 * page allocator: a free block is described by the struct page of its first
 * frame (the head), whose buddy_list links it and whose private holds its order;
 * the other frames of the block (tails) say nothing.
 *
 * Linux counterpart: include/linux/mm_types.h. Sizes and offsets are those of
 * x86-64; memcg_data's place is taken by struct page_owner (see there).
 */
#ifndef MM_MM_TYPES_H
#define MM_MM_TYPES_H

#include "list.h"
#include "types.h"

/* The simulated CPUs take turns, so a plain integer is atomic here. */
typedef struct {
	s32 counter;
} atomic_t;

static inline s32 atomic_read(const atomic_t *v)
{
	return v->counter;
}

static inline void atomic_set(atomic_t *v, s32 i)
{
	v->counter = i;
}

/* What a frame is used for, as far as the page allocator knows. */
enum page_owner_kind {
	OWNER_NONE,	/* a hole (if page_type is zero, too), a free or a tail page */
	OWNER_PCP,	/* head of a block on a per-CPU list */
	OWNER_ALLOCATED, /* head of a block that was handed out */
	OWNER_LEAKED,	/* head of a block that nobody can give back any more */
	OWNER_UNKNOWN,	/* single frame that was in use before a recording began */
	OWNER_RESERVED,	/* single frame: kept by firmware */
	OWNER_KERNEL,	/* single frame: image of the kernel */
	OWNER_MEMMAP,	/* single frame: mem_map itself */
};

/*
 * A note about a block, kept in the struct page of its head for those who look
 * at the machine; the allocator never decides by it. The kernel can keep
 * the like with CONFIG_PAGE_OWNER. Tails have none, so the block that holds a
 * frame is found by looking at the possible heads, order by order.
 */
struct page_owner {
	u32 slot;		/* script slot that holds the block, plus 1; 0 = none */
	u8 kind;		/* enum page_owner_kind */
	u8 order;		/* of the block */
	u8 migratetype;		/* asked for by the allocation, or of the list a free block is on */
	u8 pad;
};

struct page {
	unsigned long flags;	/* PG_* at the bottom, node and zone at the top: page-flags.h */
	union {
		struct {
			union {
				struct list_head lru;		/* on a list of pages to free or reclaim */
				struct list_head buddy_list;	/* head of a free block: on a free list */
				struct list_head pcp_list;	/* on a per-CPU list */
				struct {			/* unevictable: on no list */
					void *__filler;		/* where next was: even, so no tail's link */
					unsigned int mlock_count; /* mlocked mappings */
				};
			};
			void *mapping;		/* whose contents these are; TAIL_MAPPING in tails */
			unsigned long index;	/* pageblock's type while on a per-CPU list */
			unsigned long private;	/* order, in the head of a free block */
		};
		struct {		/* tails of a compound page */
			unsigned long compound_head;	/* address of the head, bit 0 set */
			/* first tail only: */
			u8 compound_dtor;
			u8 compound_order;
			u16 compound_pad;	/* 0, so that nothing is left of a list's pointer */
			atomic_t compound_mapcount;
			atomic_t compound_pincount;
			u32 compound_nr;	/* 1 << compound_order */
		};
		struct {		/* second tail of a huge page */
			unsigned long _compound_pad_1;	/* compound_head */
			unsigned long _compound_pad_2;
			struct list_head deferred_list;	/* in deferred_split_queue, or on no list */
		};
	};
	union {
		atomic_t _mapcount;	/* page table entries that point here, minus 1 */
		u32 page_type;		/* PG_buddy and the like, for pages that cannot be mapped */
	};
	atomic_t _refcount;	/* users; 0 = free */
	struct page_owner owner;
};

_Static_assert(sizeof(struct page) == 64, "struct page is one cache line");
_Static_assert(offsetof(struct page, private) == 40, "as on x86-64");
_Static_assert(offsetof(struct page, deferred_list) == 24, "as on x86-64");
_Static_assert(offsetof(struct page, _refcount) == 52, "as on x86-64");

/* How a compound page is freed: compound_dtor, with the kernel's values (2 is for hugetlbfs). */
enum compound_dtor_id {
	NULL_COMPOUND_DTOR,
	COMPOUND_PAGE_DTOR,
	TRANSHUGE_PAGE_DTOR = 3,
};

/* mapping of a compound page's tails, so that using it is noticed. */
#define TAIL_MAPPING ((void *)(0x400 + 0xdead000000000000UL))

#endif
