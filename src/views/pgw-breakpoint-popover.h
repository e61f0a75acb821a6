/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwBreakpointPopover: the conditions at which a run stops. Add by text (an
 * error says where it was not understood), switch off, remove, run to the
 * next or the previous one.
 */
#pragma once

#include <gtk/gtk.h>
#include "src/engine/pgw-session.h"

G_BEGIN_DECLS

#define PGW_TYPE_BREAKPOINT_POPOVER (pgw_breakpoint_popover_get_type ())
G_DECLARE_FINAL_TYPE (PgwBreakpointPopover, pgw_breakpoint_popover, PGW, BREAKPOINT_POPOVER, GtkPopover)

GtkWidget *pgw_breakpoint_popover_new (void);

G_END_DECLS
