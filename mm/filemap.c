// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The page cache: contents of files in memory, found by file and page offset, and
 * how they come into a program's address space, by faults and by read() and write().
 *
 * A page of the cache holds a reference of the cache. It is "uptodate" once its contents have been
 * read. A fault on a page that is not cached reads from the disk (a major fault),
 * together with what lies around it; a fault on one that is cached maps it, and its
 * neighbours in the same 64 KiB, so that a program that goes through a file faults once in 16 pages.
 *
 * Linux counterpart: mm/filemap.c.
 */
#include "mm.h"
#include "swap.h"
#include "vmstat.h"
#include "writeback.h"

/* After so many misses more than hits, reading around a fault is given up. */
#define MMAP_LOTSAMISS 100

/* ---- What is in the cache ---- */

struct page *find_get_page(struct address_space *mapping, unsigned long index)
{
	struct page *page = xa_load(&mapping->i_pages, index);

	if (!page || xa_is_value(page))
		return NULL;
	get_page(page);
	return page;
}

/* Counts a page of the cache in or out. */
static void account_cached(struct page *page, long by)
{
	__mod_node_page_state(page_pgdat(page), NR_FILE_PAGES, by);
	if (PageSwapBacked(page))
		__mod_node_page_state(page_pgdat(page), NR_SHMEM, by);
}

int add_to_page_cache_locked(struct page *page, struct address_space *mapping, unsigned long index,
			     gfp_t gfp)
{
	void *old = xa_load(&mapping->i_pages, index);
	int error;

	if (old && !xa_is_value(old))
		return -EEXIST;
	get_page(page);
	page->mapping = mapping;
	page->index = index;
	error = xa_store(&mapping->i_pages, index, page, gfp);
	if (error) {
		page->mapping = NULL; /* the index may stay: nobody finds it */
		put_page(page);
		return error;
	}
	if (old)
		mapping->nrexceptional--;
	mapping->nrpages++;
	account_cached(page, 1);
	/* It was here before, and evicted. Who writes all of it anew does not miss the old contents. */
	if (old && !PageSwapBacked(page) && !(gfp & __GFP_WRITE))
		workingset_refault(page, old);
	trace(TRACE_mm_filemap_add_to_page_cache, page_to_pfn(page), mapping->host->i_ino, index,
	      0);
	return 0;
}

int add_to_page_cache_lru(struct page *page, struct address_space *mapping, unsigned long index,
			  gfp_t gfp)
{
	int error;

	SetPageLocked(page);
	error = add_to_page_cache_locked(page, mapping, index, gfp);
	if (error)
		ClearPageLocked(page);
	else
		lru_cache_add(page);
	return error;
}

/* Reclaim: the page leaves the cache, whose reference stays with the caller; @shadow stands in its place. */
void evict_from_page_cache(struct page *page, void *shadow)
{
	struct address_space *mapping = page->mapping;

	trace(TRACE_mm_filemap_delete_from_page_cache, page_to_pfn(page), mapping->host->i_ino,
	      page->index, 0);
	account_cached(page, -1);
	xa_store(&mapping->i_pages, page->index, shadow, 0);
	page->mapping = NULL;
	mapping->nrpages--;
	mapping->nrexceptional += shadow != NULL;
	inode_add_lru(mapping->host, false);
}

void delete_from_page_cache(struct page *page)
{
	struct address_space *mapping = page->mapping;

	VM_BUG_ON_PAGE(!PageLocked(page), page);
	VM_BUG_ON_PAGE(page_mapped(page), page);
	trace(TRACE_mm_filemap_delete_from_page_cache, page_to_pfn(page), mapping->host->i_ino,
	      page->index, 0);
	account_cached(page, -1);
	xa_store(&mapping->i_pages, page->index, NULL, 0);
	page->mapping = NULL;
	mapping->nrpages--;
	inode_add_lru(mapping->host, false);
	put_page(page);
}

/* ---- Reading pages ---- */

/*
 * Fills a locked page with the file's contents: those of its block, or zeroes where the file has
 * a hole.
 */
