/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checking a stretch of a task's list of VMAs against what a scenario lists.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "pgw-expect-private.h"

#include "mm/view.h"

static void
append_vma (GString    *out,
            guint64     start,
            guint64     end,
            const char *perms)
{
  g_string_append_printf (out, "%s%" PRIx64 "-%" PRIx64 " %s", out->len ? ", " : "", start, end, perms);
}

static void
append_flags (GString    *out,
              guint64     flags,
              const char *before)
{
  char text[256];

  for (guint bit = 0; bit < 64; bit++)
    if ((flags & G_GUINT64_CONSTANT (1) << bit) &&
        view_vma_flags (G_GUINT64_CONSTANT (1) << bit, text, sizeof text) > 0)
      g_string_append_printf (out, " %s%s", before, g_strchomp (text));
}

static void
vma_perms (guint64 flags,
           char    perms[5])
{
  /* VM_READ, VM_WRITE, VM_EXEC and VM_SHARED are the four lowest bits. */
  static const char letters[] = "rwxs";

  for (guint i = 0; i < 4; i++)
    perms[i] = flags & (1u << i) ? letters[i] : (i < 3 ? '-' : 'p');
  perms[4] = '\0';
}

/* Does a VMA of the machine have what a row of the list asks for? Writes down what it has of it. */
static gboolean
check_vma (const PgwExpectCheck  *check,
           const PgwExpectVma    *want,
           const struct view_vma *vma,
           GString               *found)
{
  guint64 start = 0, end = 0, inode;
  char perms[5];
  gboolean good;

  vma_perms (vma->flags, perms);
  append_vma (found, vma->start, vma->end, perms);
  if (want == NULL)
    return FALSE;
  append_flags (found, vma->flags & (want->flags | want->no_flags), "");
  if (want->offset >= 0)
    g_string_append_printf (found, " offset=0x%" PRIx64, (guint64) vma->pgoff * PAGE_SIZE);
  if (want->file)
    g_string_append_printf (found, vma->file ? " file %u" : " no file", vma->inode);

  good = pgw_expect_place_address (check, &want->start, &start) && pgw_expect_place_address (check, &want->end, &end) &&
         start == vma->start && end == vma->end && strcmp (perms, want->perms) == 0 &&
         (vma->flags & want->flags) == want->flags && (vma->flags & want->no_flags) == 0 &&
         (want->offset < 0 || (guint64) want->offset == vma->pgoff * PAGE_SIZE);
  if (want->file == NULL)
    return good;
  if (want->file[0] == '\0')
    return good && vma->file == 0;
  return good && vma->file && pgw_expect_slot_value (check, want->file, PGW_NAME_FILE, &inode) && inode == vma->inode;
}

static char *
expected_vmas (const PgwExpectCheck *check,
               const PgwExpect      *expect)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < expect->vmas->len; i++)
    {
      const PgwExpectVma *vma = &g_array_index (expect->vmas, PgwExpectVma, i);
      guint64 start = 0, end = 0;

      pgw_expect_place_address (check, &vma->start, &start);
      pgw_expect_place_address (check, &vma->end, &end);
      append_vma (out, start, end, vma->perms);
      append_flags (out, vma->flags, "");
      append_flags (out, vma->no_flags, "!");
      if (vma->offset >= 0)
        g_string_append_printf (out, " offset=0x%" PRIx64, (guint64) vma->offset);
      if (vma->file)
        g_string_append_printf (out, vma->file[0] ? " file %s" : " no file", vma->file);
    }
  return out->len ? g_string_free (g_steal_pointer (&out), FALSE) : g_strdup (_("nothing"));
}

gboolean
pgw_expect_check_vmas (const PgwExpectCheck *check,
                       const PgwExpect      *expect,
                       char                **expected,
                       char                **found)
{
  g_autofree struct view_vma *vmas = NULL;
  g_autoptr (GString) got = g_string_new (NULL);
  guint64 from = 0, to = 0;
  gint32 pid = 0;
  gboolean good = pgw_expect_place_resolve (check, &expect->place, &pid, &from) && pgw_expect_place_address (check, &expect->other, &to);
  guint32 n = good ? view_vmas_brief (check->machine, pid, NULL, 0) : 0, n_listed = 0;

  vmas = g_new (struct view_vma, MAX (n, 1));
  n = n ? view_vmas_brief (check->machine, pid, vmas, n) : 0;
  for (guint32 i = 0; i < n; i++)
    if (vmas[i].start < to && vmas[i].end > from)
      {
        const PgwExpectVma *want = n_listed < expect->vmas->len
                                     ? &g_array_index (expect->vmas, PgwExpectVma, n_listed) : NULL;

        good &= check_vma (check, want, &vmas[i], got);
        n_listed++;
      }
  *expected = expected_vmas (check, expect);
  *found = got->len ? g_string_free (g_steal_pointer (&got), FALSE) : g_strdup (_("nothing"));
  return good && n_listed == expect->vmas->len;
}
