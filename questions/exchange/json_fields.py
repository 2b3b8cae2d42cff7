"""The fields of an object of JSON by their plain names, and what its values say. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping

type Json = str | int | float | bool | list["Json"] | dict[str, "Json"] | None


class Fields:
    """An object's fields by their plain names; each is taken once."""

    def __init__(self, value: Mapping[str, Json]) -> None:
        self._fields: dict[str, tuple[str, Json]] = {}
        for name, held in value.items():
            # A question within the question: its text and its options.
            if plain_name(name) == "question" and isinstance(held, dict):
                self._fields |= Fields(held)._fields
            elif held not in (None, "", [], {}):
                self._fields[plain_name(name)] = (name, held)

    def has(self, *names: str) -> bool:
        return any(name in self._fields for name in names)

    def first_of(self, names: Iterable[str], *types: type) -> str:
        """Return the first of these fields that holds one of the types, "" for none."""
        return next((name for name in names if isinstance(self._held(name), types)), "")

    def take(self, *names: str) -> Json:
        """Return what the first of these fields holds."""
        name = next((name for name in names if name in self._fields), "")
        return self._fields.pop(name)[1] if name else None

    def take_all(self, *names: str) -> list[Json]:
        return [self._fields.pop(name)[1] for name in names if name in self._fields]

    def take_numbered(self, pattern: re.Pattern[str]) -> list[tuple[str, Json]]:
        """Return options that have a field each, `optionA` or `B`, with their marks in order."""
        marks = {name: mark for name in self._fields if (mark := pattern.fullmatch(name))}
        names = [name for name in marks if isinstance(self._held(name), str | int | float)]
        names.sort(key=lambda name: (len(marks[name][1]), marks[name][1]))
        return [(marks[name][1], self.take(name)) for name in names]

    def named(self) -> Iterator[tuple[str, Json]]:
        """Yield what each field holds, by its plain name."""
        return ((name, held) for name, (_, held) in self._fields.items())

    def rest(self) -> Iterator[tuple[str, Json]]:
        """Yield the fields that were not taken, by the names that the file gives them."""
        yield from self._fields.values()

    def _held(self, name: str) -> Json:
        return self._fields.get(name, ("", None))[1]


def plain_name(name: str) -> str:
    """Return a field's name without case and marks: `questionText`, `question_text`."""
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def text_of(value: Json) -> str:
    """Return what a value says as one text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "\n".join(map(text_of, value))
    return "" if value is None or isinstance(value, dict) else str(value).strip()


def texts_of(value: Json) -> list[str]:
    """Return the texts that a value holds, wherever in it; numbers and flags are none."""
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    if isinstance(value, list):
        return [text for entry in value for text in texts_of(entry)]
    if isinstance(value, dict):
        return [text for entry in value.values() for text in texts_of(entry)]
    return []
