// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Objects as they are named, watched and inspected: for each kind a short
 * name, the bytes of the arena it consists of, and its fields under the
 * kernel's names in the order of the kernel's structure.
 */
#include "view_object.h"

static u32 object_zone_ref(mm_object_t object)
{
	return (u32)(mm_object_kind(object) == MM_OBJECT_ZONE ? mm_object_id(object) :
								mm_object_id(object) >> 8);
}

static u32 object_sub(mm_object_t object)
{
	return (u32)(mm_object_id(object) & 0xff);
}

/* The zone an object lies in, if it has one and the machine has that zone. */
static const struct zone *object_zone(const struct machine *m, mm_object_t object)
{
	u64 id = mm_object_id(object);
	const struct zone *zone;

	switch (mm_object_kind(object)) {
	case MM_OBJECT_ZONE:
		break;
	case MM_OBJECT_FREE_AREA:
		if (object_sub(object) >= MAX_ORDER)
			return NULL;
		id >>= 8;
		break;
	case MM_OBJECT_PCP:
		if (object_sub(object) >= reader_nr_cpus(m))
			return NULL;
		id >>= 8;
		break;
	default:
		return NULL;
	}
	zone = id >> 32 ? NULL : reader_zone(m, (u32)id);
	return zone && populated_zone(zone) ? zone : NULL;
}

/* ---- Names ---- */

static void put_zone_name(struct seq_file *s, u32 ref)
{
	seq_printf(s, "Node %u, zone %s", ref >> 3, view_zone_name(ref & 7));
}

/* An entry of a page table, as "task 1, pte of 0x400000". */
static void put_entry_name(struct seq_file *s, u64 id)
{
	static const char *const levels[] = { "?", "pte", "pmd", "pud", "pgd" };
	u64 level = id >> 52 & 7;

	seq_printf(s, "task %lu, %s of %#lx", id >> 36 & 0xffff,
		   levels[level < ARRAY_SIZE(levels) ? level : 0], (id & 0xfffffffffUL) << 12);
}

size_t view_object_name(const struct machine *m, mm_object_t object, char *buf, size_t size)
{
	u64 id = mm_object_id(object);
	struct seq_file s;

	seq_open(&s, buf, size);
	switch (mm_object_kind(object)) {
	case MM_OBJECT_MACHINE:
		seq_puts(&s, "machine");
		break;
	case MM_OBJECT_NODE:
		seq_printf(&s, "Node %lu", id);
		break;
	case MM_OBJECT_ZONE:
		put_zone_name(&s, object_zone_ref(object));
		break;
	case MM_OBJECT_FREE_AREA:
		put_zone_name(&s, object_zone_ref(object));
		seq_printf(&s, ", free_area[%u]", object_sub(object));
		break;
	case MM_OBJECT_PCP:
		put_zone_name(&s, object_zone_ref(object));
		seq_printf(&s, ", CPU %u", object_sub(object));
		break;
	case MM_OBJECT_PAGE:
		seq_printf(&s, "page %#lx", id);
		break;
	case MM_OBJECT_PAGEBLOCK:
		seq_printf(&s, "pageblock %#lx", id);
		break;
	case MM_OBJECT_SLOT:
		seq_printf(&s, "slot %lu", id);
		break;
	case MM_OBJECT_OP:
		seq_printf(&s, "operation %lu", id + 1);
		break;
	case MM_OBJECT_TASK:
		seq_printf(&s, "task %lu", id);
		break;
	case MM_OBJECT_MM:
		seq_printf(&s, "mm %lu", id);
		break;
	case MM_OBJECT_VMA:
		seq_printf(&s, "VMA %lu", id);
		break;
	case MM_OBJECT_ANON_VMA:
		seq_printf(&s, "anon_vma %lu", id);
		break;
	case MM_OBJECT_FILE:
		seq_printf(&s, "file %lu", id);
		break;
	case MM_OBJECT_PTE:
		put_entry_name(&s, id);
		break;
	case MM_OBJECT_CACHE:
	case MM_OBJECT_SLAB:
	case MM_OBJECT_SLAB_OBJECT:
	case MM_OBJECT_ARRAY_CACHE:
		slab_object_name(m, object, &s);
		break;
	case MM_OBJECT_LRU:
	case MM_OBJECT_RECLAIMER:
	case MM_OBJECT_SWAP_DEVICE:
	case MM_OBJECT_SWAP_SLOT:
		reclaim_object_name(object, &s);
		break;
	case MM_OBJECT_NONE:
	case NR_MM_OBJECT_KINDS:
		break;
	}
	return seq_close(&s);
}

