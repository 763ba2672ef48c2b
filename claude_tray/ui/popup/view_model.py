"""Define the values that the popup draws; all text is translated."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from claude_tray.presentation.breakdown import TokenCostRow
    from claude_tray.presentation.chart import WindowChart
    from claude_tray.presentation.daily_bars import DailyCosts
    from claude_tray.presentation.headline import Headline
    from claude_tray.presentation.rows import CostTile, RankingRow
    from claude_tray.presentation.sync_text import SyncStatusLine
    from claude_tray.presentation.weekly_limits import WeeklyLimitMeter
    from claude_tray.ui.toolkit.widgets import Button


class AccountTab(NamedTuple):
    """A selectable account."""

    name: str
    is_selected: bool


class PopupControls(NamedTuple):
    """
    Everything that can be pressed.

    Attributes:
        tabs: Projects, models, days.
        buttons: In the footer.
        menu: Entries of the "More" menu; None is a separator.
    """

    tabs: tuple[Button, ...]
    buttons: tuple[Button, ...]
    menu: tuple[Button | None, ...]


class PopupView(NamedTuple):
    """
    Everything the popup shows.

    Attributes:
        language: Language code.
        is_rtl: Whether the language is written from right to left.
        sentence: The headline in one sentence.
        accounts: Two or more, or none.
        headline: Title, countdown and status.
        chart: Usage of the window.
        weekly_limits: Up to two; empty if unknown.
        tiles: This window, today, last 7 days.
        token_costs_title: Heading of `token_costs`.
        pace_text: Tokens per minute and cost per hour; may be empty.
        token_costs: By kind of token.
        ranking_title: Time range of projects and models.
        projects: Most expensive first.
        models: Most expensive first.
        empty_ranking_text: Text shown instead of an empty ranking.
        daily_costs: The last 30 days.
        sync: State of sync.
        controls: Everything that can be pressed.
        notes: Advisories on data quality.
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
