"""Who sees what of a bank: every address of it, by every kind of person."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from questions.models import ExamRole, Image, SavedView
from questions.services import reviews
from questions.urls import urlpatterns
from tests.questions.conftest import client_of

pytestmark = pytest.mark.django_db

ALL = {"author", "reviewer", "owner", "admin"}
APPROVERS = {"reviewer", "owner", "admin"}
OWNERS = {"owner", "admin"}
# Who may call each address, by the least that lets one in; all others get 404.
OPEN_TO = {
    **dict.fromkeys(
        (
            *("bank", "save_view", "remove_view", "bulk", "undo", "new", "queue", "resolve"),
            *("cases", "case", "images", "question", "revise", "edit", "autosave", "preview"),
            *("discard", "submit", "withdraw", "rebase", "comment", "versions", "restore"),
        ),
        ALL,
    ),
    **dict.fromkeys(("approve", "publish", "retire"), APPROVERS),
    **dict.fromkeys(("team", "leave", "self_approval"), OWNERS),
    "log": {"admin"},
}
# Open to visitors, as the texts are that they stand in.
PUBLIC = {"shelf", "notes", "task_notes", "glossary", "search", "image"}
# Whose doors tests/security/test_access.py tries.
TRIED_ELSEWHERE = {
    *("imports", "intake", "import_report", "undo_import", "drop_import", "export", "template"),
    *("import_notes", "new_exam", "blueprint", "outline", "bulk_run", "topics", "write_note"),
    *("autosave_new", "preview_new", "formula", "waiting", "topic_text"),
}
PEOPLE = ("author", "reviewer", "owner", "admin", "candidate", "instructor", "stranger")


def names(patterns):
    for each in patterns:
        if hasattr(each, "url_patterns"):
            yield from names(each.url_patterns)
        else:
            yield each.name


def test_every_address_of_the_bank_says_to_whom_it_is_open():
    assert set(names(urlpatterns)) == {*OPEN_TO, *PUBLIC, *TRIED_ELSEWHERE, "banks"}


@pytest.fixture
def addresses(exam, draft, author):
    """An address of each name, about a draft of the author's and what belongs to it."""
    remark = reviews.comment(draft.question, text="See?", by=author)
    view = SavedView.objects.create(user=author, exam=exam, name="Mine")
    role = ExamRole.objects.get(user=author, exam=exam)
    special = {
        "remove_view": [view.pk],
        "undo": [uuid.uuid4()],
        "resolve": [remark.pk],
        "leave": [role.pk],
        "restore": [draft.question.ref, 1],
    }
    of_question = {
        *("question", "revise", "edit", "autosave", "preview", "discard", "submit", "withdraw"),
        *("approve", "publish", "rebase", "retire", "comment", "versions"),
    }
    return {
        name: reverse(
            f"questions:{name}",
            args=[
                exam.code,
                *special.get(name, [draft.question.ref] if name in of_question else []),
            ],
        )
        for name in OPEN_TO
    }


@pytest.mark.parametrize("person", PEOPLE)
def test_what_is_not_yours_is_not_there(request, addresses, person):
    client = client_of(request.getfixturevalue(person))
    for name, address in addresses.items():
        answers = {client.get(address).status_code, client.post(address).status_code}
        if person in OPEN_TO[name]:
            # There is no version 1 to restore; a view that is not yours is not there either.
            if name != "restore" and not (name == "remove_view" and person != "author"):
                assert answers != {404}, (name, answers)
        else:
            assert answers <= {404, 405}, (name, answers)
            assert 404 in answers, name


def test_visitors_are_asked_to_sign_in(addresses):
    for address in addresses.values():
        for answer in (Client().get(address), Client().post(address)):
            assert answer.status_code == 302
            assert answer.url.startswith(reverse("account_login"))


def test_a_role_of_someone_who_is_a_candidate_again_opens_nothing(exam, author, addresses):
    author.role = "candidate"
    author.save()
    assert client_of(author).get(addresses["bank"]).status_code == 404


def test_the_shelf_of_banks_shows_ones_own(exam, author, stranger, candidate, instructor, admin):
    banks = reverse("questions:banks")
    assert client_of(candidate).get(banks).status_code == 404
    assert client_of(author).get(banks).url == reverse("questions:bank", args=[exam.code])
    assert "You have no exam yet" in client_of(instructor).get(banks).content.decode()
    everything = client_of(admin).get(banks).content.decode()
    assert exam.title in everything
    assert stranger.exam_roles.get().exam.title in everything


def test_the_way_to_the_banks_is_shown_to_instructors_alone(candidate, author):
    banks = reverse("questions:banks")
    assert banks not in client_of(candidate).get("/").content.decode()
    assert banks in client_of(author).get("/").content.decode()


def test_a_picture_is_open_to_who_knows_its_address(exam):
    image = Image.objects.create(
        exam=exam, alt="A dot", media_type="image/png", width=1, height=1, digest="d", content=b"."
    )
    answer = Client().get(image.get_absolute_url())
    assert (answer.status_code, answer.content) == (200, b".")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert Client().get(reverse("questions:image", args=[uuid.uuid4()])).status_code == 404
