"""Build the tray's view model: icon, tooltip and menu of a snapshot."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core import account_choice, limits
from claude_tray.core.status import AccountStatus, MainFigureKind
from claude_tray.i18n.currency import Currency
from claude_tray.presentation import (
    countdown,
    live_text,
    status_lines,
    status_text,
    sync_text,
)
from claude_tray.ui.icon.model import IconModel
from claude_tray.ui.tray.menu import build_menu
from claude_tray.ui.tray.menu_model import MenuEntry, ViewOptions

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from claude_tray.core.cost import Totals
    from claude_tray.core.snapshot import LimitUsage, Snapshot
    from claude_tray.presentation.context import ViewContext


# Windows stores 128 UTF-16 units, the last of which is the terminator.
MAX_TOOLTIP_UNITS: Final = 127
_MINUTE: Final = timedelta(minutes=1)
_NANO_USD_PER_CENT: Final = 10_000_000
IDLE_ICON: Final = IconModel(state="idle")
_ICON_STATES: Final = {AccountStatus.UNKNOWN: "ok"}


class TrayView(NamedTuple):
    """
    Everything that the tray shows.

    Attributes:
        icon: Content of the icon.
        tooltip: As many lines as fit into a tooltip.
        menu: Entries from top to bottom; None is a separator.
        lines: All lines of the tooltip.
    """

    icon: IconModel
    tooltip: str
    menu: tuple[MenuEntry | None, ...]
    lines: tuple[str, ...] = ()


def build_tray_view(
    snapshot: Snapshot,
    now: datetime,
    zone: tzinfo | None = None,
    options: ViewOptions = ViewOptions(),  # noqa: B008 - it is immutable
) -> TrayView:
    """
    Build the view of a snapshot; all parts show the same time.

    Args:
        snapshot: Snapshot to show.
        now: Time of the view; may be later than the snapshot's.
        zone: Time zone of displayed times; None is the machine's own.
        options: Options of the user and the desktop.
    """
    shown = account_choice.choose_account(snapshot, now)
    others = [a for a in snapshot.accounts if a is not shown]
    contexts = [
        options.build_context(account, now, zone)
        for account in (shown, *others)
    ]
    worse = account_choice.find_worse_account(snapshot, shown, now)
    return TrayView(
        _build_icon(snapshot, contexts[0], options)._replace(
            has_badge=worse is not None
        ),
        _fit_tooltip(
            snapshot,
            contexts[0],
            contexts[0]._replace(account=worse) if worse else None,
        ),
        build_menu(snapshot, contexts, options),
        tuple(status_lines.build_status_lines(snapshot, contexts[0])),
    )


def select_panel(options: ViewOptions) -> str:
    """Select the kind of panel to draw the icon for."""
    panel = options.settings.icon_panel
    if panel != "auto":
        return panel
    if options.style.has_template_icons:
        # A template image, which the menu bar colors.
        return "mono"
    if options.is_dark is None:
        return "tile"
    return "dark" if options.is_dark else "light"


def _build_icon(
    snapshot: Snapshot, context: ViewContext, options: ViewOptions
) -> IconModel:
    settings, assessment = options.settings, context.assess(snapshot)
    main, status = assessment.main, assessment.status.color_status
    usage = main.limit.usage if main.limit else None
    week = context.weekly_usage if settings.icon_week_bar else None
    if week == usage:
        # One bar shows it already.
        week = None
    state = _ICON_STATES.get(status, status.value)
    currency = context.translator.locale.money or Currency()
    # Warnings are more important than the animation.
    is_animated = options.phase is not None and state == "ok"
    return IconModel(
        minutes_left=countdown.compute_minutes_left(context),
        used_fraction=_compute_fraction(usage),
        week_fraction=_compute_fraction(week),
        window_minutes=main.period // _MINUTE,
        state="syncing" if is_animated else state,
        phase=(options.phase or 0) if is_animated else 0,
        style=settings.icon_style,
        panel=select_panel(options),
        text_kind=settings.icon_number,
        is_single_color=settings.icon_colour == "single",
        read_fraction=round(snapshot.scan_progress or 0, 1),
        cost_cents=_compute_cents(main.cost, currency)
        if main.kind is MainFigureKind.COST
        else None,
        currency=currency.symbol,
    )


def _compute_fraction(usage: LimitUsage | None) -> float | None:
    if usage is None or usage.percent is None:
        return None
    return limits.round_percent(usage.percent) / 100


def _compute_cents(cost: Totals, currency: Currency) -> int:
    """Convert a cost to hundredths of the currency, rounded down."""
    per_dollar = currency.numerator, currency.denominator
    return (
        cost.priced_cost
        * per_dollar[0]
        // (_NANO_USD_PER_CENT * per_dollar[1])
    )


def _fit_tooltip(
    snapshot: Snapshot, context: ViewContext, worse: ViewContext | None
) -> str:
    """Join as many lines as fit, with the account that is worse off."""
    lines = status_lines.build_tooltip_lines(snapshot, context)
    if worse is not None and worse.account is not None:
        pill = status_text.describe_status(snapshot, worse).pill
        lines[1:1] = [f"{worse.account.name}: {pill}"]
    if snapshot.problem and context.main_figure.deadline is None:
        lines[1:] = [context.translator.gettext("Click for details")]
    count = live_text.format_session_count(
        snapshot.sessions, context.translator
    )
    lines += [count] if count else []
    sync_delay = sync_text.format_sync_delay(snapshot.sync, context)
    if sync_delay and len(lines) > 1:
        lines[-1] = sync_delay
    while len(lines) > 1 and _is_too_long("\n".join(lines)):
        lines.pop()
    text = "\n".join(lines)
    while _is_too_long(text):
        text = text[:-2] + "\N{HORIZONTAL ELLIPSIS}"
    return text


def _is_too_long(text: str) -> bool:
    return len(text.encode("utf-16-le")) > 2 * MAX_TOOLTIP_UNITS
