// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The OOM killer: when reclaim cannot find a page any more, a task is ended so
 * that the others can go on.
 *
 * The task that frees most is chosen: its badness is its pages in memory, in swap and of its
 * page tables, shifted by oom_score_adj thousandths of all memory. -1000 exempts a task.
 *
 * The victim gets SIGKILL, and ends when it runs next: after the operation under way, since
 * tasks take turns. Until then the task that asks may use the reserve if it is the victim itself; otherwise it waits,
 * and after two seconds the reaper, a kernel thread, takes the victim's private memory.
 *
 * Linux counterpart: mm/oom_kill.c.
 */
#include "mempolicy.h"
#include "oom.h"
#include "swap.h"
#include "vmstat.h"
#include "writeback.h"

/* ---- Who ---- */

static bool oom_unkillable_task(const struct task_struct *task)
{
	return !task->mm || !task_alive(task);
}

/* What is known of the request that found no memory. */
struct oom_control {
	gfp_t gfp_mask;
	unsigned int order;
	const nodemask_t *nodemask; /* the nodes that memory is short on; NULL: all */
	long totalpages;	    /* RAM of those nodes, and swap */
};

/*
 * Memory may be short for those only who are bound to some nodes by a policy. Then nobody need die who has no memory
 * there.
 */
static void constrained_alloc(struct oom_control *oc)
{
	u64 all = node_states_memory().bits;
	pg_data_t *pgdat;

	oc->totalpages = this_machine->total_swap_pages;
	if (!oc->nodemask || (oc->nodemask->bits & all) == all) {
		oc->nodemask = NULL;
		oc->totalpages += (long)this_machine->totalram_pages;
		return;
	}
	for_each_online_pgdat(pgdat)
		if (node_isset(pgdat->node_id, *oc->nodemask))
			oc->totalpages += (long)pgdat->node_present_pages;
}

/* May the task have memory on the nodes that it is short on? */
static bool mempolicy_in_oom_domain(const struct task_struct *task, const nodemask_t *mask)
{
	const struct mempolicy *pol = task->mempolicy;

	return !mask || !pol || pol->mode != MPOL_BIND || pol->nodes.bits & mask->bits;
}

/* Pages that the task's end would free, adjusted; false for one that must not be taken. */
static bool oom_badness(const struct task_struct *task, long totalpages, long *points)
{

	if (task->oom_score_adj == OOM_SCORE_ADJ_MIN || task->mm->flags & 1UL << MMF_OOM_SKIP)
		return false;
	*points = oom_points(task->mm, task->oom_score_adj, totalpages);
	return true;
}

/* NULL: nobody. *wait: somebody is about to end, and nobody else need die. */
static struct task_struct *select_bad_process(const struct oom_control *oc, long *chosen_points,
					      bool *wait)
{
	struct task_struct *task, *chosen = NULL;
	long points;

	list_for_each_entry(task, &this_machine->tasks, tasks) {
		if (oom_unkillable_task(task) || !mempolicy_in_oom_domain(task, oc->nodemask))
			continue;
		if (task->oom_victim && !(task->mm->flags & 1UL << MMF_OOM_SKIP)) {
			*wait = true;
			return NULL;
		}
		if (!oom_badness(task, oc->totalpages, &points))
			continue;
		trace(TRACE_oom_badness, (u64)task->pid, (u64)points, 0, 0);
		/* Of equals the youngest. */
		if (chosen && points < *chosen_points)
			continue;
		chosen = task;
		*chosen_points = points;
	}
	return chosen;
}

/* ---- The report ---- */

static void report_task(struct oom_task *row, const struct task_struct *task)
{
	u32 i;

	*row = (struct oom_task){ .pid = task->pid, .uid = task->uid };
	row->oom_score_adj = task->oom_score_adj;
	for (i = 0; i < sizeof(row->comm); i++)
		row->comm[i] = task->comm[i];
	if (!task->mm)
		return;
	row->total_vm = task->mm->total_vm;
	row->rss = get_mm_rss(task->mm);
	row->pgtables_bytes = task->mm->pgtables_bytes;
	row->swapents = (u64)task->mm->rss_stat[MM_SWAPENTS];
}

static void report_rss(u64 *rss, const struct mm_struct *mm)
{
	rss[0] = (u64)max(mm->rss_stat[MM_ANONPAGES], 0L);
	rss[1] = (u64)max(mm->rss_stat[MM_FILEPAGES], 0L);
	rss[2] = (u64)max(mm->rss_stat[MM_SHMEMPAGES], 0L);
}

static void report_memory(struct oom_report *report)
{
	struct zone *zone;
	int i, cpu;

	for (i = 0; i < NR_VM_NODE_STAT_ITEMS; i++)
		report->node_stat[i] = global_node_page_state((enum node_stat_item)i);
	report->free_pages = (u64)max(this_machine->vm_zone_stat[NR_FREE_PAGES], 0L);
	report->bounce = (u64)max(this_machine->vm_zone_stat[NR_BOUNCE], 0L);
	report->free_pcp = 0;
	for_each_populated_zone(zone)
		for_each_online_cpu(cpu)
			report->free_pcp += (u64)zone->per_cpu_pageset[cpu].count;
}

