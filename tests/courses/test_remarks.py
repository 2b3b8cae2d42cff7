"""Notes of staff about a person, and questions that they mark to discuss."""

import pytest
from django.urls import reverse

from examapp.courses.models import CourseEntry, Membership, QuestionToDiscuss, StaffNote
from examapp.courses.services import joining, remarks
from examapp.courses.services.privacy import drop_old_records
from examapp.privacy import services as privacy
from tests.support.builders import make_user
from tests.support.classes import make_class
from tests.support.courses import add_member, add_staff, make_course

pytestmark = pytest.mark.django_db

WORDS = "Asked for help with networks."


@pytest.fixture
def taught():
    return make_class(1)


@pytest.fixture
def member(taught):
    return taught.members[0]


def notes_of(member):
    return reverse("courses:staff_notes", args=[member.course_id, member.pk])


def note(taught, person, member, **fields):
    return taught.client(person).post(notes_of(member), {"do": "write", "text": WORDS, **fields})


def test_a_note_stands_on_both_pages_of_a_person(taught, member):
    reply = note(taught, taught.assistant, member, assignment=taught.assignment.pk)
    on_assignment = taught.address(f"people/{member.pk}/")
    assert reply["Location"] == on_assignment
    in_course = reverse("courses:member", args=[taught.course.pk, member.pk])
    for address in (on_assignment, in_course):
        text = taught.client(taught.teacher).get(address).content.decode()
        assert WORDS in text
        assert "Assistant of the course" in text
        assert "Mock 1" in text
    assert CourseEntry.objects.get(verb="note_written").details == {"member": member.pk}


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001])
def test_an_empty_note_and_one_too_long_are_not_kept(taught, member, text):
    note(taught, taught.teacher, member, text=text)
    assert not StaffNote.objects.exists()


@pytest.mark.parametrize("is_on_assignment", [True, False])
def test_a_note_too_long_is_shown_again_with_the_reason(taught, member, is_on_assignment):
    about = {"assignment": taught.assignment.pk} if is_on_assignment else {}
    person = taught.assistant if is_on_assignment else taught.teacher
    written = f"{WORDS} " * 80
    reply = note(taught, person, member, text=written, **about)
    assert reply.status_code == 422
    text = reply.content.decode()
    assert written.strip() in text
    assert "at most 2000 characters" in text
    page = reply.context["page"]
    in_course = reverse("courses:member", args=[taught.course.pk, member.pk])
    back = taught.address(f"people/{member.pk}/") if is_on_assignment else in_course
    assert page.crumbs[-1] == (str(member), back)
    assert reply.context["notes"].assignment == about.get("assignment")


def test_a_line_break_of_a_note_is_one_character(taught, member):
    lines = ["x" * 39] * 50
    note(taught, taught.teacher, member, text="\r\n".join(lines))
    assert StaffNote.objects.get().text == "\n".join(lines)


def test_who_wrote_a_note_deletes_it_and_so_do_teachers(taught, member):
    other = add_staff(taught.course, "assistant", make_user(role="instructor"))
    kept = remarks.write_note(member, by=taught.assistant, text=WORDS)
    delete = {"do": "delete", "note": kept.pk}
    assert taught.client(other).post(notes_of(member), delete).status_code == 404
    assert taught.client(taught.assistant).post(notes_of(member), delete).status_code == 302
    assert not StaffNote.objects.exists()
    kept = remarks.write_note(member, by=taught.assistant, text=WORDS)
    taught.client(taught.teacher).post(notes_of(member), {**delete, "note": kept.pk})
    assert not StaffNote.objects.exists()


def test_a_note_of_another_person_is_not_there(taught, member):
    other = remarks.write_note(add_member(taught.course), by=taught.teacher, text=WORDS)
    elsewhere = add_member(make_course())
    client = taught.client(taught.teacher)
    assert client.post(notes_of(member), {"do": "delete", "note": other.pk}).status_code == 404
    assert client.post(notes_of(member), {"do": "delete", "note": "²"}).status_code == 404
    assert client.post(notes_of(elsewhere), {"do": "write", "text": "x"}).status_code == 404


def test_neither_a_viewer_nor_the_student_writes_or_reads_notes(taught, member):
    remarks.write_note(member, by=taught.teacher, text=WORDS)
    assert note(taught, taught.viewer, member).status_code == 404
    assert note(taught, member.user, member).status_code == 404
    own = taught.client(member.user)
    pages = [
        reverse("home"),
        reverse("courses:for_you"),
        reverse("courses:assigned", args=[taught.assignment.pk]),
        reverse("courses:membership", args=[taught.course.pk]),
        reverse("exams:history"),
        reverse("privacy:kept"),
    ]
    for page in pages:
        assert WORDS not in own.get(page).content.decode(), page
    viewer = taught.client(taught.viewer)
    for page in ("results/", "questions/", "compare/"):
        assert WORDS not in viewer.get(taught.address(page)).content.decode()


