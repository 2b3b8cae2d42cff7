"""Take the pictures of docs/teaching.md and docs/authoring.md from the running product.

Start the product with an empty home, so that it makes its demo course, then:

    python docs/take_pictures.py http://localhost:8000 PASSWORD

PASSWORD is that of the demo instructor, which the product says when it starts. Every picture is
1280 pixels wide, light, of the first screen; the names are those that the pages refer to.
"""

import shutil
import sys
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent / "pictures"
INSTRUCTOR = "instructor@example.com"
BANK = "AIF-C01"
EDITED = "Choose the best answer."
WIDTH, HEIGHT = 1280, 860
CSV = """email,name,external id,group,extra time
lin@example.org,Lin Zhao,31,A,
not-an-address,Nobody,32,A,
maja@example.org,Maja Lind,33,B,25 %
"""
# Colors a picture keeps: enough for flat pages with letters, at a third of the size.
COLORS = 64


def main(site: str, password: str) -> None:
    """Sign in as the demo instructor, and take every picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        context = browser.new_context(
            base_url=site,
            viewport={"width": WIDTH, "height": HEIGHT},
            color_scheme="light",
            timezone_id="Europe/Berlin",
        )
        page = context.new_page()
        page.goto("/accounts/login/")
        page.get_by_label("Email").fill(INSTRUCTOR)
        page.get_by_label("Password", exact=True).fill(password)
        page.locator("main button[type=submit]").first.click()
        page.wait_for_load_state()
        teaching(page)
        authoring(page)
        browser.close()


def teaching(page: Page) -> None:
    """Take what docs/teaching.md shows, of the demo course."""
    page.goto("/courses/")
    page.get_by_role("link", name="Demo class").click()
    page.wait_for_load_state()
    course = urlsplit(page.url).path
    take(page, "teaching-course", course)
    take(page, "teaching-new-assignment", f"{course}assignments/new/")
    page.goto(f"{course}people/add/")
    page.get_by_label("Addresses, one a line").fill(CSV)
    page.get_by_role("button", name="Look first").click()
    save(page, "teaching-add-people")
    page.goto(f"{course}settings/")
    to_top(page, "id_needs_approval")
    save(page, "teaching-settings")
    now, done = assignments(page, course)
    take(page, "teaching-live", f"{now}live/")
    take(page, "teaching-results", f"{done}results/")
    to_top(page, "map-h")
    save(page, "teaching-map")
    take(page, "teaching-questions", f"{done}questions/")
    take(page, "teaching-practice", f"{done}teach/")
    take(page, "teaching-gradebook", f"{course}gradebook/")


def authoring(page: Page) -> None:
    """Take what docs/authoring.md shows, of the shipped bank; a draft is begun for it."""
    bank = f"/bank/{BANK}/"
    take(page, "bank", bank)
    take(page, "outline", f"{bank}blueprint/1.1/")
    page.goto(bank)
    page.locator("main td a, main th a").first.click()
    page.wait_for_load_state()
    question = urlsplit(page.url).path
    revise = page.locator("form[action$='/revise/'] button").first
    if revise.count():
        revise.click()
        page.wait_for_load_state()
    page.goto(f"{question}edit/")
    stem = page.locator("textarea[name=stem]")
    if not stem.input_value().endswith(EDITED):
        stem.fill(f"{stem.input_value()} {EDITED}")
        page.wait_for_timeout(3000)
    save(page, "editor")
    take(page, "question", question)


def assignments(page: Page, course: str) -> tuple[str, str]:
    """Return the addresses of the assignment that is open, and of the one that has closed."""
    page.goto(course)
    links = page.locator("main li a[href*='/assignments/']")
    found = [link.get_attribute("href") or "" for link in links.all()]
    ids = [href.split("/assignments/")[1].split("/")[0] for href in found]
    return f"{course}assignments/{ids[0]}/", f"{course}assignments/{ids[-1]}/"


def to_top(page: Page, element: str) -> None:
    page.evaluate(
        "id => document.getElementById(id).scrollIntoView({block: 'center'})",
        element,
    )


def take(page: Page, name: str, path: str) -> None:
    page.goto(path)
    save(page, name)


def save(page: Page, name: str) -> None:
    """Write the first screen as a PNG with few colors."""
    page.wait_for_load_state("networkidle")
    shot = Image.open(BytesIO(page.screenshot())).convert("RGB")
    small = shot.quantize(COLORS, dither=Image.Dither.NONE)
    small.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
