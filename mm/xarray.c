// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The index of a page cache: a radix tree over page offsets.
 *
 * A node has 64 slots, one for each value of six bits of the index. The slots of the
 * lowest nodes hold the entries (a struct page, or a value: a number with bit 0 set,
 * for what is remembered of a page that is gone), those of the others hold nodes. The
 * tree is only as high as its largest index needs. Each node has three rows of marks, one bit
 * a slot; a node's bit says that there is a marked entry somewhere below, so that the
 * dirty pages of a large file are found without visiting the clean ones.
 *
 * Linux counterpart: lib/xarray.c.
 */
#include "mm.h"
#include "slab.h"

static unsigned int slot_index(const struct xa_node *node, unsigned long index)
{
	return index >> node->shift & (XA_CHUNK_SIZE - 1);
}

/* The largest index below a node, if the node's first one is 0. */
static unsigned long max_index(const struct xa_node *node)
{
	if (node->shift + XA_CHUNK_SHIFT >= 64)
		return ~0UL;
	return (XA_CHUNK_SIZE << node->shift) - 1;
}

/* ---- Looking up ---- */

/* The lowest node on the way to an index; NULL where the way ends before. */
static struct xa_node *xa_leaf(const struct xarray *xa, unsigned long index)
{
	struct xa_node *node = xa->xa_head;

	if (!node || index > max_index(node))
		return NULL;
	while (node && node->shift)
		node = node->slots[slot_index(node, index)];
	return node;
}

void *xa_load(const struct xarray *xa, unsigned long index)
{
	const struct xa_node *node = xa_leaf(xa, index);

	return node ? node->slots[slot_index(node, index)] : NULL;
}

/* Is there anything in the slot (anything marked, if a mark is asked for)? */
static bool slot_counts(const struct xa_node *node, unsigned int slot, int mark)
{
	return mark < 0 ? node->slots[slot] != NULL : node->marks[mark] >> slot & 1;
}

/* The first entry with @mark (-1: any) in [*indexp, max]. */
static void *find_entry(const struct xarray *xa, unsigned long *indexp, unsigned long max, int mark)
{
	const struct xa_node *node = xa->xa_head;
	unsigned long index = *indexp;

	while (node && index <= max && index <= max_index(xa->xa_head)) {
		unsigned int slot = slot_index(node, index);

		if (slot_counts(node, slot, mark)) {
			if (!node->shift) {
				*indexp = index;
				return node->slots[slot];
			}
			node = node->slots[slot];
			continue;
		}
		/* On to the next slot; past the last one, on from the parent. */
		index = ((index >> node->shift) + 1) << node->shift;
		if (!index)
			break;
		while (node && slot == XA_CHUNK_SIZE - 1) {
			slot = node->offset;
			node = node->parent;
		}
	}
	return NULL;
}

void *xa_find(const struct xarray *xa, unsigned long *index, unsigned long max)
{
	return find_entry(xa, index, max, -1);
}

void *xa_find_marked(const struct xarray *xa, unsigned long *index, unsigned long max,
		     enum xa_mark mark)
{
	return find_entry(xa, index, max, (int)mark);
}

/* ---- Growing and shrinking ---- */

static struct xa_node *xa_node_alloc(struct xarray *xa, struct xa_node *parent, unsigned int shift,
				     unsigned int offset, gfp_t gfp)
{
	struct xa_node *node =
		kmem_cache_zalloc(this_machine->radix_tree_node_cachep, gfp & ~GFP_ZONEMASK);

	if (!node)
		return NULL;
	node->shift = (u8)shift;
	node->offset = (u8)offset;
	node->parent = parent;
	node->array = xa;
	INIT_LIST_HEAD(&node->private_list);
	if (parent) {
		parent->slots[offset] = node;
		parent->count++;
	}
	return node;
}

