"""Load stored usage as the values that pages draw."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core import periods
from claude_tray.core.account_choice import choose_account
from claude_tray.core.calendar import BUCKET_MS, compute_bucket_start
from claude_tray.core.cost import (
    ZERO_TOTALS,
    Totals,
    compare_with_usual,
    merge_totals,
    sum_totals,
)
from claude_tray.core.time import to_epoch_ms
from claude_tray.ingest import advisories, config
from claude_tray.local_page import selection, session_rows, store_access
from claude_tray.presentation import page_paths, usage_list
from claude_tray.store import period_usage, range_usage, usage_filter
from claude_tray.web import (
    charts,
    ranges,
    rows,
    timeline,
    window_card,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from claude_tray.core.accounts import Account
    from claude_tray.core.snapshot import AccountSnapshot, Snapshot
    from claude_tray.core.windows import Window
    from claude_tray.local_page.request_context import RequestContext
    from claude_tray.store.connection import Reader
    from claude_tray.web.page_context import PageContext


_MINUTE_MS: Final = 60_000
_HOURS_PER_WEEK: Final = 168


class LocalUsage(NamedTuple):
    """
    The store at the time of a page.

    Attributes:
        reader: Open database.
        snapshot: The snapshot that icon and popup show too.
        accounts: The followed accounts.
        context: Context of the request.
    """

    reader: Reader
    snapshot: Snapshot
    accounts: tuple[Account, ...]
    context: RequestContext

    @property
    def page(self) -> PageContext:
        return self.context.page

    def find_account(
        self, name: str
    ) -> tuple[Account, AccountSnapshot] | None:
        """Return the account with a name, else the one to show first."""
        chosen = next(
            (a for a in self.snapshot.accounts if a.name == name),
            choose_account(self.snapshot, self.page.now),
        )
        if chosen is None:
            return None
        account = next(a for a in self.accounts if a.name == chosen.name)
        return account, chosen

    def list_window_steps(
        self, account: Account, window: Window
    ) -> list[range_usage.StepUsage]:
        """Return the usage of a window by minute."""
        bounds = to_epoch_ms(window.start), to_epoch_ms(window.end)
        return range_usage.list_step_usage(
            self.reader, account.key, bounds, _MINUTE_MS
        )


def load_usage(
    opened: store_access.OpenStore, context: RequestContext
) -> LocalUsage:
    """Load the snapshot and the accounts."""
    now, engine_config = context.page.now, context.app.engine_config()
    reader = opened.reader
    accounts = config.list_accounts(
        config.cached_accounts(reader, engine_config)
    )
    advice = advisories.collect_advisories(
        reader, engine_config, to_epoch_ms(now)
    )
    snapshot = replace(opened.builder.build(accounts, now), **advice._asdict())
    return LocalUsage(reader, snapshot, tuple(accounts), context)


def build_minute_steps(
    window: Window, steps: Iterable[range_usage.StepUsage]
) -> tuple[window_card.UsageStep, ...]:
    """Sum the usage of a window by minute, as its chart draws it."""
    totals: dict[int, Totals] = {}
    for usage in steps:
        totals[usage.step] = totals.get(usage.step, ZERO_TOTALS).plus(
            usage.totals
        )
    return tuple(
        window_card.UsageStep(
            window.start + timedelta(minutes=step + 1), totals[step]
        )
        for step in sorted(totals)
    )


def load_timeline(
    usage: LocalUsage,
    days: ranges.DayRange,
    unit: str = "",
    project: str | None = None,
) -> dict[str, Any]:
    """Load the bars of some days and their change to the days before."""
    page, reader = usage.page, usage.reader
    if timeline.is_by_hour(days):
        keys: list[Any] = list(range(24))
        bounds = [
            (first // BUCKET_MS, end // BUCKET_MS)
            for first, end in (
                page.find_hours(days.first, hour) for hour in keys
            )
        ]
    else:
        keys = list(selection.iter_days(days))
        bounds = [_compute_day(day, page) for day in keys]
    *parts, before = range_usage.load_model_totals_by_range(
        reader,
        [*bounds, selection.compute_buckets(days.previous, page)],
        project,
    )
    steps = {
        k: models for k, models in zip(keys, parts, strict=True) if models
    }
    built = timeline.build_timeline(steps, days, page, unit)
    return {
        "timeline": built,
        "presets": ranges.list_presets(page.translator),
        "range_label": timeline.format_range(days, page),
        "change": rows.format_change(
            built.totals, sum_totals(before.values()), days.length, page
        ),
        "models_by_name": _merge_models(steps.values()),
    }


def format_change(usage: LocalUsage, period: periods.Period) -> str:
    """Compare the cost of a period with the usual one, as the popup does."""
    page = usage.page
    ranges = periods.list_comparable_ranges(
        period, page.now, page.zone, page.billing_day
    )
    costs = period_usage.list_range_costs(
        usage.reader, period_usage.UsageFilter(), ranges
    )
    return usage_list.format_usual_change(
        compare_with_usual(costs), page.translator
    )


def _compute_day(day: date, page: PageContext) -> tuple[int, int]:
    return selection.compute_buckets(ranges.DayRange(day, day), page)


def _merge_models(
    parts: Iterable[Mapping[str, Totals]],
) -> dict[str, Totals]:
    merged: dict[str, Totals] = {}
    for models in parts:
        merged = merge_totals(merged, models.items())
    return merged


def load_heatmap(usage: LocalUsage, days: ranges.DayRange) -> charts.Heatmap:
    """Load the tokens of some days by hour of the week."""
    page = usage.page
    tokens = [0] * _HOURS_PER_WEEK
    bounds = [selection.compute_buckets(days, page)]
    for bucket, number in range_usage.load_tokens_by_bucket(
        usage.reader, bounds
    ):
        local = compute_bucket_start(bucket).astimezone(page.zone)
        tokens[local.weekday() * 24 + local.hour] += number
    return charts.build_heatmap(tokens, page)


def rank_models(
    totals_by_model: Mapping[str, Totals], order: rows.SortOrder
) -> tuple[rows.RankedRow, ...]:
    """Build the rows of models."""
    ranked = rows.rank_rows(
        rows.RankedRow(*item) for item in totals_by_model.items()
    )
    return rows.sort_rows(ranked, order)


def list_unpriced(totals_by_model: Mapping[str, Totals]) -> list[str]:
    """List the models without a known price."""
    return sorted(
        n for n, totals in totals_by_model.items() if totals.unpriced
    )


def load_projects(
    usage: LocalUsage,
    bounds: Sequence[usage_filter.BucketRange],
    order: rows.SortOrder,
) -> tuple[rows.RankedRow, ...]:
    """Load the projects with usage in some times."""
    labels = session_rows.load_labels(usage.reader)
    ranked = rows.rank_rows(
        rows.RankedRow(
            labels.get(project.path, project.path),
            project.totals,
            sessions=project.sessions,
            last_at=compute_bucket_start(project.last_bucket),
            link=page_paths.build_project_key(project.path),
        )
        for project in range_usage.list_range_projects(usage.reader, bounds)
    )
    return rows.sort_rows(
        ranked,
        order,
        sessions=lambda row: row.sessions,
        used=rows.get_recency,
    )
