/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists in order of priority: the lowest number first, and among equals who came first.
 *
 * Linux counterpart: include/linux/plist.h, lib/plist.c. (There a second list links the first ones of
 * each priority, so that adding does not go over their equals.)
 */
#ifndef MM_PLIST_H
#define MM_PLIST_H

#include "list.h"

struct plist_node {
	struct list_head node_list;
	s32 prio;
	u32 pad;
};

static inline void plist_node_init(struct plist_node *node, s32 prio)
{
	INIT_LIST_HEAD(&node->node_list);
	node->prio = prio;
}

/* Is it on no list? */
static inline bool plist_node_empty(const struct plist_node *node)
{
	return list_empty(&node->node_list);
}

/* Behind all that are as urgent as it is. */
static inline void plist_add(struct plist_node *node, struct list_head *head)
{
	struct list_head *next;

	for (next = head->next; next != head; next = next->next)
		if (list_entry(next, struct plist_node, node_list)->prio > node->prio)
			break;
	list_add_tail(&node->node_list, next);
}

static inline void plist_del(struct plist_node *node)
{
	list_del(&node->node_list);
	INIT_LIST_HEAD(&node->node_list);
}

/* Its turn is over: behind its equals. */
static inline void plist_requeue(struct plist_node *node, struct list_head *head)
{
	plist_del(node);
	plist_add(node, head);
}

#endif
