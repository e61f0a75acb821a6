/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwHeaderLayout: a row whose children give way in an order of their own.
 *
 * A box gives every child its minimum first, and a title that may be cut is
 * then cut although what stands beside it could do with less. Here each child
 * has a rank. Where there is not enough room, the child of the highest rank
 * shrinks first, down to its minimum, then that of the next; if that is not
 * enough those of high rank are left out, one by one. Children of rank 0
 * stay, and are cut only when they stand alone.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PGW_TYPE_HEADER_LAYOUT (pgw_header_layout_get_type ())
G_DECLARE_FINAL_TYPE (PgwHeaderLayout, pgw_header_layout, PGW, HEADER_LAYOUT, GtkLayoutManager)

#define PGW_TYPE_HEADER_PLACE (pgw_header_place_get_type ())
G_DECLARE_FINAL_TYPE (PgwHeaderPlace, pgw_header_place, PGW, HEADER_PLACE, GtkLayoutChild)

G_END_DECLS
