// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Making one huge page of many small ones: MADV_COLLAPSE.
 *
 * The small pages of an aligned 2 MiB are copied into a huge page, which takes the place of the
 * table of their entries. It is possible only as long as nobody else uses the pages. The daemon that does
 * this on its own is not there: it would act at any time.
 *
 * Linux counterpart: mm/khugepaged.c.
 */
#include "swap.h"
#include "swapops.h"
#include "userfaultfd.h"
#include "vmstat.h"

enum scan_result {
	SCAN_SUCCEED,
	SCAN_FAIL,
	SCAN_PMD_NULL,
	SCAN_PMD_MAPPED,
	SCAN_PAGE_COUNT,
	SCAN_PAGE_ANON,
	SCAN_ALLOC_HUGE_PAGE_FAIL,
};

/* ---- Is it possible? ---- */

/* One entry: empty, the zero page, or an anonymous page that only its mappings use. */
static enum scan_result scan_pte(struct vm_area_struct *vma, unsigned long addr, pte_t pte)
{
	struct page *page, *head;

	/* What a userfaultfd is to bring, or to be told of, must not be hidden in a huge page. */
	if (pte_none(pte))
		return userfaultfd_armed(vma) ? SCAN_FAIL : SCAN_SUCCEED;
	if (!pte_present(pte) || pte_uffd_wp(pte))
		return SCAN_FAIL;
	page = vm_normal_page(vma, addr, pte);
	if (!page)
		return userfaultfd_armed(vma) ? SCAN_FAIL : SCAN_SUCCEED;
	head = compound_head(page);
	if (!PageAnon(head))
		return SCAN_PAGE_ANON;
	return page_ref_count(head) == total_mapcount(head) + PageSwapCache(head) ? SCAN_SUCCEED
										  : SCAN_PAGE_COUNT;
}

/* @node_load: how many of the pages each node has. */
static enum scan_result hpage_collapse_scan_pmd(struct vm_area_struct *vma, unsigned long haddr,
						pmd_t *pmd, u32 *node_load)
{
	pte_t *pte;
	int i;

	if (!pmd || pmd_none(*pmd))
		return SCAN_PMD_NULL;
	if (pmd_trans_huge(*pmd))
		return SCAN_PMD_MAPPED;
	pte = pte_offset(pmd, haddr);
	for (i = 0; i < MAX_NUMNODES; i++)
		node_load[i] = 0;
	for (i = 0; i < HPAGE_PMD_NR; i++) {
		struct page *page = pte_present(pte[i]) ? vm_normal_page(vma, haddr, pte[i]) : NULL;
		enum scan_result result =
			scan_pte(vma, haddr + (unsigned long)i * PAGE_SIZE, pte[i]);

		if (result != SCAN_SUCCEED)
			return result;
		if (page)
			node_load[page_to_nid(page)]++;
	}
	return SCAN_SUCCEED;
}

/* ---- Doing it ---- */

/* The part of the huge page that @pte becomes; the small page loses its mapping. */
static void collapse_one(struct vm_area_struct *vma, unsigned long addr, pte_t *pte,
			 struct page *part)
{
	struct page *page = pte_present(*pte) ? vm_normal_page(vma, addr, *pte) : NULL;

	pte_clear(pte);
	if (!page) {
		clear_highpage(part);
		add_mm_counter(vma->vm_mm, MM_ANONPAGES, 1);
		return;
	}
	copy_highpage(part, page);
	page_remove_rmap(page, vma, false);
	put_page(compound_head(page));
}

/* The node that has most of the pages. Nobody's memory policy is asked: pages that are there are only put together. */
static int hpage_collapse_find_target_node(const u32 *node_load)
{
	int nid, target = 0;

	for (nid = 1; nid < MAX_NUMNODES; nid++)
		if (node_load[nid] > node_load[target])
			target = nid;
	return target;
}

/* Where there are no pages but zeroes, near the CPU. Nodes with as many pages as the target will do as well. */
static struct page *alloc_charge_hpage(const u32 *node_load)
{
	int nid, target = hpage_collapse_find_target_node(node_load);
	nodemask_t nodes = { 0 };

