// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SLOB: a simple list of blocks, for machines with very little memory.
 *
 * There are no caches to speak of: an object is as many units of two bytes as it needs, cut from
 * the first page that has room (first fit). A free block says in its first units how long it is and
 * where the next one of the page lies; blocks of a page are kept by address, and neighbours become
 * one. Pages with room are on one of three lists, by the size of the objects they were begun for.
 * kmalloc() keeps the size in front of what it hands out, as nothing else would tell it.
 *
 * What is always true: slab->units is the sum of a page's free blocks; a page with none is on no list.
 *
 * Linux counterpart: mm/slob.c.
 */
#include "slab_internal.h"

typedef s16 slobidx_t;

/* Units of a free block: its length and the next one's place; a block of one unit has the place only. */
typedef struct slob_block {
	slobidx_t units;
} slob_t;

#define SLOB_BREAK1	 256
#define SLOB_BREAK2	 1024
#define SLOB_UNIT	 sizeof(slob_t)
#define SLOB_UNITS(size) DIV_ROUND_UP(size, SLOB_UNIT)
#define MINALIGN	 8u

static struct list_head *slob_list(size_t size)
{
	struct slab_allocator *slab = slab_allocator();

	return &slab->free_slob[size < SLOB_BREAK1 ? 0 : size < SLOB_BREAK2 ? 1 : 2];
}

/* ---- Blocks of a page ---- */

static slob_t *slob_base(slob_t *s)
{
	return (slob_t *)((unsigned long)s & PAGE_MASK);
}

static void set_slob(slob_t *s, slobidx_t size, slob_t *next)
{
	slobidx_t offset = (slobidx_t)(next - slob_base(s));

	if (size > 1) {
		s[0].units = size;
		s[1].units = offset;
	} else {
		s[0].units = (slobidx_t)-offset;
	}
}

static slobidx_t slob_units(slob_t *s)
{
	return s->units > 0 ? s->units : 1;
}

static slob_t *slob_next(slob_t *s)
{
	slobidx_t offset = s[0].units < 0 ? (slobidx_t)-s[0].units : s[1].units;

	/* Somebody wrote to a free block. */
	if (unlikely(offset < 0 || offset > (slobidx_t)SLOB_UNITS(PAGE_SIZE)))
		vm_bug(page_to_pfn(virt_to_page(s)), "a free object leads nowhere");
	return slob_base(s) + offset;
}

/* The last free block points to the page after. */
static bool slob_last(slob_t *s)
{
	return !((unsigned long)slob_next(s) & ~PAGE_MASK);
}

/* Is a page on a list? */
static bool slob_page_free(struct slab *sp)
{
	return sp->units > 0;
}

/* ---- Allocating ---- */

/* Cuts @units out of a free block that is large enough. */
static void take_from_block(struct slab *sp, slob_t *prev, slob_t *cur, slobidx_t units)
{
	slobidx_t avail = slob_units(cur);
	slob_t *next = slob_next(cur), *rest = next;

	if (avail != units) {
		rest = cur + units;
		set_slob(rest, (slobidx_t)(avail - units), next);
	}
	if (prev)
		set_slob(prev, slob_units(prev), rest);
	else
		sp->freelist = rest;
	sp->units -= units;
}

/* First fit in a page: @size bytes so that what lies @align_offset behind is aligned; or NULL. */
static slob_t *slob_page_alloc(struct slab *sp, size_t size, unsigned int align,
			       unsigned int align_offset)
{
	slobidx_t units = (slobidx_t)SLOB_UNITS(size);
	slob_t *prev = NULL, *cur = sp->freelist;
	unsigned int blocks = 0;

	for (;;) {
		unsigned long wanted = ALIGN((unsigned long)cur + align_offset, (unsigned long)align);
		slob_t *aligned = (slob_t *)(wanted - align_offset);
		slobidx_t delta = (slobidx_t)(aligned - cur);

		if (slob_units(cur) >= units + delta) {
			if (delta) {
				set_slob(aligned, (slobidx_t)(slob_units(cur) - delta), slob_next(cur));
				set_slob(cur, delta, aligned);
				prev = cur;
				cur = aligned;
			}
			take_from_block(sp, prev, cur, units);
			if (!sp->units)
				list_del(&sp->slab_list);
			return cur;
		}
		if (slob_last(cur))
			return NULL;
		/* A block that was freed twice leads to itself again. */
		VM_BUG_ON_PAGE(blocks++ > SLOB_UNITS(PAGE_SIZE), slab_page(sp));
		prev = cur;
		cur = slob_next(cur);
	}
}

