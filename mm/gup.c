// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's own way to a program's pages: get_user_pages().
 *
 * What an access of the program would fault in, is faulted in here, page by page. So pages are brought in ahead of
 * their use (MAP_POPULATE, mlock(), MADV_POPULATE_*), and handed out to whoever works on them by other ways than the program's
 * page tables. There are two kinds of these, which must not be mixed up:
 *
 *	FOLL_GET	somebody looks at the page, or changes it as the program would: one reference, soon given back
 *	FOLL_PIN	a device reads and writes it, for as long as it likes: GUP_PIN_COUNTING_BIAS references, so that
 *			fork(), reclaim and copy-on-write can see that it must stay the page that the program sees
 *
 * Linux counterpart: mm/gup.c (6.18).
 */
#include "gup.h"
#include "swap.h"
#include "userfaultfd.h"
#include "vma.h"
#include "vmstat.h"

/* 0 if the mapping permits it, else -EFAULT. */
static int check_vma_flags(const struct vm_area_struct *vma, unsigned int gup_flags)
{
	if (vma->vm_flags & (VM_IO | VM_PFNMAP))
		return -EFAULT;
	if (gup_flags & FOLL_WRITE) {
		/* What the file system notes as it is written must not be written behind its back for ever. */
		if (gup_flags & FOLL_LONGTERM && vma_wants_writenotify(vma))
			return -EFAULT;
		if (vma->vm_flags & VM_WRITE)
			return 0;
		/* A debugger gets a copy of its own; there is none of memory that is shared. */
		return gup_flags & FOLL_FORCE && is_cow_mapping(vma->vm_flags) ? 0 : -EFAULT;
	}
	if (vma->vm_flags & VM_READ || (gup_flags & FOLL_FORCE && vma->vm_flags & VM_MAYREAD))
		return 0;
	return -EFAULT;
}

/* ---- References and pins ---- */

static bool is_zero_page(const struct page *page)
{
	return is_zero_pfn(page_to_pfn(page));
}

/* A reference as @gup_flags want it. The zero page cannot be lost, and is not pinned. */
static void try_grab_folio(struct page *folio, unsigned int gup_flags)
{
	if (!(gup_flags & FOLL_PIN)) {
		get_page(folio);
		return;
	}
	if (is_zero_page(folio))
		return;
	if (PageHead(folio)) {
		page_ref_inc(folio);
		atomic_set(&folio[1].compound_pincount,
			   atomic_read(&folio[1].compound_pincount) + 1);
	} else {
		page_ref_add(folio, GUP_PIN_COUNTING_BIAS);
	}
	mod_node_page_state(page_pgdat(folio), NR_FOLL_PIN_ACQUIRED, 1);
}

static void gup_put_folio(struct page *folio)
{
	if (is_zero_page(folio))
		return;
	mod_node_page_state(page_pgdat(folio), NR_FOLL_PIN_RELEASED, 1);
	if (PageHead(folio))
		atomic_set(&folio[1].compound_pincount,
			   atomic_read(&folio[1].compound_pincount) - 1);
	else
		page_ref_add(folio, 1 - GUP_PIN_COUNTING_BIAS);
	put_page(folio);
}

/* Notes that the kernel used a page; the zero page has nothing to be noted. */
static void touch_page(struct page *page, bool write, bool dirty)
{
	if (!page)
		return;
	page = compound_head(page);
	if (write && !dirty && !PageDirty(page))
		set_page_dirty(page);
	mark_page_accessed(page);
}

/* A huge page's entry says that it was used, as if the program had done it. */
static void touch_pmd(pmd_t *pmd, bool write)
{
	pmd_t entry = pmd_mkyoung(*pmd);

	if (write)
		entry = pmd_mkdirty(entry);
	if (pmd_val(entry) != pmd_val(*pmd))
		set_pmd(pmd, entry);
}

/*
 * May a write go to a page whose entry forbids it? Only that of a debugger, where the mapping forbids writing, to a
 * page that belongs to the program alone: after the fault that made it so.
 */
static bool can_follow_write(const struct vm_area_struct *vma, struct page *page,
			     unsigned int gup_flags)
{
	if (!(gup_flags & FOLL_FORCE) || vma->vm_flags & (VM_MAYSHARE | VM_SHARED | VM_WRITE) ||
	    !(vma->vm_flags & VM_MAYWRITE))
		return false;
	return page && PageAnon(compound_head(page)) && PageAnonExclusive(page);
}

/*
 * Would the program, by its next write, get another page than the one that is to be pinned for reading? Then it
 * gets that page first. @page: NULL for the zero page.
 */
static bool gup_must_unshare(const struct vm_area_struct *vma, struct page *page,
			     unsigned int gup_flags)
{
	if ((gup_flags & (FOLL_WRITE | FOLL_PIN)) != FOLL_PIN)
		return false;
	if (page && PageAnon(compound_head(page)))
		return !PageAnonExclusive(page);
	return gup_flags & FOLL_LONGTERM && is_cow_mapping(vma->vm_flags);
}

