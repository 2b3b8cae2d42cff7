"""A refresh leaves no transaction open while it computes; apart, since it needs real ones."""

import pytest
from django.db import connection

from examapp.reports.item_analysis import form_statistics, item_statistics
from examapp.reports.measurement import calibration as estimation
from examapp.reports.weak_areas import report as report_services
from tests.reports.conftest import sit
from tests.support.builders import make_exam


def noting(name, work, inside):
    def noted(*args, **options):
        inside[name] = connection.in_atomic_block
        return work(*args, **options)

    return noted


@pytest.mark.django_db(transaction=True)
def test_nothing_is_computed_inside_a_transaction(candidate, monkeypatch):
    """A transaction that computes is idle to the database, which ends it after a minute."""
    exam = make_exam(forms=1)
    sit(candidate, exam)
    inside = {}
    for module, name in (
        (item_statistics, "version_statistics"),
        (item_statistics, "pooled_statistics"),
        (estimation, "calibrate"),
        (form_statistics, "form_statistics"),
    ):
        noted = noting(name, getattr(module, name), inside)
        monkeypatch.setattr(module, name, noted)
    assert report_services.refresh(exam).error == ""
    assert list(inside.values()) == [False] * 4
