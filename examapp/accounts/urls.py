from django.urls import path

from examapp.accounts.views import accommodations, settings, signing_out

app_name = "accounts"

urlpatterns = [
    path("settings/", settings.settings, name="settings"),
    path("settings/<slug:name>/", settings.save_setting, name="save_setting"),
    path("people/", accommodations.accommodations, name="accommodations"),
    path("people/<int:user_id>/accommodation/", accommodations.accommodation, name="accommodation"),
    path("who/", signing_out.who, name="who"),
    path("sign-out-everywhere/", signing_out.sign_out_everywhere, name="sign_out_everywhere"),
]
