// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers about slab caches, their slabs and their arrays.
 *
 * As reader.h says, nothing is trusted: a pointer is followed only if what it leads to lies in the
 * arena, and a walk ends after as many steps as there are frames. What an object is doing is
 * found out where it lies: in its slab's free list, in an array, or else with somebody.
 */
#include "slab_reader.h"

/* ---- Following pointers ---- */

const void *reader_at(const struct machine *m, const void *kept, u64 size)
{
	u64 address = reader_address(m, kept), offset = address - (u64)m;

	if (offset >= m->layout.size || size > m->layout.size - offset || offset & 7)
		return NULL;
	return (const void *)address;
}

u64 reader_phys(const struct machine *m, const void *kept)
{
	u64 offset = reader_address(m, kept) - (u64)m - m->layout.ram;

	return offset < m->layout.size - m->layout.ram ? offset : ~0UL;
}

const struct kmem_cache *next_cache(const struct machine *m, const struct kmem_cache *s, u32 *steps)
{
	const struct list_head *head = &m->slab.slab_caches;
	const struct list_head *link = s ? &s->list : head;

	if (m->slab.state == DOWN || !head->next || ++*steps > m->max_pfn)
		return NULL;
	link = reader_at(m, link->next, sizeof(struct kmem_cache) - offsetof(struct kmem_cache, list));
	if (!link || link == head || (u64)link - (u64)m < offsetof(struct kmem_cache, list))
		return NULL;
	return container_of(link, const struct kmem_cache, list);
}

const struct kmem_cache *find_cache(const struct machine *m, u32 id)
{
	const struct kmem_cache *s = NULL;
	u32 steps = 0;

	while ((s = next_cache(m, s, &steps)))
		if (s->id == id)
			return s;
	return NULL;
}

const struct kmem_cache_node *cache_node(const struct machine *m, const struct kmem_cache *s, u32 nid)
{
	u64 size = m->slab.kind == SLAB_KIND_SLUB ? SLUB_NODE_SIZE : sizeof(struct kmem_cache_node);

	return s && nid < reader_nr_nodes(m) && s->node[nid] ? reader_at(m, s->node[nid], size) : NULL;
}

const struct array_cache *reader_array(const struct machine *m, const void *kept)
{
	const struct array_cache *ac = kept ? reader_at(m, kept, sizeof(*ac)) : NULL;

	return ac && ac->avail <= ac->limit && ac->limit <= PAGE_SIZE &&
			       reader_at(m, kept, sizeof(*ac) + ac->avail * sizeof(void *)) ?
		       ac : NULL;
}

const struct array_cache *cpu_array(const struct machine *m, const struct kmem_cache *s, u32 cpu)
{
	return m->slab.kind == SLAB_KIND_SLAB && s->cpu_cache ?
		       reader_array(m, (u8 *)s->cpu_cache + ((u64)cpu << PAGE_SHIFT)) : NULL;
}

const struct array_cache *alien_array(const struct machine *m, const struct kmem_cache_node *n,
				      u32 home)
{
	struct alien_cache *const *alien = n && n->alien ?
			reader_at(m, n->alien, sizeof(void *) * reader_nr_nodes(m)) : NULL;

	return alien && alien[home] ? reader_array(m, &alien[home]->ac) : NULL;
}

const struct kmem_cache_cpu *cpu_slab(const struct machine *m, const struct kmem_cache *s, u32 cpu)
{
	return m->slab.kind == SLAB_KIND_SLUB && s->cpu_slab ?
		       reader_at(m, (u8 *)s->cpu_slab + ((u64)cpu << PAGE_SHIFT), sizeof(struct kmem_cache_cpu)) :
		       NULL;
}

/* ---- Slabs ---- */

/* The slab at a frame, which must be the first of one; NULL otherwise. */
const struct slab *reader_slab(const struct machine *m, u64 pfn)
{
	const struct page *page = reader_page(m, pfn);

	return page && PageSlab(page) && !PageTail(page) ? (const struct slab *)page : NULL;
}

const struct kmem_cache *slab_cache_of(const struct machine *m, const struct slab *slab)
{
	return m->slab.kind != SLAB_KIND_SLOB && slab->slab_cache ?
		       reader_at(m, slab->slab_cache, offsetof(struct kmem_cache, node)) : NULL;
}

static u64 slab_pfn(const struct machine *m, const struct slab *slab)
{
	return (u64)((const struct page *)slab - reader_mem_map(m));
}

