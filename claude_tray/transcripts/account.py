"""
Whose a Claude folder is, and the limits that Claude Code last fetched.

Two keys of `.claude.json` are read, and nothing else of it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from claude_tray.domain.limit import FIVE_HOUR, SEVEN_DAY, Limit
from claude_tray.transcripts.payload import number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAME: Final = ".claude.json"
_USUAL: Final = ".claude"
_NAMES: Final = {
    "five_hour": FIVE_HOUR,
    "seven_day": SEVEN_DAY,
    "seven_day_opus": "Opus",
    "seven_day_sonnet": "Sonnet",
}


class _OauthAccount(msgspec.Struct):
    account_uuid: Any = msgspec.field(default="", name="accountUuid")


class _Cached(msgspec.Struct):
    fetched_ms: Any = msgspec.field(default=0, name="fetchedAtMs")
    account_uuid: Any = msgspec.field(default="", name="accountUuid")
    utilization: Any = None


class _File(msgspec.Struct):
    oauth: _OauthAccount | None = msgspec.field(
        default=None,
        name="oauthAccount",
    )
    cached: _Cached | None = msgspec.field(
        default=None,
        name="cachedUsageUtilization",
    )


class Owner(NamedTuple):
    """
    Whose a folder is.

    Attributes:
        account: Tells the account from others; empty if it is not told.
        limits: What Claude Code fetched last, at whatever time that was.
    """

    account: str = ""
    limits: tuple[Limit, ...] = ()


def owner_of(claude: Path) -> Owner | None:
    """
    Return whose a Claude folder is.

    None says that the file cannot be read just now, or is not there: Claude
    Code may be in the middle of writing it, and what was known before still
    holds.
    """
    try:
        data = _file_of(claude).read_bytes()
    except OSError:
        return None
    return decode(data)


def decode(data: bytes) -> Owner | None:
    """Return whose a file's folder is; None if it is torn."""
    try:
        file = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    account = _text(file.oauth.account_uuid) if file.oauth else ""
    cached = file.cached
    if cached is None or _text(cached.account_uuid) != account:
        return Owner(account)
    told_ms = number(cached.fetched_ms)
    if told_ms is None or not isinstance(cached.utilization, dict):
        return Owner(account)
    limits = _limits(cached.utilization, account, int(told_ms))
    return Owner(account, tuple(limits))


def _file_of(claude: Path) -> Path:
    inside = claude / _NAME
    if claude.name != _USUAL or inside.is_file():
        return inside
    return claude.parent / _NAME


def _limits(
    told: dict[str, Any],
    account: str,
    told_ms: int,
) -> Iterator[Limit]:
    shares = [
        (name, value, "utilization")
        for key, name in _NAMES.items()
        if isinstance(value := told.get(key), dict)
    ]
    further = told.get("limits")
    shares += [
        (name, value, "percent")
        for value in (further if isinstance(further, list) else ())
        if (name := _model_of(value))
    ]
    for name, value, key in shares:
        percent = number(value.get(key))
        resets_ms = _millis(value.get("resets_at"))
        if percent is not None and resets_ms:
            yield Limit(account, name, float(percent), resets_ms, told_ms)


def _model_of(value: object) -> str:
    """Return the model that a weekly limit is of; empty for others."""
    if not isinstance(value, dict) or value.get("kind") != "weekly_scoped":
        return ""
    scope = value.get("scope")
    model = scope.get("model") if isinstance(scope, dict) else None
    return _text(model.get("display_name")) if isinstance(model, dict) else ""


def _millis(value: object) -> int | None:
    try:
        moment = datetime.fromisoformat(_text(value))
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp() * 1000)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
