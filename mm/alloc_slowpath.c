// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The slow path of the page allocator: what is done for a request that no zone can serve
 * above its low watermark.
 *
 *	kswapd is woken, and the request gets down to the min watermark
 *	a large block: compaction, without waiting
 *	reserves, for those who may use them
 *	again and again, while it brings anything:
 *	  direct reclaim
 *	  compaction, harder each time
 *	the OOM killer
 *
 * Linux counterpart: mm/page_alloc.c.
 */
#include "mm.h"
#include "vmscan.h"
#include "vmstat.h"

/* So often compaction is tried again while it makes progress. */
#define MAX_COMPACT_RETRIES 16

/* What a request's way through the slow path has come to. */
struct slowpath {
	gfp_t gfp_mask;
	unsigned int order;
	unsigned int alloc_flags;
	enum compact_priority compact_priority;
	enum compact_result compact_result;
	int compaction_retries;
	int no_progress_loops;
	unsigned long did_some_progress;
};

/* One kswapd a node. */
static void wake_all_kswapds(unsigned int order, gfp_t gfp_mask, const struct alloc_context *ac)
{
	pg_data_t *last_pgdat = NULL;
	struct zoneref *z;
	struct zone *zone;

	for_each_zone_zonelist_nodemask(zone, z, ac->zonelist, ac->highest_zoneidx, ac->nodemask) {
		if (!managed_zone(zone) || last_pgdat == zone->zone_pgdat)
			continue;
		wakeup_kswapd(zone, gfp_mask, order, ac->highest_zoneidx);
		last_pgdat = zone->zone_pgdat;
	}
}

/* How far below the watermarks the slow path may go. */
static unsigned int gfp_to_alloc_flags(gfp_t gfp_mask, unsigned int order)
{
	_Static_assert(__GFP_HIGH == ALLOC_MIN_RESERVE, "the bit is used for both");
	unsigned int alloc_flags = ALLOC_WMARK_MIN | ALLOC_CPUSET;

	alloc_flags |= gfp_mask & (__GFP_HIGH | __GFP_KSWAPD_RECLAIM);

	if (!(gfp_mask & __GFP_DIRECT_RECLAIM)) {
		if (!(gfp_mask & __GFP_NOMEMALLOC)) {
			alloc_flags |= ALLOC_NON_BLOCK;
			if (order > 0 && alloc_flags & ALLOC_MIN_RESERVE)
				alloc_flags |= ALLOC_HIGHATOMIC;
		}
		if (alloc_flags & ALLOC_MIN_RESERVE)
			alloc_flags &= ~ALLOC_CPUSET;
	}
	return alloc_flags;
}

/* Who promises to free memory with it may have all of it. */
static unsigned int __gfp_pfmemalloc_flags(gfp_t gfp_mask)
{
	if (gfp_mask & __GFP_NOMEMALLOC)
		return 0;
	if (gfp_mask & __GFP_MEMALLOC || this_machine->reclaimer != NR_RECLAIMERS)
		return ALLOC_NO_WATERMARKS;
	return this_machine->current_task && this_machine->current_task->oom_victim ? ALLOC_OOM : 0;
}

void warn_alloc(gfp_t gfp_mask, unsigned int order, unsigned int alloc_flags)
{
	if (!(gfp_mask & __GFP_NOWARN))
		trace(TRACE_warn_alloc, trace_pack(order, gfp_mask), alloc_flags, 0, 0);
}

static bool costly(unsigned int order)
{
	return order > PAGE_ALLOC_COSTLY_ORDER;
}

/* ---- Compaction ---- */

static struct page *__alloc_pages_direct_compact(struct slowpath *s, const struct alloc_context *ac,
						 enum compact_priority prio)
{
	struct page *page = NULL;
	struct zone *zone;

	if (!s->order)
		return NULL;
	s->compact_result =
		try_to_compact_pages(s->gfp_mask, s->order, s->alloc_flags, ac, prio, &page);
	if (s->compact_result == COMPACT_SKIPPED)
		return NULL;
	count_vm_event(COMPACTSTALL);
	if (page)
		prep_new_page(page, s->order, s->gfp_mask, s->alloc_flags);
	else
		page = get_page_from_freelist(s->gfp_mask, s->order, s->alloc_flags, ac);
	if (!page) {
		count_vm_event(COMPACTFAIL);
		return NULL;
	}
	zone = page_zone(page);
	zone->compact_blockskip_flush = false;
	compaction_defer_reset(zone, (int)s->order, true);
	count_vm_event(COMPACTSUCCESS);
	return page;
}

/* The next attempt shall try harder, if it can. */
static bool raise_compact_priority(struct slowpath *s)
{
	enum compact_priority min_priority =
		costly(s->order) ? MIN_COMPACT_COSTLY_PRIORITY : MIN_COMPACT_PRIORITY;

	if (s->compact_priority <= min_priority)
		return false;
	s->compact_priority--;
	s->compaction_retries = 0;
	return true;
}

