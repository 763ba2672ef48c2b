"""How a window stands: a word, its tone, and a sentence."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.words.tongue import ENGLISH

if TYPE_CHECKING:
    from claude_tray.domain.snapshot import ProfileState, Used
    from claude_tray.domain.window import Window
    from claude_tray.server.dashboard.viewer import Viewer

_WARNING_PERCENT: Final = 75.0
_CRITICAL_PERCENT: Final = 90.0
_WHOLE: Final = 100.0
_EARLY: Final = timedelta(minutes=10)
_SOON: Final = timedelta(minutes=30)
_OLD: Final = timedelta(minutes=15)
_LATER: Final = timedelta(minutes=1)


class Standing(NamedTuple):
    """
    How a window stands.

    Attributes:
        tone: ok, warning, critical, limit, plain or idle: colour and sign.
        word: What the pill says.
        sentence: What it means.
    """

    tone: str
    word: str
    sentence: str


def standing_of(state: ProfileState | None, viewer: Viewer) -> Standing:
    """Return how an account stands now."""
    window = open_window(state, viewer.now)
    until = stopped_until(state, viewer.now)
    if until is not None:
        again = f"Claude Code works again at {viewer.clock(until)}."
        return Standing("limit", "Limit reached", again)
    if state is None or window is None:
        idle = "No window is open. Your next message starts one."
        return Standing("idle", "Idle", idle)
    used = told(state, viewer.now)
    if used is None:
        return Standing("plain", "No limit known", _without(state, window))
    if is_stale(state, used, viewer.now):
        share = viewer.tongue.percent(used.percent)
        clock = viewer.clock(used.as_of)
        text = f"{share} used as of {clock}; more was used since."
        return Standing("plain", f"As of {clock}", text)
    return _by_share(state, window, used, viewer)


def open_window(state: ProfileState | None, now: datetime) -> Window | None:
    """Return the window that is open, if one is."""
    window = state.window if state else None
    return window if window and window.is_open(now) else None


def stopped_until(
    state: ProfileState | None,
    now: datetime,
) -> datetime | None:
    """Return when Claude Code works again, while a limit is reached."""
    until = state.limit_reached_until if state else None
    return until if until and until > now else None


def told(state: ProfileState, now: datetime) -> Used | None:
    """Return the share of the 5-hour limit, if it is known and holds."""
    used = state.used
    if used is None or open_window(state, now) is None:
        return None
    return None if used.resets_at and used.resets_at <= now else used


def is_stale(state: ProfileState, used: Used, now: datetime) -> bool:
    """Tell whether more was used since a share was told."""
    if state.last_record_at is None or now - used.as_of <= _OLD:
        return False
    return state.last_record_at - used.as_of > _LATER


def limit_at(state: ProfileState, now: datetime) -> datetime | None:
    """Return when the limit comes, if it does before the reset."""
    end = state.pace.limit_at if state.pace else None
    return end if end and end > now else None


def _by_share(
    state: ProfileState,
    window: Window,
    used: Used,
    viewer: Viewer,
) -> Standing:
    end = limit_at(state, viewer.now)
    sentence = _projection(state, window, used, viewer)
    if used.percent >= _WHOLE:
        return Standing("limit", "Limit reached", sentence)
    is_soon = end is not None and end - viewer.now <= _SOON
    if used.percent >= _CRITICAL_PERCENT or is_soon:
        return Standing("critical", "Almost out", sentence)
    is_early = end is not None and window.end - end > _EARLY
    if used.percent >= _WARNING_PERCENT or is_early:
        return Standing("warning", "Too fast", sentence)
    return Standing("ok", "On pace", sentence)


def _projection(
    state: ProfileState,
    window: Window,
    used: Used,
    viewer: Viewer,
) -> str:
    tongue = viewer.tongue
    end = limit_at(state, viewer.now)
    if end is not None:
        clock, span = viewer.clock(end), tongue.duration(window.end - end)
        return f"At this pace the limit comes at {clock}, {span} too soon."
    if state.pace and state.pace.percent_at_reset is not None:
        share = tongue.percent(state.pace.percent_at_reset)
        return f"At this pace {share} will be used by the reset."
    return f"{tongue.percent(used.percent)} of the 5-hour limit is used."


def _without(state: ProfileState, window: Window) -> str:
    usual = state.pace.usual_tokens if state.pace else None
    if usual is None:
        return "Claude Code has not told how much of the limit is used."
    tokens = window.totals.tokens.input + window.totals.tokens.output
    return (
        f"{ENGLISH.tokens(tokens)} tokens in and out; "
        f"your usual window has {ENGLISH.tokens(usual[0])}."
    )
