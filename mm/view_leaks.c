/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Leaks: objects of slab caches that nobody will give back. Those that a
 * script holds tell so themselves, by their notes; those of tasks are found by
 * asking for each whether what it belongs to still leads to it.
 */
#include "slab_reader.h"

static bool in_use(const struct machine *m, const void *kept)
{
	return reader_phys(m, kept) != ~0UL && reader_note(m, reader_phys(m, kept)) != 0;
}

static bool task_is_lost(const struct machine *m, const void *object)
{
	const struct task_struct *task;
	u32 n;

	reader_for_each(task, n, m, &m->tasks, tasks) if (task == object) return false;
	return true;
}

static bool mm_is_lost(const struct machine *m, const void *object)
{
	const struct task_struct *task;
	u32 n;

	reader_for_each(task, n, m, &m->tasks, tasks)
		if (reader_object(m, task->mm, sizeof(*task->mm)) == object ||
		    reader_object(m, task->active_mm, sizeof(*task->mm)) == object)
			return false;
	return true;
}

/* The neighbour before it, or the address space if it is the first, leads to each VMA. */
static bool vma_is_lost(const struct machine *m, const void *object)
{
	const struct vm_area_struct *vma = object, *prev;
	const struct mm_struct *mm = reader_object(m, vma->vm_mm, sizeof(*mm));

	if (!mm || !in_use(m, vma->vm_mm))
		return true;
	prev = reader_object(m, vma->vm_prev, sizeof(*prev));
	return reader_object(m, prev ? prev->vm_next : mm->mmap, sizeof(*vma)) != object;
}

static bool avc_is_lost(const struct machine *m, const void *object)
{
	const struct anon_vma_chain *avc = object;

	return !avc->vma || !in_use(m, avc->vma) || !avc->anon_vma || !in_use(m, avc->anon_vma);
}

/* A root stays as long as it has descendants. */
static bool anon_vma_is_lost(const struct machine *m, const void *object)
{
	const struct anon_vma *anon_vma = object;
	const bool is_root = reader_object(m, anon_vma->root, sizeof(*anon_vma)) == object;

	return !anon_vma->rb_root.rb_node && anon_vma->num_children <= is_root;
}

struct lost_kind {
	u32 cache;
	bool (*is_lost)(const struct machine *m, const void *object);
};

static u32 cache_number(const struct machine *m, const struct kmem_cache *kept)
{
	const struct kmem_cache *s = kept ? reader_at(m, kept, sizeof(*s)) : NULL;

	return s ? s->id : 0;
}

static u64 lost_in_slab(const struct machine *m, const struct slab *slab, const struct lost_kind *kind,
			struct view_slab_object *out, u64 nr, u64 max)
{
	const struct kmem_cache *s = slab_cache_of(m, slab);
	u64 first;
	u32 num = slab_geometry(m, s, slab, &first);

	for (u32 i = 0; i < num; i++) {
		u64 addr = first + (u64)i * s->size + s->obj_offset;

		if (!reader_note(m, addr) || !kind->is_lost(m, ram_at(m, addr, s->object_size)))
			continue;
		if (nr < max)
			view_slab_object(m, addr, &out[nr]);
		nr++;
	}
	return nr;
}

/* A page of SLOB holds objects of all kinds. */
static u64 lost_in_slob_page(const struct machine *m, u64 pfn, const struct lost_kind *kinds, u32 nr_kinds,
			     struct view_slab_object *out, u64 nr, u64 max)
{
	u64 end = (pfn + 1) << PAGE_SHIFT;

	for (u64 addr = pfn << PAGE_SHIFT; addr < end; addr += 8) {
		const struct kmem_cache *s = note_is_of_object(reader_note(m, addr)) ? slob_cache_of(m, addr) : NULL;

		for (u32 i = 0; s && i < nr_kinds; i++) {
			if (s->id != kinds[i].cache || !kinds[i].is_lost(m, ram_at(m, addr, s->object_size)))
				continue;
			if (nr < max)
				view_slab_object(m, addr, &out[nr]);
			nr++;
		}
	}
	return nr;
}

u64 view_task_leaks(const struct machine *m, struct view_slab_object *out, u64 max)
{
	const struct lost_kind kinds[] = {
		{ cache_number(m, m->task_struct_cachep), task_is_lost },
		{ cache_number(m, m->mm_cachep), mm_is_lost },
		{ cache_number(m, m->vm_area_cachep), vma_is_lost },
		{ cache_number(m, m->anon_vma_chain_cachep), avc_is_lost },
		{ cache_number(m, m->anon_vma_cachep), anon_vma_is_lost },
	};
	u64 nr = 0;

	for (u64 pfn = 0; m->slab.state != DOWN && pfn < m->max_pfn; pfn++) {
		const struct slab *slab = reader_slab(m, pfn);
		const struct kmem_cache *s = slab ? slab_cache_of(m, slab) : NULL;

		if (slab && m->slab.kind == SLAB_KIND_SLOB)
			nr = lost_in_slob_page(m, pfn, kinds, ARRAY_SIZE(kinds), out, nr, max);
		for (u32 i = 0; s && s->size && i < ARRAY_SIZE(kinds); i++)
			if (kinds[i].cache && s->id == kinds[i].cache)
				nr = lost_in_slab(m, slab, &kinds[i], out, nr, max);
	}
	return nr;
}
