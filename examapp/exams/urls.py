from django.urls import path

from examapp.exams.views import (
    catalogue,
    corrections,
    discard,
    exam_forms,
    more_time,
    problems,
    result,
    review,
    room,
    setup,
    waiting,
)

app_name = "exams"

urlpatterns = [
    path("exams/", catalogue.catalogue, name="catalogue"),
    path("exams/<slug:code>/", catalogue.launch, name="launch"),
    path("exams/<slug:code>/start/", catalogue.start, name="start"),
    path("starting/", waiting.waiting, name="waiting"),
    path("starting/give-up/", waiting.give_up, name="give_up"),
    path("history/", catalogue.history, name="history"),
    path("sessions/<uuid:session_id>/", room.room, name="room"),
    path("sessions/<uuid:session_id>/answers/", room.answers, name="answers"),
    path("sessions/<uuid:session_id>/finish/", room.finish, name="finish"),
    path("sessions/<uuid:session_id>/result/", result.result, name="result"),
    path("sessions/<uuid:session_id>/review/", review.review, name="review"),
    path("sessions/<uuid:session_id>/discard/", discard.discard, name="discard"),
    path("sessions/<uuid:session_id>/leave-out/", discard.leave_out, name="leave_out"),
    path("sessions/<uuid:session_id>/<int:position>/report/", problems.report, name="report"),
    path("corrected/<int:notice_id>/seen/", corrections.seen, name="seen"),
    path("bank/<slug:code>/setup/", setup.setup_rules, name="setup_rules"),
    path("bank/<slug:code>/setup/outline/", setup.setup_outline, name="setup_outline"),
    path("bank/<slug:code>/setup/audience/", setup.setup_audience, name="setup_audience"),
    path("bank/<slug:code>/setup/delete/", setup.delete_exam, name="delete_exam"),
    path("bank/<slug:code>/more-time/", more_time.more_time, name="more_time"),
    path("bank/<slug:code>/forms/", exam_forms.forms, name="forms"),
    path("bank/<slug:code>/forms/new/", exam_forms.compose, name="compose"),
    path("bank/<slug:code>/forms/<int:form_id>/", exam_forms.form, name="form"),
    path("bank/<slug:code>/forms/<int:form_id>/archive/", exam_forms.archive, name="archive"),
    path("bank/<slug:code>/forms/<int:form_id>/reserve/", exam_forms.reserve, name="reserve"),
    path("bank/<slug:code>/reports/", problems.problems, name="problems"),
    path("bank/<slug:code>/reports/<int:problem_id>/", problems.problem, name="problem"),
    path("bank/<slug:code>/questions/<str:ref>/key/", corrections.correct, name="correct"),
    path(
        "bank/<slug:code>/corrections/<int:correction_id>/",
        corrections.correction,
        name="correction",
    ),
]
