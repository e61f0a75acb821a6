// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mbind(): a memory policy for part of an address space.
 *
 * VMAs are cut at the ends of the range and merged with neighbours that have the same policy. Pages that are there already
 * stay where they are, unless MPOL_MF_MOVE or MPOL_MF_MOVE_ALL asks for them to be moved: then those that lie on other nodes than
 * the policy names are taken off their lists, and once the policy holds they are migrated to
 * pages allocated by it. MPOL_MF_STRICT alone fails where a page lies wrong; with the others, where one could not be moved.
 *
 * Huge pages are not moved here: they count as pages that cannot be.
 *
 * Linux counterpart: mm/mempolicy.c.
 */
#include "mempolicy.h"
#include "mm_inline.h"
#include "swap.h"
#include "vma.h"
#include "vmscan.h"
#include "vmstat.h"

/* ---- Which pages lie wrong ---- */

struct queue_pages {
	struct list_head *pagelist; /* those to be moved */
	nodemask_t nodes;	    /* where pages may stay */
	unsigned int flags;	    /* MPOL_MF_* */
	bool has_unmovable;
};

static bool queue_pages_required(const struct page *page, const struct queue_pages *qp)
{
	return !node_isset(page_to_nid(page), qp->nodes);
}

/* Takes a page off its list to move it; one that others use too stays, unless all are to be moved. */
static void migrate_folio_add(struct page *page, struct queue_pages *qp)
{
	if (!(qp->flags & MPOL_MF_MOVE_ALL) && page_mapcount(page) != 1)
		return;
	if (isolate_lru_page(page)) {
		qp->has_unmovable = true;
		return;
	}
	list_add_tail(&page->lru, qp->pagelist);
	__mod_node_page_state(page_pgdat(page), NR_ISOLATED_ANON + page_is_file_lru(page), 1);
}

/* 0, or -EIO: the page lies wrong, and that is all the caller wants to know. */
static int queue_page(struct page *page, struct queue_pages *qp)
{
	if (!page || !queue_pages_required(page, qp))
		return 0;
	if (!(qp->flags & (MPOL_MF_MOVE | MPOL_MF_MOVE_ALL)))
		return -EIO;
	if (PageCompound(page))
		qp->has_unmovable = true;
	else
		migrate_folio_add(page, qp);
	return 0;
}

/* The page of an address; *@next: where to look next. NULL: none that could be moved. */
static struct page *mapped_page_at(struct vm_area_struct *vma, unsigned long addr,
				   unsigned long *next)
{
	pmd_t *pmd = mm_find_pmd(vma->vm_mm, addr);
	pte_t *pte;

	if (!pmd || !pmd_present(*pmd) || pmd_trans_huge(*pmd)) {
		*next = (addr & HPAGE_PMD_MASK) + HPAGE_PMD_SIZE;
		return pmd && pmd_trans_huge(*pmd) ? vm_normal_page_pmd(vma, addr, *pmd) : NULL;
	}
	*next = addr + PAGE_SIZE;
	pte = pte_offset(pmd, addr);
	return pte_present(*pte) ? vm_normal_page(vma, addr, *pte) : NULL;
}

static int queue_pages_vma(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			   struct queue_pages *qp)
{
	unsigned long addr = start, next;
	int error = 0;

	for (; addr < end && !error; addr = next)
		error = queue_page(mapped_page_at(vma, addr, &next), qp);
	return error;
}

static bool vma_migratable(const struct vm_area_struct *vma)
{
	return !(vma->vm_flags & (VM_IO | VM_PFNMAP));
}

/*
 * Goes over the VMAs of the range. 0, -EIO as above, or -EFAULT: there are gaps, which a policy other than the default
 * does not allow.
 */
static int queue_pages_range(struct mm_struct *mm, unsigned long start, unsigned long end,
			     bool gaps_ok, struct queue_pages *qp)
{
	struct vm_area_struct *vma = find_vma_intersection(mm, start, end);
	int error = 0;

	if (!vma || (!gaps_ok && vma->vm_start > start))
		return -EFAULT;
	for_each_vma_range(vma, end)
	{
		const struct vm_area_struct *next = vma->vm_next;

		if (!gaps_ok && vma->vm_end < end && (!next || vma->vm_end < next->vm_start))
			return -EFAULT;
		if (!(qp->flags & MPOL_MF_VALID) ||
		    (!vma_migratable(vma) && !(qp->flags & MPOL_MF_STRICT)))
			continue;
		error = queue_pages_vma(vma, max(start, vma->vm_start), min(end, vma->vm_end), qp);
		if (error)
			return error;
	}
	return 0;
}

/* ---- The policy of VMAs ---- */

