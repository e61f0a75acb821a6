// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mincore(): which pages of a range are in memory. Of a file that means the page cache, mapped or not.
 *
 * Linux counterpart: mm/mincore.c.
 */
#include "swapops.h"
#include "vma.h"

/* What others read of a file must not show by its pages: only to those who could write it. */
static bool can_do_mincore(const struct vm_area_struct *vma)
{
	const struct inode *inode;

	if (vma_is_anonymous(vma) || !vma->vm_file)
		return vma_is_anonymous(vma);
	inode = vma->vm_file->f_inode;
	return inode->i_uid == current->uid || task_capable(current) || inode->kind == INODE_ZERO;
}

static bool mincore_unmapped(const struct vm_area_struct *vma, unsigned long addr)
{
	struct page *page;
	bool present;

	if (!vma->vm_file)
		return false;
	page = find_get_page(vma->vm_file->f_mapping, linear_page_index(vma, addr));
	if (!page)
		return false;
	present = PageUptodate(page);
	put_page(page);
	return present;
}

static bool mincore_page(const struct vm_area_struct *vma, unsigned long addr)
{
	pmd_t *pmd = mm_find_pmd(vma->vm_mm, addr);
	pte_t *pte;

	if (!pmd || pmd_none(*pmd))
		return mincore_unmapped(vma, addr);
	if (pmd_trans_huge(*pmd))
		return true;
	pte = mm_find_pte(vma->vm_mm, addr);
	if (pte_none(*pte) || is_pte_marker(*pte))
		return mincore_unmapped(vma, addr);
	return pte_present(*pte);
}

/* As many pages as the VMA at @addr has. Returns how many, or -ENOMEM. */
static long do_mincore(unsigned long addr, unsigned long pages, u8 *vec)
{
	struct vm_area_struct *vma = vma_lookup(current->mm, addr);
	unsigned long i;
	bool all;

	if (!vma)
		return -ENOMEM;
	pages = min(pages, (vma->vm_end - addr) >> PAGE_SHIFT);
	all = !can_do_mincore(vma);
	for (i = 0; i < pages; i++, addr += PAGE_SIZE)
		vec[i] = all || mincore_page(vma, addr);
	return (long)pages;
}

static long mincore_range(unsigned long start, unsigned long pages, unsigned long vec, u8 *buf)
{
	long ret;

	for (; pages; pages -= (unsigned long)ret) {
		ret = do_mincore(start, min(pages, PAGE_SIZE), buf);
		if (ret < 0)
			return ret;
		if (copy_to_user(vec, buf, (unsigned long)ret))
			return -EFAULT;
		vec += (unsigned long)ret;
		start += (unsigned long)ret << PAGE_SHIFT;
	}
	return 0;
}

long sys_mincore(unsigned long start, size_t len, unsigned long vec)
{
	unsigned long pages = (len >> PAGE_SHIFT) + ((len & ~PAGE_MASK) != 0);
	struct page *page;
	long ret;

	if (start & ~PAGE_MASK)
		return -EINVAL;
	if (!access_ok(start, len))
		return -ENOMEM;
	if (!access_ok(vec, pages))
		return -EFAULT;
	page = alloc_pages(GFP_USER, 0);
	if (!page)
		return -EAGAIN;
	ret = mincore_range(start, pages, vec, page_address(page));
	__free_pages(page, 0);
	return ret;
}
