/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files that describe objects (view_object*.c) share: lists of fields
 * and of extents that are filled one by one.
 */
#ifndef MM_VIEW_OBJECT_H
#define MM_VIEW_OBJECT_H

#include "reader.h"
#include "seq_file.h"

struct extents {
	const struct machine *m;
	struct view_extent *out;
	u32 nr, max;
};

/* @start: an address in the arena that is read. */
void put_extent(struct extents *e, const void *start, u64 size);

struct fields {
	const struct machine *m;
	struct view_field *out;
	u32 nr, max;
	struct view_field spare;	/* takes the fields past max */
};

/* Begins a field; its value is written through @value, which the caller closes. */
struct view_field *named_field(struct fields *f, const char *name, const char *type,
			       struct seq_file *value);
void put_u64(struct fields *f, const char *name, const char *type, u64 number);
void put_s64(struct fields *f, const char *name, const char *type, s64 number);
void put_pfn(struct fields *f, const char *name, u64 pfn);
void put_text(struct fields *f, const char *name, const char *type, const char *text);
/* "4096 (16384 kB)" */
void put_pages(struct fields *f, const char *name, u64 pages);

/* A number in hexadecimal: an address, flags. */
void put_address(struct fields *f, const char *name, u64 address);
/* A pointer to an object that has a number; 0: NULL. */
void put_reference(struct fields *f, const char *name, const char *type, enum mm_object_kind kind,
		   u64 number);

/* view_object_vm.c: tasks, address spaces, VMAs, anon_vmas, files, entries of page tables. */
void put_vm_extents(struct extents *e, mm_object_t object);
void put_vm_fields(struct fields *f, mm_object_t object);

#endif
