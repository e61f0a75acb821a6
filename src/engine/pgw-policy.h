/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page replacement as the textbooks teach it: a reference string, a number of
 * page frames, and a policy that chooses which page has to go.
 *
 * Beside the policies of the books there are two of Linux: the active and inactive lists, where
 * a page becomes active by its second use, and a list of generations.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  PGW_POLICY_FIFO,      /* the page that came first */
  PGW_POLICY_LRU,       /* the page that was not used for longest */
  PGW_POLICY_CLOCK,     /* as FIFO, but pages used since the hand passed are spared once (second chance) */
  PGW_POLICY_OPT,       /* the page that is needed again last; needs to know the future */
  PGW_POLICY_LINUX,     /* active and inactive lists, with refault distance */
  PGW_POLICY_MGLRU,     /* generations */
  PGW_N_POLICIES
} PgwPolicy;

#define PGW_POLICY_MAX_FRAMES 4096
#define PGW_POLICY_NO_PAGE    (-1)

/* What one reference did. */
typedef struct {
  gint64   page;        /* the page asked for */
  gint64   victim;      /* the page that had to go; PGW_POLICY_NO_PAGE: none */
  gboolean fault;
  guint    frame;       /* where the page is now */
} PgwPolicyStep;

typedef struct {
  PgwPolicy policy;
  guint     n_frames;
  guint     n_faults;
  GArray   *steps;      /* of PgwPolicyStep, one for each reference */
} PgwPolicyRun;

/*
 * Runs a reference string of `n` pages, none of them negative, through `n_frames` frames (1 to
 * PGW_POLICY_MAX_FRAMES), empty at the start. The same arguments give the same run.
 */
PgwPolicyRun *pgw_policy_run      (PgwPolicy      policy,
                                   const gint64  *pages,
                                   guint          n,
                                   guint          n_frames);
void          pgw_policy_run_free (PgwPolicyRun  *run);

/* "fifo"; NULL for a number that is no policy. */
const char   *pgw_policy_name     (PgwPolicy      policy);
/* One sentence on how it chooses, translated. */
const char   *pgw_policy_summary  (PgwPolicy      policy);
/* FALSE for a name that no policy has. */
gboolean      pgw_policy_by_name  (const char    *name,
                                   PgwPolicy     *policy);

/*
 * Numbers from 0 to 2^53, separated by blanks or commas. NULL with an
 * error that quotes what is no number. An array of gint64.
 */
GArray       *pgw_policy_parse    (const char    *text,
                                   GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PgwPolicyRun, pgw_policy_run_free)

G_END_DECLS
