"""The headings of a file of questions: which are questions, and what they lie under. Pure."""

import re
from dataclasses import dataclass, field

NUMBER = re.compile(
    r"(?:Q(?:uestion)?\s*)?\d{1,4}\s*[.):]\s+|Q(?:uestion)?\s*\d{1,4}\s*[:.)-]?\s+", re.IGNORECASE
)
# A heading that is a number and nothing else: its question stands below it.
BARE_NUMBER = re.compile(
    r"\W*(?:Q(?:uestion)?|Pregunta|Quest[aã]o|Pergunta|Frage)?\s*(?:(?:no|nr)\s*[.:]?|#|:)?\s*"
    r"\d{1,4}(?:\s+(?:of|de|von)\s+\d{1,4})?\s*[.):]?\W*",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    r"\W*(?:table of contents|contents|toc|index|inhalt(?:sverzeichnis)?|[ií]ndice|sommaire|"
    r"table des mati[eè]res)\W*",
    re.IGNORECASE,
)


def asks(title: str) -> bool:
    """Tell whether a heading reads as a question, which then has to have options."""
    return title.rstrip("*_ ").endswith("?") or bool(re.match(r"Q(?:uestion)?\s*\d", title, re.I))


def without_number(title: str) -> str:
    """Return a question's first line without the number before it."""
    number = NUMBER.match(title)
    return title[number.end() :] if number else title


@dataclass
class Sections:
    """The headings above the place that a reader has come to, by their depth."""

    titles: list[tuple[int, str]] = field(default_factory=list)

    def enter(self, depth: int, title: str) -> None:
        """Go under a heading that has no question of its own; a list of contents is none."""
        self.leave(depth)
        if title and not _CONTENTS.fullmatch(title):
            self.titles.append((depth, title))

    def leave(self, depth: int) -> None:
        """Come to a heading of a depth: those as deep, or deeper, are over."""
        while self.titles and self.titles[-1][0] >= depth:
            self.titles.pop()

    @property
    def category(self) -> str:
        """The nearest heading above, "" for none."""
        return self.titles[-1][1] if self.titles else ""
