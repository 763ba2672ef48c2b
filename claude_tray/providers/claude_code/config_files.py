"""
Read account, cached limits and retention from Claude Code's own files.

Only three keys of `.claude.json` and one of `settings.json` are decoded. Of API
keys, Claude Code keeps there which ones the user allowed; only their number is
used.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import msgspec

from claude_tray.core.limits import (
    LimitKind,
    LimitSample,
    LimitSource,
    identify_limit,
)
from claude_tray.platform.small_file import read_small_file
from claude_tray.providers.base import AccountInfo
from claude_tray.providers.claude_code.desktop_history import (
    NO_HISTORY,
    load_desktop_history,
    select_organization,
)
from claude_tray.providers.claude_code.limit_values import (
    MAX_LIMITS,
    VALUE_KEYS,
    ReportedLimits,
    collect_limits,
    is_report_time,
    parse_number,
    parse_text,
)
from claude_tray.providers.claude_code.statusline_samples import build_money

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


_CONFIG_FILE: Final = ".claude.json"
_DEFAULT_FOLDER_NAME: Final = ".claude"
# Claude Code keeps its whole history of prompts in the same file.
_MAX_CONFIG_BYTES: Final = 64 << 20
_MAX_PROJECTS: Final = 10_000
_DECODE_ERRORS: Final = (
    msgspec.MsgspecError,
    RecursionError,
    UnicodeDecodeError,
)
_LIST_KEY: Final = "limits"
_EXTRA_USAGE: Final = "extra_usage"
_SPEND: Final = "spend"
_WEEKLY: Final = "weekly"
# As the list names them, and limit messages.
_MODEL_NAMES: Final = {
    name: identify_limit(name).name
    for name in (
        "seven_day_opus",
        "seven_day_sonnet",
        "seven_day_overage_included",
    )
}


class _ConfigFile(msgspec.Struct):
    oauth: Any = msgspec.field(default=None, name="oauthAccount")
    cached: Any = msgspec.field(default=None, name="cachedUsageUtilization")
    api_keys: Any = msgspec.field(default=None, name="customApiKeyResponses")


def load_account(claude_dir: Path) -> AccountInfo | None:
    """
    Return the account of a Claude folder.

    None means that the file is missing or incomplete: Claude Code may be
    writing it, so callers should keep the last known account. If there is
    only a history of Claude Desktop, the account has no name.
    """
    try:
        data = read_small_file(
            _find_config_file(claude_dir), _MAX_CONFIG_BYTES
        )
    except OSError:
        unknown = _add_history(AccountInfo(), b"", claude_dir)
        return unknown if unknown.history else None
    info = parse_account(data)
    return info and _add_history(info, data, claude_dir)


def _add_history(
    info: AccountInfo, data: bytes, claude_dir: Path
) -> AccountInfo:
    """Add what Claude Desktop keeps for the same organization."""
    history = load_desktop_history(claude_dir.parent)
    if history is NO_HISTORY:
        return info
    config = _decode_config(data)
    oauth = _as_table(config.oauth if config else None)
    organization = parse_text(oauth.get("organizationUuid"))
    if not organization and claude_dir.name != _DEFAULT_FOLDER_NAME:
        return info
    return info._replace(
        history=select_organization(history, organization),
        ignored=info.ignored + history.ignored,
    )


def parse_account(data: bytes) -> AccountInfo | None:
    """Return the account in a file; None if the file is incomplete."""
    config = _decode_config(data)
    if config is None:
        return None
    oauth, cached = _as_table(config.oauth), config.cached
    plan = parse_plan(oauth)
    if not oauth and _as_table(config.api_keys).get("approved"):
        # Nobody is signed in, and the user allowed an API key.
        plan = _PLAN_NAMES["api"]
    info = AccountInfo(parse_text(oauth.get("accountUuid")), plan=plan)
    if cached is None:
        return info
    if not isinstance(cached, dict):
        return info._replace(ignored=1)
    if parse_text(cached.get("accountUuid")) != info.account:
        return info
    observed_at_ms = parse_number(cached.get("fetchedAtMs"))
    reported = parse_utilization(cached.get("utilization"))
    if observed_at_ms is None or not is_report_time(observed_at_ms):
        return info._replace(ignored=max(1, len(reported.limits)))
    return info._replace(
        limits=tuple(
            LimitSample(
                info.account,
                limit.name,
                limit.percent,
                limit.resets_ms,
                int(observed_at_ms),
                LimitSource.CACHE,
                money=build_money(limit.money),
            )
            for limit in reported.limits
        ),
        unreadable=reported.unreadable,
        ignored=reported.ignored,
    )


def _decode_config(data: bytes) -> _ConfigFile | None:
    try:
        return msgspec.json.decode(data, type=_ConfigFile)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        pass
    # Numbers that are too large fail there, and here become infinite.
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    return _ConfigFile(
        value.get("oauthAccount"),
        value.get("cachedUsageUtilization"),
        value.get("customApiKeyResponses"),
    )


class _ProjectEntry(msgspec.Struct):
    session: Any = msgspec.field(default=None, name="lastSessionId")
    cost: Any = msgspec.field(default=None, name="lastCost")


class _ConfigWithProjects(msgspec.Struct):
    projects: dict[str, Any] | None = None


def load_last_costs(claude_dir: Path) -> dict[str, int]:
    """Return the cost of each project's last session, in nano-dollars."""
    # Late: only the doctor needs it.
    from claude_tray.providers.claude_code.cost_states import parse_cost

    try:
        data = read_small_file(
            _find_config_file(claude_dir), _MAX_CONFIG_BYTES
        )
        config = msgspec.json.decode(data, type=_ConfigWithProjects)
    except (OSError, *_DECODE_ERRORS):
        return {}
    costs: dict[str, int] = {}
    for value in list((config.projects or {}).values())[:_MAX_PROJECTS]:
        try:
            entry = msgspec.convert(value, _ProjectEntry)
        except _DECODE_ERRORS:
            continue
        cost = parse_cost(entry.cost)
        if isinstance(entry.session, str) and entry.session and cost:
            costs[entry.session] = cost
    return costs


