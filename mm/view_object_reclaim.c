// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * LRU lists, the scan_control of kswapd and of direct reclaim, swap devices
 * and their slots, as they are named, watched and inspected.
 */
#include "view_object.h"
#include "swap.h"

static u32 lru_nid(mm_object_t object)
{
	return (u32)(mm_object_id(object) >> 8);
}

static u32 lru_index(mm_object_t object)
{
	return (u32)(mm_object_id(object) & 0xff);
}

static u32 slot_device(mm_object_t object)
{
	return (u32)(mm_object_id(object) >> 48);
}

static u64 slot_number(mm_object_t object)
{
	return mm_object_id(object) & 0xffffffffffffUL;
}

static const struct lruvec *object_lruvec(const struct machine *m, mm_object_t object)
{
	return lru_nid(object) < reader_nr_nodes(m) && lru_index(object) < NR_LRU_LISTS
		       ? &m->node_data[lru_nid(object)].__lruvec
		       : NULL;
}

void reclaim_object_name(mm_object_t object, struct seq_file *s)
{
	u64 id = mm_object_id(object);

	switch (mm_object_kind(object)) {
	case MM_OBJECT_LRU:
		seq_printf(s, "Node %u, LRU list %s", lru_nid(object),
			   view_lru_name(lru_index(object)));
		break;
	case MM_OBJECT_RECLAIMER:
		seq_printf(s, "scan_control of %s",
			   id == VIEW_KSWAPD ? "kswapd" : "direct_reclaim");
		break;
	case MM_OBJECT_SWAP_DEVICE:
		seq_printf(s, "swap device %lu", id);
		break;
	case MM_OBJECT_SWAP_SLOT:
		seq_printf(s, "swap device %u, swap slot %lu", slot_device(object),
			   slot_number(object));
		break;
	default:
		break;
	}
}

/* ---- Extents ---- */

static void put_slot_extents(struct extents *e, mm_object_t object)
{
	const struct swap_info_struct *si = reader_swap(e->m, slot_device(object));
	u64 slot = slot_number(object);

	if (!si || slot >= si->max)
		return;
	put_extent(e, (const u32 *)reader_address(e->m, si->swap_map) + slot, sizeof(u32));
	put_extent(e, (void *const *)reader_address(e->m, si->swap_cache) + slot, sizeof(void *));
}

void put_reclaim_extents(struct extents *e, mm_object_t object)
{
	const struct lruvec *lruvec;
	u64 id = mm_object_id(object);

	switch (mm_object_kind(object)) {
	case MM_OBJECT_LRU:
		lruvec = object_lruvec(e->m, object);
		if (lruvec)
			put_extent(e, &lruvec->lists[lru_index(object)], sizeof(struct list_head));
		break;
	case MM_OBJECT_RECLAIMER:
		if (id < NR_RECLAIMERS)
			put_extent(e, &e->m->reclaimers[id], offsetof(struct reclaimer, answers));
		break;
	case MM_OBJECT_SWAP_DEVICE:
		if (reader_swap(e->m, (u32)id))
			put_extent(e, &e->m->swap_info[id], sizeof(e->m->swap_info[id]));
		break;
	case MM_OBJECT_SWAP_SLOT:
		put_slot_extents(e, object);
		break;
	default:
		break;
	}
}

/* ---- Fields ---- */

static void put_lru_fields(struct fields *f, mm_object_t object)
{
	const struct lruvec *lruvec = object_lruvec(f->m, object);
	u32 nid = lru_nid(object), lru = lru_index(object), nr = f->nr;

	if (!lruvec)
		return;
	put_list(f, "lists", lru, &lruvec->lists[lru]);
	if (nr < f->max)
		seq_format(f->out[nr].name, sizeof(f->out[nr].name), "lists[%s]",
			   view_lru_name(lru));
	put_pages(f, "(pages)", (u64)max(f->m->node_data[nid].vm_stat[NR_LRU_BASE + lru], 0L));
	put_u64(f, "anon_cost", "unsigned long", lruvec->anon_cost);
	put_u64(f, "file_cost", "unsigned long", lruvec->file_cost);
	put_s64(f, "nonresident_age", "atomic_long_t", lruvec->nonresident_age);
	put_u64(f, "refaults[WORKINGSET_ANON]", "unsigned long", lruvec->refaults[WORKINGSET_ANON]);
	put_u64(f, "refaults[WORKINGSET_FILE]", "unsigned long", lruvec->refaults[WORKINGSET_FILE]);
	put_text(f, "flags", "unsigned long",
		 lruvec->flags >> LRUVEC_CONGESTED & 1 ? "LRUVEC_CONGESTED" : "0");
}

static void put_flag(struct fields *f, const char *name, bool set)
{
	put_u64(f, name, "unsigned int : 1", set);
}

static void put_scan_flags(struct fields *f, const struct view_reclaimer *view)
{
	u32 deactivate = (view->may_deactivate_anon ? 1 : 0) | (view->may_deactivate_file ? 2 : 0);

	put_u64(f, "may_deactivate", "unsigned int : 2", deactivate);
	put_flag(f, "force_deactivate", view->force_deactivate);
	put_flag(f, "skipped_deactivate", view->skipped_deactivate);
	put_flag(f, "may_writepage", view->may_writepage);
	put_flag(f, "may_unmap", view->may_unmap);
	put_flag(f, "may_swap", view->may_swap);
	put_flag(f, "compaction_ready", view->compaction_ready);
	put_flag(f, "cache_trim_mode", view->cache_trim_mode);
	put_flag(f, "file_is_tiny", view->file_is_tiny);
}

