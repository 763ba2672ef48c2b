"""How a snapshot is shown in the tray, as a value."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.status import AccountStatus
from claude_tray.ui.icon.model import IconModel
from claude_tray.ui.tray.context import AccountContext, ViewOptions
from claude_tray.ui.tray.menu import build_menu
from claude_tray.ui.tray.tooltip import format_tooltip, status_lines

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from claude_tray.core.snapshot import Snapshot
    from claude_tray.ui.tray.menu_model import MenuEntry


_MINUTE: Final = timedelta(minutes=1)
IDLE_ICON: Final = IconModel(state="idle")
_ICON_STATES: Final = {AccountStatus.WEEK_LIMIT: "limit"}


class TrayView(NamedTuple):
    """
    Everything that the tray shows.

    Attributes:
        icon: What is drawn.
        tooltip: Lines, as many as fit.
        menu: From top to bottom.
        lines: What the tooltip says, without its limit.
    """

    icon: IconModel
    tooltip: str
    menu: tuple[MenuEntry | None, ...]
    lines: tuple[str, ...] = ()


def build_tray_view(
    snapshot: Snapshot,
    now: datetime,
    zone: tzinfo | None = None,
    options: ViewOptions = ViewOptions(),  # noqa: B008 - it cannot be changed
) -> TrayView:
    """
    Return how the tray shows a snapshot.

    Args:
        snapshot: What is known.
        now: The moment it is shown at, which may be later.
        zone: Whose clock is shown; None is this machine's.
        options: How the person wants it.
    """
    contexts = _build_contexts(snapshot, now, zone, options)
    return TrayView(
        _build_icon(contexts[0], options),
        format_tooltip(contexts[0]),
        build_menu(contexts, options),
        tuple(status_lines(contexts[0])),
    )


def format_snapshot_lines(
    snapshot: Snapshot,
    now: datetime,
    zone: tzinfo | None = None,
    options: ViewOptions = ViewOptions(),  # noqa: B008 - it cannot be changed
) -> list[str]:
    """Return what the tooltip says, without its limit."""
    return status_lines(_build_contexts(snapshot, now, zone, options)[0])


def select_panel(options: ViewOptions) -> str:
    """Return what the icon is drawn for."""
    panel = options.settings.icon_panel
    if panel != "auto":
        return panel
    if options.style.has_template_icons:
        # A template image: the menu bar colours it.
        return "mono"
    if options.is_dark is None:
        return "tile"
    return "dark" if options.is_dark else "light"


def _build_contexts(
    snapshot: Snapshot,
    now: datetime,
    zone: tzinfo | None,
    options: ViewOptions,
) -> list[AccountContext]:
    shows_remaining = options.settings.general_show == "left"
    return [
        AccountContext(
            snapshot,
            state,
            now,
            zone,
            options.translator,
            shows_remaining,
            options.style,
        )
        for state in snapshot.accounts or (None,)
    ]


def _build_icon(context: AccountContext, options: ViewOptions) -> IconModel:
    settings, used = options.settings, None
    if context.state and context.state.used and context.window:
        used = round(context.state.used.percent / 100, 2)
    week = context.week if settings.icon_week_bar else None
    status = context.status
    # What is graver than forwarding is shown instead.
    is_animated = options.phase is not None and status is AccountStatus.OK
    return IconModel(
        minutes_left=_compute_minutes_left(context),
        used_fraction=used,
        week_fraction=round(week.percent / 100, 2) if week else None,
        state="syncing"
        if is_animated
        else _ICON_STATES.get(status, status.value),
        phase=(options.phase or 0) if is_animated else 0,
        style=settings.icon_style,
        panel=select_panel(options),
        text_kind=settings.icon_number,
        is_single_color=settings.icon_colour == "single",
        read_fraction=round(context.snapshot.scan_progress or 0, 1),
    )


def _compute_minutes_left(context: AccountContext) -> int | None:
    blocking_limit, window = context.blocking_limit, context.window
    if blocking_limit is not None:
        return -(-(blocking_limit.until - context.now) // _MINUTE)
    if window is not None:
        return -(-(window.end - context.now) // _MINUTE)
    return None
