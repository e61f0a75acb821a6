/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwPicture: a scene as render nodes that stay the same where it stays the
 * same.
 *
 * GTK draws anew where the nodes of two frames differ. A picture as one node
 * would be drawn, and sent to the display, as a whole for every block that
 * moves; cut into tiles, only those that changed are.
 */
#pragma once

#include <gtk/gtk.h>
#include "src/scene/pgw-scene.h"

G_BEGIN_DECLS

typedef struct _PgwPicture PgwPicture;

PgwPicture *pgw_picture_new      (void);
void        pgw_picture_free     (PgwPicture *self);
/* Draws the part (x, y, width, height) of a scene at the origin. `scale`: device pixels to a pixel. */
void        pgw_picture_snapshot (PgwPicture         *self,
                                  GtkSnapshot        *snapshot,
                                  PgwScene           *scene,
                                  const PgwPalette   *palette,
                                  double              font_scale,
                                  int                 scale,
                                  const GdkRectangle *part);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwPicture, pgw_picture_free)

G_END_DECLS
