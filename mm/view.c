// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers about a machine, its zones, their lists and the script's slots.
 *
 * Lists are walked rather than believed: lengths are counted, not read from
 * nr_free or count, so that a pane shows what is there, and the validator can
 * tell where the two differ. How a walk stays safe is told in reader.h.
 */
#include "reader.h"

/* ---- Walking lists ---- */

void list_walk_start(struct list_walk *walk, const struct machine *m, const struct list_head *head)
{
	walk->m = m;
	walk->head = (u64)head;
	walk->pos = (u64)head;
	walk->landmark = 0;
	walk->steps = 0;
	walk->next_landmark = 1;
	walk->broken = false;
	walk->back = false;
}

u64 list_walk_next(struct list_walk *walk)
{
	const struct list_head *link = (const struct list_head *)walk->pos;
	u64 next, pfn;

	if (walk->broken || (walk->pos == walk->head && walk->steps))
		return NO_PFN;
	next = reader_address(walk->m, walk->back ? link->prev : link->next);
	walk->steps++;
	if (next == walk->head) {
		walk->pos = next;
		return NO_PFN;
	}
	pfn = reader_link_pfn(walk->m, next);
	/*
	 * A circle that leaves out the head: the walk must come back to the
	 * landmark, which moves on after 1, 2, 4 ... steps (Brent's method).
	 */
	if (pfn == NO_PFN || next == walk->landmark) {
		walk->broken = true;
		return NO_PFN;
	}
	if (walk->steps == walk->next_landmark) {
		walk->landmark = next;
		walk->next_landmark *= 2;
	}
	walk->pos = next;
	return pfn;
}

static u64 list_length(const struct machine *m, const struct list_head *head)
{
	struct list_walk walk;
	u64 n = 0;

	list_walk_start(&walk, m, head);
	while (list_walk_next(&walk) != NO_PFN)
		n++;
	return n;
}

/* ---- The machine ---- */

s64 reader_zone_stat_exact(const struct machine *m, const struct zone *zone, u32 item)
{
	s64 sum = zone->vm_stat[item];

	for (u32 cpu = 0; cpu < reader_nr_cpus(m); cpu++)
		sum += zone->per_cpu_zonestats[cpu].vm_stat_diff[item];
	return sum;
}

static u64 zone_free_exact(const struct machine *m, const struct zone *zone)
{
	return (u64)max(reader_zone_stat_exact(m, zone, NR_FREE_PAGES), (s64)0);
}

static u64 zone_pcp_pages(const struct machine *m, const struct zone *zone)
{
	u64 pages = 0;

	for (u32 cpu = 0; cpu < reader_nr_cpus(m); cpu++)
		pages += (u64)max(zone->per_cpu_pageset[cpu].count, 0);
	return pages;
}

u64 get_tunable(const struct machine *m, enum mm_tunable tunable)
{
	switch (tunable) {
	case TUNABLE_min_free_kbytes:
		return (u64)m->min_free_kbytes;
	case TUNABLE_watermark_scale_factor:
		return (u64)m->watermark_scale_factor;
	case TUNABLE_watermark_boost_factor:
		return (u64)m->watermark_boost_factor;
	case TUNABLE_percpu_pagelist_high_fraction:
		return (u64)m->percpu_pagelist_high_fraction;
	case TUNABLE_lowmem_reserve_ratio_dma:
	case TUNABLE_lowmem_reserve_ratio_dma32:
	case TUNABLE_lowmem_reserve_ratio_normal:
		return (u64)
			m->sysctl_lowmem_reserve_ratio[tunable - TUNABLE_lowmem_reserve_ratio_dma];
	case TUNABLE_swappiness:
		return (u64)m->vm_swappiness;
	case TUNABLE_page_cluster:
		return (u64)m->page_cluster;
	case TUNABLE_vfs_cache_pressure:
		return (u64)m->sysctl_vfs_cache_pressure;
	case TUNABLE_panic_on_oom:
		return (u64)m->sysctl_panic_on_oom;
	case TUNABLE_oom_kill_allocating_task:
		return (u64)m->sysctl_oom_kill_allocating_task;
	case TUNABLE_dirty_ratio:
		return (u64)m->vm_dirty_ratio;
	case TUNABLE_dirty_bytes:
		return m->vm_dirty_bytes;
	case TUNABLE_dirty_background_ratio:
		return (u64)m->dirty_background_ratio;
	case TUNABLE_dirty_background_bytes:
		return m->dirty_background_bytes;
	case TUNABLE_dirty_writeback_centisecs:
		return m->dirty_writeback_interval;
	case TUNABLE_dirty_expire_centisecs:
		return m->dirty_expire_interval;
	case TUNABLE_extfrag_threshold:
		return (u64)m->sysctl_extfrag_threshold;
	case TUNABLE_compaction_proactiveness:
		return (u64)m->sysctl_compaction_proactiveness;
	case TUNABLE_overcommit_memory:
		return (u64)m->sysctl_overcommit_memory;
	case TUNABLE_overcommit_ratio:
		return m->sysctl_overcommit_ratio;
	case TUNABLE_overcommit_kbytes:
		return m->sysctl_overcommit_kbytes;
	case TUNABLE_max_map_count:
		return (u64)m->sysctl_max_map_count;
	case TUNABLE_mmap_min_addr:
		return m->dac_mmap_min_addr;
	case TUNABLE_tlb_flush_disabled:
		return m->tlb_flush_disabled;
	case NR_TUNABLES:
		break;
	}
	return 0;
}

