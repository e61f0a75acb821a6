// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers about single objects, the arrays they wait in, and what nobody gave back.
 */
#include "slab_reader.h"
#include "slub.h"

/* ---- Where a free object is ---- */

static bool array_holds(const struct machine *m, const struct array_cache *ac, u64 start)
{
	for (u32 i = 0; ac && i < ac->avail; i++)
		if (reader_phys(m, ac->entry[i]) == start)
			return true;
	return false;
}

/* Is it in an array? Then in which. */
static bool find_in_arrays(const struct machine *m, const struct kmem_cache *s, u64 start,
			   struct view_slab_object *out)
{
	for (u32 cpu = 0; cpu < reader_nr_cpus(m); cpu++) {
		if (!array_holds(m, cpu_array(m, s, cpu), start))
			continue;
		out->state = VIEW_OBJECT_IN_CPU;
		out->where = (u8)cpu;
		return true;
	}
	for (u32 nid = 0; nid < reader_nr_nodes(m); nid++) {
		const struct kmem_cache_node *n = cache_node(m, s, nid);

		out->where = (u8)nid;
		out->state = VIEW_OBJECT_IN_SHARED;
		if (n && array_holds(m, reader_array(m, n->shared), start))
			return true;
		out->state = VIEW_OBJECT_IN_ALIEN;
		for (u32 home = 0; n && home < reader_nr_nodes(m); home++)
			if (array_holds(m, alien_array(m, n, home), start))
				return true;
	}
	out->where = 0;
	return false;
}

/* Is it among the free ones that the slab itself knows (SLAB)? */
static bool in_slab_freelist(const struct machine *m, const struct kmem_cache *s, const struct slab *slab,
			     u32 index)
{
	const freelist_idx_t *freelist = NULL;
	u64 addr = slab->freelist ? reader_phys(m, slab->freelist) : ~0UL;

	freelist = ram_at(m, addr, s->num);
	for (u32 i = slab->active; freelist && i < s->num; i++)
		if (freelist[i] == index)
			return true;
	return false;
}

static bool on_slub_list(const struct machine *m, const struct kmem_cache *s, const void *kept, u64 start)
{
	for (u32 i = 0; kept && i <= s->oo.objects; i++) {
		u64 addr = reader_phys(m, kept);
		const u8 *object = ram_at(m, addr, s->size);

		if (!object)
			return false;
		if (addr == start)
			return true;
		kept = *(void *const *)(object + s->offset);
	}
	return false;
}

static void find_slub_object(const struct machine *m, const struct kmem_cache *s, const struct slab *slab,
			     u64 start, struct view_slab_object *out)
{
	out->state = VIEW_OBJECT_FREE;
	for (u32 cpu = 0; cpu < reader_nr_cpus(m); cpu++) {
		const struct kmem_cache_cpu *c = cpu_slab(m, s, cpu);

		if (!c || !on_slub_list(m, s, c->freelist, start))
			continue;
		out->state = VIEW_OBJECT_IN_CPU;
		out->where = (u8)cpu;
		return;
	}
	(void)slab;
}

/* ---- What an object looks like ---- */

static s64 op_of_note(u32 note)
{
	note &= ~NOTE_SCRIPT;
	return note > NOTE_OWN ? (s64)note - 2 : -1;
}

static bool is_poisoned(const u8 *bytes, u32 size)
{
	for (u32 i = 0; i + 1 < size; i++)
		if (bytes[i] != POISON_FREE)
			return false;
	return size && bytes[size - 1] == POISON_END;
}

