from django.urls import include, path

from examapp.reports.views import (
    forms,
    items,
    progress,
    rate,
    results,
    rounds,
    told,
    weak_areas,
)

app_name = "reports"

# One round of ratings.
ROUND = [
    path("", rounds.rating_round, name="rating_round"),
    path("close/", rounds.close_round, name="close_round"),
    path("apply/", rounds.apply_ratings, name="apply_ratings"),
    path("questions/<int:position>/", rate.rate, name="rate"),
]

urlpatterns = [
    path("told/<slug:code>/", told.told, name="told"),
    path("progress/", progress.progress, name="progress"),
    path("sessions/<uuid:session_id>/weak-areas/", weak_areas.weak_areas, name="weak_areas"),
    path("analysis/", items.items, name="items"),
    path("analysis/refresh/", items.refresh, name="refresh"),
    path("analysis/items/<int:question_id>/", items.item, name="item"),
    path("analysis/forms/", forms.forms, name="forms"),
    path("analysis/forms/<int:form_id>/", forms.form, name="form"),
    path("sessions/<uuid:session_id>/report/", results.printout, name="printout"),
    path("sessions/<uuid:session_id>/report.json", results.report_data, name="report_data"),
    path("sessions/<uuid:session_id>/xapi.json", results.statements, name="statements"),
    path("bank/<slug:code>/results.<slug:kind>", results.results_file, name="results_file"),
    path("bank/<slug:code>/ratings/", rounds.rounds, name="rounds"),
    path("bank/<slug:code>/ratings/new/", rounds.new_round, name="new_round"),
    path("bank/<slug:code>/ratings/<int:round_id>/", include(ROUND)),
]
