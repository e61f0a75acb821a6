// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How nodes and zones come into being: their extents, their struct pages,
 * their empty free lists, and the order in which requests will try them.
 *
 * Linux counterpart: mm/mm_init.c (in 6.1 still part of mm/page_alloc.c).
 */
#include "internal.h"

struct zone *next_zone(struct zone *zone)
{
	pg_data_t *pgdat = zone->zone_pgdat;

	if (zone < pgdat->node_zones + MAX_NR_ZONES - 1)
		return zone + 1;
	if (pgdat + 1 < NODE_DATA(nr_online_nodes()))
		return pgdat[1].node_zones;
	return NULL;
}

/* ---- struct pages ---- */

void __init_single_page(struct page *page, enum zone_type zone, int nid)
{
	/* All at once: large machines have millions of them. */
	*page = (struct page){
		.flags = page_links(zone, nid),
		.lru = { &page->lru, &page->lru },
		._mapcount = { -1 },
		._refcount = { 1 },
	};
}

/*
 * Makes the struct pages of a stretch of memory. Each pageblock begins as
 * movable, so that it is the few other pages that get grouped. (The block of
 * page 0 stays unmovable, as its first page is never initialised here.)
 */
static void memmap_init_range(struct zone *zone, unsigned long start_pfn, unsigned long end_pfn)
{
	int nid = zone_to_nid(zone);
	unsigned long pfn;

	for (pfn = start_pfn; pfn < end_pfn; pfn++) {
		struct page *page = pfn_to_page(pfn);

		__init_single_page(page, zone_idx(zone), nid);
		if (!(pfn & (pageblock_nr_pages - 1)))
			this_machine->pageblock_flags[pfn >> pageblock_order] = MIGRATE_MOVABLE;
	}
}

static void memmap_init(void)
{
	const struct memblock_type *memory = &this_machine->memblock.memory;
	u32 i;
	int j;

	for (i = 0; i < memory->cnt; i++) {
		const struct memblock_region *r = &memory->regions[i];
		unsigned long start_pfn = r->base >> PAGE_SHIFT;
		unsigned long end_pfn = (r->base + r->size) >> PAGE_SHIFT;

		for (j = 0; j < MAX_NR_ZONES; j++) {
			struct zone *zone = &NODE_DATA(r->nid)->node_zones[j];
			unsigned long start = max(start_pfn, zone->zone_start_pfn);
			unsigned long end = min(end_pfn, zone_end_pfn(zone));

			if (populated_zone(zone) && start < end)
				memmap_init_range(zone, start, end);
		}
	}
}

void reserve_bootmem_region(phys_addr_t start, phys_addr_t end, enum page_owner_kind kind)
{
	unsigned long pfn;

	for (pfn = start >> PAGE_SHIFT; pfn < end >> PAGE_SHIFT; pfn++) {
		struct page *page = pfn_to_page(pfn);

		/* Page 0 is not memory, but it has a struct page. */
		if (!page_ref_count(page))
			__init_single_page(page, ZONE_DMA, 0);
		SetPageReserved(page);
		page->owner.kind = (u8)kind;
	}
}

/* ---- Extents ---- */

/* Pages of a node's memory that lie in [start_pfn, end_pfn). */
static unsigned long present_pages_in_range(u32 nid, unsigned long start_pfn, unsigned long end_pfn)
{
	const struct memblock_type *memory = &this_machine->memblock.memory;
	unsigned long present = 0;
	u32 i;

	for (i = 0; i < memory->cnt; i++) {
		const struct memblock_region *r = &memory->regions[i];
		unsigned long start = max(start_pfn, r->base >> PAGE_SHIFT);
		unsigned long end = min(end_pfn, (r->base + r->size) >> PAGE_SHIFT);

		if (r->nid == nid && start < end)
			present += end - start;
	}
	return present;
}

static void get_pfn_range_for_nid(u32 nid, unsigned long *start_pfn, unsigned long *end_pfn)
{
	const struct memblock_type *memory = &this_machine->memblock.memory;
	u32 i;

	*start_pfn = ~0UL;
	*end_pfn = 0;
	for (i = 0; i < memory->cnt; i++) {
		const struct memblock_region *r = &memory->regions[i];

		if (r->nid != nid)
			continue;
		*start_pfn = min(*start_pfn, r->base >> PAGE_SHIFT);
		*end_pfn = max(*end_pfn, (r->base + r->size) >> PAGE_SHIFT);
	}
	if (*start_pfn > *end_pfn)
		*start_pfn = *end_pfn;
}

static void calculate_zone_totalpages(pg_data_t *pgdat, struct zone *zone, unsigned long low,
				      unsigned long high)
{
	unsigned long node_end_pfn = pgdat->node_start_pfn + pgdat->node_spanned_pages;
	unsigned long start = clamp(pgdat->node_start_pfn, low, high);
	unsigned long end = clamp(node_end_pfn, low, high);
	unsigned long present = present_pages_in_range((u32)pgdat->node_id, start, end);

	if (!present)
		return;
	zone->zone_start_pfn = start;
	zone->spanned_pages = end - start;
	zone->present_pages = present;
	pgdat->node_present_pages += present;
	pgdat->nr_zones = (int)zone_idx(zone) + 1;
}

/* ---- Zones ---- */

static void zone_init_free_lists(struct zone *zone)
{
	unsigned int order, t;

	for (order = 0; order < MAX_ORDER; order++)
		for (t = 0; t < MIGRATE_TYPES; t++)
			INIT_LIST_HEAD(&zone->free_area[order].free_list[t]);
}

