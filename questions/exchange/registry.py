"""The formats that files of questions come and go in, by name; telling them apart. Pure."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from questions.exchange import (
    aiken,
    anki,
    csv_table,
    gift_reader,
    gift_writer,
    json_questions,
    kahoot,
    markdown_list,
    moodle_reader,
    moodle_writer,
    olx,
    qti_reader,
    qti_writer,
    respondus,
    rexams,
    workbook,
    yaml_items,
)
from questions.exchange.collector import Loaded
from questions.exchange.losses import Dumped
from questions.items.item import Item


@dataclass(frozen=True)
class Format:
    """One format: how people call it, how its files end, and its two directions.

    `template` writes the empty table of one whose columns can be named by hand. One that carries
    images gives them with its items, and `dumps` takes them beside those. One that `asks` takes
    what was said by hand of its columns, and answers to what it leaves open.
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


def _deck(items: Iterable[Item]) -> Dumped:
    return anki.package(items, deck="Practice exam")


_ZIP = "application/zip"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {
    each.name: each
    for each in (
        Format(
            *("csv", "CSV table", ".csv", "text/csv; charset=utf-8"),
            *(csv_table.loads, csv_table.dumps, csv_table.template),
            asks=True,
        ),
        Format(
            *("xlsx", "Excel workbook", ".xlsx", _SHEET),
            *(workbook.loads, workbook.dumps, workbook.template),
            asks=True,
        ),
        Format(
            *("yaml", "YAML of this site", ".yaml", "application/yaml; charset=utf-8"),
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
            *("markdown", "Markdown list", ".md", "text/markdown; charset=utf-8"),
            *(markdown_list.loads, markdown_list.dumps),
        ),
        *(
            Format(
                *(f"qti{version.replace('.', '')}", f"QTI {version} package", ".zip", _ZIP),
                *(qti_reader.loads, partial(qti_writer.dumps, version=version)),
                carries_images=True,
            )
            for version in ("2.1", "2.2", "3.0")
        ),
        Format(
            *("json", "JSON of a simulator", ".json", "application/json", json_questions.loads),
            asks=True,
        ),
        Format("olx", "Open edX OLX", ".xml", "application/xml", olx.loads),
        Format("rexams", "R/exams exercise", ".Rmd", "text/markdown", rexams.loads),
        Format("respondus", "Respondus text", ".txt", "text/plain", respondus.loads),
        Format("kahoot", "Kahoot sheet", ".xlsx", _SHEET, None, kahoot.dumps),
        Format("anki", "Anki deck", ".apkg", "application/octet-stream", None, _deck),
        Format(
            "anki-text", "Anki text file", ".txt", "text/plain; charset=utf-8", anki.loads, None
        ),
    )
}
# What only Respondus has: an asterisk before a letter, or the type of a question.
_RESPONDUS = re.compile(
    r"^\*[A-Ta-t][.)]\s|^Type:\s*(?:MC|MR|MA|TF|MT|E|F|FB|FMB)\s*$", re.MULTILINE
)
READ = {name: each for name, each in FORMATS.items() if each.loads}
WRITTEN = {name: each for name, each in FORMATS.items() if each.dumps}


def guessed(name: str, data: bytes) -> str:
    """Return the format that a file's first bytes and name speak for, "" when nothing does."""
    head = data[:4096]
    if head.startswith(b"PK"):
        return _archive_format(name.lower(), data)
    if head.startswith(b"\x1f\x8b"):
        return "olx"
    text = head.replace(b"\0", b"").decode("utf-8", "replace").lstrip("\ufeff \n\r\t")
    lowered = name.lower()
    if text.startswith("<problem"):
        return "olx"
    if text.startswith("<"):
        return "moodle" if "<quiz" in text else "qti30" if "<qti-" in text else "qti21"
    for suffix, named in (
        ((".csv", ".tsv"), "csv"),
        ((".yaml", ".yml"), "yaml"),
        ((".gift",), "gift"),
        ((".json", ".jsonl", ".ndjson"), "json"),
        ((".md", ".markdown"), "markdown"),
        ((".rmd", ".rnw"), "rexams"),
    ):
        if lowered.endswith(suffix):
            return named
    if text.startswith(("#separator", "#html", "#notetype")):
        return "anki-text"
    if _RESPONDUS.search(text.replace("\r", "\n")):
        return "respondus"
    if "\nANSWER:" in text.replace("\r", "\n"):
        return "aiken"
    if "- [ ]" in text or "- [x]" in text:
        return "markdown"
    if text.startswith(('{"', "[{", "[\n", "{\n")):
        return "json"
    if text.startswith(("- ref:", "- type:", "- stem:")):
        return "yaml"
    if "{" in text and ("~" in text or "=" in text):
        return "gift"
    return ""


def _archive_format(name: str, data: bytes) -> str:
    """Return the format that the names of a zip archive's files speak for."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [entry.lower() for entry in archive.namelist()]
    except Exception:  # A broken archive makes the reader raise anything; a format's says why.
        names = []
    if "[content_types].xml" in names or name.endswith(".xlsx"):
        return "xlsx"
    if "imsmanifest.xml" not in names and any(entry.endswith((".rmd", ".rnw")) for entry in names):
        return "rexams"
    return "qti21"
