"""Every page of the site and every state of one, as walks: each stop yields its name and page."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core import mail
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from examapp.accounts.models import User
from examapp.exams import services
from examapp.exams.models import Form, FormKinds
from examapp.exams.saves import Save
from examapp.practice import services as practice
from examapp.reports import services as reports
from examapp.reports.models import FormStatistics, ItemStatistics, RefreshRun, WeakAreaReport
from questions.itemtypes import Option
from questions.models import Case, Exam, ExamRole, Question
from questions.services import drafting
from questions.services import publish as publish_item
from tests.browser.room import ANSWERS, Room, keyed_items, position_of
from tests.factories import make_exam, make_item, make_user, publish, right_response, wrong_response
from tests.practice.conftest import wrong_of

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
ERROR = re.compile("^Error: ")
TYPES = ("multiple_choice", "multiple_response", "ordering", "matching")

LONG = """The log of `arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.model-v1:0` says:

```
ValidationException: Malformed input request: #/messages/0/content: expected minimum item count: 1
```

| Model | Context window | Price of a thousand tokens in | Price of a thousand tokens out |
|---|---|---|---|
| Small | 32,000 | 0.0001 | 0.0004 |

Which step comes first?"""


@dataclass
class Site:
    """The people and the exam that a walk meets, and how it opens a page."""

    open_page: Callable[..., Page]
    exam: Exam
    candidate: User
    instructor: User

    def room(self, *, clock: bool = False) -> Room:
        """The candidate's open session in a page of its own, on a clock that can be moved on."""
        session = services.start(self.candidate, exam=self.exam)
        room = Room(self.open_page(self.candidate), session)
        if clock:
            room.page.clock.install()
        room.open()
        return room

    def sit(self) -> Any:
        """A sitting of the candidate from start to end, half of it right; return the session."""
        session = services.start(self.candidate, exam=self.exam)
        saves = [
            save(position, right_response(item) if position % 2 else wrong_response(item))
            for position, item in keyed_items(session).items()
            if position < 12
        ]
        services.save_answers(session.pk, candidate=self.candidate, saves=saves)
        return services.finish(session.pk)


def save(position: int, response: Any, **fields: Any) -> Save:
    values = {"client": "6ba7b810-9dad-41d1-80b4-00c04fd430c8", "seq": 1, "base": None}
    values |= {"elapsed_ms": 40_000, "flagged": position == 3, "struck": ()}
    return Save(position=position, response=response, **{**values, **fields})


def awkward_exam() -> Exam:
    """An exam of one form with a sample question, a case, and texts that are hard to fit."""
    exam = make_exam(forms=1, case_count=1)
    topic = Question.objects.filter(exam=exam).first().topic
    publish(exam, topic, make_item("multiple_choice", f"{exam.code}-sample"), is_sample=True)
    case = Case.objects.create(
        exam=exam, ref=f"{exam.code}-case", title="A retail bank", scenario=LONG
    )
    for kind in TYPES:
        question = Question.objects.filter(
            exam=exam, current_version__type=kind, is_sample=False
        ).first()
        question.case = case if kind == "multiple_choice" else None
        question.save()
        item = make_item(kind, question.ref, stem=LONG)
        first = Option("Interoperability_" * 6 + " of `" + "long.dotted.name" * 5 + "`", "Because.")
        options = (first, *item.options[1:])
        publish_item(question, make_item(kind, question.ref, stem=LONG, options=options))
    return exam


# --- The walks --------------------------------------------------------------------------------


def visitor(site: Site) -> Iterator[tuple[str, Page]]:
    page = site.open_page()
    page.goto(reverse("home"))
    yield "home, signed out", page
    page.locator("#sample .option").first.click()
    page.get_by_role("button", name="Check my answer").click()
    expect(page.locator("#sample .outcome")).to_be_focused()
    yield "home, sample answered", page
    page.goto(reverse("questions:shelf"))
    yield "notes, shelf", page
    page.goto(reverse("questions:notes", args=[site.exam.code]))
    yield "notes, chapters", page
    page.goto(reverse("questions:task_notes", args=[site.exam.code, "1.1"]))
    yield "notes, a task", page
    page.goto(reverse("questions:search", args=[site.exam.code]) + "?q=note")
    expect(page.locator("mark").first).to_have_text("note")
    yield "notes, search", page
    page.goto(reverse("questions:search", args=[site.exam.code]) + "?q=nowhere")
    yield "notes, nothing found", page
    page.goto("/nothing/")
    yield "404", page
    # Plain files, because rendering them must not need what has failed.
    page.route(re.compile("/50[03].html$"), fulfil_from_file)
    for name in ("500.html", "503.html"):
        page.goto(f"/{name}")
        yield name, page


