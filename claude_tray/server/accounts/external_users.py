"""Find or create the users of single sign-on."""

from __future__ import annotations

import itertools
import logging
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from claude_tray.server.accounts.events import AccountEvent, announce
from claude_tray.server.accounts.models import ExternalIdentity, User
from claude_tray.server.accounts.password_backend import find_user

if TYPE_CHECKING:
    from collections.abc import Iterator


_log = logging.getLogger(__name__)
_NAME_PATTERN: Final = re.compile(r"[^\w.+-]")
_MAX_NAME_LENGTH: Final = 150
_DETAIL: Final = "single sign-on"


class ExternalClaims(NamedTuple):
    """
    What an OpenID Connect provider says about a user.

    Attributes:
        issuer: The provider.
        subject: Its ID of the user, which never changes.
        email: E-mail address; empty without one.
        is_verified: The address belongs to the user.
        name: The name that the user prefers; may be empty.
    """

    issuer: str
    subject: str
    email: str = ""
    is_verified: bool = False
    name: str = ""


def find_or_create_user(claims: ExternalClaims) -> User | None:
    """
    Return the user whom a provider authenticated.

    At the first sign-in a user is found by a verified e-mail address, or
    created if the settings allow it; later by the provider's ID only.
    """
    known = ExternalIdentity.objects.filter(
        issuer=claims.issuer, subject=claims.subject
    )
    identity = known.select_related("user").first()
    if identity is not None:
        return identity.user
    if not claims.email or not claims.is_verified:
        _log.warning("Single sign-on without a verified e-mail address")
        return None
    with transaction.atomic():
        user = _find_by_address(claims.email)
        if user is None and settings.SIGN_IN.creates_users:
            user = _create_user(claims.name, claims.email)
        if user is not None:
            ExternalIdentity.objects.create(
                user=user, issuer=claims.issuer, subject=claims.subject
            )
    return user


def find_or_create_proxy_user(login: str) -> User | None:
    """Return the user whose name or address a trusted proxy sends."""
    user = find_user(login)
    if user is not None or not settings.SIGN_IN.creates_users:
        return user
    is_address = "@" in login
    name = login.partition("@")[0] if is_address else login
    email = login if is_address else f"{login}@localhost"
    try:
        return _create_user(name, email)
    except ValidationError:
        return None


def _find_by_address(email: str) -> User | None:
    users = list(User.objects.filter(email__iexact=email)[:2])
    return users[0] if len(users) == 1 else None


def _create_user(preferred_name: str, email: str) -> User:
    """
    Create a user without a password.

    Raises:
        ValidationError: The name or the address is invalid or taken.
    """
    user = User(username=_find_free_name(preferred_name, email), email=email)
    user.set_unusable_password()
    user.full_clean()
    user.save()
    announce(None, AccountEvent.USER_CREATED, user, _DETAIL)
    return user


def _find_free_name(preferred_name: str, email: str) -> str:
    """Return a name that no user has and that is nobody's address."""
    return next(
        name
        for name in _iter_names(preferred_name, email)
        if not User.objects.filter(username__iexact=name).exists()
    )


def _iter_names(preferred_name: str, email: str) -> Iterator[str]:
    names = (preferred_name.partition("@")[0], email.partition("@")[0])
    cleaned = [_NAME_PATTERN.sub("", name) for name in names]
    first = next(filter(None, cleaned), "user")
    # Room for a number.
    base = User.normalize_username(first)[: _MAX_NAME_LENGTH - 10]
    yield base
    for number in itertools.count(2):
        yield f"{base}{number}"
