// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How much may be dirty, and what is done about it.
 *
 *	background threshold	from here on the flusher writes
 *	free-run ceiling	half way to the limit: from here on writers are slowed down,
 *				the more the closer they come to
 *	the limit		where they only wait
 *
 * All are shares of the memory that could be dirty at all: what is free, and the page
 * cache. A writer is slowed down by a pause whose length follows from how far from the set point
 * (in the middle between ceiling and limit) the machine is. Here the flusher gets the
 * time of the pause.
 *
 * Linux counterpart: mm/page-writeback.c, with the one disk there is, whose speed is known.
 */
#include "mm.h"
#include "vmstat.h"
#include "writeback.h"

#define RATELIMIT_CALC_SHIFT 10
#define MAX_PAUSE	     ((long)(HZ / 5))
#define DIRTY_POLL_THRESH    (128UL >> (PAGE_SHIFT - 10))

/* ---- Thresholds ---- */

static unsigned long global_dirtyable_memory(void)
{
	unsigned long x = (unsigned long)max(this_machine->vm_zone_stat[NR_FREE_PAGES], 0L);

	/* What is held in reserve is no place for dirty pages. */
	x -= min(x, this_machine->totalreserve_pages);
	x += global_node_page_state(NR_INACTIVE_FILE) + global_node_page_state(NR_ACTIVE_FILE);
	return x + 1; /* never 0 */
}

static unsigned long node_dirtyable_memory(struct pglist_data *pgdat)
{
	unsigned long nr_pages = 0;
	int i;

	for (i = 0; i < MAX_NR_ZONES; i++)
		if (populated_zone(&pgdat->node_zones[i]))
			nr_pages += zone_page_state(&pgdat->node_zones[i], NR_FREE_PAGES);
	nr_pages -= min(nr_pages, pgdat->totalreserve_pages);
	return nr_pages + node_page_state(pgdat, NR_INACTIVE_FILE) +
	       node_page_state(pgdat, NR_ACTIVE_FILE);
}

void global_dirty_limits(unsigned long *pbackground, unsigned long *pdirty)
{
	const struct machine *m = this_machine;
	unsigned long available = global_dirtyable_memory();

	*pdirty = dirty_threshold(m->vm_dirty_bytes, m->vm_dirty_ratio, available);
	*pbackground =
		dirty_threshold(m->dirty_background_bytes, m->dirty_background_ratio, available);
	if (*pbackground >= *pdirty)
		*pbackground = *pdirty / 2;
}

static unsigned long node_dirty_limit(struct pglist_data *pgdat)
{
	unsigned long node_memory = node_dirtyable_memory(pgdat);

	if (this_machine->vm_dirty_bytes)
		return DIV_ROUND_UP(this_machine->vm_dirty_bytes, PAGE_SIZE) * node_memory /
		       global_dirtyable_memory();
	return (unsigned long)this_machine->vm_dirty_ratio * node_memory / 100;
}

bool node_dirty_ok(struct pglist_data *pgdat)
{
	return node_page_state(pgdat, NR_FILE_DIRTY) + node_page_state(pgdat, NR_WRITEBACK) <=
	       node_dirty_limit(pgdat);
}

/* ---- How often to look ---- */

void writeback_set_ratelimit(void)
{
	unsigned long background, dirty;

	global_dirty_limits(&background, &dirty);
	this_machine->ratelimit_pages =
		max((u32)(dirty / (unsigned long)(num_online_cpus() * 32)), 16U);
}

void page_writeback_init(struct machine *m)
{
	m->dirty_background_ratio = 10;
	m->vm_dirty_ratio = 20;
	m->dirty_writeback_interval = 5 * 100;
	m->dirty_expire_interval = 30 * 100;
	writeback_set_ratelimit();
}

void account_dirty_leak(u32 nr_dirtied)
{
	this_machine->dirty_throttle_leaks[smp_processor_id()] += nr_dirtied;
}

static int ilog2(unsigned long x)
{
	return 63 - __builtin_clzl(x);
}

/* About the square root of what is left until the limit. */
static u32 dirty_poll_interval(unsigned long dirty, unsigned long thresh)
{
	return thresh > dirty ? 1U << (ilog2(thresh - dirty) >> 1) : 1;
}

