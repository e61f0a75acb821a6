/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing dirty pages back: how much may be dirty, the flusher, and what is on its way to the disk.
 *
 * Time passes in this machine only where somebody waits: for the disk, in a pause of
 * balance_dirty_pages(), in the operation sleep. machine.clock counts it.
 *
 * Linux counterpart: include/linux/writeback.h, backing-dev-defs.h; block/blk-mq.c for the queue.
 */
#ifndef MM_WRITEBACK_H
#define MM_WRITEBACK_H

#include "list.h"
#include "types.h"
#include "view_reclaim.h"

struct address_space;
struct inode;
struct machine;
struct page;
struct pglist_data;

#define HZ		 250UL			/* ticks a second, as Debian's kernels have */
#define USEC_PER_JIFFY	 (1000000UL / HZ)
#define USEC_PER_CENTISEC 10000UL

/* What the disk writes in a second: 100 MiB, what the kernel takes a new disk to do (INIT_BW). */
#define DISK_PAGES_PER_SEC 25600UL
#define DISK_USEC_PER_PAGE 39UL

/* Writes that the disk accepts before it has to finish some. */
#define DISK_QUEUE_DEPTH 64

/* Writes on their way, oldest first. */
struct request_queue {
	struct page *pages[DISK_QUEUE_DEPTH];
	u32 first;		/* place of the oldest */
	u32 nr;
	u64 done_at;		/* clock at which the oldest is on the disk */
};

#define WB_KICKED	  1u	/* wants to run */
#define WB_START_ALL	  2u	/* shall write everything that is dirty */
#define WB_START_BACKGROUND 4u	/* shall bring it below the background threshold */
#define WB_RUNNING	  8u

/* The flusher of the disk: its inodes with dirty pages, by i_io_list. */
struct bdi_writeback {
	struct list_head b_dirty;	/* newest first */
	struct list_head b_io;		/* to be written now, next one last */
	struct list_head b_more_io;	/* written in part */
	u64 last_old_flush;		/* clock: when old pages were looked for last */
	u64 dwork_timer;		/* clock: when it wakes by itself; 0 = not at all */
	u64 until;			/* clock: while it runs, when it has to stop */
	u32 state;			/* WB_* */
	u32 start_all_reason;		/* enum wb_reason */
	u32 dirty_exceeded;		/* writers are over the limit: look at each of them often */
	u32 pad;
};

enum writeback_sync_modes {
	WB_SYNC_NONE,	/* what can be had */
	WB_SYNC_ALL,	/* everything, for someone who waits for it */
};

/* What write_cache_pages() is to do. */
struct writeback_control {
	long nr_to_write;		/* pages; counts down */
	unsigned long range_start;	/* page offsets, both inclusive */
	unsigned long range_end;
	u32 sync_mode;			/* enum writeback_sync_modes */
	u32 range_cyclic;		/* go on where the last one stopped, in place of the range */
};

/* A threshold: bytes if they are set, else a per cent of the pages that could be dirty. In pages. */
static inline unsigned long dirty_threshold(unsigned long bytes, int ratio, unsigned long available)
{
	if (bytes)
		return DIV_ROUND_UP(bytes, PAGE_SIZE);
	return (unsigned long)ratio * PAGE_SIZE / 100 * available / PAGE_SIZE;
}

/* ---- page-writeback.c ---- */

/**
 * write_cache_pages - write dirty pages of a file
 * @wbc: which, and how many
 *
 * Returns 0 or -errno of the first that could not be written. It stays dirty.
 */
int write_cache_pages(struct address_space *mapping, struct writeback_control *wbc);
/* Writes a locked page that is no longer dirty to its block; end_page_writeback() tells that it is there. 0 or -errno. */
int write_page(struct address_space *mapping, struct page *page);
/* Waits until those pages of [start, last] that are being written are on the disk. */
void filemap_fdatawait_range(struct address_space *mapping, unsigned long start,
			     unsigned long last);
/* The write has ended: reclaim may have the page. */
void end_page_writeback(struct page *page);

/* ---- dirty_throttle.c: thresholds, and slowing down those who write ---- */

/* At boot, and when a threshold was set. */
void page_writeback_init(struct machine *m);
void writeback_set_ratelimit(void);
/* Pages that may be dirty before writers are slowed (*pdirty), before the flusher starts (*pbackground). */
void global_dirty_limits(unsigned long *pbackground, unsigned long *pdirty);
/* Has the node room for more dirty pages? */
bool node_dirty_ok(struct pglist_data *pgdat);
/**
 * balance_dirty_pages_ratelimited - to be called by whoever has made pages of a file dirty
 *
 * Now and then looks how many are dirty; wakes the flusher, and makes the task pause while it writes.
 */
void balance_dirty_pages_ratelimited(struct address_space *mapping);
/* Its pages were dirtied by a task that ends: another one will pay for them. */
void account_dirty_leak(u32 nr_dirtied);

/* ---- fs-writeback.c: the flusher ---- */

void bdi_init(struct machine *m);
/* A page of the file has become dirty. */
void __mark_inode_dirty(struct inode *inode);
void inode_io_list_del(struct inode *inode);
void wakeup_flusher_threads(enum wb_reason reason);
void wb_start_background_writeback(void);
/* Runs the flusher if it was woken, until it has nothing to do or the clock stands at @until. */
void wb_workfn(u64 until);
/* Lets time pass, during which the flusher works. */
void schedule_timeout(u64 usec);
/* Writes a file and waits for it. 0 or -errno. */
int write_inode_now(struct inode *inode);
/* sync(): all files. */
void ksys_sync(void);

/* ---- bio.c: what is on its way ---- */

/* Gives a page that has PG_writeback to the disk; waits for the oldest ones if that has too much to do. */
void submit_bio(struct page *page);
/* Would submit_bio() have to wait past this time? */
bool disk_busy_until(u64 until);
/* The clock at which all writes on their way are done. */
u64 disk_idle_at(void);
/* Lets the disk work until the clock stands at @until; ~0: until all is written. */
void disk_run(u64 until);
void wait_on_page_writeback(struct page *page);

#endif
