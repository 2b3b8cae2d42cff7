"""A bank's folder on disk, as tests write it."""

from pathlib import Path

import pytest
import yaml

from questions import services
from questions.bank_files.exam_blueprint import DomainPlan, ExamPlan, TaskPlan
from questions.bank_files.problems import BankError
from questions.models import Exam, Question


def domain(**changes):
    task = {"number": "1.1", "title": "Task", "weight": 1, "objectives": {"1.1.1": "x"}}
    return {"number": 1, "title": "Only domain", "weight": 100, "tasks": [task], **changes}


def blueprint(**changes):
    return {
        "code": "tiny",
        "title": "Tiny exam",
        "minutes": 10,
        "scored": 2,
        "unscored": 0,
        "scale": {"min": 100, "cut": 700, "max": 1000},
        "raw_cut": 0.7,
        "grading_policy": "all_or_nothing",
        "types": {"multiple_choice": 2},
        "domains": [domain()],
        **changes,
    }


def item(ref="tiny-1", **changes):
    return {
        "ref": ref,
        "type": "multiple_choice",
        "topic": "first-topic",
        "level": "recall",
        "objective": "1.1.1",
        "stem": f"What is {ref}?",
        "options": [
            {"text": "Right", "why": "It is.", "key": True},
            *[{"text": f"Wrong {n}", "why": "It is not."} for n in range(3)],
        ],
        "evidence": "words of the note",
        **changes,
    }


class Folder:
    """A bank folder that is well-formed until a test changes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for name in ("notes", "items", "cases"):
            (path / name).mkdir()
        self.write("exam.yaml", blueprint())
        self.write("notes/1.1.md", "# 1.1 Task\n\n## First topic\n\nThe **words** of the note.\n")
        self.write("items/1.1.yaml", [item(), item("tiny-2")])

    def write(self, name, content):
        text = content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False)
        (self.path / name).write_text(text, encoding="utf-8")

    def load(self):
        return services.load(self.path)

    def problems(self):
        """Return what keeps it from being loaded; nothing may have been written."""
        with pytest.raises(BankError) as caught:
            self.load()
        assert not Exam.objects.exists()
        assert not Question.objects.exists()
        return [str(problem) for problem in caught.value.problems]


PLAN = ExamPlan(
    code="Tiny",
    title="Tiny exam",
    guide_version="1",
    reviewed_on=None,
    minutes=10,
    scored_count=2,
    unscored_count=0,
    scale_min=100,
    scale_cut=700,
    scale_max=1000,
    raw_cut=0.7,
    grading_policy="all_or_nothing",
    type_mix={},
    case_count=0,
    domains=(DomainPlan(1, "One", 100, (TaskPlan("1.1", "Task", 1, {"1.1.1": "first | sort"}),)),),
)