/* What an entry says: the page it points to, whether that is a page like others, and what it permits. */
struct followed {
	struct page *page;
	struct page *normal; /* NULL: the zero page */
	pmd_t *huge;	     /* the entry of a huge page; NULL: it is one of a small page */
	bool write, dirty;
	bool uffd_wp; /* a userfaultfd is to be told of writes */
};

static bool follow_entry(struct vm_area_struct *vma, unsigned long addr, struct followed *f)
{
	pmd_t *pmd = mm_find_pmd(vma->vm_mm, addr);
	pte_t *pte;

	if (!pmd || pmd_none(*pmd))
		return false;
	if (pmd_trans_huge(*pmd)) {
		if (!pmd_present(*pmd))
			return false;
		f->page = pmd_page(*pmd) + ((addr & ~HPAGE_PMD_MASK) >> PAGE_SHIFT);
		f->normal = vm_normal_page_pmd(vma, addr, *pmd);
		f->write = pmd_write(*pmd);
		f->uffd_wp = userfaultfd_huge_pmd_wp(vma, *pmd);
		f->dirty = pmd_dirty(*pmd);
		f->huge = pmd;
		return true;
	}
	pte = mm_find_pte(vma->vm_mm, addr);
	if (!pte || !pte_present(*pte))
		return false;
	f->page = pte_page(*pte);
	f->normal = vm_normal_page(vma, addr, *pte);
	f->write = pte_write(*pte);
	f->uffd_wp = userfaultfd_pte_wp(vma, *pte);
	f->dirty = pte_dirty(*pte);
	f->huge = NULL;
	return true;
}

/*
 * The page, if it is there and fit for what it is wanted for; NULL: a fault is needed, ERR_PTR(-EMLINK): to unshare it.
 * *@end: where what the entry tells of ends.
 */
static struct page *follow_page(struct vm_area_struct *vma, unsigned long addr,
				unsigned int gup_flags, unsigned long *end)
{
	struct followed f;

	if (!follow_entry(vma, addr, &f))
		return NULL;
	if (gup_flags & FOLL_WRITE && !f.write &&
	    (f.uffd_wp || !can_follow_write(vma, f.normal, gup_flags)))
		return NULL;
	if (!f.write && gup_must_unshare(vma, f.normal, gup_flags))
		return ERR_PTR(-EMLINK);
	if (gup_flags & FOLL_TOUCH) {
		if (f.huge)
			touch_pmd(f.huge, gup_flags & FOLL_WRITE);
		else
			touch_page(f.normal, gup_flags & FOLL_WRITE, f.dirty);
	}
	*end = f.huge ? (addr & HPAGE_PMD_MASK) + HPAGE_PMD_SIZE : addr + PAGE_SIZE;
	if (gup_flags & (FOLL_GET | FOLL_PIN))
		try_grab_folio(compound_head(f.page), gup_flags);
	return f.page;
}

/* So often a page is looked for as if it were the first time. */
#define MAX_FIRST_TRIES 2u

/*
 * 0 or -errno. After a wait for the disk (VM_FAULT_RETRY) the page is looked for again: madvise() insists and says
 * that it is the second time, so that the fault counts as a major one; others do as if it were the first. Where memory
 * is so short that what was read is gone again each time, they insist, too (@tries); in Linux others would let go of some meanwhile.
 */
static int faultin_page(struct vm_area_struct *vma, unsigned long addr, unsigned int gup_flags,
			bool unshare, unsigned int tries)
{
	unsigned int flags = gup_flags & FOLL_WRITE ? FAULT_FLAG_WRITE :
			     unshare		    ? FAULT_FLAG_UNSHARE :
						      0;
	unsigned int how = tries < MAX_FIRST_TRIES ? FAULT_FLAG_ALLOW_RETRY : FAULT_FLAG_TRIED;
	vm_fault_t fault;

	if (userfaultfd_armed(vma) && !(gup_flags & FOLL_UNLOCKABLE))
		how = 0;
	fault = handle_mm_fault(vma, addr, flags | how);
	if (current_blocked())
		return -EAGAIN;
	if (fault & VM_FAULT_RETRY && gup_flags & FOLL_MADV_POPULATE)
		fault = handle_mm_fault(vma, addr, flags | FAULT_FLAG_TRIED);
	if (fault & VM_FAULT_OOM)
		return -ENOMEM;
	return fault & VM_FAULT_ERROR ? -EFAULT : 0;
}

static int gup_vma(struct mm_struct *mm, unsigned long addr, unsigned int gup_flags,
		   struct vm_area_struct **vma)
{
	int error;

	*vma = vma_lookup(mm, addr);
	if (!*vma)
		return gup_flags & FOLL_MADV_POPULATE ? -ENOMEM : -EFAULT;
	error = check_vma_flags(*vma, gup_flags);
	return error && gup_flags & FOLL_MADV_POPULATE ? -EINVAL : error;
}

/*
 * The page at @addr, which is faulted in as often as it needs. *@page with what @gup_flags hold it by; *@end as of
 * follow_page(). 0 or -errno.
 */
static int get_user_page(struct vm_area_struct *vma, unsigned long addr, unsigned int gup_flags,
			 struct page **page, unsigned long *end)
{
	unsigned int tries;
	int error;

