"""Test which descriptions and ID tokens of a provider are accepted."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.exceptions import SuspiciousOperation

from claude_tray.server.sign_in_config import OidcConfig, SignInConfig

if not all(map(find_spec, ("mozilla_django_oidc", "cryptography"))):
    pytest.skip("needs claude-tray[sso]", allow_module_level=True)

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from claude_tray.server.accounts.oidc import (
    OidcBackend,
    load_library_settings,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


CLIENT, SECRET = "claude-tray", "the client's secret " * 3
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def build_jwk(key: rsa.RSAPrivateKey, **more: object) -> dict[str, Any]:
    algorithm = jwt.algorithms.RSAAlgorithm
    return {**algorithm.to_jwk(key.public_key(), as_dict=True), **more}


class DocumentServer(HTTPServer):
    """Serves JSON documents by path; a number is a status."""

    documents: dict[str, Any]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: DocumentServer

    def do_GET(self) -> None:
        document = self.server.documents.get(self.path, 404)
        is_status = isinstance(document, int)
        self.send_response(document if is_status else 200)
        self.end_headers()
        if not is_status:
            self.wfile.write(json.dumps(document).encode())

    def log_message(self, *args: object) -> None:
        """Print nothing."""


@contextmanager
def run_documents() -> Iterator[DocumentServer]:
    server = DocumentServer(("127.0.0.1", 0), _Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[DocumentServer]:
    load_library_settings.cache_clear()
    with run_documents() as server:
        url = server.url
        server.documents = {
            "/.well-known/openid-configuration": {
                "issuer": url,
                "authorization_endpoint": f"{url}/authorize",
                "token_endpoint": f"{url}/token",
                "userinfo_endpoint": f"{url}/userinfo",
                "jwks_uri": f"{url}/jwks",
                "id_token_signing_alg_values_supported": ["none", "RS256"],
            },
            "/jwks": {"keys": [build_jwk(KEY, kid="1", use="sig")]},
        }
        config = OidcConfig(url, CLIENT, SECRET)
        monkeypatch.setattr(settings, "SIGN_IN", SignInConfig(config))
        yield server
    load_library_settings.cache_clear()


def build_claims(provider: DocumentServer, **more: object) -> dict[str, Any]:
    now = int(time.time())
    return {
        "iss": provider.url,
        "aud": CLIENT,
        "sub": "ana",
        "iat": now,
        "exp": now + 300,
        "nonce": "n",
    } | more


def verify(token: str) -> dict[str, Any]:
    backend = OidcBackend()
    super(OidcBackend, backend).__init__()
    claims: dict[str, Any] = backend.verify_token(token, nonce="n")
    return claims


def sign(
    claims: dict[str, Any],
    key: Any = KEY,
    algorithm: str = "RS256",
    **head: Any,
) -> str:
    headers = {"kid": "1"} | head
    return jwt.encode(claims, key, algorithm, headers)


def test_a_valid_token_is_accepted(provider: DocumentServer) -> None:
    claims = build_claims(provider)

    assert verify(sign(claims)) == claims
    assert verify(sign(claims | {"aud": [CLIENT, "x"], "azp": CLIENT}))
    # Its clock is slow, or fast.
    now = int(time.time())
    assert verify(sign(claims | {"iat": now + 40, "exp": now - 40}))


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": None},
        {"aud": [CLIENT, "x"], "azp": "x"},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"sub": None},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": 4_000_000_000, "exp": 4_000_000_300},
        {"nonce": "another"},
        {"nonce": None},
    ],
)
def test_a_token_for_others_is_refused(
    provider: DocumentServer, change: dict[str, Any]
) -> None:
    claims = build_claims(provider) | change
    token = sign({k: v for k, v in claims.items() if v is not None})

    with pytest.raises((jwt.PyJWTError, SuspiciousOperation)):
        verify(token)


def test_a_token_of_another_key_or_algorithm_is_refused(
    provider: DocumentServer,
) -> None:
    claims = build_claims(provider)
    tokens = [
        sign(claims, OTHER_KEY),
        sign(claims, OTHER_KEY, kid="2"),
        sign(claims, "", "none"),
        sign(claims, SECRET, "HS256"),
        sign(claims, KEY, "RS512"),
        "nonsense",
        "",
    ]

    for token in tokens:
        with pytest.raises((jwt.PyJWTError, SuspiciousOperation)):
            verify(token)


def test_keys_are_chosen_by_name_unless_there_is_one(
    provider: DocumentServer,
) -> None:
    token = sign(build_claims(provider), kid="1")
    others = build_jwk(OTHER_KEY, kid="2")
    encryption = build_jwk(OTHER_KEY, kid="3", use="enc")

    for keys in (
        [build_jwk(KEY, kid="1"), others],
        [build_jwk(KEY), encryption],
        [build_jwk(KEY)],
    ):
        provider.documents["/jwks"] = {"keys": keys}
        assert verify(token)
    for keys in ([], [others, build_jwk(KEY)], [encryption]):
        provider.documents["/jwks"] = {"keys": keys}
        with pytest.raises(SuspiciousOperation):
            verify(token)


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "http://evil.example/jwks"},
        {"userinfo_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"id_token_signing_alg_values_supported": ["none", "HS256"]},
        {"id_token_signing_alg_values_supported": None},
    ],
)
def test_an_unsafe_description_is_refused(
    provider: DocumentServer, change: dict[str, Any]
) -> None:
    path = "/.well-known/openid-configuration"
    provider.documents[path] |= change

    with pytest.raises((AttributeError, KeyError, TypeError, ValueError)):
        load_library_settings(provider.url)


def test_a_provider_that_was_down_is_asked_again(
    provider: DocumentServer,
) -> None:
    path = "/.well-known/openid-configuration"
    description = provider.documents[path]
    provider.documents[path] = 503
    with pytest.raises(requests.HTTPError):
        load_library_settings(provider.url)

    provider.documents[path] = description

    assert load_library_settings(provider.url)["issuer"] == provider.url


def test_information_about_another_user_is_refused(
    provider: DocumentServer,
) -> None:
    provider.documents["/userinfo"] = {"sub": "bob", "email": "b@x.org"}
    backend = OidcBackend()
    super(OidcBackend, backend).__init__()

    with pytest.raises(SuspiciousOperation):
        backend.get_or_create_user("a", "i", build_claims(provider))


def test_the_backend_ignores_passwords_without_the_provider(
    provider: DocumentServer,
) -> None:
    provider.documents.clear()
    backend = OidcBackend()

    assert backend.authenticate(None, nonce="n") is None
    assert backend.get_user(-1) is None
