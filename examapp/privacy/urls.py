from django.urls import path

from examapp.privacy.views import own

app_name = "privacy"

urlpatterns = [
    path("privacy/", own.kept, name="kept"),
    path("privacy/download/", own.download, name="download"),
    path("privacy/forget/", own.forget, name="forget"),
]
