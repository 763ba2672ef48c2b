"""Permissions of users and tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission

from claude_tray.server.accounts.addresses import (
    get_request_address,
    is_in_networks,
    is_local_request,
)
from claude_tray.server.accounts.models import ApiToken, TokenScope, User

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.request import Request
    from rest_framework.views import APIView


def require_user(request: Request | HttpRequest) -> User:
    """
    Return the signed-in user.

    Raises:
        NotAuthenticated: Nobody is signed in; permissions check this first.
    """
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def get_token(request: Request) -> ApiToken | None:
    """Return the token of a request; None in a browser's session."""
    return request.auth if isinstance(request.auth, ApiToken) else None


class IsInteractiveUser(BasePermission):
    """
    Allow browsers and signed-in programs, and tokens of some scopes.

    Subclasses name the scopes.
    """

    scopes: ClassVar[tuple[TokenScope, ...]] = ()
    message = "This token may not do this. Sign in instead."
    code = "token_scope"

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002
        if not isinstance(request.user, User):
            return False
        token = get_token(request)
        if token is None or token.is_interactive or token.scope in self.scopes:
            return True
        self.code = IsInteractiveUser.code
        self.message = (
            f"This token has the scope {token.scope}. "
            f"Sign in{self._format_scopes()} instead."
        )
        return False

    def _format_scopes(self) -> str:
        if not self.scopes:
            return ""
        names = " or ".join(self.scopes)
        return f" or use a token with the scope {names}"


class CanRead(IsInteractiveUser):
    """Allow reading to users and tokens with the scope read."""

    scopes = (TokenScope.READ,)


class CanReadMetrics(IsInteractiveUser):
    """Allow reading to users and tokens with the scope metrics or read."""

    scopes = (TokenScope.METRICS, TokenScope.READ)


class CanSend(IsInteractiveUser):
    """Allow users and tokens with the scope send, from allowed networks."""

    scopes = (TokenScope.SEND,)

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        if _is_from_allowed_network(request):
            return True
        self.message = "This address may not sync with this server."
        self.code = "address"
        return False


class CanRefresh(IsInteractiveUser):
    """Allow any user in a local request, otherwise staff only."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        if can_refresh(request):
            return True
        self.message = (
            "Only staff may refresh a server that other machines can reach."
        )
        self.code = "not_staff"
        return False


def can_refresh(request: Request | HttpRequest) -> bool:
    """Return whether the user may ingest this machine's transcripts."""
    return require_user(request).is_staff or is_local_request(request)


def _is_from_allowed_network(request: Request) -> bool:
    config = settings.ENVIRONMENT
    if not config.sync_networks:
        return True
    return is_in_networks(get_request_address(request), config.sync_networks)
