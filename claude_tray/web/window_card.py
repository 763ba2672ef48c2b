"""Build the window card: countdown, status, weekly limits and chart."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.core.snapshot import AccountSnapshot, Snapshot
from claude_tray.core.status import AccountStatus
from claude_tray.core.time import to_epoch_ms
from claude_tray.presentation import (
    limit_meters,
    notes,
    reported_curve,
    status_text,
)
from claude_tray.presentation.chart import (
    WindowChart,
    build_window_chart,
    describe_curve,
    format_amount,
)
from claude_tray.presentation.countdown import (
    Countdown,
    build_countdown,
    compute_time_left,
    get_deadline,
)
from claude_tray.presentation.curve import UsageCurve, build_curve

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from claude_tray.core.windows import Window
    from claude_tray.presentation.context import ViewContext
    from claude_tray.web.page_context import PageContext


_HALF_HOUR: Final = timedelta(minutes=30)
_STEP_MS: Final = 60_000
# Other statuses have no color of their own in the style sheet.
_COLORED_STATUSES: Final = (
    AccountStatus.OK,
    AccountStatus.WARNING,
    AccountStatus.CRITICAL,
)


class UsageStep(NamedTuple):
    """Usage of one minute: a `CurveStep`."""

    ends_at: datetime
    totals: Totals

    @property
    def end_ms(self) -> int:
        return to_epoch_ms(self.ends_at)

    @property
    def tokens(self) -> int:
        return self.totals.tokens.input + self.totals.tokens.output

    @property
    def cost(self) -> int:
        return self.totals.priced_cost

    @property
    def unpriced(self) -> int:
        return self.totals.unpriced


class HalfHourRow(NamedTuple):
    """Cumulative usage of a window at the end of a half hour."""

    ends_at: datetime
    totals: Totals
    limit_usage: str


class WindowCard(NamedTuple):
    """
    The card of an account's window.

    Attributes:
        account: Name of the account; empty if there is only one.
        title: Name of what is counted down.
        status: State, pill and sentence.
        countdown: Time left and its end in words.
        time_left: Time until `ends_at`; None without a countdown.
        ends_at: End of the blocking limit or else of the window.
        pace: Tokens per minute and cost per hour; empty when idle.
        notes: Uncertainties of the window.
        limits: Meters of all limits, the worst first.
        chart_json: The chart for charts.js; empty without an open window.
        chart_description: The chart in words.
        rows: The chart as a table.
        has_percentages: The rows have a percentage of the limit.
    """

    account: str
    title: str
    status: status_text.StatusDescription
    countdown: Countdown
    time_left: timedelta | None
    ends_at: datetime | None
    pace: str
    notes: tuple[str, ...]
    limits: tuple[limit_meters.LimitMeter, ...]
    chart_json: str = ""
    chart_description: str = ""
    rows: tuple[HalfHourRow, ...] = ()
    has_percentages: bool = False

    @property
    def seconds_left(self) -> int:
        left = self.time_left
        return int(left / timedelta(seconds=1)) if left else 0


def build_card(
    account: AccountSnapshot | None,
    steps: Sequence[UsageStep],
    context: PageContext,
) -> WindowCard:
    """
    Build the card of an account.

    Args:
        account: State of the account; None before the first sync.
        steps: Usage of its window by minute, oldest first.
        context: Time and formats.
    """
    view = context.build_view(account)
    snapshot = Snapshot(context.now, (account,) if account else ())
    if account is not None:
        snapshot = replace(snapshot, today=account.today)
    is_active = bool(view.pace and view.pace.tokens_per_minute)
    card = WindowCard(
        account=account.name if account else "",
        title=status_text.format_title(view),
        status=status_text.describe_status(snapshot, view),
        countdown=build_countdown(snapshot, view),
        time_left=compute_time_left(view),
        ends_at=get_deadline(view),
        pace=status_text.format_pace(view) if is_active else "",
        notes=notes.build_window_notes(view),
        limits=limit_meters.build_limit_meters(view),
    )
    window = view.window
    if window is None:
        return card
    curve = build_curve(view, window, steps, _STEP_MS)
    if not curve.points:
        # The percentage is known, but no usage: draw a straight line.
        ends = (
            reported_curve.CurvePoint(window.start, 0),
            reported_curve.CurvePoint(view.now, curve.amount),
        )
        curve = curve._replace(points=ends)
    chart = build_window_chart(view, window, curve)
    return card._replace(
        chart_json=_encode_chart(chart, card.status.status.color_status),
        chart_description=describe_curve(view, window, curve),
        rows=_build_half_hour_rows(view, window, curve, steps),
        has_percentages=curve.has_limit,
    )


def _encode_chart(chart: WindowChart, status: AccountStatus) -> str:
    """Encode a chart for charts.js; positions are 0 to 1, upward."""
    fields: dict[str, Any] = {
        "color": status if status in _COLORED_STATUSES else "muted",
        "points": [(round(p.x, 4), round(p.y, 4)) for p in chart.curve],
        "labels": [point.label for point in chart.curve],
        "now": chart.now,
        "projection": chart.projection,
        "limitLabel": chart.limit_label,
        "referenceLines": chart.reference_lines[:1],
        "hours": chart.hour_marks,
    }
    return json.dumps(fields, separators=(",", ":"))


def _build_half_hour_rows(
    view: ViewContext,
    window: Window,
    curve: UsageCurve,
    steps: Sequence[UsageStep],
) -> tuple[HalfHourRow, ...]:
    rows: list[HalfHourRow] = []
    ends_at = window.start
    while ends_at < view.now:
        ends_at = min(ends_at + _HALF_HOUR, view.now)
        totals = ZERO_TOTALS
        for step in steps:
            if step.ends_at <= ends_at:
                totals = totals.plus(step.totals)
        last_point = [p for p in curve.points if p.at <= ends_at][-1]
        amount = format_amount(view, curve, last_point.amount)
        rows.append(HalfHourRow(ends_at, totals, amount))
    return tuple(rows)
