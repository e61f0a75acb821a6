/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Results of verifying recordings of virtual memory, as text and as JSON.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <inttypes.h>
#include <glib/gi18n.h>

#include "pgw-verify-print.h"

static void
add (PgwVerifyCount       *sum,
     const PgwVerifyCount *count)
{
  sum->agreed += count->agreed;
  sum->total += count->total;
}

void
pgw_vm_sums_add (PgwVmSums               *sums,
                 const PgwVmVerifyResult *result)
{
  sums->n_files++;
  for (guint i = 0; i < PGW_VM_N_CATEGORIES; i++)
    add (&sums->counts[i], &result->counts[i]);
  add (&sums->all, &result->all);
  if (sums->statistics != NULL)
    pgw_vm_statistics_add (sums->statistics, result->statistics);
}

/* ---- Text ---- */

void
pgw_vm_print_counts (const PgwVerifyCount *counts,
                     const PgwVerifyCount *all)
{
  for (guint i = 0; i < PGW_VM_N_CATEGORIES; i++)
    g_print ("%s %" PRIu64 "/%" PRIu64 " ", pgw_vm_category_names[i], counts[i].agreed, counts[i].total);
  g_print ("all %" PRIu64 "/%" PRIu64 "\n", all->agreed, all->total);
}

static void
print_difference (const PgwVmVerifyResult *result,
                  const PgwVmDifference   *difference)
{
  if (difference->step < 0)
    g_print ("  %s:%u: %s\n", result->name, difference->line, difference->operation);
  else
    g_print (_("  %s:%u: step %d: %s\n"), result->name, difference->line, difference->step, difference->operation);
  g_print ("    %s: %s\n", pgw_vm_category_names[difference->category], difference->place);
  g_print ("    %s %s\n", _("kernel:"), difference->kernel);
  g_print ("    %s %s\n", _("core:  "), difference->core);
}

void
pgw_vm_print_result (const PgwVmVerifyResult *result)
{
  g_autofree char *basename = g_path_get_basename (result->name);
  guint64 more;

  if (result->all.total > 0 || result->error == NULL)
    {
      g_print ("%s: ", basename);
      pgw_vm_print_counts (result->counts, &result->all);
    }
  for (guint i = 0; i < result->differences->len; i++)
    print_difference (result, g_ptr_array_index (result->differences, i));
  more = result->n_differences - result->differences->len;
  if (more > 0 && result->differences->len > 0)
    g_print (ngettext ("  and %" PRIu64 " more difference; the core went on from its own state\n",
                       "  and %" PRIu64 " more differences; the core went on from its own state\n", more), more);
  if (result->error != NULL)
    {
      fflush (stdout);
      g_printerr ("%s\n", result->error->message);
    }
}

static int
compare_statistics (gconstpointer a,
                    gconstpointer b)
{
  const PgwVmStatistic *s = *(PgwVmStatistic *const *) a, *t = *(PgwVmStatistic *const *) b;

  if (s->first != t->first)
    return s->first < t->first ? 1 : -1;
  if (s->n != t->n)
    return s->n < t->n ? 1 : -1;
  if (s->category != t->category)
    return (int) s->category - (int) t->category;
  return strcmp (s->operation, t->operation) != 0 ? strcmp (s->operation, t->operation) : strcmp (s->kind, t->kind);
}

void
pgw_vm_print_statistics (GHashTable *statistics)
{
  guint length;
  g_autofree gpointer *keys = g_hash_table_get_keys_as_array (statistics, &length);

  if (length == 0)
    return;
  qsort (keys, length, sizeof *keys, compare_statistics);
  g_print (_("differences: first of a file, all, after which operation, in what\n"));
  for (guint i = 0; i < length; i++)
    {
      const PgwVmStatistic *s = keys[i];

      g_print ("%8" PRIu64 " %8" PRIu64 "  %-11s %s: %s\n", s->first, s->n, s->operation,
               pgw_vm_category_names[s->category], s->kind);
    }
}

/* ---- JSON ---- */

void
pgw_build_count (JsonBuilder          *builder,
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

void
pgw_build_string (JsonBuilder *builder,
                  const char  *name,
                  const char  *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

void
pgw_vm_build_counts (JsonBuilder          *builder,
                     const PgwVerifyCount *counts,
                     const PgwVerifyCount *all)
{
  for (guint i = 0; i < PGW_VM_N_CATEGORIES; i++)
    pgw_build_count (builder, pgw_vm_category_names[i], &counts[i]);
  pgw_build_count (builder, "all", all);
}

void
pgw_vm_build_result (JsonBuilder             *builder,
                     const PgwVmVerifyResult *result)
{
  json_builder_begin_object (builder);
  pgw_build_string (builder, "file", result->name);
  pgw_build_string (builder, "kind", "vm");
  pgw_vm_build_counts (builder, result->counts, &result->all);
  json_builder_set_member_name (builder, "differences");
  json_builder_begin_array (builder);
  for (guint i = 0; i < result->differences->len; i++)
    {
      const PgwVmDifference *difference = g_ptr_array_index (result->differences, i);

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "line");
      json_builder_add_int_value (builder, difference->line);
      json_builder_set_member_name (builder, "step");
      json_builder_add_int_value (builder, difference->step);
      pgw_build_string (builder, "operation", difference->operation);
      pgw_build_string (builder, "category", pgw_vm_category_names[difference->category]);
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