def test_a_student_s_download_has_the_notes_and_not_who_wrote_them(taught, member):
    remarks.write_note(member, by=taught.teacher, text=WORDS)
    (row,) = privacy.download(member.user)["tables"]["courses.StaffNote"]
    assert row["text"] == WORDS
    assert "written_by" not in row
    other = privacy.download(taught.teacher)["tables"]["courses.StaffNote"]
    assert other == []


@pytest.mark.parametrize("how", ["account deleted", "retention ended"])
def test_notes_go_with_the_person(taught, member, how):
    remarks.write_note(member, by=taught.teacher, text=WORDS)
    if how == "account deleted":
        privacy.forget(member.user)
    else:
        type(taught.course).objects.update(ends_on="2020-01-01")
        drop_old_records()
    assert not StaffNote.objects.exists()


def test_two_accounts_of_one_person_keep_the_notes_of_both(taught, member):
    double = add_member(taught.course, make_user(name="Double"))
    remarks.write_note(double, by=taught.teacher, text=WORDS)
    joining.merge(member.user, absorbed=double.user)
    assert StaffNote.objects.get().membership == member


def test_joining_says_that_staff_may_keep_notes(taught, member):
    page = taught.client(member.user).get(reverse("courses:membership", args=[taught.course.pk]))
    assert "Notes that they write about you." in page.content.decode()


@pytest.mark.parametrize("page", ["on the assignment", "in the course"])
def test_about_who_agreed_to_a_text_without_notes_none_is_written(taught, member, page):
    Membership.objects.filter(pk=member.pk).update(consent_version=1)
    in_course = reverse("courses:member", args=[taught.course.pk, member.pk])
    address = in_course if page == "in the course" else taught.address(f"people/{member.pk}/")
    text = taught.client(taught.teacher).get(address).content.decode()
    assert "Save the note" not in text
    assert f"{member} joined when the course did not yet say that staff may keep notes" in text
    reply = note(taught, taught.teacher, member)
    assert reply.status_code == 422
    assert "joined when the course did not yet say" in reply.content.decode()
    assert not StaffNote.objects.exists()


def test_about_who_has_not_joined_no_note_is_written(taught):
    invited = add_member(taught.course, state="invited")
    reply = note(taught, taught.teacher, invited)
    assert reply.status_code == 422
    assert "once they have joined the course" in reply.content.decode()
    assert not StaffNote.objects.exists()


def test_who_agreed_to_a_text_without_notes_reads_of_none(taught, member):
    Membership.objects.filter(pk=member.pk).update(consent_version=1)
    page = taught.client(member.user).get(reverse("courses:membership", args=[taught.course.pk]))
    assert "Notes that they write about you." not in page.content.decode()


# --- Questions to discuss -------------------------------------------------------------------------


@pytest.fixture
def sat():
    return make_class(6, right=2)


def lines(taught, person=None, **query):
    client = taught.client(person or taught.teacher)
    return client.get(taught.address("questions/"), query).context["page"]


def mark(taught, person=None, **fields):
    client = taught.client(person or taught.assistant)
    return client.post(taught.address("questions/discuss/"), fields)


def test_a_question_is_marked_and_stands_on_the_board(sat):
    chosen = lines(sat).lines[-1]
    reply = mark(sat, mark=chosen.question, show="", page=1)
    assert reply["Location"] == f"{sat.address('questions/')}?page=1#question-{chosen.question}"
    mark(sat, mark=chosen.question)
    assert QuestionToDiscuss.objects.count() == 1
    assert lines(sat).callout.heading == "1 question marked to discuss"
    (shown,) = lines(sat, show="marked").lines
    assert (shown.question, shown.is_marked) == (chosen.question, True)
    board = sat.client(sat.assistant).get(sat.address("questions/board/")).context["page"]
    assert [each.text for each in board.questions] == [chosen.text]
    mark(sat, unmark=chosen.question)
    assert not QuestionToDiscuss.objects.exists()


def test_the_list_is_narrowed_to_a_task(sat):
    page = lines(sat, show="1.1")
    assert {line.number for line in page.lines} == {"1.1"}
    assert page.heading.endswith("questions, hardest first")
    assert not page.heading.startswith("All")
    assert ("1.1", "Task 1.1") in page.shows


@pytest.mark.parametrize("number", ["0", "²", "9" * 30, ""])
def test_what_was_not_asked_here_is_not_marked(sat, number):
    assert mark(sat, mark=number).status_code == 404


def test_a_question_of_another_exam_is_not_marked(sat):
    other = make_class(1)
    item = other.assignment.taken.get().session.items.first()
    assert mark(sat, mark=item.version.question_id).status_code == 404


def test_a_viewer_reads_the_marks_and_sets_none(sat):
    chosen = lines(sat).lines[0]
    assert mark(sat, sat.viewer, mark=chosen.question).status_code == 404
    mark(sat, mark=chosen.question)
    page = lines(sat, sat.viewer)
    assert page.lines[0].is_marked
    assert (page.mark_url, page.callout) == ("", None)


def test_marking_costs_no_statement_a_question(sat, django_assert_max_num_queries):
    client = sat.client(sat.teacher)
    with django_assert_max_num_queries(12):
        client.get(sat.address("questions/"))
