from django.urls import path

from questions.views import bank, bulk, notes

app_name = "questions"

urlpatterns = [
    path("bank/", bank.banks, name="banks"),
    path("bank/<slug:code>/", bank.bank, name="bank"),
    path("bank/<slug:code>/views/", bank.save_view, name="save_view"),
    path("bank/<slug:code>/views/<int:view_id>/remove/", bank.remove_view, name="remove_view"),
    path("bank/<slug:code>/bulk/", bulk.bulk, name="bulk"),
    path("bank/<slug:code>/undo/<uuid:batch>/", bulk.undo, name="undo"),
    path("notes/", notes.shelf, name="shelf"),
    path("notes/<slug:code>/", notes.notes, name="notes"),
    path("notes/<slug:code>/search/", notes.search, name="search"),
    path("notes/<slug:code>/<str:number>/", notes.task_notes, name="task_notes"),
]
