"""
Sign in by an OpenID Connect provider (the extra `sso`).

The library does the authorization code flow with state, nonce and PKCE. It
checks neither issuer nor audience of an ID token, so this module does.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import jwt
import requests
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import (
    OIDCAuthenticationCallbackView,
    OIDCAuthenticationRequestView,
)

from claude_tray.server.accounts.addresses import get_request_network
from claude_tray.server.accounts.external_users import (
    ExternalClaims,
    find_or_create_user,
)
from claude_tray.server.accounts.sign_in_limits import (
    SignInRefusedError,
    count_attempt,
)
from claude_tray.server.sign_in_config import OidcConfig, is_secure_url

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from claude_tray.server.accounts.models import User


_log = logging.getLogger(__name__)
CALLBACK_ROUTE: Final = "oidc-callback"
_TIMEOUT_SECONDS: Final = 10
# Seconds that clocks may differ.
_LEEWAY: Final = 60
_ALGORITHMS: Final = ("RS256", "ES256", "RS384", "ES384", "RS512", "ES512")
# OpenID Connect Discovery 1.0, section 3: names and whether required.
_ENDPOINTS: Final = {
    "OIDC_OP_AUTHORIZATION_ENDPOINT": "authorization_endpoint",
    "OIDC_OP_TOKEN_ENDPOINT": "token_endpoint",
    "OIDC_OP_USER_ENDPOINT": "userinfo_endpoint",
    "OIDC_OP_JWKS_ENDPOINT": "jwks_uri",
}
# What a provider that is down, misconfigured or hostile makes the library
# raise.
_FAILURES: Final = (
    SuspiciousOperation,
    requests.RequestException,
    jwt.PyJWTError,
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
)


def _get_config() -> OidcConfig:
    config = settings.SIGN_IN.oidc
    if config is None:
        summary = "There is no OpenID Connect provider."
        raise ImproperlyConfigured(summary)
    return config


@cache
def load_library_settings(issuer: str) -> dict[str, Any]:
    """
    Return the library's settings, from the provider's own description.

    Raises:
        requests.RequestException: The provider cannot be reached.
        ValueError: Its description is invalid.
    """
    url = issuer.rstrip("/") + "/.well-known/openid-configuration"
    response = requests.get(url, timeout=_TIMEOUT_SECONDS)
    response.raise_for_status()
    description = response.json()
    if description["issuer"].rstrip("/") != issuer.rstrip("/"):
        detail = "The provider has another issuer."
        raise ValueError(detail)
    endpoints = {name: description[key] for name, key in _ENDPOINTS.items()}
    if not all(map(is_secure_url, endpoints.values())):
        detail = "The provider has an endpoint without HTTPS."
        raise ValueError(detail)
    supported = description["id_token_signing_alg_values_supported"]
    algorithms = [name for name in _ALGORITHMS if name in supported]
    if not algorithms:
        detail = "The provider signs ID tokens by no known algorithm."
        raise ValueError(detail)
    methods = description.get("token_endpoint_auth_methods_supported", ())
    return endpoints | {
        "issuer": description["issuer"],
        "OIDC_RP_SIGN_ALGO": algorithms[0],
        "OIDC_TOKEN_USE_BASIC_AUTH": "client_secret_post" not in methods,
    }


class _LibrarySettings:
    """The library's settings, without Django's."""

    @staticmethod
    def get_settings(name: str, *default: Any) -> Any:
        config = _get_config()
        values = load_library_settings(config.issuer) | {
            "OIDC_RP_CLIENT_ID": config.client_id,
            "OIDC_RP_CLIENT_SECRET": config.client_secret,
            "OIDC_RP_SCOPES": "openid email profile",
            "OIDC_USE_PKCE": True,
            "OIDC_TIMEOUT": _TIMEOUT_SECONDS,
            "OIDC_AUTHENTICATION_CALLBACK_URL": CALLBACK_ROUTE,
            "LOGIN_REDIRECT_URL": settings.LOGIN_REDIRECT_URL,
        }
        return values.get(name, *default)


class OidcBackend(_LibrarySettings, OIDCAuthenticationBackend):  # type: ignore[misc] # the library has no types
    """Return the user of an authorization code."""

    # Django creates backends for each request of a user; the library's
    # settings need the provider.
    def __init__(self) -> None:
        pass

    def authenticate(
        self, request: HttpRequest | None, **credentials: Any
    ) -> User | None:
        if request is None or "nonce" not in credentials:
            return None
        super().__init__()
        user: User | None = super().authenticate(request, **credentials)
        return user

    def get_user(self, user_id: int) -> User | None:
        """Return an active user; the library's method returns any."""
        return ModelBackend().get_user(user_id)

    def retrieve_matching_jwk(self, token: str) -> jwt.PyJWK:
        """
        Return the provider's key of a token.

        A provider with one key need not name it (OpenID Connect Core 1.0,
        section 10.1); the library's method requires names.
        """
        response = requests.get(
            self.OIDC_OP_JWKS_ENDPOINT, timeout=_TIMEOUT_SECONDS
        )
        response.raise_for_status()
        keys = [
            key
            for key in response.json()["keys"]
            if key.get("use", "sig") == "sig"
        ]
        key_id = jwt.get_unverified_header(token).get("kid")
        named = [key for key in keys if key.get("kid") == key_id]
        matching = named if key_id is not None and named else keys
        if len(matching) != 1:
            detail = "The provider does not say which key it used."
            raise SuspiciousOperation(detail)
        return jwt.PyJWK(matching[0], self.OIDC_RP_SIGN_ALGO)

    def _verify_jws(self, payload: str, key: Any) -> dict[str, Any]:
        config = _get_config()
        claims: dict[str, Any] = jwt.decode(
            payload,
            key,
            algorithms=[self.OIDC_RP_SIGN_ALGO],
            audience=config.client_id,
            issuer=load_library_settings(config.issuer)["issuer"],
            leeway=_LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
        if claims.get("azp", config.client_id) != config.client_id:
            detail = "The ID token is for another client."
            raise SuspiciousOperation(detail)
        return claims

    def get_or_create_user(
        self, access_token: str, id_token: str, payload: dict[str, Any]
    ) -> User | None:
        info = self.get_userinfo(access_token, id_token, payload)
        # OpenID Connect Core 1.0, section 5.3.2.
        if info["sub"] != payload["sub"]:
            detail = "The provider returned another user."
            raise SuspiciousOperation(detail)
        claims = payload | info
        config, email = _get_config(), str(claims.get("email") or "")
        domain = email.rpartition("@")[2].lower()
        if config.domains and domain not in config.domains:
            _log.warning("Single sign-on of another domain")
            return None
        return find_or_create_user(
            ExternalClaims(
                config.issuer,
                str(payload["sub"]),
                email,
                is_verified=claims.get("email_verified") is True
                or config.trusts_addresses,
                name=str(claims.get("preferred_username") or ""),
            )
        )


class StartView(_LibrarySettings, OIDCAuthenticationRequestView):  # type: ignore[misc]
    """Redirect to the provider."""

    def __init__(self, **options: Any) -> None:
        # As for the backend: the library's needs the provider.
        super(OIDCAuthenticationRequestView, self).__init__(**options)

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            # Each asks the provider, which may be slow.
            count_attempt(get_request_network(request), timezone.now())
        except SignInRefusedError:
            return HttpResponseRedirect(
                f"{reverse('pages:sign-in')}?failed=limit"
            )
        try:
            super().__init__()
            response: HttpResponse = super().get(request)
        except _FAILURES as error:
            return redirect_failure(error)
        return response


class CallbackView(_LibrarySettings, OIDCAuthenticationCallbackView):  # type: ignore[misc]
    """Sign in the user who comes back from the provider."""

    def get(self, request: HttpRequest) -> HttpResponse:
        # Without the library's sign-out: any page could link here.
        if "error" in request.GET:
            return self.login_failure()
        try:
            response: HttpResponse = super().get(request)
        except _FAILURES as error:
            return redirect_failure(error)
        return response

    def login_failure(self) -> HttpResponse:
        return redirect_failure(None)


def redirect_failure(error: Exception | None) -> HttpResponse:
    """Redirect to the sign-in page, which says that it failed."""
    # Only the kind: messages have responses of the provider in them.
    reason = type(error).__name__ if error else "refused"
    _log.warning("Single sign-on failed reason=%s", reason)
    return HttpResponseRedirect(f"{reverse('pages:sign-in')}?failed=sso")
