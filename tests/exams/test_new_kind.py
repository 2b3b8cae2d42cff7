"""A kind of item that only this test knows goes the whole way, without an edit elsewhere."""

import copy
import json
import re

import pytest
from django.db import connection
from django.urls import reverse

from examapp.exams import services
from examapp.exams.models import KeyCorrection
from examapp.reports.item_analysis import item_statistics
from questions.bank_files.item_reader import Reader
from questions.exchange.registry import READ, WRITTEN
from questions.items.content import data_of, item_of
from questions.items.editing import as_type, blank
from questions.items.item import Option
from questions.items.kinds.registry import registered
from questions.items.validation import problems
from questions.lint import LintContext, lint_item
from questions.models import ExamRole, Question, Topic
from tests.support.builders import make_exam, make_item, publish
from tests.support.hotspot import TEMPLATES, Hotspot, hotspot_item

pytestmark = pytest.mark.django_db
# Formats of ours, which hold any kind whose key names options.
OURS = {"csv", "xlsx", "yaml"}


@pytest.fixture(autouse=True)
def hotspot(db, settings):
    """Know the kind, its partials, and, until the transaction ends, no list of kinds in tables."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE questions_question DROP CONSTRAINT question_type_is_known")
        cursor.execute(
            "ALTER TABLE questions_questionversion DROP CONSTRAINT version_type_is_known"
        )
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"].append(TEMPLATES)
    settings.TEMPLATES = templates
    with registered(Hotspot()):
        yield


@pytest.fixture
def exam(hotspot):
    exam = make_exam(
        forms=0,
        scored_count=2,
        unscored_count=0,
        type_mix={"hotspot": 2},
        grading_policy="partial_credit",
    )
    for number, topic in enumerate(Topic.objects.filter(task__domain__exam=exam), 1):
        publish(exam, topic, hotspot_item(f"{exam.code}-spot-{number}"))
    return exam


@pytest.fixture
def owner(instructor, exam):
    ExamRole.objects.create(user=instructor, exam=exam, role="owner")
    return instructor


@pytest.fixture
def session(exam, candidate):
    return services.start(candidate, exam=exam)


def url(name, session):
    return reverse(f"exams:{name}", args=[session.pk])


def finish(client, session, **typed):
    """Send the paper as a browser without scripts does; `typed` are the letters, by position."""
    fields = {f"base-{item.position}": item.revision for item in session.items.all()}
    fields |= typed
    return client.post(url("finish", session), {**fields, "action": "end", "confirm": "yes"})


def test_the_launch_page_names_it_and_the_room_asks_it(candidate_client, exam, candidate):
    launch = candidate_client.get(reverse("exams:launch", args=[exam.code])).content.decode()
    assert re.search(r"<strong>2 hotspot</strong>\s+name a region of a picture", launch)
    session = services.start(candidate, exam=exam)
    room = candidate_client.get(url("room", session)).content.decode()
    assert room.count("Type the letter of one region.") == 2
    assert room.count('data-kind="hotspot"') == 2
    assert "js/kinds/hotspot.js" in room
    assert '<input name="q1" value="">' in room


def test_it_is_saved_graded_and_reviewed(candidate_client, session):
    row = {"position": 1, "response": 0, "client": "6ba7b810-9dad-41d1-80b4-00c04fd430c8", "seq": 1}
    body = json.dumps([row, {**row, "position": 2, "response": 9}])
    reply = candidate_client.post(url("answers", session), body, content_type="application/json")
    assert [each["status"] for each in reply.json()["saved"]] == ["saved", "invalid"]
    assert (
        '<input name="q1" value="A">' in candidate_client.get(url("room", session)).content.decode()
    )
    session.items.update(revision=1)
    assert finish(candidate_client, session, q1="a", q2="b")["Location"] == url("result", session)
    assert [item.shuffle for item in session.items.all()] == [[0, 1, 2, 3]] * 2
    assert [float(item.credit) for item in session.items.order_by("position")] == [1.0, 0.5]
    every = "?show=all&view=list"
    review = candidate_client.get(url("review", session) + every).content.decode()
    assert review.count("Hotspot: right A") == 2


def test_a_letter_that_names_no_region_is_refused(candidate_client, session):
    reply = finish(candidate_client, session, q1="z")
    assert reply.status_code == 422
    assert 'href="#q1"' in reply.content.decode()


def test_its_key_is_corrected(owner, candidate_client, instructor_client, session):
    finish(candidate_client, session, q1="b")
    version = session.items.get(position=1).version
    page = reverse("exams:correct", args=[session.exam.code, version.question.ref])
    assert "Right region" in instructor_client.get(page).content.decode()
    whys = {f"why-{index}": why for index, why in enumerate(version.key["whys"])}
    fields = {"policy": "new", "reason": "It is the decoder.", "right": "1", **whys}
    shown = instructor_client.get(page).content.decode()
    fields["mark"] = re.search(r'name="mark" value="([^"]*)"', shown)[1]
    reply = instructor_client.post(page, fields).content.decode()
    fields["foreseen"] = re.search(r'name="foreseen" value="([^"]*)"', reply)[1]
    assert instructor_client.post(page, fields).status_code == 302
    assert KeyCorrection.objects.get().keyed_by.key["right"] == [1]


def test_item_analysis_counts_its_options(candidate_client, session, exam):
    finish(candidate_client, session, q1="a", q2="d")
    version = session.items.get(position=1).version
    assert item_statistics.guess_score(version) == 0.25


def test_it_is_written_in_the_editor(owner, instructor_client, exam):
    page = reverse("questions:new", args=[exam.code])
    assert "Hotspot" in instructor_client.get(page).content.decode()
    editor = instructor_client.get(f"{page}?kind=hotspot").content.decode()
    assert "Regions" in editor
    assert "Add a region" in editor
    assert editor.count('name="option_text"') == Hotspot.least_options


def test_an_item_becomes_one_and_goes_to_json_and_back():
    item = as_type(make_item("multiple_choice", "r-1"), "hotspot")
    assert (item.type, item.right) == ("hotspot", (0,))
    assert item_of(json.loads(json.dumps(data_of(item)))) == item
    assert "key: a hotspot has one right region" in problems(blank("hotspot"))


@pytest.mark.parametrize("name", sorted(WRITTEN.keys() - OURS))
def test_a_format_without_it_names_the_loss(name):
    items = [make_item("multiple_choice", "r-1"), hotspot_item("r-2")]
    losses = [(loss.ref, loss.reason) for loss in WRITTEN[name].dumps(items).losses]
    assert [
        ref
        for ref, reason in losses
        if re.fullmatch("left out: .* has no questions of this kind: hotspot", reason)
    ] == ["r-2"]


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_own_formats_carry_it(name):
    dumped = WRITTEN[name].dumps([hotspot_item("r-2")])
    assert dumped.losses == ()
    loaded = READ[name].loads(dumped.content)
    assert [taken.item for taken in loaded.items] == [hotspot_item("r-2")]


def test_a_bank_s_file_holds_it():
    reader = Reader()
    text = WRITTEN["yaml"].dumps([hotspot_item("r-2", topic="t", objective="1.1.1", evidence="e")])
    (placed,) = reader.items(text.content.decode(), "items/1.1.yaml", "1.1")
    assert placed.item.right == (0,)
    assert reader.problems == []


def test_the_rules_of_writing_and_its_own_look_at_it():
    sound = hotspot_item("r-2", sources=("guide",))
    assert {finding.rule for finding in lint_item(sound, LintContext(guide_version="1"))} == set()
    options = (*sound.options[:3], Option("All of the above", sound.options[3].why))
    broken = hotspot_item(
        "r-2",
        stem="Which region of it reads the input of the network that is shown here to you?",
        options=options,
        sources=("guide",),
    )
    rules = {finding.rule for finding in lint_item(broken, LintContext(guide_version="1"))}
    assert {"M2", "O4"} <= rules


def test_it_is_found_and_listed(owner, instructor_client, exam):
    assert Question.objects.filter(exam=exam, type="hotspot").count() == 4
    page = reverse("questions:bank", args=[exam.code]) + "?type=hotspot"
    assert "spot-1" in instructor_client.get(page).content.decode()