/* How many objects a slab has, and where the first one lies (physical). */
u32 slab_geometry(const struct machine *m, const struct kmem_cache *s, const struct slab *slab, u64 *first)
{
	u64 start = slab_pfn(m, slab) << PAGE_SHIFT;

	if (m->slab.kind == SLAB_KIND_SLUB) {
		*first = start;
		return slab->objects;
	}
	*first = reader_phys(m, slab->s_mem);
	return *first >= start && *first - start < PAGE_SIZE << s->gfporder ? s->num : 0;
}

u32 reader_note(const struct machine *m, u64 addr)
{
	const u32 *notes = (const u32 *)((const u8 *)m + m->layout.object_notes);

	return addr < m->max_pfn << PAGE_SHIFT ? notes[addr >> 3] : 0;
}

const struct kmem_cache *slob_cache_of(const struct machine *m, u64 addr)
{
	u32 note = reader_note(m, addr + 8);

	return note && !note_is_of_object(note) ? find_cache(m, note & ~NOTE_CACHE) : NULL;
}

static u32 count_used(const struct machine *m, const struct kmem_cache *s, const struct slab *slab)
{
	u64 first;
	u32 num = slab_geometry(m, s, slab, &first), used = 0;

	for (u32 i = 0; i < num; i++)
		used += reader_note(m, first + (u64)i * s->size + s->obj_offset) != 0;
	return used;
}

static u8 list_of_slab(const struct machine *m, const struct slab *slab, u32 num, u32 active)
{
	if (m->slab.kind == SLAB_KIND_SLUB && slab->frozen)
		return VIEW_SLABS_CPU;
	if (active >= num)
		return VIEW_SLABS_FULL;
	return active ? VIEW_SLABS_PARTIAL : VIEW_SLABS_FREE;
}

static void slab_answer(const struct machine *m, const struct slab *slab, struct view_slab *out)
{
	const struct kmem_cache *s = slab_cache_of(m, slab);
	u64 first = 0, size;

	memset(out, 0, sizeof(*out));
	out->pfn = slab_pfn(m, slab);
	out->nid = (u8)page_to_nid((const struct page *)slab);
	out->order = (u8)compound_order((const struct page *)slab);
	out->freelist = slab->freelist ? reader_phys(m, slab->freelist) : ~0UL;
	if (m->slab.kind == SLAB_KIND_SLOB) {
		out->leftover = (u32)max(slab->units, 0L) * 2;
		out->list = slab->units > 0 ? VIEW_SLABS_PARTIAL : VIEW_SLABS_FULL;
		for (u64 addr = out->pfn << PAGE_SHIFT; addr < (out->pfn + 1) << PAGE_SHIFT; addr += 8)
			out->used += note_is_of_object(reader_note(m, addr));
		out->num = out->active = out->used;
		return;
	}
	if (!s)
		return;
	out->cache = s->id;
	out->num = slab_geometry(m, s, slab, &first);
	out->active = m->slab.kind == SLAB_KIND_SLUB ? slab->inuse : slab->active;
	out->frozen = m->slab.kind == SLAB_KIND_SLUB && slab->frozen;
	out->list = list_of_slab(m, slab, out->num, out->active);
	out->used = count_used(m, s, slab);
	out->colour_offset = m->slab.kind == SLAB_KIND_SLAB ? (u32)(first - (out->pfn << PAGE_SHIFT)) : 0;
	size = PAGE_SIZE << out->order;
	out->leftover = (u32)(size - min(size, (u64)out->num * s->size));
}

bool view_slab(const struct machine *m, u64 pfn, struct view_slab *out)
{
	const struct slab *slab;
	struct frame_block block;

	memset(out, 0, sizeof(*out));
	if (pfn >= m->max_pfn)
		return false;
	reader_find_block(m, pfn, &block);
	slab = reader_slab(m, block.head);
	if (!slab)
		return false;
	slab_answer(m, slab, out);
	return true;
}

/* SLUB does not list full slabs: all frames are looked at. */
static u64 full_slabs(const struct machine *m, const struct kmem_cache *s, u32 nid, struct view_slab *out,
		      u64 max)
{
	u64 nr = 0;

	for (u64 pfn = 0; pfn < m->max_pfn; pfn++) {
		const struct slab *slab = reader_slab(m, pfn);

		if (!slab || (u32)page_to_nid((const struct page *)slab) != nid ||
		    slab_cache_of(m, slab) != s || slab->frozen || slab->inuse < slab->objects)
			continue;
		if (nr < max)
			slab_answer(m, slab, &out[nr]);
		nr++;
	}
	return nr;
}

