"""The editor's form: what is typed becomes an item, complete or not."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from questions.exchange.item_bounds import MOST_TEXT
from questions.items.editing import MOST_OPTIONS, readable
from questions.items.item import FIELD_LABELS, MOST_EVIDENCE, Item, Level, Option
from questions.items.kinds.registry import kind_choices, kind_of
from questions.models import Case, Exam, Levels, Task, Topic

MOST_OPTION_TEXT = 4_000
_LIST = re.compile(r"[,\s]+")
_REF = 80


class PlacedTopicField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, topic: Any) -> str:
        return f"{topic.task.number} {topic.title}"


def topics_of(exam: Exam) -> Any:
    topics = Topic.objects.filter(task__domain__exam=exam).select_related("task")
    return topics.order_by("task__domain__number", "task__number", "position", "pk")


class DraftForm(forms.Form):
    """A draft as typed. Lists of options and prompts come as fields of the same name.

    `item` returns what was typed; only text that is too long to store is refused.
    """

    type = forms.ChoiceField(choices=kind_choices, label=gettext_lazy("Type"))
    level = forms.ChoiceField(choices=Levels.choices, label=gettext_lazy("Level"))
    topic = PlacedTopicField(Topic.objects.none(), empty_label=None, label=gettext_lazy("Topic"))
    case = forms.ModelChoiceField(
        Case.objects.none(),
        required=False,
        label=gettext_lazy("Case study"),
        empty_label=gettext_lazy("None"),
    )
    stem = forms.CharField(
        label=gettext_lazy("Question"),
        required=False,
        strip=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    objective = forms.CharField(
        required=False, max_length=20, label=gettext_lazy(FIELD_LABELS["objective"])
    )
    evidence = forms.CharField(
        required=False,
        max_length=MOST_EVIDENCE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The words in the study note that prove the answer."),
        label=gettext_lazy(FIELD_LABELS["evidence"]),
    )
    facts = forms.CharField(
        required=False,
        max_length=400,
        help_text=gettext_lazy("Ids, separated by commas."),
        label=gettext_lazy(FIELD_LABELS["facts"]),
    )
    sources = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "aria-describedby": "sources-hint said-sources"}),
        label=gettext_lazy(FIELD_LABELS["sources"]),
    )
    enemies = forms.CharField(
        required=False,
        max_length=1000,
        help_text=gettext_lazy(
            "Questions that give this one away, separated by commas. They are never asked together."
        ),
        label=gettext_lazy(FIELD_LABELS["enemies"]),
    )
    reason = forms.CharField(
        required=False,
        max_length=300,
        label=gettext_lazy("Reason for the change"),
        help_text=gettext_lazy("Shown to your colleagues in the history."),
    )
    acknowledged = forms.CharField(
        required=False,
        max_length=1000,
        label=gettext_lazy("Accepted warnings"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "One per line: rule, colon, reason. “S3: the figures are what is asked.”"
        ),
    )
    fixed_order = forms.BooleanField(
        required=False, label=gettext_lazy("Never shuffle the options")
    )
    numeric_ok = forms.BooleanField(
        required=False, label=gettext_lazy("The number in the right answer must be known by heart")
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, exam: Exam, data: QueryDict | None = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id="%s", **kwargs)
        self.fields["topic"].queryset = topics_of(exam)  # type: ignore[attr-defined]
        self.fields["case"].queryset = Case.objects.filter(exam=exam).order_by("title")  # type: ignore[attr-defined]
        objectives = _objectives(exam)
        numbers = {number for _, group in objectives for number, _ in group}
        if numbers:
            typed = (data or self.initial).get("objective", "")
            # One that the exam does not have stays a choice; the rules find it.
            other = [(typed, typed)] if typed and typed not in numbers else []
            choices = [("", gettext("None")), *other, *objectives]
            self.fields["objective"].widget = forms.Select(choices=choices)

    @classmethod
    def of(
        cls, exam: Exam, item: Item, *, topic: Topic, case: Case | None, **extra: Any
    ) -> "DraftForm":
        """Return the form that shows an item."""
        initial = {
            "type": item.type,
            "level": item.level,
            "topic": topic,
            "case": case,
            "stem": item.stem,
            "objective": item.objective,
            "fixed_order": item.fixed_order,
            "numeric_ok": item.numeric_ok,
            "evidence": item.evidence,
            "facts": ", ".join(item.facts),
            "sources": "\n".join(item.sources),
            "enemies": ", ".join(item.enemies),
            "acknowledged": "\n".join(
                f"{rule}: {reason}" for rule, reason in item.acknowledged.items()
            ),
            **extra,
        }
        return cls(exam, initial=initial)

    def clean(self) -> dict[str, object]:
        data = cast(QueryDict, self.data)
        texts, whys = data.getlist("option_text"), data.getlist("option_why")
        prompts = data.getlist("prompt")
        if len(texts) != len(whys) or max(len(texts), len(prompts)) > MOST_OPTIONS:
            raise forms.ValidationError(
                gettext("At most %(count)s options, each with its explanation.")
                % {"count": MOST_OPTIONS}
            )
        for number, text in enumerate([*texts, *whys, *prompts]):
            if len(text) > MOST_OPTION_TEXT:
                name = gettext("Option %(number)s") % {"number": number % max(1, len(texts)) + 1}
                raise forms.ValidationError(
                    gettext("%(name)s: at most %(count)s characters; shorten it.")
                    % {"name": name, "count": MOST_OPTION_TEXT}
                )
        return self.cleaned_data

    def item(self, before: Item) -> Item:
        """Return what was typed, over an item that has what the form does not show."""
        data, cleaned = cast(QueryDict, self.data), self.cleaned_data
        topic = cleaned["topic"]
        # What an option stands for has no field here, and stays with the row it stood in.
        abouts = [*(option.about for option in before.options), *[""] * MOST_OPTIONS]
        texts = zip(data.getlist("option_text"), data.getlist("option_why"), abouts, strict=False)
        fixed = set(data.getlist("fixed"))
        options = tuple(
            Option(readable(text), readable(why), about, is_fixed=str(index) in fixed)
            for index, (text, why, about) in enumerate(texts)
        )
        prompts = tuple(readable(prompt) for prompt in data.getlist("prompt"))
        # What the form was made for, not what its type field may have been changed to since.
        kind = kind_of(before.type)
        return replace(
            before,
            level=cast(Level, cleaned["level"]),
            stem=readable(cleaned["stem"]),
            options=options,
            prompts=prompts,
            right=kind.typed_key(data, options=len(options), prompts=len(prompts)),
            topic=topic.slug,
            task=topic.task.number,
            objective=cleaned["objective"],
            fixed_order=cleaned["fixed_order"],
            numeric_ok=cleaned["numeric_ok"],
            evidence=readable(cleaned["evidence"]),
            facts=_listed(cleaned["facts"]),
            sources=tuple(
                line.strip() for line in readable(cleaned["sources"]).split("\n") if line.strip()
            ),
            acknowledged=_reasons(cleaned["acknowledged"]),
            enemies=tuple(ref for ref in _listed(cleaned["enemies"]) if len(ref) <= _REF),
        )


def _objectives(exam: Exam) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return each task with its objectives, as groups of choices."""
    tasks = Task.objects.filter(domain__exam=exam).order_by("domain__number", "number")
    return [(f"{task.number} {task.title}", _choices(task.objectives)) for task in tasks]


def _choices(objectives: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(number, f"{number} {text}"[:120]) for number, text in sorted(objectives.items())]


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in _LIST.split(readable(text)) if part))


def _reasons(text: str) -> dict[str, str]:
    """Return the reason for each rule that a line names."""
    lines = (line.partition(":") for line in readable(text).split("\n"))
    return {rule.strip(): reason.strip() for rule, colon, reason in lines if colon}
