// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Transparent huge pages of anonymous memory: 2 MiB mapped by one entry of a pmd.
 *
 * A fault brings a huge page in if the mapping wants it (MADV_HUGEPAGE, or always), covers the
 * whole aligned 2 MiB, and nothing is mapped there yet. The page stays one allocation when only a part of
 * it is unmapped or protected otherwise: then only the *mapping* is split, into a table of 512
 * entries. The table for that was put by when the huge page was mapped, so that this never fails.
 * split_huge_page() makes 512 pages of the page itself. A huge page of which parts are not mapped any more
 * waits in its node's queue for that: the parts are worth it only when memory is short.
 *
 * Linux counterpart: mm/huge_memory.c.
 */
#include "gup.h"
#include "mempolicy.h"
#include "mm_inline.h"
#include "mmu_gather.h"
#include "shrinker.h"
#include "swap.h"
#include "userfaultfd.h"
#include "vmstat.h"

/* ---- Who gets huge pages ---- */

bool thp_vma_allowable(const struct vm_area_struct *vma)
{
	if (vma->vm_flags & (VM_NOHUGEPAGE | VM_SPECIAL) || vma->vm_mm->thp_disable)
		return false;
	switch (this_machine->transparent_hugepage_enabled) {
	case THP_ALWAYS:
		return true;
	case THP_MADVISE:
		return vma->vm_flags & VM_HUGEPAGE;
	default:
		return false;
	}
}

bool thp_vma_suitable(const struct vm_area_struct *vma, unsigned long addr)
{
	unsigned long haddr = addr & HPAGE_PMD_MASK;

	if (!vma_is_anonymous(vma) &&
	    ((vma->vm_start >> PAGE_SHIFT) - vma->vm_pgoff) % HPAGE_PMD_NR)
		return false;
	return haddr >= vma->vm_start && haddr + HPAGE_PMD_SIZE <= vma->vm_end;
}

/* ---- The huge zero page ---- */

bool is_huge_zero_page(const struct page *page)
{
	return page && page == this_machine->huge_zero_page;
}

bool is_huge_zero_pmd(pmd_t pmd)
{
	return pmd_trans_huge(pmd) && is_huge_zero_page(pmd_page(pmd));
}

/* It is made when the first reader needs it. One reference is the shrinker's: the last user's leaving does not free it. */
static bool get_huge_zero_page(void)
{
	struct page *page;

	if (this_machine->huge_zero_refcount) {
		this_machine->huge_zero_refcount++;
		return true;
	}
	page = alloc_pages((GFP_TRANSHUGE | __GFP_ZERO) & ~__GFP_MOVABLE, HPAGE_PMD_ORDER);
	if (!page) {
		count_vm_event(THP_ZERO_PAGE_ALLOC_FAILED);
		return false;
	}
	count_vm_event(THP_ZERO_PAGE_ALLOC);
	this_machine->huge_zero_page = page;
	this_machine->huge_zero_refcount = 2;
	return true;
}

static void put_huge_zero_page(void)
{
	VM_BUG_ON(this_machine->huge_zero_refcount < 2);
	this_machine->huge_zero_refcount--;
}

/* Each address space that ever used it counts as one user, until it ends. */
static struct page *mm_get_huge_zero_page(struct mm_struct *mm)
{
	if (!(mm->flags & 1UL << MMF_HUGE_ZERO_PAGE)) {
		if (!get_huge_zero_page())
			return NULL;
		mm->flags |= 1UL << MMF_HUGE_ZERO_PAGE;
	}
	return this_machine->huge_zero_page;
}

void mm_put_huge_zero_page(struct mm_struct *mm)
{
	if (!(mm->flags & 1UL << MMF_HUGE_ZERO_PAGE))
		return;
	mm->flags &= ~(1UL << MMF_HUGE_ZERO_PAGE);
	put_huge_zero_page();
}

unsigned long shrink_huge_zero_page_count(struct shrink_control *sc)
{
	(void)sc;
	return this_machine->huge_zero_refcount == 1 ? HPAGE_PMD_NR : 0;
}

