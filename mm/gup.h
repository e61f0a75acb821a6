/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages of a program in the hands of others: get_user_pages(), pins, and who uses them here: debuggers
 * (memory_access.c) and devices (umem.c).
 *
 * Linux counterparts: mm/gup.c, include/linux/mm.h, include/rdma/ib_umem.h.
 */
#ifndef MM_GUP_H
#define MM_GUP_H

#include "mm.h"

/* How pages are wanted. The values are the kernel's (6.1), where it has them. */
#define FOLL_WRITE	   0x01u    /* for writing: not shared with others by fork() */
#define FOLL_TOUCH	   0x02u    /* and note that they were used */
#define FOLL_GET	   0x04u    /* with a reference */
#define FOLL_FORCE	   0x10u    /* though the mapping may not permit it: a debugger */
#define FOLL_LONGTERM	   0x10000u /* nobody knows for how long */
#define FOLL_PIN	   0x40000u /* with a pin: a device works on the contents */
#define FOLL_MADV_POPULATE 0x80000u /* errors as madvise() reports them */
#define FOLL_UNLOCKABLE	   0x100000u /* the task may fall asleep until a userfaultfd brings a page */

/* A pin of a page that is not part of a huge one is that many references. */
#define GUP_PIN_COUNTING_BIAS 1024

/* Is it pinned? A page with very many references may seem so. @folio: not a tail. */
static inline bool folio_maybe_dma_pinned(const struct page *folio)
{
	if (PageHead(folio))
		return atomic_read(&folio[1].compound_pincount) > 0;
	return page_ref_count(folio) >= GUP_PIN_COUNTING_BIAS;
}

/* fork(): must the child have a copy of its own at once, since a device goes on using the parent's page? */
static inline bool page_needs_cow_for_dma(const struct vm_area_struct *vma, struct page *page)
{
	if (!is_cow_mapping(vma->vm_flags) || !(vma->vm_mm->flags & (1UL << MMF_HAS_PINNED)))
		return false;
	return folio_maybe_dma_pinned(compound_head(page));
}

/*
 * Pages of another task's memory, as a debugger gets them: with FOLL_FORCE it may read what cannot be
 * read, and write to a private mapping that cannot be written, which then gets a copy. @start: an address in the first
 * page. With @pages the caller drops a reference of each. Returns how many; -errno if not even the first.
 */
long get_user_pages_remote(struct mm_struct *mm, unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages);
/* Pages of the running task, pinned. Returns how many; -errno if not even the first. */
long pin_user_pages(unsigned long start, unsigned long nr_pages, unsigned int gup_flags,
		    struct page **pages);
/* The device is done with them; @make_dirty: it may have written. */
void unpin_user_pages_dirty_lock(struct page **pages, unsigned long npages, bool make_dirty);

/* ---- memory_access.c ---- */

/*
 * Copies between @buf and the memory of a task that does not run; @gup_flags: FOLL_WRITE to write, FOLL_FORCE as above.
 * Returns how many bytes, fewer than @len where the rest is not there.
 */
int access_process_vm(struct task_struct *tsk, unsigned long addr, void *buf, int len,
		      unsigned int gup_flags);

/* ---- umem.c ---- */

/* Memory of a program that was given to a device. */
struct ib_umem {
	struct list_head list;		/* on machine.umems */
	struct mm_struct *owning_mm;	/* with a reference (mm_count) */
	unsigned long address, length;	/* bytes; need not begin or end with a page */
	u32 npages;
	u32 writable;			/* the device may write, too */
	struct page **pages;		/* each pinned */
};

/*
 * Pins the pages of [@addr, @addr + @size) of the running task for as long as the device likes; they count as pinned_vm,
 * of which RLIMIT_MEMLOCK bounds the number. Returns ERR_PTR(): -EINVAL (nothing, or it wraps), -ENOMEM (the limit, or no memory),
 * -EPERM (a limit of 0), -EFAULT (not mapped so). Then nothing is pinned.
 */
struct ib_umem *ib_umem_get(unsigned long addr, unsigned long size, bool writable);
void ib_umem_release(struct ib_umem *umem);
/*
 * The device reads or writes @len bytes, at @offset from the beginning. It goes by the frames it was given; what page tables say does
 * not matter to it. 0; -EFAULT: beyond the end; -EACCES: a write that was not agreed on.
 */
int umem_access(struct ib_umem *umem, unsigned long offset, void *buf, unsigned long len,
		bool write);

#endif
