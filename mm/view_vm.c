// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers about tasks, their address spaces, and files.
 *
 * How a reader stays safe is told in reader.h: it follows no pointer that does not lead into the
 * RAM of the machine it reads.
 */
#include "reader.h"
#include "seq_file.h"

/* ---- Following pointers ---- */

const void *reader_object(const struct machine *m, const void *kept, size_t size)
{
	u64 address = reader_address(m, kept), ram = (u64)m + m->layout.ram;
	u64 ram_size = m->layout.max_pfn << PAGE_SHIFT;

	if (!kept || address % sizeof(u64) || address < ram || address - ram >= ram_size ||
	    size > ram_size - (address - ram))
		return NULL;
	return (const void *)address;
}

const u8 *reader_frame(const struct machine *m, u64 pfn)
{
	return pfn < m->layout.max_pfn ? (const u8 *)m + m->layout.ram + (pfn << PAGE_SHIFT) : NULL;
}

const void *reader_next(const struct machine *m, const struct list_head *head,
			const struct list_head *link, size_t offset, size_t size)
{
	const struct list_head *next = link->next;

	/* A list that nothing was put on since boot, or a head that was not set up yet. */
	if (!next || reader_address(m, next) == (u64)head)
		return NULL;
	return reader_object(m, (const char *)next - offset, size);
}

/* ---- Finding things by their numbers ---- */

const struct task_struct *reader_task(const struct machine *m, s32 pid)
{
	const struct task_struct *task;
	u32 n;

	reader_for_each(task, n, m, &m->tasks, tasks) if (task->pid == pid) return task;
	return NULL;
}

static const struct mm_struct *mm_of(const struct machine *m, const struct task_struct *task)
{
	return reader_object(m, task->mm, sizeof(struct mm_struct));
}

const struct mm_struct *reader_task_mm(const struct machine *m, s32 pid)
{
	const struct task_struct *task = reader_task(m, pid);

	return task ? mm_of(m, task) : NULL;
}

const struct mm_struct *reader_mm_nr(const struct machine *m, u32 nr)
{
	const struct mm_struct *mm;
	u32 n;

	reader_for_each(mm, n, m, &m->mms, mm_list) if (mm->mm_nr == nr) return mm;
	return NULL;
}

s32 reader_mm_pid(const struct machine *m, const struct mm_struct *mm)
{
	const struct task_struct *task;
	u32 n;

	reader_for_each(task, n, m, &m->tasks,
			tasks) if (task->mm && mm_of(m, task) == mm) return task->pid;
	return 0;
}

const struct inode *reader_inode(const struct machine *m, u32 ino)
{
	const struct inode *inode;
	u32 n;

	reader_for_each(inode, n, m, &m->inodes, i_list) if (inode->i_ino == ino) return inode;
	return NULL;
}

const struct vm_area_struct *reader_vma_at(const struct machine *m, const void *kept)
{
	return reader_object(m, kept, sizeof(struct vm_area_struct));
}

const struct vm_area_struct *reader_vma_nr(const struct machine *m, u32 nr)
{
	const struct vm_area_struct *vma;
	const struct mm_struct *mm;
	u32 i, n;

	reader_for_each(mm, i, m, &m->mms, mm_list)
		reader_for_each_vma(vma, n, m, mm) if (vma->vm_nr == nr) return vma;
	return NULL;
}

const struct vm_area_struct *reader_vma_start(const struct machine *m, const struct mm_struct *mm,
					      u64 start)
{
	const struct vm_area_struct *vma;
	u32 n;

	reader_for_each_vma(vma, n, m, mm) if (vma->vm_start == start) return vma;
	return NULL;
}

/* ---- Tasks ---- */

static void fill_task(const struct machine *m, const struct task_struct *task,
		      struct view_task *out)
{
	const struct mm_struct *mm = mm_of(m, task);
	u32 i;

	memset(out, 0, sizeof(*out));
	out->pid = task->pid;
	out->ppid = task->ppid;
	for (i = 0; i + 1 < sizeof(out->comm) && i < TASK_COMM_LEN; i++)
		out->comm[i] = task->comm[i];
	out->state = (u8)task->__state;
	out->kthread = task->flags & PF_KTHREAD;
	out->has_mm = mm != NULL;
	out->is_current =
		m->current_task && reader_object(m, m->current_task, sizeof(*task)) == task;
	out->uid = task->uid;
	out->mm_nr = mm ? mm->mm_nr : 0;
	out->min_flt = task->min_flt;
	out->maj_flt = task->maj_flt;
	out->sig = task->last_siginfo.signo;
	out->sig_code = task->last_siginfo.code;
	out->sig_addr = task->last_siginfo.addr;
	out->oom_score_adj = task->oom_score_adj;
	reader_fill_sleep(m, task, out);
}

