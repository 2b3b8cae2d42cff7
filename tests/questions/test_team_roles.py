"""Roles: one a person and exam, an owner always, every change on record."""

import pytest

from questions.models import AuditEntry, ExamRole
from questions.services import team
from questions.services.errors import Refused
from tests.support.builders import make_user

pytestmark = pytest.mark.django_db


def test_a_role_takes_the_place_of_the_one_before(exam, owner, author):
    team.grant(exam, user=author, role="reviewer", by=owner)
    assert ExamRole.objects.get(exam=exam, user=author).role == "reviewer"
    entry = AuditEntry.objects.about("role", author.pk).get()
    assert (entry.actor, entry.details) == (owner, {"before": "author", "after": "reviewer"})


def test_the_same_role_again_changes_nothing(exam, owner, author):
    team.grant(exam, user=author, role="author", by=owner)
    assert not AuditEntry.objects.exists()


def test_the_last_owner_stays(exam, owner):
    with pytest.raises(Refused, match="needs an owner"):
        team.revoke(exam, user=owner, by=owner)
    with pytest.raises(Refused, match="needs an owner"):
        team.grant(exam, user=owner, role="author", by=owner)
    team.grant(exam, user=make_user(role="instructor"), role="owner", by=owner)
    team.revoke(exam, user=owner, by=owner)
    assert not ExamRole.objects.filter(user=owner).exists()


def test_a_record_outlives_the_person(exam, owner, author):
    team.revoke(exam, user=author, by=owner)
    owner.delete()
    assert AuditEntry.objects.about("role", author.pk).get().verb == "revoked"
