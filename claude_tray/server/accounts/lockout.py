"""Lock sign-in for a while after too many wrong passwords."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.utils import timezone

from claude_tray.server.accounts.models import RefusedSignIn
from claude_tray.server.accounts.permissions import get_request_address

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.http import HttpRequest


MAX_FAILURES: Final = 5
LOCKOUT_PERIOD: Final = timedelta(minutes=15)
# Length of the column, as of User.username.
_MAX_NAME_LENGTH: Final = 150


class LockoutBackend(ModelBackend):
    """
    Check passwords and limit failures by name and address.

    By both, so that nobody can lock out a user from another address.
    """

    def authenticate(  # type: ignore[override] # as ModelBackend has it
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> AbstractBaseUser | None:
        now, name = timezone.now(), (username or "").lower()[:_MAX_NAME_LENGTH]
        address = get_request_address(request)
        if is_locked(name, address, now):
            raise PermissionDenied
        user = super().authenticate(request, username, password, **kwargs)
        if user is None:
            _record_failure(name, address, now)
        else:
            RefusedSignIn.objects.filter(name=name, address=address).delete()
        return user


def is_locked(name: str, address: str, now: datetime) -> bool:
    """Return whether a name is locked for an address."""
    return RefusedSignIn.objects.filter(
        name=name.lower()[:_MAX_NAME_LENGTH],
        address=address,
        count__gte=MAX_FAILURES,
        last_at__gt=now - LOCKOUT_PERIOD,
    ).exists()


def _record_failure(name: str, address: str, now: datetime) -> None:
    RefusedSignIn.objects.filter(last_at__lte=now - LOCKOUT_PERIOD).delete()
    failure, is_new = RefusedSignIn.objects.get_or_create(
        name=name,
        address=address,
        defaults={"count": 1, "last_at": now},
    )
    if not is_new:
        RefusedSignIn.objects.filter(pk=failure.pk).update(
            count=F("count") + 1,
            last_at=now,
        )
