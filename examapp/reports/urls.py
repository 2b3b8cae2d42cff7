from django.urls import path

from examapp.reports.views import results, weak_areas

app_name = "reports"

urlpatterns = [
    path("sessions/<uuid:session_id>/weak-areas/", weak_areas.weak_areas, name="weak_areas"),
    path("sessions/<uuid:session_id>/report/", results.printout, name="printout"),
    path("sessions/<uuid:session_id>/report.json", results.report_data, name="report_data"),
    path("sessions/<uuid:session_id>/xapi.json", results.statements, name="statements"),
    path("bank/<slug:code>/results.<slug:kind>", results.results_file, name="results_file"),
]
