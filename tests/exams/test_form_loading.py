"""Fixed mock forms: written from a file, offered at the launch, sat as they are."""

from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from examapp.exams import services
from examapp.exams.models import ExamForm, ExamFormItem, ExamSession
from examapp.exams.services import form_loading
from questions.bank_files.exam_forms import FormText
from questions.models import Exam, Question
from tests.support.bank_folders import Folder
from tests.support.builders import make_exam, make_item, publish
from tests.support.sittings import corrected

pytestmark = pytest.mark.django_db


def texts(exam, count=2):
    """Forms of the exam's questions, each with its own, the last two unscored."""
    refs = list(Question.objects.filter(exam=exam).order_by("ref").values_list("ref", flat=True))
    size = len(refs) // count
    shares = [tuple(refs[n * size : (n + 1) * size]) for n in range(count)]
    return [
        FormText(f"mock-{n}", f"Mock exam {n}", share, frozenset(share[-2:]))
        for n, share in enumerate(shares, 1)
    ]


@pytest.fixture
def forms(exam):
    form_loading.load(exam, texts(exam))
    return list(ExamForm.objects.offered(exam))


def post(client, exam, slug):
    return client.post(reverse("exams:start", args=[exam.code]), {"form": slug})


def launch(client, exam):
    return client.get(reverse("exams:launch", args=[exam.code])).content.decode()


# --- Loading ----------------------------------------------------------------------------------


def test_forms_are_written_in_their_order(exam, forms):
    assert [(form.slug, str(form), form.position) for form in forms] == [
        *[("mock-1", "Mock exam 1", 1), ("mock-2", "Mock exam 2", 2)]
    ]
    items = list(forms[0].items.values_list("question__ref", "is_scored"))
    first = texts(exam)[0]
    assert items == [(ref, ref not in first.unscored) for ref in first.items]


def test_loading_again_changes_nothing(exam, forms):
    report = form_loading.load(exam, texts(exam))
    assert (report.forms, report.new, report.archived) == (2, 0, 0)
    assert set(ExamForm.objects.filter(kind="fixed")) == set(forms)


def test_a_new_title_or_place_is_no_new_form(exam, forms):
    one, two = texts(exam)
    report = form_loading.load(exam, [replace(two, title="Spring"), one])
    assert (report.new, report.archived) == (0, 0)
    assert [str(form) for form in ExamForm.objects.offered(exam)] == ["Spring", "Mock exam 1"]


def test_a_form_that_changed_is_archived_and_written_anew(candidate, exam, forms):
    session = services.start(candidate, exam=exam, form=forms[0])
    one, two = texts(exam)
    report = form_loading.load(exam, [replace(one, items=one.items[1:]), two])
    assert (report.new, report.archived) == (1, 1)
    session.refresh_from_db()
    assert session.form == forms[0]
    assert session.form.is_archived
    assert session.form.items.count() == len(one.items)
    assert forms[0] not in ExamForm.objects.offered(exam)


def test_another_choice_of_what_counts_is_another_form(exam, forms):
    one, two = texts(exam)
    assert form_loading.load(exam, [replace(one, unscored=frozenset(one.items[:2])), two]).new == 1


def test_a_form_that_vanished_is_archived(exam, forms):
    assert form_loading.load(exam, texts(exam)[:1]).archived == 1
    assert [form.slug for form in ExamForm.objects.offered(exam)] == ["mock-1"]


def test_a_form_of_unknown_questions_is_refused_whole(exam):
    one, two = texts(exam)
    with pytest.raises(LookupError, match="the exam holds no question ghost; load the bank"):
        form_loading.load(exam, [one, replace(two, items=("ghost",))])
    assert not ExamForm.objects.exists()


MOCK = {"id": "mock-1", "title": "Mock exam 1", "items": ["tiny-1", "tiny-2"], "unscored": []}


@pytest.fixture
def bank(tmp_path):
    folder = Folder(tmp_path)
    folder.write("forms.yaml", [MOCK])
    return folder


def test_one_command_loads_a_bank_with_its_forms(bank, capsys):
    call_command("load_bank", bank.path)
    assert "1 fixed forms, 1 new, 0 archived" in capsys.readouterr().out
    (form,) = ExamForm.objects.offered(Exam.objects.get())
    assert list(form.items.values_list("question__ref", flat=True)) == MOCK["items"]


def test_forms_that_cannot_be_loaded_stop_the_whole_load(bank, monkeypatch):
    def break_off(*args):
        raise LookupError("the exam holds no question ghost; load the bank")

    monkeypatch.setattr(form_loading, "load", break_off)
    with pytest.raises(CommandError, match="nothing was loaded"):
        call_command("load_bank", bank.path)
    assert not Exam.objects.exists()


# --- Sitting ----------------------------------------------------------------------------------


