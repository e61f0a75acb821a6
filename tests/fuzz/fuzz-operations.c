/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random operations on the sanitised core, everything validated after each of
 * them: no argument, however wild, may break a rule of the core.
 *
 *      fuzz-operations SECONDS [SEED]
 *
 * Each round is a machine of its own (sizes, CPUs, TLBs, huge pages by the seed) on which a few tasks map, touch, fork,
 * advise ... mostly in a small part of the address space, so that they meet; now and then with addresses of the kernel
 * half, lengths that wrap, and flags that do not exist. Memory is made short from time to time, so that all ways out
 * for want of a page are taken. What is found is said with the seed of its round, which repeats it.
 */
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mm/machine.h"
#include "mm/ops.h"
#include "mm/view.h"

#define OPS_PER_ROUND 400
#define PATIENCE      120       /* seconds for one operation, however slow the machine */
#define N_SLOTS       512
#define N_TASKS       6
#define N_FILES       5
#define FIRST_FILE    16        /* slots of files, then of open files, of userfaultfds, of addresses, of pages */
#define FIRST_OPEN    32
#define FIRST_UFFD    48
#define N_UFFDS       3
#define FIRST_ADDRESS 64
#define FIRST_UMEM    100
#define N_UMEMS       3
#define FIRST_PAGE    128
#define WINDOW        0x10000000000UL

extern const struct mm_core mm_core_sanitised;
extern _Thread_local struct machine *this_machine_sanitised;

void sanitised_trace (u32 id, u64 a, u64 b, u64 c, u64 d);
_Noreturn void sanitised_machine_stop (void);
void sanitised_will_write (void *p, size_t n);

static struct
{
  guint        seed;
  guint        index;
  struct mm_op op;
  guint64      problems;
  guint64      events;
  guint64      good;            /* operations that did what was asked */
} now;

static void
say_where (void)
{
  fprintf (stderr, "seed %u, operation %u: %s of task %u on CPU %u, slot %u nr %u order %u", now.seed, now.index,
           view_op_name (now.op.kind), now.op.task, now.op.cpu, now.op.slot, now.op.nr, now.op.order);
  for (guint i = 0; i < MM_OP_ARGS; i++)
    fprintf (stderr, " %#lx", (gulong) now.op.arg[i]);
  fputc ('\n', stderr);
}

static void
hung (int number)
{
  say_where ();
  fprintf (stderr, "The operation does not end.\n");
  abort ();
}

void
sanitised_trace (u32 id, u64 a, u64 b, u64 c, u64 d)
{
  now.events++;
}

void
sanitised_machine_stop (void)
{
  say_where ();
  fprintf (stderr, "The core stopped: a VM_BUG_ON was hit.\n");
  abort ();
}

void
sanitised_will_write (void *p, size_t n)
{
}

static void
report (void *data, mm_object_t object, const char *text)
{
  if (now.problems++ == 0)
    say_where ();
  if (now.problems <= 10)
    fprintf (stderr, "  %s\n", text);
}

/* ---- Where something is mapped, as far as the fuzzer remembers ---- */

static struct
{
  guint64 start, len;
} mapped[16];
static guint n_mapped;

static void
remember (const struct mm_op *op, gint64 result)
{
  guint64 len = op->kind == OP_mmap ? op->arg[1] : op->arg[2];

  if ((op->kind != OP_mmap && op->kind != OP_mremap) || result < 0 || len == 0 || len > 64UL << 20)
    return;
  mapped[n_mapped % G_N_ELEMENTS (mapped)].start = (guint64) result;
  mapped[n_mapped % G_N_ELEMENTS (mapped)].len = len;
  n_mapped++;
}

/* ---- Random operations ---- */

static guint64
below (GRand *rand, guint n)
{
  return (guint64) g_rand_int_range (rand, 0, (gint32) n);
}

static gboolean
one_in (GRand *rand, guint n)
{
  return below (rand, n) == 0;
}

static guint64
wild (GRand *rand)
{
  static const guint64 values[] = {
    0, 1, 0xfff, 0x1000, 0x10000, 0x7ffffffff000UL, 0x7fffffffffffUL, 0x800000000000UL, 0xffff800000000000UL,
    0xffffffffff600000UL, 0xffffffffffffffffUL, 0xfffffffffffff000UL, 0x1234567890abcdefUL, 1UL << 63, 0x80000000UL,
    0x7ffffffde000UL, 0x7ffff7fff000UL, 1UL << 47, 1UL << 39, 1UL << 30,
  };

  if (one_in (rand, 3))
    return (guint64) g_rand_int (rand) << 32 | g_rand_int (rand);
  return values[below (rand, G_N_ELEMENTS (values))];
}

