// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mm_validate(): does everything that must hold between two operations hold?
 *
 * Two passes that check each other. One walks the lists and asks of every page
 * on them whether it says so itself; the other goes over all frames, block by
 * block, and asks of each to whom it belongs. Where the number of blocks that
 * lists hold and the number that claim to be on one differ, a block is lost or
 * linked twice. Nothing is remembered per page, so nothing is allocated.
 *
 * What is not checked, since the kernel does not promise it: the list of a
 * free block may have another type than its pageblock (a page keeps its type
 * while it waits on a per-CPU list), and two free buddies of whole pageblocks
 * may lie side by side (their types may have been ones that must not mix).
 */
#include "validate.h"

void complain(struct validation *v, mm_object_t object, const char *fmt, ...)
{
	struct seq_file s;
	char text[240];
	va_list args;

	v->found++;
	if (!v->report)
		return;
	seq_open(&s, text, sizeof(text));
	va_start(args, fmt);
	seq_vprintf(&s, fmt, args);
	va_end(args);
	seq_close(&s);
	v->report(v->data, object, text);
}

mm_object_t page_object(u64 pfn)
{
	return mm_object(MM_OBJECT_PAGE, pfn);
}

static const char *name_of(struct validation *v, mm_object_t object)
{
	view_object_name(v->m, object, v->name, sizeof(v->name));
	return v->name;
}

/* ---- First pass: frames ---- */

/* Checks that hold for every frame of a zone; false if nothing more can be said about it. */
static bool check_frame_zone(struct validation *v, u64 pfn, u32 nid, struct zone_sums **sums)
{
	const struct page *page = reader_page(v->m, pfn);
	const struct zone *zone = reader_page_zone(v->m, page);

	if (!zone || !zone_spans_pfn(zone, pfn)) {
		complain(v, page_object(pfn), "Page %#lx belongs to no zone that spans it.", pfn);
		return false;
	}
	if ((u32)page_to_nid(page) != nid)
		complain(v, page_object(pfn), "Page %#lx says it is on node %d, but its memory is on node %u.",
			 pfn, page_to_nid(page), nid);
	*sums = &v->sums[reader_zone_ref(v->m, zone)];
	(*sums)->present++;
	return true;
}

/* A page that nobody uses: head or tail of a free block, or of one on a per-CPU list. */
static void check_unused_page(struct validation *v, u64 pfn, u64 head)
{
	const struct page *page = reader_page(v->m, pfn);
	u64 flags = page->flags & PAGEFLAGS_MASK;
	char text[80];

	if (page_ref_count(page))
		complain(v, page_object(pfn), "Page %#lx is free but has %d references.", pfn,
			 page_ref_count(page));
	if (flags & ~(1UL << PG_hwpoison)) {
		view_page_flags(flags, text, sizeof(text));
		complain(v, page_object(pfn), "Page %#lx is free but has flags set: %s.", pfn, text);
	}
	if (PageTail(page) && pfn != head)
		complain(v, page_object(pfn), "Page %#lx is free but still a tail of a compound page.", pfn);
	if (page->mapping && pfn == head)
		complain(v, page_object(pfn), "Page %#lx is free but has a mapping.", pfn);
}

/* A frame inside a block must not be anything of its own. */
static void check_tail_claims(struct validation *v, u64 pfn, u64 head)
{
	const struct page *page = reader_page(v->m, pfn), *first = reader_page(v->m, head);

	if (PageBuddy(page))
		complain(v, page_object(pfn),
			 "Page %#lx is marked as a free block but lies inside the block of page %#lx.",
			 pfn, head);
	else if (~page->page_type && !PageTail(page)) /* parts of a huge page may be mapped one by one */
		complain(v, page_object(pfn), "Page %#lx, inside the block of page %#lx, is mapped.", pfn,
			 head);
	if (page->owner.kind != OWNER_NONE)
		complain(v, page_object(pfn),
			 "Page %#lx has an owner of its own but lies inside the block of page %#lx.", pfn,
			 head);
	if (page->flags >> ZONES_PGSHIFT != first->flags >> ZONES_PGSHIFT)
		complain(v, page_object(pfn), "The block of page %#lx crosses into another zone at page %#lx.",
			 head, pfn);
}

