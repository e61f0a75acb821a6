// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reverse mapping: from a page to the page-table entries that map it.
 *
 * A page of a file is found through the file: address_space.i_mmap has all VMAs
 * that map it, by offset. An anonymous page belongs to an anon_vma; each VMA in which such
 * a page may be mapped is linked to it by an anon_vma_chain. A VMA has an anon_vma of its own
 * for the pages it will get, and after fork also links to those of its ancestors, whose
 * pages it may still share:
 *
 *	parent's VMA --chain--> anon_vma A <--chain-- child's VMA --chain--> anon_vma B (parent A)
 *
 * page->_mapcount counts the entries (from -1), so that it is known when the last one has gone.
 * A huge page mapped by a pmd counts once in compound_mapcount.
 *
 * Linux counterpart: mm/rmap.c; find_mergeable_anon_vma() of mm/mmap.c.
 */
#include "gup.h"
#include "mempolicy.h"
#include "swap.h"
#include "slab.h"
#include "vmstat.h"

/* ---- anon_vma and its chains ---- */

static struct anon_vma *anon_vma_alloc(void)
{
	struct anon_vma *anon_vma =
		kmem_cache_zalloc(this_machine->anon_vma_cachep, GFP_KERNEL_ACCOUNT);

	if (!anon_vma)
		return NULL;
	anon_vma->refcount = 1;
	anon_vma->nr = ++this_machine->last_anon_vma_nr;
	anon_vma->root = anon_vma;
	anon_vma->parent = anon_vma;
	return anon_vma;
}

/* The last one out of a tree of forks frees its root. */
static void put_anon_vma(struct anon_vma *anon_vma)
{
	struct anon_vma *root = anon_vma->root;

	if (--anon_vma->refcount)
		return;
	kmem_cache_free(this_machine->anon_vma_cachep, anon_vma);
	if (root != anon_vma && !--root->refcount)
		kmem_cache_free(this_machine->anon_vma_cachep, root);
}

static struct anon_vma_chain *anon_vma_chain_alloc(void)
{
	return kmem_cache_zalloc(this_machine->anon_vma_chain_cachep, GFP_KERNEL_ACCOUNT);
}

static void anon_vma_chain_link(struct vm_area_struct *vma, struct anon_vma_chain *avc,
				struct anon_vma *anon_vma)
{
	avc->vma = vma;
	avc->anon_vma = anon_vma;
	list_add(&avc->same_vma, &vma->anon_vma_chain);
	anon_vma_interval_tree_insert(avc, &anon_vma->rb_root);
	trace(TRACE_anon_vma_chain_link, vma->vm_nr, anon_vma->nr, anon_vma->parent->nr, 0);
}

/* ---- Which anon_vma a VMA gets ---- */

/* Could the two be one VMA if it were not for their protection? @a lies before @b. */
static bool anon_vma_compatible(const struct vm_area_struct *a, const struct vm_area_struct *b)
{
	return a->vm_end == b->vm_start && mpol_equal(a->vm_policy, b->vm_policy) &&
	       a->vm_file == b->vm_file &&
	       !((a->vm_flags ^ b->vm_flags) & ~(VM_ACCESS_FLAGS | VM_SOFTDIRTY)) &&
	       b->vm_pgoff == a->vm_pgoff + vma_pages(a);
}

/*
 * The anon_vma of @old, one of two neighbours, if the other may use it: not if @old has inherited
 * others, since pages of those must not be looked for in a VMA that never had them.
 */
static struct anon_vma *reusable_anon_vma(const struct vm_area_struct *old,
					  const struct vm_area_struct *a,
					  const struct vm_area_struct *b)
{
	if (!anon_vma_compatible(a, b) || !old->anon_vma)
		return NULL;
	return old->anon_vma_chain.next->next == &old->anon_vma_chain ? old->anon_vma : NULL;
}

