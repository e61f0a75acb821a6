/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file of /proc as the simulated kernel would print it, with the lines that
 * the current operation changed marked.
 *
 * The text before the operation is read by standing at its start for a
 * moment; the position is the same afterwards.
 */
#include "pgw-pane-private.h"

#include <math.h>
#include <string.h>

#define LARGEST_TYPE 1.8 /* times the usual */

static const char *
file_name (const PgwPaneState *state)
{
  const char *const *names = view_proc_names ();

  for (guint i = 0; state->option != NULL && names[i] != NULL; i++)
    if (strcmp (names[i], state->option) == 0)
      return names[i];
  return names[0];
}

static char **
read_lines (const PgwPaneState *state,
            const char         *name)
{
  const struct machine *machine = pgw_pane_machine (state);
  s64 length = view_proc (machine, name, NULL, 0);
  g_autofree char *text = NULL;

  if (length < 0)
    return g_new0 (char *, 1);
  text = g_malloc0 (length + 1);
  view_proc (machine, name, text, length + 1);
  if (length > 0 && text[length - 1] == '\n')
    text[length - 1] = '\0';
  return g_strsplit (text, "\n", -1);
}

/* The lines as they were when the current operation began, or NULL at the very start. */
static char **
read_lines_before (const PgwPaneState *state,
                   const char         *name)
{
  PgwMoment moment = pgw_timeline_get_moment (state->timeline);
  guint64 op = pgw_timeline_op_at (state->timeline, moment.step);
  PgwOpRun run;
  char **lines;

  if (op == G_MAXUINT64 || !pgw_timeline_get_op_run (state->timeline, op, &run) || run.first_step > moment.step)
    return NULL;
  pgw_timeline_seek (state->timeline, run.first_step);
  lines = read_lines (state, name);
  pgw_timeline_go_to_moment (state->timeline, moment);
  return lines;
}

/* Width of a line in characters, tabs reaching to multiples of eight. */
static char *
expand_tabs (const char *line)
{
  GString *out = g_string_new (NULL);

  for (; *line != '\0'; line++)
    {
      if (*line != '\t')
        g_string_append_c (out, *line);
      else
        do
          g_string_append_c (out, ' ');
        while (out->len % 8 != 0);
    }
  return g_string_free (out, FALSE);
}

static double
add_file_strip (PgwScene   *scene,
                const char *current,
                double      x,
                double      y,
                double      width,
                double      scale)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s", current);

  pgw_scene_add_text (scene, 0, 0, PGW_COLOUR_DIM_TEXT, PGW_STYLE_SMALL | PGW_STYLE_BOLD, x, y, width, path);
  pgw_scene_say (scene, "%s", path);
  return pgw_type_line_height (PGW_STYLE_SMALL, scale) + ceil (4 * scale);
}

static double
natural_width (char  **lines,
               double  scale)
{
  gsize longest = 1;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *line = expand_tabs (lines[i]);

      longest = MAX (longest, strlen (line));
    }
  return longest * pgw_type_width ("0", PGW_STYLE_MONO | PGW_STYLE_SMALL, scale);
}

/* Larger type than usual where a short file has room for it, as on a projector; never smaller. */
static double
type_scale (char  **lines,
            double  width,
            double  height,
            double  scale)
{
  double wide = (width - 24 * scale) / natural_width (lines, scale);
  double high = height / ((g_strv_length (lines) + 2) * pgw_type_line_height (PGW_STYLE_SMALL, scale));

  return scale * CLAMP (MIN (wide, high) * 0.97, 1, LARGEST_TYPE);
}

static PgwScene *
proc_layout (const PgwPaneState *state,
             double              width,
             double              height)
{
  PgwScene *scene = pgw_scene_new (width, height);
  const char *name = file_name (state);
  g_auto (GStrv) lines = read_lines (state, name);
  g_auto (GStrv) before = read_lines_before (state, name);
  guint n_before = before == NULL ? 0 : g_strv_length (before);
  double scale = type_scale (lines, width, height, pgw_pane_scale (state));
  double x = ceil (12 * scale), y = ceil (4 * scale), line_height;

  scene->font_scale = scale;
  scene->width = MAX (width, ceil (natural_width (lines, scale) + 2 * x));
  y += add_file_strip (scene, name, x, y, width - 2 * x, scale);
  line_height = pgw_type_line_height (PGW_STYLE_SMALL, scale);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      gboolean changed = before != NULL && (i >= n_before || strcmp (before[i], lines[i]) != 0);
      g_autofree char *line = expand_tabs (lines[i]);

      if (changed)
        pgw_scene_add (scene, PGW_ITEM_BOX, 0, 0, PGW_COLOUR_CHANGED, PGW_STYLE_SOLID, x - 7 * scale, y,
                       3 * scale, line_height, NULL);
      pgw_scene_add_text (scene, 0, 0, PGW_COLOUR_TEXT,
                          PGW_STYLE_MONO | PGW_STYLE_SMALL | (changed ? PGW_STYLE_BOLD : 0), x, y, scene->width - x, line);
      pgw_scene_say (scene, changed ? _("%s    (changed)") : "%s", line);
      y += line_height;
    }
  pgw_scene_grow (scene, y + ceil (4 * scale));
  return scene;
}

static char *
proc_subtitle (const PgwPaneState *state)
{
  return g_strdup_printf ("/proc/%s", file_name (state));
}

const PgwPaneType pgw_proc_pane = {
  .id = "proc",
  .title = N_("/proc"),
  .layout = proc_layout,
  .subtitle = proc_subtitle,
};
