"""What a request asks for in its query: filters and a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError

from claude_tray.server.accounts.person import person_of
from claude_tray.server.usage.queries.filters import Filters
from claude_tray.wire.rows import CONTROL, millis_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rest_framework.request import Request

LIMIT: Final = 100
_MOST: Final = 1000
_LAST: Final = 10**9
_LONGEST: Final = 255
_TEXTS: Final = ("machine", "account", "model")
_MOMENTS: Final = ("since", "until")


class Page(NamedTuple):
    """Which part of a list."""

    limit: int
    offset: int


def filters_of(request: Request) -> Filters:
    """
    Return what the answer is limited to.

    Raises:
        ValidationError: A value cannot be used; it is named.
    """
    given = request.query_params
    texts = {name: text_of(request, name) for name in _TEXTS}
    since, until = (_moment(name, given) for name in _MOMENTS)
    return Filters(
        person_of(request).pk,
        **texts,
        since_ms=since,
        until_ms=until,
    )


def page_of(request: Request) -> Page:
    """
    Return which part of a list is asked for.

    Raises:
        ValidationError: A number cannot be used; it is named.
    """
    given = request.query_params
    return Page(
        _number("limit", given, LIMIT, _MOST),
        _number("offset", given, 0, _LAST),
    )


def choice_of(
    request: Request,
    name: str,
    choices: Mapping[str, int],
    usual: str,
) -> int:
    """
    Return what a text chooses.

    Raises:
        ValidationError: It is none of the choices.
    """
    text = request.query_params.get(name, usual)
    if text not in choices:
        raise ValidationError({name: f"one of: {', '.join(choices)}"})
    return choices[text]


def text_of(request: Request, name: str) -> str | None:
    """
    Return a text that is asked for; None without one.

    Raises:
        ValidationError: It cannot be used.
    """
    text = request.query_params.get(name)
    if text is not None and (len(text) > _LONGEST or CONTROL.search(text)):
        raise ValidationError({name: "at most 255 printable characters"})
    return text


def _moment(name: str, given: Mapping[str, str]) -> int | None:
    text = given.get(name)
    if text is None:
        return None
    # A plus that was not escaped arrives as a space.
    at_ms = millis_of(text.replace(" ", "+"))
    if at_ms is None:
        raise ValidationError({name: "a time such as 2026-11-24T10:00:00Z"})
    return at_ms


def _number(
    name: str,
    given: Mapping[str, str],
    usual: int,
    most: int,
) -> int:
    text = given.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdecimal()) or int(text) > most:
        raise ValidationError({name: f"a whole number from 0 to {most}"})
    return int(text)


# By quarters of an hour.
STEPS: Final = {"quarter": 1, "hour": 4, "day": 96}
STEP: Final = OpenApiParameter(
    "step",
    {"type": "string", "enum": list(STEPS), "default": "hour"},
    description="How much time a point tells of.",
)
FILTERS: Final = (
    OpenApiParameter("machine", str, description="Only of this machine id."),
    OpenApiParameter("account", str, description="Only of this account."),
    OpenApiParameter("model", str, description="Only of this model."),
    OpenApiParameter(
        "since",
        OpenApiTypes.DATETIME,
        description="From this moment on.",
    ),
    OpenApiParameter(
        "until",
        OpenApiTypes.DATETIME,
        description="Before this moment.",
    ),
)
PAGE: Final = (
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 0, "maximum": _MOST, "default": LIMIT},
        description="How many at most.",
    ),
    OpenApiParameter(
        "offset",
        {"type": "integer", "minimum": 0, "maximum": _LAST, "default": 0},
        description="How many to leave out.",
    ),
)
