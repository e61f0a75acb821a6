/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "What happens": the narration of an event and the scenario's words about
 * the operation it belongs to.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-narration-card.h"
#include "pgw-question-box.h"
#include "pgw-tooltip.h"
#include "src/engine/pgw-narration.h"

struct _PgwNarrationCard {
  PgwSection  parent_instance;

  GtkLabel   *function_label;
  GtkLabel   *headline_label;
  GtkLabel   *what_label;
  GtkLabel   *why_label;
  GtkWidget  *operation_box;
  GtkLabel   *title_label;
  GtkLabel   *explanation_label;
  GtkLabel   *expect_label;
  PgwQuestionBox *question_box;
};

G_DEFINE_FINAL_TYPE (PgwNarrationCard, pgw_narration_card, PGW_TYPE_SECTION)

/* A label without text takes no room. */
static void
set_label (GtkLabel *label, const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

static void
show_nothing (PgwNarrationCard *self)
{
  set_label (self->headline_label, _("No scenario is open"));
  set_label (self->what_label, _("Open a file, or choose one from the library."));
  set_label (self->why_label, NULL);
  set_label (self->function_label, NULL);
  gtk_widget_set_visible (self->operation_box, FALSE);
}

static void
show_start (PgwNarrationCard *self, PgwScenario *scenario)
{
  const char *title = pgw_scenario_get_title (scenario);

  set_label (self->headline_label, title != NULL ? title : _("The machine has booted"));
  set_label (self->what_label, pgw_scenario_get_description (scenario));
  set_label (self->why_label, _("The machine has booted and nothing of the script has run yet."));
  set_label (self->function_label, NULL);
  gtk_widget_set_visible (self->operation_box, FALSE);
}

static char *
expectations_of (PgwSession *session, guint64 op, gboolean *all_held)
{
  GArray *results = pgw_session_get_expect_results (session);
  g_autoptr (GString) text = g_string_new (NULL);

  *all_held = TRUE;
  for (guint i = 0; results != NULL && i < results->len; i++)
    {
      const PgwExpectResult *result = &g_array_index (results, PgwExpectResult, i);

      /* What is said of answers belongs to the question, unless the question is mistaken. */
      if (result->op != op || (result->of_answer && result->held))
        continue;
      if (text->len > 0)
        g_string_append_c (text, '\n');
      g_string_append_printf (text, "%s %s", result->held ? "✓" : "✗", result->message != NULL ? result->message : "");
      *all_held = *all_held && result->held;
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show_operation (PgwNarrationCard *self, PgwSession *session, guint64 op)
{
  PgwScenario *scenario = pgw_session_get_scenario (session);
  g_autofree char *expectations = NULL;
  PgwScenarioEntry entry = { NULL };
  const struct mm_op *ops = pgw_scenario_get_ops (scenario);
  const char *explanation;
  gboolean all_held;

  if (op >= pgw_scenario_get_n_ops (scenario))
    {
      gtk_widget_set_visible (self->operation_box, FALSE);
      return;
    }
  pgw_scenario_get_entry (scenario, op, &entry);
  explanation = entry.explanation;
  if (explanation == NULL && ops[op].kind == OP_note)
    explanation = pgw_scenario_get_text (scenario, ops[op].arg[0]);
  expectations = expectations_of (session, op, &all_held);
  set_label (self->title_label, entry.title);
  set_label (self->explanation_label, explanation);
  set_label (self->expect_label, expectations);
  if (all_held)
    gtk_widget_remove_css_class (GTK_WIDGET (self->expect_label), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->expect_label), "error");
  gtk_widget_set_visible (self->operation_box, entry.title != NULL || explanation != NULL || *expectations != '\0');
}

static void
pgw_narration_card_update (PgwSection *section, PgwSession *session, PgwSectionChanges changes)
{
  PgwNarrationCard *self = PGW_NARRATION_CARD (section);
  PgwTimeline *timeline = session != NULL ? pgw_session_get_timeline (session) : NULL;
  g_autoptr (PgwNarration) narration = NULL;
  const PgwEvent *event;

  if (timeline == NULL || pgw_session_get_scenario (session) == NULL)
    {
      show_nothing (self);
      pgw_question_box_update (self->question_box, NULL);
      return;
    }
  if ((changes & ~PGW_SECTION_SELECTION) == 0)
    return;
  pgw_question_box_update (self->question_box, session);
  event = pgw_timeline_get_event (timeline, pgw_session_get_position (session));
  if (event == NULL)
    {
      show_start (self, pgw_session_get_scenario (session));
      return;
    }
  narration = pgw_narrate (pgw_timeline_get_machine (timeline), event);
  set_label (self->headline_label, narration->headline);
  set_label (self->what_label, narration->what);
  set_label (self->why_label, narration->why);
  set_label (self->function_label, narration->function);
  pgw_tooltip_set (GTK_WIDGET (self->function_label),
                   *narration->function != '\0' ? _("Function of Linux 6.1") : NULL);
  show_operation (self, session, event->op);
}

static void
pgw_narration_card_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PGW_TYPE_NARRATION_CARD);
  G_OBJECT_CLASS (pgw_narration_card_parent_class)->dispose (object);
}

static void
pgw_narration_card_class_init (PgwNarrationCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (PGW_TYPE_QUESTION_BOX);
  G_OBJECT_CLASS (klass)->dispose = pgw_narration_card_dispose;
  PGW_SECTION_CLASS (klass)->update = pgw_narration_card_update;
  PGW_SECTION_CLASS (klass)->busy_interval = G_USEC_PER_SEC / 10;

  gtk_widget_class_set_css_name (widget_class, "pane");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/pgw-narration-card.ui");
  gtk_widget_class_bind_template_child (widget_class, PgwNarrationCard, function_label);
  gtk_widget_class_bind_template_child (widget_class, PgwNarrationCard, headline_label);
  gtk_widget_class_bind_template_child (widget_class, PgwNarrationCard, what_label);
  gtk_widget_class_bind_template_child (widget_class, PgwNarrationCard, why_label);
  gtk_widget_class_bind_template_child (widget_class, PgwNarrationCard, operation_box);
  gtk_widget_class_bind_template_child (widget_class, PgwNarrationCard, title_label);
  gtk_widget_class_bind_template_child (widget_class, PgwNarrationCard, explanation_label);
  gtk_widget_class_bind_template_child (widget_class, PgwNarrationCard, expect_label);
  gtk_widget_class_bind_template_child (widget_class, PgwNarrationCard, question_box);
}

static void
pgw_narration_card_init (PgwNarrationCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("What happens"), -1);
}

GtkWidget *
pgw_narration_card_new (void)
{
  return g_object_new (PGW_TYPE_NARRATION_CARD, NULL);
}

const char *
pgw_narration_card_get_headline (PgwNarrationCard *self)
{
  g_return_val_if_fail (PGW_IS_NARRATION_CARD (self), NULL);

  return gtk_label_get_text (self->headline_label);
}
