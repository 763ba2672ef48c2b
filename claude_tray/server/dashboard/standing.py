"""How a window stands: a word, its tone, and a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain import standing as domain
from claude_tray.words.tongue import ENGLISH

if TYPE_CHECKING:
    from claude_tray.domain.snapshot import ProfileState, Used
    from claude_tray.domain.window import Window
    from claude_tray.server.dashboard.viewer import Viewer

# Of the domain's standing: the tone and the word.
_WORDS: Final = {
    domain.Standing.OK: ("ok", "On pace"),
    domain.Standing.WARNING: ("warning", "Too fast"),
    domain.Standing.CRITICAL: ("critical", "Almost out"),
}


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
    window = domain.open_window(state, viewer.now)
    until = domain.stopped_until(state, viewer.now)
    if until is not None:
        again = f"Claude Code works again at {viewer.clock(until)}."
        return Standing("limit", "Limit reached", again)
    if state is None or window is None:
        idle = "No window is open. Your next message starts one."
        return Standing("idle", "Idle", idle)
    used = domain.share_of(state, viewer.now)
    if used is None:
        return Standing("plain", "No limit known", _without(state, window))
    if domain.is_share_old(state, used, viewer.now):
        share = viewer.tongue.percent(used.percent)
        clock = viewer.clock(used.as_of)
        text = f"{share} used as of {clock}; more was used since."
        return Standing("plain", f"As of {clock}", text)
    return _by_share(state, window, used, viewer)


def _by_share(
    state: ProfileState,
    window: Window,
    used: Used,
    viewer: Viewer,
) -> Standing:
    sentence = _projection(state, window, used, viewer)
    if used.percent >= domain.FULL_PERCENT:
        return Standing("limit", "Limit reached", sentence)
    urgency = domain.urgency_of(
        used.percent,
        domain.limit_ahead(state, viewer.now),
        window.end,
        viewer.now,
    )
    return Standing(*_WORDS[urgency], sentence)


def _projection(
    state: ProfileState,
    window: Window,
    used: Used,
    viewer: Viewer,
) -> str:
    tongue = viewer.tongue
    end = domain.limit_ahead(state, viewer.now)
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
