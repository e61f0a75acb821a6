/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwNarrationCard: "What happens". The event of the current step in words,
 * the function of the kernel it stands for, and what the scenario says about
 * the operation.
 */
#pragma once

#include "pgw-section.h"

G_BEGIN_DECLS

#define PGW_TYPE_NARRATION_CARD (pgw_narration_card_get_type ())
G_DECLARE_FINAL_TYPE (PgwNarrationCard, pgw_narration_card, PGW, NARRATION_CARD, PgwSection)

GtkWidget  *pgw_narration_card_new          (void);
/* The headline that is shown. */
const char *pgw_narration_card_get_headline (PgwNarrationCard *self);

G_END_DECLS
