// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers about swap and about who would be ended if memory ran out
 * (view_reclaim.h).
 */
#include "reader.h"
#include "oom.h"
#include "swap.h"
#include "swapops.h"

/* ---- Swap devices ---- */

static const struct swap_info_struct *reader_swap(const struct machine *m, u32 device)
{
	return device == 0 && m->swap_info.max > 1 ? &m->swap_info : NULL;
}

static void fill_slot(const struct machine *m, const struct swap_info_struct *si, u64 slot,
		      struct view_swap_slot *out)
{
	const u32 *map = (const u32 *)reader_address(m, si->swap_map);
	void *const *cache = (void *const *)reader_address(m, si->swap_cache);
	const void *cached = cache[slot];

	memset(out, 0, sizeof(*out));
	out->count = map[slot] & SWAP_COUNT;
	out->cached = map[slot] & SWAP_HAS_CACHE;
	out->pfn = NO_PFN;
	if (!cached)
		return;
	if (!xa_is_value(cached)) {
		out->pfn = reader_page_pfn(m, cached);
		return;
	}
	out->shadow = true;
	out->workingset = xa_to_value(cached) & 1;
	/* The clock is the node's; without knowing which one the page was of, the first's. */
	out->distance = (u64)m->node_data[0].__lruvec.nonresident_age - (xa_to_value(cached) >> 1);
}

bool view_swap_slot(const struct machine *m, u32 device, u64 slot, struct view_swap_slot *out)
{
	const struct swap_info_struct *si = reader_swap(m, device);

	memset(out, 0, sizeof(*out));
	out->pfn = NO_PFN;
	if (!si || slot >= si->max)
		return false;
	fill_slot(m, si, slot, out);
	return true;
}

u64 view_swap_slots(const struct machine *m, u32 device, u64 first, struct view_swap_slot *out,
		    u64 max)
{
	const struct swap_info_struct *si = reader_swap(m, device);
	u64 nr = 0;

	for (u64 slot = first; si && slot < si->max && nr < max; slot++)
		fill_slot(m, si, slot, &out[nr++]);
	return nr;
}

u32 view_swap_devices(const struct machine *m, struct view_swap_device *out, u32 max)
{
	const struct swap_info_struct *si = reader_swap(m, 0);
	struct view_swap_slot slot;

	if (!si || !max)
		return si ? 1 : 0;
	*out = (struct view_swap_device){
		.priority = -2,
		.slots = si->max - 1,
		.used = si->inuse_pages,
		.cluster_next = si->cluster_next,
	};
	for (u64 i = 1; i < si->max; i++) {
		fill_slot(m, si, i, &slot);
		out->cached += slot.pfn != NO_PFN;
		out->shadows += slot.shadow;
	}
	return 1;
}

/* ---- Whose slots ---- */

struct owner_walk {
	u32 device;
	u64 first, nr;
	s32 pid;
	s32 *pids;
};

static bool note_owner(void *data, u64 address, u64 entry, u32 level)
{
	struct owner_walk *walk = data;
	pte_t pte = __pte(entry);
	swp_entry_t slot;

	(void)address;
	if (level != 1 || !is_swap_pte(pte) || is_pte_marker(pte))
		return true;
	slot = pte_to_swp_entry(pte);
	if (swp_type(slot) == walk->device && swp_offset(slot) >= walk->first &&
	    swp_offset(slot) - walk->first < walk->nr &&
	    !walk->pids[swp_offset(slot) - walk->first])
		walk->pids[swp_offset(slot) - walk->first] = walk->pid;
	return true;
}

void view_swap_owners(const struct machine *m, u32 device, u64 first, u64 nr, s32 *pids)
{
	struct owner_walk walk = { .device = device, .first = first, .nr = nr, .pids = pids };
	const struct task_struct *task;
	u32 n;

	memset(pids, 0, nr * sizeof(*pids));
	reader_for_each(task, n, m, &m->tasks, tasks)
	{
		const struct mm_struct *mm = reader_object(m, task->mm, sizeof(*mm));

		walk.pid = task->pid;
		if (mm && mm->rss_stat[MM_SWAPENTS] > 0)
			reader_walk(m, mm, 0, TASK_SIZE, note_owner, &walk);
	}
}

/* ---- OOM ---- */

bool view_oom(const struct machine *m, s32 pid, struct view_oom *out)
{
	const struct task_struct *task = reader_task(m, pid);
	const struct mm_struct *mm = task ? reader_object(m, task->mm, sizeof(*mm)) : NULL;
	long total = (long)(m->totalram_pages + (u64)m->total_swap_pages);

	memset(out, 0, sizeof(*out));
	if (!task)
		return false;
	out->pid = pid;
	out->oom_score_adj = task->oom_score_adj;
	out->victim = task->oom_victim;
	if (!mm || task->__state != TASK_RUNNING)
		return true;
	out->rss = (u64)max(mm->rss_stat[MM_FILEPAGES] + mm->rss_stat[MM_ANONPAGES] +
				    mm->rss_stat[MM_SHMEMPAGES],
			    0L);
	out->swap = (u64)max(mm->rss_stat[MM_SWAPENTS], 0L);
	out->pgtables = (u64)mm->pgtables_bytes >> PAGE_SHIFT;
	if (task->oom_score_adj == OOM_SCORE_ADJ_MIN)
		return true;
	out->eligible = true;
	out->points = oom_points(mm, task->oom_score_adj, total);
	out->oom_score = (u32)max((1000 + out->points * 1000 / max(total, 1L)) * 2 / 3, 0L);
	return true;
}
