"""Load the data of the overview, all of it at one time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.calendar import (
    BUCKET_MS,
    compute_first_bucket,
    sum_by_day,
)
from claude_tray.core.cost import ZERO_TOTALS, Totals
from claude_tray.core.time import to_epoch_ms
from claude_tray.core.usage import PricingTerms
from claude_tray.server.dashboard.tables import (
    build_account_rows,
    build_machine_rows,
    format_account_name,
)
from claude_tray.server.pricing import get_price_table
from claude_tray.server.usage.models import (
    SessionShare,
    UsageCell,
    UsageSnapshot,
)
from claude_tray.server.usage.queries import aggregates, machines, timeseries
from claude_tray.server.usage.queries.account_states import (
    StoredAccountState,
    list_account_states,
    list_window_minutes,
    load_assessed_account,
)
from claude_tray.server.usage.queries.listings import (
    list_project_usage,
    list_session_usage,
)
from claude_tray.web import charts, rows, window_card

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from claude_tray.core.windows import Window
    from claude_tray.server.dashboard.selection import Selection
    from claude_tray.server.usage.queries.filters import Filters
    from claude_tray.web.page_context import PageContext


class UsageBreakdown(NamedTuple):
    """Totals by model name, by machine ID and by account key."""

    models: dict[str, Totals]
    machines: dict[str, Totals]
    accounts: dict[str, Totals]


def load_usage_breakdown(filters: Filters) -> UsageBreakdown:
    """
    Load the totals in one query over 15-minute buckets.

    Args:
        filters: Start at the boundary of a bucket, such as a midnight.
    """
    breakdown = UsageBreakdown({}, {}, {})
    since, _ = filters.time_range
    rows = (
        UsageCell.objects.filter(
            filters.build_source_condition(),
            user=filters.user,
            cell__gte=since // BUCKET_MS,
        )
        .values_list("model__name", "machine__machine_id", "account__key")
        .annotate(**aggregates.SUM_AGGREGATES)
    )
    for model, machine, account, *sum_values in rows:
        totals = aggregates.build_totals(sum_values)
        for totals_by_name, name in zip(
            breakdown, (model, machine, account), strict=True
        ):
            totals_by_name[name] = totals_by_name.get(name, ZERO_TOTALS).plus(
                totals
            )
    return breakdown


# A price depends on all of these.
_GROUP_COLUMNS = (
    "model__name",
    "model__speed",
    "model__inference_geo",
    "model__service_tier",
)


def load_window_usage(
    user: int, account_pk: int, window: Window
) -> tuple[charts.PricedUsage, ...]:
    """Load the usage of an account in a window."""
    records = UsageSnapshot.objects.filter(
        user=user,
        account=account_pk,
        at_ms__gte=to_epoch_ms(window.start),
        at_ms__lt=to_epoch_ms(window.end),
    )
    return _build_priced_usage(
        records.values_list(*_GROUP_COLUMNS).annotate(
            **aggregates.RECORD_AGGREGATES
        )
    )


def load_session_usage(
    user: int, session_id: str
) -> tuple[charts.PricedUsage, ...]:
    """Load the usage of a session."""
    shares = SessionShare.objects.filter(
        user=user,
        session__user=user,
        session__session_id=session_id,
    )
    return _build_priced_usage(
        shares.values_list(*_GROUP_COLUMNS).annotate(
            **aggregates.SUM_AGGREGATES
        )
    )


def load_project_usage(user: int, name: str) -> tuple[charts.PricedUsage, ...]:
    """Load the usage of a project."""
    shares = SessionShare.objects.filter(
        user=user,
        session__user=user,
        session__project__user=user,
        session__project__name=name,
    )
    return _build_priced_usage(
        shares.values_list(*_GROUP_COLUMNS).annotate(
            **aggregates.SUM_AGGREGATES
        )
    )


def _build_priced_usage(rows: Iterable[Any]) -> tuple[charts.PricedUsage, ...]:
    return tuple(
        charts.PricedUsage(
            name,
            PricingTerms(speed, geo, tier),
            aggregates.build_totals(sum_values),
        )
        for name, speed, geo, tier, *sum_values in rows
    )


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
    user: int, selection: Selection, context: PageContext
) -> dict[str, Any]:
    """
    Load the template variables of the overview.

    Args:
        user: Primary key of the user.
        selection: Selected days, machine and account.
        context: Time and formats.
    """
    account_states = list_account_states(user, context.now)
    account = _find_shown_account(account_states, selection)
    filters = selection.to_filters(user)
    range_filters = _limit_to_days(filters, selection.days, context)
    gettext = context.translator.gettext
    name = ""
    if account is not None and len(account_states) > 1:
        name = format_account_name(account.key, context)
    return {
        "card": load_window_card(account, name, context),
        "is_machine_selected": selection.machine is not None,
        "cost_shares": load_window_cost_shares(account, context),
        "cost_title": gettext("Cost of this window"),
        "range_label": gettext("last {n} days", n=selection.days),
        **_load_timeline(filters, account, selection.days, context),
        **_load_lists(range_filters, filters, account_states, context),
    }


def _find_shown_account(
    account_states: Sequence[StoredAccountState],
    selection: Selection,
) -> StoredAccountState | None:
    """Return the selected account, or else the one used last."""
    if selection.account is None:
        return account_states[0] if account_states else None
    return next(
        (s for s in account_states if s.key == selection.account), None
    )


def _limit_to_days(
    filters: Filters, days: int, context: PageContext
) -> Filters:
    first_bucket = compute_first_bucket(
        charts.compute_first_day(days, context), context.zone
    )
    return replace(filters, since_ms=first_bucket * BUCKET_MS)


def _load_timeline(
    filters: Filters,
    account: StoredAccountState | None,
    days: int,
    context: PageContext,
) -> dict[str, Any]:
    """Load the tiles, the days and the heatmap from 15-minute buckets."""
    max_days = max(days, charts.DEFAULT_DAY_COUNT)
    width = charts.compute_bucket_width(max_days, context)
    steps = timeseries.load_step_totals(
        _limit_to_days(filters, max_days, context), width
    )
    totals_by_day = sum_by_day(steps, context.zone)
    first_bucket = compute_first_bucket(
        charts.compute_first_day(days, context), context.zone
    )
    return {
        "tiles": _build_tiles(filters, account, totals_by_day, context),
        "days": charts.build_daily_usage(totals_by_day, days, context),
        "heatmap": charts.build_heatmap(
            (step for step in steps if step[0] >= first_bucket), context
        ),
    }


def _build_tiles(
    filters: Filters,
    account: StoredAccountState | None,
    totals_by_day: Mapping[date, Totals],
    context: PageContext,
) -> tuple[rows.UsageTile, ...]:
    def sum_days(day_count: int, skipped: int = 0) -> Totals:
        combined = ZERO_TOTALS
        for days_ago in range(skipped, skipped + day_count):
            day = context.today - timedelta(days=days_ago)
            combined = combined.plus(totals_by_day.get(day, ZERO_TOTALS))
        return combined

    window = account.snapshot.window if account else None
    change = rows.format_change(
        sum_days(_DAYS_PER_WEEK),
        sum_days(_DAYS_PER_WEEK, skipped=_DAYS_PER_WEEK),
        context,
    )
    gettext = context.translator.gettext
    tiles = (
        rows.UsageTile(gettext("Today"), sum_days(1)),
        rows.UsageTile(
            gettext("Last 7 days"), sum_days(_DAYS_PER_WEEK), change
        ),
        rows.UsageTile(
            gettext("Last 30 days"), sum_days(charts.DEFAULT_DAY_COUNT)
        ),
        rows.UsageTile(gettext("All time"), aggregates.compute_total(filters)),
    )
    if account is not None and not account.snapshot.has_window:
        return tiles
    totals = window.totals if window else ZERO_TOTALS
    return (rows.UsageTile(gettext("This window"), totals), *tiles)


def _load_lists(
    range_filters: Filters,
    filters: Filters,
    account_states: Sequence[StoredAccountState],
    context: PageContext,
) -> dict[str, Any]:
    breakdown = load_usage_breakdown(range_filters)
    infos = machines.list_machines(range_filters.user)
    sessions, _ = list_session_usage(filters, limit=_MAX_SESSIONS)
    return {
        "models": rows.rank_rows(
            rows.RankedRow(*model_totals)
            for model_totals in breakdown.models.items()
        ),
        "unpriced_models": sorted(
            n for n, t in breakdown.models.items() if t.unpriced
        ),
        "projects": rows.rank_rows(
            rows.RankedRow(p.name, p.totals, sessions=p.sessions)
            for p in list_project_usage(range_filters)
        )[:_MAX_PROJECTS],
        "sessions": tuple(
            rows.SessionTableRow.from_usage(usage, context)
            for usage in sessions
        ),
        "machines": build_machine_rows(infos, breakdown.machines, context),
        "accounts": build_account_rows(
            account_states, breakdown.accounts, context
        ),
    }