static void put_scan_targets(struct fields *f, const struct view_reclaimer *view)
{
	struct view_field *field;
	struct seq_file s;

	for (u32 lru = 0; lru < NR_LRU_LISTS - 1; lru++) {
		field = new_field(f, "unsigned long", &s);
		seq_format(field->name, sizeof(field->name), "nr[%s]", view_lru_name(lru));
		seq_printf(&s, "%lu of %lu to scan", view->left[lru], view->targets[lru]);
		field->object = mm_lru_object((u32)max(view->nid, 0), lru);
		seq_close(&s);
	}
}

static void put_reclaimer_fields(struct fields *f, u32 kind)
{
	struct view_reclaimer view;
	char gfp[96];

	if (!view_reclaimer(f->m, kind, &view))
		return;
	put_text(f, "(at work)", "bool", view.at_work ? "true" : "false");
	put_pages(f, "nr_to_reclaim", view.nr_to_reclaim);
	put_u64(f, "anon_cost", "unsigned long", view.anon_cost);
	put_u64(f, "file_cost", "unsigned long", view.file_cost);
	put_scan_flags(f, &view);
	put_u64(f, "order", "s8", view.order);
	put_s64(f, "priority", "s8", view.priority);
	put_text(f, "reclaim_idx", "s8", view_zone_name(view.reclaim_idx));
	view_gfp((gfp_t)view.gfp_mask, gfp, sizeof(gfp));
	put_text(f, "gfp_mask", "gfp_t", gfp);
	put_pages(f, "nr_scanned", view.nr_scanned);
	put_pages(f, "nr_reclaimed", view.nr_reclaimed);
	put_text(f, "scan_balance", "enum scan_balance", view_scan_balance_name(view.scan_balance));
	put_s64(f, "swappiness", "int", f->m->vm_swappiness);
	put_scan_targets(f, &view);
	put_text(f, "lru", "enum lru_list", view_lru_name(view.lru));
	put_u64(f, "nr_taken", "unsigned long", view.batch_taken);
}

static void put_swap_device_fields(struct fields *f, u32 nr)
{
	const struct swap_info_struct *si = reader_swap(f->m, nr);
	struct view_swap_device view;

	if (!si)
		return;
	view_swap_device(f->m, nr, &view);
	put_text(f, "flags", "unsigned long",
		 !view.in_use		   ? "0"
		 : si->flags & SWP_WRITEOK ? "SWP_USED SWP_WRITEOK"
					   : "SWP_USED");
	put_s64(f, "prio", "signed short", view.priority);
	put_u64(f, "max", "unsigned int", si->max);
	put_pages(f, "pages", view.slots);
	put_pages(f, "inuse_pages", view.used);
	put_u64(f, "lowest_bit", "unsigned int", si->lowest_bit);
	put_u64(f, "highest_bit", "unsigned int", si->highest_bit);
	put_u64(f, "cluster_next", "unsigned int", view.cluster_next);
	put_u64(f, "cluster_nr", "unsigned int", si->cluster_nr);
	put_u64(f, "(cached)", "slots", view.cached);
	put_u64(f, "(shadows)", "slots", view.shadows);
}

static void put_swap_slot_fields(struct fields *f, mm_object_t object)
{
	u32 device = slot_device(object);
	u64 slot = slot_number(object);
	struct view_swap_slot view;
	struct view_field *field;
	struct seq_file s;
	s32 pid;

	if (!view_swap_slot(f->m, device, slot, &view))
		return;
	field = named_field(f, "swap_map", "unsigned int", &s);
	seq_printf(&s, "%u%s", view.count, view.cached ? " SWAP_HAS_CACHE" : "");
	field->object = mm_object(MM_OBJECT_SWAP_DEVICE, device);
	seq_close(&s);
	field = named_field(f, "swap_cache", "void *", &s);
	if (view.shadow) {
		seq_printf(&s, "shadow, %lu pages ago%s", view.distance,
			   view.workingset ? ", workingset" : "");
	} else if (view.pfn == NO_PFN) {
		seq_puts(&s, "NULL");
	} else {
		seq_printf(&s, "page %#lx", view.pfn);
		field->object = mm_object(MM_OBJECT_PAGE, view.pfn);
	}
	seq_close(&s);
	view_swap_owners(f->m, device, slot, 1, &pid);
	put_reference(f, "(owner)", "struct task_struct *", MM_OBJECT_TASK, (u64)pid);
}

void put_reclaim_fields(struct fields *f, mm_object_t object)
{
	u64 id = mm_object_id(object);

	switch (mm_object_kind(object)) {
	case MM_OBJECT_LRU:
		put_lru_fields(f, object);
		break;
	case MM_OBJECT_RECLAIMER:
		put_reclaimer_fields(f, (u32)id);
		break;
	case MM_OBJECT_SWAP_DEVICE:
		put_swap_device_fields(f, (u32)id);
		break;
	case MM_OBJECT_SWAP_SLOT:
		put_swap_slot_fields(f, object);
		break;
	default:
		break;
	}
}
