// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tasks, address spaces, VMAs, anon_vmas, files and entries of page tables, as
 * they are watched and inspected.
 */
#include "mempolicy.h"
#include "view_object.h"

/* ---- Finding them ---- */

/* An anon_vma is found through the VMAs that are linked to it. */
static const struct anon_vma *find_anon_vma(const struct machine *m, u32 nr)
{
	const struct vm_area_struct *vma;
	const struct anon_vma_chain *avc;
	const struct mm_struct *mm;
	u32 i, j, k;

	reader_for_each(mm, i, m, &m->mms, mm_list) reader_for_each_vma(vma, j, m, mm)
		reader_for_each(avc, k, m, &vma->anon_vma_chain, same_vma)
	{
		const struct anon_vma *anon_vma =
			reader_object(m, avc->anon_vma, sizeof(*anon_vma));

		if (anon_vma && anon_vma->nr == nr)
			return anon_vma;
	}
	return NULL;
}

/* The place of an entry in the arena; NULL where the tables do not reach down to its level. */
static const u64 *find_entry(const struct machine *m, u64 id)
{
	u32 level = mm_pte_object_level(id);
	struct view_walk walk;
	const u64 *table;

	if (level < 1 || level > 4 ||
	    !view_walk(m, mm_pte_object_pid(id), mm_pte_object_address(id), &walk) || walk.nr < 5 - level)
		return NULL;
	table = (const u64 *)reader_frame(m, walk.table_pfn[4 - level]);
	return table ? table + walk.index[4 - level] : NULL;
}

void put_vm_extents(struct extents *e, mm_object_t object)
{
	const struct machine *m = e->m;
	u64 id = mm_object_id(object);
	const void *start = NULL;
	u64 size = 0;

	switch (mm_object_kind(object)) {
	case MM_OBJECT_TASK:
		start = reader_task(m, (s32)id);
		size = sizeof(struct task_struct);
		break;
	case MM_OBJECT_MM:
		start = reader_mm_nr(m, (u32)id);
		size = sizeof(struct mm_struct);
		break;
	case MM_OBJECT_VMA:
		start = reader_vma_nr(m, (u32)id);
		size = sizeof(struct vm_area_struct);
		break;
	case MM_OBJECT_ANON_VMA:
		start = find_anon_vma(m, (u32)id);
		size = sizeof(struct anon_vma);
		break;
	case MM_OBJECT_FILE:
		start = reader_inode(m, (u32)id);
		size = sizeof(struct inode);
		break;
	case MM_OBJECT_PTE:
		start = find_entry(m, id);
		size = sizeof(u64);
		break;
	default:
		break;
	}
	if (start)
		put_extent(e, start, size);
}

/* ---- Fields ---- */

void put_address(struct fields *f, const char *name, u64 address)
{
	struct seq_file s;

	named_field(f, name, "unsigned long", &s);
	seq_printf(&s, "%#lx", address);
	seq_close(&s);
}

void put_reference(struct fields *f, const char *name, const char *type,
			  enum mm_object_kind kind, u64 number)
{
	struct view_field *field;
	struct seq_file s;

	field = named_field(f, name, type, &s);
	if (number) {
		field->object = mm_object(kind, number);
		view_object_name(f->m, field->object, field->value, sizeof(field->value));
		return;
	}
	seq_puts(&s, "NULL");
	seq_close(&s);
}

static void put_frame(struct fields *f, const char *name, const char *type, u64 pfn)
{
	struct view_field *field;
	struct seq_file s;

	field = named_field(f, name, type, &s);
	if (pfn == NO_PFN) {
		seq_puts(&s, "NULL");
	} else {
		seq_printf(&s, "page %#lx", pfn);
		field->object = mm_object(MM_OBJECT_PAGE, pfn);
	}
	seq_close(&s);
}

static void put_limit(struct fields *f, const char *name, u64 limit)
{
	struct seq_file s;

	named_field(f, name, "unsigned long", &s);
	if (limit == RLIM_INFINITY)
		seq_puts(&s, "RLIM_INFINITY");
	else
		seq_printf(&s, "%lu kB", limit >> 10);
	seq_close(&s);
}