u32 view_tasks(const struct machine *m, struct view_task *out, u32 max)
{
	const struct task_struct *task;
	u32 n;

	reader_for_each(task, n, m, &m->tasks, tasks) if (n < max) fill_task(m, task, &out[n]);
	return n;
}

bool view_task(const struct machine *m, s32 pid, struct view_task *out)
{
	const struct task_struct *task = reader_task(m, pid);

	memset(out, 0, sizeof(*out));
	if (task)
		fill_task(m, task, out);
	return task != NULL;
}

void view_op_result(const struct machine *m, struct view_op_result *out)
{
	memset(out, 0, sizeof(*out));
	out->value = m->outcome.value;
	out->done = (u32)m->outcome.done;
	out->sig = m->outcome.siginfo.signo;
	out->sig_code = m->outcome.siginfo.code;
	out->sig_addr = m->outcome.siginfo.addr;
	out->min_flt = m->outcome.min_flt;
	out->maj_flt = m->outcome.maj_flt;
}

/* ---- Address spaces ---- */

/* The frame that a kept pointer into the RAM lies in. */
static u64 pfn_of(const struct machine *m, const void *kept)
{
	const void *frame = reader_object(m, kept, PAGE_SIZE);

	return frame ? ((u64)frame - (u64)m - m->layout.ram) >> PAGE_SHIFT : NO_PFN;
}

static void fill_mm(const struct machine *m, const struct mm_struct *mm, struct view_mm *out)
{
	out->nr = mm->mm_nr;
	out->pgd_pfn = pfn_of(m, mm->pgd);
	out->mmap_base = mm->mmap_base;
	out->task_size = mm->task_size;
	out->start_code = mm->start_code;
	out->end_code = mm->end_code;
	out->start_data = mm->start_data;
	out->end_data = mm->end_data;
	out->start_brk = mm->start_brk;
	out->brk = mm->brk;
	out->start_stack = mm->start_stack;
	out->arg_start = mm->arg_start;
	out->arg_end = mm->arg_end;
	out->env_start = mm->env_start;
	out->env_end = mm->env_end;
	out->total_vm = mm->total_vm;
	out->locked_vm = mm->locked_vm;
	out->pinned_vm = mm->pinned_vm;
	out->data_vm = mm->data_vm;
	out->exec_vm = mm->exec_vm;
	out->stack_vm = mm->stack_vm;
	/* As /proc shows them: the marks are only moved when memory is given back. */
	out->hiwater_vm = max(mm->hiwater_vm, mm->total_vm);
	out->hiwater_rss = max(mm->hiwater_rss, get_mm_rss(mm));
	for (u32 i = 0; i < NR_MM_COUNTERS; i++)
		out->rss[i] = mm->rss_stat[i];
	out->pgtables_bytes = mm->pgtables_bytes;
	out->def_flags = mm->def_flags;
	out->map_count = (u32)mm->map_count;
	out->mm_users = mm->mm_users;
	out->mm_count = mm->mm_count;
	out->topdown = mm->topdown;
}

bool view_mm(const struct machine *m, s32 pid, struct view_mm *out)
{
	const struct mm_struct *mm = reader_task_mm(m, pid);

	memset(out, 0, sizeof(*out));
	if (mm)
		fill_mm(m, mm, out);
	return mm != NULL;
}

/* ---- VMAs ---- */

static u8 vma_what(const struct vm_area_struct *vma, const struct mm_struct *mm)
{
	if (vma->vm_flags & VM_EXEC && vma->vm_start < mm->end_code && vma->vm_end > mm->start_code)
		return VIEW_VMA_CODE;
	if (!vma->vm_file) {
		if (vma->vm_start < mm->brk && vma->vm_end > mm->start_brk)
			return VIEW_VMA_HEAP;
		if (vma->vm_start <= mm->start_stack && vma->vm_end >= mm->start_stack)
			return VIEW_VMA_STACK;
	}
	if (vma->vm_start < mm->end_data && vma->vm_end > mm->start_data &&
	    vma->vm_start < ALIGN(mm->end_data, PAGE_SIZE))
		return VIEW_VMA_DATA;
	if (vma->vm_flags & VM_SHARED)
		return VIEW_VMA_SHARED;
	return vma->vm_file ? VIEW_VMA_FILE : VIEW_VMA_OTHER;
}

