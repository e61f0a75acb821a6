/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory policies: from which nodes the pages of a task, or of part of an address
 * space, are taken.
 *
 * A policy is an object of the cache "numa_policy" and belongs to whoever refers to it: a task
 * (task->mempolicy), a VMA (vma->vm_policy) or a stretch of a shared-memory file (struct sp_node). None
 * of them shares it with another; who copies a task or a VMA copies the policy too. NULL is the
 * default: a VMA's pages follow the task, a task's pages come from the node of the CPU.
 *
 * Linux counterpart: include/linux/mempolicy.h. What programs pass is in mman.h.
 */
#ifndef MM_MEMPOLICY_H
#define MM_MEMPOLICY_H

#include "mm.h"

/* policy->flags alone */
#define MPOL_F_SHARED	(1 << 0)	/* of a file: whoever looks it up gets a reference */
#define MPOL_F_MOF	(1 << 3)	/* pages move when they are used: not done here */
#define MPOL_F_MORON	(1 << 4)

struct mempolicy {
	s32 refcnt;
	u16 mode;		/* enum mempolicy_mode */
	u16 flags;
	nodemask_t nodes;	/* those that are there, of the ones asked for */
	nodemask_t user_nodemask; /* as asked for; kept only with one of MPOL_MODE_FLAGS */
};

/* The policy of pages [start, end) of a shared-memory file, in the tree of struct shared_policy. */
struct sp_node {
	struct rb_node nd;
	unsigned long start, end;
	struct mempolicy *policy;
};

/* ---- mempolicy.c ---- */

long sys_set_mempolicy(unsigned int mode, nodemask_t nodes);
/*
 * Returns the mode with its flags, or with MPOL_F_NODE a node, or -errno. @nodes: those of the policy (empty for the
 * default), or with MPOL_F_MEMS_ALLOWED those that there are.
 */
long sys_get_mempolicy(nodemask_t *nodes, unsigned long addr, unsigned long flags);

/* A new policy of these nodes; NULL for MPOL_DEFAULT; ERR_PTR(-EINVAL) where they make no sense, or -ENOMEM. */
struct mempolicy *mpol_create(unsigned int mode, unsigned int flags, nodemask_t nodes);
/* Parts the two in what a program passes as mode. 0 or -EINVAL. */
int sanitize_mpol_flags(unsigned int *mode, unsigned int *flags);
/* A copy with a count of its own; NULL of NULL; ERR_PTR(-ENOMEM). */
struct mempolicy *mpol_dup(const struct mempolicy *old);
/* Gives @dst, which has none yet, a copy of the policy of @src. 0 or -ENOMEM. */
int vma_dup_policy(const struct vm_area_struct *src, struct vm_area_struct *dst);
bool __mpol_equal(const struct mempolicy *a, const struct mempolicy *b);
void __mpol_put(struct mempolicy *pol);

/* The effective policy of an address: of the file, the VMA, the task; NULL: none of them has one. */
struct mempolicy *get_vma_policy(struct vm_area_struct *vma, unsigned long addr);

/*
 * A page (with @order above 0 a compound one) for @addr in @vma, or NULL. @vma NULL: by the task's policy. @hugepage:
 * rather none than one of another node.
 */
struct page *vma_alloc_folio(gfp_t gfp, unsigned int order, struct vm_area_struct *vma,
			     unsigned long addr, bool hugepage);
/* The same by a policy; @index: what interleaving counts by; ~0UL: the task's own count. */
struct page *alloc_pages_mpol(gfp_t gfp, unsigned int order, const struct mempolicy *pol,
			      unsigned long index);

/* ---- mbind.c ---- */

long sys_mbind(unsigned long start, unsigned long len, unsigned int mode, nodemask_t nodes,
	       unsigned int flags);
/* A page for what @page holds, by the policy of where the running task has it mapped; for migrate.c. NULL: no memory. */
struct page *mbind_new_page(struct page *page);

/* ---- mempolicy_shared.c: policies of files ---- */

/* The policy of page @index, with a reference; NULL: none. */
struct mempolicy *mpol_shared_policy_lookup(struct shared_policy *sp, unsigned long index);
/* Sets that of the pages that @vma maps. @npol is copied; NULL: there shall be none. 0 or -ENOMEM. */
int mpol_set_shared_policy(struct shared_policy *sp, const struct vm_area_struct *vma,
			   const struct mempolicy *npol);
/* The file goes. */
void mpol_free_shared_policy(struct shared_policy *sp);

/* ---- Small helpers ---- */

static inline bool mpol_equal(const struct mempolicy *a, const struct mempolicy *b)
{
	return a == b || __mpol_equal(a, b);
}

static inline void mpol_put(struct mempolicy *pol)
{
	if (pol)
		__mpol_put(pol);
}

/* Gives back what a look-up may have taken. */
static inline void mpol_cond_put(struct mempolicy *pol)
{
	if (pol && pol->flags & MPOL_F_SHARED)
		__mpol_put(pol);
}

/* Does it remember the nodes as they were asked for? */
static inline bool mpol_store_user_nodemask(const struct mempolicy *pol)
{
	return pol->flags & MPOL_MODE_FLAGS;
}

static inline unsigned int nodes_weight(nodemask_t nodes)
{
	unsigned int weight = 0;

	for (; nodes.bits; nodes.bits &= nodes.bits - 1)
		weight++;
	return weight;
}

/* The first node of the set after @node, or MAX_NUMNODES. */
static inline int next_node(int node, nodemask_t nodes)
{
	while (++node < MAX_NUMNODES)
		if (node_isset(node, nodes))
			return node;
	return MAX_NUMNODES;
}

static inline int first_node(nodemask_t nodes)
{
	return next_node(-1, nodes);
}

/* The same, beginning again behind the last one. */
static inline int next_node_in(int node, nodemask_t nodes)
{
	int next = next_node(node, nodes);

	return next < MAX_NUMNODES ? next : first_node(nodes);
}

/* Nodes that have memory (N_MEMORY): all that there are. */
static inline nodemask_t node_states_memory(void)
{
	return (nodemask_t){ (1UL << nr_online_nodes()) - 1 };
}

#endif
