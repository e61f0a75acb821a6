/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Doubly linked lists whose links lie inside the objects they link.
 *
 * A list is a ring through a head that is not itself an element: head->next is
 * the first element, head->prev the last, and an empty head points to itself.
 * Adding and removing need no search and no memory of their own.
 *
 * Linux counterpart: include/linux/list.h.
 */
#ifndef MM_LIST_H
#define MM_LIST_H

#include "types.h"

struct list_head {
	struct list_head *next;
	struct list_head *prev;
};

/* What the links of a removed element are set to, so that using them is noticed. */
#define LIST_POISON1 ((struct list_head *)0x100)
#define LIST_POISON2 ((struct list_head *)0x122)

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	list->next = list;
	list->prev = list;
}

static inline bool list_empty(const struct list_head *head)
{
	return head->next == head;
}

/*
 * What holds of two neighbours; where it does not, somebody wrote to an element while it was on a
 * list, or put it on two. Stops the machine (as CONFIG_DEBUG_LIST does).
 */
_Noreturn void list_corrupted(const struct list_head *entry, const char *reason);

static inline void check_neighbours(const struct list_head *prev, const struct list_head *next)
{
	if (unlikely(prev->next != next || next->prev != prev))
		list_corrupted(prev, "list_add corruption");
}

/* Puts @new between two neighbours. */
static inline void __list_add(struct list_head *new, struct list_head *prev, struct list_head *next)
{
	check_neighbours(prev, next);
	next->prev = new;
	new->next = next;
	new->prev = prev;
	prev->next = new;
}

/* Adds at the head: @new is the next one to be taken. */
static inline void list_add(struct list_head *new, struct list_head *head)
{
	__list_add(new, head, head->next);
}

/* Adds at the tail: @new is the last one to be taken. */
static inline void list_add_tail(struct list_head *new, struct list_head *head)
{
	__list_add(new, head->prev, head);
}

static inline void __list_del_entry(struct list_head *entry)
{
	/* No element lies in the first page: such a pointer is NULL, poison or some other mark. */
	if (unlikely((unsigned long)entry->next < PAGE_SIZE ||
		     (unsigned long)entry->prev < PAGE_SIZE || entry->next->prev != entry || entry->prev->next != entry))
		list_corrupted(entry, "list_del corruption");
	entry->next->prev = entry->prev;
	entry->prev->next = entry->next;
}

static inline void list_del(struct list_head *entry)
{
	__list_del_entry(entry);
	entry->next = LIST_POISON1;
	entry->prev = LIST_POISON2;
}

/* Takes an element off its list and puts it at the head of another (or of the same). */
static inline void list_move(struct list_head *entry, struct list_head *head)
{
	__list_del_entry(entry);
	list_add(entry, head);
}

/* Moves all elements of a list to the head of another, and leaves it empty. */
static inline void list_splice_init(struct list_head *list, struct list_head *head)
{
	while (!list_empty(list))
		list_move(list->prev, head);
}

/* Takes an element off its list and puts it at the tail of another (or of the same). */
static inline void list_move_tail(struct list_head *entry, struct list_head *head)
{
	__list_del_entry(entry);
	list_add_tail(entry, head);
}

#define list_entry(ptr, type, member)	    container_of(ptr, type, member)
#define list_first_entry(ptr, type, member) list_entry((ptr)->next, type, member)
#define list_last_entry(ptr, type, member)  list_entry((ptr)->prev, type, member)

#define list_for_each(pos, head) for ((pos) = (head)->next; (pos) != (head); (pos) = (pos)->next)

/* As list_for_each(), while the body may remove @pos. */
#define list_for_each_safe(pos, n, head)                                                           \
	for ((pos) = (head)->next, (n) = (pos)->next; (pos) != (head); (pos) = (n), (n) = (pos)->next)

/* Goes over the elements; they must stay on the list meanwhile. */
#define list_for_each_entry(pos, head, member)                                                     \
	for ((pos) = container_of((head)->next, __typeof__(*(pos)), member);                       \
	     &(pos)->member != (head);                                                             \
	     (pos) = container_of((pos)->member.next, __typeof__(*(pos)), member))

/* From the last to the first. */
#define list_for_each_entry_reverse(pos, head, member)                                             \
	for ((pos) = container_of((head)->prev, __typeof__(*(pos)), member);                       \
	     &(pos)->member != (head);                                                             \
	     (pos) = container_of((pos)->member.prev, __typeof__(*(pos)), member))

/* The same; the element may be taken off the list, as @n already stands at the next. */
#define list_for_each_entry_safe(pos, n, head, member)                                             \
	for ((pos) = container_of((head)->next, __typeof__(*(pos)), member),                       \
	    (n) = container_of((pos)->member.next, __typeof__(*(pos)), member);                    \
	     &(pos)->member != (head);                                                             \
	     (pos) = (n), (n) = container_of((n)->member.next, __typeof__(*(n)), member))

#endif
