// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory that must stay in RAM: mlock() and its like, and the pages of it.
 *
 * VM_LOCKED in a VMA says that its pages are to be kept; a page carries PG_mlocked as long as such a
 * VMA maps it, and lies on no list that reclaim looks at. page->mlock_count counts
 * the VMAs; it may be too low (the page then gets its mark back when reclaim finds it mapped by one).
 *
 * The mark is set at once; the move between the lists, and taking the mark away, wait in a batch of the
 * CPU, whose reference keeps the page until lru_add_drain().
 *
 * Linux counterpart: mm/mlock.c.
 */
#include "mm_inline.h"
#include "swap.h"
#include "vma.h"

/* ---- Pages ---- */

/* Takes a page off its LRU list to work on it; NULL if it is on none. */
static struct lruvec *isolate(struct page *page)
{
	return TestClearPageLRU(page) ? folio_lruvec(page) : NULL;
}

static void count_mlocked(struct page *page, bool locked)
{
	long nr = (long)compound_nr(page);

	__mod_zone_page_state(page_zone(page), NR_MLOCK, locked ? nr : -nr);
	trace(TRACE_mlock_page, page_to_pfn(page), locked, 0, 0);
}

/* A page that reclaim may have again. */
static void rescue(struct page *page, struct lruvec *lruvec)
{
	lruvec_del_folio(lruvec, page);
	ClearPageUnevictable(page);
	lruvec_add_folio(lruvec, page);
	count_vm_events(UNEVICTABLE_PGRESCUED, compound_nr(page));
}

static void __mlock_page(struct page *page)
{
	struct lruvec *lruvec = isolate(page);

	if (!lruvec)
		return;
	if (!PageMlocked(page)) {
		/* Unlocked again before its turn came. */
		if (PageUnevictable(page))
			rescue(page, lruvec);
	} else if (PageUnevictable(page)) {
		page->mlock_count++;
	} else {
		lruvec_del_folio(lruvec, page);
		ClearPageActive(page);
		SetPageUnevictable(page);
		page->mlock_count = 1;
		lruvec_add_folio(lruvec, page);
		count_vm_events(UNEVICTABLE_PGCULLED, compound_nr(page));
	}
	SetPageLRU(page);
}

static void __mlock_new_page(struct page *page)
{
	VM_BUG_ON_PAGE(PageLRU(page), page);
	if (PageMlocked(page)) {
		SetPageUnevictable(page);
		page->mlock_count = 1;
		count_vm_events(UNEVICTABLE_PGCULLED, compound_nr(page));
	}
	lruvec_add_folio(folio_lruvec(page), page);
	SetPageLRU(page);
}

/* The mark goes with the last VMA that locks the page. */
static void __munlock_page(struct page *page)
{
	struct lruvec *lruvec = isolate(page);

	if (lruvec && PageUnevictable(page) && page->mlock_count && --page->mlock_count) {
		SetPageLRU(page);
		return;
	}
	if (PageMlocked(page)) {
		ClearPageMlocked(page);
		count_mlocked(page, false);
		count_vm_events(lruvec || !PageUnevictable(page) ? UNEVICTABLE_PGMUNLOCKED
								 : UNEVICTABLE_PGSTRANDED,
				compound_nr(page));
	}
	if (!lruvec)
		return;
	if (PageUnevictable(page))
		rescue(page, lruvec);
	SetPageLRU(page);
}

static void mlock_page_batch(struct cpu_fbatches *fbatches)
{
	struct folio_batch *fbatch = &fbatches->mlock;
	u32 i;

	for (i = 0; i < fbatch->nr; i++) {
		switch (fbatches->mlock_work[i]) {
		case MLOCK_WORK_LOCK:
			__mlock_page(fbatch->folios[i]);
			break;
		case MLOCK_WORK_NEW:
			__mlock_new_page(fbatch->folios[i]);
			break;
		default:
			__munlock_page(fbatch->folios[i]);
			break;
		}
	}
	trace(TRACE_lru_add_drain, (u64)smp_processor_id(), fbatch->nr, 0, 0);
	release_pages(fbatch->folios, (int)fbatch->nr);
	for (i = 0; i < fbatch->nr; i++)
		fbatch->folios[i] = NULL;
	fbatch->nr = 0;
}

