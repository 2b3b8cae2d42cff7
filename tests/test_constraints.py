"""The database holds the invariants: each is attacked once, and none is forgotten."""

import uuid

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from examapp.accounts.models import Accommodation, ExamDate, Preferences, User
from examapp.api.models import AnsweredCall, Token
from examapp.courses.models import CourseEntry, CourseStaff
from examapp.exams import services
from examapp.exams.models import (
    AnswerEvent,
    DomainScore,
    ExamForm,
    ExamFormItem,
    ExamSession,
    KeyCorrection,
    ProblemReport,
    Score,
    SessionItem,
    TimeExtension,
    ToldResult,
)
from examapp.practice import services as practice
from examapp.practice.models import PracticeItem, PracticeSet
from examapp.reports.models import (
    Calibration,
    FormStatistics,
    ItemRating,
    ItemStatistics,
    RaterAnswer,
    RatingRound,
    RefreshRun,
    RoundItem,
    RoundRater,
    StandingReport,
)
from examapp.study.models import Card, CardEvent
from questions.models import (
    AuditEntry,
    BulkRun,
    Comment,
    Domain,
    Draft,
    Exam,
    ExamRole,
    Export,
    Image,
    Import,
    Note,
    NotesImport,
    Question,
    QuestionVersion,
    SavedView,
    Source,
    Task,
    Topic,
)
from tests.support.builders import make_user

pytestmark = pytest.mark.django_db

