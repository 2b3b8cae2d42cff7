"""Results of an assignment: the class, a domain, the questions, one person, what is not shown."""

import pytest
from django.urls import reverse

from examapp.courses.models import Assignment
from examapp.exams import services
from examapp.practice import services as practice
from tests.support.builders import make_user
from tests.support.classes import begin, make_class
from tests.support.courses import add_member, make_course

pytestmark = pytest.mark.django_db


def page_of(taught, page, person=None, **query):
    address = taught.address(page)
    return taught.client(person or taught.teacher).get(address, query)


def test_the_first_thing_is_how_many_passed(taught):
    text = page_of(taught, "results/").content.decode()
    assert "2 of 5" in text
    assert "Average 460, from 100 to 1000." in text


def test_a_domain_that_is_no_number_sorts_by_the_score(taught):
    assert page_of(taught, "results/", sort="domain-²").status_code == 200


def test_each_person_has_a_row_with_a_shade_and_a_number(taught):
    rows = page_of(taught, "results/").context["page"].map.rows
    assert [row.sum for row in rows] == ["100"] * 3 + ["1000"] * 2
    weak, strong = rows[0].cells, rows[-1].cells
    assert {cell.shade for cell in weak if not cell.pips} <= {"m1"}
    assert {cell.shade for cell in strong if not cell.pips} <= {"m5"}


def test_few_answers_of_one_person_are_dots_and_never_shaded(taught):
    cells = page_of(taught, "results/").context["page"].map.rows[0].cells
    few = [cell for cell in cells if cell.pips]
    assert few
    assert all(not cell.shade and len(cell.pips) < 6 for cell in few)


def test_three_topics_to_teach_with_the_people_who_need_them(taught):
    teach = page_of(taught, "results/").context["page"].teach
    assert len(teach.topics) == 3
    assert teach.heading == "Teach these 3 topics"
    assert teach.button == "Give practice to these 3 people"
    assert teach.lead.startswith(
        "With 8 of 10 right there, the average score goes from 460 to about "
    )


def test_of_fewer_than_five_no_mean_and_no_topic_is_told():
    page = page_of(make_class(4, right=2), "results/")
    assert "Mean" not in page.content.decode()
    assert page.context["page"].teach.topics == ()
    assert "Too few to tell. 5 people are needed." in page.content.decode()
    assert page.context["page"].map.class_row is None


def test_a_viewer_sees_no_single_person(taught):
    text = page_of(taught, "results/", taught.viewer).content.decode()
    assert "Average 460" in text
    assert "Student 000" not in text
    assert "Who needs what" not in text


def test_a_viewer_sees_a_domain_and_nobody_in_it(taught):
    page = page_of(taught, "results/1/", taught.viewer)
    assert "Weakest here: " in page.content.decode()
    assert ", 40 % right." in page.content.decode()
    assert "Student 0" not in page.content.decode()
    assert page.context["page"].map is None
    assert "Student 000" in page_of(taught, "results/1/", taught.assistant).content.decode()


def test_a_viewer_sees_nothing_of_fewer_than_five():
    taught = make_class(4)
    text = page_of(taught, "results/", taught.viewer).content.decode()
    assert "2 of 4" not in text
    assert page_of(taught, "results/1/", taught.viewer).status_code == 404
    assert not page_of(taught, "questions/", taught.viewer).context["page"].lines


def test_who_has_not_sat_is_named_and_is_no_zero(taught):
    add_member(taught.course, make_user(name="Lin"))
    page = page_of(taught, "results/")
    assert "Lin" in page.content.decode()
    assert len(page.context["page"].map.rows) == 5
    assert "5 of 6 have finished so far, so this will change." in page.content.decode()


@pytest.mark.parametrize("path", ["results/", "results/1/", "questions/", "times/"])
def test_pages_of_results_ask_for_the_same_whatever_the_number(path, django_assert_max_num_queries):
    taught = make_class(6)
    client = taught.client(taught.teacher)
    with django_assert_max_num_queries(15):
        assert client.get(taught.address(path)).status_code == 200


def test_a_domain_names_its_gap_and_shows_its_tasks(taught):
    page = page_of(taught, "results/1/")
    assert "Weakest here: " in page.content.decode()
    assert ", 40 % right." in page.content.decode()
    assert "3 of 5 people have half or less right there." in page.content.decode()
    assert [column.number for column in page.context["page"].map.columns] == ["1.1", "1.2"]


def test_a_domain_that_is_none_is_not_there(taught):
    assert page_of(taught, "results/9/").status_code == 404


def test_questions_stand_hardest_first(taught):
    lines = page_of(taught, "questions/").context["page"].lines
    assert lines
    assert [line.percent for line in lines if line.of >= 5] == sorted(
        line.percent for line in lines if line.of >= 5
    )


def test_a_person_sees_their_own_domains_beside_the_class(taught):
    page = page_of(taught, f"people/{taught.members[-1].pk}/")
    text = page.content.decode()
    assert "not yet, 700 passes" in text
    assert "7 more would have passed." in text
    assert "What Student 004 needs most" in text
    assert len(page.context["page"].answers) == 10


def test_who_has_not_begun_is_told_so(taught):
    member = add_member(taught.course, make_user(name="Lin"))
    page = page_of(taught, f"people/{member.pk}/")
    assert "Lin has not started" in page.content.decode()


def test_a_person_of_another_course_is_not_there(taught):
    stranger = add_member(make_course())
    assert page_of(taught, f"people/{stranger.pk}/").status_code == 404


def test_an_assignment_of_another_course_is_not_there(taught):
    other = make_class(1)
    address = reverse("courses:results", args=[taught.course.pk, other.assignment.pk])
    assert taught.client(taught.teacher).get(address).status_code == 404


def test_nothing_of_free_practice_reaches_staff(taught):
    """What a student does alone changes no byte of what staff see."""
    pages = ["results/", "results/1/", "questions/", f"people/{taught.members[0].pk}/"]

    def seen():
        return [page_of(taught, page).context["page"] for page in pages]

    before = [repr(page.map if hasattr(page, "map") else page.sub) for page in seen()[:2]]
    person = taught.members[0].user
    practice.start(person, exam=taught.assignment.exam, choice=practice.Choice(3))
    after = [repr(page.map if hasattr(page, "map") else page.sub) for page in seen()[:2]]
    assert before == after


def test_a_mock_exam_taken_alone_is_no_result_of_the_class(taught):
    person = taught.members[-1].user
    session = services.start(person, exam=taught.assignment.exam)
    services.finish(session.pk)
    assert len(page_of(taught, "results/").context["page"].map.rows) == 5
    assert "100" in page_of(taught, "results/").content.decode()


def test_of_several_tries_the_one_counts_that_the_rule_names(taught):
    member = taught.members[-1]
    services.finish(begin(member, taught.assignment, number=2).pk)
    for rule, score in (("best", 1000), ("last", 1000), ("first", 100)):
        Assignment.objects.filter(pk=taught.assignment.pk).update(counts=rule)
        people = page_of(taught, "results/").context["page"].map.rows
        assert {row.name: row.sum for row in people}[str(member)] == str(score)


def test_a_teacher_in_an_exam_reads_no_answer(taught):
    services.start(taught.teacher, exam=taught.assignment.exam)
    for page in ("questions/", f"people/{taught.members[0].pk}/", "questions/board/"):
        assert page_of(taught, page).status_code == 403
