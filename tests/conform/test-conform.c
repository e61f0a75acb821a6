/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The core must do what the host's kernel does: the same errors, signals,
 * maps and bytes for the same random sequences of operations. Where the host
 * cannot be asked, the test is skipped and says why.
 *
 * -m slow runs more sequences.
 */
#include "config.h"

#include <string.h>
#include <sys/mman.h>

#include "conform.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

#define SEQUENCES      60
#define SEQUENCES_SLOW 3000
#define LENGTH         80
#define BYTES_EVERY    10       /* operations */

const char *const do_names[] = {
  "mmap", "munmap", "mprotect", "mremap", "madvise", "mlock", "munlock", "msync", "load", "store"
};

/* ---- What is done ---- */

static guint32
below (guint32 *state,
       guint32  n)
{
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state % n;
}

static guint64
pick (guint32       *state,
      const guint64 *from,
      guint32        n)
{
  return from[below (state, n)];
}

#define PICK(state, array) pick (state, array, G_N_ELEMENTS (array))

/* An address of the window, seldom one that is not a page's. */
static guint64
some_address (guint32 *state)
{
  guint64 address = WINDOW + below (state, WINDOW_PAGES) * PAGE;

  return below (state, 20) == 0 ? address + 1 + below (state, PAGE - 1) : address;
}

/* A stretch that ends in the window; seldom of no length, or of half pages. */
static void
some_range (guint32 *state,
            Op      *op)
{
  guint64 room;

  op->arg[0] = some_address (state);
  room = (WINDOW + WINDOW_PAGES * PAGE - op->arg[0] + PAGE - 1) / PAGE;
  op->arg[1] = (1 + below (state, MIN (room, 9))) * PAGE;
  if (below (state, 16) == 0)
    op->arg[1] -= below (state, 2) ? PAGE : 1 + below (state, PAGE - 1);
}

static void
some_op (guint32 *state,
         Op      *op)
{
  static const guint64 prots[] = { 0, 1, 1, 3, 3, 3, 3, 3, 5, 7 };
  static const guint64 kinds[] = { MAP_PRIVATE, MAP_PRIVATE, MAP_PRIVATE, MAP_SHARED };
  static const guint64 more[] = { 0, 0, 0, 0, MAP_POPULATE, MAP_NORESERVE, MAP_FIXED_NOREPLACE, MAP_LOCKED };
  static const guint64 advice[] = {
    MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTNEED, MADV_DONTNEED, MADV_DONTNEED,
    MADV_DONTFORK, MADV_DOFORK, MADV_DONTDUMP, MADV_DODUMP, MADV_WIPEONFORK, MADV_KEEPONFORK,
    MADV_POPULATE_READ, MADV_POPULATE_WRITE, 99
  };
  static const guint64 moves[] = {
    0, 0, MREMAP_MAYMOVE | MREMAP_FIXED, MREMAP_MAYMOVE | MREMAP_FIXED, MREMAP_FIXED, 8
  };
  static const guint64 syncs[] = { MS_ASYNC, MS_SYNC, MS_INVALIDATE, MS_ASYNC | MS_SYNC, 0, 8 };
  static const guint8 weights[] = {
    DO_MMAP, DO_MMAP, DO_MMAP, DO_MMAP, DO_MUNMAP, DO_MUNMAP, DO_MPROTECT, DO_MPROTECT, DO_MPROTECT,
    DO_MREMAP, DO_MREMAP, DO_MADVISE, DO_MADVISE, DO_MADVISE, DO_MLOCK, DO_MUNLOCK, DO_MSYNC,
    DO_LOAD, DO_LOAD, DO_STORE, DO_STORE, DO_STORE, DO_STORE, DO_STORE
  };

  *op = (Op) { .what = weights[below (state, G_N_ELEMENTS (weights))] };
  some_range (state, op);
  switch (op->what)
    {
    case DO_MMAP:
      op->arg[2] = PICK (state, prots);
      op->arg[3] = MAP_FIXED | MAP_ANONYMOUS | PICK (state, kinds) | PICK (state, more);
      break;
    case DO_MPROTECT:
      op->arg[2] = PICK (state, prots);
      break;
    case DO_MREMAP:
      op->arg[2] = (1 + below (state, 9)) * PAGE;
      op->arg[3] = PICK (state, moves);
      op->arg[4] = WINDOW + below (state, WINDOW_PAGES - 9) * PAGE;
      break;
    case DO_MADVISE:
      op->arg[2] = PICK (state, advice);
      break;
    case DO_MSYNC:
      op->arg[2] = PICK (state, syncs);
      break;
    case DO_LOAD:
    case DO_STORE:
      op->arg[0] += below (state, 8) * 512;
      op->arg[1] = below (state, 256);
      break;
    default:
      break;
    }
}

