"""Lists of people: read, looked at, brought in, brought in again."""

import time
from decimal import Decimal

import pytest

from examapp.courses import roster
from examapp.courses.models import CourseEntry, Letter
from examapp.courses.pages.roster_look import problem_words
from examapp.courses.services import members as member_services
from examapp.courses.services import roster as services
from examapp.courses.services.errors import CourseArchived
from tests.support.builders import make_user
from tests.support.courses import add_member, make_assignment, make_course
from tests.support.races import together

CSV = """Email,Name,Student ID,Group,Extra time
ada@example.com,Ada Lovelace,s1,evening,30
bob@example.com,Bob,s2,,25 %
"""


# --- Reading --------------------------------------------------------------------------------------


def test_a_table_is_read_by_its_heading():
    ada, bob = roster.parse(CSV).rows
    assert (ada.email, ada.name, ada.external_id, ada.group) == (
        *("ada@example.com", "Ada Lovelace", "s1", "evening"),
    )
    assert (ada.line, ada.time_factor, ada.extra_minutes) == (2, 1, 30)
    assert (bob.line, bob.time_factor, bob.extra_minutes, bob.group) == (3, Decimal("1.25"), 0, "")


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_are_found_out(separator):
    assert len(roster.parse(CSV.replace(",", separator)).rows) == 2


def test_first_and_last_name_make_a_name():
    (row,) = roster.parse("First name,Last name,Email\nAda,Lovelace,ada@example.com").rows
    assert row.name == "Ada Lovelace"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ada@example.com\nbob@example.com", [(1, "ada@example.com"), (2, "bob@example.com")]),
        ("ada@example.com, bob@example.com", [(1, "ada@example.com"), (1, "bob@example.com")]),
        ("ADA@Example.com", [(1, "ada@example.com")]),
        ("\n\nada@example.com\n", [(3, "ada@example.com")]),
        ("", []),
    ],
)
def test_addresses_are_read_as_they_are_pasted(text, found):
    assert [(row.line, row.email) for row in roster.parse(text).rows] == found


ADA = ["ada@example.com"]


@pytest.mark.parametrize(
    ("text", "emails", "problem_count"),
    [
        ("x" * 200_000, [], 1),
        ("x" * 100_000 + " ada@example.com", [], 1),
        ("a@" * 100_000, [], 1),
        ("@" * 200_000, [], 1),
        ("email,name\n" + "x" * 200_000, [], 1),
        ("email,name\nada@example.com," + "x" * 200_000, [], 1),
        ('email,name\nada@example.com,"' + "x\n" * 100_000, ADA, 99_999),
        ("e" * 200_000 + ",email\nada@example.com,Ada", ADA, 1),
    ],
)
def test_a_long_line_costs_no_more_than_its_length(text, emails, problem_count):
    """Whole seconds, where the square of the length took minutes; a cell too long is no row."""
    begun_at = time.thread_time()
    read = roster.parse(text)
    assert time.thread_time() - begun_at < 4
    assert [row.email for row in read.rows] == emails
    assert len(read.problems) == problem_count


def test_a_quote_that_nothing_closes_loses_nobody():
    read = roster.parse('email,name\nada@x.com,"Ada\nbob@x.com,Bob\ncleo@x.com,Cleo\n')
    assert [(row.line, row.email, row.name) for row in read.rows] == [
        (2, "ada@x.com", "Ada"),
        (3, "bob@x.com", "Bob"),
        (4, "cleo@x.com", "Cleo"),
    ]
    assert not read.problems


def test_a_cell_of_two_lines_is_named():
    read = roster.parse('email,name\nada@x.com,"Ada\nLovelace"\nbob@x.com,Bob\n')
    assert [row.email for row in read.rows] == ["ada@x.com", "bob@x.com"]
    assert [(each.line, each.kind) for each in read.problems] == [(3, roster.NO_ADDRESS)]


def test_what_a_quote_left_open_cuts_off_is_not_lost_in_silence():
    read = roster.parse('email,name,extra\nada@x.com,"Ada\nLovelace",15\nbob@x.com,Bob,15\n')
    assert [(row.email, row.extra_minutes) for row in read.rows] == [("bob@x.com", 15)]
    assert [(each.line, each.kind) for each in read.problems] == [
        (2, roster.OPEN_QUOTE),
        (3, roster.NO_ADDRESS),
    ]
    assert (
        problem_words(read.problems[0]) == 'Line 2: close the quote in its line (“ada@x.com,"Ada”).'
    )


def test_a_quote_within_a_cell_is_a_letter_like_any_other():
    read = roster.parse('email,name,extra\nada@x.com,Ada 5" Tall\n')
    assert [(row.email, row.name) for row in read.rows] == [("ada@x.com", 'Ada 5" Tall')]
    assert not read.problems


def test_a_cell_too_long_for_csv_leaves_the_rows_after_it():
    read = roster.parse("email,name\n" + "x" * 200_000 + "\nada@example.com,Ada\n")
    assert [(problem.line, problem.kind) for problem in read.problems] == [(2, roster.NO_ADDRESS)]
    assert [(row.line, row.email) for row in read.rows] == [(3, "ada@example.com")]


