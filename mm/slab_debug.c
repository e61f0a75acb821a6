// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SLAB: finding out who writes where he should not.
 *
 *	| red zone | object ... | red zone | user |
 *
 * A cache with SLAB_RED_ZONE keeps a known word before and after each object; it tells free
 * objects from used ones, and a write past either end destroys it. With SLAB_POISON free objects are
 * filled with a pattern that is looked at when they are handed out again. With SLAB_STORE_USER the
 * last word says which operation allocated or freed the object last.
 *
 * What is found is reported (event slab_error) and the machine goes on, as the kernel does; only an
 * object that is free already when it comes back to its slab stops it.
 *
 * Linux counterpart: mm/slab.c with CONFIG_DEBUG_SLAB.
 */
#include "slab_internal.h"

static u64 *dbg_redzone1(struct kmem_cache *s, void *objp)
{
	return (u64 *)((u8 *)objp + s->obj_offset - sizeof(u64));
}

static u64 *dbg_redzone2(struct kmem_cache *s, void *objp)
{
	unsigned int behind = s->flags & SLAB_STORE_USER ? 2 * sizeof(u64) : sizeof(u64);

	return (u64 *)((u8 *)objp + s->size - behind);
}

static u64 *dbg_userword(struct kmem_cache *s, void *objp)
{
	return (u64 *)((u8 *)objp + s->size - sizeof(u64));
}

/* The operation that had the object last, as far as is known. */
static u64 last_user(struct kmem_cache *s, void *object)
{
	u64 note = *object_note(object) & ~NOTE_SCRIPT;

	if (!note && s->flags & SLAB_STORE_USER && slab_allocator()->kind == SLAB_KIND_SLAB)
		note = *dbg_userword(s, (u8 *)object - s->obj_offset);
	if (!note && slab_allocator()->kind == SLAB_KIND_SLUB)
		note = slub_last_user(s, object);
	return note > 1 ? note - 2 : ~0UL;
}

void report_slab_error(struct kmem_cache *s, void *object, const char *reason)
{
	trace(TRACE_slab_error, object_ref(object), s->code, bug_number(reason),
	      last_user(s, object));
}

static void slab_error(struct kmem_cache *s, void *objp, const char *reason)
{
	s->errors++;
	report_slab_error(s, (u8 *)objp + s->obj_offset, reason);
}

void poison_obj(struct kmem_cache *s, void *objp, u8 val)
{
	u8 *addr = (u8 *)objp + s->obj_offset;

	fill_memory(addr, val, s->object_size);
	addr[s->object_size - 1] = POISON_END;
}

/* Is a free object as it was left? */
static void check_poison_obj(struct kmem_cache *s, void *objp)
{
	const u8 *addr = (u8 *)objp + s->obj_offset;
	unsigned int i;

	for (i = 0; i < s->object_size; i++) {
		if (addr[i] == (i == s->object_size - 1 ? POISON_END : POISON_FREE))
			continue;
		slab_error(s, objp, "Slab corruption: a free object was written to");
		return;
	}
}

static void set_redzones(struct kmem_cache *s, void *objp, u64 value)
{
	*dbg_redzone1(s, objp) = value;
	*dbg_redzone2(s, objp) = value;
}

static bool redzones_are(struct kmem_cache *s, void *objp, u64 value)
{
	return *dbg_redzone1(s, objp) == value && *dbg_redzone2(s, objp) == value;
}

void cache_init_objs_debug(struct kmem_cache *s, struct slab *slab)
{
	unsigned int i;

	for (i = 0; i < s->num; i++) {
		void *objp = index_to_obj(s, slab, i);

		if (s->flags & SLAB_STORE_USER)
			*dbg_userword(s, objp) = 0;
		if (s->flags & SLAB_RED_ZONE)
			set_redzones(s, objp, RED_INACTIVE);
		/* With poison in it an object is constructed each time it is handed out. */
		if (!(s->flags & SLAB_POISON))
			construct_object(s, (u8 *)objp + s->obj_offset);
		if (s->flags & SLAB_RED_ZONE && !redzones_are(s, objp, RED_INACTIVE))
			slab_error(s, objp, "constructor overwrote memory outside the object");
		if (s->flags & SLAB_POISON)
			poison_obj(s, objp, POISON_FREE);
	}
}

void *cache_alloc_debugcheck_after(struct kmem_cache *s, void *objp)
{
	u8 *object = (u8 *)objp + s->obj_offset;

	if (s->flags & SLAB_POISON) {
		check_poison_obj(s, objp);
		poison_obj(s, objp, POISON_INUSE);
	}
	if (s->flags & SLAB_STORE_USER)
		*dbg_userword(s, objp) = this_machine->op_index + 2;
	if (s->flags & SLAB_RED_ZONE) {
		if (!redzones_are(s, objp, RED_INACTIVE))
			slab_error(s, objp,
				   "double free, or memory outside object was overwritten");
		set_redzones(s, objp, RED_ACTIVE);
	}
	if (s->flags & SLAB_POISON)
		construct_object(s, object);
	return object;
}

static void verify_redzone_free(struct kmem_cache *s, void *objp)
{
	if (redzones_are(s, objp, RED_ACTIVE))
		return;
	if (redzones_are(s, objp, RED_INACTIVE))
		slab_error(s, objp, "double free detected");
	else
		slab_error(s, objp, "memory outside object was overwritten");
}

void *cache_free_debugcheck(struct kmem_cache *s, void *object)
{
	void *objp = (u8 *)object - s->obj_offset;
	struct slab *slab = virt_to_slab(object);
	unsigned int objnr = obj_to_index(s, slab, objp);

	if (objnr >= s->num || objp != index_to_obj(s, slab, objnr))
		vm_bug(page_to_pfn(slab_page(slab)), "kfree of a pointer into an object");
	if (s->flags & SLAB_RED_ZONE) {
		verify_redzone_free(s, objp);
		set_redzones(s, objp, RED_INACTIVE);
	}
	if (s->flags & SLAB_STORE_USER)
		*dbg_userword(s, objp) = this_machine->op_index + 2;
	if (s->flags & SLAB_POISON)
		poison_obj(s, objp, POISON_FREE);
	return objp;
}

/* An object that comes back to its slab must not be free there. */
void slab_put_obj_debugcheck(struct kmem_cache *s, struct slab *slab, unsigned int objnr)
{
	unsigned int i;

	for (i = slab->active; i < s->num; i++)
		if (get_free_obj(slab, i) == objnr)
			vm_bug(page_to_pfn(slab_page(slab)), "slab: double free detected");
}

void slab_destroy_debugcheck(struct kmem_cache *s, struct slab *slab)
{
	unsigned int i;

	if (s->flags & CFLGS_OBJFREELIST_SLAB && s->flags & SLAB_POISON)
		poison_obj(s, (u8 *)slab->freelist - s->obj_offset, POISON_FREE);
	for (i = 0; i < s->num; i++) {
		void *objp = index_to_obj(s, slab, i);

		if (s->flags & SLAB_POISON)
			check_poison_obj(s, objp);
		if (s->flags & SLAB_RED_ZONE && !redzones_are(s, objp, RED_INACTIVE))
			slab_error(s, objp, "memory around a freed object was overwritten");
	}
}