void view_machine(const struct machine *m, struct view_machine *out)
{
	memset(out, 0, sizeof(*out));
	out->nr_nodes = reader_nr_nodes(m);
	out->nr_cpus = reader_nr_cpus(m);
	out->nr_slots = m->config.nr_slots;
	out->max_pfn = m->max_pfn;
	out->op_index = m->op_index;
	out->cpu = m->cpu;
	out->stopped = m->stopped;
	out->stop_reason = m->stop_reason;
	for (u32 ref = 0; ref < zone_ref(out->nr_nodes, 0); ref++) {
		const struct zone *zone = reader_zone(m, ref);

		if (!zone || !populated_zone(zone))
			continue;
		out->nr_zones++;
		out->present_pages += zone->present_pages;
		out->managed_pages += zone->managed_pages;
		out->free_pages += zone_free_exact(m, zone);
		out->pcp_pages += zone_pcp_pages(m, zone);
	}
	for (u32 i = 0; i < NR_TUNABLES; i++)
		out->tunables[i] = get_tunable(m, (enum mm_tunable)i);
}

/* ---- Zones ---- */

bool view_zone_brief(const struct machine *m, u32 ref, struct view_zone *out)
{
	const struct zone *zone = reader_zone(m, ref);
	const char *name = view_zone_name(ref & 7);

	memset(out, 0, sizeof(*out));
	if (!zone || !populated_zone(zone))
		return false;
	out->ref = ref;
	out->nid = ref >> 3;
	out->idx = ref & 7;
	for (u32 i = 0; i + 1 < sizeof(out->name) && name[i]; i++)
		out->name[i] = name[i];
	out->start_pfn = zone->zone_start_pfn;
	out->spanned_pages = zone->spanned_pages;
	out->present_pages = zone->present_pages;
	out->managed_pages = zone->managed_pages;
	out->free_pages = (u64)max(zone->vm_stat[NR_FREE_PAGES], 0L);
	out->free_exact = zone_free_exact(m, zone);
	out->pcp_pages = zone_pcp_pages(m, zone);
	for (u32 i = 0; i < ARRAY_SIZE(out->wmark); i++)
		out->wmark[i] = zone->_watermark[i];
	out->boost = zone->watermark_boost;
	out->nr_reserved_highatomic = zone->nr_reserved_highatomic;
	out->flags = (u32)zone->flags;
	for (u32 i = 0; i < VIEW_NR_ZONES; i++)
		out->lowmem_reserve[i] = (u64)zone->lowmem_reserve[i];
	for (u32 order = 0; order < VIEW_MAX_ORDER; order++)
		out->nr_free[order] = zone->free_area[order].nr_free;
	return true;
}

bool view_zone(const struct machine *m, u32 ref, struct view_zone *out)
{
	const struct zone *zone;

	if (!view_zone_brief(m, ref, out))
		return false;
	zone = reader_zone(m, ref);
	for (u32 order = 0; order < VIEW_MAX_ORDER; order++)
		for (u32 mt = 0; mt < VIEW_NR_MT; mt++)
			out->nr_free_mt[order][mt] =
				list_length(m, &zone->free_area[order].free_list[mt]);
	return true;
}

static u32 each_zone(const struct machine *m, struct view_zone *out, u32 max,
		     bool (*read)(const struct machine *m, u32 ref, struct view_zone *out))
{
	u32 nr = 0;

	for (u32 ref = 0; ref < zone_ref(reader_nr_nodes(m), 0); ref++) {
		const struct zone *zone = reader_zone(m, ref);

		if (!zone || !populated_zone(zone))
			continue;
		if (nr < max)
			read(m, ref, &out[nr]);
		nr++;
	}
	return nr;
}