/* ---- Extents ---- */

void put_extent(struct extents *e, const void *start, u64 size)
{
	if (e->nr < e->max) {
		e->out[e->nr].offset = (u64)start - (u64)e->m;
		e->out[e->nr].size = size;
	}
	e->nr++;
}

/* A zone without what has objects of its own: free areas and per-CPU lists. */
static void put_zone_extents(struct extents *e, const struct zone *zone)
{
	put_extent(e, zone, offsetof(struct zone, free_area));
	for (u32 order = 0; order < MAX_ORDER; order++)
		put_extent(e, &zone->free_area[order].nr_free,
			   sizeof(zone->free_area[order].nr_free));
	put_extent(e, zone->vm_stat, sizeof(zone->vm_stat));
}

static void put_machine_extents(struct extents *e, const struct machine *m)
{
	u64 sums = offsetof(struct machine, totalram_pages);

	put_extent(e, &m->op_index, offsetof(struct machine, mem_map) -
					    offsetof(struct machine, op_index));
	put_extent(e, (const char *)m + sums, sizeof(*m) - sums);
}

u32 view_object_extents(const struct machine *m, mm_object_t object, struct view_extent *out, u32 max)
{
	struct extents e = { .m = m, .out = out, .max = max };
	const struct zone *zone = object_zone(m, object);
	u64 id = mm_object_id(object);

	switch (mm_object_kind(object)) {
	case MM_OBJECT_MACHINE:
		put_machine_extents(&e, m);
		break;
	case MM_OBJECT_NODE:
		if (id < reader_nr_nodes(m)) {
			const struct pglist_data *node = &m->node_data[id];

			put_extent(&e, &node->nr_zones,
				   sizeof(*node) - offsetof(struct pglist_data, nr_zones));
		}
		break;
	case MM_OBJECT_ZONE:
		if (zone)
			put_zone_extents(&e, zone);
		break;
	case MM_OBJECT_FREE_AREA:
		if (zone)
			put_extent(&e, &zone->free_area[object_sub(object)],
				   sizeof(struct free_area));
		break;
	case MM_OBJECT_PCP:
		if (zone) {
			put_extent(&e, &zone->per_cpu_pageset[object_sub(object)],
				   sizeof(struct per_cpu_pages));
			put_extent(&e, &zone->per_cpu_zonestats[object_sub(object)],
				   sizeof(struct per_cpu_zonestat));
		}
		break;
	case MM_OBJECT_PAGE:
		if (id < m->max_pfn)
			put_extent(&e, reader_page(m, id), sizeof(struct page));
		break;
	case MM_OBJECT_PAGEBLOCK:
		if (id < m->max_pfn)
			put_extent(&e, (const u8 *)reader_address(m, m->pageblock_flags) +
					       (id >> pageblock_order), 1);
		break;
	case MM_OBJECT_SLOT:
		if (id < m->config.nr_slots)
			put_extent(&e, (const char *)m + m->layout.slots +
					       id * sizeof(struct mm_slot), sizeof(struct mm_slot));
		break;
	case MM_OBJECT_CACHE:
	case MM_OBJECT_SLAB:
	case MM_OBJECT_SLAB_OBJECT:
	case MM_OBJECT_ARRAY_CACHE:
		return slab_object_extents(m, object, out, max);
	case MM_OBJECT_LRU:
	case MM_OBJECT_RECLAIMER:
	case MM_OBJECT_SWAP_DEVICE:
	case MM_OBJECT_SWAP_SLOT:
		put_reclaim_extents(&e, object);
		break;
	default:
		put_vm_extents(&e, object);
		break;
	}
	return e.nr;
}

/* ---- Fields: zone, free area, per-CPU lists ---- */

