// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers about reclaim (view_reclaim.h): the LRU lists and who works on them.
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
	for (u32 lru = 0; lru < VIEW_NR_LRU; lru++) {
		s64 nr = pgdat->vm_stat[NR_LRU_BASE + lru];

		for (u32 cpu = 0; cpu < reader_nr_cpus(m); cpu++)
			nr += pgdat->per_cpu_nodestats[cpu].vm_node_stat_diff[NR_LRU_BASE + lru];
		out->nr[lru] = (u64)max(nr, 0L);
	}
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

u64 view_lru_end(const struct machine *m, u32 nid, u32 lru, bool tail, u64 *pfns, u64 max)
{
	const struct pglist_data *pgdat = reader_node(m, nid);
	struct list_walk walk;
	u64 nr = 0, pfn;

	if (!pgdat || lru >= LRU_UNEVICTABLE)
		return 0;
	list_walk_start(&walk, m, &pgdat->__lruvec.lists[lru]);
	walk.back = tail;
	while (nr < max && (pfn = list_walk_next(&walk)) != NO_PFN)
		pfns[nr++] = pfn;
	return nr;
}

/* ---- One page ---- */

/* folio_lru_list() of a page that may be damaged. */
static u32 page_lru(const struct page *page)
{
	if (PageUnevictable(page))
		return LRU_UNEVICTABLE;
	return (PageSwapBacked(page) ? LRU_INACTIVE_ANON : LRU_INACTIVE_FILE) +
	       (PageActive(page) ? LRU_ACTIVE : 0);
}

bool view_lru_page_brief(const struct machine *m, u64 pfn, struct view_lru_page *out)
{
	const struct page *page = reader_page(m, pfn);
	const struct {
		u32 mark;
		bool set;
	} marks[] = {
		{ VIEW_LRU_REFERENCED, page && PageReferenced(page) },
		{ VIEW_LRU_DIRTY, page && PageDirty(page) },
		{ VIEW_LRU_WRITEBACK, page && PageWriteback(page) },
		{ VIEW_LRU_RECLAIM, page && PageReclaim(page) },
		{ VIEW_LRU_ACTIVE, page && PageActive(page) },
		{ VIEW_LRU_MLOCKED, page && PageMlocked(page) },
		{ VIEW_LRU_SWAPCACHE, page && PageSwapCache(page) },
		{ VIEW_LRU_WORKINGSET, page && PageWorkingset(page) },
		{ VIEW_LRU_SWAPBACKED, page && PageSwapBacked(page) },
		{ VIEW_LRU_ON_LIST, page && PageLRU(page) },
		{ VIEW_LRU_TO_SPLIT, page && reader_split_deferred(m, pfn) },
	};

	memset(out, 0, sizeof(*out));
	if (!page)
		return false;
	out->pfn = pfn;
	for (u32 i = 0; i < ARRAY_SIZE(marks); i++)
		out->marks |= marks[i].set ? marks[i].mark : 0;
	out->mapcount = reader_mapcount(m, pfn);
	out->nr_pages = PageHead(page) && pfn + 1 < m->max_pfn ? (u32)compound_nr(page) : 1;
	out->lru = page_lru(page);
	out->nid = (u32)page_to_nid(page);
	return true;
}

static bool note_entry(void *data, const struct reader_mapping *mapping)
{
	struct view_lru_page *out = data;

	if (mapping->entry & _PAGE_DIRTY)
		out->marks |= VIEW_LRU_STORED;
	if (mapping->entry & _PAGE_ACCESSED) {
		out->marks |= VIEW_LRU_ACCESSED;
		out->accessed++;
	}
	return true;
}

bool view_lru_page(const struct machine *m, u64 pfn, struct view_lru_page *out)
{
	if (!view_lru_page_brief(m, pfn, out))
		return false;
	if (out->mapcount > 0)
		reader_rmap(m, pfn, note_entry, out);
	return true;
}

