/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pagewalk-cli policies: page replacement policies on the same reference string.
 *
 *   pagewalk-cli policies --frames 3 1 2 3 4 1 2 5 1 2 3 4 5
 */
#include "config.h"
#include "pgw-cli.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "src/engine/pgw-policy.h"

typedef struct {
  int    *frames;       /* numbers of frames to try */
  guint   n_frames;
  gboolean policies[PGW_N_POLICIES];
  gboolean steps, json;
  GArray *pages;
} Options;

/* ---- Arguments ---- */

static gboolean
parse_frames (Options    *options,
              const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) numbers = pgw_policy_parse (text, &error);
  guint i;

  if (numbers == NULL)
    {
      pgw_cli_complain ("--frames: %s", error->message);
      return FALSE;
    }
  for (i = 0; i < numbers->len; i++)
    if (g_array_index (numbers, gint64, i) < 1 || g_array_index (numbers, gint64, i) > PGW_POLICY_MAX_FRAMES)
      {
        pgw_cli_complain (_("--frames: from 1 to %d frames, not %ld"), PGW_POLICY_MAX_FRAMES,
                          (long) g_array_index (numbers, gint64, i));
        return FALSE;
      }
  if (numbers->len == 0)
    {
      pgw_cli_complain (_("--frames: a number of page frames is missing"));
      return FALSE;
    }
  options->n_frames = numbers->len;
  options->frames = g_new (int, numbers->len);
  for (i = 0; i < numbers->len; i++)
    options->frames[i] = g_array_index (numbers, gint64, i);
  return TRUE;
}

static gboolean
parse_policies (Options    *options,
                char      **names)
{
  guint i;

  for (i = 0; names == NULL && i < PGW_N_POLICIES; i++)
    options->policies[i] = TRUE;
  for (i = 0; names != NULL && names[i] != NULL; i++)
    {
      PgwPolicy policy;

      if (!pgw_policy_by_name (names[i], &policy))
        {
          pgw_cli_complain (_("--policy: there is no policy “%s”; there are fifo, lru, clock, opt, linux and mglru"), names[i]);
          return FALSE;
        }
      options->policies[policy] = TRUE;
    }
  return TRUE;
}

static gboolean
parse_options (Options *options,
               int      argc,
               char   **argv)
{
  g_autofree char *frames = NULL, *text = NULL;
  g_auto (GStrv) names = NULL;
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    { "frames", 'f', 0, G_OPTION_ARG_STRING, &frames, N_("Numbers of page frames to try (3,4 if not given)"), N_("N[,N…]") },
    { "policy", 'p', 0, G_OPTION_ARG_STRING_ARRAY, &names, N_("Only this policy; may be given several times"), N_("NAME") },
    { "steps", 's', 0, G_OPTION_ARG_NONE, &options->steps, N_("Print what each reference does"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json, N_("Print the result as JSON"), NULL },
    G_OPTION_ENTRY_NULL
  };

  if (!pgw_cli_parse ("policies", entries, 1, G_MAXINT - 1, &argc, &argv))
    return FALSE;
  if (!parse_frames (options, frames ? frames : "3,4") || !parse_policies (options, names))
    return FALSE;
  text = g_strjoinv (" ", argv + 1);
  options->pages = pgw_policy_parse (text, &error);
  if (options->pages == NULL)
    {
      pgw_cli_complain ("%s", error->message);
      return FALSE;
    }
  if (options->pages->len == 0)
    {
      pgw_cli_complain (_("the reference string has no pages"));
      return FALSE;
    }
  return TRUE;
}

/* ---- Output ---- */

static PgwPolicyRun *
run_policy (const Options *options,
            PgwPolicy      policy,
            guint          n_frames)
{
  return pgw_policy_run (policy, (const gint64 *) options->pages->data, options->pages->len, n_frames);
}

