// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Taking swap devices out of use and into use: swapoff(), swapon().
 *
 * All that is on a device has to come back into memory first: the page-table entries of every address space
 * are gone through, and each that refers to a slot of it gets its page. Under pressure others go to other devices
 * meanwhile. If memory does not suffice, the device stays in use, with what is left on it.
 *
 * Linux counterpart: mm/swapfile.c.
 */
#include "mm.h"
#include "swap.h"
#include "writeback.h"

/* ---- Bringing everything back ---- */

/* An entry that refers to a slot gets the page. */
static void unuse_pte(struct vm_area_struct *vma, pte_t *ptep, unsigned long addr,
		      swp_entry_t entry, struct page *page)
{
	bool exclusive = pte_val(*ptep) & _PAGE_SWP_EXCLUSIVE;
	pte_t pte = pte_mkold(pte_wrprotect(mk_pte(page, vma->vm_page_prot)));

	if (pte_swp_uffd_wp(*ptep))
		pte = pte_mkuffd_wp(pte);
	add_mm_counter(vma->vm_mm, MM_SWAPENTS, -1);
	add_mm_counter(vma->vm_mm, MM_ANONPAGES, 1);
	get_page(page);
	page_add_anon_rmap(page, vma, addr, exclusive ? RMAP_EXCLUSIVE : RMAP_NONE);
	set_pte(ptep, pte);
	trace(TRACE_unuse_pte, addr, page_to_pfn(page), entry.val, vma->vm_nr);
	swap_free(entry);
}

static int unuse_one(struct vm_area_struct *vma, pmd_t *pmd, pte_t *ptep, unsigned long addr)
{
	swp_entry_t entry = pte_to_swp_entry(*ptep);
	struct page *page = swap_cache_get_folio(entry, vma, addr);

	if (!page)
		page = swapin_readahead(entry, vma, addr, pmd);
	if (!page)
		return -ENOMEM;
	lock_page(page);
	if (PageWriteback(page))
		wait_on_page_writeback(page);
	unuse_pte(vma, ptep, addr, entry, page);
	folio_free_swap(page);
	unlock_page(page);
	put_page(page);
	return 0;
}

static int unuse_pte_range(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr,
			   unsigned long end, u32 type)
{
	int ret = 0;

	for (; addr < end && !ret; addr += PAGE_SIZE) {
		pte_t *ptep = pte_offset(pmd, addr);

		if (is_swap_pte(*ptep) && swp_type(pte_to_swp_entry(*ptep)) == type)
			ret = unuse_one(vma, pmd, ptep, addr);
	}
	return ret;
}

static int unuse_vma(struct vm_area_struct *vma, u32 type)
{
	unsigned long addr, next;
	int ret = 0;

	for (addr = vma->vm_start; addr < vma->vm_end && !ret; addr = next) {
		pmd_t *pmd = mm_find_pmd(vma->vm_mm, addr);

		next = pmd_addr_end(addr, vma->vm_end);
		if (pmd && !pmd_none(*pmd) && !pmd_trans_huge(*pmd))
			ret = unuse_pte_range(vma, pmd, addr, next, type);
	}
	return ret;
}

/* Pages in memory with a slot of the device that no entry refers to give it up. */
static void free_unused_swap(const struct swap_info_struct *si)
{
	for (unsigned long offset = 1; offset < si->max; offset++) {
		struct page *page;

		if (si->swap_map[offset] != SWAP_HAS_CACHE)
			continue;
		page = lookup_swap_cache(swp_entry(si->type, offset));
		lock_page(page);
		if (PageWriteback(page))
			wait_on_page_writeback(page);
		folio_free_swap(page);
		unlock_page(page);
		put_page(page);
	}
}

static int unuse_mm(struct mm_struct *mm, u32 type)
{
	int ret = 0;

	for (struct vm_area_struct *vma = mm->mmap; vma && !ret; vma = vma->vm_next)
		if (vma->anon_vma)
			ret = unuse_vma(vma, type);
	return ret;
}

static int unuse_mms(const struct swap_info_struct *si)
{
	struct mm_struct *mm;
	int ret = 0;

	list_for_each_entry(mm, &this_machine->mms, mm_list)
		if (si->inuse_pages && !ret)
			ret = unuse_mm(mm, si->type);
	return ret;
}

/*
 * All address spaces; then pages that are in memory, and have a slot that no entry refers to. A page that
 * still has its slot may be evicted once more behind our back: then all is gone through again. No other slot
 * can be taken meanwhile, so it comes to an end.
 */
