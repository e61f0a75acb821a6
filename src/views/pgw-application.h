/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PgwApplication: the program. Windows, accelerators, the colour scheme, the
 * command line.
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PGW_TYPE_APPLICATION (pgw_application_get_type ())
G_DECLARE_FINAL_TYPE (PgwApplication, pgw_application, PGW, APPLICATION, AdwApplication)

PgwApplication *pgw_application_new (GApplicationFlags flags);

G_END_DECLS
