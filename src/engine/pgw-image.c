/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwImage: where a machine's memory lies, what of it changed, what it hashes to.
 *
 * Places are found by trying: the range has room for some hundred images, each
 * in a slot of its own. A slot has room for the largest machine, and its lines
 * can be numbered in 32 bits.
 */
#include "config.h"

#include "pgw-image.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define HOST_PAGE_SIZE 4096UL
#define LOG_MIN_CAPACITY 4096

/*
 * Images begin at multiples of SLOT_SIZE in this range; what is taken there,
 * by other images or by AddressSanitizer's own memory, is passed over.
 */
#define RANGE_START 0x0a0000000000UL
#define RANGE_END 0x500000000000UL
#define SLOT_SIZE (1UL << 37)

static void *
map_anonymous (void *where, gsize size, int flags)
{
  void *p = mmap (where, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);

  return p == MAP_FAILED ? NULL : p;
}

static guint8 *
find_place (gsize size)
{
  for (guintptr at = RANGE_START; at < RANGE_END; at += SLOT_SIZE)
    {
      guint8 *p = map_anonymous ((void *) at, size, MAP_FIXED_NOREPLACE);

      if (p == (guint8 *) at)
        return p;
      if (p)
        munmap (p, size);       /* a host that does not know the flag took the address as a hint */
      else if (errno == ENOMEM)
        return NULL;
    }

  errno = ENOMEM;
  return NULL;
}

gboolean
pgw_image_init (PgwImage *self, gsize size, gsize stack_size)
{
  g_return_val_if_fail (size > 0 && size % HOST_PAGE_SIZE == 0, FALSE);
  g_return_val_if_fail (stack_size > 0 && stack_size % HOST_PAGE_SIZE == 0, FALSE);

  memset (self, 0, sizeof *self);
  self->size = size;
  self->stack_size = stack_size;
  self->mapping_size = size + HOST_PAGE_SIZE + stack_size;
  if (self->mapping_size > SLOT_SIZE)
    {
      errno = ENOMEM;
      return FALSE;
    }
  self->base = find_place (self->mapping_size);
  if (!self->base)
    return FALSE;

  self->stack = self->base + size + HOST_PAGE_SIZE;
  self->n_pages = size / HOST_PAGE_SIZE;
  self->unchanged = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->dirty_size = (size >> PGW_LINE_SHIFT) / 8 + sizeof (guint64);
  self->dirty = map_anonymous (NULL, self->dirty_size, 0);
  self->touched = g_try_malloc0 (self->n_pages / 8 + sizeof (guint64));
  if (!self->dirty || !self->touched || mprotect (self->base + size, HOST_PAGE_SIZE, PROT_NONE) != 0)
    {
      pgw_image_clear (self);
      errno = ENOMEM;
      return FALSE;
    }
  /* A huge page would be filled for every byte that is written. */
  madvise (self->base, size, MADV_NOHUGEPAGE);
  return TRUE;
}

void
pgw_image_clear (PgwImage *self)
{
  if (self->base)
    munmap (self->base, self->mapping_size);
  if (self->dirty)
    munmap (self->dirty, self->dirty_size);
  g_free (self->touched);
  if (self->unchanged)
    g_array_unref (self->unchanged);
  g_free (self->log.lines);
  g_free (self->log.data);
  memset (self, 0, sizeof *self);
}

static void
log_line (PgwImage *self, guint64 line)
{
  PgwLineLog *log = &self->log;
  guint64 page = line >> (12 - PGW_LINE_SHIFT);

  self->touched[page >> 6] |= 1UL << (page & 63);
  if (!self->logging)
    return;

  self->dirty[line >> 6] |= 1UL << (line & 63);
  if (G_UNLIKELY (log->n_lines == self->log_capacity))
    {
      self->log_capacity = MAX (self->log_capacity * 2, LOG_MIN_CAPACITY);
      log->lines = g_renew (guint32, log->lines, self->log_capacity);
      log->data = g_realloc_n (log->data, self->log_capacity, PGW_LINE_SIZE);
    }
  log->lines[log->n_lines] = (guint32) line;
  memcpy (log->data + (log->n_lines << PGW_LINE_SHIFT), self->base + (line << PGW_LINE_SHIFT), PGW_LINE_SIZE);
  log->n_lines++;
  log->n_changed++;
}

void
pgw_image_will_write (PgwImage *self, const void *p, gsize n)
{
  guint64 offset = (guintptr) p - (guintptr) self->base;

  if (offset >= self->size || n == 0)
    return;

  n = MIN (n, self->size - offset);
  for (guint64 line = offset >> PGW_LINE_SHIFT; line <= (offset + n - 1) >> PGW_LINE_SHIFT; line++)
    if (!(self->dirty[line >> 6] >> (line & 63) & 1))
      log_line (self, line);
}

void
pgw_image_clear_log (PgwImage *self)
{
  for (guint64 i = 0; i < self->log.n_lines; i++)
    self->dirty[self->log.lines[i] >> 6] = 0;
  self->log.n_lines = 0;
  self->log.n_changed = 0;
}

