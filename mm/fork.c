// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Address spaces and tasks: how they come to be. fork() makes a task with a copy of its
 * parent's address space: the VMAs are copied, the pages are shared until one of the two writes.
 *
 * Two counts keep an address space: mm_users are the tasks that run in it; when the last of them goes,
 * so do its VMAs and pages. mm_count keeps the structure itself and the top page table, for
 * whoever still has it loaded.
 *
 * Linux counterpart: kernel/fork.c.
 */
#include "mempolicy.h"
#include "slab.h"
#include "userfaultfd.h"

/* ---- Caches ---- */

/* Which of the machine's pointers gets a cache of which objects. */
static struct kmem_cache *make_cache(const char *name, unsigned int size)
{
	return kmem_cache_create(name, size, 0, SLAB_ACCOUNT, SLAB_CTOR_none);
}

/* The same of objects that a shrinker can give back. */
static struct kmem_cache *make_reclaimable_cache(const char *name, unsigned int size)
{
	return kmem_cache_create(name, size, 0, SLAB_ACCOUNT | SLAB_RECLAIM_ACCOUNT, SLAB_CTOR_none);
}

int proc_caches_init(void)
{
	struct machine *m = this_machine;

	if (likely(m->radix_tree_node_cachep))
		return 0;
	if (!m->task_struct_cachep)
		m->task_struct_cachep = make_cache("task_struct", sizeof(struct task_struct));
	if (!m->mm_cachep)
		m->mm_cachep = make_cache("mm_struct", sizeof(struct mm_struct));
	if (!m->vm_area_cachep)
		m->vm_area_cachep = make_cache("vm_area_struct", sizeof(struct vm_area_struct));
	if (!m->anon_vma_cachep)
		m->anon_vma_cachep = make_cache("anon_vma", sizeof(struct anon_vma));
	if (!m->anon_vma_chain_cachep)
		m->anon_vma_chain_cachep =
			make_cache("anon_vma_chain", sizeof(struct anon_vma_chain));
	if (!m->filp_cachep)
		m->filp_cachep = make_cache("filp", sizeof(struct file));
	if (!m->inode_cachep)
		m->inode_cachep = make_reclaimable_cache("inode_cache", sizeof(struct inode));
	if (!m->task_struct_cachep || !m->mm_cachep || !m->vm_area_cachep || !m->anon_vma_cachep ||
	    !m->anon_vma_chain_cachep || !m->filp_cachep || !m->inode_cachep)
		return -ENOMEM;
	m->radix_tree_node_cachep =
		make_reclaimable_cache("radix_tree_node", sizeof(struct xa_node));
	if (!m->radix_tree_node_cachep)
		return -ENOMEM;
	register_shrinker(SHRINKER_HUGE_ZERO_PAGE);
	register_shrinker(SHRINKER_DEFERRED_SPLIT);
	register_shrinker(SHRINKER_SUPER);
	register_shrinker(SHRINKER_SHADOW_NODES);
	return 0;
}

/* ---- Address spaces ---- */

/* What no two address spaces share, whether or not one was copied from the other. */
static bool mm_init(struct mm_struct *mm, struct task_struct *owner)
{
	mm->mmap = NULL;
	mm->mm_rb.rb_node = NULL;
	mm->mmap_cache = NULL;
	mm->map_count = 0;
	mm->highest_vm_end = 0;
	mm->mm_users = 1;
	mm->mm_count = 1;
	mm->context_id = ++this_machine->last_context_id;
	mm->cpu_bitmap = 0;
	mm->pgtables_bytes = 0;
	mm->locked_vm = 0;
	mm->pinned_vm = 0;
	for (int i = 0; i < NR_MM_COUNTERS; i++)
		mm->rss_stat[i] = 0;
	mm->flags = 0;
	mm->owner = owner;
	mm->mm_nr = ++this_machine->last_mm_nr;
	INIT_LIST_HEAD(&mm->mmlist);
	mm->pgd = pgd_alloc(mm);
	if (!mm->pgd)
		return false;
	list_add_tail(&mm->mm_list, &this_machine->mms);
	return true;
}

