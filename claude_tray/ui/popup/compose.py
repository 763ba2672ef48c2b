"""Define the popup's view and compose it from usage and view context."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.core.cost import UNKNOWN_TOTALS, ZERO_TOTALS
from claude_tray.core.snapshot import AccountSnapshot, Snapshot, SyncPhase
from claude_tray.core.status import AccountStatus, Severity
from claude_tray.presentation import chart, limit_meters, notes, sync_text
from claude_tray.presentation.context import ViewContext, format_plan_name
from claude_tray.presentation.limit_text import SEPARATOR, format_limit_value
from claude_tray.presentation.rows import (
    CostTile,
    DailyCosts,
    RankingRow,
    TokenCostRow,
    build_daily_costs,
    build_model_ranking,
    build_project_ranking,
    build_tile,
    build_token_costs,
)
from claude_tray.presentation.status_text import (
    Headline,
    build_headline,
    describe_status,
    format_pace,
    format_summary_sentence,
)
from claude_tray.store.usage_queries import TIME_BUCKET_MS
from claude_tray.ui.popup.data import ALL_ACCOUNTS, DAY_COUNT
from claude_tray.ui.toolkit.widgets import SHORTCUTS, Button

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from claude_tray.i18n.translator import Translator
    from claude_tray.presentation.chart import WindowChart
    from claude_tray.presentation.limit_meters import LimitMeter
    from claude_tray.presentation.sync_text import SyncStatusLine
    from claude_tray.ui.popup.data import PopupData, StoreSource


class AccountTab(NamedTuple):
    """
    A selectable account, or all of them.

    Attributes:
        key: Name to select it by.
        name: Label.
        is_selected: Whether it is on display.
        status: Selects the color of its dot; None for all accounts.
        value: Share of its main limit, as "88%"; may be empty.
        pill: Its status in one or two words.
    """

    key: str
    name: str
    is_selected: bool
    status: AccountStatus | None = None
    value: str = ""
    pill: str = ""


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
        chart: Usage of the window; None without a 5-hour limit.
        limits: All limits, the worst first; empty if unknown.
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
    chart: WindowChart | None
    limits: tuple[LimitMeter, ...]
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


def build_view(data: PopupData, context: ViewContext) -> PopupView:
    """Build everything the popup shows."""
    gettext, translator = context.translator.gettext, context.translator
    snapshot, usage = data.snapshot, data.breakdown
    header, titles = _build_header(data, context), _build_titles(data, context)
    return PopupView(
        language=translator.language,
        is_rtl=translator.is_rtl,
        sentence=format_summary_sentence(header, context),
        accounts=_build_account_tabs(data, context),
        headline=header,
        chart=None
        if data.is_all
        else chart.build_chart(
            context, usage.buckets, TIME_BUCKET_MS, usage.reports
        ),
        limits=_build_limits(data, context),
        tiles=_build_tiles(data, context),
        token_costs_title=titles.costs,
        pace_text="" if data.is_all else format_pace(context),
        token_costs=build_token_costs(
            usage.cost_breakdown, context, is_known=snapshot.today.is_known
        ),
        ranking_title=titles.ranking,
        projects=build_project_ranking(usage.projects, context),
        models=build_model_ranking(usage.models, context),
        empty_ranking_text=gettext("Nothing used yet"),
        daily_costs=build_daily_costs(
            data.daily_totals,
            data.sum_days(DAY_COUNT)
            if _is_scoped(data)
            else snapshot.last_30_days,
            context,
        ),
        sync=sync_text.build_sync_line(snapshot.sync, context),
        controls=build_controls(snapshot, context),
        notes=notes.build_notes(snapshot, context),
    )


class _Titles(NamedTuple):
    """Headings that name the period of costs and rankings."""

    costs: str
    ranking: str
    tile: str


def _build_titles(data: PopupData, context: ViewContext) -> _Titles:
    gettext = context.translator.gettext
    if _is_of_today(data, context):
        return _Titles(gettext("Cost of today"), gettext("Today"), "")
    if context.window is not None:
        return _Titles(
            gettext("Cost of this window"),
            gettext("In this window"),
            gettext("This window"),
        )
    return _Titles(
        gettext("Cost of the last window"),
        gettext("In the last window"),
        gettext("Last window"),
    )


def _is_of_today(data: PopupData, context: ViewContext) -> bool:
    """Return whether costs are today's, because there is no window."""
    account = context.account
    has_window = account is None or account.has_window or context.window
    return data.is_all or not has_window


def _is_scoped(data: PopupData) -> bool:
    """Return whether sums are those of one of several accounts."""
    is_single = len(data.snapshot.accounts) < 2  # noqa: PLR2004
    return bool(data.daily_totals) and not is_single and not data.is_all


def _build_header(data: PopupData, context: ViewContext) -> Headline:
    headline = build_headline(data.snapshot, context)
    if not data.is_all or context.account is None:
        return headline
    title = SEPARATOR.join((context.account.name, headline.title))
    return headline._replace(title=title)


