// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The part of mm_validate() that looks at the slab allocators.
 *
 * Every slab must be on the list that its own count asks for; every object must be in one place:
 * in its slab's free list, in one array, or with somebody (who has a note about it). So what
 * lists and arrays hold and what notes claim must add up, slab by slab and cache by cache.
 */
#include "slab_reader.h"
#include "validate.h"

/* What one cache's slabs and arrays hold. */
struct cache_sums {
	u64 slabs, free_slabs, pages;
	u64 active;		/* objects not in their slabs' free lists */
	u64 used;		/* with a note */
	u64 in_arrays;
	u64 free_objects;
};

static mm_object_t cache_object(const struct kmem_cache *s)
{
	return mm_object(MM_OBJECT_CACHE, s->id);
}

static mm_object_t slab_object(u64 pfn)
{
	return mm_object(MM_OBJECT_SLAB, pfn);
}

/* ---- SLAB: one slab ---- */

/* The free list must name each free object once, and none that somebody has. */
static void check_freelist(struct validation *v, const struct kmem_cache *s, const struct slab *slab, u64 pfn,
			   u64 first)
{
	const freelist_idx_t *freelist = slab->freelist ? reader_at(v->m, (void *)((u64)slab->freelist & ~7UL), 8) : NULL;
	u64 seen[4] = { 0 };

	if (slab->active >= s->num)
		return;
	if (!freelist) {
		complain(v, slab_object(pfn), "Slab %#lx of %s has free objects but no list of them.", pfn, s->name);
		return;
	}
	freelist = (const freelist_idx_t *)reader_address(v->m, slab->freelist);
	for (u32 i = slab->active; i < s->num; i++) {
		u32 index = freelist[i];
		u64 addr = first + (u64)index * s->size + s->obj_offset;

		if (index >= s->num) {
			complain(v, slab_object(pfn), "Slab %#lx of %s: the free list names object %u of %u.", pfn,
				 s->name, index, s->num);
			continue;
		}
		if (seen[index / 64] >> (index % 64) & 1)
			complain(v, slab_object(pfn), "Slab %#lx of %s: object %u is free twice.", pfn, s->name, index);
		seen[index / 64] |= 1UL << (index % 64);
		if (reader_note(v->m, addr) && !s->errors)
			complain(v, mm_object(MM_OBJECT_SLAB_OBJECT, addr),
				 "Slab %#lx of %s: object %u is in the free list but somebody has it.", pfn, s->name,
				 index);
	}
}

static void check_slab(struct validation *v, const struct kmem_cache *s, const struct slab *slab, u32 nid, u32 list,
		       struct cache_sums *sums)
{
	u64 pfn = (u64)((const struct page *)slab - reader_mem_map(v->m)), first;
	u32 num = slab_geometry(v->m, s, slab, &first);
	bool right = list == SLAB_LIST_FULL    ? slab->active == s->num :
		     list == SLAB_LIST_PARTIAL ? slab->active && slab->active < s->num :
						 !slab->active;

	if (slab_cache_of(v->m, slab) != s) {
		complain(v, slab_object(pfn), "Slab %#lx is on a list of %s but of another cache.", pfn, s->name);
		return;
	}
	if (num != s->num) {
		complain(v, slab_object(pfn), "Slab %#lx of %s: its first object lies outside of it.", pfn, s->name);
		return;
	}
	if ((u32)page_to_nid((const struct page *)slab) != nid)
		complain(v, slab_object(pfn), "Slab %#lx of %s is on the lists of node %u but lies on another.", pfn,
			 s->name, nid);
	if (!right)
		complain(v, slab_object(pfn), "Slab %#lx of %s is on %s with %u of %u objects in use.", pfn, s->name,
			 view_slab_list_name(list), slab->active, s->num);
	if (compound_order((const struct page *)slab) != s->gfporder)
		complain(v, slab_object(pfn), "Slab %#lx of %s has order %u instead of %u.", pfn, s->name,
			 compound_order((const struct page *)slab), s->gfporder);
	check_freelist(v, s, slab, pfn, first);
	sums->slabs++;
	sums->pages += 1UL << s->gfporder;
	sums->free_slabs += list == SLAB_LIST_FREE;
	sums->active += slab->active;
	sums->free_objects += s->num - min(slab->active, s->num);
	for (u32 i = 0; i < s->num; i++)
		sums->used += reader_note(v->m, first + (u64)i * s->size + s->obj_offset) != 0;
}

/* ---- SLAB: arrays ---- */