/* The number of frames of a block that can be looked at; complains of one that is misplaced. */
static u64 check_block_place(struct validation *v, u64 pfn, u64 order, u64 end)
{
	if (order >= MAX_ORDER) {
		complain(v, page_object(pfn), "Page %#lx says its block has order %lu; the highest is %d.",
			 pfn, order, MAX_ORDER - 1);
		return 1;
	}
	if (pfn & ((1UL << order) - 1))
		complain(v, page_object(pfn), "The block of page %#lx, order %lu, is not aligned to its size.",
			 pfn, order);
	if (pfn + (1UL << order) > end) {
		complain(v, page_object(pfn), "The block of page %#lx, order %lu, reaches past its memory.",
			 pfn, order);
		return end - pfn;
	}
	return 1UL << order;
}

static u64 check_free_block(struct validation *v, u64 pfn, u64 end, struct zone_sums *sums)
{
	const struct page *page = reader_page(v->m, pfn);
	u64 order = page->private, nr = check_block_place(v, pfn, order, end), buddy;

	if (page->owner.kind != OWNER_NONE)
		complain(v, page_object(pfn), "Page %#lx is free but still has an owner.", pfn);
	for (u64 i = 0; i < nr; i++) {
		check_unused_page(v, pfn + i, pfn);
		if (i)
			check_tail_claims(v, pfn + i, pfn);
	}
	sums->free += nr;
	if (order >= MAX_ORDER)
		return nr;
	sums->heads[order]++;
	if (reader_block_type(v->m, pfn) == MIGRATE_ISOLATE)
		sums->isolated += nr;

	/* Below the size of a pageblock nothing keeps two free buddies apart. */
	buddy = pfn ^ 1UL << order;
	if (order < pageblock_order && pfn < buddy && buddy < end &&
	    page_is_free_buddy(reader_page(v->m, buddy), order) &&
	    reader_page_zone(v->m, reader_page(v->m, buddy)) == reader_page_zone(v->m, page))
		complain(v, page_object(pfn), "Pages %#lx and %#lx are free buddies of order %lu, not merged.",
			 pfn, buddy, order);
	return nr;
}

static u64 check_pcp_block(struct validation *v, u64 pfn, u64 end, struct zone_sums *sums)
{
	const struct page *page = reader_page(v->m, pfn);
	u64 nr = check_block_place(v, pfn, page->owner.order, end);

	if (~page->page_type)
		complain(v, page_object(pfn), "Page %#lx is on a per-CPU list but its _mapcount is not -1.",
			 pfn);
	for (u64 i = 0; i < nr; i++) {
		check_unused_page(v, pfn + i, pfn);
		if (i)
			check_tail_claims(v, pfn + i, pfn);
	}
	sums->pcp += nr;
	sums->pcp_blocks++;
	return nr;
}

static void check_allocated_tail(struct validation *v, u64 pfn, u64 head, bool compound)
{
	const struct page *page = reader_page(v->m, pfn);
	bool points = reader_page_pfn(v->m, (const void *)(page->compound_head - 1)) == head;

	if (page_ref_count(page))
		complain(v, page_object(pfn),
			 "Page %#lx is a tail of the block of page %#lx but has %d references of its own.",
			 pfn, head, page_ref_count(page));
	if (compound && !(PageTail(page) && points))
		complain(v, page_object(pfn),
			 "Page %#lx is in the compound page of %#lx but does not point to it.", pfn, head);
	if (!compound && PageTail(page) && points)
		complain(v, page_object(pfn),
			 "Page %#lx points to page %#lx as its head, which is no compound page.", pfn, head);
	check_tail_claims(v, pfn, head);
}

static void check_compound_head(struct validation *v, u64 pfn, u64 nr)
{
	const struct page *page = reader_page(v->m, pfn);

	if (nr < 2) {
		complain(v, page_object(pfn), "Page %#lx is a compound head of a single page.", pfn);
		return;
	}
	if (page[1].compound_order != page->owner.order || page[1].compound_nr != nr)
		complain(v, page_object(pfn),
			 "The compound page %#lx was allocated with order %u but says %u (%u pages).", pfn,
			 page->owner.order, page[1].compound_order, page[1].compound_nr);
}

