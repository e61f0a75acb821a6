/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pagewalk-cli render: a picture or an animation of a scenario, made by the
 * code that draws the window, without a display. Ctrl-C ends it cleanly: what
 * the file was before, it still is.
 */
#include "config.h"
#include "pgw-cli.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "src/scene/pgw-scene.h"

#define DEFAULT_WIDTH  1280
#define DEFAULT_HEIGHT 800
#define LARGEST_SIDE   100000   /* pgw_export() knows what is sensible; this keeps an int from overflowing */

#define RECORD_SLICE   100000   /* steps between two looks for an interruption */

/* Texts as they were given. */
typedef struct {
  char    *pane;
  char    *layout;
  char    *output;
  char    *size;
  char    *scheme;
  char    *language;
  char    *select;
  char    *zone;
  char    *compare_by;
  char    *file;
  char    *translate;
  gint64   at;
  gint64   from;
  gint64   to;
  double   fps;         /* DEFAULT_RATE: as pgw_export() likes */
  double   speed;       /* likewise */
  double   font_scale;
} Options;

/* Stands for a rate that was not given. */
#define DEFAULT_RATE (-1e9)

static volatile sig_atomic_t interrupted;

static void
interrupt (int signal_number)
{
  interrupted = 1;
}

static gboolean
complain (const char *option, const char *value, const char *expected)
{
  pgw_cli_complain (_("render: %s %s: expected %s"), option, value, expected);
  return FALSE;
}

static char *
pane_names (void)
{
  GString *names = g_string_new (NULL);

  for (const PgwPaneType *const *type = pgw_pane_types (); *type != NULL; type++)
    g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", (*type)->id);

  return g_string_free (names, FALSE);
}

static char *
layout_names (void)
{
  GString *names = g_string_new (NULL);

  for (const PgwLayout *const *layout = pgw_layouts (); *layout != NULL; layout++)
    g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", (*layout)->id);

  return g_string_free (names, FALSE);
}

static const PgwLayout *
find_layout (const char *id)
{
  for (const PgwLayout *const *layout = pgw_layouts (); *layout != NULL; layout++)
    if (g_str_equal ((*layout)->id, id))
      return *layout;

  return NULL;
}

static gboolean
read_subject (const Options *options, PgwExportOptions *export_options)
{
  const gboolean each = options->layout != NULL && g_str_equal (options->layout, "compare");

  if (options->pane != NULL && options->layout != NULL && !each)
    {
      pgw_cli_complain (_("render: --pane and --layout exclude each other (but for the layout compare)"));
      return FALSE;
    }
  if (options->pane != NULL && pgw_pane_type_by_id (options->pane) == NULL)
    {
      g_autofree char *names = pane_names ();

      return complain ("--pane", options->pane, names);
    }
  if (options->layout != NULL && find_layout (options->layout) == NULL)
    {
      g_autofree char *names = layout_names ();

      return complain ("--layout", options->layout, names);
    }

  export_options->pane = each ? NULL : options->pane;
  export_options->each = each ? options->pane : NULL;
  export_options->layout = options->pane == NULL && options->layout == NULL ? "overview" : options->layout;
  return TRUE;
}

static gboolean
read_size (const Options *options, PgwExportOptions *export_options)
{
  g_auto (GStrv) parts = NULL;
  guint64 width, height;

  export_options->width = DEFAULT_WIDTH;
  export_options->height = DEFAULT_HEIGHT;
  if (options->size == NULL)
    return TRUE;

  parts = g_strsplit (options->size, "x", -1);
  if (g_strv_length (parts) != 2 ||
      !g_ascii_string_to_unsigned (parts[0], 10, 1, LARGEST_SIDE, &width, NULL) ||
      !g_ascii_string_to_unsigned (parts[1], 10, 1, LARGEST_SIDE, &height, NULL))
    return complain ("--size", options->size, _("WIDTHxHEIGHT in pixels, as 1280x800"));

  export_options->width = (int) width;
  export_options->height = (int) height;
  return TRUE;
}