static void put_zone_fields(struct fields *f, const struct zone *zone)
{
	static const char *const wmarks[] = { "_watermark[WMARK_MIN]", "_watermark[WMARK_LOW]",
					      "_watermark[WMARK_HIGH]" };
	u32 ref = reader_zone_ref(f->m, zone);
	struct view_field *field;
	struct seq_file s;

	for (u32 i = 0; i < ARRAY_SIZE(wmarks); i++)
		put_pages(f, wmarks[i], zone->_watermark[i]);
	put_pages(f, "watermark_boost", zone->watermark_boost);
	put_pages(f, "nr_reserved_highatomic", zone->nr_reserved_highatomic);
	for (u32 i = 0; i < MAX_NR_ZONES; i++) {
		element_field(f, "lowmem_reserve", i, "long", &s);
		seq_printf(&s, "%ld (%s)", zone->lowmem_reserve[i], view_zone_name(i));
		seq_close(&s);
	}
	field = named_field(f, "zone_pgdat", "struct pglist_data *", &s);
	seq_printf(&s, "Node %u", ref >> 3);
	field->object = mm_object(MM_OBJECT_NODE, ref >> 3);
	seq_close(&s);
	put_s64(f, "pageset_high", "int", zone->pageset_high);
	put_s64(f, "pageset_batch", "int", zone->pageset_batch);
	put_pfn(f, "zone_start_pfn", zone->zone_start_pfn);
	put_pages(f, "managed_pages", zone->managed_pages);
	put_pages(f, "spanned_pages", zone->spanned_pages);
	put_pages(f, "present_pages", zone->present_pages);
	put_text(f, "name", "const char *", view_zone_name(ref & 7));
	put_pfn(f, "compact_cached_free_pfn", zone->compact_cached_free_pfn);
	put_pfn(f, "compact_cached_migrate_pfn[0]", zone->compact_cached_migrate_pfn[0]);
	put_pfn(f, "compact_cached_migrate_pfn[1]", zone->compact_cached_migrate_pfn[1]);
	put_u64(f, "compact_considered", "unsigned int", zone->compact_considered);
	put_u64(f, "compact_defer_shift", "unsigned int", zone->compact_defer_shift);
	put_s64(f, "compact_order_failed", "int", zone->compact_order_failed);
	for (u32 order = 0; order < MAX_ORDER; order++) {
		field = new_field(f, "unsigned long", &s);
		seq_format(field->name, sizeof(field->name), "free_area[%u].nr_free", order);
		seq_printf(&s, "%lu", zone->free_area[order].nr_free);
		field->object = mm_zone_object(MM_OBJECT_FREE_AREA, ref, order);
		seq_close(&s);
	}
	named_field(f, "flags", "unsigned long", &s);
	seq_printf(&s, "%#lx%s%s", zone->flags,
		   zone->flags >> ZONE_BOOSTED_WATERMARK & 1 ? " ZONE_BOOSTED_WATERMARK" : "",
		   zone->flags >> ZONE_RECLAIM_ACTIVE & 1 ? " ZONE_RECLAIM_ACTIVE" : "");
	seq_close(&s);
	for (u32 cpu = 0; cpu < reader_nr_cpus(f->m); cpu++) {
		field = new_field(f, "int", &s);
		seq_format(field->name, sizeof(field->name), "per_cpu_pageset[%u].count", cpu);
		seq_printf(&s, "%d", zone->per_cpu_pageset[cpu].count);
		field->object = mm_zone_object(MM_OBJECT_PCP, ref, cpu);
		seq_close(&s);
	}
	put_u64(f, "percpu_drift_mark", "unsigned long", zone->percpu_drift_mark);
	put_pages(f, "vm_stat[NR_FREE_PAGES]", (u64)max(zone->vm_stat[NR_FREE_PAGES], 0L));
}

static void put_free_area_fields(struct fields *f, const struct zone *zone, u32 order)
{
	const struct free_area *area = &zone->free_area[order];

	for (u32 mt = 0; mt < MIGRATE_TYPES; mt++) {
		u32 nr = f->nr;

		put_list(f, "free_list", mt, &area->free_list[mt]);
		if (nr < f->max)
			seq_format(f->out[nr].name, sizeof(f->out[nr].name), "free_list[%s]",
				   view_migratetype_name(mt));
	}
	put_u64(f, "nr_free", "unsigned long", area->nr_free);
}