def test_a_fixed_form_is_sat_as_it_is(candidate_client, exam, forms):
    post(candidate_client, exam, "mock-2")
    session = ExamSession.objects.get()
    assert session.form == forms[1]
    asked = list(session.items.values_list("version__question__ref", "is_scored"))
    assert asked == list(forms[1].items.values_list("question__ref", "is_scored"))
    assert ExamForm.objects.filter(kind="fresh").count() == 0


def test_two_candidates_have_the_same_questions_and_orders_of_options_of_their_own(
    candidate, outsider, exam, forms
):
    papers = [
        list(services.start(who, exam=exam, form=forms[0]).items.values_list("version", "shuffle"))
        for who in (candidate, outsider)
    ]
    assert [version for version, _ in papers[0]] == [version for version, _ in papers[1]]
    assert papers[0] != papers[1]


def test_who_has_an_open_exam_goes_on_with_it_whatever_is_chosen(candidate_client, exam, forms):
    post(candidate_client, exam, "mock-1")
    reply = post(candidate_client, exam, "mock-2")
    session = ExamSession.objects.get()
    assert session.form == forms[0]
    assert reply["Location"] == reverse("exams:room", args=[session.pk])


def test_a_form_of_another_exam_is_not_offered(candidate_client, exam):
    other = make_exam()
    form_loading.load(other, [replace(texts(other)[0], id="theirs")])
    reply = post(candidate_client, exam, "theirs")
    assert reply.status_code == 422
    assert "Choose one of the mock exams that you can take." in reply.content.decode()
    assert not ExamSession.objects.exists()


@pytest.mark.parametrize("slug", ["mock-9", "1", "fresh; drop"])
def test_an_unknown_form_is_not_offered(candidate_client, exam, forms, slug):
    assert post(candidate_client, exam, slug).status_code == 422
    assert not ExamSession.objects.exists()


def test_an_archived_form_is_not_offered(candidate_client, exam, forms):
    form_loading.load(exam, texts(exam)[:1])
    assert post(candidate_client, exam, "mock-2").status_code == 422


def test_a_new_mix_is_drawn_beside_fixed_ones_once_questions_are_free(
    candidate, candidate_client, exam, forms
):
    assert post(candidate_client, exam, "fresh").status_code == 409
    services.finish(services.start(candidate, exam=exam, form=forms[0]).pk)
    post(candidate_client, exam, "fresh")
    assert ExamSession.objects.open().get().form.kind == "fresh"


def test_the_launch_page_offers_every_form_and_says_which_was_sat(
    candidate, candidate_client, exam, forms
):
    services.finish(services.start(candidate, exam=exam, form=forms[0]).pk)
    text = launch(candidate_client, exam)
    # The next one, both as cards, and the new mix.
    assert text.count('name="form"') == 4
    assert text.count("Take again") == 1


def test_forms_cost_the_launch_page_one_statement(
    candidate_client, exam, forms, django_assert_max_num_queries
):
    with django_assert_max_num_queries(10):
        launch(candidate_client, exam)


# --- What changes under a form ----------------------------------------------------------------


def test_a_form_with_a_retired_question_refuses_with_words(candidate_client, exam, forms):
    question = forms[0].items.first().question
    question.status = "retired"
    question.save()
    text = launch(candidate_client, exam)
    assert 'value="mock-1"' not in text
    assert "Being revised" in text
    reply = post(candidate_client, exam, "mock-1")
    assert reply.status_code == 409
    assert "Mock exam 1 is being revised: 1 of its questions" in reply.content.decode()
    assert not ExamSession.objects.exists()
    assert post(candidate_client, exam, "mock-2").status_code == 302


def test_a_corrected_key_is_the_one_that_a_new_sitting_is_graded_by(candidate, exam, forms):
    before = services.start(candidate, exam=exam, form=forms[0])
    item = before.items.first()
    services.finish(before.pk)
    new = corrected(item.version)
    again = services.start(candidate, exam=exam, form=forms[0]).items.first()
    assert (again.version, again.keyed_by) == (new, new)


def test_an_option_order_that_is_fixed_is_kept(candidate, exam):
    topic = Question.objects.filter(exam=exam).first().topic
    refs = [f"{exam.code}-fixed-{number}" for number in range(8)]
    for ref in refs:
        publish(exam, topic, make_item("multiple_choice", ref, fixed_order=True))
    text = FormText("numbers", "Numbers", tuple(refs), frozenset())
    form_loading.load(exam, [text])
    session = services.start(candidate, exam=exam, form=ExamForm.objects.get(slug="numbers"))
    assert all(item.shuffle == [0, 1, 2, 3] for item in session.items.all())


def test_an_empty_form_is_refused(candidate, exam, forms):
    ExamFormItem.objects.filter(form=forms[0]).delete()
    with pytest.raises(services.FormIncomplete):
        services.start(candidate, exam=exam, form=forms[0])
