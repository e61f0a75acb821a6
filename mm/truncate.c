// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Taking pages out of the page cache: because the file gets shorter or a hole is
 * punched into it, because it ends, or only because the memory is wanted.
 *
 * In the first cases programs lose what they have mapped: later accesses raise SIGBUS
 * or find zeroes. The last one leaves alone what is dirty or mapped.
 *
 * Linux counterpart: mm/truncate.c, and of the file systems ext4's and shmem's part in it.
 */
#include "mm.h"
#include "swap.h"
#include "writeback.h"

/* ---- Pages ---- */

/* Drops a locked page, dirty or not. */
static void truncate_inode_page(struct address_space *mapping, struct page *page)
{
	if (page_mapped(page))
		unmap_mapping_pages(mapping, page->index, 1, false);
	cancel_dirty_page(page);
	trace(TRACE_truncate_inode_page, page_to_pfn(page), mapping->host->i_ino, page->index, 0);
	delete_from_page_cache(page);
	if (mapping->host->kind == INODE_SHMEM)
		shmem_page_freed(mapping->host);
}

/* Drops all pages in [start, last], page offsets. */
static void truncate_pages(struct address_space *mapping, unsigned long start, unsigned long last)
{
	unsigned long index = start;
	void *entry;

	while (index <= last && (entry = xa_find(&mapping->i_pages, &index, last))) {
		struct page *page = entry;

		if (xa_is_value(entry)) {
			xa_store(&mapping->i_pages, index, NULL, 0);
			mapping->nrexceptional--;
		} else {
			get_page(page);
			lock_page(page);
			wait_on_page_writeback(page);
			truncate_inode_page(mapping, page);
			unlock_page(page);
			put_page(page);
		}
		if (!++index)
			break;
	}
}

/* Clears bytes of one page of a file, on which the end of a range falls. */
static void zero_partial_page(struct address_space *mapping, s64 from, s64 to)
{
	struct inode *inode = mapping->host;
	unsigned long index = (u64)from >> PAGE_SHIFT;
	struct page *page = find_get_page(mapping, index);

	/* A file on disk has the page read for it; a hole is zero already. */
	if (!page && mapping_can_writeback(mapping) && inode_has_block(inode, index))
		page = read_mapping_page(mapping, index);
	if (!page || IS_ERR(page))
		return;
	lock_page(page);
	clear_memory((u8 *)page_address(page) + (from & (s64)(PAGE_SIZE - 1)), (size_t)(to - from));
	if (!mapping_can_writeback(mapping) || inode_has_block(inode, index))
		set_page_dirty(page);
	unlock_page(page);
	put_page(page);
}

/* Removes the bytes [start, end) of a file: whole pages go, of others the part is cleared. */
static void truncate_range(struct address_space *mapping, s64 start, s64 end)
{
	s64 first = ALIGN(start, (s64)PAGE_SIZE), last = ALIGN_DOWN(end, (s64)PAGE_SIZE);

	if (start >= end)
		return;
	if (first > last) { /* within one page */
		zero_partial_page(mapping, start, end);
		return;
	}
	if (start < first)
		zero_partial_page(mapping, start, first);
	if (last < end)
		zero_partial_page(mapping, last, end);
	if (first < last) {
		truncate_pages(mapping, (u64)first >> PAGE_SHIFT, ((u64)last >> PAGE_SHIFT) - 1);
		inode_free_blocks(mapping->host, (u64)first >> PAGE_SHIFT,
				  ((u64)last >> PAGE_SHIFT) - 1);
	}
}

/* ---- Changing the size ---- */

void i_size_extend(struct inode *inode, s64 size)
{
	s64 old = inode->i_size, end = min(size, ALIGN(old, (s64)PAGE_SIZE));
	struct page *page = NULL;

	/* What a program stored past the end must not become part of the file. */
	if (old < end)
		page = find_get_page(inode->i_mapping, (u64)old >> PAGE_SHIFT);
	if (page) {
		clear_memory((u8 *)page_address(page) + (old & (s64)(PAGE_SIZE - 1)),
			     (size_t)(end - old));
		put_page(page);
	}
	inode->i_size = size;
}