/* Mostly within 4 MiB, so that mappings meet; or near the stack, the heap, the top. */
static guint64
address (GRand *rand)
{
  guint64 base = WINDOW;

  if (one_in (rand, 30))
    return wild (rand);
  if (n_mapped > 0 && !one_in (rand, 4))
    {
      guint i = (guint) below (rand, MIN (n_mapped, G_N_ELEMENTS (mapped)));

      return mapped[i].start + below (rand, (guint) (mapped[i].len + 4095) / 4096) * 4096
             + (one_in (rand, 10) ? below (rand, 4096) : 0);
    }
  if (one_in (rand, 8))
    base = one_in (rand, 2) ? 0x7ffff7c00000UL : 0x7fffffc00000UL;
  else if (one_in (rand, 10))
    base = 0x400000UL;
  return base + below (rand, 1024) * 4096 + (one_in (rand, 10) ? below (rand, 4096) : 0);
}

static guint64
length (GRand *rand)
{
  if (one_in (rand, 40))
    return wild (rand);
  if (one_in (rand, 6))
    return (1 + below (rand, 3)) << 21;
  return (1 + below (rand, one_in (rand, 4) ? 300 : 12)) * 4096 - (one_in (rand, 10) ? below (rand, 4096) : 0);
}

static guint64
map_flags (GRand *rand)
{
  guint64 flags = one_in (rand, 3) ? 0x01 : 0x02;

  if (!one_in (rand, 3))
    flags |= 0x20;
  if (one_in (rand, 2))
    flags |= 0x10;
  for (guint bit = 8; bit <= 20; bit++)
    if (one_in (rand, 12) && bit != 18)
      flags |= 1UL << bit;
  if (one_in (rand, 40))
    flags = wild (rand) & 0xffffffff;
  return flags;
}

static guint64
any_file (GRand *rand)
{
  if (one_in (rand, 20))
    return one_in (rand, 2) ? MM_OP_BAD_FILE : wild (rand);
  return FIRST_OPEN + below (rand, N_FILES * 2) + 1;
}

static void
map_op (GRand *rand, struct mm_op *op)
{
  op->kind = OP_mmap;
  op->slot = FIRST_ADDRESS + (guint32) below (rand, 32);
  op->arg[0] = one_in (rand, 4) ? 0 : address (rand);
  op->arg[1] = length (rand);
  op->arg[2] = one_in (rand, 30) ? wild (rand) : below (rand, 8);
  op->arg[3] = map_flags (rand);
  op->arg[4] = op->arg[3] & 0x20 ? 0 : any_file (rand);
  op->arg[5] = one_in (rand, 20) ? wild (rand) : below (rand, 20) * 4096;
}

static void
range_op (GRand *rand, struct mm_op *op)
{
  static const guint16 kinds[] = { OP_munmap, OP_mprotect, OP_mprotect, OP_madvise, OP_madvise, OP_madvise, OP_mlock,
                                   OP_munlock, OP_mlock2, OP_msync, OP_mincore, OP_mseal };

  op->kind = kinds[below (rand, G_N_ELEMENTS (kinds))];
  op->arg[0] = address (rand);
  op->arg[1] = length (rand);
  op->arg[2] = below (rand, 8);
  if (op->kind == OP_madvise)
    op->arg[2] = one_in (rand, 6) ? 102 + below (rand, 2) : below (rand, 27);
  if (op->kind == OP_mseal && !one_in (rand, 5))
    op->kind = OP_munmap;
  op->arg[4] = address (rand);
  if (one_in (rand, 50))
    op->arg[2] = wild (rand);
}

static void
move_op (GRand *rand, struct mm_op *op)
{
  op->kind = OP_mremap;
  op->slot = FIRST_ADDRESS + (guint32) below (rand, 32);
  op->arg[0] = address (rand);
  op->arg[1] = one_in (rand, 10) ? 0 : length (rand);
  op->arg[2] = one_in (rand, 2) ? op->arg[1] : length (rand);
  op->arg[3] = one_in (rand, 30) ? wild (rand) : below (rand, 8);
  op->arg[4] = address (rand);
}

static void
access_op (GRand *rand, struct mm_op *op)
{
  op->kind = one_in (rand, 12) ? OP_fetch : one_in (rand, 2) ? OP_load : OP_store;
  op->arg[0] = address (rand);
  op->arg[1] = 1UL << below (rand, 4);
  op->arg[2] = one_in (rand, 3) ? below (rand, 600) : 1;
  op->arg[3] = one_in (rand, 10) ? wild (rand) : one_in (rand, 4) ? 1 + below (rand, 8192) : 0;
  op->arg[5] = g_rand_int (rand);
}

