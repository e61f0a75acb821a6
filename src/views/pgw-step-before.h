/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Standing at the step before for a moment, to see what a step changed. A
 * step is what the session's granularity says it is.
 */
#pragma once

#include "src/engine/pgw-session.h"

G_BEGIN_DECLS

/* Moves the session's timeline, not the session. FALSE (and no move) where nothing comes before. */
gboolean pgw_step_before_enter (PgwSession *session);
/* Back to where the session stands. */
void     pgw_step_before_leave (PgwSession *session);

G_END_DECLS
