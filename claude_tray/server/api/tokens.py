"""POST /api/token/ and /api/token/refresh/."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from rest_framework.exceptions import Throttled
from rest_framework.throttling import AnonRateThrottle
from rest_framework_simplejwt.views import (
    TokenObtainPairView,
    TokenRefreshView,
)

from claude_tray.server.accounts.lockout import PERIOD, is_locked
from claude_tray.server.addresses import client_of
from claude_tray.server.api.schema import described
from claude_tray.wire.server_api import (
    AccessToken,
    Credentials,
    RefreshToken,
    TokenPair,
)

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.response import Response


class SignInThrottle(AnonRateThrottle):
    """Signing in has a rate of its own, by address."""

    scope = "sign-in"


class TokenView(TokenObtainPairView):
    """A name and a password for an access and a refresh token."""

    throttle_classes = (SignInThrottle,)

    @described("token", TokenPair, takes=Credentials, is_open=True)
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401
        given = request.data
        name = given.get("username", "") if isinstance(given, dict) else ""
        address = client_of(
            request,
            trusts_proxy=settings.ENVIRONMENT.trusts_proxy,
        )
        if is_locked(str(name), address, timezone.now()):
            told = "Too many wrong passwords; try again later."
            raise Throttled(PERIOD.total_seconds(), told)
        return super().post(request, *args, **kwargs)


class TokenRefreshedView(TokenRefreshView):
    """A refresh token for a new access token."""

    throttle_classes = (SignInThrottle,)

    @described(
        "refresh_token",
        AccessToken,
        takes=RefreshToken,
        is_open=True,
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401
        return super().post(request, *args, **kwargs)
