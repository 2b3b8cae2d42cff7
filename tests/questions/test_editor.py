"""The editor, without scripts: what is typed is kept, what is wrong is named, nothing is lost."""

import json
import re
from dataclasses import replace

import pytest
from django.urls import reverse

from questions.items.content import item_of
from questions.items.item import Option
from questions.models import AuditEntry, Case, Draft, Question
from questions.services import drafts, reviews, team, versions
from questions.services.errors import Refused, WrongStage
from tests.questions.conftest import client_of, member, whole
from tests.support.drafts import address, stored
from tests.support.pages import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(author):
    return client_of(author)


def typed(draft, item=None, **fields):
    """Return what the editor's form sends for an item."""
    draft.refresh_from_db()
    item = item or item_of(draft.item)
    topic = draft.question.exam.domains.first().tasks.first().topics.first()
    data = {
        "type": item.type,
        "level": item.level,
        "topic": topic.pk,
        "case": "",
        "stem": item.stem,
        "option_text": [option.text for option in item.options],
        "option_why": [option.why for option in item.options],
        "prompt": list(item.prompts),
        "sources": "\n".join(item.sources),
        "revision": draft.revision,
        "action": "save",
    }
    if item.type == "matching":
        data["prompt_right"] = [str(index) if index >= 0 else "" for index in item.right]
    else:
        data["right"] = [str(index) for index in item.right]
    return data | fields


def test_an_empty_draft_is_deleted_from_the_editor(client, exam, author, topic):
    draft = drafts.create(exam, by=author, topic=topic)
    assert "Delete this empty draft" in client.get(address(draft)).content.decode()
    client.post(address(draft), typed(draft, stem="Words"))
    assert "Delete this empty draft" not in client.get(address(draft)).content.decode()


def test_a_formula_is_shown_as_it_will_look(client, exam):
    page = reverse("questions:formula", args=[exam.code])
    shown = client.get(page, {"tex": r"\frac{a}{b}"}).content.decode()
    assert "<mfrac>" in shown
    assert "<math" not in client.get(page, {"tex": r"\frac{"}).content.decode()
    attack = client.get(page, {"tex": r"x\)<script>alert(1)</script>"}).content.decode()
    assert "<script>" not in attack


@pytest.mark.parametrize("kind", ["multiple_choice", "multiple_response", "ordering", "matching"])
def test_what_is_typed_is_stored(client, exam, author, topic, kind):
    draft = drafts.create(exam, by=author, topic=topic, item_type=kind)
    item = whole(draft, kind, facts=("F1", "F2"), sources=("a", "b"), enemies=("x",))
    more = {"facts": "F1, F2", "sources": "a\nb", "enemies": "x"}
    answer = client.post(address(draft), typed(draft, item, **more))
    assert answer.status_code == 302
    assert stored(draft) == item


def test_what_is_typed_is_shown_again(client, draft):
    page = client.get(address(draft)).content.decode()
    item = stored(draft)
    for text in (item.stem, *(o.text for o in item.options), *(o.why for o in item.options)):
        assert text in page


@pytest.mark.parametrize(
    ("action", "texts", "right"),
    [
        ("add-option", [0, 1, 2, 3, None], (0,)),
        ("remove-option-0", [1, 2, 3], ()),
        ("down-option-0", [1, 0, 2, 3], (1,)),
        ("up-option-3", [0, 1, 3, 2], (0,)),
        ("up-option-0", [0, 1, 2, 3], (0,)),
        ("up-option-99", [0, 1, 2, 3], (0,)),
        ("burn-option-1", [0, 1, 2, 3], (0,)),
    ],
)
def test_options_come_go_and_move(client, draft, action, texts, right):
    before = stored(draft)
    client.post(address(draft), typed(draft, action=action))
    item = stored(draft)
    wanted = ["" if place is None else before.options[place].text for place in texts]
    assert [option.text for option in item.options] == wanted
    assert item.right == right


def test_a_change_of_options_keeps_what_was_typed_beside_it(client, draft):
    client.post(address(draft), typed(draft, stem="Typed just now?", action="add-option"))
    assert stored(draft).stem == "Typed just now?"


def test_the_eye_follows_the_row(client, draft):
    answer = client.post(address(draft), typed(draft, action="down-option-0"))
    assert "focus=down-option-1" in answer.url
    page = client.get(answer.url).content.decode()
    button = page[page.index('id="down-option-1"') :].split(">", 1)[0]
    assert "autofocus" in button


def test_a_change_of_type_keeps_texts(client, draft):
    before = stored(draft)
    client.post(address(draft), typed(draft, type="matching", action="type"))
    item = stored(draft)
    assert item.type == "matching"
    assert item.options == before.options
    client.post(address(draft), typed(draft, type="multiple_choice", action="type"))
    assert stored(draft).options == before.options