def fulfil_from_file(route: Route) -> None:
    name = route.request.url.rpartition("/")[2]
    route.fulfill(path=TEMPLATES / name, content_type="text/html; charset=utf-8")


def newcomer(site: Site) -> Iterator[tuple[str, Page]]:
    page = site.open_page()
    for name in ("account_login", "account_signup", "account_reset_password"):
        page.goto(reverse(name))
        yield name, page
        page.locator("main form").evaluate("(form) => (form.noValidate = true)")
        page.locator("main form [name]:not([type=hidden])").first.fill("nobody")
        page.locator("main form button").click()
        expect(page).to_have_title(ERROR)
        yield f"{name}, with errors", page
    page.goto(reverse("account_reset_password"))
    page.get_by_label("Email").fill(site.candidate.email)
    page.get_by_role("button", name="Send me the link").click()
    page.wait_for_url(f"**{reverse('account_reset_password_done')}")
    yield "account_reset_password_done", page
    (message,) = mail.outbox
    link = next(word for word in message.body.split() if "/password/reset/key/" in word)
    page.goto(link[link.index("/accounts/") :])
    expect(page.get_by_role("heading", name="Set a new password")).to_be_visible()
    yield "account_reset_password_from_key", page
    page.goto(reverse("account_reset_password_from_key", args=["1", "gone"]))
    yield "account_reset_password_from_key, too old", page
    for name in ("account_reset_password_from_key_done", "account_inactive"):
        page.goto(reverse(name))
        yield name, page
    page.goto(reverse("account_login"))
    page.context.clear_cookies(name="csrftoken")
    page.get_by_label("Email").fill(site.candidate.email)
    page.get_by_label("Password").fill("any")
    page.locator("main form button").click()
    expect(page.get_by_role("heading", name="The form is too old")).to_be_visible()
    yield "403, form too old", page


def starter(site: Site) -> Iterator[tuple[str, Page]]:
    page = site.open_page(site.candidate)
    page.goto(reverse("home"))
    yield "home, new", page
    page.goto(reverse("exams:catalogue"))
    yield "exams", page
    page.goto(reverse("exams:history"))
    yield "history, empty", page
    page.goto(reverse("reports:progress"))
    yield "progress, empty", page
    page.goto(reverse("exams:launch", args=[site.exam.code]))
    expect(page.get_by_text("This device is ready.")).to_be_visible()
    yield "launch", page
    page.locator("[data-start]").evaluate("(form) => (form.noValidate = true)")
    page.get_by_role("button", name="Start: the clock").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "launch, refused", page
    for name in ("account_email", "account_change_password", "account_logout"):
        page.goto(reverse(name))
        yield name, page
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="This page is not open to you")).to_be_visible()
    yield "403", page


def sitting(site: Site) -> Iterator[tuple[str, Page]]:
    room = site.room()
    page, session = room.page, room.session
    items = keyed_items(session)
    for kind in TYPES:
        position = position_of(session, kind)
        room.jump(position)
        yield f"room, {kind}", page
        response = right_response(items[position])
        room.answer(response[:-1] if kind == "ordering" else response)
        room.flag()
        if kind.startswith("multiple"):
            room.rule_out(0)
        room.expect_saved()
        yield f"room, {kind} answered", page
    case = session.items.get(version__html__has_key="case").position
    room.jump(case)
    yield "room, case", page

    page.keyboard.press("?")
    yield "room, keys", page
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    yield "room, review", page
    page.locator("[data-filter=flagged]").click()
    page.locator("[data-walk-start]").click()
    expect(page.locator("[data-walk]")).to_be_visible()
    yield "room, on a list", page
    for position in (position_of(session, kind) for kind in TYPES):
        room.jump(position)
        room.flag()
    room.review()
    page.locator("[data-filter=flagged]").click()
    expect(page.locator("[data-review-empty]")).to_be_visible()
    yield "room, review without flagged", page
    page.locator("[data-end]").click()
    yield "room, end asked", page
    page.keyboard.press("Escape")


def trouble(site: Site) -> Iterator[tuple[str, Page]]:
    room = site.room(clock=True)
    page, session = room.page, room.session
    position = position_of(session, "multiple_choice")
    room.jump(position)
    services.save_answers(session.pk, candidate=site.candidate, saves=[save(position, 1)])
    room.answer(2)
    expect(page.locator(".conflict")).to_be_visible()
    yield "room, conflict", page
    page.get_by_role("button", name="Keep mine").click()
    room.expect_saved()
    page.context.set_offline(True)
    room.flag()
    room.expect_state("offline", "1 answer kept")
    yield "room, offline", page
    page.context.set_offline(False)
    room.expect_saved()
    page.route(ANSWERS, lambda route: route.fulfill(status=401, body="{}"))
    room.flag()
    room.expect_state("signed-out", "1 answer kept")
    yield "room, signed out", page
    page.clock.run_for(26 * 60_000)
    expect(page.get_by_role("timer")).to_contain_text("3:")
    yield "room, last minutes", page
    page.unroute_all()
    page.context.set_offline(True)
    page.clock.run_for(5 * 60_000)
    expect(page.locator("#time-up")).to_contain_text("The server cannot be reached")
    yield "room, time up", page


