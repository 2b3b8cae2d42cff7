"""Questions with their immutable versions, and the cases that some of them share."""

from collections.abc import Sequence
from random import Random
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import (
    SearchQuery,
    SearchRank,
    SearchVector,
    SearchVectorField,
)
from django.db import connection, models
from django.db.models import F, Func, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Now

from questions.items.kinds.kind import Kind
from questions.items.kinds.parts import CaseText
from questions.items.kinds.registry import kind_of, kinds
from questions.models.blueprint import Exam, Topic
from questions.models.choices import (
    ITEM_TYPES,
    Levels,
    Origins,
    QuestionStatuses,
    is_one_of,
    person,
    person_of_record,
)


class Case(models.Model):
    """A scenario that several questions share. Versions keep their own copy of its text."""

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="cases")
    ref = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    scenario = models.TextField()
    file_hash = models.CharField(
        max_length=64, blank=True, help_text="Of its text as last read from files; blank: unknown."
    )

    def __str__(self) -> str:
        return self.title

    @property
    def words(self) -> CaseText:
        """What versions keep of it."""
        return {"ref": self.ref, "title": self.title, "scenario": self.scenario}


class QuestionQuerySet(models.QuerySet["Question"]):
    def published(self) -> Self:
        return self.filter(status=Question.Status.PUBLISHED)

    def in_status(self, status: str) -> Self:
        """Questions of a status; a stage also finds live questions whose draft is at it."""
        if status in (Question.Status.PUBLISHED, Question.Status.RETIRED):
            return self.filter(status=status)
        live_too = Q(status=Question.Status.PUBLISHED, draft__stage=status)
        return self.filter(Q(status=status) | live_too)

    def search(self, text: str) -> Self:
        """Questions whose words match, or whose ref begins with the text."""
        words = SearchQuery(text, config="english", search_type="websearch")
        return self.filter(Q(search=words) | Q(ref__startswith=text.strip()))

    def newest(self, count: int) -> Self:
        """So many questions at most, those that changed last."""
        return self.order_by("-changed_at", "-id")[:count]

    def by_rank(self, text: str) -> Self:
        """Best match of the words first; a question's own text weighs more than its options."""
        words = SearchQuery(text, config="english", search_type="websearch")
        return self.order_by(SearchRank(F("search"), words).desc(), "-changed_at", "-id")

    def alike(self, runs: Sequence[int], *, least: float = 0.3) -> Self:
        """Questions that share runs of words, the most alike first; `alike` says how, 0 to 1.

        The rule of questions.items.diff.alikeness, counted where the runs are. Only what shares a
        run that is not everywhere is looked at: "which of the following" makes nothing alike.
        """
        rare = list(set(runs) - _common_runs())
        shared = Cast(
            RawSQL(
                "(SELECT count(*) FROM unnest(questions_question.shingles) run"
                " WHERE run = ANY(%s))",
                [list(runs)],
            ),
            models.FloatField(),
        )
        length = Func(F("shingles"), function="cardinality", output_field=models.IntegerField())
        rows = self.filter(shingles__overlap=rare or list(runs)).annotate(shared=shared)
        rows = rows.annotate(alike=F("shared") / (length + len(runs) - F("shared")))
        return rows.filter(alike__gte=least).order_by("-alike", "ref")

    def with_row(self) -> Self:
        """What a row of a list shows, without the texts it does not."""
        rows = self.select_related("topic__task", "current_version", "author", "draft")
        return rows.only(
            *("ref", "exam", "status", "type", "level", "stem", "changed_at", "origin"),
            *("topic__title", "topic__slug", "topic__task__number", "current_version__number"),
            *("author", "draft__stage"),
        )

    def pool(self, exam: Exam) -> Self:
        """Questions a form of the exam may be drawn from."""
        return self.published().filter(exam=exam, is_sample=False)

    def sample(self) -> "Question | None":
        """Return the question that visitors may try, with what its page needs."""
        single = [kind.name for kind in kinds() if kind.is_single]
        samples = self.published().filter(is_sample=True, current_version__type__in=single)
        return samples.select_related("current_version", "topic__task__domain__exam").first()


