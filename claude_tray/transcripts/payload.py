"""What Claude Code pipes to its statusline (docs: "statusline")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.domain.told_session import ToldSession

if TYPE_CHECKING:
    from collections.abc import Mapping

# Nothing that is told is more: of the year 5138, in milliseconds.
_MOST: Final = 10**14
_LATEST: Final = 10**11


def limits_of(payload: Mapping[str, Any]) -> dict[str, tuple[float, int]]:
    """Return the limits that a payload carries, by name."""
    told = payload.get("rate_limits")
    if not isinstance(told, dict):
        return {}
    limits: dict[str, tuple[float, int]] = {}
    for name, value in told.items():
        if not isinstance(value, dict):
            continue
        percent = number(value.get("used_percentage"))
        resets = number(value.get("resets_at"))
        if percent is not None and resets is not None and resets < _LATEST:
            limits[text_of(name)] = (percent, int(resets * 1000))
    return limits


def number(value: object) -> float | None:
    """Return a number that is one; JSON of Python's knows also NaN."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if 0 <= value <= _MOST else None


def claude_folder_of(payload: Mapping[str, Any]) -> str:
    """Return the Claude folder that a payload's transcript lies in."""
    path = text_of(payload.get("transcript_path"))
    for mark in ("/projects/", "\\projects\\"):
        folder, found, _ = path.rpartition(mark)
        if found:
            return folder
    return ""


def session_of(payload: Mapping[str, Any], told_ms: int) -> ToldSession:
    """Return what a payload tells of its session, whose id may be empty."""
    model, cost = _table(payload, "model"), _table(payload, "cost")
    return ToldSession(
        text_of(payload.get("session_id")),
        told_ms,
        text_of(model.get("display_name")) or text_of(model.get("id")),
        text_of(payload.get("cwd")),
        number(cost.get("total_cost_usd")),
        number(_table(payload, "context_window").get("used_percentage")),
    )


def project_of(payload: Mapping[str, Any]) -> str:
    """Return the folder that a payload's session was started in."""
    workspace = _table(payload, "workspace")
    return text_of(workspace.get("project_dir")) or text_of(payload.get("cwd"))


def _table(payload: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = payload.get(name)
    return value if isinstance(value, dict) else {}


def text_of(value: object) -> str:
    """Return a text that can be kept: JSON may have halves of characters."""
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "replace").decode().replace("\0", "")
