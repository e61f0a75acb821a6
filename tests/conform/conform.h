/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random sequences of memory operations in a window of the address space,
 * carried out by the kernel that this runs on (host.c) and by the core
 * (core.c). Both write down the same text: results, signals, maps, bytes.
 */
#pragma once

#include <glib.h>

#define WINDOW       G_GUINT64_CONSTANT (0x10000000000)
#define WINDOW_PAGES 64
#define MARGIN       (G_GUINT64_CONSTANT (4) << 20)     /* nothing else may be mapped so near */
#define PAGE         G_GUINT64_CONSTANT (4096)
#define LOCK_LIMIT   (20 * PAGE)
#define NOBODY       65534

typedef enum {
  DO_MMAP,
  DO_MUNMAP,
  DO_MPROTECT,
  DO_MREMAP,
  DO_MADVISE,
  DO_MLOCK,
  DO_MUNLOCK,
  DO_MSYNC,
  DO_LOAD,
  DO_STORE,
  N_DO
} Do;

extern const char *const do_names[N_DO];

/* In the order of the system call's arguments. */
typedef struct {
  Do      what;
  guint64 arg[5];
} Op;

/* What an access did. */
typedef struct {
  int     sig;          /* 0: it succeeded */
  int     code;
  guint64 address;
  guint8  value;
} Access;

/* The one who carries out. */
typedef struct {
  /* A system call: its value or negated error. */
  gint64 (*call)   (gpointer data, const Op *op);
  void   (*access) (gpointer data, guint64 address, const guint8 *store, Access *access);
  /* "0-3000 rw-p" a line, addresses from the start of the window. */
  void   (*maps)   (gpointer data, GString *text);
  gpointer data;
} Side;

/* Carries out the `n`-th sequence of `length` operations; what is written down comes back. Free with g_free(). */
char *conform_run  (const Side *side, guint32 seed, guint length);

/* Both give the text; host: NULL with a reason for which it is not possible here. */
char *conform_host (guint32 seed, guint length, char **reason);
char *conform_core (guint32 seed, guint length);
