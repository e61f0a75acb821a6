// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The flusher: the kernel thread that writes dirty pages to the disk.
 *
 * It knows the inodes that have dirty pages, in the order in which they became dirty. It is woken
 *
 *	when more is dirty than the background threshold; it stops below that
 *	when reclaim meets nothing but dirty pages, and by sync(); it writes everything
 *	every dirty_writeback_centisecs, to write what has been dirty for longer than
 *	dirty_expire_centisecs
 *
 * Like kswapd it runs as an operation of its own, after the one in which it was
 * woken; and earlier if that one waits.
 *
 * Linux counterpart: fs/fs-writeback.c, fs/sync.c.
 */
#include "mm.h"
#include "vmstat.h"
#include "writeback.h"

/* Pages of one inode before it is the next one's turn. */
#define MIN_WRITEBACK_PAGES (4096L >> (PAGE_SHIFT - 10))

/* What a run of the flusher is to do. */
struct wb_writeback_work {
	long nr_pages;	     /* at most so many; counts down */
	bool for_kupdate;    /* only what is old */
	bool for_background; /* only until the background threshold is met */
	u32 reason;	     /* enum wb_reason */
};

void bdi_init(struct machine *m)
{
	INIT_LIST_HEAD(&m->wb.b_dirty);
	INIT_LIST_HEAD(&m->wb.b_io);
	INIT_LIST_HEAD(&m->wb.b_more_io);
}

/* ---- Which inodes are dirty ---- */

static bool wb_has_dirty_io(const struct bdi_writeback *wb)
{
	return !list_empty(&wb->b_dirty) || !list_empty(&wb->b_io) || !list_empty(&wb->b_more_io);
}

static void wb_wakeup_delayed(struct bdi_writeback *wb)
{
	u64 interval = this_machine->dirty_writeback_interval * USEC_PER_CENTISEC;

	wb->dwork_timer = interval ? this_machine->clock + interval : 0;
}

void __mark_inode_dirty(struct inode *inode)
{
	struct bdi_writeback *wb = &this_machine->wb;
	bool first = !wb_has_dirty_io(wb);

	if (inode->i_state & I_DIRTY_PAGES)
		return;
	inode->i_state |= I_DIRTY_PAGES;
	if (inode->i_state & I_SYNC)
		return; /* it is being written, and will be put where it belongs after that */
	inode->dirtied_when = this_machine->clock;
	list_add(&inode->i_io_list, &wb->b_dirty);
	if (first)
		wb_wakeup_delayed(wb);
}

void inode_io_list_del(struct inode *inode)
{
	if (inode->i_io_list.next)
		list_del(&inode->i_io_list);
	inode->i_io_list = (struct list_head){ 0 };
	inode->i_state &= (u16)~I_DIRTY_PAGES;
}

/* Becomes the newest of the dirty ones; they stay in the order of their age. */
static void redirty_tail(struct inode *inode, struct bdi_writeback *wb)
{
	struct inode *newest = list_empty(&wb->b_dirty)
				       ? NULL
				       : list_first_entry(&wb->b_dirty, struct inode, i_io_list);

	if (newest && inode->dirtied_when < newest->dirtied_when)
		inode->dirtied_when = this_machine->clock;
	list_move(&inode->i_io_list, &wb->b_dirty);
}

/* Lines up what was written in part, and what is dirty for at least @age microseconds. */
static void queue_io(struct bdi_writeback *wb, u64 age)
{
	u64 moved = 0;

	list_splice_init(&wb->b_more_io, &wb->b_io);
	while (!list_empty(&wb->b_dirty)) {
		struct inode *inode = list_last_entry(&wb->b_dirty, struct inode, i_io_list);

		if (this_machine->clock - inode->dirtied_when < age)
			break;
		list_move(&inode->i_io_list, &wb->b_io);
		moved++;
	}
	trace(TRACE_writeback_queue_io, moved, age / 1000, 0, 0);
}

/* ---- Writing them ---- */

