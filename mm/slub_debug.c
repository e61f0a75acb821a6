// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SLUB: finding out who writes where he should not.
 *
 *	| red zone | object ... | red zone | link | two tracks | padding |
 *	           ^ what the user gets
 *
 * SLAB_RED_ZONE keeps bytes before and behind each object that tell free objects from used ones;
 * SLAB_POISON fills free objects, and what belongs to nobody, with patterns; SLAB_STORE_USER keeps
 * who allocated and who freed the object last. SLAB_CONSISTENCY_CHECKS looks at all that on every
 * allocation and every free; without it marks are made, and nobody looks.
 *
 * A cache with any of these has no slabs that belong to CPUs: each object is taken from and given back
 * to the node's list, one at a time. What is found is reported (event slab_error). An object that is not
 * sound is not freed; a slab whose free object is not sound is taken out of use.
 *
 * Linux counterpart: mm/slub.c with CONFIG_SLUB_DEBUG.
 */
#include "slub.h"

/* Who did it, as far as the simulator knows: the operation, plus 2, in the place of a return address. */
struct track {
	unsigned long addr;
	u32 handle;			/* of a stack trace; none is kept */
	int cpu;
	int pid;
	u32 pad;
	unsigned long when;		/* operation */
};

enum track_item { TRACK_ALLOC, TRACK_FREE };

/* ---- Where things lie ---- */

static bool freeptr_outside_object(const struct kmem_cache *s)
{
	return s->offset >= s->inuse;
}

/* Behind the object, its red zone and a link that lies there. */
static unsigned int get_info_end(const struct kmem_cache *s)
{
	return freeptr_outside_object(s) ? s->inuse + (unsigned int)sizeof(void *) : s->inuse;
}

static struct track *get_track(const struct kmem_cache *s, void *object, enum track_item alloc)
{
	return (struct track *)((u8 *)object + get_info_end(s)) + alloc;
}

u64 slub_last_user(const struct kmem_cache *s, void *object)
{
	const struct track *got = get_track(s, object, TRACK_ALLOC), *freed = got + TRACK_FREE;

	if (!(s->flags & SLAB_STORE_USER))
		return 0;
	return freed->addr > got->addr ? freed->addr : got->addr;
}

static void set_track(struct kmem_cache *s, void *object, enum track_item alloc)
{
	struct track *track = get_track(s, object, alloc);

	if (!(s->flags & SLAB_STORE_USER))
		return;
	clear_memory(track, sizeof(*track));
	track->addr = this_machine->op_index + 2;
	track->cpu = smp_processor_id();
	track->when = this_machine->op_index;
}

static bool check_valid_pointer(const struct kmem_cache *s, struct slab *slab, const void *object)
{
	const u8 *base = slab_address(slab), *at = (const u8 *)object - s->red_left_pad;

	return !object || (at >= base && at < base + (unsigned long)slab->objects * s->size &&
			   (unsigned long)(at - base) % s->size == 0);
}

/* ---- Marks ---- */

static void init_object(struct kmem_cache *s, void *object, u8 val)
{
	u8 *p = object;

	if (s->flags & SLAB_RED_ZONE)
		fill_memory(p - s->red_left_pad, val, s->red_left_pad);
	if (s->flags & __OBJECT_POISON) {
		fill_memory(p, POISON_FREE, s->object_size - 1);
		p[s->object_size - 1] = POISON_END;
	}
	if (s->flags & SLAB_RED_ZONE)
		fill_memory(p + s->object_size, val, s->inuse - s->object_size);
}

void slub_setup_slab_debug(struct kmem_cache *s, struct slab *slab)
{
	if (s->flags & SLAB_POISON)
		fill_memory(slab_address(slab), POISON_INUSE, PAGE_SIZE << compound_order(slab_page(slab)));
}

void slub_setup_object_debug(struct kmem_cache *s, void *object)
{
	if (!(s->flags & (SLAB_STORE_USER | SLAB_RED_ZONE | __OBJECT_POISON)))
		return;
	init_object(s, object, SLUB_RED_INACTIVE);
	if (s->flags & SLAB_STORE_USER)
		clear_memory(get_track(s, object, TRACK_ALLOC), 2 * sizeof(struct track));
}

void slub_setup_used_object(struct kmem_cache *s, void *object)
{
	if (kmem_cache_debug(s))
		init_object(s, object, SLUB_RED_ACTIVE);
	set_track(s, object, TRACK_ALLOC);
}

/* ---- Checks ---- */

static bool found(struct kmem_cache *s, void *object, const char *reason)
{
	s->slub_errors++;
	report_slab_error(s, object, reason);
	return false;
}

/* Bytes that must be the same; what is not is reported once and mended. */
static bool check_bytes(struct kmem_cache *s, void *object, const char *reason, u8 *start, u8 value,
			unsigned int bytes)
{
	unsigned int i;

	for (i = 0; i < bytes; i++)
		if (start[i] != value)
			break;
	if (i == bytes)
		return true;
	found(s, object, reason);
	fill_memory(start + i, value, bytes - i);
	return false;
}

