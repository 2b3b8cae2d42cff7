"""What tests of the sitting share."""

import pytest

from examapp.exams import services
from tests.support.builders import entry, make_exam, make_user, right_response, wrong_response
from tests.support.sittings import answer_all, save


@pytest.fixture
def finished(session):
    """A finished session: odd positions right, even ones wrong, position 12 flagged and blank."""
    answer_all(
        session,
        lambda item: right_response(item) if item.position % 2 else wrong_response(item),
    )
    save(session, entry(12, None, flagged=True))
    services.finish(session.pk)
    session.refresh_from_db()
    return session


@pytest.fixture
def sitting():
    """A function that opens a new session."""
    exam = make_exam()
    return lambda: services.start(make_user(), exam=exam)
