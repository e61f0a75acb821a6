// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The part of mm_validate() that looks at memory policies: each belongs to one task, VMA or stretch of a file, whose
 * reference is the only one; it names nodes that there are, as many as its mode wants; and the stretches of a file
 * are in order and do not overlap.
 */
#include "mempolicy.h"
#include "validate.h"

/* Deeper than any tree of policies that fits into memory. */
#define MAX_DEPTH 64

/* Is the set of nodes one that the mode can have? */
static bool good_nodes(const struct machine *m, const struct mempolicy *pol)
{
	u64 nodes = pol->nodes.bits, all = (1UL << reader_nr_nodes(m)) - 1;

	switch (pol->mode) {
	case MPOL_LOCAL:
		return !nodes;
	case MPOL_PREFERRED:
		return nodes && !(nodes & (nodes - 1)) && !(nodes & ~all);
	default:
		return nodes && !(nodes & ~all);
	}
}

static void check_policy(struct validation *v, mm_object_t owner, const void *kept, bool shared)
{
	const struct mempolicy *pol = reader_mempolicy(v->m, kept);

	if (!kept)
		return;
	if (!pol) {
		complain(v, owner, "A memory policy lies outside the RAM.");
		return;
	}
	if (pol->refcnt != 1)
		complain(v, owner, "A memory policy has %d references, but one owner.",
			 pol->refcnt);
	if (pol->mode == MPOL_DEFAULT || pol->mode >= MPOL_MAX)
		complain(v, owner, "A memory policy has the mode %u.", pol->mode);
	else if (!good_nodes(v->m, pol))
		complain(v, owner, "A memory policy of mode %u has the nodes %#lx.", pol->mode,
			 pol->nodes.bits);
	if (!(pol->flags & MPOL_F_SHARED) == shared)
		complain(v, owner,
			 "A memory policy has the flags %#x, which its owner does not fit.",
			 pol->flags);
}

/* The stretches of a subtree; *@end: where the one before it ends. */
static void check_stretches(struct validation *v, mm_object_t file, const struct rb_node *kept,
			    u64 *end, u32 depth)
{
	const struct sp_node *node = reader_sp_node(v->m, kept);

	if (!node || depth > MAX_DEPTH)
		return;
	check_stretches(v, file, node->nd.rb_left, end, depth + 1);
	if (node->start >= node->end || node->start < *end)
		complain(v, file, "A policy of pages %lu to %lu follows one that ends at %lu.",
			 node->start, node->end, *end);
	*end = node->end;
	check_policy(v, file, node->policy, true);
	check_stretches(v, file, node->nd.rb_right, end, depth + 1);
}

void check_mempolicies(struct validation *v)
{
	const struct machine *m = v->m;
	const struct vm_area_struct *vma;
	const struct task_struct *task;
	const struct mm_struct *mm;
	const struct inode *inode;
	u32 n, i;

	reader_for_each(task, n, m, &m->tasks, tasks)
		check_policy(v, mm_object(MM_OBJECT_TASK, (u64)task->pid), task->mempolicy, false);
	reader_for_each(mm, n, m, &m->mms, mm_list) reader_for_each_vma(vma, i, m, mm)
		check_policy(v, mm_object(MM_OBJECT_VMA, vma->vm_nr), vma->vm_policy, false);
	reader_for_each(inode, n, m, &m->inodes, i_list)
	{
		u64 end = 0;

		if (inode->kind == INODE_SHMEM)
			check_stretches(v, mm_object(MM_OBJECT_FILE, inode->i_ino),
					inode->shmem.policy.root.rb_node, &end, 0);
	}
}