int filemap_read_page(struct address_space *mapping, struct page *page)
{
	struct inode *inode = mapping->host;

	if (mapping_can_writeback(mapping) && inode_has_block(inode, page->index)) {
		count_vm_events(PGPGIN, PAGE_SIZE >> 10);
		disk_read(inode->i_disk + ((u64)page->index << PAGE_SHIFT), page_address(page));
	} else {
		clear_highpage(page);
	}
	SetPageUptodate(page);
	trace(TRACE_readpage, page_to_pfn(page), inode->i_ino, page->index, 0);
	return 0;
}

/* The page of an index, locked and with a reference; new and not uptodate if it was not there. */
static struct page *find_or_create_page(struct address_space *mapping, unsigned long index,
					gfp_t gfp)
{
	struct page *page = find_get_page(mapping, index);

	if (page) {
		lock_page(page);
		return page;
	}
	page = alloc_pages(gfp, 0);
	if (!page)
		return NULL;
	if (add_to_page_cache_lru(page, mapping, index, gfp)) {
		put_page(page);
		return NULL;
	}
	return page;
}

/*
 * The page of an index with its contents, and with a reference. Reads it, and what readahead thinks
 * will be wanted, if it is not there. ERR_PTR(-ENOMEM).
 */
static struct page *read_cached_page(struct file *file, struct address_space *mapping,
				     unsigned long index, unsigned long nr_wanted)
{
	struct page *page = find_get_page(mapping, index);

	if (!page) {
		page_cache_sync_ra(file, mapping, index, nr_wanted);
		page = find_get_page(mapping, index);
	}
	if (page && PageReadahead(page))
		page_cache_async_ra(file, mapping, page, nr_wanted);
	if (page && PageUptodate(page))
		return page;
	if (page)
		put_page(page);
	page = find_or_create_page(mapping, index, GFP_HIGHUSER_MOVABLE);
	if (!page)
		return ERR_PTR(-ENOMEM);
	if (!PageUptodate(page))
		filemap_read_page(mapping, page);
	unlock_page(page);
	return page;
}

struct page *read_mapping_page(struct address_space *mapping, unsigned long index)
{
	return read_cached_page(NULL, mapping, index, 1);
}

/* ---- Faults ---- */

/* May the handler give up its locks to wait for the disk, and have the fault done again? */
static bool fault_may_retry(const struct vm_fault *vmf)
{
	return (vmf->flags & (FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_TRIED)) == FAULT_FLAG_ALLOW_RETRY;
}

/*
 * The page is not in the cache: reads it and what lies around it. Returns whether the fault shall be
 * done again, as after every wait for the disk.
 */
static bool do_sync_mmap_readahead(struct vm_fault *vmf)
{
	struct file *file = vmf->vma->vm_file;
	struct file_ra_state *ra = &file->f_ra;

	if (vmf->vma->vm_flags & VM_RAND_READ || !ra->ra_pages)
		return false;
	if (vmf->vma->vm_flags & VM_SEQ_READ) {
		page_cache_sync_ra(file, file->f_mapping, vmf->pgoff, ra->ra_pages);
		return fault_may_retry(vmf);
	}
	if (ra->mmap_miss < MMAP_LOTSAMISS * 10)
		ra->mmap_miss++;
	if (ra->mmap_miss > MMAP_LOTSAMISS)
		return false;
	ra->start = vmf->pgoff > ra->ra_pages / 2 ? vmf->pgoff - ra->ra_pages / 2 : 0;
	ra->size = ra->ra_pages;
	ra->async_size = ra->ra_pages / 4;
	do_page_cache_ra(file->f_mapping, ra->start, ra->size, ra->async_size);
	return fault_may_retry(vmf);
}

/* The page is there; if it is where readahead left its mark, goes on reading. */
static bool do_async_mmap_readahead(struct vm_fault *vmf, struct page *page)
{
	struct file *file = vmf->vma->vm_file;
	struct file_ra_state *ra = &file->f_ra;

	if (vmf->vma->vm_flags & VM_RAND_READ || !ra->ra_pages)
		return false;
	if (ra->mmap_miss)
		ra->mmap_miss--;
	if (!PageReadahead(page))
		return false;
	page_cache_async_ra(file, file->f_mapping, page, ra->ra_pages);
	return fault_may_retry(vmf);
}

