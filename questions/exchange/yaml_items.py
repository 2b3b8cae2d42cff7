"""Our own YAML: reading a list of items, and writing one. Pure."""

from collections.abc import Iterable

from questions.bank_files.item_reader import Reader
from questions.bank_files.item_writer import items_text
from questions.exchange.collector import ImportCollector, Loaded
from questions.exchange.losses import Dumped, in_file_order
from questions.exchange.text_files import FormatError, decoded
from questions.items.item import FIELD_NAMES, Item
from questions.translation import gettext

# Bytes; reading takes a second and 40 MB of memory for each MB.
MOST_BYTES = 4 * 1024 * 1024


def loads(data: bytes, encoding: str = "") -> Loaded:
    """Read a list of items as bank files hold them; raises FormatError."""
    if len(data) > MOST_BYTES:
        raise FormatError(
            gettext("a YAML file may have %(most)s MB; divide it, or use CSV")
            % {"most": MOST_BYTES // 1024**2}
        )
    reader = Reader(takes_drafts=True)
    placed = reader.items(decoded(data, encoding), "file", "")
    intake = ImportCollector()
    for each in placed:
        item = each.item
        fields = {name: getattr(item, name) for name in ("level", *FIELD_NAMES)}
        intake.add(
            each.line,
            item.type,
            stem=item.stem,
            options=item.options,
            right=item.right,
            prompts=item.prompts,
            ref=item.ref,
            fields=fields,
        )
    if not placed and reader.problems and all(each.line <= 1 for each in reader.problems):
        first = reader.problems[0]
        raise FormatError(first.reason, first.line)
    reasons: dict[int, list[str]] = {}
    for problem in reader.problems:
        reasons.setdefault(problem.line, []).append(problem.reason)
    for line, lines in reasons.items():
        intake.fail(line, "; ".join(lines))
    return intake.loaded()


def dumps(items: Iterable[Item]) -> Dumped:
    """Write items as a YAML list that carries everything."""
    return Dumped(items_text([in_file_order(item) for item in items]).encode())
