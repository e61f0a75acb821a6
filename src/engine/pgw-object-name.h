/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of objects as people read them. */
#pragma once

#include <glib.h>

#include "mm/view.h"

G_BEGIN_DECLS

/**
 * pgw_object_name:
 * @machine: the machine the object belongs to
 * @object: an object; 0 for none
 *
 * The name that view_object_name() gives an object, in the reader's language:
 * "page 0x1a3" is "页 0x1a3". Names of the kernel (zones, structures) stay.
 *
 * Returns: (transfer full): the name; "" if there is no object
 */
char *pgw_object_name (const struct machine *machine, mm_object_t object);

/**
 * pgw_object_name_find_phrase:
 * @part: a part of a name that view_object_name() gave, between its commas
 * @rest: (out) (optional): where the part that names the single object begins
 *
 * Returns: (nullable): what translators were given for this part, as "page %s"; NULL if nothing
 */
const char *pgw_object_name_find_phrase (const char *part, const char **rest);

/**
 * pgw_region_name:
 * @name: what view_regions() or view_address_region() calls a part of the address space
 *
 * Returns: the name in the reader's language
 */
const char *pgw_region_name (const char *name);
/* What translators were given for it; NULL if nothing. */
const char *pgw_region_find_phrase (const char *name);

G_END_DECLS