vm_fault_t filemap_fault(struct vm_fault *vmf)
{
	struct address_space *mapping = vmf->vma->vm_file->f_mapping;
	struct page *page;
	vm_fault_t ret = 0;
	bool waited = false;

	if (vmf->pgoff >= i_size_pages(mapping->host))
		return VM_FAULT_SIGBUS;
	page = find_get_page(mapping, vmf->pgoff);
	if (page) {
		if (!(vmf->flags & FAULT_FLAG_TRIED))
			waited = do_async_mmap_readahead(vmf, page);
		lock_page(page);
	} else {
		count_vm_event(PGMAJFAULT);
		ret = VM_FAULT_MAJOR;
		waited = do_sync_mmap_readahead(vmf);
		page = find_or_create_page(mapping, vmf->pgoff, GFP_HIGHUSER_MOVABLE);
		if (!page)
			return VM_FAULT_OOM; /* also after a wait: trying again would not end */
	}
	trace(TRACE_filemap_fault, page_to_pfn(page), mapping->host->i_ino, vmf->pgoff, ret != 0);
	if (!PageUptodate(page)) {
		filemap_read_page(mapping, page);
		waited = waited || fault_may_retry(vmf);
	}
	if (waited) {
		unlock_page(page);
		put_page(page);
		return ret | VM_FAULT_RETRY;
	}
	vmf->page = page;
	return ret | VM_FAULT_LOCKED;
}

/* The next page at or after *index up to @last that can be mapped at once; locked, with a reference. */
static struct page *next_uptodate_page(struct address_space *mapping, unsigned long *index,
				       unsigned long last)
{
	struct page *page;

	for (; *index <= last; ++*index) {
		page = xa_find(&mapping->i_pages, index, last);
		if (!page)
			return NULL;
		if (xa_is_value(page) || PageLocked(page) || !PageUptodate(page) ||
		    PageReadahead(page))
			continue;
		get_page(page);
		lock_page(page);
		return page;
	}
	return NULL;
}

/*
 * A table for the entries, made only now that there is something to map. Linux looks here first whether
 * the page could be mapped by a pmd, which it must not if it is the file's last one; then it does not come
 * to making a table (6.18, except for shared memory).
 */
static bool map_pages_table(struct vm_fault *vmf, const struct page *page)
{
	const struct inode *inode = vmf->vma->vm_file->f_inode;

	if (pmd_trans_huge(*vmf->pmd))
		return false;
	if (pmd_none(*vmf->pmd) && inode->kind != INODE_SHMEM &&
	    page->index + 1 >= i_size_pages(inode))
		return false;
	if (pmd_none(*vmf->pmd) && vmf->prealloc_pte)
		pmd_install(vmf->vma->vm_mm, vmf->pmd, &vmf->prealloc_pte);
	return !pte_alloc(vmf->vma->vm_mm, vmf->pmd);
}

vm_fault_t filemap_map_pages(struct vm_fault *vmf, unsigned long start, unsigned long end)
{
	struct vm_area_struct *vma = vmf->vma;
	struct file *file = vma->vm_file;
	struct address_space *mapping = file->f_mapping;
	unsigned long nr = i_size_pages(mapping->host), last = nr ? min(end, nr - 1) : 0;
	unsigned long index = start, addr;
	vm_fault_t ret = 0;
	struct page *page;

	if (start >= nr)
		return 0;
	for (; (page = next_uptodate_page(mapping, &index, last)); index++) {
		if (!map_pages_table(vmf, page)) {
			unlock_page(page);
			put_page(page);
			break;
		}
		if (file->f_ra.mmap_miss)
			file->f_ra.mmap_miss--;
		addr = vma->vm_start + ((index - vma->vm_pgoff) << PAGE_SHIFT);
		vmf->pte = pte_offset(vmf->pmd, addr);
		if (pte_none(*vmf->pte)) {
			if (vmf->address == addr)
				ret = VM_FAULT_NOPAGE;
			do_set_pte(vmf, page, addr);
			unlock_page(page);
		} else {
			unlock_page(page);
			put_page(page);
		}
	}
	trace(TRACE_filemap_map_pages, vma->vm_nr, start, end, ret != 0);
	return ret;
}

