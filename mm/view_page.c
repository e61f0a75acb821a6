// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What each page frame is used for.
 *
 * A frame belongs to a block, and only the struct page of the block's head
 * tells what it is. Blocks are aligned to their size, so at most MAX_ORDER
 * frames can be the head: they are tried from the frame itself downwards.
 */
#include "reader.h"

_Static_assert(VIEW_MAX_ORDER == MAX_ORDER, "view.h and mmzone.h agree on the orders");
_Static_assert(VIEW_NR_MT == MIGRATE_TYPES, "view.h and mmzone.h agree on the migrate types");
_Static_assert(VIEW_NR_PCP == NR_PCP_LISTS, "view.h and mmzone.h agree on the per-CPU lists");

/* enum page_owner_kind as a kind of frame; OWNER_NONE is decided by other fields. */
static const u8 owner_kinds[] = {
	[OWNER_NONE] = VIEW_PAGE_ALLOCATED,
	[OWNER_PCP] = VIEW_PAGE_PCP,
	[OWNER_ALLOCATED] = VIEW_PAGE_ALLOCATED,
	[OWNER_LEAKED] = VIEW_PAGE_ALLOCATED,
	[OWNER_UNKNOWN] = VIEW_PAGE_UNKNOWN,
	[OWNER_RESERVED] = VIEW_PAGE_RESERVED,
	[OWNER_KERNEL] = VIEW_PAGE_KERNEL,
	[OWNER_MEMMAP] = VIEW_PAGE_MEMMAP,
};

/* A struct page that was never set up: _mapcount starts at -1, so that zero means no memory. */
static bool is_hole(const struct page *page)
{
	return !page->page_type && !(page->flags & PAGEFLAGS_MASK) && !page_ref_count(page);
}

/* What an allocated block holds, as far as its struct page says. */
static u32 contents_kind(const struct page *page)
{
	if (PageSlab(page))
		return VIEW_PAGE_SLAB;
	if (PageTable(page))
		return VIEW_PAGE_PAGE_TABLE;
	if (PageAnon(page))
		return VIEW_PAGE_ANON;
	/* Only pages of the page cache are uptodate or on their way to be. */
	if (page->mapping && (PageUptodate(page) || PageLocked(page)))
		return VIEW_PAGE_FILE;
	return VIEW_PAGE_ALLOCATED;
}

/* The block that has this frame as its head; false if the frame's struct page does not say it is one. */
static bool block_at(const struct page *page, u64 pfn, struct frame_block *block)
{
	u32 order;

	block->head = pfn;
	block->owner_type = 0;
	if (PageBuddy(page)) {
		block->kind = VIEW_PAGE_FREE;
		order = page->private < MAX_ORDER ? (u32)page->private : 0;
	} else if (page->owner.kind != OWNER_NONE && page->owner.kind < ARRAY_SIZE(owner_kinds)) {
		block->kind = owner_kinds[page->owner.kind];
		order = page->owner.order < MAX_ORDER ? page->owner.order : 0;
		block->owner_type = page->owner.migratetype;
		if (block->kind == VIEW_PAGE_ALLOCATED)
			block->kind = contents_kind(page);
	} else {
		return false;
	}
	block->order = pfn & ((1UL << order) - 1) ? 0 : order;
	return true;
}

/*
 * A frame that no block claims: no memory, reserved without a note, or on its
 * way from one list to another in the middle of an operation.
 */
static void lone_frame(const struct page *page, u64 pfn, struct frame_block *block)
{
	block->head = pfn;
	block->order = 0;
	block->owner_type = 0;
	if (is_hole(page))
		block->kind = VIEW_PAGE_HOLE;
	else
		block->kind = PageReserved(page) ? VIEW_PAGE_RESERVED : VIEW_PAGE_ALLOCATED;
}

void reader_find_block(const struct machine *m, u64 pfn, struct frame_block *block)
{
	const struct page *mem_map = reader_mem_map(m);

	if (block_at(mem_map + pfn, pfn, block))
		return;
	if (!is_hole(mem_map + pfn)) {
		for (u32 order = 1; order < MAX_ORDER; order++) {
			u64 head = ALIGN_DOWN(pfn, 1UL << order);

			if (head != ALIGN_DOWN(pfn, 1UL << (order - 1)) &&
			    block_at(mem_map + head, head, block) &&
			    pfn - head < 1UL << block->order)
				return;
		}
	}
	lone_frame(mem_map + pfn, pfn, block);
}

/* Is this the address of a list of a free area of that order? Then its type. */
static u32 free_list_at(const struct zone *zone, u32 order, u64 address)
{
	u64 distance = address - (u64)zone->free_area[order].free_list;

	return distance / sizeof(struct list_head) < MIGRATE_TYPES ?
		       (u32)(distance / sizeof(struct list_head)) : MIGRATE_TYPES;
}

u32 reader_free_list_type(const struct machine *m, const struct zone *zone, u32 order, u64 pfn)
{
	u64 next = (u64)&reader_page(m, pfn)->buddy_list, prev = next;
	u32 mt = MIGRATE_TYPES;

	/* In both directions, as the head may be near on either side. */
	for (u64 steps = 0; steps <= zone->spanned_pages; steps++) {
		next = reader_address(m, ((const struct list_head *)next)->next);
		prev = reader_address(m, ((const struct list_head *)prev)->prev);
		mt = min(free_list_at(zone, order, next), free_list_at(zone, order, prev));
		if (mt < MIGRATE_TYPES || reader_link_pfn(m, next) == NO_PFN ||
		    reader_link_pfn(m, prev) == NO_PFN)
			break;
	}
	return mt;
}

