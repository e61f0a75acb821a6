// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The fields of a struct page: its flags, the meanings that its words have in turn, and the block
 * that it belongs to.
 */
#include "view_object.h"

void put_page_ref(struct fields *f, const char *name, const char *type, u64 pfn)
{
	struct view_field *field;
	struct seq_file s;

	field = named_field(f, name, type, &s);
	seq_printf(&s, "page %#lx", pfn);
	field->object = mm_object(MM_OBJECT_PAGE, pfn);
	seq_close(&s);
}

static void put_page_flags(struct fields *f, const struct page *page)
{
	u32 ref = zone_ref((u32)page_to_nid(page), page_zonenum(page));
	struct view_field *field;
	struct seq_file s;
	char flags[64];

	view_page_flags(page->flags & PAGEFLAGS_MASK, flags, sizeof(flags));
	field = named_field(f, "flags", "unsigned long", &s);
	seq_printf(&s, "%s%sNode %u, zone %s", flags, *flags ? " | " : "", ref >> 3,
		   view_zone_name(ref & 7));
	field->object = mm_object(MM_OBJECT_ZONE, ref);
	seq_close(&s);
}

static void put_page_list(struct fields *f, const struct page *page)
{
	const struct zone *zone = reader_page_zone(f->m, page);
	const char *name = PageBuddy(page) ? "buddy_list" :
			   page->owner.kind == OWNER_PCP ? "pcp_list" : "lru";
	char member[24];

	seq_format(member, sizeof(member), "%s.next", name);
	put_link(f, member, zone, page->lru.next);
	seq_format(member, sizeof(member), "%s.prev", name);
	put_link(f, member, zone, page->lru.prev);
}

static void put_compound_tail(struct fields *f, u64 pfn, const struct page *page)
{
	u64 head = reader_page_pfn(f->m, (const void *)(page->compound_head - 1));

	if (head != NO_PFN)
		put_page_ref(f, "compound_head", "unsigned long", head);
	else
		put_pfn(f, "compound_head", page->compound_head);
	if (pfn == head + 2 && PageTransHuge(page - 2)) {
		put_link(f, "deferred_list.next", NULL, page->deferred_list.next);
		put_link(f, "deferred_list.prev", NULL, page->deferred_list.prev);
	}
	if (head != pfn - 1)
		return;
	put_u64(f, "compound_dtor", "unsigned char", page->compound_dtor);
	put_u64(f, "compound_order", "unsigned char", page->compound_order);
	put_s64(f, "compound_mapcount", "atomic_t", atomic_read(&page->compound_mapcount));
	put_s64(f, "compound_pincount", "atomic_t", atomic_read(&page->compound_pincount));
	put_u64(f, "compound_nr", "unsigned int", page->compound_nr);
}

static void put_page_type(struct fields *f, const struct page *page)
{
	struct seq_file s;

	if ((page->page_type & PAGE_TYPE_BASE) == PAGE_TYPE_BASE && ~page->page_type) {
		named_field(f, "page_type", "unsigned int", &s);
		seq_printf(&s, "%s", PageBuddy(page) ? "buddy" : PageTable(page) ? "table" : "");
		if (!s.count)
			seq_printf(&s, "%#x", page->page_type);
		seq_close(&s);
		return;
	}
	put_s64(f, "_mapcount", "atomic_t", atomic_read(&page->_mapcount));
}

/* What is known about the block around a frame: not part of the kernel's struct page. */
static void put_page_block(struct fields *f, u64 pfn)
{
	struct view_field *field;
	struct view_page view;
	struct seq_file s;

	view_page(f->m, pfn, &view);
	put_text(f, "(use)", "", view_page_kind_name(view.kind));
	if (view.kind == VIEW_PAGE_HOLE)
		return;
	field = named_field(f, "(block)", "", &s);
	seq_printf(&s, "page %#lx, order %u, %s", view.head, view.order,
		   view_migratetype_name(view.mt));
	field->object = mm_object(MM_OBJECT_PAGE, view.head);
	seq_close(&s);
	field = named_field(f, "(pageblock)", "", &s);
	seq_printf(&s, "%#lx, %s", pageblock_start_pfn(pfn), view_migratetype_name(view.block_type));
	field->object = mm_object(MM_OBJECT_PAGEBLOCK, pageblock_start_pfn(pfn));
	seq_close(&s);
	if (view.slot >= 0) {
		field = named_field(f, "(slot)", "", &s);
		seq_printf(&s, "%d", view.slot);
		field->object = mm_object(MM_OBJECT_SLOT, (u64)view.slot);
		seq_close(&s);
	}
}

void put_page_fields(struct fields *f, u64 pfn)
{
	const struct page *page = reader_page(f->m, pfn);
	struct view_field *field;
	struct seq_file s;

	put_page_flags(f, page);
	if (PageTail(page)) {
		put_compound_tail(f, pfn, page);
	} else {
		put_page_list(f, page);
		named_field(f, "mapping", "struct address_space *", &s);
		seq_printf(&s, page->mapping ? "%#lx" : "NULL", (u64)page->mapping);
		seq_close(&s);
		field = named_field(f, "index", "pgoff_t", &s);
		seq_printf(&s, "%lu", page->index);
		if (page->owner.kind == OWNER_PCP) {
			seq_printf(&s, " (%s)", view_migratetype_name((u32)page->index));
			field->object = mm_object(MM_OBJECT_PAGEBLOCK, pageblock_start_pfn(pfn));
		}
		seq_close(&s);
		field = named_field(f, "private", "unsigned long", &s);
		seq_printf(&s, PageBuddy(page) ? "%lu (order)" : "%lu", page->private);
		if (PageBuddy(page) && page->private < MAX_ORDER) {
			u64 buddy = pfn ^ 1UL << page->private;

			seq_printf(&s, ", buddy %#lx", buddy);
			field->object = buddy < f->m->max_pfn ? mm_object(MM_OBJECT_PAGE, buddy) : 0;
		}
		seq_close(&s);
	}
	put_page_type(f, page);
	put_s64(f, "_refcount", "atomic_t", page_ref_count(page));
	put_page_block(f, pfn);
}
