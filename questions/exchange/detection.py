"""Which format a file is of, by its content before its name, and what one looks like. Pure."""

import io
import re
import zipfile
from dataclasses import dataclass

from questions.exchange.lettered_lines import answer_of, option_of
from questions.exchange.markdown_lines import BOX, Line
from questions.exchange.markdown_source import SUFFIXES
from questions.exchange.text_files import FormatError, decoded
from questions.translation import gettext, gettext_noop

# Bytes of a file that are looked at, and lines of it.
_HEAD = 4096
_LOOKED_AT = 400_000
_MOST_LINES = 4000
_BOX = re.compile(rf"^{BOX}", re.MULTILINE)
_TAG = re.compile(r"<[^<>]{1,200}>")
_SUFFIXES = (
    ((".qti",), "qti12"),
    ((".csv", ".tsv"), "csv"),
    ((".yaml", ".yml"), "yaml"),
    ((".gift",), "gift"),
    ((".json", ".jsonl", ".ndjson"), "json"),
    ((".rmd", ".rnw"), "rexams"),
)
# What only Respondus has: an asterisk before a letter, or the type of a question.
_RESPONDUS = re.compile(
    r"^\*[A-Ta-t][.)]\s|^Type:\s*(?:MC|MR|MA|TF|MT|E|F|FB|FMB)\s*$", re.MULTILINE
)
# How files begin that hold no questions as they are, and what is said of each.
_PICTURE = gettext_noop(
    "it looks like a picture, which is not read here; write its questions into a table"
)
_BEGINNINGS = (
    (
        b"%PDF",
        gettext_noop(
            "it looks like a PDF, which is not read here; copy its questions into a text file or a "
            "table"
        ),
    ),
    (
        b"\xd0\xcf\x11\xe0",
        gettext_noop(
            "it looks like an old Word or Excel file, which is not read here; save it as .xlsx, or "
            "as plain text"
        ),
    ),
    (
        b"{\\rtf",
        gettext_noop(
            "it looks like a rich text file, which is not read here; save it as plain text"
        ),
    ),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (
        b"7z\xbc\xaf",
        gettext_noop(
            "it looks like a packed file (7z), which is not read here; unpack it, and upload what "
            "is in it"
        ),
    ),
    (
        b"Rar!",
        gettext_noop(
            "it looks like a packed file (RAR), which is not read here; unpack it, and upload what "
            "is in it"
        ),
    ),
    (
        b"SQLite format 3",
        gettext_noop(
            "it looks like a database (SQLite), which is not read here; export its questions as a "
            "table"
        ),
    ),
)
_MEMBERS = {
    "word/document.xml": gettext_noop(
        "it looks like a Word document, which is not read here; save it as plain text, or copy it "
        "into a table"
    ),
    "ppt/presentation.xml": gettext_noop(
        "it looks like a PowerPoint file, which is not read here; copy its questions into a table"
    ),
    "content.xml": gettext_noop(
        "it looks like an OpenDocument file, which is not read here; save it as .xlsx, or as plain "
        "text"
    ),
}


@dataclass(frozen=True)
class _Text:
    """A kind of text that holds no questions as it is: its mark, and what is said of it.

    A text begins with the mark, unless that `stands_anywhere` in its head.
    """

    mark: re.Pattern[str]
    sentence: str
    stands_anywhere: bool = True

    def is_in(self, text: str) -> bool:
        anywhere = self.stands_anywhere and self.mark.search(text[:_HEAD])
        return bool(self.mark.match(text) or anywhere)


_TEXTS = (
    _Text(
        re.compile(r"\\documentclass|\\begin\{"),
        gettext_noop(
            "it looks like LaTeX, which is not read here; copy its questions into a table"
        ),
    ),
    _Text(
        re.compile(r"<!doctype html|<html", re.I),
        gettext_noop(
            "it looks like a web page, which is not read here; save its questions as text"
        ),
    ),
    _Text(
        re.compile(r"^---\s*$.*?^---\s*$", re.M | re.S),
        gettext_noop("it looks like text with a head, which is not read here; delete its head"),
        stands_anywhere=False,
    ),
)


def format_of(name: str, data: bytes) -> str:
    """Return the format that a file's content and name speak for, "" when nothing does."""
    if data.startswith(b"PK"):
        return _packed(name, data)
    if data.startswith(b"\x1f\x8b"):
        return "olx"
    head = data[:_HEAD].replace(b"\0", b"").decode("utf-8", "replace").lstrip("\ufeff \n\r\t")
    lowered = name.lower()
    if lowered.endswith(SUFFIXES):
        return _list_of(data)
    if head.startswith("<problem"):
        return "olx"
    if head.startswith("<") and (re.match(r"<\?xml|<!DOCTYPE(?! html)", head) or _ROOT.match(head)):
        return _xml_of(head)
    for suffixes, named in _SUFFIXES:
        if lowered.endswith(suffixes):
            return named
    return _text_of(head, data)


_ROOT = re.compile(r"<(?:\w+:)?(?:quiz|qti-|assessment|manifest|questestinterop|item)", re.I)


def _xml_of(head: str) -> str:
    if "<quiz" in head:
        return "moodle"
    if "<questestinterop" in head:
        return "qti12"
    return "qti30" if "<qti-" in head else "qti21"