static gboolean
read_scheme (const Options *options, PgwExportOptions *export_options)
{
  static const char *const names[] = {
    [PGW_SCHEME_LIGHT] = "light",
    [PGW_SCHEME_DARK] = "dark",
    [PGW_SCHEME_HIGH_CONTRAST] = "hc",
    [PGW_SCHEME_HIGH_CONTRAST_DARK] = "hc-dark",
  };

  export_options->scheme = PGW_SCHEME_LIGHT;
  if (options->scheme == NULL)
    return TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (options->scheme, names[i]))
      {
        export_options->scheme = (PgwScheme) i;
        return TRUE;
      }

  return complain ("--scheme", options->scheme, "light, dark, hc, hc-dark");
}

/* A file of the machine, or "self/maps" of the task that the pane is about. */
static gboolean
file_is_known (const char *file)
{
  g_autofree char *names = NULL, *task_names = NULL, *expected = NULL;

  if (g_strv_contains (view_proc_names (), file) ||
      (g_str_has_prefix (file, "self/") && g_strv_contains (view_proc_task_names (), file + strlen ("self/"))))
    return TRUE;
  names = g_strjoinv (", ", (char **) view_proc_names ());
  task_names = g_strjoinv (", self/", (char **) view_proc_task_names ());
  expected = g_strdup_printf ("%s, self/%s", names, task_names);
  return complain ("--file", file, expected);
}

static gboolean
read_objects (const Options *options, PgwExportOptions *export_options)
{
  g_autoptr (GError) error = NULL;

  export_options->zone = G_MAXUINT32;
  if (options->select != NULL && !pgw_cli_parse_object (options->select, &export_options->selection, &error))
    {
      pgw_cli_complain ("render: --select: %s", error->message);
      return FALSE;
    }
  if (options->zone != NULL && !pgw_cli_parse_zone (options->zone, &export_options->zone, &error))
    {
      pgw_cli_complain ("render: --zone: %s", error->message);
      return FALSE;
    }
  export_options->translate = options->translate;
  export_options->option = options->file;
  return options->file == NULL || file_is_known (options->file);
}

/* Which steps; G_MAXUINT64 stands for the end of the recording. */
static gboolean
read_steps (const Options *options, PgwExportOptions *export_options)
{
  gboolean range = options->from >= 0 || options->to >= 0;

  if (options->at < -1 || options->from < -1 || options->to < -1)
    {
      pgw_cli_complain (_("render: a step is a number from 0"));
      return FALSE;
    }
  if (range && options->at >= 0)
    {
      pgw_cli_complain (_("render: --at and --from or --to exclude each other"));
      return FALSE;
    }

  if (range)
    {
      export_options->from = options->from >= 0 ? (guint64) options->from : 0;
      export_options->to = options->to >= 0 ? (guint64) options->to : G_MAXUINT64;
    }
  else
    export_options->from = export_options->to = options->at >= 0 ? (guint64) options->at : G_MAXUINT64;

  return TRUE;
}

static gboolean
read_numbers (const Options *options, PgwExportOptions *export_options)
{
  if (options->fps != DEFAULT_RATE && !(options->fps >= 0.1 && options->fps <= 120.0))
    {
      pgw_cli_complain (_("render: --fps %g: expected 0.1 to 120 pictures a second"), options->fps);
      return FALSE;
    }
  if (options->speed != DEFAULT_RATE && !(options->speed >= 0.01 && options->speed <= 1e6))
    {
      pgw_cli_complain (_("render: --speed %g: expected 0.01 to 1000000 steps a second"), options->speed);
      return FALSE;
    }
  if (!(options->font_scale >= 0.25 && options->font_scale <= 8.0))
    {
      pgw_cli_complain (_("render: --font-scale %g: expected 0.25 to 8"), options->font_scale);
      return FALSE;
    }

  export_options->frames_per_second = options->fps != DEFAULT_RATE ? options->fps : 0.0;
  export_options->steps_per_second = options->speed != DEFAULT_RATE ? options->speed : 0.0;
  export_options->font_scale = options->font_scale;
  return TRUE;
}

