// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Watermarks, reserves and the sizes of per-CPU lists: how they follow from the
 * tunables and the size of the zones, and how a request is held against them.
 *
 *	min_free_kbytes, shared out by size		-> min of each zone
 *	a quarter of it, or watermark_scale_factor	-> distance to low and high
 *	lowmem_reserve_ratio				-> what requests for higher zones leave alone
 *	low						-> high of the per-CPU lists
 *
 * Linux counterpart: mm/page_alloc.c.
 */
#include "mm.h"
#include "vmstat.h"

/* ---- The check ---- */

/* Is there a block of the order or a larger one that the request may take? */
static bool has_suitable_block(const struct zone *z, unsigned int order, unsigned int alloc_flags)
{
	unsigned int o;
	int mt;

	for (o = order; o < MAX_ORDER; o++) {
		const struct free_area *area = &z->free_area[o];

		if (!area->nr_free)
			continue;
		for (mt = 0; mt < MIGRATE_PCPTYPES; mt++)
			if (!free_area_empty(area, mt))
				return true;
		if (alloc_flags & (ALLOC_HIGHATOMIC | ALLOC_OOM) &&
		    !free_area_empty(area, MIGRATE_HIGHATOMIC))
			return true;
	}
	return false;
}

/* Would the zone be above @mark, less what the request may use of the reserves? */
bool __zone_watermark_ok(struct zone *z, unsigned int order, unsigned long mark,
			 enum zone_type highest_zoneidx, unsigned int alloc_flags, long free_pages)
{
	long min = (long)mark;

	free_pages -= __zone_watermark_unusable_free(z, order, alloc_flags);

	if (unlikely(alloc_flags & ALLOC_RESERVES)) {
		if (alloc_flags & ALLOC_MIN_RESERVE) {
			min -= min / 2;
			if (alloc_flags & ALLOC_NON_BLOCK)
				min -= min / 4;
		}
		if (alloc_flags & ALLOC_OOM)
			min -= min / 2;
	}
	if (free_pages <= min + z->lowmem_reserve[highest_zoneidx])
		return false;
	return !order || has_suitable_block(z, order, alloc_flags);
}

/* For those who must not be misled by the counter's error. */
bool zone_watermark_ok_safe(struct zone *z, unsigned int order, unsigned long mark,
			    enum zone_type highest_zoneidx)
{
	unsigned long free_pages = zone_page_state(z, NR_FREE_PAGES);

	if (z->percpu_drift_mark && free_pages < z->percpu_drift_mark)
		free_pages = zone_page_state_snapshot(z, NR_FREE_PAGES);
	return __zone_watermark_ok(z, order, mark, highest_zoneidx, 0, (long)free_pages);
}

/* ---- Sizes of the per-CPU lists ---- */

static unsigned long rounddown_pow_of_two(unsigned long n)
{
	return 1UL << (63 - __builtin_clzl(n));
}

/* A four-thousandth of the zone, 64 pages at most, made 2^n - 1. */
static int zone_batchsize(const struct zone *zone)
{
	unsigned long batch = min(zone_managed_pages(zone) >> 10, (1UL << 20) / PAGE_SIZE) / 4;

	batch = max(batch, 1UL);
	return (int)rounddown_pow_of_two(batch + batch / 2) - 1;
}

static unsigned long cpus_of_node(int nid)
{
	unsigned long nr = 0;
	int cpu;

	for_each_online_cpu(cpu)
		nr += this_machine->cpu_to_node[cpu] == nid;
	return nr;
}

/* All lists of a zone together hold as many pages as there are below its low watermark. */
static int zone_highsize(const struct zone *zone, int batch)
{
	unsigned long nr_split_cpus = cpus_of_node(zone_to_nid(zone));
	unsigned long total_pages = low_wmark_pages(zone);

	if (this_machine->percpu_pagelist_high_fraction)
		total_pages = zone_managed_pages(zone) /
			      (unsigned long)this_machine->percpu_pagelist_high_fraction;
	if (!nr_split_cpus)
		nr_split_cpus = (unsigned long)num_online_cpus();
	return max((int)(total_pages / nr_split_cpus), batch << 2);
}

static void zone_set_pageset_high_and_batch(struct zone *zone)
{
	int new_batch = max(1, zone_batchsize(zone));
	int new_high = zone_highsize(zone, new_batch);
	int cpu;

	if (zone->pageset_high == new_high && zone->pageset_batch == new_batch)
		return;
	zone->pageset_high = new_high;
	zone->pageset_batch = new_batch;
	for_each_online_cpu(cpu) {
		zone->per_cpu_pageset[cpu].high = new_high;
		zone->per_cpu_pageset[cpu].batch = new_batch;
	}
}

