// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Page faults: bringing the page of an address in.
 *
 *	handle_mm_fault()
 *	  do_huge_pmd_anonymous_page()	2 MiB at once (huge_memory.c)
 *	  handle_pte_fault()		by what the entry says:
 *	    do_anonymous_page()		nothing; private memory without a file: a read gets the zero
 *					page, a write a new one
 *	    do_fault()			nothing; a file:
 *	      do_read_fault()		  its page, and those around it that are in memory
 *	      do_cow_fault()		  a copy of it, to write to
 *	      do_shared_fault()		  its page itself, to write to
 *	    do_swap_page()		not a page: in swap, or a marker
 *	    do_wp_page()		a page that must not be written (memory_wp.c)
 *
 * Nothing is brought in twice: whoever is called finds the entry as it was when the fault
 * began, since the simulated CPUs take turns.
 *
 * Linux counterpart: mm/memory.c.
 */
#include "mempolicy.h"
#include "swap.h"
#include "swapops.h"
#include "userfaultfd.h"
#include "vmstat.h"

/* A read fault on a file maps what is in memory of so many aligned pages. */
#define FAULT_AROUND_PAGES 16UL

/* ---- Small helpers ---- */

struct page *alloc_user_page(struct vm_area_struct *vma, unsigned long addr, bool zeroed)
{
	return vma_alloc_folio(GFP_HIGHUSER_MOVABLE | (zeroed ? __GFP_ZERO : 0), 0, vma, addr,
			       false);
}

pte_t maybe_mkwrite(pte_t pte, struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_WRITE ? pte_mkwrite(pte) : pte;
}

pmd_t maybe_pmd_mkwrite(pmd_t pmd, struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_WRITE ? pmd_mkwrite(pmd) : pmd;
}

struct page *vm_normal_page(struct vm_area_struct *vma, unsigned long addr, pte_t pte)
{
	(void)vma;
	(void)addr;
	if (pte_special(pte) || is_zero_pfn(pte_pfn(pte)))
		return NULL;
	return pte_page(pte);
}

struct page *vm_normal_page_pmd(struct vm_area_struct *vma, unsigned long addr, pmd_t pmd)
{
	(void)vma;
	(void)addr;
	return is_huge_zero_pmd(pmd) ? NULL : pmd_page(pmd);
}

vm_fault_t vmf_anon_prepare(struct vm_fault *vmf)
{
	return anon_vma_prepare(vmf->vma) ? VM_FAULT_OOM : 0;
}

void lru_cache_add_inactive_or_unevictable(struct page *page, struct vm_area_struct *vma)
{
	if ((vma->vm_flags & (VM_LOCKED | VM_SPECIAL)) == VM_LOCKED)
		mlock_new_page(page);
	else
		lru_cache_add(page);
}

/* ---- Anonymous memory ---- */

static vm_fault_t map_zero_page(struct vm_fault *vmf)
{
	pte_t entry = pte_mkspecial(pfn_pte(my_zero_pfn(), vmf->vma->vm_page_prot));

	set_pte(pte_offset(vmf->pmd, vmf->address), entry);
	trace(TRACE_map_zero_page, vmf->address, pte_val(entry), my_zero_pfn(), vmf->vma->vm_nr);
	return 0;
}

