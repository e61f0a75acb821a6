// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SLAB: giving back what caches keep at hand: all of it when a cache is shrunk, a part every two seconds.
 *
 * Linux counterpart: mm/slab.c.
 */
#include "slab_internal.h"

/* ---- Shrinking and reaping ---- */

unsigned int drain_freelist(struct kmem_cache *s, struct kmem_cache_node *n, unsigned int tofree)
{
	unsigned int nr_freed;

	for (nr_freed = 0; nr_freed < tofree && !list_empty(&n->slabs_free); nr_freed++) {
		struct list_head list;

		INIT_LIST_HEAD(&list);
		list_move(n->slabs_free.prev, &list);
		n->free_slabs--;
		n->total_slabs--;
		n->free_objects -= s->num;
		slabs_destroy(s, &list);
	}
	return nr_freed;
}

/* Gives back the oldest of an array: all of it, or a fifth of what it may hold. */
static void drain_array_locked(struct kmem_cache *s, struct array_cache *ac, int nid,
			       bool free_all, struct list_head *list)
{
	unsigned int tofree, i;

	if (!ac || !ac->avail)
		return;
	tofree = free_all ? ac->avail : (ac->limit + 4) / 5;
	if (tofree > ac->avail)
		tofree = (ac->avail + 1) / 2;
	trace(TRACE_drain_array, s->code, trace_pack(tofree, ac->avail - tofree), 0, 0);
	free_block(s, ac->entry, tofree, nid, list);
	ac->avail -= tofree;
	for (i = 0; i < ac->avail; i++)
		ac->entry[i] = ac->entry[i + tofree];
}

void drain_alien_cache(struct kmem_cache *s, struct alien_cache **alien)
{
	struct list_head list;
	int nid;

	INIT_LIST_HEAD(&list);
	for (nid = 0; nid < nr_online_nodes(); nid++) {
		if (!alien[nid])
			continue;
		__drain_alien_cache(s, &alien[nid]->ac, nid, &list);
		slabs_destroy(s, &list);
	}
}

static void drain_cpu_caches(struct kmem_cache *s)
{
	struct kmem_cache_node *n;
	struct list_head list;
	int cpu, nid;

	INIT_LIST_HEAD(&list);
	for_each_online_cpu(cpu) {
		drain_array_locked(s, per_cpu_ptr(s->cpu_cache, cpu),
				   this_machine->cpu_to_node[cpu], true, &list);
		slabs_destroy(s, &list);
	}
	for_each_kmem_cache_node(s, nid, n)
		if (n->alien)
			drain_alien_cache(s, n->alien);
	for_each_kmem_cache_node(s, nid, n) {
		drain_array_locked(s, n->shared, nid, true, &list);
		slabs_destroy(s, &list);
	}
}

int slab_cache_shrink(struct kmem_cache *s)
{
	struct kmem_cache_node *n;
	int nid, busy = 0;

	drain_cpu_caches(s);
	for_each_kmem_cache_node(s, nid, n) {
		drain_freelist(s, n, ~0U);
		busy |= !list_empty(&n->slabs_full) || !list_empty(&n->slabs_partial);
	}
	return busy;
}

/* An array that was not used since the last round gives back a fifth. */
static void drain_array(struct kmem_cache *s, struct array_cache *ac, int nid)
{
	struct list_head list;

	if (!ac || !ac->avail)
		return;
	if (ac->touched) {
		ac->touched = 0;
		return;
	}
	INIT_LIST_HEAD(&list);
	drain_array_locked(s, ac, nid, false, &list);
	slabs_destroy(s, &list);
}

/* Objects of one other node, a different one each round. */
static void reap_alien(struct kmem_cache *s, struct kmem_cache_node *n)
{
	int nid = (int)slab_allocator()->reap_node[smp_processor_id()];
	struct list_head list;

	if (!n->alien || !n->alien[nid])
		return;
	INIT_LIST_HEAD(&list);
	__drain_alien_cache(s, &n->alien[nid]->ac, nid, &list);
	slabs_destroy(s, &list);
}

static void reap_node(struct kmem_cache *s, struct kmem_cache_node *n, int nid)
{
	if (n->next_reap > jiffies())
		return;
	n->next_reap = jiffies() + REAPTIMEOUT_NODE;
	drain_array(s, n->shared, nid);
	if (n->free_touched)
		n->free_touched = 0;
	else
		s->reaped += drain_freelist(s, n, (n->free_limit + 5 * s->num - 1) / (5 * s->num));
}

/* What runs on each CPU every two seconds: gives back what has not been used of late. */
void cache_reap(void)
{
	struct slab_allocator *slab = slab_allocator();
	int cpu = smp_processor_id(), nid = numa_node_id();
	struct kmem_cache *s;

	trace(TRACE_cache_reap, (u64)cpu, 0, 0, 0);
	slab->reap_rounds[cpu]++;
	for_each_cache(s) {
		reap_alien(s, s->node[nid]);
		drain_array(s, cpu_cache_get(s), nid);
		reap_node(s, s->node[nid], nid);
	}
	slab->reap_node[cpu] = (slab->reap_node[cpu] + 1) % (u32)nr_online_nodes();
}