void setup_per_cpu_pageset(void)
{
	struct zone *zone;
	int cpu, pindex;

	for_each_populated_zone(zone) {
		for_each_online_cpu(cpu)
			for (pindex = 0; pindex < NR_PCP_LISTS; pindex++)
				INIT_LIST_HEAD(&zone->per_cpu_pageset[cpu].lists[pindex]);
		zone_set_pageset_high_and_batch(zone);
	}
}

/* ---- Reserves ---- */

/* What user space cannot have: high watermarks and the largest reserve of each zone. */
void calculate_totalreserve_pages(void)
{
	unsigned long reserve_pages = 0;
	pg_data_t *pgdat;
	u32 i, j;

	for_each_online_pgdat(pgdat) {
		pgdat->totalreserve_pages = 0;
		for (i = 0; i < MAX_NR_ZONES; i++) {
			struct zone *zone = &pgdat->node_zones[i];
			long reserve = 0;

			for (j = i; j < MAX_NR_ZONES; j++)
				reserve = max(reserve, zone->lowmem_reserve[j]);
			reserve += (long)high_wmark_pages(zone);
			reserve = min(reserve, (long)zone_managed_pages(zone));
			pgdat->totalreserve_pages += (unsigned long)reserve;
		}
		reserve_pages += pgdat->totalreserve_pages;
	}
	this_machine->totalreserve_pages = reserve_pages;
}

/*
 * Memory of a low zone is precious: requests that could do with a higher one leave there as many
 * pages as the zones above have, divided by the ratio.
 */
static void setup_per_zone_lowmem_reserve(void)
{
	pg_data_t *pgdat;
	u32 i, j;

	for_each_online_pgdat(pgdat) {
		for (i = 0; i < MAX_NR_ZONES - 1; i++) {
			struct zone *zone = &pgdat->node_zones[i];
			int ratio = this_machine->sysctl_lowmem_reserve_ratio[i];
			unsigned long managed_pages = 0;

			for (j = i + 1; j < MAX_NR_ZONES; j++) {
				managed_pages += zone_managed_pages(&pgdat->node_zones[j]);
				if (!ratio || !zone_managed_pages(zone))
					zone->lowmem_reserve[j] = 0;
				else
					zone->lowmem_reserve[j] =
						(long)(managed_pages / (unsigned long)ratio);
			}
		}
	}
	calculate_totalreserve_pages();
}

/* ---- Watermarks ---- */

static void setup_zone_wmarks(struct zone *zone, unsigned long pages_min,
			      unsigned long lowmem_pages)
{
	unsigned long managed = zone_managed_pages(zone);
	unsigned long share = pages_min * managed / lowmem_pages;
	unsigned long distance =
		max(share >> 2,
		    mult_frac(managed, (unsigned long)this_machine->watermark_scale_factor, 10000));

	zone->watermark_boost = 0;
	zone->_watermark[WMARK_MIN] = share;
	zone->_watermark[WMARK_LOW] = share + distance;
	zone->_watermark[WMARK_HIGH] = share + 2 * distance;
	zone->_watermark[WMARK_PROMO] = share + 3 * distance;
	if (managed)
		trace(TRACE_setup_per_zone_wmarks, zone_ref_of(zone), zone->_watermark[WMARK_MIN],
		      zone->_watermark[WMARK_LOW], zone->_watermark[WMARK_HIGH]);
}

static void setup_per_zone_wmarks(void)
{
	unsigned long pages_min = (unsigned long)this_machine->min_free_kbytes >> (PAGE_SHIFT - 10);
	unsigned long lowmem_pages = 0;
	struct zone *zone;

	for_each_zone(zone)
		lowmem_pages += zone_managed_pages(zone);
	for_each_zone(zone)
		setup_zone_wmarks(zone, pages_min, max(lowmem_pages, 1UL));
	calculate_totalreserve_pages();

	for_each_populated_zone(zone)
		zone_set_pageset_high_and_batch(zone);
}

/* Pages above the high watermarks in the zones up to @offset. */
unsigned long nr_free_zone_pages(enum zone_type offset)
{
	struct zonelist *zonelist = node_zonelist(numa_node_id(), GFP_KERNEL);
	unsigned long sum = 0;
	struct zoneref *z;
	struct zone *zone;

	for_each_zone_zonelist_nodemask(zone, z, zonelist, offset, NULL) {
		unsigned long size = zone_managed_pages(zone);
		unsigned long high = high_wmark_pages(zone);

		if (size > high)
			sum += size - high;
	}
	return sum;
}