void mlock_drain_cpu(int cpu)
{
	if (folio_batch_count(&this_machine->cpu_fbatches[cpu].mlock))
		mlock_page_batch(&this_machine->cpu_fbatches[cpu]);
}

/* Large pages do not wait. */
static void mlock_batch_add(struct page *page, u8 work)
{
	struct cpu_fbatches *fbatches = &this_machine->cpu_fbatches[smp_processor_id()];

	page_ref_inc(page);
	fbatches->mlock_work[fbatches->mlock.nr] = work;
	if (!folio_batch_add(&fbatches->mlock, page) || PageHead(page))
		mlock_page_batch(fbatches);
}

void mlock_page(struct page *page)
{
	page = compound_head(page);
	if (!PageMlocked(page)) {
		SetPageMlocked(page);
		count_mlocked(page, true);
		count_vm_events(UNEVICTABLE_PGMLOCKED, compound_nr(page));
	}
	mlock_batch_add(page, MLOCK_WORK_LOCK);
}

void mlock_new_page(struct page *page)
{
	SetPageMlocked(page);
	count_mlocked(page, true);
	count_vm_events(UNEVICTABLE_PGMLOCKED, compound_nr(page));
	mlock_batch_add(page, MLOCK_WORK_NEW);
}

void munlock_page(struct page *page)
{
	mlock_batch_add(compound_head(page), MLOCK_WORK_UNLOCK);
}

static void mlock_or_munlock(const struct vm_area_struct *vma, struct page *page)
{
	if (!page)
		return;
	if (vma->vm_flags & VM_LOCKED)
		mlock_page(page);
	else
		munlock_page(page);
}

/* The small pages below one pmd, or the huge page it maps. */
static void mlock_pmd_range(struct vm_area_struct *vma, unsigned long addr, unsigned long end)
{
	pmd_t *pmd = mm_find_pmd(vma->vm_mm, addr);
	pte_t *pte;

	if (!pmd || pmd_none(*pmd))
		return;
	if (pmd_trans_huge(*pmd)) {
		/* Part of a huge page is not locked: it can be split. */
		mlock_or_munlock(vma, vm_normal_page_pmd(vma, addr, *pmd));
		return;
	}
	for (pte = mm_find_pte(vma->vm_mm, addr); addr < end; addr += PAGE_SIZE, pte++) {
		struct page *page = pte_present(*pte) ? vm_normal_page(vma, addr, *pte) : NULL;

		if (page && !PageCompound(page))
			mlock_or_munlock(vma, page);
	}
}

/* Changes the flags of a VMA, and its pages accordingly. */
static void mlock_vma_pages_range(struct vm_area_struct *vma, unsigned long start,
				  unsigned long end, unsigned long newflags)
{
	unsigned long next;

	vma->vm_flags = newflags;
	lru_add_drain();
	for (; start < end; start = next) {
		next = pmd_addr_end(start, end);
		mlock_pmd_range(vma, start, next);
	}
	lru_add_drain();
}

/* ---- VMAs ---- */

static int mlock_fixup(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		       unsigned long newflags)
{
	unsigned long oldflags = vma->vm_flags, nr_pages = (end - start) >> PAGE_SHIFT;
	struct mm_struct *mm = vma->vm_mm;

	if (newflags == oldflags || !vma_supports_mlock(vma))
		return 0;
	trace(TRACE_mlock_fixup, trace_pack(vma->vm_nr, (u32)nr_pages), start, oldflags, newflags);
	vma = vma_modify_flags(vma, start, end, &newflags);
	if (IS_ERR(vma))
		return (int)PTR_ERR(vma);
	if (!(newflags & VM_LOCKED))
		mm->locked_vm -= nr_pages;
	else if (!(oldflags & VM_LOCKED))
		mm->locked_vm += nr_pages;
	/* Locked before and after: the pages have been counted. */
	if (newflags & VM_LOCKED && oldflags & VM_LOCKED)
		vma->vm_flags = newflags;
	else
		mlock_vma_pages_range(vma, start, end, newflags);
	return 0;
}

