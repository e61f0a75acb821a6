/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sanitised build of the core against the stepping build.
 *
 * It finds out by page protection what changes between two checkpoints: every
 * changed line must be one that the hooks of the stepping build have
 * announced, as one that is missed would not be put back. And it must bring
 * the script to the same image, without a word from the sanitizers.
 */
#include "config.h"

#include <signal.h>
#include <sys/mman.h>

#include "builds-support.h"

#define N_OPS 3000
#define MAX_PAGES 16384

extern const struct mm_core mm_core_sanitised;

void sanitised_trace (u32 id, u64 a, u64 b, u64 c, u64 d);
_Noreturn void sanitised_machine_stop (void);
void sanitised_will_write (void *p, size_t n);

static struct {
  PgwImage image;
  guint interval;
  guint n_pages;
  guint32 pages[MAX_PAGES];     /* written since the last checkpoint */
  guint8 *copies;               /* and what they held there */
  guint64 n_changed;            /* lines, over all intervals */
} watched;

/* The first store to a page since the last checkpoint. */
static void
keep_page (int signal_number, siginfo_t *info, void *context)
{
  guint64 offset = (guintptr) info->si_addr - (guintptr) watched.image.base;
  guint64 page = offset / HOST_PAGE;

  if (offset >= watched.image.size || watched.n_pages == MAX_PAGES)
    {
      signal (signal_number, SIG_DFL);
      return;
    }
  memcpy (watched.copies + watched.n_pages * HOST_PAGE, watched.image.base + page * HOST_PAGE, HOST_PAGE);
  watched.pages[watched.n_pages++] = (guint32) page;
  mprotect (watched.image.base + page * HOST_PAGE, HOST_PAGE, PROT_READ | PROT_WRITE);
}

/* Whether all that changed in the interval is in the hooks' log of it. */
static void
check_interval (const PgwLineLog *announced)
{
  g_autoptr (GHashTable) lines = g_hash_table_new (NULL, NULL);

  for (guint64 i = 0; i < announced->n_lines; i++)
    g_hash_table_add (lines, GUINT_TO_POINTER (announced->lines[i]));

  for (guint i = 0; i < watched.n_pages; i++)
    {
      guint8 *now = watched.image.base + watched.pages[i] * HOST_PAGE;

      for (guint64 at = 0; at < HOST_PAGE; at += PGW_LINE_SIZE)
        if (memcmp (now + at, watched.copies + i * HOST_PAGE + at, PGW_LINE_SIZE) != 0)
          {
            guint64 line = (watched.pages[i] * HOST_PAGE + at) >> PGW_LINE_SHIFT;

            watched.n_changed++;
            if (!g_hash_table_contains (lines, GUINT_TO_POINTER (line)))
              g_error ("A store to offset %#" G_GINT64_MODIFIER "x was not announced, before step %" G_GUINT64_FORMAT,
                       line << PGW_LINE_SHIFT, compared.step);
          }
      mprotect (now, HOST_PAGE, PROT_READ);
    }
  watched.n_pages = 0;
}

void
sanitised_trace (u32 id, u64 a, u64 b, u64 c, u64 d)
{
  PgwTimeline *recorded = compared.recorded;

  compare_event (id, a, b, c, d);
  if (recorded && compared.step == pgw_timeline_interval_end (recorded, watched.interval))
    check_interval (&pgw_history_checkpoint (&recorded->history, watched.interval++)->log);
}

void
sanitised_machine_stop (void)
{
  g_error ("The sanitised core stopped at step %" G_GUINT64_FORMAT, compared.step);
}

void
sanitised_will_write (void *p, size_t n)
{
}

static void
test_sanitised (void)
{
  g_autoptr (PgwTimeline) stepping = new_recorded (31, N_OPS, 0, 0);
  g_autoptr (PgwWorkload) workload = new_workload (31);
  struct sigaction action = { .sa_sigaction = keep_page, .sa_flags = SA_SIGINFO | SA_NODEFER }, old;

  boot (&mm_core_sanitised, &watched.image);
  watched.copies = g_malloc (MAX_PAGES * HOST_PAGE);
  compared.recorded = stepping;
  compared.step = 0;
  sigaction (SIGSEGV, &action, &old);
  mprotect (watched.image.base, watched.image.size, PROT_READ);

  for (guint64 i = 0; i < N_OPS; i++)
    {
      struct mm_op op;

      pgw_workload_next (workload, &op);
      mm_core_sanitised.run (&op, i);
    }

  sigaction (SIGSEGV, &old, NULL);
  g_assert_cmpuint (compared.step, ==, pgw_timeline_get_length (stepping));
  g_assert_cmpuint (watched.interval, ==, stepping->history.checkpoints->len - 1);
  g_assert_cmpuint (watched.interval, >, 20);
  g_assert_cmpuint (watched.n_changed, >, compared.step / 4);
  g_assert_cmphex (pgw_image_hash_resident (&watched.image), ==, pgw_timeline_hash (stepping));

  g_free (watched.copies);
  pgw_image_clear (&watched.image);
}

/* The check above must be able to fail: an announced line is taken away. */
static void
test_missed_store (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (PgwTimeline) timeline = new_recorded (32, 20, 0, 0);
      PgwLineLog *log = &pgw_history_checkpoint (&timeline->history, 0)->log;
      guint32 line = log->lines[0];

      pgw_timeline_seek (timeline, pgw_timeline_interval_end (timeline, 0));
      watched.image = timeline->image;
      watched.copies = g_malloc (HOST_PAGE);
      watched.pages[0] = line >> 6;
      watched.n_pages = 1;
      memcpy (watched.copies, timeline->image.base + watched.pages[0] * HOST_PAGE, HOST_PAGE);
      watched.copies[(line & 63) << PGW_LINE_SHIFT] ^= 1;
      log->lines[0] = G_MAXUINT32;
      check_interval (log);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*was not announced*");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/builds/sanitised", test_sanitised);
  g_test_add_func ("/builds/missed-store", test_missed_store);
  return g_test_run ();
}
