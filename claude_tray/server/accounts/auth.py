"""Who a token says that a request is from."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import (
    AuthenticationFailed,
    InvalidToken,
)

from claude_tray.server.accounts.models import DeviceToken
from claude_tray.server.accounts.tokens import DEVICE_CLAIM

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from drf_spectacular.openapi import AutoSchema
    from rest_framework_simplejwt.tokens import Token

    from claude_tray.server.accounts.models import User

_KINDS: Final = (b"bearer", b"token")
# Writing down each use would cost every request a transaction.
_USE_NOTED_EVERY: Final = timedelta(minutes=10)
_BARE, _WITH_KIND = 1, 2


class TokenAuthentication(JWTAuthentication):
    """
    `Authorization: Bearer TOKEN`, `Token TOKEN` or the bare token.

    `request.auth` is the token; a device's has the claim DEVICE_CLAIM.
    """

    def get_raw_token(self, header: bytes) -> bytes | None:
        parts = header.split()
        if len(parts) == _BARE:
            return parts[0]
        if len(parts) == _WITH_KIND and parts[0].lower() in _KINDS:
            return parts[1]
        told = "The Authorization header is not understood."
        raise InvalidToken(told)

    def get_user(  # type: ignore[override] # any kind of user may be one
        self,
        validated_token: Token,
    ) -> AbstractBaseUser:
        jti = validated_token.get(DEVICE_CLAIM)
        if jti is None:
            return super().get_user(validated_token)
        user = _owner_of(str(jti))
        if not user.is_active:
            told = "This user may not sign in."
            raise AuthenticationFailed(told, "user_inactive")
        return user


def _owner_of(jti: str) -> User:
    """Return whose a device's token is, which must hold."""
    now = timezone.now()
    valid = DeviceToken.objects.filter(jti=jti, revoked_at=None)
    found = valid.select_related("user").first()
    if found is None:
        told = {
            "detail": "This device token has been revoked.",
            "code": "token_revoked",
        }
        raise InvalidToken(told)
    if found.last_used_at is None or (
        now - found.last_used_at > _USE_NOTED_EVERY
    ):
        DeviceToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return found.user


class _InTheSchema(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # it registers itself
    """How the schema tells of it."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(
        self,
        auto_schema: AutoSchema,  # noqa: ARG002
    ) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
