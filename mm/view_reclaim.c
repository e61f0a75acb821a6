// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers about reclaim (view_reclaim.h).
 */
#include "reader.h"

const char *view_reclaim_outcome_name(u32 outcome)
{
	static const char *const names[] = {
		"freed", "kept", "activated", "written", "culled", "deactivated",
	};

	return outcome < ARRAY_SIZE(names) ? names[outcome] : "?";
}

const char *view_scan_balance_name(u32 balance)
{
	static const char *const names[] = { "SCAN_EQUAL", "SCAN_FRACT", "SCAN_ANON", "SCAN_FILE" };

	return balance < ARRAY_SIZE(names) ? names[balance] : "?";
}

static const struct pglist_data *reader_node(const struct machine *m, u32 nid)
{
	return nid < reader_nr_nodes(m) ? &m->node_data[nid] : NULL;
}

bool view_lruvec(const struct machine *m, u32 nid, struct view_lruvec *out)
{
	const struct pglist_data *pgdat = reader_node(m, nid);

	if (!pgdat)
		return false;
	for (u32 lru = 0; lru < VIEW_NR_LRU; lru++)
		out->nr[lru] = (u64)max(pgdat->vm_stat[NR_LRU_BASE + lru], 0L);
	out->anon_cost = pgdat->__lruvec.anon_cost;
	out->file_cost = pgdat->__lruvec.file_cost;
	out->nonresident_age = (u64)pgdat->__lruvec.nonresident_age;
	out->nr_isolated_anon = (u64)max(pgdat->vm_stat[NR_ISOLATED_ANON], 0L);
	out->nr_isolated_file = (u64)max(pgdat->vm_stat[NR_ISOLATED_FILE], 0L);
	return true;
}

static u64 unevictable_pages(const struct machine *m, u32 nid, u64 *pfns, u64 max)
{
	u64 nr = 0;

	for (u64 pfn = 0; pfn < m->max_pfn; pfn++) {
		const struct page *page = reader_page(m, pfn);

		if (!PageLRU(page) || !PageUnevictable(page) || (u32)page_to_nid(page) != nid)
			continue;
		if (nr < max)
			pfns[nr] = pfn;
		nr++;
	}
	return nr;
}

u64 view_lru_list(const struct machine *m, u32 nid, u32 lru, u64 *pfns, u64 max)
{
	const struct pglist_data *pgdat = reader_node(m, nid);
	struct list_walk walk;
	u64 nr = 0, pfn;

	if (!pgdat || lru >= VIEW_NR_LRU)
		return 0;
	if (lru == LRU_UNEVICTABLE)
		return unevictable_pages(m, nid, pfns, max);
	list_walk_start(&walk, m, &pgdat->__lruvec.lists[lru]);
	while ((pfn = list_walk_next(&walk)) != NO_PFN) {
		if (nr < max)
			pfns[nr] = pfn;
		nr++;
	}
	return nr;
}