/* A CPU's slab and those on its partial list. */
static u64 cpu_slabs(const struct machine *m, const struct kmem_cache *s, u32 cpu, struct view_slab *out,
		     u64 max)
{
	const struct kmem_cache_cpu *c = cpu < reader_nr_cpus(m) ? cpu_slab(m, s, cpu) : NULL;
	const struct slab *slab;
	u64 nr = 0;

	slab = c && c->slab ? reader_slab(m, reader_page_pfn(m, c->slab)) : NULL;
	if (slab) {
		if (nr < max)
			slab_answer(m, slab, &out[nr]);
		nr++;
	}
	for (const void *kept = c ? c->partial : NULL; kept && nr < m->max_pfn;) {
		slab = reader_slab(m, reader_page_pfn(m, kept));
		if (!slab)
			break;
		if (nr < max)
			slab_answer(m, slab, &out[nr]);
		nr++;
		kept = slab->next;
	}
	return nr;
}

const struct list_head *slab_list_head(const struct machine *m, const struct kmem_cache_node *n, u32 list)
{
	if (m->slab.kind == SLAB_KIND_SLUB)
		return list == VIEW_SLABS_PARTIAL ? &n->partial : NULL;
	switch (list) {
	case VIEW_SLABS_FULL:
		return &n->slabs_full;
	case VIEW_SLABS_PARTIAL:
		return &n->slabs_partial;
	case VIEW_SLABS_FREE:
		return &n->slabs_free;
	default:
		return NULL;
	}
}

/* SLOB's lists belong to no cache; they are told by the size of what they serve. */
static u64 slob_slabs(const struct machine *m, struct view_slab *out, u64 max)
{
	u64 nr = 0;

	for (u64 pfn = 0; pfn < m->max_pfn; pfn++) {
		const struct slab *slab = reader_slab(m, pfn);

		if (!slab)
			continue;
		if (nr < max)
			slab_answer(m, slab, &out[nr]);
		nr++;
	}
	return nr;
}

u64 view_slob_pages(const struct machine *m, u32 list, struct view_slab *out, u64 max)
{
	struct list_walk walk;
	u64 nr = 0, pfn = 0;

	if (m->slab.kind != SLAB_KIND_SLOB)
		return 0;
	if (list < ARRAY_SIZE(m->slab.free_slob))
		list_walk_start(&walk, m, &m->slab.free_slob[list]);
	while (list < ARRAY_SIZE(m->slab.free_slob) ? (pfn = list_walk_next(&walk)) != NO_PFN : pfn < m->max_pfn) {
		const struct slab *slab = reader_slab(m, pfn);
		bool full = list == ARRAY_SIZE(m->slab.free_slob);

		pfn += full;
		if (!slab && !full)
			break;
		if (!slab || (full && slab->units > 0))
			continue;
		if (nr < max)
			slab_answer(m, slab, &out[nr]);
		nr++;
	}
	return nr;
}

u64 view_slabs(const struct machine *m, u32 cache, u32 nid, enum view_slab_list list, struct view_slab *out,
	       u64 max)
{
	const struct kmem_cache *s = find_cache(m, cache);
	const struct kmem_cache_node *n;
	const struct list_head *head;
	struct list_walk walk;
	u64 nr = 0, pfn;

	if (m->slab.kind == SLAB_KIND_SLOB)
		return list == VIEW_SLABS_PARTIAL && !nid ? slob_slabs(m, out, max) : 0;
	if (s && m->slab.kind == SLAB_KIND_SLUB && list == VIEW_SLABS_FULL)
		return full_slabs(m, s, nid, out, max);
	if (s && list == VIEW_SLABS_CPU)
		return cpu_slabs(m, s, nid, out, max);
	n = cache_node(m, s, nid);
	head = n ? slab_list_head(m, n, list) : NULL;
	if (!head)
		return 0;
	list_walk_start(&walk, m, head);
	while ((pfn = list_walk_next(&walk)) != NO_PFN) {
		const struct slab *slab = reader_slab(m, pfn);

		if (!slab)
			break;
		if (nr < max)
			slab_answer(m, slab, &out[nr]);
		nr++;
	}
	return nr;
}

