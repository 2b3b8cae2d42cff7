"""What instructors see, page by page and state by state."""

from collections.abc import Iterator

from django.urls import reverse
from playwright.sync_api import Page, expect

from examapp.accounts.models import User
from examapp.exams.models import ExamForm, ExamFormKinds
from examapp.reports.models import FormStatistics, ItemStatistics, RefreshRun
from examapp.reports.weak_areas import report as reports
from questions.models import ExamRole, Question
from questions.services import drafts
from tests.support.browser_pages import ERROR, TYPES, Site
from tests.support.builders import make_user
from tests.support.rounds import give, open_round


def instructor(site: Site) -> Iterator[tuple[str, Page]]:
    make_user(email=f"{'a-very-long-address' * 3}@example.com")
    page = site.open_page(make_user(role="admin"))
    page.goto(reverse("accounts:accommodations"))
    yield "people", page
    page.goto(reverse("accounts:accommodations") + "?q=nobody-of-this-name")
    yield "people, none found", page
    page.goto(reverse("accounts:accommodation", args=[site.candidate.pk]))
    yield "accommodation", page
    page.get_by_label("Time factor").fill("0")
    page.locator("[data-accommodation]").evaluate("(form) => (form.noValidate = true)")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_title(ERROR)
    yield "accommodation, with errors", page
    page.get_by_label("Time factor").fill("1.5")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**{reverse('accounts:accommodations')}")
    yield "people, saved", page
    page.goto(reverse("exams:more_time", args=[site.exam.code]))
    page.get_by_label("Email of the person").fill("nobody@example.com")
    page.get_by_label("Extra minutes").fill("10")
    page.get_by_label("Reason").fill("Fire drill")
    page.get_by_role("button", name="Add the time").click()
    expect(page).to_have_title(ERROR)
    yield "more time, for nobody", page


def author(site: Site) -> Iterator[tuple[str, Page]]:
    owner, colleague = site.instructor, make_user(name="Ron Reviewer", role="instructor")
    ExamRole.objects.create(user=owner, exam=site.exam, role="owner")
    ExamRole.objects.create(user=colleague, exam=site.exam, role="reviewer")
    page = site.open_page(owner)
    code = site.exam.code
    page.goto(reverse("questions:bank", args=[code]))
    yield "bank", page
    page.locator("summary", has_text="Filter and sort").click()
    page.locator("summary", has_text="Save this search").click()
    page.locator("#f-q").fill("nosuchword")
    expect(page.get_by_text("No question matches")).to_be_visible()
    yield "bank, nothing found", page
    page.locator("#f-q").fill("")
    expect(page.locator('[name="pick"]').first).to_be_visible()
    page.locator('[name="pick"]').first.check()
    page.get_by_role("button", name="Approve and publish").click()
    page.wait_for_url("**/bulk/**")
    yield "bulk, asked", page
    page.goto(reverse("questions:bank", args=[code]))
    page.locator('[name="pick"]').first.check()
    page.get_by_role("button", name="Retire").click()
    page.get_by_role("button", name="Retire").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    yield "bank, retired, with undo", page
    for name in ("new", "cases", "case", "images", "blueprint", "team", "queue"):
        page.goto(reverse(f"questions:{name}", args=[code]))
        yield name, page
    page.goto(reverse("questions:outline", args=[code, "1.1"]))
    page.get_by_label("Delete Topic 1.1").check()
    page.get_by_role("button", name="Save").click()
    told = page.get_by_role("alert").filter(has_text="a task needs a topic")
    expect(told).to_be_visible()
    yield "outline, refused", page
    page.goto(reverse("questions:bank", args=[code]))
    page.get_by_role("link", name="Write a question").click()
    expect(page.locator("#stem")).to_be_visible()
    yield "editor, empty", page
    for button in ("Formula", "Picture"):
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        yield f"editor, {button.lower()} asked", page
        page.keyboard.press("Escape")
    page.locator("[data-keys] summary").click()
    yield "editor, keys", page
    page.locator("[data-keys] summary").click()
    page.locator("#stem").fill("Which of these?")
    page.locator("#checks summary").click()
    for kind in TYPES[1:]:
        page.locator("#type").select_option(kind)
        expect(page.locator(f'#preview [data-type="{kind}"]')).to_be_visible()
        yield f"editor, {kind}", page
    page.locator(".more summary").click()
    page.locator(".save-bar").get_by_role("button", name="Send for review").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "editor, refused", page


