// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading pages of a file before anyone asks for them.
 *
 * Linux counterpart: mm/readahead.c.
 */
#include "mm.h"
#include "swap.h"

void file_ra_state_init(struct file_ra_state *ra)
{
	ra->ra_pages = this_machine->ra_pages;
	ra->prev_pos = -1;
}

void page_cache_ra_unbounded(struct address_space *mapping, unsigned long index,
			     unsigned long nr_to_read, unsigned long lookahead_size)
{
	const gfp_t gfp = GFP_HIGHUSER_MOVABLE | __GFP_NORETRY | __GFP_NOWARN;
	unsigned long i;

	for (i = 0; i < nr_to_read; i++) {
		void *entry = xa_load(&mapping->i_pages, index + i);
		struct page *page;

		if (entry && !xa_is_value(entry))
			continue;
		page = alloc_pages(gfp, 0);
		if (!page)
			break;
		if (add_to_page_cache_lru(page, mapping, index + i, gfp)) {
			put_page(page);
			break;
		}
		if (i == nr_to_read - lookahead_size)
			SetPageReadahead(page);
		filemap_read_page(mapping, page);
		unlock_page(page);
		put_page(page);
	}
}

void do_page_cache_ra(struct address_space *mapping, unsigned long index, unsigned long nr_to_read,
		      unsigned long lookahead_size)
{
	unsigned long nr = i_size_pages(mapping->host);

	if (index >= nr)
		return;
	trace(TRACE_page_cache_ra, mapping->host->i_ino, index, min(nr_to_read, nr - index),
	      lookahead_size);
	page_cache_ra_unbounded(mapping, index, min(nr_to_read, nr - index), lookahead_size);
}

void page_cache_sync_ra(struct file *file, struct address_space *mapping, unsigned long index,
			unsigned long req_count)
{
	if (file && file->f_ra.ra_pages)
		do_page_cache_ra(mapping, index, min(req_count, (unsigned long)file->f_ra.ra_pages),
				 0);
}

void page_cache_async_ra(struct file *file, struct address_space *mapping, struct page *page,
			 unsigned long req_count)
{
	ClearPageReadahead(page);
	if (file && file->f_ra.ra_pages)
		do_page_cache_ra(mapping, page->index + 1,
				 min(req_count, (unsigned long)file->f_ra.ra_pages), 0);
}