static void account_slob(const struct page *page, long nr)
{
	__mod_node_page_state(NODE_DATA(page_to_nid(page)), NR_SLAB_UNRECLAIMABLE_B,
			      nr << PAGE_SHIFT);
}

static struct slab *slob_new_page(struct list_head *list, gfp_t gfp, int nid)
{
	struct page *page;
	struct slab *sp;
	slob_t *b;

	gfp = (kmalloc_fix_flags(gfp) & (GFP_RECLAIM_MASK | GFP_CONSTRAINT_MASK)) | (gfp & __GFP_DMA);
	page = __alloc_pages(gfp, 0, nid == NUMA_NO_NODE ? numa_node_id() : nid, NULL);
	if (!page)
		return NULL;
	account_slob(page, 1);
	SetPageSlab(page);
	sp = (struct slab *)page;
	b = page_address(page);
	sp->slab_cache = NULL;
	sp->units = SLOB_UNITS(PAGE_SIZE);
	sp->freelist = b;
	set_slob(b, SLOB_UNITS(PAGE_SIZE), b + SLOB_UNITS(PAGE_SIZE));
	list_add(&sp->slab_list, list);
	trace(TRACE_slob_new_page, page_to_pfn(page), (u64)(list - slab_allocator()->free_slob), 0, 0);
	return sp;
}

/* The search begins next time where this one ended, so that the first pages do not fill with scraps. */
static void rotate_list(struct slab *sp, struct list_head *list)
{
	if (slob_page_free(sp) && list->next != &sp->slab_list) {
		list_del(list);
		list_add_tail(list, &sp->slab_list);
	}
}

static void *slob_alloc(size_t size, gfp_t gfp, unsigned int align, int nid,
			unsigned int align_offset)
{
	struct list_head *list = slob_list(size);
	struct slab *sp = NULL, *next;
	slob_t *b = NULL;
	unsigned int looked_at = 0;

	list_for_each_entry_safe(sp, next, list, slab_list) {
		looked_at++;
		if ((nid != NUMA_NO_NODE && slab_nid(sp) != nid) ||
		    sp->units < (long)SLOB_UNITS(size))
			continue;
		b = slob_page_alloc(sp, size, align, align_offset);
		if (!b)
			continue;
		rotate_list(sp, list);
		break;
	}
	if (!b) {
		sp = slob_new_page(list, gfp, nid);
		if (!sp)
			return NULL;
		b = slob_page_alloc(sp, size, align, align_offset);
	}
	trace(TRACE_slob_page_alloc, object_ref(b), trace_pack((u32)size, looked_at),
	      (u64)max(sp->units, 0L) * SLOB_UNIT, 0);
	return b;
}

/* ---- Freeing ---- */

/* Puts a block among the free ones of a page; what it touches becomes one with it. */
static void insert_block(struct slab *sp, slob_t *b, slobidx_t units)
{
	slob_t *prev = sp->freelist, *next;
	unsigned int blocks = 0;

	if (b < prev) {
		if (b + units == prev) {
			units = (slobidx_t)(units + slob_units(prev));
			prev = slob_next(prev);
		}
		set_slob(b, units, prev);
		sp->freelist = b;
		return;
	}
	next = slob_next(prev);
	while (b > next) {
		VM_BUG_ON_PAGE(blocks++ > SLOB_UNITS(PAGE_SIZE), slab_page(sp));
		prev = next;
		next = slob_next(prev);
	}
	if (!slob_last(prev) && b + units == next)
		set_slob(b, (slobidx_t)(units + slob_units(next)), slob_next(next));
	else
		set_slob(b, units, next);
	if (prev + slob_units(prev) == b)
		set_slob(prev, (slobidx_t)(slob_units(b) + slob_units(prev)), slob_next(b));
	else
		set_slob(prev, slob_units(prev), b);
}

