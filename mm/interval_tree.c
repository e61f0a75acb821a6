// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Interval trees: which intervals overlap a given one?
 *
 * A red-black tree ordered by where the intervals begin, each node of which also knows
 * the largest end in its subtree, so that whole subtrees that end too early are
 * passed over. Two kinds of them lead from a page back to the VMAs that may map it:
 *
 *	address_space.i_mmap	VMAs that map a file, by page offset in the file
 *	anon_vma.rb_root	links to VMAs with pages of this anon_vma, by vm_pgoff
 *
 * Both ends of an interval belong to it.
 *
 * Linux counterpart: mm/interval_tree.c, include/linux/interval_tree_generic.h.
 */
#include "mm.h"

/* What the two kinds differ in. */
struct interval_tree_type {
	unsigned long (*start)(const struct rb_node *node);
	unsigned long (*last)(const struct rb_node *node);
	unsigned long *(*subtree_last)(struct rb_node *node);
	struct rb_augment_callbacks augment;
};

/* ---- Keeping the largest ends right ---- */

static unsigned long compute_subtree_last(struct rb_node *node,
					  const struct interval_tree_type *type)
{
	unsigned long last = type->last(node);

	if (node->rb_left)
		last = max(last, *type->subtree_last(node->rb_left));
	if (node->rb_right)
		last = max(last, *type->subtree_last(node->rb_right));
	return last;
}

static void propagate(struct rb_node *node, struct rb_node *stop,
		      const struct interval_tree_type *type)
{
	while (node != stop) {
		unsigned long last = compute_subtree_last(node, type);

		if (*type->subtree_last(node) == last)
			break;
		*type->subtree_last(node) = last;
		node = rb_parent(node);
	}
}

static void rotate(struct rb_node *old, struct rb_node *new, const struct interval_tree_type *type)
{
	*type->subtree_last(new) = *type->subtree_last(old);
	*type->subtree_last(old) = compute_subtree_last(old, type);
}

/* ---- Adding, removing, searching ---- */

static void interval_tree_insert(struct rb_node *node, struct rb_root *root,
				 const struct interval_tree_type *type)
{
	unsigned long start = type->start(node), last = type->last(node);
	struct rb_node **link = &root->rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		if (*type->subtree_last(parent) < last)
			*type->subtree_last(parent) = last;
		link = start < type->start(parent) ? &parent->rb_left : &parent->rb_right;
	}
	*type->subtree_last(node) = last;
	rb_link_node(node, parent, link);
	rb_insert_augmented(node, root, &type->augment);
}

/*
 * The leftmost interval at or below @node that overlaps [start, last]. The subtree is known to
 * reach to @start.
 */
static struct rb_node *subtree_search(struct rb_node *node, unsigned long start, unsigned long last,
				      const struct interval_tree_type *type)
{
	for (;;) {
		if (node->rb_left && start <= *type->subtree_last(node->rb_left)) {
			/* Something there ends late enough; the leftmost such one is the first of all. */
			node = node->rb_left;
			continue;
		}
		if (type->start(node) > last)
			return NULL;
		if (start <= type->last(node))
			return node;
		node = node->rb_right;
		if (!node || start > *type->subtree_last(node))
			return NULL;
	}
}

static struct rb_node *interval_tree_first(struct rb_root *root, unsigned long start,
					   unsigned long last,
					   const struct interval_tree_type *type)
{
	struct rb_node *node = root->rb_node;

	if (!node || *type->subtree_last(node) < start)
		return NULL;
	return subtree_search(node, start, last, type);
}

/* The interval after @node, in order of their starts, that overlaps. */
static struct rb_node *interval_tree_next(struct rb_node *node, unsigned long start,
					  unsigned long last, const struct interval_tree_type *type)
{
	struct rb_node *right = node->rb_right, *prev;

	for (;;) {
		if (right && start <= *type->subtree_last(right))
			return subtree_search(right, start, last, type);
		/* Up to the first ancestor that comes after @node. */
		do {
			prev = node;
			node = rb_parent(node);
			if (!node)
				return NULL;
		} while (prev == node->rb_right);
		if (type->start(node) > last)
			return NULL;
		if (start <= type->last(node))
			return node;
		right = node->rb_right;
	}
}

/* ---- VMAs of a file ---- */

static struct vm_area_struct *vma_of(const struct rb_node *node)
{
	return rb_entry(node, struct vm_area_struct, shared.rb);
}

static unsigned long vma_start_pgoff(const struct rb_node *node)
{
	return vma_of(node)->vm_pgoff;
}

static unsigned long vma_last_pgoff(const struct rb_node *node)
{
	return vma_of(node)->vm_pgoff + vma_pages(vma_of(node)) - 1;
}

static unsigned long *vma_subtree_last(struct rb_node *node)
{
	return &vma_of(node)->shared.rb_subtree_last;
}

