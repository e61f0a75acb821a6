// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Dirty pages: whose contents differ from what is on disk.
 *
 * A page becomes dirty when write() changes it, when a program's store is allowed
 * (page_mkwrite), or when an entry with the dirty bit goes. It is written by
 * msync(), fsync() and the like; before that, all entries that map it are made
 * read-only, so that the next store is noticed.
 *
 * Linux counterpart: mm/page-writeback.c; fs/mpage.c for writing one page.
 */
#include "mm.h"
#include "swap.h"
#include "vmstat.h"

/* Counts of dirty pages, which writeback and the limits on them go by. */
static void account_page_dirtied(struct page *page, struct address_space *mapping)
{
	if (!mapping_can_writeback(mapping))
		return;
	__mod_node_page_state(page_pgdat(page), NR_FILE_DIRTY, 1);
	__mod_zone_page_state(page_zone(page), NR_ZONE_WRITE_PENDING, 1);
	__mod_node_page_state(page_pgdat(page), NR_DIRTIED, 1);
}

static void account_page_cleaned(struct page *page, struct address_space *mapping)
{
	if (!mapping_can_writeback(mapping))
		return;
	__mod_node_page_state(page_pgdat(page), NR_FILE_DIRTY, -1);
	__mod_zone_page_state(page_zone(page), NR_ZONE_WRITE_PENDING, -1);
}

bool set_page_dirty(struct page *page)
{
	struct address_space *mapping = page_mapping(page);

	page = compound_head(page);
	if (TestSetPageDirty(page))
		return false;
	trace(TRACE_set_page_dirty, page_to_pfn(page), mapping ? mapping->host->i_ino : 0,
	      page->index, 0);
	if (mapping && mapping_can_writeback(mapping)) {
		account_page_dirtied(page, mapping);
		xa_set_mark(&mapping->i_pages, page->index, PAGECACHE_TAG_DIRTY);
	}
	return true;
}

bool clear_page_dirty_for_io(struct page *page)
{
	struct address_space *mapping = page_mapping(page);

	VM_BUG_ON_PAGE(!PageLocked(page), page);
	/* A store through an entry that was dirty already is in the page, too. */
	if (mapping && mapping_can_writeback(mapping) && page_mkclean(page))
		set_page_dirty(page);
	if (!TestClearPageDirty(page))
		return false;
	if (mapping)
		account_page_cleaned(page, mapping);
	return true;
}

void cancel_dirty_page(struct page *page)
{
	struct address_space *mapping = page_mapping(page);

	if (!TestClearPageDirty(page) || !mapping)
		return;
	account_page_cleaned(page, mapping);
	xa_clear_mark(&mapping->i_pages, page->index, PAGECACHE_TAG_DIRTY);
}

/*
 * Writes a locked page of a file to its block, which it gets now if it has none. What lies past the
 * end of the file is cleared first: a program may have stored something there.
 */
static int write_page(struct address_space *mapping, struct page *page)
{
	struct inode *inode = mapping->host;
	u64 pos = (u64)page->index << PAGE_SHIFT;
	u64 end = (u64)i_size_read(inode);
	int error = inode_alloc_block(inode, page->index);

	if (error)
		return error;
	xa_clear_mark(&mapping->i_pages, page->index, PAGECACHE_TAG_DIRTY);
	if (pos + PAGE_SIZE > end)
		clear_memory((u8 *)page_address(page) + (end - pos), PAGE_SIZE - (end - pos));
	__mod_node_page_state(page_pgdat(page), NR_WRITTEN, 1);
	count_vm_events(PGPGOUT, PAGE_SIZE >> 10);
	disk_write(inode->i_disk + pos, page_address(page));
	trace(TRACE_writepage, page_to_pfn(page), inode->i_ino, page->index, 0);
	return 0;
}

int filemap_write_range(struct address_space *mapping, unsigned long start, unsigned long last)
{
	unsigned long index = start;
	struct page *page;
	int error = 0;

	if (!mapping_can_writeback(mapping))
		return 0;
	while (!error &&
	       (page = xa_find_marked(&mapping->i_pages, &index, last, PAGECACHE_TAG_DIRTY))) {
		lock_page(page);
		if (clear_page_dirty_for_io(page))
			error = write_page(mapping, page);
		else
			xa_clear_mark(&mapping->i_pages, index, PAGECACHE_TAG_DIRTY);
		if (error)
			set_page_dirty(page);
		unlock_page(page);
		if (!++index)
			break;
	}
	return error;
}

/* ---- The flusher ---- */

/* Writes a dirty page unless somebody is working on it. */
static bool write_unlocked_page(struct address_space *mapping, struct page *page)
{
	bool written = false;

	if (!trylock_page(page))
		return false;
	if (clear_page_dirty_for_io(page)) {
		written = !write_page(mapping, page);
		if (!written)
			set_page_dirty(page);
	} else {
		xa_clear_mark(&mapping->i_pages, page->index, PAGECACHE_TAG_DIRTY);
	}
	unlock_page(page);
	/* Reclaim wanted it gone as soon as it is clean. */
	if (written && TestClearPageReclaim(page))
		rotate_reclaimable_page(page);
	return written;
}

static unsigned long writeback_inode(struct address_space *mapping)
{
	unsigned long index = 0, written = 0;
	struct page *page;

	while ((page = xa_find_marked(&mapping->i_pages, &index, ~0UL, PAGECACHE_TAG_DIRTY))) {
		written += write_unlocked_page(mapping, page);
		if (!++index)
			break;
	}
	return written;
}

void wakeup_flusher_threads(void)
{
	unsigned long written = 0;
	struct inode *inode;

	list_for_each_entry(inode, &this_machine->inodes, i_list) {
		if (mapping_can_writeback(inode->i_mapping))
			written += writeback_inode(inode->i_mapping);
	}
	trace(TRACE_wb_writeback, written, 0, 0, 0);
}