static void put_policy(struct fields *f, const char *name, const void *kept)
{
	const struct mempolicy *pol = reader_mempolicy(f->m, kept);
	struct seq_file s;

	named_field(f, name, "struct mempolicy *", &s);
	if (!pol) {
		seq_puts(&s, "NULL");
	} else {
		seq_puts(&s, view_mempolicy_name(pol->mode));
		if (pol->nodes.bits)
			seq_putc(&s, ':');
		reader_put_nodes(&s, pol->nodes.bits);
	}
	seq_close(&s);
}

static void put_task_fields(struct fields *f, s32 pid)
{
	const struct task_struct *task = reader_task(f->m, pid);
	struct view_task view;

	if (!task || !view_task(f->m, pid, &view))
		return;
	put_s64(f, "pid", "pid_t", view.pid);
	put_reference(f, "parent", "struct task_struct *", MM_OBJECT_TASK, (u64)max(view.ppid, 0));
	put_text(f, "comm", "char[16]", view.comm);
	put_text(f, "__state", "unsigned int",
		 view.state == TASK_RUNNING	    ? "TASK_RUNNING"
		 : view.state == TASK_INTERRUPTIBLE ? "TASK_INTERRUPTIBLE"
		 : view.state == EXIT_ZOMBIE	    ? "EXIT_ZOMBIE"
						    : "EXIT_DEAD");
	if (view.state == TASK_INTERRUPTIBLE) {
		put_u64(f, "restart_block.userfaultfd", "struct userfaultfd_ctx *", view.uffd);
		put_address(f, "restart_block.address", view.wait_addr);
	}
	put_reference(f, "mm", "struct mm_struct *", MM_OBJECT_MM, view.mm_nr);
	put_u64(f, "uid", "uid_t", view.uid);
	put_u64(f, "min_flt", "unsigned long", view.min_flt);
	put_u64(f, "maj_flt", "unsigned long", view.maj_flt);
	put_s64(f, "oom_score_adj", "short", view.oom_score_adj);
	put_policy(f, "mempolicy", task->mempolicy);
	put_limit(f, "rlim[RLIMIT_STACK]", task->rlim[RLIMIT_STACK]);
	put_limit(f, "rlim[RLIMIT_DATA]", task->rlim[RLIMIT_DATA]);
	put_limit(f, "rlim[RLIMIT_AS]", task->rlim[RLIMIT_AS]);
	put_limit(f, "rlim[RLIMIT_MEMLOCK]", task->rlim[RLIMIT_MEMLOCK]);
}

static void put_mm_counters(struct fields *f, const struct mm_struct *mm)
{
	put_pages(f, "hiwater_rss", mm->hiwater_rss);
	put_pages(f, "hiwater_vm", mm->hiwater_vm);
	put_pages(f, "total_vm", mm->total_vm);
	put_pages(f, "locked_vm", mm->locked_vm);
	put_pages(f, "pinned_vm", mm->pinned_vm);
	put_pages(f, "data_vm", mm->data_vm);
	put_pages(f, "exec_vm", mm->exec_vm);
	put_pages(f, "stack_vm", mm->stack_vm);
	put_pages(f, "rss_stat[MM_FILEPAGES]", (u64)mm->rss_stat[MM_FILEPAGES]);
	put_pages(f, "rss_stat[MM_ANONPAGES]", (u64)mm->rss_stat[MM_ANONPAGES]);
	put_pages(f, "rss_stat[MM_SWAPENTS]", (u64)mm->rss_stat[MM_SWAPENTS]);
	put_pages(f, "rss_stat[MM_SHMEMPAGES]", (u64)mm->rss_stat[MM_SHMEMPAGES]);
}