static void check_array(struct validation *v, const struct kmem_cache *s, const struct array_cache *ac, u32 nid,
			struct cache_sums *sums)
{
	if (!ac)
		return;
	for (u32 i = 0; i < ac->avail; i++) {
		u64 start = reader_phys(v->m, ac->entry[i]);
		struct view_slab_object object;

		if (start == ~0UL || !view_slab_object(v->m, start, &object) || object.cache != s->id ||
		    object.addr != start + s->obj_offset) {
			complain(v, cache_object(s), "%s: entry %u of an array is no object of the cache.", s->name, i);
			continue;
		}
		if (object.state == VIEW_OBJECT_USED)
			complain(v, mm_object(MM_OBJECT_SLAB_OBJECT, object.addr),
				 "%s: object %#lx is in an array but somebody has it.", s->name,
				 DIRECT_MAP_BASE + object.addr);
		if ((u32)page_to_nid(reader_page(v->m, start >> PAGE_SHIFT)) != nid)
			complain(v, mm_object(MM_OBJECT_SLAB_OBJECT, object.addr),
				 "%s: object %#lx is in an array of node %u but lies on another.", s->name,
				 DIRECT_MAP_BASE + object.addr, nid);
	}
	sums->in_arrays += ac->avail;
}

static void check_arrays(struct validation *v, const struct kmem_cache *s, struct cache_sums *sums)
{
	for (u32 cpu = 0; cpu < reader_nr_cpus(v->m); cpu++) {
		const struct array_cache *ac = cpu_array(v->m, s, cpu);

		if (!ac)
			complain(v, cache_object(s), "%s: CPU %u has no array, or a damaged one.", s->name, cpu);
		check_array(v, s, ac, v->m->cpu_to_node[cpu], sums);
	}
	for (u32 nid = 0; nid < reader_nr_nodes(v->m); nid++) {
		const struct kmem_cache_node *n = cache_node(v->m, s, nid);

		if (!n)
			continue;
		check_array(v, s, reader_array(v->m, n->shared), nid, sums);
		for (u32 home = 0; home < reader_nr_nodes(v->m); home++)
			check_array(v, s, alien_array(v->m, n, home), home, sums);
	}
}

/* ---- SLAB: one cache ---- */

static void check_list(struct validation *v, const struct kmem_cache *s, const struct kmem_cache_node *n, u32 nid,
		       u32 list, struct cache_sums *sums)
{
	struct list_walk walk;
	u64 pfn;

	list_walk_start(&walk, v->m, slab_list_head(v->m, n, list));
	while ((pfn = list_walk_next(&walk)) != NO_PFN) {
		const struct slab *slab = reader_slab(v->m, pfn);

		if (slab)
			check_slab(v, s, slab, nid, list, sums);
		else
			complain(v, page_object(pfn), "Page %#lx is on %s of %s but is no slab.", pfn,
				 view_slab_list_name(list), s->name);
	}
	if (walk.broken)
		complain(v, cache_object(s), "%s: %s does not come back to its head.", s->name,
			 view_slab_list_name(list));
}

static void check_slab_cache(struct validation *v, const struct kmem_cache *s, u64 *pages)
{
	struct cache_sums all = { 0 };

	for (u32 nid = 0; nid < reader_nr_nodes(v->m); nid++) {
		const struct kmem_cache_node *n = cache_node(v->m, s, nid);
		struct cache_sums sums = { 0 };

		if (!n) {
			complain(v, cache_object(s), "%s: it has no lists for node %u.", s->name, nid);
			continue;
		}
		for (u32 list = 0; list < NR_SLAB_LISTS; list++)
			check_list(v, s, n, nid, list, &sums);
		if (sums.slabs != n->total_slabs || sums.free_slabs != n->free_slabs)
			complain(v, cache_object(s), "%s, node %u: %lu slabs (%lu free) are counted, %lu (%lu) listed.",
				 s->name, nid, n->total_slabs, n->free_slabs, sums.slabs, sums.free_slabs);
		if (sums.free_objects != n->free_objects)
			complain(v, cache_object(s), "%s, node %u: free_objects is %lu but slabs hold %lu.", s->name,
				 nid, n->free_objects, sums.free_objects);
		all.active += sums.active;
		all.used += sums.used;
		all.pages += sums.pages;
	}
	*pages += all.pages;
	/* After a mistake that was reported the kernel goes on, with objects in two places if it was a double free. */
	if (s->errors)
		return;
	check_arrays(v, s, &all);
	if (all.active != all.used + all.in_arrays)
		complain(v, cache_object(s),
			 "%s: %lu objects are out of their slabs, but %lu are in use and %lu in arrays.", s->name,
			 all.active, all.used, all.in_arrays);
	if (all.active != s->num_active)
		complain(v, cache_object(s), "%s: num_active is %lu but %lu objects are out of their slabs.", s->name,
			 s->num_active, all.active);
}

