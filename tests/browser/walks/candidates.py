"""What visitors and candidates see, page by page and state by state."""

import re
from collections.abc import Iterator

from django.core import mail
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from examapp.accounts.models import ExamDate
from examapp.exams import services
from examapp.practice import services as practice
from examapp.reports.models import StandingReport, WeakAreaReport
from examapp.reports.weak_areas import report as reports
from examapp.study.models import Card
from tests.browser.room import ANSWERS, keyed_items, position_of
from tests.practice.conftest import wrong_of
from tests.support.browser_pages import ERROR, TEMPLATES, TYPES, Site, save
from tests.support.builders import define_terms, right_response


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
    for name in ("home", "demo"):
        page.goto(reverse(name))
        yield f"{name}, of a visitor", page
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
    expect(page.get_by_role("heading", name="This form has expired")).to_be_visible()
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
    expect(page.locator("[data-check-summary]")).to_have_text("This device is ready.")
    for details in page.locator(".launch-folds summary").all():
        details.click()
    yield "launch", page
    page.locator("[data-start] [name=form]").evaluate("(field) => (field.value = 'gone')")
    page.get_by_role("button", name="Start the exam").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "launch, refused", page
    page.goto(reverse("accounts:settings"))
    yield "settings", page
    page.get_by_label("Minutes a day").fill("1")
    page.locator("#minutes").evaluate("(form) => (form.noValidate = true)")
    page.locator("#minutes").get_by_role("button").click()
    expect(page.locator("#minutes").get_by_role("alert")).to_be_visible()
    yield "settings, refused", page
    for name in ("account_email", "account_change_password", "account_logout"):
        page.goto(reverse(name))
        yield name, page
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="You cannot open this page")).to_be_visible()
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
    expect(page.locator("#outcome")).to_contain_text("Working out your chance to pass")
    yield "result, estimate pending", page
    reports.compute(session.pk)
    page.goto(reverse("exams:result", args=[session.pk]))
    expect(page.locator("#outcome .range-bar").first).to_be_visible()
    yield "result, estimate ready", page
    for details in page.locator("main summary").all():
        details.click()
    yield "result, all opened", page
    page.goto(reverse("reports:weak_areas", args=[session.pk]))
    yield "weak areas", page
    for show in ("all", "missed", "flagged", "all&view=list"):
        page.goto(reverse("exams:review", args=[session.pk]) + f"?show={show}")
        yield f"review, {show}", page
    page.goto(reverse("exams:history"))
    yield "history", page
    page.goto(reverse("reports:progress"))
    expect(page.get_by_role("heading", name="Your work")).to_be_visible()
    yield "progress, one exam past", page
    page.goto(reverse("home"))
    yield "home, one exam past", page


def returner(site: Site) -> Iterator[tuple[str, Page]]:
    first, second = site.sit(), site.sit()
    reports.compute_missing()
    # A small exam asked too little to speak of passing; let it be enough.
    for report in [*WeakAreaReport.objects.all(), *StandingReport.objects.all()]:
        report.body["readiness"]["is_enough"] = True
        report.save()
    page = site.open_page(site.candidate)
    page.goto(reverse("home"))
    expect(page.get_by_role("heading", name="This week")).to_be_visible()
    expect(page.get_by_text("You would pass about")).to_be_visible()
    yield "home, two exams past", page
    ExamDate.objects.create(user=site.candidate, exam=site.exam, day="2026-01-02")
    page.goto(reverse("home"))
    expect(page.get_by_role("heading", name="How did your exam go?")).to_be_visible()
    yield "home, after the exam", page
    ExamDate.objects.all().delete()
    page.goto(reverse("reports:progress"))
    expect(page.get_by_role("heading", name="Would you pass? Times in 10")).to_be_visible()
    yield "progress, two exams past", page
    page.get_by_role("link", name="Weakest first").click()
    expect(page.locator("#main ol")).to_be_visible()
    yield "progress, weakest first", page
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


def practicer(site: Site) -> Iterator[tuple[str, Page]]:
    page = site.open_page(site.candidate)
    page.goto(reverse("practice:choose", args=[site.exam.code]))
    for details in page.locator("summary").all():
        details.click()
    yield "practice, the choice", page
    choice = practice.Choice(40, scope=practice.Scope.NEW)
    practiced = practice.start(site.candidate, exam=site.exam, choice=choice)
    types = set()
    for item in practiced.items.select_related("version").order_by("position"):
        kind = item.version.type
        place = reverse("practice:question", args=[practiced.pk, item.position])
        if kind not in types:
            page.goto(place)
            expect(page.locator("html")).to_have_attribute("data-room-ready", "yes")
            yield f"practice, {kind} asked", page
        practice.answer(
            practiced.pk,
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
    page.goto(reverse("practice:report", args=[practiced.pk, 1]))
    yield "practice, a report", page
    page.goto(reverse("practice:summary", args=[practiced.pk]))
    yield "practice, the summary", page
    practiced = practice.start(site.candidate, exam=site.exam, choice=practice.Choice(5))
    page.goto(reverse("home"))
    expect(page.get_by_role("link", name="Continue")).to_be_visible()
    yield "home, a set open", page
    page.goto(reverse("practice:question", args=[practiced.pk, 1]))
    expect(page.locator("html")).to_have_attribute("data-room-ready", "yes")
    page.get_by_role("button", name="Sure", exact=True).click()
    expect(page.locator("#sure-error")).to_be_visible()
    yield "practice, an answer that is none", page
    yield from reader(site, page)
    services.start(site.candidate, exam=site.exam)
    page.goto(reverse("practice:choose", args=[site.exam.code]))
    yield "practice, closed during an exam", page
    page.goto(reverse("offline"))
    yield "read offline, exam running", page


def reader(site: Site, page: Page) -> Iterator[tuple[str, Page]]:
    """Walk through what can be read offline, all that was practiced being due."""
    page.goto(reverse("study:due_list", args=[site.exam.code]))
    yield "due questions to read, none", page
    Card.objects.of(site.candidate).active().update(due_on="2026-01-02")
    page.goto(reverse("study:due_list", args=[site.exam.code]))
    expect(page.locator(".readable").first).to_be_visible()
    yield "due questions to read", page
    page.goto(reverse("offline"))
    expect(page.get_by_role("button", name="Keep all notes on this device")).to_be_visible()
    yield "read offline", page


def glossary_reader(site: Site) -> Iterator[tuple[str, Page]]:
    """Walk from the glossary through the review of a term."""
    define_terms(site.exam, "Recall")
    page = site.open_page(site.candidate)
    page.goto(reverse("questions:glossary", args=[site.exam.code]))
    yield "glossary", page
    page.get_by_role("button", name="Review the terms").click()
    expect(page.get_by_role("button", name="Stop reviewing terms")).to_be_visible()
    yield "glossary, its terms in reviews", page
    page.goto(reverse("study:due_list", args=[site.exam.code]))
    yield "due terms to read", page
    page.goto(reverse("study:review", args=[site.exam.code]))
    expect(page.locator("html")).to_have_attribute("data-room-ready", "yes")
    yield "review, a term", page
    page.get_by_role("link", name="Show the meaning").click()
    expect(page.get_by_role("button", name="Knew it")).to_be_visible()
    yield "review, its meaning", page


WALKS = (
    *(visitor, newcomer, starter, sitting, trouble),
    *(finisher, returner, practicer, glossary_reader),
)
