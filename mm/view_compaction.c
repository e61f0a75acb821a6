// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers about compaction (view_compaction.h).
 */
#include "reader.h"

const char *view_compact_result_name(u32 result)
{
	static const char *const names[NR_COMPACT_RESULTS] = {
		[COMPACT_NOT_SUITABLE_ZONE] = "not_suitable_zone",
		[COMPACT_SKIPPED] = "skipped",
		[COMPACT_DEFERRED] = "deferred",
		[COMPACT_NO_SUITABLE_PAGE] = "no_suitable_page",
		[COMPACT_CONTINUE] = "continue",
		[COMPACT_COMPLETE] = "complete",
		[COMPACT_PARTIAL_SKIPPED] = "partial",
		[COMPACT_CONTENDED] = "contended",
		[COMPACT_SUCCESS] = "success",
	};

	return result < NR_COMPACT_RESULTS ? names[result] : "?";
}

bool view_compaction(const struct machine *m, u32 ref, struct view_compaction *out)
{
	const struct zone *zone = reader_zone(m, ref);
	const struct compact_control *cc = &m->compact;

	if (!zone)
		return false;
	*out = (struct view_compaction){
		.migrate_pfn = zone->compact_cached_migrate_pfn[1],
		.free_pfn = zone->compact_cached_free_pfn,
		.cached_migrate_pfn = zone->compact_cached_migrate_pfn[0],
		.cached_free_pfn = zone->compact_cached_free_pfn,
		.considered = zone->compact_considered,
		.defer_shift = zone->compact_defer_shift,
		.order_failed = zone->compact_order_failed,
	};
	if (!cc->active || (const struct zone *)reader_address(m, cc->zone) != zone)
		return true;
	out->active = true;
	out->direct = cc->direct_compaction;
	out->migrate_pfn = cc->migrate_pfn;
	out->free_pfn = cc->free_pfn;
	out->order = cc->order;
	out->nr_migratepages = cc->nr_migratepages;
	out->nr_freepages = cc->nr_freepages;
	return true;
}