unsigned long shrink_huge_zero_page_scan(struct shrink_control *sc)
{
	struct page *page = this_machine->huge_zero_page;

	(void)sc;
	if (this_machine->huge_zero_refcount != 1)
		return 0;
	this_machine->huge_zero_refcount = 0;
	this_machine->huge_zero_page = NULL;
	trace(TRACE_free_huge_zero_page, page_to_pfn(page), 0, 0, 0);
	__free_pages(page, HPAGE_PMD_ORDER);
	return HPAGE_PMD_NR;
}

static void set_huge_zero_page(struct vm_area_struct *vma, struct page *table, unsigned long haddr,
			       pmd_t *pmd, struct page *zero)
{
	pgtable_trans_huge_deposit(pmd, table);
	mm_inc_nr_tables(vma->vm_mm);
	set_pmd(pmd, mk_huge_pmd(zero, vma->vm_page_prot));
	trace(TRACE_map_huge_zero_page, haddr, pmd_val(*pmd), page_to_pfn(zero), vma->vm_nr);
}

/* ---- Faults ---- */

static gfp_t vma_thp_gfp_mask(const struct vm_area_struct *vma)
{
	/* defrag=madvise: who asked for huge pages may wait for one. */
	return vma->vm_flags & VM_HUGEPAGE ? GFP_TRANSHUGE : GFP_TRANSHUGE_LIGHT;
}

static struct page *alloc_huge_page(struct vm_area_struct *vma, unsigned long addr)
{
	struct page *page = vma_alloc_folio(vma_thp_gfp_mask(vma) | __GFP_ZERO, HPAGE_PMD_ORDER,
					    vma, addr, true);

	if (!page) {
		count_vm_event(THP_FAULT_FALLBACK);
		return NULL;
	}
	prep_transhuge_page(page);
	SetPageUptodate(page);
	return page;
}

static void map_anon_huge_page(struct page *page, pmd_t *pmd, struct vm_area_struct *vma,
			       unsigned long haddr)
{
	pmd_t entry = mk_huge_pmd(page, vma->vm_page_prot);

	page_add_new_anon_rmap(page, vma, haddr);
	lru_cache_add_inactive_or_unevictable(page, vma);
	set_pmd(pmd, maybe_pmd_mkwrite(pmd_mkdirty(entry), vma));
	add_mm_counter(vma->vm_mm, MM_ANONPAGES, HPAGE_PMD_NR);
	count_vm_event(THP_FAULT_ALLOC);
	trace(TRACE_do_huge_pmd_anonymous_page, haddr, pmd_val(*pmd), page_to_pfn(page),
	      vma->vm_nr);
}

vm_fault_t do_huge_pmd_anonymous_page(struct vm_fault *vmf)
{
	unsigned long haddr = vmf->address & HPAGE_PMD_MASK;
	struct vm_area_struct *vma = vmf->vma;
	bool write = vmf->flags & FAULT_FLAG_WRITE;
	struct page *page, *table;

	if (!thp_vma_suitable(vma, vmf->address))
		return VM_FAULT_FALLBACK;
	if (vmf_anon_prepare(vmf))
		return VM_FAULT_OOM;
	page = write ? alloc_huge_page(vma, haddr) : mm_get_huge_zero_page(vma->vm_mm);
	if (!page)
		return VM_FAULT_FALLBACK;
	table = pte_alloc_one();
	if (!table) {
		if (write)
			put_page(page);
		return VM_FAULT_OOM;
	}
	if (userfaultfd_missing(vma)) {
		if (write)
			put_page(page);
		pgtable_free(table);
		return handle_userfault(vmf, VM_UFFD_MISSING);
	}
	if (!write) {
		set_huge_zero_page(vma, table, haddr, vmf->pmd, page);
		return 0;
	}
	map_anon_huge_page(page, vmf->pmd, vma, haddr);
	pgtable_trans_huge_deposit(vmf->pmd, table);
	mm_inc_nr_tables(vma->vm_mm);
	return 0;
}

void huge_pmd_set_accessed(struct vm_fault *vmf)
{
	pmd_t entry = pmd_mkyoung(vmf->orig_pmd);

	if (vmf->flags & FAULT_FLAG_WRITE)
		entry = pmd_mkdirty(entry);
	set_pmd(vmf->pmd, entry);
}