/* ---- Caches ---- */

static void count_slab_cache(const struct machine *m, const struct kmem_cache *s, struct view_kmem_cache *out)
{
	u64 free_objects = 0, free_slabs = 0;

	for (u32 nid = 0; nid < reader_nr_nodes(m); nid++) {
		const struct kmem_cache_node *n = cache_node(m, s, nid);
		const struct array_cache *shared = n ? reader_array(m, n->shared) : NULL;

		if (!n)
			continue;
		out->num_slabs += n->total_slabs;
		free_slabs += n->free_slabs;
		free_objects += n->free_objects;
		out->shared_avail += shared ? shared->avail : 0;
		for (u32 home = 0; home < reader_nr_nodes(m); home++) {
			const struct array_cache *alien = alien_array(m, n, home);

			out->in_alien_arrays += alien ? alien->avail : 0;
		}
	}
	for (u32 cpu = 0; cpu < reader_nr_cpus(m); cpu++) {
		const struct array_cache *ac = cpu_array(m, s, cpu);

		out->in_cpu_arrays += ac ? ac->avail : 0;
	}
	out->num_objs = out->num_slabs * s->num;
	out->active_objs = out->num_objs - min(out->num_objs, free_objects);
	out->active_slabs = out->num_slabs - min(out->num_slabs, free_slabs);
	out->used = out->active_objs - min(out->active_objs, out->in_cpu_arrays + out->shared_avail +
						   out->in_alien_arrays);
	out->limit = s->limit;
	out->batchcount = s->batchcount;
	out->shared = s->shared;
	out->colour = s->colour;
	out->colour_off = s->colour_off;
	out->freelist_place = s->flags & CFLGS_OBJFREELIST_SLAB ? VIEW_FREELIST_IN_OBJECT :
			      s->flags & CFLGS_OFF_SLAB ? VIEW_FREELIST_OFF_SLAB : VIEW_FREELIST_ON_SLAB;
	out->num_allocations = s->num_allocations;
	out->high_mark = s->high_mark;
	out->grown = s->grown;
	out->reaped = s->reaped;
	out->errors = s->errors;
	out->max_freeable = s->max_freeable;
	out->node_allocs = s->node_allocs;
	out->node_frees = s->node_frees;
	out->node_overflow = s->node_overflow;
	out->allochit = s->allochit;
	out->allocmiss = s->allocmiss;
	out->freehit = s->freehit;
	out->freemiss = s->freemiss;
}

/* Objects on the list that begins at a free object, as far as it is sound. */
u32 slub_list_length(const struct machine *m, const struct kmem_cache *s, const void *kept, u32 limit)
{
	u32 nr = 0;

	while (kept && nr <= limit) {
		const u8 *object = reader_at(m, kept, s->size);

		if (!object || reader_phys(m, kept) == ~0UL)
			break;
		nr++;
		kept = *(void *const *)(object + s->offset);
	}
	return nr;
}

static void count_slub_cache(const struct machine *m, const struct kmem_cache *s, struct view_kmem_cache *out)
{
	u64 free_objects = 0;

	for (u32 nid = 0; nid < reader_nr_nodes(m); nid++) {
		const struct kmem_cache_node *n = cache_node(m, s, nid);
		struct list_walk walk;
		u64 pfn;

		if (!n)
			continue;
		out->num_slabs += n->nr_slabs;
		out->num_objs += n->total_objects;
		list_walk_start(&walk, m, &n->partial);
		while ((pfn = list_walk_next(&walk)) != NO_PFN) {
			const struct slab *slab = reader_slab(m, pfn);

			if (slab)
				free_objects += slab->objects - min(slab->objects, slab->inuse);
		}
	}
	out->active_objs = out->num_objs - min(out->num_objs, free_objects);
	out->active_slabs = out->num_slabs;
	for (u32 cpu = 0; cpu < reader_nr_cpus(m); cpu++) {
		const struct kmem_cache_cpu *c = cpu_slab(m, s, cpu);
		const struct slab *slab;

		if (!c)
			continue;
		out->in_cpu_arrays += slub_list_length(m, s, c->freelist, s->oo.objects);
		slab = c->slab ? reader_slab(m, reader_page_pfn(m, c->slab)) : NULL;
		if (slab)
			out->in_cpu_arrays += slub_list_length(m, s, slab->freelist, s->oo.objects);
		for (u32 i = 0; c->partial && i < 64; i++) {
			slab = reader_slab(m, reader_page_pfn(m, i ? slab->next : c->partial));
			if (!slab)
				break;
			out->in_cpu_arrays += slab->objects - min(slab->objects, slab->inuse);
			if (!slab->next)
				break;
		}
	}
	out->used = out->active_objs - min(out->active_objs, out->in_cpu_arrays);
	out->freelist_place = VIEW_FREELIST_LINKED;
	out->errors = s->slub_errors;
}

