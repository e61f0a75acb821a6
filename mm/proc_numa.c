// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /proc/PID/numa_maps: for each VMA its memory policy, and on which nodes its pages lie.
 *
 * Linux counterpart: show_numa_map() of fs/proc/task_mmu.c, mpol_to_str() of mm/mempolicy.c.
 */
#include "mempolicy.h"
#include "proc_vm.h"
#include "reader.h"

#define LEVEL_PMD 2u

/* Pages of one VMA. */
struct numa_maps {
	const struct machine *m;
	u64 pages, anon, active, writeback, dirty, swapcache;
	s64 mapcount_max;
	u64 node[MAX_NUMNODES];
};

static bool gather_stats(void *data, u64 address, u64 entry, u32 level)
{
	u64 nr = level == LEVEL_PMD ? PTRS_PER_TABLE : 1;
	u64 pfn = (entry & PTE_PFN_MASK) >> PAGE_SHIFT;
	struct numa_maps *md = data;
	const struct page *page = reader_page(md->m, pfn), *head;
	s64 count;

	(void)address;
	if (!pte_present(__pte(entry)) || !page || reader_is_zero_page(md->m, pfn) ||
	    (u32)page_to_nid(page) >= reader_nr_nodes(md->m))
		return true;
	head = reader_compound_head(md->m, page);
	count = reader_mapcount(md->m, pfn);
	md->pages += nr;
	if (entry & _PAGE_DIRTY || PageDirty(head))
		md->dirty += nr;
	if (PageSwapCache(head))
		md->swapcache += nr;
	if (PageActive(head) || PageUnevictable(head))
		md->active += nr;
	if (PageWriteback(head))
		md->writeback += nr;
	if (PageAnon(head))
		md->anon += nr;
	if (count > md->mapcount_max)
		md->mapcount_max = count;
	md->node[page_to_nid(page)] += nr;
	return true;
}

static void show_policy(struct seq_file *s, const struct mempolicy *pol)
{
	static const char *const modes[MPOL_MAX] = {
		[MPOL_DEFAULT] = "default", [MPOL_PREFERRED] = "prefer",
		[MPOL_BIND] = "bind",	    [MPOL_INTERLEAVE] = "interleave",
		[MPOL_LOCAL] = "local",	    [MPOL_PREFERRED_MANY] = "prefer (many)",
	};
	u32 flags = pol ? pol->flags & MPOL_MODE_FLAGS : 0;

	seq_puts(s, pol && pol->mode < MPOL_MAX ? modes[pol->mode] : "default");
	if (flags)
		seq_putc(s, '=');
	if (flags & MPOL_F_STATIC_NODES)
		seq_puts(s, "static");
	else if (flags & MPOL_F_RELATIVE_NODES)
		seq_puts(s, "relative");
	if (flags & MPOL_F_NUMA_BALANCING)
		seq_puts(s, flags & (flags - 1) ? "|balancing" : "balancing");
	if (pol && pol->nodes.bits) {
		seq_putc(s, ':');
		reader_put_nodes(s, pol->nodes.bits);
	}
}

/* What the mapping is of. In paths a blank is written as its number. */
static void show_object(struct seq_file *s, const struct machine *m, const struct mm_struct *mm,
			const struct vm_area_struct *kept, const struct view_vma *vma)
{
	char path[48];
	struct seq_file name;

	if (vma->inode_kind != INODE_NONE) {
		seq_open(&name, path, sizeof(path));
		proc_vma_name(&name, m, vma);
		seq_close(&name);
		seq_puts(s, " file=");
		for (const char *c = path; *c; c++)
			if (*c == ' ')
				seq_puts(s, "\\040");
			else
				seq_putc(s, *c);
	} else if (kept->vm_start <= mm->brk && kept->vm_end >= mm->start_brk) {
		seq_puts(s, " heap");
	} else if (vma->what == VIEW_VMA_STACK) {
		seq_puts(s, " stack");
	}
}

static void show_count(struct seq_file *s, const char *name, u64 count, bool shown)
{
	if (shown)
		seq_printf(s, " %s=%lu", name, count);
}

static void show_pages(struct seq_file *s, const struct numa_maps *md)
{
	u32 nid;

	if (!md->pages)
		return;
	show_count(s, "anon", md->anon, md->anon);
	show_count(s, "dirty", md->dirty, md->dirty);
	show_count(s, "mapped", md->pages, md->pages != md->anon && md->pages != md->dirty);
	show_count(s, "mapmax", (u64)md->mapcount_max, md->mapcount_max > 1);
	show_count(s, "swapcache", md->swapcache, md->swapcache);
	show_count(s, "active", md->active, md->active < md->pages);
	show_count(s, "writeback", md->writeback, md->writeback);
	for (nid = 0; nid < reader_nr_nodes(md->m); nid++)
		if (md->node[nid])
			seq_printf(s, " N%u=%lu", nid, md->node[nid]);
	show_count(s, "kernelpagesize_kB", PAGE_SIZE >> 10, true);
}

void numa_maps_show(struct seq_file *s, const struct machine *m, s32 pid)
{
	const struct mm_struct *mm = reader_task_mm(m, pid);
	const struct task_struct *task = reader_task(m, pid);
	const struct vm_area_struct *vma;
	const struct mempolicy *pol;
	struct view_vma out;
	u32 n;

	if (!mm || !task)
		return;
	reader_for_each_vma(vma, n, m, mm)
	{
		struct numa_maps md = { .m = m };

		reader_fill_vma(m, mm, pid, vma, &out);
		pol = reader_vma_policy(m, vma);
		seq_printf(s, "%08lx ", vma->vm_start);
		show_policy(s, pol ? pol : reader_mempolicy(m, task->mempolicy));
		show_object(s, m, mm, vma, &out);
		reader_walk(m, mm, vma->vm_start, vma->vm_end, gather_stats, &md);
		show_pages(s, &md);
		seq_putc(s, '\n');
	}
}
