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

static u32 nr_swap_devices(const struct machine *m)
{
	return min(m->nr_swapfiles, (u32)MAX_SWAPFILES);
}

const struct swap_info_struct *reader_swap(const struct machine *m, u32 device)
{
	return device < nr_swap_devices(m) ? &m->swap_info[device] : NULL;
}

/* Its slots with the header's; also those of a device that is off. */
static u64 nr_slots(const struct machine *m, u32 device)
{
	return m->config.swaps[device].size >> PAGE_SHIFT;
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
	if (!si || slot >= nr_slots(m, device))
		return false;
	fill_slot(m, si, slot, out);
	return true;
}

u64 view_swap_slots(const struct machine *m, u32 device, u64 first, struct view_swap_slot *out,
		    u64 max)
{
	const struct swap_info_struct *si = reader_swap(m, device);
	u64 nr = 0;

	for (u64 slot = first; si && slot < nr_slots(m, device) && nr < max; slot++)
		fill_slot(m, si, slot, &out[nr++]);
	return nr;
}

bool view_swap_device(const struct machine *m, u32 device, struct view_swap_device *out)
{
	const struct swap_info_struct *si = reader_swap(m, device);
	struct view_swap_slot slot;

	memset(out, 0, sizeof(*out));
	if (!si)
		return false;
	out->nr = device;
	out->in_use = si->flags & SWP_USED;
	out->priority = out->in_use ? si->prio : 0;
	out->slots = nr_slots(m, device) - 1;
	out->used = si->inuse_pages;
	out->cluster_next = si->cluster_next;
	for (u64 i = 1; i < nr_slots(m, device); i++) {
		fill_slot(m, si, i, &slot);
		out->cached += slot.pfn != NO_PFN;
		out->shadows += slot.shadow;
	}
	return true;
}

u32 view_swap_devices(const struct machine *m, struct view_swap_device *out, u32 max)
{
	for (u32 i = 0; i < nr_swap_devices(m) && i < max; i++)
		view_swap_device(m, i, &out[i]);
	return nr_swap_devices(m);
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
	if (!mm || !task_alive(task))
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