/* Names of files end in what they hold; a wrong one is told before anything is computed. */
static gboolean
check_output (const Options *options)
{
  static const char *const endings[] = { ".png", ".svg", ".pdf", ".webp", ".gif", ".webm", ".mp4" };

  if (options->output == NULL)
    {
      pgw_cli_complain (_("render: -o FILE is missing: where to write"));
      return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *lower = g_ascii_strdown (options->output, -1);

      if (g_str_has_suffix (lower, endings[i]))
        return TRUE;
    }

  return complain ("-o", options->output,
                   _("a name that ends in .png, .svg, .pdf, .webp, .gif, .webm or .mp4"));
}

static gboolean
report_progress (double done, gpointer data)
{
  gboolean tell = GPOINTER_TO_INT (data);

  if (tell)
    g_printerr ("\r%3.0f %%", done * 100.0);

  return !interrupted;
}

static void
watch_for_interrupt (void)
{
  struct sigaction action = { .sa_handler = interrupt };

  sigemptyset (&action.sa_mask);
  action.sa_flags = SA_RESETHAND;       /* a second one ends the program at once */
  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
}

/* Records all of it: some panes show the whole run. Complains and returns FALSE where the steps are not in it. */
static gboolean
record (PgwTimeline *timeline, PgwExportOptions *export_options)
{
  guint64 length;

  while (!interrupted && !pgw_timeline_record (timeline, RECORD_SLICE))
    ;

  length = pgw_timeline_get_length (timeline);
  if (export_options->to == G_MAXUINT64)
    export_options->to = length;
  if (export_options->from == G_MAXUINT64)
    export_options->from = length;

  if (interrupted)
    pgw_cli_complain (_("render: interrupted; nothing was written"));
  else if (export_options->to > length)
    pgw_cli_complain (_("render: there is no step %lu; the scenario ends at step %lu"),
                      (gulong) export_options->to, (gulong) length);
  else if (export_options->from > export_options->to)
    pgw_cli_complain (_("render: step %lu comes after step %lu"), (gulong) export_options->from,
                      (gulong) export_options->to);
  else
    return TRUE;

  return FALSE;
}

/* Starts and records the machines that the picture compares, if it does. Complains and returns FALSE on failure. */
static gboolean
record_peers (const Options *options, PgwExportOptions *export_options, PgwScenario *scenario, const char *path)
{
  const PgwComparisonKind *kinds = pgw_scenario_get_comparison_kinds (scenario);
  const char *kind = options->compare_by != NULL ? options->compare_by : kinds->id;
  gboolean known = FALSE;
  g_autoptr (GError) error = NULL;

  if (export_options->pane != NULL ? !pgw_pane_compares (pgw_pane_type_by_id (export_options->pane))
                                   : !pgw_layout_compares (find_layout (export_options->layout)))
    return TRUE;
  for (const PgwComparisonKind *k = kinds; k->id != NULL; k++)
    known |= g_str_equal (k->id, kind);
  if (!known)
    return complain ("--compare-by", kind, _("what “pagewalk-cli slabs --help” names"));
  export_options->peers = pgw_peers_start (scenario, kind, &error);
  if (export_options->peers == NULL)
    {
      pgw_cli_complain_file (path, error);
      return FALSE;
    }
  while (!interrupted && !pgw_peers_record (export_options->peers, RECORD_SLICE))
    ;
  if (interrupted)
    pgw_cli_complain (_("render: interrupted; nothing was written"));
  return !interrupted;
}

static int
render (const Options *options, PgwExportOptions *export_options, const char *path)
{
  g_autoptr (PgwScenario) scenario = pgw_cli_open (path);
  g_autoptr (PgwTimeline) timeline = scenario != NULL ? pgw_cli_start (scenario, path) : NULL;
  gboolean tell = isatty (STDERR_FILENO) != 0;
  g_autoptr (GError) error = NULL;
  gboolean good;

  if (timeline == NULL)
    return PGW_EXIT_USAGE;

  watch_for_interrupt ();
  if (!record (timeline, export_options) || !record_peers (options, export_options, scenario, path))
    return PGW_EXIT_USAGE;

  good = pgw_export (timeline, scenario, export_options, options->output, report_progress, GINT_TO_POINTER (tell),
                     &error);
  if (tell)
    g_printerr ("\r     \r");
  if (!good && interrupted)
    pgw_cli_complain (_("render: interrupted; nothing was written"));
  else if (!good)
    pgw_cli_complain ("render: %s", error->message);

  return good ? PGW_EXIT_GOOD : PGW_EXIT_USAGE;
}

