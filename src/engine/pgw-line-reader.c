/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A window of text slides over the file: `text[start..end)` is what has been
 * decoded and not yet handed out. It grows only for a line that does not fit,
 * and only up to a limit, so that no file can make the program ask for
 * memory without bound. The decoder has a limit of its own.
 */
#include "config.h"

#include <lzma.h>
#include <string.h>
#include <inttypes.h>
#include <glib/gi18n-lib.h>

#include "pgw-line-reader.h"
#include "pgw-recording.h"

#define CHUNK         (64 * 1024)
#define MAX_LINE      (64 * 1024 * 1024)
#define XZ_MEMORY_MAX (192 * 1024 * 1024)

struct _PgwLineReader
{
  GInputStream *stream;
  char         *name;
  char         *text;           /* `room` + 1 bytes */
  gsize         start, end, room;
  guint64       line;
  guint8       *raw;            /* CHUNK bytes of the compressed file */
  gboolean      raw_at_end;
  gboolean      at_end;
  gboolean      is_xz;
  lzma_stream   xz;
};

static const guint8 XZ_MAGIC[] = { 0xfd, '7', 'z', 'X', 'Z', 0x00 };
static const guint8 GZIP_MAGIC[] = { 0x1f, 0x8b };

static char *
display_name (GFile *file)
{
  g_autofree char *cwd = g_get_current_dir ();
  g_autoptr (GFile) here = g_file_new_for_path (cwd);
  char *relative = g_file_get_relative_path (here, file);

  return relative ? relative : g_file_get_parse_name (file);
}

/* The bytes that tell the kind of file are read first, and then seen again by whoever decodes. */
static gboolean
start_decoding (PgwLineReader *self,
                GError       **error)
{
  GBufferedInputStream *buffered;
  const guint8 *magic;
  gsize n;

  buffered = G_BUFFERED_INPUT_STREAM (g_buffered_input_stream_new_sized (self->stream, CHUNK));
  g_object_unref (self->stream);
  self->stream = G_INPUT_STREAM (buffered);

  while ((n = g_buffered_input_stream_get_available (buffered)) < sizeof XZ_MAGIC)
    {
      gssize got = g_buffered_input_stream_fill (buffered, -1, NULL, error);

      if (got < 0)
        return FALSE;
      if (got == 0)
        break;
    }

  magic = g_buffered_input_stream_peek_buffer (buffered, &n);
  if (n >= sizeof XZ_MAGIC && memcmp (magic, XZ_MAGIC, sizeof XZ_MAGIC) == 0)
    {
      if (lzma_stream_decoder (&self->xz, XZ_MEMORY_MAX, LZMA_CONCATENATED) != LZMA_OK)
        {
          g_set_error_literal (error, PGW_RECORDING_ERROR, PGW_RECORDING_ERROR_DAMAGED,
                               _("There is not enough memory to decompress xz data"));
          return FALSE;
        }
      self->is_xz = TRUE;
      self->raw = g_malloc (CHUNK);
    }
  else if (n >= sizeof GZIP_MAGIC && memcmp (magic, GZIP_MAGIC, sizeof GZIP_MAGIC) == 0)
    {
      g_autoptr (GConverter) gunzip =
        G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));

      self->stream = g_converter_input_stream_new (G_INPUT_STREAM (buffered), gunzip);
      g_object_unref (buffered);
    }

  return TRUE;
}

PgwLineReader *
pgw_line_reader_new (GFile   *file,
                     GError **error)
{
  g_autoptr (PgwLineReader) self = NULL;
  GFileInputStream *stream;

  g_return_val_if_fail (G_IS_FILE (file), NULL);

  stream = g_file_read (file, NULL, error);
  if (stream == NULL)
    {
      g_autofree char *name = display_name (file);

      g_prefix_error (error, "%s: ", name);
      return NULL;
    }

  self = g_new0 (PgwLineReader, 1);
  self->stream = G_INPUT_STREAM (stream);
  self->name = display_name (file);
  self->xz = (lzma_stream) LZMA_STREAM_INIT;
  self->room = 4 * CHUNK;
  self->text = g_malloc (self->room + 1);

  if (!start_decoding (self, error))
    {
      g_prefix_error (error, "%s: ", self->name);
      return NULL;
    }

  return g_steal_pointer (&self);
}

void
pgw_line_reader_free (PgwLineReader *self)
{
  if (self == NULL)
    return;

  lzma_end (&self->xz);
  g_clear_object (&self->stream);
  g_free (self->name);
  g_free (self->text);
  g_free (self->raw);
  g_free (self);
}

static const char *
xz_problem (lzma_ret ret)
{
  switch (ret)
    {
    case LZMA_BUF_ERROR:
      return _("the file is cut off in the middle of the compressed data");
    case LZMA_MEMLIMIT_ERROR:
    case LZMA_MEM_ERROR:
      return _("decompressing it needs too much memory");
    case LZMA_OPTIONS_ERROR:
      return _("the file uses a feature of xz that this program does not know");
    default:
      return _("the compressed data is damaged");
    }
}

