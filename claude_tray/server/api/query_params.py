"""Parse query parameters: filters and a range of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError

from claude_tray.core.time import parse_iso_ms
from claude_tray.protocol.agent_sync import CONTROL_CHARS
from claude_tray.server.accounts.permissions import require_user
from claude_tray.server.usage.queries.filters import Filters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rest_framework.request import Request


DEFAULT_LIMIT: Final = 100
_MAX_LIMIT: Final = 1000
_MAX_OFFSET: Final = 10**9
_MAX_TEXT_LENGTH: Final = 255
_TEXT_PARAMETERS: Final = ("machine", "account", "model")
_TIME_PARAMETERS: Final = ("since", "until")


class PageRange(NamedTuple):
    """A range of a list."""

    limit: int
    offset: int


def parse_filters(request: Request) -> Filters:
    """
    Parse the filters of a query.

    Raises:
        ValidationError: A value is invalid; the error names it.
    """
    query = request.query_params
    texts = {name: parse_text(request, name) for name in _TEXT_PARAMETERS}
    since, until = (_parse_time(name, query) for name in _TIME_PARAMETERS)
    return Filters(
        require_user(request).pk,
        **texts,
        since_ms=since,
        until_ms=until,
    )


def parse_page_range(request: Request) -> PageRange:
    """
    Parse `limit` and `offset`.

    Raises:
        ValidationError: A number is invalid; the error names it.
    """
    query = request.query_params
    return PageRange(
        _parse_number("limit", query, DEFAULT_LIMIT, _MAX_LIMIT),
        _parse_number("offset", query, 0, _MAX_OFFSET),
    )


def parse_choice(
    request: Request,
    name: str,
    options: Mapping[str, int],
    default: str,
) -> int:
    """
    Parse one of several options and return its value.

    Raises:
        ValidationError: It is none of the options.
    """
    text = request.query_params.get(name, default)
    if text not in options:
        raise ValidationError({name: f"one of: {', '.join(options)}"})
    return options[text]


def parse_text(request: Request, name: str) -> str | None:
    """
    Parse a text; None without one.

    Raises:
        ValidationError: It is too long or has control characters.
    """
    text = request.query_params.get(name)
    if text is not None and (
        len(text) > _MAX_TEXT_LENGTH or CONTROL_CHARS.search(text)
    ):
        raise ValidationError({name: "at most 255 printable characters"})
    return text


def _parse_time(name: str, query: Mapping[str, str]) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    # An unescaped plus of a time zone arrives as a space.
    at_ms = parse_iso_ms(text.replace(" ", "+"))
    if at_ms is None:
        raise ValidationError({name: "a time such as 2026-11-24T10:00:00Z"})
    return at_ms


def _parse_number(
    name: str,
    query: Mapping[str, str],
    default: int,
    maximum: int,
) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal()) or int(text) > maximum:
        raise ValidationError({name: f"a whole number from 0 to {maximum}"})
    return int(text)


# Number of 15-minute buckets in a step.
STEP_WIDTHS: Final = {"quarter": 1, "hour": 4, "day": 96}
STEP_PARAMETER: Final = OpenApiParameter(
    "step",
    {"type": "string", "enum": list(STEP_WIDTHS), "default": "hour"},
    description="Length of a step.",
)
FILTER_PARAMETERS: Final = (
    OpenApiParameter("machine", str, description="Only this machine ID."),
    OpenApiParameter("account", str, description="Only this account."),
    OpenApiParameter("model", str, description="Only this model."),
    OpenApiParameter(
        "since",
        OpenApiTypes.DATETIME,
        description="Start time, inclusive.",
    ),
    OpenApiParameter(
        "until",
        OpenApiTypes.DATETIME,
        description="End time, exclusive.",
    ),
)
PAGE_PARAMETERS: Final = (
    OpenApiParameter(
        "limit",
        {
            "type": "integer",
            "minimum": 0,
            "maximum": _MAX_LIMIT,
            "default": DEFAULT_LIMIT,
        },
        description="Maximum number of items.",
    ),
    OpenApiParameter(
        "offset",
        {
            "type": "integer",
            "minimum": 0,
            "maximum": _MAX_OFFSET,
            "default": 0,
        },
        description="Number of items to skip.",
    ),
)