/* A write to the huge zero page. */
static vm_fault_t do_huge_zero_wp_pmd(struct vm_fault *vmf)
{
	unsigned long haddr = vmf->address & HPAGE_PMD_MASK;
	struct vm_area_struct *vma = vmf->vma;
	struct page *page;

	if (vmf_anon_prepare(vmf))
		return VM_FAULT_OOM;
	page = alloc_huge_page(vma, haddr);
	if (!page)
		return VM_FAULT_FALLBACK;
	pmd_clear(vmf->pmd);
	flush_tlb_range(vma, haddr, haddr + HPAGE_PMD_SIZE);
	map_anon_huge_page(page, vmf->pmd, vma, haddr);
	return 0;
}

/*
 * A write to a huge page whose entry forbids it: it is used on if nobody else uses it, else the
 * mapping is split, and only the small page that is written is copied.
 */
vm_fault_t do_huge_pmd_wp_page(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct page *page = pmd_page(vmf->orig_pmd);
	vm_fault_t ret;

	if (is_huge_zero_pmd(vmf->orig_pmd)) {
		ret = do_huge_zero_wp_pmd(vmf);
		if (ret != VM_FAULT_FALLBACK)
			return ret;
	} else if (PageAnonExclusive(page) || page_ref_count(page) == 1) {
		if (!PageAnonExclusive(page))
			page_move_anon_rmap(page, vma);
		if (vmf->flags & FAULT_FLAG_UNSHARE)
			return 0;
		set_pmd(vmf->pmd, maybe_pmd_mkwrite(pmd_mkdirty(pmd_mkyoung(vmf->orig_pmd)), vma));
		trace(TRACE_wp_huge_pmd_reuse, vmf->address, pmd_val(*vmf->pmd), page_to_pfn(page),
		      vma->vm_nr);
		return 0;
	}
	__split_huge_pmd(vma, vmf->pmd, vmf->address);
	return VM_FAULT_FALLBACK;
}

/* ---- fork, munmap, mprotect, mremap ---- */

int copy_huge_pmd(struct vm_area_struct *dst_vma, struct vm_area_struct *src_vma, pmd_t *dst_pmd,
		  pmd_t *src_pmd, unsigned long addr)
{
	struct page *table, *page = pmd_page(*src_pmd);
	struct mm_struct *dst_mm = dst_vma->vm_mm;

	if (!is_huge_zero_page(page) && PageAnonExclusive(page) &&
	    page_needs_cow_for_dma(src_vma, page)) {
		__split_huge_pmd(src_vma, src_pmd, addr);
		return -EAGAIN;
	}
	table = pte_alloc_one();
	if (!table)
		return -ENOMEM;
	if (is_huge_zero_page(page)) {
		mm_get_huge_zero_page(dst_mm);
	} else {
		get_page(page);
		ClearPageAnonExclusive(page);
		page_dup_rmap(page, true);
		add_mm_counter(dst_mm, MM_ANONPAGES, HPAGE_PMD_NR);
	}
	mm_inc_nr_tables(dst_mm);
	pgtable_trans_huge_deposit(dst_pmd, table);
	set_pmd(src_pmd, pmd_wrprotect(*src_pmd));
	set_pmd(dst_pmd, pmd_mkold(*src_pmd));
	if (!userfaultfd_wp(dst_vma))
		set_pmd(dst_pmd, pmd_clear_uffd_wp(*dst_pmd));
	trace(TRACE_copy_huge_pmd, addr, pmd_val(*dst_pmd), page_to_pfn(page),
	      trace_pack(src_vma->vm_nr, dst_vma->vm_nr));
	return 0;
}

static void zap_deposited_table(struct mm_struct *mm, pmd_t *pmd)
{
	pgtable_free(pgtable_trans_huge_withdraw(pmd));
	mm_dec_nr_tables(mm);
}

void zap_huge_pmd(struct mmu_gather *tlb, struct vm_area_struct *vma, pmd_t *pmd,
		  unsigned long addr)
{
	pmd_t orig = pmdp_huge_get_and_clear(pmd);
	struct page *page = pmd_page(orig);

	tlb_remove_tlb_entry(tlb, addr, HPAGE_PMD_SIZE);
	zap_deposited_table(vma->vm_mm, pmd);
	if (is_huge_zero_page(page))
		return;
	page_remove_rmap(page, vma, true);
	add_mm_counter(vma->vm_mm, MM_ANONPAGES, -HPAGE_PMD_NR);
	tlb_remove_page(tlb, page);
}

