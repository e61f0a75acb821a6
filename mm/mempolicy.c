// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory policies: what they are, setting and asking for a task's, and allocation by them.
 *
 *	vma_alloc_folio()
 *	  get_vma_policy()	that of the file, of the VMA, else of the task
 *	  interleave_nid()	MPOL_INTERLEAVE: the node whose turn it is
 *	  policy_node()		the node to begin with
 *	  policy_nodemask()	the nodes that are allowed
 *
 * Pages of an interleaved VMA are dealt out by their offset, so that it does not matter in which order they are
 * touched; what belongs to no VMA (the page cache, tables) goes by a count of the task (il_prev).
 *
 * There are no cpusets: all nodes with memory may be named, and that never changes, so nothing is rebound.
 *
 * Linux counterpart: mm/mempolicy.c.
 */
#include "gup.h"
#include "mempolicy.h"
#include "slab.h"
#include "vmstat.h"

/* ---- Objects ---- */

static struct kmem_cache *policy_cache(void)
{
	struct machine *m = this_machine;

	if (!m->policy_cachep)
		m->policy_cachep = kmem_cache_create("numa_policy", sizeof(struct mempolicy), 0, 0,
						     SLAB_CTOR_none);
	return m->policy_cachep;
}

void __mpol_put(struct mempolicy *pol)
{
	VM_BUG_ON(pol->refcnt <= 0);
	if (--pol->refcnt)
		return;
	trace(TRACE_mpol_put, virt_to_phys(pol), pol->mode, 0, 0);
	kmem_cache_free(this_machine->policy_cachep, pol);
}

/* The nodes that numbers counted within @rel mean: 0 is the first of @rel, and it begins again behind the last. */
static nodemask_t mpol_relative_nodemask(nodemask_t orig, nodemask_t rel)
{
	unsigned int weight = nodes_weight(rel);
	nodemask_t result = { 0 };
	int node, nth, i;

	for (node = first_node(orig); node < MAX_NUMNODES; node = next_node(node, orig)) {
		nth = first_node(rel);
		for (i = 0; i < node % (int)weight; i++)
			nth = next_node(nth, rel);
		result.bits |= 1UL << nth;
	}
	return result;
}

/* Does the mode go with the nodes that were named? *@mode may become another one. 0 or -EINVAL. */
static int mpol_check(unsigned int *mode, unsigned int flags, nodemask_t nodes)
{
	bool counted = flags & (MPOL_F_STATIC_NODES | MPOL_F_RELATIVE_NODES);

	switch (*mode) {
	case MPOL_DEFAULT:
		return nodes.bits ? -EINVAL : 0;
	case MPOL_PREFERRED:
		/* Without a node it is the one where the task runs. */
		if (nodes.bits)
			return 0;
		*mode = MPOL_LOCAL;
		return counted ? -EINVAL : 0;
	case MPOL_LOCAL:
		return nodes.bits || counted ? -EINVAL : 0;
	default:
		return nodes.bits ? 0 : -EINVAL;
	}
}

/* Those nodes that there are; of MPOL_PREFERRED only the first. 0, or -EINVAL: none of them is. */
static int mpol_set_nodemask(struct mempolicy *pol, nodemask_t nodes)
{
	nodemask_t memory = node_states_memory();

	if (pol->mode == MPOL_LOCAL)
		return 0;
	if (mpol_store_user_nodemask(pol))
		pol->user_nodemask = nodes;
	if (pol->flags & MPOL_F_RELATIVE_NODES)
		nodes = mpol_relative_nodemask(nodes, memory);
	else
		nodes.bits &= memory.bits;
	if (!nodes.bits)
		return -EINVAL;
	if (pol->mode == MPOL_PREFERRED)
		nodes.bits = 1UL << first_node(nodes);
	pol->nodes = nodes;
	return 0;
}

struct mempolicy *mpol_create(unsigned int mode, unsigned int flags, nodemask_t nodes)
{
	struct mempolicy *pol;
	int error = mpol_check(&mode, flags, nodes);

