// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * memblock: who owns which memory before the page allocator exists.
 *
 * Two short sorted arrays, what memory there is and what of it is reserved.
 * The kernel's image, the low pages that firmware uses, and mem_map are
 * reserved; in the end everything else is freed to the page allocator in the
 * largest blocks that alignment allows.
 *
 * Linux counterpart: mm/memblock.c.
 */
#include "internal.h"

/* A free range: memory that is not reserved. Set to zero, then ask for the next one. */
struct mem_range {
	phys_addr_t start;
	phys_addr_t end;
	u32 region; /* of memblock.memory */
};

static int memblock_add_range(struct memblock_type *type, phys_addr_t base, phys_addr_t size,
			      u32 nid, enum page_owner_kind kind)
{
	u32 i;

	if (type->cnt == INIT_MEMBLOCK_REGIONS)
		return -ENOSPC;
	for (i = type->cnt; i > 0 && type->regions[i - 1].base > base; i--)
		type->regions[i] = type->regions[i - 1];
	type->regions[i].base = base;
	type->regions[i].size = size;
	type->regions[i].nid = nid;
	type->regions[i].kind = kind;
	type->cnt++;
	return 0;
}

int memblock_add_node(phys_addr_t base, phys_addr_t size, u32 nid)
{
	return memblock_add_range(&this_machine->memblock.memory, base, size, nid, OWNER_NONE);
}

/* Takes [base, base + size) out of the memory there is; a region may be cut in two. */
int memblock_remove(phys_addr_t base, phys_addr_t size)
{
	struct memblock_type *memory = &this_machine->memblock.memory;
	phys_addr_t end = base + size;
	int ret = 0;
	u32 i;

	for (i = 0; i < memory->cnt && !ret; i++) {
		struct memblock_region *r = &memory->regions[i];
		phys_addr_t r_end = r->base + r->size;

		if (r->base >= end || r_end <= base)
			continue;
		if (r_end > end && r->base < base)
			ret = memblock_add_node(end, r_end - end, r->nid);
		if (r->base >= base)
			r->base = min(end, r_end);
		else
			r_end = base;
		r->size = r_end - r->base;
	}
	return ret;
}

int memblock_reserve(phys_addr_t base, phys_addr_t size, enum page_owner_kind kind)
{
	return memblock_add_range(&this_machine->memblock.reserved, base, size, 0, kind);
}

/* Finds the first stretch in [*start, *end) that is not reserved, and narrows the range to it. */
static bool first_unreserved(phys_addr_t *start, phys_addr_t *end)
{
	const struct memblock_type *reserved = &this_machine->memblock.reserved;
	u32 i;

	for (i = 0; i < reserved->cnt; i++) {
		const struct memblock_region *r = &reserved->regions[i];

		if (r->base + r->size <= *start)
			continue;
		if (r->base > *start) {
			*end = min(*end, r->base);
			break;
		}
		*start = r->base + r->size;
	}
	return *start < *end;
}

static bool next_free_mem_range(struct mem_range *range)
{
	const struct memblock_type *memory = &this_machine->memblock.memory;

	for (; range->region < memory->cnt; range->region++) {
		const struct memblock_region *r = &memory->regions[range->region];
		phys_addr_t start = max(range->end, r->base);
		phys_addr_t end = r->base + r->size;

		if (start < end && first_unreserved(&start, &end)) {
			range->start = start;
			range->end = end;
			return true;
		}
	}
	return false;
}

#define for_each_free_mem_range(range) \
	for ((range) = (struct mem_range){ 0, 0, 0 }; next_free_mem_range(&(range));)

phys_addr_t memblock_phys_alloc_range(phys_addr_t size, phys_addr_t start, phys_addr_t end,
				      enum page_owner_kind kind)
{
	struct mem_range range;
	phys_addr_t found = 0;

	for_each_free_mem_range(range) {
		phys_addr_t lo = max(range.start, start);
		phys_addr_t hi = min(range.end, end);

		if (lo < hi && hi - lo >= size)
			found = hi - size;
	}
	if (!found || memblock_reserve(found, size, kind))
		return 0;
	return found;
}

static void memmap_init_reserved_pages(void)
{
	const struct memblock_type *reserved = &this_machine->memblock.reserved;
	u32 i;

	for (i = 0; i < reserved->cnt; i++) {
		const struct memblock_region *r = &reserved->regions[i];

		reserve_bootmem_region(r->base, r->base + r->size, r->kind);
	}
}

static void __free_pages_memory(unsigned long start, unsigned long end)
{
	while (start < end) {
		unsigned int order = MAX_ORDER - 1;

		if (start)
			order = min(order, (unsigned int)__builtin_ctzl(start));
		while (start + (1UL << order) > end)
			order--;
		__free_pages_core(pfn_to_page(start), order);
		start += 1UL << order;
	}
}

static void reset_all_zones_managed_pages(void)
{
	struct zone *zone;

	for_each_zone(zone)
		zone->managed_pages = 0;
}

void memblock_free_all(void)
{
	struct mem_range range;

	reset_all_zones_managed_pages();
	memmap_init_reserved_pages();
	for_each_free_mem_range(range) {
		unsigned long start_pfn = range.start >> PAGE_SHIFT;
		unsigned long end_pfn = range.end >> PAGE_SHIFT;

		__free_pages_memory(start_pfn, end_pfn);
		this_machine->totalram_pages += end_pfn - start_pfn;
	}
}