static void put_pcp_fields(struct fields *f, const struct zone *zone, u32 cpu)
{
	const struct per_cpu_zonestat *stat = &zone->per_cpu_zonestats[cpu];
	const struct per_cpu_pages *pcp = &zone->per_cpu_pageset[cpu];

	put_s64(f, "count", "int", pcp->count);
	put_s64(f, "high", "int", pcp->high);
	put_s64(f, "batch", "int", pcp->batch);
	put_s64(f, "free_factor", "short", pcp->free_factor);
	put_s64(f, "expire", "short", pcp->expire);
	for (u32 pindex = 0; pindex < NR_PCP_LISTS; pindex++)
		put_list(f, "lists", pindex, &pcp->lists[pindex]);
	put_s64(f, "vm_stat_diff[NR_FREE_PAGES]", "s8", stat->vm_stat_diff[NR_FREE_PAGES]);
	put_s64(f, "stat_threshold", "s8", stat->stat_threshold);
}

/* ---- Fields: node, machine, pageblock, slot ---- */

static void put_node_fields(struct fields *f, u32 nid)
{
	const struct pglist_data *node = &f->m->node_data[nid];
	struct view_field *field;
	struct seq_file s;

	for (u32 idx = 0; idx < MAX_NR_ZONES; idx++) {
		if (!populated_zone(&node->node_zones[idx]))
			continue;
		field = element_field(f, "node_zones", idx, "struct zone", &s);
		seq_printf(&s, "%s, %lu pages", view_zone_name(idx),
			   node->node_zones[idx].present_pages);
		field->object = mm_object(MM_OBJECT_ZONE, zone_ref(nid, idx));
		seq_close(&s);
	}
	put_s64(f, "nr_zones", "int", node->nr_zones);
	put_s64(f, "node_id", "int", node->node_id);
	put_pfn(f, "node_start_pfn", node->node_start_pfn);
	put_pages(f, "node_present_pages", node->node_present_pages);
	put_pages(f, "node_spanned_pages", node->node_spanned_pages);
	put_pages(f, "totalreserve_pages", node->totalreserve_pages);
	put_s64(f, "kswapd_order", "int", node->kswapd_order);
	put_s64(f, "kswapd_highest_zoneidx", "enum zone_type", node->kswapd_highest_zoneidx);
	put_u64(f, "split_queue_len", "unsigned long", node->deferred_split_queue.split_queue_len);
	put_s64(f, "kcompactd_max_order", "int", node->kcompactd_max_order);
	put_s64(f, "kcompactd_highest_zoneidx", "enum zone_type", node->kcompactd_highest_zoneidx);
}

static void put_machine_fields(struct fields *f)
{
	const struct machine *m = f->m;
	struct view_machine view;

	view_machine(m, &view);
	put_u64(f, "nr_online_nodes", "unsigned int", view.nr_nodes);
	put_u64(f, "nr_cpu_ids", "unsigned int", view.nr_cpus);
	put_pfn(f, "max_pfn", m->max_pfn);
	put_pages(f, "totalram_pages", m->totalram_pages);
	put_pages(f, "totalreserve_pages", m->totalreserve_pages);
	put_pages(f, "vm_zone_stat[NR_FREE_PAGES]", (u64)max(m->vm_zone_stat[NR_FREE_PAGES], 0L));
	for (u32 i = 0; i < NR_TUNABLES; i++)
		put_u64(f, view_tunable_name(i), "int", view.tunables[i]);
	put_u64(f, "page_group_by_mobility_disabled", "int",
		(u64)m->page_group_by_mobility_disabled);
	put_u64(f, "smp_processor_id()", "int", m->cpu);
	put_text(f, "(stopped)", "bool", m->stopped ? "true" : "false");
	if (m->stopped)
		put_text(f, "(stopped by)", "char *", view_bug_name(m->stop_reason));
}

