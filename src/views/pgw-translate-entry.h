/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwTranslateEntry: where people type an address that the panes shall be
 * about ("heap+4K", "child:0x7f0000001000"). It stays while one steps on, and
 * is marked as wrong, with the reason as its tooltip, at steps where it means
 * nothing. Escape forgets it.
 */
#pragma once

#include "pgw-section.h"

G_BEGIN_DECLS

#define PGW_TYPE_TRANSLATE_ENTRY (pgw_translate_entry_get_type ())
G_DECLARE_FINAL_TYPE (PgwTranslateEntry, pgw_translate_entry, PGW, TRANSLATE_ENTRY, PgwSection)

G_END_DECLS