# Fields that make a row break each constraint, as changes of a row that exists.
ATTACKS = {
    "user_role_is_known": (User, {"role": "king"}),
    "accommodation_factor_is_1_to_10": (Accommodation, {"time_factor": "0.5"}),
    "accommodation_minutes_are_bounded": (Accommodation, {"extra_minutes": 601}),
    "preferences_appearance_is_known": (Preferences, {"appearance": "pink"}),
    "preferences_minutes_are_bounded": (Preferences, {"minutes_a_day": 4}),
    "preferences_reviews_are_bounded": (Preferences, {"reviews_a_day": 201}),
    "preferences_study_days_are_days": (Preferences, {"study_days": [7]}),
    "exam_has_time_and_items": (Exam, {"minutes": 0}),
    "exam_scale_rises": (Exam, {"scale_cut": 1000}),
    "exam_raw_cut_is_a_fraction": (Exam, {"raw_cut": "1"}),
    "exam_grading_policy_is_known": (Exam, {"grading_policy": "kind"}),
    "exam_state_is_known": (Exam, {"state": "asleep"}),
    "exam_strictness_is_known": (Exam, {"strictness": "lax"}),
    "domain_weight_is_per_cent": (Domain, {"weight": "100.01"}),
    "task_weight_is_positive": (Task, {"weight": "0"}),
    "question_status_is_known": (Question, {"status": "lost", "current_version": None}),
    "question_published_has_a_version": (Question, {"current_version": None}),
    "question_type_is_known": (Question, {"type": "essay"}),
    "question_level_is_known": (Question, {"level": "guess"}),
    "question_origin_is_known": (Question, {"origin": "dreams"}),
    "question_once_published_stays_so": (Question, {"status": "draft"}),
    "correction_policy_is_known": (KeyCorrection, {"policy": "mercy", "also_right": []}),
    "correction_has_a_reason": (KeyCorrection, {"reason": ""}),
    "correction_other_keys_need_both": (KeyCorrection, {"policy": "new"}),
    "problem_kind_is_known": (ProblemReport, {"kind": "boring"}),
    "problem_answered_has_an_answer": (ProblemReport, {"answer": "Yes."}),
    "draft_stage_is_known": (Draft, {"stage": "published", "approved_by": None}),
    "draft_revision_from_1": (Draft, {"revision": 0}),
    "draft_approval_ends_with_its_stage": (Draft, {"stage": "draft"}),
    "comment_says_something": (Comment, {"text": ""}),
    "comment_resolved_says_when": (Comment, {"resolved_at": None}),
    "note_origin_is_known": (Note, {"origin": "dreams"}),
    "exam_role_is_known": (ExamRole, {"role": "king"}),
    "image_has_a_description": (Image, {"alt": ""}),
    "image_type_is_safe": (Image, {"media_type": "image/svg+xml"}),
    "image_size_is_bounded": (Image, {"width": 5000}),
    "form_origin_is_known": (ExamForm, {"origin": "dreams"}),
    "bulk_run_status_is_known": (BulkRun, {"status": "lost"}),
    "bulk_run_done_of_total": (BulkRun, {"done": 2}),
    "bulk_run_done_says_when": (BulkRun, {"status": "done"}),
    "export_status_is_known": (Export, {"status": "lost"}),
    "notes_import_status_is_known": (NotesImport, {"status": "lost"}),
    "practice_by_the_clock_has_a_deadline": (PracticeSet, {"explains_at_end": True}),
    "import_status_is_known": (Import, {"status": "lost"}),
    "import_duplicates_is_known": (Import, {"duplicates": "guess"}),
    "import_done_in_total": (Import, {"done": 1, "total": 0}),
    "token_scopes_are_known": (Token, {"scopes": ["king"]}),
    "form_kind_is_known": (ExamForm, {"kind": "loose"}),
    "form_slug_if_fixed": (ExamForm, {"slug": ""}),
    "form_reserved_is_fixed": (ExamForm, {"reserved_until": "2001-01-01T00:00:00Z"}),
    "session_left_out_is_finished": (ExamSession, {"left_out_at": "2001-01-01T00:00:00Z"}),
    "session_grading_policy_is_known": (ExamSession, {"grading_policy": "kind"}),
    "session_deadline_after_start": (ExamSession, {"deadline_at": "2001-01-01T00:00:00Z"}),
    "session_is_open_or_says_when_and_why_it_ended": (ExamSession, {"finish_reason": ""}),
    "item_position_from_1": (SessionItem, {"position": 0}),
    "item_credit_is_a_fraction": (SessionItem, {"credit": "1.5"}),
    "score_credit_in_range": (Score, {"credit": "11"}),
    "domain_score_credit_in_range": (DomainScore, {"credit": "11"}),
    "practice_grading_policy_is_known": (PracticeSet, {"grading_policy": "kind"}),
    "practice_is_reported_once_ended": (PracticeSet, {"reported_at": "2001-01-01T00:00:00Z"}),
    "practice_position_from_1": (PracticeItem, {"position": 0}),
    "rating_round_is_closed_before_it_is_applied": (
        RatingRound,
        {"applied_at": "2001-01-01T00:00:00Z"},
    ),
    "practice_answer_is_whole": (PracticeItem, {"response": 0}),
}
UNSAID = {"exam_day": "2001-01-02", "outcome": "unsaid"}
# Stands for another question, or version, than the row's own.
ANOTHER = object()
# Fields of a second row like the first, but for these, that must be refused.
TWINS = {
    "user_email_is_unique": (User, {"email": "ADA@example.com"}),
    "one_exam_date_per_exam": (ExamDate, {}),
    "told_result_is_told_once": (ToldResult, {}),
    "told_result_outcome_is_known": (ToldResult, {**UNSAID, "outcome": "so-so"}),
    "told_result_chance_is_per_cent": (ToldResult, {**UNSAID, "chance_percent": 101}),
    "told_result_score_has_an_outcome": (ToldResult, {**UNSAID, "score": 700}),
    "domain_number_is_unique": (Domain, {}),
    "task_number_is_unique": (Task, {}),
    "topic_slug_is_unique": (Topic, {}),
    "source_slug_is_unique": (Source, {}),
    "form_slug_is_unique": (ExamForm, {}),
    "version_number_is_unique": (QuestionVersion, {}),
    "version_type_is_known": (QuestionVersion, {"number": 9, "type": "essay"}),
    "version_level_is_known": (QuestionVersion, {"number": 9, "level": "guess"}),
    "exam_role_is_one_a_person": (ExamRole, {"role": "author"}),
    "saved_view_name_is_unique": (SavedView, {}),
    "image_is_kept_once": (Image, {}),
    "answered_call_key_is_unique": (AnsweredCall, {}),
    "form_position_is_unique": (ExamFormItem, {"question_id": ANOTHER}),
    "form_question_is_unique": (ExamFormItem, {"position": 99}),
    "session_one_open": (ExamSession, {}),
    "extension_is_bounded": (TimeExtension, {"minutes": 0}),
    "item_position_is_unique": (SessionItem, {"version_id": ANOTHER}),
    "item_version_is_unique": (SessionItem, {"position": 99}),
    "event_is_logged_once": (AnswerEvent, {}),
    "event_outcome_is_known": (AnswerEvent, {"seq": 9, "outcome": "lost", "revision": None}),
    "event_saved_has_a_revision": (AnswerEvent, {"seq": 9, "revision": None}),
    "score_number_is_unique": (Score, {"is_current": False}),
    "score_one_current": (Score, {"number": 9}),
    "domain_score_is_unique": (DomainScore, {}),
    "practice_one_open": (PracticeSet, {}),
    "standing_one_a_person_and_exam": (StandingReport, {}),
    "practice_position_is_unique": (PracticeItem, {"version_id": ANOTHER}),
    "practice_version_is_unique": (PracticeItem, {"position": 99}),
    "calibration_number_is_unique": (Calibration, {}),
    "statistics_one_a_version": (ItemStatistics, {}),
    "form_statistics_one_a_form": (FormStatistics, {}),
    "refresh_one_at_a_time": (RefreshRun, {}),
    "round_rater_is_one_a_person": (RoundRater, {}),
    "round_item_position_is_unique": (RoundItem, {"version_id": ANOTHER}),
    "round_item_version_is_unique": (RoundItem, {"position": 99}),
    "rater_answer_is_given_once": (RaterAnswer, {}),
    "item_rating_is_a_step_of_per_cent": (ItemRating, {"share_percent": 52}),
}