struct mm_struct *mm_alloc(void)
{
	struct mm_struct *mm;

	if (proc_caches_init())
		return NULL;
	mm = kmem_cache_zalloc(this_machine->mm_cachep, GFP_KERNEL);
	if (!mm)
		return NULL;
	if (!mm_init(mm, NULL)) {
		kmem_cache_free(this_machine->mm_cachep, mm);
		return NULL;
	}
	mm->task_size = TASK_SIZE;
	trace(TRACE_mm_alloc, mm->mm_nr, 0, 0, 0);
	return mm;
}

/* Nothing of it may be left. */
static void check_mm(const struct mm_struct *mm)
{
	for (int i = 0; i < NR_MM_COUNTERS; i++)
		VM_BUG_ON(mm->rss_stat[i]);
	VM_BUG_ON(mm->pgtables_bytes);
	VM_BUG_ON(mm->map_count);
}

void mmdrop(struct mm_struct *mm)
{
	VM_BUG_ON(mm->mm_count <= 0);
	if (--mm->mm_count)
		return;
	trace(TRACE_mmdrop, mm->mm_nr, 0, 0, 0);
	pgd_free(mm, mm->pgd);
	check_mm(mm);
	list_del(&mm->mm_list);
	kmem_cache_free(this_machine->mm_cachep, mm);
}

void mmput(struct mm_struct *mm)
{
	VM_BUG_ON(mm->mm_users <= 0);
	if (--mm->mm_users)
		return;
	exit_mmap(mm);
	mm_put_huge_zero_page(mm);
	if (!list_empty(&mm->mmlist)) {
		list_del(&mm->mmlist);
		INIT_LIST_HEAD(&mm->mmlist);
	}
	mmdrop(mm);
}

/* ---- fork(): the address space ---- */

/* Copies one VMA and what of its page tables has to be copied. */
static int dup_vma(struct mm_struct *mm, struct mm_struct *oldmm, struct vm_area_struct *mpnt)
{
	unsigned long charge = mpnt->vm_flags & VM_ACCOUNT ? vma_pages(mpnt) : 0;
	struct vm_area_struct *tmp = NULL;
	const struct vm_operations_struct *ops;

	if (charge && security_vm_enough_memory_mm(oldmm, (long)charge))
		return -ENOMEM;
	tmp = vm_area_dup(mpnt);
	if (!tmp)
		goto fail;
	tmp->vm_mm = mm;
	dup_userfaultfd(tmp);
	if (vma_dup_policy(mpnt, tmp))
		goto fail;
	if (tmp->vm_flags & VM_WIPEONFORK)
		tmp->anon_vma = NULL; /* the child finds zeroes: no page to share */
	else if (anon_vma_fork(tmp, mpnt))
		goto fail;
	tmp->vm_flags &= ~VM_LOCKED_MASK;
	if (tmp->vm_file)
		get_file(tmp->vm_file);
	vma_link(mm, tmp);
	ops = vma_ops(tmp);
	if (ops && ops->open)
		ops->open(tmp);
	trace(TRACE_dup_vma, mpnt->vm_nr, tmp->vm_nr, tmp->vm_start, tmp->vm_end);
	if (tmp->vm_flags & VM_WIPEONFORK)
		return 0;
	return copy_page_range(tmp, mpnt);

fail:
	if (tmp)
		vm_area_free(tmp);
	vm_unacct_memory((long)charge);
	return -ENOMEM;
}

static int dup_mmap(struct mm_struct *mm, struct mm_struct *oldmm)
{
	struct vm_area_struct *mpnt;
	int retval = 0;

	for (mpnt = oldmm->mmap; mpnt && !retval; mpnt = mpnt->vm_next) {
		if (mpnt->vm_flags & VM_DONTCOPY)
			vm_stat_account(mm, mpnt->vm_flags, -(long)vma_pages(mpnt));
		else
			retval = dup_vma(mm, oldmm, mpnt);
	}
	/* The parent's entries have become read-only. */
	flush_tlb_mm(oldmm);
	return retval;
}

