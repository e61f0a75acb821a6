// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Commit accounting: how many pages programs have been promised, and whether another
 * promise can be made.
 *
 * Private writable mappings, shared anonymous memory and tmpfs count, whether touched or not. With
 * overcommit_memory 0 only a single promise larger than all of RAM and swap is refused; with 1 none is;
 * with 2 the sum must stay below a limit.
 *
 * Linux counterpart: mm/util.c.
 */
#include "vma.h"

void init_vm_sysctls(void)
{
	struct machine *m = this_machine;
	unsigned long free_kbytes = commit_ram_pages(m) << (PAGE_SHIFT - 10);

	m->sysctl_max_map_count = 65530;
	m->sysctl_overcommit_memory = OVERCOMMIT_GUESS;
	m->sysctl_overcommit_ratio = 50;
	m->sysctl_admin_reserve_kbytes = min(free_kbytes / 32, 1UL << 13);
	m->sysctl_user_reserve_kbytes = min(free_kbytes / 32, 1UL << 17);
	m->dac_mmap_min_addr = PAGE_SIZE;
}

void vm_acct_memory(long pages)
{
	this_machine->vm_committed_as += pages;
}

void vm_unacct_memory(long pages)
{
	vm_acct_memory(-pages);
}

/* Overcommit mode 2: what the limit leaves to this process. */
static long commit_allowed(const struct mm_struct *mm)
{
	long allowed = (long)vm_commit_limit(this_machine);

	if (!task_capable(current))
		allowed -= (long)(this_machine->sysctl_admin_reserve_kbytes >> (PAGE_SHIFT - 10));
	/* Nobody shall grow so large that nothing can be started any more to stop it. */
	if (mm)
		allowed -= (long)min(mm->total_vm / 32,
				     this_machine->sysctl_user_reserve_kbytes >> (PAGE_SHIFT - 10));
	return allowed;
}

int security_vm_enough_memory_mm(struct mm_struct *mm, long pages)
{
	struct machine *m = this_machine;
	bool enough;

	vm_acct_memory(pages);
	switch (m->sysctl_overcommit_memory) {
	case OVERCOMMIT_ALWAYS:
		return 0;
	case OVERCOMMIT_GUESS:
		enough = pages <= (long)(commit_ram_pages(m) + (unsigned long)m->total_swap_pages);
		break;
	default:
		enough = m->vm_committed_as < commit_allowed(mm);
		break;
	}
	trace(TRACE_vm_enough_memory, (u64)pages, (u64)m->vm_committed_as, vm_commit_limit(m),
	      enough);
	if (enough)
		return 0;
	vm_unacct_memory(pages);
	return -ENOMEM;
}
