/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The same script on other machines: what a file lists under `compare`, and
 * what can be compared of any scenario. A variant is a scenario of its own
 * that shares the entries of the one it came from.
 */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pgw-scenario-object.h"

#define MIN_VARIANTS 2
#define MAX_VARIANTS 4

static const char *const own_keys[] = { "name", NULL };

/* ---- What a file says ---- */

static void
variant_free (gpointer data)
{
  PgwVariant *variant = data;

  pgw_text_clear (&variant->name);
  pgw_machine_clear (&variant->machine);
  g_ptr_array_unref (variant->tunables);
  g_free (variant->fallback);
  g_free (variant);
}

static char *
kind_name (guint kind)
{
  return g_ascii_strup (view_slab_kind_name (kind), -1);
}

/* "SLUB" for a machine that differs in its slab allocator; else what it differs in, as the file writes it. */
static char *
name_variant (PgwJsonSource     *source,
              const PgwJsonNode *node,
              const PgwMachine  *machine)
{
  GString *name = g_string_new (NULL);

  for (const PgwJsonNode *n = node->first; n; n = n->next)
    {
      g_autofree char *text = pgw_json_dup_text (source, n);
      const char *value = n->type == PGW_JSON_STRING ? n->string : text;

      if (node->n_children == 1 && strcmp (n->key, "slab") == 0)
        {
          g_string_free (name, TRUE);
          return kind_name (machine->config.slab);
        }
      g_string_append_printf (name, "%s%s %s", name->len > 0 ? ", " : "", n->key, value);
    }
  if (name->len == 0)
    g_string_append (name, _("as written"));
  return g_string_free (name, FALSE);
}

/* The script names processors and nodes; those must be there on each machine. */
static gboolean
check_size (PgwScenario       *self,
            const PgwJsonNode *node,
            const PgwVariant  *variant,
            GError           **error)
{
  const PgwMachineInfo *own = &self->machine.info, *info = &variant->machine.info;
  const gboolean cpus = info->nr_cpus < own->nr_cpus;
  const PgwJsonNode *where = pgw_json_member (node, cpus ? "cpus" : "nodes");
  g_autofree char *expected = NULL;

  if (info->nr_cpus >= own->nr_cpus && info->nr_nodes >= own->nr_nodes)
    return TRUE;
  if (cpus)
    expected = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                             "at least the %u processor of \"machine\", which the script may use",
                                             "at least the %u processors of \"machine\", which the script may use",
                                             own->nr_cpus),
                                own->nr_cpus);
  else
    expected = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                             "at least the %u node of \"machine\", which the script may use",
                                             "at least the %u nodes of \"machine\", which the script may use",
                                             own->nr_nodes),
                                own->nr_nodes);
  return pgw_json_fail_expected (self->source, where ? where : node, expected, error);
}

static gboolean
read_variant (PgwScenario       *self,
              const PgwJsonNode *node,
              GError           **error)
{
  const PgwJsonNode *machine = pgw_json_member (pgw_json_source_get_root (self->source), "machine");
  const PgwJsonNode *name;
  PgwVariant *variant;

  if (node->type != PGW_JSON_OBJECT)
    return pgw_json_fail_expected (self->source, node,
                                   _("an object with the members of \"machine\" that differ, such as "
                                     "{\"slab\": \"slub\"}"), error);
  variant = g_new0 (PgwVariant, 1);
  variant->tunables = g_ptr_array_new_with_free_func ((GDestroyNotify) pgw_entry_unref);
  g_ptr_array_add (self->variants, variant);
  name = pgw_json_member (node, "name");
  if ((name && !pgw_text_read (&variant->name, self->source, name, error)) ||
      !pgw_machine_read_variant (&variant->machine, self->source, machine, node, own_keys, self->base,
                                 variant->tunables, error) ||
      !check_size (self, node, variant, error))
    return FALSE;
  variant->machine.config.disk_size = MAX (variant->machine.config.disk_size, self->machine.config.disk_size);
  variant->fallback = name_variant (self->source, node, &variant->machine);
  return TRUE;
}

gboolean
pgw_variants_read (PgwScenario       *self,
                   const PgwJsonNode *node,
                   GError           **error)
{
  if (node->type != PGW_JSON_ARRAY || node->n_children < MIN_VARIANTS || node->n_children > MAX_VARIANTS)
    {
      g_autofree char *expected = g_strdup_printf (_("an array of %u to %u machines, each with the members of "
                                                     "\"machine\" that differ"), MIN_VARIANTS, MAX_VARIANTS);
      return pgw_json_fail_expected (self->source, node, expected, error);
    }
  self->variants = g_ptr_array_new_with_free_func (variant_free);
  for (const PgwJsonNode *n = node->first; n; n = n->next)
    if (!read_variant (self, n, error))
      return FALSE;
  return TRUE;
}