static void slob_free(void *block, size_t size)
{
	struct slab *sp = virt_to_slab(block);
	long units = (long)SLOB_UNITS(size);
	slob_t *b = block;

	if (unlikely(!sp || units > (long)SLOB_UNITS(PAGE_SIZE) - sp->units))
		vm_bug(page_to_pfn(virt_to_page(block)), "kfree of memory that is not in use");
	trace(TRACE_slob_free, object_ref(block), trace_pack((u32)size, (u32)sp->units * 2), 0, 0);
	if (sp->units + units == (long)SLOB_UNITS(PAGE_SIZE)) {
		struct page *page = slab_page(sp);

		if (slob_page_free(sp))
			list_del(&sp->slab_list);
		trace(TRACE_slob_free_page, page_to_pfn(page), 0, 0, 0);
		ClearPageSlab(page);
		page_mapcount_reset(page);
		page->mapping = NULL;
		account_slob(page, -1);
		__free_pages(page, 0);
		return;
	}
	if (!slob_page_free(sp)) {
		sp->units = units;
		sp->freelist = b;
		set_slob(b, (slobidx_t)units, slob_base(b) + SLOB_UNITS(PAGE_SIZE));
		list_add(&sp->slab_list, slob_list(size));
		return;
	}
	sp->units += units;
	insert_block(sp, b, (slobidx_t)units);
}

/* ---- The calls ---- */

void *slob_kmalloc(size_t size, gfp_t gfp, int nid)
{
	unsigned int align = MINALIGN;
	u32 *m;

	if (!(size & (size - 1)))
		align = max(align, (unsigned int)size);
	m = slob_alloc(size + MINALIGN, gfp, align, nid, MINALIGN);
	if (!m)
		return NULL;
	*m = (u32)size;
	return (u8 *)m + MINALIGN;
}

size_t slob_ksize(const void *object)
{
	return SLOB_UNITS(*(const u32 *)((const u8 *)object - MINALIGN)) * SLOB_UNIT;
}

void slob_kfree(void *object)
{
	u32 *m = (u32 *)((u8 *)object - MINALIGN);

	slob_free(m, *m + MINALIGN);
}

static void note_cache(const struct kmem_cache *s, const void *object, u32 note)
{
	if (s->size >= 16)
		object_note(object)[1] = note;
}

void *slob_alloc_node(struct kmem_cache *s, gfp_t flags, int nid)
{
	void *b;

	if (s->size < PAGE_SIZE) {
		b = slob_alloc(s->size, flags | s->allocflags, s->align, nid, 0);
		if (b)
			note_cache(s, b, NOTE_CACHE | s->id);
	} else {
		struct page *page = __alloc_pages(flags | __GFP_COMP | s->allocflags, get_order(s->size),
						  nid == NUMA_NO_NODE ? numa_node_id() : nid, NULL);

		if (!page)
			return NULL;
		account_slob(page, 1L << get_order(s->size));
		b = page_address(page);
	}
	if (b)
		construct_object(s, b);
	return b;
}

void slob_cache_free(struct kmem_cache *s, void *object)
{
	if (s->size < PAGE_SIZE) {
		note_cache(s, object, 0);
		slob_free(object, s->size);
		return;
	}
	account_slob(virt_to_page(object), -(1L << get_order(s->size)));
	__free_pages(virt_to_page(object), get_order(s->size));
}

int slob_cache_create(struct kmem_cache *s, slab_flags_t flags)
{
	s->flags = flags & ~SLAB_DEBUG_FLAGS;
	s->align = max(s->align, MINALIGN);
	s->size = ALIGN(s->size, 2U);
	s->allocflags = flags & SLAB_CACHE_DMA ? __GFP_DMA : 0;
	return 0;
}

/* A cache owns no memory of its own. */
int slob_cache_shrink(struct kmem_cache *s)
{
	return 0;
}

void slob_cache_release(struct kmem_cache *s)
{
}

void slob_init(void)
{
	struct slab_allocator *slab = slab_allocator();
	u32 i;

	for (i = 0; i < 3; i++)
		INIT_LIST_HEAD(&slab->free_slob[i]);
	create_boot_cache(slab->kmem_cache, "kmem_cache", sizeof(struct kmem_cache), 0);
	list_add(&slab->kmem_cache->list, &slab->slab_caches);
	slab->state = UP;
}
