// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Migration: a page moves to another frame, and nobody who uses it notices.
 *
 *	migrate_folio_unmap()
 *	  try_to_migrate()		each entry that maps the page becomes a migration entry, which says where
 *					the page was, and whether it may be written
 *	migrate_folio_move()
 *	  folio_migrate_mapping()	the page cache, or swap cache, gets the new page in place of the old one
 *	  folio_migrate_copy()		contents and flags
 *	  remove_migration_ptes()	each migration entry becomes an entry for the new page
 *
 * It cannot be done while anybody beside the mappings and the cache holds a reference: he would go on
 * using the old frame. So references are counted; where there is one too many, it is tried
 * again, and at last given up. Whoever accesses a page under migration would wait for it; here nobody does meanwhile,
 * since CPUs take turns.
 *
 * Linux counterpart: mm/migrate.c; try_to_migrate() of mm/rmap.c.
 */
#include "gup.h"
#include "mempolicy.h"
#include "mm_inline.h"
#include "swap.h"
#include "swapops.h"
#include "vmscan.h"
#include "writeback.h"

/* ---- Entries ---- */

static bool try_to_migrate_one(struct page *page, struct vm_area_struct *vma, unsigned long address,
			       void *arg)
{
	struct mm_struct *mm = vma->vm_mm;
	bool anon_exclusive = PageAnon(page) && PageAnonExclusive(page);
	pte_t *pte, old, swap;

	(void)arg;
	pte = mm_find_pte(mm, address);
	if (!pte || !pte_present(*pte) || pte_pfn(*pte) != page_to_pfn(page))
		return true;
	/* A device goes on using the frame. */
	if (anon_exclusive && folio_maybe_dma_pinned(page))
		return false;
	old = ptep_get_and_clear(pte);
	flush_tlb_page(vma, address);
	if (pte_dirty(old))
		set_page_dirty(page);
	mm->hiwater_rss = max(mm->hiwater_rss, get_mm_rss(mm));
	swap = make_migration_entry(page_to_pfn(page), old, anon_exclusive);
	if (pte_uffd_wp(old))
		swap = pte_swp_mkuffd_wp(swap);
	if (anon_exclusive)
		ClearPageAnonExclusive(page);
	set_pte(pte, swap);
	trace(TRACE_set_migration_pte, address, pte_val(swap), page_to_pfn(page), vma->vm_nr);
	page_remove_rmap(page, vma, false);
	if (vma->vm_flags & VM_LOCKED)
		mlock_drain_cpu(smp_processor_id());
	put_page(page);
	return true;
}

static void try_to_migrate(struct page *page)
{
	rmap_walk(page, try_to_migrate_one, NULL);
}

/* The new page takes the place that a migration entry has kept for the old one. */
static bool remove_migration_pte(struct page *new, struct vm_area_struct *vma,
				 unsigned long address, void *arg)
{
	struct page *old = arg;
	pte_t *ptep = mm_find_pte(vma->vm_mm, address), pte, was;

	if (!ptep || !is_migration_pte(*ptep) || migration_pte_pfn(*ptep) != page_to_pfn(old))
		return true;
	was = *ptep;
	get_page(new);
	pte = mk_pte(new, vma->vm_page_prot);
	if (!is_migration_pte_young(was))
		pte = pte_mkold(pte);
	if (PageDirty(new) && is_migration_pte_dirty(was))
		pte = pte_mkdirty(pte);
	pte = is_writable_migration_pte(was) ? maybe_mkwrite(pte, vma) : pte_wrprotect(pte);
	if (pte_swp_uffd_wp(was))
		pte = pte_mkuffd_wp(pte);
	if (PageAnon(new))
		page_add_anon_rmap(new, vma, address,
				   is_readable_migration_pte(was) ? RMAP_NONE : RMAP_EXCLUSIVE);
	else
		page_add_file_rmap(new, vma, false);
	set_pte(ptep, pte);
	if (vma->vm_flags & VM_LOCKED)
		mlock_drain_cpu(smp_processor_id());
	trace(TRACE_remove_migration_pte, address, pte_val(pte), page_to_pfn(new), vma->vm_nr);
	return true;
}

static void remove_migration_ptes(struct page *old, struct page *new)
{
	rmap_walk(new, remove_migration_pte, old);
}

/* ---- The page's place in its cache ---- */

static int folio_expected_refs(struct page *page)
{
	return 1 + (page_mapping(page) || PageSwapCache(page));
}