/* The first access to a page of private memory that no file stands behind. */
static vm_fault_t do_anonymous_page(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct mm_struct *mm = vma->vm_mm;
	struct page *page;
	pte_t entry;

	if (vma->vm_flags & VM_SHARED)
		return VM_FAULT_SIGBUS;
	if (pte_alloc(mm, vmf->pmd))
		return VM_FAULT_OOM;
	if (!(vmf->flags & FAULT_FLAG_WRITE))
		return userfaultfd_missing(vma) ? handle_userfault(vmf, VM_UFFD_MISSING)
						: map_zero_page(vmf);
	if (vmf_anon_prepare(vmf))
		return VM_FAULT_OOM;
	page = alloc_user_page(vma, vmf->address, true);
	if (!page)
		return VM_FAULT_OOM;
	SetPageUptodate(page);
	/* Somebody else will bring a page. */
	if (userfaultfd_missing(vma)) {
		put_page(page);
		return handle_userfault(vmf, VM_UFFD_MISSING);
	}

	entry = mk_pte(page, vma->vm_page_prot);
	if (vma->vm_flags & VM_WRITE)
		entry = pte_mkwrite(pte_mkdirty(entry));
	add_mm_counter(mm, MM_ANONPAGES, 1);
	page_add_new_anon_rmap(page, vma, vmf->address);
	lru_cache_add_inactive_or_unevictable(page, vma);
	set_pte(pte_offset(vmf->pmd, vmf->address), entry);
	trace(TRACE_do_anonymous_page, vmf->address, pte_val(entry), page_to_pfn(page), vma->vm_nr);
	return 0;
}

/* ---- Files ---- */

/* Asks the file for the page; on success it is locked, in vmf->page, and has a reference for us. */
static vm_fault_t __do_fault(struct vm_fault *vmf)
{
	vm_fault_t ret;

	/* Put by now, since a handler that has read from the disk should not fail for a table. */
	if (pmd_none(*vmf->pmd) && !vmf->prealloc_pte) {
		vmf->prealloc_pte = pte_alloc_one();
		if (!vmf->prealloc_pte)
			return VM_FAULT_OOM;
	}
	ret = vma_ops(vmf->vma)->fault(vmf);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY | VM_FAULT_DONE_COW))
		return ret;
	if (!(ret & VM_FAULT_LOCKED)) {
		SetPageLocked(vmf->page);
		ret |= VM_FAULT_LOCKED;
	}
	return ret;
}

/* The counter that a page of a file, or of shared memory, belongs to. */
static int mm_counter_file(const struct page *page)
{
	return PageSwapBacked(page) ? MM_SHMEMPAGES : MM_FILEPAGES;
}

void do_set_pte(struct vm_fault *vmf, struct page *page, unsigned long addr)
{
	struct vm_area_struct *vma = vmf->vma;
	bool write = vmf->flags & FAULT_FLAG_WRITE;
	pte_t entry = mk_pte(page, vma->vm_page_prot);

	if (write)
		entry = maybe_mkwrite(pte_mkdirty(entry), vma);
	if (write && !(vma->vm_flags & VM_SHARED)) {
		add_mm_counter(vma->vm_mm, MM_ANONPAGES, 1);
		page_add_new_anon_rmap(page, vma, addr);
		lru_cache_add_inactive_or_unevictable(page, vma);
	} else {
		add_mm_counter(vma->vm_mm, mm_counter_file(page), 1);
		page_add_file_rmap(page, vma, false);
	}
	set_pte(pte_offset(vmf->pmd, addr), entry);
	trace(TRACE_do_set_pte, addr, pte_val(entry), page_to_pfn(page), vma->vm_nr);
}

/* Enters the page that was found, or the copy made of it. */
static vm_fault_t finish_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	bool cow = vmf->flags & FAULT_FLAG_WRITE && !(vma->vm_flags & VM_SHARED);

	if (pmd_none(*vmf->pmd)) {
		if (vmf->prealloc_pte)
			pmd_install(vma->vm_mm, vmf->pmd, &vmf->prealloc_pte);
		else if (pte_alloc(vma->vm_mm, vmf->pmd))
			return VM_FAULT_OOM;
	}
	vmf->pte = pte_offset(vmf->pmd, vmf->address);
	if (!pte_same(*vmf->pte, vmf->orig_pte))
		return VM_FAULT_NOPAGE;
	do_set_pte(vmf, cow ? vmf->cow_page : vmf->page, vmf->address);
	return 0;
}

