// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The part of mm_validate() about compaction: between two operations nobody compacts, no page
 * is in the hands of a scanner, and what zones remember is within bounds.
 */
#include "validate.h"

static bool list_at_rest(const struct machine *m, const struct list_head *list)
{
	return reader_address(m, list->next) == (u64)list &&
	       reader_address(m, list->prev) == (u64)list;
}

static void check_compact_control(struct validation *v)
{
	const struct compact_control *cc = &v->m->compact;
	mm_object_t machine = mm_object(MM_OBJECT_MACHINE, 0);

	if (cc->active || v->m->capture.zone || v->m->capture.page)
		complain(v, machine, "Compaction is under way, though no operation runs.");
	if (cc->nr_freepages || cc->nr_migratepages || !list_at_rest(v->m, &cc->freepages) ||
	    !list_at_rest(v->m, &cc->migratepages) || !list_at_rest(v->m, &cc->ret_pages))
		complain(v, machine, "Compaction holds pages, though no operation runs.");
}

/* A place in the zone where a scanner can go on; 0: it has not been there yet. */
static bool scanner_place(const struct zone *zone, u64 pfn)
{
	return !pfn || (pfn + pageblock_nr_pages > zone->zone_start_pfn &&
			pfn < zone_end_pfn(zone) + pageblock_nr_pages);
}

void check_compaction(struct validation *v)
{
	check_compact_control(v);
	for (u32 ref = 0; ref < zone_ref(reader_nr_nodes(v->m), 0); ref++) {
		const struct zone *zone = reader_zone(v->m, ref);
		mm_object_t object = mm_object(MM_OBJECT_ZONE, ref);

		if (!zone || !populated_zone(zone))
			continue;
		if (zone->compact_defer_shift > COMPACT_MAX_DEFER_SHIFT ||
		    zone->compact_considered > 1u << zone->compact_defer_shift ||
		    zone->compact_order_failed < 0 || zone->compact_order_failed > MAX_ORDER)
			complain(v, object,
				 "Zone %s has passed over %u of 2^%u compactions from order %d on.",
				 view_zone_name(ref & 7), zone->compact_considered,
				 zone->compact_defer_shift, zone->compact_order_failed);
		if (!scanner_place(zone, zone->compact_cached_free_pfn) ||
		    !scanner_place(zone, zone->compact_cached_migrate_pfn[0]) ||
		    !scanner_place(zone, zone->compact_cached_migrate_pfn[1]))
			complain(v, object,
				 "Zone %s: compaction would go on at pages %#lx, %#lx and %#lx, "
				 "outside of it.",
				 view_zone_name(ref & 7), zone->compact_cached_migrate_pfn[0],
				 zone->compact_cached_migrate_pfn[1],
				 zone->compact_cached_free_pfn);
	}
}
