/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a script that reaches every part of the core and prints a hash of the
 * arena after each quarter of it. Built by determinism.py with several
 * compilers and settings; all must print the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "mm/internal.h"

#define ARENA ((void *) 0x200000000000)

extern const struct mm_core mm_core_determinism;

#ifndef MM_FAST
void
trace (u32 id, u64 a, u64 b, u64 c, u64 d)
{
}

void
mem_will_write (void *addr, size_t len)
{
}
#endif

void
machine_stop (void)
{
  puts ("stopped");
  exit (1);
}

static u64
hash (const struct machine_layout *layout)
{
  const u64 *words = ARENA;
  u64 h = 14695981039346656037UL;

  for (u64 i = 0; i < layout->size / 8; i++)
    h = (h ^ words[i]) * 1099511628211UL;
  return h;
}

static u64
next_random (u64 *state)
{
  *state = *state * 6364136223846793005UL + 1442695040888963407UL;
  return *state >> 33;
}

static void
random_op (struct mm_op *op, const struct machine_config *config, u64 *state)
{
  static const gfp_t kinds[] = { GFP_KERNEL, GFP_HIGHUSER_MOVABLE, GFP_ATOMIC, GFP_KERNEL | __GFP_RECLAIMABLE,
                                 GFP_HIGHUSER_MOVABLE | __GFP_COMP, GFP_KERNEL | GFP_DMA, GFP_USER | __GFP_ZERO };
  static const u16 ops[] = { OP_alloc_pages, OP_free_pages, OP_alloc_pages, OP_free_pages, OP_alloc_many, OP_free_many,
                             OP_alloc_pages_bulk, OP_free_unref_page_list, OP_drain_local_pages, OP_get_page,
                             OP_put_page, OP_set_tunable };

  *op = (struct mm_op) { .kind = ops[next_random (state) % (sizeof ops / sizeof *ops)] };
  op->cpu = (u8) (next_random (state) % config->nr_cpus);
  op->nid = (s8) (next_random (state) % (config->nr_nodes + 1) - 1);
  op->slot = (u32) (next_random (state) % 900);
  op->nr = (u32) (next_random (state) % 40);
  op->order = next_random (state) % 4 ? (u32) (next_random (state) % 4) : (u32) (next_random (state) % 11);
  op->gfp = kinds[next_random (state) % (sizeof kinds / sizeof *kinds)];
  if (op->kind == OP_alloc_many)
    op->arg[0] = next_random (state), op->arg[1] = op->order + 1;
  if (op->kind == OP_free_many)
    op->arg[0] = next_random (state) % 4, op->arg[1] = next_random (state), op->arg[2] = 3;
  if (op->kind == OP_set_tunable)
    op->arg[0] = next_random (state) % NR_TUNABLES, op->arg[1] = next_random (state) % 3000;
  if (op->kind == OP_free_unref_page_list || op->kind == OP_alloc_pages_bulk)
    op->order = 0, op->gfp &= ~__GFP_COMP;
}

static void
run (const struct machine_config *config, u64 seed)
{
  struct machine_layout layout;
  struct mm_op op;

  if (machine_layout (config, &layout, NULL) != 0
      || mmap (ARENA, layout.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != ARENA
      || mm_core_determinism.boot (ARENA, config, NULL) != 0)
    {
      puts ("cannot boot");
      exit (1);
    }
  printf ("boot %016lx\n", hash (&layout));
  for (u64 i = 0; i < 8000; i++)
    {
      random_op (&op, config, &seed);
      mm_core_determinism.run (&op, i);
      if (i % 2000 == 1999)
        printf ("%lu %016lx\n", i, hash (&layout));
    }
  munmap (ARENA, layout.size);
}

int
main (void)
{
  struct machine_config one = { .nr_regions = 1, .regions = { { 0, 16UL << 20, 0 } }, .nr_nodes = 1, .nr_cpus = 2,
                                .zone_dma_end = 4UL << 20, .zone_dma32_end = 12UL << 20, .nr_slots = 1000 };
  struct machine_config two = { .nr_regions = 3, .nr_nodes = 2, .nr_cpus = 3, .cpu_to_node = { 0, 1, 1 },
                                .regions = { { 0, 12UL << 20, 0 }, { 16UL << 20, 8UL << 20, 1 }, { 24UL << 20, 8UL << 20, 0 } },
                                .nr_slots = 1000 };

  run (&one, 1);
  run (&two, 2);
  return 0;
}
