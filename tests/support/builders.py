"""Small things to test with, made by the product's own verbs."""

import uuid
from collections.abc import Sequence
from itertools import count
from typing import Any

from django.db.models import OuterRef

from examapp.accounts.models import User
from examapp.exams.models import KeyCorrection
from examapp.exams.services import regrade
from questions import services
from questions.bank_files.notes import term_keys
from questions.items.item import Item, Option
from questions.models import Domain, Exam, Note, Question, QuestionVersion, Task, Topic
from questions.services import versions as version_services
from questions.services.search_columns import update_search_columns

_numbers = count(1)
PASSWORD = "a-long-enough-word"

# What make_exam's forms hold: 10 scored and 2 unscored items.
TYPE_MIX = {"multiple_choice": 8, "multiple_response": 2, "ordering": 1, "matching": 1}


def make_user(**fields: Any) -> User:
    email = fields.pop("email", f"person-{next(_numbers)}@example.com")
    return User.objects.create_user(email, PASSWORD, **fields)


def make_item(item_type: str, ref: str, **fields: Any) -> Item:
    """Return a valid item; the texts of its options say their authored index."""
    right: dict[str, tuple[int, ...]] = {
        "multiple_choice": (0,),
        "multiple_response": (0, 2),
        "ordering": (0, 1, 2),
        "matching": (0, 1, 2),
    }
    size = {"multiple_choice": 4, "multiple_response": 5, "ordering": 4, "matching": 4}[item_type]
    values: dict[str, Any] = {
        "ref": ref,
        "type": item_type,
        "level": "apply",
        "stem": f"Stem of {ref}. (Choose TWO.)"
        if item_type == "multiple_response"
        else f"Stem of {ref}?",
        "options": tuple(
            Option(f"Option {index} of {ref}", f"WHY-{index} of {ref}") for index in range(size)
        ),
        "right": right[item_type],
        "prompts": ("First prompt", "Second prompt", "Third prompt")
        if item_type == "matching"
        else (),
    }
    return Item(**{**values, **fields})


def sound_options(count: int) -> tuple[Option, ...]:
    """Return options in which the rules find nothing."""
    names = ("Regression", "Clustering", "Forecasting", "Translation", "Ranking")[:count]
    return tuple(
        Option(f"{name} of sales", f"WHY-{index}: {name} is for what its name says, and no more.")
        for index, name in enumerate(names)
    )


def publish(exam: Exam, topic: Topic, item: Item, **fields: Any) -> Question:
    question, _ = Question.objects.get_or_create(
        ref=item.ref, defaults={"exam": exam, "topic": topic, **fields}
    )
    services.publish(question, item)
    return question


def make_exam(code: str = "", *, forms: int = 2, **fields: Any) -> Exam:
    """Return an exam of two domains with a bank for `forms` forms that share no question."""
    code = code or f"mini-{next(_numbers)}"
    exam = Exam.objects.create(
        code=code,
        **{
            "title": f"Mini exam {code}",
            "minutes": 30,
            "scored_count": 10,
            "unscored_count": 2,
            "scale_min": 100,
            "scale_cut": 700,
            "scale_max": 1000,
            "raw_cut": "0.70",
            "type_mix": TYPE_MIX,
            "state": "open",
            "strictness": "strict",
            **fields,
        },
    )
    topics = make_outline(exam)
    # Domain 1 has 7 of 12 seats, domain 2 has 5.
    kinds = {
        0: ["multiple_choice"] * 3 + ["ordering"],
        1: ["multiple_choice"] * 2 + ["multiple_response"],
        2: ["multiple_choice"] * 2,
        3: ["multiple_choice", "multiple_response", "matching"],
    }
    publish_at_once(
        exam,
        [
            (topics[place], make_item(item_type, f"{code}-{round_}-{place}-{number}"))
            for round_ in range(forms)
            for place, types in kinds.items()
            for number, item_type in enumerate(types)
        ],
    )
    return exam


def make_outline(exam: Exam) -> list[Topic]:
    """Return four topics with their notes: two of domain 1, which weighs 60, two of domain 2."""
    domains = Domain.objects.bulk_create(
        Domain(exam=exam, number=number, title=f"Domain {number}", weight=weight)
        for number, weight in ((1, 60), (2, 40))
    )
    tasks = Task.objects.bulk_create(
        Task(domain=domain, number=f"{domain.number}.{part}", title=f"Task {domain.number}.{part}")
        for domain in domains
        for part in (1, 2)
    )
    slugs = [f"topic-{task.number.replace('.', '-')}" for task in tasks]
    topics = Topic.objects.bulk_create(
        Topic(task=task, slug=slug, title=f"Topic {task.number}")
        for task, slug in zip(tasks, slugs, strict=True)
    )
    text = {"source": "A note.", "html": "<p>A note.</p>", "text": "A note.", "word_count": 2}
    Note.objects.bulk_create(Note(topic=topic, **text) for topic in topics)
    return topics


def define_terms(exam: Exam, *names: str) -> Note:
    """Let the first note of an exam define these terms and no other; return it."""
    note = Note.objects.readable(exam).first()
    assert note
    note.source = "\n".join(f"- **{name}**: what *{name}* means." for name in names) or "A note."
    note.terms = term_keys(note.source)
    note.save(update_fields=["source", "terms"])
    return note


def publish_at_once(exam: Exam, pairs: Sequence[tuple[Topic, Item]]) -> None:
    """Make new live questions as `publish` does, in the same few statements for any number."""
    questions = [Question(exam=exam, topic=topic, ref=item.ref) for topic, item in pairs]
    versions = []
    for question, (_, item) in zip(questions, pairs, strict=True):
        update_search_columns(question, item)
    for question, (_, item) in zip(Question.objects.bulk_create(questions), pairs, strict=True):
        version = version_services.next_version(question, item)
        assert version
        version.number = 1
        versions.append(version)
    QuestionVersion.objects.bulk_create(versions)
    first = QuestionVersion.objects.filter(question=OuterRef("pk")).values("pk")
    Question.objects.filter(pk__in=[question.pk for question in questions]).update(
        current_version=first, status=Question.Status.PUBLISHED
    )


def right_response(item: Any) -> Any:
    """Return the response that earns full credit on a session item."""
    shown = {authored: shown for shown, authored in enumerate(item.shuffle)}
    right = [shown[index] for index in item.keyed_by.key["right"]]
    if item.version.type == "multiple_choice":
        return right[0]
    return sorted(right) if item.version.type == "multiple_response" else right


def wrong_response(item: Any) -> Any:
    """Return a well-formed response that earns nothing, under any policy."""
    right = right_response(item)
    if item.version.type == "multiple_choice":
        return (right + 1) % len(item.shuffle)
    if item.version.type == "multiple_response":
        return [index for index in range(len(item.shuffle)) if index not in right]
    return right[1:] + right[:1]


def entry(position: int, response: Any, **fields: Any) -> dict[str, Any]:
    """Return one entry of a posted list of answers."""
    return {
        "position": position,
        "response": response,
        "client": str(uuid.uuid4()),
        "seq": 1,
        "base": None,
        "elapsed_ms": 15_000,
        "flagged": False,
        "struck": [],
        **fields,
    }


def regrade_with_key(version, *, keyed_by, reason):
    """Grade every sitting of `version` by the key of `keyed_by`; return the scores that changed."""
    correction = KeyCorrection.objects.create(
        question_id=version.question_id,
        keyed_by=keyed_by,
        policy=KeyCorrection.Policy.NEW,
        reason=reason,
    )
    correction.versions.add(version)
    return regrade.apply(correction.pk)