static bool check_redzones(struct kmem_cache *s, void *object, u8 val)
{
	return check_bytes(s, object, "Left Redzone overwritten", (u8 *)object - s->red_left_pad, val,
			   s->red_left_pad) &&
	       check_bytes(s, object, "Right Redzone overwritten", (u8 *)object + s->object_size, val,
			   s->inuse - s->object_size);
}

static bool check_poison(struct kmem_cache *s, void *object)
{
	return check_bytes(s, object, "Poison overwritten", object, POISON_FREE, s->object_size - 1) &&
	       check_bytes(s, object, "End Poison overwritten", (u8 *)object + s->object_size - 1, POISON_END, 1);
}

static void check_pad_bytes(struct kmem_cache *s, void *object)
{
	unsigned int off = get_info_end(s), end = s->size - s->red_left_pad;

	if (s->flags & SLAB_STORE_USER)
		off += 2 * (unsigned int)sizeof(struct track);
	check_bytes(s, object, "Object padding overwritten", (u8 *)object + off, POISON_INUSE, end - off);
}

static bool check_object(struct kmem_cache *s, struct slab *slab, void *object, u8 val)
{
	if (s->flags & SLAB_RED_ZONE) {
		if (!check_redzones(s, object, val))
			return false;
	} else if (s->flags & SLAB_POISON) {
		check_bytes(s, object, "Alignment padding overwritten", (u8 *)object + s->object_size, POISON_INUSE,
			    s->inuse - s->object_size);
	}
	if (s->flags & SLAB_POISON) {
		if (val != SLUB_RED_ACTIVE && s->flags & __OBJECT_POISON && !check_poison(s, object))
			return false;
		check_pad_bytes(s, object);
	}
	/* While the object is in use its bytes may lie where the link was. */
	if (!freeptr_outside_object(s) && val == SLUB_RED_ACTIVE)
		return true;
	if (check_valid_pointer(s, slab, slub_read_freepointer(s, object)))
		return true;
	found(s, object, "Freepointer corrupt");
	set_freepointer(s, object, NULL);
	return false;
}

static bool check_slab(struct kmem_cache *s, struct slab *slab)
{
	unsigned int length = (unsigned int)(PAGE_SIZE << compound_order(slab_page(slab)));
	unsigned int remainder = length % s->size;

	if (slab->frozen)
		return found(s, slab_address(slab), "Slab disabled since a check of it failed");
	if (s->flags & SLAB_POISON) {
		void *object = slab_address(slab);

		check_bytes(s, object, "Padding overwritten", (u8 *)object + length - remainder, POISON_INUSE,
			    remainder);
	}
	return true;
}

/* Walks the slab's free list and mends it. Is @search on it? */
static bool on_freelist(struct kmem_cache *s, struct slab *slab, void *search)
{
	void *object = NULL, *fp = slab->freelist;
	unsigned int nr = 0;

	while (fp && nr <= slab->objects) {
		if (fp == search)
			return true;
		if (!check_valid_pointer(s, slab, fp)) {
			found(s, object ? object : slab_address(slab), "Freechain corrupt");
			if (object)
				set_freepointer(s, object, NULL);
			else
				slab->freelist = NULL;
			break;
		}
		object = fp;
		fp = slub_read_freepointer(s, object);
		nr++;
	}
	if (slab->inuse != slab->objects - nr) {
		found(s, slab_address(slab), "Wrong object count");
		slab->inuse = (u16)(slab->objects - nr);
	}
	return false;
}

/* ---- Allocating ---- */

static bool alloc_consistency_checks(struct kmem_cache *s, struct slab *slab, void *object)
{
	if (!check_slab(s, slab))
		return false;
	if (!check_valid_pointer(s, slab, object))
		return found(s, slab_address(slab), "Freelist Pointer check fails");
	return check_object(s, slab, object, SLUB_RED_INACTIVE);
}

/* An object was taken off its slab. False: it is not sound, and the slab goes out of use with all its objects. */
static bool alloc_debug_processing(struct kmem_cache *s, struct slab *slab, void *object)
{
	if (!(s->flags & SLAB_CONSISTENCY_CHECKS) || alloc_consistency_checks(s, slab, object)) {
		init_object(s, object, SLUB_RED_ACTIVE);
		return true;
	}
	slab->inuse = slab->objects;
	slab->freelist = NULL;
	slab->frozen = 1;
	return false;
}

/* The first object of a slab; what the next is, an unsound object does not tell. */
static void *take_first(struct kmem_cache *s, struct slab *slab)
{
	void *object = slab->freelist, *next = slub_read_freepointer(s, object);

	slab->freelist = check_valid_pointer(s, slab, next) ? next : NULL;
	slab->inuse++;
	return alloc_debug_processing(s, slab, object) ? object : NULL;
}

static void add_full(struct kmem_cache *s, struct kmem_cache_node *n, struct slab *slab)
{
	if (s->flags & SLAB_STORE_USER)
		list_add(&slab->slab_list, &n->full);
}