/* Writes pages of an inode. What becomes dirty meanwhile makes it dirty again. */
static int __writeback_single_inode(struct inode *inode, struct writeback_control *wbc)
{
	long nr_to_write = wbc->nr_to_write;
	int error;

	inode->i_state |= I_SYNC;
	inode->i_state &= (u16)~I_DIRTY_PAGES;
	error = write_cache_pages(inode->i_mapping, wbc);
	if (wbc->sync_mode == WB_SYNC_ALL)
		filemap_fdatawait_range(inode->i_mapping, wbc->range_start, wbc->range_end);
	if (mapping_tagged(inode->i_mapping, PAGECACHE_TAG_DIRTY))
		inode->i_state |= I_DIRTY_PAGES;
	inode->i_state &= (u16)~I_SYNC;
	trace(TRACE_writeback_single_inode, inode->i_ino, (u64)(nr_to_write - wbc->nr_to_write),
	      !!(inode->i_state & I_DIRTY_PAGES), 0);
	return error;
}

static void requeue_inode(struct inode *inode, struct bdi_writeback *wb,
			  const struct writeback_control *wbc)
{
	if (!(inode->i_state & I_DIRTY_PAGES)) {
		inode_io_list_del(inode);
		inode_add_lru(inode, false);
	} else if (wbc->nr_to_write <= 0) {
		list_move(&inode->i_io_list, &wb->b_more_io); /* its turn comes again */
	} else {
		redirty_tail(inode, wb);
	}
}

/* As much of one inode as the disk writes in half a second, and no large part of what may be dirty. */
static long writeback_chunk_size(const struct wb_writeback_work *work)
{
	unsigned long background, dirty;
	long pages;

	global_dirty_limits(&background, &dirty);
	pages = (long)min(DISK_PAGES_PER_SEC / 2, dirty / 8);
	return ALIGN_DOWN(min(pages, work->nr_pages) + MIN_WRITEBACK_PAGES, MIN_WRITEBACK_PAGES);
}

/* Goes through b_io. After a tenth of a second it is time to ask whether it is enough. Returns how many pages. */
static long writeback_sb_inodes(struct bdi_writeback *wb, struct wb_writeback_work *work)
{
	u64 start = this_machine->clock;
	long wrote = 0;

	while (!list_empty(&wb->b_io) && work->nr_pages > 0 && !disk_busy_until(wb->until)) {
		struct inode *inode = list_last_entry(&wb->b_io, struct inode, i_io_list);
		long chunk = writeback_chunk_size(work);
		struct writeback_control wbc = {
			.nr_to_write = chunk,
			.range_cyclic = 1,
		};

		__writeback_single_inode(inode, &wbc);
		requeue_inode(inode, wb, &wbc);
		wrote += chunk - wbc.nr_to_write;
		work->nr_pages -= chunk - wbc.nr_to_write;
		if (wrote && this_machine->clock - start > HZ / 10 * USEC_PER_JIFFY)
			break;
	}
	return wrote;
}

static bool wb_over_bg_thresh(void)
{
	unsigned long background, dirty;

	global_dirty_limits(&background, &dirty);
	return global_node_page_state(NR_FILE_DIRTY) > background;
}

static long wb_writeback(struct bdi_writeback *wb, struct wb_writeback_work *work)
{
	u64 age = work->for_kupdate ? this_machine->dirty_expire_interval * USEC_PER_CENTISEC : 0;
	long wrote = 0, progress;

	trace(TRACE_writeback_start, work->reason, global_node_page_state(NR_FILE_DIRTY), 0, 0);
	while (work->nr_pages > 0 && (!work->for_background || wb_over_bg_thresh())) {
		if (list_empty(&wb->b_io))
			queue_io(wb, age);
		progress = writeback_sb_inodes(wb, work);
		wrote += progress;
		/* Out of time: the rest must wait. */
		if (disk_busy_until(wb->until))
			break;
		if (!progress && list_empty(&wb->b_more_io))
			break;
	}
	trace(TRACE_wb_writeback, (u64)wrote, work->reason, 0, 0);
	return wrote;
}

/* The counter lags a little: so that no inode is left out, each counts for one more. */
static long get_nr_dirty_pages(void)
{
	long nr = (long)global_node_page_state(NR_FILE_DIRTY);
	struct inode *inode;

	list_for_each_entry(inode, &this_machine->inodes, i_list)
		nr++;
	return nr;
}

static void wb_check_start_all(struct bdi_writeback *wb)
{
	struct wb_writeback_work work = {
		.nr_pages = get_nr_dirty_pages(),
		.reason = wb->start_all_reason,
	};

	if (!(wb->state & WB_START_ALL))
		return;
	wb_writeback(wb, &work);
	if (!disk_busy_until(wb->until))
		wb->state &= ~WB_START_ALL;
}

