/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The members of a scenario's `machine`, read into what the core builds a
 * machine from.
 */
#pragma once

#include "pgw-scenario-private.h"

G_BEGIN_DECLS

/*
 * Reads the members of the object `node`, whose keys have been checked, into `config`, which is zero. FALSE with where
 * and why if one is wrong or missing; whether they fit together the core says (machine_layout()).
 */
gboolean pgw_machine_members_read (struct machine_config *config,
                                   PgwJsonSource         *source,
                                   const PgwJsonNode     *node,
                                   GError               **error);

G_END_DECLS
