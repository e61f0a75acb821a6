// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading pages of a file before anyone asks for them.
 *
 * Each open file remembers the window it has read last:
 *
 *	start                              start + size
 *	|==================#=================|
 *	                   ^ the mark: async_size before the end
 *
 * Who misses a page has a first window read, somewhat larger than what was asked for. Who comes
 * to the mark has the next one read, twice as large (up to ra_pages), so that one who reads in
 * order never waits. Who jumps about gets what was asked for and no more.
 *
 * Linux counterpart: mm/readahead.c.
 */
#include "mm.h"
#include "swap.h"

/* Largest request that the disk likes: 1280 KiB. */
#define IO_PAGES 320UL

/* Pages that are read at a time where a range was asked for. */
#define FORCE_CHUNK (2UL << (20 - PAGE_SHIFT))

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

void force_page_cache_ra(struct file *file, struct address_space *mapping, unsigned long index,
			 unsigned long nr_to_read)
{
	nr_to_read = min(nr_to_read, max(IO_PAGES, (unsigned long)file->f_ra.ra_pages));
	while (nr_to_read) {
		unsigned long this_chunk = min(nr_to_read, FORCE_CHUNK);

		do_page_cache_ra(mapping, index, this_chunk, 0);
		index += this_chunk;
		nr_to_read -= this_chunk;
	}
}

/* ---- The size of the window ---- */

static unsigned long roundup_pow_of_two(unsigned long n)
{
	return n <= 1 ? 1 : 1UL << (64 - __builtin_clzl(n - 1));
}

/* The first window: two or four times what was asked for. */
static unsigned long get_init_ra_size(unsigned long size, unsigned long max)
{
	unsigned long newsize = roundup_pow_of_two(size);

	if (newsize <= max / 32)
		return newsize * 4;
	if (newsize <= max / 4)
		return newsize * 2;
	return max;
}

/* The next one: larger, as the guess was right. */
static unsigned long get_next_ra_size(const struct file_ra_state *ra, unsigned long max)
{
	unsigned long cur = ra->size;

	if (cur < max / 16)
		return 4 * cur;
	if (cur <= max / 2)
		return 2 * cur;
	return max;
}

static bool is_cached(struct address_space *mapping, unsigned long index)
{
	const void *entry = xa_load(&mapping->i_pages, index);

	return entry && !xa_is_value(entry);
}

/* The first page from @index on that is not cached; gives up after @max. */
static unsigned long page_cache_next_miss(struct address_space *mapping, unsigned long index,
					  unsigned long max)
{
	while (max-- && is_cached(mapping, index))
		index++;
	return index;
}

/* Cached pages just before @index, at most @max: who reads a file in order leaves them behind. */
static unsigned long count_history_pages(struct address_space *mapping, unsigned long index,
					 unsigned long max)
{
	unsigned long nr = 0;

	while (nr < max && nr < index && is_cached(mapping, index - 1 - nr))
		nr++;
	return nr;
}

/* Nothing is known of this reader, but somebody has been reading up to here. */
static bool try_context_readahead(struct address_space *mapping, struct file_ra_state *ra,
				  unsigned long index, unsigned long req_size, unsigned long max)
{
	unsigned long size = count_history_pages(mapping, index, max);

	if (size <= req_size)
		return false;
	/* From the start of the file: it is likely to be read to its end. */
	if (size >= index)
		size *= 2;
	ra->start = index;
	ra->size = (u32)min(size + req_size, max);
	ra->async_size = 1;
	return true;
}

static void initial_readahead(struct file_ra_state *ra, unsigned long index, unsigned long req_size,
			      unsigned long max)
{
	ra->start = index;
	ra->size = (u32)get_init_ra_size(req_size, max);
	ra->async_size = ra->size > req_size ? ra->size - (u32)req_size : ra->size;
}