static u64 word_at(const u8 *bytes)
{
	u64 word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

static bool all_are(const u8 *bytes, u32 n, u8 value)
{
	for (u32 i = 0; i < n; i++)
		if (bytes[i] != value)
			return false;
	return true;
}

/* As slub_debug.c lays it out: red zone, object, red zone, link, tracks. */
static void look_at_slub_debugging(const struct kmem_cache *s, const u8 *bytes, struct view_slab_object *out)
{
	const bool used = out->state == VIEW_OBJECT_USED;
	const u8 *object = bytes + s->obj_offset, zone = used ? SLUB_RED_ACTIVE : SLUB_RED_INACTIVE;
	const u32 behind = s->offset >= s->inuse ? s->inuse + 8 : s->inuse;

	out->poisoned = !used && s->flags & __OBJECT_POISON && is_poisoned(object, s->object_size);
	if (s->flags & SLAB_RED_ZONE)
		out->damaged = !all_are(bytes, s->red_left_pad, zone) ||
			       !all_are(object + s->object_size, s->inuse - s->object_size, zone);
	if (s->flags & __OBJECT_POISON && !used && !out->poisoned)
		out->damaged = 1;
	/* The second of two tracks, 32 bytes each, is that of the free. */
	if (s->flags & SLAB_STORE_USER)
		out->last_op = (s64)word_at(object + behind + (used ? 0 : 32)) - 2;
	if (out->last_op < -1)
		out->last_op = -1;
}

static void look_at_debugging(const struct machine *m, const struct kmem_cache *s, u64 start,
			      struct view_slab_object *out)
{
	const u8 *bytes = ram_at(m, start, s->size);
	bool used = out->state == VIEW_OBJECT_USED;
	u32 behind = s->flags & SLAB_STORE_USER ? 16 : 8;
	u64 zone = used ? RED_ACTIVE : RED_INACTIVE;

	if (!bytes)
		return;
	if (m->slab.kind == SLAB_KIND_SLUB)
		look_at_slub_debugging(s, bytes, out);
	if (m->slab.kind != SLAB_KIND_SLAB)
		return;
	out->poisoned = !used && s->flags & SLAB_POISON &&
			is_poisoned(bytes + s->obj_offset, s->object_size);
	if (s->flags & SLAB_RED_ZONE)
		out->damaged = word_at(bytes + s->obj_offset - 8) != zone ||
			       word_at(bytes + s->size - behind) != zone;
	/* The array of free objects' numbers lies in a free object, which has no pattern then. */
	if (s->flags & SLAB_POISON && !used && !out->poisoned) {
		const struct slab *slab = reader_slab(m, start >> PAGE_SHIFT);
		struct frame_block block;

		reader_find_block(m, start >> PAGE_SHIFT, &block);
		slab = reader_slab(m, block.head);
		if (!slab || !(s->flags & CFLGS_OBJFREELIST_SLAB) || !slab->freelist ||
		    reader_phys(m, slab->freelist) != start + s->obj_offset)
			out->damaged = 1;
	}
	if (s->flags & SLAB_STORE_USER)
		out->last_op = (s64)word_at(bytes + s->size - 8) - 2;
	if (out->last_op < -1)
		out->last_op = -1;
}

/* Fills in the object of a slab with that number. */
static void object_answer(const struct machine *m, const struct kmem_cache *s, const struct slab *slab, u64 first,
			  u32 index, struct view_slab_object *out)
{
	u64 start = first + (u64)index * s->size;
	u32 note;

	memset(out, 0, sizeof(*out));
	out->addr = start + s->obj_offset;
	out->cache = s->id;
	out->index = index;
	out->size = s->object_size;
	out->last_op = -1;
	out->op = -1;
	note = reader_note(m, out->addr);
	if (note) {
		out->state = VIEW_OBJECT_USED;
		out->op = op_of_note(note);
	} else if (m->slab.kind == SLAB_KIND_SLUB) {
		find_slub_object(m, s, slab, out->addr, out);
	} else if (in_slab_freelist(m, s, slab, index) || !find_in_arrays(m, s, start, out)) {
		out->state = VIEW_OBJECT_FREE;
	}
	look_at_debugging(m, s, start, out);
}

/* Is what a note tells of something that somebody forgot to give back? */
static bool is_leak(u32 note, bool all)
{
	return all ? note > NOTE_OWN : note & NOTE_SCRIPT;
}

/* SLOB: an object in use at an address. */
static void slob_object(const struct machine *m, u64 addr, u32 index, struct view_slab_object *out)
{
	const struct kmem_cache *s = slob_cache_of(m, addr);

	memset(out, 0, sizeof(*out));
	out->addr = addr;
	out->index = index;
	out->cache = s ? s->id : 0;
	out->size = s ? s->object_size : 0;
	out->state = VIEW_OBJECT_USED;
	out->op = op_of_note(reader_note(m, addr));
	out->last_op = -1;
}

/* SLOB: only what is in use can be told, by the notes. */
static u32 slob_objects(const struct machine *m, u64 pfn, bool leaks, bool all, struct view_slab_object *out,
			u32 max)
{
	u64 end = (pfn + 1) << PAGE_SHIFT;
	u32 nr = 0;

	for (u64 addr = pfn << PAGE_SHIFT; addr < end; addr += 8) {
		u32 note = reader_note(m, addr);

		if (!note_is_of_object(note) || (leaks && !is_leak(note, all)))
			continue;
		if (nr < max)
			slob_object(m, addr, nr, &out[nr]);
		nr++;
	}
	return nr;
}

/*
 * A free block is its size in units of two bytes and the offset of the next one, or for a block of one
 * unit that offset alone, negative (slob.c). What is damaged ends the walk: it only goes up.
 */
u32 view_slob_blocks(const struct machine *m, u64 pfn, struct view_slob_block *out, u32 max)
{
	const struct slab *slab = m->slab.kind == SLAB_KIND_SLOB ? reader_slab(m, pfn) : NULL;
	const s32 units = PAGE_SIZE / sizeof(s16);
	const s16 *page = (const s16 *)((const u8 *)m + m->layout.ram + (pfn << PAGE_SHIFT));
	s32 at, last = -1;
	u32 nr = 0;

	if (!slab || slab->units <= 0 || reader_phys(m, slab->freelist) >> PAGE_SHIFT != pfn)
		return 0;
	at = (s32)((reader_phys(m, slab->freelist) & ~PAGE_MASK) / sizeof(s16));
	while (at > last && at < units) {
		s32 size = page[at] < 0 ? 1 : page[at], next = page[at] < 0 ? -page[at] : units;

		if (page[at] >= 0 && at + 1 < units)
			next = page[at + 1];
		if (nr < max)
			out[nr] = (struct view_slob_block) { (u32)at * 2, (u32)min(size, units - at) * 2 };
		nr++;
		last = at;
		at = next;
	}
	return nr;
}

static const struct slab *slab_around(const struct machine *m, u64 pfn)
{
	struct frame_block block;

	if (pfn >= m->max_pfn)
		return NULL;
	reader_find_block(m, pfn, &block);
	return reader_slab(m, block.head);
}

u32 view_slab_objects(const struct machine *m, u64 pfn, struct view_slab_object *out, u32 max)
{
	const struct slab *slab = slab_around(m, pfn);
	const struct kmem_cache *s = slab ? slab_cache_of(m, slab) : NULL;
	u64 first;
	u32 num;

	if (slab && m->slab.kind == SLAB_KIND_SLOB)
		return slob_objects(m, pfn, false, false, out, max);
	if (!s || !s->size)
		return 0;
	num = slab_geometry(m, s, slab, &first);
	for (u32 i = 0; i < num && i < max; i++)
		object_answer(m, s, slab, first, i, &out[i]);
	return num;
}

bool view_slab_object(const struct machine *m, u64 addr, struct view_slab_object *out)
{
	const struct slab *slab = slab_around(m, addr >> PAGE_SHIFT);
	const struct kmem_cache *s = slab ? slab_cache_of(m, slab) : NULL;
	u64 first;
	u32 num;

	memset(out, 0, sizeof(*out));
	if (slab && m->slab.kind == SLAB_KIND_SLOB && note_is_of_object(reader_note(m, addr))) {
		slob_object(m, addr, 0, out);
		return true;
	}
	if (!s || !s->size)
		return false;
	num = slab_geometry(m, s, slab, &first);
	if (addr < first || (addr - first) / s->size >= num)
		return false;
	object_answer(m, s, slab, first, (u32)((addr - first) / s->size), out);
	return true;
}

/* ---- Arrays ---- */

/* A CPU's free list of SLUB, as if it were a stack: the next object last. */
static u32 slub_array(const struct machine *m, const struct kmem_cache *s, u32 cpu, struct view_array *out,
		      u64 *entries, u32 max)
{
	const struct kmem_cache_cpu *c = cpu_slab(m, s, cpu);
	const void *kept = c ? c->freelist : NULL;
	u32 nr;

	if (!c)
		return 0;
	nr = slub_list_length(m, s, c->freelist, s->oo.objects);
	for (u32 i = nr; i-- > 0;) {
		if (i < max)
			entries[i] = reader_phys(m, kept);
		kept = *(void *const *)(ram_at(m, reader_phys(m, kept), s->size) + s->offset);
	}
	out->avail = nr;
	out->limit = s->oo.objects;
	return nr;
}

u32 view_array_cache(const struct machine *m, u32 cache, enum view_array_kind kind, u32 where,
		     struct view_array *out, u64 *entries, u32 max)
{
	const struct kmem_cache *s = find_cache(m, cache);
	const struct kmem_cache_node *n;
	const struct array_cache *ac = NULL;

	memset(out, 0, sizeof(*out));
	if (!s)
		return 0;
	if (m->slab.kind == SLAB_KIND_SLUB)
		return kind == VIEW_ARRAY_CPU && where < reader_nr_cpus(m) ?
			       slub_array(m, s, where, out, entries, max) : 0;
	if (kind == VIEW_ARRAY_CPU && where < reader_nr_cpus(m)) {
		ac = cpu_array(m, s, where);
	} else if (kind == VIEW_ARRAY_SHARED) {
		n = cache_node(m, s, where);
		ac = n ? reader_array(m, n->shared) : NULL;
	} else if (kind == VIEW_ARRAY_ALIEN && where % MAX_NUMNODES < reader_nr_nodes(m)) {
		ac = alien_array(m, cache_node(m, s, where / MAX_NUMNODES), where % MAX_NUMNODES);
	}
	if (!ac)
		return 0;
	out->avail = ac->avail;
	out->limit = ac->limit;
	out->batchcount = ac->batchcount;
	out->touched = ac->touched;
	for (u32 i = 0; i < ac->avail && i < max; i++)
		entries[i] = reader_phys(m, ac->entry[i]) + s->obj_offset;
	return ac->avail;
}

/* ---- Leaks ---- */

static u64 leaks_of_slab(const struct machine *m, const struct kmem_cache *s, const struct slab *slab, bool all,
			 struct view_slab_object *out, u64 nr, u64 max)
{
	struct view_slab_object object;
	u64 first;
	u32 num = slab_geometry(m, s, slab, &first);

	for (u32 i = 0; i < num; i++) {
		if (!is_leak(reader_note(m, first + (u64)i * s->size + s->obj_offset), all))
			continue;
		object_answer(m, s, slab, first, i, &object);
		if (nr < max)
			out[nr] = object;
		nr++;
	}
	return nr;
}

u64 view_leaks(const struct machine *m, bool all, struct view_slab_object *out, u64 max)
{
	u64 nr = 0;

	for (u64 pfn = 0; m->slab.state != DOWN && pfn < m->max_pfn; pfn++) {
		const struct slab *slab = reader_slab(m, pfn);
		const struct kmem_cache *s = slab ? slab_cache_of(m, slab) : NULL;

		if (s && s->size)
			nr = leaks_of_slab(m, s, slab, all, out, nr, max);
		else if (slab && m->slab.kind == SLAB_KIND_SLOB)
			nr += slob_objects(m, pfn, true, all, out + min(nr, max), (u32)(max - min(nr, max)));
	}
	return nr;
}
