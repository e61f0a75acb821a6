// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bulk changes of memory.
 *
 * The stores of memset() and memcpy() are not seen by the store hooks, so the
 * range is announced first.
 *
 * Frames are cleared and copied by lines of 64 bytes. machine.ram_lines has a bit for each line of each
 * frame; where it is 0, the line is known to hold zeroes, as all do in a machine that has just been built.
 * A line that holds zeroes need not be cleared, so that clearing a page costs as
 * much as was stored into it since it was last known to be empty, in time as in what the recorder
 * has to keep. The bits are never too few; three kinds of owners see to that:
 *
 *	who asked for the frame with __GFP_HIGHMEM, and so has no address of it in the kernel (memory of
 *	programs and of files): all stores go through functions that note them
 *	page tables: a table is empty when it is given back
 *	all others: every bit is set when the frame is handed out
 *
 * A real kernel has nothing of the kind: its processor would have to note stores by lines.
 */
#include "mm.h"

#define ALL_LINES (~0UL)

static u64 *lines_of_frame(const struct page *page)
{
	return &this_machine->ram_lines[page_to_pfn(page)];
}

static void set_lines(const struct page *page, u64 value)
{
	u64 *lines = lines_of_frame(page);

	if (*lines != value)
		*lines = value;
}

/* Notes a store to memory that may be a frame's, or lie elsewhere in the arena. */
static void note_bulk_store(const void *addr, size_t len)
{
	unsigned long offset = (unsigned long)((const u8 *)addr - this_machine->ram);
	unsigned long end = offset + len, part;

	if (offset >= this_machine->max_pfn << PAGE_SHIFT)
		return;
	for (; offset < end; offset += part) {
		const struct page *page = pfn_to_page(offset >> PAGE_SHIFT);

		part = min(end - offset, PAGE_SIZE - (offset & ~PAGE_MASK));
		set_lines(page, *lines_of_frame(page) | lines_of(offset & ~PAGE_MASK, part));
	}
}

/* The first stretch of lines in a set: takes it out, and tells where it begins, and its length, in bytes. */
static size_t next_stretch(u64 *lines, size_t *from)
{
	unsigned int first = (unsigned int)__builtin_ctzl(*lines);
	u64 after = ~(*lines >> first);
	unsigned int nr = after ? (unsigned int)__builtin_ctzl(after) : 64;

	*lines &= ~(ALL_LINES >> (64 - nr) << first);
	*from = (size_t)first << RAM_LINE_SHIFT;
	return (size_t)nr << RAM_LINE_SHIFT;
}

void forget_frame_lines(struct page *page, unsigned int order)
{
	unsigned long i;

	for (i = 0; i < 1UL << order; i++)
		set_lines(page + i, ALL_LINES);
}

void frame_is_zero(struct page *page)
{
	set_lines(page, 0);
}

void clear_highpage(struct page *page)
{
	u64 lines = *lines_of_frame(page);
	u8 *frame = page_address(page);
	size_t from, len;

	while (lines) {
		len = next_stretch(&lines, &from);
		mem_will_write(frame + from, len);
		memset(frame + from, 0, len);
	}
	set_lines(page, 0);
}

void copy_highpage(struct page *to, struct page *from)
{
	u64 lines = *lines_of_frame(to) | *lines_of_frame(from);
	u8 *target = page_address(to);
	const u8 *source = page_address(from);
	size_t at, len;

	while (lines) {
		len = next_stretch(&lines, &at);
		mem_will_write(target + at, len);
		memcpy(target + at, source + at, len);
	}
	set_lines(to, *lines_of_frame(from));
}

void fill_memory(void *addr, u8 value, size_t len)
{
	mem_will_write(addr, len);
	memset(addr, value, len);
	note_bulk_store(addr, len);
}

void clear_memory(void *addr, size_t len)
{
	mem_will_write(addr, len);
	memset(addr, 0, len);
}

void copy_memory(void *to, const void *from, size_t len)
{
	mem_will_write(to, len);
	memcpy(to, from, len);
	note_bulk_store(to, len);
}