def _common_runs() -> set[int]:
    """Return the runs of words that more than one question in a hundred has, as last counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT most_common_elems::text::int[], most_common_elem_freqs FROM pg_stats"
            " WHERE schemaname = current_schema()"
            " AND tablename = 'questions_question' AND attname = 'shingles'"
        )
        row = cursor.fetchone()
    runs, shares = row if row and row[0] else ((), ())
    return {run for run, share in zip(runs, shares, strict=False) if share > 0.01}


class Question(models.Model):
    """A question's lasting identity; what is asked stands in its versions.

    `type`, `level`, `stem`, `words` and `shingles` repeat the newest wording, the draft's where
    there is one, so that lists and searches need no other table.
    """

    Status = QuestionStatuses
    Origin = Origins

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
    author = person(help_text="Who first wrote it; nobody for what came from files.")
    origin = models.CharField(max_length=10, choices=Origins, default=Origins.SITE)
    file_hash = models.CharField(
        max_length=64, blank=True, help_text="Of the item as last read from files; blank: unknown."
    )
    type = models.CharField(max_length=20, choices=ITEM_TYPES, default="multiple_choice")
    level = models.CharField(max_length=10, choices=Levels, default=Levels.APPLY)
    stem = models.TextField(blank=True)
    words = models.TextField(blank=True, help_text="What else a search finds it by.")
    shingles = ArrayField(
        models.IntegerField(), default=list, blank=True, help_text="Hashes, to find what is alike."
    )
    search = models.GeneratedField(
        expression=SearchVector("stem", weight="A", config="english")
        + SearchVector("words", weight="B", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    changed_at = models.DateTimeField(db_default=Now())

    # What `alike` annotates.
    alike: float

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["ref"]
        indexes = [
            # Each holds all that its order or count needs, so that no row is read for them.
            models.Index(fields=["exam", "ref"], include=["id"], name="question_by_place"),
            models.Index(fields=["exam", "-changed_at", "-id"], name="question_by_change"),
            models.Index(
                fields=["exam", "status", "-changed_at", "-id"], name="question_by_standing"
            ),
            models.Index(
                fields=["exam", "topic", "type", "level"],
                include=["status", "author", "changed_at", "id"],
                name="question_by_tags",
            ),
            GinIndex(fields=["search"], name="question_by_words"),
            GinIndex(fields=["shingles"], name="question_by_shingles"),
        ]
        constraints = [
            is_one_of("type", [name for name, _ in ITEM_TYPES], "question_type_is_known"),
            is_one_of("level", Levels.values, "question_level_is_known"),
            is_one_of("origin", Origins.values, "question_origin_is_known"),
            models.CheckConstraint(
                condition=Q(status__in=["published", "retired"]) | Q(current_version__isnull=True),
                name="question_once_published_stays_so",
            ),
            is_one_of("status", QuestionStatuses.values, "question_status_is_known"),
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
    type = models.CharField(max_length=20, choices=ITEM_TYPES)
    level = models.CharField(max_length=10, choices=Levels)
    content = models.JSONField()
    html = models.JSONField()
    key = models.JSONField()
    content_hash = models.CharField(max_length=64)
    key_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=300, blank=True)
    created_by = person_of_record()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["question", "number"]
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="version_number_is_unique"),
            is_one_of("type", [name for name, _ in ITEM_TYPES], "version_type_is_known"),
            is_one_of("level", Levels.values, "version_level_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.question} v{self.number}"

    @property
    def kind(self) -> Kind:
        """What depends on the version's type."""
        return kind_of(self.type)

    def shuffle(self, rng: Random) -> list[int]:
        """Return an order to show the options in, as authored indexes; fixed ones keep theirs."""
        return self.kind.order(self.content, rng)