def test_evidence_has_one_bound(client, draft):
    text = html_of(client.get(address(draft)))
    assert 'data-long="This is too long. Select at most 1,000 characters."' in text
    assert re.search('<textarea name="evidence"[^>]* maxlength="1000"', text)


def test_htmx_gets_the_fields_alone(client, draft):
    answer = client.post(
        address(draft), typed(draft, action="add-option"), headers={"HX-Request": "true"}
    ).content.decode()
    assert answer.lstrip().startswith('<div id="fields"')
    assert 'name="revision" value="3"' in answer


def test_a_save_over_a_newer_one_shows_both(client, draft, author, reviewer):
    mine = typed(draft, stem="Mine <b>?")
    drafts.save(draft, item=whole(draft, stem="Theirs?"), by=reviewer, revision=2)
    answer = client.post(address(draft), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert stored(draft).stem == "Theirs?"
    assert "Theirs" in page
    assert "Mine &lt;b&gt;?" in page
    assert 'name="revision" value="3"' in page
    client.post(address(draft), mine | {"revision": 3, "overwrite": "yes"})
    assert stored(draft).stem == "Mine <b>?"
    entry = AuditEntry.objects.get(verb="draft overwritten")
    assert entry.details["before"]["item"]["stem"] == "Theirs?"


def test_a_save_of_what_is_stored_already_is_no_conflict(client, draft):
    data = typed(draft, stem="Mine?")
    client.post(address(draft, "autosave"), data)
    assert client.post(address(draft), data).status_code == 302


def test_autosave_says_when_it_saved_and_what_the_rules_say(client, draft):
    answer = client.post(address(draft, "autosave"), typed(draft, stem="")).content.decode()
    assert "Draft saved" in answer
    assert 'name="revision" value="3"' in answer
    assert "text is empty; write the question" in answer
    assert stored(draft).stem == ""


def test_autosave_tells_of_a_conflict_and_stores_nothing(client, draft, reviewer):
    mine = typed(draft, stem="Mine?")
    drafts.save(draft, item=whole(draft, stem="Theirs?"), by=reviewer, revision=2)
    answer = client.post(address(draft, "autosave"), mine).content.decode()
    assert f"{reviewer} saved this draft" in answer
    assert 'name="revision" value="2"' in answer
    assert stored(draft).stem == "Theirs?"


def test_who_else_has_it_open_is_said(client, draft, reviewer):
    client_of(reviewer).get(address(draft))
    assert f"{reviewer} has this draft open too" in client.get(address(draft)).content.decode()


def test_what_is_much_alike_is_shown(client, draft, exam, topic):
    other = Question.objects.filter(exam=exam, type="multiple_choice").first()
    item = item_of(draft.item)
    stem = "Which of the many services of the cloud reads text out of scanned paper forms?"
    twin = drafts.create(exam, by=draft.author, topic=topic)
    drafts.save(twin, item=whole(twin, stem=stem), by=draft.author, revision=1)
    answer = client.post(address(draft, "autosave"), typed(draft, item, stem=stem))
    page = answer.content.decode()
    assert twin.question.ref in page
    assert "% of the words are the same" in page
    assert other.ref not in page


def test_the_preview_is_the_exam_rooms_question(client, draft):
    data = typed(draft, stem="Is it **so**?\n\n<script>alert(1)</script>")
    page = client.post(address(draft, "preview"), data).content.decode()
    assert "<strong>so</strong>" in page
    assert "<script>" not in page
    assert 'class="question"' in page
    assert "WHY" not in page
    assert stored(draft).stem != data["stem"]


def test_the_preview_shows_the_scenario_of_a_case(client, draft, exam):
    case = Case.objects.create(exam=exam, ref="c", title="A bank", scenario="It *lends*.")
    page = client.post(address(draft, "preview"), typed(draft, case=case.pk)).content.decode()
    assert "It <em>lends</em>." in page


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"stem": "x" * 20_001}, "at most 20000 characters"),
        ({"option_text": ["x" * 4001, "", "", ""]}, "Option 1: at most 4000 characters"),
        ({"option_text": ["x"] * 13, "option_why": ["x"] * 13}, "At most 12 options"),
        ({"option_text": ["x"]}, "each with its explanation"),
        ({"level": "genius"}, "Select a valid choice"),
        ({"topic": "999999"}, "Select a valid choice"),
        ({"revision": "x"}, "Enter a whole number"),
        ({"stem": "nul \x00"}, "Null characters are not allowed"),
    ],
)
def test_what_cannot_be_kept_is_named_and_what_was_typed_stays(client, draft, fields, says):
    before = stored(draft)
    answer = client.post(address(draft), typed(draft, objective="TYPED", **fields))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert says in page
    assert 'value="TYPED"' in page
    assert stored(draft) == before