static void
policy_op (GRand *rand, struct mm_op *op)
{
  guint64 mode = one_in (rand, 30) ? wild (rand) : below (rand, 7), nodes = below (rand, 16);
  guint64 mode_flags = one_in (rand, 4) ? below (rand, 8) << 13 : 0;

  if (mode == 0 || one_in (rand, 6))
    nodes = 0;
  op->arg[0] = one_in (rand, 4) ? 0 : address (rand);
  op->kind = one_in (rand, 4) ? OP_get_mempolicy : OP_mbind;
  op->arg[1] = op->kind == OP_mbind ? length (rand) : below (rand, 8);
  op->arg[2] = mode;
  op->arg[3] = nodes;
  op->arg[4] = below (rand, 8);
  op->arg[5] = mode_flags;
  if (!one_in (rand, 4))
    return;
  op->kind = OP_set_mempolicy;
  op->arg[0] = mode;
  op->arg[1] = nodes;
  op->arg[2] = mode_flags;
}

/* Debuggers, and devices that were given memory. */
static void
gup_op (GRand *rand, struct mm_op *op)
{
  static const guint16 kinds[] = { OP_ptrace_peek, OP_ptrace_poke, OP_ptrace_poke, OP_umem_get, OP_umem_get,
                                   OP_umem_release, OP_umem_release, OP_dma_read, OP_dma_write };

  op->kind = kinds[below (rand, G_N_ELEMENTS (kinds))];
  op->slot = FIRST_UMEM + (guint32) below (rand, N_UMEMS);
  op->arg[0] = address (rand) + below (rand, 4096);
  op->arg[1] = below (rand, 10);
  op->arg[5] = g_rand_int (rand);
  if (op->kind == OP_ptrace_peek || op->kind == OP_ptrace_poke)
    op->slot = (guint32) below (rand, N_TASKS);
  else if (op->kind == OP_umem_get)
    {
      op->arg[1] = length (rand);
      op->arg[2] = below (rand, 2);
    }
  else
    op->arg[0] = one_in (rand, 20) ? wild (rand) : below (rand, 20000);
}

static void
uffd_op (GRand *rand, struct mm_op *op)
{
  static const guint16 kinds[] = { OP_userfaultfd, OP_uffd_api, OP_uffd_register, OP_uffd_register, OP_uffd_unregister,
                                   OP_uffd_copy, OP_uffd_copy, OP_uffd_zeropage, OP_uffd_zeropage, OP_uffd_continue,
                                   OP_uffd_writeprotect, OP_uffd_writeprotect, OP_uffd_wake, OP_uffd_read, OP_close };
  static const guint64 features[] = { 0, 0, 1 << 0, 1 << 8 | 1 << 11, 1 << 7 };

  op->kind = kinds[below (rand, G_N_ELEMENTS (kinds))];
  op->slot = FIRST_UFFD + (guint32) below (rand, N_UFFDS);
  op->arg[0] = one_in (rand, 60) ? any_file (rand) : FIRST_UFFD + 1 + below (rand, N_UFFDS);
  op->arg[1] = length (rand) & ~4095UL;
  op->arg[2] = one_in (rand, 20) ? wild (rand) : below (rand, 8);
  op->arg[4] = address (rand) & ~4095UL;
  op->arg[5] = address (rand);
  if (op->kind == OP_uffd_copy || op->kind == OP_uffd_zeropage || op->kind == OP_uffd_writeprotect)
    op->arg[2] &= 3;
  if (op->kind == OP_userfaultfd)
    op->arg[0] = below (rand, 2);
  if (op->kind == OP_uffd_read)
    op->slot = FIRST_ADDRESS + (guint32) below (rand, 32);
  if (op->kind == OP_close && !one_in (rand, 6))
    op->kind = OP_uffd_wake;
  if (op->kind != OP_uffd_api)
    return;
  op->arg[1] = 0xAA;
  op->arg[2] = features[below (rand, G_N_ELEMENTS (features))];
}

