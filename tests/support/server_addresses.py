"""List and request every address of the server that shows usage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from django.urls import URLPattern, URLResolver, get_resolver

from claude_tray.server.usage.models import (
    ClaudeAccount,
    Machine,
    Project,
    Session,
    SessionShare,
)
from tests.server.dashboard.page_client import make_browser
from tests.support.server_api import APP, ApiClient, create_access_token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.server.accounts.models import User


_API_PATHS: Final = (
    *("stats/", "projects/", "machines/", "dashboard/", "timeseries/"),
    *("timeseries/?step=quarter", "timeseries/?step=day"),
)
_PAGES: Final = (
    *("/?days=365", "/projects/", "/sessions/", "/machines/", "/account/"),
)
# Each is as far from UTC as a browser can be, or between quarters.
EXTREME_ZONES: Final = ("Etc/GMT+12", "Pacific/Kiritimati")
ZONES: Final = (
    *(f"Etc/GMT{offset:+d}" for offset in range(-14, 13)),
    *("Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"),
)


def find_broken_addresses(user: User, *zones: str) -> dict[str, int]:
    """
    Request every address that shows a user's usage.

    Returns:
        The status of each address that does not answer 200, by its zone and
        address.
    """
    api = ApiClient(create_access_token(user))
    api.client.raise_request_exception = False
    broken = {
        path: status
        for path in _list_api_paths(user)
        if (
            status := api.client.get(
                path, headers=api.headers, follow=False
            ).status_code
        )
        != 200
    }
    pages = list(_list_pages(user))
    for zone in zones:
        browser = make_browser(user, zone=quote(zone, safe=""))
        browser.raise_request_exception = False
        for path in pages:
            status = browser.get(path).status_code
            if status != 200:
                broken[f"{zone} {path}"] = status
    return broken


def list_plain_addresses() -> Iterator[str]:
    """Yield every address without a variable part."""
    yield from _iter_plain("/", get_resolver().url_patterns)


def _iter_plain(
    prefix: str, patterns: list[URLPattern | URLResolver]
) -> Iterator[str]:
    for pattern in patterns:
        address = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _iter_plain(address, pattern.url_patterns)
        elif "<" not in address and "(" not in address:
            yield address


def _list_api_paths(user: User) -> Iterator[str]:
    yield "/metrics"
    for path in _API_PATHS:
        yield APP + path
    for query in _list_queries(user, "machine", "account", "model"):
        yield f"{APP}stats/?{query}"
    for project in _quote_all(_list_project_names(user)):
        yield f"{APP}projects/{project}/"
        yield f"{APP}projects/{project}/sessions/"
    for session in _quote_all(_list_session_ids(user)):
        yield f"{APP}sessions/{session}/"


def _list_pages(user: User) -> Iterator[str]:
    yield from _PAGES
    for query in _list_queries(user, "machine", "account"):
        yield f"/live/?{query}"
    for project in _quote_all(_list_project_names(user)):
        yield f"/projects/{project}/"
    for session in _quote_all(_list_session_ids(user)):
        yield f"/sessions/{session}/"


def _list_queries(user: User, *fields: str) -> Iterator[str]:
    values = {
        "machine": Machine.objects.filter(user=user).values_list(
            "machine_id", flat=True
        ),
        "account": ClaudeAccount.objects.filter(user=user).values_list(
            "key", flat=True
        ),
        "model": SessionShare.objects.filter(user=user)
        .values_list("model__name", flat=True)
        .distinct(),
    }
    for field in fields:
        for value in values[field]:
            yield urlencode({field: value})


def _list_project_names(user: User) -> list[str]:
    projects = Project.objects.filter(user=user, sessions__last_ms__gt=0)
    return list(projects.values_list("name", flat=True).distinct())


def _list_session_ids(user: User) -> list[str]:
    sessions = Session.objects.filter(user=user, last_ms__gt=0)
    return list(sessions.values_list("session_id", flat=True))


def _quote_all(texts: list[str]) -> Iterator[str]:
    for text in texts:
        yield quote(text, safe="")
