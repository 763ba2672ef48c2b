"""Sign in users whom a trusted proxy has authenticated."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.contrib.auth import login, logout
from django.core.exceptions import PermissionDenied

from claude_tray.server.accounts.addresses import (
    get_peer_address,
    is_in_networks,
)
from claude_tray.server.accounts.external_users import (
    find_or_create_proxy_user,
)
from claude_tray.server.middleware_base import Middleware

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from claude_tray.server.sign_in_config import ProxyConfig


_log = logging.getLogger(__name__)
# Marks a session that a proxy began; it holds the header's value.
_SESSION_KEY: Final = "proxy_user"
_BACKEND: Final = settings.AUTHENTICATION_BACKENDS[0]


class ProxySignInMiddleware(Middleware):
    """
    Sign in the user whom the proxy's header names, for as long as it does.

    Requests with the header from elsewhere are refused: somebody bypasses
    the proxy and forges it.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        """
        Sign the user in or out.

        Raises:
            PermissionDenied: The header comes from elsewhere, or its user
                may not sign in.
        """
        config: ProxyConfig | None = settings.SIGN_IN.proxy
        if config is None:
            return
        value = _decode(request.headers.get(config.header, ""))
        current = request.session.get(_SESSION_KEY)
        if not value:
            if current is not None:
                logout(request)
            return
        if not is_in_networks(get_peer_address(request), config.addresses):
            _log.warning("Refused a proxy's header from another address")
            raise PermissionDenied
        if current != value or not request.user.is_authenticated:
            _sign_in(request, value)


def _sign_in(request: HttpRequest, value: str) -> None:
    user = find_or_create_proxy_user(value)
    if user is None or not user.is_active:
        logout(request)
        raise PermissionDenied
    login(request, user, _BACKEND)
    request.session[_SESSION_KEY] = value


def _decode(value: str) -> str:
    """Decode a header as UTF-8; WSGI passes its bytes as Latin-1."""
    return value.encode("latin-1").decode("utf-8", "replace").strip()
