/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Red-black trees whose nodes lie inside the objects they order.
 *
 * A search tree that stays balanced: no path from the root is more than twice
 * as long as another. The user searches and links (rb_link_node()), then has
 * the tree balanced (rb_insert_color()). An augmented tree keeps in each node a
 * value that sums up its subtree (the largest gap, the largest end).
 *
 * Linux counterpart: include/linux/rbtree.h, rbtree_augmented.h, lib/rbtree.c.
 */
#ifndef MM_RBTREE_H
#define MM_RBTREE_H

#include "types.h"

struct rb_node {
	unsigned long __rb_parent_color;	/* address of the parent; bit 0: 1 = black */
	struct rb_node *rb_right;
	struct rb_node *rb_left;
};

struct rb_root {
	struct rb_node *rb_node;
};

#define RB_RED	 0
#define RB_BLACK 1

#define rb_parent(r)	((struct rb_node *)((r)->__rb_parent_color & ~3UL))
#define rb_color(r)	((r)->__rb_parent_color & 1)
#define rb_is_red(r)	(!rb_color(r))
#define rb_is_black(r)	rb_color(r)

#define rb_entry(ptr, type, member) container_of(ptr, type, member)

/*
 * How an augmented tree keeps the values of its nodes right: the functions are
 * called while a node is linked in or taken out. NULL: a plain tree.
 */
struct rb_augment_callbacks {
	/* Works out @node's value again and those above it, up to (not with) @stop. */
	void (*propagate)(struct rb_node *node, struct rb_node *stop);
	/* @new takes @old's place with its value. */
	void (*copy)(struct rb_node *old, struct rb_node *new);
	/* As copy, then works out @old's value, which has become a child of @new. */
	void (*rotate)(struct rb_node *old, struct rb_node *new);
};

/* Hangs a new (red) node under @parent at @link, where the search ended. */
static inline void rb_link_node(struct rb_node *node, struct rb_node *parent,
				struct rb_node **link)
{
	node->__rb_parent_color = (unsigned long)parent;
	node->rb_left = NULL;
	node->rb_right = NULL;
	*link = node;
}

void rb_insert_color(struct rb_node *node, struct rb_root *root);
void rb_erase(struct rb_node *node, struct rb_root *root);
void rb_insert_augmented(struct rb_node *node, struct rb_root *root,
			 const struct rb_augment_callbacks *augment);
void rb_erase_augmented(struct rb_node *node, struct rb_root *root,
			const struct rb_augment_callbacks *augment);

/* In order: first, last, next, previous. NULL at the ends. */
struct rb_node *rb_first(const struct rb_root *root);
struct rb_node *rb_last(const struct rb_root *root);
struct rb_node *rb_next(const struct rb_node *node);
struct rb_node *rb_prev(const struct rb_node *node);

#endif
