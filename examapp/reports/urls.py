from django.urls import path

from examapp.reports.views import weak_areas

app_name = "reports"

urlpatterns = [
    path("sessions/<uuid:session_id>/weak-areas/", weak_areas.weak_areas, name="weak_areas"),
]