/* Puts nodes on top until the tree reaches up to @index. */
static int xa_expand(struct xarray *xa, unsigned long index, gfp_t gfp)
{
	struct xa_node *head = xa->xa_head, *node;
	unsigned int mark;

	if (!head) {
		unsigned int shift = 0;

		while (shift + XA_CHUNK_SHIFT < 64 && index >> shift >= XA_CHUNK_SIZE)
			shift += XA_CHUNK_SHIFT;
		xa->xa_head = xa_node_alloc(xa, NULL, shift, 0, gfp);
		head = xa->xa_head;
	}
	while (head && index > max_index(head)) {
		node = xa_node_alloc(xa, NULL, head->shift + XA_CHUNK_SHIFT, 0, gfp);
		if (!node)
			return -ENOMEM;
		node->slots[0] = head;
		node->count = 1;
		for (mark = 0; mark < NR_XA_MARKS; mark++)
			node->marks[mark] = head->marks[mark] ? 1 : 0;
		head->parent = node;
		xa->xa_head = node;
		head = node;
	}
	return head ? 0 : -ENOMEM;
}

/* Frees the nodes that have become empty, from @node upwards, and needless ones at the top. */
static void xa_shrink(struct xarray *xa, struct xa_node *node)
{
	struct kmem_cache *cache = this_machine->radix_tree_node_cachep;

	while (node && !node->count) {
		struct xa_node *parent = node->parent;

		if (parent) {
			parent->slots[node->offset] = NULL;
			parent->count--;
		} else {
			xa->xa_head = NULL;
		}
		kmem_cache_free(cache, node);
		node = parent;
	}
	while ((node = xa->xa_head) && node->shift && node->count == 1 && node->slots[0]) {
		xa->xa_head = node->slots[0];
		xa->xa_head->parent = NULL;
		kmem_cache_free(cache, node);
	}
}

/* The lowest node for an index, made if it is not there. NULL: no memory. */
static struct xa_node *xa_create(struct xarray *xa, unsigned long index, gfp_t gfp)
{
	struct xa_node *node, *child;

	if (xa_expand(xa, index, gfp)) {
		xa_shrink(xa, NULL);
		return NULL;
	}
	for (node = xa->xa_head; node->shift; node = child) {
		unsigned int slot = slot_index(node, index);

		child = node->slots[slot];
		if (!child)
			child = xa_node_alloc(xa, node, node->shift - XA_CHUNK_SHIFT, slot, gfp);
		if (!child) {
			xa_shrink(xa, node);
			return NULL;
		}
	}
	return node;
}

/* ---- Storing ---- */

int xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	struct xa_node *node = entry ? xa_create(xa, index, gfp) : xa_leaf(xa, index);
	unsigned int slot, mark;
	void *old;

	if (!node)
		return entry ? -ENOMEM : 0;
	slot = slot_index(node, index);
	old = node->slots[slot];
	node->count = (u8)(node->count - !!old + !!entry);
	node->nr_values = (u8)(node->nr_values - xa_is_value(old) + xa_is_value(entry));
	node->slots[slot] = entry;
	if (!entry)
		for (mark = 0; mark < NR_XA_MARKS; mark++)
			xa_clear_mark(xa, index, mark);
	if (xa->xa_flags & XA_TRACK_SHADOWS)
		workingset_update_node(node);
	xa_shrink(xa, node);
	return 0;
}

void xa_delete_node(struct xa_node *node)
{
	struct xarray *xa = node->array;
	unsigned int slot;

	VM_BUG_ON(node->shift || node->count != node->nr_values);
	for (slot = 0; slot < XA_CHUNK_SIZE; slot++)
		node->slots[slot] = NULL;
	node->count = 0;
	node->nr_values = 0;
	workingset_update_node(node);
	xa_shrink(xa, node);
}

/* ---- Marks ---- */

bool xa_get_mark(const struct xarray *xa, unsigned long index, enum xa_mark mark)
{
	const struct xa_node *node = xa_leaf(xa, index);

	return node && node->marks[mark] >> slot_index(node, index) & 1;
}

void xa_set_mark(struct xarray *xa, unsigned long index, enum xa_mark mark)
{
	struct xa_node *node = xa_leaf(xa, index);

	if (!node || !node->slots[slot_index(node, index)])
		return;
	for (; node; node = node->parent)
		node->marks[mark] |= 1UL << slot_index(node, index);
}

void xa_clear_mark(struct xarray *xa, unsigned long index, enum xa_mark mark)
{
	struct xa_node *node = xa_leaf(xa, index);

	for (; node; node = node->parent) {
		node->marks[mark] &= ~(1UL << slot_index(node, index));
		if (node->marks[mark])
			return;
	}
}