def _build_limits(
    data: PopupData, context: ViewContext
) -> tuple[LimitMeter, ...]:
    """Build the meters of the account, or of all with their names."""
    if not data.is_all:
        return limit_meters.build_limit_meters(context)
    meters = [
        meter._replace(name=SEPARATOR.join((account.name, meter.name)))
        for account in data.snapshot.accounts
        for meter in limit_meters.build_limit_meters(
            context._replace(account=account)
        )
    ]
    severities = list(Severity)
    meters.sort(key=lambda m: -severities.index(Severity(m.status)))
    return tuple(meters[: limit_meters.MAX_METERS])


def _build_account_tabs(
    data: PopupData, context: ViewContext
) -> tuple[AccountTab, ...]:
    snapshot = data.snapshot
    if len(snapshot.accounts) < 2:  # noqa: PLR2004 - one needs no choice
        return ()
    tabs = [
        _build_account_tab(
            account,
            data,
            context._replace(account=account),
            is_selected=account == context.account and not data.is_all,
        )
        for account in snapshot.accounts
    ]
    name = context.translator.gettext("All")
    return (*tabs, AccountTab(ALL_ACCOUNTS, name, data.is_all))


def _build_account_tab(
    account: AccountSnapshot,
    data: PopupData,
    context: ViewContext,
    *,
    is_selected: bool,
) -> AccountTab:
    assessment = context.assess(data.snapshot)
    limit = assessment.main.limit or assessment.binding
    text = describe_status(data.snapshot, context)
    return AccountTab(
        account.name,
        account.name,
        is_selected,
        text.status,
        format_limit_value(limit, context) if limit else "",
        text.pill,
    )


def _build_tiles(
    data: PopupData, context: ViewContext
) -> tuple[CostTile, ...]:
    gettext, snapshot = context.translator.gettext, data.snapshot
    sums = (snapshot.today, snapshot.last_7_days, snapshot.last_30_days)
    if _is_scoped(data):
        sums = (data.sum_days(1), data.sum_days(7), data.sum_days(DAY_COUNT))
    names = (
        gettext("Today"),
        gettext("Last 7 days"),
        gettext("Last 30 days"),
    )
    tiles = tuple(
        build_tile(name, totals, context)
        for name, totals in zip(names, sums, strict=True)
    )
    if _is_of_today(data, context):
        return tiles
    window = context.window or data.breakdown.window
    unused = ZERO_TOTALS if snapshot.today.is_known else UNKNOWN_TOTALS
    totals = window.totals if window else unused
    title = _build_titles(data, context).tile
    return (build_tile(title, totals, context), *tiles[:2])


def build_controls(snapshot: Snapshot, context: ViewContext) -> PopupControls:
    """Build the tabs, buttons and menu entries."""
    gettext = context.translator.gettext
    is_syncing = snapshot.sync.phase is not SyncPhase.OFF
    sync = (
        (_make_button("sync-now", gettext("Sync now")),) if is_syncing else ()
    )
    return PopupControls(
        tabs=(
            _make_button("tab:projects", gettext("Projects")),
            _make_button("tab:models", gettext("Models")),
            _make_button("tab:days", gettext("30 days")),
        ),
        buttons=(
            _make_button("refresh", gettext("Refresh now")),
            _make_button("dashboard", gettext("Open dashboard")),
            _make_button("settings", gettext("Settings")),
            _make_button("more", gettext("More")),
        ),
        menu=(
            *sync,
            _make_button("page", gettext("Show as web page")),
            _make_button("copy", gettext("Copy summary")),
            _make_button("picture", gettext("Save as picture")),
            _make_button("diagnostics", gettext("Copy diagnostics")),
            None,
            _make_button("about", gettext("About claude-tray")),
            _make_button("quit", gettext("Quit claude-tray")),
        ),
    )


def _make_button(action: str, label: str) -> Button:
    return Button(action, label, SHORTCUTS.get(action, ""))


def format_summary(view: PopupView) -> str:
    """Format the view as lines of text, without project names."""
    lines = [view.sentence]
    lines += [
        " ".join(filter(None, (limit.name, limit.value, limit.end_text)))
        for limit in view.limits
    ]
    lines += [
        f"{tile.name}: {tile.cost}, {tile.tokens}" for tile in view.tiles
    ]
    lines += [f"{row.name}: {row.cost}, {row.tokens}" for row in view.models]
    lines += view.notes
    return "\n".join(lines)


def load_view(
    source: StoreSource,
    translator: Translator,
    now: datetime,
    account_name: str = "",
    zone: tzinfo | None = None,
) -> PopupView:
    """
    Read the store and build the view.

    Args:
        source: The store.
        translator: Language and formats.
        now: Time of the view.
        account_name: Account to show, or ALL_ACCOUNTS; an unknown name
            selects the account that the icon shows.
        zone: Time zone of displayed times; None is the machine's own.
    """
    settings = source.settings
    data = source.load_data(account_name, now, translator.catalog.gettext)
    account_plan = data.account.plan if data.account else ""
    context = ViewContext(
        now,
        data.account,
        zone,
        translator,
        shows_remaining=settings.general_show == "left",
        plan=format_plan_name(settings.limits_plan) or account_plan,
    )
    return build_view(data, context)