/* ---- On the way to the lists ---- */

static const struct folio_batch *reader_batch(const struct machine *m, u32 cpu, u32 batch)
{
	const struct cpu_fbatches *batches;

	if (cpu >= reader_nr_cpus(m))
		return NULL;
	batches = &m->cpu_fbatches[cpu];
	switch (batch) {
	case 0:
		return &batches->lru_add;
	case 1:
		return &batches->lru_rotate;
	case 2:
		return &batches->lru_deactivate_file;
	case 3:
		return &batches->lru_deactivate;
	case 4:
		return &batches->lru_lazyfree;
	case 5:
		return &batches->activate;
	case 6:
		return &batches->mlock;
	default:
		return NULL;
	}
}

const char *view_batch_name(u32 batch)
{
	static const char *const names[VIEW_NR_BATCHES] = {
		"lru_add",  "lru_rotate", "lru_deactivate_file", "lru_deactivate", "lru_lazyfree",
		"activate", "mlock",
	};

	return batch < VIEW_NR_BATCHES ? names[batch] : "?";
}

u32 view_batch(const struct machine *m, u32 cpu, u32 batch, u64 *pfns, u32 max)
{
	const struct folio_batch *fbatch = reader_batch(m, cpu, batch);
	u32 nr = 0;

	for (u32 i = 0; fbatch && i < min(fbatch->nr, (u32)PAGEVEC_SIZE); i++) {
		u64 pfn = reader_page_pfn(m, fbatch->folios[i]);

		if (pfn == NO_PFN)
			continue;
		if (nr < max)
			pfns[nr] = pfn;
		nr++;
	}
	return nr;
}

/* ---- kswapd and direct reclaim ---- */

_Static_assert(VIEW_NR_RECLAIMERS == (int)NR_RECLAIMERS && VIEW_KSWAPD == (int)RECLAIMER_KSWAPD,
	       "view_reclaim.h and reclaimer.h agree on the reclaimers");
_Static_assert(VIEW_NR_LRU == NR_LRU_LISTS, "view_reclaim.h and mmzone.h agree on the lists");

static void fill_scan_control(const struct scan_control *sc, struct view_reclaimer *out)
{
	out->priority = sc->priority;
	out->order = sc->order;
	out->gfp_mask = (u32)sc->gfp_mask;
	out->reclaim_idx = (u32)sc->reclaim_idx;
	out->scan_balance = sc->scan_balance;
	out->nr_to_reclaim = sc->nr_to_reclaim;
	out->nr_scanned = sc->nr_scanned;
	out->nr_reclaimed = sc->nr_reclaimed;
	out->anon_cost = sc->anon_cost;
	out->file_cost = sc->file_cost;
	out->may_writepage = sc->may_writepage;
	out->may_unmap = sc->may_unmap;
	out->may_swap = sc->may_swap;
	out->may_deactivate_anon = sc->may_deactivate & DEACTIVATE_ANON;
	out->may_deactivate_file = sc->may_deactivate & DEACTIVATE_FILE;
	out->force_deactivate = sc->force_deactivate;
	out->skipped_deactivate = sc->skipped_deactivate;
	out->cache_trim_mode = sc->cache_trim_mode;
	out->file_is_tiny = sc->file_is_tiny;
	out->compaction_ready = sc->compaction_ready;
}

bool view_reclaimer(const struct machine *m, u32 kind, struct view_reclaimer *out)
{
	const struct reclaimer *r;

	memset(out, 0, sizeof(*out));
	if (kind >= VIEW_NR_RECLAIMERS)
		return false;
	r = &m->reclaimers[kind];
	fill_scan_control(&r->sc, out);
	/* What the finished rounds brought is added at the end of a pass. */
	if (r->scan.stage == SCAN_ROUNDS && m->reclaimer == kind)
		out->nr_reclaimed += r->scan.nr_reclaimed;
	out->at_work = m->reclaimer == kind;
	out->passing = r->balance.stage == BALANCE_PASS;
	out->nid = r->nid;
	out->lru = r->lru;
	for (u32 lru = 0; lru < VIEW_NR_LRU; lru++) {
		out->targets[lru] = r->scan.targets[lru];
		out->left[lru] = r->scan.nr[lru];
	}
	out->batch_taken = r->nr_taken;
	out->batch_scanned = r->nr_scanned;
	out->batch_freed = r->nr_freed;
	return true;
}