/*
 * A neighbour's anon_vma, so that the two VMAs can be merged later even though both have pages:
 * they are often parts of one that mprotect() has split.
 */
static struct anon_vma *find_mergeable_anon_vma(const struct vm_area_struct *vma)
{
	struct anon_vma *anon_vma = NULL;

	if (vma->vm_next)
		anon_vma = reusable_anon_vma(vma->vm_next, vma, vma->vm_next);
	if (!anon_vma && vma->vm_prev)
		anon_vma = reusable_anon_vma(vma->vm_prev, vma->vm_prev, vma);
	return anon_vma;
}

int anon_vma_prepare(struct vm_area_struct *vma)
{
	struct anon_vma_chain *avc;
	struct anon_vma *anon_vma;

	if (likely(vma->anon_vma))
		return 0;
	avc = anon_vma_chain_alloc();
	if (!avc)
		return -ENOMEM;
	anon_vma = find_mergeable_anon_vma(vma);
	if (!anon_vma) {
		anon_vma = anon_vma_alloc();
		if (!anon_vma) {
			kmem_cache_free(this_machine->anon_vma_chain_cachep, avc);
			return -ENOMEM;
		}
		anon_vma->num_children++; /* a root is its own parent */
	}
	vma->anon_vma = anon_vma;
	anon_vma_chain_link(vma, avc, anon_vma);
	anon_vma->num_active_vmas++;
	return 0;
}

int anon_vma_clone(struct vm_area_struct *dst, struct vm_area_struct *src)
{
	struct anon_vma_chain *avc, *pavc;

	list_for_each_entry_reverse(pavc, &src->anon_vma_chain, same_vma) {
		struct anon_vma *anon_vma = pavc->anon_vma;

		avc = anon_vma_chain_alloc();
		if (!avc) {
			dst->anon_vma = NULL; /* its num_active_vmas does not count dst */
			unlink_anon_vmas(dst);
			return -ENOMEM;
		}
		anon_vma_chain_link(dst, avc, anon_vma);
		/*
		 * At a fork: one that an ancestor left behind without VMAs, and with one child
		 * only, is taken over, or a task that forks and exits for ever would make the
		 * tree deeper and deeper.
		 */
		if (!dst->anon_vma && src->anon_vma && anon_vma->num_children < 2 &&
		    !anon_vma->num_active_vmas)
			dst->anon_vma = anon_vma;
	}
	if (dst->anon_vma)
		dst->anon_vma->num_active_vmas++;
	return 0;
}

int anon_vma_fork(struct vm_area_struct *vma, struct vm_area_struct *pvma)
{
	struct anon_vma_chain *avc;
	struct anon_vma *anon_vma;
	int error;

	if (!pvma->anon_vma)
		return 0;
	vma->anon_vma = NULL; /* vm_area_dup() has copied the parent's */
	error = anon_vma_clone(vma, pvma);
	if (error || vma->anon_vma)
		return error;

	anon_vma = anon_vma_alloc();
	avc = anon_vma ? anon_vma_chain_alloc() : NULL;
	if (!avc) {
		if (anon_vma)
			put_anon_vma(anon_vma);
		unlink_anon_vmas(vma);
		return -ENOMEM;
	}
	anon_vma->num_active_vmas++;
	anon_vma->root = pvma->anon_vma->root;
	anon_vma->parent = pvma->anon_vma;
	anon_vma->root->refcount++;
	vma->anon_vma = anon_vma;
	anon_vma_chain_link(vma, avc, anon_vma);
	anon_vma->parent->num_children++;
	return 0;
}

