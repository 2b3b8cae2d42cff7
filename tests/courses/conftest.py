"""A class that the tests of its pages look at."""

from copy import deepcopy

import pytest

from tests.support.classes import make_class
from tests.support.databases import kept_for_module


@pytest.fixture(scope="module")
def class_of_module(django_db_setup, django_db_blocker):
    with kept_for_module(django_db_blocker, lambda: make_class(5, right=2)) as taught:
        yield taught


@pytest.fixture
def taught(class_of_module, db):
    """A class of five that has sat its mock exam; two have all right, the others nothing."""
    return deepcopy(class_of_module)