vm_fault_t filemap_page_mkwrite(struct vm_fault *vmf)
{
	struct page *page = vmf->page;
	struct address_space *mapping = vmf->vma->vm_file->f_mapping;

	lock_page(page);
	if (page->mapping != mapping || page->index >= i_size_pages(mapping->host)) {
		unlock_page(page); /* truncated meanwhile */
		return VM_FAULT_NOPAGE;
	}
	if (inode_alloc_block(mapping->host, page->index)) {
		unlock_page(page);
		return VM_FAULT_SIGBUS;
	}
	trace(TRACE_page_mkwrite, page_to_pfn(page), mapping->host->i_ino, page->index,
	      vmf->vma->vm_nr);
	set_page_dirty(page);
	return VM_FAULT_LOCKED;
}

/* ---- read() ---- */

/* The page to read from; NULL: a hole of a file in memory, which reads as zeroes. Or ERR_PTR(). */
static struct page *page_to_read(struct file *file, struct address_space *mapping,
				 unsigned long index, unsigned long nr_wanted)
{
	struct page *page = NULL;
	int error;

	if (mapping->host->kind != INODE_SHMEM)
		return read_cached_page(file, mapping, index, nr_wanted);
	error = shmem_get_page(mapping->host, index, &page, SGP_READ);
	if (error)
		return ERR_PTR(error);
	if (page)
		unlock_page(page);
	return page;
}

/* Copies from a page (NULL: zeroes) to the program. Returns how many bytes could be copied. */
static size_t copy_page_to_user(struct page *page, size_t offset, unsigned long buf, size_t bytes)
{
	if (!page)
		return bytes - clear_user(buf, bytes);
	return bytes - copy_to_user(buf, (u8 *)page_address(page) + offset, bytes);
}

static s64 filemap_read(struct file *file, unsigned long buf, size_t count, s64 pos)
{
	struct address_space *mapping = file->f_mapping;
	struct file_ra_state *ra = &file->f_ra;
	s64 already_read = 0;

	while (count && pos < i_size_read(mapping->host)) {
		size_t offset = (size_t)pos & (PAGE_SIZE - 1), copied;
		size_t bytes = min(min(count, PAGE_SIZE - offset),
				   (size_t)(i_size_read(mapping->host) - pos));
		struct page *page = page_to_read(file, mapping, (u64)pos >> PAGE_SHIFT,
						 DIV_ROUND_UP(offset + count, PAGE_SIZE));

		if (IS_ERR(page))
			return already_read ? already_read : PTR_ERR(page);
		/* Reading on in the same page is no second use of it. */
		if (page && (u64)pos >> PAGE_SHIFT != (u64)(ra->prev_pos - 1) >> PAGE_SHIFT)
			mark_page_accessed(page);
		copied = copy_page_to_user(page, offset, buf, bytes);
		if (page)
			put_page(page);
		buf += copied;
		pos += (s64)copied;
		count -= copied;
		already_read += (s64)copied;
		ra->prev_pos = pos;
		if (copied < bytes)
			return already_read ? already_read : -EFAULT;
	}
	return already_read;
}

s64 vfs_pread(struct file *file, unsigned long buf, size_t count, s64 pos)
{
	if (pos < 0)
		return -EINVAL;
	if (file->f_inode->kind == INODE_PIPE)
		return -ESPIPE;
	if (!(file->f_mode & FMODE_READ))
		return -EBADF;
	if (buf + count < buf || buf + count > TASK_SIZE_MAX)
		return -EFAULT;
	count = min(count, (size_t)MAX_RW_COUNT);
	if (file->f_inode->kind == INODE_ZERO) {
		size_t left = clear_user(buf, count);

		return left == count && count ? -EFAULT : (s64)(count - left);
	}
	return filemap_read(file, buf, count, pos);
}

int kernel_read_byte(struct inode *inode, s64 pos, u8 *byte)
{
	struct page *page;

	if (pos < 0)
		return -EINVAL;
	if (pos >= i_size_read(inode))
		return 0;
	page = page_to_read(NULL, inode->i_mapping, (u64)pos >> PAGE_SHIFT, 1);
	if (IS_ERR(page))
		return (int)PTR_ERR(page);
	*byte = page ? ((u8 *)page_address(page))[pos & (s64)(PAGE_SIZE - 1)] : 0;
	if (page)
		put_page(page);
	return 1;
}

/* ---- write() ---- */

/* The page to write to, locked: with its contents, if not all of it will be overwritten. Or ERR_PTR(). */
static struct page *write_begin(struct address_space *mapping, s64 pos, size_t len)
{
	struct inode *inode = mapping->host;
	unsigned long index = (u64)pos >> PAGE_SHIFT;
	struct page *page = NULL;
	int error;