def _text_of(head: str, data: bytes) -> str:
    """Return the format of a text whose name says nothing."""
    if head.startswith(("#separator", "#html", "#notetype")):
        return "anki-text"
    if head.startswith(("- ref:", "- type:", "- stem:")):
        return "yaml"
    text = _read(data)
    if _RESPONDUS.search(text.replace("\r\n", "\n")):
        return "respondus"
    if _BOX.search(text):
        return "markdown"
    if head.startswith(('{"', "[{", "[\n", "{\n")):
        return "json"
    if _is_lettered(text):
        return "aiken" if _is_aiken(text) else "lettered"
    if "{" in text and ("~" in text or "=" in text) and not re.match(r"\s*[\[{]", text):
        return "gift"
    return ""


def _read(data: bytes) -> str:
    try:
        return decoded(data[:_LOOKED_AT])
    except FormatError:
        return data[:_LOOKED_AT].decode("utf-8", "replace")


def _list_of(data: bytes) -> str:
    text = _read(data)
    return "markdown" if _BOX.search(text) or not _is_lettered(text) else "lettered"


def _is_lettered(text: str) -> bool:
    """Tell whether options with letters stand there, two or more, and an answer or a mark."""
    count = 0
    for number, line in enumerate(text.split("\n", _MOST_LINES)[:_MOST_LINES], 1):
        option = option_of(Line(number, line))
        if option and option.index == count:
            count += 1
            if option.is_marked and count > 1:
                return True
        elif count >= 2 and answer_of(Line(number, _TAG.sub("", line))) is not None:
            return True
        elif option and option.index == 0:
            count = 1
    return False


def _is_aiken(text: str) -> bool:
    answers = re.findall(r"^[ \t]*answers?[ \t]*:", text, re.MULTILINE | re.IGNORECASE)
    strict = re.findall(
        r"^[ \t]*ANSWER:[ \t]*[A-Z](?:[ \t,;&]+[A-Z])*[ \t]*\r?$", text, re.MULTILINE
    )
    marks = r"^\s{0,3}#{1,6} |\*\*|^\s*[-*+] |^explanation"
    is_strict = 0 < len(strict) == len(answers)
    return is_strict and not re.search(marks, text, re.MULTILINE | re.IGNORECASE)


def _packed(name: str, data: bytes) -> str:
    names = _names_in(data)
    if "collection.anki2" in names or "collection.anki21" in names:
        return "anki"
    if "h5p.json" in names:
        return "h5p"
    if "[Content_Types].xml" in names and any(each.startswith("xl/") for each in names):
        return "xlsx"
    if name.lower().endswith(".xlsx"):
        return "xlsx"
    if manifests := [each for each in names if each.rpartition("/")[2] == "imsmanifest.xml"]:
        return _cartridge(_first_of(data, manifests))
    if any(each.lower().endswith((".rmd", ".rnw")) for each in names):
        return "rexams"
    lists = sorted(each for each in names if each.lower().endswith(SUFFIXES))
    if lists:
        return _list_of(_first_of(data, lists))
    return "" if any(known in names for known in _MEMBERS) else "qti21"


def _cartridge(manifest: bytes) -> str:
    """Return the format of a package by the kinds that its manifest gives to its parts."""
    if b"imsqti_item_xmlv2" in manifest or b"imsqti_test_xmlv2" in manifest:
        return "qti21"
    if b"imsqti_item_xmlv3" in manifest:
        return "qti30"
    is_old = re.search(rb"imsqti_xmlv1p2|assessment/x-bb|imscc_xmlv1p\d/", manifest)
    return "qti12" if is_old else "qti21"


def _names_in(data: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [entry.filename for entry in archive.infolist()]
    except Exception:  # A broken archive raises anything; its reader says so.
        return []


def _first_of(data: bytes, names: list[str]) -> bytes:
    """Return the beginning of those files of an archive together."""
    parts: list[bytes] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in names[:20]:
                with archive.open(name) as member:
                    parts.append(member.read(_LOOKED_AT // 20))
    except Exception:  # As above.
        return b""
    return b"\n".join(parts)


def looks_like(name: str, data: bytes) -> str:
    """Return what a file that is of no format looks like and what to do, as one sentence."""
    for beginning, sentence in _BEGINNINGS:
        if data.startswith(beginning):
            return gettext(sentence)
    if data.startswith(b"PK"):
        names = _names_in(data)
        for member, sentence in _MEMBERS.items():
            if member in names:
                return gettext(sentence)
        return gettext(
            "it is a zip without a manifest, a list or a workbook in it. Write questions as a "
            "table (CSV, Excel), a list with - [x], a lettered list with an answer line, Aiken or "
            "GIFT; or as Moodle XML or a QTI package"
        )
    text = _read(data)
    for kind in _TEXTS:
        if kind.is_in(text):
            return gettext(kind.sentence)
    if sum(1 for line in text.split("\n", 500)[:500] if option_of(Line(1, line))) >= 2:
        return gettext("it looks like a lettered list, but no line says an answer, as Answer: B")
    return gettext(
        "no question was found in it. Write questions as a table (CSV, Excel), a list with - [x], "
        "a lettered list with an answer line, Aiken or GIFT; or as Moodle XML or a QTI package"
    )
