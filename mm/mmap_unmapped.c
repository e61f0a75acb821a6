// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where a new mapping goes, if its maker does not say so.
 *
 * Normally the mappings of a program pile up downwards from mm->mmap_base, just
 * below the room left for the stack: the highest gap that is large enough is
 * taken, and in it the highest addresses. If there is none, the search goes from a
 * third of the address space upwards. The largest gap of each subtree
 * (vma->rb_subtree_gap) leads it to a gap in logarithmic time.
 *
 * What may be mapped by huge pages (anonymous memory of whole 2 MiB, files of 2 MiB and
 * more) is placed so that addresses and offsets agree modulo 2 MiB.
 *
 * Linux counterpart: mm/mmap.c, arch/x86/kernel/sys_x86_64.c, thp_get_unmapped_area() of
 * mm/huge_memory.c (6.18).
 */
#include "vma.h"

/* Where security modules draw the line, below which nothing is placed without being asked for. */
#define LSM_MMAP_MIN_ADDR 65536UL

struct unmapped_area {
	unsigned long length;
	unsigned long low_limit;  /* lowest address that may be given */
	unsigned long high_limit; /* first address past the highest */
};

unsigned long mmap_min_addr(void)
{
	return max(this_machine->dac_mmap_min_addr, LSM_MMAP_MIN_ADDR);
}

/* Is there room between @start and @end, within the limits? */
static bool fits(const struct unmapped_area *info, unsigned long start, unsigned long end)
{
	start = max(start, info->low_limit);
	end = min(end, info->high_limit);
	return end > start && end - start >= info->length;
}

static unsigned long gap_start(const struct vm_area_struct *vma)
{
	return vma->vm_prev ? vma->vm_prev->vm_end : 0;
}

/* Are gaps in this subtree large enough? (Whether within the limits, is another question.) */
static bool promising(const struct unmapped_area *info, struct rb_node *node)
{
	return node && vma_of(node)->rb_subtree_gap >= info->length;
}

/*
 * The VMA before which the highest (or the lowest) gap lies that will do; NULL: none of this subtree. Turns
 * away from what lies beyond the limits, so only the ways along them can be in vain.
 */
static struct vm_area_struct *search_gap(const struct unmapped_area *info, struct rb_node *node,
					 bool topdown)
{
	while (promising(info, node)) {
		struct vm_area_struct *vma = vma_of(node), *found;
		bool below = gap_start(vma) > info->low_limit,
		     above = vma->vm_end < info->high_limit;
		bool first = topdown ? above : below;

		if (first) {
			found = search_gap(info, topdown ? node->rb_right : node->rb_left, topdown);
			if (found)
				return found;
		}
		if (fits(info, gap_start(vma), vm_start_gap(vma)))
			return vma;
		if (!(topdown ? below : above))
			return NULL;
		node = topdown ? node->rb_left : node->rb_right;
	}
	return NULL;
}

static unsigned long unmapped_area_topdown(const struct mm_struct *mm,
					   const struct unmapped_area *info)
{
	struct vm_area_struct *vma;

	/* The gap above all VMAs is before none. */
	if (fits(info, mm->highest_vm_end, info->high_limit))
		return info->high_limit - info->length;
	vma = search_gap(info, mm->mm_rb.rb_node, true);
	if (!vma)
		return (unsigned long)-ENOMEM;
	return min(vm_start_gap(vma), info->high_limit) - info->length;
}

static unsigned long unmapped_area(const struct mm_struct *mm, const struct unmapped_area *info)
{
	struct vm_area_struct *vma = search_gap(info, mm->mm_rb.rb_node, false);

	if (vma)
		return max(gap_start(vma), info->low_limit);
	if (fits(info, mm->highest_vm_end, info->high_limit))
		return max(mm->highest_vm_end, info->low_limit);
	return (unsigned long)-ENOMEM;
}

static unsigned long vm_unmapped_area(unsigned long length, unsigned long low_limit,
				      unsigned long high_limit, bool topdown)
{
	struct mm_struct *mm = current->mm;
	struct unmapped_area info = { length, max(low_limit, mmap_min_addr()), high_limit };
	unsigned long addr = topdown ? unmapped_area_topdown(mm, &info) : unmapped_area(mm, &info);

	if (!IS_ERR_VALUE(addr))
		trace(TRACE_vm_unmapped_area, addr, trace_pack((u32)(length >> PAGE_SHIFT), topdown),
		      info.low_limit, high_limit);
	return addr;
}

/* Nothing in the way, the guard gap of a stack above included? */
static bool area_is_free(struct mm_struct *mm, unsigned long addr, unsigned long len)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	return !vma || addr + len <= vm_start_gap(vma);
}

