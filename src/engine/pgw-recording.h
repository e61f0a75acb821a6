/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recordings of a real kernel's page allocator: text files, plain or
 * compressed, that begin with a snapshot of every list and go on with what
 * was asked of the allocator and what it did. docs/recordings.md describes
 * the format.
 *
 * A recording can serve as the start of a scenario ("start from a real
 * kernel's memory"), be opened and played like a scenario, and be verified
 * against the core (pgw-verify.h).
 */
#pragma once

#include <gio/gio.h>
#include "mm/machine.h"
#include "mm/snapshot.h"
#include "pgw-importer.h"
#include "pgw-scenario.h"

G_BEGIN_DECLS

#define PGW_RECORDING_ERROR (pgw_recording_error_quark ())
GQuark pgw_recording_error_quark (void);

/* Messages read `file:line: what was found; what was expected`. */
typedef enum {
  PGW_RECORDING_ERROR_INVALID,    /* a line does not say what it should */
  PGW_RECORDING_ERROR_TRUNCATED,  /* the file ends too early */
  PGW_RECORDING_ERROR_DAMAGED,    /* the compressed data cannot be decoded */
  PGW_RECORDING_ERROR_MACHINE,    /* such a machine cannot be simulated */
} PgwRecordingError;

/* Whether a file that begins with these bytes is a recording (and not a scenario). */
gboolean     pgw_recording_sniff         (const guint8            *head,
                                          gsize                    length);

/*
 * Reads the first snapshot of a recording. Fills in `config` with the machine
 * it was taken on (the number of slots is left 0) and `snapshot` with a
 * newly allocated snapshot; free it with pgw_recording_snapshot_free().
 */
gboolean     pgw_recording_load_snapshot (GFile                   *file,
                                          struct machine_config   *config,
                                          struct machine_snapshot **snapshot,
                                          GError                 **error);
void         pgw_recording_snapshot_free (gpointer                 snapshot);

/*
 * The whole recording as a scenario: its machine, its first snapshot, and its
 * operations. Of a recording of a scripted driver these are the driver's
 * requests; of a live recording, every recorded allocation and free.
 */
PgwScenario *pgw_recording_to_scenario   (GFile                   *file,
                                          GError                 **error);

/* Recordings in the table of what a session can open. */
extern const PgwImporter pgw_recording_importer;

G_END_DECLS