/* ---- How long to pause ---- */

struct dirty_throttle_control {
	unsigned long dirty; /* pages: dirty, and being written */
	unsigned long thresh;
	unsigned long bg_thresh;
	unsigned long ratelimit; /* pages a second that the task may dirty */
	long period;		 /* jiffies that its dirty pages are worth */
	long max_pause, min_pause;
	u32 nr_dirtied_pause; /* look again after so many */
};

static unsigned long dirty_freerun_ceiling(unsigned long thresh, unsigned long bg_thresh)
{
	return (thresh + bg_thresh) / 2;
}

/* A factor for the rate, << RATELIMIT_CALC_SHIFT: 1 at the set point, 2 far below, 0 at the limit. */
static long pos_ratio_polynom(unsigned long setpoint, unsigned long dirty, unsigned long limit)
{
	long x = ((long)setpoint - (long)dirty) * (1L << RATELIMIT_CALC_SHIFT) /
		 (long)((limit - setpoint) | 1);
	long ratio = x;

	ratio = ratio * x >> RATELIMIT_CALC_SHIFT;
	ratio = ratio * x >> RATELIMIT_CALC_SHIFT;
	ratio += 1L << RATELIMIT_CALC_SHIFT;
	return min(max(ratio, 0L), 2L << RATELIMIT_CALC_SHIFT);
}

/* The same with the disk's part in it, which with a single disk is small. */
static unsigned long wb_position_ratio(const struct dirty_throttle_control *dtc)
{
	unsigned long limit = dtc->thresh, span = 8 * DISK_PAGES_PER_SEC, setpoint, intercept;
	unsigned long ratio;

	if (dtc->dirty >= limit)
		return 0;
	setpoint = (dirty_freerun_ceiling(limit, dtc->bg_thresh) + limit) / 2;
	ratio = (unsigned long)pos_ratio_polynom(setpoint, dtc->dirty, limit);
	intercept = setpoint + span;
	if (dtc->dirty < intercept - span / 4)
		return ratio * (intercept - dtc->dirty) / (span | 1);
	return ratio / 4;
}

static long wb_max_pause(unsigned long dirty)
{
	/* 32: the power of two above an eighth of a second in jiffies. */
	return min((long)(dirty / (1 + DISK_PAGES_PER_SEC / 32)) + 1, MAX_PAUSE);
}

/* The shortest pause that is worth its while, and after how many pages the next one is due. */
static void wb_min_pause(struct dirty_throttle_control *dtc)
{
	long t = min(max(1L, (long)HZ / 100), 1 + dtc->max_pause / 2);
	unsigned long pages = DISK_PAGES_PER_SEC * (unsigned long)t / 256;

	if (pages < DIRTY_POLL_THRESH) {
		t = dtc->max_pause;
		pages = DISK_PAGES_PER_SEC * (unsigned long)t / 256;
		if (pages > DIRTY_POLL_THRESH) {
			pages = DIRTY_POLL_THRESH;
			t = (long)(HZ * DIRTY_POLL_THRESH / DISK_PAGES_PER_SEC);
		}
	}
	if ((long)(HZ * pages / (dtc->ratelimit + 1)) > dtc->max_pause) {
		t = dtc->max_pause;
		pages = dtc->ratelimit * (unsigned long)t / 256;
	}
	dtc->nr_dirtied_pause = (u32)pages;
	dtc->min_pause = pages >= DIRTY_POLL_THRESH ? 1 + t / 2 : t;
}

static u64 dirty_clock(void)
{
	return this_machine->clock / USEC_PER_JIFFY;
}

/* How long the task has to wait, in jiffies; less than min_pause: not now. */
static long throttle_pause(struct dirty_throttle_control *dtc, u32 pages_dirtied)
{
	dtc->ratelimit = DISK_PAGES_PER_SEC * wb_position_ratio(dtc) >> RATELIMIT_CALC_SHIFT;
	dtc->max_pause = wb_max_pause(dtc->dirty);
	wb_min_pause(dtc);
	dtc->period = dtc->max_pause;
	if (!dtc->ratelimit)
		return dtc->max_pause;
	dtc->period = (long)(HZ * pages_dirtied / dtc->ratelimit);
	if (!current->dirty_paused_when)
		return dtc->period;
	return dtc->period - (long)(dirty_clock() - current->dirty_paused_when);
}