def editor_of(site: Site, person: User, ref: str) -> Page:
    page = site.open_page(person)
    page.goto(reverse("questions:edit", args=[site.exam.code, ref]))
    return page


def reviewing(site: Site) -> Iterator[tuple[str, Page]]:
    owner, admin = site.instructor, make_user(name="Ada Admin", role="admin")
    ExamRole.objects.create(user=owner, exam=site.exam, role="owner")
    question = Question.objects.filter(exam=site.exam, type="multiple_choice").first()
    draft = drafts.revise(question, by=owner)
    page = editor_of(site, owner, question.ref)
    theirs = editor_of(site, admin, question.ref)
    expect(theirs.get_by_text("has this draft open too")).to_be_visible()
    yield "editor, of two", theirs
    theirs.locator("#stem").fill("Theirs, and quite another question?")
    expect(theirs.locator("[data-saved]")).to_contain_text("Draft saved")
    page.locator("#stem").fill("Mine, and quite another question?")
    expect(page.get_by_role("button", name="Compare both")).to_be_visible()
    yield "editor, conflict told", page
    page.get_by_role("button", name="Compare both").click()
    expect(page.get_by_role("button", name="Keep mine")).to_be_visible()
    yield "editor, both shown", page
    page.get_by_role("button", name="Keep mine").click()
    draft.refresh_from_db()
    drafts.submit(draft, by=owner)
    theirs.goto(reverse("questions:queue", args=[site.exam.code]))
    yield "queue, one to review", theirs
    theirs.goto(reverse("questions:waiting"))
    yield "what waits in all exams", theirs
    theirs.goto(reverse("questions:question", args=[site.exam.code, question.ref]))
    yield "question, in review", theirs
    theirs.get_by_role("textbox", name="Comment").fill("Two answers fit.")
    theirs.get_by_role("button", name="Add the comment").click()
    expect(theirs.get_by_role("button", name="Resolve")).to_be_visible()
    yield "question, with a remark", theirs
    for kind in TYPES[1:]:
        other = Question.objects.filter(exam=site.exam, type=kind).first()
        theirs.goto(reverse("questions:question", args=[site.exam.code, other.ref]))
        yield f"question, {kind}", theirs
    theirs.goto(reverse("questions:versions", args=[site.exam.code, other.ref]))
    yield "versions", theirs
    theirs.goto(reverse("questions:log", args=[site.exam.code]))
    yield "record", theirs
    theirs.goto(reverse("questions:banks"))
    yield "banks", theirs