def test_names_stand_before_their_addresses():
    rows = roster.parse('Ada Lovelace <ada@example.com>; "Bob" <bob@example.com>').rows
    assert [row.name for row in rows] == ["Ada Lovelace", "Bob"]


def test_what_is_wrong_is_named_with_its_line_and_column():
    text = CSV + "nobody,No Address,,,\neve@example.com,Eve,,,soon\n"
    assert [(p.line, p.kind, p.column) for p in roster.parse(text).problems] == [
        (4, roster.NO_ADDRESS, "email"),
        (5, roster.BAD_EXTRA, "extra"),
    ]


def test_who_stands_there_twice_is_taken_once():
    read = roster.parse("ada@example.com\nAda@example.com")
    assert len(read.rows) == 1
    assert [row.line for row in read.twice] == [2]


def test_a_list_has_a_bound():
    text = "\n".join(f"p{n}@example.com" for n in range(roster.MOST_ROWS + 1))
    read = roster.parse(text)
    assert len(read.rows) == roster.MOST_ROWS
    assert [p.kind for p in read.problems] == [roster.TOO_MANY]


@pytest.mark.parametrize(
    ("text", "factor", "minutes"),
    [("30", 1, 30), ("+15 min", 1, 15), ("25 %", "1.25", 0), ("x1.5", "1.5", 0), ("1,5", "1.5", 0)],
)
def test_extra_time_is_read_as_people_write_it(text, factor, minutes):
    assert roster.extra_time(text) == (Decimal(factor), minutes)


@pytest.mark.parametrize("text", ["soon", "-5", "601", "x11", "1000 %", "0.5"])
def test_extra_time_that_is_none_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 (its text is the input)
        roster.extra_time(text)


# --- Looked at, and done --------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make_course()


def apply(course, text=CSV, **options):
    return services.apply(course, by=course.made_by, text=text, **options)


def test_a_look_writes_nothing(course):
    assert len(services.plan(course, CSV).new) == 2
    assert course.members.count() == 0


def test_a_list_adds_and_invites(course):
    applied = apply(course)
    assert len(applied.added) == 2
    ada = course.members.get(email="ada@example.com")
    assert (ada.state, ada.letter, ada.extra_minutes) == ("invited", "waiting", 30)
    assert Letter.objects.filter(kind="invitation").count() == 2
    assert CourseEntry.objects.get(verb="roster").details == {
        "added": 2,
        "changed": 0,
        "removed": 0,
    }


def test_the_same_list_again_changes_nothing(course):
    apply(course)
    before = list(course.members.values())
    assert apply(course) == services.Applied((), (), ())
    assert list(course.members.values()) == before
    assert Letter.objects.count() == 2


def test_a_list_updates_and_removes_only_who_is_ticked(course):
    apply(course)
    carl, dora = add_member(course), add_member(course)
    text = CSV.replace("Bob,s2", "Robert,s2")
    plan = services.plan(course, text)
    assert [str(each.membership) for each in plan.changed] == ["Bob"]
    assert set(plan.absent) == {carl, dora}
    applied = apply(course, text, remove=[carl.pk])
    carl.refresh_from_db()
    dora.refresh_from_db()
    assert (carl.state, dora.state) == ("left", "active")
    assert applied.removed == (carl.pk,)
    assert course.members.get(external_id="s2").name == "Robert"


def test_an_empty_cell_says_nothing(course):
    apply(course)
    apply(course, "Email,Name,Group\nada@example.com,,\n")
    ada = course.members.get(email="ada@example.com")
    assert (ada.name, ada.group) == ("Ada Lovelace", "evening")


def test_who_was_removed_comes_back_without_loss(course):
    member = add_member(course, group="evening")
    assignment = make_assignment(course)
    from examapp.courses.services import attempts

    attempt = attempts.start(member.user, assignment=assignment)
    member_services.end(member, was_removed=True)
    applied = apply(course, f"Email\n{member.email}")
    member.refresh_from_db()
    assert applied.added == (member.pk,)
    assert (member.state, member.group, member.attempts.get()) == ("active", "evening", attempt)


def test_who_left_on_their_own_is_invited_and_not_put_back(course):
    member = add_member(course)
    member_services.end(member)
    apply(course, f"Email\n{member.email}")
    member.refresh_from_db()
    assert (member.state, member.letter) == ("invited", "waiting")


def test_people_are_found_by_the_address_of_their_account_too(course):
    member = add_member(course, make_user(email="new@example.com"), email="old@example.com")
    plan = services.plan(course, "new@example.com")
    assert [each.membership for each in plan.here] == [member]


def test_what_was_just_added_is_taken_back_unless_they_joined(course):
    applied = apply(course)
    joined = add_member(course)
    ids = [*applied.added, joined.pk]
    assert services.take_back(course, by=course.made_by, members=ids) == 2
    assert list(course.members.all()) == [joined]


def test_nothing_is_added_to_an_archived_course():
    course = make_course(archived_at="2026-01-01T00:00:00Z")
    with pytest.raises(CourseArchived):
        apply(course)


@pytest.mark.django_db(transaction=True)
def test_the_same_list_twice_at_once_adds_everyone_once():
    course = make_course()
    applied = together(lambda: apply(course), lambda: apply(course))
    assert sorted(len(each.added) for each in applied) == [0, 2]
    assert course.members.count() == 2
