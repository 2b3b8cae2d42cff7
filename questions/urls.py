from django.urls import path

from questions.views import notes

app_name = "questions"

urlpatterns = [
    path("notes/", notes.shelf, name="shelf"),
    path("notes/<slug:code>/", notes.notes, name="notes"),
    path("notes/<slug:code>/search/", notes.search, name="search"),
    path("notes/<slug:code>/<str:number>/", notes.task_notes, name="task_notes"),
]
