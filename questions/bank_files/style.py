"""A bank's house style: names that are out of date, brands, abbreviations readers know. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from questions.bank_files.item_reader import Reader
from questions.bank_files.yaml_lines import PLACE


@dataclass(frozen=True)
class Outdated:
    """A name that is no longer right, as a regular expression, and what to write instead."""

    pattern: re.Pattern[str]
    instead: str


@dataclass(frozen=True)
class Style:
    """`brands` begin names of services, `services` are those without one, `features` further names
    by which an item speaks of one.

    `avoid` are names of services that no item may key; `companies` are real ones that stay out of
    scenarios; `abbreviations` need no explanation. `per_form` limits how many items of one form are
    keyed on a service; the rest may have `service_limit`.
    """

    outdated: tuple[Outdated, ...] = ()
    brands: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    abbreviations: frozenset[str] = frozenset()
    service_limit: int = 0
    per_form: Mapping[str, int] = field(default_factory=dict)


_LISTS = ("brands", "services", "features", "avoid", "companies", "abbreviations")


def read_style(reader: Reader, text: str, file: str) -> Style:
    """Read style.yaml; without one, only the rules of the language hold."""
    data = reader.data(text, file)
    if data is None:
        return Style()
    if not isinstance(data, dict):
        reader.fail(file, 1, "must be a mapping of lists of names")
        return Style()
    known = {*_LISTS, "outdated", "service_limit", "per_form", PLACE}
    for name in sorted(map(str, set(data) - known)):
        reader.fail(file, data[PLACE], f"unknown field {name!r}")
    lists = {name: _names(reader, data, name, file) for name in _LISTS}
    return Style(
        outdated=tuple(_outdated(reader, data.get("outdated") or [], file)),
        brands=lists["brands"],
        services=lists["services"],
        features=lists["features"],
        avoid=lists["avoid"],
        companies=lists["companies"],
        abbreviations=frozenset(lists["abbreviations"]),
        service_limit=_number(data.get("service_limit")),
        per_form={
            str(name): _number(count)
            for name, count in (data.get("per_form") or {}).items()
            if name != PLACE
        },
    )


def _names(reader: Reader, data: Mapping[str, Any], name: str, file: str) -> tuple[str, ...]:
    names = data.get(name) or []
    if not isinstance(names, list) or not all(isinstance(entry, str) for entry in names):
        reader.fail(file, data[PLACE], f"{name} must be a list of names")
        return ()
    return tuple(names)


def _outdated(reader: Reader, rows: Any, file: str) -> list[Outdated]:
    outdated = []
    for row in rows if isinstance(rows, list) else []:
        try:
            outdated.append(Outdated(re.compile(row["pattern"]), row["instead"]))
        except (KeyError, TypeError, re.error) as error:
            reader.fail(file, 1, f"outdated: needs pattern and instead: {error}")
    return outdated


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
