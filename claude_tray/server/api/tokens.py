"""POST /api/token/ and /api/token/refresh/: sign in programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import CharField
from rest_framework_simplejwt.serializers import (
    TokenObtainSerializer,
    TokenRefreshSerializer,
)
from rest_framework_simplejwt.tokens import RefreshToken as ProgramToken
from rest_framework_simplejwt.views import (
    TokenObtainPairView,
    TokenRefreshView,
)

from claude_tray.protocol.server_api import (
    AccessToken,
    Credentials,
    RefreshToken,
    TokenPair,
)
from claude_tray.server.accounts.sign_ins import (
    create_access_token,
    find_sign_in,
    get_program_name,
    start_sign_in,
)
from claude_tray.server.api.openapi import describe_endpoint

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.response import Response

    from claude_tray.server.accounts.models import User


class _CredentialsSerializer(TokenObtainSerializer):
    """Check a name and a password, and sign the program in."""

    default_error_messages: ClassVar = {
        "no_active_account": "Incorrect username or password."
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("username", "email"):
            self.fields[name] = CharField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        name = attrs.get("username") or attrs.get("email")
        if not name:
            raise ValidationError({"username": "This field is required."})
        super().validate(attrs | {"username": name})
        request = self.context["request"]
        refresh = start_sign_in(
            cast("User", self.user), get_program_name(request), timezone.now()
        )
        return {"refresh": str(refresh), "access": str(refresh.access_token)}


class _RefreshSerializer(TokenRefreshSerializer):
    """Check a refresh token and its signed-in program."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        refresh = ProgramToken(attrs["refresh"])
        name = get_program_name(self.context["request"])
        program = find_sign_in(refresh, name)
        program.record_use(timezone.now())
        return {"access": create_access_token(refresh, program)}


class TokenView(TokenObtainPairView):
    """Exchange a user name or e-mail and a password for two tokens."""

    serializer_class = _CredentialsSerializer

    @describe_endpoint(
        "token", TokenPair, body_type=Credentials, is_public=True
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().post(request, *args, **kwargs)


class AccessTokenView(TokenRefreshView):
    """Exchange a refresh token for a new access token."""

    serializer_class = _RefreshSerializer

    @describe_endpoint(
        "refresh_token",
        AccessToken,
        body_type=RefreshToken,
        is_public=True,
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().post(request, *args, **kwargs)