/* Has compaction a chance that it did not have the last time? */
static bool should_compact_retry(struct slowpath *s, const struct alloc_context *ac)
{
	int max_retries = costly(s->order) ? MAX_COMPACT_RETRIES / 4 : MAX_COMPACT_RETRIES;

	if (!s->order || (current && current->oom_victim))
		return false;
	switch (s->compact_result) {
	case COMPACT_SUCCESS: /* pages were moved, but the request did not get its block */
		if (++s->compaction_retries <= max_retries)
			return true;
		return raise_compact_priority(s);
	case COMPACT_SKIPPED: /* it needs more free pages: can reclaim make them? */
		return compaction_zonelist_suitable(ac, (int)s->order, s->alloc_flags);
	default: /* it failed, was put off, or stopped early */
		return raise_compact_priority(s);
	}
}

/*
 * A large block: compaction first, as there may well be enough single free pages. For pages that cannot be moved
 * also small blocks, since pages of the same type are moved together then. Sets *give_up if the
 * request is not worth reclaim.
 */
static struct page *compact_first(struct slowpath *s, const struct alloc_context *ac, bool *give_up)
{
	struct page *page;

	*give_up = false;
	if (!(s->gfp_mask & __GFP_DIRECT_RECLAIM) || !gfp_compaction_allowed(s->gfp_mask) ||
	    !(costly(s->order) || (s->order && ac->migratetype != MIGRATE_MOVABLE)) ||
	    __gfp_pfmemalloc_flags(s->gfp_mask))
		return NULL;
	page = __alloc_pages_direct_compact(s, ac, INIT_COMPACT_PRIORITY);
	if (page || !costly(s->order) || !(s->gfp_mask & __GFP_NORETRY))
		return page;
	/* Rather small pages than much work: huge pages of programs are asked for like this. */
	*give_up = s->compact_result == COMPACT_SKIPPED || s->compact_result == COMPACT_DEFERRED ||
		   s->gfp_mask & __GFP_THISNODE;
	s->compact_priority = INIT_COMPACT_PRIORITY;
	return NULL;
}

/* ---- Reclaim ---- */

/*
 * Would the request succeed if all were free that can be reclaimed? If not, a pageblock
 * that was reserved for atomic requests is given up at last.
 */
static bool should_reclaim_retry(struct slowpath *s, const struct alloc_context *ac)
{
	struct zoneref *z;
	struct zone *zone;

	if (s->did_some_progress && !costly(s->order))
		s->no_progress_loops = 0;
	else
		s->no_progress_loops++;
	if (s->no_progress_loops <= MAX_RECLAIM_RETRIES) {
		for_each_zone_zonelist_nodemask(zone, z, ac->zonelist, ac->highest_zoneidx,
						ac->nodemask) {
			unsigned long available = zone_reclaimable_pages(zone) +
						  zone_page_state_snapshot(zone, NR_FREE_PAGES);

			if (__zone_watermark_ok(zone, s->order, min_wmark_pages(zone),
						ac->highest_zoneidx, s->alloc_flags,
						(long)available))
				return true;
		}
	}
	return unreserve_highatomic_pageblock(ac, true);
}

/*
 * A request that must not fail gets half of the reserve at last, first from the nodes it is bound
 * to. (The kernel would then begin again, for ever.)
 */
static struct page *__alloc_pages_cpuset_fallback(gfp_t gfp_mask, unsigned int order,
						  const struct alloc_context *ac)
{
	struct page *page =
		get_page_from_freelist(gfp_mask, order, ALLOC_MIN_RESERVE | ALLOC_CPUSET, ac);

	return page ? page : get_page_from_freelist(gfp_mask, order, ALLOC_MIN_RESERVE, ac);
}

/* Reclaims for the request, and looks what that brought. */
static struct page *__alloc_pages_direct_reclaim(struct slowpath *s, const struct alloc_context *ac)
{
	struct page *page;

	s->did_some_progress = try_to_free_pages(ac->zonelist, s->order, s->gfp_mask, ac->nodemask);
	if (!s->did_some_progress)
		return NULL;
	page = get_page_from_freelist(s->gfp_mask, s->order, s->alloc_flags, ac);
	if (page)
		return page;
	/* What was freed may lie on per-CPU lists or in a reserve. */
	unreserve_highatomic_pageblock(ac, false);
	drain_all_pages(NULL);
	return get_page_from_freelist(s->gfp_mask, s->order, s->alloc_flags, ac);
}

/* A last look, and then a task has to die: that is progress. */
static struct page *__alloc_pages_may_oom(struct slowpath *s, const struct alloc_context *ac)
{
	struct page *page = get_page_from_freelist(s->gfp_mask & ~__GFP_DIRECT_RECLAIM, s->order,
						   ALLOC_WMARK_HIGH | ALLOC_CPUSET, ac);

