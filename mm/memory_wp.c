// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writing to a page whose entry forbids it, though the mapping allows it.
 *
 * In a shared mapping the file wants to hear of it first (page_mkwrite). In a private one it is
 * copy-on-write: the page is shared with another process, with the file, or is the zero page, so
 * the writer gets a copy - unless it is the only one left who uses the page. An anonymous page
 * that is known to belong to one mapping alone is marked (PageAnonExclusive); fork() takes the mark away.
 *
 * Linux counterpart: mm/memory.c.
 */
#include "swap.h"
#include "userfaultfd.h"
#include "vmstat.h"
#include "writeback.h"

vm_fault_t do_page_mkwrite(struct vm_fault *vmf, struct page *page)
{
	unsigned int old_flags = vmf->flags;
	vm_fault_t ret;

	vmf->page = page;
	vmf->flags = FAULT_FLAG_WRITE | FAULT_FLAG_MKWRITE;
	ret = vma_ops(vmf->vma)->page_mkwrite(vmf);
	vmf->flags = old_flags;
	trace(TRACE_do_page_mkwrite, vmf->address, page_to_pfn(page), ret, vmf->vma->vm_nr);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE))
		return ret;
	if (!(ret & VM_FAULT_LOCKED)) {
		if (!page->mapping)
			return VM_FAULT_NOPAGE;
		SetPageLocked(page);
		ret |= VM_FAULT_LOCKED;
	}
	return ret;
}

/* The page is locked and may now be written through the mapping. */
vm_fault_t fault_dirty_shared_page(struct vm_fault *vmf, struct page *page)
{
	struct address_space *mapping = page_mapping(page);

	(void)vmf;
	set_page_dirty(page);
	ClearPageLocked(page);
	if (mapping)
		balance_dirty_pages_ratelimited(mapping);
	return 0;
}

/* The entry is good as it is, but for the permission to write. */
static void wp_page_reuse(struct vm_fault *vmf)
{
	pte_t entry = maybe_mkwrite(pte_mkdirty(pte_mkyoung(vmf->orig_pte)), vmf->vma);

	set_pte(vmf->pte, entry);
	count_vm_event(PGREUSE);
	trace(TRACE_wp_page_reuse, vmf->address, pte_val(entry),
	      vmf->page ? page_to_pfn(vmf->page) : pte_pfn(entry), vmf->vma->vm_nr);
}

static vm_fault_t wp_page_shared(struct vm_fault *vmf)
{
	struct page *page = vmf->page;
	vm_fault_t ret = 0, tmp;

	get_page(page);
	if (vma_ops(vmf->vma) && vma_ops(vmf->vma)->page_mkwrite) {
		tmp = do_page_mkwrite(vmf, page);
		if (!tmp || tmp & (VM_FAULT_ERROR | VM_FAULT_NOPAGE)) {
			put_page(page);
			return tmp;
		}
		/* What the file did meanwhile may have taken the entry away. */
		if (!pte_same(*vmf->pte, vmf->orig_pte)) {
			ClearPageLocked(page);
			put_page(page);
			return 0;
		}
	} else {
		SetPageLocked(page);
	}
	wp_page_reuse(vmf);
	ret |= fault_dirty_shared_page(vmf, page);
	put_page(page);
	return ret;
}

/* ---- Copying ---- */

/* What the new page holds: zeroes for the zero page, else a copy. NULL: no memory. */
static struct page *wp_new_page(struct vm_fault *vmf)
{
	struct page *new = alloc_user_page(vmf->vma, vmf->address, !vmf->page);

	if (!new)
		return NULL;
	if (vmf->page)
		copy_highpage(new, vmf->page);
	SetPageUptodate(new);
	return new;
}

