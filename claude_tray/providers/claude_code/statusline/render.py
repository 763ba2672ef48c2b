"""Format our own statusline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.providers.claude_code.statusline_samples import (
    parse_limits,
    parse_project_folder,
    parse_session,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path


DEFAULT_PARTS: Final = ("left", "used", "week", "cost")
_SEPARATOR: Final = " \N{MIDDLE DOT} "
_MINUTE_MS: Final = 60_000


def format_line(
    payload: Mapping[str, Any],
    now_ms: int,
    parts: Sequence[str] = DEFAULT_PARTS,
) -> str:
    """
    Return the line, without unknown values and expired limits.

    Args:
        payload: Claude Code's JSON object.
        now_ms: Current time, in milliseconds since 1970.
        parts: Names of the values, in order.
    """
    texts = [
        _FORMATTERS[part](payload, now_ms)
        for part in parts
        if part in _FORMATTERS
    ]
    return _SEPARATOR.join(filter(None, texts))


def _format_time_left(payload: Mapping[str, Any], now_ms: int) -> str:
    _, resets_ms = parse_limits(payload).get("five_hour", (0, 0))
    if resets_ms <= now_ms:
        return ""
    # Rounded up: "0m" would mean that the window has ended.
    minutes = -((now_ms - resets_ms) // _MINUTE_MS)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes}m" if hours else f"{minutes}m"


def _format_used(payload: Mapping[str, Any], now_ms: int) -> str:
    return _format_percent(payload, "five_hour", now_ms)


def _format_weekly(payload: Mapping[str, Any], now_ms: int) -> str:
    percent = _format_percent(payload, "seven_day", now_ms)
    return f"week {percent}" if percent else ""


def _format_percent(payload: Mapping[str, Any], name: str, now_ms: int) -> str:
    percent, resets_ms = parse_limits(payload).get(name, (0, 0))
    # Rounded down: 99.6 % is not exhausted.
    return f"{int(percent)}%" if resets_ms > now_ms else ""


def _format_cost(payload: Mapping[str, Any], _: int) -> str:
    """Format the session's cost, as Claude Code computes it."""
    cost_usd = parse_session(payload, 0).cost_usd
    return "" if cost_usd is None else f"${cost_usd:.2f}"


def _format_model(payload: Mapping[str, Any], _: int) -> str:
    return parse_session(payload, 0).model


def _format_context(payload: Mapping[str, Any], _: int) -> str:
    """Format the used share of the context window."""
    percent = parse_session(payload, 0).context_percent
    return "" if percent is None else f"context {int(percent)}%"


def _format_project(payload: Mapping[str, Any], _: int) -> str:
    """Return the last part of the project's path."""
    path = parse_project_folder(payload).rstrip("/\\")
    return path[max(path.rfind("/"), path.rfind("\\")) + 1 :]


_FORMATTERS: Final[dict[str, Callable[[Mapping[str, Any], int], str]]] = {
    "left": _format_time_left,
    "used": _format_used,
    "week": _format_weekly,
    "cost": _format_cost,
    "model": _format_model,
    "context": _format_context,
    "project": _format_project,
}


_TABLE_NAME: Final = b"statusline"


def load_parts(settings_path: Path) -> Sequence[str]:
    """
    Return the configured parts, or the defaults if they are invalid.

    Other keys are not validated here: that would cost time at each run.
    """
    try:
        data = settings_path.read_bytes()
    except OSError:
        return DEFAULT_PARTS
    if _TABLE_NAME not in data:
        return DEFAULT_PARTS
    # Late: few users configure them.
    import tomllib

    try:
        parts: Any = tomllib.loads(data.decode())["statusline"]["parts"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return DEFAULT_PARTS
    if isinstance(parts, list) and all(isinstance(p, str) for p in parts):
        return parts
    return DEFAULT_PARTS