static void truncate_setsize(struct inode *inode, s64 size)
{
	struct address_space *mapping = inode->i_mapping;
	s64 first = ALIGN(size, (s64)PAGE_SIZE);

	if (size > inode->i_size) {
		i_size_extend(inode, size);
		return;
	}
	inode->i_size = size;
	/* Also what programs have copied of those pages: it was theirs only while the file reached there. */
	unmap_mapping_pages(mapping, (u64)first >> PAGE_SHIFT, ~0UL >> PAGE_SHIFT, true);
	if (size & (s64)(PAGE_SIZE - 1))
		zero_partial_page(mapping, size, first);
	truncate_pages(mapping, (u64)first >> PAGE_SHIFT, ~0UL);
	inode_free_blocks(inode, (u64)first >> PAGE_SHIFT, ~0UL);
}

long vfs_truncate(struct inode *inode, s64 size)
{
	int error = 0;

	if (size < 0 || (inode->kind != INODE_REG && inode->kind != INODE_SHMEM))
		return -EINVAL;
	if (size > inode_max_size(inode))
		return inode->kind == INODE_SHMEM ? -EINVAL : -EFBIG;
	if (current && size > inode->i_size && (unsigned long)size > rlimit(RLIMIT_FSIZE))
		return -EFBIG;
	if (inode->kind == INODE_SHMEM)
		error = shmem_reacct_size(inode, size);
	if (error)
		return error;
	trace(TRACE_truncate_setsize, inode->i_ino, (u64)size, (u64)inode->i_size, 0);
	truncate_setsize(inode, size);
	return 0;
}

long vfs_fallocate_punch(struct inode *inode, s64 offset, s64 len)
{
	struct address_space *mapping = inode->i_mapping;
	s64 end, first, last;

	if (offset < 0 || len <= 0)
		return -EINVAL;
	if (inode->kind != INODE_REG && inode->kind != INODE_SHMEM)
		return inode->kind == INODE_PIPE ? -ESPIPE : -ENODEV;
	if (len > MAX_LFS_FILESIZE - offset)
		return -EFBIG;
	end = offset + len;
	first = ALIGN(offset, (s64)PAGE_SIZE);
	last = ALIGN_DOWN(end, (s64)PAGE_SIZE);
	trace(TRACE_punch_hole, inode->i_ino, (u64)offset, (u64)len, 0);
	if (inode->kind == INODE_REG) {
		/* ext4 writes what is dirty there first, and has nothing to do past the end. */
		filemap_write_range(mapping, (u64)offset >> PAGE_SHIFT,
				    (u64)(end - 1) >> PAGE_SHIFT);
		if (offset >= inode->i_size)
			return 0;
	}
	if (first < last)
		unmap_mapping_pages(mapping, (u64)first >> PAGE_SHIFT,
				    (u64)(last - first) >> PAGE_SHIFT, false);
	truncate_range(mapping, offset, end);
	return 0;
}

void truncate_inode_pages_final(struct inode *inode)
{
	truncate_pages(inode->i_mapping, 0, ~0UL);
}

/* ---- Only to have the memory ---- */

unsigned long invalidate_mapping_pages(struct address_space *mapping, unsigned long start,
				       unsigned long end)
{
	unsigned long index = start, count = 0;
	struct page *page;

	lru_add_drain();
	for (; index <= end && (page = xa_find(&mapping->i_pages, &index, end)); index++) {
		if (xa_is_value(page)) {
			xa_store(&mapping->i_pages, index, NULL, 0);
			mapping->nrexceptional--;
			count++;
			continue;
		}
		/* The cache holds one reference; others are users. */
		if (PageDirty(page) || PageWriteback(page) || page_mapped(page) ||
		    page_ref_count(page) > 1) {
			deactivate_file_page(page);
			continue;
		}
		get_page(page);
		lock_page(page);
		delete_from_page_cache(page);
		unlock_page(page);
		put_page(page);
		count++;
	}
	inode_add_lru(mapping->host, false);
	return count;
}
