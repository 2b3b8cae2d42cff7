"""Anki: writing a package of cards, and its text files both ways. Pure but for a temporary file.

The identity of a card is made of its question's ref, so that a second package updates the cards
that a first one brought.
"""

import hashlib
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape

import genanki

from questions.exchange import html
from questions.exchange.collector import ImportCollector, Loaded
from questions.exchange.csv_table import rows_of
from questions.exchange.losses import Dumped, Loss, carried_kinds, losses_of
from questions.exchange.table_reader import take_rows
from questions.exchange.tags import WITHOUT, fields_of, tags_of
from questions.exchange.text_files import FormatError, decoded
from questions.items.item import Item, Option, letter
from questions.markdown import to_html, to_inline_html
from questions.translation import gettext, ngettext

# What a package says of itself for ever: another number would make other cards.
_MODEL_ID = 1_607_392_319
FIELDS = ("Id", "Stem", "Options", "Answer", "Why", "Source")
_HEADERS = {"separator", "html", "tags column", "columns", "notetype", "deck", "guid column"}
_SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
_LETTERED = re.compile(r"([A-L])[.)]\s+(.*)", re.DOTALL)
STYLE = (
    ".card { font: 18px/1.5 sans-serif; max-width: 40em; margin: 0 auto; padding: 1em; }"
    " .answer { font-weight: bold; }"
)
# The time of a deck that has none of its own, 2020: notes are numbered from it on, and Anki takes
# a note of number 0 for none.
_AT = 1_577_836_800.0
_MODEL = genanki.Model(
    _MODEL_ID,
    "Practice exam question",
    fields=[{"name": name} for name in FIELDS],
    templates=[
        {
            "name": "Question",
            "qfmt": "{{Stem}}{{Options}}",
            "afmt": '{{FrontSide}}<hr id="answer"><p class="answer">{{Answer}}</p>'
            "{{Why}}{{Source}}",
        }
    ],
    css=STYLE,
)


def package(items: Iterable[Item], *, deck: str, at: float = _AT) -> Dumped:
    """Write a deck with a sub-deck for each task; `at` is its time in seconds since 1970."""
    decks: dict[str, genanki.Deck] = {}
    losses: list[Loss] = []
    for item in carried_kinds(items, _ANSWERS, "Anki", losses):
        name = f"{deck}::{item.task}" if item.task else deck
        if name not in decks:
            number = int(hashlib.sha256(name.encode()).hexdigest()[:12], 16) % 2**31 + 2**30
            decks[name] = genanki.Deck(number, name)
        losses += losses_of(item, without=WITHOUT)
        decks[name].add_note(_note(item))
    file = io.BytesIO()
    genanki.Package(list(decks.values())).write_to_file(file, timestamp=at)
    return Dumped(file.getvalue(), tuple(losses))


def _note(item: Item) -> genanki.Note:
    kinds = [] if item.type == _kind_told_by(item.right) else [f"type:{item.type}"]
    tags = [re.sub(r"\s+", "_", tag) for tag in (*tags_of(item), *kinds)]
    fields = [escape(item.ref), to_html(item.stem), _options(item), _answer(item), _whys(item)]
    sources = "".join(f"<p>{escape(source)}</p>" for source in item.sources)
    # The identity of the card, whatever its texts become.
    guid = genanki.guid_for(item.ref)
    return genanki.Note(model=_MODEL, fields=[*fields, sources], tags=tags, guid=guid)


def _options(item: Item) -> str:
    rows = "".join(
        f"<p>{letter(index)}. {to_inline_html(option.text)}</p>"
        for index, option in enumerate(_shown(item))
    )
    prompts = "".join(f"<li>{to_inline_html(prompt)}</li>" for prompt in item.prompts)
    return (f"<ol>{prompts}</ol>" if prompts else "") + rows


def _shown(item: Item) -> list[Option]:
    """Return the options as a card shows them: an ordering not in its right order."""
    is_sorted = item.type in _SORTED
    return sorted(item.options, key=lambda option: option.text) if is_sorted else [*item.options]


def _answer(item: Item) -> str:
    shown = _shown(item)
    letters = [letter(shown.index(item.options[index])) for index in item.right]
    return _ANSWERS[item.type](letters)


def _kind_told_by(right: Sequence[object]) -> str:
    """Return the kind of a card whose answer names so many; another is named by a tag."""
    return "multiple_choice" if len(right) == 1 else "multiple_response"


def _pairs(letters: list[str]) -> str:
    return ", ".join(f"{number} {name}" for number, name in enumerate(letters, 1))


# How a card writes the key of each kind, by the letters of its options.
_ANSWERS: dict[str, Callable[[list[str]], str]] = {
    "multiple_choice": ", ".join,
    "multiple_response": ", ".join,
    "ordering": ", ".join,
    "matching": _pairs,
}
# Kinds whose options stand in the right order.
_SORTED = {"ordering"}