/* The largest number whose square is not above @x. */
static unsigned long int_sqrt(unsigned long x)
{
	unsigned long root = 0, bit = 1UL << 31;

	for (; bit; bit >>= 1)
		if ((root + bit) * (root + bit) <= x)
			root += bit;
	return root;
}

/*
 * 4 * sqrt(memory in KiB): 512 KiB for 16 MiB, 4 MiB for 1 GiB. The need grows more slowly
 * than the memory does.
 */
static void calculate_min_free_kbytes(void)
{
	unsigned long lowmem_kbytes = nr_free_zone_pages(gfp_zone(GFP_USER)) * (PAGE_SIZE >> 10);
	int new_min_free_kbytes = (int)int_sqrt(lowmem_kbytes * 16);

	/* A configured value stands for one that was set by sysctl right after boot: it wins. */
	if (this_machine->user_min_free_kbytes < 0)
		this_machine->min_free_kbytes = clamp(new_min_free_kbytes, 128, 262144);
}

void init_per_zone_wmark_min(void)
{
	calculate_min_free_kbytes();
	setup_per_zone_wmarks();
	refresh_zone_stat_thresholds();
	setup_per_zone_lowmem_reserve();
}

/* ---- /proc/sys/vm ---- */

/* Smallest and largest value of each. */
static const struct {
	u64 min;
	u64 max;
} tunable_range[NR_TUNABLES] = {
	[TUNABLE_min_free_kbytes] = { 0, 1U << 26 },
	[TUNABLE_watermark_scale_factor] = { 1, 3000 },
	[TUNABLE_watermark_boost_factor] = { 0, 1U << 30 },
	[TUNABLE_percpu_pagelist_high_fraction] = { 0, 1U << 30 },
	[TUNABLE_lowmem_reserve_ratio_dma] = { 0, 1U << 30 },
	[TUNABLE_lowmem_reserve_ratio_dma32] = { 0, 1U << 30 },
	[TUNABLE_lowmem_reserve_ratio_normal] = { 0, 1U << 30 },
	[TUNABLE_swappiness] = { 0, 200 },
	[TUNABLE_page_cluster] = { 0, 31 },
	[TUNABLE_dirty_ratio] = { 0, 100 },
	[TUNABLE_dirty_bytes] = { 2 * PAGE_SIZE, 1UL << 40 },
	[TUNABLE_dirty_background_ratio] = { 0, 100 },
	[TUNABLE_dirty_background_bytes] = { 1, 1UL << 40 },
	[TUNABLE_dirty_writeback_centisecs] = { 0, 360000 },
	[TUNABLE_dirty_expire_centisecs] = { 0, 360000 },
	[TUNABLE_vfs_cache_pressure] = { 0, 1U << 30 },
	[TUNABLE_panic_on_oom] = { 0, 2 },
	[TUNABLE_oom_kill_allocating_task] = { 0, 1 },
	[TUNABLE_overcommit_memory] = { OVERCOMMIT_GUESS, OVERCOMMIT_NEVER },
	[TUNABLE_overcommit_ratio] = { 0, 1U << 30 },
	[TUNABLE_overcommit_kbytes] = { 0, 1U << 30 },
	[TUNABLE_max_map_count] = { 0, 1U << 30 },
	[TUNABLE_mmap_min_addr] = { 0, 1U << 30 },
	[TUNABLE_extfrag_threshold] = { 0, 1000 },
	[TUNABLE_compaction_proactiveness] = { 0, 100 },
	[TUNABLE_tlb_flush_disabled] = { 0, 1 },
};

/* A CPU's lists get at most an eighth of a zone. */
#define MIN_PERCPU_PAGELIST_HIGH_FRACTION 8

static int set_percpu_pagelist_high_fraction(int value)
{
	struct zone *zone;

	if (value && value < MIN_PERCPU_PAGELIST_HIGH_FRACTION)
		return -EINVAL;
	this_machine->percpu_pagelist_high_fraction = value;
	for_each_populated_zone(zone)
		zone_set_pageset_high_and_batch(zone);
	return 0;
}

static void set_lowmem_reserve_ratio(enum zone_type zone, int value)
{
	this_machine->sysctl_lowmem_reserve_ratio[zone] = value;
	setup_per_zone_lowmem_reserve();
}

