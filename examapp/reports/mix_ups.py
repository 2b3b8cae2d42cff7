"""Which ideas a candidate takes for which, in the words of the notes, and what parts them."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from django.db import connection

from examapp.exams.hooks import is_held_back
from examapp.exams.models import ExamSession
from examapp.reports.measurement.confusions import Choice, Confusion, confusions
from questions.hooks import MixUp
from questions.items.responses import authored
from questions.models import Exam, Topic

# Confusions that a page shows; the surest.
SHOWN = 5

# What was answered and explained, and what its distractors stand for.
_ANSWERED = """
SELECT version.type, version.key->'right', version.key->'abouts', answer.response, answer.shuffle,
    topic.slug
FROM (
    SELECT item.version_id, item.response, item.shuffle, item.topic_id
    FROM exams_sessionitem item JOIN exams_examsession session ON session.id = item.session_id
    WHERE session.candidate_id = %(candidate)s AND session.exam_id = %(exam)s
        AND session.status = 'finished' AND item.response IS NOT NULL
        AND session.id <> ALL(%(held)s)
    UNION ALL
    SELECT item.version_id, item.response, item.shuffle, item.topic_id
    FROM practice_practiceitem item JOIN practice_practiceset set ON set.id = item.set_id
    WHERE set.candidate_id = %(candidate)s AND set.exam_id = %(exam)s
        AND item.answered_at IS NOT NULL
    UNION ALL
    SELECT event.version_id, event.response, event.shuffle, question.topic_id
    FROM study_cardevent event JOIN study_card card ON card.id = event.card_id
    JOIN questions_questionversion version ON version.id = event.version_id
    JOIN questions_question question ON question.id = version.question_id
    WHERE card.candidate_id = %(candidate)s AND card.exam_id = %(exam)s
        AND event.source = 'review' AND event.kind = 'answered'
) answer
JOIN questions_questionversion version ON version.id = answer.version_id
JOIN questions_topic topic ON topic.id = answer.topic_id
WHERE version.key ? 'abouts'
"""


def mix_ups(candidate: int, exam: Exam) -> list[MixUp]:
    """Return what a candidate mixes up, from two choices of a kind on, the surest first."""
    found = confusions(_choices(candidate, exam))[:SHOWN]
    slugs = {slug for each in found for slug in (each.about, each.topic)}
    topics = Topic.objects.filter(task__domain__exam=exam, slug__in=slugs)
    by_slug = {topic.slug: topic for topic in topics.select_related("note", "task__domain__exam")}
    return [_mix_up(each, by_slug) for each in found if each.topic in by_slug]


def _choices(candidate: int, exam: Exam) -> Iterator[Choice]:
    sessions = ExamSession.objects.filter(
        is_held_back(part="answers"), candidate=candidate, exam=exam
    )
    held = list(sessions.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED, {"candidate": candidate, "exam": exam.pk, "held": held})
        for item_type, *stored, shuffle, topic in cursor.fetchall():
            # Django leaves JSON of statements by hand as text.
            right, abouts, response = map(json.loads, stored)
            given = authored(item_type, response, shuffle)
            chosen = _indexes(given)
            offered = [about for index, about in enumerate(abouts) if index not in right]
            taken = [abouts[index] for index in chosen if index not in right]
            yield Choice(topic, tuple(offered), tuple(taken))


def _indexes(response: object) -> list[int]:
    """Return the options that a response of authored indexes chose; [] for a kind with prompts."""
    values = response if isinstance(response, list) else [response]
    return [index for index in values if isinstance(index, int)]


def _mix_up(each: Confusion, by_slug: Mapping[str, Topic]) -> MixUp:
    topic, other = by_slug[each.topic], by_slug.get(each.about)
    about = other.title if other else each.about.replace("-", " ")
    topics = (topic.pk, *([other.pk] if other else []))
    notes = [note.html for row in (topic, other) if row and (note := getattr(row, "note", None))]
    return MixUp(about, topic, each.count, each.met, topics, contrast(notes, about, topic.title))


def contrast(notes: Sequence[str], one: str, other: str) -> str:
    """Return the first table of the notes that names both ideas, "" for none.

    The notes' HTML was cleaned when it was written.
    """
    for html in notes:
        for table in re.findall(r"<table>.*?</table>", html, re.DOTALL):
            if all(_words(idea) & _words(table) for idea in (one, other)):
                return str(table)
    return ""


def _words(text: str) -> set[str]:
    """Return the words of a text that say something, in small letters."""
    return {word for word in re.findall(r"[a-z]{4,}", text.lower()) if word not in _COMMON}


_COMMON = frozenset({"with", "and", "from", "that", "this", "table", "model", "models"})