def finisher(site: Site) -> Iterator[tuple[str, Page]]:
    session = site.sit()
    page = site.open_page(site.candidate)
    page.goto(reverse("exams:result", args=[session.pk]))
    expect(page.locator("#report")).to_contain_text("are being computed")
    yield "result, report pending", page
    reports.compute(session.pk)
    page.goto(reverse("exams:result", args=[session.pk]))
    expect(page.locator("#report .study")).to_be_visible()
    yield "result, report ready", page
    for details in page.locator("summary").all():
        details.click()
    yield "result, all opened", page
    page.goto(reverse("reports:weak_areas", args=[session.pk]))
    yield "weak areas", page
    for show in ("all", "wrong", "domain-1"):
        page.goto(reverse("exams:review", args=[session.pk]) + f"?show={show}")
        yield f"review, {show}", page
    page.goto(reverse("exams:history"))
    yield "history", page
    page.goto(reverse("reports:progress"))
    expect(page.get_by_role("heading", name="Days of work")).to_be_visible()
    yield "progress, one exam past", page
    page.goto(reverse("home"))
    yield "home, one exam past", page


def returner(site: Site) -> Iterator[tuple[str, Page]]:
    first, second = site.sit(), site.sit()
    reports.compute_missing()
    # A small exam asked too little to speak of passing; let it be enough.
    for report in WeakAreaReport.objects.all():
        report.body["readiness"]["is_enough"] = True
        report.save()
    page = site.open_page(site.candidate)
    page.goto(reverse("home"))
    expect(page.get_by_role("heading", name="Your weakest topics")).to_be_visible()
    expect(page.get_by_text("such exams would pass")).to_be_visible()
    yield "home, two exams past", page
    page.goto(reverse("reports:progress"))
    expect(page.get_by_text("such exams would pass")).to_be_visible()
    for details in page.locator("summary").all():
        details.click()
    yield "progress, two exams past", page
    page.goto(reverse("reports:weak_areas", args=[first.pk]) + "?look=11")
    yield "weak areas of the first", page
    services.start(site.candidate, exam=site.exam)
    for name in ("home", "exams:catalogue"):
        page.goto(reverse(name))
        yield f"{name}, exam running", page
    page.goto(reverse("exams:launch", args=[site.exam.code]))
    yield "launch, exam running", page
    page.goto(reverse("exams:review", args=[second.pk]))
    yield "review, locked", page
    page.goto(reverse("reports:weak_areas", args=[second.pk]))
    yield "weak areas, locked", page
    page.goto(reverse("reports:progress"))
    yield "progress, exam running", page


def practiser(site: Site) -> Iterator[tuple[str, Page]]:
    page = site.open_page(site.candidate)
    page.goto(reverse("practice:choose", args=[site.exam.code]))
    for details in page.locator("summary").all():
        details.click()
    yield "practice, the choice", page
    choice = practice.Choice(40, scope=practice.Scope.NEW)
    practised = practice.start(site.candidate, exam=site.exam, choice=choice)
    types = set()
    for item in practised.items.select_related("version").order_by("position"):
        kind = item.version.type
        place = reverse("practice:question", args=[practised.pk, item.position])
        if kind not in types:
            page.goto(place)
            expect(page.locator("html")).to_have_attribute("data-room-ready", "yes")
            yield f"practice, {kind} asked", page
        practice.answer(
            practised.pk,
            item.position,
            candidate=site.candidate,
            response=wrong_of(item),
            sureness="sure",
        )
        if kind not in types:
            page.goto(place)
            yield f"practice, {kind} explained", page
        types.add(kind)
    assert types == set(TYPES)
    page.goto(reverse("practice:report", args=[practised.pk, 1]))
    yield "practice, a report", page
    page.goto(reverse("practice:summary", args=[practised.pk]))
    yield "practice, the summary", page
    practised = practice.start(site.candidate, exam=site.exam, choice=practice.Choice(5))
    page.goto(reverse("home"))
    expect(page.get_by_role("link", name="Go on practising")).to_be_visible()
    yield "home, a set open", page
    page.goto(reverse("practice:question", args=[practised.pk, 1]))
    expect(page.locator("html")).to_have_attribute("data-room-ready", "yes")
    page.get_by_role("button", name="Check my answer").click()
    expect(page.locator(".error-summary")).to_be_visible()
    yield "practice, an answer that is none", page
    services.start(site.candidate, exam=site.exam)
    page.goto(reverse("practice:choose", args=[site.exam.code]))
    yield "practice, closed during an exam", page


