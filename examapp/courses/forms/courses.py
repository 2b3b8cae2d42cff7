"""A course: its name and zone, who teaches it, a copy of it."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from examapp.accounts import time_zones
from examapp.accounts.models import User
from examapp.courses.models import Course, StaffRoles
from questions.access import exams_of
from questions.models import Exam
from questions.models.choices import ExamStates


class CourseForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a course is; everything but the name has a value that will do."""

    exams = forms.ModelMultipleChoiceField(
        Exam.objects.none(),
        label=gettext_lazy("Exams"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one exam.")},
    )

    class Meta:
        model = Course
        fields = ["name", "exams", "zone", "starts_on", "ends_on", "retention_days"]
        labels = {
            "name": gettext_lazy("Name"),
            "starts_on": gettext_lazy("Starts"),
            "ends_on": gettext_lazy("Ends"),
            "retention_days": gettext_lazy("Days that results are kept after the end"),
        }
        help_texts = {
            "retention_days": gettext_lazy("After that, results and names are deleted."),
        }
        widgets = {
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        exams: Any = self.fields["exams"]
        exams.queryset = exams_for_courses(person)
        self.fields["zone"] = forms.ChoiceField(
            label=gettext_lazy("Time zone"),
            choices=time_zones.choices(),
            help_text=gettext_lazy(
                "Assignments use this time zone. Students see dates in their own."
            ),
        )
        self.order_fields(self.Meta.fields)

    @property
    def said(self) -> list[forms.BoundField]:
        """Return the fields that say what the course is."""
        return [self[name] for name in CourseForm.Meta.fields]

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", gettext_lazy("The course ends before it starts."))
        return cleaned


MAILS = ("mails_invitations", "mails_due", "mails_released", "mails_changed")


class CourseSettingsForm(CourseForm):
    """What a course is, who is let in, and which emails it sends."""

    class Meta(CourseForm.Meta):
        fields = [*CourseForm.Meta.fields, "needs_approval", *MAILS]
        labels = {
            **CourseForm.Meta.labels,
            "needs_approval": gettext_lazy("Staff approve who joins with the code"),
            "mails_invitations": gettext_lazy("An invitation, when you add somebody"),
            "mails_due": gettext_lazy("A reminder, the day before something is due"),
            "mails_released": gettext_lazy("A notice, when scores or answers can be seen"),
            "mails_changed": gettext_lazy("A notice, when a score changed"),
        }

    @property
    def mails(self) -> list[forms.BoundField]:
        return [self[name] for name in MAILS]


def exams_for_courses(person: User) -> QuerySet[Exam]:
    """Return the exams that a person may give to a course: open ones, and those of their team."""
    is_open = Q(state__in=[ExamStates.OPEN, ExamStates.COURSES])
    return Exam.objects.existing().filter(is_open | Q(pk__in=exams_of(person).values("pk")))


class StaffForm(forms.Form):
    """A colleague, found by their address."""

    email = forms.EmailField(label=gettext_lazy("Address of a colleague"))
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=StaffRoles)

    def clean_email(self) -> User:
        email = self.cleaned_data["email"]
        person: User | None = User.objects.filter(email__iexact=email, is_active=True).first()
        if person is None:
            raise forms.ValidationError(
                gettext_lazy(
                    "Nobody has an account with this address. They need to create one first."
                )
            )
        return person


class CopyForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the copy"), max_length=120)
