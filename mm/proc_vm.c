// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The texts of /proc/PID: maps, smaps, status, statm, pagemap; numa_maps is in proc_numa.c.
 *
 * They are in the kernel's format. Files have no names here, so they are called after their number;
 * pagemap, which is binary in the kernel, is written with one line for each page that has an entry: its
 * address and the 64 bits of its entry.
 *
 * Linux counterpart: fs/proc/task_mmu.c, fs/proc/array.c.
 */
#include "proc_vm.h"
#include "reader.h"

/* Where the names begin in maps and smaps. */
#define NAME_COLUMN (25 + sizeof(void *) * 6 - 1)

/* Bits of an entry of /proc/PID/pagemap. */
#define PM_MMAP_EXCLUSIVE (1UL << 56)
#define PM_UFFD_WP	  (1UL << 57)
#define PM_GUARD_REGION	  (1UL << 58)
#define PM_FILE		  (1UL << 61)
#define PM_SWAP		  (1UL << 62)
#define PM_PRESENT	  (1UL << 63)

/* How many entries are asked for at a time. */
#define PTES_AT_ONCE 64u

/* ---- maps ---- */

struct device {
	u32 major, minor;
};

/* The device that a file lies on: a disk, the kernel's own tmpfs, that of device nodes. */
static struct device device_of(const struct view_vma *vma)
{
	switch ((enum inode_kind)vma->inode_kind) {
	case INODE_REG:
		return (struct device){ 8, 1 };
	case INODE_SHMEM:
		return (struct device){ 0, 1 };
	case INODE_ZERO:
		return (struct device){ 0, 5 };
	default:
		return (struct device){ 0, 0 };
	}
}

/* Is it a file that the script has made, not the nameless one of a shared mapping? */
static bool is_memfd(const struct machine *m, u32 ino)
{
	const struct inode *inode = reader_inode(m, ino);

	return inode && inode->kind == INODE_SHMEM && inode->i_nlink;
}

void proc_vma_name(struct seq_file *s, const struct machine *m, const struct view_vma *vma)
{
	if (vma->inode_kind == INODE_REG)
		seq_printf(s, "/file%u", vma->inode);
	else if (is_memfd(m, vma->inode))
		seq_printf(s, "/memfd:file%u (deleted)", vma->inode);
	else if (vma->inode_kind == INODE_SHMEM)
		seq_puts(s, "/dev/zero (deleted)");
	else if (vma->inode_kind == INODE_ZERO)
		seq_puts(s, "/dev/zero");
	else if (vma->what == VIEW_VMA_HEAP)
		seq_puts(s, "[heap]");
	else if (vma->what == VIEW_VMA_STACK)
		seq_puts(s, "[stack]");
}

static bool has_name(const struct view_vma *vma)
{
	return vma->inode_kind != INODE_NONE || vma->what == VIEW_VMA_HEAP ||
	       vma->what == VIEW_VMA_STACK;
}

static void show_map_vma(struct seq_file *s, const struct machine *m, const struct mm_struct *mm,
			 const struct vm_area_struct *kept, const struct view_vma *vma)
{
	struct device dev = device_of(vma);
	size_t start = s->count;

	seq_printf(s, "%08lx-%08lx %c%c%c%c %08lx %02x:%02x %u ", vma->start, vma->end,
		   vma->flags & VM_READ ? 'r' : '-', vma->flags & VM_WRITE ? 'w' : '-',
		   vma->flags & VM_EXEC ? 'x' : '-', vma->flags & VM_MAYSHARE ? 's' : 'p',
		   vma->file ? vma->pgoff << PAGE_SHIFT : 0, dev.major, dev.minor, vma->inode);
	if (has_name(vma)) {
		while (s->count - start < NAME_COLUMN)
			seq_putc(s, ' ');
		seq_putc(s, ' ');
		proc_vma_name(s, m, vma);
	}
	seq_putc(s, '\n');
}

/* Calls @show for each VMA, without its pages being counted. */
static void for_each_view_vma(struct seq_file *s, const struct machine *m, s32 pid,
			      void (*show)(struct seq_file *s, const struct machine *m,
					   const struct mm_struct *mm,
					   const struct vm_area_struct *kept,
					   const struct view_vma *vma))
{
	const struct mm_struct *mm = reader_task_mm(m, pid);
	const struct vm_area_struct *vma;
	struct view_vma out;
	u32 n;

	if (!mm)
		return;
	reader_for_each_vma(vma, n, m, mm)
	{
		reader_fill_vma(m, mm, pid, vma, &out);
		show(s, m, mm, vma, &out);
	}
}

static void maps_show(struct seq_file *s, const struct machine *m, s32 pid)
{
	for_each_view_vma(s, m, pid, show_map_vma);
}