/* The page's place in a cache is counted where it lies. */
static void move_counter(struct page *new, struct page *page, enum node_stat_item item)
{
	__mod_node_page_state(page_pgdat(page), item, -1);
	__mod_node_page_state(page_pgdat(new), item, 1);
}

static void move_cache_counters(struct page *new, struct page *page)
{
	move_counter(new, page, NR_FILE_PAGES);
	if (PageSwapCache(new))
		move_counter(new, page, NR_SWAPCACHE);
	else if (PageSwapBacked(new))
		move_counter(new, page, NR_SHMEM);
	if (!PageDirty(new) || !page_mapping(new) || !mapping_can_writeback(page_mapping(new)))
		return;
	move_counter(new, page, NR_FILE_DIRTY);
	__mod_zone_page_state(page_zone(page), NR_ZONE_WRITE_PENDING, -1);
	__mod_zone_page_state(page_zone(new), NR_ZONE_WRITE_PENDING, 1);
}

static int folio_migrate_mapping(struct page *new, struct page *page)
{
	struct address_space *mapping = page_mapping(page);

	if (page_ref_count(page) != folio_expected_refs(page))
		return -EAGAIN;
	/* Nobody else is looking: no way back from here. */
	new->index = page->index;
	new->mapping = page->mapping;
	if (PageSwapBacked(page))
		SetPageSwapBacked(new);
	if (!mapping && !PageSwapCache(page))
		return 0;
	page_ref_inc(new);
	if (TestClearPageDirty(page))
		SetPageDirty(new);
	if (PageSwapCache(page)) {
		SetPageSwapCache(new);
		new->private = page->private;
		replace_in_swap_cache(page, new);
	} else {
		/* The slot is there already, so this needs no memory. Its marks stay. */
		xa_store(&mapping->i_pages, page->index, new, 0);
	}
	set_page_count(page, page_ref_count(page) - 1);
	if (page_zone(new) != page_zone(page))
		move_cache_counters(new, page);
	return 0;
}

/* What reclaim knows of the page goes along; so do its active or unevictable state, which the old one loses. */
static void folio_migrate_flags(struct page *new, struct page *page)
{
	const unsigned long copied = 1UL << PG_error | 1UL << PG_referenced | 1UL << PG_uptodate |
				     1UL << PG_workingset | 1UL << PG_dirty | 1UL << PG_reclaim;

	new->flags |= page->flags &copied;
	if (PageActive(page)) {
		ClearPageActive(page);
		SetPageActive(new);
	} else if (TestClearPageUnevictable(page)) {
		SetPageUnevictable(new);
	}
	if (PageSwapCache(page))
		ClearPageSwapCache(page);
	page->private = 0;
	new->owner.migratetype = page->owner.migratetype;
}

static int move_to_new_folio(struct page *new, struct page *page)
{
	int rc;

	VM_BUG_ON_PAGE(!PageLocked(page), page);
	VM_BUG_ON_PAGE(!PageLocked(new), new);
	rc = folio_migrate_mapping(new, page);
	if (rc)
		return rc;
	copy_highpage(new, page);
	folio_migrate_flags(new, page);
	/* Freeing clears it for anonymous pages; until then they shall be known as such. */
	if (!PageMappingFlags(page))
		page->mapping = NULL;
	return 0;
}

/* ---- One page ---- */

/* The old page has lost all its users but us. */
static void migrate_folio_done(struct page *page)
{
	__mod_node_page_state(page_pgdat(page), NR_ISOLATED_ANON + page_is_file_lru(page), -1);
	put_page(page);
}

/* Locks the page and takes it out of all page tables. Where that fails, it is back in them. */
static int __migrate_folio_unmap(const struct compact_control *cc, struct page *page, bool force,
				 bool *was_mapped)
{
	*was_mapped = false;
	/* Whoever allocates must not wait for a lock, which may be his own. */
	if (!trylock_page(page))
		return -EAGAIN;
	if (PageWriteback(page)) {
		if (cc->mode != MIGRATE_SYNC || !force) {
			unlock_page(page);
			return cc->mode == MIGRATE_SYNC ? -EAGAIN : -EBUSY;
		}
		wait_on_page_writeback(page);
	}
	if (page->mapping && page_mapped(page)) {
		try_to_migrate(page);
		*was_mapped = true;
	}
	if (!page_mapped(page))
		return 0;
	if (*was_mapped)
		remove_migration_ptes(page, page);
	unlock_page(page);
	return -EAGAIN;
}