/* A copy of @oldmm for @task; NULL: no memory. */
static struct mm_struct *dup_mm(struct task_struct *task, struct mm_struct *oldmm)
{
	struct mm_struct *mm = kmem_cache_alloc(this_machine->mm_cachep, GFP_KERNEL);

	if (!mm)
		return NULL;
	copy_memory(mm, oldmm, sizeof(*mm));
	mm->def_flags &= VM_NOHUGEPAGE;
	if (!mm_init(mm, task)) {
		kmem_cache_free(this_machine->mm_cachep, mm);
		return NULL;
	}
	trace(TRACE_dup_mm, oldmm->mm_nr, mm->mm_nr, 0, 0);
	if (dup_mmap(mm, oldmm)) {
		mmput(mm);
		return NULL;
	}
	mm->hiwater_rss = get_mm_rss(mm);
	mm->hiwater_vm = mm->total_vm;
	return mm;
}

/* ---- Tasks ---- */

struct task_struct *find_task_by_pid(s32 pid)
{
	struct task_struct *task;

	list_for_each_entry(task, &this_machine->tasks, tasks)
		if (task->pid == pid)
			return task;
	return NULL;
}

/* Limits that a task has if nobody set others: those of a usual system. */
static void init_rlimits(struct task_struct *task)
{
	for (int i = 0; i < RLIM_NLIMITS; i++)
		task->rlim[i] = RLIM_INFINITY;
	task->rlim[RLIMIT_STACK] = 8UL << 20;
	task->rlim[RLIMIT_CORE] = 0;
	task->rlim[RLIMIT_NOFILE] = 1024;
	task->rlim[RLIMIT_MEMLOCK] = 8UL << 20;
}

/* What no two tasks share. */
static void task_init(struct task_struct *task, s32 ppid)
{
	task->pid = ++this_machine->last_pid;
	task->ppid = ppid;
	task->__state = TASK_RUNNING;
	task->min_flt = 0;
	task->maj_flt = 0;
	task->last_siginfo = (struct kernel_siginfo){ 0 };
	task->oom_victim = 0;
	task->nr_dirtied = 0;
	task->nr_dirtied_pause = 128 >> (PAGE_SHIFT - 10);
	task->dirty_paused_when = 0;
	task->start_op = this_machine->op_index;
	task->restart_block = NULL;
	list_add_tail(&task->tasks, &this_machine->tasks);
}

struct task_struct *new_task(u32 uid)
{
	struct task_struct *task;

	if (proc_caches_init())
		return NULL;
	task = kmem_cache_zalloc(this_machine->task_struct_cachep, GFP_KERNEL);
	if (!task)
		return NULL;
	task->uid = uid;
	init_rlimits(task);
	task_init(task, 0);
	return task;
}

struct task_struct *copy_process(struct task_struct *parent)
{
	struct task_struct *task = kmem_cache_alloc(this_machine->task_struct_cachep, GFP_KERNEL);

	if (!task)
		return NULL;
	copy_memory(task, parent, sizeof(*task));
	task->mempolicy = mpol_dup(parent->mempolicy);
	if (IS_ERR(task->mempolicy))
		goto fail;
	if (parent->mm) {
		task->mm = dup_mm(task, parent->mm);
		if (!task->mm) {
			mpol_put(task->mempolicy);
			goto fail;
		}
	}
	task->active_mm = task->mm;
	task_init(task, parent->pid);
	trace(TRACE_sched_process_fork, (u64)parent->pid, (u64)task->pid,
	      task->mm ? task->mm->mm_nr : 0, 0);
	return task;

fail:
	kmem_cache_free(this_machine->task_struct_cachep, task);
	return NULL;
}