	s->did_some_progress = 0;
	if (page || costly(s->order) || !(s->gfp_mask & __GFP_FS) ||
	    s->gfp_mask & (__GFP_NORETRY | __GFP_RETRY_MAYFAIL | __GFP_THISNODE))
		return page;
	s->did_some_progress = out_of_memory(s->gfp_mask, s->order, ac->nodemask);
	return NULL;
}

/* ---- All of it ---- */

/* Reserves for those who may; so urgent a request is not bound to the nodes its task prefers. */
static void use_reserves(struct slowpath *s, struct alloc_context *ac)
{
	unsigned int reserve_flags = __gfp_pfmemalloc_flags(s->gfp_mask);

	if (reserve_flags)
		s->alloc_flags = reserve_flags | (s->alloc_flags & ALLOC_KSWAPD);
	if (s->alloc_flags & ALLOC_CPUSET && !reserve_flags)
		return;
	ac->nodemask = NULL;
	ac->preferred_zoneref =
		first_zones_zonelist(ac->zonelist, ac->highest_zoneidx, ac->nodemask);
}

/* Is there a point in trying again? */
static bool should_retry(struct slowpath *s, const struct alloc_context *ac)
{
	bool can_compact = gfp_compaction_allowed(s->gfp_mask);

	if (should_reclaim_retry(s, ac))
		return true;
	return s->did_some_progress && can_compact && should_compact_retry(s, ac);
}

/* Does the request rather fail than loop? */
static bool must_not_loop(const struct slowpath *s)
{
	if (s->gfp_mask & __GFP_NORETRY)
		return true;
	return costly(s->order) &&
	       (!gfp_compaction_allowed(s->gfp_mask) || !(s->gfp_mask & __GFP_RETRY_MAYFAIL));
}

/* Reclaims, compacts and kills for the request until it gets its block. NULL: there is no way. */
static struct page *try_harder(struct slowpath *s, struct alloc_context *ac)
{
	struct page *page;

	for (;;) {
		if (s->alloc_flags & ALLOC_KSWAPD)
			wake_all_kswapds(s->order, s->gfp_mask, ac);
		use_reserves(s, ac);
		page = get_page_from_freelist(s->gfp_mask, s->order, s->alloc_flags, ac);
		/* Who is reclaiming already must not begin again. */
		if (page || !(s->gfp_mask & __GFP_DIRECT_RECLAIM) ||
		    this_machine->reclaimer != NR_RECLAIMERS)
			return page;
		page = __alloc_pages_direct_reclaim(s, ac);
		if (!page)
			page = __alloc_pages_direct_compact(s, ac, s->compact_priority);
		if (page || must_not_loop(s))
			return page;
		if (should_retry(s, ac))
			continue;
		page = __alloc_pages_may_oom(s, ac);
		/* A task that is to die has used all that it may. */
		if (page || !s->did_some_progress ||
		    (current && current->oom_victim && s->alloc_flags & ALLOC_OOM))
			return page;
		s->no_progress_loops = 0;
	}
}

struct page *__alloc_pages_slowpath(gfp_t gfp_mask, unsigned int order, struct alloc_context *ac)
{
	struct slowpath s = {
		.order = order,
		.compact_priority = DEF_COMPACT_PRIORITY,
		.compact_result = COMPACT_SKIPPED,
	};
	struct page *page;
	bool give_up;

	/* Atomic and able to sleep: the caller contradicts itself. */
	if ((gfp_mask & (__GFP_ATOMIC | __GFP_DIRECT_RECLAIM)) ==
	    (__GFP_ATOMIC | __GFP_DIRECT_RECLAIM))
		gfp_mask &= ~__GFP_ATOMIC;
	s.gfp_mask = gfp_mask;
	s.alloc_flags = gfp_to_alloc_flags(gfp_mask, order);
	trace(TRACE_alloc_pages_slowpath, trace_pack(order, gfp_mask), s.alloc_flags, 0, 0);
	ac->preferred_zoneref =
		first_zones_zonelist(ac->zonelist, ac->highest_zoneidx, ac->nodemask);
	if (!ac->preferred_zoneref->zone)
		goto nopage;

	if (s.alloc_flags & ALLOC_KSWAPD)
		wake_all_kswapds(order, gfp_mask, ac);
	page = get_page_from_freelist(gfp_mask, order, s.alloc_flags, ac);
	if (!page)
		page = compact_first(&s, ac, &give_up);
	if (page)
		return page;
	if (!give_up)
		page = try_harder(&s, ac);
	if (page)
		return page;

nopage:
	if (ac->preferred_zoneref->zone && gfp_mask & __GFP_NOFAIL &&
	    gfp_mask & __GFP_DIRECT_RECLAIM) {
		page = __alloc_pages_cpuset_fallback(gfp_mask, order, ac);
		if (page)
			return page;
	}
	warn_alloc(gfp_mask, order, s.alloc_flags);
	return NULL;
}
