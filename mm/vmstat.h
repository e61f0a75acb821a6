/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counting: zone counters with per-CPU differences, and per-CPU events.
 *
 * A CPU adds to its own small difference and folds it into the zone's counter
 * only when it exceeds a threshold. So the counter is cheap but a little off,
 * and it is this slightly wrong NR_FREE_PAGES that the watermark checks see.
 *
 * Linux counterpart: include/linux/vmstat.h.
 */
#ifndef MM_VMSTAT_H
#define MM_VMSTAT_H

#include "mmzone.h"

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

static inline void count_vm_events(enum vm_event_item item, unsigned long delta)
{
	this_machine->vm_event_states[smp_processor_id()][item] += delta;
}

static inline void __count_numa_events(struct zone *zone, enum numa_stat_item item,
				       unsigned long delta)
{
	zone->per_cpu_zonestats[smp_processor_id()].vm_numa_event[item] += delta;
}

/* Sets every CPU's threshold from the zones' sizes. */
void refresh_zone_stat_thresholds(void);

#endif