static void wb_check_old_data_flush(struct bdi_writeback *wb)
{
	u64 interval = this_machine->dirty_writeback_interval * USEC_PER_CENTISEC;
	struct wb_writeback_work work = {
		.nr_pages = get_nr_dirty_pages(),
		.for_kupdate = true,
		.reason = WB_REASON_PERIODIC,
	};

	if (!interval || this_machine->clock < wb->last_old_flush + interval)
		return;
	wb->last_old_flush = this_machine->clock;
	if (wb_has_dirty_io(wb))
		wb_writeback(wb, &work);
}

static void wb_check_background_flush(struct bdi_writeback *wb)
{
	struct wb_writeback_work work = {
		.nr_pages = (long)(~0UL >> 1),
		.for_background = true,
		.reason = WB_REASON_BACKGROUND,
	};

	if (wb_over_bg_thresh())
		wb_writeback(wb, &work);
	if (!disk_busy_until(wb->until))
		wb->state &= ~WB_START_BACKGROUND;
}

void wb_workfn(u64 until)
{
	struct bdi_writeback *wb = &this_machine->wb;

	if (!(wb->state & WB_KICKED) || wb->state & WB_RUNNING)
		return;
	wb->state |= WB_RUNNING;
	wb->until = until;
	wb_check_start_all(wb);
	wb_check_old_data_flush(wb);
	wb_check_background_flush(wb);
	wb->state &= ~WB_RUNNING;
	if (!(wb->state & (WB_START_ALL | WB_START_BACKGROUND)))
		wb->state &= ~WB_KICKED;
	if (wb_has_dirty_io(wb))
		wb_wakeup_delayed(wb);
	else
		wb->dwork_timer = 0;
}

/* ---- Waking it ---- */

static void wb_wakeup(u32 what, enum wb_reason reason)
{
	struct bdi_writeback *wb = &this_machine->wb;

	if (wb->state & what || !wb_has_dirty_io(wb))
		return;
	if (what == WB_START_ALL)
		wb->start_all_reason = reason;
	wb->state |= what | WB_KICKED;
	trace(TRACE_writeback_wake, reason, global_node_page_state(NR_FILE_DIRTY), 0, 0);
}

void wakeup_flusher_threads(enum wb_reason reason)
{
	wb_wakeup(WB_START_ALL, reason);
}

void wb_start_background_writeback(void)
{
	wb_wakeup(WB_START_BACKGROUND, WB_REASON_BACKGROUND);
}

/* The flusher's timer, if it is due by @until: time passes until then, and it is woken. */
static bool wb_timer_fires(struct bdi_writeback *wb, u64 until)
{
	u64 timer = wb->dwork_timer;

	if (!timer || timer > until)
		return false;
	disk_run(timer);
	wb->dwork_timer = 0;
	wb->state |= WB_KICKED;
	return true;
}

void schedule_timeout(u64 usec)
{
	struct bdi_writeback *wb = &this_machine->wb;
	u64 until = this_machine->clock + usec;

	do {
		wb_workfn(until);
	} while (this_machine->clock < until && wb_timer_fires(wb, until));
	disk_run(until);
}

/* ---- For those who wait ---- */

int write_inode_now(struct inode *inode)
{
	struct writeback_control wbc = {
		.nr_to_write = (long)(~0UL >> 1),
		.range_end = ~0UL,
		.sync_mode = WB_SYNC_ALL,
	};
	int error;

	if (!mapping_can_writeback(inode->i_mapping))
		return 0;
	error = __writeback_single_inode(inode, &wbc);
	if (!(inode->i_state & I_DIRTY_PAGES)) {
		inode_io_list_del(inode);
		inode_add_lru(inode, false);
	} else if (!inode->i_io_list.next) {
		inode->dirtied_when = this_machine->clock;
		list_add(&inode->i_io_list, &this_machine->wb.b_dirty);
	}
	return error;
}

void ksys_sync(void)
{
	struct inode *inode;

	wakeup_flusher_threads(WB_REASON_SYNC);
	wb_workfn(~0UL);
	list_for_each_entry(inode, &this_machine->inodes, i_list)
		if (inode->i_state & I_DIRTY_PAGES ||
		    mapping_tagged(inode->i_mapping, PAGECACHE_TAG_WRITEBACK))
			write_inode_now(inode);
}