static void put_mm_fields(struct fields *f, u32 nr)
{
	const struct mm_struct *mm = reader_mm_nr(f->m, nr);
	const void *pgd = mm ? reader_object(f->m, mm->pgd, PAGE_SIZE) : NULL;
	const struct vm_area_struct *vma;

	if (!mm)
		return;
	vma = reader_vma_at(f->m, mm->mmap);
	put_reference(f, "mmap", "struct vm_area_struct *", MM_OBJECT_VMA, vma ? vma->vm_nr : 0);
	vma = reader_vma_at(f->m, mm->mmap_cache);
	put_reference(f, "mmap_cache", "struct vm_area_struct *", MM_OBJECT_VMA,
		      vma ? vma->vm_nr : 0);
	put_address(f, "mmap_base", mm->mmap_base);
	put_s64(f, "map_count", "int", mm->map_count);
	put_address(f, "task_size", mm->task_size);
	put_frame(f, "pgd", "pgd_t *",
		  pgd ? ((u64)pgd - (u64)f->m - f->m->layout.ram) >> PAGE_SHIFT : NO_PFN);
	put_s64(f, "mm_users", "atomic_t", mm->mm_users);
	put_s64(f, "mm_count", "atomic_t", mm->mm_count);
	put_u64(f, "context_id", "u64", mm->context_id);
	put_u64(f, "pgtables_bytes", "atomic_long_t", mm->pgtables_bytes);
	put_mm_counters(f, mm);
	put_address(f, "def_flags", mm->def_flags);
	put_address(f, "start_code", mm->start_code);
	put_address(f, "end_code", mm->end_code);
	put_address(f, "start_data", mm->start_data);
	put_address(f, "end_data", mm->end_data);
	put_address(f, "start_brk", mm->start_brk);
	put_address(f, "brk", mm->brk);
	put_address(f, "start_stack", mm->start_stack);
	put_address(f, "arg_start", mm->arg_start);
	put_address(f, "arg_end", mm->arg_end);
	put_address(f, "env_start", mm->env_start);
	put_address(f, "env_end", mm->env_end);
	put_reference(f, "owner", "struct task_struct *", MM_OBJECT_TASK,
		      (u64)max(reader_mm_pid(f->m, mm), 0));
}

static void put_neighbour(struct fields *f, const char *name, const void *kept)
{
	const struct vm_area_struct *vma = reader_vma_at(f->m, kept);

	put_reference(f, name, "struct vm_area_struct *", MM_OBJECT_VMA, vma ? vma->vm_nr : 0);
}

static void put_vma_fields(struct fields *f, u32 nr)
{
	const struct vm_area_struct *vma = reader_vma_nr(f->m, nr);
	const struct mm_struct *mm;
	struct view_vma view;
	char flags[128], prot[96];

	if (!vma || !view_vma(f->m, nr, &view))
		return;
	mm = reader_object(f->m, vma->vm_mm, sizeof(*mm));
	put_address(f, "vm_start", vma->vm_start);
	put_address(f, "vm_end", vma->vm_end);
	put_neighbour(f, "vm_next", vma->vm_next);
	put_neighbour(f, "vm_prev", vma->vm_prev);
	put_reference(f, "vm_rb.rb_parent", "struct rb_node *", MM_OBJECT_VMA, view.rb_parent);
	put_reference(f, "vm_rb.rb_left", "struct rb_node *", MM_OBJECT_VMA, view.rb_left);
	put_reference(f, "vm_rb.rb_right", "struct rb_node *", MM_OBJECT_VMA, view.rb_right);
	put_text(f, "vm_rb.rb_color", "int", view.rb_red ? "RB_RED" : "RB_BLACK");
	put_u64(f, "rb_subtree_gap", "unsigned long", vma->rb_subtree_gap);
	put_reference(f, "vm_mm", "struct mm_struct *", MM_OBJECT_MM, mm ? mm->mm_nr : 0);
	view_entry_text(pgprot_val(vma->vm_page_prot), 1, prot, sizeof(prot));
	put_text(f, "vm_page_prot", "pgprot_t", prot);
	view_vma_flags(vma->vm_flags, flags, sizeof(flags));
	put_text(f, "vm_flags", "unsigned long", flags);
	put_reference(f, "anon_vma", "struct anon_vma *", MM_OBJECT_ANON_VMA, view.anon_vma);
	put_u64(f, "anon_vma_chain", "struct list_head", view.nr_chains);
	put_text(f, "vm_ops", "enum vm_ops_kind",
		 vma->vm_ops == VM_OPS_NONE	      ? "NULL"
		 : vma->vm_ops == VM_OPS_GENERIC_FILE ? "generic_file_vm_ops"
		 : vma->vm_ops == VM_OPS_SHMEM	      ? "shmem_vm_ops"
						      : "special_mapping_vmops");
	put_address(f, "vm_pgoff", vma->vm_pgoff);
	put_reference(f, "vm_file", "struct file *", MM_OBJECT_FILE, view.inode);
	put_policy(f, "vm_policy", vma->vm_policy);
	if (view_uffd_of_vma(f->m, nr))
		put_u64(f, "vm_userfaultfd_ctx", "struct userfaultfd_ctx *",
			view_uffd_of_vma(f->m, nr));
}