	if (inode->kind == INODE_SHMEM)
		error = shmem_get_page(inode, index, &page, SGP_WRITE);
	else
		error = inode_alloc_block(inode, index);
	if (error)
		return ERR_PTR(error);
	if (!page)
		page = find_or_create_page(mapping, index, GFP_HIGHUSER_MOVABLE | __GFP_WRITE);
	if (!page)
		return ERR_PTR(-ENOMEM);
	if (!PageUptodate(page) && len < PAGE_SIZE)
		filemap_read_page(mapping, page);
	return page;
}

/* @copied of @len bytes have been stored. Returns how many count: none, if the rest of the page is unknown. */
static size_t write_end(struct page *page, s64 pos, size_t len, size_t copied)
{
	struct inode *inode = page_mapping(page)->host;

	if (!PageUptodate(page)) {
		if (copied < len)
			copied = 0;
		else
			SetPageUptodate(page);
	}
	if (copied) {
		set_page_dirty(page);
		if (pos + (s64)copied > i_size_read(inode))
			i_size_extend(inode, pos + (s64)copied);
	}
	unlock_page(page);
	put_page(page);
	return copied;
}

/* Touches memory that will be read with no more faults. Returns how many bytes cannot be read. */
static size_t fault_in_readable(unsigned long addr, size_t size)
{
	unsigned long end = addr + size, pos = addr;
	u8 byte;

	while (pos < end) {
		if (copy_from_user(&byte, pos, 1))
			return end - pos;
		pos = (pos & PAGE_MASK) + PAGE_SIZE;
	}
	return 0;
}

static s64 generic_perform_write(struct file *file, unsigned long buf, size_t count, s64 pos)
{
	s64 written = 0;

	while (count) {
		size_t offset = (size_t)pos & (PAGE_SIZE - 1), copied, stored;
		size_t bytes = min(count, PAGE_SIZE - offset);
		struct page *page;

		/* What is written may be the very page that it is written to: it must be there first. */
		stored = fault_in_readable(buf, bytes);
		if (stored == bytes)
			return written ? written : -EFAULT;
		page = write_begin(file->f_mapping, pos, bytes);
		if (IS_ERR(page))
			return written ? written : PTR_ERR(page);
		bytes -= stored;
		copied = bytes - copy_from_user((u8 *)page_address(page) + offset, buf, bytes);
		copied = write_end(page, pos, bytes + stored, copied);
		if (!copied)
			return written ? written : -EFAULT;
		buf += copied;
		pos += (s64)copied;
		count -= copied;
		written += (s64)copied;
		balance_dirty_pages_ratelimited(file->f_mapping);
	}
	return written;
}

s64 vfs_pwrite(struct file *file, unsigned long buf, size_t count, s64 pos)
{
	unsigned long limit = rlimit(RLIMIT_FSIZE);

	if (pos < 0)
		return -EINVAL;
	if (file->f_inode->kind == INODE_PIPE)
		return -ESPIPE;
	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (buf + count < buf || buf + count > TASK_SIZE_MAX)
		return -EFAULT;
	count = min(count, (size_t)MAX_RW_COUNT);
	if (!count || file->f_inode->kind == INODE_ZERO)
		return (s64)count;
	limit = min(limit, (unsigned long)inode_max_size(file->f_inode));
	if ((unsigned long)pos >= limit)
		return -EFBIG;
	return generic_perform_write(file, buf, min(count, limit - (unsigned long)pos), pos);
}

int kernel_write_byte(struct inode *inode, s64 pos, u8 byte)
{
	struct page *page;

	if (pos < 0 || pos >= inode_max_size(inode))
		return -EFBIG;
	page = write_begin(inode->i_mapping, pos, 1);
	if (IS_ERR(page))
		return (int)PTR_ERR(page);
	fill_memory((u8 *)page_address(page) + (pos & (s64)(PAGE_SIZE - 1)), byte, 1);
	write_end(page, pos, 1, 1);
	return 0;
}

/* ---- msync(), fsync() ---- */

long sync_file_range_pages(struct address_space *mapping, unsigned long start, unsigned long last)
{
	return filemap_write_range(mapping, start, last);
}
