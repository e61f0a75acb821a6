// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How far the counters of zones and nodes may be off: the thresholds at which a CPU's
 * difference is folded in.
 *
 * Linux counterpart: mm/vmstat.c.
 */
#include "internal.h"
#include "vmstat.h"

/* Position of the highest set bit, counted from 1; 0 for 0. */
static int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

/*
 * More CPUs would contend more for the counter, more memory makes an error of the
 * same size matter less: the threshold grows with the logarithm of both.
 */
int calculate_normal_threshold(const struct zone *zone)
{
	unsigned int mem =
		(unsigned int)(zone_managed_pages(zone) >> (27 - PAGE_SHIFT)); /* 128 MiB */
	int threshold = 2 * fls((unsigned int)num_online_cpus()) * (1 + fls(mem));

	return min(125, threshold);
}

/* Small enough that not even all CPUs' differences together reach from low to min. */
int calculate_pressure_threshold(const struct zone *zone)
{
	long distance = (long)(low_wmark_pages(zone) - min_wmark_pages(zone));

	return (int)min(125L, max(1L, distance / num_online_cpus()));
}

void set_pgdat_percpu_threshold(pg_data_t *pgdat, int (*threshold)(const struct zone *zone))
{
	int i, cpu;

	for (i = 0; i < pgdat->nr_zones; i++) {
		struct zone *zone = &pgdat->node_zones[i];

		if (!zone->percpu_drift_mark)
			continue;
		for_each_online_cpu(cpu)
			zone->per_cpu_zonestats[cpu].stat_threshold = (s8)threshold(zone);
	}
}

void refresh_zone_stat_thresholds(void)
{
	struct pglist_data *pgdat;
	struct zone *zone;
	int cpu;

	for_each_online_pgdat(pgdat)
		for_each_online_cpu(cpu)
			pgdat->per_cpu_nodestats[cpu].stat_threshold = 0;

	for_each_populated_zone(zone) {
		struct per_cpu_nodestat *node = zone->zone_pgdat->per_cpu_nodestats;
		int threshold = calculate_normal_threshold(zone);
		unsigned long tolerate_drift, max_drift;

		/* A node's threshold is that of its largest zone. */
		for_each_online_cpu(cpu) {
			zone->per_cpu_zonestats[cpu].stat_threshold = (s8)threshold;
			node[cpu].stat_threshold = max(node[cpu].stat_threshold, (s8)threshold);
		}

		/* Where the error could hide that min is breached, those who care read exactly. */
		tolerate_drift = low_wmark_pages(zone) - min_wmark_pages(zone);
		max_drift = (unsigned long)(num_online_cpus() * threshold);
		if (max_drift > tolerate_drift)
			zone->percpu_drift_mark = high_wmark_pages(zone) + max_drift;
	}
}