static int apply_vma_lock_flags(unsigned long start, size_t len, unsigned long flags)
{
	unsigned long end = start + len;
	struct vm_area_struct *vma;
	int error;

	if (end < start)
		return -EINVAL;
	if (end == start)
		return 0;
	for (vma = vma_lookup(current->mm, start); start < end;
	     vma = find_vma(current->mm, start)) {
		unsigned long stop;

		if (!vma || vma->vm_start > start)
			return -ENOMEM;
		stop = min(vma->vm_end, end);
		error = mlock_fixup(vma, start, stop, (vma->vm_flags & ~VM_LOCKED_MASK) | flags);
		if (error)
			return error;
		start = stop;
	}
	return 0;
}

/* Pages of a range that are locked already. */
static unsigned long count_mlocked_pages(struct mm_struct *mm, unsigned long start, size_t len)
{
	unsigned long end = start + len < start ? ~0UL : start + len, count = 0;
	struct vm_area_struct *vma = find_vma(mm, start);

	for_each_vma_range(vma, end) if (vma->vm_flags & VM_LOCKED) count +=
		min(end, vma->vm_end) - max(start, vma->vm_start);
	return count >> PAGE_SHIFT;
}

/* What population fails with, as POSIX wants it. */
int mlock_posix_error(int error)
{
	if (error == -EFAULT)
		return -ENOMEM;
	return error == -ENOMEM ? -EAGAIN : error;
}

static long do_mlock(unsigned long start, size_t len, unsigned long flags)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT, locked;
	struct mm_struct *mm = current->mm;
	int error;

	if (!can_do_mlock())
		return -EPERM;
	len = ALIGN(len + (start & ~PAGE_MASK), PAGE_SIZE);
	start &= PAGE_MASK;
	locked = (len >> PAGE_SHIFT) + mm->locked_vm;
	if (locked > limit && !task_capable(current)) {
		locked -= count_mlocked_pages(mm, start, len);
		if (locked > limit)
			return -ENOMEM;
	}
	error = apply_vma_lock_flags(start, len, flags);
	if (error)
		return error;
	return mlock_posix_error(__mm_populate(start, len, false));
}

long sys_mlock(unsigned long start, size_t len)
{
	return do_mlock(start, len, VM_LOCKED);
}

long sys_mlock2(unsigned long start, size_t len, int flags)
{
	if (flags & ~(int)MLOCK_ONFAULT)
		return -EINVAL;
	return do_mlock(start, len, flags ? VM_LOCKED | VM_LOCKONFAULT : VM_LOCKED);
}

long sys_munlock(unsigned long start, size_t len)
{
	len = ALIGN(len + (start & ~PAGE_MASK), PAGE_SIZE);
	return apply_vma_lock_flags(start & PAGE_MASK, len, 0);
}

/* What cannot be done for a VMA (too many of them) is left out. */
static void apply_mlockall_flags(struct mm_struct *mm, int flags)
{
	unsigned long onfault = flags & (int)MCL_ONFAULT ? VM_LOCKONFAULT : 0, to_add = 0, at = 0;
	struct vm_area_struct *vma;

	mm->def_flags &= ~VM_LOCKED_MASK;
	if (flags & (int)MCL_FUTURE) {
		mm->def_flags |= VM_LOCKED | onfault;
		if (!(flags & (int)MCL_CURRENT))
			return;
	}
	if (flags & (int)MCL_CURRENT)
		to_add = VM_LOCKED | onfault;
	while ((vma = find_vma(mm, at))) {
		at = vma->vm_end;
		mlock_fixup(vma, vma->vm_start, at, (vma->vm_flags & ~VM_LOCKED_MASK) | to_add);
	}
}

long sys_mlockall(int flags)
{
	struct mm_struct *mm = current->mm;

	if (!flags || flags & ~(int)(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) ||
	    flags == (int)MCL_ONFAULT)
		return -EINVAL;
	if (!can_do_mlock())
		return -EPERM;
	if (flags & (int)MCL_CURRENT && !task_capable(current) &&
	    mm->total_vm > rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT)
		return -ENOMEM;
	apply_mlockall_flags(mm, flags);
	if (flags & (int)MCL_CURRENT)
		__mm_populate(0, mm->task_size, true);
	return 0;
}

long sys_munlockall(void)
{
	apply_mlockall_flags(current->mm, 0);
	return 0;
}