@pytest.fixture
def rows(exam):
    """One row of every table: a finished session, an open one, an answer."""
    ada = make_user(email="ada@example.com")
    Accommodation.objects.create(user=ada, time_factor=2)
    finished = services.start(ada, exam=exam)
    services.finish(finished.pk)
    practiced = practice.start(ada, exam=exam, choice=practice.Choice(3))
    open_ = services.start(ada, exam=exam)
    AnswerEvent.objects.create(
        item=open_.items.first(),
        client=uuid.uuid4(),
        seq=1,
        flagged=False,
        elapsed_ms=0,
        outcome="saved",
        revision=1,
        received_at=timezone.now(),
    )
    TimeExtension.objects.create(session=open_, minutes=5, deadline_at=open_.deadline_at)
    question = Question.objects.published().first()
    Draft.objects.create(question=question, item={}, stage="approved", approved_by=ada)
    Comment.objects.create(
        question=question, text="No.", resolved_by=ada, resolved_at=timezone.now()
    )
    KeyCorrection.objects.create(
        question=question,
        keyed_by=question.live_version,
        policy="both",
        also_right=[[1]],
        reason="Wrong.",
    )
    item = finished.items.first()
    said = {"version": item.version, "reporter": finished.candidate, "kind": "typo"}
    ProblemReport.objects.create(item=item, **said)
    ExamRole.objects.create(user=ada, exam=exam, role="owner")
    Source.objects.create(exam=exam, slug="guide", title="Guide", url="https://example.com/")
    SavedView.objects.create(user=ada, exam=exam, name="Mine")
    AuditEntry.objects.create(actor=ada, exam=exam, verb="looked", subject="exam", subject_id="1")
    Image.objects.create(
        exam=exam, alt="A dot", media_type="image/png", width=1, height=1, digest="d", content=b"."
    )
    card = Card.objects.create(candidate=ada, exam=exam, question=question)
    CardEvent.objects.create(
        card=card, kind="answered", source="practice", rating=1, day="2001-01-01", at=timezone.now()
    )
    ItemStatistics.objects.create(question=question, n=0, scored_through=timezone.now())
    FormStatistics.objects.create(exam=exam, n=0)
    RefreshRun.objects.create(exam=exam, stage="reading answers")
    Calibration.objects.create(exam=exam, number=1, answers=0, learners=0, parameters={})
    StandingReport.objects.create(candidate=ada, exam=exam, as_of=timezone.now(), body={})
    Export.objects.create(exam=exam, format="csv")
    BulkRun.objects.create(exam=exam, action="approve", total=1)
    Import.objects.create(exam=exam, file_name="a.csv", content=b"a", format="csv")
    NotesImport.objects.create(exam=exam, file_name="a.md", content=b"a")
    Token.objects.create(user=ada, name="a program", digest="d", hint="ex_", scopes=["read"])
    AnsweredCall.objects.create(user=ada, key="k", fingerprint="f")
    Preferences.objects.create(user=ada)
    ExamDate.objects.create(user=ada, exam=exam, day="2001-01-01")
    ToldResult.objects.create(candidate=ada, exam=exam, exam_day="2001-01-01", outcome="passed")
    rated = RatingRound.objects.create(exam=exam, title="Round 1", made_by=ada)
    RoundRater.objects.create(round=rated, rater=ada)
    asked = RoundItem.objects.create(round=rated, position=1, version=question.live_version)
    given = RaterAnswer.objects.create(
        item=asked, rater=ada, shuffle=[0, 1], response=1, is_right=False
    )
    ItemRating.objects.create(answer=given, share_percent=55)
    return {
        ExamForm: ExamForm.objects.create(exam=exam, kind="fixed", slug="mock-1", seed=0),
        User: ada,
        ExamSession: open_,
        SessionItem: open_.items.first(),
        PracticeItem: practiced.items.first(),
        Question: question,
    }


