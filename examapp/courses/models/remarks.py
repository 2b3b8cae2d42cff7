"""What staff note down: about a person, and which questions they want to discuss."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from examapp.courses.models.assignments import Assignment
from examapp.courses.models.members import Membership
from questions.models import Question
from questions.models.choices import person

# As long as a page; who has more to say has another place for it.
NOTE_LENGTH = 2000


class StaffNote(models.Model):
    """A note about a person in a course, for its teachers and assistants.

    It is that person's data: no page shows it to them, but their download has it, and it goes with
    the membership. `assignment` is the one on whose page it was written, if any.
    """

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="notes")
    assignment = models.ForeignKey(
        Assignment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    text = models.TextField(max_length=NOTE_LENGTH)
    written_by = person()
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="staff_note_says_something")
        ]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.text[:40]}"


class QuestionToDiscuss(models.Model):
    """A question of an assignment that staff marked to discuss with the class."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="to_discuss")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    marked_by = person()
    marked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "question"], name="question_is_marked_once"
            )
        ]
        verbose_name_plural = "questions to discuss"

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.question_id}"
