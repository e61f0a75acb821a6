/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwObjectBar: operations on the kernel's objects, by hand. Make a cache,
 * allocate, free, write ...; each becomes one more operation of the script,
 * given to the action "win.do" as the JSON that the scenario file would hold.
 */
#pragma once

#include "pgw-section.h"

G_BEGIN_DECLS

#define PGW_TYPE_OBJECT_BAR (pgw_object_bar_get_type ())
G_DECLARE_FINAL_TYPE (PgwObjectBar, pgw_object_bar, PGW, OBJECT_BAR, PgwSection)

/* The operation that would be done now, as JSON; NULL where something is missing. Free with g_free(). */
char *pgw_object_bar_dup_json (PgwObjectBar *self);
/* Chooses an operation of the script ("kmalloc"), as if the popover had been opened for it. */
void  pgw_object_bar_choose   (PgwObjectBar *self, const char *op);

G_END_DECLS