static u64 check_allocated_block(struct validation *v, u64 pfn, u64 end, struct zone_sums *sums)
{
	const struct page *page = reader_page(v->m, pfn);
	u64 nr = check_block_place(v, pfn, page->owner.order, end);

	if (page_ref_count(page) <= 0)
		complain(v, page_object(pfn), "Page %#lx is allocated but has no users: it is lost.", pfn);
	if (PageTail(page))
		complain(v, page_object(pfn), "Page %#lx heads a block but is a tail of a compound page.", pfn);
	if (PageReserved(page))
		complain(v, page_object(pfn), "Page %#lx is allocated but reserved.", pfn);
	if (page->owner.migratetype >= MIGRATE_PCPTYPES)
		complain(v, page_object(pfn), "Page %#lx was allocated for migrate type %u, which has no callers.",
			 pfn, page->owner.migratetype);
	if (PageHead(page))
		check_compound_head(v, pfn, nr);
	for (u64 i = 1; i < nr; i++)
		check_allocated_tail(v, pfn + i, pfn, PageHead(page));
	sums->allocated += nr;
	return nr;
}

static u64 check_reserved_page(struct validation *v, u64 pfn, struct zone_sums *sums)
{
	const struct page *page = reader_page(v->m, pfn);

	if (page->owner.kind == OWNER_UNKNOWN) {
		sums->unknown++;
		return 1;
	}
	if (!PageReserved(page))
		complain(v, page_object(pfn), "Page %#lx belongs to the %s but is not reserved.", pfn,
			 page->owner.kind == OWNER_KERNEL ? "kernel" :
			 page->owner.kind == OWNER_MEMMAP ? "mem_map" : "firmware");
	if (page_ref_count(page) != 1)
		complain(v, page_object(pfn), "Page %#lx is reserved but has %d references instead of 1.", pfn,
			 page_ref_count(page));
	sums->reserved++;
	return 1;
}

/* One block, or one frame that belongs to none. Returns how many frames it has. */
static u64 check_block(struct validation *v, u64 pfn, u64 end, struct zone_sums *sums)
{
	const struct page *page = reader_page(v->m, pfn);

	if (PageBuddy(page))
		return check_free_block(v, pfn, end, sums);
	switch (page->owner.kind) {
	case OWNER_PCP:
		return check_pcp_block(v, pfn, end, sums);
	case OWNER_ALLOCATED:
		return check_allocated_block(v, pfn, end, sums);
	case OWNER_LEAKED:
		return check_block_place(v, pfn, page->owner.order, end);
	case OWNER_UNKNOWN:
	case OWNER_RESERVED:
	case OWNER_KERNEL:
	case OWNER_MEMMAP:
		return check_reserved_page(v, pfn, sums);
	default:
		complain(v, page_object(pfn),
			 "Page %#lx is lost: neither free nor on a per-CPU list nor allocated nor reserved.",
			 pfn);
		sums->lost++;
		return 1;
	}
}

static void check_region(struct validation *v, const struct memblock_region *region)
{
	u64 pfn = region->base >> PAGE_SHIFT;
	u64 end = min((region->base + region->size) >> PAGE_SHIFT, v->m->max_pfn);
	struct zone_sums *sums, *tail_sums;

	check_ram(v, pfn, end);
	while (pfn < end) {
		u64 next = pfn + 1;

		if (reader_block_type(v->m, pfn) >= MIGRATE_TYPES &&
		    (pfn == region->base >> PAGE_SHIFT || pfn == pageblock_start_pfn(pfn)))
			complain(v, mm_object(MM_OBJECT_PAGEBLOCK, pageblock_start_pfn(pfn)),
				 "Pageblock %#lx has type %u, which does not exist.",
				 pageblock_start_pfn(pfn), reader_block_type(v->m, pfn));
		if (check_frame_zone(v, pfn, region->nid, &sums))
			next = pfn + check_block(v, pfn, end, sums);
		for (pfn++; pfn < next; pfn++)
			check_frame_zone(v, pfn, region->nid, &tail_sums);
	}
}

/* ---- Second pass: lists ---- */

