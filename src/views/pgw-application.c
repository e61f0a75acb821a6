/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The application: one window for each file it is asked to open.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-application.h"
#include "pgw-settings.h"
#include "pgw-window.h"
#include "src/scene/pgw-scene.h"

/* Compiled into the static library; named so that the linker keeps it. */
extern void *pgw_ui_get_resource (void);

struct _PgwApplication {
  AdwApplication  parent_instance;

  GtkCssProvider *palette_css;  /* colours of the scenes' palette, for the cards that hold scenes */
};

G_DEFINE_FINAL_TYPE (PgwApplication, pgw_application, ADW_TYPE_APPLICATION)

typedef struct {
  const char *action;
  const char *accels[3];
} Accelerators;

static const Accelerators accelerators[] = {
  { "win.open", { "<Control>o" } },
  { "win.library", { "<Control>l" } },
  { "win.save", { "<Control>s" } },
  { "win.save-as", { "<Control><Shift>s" } },
  { "win.export-layout", { "<Control>e" } },
  { "win.undo", { "<Control>z" } },
  { "win.redo", { "<Control><Shift>z", "<Control>y" } },
  { "win.find", { "<Control>f" } },
  { "win.allocate", { "<Control>m" } },
  { "win.memory", { "<Control><Shift>m" } },
  { "win.free", { "<Control>d" } },
  { "win.breakpoints", { "<Control>b" } },
  { "win.run-forward", { "<Control>g" } },
  { "win.run-backward", { "<Control><Shift>g" } },
  { "win.next-event-of-kind", { "<Control>k" } },
  { "win.previous-event-of-kind", { "<Control><Shift>k" } },
  { "win.step-forward", { "<Control>Right" } },
  { "win.step-back", { "<Control>Left" } },
  { "win.next-change", { "<Alt>Right" } },
  { "win.previous-change", { "<Alt>Left" } },
  { "win.last-change", { "<Alt>Up" } },
  { "win.faster", { "<Control>plus", "<Control>equal" } },
  { "win.slower", { "<Control>minus" } },
  { "win.pane-text", { "<Control>t" } },
  { "win.translate", { "<Control><Shift>t" } },
  { "win.show-pane::buddy", { "F2" } },
  { "win.show-pane::frames", { "F3" } },
  { "win.show-pane::chart", { "F4" } },
  { "win.show-pane::proc", { "F5" } },
  { "win.focus-script", { "F6" } },
  { "win.focus-inspector", { "F7" } },
  { "win.focus-source", { "<Shift>F7" } },
  { "win.focus-timeline", { "F8" } },
  { "win.show-script", { "F9" } },
  { "win.show-inspector", { "<Shift>F9" } },
  { "win.show-source", { "<Control>F9" } },
  { "win.fullscreen", { "F11" } },
  { "win.presentation", { "F12" } },
  { "win.layout::overview", { "<Control>1" } },
  { "win.layout::space", { "<Control>2" } },
  { "win.layout::allocator", { "<Control>3" } },
  { "win.layout::reclaim", { "<Control>4" } },
  { "win.layout::compare", { "<Control>5" } },
  { "win.granularity::operation", { "<Alt>1" } },
  { "win.granularity::event", { "<Alt>2" } },
  { "win.granularity::line", { "<Alt>3" } },
  { "win.show-help-overlay", { "<Control>question", "F1" } },
  { "window.close", { "<Control>w" } },
  { "app.quit", { "<Control>q" } },
};

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GList *windows = g_list_copy (gtk_application_get_windows (data));

  /* Each window may ask about what is not saved. */
  for (GList *l = windows; l != NULL; l = l->next)
    gtk_window_close (l->data);
  g_list_free (windows);
}

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  adw_show_about_window (gtk_application_get_active_window (data), "application-name", "Pagewalk", "application-icon",
                         APPLICATION_ID, "version", PACKAGE_VERSION, "license-type", GTK_LICENSE_GPL_2_0, "comments",
                         _("The Linux memory management core, run on a simulated machine and shown at work."), NULL);
}

static void
append_colour (GString *css, const char *name, const PgwPalette *palette, PgwColour colour)
{
  const PgwRgba *rgba = &palette->colours[colour];

  g_string_append_printf (css, "@define-color %s rgb(%d,%d,%d);\n", name, (int) (rgba->red * 255 + 0.5),
                          (int) (rgba->green * 255 + 0.5), (int) (rgba->blue * 255 + 0.5));
}

