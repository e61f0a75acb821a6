/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page faults, and mapping and unmapping: the fast build of the core beside the
 * kernel this program runs on, with the same loops over the same addresses.
 *
 * A round maps memory afresh, stores a byte into each of its pages, and unmaps it. Both sides do a few rounds
 * in turn, so that what else the machine is doing meets both alike, and the median of the rounds counts: the
 * quickest would tell of warm caches only, the mean of who interrupted.
 *
 * A page that is touched alone pays for its page tables too: nothing else is mapped near it. Of many
 * in a row each pays for a page and a five-hundredth of a table.
 *
 * The core clears only those lines of a page that were stored into since it was last empty (mm/bulk.c): after
 * the byte of the round before, one of 64. So each row is measured a second time, with all lines of
 * all pages stored into before they are unmapped (that is not timed). How long clearing takes
 * alone is measured as well: nobody who clears whole pages can be quicker than that.
 */
#include "config.h"

#include "pgw-bench.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "src/engine/pgw-image.h"

/* The arguments of the core's system calls have the kernel's values, so the names of <sys/mman.h> serve both.
 */

#define PAGE 4096UL
#define LINE 64UL /* of the processor's caches */
#define AREA 0x10000000000UL
#define RAM (128UL << 20)
#define STACK_SIZE 4096 /* of the image; the fast build runs on ours */

#define N_TURNS 15
#define N_PAGES_IN_TURN 4096  /* touched by one side before it is the other's turn, */
#define MAX_ROUNDS_IN_TURN 64 /* in at most so many rounds, */
#define MIN_ROUNDS_IN_TURN 4  /* and at least so many */

/* How many pages a round touches: one with its tables, then rows. */
static const guint rows[] = { 1, 64, 512, 8192 };

/* Nanoseconds of a round: all of it, and the stores in it. */
typedef struct
{
  double whole, touch;
} Round;

typedef enum
{
  UNTOUCHED,
  A_BYTE,   /* is stored into each page */
  ALL_LINES /* so is one into every line, when the round's time is taken */
} Touch;

/* Maps `pages` pages, stores into them as `touch` says, unmaps them. FALSE: there is no memory for it. */
typedef gboolean (*RoundFunc) (guint pages, Touch touch, Round *round);

/* How often reading the clock is in the whole of a round. */
#define READINGS 3

/* Nanoseconds of a clock that costs little to read. What reading it costs is taken off where it matters. */
static double
now_ns (void)
{
  return pgw_bench_now () * 1e9;
}

static double
clock_cost (void)
{
  double cost = G_MAXDOUBLE;

  for (guint i = 0; i < 1000; i++)
    {
      double start = now_ns (), taken = now_ns () - start;

      cost = MIN (cost, taken); /* a macro, which would look at the clock twice */
    }
  return cost;
}

/* ---- The core ---- */

static gboolean
boot (PgwImage *image, GError **error)
{
  struct machine_config config = { .nr_regions = 1, .nr_slots = 8, .thp_enabled = THP_NEVER };
  struct machine_layout layout;
  int problem;

  config.regions[0].size = RAM;
  problem = machine_layout (&config, &layout, NULL);
  if (problem == 0 && !pgw_image_init (image, layout.size, STACK_SIZE))
    problem = -errno;
  if (problem == 0)
    problem = mm_core_fast.boot (image->base, &config, NULL);
  if (problem == 0)
    problem = (int)MIN (pgw_bench_run ((struct mm_op){ .kind = OP_task_create }), 0);
  if (problem != 0)
    g_set_error (error,
                 G_IO_ERROR,
                 g_io_error_from_errno (-problem),
                 _("The machine did not start: %s"),
                 g_strerror (-problem));
  return problem == 0;
}

static gboolean
core_round (guint pages, Touch touch, Round *round)
{
  const struct mm_op map = {
    .kind = OP_mmap,
    .slot = 1,
    .arg = { AREA, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED },
  };
  const struct mm_op store = { .kind = OP_store, .arg = { AREA, 1, pages, PAGE, 0, 1 } };
  const struct mm_op fill = { .kind = OP_store, .arg = { AREA, 1, pages * (PAGE / LINE), LINE, 0, 1 } };
  const struct mm_op unmap = { .kind = OP_munmap, .arg = { AREA, pages * PAGE } };
  double start = now_ns (), touching, touched, unmapping;

  if (pgw_bench_run (map) != (gint64) AREA)
    return FALSE;
  touching = now_ns ();
  if (touch != UNTOUCHED && pgw_bench_run (store) != 0)
    return FALSE;
  touched = now_ns ();
  if (touch == ALL_LINES && pgw_bench_run (fill) != 0)
    return FALSE;
  unmapping = now_ns ();
  pgw_bench_run (unmap);
  *round = (Round){ .touch = touched - touching, .whole = touched - start + now_ns () - unmapping };
  return TRUE;
}

/* ---- The kernel of the host ---- */

