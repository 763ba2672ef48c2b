"""Create users and tokens, and call the server in this process."""

from __future__ import annotations

import itertools
import json
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone
from rest_framework_simplejwt.tokens import RefreshToken

from claude_tray.server.accounts.api_tokens import create_api_token
from claude_tray.server.accounts.models import TokenScope, User
from tests.support.server_process import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Mapping


APP = "/app/claude-usage/"
_numbers = itertools.count()


def make_user(name: str, *, is_staff: bool = False) -> User:
    """Create a user without data, with PASSWORD."""
    name = f"{name}{next(_numbers)}"
    return User.objects.create(
        username=name,
        email=f"{name}@example.org",
        password=_hash_password(),
        is_staff=is_staff,
    )


def create_access_token(user: User) -> str:
    """Create a token that reads a user's data."""
    return str(RefreshToken.for_user(user).access_token)


def create_device_token(user: User, name: str = "laptop") -> str:
    """Create a token that a machine syncs with."""
    return create_token(user, TokenScope.SEND, name)


def create_token(user: User, scope: TokenScope, name: str = "any") -> str:
    """Create a token of a scope."""
    return create_api_token(user, scope, name, timezone.now())[1]


@cache
def _hash_password() -> str:
    """Hash the password once, because hashing is slow by design."""
    return make_password(PASSWORD)


class ApiResponse(NamedTuple):
    """A response of the application."""

    status: int
    body: Any
    headers: Mapping[str, str]


class ApiClient:
    """Sends requests to the application, with or without a token."""

    def __init__(
        self,
        token: str = "",
        scheme: str = "Bearer ",
        host: str = "localhost",
        *,
        checks_csrf: bool = False,
    ) -> None:
        self.client = Client(checks_csrf, HTTP_HOST=host)
        self.headers = {"Authorization": f"{scheme}{token}"} if token else {}

    def get(self, path: str, **query: object) -> ApiResponse:
        return self._request("GET", path, b"", {}, query)

    def post(
        self,
        path: str,
        body: object = b"",
        **headers: str,
    ) -> ApiResponse:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._request("POST", path, data, headers, {})

    def patch(self, path: str, body: object) -> ApiResponse:
        data = json.dumps(body).encode()
        return self._request("PATCH", path, data, {}, {})

    def request(self, method: str, path: str) -> ApiResponse:
        return self._request(method, path, b"", {}, {})

    def _request(
        self,
        method: str,
        path: str,
        data: bytes,
        headers: dict[str, str],
        query: dict[str, object],
    ) -> ApiResponse:
        header_fields = {k.replace("_", "-"): v for k, v in headers.items()}
        response = self.client.generic(
            method,
            path if path.startswith("/") else APP + path,
            data,
            content_type=header_fields.pop("Content-Type", "application/json"),
            headers=self.headers | header_fields,
            query_params=query,
        )
        is_json = "json" in response.headers.get("Content-Type", "")
        body = json.loads(response.content) if is_json else response.content
        return ApiResponse(response.status_code, body, response.headers)
