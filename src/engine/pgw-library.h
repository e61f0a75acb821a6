/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The library: the scenarios that come with the program, in the order of a
 * course. data/library.json holds its sections and which file stands where.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
  char *section;        /* title in the user's language; NULL: the contents do not name the file */
  char *path;
} PgwLibraryItem;

/*
 * The scenario files of a folder: first those that the contents name, in
 * their order, then the others by name. `contents` is the path of the file
 * with the contents. Where that cannot be read `error` says why and all files
 * come by name; the result is never NULL. An array of PgwLibraryItem; free
 * with g_ptr_array_unref().
 */
GPtrArray *pgw_library_list (const char *folder,
                             const char *contents,
                             GError    **error);

G_END_DECLS
