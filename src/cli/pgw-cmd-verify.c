/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pagewalk-cli verify RECORDING...: replays what a real kernel's page
 * allocator did and compares. A line per file, differences in full on demand,
 * and one line of sums at the end:
 *
 *	agree: allocations A/N frees B/N events C/N free-lists D/M
 *
 * Exit status 0: all agree; 1: something does not; 2: a recording (or the
 * command line) cannot be used.
 */
#include "config.h"

#include "pgw-cli.h"

#include <stdio.h>
#include <inttypes.h>
#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "src/engine/pgw-verify.h"

#define VERBOSE_DIFFERENCES 1000

typedef struct {
  gboolean verbose;
  gboolean first;
  gboolean json;
  char   **files;       /* `n_files` of argv */
  guint    n_files;
} Options;

typedef struct {
  PgwVerifyCount allocations, frees, events, free_lists, lru_decisions;
  gboolean disagree, unusable;
} Sums;

static gboolean
parse_options (int      argc,
               char   **argv,
               Options *options)
{
  const GOptionEntry entries[] = {
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &options->verbose, N_("Print every difference, not only the first of a file"), NULL },
    { "first", 0, 0, G_OPTION_ARG_NONE, &options->first, N_("Stop at the first file that does not agree"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json, N_("Print the result as JSON"), NULL },
    G_OPTION_ENTRY_NULL
  };

  if (!pgw_cli_parse ("verify", entries, 1, G_MAXINT - 1, &argc, &argv))
    return FALSE;
  options->files = argv + 1;
  options->n_files = argc - 1;
  return TRUE;
}

static void
add (PgwVerifyCount       *sum,
     const PgwVerifyCount *count)
{
  sum->agreed += count->agreed;
  sum->total += count->total;
}

static void
print_counts (const PgwVerifyCount *allocations,
              const PgwVerifyCount *frees,
              const PgwVerifyCount *events,
              const PgwVerifyCount *free_lists,
              const PgwVerifyCount *lru_decisions)
{
  g_print ("allocations %" PRIu64 "/%" PRIu64
           " frees %" PRIu64 "/%" PRIu64
           " events %" PRIu64 "/%" PRIu64
           " free-lists %" PRIu64 "/%" PRIu64
           " lru-decisions %" PRIu64 "/%" PRIu64 "\n",
           allocations->agreed, allocations->total, frees->agreed, frees->total,
           events->agreed, events->total, free_lists->agreed, free_lists->total,
           lru_decisions->agreed, lru_decisions->total);
}

static void
print_difference (const PgwVerifyResult     *result,
                  const PgwVerifyDifference *difference)
{
  g_print ("  %s:%" PRIu64 ": %s (%s)\n", result->name, difference->line,
           difference->operation, difference->place);
  g_print ("    %s %s\n", _("kernel:"), difference->kernel);
  g_print ("    %s %s\n", _("core:  "), difference->core);
}

static void
print_result (const PgwVerifyResult *result,
              const Options         *options)
{
  g_autofree char *basename = g_path_get_basename (result->name);
  guint i;

  if (result->allocations.total + result->frees.total + result->free_lists.total > 0 || result->error == NULL)
    {
      g_print ("%s: ", basename);
      print_counts (&result->allocations, &result->frees, &result->events, &result->free_lists,
                    &result->lru_decisions);
    }
  for (i = 0; i < result->differences->len; i++)
    print_difference (result, g_ptr_array_index (result->differences, i));
  if (result->n_differences > result->differences->len && result->differences->len > 0)
    {
      guint64 more = result->n_differences - result->differences->len;

      g_print (ngettext ("  and %" PRIu64 " more difference\n",
                         "  and %" PRIu64 " more differences\n", more), more);
    }
  if (options->verbose && result->n_skipped > 0)
    g_print (_("  %" PRIu64 " lines of kinds that are not compared\n"), result->n_skipped);
  if (options->verbose && result->zones.total > 0)
    g_print (_("  zone as the core would have chosen: %" PRIu64 "/%" PRIu64 "\n"),
             result->zones.agreed, result->zones.total);
  if (result->error != NULL)
    {
      fflush (stdout);
      g_printerr ("%s\n", result->error->message);
    }
}

/* ---- JSON ---- */

static void
build_count (JsonBuilder          *builder,
             const char           *name,
             const PgwVerifyCount *count)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "agreed");
  json_builder_add_int_value (builder, count->agreed);
  json_builder_set_member_name (builder, "total");
  json_builder_add_int_value (builder, count->total);
  json_builder_end_object (builder);
}

