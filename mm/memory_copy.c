// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fork(): the child gets entries for the same pages, and from then on nobody may
 * write to them without a fault (copy-on-write). Memory that is shared anyway, and pages of
 * files, are left to be faulted in by the child.
 *
 * Linux counterpart: mm/memory.c.
 */
#include "gup.h"
#include "swap.h"
#include "swapops.h"
#include "userfaultfd.h"

/*
 * Only what a fault could not bring back must be copied: anonymous pages, of which a VMA has none
 * without an anon_vma, and guard markers.
 */
static bool vma_needs_copy(const struct vm_area_struct *dst_vma,
			   const struct vm_area_struct *src_vma)
{
	if (dst_vma->vm_flags & (VM_UFFD_WP | VM_PFNMAP | VM_MIXEDMAP | VM_MAYBE_GUARD))
		return true;
	return src_vma->anon_vma;
}

/* One more mapping of a page; from now on it belongs to nobody alone. False: it must not be shared. */
static bool dup_page(struct mm_struct *dst_mm, struct vm_area_struct *src_vma, struct page *page)
{
	struct page *head = compound_head(page);
	int member = MM_ANONPAGES;

	if (PageAnon(head) && PageAnonExclusive(page) && page_needs_cow_for_dma(src_vma, page))
		return false;
	get_page(head);
	if (PageAnon(head))
		ClearPageAnonExclusive(page);
	else
		member = PageSwapBacked(head) ? MM_SHMEMPAGES : MM_FILEPAGES;
	page_dup_rmap(page, false);
	add_mm_counter(dst_mm, member, 1);
	return true;
}

/*
 * A device works on the parent's page. Which of the two would write first, and so get the copy, cannot be known; the
 * parent must keep the page. So the child gets the copy, now.
 */
static int copy_present_page(struct vm_area_struct *dst_vma, struct vm_area_struct *src_vma,
			     pte_t *dst_pte, unsigned long addr, struct page *page)
{
	struct page *new_page = alloc_user_page(src_vma, addr, false);
	pte_t pte;

	if (!new_page)
		return -ENOMEM;
	copy_memory(page_address(new_page), page_address(page), PAGE_SIZE);
	SetPageUptodate(new_page);
	page_add_new_anon_rmap(new_page, dst_vma, addr);
	lru_cache_add_inactive_or_unevictable(new_page, dst_vma);
	add_mm_counter(dst_vma->vm_mm, MM_ANONPAGES, 1);
	pte = mk_pte(new_page, dst_vma->vm_page_prot);
	set_pte(dst_pte, maybe_mkwrite(pte_mkdirty(pte), dst_vma));
	trace(TRACE_copy_present_page, addr, page_to_pfn(page), page_to_pfn(new_page),
	      trace_pack(src_vma->vm_nr, dst_vma->vm_nr));
	return 0;
}

static int copy_present_pte(struct vm_area_struct *dst_vma, struct vm_area_struct *src_vma,
			     pte_t *dst_pte, pte_t *src_pte, unsigned long addr)
{
	pte_t pte = *src_pte;
	struct page *page = vm_normal_page(src_vma, addr, pte);

	if (page && !dup_page(dst_vma->vm_mm, src_vma, page))
		return copy_present_page(dst_vma, src_vma, dst_pte, addr, page);
	if (is_cow_mapping(src_vma->vm_flags) && pte_write(pte)) {
		set_pte(src_pte, pte_wrprotect(pte));
		pte = pte_wrprotect(pte);
	}
	/* The child has neither written nor read it yet. */
	if (src_vma->vm_flags & VM_SHARED)
		pte = pte_mkclean(pte);
	if (!userfaultfd_wp(dst_vma))
		pte = pte_clear_uffd_wp(pte);
	set_pte(dst_pte, pte_mkold(pte));
	trace(TRACE_copy_present_pte, addr, pte_val(*dst_pte),
	      page ? page_to_pfn(page) : pte_pfn(pte), trace_pack(src_vma->vm_nr, dst_vma->vm_nr));
	return 0;
}

static void copy_nonpresent_pte(struct vm_area_struct *dst_vma, pte_t *dst_pte, pte_t *src_pte)
{
	if (is_pte_marker(*src_pte)) {
		if (is_guard_pte(*src_pte))
			set_pte(dst_pte, *src_pte);
		return;
	}
	/* In swap: from now on it belongs to both. */
	swap_duplicate(pte_to_swp_entry(*src_pte));
	set_pte(src_pte, __pte(pte_val(*src_pte) & ~_PAGE_SWP_EXCLUSIVE));
	set_pte(dst_pte, userfaultfd_wp(dst_vma) ? *src_pte : pte_swp_clear_uffd_wp(*src_pte));
	add_mm_counter(dst_vma->vm_mm, MM_SWAPENTS, 1);
}

static int copy_pte_range(struct vm_area_struct *dst_vma, struct vm_area_struct *src_vma,
			  pmd_t *dst_pmd, pmd_t *src_pmd, unsigned long addr, unsigned long end)
{
	pte_t *src_pte = pte_offset(src_pmd, addr);
	pte_t *dst_pte = pte_alloc_map(dst_vma->vm_mm, dst_pmd, addr);
	int ret = 0;

	if (!dst_pte)
		return -ENOMEM;
	for (; addr != end && !ret; addr += PAGE_SIZE, src_pte++, dst_pte++) {
		if (pte_none(*src_pte))
			continue;
		if (pte_present(*src_pte))
			ret = copy_present_pte(dst_vma, src_vma, dst_pte, src_pte, addr);
		else
			copy_nonpresent_pte(dst_vma, dst_pte, src_pte);
	}
	return ret;
}

static int copy_one_pmd(struct vm_area_struct *dst_vma, struct vm_area_struct *src_vma,
			pmd_t *src_pmd, unsigned long addr, unsigned long next)
{
	pmd_t *dst_pmd = mm_alloc_pmd(dst_vma->vm_mm, addr);

	if (!dst_pmd)
		return -ENOMEM;
	if (pmd_trans_huge(*src_pmd)) {
		int ret = copy_huge_pmd(dst_vma, src_vma, dst_pmd, src_pmd, addr);

		/* It must not be shared as a whole, and was mapped page by page. */
		if (ret != -EAGAIN)
			return ret;
	}
	return copy_pte_range(dst_vma, src_vma, dst_pmd, src_pmd, addr, next);
}

int copy_page_range(struct vm_area_struct *dst_vma, struct vm_area_struct *src_vma)
{
	unsigned long addr = src_vma->vm_start, end = src_vma->vm_end, next;
	struct mm_struct *src_mm = src_vma->vm_mm;
	pmd_t *src_pmd;
	int ret;

	if (!vma_needs_copy(dst_vma, src_vma))
		return 0;
	trace(TRACE_copy_page_range, addr, end, trace_pack(src_vma->vm_nr, dst_vma->vm_nr), 0);
	for (; addr != end; addr = next) {
		src_pmd = mm_find_pmd(src_mm, addr);
		if (!src_pmd) {
			next = mm_find_pud(src_mm, addr) ? pud_addr_end(addr, end)
							 : pgd_addr_end(addr, end);
			continue;
		}
		next = pmd_addr_end(addr, end);
		if (pmd_none(*src_pmd))
			continue;
		ret = copy_one_pmd(dst_vma, src_vma, src_pmd, addr, next);
		if (ret)
			return ret;
	}
	return 0;
}