/*
 * How many pages the page allocator may expect, until memblock_free_all()
 * counts them: what is there, less mem_map's own frames.
 */
static void zone_init_internals(struct zone *zone)
{
	unsigned long memmap_pages =
		(zone->present_pages * sizeof(struct page) + PAGE_SIZE - 1) >> PAGE_SHIFT;

	zone->managed_pages = zone->present_pages - min(memmap_pages, zone->present_pages);
}

static void free_area_init_node(u32 nid, const unsigned long *max_zone_pfn)
{
	pg_data_t *pgdat = NODE_DATA(nid);
	unsigned long end_pfn, low = 0;
	u32 j;

	pgdat->node_id = (int)nid;
	pgdat->kswapd_highest_zoneidx = MAX_NR_ZONES;
	lruvec_init(&pgdat->__lruvec);
	INIT_LIST_HEAD(&pgdat->deferred_split_queue.split_queue);
	get_pfn_range_for_nid(nid, &pgdat->node_start_pfn, &end_pfn);
	pgdat->node_spanned_pages = end_pfn - pgdat->node_start_pfn;

	for (j = 0; j < MAX_NR_ZONES; j++) {
		struct zone *zone = &pgdat->node_zones[j];

		zone->zone_pgdat = pgdat;
		zone->idx = j;
		if (j <= ZONE_NORMAL) {
			calculate_zone_totalpages(pgdat, zone, low, max_zone_pfn[j]);
			low = max_zone_pfn[j];
		}
		zone_init_internals(zone);
		zone_init_free_lists(zone);
		zone->initialized = 1;
	}
	pgdat->kcompactd_highest_zoneidx = pgdat->nr_zones - 1;
}

void free_area_init(const unsigned long *max_zone_pfn)
{
	u32 nid;

	for (nid = 0; nid < this_machine->nr_online_nodes; nid++)
		free_area_init_node(nid, max_zone_pfn);
	memmap_init();
}

/* ---- Zonelists ---- */

static int node_distance(int from, int to)
{
	return this_machine->config.node_distance[from][to];
}

static bool node_has_cpus(int node)
{
	int cpu;

	for_each_online_cpu(cpu)
		if (this_machine->cpu_to_node[cpu] == node)
			return true;
	return false;
}

/* Zones of one node, highest first: keep the low ones for those who need them. */
static int build_zonerefs_node(pg_data_t *pgdat, struct zoneref *zonerefs)
{
	int nr_zones = 0, zone_type;

	for (zone_type = MAX_NR_ZONES - 1; zone_type >= 0; zone_type--) {
		struct zone *zone = &pgdat->node_zones[zone_type];

		if (populated_zone(zone)) {
			zonerefs[nr_zones].zone = zone;
			zonerefs[nr_zones].zone_idx = zone_type;
			nr_zones++;
		}
	}
	return nr_zones;
}

#define NUMA_NO_NODE (-1)

/* A step of distance weighs more than any load. */
#define LOAD_SCALE 1024

/*
 * The nearest node that is not yet in @used. Of equally near ones: one without CPUs,
 * one after @node rather than before it, one that is not yet first choice of others.
 */
static int find_next_best_node(int node, nodemask_t *used, const int *node_load)
{
	int n, best_node = NUMA_NO_NODE, min_val = 0;

	if (!node_isset(node, *used)) {
		used->bits |= 1UL << node;
		return node;
	}
	for (n = 0; n < nr_online_nodes(); n++) {
		int val;

		if (node_isset(n, *used))
			continue;
		val = node_distance(node, n) + (n < node);
		if (node_has_cpus(n))
			val += 1;
		val = val * LOAD_SCALE + node_load[n];
		if (best_node == NUMA_NO_NODE || val < min_val) {
			min_val = val;
			best_node = n;
		}
	}
	if (best_node != NUMA_NO_NODE)
		used->bits |= 1UL << best_node;
	return best_node;
}

static void build_zonelists(pg_data_t *pgdat, int *node_load)
{
	struct zoneref *zonerefs = pgdat->node_zonelists[ZONELIST_FALLBACK]._zonerefs;
	int local_node = pgdat->node_id, prev_node = local_node, node;
	nodemask_t used = { 0 };

	while ((node = find_next_best_node(local_node, &used, node_load)) != NUMA_NO_NODE) {
		/* Among nodes of the same distance, take turns at being the first. */
		if (node_distance(local_node, node) != node_distance(local_node, prev_node))
			node_load[node]++;
		zonerefs += build_zonerefs_node(NODE_DATA(node), zonerefs);
		prev_node = node;
	}
	build_zonerefs_node(pgdat, pgdat->node_zonelists[ZONELIST_NOFALLBACK]._zonerefs);
}

void build_all_zonelists(void)
{
	int node_load[MAX_NUMNODES] = { 0 };
	unsigned long vm_total_pages;
	pg_data_t *pgdat;

	for_each_online_pgdat(pgdat)
		build_zonelists(pgdat, node_load);

	/* With so little memory, each type could not even have a few pageblocks. */
	vm_total_pages = nr_free_zone_pages(gfp_zone(GFP_HIGHUSER_MOVABLE));
	this_machine->page_group_by_mobility_disabled =
		vm_total_pages < pageblock_nr_pages * MIGRATE_TYPES;
}
