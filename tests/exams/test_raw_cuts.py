"""The pass mark of a sitting: what its questions' ratings ask, frozen at its start."""

from decimal import Decimal

import pytest
from django.db import connection

from examapp.exams import services
from questions.models import QuestionVersion
from tests.support.builders import make_exam, make_user

pytestmark = pytest.mark.django_db


def rate(exam, share_of):
    """Give every version of an exam a rating; a trigger keeps versions as they are otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE questions_questionversion DISABLE TRIGGER USER")
        for version in QuestionVersion.objects.filter(question__exam=exam):
            version.key["angoff"] = share_of(version)
            QuestionVersion.objects.filter(pk=version.pk).update(key=version.key)
        cursor.execute("ALTER TABLE questions_questionversion ENABLE TRIGGER USER")


def test_a_form_asks_what_its_ratings_add_up_to():
    exam = make_exam(forms=1)
    rate(exam, lambda version: 0.5 if version.type == "multiple_choice" else 0.8)
    session = services.start(make_user(), exam=exam)
    scored = [item.version.key["angoff"] for item in session.items.filter(is_scored=True)]
    assert session.raw_cut == Decimal(f"{sum(scored) / len(scored):.4f}") != Decimal(exam.raw_cut)
    # It stays, whatever raters say later.
    rate(exam, lambda version: 0.9)
    session.refresh_from_db()
    assert session.raw_cut == Decimal(f"{sum(scored) / len(scored):.4f}")


def test_where_a_rating_lacks_the_exam_s_own_cut_serves():
    exam = make_exam(forms=1)
    rate(exam, lambda version: 0.5 if version.type == "multiple_choice" else None)
    assert services.start(make_user(), exam=exam).raw_cut == Decimal(exam.raw_cut)