static int __migrate_folio_move(struct page *page, struct page *new, bool was_mapped)
{
	int rc = move_to_new_folio(new, page);

	/* On its list first: if it is mlocked, the entries to come count on that. */
	if (!rc) {
		lru_cache_add(new);
		if (was_mapped)
			lru_add_drain();
	}
	if (was_mapped)
		remove_migration_ptes(page, rc ? page : new);
	unlock_page(new);
	unlock_page(page);
	return rc;
}

/* Where a page is moved to: compaction has pages ready, a policy has them allocated. */
static struct page *get_new_page(struct compact_control *cc, struct page *page)
{
	return cc->reason == MR_MEMPOLICY_MBIND ? mbind_new_page(page) : compaction_alloc(cc);
}

static void put_new_page(struct compact_control *cc, struct page *new)
{
	if (cc->reason == MR_MEMPOLICY_MBIND)
		put_page(new);
	else
		compaction_free(cc, new);
}

/* 0: moved, or gone already; -EAGAIN: it may go better the next time; -ENOMEM: nothing to move to. */
static int unmap_and_move(struct compact_control *cc, struct page *page, bool force)
{
	struct page *new;
	bool was_mapped;
	int rc;

	if (page_ref_count(page) == 1) {
		ClearPageActive(page);
		ClearPageUnevictable(page);
		list_del(&page->lru);
		migrate_folio_done(page);
		return 0;
	}
	new = get_new_page(cc, page);
	if (!new)
		return -ENOMEM;
	rc = __migrate_folio_unmap(cc, page, force, &was_mapped);
	if (!rc) {
		lock_page(new);
		rc = __migrate_folio_move(page, new, was_mapped);
	}
	trace(TRACE_migrate_folio, page_to_pfn(page), page_to_pfn(new), (u64)rc, 0);
	if (!rc) {
		list_del(&page->lru);
		migrate_folio_done(page);
		put_page(new); /* its users have references of their own */
		return 0;
	}
	if (rc != -EAGAIN)
		list_move_tail(&page->lru, &cc->ret_pages);
	put_new_page(cc, new);
	return rc;
}

/* ---- A list of them ---- */

struct migrate_pages_stats {
	unsigned int nr_succeeded;
	unsigned int nr_failed_pages;
};

/* Returns how many pages were not moved, or -ENOMEM. */
static int migrate_pages_batch(struct compact_control *cc, struct migrate_pages_stats *stats)
{
	int pass, rc, nr_failed = 0, retry = 1;
	struct list_head *pos, *next;

	for (pass = 0; pass < NR_MAX_MIGRATE_PAGES_RETRY && retry; pass++) {
		retry = 0;
		list_for_each_safe(pos, next, &cc->migratepages) {
			rc = unmap_and_move(cc, list_entry(pos, struct page, lru), pass > 2);
			if (!rc) {
				stats->nr_succeeded++;
			} else if (rc == -EAGAIN) {
				retry++;
			} else {
				nr_failed++;
				stats->nr_failed_pages++;
			}
			if (rc == -ENOMEM) {
				stats->nr_failed_pages += (unsigned int)retry;
				return rc;
			}
		}
	}
	stats->nr_failed_pages += (unsigned int)retry;
	return nr_failed + retry;
}

int migrate_pages(struct compact_control *cc, unsigned int *nr_succeeded)
{
	struct migrate_pages_stats stats = { 0 };
	int rc;

	trace(TRACE_mm_migrate_pages_start, cc->mode, cc->reason, 0, 0);
	rc = migrate_pages_batch(cc, &stats);
	list_splice_init(&cc->ret_pages, &cc->migratepages);
	if (list_empty(&cc->migratepages))
		rc = 0;
	count_vm_events(PGMIGRATE_SUCCESS, stats.nr_succeeded);
	count_vm_events(PGMIGRATE_FAIL, stats.nr_failed_pages);
	trace(TRACE_mm_migrate_pages, trace_pack(stats.nr_succeeded, stats.nr_failed_pages),
	      trace_pack(cc->mode, cc->reason), 0, 0);
	*nr_succeeded = stats.nr_succeeded;
	return rc;
}

void putback_movable_pages(struct list_head *list)
{
	while (!list_empty(list)) {
		struct page *page = list_first_entry(list, struct page, lru);

		list_del(&page->lru);
		__mod_node_page_state(page_pgdat(page), NR_ISOLATED_ANON + page_is_file_lru(page),
				      -1);
		putback_lru_page(page);
	}
}