	if (!node_load[target])
		return __alloc_pages(GFP_TRANSHUGE, HPAGE_PMD_ORDER, numa_node_id(), NULL);
	for (nid = 0; nid < MAX_NUMNODES; nid++)
		if (node_load[nid] == node_load[target])
			nodes.bits |= 1UL << nid;
	return __alloc_pages(GFP_TRANSHUGE, HPAGE_PMD_ORDER, target, &nodes);
}

static enum scan_result collapse_huge_page(struct vm_area_struct *vma, unsigned long haddr,
					   pmd_t *pmd, u32 *node_load)
{
	struct page *huge = alloc_charge_hpage(node_load), *table;
	pte_t *pte;
	int i;

	if (!huge) {
		count_vm_event(THP_COLLAPSE_ALLOC_FAILED);
		return SCAN_ALLOC_HUGE_PAGE_FAIL;
	}
	count_vm_event(THP_COLLAPSE_ALLOC);
	/* Making room for it may have taken some of the pages away. */
	if (anon_vma_prepare(vma) ||
	    hpage_collapse_scan_pmd(vma, haddr, pmd, node_load) != SCAN_SUCCEED) {
		put_page(huge);
		return SCAN_FAIL;
	}
	prep_transhuge_page(huge);
	table = pmd_page(*pmd);
	pte = page_address(table);
	pmd_clear(pmd);
	flush_tlb_range(vma, haddr, haddr + HPAGE_PMD_SIZE);
	for (i = 0; i < HPAGE_PMD_NR; i++)
		collapse_one(vma, haddr + (unsigned long)i * PAGE_SIZE, pte + i, huge + i);
	SetPageUptodate(huge);
	page_add_new_anon_rmap(huge, vma, haddr);
	lru_cache_add_inactive_or_unevictable(huge, vma);
	/* The table is kept for the time when the huge page is split. */
	pgtable_trans_huge_deposit(pmd, table);
	set_pmd(pmd, maybe_pmd_mkwrite(pmd_mkdirty(mk_huge_pmd(huge, vma->vm_page_prot)), vma));
	trace(TRACE_collapse_huge_page, haddr, pmd_val(*pmd), page_to_pfn(huge), vma->vm_nr);
	return SCAN_SUCCEED;
}

/* Results after which the next 2 MiB are tried. */
static bool may_go_on(enum scan_result result)
{
	return result == SCAN_PMD_NULL || result == SCAN_PAGE_COUNT;
}

static int madvise_collapse_errno(enum scan_result result)
{
	switch (result) {
	case SCAN_ALLOC_HUGE_PAGE_FAIL:
		return -ENOMEM;
	case SCAN_PAGE_COUNT:
		return -EAGAIN;
	default:
		return -EINVAL;
	}
}

int madvise_collapse(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	unsigned long haddr, hstart = ALIGN(start, HPAGE_PMD_SIZE), hend = end & HPAGE_PMD_MASK;
	enum scan_result result, last_fail = SCAN_FAIL;
	u32 node_load[MAX_NUMNODES];
	bool failed = false;

	/* Even where huge pages are not wanted by default; but not where they are refused. */
	if (!vma_is_anonymous(vma) || vma->vm_flags & (VM_NOHUGEPAGE | VM_SPECIAL) ||
	    vma->vm_mm->thp_disable || !thp_vma_suitable(vma, vma->vm_end - HPAGE_PMD_SIZE))
		return -EINVAL;
	lru_add_drain_all();
	for (haddr = hstart; haddr < hend; haddr += HPAGE_PMD_SIZE) {
		pmd_t *pmd = mm_find_pmd(vma->vm_mm, haddr);

		result = hpage_collapse_scan_pmd(vma, haddr, pmd, node_load);
		if (result == SCAN_SUCCEED)
			result = collapse_huge_page(vma, haddr, pmd, node_load);
		if (result == SCAN_SUCCEED || result == SCAN_PMD_MAPPED)
			continue;
		failed = true;
		last_fail = result;
		if (!may_go_on(result))
			break;
	}
	return failed ? madvise_collapse_errno(last_fail) : 0;
}
