"""Weekly limits, tiles, kinds, projects, models, days, forwarding."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from claude_tray.domain.model import model_name
from claude_tray.domain.project import labels
from claude_tray.domain.snapshot import SyncPhase
from claude_tray.domain.standing import CRITICAL_PERCENT, WARNING_PERCENT
from claude_tray.domain.totals import NOTHING, Totals
from claude_tray.popup.moment import WHOLE_PERCENT
from claude_tray.popup.view import (
    DayBar,
    Days,
    KindRow,
    Meter,
    ShareRow,
    State,
    SyncLine,
    Tile,
)
from claude_tray.words.numbers import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.domain.snapshot import Used
    from claude_tray.popup.moment import Moment

_WEEK: Final = timedelta(days=7)
_ALL_MODELS: Final = "seven_day"
_SATURDAY: Final = 5


def weeks_of(moment: Moment) -> tuple[Meter, ...]:
    """Return the weekly limits that still hold, the first two."""
    told = moment.state.weekly if moment.state else ()
    held = [u for u in told if not u.resets_at or u.resets_at > moment.now]
    return tuple(_meter(moment, used) for used in held[:2])


def _meter(moment: Moment, used: Used) -> Meter:
    say, tongue = moment.tongue.say, moment.tongue
    name = say("Week \N{MIDDLE DOT} all models")
    if used.name != _ALL_MODELS:
        name = say("Week \N{MIDDLE DOT} {model}", model=used.name)
    state = State.OK
    if used.percent >= WARNING_PERCENT:
        is_near = used.percent >= CRITICAL_PERCENT
        state = State.CRITICAL if is_near else State.WARNING
    gone, resets, left = None, "", ""
    if used.resets_at is not None:
        span = used.resets_at - moment.now
        gone = min(1.0, max(0.0, 1 - span / _WEEK))
        time = tongue.weekday_and_clock(used.resets_at, moment.zone)
        resets = say("resets {time}", time=time)
        left = say("in {span}", span=tongue.duration(span))
    share = min(1.0, used.percent / WHOLE_PERCENT)
    value = moment.share(used.percent)
    return Meter(name, value, share, gone, state, resets, left)


def tiles_of(moment: Moment) -> tuple[Tile, ...]:
    """Return what the window, today and seven days cost."""
    say, snapshot = moment.tongue.say, moment.figures.snapshot
    shown = moment.figures.of_window.window
    window = moment.window or shown
    name = say("This window") if moment.window else say("Last window")
    return (
        _tile(moment, name, window.totals if window else NOTHING),
        _tile(moment, say("Today"), snapshot.today),
        _tile(moment, say("Last 7 days"), snapshot.last_7_days),
    )


def _tile(moment: Moment, name: str, totals: Totals) -> Tile:
    tongue = moment.tongue
    tokens = tongue.tokens(totals.tokens.total)
    return Tile(
        name,
        tongue.cost_of(totals),
        tongue.say("{n} tokens", n=tokens),
    )


def kinds_of(moment: Moment) -> tuple[KindRow, ...]:
    """Return what each kind of token cost; its count where that is open."""
    kinds, tongue = moment.figures.of_window.kinds, moment.tongue
    say = tongue.say
    names = (
        say("Cache read"),
        say("Cache write"),
        say("Output"),
        say("Input"),
    )
    whole = sum(kind.cost for kind in kinds.all)
    return tuple(
        KindRow(
            name,
            tongue.tokens(kind.tokens),
            tongue.money(kind.cost) if kinds.is_whole else UNKNOWN,
            kind.cost / whole if whole else 0.0,
        )
        for name, kind in zip(names, kinds.all, strict=True)
    )


def pace_of(moment: Moment) -> str:
    """Return how fast it goes; empty where nothing runs."""
    pace = moment.state.pace if moment.state else None
    if pace is None or moment.window is None or moment.stopped_until:
        return ""
    tongue = moment.tongue
    tokens = tongue.tokens(round(pace.tokens_per_minute))
    if pace.cost_per_hour is None:
        return tongue.say("{n} tok/min", n=tokens)
    return tongue.say(
        "{n} tok/min \N{MIDDLE DOT} {cost}/h",
        n=tokens,
        cost=tongue.money(round(pace.cost_per_hour * 1_000_000_000)),
    )


def projects_of(moment: Moment) -> tuple[ShareRow, ...]:
    parts = moment.figures.of_window.projects
    names = labels(path for path, _ in parts)
    return _rows(moment, [(names[path], totals) for path, totals in parts])


def models_of(moment: Moment) -> tuple[ShareRow, ...]:
    parts = moment.figures.of_window.models
    return _rows(moment, [(model_name(name), t) for name, t in parts])


def _rows(
    moment: Moment,
    parts: Sequence[tuple[str, Totals]],
) -> tuple[ShareRow, ...]:
    tongue = moment.tongue
    has_cost = any(totals.priced_cost for _, totals in parts)
    sizes = [t.priced_cost if has_cost else t.tokens.total for _, t in parts]
    top = max(sizes, default=0) or 1
    return tuple(
        ShareRow(
            name,
            tongue.tokens(totals.tokens.total),
            tongue.cost_of(totals),
            size / top,
        )
        for (name, totals), size in zip(parts, sizes, strict=True)
    )


def days_of(moment: Moment) -> Days:
    """Return the last 30 days, marked on Mondays and at the end."""
    tongue, days = moment.tongue, moment.figures.days
    top = max((totals.priced_cost for _, totals in days), default=0) or 1
    total = moment.figures.snapshot.last_30_days
    bars = tuple(
        DayBar(
            _day_name(moment, day),
            tongue.cost_of(totals),
            totals.priced_cost / top,
            tongue.day(_noon(day)) if day.weekday() == 0 else "",
            is_weekend=day.weekday() >= _SATURDAY,
        )
        for day, totals in days
    )
    average = total.priced_cost // max(1, len(days))
    return Days(
        tongue.say("{cost} in 30 days", cost=tongue.cost_of(total)),
        tongue.say("{cost} a day", cost=tongue.money(average)),
        bars,
    )


def _day_name(moment: Moment, day: date) -> str:
    tongue = moment.tongue
    name = tongue.facts.days[day.weekday()]
    return f"{name} {tongue.day(_noon(day))}"


def _noon(day: date) -> datetime:
    """Return a moment of a local day, on whichever clock."""
    return datetime(day.year, day.month, day.day, 12).astimezone()


def sync_of(moment: Moment) -> SyncLine:
    """Return how forwarding stands."""
    say, tongue = moment.tongue.say, moment.tongue
    sync = moment.figures.snapshot.sync
    if sync.phase is SyncPhase.OFF:
        return SyncLine("no cloud", State.IDLE, say("Only on this computer"))
    if sync.phase is SyncPhase.RUNNING:
        return SyncLine(
            "refresh", State.IDLE, say("Syncing\N{HORIZONTAL ELLIPSIS}")
        )
    if sync.phase in (SyncPhase.DELAYED, SyncPhase.STOPPED):
        if sync.last_ok_at is None:
            text = say("Not synced yet")
        else:
            time = moment.clock(sync.last_ok_at)
            text = say("Not synced since {time}", time=time)
        return SyncLine("warn", State.CRITICAL, text)
    if sync.last_ok_at is None:
        return SyncLine("cloud", State.IDLE, say("Not synced yet"))
    span = tongue.duration(moment.now - sync.last_ok_at)
    return SyncLine("cloud", State.OK, say("Synced {span} ago", span=span))
