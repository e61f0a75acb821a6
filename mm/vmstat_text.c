// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The counters of /proc/vmstat: names in the kernel's order, and the value of
 * each. Linux counterpart: the tables of mm/vmstat.c.
 *
 * proc-constants.def says which of them never move on this machine.
 */
#include "reader.h"
#include "seq_file.h"
#include "vmstat_text.h"
#include "writeback.h"

enum counter_group { COUNTER_ZONE, COUNTER_NUMA, COUNTER_NODE, COUNTER_LIMIT, COUNTER_EVENT };

static const struct {
	const char *name;
	enum counter_group group;
} counters[] = {
#define COUNTER(name, group) { #name, COUNTER_##group },
#include "counters.def"
#undef COUNTER
};

/* The counters that are kept for each zone come first, in the order of their enums. */
static const char *const zone_names[] = {
#define X(item, name) name,
	ZONE_STAT_ITEMS(X) NUMA_STAT_ITEMS(X)
#undef X
};

static const char *const node_names[] = {
#define X(item, name) name,
	NODE_STAT_ITEMS(X)
#undef X
};

static const char *const event_names[] = {
#define X(item, name) name,
	VM_EVENT_ITEMS(X)
#undef X
};

u32 view_nr_counters(void)
{
	return ARRAY_SIZE(counters);
}

const char *view_counter_name(u32 counter)
{
	return counter < ARRAY_SIZE(counters) ? counters[counter].name : "?";
}

u32 reader_node_counters(u32 *nr)
{
	u32 first = 0, end;

	while (counters[first].group != COUNTER_NODE)
		first++;
	for (end = first; counters[end].group == COUNTER_NODE; end++)
		;
	*nr = end - first;
	return first;
}

u64 reader_zone_counter_sum(const struct machine *m, u32 item)
{
	return (u64)max(m->vm_zone_stat[item], 0L);
}

u64 reader_node_counter(const struct machine *m, u32 nid, u32 item)
{
	return (u64)max(m->node_data[nid].vm_stat[item], 0L);
}

u64 reader_node_counter_sum(const struct machine *m, u32 item)
{
	return (u64)max(m->vm_node_stat[item], 0L);
}

u64 reader_numa_counter(const struct machine *m, const struct zone *zone, u32 item)
{
	u64 sum = 0;

	for (u32 cpu = 0; cpu < reader_nr_cpus(m); cpu++)
		sum += zone->per_cpu_zonestats[cpu].vm_numa_event[item];
	return sum;
}

static u64 reader_numa_counter_sum(const struct machine *m, u32 item)
{
	u64 sum = 0;

	for (u32 ref = 0; ref < zone_ref(reader_nr_nodes(m), 0); ref++) {
		const struct zone *zone = reader_zone(m, ref);

		if (zone && populated_zone(zone))
			sum += reader_numa_counter(m, zone, item);
	}
	return sum;
}

static u64 vm_event_state(const struct machine *m, const char *name)
{
	u64 sum = 0;

	for (u32 item = 0; item < NR_VM_EVENT_ITEMS; item++)
		if (text_equal(event_names[item], name))
			for (u32 cpu = 0; cpu < reader_nr_cpus(m); cpu++)
				sum += m->vm_event_states[cpu][item];
	return sum;
}

/* As global_dirty_limits() (dirty_throttle.c) has it. */
static u64 dirty_limit(const struct machine *m, bool background)
{
	u64 available = reader_zone_counter_sum(m, NR_FREE_PAGES), limits[2];

	available -= min(available, m->totalreserve_pages);
	available += reader_node_counter_sum(m, NR_INACTIVE_FILE) +
		     reader_node_counter_sum(m, NR_ACTIVE_FILE) + 1;
	limits[0] = dirty_threshold(m->vm_dirty_bytes, m->vm_dirty_ratio, available);
	limits[1] = dirty_threshold(m->dirty_background_bytes, m->dirty_background_ratio, available);
	return background ? min(limits[1], limits[1] >= limits[0] ? limits[0] / 2 : limits[1]) : limits[0];
}

/* Counters of one item of the zone groups, by name, so that the order of the enums may change. */
static u64 zone_group_counter(const struct machine *m, u32 counter)
{
	u32 item = 0;

	while (item < ARRAY_SIZE(zone_names) && !text_equal(zone_names[item], counters[counter].name))
		item++;
	if (item == ARRAY_SIZE(zone_names))
		return 0;
	return item < NR_VM_ZONE_STAT_ITEMS ? reader_zone_counter_sum(m, item) :
					      reader_numa_counter_sum(m, item - NR_VM_ZONE_STAT_ITEMS);
}

static u64 node_counter(const struct machine *m, const char *name)
{
	for (u32 item = 0; item < NR_VM_NODE_STAT_ITEMS; item++)
		if (text_equal(node_names[item], name))
			return reader_node_counter_sum(m, item);
	return 0;
}

u64 view_counter(const struct machine *m, u32 counter)
{
	if (counter >= ARRAY_SIZE(counters))
		return 0;
	switch (counters[counter].group) {
	case COUNTER_ZONE:
	case COUNTER_NUMA:
		return zone_group_counter(m, counter);
	case COUNTER_LIMIT:
		return dirty_limit(m, text_equal(counters[counter].name,
						 "nr_dirty_background_threshold"));
	case COUNTER_EVENT:
		return vm_event_state(m, counters[counter].name);
	case COUNTER_NODE:
		return node_counter(m, counters[counter].name);
	}
	return 0;
}
