// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Per-CPU memory.
 *
 * A chunk is a block of frames, one for each CPU. What is allocated lies at the same place of each
 * frame, so that a pointer for CPU 0 and the number of a CPU say where that CPU's is. A chunk
 * begins with its own description, in the frame of CPU 0; its free space is found by first fit in a
 * bitmap. A chunk in which nothing is left is given back.
 *
 * Linux counterpart: mm/percpu.c, whose chunks are larger, lie in vmalloc space and get their frames
 * one by one.
 */
#include "internal.h"
#include "percpu.h"

#define UNITS	   (PAGE_SIZE / PCPU_UNIT)
#define HEAD_UNITS (64 / PCPU_UNIT)

_Static_assert(sizeof(struct pcpu_chunk) <= 64, "the description fits into its place");

static bool unit_used(const struct pcpu_chunk *chunk, unsigned long unit)
{
	return chunk->used[unit / 64] >> (unit % 64) & 1;
}

static void mark_units(struct pcpu_chunk *chunk, unsigned long first, unsigned long nr, bool used)
{
	unsigned long unit;

	for (unit = first; unit < first + nr; unit++) {
		if (used)
			chunk->used[unit / 64] |= 1UL << (unit % 64);
		else
			chunk->used[unit / 64] &= ~(1UL << (unit % 64));
	}
	chunk->free_units += used ? -(u32)nr : (u32)nr;
}

static unsigned int chunk_order(void)
{
	unsigned int order = 0;

	while (1 << order < num_online_cpus())
		order++;
	return order;
}

static struct pcpu_chunk *pcpu_create_chunk(void)
{
	struct slab_allocator *slab = &this_machine->slab;
	struct page *page = __alloc_pages(GFP_NOWAIT | __GFP_ZERO | __GFP_COMP, chunk_order(),
					  numa_node_id(), NULL);
	struct pcpu_chunk *chunk;

	if (!page)
		return NULL;
	chunk = page_address(page);
	chunk->order = chunk_order();
	chunk->free_units = UNITS;
	mark_units(chunk, 0, HEAD_UNITS, true);
	list_add_tail(&chunk->list, &slab->pcpu_chunks);
	slab->pcpu_pages += 1UL << chunk->order;
	return chunk;
}

/* The first free stretch of @nr units; UNITS if there is none. */
static unsigned long find_units(const struct pcpu_chunk *chunk, unsigned long nr)
{
	unsigned long unit, run = 0;

	if (chunk->free_units < nr)
		return UNITS;
	for (unit = HEAD_UNITS; unit < UNITS; unit++) {
		run = unit_used(chunk, unit) ? 0 : run + 1;
		if (run == nr)
			return unit + 1 - nr;
	}
	return UNITS;
}

void *alloc_percpu(size_t size)
{
	unsigned long nr = DIV_ROUND_UP(size, PCPU_UNIT), unit = UNITS;
	struct pcpu_chunk *chunk;
	u8 *ptr;
	int cpu;

	if (!size || size > PCPU_MAX_SIZE)
		return NULL;
	list_for_each_entry(chunk, &this_machine->slab.pcpu_chunks, list) {
		unit = find_units(chunk, nr);
		if (unit < UNITS)
			break;
	}
	if (unit >= UNITS) {
		chunk = pcpu_create_chunk();
		if (!chunk)
			return NULL;
		unit = HEAD_UNITS;
	}
	mark_units(chunk, unit, nr, true);
	ptr = (u8 *)chunk + unit * PCPU_UNIT;
	for_each_online_cpu(cpu)
		clear_memory(per_cpu_ptr(ptr, cpu), nr * PCPU_UNIT);
	return ptr;
}

void free_percpu(void *ptr, size_t size)
{
	unsigned long offset = (unsigned long)ptr & ~PAGE_MASK;
	struct pcpu_chunk *chunk = (struct pcpu_chunk *)((unsigned long)ptr & PAGE_MASK);

	if (!ptr)
		return;
	mark_units(chunk, offset / PCPU_UNIT, DIV_ROUND_UP(size, PCPU_UNIT), false);
	if (chunk->free_units < UNITS - HEAD_UNITS)
		return;
	list_del(&chunk->list);
	this_machine->slab.pcpu_pages -= 1UL << chunk->order;
	__free_pages(virt_to_page(chunk), chunk->order);
}
