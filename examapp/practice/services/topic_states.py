"""What the notes say of a reader: how they stand in each topic, what is due, read and written."""

from collections import Counter

from examapp.accounts.models import User
from examapp.exams.open_exam import open_exam
from examapp.practice.levels import TopicLevel
from examapp.practice.services.past import past_of
from examapp.study.models import OwnNote, ReadMark
from examapp.study.services import queue_of
from questions.hooks import TopicState
from questions.models import Exam


def topic_states(reader: int, exam: Exam) -> dict[int, TopicState]:
    """Return by topic what is known of a reader; nothing while they sit an exam."""
    candidate = User.objects.select_related("preferences").get(pk=reader)
    if open_exam(candidate):
        return {}
    levels = past_of(candidate, exam).levels
    asked = queue_of(candidate, exam).cards.filter(term="")
    due = Counter(asked.values_list("question__topic", flat=True))
    marks = ReadMark.objects.filter(candidate=candidate, topic__task__domain__exam=exam)
    read = set(marks.values_list("topic", flat=True))
    notes = OwnNote.objects.of(candidate).filter(topic__task__domain__exam=exam)
    written = dict(notes.values_list("topic", "text"))
    nothing = TopicLevel()
    return {
        topic: TopicState(
            level=(known := levels.get(topic, nothing)).level,
            right=known.right,
            answered=known.answered,
            due=due[topic],
            is_read=topic in read,
            own_note=written.get(topic, ""),
        )
        for topic in {*levels, *due, *read, *written}
    }