/* ---- smaps ---- */

static void show_kb(struct seq_file *s, const char *name, u64 kb)
{
	seq_printf(s, "%s%8lu kB\n", name, kb);
}

static void show_smap(struct seq_file *s, const struct machine *m, const struct mm_struct *mm,
		      const struct vm_area_struct *kept, const struct view_vma *vma)
{
	struct view_smaps mss;
	char flags[128];

	reader_smaps(m, mm, kept, &mss);
	show_map_vma(s, m, mm, kept, vma);
	show_kb(s, "Size:           ", (vma->end - vma->start) >> 10);
	show_kb(s, "KernelPageSize: ", PAGE_SIZE >> 10);
	show_kb(s, "MMUPageSize:    ", PAGE_SIZE >> 10);
	show_kb(s, "Rss:            ", mss.rss);
	show_kb(s, "Pss:            ", mss.pss);
	show_kb(s, "Pss_Dirty:      ", mss.pss_dirty);
	show_kb(s, "Shared_Clean:   ", mss.shared_clean);
	show_kb(s, "Shared_Dirty:   ", mss.shared_dirty);
	show_kb(s, "Private_Clean:  ", mss.private_clean);
	show_kb(s, "Private_Dirty:  ", mss.private_dirty);
	show_kb(s, "Referenced:     ", mss.referenced);
	show_kb(s, "Anonymous:      ", mss.anonymous);
	show_kb(s, "LazyFree:       ", mss.lazyfree);
	show_kb(s, "AnonHugePages:  ", mss.anon_huge_pages);
	show_kb(s, "ShmemPmdMapped: ", mss.shmem_pmd_mapped);
	show_kb(s, "FilePmdMapped:  ", mss.file_pmd_mapped);
	show_kb(s, "Shared_Hugetlb: ", 0);
	seq_printf(s, "Private_Hugetlb: %7lu kB\n", 0UL);
	show_kb(s, "Swap:           ", mss.swap);
	show_kb(s, "SwapPss:        ", mss.swap_pss);
	show_kb(s, "Locked:         ", mss.locked);
	seq_printf(s, "THPeligible:    %d\n", mss.thp_eligible);
	view_vma_flags(vma->flags, flags, sizeof(flags));
	seq_printf(s, "VmFlags: %s\n", flags);
}

static void smaps_show(struct seq_file *s, const struct machine *m, s32 pid)
{
	for_each_view_vma(s, m, pid, show_smap);
}

/* ---- status, statm ---- */

static u64 to_kb(u64 pages)
{
	return pages << (PAGE_SHIFT - 10);
}

/* Executable pages that belong to the program itself, in bytes. */
static u64 text_size(const struct view_mm *mm)
{
	return ALIGN(mm->end_code, PAGE_SIZE) - (mm->start_code & PAGE_MASK);
}

static void task_mem(struct seq_file *s, const struct view_mm *mm)
{
	u64 text = min(text_size(mm), mm->exec_vm << PAGE_SHIFT);
	u64 lib = (mm->exec_vm << PAGE_SHIFT) - text;
	s64 anon = mm->rss[MM_ANONPAGES], file = mm->rss[MM_FILEPAGES];
	s64 shmem = mm->rss[MM_SHMEMPAGES];

	show_kb(s, "VmPeak:\t", to_kb(mm->hiwater_vm));
	show_kb(s, "VmSize:\t", to_kb(mm->total_vm));
	show_kb(s, "VmLck:\t", to_kb(mm->locked_vm));
	show_kb(s, "VmPin:\t", to_kb(mm->pinned_vm));
	show_kb(s, "VmHWM:\t", to_kb(mm->hiwater_rss));
	show_kb(s, "VmRSS:\t", to_kb((u64)(anon + file + shmem)));
	show_kb(s, "RssAnon:\t", to_kb((u64)anon));
	show_kb(s, "RssFile:\t", to_kb((u64)file));
	show_kb(s, "RssShmem:\t", to_kb((u64)shmem));
	show_kb(s, "VmData:\t", to_kb(mm->data_vm));
	show_kb(s, "VmStk:\t", to_kb(mm->stack_vm));
	show_kb(s, "VmExe:\t", text >> 10);
	show_kb(s, "VmLib:\t", lib >> 10);
	show_kb(s, "VmPTE:\t", mm->pgtables_bytes >> 10);
	show_kb(s, "VmSwap:\t", to_kb((u64)mm->rss[MM_SWAPENTS]));
	show_kb(s, "HugetlbPages:\t", 0);
}

