"""How a snapshot is shown in the tray, as a value."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.window import WINDOW_LENGTH
from claude_tray.tray.action import Action
from claude_tray.words import numbers, times

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from claude_tray.domain.snapshot import ProfileState, Snapshot
    from claude_tray.domain.totals import Totals
    from claude_tray.domain.window import Window

# Windows keeps 128 UTF-16 units, the last of them for the end.
TOOLTIP_UNITS: Final = 127
_NAME: Final = "Claude Code"
_DOT: Final = " \N{MIDDLE DOT} "


class IconState(Enum):
    """What the icon tells beside the time."""

    OK = auto()
    IDLE = auto()
    READING = auto()
    ERROR = auto()


class IconView(NamedTuple):
    """
    What is drawn.

    Attributes:
        state: How it is drawn.
        minutes: Until the reset, begun ones counted; None without a window.
        gone: The share of the window that is over, 0 to 1.
    """

    state: IconState
    minutes: int | None = None
    gone: float = 0.0


class MenuEntry(NamedTuple):
    """One line of the menu; None for a separator stands in its place."""

    label: str
    action: Action


class TrayView(NamedTuple):
    """Everything that the tray shows."""

    icon: IconView
    tooltip: str
    menu: tuple[MenuEntry | None, ...]


def view_of(
    snapshot: Snapshot,
    now: datetime,
    zone: tzinfo | None = None,
) -> TrayView:
    """
    Return how the tray shows a snapshot.

    Args:
        snapshot: What is known.
        now: The moment it is shown at, which may be later.
        zone: Whose clock is shown; None is this machine's.
    """
    window = _open_window(snapshot, now)
    return TrayView(
        _icon(snapshot, window, now),
        _fitting(lines_of(snapshot, now, zone)),
        _menu(snapshot, window, now, zone),
    )


def lines_of(
    snapshot: Snapshot,
    now: datetime,
    zone: tzinfo | None = None,
) -> list[str]:
    """Return what the tooltip says, the weightiest first."""
    name = f"{_NAME} (demo)" if snapshot.is_demo else _NAME
    window = _open_window(snapshot, now)
    today = f"Today {_used(snapshot.today)}"
    until = _reached_until(snapshot, now)
    if until is not None:
        again, span = times.clock(until, zone), times.duration(until - now)
        lines = [
            f"{name}: limit reached",
            f"Works again at {again}, in {span}",
            today,
        ]
    elif window is not None:
        left = times.duration(window.end - now)
        reset = times.clock(window.end, zone)
        lines = [
            f"{name}: {left} left ({reset})",
            *_share(snapshot, zone),
            f"This window {_used(window.totals)}",
            today,
        ]
    elif snapshot.reading is not None:
        share = numbers.percent(snapshot.reading * 100)
        lines = [f"{name}: reading the logs, {share}"]
    else:
        lines = [
            f"{name}: no window open",
            "Your next message starts 5 hours",
            today,
        ]
    if snapshot.problem:
        return [f"{name}: {snapshot.problem}", *lines[window is None :]]
    return lines + _elsewhere(snapshot, zone)


def _menu(
    snapshot: Snapshot,
    window: Window | None,
    now: datetime,
    zone: tzinfo | None,
) -> tuple[MenuEntry | None, ...]:
    lines = lines_of(snapshot, now, zone)
    is_counting = _reached_until(snapshot, now) is None
    if window is not None and is_counting and not snapshot.problem:
        left = times.duration(window.end - now)
        reset = times.clock(window.end, zone)
        lines[0] = f"{left} left{_DOT}resets {reset}"
    told = [line.removeprefix(f"{_NAME}: ") for line in lines]
    return (
        MenuEntry("Show Stats", Action.OPEN_POPUP),
        None,
        *(MenuEntry(line, Action.OPEN_POPUP) for line in told),
        None,
        MenuEntry("Refresh Now", Action.REFRESH),
        MenuEntry("Quit claude-tray", Action.QUIT),
    )


def _icon(
    snapshot: Snapshot,
    window: Window | None,
    now: datetime,
) -> IconView:
    if window is not None:
        left = window.end - now
        return IconView(
            IconState.ERROR if snapshot.problem else IconState.OK,
            -(-left // timedelta(minutes=1)),
            round(1 - left / WINDOW_LENGTH, 2),
        )
    if snapshot.problem:
        return IconView(IconState.ERROR)
    if snapshot.reading is not None:
        return IconView(IconState.READING, gone=round(snapshot.reading, 1))
    return IconView(IconState.IDLE)


def _open_window(snapshot: Snapshot, now: datetime) -> Window | None:
    state: ProfileState | None = snapshot.profile
    window = state.window if state else None
    return window if window and window.is_open(now) else None


def _share(snapshot: Snapshot, zone: tzinfo | None) -> list[str]:
    """Say what Claude Code told of the limits; nothing where it did not."""
    state = snapshot.profile
    if state is None or state.used is None:
        return []
    text = f"Used {numbers.percent(state.used.percent)}"
    pace = state.pace
    if pace and pace.limit_at:
        text += f", limit at about {times.clock(pace.limit_at, zone)}"
    elif pace and pace.percent_at_reset is not None:
        share = numbers.percent(pace.percent_at_reset)
        text += f", at this pace {share}"
    week = next((u for u in state.weekly if u.name == "seven_day"), None)
    if week is None:
        return [text]
    return [text, f"Week {numbers.percent(week.percent)}"]


def _reached_until(snapshot: Snapshot, now: datetime) -> datetime | None:
    state = snapshot.profile
    until = state.limit_reached_until if state else None
    return until if until and until > now else None


def _elsewhere(snapshot: Snapshot, zone: tzinfo | None) -> list[str]:
    state = snapshot.profile
    if state is None or state.started_elsewhere_at is None:
        return []
    start = times.clock(state.started_elsewhere_at, zone)
    return [f"Started elsewhere at {start}"]


def _used(totals: Totals) -> str:
    tokens = numbers.tokens(totals.tokens.total)
    return f"{numbers.cost_of(totals)}, {tokens} tokens"


def _fitting(lines: list[str]) -> str:
    """Return the lines that fit a tooltip; whole ones are left out."""
    while len(lines) > 1 and _units("\n".join(lines)) > TOOLTIP_UNITS:
        lines = lines[:-1]
    text = "\n".join(lines)
    while _units(text) > TOOLTIP_UNITS:
        text = text[:-2] + "\N{HORIZONTAL ELLIPSIS}"
    return text


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
