/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwImage: the memory of one simulated machine.
 *
 * One stretch of address space holds the machine's arena and, beyond a guard
 * page, the stack on which its core runs. The address does not change during
 * the image's life, so pointers in the arena and on the stack survive when
 * older contents are put back. Many images live side by side.
 *
 * The core announces its stores (pgw-hooks.c). The image keeps the previous
 * contents of every 64-byte line written since the log was last cleared, and
 * remembers for ever which pages were written at all.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PGW_LINE_SHIFT 6
#define PGW_LINE_SIZE (1UL << PGW_LINE_SHIFT)

/*
 * Lines and what they held (or will hold) on the other side of an interval.
 * Behind the changed ones come those that were written and are as before: a
 * page that was cleared and was clear. Of them only the numbers are kept.
 */
typedef struct {
  guint64 n_lines;      /* all that were written */
  guint64 n_changed;    /* the first of them, which have data */
  guint8 *data;         /* n_changed * PGW_LINE_SIZE bytes */
  guint32 *lines;       /* numbers of the lines, either part in the order of the first store */
} PgwLineLog;

typedef struct {
  guint8 *base;         /* the arena */
  gsize size;
  guint8 *stack;        /* beyond the arena and a guard page */
  gsize stack_size;
  gsize mapping_size;   /* arena, guard page and stack */

  guint64 *dirty;       /* a bit per line: is it in the log? */
  gsize dirty_size;
  guint64 *touched;     /* a bit per page: was it ever written? */
  gsize n_pages;

  gboolean logging;     /* FALSE: remember touched pages only */
  PgwLineLog log;
  guint64 log_capacity;
  GArray *unchanged;    /* for pgw_image_sort_log() */
} PgwImage;

/* Finds room for an arena of `size` bytes, zeroed. Returns FALSE with errno set when the host has none. */
gboolean pgw_image_init (PgwImage *self, gsize size, gsize stack_size);
void     pgw_image_clear (PgwImage *self);

/* The bytes [p, p + n) are about to change. For the hooks; p may lie outside the arena. */
void pgw_image_will_write (PgwImage *self, const void *p, gsize n);

/* Forgets the log; the arena stays as it is. */
void pgw_image_clear_log (PgwImage *self);
/* Puts back what the log holds, and clears it. */
void pgw_image_undo_log (PgwImage *self);
/* Moves the lines that are as before to the end of the log. Nothing may be written until it is cleared. */
void pgw_image_sort_log (PgwImage *self);
/* Sorts the log, copies it into a block of its own (see pgw_line_log_clear) and clears it. */
void pgw_image_take_log (PgwImage *self, PgwLineLog *out);
/* Exchanges the arena's bytes with those of `log`: undo becomes redo and the reverse. */
void pgw_image_swap (PgwImage *self, PgwLineLog *log);

void pgw_line_log_clear (PgwLineLog *log);

/*
 * Hash of the arena. Words that point into the image count as offsets, and
 * bytes that are zero count nothing, so that it depends neither on where the
 * image lies nor on what the host keeps resident.
 */
guint64 pgw_image_hash (const PgwImage *self);

/* The same for an arena whose stores were not announced: whatever the host keeps of it is read. */
guint64 pgw_image_hash_resident (const PgwImage *self);

/* Bytes of the arena that were ever written, in whole pages. */
guint64 pgw_image_get_resident (const PgwImage *self);

G_END_DECLS
