// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The configuration of a machine: what it must be like, the defaults for what it
 * leaves open, and where everything will lie in the arena.
 *
 * Touches no machine, so it is linked for itself as well as into each build of
 * the core.
 */
#include "fs.h"
#include "mmzone.h"
#include "ops.h"
#include "plan.h"

/* Low memory that firmware keeps using: a 64th of the first region, at most 1 MiB as on x86. */
#define LOW_RESERVED_MIN (64UL << 10)
#define LOW_RESERVED_MAX (1UL << 20)

#define KERNEL_SIZE_MIN (256UL << 10)
#define KERNEL_SIZE_MAX (24UL << 20)

/* Zone boundaries lie between the largest blocks, as no block may belong to two zones. */
#define ZONE_ALIGN (MAX_ORDER_NR_PAGES * PAGE_SIZE)

static int refuse(struct machine_error *error, const char *field, u32 index, const char *expected)
{
	if (error) {
		error->field = field;
		error->index = index;
		error->expected = expected;
	}
	return -EINVAL;
}

static int check_regions(const struct machine_config *c, struct machine_plan *plan,
			 struct machine_error *error)
{
	phys_addr_t end = 0;
	u32 i;

	if (c->nr_regions < 1 || c->nr_regions > MAX_MEMORY_REGIONS)
		return refuse(error, "nr_regions", 0, "1 to 16 regions");
	for (i = 0; i < c->nr_regions; i++) {
		const struct memory_region *r = &c->regions[i];

		if ((r->base | r->size) & (PAGE_SIZE - 1) || !r->size)
			return refuse(error, "regions", i, "base and size in whole pages");
		if (r->base > MACHINE_MAX_RAM || r->size > MACHINE_MAX_RAM - r->base)
			return refuse(error, "regions", i, "an end of at most 64 GiB");
		if (r->base < end)
			return refuse(error, "regions", i,
				      "regions in ascending order that do not overlap");
		if (r->nid >= c->nr_nodes)
			return refuse(error, "regions", i, "the number of a node");
		end = r->base + r->size;
		plan->total += r->size;
	}
	if (plan->total < MACHINE_MIN_RAM)
		return refuse(error, "regions", 0, "at least 4 MiB of RAM");
	plan->end = end;
	return 0;
}

/* A recording's machine may have had more RAM than is worth simulating; what it let programs map shows that. */
static int check_commit_ram(const struct machine_config *c, struct machine_error *error)
{
	if (c->commit_ram & (PAGE_SIZE - 1) || c->commit_ram > 1UL << 46)
		return refuse(error, "commit_ram", 0, "whole pages, at most 64 TiB");
	return 0;
}

static int check_nodes(struct machine_config *c, struct machine_error *error)
{
	u32 i, j;

	for (i = 0; i < c->nr_nodes; i++) {
		for (j = 0; j < c->nr_regions && c->regions[j].nid != i; j++)
			;
		if (j == c->nr_regions)
			return refuse(error, "nr_nodes", i, "memory on each node");
		for (j = 0; j < c->nr_nodes; j++) {
			if (!c->node_distance[i][j])
				c->node_distance[i][j] = i == j ? 10 : 20;
			if (c->node_distance[i][j] < 10 ||
			    (c->node_distance[i][j] == 10) != (i == j))
				return refuse(error, "node_distance", i,
					      "10 to the node itself, 11 to 255 to others");
		}
	}
	for (i = 0; i < c->nr_cpus; i++)
		if (c->cpu_to_node[i] >= c->nr_nodes)
			return refuse(error, "cpu_to_node", i, "the number of a node");
	return 0;
}

static int check_zones(const struct machine_config *c, struct machine_error *error)
{
	if (c->zone_dma_end & (ZONE_ALIGN - 1))
		return refuse(error, "zone_dma_end", 0, "a multiple of 4 MiB");
	if (c->zone_dma32_end & (ZONE_ALIGN - 1) || c->zone_dma32_end < c->zone_dma_end)
		return refuse(error, "zone_dma32_end", 0,
			      "a multiple of 4 MiB, not below the end of zone DMA");
	return 0;
}

static bool region_holds(const struct memory_region *r, phys_addr_t base, phys_addr_t size)
{
	return r->base <= base && size <= r->size && base - r->base <= r->size - size;
}