def _whys(item: Item) -> str:
    return "".join(
        f"<p>{letter(index)}. {to_inline_html(option.why)}</p>"
        for index, option in enumerate(_shown(item))
        if option.why
    )


def loads(data: bytes, encoding: str = "") -> Loaded:
    """Read a text file that Anki wrote, or one of that shape; raises FormatError."""
    head: dict[str, str] = {}
    lines = decoded(data, encoding).split("\n")
    while lines and lines[0].startswith("#"):
        name, _, value = lines.pop(0)[1:].partition(":")
        if name.strip() in _HEADERS:
            head[name.strip()] = value
    skipped = len(head)
    separator = _SEPARATORS.get(head.get("separator", "tab").strip().lower(), "\t")
    columns = head.get("columns", "").split(separator) if head.get("columns") else []
    intake = ImportCollector()
    rows = rows_of("\n".join(lines), separator)
    if columns and "Options" not in columns:
        take_rows(intake, [(1, columns), *((row + skipped, cells) for row, cells in rows)])
        return intake.loaded()
    places = {name: index for index, name in enumerate(columns or FIELDS)}
    if missing := [name for name in FIELDS[:4] if name not in places]:
        raise FormatError(
            gettext("no column is named %(name)s; Anki's are %(fields)s")
            % {"name": missing[0], "fields": ", ".join(FIELDS)}
        )
    tagged = head.get("tags column", "").strip()
    tags_at = int(tagged) - 1 if tagged.isdecimal() and len(tagged) < 4 else len(FIELDS)
    is_html = head.get("html", "true").strip() != "false"
    for row, cells in rows:
        if len(cells) <= max(places[name] for name in FIELDS[:4]):
            reason = ngettext(
                "there is %(count)s cell; Anki's are %(fields)s",
                "there are %(count)s cells; Anki's are %(fields)s",
                len(cells),
            )
            values = {"count": len(cells), "fields": ", ".join(FIELDS)}
            intake.fail(row + skipped, reason % values)
            continue
        texts = {name: cells[place] for name, place in places.items() if place < len(cells)}
        tags = cells[tags_at].split() if len(cells) > tags_at else []
        take_card(intake, row + skipped, texts, tags, is_html=is_html)
    return intake.loaded()


def take_card(
    intake: ImportCollector,
    row: int,
    texts: Mapping[str, str],
    tags: Sequence[str],
    *,
    is_html: bool = True,
    category: str = "",
) -> None:
    """Take a card of ours in: its texts by the names of FIELDS, and its tags."""

    def plain(name: str) -> str:
        text = texts.get(name, "")
        if is_html:
            text, lost = html.to_markdown(text)
            for reason in lost:
                intake.lose(reason)
        return text.strip()

    shown = plain("Options")
    options, prompts = _lettered(shown), _numbered(shown)
    whys = dict(_lettered(plain("Why")))
    names = [name for name, _ in options]
    letters = re.findall(r"[A-L]", texts.get("Answer", ""))
    if [letter(place) for place in range(len(options))] != names:
        return intake.fail(
            row, gettext("each option begins with its letter, as A. and B."), "Options"
        )
    if any(each not in names for each in letters):
        return intake.fail(row, gettext("it names an option that does not exist"), "Answer")
    fields, others = fields_of(tags)
    kinds = [tag.removeprefix("type:") for tag in others if tag.startswith("type:")]
    kind = next((name for name in kinds if name in _ANSWERS), _kind_told_by(letters))
    if re.search(r"\d", texts.get("Answer", "")) and kind != "matching":
        return intake.fail(
            row, gettext("its answer pairs numbers with letters; no tag says type:matching")
        )
    return intake.add(
        row,
        kind,
        stem=plain("Stem"),
        options=[Option(text, whys.get(name, "")) for name, text in options],
        right=[names.index(each) for each in letters],
        prompts=prompts if kind == "matching" else (),
        ref=plain("Id"),
        fields=fields,
        category=category,
        tags=[tag for tag in others if not tag.startswith("type:")],
    )


def _numbered(text: str) -> list[str]:
    """Return the prompts that stand before the options, each with its number."""
    lines = (re.fullmatch(r"\d{1,2}\.\s+(.*)", line.strip()) for line in text.split("\n"))
    return [line[1] for line in lines if line]


def _lettered(text: str) -> list[tuple[str, str]]:
    options: list[tuple[str, str]] = []
    for line in text.split("\n"):
        lettered = _LETTERED.match(line.strip())
        if lettered:
            options.append((lettered[1], lettered[2].strip()))
        elif options and line.strip():
            options[-1] = (options[-1][0], f"{options[-1][1]}\n{line.strip()}")
    return options