void unlink_anon_vmas(struct vm_area_struct *vma)
{
	struct anon_vma_chain *avc, *next;

	/* From the newest to the oldest, so that a root goes last. */
	list_for_each_entry_safe(avc, next, &vma->anon_vma_chain, same_vma) {
		struct anon_vma *anon_vma = avc->anon_vma;

		anon_vma_interval_tree_remove(avc, &anon_vma->rb_root);
		if (!anon_vma->rb_root.rb_node)
			anon_vma->parent->num_children--;
	}
	if (vma->anon_vma) {
		vma->anon_vma->num_active_vmas--;
		vma->anon_vma = NULL;
	}
	list_for_each_entry_safe(avc, next, &vma->anon_vma_chain, same_vma) {
		struct anon_vma *anon_vma = avc->anon_vma;

		list_del(&avc->same_vma);
		kmem_cache_free(this_machine->anon_vma_chain_cachep, avc);
		if (!anon_vma->rb_root.rb_node)
			put_anon_vma(anon_vma);
	}
}

/* ---- Counting mappings ---- */

/* Adds one to a count that starts at -1; true if it was the first. */
static bool mapcount_inc(atomic_t *count)
{
	return ++count->counter == 0;
}

/* Takes one off; true if it was the last. */
static bool mapcount_dec(atomic_t *count)
{
	return --count->counter < 0;
}

static bool mapped_by_pmd(struct page *page)
{
	struct page *head = compound_head(page);

	return PageHead(head) && atomic_read(&head[1].compound_mapcount) >= 0;
}

int page_mapcount(struct page *page)
{
	struct page *head = compound_head(page);
	int mapcount = atomic_read(&page->_mapcount) + 1;

	if (PageHead(head))
		mapcount += atomic_read(&head[1].compound_mapcount) + 1;
	return mapcount;
}

/*
 * How many frames become mapped, or stop to be, with this change of a count from or to its start:
 * those of a huge page that are not mapped in the other way as well.
 */
static long frames_concerned(struct page *page, bool compound)
{
	unsigned long i;
	long nr = 0;

	if (!compound)
		return mapped_by_pmd(page) ? 0 : 1;
	for (i = 0; i < compound_nr(page); i++)
		nr += atomic_read(&page[i]._mapcount) < 0;
	return nr;
}

/*
 * The last mapping of this kind has gone: of a huge page, has that left parts that nobody maps, while
 * others are mapped still? (A small entry is the last one of its part only if no large one maps the whole.)
 */
static bool partly_unmapped(struct page *page, bool compound)
{
	long unmapped = frames_concerned(page, compound);

	if (!compound)
		return PageTransHuge(compound_head(page)) && unmapped;
	return PageTransHuge(page) && unmapped && unmapped < (long)compound_nr(page);
}

/* A mapping was added (@by 1) or removed (@by -1) that was the first or the last. */
static void account_mapped(struct page *page, bool compound, long by)
{
	struct pglist_data *pgdat = page_pgdat(page);
	bool anon = PageAnon(compound_head(page));

	__mod_node_page_state(pgdat, anon ? NR_ANON_MAPPED : NR_FILE_MAPPED,
			      by * frames_concerned(page, compound));
	if (compound && anon)
		__mod_node_page_state(pgdat, NR_ANON_THPS, by * (long)compound_nr(page));
}

/* ---- Mappings come ---- */

/*
 * Notes whose an anonymous page is. A page that is not this mapping's alone goes to the oldest
 * anon_vma, from where all VMAs that may have it are found.
 */
static void __page_set_anon_rmap(struct page *page, struct vm_area_struct *vma,
				 unsigned long address, bool exclusive)
{
	struct anon_vma *anon_vma = vma->anon_vma;
	struct page *head = compound_head(page);

	VM_BUG_ON(!anon_vma);
	if (!PageAnon(head)) {
		if (!exclusive)
			anon_vma = anon_vma->root;
		head->mapping = (char *)anon_vma + PAGE_MAPPING_ANON;
		head->index = linear_page_index(vma, address) - (unsigned long)(page - head);
	}
	if (exclusive)
		SetPageAnonExclusive(page);
}

