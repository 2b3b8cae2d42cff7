"""The bank: exams with their blueprint, notes, and questions with immutable versions."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from questions.grading import ALL_OR_NOTHING, PARTIAL_CREDIT


class ItemTypes(models.TextChoices):
    MULTIPLE_CHOICE = "multiple_choice", "Multiple choice"
    MULTIPLE_RESPONSE = "multiple_response", "Multiple response"
    ORDERING = "ordering", "Ordering"
    MATCHING = "matching", "Matching"


class Levels(models.TextChoices):
    RECALL = "recall", "Recall"
    APPLY = "apply", "Apply"
    ANALYSE = "analyse", "Analyse"


class GradingPolicies(models.TextChoices):
    ALL_OR_NOTHING = ALL_OR_NOTHING, "All or nothing"
    PARTIAL_CREDIT = PARTIAL_CREDIT, "Partial credit"


class QuestionStatuses(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


def is_one_of(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """Return the check that a column holds one of its choices."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": choices.values}), name=name)


class Exam(models.Model):
    """A certification and the rules of its sitting."""

    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    guide_version = models.CharField(max_length=20, blank=True)
    minutes = models.PositiveSmallIntegerField(help_text="Time allowed, before accommodations.")
    scored_count = models.PositiveSmallIntegerField()
    unscored_count = models.PositiveSmallIntegerField(default=0)
    scale_min = models.PositiveSmallIntegerField()
    scale_cut = models.PositiveSmallIntegerField(help_text="Scaled score that passes.")
    scale_max = models.PositiveSmallIntegerField()
    raw_cut = models.DecimalField(
        max_digits=5, decimal_places=4, help_text="Share of the credit that passes, 0 to 1."
    )
    grading_policy = models.CharField(
        max_length=20, choices=GradingPolicies, default=GradingPolicies.ALL_OR_NOTHING
    )
    type_mix = models.JSONField(default=dict, blank=True, help_text="Items of each type in a form.")
    case_count = models.PositiveSmallIntegerField(default=0, help_text="Case studies in a form.")

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gt=0, scored_count__gt=0), name="exam_has_time_and_items"
            ),
            models.CheckConstraint(
                condition=Q(scale_min__lt=F("scale_cut"), scale_cut__lt=F("scale_max")),
                name="exam_scale_rises",
            ),
            models.CheckConstraint(
                condition=Q(raw_cut__gt=0, raw_cut__lt=1), name="exam_raw_cut_is_a_fraction"
            ),
            is_one_of("grading_policy", GradingPolicies, "exam_grading_policy_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("exams:launch", args=[self.code])

    @property
    def item_count(self) -> int:
        return self.scored_count + self.unscored_count


class Domain(models.Model):
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="domains")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    weight = models.DecimalField(max_digits=5, decimal_places=2, help_text="Per cent of the exam.")

    class Meta:
        ordering = ["exam", "number"]
        constraints = [
            models.UniqueConstraint(fields=["exam", "number"], name="domain_number_is_unique"),
            models.CheckConstraint(
                condition=Q(weight__gt=0, weight__lte=100), name="domain_weight_is_per_cent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Task(models.Model):
    """A task statement of a domain; its weight is relative to the domain's other tasks."""

    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, related_name="tasks")
    number = models.CharField(max_length=10)
    title = models.CharField(max_length=300)
    weight = models.DecimalField(max_digits=6, decimal_places=2, default=1)
    objectives = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["domain", "number"]
        constraints = [
            models.UniqueConstraint(fields=["domain", "number"], name="task_number_is_unique"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="task_weight_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Topic(models.Model):
    """A heading of the notes; what questions are tagged with."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="topics")
    slug = models.SlugField(max_length=120)
    title = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["task", "position"]
        constraints = [
            models.UniqueConstraint(fields=["task", "slug"], name="topic_slug_is_unique")
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        code = self.task.domain.exam.code
        return reverse("questions:task_notes", args=[code, self.task.number]) + f"#{self.slug}"


class Note(models.Model):
    """The text of a topic; `html` is rendered from `source` when it is written."""

    topic = models.OneToOneField(Topic, on_delete=models.CASCADE, related_name="note")
    source = models.TextField()
    html = models.TextField(editable=False)
    word_count = models.PositiveIntegerField(editable=False, default=0)

    def __str__(self) -> str:
        return str(self.topic)

    @property
    def minutes(self) -> int:
        """Reading time at 200 words a minute, at least one."""
        return max(1, round(self.word_count / 200))


class Case(models.Model):
    """A scenario that several questions share. Versions keep their own copy of its text."""

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="cases")
    ref = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    scenario = models.TextField()

    def __str__(self) -> str:
        return self.title


class QuestionQuerySet(models.QuerySet["Question"]):
    def published(self) -> Self:
        return self.filter(status=Question.Status.PUBLISHED)

    def pool(self, exam: Exam) -> Self:
        """Questions a form of the exam may be drawn from."""
        return self.published().filter(exam=exam, is_sample=False)

    def sample(self) -> "Question | None":
        """Return the question that visitors may try, with what its page needs."""
        samples = self.published().filter(is_sample=True, current_version__type="multiple_choice")
        return samples.select_related("current_version", "topic__task__domain__exam").first()


class Question(models.Model):
    """A question's lasting identity; what is asked stands in its versions."""

    Status = QuestionStatuses

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="questions")
    ref = models.CharField(max_length=80, unique=True)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="questions")
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="questions"
    )
    status = models.CharField(
        max_length=10, choices=QuestionStatuses, default=QuestionStatuses.DRAFT, db_index=True
    )
    current_version = models.ForeignKey(
        "QuestionVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    objective = models.CharField(max_length=20, blank=True)
    facts = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    enemies = models.ManyToManyField("self", symmetrical=True, blank=True)
    is_sample = models.BooleanField(default=False, help_text="Shown on the home page, never drawn.")

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["ref"]
        constraints = [
            is_one_of("status", QuestionStatuses, "question_status_is_known"),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(current_version__isnull=False),
                name="question_published_has_a_version",
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def live_version(self) -> "QuestionVersion":
        """The version that is asked; raises LookupError for a question never published."""
        if self.current_version is None:
            raise LookupError(f"{self.ref} was never published")
        return self.current_version


class QuestionVersion(models.Model):
    """One wording and one key, never changed: a database trigger refuses update and delete.

    `content` is the text a candidate sees, `html` its rendering; `key` is what only scoring and
    review see: {"right": [...], "whys": [...], "whys_html": [...], "evidence", "sources"}.
    """

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    type = models.CharField(max_length=20, choices=ItemTypes)
    level = models.CharField(max_length=10, choices=Levels)
    content = models.JSONField()
    html = models.JSONField()
    key = models.JSONField()
    content_hash = models.CharField(max_length=64)
    key_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["question", "number"]
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="version_number_is_unique"),
            is_one_of("type", ItemTypes, "version_type_is_known"),
            is_one_of("level", Levels, "version_level_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.question} v{self.number}"
