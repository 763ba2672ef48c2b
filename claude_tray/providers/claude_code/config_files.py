"""
Read account, cached limits and retention from Claude Code's own files.

Only two keys of `.claude.json` and one of `settings.json` are decoded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from claude_tray.core.limits import FIVE_HOUR, SEVEN_DAY, LimitSample
from claude_tray.core.time import parse_iso_ms
from claude_tray.platform.small_file import read_small_file
from claude_tray.providers.base import AccountInfo
from claude_tray.providers.claude_code.statusline_samples import parse_number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


_CONFIG_FILE: Final = ".claude.json"
_DEFAULT_FOLDER_NAME: Final = ".claude"
# Claude Code keeps its whole history of prompts in the same file.
_MAX_CONFIG_BYTES: Final = 64 << 20
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


def load_account(claude_dir: Path) -> AccountInfo | None:
    """
    Return the account of a Claude folder.

    None means that the file is missing or incomplete: Claude Code may be
    writing it, so callers should keep the last known account.
    """
    try:
        data = read_small_file(
            _find_config_file(claude_dir), _MAX_CONFIG_BYTES
        )
    except OSError:
        return None
    return parse_account(data)


def parse_account(data: bytes) -> AccountInfo | None:
    """Return the account in a file; None if the file is incomplete."""
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
    """Return the model of a weekly limit; empty for other limits."""
    if not isinstance(value, dict) or value.get("kind") != "weekly_scoped":
        return ""
    scope = value.get("scope")
    model = scope.get("model") if isinstance(scope, dict) else None
    return (
        _as_text(model.get("display_name")) if isinstance(model, dict) else ""
    )


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else ""


# Claude Code's own default.
DEFAULT_CLEANUP_DAYS: Final = 30
# Users write 999999 for "never".
_MAX_CLEANUP_DAYS: Final = 36_500
_SETTINGS_FILE: Final = "settings.json"


class _Settings(msgspec.Struct):
    days: Any = msgspec.field(default=None, name="cleanupPeriodDays")


def load_cleanup_days(claude_dir: Path) -> int | None:
    """
    Return after how many days Claude Code deletes transcripts.

    None means that the settings cannot be read; Claude Code deletes nothing
    then.
    """
    try:
        days = msgspec.json.decode(
            read_small_file(claude_dir / _SETTINGS_FILE, _MAX_CONFIG_BYTES),
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
