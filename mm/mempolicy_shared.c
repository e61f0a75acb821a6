// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory policies of shared memory. They belong to the file, not to a mapping: whoever maps it, and whenever,
 * finds them. A file has a tree of stretches of pages, which do not overlap; pages in none of them follow the task
 * that touches them first.
 *
 * Linux counterpart: sp_lookup() and what follows it in mm/mempolicy.c.
 */
#include "mempolicy.h"
#include "slab.h"

static struct sp_node *sp_of(struct rb_node *node)
{
	return rb_entry(node, struct sp_node, nd);
}

static struct kmem_cache *sn_cache(void)
{
	struct machine *m = this_machine;

	if (!m->sn_cachep)
		m->sn_cachep = kmem_cache_create("shared_policy_node", sizeof(struct sp_node), 0, 0,
						 SLAB_CTOR_none);
	return m->sn_cachep;
}

/* The first stretch that overlaps [start, end); NULL: none does. */
static struct sp_node *sp_lookup(const struct shared_policy *sp, unsigned long start,
				 unsigned long end)
{
	struct rb_node *node = sp->root.rb_node, *prev;

	while (node && (start >= sp_of(node)->end || end <= sp_of(node)->start))
		node = start >= sp_of(node)->end ? node->rb_right : node->rb_left;
	if (!node)
		return NULL;
	for (prev = rb_prev(node); prev && sp_of(prev)->end > start; prev = rb_prev(node))
		node = prev;
	return sp_of(node);
}

static void sp_insert(struct shared_policy *sp, struct sp_node *new)
{
	struct rb_node **link = &sp->root.rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = new->start < sp_of(parent)->start ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&new->nd, parent, link);
	rb_insert_color(&new->nd, &sp->root);
}

struct mempolicy *mpol_shared_policy_lookup(struct shared_policy *sp, unsigned long index)
{
	struct sp_node *node = sp->root.rb_node ? sp_lookup(sp, index, index + 1) : NULL;

	if (!node)
		return NULL;
	node->policy->refcnt++;
	return node->policy;
}

static void sp_free(struct sp_node *node)
{
	mpol_put(node->policy);
	kmem_cache_free(this_machine->sn_cachep, node);
}

/* A stretch with a copy of @pol; NULL: no memory. */
static struct sp_node *sp_alloc(unsigned long start, unsigned long end, const struct mempolicy *pol)
{
	struct sp_node *node = sn_cache() ? kmem_cache_zalloc(sn_cache(), GFP_KERNEL) : NULL;
	struct mempolicy *copy;

	if (!node)
		return NULL;
	copy = mpol_dup(pol);
	if (IS_ERR(copy)) {
		kmem_cache_free(sn_cache(), node);
		return NULL;
	}
	copy->flags |= MPOL_F_SHARED;
	node->start = start;
	node->end = end;
	node->policy = copy;
	return node;
}

static void sp_delete(struct shared_policy *sp, struct sp_node *node)
{
	rb_erase(&node->nd, &sp->root);
	sp_free(node);
}

/* Takes [start, end) out of all stretches. -ENOMEM: one would have to be cut in two; then nothing is changed. */
static int sp_clear_range(struct shared_policy *sp, unsigned long start, unsigned long end)
{
	struct sp_node *node = sp_lookup(sp, start, end), *rest;
	struct rb_node *next;

	if (node && node->start < start && node->end > end) {
		rest = sp_alloc(end, node->end, node->policy);
		if (!rest)
			return -ENOMEM;
		node->end = start;
		sp_insert(sp, rest);
		return 0;
	}
	for (; node && node->start < end; node = next ? sp_of(next) : NULL) {
		next = rb_next(&node->nd);
		if (node->start >= start && node->end <= end)
			sp_delete(sp, node);
		else if (node->start >= start)
			node->start = end;
		else
			node->end = start;
	}
	return 0;
}

int mpol_set_shared_policy(struct shared_policy *sp, const struct vm_area_struct *vma,
			   const struct mempolicy *npol)
{
	unsigned long start = vma->vm_pgoff, end = start + vma_pages(vma);
	struct sp_node *new = NULL;
	int error;

	if (npol) {
		new = sp_alloc(start, end, npol);
		if (!new)
			return -ENOMEM;
	}
	trace(TRACE_set_shared_policy, vma->vm_file->f_inode->i_ino, npol ? npol->mode : 0,
	      trace_pack((u32)start, (u32)(end - start)), npol ? npol->nodes.bits : 0);
	error = sp_clear_range(sp, start, end);
	if (error) {
		if (new)
			sp_free(new);
		return error;
	}
	if (new)
		sp_insert(sp, new);
	return 0;
}

void mpol_free_shared_policy(struct shared_policy *sp)
{
	struct rb_node *node;

	while ((node = rb_first(&sp->root)))
		sp_delete(sp, sp_of(node));
}
