"""What tests of reviews share: cards that began in practice, and the answers to them."""

import pytest

from examapp.exams.services.free_questions import free_questions
from examapp.practice import services as practice
from examapp.practice.services import Choice
from examapp.study import services
from examapp.study.services import queue
from tests.practice.conftest import right_of, wrong_of


@pytest.fixture
def exam_on(monkeypatch):
    """A function that sets the day of the real exam."""
    told = [None]
    monkeypatch.setattr(queue, "exam_date", lambda person, exam: told[0])

    def tell(day):
        told[0] = day

    return tell


def practiced(candidate, exam, *, count=3, respond=wrong_of, sureness="fairly"):
    """Practice so many questions; return what was asked."""
    started = practice.start(candidate, exam=exam, choice=Choice(count))
    items = list(started.items.select_related("version__question").order_by("position"))
    for item in items:
        practice.answer(
            started.pk,
            item.position,
            candidate=candidate,
            response=respond(item),
            sureness=sureness,
        )
    return items


def shown_item(shown):
    """Return what a review asked in the shape that right_of and wrong_of read."""

    class Item:
        version = shown.asked.version
        shuffle = shown.asked.shuffle

    return Item


def review(candidate, exam, *, respond=right_of, sureness="sure"):
    """Answer the first review of the queue; return its card's key."""
    card = services.queue_of(candidate, exam).first()
    asked = queue.asked(card, free_questions(candidate, exam))
    shown = services.shown(candidate, asked.token)
    services.answer(shown, response=respond(shown_item(shown)), sureness=sureness)
    return card.pk
