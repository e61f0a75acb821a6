/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the inspector's answers are put together: what view_object.c offers those
 * who know other kinds of objects.
 */
#ifndef MM_VIEW_FIELDS_H
#define MM_VIEW_FIELDS_H

#include "reader.h"
#include "seq_file.h"

struct fields {
	const struct machine *m;
	struct view_field *out;
	u32 nr, max;
	struct view_field spare;	/* takes the fields past max */
};

/* Begins a field; its value is written through @value, which the caller closes. */
struct view_field *new_field(struct fields *f, const char *type, struct seq_file *value);
struct view_field *named_field(struct fields *f, const char *name, const char *type, struct seq_file *value);
struct view_field *element_field(struct fields *f, const char *array, u32 index, const char *type,
				 struct seq_file *value);

void put_u64(struct fields *f, const char *name, const char *type, u64 number);
void put_s64(struct fields *f, const char *name, const char *type, s64 number);
void put_pfn(struct fields *f, const char *name, u64 pfn);
void put_text(struct fields *f, const char *name, const char *type, const char *text);
void put_pages(struct fields *f, const char *name, u64 pages);

/* ---- view_slab_fields.c: caches, slabs, objects of caches, arrays ---- */

void slab_object_name(const struct machine *m, mm_object_t object, struct seq_file *s);
u32 slab_object_extents(const struct machine *m, mm_object_t object, struct view_extent *out, u32 max);
void put_slab_fields(struct fields *f, mm_object_t object);

#endif