static gboolean
host_round (guint pages, Touch touch, Round *round)
{
  gsize len = pages * PAGE;
  double start = now_ns (), touching, touched, unmapping;
  guint8 *memory = mmap ((void *) AREA, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (memory == MAP_FAILED)
    return FALSE;
  touching = now_ns ();
  for (gsize i = 0; touch != UNTOUCHED && i < len; i += PAGE)
    ((volatile guint8 *) memory)[i] = 1;
  touched = now_ns ();
  for (gsize i = 0; touch == ALL_LINES && i < len; i += LINE)
    ((volatile guint8 *) memory)[i] = 1;
  unmapping = now_ns ();
  munmap (memory, len);
  *round = (Round){ .touch = touched - touching, .whole = touched - start + now_ns () - unmapping };
  return TRUE;
}

/* ---- Clearing alone ---- */

static guint8 *cleared;

static gboolean
clear_round (guint pages, Touch touch, Round *round)
{
  double start = now_ns ();

  for (guint i = 0; touch != UNTOUCHED && i < pages; i++)
    {
      memset (cleared + i * PAGE, 0, PAGE);
      __asm__ volatile ("" : : "r"(cleared) : "memory"); /* not the whole row at once */
    }
  round->touch = round->whole = now_ns () - start;
  return TRUE;
}

/* ---- Side by side ---- */

enum
{
  CORE,
  HOST,
  CLEAR,
  N_SIDES
};

static const RoundFunc sides[N_SIDES] = { core_round, host_round, clear_round };

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

static double
median (GArray *samples)
{
  g_array_sort (samples, compare_doubles);
  return g_array_index (samples, double, samples->len / 2);
}

/* The medians of both sides (and of clearing), in nanoseconds, without what reading the clock costs. */
static gboolean
measure (guint pages, Touch touch, double cost, Round medians[N_SIDES])
{
  guint n_rounds = CLAMP (N_PAGES_IN_TURN / pages, MIN_ROUNDS_IN_TURN, MAX_ROUNDS_IN_TURN);
  GArray *samples[N_SIDES][2];
  gboolean good = TRUE;
  Round round;

  for (guint side = 0; side < N_SIDES; side++)
    for (guint i = 0; i < 2; i++)
      samples[side][i] = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint turn = 0; turn < N_TURNS && good; turn++)
    for (guint side = 0; side < N_SIDES && good; side++)
      for (guint i = 0; i < n_rounds && good; i++)
        {
          good = sides[side](pages, touch, &round);
          /* The first ones find what the other side has left in the caches. */
          if (i < n_rounds / 4)
            continue;
          g_array_append_val (samples[side][0], round.touch);
          g_array_append_val (samples[side][1], round.whole);
        }
  for (guint side = 0; side < N_SIDES; side++)
    {
      if (good)
        medians[side] = (Round){
          .touch = MAX (median (samples[side][0]) - cost, 0),
          .whole = MAX (median (samples[side][1]) - READINGS * cost, 0),
        };
      g_array_unref (samples[side][0]);
      g_array_unref (samples[side][1]);
    }
  return good;
}

/* Three members of the object being built. */
static void
add_comparison (JsonBuilder *json, double core_ns, double host_ns)
{
  json_builder_set_member_name (json, "core_ns");
  json_builder_add_double_value (json, core_ns);
  json_builder_set_member_name (json, "host_ns");
  json_builder_add_double_value (json, host_ns);
  json_builder_set_member_name (json, "host_to_core");
  json_builder_add_double_value (json, host_ns / core_ns);
}

/* The times of one row, for each page. */
static void
add_row (JsonBuilder *json, guint pages, const Round medians[N_SIDES])
{
  add_comparison (json, medians[CORE].touch / pages, medians[HOST].touch / pages);
  json_builder_set_member_name (json, "clearing_ns");
  json_builder_add_double_value (json, medians[CLEAR].touch / pages);
  json_builder_set_member_name (json, "with_mmap_munmap");
  json_builder_begin_object (json);
  add_comparison (json, medians[CORE].whole / pages, medians[HOST].whole / pages);
  json_builder_end_object (json);
}

static gboolean
bench_row (JsonBuilder *json, guint pages, double cost)
{
  Round after_byte[N_SIDES], after_all[N_SIDES];

  if (!measure (pages, A_BYTE, cost, after_byte) || !measure (pages, ALL_LINES, cost, after_all))
    return FALSE;
  json_builder_begin_object (json);
  json_builder_set_member_name (json, "pages");
  json_builder_add_int_value (json, pages);
  add_row (json, pages, after_byte);
  json_builder_set_member_name (json, "whole_pages_stored_before");
  json_builder_begin_object (json);
  add_row (json, pages, after_all);
  json_builder_end_object (json);
  json_builder_end_object (json);
  return TRUE;
}

static gboolean
bench_pairs (JsonBuilder *json, double cost)
{
  Round medians[N_SIDES];

  if (!measure (1, UNTOUCHED, cost, medians))
    return FALSE;
  json_builder_set_member_name (json, "mmap_munmap");
  json_builder_begin_object (json);
  add_comparison (json, medians[CORE].whole, medians[HOST].whole);
  json_builder_end_object (json);
  return TRUE;
}

gboolean
pgw_bench_faults (JsonBuilder *json, GError **error)
{
  PgwImage image = { 0 };
  double cost = clock_cost ();
  gboolean good = boot (&image, error), done = good;

  if (good)
    {
      /* Small pages on both sides. */
      prctl (PR_SET_THP_DISABLE, 1, 0, 0, 0);
      cleared = g_malloc0 (rows[G_N_ELEMENTS (rows) - 1] * PAGE);
      json_builder_begin_object (json);
      json_builder_set_member_name (json, "page_fault");
      json_builder_begin_array (json);
      for (guint i = 0; i < G_N_ELEMENTS (rows) && done; i++)
        done = bench_row (json, rows[i], cost);
      json_builder_end_array (json);
      done = done && bench_pairs (json, cost);
      json_builder_end_object (json);
      g_clear_pointer (&cleared, g_free);
      prctl (PR_SET_THP_DISABLE, 0, 0, 0, 0);
      if (!done)
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("There is no memory to touch."));
    }
  pgw_image_clear (&image);
  return done;
}
