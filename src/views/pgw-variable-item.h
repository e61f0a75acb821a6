/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwVariableItem, as the tree of variables makes and changes it.
 */
#pragma once

#include "pgw-variables.h"

G_BEGIN_DECLS

/* How a variable is written in C, from that of its parent (NULL at the top). Free with g_free(). */
char            *pgw_variable_expression         (const char     *prefix,
                                                  const PgwLocal *parent,
                                                  const PgwLocal *local);

/* Takes the local. `old` is the value a step before, "" if it was not set, NULL if it is not known. */
PgwVariableItem *pgw_variable_item_new           (const char *expression, PgwLocal *local, const char *old);
/* Takes the local and returns TRUE if the item stands for the same variable; else does nothing. */
gboolean         pgw_variable_item_update        (PgwVariableItem *self,
                                                  const char      *expression,
                                                  PgwLocal        *local,
                                                  const char      *old);

const PgwLocal  *pgw_variable_item_get_local     (PgwVariableItem *self);
const char      *pgw_variable_item_get_type_name (PgwVariableItem *self);
mm_object_t      pgw_variable_item_get_object    (PgwVariableItem *self);
/* Of PgwVariableItem; NULL until pgw_variable_item_add_children(). */
GListStore      *pgw_variable_item_get_children  (PgwVariableItem *self);
GListStore      *pgw_variable_item_add_children  (PgwVariableItem *self);

G_END_DECLS
