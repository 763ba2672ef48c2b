"""Format our own statusline."""

from __future__ import annotations

from claude_tray.providers.claude_code.statusline.shown_limits import (
    UNSCOPED_NAMES,
    ShownLimit,
    clean_text,
    parse_number,
)

# As typing's, which takes longer to import than the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_PARTS = ("left", "used", "week", "cost")
_SEPARATOR = " \N{MIDDLE DOT} "
_MINUTE_MS = 60_000
_MINUTES_PER_HOUR = 60
_HOURS_PER_DAY = 24
_FIVE_HOUR = "five_hour"
_SEVEN_DAY = "seven_day"
# From here on, a limit of one model or of money is shown as well. It is
# WARNING_PERCENT of core/status.py, whose import would take too long.
NOTABLE_PERCENT = 75
_FULL_PERCENT = 100
_NANO = 1_000_000_000


def format_line(
    payload: Mapping[str, object],
    now_ms: int,
    parts: tuple[str, ...] | list[str] = DEFAULT_PARTS,
    limits: dict[str, ShownLimit] | None = None,
    currency: str = "",
) -> str:
    """
    Return the line, without unknown values and expired limits.

    Args:
        payload: Claude Code's JSON object.
        now_ms: Current time, in milliseconds since 1970.
        parts: Names of the values, in order.
        limits: Limits by name.
        currency: Currency of costs, as "0.92 EUR"; empty for US dollars.
    """
    current = {
        name: limit
        for name, limit in (limits or {}).items()
        if limit.resets_ms > now_ms
    }
    line = LineInput(payload, current, now_ms, currency)
    texts = [_FORMATTERS[part](line) for part in parts if part in _FORMATTERS]
    return _SEPARATOR.join(filter(None, texts))


class LineInput:
    """
    Values of a line.

    Attributes:
        payload: Claude Code's JSON object.
        limits: Current limits by name.
        now_ms: Current time, in milliseconds since 1970.
        currency: Currency of costs; empty for US dollars.
    """

    def __init__(
        self,
        payload: Mapping[str, object],
        limits: dict[str, ShownLimit],
        now_ms: int,
        currency: str = "",
    ) -> None:
        self.payload = payload
        self.limits = limits
        self.now_ms = now_ms
        self.currency = currency

    def get(self, table: str, name: str) -> object:
        """Return a value of a table of the payload."""
        value = self.payload.get(table)
        return value.get(name) if isinstance(value, dict) else None


def _format_left(line: LineInput) -> str:
    """Format the time until the main figure's reset, as the tray does."""
    week = line.limits.get(_SEVEN_DAY)
    limit = line.limits.get(_FIVE_HOUR) or week
    if week is not None and week.percent >= _FULL_PERCENT:
        limit = week
    if limit is None:
        # Without a 5-hour limit and a week, the tightest limit counts.
        limit = max(
            line.limits.values(), key=lambda other: other.percent, default=None
        )
    return _format_time_left(limit.resets_ms - line.now_ms) if limit else ""


def _format_used(line: LineInput) -> str:
    return _format_percent(line.limits.get(_FIVE_HOUR))


def _format_weekly(line: LineInput) -> str:
    """Format the week, and other limits that are almost used up."""
    percent = _format_percent(line.limits.get(_SEVEN_DAY))
    others = [
        f"{limit.label or name} {_format_percent(limit)}"
        for name, limit in line.limits.items()
        if name not in UNSCOPED_NAMES and limit.percent >= NOTABLE_PERCENT
    ]
    texts = [f"week {percent}", *others] if percent else others
    return _SEPARATOR.join(texts)


def _format_cost(line: LineInput) -> str:
    """Format the session's cost, as Claude Code computes it."""
    cost_usd = parse_number(line.get("cost", "total_cost_usd"))
    if cost_usd is None:
        return ""
    if not line.currency:
        return f"${cost_usd:.2f}"
    # Late: most users keep the US dollar.
    from claude_tray.i18n.translator import load_translator

    translator = load_translator("en", currency=line.currency)
    return translator.format_money(round(cost_usd * _NANO))


def _format_model(line: LineInput) -> str:
    name = clean_text(line.get("model", "display_name"))
    return name or clean_text(line.get("model", "id"))


def _format_context(line: LineInput) -> str:
    """Format the used share of the context window."""
    percent = parse_number(line.get("context_window", "used_percentage"))
    return "" if percent is None else f"context {round_percent(percent)}%"


def _format_project(line: LineInput) -> str:
    """Return the last part of the project's path."""
    folder = clean_text(line.get("workspace", "project_dir"))
    path = (folder or clean_text(line.payload.get("cwd"))).rstrip("/\\")
    return path[max(path.rfind("/"), path.rfind("\\")) + 1 :]


_FORMATTERS = {
    "left": _format_left,
    "used": _format_used,
    "week": _format_weekly,
    "cost": _format_cost,
    "model": _format_model,
    "context": _format_context,
    "project": _format_project,
}


def _format_time_left(left_ms: int) -> str:
    # Rounded up: "0m" would mean that the window has ended.
    minutes = -(-left_ms // _MINUTE_MS)
    hours, minutes = divmod(minutes, _MINUTES_PER_HOUR)
    if hours >= _HOURS_PER_DAY:
        days, hours = divmod(hours, _HOURS_PER_DAY)
        return f"{days}d {hours}h"
    return f"{hours}h {minutes}m" if hours else f"{minutes}m"


def _format_percent(limit: ShownLimit | None) -> str:
    return f"{round_percent(limit.percent)}%" if limit else ""


def round_percent(percent: float) -> int:
    """Round half up, as core/limits.py does for every other surface."""
    return int(percent + 0.5)