static void
build_string (JsonBuilder *builder,
              const char  *name,
              const char  *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
build_result (JsonBuilder           *builder,
              const PgwVerifyResult *result)
{
  guint i;

  json_builder_begin_object (builder);
  build_string (builder, "file", result->name);
  build_string (builder, "kind", result->is_live ? "live" : "driver");
  build_count (builder, "allocations", &result->allocations);
  build_count (builder, "frees", &result->frees);
  build_count (builder, "events", &result->events);
  build_count (builder, "free-lists", &result->free_lists);
  build_count (builder, "lru-decisions", &result->lru_decisions);
  build_count (builder, "zones", &result->zones);
  json_builder_set_member_name (builder, "skipped-lines");
  json_builder_add_int_value (builder, result->n_skipped);
  json_builder_set_member_name (builder, "differences");
  json_builder_begin_array (builder);
  for (i = 0; i < result->differences->len; i++)
    {
      const PgwVerifyDifference *difference = g_ptr_array_index (result->differences, i);

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "line");
      json_builder_add_int_value (builder, difference->line);
      build_string (builder, "operation", difference->operation);
      build_string (builder, "place", difference->place);
      build_string (builder, "kernel", difference->kernel);
      build_string (builder, "core", difference->core);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "error");
  if (result->error != NULL)
    json_builder_add_string_value (builder, result->error->message);
  else
    json_builder_add_null_value (builder);
  json_builder_end_object (builder);
}

static void
print_json (JsonBuilder *builder,
            const Sums  *sums)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "agree");
  json_builder_begin_object (builder);
  build_count (builder, "allocations", &sums->allocations);
  build_count (builder, "frees", &sums->frees);
  build_count (builder, "events", &sums->events);
  build_count (builder, "free-lists", &sums->free_lists);
  build_count (builder, "lru-decisions", &sums->lru_decisions);
  json_builder_end_object (builder);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  text = json_generator_to_data (generator, NULL);
  g_print ("%s\n", text);
}

/* ---- Files ---- */

/* Two files are replayed at a time; results are taken in the order given. */
typedef struct {
  GFile           *file;
  PgwVerifyOptions options;
  PgwVerifyResult *result;
  GMutex           mutex;
  GCond            done;
} Job;

static void
job_run (gpointer data,
         gpointer cancelled)
{
  Job *job = data;
  PgwVerifyResult *result = NULL;

  if (!g_atomic_int_get ((gint *) cancelled))
    result = pgw_verify_file (job->file, &job->options);
  g_mutex_lock (&job->mutex);
  job->result = result;
  g_cond_signal (&job->done);
  g_mutex_unlock (&job->mutex);
}

static void
job_clear (Job *job)
{
  g_object_unref (job->file);
  pgw_verify_result_free (job->result);
  g_mutex_clear (&job->mutex);
  g_cond_clear (&job->done);
}

static void
add_to_sums (Sums                  *sums,
             const PgwVerifyResult *result)
{
  add (&sums->allocations, &result->allocations);
  add (&sums->frees, &result->frees);
  add (&sums->events, &result->events);
  add (&sums->free_lists, &result->free_lists);
  add (&sums->lru_decisions, &result->lru_decisions);
  if (result->error != NULL)
    sums->unusable = TRUE;
  else if (!pgw_verify_result_agrees (result))
    sums->disagree = TRUE;
}

static void
verify_files (const Options *options,
              JsonBuilder   *builder,
              Sums          *sums)
{
  guint n = options->n_files, i;
  g_autofree Job *jobs = g_new0 (Job, n);
  gint cancelled = FALSE;
  GThreadPool *pool = g_thread_pool_new (job_run, &cancelled, MIN (g_get_num_processors (), 8), TRUE, NULL);

  for (i = 0; i < n; i++)
    {
      jobs[i].file = g_file_new_for_commandline_arg (options->files[i]);
      jobs[i].options.max_differences = options->verbose ? VERBOSE_DIFFERENCES : 1;
      g_mutex_init (&jobs[i].mutex);
      g_cond_init (&jobs[i].done);
      g_thread_pool_push (pool, &jobs[i], NULL);
    }

  for (i = 0; i < n && !g_atomic_int_get (&cancelled); i++)
    {
      g_mutex_lock (&jobs[i].mutex);
      while (jobs[i].result == NULL)
        g_cond_wait (&jobs[i].done, &jobs[i].mutex);
      g_mutex_unlock (&jobs[i].mutex);

      add_to_sums (sums, jobs[i].result);
      if (builder != NULL)
        build_result (builder, jobs[i].result);
      else
        print_result (jobs[i].result, options);
      if (options->first && !pgw_verify_result_agrees (jobs[i].result))
        g_atomic_int_set (&cancelled, TRUE);
    }

  g_thread_pool_free (pool, FALSE, TRUE);
  for (i = 0; i < n; i++)
    job_clear (&jobs[i]);
}

int
pgw_cmd_verify (int    argc,
                char **argv)
{
  g_autoptr (JsonBuilder) builder = NULL;
  Options options = { 0 };
  Sums sums = { 0 };

  if (!parse_options (argc, argv, &options))
    return PGW_EXIT_USAGE;

  if (options.json)
    {
      builder = json_builder_new ();
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "files");
      json_builder_begin_array (builder);
    }
  verify_files (&options, builder, &sums);

  if (builder != NULL)
    print_json (builder, &sums);
  else
    {
      g_print ("agree: ");
      print_counts (&sums.allocations, &sums.frees, &sums.events, &sums.free_lists, &sums.lru_decisions);
    }
  if (!pgw_cli_flush () || sums.unusable)
    return PGW_EXIT_USAGE;
  return sums.disagree ? PGW_EXIT_FAILED : PGW_EXIT_GOOD;
}