/* The VMA that a node of the tree belongs to. */
static u32 rb_vma_nr(const struct machine *m, const struct rb_node *kept)
{
	const struct vm_area_struct *vma;

	if (!kept)
		return 0;
	vma = reader_vma_at(m, (const char *)kept - offsetof(struct vm_area_struct, vm_rb));
	return vma ? vma->vm_nr : 0;
}

static void fill_vma_file(const struct machine *m, const struct vm_area_struct *vma,
			  struct view_vma *out)
{
	const struct file *file = reader_object(m, vma->vm_file, sizeof(struct file));
	const struct inode *inode =
		file ? reader_object(m, file->f_inode, sizeof(struct inode)) : NULL;

	out->file = file ? file->f_nr : 0;
	out->inode = inode ? inode->i_ino : 0;
	out->inode_kind = inode ? inode->kind : INODE_NONE;
}

static u32 count_chains(const struct machine *m, const struct vm_area_struct *vma)
{
	const struct anon_vma_chain *avc;
	u32 n;

	reader_for_each(avc, n, m, &vma->anon_vma_chain, same_vma);
	return n;
}

void reader_fill_vma(const struct machine *m, const struct mm_struct *mm, s32 pid,
		     const struct vm_area_struct *vma, struct view_vma *out)
{
	const struct anon_vma *anon_vma = reader_object(m, vma->anon_vma, sizeof(struct anon_vma));

	memset(out, 0, sizeof(*out));
	out->start = vma->vm_start;
	out->end = vma->vm_end;
	out->flags = vma->vm_flags;
	out->pgoff = vma->vm_pgoff;
	out->nr = vma->vm_nr;
	out->pid = pid;
	fill_vma_file(m, vma, out);
	out->what = vma_what(vma, mm);
	out->anon_vma = anon_vma ? anon_vma->nr : 0;
	out->nr_chains = count_chains(m, vma);
	out->rb_parent = rb_vma_nr(m, rb_parent(&vma->vm_rb));
	out->rb_left = rb_vma_nr(m, vma->vm_rb.rb_left);
	out->rb_right = rb_vma_nr(m, vma->vm_rb.rb_right);
	out->rb_red = rb_is_red(&vma->vm_rb);
	out->rb_subtree_gap = vma->rb_subtree_gap;
}

static void fill_vma_pages(const struct machine *m, const struct mm_struct *mm,
			   const struct vm_area_struct *vma, struct view_vma *out)
{
	struct view_smaps smaps;

	reader_smaps(m, mm, vma, &smaps);
	out->rss = smaps.rss >> (PAGE_SHIFT - 10);
	out->swap = smaps.swap >> (PAGE_SHIFT - 10);
	out->dirty = (smaps.shared_dirty + smaps.private_dirty) >> (PAGE_SHIFT - 10);
	out->shared = (smaps.shared_dirty + smaps.shared_clean) >> (PAGE_SHIFT - 10);
}

static u32 list_vmas(const struct machine *m, s32 pid, struct view_vma *out, u32 max, bool pages)
{
	const struct mm_struct *mm = reader_task_mm(m, pid);
	const struct vm_area_struct *vma;
	u32 n = 0;

	if (!mm)
		return 0;
	reader_for_each_vma(vma, n, m, mm) {
		if (n >= max)
			continue;
		reader_fill_vma(m, mm, pid, vma, &out[n]);
		if (pages)
			fill_vma_pages(m, mm, vma, &out[n]);
	}
	return n;
}

u32 view_vmas_brief(const struct machine *m, s32 pid, struct view_vma *out, u32 max)
{
	return list_vmas(m, pid, out, max, false);
}

u32 view_vmas(const struct machine *m, s32 pid, struct view_vma *out, u32 max)
{
	return list_vmas(m, pid, out, max, true);
}

