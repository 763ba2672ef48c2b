"""What the popup says and draws, as values: all texts are spoken already."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from claude_tray.ui.toolkit.widgets import Button, DisplayStatus


class ChartPoint(NamedTuple):
    """A place on the curve, 0 to 1 both ways, and what it says there."""

    x: float
    y: float
    label: str


class Projection(NamedTuple):
    """
    Where the curve is heading.

    Attributes:
        x: 0 to 1, the end of the window.
        y: 0 to 1, the upper edge.
        label: What stands at its end.
        is_limit: The limit comes first.
    """

    x: float
    y: float
    label: str
    is_limit: bool


class ReferenceLine(NamedTuple):
    """A line across the chart, as a person's usual use."""

    y: float
    label: str


class WindowChart(NamedTuple):
    """
    The window as a picture; all places are 0 to 1.

    Attributes:
        label: What it shows, for those who cannot see it.
        hour_marks: Places and clock times below it.
        curve: What was used so far.
        now: Its end; None while nothing was used.
        projection: Where it is heading.
        limit_label: The name of the upper edge; empty without a limit.
        has_even_pace: Whether an even use is drawn.
        is_limit_near: The limit is reached, or comes before the reset.
        reference_lines: Further lines across it.
        empty_text: What it says instead of a curve.
    """

    label: str
    hour_marks: tuple[tuple[float, str], ...]
    curve: tuple[ChartPoint, ...] = ()
    now: ChartPoint | None = None
    projection: Projection | None = None
    limit_label: str = ""
    has_even_pace: bool = False
    is_limit_near: bool = False
    reference_lines: tuple[ReferenceLine, ...] = ()
    empty_text: str = ""


class Headline(NamedTuple):
    """
    The answer.

    Attributes:
        title: What it is about.
        corner: The plan or the account.
        countdown: The countdown.
        until: Until when.
        status: How it stands.
        pill: The same in a word or two.
        sentence: What it means.
        progress: 0 to 1 while history is read for the first time.
    """

    title: str
    corner: str
    countdown: str
    until: str
    status: DisplayStatus
    pill: str
    sentence: str
    progress: float | None = None


class WeeklyLimitMeter(NamedTuple):
    """
    A weekly limit.

    Attributes:
        name: Of what.
        value: As "21%".
        fraction: 0 to 1.
        elapsed_fraction: The share of the time that is over; None if unknown.
        status: OK, WARNING or CRITICAL.
        reset_text: When, as a day and a time.
        remaining_text: The time until then.
    """

    name: str
    value: str
    fraction: float
    elapsed_fraction: float | None
    status: DisplayStatus
    reset_text: str
    remaining_text: str


class CostTile(NamedTuple):
    """What a stretch of time cost."""

    name: str
    cost: str
    tokens: str


class TokenCostRow(NamedTuple):
    """What a kind of token cost, and its share of it, 0 to 1."""

    name: str
    tokens: str
    cost: str
    fraction: float


class RankingRow(NamedTuple):
    """What a project or a model used; `share` is of the greatest."""

    name: str
    tokens: str
    cost: str
    fraction: float


class DayBar(NamedTuple):
    """
    A day.

    Attributes:
        name: As "Sat, Nov 14".
        cost: In words.
        fraction: Of the dearest day, 0 to 1.
        mark: What stands below it; often nothing.
        is_weekend: Drawn fainter.
    """

    name: str
    cost: str
    fraction: float
    mark: str
    is_weekend: bool


class DailyCosts(NamedTuple):
    """The last 30 days."""

    total: str
    average: str
    bars: tuple[DayBar, ...]


class SyncStatusLine(NamedTuple):
    """
    How forwarding stands.

    Attributes:
        pictogram: A pictogram's name.
        status: OK, IDLE or CRITICAL.
        text: In a few words.
    """

    pictogram: str
    status: DisplayStatus
    text: str


class AccountTab(NamedTuple):
    """An account that can be looked at."""

    name: str
    is_selected: bool


class PopupControls(NamedTuple):
    """
    What can be pressed.

    Attributes:
        tabs: Projects, models, days.
        buttons: At the foot.
        menu: In the menu of the last of them; None for a line between.
    """

    tabs: tuple[Button, ...]
    buttons: tuple[Button, ...]
    menu: tuple[Button | None, ...]


class PopupView(NamedTuple):
    """
    Everything the popup shows.

    Attributes:
        language: Its code.
        is_rtl: Whether it is written from the right.
        sentence: All that matters in one sentence.
        accounts: Two or more, or none.
        headline: The answer.
        chart: The window.
        weekly_limits: Official weekly limits; none where they are not known.
        tiles: Window, today, seven days.
        token_costs_title: What `kinds` is about.
        pace_text: The pace.
        token_costs: By kind of token.
        ranking_title: What projects and models are of.
        projects: The dearest first.
        models: Likewise.
        empty_ranking_text: What is said where there are none.
        daily_costs: The last 30.
        sync: How forwarding stands.
        controls: What can be pressed.
        notes: What must be known of the figures.
    """

    language: str
    is_rtl: bool
    sentence: str
    accounts: tuple[AccountTab, ...]
    headline: Headline
    chart: WindowChart
    weekly_limits: tuple[WeeklyLimitMeter, ...]
    tiles: tuple[CostTile, ...]
    token_costs_title: str
    pace_text: str
    token_costs: tuple[TokenCostRow, ...]
    ranking_title: str
    projects: tuple[RankingRow, ...]
    models: tuple[RankingRow, ...]
    empty_ranking_text: str
    daily_costs: DailyCosts
    sync: SyncStatusLine
    controls: PopupControls
    notes: tuple[str, ...] = ()