/* Limits of virtual memory: nothing else depends on them. */
static void set_vm_tunable(enum mm_tunable tunable, u64 value)
{
	struct machine *m = this_machine;

	if (tunable == TUNABLE_overcommit_memory)
		m->sysctl_overcommit_memory = (int)value;
	else if (tunable == TUNABLE_overcommit_kbytes)
		m->sysctl_overcommit_kbytes = value;
	else if (tunable == TUNABLE_max_map_count)
		m->sysctl_max_map_count = (int)value;
	else if (tunable == TUNABLE_mmap_min_addr)
		m->dac_mmap_min_addr = value;
	else
		m->sysctl_overcommit_ratio = value;
	/* Either a number or a share of RAM, whichever was set last. */
	if (tunable == TUNABLE_overcommit_ratio)
		m->sysctl_overcommit_kbytes = 0;
}

/* Thresholds are bytes or a share of memory, whichever was set last. */
static void set_dirty_tunable(enum mm_tunable tunable, u64 value)
{
	struct machine *m = this_machine;

	if (tunable == TUNABLE_dirty_writeback_centisecs) {
		m->dirty_writeback_interval = value;
	} else if (tunable == TUNABLE_dirty_expire_centisecs) {
		m->dirty_expire_interval = value;
	} else if (tunable == TUNABLE_dirty_background_ratio ||
		   tunable == TUNABLE_dirty_background_bytes) {
		bool ratio = tunable == TUNABLE_dirty_background_ratio;

		m->dirty_background_ratio = ratio ? (int)value : 0;
		m->dirty_background_bytes = ratio ? 0 : value;
	} else {
		bool ratio = tunable == TUNABLE_dirty_ratio;

		m->vm_dirty_ratio = ratio ? (int)value : 0;
		m->vm_dirty_bytes = ratio ? 0 : value;
		writeback_set_ratelimit();
	}
}

/* Setting it also makes kcompactd look how fragmented its node is. */
static void set_compaction_proactiveness(int value)
{
	pg_data_t *pgdat;

	this_machine->sysctl_compaction_proactiveness = value;
	if (value)
		for_each_online_pgdat(pgdat)
			pgdat->proactive_compact_trigger = 1;
}

int set_tunable(enum mm_tunable tunable, u64 value)
{
	if (tunable >= NR_TUNABLES || value < tunable_range[tunable].min ||
	    value > tunable_range[tunable].max)
		return -EINVAL;

	switch (tunable) {
	case TUNABLE_min_free_kbytes:
		this_machine->user_min_free_kbytes = (int)value;
		this_machine->min_free_kbytes = (int)value;
		setup_per_zone_wmarks();
		break;
	case TUNABLE_watermark_scale_factor:
		this_machine->watermark_scale_factor = (int)value;
		setup_per_zone_wmarks();
		break;
	case TUNABLE_watermark_boost_factor:
		this_machine->watermark_boost_factor = (int)value;
		break;
	case TUNABLE_percpu_pagelist_high_fraction:
		return set_percpu_pagelist_high_fraction((int)value);
	case TUNABLE_lowmem_reserve_ratio_dma:
	case TUNABLE_lowmem_reserve_ratio_dma32:
	case TUNABLE_lowmem_reserve_ratio_normal:
		set_lowmem_reserve_ratio(ZONE_DMA + (tunable - TUNABLE_lowmem_reserve_ratio_dma),
					 (int)value);
		break;
	case TUNABLE_swappiness:
		this_machine->vm_swappiness = (int)value;
		break;
	case TUNABLE_page_cluster:
		this_machine->page_cluster = (int)value;
		break;
	case TUNABLE_vfs_cache_pressure:
		this_machine->sysctl_vfs_cache_pressure = (int)value;
		break;
	case TUNABLE_panic_on_oom:
		this_machine->sysctl_panic_on_oom = (int)value;
		break;
	case TUNABLE_oom_kill_allocating_task:
		this_machine->sysctl_oom_kill_allocating_task = (int)value;
		break;
	case TUNABLE_dirty_ratio:
	case TUNABLE_dirty_bytes:
	case TUNABLE_dirty_background_ratio:
	case TUNABLE_dirty_background_bytes:
	case TUNABLE_dirty_writeback_centisecs:
	case TUNABLE_dirty_expire_centisecs:
		set_dirty_tunable(tunable, value);
		break;
	case TUNABLE_extfrag_threshold:
		this_machine->sysctl_extfrag_threshold = (int)value;
		break;
	case TUNABLE_compaction_proactiveness:
		set_compaction_proactiveness((int)value);
		break;
	case TUNABLE_overcommit_memory:
	case TUNABLE_overcommit_ratio:
	case TUNABLE_overcommit_kbytes:
	case TUNABLE_max_map_count:
	case TUNABLE_mmap_min_addr:
		set_vm_tunable(tunable, value);
		break;
	case TUNABLE_tlb_flush_disabled:
		set_tlb_flush_disabled(value);
		break;
	case NR_TUNABLES:
		return -EINVAL;
	}
	return 0;
}
