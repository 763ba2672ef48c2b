"""Signing in is refused for a while after too many wrong passwords."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.utils import timezone

from claude_tray.server.accounts.models import RefusedSignIn
from claude_tray.server.addresses import client_of

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.http import HttpRequest

MOST: Final = 5
PERIOD: Final = timedelta(minutes=15)
_NAME_LENGTH: Final = 150
_ADDRESS_LENGTH: Final = 45


class LockoutBackend(ModelBackend):
    """
    Passwords, with a limit of wrong ones by name and address.

    By both, so that nobody can lock another out from elsewhere.
    """

    def authenticate(  # type: ignore[override] # as ModelBackend has it
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,  # noqa: ANN401 - what Django hands on
    ) -> AbstractBaseUser | None:
        now, name = timezone.now(), (username or "").lower()[:_NAME_LENGTH]
        address = _address(request)
        if is_locked(name, address, now):
            raise PermissionDenied
        user = super().authenticate(request, username, password, **kwargs)
        if user is None:
            _count(name, address, now)
        else:
            RefusedSignIn.objects.filter(name=name, address=address).delete()
        return user


def is_locked(name: str, address: str, now: datetime) -> bool:
    """Tell whether a name may not sign in from an address just now."""
    return RefusedSignIn.objects.filter(
        name=name.lower()[:_NAME_LENGTH],
        address=address,
        count__gte=MOST,
        last_at__gt=now - PERIOD,
    ).exists()


def _count(name: str, address: str, now: datetime) -> None:
    RefusedSignIn.objects.filter(last_at__lte=now - PERIOD).delete()
    refused, is_new = RefusedSignIn.objects.get_or_create(
        name=name,
        address=address,
        defaults={"count": 1, "last_at": now},
    )
    if not is_new:
        RefusedSignIn.objects.filter(pk=refused.pk).update(
            count=F("count") + 1,
            last_at=now,
        )


def _address(request: HttpRequest | None) -> str:
    if request is None:
        return ""
    trusts_proxy = settings.ENVIRONMENT.trusts_proxy
    return client_of(request, trusts_proxy=trusts_proxy)[:_ADDRESS_LENGTH]