static void put_anon_vma_fields(struct fields *f, u32 nr)
{
	const struct anon_vma *anon_vma = find_anon_vma(f->m, nr), *other;

	if (!anon_vma)
		return;
	other = reader_object(f->m, anon_vma->root, sizeof(*other));
	put_reference(f, "root", "struct anon_vma *", MM_OBJECT_ANON_VMA, other ? other->nr : 0);
	put_s64(f, "refcount", "atomic_t", anon_vma->refcount);
	put_u64(f, "num_children", "unsigned long", anon_vma->num_children);
	put_u64(f, "num_active_vmas", "unsigned long", anon_vma->num_active_vmas);
	other = reader_object(f->m, anon_vma->parent, sizeof(*other));
	put_reference(f, "parent", "struct anon_vma *", MM_OBJECT_ANON_VMA, other ? other->nr : 0);
}

static void put_file_fields(struct fields *f, u32 ino)
{
	static const char *const kinds[] = { "none", "file on disk", "memory only", "/dev/zero",
					     "pipe", "userfaultfd" };
	const struct inode *inode = reader_inode(f->m, ino);

	if (!inode)
		return;
	put_u64(f, "i_ino", "unsigned long", inode->i_ino);
	put_text(f, "kind", "enum inode_kind",
		 inode->kind < ARRAY_SIZE(kinds) ? kinds[inode->kind] : "?");
	put_u64(f, "i_uid", "kuid_t", inode->i_uid);
	put_s64(f, "i_count", "atomic_t", inode->i_count);
	put_s64(f, "i_size", "loff_t", inode->i_size);
	put_pages(f, "i_mapping->nrpages", inode->i_data.nrpages);
	put_u64(f, "i_mapping->nrexceptional", "unsigned long", inode->i_data.nrexceptional);
	put_s64(f, "i_mapping->i_mmap_writable", "atomic_t", inode->i_data.i_mmap_writable);
	if (inode->kind == INODE_REG)
		put_address(f, "i_disk", inode->i_disk);
	if (inode->kind == INODE_SHMEM)
		put_pages(f, "shmem.alloced", inode->shmem.alloced);
}

static void put_pte_fields(struct fields *f, u64 id)
{
	const u64 *entry = find_entry(f->m, id);
	u32 level = mm_pte_object_level(id);
	struct view_walk walk;
	char text[96];

	if (!entry || !view_walk(f->m, mm_pte_object_pid(id), mm_pte_object_address(id), &walk))
		return;
	put_reference(f, "task", "struct task_struct *", MM_OBJECT_TASK, (u64)mm_pte_object_pid(id));
	put_address(f, "address", mm_pte_object_address(id));
	put_frame(f, "table", "struct page *", walk.table_pfn[4 - level]);
	put_u64(f, "index", "unsigned long", walk.index[4 - level]);
	put_address(f, "entry", *entry);
	view_entry_text(*entry, level, text, sizeof(text));
	put_text(f, "decoded", "pte_t", text);
	if (*entry & _PAGE_PRESENT)
		put_frame(f, "page", "struct page *", (*entry & PTE_PFN_MASK) >> PAGE_SHIFT);
}

void put_vm_fields(struct fields *f, mm_object_t object)
{
	u64 id = mm_object_id(object);

	switch (mm_object_kind(object)) {
	case MM_OBJECT_TASK:
		put_task_fields(f, (s32)id);
		break;
	case MM_OBJECT_MM:
		put_mm_fields(f, (u32)id);
		break;
	case MM_OBJECT_VMA:
		put_vma_fields(f, (u32)id);
		break;
	case MM_OBJECT_ANON_VMA:
		put_anon_vma_fields(f, (u32)id);
		break;
	case MM_OBJECT_FILE:
		put_file_fields(f, (u32)id);
		break;
	case MM_OBJECT_PTE:
		put_pte_fields(f, id);
		break;
	default:
		break;
	}
}