	if (error)
		return ERR_PTR(error);
	if (mode == MPOL_DEFAULT)
		return NULL;
	pol = policy_cache() ? kmem_cache_zalloc(policy_cache(), GFP_KERNEL) : NULL;
	if (!pol)
		return ERR_PTR(-ENOMEM);
	pol->refcnt = 1;
	pol->mode = (u16)mode;
	pol->flags = (u16)flags;
	error = mpol_set_nodemask(pol, nodes);
	trace(TRACE_mpol_new, virt_to_phys(pol), trace_pack(mode, flags), nodes.bits,
	      pol->nodes.bits);
	if (error) {
		mpol_put(pol);
		return ERR_PTR(error);
	}
	return pol;
}

struct mempolicy *mpol_dup(const struct mempolicy *old)
{
	struct mempolicy *new;

	if (!old)
		return NULL;
	new = kmem_cache_alloc(policy_cache(), GFP_KERNEL);
	if (!new)
		return ERR_PTR(-ENOMEM);
	copy_memory(new, old, sizeof(*new));
	new->refcnt = 1;
	return new;
}

int vma_dup_policy(const struct vm_area_struct *src, struct vm_area_struct *dst)
{
	struct mempolicy *pol = mpol_dup(src->vm_policy);

	if (IS_ERR(pol))
		return (int)PTR_ERR(pol);
	dst->vm_policy = pol;
	return 0;
}

bool __mpol_equal(const struct mempolicy *a, const struct mempolicy *b)
{
	if (!a || !b || a->mode != b->mode || a->flags != b->flags)
		return false;
	if (mpol_store_user_nodemask(a) && a->user_nodemask.bits != b->user_nodemask.bits)
		return false;
	return a->mode == MPOL_LOCAL || a->nodes.bits == b->nodes.bits;
}

/* ---- System calls ---- */

int sanitize_mpol_flags(unsigned int *mode, unsigned int *flags)
{
	*flags = *mode & MPOL_MODE_FLAGS;
	*mode &= ~(unsigned int)MPOL_MODE_FLAGS;
	if (*mode >= MPOL_MAX)
		return -EINVAL;
	if (*flags & MPOL_F_STATIC_NODES && *flags & MPOL_F_RELATIVE_NODES)
		return -EINVAL;
	if (*flags & MPOL_F_NUMA_BALANCING) {
		if (*mode != MPOL_BIND)
			return -EINVAL;
		*flags |= MPOL_F_MOF | MPOL_F_MORON;
	}
	return 0;
}

long sys_set_mempolicy(unsigned int mode, nodemask_t nodes)
{
	struct mempolicy *new, *old = current->mempolicy;
	unsigned int flags;
	int error = sanitize_mpol_flags(&mode, &flags);

	if (error)
		return error;
	new = mpol_create(mode, flags, nodes);
	if (IS_ERR(new))
		return PTR_ERR(new);
	current->mempolicy = new;
	/* The first page comes from the first node. */
	if (new && new->mode == MPOL_INTERLEAVE)
		current->il_prev = MAX_NUMNODES - 1;
	trace(TRACE_set_mempolicy, (u64)current->pid, trace_pack(new ? new->mode : 0, flags),
	      new ? new->nodes.bits : 0, 0);
	mpol_put(old);
	return 0;
}

/* The policy that an address has of its own; the task's does not count. 0 or -EFAULT. */
static int policy_at(unsigned long addr, struct mempolicy **pol)
{
	struct vm_area_struct *vma = vma_lookup(current->mm, addr);
	const struct vm_operations_struct *ops;

	if (!vma)
		return -EFAULT;
	ops = vma_ops(vma);
	*pol = ops && ops->get_policy ? ops->get_policy(vma, addr) : vma->vm_policy;
	return 0;
}

/* The node that the page of an address lies in; one that is not there is brought in. -EFAULT: it cannot be. */
static long lookup_node(unsigned long addr)
{
	struct mm_struct *mm = current->mm;
	pmd_t *pmd;
	long got = get_user_pages_remote(mm, addr, 1, 0, NULL);

	if (got <= 0)
		return got ? got : -EFAULT;
	pmd = mm_find_pmd(mm, addr);
	if (pmd && pmd_trans_huge(*pmd))
		return page_to_nid(pmd_page(*pmd));
	return page_to_nid(pte_page(*pte_offset(pmd, addr)));
}