static void
task_op (GRand *rand, struct mm_op *op)
{
  static const guint16 kinds[] = { OP_fork, OP_fork, OP_exit, OP_wait, OP_brk, OP_brk, OP_brk, OP_setrlimit,
                                   OP_getrusage, OP_set_task, OP_flush_tlb, OP_mlockall, OP_munlockall, OP_exec,
                                   OP_task_create };

  op->kind = kinds[below (rand, G_N_ELEMENTS (kinds))];
  op->slot = (guint32) below (rand, N_TASKS);
  op->arg[0] = op->kind == OP_brk ? 0x401000 + below (rand, 600) * 4096 : below (rand, 16);
  op->arg[1] = one_in (rand, 2) ? ~0UL : below (rand, 4096) * 4096;
  if (op->kind == OP_getrusage)
    op->arg[0] = address (rand);
  if (op->kind == OP_exec)
    {
      op->arg[0] = one_in (rand, 2) ? 0 : any_file (rand);
      for (guint i = 1; i < MM_OP_ARGS; i++)
        op->arg[i] = i == 4 ? 0 : below (rand, 40000);
    }
  if (op->kind == OP_task_create)
    memset (op->arg, 0, sizeof op->arg);
  if (op->kind == OP_exit && op->task == 1 && !one_in (rand, 8))
    op->kind = OP_brk;
  if (one_in (rand, 40))
    op->arg[below (rand, 2)] = wild (rand);
}

static void
file_op (GRand *rand, struct mm_op *op)
{
  static const guint16 kinds[] = { OP_open, OP_close, OP_ftruncate, OP_ftruncate, OP_punch_hole, OP_pread, OP_pwrite,
                                   OP_pread, OP_pwrite, OP_fsync, OP_file_peek, OP_file_poke, OP_file_evict,
                                   OP_sync, OP_sleep, OP_drop_caches };

  op->kind = kinds[below (rand, G_N_ELEMENTS (kinds))];
  op->arg[0] = any_file (rand);
  op->arg[1] = below (rand, 20) * 4096 + (one_in (rand, 2) ? below (rand, 4096) : 0);
  op->arg[2] = below (rand, 20) * 4096;
  op->arg[3] = op->arg[0];
  op->arg[4] = address (rand);
  if (op->kind == OP_sleep)
    op->arg[0] = below (rand, 60000);
  if (op->kind == OP_drop_caches)
    op->arg[0] = below (rand, 5);
  if (op->kind == OP_open)
    {
      op->slot = FIRST_OPEN + (guint32) below (rand, N_FILES * 2);
      op->arg[0] = FIRST_FILE + below (rand, N_FILES) + 1;
      op->arg[1] = 1 + below (rand, 3);
    }
  if (one_in (rand, 40))
    op->arg[1 + below (rand, 4)] = wild (rand);
}

/* Memory is taken away and given back. */
static void
pressure_op (GRand *rand, struct mm_op *op)
{
  op->kind = one_in (rand, 2) ? OP_alloc_many : OP_free_many;
  op->slot = FIRST_PAGE;
  op->nr = N_SLOTS - FIRST_PAGE;
  op->gfp = 0xcc0;
  op->order = op->kind == OP_alloc_many ? (guint32) below (rand, 7) : 0;
}

static void
random_op (GRand *rand, guint nr_cpus, struct mm_op *op)
{
  memset (op, 0, sizeof *op);
  op->nid = -1;
  op->cpu = (guint8) below (rand, nr_cpus);
  op->task = (guint32) below (rand, N_TASKS) + 1;
  if (!one_in (rand, 3))
    op->task = 1;
  switch (below (rand, 15))
    {
    case 0: case 1: map_op (rand, op); break;
    case 2: case 3: range_op (rand, op); break;
    case 4: move_op (rand, op); break;
    case 5: task_op (rand, op); break;
    case 6: file_op (rand, op); break;
    case 7:
      if (one_in (rand, 12))
        pressure_op (rand, op);
      else
        access_op (rand, op);
      break;
    case 8: policy_op (rand, op); break;
    case 9: gup_op (rand, op); break;
    case 10:
      if (one_in (rand, 3))
        {
          uffd_op (rand, op);
          op->task = (guint32) below (rand, N_TASKS) + 1;
          break;
        }
      access_op (rand, op);
      break;
    default: access_op (rand, op); break;
    }
  if (one_in (rand, 100))
    op->task = g_rand_int (rand);
}

/* ---- Rounds ---- */