/* ---- SLUB ---- */

static void check_slub_slab(struct validation *v, const struct kmem_cache *s, const struct slab *slab, u64 pfn)
{
	u32 free = slub_list_length(v->m, s, slab->freelist, slab->objects);

	if (slab->inuse > slab->objects || free + slab->inuse != slab->objects)
		complain(v, slab_object(pfn), "Slab %#lx of %s has %u objects, %u in use, but %u in its free list.", pfn,
			 s->name, slab->objects, slab->inuse, free);
}

/* All slabs of a cache, wherever they are. */
static void check_slub_cache(struct validation *v, const struct kmem_cache *s, u64 *pages)
{
	for (u32 nid = 0; nid < reader_nr_nodes(v->m); nid++) {
		const struct kmem_cache_node *n = cache_node(v->m, s, nid);
		u64 slabs = 0, objects = 0, partial = 0, pfn;
		struct list_walk walk;

		if (!n)
			continue;
		for (pfn = 0; pfn < v->m->max_pfn; pfn++) {
			const struct slab *slab = reader_slab(v->m, pfn);

			if (!slab || slab_cache_of(v->m, slab) != s || (u32)page_to_nid(reader_page(v->m, pfn)) != nid)
				continue;
			slabs++;
			objects += slab->objects;
			*pages += 1UL << compound_order(reader_page(v->m, pfn));
			if (!slab->frozen)
				check_slub_slab(v, s, slab, pfn);
		}
		list_walk_start(&walk, v->m, &n->partial);
		while ((pfn = list_walk_next(&walk)) != NO_PFN) {
			const struct slab *slab = reader_slab(v->m, pfn);

			partial++;
			if (!slab || slab_cache_of(v->m, slab) != s || slab->frozen || slab->inuse == slab->objects)
				complain(v, slab_object(pfn), "Slab %#lx is on the partial list of %s but should not be.",
					 pfn, s->name);
		}
		if (walk.broken || partial != n->nr_partial)
			complain(v, cache_object(s), "%s, node %u: nr_partial is %lu but %lu slabs are listed.", s->name,
				 nid, n->nr_partial, partial);
		if (slabs != n->nr_slabs || objects != n->total_objects)
			complain(v, cache_object(s), "%s, node %u: %lu slabs with %lu objects are counted, %lu with %lu found.",
				 s->name, nid, n->nr_slabs, n->total_objects, slabs, objects);
	}
}

/* ---- SLOB ---- */

/* The free blocks of a page: by address, apart, and as many units as the page says. */
static void check_slob_page(struct validation *v, u64 pfn)
{
	const struct slab *slab = reader_slab(v->m, pfn);
	const s16 *base = (const s16 *)((const u8 *)v->m + v->m->layout.ram + (pfn << PAGE_SHIFT));
	u64 at, units = 0, end = PAGE_SIZE / 2;

	if (slab->units <= 0)
		return;
	at = (reader_phys(v->m, slab->freelist) - (pfn << PAGE_SHIFT)) / 2;
	while (at < end) {
		u64 length = base[at] > 0 ? (u64)base[at] : 1;
		s64 next = base[at] > 0 ? base[at + 1] : -base[at];

		if (next <= (s64)at || (s64)(at + length) > next) {
			complain(v, page_object(pfn), "Page %#lx of SLOB: the free block at %#lx does not lead on.", pfn,
				 at * 2);
			return;
		}
		units += length;
		at = (u64)next;
	}
	if (units != (u64)slab->units)
		complain(v, page_object(pfn), "Page %#lx of SLOB has %ld free units, but its blocks have %lu.", pfn,
			 slab->units, units);
}

/* ---- vmalloc() ---- */

/* The entry of an address in the kernel's page tables; 0 if there is none. */
static u64 kernel_entry(const struct machine *m, u64 addr)
{
	const u64 *table = m->vmalloc.pgd ? reader_at(m, m->vmalloc.pgd, PAGE_SIZE) : NULL;

	for (u32 shift = PGDIR_SHIFT; table; shift -= PTE_SHIFT_BITS) {
		u64 entry = table[addr >> shift & (PTRS_PER_TABLE - 1)];

		if (shift == PAGE_SHIFT || !(entry & _PAGE_PRESENT))
			return shift == PAGE_SHIFT ? entry : 0;
		table = reader_at(m, m->ram + (entry & PTE_PFN_MASK), PAGE_SIZE);
	}
	return 0;
}

