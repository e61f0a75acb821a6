// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /proc/kmsg: what the kernel's log says of the last time that memory ran out. Empty if it never did.
 * Linux counterpart: dump_header(), __oom_kill_process() of mm/oom_kill.c, show_free_areas() of
 * mm/page_alloc.c; without the call stack, and without the lines for each node and zone.
 */
#include "oom.h"
#include "proc_vm.h"
#include "reader.h"
#include "seq_file.h"

static u64 kib(u64 pages)
{
	return pages << (PAGE_SHIFT - 10);
}

static void show_mem(struct seq_file *s, const struct oom_report *r)
{
	const u64 *n = r->node_stat;

	seq_puts(s, "Mem-Info:\n");
	seq_printf(s, "active_anon:%lu inactive_anon:%lu isolated_anon:%lu\n", n[NR_ACTIVE_ANON],
		   n[NR_INACTIVE_ANON], n[NR_ISOLATED_ANON]);
	seq_printf(s, " active_file:%lu inactive_file:%lu isolated_file:%lu\n", n[NR_ACTIVE_FILE],
		   n[NR_INACTIVE_FILE], n[NR_ISOLATED_FILE]);
	seq_printf(s, " unevictable:%lu dirty:%lu writeback:%lu\n", n[NR_UNEVICTABLE],
		   n[NR_FILE_DIRTY], n[NR_WRITEBACK]);
	seq_printf(s, " slab_reclaimable:%lu slab_unreclaimable:%lu\n", n[NR_SLAB_RECLAIMABLE_B],
		   n[NR_SLAB_UNRECLAIMABLE_B]);
	seq_printf(s, " mapped:%lu shmem:%lu pagetables:%lu\n", n[NR_FILE_MAPPED], n[NR_SHMEM],
		   n[NR_PAGETABLE]);
	seq_printf(s, " sec_pagetables:%lu bounce:%lu\n", n[NR_SECONDARY_PAGETABLE], r->bounce);
	seq_printf(s, " kernel_misc_reclaimable:%lu\n", n[NR_KERNEL_MISC_RECLAIMABLE]);
	seq_printf(s, " free:%lu free_pcp:%lu free_cma:0\n", r->free_pages, r->free_pcp);
}

static void dump_tasks(struct seq_file *s, const struct oom_report *r)
{
	seq_puts(s, "Tasks state (memory values in pages):\n");
	seq_puts(s, "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj "
		    "name\n");
	for (u32 i = 0; i < min(r->nr_tasks, (u32)OOM_REPORT_TASKS); i++) {
		const struct oom_task *t = &r->tasks[i];

		seq_printf(s, "[%7d] %5d %5d %8lu %8lu %8ld %8lu         %5d %.16s\n", t->pid,
			   (s32)t->uid, t->pid, t->total_vm, t->rss, (s64)t->pgtables_bytes,
			   t->swapents, t->oom_score_adj, t->comm);
	}
}

static void show_victim(struct seq_file *s, const struct machine *m, const struct oom_report *r)
{
	const struct oom_task *v = &r->victim;

	if (!v->pid) {
		seq_puts(s, "Out of memory and no killable processes...\n");
		return;
	}
	seq_printf(s, "oom-kill:constraint=%s,nodemask=",
		   r->nodes ? "CONSTRAINT_MEMORY_POLICY" : "CONSTRAINT_NONE");
	if (r->nodes)
		reader_put_nodes(s, r->nodes);
	else
		seq_puts(s, "(null)");
	seq_puts(s, ",cpuset=/,mems_allowed=");
	reader_put_nodes(s, (1UL << reader_nr_nodes(m)) - 1);
	seq_printf(s, ",global_oom,task_memcg=/,task=%.16s,pid=%d,uid=%d\n", v->comm, v->pid,
		   (s32)v->uid);
	seq_printf(s,
		   "Out of memory: Killed process %d (%.16s) total-vm:%lukB, anon-rss:%lukB, "
		   "file-rss:%lukB, shmem-rss:%lukB, UID:%u pgtables:%lukB oom_score_adj:%d\n",
		   v->pid, v->comm, kib(v->total_vm), kib(r->victim_rss[0]), kib(r->victim_rss[1]),
		   kib(r->victim_rss[2]), v->uid, v->pgtables_bytes >> 10, v->oom_score_adj);
	if (r->reaped)
		seq_printf(s,
			   "oom_reaper: reaped process %d (%.16s), now anon-rss:%lukB, "
			   "file-rss:%lukB, shmem-rss:%lukB\n",
			   v->pid, v->comm, kib(r->reaped_rss[0]), kib(r->reaped_rss[1]),
			   kib(r->reaped_rss[2]));
}

void kmsg_show(struct seq_file *s, const struct machine *m)
{
	const struct oom_report *r = &m->oom_report;
	char gfp[256];

	if (!r->valid)
		return;
	view_gfp(r->gfp, gfp, sizeof(gfp));
	seq_printf(s, "%.16s invoked oom-killer: gfp_mask=%#x(%s), order=%d, oom_score_adj=%d\n",
		   r->invoker.pid ? r->invoker.comm : "swapper/0", r->gfp, gfp, (s32)r->order,
		   r->invoker.oom_score_adj);
	show_mem(s, r);
	dump_tasks(s, r);
	show_victim(s, m, r);
}

/* What /proc/PID/oom_score shows: up to 2000, of which a third is for oom_score_adj. */
void oom_score_show(struct seq_file *s, const struct machine *m, s32 pid)
{
	const struct task_struct *task = reader_task(m, pid);
	const struct mm_struct *mm = task ? reader_object(m, task->mm, sizeof(*mm)) : NULL;
	s64 total = (s64)m->totalram_pages + m->total_swap_pages, badness;

	if (!mm || task->oom_score_adj == OOM_SCORE_ADJ_MIN || mm->flags & 1UL << MMF_OOM_SKIP) {
		seq_puts(s, "0\n");
		return;
	}
	badness = oom_points(mm, task->oom_score_adj, total);
	seq_printf(s, "%lu\n", (u64)((1000 + badness * 1000 / max(total, 1L)) * 2 / 3));
}

void oom_score_adj_show(struct seq_file *s, const struct machine *m, s32 pid)
{
	const struct task_struct *task = reader_task(m, pid);

	seq_printf(s, "%d\n", task ? task->oom_score_adj : 0);
}
