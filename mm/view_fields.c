// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists of fields that are filled one by one: numbers, texts, pages, links of lists and lists.
 */
#include "view_object.h"

/* How many page frames of a list the inspector spells out. */
#define LIST_SAMPLE 6

/* Begins a field; its value is written through @value, which the caller closes. */
struct view_field *new_field(struct fields *f, const char *type, struct seq_file *value)
{
	struct view_field *field = f->nr < f->max ? &f->out[f->nr] : &f->spare;

	f->nr++;
	memset(field, 0, sizeof(*field));
	seq_format(field->type, sizeof(field->type), "%s", type);
	seq_open(value, field->value, sizeof(field->value));
	return field;
}

struct view_field *named_field(struct fields *f, const char *name, const char *type,
				      struct seq_file *value)
{
	struct view_field *field = new_field(f, type, value);

	seq_format(field->name, sizeof(field->name), "%s", name);
	return field;
}

struct view_field *element_field(struct fields *f, const char *array, u32 index,
					const char *type, struct seq_file *value)
{
	struct view_field *field = new_field(f, type, value);

	seq_format(field->name, sizeof(field->name), "%s[%u]", array, index);
	return field;
}

void put_u64(struct fields *f, const char *name, const char *type, u64 number)
{
	struct seq_file s;

	named_field(f, name, type, &s);
	seq_printf(&s, "%lu", number);
	seq_close(&s);
}

void put_s64(struct fields *f, const char *name, const char *type, s64 number)
{
	struct seq_file s;

	named_field(f, name, type, &s);
	seq_printf(&s, "%ld", number);
	seq_close(&s);
}

void put_pfn(struct fields *f, const char *name, u64 pfn)
{
	struct seq_file s;

	named_field(f, name, "unsigned long", &s);
	seq_printf(&s, "%#lx", pfn);
	seq_close(&s);
}

void put_text(struct fields *f, const char *name, const char *type, const char *text)
{
	struct seq_file s;

	named_field(f, name, type, &s);
	seq_puts(&s, text);
	seq_close(&s);
}

/* "4096 (16384 kB)" */
void put_pages(struct fields *f, const char *name, u64 pages)
{
	struct seq_file s;

	named_field(f, name, "unsigned long", &s);
	seq_printf(&s, "%lu", pages);
	if (pages)
		seq_printf(&s, " (%lu kB)", pages << (PAGE_SHIFT - 10));
	seq_close(&s);
}

/* ---- A list link, a list ---- */

/* Where a link leads: to a page, to the head of a list of its zone, or nowhere known. */
void put_link(struct fields *f, const char *name, const struct zone *zone,
		     const struct list_head *kept)
{
	u64 address = reader_address(f->m, kept), pfn = reader_link_pfn(f->m, address);
	u64 distance = address - (u64)zone;
	struct view_field *field;
	struct seq_file s;

	field = named_field(f, name, "struct list_head *", &s);
	if (!kept) {
		seq_puts(&s, "NULL");
	} else if (kept == LIST_POISON1 || kept == LIST_POISON2) {
		seq_printf(&s, "LIST_POISON%d", kept == LIST_POISON1 ? 1 : 2);
	} else if (pfn != NO_PFN) {
		seq_printf(&s, "page %#lx", pfn);
		field->object = mm_object(MM_OBJECT_PAGE, pfn);
	} else if (zone && distance >= offsetof(struct zone, free_area) &&
		   distance < offsetof(struct zone, vm_stat)) {
		u64 rest = distance - offsetof(struct zone, free_area);
		u32 order = (u32)(rest / sizeof(struct free_area));
		u64 mt = rest % sizeof(struct free_area) / sizeof(struct list_head);

		seq_printf(&s, "free_area[%u].free_list[%s]", order, view_migratetype_name((u32)mt));
		field->object = mm_zone_object(MM_OBJECT_FREE_AREA, reader_zone_ref(f->m, zone), order);
	} else if (zone && distance >= offsetof(struct zone, per_cpu_pageset) &&
		   distance < offsetof(struct zone, per_cpu_zonestats)) {
		u64 rest = distance - offsetof(struct zone, per_cpu_pageset);
		u32 cpu = (u32)(rest / sizeof(struct per_cpu_pages));
		u64 inside = rest % sizeof(struct per_cpu_pages) -
			     offsetof(struct per_cpu_pages, lists);

		seq_printf(&s, "per_cpu_pageset[%u].lists[%lu]", cpu,
			   inside / sizeof(struct list_head));
		field->object = mm_zone_object(MM_OBJECT_PCP, reader_zone_ref(f->m, zone), cpu);
	} else {
		seq_printf(&s, "%#lx", (u64)kept);
	}
	seq_close(&s);
}

/* "3 blocks: 0x400 0x1800 0x2c00": a list by its length and its first pages. */
void put_list(struct fields *f, const char *array, u32 index, const struct list_head *head)
{
	struct view_field *field;
	struct list_walk walk;
	u64 sample[LIST_SAMPLE], nr = 0, pfn;
	struct seq_file s;

	list_walk_start(&walk, f->m, head);
	while ((pfn = list_walk_next(&walk)) != NO_PFN) {
		if (nr < LIST_SAMPLE)
			sample[nr] = pfn;
		nr++;
	}
	field = element_field(f, array, index, "struct list_head", &s);
	seq_printf(&s, "%lu", nr);
	for (u64 i = 0; i < min(nr, (u64)LIST_SAMPLE); i++)
		seq_printf(&s, "%s%#lx", i ? " " : ": ", sample[i]);
	if (nr > LIST_SAMPLE)
		seq_puts(&s, " ...");
	if (walk.broken)
		seq_puts(&s, " (broken)");
	if (nr)
		field->object = mm_object(MM_OBJECT_PAGE, sample[0]);
	seq_close(&s);
}
