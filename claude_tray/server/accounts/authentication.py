"""Authenticate requests by token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken

from claude_tray.server.accounts.api_tokens import API_TOKEN_CLAIM
from claude_tray.server.accounts.models import ApiToken, User
from claude_tray.server.accounts.sign_ins import (
    TokenProblem,
    build_token_error,
    find_sign_in,
    get_program_name,
)

if TYPE_CHECKING:
    from drf_spectacular.openapi import AutoSchema
    from rest_framework.request import Request


_AUTH_SCHEMES: Final = (b"bearer", b"token")
_BARE_PARTS, _SCHEME_PARTS = 1, 2


class TokenAuthentication(JWTAuthentication):
    """
    Accept `Authorization: Bearer TOKEN`, `Token TOKEN` or the bare token.

    `request.auth` is the token's row in ApiToken.
    """

    def authenticate(  # type: ignore[override] # its row, not the token
        self, request: Request
    ) -> tuple[User, ApiToken] | None:
        header: bytes | None = self.get_header(request)
        if header is None:
            return None
        token = self.get_validated_token(self.get_raw_token(header))
        jti = token.get(API_TOKEN_CLAIM)
        if jti is None:
            row = find_sign_in(token, get_program_name(request))
        else:
            row = _find_api_token(str(jti))
        row.record_use(timezone.now())
        return row.user, row

    def get_raw_token(self, header: bytes) -> bytes:
        parts = header.split()
        if len(parts) == _BARE_PARTS:
            return parts[0]
        if len(parts) == _SCHEME_PARTS and parts[0].lower() in _AUTH_SCHEMES:
            return parts[1]
        detail = "The Authorization header is malformed."
        raise InvalidToken(detail)


def _find_api_token(jti: str) -> ApiToken:
    """Return a token of a machine or program, if it is valid."""
    rows = ApiToken.objects.filter(jti=jti, revoked_at=None)
    # The ID is unique: first() would sort.
    row = next(iter(rows.select_related("user")), None)
    if row is None:
        raise build_token_error(TokenProblem.REVOKED)
    if not row.user.is_active:
        raise build_token_error(TokenProblem.USER_INACTIVE)
    return row


class _TokenSchemaExtension(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # it registers itself
    """Describe the authentication in the API schema."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(
        self,
        auto_schema: AutoSchema,  # noqa: ARG002
    ) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
