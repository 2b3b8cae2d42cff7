"""Who a session or a password names."""

from allauth.account.auth_backends import AuthenticationBackend

from examapp.accounts.models import User


class AccountBackend(AuthenticationBackend):
    """Fetch a person together with their preferences, which every page needs."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("preferences").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