u32 view_zones(const struct machine *m, struct view_zone *out, u32 max)
{
	return each_zone(m, out, max, view_zone);
}

u32 view_zones_brief(const struct machine *m, struct view_zone *out, u32 max)
{
	return each_zone(m, out, max, view_zone_brief);
}

u64 view_free_list(const struct machine *m, u32 ref, u32 order, u32 mt, u64 *pfns, u64 max)
{
	const struct zone *zone = reader_zone(m, ref);
	struct list_walk walk;
	u64 nr = 0, pfn;

	if (!zone || !populated_zone(zone) || order >= MAX_ORDER || mt >= MIGRATE_TYPES)
		return 0;
	list_walk_start(&walk, m, &zone->free_area[order].free_list[mt]);
	while ((pfn = list_walk_next(&walk)) != NO_PFN) {
		if (nr < max)
			pfns[nr] = pfn;
		nr++;
	}
	return nr;
}

/* ---- Per-CPU lists ---- */

static const struct zone *pcp_zone(const struct machine *m, u32 ref, u32 cpu)
{
	const struct zone *zone = reader_zone(m, ref);

	return zone && populated_zone(zone) && cpu < reader_nr_cpus(m) ? zone : NULL;
}

bool view_pcp(const struct machine *m, u32 ref, u32 cpu, struct view_pcp *out)
{
	const struct zone *zone = pcp_zone(m, ref, cpu);
	const struct per_cpu_zonestat *stat;
	const struct per_cpu_pages *pcp;

	memset(out, 0, sizeof(*out));
	if (!zone)
		return false;
	pcp = &zone->per_cpu_pageset[cpu];
	stat = &zone->per_cpu_zonestats[cpu];
	out->count = (u32)pcp->count;
	out->high = (u32)pcp->high;
	out->batch = (u32)pcp->batch;
	out->free_factor = (u32)pcp->free_factor;
	out->nr_free_diff = stat->vm_stat_diff[NR_FREE_PAGES];
	out->stat_threshold = (u32)stat->stat_threshold;
	for (u32 pindex = 0; pindex < NR_PCP_LISTS; pindex++)
		out->nr_list[pindex] = (u32)list_length(m, &pcp->lists[pindex]);
	return true;
}

bool view_zone_counters(const struct machine *m, u32 ref, u32 cpu, struct view_zone_counters *out)
{
	const struct zone *zone;

	memset(out, 0, sizeof(*out));
	if (cpu == ~0U)
		cpu = m->cpu;
	zone = pcp_zone(m, ref, cpu);
	if (!zone)
		return false;
	out->free_pages = (u64)max(zone->vm_stat[NR_FREE_PAGES], 0L);
	out->boost = zone->watermark_boost;
	out->pcp_count = (u32)zone->per_cpu_pageset[cpu].count;
	out->free_factor = (u32)zone->per_cpu_pageset[cpu].free_factor;
	out->nr_free_diff = zone->per_cpu_zonestats[cpu].vm_stat_diff[NR_FREE_PAGES];
	return true;
}

u64 view_pcp_list(const struct machine *m, u32 ref, u32 cpu, u32 pindex, u64 *pfns, u8 *types,
		  u64 max)
{
	const struct zone *zone = pcp_zone(m, ref, cpu);
	struct list_walk walk;
	u64 nr = 0, pfn;

	if (!zone || pindex >= NR_PCP_LISTS)
		return 0;
	list_walk_start(&walk, m, &zone->per_cpu_pageset[cpu].lists[pindex]);
	while ((pfn = list_walk_next(&walk)) != NO_PFN) {
		if (nr < max) {
			pfns[nr] = pfn;
			if (types)
				types[nr] = (u8)reader_page(m, pfn)->index;
		}
		nr++;
	}
	return nr;
}

u32 view_pindex_order(u32 pindex)
{
	return pindex_to_order(pindex);
}

u32 view_pindex_migratetype(u32 pindex)
{
	if (pindex >= NR_LOWORDER_PCP_LISTS)
		return pindex > NR_LOWORDER_PCP_LISTS ? MIGRATE_MOVABLE : MIGRATE_UNMOVABLE;
	return pindex % MIGRATE_PCPTYPES;
}

/* ---- Slots ---- */

void view_slot(const struct machine *m, u32 slot, struct mm_slot *out)
{
	const struct mm_slot *slots = (const struct mm_slot *)((const char *)m + m->layout.slots);

	memset(out, 0, sizeof(*out));
	if (slot < m->config.nr_slots)
		*out = slots[slot];
}
