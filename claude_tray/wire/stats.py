"""The object of GET stats/, which the command line prints, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.domain.price import dollars
from claude_tray.domain.totals import NOTHING
from claude_tray.wire.sums import tokens_of
from claude_tray.wire.timestamps import iso

if TYPE_CHECKING:
    from datetime import datetime

    from claude_tray.domain.snapshot import ProfileState
    from claude_tray.domain.totals import Totals
    from claude_tray.wire.usage_api import Stats

_MINUTE: Final = 60


def stats_of(
    totals: Totals,
    counts: tuple[int, int],
    state: ProfileState,
    moment: datetime,
) -> Stats:
    """Return the object of GET stats/."""
    window = state.window
    tokens, inside = totals.tokens, window.totals if window else NOTHING
    return {
        "total_tokens": tokens.input + tokens.output,
        "total_input_tokens": tokens.input,
        "total_output_tokens": tokens.output,
        "total_cache_creation_tokens": tokens.cache_write,
        "total_cache_read_tokens": tokens.cache_read,
        "total_sessions": counts[0],
        "total_messages": totals.messages,
        "projects": counts[1],
        "current_window_tokens": inside.tokens.input + inside.tokens.output,
        "current_window_start": iso(window.start) if window else None,
        "next_reset_at": iso(window.end) if window else None,
        "time_until_reset_seconds": seconds_left(state, moment),
        "time_until_reset_human": human_time_left(state, moment),
        "is_within_active_window": window is not None,
        "window_details": tokens_of(inside.tokens),
        "total_cost_usd": dollars(totals.cost),
        "window_cost_usd": dollars(inside.cost) if window else None,
        "window_source": window.source.value if window else None,
        "window_rule": window.rule.value if window and window.rule else None,
        "window_state": "provisional" if state.is_provisional else "complete",
        "used_percentage": state.used.percent if state.used else None,
        "as_of": iso(state.last_record_at) if state.last_record_at else None,
    }


def seconds_left(state: ProfileState, moment: datetime) -> int | None:
    """Return the whole seconds to the reset; None without a window."""
    if state.window is None:
        return None
    return int((state.window.end - moment).total_seconds())


def human_time_left(state: ProfileState, moment: datetime) -> str:
    """Return the time to the reset as "2h 0m remaining"."""
    seconds = seconds_left(state, moment)
    if seconds is None:
        return "Limits have reset"
    hours, minutes = divmod(seconds // _MINUTE, _MINUTE)
    if hours:
        return f"{hours}h {minutes}m remaining"
    return f"{minutes}m remaining"