/* No pause now; what it would have been is remembered, so that short ones add up. */
static void postpone_pause(const struct dirty_throttle_control *dtc, long pause, u32 pages_dirtied)
{
	if (pause < -(long)HZ) {
		current->dirty_paused_when = dirty_clock();
		current->nr_dirtied = 0;
	} else if (dtc->period) {
		current->dirty_paused_when += (u64)dtc->period;
		current->nr_dirtied = 0;
	} else if (current->nr_dirtied_pause <= pages_dirtied) {
		current->nr_dirtied_pause += pages_dirtied;
	}
}

static void read_dirty_state(struct dirty_throttle_control *dtc)
{
	*dtc = (struct dirty_throttle_control){ 0 };
	dtc->dirty = global_node_page_state(NR_FILE_DIRTY) + global_node_page_state(NR_WRITEBACK);
	global_dirty_limits(&dtc->bg_thresh, &dtc->thresh);
}

static void pause_writer(struct dirty_throttle_control *dtc, long pause, u32 pages_dirtied)
{
	u64 now = dirty_clock();

	if (pause > dtc->max_pause) {
		now += (u64)min(pause - dtc->max_pause, dtc->max_pause);
		pause = dtc->max_pause;
	}
	trace(TRACE_balance_dirty_pages, (u64)current->pid,
	      trace_pack((u32)dtc->dirty, (u32)dtc->thresh),
	      trace_pack((u32)((u64)pause * 1000 / HZ), pages_dirtied), dtc->ratelimit);
	schedule_timeout((u64)pause * USEC_PER_JIFFY);
	current->dirty_paused_when = now + (u64)pause;
	current->nr_dirtied = 0;
	current->nr_dirtied_pause = dtc->nr_dirtied_pause;
}

static void balance_dirty_pages(u32 pages_dirtied)
{
	struct dirty_throttle_control dtc;
	long pause;

	do {
		read_dirty_state(&dtc);
		if (global_node_page_state(NR_FILE_DIRTY) > dtc.bg_thresh)
			wb_start_background_writeback();
		if (dtc.dirty <= dirty_freerun_ceiling(dtc.thresh, dtc.bg_thresh)) {
			current->dirty_paused_when = dirty_clock();
			current->nr_dirtied = 0;
			current->nr_dirtied_pause = dirty_poll_interval(dtc.dirty, dtc.thresh);
			return;
		}
		wb_start_background_writeback();
		this_machine->wb.dirty_exceeded = dtc.dirty > dtc.thresh;
		pause = throttle_pause(&dtc, pages_dirtied);
		if (dtc.ratelimit && pause < dtc.min_pause) {
			postpone_pause(&dtc, pause, pages_dirtied);
			return;
		}
		pause_writer(&dtc, pause, pages_dirtied);
	} while (!dtc.ratelimit && this_machine->wb.state & WB_KICKED);
}

void balance_dirty_pages_ratelimited(struct address_space *mapping)
{
	int cpu = smp_processor_id();
	u32 *bdp_ratelimit = &this_machine->bdp_ratelimits[cpu];
	u32 *leaks = &this_machine->dirty_throttle_leaks[cpu];
	u32 ratelimit, nr;

	/* A flusher that makes a page dirty again must not wait for itself. */
	if (!current || !mapping_can_writeback(mapping) || this_machine->wb.state & WB_RUNNING)
		return;
	ratelimit = current->nr_dirtied_pause;
	if (this_machine->wb.dirty_exceeded)
		ratelimit = min(ratelimit, 32U >> (PAGE_SHIFT - 10));
	if (current->nr_dirtied >= ratelimit) {
		*bdp_ratelimit = 0;
	} else if (*bdp_ratelimit >= this_machine->ratelimit_pages) {
		*bdp_ratelimit = 0;
		ratelimit = 0;
	}
	if (*leaks && current->nr_dirtied < ratelimit) {
		nr = min(*leaks, ratelimit - current->nr_dirtied);
		*leaks -= nr;
		current->nr_dirtied += nr;
	}
	if (current->nr_dirtied >= ratelimit)
		balance_dirty_pages(current->nr_dirtied);
}