/* One line for each reference: the page, a mark for a fault, and what is in the frames then. */
static void
print_steps (const PgwPolicyRun *run)
{
  g_autofree gint64 *frames = g_new (gint64, run->n_frames);
  guint i, k;

  for (i = 0; i < run->n_frames; i++)
    frames[i] = PGW_POLICY_NO_PAGE;
  for (i = 0; i < run->steps->len; i++)
    {
      const PgwPolicyStep *step = &g_array_index (run->steps, PgwPolicyStep, i);

      frames[step->frame] = step->page;
      g_print ("  %6ld %s ", (long) step->page, step->fault ? "*" : " ");
      for (k = 0; k < run->n_frames; k++)
        if (frames[k] == PGW_POLICY_NO_PAGE)
          g_print (" %4s", "-");
        else
          g_print (" %4ld", (long) frames[k]);
      if (step->victim != PGW_POLICY_NO_PAGE)
        g_print (_("   page %ld had to go"), (long) step->victim);
      g_print ("\n");
    }
}

static void
print_text (const Options *options)
{
  guint i, policy;

  for (policy = 0; policy < PGW_N_POLICIES; policy++)
    {
      if (!options->policies[policy])
        continue;
      g_print ("%-6s %s\n", pgw_policy_name (policy), pgw_policy_summary (policy));
      for (i = 0; i < options->n_frames; i++)
        {
          g_autoptr (PgwPolicyRun) run = run_policy (options, policy, options->frames[i]);

          g_print (ngettext ("  %d frame: %u faults of %u references\n",
                             "  %d frames: %u faults of %u references\n", options->frames[i]),
                   options->frames[i], run->n_faults, run->steps->len);
          if (options->steps)
            print_steps (run);
        }
    }
}

static void
build_run (JsonBuilder        *builder,
           const PgwPolicyRun *run,
           gboolean            with_steps)
{
  guint i;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "policy");
  json_builder_add_string_value (builder, pgw_policy_name (run->policy));
  json_builder_set_member_name (builder, "frames");
  json_builder_add_int_value (builder, run->n_frames);
  json_builder_set_member_name (builder, "faults");
  json_builder_add_int_value (builder, run->n_faults);
  json_builder_set_member_name (builder, "references");
  json_builder_add_int_value (builder, run->steps->len);
  if (with_steps)
    {
      json_builder_set_member_name (builder, "steps");
      json_builder_begin_array (builder);
      for (i = 0; i < run->steps->len; i++)
        {
          const PgwPolicyStep *step = &g_array_index (run->steps, PgwPolicyStep, i);

          json_builder_begin_object (builder);
          json_builder_set_member_name (builder, "page");
          json_builder_add_int_value (builder, step->page);
          json_builder_set_member_name (builder, "fault");
          json_builder_add_boolean_value (builder, step->fault);
          json_builder_set_member_name (builder, "frame");
          json_builder_add_int_value (builder, step->frame);
          json_builder_set_member_name (builder, "victim");
          if (step->victim == PGW_POLICY_NO_PAGE)
            json_builder_add_null_value (builder);
          else
            json_builder_add_int_value (builder, step->victim);
          json_builder_end_object (builder);
        }
      json_builder_end_array (builder);
    }
  json_builder_end_object (builder);
}

static void
print_json (const Options *options)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;
  guint i, policy;

  json_builder_begin_array (builder);
  for (policy = 0; policy < PGW_N_POLICIES; policy++)
    for (i = 0; options->policies[policy] && i < options->n_frames; i++)
      {
        g_autoptr (PgwPolicyRun) run = run_policy (options, policy, options->frames[i]);

        build_run (builder, run, options->steps);
      }
  json_builder_end_array (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  g_print ("%s\n", text);
}

int
pgw_cmd_policies (int    argc,
                  char **argv)
{
  Options options = { 0 };
  int status = PGW_EXIT_USAGE;

  if (parse_options (&options, argc, argv))
    {
      if (options.json)
        print_json (&options);
      else
        print_text (&options);
      status = pgw_cli_flush () ? PGW_EXIT_GOOD : PGW_EXIT_USAGE;
    }
  g_clear_pointer (&options.pages, g_array_unref);
  g_free (options.frames);
  return status;
}