/* Is there room for @size bytes at @base, in one region and past the low memory? */
static bool has_room(const struct machine_plan *plan, phys_addr_t base, phys_addr_t size)
{
	const struct machine_config *c = &plan->config;
	u32 i;

	if (base < c->regions[0].base + plan->low_reserved)
		return false;
	for (i = 0; i < c->nr_regions; i++)
		if (region_holds(&c->regions[i], base, size))
			return true;
	return false;
}

/*
 * By default the kernel lies at 16 MiB, or at 8, 4, 2 or 1 where that would be in the upper half of
 * a small machine, or else at the start of the first region that is large enough.
 */
static phys_addr_t default_kernel_base(const struct machine_plan *plan, phys_addr_t size)
{
	const struct machine_config *c = &plan->config;
	phys_addr_t low_end = c->regions[0].base + plan->low_reserved, base;
	u32 i;

	for (base = 16UL << 20; base >= 1UL << 20; base /= 2)
		if (base + size <= plan->end / 2 && has_room(plan, base, size))
			return base;
	for (i = 0; i < c->nr_regions; i++) {
		base = max(c->regions[i].base, low_end);
		if (region_holds(&c->regions[i], base, size))
			return base;
	}
	return 0;
}

static int check_kernel(struct machine_plan *plan, struct machine_error *error)
{
	struct machine_config *c = &plan->config;

	if (!c->kernel_size)
		c->kernel_size = ALIGN_DOWN(
			clamp(plan->total / 64, KERNEL_SIZE_MIN, KERNEL_SIZE_MAX), PAGE_SIZE);
	if (c->kernel_size & (PAGE_SIZE - 1) || c->kernel_size > plan->total / 2)
		return refuse(error, "kernel_size", 0, "whole pages, at most half of the RAM");

	plan->low_reserved = clamp(c->regions[0].size / 64, LOW_RESERVED_MIN, LOW_RESERVED_MAX);
	plan->low_reserved = min(ALIGN_DOWN(plan->low_reserved, PAGE_SIZE), c->regions[0].size);

	if (!c->kernel_base)
		c->kernel_base = default_kernel_base(plan, c->kernel_size);
	if (c->kernel_base & (PAGE_SIZE - 1) || !has_room(plan, c->kernel_base, c->kernel_size))
		return refuse(error, "kernel_base", 0,
			      "an address where the kernel's image lies in one region, past the "
			      "low memory that is reserved");
	return 0;
}

static int check_tunables(struct machine_config *c, struct machine_error *error)
{
	static const u32 default_ratio[4] = { 256, 256, 32, 0 };
	u32 i, any = 0;

	if (!c->watermark_scale_factor)
		c->watermark_scale_factor = 10;
	if (c->watermark_scale_factor > 3000)
		return refuse(error, "watermark_scale_factor", 0, "1 to 3000");
	if (!c->watermark_boost_factor)
		c->watermark_boost_factor = 15000;
	if (c->watermark_boost_factor < -1)
		return refuse(error, "watermark_boost_factor", 0, "-1, or 1 or more");
	if (c->min_free_kbytes > MACHINE_MAX_RAM >> 10)
		return refuse(error, "min_free_kbytes", 0, "at most 64 GiB");
	if (c->percpu_pagelist_high_fraction > 1U << 30 ||
	    (c->percpu_pagelist_high_fraction && c->percpu_pagelist_high_fraction < 8))
		return refuse(error, "percpu_pagelist_high_fraction", 0, "0, or 8 or more");
	for (i = 0; i < 4; i++) {
		any |= c->lowmem_reserve_ratio[i];
		if (c->lowmem_reserve_ratio[i] > 1U << 30)
			return refuse(error, "lowmem_reserve_ratio", i, "at most 1073741824");
	}
	for (i = 0; !any && i < 4; i++)
		c->lowmem_reserve_ratio[i] = default_ratio[i];
	return 0;
}

