"""What waits for someone: in one exam, and in all the exams that they work on."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from examapp.exams import services
from examapp.exams.services import problems
from examapp.reports.models import ItemStatistics
from questions.access import access_to, accesses_of, exams_of
from questions.hooks import TeamTask, team_tasks
from questions.models import Exam, ExamRole, Question, Topic
from questions.services import drafts, reviews
from tests.questions.conftest import client_of, member, whole
from tests.support.builders import make_exam

pytestmark = pytest.mark.django_db

WAITING = reverse("questions:waiting")


@pytest.fixture
def submitted(draft, author):
    return drafts.submit(draft, by=author)


@pytest.fixture
def other(reviewer):
    """Another exam, in which the reviewer is an author only."""
    exam = make_exam("other", forms=1, title="Other exam")
    ExamRole.objects.create(user=reviewer, exam=exam, role="author")
    return exam


def text(answer):
    return answer.content.decode()


def send(exam, author):
    """Send a new draft of an author's for review."""
    topic = Topic.objects.filter(task__domain__exam=exam).first()
    begun = drafts.create(exam, by=author, topic=topic)
    return drafts.submit(drafts.save(begun, item=whole(begun), by=author, revision=1), by=author)


def queue_of(exam):
    return reverse("questions:queue", args=[exam.code])


def cost(person, address):
    """Count the statements of the first page that someone opens."""
    client = client_of(person)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def flag_one_of(exam):
    flagged = Question.objects.published().filter(exam=exam).first()
    ItemStatistics.objects.create(
        question=flagged, n=40, severity=3, flags=[], scored_through=timezone.now()
    )


def test_the_queue_has_what_waits_for_whom(submitted, exam, author, reviewer, owner):
    queue = queue_of(exam)
    question = submitted.question
    for_reviewer = client_of(reviewer).get(queue).context
    assert list(for_reviewer["to_judge"]) == [submitted]
    for_author = client_of(author).get(queue).context
    assert not for_author["to_judge"]
    reviews.comment(question, text="Ron?", by=owner, mentions=[reviewer.pk])
    assert [str(r) for r in client_of(reviewer).get(queue).context["remarks"]] == ["Ron?"]
    assert [str(r) for r in client_of(author).get(queue).context["remarks"]] == ["Ron?"]
    assert not client_of(owner).get(queue).context["remarks"]
    reviews.approve(submitted, by=reviewer)
    assert list(client_of(owner).get(queue).context["to_publish"]) == [submitted]
    drafts.withdraw(submitted, by=author)
    assert list(client_of(author).get(queue).context["to_finish"]) == [submitted]


def test_a_long_queue_has_pages_at_one_cost(exam, author, reviewer):
    queue = queue_of(exam)
    send(exam, author)
    first = cost(reviewer, queue)
    for _ in range(26):
        send(exam, author)
    assert cost(reviewer, queue) == first <= 20
    client = client_of(reviewer)
    whole_queue = client.get(queue)
    assert len(whole_queue.context["to_judge"]) == 10
    assert "To review: 27" in text(whole_queue)
    assert "Show all 27" in text(whole_queue)
    last = client.get(queue + "?show=to_judge&page=2")
    assert len(last.context["to_judge"]) == 2
    assert "Page 2 of 2" in text(last)
    assert client.get(queue + "?show=nothing").status_code == 200


def test_reports_of_learners_stand_in_the_queue(exam, session, reviewer):
    services.finish(session.pk)
    queue = queue_of(exam)
    assert "from a student" not in text(client_of(reviewer).get(queue))
    problems.report(session.pk, 1, candidate=session.candidate, kind="unclear", text="What?")
    page = client_of(reviewer).get(queue)
    assert "Also waiting" in text(page)
    assert "Report from a student: 1" in text(page)
    assert reverse("exams:problems", args=[exam.code]) in page.content.decode()


def test_an_empty_queue_says_so(exam, owner):
    queue = queue_of(exam)
    assert "Nothing is waiting for you" in text(client_of(owner).get(queue))


def test_the_page_of_all_exams_has_what_one_may_do_in_each(submitted, exam, other, reviewer):
    """A reviewer here and an author there: to review here, and their own draft there."""
    colleague = member(other, "author", "Cora Colleague")
    send(other, colleague)
    topic = Topic.objects.filter(task__domain__exam=other).first()
    own = drafts.create(other, by=reviewer, topic=topic)
    page = client_of(reviewer).get(WAITING)
    assert list(page.context["to_judge"]) == [submitted]
    assert list(page.context["to_finish"]) == [own]
    assert not page.context["to_publish"]
    assert reverse("questions:question", args=[exam.code, submitted.question.ref]) in text(page)
    assert reverse("questions:question", args=["other", own.question.ref]) in text(page)
    assert "<bdi>Other exam</bdi>" in text(page)


