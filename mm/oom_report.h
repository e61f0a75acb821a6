/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel writes to its log when it has to kill: kept as data, so that /proc/kmsg
 * can tell it at any step after.
 *
 * Linux counterpart: dump_header() and its like in mm/oom_kill.c.
 */
#ifndef MM_OOM_REPORT_H
#define MM_OOM_REPORT_H

#include "types.h"

#define OOM_REPORT_TASKS 32

/* How long a victim has to end by itself before the reaper takes its memory: two seconds. */
#define OOM_REAPER_DELAY 2000000UL

/* A line of the table of tasks; pages but for pgtables_bytes. */
struct oom_task {
	s32 pid;
	u32 uid;
	u64 total_vm;
	u64 rss;
	u64 pgtables_bytes;
	u64 swapents;
	s32 oom_score_adj;
	u32 pad;
	char comm[16];
};

/* The last time that it happened. */
struct oom_report {
	u32 valid;
	gfp_t gfp;
	u32 order;
	u32 nr_tasks;		/* with memory of their own; at most OOM_REPORT_TASKS are listed */
	struct oom_task invoker;
	struct oom_task tasks[OOM_REPORT_TASKS];
	struct oom_task victim;	/* pid 0: none was found */
	u64 victim_rss[3];	/* pages: anonymous, of files, of shared memory */
	u64 reaped_rss[3];	/* what the reaper left */
	u32 reaped;
	u32 pad;
	u64 nodes;		/* that memory was short on, one bit each; 0: all */
	u64 node_stat[NR_VM_NODE_STAT_ITEMS]; /* sums over all nodes */
	u64 free_pages, free_pcp, bounce;
};

#endif
