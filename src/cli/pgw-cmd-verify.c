/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pagewalk-cli verify RECORDING...: replays what a real kernel did and
 * compares. A line per file, differences in full on demand, and lines of sums
 * at the end, for recordings of the page allocator and of virtual memory:
 *
 *      agree: allocations A/N frees B/N events C/N free-lists D/M
 *      agree: results A/N vmas B/N pages C/N counters D/N faults E/N all F/N
 *
 * Exit status 0: all agree; 1: something does not; 2: a recording (or the
 * command line) cannot be used.
 */
#include "config.h"

#include "pgw-cli.h"
#include "pgw-verify-print.h"

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
  gboolean statistics;
  gboolean stepping;
  gboolean validate;
  char   **files;       /* `n_files` of argv */
  guint    n_files;
} Options;

typedef struct {
  PgwVerifyCount allocations, frees, events, free_lists, lru_decisions;
  guint n_files;        /* recordings of the page allocator */
  PgwVmSums vm;
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
    { "statistics", 0, 0, G_OPTION_ARG_NONE, &options->statistics, N_("Virtual memory: say what differed how often, after which operation"), NULL },
    { "stepping", 0, 0, G_OPTION_ARG_NONE, &options->stepping, N_("Virtual memory: run the build of the core that the window runs"), NULL },
    { "validate", 0, 0, G_OPTION_ARG_NONE, &options->validate, N_("Virtual memory: check all invariants after each operation"), NULL },
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
build_result (JsonBuilder           *builder,
              const PgwVerifyResult *result)
{
  guint i;

  json_builder_begin_object (builder);
  pgw_build_string (builder, "file", result->name);
  pgw_build_string (builder, "kind", result->is_live ? "live" : "driver");
  pgw_build_count (builder, "allocations", &result->allocations);
  pgw_build_count (builder, "frees", &result->frees);
  pgw_build_count (builder, "events", &result->events);
  pgw_build_count (builder, "free-lists", &result->free_lists);
  pgw_build_count (builder, "lru-decisions", &result->lru_decisions);
  pgw_build_count (builder, "zones", &result->zones);
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
      pgw_build_string (builder, "operation", difference->operation);
      pgw_build_string (builder, "place", difference->place);
      pgw_build_string (builder, "kernel", difference->kernel);
      pgw_build_string (builder, "core", difference->core);
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
  pgw_build_count (builder, "allocations", &sums->allocations);
  pgw_build_count (builder, "frees", &sums->frees);
  pgw_build_count (builder, "events", &sums->events);
  pgw_build_count (builder, "free-lists", &sums->free_lists);
  pgw_build_count (builder, "lru-decisions", &sums->lru_decisions);
  if (sums->vm.n_files > 0)
    pgw_vm_build_counts (builder, sums->vm.counts, &sums->vm.all);
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
  GFile             *file;
  PgwVerifyOptions   options;
  PgwVmVerifyOptions vm_options;
  PgwVerifyResult   *result;    /* one of the two */
  PgwVmVerifyResult *vm_result;
  gboolean           is_done;
  GMutex             mutex;
  GCond              done;
} Job;

static void
job_run (gpointer data,
         gpointer cancelled)
{
  Job *job = data;
  PgwVerifyResult *result = NULL;
  PgwVmVerifyResult *vm_result = NULL;

  if (g_atomic_int_get ((gint *) cancelled))
    ;
  else if (pgw_vm_verify_takes (job->file))
    vm_result = pgw_vm_verify_file (job->file, &job->vm_options);
  else
    result = pgw_verify_file (job->file, &job->options);
  g_mutex_lock (&job->mutex);
  job->result = result;
  job->vm_result = vm_result;
  job->is_done = TRUE;
  g_cond_signal (&job->done);
  g_mutex_unlock (&job->mutex);
}

static void
job_clear (Job *job)
{
  g_object_unref (job->file);
  pgw_verify_result_free (job->result);
  pgw_vm_verify_result_free (job->vm_result);
  g_mutex_clear (&job->mutex);
  g_cond_clear (&job->done);
}

static void
add_to_sums (Sums                  *sums,
             const PgwVerifyResult *result)
{
  sums->n_files++;
  add (&sums->allocations, &result->allocations);
  add (&sums->frees, &result->frees);
  add (&sums->events, &result->events);
  add (&sums->free_lists, &result->free_lists);
  add (&sums->lru_decisions, &result->lru_decisions);
}

/* Counts and prints a result; returns whether it agrees. */
static gboolean
take_result (const Job     *job,
             const Options *options,
             JsonBuilder   *builder,
             Sums          *sums)
{
  gboolean agrees = job->vm_result ? pgw_vm_verify_result_agrees (job->vm_result)
                                   : pgw_verify_result_agrees (job->result);
  gboolean unusable = (job->vm_result ? job->vm_result->error : job->result->error) != NULL;

  sums->unusable |= unusable;
  sums->disagree |= !unusable && !agrees;
  if (job->vm_result != NULL)
    {
      pgw_vm_sums_add (&sums->vm, job->vm_result);
      if (builder != NULL)
        pgw_vm_build_result (builder, job->vm_result);
      else
        pgw_vm_print_result (job->vm_result);
      return agrees;
    }
  add_to_sums (sums, job->result);
  if (builder != NULL)
    build_result (builder, job->result);
  else
    print_result (job->result, options);
  return agrees;
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
      jobs[i].vm_options.max_differences = jobs[i].options.max_differences;
      jobs[i].vm_options.stepping = options->stepping;
      jobs[i].vm_options.validate = options->validate;
      g_mutex_init (&jobs[i].mutex);
      g_cond_init (&jobs[i].done);
      g_thread_pool_push (pool, &jobs[i], NULL);
    }

  for (i = 0; i < n && !g_atomic_int_get (&cancelled); i++)
    {
      g_mutex_lock (&jobs[i].mutex);
      while (!jobs[i].is_done)
        g_cond_wait (&jobs[i].done, &jobs[i].mutex);
      g_mutex_unlock (&jobs[i].mutex);

      if (!take_result (&jobs[i], options, builder, sums) && options->first)
        g_atomic_int_set (&cancelled, TRUE);
    }

  g_thread_pool_free (pool, FALSE, TRUE);
  for (i = 0; i < n; i++)
    job_clear (&jobs[i]);
}

static void
print_sums (const Sums *sums)
{
  if (sums->vm.statistics != NULL)
    pgw_vm_print_statistics (sums->vm.statistics);
  if (sums->n_files > 0)
    {
      g_print ("agree: ");
      print_counts (&sums->allocations, &sums->frees, &sums->events, &sums->free_lists, &sums->lru_decisions);
    }
  if (sums->vm.n_files > 0)
    {
      g_print ("agree: ");
      pgw_vm_print_counts (sums->vm.counts, &sums->vm.all);
    }
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
  if (options.statistics)
    sums.vm.statistics = pgw_vm_statistics_new ();
  verify_files (&options, builder, &sums);

  if (builder != NULL)
    print_json (builder, &sums);
  else
    print_sums (&sums);
  g_clear_pointer (&sums.vm.statistics, g_hash_table_unref);
  if (!pgw_cli_flush () || sums.unusable)
    return PGW_EXIT_USAGE;
  return sums.disagree ? PGW_EXIT_FAILED : PGW_EXIT_GOOD;
}
