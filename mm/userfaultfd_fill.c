// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a userfaultfd puts into the memory that it serves: copies of the monitor's pages, zeroes, entries for pages
 * that are in the page cache already; and write protection.
 *
 * A page appears as a whole: nobody can see it before all of it is there. What is there already is not replaced.
 *
 * Linux counterpart: mm/userfaultfd.c; shmem_mfill_atomic_pte() of mm/shmem.c.
 */
#include "mmu_gather.h"
#include "userfaultfd.h"
#include "vma.h"

/* What is asked for. */
enum mcopy_atomic_mode {
	MCOPY_ATOMIC_NORMAL,
	MCOPY_ATOMIC_ZEROPAGE,
	MCOPY_ATOMIC_CONTINUE,
};

struct mfill {
	struct mm_struct *mm;
	struct vm_area_struct *vma;
	enum mcopy_atomic_mode mode;
	bool wp_copy;
};

/* Both ends of the range are to lie in one VMA, and it in a userfaultfd's care. */
static struct vm_area_struct *find_dst_vma(struct mm_struct *mm, unsigned long start,
					   unsigned long len)
{
	struct vm_area_struct *vma = vma_lookup(mm, start);

	if (!vma || start + len > vma->vm_end || !vma->vm_userfaultfd_ctx.ctx)
		return NULL;
	return vma;
}

static bool beyond_file(const struct vm_area_struct *vma, unsigned long addr)
{
	return vma->vm_file &&
	       linear_page_index(vma, addr) >= i_size_pages(vma->vm_file->f_inode);
}

/* Enters a page, which has a reference for the entry, where nothing is mapped. 0, -EFAULT or -EEXIST. */
static int mfill_atomic_install_pte(const struct mfill *fill, pmd_t *pmd, unsigned long addr,
				    struct page *page)
{
	struct vm_area_struct *vma = fill->vma;
	bool page_in_cache = page->mapping && !PageAnon(page);
	bool writable = vma->vm_flags & VM_WRITE;
	pte_t *pte = pte_offset(pmd, addr), entry;

	if (vma->vm_ops == VM_OPS_SHMEM && beyond_file(vma, addr))
		return -EFAULT;
	if (!pte_none(*pte))
		return -EEXIST;
	entry = pte_mkdirty(mk_pte(page, vma->vm_page_prot));
	if (page_in_cache && !(vma->vm_flags & VM_SHARED))
		writable = false;
	if (fill->wp_copy) {
		entry = pte_mkuffd_wp(entry);
		writable = false;
	}
	entry = writable ? pte_mkwrite(entry) : pte_wrprotect(entry);
	if (page_in_cache) {
		page_add_file_rmap(page, vma, false);
	} else {
		page_add_new_anon_rmap(page, vma, addr);
		lru_cache_add_inactive_or_unevictable(page, vma);
	}
	add_mm_counter(fill->mm, page_in_cache ? MM_SHMEMPAGES : MM_ANONPAGES, 1);
	set_pte(pte, entry);
	trace(TRACE_mfill_install_pte, addr, pte_val(entry), page_to_pfn(page), vma->vm_nr);
	return 0;
}

/* A new page with the monitor's bytes, or (@src 0) zeroes. ERR_PTR(-ENOMEM) or ERR_PTR(-EFAULT). */
static struct page *filled_page(const struct mfill *fill, unsigned long dst, unsigned long src)
{
	struct page *page =
		alloc_user_page(fill->vma, dst, fill->mode == MCOPY_ATOMIC_ZEROPAGE);

	if (!page)
		return ERR_PTR(-ENOMEM);
	if (fill->mode == MCOPY_ATOMIC_NORMAL &&
	    copy_from_user(page_address(page), src, PAGE_SIZE)) {
		put_page(page);
		return ERR_PTR(-EFAULT);
	}
	SetPageUptodate(page);
	return page;
}

static int mcopy_atomic_pte(const struct mfill *fill, pmd_t *pmd, unsigned long dst,
			    unsigned long src)
{
	struct page *page = filled_page(fill, dst, src);
	int error;

	if (IS_ERR(page))
		return (int)PTR_ERR(page);
	error = mfill_atomic_install_pte(fill, pmd, dst, page);
	if (error)
		put_page(page);
	return error;
}

static int mfill_zeropage_pte(const struct mfill *fill, pmd_t *pmd, unsigned long dst)
{
	pte_t *pte = pte_offset(pmd, dst);

	if (beyond_file(fill->vma, dst))
		return -EFAULT;
	if (!pte_none(*pte))
		return -EEXIST;
	set_pte(pte, pte_mkspecial(pfn_pte(my_zero_pfn(), fill->vma->vm_page_prot)));
	trace(TRACE_map_zero_page, dst, pte_val(*pte), my_zero_pfn(), fill->vma->vm_nr);
	return 0;
}

