from django.urls import path

from examapp.reports.views import forms, items, progress, results, told, weak_areas

app_name = "reports"

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
]