void page_add_anon_rmap(struct page *page, struct vm_area_struct *vma, unsigned long address,
			rmap_t flags)
{
	bool compound = flags & RMAP_COMPOUND;
	bool first = mapcount_inc(compound ? &page[1].compound_mapcount : &page->_mapcount);

	__page_set_anon_rmap(page, vma, address, flags & RMAP_EXCLUSIVE);
	if (first)
		account_mapped(page, compound, 1);
	mlock_vma_page(page, vma, compound);
	trace(TRACE_page_add_rmap, page_to_pfn(page), vma->vm_nr, address,
	      (u64)page_mapcount(page));
}

void page_add_new_anon_rmap(struct page *page, struct vm_area_struct *vma, unsigned long address)
{
	bool compound = PageCompound(page);

	SetPageSwapBacked(page);
	if (compound)
		atomic_set(&page[1].compound_mapcount, 0);
	else
		atomic_set(&page->_mapcount, 0);
	__page_set_anon_rmap(page, vma, address, true);
	account_mapped(page, compound, 1);
	trace(TRACE_page_add_rmap, page_to_pfn(page), vma->vm_nr, address, 1);
}

void page_add_file_rmap(struct page *page, struct vm_area_struct *vma, bool compound)
{
	if (mapcount_inc(compound ? &page[1].compound_mapcount : &page->_mapcount))
		account_mapped(page, compound, 1);
	mlock_vma_page(page, vma, compound);
	trace(TRACE_page_add_rmap, page_to_pfn(page), vma->vm_nr,
	      vma->vm_start + ((page_to_pgoff(page) - vma->vm_pgoff) << PAGE_SHIFT),
	      (u64)page_mapcount(page));
}

void page_dup_rmap(struct page *page, bool compound)
{
	if (compound)
		page[1].compound_mapcount.counter++;
	else
		page->_mapcount.counter++;
	trace(TRACE_page_add_rmap, page_to_pfn(page), 0, 0, (u64)page_mapcount(page));
}

void page_move_anon_rmap(struct page *page, struct vm_area_struct *vma)
{
	VM_BUG_ON(!vma->anon_vma);
	compound_head(page)->mapping = (char *)vma->anon_vma + PAGE_MAPPING_ANON;
	SetPageAnonExclusive(page);
}

/* ---- Mappings go ---- */

void page_remove_rmap(struct page *page, struct vm_area_struct *vma, bool compound)
{
	atomic_t *count = compound ? &page[1].compound_mapcount : &page->_mapcount;

	VM_BUG_ON_PAGE(atomic_read(count) < 0, page);
	if (mapcount_dec(count)) {
		account_mapped(page, compound, -1);
		if (PageAnon(compound_head(page)) && partly_unmapped(page, compound))
			deferred_split_huge_page(compound_head(page));
	}
	munlock_vma_page(page, vma, compound);
	trace(TRACE_page_remove_rmap, page_to_pfn(page), vma->vm_nr, (u64)page_mapcount(page), 0);
}

/* ---- From a page to its entries ---- */

unsigned long vma_pgoff_address(unsigned long pgoff, unsigned long nr_pages,
				const struct vm_area_struct *vma)
{
	unsigned long address;

	if (pgoff >= vma->vm_pgoff) {
		address = vma->vm_start + ((pgoff - vma->vm_pgoff) << PAGE_SHIFT);
		if (address < vma->vm_start || address >= vma->vm_end)
			return (unsigned long)-EFAULT;
		return address;
	}
	/* A huge page that begins before the VMA does. */
	if (pgoff + nr_pages - 1 >= vma->vm_pgoff)
		return vma->vm_start;
	return (unsigned long)-EFAULT;
}

typedef bool (*rmap_one_t)(struct page *page, struct vm_area_struct *vma, unsigned long address,
			   void *arg);

