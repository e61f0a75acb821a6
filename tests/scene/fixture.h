/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recorded scenarios for the tests of pictures: those shipped and those of
 * this folder.
 */
#pragma once

#include "src/scene/pgw-scene.h"

typedef struct {
  char        *name;            /* file name without its ending */
  PgwScenario *scenario;
  PgwTimeline *timeline;        /* recorded to its end */
} Fixture;

/* All of them, of Fixture; free with g_ptr_array_unref(). */
GPtrArray *fixtures_load (void);
/* One by name. */
Fixture   *fixture_load  (const char *name);
void       fixture_free  (Fixture *fixture);
/* The state panes are laid out from, with everything at its default. */
PgwPaneState fixture_state (const Fixture *fixture);
/* Initialises gettext; `chinese` switches the language from then on. */
void       fixture_set_language (gboolean chinese);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)