def _find_config_file(claude_dir: Path) -> Path:
    inner_path = claude_dir / _CONFIG_FILE
    if claude_dir.name != _DEFAULT_FOLDER_NAME or inner_path.is_file():
        return inner_path
    return claude_dir.parent / _CONFIG_FILE


def parse_utilization(utilization: object) -> ReportedLimits:
    """
    Return the limits that Claude Code fetched for its own `/usage`.

    Most are entries by name; those of models and surfaces are in a list.
    """
    if utilization is None:
        return ReportedLimits()
    if not isinstance(utilization, dict):
        return ReportedLimits(ignored=1)
    scoped = utilization.get(_LIST_KEY)
    listed = scoped if isinstance(scoped, list) else []
    entries = [
        *_iter_named(utilization),
        *(_name_listed(value) for value in listed[:MAX_LIMITS]),
    ]
    is_list_valid = scoped is None or isinstance(scoped, list)
    count = len(entries) + max(0, len(listed) - MAX_LIMITS)
    reported = collect_limits(entries, count)
    return reported._replace(ignored=reported.ignored + (not is_list_valid))


def _iter_named(utilization: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """Yield the entries that are limits in use."""
    extra_usage = utilization.get(_EXTRA_USAGE)
    has_extra_usage = (
        isinstance(extra_usage, dict)
        and extra_usage.get("is_enabled") is not False
        and extra_usage.get("used_credits") is not None
    )
    for key, value in utilization.items():
        if key == _LIST_KEY or value is None:
            continue
        name = _MODEL_NAMES.get(key, key)
        if not isinstance(value, dict):
            # Of a name that is not known, it is no limit.
            if identify_limit(key).kind is not LimitKind.OTHER:
                yield name, value
        elif _is_limit(key, value, has_extra_usage=has_extra_usage):
            yield name, value


def _is_limit(
    key: str, value: dict[str, Any], *, has_extra_usage: bool
) -> bool:
    if key == _EXTRA_USAGE:
        # Without an amount it is only offered.
        return has_extra_usage
    if key == _SPEND:
        # Else it is the amount of the extra usage in another form.
        return not has_extra_usage and _is_spent(value)
    return any(value.get(name) is not None for name in VALUE_KEYS)


def _is_spent(spend: dict[str, Any]) -> bool:
    """Return whether an amount was used or is limited."""
    used = _as_table(spend.get("used")).get("amount_minor")
    return bool(used) or spend.get("limit") is not None


def _name_listed(value: object) -> tuple[str, object]:
    """Return an entry of the list with a name: its scope or kind."""
    entry = _as_table(value)
    kind, scope = parse_text(entry.get("kind")), _as_table(entry.get("scope"))
    if isinstance(value, dict) and entry.get("percent") is None:
        value = None
    labels = [
        label
        for key in ("model", "surface")
        if (label := _label(scope.get(key)))
    ]
    if not labels:
        return kind, value
    label = " ".join(labels)
    label = label[:1].upper() + label[1:]
    if _WEEKLY in kind or entry.get("group") == _WEEKLY:
        return label, value
    return f"{kind} {label}", value


def _label(value: object) -> str:
    """Return the readable name of a model or surface."""
    if isinstance(value, dict):
        return parse_text(value.get("display_name")) or parse_text(
            value.get("id")
        )
    return parse_text(value)


def parse_plan(oauth: dict[str, Any]) -> str:
    """
    Return the name of the subscription; empty if unknown.

    Examples: organizationType "claude_max" with the tier
    "default_claude_max_20x", which is called Ultra since October 2026.
    """
    kind = parse_text(oauth.get("organizationType")).lower()
    tiers = [
        parse_text(oauth.get(key)).lower()
        for key in (
            "userRateLimitTier",
            "organizationRateLimitTier",
            "seatTier",
        )
    ]
    for text in (kind, *tiers):
        for word, name in _PLAN_NAMES.items():
            if word in text:
                is_ultra = name == "Max" and any("20x" in t for t in tiers)
                return "Ultra" if is_ultra else name
    return ""


_PLAN_NAMES: Final = {
    "enterprise": "Enterprise",
    "team": "Team",
    "ultra": "Ultra",
    "max": "Max",
    "pro": "Pro",
    "free": "Free",
    "api": "API",
    "console": "API",
}


def _as_table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


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
