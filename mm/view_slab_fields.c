// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Slab caches, slabs, their objects and arrays as the inspector shows them.
 */
#include "slab_reader.h"
#include "view_fields.h"

static u32 array_cpu(mm_object_t object)
{
	return (u32)(mm_object_id(object) & 0xff);
}

static const char *cache_name(const struct machine *m, u32 id)
{
	const struct kmem_cache *s = find_cache(m, id);

	return s ? s->name : "?";
}

/* ---- Names ---- */

void slab_object_name(const struct machine *m, mm_object_t object, struct seq_file *s)
{
	u64 id = mm_object_id(object);
	struct view_slab_object view;
	struct view_slab slab;

	switch (mm_object_kind(object)) {
	case MM_OBJECT_CACHE:
		if (find_cache(m, (u32)id))
			seq_printf(s, "cache %s", cache_name(m, (u32)id));
		else
			seq_printf(s, "cache %lu", id);
		break;
	case MM_OBJECT_SLAB:
		seq_printf(s, "slab %#lx", id);
		if (view_slab(m, id, &slab) && slab.cache)
			seq_printf(s, " of %s", cache_name(m, slab.cache));
		break;
	case MM_OBJECT_SLAB_OBJECT:
		seq_printf(s, "object %#lx", DIRECT_MAP_BASE + id);
		if (view_slab_object(m, id, &view))
			seq_printf(s, " of %s", cache_name(m, view.cache));
		break;
	case MM_OBJECT_ARRAY_CACHE:
		seq_printf(s, "%s, CPU %u", cache_name(m, (u32)(id >> 8)), array_cpu(object));
		break;
	default:
		break;
	}
}

/* ---- Extents ---- */

static void put_extent(const struct machine *m, const void *start, u64 size, struct view_extent *out, u32 max)
{
	if (!max)
		return;
	out->offset = (u64)start - (u64)m;
	out->size = size;
}

u32 slab_object_extents(const struct machine *m, mm_object_t object, struct view_extent *out, u32 max)
{
	u64 id = mm_object_id(object);
	const struct kmem_cache *s;
	const struct array_cache *ac;
	struct view_slab_object view;

	switch (mm_object_kind(object)) {
	case MM_OBJECT_CACHE:
		s = find_cache(m, (u32)id);
		if (!s)
			return 0;
		put_extent(m, s, offsetof(struct kmem_cache, node), out, max);
		return 1;
	case MM_OBJECT_SLAB:
		if (id >= m->max_pfn)
			return 0;
		put_extent(m, reader_page(m, id), sizeof(struct slab), out, max);
		return 1;
	case MM_OBJECT_SLAB_OBJECT:
		if (!view_slab_object(m, id, &view))
			return 0;
		put_extent(m, (const u8 *)m + m->layout.ram + view.addr, view.size, out, max);
		return 1;
	case MM_OBJECT_ARRAY_CACHE:
		s = find_cache(m, (u32)(id >> 8));
		ac = s && array_cpu(object) < reader_nr_cpus(m) ? cpu_array(m, s, array_cpu(object)) : NULL;
		if (!ac)
			return 0;
		put_extent(m, ac, sizeof(*ac) + ac->limit * sizeof(void *), out, max);
		return 1;
	default:
		return 0;
	}
}

/* ---- Fields ---- */

static void put_object(struct fields *f, const char *name, const char *type, mm_object_t object)
{
	struct view_field *field;
	struct seq_file s;
	char text[80];

	field = named_field(f, name, type, &s);
	view_object_name(f->m, object, text, sizeof(text));
	seq_puts(&s, text);
	field->object = object;
	seq_close(&s);
}

static void put_op(struct fields *f, const char *name, s64 op)
{
	struct view_field *field;
	struct seq_file s;

	field = named_field(f, name, "unsigned long", &s);
	if (op < 0) {
		seq_puts(&s, "boot");
	} else {
		seq_printf(&s, "operation %lu", (u64)op + 1);
		field->object = mm_object(MM_OBJECT_OP, (u64)op);
	}
	seq_close(&s);
}