u64 view_isolated(const struct machine *m, u32 kind, u32 which, u64 *pfns, u64 max)
{
	const struct reclaimer *r = kind < VIEW_NR_RECLAIMERS ? &m->reclaimers[kind] : NULL;
	const struct list_head *const lists[VIEW_NR_ISOLATED] = {
		r ? &r->isolated : NULL,   r ? &r->ret_pages : NULL, r ? &r->l_inactive : NULL,
		r ? &r->free_pages : NULL, r ? &r->skipped : NULL,
	};
	struct list_walk walk;
	u64 nr = 0, pfn;

	if (!r || which >= VIEW_NR_ISOLATED)
		return 0;
	list_walk_start(&walk, m, lists[which]);
	while ((pfn = list_walk_next(&walk)) != NO_PFN) {
		if (nr < max)
			pfns[nr] = pfn;
		nr++;
	}
	/* The lists are taken from at their tails. */
	for (u64 i = 0, last = min(nr, max); nr <= max && i < last / 2; i++) {
		pfn = pfns[i];
		pfns[i] = pfns[last - 1 - i];
		pfns[last - 1 - i] = pfn;
	}
	return nr;
}

bool view_kswapd(const struct machine *m, u32 nid, struct view_kswapd *out)
{
	const struct pglist_data *pgdat = reader_node(m, nid);

	memset(out, 0, sizeof(*out));
	if (!pgdat)
		return false;
	out->woken = pgdat->kswapd_woken;
	out->awake = pgdat->kswapd_awake;
	out->hopeless = pgdat->kswapd_failures >= MAX_RECLAIM_RETRIES;
	out->order = (u32)max(pgdat->kswapd_order, 0);
	out->highest_zoneidx = (u32)pgdat->kswapd_highest_zoneidx;
	out->failures = (u32)max(pgdat->kswapd_failures, 0);
	return true;
}

/* ---- What has happened ---- */

static u64 event_sum(const struct machine *m, u32 item)
{
	u64 sum = 0;

	for (u32 cpu = 0; cpu < reader_nr_cpus(m); cpu++)
		sum += m->vm_event_states[cpu][item];
	return sum;
}

static u64 node_stat_sum(const struct machine *m, u32 item)
{
	s64 sum = 0;

	for (u32 nid = 0; nid < reader_nr_nodes(m); nid++) {
		sum += m->node_data[nid].vm_stat[item];
		for (u32 cpu = 0; cpu < reader_nr_cpus(m); cpu++)
			sum += m->node_data[nid].per_cpu_nodestats[cpu].vm_node_stat_diff[item];
	}
	return (u64)max(sum, (s64)0);
}

void view_activity(const struct machine *m, struct view_activity *out)
{
	out->faults = event_sum(m, PGFAULT);
	out->major = event_sum(m, PGMAJFAULT);
	out->scanned = event_sum(m, PGSCAN_KSWAPD) + event_sum(m, PGSCAN_DIRECT);
	out->reclaimed = event_sum(m, PGSTEAL_KSWAPD) + event_sum(m, PGSTEAL_DIRECT);
	out->refaults = node_stat_sum(m, WORKINGSET_REFAULT_ANON) +
			node_stat_sum(m, WORKINGSET_REFAULT_FILE);
	out->swapped_in = event_sum(m, PSWPIN);
	out->swapped_out = event_sum(m, PSWPOUT);
}
