/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What comes of verifying a recording of virtual memory: counts, differences,
 * statistics.
 */
#include "config.h"

#include <string.h>

#include "pgw-verify-vm.h"

const char *const pgw_vm_category_names[] = { "results", "vmas", "pages", "counters", "faults" };

static void
difference_free (gpointer data)
{
  PgwVmDifference *difference = data;

  g_free (difference->operation);
  g_free (difference->place);
  g_free (difference->kernel);
  g_free (difference->core);
  g_free (difference);
}

static guint
statistic_hash (gconstpointer data)
{
  const PgwVmStatistic *s = data;

  return g_str_hash (s->operation) * 31 + g_str_hash (s->kind) + s->category;
}

static gboolean
statistic_equal (gconstpointer a,
                 gconstpointer b)
{
  const PgwVmStatistic *s = a, *t = b;

  return s->category == t->category && strcmp (s->operation, t->operation) == 0 && strcmp (s->kind, t->kind) == 0;
}

GHashTable *
pgw_vm_statistics_new (void)
{
  return g_hash_table_new_full (statistic_hash, statistic_equal, g_free, NULL);
}

PgwVmStatistic *
pgw_vm_statistics_find (GHashTable           *statistics,
                        const PgwVmStatistic *key)
{
  PgwVmStatistic *found = g_hash_table_lookup (statistics, key);

  if (found == NULL)
    {
      found = g_memdup2 (key, sizeof *key);
      found->n = found->first = 0;
      g_hash_table_add (statistics, found);
    }
  return found;
}

void
pgw_vm_statistics_add (GHashTable *sum,
                       GHashTable *statistics)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, statistics);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const PgwVmStatistic *from = key;
      PgwVmStatistic *to = pgw_vm_statistics_find (sum, from);

      to->n += from->n;
      to->first += from->first;
    }
}

void
pgw_vm_verify_result_free (PgwVmVerifyResult *result)
{
  if (result == NULL)
    return;
  g_free (result->name);
  g_ptr_array_unref (result->differences);
  g_hash_table_unref (result->statistics);
  g_clear_error (&result->error);
  g_free (result);
}

gboolean
pgw_vm_verify_result_agrees (const PgwVmVerifyResult *result)
{
  return result->error == NULL && result->n_differences == 0 && result->all.agreed == result->all.total;
}

PgwVmVerifyResult *
pgw_vm_verify_result_new (const char *name)
{
  PgwVmVerifyResult *result = g_new0 (PgwVmVerifyResult, 1);

  result->name = g_strdup (name);
  result->differences = g_ptr_array_new_with_free_func (difference_free);
  result->statistics = pgw_vm_statistics_new ();
  return result;
}
