/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text into a buffer of the caller, with the formats of printf() that the
 * core's readers need. Linux counterpart: fs/seq_file.c.
 *
 * What does not fit is counted but not kept, so that the caller learns how
 * long the text is. A buffer of at least one byte always ends in a NUL.
 */
#ifndef MM_SEQ_FILE_H
#define MM_SEQ_FILE_H

#include <stdarg.h>

#include "types.h"

struct seq_file {
	char *buf;	/* may be NULL where size is 0 */
	size_t size;	/* bytes that buf holds, with the closing NUL */
	size_t count;	/* bytes of text so far, whether or not they fitted */
};

void seq_open(struct seq_file *m, char *buf, size_t size);
void seq_putc(struct seq_file *m, char c);
void seq_puts(struct seq_file *m, const char *s);

/*
 * Knows %c %s %d %i %u %x %lu %ld %lx %% with the flags '-', '0' and '#', a
 * width and, for %s, a precision. Unlike in C, %#x of 0 is 0x0: page frames
 * start there. Anything else is copied as it stands.
 */
__attribute__((format(printf, 2, 3))) void seq_printf(struct seq_file *m, const char *fmt, ...);

__attribute__((format(printf, 2, 0))) void seq_vprintf(struct seq_file *m, const char *fmt,
						       va_list args);

/* Closes the text with its NUL; returns its whole length without it. */
size_t seq_close(struct seq_file *m);

/* One text in one call: returns the whole length, as snprintf() does. */
__attribute__((format(printf, 3, 4))) size_t seq_format(char *buf, size_t size, const char *fmt, ...);

/* All that the core needs of string.h. */
bool text_equal(const char *s, const char *t);

#endif