def analyst(site: Site) -> Iterator[tuple[str, Page]]:
    ExamRole.objects.create(user=site.instructor, exam=site.exam, role="owner")
    page = site.open_page(site.instructor)
    page.goto(reverse("reports:items") + f"?exam={site.exam.code}")
    expect(page.get_by_role("heading", name="No answer counted yet")).to_be_visible()
    yield "analysis, empty", page
    page.goto(reverse("reports:forms") + f"?exam={site.exam.code}")
    yield "forms, empty", page
    session = site.sit()
    for _ in range(3):
        site.sit()
    ExamForm.objects.filter(pk=session.form_id).update(
        kind=ExamFormKinds.FIXED, title="Form A", slug="form-a"
    )
    reports.refresh(site.exam)
    flagged = ItemStatistics.objects.pooled().first()
    raised = {"severity": 3, "options": []}
    wrong = {"code": "negative_discrimination", "figures": {"discrimination": -0.4, "count": 40}}
    rare = {"code": "below_chance", "figures": {"right": 0.02, "guess": 0.25}}
    ItemStatistics.objects.update(n=40)
    ItemStatistics.objects.filter(question=flagged.question).update(
        flags=[raised | rare, raised | wrong], severity=3
    )
    page.goto(reverse("reports:items") + f"?exam={site.exam.code}")
    expect(page.get_by_role("heading", level=1, name="1 question to look at")).to_be_visible()
    page.get_by_text("Why this matters").click()
    yield "analysis", page
    page.get_by_role("link", name="To look at").click()
    expect(page.get_by_role("link", name="To look at")).to_have_attribute("aria-current", "page")
    yield "analysis, flagged", page
    for kind in TYPES:
        row = ItemStatistics.objects.pooled().filter(question__current_version__type=kind).first()
        page.goto(reverse("reports:item", args=[row.question_id]))
        expect(page.get_by_role("heading", name="Who ")).to_be_visible()
        page.locator("summary", has_text="Retire it").click()
        page.locator("summary", has_text="The figures behind this").click()
        yield f"analysis, {kind}", page
    page.goto(reverse("questions:queue", args=[site.exam.code]))
    expect(page.get_by_text("Flagged by item analysis")).to_be_visible()
    yield "queue, with flags", page
    # Too few sat for domains to be judged; let them be enough.
    part = {"number": 1, "title": "A domain of a rather long name", "items": 5.0, "own": 0.41}
    part |= {"whole": 0.55, "both": 0.58, "adds_value": False}
    unknown = {**part, "number": 2, "own": None, "whole": None, "both": None}
    for row in FormStatistics.objects.all():
        row.body["domains"] = [part, unknown]
        row.save()
    page.goto(reverse("reports:forms") + f"?exam={site.exam.code}")
    page.locator("summary").first.click()
    yield "forms", page
    page.get_by_role("link", name="Form A").click()
    expect(page.get_by_role("heading", level=1, name="Form A")).to_be_visible()
    yield "form", page
    yield from _rating(site, page)
    RefreshRun.objects.create(exam=site.exam, stage="counting answers", done=50, total=120)
    page.goto(reverse("reports:items") + f"?exam={site.exam.code}")
    expect(page.get_by_role("progressbar")).to_be_visible()
    yield "analysis, refreshing", page


def _rating(site: Site, page: Page) -> Iterator[tuple[str, Page]]:
    """A round from its form to its outcome; one of each type of question is looked at."""
    code = site.exam.code
    page.goto(reverse("reports:rounds", args=[code]))
    yield "ratings, none", page
    page.get_by_role("link", name="New round").click()
    page.get_by_role("button", name="Open the round").click()
    yield "round, new", page
    colleague = make_user(name="Ron Rater", role="instructor")
    ExamRole.objects.create(user=colleague, exam=site.exam, role="author")
    round_ = open_round(site.exam, [site.instructor, colleague], size=12)
    give(round_, colleague, [55] * 12)
    page.goto(reverse("reports:rating_round", args=[code, round_.pk]))
    yield "round, open", page
    for kind in TYPES:
        item = round_.items.filter(version__type=kind).first()
        page.goto(reverse("reports:rate", args=[code, round_.pk, item.position]))
        yield f"rating, {kind}", page
    give(round_, site.instructor, [60])
    page.goto(reverse("reports:rate", args=[code, round_.pk, 1]))
    page.get_by_label("Of 100 people").fill("7")
    page.locator("form.card").evaluate("(form) => (form.noValidate = true)")
    page.get_by_role("button", name="Save the rating").click()
    expect(page).to_have_title(ERROR)
    yield "rating, refused", page
    page.goto(reverse("reports:rating_round", args=[code, round_.pk]))
    page.get_by_role("button", name="Close it now").click()
    expect(page.get_by_role("heading", name="How far the raters agree")).to_be_visible()
    yield "round, closed", page
    page.goto(reverse("reports:rounds", args=[code]))
    yield "ratings", page


WALKS = (instructor, analyst, author, reviewing)
