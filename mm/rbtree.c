// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Red-black trees (rbtree.h).
 *
 * Three rules keep a tree balanced: the root is black; a red node has no red
 * child; every way from the root down to a missing child passes the same number of
 * black nodes. A new node comes in red, so only the second rule can be broken
 * (above it); taking a black node out breaks the third (beside it). Both are mended
 * on the way up by recolouring, and at the end by at most three rotations.
 *
 * Always true of an augmented tree: each node's value sums up its subtree, once
 * the outermost call has returned.
 *
 * Linux counterpart: lib/rbtree.c.
 */
#include "rbtree.h"

static bool is_black(const struct rb_node *node)
{
	return !node || rb_is_black(node);
}

static void set_color(struct rb_node *node, unsigned long color)
{
	node->__rb_parent_color = (node->__rb_parent_color & ~1UL) | color;
}

static void set_parent(struct rb_node *node, struct rb_node *parent)
{
	node->__rb_parent_color = (unsigned long)parent | rb_color(node);
}

/* @new (may be NULL) takes @old's place below @parent, or as the root. */
static void change_child(struct rb_node *old, struct rb_node *new, struct rb_node *parent,
			 struct rb_root *root)
{
	if (!parent)
		root->rb_node = new;
	else if (parent->rb_left == old)
		parent->rb_left = new;
	else
		parent->rb_right = new;
}

/*
 * A rotation: @child goes up, @node becomes a child of it, on the other side. The subtree between
 * the two changes its parent.
 */
static void rotate(struct rb_node *node, struct rb_node *child, struct rb_root *root,
		   const struct rb_augment_callbacks *augment)
{
	struct rb_node *parent = rb_parent(node), *between;

	if (child == node->rb_left) {
		between = child->rb_right;
		node->rb_left = between;
		child->rb_right = node;
	} else {
		between = child->rb_left;
		node->rb_right = between;
		child->rb_left = node;
	}
	if (between)
		set_parent(between, node);
	change_child(node, child, parent, root);
	set_parent(child, parent);
	set_parent(node, child);
	if (augment)
		augment->rotate(node, child);
}

/* @node is red; its parent may be too. */
static void balance_inserted(struct rb_node *node, struct rb_root *root,
			     const struct rb_augment_callbacks *augment)
{
	struct rb_node *parent, *grandparent, *uncle;

	while ((parent = rb_parent(node)) && rb_is_red(parent)) {
		/* A red node is not the root, so it has a parent. */
		grandparent = rb_parent(parent);
		uncle = parent == grandparent->rb_left ? grandparent->rb_right
						       : grandparent->rb_left;
		if (!is_black(uncle)) {
			set_color(parent, RB_BLACK);
			set_color(uncle, RB_BLACK);
			set_color(grandparent, RB_RED);
			node = grandparent;
			continue;
		}
		if ((node == parent->rb_left) != (parent == grandparent->rb_left)) {
			rotate(parent, node, root, augment);
			parent = node;
		}
		set_color(parent, RB_BLACK);
		set_color(grandparent, RB_RED);
		rotate(grandparent, parent, root, augment);
		break;
	}
	if (rb_is_red(root->rb_node))
		set_color(root->rb_node, RB_BLACK);
}

/* Ways through @node, a child of @parent (NULL: none there), have a black node too few. */
static void balance_erased(struct rb_node *node, struct rb_node *parent, struct rb_root *root,
			   const struct rb_augment_callbacks *augment)
{
	while (parent && is_black(node)) {
		bool left = node == parent->rb_left;
		struct rb_node *sibling = left ? parent->rb_right : parent->rb_left;
		struct rb_node *near, *far;

		if (rb_is_red(sibling)) {
			set_color(sibling, RB_BLACK);
			set_color(parent, RB_RED);
			rotate(parent, sibling, root, augment);
			sibling = left ? parent->rb_right : parent->rb_left;
		}
		near = left ? sibling->rb_left : sibling->rb_right;
		far = left ? sibling->rb_right : sibling->rb_left;
		if (is_black(near) && is_black(far)) {
			set_color(sibling, RB_RED);
			node = parent;
			parent = rb_parent(node);
			continue;
		}
		if (is_black(far)) {
			set_color(near, RB_BLACK);
			set_color(sibling, RB_RED);
			rotate(sibling, near, root, augment);
			far = sibling;
			sibling = near;
		}
		set_color(sibling, rb_color(parent));
		set_color(parent, RB_BLACK);
		set_color(far, RB_BLACK);
		rotate(parent, sibling, root, augment);
		return;
	}
	if (node && rb_is_red(node))
		set_color(node, RB_BLACK);
}