void copy_config(struct machine_config *to, const struct machine_config *from)
{
	u32 i, j;

	to->nr_regions = from->nr_regions;
	for (i = 0; i < MAX_MEMORY_REGIONS && i < from->nr_regions; i++) {
		to->regions[i].base = from->regions[i].base;
		to->regions[i].size = from->regions[i].size;
		to->regions[i].nid = from->regions[i].nid;
	}
	to->nr_nodes = from->nr_nodes;
	to->nr_cpus = from->nr_cpus;
	for (i = 0; i < NR_CPUS; i++)
		to->cpu_to_node[i] = from->cpu_to_node[i];
	for (i = 0; i < MAX_NUMNODES; i++)
		for (j = 0; j < MAX_NUMNODES; j++)
			to->node_distance[i][j] = from->node_distance[i][j];
	to->zone_dma_end = from->zone_dma_end;
	to->zone_dma32_end = from->zone_dma32_end;
	to->kernel_base = from->kernel_base;
	to->kernel_size = from->kernel_size;
	to->min_free_kbytes = from->min_free_kbytes;
	to->watermark_scale_factor = from->watermark_scale_factor;
	to->watermark_boost_factor = from->watermark_boost_factor;
	for (i = 0; i < 4; i++)
		to->lowmem_reserve_ratio[i] = from->lowmem_reserve_ratio[i];
	to->percpu_pagelist_high_fraction = from->percpu_pagelist_high_fraction;
	to->commit_ram = from->commit_ram;
	to->nr_slots = from->nr_slots;
	to->tlb_sets = from->tlb_sets;
	to->tlb_ways = from->tlb_ways;
	to->no_pcid = from->no_pcid;
	to->thp_enabled = from->thp_enabled;
	to->slab = from->slab;
	to->slab_debug = from->slab_debug;
	to->disk_size = from->disk_size;
	to->nr_swaps = from->nr_swaps;
	for (i = 0; i < MAX_SWAPFILES && i < from->nr_swaps; i++) {
		to->swaps[i].size = from->swaps[i].size;
		to->swaps[i].flags = from->swaps[i].flags;
		to->swaps[i].off = from->swaps[i].off;
		to->swaps[i].solid_state = from->swaps[i].solid_state;
	}
	to->read_ahead_kb = from->read_ahead_kb;
}

static int check_mmu(struct machine_config *c, struct machine_error *error)
{
	if (!c->tlb_sets)
		c->tlb_sets = 16;
	if (!c->tlb_ways)
		c->tlb_ways = 4;
	if (c->tlb_sets > TLB_MAX_SETS || c->tlb_sets & (c->tlb_sets - 1))
		return refuse(error, "tlb_sets", 0, "a power of two, at most 1024");
	if (c->tlb_ways > TLB_MAX_WAYS)
		return refuse(error, "tlb_ways", 0, "1 to 16");
	if (!c->thp_enabled)
		c->thp_enabled = THP_MADVISE;
	if (c->thp_enabled >= NR_THP_MODES)
		return refuse(error, "thp_enabled", 0, "always, madvise or never");
	return 0;
}

static int check_swaps(const struct machine_config *c, struct machine_error *error)
{
	u64 total = 0;

	if (c->nr_swaps > MAX_SWAPFILES)
		return refuse(error, "nr_swaps", 0, "at most 23 swap devices");
	for (u32 i = 0; i < c->nr_swaps; i++) {
		const struct swap_device *swap = &c->swaps[i];

		total += swap->size;
		if (swap->size < PAGE_SIZE || swap->size & (PAGE_SIZE - 1) ||
		    swap->size > MACHINE_MAX_RAM || total > MACHINE_MAX_RAM)
			return refuse(error, "swaps", i, "whole pages, at most 64 GiB on all swap devices");
		if (swap->flags & ~(SWAP_FLAG_PREFER | SWAP_FLAG_PRIO_MASK) ||
		    (swap->flags && !(swap->flags & SWAP_FLAG_PREFER)))
			return refuse(error, "swaps", i, "a priority of 0 to 32767, or none");
	}
	return 0;
}

int make_plan(const struct machine_config *config, struct machine_plan *plan,
	      struct machine_error *error)
{
	struct machine_config *c = &plan->config;
	int ret;

	copy_config(c, config);
	if (!c->nr_nodes)
		c->nr_nodes = 1;
	if (!c->nr_cpus)
		c->nr_cpus = 1;
	if (!c->zone_dma_end)
		c->zone_dma_end = 16UL << 20;
	if (!c->zone_dma32_end)
		c->zone_dma32_end = 4UL << 30;
	if (c->nr_nodes > MAX_NUMNODES)
		return refuse(error, "nr_nodes", 0, "1 to 8 nodes");
	if (c->nr_cpus > NR_CPUS)
		return refuse(error, "nr_cpus", 0, "1 to 16 CPUs");
	if (c->nr_slots > 1U << 28)
		return refuse(error, "nr_slots", 0, "at most 268435456 slots");
	if (c->disk_size > MACHINE_MAX_DISK || c->disk_size & (PAGE_SIZE - 1))
		return refuse(error, "disk_size", 0, "whole pages, at most 1 TiB");
	if (!c->read_ahead_kb)
		c->read_ahead_kb = 128;
	if (c->read_ahead_kb > 1U << 20)
		return refuse(error, "read_ahead_kb", 0, "at most 1048576");

