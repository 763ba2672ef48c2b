"""The 5-hour windows of a Claude account, over all its machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.cache import cache
from django.db.models import F, Max

from claude_tray.domain.limit import FIVE_HOUR, Limit, current
from claude_tray.domain.pace import LATELY, Course, pace_of
from claude_tray.domain.snapshot import ProfileState, Used
from claude_tray.domain.span import WINDOW_MS, Span
from claude_tray.domain.window import Source, Window
from claude_tray.server.usage.limits import told_to
from claude_tray.server.usage.models import ClaudeAccount, UsageSnapshot
from claude_tray.server.usage.queries import machines
from claude_tray.server.usage.queries.spans import (
    FUTURE_MS,
    reckoning,
    spans,
)
from claude_tray.server.usage.queries.sums import REPLY_SUMS, totals_of

if TYPE_CHECKING:
    from claude_tray.domain.price import NanoUsd
    from claude_tray.domain.snapshot import Pace
    from claude_tray.domain.span import Reckoning
    from claude_tray.domain.totals import Totals

_USUAL_DAYS: Final = timedelta(days=30)
# Earlier windows are many queries, and seldom change.
_USUAL_SECONDS: Final = 3600
_MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class AccountState:
    """
    A Claude account at one moment.

    Attributes:
        number: Its number here.
        key: Its hash; "" is the unknown one.
        profile: Its window and limits, as the tray has them; `name` and
            `path` are empty, and pace() tells the pace.
    """

    number: int
    key: str
    profile: ProfileState


def states(user: int, now: datetime) -> tuple[AccountState, ...]:
    """Return a person's accounts, the one used last first."""
    now_ms = millis(now)
    found = [
        (_last_ms(number, now_ms), number, key)
        for number, key in ClaudeAccount.objects.filter(
            user=user,
        ).values_list("pk", "key")
    ]
    return tuple(
        _state(user, number, key, last_ms, now)
        for last_ms, number, key in sorted(found, key=lambda f: (-f[0], f[2]))
    )


def state(user: int, now: datetime, key: str | None) -> AccountState | None:
    """Return one account; without a key the one that was used last."""
    now_ms = millis(now)
    found = ClaudeAccount.objects.filter(user=user)
    if key is not None:
        found = found.filter(key=key)
    last = [
        (_last_ms(number, now_ms), name, number)
        for number, name in found.values_list("pk", "key")
    ]
    if not last:
        return None
    last_ms, name, number = min(last, key=lambda f: (-f[0], f[1]))
    return _state(user, number, name, last_ms, now)


def history(number: int, now: datetime, since: datetime) -> list[Window]:
    """Return an account's windows that end after a moment, oldest first."""
    since_ms = millis(since)
    now_ms = millis(now)
    how = reckoning(number, settings.ENVIRONMENT.window_rule, now_ms)
    return [
        _window(number, span)
        for span in spans(number, how, now_ms, since_ms)
        if span.end_ms > since_ms
    ]


def pace(state: AccountState, now: datetime) -> Pace | None:
    """Return where an account's open window is heading."""
    window = state.profile.window
    if window is None:
        return None
    lately = _between(
        state.number,
        millis(max(window.start, now - LATELY)),
        millis(now) + 1,
    )
    usual = cache.get_or_set(
        f"usual.{state.number}.{millis(window.start)}",
        lambda: _usual(state.number, window.start),
        _USUAL_SECONDS,
    )
    return pace_of(
        Course(window, state.profile.used),
        lately,
        usual or (),
        now,
    )


def _usual(number: int, until: datetime) -> list[tuple[int, NanoUsd | None]]:
    """Return what windows before a moment used, in and out, and cost."""
    return [
        (
            each.totals.tokens.input + each.totals.tokens.output,
            each.totals.cost,
        )
        for each in history(number, until, until - _USUAL_DAYS)
        if each.end <= until
    ]


def course(number: int, window: Window) -> list[tuple[int, Totals]]:
    """Return the minutes of a window that were used, by their number."""
    start_ms = millis(window.start)
    rows = (
        UsageSnapshot.objects.filter(
            account=number,
            at_ms__gte=start_ms,
            at_ms__lt=millis(window.end),
        )
        .annotate(minute=(F("at_ms") - start_ms) / _MINUTE_MS)
        .values_list("minute")
        .annotate(**REPLY_SUMS)
        .order_by("minute")
    )
    return [(int(minute), totals_of(sums)) for minute, *sums in rows]


def _state(
    user: int,
    number: int,
    key: str,
    last_ms: int,
    now: datetime,
) -> AccountState:
    now_ms = millis(now)
    held = current(told_to([number], key), now_ms)
    used = [_used(limit) for limit in held if limit.name == FIVE_HOUR]
    how = reckoning(number, settings.ENVIRONMENT.window_rule, now_ms)
    window = _open_window(number, how, now_ms)
    opened = None if window is None else window.start
    profile = ProfileState(
        name="",
        path="",
        window=window,
        used=used[0] if used else None,
        weekly=tuple(_used(li) for li in held if li.name != FIVE_HOUR),
        last_record_at=moment(last_ms) if last_ms else None,
        learnt=how.learnt,
        is_provisional=machines.are_behind(user, opened, now),
    )
    return AccountState(number, key, profile)


def _open_window(number: int, how: Reckoning, now_ms: int) -> Window | None:
    """Return what is open now: as Claude Code told, else by the rule."""
    known = how.official_at(now_ms)
    if known is not None:
        return _window(number, Span(*known, Source.OFFICIAL, None))
    last = None
    for span in spans(number, how, now_ms, now_ms - WINDOW_MS):
        last = span
    if last is None or not last.start_ms <= now_ms < last.end_ms:
        return None
    return _window(number, last)


def _window(number: int, span: Span) -> Window:
    return Window(
        start=moment(span.start_ms),
        end=moment(span.end_ms),
        source=span.source,
        rule=span.rule,
        totals=_between(number, span.start_ms, span.end_ms),
    )


def _between(number: int, from_ms: int, until_ms: int) -> Totals:
    row = UsageSnapshot.objects.filter(
        account=number,
        at_ms__gte=from_ms,
        at_ms__lt=until_ms,
    ).aggregate(**REPLY_SUMS)
    return totals_of([row[name] or 0 for name in REPLY_SUMS])


def _last_ms(number: int, now_ms: int) -> int:
    row = UsageSnapshot.objects.filter(
        account=number,
        at_ms__lte=now_ms + FUTURE_MS,
    ).aggregate(last=Max("at_ms"))
    return row["last"] or 0


def _used(limit: Limit) -> Used:
    return Used(
        limit.name,
        limit.percent,
        moment(limit.resets_ms),
        Source.OFFICIAL,
        moment(limit.told_ms),
    )


def millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=at_ms)