static bool rmap_walk_anon(struct page *page, rmap_one_t one, void *arg)
{
	struct anon_vma *anon_vma =
		(struct anon_vma *)((char *)compound_head(page)->mapping - PAGE_MAPPING_ANON);
	unsigned long start = page_to_pgoff(page), last = start + compound_nr(page) - 1;
	struct anon_vma_chain *avc;

	for (avc = anon_vma_interval_tree_iter_first(&anon_vma->rb_root, start, last); avc;
	     avc = anon_vma_interval_tree_iter_next(avc, start, last)) {
		unsigned long address = vma_pgoff_address(start, compound_nr(page), avc->vma);

		if (!IS_ERR_VALUE(address) && !one(page, avc->vma, address, arg))
			return false;
	}
	return true;
}

static bool rmap_walk_file(struct page *page, rmap_one_t one, void *arg)
{
	struct address_space *mapping = page_mapping(page);
	unsigned long start = page_to_pgoff(page), last = start + compound_nr(page) - 1;
	struct vm_area_struct *vma;

	if (!mapping)
		return true;
	for (vma = vma_interval_tree_iter_first(&mapping->i_mmap, start, last); vma;
	     vma = vma_interval_tree_iter_next(vma, start, last)) {
		unsigned long address = vma_pgoff_address(start, compound_nr(page), vma);

		if (!IS_ERR_VALUE(address) && !one(page, vma, address, arg))
			return false;
	}
	return true;
}

bool rmap_walk(struct page *page, rmap_one_t one, void *arg)
{
	if (PageAnon(compound_head(page)))
		return rmap_walk_anon(page, one, arg);
	return rmap_walk_file(page, one, arg);
}

/*
 * The entry at @address if it maps the page: a pte, or the pmd of a huge page. NULL and false
 * where something else, or nothing, is mapped.
 */
static bool page_vma_mapped(struct page *page, struct vm_area_struct *vma, unsigned long address,
			    pmd_t **pmd, pte_t **pte)
{
	*pte = NULL;
	*pmd = mm_find_pmd(vma->vm_mm, address);
	if (!*pmd)
		return false;
	if (pmd_trans_huge(**pmd))
		return pmd_pfn(**pmd) == page_to_pfn(compound_head(page));
	*pte = mm_find_pte(vma->vm_mm, address);
	return *pte && pte_present(**pte) && pte_pfn(**pte) == page_to_pfn(page);
}

/* ---- Making a file's page clean ---- */

static bool page_mkclean_one(struct page *page, struct vm_area_struct *vma, unsigned long address,
			     void *arg)
{
	int *cleaned = arg;
	pmd_t *pmd;
	pte_t *pte;

	if (!(vma->vm_flags & VM_SHARED) || !page_vma_mapped(page, vma, address, &pmd, &pte) ||
	    !pte || (!pte_dirty(*pte) && !pte_write(*pte)))
		return true;
	set_pte(pte, pte_mkclean(pte_wrprotect(*pte)));
	flush_tlb_page(vma, address);
	trace(TRACE_page_mkclean, page_to_pfn(page), vma->vm_nr, address, 0);
	(*cleaned)++;
	return true;
}

int page_mkclean(struct page *page)
{
	int cleaned = 0;

	if (page_mapped(page) && page_mapping(page))
		rmap_walk(page, page_mkclean_one, &cleaned);
	return cleaned;
}

/* ---- Who has used the page lately? ---- */

bool page_referenced_one_vma(struct page *page, struct vm_area_struct *vma, unsigned long addr)
{
	bool young;
	pmd_t *pmd;
	pte_t *pte;

	if (!page_vma_mapped(page, vma, addr, &pmd, &pte))
		return false;
	if (pte) {
		young = pte_young(*pte);
		if (young)
			set_pte(pte, pte_mkold(*pte));
	} else {
		young = pmd_young(*pmd);
		if (young)
			set_pmd(pmd, pmd_mkold(*pmd));
	}
	/* A sequential reader's pages are not wanted again. */
	return young && !(vma->vm_flags & VM_SEQ_READ);
}

