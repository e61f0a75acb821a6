// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is done to pages as they leave the allocator and come back: checks,
 * reference counts, compound pages, clearing.
 *
 * A page that is freed must look unused (no users, no mapping, no flags that say
 * somebody works with it), a page that is handed out must look free. One that
 * does not is reported and leaked: losing a page is better than having two
 * owners of it.
 *
 * Linux counterpart: mm/page_alloc.c (as with CONFIG_DEBUG_VM), mm/swap.c for put_page().
 */
#include "internal.h"

/* ---- Reports ---- */

/* The place of a reason in bugs.def, counted from 1; 0 for one that is not there. */
u32 bug_number(const char *reason)
{
	static const char *const reasons[] = {
#define BUG(text) text,
#include "bugs.def"
#undef BUG
	};
	u32 i, k;

	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		for (k = 0; reason[k] && reasons[i][k] == reason[k]; k++)
			;
		if (reasons[i][k] == reason[k])
			return i + 1;
	}
	return 0;
}

_Noreturn void vm_bug(unsigned long pfn, const char *reason)
{
	this_machine->stopped = true;
	this_machine->stop_reason = bug_number(reason);
	trace(TRACE_vm_bug, pfn, this_machine->stop_reason, 0, 0);
	machine_stop();
}

_Noreturn void list_corrupted(const struct list_head *entry, const char *reason)
{
	const struct page *page = list_entry(entry, const struct page, lru);
	const struct page *map = this_machine->mem_map;

	vm_bug(page >= map && page < map + this_machine->max_pfn ? page_to_pfn(page) : ~0UL, reason);
}

static void bad_page(struct page *page, const char *reason)
{
	trace(TRACE_bad_page, page_to_pfn(page), bug_number(reason), 0, 0);
	page_mapcount_reset(page); /* also takes PageBuddy off: nobody shall merge with it */
}

static bool page_expected_state(const struct page *page, unsigned long check_flags)
{
	if (unlikely(atomic_read(&page->_mapcount) != -1))
		return false;
	return !((unsigned long)page->mapping | (unsigned long)page_ref_count(page) |
		 (page->flags & check_flags));
}

/* What is wrong with a page that is not in the expected state; where it is several things, the last. */
static const char *page_bad_reason(const struct page *page, unsigned long flags)
{
	if (page->flags & flags)
		return flags == PAGE_FLAGS_CHECK_AT_FREE ? "PAGE_FLAGS_CHECK_AT_FREE flag(s) set"
							 : "PAGE_FLAGS_CHECK_AT_PREP flag set";
	if (page_ref_count(page))
		return "nonzero _refcount";
	if (page->mapping)
		return "non-NULL mapping";
	if (atomic_read(&page->_mapcount) != -1)
		return "nonzero mapcount";
	return "page is on a per-CPU list";
}

/* ---- Who holds a block ---- */

static void set_page_owner(struct page *page, unsigned int order, gfp_t gfp)
{
	page->owner = (struct page_owner){
		.kind = OWNER_ALLOCATED,
		.order = (u8)order,
		.migratetype = (u8)gfp_migratetype(gfp),
	};
}

/*
 * Ends the note about a block of which the first 2^order pages go. If it was larger, the rest of
 * it is lost: notes for its parts.
 */
static void reset_page_owner(struct page *page, unsigned int order)
{
	struct page_owner old = page->owner;

	while (old.kind == OWNER_ALLOCATED && old.order > order) {
		old.order--;
		page[1UL << old.order].owner.kind = OWNER_LEAKED;
		page[1UL << old.order].owner.order = old.order;
	}
	page->owner = (struct page_owner){ 0, OWNER_NONE, 0, 0, 0 };
}

/* ---- Compound pages ---- */

/*
 * Makes one compound page of a block: the head has PG_head, all others point to it; order and
 * counts of the whole lie in the first tail.
 */
static void prep_compound_page(struct page *page, unsigned int order)
{
	unsigned long i;

	SetPageHead(page);
	for (i = 1; i < 1UL << order; i++) {
		struct page *p = page + i;

		p->mapping = TAIL_MAPPING;
		p->compound_head = (unsigned long)page + 1;
		p->private = 0;
	}
	page[1].compound_dtor = COMPOUND_PAGE_DTOR;
	page[1].compound_order = (u8)order;
	page[1].compound_pad = 0;
	page[1].compound_nr = 1U << order;
	atomic_set(&page[1].compound_mapcount, -1);
	atomic_set(&page[1].compound_pincount, 0);
	trace(TRACE_prep_compound_page, page_to_pfn(page), order, 0, 0);
}

/* Takes a tail out of its compound page. Returns false if something is wrong with it. */
static bool free_tail_page(struct page *head_page, struct page *page)
{
	bool good = true;

	/* In the first two tails, other fields share the place of mapping. */
	if (page - head_page > 2 && page->mapping != TAIL_MAPPING) {
		bad_page(page, "corrupted mapping in tail page");
		good = false;
	} else if (!PageTail(page)) {
		bad_page(page, "PageTail not set");
		good = false;
	} else if (compound_head(page) != head_page) {
		bad_page(page, "compound_head not consistent");
		good = false;
	}
	page->mapping = NULL;
	page->compound_head = 0;
	return good;
}

