/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the text of the core's source files is found, to be read by people:
 * in the folder PAGEWALK_SOURCEDIR, in the tree the program was built from, or
 * installed beside its data.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The path of a source file ("mm/page_alloc.c"), to be freed with g_free(); NULL if there is none. */
char  *pgw_source_find       (const char *file);
/* Its lines; element 0 is line 1. Free with g_strfreev(). NULL if it is not found or is no text. */
char **pgw_source_load_lines (const char *file);

G_END_DECLS
