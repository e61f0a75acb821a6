/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files that describe objects (view_object*.c) share: lists of fields
 * and of extents that are filled one by one.
 */
#ifndef MM_VIEW_OBJECT_H
#define MM_VIEW_OBJECT_H

#include "view_fields.h"

struct extents {
	const struct machine *m;
	struct view_extent *out;
	u32 nr, max;
};

/* @start: an address in the arena that is read. */
void put_extent(struct extents *e, const void *start, u64 size);

/* A number in hexadecimal: an address, flags. */
void put_address(struct fields *f, const char *name, u64 address);
/* A pointer to an object that has a number; 0: NULL. */
void put_reference(struct fields *f, const char *name, const char *type, enum mm_object_kind kind,
		   u64 number);

/* A link of a list: the page, or the head of a list of @zone, that it leads to. */
void put_link(struct fields *f, const char *name, const struct zone *zone, const struct list_head *kept);

/* "3: 0x400 0x1800 0x2c00": a list by its length and its first pages. */
void put_list(struct fields *f, const char *array, u32 index, const struct list_head *head);

/* view_object_page.c */
void put_page_ref(struct fields *f, const char *name, const char *type, u64 pfn);
void put_page_fields(struct fields *f, u64 pfn);

/* view_object_reclaim.c: LRU lists, scan_control, swap. */
void reclaim_object_name(mm_object_t object, struct seq_file *s);
void put_reclaim_extents(struct extents *e, mm_object_t object);
void put_reclaim_fields(struct fields *f, mm_object_t object);

/* view_object_vm.c: tasks, address spaces, VMAs, anon_vmas, files, entries of page tables. */
void put_vm_extents(struct extents *e, mm_object_t object);
void put_vm_fields(struct fields *f, mm_object_t object);

#endif
