"""How a snapshot is shown in the tray, as a value."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.domain.standing import Standing
from claude_tray.drawing.icon_look import Icon
from claude_tray.tray.lines import told_of, tooltip_of
from claude_tray.tray.manner import Manner
from claude_tray.tray.menu import menu_of
from claude_tray.tray.telling import Telling

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from claude_tray.domain.snapshot import Snapshot
    from claude_tray.tray.entry import MenuEntry

_MINUTE: Final = timedelta(minutes=1)
IDLE: Final = Icon(state="idle")
_STATES: Final = {Standing.WEEK_LIMIT: "limit"}


class TrayView(NamedTuple):
    """
    Everything that the tray shows.

    Attributes:
        icon: What is drawn.
        tooltip: Lines, as many as fit.
        menu: From top to bottom.
        lines: What the tooltip says, without its limit.
    """

    icon: Icon
    tooltip: str
    menu: tuple[MenuEntry | None, ...]
    lines: tuple[str, ...] = ()


def view_of(
    snapshot: Snapshot,
    now: datetime,
    zone: tzinfo | None = None,
    manner: Manner = Manner(),  # noqa: B008 - it cannot be changed
) -> TrayView:
    """
    Return how the tray shows a snapshot.

    Args:
        snapshot: What is known.
        now: The moment it is shown at, which may be later.
        zone: Whose clock is shown; None is this machine's.
        manner: How the person wants it.
    """
    tellings = _tellings(snapshot, now, zone, manner)
    return TrayView(
        _icon(tellings[0], manner),
        tooltip_of(tellings[0]),
        menu_of(tellings, manner),
        tuple(told_of(tellings[0])),
    )


def lines_of(
    snapshot: Snapshot,
    now: datetime,
    zone: tzinfo | None = None,
    manner: Manner = Manner(),  # noqa: B008 - it cannot be changed
) -> list[str]:
    """Return what the tooltip says, without its limit."""
    return told_of(_tellings(snapshot, now, zone, manner)[0])


def panel_of(manner: Manner) -> str:
    """Return what the icon is drawn for."""
    chosen = manner.settings.icon_panel
    if chosen != "auto":
        return chosen
    if manner.system == "darwin":
        # A template image: the menu bar colours it.
        return "mono"
    if manner.is_dark is None:
        return "tile"
    return "dark" if manner.is_dark else "light"


def _tellings(
    snapshot: Snapshot,
    now: datetime,
    zone: tzinfo | None,
    manner: Manner,
) -> list[Telling]:
    is_left = manner.settings.general_show == "left"
    return [
        Telling(
            snapshot, state, now, zone, manner.tongue, is_left, manner.system
        )
        for state in snapshot.profiles or (None,)
    ]


def _icon(telling: Telling, manner: Manner) -> Icon:
    chosen, used = manner.settings, None
    if telling.state and telling.state.used and telling.window:
        used = round(telling.state.used.percent / 100, 2)
    week = telling.week if chosen.icon_week_bar else None
    standing = telling.standing
    # What is graver than forwarding is shown instead.
    is_moving = manner.phase is not None and standing is Standing.OK
    return Icon(
        minutes=_minutes(telling),
        used=used,
        week=round(week.percent / 100, 2) if week else None,
        state="syncing"
        if is_moving
        else _STATES.get(standing, standing.value),
        phase=(manner.phase or 0) if is_moving else 0,
        style=chosen.icon_style,
        panel=panel_of(manner),
        number=chosen.icon_number,
        is_single=chosen.icon_colour == "single",
        read=round(telling.snapshot.reading or 0, 1),
    )


def _minutes(telling: Telling) -> int | None:
    refusal, window = telling.refusal, telling.window
    if refusal is not None:
        return -(-(refusal.until - telling.now) // _MINUTE)
    if window is not None:
        return -(-(window.end - telling.now) // _MINUTE)
    return None