static void
configure (GRand *rand, struct machine_config *config)
{
  memset (config, 0, sizeof *config);
  config->nr_regions = config->nr_nodes = 1 + (guint32) below (rand, 3);
  config->nr_slots = N_SLOTS;
  config->nr_cpus = 1 + (guint32) below (rand, 3);
  for (guint32 i = 0, end = 0; i < config->nr_nodes; i++)
    {
      guint32 mib = 8 + (guint32) below (rand, 5) * 8;

      config->regions[i] = (struct memory_region) { (guint64) end << 20, (guint64) mib << 20, i };
      end += mib;
    }
  for (guint32 i = 0; i < config->nr_cpus; i++)
    config->cpu_to_node[i] = (guint8) below (rand, config->nr_nodes);
  config->tlb_sets = 1u << below (rand, 6);
  config->tlb_ways = 1 + (guint32) below (rand, 8);
  config->no_pcid = one_in (rand, 3);
  config->thp_enabled = (guint32) below (rand, NR_THP_MODES);
  config->disk_size = 4UL << 20;
}

static gint64
run (const struct mm_op *op, const struct machine *m)
{
  gint64 result;

  now.op = *op;
  alarm (PATIENCE);
  result = mm_core_sanitised.run (op, now.index);
  now.good += result >= 0;
  remember (op, result);
  mm_validate (m, report, NULL);
  if (now.problems)
    exit (1);
  now.index++;
  return result;
}

static void
set_up (GRand *rand, const struct machine *m)
{
  struct mm_op create = { .kind = OP_task_create, .nid = -1, .arg = { one_in (rand, 2) ? 1000 : 0, 0, 0x401000 } };

  run (&create, m);
  for (guint32 i = 0; i < N_FILES; i++)
    {
      struct mm_op file = { .kind = OP_file_create, .nid = -1, .slot = FIRST_FILE + i, .task = 1 };

      file.arg[0] = i < 3 ? 1 : i == 3 ? 2 : 3; /* enum inode_kind: REG, SHMEM, ZERO */
      file.arg[1] = below (rand, 60000);
      file.arg[3] = i;
      file.arg[4] = 128 << 10;
      run (&file, m);
      for (guint32 k = 0; k < 2; k++)
        {
          struct mm_op open = { .kind = OP_open, .nid = -1, .slot = FIRST_OPEN + 2 * i + k, .task = 1 };

          open.arg[0] = FIRST_FILE + i + 1;
          open.arg[1] = k ? 3 : 1 + below (rand, 3);
          run (&open, m);
        }
    }
}

/* A task takes the place of one that is no more: mostly a child of the first. */
static void
revive (GRand *rand, guint32 slot, const struct machine *m)
{
  struct mm_op op = { .kind = OP_fork, .nid = -1, .slot = slot, .task = 1 };

  if (slot == 0 || one_in (rand, 4))
    op = (struct mm_op) { .kind = OP_task_create, .nid = -1, .slot = slot, .arg = { below (rand, 2) * 1000, 0, 0x401000 } };
  run (&op, m);
}

static void
fuzz_round (guint seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  struct machine_config config;
  struct machine_layout layout;
  struct machine_error error = { 0 };
  struct mm_op op;
  void *arena;

  now.seed = seed;
  now.index = 0;
  n_mapped = 0;
  configure (rand, &config);
  if (machine_layout (&config, &layout, &error) != 0)
    g_error ("configuration refused: %s[%u] should be %s", error.field, error.index, error.expected);
  arena = mmap (NULL, layout.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  g_assert_true (arena != MAP_FAILED);
  g_assert_cmpint (mm_core_sanitised.boot (arena, &config, NULL), ==, 0);
  set_up (rand, arena);
  for (guint i = 0; i < OPS_PER_ROUND; i++)
    {
      random_op (rand, config.nr_cpus, &op);
      gint64 result = run (&op, arena);

      if (result == -3 /* ESRCH */ && op.task >= 1 && op.task <= N_TASKS)
        revive (rand, op.task - 1, arena);
      if (result == -16 /* EBUSY: it sleeps */ && one_in (rand, 4))
        {
          op = (struct mm_op){ .kind = OP_exit, .nid = -1, .task = op.task };
          run (&op, arena);
        }
    }
  munmap (arena, layout.size);
}

int
main (int argc, char *argv[])
{
  gint64 end = g_get_monotonic_time () + (argc > 1 ? atol (argv[1]) : 10) * G_USEC_PER_SEC;
  guint seed = argc > 2 ? (guint) atol (argv[2]) : 1, rounds = 0;

  signal (SIGALRM, hung);
  do
    {
      fuzz_round (seed + rounds);
      rounds++;
    }
  while (g_get_monotonic_time () < end);
  printf ("%u rounds of %u operations, %" G_GUINT64_FORMAT " done, %" G_GUINT64_FORMAT " events: nothing found\n",
          rounds, OPS_PER_ROUND, now.good, now.events);
  return 0;
}
