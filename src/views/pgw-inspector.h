/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwInspector: the fields of the selected object under their kernel names.
 *
 * What the current step (or, when stepping by operations, the current
 * operation) changed is marked old → new. The inspector follows the event's
 * object until something is selected by hand.
 */
#pragma once

#include "pgw-inspector-field.h"
#include "pgw-section.h"

G_BEGIN_DECLS

#define PGW_TYPE_INSPECTOR (pgw_inspector_get_type ())
G_DECLARE_FINAL_TYPE (PgwInspector, pgw_inspector, PGW, INSPECTOR, PgwSection)

GtkWidget  *pgw_inspector_new        (void);
/* Of PgwInspectorField. */
GListModel *pgw_inspector_get_fields (PgwInspector *self);
/* Whether the selection follows the event. */
gboolean    pgw_inspector_get_follow (PgwInspector *self);
void        pgw_inspector_set_follow (PgwInspector *self, gboolean follow);

G_END_DECLS