static unsigned long arch_get_unmapped_area(unsigned long addr, unsigned long len,
					    unsigned long flags)
{
	struct mm_struct *mm = current->mm;
	unsigned long begin = ALIGN(mm->task_size / 3, PAGE_SIZE), end = mm->task_size;

	if (flags & MAP_FIXED)
		return addr;
	if (flags & MAP_32BIT) {
		begin = 0x40000000;
		end = 0x80000000;
	}
	if (len > end)
		return (unsigned long)-ENOMEM;
	if (addr) {
		addr = ALIGN(addr, PAGE_SIZE);
		if (addr <= end - len && area_is_free(mm, addr, len))
			return addr;
	}
	return vm_unmapped_area(len, begin, end, false);
}

static unsigned long arch_get_unmapped_area_topdown(unsigned long addr, unsigned long len,
						    unsigned long flags)
{
	struct mm_struct *mm = current->mm;
	unsigned long found;

	if (len > mm->task_size)
		return (unsigned long)-ENOMEM;
	if (flags & MAP_FIXED)
		return addr;
	if (!(flags & MAP_32BIT)) {
		unsigned long hint = addr & PAGE_MASK;

		if (hint && hint <= mm->task_size - len && area_is_free(mm, hint, len))
			return hint;
		found = vm_unmapped_area(len, PAGE_SIZE, mm->mmap_base, true);
		if (!IS_ERR_VALUE(found))
			return found;
	}
	return arch_get_unmapped_area(addr, len, flags);
}

static unsigned long mm_get_unmapped_area(unsigned long addr, unsigned long len,
					  unsigned long flags)
{
	if (current->mm->topdown)
		return arch_get_unmapped_area_topdown(addr, len, flags);
	return arch_get_unmapped_area(addr, len, flags);
}

/* Asks for 2 MiB more than needed, and takes of that the part that begins right. 0: it will not be so. */
static unsigned long thp_aligned_area(unsigned long addr, unsigned long len, u64 off,
				      unsigned long flags)
{
	u64 off_end = off + len, off_align = ALIGN(off, HPAGE_PMD_SIZE);
	unsigned long len_pad = len + HPAGE_PMD_SIZE, found, off_sub;

	/* Is there a whole huge page in it? */
	if (off_end <= off_align || off_end - off_align < HPAGE_PMD_SIZE)
		return 0;
	if (len_pad < len || off + len_pad < off)
		return 0;
	found = mm_get_unmapped_area(addr, len_pad, flags);
	if (IS_ERR_VALUE(found))
		return 0;
	if (found == addr)
		return addr;
	off_sub = (off - found) & (HPAGE_PMD_SIZE - 1);
	if (current->mm->topdown && !off_sub)
		return found + HPAGE_PMD_SIZE;
	return found + off_sub;
}

static unsigned long thp_get_unmapped_area(unsigned long addr, unsigned long len,
					   unsigned long pgoff, unsigned long flags)
{
	unsigned long found = thp_aligned_area(addr, len, (u64)pgoff << PAGE_SHIFT, flags);

	return found ? found : mm_get_unmapped_area(addr, len, flags);
}

/* What kind of placing the object that is mapped wants: files on a disk and private /dev/zero huge pages. */
static unsigned long place(const struct file *file, unsigned long addr, unsigned long len,
			   unsigned long pgoff, unsigned long flags)
{
	u8 kind = file ? file->f_inode->kind : INODE_NONE;

	if (kind == INODE_REG || (kind == INODE_ZERO && !(flags & MAP_SHARED)))
		return thp_get_unmapped_area(addr, len, pgoff, flags);
	if (!file && !(flags & MAP_SHARED) && !addr && !(len & (HPAGE_PMD_SIZE - 1)))
		return thp_get_unmapped_area(0, len, 0, flags);
	return mm_get_unmapped_area(addr, len, flags);
}

unsigned long get_unmapped_area(struct file *file, unsigned long addr, unsigned long len,
				unsigned long pgoff, unsigned long flags)
{
	unsigned long task_size = current->mm->task_size;

	if (len > task_size)
		return (unsigned long)-ENOMEM;
	addr = place(file, addr, len, pgoff, flags);
	if (IS_ERR_VALUE(addr))
		return addr;
	if (addr > task_size - len)
		return (unsigned long)-ENOMEM;
	if (addr & ~PAGE_MASK)
		return (unsigned long)-EINVAL;
	/* Addresses that a NULL pointer with an offset leads to are for the privileged. */
	if (addr < this_machine->dac_mmap_min_addr && !task_capable(current))
		return (unsigned long)-EPERM;
	return addr;
}
