// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes on their way to the disk.
 *
 * Whoever writes a page does not wait for it: the page has PG_writeback until the
 * disk has it. The disk takes them in order, one after the other. With its queue full, the next
 * one who has something to write must wait for the oldest; so time passes.
 *
 * Linux counterpart: block/blk-mq.c, block/bio.c; mm/folio-compat.c and mm/filemap.c for waiting.
 */
#include "mm.h"
#include "writeback.h"

/* The oldest write is done. Time passes until then, if it has not already. */
static void bio_endio(void)
{
	struct request_queue *q = &this_machine->disk_queue;
	struct page *page = q->pages[q->first];

	this_machine->clock = max(this_machine->clock, q->done_at);
	q->pages[q->first] = NULL;
	q->first = (q->first + 1) % DISK_QUEUE_DEPTH;
	q->nr--;
	q->done_at += DISK_USEC_PER_PAGE;
	end_page_writeback(page);
}

void submit_bio(struct page *page)
{
	struct request_queue *q = &this_machine->disk_queue;

	VM_BUG_ON_PAGE(!PageWriteback(page), page);
	if (q->nr == DISK_QUEUE_DEPTH)
		bio_endio();
	if (!q->nr)
		q->done_at = this_machine->clock + DISK_USEC_PER_PAGE;
	q->pages[(q->first + q->nr++) % DISK_QUEUE_DEPTH] = page;
}

bool disk_busy_until(u64 until)
{
	const struct request_queue *q = &this_machine->disk_queue;

	return q->nr == DISK_QUEUE_DEPTH && q->done_at > until;
}

u64 disk_idle_at(void)
{
	const struct request_queue *q = &this_machine->disk_queue;

	return q->nr ? q->done_at + (q->nr - 1) * DISK_USEC_PER_PAGE : this_machine->clock;
}

void disk_run(u64 until)
{
	struct request_queue *q = &this_machine->disk_queue;

	while (q->nr && q->done_at <= until)
		bio_endio();
	if (until != ~0UL)
		this_machine->clock = max(this_machine->clock, until);
}

void wait_on_page_writeback(struct page *page)
{
	if (!PageWriteback(page))
		return;
	trace(TRACE_wait_on_page_writeback, page_to_pfn(page), 0, 0, 0);
	while (PageWriteback(page) && this_machine->disk_queue.nr)
		bio_endio();
}
