"""Convert values of the queries to wire types and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import msgspec
from django.utils.functional import Promise
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer

from claude_tray.core.cost import Totals, format_usd
from claude_tray.core.time import format_iso, format_iso_ms, parse_iso_ms
from claude_tray.protocol.usage_api import (
    build_token_counts,
    build_usage_sums,
    build_usage_totals,
)
from claude_tray.protocol.wire_types import CONTROL_CHARS, MAX_TEXT_LENGTH
from claude_tray.server.accounts.permissions import require_user
from claude_tray.server.usage.queries.filters import Filters

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from rest_framework.request import Request

    from claude_tray.protocol import server_api as server_wire
    from claude_tray.protocol import usage_api as wire
    from claude_tray.server.usage.queries.listings import (
        AccountUsage,
        MachineUsage,
        ModelUsage,
        ProjectUsage,
        SessionUsage,
    )
    from claude_tray.server.usage.queries.machines import MachineInfo
    from claude_tray.server.usage.queries.session_records import (
        SessionRecord,
    )


DEFAULT_LIMIT: Final = 100
_MAX_LIMIT: Final = 1000
_MAX_OFFSET: Final = 10**9
_MAX_DIGITS: Final = 20
_TEXT_PARAMETERS: Final = ("machine", "account", "model")
_TIME_PARAMETERS: Final = ("since", "until")


_Shape = TypeVar("_Shape", bound=msgspec.Struct)
_Choice = TypeVar("_Choice")


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
        texts["machine"],
        texts["account"],
        texts["model"],
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


def parse_body(request: Request, shape: type[_Shape]) -> _Shape:
    """
    Convert the decoded JSON body of a request.

    Raises:
        ValidationError: It has another type; the error names the field.
    """
    try:
        return msgspec.convert(request.data, shape)
    except msgspec.ValidationError as error:
        raise ValidationError(
            {"detail": str(error), "code": "invalid"}
        ) from error


def parse_choice(
    request: Request,
    name: str,
    options: Mapping[str, _Choice],
    default: str,
) -> _Choice:
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
        len(text) > MAX_TEXT_LENGTH or CONTROL_CHARS.search(text)
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
    # Converting a long text to a number would take long, or fail.
    is_number = text.isascii() and text.isdecimal()
    if not is_number or len(text) > _MAX_DIGITS or int(text) > maximum:
        raise ValidationError({name: f"a whole number from 0 to {maximum}"})
    return int(text)


def build_text_parameter(name: str, description: str) -> OpenApiParameter:
    """Describe a text as `parse_text` accepts it."""
    return OpenApiParameter(
        name,
        {
            "type": "string",
            "maxLength": MAX_TEXT_LENGTH,
            "pattern": r"^[^\x00-\x1f\x7f]*$",
        },
        description=description,
    )


# Number of 15-minute buckets in a step.
STEP_WIDTHS: Final = {"quarter": 1, "hour": 4, "day": 96}
STEP_PARAMETER: Final = OpenApiParameter(
    "step",
    {"type": "string", "enum": list(STEP_WIDTHS), "default": "hour"},
    description="Length of a step.",
)
ACCOUNT_PARAMETER: Final = build_text_parameter(
    "account", "Only this account; empty for the unknown one."
)
FILTER_PARAMETERS: Final = (
    build_text_parameter("machine", "Only this machine ID."),
    ACCOUNT_PARAMETER,
    build_text_parameter("model", "Only this model."),
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


def serialize_project(usage: ProjectUsage) -> wire.ProjectItem:
    return {
        "name": usage.name,
        "path": usage.path,
        "total_sessions": usage.sessions,
        **build_usage_totals(usage.totals),
        "first_message_at": _format_epoch_ms(usage.first_ms),
        "last_message_at": _format_epoch_ms(usage.last_ms),
    }


def serialize_session(usage: SessionUsage) -> wire.SessionItem:
    return {
        "session_id": usage.session_id,
        "project": usage.project,
        **build_usage_totals(usage.totals),
        "models": list(usage.models),
        "machines": list(usage.machines),
        "first_message_at": _format_epoch_ms(usage.first_ms),
        "last_message_at": _format_epoch_ms(usage.last_ms),
    }


def serialize_message(record: SessionRecord) -> wire.MessageItem:
    """Convert a record; the server does not store its IDs."""
    return {
        "timestamp": format_iso_ms(record.at_ms),
        "message_id": "",
        "request_id": "",
        "model": record.model,
        **build_token_counts(record.tokens),
        "cost_usd": format_usd(record.cost),
    }


def serialize_model(usage: ModelUsage) -> wire.ModelItem:
    return {"model": usage.name, **build_usage_sums(usage.totals)}


def serialize_machine_usage(usage: MachineUsage) -> wire.ProjectMachineItem:
    return {
        "machine_id": usage.machine_id,
        "name": usage.name,
        **build_usage_totals(usage.totals),
    }


def serialize_machine(info: MachineInfo) -> server_wire.MachineState:
    return {
        "machine_id": info.machine_id,
        "name": info.name,
        "version": info.version,
        "last_sync_at": format_timestamp(info.last_sync_at),
        "as_of": format_timestamp(info.as_of),
        "clock_skew_ms": info.clock_skew_ms,
        "is_revoked": info.revoked_at is not None,
    }


def serialize_account(usage: AccountUsage) -> server_wire.AccountItem:
    return {
        "account": usage.key,
        **build_usage_sums(usage.totals),
        "last_message_at": _format_epoch_ms(usage.last_ms),
    }


def serialize_day(date: date, totals: Totals) -> wire.DayItem:
    return {"date": date.isoformat(), **build_usage_sums(totals)}


def serialize_bucket(
    start_ms: int, totals: Totals
) -> server_wire.TimeseriesPoint:
    return {"start": format_iso_ms(start_ms), **build_usage_sums(totals)}


def format_timestamp(at: datetime | None) -> str | None:
    """Format a time in UTC, as "2026-03-01T14:05:00.000Z"; keep None."""
    return None if at is None else format_iso(at)


def _format_epoch_ms(at_ms: int | None) -> str | None:
    return None if at_ms is None else format_iso_ms(at_ms)


class MsgspecJsonRenderer(JSONRenderer):
    """Encode JSON ten times as fast as the standard library."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002
        renderer_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> bytes:
        if data is None:
            return b""
        return msgspec.json.encode(data, enc_hook=_to_plain)


def _to_plain(value: object) -> object:
    """Convert the string and list types of REST framework's errors."""
    if isinstance(value, Promise | str):
        return str(value)
    if isinstance(value, list):
        return list(value)
    return dict(value)  # type: ignore[call-overload]
