/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What memory there is and what of it is taken, before the page allocator
 * exists. See memblock.c.
 *
 * Linux counterpart: include/linux/memblock.h.
 */
#ifndef MM_MEMBLOCK_H
#define MM_MEMBLOCK_H

#include "mm_types.h"

struct memblock_region {
	phys_addr_t base;	/* bytes */
	phys_addr_t size;
	u32 nid;
	u32 kind;		/* of a reserved one: for what, enum page_owner_kind */
};

/* Enough for the regions of a configuration, cut by holes, and for what each node reserves. */
#define INIT_MEMBLOCK_REGIONS 64

struct memblock_type {
	u32 cnt;
	u32 pad;
	struct memblock_region regions[INIT_MEMBLOCK_REGIONS];	/* ascending, apart */
};

struct memblock {
	struct memblock_type memory;
	struct memblock_type reserved;
};

int memblock_add_node(phys_addr_t base, phys_addr_t size, u32 nid);

/* Takes a range out of the memory there is. */
int memblock_remove(phys_addr_t base, phys_addr_t size);
int memblock_reserve(phys_addr_t base, phys_addr_t size, enum page_owner_kind kind);

/* Takes the highest free stretch of @size bytes below @end and not below @start, or 0. */
phys_addr_t memblock_phys_alloc_range(phys_addr_t size, phys_addr_t start, phys_addr_t end,
				      enum page_owner_kind kind);

/* Hands all memory that is not reserved to the page allocator. */
void memblock_free_all(void);

#endif
