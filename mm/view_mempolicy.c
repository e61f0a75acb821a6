// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory policies for readers: their names and those of sets of nodes (view.h), and where they are (reader.h).
 */
#include "mempolicy.h"
#include "reader.h"
#include "seq_file.h"

/* Deeper than any tree of policies that fits into memory. */
#define MAX_DEPTH 64

const char *view_mempolicy_name(u32 mode)
{
	static const char *const names[MPOL_MAX] = {
		[MPOL_DEFAULT] = "MPOL_DEFAULT", [MPOL_PREFERRED] = "MPOL_PREFERRED",
		[MPOL_BIND] = "MPOL_BIND",	 [MPOL_INTERLEAVE] = "MPOL_INTERLEAVE",
		[MPOL_LOCAL] = "MPOL_LOCAL",	 [MPOL_PREFERRED_MANY] = "MPOL_PREFERRED_MANY",
	};

	return mode < MPOL_MAX ? names[mode] : "?";
}

void reader_put_nodes(struct seq_file *s, u64 nodes)
{
	bool first = true;
	u32 i, last;

	for (i = 0; i < 64; i = last + 1) {
		last = i;
		if (!(nodes >> i & 1))
			continue;
		while (last < 63 && nodes >> (last + 1) & 1)
			last++;
		seq_printf(s, "%s%u", first ? "" : ",", i);
		if (last > i)
			seq_printf(s, "-%u", last);
		first = false;
	}
}

size_t view_nodes_text(u64 nodes, char *buf, size_t size)
{
	struct seq_file s;

	seq_open(&s, buf, size);
	if (nodes)
		reader_put_nodes(&s, nodes);
	else
		seq_puts(&s, "none");
	return seq_close(&s);
}

const struct mempolicy *reader_mempolicy(const struct machine *m, const void *kept)
{
	return kept ? reader_object(m, kept, sizeof(struct mempolicy)) : NULL;
}

const struct sp_node *reader_sp_node(const struct machine *m, const struct rb_node *kept)
{
	return kept ? reader_object(m, rb_entry(kept, struct sp_node, nd), sizeof(struct sp_node))
		    : NULL;
}

/* The stretch of a file's policies that has a page of it; NULL: none. */
static const struct sp_node *find_sp_node(const struct machine *m, const struct shared_policy *sp,
					  u64 index)
{
	const struct sp_node *node = reader_sp_node(m, sp->root.rb_node);
	u32 depth;

	for (depth = 0; node && depth < MAX_DEPTH; depth++) {
		if (index < node->start)
			node = reader_sp_node(m, node->nd.rb_left);
		else if (index >= node->end)
			node = reader_sp_node(m, node->nd.rb_right);
		else
			return node;
	}
	return NULL;
}

const struct mempolicy *reader_vma_policy(const struct machine *m, const struct vm_area_struct *vma)
{
	const struct file *file;
	const struct inode *inode;
	const struct sp_node *node;

	if (vma->vm_ops != VM_OPS_SHMEM)
		return reader_mempolicy(m, vma->vm_policy);
	file = reader_object(m, vma->vm_file, sizeof(struct file));
	inode = file ? reader_object(m, file->f_inode, sizeof(struct inode)) : NULL;
	node = inode ? find_sp_node(m, &inode->shmem.policy, vma->vm_pgoff) : NULL;
	return node ? reader_mempolicy(m, node->policy) : NULL;
}