	for (tries = 0;; tries++) {
		*page = follow_page(vma, addr, gup_flags, end);
		if (*page && !IS_ERR(*page))
			return 0;
		error = faultin_page(vma, addr, gup_flags, IS_ERR(*page), tries);
		if (error)
			return error;
	}
}

/* How many pages from @start on are there now (and in @pages, unless that is NULL); -errno if not even the first. */
static long get_user_pages(struct mm_struct *mm, unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages)
{
	unsigned long i, nr, end = 0;
	struct vm_area_struct *vma = NULL;
	struct page *page;
	int error = current_blocked() ? -EAGAIN : 0;

	for (i = 0; i < nr_pages; i += nr, start += nr << PAGE_SHIFT) {
		if (!error && (!vma || start >= vma->vm_end))
			error = gup_vma(mm, start, gup_flags, &vma);
		if (!error)
			error = get_user_page(vma, start, gup_flags, &page, &end);
		if (error)
			break;
		/* Who wants no pages need not look at each part of a huge one. */
		nr = pages ? 1 : min((end - start) >> PAGE_SHIFT, nr_pages - i);
		if (pages)
			pages[i] = page;
	}
	return i ? (long)i : error;
}

/* @how: FOLL_UNLOCKABLE or 0. */
static long populate_range(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			   unsigned int how)
{
	unsigned long nr_pages = (end - start) >> PAGE_SHIFT;
	unsigned int gup_flags;
	long ret;

	/* Its pages are locked as they come. */
	if (vma->vm_flags & VM_LOCKONFAULT)
		return (long)nr_pages;
	if (!vma_is_accessible(vma))
		return -EFAULT;
	/* Private memory is copied at once, shared memory need not become dirty. */
	if ((vma->vm_flags & (VM_WRITE | VM_SHARED)) == VM_WRITE)
		gup_flags = FOLL_WRITE;
	else
		gup_flags = FOLL_FORCE;
	ret = get_user_pages(vma->vm_mm, start, nr_pages, gup_flags | how | FOLL_TOUCH, NULL);
	lru_add_drain();
	return ret;
}

long populate_vma_page_range(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	return populate_range(vma, start, end, 0);
}

/* The task fell asleep: the rest of the range is to be brought in when it is woken. */
static void leave_populate(unsigned long start, unsigned long end, bool ignore_errors)
{
	struct restart_block *rb = current->restart_block;

	rb->populate = true;
	rb->start = start;
	rb->end = end;
	rb->ignore_errors = ignore_errors;
}

int __mm_populate(unsigned long start, unsigned long len, int ignore_errors)
{
	struct mm_struct *mm = current->mm;
	unsigned long end = start + len, next;
	struct vm_area_struct *vma;
	long ret;

	trace(TRACE_mm_populate, start, len >> PAGE_SHIFT, 0, 0);
	for (; start < end; start = next) {
		vma = find_vma_intersection(mm, start, end);
		if (!vma)
			break;
		next = min(end, vma->vm_end);
		if (vma->vm_flags & (VM_IO | VM_PFNMAP))
			continue;
		start = max(start, vma->vm_start);
		ret = populate_range(vma, start, next, FOLL_UNLOCKABLE);
		if (current_blocked()) {
			leave_populate(start + (ret > 0 ? (unsigned long)ret << PAGE_SHIFT : 0),
				       end, ignore_errors);
			return 0;
		}
		if (ret >= 0)
			next = start + ((unsigned long)ret << PAGE_SHIFT);
		else if (!ignore_errors)
			return (int)ret;
	}
	return 0;
}

long faultin_page_range(struct mm_struct *mm, unsigned long start, unsigned long end, bool write)
{
	return get_user_pages(mm, start, (end - start) >> PAGE_SHIFT,
			      FOLL_TOUCH | FOLL_MADV_POPULATE | FOLL_UNLOCKABLE |
				      (write ? FOLL_WRITE : 0),
			      NULL);
}

/* ---- For those who work on a program's pages ---- */

long get_user_pages_remote(struct mm_struct *mm, unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages)
{
	return get_user_pages(mm, start & PAGE_MASK, nr_pages,
			      gup_flags | FOLL_TOUCH | (pages ? FOLL_GET : 0), pages);
}

long pin_user_pages(unsigned long start, unsigned long nr_pages, unsigned int gup_flags,
		    struct page **pages)
{
	/* From here on fork() has to look at pages one by one. */
	current->mm->flags |= 1UL << MMF_HAS_PINNED;
	return get_user_pages(current->mm, start & PAGE_MASK, nr_pages, gup_flags | FOLL_PIN,
			      pages);
}

void unpin_user_pages_dirty_lock(struct page **pages, unsigned long npages, bool make_dirty)
{
	unsigned long i;

	for (i = 0; i < npages; i++) {
		struct page *folio = compound_head(pages[i]);

		/* The device has written to it, and told nobody. */
		if (make_dirty && !PageDirty(folio))
			set_page_dirty(folio);
		gup_put_folio(folio);
	}
}
