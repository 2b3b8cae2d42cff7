from django.urls import path

from examapp.exams.views import catalogue, result, room

app_name = "exams"

urlpatterns = [
    path("exams/", catalogue.catalogue, name="catalogue"),
    path("exams/<slug:code>/", catalogue.launch, name="launch"),
    path("exams/<slug:code>/start/", catalogue.start, name="start"),
    path("history/", catalogue.history, name="history"),
    path("sessions/<uuid:session_id>/", room.room, name="room"),
    path("sessions/<uuid:session_id>/answers/", room.answers, name="answers"),
    path("sessions/<uuid:session_id>/finish/", room.finish, name="finish"),
    path("sessions/<uuid:session_id>/result/", result.result, name="result"),
    path("sessions/<uuid:session_id>/review/", result.review, name="review"),
]