static void put_slab_allocator_fields(struct fields *f, const struct kmem_cache *s, const struct view_kmem_cache *view)
{
	static const char *const places[] = { "in a free object", "off slab", "on slab", "linked" };
	char name[24];

	for (u32 cpu = 0; cpu < reader_nr_cpus(f->m); cpu++) {
		seq_format(name, sizeof(name), "cpu_cache[%u]", cpu);
		put_object(f, name, "struct array_cache *", mm_object(MM_OBJECT_ARRAY_CACHE, (u64)s->id << 8 | cpu));
	}
	put_u64(f, "limit", "unsigned int", view->limit);
	put_u64(f, "batchcount", "unsigned int", view->batchcount);
	put_u64(f, "shared", "unsigned int", view->shared);
	put_u64(f, "colour", "size_t", view->colour);
	put_u64(f, "colour_off", "unsigned int", view->colour_off);
	put_text(f, "(free list)", "", places[view->freelist_place % ARRAY_SIZE(places)]);
	put_u64(f, "allochit", "atomic_t", view->allochit);
	put_u64(f, "allocmiss", "atomic_t", view->allocmiss);
	put_u64(f, "freehit", "atomic_t", view->freehit);
	put_u64(f, "freemiss", "atomic_t", view->freemiss);
	put_u64(f, "grown", "unsigned long", view->grown);
	put_u64(f, "reaped", "unsigned long", view->reaped);
	put_u64(f, "errors", "unsigned long", view->errors);
}

static void put_cache_fields(struct fields *f, u32 id)
{
	const struct kmem_cache *s = find_cache(f->m, id);
	struct view_kmem_cache view;
	char flags[96];

	if (!s || !view_kmem_cache(f->m, id, &view))
		return;
	put_text(f, "name", "const char *", view.name);
	put_u64(f, "object_size", "unsigned int", view.object_size);
	put_u64(f, "size", "unsigned int", view.size);
	put_u64(f, "align", "unsigned int", view.align);
	view_slab_flags(view.flags, flags, sizeof(flags));
	put_text(f, "flags", "slab_flags_t", flags);
	put_text(f, "ctor", "void (*)(void *)", view_slab_ctor_name(view.ctor));
	put_u64(f, "num", "unsigned int", view.num);
	put_u64(f, "gfporder", "unsigned int", view.order);
	put_s64(f, "refcount", "int", s->refcount);
	if (f->m->slab.kind == SLAB_KIND_SLAB)
		put_slab_allocator_fields(f, s, &view);
	put_u64(f, "(active objects)", "", view.active_objs);
	put_u64(f, "(objects)", "", view.num_objs);
	put_u64(f, "(used)", "", view.used);
	put_u64(f, "(slabs)", "", view.num_slabs);
	put_u64(f, "(waste in bytes)", "", view.waste);
}

static void put_slab_struct_fields(struct fields *f, u64 pfn)
{
	struct view_slab slab;

	if (!view_slab(f->m, pfn, &slab))
		return;
	if (slab.cache)
		put_object(f, "slab_cache", "struct kmem_cache *", mm_object(MM_OBJECT_CACHE, slab.cache));
	put_text(f, "slab_list", "struct list_head", view_slab_list_name(slab.list));
	if (slab.freelist == ~0UL)
		put_text(f, "freelist", "void *", "NULL");
	else
		put_pfn(f, "freelist", DIRECT_MAP_BASE + slab.freelist);
	put_u64(f, f->m->slab.kind == SLAB_KIND_SLAB ? "active" : "inuse", "unsigned int", slab.active);
	put_u64(f, "(objects)", "", slab.num);
	put_u64(f, "(used)", "", slab.used);
	put_u64(f, "(colour offset)", "", slab.colour_offset);
	put_u64(f, "(left over, bytes)", "", slab.leftover);
	put_object(f, "(page)", "struct page", mm_object(MM_OBJECT_PAGE, slab.pfn));
}

/* A stretch of what lies between one object and the next. */
struct part {
	u32 from, to;		/* bytes from where the object's own part of the slab begins */
	const char *what;	/* type that is shown; NULL: bytes of the user */
};

#define MAX_PARTS 6
#define MAX_BYTES 512		/* that are shown of one object */

static u32 add_part(struct part *parts, u32 n, u32 from, u32 to, const char *what)
{
	if (from >= to)
		return n;
	parts[n] = (struct part){ from, to, what };
	return n + 1;
}

/* As slab_debug.c lays it out: the second red zone and the user word stand at the end. */
static u32 parts_of_slab(const struct kmem_cache *s, u32 end, struct part *parts, u32 n)
{
	u32 user = s->flags & SLAB_STORE_USER ? 8 : 0, zone = s->flags & SLAB_RED_ZONE ? 8 : 0;

	n = add_part(parts, n, end, s->size - user - zone, "padding");
	n = add_part(parts, n, s->size - user - zone, s->size - user, "red zone");
	return add_part(parts, n, s->size - user, s->size, "last user");
}

