"""
Whose a Claude folder is, and the limits that Claude Code last fetched.

Two keys of `.claude.json` are read, and nothing else of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from claude_tray.core.limits import FIVE_HOUR, SEVEN_DAY, LimitSample
from claude_tray.core.time import parse_iso_ms
from claude_tray.providers.claude_code.statusline_samples import parse_number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


_CONFIG_FILE: Final = ".claude.json"
_DEFAULT_FOLDER_NAME: Final = ".claude"
_LIMIT_NAMES: Final = {
    "five_hour": FIVE_HOUR,
    "seven_day": SEVEN_DAY,
    "seven_day_opus": "Opus",
    "seven_day_sonnet": "Sonnet",
}


class _OauthAccount(msgspec.Struct):
    account_uuid: Any = msgspec.field(default="", name="accountUuid")


class _CachedUtilization(msgspec.Struct):
    fetched_ms: Any = msgspec.field(default=0, name="fetchedAtMs")
    account_uuid: Any = msgspec.field(default="", name="accountUuid")
    utilization: Any = None


class _ConfigFile(msgspec.Struct):
    oauth: _OauthAccount | None = msgspec.field(
        default=None,
        name="oauthAccount",
    )
    cached: _CachedUtilization | None = msgspec.field(
        default=None,
        name="cachedUsageUtilization",
    )


class AccountInfo(NamedTuple):
    """
    Whose a folder is.

    Attributes:
        account: Tells the account from others; empty if it is not told.
        limits: What Claude Code fetched last, at whatever time that was.
    """

    account: str = ""
    limits: tuple[LimitSample, ...] = ()


def load_account(claude_dir: Path) -> AccountInfo | None:
    """
    Return whose a Claude folder is.

    None says that the file cannot be read just now, or is not there: Claude
    Code may be in the middle of writing it, and what was known before still
    holds.
    """
    try:
        data = _find_config_file(claude_dir).read_bytes()
    except OSError:
        return None
    return parse_account(data)


def parse_account(data: bytes) -> AccountInfo | None:
    """Return whose a file's folder is; None if it is torn."""
    try:
        config = msgspec.json.decode(data, type=_ConfigFile)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    account = _as_text(config.oauth.account_uuid) if config.oauth else ""
    cached = config.cached
    if cached is None or _as_text(cached.account_uuid) != account:
        return AccountInfo(account)
    observed_at_ms = parse_number(cached.fetched_ms)
    if observed_at_ms is None or not isinstance(cached.utilization, dict):
        return AccountInfo(account)
    limits = _parse_cached_limits(
        cached.utilization, account, int(observed_at_ms)
    )
    return AccountInfo(account, tuple(limits))


def _find_config_file(claude_dir: Path) -> Path:
    inner_path = claude_dir / _CONFIG_FILE
    if claude_dir.name != _DEFAULT_FOLDER_NAME or inner_path.is_file():
        return inner_path
    return claude_dir.parent / _CONFIG_FILE


def _parse_cached_limits(
    utilization: dict[str, Any],
    account: str,
    observed_at_ms: int,
) -> Iterator[LimitSample]:
    entries = [
        (name, value, "utilization")
        for key, name in _LIMIT_NAMES.items()
        if isinstance(value := utilization.get(key), dict)
    ]
    scoped_limits = utilization.get("limits")
    entries += [
        (name, value, "percent")
        for value in (scoped_limits if isinstance(scoped_limits, list) else ())
        if (name := _parse_limit_model(value))
    ]
    for name, value, key in entries:
        percent = parse_number(value.get(key))
        resets_ms = parse_iso_ms(_as_text(value.get("resets_at")))
        if percent is not None and resets_ms:
            yield LimitSample(
                account, name, float(percent), resets_ms, observed_at_ms
            )


def _parse_limit_model(value: object) -> str:
    """Return the model that a weekly limit is of; empty for others."""
    if not isinstance(value, dict) or value.get("kind") != "weekly_scoped":
        return ""
    scope = value.get("scope")
    model = scope.get("model") if isinstance(scope, dict) else None
    return (
        _as_text(model.get("display_name")) if isinstance(model, dict) else ""
    )


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else ""


# What holds where nothing is set.
DEFAULT_CLEANUP_DAYS: Final = 30
# People write 999999 for ever.
_MAX_CLEANUP_DAYS: Final = 36_500
_SETTINGS_FILE: Final = "settings.json"


class _Settings(msgspec.Struct):
    days: Any = msgspec.field(default=None, name="cleanupPeriodDays")


def load_cleanup_days(claude_dir: Path) -> int | None:
    """
    Return after how many days transcripts of a folder are deleted.

    None says that the settings cannot be read: Claude Code deletes nothing
    then.
    """
    try:
        days = msgspec.json.decode(
            (claude_dir / _SETTINGS_FILE).read_bytes(),
            type=_Settings,
        ).days
    except FileNotFoundError:
        return DEFAULT_CLEANUP_DAYS
    except (
        OSError,
        msgspec.MsgspecError,
        RecursionError,
        UnicodeDecodeError,
    ):
        return None
    is_number = isinstance(days, int | float) and not isinstance(days, bool)
    return (
        int(min(days, _MAX_CLEANUP_DAYS))
        if is_number and days >= 1
        else DEFAULT_CLEANUP_DAYS
    )
