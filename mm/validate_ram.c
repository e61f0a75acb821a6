// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mm_validate(): lines of frames that are known to hold zeroes do (bulk.c).
 *
 * Frames inside of free blocks were mostly never used, and reading them all would take longer than
 * everything else: of those only the ones are looked at that may hold something in other lines.
 * Whoever gets one of the others is looked at then.
 */
#include "validate.h"

#define WORDS_PER_LINE (1UL << (RAM_LINE_SHIFT - 3))

static bool line_is_zero(const u64 *line)
{
	u64 any = 0;

	for (u64 i = 0; i < WORDS_PER_LINE; i++)
		any |= line[i];
	return !any;
}

static void check_frame(struct validation *v, u64 pfn, u64 lines)
{
	const u64 *frame = (const u64 *)((const u8 *)v->m + v->m->layout.ram + (pfn << PAGE_SHIFT));

	for (u64 i = 0; i < PAGE_SIZE >> RAM_LINE_SHIFT; i++) {
		if (lines >> i & 1 || line_is_zero(frame + i * WORDS_PER_LINE))
			continue;
		complain(v, page_object(pfn), "Page %#lx: line %lu is known to hold zeroes but does not.", pfn, i);
		return;
	}
}

void check_ram(struct validation *v, u64 pfn, u64 end)
{
	const u64 *lines = (const u64 *)((const u8 *)v->m + v->m->layout.ram_lines);

	for (; pfn < end; pfn++) {
		const struct page *page = reader_page(v->m, pfn);
		bool used = page->owner.kind == OWNER_ALLOCATED || page->owner.kind == OWNER_PCP ||
			    PageTail(page);

		if (lines[pfn] ? ~lines[pfn] != 0 : used)
			check_frame(v, pfn, lines[pfn]);
	}
}