/* A hole of a file in memory gets a page, which is mapped at once. */
static int shmem_mfill_atomic_pte(const struct mfill *fill, pmd_t *pmd, unsigned long dst,
				  unsigned long src)
{
	struct inode *inode = fill->vma->vm_file->f_inode;
	struct page *page = filled_page(fill, dst, src);
	int error;

	if (IS_ERR(page))
		return (int)PTR_ERR(page);
	error = beyond_file(fill->vma, dst)
			? -EFAULT
			: shmem_add_page(inode, linear_page_index(fill->vma, dst), page);
	if (!error) {
		error = mfill_atomic_install_pte(fill, pmd, dst, page);
		if (error) {
			delete_from_page_cache(page);
			shmem_page_freed(inode);
		}
		unlock_page(page);
	}
	if (error)
		put_page(page);
	return error;
}

/* The page is in the page cache: only the entry is missing. */
static int mcontinue_atomic_pte(const struct mfill *fill, pmd_t *pmd, unsigned long dst)
{
	struct page *page;
	int error = shmem_get_page(fill->vma->vm_file->f_inode, linear_page_index(fill->vma, dst),
				   &page, SGP_READ);

	if (error)
		return error;
	if (!page)
		return -EFAULT;
	error = mfill_atomic_install_pte(fill, pmd, dst, page);
	unlock_page(page);
	if (error)
		put_page(page);
	return error;
}

static int mfill_atomic_pte(const struct mfill *fill, pmd_t *pmd, unsigned long dst,
			    unsigned long src)
{
	if (fill->mode == MCOPY_ATOMIC_CONTINUE)
		return mcontinue_atomic_pte(fill, pmd, dst);
	if (fill->vma->vm_flags & VM_SHARED)
		return shmem_mfill_atomic_pte(fill, pmd, dst, src);
	/* A private mapping gets anonymous memory, as if it had been written at once. */
	if (fill->mode == MCOPY_ATOMIC_NORMAL)
		return mcopy_atomic_pte(fill, pmd, dst, src);
	return mfill_zeropage_pte(fill, pmd, dst);
}

static int mfill_page(const struct mfill *fill, unsigned long dst, unsigned long src)
{
	pmd_t *pmd = mm_alloc_pmd(fill->mm, dst);

	if (!pmd)
		return -ENOMEM;
	if (pmd_none(*pmd) && pte_alloc(fill->mm, pmd))
		return -ENOMEM;
	if (pmd_trans_huge(*pmd))
		return -EEXIST;
	return mfill_atomic_pte(fill, pmd, dst, src);
}

/* 0, or why the range cannot be filled so. */
static int check_fill(struct mfill *fill, unsigned long start, unsigned long len)
{
	struct vm_area_struct *vma = find_dst_vma(fill->mm, start, len);

	if (!vma)
		return -ENOENT;
	fill->vma = vma;
	if (fill->wp_copy && !userfaultfd_wp(vma))
		return -EINVAL;
	if (vma->vm_ops != VM_OPS_SHMEM &&
	    (!vma_is_anonymous(vma) || fill->mode == MCOPY_ATOMIC_CONTINUE))
		return -EINVAL;
	if (!(vma->vm_flags & VM_SHARED) && anon_vma_prepare(vma))
		return -ENOMEM;
	return 0;
}

static s64 __mcopy_atomic(struct mfill *fill, unsigned long dst, unsigned long src,
			  unsigned long len)
{
	s64 error = check_fill(fill, dst, len), copied = 0;

	while (!error && copied < (s64)len) {
		error = mfill_page(fill, dst + (unsigned long)copied, src + (unsigned long)copied);
		if (!error)
			copied += (s64)PAGE_SIZE;
	}
	return copied ? copied : error;
}

s64 mcopy_atomic(struct mm_struct *mm, unsigned long dst, unsigned long src, unsigned long len,
		 bool wp_copy)
{
	struct mfill fill = { .mm = mm, .mode = MCOPY_ATOMIC_NORMAL, .wp_copy = wp_copy };

	return __mcopy_atomic(&fill, dst, src, len);
}

s64 mfill_zeropage(struct mm_struct *mm, unsigned long start, unsigned long len)
{
	struct mfill fill = { .mm = mm, .mode = MCOPY_ATOMIC_ZEROPAGE };

	return __mcopy_atomic(&fill, start, 0, len);
}

s64 mcopy_continue(struct mm_struct *mm, unsigned long start, unsigned long len)
{
	struct mfill fill = { .mm = mm, .mode = MCOPY_ATOMIC_CONTINUE };

	return __mcopy_atomic(&fill, start, 0, len);
}

/* ---- Write protection ---- */

void uffd_wp_range(struct vm_area_struct *vma, unsigned long start, unsigned long len,
		   bool enable_wp)
{
	trace(TRACE_uffd_wp_range, start, start + len, vma->vm_nr, enable_wp);
	change_protection(vma, start, start + len,
			  enable_wp ? MM_CP_UFFD_WP : MM_CP_UFFD_WP_RESOLVE);
}

s64 mwriteprotect_range(struct mm_struct *mm, unsigned long start, unsigned long len,
			bool enable_wp)
{
	struct vm_area_struct *vma = find_dst_vma(mm, start, len);

	if (!vma || !userfaultfd_wp(vma))
		return -ENOENT;
	uffd_wp_range(vma, start, len, enable_wp);
	return 0;
}
