/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sizes as people write them: "64K", "2M", "1G", or plain bytes.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads a whole text such as "64K" (K, M, G, T; powers of 1024). FALSE if it is no size or does not fit. */
gboolean  pgw_size_parse  (const char *text, guint64 *bytes);
/* Writes a size so that pgw_size_parse() gives it back, as short as it goes. Free with g_free(). */
char     *pgw_size_format (guint64 bytes);
/* Reads a number, decimal or with 0x hexadecimal, that is the whole text. */
gboolean  pgw_number_parse (const char *text, guint64 *number);

G_END_DECLS
