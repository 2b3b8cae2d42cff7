"""How a file is read where someone set it by hand: columns, words for topics, open questions."""

from dataclasses import dataclass, field
from typing import TypedDict

from questions.models import Import


class MappingData(TypedDict, total=False):
    """A FileMapping as JSON holds it; each place is a kind, a word and a topic's primary key."""

    columns: dict[str, str]
    places: list[list[str | int]]
    answers: dict[str, str]
    level: str
    descriptions: dict[str, str]


@dataclass(frozen=True)
class FileMapping:
    """How a file is read where someone set it by hand.

    `columns` maps names of its table to names of ours, `places` a kind and a word to the primary
    key of the topic that they mean, `answers` the name of what the file leaves open to an answer.
    `level` is that of questions without one, "" for the usual; `descriptions` are of pictures that
    have none in the file, by the addresses under which it carries them.
    """

    columns: dict[str, str] = field(default_factory=dict)
    places: dict[tuple[str, str], int] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    level: str = ""
    descriptions: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, run: Import) -> "FileMapping":
        """Return the mapping that is stored with an import."""
        places = run.mapping.get("places", [])
        return cls(
            columns=dict(run.mapping.get("columns", {})),
            places={(kind, word): topic for kind, word, topic in places},
            answers=dict(run.mapping.get("answers", {})),
            level=run.mapping.get("level", ""),
            descriptions=dict(run.mapping.get("descriptions", {})),
        )

    def to_json(self) -> MappingData:
        """Return what is stored, {} for nothing set by hand."""
        if self == FileMapping():
            return {}
        places: list[list[str | int]] = [[*place, topic] for place, topic in self.places.items()]
        return {
            "columns": self.columns,
            "places": places,
            "answers": self.answers,
            "level": self.level,
            "descriptions": self.descriptions,
        }
