"""The formats that files of questions come and go in, by name; telling them apart. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from questions.exchange import (
    aiken,
    anki,
    anki_reader,
    csv_table,
    gift_reader,
    gift_writer,
    h5p,
    json_questions,
    kahoot,
    lettered_list,
    markdown_list,
    moodle_reader,
    moodle_writer,
    olx,
    qti12_reader,
    qti12_writer,
    qti_reader,
    qti_writer,
    respondus,
    rexams,
    workbook,
    yaml_items,
)
from questions.exchange.collector import Loaded
from questions.exchange.detection import format_of
from questions.exchange.losses import Dumped
from questions.items.item import Item
from questions.translation import gettext_noop


@dataclass(frozen=True)
class Format:
    """One format: how people call it, how its files end, and its two directions.

    Its title is marked here, and translated where it is shown.

    `template` writes the empty table of one whose columns can be named by hand. One that carries
    images gives them with its items, and `dumps` takes them beside those. One that `asks` takes
    what was said by hand of its columns, and answers to what it leaves open. One that
    `takes_pictures` is read from a zip that holds its text and the pictures that this shows.
    """

    name: str
    title: str
    suffix: str
    media_type: str
    loads: Callable[..., Loaded] | None = None
    dumps: Callable[..., Dumped] | None = None
    template: Callable[[], bytes] | None = None
    carries_images: bool = False
    asks: bool = False
    takes_pictures: bool = False


def _deck(items: Iterable[Item]) -> Dumped:
    return anki.package(items, deck="Practice exam")


_ZIP = "application/zip"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {
    each.name: each
    for each in (
        Format(
            *("csv", gettext_noop("CSV table"), ".csv", "text/csv; charset=utf-8"),
            *(csv_table.loads, csv_table.dumps, csv_table.template),
            asks=True,
        ),
        Format(
            *("xlsx", gettext_noop("Excel workbook"), ".xlsx", _SHEET),
            *(workbook.loads, workbook.dumps, workbook.template),
            asks=True,
        ),
        Format(
            *(
                "yaml",
                gettext_noop("YAML of this site"),
                ".yaml",
                "application/yaml; charset=utf-8",
            ),
            *(yaml_items.loads, yaml_items.dumps),
        ),
        Format(
            *("moodle", "Moodle XML", ".xml", "application/xml; charset=utf-8"),
            *(moodle_reader.loads, moodle_writer.dumps),
            carries_images=True,
        ),
        Format(
            *("gift", "GIFT", ".gift", "text/plain; charset=utf-8"),
            *(gift_reader.loads, gift_writer.dumps),
        ),
        Format(
            *("aiken", "Aiken", ".txt", "text/plain; charset=utf-8"),
            *(aiken.loads, aiken.dumps),
        ),
        Format(
            *("markdown", gettext_noop("Markdown list"), ".md", "text/markdown; charset=utf-8"),
            *(markdown_list.loads, markdown_list.dumps),
            takes_pictures=True,
        ),
        Format(
            *("lettered", gettext_noop("Lettered list"), ".md", "text/markdown; charset=utf-8"),
            *(lettered_list.loads, None),
            takes_pictures=True,
        ),
        *(
            Format(
                *(f"qti{version.replace('.', '')}", title, ".zip", _ZIP),
                *(qti_reader.loads, partial(qti_writer.dumps, version=version)),
                carries_images=True,
            )
            for version, title in (
                ("2.1", gettext_noop("QTI 2.1 package")),
                ("2.2", gettext_noop("QTI 2.2 package")),
                ("3.0", gettext_noop("QTI 3.0 package")),
            )
        ),
        Format(
            *("qti12", gettext_noop("QTI 1.2 of Canvas, Blackboard or a cartridge"), ".zip", _ZIP),
            *(qti12_reader.loads, qti12_writer.dumps),
            carries_images=True,
        ),
        Format(
            *(
                "json",
                gettext_noop("JSON of a simulator"),
                ".json",
                "application/json",
                json_questions.loads,
            ),
            asks=True,
        ),
        Format("olx", "Open edX OLX", ".xml", "application/xml", olx.loads),
        Format("h5p", gettext_noop("H5P package"), ".h5p", _ZIP, h5p.loads),
        Format("rexams", gettext_noop("R/exams exercise"), ".Rmd", "text/markdown", rexams.loads),
        Format("respondus", gettext_noop("Respondus text"), ".txt", "text/plain", respondus.loads),
        Format("kahoot", gettext_noop("Kahoot sheet"), ".xlsx", _SHEET, None, kahoot.dumps),
        Format(
            *("anki", gettext_noop("Anki deck"), ".apkg", "application/octet-stream"),
            *(anki_reader.loads, _deck),
            asks=True,
        ),
        Format(
            "anki-text",
            gettext_noop("Anki text file"),
            ".txt",
            "text/plain; charset=utf-8",
            anki.loads,
            None,
        ),
    )
}
READ = {name: each for name, each in FORMATS.items() if each.loads}
WRITTEN = {name: each for name, each in FORMATS.items() if each.dumps}


def guessed(name: str, data: bytes) -> str:
    """Return the format that a file's content and name speak for, "" when nothing does."""
    return format_of(name, data)