/* ---- What is written down ---- */

static void
append_access (const Side   *side,
               guint64       address,
               const guint8 *store,
               GString      *text)
{
  Access access;

  side->access (side->data, address, store, &access);
  if (access.sig != 0)
    g_string_append_printf (text, "signal %d code %d at %" G_GINT64_MODIFIER "x\n", access.sig, access.code, access.address);
  else if (store != NULL)
    g_string_append (text, "stored\n");
  else
    g_string_append_printf (text, "%02x\n", access.value);
}

/* Two bytes of every page of the window. */
static void
append_bytes (const Side *side,
              GString    *text)
{
  for (guint i = 0; i < 2 * WINDOW_PAGES; i++)
    {
      g_string_append_printf (text, "byte %x: ", (guint) (i * PAGE / 2));
      append_access (side, WINDOW + i * PAGE / 2, NULL, text);
    }
}

char *
conform_run (const Side *side,
             guint32     seed,
             guint       length)
{
  GString *text = g_string_sized_new (65536);
  guint32 state = seed * 2654435761u | 1;

  for (guint i = 0; i < length; i++)
    {
      guint8 value;
      gint64 ret;
      Op op;

      some_op (&state, &op);
      value = op.arg[1];
      g_string_append_printf (text, "%u: %s", i, do_names[op.what]);
      for (guint j = 0; j < G_N_ELEMENTS (op.arg); j++)
        g_string_append_printf (text, " %" G_GINT64_MODIFIER "x", op.arg[j]);
      g_string_append (text, " -> ");
      if (op.what == DO_LOAD || op.what == DO_STORE)
        append_access (side, op.arg[0], op.what == DO_STORE ? &value : NULL, text);
      else
        {
          ret = side->call (side->data, &op);
          g_string_append_printf (text, "%" G_GINT64_FORMAT "\n", ret);
        }
      side->maps (side->data, text);
      if (i % BYTES_EVERY == BYTES_EVERY - 1)
        append_bytes (side, text);
    }
  return g_string_free (text, FALSE);
}

/* ---- The test ---- */

/* The first line that differs, and the operation it belongs to. */
static void
fail_with_difference (guint32     seed,
                      const char *host,
                      const char *core)
{
  g_auto (GStrv) a = g_strsplit (host, "\n", 0), b = g_strsplit (core, "\n", 0);
  const char *op = "";
  guint i;

  for (i = 0; a[i] != NULL && b[i] != NULL && strcmp (a[i], b[i]) == 0; i++)
    if (strstr (a[i], " -> ") != NULL)
      op = a[i];
  g_error ("sequence %u, after \"%s\": host: %s; core: %s", seed, op, a[i] ? a[i] : "(end)", b[i] ? b[i] : "(end)");
}

static void
test_conform (void)
{
  guint n = g_test_slow () ? SEQUENCES_SLOW : SEQUENCES;

  for (guint32 seed = 1; seed <= n; seed++)
    {
      g_autofree char *reason = NULL, *core = NULL;
      g_autofree char *host = conform_host (seed, LENGTH, &reason);

      if (host == NULL)
        {
          g_test_skip (reason);
          return;
        }
      core = conform_core (seed, LENGTH);
      if (strcmp (host, core) != 0)
        fail_with_difference (seed, host, core);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/conform/random", test_conform);
  return g_test_run ();
}