	if (c->slab >= NR_SLAB_KINDS)
		return refuse(error, "slab", 0, "slab, slub or slob");

	ret = check_regions(c, plan, error);
	if (!ret)
		ret = check_commit_ram(c, error);
	if (!ret)
		ret = check_nodes(c, error);
	if (!ret)
		ret = check_zones(c, error);
	if (!ret)
		ret = check_kernel(plan, error);
	if (!ret)
		ret = check_tunables(c, error);
	if (!ret)
		ret = check_mmu(c, error);
	if (!ret)
		ret = check_swaps(c, error);
	return ret;
}

/* ---- The arena ---- */

/* Bytes of the disk's table of inodes. */
static u64 inode_table_size(const struct machine_plan *plan)
{
	return ALIGN(disk_max_inodes(plan->config.disk_size) * sizeof(struct disk_inode), PAGE_SIZE);
}

/* The swap devices, one after the other; returns where they end. */
static u64 place_swaps(const struct machine_config *c, struct machine_layout *layout, u64 at)
{
	for (u32 i = 0; i < c->nr_swaps; i++) {
		u64 nr_slots = c->swaps[i].size >> PAGE_SHIFT;

		layout->swap_map[i] = at;
		layout->swap_cache[i] = ALIGN(at + nr_slots * sizeof(u32), PAGE_SIZE);
		layout->swap[i] =
			ALIGN(layout->swap_cache[i] + nr_slots * sizeof(void *), PAGE_SIZE);
		at = layout->swap[i] + (nr_slots << PAGE_SHIFT);
	}
	return at;
}

void plan_layout(const struct machine_plan *plan, struct machine_layout *layout)
{
	u64 max_pfn = plan->end >> PAGE_SHIFT;
	/* So that the buddy of a block is always inside the array. */
	u64 nr_pages = ALIGN(max_pfn, MAX_ORDER_NR_PAGES);
	u64 nr_blocks = plan->config.disk_size >> PAGE_SHIFT;

	layout->slots = ALIGN(sizeof(struct machine), PAGE_SIZE);
	layout->tlb = ALIGN(layout->slots + plan->config.nr_slots * sizeof(struct mm_slot), PAGE_SIZE);
	layout->pageblock_flags =
		ALIGN(layout->tlb + (u64)plan->config.nr_cpus * plan->config.tlb_sets *
					    plan->config.tlb_ways * sizeof(struct tlb_entry),
		      PAGE_SIZE);
	layout->object_notes =
		ALIGN(layout->pageblock_flags + (nr_pages >> pageblock_order), PAGE_SIZE);
	layout->ram_lines = layout->object_notes + (max_pfn << PAGE_SHIFT) / 8 * sizeof(u32);
	layout->mem_map = ALIGN(layout->ram_lines + max_pfn * sizeof(u64), PAGE_SIZE);
	layout->ram = ALIGN(layout->mem_map + nr_pages * sizeof(struct page), PAGE_SIZE);
	layout->disk = layout->ram + (max_pfn << PAGE_SHIFT);
	layout->disk_blocks = layout->disk + plan->config.disk_size;
	layout->disk_inodes =
		ALIGN(layout->disk_blocks + DIV_ROUND_UP(nr_blocks, 8UL), PAGE_SIZE);
	layout->size = place_swaps(
		&plan->config, layout,
		ALIGN(layout->disk_inodes + (nr_blocks ? inode_table_size(plan) : 0), PAGE_SIZE));
	layout->max_pfn = max_pfn;
}

int machine_layout(const struct machine_config *config, struct machine_layout *layout,
		   struct machine_error *error)
{
	struct machine_plan plan = { 0 };
	int ret = make_plan(config, &plan, error);

	if (!ret)
		plan_layout(&plan, layout);
	return ret;
}
