// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Dirty pages: whose contents differ from what is on disk.
 *
 * A page becomes dirty when write() changes it, when a program's store is allowed
 * (page_mkwrite), or when an entry with the dirty bit goes. It is written by the
 * flusher (fs-writeback.c), or for those who wait for it, by msync(), fsync() and the like;
 * before that, all entries that map it are made read-only, so that the next store is noticed.
 *
 * Linux counterpart: mm/page-writeback.c; fs/mpage.c for writing one page.
 */
#include "mm.h"
#include "swap.h"
#include "vmstat.h"
#include "writeback.h"

/* Counts of dirty pages, which writeback and the limits on them go by. */
static void account_page_dirtied(struct page *page, struct address_space *mapping)
{
	if (!mapping_can_writeback(mapping))
		return;
	__mod_node_page_state(page_pgdat(page), NR_FILE_DIRTY, 1);
	__mod_zone_page_state(page_zone(page), NR_ZONE_WRITE_PENDING, 1);
	__mod_node_page_state(page_pgdat(page), NR_DIRTIED, 1);
	if (current)
		current->nr_dirtied++;
	this_machine->bdp_ratelimits[smp_processor_id()]++;
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
		__mark_inode_dirty(mapping->host);
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

/* ---- Under way to the disk ---- */

static void set_page_writeback(struct page *page, struct address_space *mapping)
{
	SetPageWriteback(page);
	if (!PageDirty(page))
		xa_clear_mark(&mapping->i_pages, page->index, PAGECACHE_TAG_DIRTY);
	xa_set_mark(&mapping->i_pages, page->index, PAGECACHE_TAG_WRITEBACK);
	__mod_node_page_state(page_pgdat(page), NR_WRITEBACK, 1);
	__mod_zone_page_state(page_zone(page), NR_ZONE_WRITE_PENDING, 1);
	trace(TRACE_set_page_writeback, page_to_pfn(page), mapping->host->i_ino, page->index, 0);
}

void end_page_writeback(struct page *page)
{
	struct address_space *mapping = PageSwapCache(page) ? NULL : page_mapping(page);

	VM_BUG_ON_PAGE(!PageWriteback(page), page);
	ClearPageWriteback(page);
	if (mapping)
		xa_clear_mark(&mapping->i_pages, page->index, PAGECACHE_TAG_WRITEBACK);
	__mod_node_page_state(page_pgdat(page), NR_WRITEBACK, -1);
	__mod_zone_page_state(page_zone(page), NR_ZONE_WRITE_PENDING, -1);
	__mod_node_page_state(page_pgdat(page), NR_WRITTEN, 1);
	if (page_pgdat(page)->nr_writeback_throttled)
		__mod_node_page_state(page_pgdat(page), NR_THROTTLED_WRITTEN, 1);
	trace(TRACE_end_page_writeback, page_to_pfn(page), PageReclaim(page), 0, 0);
	if (TestClearPageReclaim(page))
		rotate_reclaimable_page(page);
}

/*
 * Gives a page its block, if it has none yet, and sends it there. What lies past the end of the file is
 * cleared first: a program may have stored something there.
 */
int write_page(struct address_space *mapping, struct page *page)
{
	struct inode *inode = mapping->host;
	u64 pos = (u64)page->index << PAGE_SHIFT;
	u64 end = (u64)i_size_read(inode);
	int error = inode_alloc_block(inode, page->index);

	VM_BUG_ON_PAGE(!PageLocked(page), page);
	if (error)
		return error;
	set_page_writeback(page, mapping);
	if (pos + PAGE_SIZE > end)
		clear_memory((u8 *)page_address(page) + (end - pos), PAGE_SIZE - (end - pos));
	count_vm_events(PGPGOUT, PAGE_SIZE >> 10);
	disk_write(inode->i_disk + pos, page_address(page));
	trace(TRACE_writepage, page_to_pfn(page), inode->i_ino, page->index, 0);
	submit_bio(page);
	return 0;
}

/* One dirty page, locked. */
static int write_dirty_page(struct address_space *mapping, struct page *page,
			    struct writeback_control *wbc)
{
	int error;

	if (PageWriteback(page)) {
		if (wbc->sync_mode == WB_SYNC_NONE)
			return 0; /* it became dirty again meanwhile: another time */
		wait_on_page_writeback(page);
	}
	if (!clear_page_dirty_for_io(page)) {
		xa_clear_mark(&mapping->i_pages, page->index, PAGECACHE_TAG_DIRTY);
		return 0;
	}
	error = write_page(mapping, page);
	if (error)
		set_page_dirty(page);
	else
		wbc->nr_to_write--;
	return error;
}

int write_cache_pages(struct address_space *mapping, struct writeback_control *wbc)
{
	bool sync = wbc->sync_mode == WB_SYNC_ALL;
	unsigned long index = wbc->range_cyclic ? mapping->writeback_index : wbc->range_start;
	unsigned long end = wbc->range_cyclic ? ~0UL : wbc->range_end, done_index = 0;
	struct page *page;
	int error, ret = 0;

	while ((page = xa_find_marked(&mapping->i_pages, &index, end, PAGECACHE_TAG_DIRTY))) {
		if (!sync && (wbc->nr_to_write <= 0 || disk_busy_until(this_machine->wb.until))) {
			done_index = index;
			break;
		}
		/* Who has it locked may be reclaiming for it: only those who must have it insist. */
		if (sync || !PageLocked(page)) {
			lock_page(page);
			error = write_dirty_page(mapping, page, wbc);
			unlock_page(page);
			if (error && !ret)
				ret = error;
		}
		if (!++index)
			break;
	}
	if (wbc->range_cyclic)
		mapping->writeback_index =
			done_index; /* from the beginning, if the end was reached */
	return ret;
}

void filemap_fdatawait_range(struct address_space *mapping, unsigned long start, unsigned long last)
{
	unsigned long index = start;
	struct page *page;

	while ((page = xa_find_marked(&mapping->i_pages, &index, last, PAGECACHE_TAG_WRITEBACK))) {
		wait_on_page_writeback(page);
		if (!++index)
			break;
	}
}

int filemap_write_range(struct address_space *mapping, unsigned long start, unsigned long last)
{
	struct writeback_control wbc = {
		.nr_to_write = (long)(~0UL >> 1),
		.range_start = start,
		.range_end = last,
		.sync_mode = WB_SYNC_ALL,
	};
	int error;

	if (!mapping_can_writeback(mapping))
		return 0;
	error = write_cache_pages(mapping, &wbc);
	filemap_fdatawait_range(mapping, start, last);
	return error;
}
