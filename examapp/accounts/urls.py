from django.urls import path

from examapp.accounts.views import accommodations

app_name = "accounts"

urlpatterns = [
    path("people/", accommodations.accommodations, name="accommodations"),
    path("people/<int:user_id>/accommodation/", accommodations.accommodation, name="accommodation"),
]
