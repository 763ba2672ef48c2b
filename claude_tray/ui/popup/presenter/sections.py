"""Weekly limits, tiles, kinds, projects, models, days, forwarding."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from claude_tray.core.display_names import (
    build_unique_labels,
    format_model_name,
)
from claude_tray.core.snapshot import SyncPhase
from claude_tray.core.status import CRITICAL_PERCENT, WARNING_PERCENT
from claude_tray.core.totals import ZERO_TOTALS, Totals
from claude_tray.i18n.formats import DASH
from claude_tray.ui.popup.presenter.context import FULL_PERCENT
from claude_tray.ui.popup.view_model import (
    CostTile,
    DailyCosts,
    DayBar,
    RankingRow,
    SyncStatusLine,
    TokenCostRow,
    WeeklyLimitMeter,
)
from claude_tray.ui.toolkit.widgets import DisplayStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.core.snapshot import LimitUsage
    from claude_tray.ui.popup.presenter.context import PopupContext


_WEEK_LENGTH: Final = timedelta(days=7)
_ALL_MODELS_LIMIT: Final = "seven_day"
_SATURDAY: Final = 5


def build_weekly_limits(context: PopupContext) -> tuple[WeeklyLimitMeter, ...]:
    """Return the weekly limits that still hold, the first two."""
    reported = context.account_state.weekly if context.account_state else ()
    current = [
        limit
        for limit in reported
        if not limit.resets_at or limit.resets_at > context.now
    ]
    return tuple(_build_meter(context, usage) for usage in current[:2])


def _build_meter(context: PopupContext, usage: LimitUsage) -> WeeklyLimitMeter:
    gettext, translator = context.translator.gettext, context.translator
    name = gettext("Week \N{MIDDLE DOT} all models")
    if usage.name != _ALL_MODELS_LIMIT:
        name = gettext("Week \N{MIDDLE DOT} {model}", model=usage.name)
    status = DisplayStatus.OK
    if usage.percent >= WARNING_PERCENT:
        is_near = usage.percent >= CRITICAL_PERCENT
        status = DisplayStatus.CRITICAL if is_near else DisplayStatus.WARNING
    elapsed_fraction, reset_text, remaining_text = None, "", ""
    if usage.resets_at is not None:
        remaining = usage.resets_at - context.now
        elapsed_fraction = min(1.0, max(0.0, 1 - remaining / _WEEK_LENGTH))
        time = translator.format_weekday_and_clock(
            usage.resets_at, context.zone
        )
        reset_text = gettext("resets {time}", time=time)
        remaining_text = gettext(
            "in {span}", span=translator.format_duration(remaining)
        )
    fraction = min(1.0, usage.percent / FULL_PERCENT)
    value = context.format_usage(usage.percent)
    return WeeklyLimitMeter(
        name,
        value,
        fraction,
        elapsed_fraction,
        status,
        reset_text,
        remaining_text,
    )


def build_tiles(context: PopupContext) -> tuple[CostTile, ...]:
    """Return what the window, today and seven days cost."""
    gettext, snapshot = context.translator.gettext, context.data.snapshot
    last_window = context.data.breakdown.window
    window = context.window or last_window
    name = gettext("This window") if context.window else gettext("Last window")
    return (
        _build_tile(context, name, window.totals if window else ZERO_TOTALS),
        _build_tile(context, gettext("Today"), snapshot.today),
        _build_tile(context, gettext("Last 7 days"), snapshot.last_7_days),
    )


def _build_tile(context: PopupContext, name: str, totals: Totals) -> CostTile:
    translator = context.translator
    tokens = translator.format_tokens(totals.tokens.total)
    return CostTile(
        name,
        translator.format_cost(totals),
        translator.gettext("{n} tokens", n=tokens),
    )


def build_token_costs(context: PopupContext) -> tuple[TokenCostRow, ...]:
    """Return what each kind of token cost; its count where that is open."""
    breakdown, translator = (
        context.data.breakdown.cost_breakdown,
        context.translator,
    )
    gettext = translator.gettext
    names = (
        gettext("Cache read"),
        gettext("Cache write"),
        gettext("Output"),
        gettext("Input"),
    )
    total = sum(token_cost.cost for token_cost in breakdown.parts)
    return tuple(
        TokenCostRow(
            name,
            translator.format_tokens(token_cost.tokens),
            translator.format_money(token_cost.cost)
            if breakdown.is_complete
            else DASH,
            token_cost.cost / total if total else 0.0,
        )
        for name, token_cost in zip(names, breakdown.parts, strict=True)
    )


def format_pace(context: PopupContext) -> str:
    """Return how fast it goes; empty where nothing runs."""
    pace = context.account_state.pace if context.account_state else None
    if pace is None or context.window is None or context.blocked_until:
        return ""
    translator = context.translator
    tokens = translator.format_tokens(round(pace.tokens_per_minute))
    if pace.cost_per_hour is None:
        return translator.gettext("{n} tok/min", n=tokens)
    return translator.gettext(
        "{n} tok/min \N{MIDDLE DOT} {cost}/h",
        n=tokens,
        cost=translator.format_money(
            round(pace.cost_per_hour * 1_000_000_000)
        ),
    )


def build_project_ranking(context: PopupContext) -> tuple[RankingRow, ...]:
    projects = context.data.breakdown.projects
    names = build_unique_labels(path for path, _ in projects)
    return _build_ranking(
        context, [(names[path], totals) for path, totals in projects]
    )


def build_model_ranking(context: PopupContext) -> tuple[RankingRow, ...]:
    models = context.data.breakdown.models
    return _build_ranking(
        context, [(format_model_name(name), t) for name, t in models]
    )


def _build_ranking(
    context: PopupContext,
    entries: Sequence[tuple[str, Totals]],
) -> tuple[RankingRow, ...]:
    translator = context.translator
    has_cost = any(totals.priced_cost for _, totals in entries)
    sizes = [t.priced_cost if has_cost else t.tokens.total for _, t in entries]
    largest = max(sizes, default=0) or 1
    return tuple(
        RankingRow(
            name,
            translator.format_tokens(totals.tokens.total),
            translator.format_cost(totals),
            size / largest,
        )
        for (name, totals), size in zip(entries, sizes, strict=True)
    )


def build_daily_costs(context: PopupContext) -> DailyCosts:
    """Return the last 30 days, marked on Mondays and at the end."""
    translator, days = context.translator, context.data.daily_totals
    largest = max((totals.priced_cost for _, totals in days), default=0) or 1
    total = context.data.snapshot.last_30_days
    bars = tuple(
        DayBar(
            _format_day(context, day),
            translator.format_cost(totals),
            totals.priced_cost / largest,
            translator.format_day(_local_noon(day))
            if day.weekday() == 0
            else "",
            is_weekend=day.weekday() >= _SATURDAY,
        )
        for day, totals in days
    )
    average = total.priced_cost // max(1, len(days))
    return DailyCosts(
        translator.gettext(
            "{cost} in 30 days", cost=translator.format_cost(total)
        ),
        translator.gettext(
            "{cost} a day", cost=translator.format_money(average)
        ),
        bars,
    )


def _format_day(context: PopupContext, day: date) -> str:
    translator = context.translator
    name = translator.locale.days[day.weekday()]
    return f"{name} {translator.format_day(_local_noon(day))}"


def _local_noon(day: date) -> datetime:
    """Return a moment of a local day, on whichever clock."""
    return datetime(day.year, day.month, day.day, 12).astimezone()


def build_sync_line(context: PopupContext) -> SyncStatusLine:
    """Return how forwarding stands."""
    gettext, translator = context.translator.gettext, context.translator
    sync = context.data.snapshot.sync
    if sync.phase is SyncPhase.OFF:
        return SyncStatusLine(
            "no cloud", DisplayStatus.IDLE, gettext("Only on this computer")
        )
    if sync.phase is SyncPhase.RUNNING:
        return SyncStatusLine(
            "refresh",
            DisplayStatus.IDLE,
            gettext("Syncing\N{HORIZONTAL ELLIPSIS}"),
        )
    if sync.phase in (SyncPhase.DELAYED, SyncPhase.STOPPED):
        if sync.last_ok_at is None:
            text = gettext("Not synced yet")
        else:
            time = context.format_time(sync.last_ok_at)
            text = gettext("Not synced since {time}", time=time)
        return SyncStatusLine("warn", DisplayStatus.CRITICAL, text)
    if sync.last_ok_at is None:
        return SyncStatusLine(
            "cloud", DisplayStatus.IDLE, gettext("Not synced yet")
        )
    age = translator.format_duration(context.now - sync.last_ok_at)
    return SyncStatusLine(
        "cloud", DisplayStatus.OK, gettext("Synced {span} ago", span=age)
    )
