"""Draft items from study notes: terms and their meanings, steps in order. Pure.

A draft is where an instructor begins, not a question that could be asked: what it says is what the
notes say. Each points at the line it comes from.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from questions.bank_files.study_notes import Left, Line, StudyNotes, StudyTask, StudyTopic
from questions.items.item import Item, Option

_TERM = re.compile(
    r"\s*(?:[-*+]|\d+[.)])?\s*\*\*(?P<term>[^*]{2,80}?)\s*:?\*\*:?\s*(?P<short>\([^)]{1,40}\))?\s*"
    r"(?:(?::|[-–—]\s)\s*(?P<meaning>\S.*)"
    r"|(?P<says>(?:is|are|means|refers to|occurs when|happens when|(?!vs\b|as\b)[a-z]{2,}s)\b.*))",
)
_STEP = re.compile(r"(\s*)(\d+)[.)]\s+(.+)")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_COPULA = re.compile(r"^(?:is|are|means|refers to)\s+")
_MARKS = re.compile(r"[*`]")
_LONGEST = 300
_SET, _MOST = 3, 7


@dataclass(frozen=True)
class Term:
    """A term in bold and what the notes say it means."""

    name: str
    meaning: str
    line: int


@dataclass(frozen=True)
class NoteDraft:
    """A draft item, the line it points at, and what kind of thing it was made of."""

    item: Item
    line: int
    kind: str


def drafts(notes: StudyNotes) -> tuple[list[NoteDraft], list[Left]]:
    """Return every draft that the notes give, and the steps and terms that give none."""
    drafted: list[NoteDraft] = []
    left: list[Left] = []
    everywhere = [term for _, topic in notes.topics for term in terms(topic)]
    by_task: dict[str, list[Term]] = {}
    for task, topic in notes.topics:
        by_task.setdefault(task.number, []).extend(terms(topic))
    for task, topic in notes.topics:
        topic_terms = terms(topic)
        nearby = [*topic_terms, *by_task[task.number], *everywhere]
        for term in topic_terms:
            others = _others(term, nearby)
            if len(others) < 3:
                reason = "has fewer than three other terms to be told from"
                left.append(Left(term.line, term.line, term.name, reason))
                continue
            drafted.append(_term_to_meaning(task, topic, term, others))
            drafted.append(_meaning_to_term(task, topic, term, others))
        drafted += _matching_sets(task, topic, topic_terms)
        for steps in _numbered(topic.lines):
            if 3 <= len(steps) <= 5:
                drafted.append(_ordering(task, topic, steps))
            else:
                reason = f"has {len(steps)} steps; ordering takes 3 to 5"
                left.append(Left(steps[0].number, steps[-1].number, steps[0].text.strip(), reason))
    return drafted, left


def terms(topic: StudyTopic) -> list[Term]:
    """Return the terms in bold that are followed by their meaning, each once."""
    by_name: dict[str, Term] = {}
    for line in topic.lines:
        match = _TERM.match(line.text)
        meaning = _first_sentence((match["meaning"] or match["says"]) if match else "")
        if match and len(meaning.split()) >= 2:
            name = f"{_plain(match['term'])} {match['short'] or ''}".strip()
            by_name.setdefault(name.casefold(), Term(name, meaning, line.number))
    return list(by_name.values())


def _first_sentence(text: str) -> str:
    sentence = _SENTENCE.split(_plain(text), maxsplit=1)[0]
    return sentence if len(sentence) <= _LONGEST else sentence[:_LONGEST].rsplit(" ", 1)[0]


def _plain(text: str) -> str:
    return " ".join(_MARKS.sub("", text).split())


def _others(term: Term, nearby: Sequence[Term]) -> list[Term]:
    """Return three other terms, the nearest first, that say something else."""
    others: list[Term] = []
    seen = {term.name.casefold(), term.meaning.casefold()}
    for other in nearby:
        names = {other.name.casefold(), other.meaning.casefold()}
        if not names & seen:
            others.append(other)
            seen |= names
    return others[:3]


def _without(term: Term) -> str:
    """Return a meaning in which the term itself is not named."""
    name = term.name.split(" (")[0]
    meaning = _COPULA.sub("", term.meaning)
    meaning = re.sub(rf"\b{re.escape(name)}\b", "it", meaning, flags=re.IGNORECASE)
    return meaning[:1].upper() + meaning[1:]


def _item(
    task: StudyTask,
    topic: StudyTopic,
    kind: str,
    stem: str,
    options: Sequence[tuple[str, str]],
    right: Sequence[int],
    *,
    evidence: str,
    prompts: Sequence[str] = (),
) -> Item:
    return Item(
        ref="",
        type=kind,
        level="recall",
        stem=stem,
        options=tuple(Option(text, why) for text, why in options),
        right=tuple(right),
        prompts=tuple(prompts),
        topic=topic.slug,
        task=task.number,
        evidence=evidence,
    )


def _term_to_meaning(
    task: StudyTask, topic: StudyTopic, term: Term, others: list[Term]
) -> NoteDraft:
    options = [(_without(term), f"This is what the notes say of {term.name}.")]
    options += [(_without(other), f"This describes {other.name}.") for other in others]
    stem = f"Which description fits **{term.name}**?"
    item = _item(task, topic, "multiple_choice", stem, options, [0], evidence=term.meaning)
    return NoteDraft(item, term.line, "term to meaning")


def _meaning_to_term(
    task: StudyTask, topic: StudyTopic, term: Term, others: list[Term]
) -> NoteDraft:
    options = [(term.name, "This is the term that the notes describe so.")]
    options += [(other.name, f"The notes say of it: {other.meaning}") for other in others]
    stem = f"Which term is meant?\n\n> {_without(term)}"
    item = _item(task, topic, "multiple_choice", stem, options, [0], evidence=term.meaning)
    return NoteDraft(item, term.line, "meaning to term")


def _matching_sets(
    task: StudyTask, topic: StudyTopic, topic_terms: list[Term]
) -> Iterator[NoteDraft]:
    """Yield a set of every three to seven terms; a rest below three joins no set."""
    distinct = list({term.meaning.casefold(): term for term in topic_terms}.values())
    for start in range(0, len(distinct), _MOST):
        group = distinct[start : start + _MOST]
        if len(group) < _SET:
            return
        options = [(term.name, f"The notes say of it: {term.meaning}") for term in group]
        item = _item(
            task,
            topic,
            "matching",
            f"Match each description with its term ({topic.title}).",
            options,
            range(len(group)),
            prompts=[_without(term) for term in group],
            evidence=group[0].meaning,
        )
        yield NoteDraft(item, group[0].line, "matching set")


def _numbered(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield each numbered list: lines that count on from 1 at one indent."""
    steps: list[Line] = []
    indent = ""
    for line in lines:
        match = _STEP.fullmatch(line.text)
        if match and int(match[2]) == 1:
            if steps:
                yield steps
            steps, indent = [line], match[1]
        elif match and steps and match[1] == indent and int(match[2]) == len(steps) + 1:
            steps.append(line)
        elif steps and line.text.strip() and not line.text.startswith(indent + " "):
            yield steps
            steps = []
    if steps:
        yield steps


def _ordering(task: StudyTask, topic: StudyTopic, steps: Sequence[Line]) -> NoteDraft:
    texts = [_plain(match[3]) for step in steps if (match := _STEP.fullmatch(step.text))]
    options = [
        (text, f"It is step {number} of {len(texts)} in the notes.")
        for number, text in enumerate(texts, 1)
    ]
    stem = f"Put the steps in order ({topic.title})."
    right = range(len(texts))
    item = _item(task, topic, "ordering", stem, options, right, evidence=texts[0])
    return NoteDraft(item, steps[0].number, "ordering")