unsigned long change_huge_pmd(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr,
			      pgprot_t newprot, unsigned long cp_flags)
{
	pmd_t old = *pmd, entry = pmd_modify(old, newprot);

	if (cp_flags & MM_CP_UFFD_WP)
		entry = pmd_mkuffd_wp(entry);
	else if (cp_flags & MM_CP_UFFD_WP_RESOLVE)
		entry = pmd_clear_uffd_wp(entry);
	if (cp_flags & MM_CP_TRY_CHANGE_WRITABLE && !pmd_write(entry) && vma->vm_flags & VM_WRITE &&
	    !userfaultfd_huge_pmd_wp(vma, entry) && !pmd_protnone(entry) && !is_huge_zero_pmd(entry) && PageAnonExclusive(pmd_page(entry)))
		entry = pmd_mkwrite(entry);
	set_pmd(pmd, entry);
	trace(TRACE_change_pte, addr, pmd_val(old), pmd_val(entry), vma->vm_nr);
	return HPAGE_PMD_NR;
}

bool move_huge_pmd(struct vm_area_struct *vma, unsigned long old_addr, unsigned long new_addr,
		   pmd_t *old_pmd, pmd_t *new_pmd)
{
	pmd_t pmd;

	if (!pmd_none(*new_pmd))
		return false;
	pmd = pmdp_huge_get_and_clear(old_pmd);
	pgtable_trans_huge_deposit(new_pmd, pgtable_trans_huge_withdraw(old_pmd));
	if (vma->vm_userfaultfd_ctx.ctx)
		pmd = pmd_clear_uffd_wp(pmd);
	set_pmd(new_pmd, pmd);
	flush_tlb_range(vma, old_addr, old_addr + HPAGE_PMD_SIZE);
	trace(TRACE_move_huge_pmd, old_addr, new_addr, page_to_pfn(pmd_page(pmd)), vma->vm_nr);
	return true;
}

/* ---- Splitting the mapping ---- */

/* The entry of the @i-th small page. */
static pte_t split_entry(struct vm_area_struct *vma, pmd_t pmd, struct page *page, int i)
{
	pte_t entry;

	if (is_huge_zero_page(page)) {
		entry = pte_mkspecial(pfn_pte(my_zero_pfn(), vma->vm_page_prot));
		return pmd_uffd_wp(pmd) ? pte_mkuffd_wp(entry) : entry;
	}
	entry = mk_pte(page + i, vma->vm_page_prot);
	entry = pmd_write(pmd) ? pte_mkwrite(entry) : pte_wrprotect(entry);
	if (pmd_uffd_wp(pmd))
		entry = pte_mkuffd_wp(entry);
	if (!pmd_young(pmd))
		entry = pte_mkold(entry);
	return pmd_dirty(pmd) ? pte_mkdirty(entry) : entry;
}

int __split_huge_pmd(struct vm_area_struct *vma, pmd_t *pmd, unsigned long address)
{
	unsigned long haddr = address & HPAGE_PMD_MASK;
	pmd_t old = *pmd;
	struct page *page = pmd_page(old), *table;
	bool zero = is_huge_zero_page(page);
	bool exclusive = !zero && PageAnonExclusive(page);
	pte_t *pte;
	int i;

	pmd_clear(pmd);
	flush_tlb_range(vma, haddr, haddr + HPAGE_PMD_SIZE);
	count_vm_event(THP_SPLIT_PMD);
	table = pgtable_trans_huge_withdraw(pmd);
	pte = page_address(table);
	/* Each entry has a reference, of which the one of the pmd is the first. */
	if (!zero)
		set_page_count(page, page_ref_count(page) + HPAGE_PMD_NR - 1);
	for (i = 0; i < HPAGE_PMD_NR; i++) {
		set_pte(pte + i, split_entry(vma, old, page, i));
		if (!zero)
			page_add_anon_rmap(page + i, vma, haddr + (unsigned long)i * PAGE_SIZE,
					   exclusive ? RMAP_EXCLUSIVE : RMAP_NONE);
	}
	if (!zero)
		page_remove_rmap(page, vma, true);
	pmd_populate(pmd, table);
	trace(TRACE_split_huge_pmd, haddr, pmd_val(old), page_to_pfn(table), vma->vm_nr);
	return 0;
}