static vm_fault_t wp_page_copy(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct mm_struct *mm = vma->vm_mm;
	struct page *old = vmf->page, *new;
	pte_t entry;

	if (vmf_anon_prepare(vmf))
		return VM_FAULT_OOM;
	new = wp_new_page(vmf);
	if (!new)
		return VM_FAULT_OOM;
	if (!old)
		add_mm_counter(mm, MM_ANONPAGES, 1);
	else if (!PageAnon(compound_head(old))) {
		add_mm_counter(mm, PageSwapBacked(old) ? MM_SHMEMPAGES : MM_FILEPAGES, -1);
		add_mm_counter(mm, MM_ANONPAGES, 1);
	}
	entry = mk_pte(new, vma->vm_page_prot);
	if (!(vmf->flags & FAULT_FLAG_UNSHARE))
		entry = maybe_mkwrite(pte_mkdirty(entry), vma);
	else if (pte_uffd_wp(vmf->orig_pte))
		entry = pte_mkuffd_wp(entry);
	/* Nobody may write to the old page through a stale translation while both are in use. */
	pte_clear(vmf->pte);
	flush_tlb_page(vma, vmf->address);
	page_add_new_anon_rmap(new, vma, vmf->address);
	lru_cache_add_inactive_or_unevictable(new, vma);
	set_pte(vmf->pte, entry);
	trace(TRACE_wp_page_copy, vmf->address, old ? page_to_pfn(old) : my_zero_pfn(),
	      page_to_pfn(new), vma->vm_nr);
	if (old) {
		page_remove_rmap(old, vma, false);
		put_page(old);
	}
	return 0;
}

/* ---- Is the writer the only user? ---- */

struct count_in_mm {
	struct mm_struct *mm;
	int nr;
};

static bool count_mapping(struct page *page, struct vm_area_struct *vma, unsigned long address,
			  void *arg)
{
	struct count_in_mm *count = arg;
	pmd_t *pmd;

	if (vma->vm_mm != count->mm)
		return true;
	pmd = mm_find_pmd(vma->vm_mm, address);
	if (pmd && pmd_table(*pmd)) {
		pte_t pte = *pte_offset(pmd, address);

		if (pte_present(pte) && pte_page(pte) == page)
			count->nr++;
	} else if (pmd && pmd_trans_huge(*pmd) && pmd_page(*pmd) == compound_head(page) &&
		   PageHead(page)) {
		count->nr++;
	}
	return true;
}

/* Is a huge page, mapped by small entries, mapped by this address space alone? */
static bool large_page_is_ours(struct page *head, struct mm_struct *mm)
{
	struct count_in_mm count = { mm, 0 };
	int nr = HPAGE_PMD_NR, i;

	/* Each mapping has a reference; so has anybody else. For a single page the block is not kept. */
	if (page_ref_count(head) != total_mapcount(head) || page_ref_count(head) == 1)
		return false;
	for (i = 0; i < nr; i++)
		rmap_walk(head + i, count_mapping, &count);
	return count.nr == page_ref_count(head);
}

static bool wp_can_reuse_anon_page(struct page *page, struct vm_area_struct *vma)
{
	struct page *head = compound_head(page);
	int expected = 1 + PageSwapCache(head);

	/* Other parts may be mapped by other VMAs of ours: the page stays with the anon_vma of them all. */
	if (PageHead(head))
		return large_page_is_ours(head, vma->vm_mm);
	/* Pages on their way to an LRU list are held by the batch. */
	if (page_ref_count(page) > expected && page_ref_count(page) <= 3 && !PageLRU(page))
		lru_add_drain();
	if (page_ref_count(page) > expected)
		return false;
	/* Another task may have it in swap still. */
	if (PageSwapCache(page) && !folio_free_swap(page))
		return false;
	page_move_anon_rmap(page, vma);
	return true;
}

/* A write, or a wish to own a page, where the entry does not allow writing. */
vm_fault_t do_wp_page(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;

	if (!(vmf->flags & FAULT_FLAG_UNSHARE) && userfaultfd_pte_wp(vma, vmf->orig_pte))
		return handle_userfault(vmf, VM_UFFD_WP);
	vmf->page = vm_normal_page(vma, vmf->address, vmf->orig_pte);
	if (vma->vm_flags & (VM_SHARED | VM_MAYSHARE)) {
		if (vmf->page)
			return wp_page_shared(vmf);
		wp_page_reuse(vmf);
		return 0;
	}
	if (vmf->page && PageAnon(compound_head(vmf->page)) &&
	    (PageAnonExclusive(vmf->page) || wp_can_reuse_anon_page(vmf->page, vma))) {
		SetPageAnonExclusive(vmf->page);
		if (!(vmf->flags & FAULT_FLAG_UNSHARE))
			wp_page_reuse(vmf);
		return 0;
	}
	return wp_page_copy(vmf);
}
