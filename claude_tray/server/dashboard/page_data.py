"""Load the data of the overview, all of it at one time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.core.time import to_epoch_ms
from claude_tray.server.dashboard.selection import (
    limit_to_days,
    list_filter_options,
)
from claude_tray.server.dashboard.tables import (
    build_account_rows,
    build_machine_rows,
    format_account_name,
    name_machines,
)
from claude_tray.server.pricing import get_price_table
from claude_tray.server.usage.day_sums import load_used_days
from claude_tray.server.usage.queries import (
    aggregates,
    calendar_sums,
    days,
    machines,
    names,
)
from claude_tray.server.usage.queries.account_states import (
    StoredAccountState,
    list_account_states,
    list_window_minutes,
    load_assessed_account,
)
from claude_tray.server.usage.queries.listings import (
    list_last_sessions,
    list_project_usage,
)
from claude_tray.server.usage.queries.priced_usage import load_window_usage
from claude_tray.web import charts, rows, timeline, window_card
from claude_tray.web.ranges import (
    DEFAULT_DAY_COUNT,
    DayRange,
    build_last_days,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import tzinfo

    from claude_tray.server.dashboard.selection import Selection
    from claude_tray.server.usage.queries.filters import Filters
    from claude_tray.web.page_context import PageContext


class UsageBreakdown(NamedTuple):
    """Totals by model name, by machine ID and by account key."""

    models: dict[str, Totals]
    machines: dict[str, Totals]
    accounts: dict[str, Totals]


def load_usage_breakdown(
    filters: Filters,
    zone: tzinfo,
    infos: Sequence[machines.MachineInfo],
    account_states: Sequence[StoredAccountState],
) -> UsageBreakdown:
    """
    Load the totals from the sums of days.

    Args:
        filters: Their ends are midnights of the zone.
        zone: Time zone of the days.
        infos: The user's machines.
        account_states: All of the user's accounts.
    """
    breakdown = UsageBreakdown({}, {}, {})
    by_source = days.load_source_totals(filters, zone)
    models = names.load_model_names(key.model_id for key in by_source)
    machine_ids = {info.pk: info.machine_id for info in infos}
    account_keys = {state.account_pk: state.key for state in account_states}
    for key, totals in by_source.items():
        for totals_by_name, name in (
            (breakdown.models, models[key.model_id]),
            (breakdown.machines, machine_ids.get(key.machine_id)),
            (breakdown.accounts, account_keys.get(key.account_id)),
        ):
            # A machine whose first upload was stored meanwhile has no row yet.
            if name is not None:
                totals_by_name[name] = totals_by_name.get(
                    name, ZERO_TOTALS
                ).plus(totals)
    return breakdown


def load_window_card(
    account: StoredAccountState | None, name: str, context: PageContext
) -> window_card.WindowCard:
    """Load the card of an account; `name` is empty if it is the only one."""
    if account is None:
        return window_card.build_card(None, (), context)
    window = account.snapshot.window
    minutes = (
        list_window_minutes(account.user, account.account_pk, window)
        if window
        else []
    )
    snapshot = replace(
        load_assessed_account(
            account,
            context.now,
            minutes,
            context.zone,
            has_typical_usage=True,
        ),
        name=name,
    )
    steps = tuple(
        window_card.UsageStep(
            window.start + timedelta(minutes=minute + 1), totals
        )
        for minute, totals in minutes
        if window
    )
    return window_card.build_card(snapshot, steps, context)


def load_window_cost_shares(
    account: StoredAccountState | None, context: PageContext
) -> tuple[charts.TokenCostShare, ...]:
    """Break down the cost of the open window by kind of token."""
    if account is None or account.snapshot.window is None:
        return ()
    usages = load_window_usage(
        account.user, account.account_pk, account.snapshot.window
    )
    at_ms = to_epoch_ms(account.snapshot.window.start)
    return charts.build_cost_shares(usages, get_price_table(), at_ms, context)


_MAX_PROJECTS: Final = 8
_MAX_SESSIONS: Final = 8
_DAYS_PER_WEEK: Final = 7


def load_overview(
    user: int,
    selection: Selection,
    infos: Sequence[machines.MachineInfo],
    context: PageContext,
) -> dict[str, Any]:
    """
    Load the template variables of the overview.

    Args:
        user: Primary key of the user.
        selection: Selected days, machine, account and model.
        infos: The user's machines.
        context: Time and formats.
    """
    account_states = list_account_states(user, context.now, infos)
    account = _find_shown_account(user, account_states, selection)
    filters = replace(
        selection.to_filters(user), used_days=load_used_days(user)
    )
    gettext = context.translator.gettext
    name = ""
    if account is not None and len(account_states) > 1:
        name = format_account_name(account.key, context)
    # A filter that matches no account must not show the window of another.
    has_card = account is not None or not account_states
    return {
        "card": load_window_card(account, name, context) if has_card else None,
        "is_machine_selected": selection.machine is not None,
        "cost_shares": load_window_cost_shares(account, context),
        "cost_title": gettext("Cost of this window"),
        "filters": list_filter_options(
            user,
            selection,
            infos,
            context,
            [state.key for state in account_states],
        ),
        "range_label": timeline.format_range(selection.days, context),
        **_load_timeline(filters, account, selection, context),
        **_load_lists(filters, account_states, infos, selection, context),
    }


def _find_shown_account(
    user: int,
    account_states: Sequence[StoredAccountState],
    selection: Selection,
) -> StoredAccountState | None:
    """
    Return the account whose window is shown.

    It is the selected one, or else the one that was used last, on the
    selected machine if there is one.
    """
    keys = [state.key for state in account_states]
    if selection.machine is not None:
        keys = machines.list_account_keys(user, selection.machine)
    if selection.account is not None:
        keys = [key for key in keys if key == selection.account]
    by_key = {state.key: state for state in account_states}
    return next((by_key[key] for key in keys if key in by_key), None)


def _load_timeline(
    filters: Filters,
    account: StoredAccountState | None,
    selection: Selection,
    context: PageContext,
) -> dict[str, Any]:
    """Load the tiles, the bars and the heatmap."""
    days, zone = selection.days, context.zone
    recent = build_last_days(DEFAULT_DAY_COUNT, context.today)
    # The days of one range usually contain the other.
    wide = days if days.contains(recent) else recent
    totals_by_day = calendar_sums.load_model_totals_by_day(
        filters, wide.first, wide.last, zone
    )
    steps = _load_steps(filters, days, wide, totals_by_day, context)
    usage = timeline.build_timeline(steps, days, context)
    before = aggregates.compute_total(
        limit_to_days(filters, days.previous, context)
    )
    tokens_by_hour = calendar_sums.load_week_hour_tokens(
        filters, days.first, days.last, zone
    )
    return {
        "tiles": _build_tiles(filters, account, totals_by_day, context),
        "timeline": usage,
        "change": rows.format_change(
            usage.totals, before, days.length, context
        ),
        "heatmap": charts.build_heatmap(tokens_by_hour, context),
    }


def _load_steps(
    filters: Filters,
    days: DayRange,
    wide: DayRange,
    totals_by_day: calendar_sums.DayTotals,
    context: PageContext,
) -> Mapping[Any, timeline.StepTotals]:
    if timeline.is_by_hour(days):
        return calendar_sums.load_model_totals_by_hour(
            filters, days.first, context.zone
        )
    if wide.contains(days):
        return totals_by_day
    return calendar_sums.load_model_totals_by_day(
        filters, days.first, days.last, context.zone
    )


def _build_tiles(
    filters: Filters,
    account: StoredAccountState | None,
    totals_by_day: calendar_sums.DayTotals,
    context: PageContext,
) -> tuple[rows.UsageTile, ...]:
    def sum_days(day_count: int, skipped: int = 0) -> Totals:
        combined = ZERO_TOTALS
        for days_ago in range(skipped, skipped + day_count):
            day = context.today - timedelta(days=days_ago)
            for totals in totals_by_day.get(day, {}).values():
                combined = combined.plus(totals)
        return combined

    window = account.snapshot.window if account else None
    week = sum_days(_DAYS_PER_WEEK)
    change = rows.format_change(
        week,
        sum_days(_DAYS_PER_WEEK, skipped=_DAYS_PER_WEEK),
        _DAYS_PER_WEEK,
        context,
    )
    gettext = context.translator.gettext
    tiles = (
        rows.UsageTile(gettext("Today"), sum_days(1), query="days=1"),
        rows.UsageTile(gettext("Last 7 days"), week, change, "days=7"),
        rows.UsageTile(
            gettext("Last 30 days"),
            sum_days(DEFAULT_DAY_COUNT),
            query="days=30",
        ),
        rows.UsageTile(gettext("All time"), aggregates.compute_total(filters)),
    )
    if account is None or not account.snapshot.has_window:
        return tiles
    totals = window.totals if window else ZERO_TOTALS
    return (rows.UsageTile(gettext("This window"), totals), *tiles)


def _load_lists(
    filters: Filters,
    account_states: Sequence[StoredAccountState],
    infos: Sequence[machines.MachineInfo],
    selection: Selection,
    context: PageContext,
) -> dict[str, Any]:
    range_filters = limit_to_days(filters, selection.days, context)
    breakdown = load_usage_breakdown(
        range_filters, context.zone, infos, account_states
    )
    sessions = list_last_sessions(filters, _MAX_SESSIONS)
    machine_names = name_machines(infos, context)
    order = selection.order
    return {
        "models": rows.sort_rows(
            rows.rank_rows(
                rows.RankedRow(*model_totals)
                for model_totals in breakdown.models.items()
            ),
            order,
        ),
        "unpriced_models": sorted(
            n for n, t in breakdown.models.items() if t.unpriced
        ),
        "projects": rows.sort_rows(
            rows.rank_rows(
                rows.RankedRow(p.name, p.totals, sessions=p.sessions)
                for p in list_project_usage(range_filters)
            ),
            order,
            sessions=lambda row: row.sessions,
        )[:_MAX_PROJECTS],
        "sessions": tuple(
            rows.SessionTableRow.from_usage(usage, machine_names, context)
            for usage in sessions
        ),
        "machines": rows.sort_rows(
            build_machine_rows(infos, breakdown.machines, context), order
        ),
        "accounts": rows.sort_rows(
            build_account_rows(account_states, breakdown.accounts, context),
            order,
        ),
    }
