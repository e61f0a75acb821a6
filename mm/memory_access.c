// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The memory of one task, read and written by another: what ptrace() and /proc/PID/mem do.
 *
 * The page tables of the other task are not those of the processor, so each page is looked up (and faulted in) on its
 * behalf, and its frame is read or written by the kernel's own mapping. A breakpoint is set that way: a
 * byte of code, in a private mapping that nobody may write to, becomes another one. Copy-on-write
 * gives the task a page of its own first, and the file, and others who run it, never see the breakpoint.
 *
 * Linux counterpart: mm/memory.c.
 */
#include "gup.h"

/* What is no memory, but answers to accesses. Bytes copied; 0 or -errno: none. */
static int access_device(struct mm_struct *mm, unsigned long addr, void *buf, int len, int write)
{
	struct vm_area_struct *vma = vma_lookup(mm, addr);
	const struct vm_operations_struct *ops = vma ? vma_ops(vma) : NULL;

	return ops && ops->access ? ops->access(vma, addr, buf, len, write) : 0;
}

static int __access_remote_vm(struct mm_struct *mm, unsigned long addr, void *buf, int len,
			      unsigned int gup_flags)
{
	int write = gup_flags & FOLL_WRITE, done = 0, bytes;
	struct page *page;
	void *at;

	/* A debugger that calls a function of the program needs room on its stack. */
	if (!find_extend_vma(mm, addr))
		return 0;
	for (; done < len; done += bytes, addr += (unsigned long)bytes) {
		bytes = min(len - done, (int)(PAGE_SIZE - (addr & ~PAGE_MASK)));
		if (get_user_pages_remote(mm, addr, 1, gup_flags, &page) <= 0) {
			bytes = access_device(mm, addr, (u8 *)buf + done, bytes, write);
			if (bytes <= 0)
				break;
			continue;
		}
		at = (u8 *)page_address(page) + (addr & ~PAGE_MASK);
		trace(TRACE_access_remote_vm, addr, page_to_pfn(page),
		      trace_pack((u32)bytes, !!write), mm->mm_nr);
		if (write) {
			copy_memory(at, (u8 *)buf + done, (size_t)bytes);
			set_page_dirty(compound_head(page));
		} else {
			memcpy((u8 *)buf + done, at, (size_t)bytes);
		}
		put_page(page);
	}
	return done;
}

int access_process_vm(struct task_struct *tsk, unsigned long addr, void *buf, int len,
		      unsigned int gup_flags)
{
	return tsk->mm ? __access_remote_vm(tsk->mm, addr, buf, len, gup_flags) : 0;
}
