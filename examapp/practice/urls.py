from django.urls import path

from examapp.practice.views import choosing, practising

app_name = "practice"

urlpatterns = [
    path("practice/<slug:code>/", choosing.choose, name="choose"),
    path("practice/<slug:code>/start/", choosing.start, name="start"),
    path("practised/<uuid:set_id>/", practising.summary, name="summary"),
    path("practised/<uuid:set_id>/end/", practising.end, name="end"),
    path("practised/<uuid:set_id>/<int:position>/", practising.question, name="question"),
    path("practised/<uuid:set_id>/<int:position>/report/", practising.report, name="report"),
]
