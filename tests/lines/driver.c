/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the stepping core by itself, for a debugger to look at: a few
 * operations that between them meet the page allocator's main ways.
 *
 *   driver FILE          writes the lines that the hooks announce
 *   driver FILE SEED N   calls driver_sample() at N lines drawn at random, and
 *                        writes the variables of the whole stack there
 *
 * This file and the hook are compiled without debug information, so that a
 * debugger which steps through the core passes over them.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "mm/machine.h"
#include "mm/ops.h"
#include "mm/trace.h"
#include "mm/view.h"
#include "src/engine/pgw-debug-info.h"

#define MAX_FRAMES 64

_Thread_local guint64 pgw_lines_left;

void mm_store1 (void *p);
void mm_store2 (void *p);
void mm_store4 (void *p);
void mm_store8 (void *p);
void mm_store16 (void *p);
void mm_store_range (void *p, size_t n);
void mm_no_return (void);
void *mm_memcpy (void *dst, const void *src, size_t n);
void *mm_memmove (void *dst, const void *src, size_t n);
void *mm_memset (void *dst, int c, size_t n);
void pgw_line_reached (guint64 pc, guint64 frame);
void driver_sample (guint64 pc);

static PgwDebugInfo *info;
static FILE *out;
static guint64 n_lines, end_frame;
static guint8 *samples;         /* by line: to be sampled */
static guint64 n_samples;

/* ---- What the core calls ---- */

void mm_store1 (void *p) { }
void mm_store2 (void *p) { }
void mm_store4 (void *p) { }
void mm_store8 (void *p) { }
void mm_store16 (void *p) { }
void mm_store_range (void *p, size_t n) { }
void mm_no_return (void) { }
void mem_will_write (void *p, size_t n) { }
void trace (u32 id, u64 a, u64 b, u64 c, u64 d) { }

void *
mm_memcpy (void *dst, const void *src, size_t n)
{
  return memcpy (dst, src, n);
}

void *
mm_memmove (void *dst, const void *src, size_t n)
{
  return memmove (dst, src, n);
}

void *
mm_memset (void *dst, int c, size_t n)
{
  return memset (dst, c, n);
}

void
machine_stop (void)
{
  fprintf (stderr, "driver: the machine stopped\n");
  exit (1);
}

/* ---- Lines ---- */

/* A debugger stops here; `pc` is where the core goes on. */
__attribute__ ((noinline)) void
driver_sample (guint64 pc)
{
  __asm__ volatile ("" : : "r" (pc) : "memory");
}

static void
write_stack (guint64 pc, guint64 frame)
{
  PgwFrame frames[MAX_FRAMES];
  guint n = pgw_debug_info_unwind (info, pc, frame, end_frame, frames, MAX_FRAMES);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GPtrArray) variables = pgw_debug_info_get_variables (info, &frames[i]);

      fprintf (out, "frame %u %s %s %d\n", i, frames[i].place.function, frames[i].place.file, frames[i].place.line);
      for (guint v = 0; v < variables->len; v++)
        {
          const PgwVariable *variable = g_ptr_array_index (variables, v);
          guint64 value = 0;
          gboolean scalar = pgw_variable_get_scalar (variable, &value);

          fprintf (out, "%s %s %" G_GUINT64_FORMAT "\n", variable->name,
                   !variable->is_set ? "unset" : scalar ? "scalar" : "other", value);
        }
    }
}

void
pgw_line_reached (guint64 pc, guint64 frame)
{
  PgwPlace place;

  pgw_lines_left = 1;
  n_lines++;
  if (!samples)
    {
      if (!pgw_debug_info_get_place (info, pc - 1, &place))
        place = (PgwPlace) { "?", "?", 0 };
      fprintf (out, "%s:%d\n", place.file, place.line);
    }
  else if (n_lines < n_samples && samples[n_lines])
    {
      fprintf (out, "sample %" G_GUINT64_FORMAT "\n", n_lines);
      write_stack (pc - 1, frame);
      driver_sample (pc);
    }
}

/* ---- Operations ---- */

typedef struct {
  struct mm_op op;
  const char *gfp;
} Op;

static const Op script[] = {
  { { .kind = OP_alloc_pages, .order = 3, .slot = 0 }, "GFP_KERNEL" },  /* takes over a block of another type, splits */
  { { .kind = OP_alloc_pages, .order = 0, .slot = 1 }, "GFP_HIGHUSER_MOVABLE" },       /* fills a per-CPU list */
  { { .kind = OP_alloc_pages, .order = 0, .slot = 2 }, "GFP_HIGHUSER_MOVABLE" },       /* takes from it */
  { { .kind = OP_alloc_pages, .order = 4, .slot = 3 }, "GFP_KERNEL|__GFP_COMP|__GFP_ZERO" },
  { { .kind = OP_alloc_pages_bulk, .slot = 8, .nr = 3 }, "GFP_KERNEL" },
  { { .kind = OP_free_pages, .slot = 3 }, NULL },       /* merges */
  { { .kind = OP_free_unref_page_list, .slot = 8, .nr = 3 }, NULL },
  { { .kind = OP_free_pages, .slot = 0 }, NULL },
  { { .kind = OP_free_pages, .slot = 1 }, NULL },
  { { .kind = OP_drain_local_pages }, NULL },           /* merges what lay in the lists */
  { { .kind = OP_alloc_pages, .order = 11, .slot = 20 }, "GFP_KERNEL" },        /* fails */
};

static void
boot (void)
{
  struct machine_config config = { .nr_regions = 1, .nr_slots = 64, .nr_cpus = 1 };
  struct machine_layout layout;
  struct machine_error problem = { 0 };
  void *arena;

  config.regions[0].size = 16UL << 20;
  if (machine_layout (&config, &layout, &problem) != 0)
    g_error ("%s", problem.field);
  arena = mmap (NULL, layout.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (arena == MAP_FAILED || mm_core_stepping.boot (arena, &config, NULL) != 0)
    g_error ("The machine did not start.");
}

static void
run_script (void)
{
  end_frame = (guintptr) __builtin_frame_address (0);
  for (guint i = 0; i < G_N_ELEMENTS (script); i++)
    {
      struct mm_op op = script[i].op;
      const char *bad = NULL;

      op.nid = -1;
      if (script[i].gfp && !view_parse_gfp (script[i].gfp, &op.gfp, &bad))
        g_error ("The core does not know %s.", bad);
      pgw_lines_left = 1;
      mm_core_stepping.run (&op, i);
      pgw_lines_left = 0;
    }
}

static void
draw_samples (guint32 seed, guint n)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  n_samples = 6000;     /* the script has some more lines */
  samples = g_malloc0 (n_samples);
  while (n > 0)
    {
      guint line = (guint) g_rand_int_range (rand, 1, (gint32) n_samples);

      n -= !samples[line];
      samples[line] = 1;
    }
}

int
main (int argc, char **argv)
{
  GError *error = NULL;

  if (argc != 2 && argc != 4)
    g_error ("usage: driver FILE [SEED N]");
  info = pgw_debug_info_new (&error);
  if (!info)
    g_error ("%s", error->message);
  out = fopen (argv[1], "w");
  if (!out)
    g_error ("%s cannot be written", argv[1]);
  if (argc == 4)
    draw_samples ((guint32) atoi (argv[2]), (guint) atoi (argv[3]));

  boot ();
  run_script ();
  fclose (out);
  pgw_debug_info_unref (info);
  return 0;
}
