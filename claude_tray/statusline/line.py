"""Our own line, from what Claude Code tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.transcripts.payload import (
    limits_of,
    project_of,
    session_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PARTS: Final = ("left", "used", "week", "cost")
_BETWEEN: Final = " \N{MIDDLE DOT} "
_MINUTE_MS: Final = 60_000


def line_of(
    payload: Mapping[str, Any],
    now_ms: int,
    parts: Sequence[str] = PARTS,
) -> str:
    """
    Return one line; what is not known, or over, is left out.

    Args:
        payload: What Claude Code gave.
        now_ms: The present.
        parts: Which figures, in order.
    """
    texts = [_TEXTS[part](payload, now_ms) for part in parts if part in _TEXTS]
    return _BETWEEN.join(filter(None, texts))


def _left(payload: Mapping[str, Any], now_ms: int) -> str:
    _, resets_ms = limits_of(payload).get("five_hour", (0, 0))
    if resets_ms <= now_ms:
        return ""
    # Rounded up: "0m" would say that it is over.
    minutes = -((now_ms - resets_ms) // _MINUTE_MS)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes}m" if hours else f"{minutes}m"


def _used(payload: Mapping[str, Any], now_ms: int) -> str:
    return _percent(payload, "five_hour", now_ms)


def _week(payload: Mapping[str, Any], now_ms: int) -> str:
    percent = _percent(payload, "seven_day", now_ms)
    return f"week {percent}" if percent else ""


def _percent(payload: Mapping[str, Any], name: str, now_ms: int) -> str:
    percent, resets_ms = limits_of(payload).get(name, (0, 0))
    # Rounded down: 99.6 is not yet all.
    return f"{int(percent)}%" if resets_ms > now_ms else ""


def _cost(payload: Mapping[str, Any], _: int) -> str:
    """The session's, as Claude Code reckons it."""
    dollars = session_of(payload, 0).cost_usd
    return "" if dollars is None else f"${dollars:.2f}"


def _model(payload: Mapping[str, Any], _: int) -> str:
    return session_of(payload, 0).model


def _context(payload: Mapping[str, Any], _: int) -> str:
    """How full the model's context is."""
    percent = session_of(payload, 0).context_percent
    return "" if percent is None else f"context {int(percent)}%"


def _project(payload: Mapping[str, Any], _: int) -> str:
    """The last part of the project's folder."""
    path = project_of(payload).rstrip("/\\")
    return path[max(path.rfind("/"), path.rfind("\\")) + 1 :]


_TEXTS: Final[dict[str, Callable[[Mapping[str, Any], int], str]]] = {
    "left": _left,
    "used": _used,
    "week": _week,
    "cost": _cost,
    "model": _model,
    "context": _context,
    "project": _project,
}