def instructor(site: Site) -> Iterator[tuple[str, Page]]:
    make_user(email=f"{'a-very-long-address' * 3}@example.com")
    page = site.open_page(site.instructor)
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


def author(site: Site) -> Iterator[tuple[str, Page]]:
    owner, colleague = site.instructor, make_user(name="Ron Reviewer", role="instructor")
    ExamRole.objects.create(user=owner, exam=site.exam, role="owner")
    ExamRole.objects.create(user=colleague, exam=site.exam, role="reviewer")
    page = site.open_page(owner)
    code = site.exam.code
    page.goto(reverse("questions:bank", args=[code]))
    yield "bank", page
    page.locator("summary", has_text="Filter and sort").click()
    page.locator("summary", has_text="Keep this list").click()
    page.locator("#f-q").fill("nosuchword")
    expect(page.get_by_text("No question matches")).to_be_visible()
    yield "bank, nothing found", page
    page.locator("#f-q").fill("")
    expect(page.locator('[name="pick"]').first).to_be_visible()
    page.locator('[name="pick"]').first.check()
    page.get_by_role("button", name="Go on").click()
    yield "bulk, asked", page
    page.goto(reverse("questions:bank", args=[code]))
    page.locator('[name="pick"]').first.check()
    page.locator("#bulk-action").select_option("retire")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Retire").click()
    yield "bank, retired, with undo", page
    for name in ("new", "cases", "case", "images", "blueprint", "team", "queue"):
        page.goto(reverse(f"questions:{name}", args=[code]))
        yield name, page
    page.goto(reverse("questions:outline", args=[code, "1.1"]))
    page.get_by_label("Delete Topic 1.1").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("a task needs a topic")
    yield "outline, refused", page
    page.goto(reverse("questions:bank", args=[code]))
    page.get_by_role("link", name="Write a question").click()
    page.get_by_role("button", name="Start writing").click()
    yield "editor, empty", page
    page.locator("#checks summary").click()
    for kind in TYPES[1:]:
        page.locator("#type").select_option(kind)
        expect(page.locator(f'#preview [data-type="{kind}"]')).to_be_visible()
        yield f"editor, {kind}", page
    page.locator(".more summary").click()
    page.locator(".save-bar").get_by_role("button", name="Give to review").click()
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
    draft = drafting.revise(question, by=owner)
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
    yield "editor, both shown", page
    page.get_by_role("button", name="Keep mine").click()
    draft.refresh_from_db()
    drafting.submit(draft, by=owner)
    theirs.goto(reverse("questions:queue", args=[site.exam.code]))
    yield "queue, one to review", theirs
    theirs.goto(reverse("questions:question", args=[site.exam.code, question.ref]))
    yield "question, in review", theirs
    theirs.get_by_role("textbox", name="Remark").fill("Two answers fit.")
    theirs.get_by_role("button", name="Add the remark").click()
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
    Form.objects.filter(pk=session.form_id).update(
        kind=FormKinds.FIXED, title="Form A", slug="form-a"
    )
    reports.refresh(site.exam)
    flagged = ItemStatistics.objects.pooled().first()
    raised = {"code": "below_chance", "title": "Possible wrong key", "severity": 3}
    raised |= {"reason": "The strong get it wrong.", "action": "Check the key."}
    ItemStatistics.objects.update(n=40)
    ItemStatistics.objects.filter(question=flagged.question).update(
        flags=[raised, {**raised, "title": "Below chance"}], severity=3
    )
    page.goto(reverse("reports:items") + f"?exam={site.exam.code}")
    expect(page.get_by_text("Possible wrong key")).to_be_visible()
    yield "analysis", page
    page.get_by_role("link", name="To look at").click()
    yield "analysis, flagged", page
    for kind in TYPES:
        row = ItemStatistics.objects.pooled().filter(question__current_version__type=kind).first()
        page.goto(reverse("reports:item", args=[row.question_id]))
        expect(page.get_by_role("heading", name="Verdict")).to_be_visible()
        page.locator("summary", has_text="Retire it").click()
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
    yield "form", page
    RefreshRun.objects.create(exam=site.exam, stage="counting answers", done=50, total=120)
    page.goto(reverse("reports:items") + f"?exam={site.exam.code}")
    expect(page.get_by_role("progressbar")).to_be_visible()
    yield "analysis, refreshing", page


WALKS = (
    visitor,
    newcomer,
    starter,
    sitting,
    trouble,
    finisher,
    returner,
    practiser,
    instructor,
    analyst,
    author,
    reviewing,
)
EXPECTED_COMPLAINTS = (
    "status of (401|403|404|409|422)",
    "net::ERR_INTERNET_DISCONNECTED",
)
