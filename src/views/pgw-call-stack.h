/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwCallStack: the functions under way, innermost first, with what they were
 * called with; one of them is chosen.
 */
#pragma once

#include <adwaita.h>
#include "src/engine/pgw-value.h"

G_BEGIN_DECLS

#define PGW_TYPE_STACK_ENTRY (pgw_stack_entry_get_type ())
G_DECLARE_FINAL_TYPE (PgwStackEntry, pgw_stack_entry, PGW, STACK_ENTRY, GObject)

const char *pgw_stack_entry_get_function   (PgwStackEntry *self);
/* "page_alloc.c:412" */
const char *pgw_stack_entry_get_place      (PgwStackEntry *self);
/* "order=0, gfp=GFP_KERNEL"; "" where they are not shown. */
const char *pgw_stack_entry_get_parameters (PgwStackEntry *self);

#define PGW_TYPE_CALL_STACK (pgw_call_stack_get_type ())
G_DECLARE_FINAL_TYPE (PgwCallStack, pgw_call_stack, PGW, CALL_STACK, AdwBin)

/*
 * Property: selected (guint), the chosen entry; it notifies only where the
 * reader chose.
 */
GtkWidget  *pgw_call_stack_new          (void);
/* Shows a stack and chooses its innermost function. Values are read if `with_parameters`. */
void        pgw_call_stack_set_frames   (PgwCallStack   *self,
                                         PgwDebugInfo   *info,
                                         PgwTimeline    *timeline,
                                         const PgwFrame *frames,
                                         guint           n_frames,
                                         gboolean        with_parameters);
guint       pgw_call_stack_get_selected (PgwCallStack *self);
void        pgw_call_stack_set_selected (PgwCallStack *self, guint selected);
/* Of PgwStackEntry. */
GListModel *pgw_call_stack_get_entries  (PgwCallStack *self);

G_END_DECLS
