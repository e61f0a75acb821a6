// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory of a program that a device reads and writes by itself (RDMA, registered buffers of io_uring).
 *
 * The device has no page tables of the program. It gets the numbers of frames, once, and uses them until it is
 * told to stop. So the pages are pinned: reclaim does not take them, compaction does not move them, and fork() leaves
 * them to the parent and copies them for the child at once. Otherwise the parent's next write
 * would go to a copy, and program and device would work on different pages without noticing.
 *
 * Linux counterpart: drivers/infiniband/core/umem.c.
 */
#include "gup.h"
#include "slab.h"
#include "vma.h"

/* The count of pages is a u32, as in Linux. */
#define MAX_UMEM_PAGES 0xffffffffUL

/* May the running task have so many pages more pinned? 0 or -errno. */
static int account_pinned(struct mm_struct *mm, unsigned long npages)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;

	if (!can_do_mlock())
		return -EPERM;
	if (mm->pinned_vm + npages > limit && !task_capable(current))
		return -ENOMEM;
	mm->pinned_vm += npages;
	return 0;
}

/* The structure, with room for its pages; NULL: no memory. */
static struct ib_umem *alloc_umem(unsigned long npages)
{
	struct ib_umem *umem = kzalloc(sizeof(*umem), GFP_KERNEL);

	if (!umem)
		return NULL;
	umem->pages = kmalloc(npages * sizeof(*umem->pages), GFP_KERNEL);
	if (umem->pages)
		return umem;
	kfree(umem);
	return NULL;
}

static void free_umem(struct ib_umem *umem)
{
	kfree(umem->pages);
	kfree(umem);
}

/* All pages, or none. 0 or -errno. */
static int pin_pages(struct ib_umem *umem, unsigned long npages)
{
	unsigned int gup_flags = FOLL_LONGTERM | (umem->writable ? FOLL_WRITE : 0);
	unsigned long done = 0;
	long got;

	while (done < npages) {
		got = pin_user_pages(umem->address + (done << PAGE_SHIFT), npages - done, gup_flags,
				     umem->pages + done);
		if (got <= 0) {
			unpin_user_pages_dirty_lock(umem->pages, done, false);
			return got ? (int)got : -EFAULT;
		}
		done += (unsigned long)got;
	}
	umem->npages = (u32)npages;
	return 0;
}

struct ib_umem *ib_umem_get(unsigned long addr, unsigned long size, bool writable)
{
	unsigned long npages = (ALIGN((addr & ~PAGE_MASK) + size, PAGE_SIZE)) >> PAGE_SHIFT;
	struct mm_struct *mm = current->mm;
	struct ib_umem *umem;
	int error;

	if (!npages || npages > MAX_UMEM_PAGES || addr + size < addr ||
	    ALIGN(addr + size, PAGE_SIZE) < addr + size)
		return ERR_PTR(-EINVAL);
	error = account_pinned(mm, npages);
	if (error)
		return ERR_PTR(error);
	umem = alloc_umem(npages);
	if (!umem) {
		mm->pinned_vm -= npages;
		return ERR_PTR(-ENOMEM);
	}
	umem->address = addr;
	umem->length = size;
	umem->writable = writable;
	error = pin_pages(umem, npages);
	trace(TRACE_ib_umem_get, addr, npages, (u64)writable, (u64)(s64)error);
	if (error) {
		mm->pinned_vm -= npages;
		free_umem(umem);
		return ERR_PTR(error);
	}
	umem->owning_mm = mm;
	mmgrab(mm);
	list_add_tail(&umem->list, &this_machine->umems);
	return umem;
}

void ib_umem_release(struct ib_umem *umem)
{
	trace(TRACE_ib_umem_release, umem->address, umem->npages, (u64)umem->writable, 0);
	unpin_user_pages_dirty_lock(umem->pages, umem->npages, umem->writable);
	umem->owning_mm->pinned_vm -= umem->npages;
	mmdrop(umem->owning_mm);
	list_del(&umem->list);
	free_umem(umem);
}

int umem_access(struct ib_umem *umem, unsigned long offset, void *buf, unsigned long len,
		bool write)
{
	unsigned long at = (umem->address & ~PAGE_MASK) + offset, bytes;
	struct page *page;
	u8 *kaddr;

	if (offset > umem->length || len > umem->length - offset)
		return -EFAULT;
	if (write && !umem->writable)
		return -EACCES;
	for (; len; len -= bytes, at += bytes, buf = (u8 *)buf + bytes) {
		bytes = min(len, PAGE_SIZE - (at & ~PAGE_MASK));
		page = umem->pages[at >> PAGE_SHIFT];
		kaddr = (u8 *)page_address(page) + (at & ~PAGE_MASK);
		trace(TRACE_umem_access, page_to_pfn(page), at & ~PAGE_MASK,
		      trace_pack((u32)bytes, write), umem->owning_mm->mm_nr);
		if (write)
			copy_memory(kaddr, buf, bytes);
		else
			memcpy(buf, kaddr, bytes);
	}
	return 0;
}
