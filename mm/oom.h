/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the OOM killer goes by, for it and for those who show it.
 *
 * Linux counterpart: include/linux/oom.h, include/uapi/linux/oom.h.
 */
#ifndef MM_OOM_H
#define MM_OOM_H

#include "mm.h"

#define OOM_SCORE_ADJ_MIN (-1000) /* never */
#define OOM_SCORE_ADJ_MAX 1000

/**
 * oom_points - pages that the end of an address space's task would free, adjusted
 * @adj: oom_score_adj, thousandths of all memory
 * @totalpages: RAM and swap
 */
static inline long oom_points(const struct mm_struct *mm, long adj, long totalpages)
{
	return (long)get_mm_rss(mm) + mm->rss_stat[MM_SWAPENTS] +
	       (long)(mm->pgtables_bytes >> PAGE_SHIFT) + adj * (totalpages / 1000);
}

#endif
