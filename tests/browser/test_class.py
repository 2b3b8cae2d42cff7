"""A class from end to end: a new teacher's, and a student's from the letter to the answers."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from examapp.courses.models import Assignment, Attempt, Course, Membership
from examapp.courses.services import letters
from examapp.exams import services
from tests.support.accessibility import LOOKS, findings
from tests.support.builders import make_exam, make_user, right_response, wrong_response
from tests.support.classes import make_class
from tests.support.sittings import answer_all

pytestmark = pytest.mark.nightly

CSV = """email,name,external id,group,extra time
lin@example.com,Lin,1,A,
not-an-address,Nobody,2,A,
vera@example.com,Vera,3,A,a lot
"""


def looked_at(page, words):
    """Wait for words of a page, and let axe have its say of it."""
    expect(page.locator("main").get_by_text(words).first).to_be_visible()
    assert findings(page) == []


def join(open_context, person, address, code=""):
    """Let a person join by a link, or by the code that stands on the board; return their page."""
    page = open_context(person).new_page()
    page.goto(address)
    if code:
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Continue").click()
    looked_at(page, "What your teacher will see")
    page.get_by_role("button", name="Agree and join").click()
    expect(page.get_by_text("You are in Evening class.")).to_be_visible()
    return page


def sit(attempt, respond):
    """Answer everything in a sitting, and end it."""
    answer_all(attempt.session, respond)
    services.finish(attempt.session_id)


def test_a_new_teacher_s_class(open_context, transactional_db, complaints):
    make_exam(title="Basics of clouds", forms=4)
    teacher = make_user(role="instructor", name="Johanna")
    page = open_context(teacher, timezone_id="Europe/Berlin").new_page()

    # Three steps: a course, its people, an exam.
    page.goto("/")
    looked_at(page, "Three steps to your first results.")
    page.get_by_role("link", name="Make a course").click()
    page.get_by_label("Name", exact=True).fill("Evening class")
    page.get_by_role("button", name="Create the course").click()
    looked_at(page, "Add people first")
    course = Course.objects.get()

    # A file with two bad lines is looked at first.
    page.get_by_role("link", name="Add people").click()
    page.get_by_label("Or a CSV file").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": CSV.encode()}
    )
    expect(page.get_by_text("1 new person")).to_be_visible()
    looked_at(page, "2 lines cannot be read")
    page.get_by_role("button", name="Add 1 person").click()
    looked_at(page, "1 person added.")
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("A new code is on.")).to_be_visible()
    code = page.locator(".s-code").inner_text()

    # One joins by letter, one by link, one by code.
    letters.send()
    link = re.search(r"/invitation/\S+", mail.outbox[0].body)[0]
    people = [make_user(name=name) for name in ("Lin", "Farah", "Milo")]
    pages = [
        join(open_context, people[0], link),
        join(open_context, people[1], f"/join/{code.replace('-', '')}/"),
        join(open_context, people[2], "/join/", code),
    ]
    for number in range(2):
        join(open_context, make_user(name=f"Other {number}"), "/join/", code)

    # An assignment reads itself back while it is filled in.
    page.goto(f"/courses/{course.pk}/")
    page.get_by_role("link", name="New assignment").click()
    page.get_by_label("Opens").fill("")
    page.get_by_text("2", exact=True).click()
    expect(
        page.get_by_text("5 people may take Basics of clouds. They may take it 2 times.")
    ).to_be_visible()
    looked_at(page, "What a student sees")
    page.get_by_role("button", name="Give to 5 people").click()
    looked_at(page, "0 of 5 done")
    assignment = Assignment.objects.get()

    # A student begins from what is there for them.
    farah = pages[1]
    farah.goto("/for-you/")
    looked_at(farah, "Open now")
    farah.get_by_role("link", name="Start").click()
    looked_at(farah, "The clock runs from the moment you start.")
    farah.get_by_role("button", name="Start the exam").click()
    expect(farah).to_have_url(re.compile("/exams/|/sessions/|room"))
    farah.close()

    # Live: more time for one; and a try that ended goes on.
    page.goto(f"/courses/{course.pk}/assignments/{assignment.pk}/live/")
    looked_at(page, "1 in the exam")
    attempt = Attempt.objects.get()
    before = attempt.session.deadline_at
    page.get_by_label("Pick Farah").check()
    page.get_by_label("Add minutes").fill("15")
    page.get_by_role("button", name="Add time").click()
    looked_at(page, "1 person has 15 minutes more.")
    attempt.session.refresh_from_db()
    assert attempt.session.deadline_at - before == timedelta(minutes=15)
    sit(attempt, wrong_response)
    page.goto(f"/courses/{course.pk}/assignments/{assignment.pk}/live/?show=done")
    page.get_by_label("Pick Farah").check()
    page.get_by_role("button", name="Reopen").click()
    looked_at(page, "1 person may go on for 10 minutes.")
    sit(Attempt.objects.get(number=2), wrong_response)

    # Results, and the topics to teach.
    for member in Membership.objects.exclude(user=people[1]):
        respond = right_response if member.user == people[0] else wrong_response
        session = services.start(member.user, exam=assignment.exam)
        sit(
            Attempt.objects.create(
                assignment=assignment, membership=member, number=1, session=session
            ),
            respond,
        )
    page.goto(f"/courses/{course.pk}/assignments/{assignment.pk}/results/")
    looked_at(page, "1 of 5")
    page.get_by_role("button", name="Give practice to these 4 people").click()
    looked_at(page, "4 people get 10 questions each")
    page.get_by_role("button", name="Send to 4 people").click()
    looked_at(page, "Practice given on these results")

    # The gradebook, as Canvas reads it.
    page.goto(f"/courses/{course.pk}/gradebook/")
    looked_at(page, "1 of 5 passed")
    page.locator("main summary", has_text="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV for Canvas").click()
    assert "Points Possible" in download.value.path().read_text()


def test_a_student_from_the_letter_to_the_answers(open_context, transactional_db):
    taught = make_class(1, right=1, answers_release="never", closes_at=None)
    page = open_context(taught.members[0].user).new_page()
    page.goto("/for-you/")
    looked_at(page, "answers not shown")
    now = timezone.now()
    Assignment.objects.update(
        answers_release="after_close",
        explanations_release="after_close",
        closes_at=now - timedelta(minutes=1),
    )
    page.reload()
    looked_at(page, "see the answers")
    page.get_by_role("link", name=re.compile("Mock 1")).click()
    expect(page.get_by_text("1000").first).to_be_visible()


PAGES = {
    "course": "/courses/{course}/",
    "members": "/courses/{course}/people/",
    "add_people": "/courses/{course}/people/add/",
    "settings": "/courses/{course}/settings/",
    "gradebook": "/courses/{course}/gradebook/",
    "new_assignment": "/courses/{course}/assignments/new/",
    "live": "/courses/{course}/assignments/{assignment}/live/",
    "results": "/courses/{course}/assignments/{assignment}/results/",
    "domain": "/courses/{course}/assignments/{assignment}/results/1/",
    "asked": "/courses/{course}/assignments/{assignment}/questions/",
    "times": "/courses/{course}/assignments/{assignment}/times/",
    "teach": "/courses/{course}/assignments/{assignment}/teach/",
    "student": "/courses/{course}/assignments/{assignment}/people/{member}/",
}


def test_pages_of_staff_fit_a_phone_in_the_dark(open_context, transactional_db):
    taught = make_class(5, right=2)
    values = {
        "course": taught.course.pk,
        "assignment": taught.assignment.pk,
        "member": taught.members[-1].pk,
    }
    page = open_context(taught.teacher, viewport=LOOKS["dark"], color_scheme="dark").new_page()
    for name, address in PAGES.items():
        page.goto(address.format(**values))
        assert findings(page) == [], name
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= LOOKS["dark"]["width"], name
