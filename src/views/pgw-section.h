/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwSection: a part of the window that shows something of a session.
 *
 * It listens to the session and gathers what changed; once a frame, and only
 * while it can be seen, its class is asked to update. So a session may move a
 * thousand times between two frames at the price of one update, and a section
 * that has nothing to show costs nothing: no tick callback stays behind.
 */
#pragma once

#include <adwaita.h>
#include "src/engine/pgw-session.h"

G_BEGIN_DECLS

typedef enum {
  PGW_SECTION_POSITION     = 1 << 0,    /* another step */
  PGW_SECTION_SCRIPT       = 1 << 1,    /* other operations, or more of them recorded */
  PGW_SECTION_STATE        = 1 << 2,    /* playing, recording, granularity, speed, progress */
  PGW_SECTION_SELECTION    = 1 << 3,
  PGW_SECTION_EXPECTATIONS = 1 << 4,
  PGW_SECTION_LOOK         = 1 << 5,    /* size, palette, type size, options of the section */
  PGW_SECTION_SESSION      = 1 << 6,    /* another session or another scenario: forget everything */
  PGW_SECTION_ALL          = (1 << 7) - 1,
} PgwSectionChanges;

#define PGW_TYPE_SECTION (pgw_section_get_type ())
G_DECLARE_DERIVABLE_TYPE (PgwSection, pgw_section, PGW, SECTION, AdwBin)

struct _PgwSectionClass {
  AdwBinClass parent_class;

  /* Show the session as it now is. `session` is NULL when there is none. */
  void (*update) (PgwSection *self, PgwSession *session, PgwSectionChanges changes);
  /*
   * Microseconds between two updates while the session plays; 0 = every frame. Where it plays too fast to be read there
   * are fewer, and sections of different classes do not update in the same frame.
   */
  gint64 busy_interval;
  /* It draws more than it says: it is updated in every frame, but while the session plays fast leaves some to text. */
  gboolean is_picture;
};

PgwSession *pgw_section_get_session (PgwSection *self);
void        pgw_section_set_session (PgwSection *self, PgwSession *session);
/* The machine of its session; NULL while nothing is open. */
const struct machine *pgw_section_get_machine (PgwSection *self);

/* Ask for an update in the next frame. */
void        pgw_section_queue       (PgwSection *self, PgwSectionChanges changes);
/* Update now, if something is due (tests; before reading back what is shown). */
void        pgw_section_flush       (PgwSection *self);
/* Whether an update waits for a frame. */
gboolean    pgw_section_is_pending  (PgwSection *self);

G_END_DECLS
