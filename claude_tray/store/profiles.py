"""The state of one account."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from claude_tray.domain.limit import FIVE_HOUR, SAME_MS, current
from claude_tray.domain.limit_hit import LimitKind
from claude_tray.domain.pace import LATELY, Course, pace_of
from claude_tray.domain.price import NanoUsd
from claude_tray.domain.snapshot import ProfileState, Used
from claude_tray.domain.span import explains
from claude_tray.domain.window import Rule, Source
from claude_tray.store import limits, reckonings, windows
from claude_tray.store.sums import SUM_OF_CELLS, between, totals_of

if TYPE_CHECKING:
    from claude_tray.domain.account import Account
    from claude_tray.domain.limit import Limit
    from claude_tray.domain.limit_hit import LimitHit
    from claude_tray.domain.snapshot import Pace
    from claude_tray.domain.span import Reckoning
    from claude_tray.domain.totals import Totals
    from claude_tray.domain.window import Window
    from claude_tray.store.connection import Reader, Writer

_LAST: Final = """
    SELECT max(last_ms) FROM session
    WHERE profile = (SELECT id FROM profile WHERE account = ?)
"""
# A hit of the week may hold for seven days.
_WEEK_MS: Final = 7 * 86_400_000
# The start by a rule is believed to be no other's from so many resets on.
_ENOUGH_RESETS: Final = 4
_FIRST: Final = """
    SELECT at_ms FROM message JOIN session ON session.id = message.session
    WHERE at_ms >= ? AND session.profile = ? ORDER BY at_ms LIMIT 1
"""
_ALL_TIME: Final = f"""
    SELECT {SUM_OF_CELLS} FROM usage_session WHERE session IN (
        SELECT session.id FROM session
            JOIN profile ON profile.id = session.profile WHERE account = ?)
"""
_COUNT: Final = """
    SELECT count(DISTINCT uuid), count(DISTINCT project)
    FROM session JOIN profile ON profile.id = session.profile
    WHERE account = ? AND last_ms IS NOT NULL
"""
_NUMBER: Final = "SELECT id FROM profile WHERE account = ?"
_USUAL: Final = """
    SELECT input + output, cost, unpriced FROM closed_window
    WHERE profile = ? ORDER BY start_ms DESC LIMIT 100
"""


def all_time(
    reader: Reader | Writer,
    account: Account,
) -> tuple[Totals, tuple[int, int]]:
    """Return an account's totals and its numbers of sessions and projects."""
    row = reader.execute(_ALL_TIME, (account.key,)).fetchone()
    counts = reader.execute(_COUNT, (account.key,)).fetchone()
    return totals_of(row), (counts[0], counts[1])


def state_of(
    reader: Reader | Writer,
    account: Account,
    now: datetime,
) -> ProfileState:
    """Return what is known of an account at a moment."""
    now_ms = _millis(now)
    (last_ms,) = reader.execute(_LAST, (account.key,)).fetchone()
    how = reckonings.of(reader, account.key, account.rule, now_ms)
    window = windows.current_by(reader, account, how, now_ms)
    hits = limits.since(reader, account.key, now_ms - _WEEK_MS)
    told = limits.told(reader, account.key, now_ms)
    held = current([*told, *limits.reached(hits, account.key)], now_ms)
    used = next((_used(v) for v in held if v.name == FIVE_HOUR), None)
    elsewhere = _elsewhere(reader, account, window, how)
    return ProfileState(
        name=account.name,
        path=account.path,
        window=window,
        used=used,
        weekly=tuple(_used(v) for v in held if v.name != FIVE_HOUR),
        started_elsewhere_at=elsewhere,
        limit_reached_until=_reached_until(hits, held, now_ms),
        pace=(
            _pace(
                reader, account, Course(window, used, elsewhere is None), now
            )
            if window
            else None
        ),
        last_record_at=None if last_ms is None else _moment(last_ms),
        learnt=how.learnt,
    )


def _used(limit: Limit) -> Used:
    return Used(
        limit.name,
        limit.percent,
        _moment(limit.resets_ms),
        Source.OFFICIAL,
        _moment(limit.told_ms),
    )


def _elsewhere(
    reader: Reader | Writer,
    account: Account,
    window: Window | None,
    how: Reckoning,
) -> datetime | None:
    """
    Return an official start that no local record is as early as.

    Unless a rule explains it: Claude rounds starts down to ten minutes since
    the spring of 2026, and other resets may have taught another rule.
    """
    if window is None or window.source is not Source.OFFICIAL:
        return None
    start_ms = _millis(window.start)
    stretch = (start_ms - SAME_MS, _number(reader, account))
    row = reader.execute(_FIRST, stretch).fetchone()
    if row is None:
        return window.start
    rules = {Rule.EXACT, Rule.TEN_MINUTES, account.rule or Rule.EXACT}
    if how.learnt and how.learnt.resets >= _ENOUGH_RESETS:
        rules.add(how.learnt.rule)
    is_ours = any(explains(rule, start_ms, row[0]) for rule in rules)
    return None if is_ours else window.start


def _reached_until(
    hits: list[LimitHit],
    held: list[Limit],
    now_ms: int,
) -> datetime | None:
    """
    Return when Claude Code works again after a limit that still holds.

    A limit is over early when its share was told anew with a later reset.
    """
    newest = {value.name: value.resets_ms for value in held}
    ends = [
        hit.resets_ms
        for hit in hits
        if hit.kind is not LimitKind.MODEL
        and hit.resets_ms is not None
        and hit.resets_ms > now_ms
        and newest.get(hit.kind, 0) <= hit.resets_ms + SAME_MS
    ]
    return _moment(max(ends)) if ends else None


def _pace(
    reader: Reader | Writer,
    account: Account,
    course: Course,
    now: datetime,
) -> Pace | None:
    profile = _number(reader, account)
    start = max(course.window.start, now - LATELY)
    lately = between(reader, _millis(start), _millis(now) + 1, profile)
    usual = [
        (tokens, None if unpriced else NanoUsd(cost))
        for tokens, cost, unpriced in reader.execute(_USUAL, (profile,))
    ]
    return pace_of(course, lately, usual, now)


def _number(reader: Reader | Writer, account: Account) -> int:
    (number,) = reader.execute(_NUMBER, (account.key,)).fetchone()
    return int(number)


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)
