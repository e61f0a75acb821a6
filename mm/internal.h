/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the page allocator share and nobody else needs: allocation
 * flags, bug checks, references, and the functions that cross files.
 *
 * Linux counterpart: mm/internal.h (and page_ref.h, mmdebug.h, vmstat.h).
 */
#ifndef MM_INTERNAL_H
#define MM_INTERNAL_H

#include "gfp.h"
#include "mmzone.h"
#include "ops.h"
#include "page-flags.h"
#include "pgtable.h"
#include "trace.h"

/* ---- Checks ---- */

/* Reports a broken rule of the kernel (@reason is one of bugs.def) and stops the machine for good. */
_Noreturn void vm_bug(unsigned long pfn, const char *reason);

/* The place of a reason in bugs.def, counted from 1; 0 for one that is not there. */
u32 bug_number(const char *reason);

#define VM_BUG_ON_PAGE(cond, page)                                                                 \
	do {                                                                                       \
		if (unlikely(cond))                                                                \
			vm_bug(page_to_pfn(page), "VM_BUG_ON_PAGE(" #cond ")");                    \
	} while (0)

#define VM_BUG_ON(cond)                                                                            \
	do {                                                                                       \
		if (unlikely(cond))                                                                \
			vm_bug(~0UL, "VM_BUG_ON(" #cond ")");                                      \
	} while (0)

/* ---- Numbers ---- */

/* @n * @numerator / @denominator without overflow of the product of the large parts. */
static inline unsigned long mult_frac(unsigned long n, unsigned long numerator,
				      unsigned long denominator)
{
	return n / denominator * numerator + n % denominator * numerator / denominator;
}

/* ---- Allocation flags: how get_page_from_freelist() may serve a request ---- */

#define ALLOC_WMARK_MIN	    WMARK_MIN
#define ALLOC_WMARK_LOW	    WMARK_LOW
#define ALLOC_WMARK_HIGH    WMARK_HIGH
#define ALLOC_NO_WATERMARKS 0x04	/* no check at all */
#define ALLOC_WMARK_MASK    (ALLOC_NO_WATERMARKS - 1)
#define ALLOC_OOM	    0x08	/* for a task that is being killed */
#define ALLOC_NON_BLOCK	    0x10	/* the caller cannot sleep */
#define ALLOC_MIN_RESERVE   0x20	/* __GFP_HIGH: half of the min watermark may be used */
#define ALLOC_CPUSET	    0x40
#define ALLOC_NOFRAGMENT    0x100	/* rather another zone than mixing types in a pageblock */
#define ALLOC_HIGHATOMIC    0x200	/* may take from the MIGRATE_HIGHATOMIC reserve */
#define ALLOC_KSWAPD	    0x800	/* kswapd may be woken */

/* The flags that give access to pages below the min watermark. */
#define ALLOC_RESERVES (ALLOC_NON_BLOCK | ALLOC_MIN_RESERVE | ALLOC_HIGHATOMIC | ALLOC_OOM)

/* What stays the same during one request. */
struct alloc_context {
	struct zonelist *zonelist;
	const nodemask_t *nodemask;		/* NULL: all nodes */
	struct zoneref *preferred_zoneref;	/* where the search begins */
	int migratetype;
	enum zone_type highest_zoneidx;
	bool spread_dirty_pages;		/* not from nodes with too many dirty pages */
};

/* Reclaim is under way, and pages became free on another way than through LRU lists. */
static inline void mm_account_reclaimed_pages(unsigned long nr)
{
	if (this_machine->reclaimer < NR_RECLAIMERS)
		this_machine->reclaimers[this_machine->reclaimer].reclaimed_slab += nr;
}

/* ---- Pages ---- */

static inline int page_ref_count(const struct page *page)
{
	return atomic_read(&page->_refcount);
}

static inline void set_page_count(struct page *page, int v)
{
	atomic_set(&page->_refcount, v);
}

static inline void set_page_refcounted(struct page *page)
{
	VM_BUG_ON_PAGE(PageTail(page), page);
	VM_BUG_ON_PAGE(page_ref_count(page), page);
	set_page_count(page, 1);
}

/* Drops a reference; true if it was the last one. */
static inline bool put_page_testzero(struct page *page)
{
	VM_BUG_ON_PAGE(page_ref_count(page) == 0, page);
	return --page->_refcount.counter == 0;
}

static inline void page_ref_inc(struct page *page)
{
	page->_refcount.counter++;
}

static inline void page_ref_add(struct page *page, int nr)
{
	page->_refcount.counter += nr;
}

/* Does any page table entry point to it (or, of a compound page, to any part of it)? */
static inline bool page_mapped(const struct page *page)
{
	unsigned long i, nr = compound_nr(page);

	if (nr > 1 && atomic_read(&page[1].compound_mapcount) >= 0)
		return true;
	for (i = 0; i < nr; i++)
		if (atomic_read(&page[i]._mapcount) >= 0)
			return true;
	return false;
}

static inline void page_mapcount_reset(struct page *page)
{
	atomic_set(&page->_mapcount, -1);
}

/* Takes and drops a reference; of a compound page, its head holds the count. */
void get_page(struct page *page);
void put_page(struct page *page);

/* The type of the pageblock a frame lies in. */
static inline int get_pfnblock_migratetype(unsigned long pfn)
{
	return this_machine->pageblock_flags[pfn >> pageblock_order] & PB_MIGRATETYPE_MASK;
}

static inline int get_pageblock_migratetype(const struct page *page)
{
	return get_pfnblock_migratetype(page_to_pfn(page));
}

void set_pageblock_migratetype(struct page *page, int migratetype);

/* The type kept with a page while it is on a per-CPU list; its pageblock may change meanwhile. */
static inline int get_pcppage_migratetype(const struct page *page)
{
	return (int)page->index;
}

static inline void set_pcppage_migratetype(struct page *page, int migratetype)
{
	page->index = (unsigned long)migratetype;
}

/* Order of a free block's head. */
static inline unsigned int buddy_order(const struct page *page)
{
	return (unsigned int)page->private;
}

static inline void set_buddy_order(struct page *page, unsigned int order)
{
	page->private = order;
	__SetPageBuddy(page);
}

/* Is @buddy free, of exactly this order, and in the zone of @page? */
static inline bool page_is_buddy(const struct page *page, const struct page *buddy,
				 unsigned int order)
{
	if (!PageBuddy(buddy) || buddy_order(buddy) != order)
		return false;
	return page->flags >> ZONES_PGSHIFT == buddy->flags >> ZONES_PGSHIFT;
}

/* The block that together with this one makes the block of the next order: one bit differs. */
static inline unsigned long __find_buddy_pfn(unsigned long page_pfn, unsigned int order)
{
	return page_pfn ^ (1UL << order);
}

/* ---- Per-CPU lists ---- */

static inline bool pcp_allowed_order(unsigned int order)
{
	return order <= PAGE_ALLOC_COSTLY_ORDER || order == pageblock_order;
}

/* The list of struct per_cpu_pages for an order and a migrate type. */
static inline unsigned int order_to_pindex(int migratetype, unsigned int order)
{
	if (unlikely(order > PAGE_ALLOC_COSTLY_ORDER))
		return NR_LOWORDER_PCP_LISTS + (migratetype == MIGRATE_MOVABLE);
	return MIGRATE_PCPTYPES * order + (unsigned int)migratetype;
}

static inline unsigned int pindex_to_order(unsigned int pindex)
{
	return pindex >= NR_LOWORDER_PCP_LISTS ? pageblock_order : pindex / MIGRATE_PCPTYPES;
}

/* The list for pages of a pageblock of this type: those of a reserve go with the movable ones. */
static inline int pcp_migratetype(int migratetype)
{
	return likely(migratetype < MIGRATE_PCPTYPES) ? migratetype : MIGRATE_MOVABLE;
}

static inline struct per_cpu_pages *this_cpu_pageset(struct zone *zone)
{
	return &zone->per_cpu_pageset[smp_processor_id()];
}

static inline void pcp_add(struct per_cpu_pages *pcp, struct page *page, unsigned int pindex,
		    unsigned int order, int migratetype, bool to_tail)
{
	struct list_head *list = &pcp->lists[pindex];

	if (to_tail)
		list_add_tail(&page->pcp_list, list);
	else
		list_add(&page->pcp_list, list);
	pcp->count += 1 << order;
	page->owner.kind = OWNER_PCP;
	page->owner.order = (u8)order;
	page->owner.migratetype = (u8)migratetype;
}

static inline void pcp_del(struct per_cpu_pages *pcp, struct page *page, unsigned int order)
{
	list_del(&page->pcp_list);
	pcp->count -= 1 << order;
	page->owner.kind = OWNER_NONE;
	page->owner.order = 0;
}

/* ---- mm_init.c ---- */

/* Lays nodes and zones over the memory of memblock, and makes their struct pages. */
void free_area_init(const unsigned long *max_zone_pfn);
void __init_single_page(struct page *page, enum zone_type zone, int nid);
void reserve_bootmem_region(phys_addr_t start, phys_addr_t end, enum page_owner_kind kind);
void build_all_zonelists(void);

/* ---- swap.c ---- */

void lruvec_init(struct lruvec *lruvec);

/* A page without users: takes it off its LRU list and frees it. */
void __put_page(struct page *page);

/* ---- page_alloc.c ---- */

/* Frees a block to the buddy lists at boot. */
void __free_pages_core(struct page *page, unsigned int order);

/* Frees a block without users, through the per-CPU lists if they take its order. */
void free_the_page(struct page *page, unsigned int order);
/* For a request with @gfp_flags, of blocks of @order. If there is enough memory, kcompactd may be woken instead. */
void wakeup_kswapd(struct zone *zone, gfp_t gfp_flags, unsigned int order,
		   enum zone_type highest_zoneidx);
/* alloc_slowpath.c: the request cannot be served above the low watermarks. */
struct page *__alloc_pages_slowpath(gfp_t gfp_mask, unsigned int order, struct alloc_context *ac);
/* Tells that a request has failed, unless it is __GFP_NOWARN. */
void warn_alloc(gfp_t gfp_mask, unsigned int order, unsigned int alloc_flags);
struct page *get_page_from_freelist(gfp_t gfp_mask, unsigned int order, unsigned int alloc_flags,
				    const struct alloc_context *ac);

/* The parts of allocating and freeing that replay.c needs one by one. */
bool zone_has_enough(struct zone *zone, unsigned int order, unsigned int alloc_flags,
		     gfp_t gfp_mask, const struct alloc_context *ac);
struct page *rmqueue(struct zone *preferred_zone, struct zone *zone, unsigned int order,
		     unsigned int alloc_flags, int migratetype);
struct page *__rmqueue_pcplist(struct zone *zone, unsigned int order, int migratetype,
			       unsigned int alloc_flags, struct per_cpu_pages *pcp);
void free_unref_page_commit(struct zone *zone, struct per_cpu_pages *pcp, struct page *page,
			    int migratetype, unsigned int order);
void free_pcppages_bulk(struct zone *zone, int count, struct per_cpu_pages *pcp,
			unsigned int pindex);

/* ---- buddy.c: the free lists ---- */

struct page *__rmqueue_smallest(struct zone *zone, unsigned int order, int migratetype);
struct page *__rmqueue(struct zone *zone, unsigned int order, int migratetype,
		       unsigned int alloc_flags);
/* How a block comes back. */
#define FPI_NONE    0
#define FPI_TO_TAIL 1	/* at the list's tail in any case */

void __free_one_page(struct page *page, unsigned long pfn, struct zone *zone, unsigned int order,
		     int migratetype, unsigned int fpi_flags);
void del_page_from_free_list(struct page *page, struct zone *zone, unsigned int order);
/* Takes a free block off its list for compaction. Returns its pages; 0: the zone cannot spare it. */
unsigned long __isolate_free_page(struct page *page, unsigned int order);

static inline struct page *get_page_from_free_area(struct free_area *area, int migratetype)
{
	if (list_empty(&area->free_list[migratetype]))
		return NULL;
	return list_first_entry(&area->free_list[migratetype], struct page, buddy_list);
}

static inline bool free_area_empty(const struct free_area *area, int migratetype)
{
	return list_empty(&area->free_list[migratetype]);
}

/* ---- pageblock.c: migrate types ---- */

/* Finds a block of another type; the next __rmqueue_smallest() will then succeed. */
bool __rmqueue_fallback(struct zone *zone, int order, int start_migratetype,
			unsigned int alloc_flags);
/* The type whose list of this order can help, or -1; *can_steal: and the rest of the pageblock may be had. */
int find_suitable_fallback(struct free_area *area, unsigned int order, int migratetype,
			   bool only_stealable, bool *can_steal);
void reserve_highatomic_pageblock(struct page *page, struct zone *zone);

/* What a pageblock holds, beside pages that are in use and stay where they are. */
struct block_content {
	int free;	/* pages on free lists */
	int movable;	/* pages in use that could be moved elsewhere */
};

/* Moves the free pages of a pageblock to a type; none, if the block reaches past the zone's end. */
struct block_content move_freepages_block(struct zone *zone, struct page *page, int migratetype);
bool unreserve_highatomic_pageblock(const struct alloc_context *ac, bool force);

/* ---- page_prep.c: what is done to pages as they leave and come back ---- */

bool free_pages_prepare(struct page *page, unsigned int order);
bool check_new_pages(struct page *page, unsigned int order);
/* What every block goes through that leaves the free lists. */
void post_alloc_hook(struct page *page, unsigned int order, gfp_t gfp_flags);
void prep_new_page(struct page *page, unsigned int order, gfp_t gfp_flags,
		   unsigned int alloc_flags);

/* ---- watermark.c ---- */

/* Watermarks, per-CPU list sizes, reserves: at the end of boot, and when a tunable was set. */
void init_per_zone_wmark_min(void);
void calculate_totalreserve_pages(void);
unsigned long nr_free_zone_pages(enum zone_type offset);
void setup_per_cpu_pageset(void);

/* overcommit_memory: how much may be promised (util.c). */
enum {
	OVERCOMMIT_GUESS,	/* what is not obviously too much */
	OVERCOMMIT_ALWAYS,	/* anything */
	OVERCOMMIT_NEVER,	/* what a limit permits */
};

int set_tunable(enum mm_tunable tunable, u64 value);
u64 get_tunable(const struct machine *m, enum mm_tunable tunable);
bool __zone_watermark_ok(struct zone *z, unsigned int order, unsigned long mark,
			 enum zone_type highest_zoneidx, unsigned int alloc_flags, long free_pages);
bool zone_watermark_ok_safe(struct zone *z, unsigned int order, unsigned long mark,
			    enum zone_type highest_zoneidx);

/* Pages that a check must not count on: the rest of the block asked for, and reserves of others. */
static inline long __zone_watermark_unusable_free(const struct zone *z, unsigned int order,
						  unsigned int alloc_flags)
{
	long unusable_free = (1L << order) - 1;

	if (likely(!(alloc_flags & ALLOC_RESERVES)))
		unusable_free += (long)z->nr_reserved_highatomic;
	return unusable_free;
}

/* ---- snapshot.c ---- */

/* Sets the page allocator's state to that of a recorded machine. Returns 0 or -EINVAL. */
int load_snapshot(const struct machine_snapshot *snapshot);

/* ---- ops.c ---- */

/* Carries out one operation of the script. */
s64 run_op(const struct mm_op *op, u64 index);

/* The i-th slot of a range in the order of the operation's pattern (arg[0..3]); false: it is left out. */
bool pattern_slot(const struct mm_op *op, u32 i, u32 *slot);

/* ---- swapoff.c ---- */

s64 op_swapoff(const struct mm_op *op);
s64 op_swapon(const struct mm_op *op);

/* ---- ops_policy.c ---- */

s64 op_reference_string(const struct mm_op *op);
s64 op_replacement(const struct mm_op *op);

/* ---- ops_slab.c ---- */

s64 op_kmem_cache_create(const struct mm_op *op);
s64 op_kmem_cache_destroy(const struct mm_op *op);
s64 op_kmem_cache_shrink(const struct mm_op *op);
s64 op_slabinfo_write(const struct mm_op *op);
s64 op_kmem_cache_alloc(const struct mm_op *op);
s64 op_kmem_cache_alloc_bulk(const struct mm_op *op);
s64 op_kmem_cache_free(const struct mm_op *op);
s64 op_kmalloc(const struct mm_op *op);
s64 op_kfree(const struct mm_op *op);
s64 op_object_poke(const struct mm_op *op);
s64 op_object_peek(const struct mm_op *op);
s64 op_fail_nth(const struct mm_op *op);
s64 op_cache_reap(const struct mm_op *op);
s64 op_leak_check(const struct mm_op *op);
s64 op_mempool_create(const struct mm_op *op);
s64 op_mempool_resize(const struct mm_op *op);
s64 op_mempool_destroy(const struct mm_op *op);
s64 op_mempool_alloc(const struct mm_op *op);
s64 op_mempool_free(const struct mm_op *op);
s64 op_memory_pool_create(const struct mm_op *op);
s64 op_memory_pool_alloc(const struct mm_op *op);
s64 op_memory_pool_free(const struct mm_op *op);
s64 op_memory_pool_destroy(const struct mm_op *op);
s64 op_vmalloc(const struct mm_op *op);
s64 op_vfree(const struct mm_op *op);
s64 op_purge_vmap_areas(const struct mm_op *op);

/* ---- replay.c: operations for recordings ---- */

s64 op_replay_alloc(const struct mm_op *op);
s64 op_replay_bulk(const struct mm_op *op);
s64 op_replay_free(const struct mm_op *op);
s64 op_replay_spill(const struct mm_op *op);
s64 op_replay_isolate(const struct mm_op *op);
s64 op_replay_block_type(const struct mm_op *op);
s64 op_replay_movable(const struct mm_op *op);
s64 op_replay_adopt(const struct mm_op *op);
s64 op_replay_exchange(const struct mm_op *op);
s64 op_replay_peek(const struct mm_op *op);

/* ---- replay_lru.c: operations for recordings of reclaim ---- */

s64 op_replay_lru_insert(const struct mm_op *op);
s64 op_replay_lru_move(const struct mm_op *op);
s64 op_replay_lru_gone(const struct mm_op *op);
s64 op_replay_refault(const struct mm_op *op);
s64 op_replay_node_state(const struct mm_op *op);
s64 op_replay_zone_state(const struct mm_op *op);
s64 op_replay_scan(const struct mm_op *op);
s64 op_replay_isolate_lru(const struct mm_op *op);
s64 op_replay_isolated(const struct mm_op *op);
s64 op_replay_isolated_all(const struct mm_op *op);
s64 op_replay_reclaim_page(const struct mm_op *op);
s64 op_replay_put_back(const struct mm_op *op);
s64 op_replay_put(const struct mm_op *op);
s64 op_replay_batch_end(const struct mm_op *op);
s64 op_replay_wakeup_kswapd(const struct mm_op *op);
s64 op_replay_kswapd_wake(const struct mm_op *op);
s64 op_replay_kswapd_sleep(const struct mm_op *op);
s64 op_replay_direct(const struct mm_op *op);

/* ---- bulk.c ---- */

/* Clears memory of the arena, saying so first to whoever records its changes. */
void clear_memory(void *addr, size_t len);
void fill_memory(void *addr, u8 value, size_t len);
/* The ranges do not overlap. */
void copy_memory(void *to, const void *from, size_t len);

/* Frames as a whole: only lines that may hold something are touched. */
void clear_highpage(struct page *page);
void copy_highpage(struct page *to, struct page *from);
/* Whoever gets these frames will not tell what it stores into them. */
void forget_frame_lines(struct page *page, unsigned int order);
/* The frame is known to hold zeroes only. */
void frame_is_zero(struct page *page);

/* The lines of 64 bytes in which a stretch of a frame lies, a bit each. @len is not 0. */
static inline u64 lines_of(unsigned long offset, unsigned long len)
{
	unsigned long first = offset >> RAM_LINE_SHIFT, last = (offset + len - 1) >> RAM_LINE_SHIFT;

	return ~0UL >> (63 - (last - first)) << first;
}

/* Something is stored into a stretch of a frame. @len is not 0. */
static inline void note_store(const void *addr, unsigned long len)
{
	unsigned long offset = (unsigned long)((const u8 *)addr - this_machine->ram);
	u64 *lines = &this_machine->ram_lines[offset >> PAGE_SHIFT];
	u64 stored = lines_of(offset & ~PAGE_MASK, len);

	if (stored & ~*lines)
		*lines |= stored;
}

#endif