static void remove_full(struct kmem_cache *s, struct slab *slab)
{
	if (s->flags & SLAB_STORE_USER)
		list_del(&slab->slab_list);
}

static void *alloc_single_from_partial(struct kmem_cache *s, struct kmem_cache_node *n)
{
	while (n && n->nr_partial) {
		struct slab *slab = list_first_entry(&n->partial, struct slab, slab_list);
		void *object = take_first(s, slab);

		if (!object || slab->inuse == slab->objects)
			remove_partial(n, slab);
		if (object && slab->inuse == slab->objects)
			add_full(s, n, slab);
		if (object)
			return object;
	}
	return NULL;
}

static void *alloc_single_from_new_slab(struct kmem_cache *s, gfp_t flags, int nid)
{
	struct slab *slab = new_slab(s, flags, nid);
	struct kmem_cache_node *n = slab ? s->node[slab_nid(slab)] : NULL;
	void *object = slab ? take_first(s, slab) : NULL;

	if (!object)
		return NULL;
	if (slab->inuse == slab->objects)
		add_full(s, n, slab);
	else
		add_partial(s, n, slab, false);
	return object;
}

void *slub_alloc_debug(struct kmem_cache *s, gfp_t flags, int nid)
{
	void *object = alloc_single_from_partial(s, s->node[nid == NUMA_NO_NODE ? numa_node_id() : nid]);

	if (!object)
		object = alloc_single_from_new_slab(s, flags, nid);
	if (!object)
		return NULL;
	set_track(s, object, TRACK_ALLOC);
	trace(TRACE_slub_refill, page_to_pfn(slab_page(virt_to_slab(object))), s->code,
	      trace_pack(SLUB_FROM_NODE, (u32)smp_processor_id()), 0);
	construct_object(s, object);
	return object;
}

/* ---- Freeing ---- */

static bool free_consistency_checks(struct kmem_cache *s, struct slab *slab, void *object)
{
	if (!check_slab(s, slab))
		return false;
	if (!check_valid_pointer(s, slab, object))
		return found(s, slab_address(slab), "Invalid object pointer");
	if (on_freelist(s, slab, object))
		return found(s, object, "Object already free");
	if (check_object(s, slab, object, SLUB_RED_ACTIVE))
		return true;
	/* It stays in use, and nobody has it any more. */
	note_own(object);
	return false;
}

/* An object that is not sound is not freed. */
void slub_free_debug(struct kmem_cache *s, struct slab *slab, void *object)
{
	struct kmem_cache_node *n = s->node[slab_nid(slab)];
	void *prior;

	if (s->flags & SLAB_CONSISTENCY_CHECKS && !free_consistency_checks(s, slab, object))
		return;
	set_track(s, object, TRACK_FREE);
	init_object(s, object, SLUB_RED_INACTIVE);
	prior = slab->freelist;
	VM_BUG_ON_PAGE(!slab->inuse, slab_page(slab));
	set_freepointer(s, object, prior);
	slab->freelist = object;
	slab->inuse--;
	trace(TRACE_slub_slow_free, object_ref(object), s->code, trace_pack(slab->inuse, slab->frozen), 0);
	if (!prior)
		remove_full(s, slab);
	if (!slab->inuse && n->nr_partial >= s->min_partial) {
		if (prior)
			remove_partial(n, slab);
		discard_slab(s, slab);
	} else if (!prior) {
		add_partial(s, n, slab, true);
	}
}

/* ---- Sizes ---- */

/*
 * From the object's size to that of what debugging makes of it: sets inuse, offset, red_left_pad and
 * __OBJECT_POISON. Returns the bytes from one object to the next before they are aligned.
 */
unsigned int slub_debug_layout(struct kmem_cache *s, slab_flags_t *flags)
{
	unsigned int size = ALIGN(s->object_size, 8U);
	bool kept = *flags & SLAB_TYPESAFE_BY_RCU || s->ctor;

	if (*flags & SLAB_POISON && !kept)
		*flags |= __OBJECT_POISON;
	if (*flags & SLAB_RED_ZONE && size == s->object_size)
		size += (unsigned int)sizeof(void *);
	s->inuse = size;
	if (kept || *flags & SLAB_POISON ||
	    (*flags & SLAB_RED_ZONE && s->object_size < (unsigned int)sizeof(void *))) {
		/* What a constructor made, or a pattern, must stay as it is. */
		s->offset = size;
		size += (unsigned int)sizeof(void *);
	} else {
		/* In the middle, where a write past an edge does not reach. */
		s->offset = ALIGN_DOWN(s->object_size / 2, 8U);
	}
	if (*flags & SLAB_STORE_USER)
		size += 2 * (unsigned int)sizeof(struct track);
	s->red_left_pad = 0;
	if (*flags & SLAB_RED_ZONE) {
		size += (unsigned int)sizeof(void *);
		s->red_left_pad = ALIGN((unsigned int)sizeof(void *), s->align);
		size += s->red_left_pad;
	}
	s->obj_offset = s->red_left_pad;
	return size;
}
