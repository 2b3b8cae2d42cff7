"""Simulated people sit through real routes; each sentence of their pages is held against truth."""

import pytest
from django.urls import reverse

from tests.support.databases import kept_for_module
from tests.support.people import figures, report_sentences, review_sentences  # noqa: F401
from tests.support.people.cast import CAST, lived, world
from tests.support.people.counts import Truth
from tests.support.people.page_lines import Line, lines_of
from tests.support.people.people import Person
from tests.support.people.reading import read

PACE = "You run out of time before the end: practice against the clock."
FEW = "Too few answers to tell"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def exam(django_db_setup, django_db_blocker):
    with kept_for_module(django_db_blocker, world) as made:
        yield made


def read_page(person, past, page, address):
    reply = person.client.get(address)
    assert reply.status_code == 200, address
    return read(Truth(person, past), page, lines_of(reply.content.decode()))


def pages_of_now(person):
    """Home, progress, practice and the review of the last exam, as they are after everything."""
    progress = reverse("reports:progress")
    review = [reverse("exams:review", args=[sat.pk]) for sat in person.exams[-1:]]
    return {
        "missed": review,
        "home": [reverse("home")],
        "progress": [progress, f"{progress}?order=weakest"],
        "practice": [reverse("practice:choose", args=[person.exam.code])],
    }


def pages_of(sat):
    """The pages of a sitting, or of a practice set."""
    if sat.kind == "practice":
        return {"summary": [reverse("practice:summary", args=[sat.pk])]}
    result = reverse("exams:result", args=[sat.pk])
    is_blank = len(sat.answered) < 2
    return {
        "result": [result, f"{result}?show=score"] if is_blank else [result],
        "report": [reverse("reports:weak_areas", args=[sat.pk])],
    }


# Of the likely ranges that the others were told, the share that must hold what they know; over
# many people it is nine in ten (benchmarks/weakbench.py). Who knows all or nothing, or grows by
# two logits an exam, lies outside of what the model expects; of whose answers none counts, it says
# what is usual.
SHARE_HELD = 0.7
OUTSIDE = {"all_correct", "all_incorrect", "growing", "rapid"}

# What a page must not keep from them: by the page's name, how a sentence of it begins.
TOLD = {
    "static": [("report", "Too early to say whether you improved.")],
    "growing": [
        ("report", "You improved since the exam before."),
        ("progress", "You are getting better"),
    ],
    "slow": [("report", PACE), ("report", "With every question answered you would pass about")],
    "all_correct": [("report", "No topic stands out."), ("home", "You are ready")],
    "all_incorrect": [("progress", "Practice the 8 weak topics"), ("result", "Study first:")],
    "blank": [("result", "You answered 0 of 12 questions"), ("report", FEW)],
    "rapid": [("report", "12 answers are left out: they"), ("report", FEW)],
    "practice_only": [("progress", "Now about"), ("progress", "After your first mock exam.")],
    "one_answer": [("result", "You answered 1 of 12 questions"), ("report", FEW)],
    "expired": [("result", "Time ran out"), ("report", "2 questions were not answered.")],
    "hurried": [("report", "You skip questions: answer every one")],
}


@pytest.mark.parametrize("name", CAST)
def test_each_sentence_of_their_pages_is_true(exam, name):
    person = lived(name, exam)
    readings, faults = [], []
    for past, page, address in addresses_of(person):
        try:
            readings.append(read_page(person, past, page, address))
        except AssertionError as error:
            faults.append(str(error))
    assert not faults, "\n".join(faults)
    kept = [each for each in TOLD[name] if not is_told(readings, *each)]
    assert not kept, f"{name} is not told: {kept}"
    ranges = {told for reading in readings for told in reading.truth.ranges}
    held = [low <= truth <= high for _, low, truth, high in ranges]
    assert name in OUTSIDE or sum(held) >= SHARE_HELD * len(held), sorted(ranges)


def addresses_of(person):
    """Yield each page: what the person had done by then, the page's name, its address."""
    for end, sat in enumerate(person.past, 1):
        for page, addresses in pages_of(sat).items():
            yield from ((person.past[:end], page, address) for address in addresses)
    for page, addresses in pages_of_now(person).items():
        yield from ((person.past, page, address) for address in addresses)


def is_told(readings, page, beginning):
    """Tell whether a page says a sentence that begins so, after all that was done."""
    last = max(len(reading.truth.past) for reading in readings)
    heard = [
        sentence
        for reading in readings
        if reading.page == page and len(reading.truth.past) == last
        for sentence in reading.heard
    ]
    return any(sentence.startswith(beginning) for sentence in heard)


@pytest.fixture
def novice(exam):
    person = Person("novice", exam)
    person.sit({1: 0.5, 2: 0.25})
    return Truth(person, person.past)


def test_a_sentence_that_no_check_knows_fails(novice):
    with pytest.raises(AssertionError, match="no check knows"):
        read(novice, "result", [Line("You will pass.")])


def test_sentences_that_are_not_true_fail(novice):
    sentences = [
        *("11 of 12 right.", "You improved since the exam before.", PACE),
        *("Based on 480 answers.", "You are ready", "You passed this mock exam"),
    ]
    for sentence in sentences:
        with pytest.raises(AssertionError, match="is not true"):
            read(novice, "report", [Line(sentence)])


def test_what_was_missed_is_practiced_exactly(exam, novice):
    sat = novice.sat
    address = reverse("practice:missed", args=[exam.code])
    reply = novice.person.client.post(address, {"session": str(sat.pk)}, follow=True)
    assert f"1 of {len(sat.missed)}" in reply.content.decode()