def test_comments_of_all_exams_stand_on_one_page(submitted, other, reviewer, owner):
    reviews.comment(submitted.question, text="Ron?", by=owner, mentions=[reviewer.pk])
    theirs = member(other, "owner", "Olaf Other")
    question = Question.objects.filter(exam=other).first()
    reviews.comment(question, text="And here?", by=theirs, mentions=[reviewer.pk])
    page = client_of(reviewer).get(WAITING)
    assert [str(each) for each in page.context["remarks"]] == ["Ron?", "And here?"]


def test_exams_of_others_are_not_on_the_page(submitted, stranger):
    page = client_of(stranger).get(WAITING)
    assert not page.context["to_judge"]
    assert "Nothing is waiting for you" in text(page)


def test_a_deleted_exam_waits_for_nobody(submitted, exam, reviewer, admin):
    Exam.objects.filter(pk=exam.pk).update(state="deleted")
    for person in (reviewer, admin):
        assert not client_of(person).get(WAITING).context["to_judge"]
        assert client_of(person).get(queue_of(exam)).status_code == 404


def test_an_admin_has_every_bank_without_a_role_in_any(submitted, exam, other, admin):
    page = client_of(admin).get(WAITING)
    assert list(page.context["to_judge"]) == [submitted]
    assert [chosen.code for chosen, _ in page.context["choices"]] == [exam.code, "other"]
    assert {access.role for access in accesses_of(admin)} == {"admin"}
    # A row that says less takes nothing from an admin, and makes no bank stand there twice.
    ExamRole.objects.create(user=admin, exam=exam, role="author")
    assert [access.role for access in accesses_of(admin)] == ["admin", "admin"]


def test_a_role_of_a_former_instructor_opens_no_bank(submitted, exam, reviewer):
    assert list(exams_of(reviewer)) == [exam]
    assert [access.role for access in accesses_of(reviewer)] == ["reviewer"]
    reviewer.role = "candidate"
    reviewer.save()
    assert client_of(reviewer).get(WAITING).status_code == 404
    assert client_of(reviewer).get(queue_of(exam)).status_code == 404
    assert not exams_of(reviewer)
    assert accesses_of(reviewer) == []
    assert access_to(exam.code, reviewer) is None


def test_each_bank_is_opened_by_the_role_that_one_has_in_it(exam, other, reviewer, owner):
    roles = {access.exam.code: access.role for access in accesses_of(reviewer)}
    assert roles == {exam.code: "reviewer", "other": "author"}
    assert access_to("OTHER", reviewer).role == "author"
    assert access_to(exam.code, owner).role == "owner"
    assert access_to("other", owner) is None


def test_what_is_approved_waits_for_those_alone_who_may_publish_it(
    submitted, exam, author, reviewer, owner
):
    reviews.approve(submitted, by=reviewer)
    for address in (WAITING, queue_of(exam)):
        assert list(client_of(owner).get(address).context["to_publish"]) == [submitted]
        assert not client_of(author).get(address).context["to_publish"]


def test_own_drafts_wait_only_in_exams_where_nobody_else_could_approve(exam, other, reviewer):
    """Alone in one exam, with a colleague in the other; both allow approving alone."""
    Exam.objects.update(allows_self_approval=True)
    ExamRole.objects.filter(user=reviewer).update(role="owner")
    member(exam, "reviewer", "Cora Colleague")
    send(exam, reviewer)
    alone = send(other, reviewer)
    assert list(client_of(reviewer).get(WAITING).context["to_judge"]) == [alone]
    Exam.objects.update(allows_self_approval=False)
    assert not client_of(reviewer).get(WAITING).context["to_judge"]


def test_an_exam_is_chosen_with_how_much_waits_in_it(submitted, exam, other, reviewer, author):
    send(exam, author)
    topic = Topic.objects.filter(task__domain__exam=other).first()
    drafts.create(other, by=reviewer, topic=topic)
    for address in (WAITING, queue_of(exam)):
        choices = client_of(reviewer).get(address).context["choices"]
        assert {chosen.code: count for chosen, count in choices} == {exam.code: 2, "other": 1}
    # With one exam there is nothing to choose.
    assert client_of(author).get(WAITING).context["choices"] == []


