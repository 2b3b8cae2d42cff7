"""A bank's next edition: what was sat before stays as it was."""

from pathlib import Path

import pytest
import yaml

from examapp.exams import services
from examapp.exams.models import ExamForm
from examapp.exams.services import form_loading
from questions.models import Question, QuestionVersion
from questions.services import load
from tests.conftest import BANK
from tests.support.sittings import answer_all

pytestmark = pytest.mark.django_db

EDITION = Path(__file__).parents[1] / "questions" / "files" / "first_edition"


@pytest.fixture
def first_edition(tmp_path):
    """A bank folder of some items of the first edition, with notes that hold their evidence."""
    items = yaml.safe_load((EDITION / "items.yaml").read_text())
    plan = yaml.safe_load((BANK / "exam.yaml").read_text())
    plan |= {"scored": 7, "unscored": 0, "types": {"multiple_choice": 7}}
    for folder in ("items", "notes"):
        (tmp_path / folder).mkdir()
    by_task: dict[str, list[dict[str, object]]] = {}
    for item in items:
        by_task.setdefault(str(item["task"]), []).append(item)
    for task, own in by_task.items():
        topics: dict[str, str] = {}
        for item in own:
            topics[item["topic"]] = f"{topics.get(item['topic'], '')}\n{item['evidence']}.\n"
        notes = [f"## {slug.replace('-', ' ')}\n{text}" for slug, text in topics.items()]
        (tmp_path / "notes" / f"{task}.md").write_text("\n".join(notes))
        (tmp_path / "items" / f"{task}.yaml").write_text(yaml.safe_dump(own, sort_keys=False))
    (tmp_path / "exam.yaml").write_text(yaml.safe_dump(plan, sort_keys=False))
    for name in ("facts.yaml", "sources.yaml"):
        source = EDITION if name == "facts.yaml" else BANK
        (tmp_path / name).write_text((source / name).read_text())
    return tmp_path


def sitting(session):
    """Everything that a finished sitting shows: what was asked, answered, keyed and scored."""
    session.refresh_from_db()
    rows = session.items.order_by("position").values_list(
        *("position", "version_id", "keyed_by_id", "response", "credit", "shuffle", "is_scored")
    )
    return list(rows), list(session.scores.values())


def test_who_sat_the_first_edition_keeps_questions_answers_and_score(candidate, first_edition):
    exam = load(first_edition).exam
    session = services.start(candidate, exam=exam)
    answer_all(session)
    services.finish(session.pk)
    before = sitting(session)
    old = set(Question.objects.filter(exam=exam).values_list("ref", flat=True))
    versions = set(QuestionVersion.objects.values_list("pk", "content_hash"))

    report = load(BANK)
    form_loading.load(report.exam, report.forms)

    assert sitting(session) == before
    assert versions <= set(QuestionVersion.objects.values_list("pk", "content_hash"))
    status = dict(Question.objects.filter(ref__in=old).values_list("ref", "status"))
    gone = {ref for ref in old if status[ref] == "retired"}
    assert {"aif-c01-2.1-048", "aif-c01-3.4-041"} <= gone
    assert {"aif-c01-1.1-036", "aif-c01-2.2-003"} <= old - gone
    assert report.retired == len(gone)
    offered = ExamForm.objects.offered(report.exam)
    assert [form.slug for form in offered] == [f"mock-{number}" for number in range(1, 6)]
    again = services.start(candidate, exam=report.exam, form=offered[0])
    assert again.items.count() == 65
    assert not again.items.filter(version__question__ref__in=gone).exists()
