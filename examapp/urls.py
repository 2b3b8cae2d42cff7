"""Every address of the site."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from examapp.accounts.decorators import account_required
from examapp.accounts.views import entrance
from examapp.views import calendar, catalog, check, health, home, landing, offline

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = "Practice exams: operators"

handler500 = "examapp.web.errors.server_error"

urlpatterns = [
    path("", home.home, name="home"),
    path("sample/", landing.sample, name="sample"),
    path("study-plan.ics", calendar.calendar, name="calendar"),
    path("demo/", landing.demo, name="demo"),
    path("check/<slug:code>/", check.check, name="check"),
    path("try/<slug:code>/", check.mock, name="try_mock"),
    path("checked/<uuid:set_id>/", check.result, name="check_result"),
    path("worker.js", offline.worker, name="worker"),
    path("offline/", offline.offline, name="offline"),
    path("catalog/<slug:language>.js", catalog.catalog, name="catalog"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    # Before allauth's own, which send away who is signed in, as a guest is.
    path("accounts/login/", entrance.SignIn.as_view(), name="account_login"),
    path("accounts/signup/", entrance.SignUp.as_view(), name="account_signup"),
    # Before allauth's own, which know no guests.
    path("accounts/email/", account_required(account.email), name="account_email"),
    path(
        "accounts/password/change/",
        account_required(account.password_change),
        name="account_change_password",
    ),
    path(
        "accounts/password/set/",
        account_required(account.password_set),
        name="account_set_password",
    ),
    path(
        "accounts/reauthenticate/",
        account_required(account.reauthenticate),
        name="account_reauthenticate",
    ),
    path("accounts/", include("allauth.account.urls")),
    path("", include("examapp.accounts.urls")),
    path("", include("examapp.exams.urls")),
    path("", include("examapp.study.urls")),
    path("", include("examapp.practice.urls")),
    path("", include("examapp.reports.urls")),
    path("", include("examapp.courses.urls")),
    path("", include("examapp.privacy.urls")),
    path("", include("examapp.operations.urls")),
    path("", include("examapp.api.urls")),
    path("", include("questions.urls")),
    path("admin/", admin.site.urls),
]
