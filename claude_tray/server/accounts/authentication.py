"""Authenticate requests by token."""

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

from claude_tray.server.accounts.device_tokens import DEVICE_CLAIM
from claude_tray.server.accounts.models import DeviceToken, User

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from drf_spectacular.openapi import AutoSchema
    from rest_framework_simplejwt.tokens import Token


_AUTH_SCHEMES: Final = (b"bearer", b"token")
# Recording each use would cost every request a transaction.
_LAST_USED_INTERVAL: Final = timedelta(minutes=10)
_BARE_PARTS, _SCHEME_PARTS = 1, 2


class TokenAuthentication(JWTAuthentication):
    """
    Accept `Authorization: Bearer TOKEN`, `Token TOKEN` or the bare token.

    `request.auth` is the token; device tokens have the claim DEVICE_CLAIM.
    """

    def get_raw_token(self, header: bytes) -> bytes | None:
        parts = header.split()
        if len(parts) == _BARE_PARTS:
            return parts[0]
        if len(parts) == _SCHEME_PARTS and parts[0].lower() in _AUTH_SCHEMES:
            return parts[1]
        detail = "The Authorization header is malformed."
        raise InvalidToken(detail)

    def get_user(  # type: ignore[override] # any kind of user may be one
        self,
        validated_token: Token,
    ) -> AbstractBaseUser:
        jti = validated_token.get(DEVICE_CLAIM)
        if jti is None:
            return super().get_user(validated_token)
        user = _find_token_user(str(jti))
        if not user.is_active:
            detail = "This user is disabled."
            raise AuthenticationFailed(detail, "user_inactive")
        return user


def _find_token_user(jti: str) -> User:
    """Return the user of a valid device token."""
    now = timezone.now()
    active_tokens = DeviceToken.objects.filter(jti=jti, revoked_at=None)
    device_token = active_tokens.select_related("user").first()
    if device_token is None:
        detail = {
            "detail": "This device token has been revoked.",
            "code": "token_revoked",
        }
        raise InvalidToken(detail)
    if device_token.last_used_at is None or (
        now - device_token.last_used_at > _LAST_USED_INTERVAL
    ):
        DeviceToken.objects.filter(pk=device_token.pk).update(last_used_at=now)
    return device_token.user


class _TokenSchemaExtension(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # it registers itself
    """Describe the authentication in the API schema."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(
        self,
        auto_schema: AutoSchema,  # noqa: ARG002
    ) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
