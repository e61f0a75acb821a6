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

/* view_object_vm.c: tasks, address spaces, VMAs, anon_vmas, files, entries of page tables. */
void put_vm_extents(struct extents *e, mm_object_t object);
void put_vm_fields(struct fields *f, mm_object_t object);

#endif