bool view_find_vma(const struct machine *m, s32 pid, u64 address, struct view_vma *out)
{
	const struct mm_struct *mm = reader_task_mm(m, pid);
	const struct vm_area_struct *vma;
	u32 n;

	memset(out, 0, sizeof(*out));
	if (!mm)
		return false;
	reader_for_each_vma(vma, n, m, mm) {
		if (vma->vm_end <= address)
			continue;
		reader_fill_vma(m, mm, pid, vma, out);
		return true;
	}
	return false;
}

bool view_vma(const struct machine *m, u32 nr, struct view_vma *out)
{
	const struct vm_area_struct *vma = reader_vma_nr(m, nr);
	const struct mm_struct *mm =
		vma ? reader_object(m, vma->vm_mm, sizeof(struct mm_struct)) : NULL;

	memset(out, 0, sizeof(*out));
	if (!mm)
		return false;
	reader_fill_vma(m, mm, reader_mm_pid(m, mm), vma, out);
	fill_vma_pages(m, mm, vma, out);
	return true;
}

size_t view_vma_flags(u64 flags, char *buf, size_t size)
{
	static const struct {
		u64 flag;
		char name[3];
	} names[] = {
		{ VM_READ, "rd" },	 { VM_WRITE, "wr" },	   { VM_EXEC, "ex" },
		{ VM_SHARED, "sh" },	 { VM_MAYREAD, "mr" },	   { VM_MAYWRITE, "mw" },
		{ VM_MAYEXEC, "me" },	 { VM_MAYSHARE, "ms" },	   { VM_GROWSDOWN, "gd" },
		{ VM_PFNMAP, "pf" },	 { VM_MAYBE_GUARD, "gu" }, { VM_LOCKED, "lo" },
		{ VM_IO, "io" },	 { VM_SEQ_READ, "sr" },	   { VM_RAND_READ, "rr" },
		{ VM_DONTCOPY, "dc" },	 { VM_DONTEXPAND, "de" },  { VM_LOCKONFAULT, "lf" },
		{ VM_ACCOUNT, "ac" },	 { VM_NORESERVE, "nr" },   { VM_HUGETLB, "ht" },
		{ VM_SYNC, "sf" },	 { VM_WIPEONFORK, "wf" },  { VM_DONTDUMP, "dd" },
		{ VM_SOFTDIRTY, "sd" },	 { VM_MIXEDMAP, "mm" },	   { VM_HUGEPAGE, "hg" },
		{ VM_NOHUGEPAGE, "nh" }, { VM_MERGEABLE, "mg" },   { VM_UFFD_MISSING, "um" },
		{ VM_UFFD_WP, "uw" },	 { VM_UFFD_MINOR, "ui" },  { VM_DROPPABLE, "dp" },
		{ VM_SEALED, "sl" },
	};
	struct seq_file s;

	seq_open(&s, buf, size);
	for (u32 i = 0; i < ARRAY_SIZE(names); i++)
		if (flags & names[i].flag) {
			seq_puts(&s, names[i].name);
			seq_putc(&s, ' ');
		}
	return seq_close(&s);
}

/* ---- Parts of the address space of x86-64 ---- */

static const struct view_region regions[] = {
	{ 0, TASK_SIZE_MAX - 1, "user space" },
	{ TASK_SIZE_MAX, (1UL << 47) - 1, "guard page above user space" },
	{ 1UL << 47, ~0UL << 47, "not canonical" },
	{ 0xffff800000000000UL, 0xffff87ffffffffffUL, "guard hole, reserved for hypervisors" },
	{ 0xffff880000000000UL, 0xffff887fffffffffUL, "LDT remap" },
	{ PAGE_OFFSET, 0xffffc87fffffffffUL, "direct map of all RAM" },
	{ VMALLOC_START, VMALLOC_END, "vmalloc and ioremap" },
	{ VMEMMAP_START, 0xffffeaffffffffffUL, "vmemmap: struct pages" },
	{ 0xffffec0000000000UL, 0xfffffbffffffffffUL, "KASAN shadow memory" },
	{ 0xfffffe0000000000UL, 0xfffffe7fffffffffUL, "cpu_entry_area" },
	{ 0xffffff0000000000UL, 0xffffff7fffffffffUL, "%esp fixup stacks" },
	{ 0xffffffef00000000UL, 0xfffffffeffffffffUL, "EFI" },
	{ KERNEL_IMAGE_BASE, MODULES_VADDR - 1, "kernel image" },
	{ MODULES_VADDR, MODULES_END - 1, "modules" },
	{ FIXADDR_START, VSYSCALL_ADDR - 1, "fixmap" },
	{ VSYSCALL_ADDR, VSYSCALL_ADDR + PAGE_SIZE - 1, "vsyscall" },
};