struct referenced {
	int count;
	unsigned long vm_flags;
};

static bool page_referenced_one(struct page *page, struct vm_area_struct *vma,
				unsigned long address, void *arg)
{
	struct referenced *r = arg;

	if (vma->vm_flags & VM_LOCKED) {
		r->vm_flags |= VM_LOCKED;
		return false;
	}
	if (page_referenced_one_vma(page, vma, address)) {
		r->count++;
		r->vm_flags |= vma->vm_flags & ~VM_LOCKED;
	}
	return true;
}

int page_referenced(struct page *page, unsigned long *vm_flags)
{
	struct referenced r = { 0 };

	if (page_mapped(page) && page->mapping)
		rmap_walk(page, page_referenced_one, &r);
	*vm_flags = r.vm_flags;
	return r.count;
}

/* ---- Taking a page away from all who map it ---- */

/* Which counter of an address space a page belongs to. */
static int mm_counter_of(struct page *page)
{
	if (PageAnon(page))
		return MM_ANONPAGES;
	return PageSwapBacked(page) ? MM_SHMEMPAGES : MM_FILEPAGES;
}

/*
 * May an entry of an anonymous page simply go? Only if the contents need not be kept: memory
 * that MADV_FREE was used on and that nobody has written to since.
 */
static bool anon_may_be_dropped(struct page *page)
{
	if (PageSwapBacked(page))
		return false;
	if (!PageDirty(page))
		return true;
	/* Written to again: from now on it is ordinary memory. */
	SetPageSwapBacked(page);
	return false;
}

/* Where the page was, the entry says in which slot of swap it is. */
static void leave_swap_entry(struct page *page, pte_t *pte, pte_t old)
{
	swp_entry_t entry = { page->private };
	pte_t swap = swp_entry_to_pte(entry);

	swap_duplicate(entry);
	if (PageAnonExclusive(page))
		swap = __pte(pte_val(swap) | _PAGE_SWP_EXCLUSIVE);
	if (pte_uffd_wp(old))
		swap = pte_swp_mkuffd_wp(swap);
	ClearPageAnonExclusive(page);
	set_pte(pte, swap);
}

static bool try_to_unmap_one(struct page *page, struct vm_area_struct *vma, unsigned long address,
			     void *arg)
{
	enum ttu_flags flags = *(enum ttu_flags *)arg;
	struct mm_struct *mm = vma->vm_mm;
	pmd_t *pmd;
	pte_t *pte, old;

	if (!page_vma_mapped(page, vma, address, &pmd, &pte) || !pte)
		return true;
	if (!(flags & TTU_IGNORE_MLOCK) && vma->vm_flags & VM_LOCKED) {
		mlock_vma_page(page, vma, false);
		return false;
	}
	old = ptep_get_and_clear(pte);
	flush_tlb_page(vma, address);
	if (pte_dirty(old))
		set_page_dirty(page);
	mm->hiwater_rss = max(mm->hiwater_rss, get_mm_rss(mm));
	if (PageSwapCache(page) && PageAnonExclusive(page) && folio_maybe_dma_pinned(page)) {
		/* Pinned since it got its place in swap. */
		set_pte(pte, old);
		return false;
	}
	if (PageSwapCache(page)) {
		leave_swap_entry(page, pte, old);
		add_mm_counter(mm, MM_SWAPENTS, 1);
	} else if (PageAnon(page) && !anon_may_be_dropped(page)) {
		set_pte(pte, old);
		return false;
	}
	add_mm_counter(mm, mm_counter_of(page), -1);
	trace(TRACE_try_to_unmap_one, page_to_pfn(page), vma->vm_nr, address, 0);
	page_remove_rmap(page, vma, false);
	put_page(page);
	return true;
}

void try_to_unmap(struct page *page, enum ttu_flags flags)
{
	if (page_mapped(page) && page->mapping)
		rmap_walk(page, try_to_unmap_one, &flags);
}
