from django.urls import path

from examapp.practice.views import missed, question, setup

app_name = "practice"

urlpatterns = [
    path("practice/", setup.current, name="current"),
    path("practice/<slug:code>/", setup.choose, name="choose"),
    path("practice/<slug:code>/count/", setup.count, name="count"),
    path("practice/<slug:code>/start/", setup.start, name="start"),
    path("practice/<slug:code>/missed/", missed.missed, name="missed"),
    path("practised/<uuid:set_id>/", question.summary, name="summary"),
    path("practised/<uuid:set_id>/end/", question.end, name="end"),
    path("practised/<uuid:set_id>/<int:position>/", question.question, name="question"),
    path("practised/<uuid:set_id>/<int:position>/report/", question.report, name="report"),
]