static void put_pageblock_fields(struct fields *f, u64 pfn)
{
	u64 start = pageblock_start_pfn(pfn);
	u32 counts[NR_VIEW_PAGE_KINDS] = { 0 };
	u8 frames[pageblock_nr_pages];
	u64 nr = min(pageblock_nr_pages, f->m->max_pfn - start);
	struct seq_file s;

	put_text(f, "migratetype", "enum migratetype",
		 view_migratetype_name(reader_block_type(f->m, pfn)));
	put_pfn(f, "start_pfn", start);
	put_pfn(f, "end_pfn", start + nr);
	view_frames(f->m, start, nr, frames);
	for (u64 i = 0; i < nr; i++)
		counts[(frames[i] & 15) % NR_VIEW_PAGE_KINDS]++;
	for (u32 kind = 0; kind < NR_VIEW_PAGE_KINDS; kind++) {
		struct view_field *field;

		if (!counts[kind])
			continue;
		field = new_field(f, "pages", &s);
		seq_format(field->name, sizeof(field->name), "(%s)", view_page_kind_name(kind));
		seq_printf(&s, "%u", counts[kind]);
		seq_close(&s);
	}
}

/* What it holds: the name of the field says what kind of thing. */
static void put_slot_value(struct fields *f, const struct mm_slot *slot)
{
	switch ((enum slot_kind)slot->kind) {
	case SLOT_PAGES:
		put_page_ref(f, "page", "struct page *", slot->value);
		put_u64(f, "order", "unsigned int", slot->order);
		break;
	case SLOT_TASK:
		put_reference(f, "task", "struct task_struct *", MM_OBJECT_TASK, slot->value);
		break;
	case SLOT_FILE:
		put_reference(f, "file", "struct inode *", MM_OBJECT_FILE, slot->value);
		break;
	case SLOT_OPEN_FILE:
		put_u64(f, "open file", "struct file *", slot->value);
		break;
	default:
		put_address(f, slot->kind == SLOT_ADDRESS ? "address" : "object", slot->value);
		break;
	}
}

static void put_slot_fields(struct fields *f, u32 number)
{
	static const char *const states[] = { "empty", "live", "freed" };
	struct mm_slot slot;
	struct seq_file s;
	struct view_field *field;

	view_slot(f->m, number, &slot);
	put_text(f, "state", "enum slot_state",
		 slot.state < ARRAY_SIZE(states) ? states[slot.state] : "?");
	if (slot.state == SLOT_EMPTY)
		return;
	put_slot_value(f, &slot);
	field = named_field(f, "op", "u32", &s);
	seq_printf(&s, "%u", slot.op);
	field->object = mm_object(MM_OBJECT_OP, slot.op);
	seq_close(&s);
}

u32 view_object_fields(const struct machine *m, mm_object_t object, struct view_field *out, u32 max)
{
	struct fields f = { .m = m, .out = out, .max = max };
	const struct zone *zone = object_zone(m, object);
	u64 id = mm_object_id(object);

	switch (mm_object_kind(object)) {
	case MM_OBJECT_MACHINE:
		put_machine_fields(&f);
		break;
	case MM_OBJECT_NODE:
		if (id < reader_nr_nodes(m))
			put_node_fields(&f, (u32)id);
		break;
	case MM_OBJECT_ZONE:
		if (zone)
			put_zone_fields(&f, zone);
		break;
	case MM_OBJECT_FREE_AREA:
		if (zone)
			put_free_area_fields(&f, zone, object_sub(object));
		break;
	case MM_OBJECT_PCP:
		if (zone)
			put_pcp_fields(&f, zone, object_sub(object));
		break;
	case MM_OBJECT_PAGE:
		if (id < m->max_pfn)
			put_page_fields(&f, id);
		break;
	case MM_OBJECT_PAGEBLOCK:
		if (id < m->max_pfn)
			put_pageblock_fields(&f, id);
		break;
	case MM_OBJECT_SLOT:
		if (id < m->config.nr_slots)
			put_slot_fields(&f, (u32)id);
		break;
	default:
		put_vm_fields(&f, object);
		put_slab_fields(&f, object);
		put_reclaim_fields(&f, object);
		break;
	}
	return f.nr;
}