/* ---- Coming back ---- */

/*
 * A page on a per-CPU list has no users either; freeing it as part of a block would put it on
 * two lists. The kernel cannot tell; we keep a note of it.
 */
static bool free_page_is_bad(struct page *page)
{
	if (likely(page_expected_state(page, PAGE_FLAGS_CHECK_AT_FREE) &&
		   page->owner.kind != OWNER_PCP))
		return false;
	bad_page(page, page_bad_reason(page, PAGE_FLAGS_CHECK_AT_FREE));
	return true;
}

/* All pages of a block but the first. Returns how many are bad. */
static int free_tail_pages_prepare(struct page *page, unsigned int order)
{
	bool compound = PageCompound(page);
	unsigned long i;
	int bad = 0;

	VM_BUG_ON_PAGE(compound && compound_order(page) != order, page);
	for (i = 1; i < 1UL << order; i++) {
		struct page *p = page + i;

		if (compound)
			bad += !free_tail_page(page, p);
		if (unlikely(free_page_is_bad(p))) {
			bad++;
			continue;
		}
		if (p->flags & PAGE_FLAGS_CHECK_AT_PREP)
			p->flags &= ~PAGE_FLAGS_CHECK_AT_PREP;
	}
	return bad;
}

/* Checks a block that nobody uses any more and makes it look free. False: it must be leaked. */
bool free_pages_prepare(struct page *page, unsigned int order)
{
	int bad = 0;

	VM_BUG_ON_PAGE(PageTail(page), page);
	trace(TRACE_mm_page_free, page_to_pfn(page), order, 0, 0);

	/* Anonymous: the note stays until here, as others may still have looked at it. */
	if (PageMappingFlags(page))
		page->mapping = NULL;
	if (unlikely(order))
		bad = free_tail_pages_prepare(page, order);
	if (free_page_is_bad(page))
		bad++;
	if (unlikely(bad)) {
		page->owner.kind = OWNER_LEAKED;
		return false;
	}

	page->flags &= ~PAGE_FLAGS_CHECK_AT_PREP;
	page->private = 0;
	reset_page_owner(page, order);
	return true;
}

/* ---- Leaving ---- */

/* Is any page of a block not in the state of a free one? Such a block is leaked. */
bool check_new_pages(struct page *page, unsigned int order)
{
	const unsigned long flags = PAGE_FLAGS_CHECK_AT_PREP | 1UL << PG_hwpoison;
	unsigned long i;

	for (i = 0; i < 1UL << order; i++) {
		if (likely(page_expected_state(page + i, flags)))
			continue;
		bad_page(page + i, page_bad_reason(page + i, flags));
		page->owner = (struct page_owner){ .kind = OWNER_LEAKED, .order = (u8)order };
		return true;
	}
	return false;
}

static void kernel_init_pages(struct page *page, unsigned int order)
{
	unsigned long i;

	for (i = 0; i < 1UL << order; i++)
		clear_highpage(page + i);
	trace(TRACE_clear_highpage, page_to_pfn(page), order, 0, 0);
}

void post_alloc_hook(struct page *page, unsigned int order, gfp_t gfp_flags)
{
	page->private = 0;
	set_page_refcounted(page);
	if (gfp_flags & __GFP_ZERO)
		kernel_init_pages(page, order);
	/* Other memory is stored into by its address. */
	if (!(gfp_flags & __GFP_HIGHMEM))
		forget_frame_lines(page, order);
	set_page_owner(page, order, gfp_flags);
}

void prep_new_page(struct page *page, unsigned int order, gfp_t gfp_flags, unsigned int alloc_flags)
{
	post_alloc_hook(page, order, gfp_flags);
	if (order && gfp_flags & __GFP_COMP)
		prep_compound_page(page, order);

	/* Who got this page by ignoring the watermarks shall use it to free more. */
	if (alloc_flags & ALLOC_NO_WATERMARKS)
		page->lru.next = (struct list_head *)2;
	else
		page->lru.next = NULL;
}

void split_page(struct page *page, unsigned int order)
{
	unsigned long i;

	VM_BUG_ON_PAGE(PageCompound(page), page);
	VM_BUG_ON_PAGE(!page_ref_count(page), page);

	for (i = 1; i < 1UL << order; i++) {
		set_page_refcounted(page + i);
		page[i].owner = page->owner;
		page[i].owner.slot = 0;
		page[i].owner.order = 0;
	}
	page->owner.order = 0;
}

/* ---- References ---- */

void get_page(struct page *page)
{
	page = compound_head(page);
	/* Zero references cannot become one: the page may be somebody else's already. */
	VM_BUG_ON_PAGE(page_ref_count(page) <= 0, page);
	page->_refcount.counter++;
	trace(TRACE_page_ref_mod, page_to_pfn(page), trace_pack(1, (u32)page_ref_count(page)), 0,
	      0);
}

void put_page(struct page *page)
{
	bool last;

	page = compound_head(page);
	last = put_page_testzero(page);
	trace(TRACE_page_ref_mod, page_to_pfn(page), trace_pack((u32)-1, (u32)page_ref_count(page)),
	      0, 0);
	if (last)
		__put_page(page);
}
