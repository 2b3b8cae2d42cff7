"""What a class knows, from the sittings that are given, and from nothing else."""

import pytest

from examapp.exams.models import ExamSession
from examapp.reports.class_standing import ENOUGH_MEMBERS, class_standing
from tests.reports.conftest import CROWD, sit
from tests.support.builders import make_exam, make_user

pytestmark = pytest.mark.django_db


def sessions_of(exam):
    return list(ExamSession.objects.filter(exam=exam).values_list("pk", flat=True))


def test_a_class_has_areas_and_people(crowd):
    found = class_standing(crowd, sessions_of(crowd))
    assert (found.members, len(found.people), found.is_enough) == (CROWD, CROWD, True)
    for areas in (found.domains, found.tasks, found.topics):
        assert all(each.low_percent < each.percent < each.high_percent for each in areas)
        assert all(each.members == CROWD for each in areas)
    for domains, _, topics in found.people.values():
        assert sum(area.answered for area in domains) == 12
        assert {area.verdict for area in topics if area.answered < 4} <= {"too_few"}


def test_who_knew_more_stands_higher(crowd):
    found = class_standing(crowd, sessions_of(crowd))
    correct = {member: sum(a.correct for a in areas[0]) for member, areas in found.people.items()}
    percent = {member: areas[0][0].percent for member, areas in found.people.items()}
    best, worst = max(correct, key=correct.get), min(correct, key=correct.get)
    assert (correct[best], correct[worst]) == (12, 0)
    assert percent[best] > percent[worst] + 20


def test_too_few_people_are_not_enough(crowd):
    found = class_standing(crowd, sessions_of(crowd)[: ENOUGH_MEMBERS - 1])
    assert not found.is_enough


def test_only_the_sittings_that_are_given_count():
    exam = make_exam(forms=2)
    ada = make_user()
    assigned = sit(ada, exam)
    sit(ada, exam, right=lambda item, position: False)
    (areas,) = class_standing(exam, [assigned.pk]).people.values()
    assert sum(area.correct for area in areas[0]) == sum(area.answered for area in areas[0]) == 12
    assert class_standing(exam, []) is None
