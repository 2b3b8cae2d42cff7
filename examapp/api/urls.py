from django.urls import include, path

from examapp.api.site import paths
from examapp.api.views import reference, tokens

app_name = "api"

urlpatterns = [
    path("account/tokens/", tokens.access, name="access"),
    path("account/tokens/<uuid:token_id>/revoke/", tokens.revoke, name="revoke"),
    path("api/v1/", reference.reference, name="reference"),
    path("api/v1/openapi.json", reference.document, name="document"),
    path("api/v1/", include((paths(), "ninja"), namespace="api-1")),
]
