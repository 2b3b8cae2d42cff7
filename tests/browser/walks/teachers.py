"""What the staff of a course see, page by page and state by state."""

from collections.abc import Iterator

from django.urls import reverse
from playwright.sync_api import Page, expect

from examapp.courses.models import Assignment, Course, Membership
from examapp.exams import services
from tests.support.browser_pages import ERROR, Site
from tests.support.builders import make_user
from tests.support.classes import begin
from tests.support.courses import add_member, add_staff, make_assignment, make_course

# Names of pages, of the course and of an assignment of it.
OF_COURSE = ("course", "members", "add_people", "gradebook", "new_assignment", "course_settings")
OF_ASSIGNMENT = ("assignment", "live", "results", "asked", "times", "compare", "teach")


def teacher(site: Site) -> Iterator[tuple[str, Page]]:
    page = site.open_page(site.instructor)
    page.goto(reverse("courses:courses"))
    yield "courses, none", page
    page.goto(reverse("courses:new_course"))
    yield "new course", page
    course = make_course(owner=site.instructor, exam=site.exam, name="Interoperability_" * 5)
    for name in ("course", "members", "gradebook"):
        page.goto(reverse(f"courses:{name}", args=[course.pk]))
        yield f"{name}, of nobody", page
    assignment, missed = taken(course)
    page.goto(reverse("courses:courses"))
    yield "courses", page
    for name in OF_COURSE:
        page.goto(reverse(f"courses:{name}", args=[course.pk]))
        open_all(page)
        yield name, page
    page.goto(reverse("courses:members", args=[course.pk]))
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("A new code is on.")).to_be_visible()
    yield "members, with a code", page
    page.goto(reverse("courses:board", args=[course.pk]))
    yield "board", page
    for name in OF_ASSIGNMENT:
        page.goto(reverse(f"courses:{name}", args=[course.pk, assignment.pk]))
        open_all(page)
        yield name, page
    page.goto(reverse("courses:domain", args=[course.pk, assignment.pk, 1]))
    yield "domain", page
    page.goto(reverse("courses:student", args=[course.pk, assignment.pk, missed.pk]))
    yield "student", page
    page.goto(reverse("courses:member", args=[course.pk, missed.pk]))
    yield "member", page
    page.goto(reverse("courses:new_assignment", args=[course.pk]))
    page.get_by_label("Title").fill("")
    page.locator("#assignment").evaluate("(form) => (form.noValidate = true)")
    page.get_by_role("button", name="Save as draft").click()
    expect(page).to_have_title(ERROR)
    yield "new assignment, refused", page


def taken(course: Course) -> tuple[Assignment, Membership]:
    """An assignment that one passed, two missed, one is in and one has not begun.

    Returns it and one who missed it.
    """
    names = ("Ann Able", "Bo Blank", "Hyper-" * 12 + "Name", "Dee Doing", "Eli Early")
    members = [add_member(course, make_user(name=name)) for name in names]
    add_member(course, state="invited", email=f"{'a-very-long-address' * 3}@example.com")
    add_staff(course, "assistant")
    assignment = make_assignment(course, title="Mock 1")
    make_assignment(course, title="A draft", published_at=None)
    for place, member in enumerate(members[:4]):
        session = begin(member, assignment, all_right=place == 0)
        if place < 3:
            services.finish(session.pk)
    return assignment, members[2]


def open_all(page: Page) -> None:
    for details in page.locator("main details:not(.menu) > summary").all():
        details.click()


WALKS = (teacher,)