void rb_insert_augmented(struct rb_node *node, struct rb_root *root,
			 const struct rb_augment_callbacks *augment)
{
	augment->propagate(node, NULL);
	balance_inserted(node, root, augment);
}

void rb_insert_color(struct rb_node *node, struct rb_root *root)
{
	balance_inserted(node, root, NULL);
}

static struct rb_node *leftmost(struct rb_node *node)
{
	while (node->rb_left)
		node = node->rb_left;
	return node;
}

static struct rb_node *rightmost(struct rb_node *node)
{
	while (node->rb_right)
		node = node->rb_right;
	return node;
}

/*
 * The node after @node (which has two children) takes its place and colour. It leaves a gap where it was:
 * there *child is now, below *parent. Returns whether that gap lacks a black node.
 */
static bool replace_by_next(struct rb_node *node, struct rb_root *root, struct rb_node **child,
			    struct rb_node **parent, const struct rb_augment_callbacks *augment)
{
	struct rb_node *next = leftmost(node->rb_right);
	bool black = rb_is_black(next);

	*child = next->rb_right;
	*parent = rb_parent(next);
	if (*parent == node) {
		*parent = next;
	} else {
		(*parent)->rb_left = *child;
		if (*child)
			set_parent(*child, *parent);
		next->rb_right = node->rb_right;
		set_parent(next->rb_right, next);
	}
	next->rb_left = node->rb_left;
	set_parent(next->rb_left, next);
	change_child(node, next, rb_parent(node), root);
	next->__rb_parent_color = node->__rb_parent_color;
	if (augment) {
		augment->copy(node, next);
		augment->propagate(*parent, next);
		augment->propagate(next, NULL);
	}
	return black;
}

static void erase(struct rb_node *node, struct rb_root *root,
		  const struct rb_augment_callbacks *augment)
{
	struct rb_node *child, *parent;
	bool black;

	if (node->rb_left && node->rb_right) {
		black = replace_by_next(node, root, &child, &parent, augment);
	} else {
		child = node->rb_left ? node->rb_left : node->rb_right;
		parent = rb_parent(node);
		black = rb_is_black(node);
		change_child(node, child, parent, root);
		if (child)
			set_parent(child, parent);
		if (augment && parent)
			augment->propagate(parent, NULL);
	}
	if (black)
		balance_erased(child, parent, root, augment);
}

void rb_erase_augmented(struct rb_node *node, struct rb_root *root,
			const struct rb_augment_callbacks *augment)
{
	erase(node, root, augment);
}

void rb_erase(struct rb_node *node, struct rb_root *root)
{
	erase(node, root, NULL);
}

struct rb_node *rb_first(const struct rb_root *root)
{
	return root->rb_node ? leftmost(root->rb_node) : NULL;
}

struct rb_node *rb_last(const struct rb_root *root)
{
	return root->rb_node ? rightmost(root->rb_node) : NULL;
}

struct rb_node *rb_next(const struct rb_node *node)
{
	struct rb_node *parent;

	if (node->rb_right)
		return leftmost(node->rb_right);
	/* Up until we come from the left. */
	while ((parent = rb_parent(node)) && node == parent->rb_right)
		node = parent;
	return parent;
}

struct rb_node *rb_prev(const struct rb_node *node)
{
	struct rb_node *parent;

	if (node->rb_left)
		return rightmost(node->rb_left);
	while ((parent = rb_parent(node)) && node == parent->rb_left)
		node = parent;
	return parent;
}