static bool should_fault_around(const struct vm_fault *vmf)
{
	/* What is mapped without a fault, a userfaultfd is not told of. */
	if (vmf->vma->vm_flags & (VM_UFFD_WP | VM_UFFD_MINOR))
		return false;
	return vma_ops(vmf->vma)->map_pages && FAULT_AROUND_PAGES > 1;
}

/*
 * Maps pages that are in memory, in an aligned window around the address, within the VMA and
 * the page table. VM_FAULT_NOPAGE: the address is among them.
 */
static vm_fault_t do_fault_around(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	unsigned long pte_off = pte_index(vmf->address);
	unsigned long vma_off = vmf->pgoff - vma->vm_pgoff;
	unsigned long from =
		max(ALIGN_DOWN(pte_off, FAULT_AROUND_PAGES), pte_off - min(pte_off, vma_off));
	unsigned long to = min(from + FAULT_AROUND_PAGES, PTRS_PER_PTE);

	to = min(to, pte_off + vma_pages(vma) - vma_off) - 1;
	if (pmd_none(*vmf->pmd)) {
		vmf->prealloc_pte = pte_alloc_one();
		if (!vmf->prealloc_pte)
			return VM_FAULT_OOM;
	}
	return vma_ops(vma)->map_pages(vmf, vmf->pgoff + from - pte_off, vmf->pgoff + to - pte_off);
}

static void unlock_and_put(struct page *page)
{
	ClearPageLocked(page);
	put_page(page);
}

static vm_fault_t do_read_fault(struct vm_fault *vmf)
{
	vm_fault_t ret;

	if (should_fault_around(vmf)) {
		ret = do_fault_around(vmf);
		if (ret)
			return ret;
	}
	ret = __do_fault(vmf);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY))
		return ret;
	ret |= finish_fault(vmf);
	ClearPageLocked(vmf->page);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY))
		put_page(vmf->page);
	return ret;
}

/* A first write to a private mapping: a copy at once, the file's page is not mapped. */
static vm_fault_t do_cow_fault(struct vm_fault *vmf)
{
	vm_fault_t ret = vmf_anon_prepare(vmf);

	if (ret)
		return ret;
	vmf->cow_page = alloc_user_page(vmf->vma, vmf->address, false);
	if (!vmf->cow_page)
		return VM_FAULT_OOM;
	ret = __do_fault(vmf);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY)) {
		put_page(vmf->cow_page);
		return ret;
	}
	copy_highpage(vmf->cow_page, vmf->page);
	SetPageUptodate(vmf->cow_page);
	trace(TRACE_do_cow_fault, vmf->address, page_to_pfn(vmf->page), page_to_pfn(vmf->cow_page),
	      vmf->vma->vm_nr);
	ret |= finish_fault(vmf);
	unlock_and_put(vmf->page);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY))
		put_page(vmf->cow_page);
	return ret;
}

static vm_fault_t do_shared_fault(struct vm_fault *vmf)
{
	vm_fault_t ret = __do_fault(vmf), tmp;

	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY))
		return ret;
	/* The file is told that a page becomes writable, and may refuse. */
	if (vma_ops(vmf->vma)->page_mkwrite) {
		ClearPageLocked(vmf->page);
		tmp = do_page_mkwrite(vmf, vmf->page);
		if (!tmp || tmp & (VM_FAULT_ERROR | VM_FAULT_NOPAGE)) {
			put_page(vmf->page);
			return tmp;
		}
	}
	ret |= finish_fault(vmf);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY)) {
		unlock_and_put(vmf->page);
		return ret;
	}
	return ret | fault_dirty_shared_page(vmf, vmf->page);
}

static vm_fault_t do_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	vm_fault_t ret;

	if (!vma_ops(vma)->fault)
		ret = VM_FAULT_SIGBUS;
	else if (!(vmf->flags & FAULT_FLAG_WRITE))
		ret = do_read_fault(vmf);
	else if (!(vma->vm_flags & VM_SHARED))
		ret = do_cow_fault(vmf);
	else
		ret = do_shared_fault(vmf);
	if (vmf->prealloc_pte) {
		pgtable_free(vmf->prealloc_pte);
		vmf->prealloc_pte = NULL;
	}
	return ret;
}

