from django.urls import path

from examapp.operations.views import metrics as scrape
from examapp.operations.views import overview

app_name = "operations"

urlpatterns = [
    path("operations/", overview.overview, name="overview"),
    path("operations/failures/<int:failure_id>/retry/", overview.retry, name="retry"),
    path("metrics", scrape.metrics, name="metrics"),
]