/* What get_mempolicy() returns of a policy: its mode and flags, or a node. */
static long policy_answer(const struct mempolicy *pol, unsigned long addr, unsigned long flags)
{
	if (!(flags & MPOL_F_NODE))
		return pol ? pol->mode | (pol->flags & MPOL_MODE_FLAGS) : MPOL_DEFAULT;
	if (flags & MPOL_F_ADDR)
		return lookup_node(addr);
	if (!pol || pol->mode != MPOL_INTERLEAVE)
		return -EINVAL;
	return next_node_in(current->il_prev, pol->nodes);
}

long sys_get_mempolicy(nodemask_t *nodes, unsigned long addr, unsigned long flags)
{
	struct mempolicy *pol = current->mempolicy;
	long result;

	nodes->bits = 0;
	if (flags & ~(unsigned long)(MPOL_F_NODE | MPOL_F_ADDR | MPOL_F_MEMS_ALLOWED))
		return -EINVAL;
	if (flags & MPOL_F_MEMS_ALLOWED) {
		if (flags & (MPOL_F_NODE | MPOL_F_ADDR))
			return -EINVAL;
		*nodes = node_states_memory();
		return 0;
	}
	if (flags & MPOL_F_ADDR) {
		int error = policy_at(addr, &pol);

		if (error)
			return error;
	} else if (addr) {
		return -EINVAL;
	}
	result = policy_answer(pol, addr, flags);
	if (result >= 0 && pol)
		*nodes = mpol_store_user_nodemask(pol) ? pol->user_nodemask : pol->nodes;
	if (flags & MPOL_F_ADDR)
		mpol_cond_put(pol);
	return result;
}

/* ---- Allocation ---- */

/* The policy of whoever runs; NULL: none. */
static struct mempolicy *get_task_policy(void)
{
	return current ? current->mempolicy : NULL;
}

struct mempolicy *get_vma_policy(struct vm_area_struct *vma, unsigned long addr)
{
	const struct vm_operations_struct *ops = vma ? vma_ops(vma) : NULL;
	struct mempolicy *pol = NULL;

	if (ops && ops->get_policy)
		pol = ops->get_policy(vma, addr);
	else if (vma)
		pol = vma->vm_policy;
	return pol ? pol : get_task_policy();
}

/* The zone that policies are about: the highest one that any node has. */
static enum zone_type policy_zone(void)
{
	enum zone_type highest = ZONE_DMA;
	struct zone *zone;

	for_each_populated_zone(zone)
		if (zone_idx(zone) != ZONE_MOVABLE)
			highest = max(highest, zone_idx(zone));
	return highest;
}

/*
 * The nodes that a request may be served from; NULL: all. Who needs memory of a lower zone must take it where it is: not
 * every node has some.
 */
static const nodemask_t *policy_nodemask(gfp_t gfp, const struct mempolicy *pol)
{
	if (pol->mode == MPOL_BIND)
		return gfp_zone(gfp) >= policy_zone() ? &pol->nodes : NULL;
	return pol->mode == MPOL_PREFERRED_MANY ? &pol->nodes : NULL;
}

static int policy_node(const struct mempolicy *pol)
{
	return pol->mode == MPOL_PREFERRED ? first_node(pol->nodes) : numa_node_id();
}

/* The task's turn: the node after the one it had last. */
static int interleave_nodes(const struct mempolicy *pol)
{
	int next = next_node_in(current->il_prev, pol->nodes);

	current->il_prev = (s16)next;
	return next;
}

/* The @n-th node, counted in a circle. */
static int offset_il_node(const struct mempolicy *pol, unsigned long n)
{
	int nid = first_node(pol->nodes);

	for (n %= nodes_weight(pol->nodes); n; n--)
		nid = next_node(nid, pol->nodes);
	return nid;
}