static void status_show(struct seq_file *s, const struct machine *m, s32 pid)
{
	static const char *const states[] = { "R (running)", "Z (zombie)", "X (dead)",
					      "S (sleeping)" };
	const struct mm_struct *kept = reader_task_mm(m, pid);
	struct view_task task;
	struct view_mm mm;

	if (!view_task(m, pid, &task))
		return;
	seq_printf(s, "Name:\t%s\nState:\t%s\n", task.comm,
		   states[min(task.state, (u8)(ARRAY_SIZE(states) - 1))]);
	seq_printf(s, "Tgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t%d\nTracerPid:\t0\n", pid, pid,
		   task.ppid);
	seq_printf(s, "Uid:\t%u\t%u\t%u\t%u\n", task.uid, task.uid, task.uid, task.uid);
	if (view_mm(m, pid, &mm)) {
		task_mem(s, &mm);
		seq_printf(s, "CoreDumping:\t0\nTHP_enabled:\t%d\n", !kept->thp_disable);
	}
	seq_puts(s, "Threads:\t1\n");
}

static void statm_show(struct seq_file *s, const struct machine *m, s32 pid)
{
	struct view_mm mm;
	s64 shared;

	if (!view_mm(m, pid, &mm)) {
		seq_puts(s, "0 0 0 0 0 0 0\n");
		return;
	}
	shared = mm.rss[MM_FILEPAGES] + mm.rss[MM_SHMEMPAGES];
	seq_printf(s, "%lu %ld %ld %lu 0 %lu 0\n", mm.total_vm, shared + mm.rss[MM_ANONPAGES],
		   shared, text_size(&mm) >> PAGE_SHIFT, mm.data_vm + mm.stack_vm);
}

/* ---- pagemap ---- */

u64 view_pagemap_entry(const struct view_pte *pte)
{
	u64 entry = 0;

	if (pte->flags & VIEW_PTE_PRESENT)
		entry |= PM_PRESENT | pte->pfn;
	else
		entry |= pte->raw >> 9 & ((1UL << 55) - 1); /* type and offset of a swap entry */
	if (pte->flags & VIEW_PTE_SWAP)
		entry |= PM_SWAP;
	if (pte->flags & VIEW_PTE_FILE)
		entry |= PM_FILE;
	if (pte->flags & VIEW_PTE_EXCLUSIVE)
		entry |= PM_MMAP_EXCLUSIVE;
	if (pte->flags & VIEW_PTE_UFFD_WP)
		entry |= PM_UFFD_WP;
	if (pte->flags & VIEW_PTE_GUARD)
		entry |= PM_GUARD_REGION;
	return entry;
}

static void pagemap_show(struct seq_file *s, const struct machine *m, s32 pid)
{
	struct view_pte ptes[PTES_AT_ONCE];
	u64 start = 0, nr, i;

	do {
		nr = view_ptes(m, pid, start, ~0UL, ptes, PTES_AT_ONCE);
		for (i = 0; i < nr; i++)
			seq_printf(s, "%012lx %016lx\n", ptes[i].address,
				   view_pagemap_entry(&ptes[i]));
		if (nr)
			start = ptes[nr - 1].address + PAGE_SIZE;
	} while (nr == PTES_AT_ONCE);
}

/* ---- The files by name ---- */

static const char *const task_names[] = {
	"maps", "smaps", "status", "statm", "pagemap", "numa_maps", "oom_score", "oom_score_adj", NULL,
};

static void (*const task_show[])(struct seq_file *s, const struct machine *m, s32 pid) = {
	maps_show, smaps_show, status_show, statm_show, pagemap_show, numa_maps_show, oom_score_show,
	oom_score_adj_show,
};

_Static_assert(ARRAY_SIZE(task_names) == ARRAY_SIZE(task_show) + 1, "every file can be shown");

const char *const *view_proc_task_names(void)
{
	return task_names;
}

/* The number at the start of "12/maps", and what follows the slash; NULL: no such name. */
static const char *parse_pid(const char *name, s32 *pid)
{
	u64 number = 0;

	if (*name < '1' || *name > '9')
		return NULL;
	for (; *name >= '0' && *name <= '9' && number < 1UL << 31; name++)
		number = number * 10 + (u64)(*name - '0');
	*pid = (s32)number;
	return *name == '/' && number < 1UL << 31 ? name + 1 : NULL;
}

s64 proc_task(const struct machine *m, const char *name, struct seq_file *s)
{
	const char *file;
	s32 pid;

	file = parse_pid(name, &pid);
	if (!file || !reader_task(m, pid))
		return -ENOENT;
	for (u32 i = 0; i < ARRAY_SIZE(task_show); i++) {
		if (!text_equal(task_names[i], file))
			continue;
		task_show[i](s, m, pid);
		return 0;
	}
	return -ENOENT;
}
