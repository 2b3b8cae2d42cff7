"""A question of choice as another tool's file holds it, on its way into the collector. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from questions.exchange.collector import ImportCollector
from questions.exchange.html import to_markdown
from questions.items.item import Option
from questions.translation import gettext_noop

# What is said of the kinds of other tools that are not taken.
ESSAY = gettext_noop("it is an essay, which is not taken")
SHORT_ANSWER = gettext_noop("it is a short answer, which is not taken")
NUMERICAL = gettext_noop("it is a numerical question, which is not taken")


@dataclass
class ForeignQuestion:
    """A question of choice under way: its texts as Markdown, and the indexes of its right options.

    `row` is its row or line. `explanation` is of the question as a whole. Of several right options
    all have to be chosen; `is_multiple` says so where only one is right. `name` is what its tool
    calls it. `losses` are sentences on what does not arrive.
    """

    row: int
    stem: str = ""
    options: list[Option] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    explanation: str = ""
    is_multiple: bool = False
    name: str = ""
    category: str = ""
    tags: list[str] = field(default_factory=list)
    fields: Mapping[str, Any] = field(default_factory=dict)  # of an item, by name
    losses: list[str] = field(default_factory=list)

    def lose(self, reason: str) -> None:
        """Name what of the question does not arrive, once."""
        if reason not in self.losses:
            self.losses.append(reason)

    def markdown(self, html: str, *, is_inline: bool = False) -> str:
        """Return HTML of the question as Markdown; what is left behind is named."""
        text, lost = to_markdown(html, is_inline=is_inline)
        for reason in lost:
            self.lose(reason)
        return text

    def add_to(self, intake: ImportCollector) -> None:
        """Take the question in, or note why not."""
        is_multiple = self.is_multiple or len(self.right) > 1
        intake.add(
            self.row,
            "multiple_response" if is_multiple else "multiple_choice",
            stem=self.stem,
            options=self.options,
            right=self.right,
            name=self.name,
            explanation=self.explanation,
            category=self.category,
            tags=self.tags,
            fields=self.fields,
            warnings=self.losses,
        )
