"""Blueprints: exams with their rules, domains, tasks, topics, notes and sources."""

from collections.abc import Iterable, Mapping
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import (
    SearchHeadline,
    SearchQuery,
    SearchRank,
    SearchVector,
)
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from questions.bank_files.notes import LONGEST_KEY
from questions.models.choices import (
    ExamStates,
    GradingPolicies,
    Origins,
    StrictnessLevels,
    is_one_of,
    person,
)

# Around the words of a note that a search matched; no text has these characters.
MATCH_START, MATCH_END = "\ue000", "\ue001"


class ExamQuerySet(models.QuerySet["Exam"]):
    def existing(self) -> Self:
        """All but those that were deleted."""
        return self.exclude(state=ExamStates.DELETED)


class Exam(models.Model):
    """A certification and the rules of its sitting."""

    State = ExamStates

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
    allows_self_approval = models.BooleanField(
        default=False,
        help_text="One may approve what one wrote, as long as no colleague could do it.",
    )

    state = models.CharField(
        max_length=10, choices=ExamStates, default=ExamStates.DRAFT, db_default=ExamStates.DRAFT
    )
    strictness = models.CharField(
        max_length=10,
        choices=StrictnessLevels,
        default=StrictnessLevels.USUAL,
        db_default=StrictnessLevels.USUAL,
    )

    objects = ExamQuerySet.as_manager()

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
            is_one_of("grading_policy", GradingPolicies.values, "exam_grading_policy_is_known"),
            is_one_of("state", ExamStates.values, "exam_state_is_known"),
            is_one_of("strictness", StrictnessLevels.values, "exam_strictness_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("exams:launch", args=[self.code])

    @property
    def item_count(self) -> int:
        return self.scored_count + self.unscored_count

    @property
    def is_percent(self) -> bool:
        """Whether scores are plain percent of the points."""
        return (self.scale_min, self.scale_max) == (0, 100) and (
            self.scale_cut == round(100 * self.raw_cut)
        )


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


class TopicQuerySet(models.QuerySet["Topic"]):
    def with_note(self) -> Self:
        """Topics that readers see, each with its note."""
        return self.filter(note__is_published=True).select_related("note")


class Topic(models.Model):
    """A heading of the study notes; every question is tagged with one."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="topics")
    slug = models.SlugField(max_length=120)
    title = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    objects = TopicQuerySet.as_manager()

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


class SourceQuerySet(models.QuerySet["Source"]):
    def named(self, keys: Iterable[Mapping[str, Any]]) -> dict[str, "Source"]:
        """Return the sources that keys of versions name, by their slugs."""
        slugs = {slug for key in keys for slug in key.get("sources", ())}
        return {source.slug: source for source in self.filter(slug__in=slugs)}


class Source(models.Model):
    """A public page that questions rest on; versions name it by its slug."""

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="sources")
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=300)
    url = models.URLField(max_length=500)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["exam", "title"]
        constraints = [
            models.UniqueConstraint(fields=["exam", "slug"], name="source_slug_is_unique")
        ]

    def __str__(self) -> str:
        return self.title


class NoteQuerySet(models.QuerySet["Note"]):
    def published(self) -> Self:
        return self.filter(is_published=True)

    def readable(self, exam: Exam) -> Self:
        """The notes of an exam that readers see, in the order in which they are read."""
        shown = self.published().filter(topic__task__domain__exam=exam)
        return shown.order_by("topic__task__number", "topic__position")

    def matching(self, words: str) -> Self:
        """Notes that match the words, best first, with `rank` and an `excerpt`.

        Words are read as search engines read them: "in quotes", or, -without. In the excerpt the
        matches are between MATCH_START and MATCH_END. A few hundred notes need no index.
        """
        query = SearchQuery(words, search_type="websearch", config="english")
        title = SearchVector("topic__title", weight="A", config="english")
        vector = title + SearchVector("text", weight="B", config="english")
        excerpt = SearchHeadline(
            "text",
            query,
            config="english",
            start_sel=MATCH_START,
            stop_sel=MATCH_END,
            max_words=30,
            min_words=15,
            max_fragments=2,
            fragment_delimiter=" … ",
        )
        return (
            self.annotate(vector=vector, rank=SearchRank(vector, query))
            .filter(vector=query)
            .annotate(excerpt=excerpt)
            .order_by("-rank", "pk")
        )


def reading_minutes(words: int) -> int:
    """Return the reading time at 200 words a minute, at least one."""
    return max(1, round(words / 200))


class Note(models.Model):
    """The text of a topic; `html` is rendered from `source` when it is written.

    `text` holds the words of it, which are searched, and `terms` the keys of the glossary's terms
    that it defines. `draft` is the next text, which readers do not
    see, "" for none; every save of it raises `revision`, so that nobody overwrites what they have
    not seen. The texts that were published stand in the log.
    """

    topic = models.OneToOneField(Topic, on_delete=models.CASCADE, related_name="note")
    source = models.TextField()
    html = models.TextField(editable=False)
    text = models.TextField(editable=False, default="")
    word_count = models.PositiveIntegerField(editable=False, default=0)
    terms = ArrayField(
        models.CharField(max_length=LONGEST_KEY), default=list, db_default=[], editable=False
    )
    sources = models.ManyToManyField(Source, blank=True, related_name="notes")
    origin = models.CharField(max_length=10, choices=Origins, default=Origins.FILES)
    is_published = models.BooleanField(default=True, help_text="Shown to readers.")
    draft = models.TextField(blank=True, default="", db_default="")
    revision = models.PositiveIntegerField(default=0, db_default=0)
    draft_by = person()
    draft_at = models.DateTimeField(null=True, blank=True)

    # What `matching` annotates.
    excerpt: str

    objects = NoteQuerySet.as_manager()

    class Meta:
        constraints = [is_one_of("origin", Origins.values, "note_origin_is_known")]

    def __str__(self) -> str:
        return str(self.topic)

    @property
    def excerpt_pieces(self) -> list[tuple[str, bool]]:
        """The excerpt in pieces, each with whether it matched the search."""
        pieces = []
        for part in self.excerpt.split(MATCH_START):
            match, _, rest = part.rpartition(MATCH_END)
            pieces += [(match, True), (rest, False)]
        return [piece for piece in pieces if piece[0]]

    @property
    def minutes(self) -> int:
        return reading_minutes(self.word_count)

    @property
    def newest(self) -> str:
        """The text that its writers go on with."""
        return self.draft or self.source