def test_the_number_beside_an_exam_is_of_all_that_its_queue_has(session, exam, other, reviewer):
    """Reports and flags too, and the same number on each page."""
    services.finish(session.pk)
    for number in (1, 2):
        problems.report(
            session.pk, number, candidate=session.candidate, kind="unclear", text="What?"
        )
    flag_one_of(other)
    client = client_of(reviewer)
    kind = f"{WAITING}?show=to_judge"
    for address in (WAITING, queue_of(exam), queue_of(other), kind):
        choices = client.get(address).context["choices"]
        assert {chosen.code: count for chosen, count in choices} == {exam.code: 2, "other": 1}
    assert "Flagged by item analysis" not in text(client.get(queue_of(exam)))
    assert "Reports from students" not in text(client.get(queue_of(other)))


def test_the_page_of_one_kind_says_when_it_is_empty_and_asks_for_nothing_else(
    exam, author, reviewer
):
    flag_one_of(exam)
    queue = queue_of(exam)
    page = client_of(reviewer).get(f"{queue}?show=to_judge")
    assert "Nothing of this kind is waiting for you" in text(page)
    assert "Flagged by item analysis" not in text(page)
    assert "Nothing" not in text(client_of(reviewer).get(queue))
    send(exam, author)
    assert "Nothing" not in text(client_of(reviewer).get(f"{queue}?show=to_judge"))
    with CaptureQueriesContext(connection) as asked:
        client_of(reviewer).get(f"{queue}?show=to_judge")
    assert not [row for row in asked.captured_queries if "problemreport" in row["sql"]]


def test_the_queue_of_an_exam_is_the_page_narrowed_to_it(submitted, exam, other, reviewer):
    drafts.create(other, by=reviewer, topic=Topic.objects.filter(task__domain__exam=other).first())
    page = client_of(reviewer).get(queue_of(exam))
    assert list(page.context["to_judge"]) == [submitted]
    assert not page.context["to_finish"]
    assert WAITING in text(page)


def test_reports_and_flags_name_their_exam(session, exam, other, reviewer):
    services.finish(session.pk)
    problems.report(session.pk, 1, candidate=session.candidate, kind="unclear", text="What?")
    flag_one_of(other)
    page = text(client_of(reviewer).get(WAITING))
    assert "Report from a student: 1" in page
    assert "Flagged by item analysis: 1" in page
    assert f"{reverse('questions:bank', args=['other'])}?mark=flagged" in page


def test_the_page_of_all_exams_is_paged_and_costs_the_same_whatever_waits(
    exam, other, author, reviewer
):
    send(exam, author)
    first = cost(reviewer, WAITING)
    for number in range(3):
        more = make_exam(f"more-{number}", forms=1)
        ExamRole.objects.create(user=reviewer, exam=more, role="reviewer")
        for _ in range(9):
            send(more, member(more, "author", "Ann Other"))
    assert cost(reviewer, WAITING) == first <= 22
    client = client_of(reviewer)
    page = client.get(WAITING)
    assert "To review: 28" in text(page)
    assert "Show all 28" in text(page)
    last = client.get(f"{WAITING}?show=to_judge&page=2")
    assert len(last.context["to_judge"]) == 3
    assert "Page 2 of 2" in text(last)


def test_the_home_of_who_has_no_course_counts_what_the_page_lists(
    submitted, exam, other, author, reviewer
):
    ExamRole.objects.filter(user=reviewer).update(role="reviewer")
    send(other, member(other, "author", "Cora Colleague"))
    send(exam, reviewer)
    page = text(client_of(reviewer).get(reverse("home")))
    assert "Drafts to review" in page
    # Their own is not theirs to review.
    assert '<b class="n">2</b>' in page
    assert WAITING in page
    assert "Drafts to review" not in text(client_of(author).get(reverse("home")))


def test_the_home_names_each_exam_that_has_reports(session, exam, other, reviewer):
    """They are those of the queue, and each leads to its own page."""
    services.finish(session.pk)
    assert "from a student" not in text(client_of(reviewer).get(reverse("home")))
    problems.report(session.pk, 1, candidate=session.candidate, kind="unclear", text="What?")
    page = text(client_of(reviewer).get(reverse("home")))
    assert "Report from a student" in page
    assert exam.title in page
    assert reverse("exams:problems", args=[exam.code]) in page


def test_what_other_apps_ask_of_the_team_is_on_the_home(exam, reviewer):
    """Whatever is registered: the home knows no kind of it, as the queue knows none."""
    task = TeamTask(exam, "Questions from readers", 3, "/elsewhere/")
    team_tasks.register("a test", lambda asked_of: [task])
    try:
        page = text(client_of(reviewer).get(reverse("home")))
    finally:
        team_tasks.unregister("a test")
    assert "Questions from readers" in page
    assert "/elsewhere/" in page