static void split_huge_pmd_if_needed(struct vm_area_struct *vma, unsigned long address)
{
	pmd_t *pmd;

	/* Does the boundary lie inside a huge page of this VMA? */
	if (address & ~HPAGE_PMD_MASK && (address & HPAGE_PMD_MASK) >= vma->vm_start &&
	    (address & HPAGE_PMD_MASK) + HPAGE_PMD_SIZE <= vma->vm_end) {
		pmd = mm_find_pmd(vma->vm_mm, address);
		if (pmd && pmd_trans_huge(*pmd))
			__split_huge_pmd(vma, pmd, address);
	}
}

void vma_adjust_trans_huge(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			   long adjust_next)
{
	split_huge_pmd_if_needed(vma, start);
	split_huge_pmd_if_needed(vma, end);
	/* The next VMA begins somewhere else, too. */
	if (adjust_next > 0 && vma->vm_next)
		split_huge_pmd_if_needed(vma->vm_next,
					 vma->vm_next->vm_start + (unsigned long)adjust_next);
}

/* ---- Pages to be split later ---- */

static struct list_head *page_deferred_list(struct page *head)
{
	return &head[2].deferred_list;
}

static struct deferred_split *get_deferred_split_queue(struct page *head)
{
	return &page_pgdat(head)->deferred_split_queue;
}

void prep_transhuge_page(struct page *page)
{
	INIT_LIST_HEAD(page_deferred_list(page));
	page[1].compound_dtor = TRANSHUGE_PAGE_DTOR;
}

void deferred_split_huge_page(struct page *page)
{
	struct deferred_split *ds_queue = get_deferred_split_queue(page);

	VM_BUG_ON_PAGE(!PageTransHuge(page), page);
	if (!list_empty(page_deferred_list(page)))
		return;
	count_vm_event(THP_DEFERRED_SPLIT_PAGE);
	list_add_tail(page_deferred_list(page), &ds_queue->split_queue);
	ds_queue->split_queue_len++;
	trace(TRACE_deferred_split_huge_page, page_to_pfn(page), (u64)page_to_nid(page),
	      ds_queue->split_queue_len, 0);
}

/* Takes a page off the queue, if it is there. */
static void undo_deferred_split(struct page *head)
{
	if (list_empty(page_deferred_list(head)))
		return;
	get_deferred_split_queue(head)->split_queue_len--;
	list_del(page_deferred_list(head));
	INIT_LIST_HEAD(page_deferred_list(head));
}

void free_transhuge_page(struct page *page)
{
	undo_deferred_split(page);
}

unsigned long deferred_split_count(struct shrink_control *sc)
{
	return NODE_DATA(sc->nid)->deferred_split_queue.split_queue_len;
}

/* Those that cannot be split now go to the end of the queue. */
unsigned long deferred_split_scan(struct shrink_control *sc)
{
	struct list_head *queue = &NODE_DATA(sc->nid)->deferred_split_queue.split_queue;
	unsigned long nr = NODE_DATA(sc->nid)->deferred_split_queue.split_queue_len, split = 0;

	for (nr = min(nr, sc->nr_to_scan); nr; nr--) {
		struct page *page =
			compound_head(list_first_entry(queue, struct page, deferred_list));

		get_page(page);
		list_move_tail(page_deferred_list(page), queue);
		if (!PageLocked(page)) {
			lock_page(page);
			split += !split_huge_page(page);
			unlock_page(page);
		}
		put_page(page);
	}
	return split || !list_empty(queue) ? split : SHRINK_STOP;
}

/* ---- Splitting the page ---- */

int total_mapcount(struct page *page)
{
	int i, nr;

	if (!PageHead(page))
		return page_mapcount(page);
	nr = atomic_read(&page[1].compound_mapcount) + 1;
	for (i = 0; i < HPAGE_PMD_NR; i++)
		nr += atomic_read(&page[i]._mapcount) + 1;
	return nr;
}

static bool split_pmd_of(struct page *page, struct vm_area_struct *vma, unsigned long address,
			 void *arg)
{
	pmd_t *pmd = mm_find_pmd(vma->vm_mm, address);

	(void)arg;
	if (pmd && pmd_trans_huge(*pmd) && pmd_page(*pmd) == page)
		__split_huge_pmd(vma, pmd, address);
	return true;
}

