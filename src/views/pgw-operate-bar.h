/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwOperateBar: interactive use. Allocate, free, drain and tune; each
 * becomes one more operation of the script, given to the action "win.do" as
 * the JSON that the scenario file would hold.
 */
#pragma once

#include "pgw-section.h"

G_BEGIN_DECLS

#define PGW_TYPE_OPERATE_BAR (pgw_operate_bar_get_type ())
G_DECLARE_FINAL_TYPE (PgwOperateBar, pgw_operate_bar, PGW, OPERATE_BAR, PgwSection)

GtkWidget *pgw_operate_bar_new           (void);
void       pgw_operate_bar_show_allocate (PgwOperateBar *self);
void       pgw_operate_bar_show_free     (PgwOperateBar *self);
/* `op`: as for pgw_memory_bar_show(). */
void       pgw_operate_bar_show_memory   (PgwOperateBar *self, const char *op);

G_END_DECLS