static void vma_propagate(struct rb_node *node, struct rb_node *stop);
static void vma_copy(struct rb_node *old, struct rb_node *new);
static void vma_rotate(struct rb_node *old, struct rb_node *new);

static const struct interval_tree_type vma_tree = {
	vma_start_pgoff,
	vma_last_pgoff,
	vma_subtree_last,
	{ vma_propagate, vma_copy, vma_rotate },
};

static void vma_propagate(struct rb_node *node, struct rb_node *stop)
{
	propagate(node, stop, &vma_tree);
}

static void vma_copy(struct rb_node *old, struct rb_node *new)
{
	*vma_subtree_last(new) = *vma_subtree_last(old);
}

static void vma_rotate(struct rb_node *old, struct rb_node *new)
{
	rotate(old, new, &vma_tree);
}

void vma_interval_tree_insert(struct vm_area_struct *vma, struct rb_root *root)
{
	interval_tree_insert(&vma->shared.rb, root, &vma_tree);
}

void vma_interval_tree_remove(struct vm_area_struct *vma, struct rb_root *root)
{
	rb_erase_augmented(&vma->shared.rb, root, &vma_tree.augment);
}

struct vm_area_struct *vma_interval_tree_iter_first(struct rb_root *root, unsigned long start,
						    unsigned long last)
{
	struct rb_node *node = interval_tree_first(root, start, last, &vma_tree);

	return node ? vma_of(node) : NULL;
}

struct vm_area_struct *vma_interval_tree_iter_next(struct vm_area_struct *vma, unsigned long start,
						   unsigned long last)
{
	struct rb_node *node = interval_tree_next(&vma->shared.rb, start, last, &vma_tree);

	return node ? vma_of(node) : NULL;
}

/* ---- Links from an anon_vma ---- */

static struct anon_vma_chain *avc_of(const struct rb_node *node)
{
	return rb_entry(node, struct anon_vma_chain, rb);
}

static unsigned long avc_start_pgoff(const struct rb_node *node)
{
	return avc_of(node)->vma->vm_pgoff;
}

static unsigned long avc_last_pgoff(const struct rb_node *node)
{
	return avc_of(node)->vma->vm_pgoff + vma_pages(avc_of(node)->vma) - 1;
}

static unsigned long *avc_subtree_last(struct rb_node *node)
{
	return &avc_of(node)->rb_subtree_last;
}

static void avc_propagate(struct rb_node *node, struct rb_node *stop);
static void avc_copy(struct rb_node *old, struct rb_node *new);
static void avc_rotate(struct rb_node *old, struct rb_node *new);

static const struct interval_tree_type avc_tree = {
	avc_start_pgoff,
	avc_last_pgoff,
	avc_subtree_last,
	{ avc_propagate, avc_copy, avc_rotate },
};

static void avc_propagate(struct rb_node *node, struct rb_node *stop)
{
	propagate(node, stop, &avc_tree);
}

static void avc_copy(struct rb_node *old, struct rb_node *new)
{
	*avc_subtree_last(new) = *avc_subtree_last(old);
}

static void avc_rotate(struct rb_node *old, struct rb_node *new)
{
	rotate(old, new, &avc_tree);
}

void anon_vma_interval_tree_insert(struct anon_vma_chain *avc, struct rb_root *root)
{
	interval_tree_insert(&avc->rb, root, &avc_tree);
}

void anon_vma_interval_tree_remove(struct anon_vma_chain *avc, struct rb_root *root)
{
	rb_erase_augmented(&avc->rb, root, &avc_tree.augment);
}

struct anon_vma_chain *anon_vma_interval_tree_iter_first(struct rb_root *root, unsigned long start,
							 unsigned long last)
{
	struct rb_node *node = interval_tree_first(root, start, last, &avc_tree);

	return node ? avc_of(node) : NULL;
}

struct anon_vma_chain *anon_vma_interval_tree_iter_next(struct anon_vma_chain *avc,
							unsigned long start, unsigned long last)
{
	struct rb_node *node = interval_tree_next(&avc->rb, start, last, &avc_tree);

	return node ? avc_of(node) : NULL;
}

/* The extent of a VMA is about to change: takes its links out of all trees, and puts them back. */
void anon_vma_interval_tree_pre_update_vma(struct vm_area_struct *vma)
{
	struct anon_vma_chain *avc;

	list_for_each_entry(avc, &vma->anon_vma_chain, same_vma)
		anon_vma_interval_tree_remove(avc, &avc->anon_vma->rb_root);
}

void anon_vma_interval_tree_post_update_vma(struct vm_area_struct *vma)
{
	struct anon_vma_chain *avc;

	list_for_each_entry(avc, &vma->anon_vma_chain, same_vma)
		anon_vma_interval_tree_insert(avc, &avc->anon_vma->rb_root);
}
