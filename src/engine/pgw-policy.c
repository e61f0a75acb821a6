/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page replacement policies on a reference string of any length. How they choose is in mm/policy.c, which
 * numbers pages from 0 on; here is the memory for it.
 */
#include "config.h"

#include <string.h>
#include <glib/gi18n-lib.h>
#include <gio/gio.h>

#include "mm/policy.h"
#include "pgw-policy.h"

G_STATIC_ASSERT ((guint) PGW_N_POLICIES == (guint) NR_POLICIES);

/* The pages of a string by numbers from 0 on: refs[i] is that of the i-th reference, names[] what they are called. */
static guint32 *
number_pages (const gint64 *pages,
              guint         n,
              GArray       *names)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, NULL);
  guint32 *refs = g_new0 (guint32, n);

  for (guint i = 0; i < n; i++)
    {
      gpointer number = g_hash_table_lookup (numbers, &pages[i]);

      if (number == NULL)
        {
          g_array_append_val (names, pages[i]);
          number = GUINT_TO_POINTER (names->len);
          g_hash_table_insert (numbers, (gpointer) &pages[i], number);
        }
      refs[i] = GPOINTER_TO_UINT (number) - 1;
    }
  return refs;
}

PgwPolicyRun *
pgw_policy_run (PgwPolicy     policy,
                const gint64 *pages,
                guint         n,
                guint         n_frames)
{
  g_autoptr (GArray) names = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree struct policy_frame *frames = NULL;
  g_autofree guint32 *refs = NULL, *shadows = NULL;
  struct policy_sim sim = { 0 };
  PgwPolicyRun *run;

  g_return_val_if_fail (policy < PGW_N_POLICIES, NULL);
  g_return_val_if_fail (n_frames >= 1 && n_frames <= PGW_POLICY_MAX_FRAMES, NULL);

  refs = number_pages (pages, n, names);
  frames = g_new0 (struct policy_frame, n_frames);
  shadows = g_new0 (guint32, names->len + 1);
  sim = (struct policy_sim) {
    .policy = policy, .nr_frames = n_frames, .nr_refs = n, .pages32 = refs, .frames = frames, .shadows = shadows,
  };
  run = g_new0 (PgwPolicyRun, 1);
  run->policy = policy;
  run->n_frames = n_frames;
  run->steps = g_array_sized_new (FALSE, FALSE, sizeof (PgwPolicyStep), n);
  for (guint i = 0; i < n; i++)
    {
      struct policy_step did;
      PgwPolicyStep step;

      policy_refer (&sim, &did);
      step = (PgwPolicyStep) {
        .page = pages[i],
        .victim = did.victim == POLICY_NO_PAGE ? PGW_POLICY_NO_PAGE : g_array_index (names, gint64, did.victim),
        .fault = did.fault != 0,
        .frame = did.frame,
      };
      g_array_append_val (run->steps, step);
    }
  run->n_faults = sim.nr_faults;
  return run;
}

void
pgw_policy_run_free (PgwPolicyRun *run)
{
  if (run == NULL)
    return;
  g_array_unref (run->steps);
  g_free (run);
}

/* ---- Names ---- */

static const char *const summaries[PGW_N_POLICIES] = {
  [PGW_POLICY_FIFO] = N_("the page that came first goes first"),
  [PGW_POLICY_LRU] = N_("the page that was not used for longest goes"),
  [PGW_POLICY_CLOCK] = N_("as fifo, but a page that was used since the last look gets a second chance"),
  [PGW_POLICY_OPT] = N_("the page that will be needed again last goes; nobody can do better"),
  [PGW_POLICY_LINUX] = N_("active and inactive lists: the second use makes a page active, inactive ones go first"),
  [PGW_POLICY_MGLRU] = N_("generations: pages found used become young, the oldest generation goes first"),
};

const char *
pgw_policy_name (PgwPolicy policy)
{
  return policy < PGW_N_POLICIES ? view_policy_name (policy) : NULL;
}

const char *
pgw_policy_summary (PgwPolicy policy)
{
  g_return_val_if_fail (policy < PGW_N_POLICIES, NULL);
  return _(summaries[policy]);
}

gboolean
pgw_policy_by_name (const char *name,
                    PgwPolicy  *policy)
{
  guint i;

  for (i = 0; i < PGW_N_POLICIES; i++)
    if (strcmp (view_policy_name (i), name) == 0)
      {
        *policy = i;
        return TRUE;
      }
  return FALSE;
}

GArray *
pgw_policy_parse (const char *text,
                  GError    **error)
{
  g_autoptr (GArray) pages = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_auto (GStrv) words = g_strsplit_set (text, " ,\t\n\r", -1);
  guint i;

  for (i = 0; words[i] != NULL; i++)
    {
      guint64 page;
      gint64 value;

      if (*words[i] == '\0')
        continue;
      if (!g_ascii_string_to_unsigned (words[i], 10, 0, G_GUINT64_CONSTANT (1) << 53, &page, NULL))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _("“%s” is not the number of a page (0 to 2^53)"), words[i]);
          return NULL;
        }
      value = (gint64) page;
      g_array_append_val (pages, value);
    }
  return g_steal_pointer (&pages);
}