static void cache_answer(const struct machine *m, const struct kmem_cache *s, struct view_kmem_cache *out)
{
	u64 bytes;

	memset(out, 0, sizeof(*out));
	out->id = s->id;
	for (u32 i = 0; i + 1 < VIEW_CACHE_NAME_LEN && s->name[i]; i++)
		out->name[i] = s->name[i];
	out->flags = s->flags;
	out->ctor = s->ctor;
	out->object_size = s->object_size;
	out->size = s->size;
	out->align = s->align;
	out->obj_offset = s->obj_offset;
	out->num = s->num;
	out->order = s->gfporder;
	if (m->slab.kind == SLAB_KIND_SLAB)
		count_slab_cache(m, s, out);
	else if (m->slab.kind == SLAB_KIND_SLUB)
		count_slub_cache(m, s, out);
	else
		out->freelist_place = VIEW_FREELIST_LINKED;
	bytes = out->num_slabs << (PAGE_SHIFT + out->order);
	out->waste = bytes - min(bytes, out->num_objs * out->object_size);
}

u32 view_kmem_caches(const struct machine *m, struct view_kmem_cache *out, u32 max)
{
	const struct kmem_cache *s = NULL;
	u32 nr = 0, steps = 0;

	while ((s = next_cache(m, s, &steps))) {
		if (nr < max)
			cache_answer(m, s, &out[nr]);
		nr++;
	}
	return nr;
}

bool view_kmem_cache(const struct machine *m, u32 id, struct view_kmem_cache *out)
{
	const struct kmem_cache *s = find_cache(m, id);

	memset(out, 0, sizeof(*out));
	if (s)
		cache_answer(m, s, out);
	return s;
}

bool view_kmem_cache_at(const struct machine *m, u32 place, struct view_kmem_cache *out)
{
	const struct kmem_cache *s = NULL;
	u32 steps = 0;

	memset(out, 0, sizeof(*out));
	while ((s = next_cache(m, s, &steps)))
		if (!place--) {
			cache_answer(m, s, out);
			return true;
		}
	return false;
}

u32 view_find_kmem_cache(const struct machine *m, const char *name)
{
	const struct kmem_cache *s = NULL;
	u32 steps = 0, i;

	while ((s = next_cache(m, s, &steps))) {
		for (i = 0; i + 1 < KMEM_CACHE_NAME_LEN && name[i] && s->name[i] == name[i]; i++)
			;
		if (s->name[i] == name[i])
			return s->id;
	}
	return 0;
}

u64 reader_slab_pages(const struct machine *m, bool reclaimable)
{
	u32 item = reclaimable ? NR_SLAB_RECLAIMABLE_B : NR_SLAB_UNRECLAIMABLE_B;
	s64 sum = 0;

	for (u32 nid = 0; nid < reader_nr_nodes(m); nid++) {
		const struct pglist_data *node = &m->node_data[nid];

		sum += node->vm_stat[item];
		for (u32 cpu = 0; cpu < reader_nr_cpus(m); cpu++)
			sum += node->per_cpu_nodestats[cpu].vm_node_stat_diff[item];
	}
	return (u64)max(sum, 0L);
}

void view_slab_machine(const struct machine *m, struct view_slab_machine *out)
{
	const struct kmem_cache *s = NULL;
	u32 steps = 0;

	memset(out, 0, sizeof(*out));
	out->kind = m->slab.state == DOWN ? 0 : m->slab.kind;
	while ((s = next_cache(m, s, &steps)))
		out->nr_caches++;
	out->pages[0] = reader_slab_pages(m, false);
	out->pages[1] = reader_slab_pages(m, true);
	out->percpu_pages = m->slab.pcpu_pages;
	out->vmalloc_pages = m->vmalloc.nr_vmalloc_pages;
	out->fail_countdown = m->slab.fail_countdown;
}
