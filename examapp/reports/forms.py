"""What a person tells of the real exam, and what raters say of questions."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy

from examapp.accounts.models import User
from examapp.exams.models import ExamForm, ToldOutcomes
from examapp.reports.models import STEP
from examapp.reports.standard_setting.rounds import team_of
from examapp.study.forms import AnswerForm
from questions.models import Domain, Exam, Question


class ToldForm(forms.Form):
    """How the real exam went. A score is welcome and never needed."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("How did it go?"),
        choices=[
            (ToldOutcomes.PASSED, gettext_lazy("Passed")),
            (ToldOutcomes.FAILED, gettext_lazy("Not passed")),
            (ToldOutcomes.UNSAID, gettext_lazy("Prefer not to say")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the three answers.")},
    )
    score = forms.IntegerField(
        label=gettext_lazy("Score, if you like"), required=False, min_value=0, max_value=9999
    )

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("outcome") == ToldOutcomes.UNSAID:
            cleaned["score"] = None
        return cleaned


class RoundForm(forms.Form):
    """Which questions of an exam are rated, and by whom of its team."""

    title = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    choice = forms.ChoiceField(
        label=gettext_lazy("Questions"),
        help_text=gettext_lazy("People do not rate questions that they wrote."),
    )
    raters = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who rates them"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Three or more. Each works alone."),
        error_messages={"required": gettext_lazy("Choose at least one person.")},
    )

    def __init__(self, *args: Any, exam: Exam, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.exam = exam
        forms_ = ExamForm.objects.offered(exam)
        domains = Domain.objects.filter(exam=exam).order_by("number")
        choice, raters = self.fields["choice"], self.fields["raters"]
        assert isinstance(choice, forms.ChoiceField)
        assert isinstance(raters, forms.ModelMultipleChoiceField)
        choice.choices = [
            ("unrated", gettext("Every question without a rating")),
            *((f"form-{each.pk}", gettext("Mock exam: %s") % each) for each in forms_),
            *((f"domain-{each.pk}", gettext("Domain: %s") % each) for each in domains),
        ]
        raters.queryset = team_of(exam)

    @property
    def questions(self) -> QuerySet[Question]:
        """The published questions of the choice."""
        pool = Question.objects.pool(self.exam)
        kind, _, key = self.cleaned_data["choice"].partition("-")
        if kind == "form":
            return pool.filter(forms=key)
        if kind == "domain":
            return pool.filter(topic__task__domain=key)
        return pool.filter(current_version__key__angoff__isnull=True)


class OwnAnswerForm(AnswerForm):
    """A rater's own answer; how sure they are is not asked."""

    sureness = None  # type: ignore[assignment]  # Django's way to drop a field


class RatingForm(forms.Form):
    """The share of barely competent candidates who would answer right."""

    share_percent = forms.IntegerField(
        label=gettext_lazy("Of 100 people who only just pass, how many answer this right?"),
        help_text=gettext_lazy("From 0 to 100, in steps of 5."),
        min_value=0,
        max_value=100,
        step_size=STEP,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value", "step_size"),
            gettext_lazy("Enter a number from 0 to 100, in steps of 5."),
        ),
    )
