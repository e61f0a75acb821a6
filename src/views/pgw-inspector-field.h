/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwInspectorField: one row of the inspector: a field's name and type, its
 * value, and what that was before the step.
 *
 * A row stays when another object is shown in it. Its property "value"
 * notifies when anything of it that can be seen changed.
 */
#pragma once

#include <glib-object.h>

#include "mm/view.h"

G_BEGIN_DECLS

#define PGW_TYPE_INSPECTOR_FIELD (pgw_inspector_field_get_type ())
G_DECLARE_FINAL_TYPE (PgwInspectorField, pgw_inspector_field, PGW, INSPECTOR_FIELD, GObject)

PgwInspectorField *pgw_inspector_field_new           (void);
/* Shows a field; `old_value` is what it was before the step, NULL where it did not change. */
void               pgw_inspector_field_set           (PgwInspectorField *self, const struct view_field *field,
                                                      const char *old_value);
const char        *pgw_inspector_field_get_name      (PgwInspectorField *self);
/* Its type in the kernel: "struct list_head". */
const char        *pgw_inspector_field_get_type_name (PgwInspectorField *self);
const char        *pgw_inspector_field_get_value     (PgwInspectorField *self);
/* What the value was before the step; NULL where it did not change. */
const char        *pgw_inspector_field_get_old_value (PgwInspectorField *self);
/* The object that the value names; 0: none. */
mm_object_t        pgw_inspector_field_get_object    (PgwInspectorField *self);

G_END_DECLS
