"""Review by pages: the verdicts, remarks by field, the queue of what waits."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from examapp.exams import services
from examapp.exams.services import problems
from questions.models import Comment, Draft, Question
from questions.services import drafts, reviews, versions
from tests.questions.conftest import client_of, whole
from tests.support.builders import make_item
from tests.support.pages import html_of

pytestmark = pytest.mark.django_db


def address(question, name="question", *more):
    return reverse(f"questions:{name}", args=[question.exam.code, question.ref, *more])


@pytest.fixture
def submitted(draft, author):
    return drafts.submit(draft, by=author)


def text(answer):
    return answer.content.decode()


def test_a_draft_goes_from_its_author_over_a_reviewer_to_candidates(draft, author, reviewer):
    question = draft.question
    client_of(author).post(address(question, "submit"))
    reviewers = client_of(reviewer)
    page = text(reviewers.get(address(question)))
    assert address(question, "approve") in page
    reviewers.post(address(question, "approve"), {"revision": 2})
    answer = reviewers.post(address(question, "publish"), follow=True)
    assert "Published. New exams can use it" in text(answer)
    assert Question.objects.get(pk=question.pk).status == "published"


def test_what_the_rules_stop_is_not_approved_and_named_with_its_field(draft, author, reviewer):
    drafts.save(draft, item=whole(draft, sources=()), by=author, revision=2)
    drafts.submit(draft, by=author)
    reviewers = client_of(reviewer)
    page = text(reviewers.get(address(draft.question)))
    assert "Fix 2 errors to approve it." in " ".join(page.split())
    assert "Sources: Add a source" in page
    assert address(draft.question, "approve") not in page
    answer = reviewers.post(address(draft.question, "approve"), {"revision": 3}, follow=True)
    assert "Fix these errors first: Sources: Add a source" in text(answer)
    Draft.objects.update(stage="approved")
    answer = reviewers.post(address(draft.question, "publish"), follow=True)
    assert "Fix these errors first" in text(answer)
    assert Question.objects.get(pk=draft.question_id).current_version is None


def test_the_author_is_told_that_a_colleague_decides(submitted, author, reviewer, exam):
    exam.roles.filter(user=author).update(role="reviewer")
    page = text(client_of(author).get(address(submitted.question)))
    assert address(submitted.question, "approve") not in page
    answer = client_of(author).post(
        address(submitted.question, "approve"), {"revision": 2}, follow=True
    )
    assert "a colleague has to approve it" in text(answer)
    assert Draft.objects.get(pk=submitted.pk).stage == "in_review"


@pytest.mark.parametrize("revision", ["1", "", "x", "9" * 30])
def test_what_was_not_looked_at_is_not_approved(submitted, reviewer, revision):
    client_of(reviewer).post(address(submitted.question, "approve"), {"revision": revision})
    assert Draft.objects.get(pk=submitted.pk).stage == "in_review"


def test_a_question_is_shown_with_key_whys_and_findings(submitted, reviewer):
    page = text(client_of(reviewer).get(address(submitted.question)))
    assert "Right answer" in page
    assert "WHY-0" in page
    assert "Checks" in page


@pytest.mark.parametrize("kind", ["multiple_response", "ordering", "matching"])
def test_each_type_is_shown_with_its_key(exam, author, topic, kind):
    draft = drafts.create(exam, by=author, topic=topic, item_type=kind)
    client = client_of(author)
    incomplete = text(client.get(address(draft.question)))
    assert ("Not complete yet" in incomplete) == (kind == "matching")
    drafts.save(draft, item=whole(draft, kind), by=author, revision=1)
    page = text(client.get(address(draft.question)))
    says = {
        "multiple_response": "Right answer",
        "ordering": "Place 3",
        "matching": "Right response",
    }
    assert says[kind] in page


def test_a_draft_is_returned_with_a_remark_on_a_field(submitted, reviewer, author):
    data = {"text": "Two answers fit.", "field": "option-1", "action": "return"}
    client_of(reviewer).post(address(submitted.question, "comment"), data)
    assert Draft.objects.get(pk=submitted.pk).stage == "draft"
    page = text(client_of(author).get(address(submitted.question)))
    assert "Two answers fit." in page
    assert "Option B" in page


def test_an_author_returns_nothing(submitted, author):
    data = {"text": "No.", "action": "return"}
    answer = client_of(author).post(address(submitted.question, "comment"), data)
    assert answer.status_code == 404
    assert Draft.objects.get(pk=submitted.pk).stage == "in_review"


def test_an_empty_remark_is_named_at_its_field(submitted, reviewer):
    answer = client_of(reviewer).post(address(submitted.question, "comment"), {"text": ""})
    assert answer.status_code == 422
    assert "This field is required" in text(answer)


def test_a_remark_is_text(submitted, reviewer):
    data = {"text": "<script>alert(1)</script>"}
    client_of(reviewer).post(address(submitted.question, "comment"), data)
    assert "<script>alert" not in text(client_of(reviewer).get(address(submitted.question)))


def test_a_remark_is_resolved_and_opened_again(submitted, reviewer, author):
    remark = reviews.comment(submitted.question, text="See?", by=reviewer)
    where = reverse("questions:resolve", args=[submitted.question.exam.code, remark.pk])
    client = client_of(author)
    client.post(where)
    assert f"Resolved by {author}" in text(client.get(address(submitted.question)))
    client.post(where, {"reopen": "yes"})
    assert Comment.objects.get(pk=remark.pk).resolved_at is None


def test_the_queue_has_what_waits_for_whom(submitted, exam, author, reviewer, owner):
    queue = reverse("questions:queue", args=[exam.code])
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


def test_a_long_queue_has_pages_at_one_cost(exam, author, reviewer, topic):
    def submit():
        begun = drafts.create(exam, by=author, topic=topic)
        drafts.submit(drafts.save(begun, item=whole(begun), by=author, revision=1), by=author)

    queue = reverse("questions:queue", args=[exam.code])
    client = client_of(reviewer)

    def cost(query=""):
        with CaptureQueriesContext(connection) as queries:
            client.get(queue + query)
        return len(queries)

    submit()
    first = cost()
    for _ in range(26):
        submit()
    assert cost() == first <= 20
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
    queue = reverse("questions:queue", args=[exam.code])
    assert "Reports from students" not in text(client_of(reviewer).get(queue))
    problems.report(session.pk, 1, candidate=session.candidate, kind="unclear", text="What?")
    page = client_of(reviewer).get(queue)
    assert "Also waiting" in text(page)
    assert "Reports from students: 1" in text(page)
    assert reverse("exams:problems", args=[exam.code]) in page.content.decode()


def test_an_empty_queue_says_so(exam, owner):
    queue = reverse("questions:queue", args=[exam.code])
    assert "Nothing is waiting for you" in text(client_of(owner).get(queue))


def test_a_stale_draft_is_compared_before_it_goes_on(exam, author, reviewer):
    question = Question.objects.filter(exam=exam).first()
    draft = drafts.revise(question, by=author)
    drafts.save(draft, item=whole(draft, stem="Mine, at length?"), by=author, revision=1)
    drafts.submit(draft, by=author)
    reviews.approve(draft, by=reviewer)
    versions.publish(question, make_item(question.type, question.ref, stem="Theirs?"))
    client = client_of(reviewer)
    answer = client.post(address(question, "publish"), follow=True)
    page = html_of(answer)
    assert "Another version went live" in page
    assert "<del>" in page
    assert Question.objects.get(pk=question.pk).live_version.content["stem"] == "Theirs?"
    client.post(address(question, "rebase"))
    draft.refresh_from_db()
    assert (draft.stage, draft.item["stem"]) == ("draft", "Mine, at length?")


def test_a_question_is_retired_with_a_reason_and_brought_back(exam, owner):
    question = Question.objects.filter(exam=exam).first()
    client = client_of(owner)
    client.post(address(question, "retire"), {"reason": "out of date"})
    page = text(client.get(address(question)))
    assert "out of date" in page
    assert "Restore" in page
    client.post(address(question, "retire"))
    assert Question.objects.get(pk=question.pk).status == "published"


def test_approve_and_next_leads_through_what_waits(exam, author, reviewer, topic):
    first, second = (
        drafts.submit(
            drafts.save(begun, item=whole(begun), by=author, revision=1), by=author
        ).question
        for begun in [drafts.create(exam, by=author, topic=topic) for _ in range(2)]
    )
    web = client_of(reviewer)
    assert (
        "Waiting for you" in web.get(reverse("questions:bank", args=[exam.code])).content.decode()
    )

    def approve(question):
        address = reverse("questions:approve", args=[exam.code, question.ref])
        return web.post(address, {"revision": question.draft.revision, "next": "yes"})["Location"]

    assert approve(first) == reverse("questions:question", args=[exam.code, second.ref])
    assert approve(second) == reverse("questions:queue", args=[exam.code])
    assert "All reviewed." in web.get(reverse("questions:queue", args=[exam.code])).content.decode()


def test_who_has_nobody_to_approve_is_told_when_sending(exam, draft, author, reviewer):
    address = reverse("questions:submit", args=[exam.code, draft.question.ref])
    web = client_of(author)
    assert "Sent for review." in web.post(address, follow=True).content.decode()
    drafts.withdraw(draft, by=author)
    reviewer.exam_roles.all().delete()
    assert (
        "nobody else on the team can approve it" in web.post(address, follow=True).content.decode()
    )