u32 view_regions(struct view_region *out, u32 max)
{
	for (u32 i = 0; i < ARRAY_SIZE(regions) && i < max; i++) {
		out[i] = regions[i];
		if (regions[i].start == 1UL << 47)
			out[i].end = 0xffff7fffffffffffUL;
	}
	return ARRAY_SIZE(regions);
}

const char *view_address_region(u64 address)
{
	struct view_region all[ARRAY_SIZE(regions)];

	view_regions(all, ARRAY_SIZE(all));
	for (u32 i = 0; i < ARRAY_SIZE(all); i++)
		if (all[i].start <= address && address <= all[i].end)
			return all[i].name;
	return "unused hole";
}

/* ---- Files ---- */

static u32 count_mappings(const struct machine *m, const struct inode *inode)
{
	const struct vm_area_struct *vma;
	const struct mm_struct *mm;
	u32 i, n, nr = 0;
	struct view_vma brief = { 0 };

	reader_for_each(mm, i, m, &m->mms, mm_list) reader_for_each_vma(vma, n, m, mm)
	{
		fill_vma_file(m, vma, &brief);
		nr += brief.inode == inode->i_ino;
	}
	return nr;
}

/* A node of a page cache's index. */
static const struct xa_node *xa_node_at(const struct machine *m, const void *kept)
{
	return reader_object(m, kept, sizeof(struct xa_node));
}

struct cache_walk {
	const struct machine *m;
	u64 *indices, *pfns;
	u64 max;
	u64 pages, dirty, writeback;
};

/* Each page below a node; @shift bounds the depth, whatever the node says. */
static void walk_cache(struct cache_walk *walk, const void *kept, u64 base, u32 shift)
{
	const struct xa_node *node = xa_node_at(walk->m, kept);

	if (!node || node->shift != shift)
		return;
	for (u32 i = 0; i < XA_CHUNK_SIZE; i++) {
		const void *slot = node->slots[i];
		u64 index = base + ((u64)i << shift), pfn;

		if (!slot || xa_is_value(slot))
			continue;
		if (shift) {
			walk_cache(walk, slot, index, shift - XA_CHUNK_SHIFT);
			continue;
		}
		pfn = reader_page_pfn(walk->m, slot);
		if (pfn == NO_PFN)
			continue;
		if (walk->pages < walk->max) {
			walk->indices[walk->pages] = index;
			walk->pfns[walk->pages] = pfn;
		}
		walk->pages++;
		walk->dirty += PageDirty(reader_page(walk->m, pfn));
		walk->writeback += PageWriteback(reader_page(walk->m, pfn));
	}
}

static void walk_file(struct cache_walk *walk, const struct inode *inode)
{
	const struct xa_node *head = xa_node_at(walk->m, inode->i_data.i_pages.xa_head);

	if (head && head->shift < 64 && head->shift % XA_CHUNK_SHIFT == 0)
		walk_cache(walk, inode->i_data.i_pages.xa_head, 0, head->shift);
}

static void fill_file(const struct machine *m, const struct inode *inode, struct view_file *out)
{
	struct cache_walk walk = { .m = m };

	memset(out, 0, sizeof(*out));
	walk_file(&walk, inode);
	out->nr = inode->i_ino;
	out->kind = inode->kind;
	out->size = (u64)inode->i_size;
	out->nrpages = walk.pages;
	out->nr_dirty = walk.dirty;
	out->nr_writeback = walk.writeback;
	out->nr_mappings = count_mappings(m, inode);
}

u32 view_files(const struct machine *m, struct view_file *out, u32 max)
{
	const struct inode *inode;
	u32 n;

	reader_for_each(inode, n, m, &m->inodes, i_list) if (n < max) fill_file(m, inode, &out[n]);
	return n;
}

u64 view_file_pages(const struct machine *m, u32 ino, u64 *indices, u64 *pfns, u64 max)
{
	struct cache_walk walk = { .m = m, .indices = indices, .pfns = pfns, .max = max };
	const struct inode *inode = reader_inode(m, ino);

	if (inode)
		walk_file(&walk, inode);
	return walk.pages;
}
