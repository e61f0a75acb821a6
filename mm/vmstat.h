/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counting: zone and node counters with per-CPU differences, and per-CPU events.
 *
 * A CPU adds to its own small difference and folds it into the zone's counter
 * only when it exceeds a threshold. So the counter is cheap but a little off,
 * and it is this slightly wrong NR_FREE_PAGES that the watermark checks see.
 *
 * Linux counterpart: include/linux/vmstat.h.
 */
#ifndef MM_VMSTAT_H
#define MM_VMSTAT_H

#include "page-flags.h"

static inline void zone_page_state_add(long x, struct zone *zone, enum zone_stat_item item)
{
	zone->vm_stat[item] += x;
	this_machine->vm_zone_stat[item] += x;
}

static inline void __mod_zone_page_state(struct zone *zone, enum zone_stat_item item, long delta)
{
	struct per_cpu_zonestat *pcp = &zone->per_cpu_zonestats[smp_processor_id()];
	long x = delta + pcp->vm_stat_diff[item];
	long t = pcp->stat_threshold;

	if (x > t || x < -t) {
		zone_page_state_add(x, zone, item);
		x = 0;
	}
	pcp->vm_stat_diff[item] = (s8)x;
}

/*
 * By one, with the difference left at half the threshold on the other side, so that changes in the
 * same direction fold in less often.
 */
static inline void mod_zone_state(struct zone *zone, enum zone_stat_item item, long delta)
{
	struct per_cpu_zonestat *pcp = &zone->per_cpu_zonestats[smp_processor_id()];
	long x = delta + pcp->vm_stat_diff[item];
	long t = pcp->stat_threshold;

	if (x > t || x < -t) {
		long overstep = x > t ? t >> 1 : -(t >> 1);

		zone_page_state_add(x + overstep, zone, item);
		x = -overstep;
	}
	pcp->vm_stat_diff[item] = (s8)x;
}

static inline void mod_zone_page_state(struct zone *zone, enum zone_stat_item item, long delta)
{
	__mod_zone_page_state(zone, item, delta);
}

static inline void inc_zone_page_state(struct page *page, enum zone_stat_item item)
{
	mod_zone_state(page_zone(page), item, 1);
}

static inline void dec_zone_page_state(struct page *page, enum zone_stat_item item)
{
	mod_zone_state(page_zone(page), item, -1);
}

/* The counter without the differences, as the watermark checks read it. */
static inline unsigned long zone_page_state(const struct zone *zone, enum zone_stat_item item)
{
	long x = zone->vm_stat[item];

	return x < 0 ? 0 : (unsigned long)x;
}

/* The exact value, all differences included. */
static inline unsigned long zone_page_state_snapshot(const struct zone *zone,
						     enum zone_stat_item item)
{
	long x = zone->vm_stat[item];
	int cpu;

	for_each_online_cpu(cpu)
		x += zone->per_cpu_zonestats[cpu].vm_stat_diff[item];
	return x < 0 ? 0 : (unsigned long)x;
}

/* ---- Nodes ---- */

/* Slab memory is given in bytes but counted in pages. */
static inline bool vmstat_item_in_bytes(enum node_stat_item item)
{
	return item == NR_SLAB_RECLAIMABLE_B || item == NR_SLAB_UNRECLAIMABLE_B;
}

static inline void node_page_state_add(long x, struct pglist_data *pgdat, enum node_stat_item item)
{
	pgdat->vm_stat[item] += x;
	this_machine->vm_node_stat[item] += x;
}

/**
 * __mod_node_page_state - change a counter of a node
 * @pgdat: the node
 * @item: which counter
 * @delta: by how much: pages; bytes, a whole number of pages, for the slab counters
 */
static inline void __mod_node_page_state(struct pglist_data *pgdat, enum node_stat_item item,
					 long delta)
{
	struct per_cpu_nodestat *pcp = &pgdat->per_cpu_nodestats[smp_processor_id()];
	long x, t = pcp->stat_threshold;

	if (vmstat_item_in_bytes(item))
		delta >>= PAGE_SHIFT;
	x = delta + pcp->vm_node_stat_diff[item];
	if (x > t || x < -t) {
		node_page_state_add(x, pgdat, item);
		x = 0;
	}
	pcp->vm_node_stat_diff[item] = (s8)x;
}

/* By one, as mod_zone_state(). */
static inline void mod_node_state(struct pglist_data *pgdat, enum node_stat_item item, long delta)
{
	struct per_cpu_nodestat *pcp = &pgdat->per_cpu_nodestats[smp_processor_id()];
	long x = delta + pcp->vm_node_stat_diff[item];
	long t = pcp->stat_threshold;

	if (x > t || x < -t) {
		long overstep = x > t ? t >> 1 : -(t >> 1);

		node_page_state_add(x + overstep, pgdat, item);
		x = -overstep;
	}
	pcp->vm_node_stat_diff[item] = (s8)x;
}

static inline void mod_node_page_state(struct pglist_data *pgdat, enum node_stat_item item,
				       long delta)
{
	__mod_node_page_state(pgdat, item, delta);
}

static inline void inc_node_page_state(struct page *page, enum node_stat_item item)
{
	mod_node_state(page_pgdat(page), item, 1);
}

static inline void dec_node_page_state(struct page *page, enum node_stat_item item)
{
	mod_node_state(page_pgdat(page), item, -1);
}

/* A counter over all nodes, without the differences. */
static inline unsigned long global_node_page_state(enum node_stat_item item)
{
	return (unsigned long)max(this_machine->vm_node_stat[item], 0L);
}

static inline unsigned long node_page_state(const struct pglist_data *pgdat,
					    enum node_stat_item item)
{
	return (unsigned long)max(pgdat->vm_stat[item], 0L);
}

static inline void count_vm_event(enum vm_event_item item)
{
	this_machine->vm_event_states[smp_processor_id()][item]++;
}

static inline void count_vm_events(enum vm_event_item item, unsigned long delta)
{
	this_machine->vm_event_states[smp_processor_id()][item] += delta;
}

static inline void __count_numa_events(struct zone *zone, enum numa_stat_item item,
				       unsigned long delta)
{
	zone->per_cpu_zonestats[smp_processor_id()].vm_numa_event[item] += delta;
}

/* Sets every CPU's thresholds from the zones' sizes. */
void refresh_zone_stat_thresholds(void);

/* How far a CPU's difference may grow: in general, and while kswapd is awake. In pages, at most 125. */
int calculate_normal_threshold(const struct zone *zone);
int calculate_pressure_threshold(const struct zone *zone);

/**
 * set_pgdat_percpu_threshold - sets the thresholds of the zones whose counters may be off by more than matters
 * @pgdat: the node
 * @threshold: one of the two above
 */
void set_pgdat_percpu_threshold(pg_data_t *pgdat, int (*threshold)(const struct zone *zone));

#endif
