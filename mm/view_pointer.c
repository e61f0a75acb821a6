// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a pointer of the core points to: the kernel's object at an address of
 * the arena, in words and as something that can be selected.
 */
#include "reader.h"
#include "seq_file.h"

/* How many pages of a list are spelt out, and how many are counted. */
#define LIST_SAMPLE  4
#define LIST_COUNTED 1000

static size_t index_of(u64 offset, u64 start, u64 size)
{
	return (offset - start) / size;
}

/* Wraps around for offsets before the member. */
#define WITHIN(offset, type, member)                                                               \
	((offset) - offsetof(type, member) < sizeof(((type *)0)->member))

#define INDEX(offset, type, member)                                                                \
	index_of(offset, offsetof(type, member), sizeof(((type *)0)->member[0]))

/* How many pages a list holds, and the first ones. */
static void put_list(struct seq_file *s, const struct machine *m, const struct list_head *head)
{
	struct list_walk walk;
	u32 nr = 0;
	u64 pfn;

	list_walk_start(&walk, m, head);
	for (; nr < LIST_COUNTED && (pfn = list_walk_next(&walk)) != NO_PFN; nr++) {
		if (nr < LIST_SAMPLE)
			seq_printf(s, nr ? " %lx" : ": %lx", pfn);
	}
	if (nr > LIST_SAMPLE)
		seq_printf(s, " ... (%u%s)", nr, nr == LIST_COUNTED ? "+" : "");
	else if (!nr)
		seq_puts(s, ": empty");
}

static mm_object_t put_page_pointer(struct seq_file *s, const struct machine *m, u64 offset)
{
	u64 pfn = (offset - m->layout.mem_map) / sizeof(struct page);
	u64 into = (offset - m->layout.mem_map) % sizeof(struct page);

	if (pfn >= m->max_pfn)
		return 0;
	seq_printf(s, "pfn %#lx", pfn);
	if (into == offsetof(struct page, lru))
		seq_puts(s, " (lru)");
	else if (into)
		seq_printf(s, " + %lu", into);
	return mm_object(MM_OBJECT_PAGE, pfn);
}

/* A pointer into struct zone; @offset from its start. */
static mm_object_t put_zone(struct seq_file *s, const struct machine *m, u32 ref, u64 offset)
{
	seq_printf(s, "Node %u, zone %s", ref >> 3, view_zone_name(ref & 7));
	if (WITHIN(offset, struct zone, free_area)) {
		u32 order = (u32)INDEX(offset, struct zone, free_area);
		u64 into = (offset - offsetof(struct zone, free_area)) % sizeof(struct free_area);

		seq_printf(s, ", free_area[%u]", order);
		if (WITHIN(into, struct free_area, free_list)) {
			u32 mt = (u32)INDEX(into, struct free_area, free_list);

			seq_printf(s, ".free_list[%s]", view_migratetype_name(mt));
			put_list(s, m, &reader_zone(m, ref)->free_area[order].free_list[mt]);
		}
		return mm_zone_object(MM_OBJECT_FREE_AREA, ref, order);
	}
	if (WITHIN(offset, struct zone, per_cpu_pageset)) {
		u32 cpu = (u32)INDEX(offset, struct zone, per_cpu_pageset);
		u64 into = (offset - offsetof(struct zone, per_cpu_pageset)) % sizeof(struct per_cpu_pages);

		seq_printf(s, ", CPU %u", cpu);
		if (WITHIN(into, struct per_cpu_pages, lists)) {
			u64 pindex = INDEX(into, struct per_cpu_pages, lists);

			seq_printf(s, ", lists[%lu]", pindex);
			put_list(s, m, &reader_zone(m, ref)->per_cpu_pageset[cpu].lists[pindex]);
		}
		return mm_zone_object(MM_OBJECT_PCP, ref, cpu);
	}
	if (WITHIN(offset, struct zone, per_cpu_zonestats))
		seq_printf(s, ", CPU %lu", (u64)INDEX(offset, struct zone, per_cpu_zonestats));
	return mm_object(MM_OBJECT_ZONE, ref);
}

/* A pointer into struct pglist_data of node @nid. */
static mm_object_t put_node(struct seq_file *s, const struct machine *m, u32 nid, u64 offset)
{
	if (WITHIN(offset, struct pglist_data, node_zones)) {
		u32 idx = (u32)INDEX(offset, struct pglist_data, node_zones);

		return put_zone(s, m, zone_ref(nid, idx),
				(offset - offsetof(struct pglist_data, node_zones)) % sizeof(struct zone));
	}
	seq_printf(s, "Node %u", nid);
	if (WITHIN(offset, struct pglist_data, node_zonelists)) {
		u64 into = offset - offsetof(struct pglist_data, node_zonelists);
		u64 ref = into % sizeof(struct zonelist) / sizeof(struct zoneref);
		const struct zone *zone;

		seq_puts(s, ", zonelist");
		zone = m->node_data[nid].node_zonelists[into / sizeof(struct zonelist)]._zonerefs[ref].zone;
		if (into % sizeof(struct zonelist)) {
			u64 address = reader_address(m, zone);

			if (zone && address >= (u64)m->node_data && address < (u64)(m->node_data + MAX_NUMNODES)) {
				u32 zref = reader_zone_ref(m, (const struct zone *)address);

				seq_printf(s, "[%lu]: Node %u, zone %s", ref, zref >> 3, view_zone_name(zref & 7));
			} else {
				seq_printf(s, "[%lu]: end", ref);
			}
		}
	}
	return mm_object(MM_OBJECT_NODE, nid);
}

size_t view_pointer(const struct machine *m, u64 address, char *buf, size_t size, mm_object_t *object)
{
	u64 offset = reader_address(m, (const void *)address) - (u64)m;
	mm_object_t found = 0;
	struct seq_file s;

	seq_open(&s, buf, size);
	if (!address) {
		seq_puts(&s, "NULL");
	} else if (IS_ERR_VALUE(address)) {
		seq_printf(&s, "ERR_PTR(-%s)", view_errno_name((s64)address));
	} else if (offset >= m->layout.size) {
		;
	} else if (offset >= m->layout.disk) {
		seq_printf(&s, "disk, block %lu", (offset - m->layout.disk) >> PAGE_SHIFT);
	} else if (offset >= m->layout.ram) {
		u64 paddr = offset - m->layout.ram;

		seq_printf(&s, "%#lx", DIRECT_MAP_BASE + paddr);
		found = mm_object(MM_OBJECT_PAGE, paddr >> PAGE_SHIFT);
	} else if (offset >= m->layout.mem_map) {
		found = put_page_pointer(&s, m, offset);
	} else if (offset >= m->layout.slots) {
		u64 slot = (offset - m->layout.slots) / sizeof(struct mm_slot);

		if (slot < m->config.nr_slots) {
			seq_printf(&s, "slot %lu", slot);
			found = mm_object(MM_OBJECT_SLOT, slot);
		}
	} else if (WITHIN(offset, struct machine, node_data)) {
		u32 nid = (u32)INDEX(offset, struct machine, node_data);

		found = put_node(&s, m, nid,
				 (offset - offsetof(struct machine, node_data)) % sizeof(struct pglist_data));
	} else if (offset < sizeof(struct machine)) {
		seq_puts(&s, "machine");
		if (offset)
			seq_printf(&s, " + %lu", offset);
		found = mm_object(MM_OBJECT_MACHINE, 0);
	}
	if (object)
		*object = found;
	return seq_close(&s);
}
