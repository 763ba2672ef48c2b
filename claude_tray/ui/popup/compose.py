"""Define the popup's view and compose it from usage and view context."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core import account_choice, cost, display_names
from claude_tray.core.status import AccountStatus, Severity
from claude_tray.presentation import (
    bill,
    fit,
    help_sheet,
    limit_meters,
    limit_text,
    notes,
    now_row,
    status_text,
    sync_text,
    usage_chart,
    usage_list,
    week_chart,
)
from claude_tray.presentation.banner import Banner, find_banner
from claude_tray.presentation.context import ViewContext, format_plan_name
from claude_tray.presentation.welcome import Welcome, build_welcome
from claude_tray.ui.popup.controls import (
    PopupControls,
    build_controls,
    format_time_range,
)
from claude_tray.ui.popup.selection import ALL_ACCOUNTS, PopupSelection

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime, tzinfo

    from claude_tray.core.snapshot import AccountSnapshot, Snapshot
    from claude_tray.i18n.translator import Translator
    from claude_tray.presentation.receipt import ReceiptView
    from claude_tray.ui.popup.data import PopupData
    from claude_tray.ui.popup.source import StoreSource


_FIRST_MODELS: Final = 4


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


class PopupView(NamedTuple):
    """
    Everything the popup shows.

    Attributes:
        language: Language code.
        is_rtl: Whether the language is written from right to left.
        selection: What is selected.
        sentence: The headline in one sentence.
        accounts: Two or more, or none.
        headline: Title, countdown and status.
        fit: How much work still fits into the window; may be empty.
        headline_tooltip: Rate, and how good earlier forecasts were.
        problem_folder: Folder that cannot be read; empty without a problem.
        chart: Usage of the window or week; None in the view of all accounts.
        limits: All limits, the worst first; empty if unknown.
        sessions: The one that was used in the last minutes, then the latest
            ones that a limit has cut off.
        range_text: Selected part of the chart; empty without one.
        project_text: Project whose sessions are listed; empty without one.
        total: What was used in the period.
        usage: The list.
        banner: What a user can do or should know.
        welcome: Shown in place of all of this while there is no usage.
        help: Keys, while they are shown.
        receipt: What the chart's limit was used for, while it is shown.
        age_text: When limits were updated; empty if unknown.
        sync: State of sync; None if it is off.
        controls: Everything that can be pressed.
        lists: By project, model and kind of token, for pages and summary.
    """

    language: str
    is_rtl: bool
    selection: PopupSelection
    sentence: str
    accounts: tuple[AccountTab, ...]
    headline: status_text.Headline
    fit: str
    headline_tooltip: str
    problem_folder: str
    chart: usage_chart.UsageChart | None
    limits: tuple[limit_meters.LimitMeter, ...]
    sessions: tuple[now_row.NowRow, ...]
    range_text: str
    project_text: str
    total: usage_list.PeriodSum
    usage: usage_list.UsageList
    banner: Banner | None
    welcome: Welcome | None
    help: tuple[help_sheet.KeyHelp, ...]
    receipt: ReceiptView | None
    age_text: str
    sync: sync_text.SyncStatusLine | None
    controls: PopupControls
    lists: tuple[usage_list.UsageList, ...]


def build_view(
    data: PopupData, context: ViewContext, dismissed: Collection[str] = ()
) -> PopupView:
    """
    Build everything the popup shows.

    Args:
        data: Stored data.
        context: Account, time and formats.
        dismissed: Keys of banners that are not shown.
    """
    translator, snapshot = context.translator, data.snapshot
    selection, header = data.selection, _build_header(data, context)
    return PopupView(
        language=translator.language,
        is_rtl=translator.is_rtl,
        selection=selection,
        sentence=status_text.format_summary_sentence(header, context),
        accounts=_build_account_tabs(data, context),
        headline=header,
        fit=fit.build_fit_line(data.fit, context),
        headline_tooltip=_build_headline_tooltip(data, context),
        problem_folder=_find_problem_folder(data, header),
        chart=_build_chart(data, context),
        limits=_build_limits(data, context),
        sessions=_build_sessions(data, context),
        range_text=format_time_range(selection, context),
        project_text=_format_project(data),
        total=usage_list.build_period_sum(
            data.total,
            _list_cost_notes(data, context),
            context,
            data.change_percent,
        ),
        usage=_build_usage_list(data, context),
        banner=find_banner(snapshot, context, data.setup, dismissed),
        welcome=build_welcome(snapshot, context, data.setup),
        help=help_sheet.list_key_help(translator)
        if selection.shows_help
        else (),
        receipt=data.build_receipt(context),
        age_text=status_text.format_usage_age(context),
        sync=sync_text.find_sync_line(snapshot.sync, context),
        controls=build_controls(data, context),
        lists=(
            usage_list.build_project_list(_group(data, "project"), context),
            usage_list.build_model_list(_group(data, "model"), context),
            usage_list.build_kind_list(data.cost_breakdown, context),
        ),
    )


def _group(data: PopupData, field: str) -> list[tuple[str, cost.Totals]]:
    """Sum the usage of the period by a field of its groups."""
    parts = ((getattr(group, field), group.totals) for group in data.groups)
    return list(cost.merge_totals({}, parts).items())


def _build_sessions(
    data: PopupData, context: ViewContext
) -> tuple[now_row.NowRow, ...]:
    count = data.snapshot.sessions
    now = now_row.build_now_row(data.live, context, count, data.branch)
    cut_off = now_row.build_cut_off_rows(data.cut_off, context)
    return (now, *cut_off) if now else cut_off


def _build_header(
    data: PopupData, context: ViewContext
) -> status_text.Headline:
    """Build the headline; the age of the limits is in the footer instead."""
    headline = status_text.build_headline(data.snapshot, context)
    if headline.corner == status_text.format_usage_age(context):
        headline = headline._replace(corner="")
    if not data.is_all or context.account is None:
        return headline
    title = limit_text.SEPARATOR.join((context.account.name, headline.title))
    return headline._replace(title=title)


def _build_headline_tooltip(data: PopupData, context: ViewContext) -> str:
    account = context.account
    lines = [
        "" if data.is_all else status_text.format_pace(context),
        *notes.list_remote_start(context),
        *notes.list_forecast_record(
            account.forecast_record if account else None, context.translator
        ),
    ]
    return "\n".join(filter(None, lines))


def _find_problem_folder(
    data: PopupData, headline: status_text.Headline
) -> str:
    """Return the folder of a problem, to open it."""
    if headline.status is not AccountStatus.ERROR or data.account is None:
        return ""
    return data.account.path


def _build_chart(
    data: PopupData, context: ViewContext
) -> usage_chart.UsageChart | None:
    if data.is_all:
        return None
    if data.selection.chart is usage_chart.ChartKind.WEEK:
        return (
            week_chart.build_week_chart(context, data.week)
            if data.week
            else None
        )
    return usage_chart.build_usage_chart(context, data.window)


def _build_limits(
    data: PopupData, context: ViewContext
) -> tuple[limit_meters.LimitMeter, ...]:
    """Build the meters of the account, or of all with their names."""
    if not data.is_all:
        return limit_meters.build_limit_meters(context)
    meters = [
        meter._replace(
            name=limit_text.SEPARATOR.join((account.name, meter.name))
        )
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
    """Build a tab for each account, the worst one first, and one for all."""
    snapshot = data.snapshot
    if len(snapshot.accounts) < 2:  # noqa: PLR2004 - one needs no choice
        return ()
    tabs = [
        _build_account_tab(
            account,
            snapshot,
            context._replace(account=account),
            is_selected=account == context.account and not data.is_all,
        )
        for account in account_choice.rank_accounts(snapshot, context.now)
    ]
    name = context.translator.gettext("All")
    return (*tabs, AccountTab(ALL_ACCOUNTS, name, data.is_all))


def _build_account_tab(
    account: AccountSnapshot,
    snapshot: Snapshot,
    context: ViewContext,
    *,
    is_selected: bool,
) -> AccountTab:
    assessment = context.assess(snapshot)
    limit = assessment.main.limit or assessment.binding
    text = status_text.describe_status(snapshot, context)
    return AccountTab(
        account.name,
        account.name,
        is_selected,
        text.status,
        limit_text.format_limit_value(limit, context) if limit else "",
        text.pill,
    )


def _format_project(data: PopupData) -> str:
    path = data.selection.project
    return (
        "" if path is None else display_names.build_unique_labels([path])[path]
    )


def _list_cost_notes(data: PopupData, context: ViewContext) -> list[str]:
    """Say what the cost of the period contains, and what it lacks."""
    translator, total = context.translator, data.total
    lines = bill.list_other_requests(total, translator)
    if data.snapshot.pending_cost:
        cost = data.snapshot.pending_cost
        lines.append(bill.format_pending_cost(cost, translator))
    return lines + notes.list_lower_bounds(data.snapshot, total, translator)


def _build_usage_list(
    data: PopupData, context: ViewContext
) -> usage_list.UsageList:
    grouping = data.selection.grouping
    if grouping is usage_list.Grouping.PROJECT:
        usage = usage_list.build_project_list(_group(data, "project"), context)
    elif grouping is usage_list.Grouping.MODEL:
        usage = usage_list.build_model_list(_group(data, "model"), context)
    elif grouping is usage_list.Grouping.SESSION:
        usage = usage_list.build_session_list(
            data.sessions, data.total, context
        )
    elif grouping is usage_list.Grouping.KIND:
        usage = usage_list.build_kind_list(data.cost_breakdown, context)
    else:
        listed = cost.sum_totals(totals for _, totals in data.days)
        earlier = data.total.minus(listed)
        usage = usage_list.build_day_list(data.days, earlier, context)
    search = data.selection.search
    return usage.filter_rows(search) if search else usage


def format_summary(view: PopupView) -> str:
    """Format the view as lines of text, without project names."""
    lines = [view.sentence]
    lines += [
        " ".join(filter(None, (limit.name, limit.value, limit.end_text)))
        for limit in view.limits
    ]
    period = view.range_text or view.controls.period_name
    lines.append(f"{period}: {view.total.cost}, {view.total.tokens}")
    lines += [
        f"{row.name}: {row.cost}, {row.tokens}"
        for usage in view.lists
        if usage.grouping is usage_list.Grouping.MODEL
        for row in usage.rows[:_FIRST_MODELS]
    ]
    return "\n".join(lines)


def build_context(
    data: PopupData,
    source: StoreSource,
    translator: Translator,
    now: datetime,
    zone: tzinfo | None = None,
) -> ViewContext:
    """Build the context of a view from settings and account."""
    settings = source.settings
    account_plan = data.account.plan if data.account else ""
    return ViewContext(
        now,
        data.account,
        zone,
        translator,
        shows_remaining=settings.general_show == "left",
        plan=format_plan_name(settings.limits_plan) or account_plan,
    )


def load_view(
    source: StoreSource,
    translator: Translator,
    now: datetime,
    selection: PopupSelection = PopupSelection(),  # noqa: B008 - immutable
    zone: tzinfo | None = None,
) -> PopupView:
    """
    Read the store and build the view.

    Args:
        source: The store.
        translator: Language and formats.
        now: Time of the view.
        selection: What to show.
        zone: Time zone of displayed times; None is the machine's own.
    """
    data = source.load_data(selection, now, translator.catalog.gettext)
    return build_view(data, build_context(data, source, translator, now, zone))