def row_of(model, rows):
    return rows.get(model) or model.objects.order_by("pk").first()


@pytest.mark.parametrize("name", ATTACKS)
def test_a_row_cannot_be_changed_against_it(rows, name):
    model, change = ATTACKS[name]
    row = row_of(model, rows)
    if name == "session_is_open_or_says_when_and_why_it_ended":
        row = ExamSession.objects.finished().get()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**change)


@pytest.mark.parametrize("name", TWINS)
def test_a_second_row_cannot_be_added_against_it(rows, name):
    model, change = TWINS[name]
    twin = row_of(model, rows)
    twin.pk = uuid.uuid4() if model in (ExamSession, PracticeSet, Image) else None
    for field, value in change.items():
        if value is ANOTHER:
            other = Question if field == "question_id" else QuestionVersion
            value = other.objects.exclude(pk=getattr(twin, field)).order_by("pk").last().pk
        setattr(twin, field, value)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        twin.save(force_insert=True)


def test_no_constraint_is_without_an_attack():
    named = {
        constraint.name
        for app in ("accounts", "questions", "exams", "practice", "reports", "api")
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }
    assert named == {*ATTACKS, *TWINS}


APPEND_ONLY = (
    *(QuestionVersion, AnswerEvent, AuditEntry, TimeExtension, ToldResult, CardEvent),
    *(RaterAnswer, ItemRating),
)


@pytest.mark.parametrize("model", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_versions_and_the_log_are_never_changed(rows, model, statement):
    table = model._meta.db_table
    with (
        pytest.raises(IntegrityError, match=f"{table} rows are never changed or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


def test_no_trigger_is_without_an_attack(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        guarded = {table for (table,) in cursor.fetchall()}
    # tests/practice/test_services.py attacks the first one's, tests/courses the others'.
    elsewhere = (PracticeItem, CourseEntry, CourseStaff)
    assert guarded == {model._meta.db_table for model in (*APPEND_ONLY, *elsewhere)}


def test_the_plain_unique_columns_refuse_a_second(rows):
    for model, field in ((Exam, "code"), (Question, "ref")):
        twin = row_of(model, rows)
        twin.pk = None
        with pytest.raises(IntegrityError, match=field), transaction.atomic():
            twin.save(force_insert=True)
