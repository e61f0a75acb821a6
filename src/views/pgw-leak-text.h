/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The leak check at the end of a script, in words.
 */
#pragma once

#include "src/engine/pgw-session.h"

G_BEGIN_DECLS

/*
 * How many objects were not given back, and in `list` which. NULL if none was, or it is not known; then `list` is
 * left alone. Free both with g_free().
 */
char *pgw_leak_text (PgwSession *session, char **list);

G_END_DECLS
