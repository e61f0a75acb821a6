/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwQuestionBox: "Predict": what the scenario asks before an operation, its
 * answers as buttons, and whether the chosen one was right. Takes no room
 * where nothing is asked.
 */
#pragma once

#include <adwaita.h>
#include "src/engine/pgw-session.h"

G_BEGIN_DECLS

#define PGW_TYPE_QUESTION_BOX (pgw_question_box_get_type ())
G_DECLARE_FINAL_TYPE (PgwQuestionBox, pgw_question_box, PGW, QUESTION_BOX, AdwBin)

/* Shows the question of where the session stands; NULL for no session. */
void pgw_question_box_update (PgwQuestionBox *self, PgwSession *session);

G_END_DECLS