/* What the log says: who asked for what, what memory is used for, and all who could be killed. */
static void dump_header(const struct oom_control *oc, const struct task_struct *victim)
{
	struct oom_report *report = &this_machine->oom_report;
	struct task_struct *task;

	report->valid = 1;
	report->gfp = oc->gfp_mask;
	report->order = oc->order;
	report->nodes = oc->nodemask ? oc->nodemask->bits : 0;
	report->nr_tasks = 0;
	report->reaped = 0;
	report->invoker = (struct oom_task){ 0 };
	report->victim = (struct oom_task){ 0 };
	if (current)
		report_task(&report->invoker, current);
	report_memory(report);
	list_for_each_entry(task, &this_machine->tasks, tasks) {
		if (oom_unkillable_task(task) || !mempolicy_in_oom_domain(task, oc->nodemask))
			continue;
		if (report->nr_tasks < OOM_REPORT_TASKS)
			report_task(&report->tasks[report->nr_tasks], task);
		report->nr_tasks++;
	}
	if (!victim)
		return;
	report_task(&report->victim, victim);
	report_rss(report->victim_rss, victim->mm);
}

/* ---- The reaper ---- */

/* The kernel thread oom_reaper: what the victim alone has is worth nothing any more. */
static void oom_reap_task(struct task_struct *task)
{
	struct mm_struct *mm = task->mm;
	struct vm_area_struct *vma;

	if (mm->flags & 1UL << MMF_OOM_SKIP)
		return;
	trace(TRACE_start_task_reaping, (u64)task->pid, get_mm_rss(mm), 0, 0);
	for (vma = mm->mmap; vma; vma = vma->vm_next) {
		if (vma->vm_flags & (VM_HUGETLB | VM_PFNMAP))
			continue;
		if (vma_is_anonymous(vma) || !(vma->vm_flags & VM_SHARED))
			zap_page_range_single(vma, vma->vm_start, vma->vm_end - vma->vm_start);
	}
	mm->flags |= 1UL << MMF_OOM_SKIP;
	if (this_machine->oom_report.victim.pid == task->pid) {
		this_machine->oom_report.reaped = 1;
		report_rss(this_machine->oom_report.reaped_rss, mm);
	}
	trace(TRACE_finish_task_reaping, (u64)task->pid, get_mm_rss(mm), 0, 0);
}

/* Who waits for the victim's memory sleeps; the victim has not run when the reaper's time has come. */
static void wait_for_victim(struct task_struct *victim)
{
	trace(TRACE_wake_reaper, (u64)victim->pid, 0, 0, 0);
	schedule_timeout(OOM_REAPER_DELAY);
	oom_reap_task(victim);
}

/* ---- Killing ---- */

static void oom_kill_process(struct task_struct *victim, long points)
{
	count_vm_event(OOM_KILL);
	trace(TRACE_oom_kill, (u64)victim->pid, (u64)points, 0, 0);
	victim->oom_victim = 1;
	victim->mm->flags |= 1UL << MMF_OOM_VICTIM;
	if (victim != current)
		wait_for_victim(victim);
}

/* 1: only if memory is short everywhere; 2: always. */
static void check_panic_on_oom(const struct oom_control *oc)
{
	if (likely(!this_machine->sysctl_panic_on_oom))
		return;
	if (this_machine->sysctl_panic_on_oom != 2 && oc->nodemask)
		return;
	dump_header(oc, NULL);
	vm_bug(~0UL, "Out of memory: panic_on_oom is enabled");
}

bool out_of_memory(gfp_t gfp, unsigned int order, const nodemask_t *nodemask)
{
	struct oom_control oc = { .gfp_mask = gfp, .order = order, .nodemask = nodemask };
	struct task_struct *victim = NULL;
	bool wait = false;
	long points = 0;

	/* One that is about to end will free its memory: nobody else need die. */
	if (current && current->oom_victim)
		return false;
	if (list_empty(&this_machine->tasks))
		return false;
	constrained_alloc(&oc);
	check_panic_on_oom(&oc);
	/* It is swapoff() that needs the memory: rather than anybody else, it has to give up. */
	if (this_machine->oom_flag_origin)
		return false;
	if (this_machine->sysctl_oom_kill_allocating_task && current &&
	    !oom_unkillable_task(current) && mempolicy_in_oom_domain(current, oc.nodemask) &&
	    oom_badness(current, oc.totalpages, &points))
		victim = current;
	else
		victim = select_bad_process(&oc, &points, &wait);
	if (wait)
		return false;
	dump_header(&oc, victim);
	if (!victim)
		return false;
	oom_kill_process(victim, points);
	return true;
}

static struct task_struct *next_victim(void)
{
	struct task_struct *task;

	list_for_each_entry(task, &this_machine->tasks, tasks)
		if (task->oom_victim && task_alive(task))
			return task;
	return NULL;
}

/* The end of one may take others off the list, its zombie children; so each time from the start. */
void oom_victims_exit(void)
{
	struct task_struct *task;

	while ((task = next_victim()))
		do_exit(task, SIGKILL);
}