/* ---- What can be compared of any scenario ---- */

static const PgwComparisonKind kinds[] = {
  { "scenario", N_("As the scenario says") },
  { "slab", N_("SLAB, SLUB and SLOB") },
  { "slab_debug", N_("Without and with slab debugging") },
  { "thp", N_("Huge pages: never, on request, always") },
  { NULL, NULL }
};

const PgwComparisonKind *
pgw_scenario_get_comparison_kinds (PgwScenario *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->variants != NULL ? kinds : kinds + 1;
}

guint64
pgw_scenario_get_n_tunable_ops (PgwScenario *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_tunables;
}

/* The script on another machine; `tunables` NULL: with the settings of the machine it was written for. */
static PgwScenario *
variant_new (PgwScenario                 *self,
             const struct machine_config *config,
             const PgwMachineInfo        *info,
             GPtrArray                   *tunables,
             const char                  *title)
{
  PgwScenario *variant = pgw_scenario_object_new (title, self->base);

  variant->origin = pgw_scenario_ref (self);
  pgw_machine_set (&variant->machine, config, self->machine.snapshot, NULL);
  if (info != NULL)
    variant->machine.info = *info;
  variant->machine.config.nr_slots = self->machine.config.nr_slots;
  for (guint i = 0; tunables != NULL && i < tunables->len; i++)
    g_ptr_array_add (variant->entries, pgw_entry_ref (g_ptr_array_index (tunables, i)));
  for (guint i = tunables != NULL ? self->n_tunables : 0; i < self->entries->len; i++)
    g_ptr_array_add (variant->entries, pgw_entry_ref (g_ptr_array_index (self->entries, i)));
  variant->n_tunables = tunables != NULL ? tunables->len : self->n_tunables;
  pgw_text_set (&variant->title, title);
  pgw_scenario_unfold_again (variant);
  return variant;
}

static void
add_listed (PgwScenario *self,
            GPtrArray   *variants)
{
  for (guint i = 0; self->variants != NULL && i < self->variants->len; i++)
    {
      const PgwVariant *variant = g_ptr_array_index (self->variants, i);
      const char *name = pgw_text_get (&variant->name);

      g_ptr_array_add (variants, variant_new (self, &variant->machine.config, &variant->machine.info,
                                              variant->tunables, name ? name : variant->fallback));
    }
}

static void
add_flavours (PgwScenario *self,
              GPtrArray   *variants)
{
  for (guint kind = SLAB_KIND_SLAB; kind < NR_SLAB_KINDS; kind++)
    {
      struct machine_config config = self->machine.config;
      g_autofree char *name = kind_name (kind);

      config.slab = kind;
      g_ptr_array_add (variants, variant_new (self, &config, NULL, NULL, name));
    }
}

static void
add_debugging (PgwScenario *self,
               GPtrArray   *variants)
{
  struct machine_config config = self->machine.config;
  const char *bad = NULL;

  config.slab_debug = 0;
  g_ptr_array_add (variants, variant_new (self, &config, NULL, NULL, _("without debugging")));
  view_parse_slab_flags ("SLAB_CONSISTENCY_CHECKS|SLAB_RED_ZONE|SLAB_POISON|SLAB_STORE_USER", &config.slab_debug, &bad);
  g_ptr_array_add (variants, variant_new (self, &config, NULL, NULL, _("with debugging")));
}

static void
add_huge_pages (PgwScenario *self,
                GPtrArray   *variants)
{
  static const struct { guint32 mode; const char *name; } modes[] = {
    { THP_NEVER, N_("never") }, { THP_MADVISE, N_("on request") }, { THP_ALWAYS, N_("always") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      struct machine_config config = self->machine.config;

      config.thp_enabled = modes[i].mode;
      g_ptr_array_add (variants, variant_new (self, &config, NULL, NULL, _(modes[i].name)));
    }
}

GPtrArray *
pgw_scenario_new_variants (PgwScenario *self,
                           const char  *kind)
{
  static void (*const add[]) (PgwScenario *self, GPtrArray *variants) = {
    add_listed, add_flavours, add_debugging, add_huge_pages,
  };
  g_autoptr (GPtrArray) variants = g_ptr_array_new_with_free_func ((GDestroyNotify) pgw_scenario_unref);

  g_return_val_if_fail (self != NULL && kind != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (add); i++)
    if (strcmp (kinds[i].id, kind) == 0)
      add[i] (self, variants);
  return variants->len > 0 ? g_steal_pointer (&variants) : NULL;
}