static void
load_palette (PgwApplication *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  gboolean dark = adw_style_manager_get_dark (style);
  PgwScheme scheme = adw_style_manager_get_high_contrast (style)
                       ? (dark ? PGW_SCHEME_HIGH_CONTRAST_DARK : PGW_SCHEME_HIGH_CONTRAST)
                       : (dark ? PGW_SCHEME_DARK : PGW_SCHEME_LIGHT);
  g_autoptr (GString) css = g_string_new (NULL);

  append_colour (css, "pgw_surface", pgw_palette_get (scheme), PGW_COLOUR_SURFACE);
  append_colour (css, "pgw_text", pgw_palette_get (scheme), PGW_COLOUR_TEXT);
  gtk_css_provider_load_from_data (self->palette_css, css->str, css->len);
}

static void
apply_colour_scheme (int scheme)
{
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), (AdwColorScheme) scheme);
}

static const char *
scheme_name (int scheme)
{
  return scheme == ADW_COLOR_SCHEME_FORCE_DARK ? "dark" : scheme == ADW_COLOR_SCHEME_FORCE_LIGHT ? "light" : "default";
}

static void
colour_scheme_action (GSimpleAction *action, GVariant *value, gpointer data)
{
  const char *name = g_variant_get_string (value, NULL);
  int scheme = g_str_equal (name, "dark")    ? ADW_COLOR_SCHEME_FORCE_DARK
               : g_str_equal (name, "light") ? ADW_COLOR_SCHEME_FORCE_LIGHT
                                             : ADW_COLOR_SCHEME_DEFAULT;

  g_simple_action_set_state (action, g_variant_new_string (scheme_name (scheme)));
  pgw_settings_set_enum ("colour-scheme", scheme);
  apply_colour_scheme (scheme);
}

static void
pgw_application_activate (GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window == NULL)
    window = GTK_WINDOW (pgw_window_new (GTK_APPLICATION (application)));
  gtk_window_present (window);
}

static void
pgw_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  for (int i = 0; i < n_files; i++)
    {
      GtkWidget *window = pgw_window_new (GTK_APPLICATION (application));

      pgw_window_open (PGW_WINDOW (window), files[i]);
      gtk_window_present (GTK_WINDOW (window));
    }
}

static int
pgw_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  if (!g_variant_dict_contains (options, "version"))
    return -1;
  g_print ("pagewalk %s\n", PACKAGE_VERSION);
  return 0;
}

static void
pgw_application_startup (GApplication *application)
{
  static const GActionEntry entries[] = { { .name = "quit", .activate = quit_action },
                                          { .name = "about", .activate = about_action } };
  int scheme = pgw_settings_get_enum ("colour-scheme", ADW_COLOR_SCHEME_DEFAULT);
  g_autoptr (GSimpleAction) colours = NULL;

  G_APPLICATION_CLASS (pgw_application_parent_class)->startup (application);
  gtk_window_set_default_icon_name (APPLICATION_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries), application);
  colours = g_simple_action_new_stateful ("colour-scheme", G_VARIANT_TYPE_STRING,
                                          g_variant_new_string (scheme_name (scheme)));
  g_signal_connect (colours, "change-state", G_CALLBACK (colour_scheme_action), application);
  g_action_map_add_action (G_ACTION_MAP (application), G_ACTION (colours));
  apply_colour_scheme (scheme);
  PGW_APPLICATION (application)->palette_css = gtk_css_provider_new ();
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (PGW_APPLICATION (application)->palette_css),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION - 1);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (load_palette), application,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::high-contrast", G_CALLBACK (load_palette),
                           application, G_CONNECT_SWAPPED);
  load_palette (PGW_APPLICATION (application));
  for (guint i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application), accelerators[i].action,
                                           accelerators[i].accels);
}

static void
pgw_application_dispose (GObject *object)
{
  g_clear_object (&PGW_APPLICATION (object)->palette_css);
  G_OBJECT_CLASS (pgw_application_parent_class)->dispose (object);
}

static void
pgw_application_class_init (PgwApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pgw_application_dispose;
  application_class->activate = pgw_application_activate;
  application_class->open = pgw_application_open;
  application_class->handle_local_options = pgw_application_handle_local_options;
  application_class->startup = pgw_application_startup;
}

static void
pgw_application_init (PgwApplication *self)
{
  static const GOptionEntry options[] = {
    { "version", 'v', 0, G_OPTION_ARG_NONE, NULL, N_("Print the version and exit"), NULL },
    { NULL }
  };

  pgw_ui_get_resource ();
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _("[SCENARIO…]"));
  g_application_set_option_context_summary (G_APPLICATION (self),
                                            _("Plays scenarios of the Linux memory management core."));
}

PgwApplication *
pgw_application_new (GApplicationFlags flags)
{
  return g_object_new (PGW_TYPE_APPLICATION, "application-id", APPLICATION_ID, "resource-base-path",
                       "/io/github/pagewalk/Pagewalk", "flags", flags | G_APPLICATION_HANDLES_OPEN, NULL);
}