def test_unseen_marks_are_taken_out(client, draft):
    client.post(address(draft), typed(draft, stem="a\u202eb\x07c\r\nd"))
    assert stored(draft).stem == "abc\nd"


def test_save_and_write_the_next_carries_over_where_one_is(client, draft):
    answer = client.post(
        address(draft), typed(draft, level="recall", type="multiple_choice", action="save_new")
    )
    assert Draft.objects.count() == 1
    page = client.get(answer.url)
    form = page.context["form"]
    assert (form["level"].value(), form["stem"].value()) == ("recall", "")
    assert form["topic"].value() == draft.question.exam.questions.get(pk=draft.question_id).topic_id


def test_an_incomplete_draft_is_not_given_to_review(client, draft):
    answer = client.post(address(draft), typed(draft, stem="", action="submit"))
    assert answer.status_code == 422
    assert "text is empty; write the question" in answer.content.decode()
    answer = client.post(address(draft), typed(draft, stem="Which fits?", action="submit"))
    assert answer.url == address(draft, "question")
    assert Draft.objects.get(pk=draft.pk).stage == "in_review"


def test_who_is_alone_publishes_from_the_editor(exam, topic):
    alone = member(exam, "owner", "Only One")
    team.allow_self_approval(exam, is_allowed=True, by=alone)
    draft = drafts.create(exam, by=alone, topic=topic)
    client = client_of(alone)
    assert 'value="publish"' in client.get(address(draft)).content.decode()
    client.post(address(draft), typed(draft, whole(draft), action="publish"))
    assert Question.objects.get(pk=draft.question_id).status == "published"


@pytest.mark.parametrize("action", ["publish", "submit"])
def test_what_a_colleague_saved_in_that_moment_is_neither_published_nor_submitted(
    exam, topic, monkeypatch, action
):
    alone = member(exam, "owner", "Only One")
    team.allow_self_approval(exam, is_allowed=True, by=alone)
    draft = drafts.create(exam, by=alone, topic=topic)
    form = typed(draft, whole(draft), action=action)
    save = drafts.save

    def saved_and_overtaken(*args, **kwargs):
        mine = save(*args, **kwargs)
        save(mine, item=whole(draft, level="recall"), by=alone, revision=mine.revision)
        return mine

    monkeypatch.setattr(drafts, "save", saved_and_overtaken)
    answer = client_of(alone).post(address(draft), form)
    assert answer.status_code == 422
    assert Draft.objects.get(pk=draft.pk).stage == "draft"
    assert Question.objects.get(pk=draft.question_id).status == "draft"


@pytest.mark.parametrize("name", ["edit", "autosave"])
def test_a_topic_that_goes_while_a_draft_is_saved_is_told(client, draft, monkeypatch, name):
    """What was typed stands in the form, or still on the page."""

    def gone(topic):
        raise Refused(f"The topic “{topic.title}” was deleted. Choose another.")

    form = typed(draft, stem="What was typed?")
    monkeypatch.setattr(drafts, "hold", gone)
    page = client.post(address(draft, name), form).content.decode()
    assert "was deleted. Choose another" in page
    assert stored(draft).stem != "What was typed?"
    assert "What was typed?" in page or name == "autosave"


def test_what_keeps_a_question_from_being_published_is_named_at_its_field(exam, topic):
    alone = member(exam, "owner", "Only One")
    team.allow_self_approval(exam, is_allowed=True, by=alone)
    draft = drafts.create(exam, by=alone, topic=topic)
    item = whole(draft, sources=())
    short = (Option(item.options[0].text, "Because."), *item.options[1:])
    answer = client_of(alone).post(
        address(draft), typed(draft, replace(item, options=short), action="publish")
    )
    page = html_of(answer)
    assert answer.status_code == 422
    assert (
        '<li><a href="#option-0-why">Explanation of A: Explain this option in at least 8 words'
        in page
    )
    assert '<li><a href="#sources">Sources: Add a source: a link or a title' in page
    assert Question.objects.get(pk=draft.question_id).status == "draft"
    assert stored(draft).options == short


def test_objectives_of_the_exam_are_chosen_and_others_are_kept(client, exam, draft, topic):
    assert '<input type="text" name="objective"' in client.get(address(draft)).content.decode()
    topic.task.objectives = {"1.1.1": "Say what it is"}
    topic.task.save()
    page = client.get(address(draft)).content.decode()
    assert '<option value="1.1.1">1.1.1 Say what it is</option>' in page
    client.post(address(draft), typed(draft, objective="9.9.9"))
    assert stored(draft).objective == "9.9.9"
    page = client.get(address(draft)).content.decode()
    assert '<option value="9.9.9" selected>9.9.9</option>' in page
    assert "task 1.1 has no objective" in page


