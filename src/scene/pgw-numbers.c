/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers as panes say them: with their thousands apart, in hexadecimal, as
 * sizes, and together with what they count.
 */
#include "pgw-pane-private.h"

#define N_BUFFERS 16

static char *
next_buffer (void)
{
  static _Thread_local char buffers[N_BUFFERS][48];
  static _Thread_local guint next;

  return buffers[next++ % N_BUFFERS];
}

const char *
pgw_count (guint64 n)
{
  char digits[24];
  char *out = next_buffer (), *p = out;
  int length = g_snprintf (digits, sizeof digits, "%" G_GUINT64_FORMAT, n);

  for (int i = 0; i < length; i++)
    {
      /* A thin blank, as is usual in tables. */
      if (i > 0 && (length - i) % 3 == 0 && length > 3)
        p = g_stpcpy (p, "\u2009");
      *p++ = digits[i];
    }
  *p = '\0';
  return out;
}

const char *
pgw_pfn (guint64 pfn)
{
  char *out = next_buffer ();

  g_snprintf (out, 48, "0x%" G_GINT64_MODIFIER "x", pfn);
  return out;
}

const char *
pgw_size (guint64 bytes)
{
  static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
  char *out = next_buffer ();
  guint unit = 0;
  guint64 whole = bytes;

  while (whole >= 1024 && unit + 1 < G_N_ELEMENTS (units) && (whole % 1024 == 0 || whole >= 10240))
    {
      whole /= 1024;
      unit++;
    }
  g_snprintf (out, 48, "%" G_GUINT64_FORMAT "\u00a0%s", whole, units[unit]);
  return out;
}

/* ---- With what they count ---- */

/* `format` has the number in it as %s. */
static const char *
counted (const char *format,
         guint64     n)
{
  char *out = next_buffer ();

  g_snprintf (out, 48, format, pgw_count (n));
  return out;
}

const char *
pgw_n_pages (guint64 n)
{
  return counted (g_dngettext (GETTEXT_PACKAGE, "%s page", "%s pages", n), n);
}

const char *
pgw_n_frames (guint64 n)
{
  return counted (g_dngettext (GETTEXT_PACKAGE, "%s frame", "%s frames", n), n);
}

const char *
pgw_n_objects (guint64 n)
{
  return counted (g_dngettext (GETTEXT_PACKAGE, "%s object", "%s objects", n), n);
}

const char *
pgw_n_slabs (guint64 n)
{
  return counted (g_dngettext (GETTEXT_PACKAGE, "%s slab", "%s slabs", n), n);
}

const char *
pgw_n_entries (guint64 n)
{
  return counted (g_dngettext (GETTEXT_PACKAGE, "%s entry", "%s entries", n), n);
}

const char *
pgw_n_events (guint64 n)
{
  return counted (g_dngettext (GETTEXT_PACKAGE, "%s event", "%s events", n), n);
}

const char *
pgw_n_faults (guint64 n)
{
  return counted (g_dngettext (GETTEXT_PACKAGE, "%s fault", "%s faults", n), n);
}