/* A mark of which this open file knows nothing: another reader's, who is about as far. */
static bool marked_readahead(struct address_space *mapping, struct file_ra_state *ra,
			     unsigned long index, unsigned long req_size, unsigned long max)
{
	unsigned long start = page_cache_next_miss(mapping, index + 1, max);

	if (start - index > max)
		return false;
	ra->start = start;
	ra->size = (u32)(start - index + req_size);
	ra->size = (u32)get_next_ra_size(ra, max);
	ra->async_size = ra->size;
	return true;
}

/* Which window is due? Those but RA_RANDOM and RA_NOTHING are in @ra then. */
static enum ra_pattern next_window(struct address_space *mapping, struct file_ra_state *ra,
				   unsigned long index, bool marked, unsigned long req_size,
				   unsigned long max)
{
	unsigned long end = ra->start + ra->size;

	if (!index) {
		initial_readahead(ra, index, req_size, max);
		return RA_INITIAL;
	}
	if (index == end - ra->async_size || index == end) {
		ra->start += ra->size;
		ra->size = max(ra->size, (u32)get_next_ra_size(ra, max));
		ra->async_size = ra->size;
		return RA_SUBSEQUENT;
	}
	if (marked)
		return marked_readahead(mapping, ra, index, req_size, max) ? RA_MARKER : RA_NOTHING;
	/* A large read, or one that begins where the last one ended. */
	if (req_size > max || index - ((u64)ra->prev_pos >> PAGE_SHIFT) <= 1) {
		initial_readahead(ra, index, req_size, max);
		return RA_INITIAL;
	}
	if (try_context_readahead(mapping, ra, index, req_size, max))
		return RA_CONTEXT;
	return RA_RANDOM;
}

/* The reader is at the mark of the window that is only now to be read: that includes the next one at once. */
static void merge_next_window(struct file_ra_state *ra, unsigned long max)
{
	unsigned long add_pages = get_next_ra_size(ra, max);

	if (ra->size + add_pages <= max) {
		ra->async_size = (u32)add_pages;
		ra->size += (u32)add_pages;
	} else {
		ra->size = (u32)max;
		ra->async_size = (u32)(max >> 1);
	}
}

static void ondemand_readahead(struct file *file, struct address_space *mapping,
			       unsigned long index, bool marked, unsigned long req_size)
{
	struct file_ra_state *ra = &file->f_ra;
	unsigned long max = ra->ra_pages;
	enum ra_pattern pattern;

	/* A request that is larger than the window may be as large as the disk likes it. */
	if (req_size > max && IO_PAGES > max)
		max = min(req_size, IO_PAGES);
	pattern = next_window(mapping, ra, index, marked, req_size, max);
	if (pattern == RA_NOTHING)
		return;
	if (pattern == RA_RANDOM) {
		trace(TRACE_ondemand_readahead, mapping->host->i_ino, index,
		      trace_pack((u32)req_size, 0), pattern);
		do_page_cache_ra(mapping, index, req_size, 0);
		return;
	}
	if (index == ra->start && ra->size == ra->async_size)
		merge_next_window(ra, max);
	trace(TRACE_ondemand_readahead, mapping->host->i_ino, ra->start,
	      trace_pack(ra->size, ra->async_size), pattern);
	do_page_cache_ra(mapping, ra->start, ra->size, ra->async_size);
}

void page_cache_sync_ra(struct file *file, struct address_space *mapping, unsigned long index,
			unsigned long req_count)
{
	if (!file)
		return;
	/* Without readahead the page itself must be read all the same. */
	if (!file->f_ra.ra_pages)
		force_page_cache_ra(file, mapping, index, 1);
	else
		ondemand_readahead(file, mapping, index, false, req_count);
}

void page_cache_async_ra(struct file *file, struct address_space *mapping, struct page *page,
			 unsigned long req_count)
{
	/* The bit of the mark means something else while a page is being written (PG_reclaim). */
	if (!file || !file->f_ra.ra_pages || PageWriteback(page))
		return;
	ClearPageReadahead(page);
	ondemand_readahead(file, mapping, page->index, true, req_count);
}
