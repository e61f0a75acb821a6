/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwLineReader: the lines of a text file, one at a time, whether the file is
 * plain or compressed with xz or gzip. Only one line is held in memory.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _PgwLineReader PgwLineReader;

/* Opens `file` and finds out by its first bytes how it is compressed. */
PgwLineReader *pgw_line_reader_new      (GFile          *file,
                                         GError        **error);
void           pgw_line_reader_free     (PgwLineReader  *self);

/*
 * The next line without its newline, ended by NUL; it may be written to and
 * is valid until the next call. NULL at the end of the file, or with `error`
 * set: file:line: message.
 */
char          *pgw_line_reader_next     (PgwLineReader  *self,
                                         GError        **error);

/*
 * What a file begins with, of which only the first bytes are known: decoded
 * if they are compressed. Fills in up to `room` bytes; returns how many.
 */
gsize          pgw_line_reader_decode_head (const guint8   *head,
                                            gsize           length,
                                            guint8         *text,
                                            gsize           room);

/* Number of the line that was returned last, from 1. */
guint64        pgw_line_reader_get_line (PgwLineReader  *self);
/* The file's name for messages: relative to the current folder where it lies below it. */
const char    *pgw_line_reader_get_name (PgwLineReader  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwLineReader, pgw_line_reader_free)

G_END_DECLS
