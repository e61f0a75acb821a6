// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files that live in memory only: tmpfs, memfd, and the nameless files behind shared
 * anonymous mappings.
 *
 * Their pages are in the page cache like those of any file, but there is no disk to read them
 * from: a page that is not there is a hole and reads as zeroes; a fault puts a zeroed page
 * there, and it stays until the file is truncated or ends. To reclaim they look like anonymous
 * memory (PG_swapbacked): swap is where they would be written.
 *
 * Linux counterpart: mm/shmem.c.
 */
#include "mempolicy.h"
#include "swap.h"
#include "userfaultfd.h"

/* ---- Accounting ---- */

/* On whose account memory is reserved; nobody's, if the script itself changes a file. */
static struct mm_struct *charged_mm(void)
{
	return current ? current->mm : NULL;
}

/* A file of a mapping is reserved as a whole when it is made, unless it was made VM_NORESERVE. */
static int shmem_acct_size(unsigned long flags, s64 size)
{
	if (flags & VM_NORESERVE)
		return 0;
	return security_vm_enough_memory_mm(charged_mm(), DIV_ROUND_UP(size, (s64)PAGE_SIZE));
}

static void shmem_unacct_size(unsigned long flags, s64 size)
{
	if (!(flags & VM_NORESERVE))
		vm_unacct_memory(DIV_ROUND_UP(size, (s64)PAGE_SIZE));
}

/* Reserves for the difference when the size changes. */
int shmem_reacct_size(struct inode *inode, s64 newsize)
{
	long old = DIV_ROUND_UP(inode->i_size, (s64)PAGE_SIZE);
	long new = DIV_ROUND_UP(newsize, (s64)PAGE_SIZE);

	if (inode->shmem.flags & VM_NORESERVE)
		return 0;
	if (new > old)
		return security_vm_enough_memory_mm(charged_mm(), new - old);
	vm_unacct_memory(old - new);
	return 0;
}

/* A page of a file that is not reserved as a whole. */
static bool shmem_acct_block(struct inode *inode)
{
	return !(inode->shmem.flags & VM_NORESERVE) ||
	       !security_vm_enough_memory_mm(charged_mm(), 1);
}

static void shmem_unacct_block(struct inode *inode)
{
	if (inode->shmem.flags & VM_NORESERVE)
		vm_unacct_memory(1);
}

/* ---- Pages ---- */

/*
 * A frame by the policy of this page of the file, or the task's. Small files would all begin at the same node if
 * interleaving did not also go by their number.
 */
static struct page *shmem_alloc_frame(struct inode *inode, unsigned long index)
{
	struct mempolicy *pol = mpol_shared_policy_lookup(&inode->shmem.policy, index);
	struct page *page;

	if (!pol)
		return vma_alloc_folio(GFP_HIGHUSER_MOVABLE, 0, NULL, 0, false);
	page = alloc_pages_mpol(GFP_HIGHUSER_MOVABLE, 0, pol, index + inode->i_ino);
	mpol_put(pol);
	return page;
}

static int shmem_alloc_page(struct inode *inode, unsigned long index, struct page **pagep)
{
	struct page *page;

	if (!shmem_acct_block(inode))
		return -ENOSPC;
	page = shmem_alloc_frame(inode, index);
	if (!page) {
		shmem_unacct_block(inode);
		return -ENOMEM;
	}
	clear_highpage(page);
	SetPageSwapBacked(page);
	SetPageUptodate(page);
	if (add_to_page_cache_lru(page, inode->i_mapping, index, GFP_KERNEL)) {
		put_page(page);
		shmem_unacct_block(inode);
		return -ENOMEM;
	}
	inode->shmem.alloced++;
	trace(TRACE_shmem_alloc_page, page_to_pfn(page), inode->i_ino, index, 0);
	*pagep = page;
	return 0;
}

int shmem_add_page(struct inode *inode, unsigned long index, struct page *page)
{
	int error;

	if (!shmem_acct_block(inode))
		return -ENOMEM;
	SetPageSwapBacked(page);
	error = add_to_page_cache_lru(page, inode->i_mapping, index, GFP_KERNEL);
	if (error) {
		shmem_unacct_block(inode);
		return error;
	}
	inode->shmem.alloced++;
	trace(TRACE_shmem_alloc_page, page_to_pfn(page), inode->i_ino, index, 0);
	return 0;
}