static int try_to_unuse(const struct swap_info_struct *si)
{
	while (si->inuse_pages) {
		int ret = unuse_mms(si);

		if (ret)
			return ret;
		free_unused_swap(si);
	}
	return 0;
}

/* ---- The calls ---- */

/* Those without a priority of their own get one below all others without one. */
static void setup_swap_info(struct swap_info_struct *si, int prio)
{
	si->prio = prio >= 0 ? prio : --this_machine->least_priority;
	plist_node_init(&si->list, -si->prio);
	for (u32 nid = 0; nid < MAX_NUMNODES; nid++)
		plist_node_init(&si->avail_lists[nid], -si->prio);
}

static void enable_swap_info(struct swap_info_struct *si, int prio)
{
	setup_swap_info(si, prio);
	si->flags |= SWP_WRITEOK;
	this_machine->nr_swap_pages += (long)si->pages;
	this_machine->total_swap_pages += (long)si->pages;
	plist_add(&si->list, &this_machine->swap_active_head);
	if (si->highest_bit)
		add_to_avail_list(si);
	trace(TRACE_enable_swap, si->pages, si->inuse_pages, si->type, (u64)si->prio);
}

/* Automatic priorities stay without gaps: those below move up. */
static void close_priority_gap(const struct swap_info_struct *gone)
{
	struct list_head *link = gone->list.node_list.next;

	for (; link != &this_machine->swap_active_head; link = link->next) {
		struct swap_info_struct *si =
			list_entry(link, struct swap_info_struct, list.node_list);

		si->prio++;
		si->list.prio--;
		for (u32 nid = 0; nid < MAX_NUMNODES; nid++)
			si->avail_lists[nid].prio--;
	}
	this_machine->least_priority++;
}

static void disable_swap_info(struct swap_info_struct *si)
{
	del_from_avail_list(si);
	if (si->prio < 0)
		close_priority_gap(si);
	plist_del(&si->list);
	si->flags &= ~SWP_WRITEOK;
	/* Those in use make it negative, until they are free. */
	this_machine->nr_swap_pages -= (long)si->pages;
	this_machine->total_swap_pages -= (long)si->pages;
	trace(TRACE_swapoff, si->pages, si->inuse_pages, si->type, 0);
}

static struct swap_info_struct *swap_device(u32 type)
{
	return type < this_machine->nr_swapfiles ? &this_machine->swap_info[type] : NULL;
}

long sys_swapoff(u32 type)
{
	struct swap_info_struct *si = swap_device(type);
	int error;

	if (!si || !(si->flags & SWP_WRITEOK))
		return -EINVAL;
	/* Could all that has been promised be kept without it? */
	if (security_vm_enough_memory_mm(current ? current->mm : NULL, (long)si->pages))
		return -ENOMEM;
	vm_unacct_memory((long)si->pages);
	disable_swap_info(si);
	this_machine->oom_flag_origin = true;
	error = try_to_unuse(si);
	this_machine->oom_flag_origin = false;
	if (error) {
		enable_swap_info(si, si->prio);
		return error;
	}
	if (!(si->flags & SWP_SOLIDSTATE))
		this_machine->nr_rotate_swap--;
	si->flags = 0;
	si->max = 0;
	si->highest_bit = 0;
	return 0;
}

long sys_swapon(u32 type, u32 swap_flags)
{
	struct swap_info_struct *si = swap_device(type);
	u64 max;

	if (!si)
		return -EINVAL;
	if (si->flags & SWP_USED)
		return -EBUSY;
	max = this_machine->config.swaps[type].size >> PAGE_SHIFT;
	if (max <= 1)
		return -EINVAL;
	si->flags = SWP_USED;
	if (this_machine->config.swaps[type].solid_state)
		si->flags |= SWP_SOLIDSTATE;
	else
		this_machine->nr_rotate_swap++;
	si->max = max;
	si->pages = max - 1;
	si->inuse_pages = 0;
	si->lowest_bit = 1;
	si->highest_bit = max - 1;
	si->cluster_next = 1;
	si->cluster_nr = 0;
	enable_swap_info(si, swap_flags & SWAP_FLAG_PREFER ? (int)(swap_flags & SWAP_FLAG_PRIO_MASK)
							   : -1);
	return 0;
}

s64 op_swapoff(const struct mm_op *op)
{
	struct task_struct *task = current;
	s64 result;

	/* A program of the administrator's, none of the script's tasks: their limits and policies do not count. */
	this_machine->current_task = NULL;
	result = sys_swapoff((u32)op->arg[0]);
	this_machine->current_task = task;
	return result;
}

s64 op_swapon(const struct mm_op *op)
{
	return sys_swapon((u32)op->arg[0], (u32)op->arg[1]);
}