/* The slot a block is noted for, if the slot agrees. */
static s32 block_slot(const struct machine *m, const struct frame_block *block)
{
	u32 slot = reader_page(m, block->head)->owner.slot;
	struct mm_slot content;

	if (block->kind == VIEW_PAGE_FREE || !slot)
		return -1;
	view_slot(m, slot - 1, &content);
	return content.state == SLOT_LIVE ? (s32)(slot - 1) : -1;
}

bool view_page(const struct machine *m, u64 pfn, struct view_page *out)
{
	const struct page *page = reader_page(m, pfn);
	const struct zone *zone;
	struct frame_block block;

	memset(out, 0, sizeof(*out));
	if (!page)
		return false;
	reader_find_block(m, pfn, &block);
	zone = reader_page_zone(m, page);
	out->pfn = pfn;
	out->kind = (u8)block.kind;
	out->block_type = reader_block_type(m, pfn);
	out->order = (u8)block.order;
	out->mt = (block.kind >= VIEW_PAGE_ALLOCATED && block.kind <= VIEW_PAGE_FILE) ||
				  block.kind == VIEW_PAGE_PCP ?
			  (u8)block.owner_type : out->block_type;
	if (block.kind == VIEW_PAGE_FREE && zone) {
		u32 mt = reader_free_list_type(m, zone, block.order, block.head);

		if (mt < MIGRATE_TYPES)
			out->mt = (u8)mt;
	}
	out->zone = zone_ref((u32)page_to_nid(page), page_zonenum(page));
	out->head = block.head;
	out->flags = page->flags & PAGEFLAGS_MASK;
	out->refcount = page_ref_count(page);
	/* Types of pages that cannot be mapped are kept in the place of _mapcount. */
	if (page_ref_count(page) > 0 && !PageSlab(page) && (page->page_type & PAGE_TYPE_BASE) != PAGE_TYPE_BASE)
		out->mapcount = atomic_read(&page->_mapcount) + 1;
	out->slot = block_slot(m, &block);
	return block.kind != VIEW_PAGE_HOLE;
}

/* ---- All frames at once ---- */

/* Writes the frames [pfn, end) of one block; the pageblocks' types come in between. */
static void fill_frames(const struct machine *m, u64 pfn, u64 end, u32 kind, u64 head, u8 *out)
{
	u8 *first = out;
	bool shows_head = pfn == head;

	while (pfn < end) {
		u64 stop = min(end, pageblock_end_pfn(pfn));
		u8 value = (u8)(kind | (u32)(reader_block_type(m, pfn) & 7) << 4);

		if (stop - pfn == 1)
			*out = value;
		else
			memset(out, value, stop - pfn);
		out += stop - pfn;
		pfn = stop;
	}
	if (shows_head)
		*first |= 0x80;
}

/* Where the next memory begins at or after a frame, so that holes cost nothing. */
static u64 next_memory_pfn(const struct machine *m, u64 pfn, u64 end)
{
	u64 next = end;

	for (u32 i = 0; i < min(m->memblock.memory.cnt, (u32)INIT_MEMBLOCK_REGIONS); i++) {
		const struct memblock_region *region = &m->memblock.memory.regions[i];
		u64 start = region->base >> PAGE_SHIFT;

		if (pfn < (region->base + region->size) >> PAGE_SHIFT && start < next)
			next = max(start, pfn);
	}
	return next;
}

void view_frames(const struct machine *m, u64 pfn, u64 nr, u8 *out)
{
	const struct page *mem_map = reader_mem_map(m);
	u64 end = pfn + nr, known = pfn < m->max_pfn ? min(end, m->max_pfn) : pfn, stop;
	struct frame_block block;

	while (pfn < known) {
		if (!block_at(mem_map + pfn, pfn, &block)) {
			if (is_hole(mem_map + pfn)) {
				stop = max(next_memory_pfn(m, pfn, known), pfn + 1);
				memset(out, VIEW_PAGE_HOLE, stop - pfn);
				out += stop - pfn;
				pfn = stop;
				continue;
			}
			reader_find_block(m, pfn, &block);
		}
		stop = min(block.head + (1UL << block.order), known);
		fill_frames(m, pfn, stop, block.kind, block.head, out);
		out += stop - pfn;
		pfn = stop;
	}
	if (pfn < end)
		memset(out, VIEW_PAGE_HOLE, end - pfn);
}

u32 view_memory(const struct machine *m, struct view_memory *out, u32 max)
{
	u64 end = 0;
	u32 nr = 0;

	for (u32 i = 0; i < min(m->memblock.memory.cnt, (u32)INIT_MEMBLOCK_REGIONS); i++) {
		const struct memblock_region *region = &m->memblock.memory.regions[i];
		u64 start = region->base >> PAGE_SHIFT, pages = region->size >> PAGE_SHIFT;

		if (nr && start == end) {
			if (nr <= max)
				out[nr - 1].nr_pages += pages;
		} else {
			if (nr < max)
				out[nr] = (struct view_memory){ start, pages };
			nr++;
		}
		end = start + pages;
	}
	return nr;
}