def test_an_order_that_stays_is_chosen(client, draft):
    client.post(address(draft), typed(draft, fixed_order="on", numeric_ok="on"))
    assert (stored(draft).fixed_order, stored(draft).numeric_ok) == (True, True)
    client.post(address(draft), typed(draft))
    assert (stored(draft).fixed_order, stored(draft).numeric_ok) == (False, False)


def test_an_author_with_colleagues_does_not_publish_from_the_editor(client, draft, reviewer):
    client.post(address(draft), typed(draft, action="publish"))
    assert Question.objects.get(pk=draft.question_id).status != "published"


def test_an_author_does_not_publish_even_where_nobody_reviews(client, exam, draft):
    team.allow_self_approval(exam, is_allowed=True, by=None)
    client.post(address(draft), typed(draft, action="publish"))
    assert Question.objects.get(pk=draft.question_id).status != "published"


def test_what_is_in_review_is_shown_instead_of_edited(client, draft, author):
    drafts.submit(draft, by=author)
    assert client.get(address(draft)).url == address(draft, "question")
    client.post(address(draft), typed(draft, stem="Sneaked in?"))
    assert stored(draft).stem != "Sneaked in?"
    page = client.post(address(draft, "autosave"), typed(draft, stem="Sneaked?")).content.decode()
    assert "Not saved" in page


def test_a_live_question_is_edited_beside_itself_and_the_change_discarded(client, exam):
    question = Question.objects.filter(exam=exam).first()
    where = [exam.code, question.ref]
    assert client.get(reverse("questions:edit", args=where)).status_code == 404
    client.post(reverse("questions:revise", args=where))
    draft = Draft.objects.get(question=question)
    client.post(address(draft), typed(draft, stem="Another?"))
    question.refresh_from_db()
    assert question.live_version.content["stem"] != "Another?"
    client.post(address(draft, "discard"))
    assert not Draft.objects.filter(question=question).exists()


def test_warnings_are_let_stand_with_a_reason(client, draft):
    client.post(address(draft), typed(draft, acknowledged="S3: the figures are asked\nnonsense"))
    assert json.loads(json.dumps(stored(draft).acknowledged)) == {"S3": "the figures are asked"}
    assert "S3: the figures are asked" in client.get(address(draft)).content.decode()


def test_a_ref_cannot_be_typed_over(client, draft):
    client.post(address(draft), typed(draft, ref="another"))
    assert stored(draft).ref == draft.question.ref


def test_drafts_of_other_exams_are_not_there(stranger, draft):
    client = client_of(stranger)
    code = stranger.exam_roles.get().exam.code
    where = reverse("questions:edit", args=[code, draft.question.ref])
    assert client.get(where).status_code == 404


def test_a_draft_that_was_published_meanwhile_is_not_written_on(client, draft, author, reviewer):
    data = typed(draft, stem="Too late?")
    drafts.submit(draft, by=author)
    reviews.approve(draft, by=reviewer)
    versions.publish_draft(draft.question, by=reviewer)
    answer = client.post(address(draft, "autosave"), data)
    assert "was published or discarded in the meantime" in answer.content.decode()
    with pytest.raises(WrongStage):
        drafts.save(draft, item=item_of(draft.item), by=author, revision=2, reason="x")


def test_an_option_that_keeps_its_place_is_said_in_the_editor(exam, author, draft):
    client = client_of(author)
    address = reverse("questions:edit", args=[exam.code, draft.question.ref])
    reply = client.get(address)
    assert reply.content.decode().count('name="fixed"') == 4
    rows = draft.item["options"]
    data = {
        **{"type": "multiple_choice", "level": "apply", "topic": draft.question.topic_id},
        **{"stem": draft.item["stem"], "revision": draft.revision, "right": 0, "fixed": 3},
        "option_text": [row["text"] for row in rows],
        "option_why": [row["why"] for row in rows],
    }
    client.post(reverse("questions:autosave", args=[exam.code, draft.question.ref]), data)
    draft.refresh_from_db()
    assert [row.get("fixed", False) for row in draft.item["options"]] == [False] * 3 + [True]


def test_nothing_is_said_of_what_is_not_begun_and_it_can_be_deleted(exam, author, topic):
    begun = drafts.create(exam, by=author, topic=topic)
    client = client_of(author)
    page = client.get(reverse("questions:edit", args=[exam.code, begun.question.ref]))
    assert not page.context["errors"]
    assert not page.context["warnings"]
    discard = reverse("questions:discard", args=[exam.code, begun.question.ref])
    assert client.post(discard)["Location"] == reverse("questions:bank", args=[exam.code])
    assert not Question.objects.filter(pk=begun.question_id).exists()