/* ---- Entries that say something else ---- */

/* The page of a swap entry: it may still be in memory, or is read. */
static struct page *swap_in_page(const struct vm_fault *vmf, swp_entry_t entry, vm_fault_t *ret)
{
	struct page *page = swap_cache_get_folio(entry, vmf->vma, vmf->address);

	if (page)
		return page;
	page = swapin_readahead(entry, vmf->vma, vmf->address, vmf->pmd);
	if (page) {
		count_vm_event(PGMAJFAULT);
		*ret = VM_FAULT_MAJOR;
	}
	return page;
}

/* May a write go to the page itself, since nobody else has it? */
static bool may_write_swapped_in(const struct vm_fault *vmf, bool exclusive)
{
	return vmf->flags & FAULT_FLAG_WRITE && exclusive && vmf->vma->vm_flags & VM_WRITE;
}

/* Anonymous memory that was swapped out comes back. */
static vm_fault_t swap_in(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	swp_entry_t entry = pte_to_swp_entry(vmf->orig_pte);
	bool exclusive = pte_val(vmf->orig_pte) & _PAGE_SWP_EXCLUSIVE;
	vm_fault_t ret = 0;
	struct page *page = swap_in_page(vmf, entry, &ret);
	pte_t pte;

	if (!page)
		return VM_FAULT_OOM;
	lock_page(page);
	add_mm_counter(vma->vm_mm, MM_ANONPAGES, 1);
	add_mm_counter(vma->vm_mm, MM_SWAPENTS, -1);
	pte = mk_pte(page, vma->vm_page_prot);
	if (may_write_swapped_in(vmf, exclusive))
		pte = pte_mkwrite(pte_mkdirty(pte));
	if (pte_swp_uffd_wp(vmf->orig_pte))
		pte = pte_mkuffd_wp(pte);
	page_add_anon_rmap(page, vma, vmf->address, exclusive ? RMAP_EXCLUSIVE : RMAP_NONE);
	set_pte(vmf->pte, pte);
	trace(TRACE_do_swap_page, vmf->address, page_to_pfn(page), entry.val, vma->vm_nr);
	swap_free(entry);
	/* Who writes to it makes the copy in swap worthless. */
	if (vmf->flags & FAULT_FLAG_WRITE || vma->vm_flags & VM_LOCKED)
		folio_free_swap(page);
	else
		free_swap_if_full(page);
	unlock_page(page); /* our reference is the entry's now */
	if (vmf->flags & FAULT_FLAG_WRITE && !pte_write(pte)) {
		vmf->orig_pte = *vmf->pte;
		ret |= do_wp_page(vmf);
	}
	return ret;
}

/* An entry that is neither empty nor a page. */
static vm_fault_t do_swap_page(struct vm_fault *vmf)
{
	/* A guard region: as if nothing were mapped there. */
	if (is_guard_pte(vmf->orig_pte))
		return VM_FAULT_SIGSEGV;
	if (is_pte_marker(vmf->orig_pte))
		return VM_FAULT_SIGBUS;
	return swap_in(vmf);
}

/* ---- Which kind of fault it is ---- */