/* Walks a list and checks that each link is answered by its neighbour; true while it is sound. */
bool check_links(struct validation *v, struct list_walk *walk, u64 *before, u64 pfn,
		 mm_object_t list)
{
	const struct list_head *link = (const struct list_head *)walk->pos;

	if (reader_address(v->m, link->prev) != *before) {
		complain(v, pfn == NO_PFN ? list : page_object(pfn),
			 "%s: the list's links disagree %s%#lx.", name_of(v, list),
			 pfn == NO_PFN ? "at its end, before " : "at page ",
			 pfn == NO_PFN ? reader_link_pfn(v->m, *before) : pfn);
		return false;
	}
	*before = walk->pos;
	return true;
}

static void check_free_page(struct validation *v, const struct zone *zone, u32 order, u64 pfn,
			    mm_object_t list)
{
	const struct page *page = reader_page(v->m, pfn);

	if (!PageBuddy(page))
		complain(v, page_object(pfn), "%s: page %#lx is on the list but not marked as a free block.",
			 name_of(v, list), pfn);
	else if (page->private != order)
		complain(v, page_object(pfn), "%s: page %#lx is on the list but says its order is %lu.",
			 name_of(v, list), pfn, page->private);
	if (reader_page_zone(v->m, page) != zone)
		complain(v, page_object(pfn), "%s: page %#lx is on the list but of another zone.",
			 name_of(v, list), pfn);
}

/* Returns the number of blocks on the list. */
static u64 check_free_list(struct validation *v, const struct zone *zone, u32 order, u32 mt)
{
	const struct list_head *head = &zone->free_area[order].free_list[mt];
	mm_object_t list = mm_zone_object(MM_OBJECT_FREE_AREA, reader_zone_ref(v->m, zone), order);
	u64 nr = 0, before = (u64)head, pfn;
	struct list_walk walk;

	list_walk_start(&walk, v->m, head);
	while ((pfn = list_walk_next(&walk)) != NO_PFN) {
		if (!check_links(v, &walk, &before, pfn, list))
			return nr;
		check_free_page(v, zone, order, pfn, list);
		nr++;
	}
	if (walk.broken)
		complain(v, list, "%s: the list of type %s does not come back to its head after %lu blocks.",
			 name_of(v, list), view_migratetype_name(mt), nr);
	else
		check_links(v, &walk, &before, NO_PFN, list);
	return nr;
}

static void check_free_area(struct validation *v, const struct zone *zone, u32 order)
{
	u32 ref = reader_zone_ref(v->m, zone);
	mm_object_t object = mm_zone_object(MM_OBJECT_FREE_AREA, ref, order);
	u64 marked = v->sums[ref].heads[order], linked = 0;

	for (u32 mt = 0; mt < MIGRATE_TYPES; mt++)
		linked += check_free_list(v, zone, order, mt);
	if (linked != zone->free_area[order].nr_free)
		complain(v, object, "%s: nr_free is %lu but the lists hold %lu blocks.",
			 name_of(v, object), zone->free_area[order].nr_free, linked);
	if (linked != marked)
		complain(v, object, "%s: the lists hold %lu blocks but %lu pages are marked as such.",
			 name_of(v, object), linked, marked);
}

/* ---- All of it ---- */

static void check_zone(struct validation *v, const struct zone *zone)
{
	for (u32 order = 0; order < MAX_ORDER; order++)
		check_free_area(v, zone, order);
	check_zone_pcps(v, zone);
	check_zone_counters(v, zone);
	check_zone_watermarks(v, zone);
}

u32 mm_validate(const struct machine *m,
		void (*report)(void *data, mm_object_t object, const char *text), void *data)
{
	struct validation v = { .m = m, .report = report, .data = data };

	for (u32 i = 0; i < min(m->memblock.memory.cnt, (u32)INIT_MEMBLOCK_REGIONS); i++)
		check_region(&v, &m->memblock.memory.regions[i]);
	for (u32 ref = 0; ref < zone_ref(reader_nr_nodes(m), 0); ref++) {
		const struct zone *zone = reader_zone(m, ref);

		if (zone && populated_zone(zone))
			check_zone(&v, zone);
	}
	check_sums(&v);
	check_zonelists(&v);
	check_slots(&v);
	check_vm(&v);
	check_mempolicies(&v);
	check_pins(&v);
	check_userfaultfds(&v);
	check_lru(&v);
	check_writeback(&v);
	check_rmap(&v);
	check_tlbs(&v);
	check_slabs(&v);
	check_compaction(&v);
	return v.found;
}