static void
clear_options (Options *options)
{
  g_free (options->pane);
  g_free (options->layout);
  g_free (options->output);
  g_free (options->size);
  g_free (options->scheme);
  g_free (options->language);
  g_free (options->select);
  g_free (options->zone);
  g_free (options->compare_by);
  g_free (options->file);
  g_free (options->translate);
}

int
pgw_cmd_render (int argc, char **argv)
{
  Options options = { .at = -1, .from = -1, .to = -1, .fps = DEFAULT_RATE, .speed = DEFAULT_RATE, .font_scale = 1.0 };
  PgwExportOptions export_options = { 0 };
  const GOptionEntry entries[] = {
    { "pane", 'p', 0, G_OPTION_ARG_STRING, &options.pane, N_("Draw this pane, as buddy"), N_("NAME") },
    { "layout", 'l', 0, G_OPTION_ARG_STRING, &options.layout,
      N_("Draw the panes of this layout (default: overview)"), N_("NAME") },
    { "at", 'a', 0, G_OPTION_ARG_INT64, &options.at, N_("Show this step (default: the last)"), N_("STEP") },
    { "from", 'f', 0, G_OPTION_ARG_INT64, &options.from, N_("First step of an animation"), N_("STEP") },
    { "to", 't', 0, G_OPTION_ARG_INT64, &options.to, N_("Last step of an animation"), N_("STEP") },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      N_("File to write; its ending says of which kind"), N_("FILE") },
    { "size", 's', 0, G_OPTION_ARG_STRING, &options.size, N_("Size in pixels (default: 1280x800)"), N_("WxH") },
    { "scheme", 0, 0, G_OPTION_ARG_STRING, &options.scheme, N_("Colours: light, dark, hc or hc-dark"), N_("NAME") },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &options.language, N_("Language of the picture, as zh_CN"), N_("LANGUAGE") },
    { "select", 0, 0, G_OPTION_ARG_STRING, &options.select,
      N_("Highlight an object, as “page 0x1a3” or “zone Normal”"), N_("OBJECT") },
    { "zone", 'z', 0, G_OPTION_ARG_STRING, &options.zone, N_("Zone to show, as Normal or 1:Normal"), N_("ZONE") },
    { "compare-by", 'b', 0, G_OPTION_ARG_STRING, &options.compare_by,
      N_("In the layout compare: what machines differ in, as slab (default: what the scenario says)"), N_("WHAT") },
    { "file", 0, 0, G_OPTION_ARG_STRING, &options.file, N_("File in the pane /proc, as buddyinfo or self/maps"), N_("NAME") },
    { "translate", 'x', 0, G_OPTION_ARG_STRING, &options.translate,
      N_("Address that the page tables are walked for, as child:heap+4K"), N_("[TASK:]ADDRESS") },
    { "fps", 0, 0, G_OPTION_ARG_DOUBLE, &options.fps, N_("Pictures a second of an animation (default: 25)"), "N" },
    { "speed", 0, 0, G_OPTION_ARG_DOUBLE, &options.speed,
      N_("Steps a second of an animation (default: so many that it lasts half a minute at most)"), "N" },
    { "font-scale", 0, 0, G_OPTION_ARG_DOUBLE, &options.font_scale, N_("Size of the type (default: 1)"), "N" },
    G_OPTION_ENTRY_NULL
  };
  int status = PGW_EXIT_USAGE;

  if (pgw_cli_parse ("render", entries, 1, 1, &argc, &argv) &&
      read_subject (&options, &export_options) && read_size (&options, &export_options) &&
      read_scheme (&options, &export_options) && read_objects (&options, &export_options) &&
      read_steps (&options, &export_options) && read_numbers (&options, &export_options) &&
      check_output (&options) && pgw_cli_set_language (options.language))
    status = render (&options, &export_options, argv[1]);

  g_clear_pointer (&export_options.peers, g_array_unref);
  clear_options (&options);
  return status;
}
