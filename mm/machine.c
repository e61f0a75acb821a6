// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How a machine starts, and the table by which a build of the core is reached.
 *
 * Booting follows the memory part of start_kernel(): what firmware says about
 * memory goes to memblock, kernel and mem_map are reserved there, zones and
 * zonelists are laid out, the rest is freed to the page allocator, and last
 * the watermarks are set.
 */
#include "mm.h"
#include "plan.h"
#include "swap.h"
#include "vmscan.h"
#include "slab.h"
#include "writeback.h"

static void setup_machine(void *arena, const struct machine_plan *plan)
{
	struct machine *m = arena;
	const struct machine_config *c = &plan->config;
	u32 i;

	this_machine = m;
	copy_config(&m->config, c);
	plan_layout(plan, &m->layout);
	m->slots = (struct mm_slot *)((u8 *)arena + m->layout.slots);
	m->pageblock_flags = (u8 *)arena + m->layout.pageblock_flags;
	m->object_notes = (u32 *)((u8 *)arena + m->layout.object_notes);
	m->ram_lines = (u64 *)((u8 *)arena + m->layout.ram_lines);
	m->mem_map = (struct page *)((u8 *)arena + m->layout.mem_map);
	m->ram = (u8 *)arena + m->layout.ram;
	m->disk = (u8 *)arena + m->layout.disk;
	m->max_pfn = m->layout.max_pfn;
	m->transparent_hugepage_enabled = c->thp_enabled;
	/* In the last frame of the kernel's image, where its zeroed data are. */
	m->zero_pfn = ((c->kernel_base + c->kernel_size) >> PAGE_SHIFT) - 1;
	init_swap(m);
	INIT_LIST_HEAD(&m->page_list);
	INIT_LIST_HEAD(&m->tasks);
	INIT_LIST_HEAD(&m->node_folio_list);
	INIT_LIST_HEAD(&m->mms);
	INIT_LIST_HEAD(&m->umems);
	INIT_LIST_HEAD(&m->inodes);
	INIT_LIST_HEAD(&m->files);
	INIT_LIST_HEAD(&m->userfaultfds);
	INIT_LIST_HEAD(&m->woken);
	INIT_LIST_HEAD(&m->pages_to_free);
	init_reclaim(m);
	bdi_init(m);
	list_lru_init(&m->inode_lru);
	list_lru_init(&m->shadow_nodes);
	m->sysctl_vfs_cache_pressure = 100;
	init_compaction(m);

	m->nr_online_nodes = c->nr_nodes;
	m->nr_cpus = c->nr_cpus;
	tlb_init();
	for (i = 0; i < c->nr_cpus; i++)
		m->cpu_to_node[i] = c->cpu_to_node[i];

	m->user_min_free_kbytes = c->min_free_kbytes ? (int)c->min_free_kbytes : -1;
	m->min_free_kbytes = (int)c->min_free_kbytes;
	m->watermark_scale_factor = (int)c->watermark_scale_factor;
	m->watermark_boost_factor = max(c->watermark_boost_factor, 0);
	m->ra_pages = c->read_ahead_kb >> (PAGE_SHIFT - 10);
	m->percpu_pagelist_high_fraction = (int)c->percpu_pagelist_high_fraction;
	for (i = 0; i < 4; i++)
		m->sysctl_lowmem_reserve_ratio[i] = (int)c->lowmem_reserve_ratio[i];
}

/* mem_map's share for each region, at its end, or wherever there is room. */
static int reserve_mem_map(void)
{
	const struct memblock_type *memory = &this_machine->memblock.memory;
	u32 i;

	for (i = 0; i < memory->cnt; i++) {
		const struct memblock_region *r = &memory->regions[i];
		phys_addr_t size = ALIGN((r->size >> PAGE_SHIFT) * sizeof(struct page), PAGE_SIZE);

		if (!memblock_phys_alloc_range(size, r->base, r->base + r->size, OWNER_MEMMAP) &&
		    !memblock_phys_alloc_range(size, 0, MACHINE_MAX_RAM, OWNER_MEMMAP))
			return -ENOMEM;
	}
	return 0;
}

/* What setup_arch() does with the map of memory that firmware hands over. */
static int setup_memblock(const struct machine_plan *plan)
{
	const struct machine_config *c = &plan->config;
	int ret = 0;
	u32 i;

	for (i = 0; i < c->nr_regions && !ret; i++) {
		phys_addr_t base = c->regions[i].base, size = c->regions[i].size;

		/* Page 0 does not count as memory: an address of 0 means "none". */
		if (!base) {
			base += PAGE_SIZE;
			size -= PAGE_SIZE;
		}
		if (size)
			ret = memblock_add_node(base, size, c->regions[i].nid);
	}
	if (!ret)
		ret = memblock_reserve(c->regions[0].base, plan->low_reserved, OWNER_RESERVED);
	if (!ret)
		ret = memblock_reserve(c->kernel_base, c->kernel_size, OWNER_KERNEL);
	return ret ? ret : reserve_mem_map();
}

static void zone_limits(const struct machine_config *c, unsigned long *max_zone_pfn)
{
	max_zone_pfn[ZONE_DMA] = c->zone_dma_end >> PAGE_SHIFT;
	max_zone_pfn[ZONE_DMA32] = c->zone_dma32_end >> PAGE_SHIFT;
	max_zone_pfn[ZONE_NORMAL] = max(max_zone_pfn[ZONE_DMA32], MACHINE_MAX_RAM >> PAGE_SHIFT);
}

static int boot(void *arena, const struct machine_config *config,
		const struct machine_snapshot *snapshot)
{
	unsigned long max_zone_pfn[MAX_NR_ZONES] = { 0 };
	struct machine_plan plan = { 0 };
	int ret = make_plan(config, &plan, NULL);

	if (ret)
		return ret;
	setup_machine(arena, &plan);
	ret = setup_memblock(&plan);
	if (ret)
		return ret;
	zone_limits(&plan.config, max_zone_pfn);
	free_area_init(max_zone_pfn);
	build_all_zonelists();
	memblock_free_all();
	setup_per_cpu_pageset();
	init_per_zone_wmark_min();
	init_vm_sysctls();
	swap_setup(this_machine);
	page_writeback_init(this_machine);
	if (snapshot)
		ret = load_snapshot(snapshot);
	if (!ret)
		kmem_cache_init();
	this_machine->booted = true;
	return ret;
}

#ifndef MM_CORE
#define MM_CORE	     mm_core_stepping
#define MM_CORE_NAME "stepping"
#endif

extern const struct mm_core MM_CORE;
const struct mm_core MM_CORE = { MM_CORE_NAME, boot, run_op };