static u64 check_vmap_area(struct validation *v, const struct vmap_area *va)
{
	struct page *const *pages = va->pages ? reader_at(v->m, va->pages, va->nr_pages * sizeof(void *)) : NULL;

	if (!pages || va->va_end != va->va_start + ((u64)va->nr_pages + 1) * PAGE_SIZE) {
		complain(v, mm_object(MM_OBJECT_MACHINE, 0), "The vmalloc() area at %#lx has no pages, or no guard page.",
			 va->va_start);
		return 0;
	}
	for (u32 i = 0; i < va->nr_pages; i++) {
		u64 entry = kernel_entry(v->m, va->va_start + i * PAGE_SIZE);

		if (!(entry & _PAGE_PRESENT) ||
		    (entry & PTE_PFN_MASK) >> PAGE_SHIFT != reader_page_pfn(v->m, pages[i]))
			complain(v, mm_object(MM_OBJECT_MACHINE, 0), "Page %u of the vmalloc() area at %#lx is mapped wrongly.",
				 i, va->va_start);
	}
	if (kernel_entry(v->m, va->va_end - PAGE_SIZE) & _PAGE_PRESENT)
		complain(v, mm_object(MM_OBJECT_MACHINE, 0), "The guard page of the vmalloc() area at %#lx is mapped.",
			 va->va_start);
	return va->nr_pages;
}

static void check_vmalloc(struct validation *v)
{
	const struct list_head *head = &v->m->vmalloc.vmap_area_list, *link = head;
	u64 pages = 0, last = 0;

	for (u64 steps = 0; v->m->vmalloc.pgd && steps <= v->m->max_pfn; steps++) {
		const struct vmap_area *va;

		link = reader_at(v->m, link->next, sizeof(*link));
		if (!link || link == head)
			break;
		va = container_of(link, const struct vmap_area, list);
		if (va->va_start < last)
			complain(v, mm_object(MM_OBJECT_MACHINE, 0), "The vmalloc() area at %#lx overlaps the one before.",
				 va->va_start);
		last = va->va_end;
		pages += check_vmap_area(v, va);
	}
	if (pages != v->m->vmalloc.nr_vmalloc_pages)
		complain(v, mm_object(MM_OBJECT_MACHINE, 0), "vmalloc() counts %lu pages, but its areas have %lu.",
			 v->m->vmalloc.nr_vmalloc_pages, pages);
}

/* ---- All of it ---- */

/* Frames of slabs, and those that kmalloc() handed out whole. */
static void count_frames(const struct machine *m, u64 *in_slabs, u64 *large)
{
	for (u64 pfn = 0; pfn < m->max_pfn; pfn++) {
		const struct page *page = reader_page(m, pfn);

		if (reader_slab(m, pfn))
			*in_slabs += 1UL << compound_order(page);
		else if (page->owner.kind == OWNER_ALLOCATED && reader_note(m, pfn << PAGE_SHIFT))
			*large += 1UL << page->owner.order;
	}
}

void check_slabs(struct validation *v)
{
	const struct kmem_cache *s = NULL;
	u64 pages = 0, in_slabs = 0, large = 0, counted;
	u32 steps = 0;

	if (v->m->slab.state == DOWN)
		return;
	while ((s = next_cache(v->m, s, &steps))) {
		if (v->m->slab.kind == SLAB_KIND_SLAB)
			check_slab_cache(v, s, &pages);
		else if (v->m->slab.kind == SLAB_KIND_SLUB)
			check_slub_cache(v, s, &pages);
	}
	for (u64 pfn = 0; v->m->slab.kind == SLAB_KIND_SLOB && pfn < v->m->max_pfn; pfn++)
		if (reader_slab(v->m, pfn))
			check_slob_page(v, pfn);
	check_vmalloc(v);
	count_frames(v->m, &in_slabs, &large);
	if (v->m->slab.kind != SLAB_KIND_SLOB && pages != in_slabs)
		complain(v, mm_object(MM_OBJECT_MACHINE, 0), "%lu frames are marked as slabs, but caches have %lu.",
			 in_slabs, pages);
	counted = reader_slab_pages(v->m, false) + reader_slab_pages(v->m, true);
	if (counted != in_slabs + large)
		complain(v, mm_object(MM_OBJECT_MACHINE, 0),
			 "%lu frames are counted as slab memory, but %lu are in slabs and %lu from kmalloc().", counted,
			 in_slabs, large);
}