static int vma_replace_policy(struct vm_area_struct *vma, const struct mempolicy *pol)
{
	const struct vm_operations_struct *ops = vma_ops(vma);
	struct mempolicy *new = mpol_dup(pol), *old = vma->vm_policy;
	int error;

	if (IS_ERR(new))
		return (int)PTR_ERR(new);
	if (ops && ops->set_policy) {
		error = ops->set_policy(vma, new);
		if (error) {
			mpol_put(new);
			return error;
		}
	}
	vma->vm_policy = new;
	mpol_put(old);
	trace(TRACE_vma_replace_policy, trace_pack(vma->vm_nr, new ? new->mode : 0), vma->vm_start,
	      vma->vm_end, new ? new->nodes.bits : 0);
	return 0;
}

static int mbind_range(struct mm_struct *mm, unsigned long start, unsigned long end,
		       struct mempolicy *pol)
{
	struct vm_area_struct *vma;
	int error;

	while (start < end && (vma = find_vma_intersection(mm, start, end))) {
		unsigned long from = max(start, vma->vm_start);

		start = min(vma->vm_end, end);
		if (mpol_equal(vma->vm_policy, pol))
			continue;
		vma = vma_modify_policy(vma, from, start, pol);
		if (IS_ERR(vma))
			return (int)PTR_ERR(vma);
		error = vma_replace_policy(vma, pol);
		if (error)
			return error;
	}
	return 0;
}

/* ---- Moving ---- */

struct page_place {
	struct vm_area_struct *vma;
	unsigned long address;
};

static bool find_in_task(struct page *page, struct vm_area_struct *vma, unsigned long address,
			 void *arg)
{
	struct page_place *place = arg;

	(void)page;
	if (vma->vm_mm != current->mm)
		return true;
	place->vma = vma;
	place->address = address;
	return false;
}

struct page *mbind_new_page(struct page *page)
{
	struct page_place place = { NULL, 0 };

	rmap_walk(page, find_in_task, &place);
	return vma_alloc_folio(GFP_HIGHUSER_MOVABLE | __GFP_RETRY_MAYFAIL, 0, place.vma,
			       place.address, false);
}

/* Moves what was collected. Returns how many pages could not be, or -ENOMEM. */
static int move_pages(struct list_head *pagelist)
{
	struct compact_control cc = { .mode = MIGRATE_SYNC, .reason = MR_MEMPOLICY_MBIND };
	unsigned int nr_succeeded;
	int failed;

	if (list_empty(pagelist))
		return 0;
	INIT_LIST_HEAD(&cc.freepages);
	INIT_LIST_HEAD(&cc.migratepages);
	INIT_LIST_HEAD(&cc.ret_pages);
	list_splice_init(pagelist, &cc.migratepages);
	failed = migrate_pages(&cc, &nr_succeeded);
	putback_movable_pages(&cc.migratepages);
	return failed;
}

/* ---- The system call ---- */

static long do_mbind(unsigned long start, unsigned long end, struct mempolicy *pol,
		     nodemask_t nodes, unsigned int flags)
{
	struct mm_struct *mm = current->mm;
	struct list_head pagelist;
	struct queue_pages qp = { .pagelist = &pagelist, .nodes = nodes, .flags = flags };
	int error, failed;

	INIT_LIST_HEAD(&pagelist);
	if (flags & (MPOL_MF_MOVE | MPOL_MF_MOVE_ALL))
		lru_add_drain_all();
	error = queue_pages_range(mm, start, end, !pol, &qp);
	if (!error)
		error = mbind_range(mm, start, end, pol);
	if (error) {
		putback_movable_pages(&pagelist);
		return error;
	}
	failed = move_pages(&pagelist);
	return (failed || qp.has_unmovable) && flags & MPOL_MF_STRICT ? -EIO : 0;
}

long sys_mbind(unsigned long start, unsigned long len, unsigned int mode, nodemask_t nodes,
	       unsigned int flags)
{
	unsigned int mode_flags;
	unsigned long end;
	struct mempolicy *pol;
	long error = sanitize_mpol_flags(&mode, &mode_flags);

	if (error)
		return error;
	trace(TRACE_mbind, start, len, trace_pack(mode, flags), nodes.bits);
	if (flags & ~(unsigned int)MPOL_MF_VALID)
		return -EINVAL;
	if (flags & MPOL_MF_MOVE_ALL && !task_capable(current))
		return -EPERM;
	if (start & ~PAGE_MASK)
		return -EINVAL;
	if (mode == MPOL_DEFAULT)
		flags &= ~(unsigned int)MPOL_MF_STRICT;
	end = start + ALIGN(len, PAGE_SIZE);
	if (end < start)
		return -EINVAL;
	if (end == start)
		return 0;
	pol = mpol_create(mode, mode_flags, nodes);
	if (IS_ERR(pol))
		return PTR_ERR(pol);
	error = do_mbind(start, end, pol, nodes, flags);
	mpol_put(pol);
	return error;
}