/* A page of zeroes needs no frame: its entry may point to the zero page. */
static bool map_unused_to_zeropage(struct page *page, struct vm_area_struct *vma,
				   unsigned long address, void *arg)
{
	pte_t *pte = mm_find_pte(vma->vm_mm, address);

	(void)arg;
	if (!pte || !pte_present(*pte) || pte_page(*pte) != page || vma->vm_flags & VM_LOCKED)
		return true;
	pte_clear(pte);
	flush_tlb_page(vma, address);
	set_pte(pte, pte_mkspecial(pfn_pte(my_zero_pfn(), vma->vm_page_prot)));
	page_remove_rmap(page, vma, false);
	add_mm_counter(vma->vm_mm, MM_ANONPAGES, -1);
	trace(TRACE_map_zero_page, address, pte_val(*pte), my_zero_pfn(), vma->vm_nr);
	put_page(page);
	return true;
}

static bool page_is_zeroes(const struct page *page)
{
	const u64 *word = page_address(page), *end = word + PAGE_SIZE / sizeof(u64);

	while (word < end)
		if (*word++)
			return false;
	return true;
}

/* What the small page takes over from the huge one, which it was the @i-th part of. */
static void split_tail(struct page *head, int i)
{
	const unsigned long inherited = 1UL << PG_referenced | 1UL << PG_swapbacked |
					1UL << PG_mlocked | 1UL << PG_uptodate | 1UL << PG_active |
					1UL << PG_workingset | 1UL << PG_unevictable |
					1UL << PG_dirty;
	struct page *tail = head + i;

	tail->flags |= head->flags & inherited;
	tail->mapping = head->mapping;
	tail->index = head->index + (unsigned long)i;
	tail->compound_head = 0;
	tail->lru.prev = NULL;
	tail->private = 0;
	/* One reference for each mapping, and one for whoever splits. */
	set_page_count(tail, atomic_read(&tail->_mapcount) + 2);
	tail->owner = head->owner;
	tail->owner.slot = 0;
	tail->owner.order = 0;
}

static void split_compound(struct page *head)
{
	int i;

	for (i = HPAGE_PMD_NR - 1; i >= 1; i--)
		split_tail(head, i);
	ClearPageHead(head);
	head->owner.order = 0;
	set_page_count(head, atomic_read(&head->_mapcount) + 2);
	trace(TRACE_split_huge_page, page_to_pfn(head), 0, 0, 0);
}

int split_huge_page(struct page *page)
{
	return split_huge_page_to_list(page, NULL);
}

/* The small pages but the first, each with a reference of whoever splits: to @list, or given up. */
static void hand_over_tails(struct page *head, struct list_head *list)
{
	int i;

	for (i = HPAGE_PMD_NR - 1; i >= 1; i--) {
		struct page *tail = head + i;

		/* Where nobody maps it, it is nobody's any more. */
		if (list && page_ref_count(tail) > 1)
			list_add_tail(&tail->lru, list);
		else
			put_page(tail);
	}
}

int split_huge_page_to_list(struct page *page, struct list_head *list)
{
	struct page *head = compound_head(page);
	struct lruvec *lruvec = folio_lruvec(head);
	bool lru;
	int i;

	if (is_huge_zero_page(head) || page_ref_count(head) != total_mapcount(head) + 1) {
		count_vm_event(THP_SPLIT_PAGE_FAILED);
		return -EAGAIN;
	}
	rmap_walk(head, split_pmd_of, NULL);
	undo_deferred_split(head);
	lru = TestClearPageLRU(head);
	if (lru)
		lruvec_del_folio(lruvec, head);
	split_compound(head);
	count_vm_event(THP_SPLIT_PAGE);
	/* The last one first, so that they lie on the list in their order. */
	for (i = HPAGE_PMD_NR - 1; lru && i >= 0; i--) {
		lruvec_add_folio(lruvec, head + i);
		SetPageLRU(head + i);
	}
	for (i = 0; i < HPAGE_PMD_NR; i++)
		if (!PageMlocked(head + i) && page_mapped(head + i) && page_is_zeroes(head + i))
			rmap_walk(head + i, map_unused_to_zeropage, NULL);
	hand_over_tails(head, list);
	return 0;
}