int shmem_get_page(struct inode *inode, unsigned long index, struct page **pagep, enum sgp_type sgp)
{
	struct page *page;
	int error;

	*pagep = NULL;
	if (index > (unsigned long)(MAX_LFS_FILESIZE >> PAGE_SHIFT))
		return -EFBIG;
	if (sgp <= SGP_CACHE && index >= i_size_pages(inode))
		return -EINVAL;
	page = find_get_page(inode->i_mapping, index);
	if (page) {
		lock_page(page);
		if (sgp == SGP_WRITE)
			mark_page_accessed(page);
		*pagep = page;
		return 0;
	}
	if (sgp == SGP_READ)
		return 0;
	error = shmem_alloc_page(inode, index, pagep);
	if (!error && sgp == SGP_WRITE)
		SetPageReferenced(*pagep);
	return error;
}

/* A page has left the cache for good. */
void shmem_page_freed(struct inode *inode)
{
	inode->shmem.alloced--;
	shmem_unacct_block(inode);
}

/* ---- Mappings ---- */

/* Is the fault a userfaultfd's? A page that is cached is to be mapped by it, or one that is not brought. 0: neither. */
static vm_fault_t shmem_userfault(struct inode *inode, struct vm_fault *vmf)
{
	struct page *page;

	if (likely(!userfaultfd_missing(vmf->vma) && !userfaultfd_minor(vmf->vma)))
		return 0;
	if (vmf->pgoff >= i_size_pages(inode))
		return 0;
	page = find_get_page(inode->i_mapping, vmf->pgoff);
	if (page) {
		put_page(page);
		return userfaultfd_minor(vmf->vma) ? handle_userfault(vmf, VM_UFFD_MINOR) : 0;
	}
	return userfaultfd_missing(vmf->vma) ? handle_userfault(vmf, VM_UFFD_MISSING) : 0;
}

vm_fault_t shmem_fault(struct vm_fault *vmf)
{
	struct inode *inode = vmf->vma->vm_file->f_inode;
	vm_fault_t ret = shmem_userfault(inode, vmf);
	struct page *page;
	int error;

	if (ret)
		return ret;
	error = shmem_get_page(inode, vmf->pgoff, &page, SGP_CACHE);
	if (error)
		return error == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
	trace(TRACE_shmem_fault, page_to_pfn(page), inode->i_ino, vmf->pgoff, 0);
	vmf->page = page;
	return VM_FAULT_LOCKED;
}

/* The policy belongs to the file. */
int shmem_set_policy(struct vm_area_struct *vma, struct mempolicy *pol)
{
	return mpol_set_shared_policy(&vma->vm_file->f_inode->shmem.policy, vma, pol);
}

struct mempolicy *shmem_get_policy(struct vm_area_struct *vma, unsigned long addr)
{
	return mpol_shared_policy_lookup(&vma->vm_file->f_inode->shmem.policy,
					 linear_page_index(vma, addr));
}

struct file *shmem_file_setup(s64 size, unsigned long flags)
{
	struct inode *inode;
	struct file *file;
	int error;

	if (size < 0 || size > MAX_LFS_FILESIZE)
		return ERR_PTR(-EINVAL);
	error = proc_caches_init();
	if (!error)
		error = shmem_acct_size(flags, size);
	if (error)
		return ERR_PTR(error);
	inode = new_inode(INODE_SHMEM);
	if (!inode) {
		shmem_unacct_size(flags, size);
		return ERR_PTR(-ENOMEM);
	}
	inode->shmem.flags = flags & VM_NORESERVE;
	inode->i_size = size;
	inode->i_uid = current ? current->uid : 0;
	file = alloc_file(inode, FMODE_READ | FMODE_WRITE);
	iput(inode); /* the file alone holds it now */
	return file ? file : ERR_PTR(-ENOMEM);
}

/* The file goes: what was reserved for it as a whole is given back. */
void shmem_evict_inode(struct inode *inode)
{
	mpol_free_shared_policy(&inode->shmem.policy);
	shmem_unacct_size(inode->shmem.flags, inode->i_size);
}

int shmem_zero_setup(struct vm_area_struct *vma)
{
	struct file *file = shmem_file_setup((s64)(vma->vm_end - vma->vm_start), vma->vm_flags);

	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	if (vma->vm_file)
		fput(vma->vm_file);
	vma->vm_file = file;
	vma->vm_ops = VM_OPS_SHMEM;
	return 0;
}
