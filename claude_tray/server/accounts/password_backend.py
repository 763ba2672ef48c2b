"""Sign in by user name or e-mail address, and password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.backends import ModelBackend
from django.utils import timezone

from claude_tray.server.accounts import sign_in_limits
from claude_tray.server.accounts.addresses import get_request_network
from claude_tray.server.accounts.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest


class PasswordBackend(ModelBackend):
    """Check passwords; limit attempts by address, and failures by name."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """
        Return the user of a name or an e-mail address and a password.

        Raises:
            SignInRefusedError: There were too many attempts.
        """
        del kwargs
        # PostgreSQL accepts no NUL.
        if not username or "\0" in username or password is None:
            return None
        now = timezone.now()
        network = get_request_network(request) if request is not None else ""
        if request is not None:
            sign_in_limits.count_attempt(network, now)
        user = find_user(username)
        # One key, whether the name or the address is used.
        key = user.username if user else username
        sign_in_limits.check_lock(key, network, now)
        if self._is_right(user, password):
            sign_in_limits.forget_failures(key, network)
            return user
        sign_in_limits.record_failure(key, network, now)
        return None

    def _is_right(self, user: User | None, password: str) -> bool:
        if user is None:
            # Takes as long as a wrong password of a user.
            User().set_password(password)
            return False
        return user.check_password(password) and (
            self.user_can_authenticate(user)
        )


def find_user(login: str) -> User | None:
    """
    Find a user by name or e-mail address.

    Names come first, so that nobody can take another's address as a name.
    The case of an address matters only if two users differ by it.
    """
    if "\0" in login:
        return None
    name = User.normalize_username(login)
    by_name = User.objects.filter(username=name).first()
    if by_name is not None or "@" not in login:
        return by_name
    users = list(User.objects.filter(email__iexact=login.strip())[:2])
    if len(users) == 1:
        return users[0]
    return User.objects.filter(email=login.strip()).first()