/* Decodes into [to, to + room); returns how much, 0 at the end, -1 on error. */
static gssize
read_xz (PgwLineReader *self,
         char          *to,
         gsize          room,
         GError       **error)
{
  self->xz.next_out = (guint8 *) to;
  self->xz.avail_out = room;

  while (self->xz.avail_out == room)
    {
      lzma_ret ret;

      if (self->xz.avail_in == 0 && !self->raw_at_end)
        {
          gssize got = g_input_stream_read (self->stream, self->raw, CHUNK, NULL, error);

          if (got < 0)
            return -1;
          self->raw_at_end = got == 0;
          self->xz.next_in = self->raw;
          self->xz.avail_in = got;
        }

      ret = lzma_code (&self->xz, self->raw_at_end ? LZMA_FINISH : LZMA_RUN);
      if (ret == LZMA_STREAM_END)
        break;
      if (ret != LZMA_OK)
        {
          g_set_error_literal (error, PGW_RECORDING_ERROR, PGW_RECORDING_ERROR_DAMAGED,
                               xz_problem (ret));
          return -1;
        }
    }

  return room - self->xz.avail_out;
}

static gboolean
fill (PgwLineReader *self,
      GError       **error)
{
  gssize got;

  if (self->start > 0)
    {
      memmove (self->text, self->text + self->start, self->end - self->start);
      self->end -= self->start;
      self->start = 0;
    }
  if (self->end == self->room)
    {
      if (self->room >= MAX_LINE)
        {
          g_set_error (error, PGW_RECORDING_ERROR, PGW_RECORDING_ERROR_INVALID,
                       _("the line is longer than %d MiB"), MAX_LINE >> 20);
          return FALSE;
        }
      self->room *= 2;
      self->text = g_realloc (self->text, self->room + 1);
    }

  if (self->is_xz)
    got = read_xz (self, self->text + self->end, self->room - self->end, error);
  else
    got = g_input_stream_read (self->stream, self->text + self->end, self->room - self->end,
                               NULL, error);
  if (got < 0)
    return FALSE;

  self->at_end = got == 0;
  self->end += got;
  return TRUE;
}

char *
pgw_line_reader_next (PgwLineReader *self,
                      GError       **error)
{
  gsize searched = 0;
  char *line, *newline;

  g_return_val_if_fail (self != NULL, NULL);

  for (;;)
    {
      newline = memchr (self->text + self->start + searched, '\n',
                        self->end - self->start - searched);
      if (newline != NULL || self->at_end)
        break;
      searched = self->end - self->start;
      if (!fill (self, error))
        {
          g_prefix_error (error, "%s:%" PRIu64 ": ", self->name, self->line + 1);
          self->at_end = TRUE;
          self->start = self->end;
          return NULL;
        }
    }

  if (newline == NULL)
    {
      if (self->start == self->end)
        return NULL;
      newline = self->text + self->end;
      self->end++;              /* room + 1 bytes were allocated for this NUL */
    }

  self->line++;
  line = self->text + self->start;
  self->start = newline - self->text + 1;
  if (self->start > self->end)
    self->start = self->end;
  *newline = '\0';

  if (strlen (line) != (gsize) (newline - line))
    {
      g_set_error (error, PGW_RECORDING_ERROR, PGW_RECORDING_ERROR_INVALID,
                   _("%s:%" PRIu64 ": a NUL byte where text was expected"),
                   self->name, self->line);
      return NULL;
    }
  if (newline > line && newline[-1] == '\r')
    newline[-1] = '\0';

  return line;
}

static gsize
decode_xz_head (const guint8 *head,
                gsize         length,
                guint8       *text,
                gsize         room)
{
  lzma_stream xz = LZMA_STREAM_INIT;

  if (lzma_stream_decoder (&xz, XZ_MEMORY_MAX, 0) != LZMA_OK)
    return 0;
  xz.next_in = head;
  xz.avail_in = length;
  xz.next_out = text;
  xz.avail_out = room;
  while (xz.avail_out > 0 && lzma_code (&xz, LZMA_RUN) == LZMA_OK)
    ;
  lzma_end (&xz);
  return room - xz.avail_out;
}

static gsize
decode_gzip_head (const guint8 *head,
                  gsize         length,
                  guint8       *text,
                  gsize         room)
{
  g_autoptr (GConverter) gunzip = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  gsize n_read, n_written, total_read = 0, total = 0;

  while (total < room
         && g_converter_convert (gunzip, head + total_read, length - total_read, text + total, room - total,
                                 G_CONVERTER_NO_FLAGS, &n_read, &n_written, NULL) == G_CONVERTER_CONVERTED)
    {
      total_read += n_read;
      total += n_written;
    }
  return total;
}

gsize
pgw_line_reader_decode_head (const guint8 *head,
                             gsize         length,
                             guint8       *text,
                             gsize         room)
{
  if (length >= sizeof XZ_MAGIC && memcmp (head, XZ_MAGIC, sizeof XZ_MAGIC) == 0)
    return decode_xz_head (head, length, text, room);
  if (length >= sizeof GZIP_MAGIC && memcmp (head, GZIP_MAGIC, sizeof GZIP_MAGIC) == 0)
    return decode_gzip_head (head, length, text, room);
  length = MIN (length, room);
  memcpy (text, head, length);
  return length;
}

guint64
pgw_line_reader_get_line (PgwLineReader *self)
{
  return self->line;
}

const char *
pgw_line_reader_get_name (PgwLineReader *self)
{
  return self->name;
}
