"""What a candidate keeps by hand: saved questions, own notes, topics read, terms in reviews."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from examapp.accounts.models import OfCandidate
from questions.models import Exam, Question, Topic

# Characters of a note of one's own.
LONGEST_NOTE = 4000


class SavedQuestion(models.Model):
    """A question that a candidate keeps to come back to."""

    candidate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_questions"
    )
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(db_default=Now())

    objects = OfCandidate["SavedQuestion"].as_manager()

    class Meta:
        ordering = ["-saved_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["candidate", "question"], name="question_saved_once"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} {self.question_id}"


class OwnNote(models.Model):
    """What a candidate wrote for themself about a question or a topic. Plain text."""

    candidate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="own_notes"
    )
    question = models.ForeignKey(Question, on_delete=models.PROTECT, null=True, related_name="+")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField(max_length=LONGEST_NOTE)
    changed_at = models.DateTimeField(db_default=Now())

    objects = OfCandidate["OwnNote"].as_manager()

    class Meta:
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "question"],
                condition=Q(question__isnull=False),
                name="own_note_one_of_a_question",
            ),
            models.UniqueConstraint(
                fields=["candidate", "topic"],
                condition=Q(topic__isnull=False),
                name="own_note_one_of_a_topic",
            ),
            models.CheckConstraint(
                condition=Q(question__isnull=True, topic__isnull=False)
                | Q(question__isnull=False, topic__isnull=True),
                name="own_note_is_of_a_question_or_a_topic",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="own_note_says_something"),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class TermReviews(models.Model):
    """That the terms of an exam come back in a candidate's reviews; without a row they rest."""

    candidate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="term_reviews"
    )
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidate", "exam"], name="term_reviews_once"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} {self.exam_id}"


class ReadMark(models.Model):
    """A topic whose note a candidate has read, by their own word."""

    candidate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="read_marks"
    )
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidate", "topic"], name="topic_read_once"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} {self.topic_id}"
