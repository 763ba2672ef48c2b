"""Permissions of users, tokens and addresses."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, ClassVar, Final

from django.conf import settings
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission

from claude_tray.server.accounts.models import ApiToken, TokenScope, User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest
    from rest_framework.request import Request
    from rest_framework.views import APIView

    from claude_tray.server.config import IpNetwork


# The longest IPv6 address with an IPv4 address in it.
_MAX_ADDRESS_LENGTH: Final = 45


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


def get_client_address(
    request: Request | HttpRequest, *, trusts_proxy: bool
) -> str:
    """
    Return the client's address.

    Behind a trusted proxy it is the last of X-Forwarded-For: the client may
    have forged the others.
    """
    if trusts_proxy:
        forwarded = request.headers.get("X-Forwarded-For", "")
        last_hop = forwarded.rpartition(",")[2].strip()
        if last_hop:
            return last_hop
    return str(request.META.get("REMOTE_ADDR", ""))


def get_request_address(request: Request | HttpRequest | None) -> str:
    """Return the client's address by the server's settings; "" without one."""
    if request is None:
        return ""
    trusts_proxy = settings.ENVIRONMENT.trusts_proxy
    address = get_client_address(request, trusts_proxy=trusts_proxy)
    return address[:_MAX_ADDRESS_LENGTH]


def is_in_networks(address: str, networks: Iterable[IpNetwork]) -> bool:
    """Return whether an address belongs to one of the networks."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    mapped_ipv4 = getattr(parsed, "ipv4_mapped", None)
    return any((mapped_ipv4 or parsed) in network for network in networks)


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
    """Allow any user on a loopback-only server, otherwise staff only."""

    message = "Only staff may refresh a server that other machines can reach."
    code = "not_staff"

    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) and can_refresh(
            require_user(request),
        )


def can_refresh(user: User) -> bool:
    """Return whether a user may ingest this machine's transcripts."""
    return bool(settings.ENVIRONMENT.is_loopback or user.is_staff)


def _is_from_allowed_network(request: Request) -> bool:
    config = settings.ENVIRONMENT
    if not config.sync_networks:
        return True
    return is_in_networks(get_request_address(request), config.sync_networks)
