/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The question of an operation: its answers as buttons, and what is said when one is chosen.
 */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "pgw-question-box.h"

struct _PgwQuestionBox {
  AdwBin      parent_instance;

  GtkLabel   *score_label;
  GtkLabel   *ask_label;
  GtkBox     *answers_box;
  GtkLabel   *why_label;

  PgwSession *session;          /* of what is shown; not owned, only compared */
  guint64     op;               /* whose question the buttons belong to */
};

G_DEFINE_FINAL_TYPE (PgwQuestionBox, pgw_question_box, ADW_TYPE_BIN)

static void
answer_cb (PgwQuestionBox *self, GtkButton *button)
{
  guint index = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "pgw-answer"));

  pgw_session_answer (self->session, self->op, index);
}

static GtkWidget *
answer_button (PgwQuestionBox *self, guint index, const char *text)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_button_set_child (GTK_BUTTON (button), label);
  gtk_widget_add_css_class (button, "answer");
  g_object_set_data (G_OBJECT (button), "pgw-answer", GUINT_TO_POINTER (index));
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (answer_cb), self);
  return button;
}

/* The buttons of an operation's question, if they are not there already. */
static void
build_answers (PgwQuestionBox *self, PgwSession *session, guint64 op)
{
  PgwScenario *scenario = pgw_session_get_scenario (session);
  PgwScenarioAnswer answer;
  GtkWidget *child;

  self->session = session;
  self->op = op;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->answers_box))) != NULL)
    gtk_box_remove (self->answers_box, child);
  for (guint i = 0; pgw_scenario_get_answer (scenario, op, i, &answer); i++)
    gtk_box_append (self->answers_box, answer_button (self, i, answer.text));
}

/* Marks the chosen answer in words and colour; before the operation another can still be chosen. */
static void
mark_answers (PgwQuestionBox *self, PgwSession *session, int chosen, gboolean open)
{
  PgwScenario *scenario = pgw_session_get_scenario (session);
  PgwScenarioAnswer answer;
  guint i = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->answers_box)); child != NULL;
       child = gtk_widget_get_next_sibling (child), i++)
    {
      gboolean is_chosen = chosen == (int) i;
      g_autofree char *text = NULL;

      if (!pgw_scenario_get_answer (scenario, self->op, i, &answer))
        break;
      text = is_chosen ? g_strdup_printf ("%s %s", answer.right ? "✓" : "✗", answer.text) : g_strdup (answer.text);
      gtk_label_set_text (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (child))), text);
      gtk_widget_remove_css_class (child, "right");
      gtk_widget_remove_css_class (child, "wrong");
      if (is_chosen)
        gtk_widget_add_css_class (child, answer.right ? "right" : "wrong");
      gtk_widget_set_sensitive (child, open);
      gtk_widget_set_visible (child, open || is_chosen);
    }
}

static void
show_verdict (PgwQuestionBox *self, PgwSession *session, int chosen)
{
  PgwScenarioAnswer answer = { NULL };
  g_autofree char *verdict = NULL;

  if (chosen >= 0 && pgw_scenario_get_answer (pgw_session_get_scenario (session), self->op, (guint) chosen, &answer))
    verdict = answer.why != NULL && *answer.why != '\0'
                ? g_strdup_printf (answer.right ? _("Right. %s") : _("No. %s"), answer.why)
                : g_strdup (answer.right ? _("Right.") : _("No. Try again, or see what happens."));
  gtk_label_set_text (self->why_label, verdict != NULL ? verdict : "");
  gtk_widget_set_visible (GTK_WIDGET (self->why_label), verdict != NULL);
}

static void
show_score (PgwQuestionBox *self, PgwSession *session)
{
  guint n_questions, n_answered, n_right;
  g_autofree char *score = NULL;

  pgw_session_get_score (session, &n_questions, &n_answered, &n_right);
  if (n_answered > 0)
    /* Translators: questions answered rightly, of how many that were answered */
    score = g_strdup_printf (_("%u of %u right"), n_right, n_answered);
  gtk_label_set_text (self->score_label, score != NULL ? score : "");
}

void
pgw_question_box_update (PgwQuestionBox *self, PgwSession *session)
{
  guint64 op;
  gboolean open;
  int chosen;

  g_return_if_fail (PGW_IS_QUESTION_BOX (self));

  if (session == NULL || !pgw_session_get_question (session, &op, &open))
    {
      self->session = NULL;
      gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
      return;
    }

  if (self->session != session || self->op != op)
    build_answers (self, session, op);
  chosen = pgw_session_get_answer (session, op, NULL);
  gtk_label_set_text (self->ask_label, pgw_scenario_get_question (pgw_session_get_scenario (session), op));
  mark_answers (self, session, chosen, open);
  show_verdict (self, session, chosen);
  show_score (self, session);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}

static void
pgw_question_box_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PGW_TYPE_QUESTION_BOX);
  G_OBJECT_CLASS (pgw_question_box_parent_class)->dispose (object);
}

static void
pgw_question_box_class_init (PgwQuestionBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pgw_question_box_dispose;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/pgw-question-box.ui");
  gtk_widget_class_bind_template_child (widget_class, PgwQuestionBox, score_label);
  gtk_widget_class_bind_template_child (widget_class, PgwQuestionBox, ask_label);
  gtk_widget_class_bind_template_child (widget_class, PgwQuestionBox, answers_box);
  gtk_widget_class_bind_template_child (widget_class, PgwQuestionBox, why_label);
}

static void
pgw_question_box_init (PgwQuestionBox *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Predict"), -1);
}