static struct page *alloc_page_interleave(gfp_t gfp, unsigned int order, int nid)
{
	struct page *page = __alloc_pages(gfp, order, nid, NULL);

	if (page && page_to_nid(page) == nid)
		__count_numa_events(page_zone(page), NUMA_INTERLEAVE_HIT, 1);
	return page;
}

/* First of the preferred nodes, without effort; then of any. */
static struct page *alloc_pages_preferred_many(gfp_t gfp, unsigned int order,
					       const struct mempolicy *pol)
{
	gfp_t preferred_gfp = (gfp | __GFP_NOWARN) & ~(__GFP_DIRECT_RECLAIM | __GFP_NOFAIL);
	struct page *page = __alloc_pages(preferred_gfp, order, policy_node(pol), &pol->nodes);

	return page ? page : __alloc_pages(gfp, order, policy_node(pol), NULL);
}

struct page *alloc_pages_mpol(gfp_t gfp, unsigned int order, const struct mempolicy *pol,
			      unsigned long index)
{
	int nid;

	if (pol->mode == MPOL_INTERLEAVE) {
		nid = index == ~0UL ? interleave_nodes(pol) : offset_il_node(pol, index);
		trace(TRACE_alloc_pages_mpol, trace_pack(order, pol->mode), (u64)nid,
		      pol->nodes.bits, index == ~0UL);
		return alloc_page_interleave(gfp, order, nid);
	}
	nid = policy_node(pol);
	trace(TRACE_alloc_pages_mpol, trace_pack(order, pol->mode), (u64)nid, pol->nodes.bits,
	      false);
	if (pol->mode == MPOL_PREFERRED_MANY)
		return alloc_pages_preferred_many(gfp, order, pol);
	return __alloc_pages(gfp, order, nid, policy_nodemask(gfp, pol));
}

struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	const struct mempolicy *pol = gfp & __GFP_THISNODE ? NULL : get_task_policy();

	if (likely(!pol))
		return __alloc_pages(gfp, order, numa_node_id(), NULL);
	return alloc_pages_mpol(gfp, order, pol, ~0UL);
}

/* A huge page of the preferred node, if that is allowed; elsewhere only for those who asked for huge pages. */
static struct page *alloc_huge_page_mpol(gfp_t gfp, unsigned int order, const struct mempolicy *pol)
{
	const nodemask_t *nodes = pol ? policy_nodemask(gfp, pol) : NULL;
	int nid = pol ? policy_node(pol) : numa_node_id();
	struct page *page;

	if (nodes && !node_isset(nid, *nodes))
		return __alloc_pages(gfp, order, nid, nodes);
	page = __alloc_pages(gfp | __GFP_THISNODE | __GFP_NORETRY, order, nid, NULL);
	if (!page && gfp & __GFP_DIRECT_RECLAIM)
		page = __alloc_pages(gfp, order, nid, nodes);
	return page;
}

/* What the pages of a VMA are dealt out by: their offset, in units of what is allocated. */
static unsigned long interleave_index(const struct vm_area_struct *vma, unsigned long addr,
				      unsigned int order)
{
	return (vma->vm_pgoff >> order) + ((addr - vma->vm_start) >> (PAGE_SHIFT + order));
}

struct page *vma_alloc_folio(gfp_t gfp, unsigned int order, struct vm_area_struct *vma,
			     unsigned long addr, bool hugepage)
{
	struct mempolicy *pol = get_vma_policy(vma, addr);
	struct page *page;

	if (order)
		gfp |= __GFP_COMP;
	if (hugepage &&
	    (!pol || (pol->mode != MPOL_INTERLEAVE && pol->mode != MPOL_PREFERRED_MANY)))
		page = alloc_huge_page_mpol(gfp, order, pol);
	else if (likely(!pol))
		page = __alloc_pages(gfp, order, numa_node_id(), NULL);
	else
		page = alloc_pages_mpol(gfp, order, pol,
					vma ? interleave_index(vma, addr, order) : ~0UL);
	mpol_cond_put(pol);
	return page;
}