/* As slub_debug.c does: red zone, link, tracks. */
static u32 parts_of_slub(const struct kmem_cache *s, u32 end, struct part *parts, u32 n)
{
	u32 inuse = s->obj_offset + s->inuse, tracks = inuse + (s->offset >= s->inuse ? 8 : 0);
	u32 padding = tracks + (s->flags & SLAB_STORE_USER ? 64 : 0);

	n = add_part(parts, n, end, inuse, s->flags & SLAB_RED_ZONE ? "red zone" : "padding");
	n = add_part(parts, n, inuse, tracks, "free pointer");
	n = add_part(parts, n, tracks, padding, "tracks");
	return add_part(parts, n, padding, s->size, "padding");
}

static u32 find_parts(const struct machine *m, const struct kmem_cache *s, struct part *parts)
{
	u32 end = s->obj_offset + s->object_size, n;

	n = add_part(parts, 0, 0, s->obj_offset, "red zone");
	n = add_part(parts, n, s->obj_offset, end, NULL);
	return m->slab.kind == SLAB_KIND_SLUB ? parts_of_slub(s, end, parts, n) : parts_of_slab(s, end, parts, n);
}

/* All of it, as a debugger shows it; what debugging has put there says so, and so does a free object's pattern. */
static void put_bytes(struct fields *f, const struct view_slab_object *object)
{
	const struct kmem_cache *s = find_cache(f->m, object->cache);
	const u8 *bytes = s ? ram_at(f->m, object->addr - s->obj_offset, s->size) : NULL;
	struct part parts[MAX_PARTS];
	u32 n = bytes ? find_parts(f->m, s, parts) : 0;

	for (u32 i = 0; i < n; i++)
		for (u32 at = parts[i].from; at < parts[i].to && at < MAX_BYTES; at += 16) {
			const char *what = parts[i].what ? parts[i].what : object->poisoned ? "poison" : "";
			bool before = at < s->obj_offset;
			struct view_field *field;
			struct seq_file seq;

			field = new_field(f, "u8[]", &seq);
			seq_format(field->name, sizeof(field->name), "%s%#x%s%s", before ? "-" : "+",
				   before ? s->obj_offset - at : at - s->obj_offset, *what ? " " : "", what);
			for (u32 b = at; b < at + 16 && b < parts[i].to; b++)
				seq_printf(&seq, b > at ? " %x%x" : "%x%x", bytes[b] >> 4, bytes[b] & 15);
			seq_close(&seq);
		}
}

static void put_slab_object_fields(struct fields *f, u64 addr)
{
	struct view_slab_object object;
	struct view_slab slab;

	if (!view_slab_object(f->m, addr, &object) || !view_slab(f->m, addr >> PAGE_SHIFT, &slab))
		return;
	put_object(f, "(cache)", "struct kmem_cache", mm_object(MM_OBJECT_CACHE, object.cache));
	put_object(f, "(slab)", "struct slab", mm_object(MM_OBJECT_SLAB, slab.pfn));
	put_u64(f, "(index)", "", object.index);
	put_text(f, "(state)", "", view_object_state_name(object.state));
	if (object.state == VIEW_OBJECT_USED)
		put_op(f, "(allocated by)", object.op);
	if (object.last_op >= 0)
		put_op(f, "(last user)", object.last_op);
	if (object.damaged)
		put_text(f, "(damaged)", "bool", "true");
	put_bytes(f, &object);
}

static void put_array_fields(struct fields *f, mm_object_t object)
{
	u32 id = (u32)(mm_object_id(object) >> 8), nr;
	struct view_array array;
	u64 entries[120];
	char name[24];

	nr = view_array_cache(f->m, id, VIEW_ARRAY_CPU, array_cpu(object), &array, entries, ARRAY_SIZE(entries));
	put_u64(f, "avail", "unsigned int", array.avail);
	put_u64(f, "limit", "unsigned int", array.limit);
	put_u64(f, "batchcount", "unsigned int", array.batchcount);
	put_u64(f, "touched", "unsigned int", array.touched);
	for (u32 i = min(nr, (u32)ARRAY_SIZE(entries)); i-- > 0;) {
		seq_format(name, sizeof(name), "entry[%u]", i);
		put_object(f, name, "void *", mm_object(MM_OBJECT_SLAB_OBJECT, entries[i]));
	}
}

void put_slab_fields(struct fields *f, mm_object_t object)
{
	u64 id = mm_object_id(object);

	switch (mm_object_kind(object)) {
	case MM_OBJECT_CACHE:
		put_cache_fields(f, (u32)id);
		break;
	case MM_OBJECT_SLAB:
		put_slab_struct_fields(f, id);
		break;
	case MM_OBJECT_SLAB_OBJECT:
		put_slab_object_fields(f, id);
		break;
	case MM_OBJECT_ARRAY_CACHE:
		put_array_fields(f, object);
		break;
	default:
		break;
	}
}