static vm_fault_t handle_pte_fault(struct vm_fault *vmf)
{
	bool write = vmf->flags & FAULT_FLAG_WRITE;
	pte_t entry;

	if (!pmd_none(*vmf->pmd)) {
		vmf->pte = pte_offset(vmf->pmd, vmf->address);
		vmf->orig_pte = *vmf->pte;
	}
	if (pte_none(vmf->orig_pte)) {
		vmf->pte = NULL;
		return vma_is_anonymous(vmf->vma) ? do_anonymous_page(vmf) : do_fault(vmf);
	}
	if (!pte_present(vmf->orig_pte))
		return do_swap_page(vmf);

	entry = vmf->orig_pte;
	if (write || vmf->flags & FAULT_FLAG_UNSHARE) {
		if (!pte_write(entry))
			return do_wp_page(vmf);
		if (write)
			entry = pte_mkdirty(entry);
	}
	entry = pte_mkyoung(entry);
	/* The entry allows the access: only marks were missing, or the TLB knew an older one. */
	if (!pte_same(entry, vmf->orig_pte))
		set_pte(vmf->pte, entry);
	else if (write)
		flush_tlb_page(vmf->vma, vmf->address);
	return 0;
}

/* Faults of 2 MiB. VM_FAULT_FALLBACK: to be dealt with by small pages. */
static vm_fault_t handle_pmd_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	vm_fault_t ret;

	if (pmd_none(*vmf->pmd)) {
		if (!vma_is_anonymous(vma) || !thp_vma_allowable(vma))
			return VM_FAULT_FALLBACK;
		return do_huge_pmd_anonymous_page(vmf);
	}
	vmf->orig_pmd = *vmf->pmd;
	if (!pmd_trans_huge(vmf->orig_pmd))
		return VM_FAULT_FALLBACK;
	if (vmf->flags & (FAULT_FLAG_WRITE | FAULT_FLAG_UNSHARE) && !pmd_write(vmf->orig_pmd)) {
		if (vmf->flags & FAULT_FLAG_WRITE && userfaultfd_huge_pmd_wp(vma, vmf->orig_pmd))
			return handle_userfault(vmf, VM_UFFD_WP);
		ret = do_huge_pmd_wp_page(vmf);
		return ret;
	}
	huge_pmd_set_accessed(vmf);
	return 0;
}

static vm_fault_t __handle_mm_fault(struct vm_area_struct *vma, unsigned long address,
				    unsigned int flags)
{
	struct vm_fault vmf = { 0 };
	vm_fault_t ret;

	vmf.vma = vma;
	vmf.address = address & PAGE_MASK;
	vmf.real_address = address;
	vmf.pgoff = linear_page_index(vma, address & PAGE_MASK);
	vmf.flags = flags;
	vmf.gfp_mask = GFP_KERNEL;
	vmf.pud = mm_alloc_pud(vma->vm_mm, address);
	if (!vmf.pud)
		return VM_FAULT_OOM;
	vmf.pmd = pmd_alloc(vma->vm_mm, vmf.pud, address);
	if (!vmf.pmd)
		return VM_FAULT_OOM;
	ret = handle_pmd_fault(&vmf);
	if (ret != VM_FAULT_FALLBACK)
		return ret;
	return handle_pte_fault(&vmf);
}

/* Faults that failed count for nobody; one that had to be tried again waited for a disk. */
static void mm_account_fault(vm_fault_t ret, unsigned int flags)
{
	bool major = ret & VM_FAULT_MAJOR || flags & FAULT_FLAG_TRIED;

	if (ret & (VM_FAULT_ERROR | VM_FAULT_RETRY))
		return;
	count_vm_event(PGFAULT);
	if (!current)
		return;
	if (major) {
		current->maj_flt++;
		this_machine->outcome.maj_flt++;
	} else {
		current->min_flt++;
		this_machine->outcome.min_flt++;
	}
}

vm_fault_t handle_mm_fault(struct vm_area_struct *vma, unsigned long address, unsigned int flags)
{
	vm_fault_t ret;

	trace(TRACE_handle_mm_fault, address, trace_pack(vma->vm_nr, flags), 0, 0);
	ret = __handle_mm_fault(vma, address, flags);
	/* What may be dropped at any time need not be there. */
	if (vma->vm_flags & VM_DROPPABLE)
		ret &= ~VM_FAULT_OOM;
	mm_account_fault(ret, flags);
	trace(TRACE_mm_fault_done, address, ret, 0, 0);
	return ret;
}
