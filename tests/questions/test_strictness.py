"""How much an exam asks of its questions: strict, usual, open; the same on every way in."""

from dataclasses import replace

import pytest

from questions.items.item import Option
from questions.items.validation import problems
from questions.lint import LintContext, lint_item
from questions.models import Exam
from questions.services import drafts, reviews
from questions.services.errors import NotReady
from tests.support.builders import make_item

OPTIONS = {
    2: ("True", "False"),
    3: ("Paris", "Rome", "Oslo"),
    8: ("Red", "Blue", "Green", "Pink", "Gray", "Teal", "Gold", "Plum"),
}


def plain(count=3, **fields):
    """A question as a teacher types it: no explanation, no source, no objective."""
    options = tuple(Option(text, "") for text in OPTIONS[count])
    fields = {"options": options, "stem": "Capital of France?", **fields}
    return make_item("multiple_choice", "q", **fields)


def errors(item, strictness):
    return [
        finding
        for finding in lint_item(item, LintContext(strictness=strictness))
        if finding.severity == "error"
    ]


@pytest.mark.parametrize("count", [2, 3, 8])
@pytest.mark.parametrize("strictness", ["usual", "open"])
def test_a_plain_question_is_enough(count, strictness):
    assert errors(plain(count), strictness) == []
    assert errors(plain(count), "strict")


def test_what_is_missing_is_a_suggestion_of_the_usual_and_nothing_of_the_open():
    usual = lint_item(plain(), LintContext(strictness="usual"))
    assert {"E1", "E2"} <= {finding.rule for finding in usual}
    assert {finding.severity for finding in usual} == {"warning"}
    assert lint_item(plain(), LintContext(strictness="open")) == []


WRONG = {
    "no stem": {"stem": " "},
    "no key": {"right": ()},
    "a key that is no option": {"right": (5,)},
    "two keys": {"right": (0, 1)},
    "an empty option": {"options": (Option("", "x"), Option("b", ""), Option("c", ""))},
    "twins": {"options": (Option("b", ""), Option("B ", ""), Option("c", ""))},
    "one option": {"options": (Option("b", ""),)},
    "points": {"options": (Option("Red", ""), Option("Blue", ""), Option("A and B", ""))},
}


@pytest.mark.parametrize("strictness", ["strict", "usual", "open"])
@pytest.mark.parametrize("fields", WRONG.values(), ids=WRONG)
def test_what_is_wrong_in_itself_is_wrong_everywhere(fields, strictness):
    assert errors(plain(**fields), strictness)


def test_how_many_to_choose_is_said_by_the_room():
    item = make_item("multiple_response", "q", stem="Which are even?")
    assert problems(item)
    assert problems(item, "usual") == []


@pytest.mark.django_db
def test_the_site_asks_what_the_exam_asks(exam, author, reviewer, topic):
    Exam.objects.filter(pk=exam.pk).update(strictness="usual")
    exam.refresh_from_db()
    begun = drafts.create(exam, by=author, topic=topic)
    tags = {"topic": topic.slug, "task": topic.task.number}
    item = replace(plain(**tags), ref=begun.question.ref)
    # A fourth row that was never needed.
    item = replace(item, options=(*item.options, Option("", "")))
    saved = drafts.save(begun, item=item, by=author, revision=1)
    Exam.objects.filter(pk=exam.pk).update(strictness="strict")
    with pytest.raises(NotReady, match="multiple choice has 4"):
        drafts.submit(saved, by=author)
    Exam.objects.filter(pk=exam.pk).update(strictness="usual")
    drafts.submit(saved, by=author)
    reviews.approve(saved, by=reviewer)
    live = reviews.publish_draft(saved.question, by=reviewer)
    assert live.live_version.content["options"] == ["Paris", "Rome", "Oslo"]
