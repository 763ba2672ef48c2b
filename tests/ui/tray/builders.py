"""Build snapshots and read tray views."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from claude_tray.core.cost import Totals
from claude_tray.core.snapshot import AccountSnapshot, LimitUsage, Snapshot
from claude_tray.core.usage import TokenCounts
from claude_tray.core.windows import ValueSource, Window
from claude_tray.ui.tray.menu_model import ViewOptions
from claude_tray.ui.tray.view_model import build_tray_view
from tests.support.builders import at, nano_usd
from tests.support.limits import join_limits, make_limit_usage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.ui.tray.menu_model import MenuEntry
    from claude_tray.ui.tray.view_model import TrayView


WINDOW_TOTALS = Totals(7, TokenCounts(1_000_000, 400_000, 0, 0, 20_000_000))
WINDOW_PRICED_TOTALS = WINDOW_TOTALS._replace(
    priced_cost=nano_usd(9_420_000_000)
)
TODAY_TOTALS = Totals(
    9, TokenCounts(cache_read=28_100_000), nano_usd(12_400_000_000)
)
WEEK_TOTALS = Totals(
    9, TokenCounts(cache_read=412_000_000), nano_usd(161_830_000_000)
)
WINDOW = Window(
    at("10:00"), at("15:00"), ValueSource.ESTIMATED, None, WINDOW_PRICED_TOTALS
)
# 5 March 2026 is a Thursday.
THURSDAY = at("09:00", 5)


def make_weekly_usage(percent: float, name: str = "seven_day") -> LimitUsage:
    return make_limit_usage(name, percent, THURSDAY, at("12:00"))


def make_usage(percent: float, observed_clock: str = "12:00") -> LimitUsage:
    return make_limit_usage(
        "five_hour",
        percent,
        at("15:00"),
        at(observed_clock),
    )


def make_state(
    window: Window | None = WINDOW, **state: Any
) -> AccountSnapshot:
    return AccountSnapshot(
        "default", "/home/ada/.claude", window, **join_limits(state)
    )


def make_snapshot(window: Window | None = WINDOW, **state: Any) -> Snapshot:
    return Snapshot(
        at("12:13"),
        accounts=(make_state(window, **state),),
        today=TODAY_TOTALS,
        last_7_days=WEEK_TOTALS,
        last_30_days=WEEK_TOTALS,
    )


def build_view(
    snapshot: Snapshot,
    clock: str = "12:13",
    options: ViewOptions | None = None,
) -> TrayView:
    return build_tray_view(snapshot, at(clock), UTC, options or ViewOptions())


def list_labels(entries: Iterable[MenuEntry | None]) -> list[str]:
    return [entry.label if entry else "-" for entry in entries]


def list_info_lines(view: TrayView) -> list[str]:
    """Return the lines between the first two separators."""
    labels = list_labels(view.menu)
    return labels[2 : labels.index("-", 2)]


def find_entry(view: TrayView, label: str) -> MenuEntry:
    for entry in view.menu:
        for inner in (entry, *(entry.entries if entry else ())):
            if inner and inner.label.startswith(label):
                return inner
    raise AssertionError(label)
