"""Fixed mock forms of a bank, as forms.yaml: lists of refs in the order they are sat. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from questions.bank_files.item_reader import Reader
from questions.bank_files.yaml_lines import PLACE

_ID = re.compile(r"[a-z0-9-]{1,40}")
_HEAD = """# Fixed mock forms, written by `manage.py build_forms`. No item stands in two of them.
# Items are sat in this order; those under `unscored` do not count and are not told apart.
"""


@dataclass(frozen=True)
class FormText:
    """A fixed form: its items in order, and which of them do not count."""

    id: str
    title: str
    items: tuple[str, ...]
    unscored: frozenset[str]
    line: int = 0


def read_forms(reader: Reader, text: str, file: str, *, known: Iterable[str]) -> list[FormText]:
    """Read the forms; each ref must be one of the `known` items."""
    known = set(known)
    forms: list[FormText] = []
    for row in reader.rows(text, file, "forms with id, title, items and unscored"):
        line = row[PLACE]
        lists = [row.get("items") or [], row.get("unscored") or []]
        form_id, title = str(row.get("id") or ""), str(row.get("title") or "")
        if not _ID.fullmatch(form_id) or any(form.id == form_id for form in forms):
            reader.fail(file, line, "a form needs an id of its own: small letters, digits, hyphens")
        if not title or not all(isinstance(refs, list) for refs in lists):
            reader.fail(file, line, f"{form_id}: a form needs a title and lists of refs")
            continue
        items, unscored = ([str(ref) for ref in refs] for refs in lists)
        for ref in sorted(set(items) - known):
            reader.fail(file, line, f"{form_id}: no item {ref!r}")
        for ref in sorted({ref for ref in items if items.count(ref) > 1}):
            reader.fail(file, line, f"{form_id}: {ref} stands twice")
        for ref in sorted(set(unscored) - set(items)):
            reader.fail(file, line, f"{form_id}: {ref} is unscored and not in the form")
        forms.append(FormText(form_id, title, tuple(items), frozenset(unscored), line))
    return forms


def write_forms(forms: Iterable[FormText]) -> str:
    """Return the text of forms.yaml."""
    lines = [_HEAD.rstrip()]
    for form in forms:
        lines += [f"- id: {form.id}", f'  title: "{form.title}"', "  items:"]
        lines += [f"  - {ref}" for ref in form.items]
        lines += ["  unscored:"]
        lines += [f"  - {ref}" for ref in form.items if ref in form.unscored]
    return "\n".join(lines) + "\n"
