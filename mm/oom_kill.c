// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The OOM killer: when reclaim cannot find a page any more, a task is ended so
 * that the others can go on.
 *
 * The task that frees most is chosen: its badness is its pages in memory, in swap and of its
 * page tables, shifted by oom_score_adj thousandths of all memory. -1000 exempts a task.
 *
 * A victim other than the task that asks ends at once. (In the kernel it gets SIGKILL, and the reaper takes
 * its anonymous pages if it does not end soon.) The task that asks ends after its operation;
 * until then it may use the reserve.
 *
 * Linux counterpart: mm/oom_kill.c.
 */
#include "oom.h"
#include "vmstat.h"

/* Pages that the task's end would free, adjusted; LONG_MIN-like for one that must not be taken. */
static bool oom_badness(const struct task_struct *task, long *points)
{
	long totalpages = (long)(this_machine->totalram_pages + this_machine->total_swap_pages);

	if (!task->mm || task->__state != TASK_RUNNING || task->oom_score_adj == OOM_SCORE_ADJ_MIN)
		return false;
	*points = oom_points(task->mm, task->oom_score_adj, totalpages);
	return true;
}

static struct task_struct *select_bad_process(long *chosen_points)
{
	struct task_struct *task, *chosen = NULL;
	long points;

	list_for_each_entry(task, &this_machine->tasks, tasks) {
		if (!oom_badness(task, &points))
			continue;
		trace(TRACE_oom_badness, (u64)task->pid, (u64)points, 0, 0);
		if (chosen && points <= *chosen_points)
			continue;
		chosen = task;
		*chosen_points = points;
	}
	return chosen;
}

bool out_of_memory(void)
{
	struct task_struct *victim;
	long points = 0;

	/* One that is about to end will free its memory: nobody else need die. */
	if (current && current->oom_victim)
		return false;
	victim = select_bad_process(&points);
	if (!victim)
		return false;
	count_vm_event(OOM_KILL);
	trace(TRACE_oom_kill, (u64)victim->pid, (u64)points, 0, 0);
	victim->oom_victim = 1;
	if (victim != current)
		do_exit(victim, SIGKILL);
	return true;
}