void
pgw_image_undo_log (PgwImage *self)
{
  PgwLineLog *log = &self->log;

  for (guint64 i = 0; i < log->n_changed; i++)
    memcpy (self->base + ((guint64) log->lines[i] << PGW_LINE_SHIFT),
            log->data + (i << PGW_LINE_SHIFT), PGW_LINE_SIZE);
  pgw_image_clear_log (self);
}

void
pgw_image_sort_log (PgwImage *self)
{
  PgwLineLog *log = &self->log;
  guint64 n_changed = 0;

  g_array_set_size (self->unchanged, 0);
  for (guint64 i = 0; i < log->n_changed; i++)
    {
      const guint8 *before = log->data + (i << PGW_LINE_SHIFT);

      if (memcmp (self->base + ((guint64) log->lines[i] << PGW_LINE_SHIFT), before, PGW_LINE_SIZE) == 0)
        {
          g_array_append_val (self->unchanged, log->lines[i]);
          continue;
        }
      if (n_changed < i)
        {
          memcpy (log->data + (n_changed << PGW_LINE_SHIFT), before, PGW_LINE_SIZE);
          log->lines[n_changed] = log->lines[i];
        }
      n_changed++;
    }
  if (self->unchanged->len > 0)
    memcpy (log->lines + n_changed, self->unchanged->data, self->unchanged->len * sizeof *log->lines);
  log->n_changed = n_changed;
}

void
pgw_image_take_log (PgwImage *self, PgwLineLog *out)
{
  PgwLineLog *log = &self->log;
  gsize data_size;

  pgw_image_sort_log (self);
  data_size = log->n_changed << PGW_LINE_SHIFT;
  out->n_lines = log->n_lines;
  out->n_changed = log->n_changed;
  out->data = g_malloc (data_size + log->n_lines * sizeof *out->lines + 1);
  out->lines = (guint32 *) (void *) (out->data + data_size);
  if (log->n_lines > 0)
    {
      memcpy (out->data, log->data, data_size);
      memcpy (out->lines, log->lines, log->n_lines * sizeof *out->lines);
    }
  pgw_image_clear_log (self);
}

void
pgw_line_log_clear (PgwLineLog *log)
{
  g_free (log->data);
  memset (log, 0, sizeof *log);
}

void
pgw_image_swap (PgwImage *self, PgwLineLog *log)
{
  for (guint64 i = 0; i < log->n_changed; i++)
    {
      guint8 *a = self->base + ((guint64) log->lines[i] << PGW_LINE_SHIFT);
      guint8 *b = log->data + (i << PGW_LINE_SHIFT);
      guint8 line[PGW_LINE_SIZE];

      memcpy (line, a, PGW_LINE_SIZE);
      memcpy (a, b, PGW_LINE_SIZE);
      memcpy (b, line, PGW_LINE_SIZE);
    }
}

/*
 * ---- Hash: the sum over all words that are not zero of a mixture of place and value. ----
 *
 * A word that could point into an image, this or any other, counts without the
 * number of the slot. What it is cannot be told from the word: pairs of small
 * numbers look the same. So it must not matter which slot this image has.
 */

static inline guint64
mix (guint64 index, guint64 word)
{
  guint64 x = word + index * 0x9e3779b97f4a7c15;

  x = (x ^ (x >> 32)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 29)) * 0x94d049bb133111eb;
  return x ^ (x >> 32);
}

static guint64
hash_page (const PgwImage *self, guint64 page)
{
  const guint64 *words = (const guint64 *) (const void *) (self->base + page * HOST_PAGE_SIZE);
  guint64 first = page * (HOST_PAGE_SIZE / sizeof *words);
  guint64 hash = 0;

  for (guint64 i = 0; i < HOST_PAGE_SIZE / sizeof *words; i++)
    {
      guint64 word = words[i];

      if (word == 0)
        continue;
      if (word - RANGE_START < RANGE_END - RANGE_START)
        word = (word & (SLOT_SIZE - 1)) ^ 0x5bd1e995a7c40000;
      hash += mix (first + i, word);
    }
  return hash;
}

guint64
pgw_image_hash (const PgwImage *self)
{
  guint64 hash = self->size;

  for (guint64 i = 0; i * 64 < self->n_pages; i++)
    for (guint64 bits = self->touched[i]; bits; bits &= bits - 1)
      hash += hash_page (self, i * 64 + (guint) __builtin_ctzl (bits));
  return hash;
}

guint64
pgw_image_hash_resident (const PgwImage *self)
{
  enum { STRETCH = 16384 };     /* pages looked up at a time */
  g_autofree guchar *resident = g_malloc (STRETCH);
  guint64 hash = self->size;

  for (guint64 page = 0; page < self->n_pages; page += STRETCH)
    {
      guint64 n = MIN ((guint64) STRETCH, self->n_pages - page);

      if (mincore (self->base + page * HOST_PAGE_SIZE, n * HOST_PAGE_SIZE, resident) != 0)
        memset (resident, 1, n);
      for (guint64 i = 0; i < n; i++)
        if (resident[i] & 1)
          hash += hash_page (self, page + i);
    }
  return hash;
}

guint64
pgw_image_get_resident (const PgwImage *self)
{
  guint64 n = 0;

  for (guint64 i = 0; i * 64 < self->n_pages; i++)
    n += (guint64) __builtin_popcountl (self->touched[i]);
  return n * HOST_PAGE_SIZE;
}
