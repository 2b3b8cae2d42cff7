"""Pages that need an account: a guest is led to sign up, and comes back to where they were."""

import pytest
from django.urls import reverse

from examapp.accounts.models import User
from examapp.api import services as api
from examapp.api.models import Token
from examapp.courses.models import Membership
from examapp.courses.services import courses
from tests.support.builders import make_exam, make_user
from tests.support.courses import add_member, make_course

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-word-7"
ACCOUNT_ONLY = [
    "courses:join",
    "api:access",
    "privacy:forget",
    "account_email",
    "account_change_password",
    "account_set_password",
    "account_reauthenticate",
]


@pytest.fixture
def guest(client):
    guest = User.objects.create(email="g@guest.invalid", role="guest")
    client.force_login(guest)
    return guest


@pytest.fixture
def course():
    course = make_course()
    courses.rotate_code(course, by=course.made_by)
    course.refresh_from_db()
    return course


def assert_asks_to_sign_up(response, address):
    assert response.status_code == 302
    assert response["Location"] == reverse("account_signup", query={"next": address})


@pytest.mark.parametrize("name", ACCOUNT_ONLY)
def test_a_guest_is_asked_to_sign_up(client, guest, name):
    address = reverse(name)
    for response in (client.get(address), client.post(address, {})):
        assert_asks_to_sign_up(response, address)


@pytest.mark.parametrize("name", ACCOUNT_ONLY)
def test_who_has_an_account_is_not(client, name):
    client.force_login(make_user())
    response = client.get(reverse(name))
    assert not response.get("Location", "").startswith(reverse("account_signup"))


def test_a_guest_joins_no_course_by_code(client, guest, course):
    address = reverse("courses:consent", args=[course.join_code])
    for response in (client.get(address), client.post(address)):
        assert_asks_to_sign_up(response, address)
    assert not Membership.objects.of(guest).exists()


def test_a_guest_joins_no_course_by_invitation(client, guest, course):
    member = add_member(course, user=None, state="invited", email="new@example.com", token="t0ken")
    address = reverse("courses:join_invited", args=[member.token])
    for response in (client.get(address), client.post(address)):
        assert_asks_to_sign_up(response, address)
    assert not Membership.objects.of(guest).exists()


def test_a_guest_signs_up_signs_in_and_is_back_at_the_course(client, guest, course):
    address = reverse("courses:consent", args=[course.join_code])
    page = client.get(address, follow=True)
    assert f'name="next" value="{address}"' in page.text
    form = {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    page = client.post(reverse("account_signup"), form | {"next": address}, follow=True)
    assert f'name="next" value="{address}"' in page.text
    form = {"login": "new@example.com", "password": PASSWORD, "next": address}
    response = client.post(reverse("account_login"), form)
    assert response["Location"] == address
    client.post(address)
    assert Membership.objects.active().of(User.objects.get(pk=guest.pk)).get().course == course


def test_no_token_is_made_for_a_guest(guest):
    with pytest.raises(api.AccountRequired):
        api.issue(guest, name="mine", scopes=["read"])
    assert not Token.objects.exists()


def test_the_settings_of_a_guest_offer_an_account_and_nothing_that_needs_one(client, guest):
    make_exam()
    address = reverse("accounts:settings")
    page = client.get(address).text
    assert f'href="{reverse("account_signup")}?next={address}"' in page
    assert 'id="email"' not in page
    for name in ("account_email", "account_change_password", "api:access", "privacy:forget"):
        assert reverse(name) not in page
    assert reverse("accounts:save_setting", args=["minutes"]) in page
    reminders = reverse("accounts:save_setting", args=["reminders"])
    assert reminders not in page
    assert client.post(reminders, {"reminders": "on"}).status_code == 404


def test_what_is_kept_offers_a_guest_no_end_of_an_account(client, guest):
    assert reverse("privacy:forget") not in client.get(reverse("privacy:kept")).text
